/* Tally: how many records of a log have each status. */
#include "_source.h"

#define TALLY "httpstatus.Tally"

struct tally {
    bool closed;
    struct httpstatus_text key; /* the caller's, which lies in the user value; absent: none */
    union {
        struct httpstatus_scanner scanner; /* of one that is open */
        struct httpstatus_tally counts;    /* of one that is closed */
    } as;
};

static const struct httpstatus_tally *counts_of(const struct tally *tally)
{
    return tally->closed ? &tally->as.counts : httpstatus_scanner_tally(&tally->as.scanner);
}

static const char *const log_options[] = {LOG_OPTIONS, NULL};

/* A tally of a log read as the options at 'arg' say; it keeps their key alive. */
static struct tally *push_tally(lua_State *L, int arg, const char *const *names)
{
    struct httpstatus_options options;

    check_log_options(L, arg, names, &options);
    int key = lua_gettop(L) - 2;
    struct tally *tally = lua_newuserdatauv(L, sizeof *tally, 1);
    tally->closed = false;
    tally->key = options.key;
    init_scanner(L, arg, &tally->as.scanner, &options, NULL);
    luaL_setmetatable(L, TALLY);
    lua_pushvalue(L, key);
    lua_setiuservalue(L, -2, 1);
    return tally;
}

static struct tally *check_tally(lua_State *L, int arg)
{
    return luaL_checkudata(L, arg, TALLY);
}

void fill_tally(struct tally *tally, const struct httpstatus_tally *counts)
{
    tally->closed = true;
    memmove(&tally->as.counts, counts, sizeof tally->as.counts);
}

static void finish_tally(struct tally *tally)
{
    if (tally->closed)
        return;
    httpstatus_finish(&tally->as.scanner, NULL, 0);
    fill_tally(tally, httpstatus_scanner_tally(&tally->as.scanner));
}

/*
 * httpstatus.new_tally()
 * An empty tally: feed() it the log in pieces of any size, then close() it. There are no conditions
 * on its records, as tally() has them, for they need whole lines. To go on with a log that grows,
 * count it up to consumed, where its last whole line ends, and the rest from there when it comes;
 * the two add up. A w3c, cloudfront or zeek log also needs the names of its last "#Fields" line
 * then, as fields.
 * @param options? httpstatus.LogOptions
 * @return httpstatus.Tally
 */
static int l_new_tally(lua_State *L)
{
    lua_settop(L, 1);
    push_tally(L, 1, log_options);
    return 1;
}

/* A tally of the log at 1, of the options at 2; '*all': there are no conditions in them. */
static struct tally *push_tally_asked(lua_State *L, bool *all)
{
    struct tally *tally = push_tally(L, 2, condition_options);
    struct httpstatus_clock clock;

    *all = !push_conditions(L, 2, &clock);
    lua_pop(L, 1);
    return tally;
}

/*
 * httpstatus.tally()
 * Counts the statuses of a log. With conditions only the records that meet them count. Returns nil,
 * message, errno if reading fails, or if the path leads to compressed data or UTF-16.
 * @param source httpstatus.Source
 * @param options? httpstatus.ConditionOptions
 * @return httpstatus.Tally?
 * @return string? message
 * @return integer? errno
 */
static int l_tally(lua_State *L)
{
    struct source source;
    bool all;
    size_t size;

    lua_settop(L, 2);
    char *buffer = lua_newuserdatauv(L, PIECE + ALIGNMENT, 0);
    buffer += ALIGNMENT - (uintptr_t)buffer % ALIGNMENT;
    struct tally *tally = push_tally_asked(L, &all);
    if (!all)
        return tally_met(L, tally, false);
    if (!open_source(L, &source))
        return source_failed(L, &source);
    while ((size = read_piece(&source, buffer)) > 0)
        httpstatus_scan(&tally->as.scanner, buffer, size, NULL, 0, NULL);
    bool failed = has_failed(&source, size);
    close_source(&source);
    if (failed)
        return source_failed(L, &source);
    finish_tally(tally);
    return 1;
}

/*
 * httpstatus.tally_string()
 * Counts the statuses of a log in a string, which may hold any bytes.
 * @param log string
 * @param options? httpstatus.ConditionOptions
 * @return httpstatus.Tally
 */
static int l_tally_string(lua_State *L)
{
    struct source source;
    bool all;

    lua_settop(L, 2);
    string_source(L, &source);
    struct tally *tally = push_tally_asked(L, &all);
    if (!all)
        return tally_met(L, tally, true);
    httpstatus_scan(&tally->as.scanner, source.data, source.size, NULL, 0, NULL);
    finish_tally(tally);
    return 1;
}

/*
 * Tally:feed()
 * Scans the next piece of the log, which may end anywhere.
 * @param piece string
 * @return httpstatus.Tally
 */
static int tally_feed(lua_State *L)
{
    struct tally *tally = check_tally(L, 1);
    struct httpstatus_text piece = check_text(L, 2, "piece");

    luaL_argcheck(L, !tally->closed, 1, "the tally is closed: make another one and add the two");
    httpstatus_scan(&tally->as.scanner, piece.data, piece.size, NULL, 0, NULL);
    lua_settop(L, 1);
    return 1;
}

/*
 * Tally:close()
 * Ends the log, and counts the last line even if it has no line feed.
 * @return httpstatus.Tally
 */
static int tally_close(lua_State *L)
{
    finish_tally(check_tally(L, 1));
    lua_settop(L, 1);
    return 1;
}

static int push_first_unmatched(lua_State *L, const struct httpstatus_tally *tally)
{
    lua_createtable(L, HTTPSTATUS_FIRST_UNMATCHED, 0);
    for (int i = 0; i < HTTPSTATUS_FIRST_UNMATCHED && tally->first_unmatched[i]; i++) {
        push_count(L, tally->first_unmatched[i]);
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

static int push_classes(lua_State *L, const struct httpstatus_tally *tally)
{
    lua_createtable(L, 0, 6);
    for (int i = 1; i <= 6; i++) {
        push_count(L, httpstatus_tally_class(tally, i % 6));
        lua_setfield(L, -2, i <= 5 ? httpstatus_class_of(i * 100).data : "other");
    }
    return 1;
}

/* {["403.14"] = 2}; the pairs without room are counted as "more" */
static int push_substatuses(lua_State *L, const struct httpstatus_tally *tally)
{
    lua_createtable(L, 0, 4);
    for (int i = 0; i < HTTPSTATUS_PAIRS && tally->pairs[i].count; i++) {
        lua_pushfstring(L, "%d.%d", tally->pairs[i].status, tally->pairs[i].substatus);
        push_count(L, tally->pairs[i].count);
        lua_rawset(L, -3);
    }
    if (tally->more_pairs) {
        push_count(L, tally->more_pairs);
        lua_setfield(L, -2, "more");
    }
    return 1;
}

/* {clf = 2}: records of each format */
static int push_formats(lua_State *L, const struct httpstatus_tally *tally)
{
    lua_createtable(L, 0, 1);
    for (int i = 0; i < HTTPSTATUS_FORMATS; i++) {
        if (tally->formats[i] == 0)
            continue;
        push_count(L, tally->formats[i]);
        lua_setfield(L, -2, httpstatus_format_name((enum httpstatus_format)i));
    }
    return 1;
}

/* The caller's key, or the usual one that all records have; nil for other formats */
static int push_key(lua_State *L, const struct tally *tally)
{
    push_text(L, httpstatus_tally_key(counts_of(tally), tally->key));
    return 1;
}

/*
 * How many records of a log have each status: tally[404]. In Lua 5.2 to 5.4, pairs(tally) is
 * tally:items().
 * @class httpstatus.Tally
 * @field [integer] integer the count of a code, 0 if it does not occur
 * @field format? string
 * @field formats table<string, integer>
 * @field key? string
 * @field lines integer
 * @field records integer
 * @field no_status integer
 * @field skipped integer
 * @field unmatched integer
 * @field first_unmatched integer[]
 * @field excluded integer
 * @field untimed integer
 * @field consumed integer
 * @field classes table<string, integer>
 * @field substatuses table<string, integer>
 * @operator add(httpstatus.Tally): httpstatus.Tally
 */
static int tally_index(lua_State *L)
{
    const struct httpstatus_tally *tally = counts_of(check_tally(L, 1));

    if (lua_type(L, 2) == LUA_TNUMBER) {
        lua_Integer code = check_integer(L, 2, "code");
        bool in_range = code >= HTTPSTATUS_STATUS_MIN && code <= HTTPSTATUS_STATUS_MAX;
        return push_count(L, in_range ? httpstatus_tally_count(tally, (int)code) : 0);
    }
    const char *name = check_text(L, 2, "name").data;
    if (strcmp(name, "lines") == 0)
        return push_count(L, tally->lines);
    if (strcmp(name, "records") == 0)
        return push_count(L, tally->records);
    if (strcmp(name, "no_status") == 0)
        return push_count(L, tally->no_status);
    if (strcmp(name, "skipped") == 0)
        return push_count(L, tally->skipped);
    if (strcmp(name, "unmatched") == 0)
        return push_count(L, tally->unmatched);
    if (strcmp(name, "excluded") == 0)
        return push_count(L, tally->excluded);
    if (strcmp(name, "untimed") == 0)
        return push_count(L, tally->untimed);
    if (strcmp(name, "consumed") == 0)
        return push_count(L, tally->consumed);
    if (strcmp(name, "first_unmatched") == 0)
        return push_first_unmatched(L, tally);
    if (strcmp(name, "classes") == 0)
        return push_classes(L, tally);
    if (strcmp(name, "substatuses") == 0)
        return push_substatuses(L, tally);
    if (strcmp(name, "formats") == 0)
        return push_formats(L, tally);
    if (strcmp(name, "format") == 0) {
        lua_pushstring(L, httpstatus_format_name(httpstatus_tally_format(tally)));
        return 1;
    }
    if (strcmp(name, "key") == 0)
        return push_key(L, lua_touserdata(L, 1));
    lua_getfield(L, lua_upvalueindex(1), name);
    return 1;
}

/* The iterator of tally:items(): the codes that occur, in order. */
static int tally_next(lua_State *L)
{
    const struct httpstatus_tally *tally = counts_of(check_tally(L, 1));
    const lua_Integer least = HTTPSTATUS_STATUS_MIN - 1;
    lua_Integer code = lua_isnoneornil(L, 2) ? least : check_integer(L, 2, "status");

    if (code < least || code > HTTPSTATUS_STATUS_MAX)
        return invalid(L, 2, "status", 2, NULL);
    while (++code <= HTTPSTATUS_STATUS_MAX) {
        uint64_t count = httpstatus_tally_count(tally, (int)code);
        if (count == 0)
            continue;
        lua_pushinteger(L, code);
        push_count(L, count);
        return 2;
    }
    luaL_pushfail(L);
    return 1;
}

/*
 * Tally:items()
 * Iterates over the codes that occur, in order, and their counts: for code, count in tally:items()
 * do
 * @return fun(tally: httpstatus.Tally, code: integer?): integer, integer
 * @return httpstatus.Tally
 */
static int tally_items(lua_State *L)
{
    check_tally(L, 1);
    lua_pushcfunction(L, tally_next);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

/* Sets a field of the table below to the value on top, unless that is an empty table. */
static void set_unless_empty(lua_State *L, const char *name)
{
    if (lua_istable(L, -1)) {
        lua_pushnil(L);
        if (!lua_next(L, -2)) {
            lua_pop(L, 1);
            return;
        }
        lua_pop(L, 2);
    }
    lua_setfield(L, -2, name);
}

/*
 * What Tally:as_table() returns.
 * @class httpstatus.Counts
 * @field format? string the format
 * @field formats? table<string, integer> records of each format
 * @field key? string where JSON records have their status
 * @field lines integer all lines
 * @field records integer records
 * @field no_status integer records without a status
 * @field skipped integer blank lines and comments
 * @field unmatched integer lines that are not a record
 * @field first_unmatched? integer[] line numbers of the first ten of them
 * @field excluded integer records that do not meet the conditions
 * @field untimed integer those of them whose time is unknown
 * @field consumed integer bytes up to the end of the last whole line
 * @field counts? table<string, integer> counts by code, such as "404"
 * @field classes table<string, integer> counts by class
 * @field substatuses? table<string, integer> counts by status and sub-status
 */

/*
 * Tally:as_table()
 * All counts, as a new table that JSON encoders take as it is. Codes are strings, as most encoders
 * refuse lists with gaps; empty tables are left out.
 * @return httpstatus.Counts
 */
static int tally_as_table(lua_State *L)
{
    static const char *const names[] = {
        "format",    "formats",  "key",       "lines",           "records",
        "no_status", "skipped",  "unmatched", "first_unmatched", "excluded",
        "untimed",   "consumed", "classes",   "substatuses",
    };
    const struct httpstatus_tally *tally = counts_of(check_tally(L, 1));

    lua_settop(L, 1);
    lua_createtable(L, 0, 15);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        lua_getfield(L, 1, names[i]);
        set_unless_empty(L, names[i]);
    }
    lua_createtable(L, 0, 0);
    for (int code = HTTPSTATUS_STATUS_MIN; code <= HTTPSTATUS_STATUS_MAX; code++) {
        uint64_t count = httpstatus_tally_count(tally, code);
        if (!count)
            continue;
        lua_pushfstring(L, "%d", code);
        push_count(L, count);
        lua_rawset(L, -3);
    }
    set_unless_empty(L, "counts");
    return 1;
}

static int tally_add(lua_State *L)
{
    const struct tally *left = check_tally(L, 1), *right = check_tally(L, 2);

    for (int i = 1; i <= 2; i++)
        luaL_argcheck(
            L, check_tally(L, i)->closed, i,
            "the tally is still open: close() it first, so that its last line is counted");
    lua_settop(L, 2);
    lua_pushnil(L);
    struct tally *sum = push_tally(L, 3, log_options);
    sum->closed = true;
    sum->as.counts = *counts_of(left);
    httpstatus_tally_add(&sum->as.counts, counts_of(right));
    sum->key = httpstatus_tally_sum_key(counts_of(left), left->key, counts_of(right), right->key);
    if (sum->key.data) {
        lua_getiuservalue(L, sum->key.data == left->key.data ? 1 : 2, 1); /* which it lies in */
        lua_setiuservalue(L, -2, 1);
    }
    return 1;
}

int push_counts(lua_State *L, const struct httpstatus_tally *counts)
{
    struct tally *tally = lua_newuserdatauv(L, sizeof *tally, 1);

    memset(tally, 0, sizeof *tally);
    fill_tally(tally, counts);
    luaL_setmetatable(L, TALLY);
    return 1;
}

void add_tallies(lua_State *L)
{
    lua_getiuservalue(L, 1, 1);
    luaL_getmetafield(L, -1, "__add");
    lua_insert(L, -2);
    lua_getiuservalue(L, 2, 1);
    lua_call(L, 2, 1);
    lua_setiuservalue(L, -2, 1);
}

struct tally *push_tally_option(lua_State *L, int arg)
{
    if (push_option(L, arg, "tally") == LUA_TNIL)
        return NULL;
    struct tally *tally = luaL_testudata(L, -1, TALLY);
    if (!tally)
        invalid(L, arg, "tally", -1, "one of new_tally()");
    return tally;
}

static int tally_equal(lua_State *L)
{
    const struct tally *a = luaL_testudata(L, 1, TALLY), *b = luaL_testudata(L, 2, TALLY);

    lua_pushboolean(L, a && b && httpstatus_tally_equal(counts_of(a), counts_of(b)));
    return 1;
}

/* ", 3 excluded (1 untimed)", or "" */
static void push_excluded(lua_State *L, const struct httpstatus_tally *tally)
{
    const int top = lua_gettop(L);

    lua_pushliteral(L, "");
    if (tally->excluded) {
        lua_pushliteral(L, ", ");
        push_count(L, tally->excluded);
        lua_pushliteral(L, " excluded");
    }
    if (tally->untimed) {
        lua_pushliteral(L, " (");
        push_count(L, tally->untimed);
        lua_pushliteral(L, " untimed)");
    }
    lua_concat(L, lua_gettop(L) - top);
}

static int tally_tostring(lua_State *L)
{
    const struct httpstatus_tally *tally = counts_of(check_tally(L, 1));
    const char *format = httpstatus_format_name(httpstatus_tally_format(tally));

    lua_pushfstring(L, "<Tally %s: ", format ? format : "nil");
    push_count(L, tally->lines);
    lua_pushliteral(L, " lines, ");
    push_count(L, tally->unmatched);
    lua_pushliteral(L, " unmatched");
    push_excluded(L, tally);
    lua_pushliteral(L, ">");
    lua_concat(L, 7);
    return 1;
}

static const luaL_Reg tally_methods[] = {
    {"feed", tally_feed},         {"close", tally_close}, {"items", tally_items},
    {"as_table", tally_as_table}, {NULL, NULL},
};

static const luaL_Reg tally_metamethods[] = {
    {"__pairs", tally_items},       {"__add", tally_add}, {"__eq", tally_equal},
    {"__tostring", tally_tostring}, {NULL, NULL},
};

const luaL_Reg tally_functions[] = {
    {"tally", l_tally},
    {"tally_string", l_tally_string},
    {"new_tally", l_new_tally},
    {NULL, NULL},
};

void make_tally_type(lua_State *L)
{
    make_type(L, TALLY, tally_metamethods, tally_methods, tally_index);
}

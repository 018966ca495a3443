/* select(), records() and extract(): the lines of a log one by one. */
#include "_lines.h"

/* The iterator of select(): number, status or nil, line */
static int lines_next(lua_State *L)
{
    struct lines *lines = luaL_checkudata(L, lua_upvalueindex(1), LINES);
    const struct httpstatus_line *line = next_line(L, lines);

    if (!line)
        return 1;
    push_count(L, line->number);
    if (line->status >= HTTPSTATUS_STATUS_MIN)
        lua_pushinteger(L, line->status);
    else
        lua_pushnil(L);
    push_line(L, lines, line);
    lua_remove(L, -2);
    return 3;
}

/* The iterator of records(): record */
static int records_next(lua_State *L)
{
    struct lines *lines = luaL_checkudata(L, lua_upvalueindex(1), LINES);
    const struct httpstatus_line *next = next_line(L, lines);
    struct room room;

    if (!next)
        return 1;
    const struct httpstatus_line line = *next;
    const size_t batches = lines->batches;
    push_line(L, lines, &line);
    push_room(L, &room);
    /* The scanner has read on, and may have other #Fields. */
    if (lines->batches != batches)
        luaL_error(L, "the lines were gone through or closed by a finalizer");
    return push_record(L, &lines->scanner, &line, &lines->clock, &room);
}

static void add_status(lua_State *L, int at, int arg, struct httpstatus_filter *filter)
{
    char expected[HTTPSTATUS_EXPECTED];
    int whole;
    lua_Integer status = lua_tointegerx(L, at, &whole);

    if (!whole || status < HTTPSTATUS_STATUS_MIN || status > HTTPSTATUS_STATUS_MAX)
        invalid(L, arg, "which", at, httpstatus_expected("status", expected));
    httpstatus_filter_add_status(filter, (int)status);
}

static void add_one(lua_State *L, int at, int arg, struct httpstatus_filter *filter)
{
    int code, substatus;
    size_t size;

    if (lua_type(L, at) == LUA_TNUMBER) {
        add_status(L, at, arg, filter);
        return;
    }
    const char *text = lua_type(L, at) == LUA_TSTRING ? lua_tolstring(L, at, &size) : NULL;
    if (!text)
        invalid(L, arg, "which", at, NULL);
    else if (!httpstatus_filter_add(filter, text, size))
        invalid(L, arg, "which", at,
                httpstatus_read_code(text, size, &code, &substatus) ? "at most 32 sub-statuses"
                                                                    : NULL);
}

/* Adds the value at 'at', which is the argument 'arg' or in it, or each of a list there. */
static void add_which(lua_State *L, int at, int arg, struct httpstatus_filter *filter)
{
    if (lua_type(L, at) != LUA_TTABLE) {
        add_one(L, at, arg, filter);
        return;
    }
    for (lua_Integer i = 1; lua_rawgeti(L, at, i) != LUA_TNIL; i++) {
        add_one(L, lua_gettop(L), arg, filter);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

bool read_which(lua_State *L, int arg, struct httpstatus_filter *filter)
{
    const bool given = push_option(L, arg, "which") != LUA_TNIL;

    if (given)
        add_which(L, lua_gettop(L), arg, filter);
    lua_pop(L, 1);
    return given;
}

/* The values for a generic 'for': the iterator, and the lines, which Lua 5.4 closes after it. */
static int push_iterator(lua_State *L, lua_CFunction next)
{
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, next, 1);
    lua_insert(L, -2);
    lua_pushnil(L);
    lua_insert(L, -2);
    lua_pushnil(L);
    lua_insert(L, -2);
    return 4;
}

/* An iterator of the lines on top, of the path or file at 1; or nil, message, errno. */
static int iterate_source(lua_State *L, struct lines *lines, lua_CFunction next)
{
    if (!open_source(L, &lines->source))
        return source_failed(L, &lines->source);
    lines->live = may_grow(&lines->source);
    return push_iterator(L, next);
}

/* The same of the log itself at 1. */
static int iterate_string(lua_State *L, struct lines *lines, lua_CFunction next)
{
    string_source(L, &lines->source);
    lines->size = lines->source.size;
    return push_iterator(L, next);
}

/*
 * How to read a log, and which of its lines to select.
 * @class httpstatus.SelectOptions: httpstatus.ConditionOptions
 * @field invert? boolean all other lines instead, blank ones and comments too
 */

/* Pushes the lines that select() is asked for. */
static struct lines *push_selected(lua_State *L)
{
    static const char *const names[] = {"invert", LOG_OPTIONS, CONDITION_OPTIONS, NULL};

    lua_settop(L, 3);
    struct lines *lines = push_lines(L, 3, names, true);
    push_option(L, 3, "invert");
    lines->filter.invert = lua_toboolean(L, -1);
    lua_pop(L, 1);
    add_which(L, 2, 2, &lines->filter);
    return lines;
}

/*
 * httpstatus.select()
 * Selects lines: for number, status, line in httpstatus.select("access.log", "5xx") do. Line
 * numbers count from 1; that of a record wrapped over several lines may come after greater ones.
 * The status is nil if the line has none, and the line comes without its line end. Lines of a pipe
 * come as they are written. If the file cannot be opened, select() returns nil, message, errno; if
 * a later read fails, the loop raises an error.
 * @param source httpstatus.Source
 * @param which httpstatus.Which "5xx", 404, "403.14", "error", "redirect", "no_status",
 *     "unmatched", a property such as "is_cacheable", or a list of these
 * @param options? httpstatus.SelectOptions
 * @return fun(): integer, integer?, string
 * @return nil
 * @return nil
 * @return httpstatus.Lines
 */
static int l_select(lua_State *L)
{
    return iterate_source(L, push_selected(L), lines_next);
}

/*
 * httpstatus.select_string()
 * Selects lines of a log in a string.
 * @param log string
 * @param which httpstatus.Which
 * @param options? httpstatus.SelectOptions
 * @return fun(): integer, integer?, string
 * @return nil
 * @return nil
 * @return httpstatus.Lines
 */
static int l_select_string(lua_State *L)
{
    check_string(L, 1, "log");
    return iterate_string(L, push_selected(L), lines_next);
}

/* Pushes the lines that records() is asked for. */
static struct lines *push_recorded(lua_State *L)
{
    lua_settop(L, 3);
    struct lines *lines = push_lines(L, 3, condition_options, true);
    if (lua_isnil(L, 2))
        want_records(&lines->filter);
    else
        add_which(L, 2, 2, &lines->filter);
    return lines;
}

/*
 * httpstatus.records()
 * Goes through the records of a log, with their parts: for record in
 * httpstatus.records("access.log") do. Otherwise it is like select(): records come as they are
 * written to a pipe, a file that cannot be opened gives nil, message, errno, and a read that fails
 * later raises an error in the loop.
 * @param source httpstatus.Source
 * @param which? httpstatus.Which as in select(); every record, with a status or without, if absent
 * @param options? httpstatus.ConditionOptions
 * @return fun(): httpstatus.Record
 * @return nil
 * @return nil
 * @return httpstatus.Lines
 */
static int l_records(lua_State *L)
{
    return iterate_source(L, push_recorded(L), records_next);
}

/*
 * httpstatus.records_string()
 * Goes through the records of a log in a string.
 * @param log string
 * @param which? httpstatus.Which
 * @param options? httpstatus.ConditionOptions
 * @return fun(): httpstatus.Record
 * @return nil
 * @return nil
 * @return httpstatus.Lines
 */
static int l_records_string(lua_State *L)
{
    check_string(L, 1, "log");
    return iterate_string(L, push_recorded(L), records_next);
}

/*
 * How to read a log, and where to put its counts.
 * @class httpstatus.ExtractOptions: httpstatus.LogOptions
 * @field tally? httpstatus.Tally a Tally from new_tally() to get the counts too; it is closed
 *     afterwards
 */

/* Pushes the lines of the log at 1 for extract(); '*tally' gets their counts unless it is NULL. */
static struct lines *push_all_lines(lua_State *L, struct tally **tally)
{
    static const char *const names[] = {"tally", LOG_OPTIONS, NULL};

    lua_settop(L, 2);
    struct lines *lines = push_lines(L, 2, names, false);
    *tally = push_tally_option(L, 2);
    lua_insert(L, -2);
    return lines;
}

/* Pushes the list of all statuses; false if reading fails. */
static bool push_statuses(lua_State *L, struct lines *lines, struct tally *tally)
{
    int self = lua_gettop(L);
    lua_Integer number = 0;

    lua_createtable(L, 0, 0);
    do {
        if (!more_lines(L, self, lines))
            return false;
        for (size_t i = 0; i < lines->line_count; i++) {
            lua_pushinteger(L, lines->lines[i].status);
            lua_rawseti(L, self + 1, ++number);
        }
    } while (lines->line_count);
    if (tally)
        fill_tally(tally, httpstatus_scanner_tally(&lines->scanner));
    return true;
}

/*
 * httpstatus.extract()
 * The status of every record, or NO_STATUS; UNMATCHED or SKIPPED for a line that is not a record.
 * Returns nil, message, errno as tally() does.
 * @param source httpstatus.Source
 * @param options? httpstatus.ExtractOptions
 * @return integer[]?
 * @return string? message
 * @return integer? errno
 */
static int l_extract(lua_State *L)
{
    struct tally *tally;
    struct lines *lines = push_all_lines(L, &tally);

    if (!open_source(L, &lines->source))
        return source_failed(L, &lines->source);
    bool done = push_statuses(L, lines, tally);
    close_source(&lines->source);
    return done ? 1 : source_failed(L, &lines->source);
}

/*
 * httpstatus.extract_string()
 * The status of every record of a log in a string.
 * @param log string
 * @param options? httpstatus.ExtractOptions
 * @return integer[]
 */
static int l_extract_string(lua_State *L)
{
    struct tally *tally;
    struct lines *lines = push_all_lines(L, &tally);

    string_source(L, &lines->source);
    lines->size = lines->source.size;
    push_statuses(L, lines, tally);
    return 1;
}

const luaL_Reg select_functions[] = {
    {"extract", l_extract}, {"extract_string", l_extract_string},
    {"select", l_select},   {"select_string", l_select_string},
    {"records", l_records}, {"records_string", l_records_string},
    {NULL, NULL},
};

/* Top: the values of a part that most records have. */
#include "_source.h"

#define TOP "httpstatus.Top"

static struct httpstatus_top *check_top(lua_State *L, int arg)
{
    return luaL_checkudata(L, arg, TOP);
}

/* ---- Making ---- */

/*
 * How to read a log, and what of it counts.
 * @class httpstatus.TopOptions: httpstatus.ConditionOptions
 * @field by? httpstatus.By the part that counts; "path" if absent
 * @field which? httpstatus.Which|httpstatus.Which[] the records that count, as in select(); "5xx"
 *  if absent
 * @field n? integer how many entries are shown, 1 to 512; 20 if absent
 * @field entries? integer how many are kept, 1 to 512; 512 if absent
 * @field group? httpstatus.Group of paths: "id" also writes ":id" for each segment that is all
 *  digits, a UUID, or 16 or more hexadecimal digits; "query", if absent, only drops the query
 */
const char *const top_options[] = {LOG_OPTIONS, "by",    "which",           "n",
                                   "entries",   "group", CONDITION_OPTIONS, NULL};

static struct httpstatus_top *new_top(lua_State *L)
{
    struct httpstatus_top *top = lua_newuserdatauv(L, sizeof *top, 1);

    luaL_setmetatable(L, TOP);
    return top;
}

static void read_by(lua_State *L, int arg, struct httpstatus_top_options *options)
{
    struct httpstatus_text by = text_option(L, arg, "by");

    options->by = HTTPSTATUS_PART_PATH;
    if (by.data && !httpstatus_top_by(by.data, by.size, &options->by))
        invalid(L, arg, "by", -1, NULL);
    lua_pop(L, 1);
}

static void read_group(lua_State *L, int arg, struct httpstatus_top_options *options)
{
    struct httpstatus_text group = text_option(L, arg, "group");

    if (group.data && (!httpstatus_group_find(group.data, group.size, &options->group) ||
                       httpstatus_top_check(options)))
        invalid(L, arg, "group", -1, NULL);
    lua_pop(L, 1);
}

/* From 1 on: 0 is what the core takes for none. */
static void read_size(lua_State *L, int arg, const char *name,
                      const struct httpstatus_top_options *options, size_t *size)
{
    if (push_option(L, arg, name) != LUA_TNIL) {
        const int number = is_whole(L, -1) ? code_of(lua_tointeger(L, -1)) : 0;
        *size = number > 0 ? (size_t)number : 0;
        if (!*size || httpstatus_top_check(options))
            invalid(L, arg, name, -1, NULL);
    }
    lua_pop(L, 1);
}

struct httpstatus_top *push_top(lua_State *L, int arg)
{
    struct httpstatus_top_options options = {.n = 0};

    read_by(L, arg, &options);
    read_group(L, arg, &options);
    read_size(L, arg, "n", &options, &options.n);
    read_size(L, arg, "entries", &options, &options.entries);
    struct httpstatus_top *top = new_top(L);
    httpstatus_top_init(top, &options);
    return top;
}

static int top_add(lua_State *L)
{
    const struct httpstatus_top *left = check_top(L, 1), *right = check_top(L, 2);

    lua_settop(L, 2);
    struct httpstatus_top *sum = new_top(L);
    *sum = *left;
    luaL_argcheck(L, httpstatus_top_merge(sum, right), 2,
                  "tops of different kinds: expected the same by, group and entries for both");
    add_tallies(L);
    return 1;
}

/* ---- What a top holds ---- */

/* Pushes top.total and the like; false for other names. */
static bool push_number(lua_State *L, const struct httpstatus_top *top, const char *name)
{
    const struct httpstatus_top_options options = httpstatus_top_options(top);
    const struct {
        const char *name;
        uint64_t number;
    } numbers[] = {
        {"n", options.n},
        {"entries", options.entries},
        {"total", httpstatus_top_total(top)},
        {"absent", httpstatus_top_absent(top)},
        {"cut", httpstatus_top_cut(top)},
        {"bound", httpstatus_top_bound(top)},
    };

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (strcmp(numbers[i].name, name) == 0)
            return push_count(L, numbers[i].number);
    return false;
}

/* top.by and the like; else a method */
static int top_index(lua_State *L)
{
    const struct httpstatus_top *top = check_top(L, 1);
    const char *name = check_text(L, 2, "name").data;

    if (push_number(L, top, name))
        return 1;
    if (strcmp(name, "by") == 0)
        lua_pushstring(L, httpstatus_part_name(httpstatus_top_options(top).by));
    else if (strcmp(name, "group") == 0)
        lua_pushstring(L, httpstatus_group_name(httpstatus_top_options(top).group));
    else if (strcmp(name, "exact") == 0)
        lua_pushboolean(L, httpstatus_top_exact(top));
    else if (strcmp(name, "tally") == 0)
        lua_getiuservalue(L, 1, 1);
    else
        lua_getfield(L, lua_upvalueindex(1), name);
    return 1;
}

/* #top: how many entries are shown */
static int top_length(lua_State *L)
{
    return push_count(L, httpstatus_top_count(check_top(L, 1)));
}

/* The iterator of top:items(), which counts its entries: value, count, error */
static int top_next(lua_State *L)
{
    const struct httpstatus_top *top = check_top(L, lua_upvalueindex(1));
    const lua_Integer i = lua_tointeger(L, lua_upvalueindex(2));

    if ((size_t)i == httpstatus_top_count(top)) {
        luaL_pushfail(L);
        return 1;
    }
    lua_pushinteger(L, i + 1);
    lua_replace(L, lua_upvalueindex(2));
    const struct httpstatus_top_entry entry = httpstatus_top_at(top, (size_t)i);
    push_text(L, entry.value);
    push_count(L, entry.count);
    push_count(L, entry.error);
    return 3;
}

/*
 * Top:items()
 * Goes through the entries that are shown: for value, count, error in top:items() do. The most
 * frequent comes first; those of the same count are in the order of their bytes. At least count -
 * error records have the value, and at most count.
 * @return fun(): string, integer, integer
 */
static int top_items(lua_State *L)
{
    check_top(L, 1);
    lua_settop(L, 1);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, top_next, 2);
    return 1;
}

/* Sets the lists of the table on top. */
static void set_columns(lua_State *L, const struct httpstatus_top *top)
{
    static const char *const names[] = {"value", "count", "error"};
    const size_t kept = httpstatus_top_kept(top);

    for (int column = 0; column < 3; column++) {
        lua_createtable(L, (int)kept, 0);
        for (size_t i = 0; i < kept; i++) {
            const struct httpstatus_top_entry entry = httpstatus_top_at(top, i);
            if (column == 0)
                push_text(L, entry.value);
            else
                push_count(L, column == 1 ? entry.count : entry.error);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        lua_setfield(L, -2, names[column]);
    }
}

/*
 * Top:as_table()
 * All of it, as a new table that JSON encoders take as it is, with a list for each column of all
 * entries that are kept, not only of those that are shown.
 * @return httpstatus.TopTable
 */
static int top_as_table(lua_State *L)
{
    static const char *const names[] = {"by",     "group", "n",     "entries", "total",
                                        "absent", "cut",   "bound", "exact"};
    const struct httpstatus_top *top = check_top(L, 1);

    lua_settop(L, 1);
    lua_createtable(L, 0, 12);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        lua_getfield(L, 1, names[i]);
        lua_setfield(L, -2, names[i]);
    }
    if (httpstatus_top_kept(top))
        set_columns(L, top);
    return 1;
}

/* ---- The type ---- */

/*
 * The values of a part that most records have; #top is how many are shown. Tops add up with +, and
 * compare with ==. Unlike tallies and series, they add up exactly only while they are exact:
 * otherwise a sum is right within its errors, but depends on how the log was divided.
 * @class httpstatus.Top
 * @field by httpstatus.By
 * @field group httpstatus.Group
 * @field n integer
 * @field entries integer
 * @field total integer
 * @field absent integer
 * @field cut integer
 * @field bound integer
 * @field exact boolean
 * @field tally httpstatus.Tally
 * @operator add(httpstatus.Top): httpstatus.Top
 * @operator len: integer
 */

static int top_equal(lua_State *L)
{
    const struct httpstatus_top *a = luaL_testudata(L, 1, TOP), *b = luaL_testudata(L, 2, TOP);

    lua_pushboolean(L, a && b && httpstatus_top_equal(a, b));
    return 1;
}

static int top_tostring(lua_State *L)
{
    const struct httpstatus_top *top = check_top(L, 1);

    lua_pushfstring(L, "<Top by %s: %d of %d values, ",
                    httpstatus_part_name(httpstatus_top_options(top).by),
                    (int)httpstatus_top_count(top), (int)httpstatus_top_kept(top));
    push_count(L, httpstatus_top_total(top));
    lua_pushstring(L, httpstatus_top_exact(top) ? " records, exact>" : " records, not exact>");
    lua_concat(L, 3);
    return 1;
}

/*
 * What Top:as_table() returns. Its lists are absent if there is no entry.
 * @class httpstatus.TopTable
 * @field by httpstatus.By the part that is counted
 * @field group httpstatus.Group what counts as one path
 * @field n integer how many entries are shown
 * @field entries integer how many may be kept
 * @field total integer records that are counted
 * @field absent integer those of them that lack the part
 * @field cut integer those whose value is cut
 * @field bound integer a value without an entry is that of at most so many records
 * @field exact boolean whether every count is right
 * @field value? string[] the values
 * @field count? integer[] at most so many records have each
 * @field error? integer[] how much less that may be
 */
static const luaL_Reg top_methods[] = {
    {"items", top_items},
    {"as_table", top_as_table},
    {NULL, NULL},
};

static const luaL_Reg top_metamethods[] = {
    {"__add", top_add},    {"__eq", top_equal}, {"__tostring", top_tostring},
    {"__len", top_length}, {NULL, NULL},
};

void make_top_type(lua_State *L)
{
    make_type(L, TOP, top_metamethods, top_methods, top_index);
}

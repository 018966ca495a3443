/* Series: the records of a log by class and time. */
#include "_source.h"

#define SERIES "httpstatus.Series"

static struct httpstatus_series *check_series(lua_State *L, int arg)
{
    return luaL_checkudata(L, arg, SERIES);
}

static uint64_t class_count(const struct httpstatus_bucket *bucket, int i)
{
    return bucket->counts[class_at(i)];
}

/* ---- Making ---- */

/*
 * How to read a log, and how long its buckets are.
 * @class httpstatus.SeriesOptions: httpstatus.ConditionOptions
 * @field step? integer the length of a bucket in seconds: 1, 10, 60, 600, 3600, 21600 or 86400;
 *  nil: the finest that fits
 */
const char *const series_options[] = {LOG_OPTIONS, "step", CONDITION_OPTIONS, NULL};

static struct httpstatus_series *new_series(lua_State *L)
{
    struct httpstatus_series *series = lua_newuserdatauv(L, sizeof *series, 1);

    luaL_setmetatable(L, SERIES);
    return series;
}

struct httpstatus_series *push_series(lua_State *L, int arg)
{
    struct httpstatus_series *series = new_series(L);
    struct httpstatus_clock clock = {.has_zone = false};
    int step = 0;

    read_clock(L, arg, &clock);
    if (push_option(L, arg, "step") != LUA_TNIL)
        step = is_whole(L, -1) ? code_of(lua_tointeger(L, -1)) : -1;
    if ((step == 0 && !lua_isnil(L, -1)) || !httpstatus_series_init(series, step, &clock))
        invalid(L, arg, "step", -1, NULL);
    lua_pop(L, 1);
    return series;
}

static int series_add(lua_State *L)
{
    const struct httpstatus_series *left = check_series(L, 1), *right = check_series(L, 2);

    lua_settop(L, 2);
    struct httpstatus_series *sum = new_series(L);
    *sum = *left;
    luaL_argcheck(L, httpstatus_series_merge(sum, right), 2,
                  "series of different steps: expected the same step for both, or none");
    add_tallies(L);
    return 1;
}

/* ---- What a series holds ---- */

/* series.step and the like; else a method */
static int series_index(lua_State *L)
{
    const struct httpstatus_series *series = check_series(L, 1);
    const char *name = check_text(L, 2, "name").data;

    if (strcmp(name, "step") == 0)
        return push_count(L, (uint64_t)httpstatus_series_step(series));
    if (strcmp(name, "untimed") == 0)
        return push_count(L, httpstatus_series_untimed(series));
    if (strcmp(name, "overflow") == 0)
        return push_count(L, httpstatus_series_overflow(series));
    if (strcmp(name, "tally") == 0)
        lua_getiuservalue(L, 1, 1);
    else
        lua_getfield(L, lua_upvalueindex(1), name);
    return 1;
}

/* #series: how many buckets there are */
static int series_length(lua_State *L)
{
    return push_count(L, httpstatus_series_count(check_series(L, 1)));
}

/* The iterator of series:items(), which counts its buckets: start, counts */
static int series_next(lua_State *L)
{
    const struct httpstatus_series *series = check_series(L, lua_upvalueindex(1));
    const lua_Integer i = lua_tointeger(L, lua_upvalueindex(2));

    if ((size_t)i == httpstatus_series_count(series)) {
        luaL_pushfail(L);
        return 1;
    }
    lua_pushinteger(L, i + 1);
    lua_replace(L, lua_upvalueindex(2));
    const struct httpstatus_bucket bucket = httpstatus_series_at(series, (size_t)i);
    push_seconds(L, bucket.start);
    lua_createtable(L, 0, HTTPSTATUS_CLASSES);
    for (int j = 0; j < HTTPSTATUS_CLASSES; j++) {
        push_count(L, class_count(&bucket, j));
        lua_setfield(L, -2, class_column(j));
    }
    return 2;
}

/*
 * Series:items()
 * Goes through the buckets that have records, the earliest first: for start, counts in
 * series:items() do. The start is in seconds since 1970; the counts are a table of "1xx" to "5xx",
 * and "other" for the rest and for records without a status.
 * @return fun(): integer, table<string, integer>
 */
static int series_items(lua_State *L)
{
    check_series(L, 1);
    lua_settop(L, 1);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, series_next, 2);
    return 1;
}

/* Sets the column 'i' of the table on top, a list; -1: the starts. */
static void set_column(lua_State *L, const struct httpstatus_series *series, int i)
{
    const size_t count = httpstatus_series_count(series);

    lua_createtable(L, (int)count, 0);
    for (size_t j = 0; j < count; j++) {
        const struct httpstatus_bucket bucket = httpstatus_series_at(series, j);
        if (i < 0)
            push_seconds(L, bucket.start);
        else
            push_count(L, class_count(&bucket, i));
        lua_rawseti(L, -2, (lua_Integer)j + 1);
    }
    lua_setfield(L, -2, i < 0 ? "start" : class_column(i));
}

/*
 * Series:as_table()
 * All of it, as a new table that JSON encoders take as it is, with a list for each column.
 * @return httpstatus.Buckets
 */
static int series_as_table(lua_State *L)
{
    static const char *const names[] = {"step", "untimed", "overflow"};
    const struct httpstatus_series *series = check_series(L, 1);

    lua_settop(L, 1);
    lua_createtable(L, 0, 4 + HTTPSTATUS_CLASSES);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        lua_getfield(L, 1, names[i]);
        lua_setfield(L, -2, names[i]);
    }
    for (int i = -1; i < HTTPSTATUS_CLASSES && httpstatus_series_count(series); i++)
        set_column(L, series, i);
    return 1;
}

/* ---- Rates ---- */

unsigned check_classes(lua_State *L, int arg)
{
    const struct httpstatus_text which = check_string(L, arg, "which");
    const unsigned classes = httpstatus_classes(which.data, which.size);
    char expected[HTTPSTATUS_EXPECTED];

    if (!classes)
        invalid(L, arg, "which", arg, httpstatus_expected("classes", expected));
    return classes;
}

/*
 * Series:rate()
 * The share of a class in each bucket's records, 0 to 1, as a list.
 * @param which string "1xx" to "5xx", "other", or "error" for 4xx and 5xx
 * @return number[]
 */
static int series_rate(lua_State *L)
{
    const struct httpstatus_series *series = check_series(L, 1);
    const unsigned classes = check_classes(L, 2);
    const size_t count = httpstatus_series_count(series);

    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushnumber(L, httpstatus_series_rate(series, i, classes));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/*
 * Series:began()
 * When records of a class became more than usual: begin and end, in seconds since 1970; or nil. It
 * is the run of buckets that has the most of these records in excess of what it would have at the
 * rate of the whole log; of equal runs, the one that ends first. There is none if there are no such
 * records, or if all buckets have the same rate. Otherwise there is one even if the rates differ by
 * chance: compare its rate with the rest. Of several incidents it is the largest, or what spans
 * them; if most of the log is one, the worst of it.
 * @param which string as in rate()
 * @return integer? begin
 * @return integer? end_
 */
static int series_began(lua_State *L)
{
    int64_t begin, end;

    if (!httpstatus_series_began(check_series(L, 1), check_classes(L, 2), &begin, &end)) {
        luaL_pushfail(L);
        return 1;
    }
    push_seconds(L, begin);
    push_seconds(L, end);
    return 2;
}

/* ---- The type ---- */

/*
 * The records of a log by class and time, in buckets of one length; #series is their number. Series
 * add up with +, in any order, and compare with ==.
 * @class httpstatus.Series
 * @field step integer
 * @field untimed integer
 * @field overflow integer
 * @field tally httpstatus.Tally
 * @operator add(httpstatus.Series): httpstatus.Series
 * @operator len: integer
 */

static int series_equal(lua_State *L)
{
    const struct httpstatus_series *a = luaL_testudata(L, 1, SERIES),
                                   *b = luaL_testudata(L, 2, SERIES);

    lua_pushboolean(L, a && b && httpstatus_series_equal(a, b));
    return 1;
}

static int series_tostring(lua_State *L)
{
    const struct httpstatus_series *series = check_series(L, 1);

    lua_pushfstring(L, "<Series: %d buckets of %d s, ", (int)httpstatus_series_count(series),
                    httpstatus_series_step(series));
    push_count(L, httpstatus_series_untimed(series));
    lua_pushliteral(L, " untimed>");
    lua_concat(L, 3);
    return 1;
}

/*
 * What Series:as_table() returns. Its lists are absent if there is no bucket; those of the classes
 * are under "1xx" to "5xx" and "other".
 * @class httpstatus.Buckets
 * @field step integer how long a bucket is
 * @field untimed integer records without a time
 * @field overflow integer records before the buckets that are kept
 * @field start? integer[] when each bucket begins
 * @field [string] integer[] counts by class
 */
static const luaL_Reg series_methods[] = {
    {"items", series_items},
    {"as_table", series_as_table},
    {"rate", series_rate},
    {"began", series_began},
    {NULL, NULL},
};

static const luaL_Reg series_metamethods[] = {
    {"__add", series_add},    {"__eq", series_equal}, {"__tostring", series_tostring},
    {"__len", series_length}, {NULL, NULL},
};

void make_series_type(lua_State *L)
{
    make_type(L, SERIES, series_metamethods, series_methods, series_index);
}

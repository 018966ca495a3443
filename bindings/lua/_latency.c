/* Latency: the durations of a log's records by class. */
#include "_source.h"

#define LATENCY "httpstatus.Latency"

static struct httpstatus_latency *check_latency(lua_State *L, int arg)
{
    return luaL_checkudata(L, arg, LATENCY);
}

/*
 * How to read a log, and whose durations count.
 * @class httpstatus.LatencyOptions: httpstatus.ConditionOptions
 * @field which? httpstatus.Which|httpstatus.Which[] the records that count, as in select(); all if
 *  absent
 */
const char *const latency_options[] = {LOG_OPTIONS, "which", CONDITION_OPTIONS, NULL};

struct httpstatus_latency *push_latency(lua_State *L)
{
    struct httpstatus_latency *latency = lua_newuserdatauv(L, sizeof *latency, 1);

    httpstatus_latency_init(latency);
    luaL_setmetatable(L, LATENCY);
    return latency;
}

static int latency_add(lua_State *L)
{
    const struct httpstatus_latency *left = check_latency(L, 1), *right = check_latency(L, 2);

    lua_settop(L, 2);
    struct httpstatus_latency *sum = push_latency(L);
    *sum = *left;
    httpstatus_latency_merge(sum, right);
    add_tallies(L);
    return 1;
}

/* ---- Numbers ---- */

static int push_duration(lua_State *L, uint64_t nanoseconds)
{
    lua_pushnumber(L, (lua_Number)nanoseconds / 1e9);
    return 1;
}

/* latency.untimed, latency.tally; else a method */
static int latency_index(lua_State *L)
{
    const struct httpstatus_latency *latency = check_latency(L, 1);
    const char *name = check_text(L, 2, "name").data;

    if (strcmp(name, "untimed") == 0)
        return push_count(L, httpstatus_latency_untimed(latency));
    if (strcmp(name, "tally") == 0)
        lua_getiuservalue(L, 1, 1);
    else
        lua_getfield(L, lua_upvalueindex(1), name);
    return 1;
}

/* Those at 'arg'; all if it is nil. */
static unsigned opt_classes(lua_State *L, int arg)
{
    return lua_isnoneornil(L, arg) ? (unsigned)HTTPSTATUS_ALL_CLASSES : check_classes(L, arg);
}

static struct httpstatus_latency_summary check_summary(lua_State *L)
{
    return httpstatus_latency_summary(check_latency(L, 1), opt_classes(L, 2));
}

/*
 * Latency:count()
 * How many records of a class have a duration.
 * @param which? string "1xx" to "5xx", "other", or "error" for 4xx and 5xx; nil: all
 * @return integer
 */
static int latency_count(lua_State *L)
{
    return push_count(L, check_summary(L).count);
}

static int push_unless_empty(lua_State *L, bool known, uint64_t nanoseconds)
{
    if (known)
        return push_duration(L, nanoseconds);
    luaL_pushfail(L);
    return 1;
}

/*
 * Latency:min()
 * The least duration of a class in seconds, exact; nil without records.
 * @param which? string as in count()
 * @return number?
 */
static int latency_min(lua_State *L)
{
    const struct httpstatus_latency_summary summary = check_summary(L);

    return push_unless_empty(L, summary.count, (uint64_t)summary.min);
}

/*
 * Latency:max()
 * The greatest duration of a class in seconds, exact; nil without records.
 * @param which? string as in count()
 * @return number?
 */
static int latency_max(lua_State *L)
{
    const struct httpstatus_latency_summary summary = check_summary(L);

    return push_unless_empty(L, summary.count, (uint64_t)summary.max);
}

/*
 * Latency:sum()
 * The sum of the durations of a class in seconds; nil from 584 years on. By count() it is the mean.
 * @param which? string as in count()
 * @return number?
 */
static int latency_sum(lua_State *L)
{
    const struct httpstatus_latency_summary summary = check_summary(L);

    return push_unless_empty(L, summary.sum < UINT64_MAX, summary.sum);
}

/* ---- Quantiles ---- */

/* The one that the arguments ask for; false if there are no records. */
static bool check_quantile(lua_State *L, struct httpstatus_quantile *quantile)
{
    const struct httpstatus_latency *latency = check_latency(L, 1);
    const lua_Number q = luaL_checknumber(L, 2);
    const unsigned classes = opt_classes(L, 3);

    if (!(q >= 0 && q <= 1))
        invalid(L, 2, "q", 2, NULL);
    return httpstatus_latency_quantile(latency, q, classes, quantile);
}

/*
 * Latency:quantile()
 * The q-quantile of the durations of a class in seconds, by nearest rank: of n durations in order
 * the one at q * n, rounded up. It is given as the middle of its bucket, 3.125 % from it at most,
 * or exactly where it is the first or the last; nil without records.
 * @param q number 0 to 1, to the billionth: 0.99 for the 99th percentile
 * @param which? string as in count()
 * @return number?
 */
static int latency_quantile(lua_State *L)
{
    struct httpstatus_quantile quantile = {.value = 0};
    const bool found = check_quantile(L, &quantile);

    return push_unless_empty(L, found, (uint64_t)quantile.value);
}

/*
 * Latency:bounds()
 * The ends of the bucket that has a quantile, in seconds, of which the second is not in it; nil
 * without records.
 * @param q number as in quantile()
 * @param which? string as in count()
 * @return number? low
 * @return number? high
 */
static int latency_bounds(lua_State *L)
{
    struct httpstatus_quantile quantile = {.value = 0};
    const bool found = check_quantile(L, &quantile);

    push_unless_empty(L, found, quantile.low);
    return 1 + push_unless_empty(L, found, quantile.high);
}

/* ---- Buckets ---- */

/* How many there are. */
static lua_Integer count_buckets(const struct httpstatus_latency *latency)
{
    lua_Integer count = 0;

    for (size_t i = 0; (i = httpstatus_latency_next(latency, i)) < HTTPSTATUS_LATENCY_BUCKETS; i++)
        count++;
    return count;
}

/* #latency */
static int latency_length(lua_State *L)
{
    lua_pushinteger(L, count_buckets(check_latency(L, 1)));
    return 1;
}

/* The iterator of latency:items(), which keeps where it is: low, high, counts */
static int latency_next(lua_State *L)
{
    const struct httpstatus_latency *latency = check_latency(L, lua_upvalueindex(1));
    const size_t i =
        httpstatus_latency_next(latency, (size_t)lua_tointeger(L, lua_upvalueindex(2)));

    if (i == HTTPSTATUS_LATENCY_BUCKETS) {
        luaL_pushfail(L);
        return 1;
    }
    lua_pushinteger(L, (lua_Integer)i + 1);
    lua_replace(L, lua_upvalueindex(2));
    const struct httpstatus_latency_bucket bucket = httpstatus_latency_at(latency, i);
    push_duration(L, bucket.low);
    push_duration(L, bucket.high);
    lua_createtable(L, 0, HTTPSTATUS_CLASSES);
    for (int j = 0; j < HTTPSTATUS_CLASSES; j++) {
        push_count(L, bucket.counts[class_at(j)]);
        lua_setfield(L, -2, class_column(j));
    }
    return 3;
}

/*
 * Latency:items()
 * Goes through the buckets that have records, the shortest durations first: for low, high, counts
 * in latency:items() do. The ends are in seconds, and high is not in the bucket; the counts are a
 * table of "1xx" to "5xx", and "other" for the rest and for records without a status.
 * @return fun(): number, number, table<string, integer>
 */
static int latency_items(lua_State *L)
{
    check_latency(L, 1);
    lua_settop(L, 1);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, latency_next, 2);
    return 1;
}

/* ---- As a table ---- */

/* The columns of the buckets: their ends, then the classes. */
enum { LOW, HIGH, ENDS, BUCKET_COLUMNS = ENDS + HTTPSTATUS_CLASSES };

/* Sets a column of the table on top, a list, if there is a bucket. */
static void set_column(lua_State *L, const struct httpstatus_latency *latency, int column)
{
    lua_Integer count = 0;

    lua_newtable(L);
    for (size_t i = 0; (i = httpstatus_latency_next(latency, i)) < HTTPSTATUS_LATENCY_BUCKETS;
         i++) {
        const struct httpstatus_latency_bucket bucket = httpstatus_latency_at(latency, i);
        if (column < ENDS)
            push_nanoseconds(L, column == LOW ? bucket.low : bucket.high);
        else
            push_count(L, bucket.counts[class_at(column - ENDS)]);
        lua_rawseti(L, -2, ++count);
    }
    lua_setfield(L, -2,
                 column == LOW    ? "low_ns"
                 : column == HIGH ? "high_ns"
                                  : class_column(column - ENDS));
}

/* Sets the summary of a class in the three tables on top, for min, max and sum. */
static void set_summary(lua_State *L, const struct httpstatus_latency *latency, int column)
{
    const struct httpstatus_latency_summary summary =
        httpstatus_latency_summary(latency, 1U << class_at(column));

    if (summary.count) {
        push_nanoseconds(L, (uint64_t)summary.min);
        lua_setfield(L, -4, class_column(column));
        push_nanoseconds(L, (uint64_t)summary.max);
        lua_setfield(L, -3, class_column(column));
    }
    if (summary.count && summary.sum < UINT64_MAX) {
        push_nanoseconds(L, summary.sum);
        lua_setfield(L, -2, class_column(column));
    }
}

/*
 * What Latency:as_table() returns. Durations are in nanoseconds. Its lists and tables are absent if
 * there is no bucket; the lists of the classes are under "1xx" to "5xx" and "other".
 * @class httpstatus.Durations
 * @field untimed integer records without a duration
 * @field min_ns? table<string, integer> the least of each class that has records
 * @field max_ns? table<string, integer> the greatest of each
 * @field sum_ns? table<string, number> the sum of each, below 584 years
 * @field low_ns? integer[] where each bucket begins
 * @field high_ns? integer[] where each ends
 * @field [string] integer[] counts by class
 */

/*
 * Latency:as_table()
 * All of it, as a new table that JSON encoders take as it is, with a list for each column.
 * @return httpstatus.Durations
 */
static int latency_as_table(lua_State *L)
{
    const struct httpstatus_latency *latency = check_latency(L, 1);

    lua_createtable(L, 0, 4 + BUCKET_COLUMNS);
    push_count(L, httpstatus_latency_untimed(latency));
    lua_setfield(L, -2, "untimed");
    if (!count_buckets(latency))
        return 1;
    for (int i = 0; i < BUCKET_COLUMNS; i++)
        set_column(L, latency, i);
    for (int i = 0; i < 3; i++)
        lua_newtable(L);
    for (int i = 0; i < HTTPSTATUS_CLASSES; i++)
        set_summary(L, latency, i);
    lua_setfield(L, -4, "sum_ns");
    lua_setfield(L, -3, "max_ns");
    lua_setfield(L, -2, "min_ns");
    return 1;
}

/* ---- The type ---- */

/*
 * The durations of a log's records by class, a histogram; #latency is the number of buckets that
 * have records. Latencies add up with +, in any order, and compare with ==.
 * @class httpstatus.Latency
 * @field untimed integer
 * @field tally httpstatus.Tally
 * @operator add(httpstatus.Latency): httpstatus.Latency
 * @operator len: integer
 */

static int latency_equal(lua_State *L)
{
    const struct httpstatus_latency *a = luaL_testudata(L, 1, LATENCY),
                                    *b = luaL_testudata(L, 2, LATENCY);

    lua_pushboolean(L, a && b && httpstatus_latency_equal(a, b));
    return 1;
}

static int latency_tostring(lua_State *L)
{
    const struct httpstatus_latency *latency = check_latency(L, 1);

    lua_pushliteral(L, "<Latency: ");
    push_count(L, httpstatus_latency_summary(latency, HTTPSTATUS_ALL_CLASSES).count);
    lua_pushliteral(L, " records, ");
    push_count(L, httpstatus_latency_untimed(latency));
    lua_pushliteral(L, " untimed>");
    lua_concat(L, 5);
    return 1;
}

static const luaL_Reg latency_methods[] = {
    {"count", latency_count}, {"min", latency_min},           {"max", latency_max},
    {"sum", latency_sum},     {"quantile", latency_quantile}, {"bounds", latency_bounds},
    {"items", latency_items}, {"as_table", latency_as_table}, {NULL, NULL},
};

static const luaL_Reg latency_metamethods[] = {
    {"__add", latency_add},
    {"__eq", latency_equal},
    {"__tostring", latency_tostring},
    {"__len", latency_length},
    {NULL, NULL},
};

void make_latency_type(lua_State *L)
{
    make_type(L, LATENCY, latency_metamethods, latency_methods, latency_index);
}

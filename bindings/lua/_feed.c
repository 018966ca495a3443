/* series(), latency(), top(), and tally() with conditions: a whole log, line by line. */
#include "_lines.h"

/* What lines are added to. Its scratch is on top of the stack. */
struct feed {
    struct lines *lines;
    struct httpstatus_series *series; /* one of these, or none */
    struct httpstatus_latency *latency;
    struct httpstatus_top *top;
    unsigned parts;                  /* bits: those that it needs */
    struct httpstatus_filter wanted; /* by the latency or the top */
    struct httpstatus_tally met;     /* with conditions: the records that meet them */
    int self;                        /* where the lines are on the stack */
};

/* The scratch on top, with room to divide a line of that size. */
static char *make_scratch(lua_State *L, size_t size)
{
    if (lua_rawlen(L, -1) < 2 * size) {
        lua_newuserdatauv(L, 4 * size, 0);
        lua_replace(L, -2);
    }
    return lua_touserdata(L, -1);
}

/* Without conditions: the lines that are wanted. */
static void count_line(struct feed *feed, const struct httpstatus_line *line, const char *p,
                       char *scratch)
{
    const struct httpstatus_scanner *scanner = &feed->lines->scanner;

    if (feed->series)
        httpstatus_series_add_line(feed->series, scanner, line, p, scratch);
    else if (feed->latency)
        httpstatus_latency_add_line(feed->latency, scanner, line, p, scratch);
    else
        httpstatus_top_add_line(feed->top, scanner, line, p, scratch);
}

/* A record that meets the conditions. */
static void count_record(struct feed *feed, const struct httpstatus_line *line,
                         const struct httpstatus_record *record)
{
    if (feed->series)
        httpstatus_series_add_record(feed->series, record, line->status);
    else if (!httpstatus_filter_wants(&feed->wanted, line->status, line->substatus))
        return;
    else if (feed->latency)
        httpstatus_latency_add_record(feed->latency, record, line->status);
    else
        httpstatus_top_add_record(feed->top, record);
}

static void add_line(struct feed *feed, const struct httpstatus_line *line, char *scratch)
{
    const struct lines *lines = feed->lines;
    const char *p = bytes_of(lines, line);
    struct httpstatus_record record;

    if (!lines->conditions) {
        count_line(feed, line, p, scratch);
        return;
    }
    const enum httpstatus_answer answer = httpstatus_line_meets(
        lines->conditions, &lines->scanner, line, p, scratch, feed->parts, &record);
    httpstatus_tally_line(&feed->met, line, answer);
    if (answer == HTTPSTATUS_YES && (feed->series || feed->latency || feed->top))
        count_record(feed, line, &record);
}

/* Adds all lines; false if reading fails. */
static bool add_lines(lua_State *L, struct feed *feed)
{
    struct lines *lines = feed->lines;

    do {
        if (!more_lines(L, feed->self, lines))
            return false;
        for (size_t i = 0; i < lines->line_count; i++) {
            const struct httpstatus_line *line = &lines->lines[i];
            add_line(feed, line, make_scratch(L, (size_t)(line->end - line->start)));
        }
    } while (lines->line_count);
    lua_pop(L, 1);
    return true;
}

/* Adds the log at 1; or pushes nil, message, errno, and returns how many these are. */
static int add_source(lua_State *L, struct feed *feed)
{
    struct source *source = &feed->lines->source;

    if (!open_source(L, source))
        return source_failed(L, source);
    const bool done = add_lines(L, feed);
    close_source(source);
    return done ? 0 : source_failed(L, source);
}

/* The same of the log itself at 1. */
static int add_string(lua_State *L, struct feed *feed)
{
    string_source(L, &feed->lines->source);
    feed->lines->size = feed->lines->source.size;
    add_lines(L, feed);
    return 0;
}

static const struct httpstatus_tally *counted(struct feed *feed)
{
    const struct httpstatus_tally *all = httpstatus_scanner_tally(&feed->lines->scanner);

    if (!feed->lines->conditions)
        return all;
    httpstatus_tally_rest(&feed->met, all);
    return &feed->met;
}

/* ---- Tallies ---- */

int tally_met(lua_State *L, struct tally *tally, bool is_string)
{
    const int top = lua_gettop(L);
    struct feed feed = {.lines = push_lines(L, 2, condition_options, false)};

    feed.self = lua_gettop(L);
    lua_newuserdatauv(L, 1, 0);
    const int failed = (is_string ? add_string : add_source)(L, &feed);
    if (failed)
        return failed;
    fill_tally(tally, counted(&feed));
    lua_settop(L, top);
    return 1;
}

/* Adds a log: add_source() or add_string(). */
typedef int add_function(lua_State *L, struct feed *feed);

/* Adds the log at 1 to what is on top, which gets its tally. */
static int fill(lua_State *L, struct feed *feed, add_function *add)
{
    lua_newuserdatauv(L, 1, 0);
    const int failed = add(L, feed);
    if (failed)
        return failed;
    if (feed->top)
        httpstatus_top_end(feed->top);
    push_counts(L, counted(feed));
    lua_setiuservalue(L, -2, 1);
    return 1;
}

/* The lines that are wanted; with conditions every line, so that those that meet them count. */
static void want(struct feed *feed)
{
    if (feed->lines->conditions)
        feed->lines->filter.invert = true;
    else
        feed->lines->filter = feed->wanted;
}

/* ---- Series ---- */

/* Pushes the series that the options at 2 ask for, of the log at 1. */
static int push_series_of(lua_State *L, add_function *add)
{
    lua_settop(L, 2);
    struct feed feed = {.lines = push_lines(L, 2, series_options, false)};
    feed.self = lua_gettop(L);
    feed.series = push_series(L, 2);
    feed.parts = HTTPSTATUS_SERIES_PARTS;
    if (!feed.lines->conditions)
        feed.lines->series = feed.series;
    return fill(L, &feed, add);
}

/*
 * httpstatus.series()
 * Counts the records of a log by class and time. Without a step, that is the finest at which the
 * buckets that have records are at most 2,048: so series of parts add up to that of the whole. If
 * there is not room for all, the latest buckets are kept. A time whose zone is unknown counts as
 * UTC, unless the option zone says otherwise. With conditions only the records that meet them
 * count. Returns nil, message, errno as tally() does.
 * @param source httpstatus.Source
 * @param options? httpstatus.SeriesOptions
 * @return httpstatus.Series?
 * @return string? message
 * @return integer? errno
 */
static int l_series(lua_State *L)
{
    return push_series_of(L, add_source);
}

/*
 * httpstatus.series_string()
 * Counts the records of a log in a string by class and time.
 * @param log string
 * @param options? httpstatus.SeriesOptions
 * @return httpstatus.Series
 */
static int l_series_string(lua_State *L)
{
    check_string(L, 1, "log");
    return push_series_of(L, add_string);
}

/* ---- Latencies ---- */

/* Pushes the latency that the options at 2 ask for, of the log at 1. */
static int push_latency_of(lua_State *L, add_function *add)
{
    lua_settop(L, 2);
    struct feed feed = {.lines = push_lines(L, 2, latency_options, true)};
    feed.self = lua_gettop(L);
    feed.wanted.invert = !read_which(L, 2, &feed.wanted);
    want(&feed);
    feed.latency = push_latency(L);
    feed.parts = HTTPSTATUS_LATENCY_PARTS;
    return fill(L, &feed, add);
}

/*
 * httpstatus.latency()
 * Counts the durations of a log's records by class, in buckets like those of HdrHistogram: 16 of
 * one width between a power of two and the next, in nanoseconds. They are the same for every log,
 * so latencies of parts add up to that of the whole. A record without a duration, or with one that
 * cannot be read, is untimed: so is every record of clf and elb. With the option which or with
 * conditions, only such records count. Returns nil, message, errno as tally() does.
 * @param source httpstatus.Source
 * @param options? httpstatus.LatencyOptions
 * @return httpstatus.Latency?
 * @return string? message
 * @return integer? errno
 */
static int l_latency(lua_State *L)
{
    return push_latency_of(L, add_source);
}

/*
 * httpstatus.latency_string()
 * Counts the durations of the records of a log in a string by class.
 * @param log string
 * @param options? httpstatus.LatencyOptions
 * @return httpstatus.Latency
 */
static int l_latency_string(lua_State *L)
{
    check_string(L, 1, "log");
    return push_latency_of(L, add_string);
}

/* ---- Tops ---- */

/* Pushes the top that the options at 2 ask for, of the log at 1. */
static int push_top_of(lua_State *L, add_function *add)
{
    lua_settop(L, 2);
    struct feed feed = {.lines = push_lines(L, 2, top_options, true)};
    feed.self = lua_gettop(L);
    if (!read_which(L, 2, &feed.wanted))
        httpstatus_filter_add(&feed.wanted, "5xx", 3);
    want(&feed);
    feed.lines->top = feed.top = push_top(L, 2);
    feed.parts = 1U << httpstatus_top_options(feed.top).by;
    return fill(L, &feed, add);
}

/*
 * httpstatus.top()
 * Finds the paths, clients and so on that most records with a status have, server errors if the
 * option which is absent. Up to 512 values every count is right. Beyond that a new value takes the
 * entry of the least count, and takes that count over as its error. The log is counted in slices of
 * 64 MiB. With conditions only the records that meet them count. Returns nil, message, errno as
 * tally() does.
 * @param source httpstatus.Source
 * @param options? httpstatus.TopOptions
 * @return httpstatus.Top?
 * @return string? message
 * @return integer? errno
 */
static int l_top(lua_State *L)
{
    return push_top_of(L, add_source);
}

/*
 * httpstatus.top_string()
 * Finds the paths, clients and so on that most records of a log in a string have.
 * @param log string
 * @param options? httpstatus.TopOptions
 * @return httpstatus.Top
 */
static int l_top_string(lua_State *L)
{
    check_string(L, 1, "log");
    return push_top_of(L, add_string);
}

const luaL_Reg series_functions[] = {
    {"series", l_series},   {"series_string", l_series_string},
    {"latency", l_latency}, {"latency_string", l_latency_string},
    {"top", l_top},         {"top_string", l_top_string},
    {NULL, NULL},
};

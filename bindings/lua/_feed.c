/* series(), top(), and tally() with conditions: a whole log, line by line. */
#include "_lines.h"

/* What lines are added to. Its scratch is on top of the stack. */
struct feed {
    struct lines *lines;
    struct httpstatus_series *series; /* this, or a top, or neither */
    struct httpstatus_top *top;
    struct httpstatus_filter wanted; /* by the top */
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

static void add_line(struct feed *feed, const struct httpstatus_line *line, char *scratch)
{
    const struct lines *lines = feed->lines;
    const char *p = bytes_of(lines, line);
    struct httpstatus_record record;

    if (!lines->conditions && feed->series) {
        httpstatus_series_add_line(feed->series, &lines->scanner, line, p, scratch);
        return;
    }
    if (!lines->conditions) {
        httpstatus_top_add_line(feed->top, &lines->scanner, line, p, scratch);
        return;
    }
    const enum httpstatus_answer answer =
        httpstatus_line_meets(lines->conditions, &lines->scanner, line, p, scratch, &record);
    httpstatus_tally_line(&feed->met, line, answer);
    if (answer == HTTPSTATUS_YES && feed->series)
        httpstatus_series_add_record(feed->series, &record, line->status);
    if (answer == HTTPSTATUS_YES && feed->top &&
        httpstatus_filter_wants(&feed->wanted, line->status, line->substatus))
        httpstatus_top_add_record(feed->top, &record);
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

/* ---- Series ---- */

/* Pushes the series that the options at 2 ask for, of the log at 1. */
static int push_series_of(lua_State *L, int (*add)(lua_State *, struct feed *))
{
    lua_settop(L, 2);
    struct feed feed = {.lines = push_lines(L, 2, series_options, false)};
    feed.self = lua_gettop(L);
    feed.series = push_series(L, 2);
    if (!feed.lines->conditions)
        feed.lines->series = feed.series;
    lua_newuserdatauv(L, 1, 0);
    const int failed = add(L, &feed);
    if (failed)
        return failed;
    push_counts(L, counted(&feed));
    lua_setiuservalue(L, -2, 1);
    return 1;
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

/* ---- Tops ---- */

/* Pushes the top that the options at 2 ask for, of the log at 1. */
static int push_top_of(lua_State *L, int (*add)(lua_State *, struct feed *))
{
    lua_settop(L, 2);
    struct feed feed = {.lines = push_lines(L, 2, top_options, true)};
    feed.self = lua_gettop(L);
    read_which(L, 2, &feed.wanted);
    if (feed.lines->conditions)
        feed.lines->filter.invert = true; /* of every line, so that those that meet them count */
    else
        feed.lines->filter = feed.wanted;
    feed.lines->top = feed.top = push_top(L, 2);
    lua_newuserdatauv(L, 1, 0);
    const int failed = add(L, &feed);
    if (failed)
        return failed;
    httpstatus_top_end(feed.top);
    push_counts(L, counted(&feed));
    lua_setiuservalue(L, -2, 1);
    return 1;
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
    {"series", l_series}, {"series_string", l_series_string},
    {"top", l_top},       {"top_string", l_top_string},
    {NULL, NULL},
};

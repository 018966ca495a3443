/* select(), records(), extract() and series(): a log line by line. */
#include <errno.h>

#include "_source.h"

#define LINES "httpstatus.Lines"

enum { BATCH = 512 };

/* A log that is read line by line. Its user values keep the buffer, string or file alive. */
struct lines {
    struct source source;
    bool live;          /* the log may grow while it is read */
    bool at_end, ended; /* the log; the iteration */
    char *buffer;       /* a file's bytes from the start of the unfinished line on */
    size_t size, capacity, scanned;
    uint64_t base; /* where in the log the buffer begins */
    size_t line_count, next_line;
    size_t batches; /* how often 'lines' has been filled */
    struct httpstatus_clock clock;
    struct httpstatus_series *series; /* which counts what it can on the way; or NULL */
    struct httpstatus_line lines[BATCH];
    struct httpstatus_filter filter;
    struct httpstatus_scanner scanner;
};

enum { ANCHOR = 1, BUFFER = 2, OPTION_KEY = 3 };

/* Pushes the lines of the log at 1, to be read as the options at 'arg', of these names, say. */
static struct lines *push_lines(lua_State *L, int arg, const char *const *names, bool filtered)
{
    struct httpstatus_options options;

    check_log_options(L, arg, names, &options);
    int key = lua_gettop(L) - 2;
    struct lines *lines = lua_newuserdatauv(L, sizeof *lines, 3);
    memset(lines, 0, offsetof(struct lines, lines));
    memset(&lines->filter, 0, sizeof lines->filter);
    init_scanner(L, arg, &lines->scanner, &options, filtered ? &lines->filter : NULL);
    luaL_setmetatable(L, LINES);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, ANCHOR);
    lua_pushvalue(L, key);
    lua_setiuservalue(L, -2, OPTION_KEY);
    return lines;
}

/*
 * Lines:close()
 * Ends the iteration, and closes the file unless that was given open.
 */
static int lines_close(lua_State *L)
{
    struct lines *lines = luaL_checkudata(L, 1, LINES);

    lines->ended = true;
    close_source(&lines->source);
    return 0;
}

/*
 * Lines:tally()
 * A tally of all lines read so far, selected or not.
 * @return httpstatus.Tally
 */
static int lines_tally(lua_State *L)
{
    const struct lines *lines = luaL_checkudata(L, 1, LINES);

    return push_counts(L, &lines->scanner);
}

/*
 * The log that select() or records() iterates over, and the fourth value that they return. Lua 5.4
 * closes it when the loop is left. Before 5.4, call close(), or leave that to the garbage
 * collector.
 * @class httpstatus.Lines
 */
static const luaL_Reg lines_methods[] = {
    {"tally", lines_tally},
    {"close", lines_close},
    {NULL, NULL},
};

static const luaL_Reg lines_metamethods[] = {
    {"__close", lines_close},
    {"__gc", lines_close},
    {NULL, NULL},
};

/* The caller may have closed its file since the last line. */
static void check_open(lua_State *L, int self, const struct lines *lines)
{
    if (!lines->source.file || lines->source.owned)
        return;
    lua_getiuservalue(L, self, ANCHOR);
    if (!((luaL_Stream *)lua_touserdata(L, -1))->closef)
        luaL_error(L, "the file was closed while its lines were read");
    lua_pop(L, 1);
}

/* Drops what has been scanned, except the unfinished line, and makes room for a piece. */
static void make_room(lua_State *L, int self, struct lines *lines)
{
    size_t gone = (size_t)(httpstatus_scanner_line_start(&lines->scanner) - lines->base);

    lines->size -= gone;
    lines->scanned -= gone;
    lines->base += gone;
    if (gone && lines->size)
        memmove(lines->buffer, lines->buffer + gone, lines->size);
    if (lines->capacity - lines->size >= PIECE)
        return;
    size_t capacity = lines->capacity * 2 > lines->size + PIECE ? lines->capacity * 2
                                                                : lines->size + PIECE;
    const char *before = lines->buffer;
    lua_getiuservalue(L, self, BUFFER); /* alive, so that no new buffer can have its address */
    char *buffer = lua_newuserdatauv(L, capacity, 0);
    /* An allocation runs finalizers, and one of them may have used the iterator or the file. */
    if (lines->buffer != before || lines->ended)
        luaL_error(L, "the lines were gone through or closed by a finalizer");
    check_open(L, self, lines);
    if (lines->size)
        memcpy(buffer, lines->buffer, lines->size);
    lua_setiuservalue(L, self, BUFFER);
    lua_pop(L, 1);
    lines->buffer = buffer;
    lines->capacity = capacity;
}

/* Reads on if everything has been scanned; false if that fails. */
static bool read_lines(lua_State *L, int self, struct lines *lines)
{
    if (lines->at_end || lines->scanned < lines->size)
        return true;
    if (lines->source.file) {
        check_open(L, self, lines);
        make_room(L, self, lines);
        size_t size =
            (lines->live ? read_ready : read_piece)(&lines->source, lines->buffer + lines->size);
        lines->size += size;
        if (has_failed(&lines->source, size))
            return false;
    }
    lines->at_end = lines->scanned == lines->size;
    return true;
}

static size_t scan_lines(struct lines *lines, const char *p, size_t size, size_t *used)
{
    if (lines->series)
        return httpstatus_series_scan(lines->series, &lines->scanner, p, size, lines->lines, BATCH,
                                      used);
    return httpstatus_scan(&lines->scanner, p, size, lines->lines, BATCH, used);
}

/* Scans on until there are selected lines, none at the end of the log; false if reading fails. */
static bool more_lines(lua_State *L, int self, struct lines *lines)
{
    lines->next_line = lines->line_count = 0;
    lines->batches++;
    while (lines->line_count == 0) {
        if (!read_lines(L, self, lines))
            return false;
        if (lines->at_end) {
            lines->line_count = httpstatus_finish(&lines->scanner, lines->lines, BATCH);
            return true;
        }
        const char *p = lines->source.file ? lines->buffer : lines->source.data;
        size_t used;
        lines->line_count =
            scan_lines(lines, p + lines->scanned, lines->size - lines->scanned, &used);
        lines->scanned += used;
    }
    return true;
}

static int do_nothing(lua_State *L)
{
    (void)L;
    return 0;
}

/*
 * False if only a signal ended the reading.  A handler such as the one of `lua` for Ctrl-C sets a
 * hook, which runs at the next call: make one here, so that an error of the hook does not meet
 * another error.
 */
static bool has_ended(lua_State *L, struct lines *lines)
{
    if (lines->source.is_cut || errno != EINTR)
        return true;
    clearerr(lines->source.file);
    lua_pushcfunction(L, do_nothing);
    lua_call(L, 0, 0);
    return false;
}

/* The next line of an iterator, which empties the stack; NULL and nil on it after the last. */
static const struct httpstatus_line *next_line(lua_State *L, struct lines *lines)
{
    const int self = lua_upvalueindex(1);

    lua_settop(L, 0);
    while (!lines->ended && lines->next_line == lines->line_count && !more_lines(L, self, lines)) {
        if (!has_ended(L, lines))
            continue;
        source_failed(L, &lines->source);
        luaL_error(L, "%s", lua_tostring(L, -2));
    }
    if (!lines->ended && lines->line_count)
        return &lines->lines[lines->next_line++];
    lines->ended = true;
    close_source(&lines->source);
    luaL_pushfail(L);
    return NULL;
}

/* Pushes what keeps the bytes of a line alive, and the line. */
static void push_line(lua_State *L, const struct lines *lines, const struct httpstatus_line *line)
{
    const char *buffer = lines->buffer, *p = buffer ? buffer : lines->source.data;
    const uint64_t base = lines->base;

    lua_getiuservalue(L, lua_upvalueindex(1), BUFFER);
    lua_pushlstring(L, p + (line->start - base), (size_t)(line->end - line->start));
#if LUA_VERSION_NUM < \
    503 /* a finalizer may have read on before the line was copied; 'p' is still alive */
    if (lines->base != base || lines->buffer != buffer)
        luaL_error(L, "the lines were gone through or closed by a finalizer");
#endif
}

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

static void check_which(lua_State *L, int arg, struct httpstatus_filter *filter)
{
    if (lua_type(L, arg) != LUA_TTABLE) {
        add_one(L, arg, arg, filter);
        return;
    }
    for (lua_Integer i = 1; lua_rawgeti(L, arg, i) != LUA_TNIL; i++) {
        add_one(L, lua_gettop(L), arg, filter);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
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
 * @class httpstatus.SelectOptions: httpstatus.LogOptions
 * @field invert? boolean all other lines instead, blank ones and comments too
 */

/* Pushes the lines that select() is asked for. */
static struct lines *push_selected(lua_State *L)
{
    static const char *const names[] = {"invert", LOG_OPTIONS, NULL};

    lua_settop(L, 3);
    struct lines *lines = push_lines(L, 3, names, true);
    push_option(L, 3, "invert");
    lines->filter.invert = lua_toboolean(L, -1);
    lua_pop(L, 1);
    check_which(L, 2, &lines->filter);
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
    struct lines *lines = push_lines(L, 3, record_options, true);
    read_clock(L, 3, &lines->clock);
    if (lua_isnil(L, 2))
        want_records(&lines->filter);
    else
        check_which(L, 2, &lines->filter);
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
 * @param options? httpstatus.RecordOptions
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
 * @param options? httpstatus.RecordOptions
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
        fill_tally(tally, &lines->scanner);
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

/* ---- series() ---- */

/* The lines and the series of it, pushed as the options at 2 say; what is on top is the series. */
struct serial {
    struct lines *lines;
    struct httpstatus_series *series;
    int self; /* where the lines are on the stack; the series, and the scratch, are above */
};

static struct serial push_serial(lua_State *L)
{
    struct serial serial;

    lua_settop(L, 2);
    serial.lines = push_lines(L, 2, series_options, false);
    serial.self = lua_gettop(L);
    serial.series = serial.lines->series = push_series(L, 2);
    lua_newuserdatauv(L, 1, 0);
    return serial;
}

/* The scratch on top, with room to divide a line of that size. */
static char *make_scratch(lua_State *L, size_t size)
{
    if (lua_rawlen(L, -1) < 2 * size) {
        lua_newuserdatauv(L, 4 * size, 0);
        lua_replace(L, -2);
    }
    return lua_touserdata(L, -1);
}

/* Adds all lines; false if reading fails. */
static bool add_lines(lua_State *L, struct serial *serial)
{
    struct lines *lines = serial->lines;

    do {
        if (!more_lines(L, serial->self, lines))
            return false;
        for (size_t i = 0; i < lines->line_count; i++) {
            const struct httpstatus_line *line = &lines->lines[i];
            char *scratch = make_scratch(L, (size_t)(line->end - line->start));
            const char *p = lines->source.file ? lines->buffer : lines->source.data;
            httpstatus_series_add_line(serial->series, &lines->scanner, line,
                                       p + (line->start - lines->base), scratch);
        }
    } while (lines->line_count);
    lua_pop(L, 1);
    push_counts(L, &lines->scanner);
    lua_setiuservalue(L, -2, 1);
    return true;
}

/*
 * httpstatus.series()
 * Counts the records of a log by class and time. Without a step, that is the finest at which the
 * buckets that have records are at most 2,048: so series of parts add up to that of the whole. If
 * there is not room for all, the latest buckets are kept. A time whose zone is unknown counts as
 * UTC, unless the option zone says otherwise. Returns nil, message, errno as tally() does.
 * @param source httpstatus.Source
 * @param options? httpstatus.SeriesOptions
 * @return httpstatus.Series?
 * @return string? message
 * @return integer? errno
 */
static int l_series(lua_State *L)
{
    struct serial serial = push_serial(L);

    if (!open_source(L, &serial.lines->source))
        return source_failed(L, &serial.lines->source);
    bool done = add_lines(L, &serial);
    close_source(&serial.lines->source);
    return done ? 1 : source_failed(L, &serial.lines->source);
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
    struct serial serial = push_serial(L);

    string_source(L, &serial.lines->source);
    serial.lines->size = serial.lines->source.size;
    add_lines(L, &serial);
    return 1;
}

const luaL_Reg select_functions[] = {
    {"extract", l_extract}, {"extract_string", l_extract_string},
    {"select", l_select},   {"select_string", l_select_string},
    {"records", l_records}, {"records_string", l_records_string},
    {"series", l_series},   {"series_string", l_series_string},
    {NULL, NULL},
};

void make_lines_type(lua_State *L)
{
    luaL_newmetatable(L, LINES);
    protect_metatable(L);
    luaL_setfuncs(L, lines_metamethods, 0);
    luaL_newlib(L, lines_methods);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}

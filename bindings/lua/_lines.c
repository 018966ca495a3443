/* Reading a log line by line. */
#include <errno.h>

#include "_lines.h"

enum { ANCHOR = 1, BUFFER, OPTION_KEY, CONDITIONS, SCRATCH, VALUES = SCRATCH };

struct lines *push_lines(lua_State *L, int arg, const char *const *names, bool filtered)
{
    struct httpstatus_options options;

    check_log_options(L, arg, names, &options);
    int key = lua_gettop(L) - 2;
    struct lines *lines = lua_newuserdatauv(L, sizeof *lines, VALUES);
    memset(lines, 0, offsetof(struct lines, lines));
    memset(&lines->filter, 0, sizeof lines->filter);
    init_scanner(L, arg, &lines->scanner, &options, filtered ? &lines->filter : NULL);
    luaL_setmetatable(L, LINES);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, ANCHOR);
    lua_pushvalue(L, key);
    lua_setiuservalue(L, -2, OPTION_KEY);
    lines->conditions = push_conditions(L, arg, &lines->clock);
    lua_setiuservalue(L, -2, CONDITIONS);
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

    return push_counts(L, httpstatus_scanner_tally(&lines->scanner));
}

/*
 * Lines:untimed()
 * How many records were left out so far because their time is unknown.
 * @return integer
 */
static int lines_untimed(lua_State *L)
{
    const struct lines *lines = luaL_checkudata(L, 1, LINES);

    return push_count(L, lines->untimed);
}

/*
 * The log that select() or records() iterates over, and the fourth value that they return. Lua 5.4
 * closes it when the loop is left. Before 5.4, call close(), or leave that to the garbage
 * collector.
 * @class httpstatus.Lines
 */
static const luaL_Reg lines_methods[] = {
    {"tally", lines_tally},
    {"untimed", lines_untimed},
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
    if (lines->top)
        return httpstatus_top_scan(lines->top, &lines->scanner, p, size, lines->lines, BATCH, used);
    return httpstatus_scan(&lines->scanner, p, size, lines->lines, BATCH, used);
}

bool more_lines(lua_State *L, int self, struct lines *lines)
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
static const struct httpstatus_line *next_selected(lua_State *L, struct lines *lines)
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

/*
 * Makes room to divide a line.  An allocation runs finalizers, and one of them may have used the
 * iterator.
 */
static void make_scratch(lua_State *L, struct lines *lines, size_t size)
{
    const size_t batches = lines->batches;

    if (lines->scratch && lines->room >= 2 * size)
        return;
    char *scratch = lua_newuserdatauv(L, 4 * size + 1, 0);
    if (lines->batches != batches)
        luaL_error(L, "the lines were gone through or closed by a finalizer");
    lua_setiuservalue(L, lua_upvalueindex(1), SCRATCH);
    lines->scratch = scratch;
    lines->room = 4 * size;
}

static bool meets(lua_State *L, struct lines *lines, const struct httpstatus_line *line)
{
    struct httpstatus_record record;

    make_scratch(L, lines, (size_t)(line->end - line->start));
    const enum httpstatus_answer answer = httpstatus_line_meets(lines->conditions, &lines->scanner,
                                                                line, bytes_of(lines, line),
                                                                lines->scratch, 0, &record);
    lines->untimed += answer == HTTPSTATUS_UNKNOWN;
    return answer == HTTPSTATUS_YES;
}

const struct httpstatus_line *next_line(lua_State *L, struct lines *lines)
{
    const struct httpstatus_line *line;

    do
        line = next_selected(L, lines);
    while (line && lines->conditions && !meets(L, lines, line));
    return line;
}

void push_line(lua_State *L, const struct lines *lines, const struct httpstatus_line *line)
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

void make_lines_type(lua_State *L)
{
    luaL_newmetatable(L, LINES);
    protect_metatable(L);
    luaL_setfuncs(L, lines_metamethods, 0);
    luaL_newlib(L, lines_methods);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}

/* Reading a log line by line: what select(), records(), extract() and series() share. */
#ifndef HTTPSTATUS_LUA_LINES_H
#define HTTPSTATUS_LUA_LINES_H

#include "_source.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

#define LINES "httpstatus.Lines"

enum { BATCH = 512 };

/* A log that is read line by line. Its user values keep what it refers to alive. */
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
    struct httpstatus_top *top;       /* which is counted in slices; or NULL */
    const struct httpstatus_conditions *conditions; /* NULL: every line that the filter wants */
    uint64_t untimed; /* lines left out because their time is not known */
    char *scratch;    /* to divide a line */
    size_t room;      /* of that */
    struct httpstatus_line lines[BATCH];
    struct httpstatus_filter filter;
    struct httpstatus_scanner scanner;
};

/* The lines of the log at 1, to be read as the options at 'arg', of these names, say. */
struct lines *push_lines(lua_State *L, int arg, const char *const *names, bool filtered);
/* Scans on until there are selected lines, none at the end of the log; false if reading fails. */
bool more_lines(lua_State *L, int self, struct lines *lines);
/*
 * The next line of an iterator that meets the conditions; NULL and nil on the stack after the last.
 * It empties the stack.
 */
const struct httpstatus_line *next_line(lua_State *L, struct lines *lines);
/* Pushes what keeps the bytes of a line alive, and the line. */
void push_line(lua_State *L, const struct lines *lines, const struct httpstatus_line *line);

static inline const char *bytes_of(const struct lines *lines, const struct httpstatus_line *line)
{
    return (lines->buffer ? lines->buffer : lines->source.data) + (line->start - lines->base);
}

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

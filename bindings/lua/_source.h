/* A log: where its bytes come from, and how it is to be read. */
#ifndef HTTPSTATUS_LUA_SOURCE_H
#define HTTPSTATUS_LUA_SOURCE_H

#include <stdio.h>

#include "_module.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

enum { PIECE = HTTPSTATUS_READ_SIZE, ALIGNMENT = HTTPSTATUS_READ_ALIGNMENT };

struct source {
    FILE *file; /* NULL: the whole log is in 'data' */
    bool owned; /* the file was opened here */
    const char *name;
    const char *data;
    size_t size;
    enum httpstatus_content content; /* of a path that is no plain text, which is refused */
    uint64_t given; /* how many bytes have been read of the file */
    bool is_cut;    /* it ends before that now */
};

/* The path or open file at 1; false if the path cannot be opened or is refused. */
bool open_source(lua_State *L, struct source *source);
/* nil, message, errno: why a source cannot be opened, or read on. */
int source_failed(lua_State *L, const struct source *source);
/* The log itself at 1, which must be a string: a number would become another one, held by nobody. */
void string_source(lua_State *L, struct source *source);
void close_source(struct source *source);

/* Reads a piece of PIECE bytes at most: 0 at the end and on failure, which has_failed() tells apart. */
size_t read_piece(struct source *source, char *buffer);
/* The same of a log that may grow: what is there, and waits only if that is nothing, for a line. */
size_t read_ready(struct source *source, char *buffer);
/* Whether the reading failed that gave 'size' bytes; at its end a path may have been cut meanwhile. */
bool has_failed(struct source *source, size_t size);
/* Whether the log may grow while it is read: a pipe, a terminal, a socket. */
bool may_grow(const struct source *source);

/*
 * How a log is to be read, from the table of options at 'arg', whose texts must stay there.  Leaves
 * three values on the stack.  'other' is an option that the caller looks at; NULL: there is none.
 */
void check_log_options(lua_State *L, int arg, const char *other, struct httpstatus_options *options);
/* Begins a scanner that reads so; an error if the key among the options is none. */
void init_scanner(lua_State *L, int arg, struct httpstatus_scanner *scanner,
                  const struct httpstatus_options *options, const struct httpstatus_filter *filter);

/* _tally.c: pushes what a scanner has counted so far, as a tally. */
int push_counts(lua_State *L, const struct httpstatus_scanner *scanner);
/* Pushes the option 'tally' of the table at 'arg'; NULL if it is absent. */
struct tally;
struct tally *push_tally_option(lua_State *L, int arg);
/* Gives a tally of the caller's what a scanner has counted, and finishes it. */
void fill_tally(struct tally *tally, const struct httpstatus_scanner *scanner);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

/* A log: where its bytes come from, and how to read it. */
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
    bool owned; /* opened here, so closed here */
    const char *name;
    const char *data;
    size_t size;
    enum httpstatus_content content; /* why a path is refused, unless it is plain text */
    uint64_t given;                  /* bytes read so far */
    bool is_cut;                     /* the file is shorter than that now */
};

/* Opens the path, or takes the open file, at 1; false if the path is refused or does not open. */
bool open_source(lua_State *L, struct source *source);
/* Pushes nil, message, errno: why a source cannot be opened or read on. */
int source_failed(lua_State *L, const struct source *source);
/* The log itself at 1. It must be a string: the string made of a number would not be kept alive. */
void string_source(lua_State *L, struct source *source);
void close_source(struct source *source);

/* Reads at most PIECE bytes. 0 at the end and on failure: has_failed() tells which. */
size_t read_piece(struct source *source, char *buffer);
/* The same for a log that may grow: reads what is there, or waits for a line if nothing is. */
size_t read_ready(struct source *source, char *buffer);
/* Whether the read of 'size' bytes failed or, at the end of a path, the file was cut meanwhile. */
bool has_failed(struct source *source, size_t size);
/* Whether the log may grow while it is read: a pipe, a terminal, a socket. */
bool may_grow(const struct source *source);

/*
 * How to read a log, from the table of options at 'arg'.  Leaves three values on the stack: the
 * texts that '*options' points to.  'names' are all options that the function takes: LOG_OPTIONS,
 * those that the caller reads, and NULL.
 */
#define LOG_OPTIONS "format", "key", "fields", "target"
void check_log_options(lua_State *L, int arg, const char *const *names,
                       struct httpstatus_options *options);
/* Begins a scanner with these options; an error if their key is not a valid path. */
void init_scanner(lua_State *L, int arg, struct httpstatus_scanner *scanner,
                  const struct httpstatus_options *options, const struct httpstatus_filter *filter);

/* _conditions.c: what a log is asked for beside how it is read; all options of tally(), say. */
#define CONDITION_OPTIONS \
    "zone", "reference", "since", "until", "method", "path", "exclude_path", "host"
extern const char *const condition_options[];
/*
 * Reads them, of the table at 'arg'.  Pushes what holds the conditions and returns them; nil and
 * NULL if there are none.
 */
const struct httpstatus_conditions *push_conditions(lua_State *L, int arg,
                                                    struct httpstatus_clock *clock);

/* _parts.c: the options of record(). */
extern const char *const record_options[];
/* Makes the filter want every record, with a status or without. */
void want_records(struct httpstatus_filter *filter);

/* Memory for the parts of a record. */
struct room {
    char *parts, *plain; /* those that are put together; one without its escapes */
    char own[3 * 4096];
};
/* Makes room for the record whose line is on top, and pushes what keeps it alive. */
void push_room(lua_State *L, struct room *room);
/* Pushes the record that 'scanner' found last, as a new table. Its line and its room are on top. */
int push_record(lua_State *L, const struct httpstatus_scanner *scanner,
                const struct httpstatus_line *line, const struct httpstatus_clock *clock,
                const struct room *room);

/* _tally.c: pushes a tally of these counts. */
int push_counts(lua_State *L, const struct httpstatus_tally *counts);
/* The class of a column in the order of the API: 1xx to 5xx, and other. */
static inline int class_at(int column)
{
    return (column + 1) % HTTPSTATUS_CLASSES;
}
static inline const char *class_column(int i)
{
    return class_at(i) ? httpstatus_class_of(class_at(i) * 100).data : "other";
}
/* _series.c: the classes that a string names, as bits. */
unsigned check_classes(lua_State *L, int arg);
/* Gives the userdata on top the sum of the tallies of those at 1 and 2: their user values. */
void add_tallies(lua_State *L);
/* _series.c: the options of series(). */
extern const char *const series_options[];
/* Pushes an empty series, to be filled as the options at 'arg' say; its user value is the tally. */
struct httpstatus_series *push_series(lua_State *L, int arg);
/* _top.c: the options of top(). */
extern const char *const top_options[];
/* Pushes an empty top, to be filled as the options at 'arg' say; its user value is the tally. */
struct httpstatus_top *push_top(lua_State *L, int arg);
/* _latency.c: the options of latency(). */
extern const char *const latency_options[];
/* Pushes an empty latency; its user value is the tally. */
struct httpstatus_latency *push_latency(lua_State *L);
/* _select.c: reads the option 'which' of the table at 'arg'; false if it is absent. */
bool read_which(lua_State *L, int arg, struct httpstatus_filter *filter);
/* Pushes the option 'tally' of the table at 'arg'; NULL if it is absent. */
struct tally;
struct tally *push_tally_option(lua_State *L, int arg);
/* Copies the counts, which may be of its own scanner, into a tally of the caller's; closes it. */
void fill_tally(struct tally *tally, const struct httpstatus_tally *counts);
/*
 * _feed.c: counts the records that meet the conditions in the options at 2, of the log at 1, which
 * may be a string.  Closes the tally, which is on top, and returns 1; or pushes nil, message and
 * errno.
 */
int tally_met(lua_State *L, struct tally *tally, bool is_string);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

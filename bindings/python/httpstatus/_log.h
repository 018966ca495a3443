/* What the files about logs share. */
#ifndef HTTPSTATUS_PYTHON_LOG_H
#define HTTPSTATUS_PYTHON_LOG_H

#include "_core.h"

enum { PIECE = HTTPSTATUS_READ_SIZE };

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* Where a log comes from: a path, bytes-like data or a binary file. */
typedef struct {
    Py_buffer data;   /* data.obj is NULL for a file */
    Py_ssize_t given; /* how much of the data has been given out */
    PyObject *file;
    PyObject *path; /* of a file that was opened here, and is closed here; else NULL */
    bool is_plain;  /* such a file has been found to be what it is, not compressed */
} Source;

/* Opens 'object'; to be closed by source_close() whether that fails or not. */
bool source_open(Source *source, PyObject *object);
void source_close(Source *source);

/*
 * Memory that a file may read into.  It belongs to a bytearray, so that a file which keeps a view of
 * it does no harm, and is pinned, so that it stays where it is.
 */
typedef Py_buffer Buffer;
bool buffer_make(Buffer *buffer, Py_ssize_t size);
void buffer_free(Buffer *buffer);

/* Whether a file now ends before what has been read of it: an OSError then. */
bool file_is_cut(int fd, int64_t read);

/*
 * Reads up to PIECE bytes from the file to buffer->buf + offset: how many, 0 at its end, -1 with an
 * exception set.
 */
Py_ssize_t source_read(Source *source, Buffer *buffer, Py_ssize_t offset);

/*
 * Scans the whole source.  'batch' (may be NULL) is called for the lines as they come, the last
 * ones included.  false with an exception set if reading or 'batch' failed.
 */
bool source_scan(Source *source, struct httpstatus_scanner *scanner,
                 bool (*batch)(PyObject *, const struct httpstatus_line *, size_t),
                 PyObject *object);

/* httpstatus_scan() with the interpreter's lock released where that pays. */
size_t scan(struct httpstatus_scanner *scanner, const char *p, size_t size,
            struct httpstatus_line *lines, size_t capacity, size_t *used);

/*
 * How a log is to be read, from the arguments 'format', 'key', 'fields' and 'target', of which any
 * may be NULL; false with an exception set if one is wrong.  The texts belong to the objects.
 */
enum { FORMAT, KEY, FIELDS, TARGET, OPTIONS };
#define OPTION_NAMES "format", "key", "fields", "target"
bool options_from(State *state, PyObject **values, struct httpstatus_options *options);

/* httpstatus_scanner_init(); false with an exception set if the key is wrong. */
bool scanner_init(State *state, struct httpstatus_scanner *scanner,
                  const struct httpstatus_options *options,
                  const struct httpstatus_filter *filter);

/* _tally.c: a finished Tally of what a scanner has counted so far; NULL with an exception set. */
PyObject *tally_of_counts(State *state, const struct httpstatus_tally *counts);
/* Gives a Tally of the caller's these counts, and finishes it; false with an exception set. */
bool tally_fill(State *state, PyObject *tally, const struct httpstatus_tally *counts);

/* _filter.c: wants the lines that 'which' says; false with an exception set if it is wrong. */
bool filter_from(struct httpstatus_filter *filter, PyObject *which);

/* Like code_from(), but -1 is a status that logs have; INT_MIN stands for any other number. */
bool status_from(PyObject *object, const char *name, int *status);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

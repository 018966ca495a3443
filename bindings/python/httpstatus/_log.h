/* Shared by the files about logs. */
#ifndef HTTPSTATUS_PYTHON_LOG_H
#define HTTPSTATUS_PYTHON_LOG_H

#include "_core.h"

enum { PIECE = HTTPSTATUS_READ_SIZE };

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* The source of a log: a path, bytes-like data or a binary file. */
typedef struct {
    Py_buffer data;   /* data.obj is NULL for a file */
    Py_ssize_t given; /* bytes handed out so far */
    PyObject *file;
    PyObject *path; /* of a file opened, and to be closed, here; else NULL */
    bool is_plain;  /* that file has turned out not to be compressed */
} Source;

/* Opens 'object'.  Call source_close() even if that fails. */
bool source_open(Source *source, PyObject *object);
void source_close(Source *source);

/*
 * Memory for a file to read into.  It belongs to a bytearray, so a file that keeps a view of it
 * does no harm, and it is pinned, so it does not move.
 */
typedef Py_buffer Buffer;
bool buffer_make(Buffer *buffer, Py_ssize_t size);
void buffer_free(Buffer *buffer);

/* Whether a file is now shorter than what has been read of it; sets an OSError if so. */
bool file_is_cut(int fd, int64_t read);

/*
 * Reads up to PIECE bytes from the file to buffer->buf + offset.  Returns how many, 0 at the end,
 * -1 with an exception set.
 */
Py_ssize_t source_read(Source *source, Buffer *buffer, Py_ssize_t offset);

/*
 * Scans the whole source and calls 'batch' (may be NULL) for its lines, including the last.  false
 * with an exception set if reading or 'batch' failed.
 */
bool source_scan(Source *source, struct httpstatus_scanner *scanner,
                 bool (*batch)(PyObject *, const struct httpstatus_line *, size_t),
                 PyObject *object);

/*
 * Gives the source to 'feed', piece by piece and without the interpreter's lock; false with an
 * exception set if reading failed, or if 'feed' said false, which means that memory ran out.
 */
bool source_feed(Source *source, bool (*feed)(void *, const char *, size_t), void *object);

/* httpstatus_scan(); releases the interpreter's lock for larger pieces. */
size_t scan(struct httpstatus_scanner *scanner, const char *p, size_t size,
            struct httpstatus_line *lines, size_t capacity, size_t *used);

/*
 * The options from the arguments 'format', 'key', 'fields' and 'target', each of which may be NULL;
 * false with an exception set if one is invalid.  The texts belong to the objects.
 */
enum { FORMAT, KEY, FIELDS, TARGET, OPTIONS };
#define OPTION_NAMES "format", "key", "fields", "target"
bool options_from(State *state, PyObject **values, struct httpstatus_options *options);

/*
 * Several sources, or several threads: what count_all() of _jobs.py answers for the source and the
 * 'count' arguments after it, by name.
 */
PyObject *read_in_jobs(const char *kind, const char *const *names, PyObject **values, int count,
                       int jobs);
/*
 * Finishes a Tally or Series whose source has been read to its end, or 'done' is false, with an
 * exception set: an OSError then gets it as that attribute.  Steals the object, and returns it if
 * all went well.
 */
typedef bool finish_function(PyObject *log, bool torn);
PyObject *log_end(PyObject *log, bool done, finish_function *finish, const char *attribute);
/* A piece of a log, for feed(); release it.  false with an exception set. */
bool piece_from(PyObject *data, Py_buffer *view);
/* The number of threads; 1 if it is not given.  false with an exception set. */
bool jobs_from(PyObject *object, int *jobs);

/* httpstatus_scanner_init(); false with an exception set if the key is invalid. */
bool scanner_init(State *state, struct httpstatus_scanner *scanner,
                  const struct httpstatus_options *options, const struct httpstatus_filter *filter);

/* _tally.c: a closed Tally of the counts so far; NULL with an exception set. */
PyObject *tally_of_counts(State *state, const struct httpstatus_tally *counts);
/* Gives the caller's Tally these counts and closes it; false with an exception set. */
bool tally_fill(State *state, PyObject *tally, const struct httpstatus_tally *counts);

/*
 * _tally_pickle.c: a new reference to an item of a pickled state, since the next look-up may run
 * code of the keys that drops the item.  NULL with an exception set if there is none.
 */
PyObject *state_item(PyObject *state, const char *key);

/* _filter.c: adds 'which' to the filter; false with an exception set if it is invalid. */
bool filter_from(struct httpstatus_filter *filter, PyObject *which);
/*
 * A new reference to 'which', or to a tuple of its items, to go through it several times; NULL with
 * an exception set.
 */
PyObject *which_kept(PyObject *which);
/* The classes that 'which' names, as bits; false with an exception set if it names none. */
bool classes_from(PyObject *which, unsigned *classes);

/* The class of a column in the order of the API: 1xx to 5xx, and other. */
static inline int class_at(int column)
{
    return (column + 1) % HTTPSTATUS_CLASSES;
}
static inline const char *class_column(int i)
{
    return class_at(i) ? httpstatus_class_of(class_at(i) * 100).data : "other";
}

/* sum() starts with 0 and returns it for nothing, such as an empty partition. */
static inline bool is_zero(PyObject *object)
{
    return PyLong_CheckExact(object) && !PyObject_IsTrue(object);
}

/* Like code_from(), but accepts -1, which logs have; INT_MIN stands for any other number. */
bool status_from(PyObject *object, const char *name, int *status);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

/* Reading a log line by line: what the iterators of select() and records() share. */
#ifndef HTTPSTATUS_PYTHON_LINES_H
#define HTTPSTATUS_PYTHON_LINES_H

#include "_conditions.h"

#include <pythread.h>

enum { BATCH = 1024 };

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

typedef struct lines_object Lines;
/* What the iterator gives for a line, whose bytes are at p; NULL without an exception: nothing. */
typedef PyObject *item_function(Lines *self, const struct httpstatus_line *line, const char *p);

/* Such an iterator; the object of a type may begin with it. */
struct lines_object {
    PyObject_HEAD
    Source source;
    item_function *item;
    PyThread_type_lock lock; /* held by the thread that is in next() */
    bool at_end, ended;      /* of the log; of the iteration */
    PyObject *error;         /* what ended the log: raised after its last line; else NULL */
    PyObject *key;           /* an exact str that holds the scanner's key, or NULL */
    Buffer buffer;           /* of a file: the bytes from the start of the unfinished line */
    size_t size, scanned;    /* of the buffer or the data */
    uint64_t base;           /* offset of the buffer in the log */
    size_t line_count, next_line;
    struct httpstatus_conditions *conditions; /* NULL: every line that the filter wants */
    uint64_t untimed; /* lines left out because their time is not known; guarded by the lock */
    char *scratch;    /* to divide a line */
    size_t room;      /* of that */
    struct httpstatus_line lines[BATCH];
    struct httpstatus_filter filter;
    struct httpstatus_scanner scanner;
};

/*
 * A log to be read: the arguments for its source and options, the options, the lines wanted, and
 * conditions, which lines_make() takes over, also on failure.
 */
typedef struct {
    PyObject *source, **values;
    const struct httpstatus_options *options;
    const struct httpstatus_filter *filter;
    struct httpstatus_conditions *conditions;
} Request;

/* A new iterator of the type; NULL with an exception set. */
Lines *lines_make(State *state, PyTypeObject *type, const Request *request, item_function *item);

/* Makes room in 'scratch' for twice as many bytes as the line has; false with an exception set. */
bool lines_scratch(Lines *self, const struct httpstatus_line *line);

/* The slots of such a type. */
int lines_traverse(Lines *self, visitproc visit, void *arg);
void lines_dealloc(Lines *self);
PyObject *lines_next(Lines *self);
PyObject *lines_tally(Lines *self, void *Py_UNUSED(ignored));
PyObject *lines_untimed(Lines *self, void *Py_UNUSED(ignored));
extern PyGetSetDef lines_getset[];

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

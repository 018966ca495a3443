/* What counts a log that it is fed, and keeps its counts when that ends: Series and Top. */
#ifndef HTTPSTATUS_PYTHON_COUNTER_H
#define HTTPSTATUS_PYTHON_COUNTER_H

#include "_conditions.h"
#include "_feeder.h"
#include "_guard.h"
#include "_range.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* What differs between them.  Counts are packed into an object, of bytes, say. */
typedef struct {
    const char *name; /* "series", also of the attribute of an OSError */
    /* NULL with an exception set, all three; the last: 0 or 1, or -1 with one. */
    PyObject *(*pack)(Feeder *feeder); /* what it has counted so far */
    PyObject *(*merge)(PyObject *left, PyObject *right);
    int (*equal)(PyObject *left, PyObject *right);
} CounterKind;

typedef struct {
    PyObject_HEAD
    const CounterKind *kind;
    Guard guard;
    PyObject *key;    /* an exact str that holds the key of the scanner, or NULL */
    Feeder *feeder;   /* of an open one, else NULL */
    PyObject *packed; /* of a closed one */
    PyObject *tally;
} Counter;

/*
 * An empty one, open, whose scanner gets the options, from arguments that hold their texts.  Steals
 * the feeder, which may be NULL with an exception set, also on failure.
 */
Counter *counter_make(PyTypeObject *type, const CounterKind *kind, Feeder *feeder,
                      const struct httpstatus_options *given, PyObject **values);
/* A closed one; steals both, each of which may be NULL with an exception set. */
PyObject *counter_closed(PyTypeObject *type, const CounterKind *kind, PyObject *packed,
                         PyObject *tally);
void counter_dealloc(Counter *self);
/* A new reference to what it has counted, consistent while another thread feeds. */
PyObject *counter_state(Counter *self);

/* Methods and slots. */
PyObject *counter_feed(Counter *self, PyObject *data);
PyObject *counter_close(Counter *self, PyObject *ignored);
PyObject *counter_tally(Counter *self, void *ignored);
PyObject *counter_sum(PyObject *left, PyObject *right);
PyObject *counter_compare(Counter *self, PyObject *other, int operation);

/* Reads a source to its end and returns the counter, closed; steals it, and may be given NULL. */
PyObject *counter_read(Counter *self, PyObject *source);
/* The lines of a range of a file, as (counter, what crosses its end); the same of the reference. */
PyObject *counter_read_range(Counter *self, const RangeArguments *range);

/* What counts a whole log: series(source, ..., jobs=1), and _series_range() beside it. */
typedef struct {
    Signature signature; /* its name is the kind; "source", the values, "jobs" */
    int count;           /* of the values */
    int which;           /* the value that may be an iterator; -1: none */
    /* An empty one, open, from values, each of which may be NULL; NULL with an exception set. */
    Counter *(*make)(PyObject *module, PyObject **values);
} CounterFunction;
PyObject *counter_of_log(const CounterFunction *function, PyObject *module, PyObject *const *args,
                         Py_ssize_t count, PyObject *keywords);
PyObject *counter_of_range(const CounterFunction *function, PyObject *module, PyObject *args,
                           PyObject *keywords);

/* What __reduce__() returns, of a closed one whose state is this dict; steals the dict. */
PyObject *counter_reduce(Counter *self, PyObject *dict);
/*
 * __setstate__() of a dict, of which 'pack' makes the packed counts, and a Tally.  If that fails
 * without an exception, or with that of a wrong type or number, the state is invalid.
 */
PyObject *counter_setstate(Counter *self, PyObject *state, PyObject *(*pack)(PyObject *dict));

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

/* Shared by the files about Series. */
#ifndef HTTPSTATUS_PYTHON_SERIES_H
#define HTTPSTATUS_PYTHON_SERIES_H

#include "_counter.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* A log that is fed to a series. */
typedef struct {
    Feeder log;
    struct httpstatus_series series;
} SeriesFeeder;

/* ---- _series_packed.c ---- */

/* A series in the bytes of a bytes object: only the buckets that it has. */
typedef struct {
    int asked, step;
    uint64_t untimed, overflow;
    size_t count;
    struct httpstatus_bucket buckets[];
} Packed;

static inline const Packed *packed_of(PyObject *bytes)
{
    return (const Packed *)(const void *)PyBytes_AS_STRING(bytes);
}

/* NULL with an exception set. */
PyObject *series_pack(const struct httpstatus_series *series);
/* Free it with PyMem_Free(); NULL with an exception set. */
struct httpstatus_series *series_unpack(PyObject *packed);

/* ---- _series.c ---- */

/*
 * How a log is read: the options, from arguments that hold their texts, the step, and which records
 * count.  Series() has no arguments for that: only the first SERIES_OPTIONS.
 */
enum {
    STEP = OPTIONS,
    SERIES_WHERE,
    SERIES_OPTIONS = SERIES_WHERE + TIME_OPTIONS,
    SERIES_VALUES = SERIES_WHERE + CONDITIONS
};
/* An empty series, open, from SERIES_VALUES arguments, each of which may be NULL. */
Counter *series_make(PyObject *module, PyObject **values);

/* ---- _series_view.c ---- */

extern PyGetSetDef series_getset[];
extern const char series_rate_doc[], series_began_doc[], series_columns_doc[], series_as_dict_doc[];
PyObject *series_rate(Counter *self, PyObject *which);
PyObject *series_began(Counter *self, PyObject *which);
PyObject *series_columns(Counter *self, PyObject *ignored);
PyObject *series_as_dict(Counter *self, PyObject *ignored);
Py_ssize_t series_length(Counter *self);
PyObject *series_item(Counter *self, Py_ssize_t i);
PyObject *series_iter(Counter *self);
PyObject *series_repr(Counter *self);

/* ---- _series_pickle.c ---- */

PyObject *series_reduce(Counter *self, PyObject *ignored);
PyObject *series_setstate(Counter *self, PyObject *state);

/* ---- _series_log.c ---- */

int series_log_add(PyObject *module);

static inline uint64_t class_count(const struct httpstatus_bucket *bucket, int i)
{
    return bucket->counts[class_at(i)];
}

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

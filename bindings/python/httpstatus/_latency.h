/* Shared by the files about Latency. */
#ifndef HTTPSTATUS_PYTHON_LATENCY_H
#define HTTPSTATUS_PYTHON_LATENCY_H

#include "_counter.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* A log that is fed to a latency. */
typedef struct {
    Feeder log;
    struct httpstatus_latency latency;
} LatencyFeeder;

/* A latency is packed as it is, in the bytes of a bytes object. */
static inline const struct httpstatus_latency *latency_in(PyObject *packed)
{
    return (const struct httpstatus_latency *)(const void *)PyBytes_AS_STRING(packed);
}

/* ---- _latency.c ---- */

/*
 * How a log is read, and which records count.  Latency() has no arguments for conditions: only the
 * first LATENCY_OPTIONS.
 */
enum {
    LATENCY_WHICH = OPTIONS,
    LATENCY_OPTIONS,
    LATENCY_WHERE = LATENCY_OPTIONS,
    LATENCY_VALUES = LATENCY_WHERE + CONDITIONS
};
#define LATENCY_NAMES OPTION_NAMES, "which"
/* An empty latency, open, from LATENCY_VALUES arguments, each of which may be NULL. */
Counter *latency_make(PyObject *module, PyObject **values);
/* NULL with an exception set. */
PyObject *latency_pack(const struct httpstatus_latency *latency);

/* ---- _latency_view.c ---- */

extern PyGetSetDef latency_getset[];
extern const char latency_count_doc[], latency_min_doc[], latency_max_doc[], latency_sum_doc[],
    latency_quantile_doc[], latency_bounds_doc[];
PyObject *latency_count(Counter *self, PyObject *args);
PyObject *latency_min(Counter *self, PyObject *args);
PyObject *latency_max(Counter *self, PyObject *args);
PyObject *latency_sum(Counter *self, PyObject *args);
PyObject *latency_quantile(Counter *self, PyObject *args);
PyObject *latency_bounds(Counter *self, PyObject *args);
Py_ssize_t latency_length(Counter *self);
PyObject *latency_iter(Counter *self);
PyObject *latency_repr(Counter *self);

/* ---- _latency_state.c ---- */

extern const char latency_as_dict_doc[];
PyObject *latency_as_dict(Counter *self, PyObject *ignored);
PyObject *latency_reduce(Counter *self, PyObject *ignored);
PyObject *latency_setstate(Counter *self, PyObject *state);

/* ---- _latency_log.c ---- */

int latency_log_add(PyObject *module);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

/* Shared by the files about Series. */
#ifndef HTTPSTATUS_PYTHON_SERIES_H
#define HTTPSTATUS_PYTHON_SERIES_H

#include "_conditions.h"
#include "_feeder.h"
#include "_guard.h"

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

typedef struct {
    PyObject_HEAD
    Guard guard;
    PyObject *key;        /* an exact str that holds the key of the scanner, or NULL */
    SeriesFeeder *feeder; /* of an open series, else NULL */
    PyObject *packed;     /* of a closed one */
    PyObject *tally;
} SeriesObject;

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
typedef struct {
    PyObject **values;
    struct httpstatus_options options;
    int step;
    Conditions conditions;
} SeriesSetup;
/* From SERIES_VALUES arguments, each of which may be NULL; false with an exception set. */
bool series_setup_from(PyObject *module, PyObject **values, SeriesSetup *setup);

/* An empty series, open; takes over the conditions, also on failure. */
SeriesObject *series_make(State *state, const SeriesSetup *setup);
/* Replaces the feeder by what it has counted; false with an exception set. */
bool series_keep(SeriesObject *self);
/* Ends the log and closes the series; false with an exception set. */
bool series_finish(SeriesObject *self, bool torn);
/* A new reference to the packed series, consistent while another thread feeds. */
PyObject *series_state(SeriesObject *self);

/* ---- _series_view.c ---- */

extern PyGetSetDef series_getset[];
extern const char series_rate_doc[], series_began_doc[], series_columns_doc[], series_as_dict_doc[];
PyObject *series_rate(SeriesObject *self, PyObject *which);
PyObject *series_began(SeriesObject *self, PyObject *which);
PyObject *series_columns(SeriesObject *self, PyObject *ignored);
PyObject *series_as_dict(SeriesObject *self, PyObject *ignored);
Py_ssize_t series_length(SeriesObject *self);
PyObject *series_item(SeriesObject *self, Py_ssize_t i);
PyObject *series_iter(SeriesObject *self);
PyObject *series_repr(SeriesObject *self);

/* ---- _series_pickle.c ---- */

PyObject *series_reduce(SeriesObject *self, PyObject *ignored);
PyObject *series_setstate(SeriesObject *self, PyObject *state);

/* ---- _series_log.c ---- */

int series_log_add(PyObject *module);

/* The column of a class in the order of the API: 1xx to 5xx, and other. */
static inline const char *class_column(int i)
{
    return i < HTTPSTATUS_CLASSES - 1 ? httpstatus_class_of((i + 1) * 100).data : "other";
}
static inline uint64_t class_count(const struct httpstatus_bucket *bucket, int i)
{
    return bucket->counts[(i + 1) % HTTPSTATUS_CLASSES];
}

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

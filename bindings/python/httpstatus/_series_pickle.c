/* Pickled series: the state is that of as_dict() and the tally, and every part of it is checked. */
#include "_series.h"

PyObject *series_reduce(Counter *self, PyObject *Py_UNUSED(ignored))
{
    return counter_reduce(self, series_as_dict(self, NULL));
}

/* A number of the state; one that is None is 0. */
static bool number_of(PyObject *state, const char *key, unsigned long long *number)
{
    PyObject *value = state_item(state, key);

    *number = value && value != Py_None ? PyLong_AsUnsignedLongLong(value) : 0;
    Py_XDECREF(value);
    return !PyErr_Occurred();
}

/* The lists of a state, which are exact, and how long all of them are. */
typedef struct {
    PyObject *starts, *counts[HTTPSTATUS_CLASSES];
    Py_ssize_t count;
} Columns;

static void columns_clear(Columns *columns)
{
    Py_XDECREF(columns->starts);
    for (int i = 0; i < HTTPSTATUS_CLASSES; i++)
        Py_XDECREF(columns->counts[i]);
}

static bool take_list(PyObject *state, const char *key, PyObject **list)
{
    *list = state_item(state, key);
    return *list && PyList_CheckExact(*list);
}

/* Call columns_clear() even if it fails. */
static bool columns_from(PyObject *state, Columns *columns)
{
    *columns = (Columns){.starts = NULL};
    if (!take_list(state, "start", &columns->starts))
        return false;
    columns->count = PyList_GET_SIZE(columns->starts);
    for (int i = 0; i < HTTPSTATUS_CLASSES; i++)
        if (!take_list(state, class_column(i), &columns->counts[i]) ||
            PyList_GET_SIZE(columns->counts[i]) != columns->count)
            return false;
    return true;
}

/* Exact ints run no code of their own that could change the lists meanwhile. */
static bool exact_item(PyObject *list, Py_ssize_t i, PyObject **item)
{
    *item = PyList_GET_ITEM(list, i);
    return PyLong_CheckExact(*item);
}

static bool bucket_from(const Columns *columns, Py_ssize_t i, struct httpstatus_bucket *bucket)
{
    uint64_t sum = 0;
    PyObject *item;

    if (!exact_item(columns->starts, i, &item))
        return false;
    bucket->start = PyLong_AsLongLong(item);
    for (int j = 0; j < HTTPSTATUS_CLASSES; j++) {
        if (!exact_item(columns->counts[j], i, &item))
            return false;
        uint64_t *count = &bucket->counts[class_at(j)];
        *count = PyLong_AsUnsignedLongLong(item);
        sum |= *count;
    }
    return !PyErr_Occurred() && sum;
}

/* Whether the buckets came in order, each at a multiple of the step, and all have room. */
static bool restore_buckets(struct httpstatus_series *series, const Columns *columns)
{
    const int step = httpstatus_series_step(series);

    for (Py_ssize_t i = 0; i < columns->count; i++) {
        struct httpstatus_bucket bucket;
        if (!bucket_from(columns, i, &bucket))
            return false;
        if (i < HTTPSTATUS_SERIES_BUCKETS)
            httpstatus_series_add_bucket(series, &bucket);
        if (httpstatus_series_count(series) != (size_t)i + 1 ||
            httpstatus_series_at(series, (size_t)i).start != bucket.start)
            return false;
    }
    return httpstatus_series_step(series) == step;
}

static bool restore_numbers(struct httpstatus_series *series, PyObject *state)
{
    unsigned long long asked, step, untimed, overflow;

    if (!number_of(state, "asked", &asked) || !number_of(state, "step", &step) ||
        !number_of(state, "untimed", &untimed) || !number_of(state, "overflow", &overflow))
        return false;
    return asked <= INT_MAX && step <= INT_MAX &&
           httpstatus_series_init(series, (int)asked, NULL) &&
           httpstatus_series_restore(series, (int)step, untimed, overflow);
}

static bool restore(struct httpstatus_series *series, PyObject *state)
{
    Columns columns;

    if (!restore_numbers(series, state))
        return false;
    bool restored = columns_from(state, &columns) && restore_buckets(series, &columns);
    columns_clear(&columns);
    return restored;
}

static PyObject *packed_from(PyObject *dict)
{
    struct httpstatus_series *series = PyMem_Malloc(sizeof *series);
    PyObject *packed = NULL;

    if (!series)
        return PyErr_NoMemory();
    if (restore(series, dict))
        packed = series_pack(series);
    PyMem_Free(series);
    return packed;
}

PyObject *series_setstate(Counter *self, PyObject *state)
{
    return counter_setstate(self, state, packed_from);
}

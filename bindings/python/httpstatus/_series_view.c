/* The attributes of a Series, its buckets and what follows from them. */
#include "_series.h"

/* ---- Numbers ---- */

enum { SERIES_STEP, SERIES_UNTIMED, SERIES_OVERFLOW };

static PyObject *series_number(Counter *self, void *which)
{
    PyObject *packed = counter_state(self);

    if (!packed)
        return NULL;
    const Packed *series = packed_of(packed);
    const uint64_t numbers[] = {(uint64_t)series->step, series->untimed, series->overflow};
    Py_DECREF(packed);
    return PyLong_FromUnsignedLongLong(numbers[(intptr_t)which]);
}

#define NUMBER(name, which, doc) \
    { \
        name, (getter)series_number, NULL, PyDoc_STR(doc), (void *)(intptr_t)which \
    }

/*
 * class Series:
 *     step: int
 *     untimed: int
 *     overflow: int
 *     tally: Tally
 */
PyGetSetDef series_getset[] = {
    NUMBER("step", SERIES_STEP, DOC_Series_step),
    NUMBER("untimed", SERIES_UNTIMED, DOC_Series_untimed),
    NUMBER("overflow", SERIES_OVERFLOW, DOC_Series_overflow),
    {"tally", (getter)counter_tally, NULL, PyDoc_STR(DOC_Series_tally), NULL},
    {NULL},
};

/* ---- Buckets ---- */

static PyObject *counts_of(const struct httpstatus_bucket *bucket)
{
    PyObject *dict = PyDict_New();

    for (int i = 0; dict && i < HTTPSTATUS_CLASSES; i++)
        dict_add(&dict, PyUnicode_InternFromString(class_column(i)),
                 PyLong_FromUnsignedLongLong(class_count(bucket, i)));
    return dict;
}

static PyObject *bucket_object(const struct httpstatus_bucket *bucket)
{
    PyObject *counts = counts_of(bucket);

    return counts ? Py_BuildValue("LN", (long long)bucket->start, counts) : NULL;
}

Py_ssize_t series_length(Counter *self)
{
    PyObject *packed = counter_state(self);

    if (!packed)
        return -1;
    Py_ssize_t count = (Py_ssize_t)packed_of(packed)->count;
    Py_DECREF(packed);
    return count;
}

PyObject *series_item(Counter *self, Py_ssize_t i)
{
    PyObject *packed = counter_state(self), *item = NULL;

    if (!packed)
        return NULL;
    if (i < 0 || i >= (Py_ssize_t)packed_of(packed)->count)
        PyErr_SetString(PyExc_IndexError, "bucket out of range");
    else
        item = bucket_object(&packed_of(packed)->buckets[i]);
    Py_DECREF(packed);
    return item;
}

PyObject *series_iter(Counter *self)
{
    PyObject *packed = counter_state(self), *list = packed ? PyList_New(0) : NULL;

    for (size_t i = 0; list && i < packed_of(packed)->count; i++)
        list_add(&list, bucket_object(&packed_of(packed)->buckets[i]));
    PyObject *iterator = list ? PyObject_GetIter(list) : NULL;
    Py_XDECREF(list);
    Py_XDECREF(packed);
    return iterator;
}

PyObject *series_repr(Counter *self)
{
    PyObject *packed = counter_state(self);

    if (!packed)
        return NULL;
    const Packed *series = packed_of(packed);
    PyObject *text = PyUnicode_FromFormat("<Series: %zu buckets of %d s, %llu untimed>",
                                          series->count, series->step,
                                          (unsigned long long)series->untimed);
    Py_DECREF(packed);
    return text;
}

/* ---- Columns ---- */

/* An array of 'count' numbers of 8 bytes; fill them through 'view', then release it. */
static PyObject *column_make(const char *letter, size_t count, Py_buffer *view)
{
    PyObject *array = array_make(letter, (Py_ssize_t)count);

    if (!array || PyObject_GetBuffer(array, view, PyBUF_WRITABLE) < 0)
        Py_CLEAR(array);
    return array;
}

static PyObject *starts_column(const Packed *series)
{
    Py_buffer view;
    PyObject *array = column_make("q", series->count, &view);

    if (!array)
        return NULL;
    for (size_t i = 0; i < series->count; i++)
        ((int64_t *)view.buf)[i] = series->buckets[i].start;
    PyBuffer_Release(&view);
    return array;
}

static PyObject *class_counts(const Packed *series, int column)
{
    Py_buffer view;
    PyObject *array = column_make("Q", series->count, &view);

    if (!array)
        return NULL;
    for (size_t i = 0; i < series->count; i++)
        ((uint64_t *)view.buf)[i] = class_count(&series->buckets[i], column);
    PyBuffer_Release(&view);
    return array;
}

static PyObject *columns_of(const Packed *series)
{
    PyObject *dict = PyDict_New();

    if (dict)
        dict_add(&dict, PyUnicode_InternFromString("start"), starts_column(series));
    for (int i = 0; dict && i < HTTPSTATUS_CLASSES; i++)
        dict_add(&dict, PyUnicode_InternFromString(class_column(i)), class_counts(series, i));
    return dict;
}

/*
 * class Series:
 *     def columns(self) -> dict[str, array[int]]: ...
 */
const char series_columns_doc[] = SIGNATURE_Series_columns
    "The buckets as columns: a dict of arrays, 'start' as array('q'), each class as array('Q').\n\n"
    "numpy.frombuffer() and others take them without a copy; pandas.DataFrame() and\n"
    "polars.DataFrame() take the dict.\n\n"
    ">>> import httpstatus\n"
    ">>> log = b'{\"ts\": 60, \"status\": 200}\\n{\"ts\": 61, \"status\": 503}'\n"
    ">>> columns = httpstatus.series(log).columns()\n"
    ">>> columns['start'], columns['5xx']\n"
    "(array('q', [60, 61]), array('Q', [0, 1]))\n";

PyObject *series_columns(Counter *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *packed = counter_state(self);
    PyObject *columns = packed ? columns_of(packed_of(packed)) : NULL;

    Py_XDECREF(packed);
    return columns;
}

/*
 * class Series:
 *     def as_dict(self) -> dict[str, Any]: ...
 */
const char series_as_dict_doc[] = SIGNATURE_Series_as_dict
    "All of it as a dict of ints, lists and None, ready for json.dumps().\n\n"
    "'asked' is the step that was asked for, None if none was.\n\n"
    ">>> import httpstatus\n"
    ">>> d = httpstatus.series(b'{\"ts\": 60, \"status\": 200}', step=60).as_dict()\n"
    ">>> d['step'], d['asked'], d['untimed'], d['start'], d['2xx']\n"
    "(60, 60, 0, [60], [1])\n";

/* The columns as lists. */
static bool add_lists(PyObject *dict, const Packed *series)
{
    PyObject *columns = columns_of(series), *name, *array;
    Py_ssize_t position = 0;
    bool added = columns != NULL;

    while (added && PyDict_Next(columns, &position, &name, &array)) {
        PyObject *list = PySequence_List(array);
        added = list && PyDict_SetItem(dict, name, list) == 0;
        Py_XDECREF(list);
    }
    Py_XDECREF(columns);
    return added;
}

static PyObject *dict_of(const Packed *series)
{
    PyObject *asked = series->asked ? PyLong_FromLong(series->asked) : Py_NewRef(Py_None);
    PyObject *dict = asked ? Py_BuildValue("{si sN sK sK}", "step", series->step, "asked", asked,
                                           "untimed", (unsigned long long)series->untimed,
                                           "overflow", (unsigned long long)series->overflow)
                           : NULL;

    if (dict && !add_lists(dict, series))
        Py_CLEAR(dict);
    return dict;
}

PyObject *series_as_dict(Counter *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *packed = counter_state(self);
    PyObject *dict = packed ? dict_of(packed_of(packed)) : NULL;

    Py_XDECREF(packed);
    return dict;
}

/* ---- Rates ---- */

/* The series to ask about 'which', and its classes; NULL with an exception set. */
static struct httpstatus_series *series_about(Counter *self, PyObject *which, unsigned *classes)
{
    PyObject *packed = classes_from(which, classes) ? counter_state(self) : NULL;
    struct httpstatus_series *series = packed ? series_unpack(packed) : NULL;
    Py_XDECREF(packed);
    return series;
}

/*
 * class Series:
 *     def rate(self, which: _Class | Literal["error"], /) -> array[float]: ...
 */
const char series_rate_doc[] = SIGNATURE_Series_rate
    "The share of a class in each bucket's records, 0 to 1, as an array('d').\n\n"
    "which is '1xx' to '5xx', 'other', or 'error' for 4xx and 5xx.\n\n"
    ">>> import httpstatus\n"
    ">>> log = b'{\"ts\": 60, \"status\": 200}\\n{\"ts\": 61, \"status\": 503}'\n"
    ">>> httpstatus.series(log).rate('5xx')\n"
    "array('d', [0.0, 1.0])\n";

PyObject *series_rate(Counter *self, PyObject *which)
{
    unsigned classes;
    struct httpstatus_series *series = series_about(self, which, &classes);
    Py_buffer view;

    if (!series)
        return NULL;
    const size_t count = httpstatus_series_count(series);
    PyObject *array = column_make("d", count, &view);
    for (size_t i = 0; array && i < count; i++)
        ((double *)view.buf)[i] = httpstatus_series_rate(series, i, classes);
    if (array)
        PyBuffer_Release(&view);
    PyMem_Free(series);
    return array;
}

/*
 * class Series:
 *     def began(self, which: _Class | Literal["error"], /) -> tuple[int, int] | None: ...
 */
const char series_began_doc[] = SIGNATURE_Series_began
    "When records of a class became more than usual: (begin, end), or None.\n\n"
    "which is as in rate(). Both are in seconds since 1970, and end is that of the last bucket.\n"
    "It is the run of buckets that has the most of these records in excess of what it would have\n"
    "at the rate of the whole log; of equal runs, the one that ends first. None: there are none\n"
    "of these records, or all buckets have the same rate.\n\n"
    "There is such a run as soon as the rates differ, even by chance: compare its rate with the\n"
    "rest. Of several incidents it finds the largest, or what spans them. If most of the log is\n"
    "one, only the worst of it stands out. It says when, not why.\n\n"
    ">>> import httpstatus\n"
    ">>> log = b'\\n'.join(b'{\"ts\": %d, \"status\": %d}' % (t, 503 if 70 <= t < 80 else 200)\n"
    "...                  for t in range(60, 100))\n"
    ">>> httpstatus.series(log).began('5xx')\n"
    "(70, 80)\n";

PyObject *series_began(Counter *self, PyObject *which)
{
    unsigned classes;
    int64_t begin, end;
    struct httpstatus_series *series = series_about(self, which, &classes);

    if (!series)
        return NULL;
    bool found = httpstatus_series_began(series, classes, &begin, &end);
    PyMem_Free(series);
    if (!found)
        Py_RETURN_NONE;
    return Py_BuildValue("LL", (long long)begin, (long long)end);
}

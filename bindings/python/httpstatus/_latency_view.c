/* The attributes of a Latency, its buckets and its quantiles. */
#include "_latency.h"

/* ---- Buckets ---- */

static PyObject *seconds_object(uint64_t nanoseconds)
{
    return PyFloat_FromDouble((double)nanoseconds / 1e9);
}

static PyObject *counts_of(const struct httpstatus_latency_bucket *bucket)
{
    PyObject *dict = PyDict_New();

    for (int i = 0; dict && i < HTTPSTATUS_CLASSES; i++)
        dict_add(&dict, PyUnicode_InternFromString(class_column(i)),
                 PyLong_FromUnsignedLongLong(bucket->counts[class_at(i)]));
    return dict;
}

static PyObject *bucket_object(const struct httpstatus_latency_bucket *bucket)
{
    PyObject *counts = counts_of(bucket);

    return counts ? Py_BuildValue("NNN", seconds_object(bucket->low), seconds_object(bucket->high),
                                  counts)
                  : NULL;
}

/* The number of the first bucket from the i-th on; false if there is none. */
static bool next_bucket(PyObject *packed, size_t *i)
{
    *i = httpstatus_latency_next(latency_in(packed), *i);
    return *i < HTTPSTATUS_LATENCY_BUCKETS;
}

Py_ssize_t latency_length(Counter *self)
{
    PyObject *packed = counter_state(self);
    Py_ssize_t count = 0;

    if (!packed)
        return -1;
    for (size_t i = 0; next_bucket(packed, &i); i++)
        count++;
    Py_DECREF(packed);
    return count;
}

PyObject *latency_iter(Counter *self)
{
    PyObject *packed = counter_state(self);
    PyObject *list = packed ? PyList_New(0) : NULL;

    for (size_t i = 0; list && next_bucket(packed, &i); i++) {
        const struct httpstatus_latency_bucket bucket =
            httpstatus_latency_at(latency_in(packed), i);
        list_add(&list, bucket_object(&bucket));
    }
    PyObject *iterator = list ? PyObject_GetIter(list) : NULL;
    Py_XDECREF(list);
    Py_XDECREF(packed);
    return iterator;
}

/* ---- Numbers ---- */

static PyObject *latency_untimed(Counter *self, void *Py_UNUSED(ignored))
{
    PyObject *packed = counter_state(self);

    if (!packed)
        return NULL;
    const uint64_t untimed = httpstatus_latency_untimed(latency_in(packed));
    Py_DECREF(packed);
    return PyLong_FromUnsignedLongLong(untimed);
}

/*
 * class Latency:
 *     untimed: int
 *     tally: Tally
 */
PyGetSetDef latency_getset[] = {
    {"untimed", (getter)latency_untimed, NULL, PyDoc_STR(DOC_Latency_untimed), NULL},
    {"tally", (getter)counter_tally, NULL, PyDoc_STR(DOC_Latency_tally), NULL},
    {NULL},
};

PyObject *latency_repr(Counter *self)
{
    PyObject *packed = counter_state(self);

    if (!packed)
        return NULL;
    const struct httpstatus_latency_summary all =
        httpstatus_latency_summary(latency_in(packed), HTTPSTATUS_ALL_CLASSES);
    PyObject *text =
        PyUnicode_FromFormat("<Latency: %llu records, %llu untimed>", (unsigned long long)all.count,
                             (unsigned long long)httpstatus_latency_untimed(latency_in(packed)));
    Py_DECREF(packed);
    return text;
}

/* Of the classes in the arguments of a method, None or nothing for all; false with an exception. */
static bool summary_from(Counter *self, PyObject *args, const char *format,
                         struct httpstatus_latency_summary *summary)
{
    PyObject *which = Py_None;
    unsigned classes = HTTPSTATUS_ALL_CLASSES;

    if (!PyArg_ParseTuple(args, format, &which) ||
        (which != Py_None && !classes_from(which, &classes)))
        return false;
    PyObject *packed = counter_state(self);
    if (!packed)
        return false;
    *summary = httpstatus_latency_summary(latency_in(packed), classes);
    Py_DECREF(packed);
    return true;
}

/*
 * class Latency:
 *     def count(self, which: _Class | Literal["error"] | None = None, /) -> int: ...
 */
const char latency_count_doc[] = SIGNATURE_Latency_count
    "How many records of a class have a duration.\n\n"
    "which is '1xx' to '5xx', 'other', or 'error' for 4xx and 5xx; None is all.\n\n"
    ">>> import httpstatus\n"
    ">>> log = b'{\"status\":200,\"request_time\":0.25}\\n{\"status\":502,\"request_time\":30}'\n"
    ">>> l = httpstatus.latency(log)\n"
    ">>> l.count(), l.count('5xx')\n"
    "(2, 1)\n";

PyObject *latency_count(Counter *self, PyObject *args)
{
    struct httpstatus_latency_summary summary;

    if (!summary_from(self, args, "|O:count", &summary))
        return NULL;
    return PyLong_FromUnsignedLongLong(summary.count);
}

/*
 * class Latency:
 *     def min(self, which: _Class | Literal["error"] | None = None, /) -> float | None: ...
 */
const char latency_min_doc[] = SIGNATURE_Latency_min
    "The least duration of a class in seconds, exact; None without records. which is as in\n"
    "count().\n\n"
    ">>> import httpstatus\n"
    ">>> log = b'{\"status\":200,\"request_time\":0.25}\\n{\"status\":502,\"request_time\":30}'\n"
    ">>> httpstatus.latency(log).min()\n"
    "0.25\n";

PyObject *latency_min(Counter *self, PyObject *args)
{
    struct httpstatus_latency_summary summary;

    if (!summary_from(self, args, "|O:min", &summary))
        return NULL;
    return summary.count ? seconds_object((uint64_t)summary.min) : Py_NewRef(Py_None);
}

/*
 * class Latency:
 *     def max(self, which: _Class | Literal["error"] | None = None, /) -> float | None: ...
 */
const char latency_max_doc[] = SIGNATURE_Latency_max
    "The greatest duration of a class in seconds, exact; None without records. which is as in\n"
    "count().\n\n"
    ">>> import httpstatus\n"
    ">>> log = b'{\"status\":200,\"request_time\":0.25}\\n{\"status\":502,\"request_time\":30}'\n"
    ">>> httpstatus.latency(log).max()\n"
    "30.0\n";

PyObject *latency_max(Counter *self, PyObject *args)
{
    struct httpstatus_latency_summary summary;

    if (!summary_from(self, args, "|O:max", &summary))
        return NULL;
    return summary.count ? seconds_object((uint64_t)summary.max) : Py_NewRef(Py_None);
}

/*
 * class Latency:
 *     def sum(self, which: _Class | Literal["error"] | None = None, /) -> float | None: ...
 */
const char latency_sum_doc[] = SIGNATURE_Latency_sum
    "The sum of the durations of a class in seconds; None from 584 years on. which is as in\n"
    "count(), by which to divide it for the mean.\n\n"
    ">>> import httpstatus\n"
    ">>> log = b'{\"status\":200,\"request_time\":0.25}\\n{\"status\":502,\"request_time\":30}'\n"
    ">>> httpstatus.latency(log).sum()\n"
    "30.25\n";

PyObject *latency_sum(Counter *self, PyObject *args)
{
    struct httpstatus_latency_summary summary;

    if (!summary_from(self, args, "|O:sum", &summary))
        return NULL;
    return summary.sum < UINT64_MAX ? seconds_object(summary.sum) : Py_NewRef(Py_None);
}

/* ---- Quantiles ---- */

/* 1 with the quantile that the arguments ask for, 0 if there are no records, -1: an exception. */
static int quantile_from(Counter *self, PyObject *args, const char *format,
                         struct httpstatus_quantile *quantile)
{
    PyObject *object, *which = Py_None;
    unsigned classes = HTTPSTATUS_ALL_CLASSES;

    if (!PyArg_ParseTuple(args, format, &object, &which))
        return -1;
    const double q = PyFloat_AsDouble(object);
    if ((q == -1 && PyErr_Occurred()) || (which != Py_None && !classes_from(which, &classes)))
        return -1;
    if (!(q >= 0 && q <= 1)) {
        invalid_value(PyExc_ValueError, "q", object);
        return -1;
    }
    PyObject *packed = counter_state(self);
    if (!packed)
        return -1;
    const int found = httpstatus_latency_quantile(latency_in(packed), q, classes, quantile);
    Py_DECREF(packed);
    return found;
}

/*
 * class Latency:
 *     def quantile(
 *         self, q: float, which: _Class | Literal["error"] | None = None, /,
 *     ) -> float | None: ...
 */
const char latency_quantile_doc[] = SIGNATURE_Latency_quantile
    "The q-quantile of the durations of a class in seconds; None without records.\n\n"
    "q is 0 to 1, to the billionth: 0.99 for the 99th percentile. which is as in count(). It is by\n"
    "nearest rank: of n durations in order the one at q * n, rounded up. That is given as the middle\n"
    "of its bucket, 3.125 % from it at most, or exactly where it is the first or the last.\n\n"
    ">>> import httpstatus\n"
    ">>> log = b'\\n'.join(b'{\"status\": 200, \"request_time\": %d}' % i for i in range(1, 101))\n"
    ">>> l = httpstatus.latency(log)\n"
    ">>> round(l.quantile(0.5), 1), l.quantile(1, '2xx'), l.quantile(0.99, '5xx')\n"
    "(50.5, 100.0, None)\n";

PyObject *latency_quantile(Counter *self, PyObject *args)
{
    struct httpstatus_quantile quantile;
    const int found = quantile_from(self, args, "O|O:quantile", &quantile);

    if (found < 1)
        return found ? NULL : Py_NewRef(Py_None);
    return seconds_object((uint64_t)quantile.value);
}

/*
 * class Latency:
 *     def bounds(
 *         self, q: float, which: _Class | Literal["error"] | None = None, /,
 *     ) -> tuple[float, float] | None: ...
 */
const char latency_bounds_doc[] = SIGNATURE_Latency_bounds
    "The bucket that has a quantile, (low, high) in seconds, as for quantile(); high is not in it.\n\n"
    ">>> import httpstatus\n"
    ">>> httpstatus.latency(b'{\"status\": 200, \"request_time\": 0.25}').bounds(0.5)\n"
    "(0.243269632, 0.25165824)\n";

PyObject *latency_bounds(Counter *self, PyObject *args)
{
    struct httpstatus_quantile quantile;
    const int found = quantile_from(self, args, "O|O:bounds", &quantile);

    if (found < 1)
        return found ? NULL : Py_NewRef(Py_None);
    return Py_BuildValue("NN", seconds_object(quantile.low), seconds_object(quantile.high));
}

/* series(): the Series of a whole log, or of a range of a file for threads that share it. */
#include "_series.h"

/*
 * def series(
 *     source: _Source | list[_S] | tuple[_Source, ...], format: _Format = "auto", *,
 *     key: str | None = None, fields: str | None = None, target: bool = False,
 *     step: SupportsIndex | None = None, zone: SupportsIndex | tzinfo | None = None,
 *     reference: SupportsIndex | datetime | None = None, since: _Instant | None = None,
 *     until: _Instant | None = None, method: str | None = None, path: str | None = None,
 *     exclude_path: str | None = None, host: str | None = None, jobs: SupportsIndex = 1,
 * ) -> Series: ...
 */
PyDoc_STRVAR(series_function_doc,
SIGNATURE_series
"Count the records of a log by class and time and return a Series.\n\n"
"step is the length of a bucket in seconds: 1, 10, 60, 600, 3600, 21600 or 86400. None chooses\n"
"the finest at which the buckets that have records are at most 2,048. That depends on the times\n"
"alone, so series of parts add up to that of the whole. If there is not room for all, the latest\n"
"buckets are kept, and .overflow counts the records of the others.\n\n"
"A record without a time, or with one that cannot be read, counts as .untimed. A time whose zone\n"
"is unknown counts as UTC, unless zone says otherwise; one without a year needs reference: both\n"
"are as in record(). With since, until, method, path, exclude_path and host only the records\n"
"that meet them count. They, the other arguments, and the errors, are as in tally(); the attribute\n"
"of the OSError is series.\n\n"
">>> import httpstatus\n"
">>> log = (b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET /a HTTP/1.1\" 500 7\\n'\n"
"...        b'::1 - - [10/Oct/2000:13:56:01 -0700] \"GET /b HTTP/1.1\" 200 7\\n')\n"
">>> s = httpstatus.series(log, step=60)\n"
">>> [(start, counts['5xx']) for start, counts in s]\n"
"[(971211300, 1), (971211360, 0)]\n"
">>> s.began('5xx')\n"
"(971211300, 971211360)\n");

static const CounterFunction function = {
    .signature = {"series", 2, 1, {"source", OPTION_NAMES, "step", CONDITION_NAMES, "jobs"}},
    .count = SERIES_VALUES,
    .which = -1,
    .make = series_make,
};

static PyObject *series(PyObject *module, PyObject *const *args, Py_ssize_t count,
                        PyObject *keywords)
{
    return counter_of_log(&function, module, args, count, keywords);
}

/* _series_range(fd, start, end, last, carry, progress, name=...): as _tally_range(). */
static PyObject *series_range(PyObject *module, PyObject *args, PyObject *keywords)
{
    return counter_of_range(&function, module, args, keywords);
}

static PyMethodDef functions[] = {
    {"series", (PyCFunction)(void (*)(void))series, METH_FASTCALL | METH_KEYWORDS,
     series_function_doc},
    {"_series_range", (PyCFunction)(void (*)(void))series_range, METH_VARARGS | METH_KEYWORDS,
     NULL},
    {NULL},
};

int series_log_add(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}

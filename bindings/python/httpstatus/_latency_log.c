/* latency(): the Latency of a whole log, or of a range of a file for threads that share it. */
#include "_latency.h"

/*
 * def latency(
 *     source: _Source | list[_S] | tuple[_Source, ...], format: _Format = "auto", *,
 *     key: str | None = None, fields: str | None = None, target: bool = False,
 *     which: _Which | Iterable[_Which] | None = None,
 *     zone: SupportsIndex | tzinfo | None = None,
 *     reference: SupportsIndex | datetime | None = None, since: _Instant | None = None,
 *     until: _Instant | None = None, method: str | None = None, path: str | None = None,
 *     exclude_path: str | None = None, host: str | None = None, jobs: SupportsIndex = 1,
 * ) -> Latency: ...
 */
PyDoc_STRVAR(latency_function_doc,
SIGNATURE_latency
"Count the durations of a log's records by class and return a Latency.\n\n"
"The buckets are those of HdrHistogram: 16 of one width between a power of two and the next, in\n"
"nanoseconds, up to 292 years. They are the same for every log, so latencies of parts add up to\n"
"that of the whole. A record without a duration, or with one that cannot be read, counts as\n"
".untimed: so does every record of clf and elb. With which, as in select(), only such records\n"
"count. The other arguments and the errors are as in tally(); the attribute of the OSError is\n"
"latency.\n\n"
">>> import httpstatus\n"
">>> log = (b'{\"status\": 200, \"request_time\": 0.25}\\n'\n"
"...        b'{\"status\": 502, \"request_time\": 30}\\n'\n"
"...        b'{\"status\": 200}\\n')\n"
">>> l = httpstatus.latency(log)\n"
">>> l\n"
"<Latency: 2 records, 1 untimed>\n"
">>> l.quantile(0.99), l.quantile(0.99, '2xx')\n"
"(30.0, 0.25)\n"
">>> httpstatus.latency(log, which=502).count()\n"
"1\n");

static const CounterFunction function = {
    .signature = {"latency", 2, 1, {"source", LATENCY_NAMES, CONDITION_NAMES, "jobs"}},
    .count = LATENCY_VALUES,
    .which = LATENCY_WHICH,
    .make = latency_make,
};

static PyObject *latency(PyObject *module, PyObject *const *args, Py_ssize_t count,
                         PyObject *keywords)
{
    return counter_of_log(&function, module, args, count, keywords);
}

/* _latency_range(fd, start, end, last, carry, progress, name=...): as _tally_range(). */
static PyObject *latency_range(PyObject *module, PyObject *args, PyObject *keywords)
{
    return counter_of_range(&function, module, args, keywords);
}

static PyMethodDef functions[] = {
    {"latency", (PyCFunction)(void (*)(void))latency, METH_FASTCALL | METH_KEYWORDS,
     latency_function_doc},
    {"_latency_range", (PyCFunction)(void (*)(void))latency_range, METH_VARARGS | METH_KEYWORDS,
     NULL},
    {NULL},
};

int latency_log_add(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}

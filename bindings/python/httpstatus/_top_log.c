/* top(): the Top of a whole log, or of a slice of a file for threads that share it. */
#include "_top.h"

/*
 * def top(
 *     source: _Source | list[_S] | tuple[_Source, ...], by: _By = "path",
 *     which: _Which | Iterable[_Which] = "5xx", n: SupportsIndex = 20,
 *     format: _Format = "auto", *, key: str | None = None, fields: str | None = None,
 *     target: bool = False, group: _Group | None = None,
 *     entries: SupportsIndex = HTTPSTATUS_TOP_ENTRIES,
 *     zone: SupportsIndex | tzinfo | None = None,
 *     reference: SupportsIndex | datetime | None = None, since: _Instant | None = None,
 *     until: _Instant | None = None, method: str | None = None, path: str | None = None,
 *     exclude_path: str | None = None, host: str | None = None, jobs: SupportsIndex = 1,
 * ) -> Top: ...
 */
PyDoc_STRVAR(top_function_doc,
SIGNATURE_top
"Find the paths, clients and so on that most records with a status have, and return a Top.\n\n"
"by is 'path', 'client', 'host', 'method', 'agent' or 'referer': the part of a Record, without\n"
"the escapes of the log. which is as in select(), and n is how many entries are shown. Paths are\n"
"without their query; group='id' also writes ':id' for each segment of a path that is all\n"
"digits, a UUID, or 16 or more hexadecimal digits.\n\n"
"The memory is fixed: up to 512 values, or entries, every count is right. Beyond that a new value\n"
"takes the entry of the least count, and takes that count over as its error: there are at least\n"
"count - error records with the value, and at most count. A value without an entry is that of at\n"
"most .bound records. Values of more than 160 bytes are cut; .cut counts their records. .exact\n"
"says whether neither has happened. .total counts all records, .absent those without the part.\n\n"
"The log is counted in slices of 64 MiB that are added up in their order, whatever jobs is: so\n"
"the result is the same. The other arguments, and the errors, are as in tally(); the attribute\n"
"of the OSError is top.\n\n"
">>> import httpstatus\n"
">>> log = (b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET /a?b HTTP/1.1\" 500 7\\n'\n"
"...        b'::1 - - [10/Oct/2000:13:56:01 -0700] \"GET /users/7 HTTP/1.1\" 502 7\\n'\n"
"...        b'::2 - - [10/Oct/2000:13:56:01 -0700] \"GET /users/8 HTTP/1.1\" 404 7\\n')\n"
">>> [(e.value, e.count) for e in httpstatus.top(log)]\n"
"[('/a', 1), ('/users/7', 1)]\n"
">>> httpstatus.top(log, which='error', group='id')[0]\n"
"httpstatus.TopEntry(value='/users/:id', count=2, error=0)\n"
">>> httpstatus.top(log, 'client', 404)[0].value\n"
"'::2'\n");

static const CounterFunction function = {
    .signature = {"top", 5, 1, {"source", TOP_NAMES, CONDITION_NAMES, "jobs"}},
    .count = TOP_VALUES,
    .which = TOP_WHICH,
    .make = top_make,
};

static PyObject *top(PyObject *module, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
    return counter_of_log(&function, module, args, count, keywords);
}

/* _top_range(fd, start, end, last, carry, progress, name=...): as _tally_range(). */
static PyObject *top_range(PyObject *module, PyObject *args, PyObject *keywords)
{
    return counter_of_range(&function, module, args, keywords);
}

static PyMethodDef functions[] = {
    {"top", (PyCFunction)(void (*)(void))top, METH_FASTCALL | METH_KEYWORDS, top_function_doc},
    {"_top_range", (PyCFunction)(void (*)(void))top_range, METH_VARARGS | METH_KEYWORDS, NULL},
    {NULL},
};

int top_log_add(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}

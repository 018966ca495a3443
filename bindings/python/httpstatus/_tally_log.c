/* tally(): a Tally of a whole log. */
#include "_tally.h"

/*
 * def tally(
 *     source: _Source | list[_S] | tuple[_Source, ...], format: _Format = "auto", *,
 *     key: str | None = None, fields: str | None = None, target: bool = False,
 *     jobs: SupportsIndex = 1,
 * ) -> Tally: ...
 */
PyDoc_STRVAR(tally_function_doc,
SIGNATURE_tally
"Count the statuses of a log and return a Tally.\n\n"
"source is a path, a bytes-like object that holds the log, a file open in binary mode, or a\n"
"list of these, counted in order. A path to a file compressed by gzip, bzip2, xz or Zstandard\n"
"is recognized by its first bytes and decompressed; a file object is read as is.\n\n"
DOC_FORMATS
"\n"
"key is the path to the status in a JSON object, up to 8 names ('http.response.status_code');\n"
"None tries the usual ones. fields replaces a missing '#Fields:' line in a w3c or cloudfront\n"
"log. target=True counts the status of the target instead of the load balancer's (elb). jobs is\n"
"the number of threads that share the work; the result is the same.\n\n"
"An unknown format, a format string that does not locate the status and an option that does not\n"
"apply to the format raise LogFormatError. A file that cannot be read to its end (damaged,\n"
"truncated, UTF-16) raises OSError, whose attribute tally is the Tally up to that point; an\n"
"unfinished line there is unmatched. Bad lines are never an error: .unmatched counts them.\n\n"
">>> import httpstatus\n"
">>> dict(httpstatus.tally(b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET /\" 200 7'))\n"
"{200: 1}\n"
">>> dict(httpstatus.tally(b'{\"a\": {\"b\": 404}}', 'json', key='a.b'))\n"
"{404: 1}\n");

/* Several sources, or several threads: httpstatus._jobs.tally_all(). */
static PyObject *tally_all(PyObject **values, int jobs)
{
    PyObject *none = Py_None;
    PyObject *format = values[1 + FORMAT] ? Py_NewRef(values[1 + FORMAT])
                                          : PyUnicode_FromString("auto");
    PyObject *options = Py_BuildValue("{sN sO sO sO}", "format", format, "key",
                                      values[1 + KEY] ? values[1 + KEY] : none, "fields",
                                      values[1 + FIELDS] ? values[1 + FIELDS] : none, "target",
                                      values[1 + TARGET] ? values[1 + TARGET] : Py_False);
    PyObject *module = options ? PyImport_ImportModule("httpstatus._jobs") : NULL;
    PyObject *tally =
        module ? PyObject_CallMethod(module, "tally_all", "OOi", values[0], options, jobs) : NULL;

    Py_XDECREF(module);
    Py_XDECREF(options);
    return tally;
}

PyObject *tally_end(TallyObject *self, bool done)
{
    if (done && tally_finish(self, false))
        return (PyObject *)self;
    if (!done && PyErr_ExceptionMatches(PyExc_OSError)) {
        PyObject *error = error_take();
        bool finished = tally_finish(self, true);
        PyErr_Clear();
        error_give(error);
        if (finished)
            error_tell("tally", (PyObject *)self);
    }
    Py_DECREF(self);
    return NULL;
}

static PyObject *tally(PyObject *module, PyObject *const *args, Py_ssize_t count,
                       PyObject *keywords)
{
    static const Signature signature = {"tally", 2, 1, {"source", OPTION_NAMES, "jobs"}};
    State *state = state_of_module(module);
    PyObject *values[1 + OPTIONS + 1] = {NULL}, *jobs_object;
    struct httpstatus_options options;
    Source source;
    int jobs = 1;

    if (!parse_arguments(&signature, args, count, keywords, values) ||
        !options_from(state, values + 1, &options))
        return NULL;
    jobs_object = values[1 + OPTIONS];
    if (jobs_object && !code_from(jobs_object, "jobs", &jobs))
        return NULL;
    if (jobs < 1)
        return invalid(PyExc_ValueError, "jobs", jobs_object, "1 to 2147483647");
    if (jobs > 1 || PyList_Check(values[0]) || PyTuple_Check(values[0]))
        return tally_all(values, jobs);
    TallyObject *self = tally_make(state, &options, values + 1);
    if (!self)
        return NULL;
    bool done = source_open(&source, values[0]) && source_scan(&source, self->scanner, NULL, NULL);
    source_close(&source);
    return tally_end(self, done);
}

static PyMethodDef functions[] = {
    {"tally", (PyCFunction)(void (*)(void))tally, METH_FASTCALL | METH_KEYWORDS,
     tally_function_doc},
    {NULL},
};

int tally_log_add(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}

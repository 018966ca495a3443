/* tally(), which makes a Tally of a whole log. */
#include "_tally.h"

PyDoc_STRVAR(tally_function_doc,
"tally(source, format='auto', *, key=None, fields=None, target=False, jobs=1)\n--\n\n"
"Count the statuses of a log: a Tally.\n\n"
"source is a path (gzip, bzip2, xz and Zstandard are told by the first bytes and read through), a\n"
"bytes-like object with the log itself, a file open in binary mode, which is read as it is, or a\n"
"list of these, which are counted one after the other.\n"
"format is 'auto' (each line by itself; the result's .formats says what there was), 'clf' (NCSA\n"
"common and combined), 'w3c' (IIS), 'cloudfront', 'elb', 's3', 'haproxy', 'squid', 'envoy' or\n"
"'json', or the server's own format string: Apache's '%h %l %u %t \"%r\" %>s %b', nginx's\n"
"'$remote_addr ... $status', HAProxy's '%ci:%cp ... %ST'. Any other, or one whose status has no place\n"
"that can be found, is a LogFormatError. key says where a JSON object has its status, as a path\n"
"of up to 8 names ('http.response.status_code'; None: the usual ones are tried); fields is what\n"
"'#Fields:' would say in a w3c or cloudfront log that has no such line; target asks for the status\n"
"of the target behind a load balancer (elb). Each of these with a format that it does not apply to is\n"
"a LogFormatError. jobs is how many threads share the work, the answer is the same for any number. A\n"
"file that cannot be read to its end, as it is damaged or cut off, is an OSError, whose attribute tally\n"
"is the Tally of what came before; so is one in UTF-16. Bad lines\n"
"never are an error: they are counted as .unmatched.\n\n"
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
    PyObject *options = Py_BuildValue(
        "{sN sO sO sO}", "format", format, "key", values[1 + KEY] ? values[1 + KEY] : none,
        "fields", values[1 + FIELDS] ? values[1 + FIELDS] : none, "target",
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
    if (done && tally_finish(self))
        return (PyObject *)self;
    if (!done && PyErr_ExceptionMatches(PyExc_OSError)) {
        PyObject *error = error_take();
        bool finished = tally_finish(self);
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
    bool done = source_open(&source, values[0]) &&
                source_scan(&source, self->scanner, NULL, NULL);
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

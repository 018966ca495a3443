/* tally(): a Tally of a whole log. */
#include "_tally.h"

/*
 * def tally(
 *     source: _Source | list[_S] | tuple[_Source, ...], format: _Format = "auto", *,
 *     key: str | None = None, fields: str | None = None, target: bool = False,
 *     zone: SupportsIndex | tzinfo | None = None,
 *     reference: SupportsIndex | datetime | None = None, since: _Instant | None = None,
 *     until: _Instant | None = None, method: str | None = None, path: str | None = None,
 *     exclude_path: str | None = None, host: str | None = None, jobs: SupportsIndex = 1,
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
"None tries the usual ones. fields replaces a missing '#Fields' line in a w3c, cloudfront or zeek\n"
"log. target=True counts the status of the target instead of the load balancer's (elb). jobs is\n"
"the number of threads that share the work; the result is the same.\n\n"
"With these conditions only the records that meet all of them count; .excluded has how many others\n"
"there are. Times are from since on and before until: seconds since 1970, or a datetime with a\n"
"zone. path is how the path begins, without the escapes of the log, and exclude_path how it must\n"
"not; host is the host in any letter case and, unless it has one, with any port; method is a method\n"
"as it is. A record that lacks a part does not meet them, but exclude_path. Where only the time is\n"
"unknown, so that it cannot be said, .untimed counts it too: zone and reference, as in record(),\n"
"tell times without a zone or a year.\n\n"
"An unknown format, a format string that does not locate the status and an option that does not\n"
"apply to the format raise LogFormatError. A file that cannot be read to its end (damaged,\n"
"truncated) raises OSError, whose attribute tally is the Tally up to that point; an unfinished line\n"
"there is unmatched. Bad lines are never an error: .unmatched counts them.\n\n"
">>> import httpstatus\n"
">>> dict(httpstatus.tally(b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET /\" 200 7'))\n"
"{200: 1}\n"
">>> dict(httpstatus.tally(b'{\"a\": {\"b\": 404}}', 'json', key='a.b'))\n"
"{404: 1}\n"
">>> log = (b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET /a HTTP/1.1\" 500 7\\n'\n"
"...        b'::1 - - [10/Oct/2000:13:56:01 -0700] \"GET /b HTTP/1.1\" 200 7\\n')\n"
">>> httpstatus.tally(log, since=971211360, path='/b')\n"
"<Tally clf: 2 lines, 0 unmatched, 1 excluded>\n");

static bool finish(PyObject *self, bool torn)
{
    return tally_finish((TallyObject *)self, torn);
}

PyObject *tally_end(TallyObject *self, bool done)
{
    return log_end((PyObject *)self, done, finish, "tally");
}

bool tally_read(TallyObject *self, PyObject *object)
{
    Source source;
    bool done = source_open(&source, object) &&
                (self->feeder ? source_feed(&source, feeder_feed, self->feeder)
                              : source_scan(&source, self->scanner, NULL, NULL));

    source_close(&source);
    return done;
}

static PyObject *tally(PyObject *module, PyObject *const *args, Py_ssize_t count,
                       PyObject *keywords)
{
    static const Signature signature = {
        "tally", 2, 1, {"source", OPTION_NAMES, CONDITION_NAMES, "jobs"}};
    enum { WHERE = 1 + OPTIONS, JOBS = WHERE + CONDITIONS };
    State *state = state_of_module(module);
    PyObject *values[JOBS + 1] = {NULL};
    struct httpstatus_options options;
    Conditions conditions;
    int jobs;

    if (!parse_arguments(&signature, args, count, keywords, values) ||
        !options_from(state, values + 1, &options) || !jobs_from(values[JOBS], &jobs) ||
        !conditions_from(module, values + WHERE, &conditions))
        return NULL;
    if (jobs > 1 || PyList_Check(values[0]) || PyTuple_Check(values[0])) {
        PyMem_RawFree(conditions.wanted);
        return read_in_jobs("tally", signature.parameters + 1, values, OPTIONS + CONDITIONS, jobs);
    }
    TallyObject *self = tally_make(state, &options, values + 1, conditions.wanted);
    return self ? tally_end(self, tally_read(self, values[0])) : NULL;
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

/* extract() and select(): the lines of a log one by one. */
#include "_lines.h"

/* ---- extract() ---- */

/*
 * def extract(
 *     source: _Source, format: _Format = "auto", *, key: str | None = None,
 *     fields: str | None = None, target: bool = False, tally: Tally | None = None,
 * ) -> array[int]: ...
 */
PyDoc_STRVAR(extract_doc,
SIGNATURE_extract
"The status of every record as an array('h'): one int16 each, ready for numpy.frombuffer().\n\n"
"A record without a status is NO_STATUS (-2), a line that is not a record UNMATCHED (-3), a\n"
"blank line or a comment SKIPPED (-4). Pass a Tally as tally to get the counts too; it is\n"
"closed afterwards. The other arguments are as in tally().\n\n"
">>> import httpstatus\n"
">>> httpstatus.extract(b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET /\" 200 7\\nwhat?', 'clf')\n"
"array('h', [200, -3])\n");

static bool append_statuses(PyObject *array, const struct httpstatus_line *lines, size_t count)
{
    int16_t statuses[BATCH];

    for (size_t i = 0; i < count; i++)
        statuses[i] = (int16_t)lines[i].status;
    PyObject *result = PyObject_CallMethod(array, "frombytes", "y#", (char *)statuses,
                                           (Py_ssize_t)(count * sizeof statuses[0]));
    Py_XDECREF(result);
    return result != NULL;
}

/* After an OSError its attribute 'tally', and the caller's Tally, have the counts up to there. */
static void tell_counts(State *state, struct httpstatus_scanner *scanner, PyObject *counts)
{
    PyObject *error = error_take();

    httpstatus_finish_torn(scanner, NULL, 0);
    PyObject *tally = tally_of_counts(state, httpstatus_scanner_tally(scanner));
    if (!tally || (counts && !tally_fill(state, counts, httpstatus_scanner_tally(scanner))))
        PyErr_Clear();
    error_give(error);
    if (tally)
        error_tell("tally", tally);
    Py_XDECREF(tally);
}

static PyObject *extract(PyObject *module, PyObject *const *args, Py_ssize_t count,
                         PyObject *keywords)
{
    static const Signature signature = {"extract", 2, 1, {"source", OPTION_NAMES, "tally"}};
    State *state = state_of_module(module);
    PyObject *values[1 + OPTIONS + 1] = {NULL};
    const struct httpstatus_tally none = {0};
    struct httpstatus_options options;
    Source source;

    if (!parse_arguments(&signature, args, count, keywords, values) ||
        !options_from(state, values + 1, &options))
        return NULL;
    PyObject *counts = values[1 + OPTIONS] == Py_None ? NULL : values[1 + OPTIONS];
    if (counts && !tally_fill(state, counts, &none))
        return NULL;
    PyObject *array = array_make("h", 0);
    struct httpstatus_scanner *scanner = array ? PyMem_Malloc(sizeof *scanner) : NULL;
    if (!scanner) {
        Py_XDECREF(array);
        return array ? PyErr_NoMemory() : NULL;
    }
    bool done = scanner_init(state, scanner, &options, NULL);
    if (done) {
        done = source_open(&source, values[0]) &&
               source_scan(&source, scanner, append_statuses, array);
        source_close(&source);
    }
    if (done && counts)
        done = tally_fill(state, counts, httpstatus_scanner_tally(scanner));
    else if (!done && PyErr_ExceptionMatches(PyExc_OSError))
        tell_counts(state, scanner, counts);
    PyMem_Free(scanner);
    if (!done)
        Py_CLEAR(array);
    return array;
}

/* ---- select() ---- */

static PyObject *line_object(Lines *Py_UNUSED(self), const struct httpstatus_line *line,
                             const char *p)
{
    PyObject *status = line->status >= HTTPSTATUS_STATUS_MIN ? PyLong_FromLong(line->status)
                                                             : Py_NewRef(Py_None);
    if (!status)
        return NULL;
    return Py_BuildValue("KNy#", (unsigned long long)line->number, status, p,
                         (Py_ssize_t)(line->end - line->start));
}

/*
 * @final
 * class SelectedLines(Iterator[tuple[int, int | None, bytes]]):
 *     def __next__(self) -> tuple[int, int | None, bytes]: ...
 *     tally: Tally
 *     untimed: int
 */
PyDoc_STRVAR(select_type_doc,
"An iterator over the lines that select() found: (line number, status, line).\n\n"
">>> import httpstatus\n"
">>> lines = httpstatus.select(b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET /\" 500 7\\nwhat?', 500)\n"
">>> len(list(lines)), lines.tally\n"
"(1, <Tally clf: 2 lines, 1 unmatched>)\n");

static PyType_Slot select_slots[] = {
    {Py_tp_doc, (void *)select_type_doc},
    {Py_tp_dealloc, lines_dealloc},
    {Py_tp_traverse, lines_traverse},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, lines_next},
    {Py_tp_getset, lines_getset},
    {0, NULL},
};

static PyType_Spec select_spec = {
    .name = "httpstatus.SelectedLines",
    .basicsize = sizeof(Lines),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE |
             Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = select_slots,
};

/*
 * def select(
 *     source: _Source, which: _Which | Iterable[_Which], format: _Format = "auto", *,
 *     key: str | None = None, fields: str | None = None, target: bool = False,
 *     zone: SupportsIndex | tzinfo | None = None,
 *     reference: SupportsIndex | datetime | None = None, since: _Instant | None = None,
 *     until: _Instant | None = None, method: str | None = None, path: str | None = None,
 *     exclude_path: str | None = None, host: str | None = None, invert: bool = False,
 * ) -> SelectedLines: ...
 */
PyDoc_STRVAR(select_doc,
SIGNATURE_select
"The lines of a log that have a given status, as an iterator of (line number, status, line).\n\n"
"which is a class ('5xx'), a code (404 or '404'), a code with sub-status ('403.14'), 'error'\n"
"(4xx and 5xx), 'redirect' (301 302 303 307 308), 'no_status', 'unmatched', a property of\n"
"Status that must be True ('is_cacheable'), or a collection of these. invert=True selects all\n"
"other lines, including blank ones and comments. Of these lines, since, until, method, path,\n"
"exclude_path and host leave only records that meet them, as in tally().\n\n"
"Line numbers start at 1; that of a record wrapped over several lines may come after greater\n"
"ones. The status is None if the line has none; the line is bytes without its line ending. If a\n"
"file cannot be read to its end, the iterator raises OSError after the lines before that point.\n"
"The other arguments are as in tally().\n\n"
">>> import httpstatus\n"
">>> log = b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET /\" 500 7\\nwhat?\\n'\n"
">>> list(httpstatus.select(log, ['5xx', 'unmatched'], 'clf'))[1]\n"
"(2, None, b'what?')\n");

static PyObject *select_lines(PyObject *module, PyObject *const *args, Py_ssize_t count,
                              PyObject *keywords)
{
    static const Signature signature = {
        "select", 3, 2, {"source", "which", OPTION_NAMES, CONDITION_NAMES, "invert"}};
    enum { WHERE = 2 + OPTIONS, INVERT = WHERE + CONDITIONS };
    State *state = state_of_module(module);
    PyObject *values[INVERT + 1] = {NULL};
    struct httpstatus_filter filter = {0};
    struct httpstatus_options options;
    Conditions conditions;

    if (!parse_arguments(&signature, args, count, keywords, values) ||
        !options_from(state, values + 2, &options) || !filter_from(&filter, values[1]) ||
        !truth_from(values[INVERT], &filter.invert) ||
        !conditions_from(module, values + WHERE, &conditions))
        return NULL;
    const Request request = {values[0], values + 2, &options, &filter, conditions.wanted};
    return (PyObject *)lines_make(state, state->select_type, &request, line_object);
}

static PyMethodDef functions[] = {
    {"extract", (PyCFunction)(void (*)(void))extract, METH_FASTCALL | METH_KEYWORDS, extract_doc},
    {"select", (PyCFunction)(void (*)(void))select_lines, METH_FASTCALL | METH_KEYWORDS,
     select_doc},
    {NULL},
};

/*
 * NO_STATUS: Final = HTTPSTATUS_NO_STATUS
 * UNMATCHED: Final = HTTPSTATUS_UNMATCHED
 * SKIPPED: Final = HTTPSTATUS_SKIPPED
 */
int select_add(PyObject *module, State *state)
{
    state->select_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &select_spec, NULL);
    if (!state->select_type || PyModule_AddType(module, state->select_type) < 0 ||
        PyModule_AddIntConstant(module, "NO_STATUS", HTTPSTATUS_NO_STATUS) < 0 ||
        PyModule_AddIntConstant(module, "UNMATCHED", HTTPSTATUS_UNMATCHED) < 0 ||
        PyModule_AddIntConstant(module, "SKIPPED", HTTPSTATUS_SKIPPED) < 0)
        return -1;
    return PyModule_AddFunctions(module, functions);
}

/* record() and records(): the records of a log, divided into their parts. */
#include "_arrow.h"

/* All records, with a status or without. */
static void want_records(struct httpstatus_filter *filter)
{
    for (int status = HTTPSTATUS_STATUS_MIN; status <= HTTPSTATUS_STATUS_MAX; status++)
        httpstatus_filter_add_status(filter, status);
    filter->no_status = true;
}

/* ---- record() ---- */

/*
 * def record(
 *     line: str | Buffer, format: _Format = "auto", *, key: str | None = None,
 *     fields: str | None = None, target: bool = False, zone: SupportsIndex | tzinfo | None = None,
 *     reference: SupportsIndex | datetime | None = None,
 * ) -> Record | None: ...
 */
PyDoc_STRVAR(record_doc,
SIGNATURE_record
"The first record in a line of a log, as a Record, or None if there is none.\n\n"
"line is a str or bytes-like; it may be several lines, such as '#Fields:' and a record. format,\n"
"key, fields and target are as in tally().\n\n"
"zone is that of times logged without one: seconds east of UTC, or a datetime.timezone or another\n"
"tzinfo whose offset is always the same. Times without a year, as in syslog, need a reference, in\n"
"seconds since 1970 or as a datetime with a zone: the year is the latest in which the time is not\n"
"after it.\n\n"
">>> import httpstatus\n"
">>> r = httpstatus.record('::1 - - [10/Oct/2000:13:55:36 -0700] \"GET /a HTTP/1.1\" 404 7')\n"
">>> r.status, r.method, r.path\n"
"(404, 'GET', '/a')\n"
">>> httpstatus.record('{\"status\": 200, \"time\": \"2026-01-01 12:00:00\"}', zone=3600).time\n"
"datetime.datetime(2026, 1, 1, 11, 0, tzinfo=datetime.timezone.utc)\n"
">>> httpstatus.record('what?') is None\n"
"True\n");

/* The bytes of a line to divide; release them with given_release(), also if that fails. */
typedef struct {
    Py_buffer data;  /* of a bytes-like object, else data.obj is NULL */
    PyObject *bytes; /* of a str without UTF-8, else NULL */
    struct httpstatus_text text;
} Given;

static bool given_from(PyObject *object, Given *given)
{
    *given = (Given){.bytes = NULL};
    if (PyUnicode_Check(object))
        return bytes_from(object, "line", &given->bytes, &given->text);
    if (!PyObject_CheckBuffer(object))
        return invalid(PyExc_TypeError, "line", object, "a str or a bytes-like object");
    if (PyObject_GetBuffer(object, &given->data, PyBUF_SIMPLE) < 0)
        return false;
    given->text = (struct httpstatus_text){given->data.buf, (size_t)given->data.len};
    return true;
}

static void given_release(Given *given)
{
    Py_XDECREF(given->bytes);
    if (given->data.obj)
        PyBuffer_Release(&given->data);
}

static bool first_record(struct httpstatus_scanner *scanner, struct httpstatus_text text,
                         struct httpstatus_line *line)
{
    size_t used;

    for (size_t at = 0; at < text.size; at += used)
        if (scan(scanner, text.data + at, text.size - at, line, 1, &used))
            return true;
    return httpstatus_finish(scanner, line, 1) == 1;
}

static PyObject *record_of(State *state, struct httpstatus_scanner *scanner,
                           struct httpstatus_text text, const struct httpstatus_clock *clock)
{
    struct httpstatus_line line;

    if (!first_record(scanner, text, &line))
        Py_RETURN_NONE;
    char *scratch = PyMem_Malloc(2 * (size_t)(line.end - line.start));
    PyObject *record =
        scratch ? record_make(state, scanner, &line, text.data + line.start, scratch, clock)
                : PyErr_NoMemory();
    PyMem_Free(scratch);
    return record;
}

/* The first record of 'object' by these options, which name the format and so on. */
static PyObject *find_record(State *state, PyObject *object,
                             const struct httpstatus_options *options,
                             const struct httpstatus_clock *clock)
{
    struct httpstatus_scanner *scanner = PyMem_Malloc(sizeof *scanner);
    struct httpstatus_filter filter = {.invert = false};
    PyObject *result = NULL;
    Given given;

    if (!scanner)
        return PyErr_NoMemory();
    want_records(&filter);
    if (given_from(object, &given) && scanner_init(state, scanner, options, &filter))
        result = record_of(state, scanner, given.text, clock);
    given_release(&given);
    PyMem_Free(scanner);
    return result;
}

static PyObject *record(PyObject *module, PyObject *const *args, Py_ssize_t count,
                        PyObject *keywords)
{
    static const Signature signature = {"record", 2, 1, {"line", OPTION_NAMES, TIME_NAMES}};
    enum { TIMES = 1 + OPTIONS };
    State *state = state_of_module(module);
    PyObject *values[TIMES + TIME_OPTIONS] = {NULL};
    struct httpstatus_options options;
    struct httpstatus_clock clock;

    if (!parse_arguments(&signature, args, count, keywords, values) ||
        !options_from(state, values + 1, &options) ||
        !clock_from(module, values[TIMES + ZONE], values[TIMES + REFERENCE], &clock))
        return NULL;
    return find_record(state, values[0], &options, &clock);
}

/* ---- Records ---- */

typedef struct {
    Lines lines;
    struct httpstatus_clock clock;
    Table *table; /* for streams of columns */
} Records;

static void records_dealloc(Records *self)
{
    Table *table = self->table;

    lines_dealloc(&self->lines);
    if (table)
        table_drop(table);
}

/* The other lines that 'invert' selects are none of records(). */
static PyObject *record_item(Lines *lines, const struct httpstatus_line *line, const char *p)
{
    Records *self = (Records *)lines;

    if (lines->filter.invert && line->status < HTTPSTATUS_NO_STATUS)
        return NULL;
    if (!lines_scratch(lines, line))
        return NULL;
    return record_make(PyType_GetModuleState(Py_TYPE(self)), &lines->scanner, line, p,
                       lines->scratch, &self->clock);
}

/* Whether streams have counted, and the iterator has not. */
static bool streams_counted(Records *self, struct httpstatus_tally *tally, uint64_t *untimed)
{
    return httpstatus_scanner_tally(&self->lines.scanner)->lines == 0 &&
           table_counts(self->table, tally, untimed);
}

static PyObject *records_tally(Records *self, void *closure)
{
    State *state = PyType_GetModuleState(Py_TYPE(self));
    struct httpstatus_tally tally;
    uint64_t untimed;

    return streams_counted(self, &tally, &untimed) ? tally_of_counts(state, &tally)
                                                   : lines_tally(&self->lines, closure);
}

static PyObject *records_untimed(Records *self, void *closure)
{
    struct httpstatus_tally tally;
    uint64_t untimed;

    return streams_counted(self, &tally, &untimed) ? PyLong_FromUnsignedLongLong(untimed)
                                                   : lines_untimed(&self->lines, closure);
}

static PyGetSetDef records_getset[] = {
    {"tally", (getter)records_tally, NULL,
     PyDoc_STR("a Tally of all lines read so far, selected or not"), NULL},
    {"untimed", (getter)records_untimed, NULL,
     PyDoc_STR("how many records were left out so far because their time is unknown"), NULL},
    {NULL},
};

PyDoc_STRVAR(stream_doc,
"__arrow_c_stream__($self, /, requested_schema=None)\n--\n\n"
"A capsule with a new stream of Arrow batches, which reads the log from its start.\n\n"
"requested_schema is ignored: columns and binary of records() say what is wanted.\n");

static PyObject *records_stream(Records *self, PyObject *const *args, Py_ssize_t count,
                                PyObject *keywords)
{
    static const Signature signature = {"__arrow_c_stream__", 1, 0, {"requested_schema"}};
    PyObject *values[1] = {NULL};

    if (!parse_arguments(&signature, args, count, keywords, values))
        return NULL;
    return table_stream(self->table, &self->lines);
}

PyDoc_STRVAR(schema_doc,
"__arrow_c_schema__($self, /)\n--\n\n"
"A capsule with the Arrow schema of these streams.\n");

static PyObject *records_schema(Records *self, PyObject *Py_UNUSED(ignored))
{
    return table_schema(self->table);
}

static PyMethodDef records_methods[] = {
    {"__arrow_c_stream__", (PyCFunction)(void (*)(void))records_stream,
     METH_FASTCALL | METH_KEYWORDS, stream_doc},
    {"__arrow_c_schema__", (PyCFunction)records_schema, METH_NOARGS, schema_doc},
    {NULL},
};

/*
 * @final
 * class Records(Iterator[Record]):
 *     def __next__(self) -> Record: ...
 *     def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...
 *     def __arrow_c_schema__(self) -> object: ...
 *     tally: Tally
 *     untimed: int
 */
PyDoc_STRVAR(records_type_doc,
"An iterator over the records that records() found, and the same as a table.\n\n"
"DuckDB, Polars, pandas, PyArrow and whatever else knows Arrow's __arrow_c_stream__() take it as a\n"
"table, with the columns that records() was asked for. Each time, the log is read anew, in batches;\n"
"only a pipe, or a file that is none of the system's, can be read once. tally and untimed are those\n"
"of the table that was read last, unless the iterator has begun.\n\n"
">>> import httpstatus\n"
">>> found = httpstatus.records(b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET /\" 500 7\\nwhat?')\n"
">>> len(list(found)), found.tally\n"
"(1, <Tally clf: 2 lines, 1 unmatched>)\n");

static PyType_Slot records_slots[] = {
    {Py_tp_doc, (void *)records_type_doc}, {Py_tp_dealloc, records_dealloc},
    {Py_tp_traverse, lines_traverse},      {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, lines_next},          {Py_tp_getset, records_getset},
    {Py_tp_methods, records_methods},      {0, NULL},
};

static PyType_Spec records_spec = {
    .name = "httpstatus.Records",
    .basicsize = sizeof(Records),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE |
             Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = records_slots,
};

/* ---- records() ---- */

/*
 * def records(
 *     source: _Source, which: _Which | Iterable[_Which] | None = None, format: _Format = "auto", *,
 *     key: str | None = None, fields: str | None = None, target: bool = False,
 *     zone: SupportsIndex | tzinfo | None = None,
 *     reference: SupportsIndex | datetime | None = None, since: _Instant | None = None,
 *     until: _Instant | None = None, method: str | None = None, path: str | None = None,
 *     exclude_path: str | None = None, host: str | None = None, invert: bool = False,
 *     columns: Iterable[_RecordColumn] | None = None, binary: bool = False,
 * ) -> Records: ...
 */
PyDoc_STRVAR(records_doc,
SIGNATURE_records
"The records of a log with their parts, as an iterator of Record.\n\n"
"Without which these are all records, with a status or without; with it, those that it selects,\n"
"as in select(): '5xx', 404, 'no_status' ... Lines that are not records come only if which has\n"
"'unmatched'; their parts are None. invert=True selects all other records. since, until, method,\n"
"path, exclude_path and host are conditions on their parts, as in tally().\n\n"
"Each part is made when it is asked for, and the log is read as the iterator goes on.\n"
"If a file cannot be read to its end, the iterator raises OSError after the records before that\n"
"point. The other arguments are as in tally(), and zone and reference as in record().\n\n"
"What takes Arrow's streams reads the result as a table. columns names its columns, in order: the\n"
"attributes of Record but time_ns; without it they are all but line. What a record does not have is\n"
"null. A time without a zone counts as UTC. Texts are UTF-8: of another byte, its four characters\n"
"'\\xff', or with binary=True bytes as they are.\n\n"
">>> import httpstatus\n"
">>> log = (b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET /a HTTP/1.1\" 500 7\\n'\n"
"...        b'::1 - - [10/Oct/2000:13:55:37 -0700] \"GET /b HTTP/1.1\" 200 7\\n')\n"
">>> [(r.time.minute, r.path) for r in httpstatus.records(log, '5xx')]\n"
"[(55, '/a')]\n"
">>> max(httpstatus.records(log), key=lambda r: r.time)\n"
"<Record 200 GET /b>\n");

/* Takes over the conditions, also on failure. */
static PyObject *records_make(State *state, const Request *request, const Columns *columns,
                              const struct httpstatus_clock *clock)
{
    Table *table = table_make(state, columns, request, clock);
    Records *self = table ? (Records *)lines_make(state, state->records_type, request, record_item)
                          : NULL;

    if (self) {
        self->clock = *clock;
        self->table = table;
    } else if (table) {
        table_drop(table);
    } else {
        PyMem_RawFree(request->conditions);
    }
    return (PyObject *)self;
}

static PyObject *records(PyObject *module, PyObject *const *args, Py_ssize_t count,
                         PyObject *keywords)
{
    static const Signature signature = {
        "records",
        3,
        1,
        {"source", "which", OPTION_NAMES, CONDITION_NAMES, "invert", "columns", "binary"}};
    enum { WHERE = 2 + OPTIONS, INVERT = WHERE + CONDITIONS, COLUMNS_WANTED, BINARY };
    State *state = state_of_module(module);
    PyObject *values[BINARY + 1] = {NULL};
    struct httpstatus_filter filter = {.invert = false};
    struct httpstatus_options options;
    Conditions conditions;
    Columns columns;

    if (!parse_arguments(&signature, args, count, keywords, values) ||
        !options_from(state, values + 2, &options) || !truth_from(values[INVERT], &filter.invert) ||
        !columns_from(values[COLUMNS_WANTED], values[BINARY], &columns))
        return NULL;
    if (!values[1] || values[1] == Py_None)
        want_records(&filter);
    else if (!filter_from(&filter, values[1]))
        return NULL;
    if (!conditions_from(module, values + WHERE, &conditions))
        return NULL;
    const Request request = {values[0], values + 2, &options, &filter, conditions.wanted};
    return records_make(state, &request, &columns, &conditions.clock);
}

static PyMethodDef functions[] = {
    {"record", (PyCFunction)(void (*)(void))record, METH_FASTCALL | METH_KEYWORDS, record_doc},
    {"records", (PyCFunction)(void (*)(void))records, METH_FASTCALL | METH_KEYWORDS, records_doc},
    {NULL},
};

int records_add(PyObject *module, State *state)
{
    state->records_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &records_spec, NULL);
    if (!state->records_type || PyModule_AddType(module, state->records_type) < 0)
        return -1;
    return PyModule_AddFunctions(module, functions);
}

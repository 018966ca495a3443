/* Series: the type for the records of a log by class and time, while it is fed and afterwards. */
#include "_series.h"

/* ---- Arguments ---- */

static bool step_from(PyObject *object, int *step)
{
    int64_t seconds;
    size_t i = 0;

    *step = 0;
    if (!object || object == Py_None)
        return true;
    if (!integer_from(object, "step", &seconds))
        return false;
    while (httpstatus_series_step_at(i) && httpstatus_series_step_at(i) != seconds)
        i++;
    *step = httpstatus_series_step_at(i);
    return *step || invalid_value(PyExc_ValueError, "step", object);
}

typedef struct {
    struct httpstatus_options options;
    int step;
    Conditions conditions;
} Setup;

/* false with an exception set */
static bool setup_from(PyObject *module, PyObject **values, Setup *setup)
{
    return options_from(state_of_module(module), values, &setup->options) &&
           step_from(values[STEP], &setup->step) &&
           conditions_from(module, values + SERIES_WHERE, &setup->conditions);
}

/* ---- The object ---- */

static void take_line(Feeder *log, const struct httpstatus_line *line, const char *p)
{
    struct httpstatus_series *series = &((SeriesFeeder *)log)->series;
    struct httpstatus_record record;

    if (!log->conditions)
        httpstatus_series_add_line(series, &log->scanner, line, p, log->scratch);
    else if (feeder_count(log, line, p, &record))
        httpstatus_series_add_record(series, &record, line->status);
}

/* Counts what it can on the way. */
static size_t scan_lines(Feeder *log, const char *p, size_t size, size_t *used)
{
    return httpstatus_series_scan(&((SeriesFeeder *)log)->series, &log->scanner, p, size,
                                  log->lines, FEEDER_LINES, used);
}

static Feeder *feeder_from(const Setup *setup)
{
    Feeder *feeder = feeder_make(sizeof(SeriesFeeder), take_line, setup->conditions.wanted);

    if (!feeder)
        return NULL;
    feeder->parts = HTTPSTATUS_SERIES_PARTS;
    httpstatus_series_init(&((SeriesFeeder *)feeder)->series, setup->step,
                           &setup->conditions.clock);
    if (!setup->conditions.wanted)
        feeder->scan = scan_lines;
    return feeder;
}

static PyObject *pack(Feeder *feeder)
{
    return series_pack(&((SeriesFeeder *)feeder)->series);
}

static PyObject *merge(PyObject *left, PyObject *right)
{
    struct httpstatus_series *sum = series_unpack(left);
    struct httpstatus_series *more = sum ? series_unpack(right) : NULL;
    PyObject *packed = NULL;

    if (more && httpstatus_series_merge(sum, more))
        packed = series_pack(sum);
    else if (more)
        PyErr_Format(PyExc_ValueError,
                     "series of different steps: expected the same step= for both, or none, got "
                     "%d and %d (0: none)",
                     packed_of(left)->asked, packed_of(right)->asked);
    PyMem_Free(sum);
    PyMem_Free(more);
    return packed;
}

/* A packed series has its padding from httpstatus_series_at(), so its bytes are not compared. */
static int equal(PyObject *left, PyObject *right)
{
    struct httpstatus_series *a = series_unpack(left);
    struct httpstatus_series *b = a ? series_unpack(right) : NULL;
    int equal = b ? httpstatus_series_equal(a, b) : -1;

    PyMem_Free(a);
    PyMem_Free(b);
    return equal;
}

static const CounterKind kind = {"series", pack, merge, equal};

Counter *series_make(PyObject *module, PyObject **values)
{
    Setup setup;

    if (!setup_from(module, values, &setup))
        return NULL;
    return counter_make(state_of_module(module)->series_type, &kind, feeder_from(&setup),
                        &setup.options, values);
}

static PyObject *series_call(PyObject *type, PyObject *const *args, size_t flagged,
                             PyObject *keywords)
{
    static const Signature signature = {"Series", 1, 0, {OPTION_NAMES, "step", TIME_NAMES}};
    PyObject *values[SERIES_VALUES] = {NULL};

    if (!parse_arguments(&signature, args, PyVectorcall_NARGS(flagged), keywords, values))
        return NULL;
    return (PyObject *)series_make(PyType_GetModule((PyTypeObject *)type), values);
}

/* ---- Feeding ---- */

/*
 * class Series:
 *     def feed(self, data: Buffer, /) -> None: ...
 */
PyDoc_STRVAR(series_feed_doc,
SIGNATURE_Series_feed
"Scan the next piece of the log, a bytes-like object that may end anywhere.\n\n"
">>> from httpstatus import Series\n"
">>> s = Series('clf')\n"
">>> s.feed(b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 4')\n"
">>> s.feed(b'04 7\\n')\n"
">>> s[0][1]['4xx']\n"
"1\n");

/*
 * class Series:
 *     def close(self) -> None: ...
 */
PyDoc_STRVAR(series_close_doc,
SIGNATURE_Series_close
"End the log: count the last line even without a line feed. Further calls do nothing.\n\n"
">>> from httpstatus import Series\n"
">>> s = Series('json')\n"
">>> s.feed(b'{\"status\": 404, \"ts\": 971211336}')\n"
">>> s.close()\n"
">>> s[0][0]\n"
"971211336\n");

/* ---- The type ---- */

/*
 * @final
 * class Series(Iterable[tuple[int, dict[_Class, int]]]):
 *     def __new__(
 *         cls, format: _Format = "auto", *, key: str | None = None, fields: str | None = None,
 *         target: bool = False, step: SupportsIndex | None = None,
 *         zone: SupportsIndex | tzinfo | None = None,
 *         reference: SupportsIndex | datetime | None = None,
 *     ) -> Series: ...
 *     def __getitem__(self, i: SupportsIndex, /) -> tuple[int, dict[_Class, int]]: ...
 *     def __iter__(self) -> Iterator[tuple[int, dict[_Class, int]]]: ...
 *     def __len__(self) -> int: ...
 *     def __add__(self, other: Series | Literal[0], /) -> Series: ...
 *     def __radd__(self, other: int, /) -> Series: ...  # 0, as of Tally
 *     def __setstate__(self, state: tuple[dict[str, Any], Tally], /) -> None: ...
 */
PyDoc_STRVAR(series_doc,
SIGNATURE_Series
"The records of a log by class and time: a sequence of (start, counts), the earliest first.\n\n"
"start is the time at which a bucket begins, in seconds since 1970; counts is a dict of the\n"
"classes '1xx' to '5xx', and 'other' for the rest and for records without a status. Buckets\n"
"without records are left out. feed() takes the log in pieces of any size and close() ends it;\n"
"series() does both, and explains the arguments.\n\n"
"Closed series add up with + and sum(), in any order, compare with == and can be pickled, so\n"
"series from other processes and machines can be combined.\n\n"
">>> from httpstatus import Series\n"
">>> s = Series()\n"
">>> s.feed(b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 404 7\\n')\n"
">>> s.close()\n"
">>> s[0]\n"
"(971211336, {'1xx': 0, '2xx': 0, '3xx': 0, '4xx': 1, '5xx': 0, 'other': 0})\n");

static PyMethodDef series_methods[] = {
    {"feed", (PyCFunction)counter_feed, METH_O, series_feed_doc},
    {"close", (PyCFunction)counter_close, METH_NOARGS, series_close_doc},
    {"rate", (PyCFunction)series_rate, METH_O, series_rate_doc},
    {"began", (PyCFunction)series_began, METH_O, series_began_doc},
    {"columns", (PyCFunction)series_columns, METH_NOARGS, series_columns_doc},
    {"as_dict", (PyCFunction)series_as_dict, METH_NOARGS, series_as_dict_doc},
    {"__reduce__", (PyCFunction)series_reduce, METH_NOARGS, NULL},
    {"__setstate__", (PyCFunction)series_setstate, METH_O, NULL},
    {NULL},
};

static PyType_Slot series_slots[] = {
    {Py_tp_doc, (void *)series_doc},
    {Py_tp_new, make_by_call},
    {Py_tp_dealloc, counter_dealloc},
    {Py_tp_repr, series_repr},
    {Py_tp_richcompare, counter_compare},
    {Py_tp_hash, PyObject_HashNotImplemented},
    {Py_tp_iter, series_iter},
    {Py_tp_methods, series_methods},
    {Py_tp_getset, series_getset},
    {Py_sq_length, series_length},
    {Py_sq_item, series_item},
    {Py_nb_add, counter_sum},
    {0, NULL},
};

static PyType_Spec series_spec = {
    .name = "httpstatus.Series",
    .basicsize = sizeof(Counter),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = series_slots,
};

int series_add(PyObject *module, State *state)
{
    state->series_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &series_spec, NULL);
    if (!state->series_type || PyModule_AddType(module, state->series_type) < 0)
        return -1;
    state->series_type->tp_vectorcall = series_call;
    return series_log_add(module);
}

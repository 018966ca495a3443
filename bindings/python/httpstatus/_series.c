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

bool series_setup_from(PyObject *module, PyObject **values, SeriesSetup *setup)
{
    setup->values = values;
    return options_from(state_of_module(module), values, &setup->options) &&
           step_from(values[STEP], &setup->step) &&
           conditions_from(module, values + SERIES_WHERE, &setup->conditions);
}

/* ---- The object ---- */

static SeriesObject *series_alloc(State *state)
{
    SeriesObject *self = (SeriesObject *)state->series_type->tp_alloc(state->series_type, 0);

    if (self && !guard_make(&self->guard))
        Py_CLEAR(self);
    return self;
}

static void take_line(Feeder *log, const struct httpstatus_line *line, const char *p)
{
    struct httpstatus_series *series = &((SeriesFeeder *)log)->series;
    struct httpstatus_record record;

    if (!log->conditions)
        httpstatus_series_add_line(series, &log->scanner, line, p, log->scratch);
    else if (feeder_count(log, line, p, &record))
        httpstatus_series_add_record(series, &record, line->status);
}

static SeriesFeeder *feeder_from(const SeriesSetup *setup)
{
    SeriesFeeder *feeder =
        (SeriesFeeder *)feeder_make(sizeof(SeriesFeeder), take_line, setup->conditions.wanted);

    if (!feeder)
        return NULL;
    httpstatus_series_init(&feeder->series, setup->step, &setup->conditions.clock);
    if (!setup->conditions.wanted)
        feeder->log.series = &feeder->series;
    return feeder;
}

SeriesObject *series_make(State *state, const SeriesSetup *setup)
{
    struct httpstatus_options options = setup->options;
    SeriesFeeder *feeder = feeder_from(setup);
    SeriesObject *self = feeder ? series_alloc(state) : NULL;

    if (!self) {
        feeder_free((Feeder *)feeder);
        return NULL;
    }
    self->feeder = feeder;
    if ((options.key.data && !exact_text_from(setup->values[KEY], &self->key, &options.key)) ||
        !scanner_init(state, &feeder->log.scanner, &options, NULL))
        Py_CLEAR(self);
    return self;
}

static void series_dealloc(SeriesObject *self)
{
    PyTypeObject *type = Py_TYPE(self);

    guard_free(&self->guard);
    feeder_free((Feeder *)self->feeder);
    Py_XDECREF(self->key);
    Py_XDECREF(self->packed);
    Py_XDECREF(self->tally);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *series_call(PyObject *type, PyObject *const *args, size_t flagged,
                             PyObject *keywords)
{
    static const Signature signature = {"Series", 1, 0, {OPTION_NAMES, "step", TIME_NAMES}};
    PyObject *values[SERIES_VALUES] = {NULL}, *module = PyType_GetModule((PyTypeObject *)type);
    SeriesSetup setup;

    if (!parse_arguments(&signature, args, PyVectorcall_NARGS(flagged), keywords, values) ||
        !series_setup_from(module, values, &setup))
        return NULL;
    return (PyObject *)series_make(state_of_module(module), &setup);
}

bool series_keep(SeriesObject *self)
{
    State *state = PyType_GetModuleState(Py_TYPE(self));
    PyObject *packed = series_pack(&self->feeder->series);
    PyObject *tally = packed ? tally_of_counts(state, feeder_tally(&self->feeder->log)) : NULL;

    if (!tally) {
        Py_XDECREF(packed);
        return false;
    }
    self->packed = packed;
    self->tally = tally;
    feeder_free((Feeder *)self->feeder);
    self->feeder = NULL;
    return true;
}

bool series_finish(SeriesObject *self, bool torn)
{
    if (!self->feeder)
        return true;
    if (feeder_end(&self->feeder->log, torn))
        return series_keep(self);
    PyErr_NoMemory();
    return false;
}

PyObject *series_state(SeriesObject *self)
{
    if (!guard_lock(&self->guard, "series"))
        return NULL;
    PyObject *packed = self->feeder ? series_pack(&self->feeder->series) : Py_NewRef(self->packed);
    guard_unlock(&self->guard);
    return packed;
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

/* The caller holds the guard. */
static bool feed_open(SeriesObject *self, const Py_buffer *view)
{
    bool fed;

    if (!self->feeder) {
        PyErr_SetString(PyExc_ValueError, "the series is closed: feed a new one and add the two");
        return false;
    }
    Py_BEGIN_ALLOW_THREADS
    fed = feeder_feed(self->feeder, view->buf, (size_t)view->len);
    Py_END_ALLOW_THREADS
    if (!fed)
        PyErr_NoMemory();
    return fed;
}

static PyObject *series_feed(SeriesObject *self, PyObject *data)
{
    Py_buffer view;

    if (!PyObject_CheckBuffer(data))
        return invalid(PyExc_TypeError, "data", data,
                       "a bytes-like object; open a log in binary mode ('rb')");
    if (PyObject_GetBuffer(data, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    bool fed = guard_lock(&self->guard, "series");
    if (fed) {
        fed = feed_open(self, &view);
        guard_unlock(&self->guard);
    }
    PyBuffer_Release(&view);
    return fed ? Py_NewRef(Py_None) : NULL;
}

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

static PyObject *series_close(SeriesObject *self, PyObject *Py_UNUSED(ignored))
{
    if (!guard_lock(&self->guard, "series"))
        return NULL;
    bool done = series_finish(self, false);
    guard_unlock(&self->guard);
    return done ? Py_NewRef(Py_None) : NULL;
}

/* ---- Sums ---- */

/* New references to what a closed series holds; false with an exception set if it is open. */
static bool series_finished(SeriesObject *self, PyObject **packed, PyObject **tally)
{
    if (!guard_lock(&self->guard, "series"))
        return false;
    bool closed = !self->feeder;
    *packed = Py_XNewRef(self->packed);
    *tally = Py_XNewRef(self->tally);
    guard_unlock(&self->guard);
    if (!closed)
        PyErr_SetString(PyExc_ValueError, "the series is still open: close() it first to count its "
                                          "last line");
    return closed;
}

/* sum() starts with 0 and returns it for nothing. */
static bool is_zero(PyObject *object)
{
    return PyLong_CheckExact(object) && !PyObject_IsTrue(object);
}

static PyObject *merged(PyObject *left, PyObject *right)
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

static PyObject *series_of_parts(State *state, PyObject *packed, PyObject *tally)
{
    SeriesObject *self = packed && tally ? series_alloc(state) : NULL;

    if (!self) {
        Py_XDECREF(packed);
        Py_XDECREF(tally);
        return NULL;
    }
    self->packed = packed;
    self->tally = tally;
    return (PyObject *)self;
}

static PyObject *series_sum(PyObject *left, PyObject *right)
{
    PyObject *packed[2] = {NULL}, *tallies[2] = {NULL}, *sum = NULL;
    PyObject *only = is_zero(left) ? right : is_zero(right) ? left : NULL;

    if (!only && !Py_IS_TYPE(left, Py_TYPE(right)))
        Py_RETURN_NOTIMPLEMENTED;
    if (series_finished((SeriesObject *)(only ? only : left), &packed[0], &tallies[0])) {
        if (only)
            sum = Py_NewRef(only);
        else if (series_finished((SeriesObject *)right, &packed[1], &tallies[1])) {
            PyObject *both = merged(packed[0], packed[1]);
            sum = series_of_parts(PyType_GetModuleState(Py_TYPE(left)), both,
                                  both ? PyNumber_Add(tallies[0], tallies[1]) : NULL);
        }
    }
    for (int i = 0; i < 2; i++) {
        Py_XDECREF(packed[i]);
        Py_XDECREF(tallies[i]);
    }
    return sum;
}

/* A packed series has its padding from httpstatus_series_at(), so its bytes are not compared. */
static int equal_packed(PyObject *left, PyObject *right)
{
    struct httpstatus_series *a = series_unpack(left);
    struct httpstatus_series *b = a ? series_unpack(right) : NULL;
    int equal = b ? httpstatus_series_equal(a, b) : -1;

    PyMem_Free(a);
    PyMem_Free(b);
    return equal;
}

static PyObject *series_compare(SeriesObject *self, PyObject *other, int operation)
{
    if (!Py_IS_TYPE(other, Py_TYPE(self)) || (operation != Py_EQ && operation != Py_NE))
        Py_RETURN_NOTIMPLEMENTED;
    int equal = (PyObject *)self == other; /* even while another thread feeds it */
    if (!equal) {
        PyObject *a = series_state(self);
        PyObject *b = a ? series_state((SeriesObject *)other) : NULL;
        equal = b ? equal_packed(a, b) : -1;
        Py_XDECREF(a);
        Py_XDECREF(b);
    }
    return equal < 0 ? NULL : PyBool_FromLong(equal == (operation == Py_EQ));
}

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
    {"feed", (PyCFunction)series_feed, METH_O, series_feed_doc},
    {"close", (PyCFunction)series_close, METH_NOARGS, series_close_doc},
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
    {Py_tp_dealloc, series_dealloc},
    {Py_tp_repr, series_repr},
    {Py_tp_richcompare, series_compare},
    {Py_tp_hash, PyObject_HashNotImplemented},
    {Py_tp_iter, series_iter},
    {Py_tp_methods, series_methods},
    {Py_tp_getset, series_getset},
    {Py_sq_length, series_length},
    {Py_sq_item, series_item},
    {Py_nb_add, series_sum},
    {0, NULL},
};

static PyType_Spec series_spec = {
    .name = "httpstatus.Series",
    .basicsize = sizeof(SeriesObject),
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

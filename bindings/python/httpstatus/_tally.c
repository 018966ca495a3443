/* Tally: the type for the counts of a log, while it is fed and afterwards. */
#include "_tally.h"

/* A tally that is neither open nor closed yet. */
static TallyObject *tally_alloc(State *state)
{
    TallyObject *self = (TallyObject *)state->tally_type->tp_alloc(state->tally_type, 0);

    if (self && !guard_make(&self->guard))
        Py_CLEAR(self);
    return self;
}

static void take_line(Feeder *feeder, const struct httpstatus_line *line, const char *p)
{
    struct httpstatus_record record;

    (void)feeder_count(feeder, line, p, &record);
}

/* Makes the scanner, in a feeder if each line is to be seen; false with an exception set. */
static bool make_scanner(TallyObject *self, struct httpstatus_conditions *conditions)
{
    if (conditions) {
        self->feeder = feeder_make(sizeof *self->feeder, take_line, conditions);
        self->scanner = self->feeder ? &self->feeder->scanner : NULL;
    } else if (!(self->scanner = PyMem_Malloc(sizeof *self->scanner))) {
        PyErr_NoMemory();
    }
    return self->scanner != NULL;
}

static void free_scanner(TallyObject *self)
{
    if (self->feeder)
        feeder_free(self->feeder);
    else
        PyMem_Free(self->scanner);
    self->feeder = NULL;
    self->scanner = NULL;
}

TallyObject *tally_make(State *state, const struct httpstatus_options *options, PyObject **values,
                        struct httpstatus_conditions *conditions)
{
    struct httpstatus_options kept = *options;
    TallyObject *self = tally_alloc(state);

    if (!self) {
        PyMem_RawFree(conditions);
        return NULL;
    }
    if (!make_scanner(self, conditions) ||
        (kept.key.data && !exact_text_from(values[KEY], &self->key, &kept.key)) ||
        !scanner_init(state, self->scanner, &kept, NULL))
        Py_CLEAR(self);
    return self;
}

const struct httpstatus_tally *tally_so_far(TallyObject *self)
{
    return self->feeder ? feeder_tally(self->feeder) : httpstatus_scanner_tally(self->scanner);
}

bool tally_keep(TallyObject *self, const struct httpstatus_tally *tally, PyObject *key)
{
    Counts *counts = counts_pack(tally);

    if (!counts) {
        PyErr_NoMemory();
        return false;
    }
    PyMem_Free(self->counts);
    self->counts = counts;
    Py_XINCREF(key);
    Py_XSETREF(self->key, key);
    free_scanner(self);
    return true;
}

bool tally_finish(TallyObject *self, bool torn)
{
    if (!self->scanner)
        return true;
    if (!self->feeder)
        (torn ? httpstatus_finish_torn : httpstatus_finish)(self->scanner, NULL, 0);
    else if (!feeder_end(self->feeder, torn))
        return PyErr_NoMemory() != NULL;
    return tally_keep(self, tally_so_far(self), self->key);
}

static PyObject *tally_call(PyObject *type, PyObject *const *args, size_t flagged,
                            PyObject *keywords)
{
    static const Signature signature = {"Tally", 1, 0, {OPTION_NAMES}};
    State *state = PyType_GetModuleState((PyTypeObject *)type);
    PyObject *values[OPTIONS] = {NULL};
    struct httpstatus_options options;

    if (!parse_arguments(&signature, args, PyVectorcall_NARGS(flagged), keywords, values) ||
        !options_from(state, values, &options))
        return NULL;
    return (PyObject *)tally_make(state, &options, values, NULL);
}

static void tally_dealloc(TallyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);

    guard_free(&self->guard);
    free_scanner(self);
    PyMem_Free(self->counts);
    Py_XDECREF(self->key);
    type->tp_free(self);
    Py_DECREF(type);
}

/*
 * class Tally:
 *     def feed(self, data: Buffer, /) -> None: ...
 */
PyDoc_STRVAR(tally_feed_doc,
SIGNATURE_Tally_feed
"Scan the next piece of the log, a bytes-like object that may end anywhere.\n\n"
">>> from httpstatus import Tally\n"
">>> t = Tally('clf')\n"
">>> t.feed(b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 4')\n"
">>> t.feed(b'04 7\\n')\n"
">>> t[404]\n"
"1\n");

static PyObject *tally_feed(TallyObject *self, PyObject *data)
{
    Py_buffer view;

    if (!piece_from(data, &view))
        return NULL;
    if (!tally_lock(self)) {
        PyBuffer_Release(&view);
        return NULL;
    }
    bool closed = !self->scanner;
    if (!closed)
        scan(self->scanner, view.buf, (size_t)view.len, NULL, 0, NULL);
    tally_unlock(self);
    PyBuffer_Release(&view);
    if (closed)
        return PyErr_Format(PyExc_ValueError,
                            "the tally is closed: feed a new one and add the two");
    Py_RETURN_NONE;
}

/*
 * class Tally:
 *     def close(self) -> None: ...
 */
PyDoc_STRVAR(tally_close_doc,
SIGNATURE_Tally_close
"End the log: count the last line even without a line feed. Further calls do nothing.\n\n"
">>> from httpstatus import Tally\n"
">>> t = Tally('json')\n"
">>> t.feed(b'{\"status\": 404}')\n"
">>> t.close()\n"
">>> t[404]\n"
"1\n");

static PyObject *tally_close(TallyObject *self, PyObject *Py_UNUSED(ignored))
{
    if (!tally_lock(self))
        return NULL;
    bool done = tally_finish(self, false);
    tally_unlock(self);
    return done ? Py_NewRef(Py_None) : NULL;
}

/* The caller holds the lock. */
static void copy_counts(TallyObject *self, struct httpstatus_tally *tally)
{
    if (self->scanner)
        *tally = *tally_so_far(self);
    else
        counts_unpack(self->counts, tally);
}

bool tally_counts(TallyObject *self, struct httpstatus_tally *tally)
{
    if (!tally_lock(self))
        return false;
    copy_counts(self, tally);
    tally_unlock(self);
    return true;
}

bool tally_finished(TallyObject *self, struct httpstatus_tally *tally)
{
    if (!tally_lock(self))
        return false;
    bool closed = !self->scanner;
    copy_counts(self, tally);
    tally_unlock(self);
    if (!closed)
        PyErr_SetString(PyExc_ValueError, "the tally is still open: close() it first to count its "
                                          "last line");
    return closed;
}

/* ---- Tallies of known counts ---- */

static PyObject *tally_of(State *state, const struct httpstatus_tally *counts, PyObject *key)
{
    TallyObject *self = tally_alloc(state);

    if (self && !tally_keep(self, counts, key))
        Py_CLEAR(self);
    return (PyObject *)self;
}

PyObject *tally_of_counts(State *state, const struct httpstatus_tally *counts)
{
    return tally_of(state, counts, NULL);
}

bool tally_fill(State *state, PyObject *object, const struct httpstatus_tally *counts)
{
    TallyObject *self = (TallyObject *)object;

    if (!Py_IS_TYPE(object, state->tally_type))
        return invalid(PyExc_TypeError, "tally", object, "a Tally");
    if (!tally_lock(self))
        return false;
    bool done = tally_keep(self, counts, self->key);
    tally_unlock(self);
    return done;
}

/* ---- Sums ---- */

bool tally_own_key(const TallyObject *self, struct httpstatus_text *key)
{
    *key = (struct httpstatus_text){NULL, 0};
    return !self->key || utf8_from(self->key, key);
}

static PyObject *tally_sum(PyObject *left, PyObject *right)
{
    struct httpstatus_text key, other;
    struct httpstatus_tally sum, more;

    if (is_zero(left) || is_zero(right)) {
        PyObject *only = is_zero(left) ? right : left;
        return tally_finished((TallyObject *)only, &sum) ? Py_NewRef(only) : NULL;
    }
    if (!Py_IS_TYPE(left, Py_TYPE(right)))
        Py_RETURN_NOTIMPLEMENTED;
    TallyObject *a = (TallyObject *)left, *b = (TallyObject *)right;
    if (!tally_finished(a, &sum) || !tally_finished(b, &more) || !tally_own_key(a, &key) ||
        !tally_own_key(b, &other))
        return NULL;
    struct httpstatus_text of_sum = httpstatus_tally_sum_key(&sum, key, &more, other);
    PyObject *kept = !of_sum.data ? NULL : of_sum.data == key.data ? a->key : b->key;
    httpstatus_tally_add(&sum, &more);
    return tally_of(PyType_GetModuleState(Py_TYPE(left)), &sum, kept);
}

/* With a dict, as of any two mappings: by the counts alone. */
static PyObject *compare_counts(TallyObject *self, PyObject *other, int operation)
{
    struct httpstatus_tally tally;
    PyObject *counts = tally_counts(self, &tally) ? counts_dict(&tally) : NULL;
    PyObject *answer = counts ? PyObject_RichCompare(counts, other, operation) : NULL;

    Py_XDECREF(counts);
    return answer;
}

static PyObject *tally_compare(TallyObject *self, PyObject *other, int operation)
{
    if (operation != Py_EQ && operation != Py_NE)
        Py_RETURN_NOTIMPLEMENTED;
    if (PyDict_Check(other))
        return compare_counts(self, other, operation);
    if (!Py_IS_TYPE(other, Py_TYPE(self)))
        Py_RETURN_NOTIMPLEMENTED;
    bool equal = (PyObject *)self == other; /* even while another thread feeds it */
    if (!equal) {
        struct httpstatus_tally a, b;
        if (!tally_counts(self, &a) || !tally_counts((TallyObject *)other, &b))
            return NULL;
        equal = httpstatus_tally_equal(&a, &b);
    }
    return PyBool_FromLong(equal == (operation == Py_EQ));
}

/* ---- The type ---- */

/*
 * @final
 * class Tally(Mapping[int, int]):
 *     def __new__(
 *         cls, format: _Format = "auto", *, key: str | None = None, fields: str | None = None,
 *         target: bool = False,
 *     ) -> Tally: ...
 *     def __getitem__(self, code: SupportsIndex, /) -> int: ...
 *     def __contains__(self, code: object, /) -> bool: ...
 *     def __iter__(self) -> Iterator[int]: ...
 *     def __len__(self) -> int: ...
 *     def __add__(self, other: Tally | Literal[0], /) -> Tally: ...
 *     def __radd__(self, other: int, /) -> Tally: ...  # 0, with which sum() starts: an int
 *     def __setstate__(self, state: _Counts, /) -> None: ...
 */
PyDoc_STRVAR(tally_doc,
SIGNATURE_Tally
"How many records of a log have each status: a mapping from code to count.\n\n"
"The count is 0 for a code that does not occur. feed() takes the log in pieces of any size and\n"
"close() ends it; tally() does both.\n\n"
"Closed tallies add up with + and sum(), in the order of their logs, compare with == and can be\n"
"pickled, so tallies from other processes and machines can be combined. There are no conditions on\n"
"the records, as tally() has them, for they need whole lines.\n\n"
"To go on with a log that grows, count it up to consumed, where its last whole line ends, and the\n"
"rest from there when it comes; the two add up. A w3c, cloudfront or zeek log also needs the names\n"
"of its last '#Fields' line then, as fields.\n\n"
">>> from httpstatus import Tally\n"
">>> t = Tally()\n"
">>> t.feed(b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 404 7\\n')\n"
">>> t.close()\n"
">>> t[404], t[200], t.classes['4xx'], t.format\n"
"(1, 0, 1, 'clf')\n");

static PyMethodDef tally_methods[] = {
    {"feed", (PyCFunction)tally_feed, METH_O, tally_feed_doc},
    {"close", (PyCFunction)tally_close, METH_NOARGS, tally_close_doc},
    {"keys", (PyCFunction)tally_keys, METH_NOARGS, tally_keys_doc},
    {"values", (PyCFunction)tally_values, METH_NOARGS, tally_values_doc},
    {"items", (PyCFunction)tally_items, METH_NOARGS, tally_items_doc},
    {"get", (PyCFunction)(void (*)(void))tally_get, METH_FASTCALL, tally_get_doc},
    {"as_dict", (PyCFunction)tally_as_dict, METH_NOARGS, tally_as_dict_doc},
    {"__reduce__", (PyCFunction)tally_reduce, METH_NOARGS, NULL},
    {"__setstate__", (PyCFunction)tally_setstate, METH_O, NULL},
    {NULL},
};

static PyType_Slot tally_slots[] = {
    {Py_tp_doc, (void *)tally_doc},
    {Py_tp_new, make_by_call},
    {Py_tp_dealloc, tally_dealloc},
    {Py_tp_repr, tally_repr},
    {Py_tp_richcompare, tally_compare},
    {Py_tp_hash, PyObject_HashNotImplemented},
    {Py_tp_iter, tally_iter},
    {Py_tp_methods, tally_methods},
    {Py_tp_getset, tally_getset},
    {Py_mp_length, tally_length},
    {Py_mp_subscript, tally_subscript},
    {Py_sq_contains, tally_contains},
    {Py_nb_add, tally_sum},
    {0, NULL},
};

static PyType_Spec tally_spec = {
    .name = "httpstatus.Tally",
    .basicsize = sizeof(TallyObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_MAPPING,
    .slots = tally_slots,
};

/* class LogFormatError(ValueError): ... */
PyDoc_STRVAR(log_format_error_doc,
"An invalid log format or option.\n\n"
"The format is unknown or does not locate the status, or the option does not apply to it.");

int tally_add(PyObject *module, State *state)
{
    watch_forks();
    state->log_format_error = PyErr_NewExceptionWithDoc(
        "httpstatus.LogFormatError", log_format_error_doc, PyExc_ValueError, NULL);
    state->tally_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &tally_spec, NULL);
    if (!state->log_format_error || !state->tally_type ||
        PyModule_AddType(module, state->tally_type) < 0 ||
        PyModule_AddObjectRef(module, "LogFormatError", state->log_format_error) < 0)
        return -1;
    state->tally_type->tp_vectorcall = tally_call;
    return tally_log_add(module) < 0 ? -1 : tally_range_add(module);
}

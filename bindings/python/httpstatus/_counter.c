/* What counts a log that it is fed, and keeps what it has counted when that ends. */
#include "_counter.h"

static bool lock(Counter *self)
{
    return guard_lock(&self->guard, self->kind->name);
}

static void unlock(Counter *self)
{
    guard_unlock(&self->guard);
}

/* ---- The object ---- */

static Counter *alloc(PyTypeObject *type, const CounterKind *kind)
{
    Counter *self = (Counter *)type->tp_alloc(type, 0);

    if (!self)
        return NULL;
    self->kind = kind;
    if (!guard_make(&self->guard))
        Py_CLEAR(self);
    return self;
}

Counter *counter_make(PyTypeObject *type, const CounterKind *kind, Feeder *feeder,
                      const struct httpstatus_options *given, PyObject **values)
{
    struct httpstatus_options options = *given;
    Counter *self = feeder ? alloc(type, kind) : NULL;

    if (!self) {
        feeder_free(feeder);
        return NULL;
    }
    self->feeder = feeder;
    if ((options.key.data && !exact_text_from(values[KEY], &self->key, &options.key)) ||
        !scanner_init(PyType_GetModuleState(type), &feeder->scanner, &options,
                      feeder_filter(feeder)))
        Py_CLEAR(self);
    return self;
}

void counter_dealloc(Counter *self)
{
    PyTypeObject *type = Py_TYPE(self);

    guard_free(&self->guard);
    feeder_free(self->feeder);
    Py_XDECREF(self->key);
    Py_XDECREF(self->packed);
    Py_XDECREF(self->tally);
    type->tp_free(self);
    Py_DECREF(type);
}

/* Replaces the feeder by what it has counted; false with an exception set. */
static bool keep(Counter *self)
{
    State *state = PyType_GetModuleState(Py_TYPE(self));
    PyObject *packed = self->kind->pack(self->feeder);
    PyObject *tally = packed ? tally_of_counts(state, feeder_tally(self->feeder)) : NULL;

    if (!tally) {
        Py_XDECREF(packed);
        return false;
    }
    self->packed = packed;
    self->tally = tally;
    feeder_free(self->feeder);
    self->feeder = NULL;
    return true;
}

/* Ends the log and closes the counter; false with an exception set. */
static bool finish(Counter *self, bool torn)
{
    if (!self->feeder)
        return true;
    if (feeder_end(self->feeder, torn))
        return keep(self);
    PyErr_NoMemory();
    return false;
}

PyObject *counter_state(Counter *self)
{
    if (!lock(self))
        return NULL;
    PyObject *packed = self->feeder ? self->kind->pack(self->feeder) : Py_NewRef(self->packed);
    unlock(self);
    return packed;
}

PyObject *counter_tally(Counter *self, void *Py_UNUSED(ignored))
{
    State *state = PyType_GetModuleState(Py_TYPE(self));

    if (!lock(self))
        return NULL;
    PyObject *tally = self->feeder ? tally_of_counts(state, feeder_tally(self->feeder))
                                   : Py_NewRef(self->tally);
    unlock(self);
    return tally;
}

/* ---- Feeding ---- */

/* The caller holds the guard. */
static bool feed_open(Counter *self, const Py_buffer *view)
{
    bool fed;

    if (!self->feeder) {
        PyErr_Format(PyExc_ValueError, "the %s is closed: feed a new one and add the two",
                     self->kind->name);
        return false;
    }
    Py_BEGIN_ALLOW_THREADS
    fed = feeder_feed(self->feeder, view->buf, (size_t)view->len);
    Py_END_ALLOW_THREADS
    if (!fed)
        PyErr_NoMemory();
    return fed;
}

PyObject *counter_feed(Counter *self, PyObject *data)
{
    Py_buffer view;

    if (!piece_from(data, &view))
        return NULL;
    bool fed = lock(self);
    if (fed) {
        fed = feed_open(self, &view);
        unlock(self);
    }
    PyBuffer_Release(&view);
    return fed ? Py_NewRef(Py_None) : NULL;
}

PyObject *counter_close(Counter *self, PyObject *Py_UNUSED(ignored))
{
    if (!lock(self))
        return NULL;
    bool done = finish(self, false);
    unlock(self);
    return done ? Py_NewRef(Py_None) : NULL;
}

/* ---- A whole log, or a range of a file ---- */

static bool finish_object(PyObject *self, bool torn)
{
    return finish((Counter *)self, torn);
}

static PyObject *end(Counter *self, bool done)
{
    return log_end((PyObject *)self, done, finish_object, self->kind->name);
}

PyObject *counter_read(Counter *self, PyObject *object)
{
    Source source;

    if (!self)
        return NULL;
    bool done = source_open(&source, object) && source_feed(&source, feeder_feed, self->feeder);
    source_close(&source);
    return end(self, done);
}

/* What a range has, and what crosses its end; after the last range the log ends. */
static PyObject *end_range(Counter *self, bool last)
{
    PyObject *carry = carry_object(&self->feeder->scanner);

    if (carry && (last ? finish(self, false) : keep(self)))
        return Py_BuildValue("NN", self, carry);
    Py_XDECREF(carry);
    Py_DECREF(self);
    return NULL;
}

PyObject *counter_read_range(Counter *self, const RangeArguments *asked)
{
    Range range;

    if (!self || !range_open(&range, asked->fd, asked->start, asked->end)) {
        Py_XDECREF(self);
        return NULL;
    }
    if (asked->carry != Py_None)
        httpstatus_carry_in(&self->feeder->scanner, carry_from(asked->carry));
    bool done = range_scan(&range, asked->last, asked->progress, feeder_feed, self->feeder);
    range_close(&range);
    return done ? end_range(self, asked->last || range.at_end) : end(self, false);
}

/* ---- Functions ---- */

/* Whether the values are right; false with an exception set. */
static bool check(const CounterFunction *function, PyObject *module, PyObject **values)
{
    Counter *counter = function->make(module, values);

    if (!counter)
        return false;
    Py_DECREF(counter);
    return true;
}

/* By several threads, or of several sources: each of them gets the values, once they are right. */
static PyObject *in_jobs(const CounterFunction *function, PyObject *module, PyObject **values,
                         int jobs)
{
    PyObject *none = NULL, **which = function->which < 0 ? &none : &values[1 + function->which];
    PyObject *sum = NULL;

    if (*which && !(*which = which_kept(*which)))
        return NULL;
    if (check(function, module, values + 1))
        sum = read_in_jobs(function->signature.function, function->signature.parameters + 1, values,
                           function->count, jobs);
    Py_XDECREF(*which);
    return sum;
}

PyObject *counter_of_log(const CounterFunction *function, PyObject *module, PyObject *const *args,
                         Py_ssize_t count, PyObject *keywords)
{
    PyObject *values[PARAMETERS] = {NULL};
    int jobs;

    if (!parse_arguments(&function->signature, args, count, keywords, values) ||
        !jobs_from(values[1 + function->count], &jobs))
        return NULL;
    if (jobs == 1 && !PyList_Check(values[0]) && !PyTuple_Check(values[0]))
        return counter_read(function->make(module, values + 1), values[0]);
    return in_jobs(function, module, values, jobs);
}

PyObject *counter_of_range(const CounterFunction *function, PyObject *module, PyObject *args,
                           PyObject *keywords)
{
    PyObject *values[PARAMETERS];
    RangeArguments range;

    return range_arguments(args, keywords, function->signature.parameters + 1, function->count,
                           values, &range)
               ? counter_read_range(function->make(module, values), &range)
               : NULL;
}

/* ---- Sums ---- */

static bool still_open(const Counter *self)
{
    PyErr_Format(PyExc_ValueError, "the %s is still open: close() it first to count its last line",
                 self->kind->name);
    return false;
}

/* New references to what a closed one holds; false with an exception set if it is open. */
static bool finished(Counter *self, PyObject **packed, PyObject **tally)
{
    if (!lock(self))
        return false;
    bool closed = !self->feeder;
    *packed = Py_XNewRef(self->packed);
    *tally = Py_XNewRef(self->tally);
    unlock(self);
    return closed || still_open(self);
}

PyObject *counter_closed(PyTypeObject *type, const CounterKind *kind, PyObject *packed,
                         PyObject *tally)
{
    Counter *self = packed && tally ? alloc(type, kind) : NULL;

    if (!self) {
        Py_XDECREF(packed);
        Py_XDECREF(tally);
        return NULL;
    }
    self->packed = packed;
    self->tally = tally;
    return (PyObject *)self;
}

PyObject *counter_sum(PyObject *left, PyObject *right)
{
    PyObject *packed[2] = {NULL}, *tallies[2] = {NULL}, *sum = NULL;
    PyObject *only = is_zero(left) ? right : is_zero(right) ? left : NULL;

    if (!only && !Py_IS_TYPE(left, Py_TYPE(right)))
        Py_RETURN_NOTIMPLEMENTED;
    if (finished((Counter *)(only ? only : left), &packed[0], &tallies[0])) {
        if (only)
            sum = Py_NewRef(only);
        else if (finished((Counter *)right, &packed[1], &tallies[1])) {
            const CounterKind *kind = ((Counter *)left)->kind;
            PyObject *both = kind->merge(packed[0], packed[1]);
            sum = counter_closed(Py_TYPE(left), kind, both,
                                 both ? PyNumber_Add(tallies[0], tallies[1]) : NULL);
        }
    }
    for (int i = 0; i < 2; i++) {
        Py_XDECREF(packed[i]);
        Py_XDECREF(tallies[i]);
    }
    return sum;
}

PyObject *counter_compare(Counter *self, PyObject *other, int operation)
{
    if (!Py_IS_TYPE(other, Py_TYPE(self)) || (operation != Py_EQ && operation != Py_NE))
        Py_RETURN_NOTIMPLEMENTED;
    int equal = (PyObject *)self == other; /* even while another thread feeds it */
    if (!equal) {
        PyObject *a = counter_state(self);
        PyObject *b = a ? counter_state((Counter *)other) : NULL;
        equal = b ? self->kind->equal(a, b) : -1;
        Py_XDECREF(a);
        Py_XDECREF(b);
    }
    return equal < 0 ? NULL : PyBool_FromLong(equal == (operation == Py_EQ));
}

/* ---- Pickles ---- */

PyObject *counter_reduce(Counter *self, PyObject *dict)
{
    PyObject *packed, *tally, *reduced = NULL;

    if (dict && finished(self, &packed, &tally)) {
        reduced = Py_BuildValue("O()(OO)", Py_TYPE(self), dict, tally);
        Py_DECREF(packed);
        Py_DECREF(tally);
    }
    Py_XDECREF(dict);
    return reduced;
}

/* An exception, unless one says what is wrong with the state. */
static void invalid_state(Counter *self)
{
    const char *name = strrchr(Py_TYPE(self)->tp_name, '.') + 1;

    if (!PyErr_Occurred() || PyErr_ExceptionMatches(PyExc_TypeError) ||
        PyErr_ExceptionMatches(PyExc_OverflowError) ||
        PyErr_ExceptionMatches(PyExc_UnicodeEncodeError))
        PyErr_Format(PyExc_ValueError,
                     "invalid state: expected the result of %s.as_dict(), and a Tally", name);
}

PyObject *counter_setstate(Counter *self, PyObject *state, PyObject *(*pack)(PyObject *dict))
{
    PyObject *dict, *tally;
    State *module = PyType_GetModuleState(Py_TYPE(self));

    if (!PyTuple_Check(state) ||
        !PyArg_ParseTuple(state, "O!O!", &PyDict_Type, &dict, module->tally_type, &tally)) {
        PyErr_Clear();
        return invalid(PyExc_TypeError, "state", state, "a dict and a Tally");
    }
    PyObject *packed = pack(dict);
    if (!packed) {
        invalid_state(self);
        return NULL;
    }
    if (!lock(self)) {
        Py_DECREF(packed);
        return NULL;
    }
    Py_XSETREF(self->packed, packed);
    Py_XSETREF(self->tally, Py_NewRef(tally));
    feeder_free(self->feeder);
    self->feeder = NULL;
    unlock(self);
    Py_RETURN_NONE;
}

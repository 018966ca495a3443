/* The tally of a range of a file, for threads that share the file, and what crosses its ends. */
#include "_range.h"
#include "_tally.h"

static bool feed_scanner(void *scanner, const char *p, size_t size)
{
    httpstatus_scan(scanner, p, size, NULL, 0, NULL);
    return true;
}

/* The tally of a range and what crosses its end; after the last range the log ends. */
static PyObject *range_end(TallyObject *self, bool last)
{
    PyObject *carry = carry_object(self->scanner);
    bool done = carry && (last ? tally_finish(self, false)
                               : tally_keep(self, tally_so_far(self), self->key));
    if (done)
        return Py_BuildValue("NN", self, carry);
    Py_XDECREF(carry);
    Py_DECREF(self);
    return NULL;
}

/*
 * _tally_range(fd, start, end, last, carry, progress, format=...): the tally of the lines that
 * begin in [start, end) of a file, and what crosses its end.  'carry' is what crosses its start, or
 * None.  The ranges of a file add up to its tally.
 */
static PyObject *tally_range(PyObject *module, PyObject *args, PyObject *keywords)
{
    static const char *const names[] = {OPTION_NAMES, CONDITION_NAMES};
    State *state = state_of_module(module);
    PyObject *values[OPTIONS + CONDITIONS];
    struct httpstatus_options options;
    Conditions conditions;
    RangeArguments asked;
    Range range;

    if (!range_arguments(args, keywords, names, OPTIONS + CONDITIONS, values, &asked) ||
        !options_from(state, values, &options) ||
        !conditions_from(module, values + OPTIONS, &conditions))
        return NULL;
    TallyObject *self = tally_make(state, &options, values, conditions.wanted);
    if (!self || !range_open(&range, asked.fd, asked.start, asked.end)) {
        Py_XDECREF(self);
        return NULL;
    }
    if (asked.carry != Py_None)
        httpstatus_carry_in(self->scanner, carry_from(asked.carry));
    bool done = self->feeder
                    ? range_scan(&range, asked.last, asked.progress, feeder_feed, self->feeder)
                    : range_scan(&range, asked.last, asked.progress, feed_scanner, self->scanner);
    range_close(&range);
    return done ? range_end(self, asked.last || range.at_end) : tally_end(self, false);
}

/* _tally_after(source, carry, format=...): the tally of a log after what crosses its start. */
static PyObject *tally_after(PyObject *module, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"", "", OPTION_NAMES, CONDITION_NAMES, NULL};
    State *state = state_of_module(module);
    PyObject *values[OPTIONS] = {NULL}, *where[CONDITIONS] = {NULL}, *source, *carry;
    struct httpstatus_options options;
    Conditions conditions;

    if (!PyArg_ParseTupleAndKeywords(
            args, keywords, "OS|$OOOOOOOOOOO:_tally_after", names, &source, &carry, &values[FORMAT],
            &values[KEY], &values[FIELDS], &values[TARGET], &where[ZONE], &where[REFERENCE],
            &where[SINCE], &where[UNTIL], &where[METHOD], &where[PATH], &where[HOST]) ||
        !options_from(state, values, &options) || !conditions_from(module, where, &conditions))
        return NULL;
    TallyObject *self = tally_make(state, &options, values, conditions.wanted);
    if (!self)
        return NULL;
    httpstatus_carry_in(self->scanner, carry_from(carry));
    return tally_end(self, tally_read(self, source));
}

/* _carry_after(log, format=...): what crosses the end of a bytes object that ends with a line. */
static PyObject *carry_after(PyObject *module, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"", OPTION_NAMES, NULL};
    State *state = state_of_module(module);
    PyObject *values[OPTIONS] = {NULL}, *log;
    struct httpstatus_options options;

    if (!PyArg_ParseTupleAndKeywords(args, keywords, "S|$OOOO:_carry_after", names, &log,
                                     &values[FORMAT], &values[KEY], &values[FIELDS],
                                     &values[TARGET]) ||
        !options_from(state, values, &options))
        return NULL;
    TallyObject *self = tally_make(state, &options, values, NULL);
    if (!self)
        return NULL;
    feed_scanner(self->scanner, PyBytes_AS_STRING(log), (size_t)PyBytes_GET_SIZE(log));
    PyObject *carry = carry_object(self->scanner);
    Py_DECREF(self);
    return carry;
}

/* _same_carry(a, b): whether a range has the same tally after either; False if unknown. */
static PyObject *same_carry(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *a, *b;

    if (!PyArg_ParseTuple(args, "SS:_same_carry", &a, &b))
        return NULL;
    return PyBool_FromLong(httpstatus_carry_equal(carry_from(a), carry_from(b)));
}

/*
 * _is_at_rest(tally): whether an open tally may be closed, and a new one go on in its place.  No
 * other thread may feed it.
 */
static PyObject *is_at_rest(PyObject *Py_UNUSED(module), PyObject *tally)
{
    static const struct httpstatus_carry nothing;
    const struct httpstatus_scanner *scanner = ((TallyObject *)tally)->scanner;
    struct httpstatus_carry carry;

    httpstatus_carry_out(scanner, &carry);
    return PyBool_FromLong(!httpstatus_scanner_is_open(scanner) &&
                           httpstatus_carry_equal(&carry, &nothing));
}

static PyMethodDef functions[] = {
    {"_carry_after", (PyCFunction)(void (*)(void))carry_after, METH_VARARGS | METH_KEYWORDS, NULL},
    {"_is_at_rest", is_at_rest, METH_O, NULL},
    {"_same_carry", same_carry, METH_VARARGS, NULL},
    {"_tally_after", (PyCFunction)(void (*)(void))tally_after, METH_VARARGS | METH_KEYWORDS, NULL},
    {"_tally_range", (PyCFunction)(void (*)(void))tally_range, METH_VARARGS | METH_KEYWORDS, NULL},
    {NULL},
};

int tally_range_add(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}

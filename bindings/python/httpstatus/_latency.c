/* Latency: the type for the durations of a log by class, while it is fed and afterwards. */
#include "_latency.h"

/* ---- Arguments ---- */

typedef struct {
    struct httpstatus_options options;
    struct httpstatus_filter wanted;
    Conditions conditions;
} Setup;

/* false with an exception set */
static bool setup_from(PyObject *module, PyObject **values, Setup *setup)
{
    PyObject *which = values[LATENCY_WHICH];

    *setup = (Setup){.wanted = {.invert = !which || which == Py_None}};
    return options_from(state_of_module(module), values, &setup->options) &&
           (setup->wanted.invert || filter_from(&setup->wanted, which)) &&
           conditions_from(module, values + LATENCY_WHERE, &setup->conditions);
}

/* ---- The object ---- */

/* With conditions every line comes here, so that those that meet them can be counted. */
static void take_line(Feeder *log, const struct httpstatus_line *line, const char *p)
{
    struct httpstatus_latency *latency = &((LatencyFeeder *)log)->latency;
    struct httpstatus_record record;

    if (!log->conditions)
        httpstatus_latency_add_line(latency, &log->scanner, line, p, log->scratch);
    else if (feeder_count(log, line, p, &record))
        httpstatus_latency_add_record(latency, &record, line->status);
}

static Feeder *feeder_from(const Setup *setup)
{
    Feeder *feeder = feeder_make(sizeof(LatencyFeeder), take_line, setup->conditions.wanted);

    if (!feeder)
        return NULL;
    feeder->wanted = setup->wanted;
    feeder->parts = HTTPSTATUS_LATENCY_PARTS;
    httpstatus_latency_init(&((LatencyFeeder *)feeder)->latency);
    return feeder;
}

PyObject *latency_pack(const struct httpstatus_latency *latency)
{
    return PyBytes_FromStringAndSize((const char *)latency, sizeof *latency);
}

static PyObject *pack(Feeder *feeder)
{
    return latency_pack(&((LatencyFeeder *)feeder)->latency);
}

static PyObject *merge(PyObject *left, PyObject *right)
{
    PyObject *sum = latency_pack(latency_in(left));

    if (sum)
        httpstatus_latency_merge((struct httpstatus_latency *)(void *)PyBytes_AS_STRING(sum),
                                 latency_in(right));
    return sum;
}

static int equal(PyObject *left, PyObject *right)
{
    return httpstatus_latency_equal(latency_in(left), latency_in(right));
}

static const CounterKind kind = {"latency", pack, merge, equal};

Counter *latency_make(PyObject *module, PyObject **values)
{
    Setup setup;

    if (!setup_from(module, values, &setup))
        return NULL;
    return counter_make(state_of_module(module)->latency_type, &kind, feeder_from(&setup),
                        &setup.options, values);
}

static PyObject *latency_call(PyObject *type, PyObject *const *args, size_t flagged,
                              PyObject *keywords)
{
    static const Signature signature = {"Latency", 1, 0, {LATENCY_NAMES}};
    PyObject *values[LATENCY_VALUES] = {NULL};

    if (!parse_arguments(&signature, args, PyVectorcall_NARGS(flagged), keywords, values))
        return NULL;
    return (PyObject *)latency_make(PyType_GetModule((PyTypeObject *)type), values);
}

/* ---- Feeding ---- */

/*
 * class Latency:
 *     def feed(self, data: Buffer, /) -> None: ...
 */
PyDoc_STRVAR(latency_feed_doc,
SIGNATURE_Latency_feed
"Scan the next piece of the log, a bytes-like object that may end anywhere.\n\n"
">>> from httpstatus import Latency\n"
">>> l = Latency('json')\n"
">>> l.feed(b'{\"status\": 404, \"request')\n"
">>> l.feed(b'_time\": 0.25}\\n')\n"
">>> l.max('4xx')\n"
"0.25\n");

/*
 * class Latency:
 *     def close(self) -> None: ...
 */
PyDoc_STRVAR(latency_close_doc,
SIGNATURE_Latency_close
"End the log: count the last line even without a line feed. Further calls do nothing.\n\n"
">>> from httpstatus import Latency\n"
">>> l = Latency('json')\n"
">>> l.feed(b'{\"status\": 404, \"request_time\": 0.25}')\n"
">>> l.close()\n"
">>> l.count()\n"
"1\n");

/* ---- The type ---- */

/*
 * @final
 * class Latency(Iterable[tuple[float, float, dict[_Class, int]]]):
 *     def __new__(
 *         cls, format: _Format = "auto", *, key: str | None = None, fields: str | None = None,
 *         target: bool = False, which: _Which | Iterable[_Which] | None = None,
 *     ) -> Latency: ...
 *     def __iter__(self) -> Iterator[tuple[float, float, dict[_Class, int]]]: ...
 *     def __len__(self) -> int: ...
 *     def __add__(self, other: Latency | Literal[0], /) -> Latency: ...
 *     def __radd__(self, other: int, /) -> Latency: ...  # 0, as of Tally
 *     def __setstate__(self, state: tuple[dict[str, Any], Tally], /) -> None: ...
 */
PyDoc_STRVAR(latency_doc,
SIGNATURE_Latency
"The durations of a log's records by class, as a histogram.\n\n"
"It goes through (low, high, counts), the shortest durations first: the ends of a bucket in\n"
"seconds, of which high is not in it, and its records as a dict of the classes '1xx' to '5xx',\n"
"and 'other' for the rest and for records without a status. Buckets without records are left\n"
"out. Those with are at most a 16th as wide as they are long: 3.125 % from their middle.\n\n"
"feed() takes the log in pieces of any size and close() ends it; latency() does both, and explains\n"
"the arguments. Closed latencies add up with + and sum(), in any order, compare with == and can be\n"
"pickled, so those from other processes and machines can be combined.\n\n"
">>> import httpstatus\n"
">>> l = httpstatus.latency(b'{\"status\": 200, \"request_time\": 0.25}')\n"
">>> [(low, high, counts['2xx']) for low, high, counts in l]\n"
"[(0.243269632, 0.25165824, 1)]\n");

static PyMethodDef latency_methods[] = {
    {"feed", (PyCFunction)counter_feed, METH_O, latency_feed_doc},
    {"close", (PyCFunction)counter_close, METH_NOARGS, latency_close_doc},
    {"count", (PyCFunction)latency_count, METH_VARARGS, latency_count_doc},
    {"min", (PyCFunction)latency_min, METH_VARARGS, latency_min_doc},
    {"max", (PyCFunction)latency_max, METH_VARARGS, latency_max_doc},
    {"sum", (PyCFunction)latency_sum, METH_VARARGS, latency_sum_doc},
    {"quantile", (PyCFunction)latency_quantile, METH_VARARGS, latency_quantile_doc},
    {"bounds", (PyCFunction)latency_bounds, METH_VARARGS, latency_bounds_doc},
    {"as_dict", (PyCFunction)latency_as_dict, METH_NOARGS, latency_as_dict_doc},
    {"__reduce__", (PyCFunction)latency_reduce, METH_NOARGS, NULL},
    {"__setstate__", (PyCFunction)latency_setstate, METH_O, NULL},
    {NULL},
};

static PyType_Slot latency_slots[] = {
    {Py_tp_doc, (void *)latency_doc},
    {Py_tp_new, make_by_call},
    {Py_tp_dealloc, counter_dealloc},
    {Py_tp_repr, latency_repr},
    {Py_tp_richcompare, counter_compare},
    {Py_tp_hash, PyObject_HashNotImplemented},
    {Py_tp_iter, latency_iter},
    {Py_tp_methods, latency_methods},
    {Py_tp_getset, latency_getset},
    {Py_sq_length, latency_length},
    {Py_nb_add, counter_sum},
    {0, NULL},
};

static PyType_Spec latency_spec = {
    .name = "httpstatus.Latency",
    .basicsize = sizeof(Counter),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = latency_slots,
};

int latency_add(PyObject *module, State *state)
{
    state->latency_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &latency_spec, NULL);
    if (!state->latency_type || PyModule_AddType(module, state->latency_type) < 0)
        return -1;
    state->latency_type->tp_vectorcall = latency_call;
    return latency_log_add(module);
}

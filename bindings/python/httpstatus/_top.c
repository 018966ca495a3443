/* Top: the type for the values that most records have, while it is fed and afterwards. */
#include "_top.h"

/* ---- Arguments ---- */

typedef struct {
    struct httpstatus_options options;
    struct httpstatus_top_options top;
    struct httpstatus_filter wanted;
    Conditions conditions;
} Setup;

static bool given(PyObject *object)
{
    return object && object != Py_None;
}

static bool by_from(PyObject *object, struct httpstatus_top_options *options)
{
    struct httpstatus_text name = {"path", sizeof "path" - 1};

    if (object && !str_from(object, "by", &name))
        return false;
    return httpstatus_top_by(name.data, name.size, &options->by) ||
           invalid_value(PyExc_ValueError, "by", object);
}

static bool group_from(PyObject *object, struct httpstatus_top_options *options)
{
    struct httpstatus_text name;

    if (!given(object))
        return true;
    return str_from(object, "group", &name) &&
           ((httpstatus_group_find(name.data, name.size, &options->group) &&
             !httpstatus_top_check(options)) ||
            invalid_value(PyExc_ValueError, "group", object));
}

/* From 1 on: 0 is what the core takes for none. */
static bool size_from(PyObject *object, const char *name,
                      const struct httpstatus_top_options *options, size_t *size)
{
    int64_t number;

    if (!object)
        return true;
    if (!integer_from(object, name, &number))
        return false;
    *size = number < 0 || number > INT_MAX ? INT_MAX : (size_t)number;
    return (number && !httpstatus_top_check(options)) ||
           invalid_value(PyExc_ValueError, name, object);
}

static bool which_from(PyObject *object, struct httpstatus_filter *filter)
{
    return object ? filter_from(filter, object) : httpstatus_filter_add(filter, "5xx", 3);
}

/* false with an exception set */
static bool setup_from(PyObject *module, PyObject **values, Setup *setup)
{
    *setup = (Setup){.top = {.n = 0}};
    return options_from(state_of_module(module), values + TOP_HOW, &setup->options) &&
           by_from(values[TOP_BY], &setup->top) && group_from(values[TOP_GROUP], &setup->top) &&
           size_from(values[TOP_N], "n", &setup->top, &setup->top.n) &&
           size_from(values[TOP_ENTRIES], "entries", &setup->top, &setup->top.entries) &&
           which_from(values[TOP_WHICH], &setup->wanted) &&
           conditions_from(module, values + TOP_WHERE, &setup->conditions);
}

/* ---- The object ---- */

/* With conditions every line comes here, so that those that meet them can be counted. */
static void take_line(Feeder *log, const struct httpstatus_line *line, const char *p)
{
    struct httpstatus_top *top = &((TopFeeder *)log)->top;
    struct httpstatus_record record;

    if (!log->conditions)
        httpstatus_top_add_line(top, &log->scanner, line, p, log->scratch);
    else if (feeder_count(log, line, p, &record))
        httpstatus_top_add_record(top, &record);
}

static size_t scan_lines(Feeder *log, const char *p, size_t size, size_t *used)
{
    return httpstatus_top_scan(&((TopFeeder *)log)->top, &log->scanner, p, size, log->lines,
                               FEEDER_LINES, used);
}

static Feeder *feeder_from(const Setup *setup)
{
    Feeder *feeder = feeder_make(sizeof(TopFeeder), take_line, setup->conditions.wanted);

    if (!feeder)
        return NULL;
    feeder->scan = scan_lines;
    feeder->wanted = setup->wanted;
    feeder->parts = 1U << setup->top.by;
    httpstatus_top_init(&((TopFeeder *)feeder)->top, &setup->top);
    return feeder;
}

static PyObject *pack(Feeder *feeder)
{
    return top_pack_open(&((TopFeeder *)feeder)->top);
}

static PyObject *unlike(const PackedTop *a, const PackedTop *b)
{
    return PyErr_Format(PyExc_ValueError,
                        "tops of different kinds: expected the same by=, group= and entries= for "
                        "both, got %s, %s, %zu and %s, %s, %zu",
                        httpstatus_part_name(a->options.by),
                        httpstatus_group_name(a->options.group), a->options.entries,
                        httpstatus_part_name(b->options.by),
                        httpstatus_group_name(b->options.group), b->options.entries);
}

PyObject *top_merge(PyObject *left, PyObject *right)
{
    struct httpstatus_top *sum = top_unpack(left), *more = sum ? top_unpack(right) : NULL;
    PyObject *packed = NULL;

    if (more)
        packed = httpstatus_top_merge(sum, more) ? top_pack(sum)
                                                 : unlike(packed_of(left), packed_of(right));
    PyMem_Free(sum);
    PyMem_Free(more);
    return packed;
}

static int equal(PyObject *left, PyObject *right)
{
    struct httpstatus_top *a = top_unpack(left), *b = a ? top_unpack(right) : NULL;
    int equal = b ? httpstatus_top_equal(a, b) : -1;

    PyMem_Free(a);
    PyMem_Free(b);
    return equal;
}

const CounterKind top_kind = {"top", pack, top_merge, equal};

Counter *top_make(PyObject *module, PyObject **values)
{
    Setup setup;

    if (!setup_from(module, values, &setup))
        return NULL;
    return counter_make(state_of_module(module)->top_type, &top_kind, feeder_from(&setup),
                        &setup.options, values + TOP_HOW);
}

static PyObject *top_call(PyObject *type, PyObject *const *args, size_t flagged, PyObject *keywords)
{
    static const Signature signature = {"Top", 4, 0, {TOP_NAMES}};
    PyObject *values[TOP_VALUES] = {NULL};

    if (!parse_arguments(&signature, args, PyVectorcall_NARGS(flagged), keywords, values))
        return NULL;
    return (PyObject *)top_make(PyType_GetModule((PyTypeObject *)type), values);
}

/* ---- The type ---- */

/*
 * class Top:
 *     def feed(self, data: Buffer, /) -> None: ...
 */
PyDoc_STRVAR(top_feed_doc,
SIGNATURE_Top_feed
"Scan the next piece of the log, a bytes-like object that may end anywhere.\n\n"
">>> from httpstatus import Top\n"
">>> t = Top('client', '4xx')\n"
">>> t.feed(b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 4')\n"
">>> t.feed(b'04 7\\n')\n"
">>> t[0].value\n"
"'::1'\n");

/*
 * class Top:
 *     def close(self) -> None: ...
 */
PyDoc_STRVAR(top_close_doc,
SIGNATURE_Top_close
"End the log: count the last line even without a line feed. Further calls do nothing.\n\n"
">>> from httpstatus import Top\n"
">>> t = Top('client', 404, format='json')\n"
">>> t.feed(b'{\"status\": 404, \"remote_addr\": \"::1\"}')\n"
">>> t.close()\n"
">>> t[0].value\n"
"'::1'\n");

/*
 * @final
 * class Top(Iterable[TopEntry]):
 *     def __new__(
 *         cls, by: _By = "path", which: _Which | Iterable[_Which] = "5xx",
 *         n: SupportsIndex = 20, format: _Format = "auto", *, key: str | None = None,
 *         fields: str | None = None, target: bool = False, group: _Group | None = None,
 *         entries: SupportsIndex = HTTPSTATUS_TOP_ENTRIES,
 *     ) -> Top: ...
 *     def __getitem__(self, i: SupportsIndex, /) -> TopEntry: ...
 *     def __iter__(self) -> Iterator[TopEntry]: ...
 *     def __len__(self) -> int: ...
 *     def __add__(self, other: Top | Literal[0], /) -> Top: ...
 *     def __radd__(self, other: int, /) -> Top: ...  # 0, as of Tally
 *     def __setstate__(self, state: tuple[dict[str, Any], Tally], /) -> None: ...
 */
PyDoc_STRVAR(top_doc,
SIGNATURE_Top
"The values of a part that most records have: a sequence of TopEntry, the most frequent first.\n\n"
"Entries of the same count are in the order of their values. feed() takes the log in pieces of\n"
"any size and close() ends it; top() does both, and explains the arguments.\n\n"
"Closed tops add up with + and sum(), compare with == and can be pickled. Unlike tallies and\n"
"series, they add up exactly only while they are exact: otherwise a sum is right within its\n"
"errors, but depends on how the log was divided.\n\n"
">>> from httpstatus import Top\n"
">>> t = Top('path', '4xx')\n"
">>> t.feed(b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET /a?b HTTP/1.1\" 404 7\\n')\n"
">>> t.close()\n"
">>> t[0], t.exact\n"
"(httpstatus.TopEntry(value='/a', count=1, error=0), True)\n");

static PyMethodDef top_methods[] = {
    {"feed", (PyCFunction)counter_feed, METH_O, top_feed_doc},
    {"close", (PyCFunction)counter_close, METH_NOARGS, top_close_doc},
    {"as_dict", (PyCFunction)top_as_dict, METH_NOARGS, top_as_dict_doc},
    {"__reduce__", (PyCFunction)top_reduce, METH_NOARGS, NULL},
    {"__setstate__", (PyCFunction)top_setstate, METH_O, NULL},
    {NULL},
};

static PyType_Slot top_slots[] = {
    {Py_tp_doc, (void *)top_doc},
    {Py_tp_new, make_by_call},
    {Py_tp_dealloc, counter_dealloc},
    {Py_tp_repr, top_repr},
    {Py_tp_richcompare, counter_compare},
    {Py_tp_hash, PyObject_HashNotImplemented},
    {Py_tp_iter, top_iter},
    {Py_tp_methods, top_methods},
    {Py_tp_getset, top_getset},
    {Py_sq_length, top_length},
    {Py_sq_item, top_item},
    {Py_nb_add, counter_sum},
    {0, NULL},
};

static PyType_Spec top_spec = {
    .name = "httpstatus.Top",
    .basicsize = sizeof(Counter),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = top_slots,
};

int top_add(PyObject *module, State *state)
{
    state->top_entry_type = record_type(&top_entry_desc, NULL);
    state->top_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &top_spec, NULL);
    if (!state->top_entry_type || !state->top_type ||
        PyModule_AddType(module, state->top_entry_type) < 0 ||
        PyModule_AddType(module, state->top_type) < 0 ||
        PyModule_AddIntConstant(module, "_SLICE", HTTPSTATUS_TOP_SLICE) < 0)
        return -1;
    state->top_type->tp_vectorcall = top_call;
    return tops_add(module, state) < 0 ? -1 : top_log_add(module);
}

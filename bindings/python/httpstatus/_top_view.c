/* The attributes of a Top, and its entries. */
#include "_top.h"

/* ---- Attributes ---- */

enum { N_SHOWN, N_KEPT, TOTAL, ABSENT, CUT, BOUND };

static PyObject *top_number(Counter *self, void *which)
{
    PyObject *packed = counter_state(self);

    if (!packed)
        return NULL;
    const PackedTop *top = packed_of(packed);
    const uint64_t numbers[] = {
        top->options.n, top->options.entries, top->total, top->absent, top->cut, top->bound};
    Py_DECREF(packed);
    return PyLong_FromUnsignedLongLong(numbers[(intptr_t)which]);
}

static bool is_exact(const PackedTop *top)
{
    return !top->bound && !top->cut;
}

static PyObject *top_exact(Counter *self, void *Py_UNUSED(ignored))
{
    PyObject *packed = counter_state(self);

    if (!packed)
        return NULL;
    const bool exact = is_exact(packed_of(packed));
    Py_DECREF(packed);
    return PyBool_FromLong(exact);
}

static const char *by_name(const PackedTop *top)
{
    return httpstatus_part_name(top->options.by);
}

static const char *group_name(const PackedTop *top)
{
    return httpstatus_group_name(top->options.group);
}

static PyObject *top_word(Counter *self, void *is_group)
{
    PyObject *packed = counter_state(self);

    if (!packed)
        return NULL;
    const char *word = (is_group ? group_name : by_name)(packed_of(packed));
    Py_DECREF(packed);
    return PyUnicode_InternFromString(word);
}

#define ATTRIBUTE(name, get, which) \
    { \
#name, (getter)get, NULL, PyDoc_STR(DOC_Top_##name), (void *)(intptr_t)which \
    }

/*
 * class Top:
 *     by: _By
 *     group: _Group
 *     n: int
 *     entries: int
 *     total: int
 *     absent: int
 *     cut: int
 *     bound: int
 *     exact: bool
 *     tally: Tally
 */
PyGetSetDef top_getset[] = {
    ATTRIBUTE(by, top_word, 0),
    ATTRIBUTE(group, top_word, 1),
    ATTRIBUTE(n, top_number, N_SHOWN),
    ATTRIBUTE(entries, top_number, N_KEPT),
    ATTRIBUTE(total, top_number, TOTAL),
    ATTRIBUTE(absent, top_number, ABSENT),
    ATTRIBUTE(cut, top_number, CUT),
    ATTRIBUTE(bound, top_number, BOUND),
    ATTRIBUTE(exact, top_exact, 0),
    ATTRIBUTE(tally, counter_tally, 0),
    {NULL},
};

/* ---- Entries ---- */

/*
 * @final
 * class TopEntry(structseq):
 *     value: str
 *     count: int
 *     error: int
 */
static PyStructSequence_Field entry_fields[] = {TOPENTRY_MEMBERS{NULL}};
PyStructSequence_Desc top_entry_desc = {
    "httpstatus.TopEntry",
    "A value and its records: at least count - error of them, and at most count.", entry_fields, 3};

/* As the parts of a Record. */
static PyObject *value_object(struct httpstatus_text value)
{
    return PyUnicode_DecodeUTF8(value.data, (Py_ssize_t)value.size, "surrogateescape");
}

static PyObject *entry_object(PyTypeObject *type, const PackedTop *top, size_t i)
{
    const struct httpstatus_top_entry entry = packed_entry(top, i);
    PyObject *record = PyStructSequence_New(type);

    if (!record)
        return NULL;
    PyObject *items[] = {
        value_object(entry.value),
        PyLong_FromUnsignedLongLong(entry.count),
        PyLong_FromUnsignedLongLong(entry.error),
    };
    return fill(record, items, Py_ARRAY_LENGTH(items));
}

static PyTypeObject *entry_type(Counter *self)
{
    return ((State *)PyType_GetModuleState(Py_TYPE(self)))->top_entry_type;
}

Py_ssize_t top_length(Counter *self)
{
    PyObject *packed = counter_state(self);

    if (!packed)
        return -1;
    Py_ssize_t count = (Py_ssize_t)packed_shown(packed_of(packed));
    Py_DECREF(packed);
    return count;
}

PyObject *top_item(Counter *self, Py_ssize_t i)
{
    PyObject *packed = counter_state(self), *item = NULL;

    if (!packed)
        return NULL;
    if (i < 0 || i >= (Py_ssize_t)packed_shown(packed_of(packed)))
        PyErr_SetString(PyExc_IndexError, "entry out of range");
    else
        item = entry_object(entry_type(self), packed_of(packed), (size_t)i);
    Py_DECREF(packed);
    return item;
}

PyObject *top_iter(Counter *self)
{
    PyObject *packed = counter_state(self), *list = packed ? PyList_New(0) : NULL;

    for (size_t i = 0; list && i < packed_shown(packed_of(packed)); i++)
        list_add(&list, entry_object(entry_type(self), packed_of(packed), i));
    PyObject *iterator = list ? PyObject_GetIter(list) : NULL;
    Py_XDECREF(list);
    Py_XDECREF(packed);
    return iterator;
}

PyObject *top_repr(Counter *self)
{
    PyObject *packed = counter_state(self);

    if (!packed)
        return NULL;
    const PackedTop *top = packed_of(packed);
    PyObject *text = PyUnicode_FromFormat(
        "<Top by %s: %zu of %zu values, %llu records, %s>", by_name(top), packed_shown(top),
        top->count, (unsigned long long)top->total, is_exact(top) ? "exact" : "not exact");
    Py_DECREF(packed);
    return text;
}

/* ---- As a dict ---- */

/*
 * class Top:
 *     def as_dict(self) -> dict[str, Any]: ...
 */
const char top_as_dict_doc[] = SIGNATURE_Top_as_dict
    "All of it as a dict of ints, texts and lists, ready for json.dumps().\n\n"
    "The lists value, count and error have all entries that are kept, not only the n that are\n"
    "shown.\n\n"
    ">>> import httpstatus\n"
    ">>> log = b'{\"status\": 500, \"request_uri\": \"/a?b\"}'\n"
    ">>> d = httpstatus.top(log).as_dict()\n"
    ">>> d['by'], d['total'], d['value'], d['count'], d['error'], d['exact']\n"
    "('path', 1, ['/a'], [1], [0], True)\n";

typedef PyObject *column_function(const struct httpstatus_top_entry *entry);

static PyObject *value_of(const struct httpstatus_top_entry *entry)
{
    return value_object(entry->value);
}

static PyObject *count_of(const struct httpstatus_top_entry *entry)
{
    return PyLong_FromUnsignedLongLong(entry->count);
}

static PyObject *error_of(const struct httpstatus_top_entry *entry)
{
    return PyLong_FromUnsignedLongLong(entry->error);
}

static PyObject *column(const PackedTop *top, column_function *of)
{
    PyObject *list = PyList_New(0);

    for (size_t i = 0; list && i < top->count; i++) {
        const struct httpstatus_top_entry entry = packed_entry(top, i);
        list_add(&list, of(&entry));
    }
    return list;
}

static PyObject *dict_of(const PackedTop *top)
{
    static const struct {
        const char *name;
        column_function *of;
    } columns[] = {{"value", value_of}, {"count", count_of}, {"error", error_of}};
    PyObject *dict =
        Py_BuildValue("{ss ss sn sn sK sK sK sK sO}", "by", by_name(top), "group", group_name(top),
                      "n", (Py_ssize_t)top->options.n, "entries", (Py_ssize_t)top->options.entries,
                      "total", (unsigned long long)top->total, "absent",
                      (unsigned long long)top->absent, "cut", (unsigned long long)top->cut, "bound",
                      (unsigned long long)top->bound, "exact", is_exact(top) ? Py_True : Py_False);

    for (size_t i = 0; dict && i < Py_ARRAY_LENGTH(columns); i++)
        dict_add(&dict, PyUnicode_InternFromString(columns[i].name), column(top, columns[i].of));
    return dict;
}

PyObject *top_as_dict(Counter *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *packed = counter_state(self);
    PyObject *dict = packed ? dict_of(packed_of(packed)) : NULL;

    Py_XDECREF(packed);
    return dict;
}

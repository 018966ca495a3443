/* Pickled tops: the state is that of as_dict() and the tally, and every part of it is checked. */
#include "_top.h"

PyObject *top_reduce(Counter *self, PyObject *Py_UNUSED(ignored))
{
    return counter_reduce(self, top_as_dict(self, NULL));
}

static bool number_of(PyObject *state, const char *key, uint64_t *number)
{
    PyObject *value = state_item(state, key);

    *number = value ? PyLong_AsUnsignedLongLong(value) : 0;
    Py_XDECREF(value);
    return !PyErr_Occurred();
}

typedef bool word_function(const char *name, size_t size, struct httpstatus_top_options *options);

static bool find_by(const char *name, size_t size, struct httpstatus_top_options *options)
{
    return httpstatus_top_by(name, size, &options->by);
}

static bool find_group(const char *name, size_t size, struct httpstatus_top_options *options)
{
    return httpstatus_group_find(name, size, &options->group);
}

static bool word_of(PyObject *state, const char *key, word_function *find,
                    struct httpstatus_top_options *options)
{
    PyObject *value = state_item(state, key);
    struct httpstatus_text name;
    bool found = value && str_from(value, key, &name) && find(name.data, name.size, options);

    Py_XDECREF(value);
    return found;
}

static bool restore_numbers(struct httpstatus_top *top, PyObject *state)
{
    struct httpstatus_top_options options = {.n = 0};
    uint64_t n, entries, total, absent, cut, bound;

    if (!word_of(state, "by", find_by, &options) ||
        !word_of(state, "group", find_group, &options) || !number_of(state, "n", &n) ||
        !number_of(state, "entries", &entries) || !number_of(state, "total", &total) ||
        !number_of(state, "absent", &absent) || !number_of(state, "cut", &cut) ||
        !number_of(state, "bound", &bound))
        return false;
    options.n = n <= INT_MAX ? (size_t)n : INT_MAX;
    options.entries = entries <= INT_MAX ? (size_t)entries : INT_MAX;
    if (!n || !entries || !httpstatus_top_init(top, &options))
        return false;
    httpstatus_top_restore(top, total, absent, cut, bound);
    return true;
}

/* Lists that are exact, so that no code of their own changes them meanwhile. */
typedef struct {
    PyObject *values, *counts, *errors;
} Columns;

static bool columns_from(PyObject *state, Columns *columns)
{
    *columns = (Columns){state_item(state, "value"), NULL, NULL};
    columns->counts = columns->values ? state_item(state, "count") : NULL;
    columns->errors = columns->counts ? state_item(state, "error") : NULL;
    if (!columns->errors)
        return false;
    return PyList_CheckExact(columns->values) && PyList_CheckExact(columns->counts) &&
           PyList_CheckExact(columns->errors) &&
           PyList_GET_SIZE(columns->values) == PyList_GET_SIZE(columns->counts) &&
           PyList_GET_SIZE(columns->values) == PyList_GET_SIZE(columns->errors);
}

static void columns_clear(Columns *columns)
{
    Py_XDECREF(columns->values);
    Py_XDECREF(columns->counts);
    Py_XDECREF(columns->errors);
}

static bool exact_number(PyObject *item, uint64_t *number)
{
    *number = PyLong_CheckExact(item) ? PyLong_AsUnsignedLongLong(item) : 0;
    return PyLong_CheckExact(item) && !PyErr_Occurred();
}

static bool restore_entry(struct httpstatus_top *top, const Columns *columns, Py_ssize_t i)
{
    PyObject *value = PyList_GET_ITEM(columns->values, i), *kept = NULL;
    struct httpstatus_top_entry entry;
    bool restored = exact_number(PyList_GET_ITEM(columns->counts, i), &entry.count) &&
                    exact_number(PyList_GET_ITEM(columns->errors, i), &entry.error) &&
                    PyUnicode_CheckExact(value) &&
                    bytes_from(value, "value", &kept, &entry.value) &&
                    httpstatus_top_add_entry(top, &entry);

    Py_XDECREF(kept);
    return restored;
}

static bool restore_entries(struct httpstatus_top *top, PyObject *state)
{
    Columns columns;
    bool restored = columns_from(state, &columns);

    for (Py_ssize_t i = 0; restored && i < PyList_GET_SIZE(columns.values); i++)
        restored = restore_entry(top, &columns, i);
    columns_clear(&columns);
    return restored;
}

static PyObject *packed_from(PyObject *dict)
{
    struct httpstatus_top *top = PyMem_Malloc(sizeof *top);
    PyObject *packed = NULL;

    if (!top)
        return PyErr_NoMemory();
    if (restore_numbers(top, dict) && restore_entries(top, dict))
        packed = top_pack(top);
    PyMem_Free(top);
    return packed;
}

PyObject *top_setstate(Counter *self, PyObject *state)
{
    return counter_setstate(self, state, packed_from);
}

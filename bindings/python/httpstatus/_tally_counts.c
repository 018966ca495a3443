/* The counts of a log as Python's objects. */
#include "_tally.h"

PyObject *format_object(const struct httpstatus_tally *tally)
{
    const char *name = httpstatus_format_name(httpstatus_tally_format(tally));

    if (!name)
        Py_RETURN_NONE;
    return PyUnicode_InternFromString(name);
}

PyObject *first_unmatched(const struct httpstatus_tally *tally)
{
    PyObject *list = PyList_New(0);

    for (uint64_t i = 0; list && i < HTTPSTATUS_FIRST_UNMATCHED && i < tally->unmatched; i++) {
        PyObject *number = PyLong_FromUnsignedLongLong(tally->first_unmatched[i]);
        if (!number || PyList_Append(list, number) < 0)
            Py_CLEAR(list);
        Py_XDECREF(number);
    }
    if (!list)
        return NULL;
    PyObject *tuple = PyList_AsTuple(list);
    Py_DECREF(list);
    return tuple;
}

/* Steals 'value'. */
static bool put_item(PyObject *dict, const char *key, PyObject *value)
{
    bool done = value && PyDict_SetItemString(dict, key, value) == 0;

    Py_XDECREF(value);
    return done;
}

PyObject *classes_dict(const struct httpstatus_tally *tally)
{
    PyObject *dict = PyDict_New();

    for (int i = 1; dict && i <= 6; i++) {
        const char *name = i <= 5 ? httpstatus_class_of(i * 100).data : "other";
        if (!put_item(dict, name,
                      PyLong_FromUnsignedLongLong(httpstatus_tally_class(tally, i % 6))))
            Py_CLEAR(dict);
    }
    return dict;
}

PyObject *formats_dict(const struct httpstatus_tally *tally)
{
    PyObject *dict = PyDict_New();

    for (int i = 0; dict && i < HTTPSTATUS_FORMATS; i++)
        if (tally->formats[i] &&
            !put_item(dict, httpstatus_format_name((enum httpstatus_format)i),
                      PyLong_FromUnsignedLongLong(tally->formats[i])))
            Py_CLEAR(dict);
    return dict;
}

static PyObject *keys_dict(const struct httpstatus_tally *tally)
{
    PyObject *dict = PyDict_New();

    for (size_t i = 0; dict && httpstatus_usual_key(i).data; i++)
        if (tally->keys[i] && !put_item(dict, httpstatus_usual_key(i).data,
                                        PyLong_FromUnsignedLongLong(tally->keys[i])))
            Py_CLEAR(dict);
    return dict;
}

PyObject *counts_dict(const struct httpstatus_tally *tally)
{
    PyObject *dict = PyDict_New();

    for (int status = HTTPSTATUS_STATUS_MIN; dict && status <= HTTPSTATUS_STATUS_MAX; status++) {
        uint64_t count = httpstatus_tally_count(tally, status);
        if (count == 0)
            continue;
        PyObject *key = PyLong_FromLong(status), *value = PyLong_FromUnsignedLongLong(count);
        if (!key || !value || PyDict_SetItem(dict, key, value) < 0)
            Py_CLEAR(dict);
        Py_XDECREF(key);
        Py_XDECREF(value);
    }
    return dict;
}

PyObject *pairs_dict(const struct httpstatus_tally *tally)
{
    PyObject *dict = PyDict_New();

    for (int i = 0; dict && i < HTTPSTATUS_PAIRS && tally->pairs[i].count; i++) {
        const struct httpstatus_pair *pair = &tally->pairs[i];
        PyObject *key = PyUnicode_FromFormat("%d.%d", pair->status, pair->substatus);
        PyObject *value = PyLong_FromUnsignedLongLong(pair->count);
        if (!key || !value || PyDict_SetItem(dict, key, value) < 0)
            Py_CLEAR(dict);
        Py_XDECREF(key);
        Py_XDECREF(value);
    }
    if (dict && tally->more_pairs &&
        !put_item(dict, "more", PyLong_FromUnsignedLongLong(tally->more_pairs)))
        Py_CLEAR(dict);
    return dict;
}

PyObject *tally_object(const struct httpstatus_tally *tally)
{
    return Py_BuildValue(
        "{sN sN sN sK sK sK sK sK sN sN sN sN}", "format", format_object(tally), "formats",
        formats_dict(tally), "keys", keys_dict(tally), "lines",
        (unsigned long long)tally->lines, "records", (unsigned long long)tally->records, "no_status",
        (unsigned long long)tally->no_status, "skipped", (unsigned long long)tally->skipped,
        "unmatched", (unsigned long long)tally->unmatched, "first_unmatched",
        first_unmatched(tally), "counts", counts_dict(tally), "classes", classes_dict(tally),
        "substatuses", pairs_dict(tally));
}

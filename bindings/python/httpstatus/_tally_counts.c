/* The counts of a log as Python objects. */
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

    for (uint64_t i = 0; list && i < HTTPSTATUS_FIRST_UNMATCHED && i < tally->unmatched; i++)
        list_add(&list, PyLong_FromUnsignedLongLong(tally->first_unmatched[i]));
    return tuple_of(list);
}

static void add_count(PyObject **dict, const char *name, uint64_t count)
{
    dict_add(dict, PyUnicode_InternFromString(name), PyLong_FromUnsignedLongLong(count));
}

PyObject *classes_dict(const struct httpstatus_tally *tally)
{
    PyObject *dict = PyDict_New();

    for (int i = 1; dict && i <= 5; i++)
        add_count(&dict, httpstatus_class_of(i * 100).data, httpstatus_tally_class(tally, i));
    if (dict)
        add_count(&dict, "other", httpstatus_tally_class(tally, 0));
    return dict;
}

PyObject *formats_dict(const struct httpstatus_tally *tally)
{
    PyObject *dict = PyDict_New();

    for (int i = 0; dict && i < HTTPSTATUS_FORMATS; i++)
        if (tally->formats[i])
            add_count(&dict, httpstatus_format_name((enum httpstatus_format)i), tally->formats[i]);
    return dict;
}

static PyObject *keys_dict(const struct httpstatus_tally *tally)
{
    PyObject *dict = PyDict_New();

    for (size_t i = 0; dict && httpstatus_usual_key(i).data; i++)
        if (tally->keys[i])
            add_count(&dict, httpstatus_usual_key(i).data, tally->keys[i]);
    return dict;
}

PyObject *counts_dict(const struct httpstatus_tally *tally)
{
    PyObject *dict = PyDict_New();

    for (int status = HTTPSTATUS_STATUS_MIN; dict && status <= HTTPSTATUS_STATUS_MAX; status++) {
        uint64_t count = httpstatus_tally_count(tally, status);
        if (count)
            dict_add(&dict, PyLong_FromLong(status), PyLong_FromUnsignedLongLong(count));
    }
    return dict;
}

PyObject *pairs_dict(const struct httpstatus_tally *tally)
{
    PyObject *dict = PyDict_New();

    for (int i = 0; dict && i < HTTPSTATUS_PAIRS && tally->pairs[i].count; i++)
        dict_add(&dict,
                 PyUnicode_FromFormat("%d.%d", tally->pairs[i].status, tally->pairs[i].substatus),
                 PyLong_FromUnsignedLongLong(tally->pairs[i].count));
    if (dict && tally->more_pairs)
        add_count(&dict, "more", tally->more_pairs);
    return dict;
}

PyObject *tally_object(const struct httpstatus_tally *tally)
{
    return Py_BuildValue(
        "{sN sN sN sK sK sK sK sK sN sK sK sK sN sN sN}", "format", format_object(tally), "formats",
        formats_dict(tally), "keys", keys_dict(tally), "lines", (unsigned long long)tally->lines,
        "records", (unsigned long long)tally->records, "no_status",
        (unsigned long long)tally->no_status, "skipped", (unsigned long long)tally->skipped,
        "unmatched", (unsigned long long)tally->unmatched, "first_unmatched",
        first_unmatched(tally), "excluded", (unsigned long long)tally->excluded, "untimed",
        (unsigned long long)tally->untimed, "consumed", (unsigned long long)tally->consumed,
        "counts", counts_dict(tally), "classes", classes_dict(tally), "substatuses",
        pairs_dict(tally));
}

/* The argument 'which' of select() and mask(), and of what counts by class. */
#include "_log.h"

static bool add_text(struct httpstatus_filter *filter, PyObject *which)
{
    struct httpstatus_text text;
    int code, substatus;

    if (!utf8_from(which, &text))
        return false;
    if (httpstatus_filter_add(filter, text.data, text.size))
        return true;
    if (httpstatus_read_code(text.data, text.size, &code, &substatus))
        return invalid(PyExc_ValueError, "which", which, "at most 32 sub-statuses");
    return invalid_value(PyExc_ValueError, "which", which);
}

static bool add_status(struct httpstatus_filter *filter, PyObject *which)
{
    char expected[HTTPSTATUS_EXPECTED];
    int status;

    if (!status_from(which, "which", &status))
        return false;
    return httpstatus_filter_add_status(filter, status) ||
           invalid(PyExc_ValueError, "which", which, httpstatus_expected("status", expected));
}

static bool add_one(struct httpstatus_filter *filter, PyObject *which)
{
    if (PyUnicode_Check(which))
        return add_text(filter, which);
    if (PyIndex_Check(which))
        return add_status(filter, which);
    return invalid_value(PyExc_TypeError, "which", which);
}

static PyObject *iterator_of(PyObject *which)
{
    PyObject *iterator = PyObject_CheckBuffer(which) ? NULL : PyObject_GetIter(which);

    if (!iterator && (!PyErr_Occurred() || PyErr_ExceptionMatches(PyExc_TypeError)))
        invalid_value(PyExc_TypeError, "which", which);
    return iterator;
}

bool filter_from(struct httpstatus_filter *filter, PyObject *which)
{
    PyObject *item;

    if (PyUnicode_Check(which) || PyIndex_Check(which))
        return add_one(filter, which);
    PyObject *iterator = iterator_of(which);
    if (!iterator)
        return false;
    while ((item = PyIter_Next(iterator)) != NULL) {
        bool added = add_one(filter, item);
        Py_DECREF(item);
        if (!added)
            break;
    }
    Py_DECREF(iterator);
    return !PyErr_Occurred();
}

bool classes_from(PyObject *which, unsigned *classes)
{
    struct httpstatus_text name;
    char expected[HTTPSTATUS_EXPECTED];

    if (!str_from(which, "which", &name))
        return false;
    *classes = httpstatus_classes(name.data, name.size);
    return *classes ||
           invalid(PyExc_ValueError, "which", which, httpstatus_expected("classes", expected));
}

PyObject *which_kept(PyObject *which)
{
    PyObject *items = PyUnicode_Check(which) || PyIndex_Check(which) || PyObject_CheckBuffer(which)
                          ? NULL
                          : PyObject_GetIter(which);

    if (!items) { /* whatever is wrong with it is said when it is read */
        PyErr_Clear();
        return Py_NewRef(which);
    }
    PyObject *kept = PySequence_Tuple(items);
    Py_DECREF(items);
    return kept;
}

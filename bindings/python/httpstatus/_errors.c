/* Exceptions: "invalid NAME VALUE: expected ..." for arguments, and helpers to pass others on. */
#include "_core.h"

enum { MOST = 200 }; /* characters of a value in a message */

static bool is_plain(PyObject *value)
{
    return value == Py_None || PyBool_Check(value) || PyLong_CheckExact(value) ||
           PyFloat_CheckExact(value) || PyUnicode_CheckExact(value) || PyBytes_CheckExact(value);
}

static PyObject *start_of(PyObject *text)
{
    const char *form = PyUnicode_GET_LENGTH(text) > MOST ? "%R..." : "%R";
    PyObject *start = PyUnicode_Substring(text, 0, MOST); /* an exact str even for a subclass */
    PyObject *repr = start ? PyUnicode_FromFormat(form, start) : NULL;

    Py_XDECREF(start);
    return repr;
}

PyObject *given_object(PyObject *value)
{
    if (PyUnicode_Check(value))
        return start_of(value);
    PyObject *repr = is_plain(value) ? PyObject_Repr(value) : NULL;
    if (repr && PyUnicode_GET_LENGTH(repr) <= MOST)
        return repr;
    if (PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_ValueError))
        return NULL;
    Py_XDECREF(repr);
    PyErr_Clear(); /* for an int with more digits than Python prints */
    return PyUnicode_FromFormat("of type %.200s", Py_TYPE(value)->tp_name);
}

PyObject *invalid(PyObject *error, const char *name, PyObject *value, const char *expected)
{
    PyErr_Clear(); /* Python's own error is less specific */
    PyObject *given = given_object(value);
    if (given)
        PyErr_Format(error, "invalid %s %U: expected %s", name, given, expected);
    Py_XDECREF(given);
    return NULL;
}

PyObject *invalid_value(PyObject *error, const char *name, PyObject *value)
{
    char text[HTTPSTATUS_EXPECTED];

    return invalid(error, name, value, httpstatus_expected(name, text));
}

/* ---- The current exception ---- */

PyObject *error_take(void)
{
#if PY_VERSION_HEX >= 0x030C0000
    return PyErr_GetRaisedException();
#else
    PyObject *type, *value, *traceback;

    PyErr_Fetch(&type, &value, &traceback);
    if (type)
        PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback)
        PyException_SetTraceback(value, traceback);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    return value;
#endif
}

void error_give(PyObject *error)
{
#if PY_VERSION_HEX >= 0x030C0000
    PyErr_SetRaisedException(error);
#else
    PyErr_Restore(error ? Py_NewRef((PyObject *)Py_TYPE(error)) : NULL, error,
                  error ? PyException_GetTraceback(error) : NULL);
#endif
}

void error_tell(const char *attribute, PyObject *value)
{
    PyObject *error = error_take();

    if (PyObject_SetAttrString(error, attribute, value) < 0)
        PyErr_Clear();
    error_give(error);
}

/* Arguments: matched to parameters, then converted. */
#include "_core.h"

/* ---- Matching ---- */

static bool too_many(const Signature *signature, Py_ssize_t count)
{
    PyErr_Format(PyExc_TypeError,
                 "too many arguments: %s() expected at most %d by position, got %zd",
                 signature->function, signature->positional, count);
    return false;
}

static bool is_repeated(const Signature *signature, PyObject *name)
{
    PyErr_Format(PyExc_TypeError, "repeated argument %R: %s() expected it once", name,
                 signature->function);
    return false;
}

static bool is_missing(const Signature *signature, const char *name)
{
    PyErr_Format(PyExc_TypeError, "missing argument: %s() expected '%s'", signature->function,
                 name);
    return false;
}

static bool is_unknown(const Signature *signature, PyObject *name)
{
    PyObject *known = PyUnicode_FromString(signature->parameters[0]);

    for (int i = 1; known && signature->parameters[i]; i++)
        Py_SETREF(known, PyUnicode_FromFormat("%U, %s", known, signature->parameters[i]));
    if (known)
        PyErr_Format(PyExc_TypeError, "invalid argument %R: %s() expected %U", name,
                     signature->function, known);
    Py_XDECREF(known);
    return false;
}

static bool place(const Signature *signature, PyObject *name, PyObject *value, PyObject **values)
{
    for (int i = 0; signature->parameters[i]; i++) {
        if (PyUnicode_CompareWithASCIIString(name, signature->parameters[i]) != 0)
            continue;
        if (values[i])
            return is_repeated(signature, name);
        values[i] = value;
        return true;
    }
    return is_unknown(signature, name);
}

bool parse_arguments(const Signature *signature, PyObject *const *args, Py_ssize_t count,
                     PyObject *keywords, PyObject **values)
{
    if (count > signature->positional)
        return too_many(signature, count);
    for (Py_ssize_t i = 0; i < count; i++)
        values[i] = args[i];
    for (Py_ssize_t i = 0; keywords && i < PyTuple_GET_SIZE(keywords); i++)
        if (!place(signature, PyTuple_GET_ITEM(keywords, i), args[count + i], values))
            return false;
    for (int i = 0; i < signature->required; i++)
        if (!values[i])
            return is_missing(signature, signature->parameters[i]);
    return true;
}

/* ---- Conversion ---- */

/* Numbers below 'least' or above 'most' become 'outside'. */
static bool number_from(PyObject *object, const char *name, int least, int most, int outside,
                        int *number)
{
    int overflow;

    if (!PyIndex_Check(object))
        return invalid(PyExc_TypeError, name, object, "an int");
    PyObject *whole = PyNumber_Index(object);
    if (!whole)
        return false;
    long value = PyLong_AsLongAndOverflow(whole, &overflow);
    Py_DECREF(whole);
    *number = overflow || value < least || value > most ? outside : (int)value;
    return true;
}

bool integer_from(PyObject *object, const char *name, int64_t *number)
{
    int overflow;
    PyObject *whole = PyNumber_Index(object);

    if (!whole) {
        if (PyErr_ExceptionMatches(PyExc_TypeError))
            invalid_value(PyExc_TypeError, name, object);
        return false;
    }
    *number = PyLong_AsLongLongAndOverflow(whole, &overflow);
    Py_DECREF(whole);
    if (overflow)
        *number = overflow > 0 ? INT64_MAX : INT64_MIN;
    return true;
}

bool any_code_from(PyObject *object, const char *name, int *code)
{
    return number_from(object, name, HTTPSTATUS_STATUS_MIN, INT_MAX, INT_MIN, code);
}

bool status_from(PyObject *object, const char *name, int *status)
{
    return number_from(object, name, HTTPSTATUS_STATUS_MIN, HTTPSTATUS_STATUS_MAX, INT_MIN, status);
}

bool utf8_from(PyObject *string, struct httpstatus_text *text)
{
    Py_ssize_t size;

    text->data = PyUnicode_AsUTF8AndSize(string, &size);
    if (!text->data) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError))
            return false;
        PyErr_Clear();
        text->data = "\xff";
        size = 1;
    }
    text->size = (size_t)size;
    return true;
}

bool str_from(PyObject *object, const char *name, struct httpstatus_text *text)
{
    if (PyUnicode_Check(object))
        return utf8_from(object, text);
    return invalid(PyExc_TypeError, name, object, "a str");
}

bool text_from(PyObject *object, const char *name, struct httpstatus_text *text)
{
    *text = (struct httpstatus_text){NULL, 0};
    if (!object || object == Py_None)
        return true;
    if (PyUnicode_Check(object))
        return utf8_from(object, text);
    return invalid(PyExc_TypeError, name, object, "a str or None");
}

bool bytes_from(PyObject *object, const char *name, PyObject **kept, struct httpstatus_text *text)
{
    Py_ssize_t size;

    if (!PyUnicode_Check(object))
        return invalid(PyExc_TypeError, name, object, "a str");
    text->data = PyUnicode_AsUTF8AndSize(object, &size);
    if (!text->data && PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
        PyErr_Clear();
        *kept = PyUnicode_AsEncodedString(object, "utf-8", "surrogateescape");
        if (!*kept)
            return false;
        text->data = PyBytes_AS_STRING(*kept);
        size = PyBytes_GET_SIZE(*kept);
    }
    text->size = (size_t)size;
    return text->data != NULL;
}

bool truth_from(PyObject *object, bool *truth)
{
    int answer = object ? PyObject_IsTrue(object) : 0;

    *truth = answer > 0;
    return answer >= 0;
}

bool exact_text_from(PyObject *string, PyObject **kept, struct httpstatus_text *text)
{
    *kept = PyUnicode_FromObject(string);
    return *kept && utf8_from(*kept, text);
}

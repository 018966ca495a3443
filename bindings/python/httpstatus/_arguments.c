/* Arguments: which of a function's they are, and what they hold. */
#include "_core.h"

bool any_code_from(PyObject *object, int *code)
{
    int overflow;
    PyObject *number = PyLong_Check(object) ? Py_NewRef(object) : PyNumber_Index(object);
    if (!number)
        return false;
    long value = PyLong_AsLongAndOverflow(number, &overflow);
    Py_DECREF(number);
    *code = overflow || value < 0 || value > INT_MAX ? -1 : (int)value;
    return true;
}

static int parameter_index(PyObject *name, const char *const *parameters, int size)
{
    for (int i = 0; i < size; i++)
        if (PyUnicode_CompareWithASCIIString(name, parameters[i]) == 0)
            return i;
    return -1;
}

bool parse_arguments(const char *function, PyObject *const *args, Py_ssize_t count,
                     PyObject *keywords, const char *const *parameters, int size, int positional,
                     int required, PyObject **values)
{
    if (count > positional) {
        PyErr_Format(PyExc_TypeError, "%s() takes at most %d positional arguments (%zd given)",
                     function, positional, count);
        return false;
    }
    for (Py_ssize_t i = 0; i < count; i++)
        values[i] = args[i];
    for (Py_ssize_t i = 0; keywords && i < PyTuple_GET_SIZE(keywords); i++) {
        PyObject *name = PyTuple_GET_ITEM(keywords, i);
        int index = parameter_index(name, parameters, size);
        if (index < 0 || values[index]) {
            PyErr_Format(PyExc_TypeError,
                         index < 0 ? "%s() got an unexpected keyword argument %R"
                                   : "%s() got multiple values for argument %R",
                         function, name);
            return false;
        }
        values[index] = args[count + i];
    }
    for (int i = 0; i < required; i++) {
        if (values[i])
            continue;
        PyErr_Format(PyExc_TypeError, "%s() misses the argument '%s'", function, parameters[i]);
        return false;
    }
    return true;
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

bool text_from(PyObject *object, const char *name, struct httpstatus_text *text)
{
    *text = (struct httpstatus_text){NULL, 0};
    if (!object || object == Py_None)
        return true;
    if (PyUnicode_Check(object))
        return utf8_from(object, text);
    PyErr_Format(PyExc_TypeError, "%s must be a str or None, not %.200s", name,
                 Py_TYPE(object)->tp_name);
    return false;
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

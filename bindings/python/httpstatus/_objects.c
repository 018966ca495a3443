/* Helpers to make objects, for every part of the module. */
#include "_core.h"

static bool add_method(PyTypeObject *type, PyMethodDef *method)
{
    PyObject *descriptor = PyDescr_NewMethod(type, method);
    bool added = descriptor &&
                 PyObject_SetAttrString((PyObject *)type, method->ml_name, descriptor) == 0;

    Py_XDECREF(descriptor);
    return added;
}

PyTypeObject *record_type(PyStructSequence_Desc *desc, PyMethodDef *method)
{
    PyTypeObject *type = PyStructSequence_NewType(desc);

    if (type && method && !add_method(type, method))
        Py_CLEAR(type);
    if (type)
        type->tp_flags |= Py_TPFLAGS_IMMUTABLETYPE;
    return type;
}

PyObject *text_object(struct httpstatus_text text)
{
    if (!text.data)
        Py_RETURN_NONE;
    return PyUnicode_FromStringAndSize(text.data, (Py_ssize_t)text.size);
}

PyObject *shared_text_object(State *state, struct httpstatus_text text)
{
    if (!text.data || !state->shared)
        return text_object(text);
    struct shared *shared = &state->shared[(uintptr_t)text.data / 4 % SHARED];
    if (shared->data != text.data) {
        PyObject *object = text_object(text);
        if (!object)
            return NULL;
        shared->data = text.data;
        Py_XSETREF(shared->object, object);
    }
    return Py_NewRef(shared->object);
}

PyObject *bytearray_make(Py_ssize_t size)
{
    /* Made small, then resized: without memory for a large one CPython frees fields not yet set. */
    PyObject *bytes = PyByteArray_FromStringAndSize(NULL, 0);

    if (bytes && PyByteArray_Resize(bytes, size) < 0)
        Py_CLEAR(bytes);
    return bytes;
}

int has_attribute(PyObject *object, const char *name)
{
    PyObject *value = PyObject_GetAttrString(object, name);

    Py_XDECREF(value);
    if (value)
        return 1;
    if (!PyErr_ExceptionMatches(PyExc_AttributeError))
        return -1;
    PyErr_Clear();
    return 0;
}

PyObject *answer_object(enum httpstatus_answer answer)
{
    if (answer == HTTPSTATUS_UNKNOWN)
        Py_RETURN_NONE;
    return PyBool_FromLong(answer == HTTPSTATUS_YES);
}

void list_add(PyObject **list, PyObject *item)
{
    if (!item || PyList_Append(*list, item) < 0)
        Py_CLEAR(*list);
    Py_XDECREF(item);
}

PyObject *tuple_of(PyObject *list)
{
    PyObject *tuple = list ? PyList_AsTuple(list) : NULL;

    Py_XDECREF(list);
    return tuple;
}

void dict_add(PyObject **dict, PyObject *key, PyObject *value)
{
    if (!key || !value || PyDict_SetItem(*dict, key, value) < 0)
        Py_CLEAR(*dict);
    Py_XDECREF(key);
    Py_XDECREF(value);
}

PyObject *fill(PyObject *record, PyObject **items, size_t count)
{
    bool made = true;

    for (size_t i = 0; i < count; i++) {
        made = made && items[i];
        PyTuple_SET_ITEM(record, (Py_ssize_t)i, items[i]);
    }
    if (!made)
        Py_CLEAR(record);
    return record;
}

PyObject *make_by_call(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    return PyObject_VectorcallDict((PyObject *)type, PySequence_Fast_ITEMS(args),
                                   (size_t)PyTuple_GET_SIZE(args), keywords);
}

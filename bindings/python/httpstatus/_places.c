/* Where a request went and where its response leads: URLs and Location fields. */
#include "_redirect.h"

void locations_clear(Locations *locations)
{
    PyMem_Free(locations->texts);
    Py_CLEAR(locations->kept);
    locations->texts = NULL;
}

/* Replaces a str in the list by its bytes. */
static bool keep_bytes(Locations *locations, Py_ssize_t i)
{
    PyObject *item = PyList_GET_ITEM(locations->kept, i);

    if (!PyUnicode_Check(item))
        return invalid(PyExc_TypeError, "location", item, "a str, a list of them, or None");
    PyObject *bytes = PyUnicode_AsEncodedString(item, "utf-8", "surrogateescape");
    if (!bytes)
        return false;
    PyList_SetItem(locations->kept, i, bytes);
    locations->texts[i] =
        (struct httpstatus_text){PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes)};
    return true;
}

static PyObject *listed(PyObject *object)
{
    if (object == Py_None)
        return PyList_New(0);
    if (PyList_Check(object) || PyTuple_Check(object))
        return PySequence_List(object);
    PyObject *list = PyList_New(0);
    if (list)
        list_add(&list, Py_NewRef(object));
    return list;
}

bool locations_from(PyObject *object, Locations *locations)
{
    *locations = (Locations){.kept = listed(object)};
    if (!locations->kept)
        return false;
    Py_ssize_t count = PyList_GET_SIZE(locations->kept);
    locations->count = (size_t)count;
    locations->texts = PyMem_Calloc(count ? (size_t)count : 1, sizeof *locations->texts);
    bool set = locations->texts != NULL;
    if (!set)
        PyErr_NoMemory();
    for (Py_ssize_t i = 0; set && i < count; i++)
        set = keep_bytes(locations, i);
    if (!set)
        locations_clear(locations);
    return set;
}

PyObject *place_for(size_t base, const Locations *locations)
{
    size_t size = httpstatus_url_size(base, locations->count ? locations->texts[0].size : 0);

    return PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
}

PyObject *url_bytes(PyObject *url)
{
    if (PyUnicode_Check(url))
        return PyUnicode_AsEncodedString(url, "utf-8", "surrogatepass");
    return invalid(PyExc_TypeError, "url", url, "a str or None");
}

PyObject *url_object(struct httpstatus_text url)
{
    if (!url.data)
        Py_RETURN_NONE;
    return PyUnicode_DecodeUTF8(url.data, (Py_ssize_t)url.size, "surrogatepass");
}

bool invalid_url(PyObject *url)
{
    return invalid(PyExc_ValueError, "url", url ? url : Py_None,
                   "the absolute http or https URL of the request");
}

/* A closed series, packed: up to 115 KB, but a few hundred bytes of most logs' parts. */
#include "_series.h"

PyObject *series_pack(const struct httpstatus_series *series)
{
    const size_t count = httpstatus_series_count(series);
    PyObject *bytes = PyBytes_FromStringAndSize(
        NULL, (Py_ssize_t)(sizeof(Packed) + count * sizeof(struct httpstatus_bucket)));

    if (!bytes)
        return NULL;
    Packed *packed = (Packed *)(void *)PyBytes_AS_STRING(bytes);
    packed->asked = httpstatus_series_asked(series);
    packed->step = httpstatus_series_step(series);
    packed->untimed = httpstatus_series_untimed(series);
    packed->overflow = httpstatus_series_overflow(series);
    packed->count = count;
    for (size_t i = 0; i < count; i++)
        packed->buckets[i] = httpstatus_series_at(series, i);
    return bytes;
}

struct httpstatus_series *series_unpack(PyObject *bytes)
{
    const Packed *packed = packed_of(bytes);
    struct httpstatus_series *series = PyMem_Malloc(sizeof *series);

    if (!series) {
        PyErr_NoMemory();
        return NULL;
    }
    httpstatus_series_init(series, packed->asked, NULL);
    httpstatus_series_restore(series, packed->step, packed->untimed, packed->overflow);
    for (size_t i = 0; i < packed->count; i++)
        httpstatus_series_add_bucket(series, &packed->buckets[i]);
    return series;
}

/* A top that has been ended, packed: only the entries and texts that it has. */
#include "_top.h"

static size_t text_size(const struct httpstatus_top *top)
{
    size_t size = 0;

    for (size_t i = 0; i < httpstatus_top_kept(top); i++)
        size += httpstatus_top_at(top, i).value.size;
    return size;
}

static const char *texts_of(const PackedTop *packed)
{
    return (const char *)(packed->entries + packed->count);
}

PyObject *top_pack(const struct httpstatus_top *top)
{
    const size_t count = httpstatus_top_kept(top);
    PyObject *bytes = PyBytes_FromStringAndSize(
        NULL, (Py_ssize_t)(sizeof(PackedTop) + count * sizeof(PackedEntry) + text_size(top)));
    uint32_t at = 0;

    if (!bytes)
        return NULL;
    PackedTop *packed = (PackedTop *)(void *)PyBytes_AS_STRING(bytes);
    packed->options = httpstatus_top_options(top);
    packed->total = httpstatus_top_total(top);
    packed->absent = httpstatus_top_absent(top);
    packed->cut = httpstatus_top_cut(top);
    packed->bound = httpstatus_top_bound(top);
    packed->count = count;
    for (size_t i = 0; i < count; i++) {
        const struct httpstatus_top_entry entry = httpstatus_top_at(top, i);
        const uint32_t size = (uint32_t)entry.value.size;
        packed->entries[i] = (PackedEntry){entry.count, entry.error, at, size};
        memcpy((char *)(packed->entries + count) + at, entry.value.data, size);
        at += size;
    }
    return bytes;
}

PyObject *top_pack_open(const struct httpstatus_top *open)
{
    struct httpstatus_top *top = PyMem_Malloc(sizeof *top);

    if (!top)
        return PyErr_NoMemory();
    *top = *open;
    httpstatus_top_end(top);
    PyObject *packed = top_pack(top);
    PyMem_Free(top);
    return packed;
}

struct httpstatus_top_entry packed_entry(const PackedTop *packed, size_t i)
{
    const PackedEntry *entry = &packed->entries[i];

    return (struct httpstatus_top_entry){
        .value = {texts_of(packed) + entry->start, entry->size},
        .count = entry->count,
        .error = entry->error,
    };
}

size_t packed_shown(const PackedTop *packed)
{
    return packed->count < packed->options.n ? packed->count : packed->options.n;
}

struct httpstatus_top *top_unpack(PyObject *bytes)
{
    const PackedTop *packed = packed_of(bytes);
    struct httpstatus_top *top = PyMem_Malloc(sizeof *top);

    if (!top) {
        PyErr_NoMemory();
        return NULL;
    }
    httpstatus_top_init(top, &packed->options);
    httpstatus_top_restore(top, packed->total, packed->absent, packed->cut, packed->bound);
    for (size_t i = 0; i < packed->count; i++) {
        const struct httpstatus_top_entry entry = packed_entry(packed, i);
        httpstatus_top_add_entry(top, &entry);
    }
    return top;
}

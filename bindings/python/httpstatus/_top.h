/* Shared by the files about Top. */
#ifndef HTTPSTATUS_PYTHON_TOP_H
#define HTTPSTATUS_PYTHON_TOP_H

#include "_counter.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* A log that is fed to a top. */
typedef struct {
    Feeder log;
    struct httpstatus_top top;
} TopFeeder;

/* ---- _top_packed.c ---- */

typedef struct {
    uint64_t count, error;
    uint32_t start, size; /* of its value in the texts */
} PackedEntry;

/* A top that has been ended, in the bytes of a bytes object; the texts come after the entries. */
typedef struct {
    struct httpstatus_top_options options;
    uint64_t total, absent, cut, bound;
    size_t count;
    PackedEntry entries[];
} PackedTop;

static inline const PackedTop *packed_of(PyObject *bytes)
{
    return (const PackedTop *)(const void *)PyBytes_AS_STRING(bytes);
}
struct httpstatus_top_entry packed_entry(const PackedTop *top, size_t i);
/* How many of them are shown. */
size_t packed_shown(const PackedTop *top);

/* NULL with an exception set, both. */
PyObject *top_pack(const struct httpstatus_top *top);
/* Of one that is still fed, what it would be at the end of its slice, which goes on. */
PyObject *top_pack_open(const struct httpstatus_top *top);
/* Free it with PyMem_Free(); NULL with an exception set. */
struct httpstatus_top *top_unpack(PyObject *packed);

/* ---- _top.c ---- */

/*
 * How a log is read, and what of it counts.  Top() has no arguments for conditions: only the first
 * TOP_OPTIONS.
 */
enum {
    TOP_BY,
    TOP_WHICH,
    TOP_N,
    TOP_HOW,
    TOP_GROUP = TOP_HOW + OPTIONS,
    TOP_ENTRIES,
    TOP_OPTIONS,
    TOP_WHERE = TOP_OPTIONS,
    TOP_VALUES = TOP_WHERE + CONDITIONS
};
#define TOP_NAMES "by", "which", "n", OPTION_NAMES, "group", "entries"
extern const CounterKind top_kind;
PyObject *top_merge(PyObject *left, PyObject *right);
/* An empty top, open, from TOP_VALUES arguments, each of which may be NULL. */
Counter *top_make(PyObject *module, PyObject **values);

/* ---- _top_view.c ---- */

extern PyStructSequence_Desc top_entry_desc;
extern PyGetSetDef top_getset[];
extern const char top_as_dict_doc[];
PyObject *top_as_dict(Counter *self, PyObject *ignored);
Py_ssize_t top_length(Counter *self);
PyObject *top_item(Counter *self, Py_ssize_t i);
PyObject *top_iter(Counter *self);
PyObject *top_repr(Counter *self);

/* ---- _top_pickle.c ---- */

PyObject *top_reduce(Counter *self, PyObject *ignored);
PyObject *top_setstate(Counter *self, PyObject *state);

/* ---- _tops.c ---- */

int tops_add(PyObject *module, State *state);

/* ---- _top_log.c ---- */

int top_log_add(PyObject *module);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

/* Shared by the files about Tally. */
#ifndef HTTPSTATUS_PYTHON_TALLY_H
#define HTTPSTATUS_PYTHON_TALLY_H

#include "_conditions.h"
#include "_feeder.h"
#include "_guard.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

typedef struct counts Counts;

typedef struct {
    PyObject_HEAD
    Guard guard;
    PyObject *key; /* an exact str that holds the key of the scanner, or NULL */
    struct httpstatus_scanner *scanner; /* of an open tally, else NULL */
    Feeder *feeder;                     /* that has the scanner, if there are conditions */
    Counts *counts;                     /* of a closed tally */
} TallyObject;

/* ---- _tally.c ---- */

/*
 * An empty tally of a log read with these options, whose texts belong to 'values'.  Takes over the
 * conditions (NULL: none), also on failure.
 */
TallyObject *tally_make(State *state, const struct httpstatus_options *options, PyObject **values,
                        struct httpstatus_conditions *conditions);
/* The counts of an open tally so far; the caller holds the lock. */
const struct httpstatus_tally *tally_so_far(TallyObject *self);
/* Replaces the scanner by these counts and the key; false with an exception set. */
bool tally_keep(TallyObject *self, const struct httpstatus_tally *tally, PyObject *key);
/*
 * Ends the log, which is 'torn' if it could not be read to its end, and replaces the scanner by its
 * counts; false with an exception set.
 */
bool tally_finish(TallyObject *self, bool torn);
/* A copy of the counts, consistent while another thread feeds; false with an exception set. */
bool tally_counts(TallyObject *self, struct httpstatus_tally *tally);
/* The key that the caller gave, absent if none; false with an exception set. */
bool tally_own_key(const TallyObject *self, struct httpstatus_text *key);
/* The counts of a closed tally; false with an exception set if it is open. */
bool tally_finished(TallyObject *self, struct httpstatus_tally *tally);

static inline bool tally_lock(TallyObject *self)
{
    return guard_lock(&self->guard, "tally");
}
static inline void tally_unlock(TallyObject *self)
{
    guard_unlock(&self->guard);
}

/* ---- _tally_packed.c ---- */

Counts *counts_pack(const struct httpstatus_tally *tally);
void counts_unpack(const Counts *counts, struct httpstatus_tally *tally);

/* ---- _tally_counts.c: new references ---- */

PyObject *format_object(const struct httpstatus_tally *tally);
PyObject *first_unmatched(const struct httpstatus_tally *tally);
PyObject *classes_dict(const struct httpstatus_tally *tally);
PyObject *formats_dict(const struct httpstatus_tally *tally);
PyObject *pairs_dict(const struct httpstatus_tally *tally);
PyObject *counts_dict(const struct httpstatus_tally *tally);
/* All of it, as as_dict() returns it. */
PyObject *tally_object(const struct httpstatus_tally *tally);

/* ---- _tally_view.c ---- */

extern PyGetSetDef tally_getset[];
extern const char tally_keys_doc[], tally_values_doc[], tally_items_doc[], tally_get_doc[],
    tally_as_dict_doc[];
PyObject *tally_keys(TallyObject *self, PyObject *ignored);
PyObject *tally_values(TallyObject *self, PyObject *ignored);
PyObject *tally_items(TallyObject *self, PyObject *ignored);
PyObject *tally_get(TallyObject *self, PyObject *const *args, Py_ssize_t count);
PyObject *tally_as_dict(TallyObject *self, PyObject *ignored);
Py_ssize_t tally_length(TallyObject *self);
PyObject *tally_subscript(TallyObject *self, PyObject *key);
int tally_contains(TallyObject *self, PyObject *key);
PyObject *tally_iter(TallyObject *self);
PyObject *tally_repr(TallyObject *self);

/* ---- _tally_pickle.c ---- */

PyObject *tally_reduce(TallyObject *self, PyObject *ignored);
PyObject *tally_setstate(TallyObject *self, PyObject *state);

/* ---- _tally_log.c, _tally_range.c ---- */

/*
 * Closes a tally whose source has been read, or failed: an OSError then gets the counts up to there
 * as its attribute 'tally'.
 */
PyObject *tally_end(TallyObject *self, bool done);
/* Scans all of the source; false with an exception set. */
bool tally_read(TallyObject *self, PyObject *source);
int tally_log_add(PyObject *module);
int tally_range_add(PyObject *module);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

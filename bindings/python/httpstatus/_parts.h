/* Record: a record of a log and its parts. */
#ifndef HTTPSTATUS_PYTHON_PARTS_H
#define HTTPSTATUS_PYTHON_PARTS_H

#include "_log.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/*
 * How times are read, from the arguments 'zone' and 'reference', which may be NULL; false with an
 * exception set.
 */
bool clock_from(PyObject *module, PyObject *zone, PyObject *reference,
                struct httpstatus_clock *clock);
/* A time since 1970: an int, a float or a datetime with a zone; false with an exception set. */
bool instant_from(PyObject *module, PyObject *object, const char *name,
                  struct httpstatus_time *time);
/* A new datetime, in UTC if the zone is known; None if its year is outside 1 to 9999. */
PyObject *datetime_object(PyObject *module, const struct httpstatus_time *time);

/*
 * It owns nothing but bytes, so no cycle leads through one, and the garbage collector, which would
 * have to look at millions of them, does not know of them.
 */
typedef struct {
    PyObject_VAR_HEAD
    PyObject *line;  /* bytes */
    PyObject *apart; /* bytes of parts that are not in the line as they are; or NULL */
    struct httpstatus_clock clock;
    uint64_t number;
    int16_t status;
    uint16_t substatus;
    uint8_t format;
    int8_t duration_unit;
    bool utc;
    uint8_t places[HTTPSTATUS_PARTS]; /* of each part in 'texts', from 1; 0: absent */
    uint8_t escapes[HTTPSTATUS_PARTS];
    struct httpstatus_text texts[]; /* of the parts, in 'line' or 'apart' */
} Record;

/*
 * The Record of a line whose bytes are at p; 'scratch' has room for twice as many.  To be called
 * before the scanner goes on.  NULL with an exception set.
 */
PyObject *record_make(State *state, const struct httpstatus_scanner *scanner,
                      const struct httpstatus_line *line, const char *p, char *scratch,
                      const struct httpstatus_clock *clock);

/* A new Record; steals 'bytes' and 'apart', which may be NULL, also on failure. */
PyObject *record_new(State *state, const struct httpstatus_line *line, PyObject *bytes,
                     PyObject *apart, const struct httpstatus_record *found,
                     const struct httpstatus_clock *clock);

/* A part as it was logged. */
static inline struct httpstatus_text text_of(const Record *self, int part)
{
    const struct httpstatus_text absent = {NULL, 0};

    return self->places[part] ? self->texts[self->places[part] - 1] : absent;
}

static inline bool is_within(struct httpstatus_text text, const char *start, size_t size)
{
    return (uintptr_t)text.data >= (uintptr_t)start &&
           (uintptr_t)text.data < (uintptr_t)start + size;
}

/* _parts_state.c: comparing and pickling records by what they hold */
PyObject *record_compare(PyObject *self, PyObject *other, int operation);
Py_hash_t record_hash(Record *self);
PyObject *record_reduce(Record *self, PyObject *Py_UNUSED(ignored));
PyObject *restore_record(PyObject *module, PyObject *args);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

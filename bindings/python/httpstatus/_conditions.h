/* Conditions on the parts of a record: arguments of whatever reads a log. */
#ifndef HTTPSTATUS_PYTHON_CONDITIONS_H
#define HTTPSTATUS_PYTHON_CONDITIONS_H

#include "_parts.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

enum { ZONE, REFERENCE, SINCE, UNTIL, METHOD, PATH, EXCLUDE_PATH, HOST, CONDITIONS };
#define CONDITION_NAMES \
    "zone", "reference", "since", "until", "method", "path", "exclude_path", "host"
/* How many of them say how times are read. */
enum { TIME_OPTIONS = SINCE };
#define TIME_NAMES "zone", "reference"

typedef struct {
    struct httpstatus_clock clock;
    struct httpstatus_conditions *wanted; /* with its texts; PyMem_RawFree(); NULL: all records */
} Conditions;

/* From CONDITIONS arguments, each of which may be NULL; false with an exception set. */
bool conditions_from(PyObject *module, PyObject **values, Conditions *conditions);
/* A copy that holds the texts; NULL with an exception set. */
struct httpstatus_conditions *conditions_copy(const struct httpstatus_conditions *wanted);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

/* Reading a range of a file, for threads that share the file. */
#ifndef HTTPSTATUS_PYTHON_RANGE_H
#define HTTPSTATUS_PYTHON_RANGE_H

#include "_log.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* What takes the bytes of whole lines, without the interpreter's lock; false: no memory. */
typedef bool feed_function(void *object, const char *p, size_t size);

/* The lines that begin in [at, end) of a file; 'at' advances as they are read. */
typedef struct {
    int fd;
    bool begun; /* the first line has been found */
    bool done;
    bool at_end; /* of the file, which may be shorter than the range */
    int64_t at, end;
    char *buffer; /* of PIECE bytes, in 'memory' */
    char *memory;
} Range;

/*
 * The arguments of what reads a range, of _jobs.py alone: (fd, start, end, last, carry, progress,
 * name=...).  Sets the values of so many names; NULL for those that are missing.
 * false with an exception set.
 */
typedef struct {
    int fd, last;
    long long start, end;
    PyObject *carry, *progress;
} RangeArguments;
bool range_arguments(PyObject *args, PyObject *keywords, const char *const *names, int count,
                     PyObject **values, RangeArguments *range);

/* false with an exception set; call range_close() only if it is true. */
bool range_open(Range *range, int fd, int64_t start, int64_t end);
void range_close(Range *range);
/*
 * Feeds all of it.  Calls 'progress' (may be None) with the number of bytes read; an exception from
 * it ends the range.  Only in the last range may the file end early.  false with an exception set.
 */
bool range_scan(Range *range, bool last, PyObject *progress, feed_function *feed, void *object);

/* What crosses the end of a range, as bytes, and back; NULL with an exception set. */
PyObject *carry_object(const struct httpstatus_scanner *scanner);
const struct httpstatus_carry *carry_from(PyObject *bytes);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

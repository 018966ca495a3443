/* Internal: where a record begins. */
#ifndef HTTPSTATUS_PREFIX_H
#define HTTPSTATUS_PREFIX_H

#include "formats.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* How many bytes of a line are searched for what a logger has put before a record. */
enum { HTTPSTATUS_PREFIX = 256 };

/* What a logger has put before a record; 'size' is 0 if that is nothing, or unknown. */
struct prefix {
    size_t size;
    bool is_runtime, is_fragment, is_error; /* a container runtime's; with tag P; from stderr */
};
struct prefix httpstatus_prefix(const char *p, size_t size);

/* Whether a line may begin with a container runtime's time; whether it is part of another line. */
static inline bool may_be_runtime(const char *line, size_t size)
{
    enum { TIME_SIZE = sizeof "2016-10-06T00:17:09" - 1 };

    return size > TIME_SIZE && line[4] == '-' && line[10] == 'T';
}
static inline bool is_fragment(const char *line, size_t size)
{
    return may_be_runtime(line, size) && httpstatus_prefix(line, size).is_fragment;
}

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

/* The lock of an object that is fed, which guards its scanner while that runs without the GIL. */
#ifndef HTTPSTATUS_PYTHON_GUARD_H
#define HTTPSTATUS_PYTHON_GUARD_H

#include "_core.h"

#include <pythread.h>

#if defined(__unix__) || defined(__APPLE__)
#include <stdatomic.h>
typedef atomic_uint ForkCount;
#else
typedef unsigned ForkCount;
#endif

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

typedef struct {
    PyThread_type_lock lock;
    ForkCount forks; /* of the process that last held the lock */
} Guard;

/* Call before the first guard is made. */
void watch_forks(void);
bool guard_make(Guard *guard);
/* 'guard' may be all zeros. */
void guard_free(Guard *guard);
/*
 * false with an exception set, about a 'tally' or what it is, in the child of a fork if another
 * thread held the lock at the fork: that thread does not exist here and cannot release it.
 */
bool guard_lock(Guard *guard, const char *what);
void guard_unlock(Guard *guard);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

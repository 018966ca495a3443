/* The lock of an object that is fed, and what a fork does to it. */
#include "_guard.h"

#if defined(__unix__) || defined(__APPLE__)

#include <pthread.h>

/* Forks between the process that imported the module and this one. */
static atomic_uint forks;
static pthread_once_t watched = PTHREAD_ONCE_INIT;

static void count_fork(void)
{
    atomic_fetch_add(&forks, 1);
}

static void watch(void)
{
    pthread_atfork(NULL, NULL, count_fork);
}

void watch_forks(void)
{
    pthread_once(&watched, watch);
}

static unsigned fork_count(void)
{
    return atomic_load(&forks);
}

#else

void watch_forks(void) {}
static unsigned fork_count(void)
{
    return 0;
}

#endif

bool guard_make(Guard *guard)
{
    guard->lock = PyThread_allocate_lock();
    guard->forks = fork_count();
    if (!guard->lock)
        PyErr_NoMemory();
    return guard->lock != NULL;
}

void guard_free(Guard *guard)
{
    if (guard->lock)
        PyThread_free_lock(guard->lock);
}

/*
 * The holder records its process a moment after it gets the lock, so the record is checked only
 * after a longer wait.
 */
bool guard_lock(Guard *guard, const char *what)
{
    enum { MOMENT = 100000 /* microseconds */ };

    if (!PyThread_acquire_lock(guard->lock, NOWAIT_LOCK)) {
        PyLockStatus status;
        do {
            Py_BEGIN_ALLOW_THREADS
            status = PyThread_acquire_lock_timed(guard->lock, MOMENT, 0);
            Py_END_ALLOW_THREADS
        } while (status != PY_LOCK_ACQUIRED && guard->forks == fork_count());
        if (status != PY_LOCK_ACQUIRED) {
            PyErr_Format(PyExc_RuntimeError,
                         "another thread was feeding the %s when this process was forked: "
                         "its counts are unknown here, make a new one",
                         what);
            return false;
        }
    }
    guard->forks = fork_count();
    return true;
}

void guard_unlock(Guard *guard)
{
    PyThread_release_lock(guard->lock);
}

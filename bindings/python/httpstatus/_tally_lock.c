/* The lock of a tally, which guards the scanner while it runs without the interpreter's lock. */
#include "_tally.h"

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

bool tally_lock_make(TallyObject *self)
{
    self->lock = PyThread_allocate_lock();
    self->forks = fork_count();
    if (!self->lock)
        PyErr_NoMemory();
    return self->lock != NULL;
}

/*
 * The holder records its process a moment after it gets the lock, so the record is checked only
 * after a longer wait.
 */
bool tally_lock(TallyObject *self)
{
    enum { MOMENT = 100000 /* microseconds */ };

    if (!PyThread_acquire_lock(self->lock, NOWAIT_LOCK)) {
        PyLockStatus status;
        do {
            Py_BEGIN_ALLOW_THREADS
            status = PyThread_acquire_lock_timed(self->lock, MOMENT, 0);
            Py_END_ALLOW_THREADS
        } while (status != PY_LOCK_ACQUIRED && self->forks == fork_count());
        if (status != PY_LOCK_ACQUIRED) {
            PyErr_SetString(PyExc_RuntimeError,
                            "another thread was feeding the tally when this process was forked: "
                            "its counts are unknown here, make a new one");
            return false;
        }
    }
    self->forks = fork_count();
    return true;
}

void tally_unlock(TallyObject *self)
{
    PyThread_release_lock(self->lock);
}

/* Reading a range of a file, whichever lines begin in it, and what crosses its ends. */
#include "_range.h"

#include <assert.h>

#ifdef _WIN32
#include <io.h>
#include <windows.h>
#endif

/* Reads at an offset, independent of other use of the descriptor; -1 with errno set. */
static Py_ssize_t read_at(int fd, char *p, size_t size, int64_t offset)
{
#ifdef _WIN32
    OVERLAPPED place = {.Offset = (DWORD)offset, .OffsetHigh = (DWORD)((uint64_t)offset >> 32)};
    DWORD count = 0;

    if (ReadFile((HANDLE)_get_osfhandle(fd), p, (DWORD)size, &count, &place) ||
        GetLastError() == ERROR_HANDLE_EOF)
        return (Py_ssize_t)count;
    errno = EIO;
    return -1;
#else
    ssize_t count;

    do
        count = pread(fd, p, size, (off_t)offset);
    while (count < 0 && errno == EINTR);
    return count;
#endif
}

/*
 * The part of 'count' bytes at range->at that belongs to its lines: the first line begins after an
 * LF, and the last one ends with the first LF at or after the byte before 'end'.
 */
static struct httpstatus_text lines_in(Range *range, Py_ssize_t count)
{
    const char *p = range->buffer, *stop = p + count, *lf;
    int64_t before_end = range->end - 1 - range->at; /* in the buffer; beyond it: in a later one */

    if (!range->begun) {
        Py_ssize_t size = count < before_end ? count : (Py_ssize_t)before_end;
        lf = size > 0 ? memchr(p, '\n', (size_t)size) : NULL;
        range->begun = lf != NULL;
        range->done = !lf && before_end <= count;
        p = lf ? lf + 1 : stop;
    }
    if (range->begun && before_end < count) {
        const char *from = before_end > 0 ? range->buffer + before_end : range->buffer;
        lf = memchr(from, '\n', (size_t)(stop - from));
        range->done = lf != NULL;
        stop = lf ? lf + 1 : stop;
    }
    range->at += count;
    range->at_end = count == 0;
    range->done = range->done || range->at_end;
    return (struct httpstatus_text){p, (size_t)(stop - p)};
}

/* Reads and feeds more; returns how many bytes were read, -1 with errno set. */
static Py_ssize_t feed_more(Range *range, feed_function *feed, void *object)
{
    enum { BEHIND = 4096 /* most lines end within these */ };
    int64_t left = range->end - range->at;
    size_t size = left > 0 && left < PIECE - BEHIND ? (size_t)left + BEHIND : PIECE;
    Py_ssize_t count = read_at(range->fd, range->buffer, size, range->at);

    if (count < 0)
        return -1;
    struct httpstatus_text lines = lines_in(range, count);
    if (feed(object, lines.data, lines.size))
        return count;
    errno = ENOMEM;
    return -1;
}

/* The value of a name, of keyword arguments; by their names, as a key of one's own takes memory. */
static PyObject *keyword(PyObject *keywords, const char *name)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;

    while (keywords && PyDict_Next(keywords, &at, &key, &value))
        if (PyUnicode_CompareWithASCIIString(key, name) == 0)
            return value;
    return NULL;
}

bool range_arguments(PyObject *args, PyObject *keywords, const char *const *names, int count,
                     PyObject **values, RangeArguments *range)
{
    for (int i = 0; i < count; i++)
        values[i] = keyword(keywords, names[i]);
    return PyArg_ParseTuple(args, "iLLpOO", &range->fd, &range->start, &range->end, &range->last,
                            &range->carry, &range->progress);
}

bool range_open(Range *range, int fd, int64_t start, int64_t end)
{
    *range = (Range){.fd = fd,
                     .begun = start == 0,
                     .done = start >= end,
                     .at = start ? start - 1 : 0,
                     .end = end,
                     .memory = PyMem_RawMalloc(PIECE + HTTPSTATUS_READ_ALIGNMENT)};
    if (!range->memory)
        return PyErr_NoMemory() != NULL;
    range->buffer = range->memory + (HTTPSTATUS_READ_ALIGNMENT -
                                     (uintptr_t)range->memory % HTTPSTATUS_READ_ALIGNMENT);
    return true;
}

void range_close(Range *range)
{
    PyMem_RawFree(range->memory);
}

static void raise_errno(void)
{
    if (errno == ENOMEM)
        PyErr_NoMemory();
    else
        PyErr_SetFromErrno(PyExc_OSError);
}

bool range_scan(Range *range, bool last, PyObject *progress, feed_function *feed, void *object)
{
    while (!range->done) {
        Py_ssize_t count;
        Py_BEGIN_ALLOW_THREADS
        count = feed_more(range, feed, object);
        Py_END_ALLOW_THREADS
        if (count < 0)
            raise_errno();
        if (count < 0 || PyErr_CheckSignals() < 0 ||
            (range->at_end &&
             file_is_cut(range->fd, last || range->at >= range->end ? range->at : INT64_MAX)))
            return false;
        PyObject *result = progress == Py_None ? Py_NewRef(progress)
                                               : PyObject_CallFunction(progress, "n", count);
        Py_XDECREF(result);
        if (!result)
            return false;
    }
    return true;
}

PyObject *carry_object(const struct httpstatus_scanner *scanner)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, sizeof(struct httpstatus_carry));

    if (bytes)
        httpstatus_carry_out(scanner, (struct httpstatus_carry *)PyBytes_AS_STRING(bytes));
    return bytes;
}

const struct httpstatus_carry *carry_from(PyObject *bytes)
{
    assert(PyBytes_GET_SIZE(bytes) == sizeof(struct httpstatus_carry));
    return (const struct httpstatus_carry *)PyBytes_AS_STRING(bytes);
}

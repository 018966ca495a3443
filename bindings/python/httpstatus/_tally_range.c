/* The tally of a range of a file, for threads that share the file, and what crosses its ends. */
#include "_tally.h"

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

/* The lines that begin in [at, end) of a file; 'at' advances as they are read. */
typedef struct {
    int fd;
    bool begun; /* the first line has been found */
    bool done;
    bool at_end; /* of the file, which may be shorter than the range */
    int64_t at, end;
    char *buffer; /* of PIECE bytes */
} Range;

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

/* Reads and scans more; returns how many bytes were read, -1 with errno set. */
static Py_ssize_t scan_more(Range *range, struct httpstatus_scanner *scanner)
{
    enum { BEHIND = 4096 /* most lines end within these */ };
    int64_t left = range->end - range->at;
    size_t size = left > 0 && left < PIECE - BEHIND ? (size_t)left + BEHIND : PIECE;
    Py_ssize_t count = read_at(range->fd, range->buffer, size, range->at);

    if (count < 0)
        return -1;
    struct httpstatus_text lines = lines_in(range, count);
    httpstatus_scan(scanner, lines.data, lines.size, NULL, 0, NULL);
    return count;
}

/*
 * Calls 'progress' (may be None) with the number of bytes read; an exception from it ends the
 * range.  Only in the last range may the file end early.  false with an exception set.
 */
static bool scan_range(Range *range, struct httpstatus_scanner *scanner, bool last,
                       PyObject *progress)
{
    while (!range->done) {
        Py_ssize_t count;
        Py_BEGIN_ALLOW_THREADS
        count = scan_more(range, scanner);
        Py_END_ALLOW_THREADS
        if (count < 0)
            PyErr_SetFromErrno(PyExc_OSError);
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

/* What crosses the end of a range, as bytes; NULL with an exception set. */
static PyObject *carry_object(const struct httpstatus_scanner *scanner)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, sizeof(struct httpstatus_carry));

    if (bytes)
        httpstatus_carry_out(scanner, (struct httpstatus_carry *)PyBytes_AS_STRING(bytes));
    return bytes;
}

static const struct httpstatus_carry *carry_from(PyObject *bytes)
{
    assert(PyBytes_GET_SIZE(bytes) == sizeof(struct httpstatus_carry));
    return (const struct httpstatus_carry *)PyBytes_AS_STRING(bytes);
}

/* The tally of a range and what crosses its end; after the last range the log ends. */
static PyObject *range_end(TallyObject *self, bool last)
{
    PyObject *carry = carry_object(self->scanner);
    bool done = carry &&
                (last ? tally_finish(self, false)
                      : tally_keep(self, httpstatus_scanner_tally(self->scanner), self->key));
    if (done)
        return Py_BuildValue("NN", self, carry);
    Py_XDECREF(carry);
    Py_DECREF(self);
    return NULL;
}

/*
 * _tally_range(fd, start, end, last, carry, progress, format=...): the tally of the lines that
 * begin in [start, end) of a file, and what crosses its end.  'carry' is what crosses its start, or
 * None.  The ranges of a file add up to its tally.
 */
static PyObject *tally_range(PyObject *module, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"", "", "", "", "", "", OPTION_NAMES, NULL};
    State *state = state_of_module(module);
    PyObject *values[OPTIONS] = {NULL}, *progress, *carry;
    struct httpstatus_options options;
    Range range = {.buffer = NULL};
    long long start, end;
    int last;

    if (!PyArg_ParseTupleAndKeywords(args, keywords, "iLLpOO|$OOOO:_tally_range", names, &range.fd,
                                     &start, &end, &last, &carry, &progress, &values[FORMAT],
                                     &values[KEY], &values[FIELDS], &values[TARGET]) ||
        !options_from(state, values, &options))
        return NULL;
    char *memory = PyMem_RawMalloc(PIECE + HTTPSTATUS_READ_ALIGNMENT);
    if (!memory)
        return PyErr_NoMemory();
    TallyObject *self = tally_make(state, &options, values);
    if (self && carry != Py_None)
        httpstatus_carry_in(self->scanner, carry_from(carry));
    range.buffer = memory +
                   (HTTPSTATUS_READ_ALIGNMENT - (uintptr_t)memory % HTTPSTATUS_READ_ALIGNMENT);
    range.begun = start == 0;
    range.done = start >= end;
    range.at = start ? start - 1 : 0;
    range.end = end;
    bool done = self && scan_range(&range, self->scanner, last, progress);
    PyMem_RawFree(memory);
    if (done)
        return range_end(self, last || range.at_end);
    return self ? tally_end(self, false) : NULL;
}

/* _same_carry(a, b): whether a range has the same tally after either; False if unknown. */
static PyObject *same_carry(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *a, *b;

    if (!PyArg_ParseTuple(args, "SS:_same_carry", &a, &b))
        return NULL;
    return PyBool_FromLong(httpstatus_carry_equal(carry_from(a), carry_from(b)));
}

/*
 * _is_at_rest(tally): whether an open tally may be closed, and a new one go on in its place.  No
 * other thread may feed it.
 */
static PyObject *is_at_rest(PyObject *Py_UNUSED(module), PyObject *tally)
{
    static const struct httpstatus_carry nothing;
    const struct httpstatus_scanner *scanner = ((TallyObject *)tally)->scanner;
    struct httpstatus_carry carry;

    httpstatus_carry_out(scanner, &carry);
    return PyBool_FromLong(!httpstatus_scanner_is_open(scanner) &&
                           httpstatus_carry_equal(&carry, &nothing));
}

static PyMethodDef functions[] = {
    {"_is_at_rest", is_at_rest, METH_O, NULL},
    {"_same_carry", same_carry, METH_VARARGS, NULL},
    {"_tally_range", (PyCFunction)(void (*)(void))tally_range, METH_VARARGS | METH_KEYWORDS, NULL},
    {NULL},
};

int tally_range_add(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}

/* Logs: where the bytes come from, Tally, tally(), extract() and select(). */
#include "_core.h"

#include <pythread.h>

/*
 * Files are read in pieces of PIECE bytes to an address on a cache line: at the 16 that malloc gives
 * the kernel's copy took 1.5 times as long (tests/bench).
 */
enum {
    PIECE = 256 * 1024,
    ALIGNMENT = 64,
    SLICE = 16 * 1024 * 1024,
    BATCH = 1024,
    GIL_MINIMUM = 2048
};

/* ---- Sources: a path, bytes-like data or a binary file ---- */

typedef struct {
    Py_buffer view;   /* of bytes-like data; view.obj is NULL for a file */
    Py_ssize_t given; /* how much of the data has been given out */
    PyObject *file;
    bool owned; /* the file was opened here */
} Source;

static PyObject *open_path(PyObject *path)
{
    PyObject *io = PyImport_ImportModule("io");
    PyObject *file = io ? PyObject_CallMethod(io, "open", "Osi", path, "rb", 0) : NULL;
    Py_XDECREF(io);
    return file;
}

static bool is_path(PyObject *object)
{
    return PyUnicode_Check(object) || PyObject_HasAttrString(object, "__fspath__");
}

/* Opens 'object' for 'function'; to be closed by source_close() whether that fails or not. */
static bool source_open(Source *source, PyObject *object, const char *function)
{
    *source = (Source){.owned = false};
    if (is_path(object)) {
        source->file = open_path(object);
        source->owned = true;
        return source->file != NULL;
    }
    if (PyObject_CheckBuffer(object))
        return PyObject_GetBuffer(object, &source->view, PyBUF_SIMPLE) == 0;
    if (PyObject_HasAttrString(object, "readinto") || PyObject_HasAttrString(object, "read")) {
        source->file = Py_NewRef(object);
        return true;
    }
    PyErr_Format(PyExc_TypeError,
                 "%s() takes a path, a bytes-like object or a binary file, not %.200s", function,
                 Py_TYPE(object)->tp_name);
    return false;
}

static void source_close(Source *source)
{
    PyObject *type, *value, *traceback;

    PyErr_Fetch(&type, &value, &traceback);
    if (source->owned && source->file) {
        PyObject *result = PyObject_CallMethod(source->file, "close", NULL);
        if (!result)
            PyErr_WriteUnraisable(source->file);
        Py_XDECREF(result);
    }
    Py_CLEAR(source->file);
    if (source->view.obj)
        PyBuffer_Release(&source->view);
    PyErr_Restore(type, value, traceback);
}

static Py_ssize_t not_binary(PyObject *got)
{
    PyErr_Format(PyExc_TypeError,
                 "the file gave %.200s where bytes were expected: open it in binary mode ('rb')",
                 Py_TYPE(got)->tp_name);
    return -1;
}

static Py_ssize_t read_bytes(PyObject *file, char *buffer, Py_ssize_t size)
{
    PyObject *bytes = PyObject_CallMethod(file, "read", "n", size);
    Py_ssize_t count = -1;

    if (bytes && !PyBytes_Check(bytes)) {
        not_binary(bytes);
    } else if (bytes && (count = PyBytes_GET_SIZE(bytes)) > size) {
        PyErr_Format(PyExc_ValueError, "read(%zd) gave %zd bytes", size, count);
        count = -1;
    } else if (bytes) {
        memcpy(buffer, PyBytes_AS_STRING(bytes), (size_t)count);
    }
    Py_XDECREF(bytes);
    return count;
}

static Py_ssize_t read_into(PyObject *file, char *buffer, Py_ssize_t size)
{
    PyObject *view = PyMemoryView_FromMemory(buffer, size, PyBUF_WRITE);
    PyObject *result = view ? PyObject_CallMethod(file, "readinto", "O", view) : NULL;
    /* Nobody may write to the memory once this returns. */
    PyObject *released = result ? PyObject_CallMethod(view, "release", NULL) : NULL;
    Py_ssize_t count = -1;

    if (released && result == Py_None)
        PyErr_SetString(PyExc_BlockingIOError,
                        "the file is in non-blocking mode and has nothing to read yet");
    else if (released)
        count = PyNumber_AsSsize_t(result, PyExc_ValueError);
    if (count > size || (count < 0 && released && !PyErr_Occurred())) {
        PyErr_Format(PyExc_ValueError, "readinto() of %zd bytes returned %zd", size, count);
        count = -1;
    }
    Py_XDECREF(released);
    Py_XDECREF(result);
    Py_XDECREF(view);
    return count;
}

/* Reads from a file: the number of bytes, 0 at its end, -1 with an exception set. */
static Py_ssize_t source_read(Source *source, char *buffer, Py_ssize_t size)
{
    if (PyErr_CheckSignals() < 0)
        return -1;
    if (PyObject_HasAttrString(source->file, "readinto"))
        return read_into(source->file, buffer, size);
    return read_bytes(source->file, buffer, size);
}

/* The next piece: of the data itself, or of the file by way of 'buffer' (PIECE bytes). */
static Py_ssize_t source_next(Source *source, char *buffer, const char **piece)
{
    if (!source->view.obj) {
        *piece = buffer;
        return source_read(source, buffer, PIECE);
    }
    if (PyErr_CheckSignals() < 0)
        return -1;
    Py_ssize_t left = source->view.len - source->given;
    Py_ssize_t size = left < SLICE ? left : SLICE;
    *piece = (const char *)source->view.buf + source->given;
    source->given += size;
    return size;
}

/* httpstatus_scan() with the interpreter's lock released where that pays. */
static size_t scan(struct httpstatus_scanner *scanner, const char *p, size_t size,
                   struct httpstatus_line *lines, size_t capacity, size_t *used)
{
    size_t stored;

    if (size < GIL_MINIMUM)
        return httpstatus_scan(scanner, p, size, lines, capacity, used);
    Py_BEGIN_ALLOW_THREADS
    stored = httpstatus_scan(scanner, p, size, lines, capacity, used);
    Py_END_ALLOW_THREADS
    return stored;
}

/* ---- Formats ---- */

static bool format_from(State *state, PyObject *object, enum httpstatus_format *format)
{
    Py_ssize_t size = 0;

    *format = HTTPSTATUS_AUTO;
    if (!object)
        return true;
    if (!PyUnicode_Check(object)) {
        PyErr_Format(PyExc_TypeError, "format must be a str such as 'auto' or 'clf', not %.200s",
                     Py_TYPE(object)->tp_name);
        return false;
    }
    const char *name = PyUnicode_AsUTF8AndSize(object, &size);
    if (!name)
        PyErr_Clear(); /* a lone surrogate: no format has one */
    *format = name ? httpstatus_format(name, (size_t)size) : HTTPSTATUS_FORMAT_NONE;
    if (*format != HTTPSTATUS_FORMAT_NONE)
        return true;
    PyObject *known = PyUnicode_FromString(httpstatus_format_name(HTTPSTATUS_AUTO));
    for (int i = HTTPSTATUS_AUTO + 1; known && i < HTTPSTATUS_FORMATS; i++)
        Py_SETREF(known, PyUnicode_FromFormat("%U, %s", known,
                                              httpstatus_format_name((enum httpstatus_format)i)));
    if (known)
        PyErr_Format(state->log_format_error, "unknown log format %R: give one of %U", object,
                     known);
    Py_XDECREF(known);
    return false;
}

static PyObject *format_object(enum httpstatus_format format)
{
    const char *name = format == HTTPSTATUS_AUTO ? NULL : httpstatus_format_name(format);

    if (!name)
        Py_RETURN_NONE;
    return PyUnicode_InternFromString(name);
}

/* ---- Tally ---- */

typedef struct {
    PyObject_HEAD
    PyThread_type_lock lock; /* held while the scanner works without the interpreter's lock */
    bool closed;
    struct httpstatus_scanner scanner;
} TallyObject;

static void tally_lock(TallyObject *self)
{
    if (PyThread_acquire_lock(self->lock, NOWAIT_LOCK))
        return;
    Py_BEGIN_ALLOW_THREADS
    PyThread_acquire_lock(self->lock, WAIT_LOCK);
    Py_END_ALLOW_THREADS
}

static void tally_unlock(TallyObject *self)
{
    PyThread_release_lock(self->lock);
}

static TallyObject *tally_make(PyTypeObject *type, enum httpstatus_format format)
{
    TallyObject *self = (TallyObject *)type->tp_alloc(type, 0);

    if (!self)
        return NULL;
    self->lock = PyThread_allocate_lock();
    if (!self->lock) {
        Py_DECREF(self);
        return (TallyObject *)PyErr_NoMemory();
    }
    httpstatus_scanner_init(&self->scanner, format, NULL);
    return self;
}

static PyObject *tally_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"format", NULL};
    PyObject *format_name = NULL;
    enum httpstatus_format format;

    if (!PyArg_ParseTupleAndKeywords(args, keywords, "|O:Tally", names, &format_name) ||
        !format_from(PyType_GetModuleState(type), format_name, &format))
        return NULL;
    return (PyObject *)tally_make(type, format);
}

static void tally_dealloc(TallyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);

    if (self->lock)
        PyThread_free_lock(self->lock);
    type->tp_free(self);
    Py_DECREF(type);
}

PyDoc_STRVAR(tally_feed_doc,
"feed($self, data, /)\n--\n\n"
"Scan the next piece of the log, a bytes-like object. Pieces may end anywhere.");

static PyObject *tally_feed(TallyObject *self, PyObject *data)
{
    Py_buffer view;

    if (PyUnicode_Check(data))
        return PyErr_Format(PyExc_TypeError, "feed() takes bytes, not str: read the log in binary "
                                             "mode ('rb')");
    if (PyObject_GetBuffer(data, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    tally_lock(self);
    bool closed = self->closed;
    if (!closed)
        scan(&self->scanner, view.buf, (size_t)view.len, NULL, 0, NULL);
    tally_unlock(self);
    PyBuffer_Release(&view);
    if (closed)
        return PyErr_Format(PyExc_ValueError,
                            "the tally is closed: make another one and add the two");
    Py_RETURN_NONE;
}

PyDoc_STRVAR(tally_close_doc,
"close($self, /)\n--\n\n"
"The log is at its end: count the last line even if it has no line feed. May be called again.");

static PyObject *tally_close(TallyObject *self, PyObject *Py_UNUSED(ignored))
{
    tally_lock(self);
    if (!self->closed)
        httpstatus_finish(&self->scanner, NULL, 0);
    self->closed = true;
    tally_unlock(self);
    Py_RETURN_NONE;
}

/* A copy of the counts, consistent even while another thread feeds. */
static struct httpstatus_tally tally_counts(TallyObject *self)
{
    tally_lock(self);
    struct httpstatus_tally tally = self->scanner.tally;
    tally_unlock(self);
    return tally;
}

/* The counts of a finished tally; false with an exception set if it may still be fed. */
static bool tally_finished(TallyObject *self, struct httpstatus_tally *tally)
{
    tally_lock(self);
    bool closed = self->closed;
    *tally = self->scanner.tally;
    tally_unlock(self);
    if (!closed)
        PyErr_SetString(PyExc_ValueError, "the tally is still open: close() it first, so that its "
                                          "last line is counted");
    return closed;
}

enum { LINES, RECORDS, NO_STATUS_LINES, SKIPPED_LINES, UNMATCHED_LINES };

static PyObject *tally_number(TallyObject *self, void *which)
{
    struct httpstatus_tally tally = tally_counts(self);

    switch ((int)(intptr_t)which) {
    case LINES:
        return PyLong_FromUnsignedLongLong(tally.lines);
    case RECORDS:
        return PyLong_FromUnsignedLongLong(httpstatus_tally_records(&tally));
    case NO_STATUS_LINES:
        return PyLong_FromUnsignedLongLong(tally.no_status);
    case SKIPPED_LINES:
        return PyLong_FromUnsignedLongLong(tally.skipped);
    default:
        return PyLong_FromUnsignedLongLong(tally.unmatched);
    }
}

static PyObject *tally_format(TallyObject *self, void *Py_UNUSED(ignored))
{
    return format_object(tally_counts(self).format);
}

static PyObject *first_unmatched(const struct httpstatus_tally *tally)
{
    PyObject *list = PyList_New(0);

    for (int i = 0; list && i < HTTPSTATUS_FIRST_UNMATCHED && tally->first_unmatched[i]; i++) {
        PyObject *number = PyLong_FromUnsignedLongLong(tally->first_unmatched[i]);
        if (!number || PyList_Append(list, number) < 0)
            Py_CLEAR(list);
        Py_XDECREF(number);
    }
    if (!list)
        return NULL;
    PyObject *tuple = PyList_AsTuple(list);
    Py_DECREF(list);
    return tuple;
}

static PyObject *tally_first_unmatched(TallyObject *self, void *Py_UNUSED(ignored))
{
    struct httpstatus_tally tally = tally_counts(self);

    return first_unmatched(&tally);
}

/* Steals 'value'. */
static bool put_item(PyObject *dict, const char *key, PyObject *value)
{
    bool done = value && PyDict_SetItemString(dict, key, value) == 0;

    Py_XDECREF(value);
    return done;
}

static PyObject *tally_classes(TallyObject *self, void *Py_UNUSED(ignored))
{
    struct httpstatus_tally tally = tally_counts(self);
    PyObject *dict = PyDict_New();

    for (int i = 1; dict && i <= 6; i++) {
        const char *name = i <= 5 ? httpstatus_class_of(i * 100).data : "other";
        if (!put_item(dict, name,
                      PyLong_FromUnsignedLongLong(httpstatus_tally_class(&tally, i % 6))))
            Py_CLEAR(dict);
    }
    return dict;
}

static PyObject *counts_dict(const struct httpstatus_tally *tally)
{
    PyObject *dict = PyDict_New();

    for (int status = HTTPSTATUS_STATUS_MIN; dict && status <= HTTPSTATUS_STATUS_MAX; status++) {
        uint64_t count = httpstatus_tally_count(tally, status);
        if (count == 0)
            continue;
        PyObject *key = PyLong_FromLong(status), *value = PyLong_FromUnsignedLongLong(count);
        if (!key || !value || PyDict_SetItem(dict, key, value) < 0)
            Py_CLEAR(dict);
        Py_XDECREF(key);
        Py_XDECREF(value);
    }
    return dict;
}

static PyObject *tally_dict(TallyObject *self)
{
    struct httpstatus_tally tally = tally_counts(self);

    return counts_dict(&tally);
}

static Py_ssize_t tally_length(TallyObject *self)
{
    struct httpstatus_tally tally = tally_counts(self);
    Py_ssize_t length = 0;

    for (int status = HTTPSTATUS_STATUS_MIN; status <= HTTPSTATUS_STATUS_MAX; status++)
        length += httpstatus_tally_count(&tally, status) != 0;
    return length;
}

/* Like code_from(), but -1 is a status that logs have; INT_MIN stands for any other number. */
static bool status_from(PyObject *object, int *status)
{
    int overflow;
    PyObject *number = PyNumber_Index(object);
    if (!number)
        return false;
    long value = PyLong_AsLongAndOverflow(number, &overflow);
    Py_DECREF(number);
    bool in_range =
        !overflow && value >= HTTPSTATUS_STATUS_MIN && value <= HTTPSTATUS_STATUS_MAX;
    *status = in_range ? (int)value : INT_MIN;
    return true;
}

static PyObject *tally_subscript(TallyObject *self, PyObject *key)
{
    int status;

    if (!status_from(key, &status))
        return NULL;
    struct httpstatus_tally tally = tally_counts(self);
    return PyLong_FromUnsignedLongLong(httpstatus_tally_count(&tally, status));
}

static int tally_contains(TallyObject *self, PyObject *key)
{
    int status;

    if (!PyIndex_Check(key))
        return 0;
    if (!status_from(key, &status))
        return -1;
    struct httpstatus_tally tally = tally_counts(self);
    return httpstatus_tally_count(&tally, status) != 0;
}

static PyObject *tally_iter(TallyObject *self)
{
    PyObject *dict = tally_dict(self);
    PyObject *iterator = dict ? PyObject_GetIter(dict) : NULL;

    Py_XDECREF(dict);
    return iterator;
}

static PyObject *tally_view(TallyObject *self, const char *method)
{
    PyObject *dict = tally_dict(self);
    PyObject *view = dict ? PyObject_CallMethod(dict, method, NULL) : NULL;

    Py_XDECREF(dict);
    return view;
}

static PyObject *tally_keys(TallyObject *self, PyObject *Py_UNUSED(ignored))
{
    return tally_view(self, "keys");
}

static PyObject *tally_values(TallyObject *self, PyObject *Py_UNUSED(ignored))
{
    return tally_view(self, "values");
}

static PyObject *tally_items(TallyObject *self, PyObject *Py_UNUSED(ignored))
{
    return tally_view(self, "items");
}

static PyObject *tally_get(TallyObject *self, PyObject *const *args, Py_ssize_t count)
{
    if (count < 1 || count > 2)
        return PyErr_Format(PyExc_TypeError, "get() takes a code and a default");
    int contained = tally_contains(self, args[0]);
    if (contained < 0)
        return NULL;
    if (contained)
        return tally_subscript(self, args[0]);
    return Py_NewRef(count == 2 ? args[1] : Py_None);
}

static PyObject *tally_compare(TallyObject *self, PyObject *other, int operation)
{
    if (!Py_IS_TYPE(other, Py_TYPE(self)) || (operation != Py_EQ && operation != Py_NE))
        Py_RETURN_NOTIMPLEMENTED;
    struct httpstatus_tally a = tally_counts(self), b = tally_counts((TallyObject *)other);
    return PyBool_FromLong(httpstatus_tally_equal(&a, &b) == (operation == Py_EQ));
}

static PyObject *tally_add(PyObject *left, PyObject *right)
{
    struct httpstatus_tally sum, more;

    if (!Py_IS_TYPE(left, Py_TYPE(right)))
        Py_RETURN_NOTIMPLEMENTED;
    if (!tally_finished((TallyObject *)left, &sum) || !tally_finished((TallyObject *)right, &more))
        return NULL;
    TallyObject *self = tally_make(Py_TYPE(left), HTTPSTATUS_FORMAT_NONE);
    if (!self)
        return NULL;
    httpstatus_tally_add(&sum, &more);
    self->scanner.tally = sum;
    self->closed = true;
    return (PyObject *)self;
}

static PyObject *tally_repr(TallyObject *self)
{
    struct httpstatus_tally tally = tally_counts(self);
    PyObject *format = format_object(tally.format);
    PyObject *repr = format ? PyUnicode_FromFormat("<Tally %S: %llu lines, %llu unmatched>", format,
                                                   (unsigned long long)tally.lines,
                                                   (unsigned long long)tally.unmatched)
                            : NULL;
    Py_XDECREF(format);
    return repr;
}

static PyObject *tally_reduce(TallyObject *self, PyObject *Py_UNUSED(ignored))
{
    struct httpstatus_tally tally;

    if (!tally_finished(self, &tally))
        return NULL;
    PyObject *state = Py_BuildValue(
        "{sN sN sK sK sK sK sN}", "format", format_object(tally.format), "counts",
        counts_dict(&tally), "lines", (unsigned long long)tally.lines, "no_status",
        (unsigned long long)tally.no_status, "skipped", (unsigned long long)tally.skipped,
        "unmatched", (unsigned long long)tally.unmatched, "first_unmatched",
        first_unmatched(&tally));
    return state ? Py_BuildValue("O()N", Py_TYPE(self), state) : NULL;
}

/* An item of a pickled state as a count; false with an exception set if it is none. */
static bool count_item(PyObject *state, const char *key, uint64_t *count)
{
    PyObject *value = PyDict_GetItemString(state, key);

    *count = value ? PyLong_AsUnsignedLongLong(value) : 0;
    if (!value)
        PyErr_Format(PyExc_ValueError, "the state of a Tally misses %s", key);
    return !PyErr_Occurred();
}

static bool restore_counts(struct httpstatus_tally *tally, PyObject *counts)
{
    PyObject *key, *value;
    Py_ssize_t position = 0;
    int status;

    while (PyDict_Next(counts, &position, &key, &value)) {
        if (!status_from(key, &status))
            return false;
        uint64_t count = PyLong_AsUnsignedLongLong(value);
        if (PyErr_Occurred())
            return false;
        if (status == INT_MIN) {
            PyErr_Format(PyExc_ValueError, "the state of a Tally has the status %R", key);
            return false;
        }
        tally->counts[status - HTTPSTATUS_STATUS_MIN] = count;
    }
    return true;
}

static bool restore(State *module, struct httpstatus_tally *tally, PyObject *state)
{
    PyObject *format = PyDict_GetItemString(state, "format");
    PyObject *counts = PyDict_GetItemString(state, "counts");
    PyObject *numbers = PyDict_GetItemString(state, "first_unmatched");

    if (!format || !counts || !PyDict_Check(counts) || !numbers || !PyTuple_Check(numbers) ||
        PyTuple_GET_SIZE(numbers) > HTTPSTATUS_FIRST_UNMATCHED) {
        PyErr_SetString(PyExc_ValueError, "this is not the state of a Tally");
        return false;
    }
    if (format != Py_None && !format_from(module, format, &tally->format))
        return false;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(numbers); i++)
        tally->first_unmatched[i] = PyLong_AsUnsignedLongLong(PyTuple_GET_ITEM(numbers, i));
    return !PyErr_Occurred() && count_item(state, "lines", &tally->lines) &&
           count_item(state, "no_status", &tally->no_status) &&
           count_item(state, "skipped", &tally->skipped) &&
           count_item(state, "unmatched", &tally->unmatched) && restore_counts(tally, counts);
}

static PyObject *tally_setstate(TallyObject *self, PyObject *state)
{
    struct httpstatus_tally tally = {0};

    if (!PyDict_Check(state))
        return PyErr_Format(PyExc_TypeError, "the state of a Tally is a dict, not %.200s",
                            Py_TYPE(state)->tp_name);
    if (!restore(PyType_GetModuleState(Py_TYPE(self)), &tally, state))
        return NULL;
    tally_lock(self);
    self->scanner.tally = tally;
    self->closed = true;
    tally_unlock(self);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(tally_doc,
"Tally(format='auto')\n--\n\n"
"How many lines of a log have each status: a mapping from code to count, 0 for a code that does\n"
"not occur. feed() it the log in pieces of any size and close() it; tally() does both.\n\n"
"Finished tallies add up with +, compare with == and can be pickled.\n\n"
">>> from httpstatus import Tally\n"
">>> t = Tally()\n"
">>> t.feed(b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 404 7\\n')\n"
">>> t.close()\n"
">>> t[404], t[200], t.classes['4xx'], t.format\n"
"(1, 0, 1, 'clf')\n");

#define NUMBER(name, which, doc) \
    {name, (getter)tally_number, NULL, PyDoc_STR(doc), (void *)(intptr_t)(which)}
static PyGetSetDef tally_getset[] = {
    {"format", (getter)tally_format, NULL,
     PyDoc_STR("the format; None if none fits, or none has been chosen yet"), NULL},
    NUMBER("lines", LINES, "all lines"),
    NUMBER("records", RECORDS, "lines that are records, with a status or without"),
    NUMBER("no_status", NO_STATUS_LINES, "records whose status is '-'"),
    NUMBER("skipped", SKIPPED_LINES, "blank lines and comments"),
    NUMBER("unmatched", UNMATCHED_LINES, "lines that are no record of the format"),
    {"first_unmatched", (getter)tally_first_unmatched, NULL,
     PyDoc_STR("numbers, from 1, of the first ten lines that are no record"), NULL},
    {"classes", (getter)tally_classes, NULL,
     PyDoc_STR("counts by class: '1xx' to '5xx', and 'other'"), NULL},
    {NULL},
};

static PyMethodDef tally_methods[] = {
    {"feed", (PyCFunction)tally_feed, METH_O, tally_feed_doc},
    {"close", (PyCFunction)tally_close, METH_NOARGS, tally_close_doc},
    {"keys", (PyCFunction)tally_keys, METH_NOARGS, PyDoc_STR("keys($self, /)\n--\n\nThe codes.")},
    {"values", (PyCFunction)tally_values, METH_NOARGS,
     PyDoc_STR("values($self, /)\n--\n\nThe counts.")},
    {"items", (PyCFunction)tally_items, METH_NOARGS,
     PyDoc_STR("items($self, /)\n--\n\nThe codes with their counts, in order of code.")},
    {"get", (PyCFunction)(void (*)(void))tally_get, METH_FASTCALL,
     PyDoc_STR("get($self, code, default=None, /)\n--\n\nThe count, or default if there is none.")},
    {"__reduce__", (PyCFunction)tally_reduce, METH_NOARGS, NULL},
    {"__setstate__", (PyCFunction)tally_setstate, METH_O, NULL},
    {NULL},
};

static PyType_Slot tally_slots[] = {
    {Py_tp_doc, (void *)tally_doc},
    {Py_tp_new, tally_new},
    {Py_tp_dealloc, tally_dealloc},
    {Py_tp_repr, tally_repr},
    {Py_tp_richcompare, tally_compare},
    {Py_tp_hash, PyObject_HashNotImplemented},
    {Py_tp_iter, tally_iter},
    {Py_tp_methods, tally_methods},
    {Py_tp_getset, tally_getset},
    {Py_mp_length, tally_length},
    {Py_mp_subscript, tally_subscript},
    {Py_sq_contains, tally_contains},
    {Py_nb_add, tally_add},
    {0, NULL},
};

static PyType_Spec tally_spec = {
    .name = "httpstatus.Tally",
    .basicsize = sizeof(TallyObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_MAPPING,
    .slots = tally_slots,
};

/* ---- tally() and extract() ---- */

/*
 * Scans the whole source.  'batch' (may be NULL) is called for the lines as they come, the last
 * ones included.
 */
static bool scan_source(Source *source, struct httpstatus_scanner *scanner,
                        bool (*batch)(PyObject *, const struct httpstatus_line *, size_t),
                        PyObject *object)
{
    struct httpstatus_line lines[BATCH];
    struct httpstatus_line *wanted = batch ? lines : NULL;
    char *memory = source->view.obj ? NULL : PyMem_Malloc(PIECE + ALIGNMENT);
    char *buffer = memory ? memory + ALIGNMENT - (uintptr_t)memory % ALIGNMENT : NULL;
    const char *piece;
    Py_ssize_t size;
    size_t stored;
    bool done = true;

    if (!source->view.obj && !memory) {
        PyErr_NoMemory();
        return false;
    }
    while (done && (size = source_next(source, buffer, &piece)) > 0) {
        for (size_t at = 0, used; done && at < (size_t)size; at += used) {
            stored = scan(scanner, piece + at, (size_t)size - at, wanted, BATCH, &used);
            done = !batch || batch(object, lines, stored);
        }
    }
    done = done && size == 0;
    while (done && (stored = httpstatus_finish(scanner, wanted, BATCH)) > 0)
        done = batch(object, lines, stored);
    PyMem_Free(memory);
    return done;
}

PyDoc_STRVAR(tally_function_doc,
"tally(source, format='auto')\n--\n\n"
"Count the statuses of a log: a Tally.\n\n"
"source is a path, a bytes-like object with the log itself, or a file open in binary mode.\n"
"format is 'auto' (chosen from the first 64 KiB; the result's .format says what) or 'clf' (NCSA\n"
"common and combined); another name is a LogFormatError. A file that cannot be read is an\n"
"OSError; bad lines never are an error: they are counted as .unmatched.\n\n"
">>> import httpstatus\n"
">>> dict(httpstatus.tally(b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET /\" 200 7'))\n"
"{200: 1}\n");

static PyObject *tally(PyObject *module, PyObject *const *args, Py_ssize_t count,
                       PyObject *keywords)
{
    static const char *const parameters[] = {"source", "format"};
    State *state = state_of_module(module);
    PyObject *values[2] = {NULL};
    enum httpstatus_format format;
    Source source;

    if (!parse_arguments("tally", args, count, keywords, parameters, 2, 2, 1, values) ||
        !format_from(state, values[1], &format))
        return NULL;
    TallyObject *self = tally_make(state->tally_type, format);
    if (!self)
        return NULL;
    bool done = source_open(&source, values[0], "tally") &&
                scan_source(&source, &self->scanner, NULL, NULL);
    source_close(&source);
    self->closed = true;
    if (!done)
        Py_CLEAR(self);
    return (PyObject *)self;
}

PyDoc_STRVAR(extract_doc,
"extract(source, format='auto')\n--\n\n"
"The status of every line as an array('h'): one int16 a line, ready for numpy.frombuffer().\n\n"
"A record without a status is NO_STATUS (-2), a line that is no record UNMATCHED (-3), a blank\n"
"line or a comment SKIPPED (-4). source and format are as in tally().\n\n"
">>> import httpstatus\n"
">>> httpstatus.extract(b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET /\" 200 7\\nwhat?', 'clf')\n"
"array('h', [200, -3])\n");

static bool append_statuses(PyObject *array, const struct httpstatus_line *lines, size_t count)
{
    int16_t statuses[BATCH];

    for (size_t i = 0; i < count; i++)
        statuses[i] = (int16_t)lines[i].status;
    PyObject *result = PyObject_CallMethod(array, "frombytes", "y#", (char *)statuses,
                                           (Py_ssize_t)(count * sizeof statuses[0]));
    Py_XDECREF(result);
    return result != NULL;
}

static PyObject *extract(PyObject *module, PyObject *const *args, Py_ssize_t count,
                         PyObject *keywords)
{
    static const char *const parameters[] = {"source", "format"};
    PyObject *values[2] = {NULL};
    enum httpstatus_format format;
    Source source;

    if (!parse_arguments("extract", args, count, keywords, parameters, 2, 2, 1, values) ||
        !format_from(state_of_module(module), values[1], &format))
        return NULL;
    PyObject *array_module = PyImport_ImportModule("array");
    PyObject *array = array_module ? PyObject_CallMethod(array_module, "array", "s", "h") : NULL;
    Py_XDECREF(array_module);
    struct httpstatus_scanner *scanner = array ? PyMem_Malloc(sizeof *scanner) : NULL;
    if (!scanner) {
        Py_XDECREF(array);
        return array ? PyErr_NoMemory() : NULL;
    }
    httpstatus_scanner_init(scanner, format, NULL);
    bool done = source_open(&source, values[0], "extract") &&
                scan_source(&source, scanner, append_statuses, array);
    source_close(&source);
    PyMem_Free(scanner);
    if (!done)
        Py_CLEAR(array);
    return array;
}

/* ---- select() ---- */

typedef struct {
    PyObject_HEAD
    Source source;
    bool busy, ended;
    char *buffer; /* of a file: the bytes from the start of the unfinished line on */
    size_t size, capacity, scanned;
    uint64_t base; /* where in the log the buffer begins */
    size_t line_count, next_line;
    struct httpstatus_line lines[BATCH];
    struct httpstatus_filter filter;
    struct httpstatus_scanner scanner;
} SelectObject;

static int select_traverse(SelectObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->source.file);
    Py_VISIT(self->source.view.obj);
    return 0;
}

static void select_end(SelectObject *self)
{
    self->ended = true;
    self->line_count = self->next_line = 0;
    source_close(&self->source);
    PyMem_Free(self->buffer);
    self->buffer = NULL;
}

static void select_dealloc(SelectObject *self)
{
    PyTypeObject *type = Py_TYPE(self);

    PyObject_GC_UnTrack(self);
    select_end(self);
    type->tp_free(self);
    Py_DECREF(type);
}

/* Drops what has been scanned but for the unfinished line, and makes room for a piece. */
static bool make_room(SelectObject *self)
{
    size_t gone = (size_t)(self->scanner.line_start - self->base);

    self->size -= gone;
    self->scanned -= gone;
    self->base += gone;
    if (gone && self->size)
        memmove(self->buffer, self->buffer + gone, self->size);
    if (self->capacity - self->size >= PIECE)
        return true;
    size_t capacity = self->capacity * 2 > self->size + PIECE ? self->capacity * 2
                                                               : self->size + PIECE;
    char *buffer = PyMem_Realloc(self->buffer, capacity);
    if (!buffer) {
        PyErr_NoMemory();
        return false;
    }
    self->buffer = buffer;
    self->capacity = capacity;
    return true;
}

/* Scans on until there are wanted lines or the log is at its end; false with an exception set. */
static bool select_more(SelectObject *self)
{
    bool data = self->source.view.obj != NULL;
    bool at_end = false;

    self->next_line = self->line_count = 0;
    while (self->line_count == 0 && !at_end) {
        if (self->scanned == self->size && !data) {
            if (!make_room(self))
                return false;
            Py_ssize_t size = source_read(&self->source, self->buffer + self->size, PIECE);
            if (size < 0)
                return false;
            self->size += (size_t)size;
        }
        at_end = self->scanned == self->size;
        if (at_end) {
            self->line_count = httpstatus_finish(&self->scanner, self->lines, BATCH);
        } else {
            const char *p = data ? self->source.view.buf : self->buffer;
            size_t used;
            self->line_count = scan(&self->scanner, p + self->scanned, self->size - self->scanned,
                                    self->lines, BATCH, &used);
            self->scanned += used;
        }
    }
    return true;
}

static PyObject *line_object(SelectObject *self)
{
    const struct httpstatus_line *line = &self->lines[self->next_line++];
    const char *p = self->source.view.obj ? self->source.view.buf : self->buffer;
    PyObject *status = line->kind == HTTPSTATUS_KIND_STATUS ? PyLong_FromLong(line->status)
                                                            : Py_NewRef(Py_None);
    if (!status)
        return NULL;
    return Py_BuildValue("KNy#", (unsigned long long)line->number, status,
                         p + (line->start - self->base), (Py_ssize_t)(line->end - line->start));
}

static PyObject *select_next(SelectObject *self)
{
    if (self->busy)
        return PyErr_Format(PyExc_ValueError, "the iterator is already running in another thread");
    if (self->ended)
        return NULL;
    self->busy = true;
    bool done = self->next_line < self->line_count || select_more(self);
    PyObject *line = done && self->line_count ? line_object(self) : NULL;
    if (!line)
        select_end(self);
    self->busy = false;
    return line;
}

PyDoc_STRVAR(select_type_doc, "The lines of a log that select() was asked for.");

static PyType_Slot select_slots[] = {
    {Py_tp_doc, (void *)select_type_doc}, {Py_tp_dealloc, select_dealloc},
    {Py_tp_traverse, select_traverse},    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, select_next},        {0, NULL},
};

static PyType_Spec select_spec = {
    .name = "httpstatus.SelectedLines",
    .basicsize = sizeof(SelectObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE |
             Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = select_slots,
};

static bool add_one(struct httpstatus_filter *filter, PyObject *which)
{
    int status;
    Py_ssize_t size;

    if (PyUnicode_Check(which)) {
        const char *text = PyUnicode_AsUTF8AndSize(which, &size);
        if (text && httpstatus_filter_add(filter, text, (size_t)size))
            return true;
        PyErr_Clear();
        PyErr_Format(PyExc_ValueError,
                     filter->pair_count == HTTPSTATUS_FILTER_PAIRS
                         ? "which has no room for %R: 32 sub-statuses are the most"
                         : "which cannot be %R: give '5xx', '404', '403.14', 'error', 'redirect', "
                           "'no_status' or 'unmatched'",
                     which);
        return false;
    }
    if (!status_from(which, &status))
        return false;
    if (httpstatus_filter_add_status(filter, status))
        return true;
    PyErr_Format(PyExc_ValueError, "which cannot be %R: a status in a log is -1 to 999", which);
    return false;
}

static bool filter_from(struct httpstatus_filter *filter, PyObject *which)
{
    PyObject *item;

    if (PyUnicode_Check(which) || PyIndex_Check(which))
        return add_one(filter, which);
    PyObject *iterator = PyBytes_Check(which) ? NULL : PyObject_GetIter(which);
    if (!iterator) {
        PyErr_Format(PyExc_TypeError,
                     "which must be a str, an int or a collection of them, not %.200s",
                     Py_TYPE(which)->tp_name);
        return false;
    }
    while ((item = PyIter_Next(iterator)) != NULL) {
        bool added = add_one(filter, item);
        Py_DECREF(item);
        if (!added)
            break;
    }
    Py_DECREF(iterator);
    return !PyErr_Occurred();
}

PyDoc_STRVAR(select_doc,
"select(source, which, format='auto')\n--\n\n"
"The lines of a log whose status is wanted: an iterator of (line number, status, line).\n\n"
"which is a class ('5xx'), a code (404 or '404'), a code with sub-status ('403.14'), 'error'\n"
"(4xx and 5xx), 'redirect' (301 302 303 307 308), 'no_status', 'unmatched', or a collection of\n"
"these. Numbers are from 1, the status is None where the line has none, the line is bytes\n"
"without its end. source and format are as in tally().\n\n"
">>> import httpstatus\n"
">>> log = b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET /\" 500 7\\nwhat?\\n'\n"
">>> list(httpstatus.select(log, ['5xx', 'unmatched'], 'clf'))[1]\n"
"(2, None, b'what?')\n");

static PyObject *select_lines(PyObject *module, PyObject *const *args, Py_ssize_t count,
                              PyObject *keywords)
{
    static const char *const parameters[] = {"source", "which", "format"};
    State *state = state_of_module(module);
    PyObject *values[3] = {NULL};
    struct httpstatus_filter filter = {{0}, 0, 0, {{0, 0}}};
    enum httpstatus_format format;

    if (!parse_arguments("select", args, count, keywords, parameters, 3, 3, 2, values) ||
        !format_from(state, values[2], &format) || !filter_from(&filter, values[1]))
        return NULL;
    SelectObject *self = (SelectObject *)state->select_type->tp_alloc(state->select_type, 0);
    if (!self)
        return NULL;
    self->filter = filter;
    httpstatus_scanner_init(&self->scanner, format, &self->filter);
    if (!source_open(&self->source, values[0], "select"))
        Py_CLEAR(self);
    else if (self->source.view.obj)
        self->size = (size_t)self->source.view.len;
    return (PyObject *)self;
}

static PyMethodDef log_methods[] = {
    {"tally", (PyCFunction)(void (*)(void))tally, METH_FASTCALL | METH_KEYWORDS,
     tally_function_doc},
    {"extract", (PyCFunction)(void (*)(void))extract, METH_FASTCALL | METH_KEYWORDS, extract_doc},
    {"select", (PyCFunction)(void (*)(void))select_lines, METH_FASTCALL | METH_KEYWORDS,
     select_doc},
    {NULL},
};

PyDoc_STRVAR(log_format_error_doc, "A log format that is not known.");

int log_add(PyObject *module, State *state)
{
    state->log_format_error = PyErr_NewExceptionWithDoc(
        "httpstatus.LogFormatError", log_format_error_doc, PyExc_ValueError, NULL);
    state->tally_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &tally_spec, NULL);
    state->select_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &select_spec, NULL);
    if (!state->log_format_error || !state->tally_type || !state->select_type ||
        PyModule_AddType(module, state->tally_type) < 0 ||
        PyModule_AddObjectRef(module, "LogFormatError", state->log_format_error) < 0 ||
        PyModule_AddIntConstant(module, "NO_STATUS", HTTPSTATUS_NO_STATUS) < 0 ||
        PyModule_AddIntConstant(module, "UNMATCHED", HTTPSTATUS_UNMATCHED) < 0 ||
        PyModule_AddIntConstant(module, "SKIPPED", HTTPSTATUS_SKIPPED) < 0)
        return -1;
    return PyModule_AddFunctions(module, log_methods);
}

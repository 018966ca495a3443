/* The sources of a log: a path, bytes or a file, read and passed to the scanner. */
#include "_log.h"

#include <errno.h>
#include <sys/stat.h>

enum { SLICE = 16 * 1024 * 1024, BATCH = 1024, GIL_MINIMUM = 2048 };

/* At the 16 bytes of usual allocators the kernel's copy took 1.5 times as long. */
enum { ALIGNMENT = HTTPSTATUS_READ_ALIGNMENT };

/* ---- Sources ---- */

static PyObject *open_path(PyObject *path)
{
    PyObject *module = PyImport_ImportModule("io");
    PyObject *file = module ? PyObject_CallMethod(module, "open", "Osi", path, "rb", 0) : NULL;

    Py_XDECREF(module);
    return file;
}

/* Result as that of has_attribute(). */
static int is_path(PyObject *object)
{
    if (PyBytes_CheckExact(object))
        return 0;
    return PyUnicode_Check(object) ? 1 : has_attribute(object, "__fspath__");
}

static int is_file(PyObject *object)
{
    int can = has_attribute(object, "readinto");

    return can ? can : has_attribute(object, "read");
}

bool source_open(Source *source, PyObject *object)
{
    *source = (Source){.given = 0};
    int found = is_path(object);
    if (found > 0) {
        source->path = PyOS_FSPath(object);
        source->file = source->path ? open_path(source->path) : NULL;
        return source->file != NULL;
    }
    if (found == 0 && PyObject_CheckBuffer(object))
        return PyObject_GetBuffer(object, &source->data, PyBUF_SIMPLE) == 0;
    found = found == 0 ? is_file(object) : found;
    if (found > 0)
        source->file = Py_NewRef(object);
    if (found)
        return found > 0;
    return invalid(PyExc_TypeError, "source", object,
                   "a path, a bytes-like object or a binary file");
}

void source_close(Source *source)
{
    PyObject *error = error_take();

    if (source->path && source->file) {
        PyObject *result = PyObject_CallMethod(source->file, "close", NULL);
        if (!result)
            PyErr_WriteUnraisable(source->file);
        Py_XDECREF(result);
    }
    Py_CLEAR(source->file);
    Py_CLEAR(source->path);
    if (source->data.obj)
        PyBuffer_Release(&source->data);
    error_give(error);
}

static Py_ssize_t not_ready(void)
{
    PyErr_SetString(PyExc_BlockingIOError, "the file is in non-blocking mode and has no data yet");
    return -1;
}

static Py_ssize_t read_bytes(PyObject *file, char *p)
{
    PyObject *bytes = PyObject_CallMethod(file, "read", "i", PIECE);
    Py_ssize_t count = -1;

    if (bytes == Py_None) {
        not_ready();
    } else if (!bytes && PyErr_ExceptionMatches(PyExc_UnicodeDecodeError)) {
        PyErr_Clear();
        invalid(PyExc_TypeError, "source", file, "a file open in binary mode ('rb')");
    } else if (bytes && !PyBytes_Check(bytes)) {
        invalid(PyExc_TypeError, "result of read()", bytes,
                "bytes; open the file in binary mode ('rb')");
    } else if (bytes && (count = PyBytes_GET_SIZE(bytes)) > PIECE) {
        PyErr_Format(PyExc_ValueError,
                     "invalid result of read(): expected at most %d bytes, got %zd", PIECE, count);
        count = -1;
    } else if (bytes) {
        memcpy(p, PyBytes_AS_STRING(bytes), (size_t)count);
    }
    Py_XDECREF(bytes);
    return count;
}

/* The result of a readinto() of 'size' bytes. */
static Py_ssize_t count_from(PyObject *result, Py_ssize_t size)
{
    if (result == Py_None)
        return not_ready();
    Py_ssize_t count = PyNumber_AsSsize_t(result, PyExc_ValueError);
    if (count >= 0 && count <= size)
        return count;
    if (!PyErr_Occurred())
        PyErr_Format(PyExc_ValueError, "invalid result of readinto(): expected 0 to %zd, got %zd",
                     size, count);
    return -1;
}

/* A memoryview of 'size' bytes of the buffer. */
static PyObject *part_of(Buffer *buffer, Py_ssize_t offset, Py_ssize_t size)
{
    Py_ssize_t start = (char *)buffer->buf - PyByteArray_AS_STRING(buffer->obj) + offset;
    PyObject *view = PyMemoryView_FromObject(buffer->obj);
    PyObject *part = view ? PySequence_GetSlice(view, start, start + size) : NULL;

    Py_XDECREF(view);
    return part;
}

static Py_ssize_t read_into(PyObject *file, const char *method, Buffer *buffer, Py_ssize_t offset,
                            Py_ssize_t size)
{
    PyObject *part = part_of(buffer, offset, size);
    PyObject *result = part ? PyObject_CallMethod(file, method, "O", part) : NULL;
    Py_ssize_t count = result ? count_from(result, size) : -1;

    Py_XDECREF(result);
    Py_XDECREF(part);
    return count;
}

/*
 * How much a buffered file has read ahead, or reads next; 0 if unknown.  readinto1() of more than
 * that would wait for another read before it returns.
 */
static Py_ssize_t read_ahead(PyObject *file)
{
    PyObject *bytes = PyObject_CallMethod(file, "peek", "i", 1);
    Py_ssize_t count = bytes && PyBytes_Check(bytes) ? PyBytes_GET_SIZE(bytes) : bytes ? 0 : -1;

    Py_XDECREF(bytes);
    return count < PIECE ? count : PIECE;
}

/*
 * Whether the file is the caller's and buffered: readinto() would wait until a piece is full.
 * Result as that of has_attribute().
 */
static int is_buffered(const Source *source)
{
    int found = source->path ? 0 : has_attribute(source->file, "readinto1");

    return found > 0 ? has_attribute(source->file, "peek") : found;
}

/* Reads what a pipe has now: the next line may be long in coming. */
static Py_ssize_t read_ready(Source *source, Buffer *buffer, Py_ssize_t offset)
{
    Py_ssize_t ahead = source->given ? 0 : read_ahead(source->file);

    if (ahead < 0)
        return -1;
    return read_into(source->file, "readinto1", buffer, offset, ahead ? ahead : PIECE);
}

static Py_ssize_t read_some(Source *source, Buffer *buffer, Py_ssize_t offset)
{
    int found = is_buffered(source);

    if (found > 0)
        return read_ready(source, buffer, offset);
    if (found == 0)
        found = has_attribute(source->file, "readinto");
    if (found < 0)
        return -1;
    return found ? read_into(source->file, "readinto", buffer, offset, PIECE)
                 : read_bytes(source->file, (char *)buffer->buf + offset);
}

/* Only a path with a suffix can name a compression; a path that is not a str may have one. */
static bool has_suffix(PyObject *path)
{
    return !PyUnicode_Check(path) ||
           PyUnicode_FindChar(path, '.', 0, PyUnicode_GET_LENGTH(path), -1) >= 0;
}

/*
 * A new reader of a compressed file, whose first 'size' bytes are in the buffer; None if the file
 * is plain.
 */
static PyObject *reader_of(Source *source, enum httpstatus_content content, Buffer *buffer,
                           Py_ssize_t offset, Py_ssize_t size)
{
    const char *name = httpstatus_content_name(content);

    if (!name && !has_suffix(source->path))
        Py_RETURN_NONE;
    PyObject *head = part_of(buffer, offset, size);
    PyObject *module = head ? PyImport_ImportModule("httpstatus._compressed") : NULL;
    PyObject *reader = module ? PyObject_CallMethod(module, "reader_of", "OOzO", source->file,
                                                    source->path, name, head)
                              : NULL;
    Py_XDECREF(module);
    Py_XDECREF(head);
    return reader;
}

/* Reads the first bytes of a path, which show whether it is compressed. */
static Py_ssize_t read_first(Source *source, Buffer *buffer, Py_ssize_t offset)
{
    const char *p = (const char *)buffer->buf + offset;
    enum httpstatus_content content;
    Py_ssize_t size = 0, count;

    do {
        count = read_into(source->file, "readinto", buffer, offset + size, PIECE - size);
        if (count < 0)
            return -1;
        size += count;
        content = httpstatus_content(p, (size_t)size);
    } while (count && content == HTTPSTATUS_CONTENT_UNTOLD);
    PyObject *reader = reader_of(source, content, buffer, offset, size);
    if (reader == Py_None) {
        Py_DECREF(reader);
        source->is_plain = true;
        return size;
    }
    if (!reader)
        return -1;
    Py_SETREF(source->file, reader);
    return read_into(reader, "readinto", buffer, offset, PIECE);
}

bool file_is_cut(int fd, int64_t read)
{
    struct stat status;

    if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) || status.st_size >= read)
        return false;
    PyObject *arguments = Py_BuildValue("is", EIO, "the file was truncated while being read");
    if (arguments)
        PyErr_SetObject(PyExc_OSError, arguments);
    Py_XDECREF(arguments);
    return true;
}

static bool is_cut(const Source *source)
{
    int fd = PyObject_AsFileDescriptor(source->file);

    return fd < 0 || file_is_cut(fd, source->given);
}

Py_ssize_t source_read(Source *source, Buffer *buffer, Py_ssize_t offset)
{
    if (PyErr_CheckSignals() < 0)
        return -1;
    bool first = source->path && !source->given;
    Py_ssize_t count = first ? read_first(source, buffer, offset)
                             : read_some(source, buffer, offset);
    if (count > 0)
        source->given += count;
    if (count == 0 && source->is_plain && is_cut(source))
        count = -1;
    if (count < 0 && source->path && PyErr_ExceptionMatches(PyExc_OSError))
        error_tell("filename", source->path); /* which an error from open() has too */
    return count;
}

/* ---- Buffers ---- */

bool buffer_make(Buffer *buffer, Py_ssize_t size)
{
    PyObject *bytes = bytearray_make(size + ALIGNMENT);
    bool made = bytes && PyObject_GetBuffer(bytes, buffer, PyBUF_WRITABLE) == 0;

    Py_XDECREF(bytes);
    if (!made) {
        buffer->obj = NULL;
        return false;
    }
    buffer->buf = (char *)buffer->buf +
                  (ALIGNMENT - (uintptr_t)buffer->buf % ALIGNMENT) % ALIGNMENT;
    buffer->len = size;
    return true;
}

void buffer_free(Buffer *buffer)
{
    if (buffer->obj)
        PyBuffer_Release(buffer);
    buffer->obj = NULL;
}

/* ---- Scanning ---- */

size_t scan(struct httpstatus_scanner *scanner, const char *p, size_t size,
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

/* The next piece: a slice of the data, or bytes read from the file into 'buffer'. */
static Py_ssize_t next_piece(Source *source, Buffer *buffer, const char **piece)
{
    if (!source->data.obj) {
        *piece = buffer->buf;
        return source_read(source, buffer, 0);
    }
    if (PyErr_CheckSignals() < 0)
        return -1;
    Py_ssize_t left = source->data.len - source->given;
    Py_ssize_t size = left < SLICE ? left : SLICE;
    *piece = (const char *)source->data.buf + source->given;
    source->given += size;
    return size;
}

/* A function of its own, as the lines need stack and a thread that only counts may have little. */
static bool scan_batches(struct httpstatus_scanner *scanner, const char *piece, size_t size,
                         bool (*batch)(PyObject *, const struct httpstatus_line *, size_t),
                         PyObject *object)
{
    struct httpstatus_line lines[BATCH];
    size_t stored, used = 0;

    for (size_t at = 0; at < size; at += used) {
        stored = scan(scanner, piece + at, size - at, lines, BATCH, &used);
        if (!batch(object, lines, stored))
            return false;
    }
    while (size == 0 && (stored = httpstatus_finish(scanner, lines, BATCH)) > 0)
        if (!batch(object, lines, stored))
            return false;
    return true;
}

bool source_scan(Source *source, struct httpstatus_scanner *scanner,
                 bool (*batch)(PyObject *, const struct httpstatus_line *, size_t),
                 PyObject *object)
{
    Buffer buffer = {.obj = NULL};
    const char *piece;
    Py_ssize_t size = -1;
    bool done = source->data.obj || buffer_make(&buffer, PIECE);

    while (done && (size = next_piece(source, &buffer, &piece)) > 0) {
        if (batch)
            done = scan_batches(scanner, piece, (size_t)size, batch, object);
        else
            scan(scanner, piece, (size_t)size, NULL, 0, NULL);
    }
    done = done && size == 0;
    if (done && batch)
        done = scan_batches(scanner, NULL, 0, batch, object);
    else if (done)
        httpstatus_finish(scanner, NULL, 0);
    buffer_free(&buffer);
    return done;
}

bool source_feed(Source *source, bool (*feed)(void *, const char *, size_t), void *object)
{
    Buffer buffer = {.obj = NULL};
    const char *piece;
    Py_ssize_t size = -1;
    bool done = source->data.obj || buffer_make(&buffer, PIECE);

    while (done && (size = next_piece(source, &buffer, &piece)) > 0) {
        Py_BEGIN_ALLOW_THREADS
        done = feed(object, piece, (size_t)size);
        Py_END_ALLOW_THREADS
        if (!done)
            PyErr_NoMemory();
    }
    buffer_free(&buffer);
    return done && size == 0;
}

/* ---- Arguments ---- */

static bool invalid_format(State *state, PyObject *format,
                           const struct httpstatus_format_error *error)
{
    if (!error->message)
        return invalid_value(state->log_format_error, "format", format);
    PyObject *given = given_object(format);
    if (given)
        PyErr_Format(state->log_format_error, "invalid format %U at column %zu: %s", given,
                     error->column, error->message);
    Py_XDECREF(given);
    return false;
}

static bool format_from(State *state, PyObject *object, struct httpstatus_options *options)
{
    struct httpstatus_text name;
    struct httpstatus_format_error error;

    options->format = HTTPSTATUS_AUTO;
    if (!object)
        return true;
    if (!str_from(object, "format", &name))
        return false;
    return httpstatus_options_format(options, name.data, name.size, &error) ||
           invalid_format(state, object, &error);
}

static bool options_apply(State *state, PyObject **values, const struct httpstatus_options *options)
{
    static const char *const names[] = {OPTION_NAMES};
    const char *formats, *name = httpstatus_options_check(options, &formats);
    int i = KEY;

    if (!name)
        return true;
    while (strcmp(names[i], name) != 0)
        i++;
    if (!formats)
        return invalid_value(state->log_format_error, name, values[i]);
    PyObject *given = given_object(values[i]);
    PyObject *format = given ? given_object(values[FORMAT]) : NULL;
    if (format)
        PyErr_Format(state->log_format_error,
                     "invalid %s %U for format %U: expected format %s, or no %s", name, given,
                     format, formats, name);
    Py_XDECREF(format);
    Py_XDECREF(given);
    return false;
}

bool options_from(State *state, PyObject **values, struct httpstatus_options *options)
{
    *options = (struct httpstatus_options){.format = HTTPSTATUS_AUTO};
    return truth_from(values[TARGET], &options->target) &&
           format_from(state, values[FORMAT], options) &&
           text_from(values[KEY], "key", &options->key) &&
           text_from(values[FIELDS], "fields", &options->fields) &&
           options_apply(state, values, options);
}

/* The arguments that are given. */
static PyObject *options_dict(const char *const *names, PyObject **values, int count)
{
    PyObject *dict = PyDict_New();

    for (int i = 0; dict && i < count; i++)
        if (values[i])
            dict_add(&dict, PyUnicode_InternFromString(names[i]), Py_NewRef(values[i]));
    return dict;
}

PyObject *read_in_jobs(const char *kind, const char *const *names, PyObject **values, int count,
                       int jobs)
{
    PyObject *options = options_dict(names, values + 1, count);
    PyObject *module = options ? PyImport_ImportModule("httpstatus._jobs") : NULL;
    PyObject *sum =
        module ? PyObject_CallMethod(module, "count_all", "sOOi", kind, values[0], options, jobs)
               : NULL;

    Py_XDECREF(module);
    Py_XDECREF(options);
    return sum;
}

PyObject *log_end(PyObject *log, bool done, finish_function *finish, const char *attribute)
{
    if (done && finish(log, false))
        return log;
    if (!done && PyErr_ExceptionMatches(PyExc_OSError)) {
        PyObject *error = error_take();
        bool finished = finish(log, true);
        PyErr_Clear();
        error_give(error);
        if (finished)
            error_tell(attribute, log);
    }
    Py_DECREF(log);
    return NULL;
}

bool piece_from(PyObject *data, Py_buffer *view)
{
    if (!PyObject_CheckBuffer(data))
        return invalid(PyExc_TypeError, "data", data,
                       "a bytes-like object; open a log in binary mode ('rb')");
    return PyObject_GetBuffer(data, view, PyBUF_SIMPLE) == 0;
}

bool jobs_from(PyObject *object, int *jobs)
{
    *jobs = 1;
    if (object && !code_from(object, "jobs", jobs))
        return false;
    return *jobs >= 1 || invalid(PyExc_ValueError, "jobs", object, "1 to 2147483647");
}

bool scanner_init(State *state, struct httpstatus_scanner *scanner,
                  const struct httpstatus_options *options, const struct httpstatus_filter *filter)
{
    if (httpstatus_scanner_init(scanner, options, filter))
        return true;
    PyObject *key =
        PyUnicode_DecodeUTF8(options->key.data, (Py_ssize_t)options->key.size, "replace");
    if (key)
        invalid_value(state->log_format_error, "key", key);
    Py_XDECREF(key);
    return false;
}

/* ---- Kinds of files ---- */

/* The kind of content that the first bytes show: None for plain text, '' if they are too few. */
static PyObject *content(PyObject *Py_UNUSED(module), PyObject *data)
{
    Py_buffer view;

    if (PyObject_GetBuffer(data, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    enum httpstatus_content found = httpstatus_content(view.buf, (size_t)view.len);
    PyBuffer_Release(&view);
    if (found == HTTPSTATUS_CONTENT_PLAIN)
        Py_RETURN_NONE;
    const char *name = httpstatus_content_name(found);
    return PyUnicode_FromString(name ? name : "");
}

static PyMethodDef functions[] = {
    {"_content", content, METH_O, NULL},
    {NULL},
};

int source_add(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}

/* The bytes of a log for a stream: read without the interpreter's lock wherever that can be. */
#include "_arrow.h"

#include <errno.h>
#include <sys/stat.h>

#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>
#define HAS_PREAD 1
#else
#define HAS_PREAD 0
#endif

int fail(Failure *failure, int code, const char *text)
{
    failure->code = code;
    snprintf(failure->text, sizeof failure->text, "%s", text);
    return code;
}

/* ---- The interpreter ---- */

static bool is_main_interpreter(void)
{
    return PyInterpreterState_Get() == PyInterpreterState_Main();
}

#if PY_VERSION_HEX < 0x030D0000
#define Py_IsFinalizing _Py_IsFinalizing
#endif

/* Whether this thread can enter the interpreter: as it ends, only one that is in it already. */
static bool can_enter(void)
{
    return Py_IsInitialized() && (!Py_IsFinalizing() || PyGILState_Check());
}

/* Fails with the current exception, whose text this is. */
static void fail_with(Failure *failure)
{
    PyObject *error = error_take();
    PyObject *number = PyObject_GetAttrString(error, "errno");
    const long code = number && PyLong_Check(number) ? PyLong_AsLong(number) : 0;

    PyErr_Clear(); /* most exceptions have no number */
    PyObject *text = PyObject_Str(error);
    const char *utf8 = text ? PyUnicode_AsUTF8(text) : NULL;

    fail(failure, code > 0 && code < INT_MAX ? (int)code : EIO,
         utf8 ? utf8 : Py_TYPE(error)->tp_name);
    if (PyErr_GivenExceptionMatches(error, PyExc_MemoryError))
        fail(failure, ENOMEM, "not enough memory");
    Py_XDECREF(number);
    Py_XDECREF(text);
    Py_DECREF(error);
    PyErr_Clear();
}

/* ---- Places ---- */

static char *copy_of(const char *text, size_t size)
{
    char *copy = PyMem_RawMalloc(size + 1);

    if (copy)
        memcpy(copy, text, size + 1);
    return copy;
}

/* The name of a path in the system's encoding; false with an exception set. */
static bool name_from(PyObject *path, char **name)
{
    PyObject *bytes;

    if (!path)
        return true;
    if (!PyUnicode_FSConverter(path, &bytes))
        return false;
    *name = copy_of(PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes));
    Py_DECREF(bytes);
    return *name || PyErr_NoMemory();
}

/* The descriptor of a file, if it has one to share; false with an exception set. */
static bool descriptor_from(const Source *source, Place *place)
{
    PyObject *path = source->path ? source->path : Py_None;
    PyObject *module = PyImport_ImportModule("httpstatus._positions");
    PyObject *found = module ? PyObject_CallMethod(module, "place", "OO", source->file, path)
                             : NULL;
    long long start = 0;
    int suffixed = 0;
    bool done = found == Py_None;

    if (found && !done)
        done = PyArg_ParseTuple(found, "iLp", &place->fd, &start, &suffixed) &&
               name_from(source->path, &place->name);
    place->start = start;
    place->suffixed = suffixed;
    Py_XDECREF(found);
    Py_XDECREF(module);
    return done;
}

static bool refuse_apart(const Place *place)
{
    if (place->apart)
        PyErr_SetString(PyExc_RuntimeError,
                        "a sub-interpreter can only make a stream of a regular file: "
                        "of other sources, the main interpreter must");
    return !place->apart;
}

bool place_from(const Source *source, Place *place)
{
    *place = (Place){.fd = -1, .apart = !is_main_interpreter()};
    if (source->data.obj)
        return refuse_apart(place) &&
               PyObject_GetBuffer(source->data.obj, &place->data, PyBUF_SIMPLE) == 0;
    if (!descriptor_from(source, place))
        return false;
    if (source->given && !(source->path && place->fd >= 0)) {
        PyErr_SetString(PyExc_ValueError, "the iterator has begun to read the file: call "
                                          "records() again for a stream");
        return false;
    }
    if (place->fd >= 0)
        return true;
    if (!refuse_apart(place))
        return false;
    place->file = Py_NewRef(source->file);
    place->path = Py_XNewRef(source->path);
    return true;
}

static void drop_objects(Place *place)
{
    Source source = {.file = place->file, .path = place->path, .data = place->data};

    if ((!source.file && !source.data.obj) || !can_enter())
        return;
    const PyGILState_STATE state = PyGILState_Ensure();
    source_close(&source);
    PyGILState_Release(state);
}

void place_end(Place *place)
{
    drop_objects(place);
#if HAS_PREAD
    if (place->fd >= 0)
        close(place->fd);
#endif
    PyMem_RawFree(place->name);
}

/* ---- By the interpreter ---- */

/* A file of the interpreter's at the stream's position; false with an exception set. */
static bool open_at(Reader *reader)
{
    const Place *place = reader->place;
    PyObject *module = PyImport_ImportModule("httpstatus._positions");

    reader->source.path = module ? PyUnicode_DecodeFSDefault(place->name) : NULL;
    if (reader->source.path)
        reader->source.file = PyObject_CallMethod(module, "File", "i", place->fd);
    Py_XDECREF(module);
    return reader->source.file != NULL;
}

/* Takes the file of the place; false with an exception set if another stream has it. */
static bool take_from(Reader *reader)
{
    Place *place = reader->place;

    PyThread_acquire_lock(reader->lock, WAIT_LOCK);
    const bool taken = place->taken;
    if (!taken) {
        reader->source.file = place->file;
        reader->source.path = place->path;
        place->file = place->path = NULL;
        place->taken = true;
    }
    PyThread_release_lock(reader->lock);
    if (taken)
        PyErr_SetString(PyExc_ValueError,
                        "another stream reads this file, which can only be read once: call "
                        "records() with a path, or load its table first");
    return !taken;
}

static bool open_source(Reader *reader)
{
    if (reader->opened)
        return true;
    reader->opened = buffer_make(&reader->piece, PIECE) &&
                     (reader->place->fd >= 0 ? open_at(reader) : take_from(reader));
    return reader->opened;
}

/* NULL if this thread can read by the interpreter. */
static const char *why_not(const Reader *reader)
{
    if (reader->place->apart)
        return "a sub-interpreter cannot stream a compressed log: the main interpreter must";
    return can_enter() ? NULL : "the interpreter has ended";
}

static int64_t read_by_interpreter(Reader *reader, char *p)
{
    const char *const reason = why_not(reader);

    if (reason) {
        fail(reader->failure, ENOTSUP, reason);
        return -1;
    }
    const PyGILState_STATE state = PyGILState_Ensure();
    const Py_ssize_t count = open_source(reader) ? source_read(&reader->source, &reader->piece, 0)
                                                 : -1;
    if (count > 0)
        memcpy(p, reader->piece.buf, (size_t)count);
    if (count < 0)
        fail_with(reader->failure);
    PyGILState_Release(state);
    return count;
}

/* ---- By descriptor ---- */

#if HAS_PREAD

static void fail_to_read(const Reader *reader, int code, const char *text)
{
    const char *name = reader->place->name;
    char all[sizeof reader->failure->text];

    snprintf(all, sizeof all, "[Errno %d] %s%s%s%s", code, text, name ? ": '" : "",
             name ? name : "", name ? "'" : "");
    fail(reader->failure, code, all);
}

static int64_t read_at(const Reader *reader, char *p, size_t size)
{
    const Place *place = reader->place;
    ssize_t count;

    do
        count = pread(place->fd, p, size, (off_t)(place->start + reader->position));
    while (count < 0 && errno == EINTR);
    if (count < 0)
        fail_to_read(reader, errno, strerror(errno));
    return count;
}

/* Fails if the file has become shorter than what has been read of it. */
static int64_t end_of_file(const Reader *reader)
{
    const Place *place = reader->place;
    struct stat status;

    if (fstat(place->fd, &status) == 0 && status.st_size >= place->start + reader->position)
        return 0;
    fail_to_read(reader, EIO, "the file was truncated while being read");
    return -1;
}

/* Whether the first bytes, or the suffix of the path, tell that the file is compressed. */
static bool is_compressed(const Place *place, const char *p, int64_t size)
{
    return place->name &&
           (place->suffixed || httpstatus_content_name(httpstatus_content(p, (size_t)size)));
}

static int64_t read_by_descriptor(Reader *reader, char *p)
{
    const int64_t count = read_at(reader, p, PIECE);

    if (reader->position == 0 && count >= 0 && is_compressed(reader->place, p, count))
        return read_by_interpreter(reader, p);
    return count ? count : end_of_file(reader);
}

#endif

int64_t reader_read(Reader *reader, char *p)
{
    int64_t count;

#if HAS_PREAD
    if (reader->place->fd >= 0 && !reader->opened)
        count = read_by_descriptor(reader, p);
    else
#endif
        count = read_by_interpreter(reader, p);
    if (count > 0)
        reader->position += count;
    return count;
}

void reader_end(Reader *reader)
{
    if ((!reader->source.file && !reader->piece.obj) || !can_enter())
        return;
    const PyGILState_STATE state = PyGILState_Ensure();
    source_close(&reader->source);
    buffer_free(&reader->piece);
    PyGILState_Release(state);
}

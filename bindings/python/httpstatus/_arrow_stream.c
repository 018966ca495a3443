/* Streams of batches: each reads the log by itself, from its start. */
#include "_arrow.h"

#include <errno.h>

/* ---- Tables ---- */

struct table {
    PyThread_type_lock lock; /* guards what changes: the next three, and place.taken */
    int owners;
    bool counted;
    uint64_t untimed;
    struct httpstatus_tally tally;
    bool placed; /* guarded by the lock of the iterator */
    Place place;
    Columns columns;
    struct httpstatus_clock clock;
    struct httpstatus_conditions *conditions; /* NULL: every line that the filter wants */
    struct httpstatus_filter filter;
    char *key;                         /* of the scanner, or NULL */
    struct httpstatus_scanner scanner; /* which has not begun */
};

static bool set_key(Table *table, struct httpstatus_text *key)
{
    if (!key->data)
        return true;
    table->key = PyMem_RawMalloc(key->size + 1);
    if (!table->key)
        return PyErr_NoMemory();
    key->data = memcpy(table->key, key->data, key->size);
    return true;
}

Table *table_make(State *state, const Columns *columns, const Request *request,
                  const struct httpstatus_clock *clock)
{
    struct httpstatus_options options = *request->options;
    Table *table = PyMem_RawCalloc(1, sizeof *table);

    if (!table || !(table->lock = PyThread_allocate_lock())) {
        PyMem_RawFree(table);
        PyErr_NoMemory();
        return NULL;
    }
    table->owners = 1;
    table->columns = *columns;
    table->clock = *clock;
    table->filter = *request->filter;
    if ((request->conditions && !(table->conditions = conditions_copy(request->conditions))) ||
        !set_key(table, &options.key) ||
        !scanner_init(state, &table->scanner, &options, &table->filter)) {
        table_drop(table);
        return NULL;
    }
    return table;
}

static Table *table_keep(Table *table)
{
    PyThread_acquire_lock(table->lock, WAIT_LOCK);
    table->owners++;
    PyThread_release_lock(table->lock);
    return table;
}

void table_drop(Table *table)
{
    PyThread_acquire_lock(table->lock, WAIT_LOCK);
    const bool owned = --table->owners > 0;
    PyThread_release_lock(table->lock);
    if (owned)
        return;
    if (table->placed)
        place_end(&table->place);
    PyThread_free_lock(table->lock);
    PyMem_RawFree(table->conditions);
    PyMem_RawFree(table->key);
    PyMem_RawFree(table);
}

bool table_counts(Table *table, struct httpstatus_tally *tally, uint64_t *untimed)
{
    PyThread_acquire_lock(table->lock, WAIT_LOCK);
    const bool counted = table->counted;
    *tally = table->tally;
    *untimed = table->untimed;
    PyThread_release_lock(table->lock);
    return counted;
}

/* ---- Lines ---- */

typedef struct {
    Table *table;
    Reader reader;
    bool at_end;
    size_t line_count, next_line;
    char *buffer;         /* of a file: the bytes from the start of the unfinished line */
    size_t room;          /* of that */
    size_t size, scanned; /* of the buffer or the data */
    uint64_t base;        /* offset of the buffer in the log */
    char *scratch;        /* to divide a line */
    size_t scratch_room;
    uint64_t untimed;
    Failure failure; /* given once what was read before it has been; code 0: none */
    Failure error;   /* the last that was given */
    struct httpstatus_line lines[BATCH];
    struct httpstatus_scanner scanner;
} Stream;

static const Py_buffer *data_of(const Stream *stream)
{
    const Py_buffer *data = &stream->table->place.data;

    return data->obj ? data : NULL;
}

static const char *bytes_of(const Stream *stream)
{
    const Py_buffer *data = data_of(stream);

    return data ? data->buf : stream->buffer;
}

static bool out_of_memory(Stream *stream)
{
    fail(&stream->failure, ENOMEM, "not enough memory");
    return false;
}

/* Drops the lines already scanned and makes room for another piece. */
static bool make_room(Stream *stream)
{
    const size_t gone = (size_t)(httpstatus_scanner_line_start(&stream->scanner) - stream->base);

    stream->size -= gone;
    stream->scanned -= gone;
    stream->base += gone;
    if (gone && stream->size)
        memmove(stream->buffer, stream->buffer + gone, stream->size);
    if (stream->room >= stream->size + PIECE)
        return true;
    const size_t room = stream->room + stream->size + PIECE;
    char *larger = PyMem_RawRealloc(stream->buffer, room);
    if (!larger)
        return out_of_memory(stream);
    stream->buffer = larger;
    stream->room = room;
    return true;
}

/* Reads more once all has been scanned; false after a failure. */
static bool read_more(Stream *stream)
{
    if (stream->scanned < stream->size)
        return true;
    if (!data_of(stream)) {
        const int64_t count =
            make_room(stream) ? reader_read(&stream->reader, stream->buffer + stream->size) : -1;
        if (count < 0)
            return false;
        stream->size += (size_t)count;
    }
    stream->at_end = stream->scanned == stream->size;
    return true;
}

/* Scans until lines are found or the log ends; after a failure, what it had before ends it. */
static void find_lines(Stream *stream)
{
    size_t used;

    stream->next_line = stream->line_count = 0;
    while (stream->line_count == 0) {
        if (!stream->at_end && !read_more(stream))
            stream->at_end = true;
        if (stream->at_end) {
            stream->line_count = (stream->failure.code
                                      ? httpstatus_finish_torn
                                      : httpstatus_finish)(&stream->scanner, stream->lines, BATCH);
            return;
        }
        stream->line_count = httpstatus_scan(&stream->scanner, bytes_of(stream) + stream->scanned,
                                             stream->size - stream->scanned, stream->lines, BATCH,
                                             &used);
        stream->scanned += used;
    }
}

/* The next line that was selected; NULL at the end. */
static const struct httpstatus_line *next_line(Stream *stream)
{
    if (stream->next_line == stream->line_count)
        find_lines(stream);
    return stream->next_line < stream->line_count ? &stream->lines[stream->next_line++] : NULL;
}

/* ---- Rows ---- */

/* The other lines that 'invert' selects are none of records(). */
static bool is_row(const Stream *stream, const struct httpstatus_line *line)
{
    return !stream->table->filter.invert || line->status >= HTTPSTATUS_NO_STATUS;
}

/* Divides a record, if that is needed; false if it does not meet the conditions. */
static bool divide(Stream *stream, const struct httpstatus_line *line, const char *p,
                   struct httpstatus_record *record)
{
    const Table *table = stream->table;

    if (!table->conditions) {
        if (table->columns.parts)
            httpstatus_record(&stream->scanner, line, p, stream->scratch, table->columns.parts,
                              record);
        return true;
    }
    const enum httpstatus_answer answer = httpstatus_line_meets(table->conditions, &stream->scanner,
                                                                line, p, stream->scratch,
                                                                table->columns.parts, record);
    stream->untimed += answer == HTTPSTATUS_UNKNOWN;
    return answer == HTTPSTATUS_YES;
}

static bool make_scratch(Stream *stream, const struct httpstatus_line *line)
{
    const size_t size = 2 * (size_t)(line->end - line->start);

    if (size <= stream->scratch_room)
        return true;
    char *larger = size < SIZE_MAX / 2 ? PyMem_RawRealloc(stream->scratch, 2 * size) : NULL;
    if (!larger)
        return out_of_memory(stream);
    stream->scratch = larger;
    stream->scratch_room = 2 * size;
    return true;
}

/* Adds a line to the batch, if it is a row; false if memory ran out. */
static bool add_line(Stream *stream, const struct httpstatus_line *line, struct ArrowArray *batch)
{
    const Table *table = stream->table;
    struct httpstatus_record record;
    const Row row = {line, bytes_of(stream) + (line->start - stream->base), &record, &table->clock};

    if (!is_row(stream, line))
        return true;
    if (!make_scratch(stream, line))
        return false;
    if (!divide(stream, line, row.p, &record))
        return true;
    return batch_add(&table->columns, batch, &row) == 0 || out_of_memory(stream);
}

/* Adds rows until the batch is full or the log ends; false if memory ran out. */
static bool fill_batch(Stream *stream, struct ArrowArray *batch)
{
    const struct httpstatus_line *line;

    while (!batch_is_full(batch) && (line = next_line(stream)) != NULL)
        if (!add_line(stream, line, batch))
            return false;
    return true;
}

/* ---- Arrow's stream ---- */

/* The counts so far, unless nothing could be read. */
static void publish_counts(const Stream *stream)
{
    const struct httpstatus_tally *tally = httpstatus_scanner_tally(&stream->scanner);
    Table *table = stream->table;

    if (stream->failure.code && tally->lines == 0)
        return;
    PyThread_acquire_lock(table->lock, WAIT_LOCK);
    table->counted = true;
    table->tally = *tally;
    table->untimed = stream->untimed;
    PyThread_release_lock(table->lock);
}

static int get_schema(struct ArrowArrayStream *self, struct ArrowSchema *schema)
{
    Stream *stream = self->private_data;
    const int code = schema_make(&stream->table->columns, schema);

    return code ? fail(&stream->error, code, "not enough memory") : 0;
}

/* A batch that is not begun has no 'release', which is how Arrow says that the stream has ended. */
static int get_next(struct ArrowArrayStream *self, struct ArrowArray *batch)
{
    Stream *stream = self->private_data;

    *batch = (struct ArrowArray){.release = NULL};
    const bool filled = batch_begin(&stream->table->columns, batch) ? out_of_memory(stream)
                                                                    : fill_batch(stream, batch);
    publish_counts(stream);
    if (filled && batch->length) {
        batch_end(batch);
        return 0;
    }
    if (batch->release)
        batch->release(batch);
    stream->error = stream->failure;
    return stream->error.code;
}

static const char *get_last_error(struct ArrowArrayStream *self)
{
    const Stream *stream = self->private_data;

    return stream->error.code ? stream->error.text : NULL;
}

static void release(struct ArrowArrayStream *self)
{
    Stream *stream = self->private_data;

    reader_end(&stream->reader);
    table_drop(stream->table);
    PyMem_RawFree(stream->buffer);
    PyMem_RawFree(stream->scratch);
    PyMem_RawFree(stream);
    self->release = NULL;
}

/* ---- Capsules ---- */

/* A consumer that takes the stream leaves one without 'release'. */
static void free_stream(PyObject *capsule)
{
    struct ArrowArrayStream *stream = PyCapsule_GetPointer(capsule, "arrow_array_stream");

    if (stream->release)
        stream->release(stream);
    PyMem_RawFree(stream);
}

static struct ArrowArrayStream *stream_make(Table *table)
{
    struct ArrowArrayStream *made = PyMem_RawMalloc(sizeof *made);
    Stream *stream = PyMem_RawCalloc(1, sizeof *stream);

    if (!made || !stream) {
        PyMem_RawFree(made);
        PyMem_RawFree(stream);
        return NULL;
    }
    stream->table = table_keep(table);
    stream->reader = (Reader){.place = &table->place, .lock = table->lock};
    stream->reader.failure = &stream->failure;
    stream->scanner = table->scanner;
    if (table->place.data.obj)
        stream->size = (size_t)table->place.data.len;
    *made = (struct ArrowArrayStream){get_schema, get_next, get_last_error, release, stream};
    return made;
}

static PyObject *stream_capsule(Table *table)
{
    struct ArrowArrayStream *stream = stream_make(table);
    PyObject *capsule = stream ? PyCapsule_New(stream, "arrow_array_stream", free_stream)
                               : PyErr_NoMemory();

    if (stream && !capsule) {
        stream->release(stream);
        PyMem_RawFree(stream);
    }
    return capsule;
}

/* ---- The source of the iterator ---- */

/*
 * The iterator's lock is held for moments, and while it runs, which may be long if it waits for a
 * pipe.
 */
static bool lock_iterator(Lines *lines)
{
    enum { MOMENT = 10000 /* microseconds */ };

    if (PyThread_acquire_lock_timed(lines->lock, MOMENT, 0) == PY_LOCK_ACQUIRED)
        return true;
    PyErr_SetString(PyExc_ValueError, "the iterator is running");
    return false;
}

/* The source of an iterator that is locked, with references of its own. */
static Source borrow_source(const Lines *lines)
{
    Source source = {.given = lines->source.given};

    source.file = Py_XNewRef(lines->source.file);
    source.path = Py_XNewRef(lines->source.path);
    source.data.obj = Py_XNewRef(lines->source.data.obj);
    return source;
}

static void return_source(Source *source)
{
    Py_XDECREF(source->file);
    Py_XDECREF(source->path);
    Py_XDECREF(source->data.obj);
}

/* The iterator has no file any more, and says why. */
static void end_iterator(Lines *lines, PyObject *error)
{
    Py_CLEAR(lines->source.file);
    Py_CLEAR(lines->source.path);
    lines->error = Py_NewRef(error);
    lines->at_end = true;
}

/* Gives the table its place, unless another thread has; that of a single stream is taken. */
static bool install(Table *table, Lines *lines, Place *place)
{
    PyObject *error = PyObject_CallFunction(PyExc_ValueError, "s",
                                            "a stream reads the file, which can only be read "
                                            "once: call records() with a path");
    if (!error || !lock_iterator(lines)) {
        Py_XDECREF(error);
        return false;
    }
    if (!table->placed) {
        table->place = *place;
        table->placed = true;
        *place = (Place){.fd = -1};
        if (table->place.file)
            end_iterator(lines, error);
    }
    PyThread_release_lock(lines->lock);
    Py_DECREF(error);
    return true;
}

static bool refuse_ended(bool ended)
{
    if (ended)
        PyErr_SetString(PyExc_ValueError, "the iterator has been read to its end: call records() "
                                          "again for a stream");
    return !ended;
}

static bool set_place(Table *table, Lines *lines)
{
    Place place = {.fd = -1};

    if (!lock_iterator(lines))
        return false;
    const bool placed = table->placed, ended = lines->ended;
    Source source = borrow_source(lines);
    PyThread_release_lock(lines->lock);
    const bool set = placed || (refuse_ended(ended) && place_from(&source, &place) &&
                                install(table, lines, &place));
    Py_CLEAR(place.path); /* the file is not closed, as another has it */
    place_end(&place);
    return_source(&source);
    return set;
}

PyObject *table_stream(Table *table, Lines *lines)
{
    return set_place(table, lines) ? stream_capsule(table) : NULL;
}

static void free_schema(PyObject *capsule)
{
    struct ArrowSchema *schema = PyCapsule_GetPointer(capsule, "arrow_schema");

    if (schema->release)
        schema->release(schema);
    PyMem_RawFree(schema);
}

PyObject *table_schema(const Table *table)
{
    struct ArrowSchema *schema = PyMem_RawMalloc(sizeof *schema);

    if (!schema || schema_make(&table->columns, schema)) {
        PyMem_RawFree(schema);
        return PyErr_NoMemory();
    }
    PyObject *capsule = PyCapsule_New(schema, "arrow_schema", free_schema);
    if (!capsule) {
        schema->release(schema);
        PyMem_RawFree(schema);
    }
    return capsule;
}

/* Reading a log line by line, for iterators. */
#include "_lines.h"

/* ---- The object ---- */

int lines_traverse(Lines *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->source.file);
    Py_VISIT(self->source.path);
    Py_VISIT(self->source.data.obj);
    Py_VISIT(self->error);
    return 0;
}

static void lines_end(Lines *self)
{
    self->ended = true;
    self->line_count = self->next_line = 0;
    source_close(&self->source);
    buffer_free(&self->buffer);
}

void lines_dealloc(Lines *self)
{
    PyTypeObject *type = Py_TYPE(self);

    PyObject_GC_UnTrack(self);
    lines_end(self);
    PyMem_RawFree(self->conditions);
    PyMem_Free(self->scratch);
    Py_XDECREF(self->key);
    Py_XDECREF(self->error);
    if (self->lock)
        PyThread_free_lock(self->lock);
    type->tp_free(self);
    Py_DECREF(type);
}

Lines *lines_make(State *state, PyTypeObject *type, const Request *request, item_function *item)
{
    struct httpstatus_options options = *request->options;
    Lines *self = (Lines *)type->tp_alloc(type, 0);

    if (!self) {
        PyMem_RawFree(request->conditions);
        return NULL;
    }
    self->item = item;
    self->conditions = request->conditions;
    self->lock = PyThread_allocate_lock();
    if (!self->lock) {
        Py_DECREF(self);
        PyErr_NoMemory();
        return NULL;
    }
    self->filter = *request->filter;
    if (options.key.data && !exact_text_from(request->values[KEY], &self->key, &options.key)) {
        Py_DECREF(self);
        return NULL;
    }
    if (!scanner_init(state, &self->scanner, &options, &self->filter) ||
        !source_open(&self->source, request->source))
        Py_CLEAR(self);
    else if (self->source.data.obj)
        self->size = (size_t)self->source.data.len;
    return self;
}

/* ---- Reading ---- */

/* Drops the lines already scanned and makes room for another piece. */
static bool make_room(Lines *self)
{
    size_t gone = (size_t)(httpstatus_scanner_line_start(&self->scanner) - self->base);
    size_t room = (size_t)self->buffer.len;
    Buffer larger;

    self->size -= gone;
    self->scanned -= gone;
    self->base += gone;
    if (gone && self->size)
        memmove(self->buffer.buf, (char *)self->buffer.buf + gone, self->size);
    if (room >= self->size + PIECE)
        return true;
    if (!buffer_make(&larger,
                     (Py_ssize_t)(2 * room > self->size + PIECE ? 2 * room : self->size + PIECE)))
        return false;
    if (self->size)
        memcpy(larger.buf, self->buffer.buf, self->size);
    buffer_free(&self->buffer);
    self->buffer = larger;
    return true;
}

/* A read error ends the log, after the lines before it; false for other errors. */
static bool end_by_error(Lines *self)
{
    if (!PyErr_ExceptionMatches(PyExc_OSError))
        return false;
    self->error = error_take();
    self->at_end = true;
    return true;
}

/* Reads more once all has been scanned; false with an exception set. */
static bool read_more(Lines *self)
{
    if (self->at_end || self->scanned < self->size)
        return true;
    if (!self->source.data.obj) {
        if (!make_room(self))
            return false;
        Py_ssize_t size = source_read(&self->source, &self->buffer, (Py_ssize_t)self->size);
        if (size < 0)
            return end_by_error(self);
        self->size += (size_t)size;
    }
    self->at_end = self->scanned == self->size;
    return true;
}

static const char *bytes_of(const Lines *self)
{
    return self->source.data.obj ? self->source.data.buf : self->buffer.buf;
}

/* Scans until lines are found or the log ends; false with an exception set. */
static bool find_lines(Lines *self)
{
    self->next_line = self->line_count = 0;
    while (self->line_count == 0) {
        if (!read_more(self))
            return false;
        if (self->at_end) {
            self->line_count = (self->error ? httpstatus_finish_torn : httpstatus_finish)(
                &self->scanner, self->lines, BATCH);
            return true;
        }
        size_t used;
        self->line_count = scan(&self->scanner, bytes_of(self) + self->scanned,
                                self->size - self->scanned, self->lines, BATCH, &used);
        self->scanned += used;
    }
    return true;
}

bool lines_scratch(Lines *self, const struct httpstatus_line *line)
{
    const size_t size = 2 * (size_t)(line->end - line->start);

    if (size <= self->room)
        return true;
    char *larger = PyMem_Realloc(self->scratch, 2 * size);
    if (!larger)
        return PyErr_NoMemory() != NULL;
    self->scratch = larger;
    self->room = 2 * size;
    return true;
}

/* Whether a line meets the conditions; false if not, or with an exception set. */
static bool meets(Lines *self, const struct httpstatus_line *line, const char *p)
{
    struct httpstatus_record record;

    if (!self->conditions)
        return true;
    if (!lines_scratch(self, line))
        return false;
    const enum httpstatus_answer answer =
        httpstatus_line_meets(self->conditions, &self->scanner, line, p, self->scratch, 0, &record);
    self->untimed += answer == HTTPSTATUS_UNKNOWN;
    return answer == HTTPSTATUS_YES;
}

/* The item of a line; NULL if it has none, or with an exception set. */
static PyObject *item_of(Lines *self, const struct httpstatus_line *line)
{
    const char *p = bytes_of(self) + (line->start - self->base);

    return meets(self, line, p) ? self->item(self, line, p) : NULL;
}

/* The item of the next line that has one; NULL at the end, or with an exception set. */
static PyObject *next_item(Lines *self)
{
    while (self->next_line < self->line_count || (find_lines(self) && self->line_count)) {
        PyObject *item = item_of(self, &self->lines[self->next_line++]);
        if (item || PyErr_Occurred())
            return item;
    }
    return NULL;
}

static PyObject *next_or_error(Lines *self)
{
    if (self->ended)
        return NULL;
    PyObject *item = next_item(self);
    if (!item)
        lines_end(self);
    if (!item && self->error && !PyErr_Occurred()) {
        error_give(self->error);
        self->error = NULL;
    }
    return item;
}

PyObject *lines_next(Lines *self)
{
    if (!PyThread_acquire_lock(self->lock, NOWAIT_LOCK))
        return PyErr_Format(PyExc_ValueError, "the iterator is already running");
    PyObject *item = next_or_error(self);
    PyThread_release_lock(self->lock);
    return item;
}

PyObject *lines_tally(Lines *self, void *Py_UNUSED(ignored))
{
    State *state = PyType_GetModuleState(Py_TYPE(self));

    if (!PyThread_acquire_lock(self->lock, NOWAIT_LOCK))
        return PyErr_Format(PyExc_ValueError, "the iterator is running");
    PyObject *tally = tally_of_counts(state, httpstatus_scanner_tally(&self->scanner));
    PyThread_release_lock(self->lock);
    return tally;
}

PyObject *lines_untimed(Lines *self, void *Py_UNUSED(ignored))
{
    if (!PyThread_acquire_lock(self->lock, NOWAIT_LOCK))
        return PyErr_Format(PyExc_ValueError, "the iterator is running");
    const uint64_t untimed = self->untimed;
    PyThread_release_lock(self->lock);
    return PyLong_FromUnsignedLongLong(untimed);
}

PyGetSetDef lines_getset[] = {
    {"tally", (getter)lines_tally, NULL,
     PyDoc_STR("a Tally of all lines read so far, selected or not"), NULL},
    {"untimed", (getter)lines_untimed, NULL,
     PyDoc_STR("how many records were left out so far because their time is unknown"), NULL},
    {NULL},
};

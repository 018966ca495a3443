/* extract() and select(): the lines of a log one by one. */
#include "_log.h"

#include <pythread.h>

enum { BATCH = 1024 };

/* ---- extract() ---- */

PyDoc_STRVAR(extract_doc,
"extract(source, format='auto', *, key=None, fields=None, target=False, tally=None)\n--\n\n"
"The status of every record as an array('h'): one int16 each, ready for numpy.frombuffer().\n\n"
"A record without a status is NO_STATUS (-2), a line that is not a record UNMATCHED (-3), a\n"
"blank line or a comment SKIPPED (-4). Pass a Tally as tally to get the counts too; it is\n"
"closed afterwards. The other arguments are as in tally().\n\n"
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

/* After an OSError its attribute 'tally', and the caller's Tally, have the counts up to there. */
static void tell_counts(State *state, struct httpstatus_scanner *scanner, PyObject *counts)
{
    PyObject *error = error_take();

    httpstatus_finish_torn(scanner, NULL, 0);
    PyObject *tally = tally_of_counts(state, httpstatus_scanner_tally(scanner));
    if (!tally || (counts && !tally_fill(state, counts, httpstatus_scanner_tally(scanner))))
        PyErr_Clear();
    error_give(error);
    if (tally)
        error_tell("tally", tally);
    Py_XDECREF(tally);
}

static PyObject *extract(PyObject *module, PyObject *const *args, Py_ssize_t count,
                         PyObject *keywords)
{
    static const Signature signature = {"extract", 2, 1, {"source", OPTION_NAMES, "tally"}};
    State *state = state_of_module(module);
    PyObject *values[1 + OPTIONS + 1] = {NULL};
    const struct httpstatus_tally none = {0};
    struct httpstatus_options options;
    Source source;

    if (!parse_arguments(&signature, args, count, keywords, values) ||
        !options_from(state, values + 1, &options))
        return NULL;
    PyObject *counts = values[1 + OPTIONS] == Py_None ? NULL : values[1 + OPTIONS];
    if (counts && !tally_fill(state, counts, &none))
        return NULL;
    PyObject *array = array_make("h", 0);
    struct httpstatus_scanner *scanner = array ? PyMem_Malloc(sizeof *scanner) : NULL;
    if (!scanner) {
        Py_XDECREF(array);
        return array ? PyErr_NoMemory() : NULL;
    }
    bool done = scanner_init(state, scanner, &options, NULL);
    if (done) {
        done = source_open(&source, values[0]) &&
               source_scan(&source, scanner, append_statuses, array);
        source_close(&source);
    }
    if (done && counts)
        done = tally_fill(state, counts, httpstatus_scanner_tally(scanner));
    else if (!done && PyErr_ExceptionMatches(PyExc_OSError))
        tell_counts(state, scanner, counts);
    PyMem_Free(scanner);
    if (!done)
        Py_CLEAR(array);
    return array;
}

/* ---- select() ---- */

typedef struct {
    PyObject_HEAD
    Source source;
    PyThread_type_lock lock; /* held by the thread that is in next() */
    bool at_end, ended;      /* of the log; of the iteration */
    PyObject *error;         /* what ended the log: raised after its last line; else NULL */
    PyObject *key;           /* an exact str that holds the scanner's key, or NULL */
    Buffer buffer;           /* of a file: the bytes from the start of the unfinished line */
    size_t size, scanned;    /* of the buffer or the data */
    uint64_t base;           /* offset of the buffer in the log */
    size_t line_count, next_line;
    struct httpstatus_line lines[BATCH];
    struct httpstatus_filter filter;
    struct httpstatus_scanner scanner;
} SelectObject;

static int select_traverse(SelectObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->source.file);
    Py_VISIT(self->source.path);
    Py_VISIT(self->source.data.obj);
    Py_VISIT(self->error);
    return 0;
}

static void select_end(SelectObject *self)
{
    self->ended = true;
    self->line_count = self->next_line = 0;
    source_close(&self->source);
    buffer_free(&self->buffer);
}

static void select_dealloc(SelectObject *self)
{
    PyTypeObject *type = Py_TYPE(self);

    PyObject_GC_UnTrack(self);
    select_end(self);
    Py_XDECREF(self->key);
    Py_XDECREF(self->error);
    if (self->lock)
        PyThread_free_lock(self->lock);
    type->tp_free(self);
    Py_DECREF(type);
}

/* Drops the lines already scanned and makes room for another piece. */
static bool make_room(SelectObject *self)
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
static bool end_by_error(SelectObject *self)
{
    if (!PyErr_ExceptionMatches(PyExc_OSError))
        return false;
    self->error = error_take();
    self->at_end = true;
    return true;
}

/* Reads more once all has been scanned; false with an exception set. */
static bool select_read(SelectObject *self)
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

/* Scans until lines are found or the log ends; false with an exception set. */
static bool select_more(SelectObject *self)
{
    self->next_line = self->line_count = 0;
    while (self->line_count == 0) {
        if (!select_read(self))
            return false;
        if (self->at_end) {
            self->line_count = (self->error ? httpstatus_finish_torn : httpstatus_finish)(
                &self->scanner, self->lines, BATCH);
            return true;
        }
        const char *p = self->source.data.obj ? self->source.data.buf : self->buffer.buf;
        size_t used;
        self->line_count = scan(&self->scanner, p + self->scanned, self->size - self->scanned,
                                self->lines, BATCH, &used);
        self->scanned += used;
    }
    return true;
}

static PyObject *line_object(SelectObject *self)
{
    const struct httpstatus_line *line = &self->lines[self->next_line++];
    const char *p = self->source.data.obj ? self->source.data.buf : self->buffer.buf;
    PyObject *status = line->status >= HTTPSTATUS_STATUS_MIN ? PyLong_FromLong(line->status)
                                                             : Py_NewRef(Py_None);
    if (!status)
        return NULL;
    return Py_BuildValue("KNy#", (unsigned long long)line->number, status,
                         p + (line->start - self->base), (Py_ssize_t)(line->end - line->start));
}

static PyObject *next_line(SelectObject *self)
{
    if (self->ended)
        return NULL;
    bool done = self->next_line < self->line_count || select_more(self);
    PyObject *line = done && self->line_count ? line_object(self) : NULL;
    if (!line)
        select_end(self);
    if (!line && self->error && !PyErr_Occurred()) {
        error_give(self->error);
        self->error = NULL;
    }
    return line;
}

static PyObject *select_next(SelectObject *self)
{
    if (!PyThread_acquire_lock(self->lock, NOWAIT_LOCK))
        return PyErr_Format(PyExc_ValueError, "the iterator is already running");
    PyObject *line = next_line(self);
    PyThread_release_lock(self->lock);
    return line;
}

PyDoc_STRVAR(select_type_doc,
"An iterator over the lines that select() found: (line number, status, line).\n\n"
">>> import httpstatus\n"
">>> lines = httpstatus.select(b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET /\" 500 7\\nwhat?', 500)\n"
">>> len(list(lines)), lines.tally\n"
"(1, <Tally clf: 2 lines, 1 unmatched>)\n");

static PyObject *select_tally(SelectObject *self, void *Py_UNUSED(ignored))
{
    State *state = PyType_GetModuleState(Py_TYPE(self));

    if (!PyThread_acquire_lock(self->lock, NOWAIT_LOCK))
        return PyErr_Format(PyExc_ValueError, "the iterator is running");
    PyObject *tally = tally_of_counts(state, httpstatus_scanner_tally(&self->scanner));
    PyThread_release_lock(self->lock);
    return tally;
}

static PyGetSetDef select_getset[] = {
    {"tally", (getter)select_tally, NULL,
     PyDoc_STR("a Tally of all lines read so far, selected or not"), NULL},
    {NULL},
};

static PyType_Slot select_slots[] = {
    {Py_tp_doc, (void *)select_type_doc},
    {Py_tp_dealloc, select_dealloc},
    {Py_tp_traverse, select_traverse},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, select_next},
    {Py_tp_getset, select_getset},
    {0, NULL},
};

static PyType_Spec select_spec = {
    .name = "httpstatus.SelectedLines",
    .basicsize = sizeof(SelectObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE |
             Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = select_slots,
};

PyDoc_STRVAR(select_doc,
"select(source, which, format='auto', *, key=None, fields=None, target=False,\n"
"       invert=False)\n--\n\n"
"The lines of a log that have a given status, as an iterator of (line number, status, line).\n\n"
"which is a class ('5xx'), a code (404 or '404'), a code with sub-status ('403.14'), 'error'\n"
"(4xx and 5xx), 'redirect' (301 302 303 307 308), 'no_status', 'unmatched', a property of\n"
"Status that must be True ('is_cacheable'), or a collection of these. invert=True selects all\n"
"other lines, including blank ones and comments.\n\n"
"Line numbers start at 1; that of a record wrapped over several lines may come after greater\n"
"ones. The status is None if the line has none; the line is bytes without its line ending. If a\n"
"file cannot be read to its end, the iterator raises OSError after the lines before that point.\n"
"The other arguments are as in tally().\n\n"
">>> import httpstatus\n"
">>> log = b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET /\" 500 7\\nwhat?\\n'\n"
">>> list(httpstatus.select(log, ['5xx', 'unmatched'], 'clf'))[1]\n"
"(2, None, b'what?')\n");

static PyObject *select_lines(PyObject *module, PyObject *const *args, Py_ssize_t count,
                              PyObject *keywords)
{
    static const Signature signature = {
        "select", 3, 2, {"source", "which", OPTION_NAMES, "invert"}};
    State *state = state_of_module(module);
    PyObject *values[2 + OPTIONS + 1] = {NULL};
    struct httpstatus_filter filter = {0};
    struct httpstatus_options options;

    if (!parse_arguments(&signature, args, count, keywords, values) ||
        !options_from(state, values + 2, &options) || !filter_from(&filter, values[1]) ||
        !truth_from(values[2 + OPTIONS], &filter.invert))
        return NULL;
    SelectObject *self = (SelectObject *)state->select_type->tp_alloc(state->select_type, 0);
    if (!self)
        return NULL;
    self->lock = PyThread_allocate_lock();
    if (!self->lock) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    self->filter = filter;
    if (options.key.data && !exact_text_from(values[2 + KEY], &self->key, &options.key)) {
        Py_DECREF(self);
        return NULL;
    }
    if (!scanner_init(state, &self->scanner, &options, &self->filter) ||
        !source_open(&self->source, values[0]))
        Py_CLEAR(self);
    else if (self->source.data.obj)
        self->size = (size_t)self->source.data.len;
    return (PyObject *)self;
}

static PyMethodDef functions[] = {
    {"extract", (PyCFunction)(void (*)(void))extract, METH_FASTCALL | METH_KEYWORDS, extract_doc},
    {"select", (PyCFunction)(void (*)(void))select_lines, METH_FASTCALL | METH_KEYWORDS,
     select_doc},
    {NULL},
};

int select_add(PyObject *module, State *state)
{
    state->select_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &select_spec, NULL);
    if (!state->select_type || PyModule_AddType(module, state->select_type) < 0 ||
        PyModule_AddIntConstant(module, "NO_STATUS", HTTPSTATUS_NO_STATUS) < 0 ||
        PyModule_AddIntConstant(module, "UNMATCHED", HTTPSTATUS_UNMATCHED) < 0 ||
        PyModule_AddIntConstant(module, "SKIPPED", HTTPSTATUS_SKIPPED) < 0)
        return -1;
    return PyModule_AddFunctions(module, functions);
}

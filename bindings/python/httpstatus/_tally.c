/* Tally, and tally(), which makes one of a whole log. */
#include "_log.h"

#include <assert.h>
#include <pythread.h>

#ifdef _WIN32
#include <io.h>
#include <windows.h>
#endif

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#include <stdatomic.h>
typedef atomic_uint ForkCount;
#else
typedef unsigned ForkCount;
#endif

/* ---- The counts of a finished log, in little room ---- */

/* Its words that are not 0, in order, and where they belong: some 400 bytes instead of 12 KB. */
enum { WORDS = sizeof(struct httpstatus_tally) / sizeof(uint64_t) };
typedef struct {
    uint64_t places[(WORDS + 63) / 64];
    uint64_t words[];
} Counts;

static_assert(sizeof(struct httpstatus_tally) % sizeof(uint64_t) == 0, "it is made of whole words");

static Counts *counts_pack(const struct httpstatus_tally *tally)
{
    uint64_t words[WORDS];
    size_t used = 0;

    memcpy(words, tally, sizeof words);
    for (size_t i = 0; i < WORDS; i++)
        used += words[i] != 0;
    Counts *counts = PyMem_Calloc(1, sizeof *counts + used * sizeof words[0]);
    if (!counts)
        return NULL;
    used = 0;
    for (size_t i = 0; i < WORDS; i++) {
        counts->places[i / 64] |= (uint64_t)(words[i] != 0) << i % 64;
        if (words[i])
            counts->words[used++] = words[i];
    }
    return counts;
}

static void counts_unpack(const Counts *counts, struct httpstatus_tally *tally)
{
    uint64_t words[WORDS] = {0};
    size_t used = 0;

    for (size_t i = 0; i < WORDS; i++)
        if (counts->places[i / 64] >> i % 64 & 1)
            words[i] = counts->words[used++];
    memcpy(tally, words, sizeof words);
}

/* ---- Tally ---- */

typedef struct {
    PyObject_HEAD
    PyThread_type_lock lock; /* held while the scanner works without the interpreter's lock */
    PyObject *key; /* an exact str: of a tally that is open its scanner's key lies in it; or NULL */
    struct httpstatus_scanner *scanner; /* of a tally that is open, else NULL */
    Counts *counts;                     /* of one that is closed */
    ForkCount forks;                    /* of the process that had the lock last */
} TallyObject;

/* ---- Forks ---- */

#if defined(__unix__) || defined(__APPLE__)

/* How many forks lie between this process and the one that imported the module. */
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

static void watch_forks(void)
{
    pthread_once(&watched, watch);
}

static unsigned fork_count(void)
{
    return atomic_load(&forks);
}

#else

static void watch_forks(void) {}
static unsigned fork_count(void) { return 0; }

#endif

/*
 * false with an exception set in the child of a fork, if another thread had the lock then: that thread
 * is not there to give it back.  Who has it notes the process a moment after, so it is looked at when
 * the lock has not come for longer.
 */
static bool tally_lock(TallyObject *self)
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
                            "another thread fed the tally when this process was forked: its counts "
                            "cannot be known here, make another one");
            return false;
        }
    }
    self->forks = fork_count();
    return true;
}

static void tally_unlock(TallyObject *self)
{
    PyThread_release_lock(self->lock);
}

/* A tally that is neither open nor closed yet. */
static TallyObject *tally_alloc(State *state)
{
    TallyObject *self = (TallyObject *)state->tally_type->tp_alloc(state->tally_type, 0);

    if (self && !(self->lock = PyThread_allocate_lock())) {
        PyErr_NoMemory();
        Py_CLEAR(self);
    }
    if (self)
        self->forks = fork_count();
    return self;
}

/* An empty tally of a log to be read in this way; the texts of the options are kept with 'values'. */
static TallyObject *tally_make(State *state, const struct httpstatus_options *options,
                               PyObject **values)
{
    struct httpstatus_options kept = *options;
    TallyObject *self = tally_alloc(state);

    if (!self)
        return NULL;
    bool made = !kept.key.data || ((self->key = PyUnicode_FromObject(values[KEY])) != NULL &&
                                   utf8_from(self->key, &kept.key));
    if (made && !(self->scanner = PyMem_Malloc(sizeof *self->scanner))) {
        PyErr_NoMemory();
        made = false;
    }
    if (!made || !scanner_init(state, self->scanner, &kept, NULL))
        Py_CLEAR(self);
    return self;
}

/* Keeps these counts, and the key, instead of the scanner; false with an exception set. */
static bool tally_keep(TallyObject *self, const struct httpstatus_tally *tally, PyObject *key)
{
    Counts *counts = counts_pack(tally);

    if (!counts) {
        PyErr_NoMemory();
        return false;
    }
    PyMem_Free(self->counts);
    self->counts = counts;
    Py_XINCREF(key);
    Py_XSETREF(self->key, key);
    PyMem_Free(self->scanner);
    self->scanner = NULL;
    return true;
}

/* The log is at its end: its counts take the place of the scanner; false with an exception set. */
static bool tally_finish(TallyObject *self)
{
    if (!self->scanner)
        return true;
    httpstatus_finish(self->scanner, NULL, 0);
    return tally_keep(self, &self->scanner->tally, self->key);
}

static PyObject *tally_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    static char *names[] = {OPTION_NAMES, NULL};
    PyObject *values[OPTIONS] = {NULL};
    struct httpstatus_options options;
    State *state = PyType_GetModuleState(type);

    if (!PyArg_ParseTupleAndKeywords(args, keywords, "|O$OOO:Tally", names, &values[FORMAT],
                                     &values[KEY], &values[FIELDS], &values[TARGET]) ||
        !options_from(state, values, &options))
        return NULL;
    return (PyObject *)tally_make(state, &options, values);
}

static void tally_dealloc(TallyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);

    if (self->lock)
        PyThread_free_lock(self->lock);
    PyMem_Free(self->scanner);
    PyMem_Free(self->counts);
    Py_XDECREF(self->key);
    type->tp_free(self);
    Py_DECREF(type);
}

PyDoc_STRVAR(tally_feed_doc,
"feed($self, data, /)\n--\n\n"
"Scan the next piece of the log, a bytes-like object. Pieces may end anywhere.\n\n"
">>> from httpstatus import Tally\n"
">>> t = Tally('clf')\n"
">>> t.feed(b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 4')\n"
">>> t.feed(b'04 7\\n')\n"
">>> t[404]\n"
"1\n");

static PyObject *tally_feed(TallyObject *self, PyObject *data)
{
    Py_buffer view;

    if (PyUnicode_Check(data))
        return PyErr_Format(PyExc_TypeError, "feed() takes bytes, not str: read the log in binary "
                                             "mode ('rb')");
    if (PyObject_GetBuffer(data, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    if (!tally_lock(self)) {
        PyBuffer_Release(&view);
        return NULL;
    }
    bool closed = !self->scanner;
    if (!closed)
        scan(self->scanner, view.buf, (size_t)view.len, NULL, 0, NULL);
    tally_unlock(self);
    PyBuffer_Release(&view);
    if (closed)
        return PyErr_Format(PyExc_ValueError,
                            "the tally is closed: make another one and add the two");
    Py_RETURN_NONE;
}

PyDoc_STRVAR(tally_close_doc,
"close($self, /)\n--\n\n"
"The log is at its end: count the last line even if it has no line feed. May be called again.\n\n"
">>> from httpstatus import Tally\n"
">>> t = Tally('json')\n"
">>> t.feed(b'{\"status\": 404}')\n"
">>> t.close()\n"
">>> t[404]\n"
"1\n");

static PyObject *tally_close(TallyObject *self, PyObject *Py_UNUSED(ignored))
{
    if (!tally_lock(self))
        return NULL;
    bool done = tally_finish(self);
    tally_unlock(self);
    return done ? Py_NewRef(Py_None) : NULL;
}

/* The counts, while nobody else changes them. */
static void copy_counts(TallyObject *self, struct httpstatus_tally *tally)
{
    if (self->scanner)
        *tally = self->scanner->tally;
    else
        counts_unpack(self->counts, tally);
}

/* A copy of the counts, consistent even while another thread feeds; false with an exception set. */
static bool tally_counts(TallyObject *self, struct httpstatus_tally *tally)
{
    if (!tally_lock(self))
        return false;
    copy_counts(self, tally);
    tally_unlock(self);
    return true;
}

/* The counts of a finished tally; false with an exception set if it may still be fed. */
static bool tally_finished(TallyObject *self, struct httpstatus_tally *tally)
{
    if (!tally_lock(self))
        return false;
    bool closed = !self->scanner;
    copy_counts(self, tally);
    tally_unlock(self);
    if (!closed)
        PyErr_SetString(PyExc_ValueError, "the tally is still open: close() it first, so that its "
                                          "last line is counted");
    return closed;
}

enum { LINES, RECORDS, NO_STATUS_LINES, SKIPPED_LINES, UNMATCHED_LINES };

static uint64_t number_of(const struct httpstatus_tally *tally, int which)
{
    switch (which) {
    case LINES:
        return tally->lines;
    case RECORDS:
        return tally->records;
    case NO_STATUS_LINES:
        return tally->no_status;
    case SKIPPED_LINES:
        return tally->skipped;
    default:
        return tally->unmatched;
    }
}

static PyObject *tally_number(TallyObject *self, void *which)
{
    struct httpstatus_tally tally;

    if (!tally_counts(self, &tally))
        return NULL;
    return PyLong_FromUnsignedLongLong(number_of(&tally, (int)(intptr_t)which));
}

static PyObject *format_object(const struct httpstatus_tally *tally)
{
    const char *name = httpstatus_format_name(httpstatus_tally_format(tally));

    if (!name)
        Py_RETURN_NONE;
    return PyUnicode_InternFromString(name);
}

static PyObject *tally_format(TallyObject *self, void *Py_UNUSED(ignored))
{
    struct httpstatus_tally tally;

    return tally_counts(self, &tally) ? format_object(&tally) : NULL;
}

static PyObject *tally_key(TallyObject *self, void *Py_UNUSED(ignored))
{
    struct httpstatus_tally tally;

    if (!tally_counts(self, &tally))
        return NULL;
    struct httpstatus_text key = httpstatus_tally_key(&tally);
    if (self->key && (tally.format == HTTPSTATUS_JSON || tally.formats[HTTPSTATUS_JSON]))
        return Py_NewRef(self->key);
    return key.data ? text_object(key) : Py_NewRef(Py_None);
}

static PyObject *first_unmatched(const struct httpstatus_tally *tally)
{
    PyObject *list = PyList_New(0);

    for (uint64_t i = 0; list && i < HTTPSTATUS_FIRST_UNMATCHED && i < tally->unmatched; i++) {
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
    struct httpstatus_tally tally;

    return tally_counts(self, &tally) ? first_unmatched(&tally) : NULL;
}

/* Steals 'value'. */
static bool put_item(PyObject *dict, const char *key, PyObject *value)
{
    bool done = value && PyDict_SetItemString(dict, key, value) == 0;

    Py_XDECREF(value);
    return done;
}

static PyObject *classes_dict(const struct httpstatus_tally *tally)
{
    PyObject *dict = PyDict_New();

    for (int i = 1; dict && i <= 6; i++) {
        const char *name = i <= 5 ? httpstatus_class_of(i * 100).data : "other";
        if (!put_item(dict, name,
                      PyLong_FromUnsignedLongLong(httpstatus_tally_class(tally, i % 6))))
            Py_CLEAR(dict);
    }
    return dict;
}

static PyObject *formats_dict(const struct httpstatus_tally *tally)
{
    PyObject *dict = PyDict_New();

    for (int i = 0; dict && i < HTTPSTATUS_FORMATS; i++)
        if (tally->formats[i] &&
            !put_item(dict, httpstatus_format_name((enum httpstatus_format)i),
                      PyLong_FromUnsignedLongLong(tally->formats[i])))
            Py_CLEAR(dict);
    return dict;
}

static PyObject *keys_dict(const struct httpstatus_tally *tally)
{
    PyObject *dict = PyDict_New();

    for (size_t i = 0; dict && httpstatus_usual_key(i).data; i++)
        if (tally->keys[i] && !put_item(dict, httpstatus_usual_key(i).data,
                                        PyLong_FromUnsignedLongLong(tally->keys[i])))
            Py_CLEAR(dict);
    return dict;
}

static PyObject *tally_formats(TallyObject *self, void *Py_UNUSED(ignored))
{
    struct httpstatus_tally tally;

    return tally_counts(self, &tally) ? formats_dict(&tally) : NULL;
}

static PyObject *tally_classes(TallyObject *self, void *Py_UNUSED(ignored))
{
    struct httpstatus_tally tally;

    return tally_counts(self, &tally) ? classes_dict(&tally) : NULL;
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

static PyObject *pairs_dict(const struct httpstatus_tally *tally)
{
    PyObject *dict = PyDict_New();

    for (int i = 0; dict && i < HTTPSTATUS_PAIRS && tally->pairs[i].count; i++) {
        const struct httpstatus_pair *pair = &tally->pairs[i];
        PyObject *key = PyUnicode_FromFormat("%d.%d", pair->status, pair->substatus);
        PyObject *value = PyLong_FromUnsignedLongLong(pair->count);
        if (!key || !value || PyDict_SetItem(dict, key, value) < 0)
            Py_CLEAR(dict);
        Py_XDECREF(key);
        Py_XDECREF(value);
    }
    if (dict && tally->more_pairs &&
        !put_item(dict, "more", PyLong_FromUnsignedLongLong(tally->more_pairs)))
        Py_CLEAR(dict);
    return dict;
}

static PyObject *tally_substatuses(TallyObject *self, void *Py_UNUSED(ignored))
{
    struct httpstatus_tally tally;

    return tally_counts(self, &tally) ? pairs_dict(&tally) : NULL;
}

static PyObject *tally_dict(TallyObject *self)
{
    struct httpstatus_tally tally;

    return tally_counts(self, &tally) ? counts_dict(&tally) : NULL;
}

static Py_ssize_t tally_length(TallyObject *self)
{
    struct httpstatus_tally tally;
    Py_ssize_t length = 0;

    if (!tally_counts(self, &tally))
        return -1;
    for (int status = HTTPSTATUS_STATUS_MIN; status <= HTTPSTATUS_STATUS_MAX; status++)
        length += httpstatus_tally_count(&tally, status) != 0;
    return length;
}

/* How often a status occurs; false with an exception set. */
static bool count_of(TallyObject *self, PyObject *key, uint64_t *count)
{
    struct httpstatus_tally tally;
    int status;

    if (!status_from(key, &status) || !tally_counts(self, &tally))
        return false;
    *count = httpstatus_tally_count(&tally, status);
    return true;
}

static PyObject *tally_subscript(TallyObject *self, PyObject *key)
{
    uint64_t count;

    return count_of(self, key, &count) ? PyLong_FromUnsignedLongLong(count) : NULL;
}

static int tally_contains(TallyObject *self, PyObject *key)
{
    uint64_t count;

    if (!PyIndex_Check(key))
        return 0;
    return count_of(self, key, &count) ? count != 0 : -1;
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
    bool equal = (PyObject *)self == other; /* while another thread feeds it, too */
    if (!equal) {
        struct httpstatus_tally a, b;
        if (!tally_counts(self, &a) || !tally_counts((TallyObject *)other, &b))
            return NULL;
        equal = httpstatus_tally_equal(&a, &b);
    }
    return PyBool_FromLong(equal == (operation == Py_EQ));
}

static PyObject *tally_of(State *state, const struct httpstatus_tally *counts, PyObject *key)
{
    TallyObject *self = tally_alloc(state);

    if (self && !tally_keep(self, counts, key))
        Py_CLEAR(self);
    return (PyObject *)self;
}

PyObject *tally_of_counts(State *state, const struct httpstatus_tally *counts)
{
    return tally_of(state, counts, NULL);
}

/* 0 is what sum() begins with, and what it makes of nothing: an empty partition, say. */
static bool is_zero(PyObject *object)
{
    return PyLong_CheckExact(object) && !PyObject_IsTrue(object);
}

/* The caller's key of two finished logs, of which one may have no records; NULL if they differ. */
static PyObject *common_key(const TallyObject *left, const TallyObject *right)
{
    struct httpstatus_tally tally;

    if (left->key && right->key)
        return PyUnicode_Compare(left->key, right->key) == 0 ? left->key : NULL;
    counts_unpack((left->key ? right : left)->counts, &tally);
    return tally.records ? NULL : left->key ? left->key : right->key;
}

static PyObject *tally_sum(PyObject *left, PyObject *right)
{
    struct httpstatus_tally sum, more;

    if (is_zero(left) || is_zero(right)) {
        PyObject *only = is_zero(left) ? right : left;
        return tally_finished((TallyObject *)only, &sum) ? Py_NewRef(only) : NULL;
    }
    if (!Py_IS_TYPE(left, Py_TYPE(right)))
        Py_RETURN_NOTIMPLEMENTED;
    if (!tally_finished((TallyObject *)left, &sum) || !tally_finished((TallyObject *)right, &more))
        return NULL;
    httpstatus_tally_add(&sum, &more);
    return tally_of(PyType_GetModuleState(Py_TYPE(left)), &sum,
                    common_key((TallyObject *)left, (TallyObject *)right));
}

static PyObject *tally_repr(TallyObject *self)
{
    struct httpstatus_tally tally;

    if (!tally_counts(self, &tally))
        return NULL;
    PyObject *format = format_object(&tally);
    PyObject *repr = format ? PyUnicode_FromFormat("<Tally %S: %llu lines, %llu unmatched>", format,
                                                   (unsigned long long)tally.lines,
                                                   (unsigned long long)tally.unmatched)
                            : NULL;
    Py_XDECREF(format);
    return repr;
}

/* What the examples of the methods below look at. */
#define EXAMPLE \
    ">>> import httpstatus\n" \
    ">>> t = httpstatus.tally(b'{\"status\": 404}\\n{\"status\": 404}\\n', 'json')\n"

PyDoc_STRVAR(keys_doc,
"keys($self, /)\n--\n\n"
"The codes that occur, in order.\n\n"
EXAMPLE
">>> list(t.keys())\n"
"[404]\n");

PyDoc_STRVAR(values_doc,
"values($self, /)\n--\n\n"
"The counts, in order of code.\n\n"
EXAMPLE
">>> list(t.values())\n"
"[2]\n");

PyDoc_STRVAR(items_doc,
"items($self, /)\n--\n\n"
"The codes with their counts, in order of code.\n\n"
EXAMPLE
">>> list(t.items())\n"
"[(404, 2)]\n");

PyDoc_STRVAR(get_doc,
"get($self, code, default=None, /)\n--\n\n"
"The count, or default if there is none.\n\n"
EXAMPLE
">>> t.get(404), t.get(500), t[500]\n"
"(2, None, 0)\n");

PyDoc_STRVAR(as_dict_doc,
"as_dict($self, /)\n--\n\n"
"All that is counted as plain objects, ready for json.dumps(): a dict of 'format', 'formats' (records\n"
"of each), 'keys' (of JSON records), 'lines', 'records', 'no_status', 'skipped', 'unmatched',\n"
"'first_unmatched', 'counts' (by code), 'classes' and 'substatuses'.\n\n"
EXAMPLE
">>> t.as_dict()['counts']\n"
"{404: 2}\n");

static PyObject *tally_as_dict(TallyObject *self, PyObject *Py_UNUSED(ignored))
{
    struct httpstatus_tally tally;

    if (!tally_counts(self, &tally))
        return NULL;
    return Py_BuildValue(
        "{sN sN sN sK sK sK sK sK sN sN sN sN}", "format", format_object(&tally), "formats",
        formats_dict(&tally), "keys", keys_dict(&tally), "lines",
        (unsigned long long)tally.lines, "records", (unsigned long long)tally.records, "no_status",
        (unsigned long long)tally.no_status, "skipped", (unsigned long long)tally.skipped,
        "unmatched", (unsigned long long)tally.unmatched, "first_unmatched",
        first_unmatched(&tally), "counts", counts_dict(&tally), "classes", classes_dict(&tally),
        "substatuses", pairs_dict(&tally));
}

static PyObject *tally_reduce(TallyObject *self, PyObject *Py_UNUSED(ignored))
{
    struct httpstatus_tally tally;

    if (!tally_finished(self, &tally))
        return NULL;
    PyObject *state = tally_as_dict(self, NULL);
    return state ? Py_BuildValue("O()N", Py_TYPE(self), state) : NULL;
}

/*
 * A new reference to an item of a pickled state: looking for the next one may run code of the keys
 * that drops it.  NULL with an exception set if there is none.
 */
static PyObject *state_item(PyObject *state, const char *key)
{
    PyObject *name = PyUnicode_FromString(key);
    PyObject *value = name ? PyDict_GetItemWithError(state, name) : NULL;

    Py_XINCREF(value);
    Py_XDECREF(name);
    if (!value && !PyErr_Occurred())
        PyErr_Format(PyExc_ValueError, "this is not the state of a Tally: it misses %s", key);
    return value;
}

/* An item of a pickled state as a count; false with an exception set if it is none. */
static bool count_item(PyObject *state, const char *key, uint64_t *count)
{
    PyObject *value = state_item(state, key);

    *count = value ? PyLong_AsUnsignedLongLong(value) : 0;
    Py_XDECREF(value);
    return !PyErr_Occurred();
}

/* The counts of a pickled state; 'sum' is the lines that have a status. */
static bool restore_counts(struct httpstatus_tally *tally, PyObject *counts, uint64_t *sum)
{
    PyObject *key, *value;
    Py_ssize_t position = 0;
    int status;

    while (PyDict_Next(counts, &position, &key, &value)) {
        /* An exact int has no code of its own that could change the dict meanwhile. */
        if (!PyLong_CheckExact(key) || !PyLong_CheckExact(value) || !status_from(key, &status) ||
            status == INT_MIN) {
            PyErr_Format(PyExc_ValueError, "the state of a Tally has the count %R: %R", key, value);
            return false;
        }
        uint64_t count = PyLong_AsUnsignedLongLong(value);
        if (PyErr_Occurred())
            return false;
        tally->counts[status - HTTPSTATUS_STATUS_MIN] = count;
        *sum += count;
    }
    return true;
}

/* The sub-statuses of a pickled state, which are in order. */
static bool restore_pairs(struct httpstatus_tally *tally, PyObject *pairs)
{
    PyObject *key, *value;
    Py_ssize_t position = 0;
    int i = 0;

    while (PyDict_Next(pairs, &position, &key, &value)) {
        struct httpstatus_text text;
        int status, substatus;
        if (!PyUnicode_CheckExact(key) || !PyLong_CheckExact(value) || !utf8_from(key, &text))
            break;
        uint64_t count = PyLong_AsUnsignedLongLong(value);
        if (PyErr_Occurred())
            return false;
        if (strcmp(text.data, "more") == 0) {
            tally->more_pairs = count;
            continue;
        }
        if (i == HTTPSTATUS_PAIRS || count == 0 ||
            !httpstatus_read_code(text.data, text.size, &status, &substatus) || substatus < 1)
            break;
        tally->pairs[i++] =
            (struct httpstatus_pair){(uint16_t)status, (uint16_t)substatus, count};
        key = NULL;
    }
    if (PyErr_Occurred())
        return false;
    if (i + (tally->more_pairs > 0) == PyDict_GET_SIZE(pairs))
        return true;
    PyErr_SetString(PyExc_ValueError, "the state of a Tally has wrong sub-statuses");
    return false;
}

static bool restore_format(struct httpstatus_tally *tally, PyObject *format)
{
    struct httpstatus_text name = {NULL, 0};

    tally->format = HTTPSTATUS_AUTO;
    if (format == Py_None)
        return true;
    if (PyUnicode_Check(format) && !utf8_from(format, &name))
        return false;
    tally->format = httpstatus_format(name.data, name.size);
    if (tally->format != HTTPSTATUS_FORMAT_NONE)
        return true;
    PyErr_Format(PyExc_ValueError, "the state of a Tally has the format %R", format);
    return false;
}

/* Counts by name: 'name_of' gives the names of all that there are, NULL for one without a name. */
static bool restore_names(uint64_t *numbers, int count, const char *(*name_of)(int),
                          PyObject *state, const char *item)
{
    PyObject *dict = state_item(state, item);
    bool restored = dict && PyDict_Check(dict);
    Py_ssize_t left = restored ? PyDict_GET_SIZE(dict) : 0;

    for (int i = 0; restored && i < count; i++) {
        if (!name_of(i))
            continue;
        PyObject *name = PyUnicode_FromString(name_of(i));
        PyObject *value = name ? PyDict_GetItemWithError(dict, name) : NULL;
        Py_XDECREF(name);
        restored = !PyErr_Occurred();
        if (!value)
            continue;
        numbers[i] = PyLong_AsUnsignedLongLong(value);
        restored = !PyErr_Occurred();
        left--;
    }
    Py_XDECREF(dict);
    if ((!restored || left != 0) && !PyErr_Occurred())
        PyErr_Format(PyExc_ValueError, "the state of a Tally has wrong %s", item);
    return restored && left == 0;
}

static const char *format_at(int i) { return httpstatus_format_name((enum httpstatus_format)i); }
static const char *key_at(int i) { return httpstatus_usual_key((size_t)i).data; }

static bool restore_items(struct httpstatus_tally *tally, PyObject *state, PyObject *format,
                          PyObject *counts, PyObject *numbers, PyObject *pairs)
{
    uint64_t sum = 0, of_formats = 0;

    if (!PyDict_Check(pairs) || !PyDict_Check(counts) || !PyTuple_Check(numbers) ||
        PyTuple_GET_SIZE(numbers) > HTTPSTATUS_FIRST_UNMATCHED) {
        PyErr_SetString(PyExc_ValueError, "this is not the state of a Tally");
        return false;
    }
    if (!restore_format(tally, format) || !restore_pairs(tally, pairs) ||
        !restore_names(tally->formats, HTTPSTATUS_FORMATS, format_at, state, "formats") ||
        !restore_names(tally->keys, HTTPSTATUS_KEYS, key_at, state, "keys"))
        return false;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(numbers); i++)
        tally->first_unmatched[i] = PyLong_AsUnsignedLongLong(PyTuple_GET_ITEM(numbers, i));
    if (PyErr_Occurred() || !count_item(state, "lines", &tally->lines) ||
        !count_item(state, "records", &tally->records) ||
        !count_item(state, "no_status", &tally->no_status) ||
        !count_item(state, "skipped", &tally->skipped) ||
        !count_item(state, "unmatched", &tally->unmatched) || !restore_counts(tally, counts, &sum))
        return false;
    for (int i = 0; i < HTTPSTATUS_FORMATS; i++)
        of_formats += tally->formats[i];
    if (tally->records == sum + tally->no_status && tally->records == of_formats)
        return true;
    PyErr_SetString(PyExc_ValueError, "the state of a Tally does not add up to its records");
    return false;
}

static bool restore(struct httpstatus_tally *tally, PyObject *state)
{
    PyObject *format = state_item(state, "format");
    PyObject *counts = format ? state_item(state, "counts") : NULL;
    PyObject *numbers = counts ? state_item(state, "first_unmatched") : NULL;
    PyObject *pairs = numbers ? state_item(state, "substatuses") : NULL;
    bool restored = pairs && restore_items(tally, state, format, counts, numbers, pairs);

    Py_XDECREF(format);
    Py_XDECREF(counts);
    Py_XDECREF(numbers);
    Py_XDECREF(pairs);
    return restored;
}

bool tally_fill(State *state, PyObject *object, const struct httpstatus_tally *counts)
{
    TallyObject *self = (TallyObject *)object;

    if (!Py_IS_TYPE(object, state->tally_type)) {
        PyErr_Format(PyExc_TypeError, "tally must be a Tally, not %.200s", Py_TYPE(object)->tp_name);
        return false;
    }
    if (!tally_lock(self))
        return false;
    bool done = tally_keep(self, counts, self->key);
    tally_unlock(self);
    return done;
}

static PyObject *tally_setstate(TallyObject *self, PyObject *state)
{
    struct httpstatus_tally tally = {0};

    if (!PyDict_Check(state))
        return PyErr_Format(PyExc_TypeError, "the state of a Tally is a dict, not %.200s",
                            Py_TYPE(state)->tp_name);
    if (!restore(&tally, state))
        return NULL;
    if (!tally_lock(self))
        return NULL;
    bool done = tally_keep(self, &tally, NULL);
    tally_unlock(self);
    return done ? Py_NewRef(Py_None) : NULL;
}

PyDoc_STRVAR(tally_doc,
"Tally(format='auto', *, key=None, fields=None, target=False)\n--\n\n"
"How many records of a log have each status: a mapping from code to count, 0 for a code that does\n"
"not occur. feed() it the log in pieces of any size and close() it; tally() does both.\n\n"
"Finished tallies add up with + and sum(), in the order of their logs, compare with == and can be\n"
"pickled: tallies made by other processes and machines become one.\n\n"
">>> from httpstatus import Tally\n"
">>> t = Tally()\n"
">>> t.feed(b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 404 7\\n')\n"
">>> t.close()\n"
">>> t[404], t[200], t.classes['4xx'], t.format\n"
"(1, 0, 1, 'clf')\n");

#define NUMBER(name, which, doc) \
    {name, (getter)tally_number, NULL, PyDoc_STR(doc), (void *)(intptr_t)(which)}
static PyGetSetDef tally_getset[] = {
    {"format", (getter)tally_format, NULL, PyDoc_STR(DOC_Tally_format),
     NULL},
    {"formats", (getter)tally_formats, NULL, PyDoc_STR(DOC_Tally_formats),
     NULL},
    NUMBER("lines", LINES, DOC_Tally_lines),
    NUMBER("records", RECORDS, DOC_Tally_records),
    NUMBER("no_status", NO_STATUS_LINES, DOC_Tally_no_status),
    NUMBER("skipped", SKIPPED_LINES, DOC_Tally_skipped),
    NUMBER("unmatched", UNMATCHED_LINES, DOC_Tally_unmatched),
    {"key", (getter)tally_key, NULL, PyDoc_STR(DOC_Tally_key),
     NULL},
    {"first_unmatched", (getter)tally_first_unmatched, NULL, PyDoc_STR(DOC_Tally_first_unmatched),
     NULL},
    {"classes", (getter)tally_classes, NULL, PyDoc_STR(DOC_Tally_classes),
     NULL},
    {"substatuses", (getter)tally_substatuses, NULL, PyDoc_STR(DOC_Tally_substatuses),
     NULL},
    {NULL},
};

static PyMethodDef tally_methods[] = {
    {"feed", (PyCFunction)tally_feed, METH_O, tally_feed_doc},
    {"close", (PyCFunction)tally_close, METH_NOARGS, tally_close_doc},
    {"keys", (PyCFunction)tally_keys, METH_NOARGS, keys_doc},
    {"values", (PyCFunction)tally_values, METH_NOARGS, values_doc},
    {"items", (PyCFunction)tally_items, METH_NOARGS, items_doc},
    {"get", (PyCFunction)(void (*)(void))tally_get, METH_FASTCALL, get_doc},
    {"as_dict", (PyCFunction)tally_as_dict, METH_NOARGS, as_dict_doc},
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
    {Py_nb_add, tally_sum},
    {0, NULL},
};

static PyType_Spec tally_spec = {
    .name = "httpstatus.Tally",
    .basicsize = sizeof(TallyObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_MAPPING,
    .slots = tally_slots,
};

/* ---- tally() ---- */

PyDoc_STRVAR(tally_function_doc,
"tally(source, format='auto', *, key=None, fields=None, target=False, jobs=1)\n--\n\n"
"Count the statuses of a log: a Tally.\n\n"
"source is a path, a bytes-like object with the log itself, a file open in binary mode, or a list\n"
"of these, counted one after the other. A file that gzip, bzip2, xz or Zstandard compressed is\n"
"recognized by its first bytes and read through; a file object is read as it is.\n\n"
DOC_FORMATS
"\n"
"key says where a JSON object has its status: a path of up to 8 names ('http.response.status_code';\n"
"None: the usual ones are tried). fields is what '#Fields:' would say in a w3c or cloudfront log\n"
"without that line. target asks for the status of the target instead of the load balancer's (elb).\n"
"jobs is the number of threads that share the work; it does not change the answer.\n\n"
"An unknown format, a string that does not locate the status, and an option that does not apply to\n"
"the format are a LogFormatError. A file that cannot be read to its end (damaged, truncated, UTF-16)\n"
"is an OSError, whose attribute tally is the Tally up to there. Bad lines are never an error: they\n"
"are counted as .unmatched.\n\n"
">>> import httpstatus\n"
">>> dict(httpstatus.tally(b'::1 - - [10/Oct/2000:13:55:36 -0700] \"GET /\" 200 7'))\n"
"{200: 1}\n"
">>> dict(httpstatus.tally(b'{\"a\": {\"b\": 404}}', 'json', key='a.b'))\n"
"{404: 1}\n");

/* Several sources, or several threads: httpstatus._jobs.tally_all(). */
static PyObject *tally_all(PyObject **values, int jobs)
{
    PyObject *none = Py_None;
    PyObject *format = values[1 + FORMAT] ? Py_NewRef(values[1 + FORMAT])
                                          : PyUnicode_FromString("auto");
    PyObject *options = Py_BuildValue(
        "{sN sO sO sO}", "format", format, "key", values[1 + KEY] ? values[1 + KEY] : none,
        "fields", values[1 + FIELDS] ? values[1 + FIELDS] : none, "target",
        values[1 + TARGET] ? values[1 + TARGET] : Py_False);
    PyObject *module = options ? PyImport_ImportModule("httpstatus._jobs") : NULL;
    PyObject *tally =
        module ? PyObject_CallMethod(module, "tally_all", "OOi", values[0], options, jobs) : NULL;

    Py_XDECREF(module);
    Py_XDECREF(options);
    return tally;
}

/*
 * A tally whose source has been read, or could not be: an OSError then has what came before it as its
 * attribute 'tally'.
 */
static PyObject *tally_end(TallyObject *self, bool done)
{
    PyObject *type, *value, *traceback;

    if (done && tally_finish(self))
        return (PyObject *)self;
    if (!done && PyErr_ExceptionMatches(PyExc_OSError)) {
        PyErr_Fetch(&type, &value, &traceback);
        PyErr_NormalizeException(&type, &value, &traceback);
        if (!tally_finish(self) || PyObject_SetAttrString(value, "tally", (PyObject *)self) < 0)
            PyErr_Clear();
        PyErr_Restore(type, value, traceback);
    }
    Py_DECREF(self);
    return NULL;
}

static PyObject *tally(PyObject *module, PyObject *const *args, Py_ssize_t count,
                       PyObject *keywords)
{
    static const char *const parameters[] = {"source", OPTION_NAMES, "jobs"};
    State *state = state_of_module(module);
    PyObject *values[1 + OPTIONS + 1] = {NULL}, *jobs_object;
    struct httpstatus_options options;
    Source source;
    int jobs = 1;

    if (!parse_arguments("tally", args, count, keywords, parameters, 1 + OPTIONS + 1, 2, 1,
                         values) ||
        !options_from(state, values + 1, &options))
        return NULL;
    jobs_object = values[1 + OPTIONS];
    if (jobs_object && !code_from(jobs_object, &jobs))
        return NULL;
    if (jobs < 1)
        return PyErr_Format(PyExc_ValueError, "jobs cannot be %R: give 1 to 2147483647", jobs_object);
    if (jobs > 1 || PyList_Check(values[0]) || PyTuple_Check(values[0]))
        return tally_all(values, jobs);
    TallyObject *self = tally_make(state, &options, values + 1);
    if (!self)
        return NULL;
    bool done = source_open(&source, values[0], "tally") &&
                source_scan(&source, self->scanner, NULL, NULL);
    source_close(&source);
    return tally_end(self, done);
}

/* ---- A range of a file ---- */

/* How many bytes are read at a place, whatever else is done with the descriptor; -1 with errno set. */
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

/* The lines that begin in [at, end) of a file; 'at' goes on as they are read. */
typedef struct {
    int fd;
    bool begun; /* the first of them has been found */
    bool done;
    bool at_end; /* of the file, which may lie before that of the range */
    int64_t at, end;
    char *buffer; /* of PIECE bytes */
} Range;

/*
 * Which of 'count' bytes at range->at belong to its lines: the first line begins after an LF, and the
 * last one ends with the first LF that the byte before 'end' is, or that comes after it.
 */
static struct httpstatus_text lines_in(Range *range, Py_ssize_t count)
{
    const char *p = range->buffer, *stop = p + count, *lf;
    int64_t before_end = range->end - 1 - range->at; /* of the buffer; past what is read: later */

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

/* Reads and scans on; how many bytes were read, -1 with errno set. */
static Py_ssize_t scan_more(Range *range, struct httpstatus_scanner *scanner)
{
    enum { BEHIND = 4096 /* most lines end within */ };
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
 * 'progress' (may be None) is called with the number of bytes that have been read, and ends the range
 * by an exception.  The end of the file may lie before that of the last range alone.  false with an
 * exception set.
 */
static bool scan_range(Range *range, struct httpstatus_scanner *scanner, bool last, PyObject *progress)
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

/* The tally of a range, and what crosses its end; the last one is at the end of the log. */
static PyObject *range_end(TallyObject *self, bool last)
{
    PyObject *carry = carry_object(self->scanner);
    bool done = carry && (last ? tally_finish(self)
                               : tally_keep(self, &self->scanner->tally, self->key));
    if (done)
        return Py_BuildValue("NN", self, carry);
    Py_XDECREF(carry);
    Py_DECREF(self);
    return NULL;
}

/*
 * _tally_range(fd, start, end, last, carry, progress, format=...): the tally of the lines that begin in
 * [start, end) of a file, read by its descriptor, and what crosses its end; 'carry' is what crosses its
 * start, or None.  The ranges of a file add up to its tally.
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
    range.buffer = memory + (HTTPSTATUS_READ_ALIGNMENT - (uintptr_t)memory % HTTPSTATUS_READ_ALIGNMENT);
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

/* _same_carry(a, b): whether a range has the same tally with either; False if not known. */
static PyObject *same_carry(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *a, *b;

    if (!PyArg_ParseTuple(args, "SS:_same_carry", &a, &b))
        return NULL;
    return PyBool_FromLong(httpstatus_carry_equal(carry_from(a), carry_from(b)));
}

/* What the first bytes of a file tell: its name, None for plain text, '' for too few of them. */
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
    {"_same_carry", same_carry, METH_VARARGS, NULL},
    {"_tally_range", (PyCFunction)(void (*)(void))tally_range, METH_VARARGS | METH_KEYWORDS, NULL},
    {"tally", (PyCFunction)(void (*)(void))tally, METH_FASTCALL | METH_KEYWORDS,
     tally_function_doc},
    {NULL},
};

PyDoc_STRVAR(log_format_error_doc,
"A log format that is not known, a format string without a status that can be found, or an option that "
"is wrong or does not apply to the format.");

int tally_add(PyObject *module, State *state)
{
    watch_forks();
    state->log_format_error = PyErr_NewExceptionWithDoc(
        "httpstatus.LogFormatError", log_format_error_doc, PyExc_ValueError, NULL);
    state->tally_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &tally_spec, NULL);
    if (!state->log_format_error || !state->tally_type ||
        PyModule_AddType(module, state->tally_type) < 0 ||
        PyModule_AddObjectRef(module, "LogFormatError", state->log_format_error) < 0)
        return -1;
    return PyModule_AddFunctions(module, functions);
}

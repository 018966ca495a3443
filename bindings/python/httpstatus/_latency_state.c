/* Latency.as_dict() and pickles, whose state it is, with the tally: every part of it is checked. */
#include "_latency.h"

/* ---- As a dict ---- */

/*
 * class Latency:
 *     def as_dict(self) -> dict[str, Any]: ...
 */
const char latency_as_dict_doc[] = SIGNATURE_Latency_as_dict
    "All of it as a dict of ints, lists, dicts and None, ready for json.dumps().\n\n"
    "Durations are in nanoseconds, exact: 'low_ns' and 'high_ns' are lists of the ends of the\n"
    "buckets, beside that of the counts of each class; 'min_ns', 'max_ns' and 'sum_ns' are dicts\n"
    "by class.\n\n"
    ">>> import httpstatus\n"
    ">>> d = httpstatus.latency(b'{\"status\": 200, \"request_time\": 0.25}').as_dict()\n"
    ">>> d['untimed'], d['low_ns'], d['high_ns'], d['2xx'], d['max_ns']['2xx']\n"
    "(0, [243269632], [251658240], [1], 250000000)\n";

enum { LEAST, GREATEST, TOTAL, SUMMARIES };
static const char *const summaries[SUMMARIES] = {"min_ns", "max_ns", "sum_ns"};

static PyObject *number_or_none(bool is_known, uint64_t number)
{
    return is_known ? PyLong_FromUnsignedLongLong(number) : Py_NewRef(Py_None);
}

static PyObject *summary_object(const struct httpstatus_latency_summary *summary, int i)
{
    if (i == TOTAL)
        return number_or_none(summary->sum < UINT64_MAX, summary->sum);
    return number_or_none(summary->count, (uint64_t)(i == LEAST ? summary->min : summary->max));
}

/* One of the summaries, by class. */
static PyObject *summaries_dict(const struct httpstatus_latency *latency, int i)
{
    PyObject *dict = PyDict_New();

    for (int j = 0; dict && j < HTTPSTATUS_CLASSES; j++) {
        const struct httpstatus_latency_summary summary =
            httpstatus_latency_summary(latency, 1U << class_at(j));
        dict_add(&dict, PyUnicode_InternFromString(class_column(j)), summary_object(&summary, i));
    }
    return dict;
}

/* The columns of the buckets: their ends, then the classes. */
enum { LOW, HIGH, ENDS, BUCKET_COLUMNS = ENDS + HTTPSTATUS_CLASSES };

static const char *bucket_column(int i)
{
    return i == LOW ? "low_ns" : i == HIGH ? "high_ns" : class_column(i - ENDS);
}

static uint64_t *number_in(struct httpstatus_latency_bucket *bucket, int column)
{
    return column == LOW    ? &bucket->low
           : column == HIGH ? &bucket->high
                            : &bucket->counts[class_at(column - ENDS)];
}

static PyObject *column_list(const struct httpstatus_latency *latency, int column)
{
    PyObject *list = PyList_New(0);

    for (size_t i = 0;
         list && (i = httpstatus_latency_next(latency, i)) < HTTPSTATUS_LATENCY_BUCKETS; i++) {
        struct httpstatus_latency_bucket bucket = httpstatus_latency_at(latency, i);
        list_add(&list, PyLong_FromUnsignedLongLong(*number_in(&bucket, column)));
    }
    return list;
}

static PyObject *dict_of(const struct httpstatus_latency *latency)
{
    PyObject *dict = PyDict_New();

    if (dict)
        dict_add(&dict, PyUnicode_InternFromString("untimed"),
                 PyLong_FromUnsignedLongLong(httpstatus_latency_untimed(latency)));
    for (int i = 0; dict && i < SUMMARIES; i++)
        dict_add(&dict, PyUnicode_InternFromString(summaries[i]), summaries_dict(latency, i));
    for (int i = 0; dict && i < BUCKET_COLUMNS; i++)
        dict_add(&dict, PyUnicode_InternFromString(bucket_column(i)), column_list(latency, i));
    return dict;
}

PyObject *latency_as_dict(Counter *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *packed = counter_state(self);
    PyObject *dict = packed ? dict_of(latency_in(packed)) : NULL;

    Py_XDECREF(packed);
    return dict;
}

/* ---- Pickles ---- */

PyObject *latency_reduce(Counter *self, PyObject *Py_UNUSED(ignored))
{
    return counter_reduce(self, latency_as_dict(self, NULL));
}

/* An int, which runs no code of its own; 'none' stands for None. */
static bool whole_from(PyObject *object, uint64_t none, uint64_t *number)
{
    *number = object == Py_None           ? none
              : PyLong_CheckExact(object) ? PyLong_AsUnsignedLongLong(object)
                                          : UINT64_MAX;
    return !PyErr_Occurred() && (object == Py_None || PyLong_CheckExact(object));
}

static bool item_from(PyObject *state, const char *key, uint64_t none, uint64_t *number)
{
    PyObject *item = state_item(state, key);
    bool found = item && whole_from(item, none, number);

    Py_XDECREF(item);
    return found;
}

/* The columns of a state, which are exact lists of one length; call columns_clear() anyway. */
typedef struct {
    PyObject *lists[BUCKET_COLUMNS];
} Columns;

static void columns_clear(Columns *columns)
{
    for (int i = 0; i < BUCKET_COLUMNS; i++)
        Py_XDECREF(columns->lists[i]);
}

static bool columns_from(PyObject *state, Columns *columns)
{
    *columns = (Columns){{NULL}};
    for (int i = 0; i < BUCKET_COLUMNS; i++) {
        PyObject *list = columns->lists[i] = state_item(state, bucket_column(i));
        if (!list || !PyList_CheckExact(list) ||
            PyList_GET_SIZE(list) != PyList_GET_SIZE(columns->lists[LOW]))
            return false;
    }
    return true;
}

/* A bucket of the columns that begins at 'end' or later, which becomes its own end. */
static bool restore_bucket(struct httpstatus_latency *latency, const Columns *columns, Py_ssize_t i,
                           uint64_t *end)
{
    struct httpstatus_latency_bucket bucket;

    for (int j = 0; j < BUCKET_COLUMNS; j++)
        if (!whole_from(PyList_GET_ITEM(columns->lists[j], i), 0, number_in(&bucket, j)))
            return false;
    if (bucket.low < *end || !httpstatus_latency_add_bucket(latency, &bucket))
        return false;
    *end = bucket.high;
    return true;
}

static bool restore_buckets(struct httpstatus_latency *latency, PyObject *state)
{
    Columns columns;
    bool restored = columns_from(state, &columns);
    uint64_t end = 0;

    for (Py_ssize_t i = 0; restored && i < PyList_GET_SIZE(columns.lists[LOW]); i++)
        restored = restore_bucket(latency, &columns, i, &end);
    columns_clear(&columns);
    return restored;
}

/* The summary of a class, whose records are in the buckets. */
static bool summary_from(const struct httpstatus_latency *latency, PyObject *dicts[SUMMARIES],
                         int column, struct httpstatus_latency_summary *summary)
{
    uint64_t least, greatest;

    *summary = (struct httpstatus_latency_summary){.count = 0};
    for (size_t i = 0; i < HTTPSTATUS_LATENCY_BUCKETS; i++)
        summary->count += httpstatus_latency_at(latency, i).counts[class_at(column)];
    if (!item_from(dicts[LEAST], class_column(column), UINT64_MAX, &least) ||
        !item_from(dicts[GREATEST], class_column(column), UINT64_MAX, &greatest) ||
        !item_from(dicts[TOTAL], class_column(column), UINT64_MAX, &summary->sum))
        return false;
    summary->min = least == UINT64_MAX ? -1 : (int64_t)least;
    summary->max = greatest == UINT64_MAX ? -1 : (int64_t)greatest;
    return true;
}

static bool restore_summaries(struct httpstatus_latency *latency, PyObject *state)
{
    struct httpstatus_latency_summary of[HTTPSTATUS_CLASSES];
    PyObject *dicts[SUMMARIES] = {NULL};
    uint64_t untimed;
    bool restored = item_from(state, "untimed", 0, &untimed);

    for (int i = 0; restored && i < SUMMARIES; i++) {
        dicts[i] = state_item(state, summaries[i]);
        restored = dicts[i] && PyDict_Check(dicts[i]);
    }
    for (int i = 0; restored && i < HTTPSTATUS_CLASSES; i++)
        restored = summary_from(latency, dicts, i, &of[class_at(i)]);
    for (int i = 0; i < SUMMARIES; i++)
        Py_XDECREF(dicts[i]);
    return restored && httpstatus_latency_restore(latency, untimed, of);
}

static PyObject *packed_from(PyObject *dict)
{
    struct httpstatus_latency *latency = PyMem_Malloc(sizeof *latency);
    PyObject *packed = NULL;

    if (!latency)
        return PyErr_NoMemory();
    httpstatus_latency_init(latency);
    if (restore_buckets(latency, dict) && restore_summaries(latency, dict))
        packed = latency_pack(latency);
    PyMem_Free(latency);
    return packed;
}

PyObject *latency_setstate(Counter *self, PyObject *state)
{
    return counter_setstate(self, state, packed_from);
}

/* For the page of the command: the paths and the clients of each status of an error. */
#include "_top.h"

enum { FIRST = 400, STATUSES = 200, PATHS = 0, CLIENTS, KINDS_OF_TOP };
static const enum httpstatus_part parts[KINDS_OF_TOP] = {HTTPSTATUS_PART_PATH,
                                                         HTTPSTATUS_PART_CLIENT};

/* Each status that the log has gets its tops: most logs have a dozen. */
typedef struct {
    struct httpstatus_top tops[KINDS_OF_TOP];
} Pair;
typedef struct {
    Feeder log;
    struct httpstatus_top slices; /* stays empty, and says where they end */
    Pair *pairs[STATUSES];
    bool lost; /* there was no memory for one of them */
} TopsFeeder;

/* ---- Feeding ---- */

static Pair *pair_of(TopsFeeder *feeder, int status)
{
    Pair **pair = &feeder->pairs[status - FIRST];

    if (*pair)
        return *pair;
    *pair = PyMem_RawMalloc(sizeof **pair);
    for (int i = 0; *pair && i < KINDS_OF_TOP; i++)
        httpstatus_top_init(&(*pair)->tops[i], &(struct httpstatus_top_options){.by = parts[i]});
    feeder->lost = feeder->lost || !*pair;
    return *pair;
}

static void add_record(TopsFeeder *feeder, const struct httpstatus_record *record, int status)
{
    Pair *pair = status >= FIRST && status < FIRST + STATUSES ? pair_of(feeder, status) : NULL;

    for (int i = 0; pair && i < KINDS_OF_TOP; i++)
        httpstatus_top_add_record(&pair->tops[i], record);
}

static void take_line(Feeder *log, const struct httpstatus_line *line, const char *p)
{
    struct httpstatus_record record;

    if (log->conditions) {
        if (!feeder_count(log, line, p, &record))
            return;
    } else {
        httpstatus_record(&log->scanner, line, p, log->scratch, log->parts, &record);
    }
    add_record((TopsFeeder *)log, &record, line->status);
}

static size_t scan_lines(Feeder *log, const char *p, size_t size, size_t *used)
{
    TopsFeeder *feeder = (TopsFeeder *)log;

    for (int i = 0; httpstatus_top_is_over(&feeder->slices) && i < STATUSES; i++)
        for (int j = 0; feeder->pairs[i] && j < KINDS_OF_TOP; j++)
            httpstatus_top_end(&feeder->pairs[i]->tops[j]);
    return httpstatus_top_scan(&feeder->slices, &log->scanner, p, size, log->lines, FEEDER_LINES,
                               used);
}

static void clear(Feeder *log)
{
    for (int i = 0; i < STATUSES; i++)
        PyMem_RawFree(((TopsFeeder *)log)->pairs[i]);
}

/* ---- Counts: {status: (paths, clients)}, each packed ---- */

static PyObject *pack(Feeder *log)
{
    const TopsFeeder *feeder = (TopsFeeder *)log;
    PyObject *dict = feeder->lost ? PyErr_NoMemory() : PyDict_New();

    for (int i = 0; dict && i < STATUSES; i++) {
        const Pair *pair = feeder->pairs[i];
        if (!pair)
            continue;
        PyObject *paths = top_pack_open(&pair->tops[PATHS]);
        PyObject *clients = paths ? top_pack_open(&pair->tops[CLIENTS]) : NULL;
        dict_add(&dict, PyLong_FromLong(FIRST + i),
                 clients ? PyTuple_Pack(KINDS_OF_TOP, paths, clients) : NULL);
        Py_XDECREF(paths);
        Py_XDECREF(clients);
    }
    return dict;
}

/* The sum of two pairs, of which the first may be absent. */
static PyObject *merged_pair(PyObject *left, PyObject *right)
{
    if (!left)
        return Py_NewRef(right);
    PyObject *paths = top_merge(PyTuple_GET_ITEM(left, PATHS), PyTuple_GET_ITEM(right, PATHS));
    PyObject *clients =
        paths ? top_merge(PyTuple_GET_ITEM(left, CLIENTS), PyTuple_GET_ITEM(right, CLIENTS)) : NULL;
    PyObject *pair = clients ? PyTuple_Pack(KINDS_OF_TOP, paths, clients) : NULL;

    Py_XDECREF(paths);
    Py_XDECREF(clients);
    return pair;
}

static PyObject *merge(PyObject *left, PyObject *right)
{
    PyObject *sum = PyDict_Copy(left), *status, *pair;
    Py_ssize_t position = 0;

    while (sum && PyDict_Next(right, &position, &status, &pair))
        dict_add(&sum, Py_NewRef(status), merged_pair(PyDict_GetItem(left, status), pair));
    return sum;
}

static int equal(PyObject *left, PyObject *right)
{
    return PyObject_RichCompareBool(left, right, Py_EQ);
}

static const CounterKind kind = {"tops", pack, merge, equal};

/* ---- The type ---- */

/* An empty one, open, from arguments of OPTIONS and CONDITIONS. */
static Counter *tops_make(PyObject *module, PyObject **values)
{
    State *state = state_of_module(module);
    struct httpstatus_options options;
    Conditions conditions;

    if (!options_from(state, values, &options) ||
        !conditions_from(module, values + OPTIONS, &conditions))
        return NULL;
    TopsFeeder *feeder =
        (TopsFeeder *)feeder_make(sizeof(TopsFeeder), take_line, conditions.wanted);
    if (!feeder)
        return NULL;
    feeder->log.scan = scan_lines;
    feeder->log.clear = clear;
    feeder->log.wanted = (struct httpstatus_filter){.invert = false};
    httpstatus_filter_add(&feeder->log.wanted, "error", sizeof "error" - 1);
    for (int i = 0; i < KINDS_OF_TOP; i++)
        feeder->log.parts |= 1U << parts[i];
    httpstatus_top_init(&feeder->slices, &(struct httpstatus_top_options){.by = parts[PATHS]});
    return counter_make(state->tops_type, &kind, (Feeder *)feeder, &options, values);
}

/* _tops(format=...): one to feed and close. */
static PyObject *tops(PyObject *module, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
    static const Signature signature = {"_tops", 0, 0, {OPTION_NAMES, CONDITION_NAMES}};
    PyObject *values[OPTIONS + CONDITIONS] = {NULL};

    return parse_arguments(&signature, args, count, keywords, values)
               ? (PyObject *)tops_make(module, values)
               : NULL;
}

/* _tops_range(fd, start, end, last, carry, progress, format=...): as _tally_range(). */
static PyObject *tops_range(PyObject *module, PyObject *args, PyObject *keywords)
{
    static const char *const names[] = {OPTION_NAMES, CONDITION_NAMES};
    PyObject *values[OPTIONS + CONDITIONS];
    RangeArguments range;

    return range_arguments(args, keywords, names, OPTIONS + CONDITIONS, values, &range)
               ? counter_read_range(tops_make(module, values), &range)
               : NULL;
}

/* as_dict(): {status: (Top of the paths, Top of the clients)} */
static PyObject *tops_as_dict(Counter *self, PyObject *Py_UNUSED(ignored))
{
    State *state = PyType_GetModuleState(Py_TYPE(self));
    PyObject *packed = counter_state(self), *tally = packed ? counter_tally(self, NULL) : NULL;
    PyObject *dict = tally ? PyDict_New() : NULL, *status, *pair;
    Py_ssize_t position = 0;

    while (dict && PyDict_Next(packed, &position, &status, &pair)) {
        PyObject *made[KINDS_OF_TOP];
        for (int i = 0; i < KINDS_OF_TOP; i++)
            made[i] = counter_closed(state->top_type, &top_kind,
                                     Py_NewRef(PyTuple_GET_ITEM(pair, i)), Py_NewRef(tally));
        dict_add(&dict, Py_NewRef(status),
                 made[PATHS] && made[CLIENTS]
                     ? PyTuple_Pack(KINDS_OF_TOP, made[PATHS], made[CLIENTS])
                     : NULL);
        Py_XDECREF(made[PATHS]);
        Py_XDECREF(made[CLIENTS]);
    }
    Py_XDECREF(packed);
    Py_XDECREF(tally);
    return dict;
}

static PyMethodDef tops_methods[] = {
    {"feed", (PyCFunction)counter_feed, METH_O, NULL},
    {"close", (PyCFunction)counter_close, METH_NOARGS, NULL},
    {"as_dict", (PyCFunction)tops_as_dict, METH_NOARGS, NULL},
    {NULL},
};

static PyType_Slot tops_slots[] = {
    {Py_tp_dealloc, counter_dealloc},
    {Py_tp_richcompare, counter_compare},
    {Py_tp_hash, PyObject_HashNotImplemented},
    {Py_tp_methods, tops_methods},
    {Py_nb_add, counter_sum},
    {0, NULL},
};

static PyType_Spec tops_spec = {
    .name = "httpstatus._core._Tops",
    .basicsize = sizeof(Counter),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = tops_slots,
};

static PyMethodDef functions[] = {
    {"_tops", (PyCFunction)(void (*)(void))tops, METH_FASTCALL | METH_KEYWORDS, NULL},
    {"_tops_range", (PyCFunction)(void (*)(void))tops_range, METH_VARARGS | METH_KEYWORDS, NULL},
    {NULL},
};

int tops_add(PyObject *module, State *state)
{
    state->tops_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &tops_spec, NULL);
    return state->tops_type ? PyModule_AddFunctions(module, functions) : -1;
}

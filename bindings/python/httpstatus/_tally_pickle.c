/* Pickled tallies: the state is that of as_dict(), and every part of it is checked. */
#include "_tally.h"

PyObject *tally_reduce(TallyObject *self, PyObject *Py_UNUSED(ignored))
{
    struct httpstatus_tally tally;

    if (!tally_finished(self, &tally))
        return NULL;
    PyObject *state = tally_object(&tally);
    return state ? Py_BuildValue("O()N", Py_TYPE(self), state) : NULL;
}

PyObject *state_item(PyObject *state, const char *key)
{
    PyObject *name = PyUnicode_FromString(key);
    PyObject *value = name ? PyDict_GetItemWithError(state, name) : NULL;

    Py_XINCREF(value);
    Py_XDECREF(name);
    if (!value && !PyErr_Occurred())
        PyErr_Format(PyExc_ValueError, "invalid state: expected a key '%s'", key);
    return value;
}

/* An item of a pickled state as a count; false with an exception set if it is not one. */
static bool count_item(PyObject *state, const char *key, uint64_t *count)
{
    PyObject *value = state_item(state, key);

    *count = value ? PyLong_AsUnsignedLongLong(value) : 0;
    Py_XDECREF(value);
    return !PyErr_Occurred();
}

/* The counts of a pickled state; adds them to 'sum'. */
static bool restore_counts(struct httpstatus_tally *tally, PyObject *counts, uint64_t *sum)
{
    PyObject *key, *value;
    Py_ssize_t position = 0;
    int status;

    while (PyDict_Next(counts, &position, &key, &value)) {
        /* Exact ints run no code of their own that could change the dict meanwhile. */
        if (!PyLong_CheckExact(key) || !PyLong_CheckExact(value) ||
            !status_from(key, "code", &status) || status == INT_MIN) {
            PyErr_Format(PyExc_ValueError, "invalid state: expected a count by status, got %R: %R",
                         key, value);
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

/* The sub-statuses of a pickled state, already in order. */
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
        tally->pairs[i++] = (struct httpstatus_pair){(uint16_t)status, (uint16_t)substatus, count};
        key = NULL;
    }
    if (PyErr_Occurred())
        return false;
    if (i + (tally->more_pairs > 0) == PyDict_GET_SIZE(pairs))
        return true;
    PyErr_SetString(PyExc_ValueError,
                    "invalid state: expected counts by sub-status in 'substatuses'");
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
    return invalid_value(PyExc_ValueError, "format", format);
}

/* Counts by name, where 'name_of' returns NULL for an entry without a name. */
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
        PyErr_Format(PyExc_ValueError, "invalid state: expected counts by name in '%s'", item);
    return restored && left == 0;
}

static const char *format_at(int i)
{
    return httpstatus_format_name((enum httpstatus_format)i);
}
static const char *key_at(int i)
{
    return httpstatus_usual_key((size_t)i).data;
}

static bool restore_items(struct httpstatus_tally *tally, PyObject *state, PyObject *format,
                          PyObject *counts, PyObject *numbers, PyObject *pairs)
{
    uint64_t sum = 0, of_formats = 0;

    if (!PyDict_Check(pairs) || !PyDict_Check(counts) || !PyTuple_Check(numbers) ||
        PyTuple_GET_SIZE(numbers) > HTTPSTATUS_FIRST_UNMATCHED) {
        PyErr_SetString(PyExc_ValueError, "invalid state: expected the result of Tally.as_dict()");
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
        !count_item(state, "unmatched", &tally->unmatched) ||
        !count_item(state, "excluded", &tally->excluded) ||
        !count_item(state, "untimed", &tally->untimed) ||
        !count_item(state, "consumed", &tally->consumed) || !restore_counts(tally, counts, &sum))
        return false;
    for (int i = 0; i < HTTPSTATUS_FORMATS; i++)
        of_formats += tally->formats[i];
    if (tally->records == sum + tally->no_status &&
        tally->records + tally->excluded == of_formats && tally->untimed <= tally->excluded)
        return true;
    PyErr_SetString(PyExc_ValueError, "invalid state: expected counts that add up to the records");
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

PyObject *tally_setstate(TallyObject *self, PyObject *state)
{
    struct httpstatus_tally tally = {0};

    if (!PyDict_Check(state))
        return invalid(PyExc_TypeError, "state", state, "a dict");
    if (!restore(&tally, state))
        return NULL;
    if (!tally_lock(self))
        return NULL;
    bool done = tally_keep(self, &tally, NULL);
    tally_unlock(self);
    return done ? Py_NewRef(Py_None) : NULL;
}

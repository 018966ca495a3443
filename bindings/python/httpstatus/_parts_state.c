/* What a Record holds: compared, and pickled.  Every part of a pickled state is checked. */
#include "_parts.h"

/* ---- == and hash() ---- */

static bool same_bytes(PyObject *a, PyObject *b)
{
    if (a == b || !a || !b)
        return a == b;
    return PyBytes_GET_SIZE(a) == PyBytes_GET_SIZE(b) &&
           memcmp(PyBytes_AS_STRING(a), PyBytes_AS_STRING(b), (size_t)PyBytes_GET_SIZE(a)) == 0;
}

static bool same_clock(const struct httpstatus_clock *a, const struct httpstatus_clock *b)
{
    return a->has_zone == b->has_zone && a->zone == b->zone &&
           a->has_reference == b->has_reference && a->reference == b->reference;
}

/* Where a text is: in 'apart' or not, and from which byte on. */
static bool place_of(const Record *self, struct httpstatus_text text, size_t *start)
{
    const char *line = PyBytes_AS_STRING(self->line);
    const bool is_apart = !is_within(text, line, (size_t)PyBytes_GET_SIZE(self->line) + 1);

    *start = (size_t)(text.data - (is_apart ? PyBytes_AS_STRING(self->apart) : line));
    return is_apart;
}

/* Whether two records with the same bytes have the same parts there. */
static bool same_parts(const Record *a, const Record *b)
{
    size_t start, other;

    if (memcmp(a->places, b->places, sizeof a->places) != 0 ||
        memcmp(a->escapes, b->escapes, sizeof a->escapes) != 0 ||
        a->duration_unit != b->duration_unit || a->utc != b->utc)
        return false;
    for (Py_ssize_t i = 0; i < Py_SIZE(a); i++)
        if (place_of(a, a->texts[i], &start) != place_of(b, b->texts[i], &other) ||
            start != other || a->texts[i].size != b->texts[i].size)
            return false;
    return true;
}

static bool is_same(const Record *a, const Record *b)
{
    return a == b ||
           (a->number == b->number && a->status == b->status && a->substatus == b->substatus &&
            a->format == b->format && same_bytes(a->line, b->line) &&
            same_bytes(a->apart, b->apart) && same_parts(a, b) && same_clock(&a->clock, &b->clock));
}

PyObject *record_compare(PyObject *self, PyObject *other, int operation)
{
    if (!Py_IS_TYPE(other, Py_TYPE(self)) || (operation != Py_EQ && operation != Py_NE))
        Py_RETURN_NOTIMPLEMENTED;
    return PyBool_FromLong(is_same((Record *)self, (Record *)other) == (operation == Py_EQ));
}

Py_hash_t record_hash(Record *self)
{
    const Py_hash_t hash = PyObject_Hash(self->line);
    const Py_uhash_t mixed = (Py_uhash_t)hash ^ (Py_uhash_t)self->number * 1000003U;

    return (Py_hash_t)mixed == -1 ? -2 : (Py_hash_t)mixed;
}

/* ---- Pickling ---- */

/* {name: (escape, whether it is apart, first byte, size)} */
static PyObject *places_object(const Record *self)
{
    PyObject *dict = PyDict_New();

    for (int i = 0; dict && i < HTTPSTATUS_PARTS; i++) {
        const struct httpstatus_text text = text_of(self, i);
        size_t start;
        if (!text.data)
            continue;
        const bool is_apart = place_of(self, text, &start);
        dict_add(&dict, PyUnicode_FromString(httpstatus_part_name((enum httpstatus_part)i)),
                 Py_BuildValue("sOnn", httpstatus_escape_name(self->escapes[i]),
                               is_apart ? Py_True : Py_False, (Py_ssize_t)start,
                               (Py_ssize_t)text.size));
    }
    return dict;
}

static PyObject *number_or_none(bool is_known, int64_t number)
{
    return is_known ? PyLong_FromLongLong(number) : Py_NewRef(Py_None);
}

PyObject *record_reduce(Record *self, PyObject *Py_UNUSED(ignored))
{
    const struct httpstatus_clock *clock = &self->clock;
    PyObject *module = PyType_GetModule(Py_TYPE(self));
    PyObject *make = module ? PyObject_GetAttrString(module, "_record") : NULL;
    PyObject *places = make ? places_object(self) : NULL;

    if (!places) {
        Py_XDECREF(make);
        return NULL;
    }
    return Py_BuildValue("N(OOKiizOiNNN)", make, self->line, self->apart ? self->apart : Py_None,
                         (unsigned long long)self->number, self->status, self->substatus,
                         httpstatus_format_name((enum httpstatus_format)self->format),
                         self->utc ? Py_True : Py_False, self->duration_unit,
                         number_or_none(clock->has_zone, clock->zone),
                         number_or_none(clock->has_reference, clock->reference), places);
}

static bool invalid_state(const char *expected)
{
    if (!PyErr_Occurred() || PyErr_ExceptionMatches(PyExc_OverflowError))
        PyErr_Format(PyExc_ValueError, "invalid state: expected %s", expected);
    return false;
}

/* A part from its name and place; the bytes are those of the new record. */
static bool restore_part(struct httpstatus_record *found, PyObject *name, PyObject *place,
                         PyObject *line, PyObject *apart)
{
    struct httpstatus_text text;
    enum httpstatus_part part;
    enum httpstatus_escape escape;
    const char *escape_name;
    Py_ssize_t escape_size, start, size;
    int is_apart;

    if (!PyUnicode_Check(name) || !utf8_from(name, &text) || !PyTuple_Check(place) ||
        !httpstatus_part_find(text.data, text.size, &part) ||
        !PyArg_ParseTuple(place, "s#pnn", &escape_name, &escape_size, &is_apart, &start, &size) ||
        !httpstatus_escape_find(escape_name, (size_t)escape_size, &escape))
        return false;
    PyObject *bytes = is_apart ? apart : line;
    if (bytes == Py_None || start < 0 || size < 0 || start > PyBytes_GET_SIZE(bytes) ||
        size > PyBytes_GET_SIZE(bytes) - start)
        return false;
    found->parts[part] = (struct httpstatus_text){PyBytes_AS_STRING(bytes) + start, (size_t)size};
    found->escapes[part] = escape;
    return true;
}

static bool restore_parts(struct httpstatus_record *found, PyObject *places, PyObject *line,
                          PyObject *apart)
{
    PyObject *items = PyDict_Items(places); /* which nobody else can change meanwhile */
    bool restored = items != NULL;

    for (Py_ssize_t i = 0; restored && i < PyList_GET_SIZE(items); i++) {
        PyObject *item = PyList_GET_ITEM(items, i);
        restored = restore_part(found, PyTuple_GET_ITEM(item, 0), PyTuple_GET_ITEM(item, 1), line,
                                apart) ||
                   invalid_state("the places of known parts");
    }
    Py_XDECREF(items);
    return restored;
}

static bool restore_format(const char *name, struct httpstatus_line *line)
{
    line->format = name ? httpstatus_format(name, strlen(name)) : HTTPSTATUS_FORMAT_NONE;
    return (!name || line->format > HTTPSTATUS_AUTO) || invalid_state("the format of a record");
}

PyObject *restore_record(PyObject *module, PyObject *args)
{
    struct httpstatus_line found = {.start = 0};
    struct httpstatus_record record = {.utc = false};
    PyObject *line, *apart, *number, *zone, *reference, *places;
    struct httpstatus_clock clock;
    const char *format;
    int utc;

    if (!PyArg_ParseTuple(args, "SOO!iizpiOOO!", &line, &apart, &PyLong_Type, &number,
                          &found.status, &found.substatus, &format, &utc, &record.duration_unit,
                          &zone, &reference, &PyDict_Type, &places))
        return NULL;
    record.utc = utc != 0;
    found.number = PyLong_AsUnsignedLongLong(number);
    if (PyErr_Occurred() || !PyBytes_CheckExact(line) ||
        (apart != Py_None && !PyBytes_CheckExact(apart)) || found.status < HTTPSTATUS_SKIPPED ||
        found.status > HTTPSTATUS_STATUS_MAX || found.substatus < 0 ||
        found.substatus > UINT16_MAX || record.duration_unit > 0 || record.duration_unit < -9) {
        invalid_state("that of a Record");
        return NULL;
    }
    if (!restore_format(format, &found) || !restore_parts(&record, places, line, apart) ||
        !clock_from(module, zone, reference, &clock))
        return NULL;
    return record_new(state_of_module(module), &found, Py_NewRef(line),
                      apart == Py_None ? NULL : Py_NewRef(apart), &record, &clock);
}

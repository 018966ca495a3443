/* The type Record: a record of a log, whose parts are made when they are asked for. */
#include "_parts.h"

/* ---- Making ---- */

/* Moves parts from the scratch memory to bytes of their own, if there are any; false: no memory. */
static bool keep_apart(struct httpstatus_record *found, const char *scratch, size_t size,
                       PyObject **apart)
{
    size_t end = 0;

    *apart = NULL;
    for (int i = 0; i < HTTPSTATUS_PARTS; i++)
        if (is_within(found->parts[i], scratch, size)) {
            const size_t last = (size_t)(found->parts[i].data - scratch) + found->parts[i].size;
            end = last > end ? last : end;
        }
    if (end == 0)
        return true;
    *apart = PyBytes_FromStringAndSize(scratch, (Py_ssize_t)end);
    for (int i = 0; *apart && i < HTTPSTATUS_PARTS; i++)
        if (is_within(found->parts[i], scratch, size))
            found->parts[i].data = PyBytes_AS_STRING(*apart) + (found->parts[i].data - scratch);
    return *apart != NULL;
}

static void set_parts(Record *self, const struct httpstatus_record *found)
{
    uint8_t count = 0;

    self->duration_unit = (int8_t)found->duration_unit;
    self->utc = found->utc;
    for (int i = 0; i < HTTPSTATUS_PARTS; i++) {
        self->escapes[i] = (uint8_t)found->escapes[i];
        if (!found->parts[i].data)
            continue;
        self->texts[count++] = found->parts[i];
        self->places[i] = count;
    }
}

PyObject *record_new(State *state, const struct httpstatus_line *line, PyObject *bytes,
                     PyObject *apart, const struct httpstatus_record *found,
                     const struct httpstatus_clock *clock)
{
    Py_ssize_t count = 0;

    for (int i = 0; i < HTTPSTATUS_PARTS; i++)
        count += found->parts[i].data != NULL;
    Record *self = (Record *)state->record_type->tp_alloc(state->record_type, count);
    if (!self) {
        Py_DECREF(bytes);
        Py_XDECREF(apart);
        return NULL;
    }
    self->line = bytes;
    self->apart = apart;
    self->clock = *clock;
    self->number = line->number;
    self->status = (int16_t)line->status;
    self->substatus = (uint16_t)line->substatus;
    self->format = (uint8_t)line->format;
    set_parts(self, found);
    return (PyObject *)self;
}

PyObject *record_make(State *state, const struct httpstatus_scanner *scanner,
                      const struct httpstatus_line *line, const char *p, char *scratch,
                      const struct httpstatus_clock *clock)
{
    const size_t size = (size_t)(line->end - line->start);
    PyObject *bytes = PyBytes_FromStringAndSize(p, (Py_ssize_t)size), *apart;
    struct httpstatus_record found;

    if (!bytes)
        return NULL;
    httpstatus_record(scanner, line, PyBytes_AS_STRING(bytes), scratch, HTTPSTATUS_ALL_PARTS,
                      &found);
    if (!keep_apart(&found, scratch, 2 * size, &apart)) {
        Py_DECREF(bytes);
        return NULL;
    }
    return record_new(state, line, bytes, apart, &found, clock);
}

static void record_dealloc(Record *self)
{
    PyTypeObject *type = Py_TYPE(self);

    Py_XDECREF(self->line);
    Py_XDECREF(self->apart);
    type->tp_free(self);
    Py_DECREF(type);
}

/* ---- Attributes ---- */

/* A record of the core with that part alone. */
static struct httpstatus_record only(const Record *self, enum httpstatus_part part)
{
    struct httpstatus_record record = {.duration_unit = self->duration_unit, .utc = self->utc};

    record.parts[part] = text_of(self, part);
    record.escapes[part] = (enum httpstatus_escape)self->escapes[part];
    return record;
}

static PyObject *record_status(Record *self, void *Py_UNUSED(ignored))
{
    if (self->status < HTTPSTATUS_STATUS_MIN)
        Py_RETURN_NONE;
    return PyLong_FromLong(self->status);
}

static PyObject *record_substatus(Record *self, void *Py_UNUSED(ignored))
{
    return PyLong_FromLong(self->substatus);
}

static PyObject *record_number(Record *self, void *Py_UNUSED(ignored))
{
    return PyLong_FromUnsignedLongLong(self->number);
}

static PyObject *record_line(Record *self, void *Py_UNUSED(ignored))
{
    return Py_NewRef(self->line);
}

static PyObject *record_format(Record *self, void *Py_UNUSED(ignored))
{
    const char *name = httpstatus_format_name((enum httpstatus_format)self->format);

    return name ? PyUnicode_InternFromString(name) : Py_NewRef(Py_None);
}

static bool read_time(const Record *self, struct httpstatus_time *time)
{
    if (!self->places[HTTPSTATUS_PART_TIME])
        return false;
    const struct httpstatus_record record = only(self, HTTPSTATUS_PART_TIME);
    return httpstatus_record_time(&record, &self->clock, time);
}

static PyObject *record_time(Record *self, void *Py_UNUSED(ignored))
{
    struct httpstatus_time time;

    return read_time(self, &time) ? datetime_object(PyType_GetModule(Py_TYPE(self)), &time)
                                  : Py_NewRef(Py_None);
}

enum { BILLION = 1000000000 };

/* seconds * 10^9 + nanoseconds, for times that no int64_t holds, before 1677 or after 2262. */
static PyObject *long_nanoseconds(const struct httpstatus_time *time)
{
    PyObject *seconds = PyLong_FromLongLong(time->seconds);
    PyObject *billion = seconds ? PyLong_FromLong(BILLION) : NULL;
    PyObject *product = billion ? PyNumber_Multiply(seconds, billion) : NULL;
    PyObject *rest = product ? PyLong_FromLong(time->nanoseconds) : NULL;
    PyObject *sum = rest ? PyNumber_Add(product, rest) : NULL;

    Py_XDECREF(seconds);
    Py_XDECREF(billion);
    Py_XDECREF(product);
    Py_XDECREF(rest);
    return sum;
}

static PyObject *record_time_ns(Record *self, void *Py_UNUSED(ignored))
{
    const int64_t most = INT64_MAX / BILLION - 1;
    struct httpstatus_time time;

    if (!read_time(self, &time))
        Py_RETURN_NONE;
    if (time.seconds < -most || time.seconds > most)
        return long_nanoseconds(&time);
    return PyLong_FromLongLong(time.seconds * BILLION + time.nanoseconds);
}

static PyObject *unescaped(struct httpstatus_text text, enum httpstatus_escape escape)
{
    char small[1024], *out = small;

    if (text.size > sizeof small && !(out = PyMem_Malloc(text.size)))
        return PyErr_NoMemory();
    const size_t size = httpstatus_unescape(text, escape, out);
    PyObject *string = PyUnicode_DecodeUTF8(out, (Py_ssize_t)size, "surrogateescape");
    if (out != small)
        PyMem_Free(out);
    return string;
}

static PyObject *record_text(Record *self, void *part)
{
    const int i = (int)(intptr_t)part;
    const struct httpstatus_text text = text_of(self, i);

    if (!text.data)
        Py_RETURN_NONE;
    if (self->escapes[i] == HTTPSTATUS_ESCAPE_NONE)
        return PyUnicode_DecodeUTF8(text.data, (Py_ssize_t)text.size, "surrogateescape");
    return unescaped(text, (enum httpstatus_escape)self->escapes[i]);
}

static PyObject *record_bytes(Record *self, void *Py_UNUSED(ignored))
{
    const struct httpstatus_record record = only(self, HTTPSTATUS_PART_BYTES);
    const int64_t size = httpstatus_record_bytes(&record);

    return size < 0 ? Py_NewRef(Py_None) : PyLong_FromLongLong(size);
}

static PyObject *record_duration(Record *self, void *Py_UNUSED(ignored))
{
    const struct httpstatus_record record = only(self, HTTPSTATUS_PART_DURATION);
    const int64_t nanoseconds = httpstatus_record_duration(&record);

    return nanoseconds < 0 ? Py_NewRef(Py_None) : PyFloat_FromDouble((double)nanoseconds / BILLION);
}

static PyObject *record_upstream(Record *self, void *Py_UNUSED(ignored))
{
    const struct httpstatus_record record = only(self, HTTPSTATUS_PART_UPSTREAM_STATUS);
    const int status = httpstatus_record_upstream(&record);

    return status < 0 ? Py_NewRef(Py_None) : PyLong_FromLong(status);
}

#define MEMBER(member, function) \
    { \
        .name = #member, .get = (getter)(function), .doc = PyDoc_STR(DOC_Record_##member) \
    }
#define TEXT(member, part) \
    { \
        .name = #member, .get = (getter)record_text, .doc = PyDoc_STR(DOC_Record_##member), \
        .closure = (void *)(intptr_t)HTTPSTATUS_PART_##part \
    }
static PyGetSetDef record_getset[] = {
    MEMBER(status, record_status),
    MEMBER(substatus, record_substatus),
    MEMBER(number, record_number),
    MEMBER(line, record_line),
    MEMBER(format, record_format),
    MEMBER(time, record_time),
    MEMBER(time_ns, record_time_ns),
    TEXT(client, CLIENT),
    TEXT(forwarded_for, FORWARDED_FOR),
    TEXT(user, USER),
    TEXT(host, HOST),
    TEXT(method, METHOD),
    TEXT(target, TARGET),
    TEXT(path, PATH),
    TEXT(query, QUERY),
    TEXT(protocol, PROTOCOL),
    MEMBER(bytes, record_bytes),
    TEXT(referer, REFERER),
    TEXT(agent, AGENT),
    MEMBER(duration, record_duration),
    MEMBER(upstream_status, record_upstream),
    {NULL},
};

static PyObject *record_as_dict(Record *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *dict = PyDict_New();

    for (const PyGetSetDef *member = record_getset; dict && member->name; member++)
        dict_add(&dict, PyUnicode_InternFromString(member->name),
                 member->get((PyObject *)self, member->closure));
    return dict;
}

/* ---- repr() ---- */

enum { SHOWN = 100 }; /* characters of a target in repr() */

/* " /a": a part without what cannot be printed, and not too long; "" if it is absent. */
static PyObject *shown(Record *self, enum httpstatus_part part)
{
    PyObject *text = record_text(self, (void *)(intptr_t)part);

    if (!text || text == Py_None) {
        Py_XDECREF(text);
        return text ? PyUnicode_FromString("") : NULL;
    }
    const char *end = PyUnicode_GET_LENGTH(text) > SHOWN ? "..." : "";
    PyObject *start = PyUnicode_Substring(text, 0, SHOWN);
    PyObject *quoted = start ? PyObject_Repr(start) : NULL;
    PyObject *plain = quoted ? PyUnicode_Substring(quoted, 1, PyUnicode_GET_LENGTH(quoted) - 1)
                             : NULL;
    PyObject *result = plain ? PyUnicode_FromFormat(" %U%s", plain, end) : NULL;
    Py_DECREF(text);
    Py_XDECREF(start);
    Py_XDECREF(quoted);
    Py_XDECREF(plain);
    return result;
}

static PyObject *status_text(const Record *self)
{
    if (self->status < HTTPSTATUS_STATUS_MIN)
        return PyUnicode_FromString("-");
    return self->substatus ? PyUnicode_FromFormat("%d.%d", self->status, self->substatus)
                           : PyUnicode_FromFormat("%d", self->status);
}

static PyObject *record_repr(Record *self)
{
    PyObject *status = status_text(self);
    PyObject *method = status ? shown(self, HTTPSTATUS_PART_METHOD) : NULL;
    const bool has_target = self->places[HTTPSTATUS_PART_TARGET];
    PyObject *target =
        method ? shown(self, has_target ? HTTPSTATUS_PART_TARGET : HTTPSTATUS_PART_PATH) : NULL;
    PyObject *repr = target ? PyUnicode_FromFormat("<Record %U%U%U>", status, method, target)
                            : NULL;

    Py_XDECREF(status);
    Py_XDECREF(method);
    Py_XDECREF(target);
    return repr;
}

/* ---- The type ---- */

/*
 * @final
 * class Record:
 *     status: int | None
 *     substatus: int
 *     number: int
 *     line: builtins.bytes
 *     format: _FoundFormat | None
 *     time: datetime | None
 *     time_ns: int | None
 *     client: str | None
 *     forwarded_for: str | None
 *     user: str | None
 *     host: str | None
 *     method: str | None
 *     target: str | None
 *     path: str | None
 *     query: str | None
 *     protocol: str | None
 *     bytes: int | None
 *     referer: str | None
 *     agent: str | None
 *     duration: float | None
 *     upstream_status: int | None
 */
PyDoc_STRVAR(record_type_doc,
"A record of a log: its status and, made when they are asked for, its other parts.\n\n"
"What the format does not have, the record leaves out ('-') or cannot be read is None. time is in\n"
"UTC if the zone is known, else as logged and naive, and is cut to microseconds; time_ns is not.\n"
"The escapes of texts are undone; bytes that are not UTF-8 become lone surrogates, as with\n"
"errors='surrogateescape'.\n\n"
"Records are equal if their lines, numbers and parts are. pickle and copy keep the line, where the\n"
"parts are in it, and zone and reference; they do not need the log.\n\n"
">>> import httpstatus\n"
">>> r = httpstatus.record('::1 - - [10/Oct/2000:13:55:36 -0700] \"GET /a?b HTTP/1.1\" 404 7')\n"
">>> r\n"
"<Record 404 GET /a?b>\n"
">>> r.client, r.path, r.query, r.bytes, r.user\n"
"('::1', '/a', 'b', 7, None)\n"
">>> r.time.isoformat()\n"
"'2000-10-10T20:55:36+00:00'\n");

/*
 * class Record:
 *     def as_dict(self) -> _Parts: ...
 */
PyDoc_STRVAR(as_dict_doc,
SIGNATURE_Record_as_dict
"All attributes as a dict, always in the same order.\n\n"
">>> import httpstatus\n"
">>> r = httpstatus.record('{\"status\": 404, \"request_time\": 0.25}')\n"
">>> {name: value for name, value in r.as_dict().items() if value is not None}\n"
"{'status': 404, 'substatus': 0, 'number': 1, 'line': b'{\"status\": 404, \"request_time\": 0.25}', "
"'format': 'json', 'duration': 0.25}\n");

static PyMethodDef record_methods[] = {
    {"as_dict", (PyCFunction)record_as_dict, METH_NOARGS, as_dict_doc},
    {"__reduce__", (PyCFunction)record_reduce, METH_NOARGS,
     PyDoc_STR("Rebuilds the record from its line and where its parts are.")},
    {NULL},
};

static PyType_Slot record_slots[] = {
    {Py_tp_doc, (void *)record_type_doc},
    {Py_tp_dealloc, record_dealloc},
    {Py_tp_repr, record_repr},
    {Py_tp_hash, record_hash},
    {Py_tp_richcompare, record_compare},
    {Py_tp_methods, record_methods},
    {Py_tp_getset, record_getset},
    {0, NULL},
};

static PyType_Spec record_spec = {
    .name = "httpstatus.Record",
    .basicsize = offsetof(Record, texts),
    .itemsize = sizeof(struct httpstatus_text),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = record_slots,
};

/* ---- What the module gets ---- */

const char *record_member(size_t i)
{
    return record_getset[i].name;
}

static PyMethodDef functions[] = {
    {"_record", restore_record, METH_VARARGS, NULL},
    {NULL},
};

int parts_add(PyObject *module, State *state)
{
    state->record_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &record_spec, NULL);
    if (!state->record_type || PyModule_AddType(module, state->record_type) < 0)
        return -1;
    return PyModule_AddFunctions(module, functions);
}

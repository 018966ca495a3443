/* parse_time() and unescape(): parts of a record, as they were meant. */
#include "_core.h"

/*
 * @final
 * class Time(structseq):
 *     seconds: int
 *     nanoseconds: int
 *     has_zone: bool
 */
static PyStructSequence_Field time_fields[] = {TIME_MEMBERS{NULL}};
static PyStructSequence_Desc time_desc = {"httpstatus.Time", "A time that was logged.", time_fields,
                                          3};

static bool is_text(PyObject *object)
{
    return PyUnicode_Check(object) || PyBytes_Check(object) ||
           invalid(PyExc_TypeError, "text", object, "a str or bytes");
}

static struct httpstatus_text text_of_bytes(PyObject *bytes)
{
    return (struct httpstatus_text){PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes)};
}

/* ---- Times ---- */

static bool zone_from(PyObject *object, struct httpstatus_clock *clock)
{
    int64_t zone;

    if (!object || object == Py_None)
        return true;
    if (!integer_from(object, "zone", &zone))
        return false;
    if (zone < -HTTPSTATUS_ZONE_MAX || zone > HTTPSTATUS_ZONE_MAX)
        return invalid_value(PyExc_ValueError, "zone", object);
    clock->has_zone = true;
    clock->zone = (int)zone;
    return true;
}

/* A float is rounded down. */
static bool reference_from(PyObject *object, struct httpstatus_clock *clock)
{
    if (!object || object == Py_None)
        return true;
    clock->has_reference = true;
    if (!PyFloat_Check(object))
        return integer_from(object, "reference", &clock->reference);
    const double number = PyFloat_AS_DOUBLE(object), most = 1e18;
    if (number != number)
        return invalid_value(PyExc_ValueError, "reference", object);
    clock->reference = (int64_t)(number > most ? most : number < -most ? -most : number);
    clock->reference -= (double)clock->reference > number;
    return true;
}

static PyObject *time_object(State *state, const struct httpstatus_time *time)
{
    PyObject *record = PyStructSequence_New(state->time_type);
    if (!record)
        return NULL;
    PyObject *items[] = {
        PyLong_FromLongLong(time->seconds),
        PyLong_FromLong(time->nanoseconds),
        PyBool_FromLong(time->has_zone),
    };
    return fill(record, items, Py_ARRAY_LENGTH(items));
}

/*
 * def parse_time(
 *     text: str | bytes, *, zone: SupportsIndex | None = None, reference: _Seconds | None = None,
 * ) -> Time | None: ...
 */
PyDoc_STRVAR(parse_time_doc,
SIGNATURE_parse_time
"A time as servers log it, a str or bytes: a Time; None if it cannot be read.\n\n"
"It is one of '10/Oct/2000:13:55:36 -0700', '2000-10-10T13:55:36Z' (a blank or a tab may stand for\n"
"the T), syslog's 'Oct 10 13:55:36', those of application servers ('10/Oct/2000 13:55:36',\n"
"'2000/10/10 13:55:36', 'Tue Oct 10 13:55:36 2000'), or a number since 1970, whose digits tell its\n"
"unit: seconds up to 11, milliseconds up to 14, microseconds up to 17, nanoseconds up to 19. Each\n"
"may have a fraction, and brackets around it. A leap second, 24:00 and February 30 do not exist.\n\n"
"zone is that of times without one, in seconds east of UTC. If it is None, their seconds count as\n"
"if they were UTC, and has_zone is False. reference is a time after which none was logged, in\n"
"seconds since 1970, such as that of the file: a time without a year is of the latest year in which\n"
"it is not after that. Without a reference it cannot be read. A zone out of range raises\n"
"ValueError.\n\n"
">>> import httpstatus\n"
">>> httpstatus.parse_time('10/Oct/2000:13:55:36 -0700')\n"
"httpstatus.Time(seconds=971211336, nanoseconds=0, has_zone=True)\n"
">>> httpstatus.parse_time('30/Jul/2018:09:03:52.726', zone=7200).seconds\n"
"1532934232\n"
">>> httpstatus.parse_time('Oct  5 13:55:36', reference=1532941432).seconds\n"
"1507211736\n"
">>> httpstatus.parse_time('yesterday') is None\n"
"True\n");

static PyObject *parse_time(PyObject *module, PyObject *const *args, Py_ssize_t count,
                            PyObject *keywords)
{
    static const Signature signature = {"parse_time", 1, 1, {"text", "zone", "reference"}};
    struct httpstatus_clock clock = {.has_zone = false};
    PyObject *values[3] = {NULL};
    struct httpstatus_text text;
    struct httpstatus_time time;

    if (!parse_arguments(&signature, args, count, keywords, values) || !is_text(values[0]) ||
        !zone_from(values[1], &clock) || !reference_from(values[2], &clock))
        return NULL;
    if (PyBytes_Check(values[0]))
        text = text_of_bytes(values[0]);
    else if (!utf8_from(values[0], &text))
        return NULL;
    if (!httpstatus_parse_time(text.data, text.size, &clock, &time))
        Py_RETURN_NONE;
    return time_object(state_of_module(module), &time);
}

/* ---- Escapes ---- */

static bool escape_from(PyObject *object, enum httpstatus_escape *escape)
{
    struct httpstatus_text name;

    return str_from(object, "escape", &name) &&
           (httpstatus_escape_find(name.data, name.size, escape) ||
            invalid_value(PyExc_ValueError, "escape", object));
}

static PyObject *unescaped(struct httpstatus_text text, enum httpstatus_escape escape)
{
    char small[2048], *buffer = small;

    if (text.size > sizeof small && !(buffer = PyMem_Malloc(text.size)))
        return PyErr_NoMemory();
    const size_t size = httpstatus_unescape(text, escape, buffer);
    PyObject *result = PyUnicode_DecodeUTF8(buffer, (Py_ssize_t)size, "surrogateescape");
    if (buffer != small)
        PyMem_Free(buffer);
    return result;
}

/* def unescape(text: str | bytes, escape: _Escape) -> str: ... */
PyDoc_STRVAR(unescape_doc,
SIGNATURE_unescape
"A part of a record, a str or bytes, without the escapes of its writer: a str.\n\n"
DOC_ESCAPES
"\n"
"They are undone once, and what is not an escape stands for itself. A byte that is not UTF-8 becomes\n"
"a lone surrogate, as by the error handler 'surrogateescape', and so do the three bytes for half a\n"
"surrogate pair in JSON. An unknown escape raises ValueError.\n\n"
">>> import httpstatus\n"
">>> httpstatus.unescape(r'/caf\\xc3\\xa9?\\\"', 'backslash')\n"
"'/caf\\xe9?\"'\n"
">>> httpstatus.unescape(b'Mozilla/5.0%20(X11)', 'percent')\n"
"'Mozilla/5.0 (X11)'\n");

static PyObject *unescape(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count,
                          PyObject *keywords)
{
    static const Signature signature = {"unescape", 2, 2, {"text", "escape"}};
    PyObject *values[2] = {NULL}, *kept = NULL, *result = NULL;
    struct httpstatus_text text;
    enum httpstatus_escape escape;

    if (!parse_arguments(&signature, args, count, keywords, values) || !is_text(values[0]) ||
        !escape_from(values[1], &escape))
        return NULL;
    if (PyBytes_Check(values[0]))
        result = unescaped(text_of_bytes(values[0]), escape);
    else if (bytes_from(values[0], "text", &kept, &text))
        result = unescaped(text, escape);
    Py_XDECREF(kept);
    return result;
}

static PyMethodDef functions[] = {
    {"parse_time", (PyCFunction)(void (*)(void))parse_time, METH_FASTCALL | METH_KEYWORDS,
     parse_time_doc},
    {"unescape", (PyCFunction)(void (*)(void))unescape, METH_FASTCALL | METH_KEYWORDS,
     unescape_doc},
    {NULL},
};

int time_add(PyObject *module, State *state)
{
    state->time_type = record_type(&time_desc, NULL);
    if (!state->time_type || PyModule_AddType(module, state->time_type) < 0)
        return -1;
    return PyModule_AddFunctions(module, functions);
}

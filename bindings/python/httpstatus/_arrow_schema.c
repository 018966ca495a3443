/* The columns that the records of a log have: their names, their types and their values. */
#include "_arrow.h"

#include <errno.h>

/* ---- Numbers ---- */

static bool value_of_status(const Row *row, int64_t *value)
{
    *value = row->line->status;
    return row->line->status >= HTTPSTATUS_STATUS_MIN;
}

static bool value_of_substatus(const Row *row, int64_t *value)
{
    *value = row->line->substatus;
    return true;
}

static bool value_of_number(const Row *row, int64_t *value)
{
    *value = (int64_t)row->line->number;
    return true;
}

/* Microseconds, which no time of the years 1 to 9999 is too far away for. */
static bool value_of_time(const Row *row, int64_t *value)
{
    struct httpstatus_time time;

    if (!httpstatus_record_time(row->record, row->clock, &time))
        return false;
    *value = time.seconds * 1000000 + time.nanoseconds / 1000;
    return true;
}

static bool value_of_bytes(const Row *row, int64_t *value)
{
    *value = httpstatus_record_bytes(row->record);
    return *value >= 0;
}

static bool value_of_duration(const Row *row, int64_t *value)
{
    const int64_t nanoseconds = httpstatus_record_duration(row->record);
    const double seconds = (double)nanoseconds / 1e9;

    memcpy(value, &seconds, sizeof seconds);
    return nanoseconds >= 0;
}

static bool value_of_upstream(const Row *row, int64_t *value)
{
    const int status = httpstatus_record_upstream(row->record);

    *value = status;
    return status >= 0;
}

/* ---- Columns ---- */

/* Texts have offsets of 64 bits, so that no line is too long for them. */
#define TEXT "U"
#define BINARY "Z"

#define NUMBERS(name, type, width, value, part) \
    { \
        name, type, value, width, part \
    }
#define TEXTS(name, part) \
    { \
        name, TEXT, NULL, 0, part \
    }
static const Kind kinds[KINDS_OF_COLUMNS] = {
    NUMBERS("status", "s", 2, value_of_status, ROW_LINE),
    NUMBERS("substatus", "S", 2, value_of_substatus, ROW_LINE),
    NUMBERS("number", "l", 8, value_of_number, ROW_LINE),
    TEXTS("line", ROW_LINE),
    TEXTS("format", ROW_FORMAT),
    NUMBERS("time", "tsu:UTC", 8, value_of_time, HTTPSTATUS_PART_TIME),
    TEXTS("client", HTTPSTATUS_PART_CLIENT),
    TEXTS("forwarded_for", HTTPSTATUS_PART_FORWARDED_FOR),
    TEXTS("user", HTTPSTATUS_PART_USER),
    TEXTS("host", HTTPSTATUS_PART_HOST),
    TEXTS("method", HTTPSTATUS_PART_METHOD),
    TEXTS("target", HTTPSTATUS_PART_TARGET),
    TEXTS("path", HTTPSTATUS_PART_PATH),
    TEXTS("query", HTTPSTATUS_PART_QUERY),
    TEXTS("protocol", HTTPSTATUS_PART_PROTOCOL),
    NUMBERS("bytes", "l", 8, value_of_bytes, HTTPSTATUS_PART_BYTES),
    TEXTS("referer", HTTPSTATUS_PART_REFERER),
    TEXTS("agent", HTTPSTATUS_PART_AGENT),
    NUMBERS("duration", "g", 8, value_of_duration, HTTPSTATUS_PART_DURATION),
    NUMBERS("upstream_status", "s", 2, value_of_upstream, HTTPSTATUS_PART_UPSTREAM_STATUS),
};

static void take(Columns *columns, const Kind *kind)
{
    columns->kinds[columns->count++] = kind;
    columns->parts |= kind->part < HTTPSTATUS_PARTS ? 1U << kind->part : 0;
}

/* The line, which has the others in it, only by its name. */
static void take_usual(Columns *columns)
{
    for (size_t i = 0; i < KINDS_OF_COLUMNS; i++)
        if (kinds[i].value || kinds[i].part != ROW_LINE)
            take(columns, &kinds[i]);
}

static bool invalid_column(PyObject *error, PyObject *name, const char *words)
{
    PyObject *given = given_object(name);
    PyObject *known = given ? PyUnicode_FromString(kinds[0].name) : NULL;

    for (size_t i = 1; known && i < KINDS_OF_COLUMNS; i++)
        Py_SETREF(known, PyUnicode_FromFormat("%U, %s", known, kinds[i].name));
    if (known)
        PyErr_Format(error, "invalid columns %U: expected %s%U", given, words, known);
    Py_XDECREF(known);
    Py_XDECREF(given);
    return false;
}

static bool add_column(Columns *columns, PyObject *name)
{
    const Kind *kind = kinds, *const end = kinds + KINDS_OF_COLUMNS;

    if (!PyUnicode_Check(name))
        return invalid_column(PyExc_TypeError, name, "a list of ");
    while (kind < end && PyUnicode_CompareWithASCIIString(name, kind->name) != 0)
        kind++;
    if (kind == end)
        return invalid_column(PyExc_ValueError, name, "");
    for (int i = 0; i < columns->count; i++)
        if (columns->kinds[i] == kind)
            return invalid_column(PyExc_ValueError, name, "it once, beside others of ");
    take(columns, kind);
    return true;
}

static bool add_columns(Columns *columns, PyObject *names)
{
    PyObject *iterator = PyUnicode_Check(names) ? NULL : PyObject_GetIter(names), *name;

    if (!iterator && (!PyErr_Occurred() || PyErr_ExceptionMatches(PyExc_TypeError))) {
        PyErr_Clear();
        return invalid_column(PyExc_TypeError, names, "a list of ");
    }
    bool added = iterator != NULL;
    while (added && (name = PyIter_Next(iterator)) != NULL) {
        added = add_column(columns, name);
        Py_DECREF(name);
    }
    Py_XDECREF(iterator);
    if (!added || PyErr_Occurred())
        return false;
    return columns->count > 0 || invalid_column(PyExc_ValueError, names, "one or more of ");
}

bool columns_from(PyObject *names, PyObject *binary, Columns *columns)
{
    *columns = (Columns){.count = 0};
    if (!truth_from(binary, &columns->binary))
        return false;
    if (names && names != Py_None)
        return add_columns(columns, names);
    take_usual(columns);
    return true;
}

/* ---- Schemas ---- */

/* The names and types are static. */
static void release_column(struct ArrowSchema *schema)
{
    schema->release = NULL;
}

static struct ArrowSchema column_schema(const Kind *kind, bool binary)
{
    return (struct ArrowSchema){
        .format = binary && !kind->value ? BINARY : kind->type,
        .name = kind->name,
        .flags = ARROW_FLAG_NULLABLE,
        .release = release_column,
    };
}

/* The schemas of the columns, of which a consumer may have taken some. */
typedef struct {
    struct ArrowSchema columns[KINDS_OF_COLUMNS], *children[KINDS_OF_COLUMNS];
} Schema;

static void release_schema(struct ArrowSchema *schema)
{
    for (int64_t i = 0; i < schema->n_children; i++)
        if (schema->children[i]->release)
            schema->children[i]->release(schema->children[i]);
    PyMem_RawFree(schema->private_data);
    schema->release = NULL;
}

int schema_make(const Columns *columns, struct ArrowSchema *schema)
{
    Schema *own = PyMem_RawMalloc(sizeof *own);

    if (!own)
        return ENOMEM;
    for (int i = 0; i < columns->count; i++) {
        own->columns[i] = column_schema(columns->kinds[i], columns->binary);
        own->children[i] = &own->columns[i];
    }
    *schema = (struct ArrowSchema){
        .format = "+s",
        .name = "",
        .n_children = columns->count,
        .children = own->children,
        .release = release_schema,
        .private_data = own,
    };
    return 0;
}

/* The attributes of a Tally and its methods as a mapping. */
#include "_tally.h"

enum {
    LINES,
    RECORDS,
    NO_STATUS_LINES,
    SKIPPED_LINES,
    UNMATCHED_LINES,
    EXCLUDED,
    UNTIMED,
    CONSUMED
};

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
    case UNMATCHED_LINES:
        return tally->unmatched;
    case EXCLUDED:
        return tally->excluded;
    case UNTIMED:
        return tally->untimed;
    default:
        return tally->consumed;
    }
}

static PyObject *tally_number(TallyObject *self, void *which)
{
    struct httpstatus_tally tally;

    if (!tally_counts(self, &tally))
        return NULL;
    return PyLong_FromUnsignedLongLong(number_of(&tally, (int)(intptr_t)which));
}

static PyObject *tally_format(TallyObject *self, void *Py_UNUSED(ignored))
{
    struct httpstatus_tally tally;

    return tally_counts(self, &tally) ? format_object(&tally) : NULL;
}

static PyObject *tally_key(TallyObject *self, void *Py_UNUSED(ignored))
{
    struct httpstatus_tally tally;
    struct httpstatus_text own;

    if (!tally_counts(self, &tally) || !tally_own_key(self, &own))
        return NULL;
    struct httpstatus_text key = httpstatus_tally_key(&tally, own);
    if (own.data && key.data == own.data)
        return Py_NewRef(self->key);
    return key.data ? text_object(key) : Py_NewRef(Py_None);
}

static PyObject *tally_first_unmatched(TallyObject *self, void *Py_UNUSED(ignored))
{
    struct httpstatus_tally tally;

    return tally_counts(self, &tally) ? first_unmatched(&tally) : NULL;
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

Py_ssize_t tally_length(TallyObject *self)
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

    if (!status_from(key, "code", &status) || !tally_counts(self, &tally))
        return false;
    *count = httpstatus_tally_count(&tally, status);
    return true;
}

PyObject *tally_subscript(TallyObject *self, PyObject *key)
{
    uint64_t count;

    return count_of(self, key, &count) ? PyLong_FromUnsignedLongLong(count) : NULL;
}

int tally_contains(TallyObject *self, PyObject *key)
{
    uint64_t count;

    if (!PyIndex_Check(key))
        return 0;
    return count_of(self, key, &count) ? count != 0 : -1;
}

PyObject *tally_iter(TallyObject *self)
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

PyObject *tally_keys(TallyObject *self, PyObject *Py_UNUSED(ignored))
{
    return tally_view(self, "keys");
}

PyObject *tally_values(TallyObject *self, PyObject *Py_UNUSED(ignored))
{
    return tally_view(self, "values");
}

PyObject *tally_items(TallyObject *self, PyObject *Py_UNUSED(ignored))
{
    return tally_view(self, "items");
}

PyObject *tally_get(TallyObject *self, PyObject *const *args, Py_ssize_t count)
{
    static const Signature signature = {"get", 2, 1, {"code", "default"}};
    PyObject *values[2] = {NULL};

    if (!parse_arguments(&signature, args, count, NULL, values))
        return NULL;
    int contained = tally_contains(self, args[0]);
    if (contained < 0)
        return NULL;
    if (contained)
        return tally_subscript(self, args[0]);
    return Py_NewRef(count == 2 ? args[1] : Py_None);
}

/* ", 3 excluded (1 untimed)", or nothing */
static PyObject *excluded_text(const struct httpstatus_tally *tally)
{
    const unsigned long long excluded = tally->excluded, untimed = tally->untimed;

    if (untimed)
        return PyUnicode_FromFormat(", %llu excluded (%llu untimed)", excluded, untimed);
    return excluded ? PyUnicode_FromFormat(", %llu excluded", excluded) : PyUnicode_FromString("");
}

PyObject *tally_repr(TallyObject *self)
{
    struct httpstatus_tally tally;

    if (!tally_counts(self, &tally))
        return NULL;
    PyObject *format = format_object(&tally), *left_out = format ? excluded_text(&tally) : NULL;
    PyObject *repr = left_out ? PyUnicode_FromFormat("<Tally %S: %llu lines, %llu unmatched%U>",
                                                     format, (unsigned long long)tally.lines,
                                                     (unsigned long long)tally.unmatched, left_out)
                              : NULL;
    Py_XDECREF(format);
    Py_XDECREF(left_out);
    return repr;
}

/* Set-up of the examples below. */
#define EXAMPLE \
    ">>> import httpstatus\n" \
    ">>> t = httpstatus.tally(b'{\"status\": 404}\\n{\"status\": 404}\\n', 'json')\n"

const char tally_keys_doc[] = "keys($self, /)\n--\n\n"
                              "The codes that occur, in ascending order.\n\n" EXAMPLE
                              ">>> list(t.keys())\n"
                              "[404]\n";

const char tally_values_doc[] = "values($self, /)\n--\n\n"
                                "The counts, in ascending order of code.\n\n" EXAMPLE
                                ">>> list(t.values())\n"
                                "[2]\n";

const char tally_items_doc[] = "items($self, /)\n--\n\n"
                               "Pairs of code and count, in ascending order of code.\n\n" EXAMPLE
                               ">>> list(t.items())\n"
                               "[(404, 2)]\n";

/*
 * class Tally:
 *     @overload
 *     def get(self, code: object, default: None = None, /) -> int | None: ...
 *     @overload
 *     def get(self, code: object, default: _T, /) -> int | _T: ...
 */
const char tally_get_doc[] = SIGNATURE_Tally_get
    "The count of a code, or default if it does not occur.\n\n" EXAMPLE
    ">>> t.get(404), t.get(500), t[500]\n"
    "(2, None, 0)\n";

/*
 * class Tally:
 *     def as_dict(self) -> _Counts: ...
 */
const char tally_as_dict_doc[] = SIGNATURE_Tally_as_dict
    "All counts as a dict of plain objects, ready for json.dumps().\n\n"
    "Its keys are 'format', 'formats' (records of each), 'keys' (of JSON records), 'lines',\n"
    "'records', 'no_status', 'skipped', 'unmatched', 'first_unmatched' (in the order in which they\n"
    "were found), 'excluded', 'untimed', 'consumed', 'counts' (by code), 'classes' and\n"
    "'substatuses'.\n\n" EXAMPLE ">>> t.as_dict()['counts']\n"
    "{404: 2}\n";

PyObject *tally_as_dict(TallyObject *self, PyObject *Py_UNUSED(ignored))
{
    struct httpstatus_tally tally;

    return tally_counts(self, &tally) ? tally_object(&tally) : NULL;
}

#define NUMBER(name, which, doc) \
    { \
        name, (getter)tally_number, NULL, PyDoc_STR(doc), (void *)(intptr_t)(which) \
    }

/*
 * class Tally:
 *     format: _FoundFormat | None
 *     formats: dict[_FoundFormat, int]
 *     key: str | None
 *     lines: int
 *     records: int
 *     no_status: int
 *     skipped: int
 *     unmatched: int
 *     first_unmatched: tuple[int, ...]
 *     excluded: int
 *     untimed: int
 *     consumed: int
 *     classes: dict[_StatusClass | Literal["other"], int]
 *     substatuses: dict[str, int]
 */
PyGetSetDef tally_getset[] = {
    {"format", (getter)tally_format, NULL, PyDoc_STR(DOC_Tally_format), NULL},
    {"formats", (getter)tally_formats, NULL, PyDoc_STR(DOC_Tally_formats), NULL},
    NUMBER("lines", LINES, DOC_Tally_lines),
    NUMBER("records", RECORDS, DOC_Tally_records),
    NUMBER("no_status", NO_STATUS_LINES, DOC_Tally_no_status),
    NUMBER("skipped", SKIPPED_LINES, DOC_Tally_skipped),
    NUMBER("unmatched", UNMATCHED_LINES, DOC_Tally_unmatched),
    {"key", (getter)tally_key, NULL, PyDoc_STR(DOC_Tally_key), NULL},
    {"first_unmatched", (getter)tally_first_unmatched, NULL, PyDoc_STR(DOC_Tally_first_unmatched),
     NULL},
    NUMBER("excluded", EXCLUDED, DOC_Tally_excluded),
    NUMBER("untimed", UNTIMED, DOC_Tally_untimed),
    NUMBER("consumed", CONSUMED, DOC_Tally_consumed),
    {"classes", (getter)tally_classes, NULL, PyDoc_STR(DOC_Tally_classes), NULL},
    {"substatuses", (getter)tally_substatuses, NULL, PyDoc_STR(DOC_Tally_substatuses), NULL},
    {NULL},
};

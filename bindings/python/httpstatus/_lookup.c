/* lookup() and the other look-ups. */
#include "_core.h"

static PyObject *row_object(State *state, const struct httpstatus_status *row)
{
    if (!row)
        Py_RETURN_NONE;
    return Py_NewRef(status_for_row(state, row));
}

/* NULL with an exception set if 'object' is not a code. */
static const Answers *answers_for(PyObject *module, PyObject *object)
{
    int code;

    return code_from(object, "code", &code) ? answers_to(state_of_module(module), code) : NULL;
}

/* The writer's row in logs of the format; 'object' may be NULL. */
static bool written_from(PyObject *object, const struct httpstatus_status **row)
{
    char expected[HTTPSTATUS_EXPECTED];
    struct httpstatus_text name;

    if (!object || object == Py_None)
        return true;
    if (!str_from(object, "format", &name))
        return false;
    enum httpstatus_format format = httpstatus_format(name.data, name.size);
    if (format == HTTPSTATUS_FORMAT_NONE || format == HTTPSTATUS_CUSTOM)
        return invalid(PyExc_ValueError, "format", object,
                       httpstatus_expected("named_format", expected));
    *row = httpstatus_written(*row, format);
    return true;
}

/*
 * @overload
 * def lookup(
 *     what: str, /, *, substatus: None = None, owner: str | None = None,
 *     format: _NamedFormat | Literal["auto"] | None = None,
 * ) -> Status | None: ...
 * @overload
 * def lookup(
 *     what: SupportsIndex, /, *, substatus: SupportsIndex | None = None, owner: str | None = None,
 *     format: _NamedFormat | Literal["auto"] | None = None,
 * ) -> Status | None: ...
 */
PyDoc_STRVAR(lookup_doc,
SIGNATURE_lookup
"The row for a code or a text, or None.\n\n"
"what is an int, '404', '403.14', '404:1', a phrase ('Not Found'), a name ('NOT_FOUND') or\n"
"another spelling, older or common ('Moved Temporarily'). Letter case, blanks, '-', '_' and\n"
"\"'\" are ignored. substatus goes with an int. owner asks for the row of IANA or of a vendor;\n"
"without it a code means its default row: IANA's if the code is registered. With the format of a\n"
"log, what IANA has not registered means what the log's own writer says.\n\n"
">>> import httpstatus\n"
">>> httpstatus.lookup('moved temporarily')\n"
"<Status 302 Found>\n"
">>> httpstatus.lookup('403.14')\n"
"<Status 403.14 Directory listing denied (IIS)>\n"
">>> httpstatus.lookup(499, owner='nginx').phrase\n"
"'Client Closed Request'\n"
">>> httpstatus.lookup(0, format='squid').owner\n"
"'Squid'\n");

static const struct httpstatus_status *find_text(PyObject *what, struct httpstatus_text owner,
                                                 bool *found)
{
    struct httpstatus_text text;

    *found = utf8_from(what, &text);
    return *found ? httpstatus_lookup_text(text.data, text.size, owner.data, owner.size) : NULL;
}

static const struct httpstatus_status *find_row(PyObject *what, PyObject *given,
                                                struct httpstatus_text owner, bool *found)
{
    bool has_substatus = given && given != Py_None;
    int code, substatus = 0;

    *found = false;
    if (has_substatus && !code_from(given, "substatus", &substatus))
        return NULL;
    if (PyUnicode_Check(what)) {
        if (!has_substatus)
            return find_text(what, owner, found);
        invalid(PyExc_TypeError, "substatus", given, "no substatus with a text");
        return NULL;
    }
    if (!PyIndex_Check(what)) {
        invalid(PyExc_TypeError, "what", what, "an int or a str");
        return NULL;
    }
    *found = code_from(what, "what", &code);
    return *found ? httpstatus_find(code, substatus, owner.data, owner.size) : NULL;
}

static PyObject *lookup(PyObject *module, PyObject *const *args, Py_ssize_t count,
                        PyObject *keywords)
{
    static const Signature signature = {"lookup", 1, 1, {"what", "substatus", "owner", "format"}};
    PyObject *values[4] = {NULL};
    struct httpstatus_text owner;
    bool found;

    if (count == 1 && !keywords && PyLong_Check(args[0])) {
        const Answers *answers = answers_for(module, args[0]);
        return answers ? Py_NewRef(answers->status) : NULL;
    }
    if (!parse_arguments(&signature, args, count, keywords, values) ||
        !text_from(values[2], "owner", &owner))
        return NULL;
    const struct httpstatus_status *row = find_row(values[0], values[1], owner, &found);
    if (!found || !written_from(values[3], &row))
        return NULL;
    return row_object(state_of_module(module), row);
}

/* def variants(code: SupportsIndex, /) -> tuple[Status, ...]: ... */
PyDoc_STRVAR(variants_doc,
SIGNATURE_variants
"All rows of a code as a tuple, sub-statuses included, the default row first.\n\n"
">>> import httpstatus\n"
">>> [s.owner for s in httpstatus.variants(498)]\n"
"['Esri', 'nginx']\n");

static PyObject *variants(PyObject *module, PyObject *object)
{
    const Answers *answers = answers_for(module, object);

    return answers ? Py_NewRef(answers->variants) : NULL;
}

/* def search(words: str, /) -> list[Status]: ... */
PyDoc_STRVAR(search_doc,
SIGNATURE_search
"The rows that people mean by these words, as a list, best first; a number leads.\n"
"At most 32 words of 128 bytes each: more are a ValueError.\n\n"
">>> import httpstatus\n"
">>> httpstatus.search('rate limit')[0]\n"
"<Status 429 Too Many Requests>\n"
">>> httpstatus.search('gateway timeout')[0]\n"
"<Status 504 Gateway Timeout>\n");

static PyObject *search(PyObject *module, PyObject *words)
{
    State *state = state_of_module(module);
    struct httpstatus_text text;

    if (!str_from(words, "words", &text))
        return NULL;
    size_t capacity = httpstatus_row_count();
    const struct httpstatus_status **found = PyMem_Malloc(capacity * sizeof *found);
    if (!found)
        return PyErr_NoMemory();
    size_t count = httpstatus_search(text.data, text.size, found, capacity);
    const char *expected = httpstatus_search_error(count);
    PyObject *list = expected ? invalid(PyExc_ValueError, "words", words, expected)
                              : PyList_New((Py_ssize_t)count);
    for (size_t i = 0; list && i < count; i++)
        PyList_SET_ITEM(list, (Py_ssize_t)i, Py_NewRef(status_for_row(state, found[i])));
    PyMem_Free(found);
    return list;
}

/* "4xx" as 4, None as 0; false with an exception set for anything else. */
static bool class_from(PyObject *object, int *status_class)
{
    *status_class = 0;
    if (!object || object == Py_None)
        return true;
    for (int i = 1; PyUnicode_Check(object) && i <= 5; i++) {
        struct httpstatus_text name = httpstatus_class_of(i * 100);
        if (PyUnicode_CompareWithASCIIString(object, name.data) == 0) {
            *status_class = i;
            return true;
        }
    }
    return invalid_value(PyUnicode_Check(object) ? PyExc_ValueError : PyExc_TypeError,
                         "status_class", object);
}

/*
 * def statuses(
 *     status_class: _StatusClass | None = None, owner: str | None = None,
 *     official: bool | None = None,
 * ) -> list[Status]: ...
 */
PyDoc_STRVAR(statuses_doc,
SIGNATURE_statuses
"The rows with this status_class, owner and official, as a list in table order.\n\n"
"official=True selects IANA's rows, False the vendors'. An argument left out selects all rows.\n\n"
">>> import httpstatus\n"
">>> len(httpstatus.statuses(official=True))\n"
"64\n");

static PyObject *statuses(PyObject *module, PyObject *const *args, Py_ssize_t count,
                          PyObject *keywords)
{
    static const Signature signature = {"statuses", 3, 0, {"status_class", "owner", "official"}};
    State *state = state_of_module(module);
    PyObject *values[3] = {NULL};
    struct httpstatus_query query = {0};
    const struct httpstatus_status *row = NULL;
    bool official;

    if (!parse_arguments(&signature, args, count, keywords, values) ||
        !class_from(values[0], &query.status_class) ||
        !text_from(values[1], "owner", &query.owner) || !truth_from(values[2], &official))
        return NULL;
    if (values[2] && values[2] != Py_None)
        query.official = official ? 1 : -1;
    PyObject *list = PyList_New(0);
    while (list && (row = httpstatus_next(&query, row)) != NULL)
        list_add(&list, Py_NewRef(status_for_row(state, row)));
    return list;
}

/* def phrase(code: SupportsIndex, /) -> str | None: ... */
PyDoc_STRVAR(phrase_doc,
SIGNATURE_phrase
"The reason phrase of a code's default row, or None.\n\n"
"Programs use the code, people the phrase: a client need neither read nor show it (RFC 9112\n"
"section 4).\n\n"
">>> import httpstatus\n"
">>> httpstatus.phrase(404)\n"
"'Not Found'\n");

static PyObject *phrase(PyObject *module, PyObject *object)
{
    const Answers *answers = answers_for(module, object);

    return answers ? Py_NewRef(answers->phrase) : NULL;
}

/* def class_of(code: SupportsIndex, /) -> _StatusClass | None: ... */
PyDoc_STRVAR(class_of_doc,
SIGNATURE_class_of
"The class of a code, '1xx' to '5xx' (RFC 9110 section 15), or None outside 100..599.\n\n"
">>> import httpstatus\n"
">>> httpstatus.class_of(471)\n"
"'4xx'\n");

static PyObject *class_of(PyObject *module, PyObject *object)
{
    const Answers *answers = answers_for(module, object);

    return answers ? Py_NewRef(answers->status_class) : NULL;
}

/* def effective(code: SupportsIndex, /) -> int: ... */
PyDoc_STRVAR(effective_doc,
SIGNATURE_effective
"The code that a recipient treats this one as (RFC 9110 section 15).\n\n"
"That is the code itself if IANA registers it, else x00 of its class, and 500 outside 100..599.\n\n"
">>> import httpstatus\n"
">>> httpstatus.effective(499)\n"
"400\n");

static PyObject *effective(PyObject *module, PyObject *object)
{
    const Answers *answers = answers_for(module, object);

    return answers ? Py_NewRef(answers->effective) : NULL;
}

static PyMethodDef functions[] = {
    {"lookup", (PyCFunction)(void (*)(void))lookup, METH_FASTCALL | METH_KEYWORDS, lookup_doc},
    {"variants", variants, METH_O, variants_doc},
    {"search", search, METH_O, search_doc},
    {"statuses", (PyCFunction)(void (*)(void))statuses, METH_FASTCALL | METH_KEYWORDS,
     statuses_doc},
    {"phrase", phrase, METH_O, phrase_doc},
    {"class_of", class_of, METH_O, class_of_doc},
    {"effective", effective, METH_O, effective_doc},
    {NULL},
};

int lookup_add(PyObject *module)
{
    return PyModule_AddFunctions(module, functions);
}

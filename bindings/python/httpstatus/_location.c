/* resolve(): where a Location leads. */
#include "_core.h"

/*
 * @final
 * class Location(structseq):
 *     url: str | None
 *     problem: _Problem | None
 *     cross_origin: bool | None
 *     cross_host: bool | None
 *     scheme_changed: bool | None
 *     downgraded: bool | None
 *     has_userinfo: bool | None
 */
static PyStructSequence_Field location_fields[] = {LOCATION_MEMBERS{NULL}};
static PyStructSequence_Desc location_desc = {"httpstatus.Location", "Where a Location leads.",
                                              location_fields, 7};

static bool rules_from(PyObject *object, enum httpstatus_url_rules *rules)
{
    struct httpstatus_text text = {HTTPSTATUS_DEFAULT_URL_RULES,
                                   strlen(HTTPSTATUS_DEFAULT_URL_RULES)};

    if (object && !str_from(object, "rules", &text))
        return false;
    return httpstatus_url_rules(text.data, text.size, rules) ||
           invalid_value(PyExc_ValueError, "rules", object);
}

static PyObject *location_object(State *state, const struct httpstatus_location *location)
{
    PyObject *record = PyStructSequence_New(state->location_type);
    if (!record)
        return NULL;
    const char *problem = httpstatus_problem_name(location->problem);
    enum { TRUTHS = 5 };
    const bool truths[TRUTHS] = {location->cross_origin, location->cross_host,
                                 location->scheme_changed, location->downgraded,
                                 location->has_userinfo};
    PyObject *items[2 + TRUTHS] = {
        text_object(location->url),
        problem ? PyUnicode_InternFromString(problem) : Py_NewRef(Py_None),
    };
    for (int i = 0; i < TRUTHS; i++)
        items[2 + i] = location->url.data ? PyBool_FromLong(truths[i]) : Py_NewRef(Py_None);
    return fill(record, items, Py_ARRAY_LENGTH(items));
}

/* The answer for two texts; 'given' is the base, for the error. */
static PyObject *resolved(State *state, PyObject *given, struct httpstatus_text base,
                          struct httpstatus_text location, enum httpstatus_url_rules rules)
{
    char small[2048], *buffer = small;
    struct httpstatus_location answer;
    size_t size = httpstatus_url_size(base.size, location.size);
    PyObject *result;

    if (size > sizeof small && !(buffer = PyMem_Malloc(size)))
        return PyErr_NoMemory();
    if (httpstatus_resolve(base, location, rules, buffer, size, &answer) == HTTPSTATUS_RESOLVE_OK)
        result = location_object(state, &answer);
    else
        result = invalid_value(PyExc_ValueError, "base", given);
    if (buffer != small)
        PyMem_Free(buffer);
    return result;
}

/*
 * def resolve(
 *     base: str, location: str, rules: _UrlRules = HTTPSTATUS_DEFAULT_URL_RULES
 * ) -> Location: ...
 */
PyDoc_STRVAR(resolve_doc,
SIGNATURE_resolve
"Where the value of a Location field leads from base, the URL of the request: a Location.\n\n"
DOC_RULES
"\n"
"A Location without a fragment takes that of base, and an empty one is the same URL. Bytes that no\n"
"URL may contain are percent-encoded; those of a character are its UTF-8. http.client gives\n"
"Location as Latin-1: pass location.encode('latin-1').decode(). A base that is not an absolute http\n"
"or https URL raises ValueError; nothing in location raises an error, except a lone surrogate that\n"
"stands for no byte.\n\n"
">>> import httpstatus\n"
">>> httpstatus.resolve('https://a.example/b/c?d', '../e f').url\n"
"'https://a.example/e%20f'\n"
">>> found = httpstatus.resolve('https://a.example/', '//b.example/')\n"
">>> found.url, found.cross_origin, found.downgraded\n"
"('https://b.example/', True, False)\n"
">>> httpstatus.resolve('https://a.example/', 'http:b').problem\n"
"'invalid'\n"
">>> httpstatus.resolve('https://a.example/', r'\\\\B.example\\c', 'whatwg').url\n"
"'https://b.example/c'\n");

static PyObject *resolve(PyObject *module, PyObject *const *args, Py_ssize_t count,
                         PyObject *keywords)
{
    static const Signature signature = {"resolve", 3, 2, {"base", "location", "rules"}};
    PyObject *values[3] = {NULL}, *kept[2] = {NULL}, *result = NULL;
    struct httpstatus_text base, location;
    enum httpstatus_url_rules rules;

    if (parse_arguments(&signature, args, count, keywords, values) &&
        bytes_from(values[0], "base", &kept[0], &base) &&
        bytes_from(values[1], "location", &kept[1], &location) && rules_from(values[2], &rules))
        result = resolved(state_of_module(module), values[0], base, location, rules);
    Py_XDECREF(kept[0]);
    Py_XDECREF(kept[1]);
    return result;
}

static PyMethodDef functions[] = {
    {"resolve", (PyCFunction)(void (*)(void))resolve, METH_FASTCALL | METH_KEYWORDS, resolve_doc},
    {NULL},
};

int location_add(PyObject *module, State *state)
{
    if (!(state->location_type = record_type(&location_desc, NULL)) ||
        PyModule_AddType(module, state->location_type) < 0)
        return -1;
    return PyModule_AddFunctions(module, functions);
}

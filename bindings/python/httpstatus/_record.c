/* Redirect: the record that redirect() returns, and those made at import. */
#include "_redirect.h"

/*
 * @final
 * class Redirect(structseq):
 *     action: _Action
 *     reason: _Reason | None
 *     method: str | None
 *     method_change: _MethodChange | None
 *     preserves_method: bool | None
 *     keeps_body: bool | None
 *     drops_headers: tuple[str, ...]
 *     drops_cross_origin: tuple[str, ...]
 *     kind: _Kind | None
 *     cacheable: bool
 *     care: bool
 *     limit: int | None
 *     reference: str
 *     url: str | None
 *     cross_origin: bool | None
 *     downgraded: bool | None
 */
static PyStructSequence_Field redirect_fields[] = {REDIRECT_MEMBERS{NULL}};
static PyStructSequence_Desc redirect_desc = {"httpstatus.Redirect",
                                              "What the next request looks like after a redirect.",
                                              redirect_fields, 16};

/* The entry for a text or a list of names, or the free one where it would go. */
static struct shared *part_for(State *state, const void *data)
{
    size_t i = (uintptr_t)data / 8 % PARTS;

    while (state->parts[i].data && state->parts[i].data != data)
        i = (i + 1) % PARTS;
    return &state->parts[i];
}

static PyObject *reference_object(State *state, const char *reference)
{
    PyObject *kept = part_for(state, reference)->object;

    return kept ? Py_NewRef(kept) : PyUnicode_InternFromString(reference);
}

/* The tuple for a list of names: the policy's own or one made at import. */
static PyObject *names_object(State *state, const Policy *policy, struct httpstatus_names names)
{
    if (names.count == 0)
        return Py_NewRef(state->empty);
    for (int i = 0; i < 2; i++)
        if (policy->names[i] == names.list)
            return Py_NewRef(policy->tuples[i]);
    return Py_NewRef(part_for(state, names.list)->object);
}

static int add_names(State *state, struct httpstatus_names names)
{
    struct shared *part = part_for(state, names.list);
    if (names.count == 0 || part->object)
        return 0;
    PyObject *tuple = PyTuple_New((Py_ssize_t)names.count);
    if (!tuple)
        return -1;
    *part = (struct shared){names.list, tuple};
    for (size_t n = 0; n < names.count; n++) {
        PyObject *name = PyUnicode_InternFromString(names.list[n]);
        if (!name)
            return -1;
        PyTuple_SET_ITEM(tuple, (Py_ssize_t)n, name);
    }
    return 0;
}

static int add_reference(State *state, const char *reference)
{
    struct shared *part = part_for(state, reference);
    if (part->object)
        return 0;
    part->data = reference;
    part->object = PyUnicode_InternFromString(reference);
    return part->object ? 0 : -1;
}

PyObject *method_object(State *state, struct httpstatus_text method, const char *given,
                        PyObject *object)
{
    if (method.data == given && PyUnicode_CheckExact(object))
        return Py_NewRef(object);
    if (method.size == 3 && memcmp(method.data, "GET", 3) == 0)
        return Py_NewRef(state->get);
    return text_object(method);
}

PyObject *record_object(State *state, const Policy *policy, const struct httpstatus_redirect *r,
                        const char *given, PyObject *given_object)
{
    PyObject *record = PyStructSequence_New(state->redirect_type);
    if (!record)
        return NULL;
    bool next = r->method.data != NULL;
    PyObject *items[] = {
        Py_NewRef(state->actions[r->action]),
        Py_NewRef(state->reasons[r->reason]),
        next ? method_object(state, r->method, given, given_object) : Py_NewRef(Py_None),
        Py_NewRef(state->changes[r->method_change]),
        Py_NewRef(!next                 ? Py_None
                  : r->preserves_method ? Py_True
                                        : Py_False),
        answer_object(r->keeps_body),
        names_object(state, policy, r->drops_headers),
        names_object(state, policy, r->drops_cross_origin),
        Py_NewRef(state->kinds[r->kind]),
        PyBool_FromLong(r->cacheable),
        PyBool_FromLong(r->care),
        r->limit ? PyLong_FromLong(r->limit) : Py_NewRef(Py_None),
        reference_object(state, r->reference),
        url_object(r->url),
        answer_object(r->cross_origin),
        answer_object(r->downgraded),
    };
    return fill(record, items, Py_ARRAY_LENGTH(items));
}

static bool are_given(PyObject **places)
{
    return (places[URL] && places[URL] != Py_None) ||
           (places[LOCATION] && places[LOCATION] != Py_Ellipsis);
}

/* The record with its URL: 'places' are the request's and the response's Location. */
static PyObject *placed_record(State *state, const Policy *policy, struct httpstatus_redirect *r,
                               const char *given, PyObject *method, PyObject **places)
{
    PyObject *base = NULL, *place = NULL, *result = NULL;
    Locations locations;

    if (!places[LOCATION] || places[LOCATION] == Py_Ellipsis) {
        PyErr_SetString(PyExc_ValueError, "missing location: expected the value of the Location "
                                          "field, or None if the response has none");
        return NULL;
    }
    if (!places[URL] || places[URL] == Py_None) {
        invalid_url(NULL);
        return NULL;
    }
    if (!locations_from(places[LOCATION], &locations))
        return NULL;
    if ((base = url_bytes(places[URL])) &&
        (place = place_for((size_t)PyBytes_GET_SIZE(base), &locations))) {
        struct httpstatus_text url = {PyBytes_AS_STRING(base), (size_t)PyBytes_GET_SIZE(base)};
        if (httpstatus_redirect_to(r, &policy->policy, url, locations.texts, locations.count,
                                   PyBytes_AS_STRING(place),
                                   (size_t)PyBytes_GET_SIZE(place)) == HTTPSTATUS_RESOLVE_OK)
            result = record_object(state, policy, r, given, method);
        else
            invalid_url(places[URL]);
    }
    Py_XDECREF(base);
    Py_XDECREF(place);
    locations_clear(&locations);
    return result;
}

PyObject *record_for(State *state, int code, PyObject *method, struct httpstatus_text text,
                     enum httpstatus_body body, const Policy *policy, PyObject **places)
{
    struct httpstatus_redirect record;

    switch (httpstatus_redirect(code, text.data, text.size, body, &policy->policy, &record)) {
    case HTTPSTATUS_REDIRECT_INVALID_METHOD:
        invalid_method(method);
        return NULL;
    case HTTPSTATUS_REDIRECT_NONE:
        Py_RETURN_NONE;
    default:
        return places && are_given(places)
                   ? placed_record(state, policy, &record, text.data, method, places)
                   : record_object(state, policy, &record, text.data, method);
    }
}

/* Which record made at import belongs to the code. */
static int column_of(int code)
{
    if (code < HTTPSTATUS_REDIRECT_FIRST || code > HTTPSTATUS_REDIRECT_LAST)
        return 0;
    return code < HTTPSTATUS_REDIRECT_OTHERS ? code - HTTPSTATUS_REDIRECT_FIRST + 1 : COLUMNS - 1;
}

PyObject *ready_record(const State *state, int code, struct httpstatus_text method)
{
    for (int i = 0; i < METHODS && state->methods[i].data; i++)
        if (state->methods[i].size == method.size &&
            memcmp(state->methods[i].data, method.data, method.size) == 0)
            return state->records[i][column_of(code)];
    return NULL;
}

/* ---- What is made at import ---- */

static int intern(PyObject **object, const char *text)
{
    *object = text ? PyUnicode_InternFromString(text) : Py_NewRef(Py_None);
    return *object ? 0 : -1;
}

static int add_reference_of(State *state, const struct httpstatus_policy *policy, int code,
                            const char *method)
{
    struct httpstatus_redirect r;

    httpstatus_redirect(code, method, strlen(method), HTTPSTATUS_NO_BODY, policy, &r);
    return add_reference(state, r.reference);
}

/* The names and references in the records of a policy; two methods have references of their own. */
static int add_policy(State *state, const struct httpstatus_policy *policy)
{
    if (add_names(state, policy->drops_headers) < 0 ||
        add_names(state, policy->drops_cross_origin) < 0 ||
        add_reference_of(state, policy, 302, "QUERY") < 0 ||
        add_reference_of(state, policy, 302, "CONNECT") < 0)
        return -1;
    for (int code = HTTPSTATUS_REDIRECT_FIRST; code <= HTTPSTATUS_REDIRECT_OTHERS; code++)
        if (add_reference_of(state, policy, code, "GET") < 0)
            return -1;
    return 0;
}

/* The records of the default policy for the methods it knows by name. */
static int add_records(State *state)
{
    const Policy policy = {.policy = *httpstatus_policy(DEFAULT_POLICY.data, DEFAULT_POLICY.size)};
    const struct httpstatus_names known = policy.policy.upper_case;

    for (size_t i = 0; i < known.count && i < METHODS; i++) {
        struct httpstatus_text text = {known.list[i], strlen(known.list[i])};
        PyObject *method = PyUnicode_InternFromString(text.data);
        for (int column = 0; method && column < COLUMNS; column++) {
            state->records[i][column] = record_for(state, HTTPSTATUS_REDIRECT_FIRST - 1 + column,
                                                   method, text, HTTPSTATUS_BODY, &policy, NULL);
            if (!state->records[i][column])
                Py_CLEAR(method);
        }
        if (!method)
            return -1;
        Py_DECREF(method);
        state->methods[i] = text;
    }
    return 0;
}

int record_add(PyObject *module, State *state)
{
    for (int i = 0; i < ACTIONS; i++)
        if (intern(&state->actions[i], httpstatus_action_name((enum httpstatus_action)i)) < 0)
            return -1;
    for (int i = 0; i < REASONS; i++)
        if (intern(&state->reasons[i], httpstatus_reason_name((enum httpstatus_reason)i)) < 0)
            return -1;
    for (int i = 0; i < CHANGES; i++)
        if (intern(&state->changes[i],
                   httpstatus_method_change_name((enum httpstatus_method_change)i)) < 0)
            return -1;
    for (int i = 0; i < KINDS; i++)
        if (intern(&state->kinds[i],
                   httpstatus_redirect_kind_name((enum httpstatus_redirect_kind)i)) < 0)
            return -1;
    if (intern(&state->get, "GET") < 0)
        return -1;
    for (size_t i = 0; httpstatus_policy_name(i); i++) {
        const char *name = httpstatus_policy_name(i);
        if (add_policy(state, httpstatus_policy(name, strlen(name))) < 0)
            return -1;
    }
    if (!(state->redirect_type = record_type(&redirect_desc, NULL)) || add_records(state) < 0)
        return -1;
    return PyModule_AddType(module, state->redirect_type);
}

/* redirect() and its record. */
#include "_core.h"

static PyStructSequence_Field redirect_fields[] = {
    {"action", "'follow', 'ask' (only after the user agrees), 'may' (permitted, not instructed) "
               "or 'none'"},
    {"reason", "why there is nothing to follow: 'not-modified', 'proxy', 'unused', 'connect' or "
               "'not-a-redirect'; else None"},
    {"method", "method of the next request; None without one"},
    {"method_change", "'required' (the next method differs), 'optional' (repeating it would conform "
                      "too), 'forbidden' (it must stay); None without a next request"},
    {"preserves_method", "whether this request keeps its method; None without a next request"},
    {"keeps_body", "whether this request keeps its body; None without a next request"},
    {"drops_headers", "header fields to leave out because the body went"},
    {"drops_cross_origin", "header fields to leave out when the origin changed"},
    {"kind", "'permanent', 'temporary', 'other', 'choice' or None"},
    {"cacheable", "whether the response may be stored without explicit freshness"},
    {"care", "whether the next method is unsafe (rfc9110 only)"},
    {"limit", "redirects allowed in a row; None: the policy has no limit"},
    {"reference", "section of the standard"},
    {NULL},
};
static PyStructSequence_Desc redirect_desc = {
    "httpstatus.Redirect", "What the next request looks like after a redirect.", redirect_fields,
    13};

/* The tuple for a list of names of the core: there are few, all made at import. */
static PyObject *names_object(State *state, struct httpstatus_names names)
{
    for (int i = 0; names.count && i < NAME_LISTS && state->name_lists[i].tuple; i++)
        if (state->name_lists[i].names == names.names)
            return Py_NewRef(state->name_lists[i].tuple);
    return Py_NewRef(state->empty);
}

static int add_names(State *state, struct httpstatus_names names)
{
    int i = 0;

    while (i < NAME_LISTS && state->name_lists[i].tuple)
        i++;
    if (names.count == 0 || i == NAME_LISTS)
        return 0;
    PyObject *tuple = PyTuple_New((Py_ssize_t)names.count);
    if (!tuple)
        return -1;
    state->name_lists[i].names = names.names;
    state->name_lists[i].tuple = tuple;
    for (size_t n = 0; n < names.count; n++) {
        PyObject *name = PyUnicode_InternFromString(names.names[n]);
        if (!name)
            return -1;
        PyTuple_SET_ITEM(tuple, (Py_ssize_t)n, name);
    }
    return 0;
}

static PyObject *method_object(State *state, struct httpstatus_text method, const char *given,
                               PyObject *object)
{
    if (method.data == given)
        return Py_NewRef(object);
    if (method.size == 3 && memcmp(method.data, "GET", 3) == 0)
        return Py_NewRef(state->get);
    return text_object(method);
}

static PyObject *unknown_policy(PyObject *policy)
{
    PyObject *known = PyUnicode_FromString(httpstatus_policy_name(0));

    for (size_t i = 1; known && httpstatus_policy_name(i); i++)
        Py_SETREF(known, PyUnicode_FromFormat("%U, %s", known, httpstatus_policy_name(i)));
    if (known)
        PyErr_Format(PyExc_ValueError, "unknown policy %R: give one of %U", policy, known);
    Py_XDECREF(known);
    return NULL;
}

static PyObject *record_object(State *state, const struct httpstatus_redirect *r, const char *given,
                               PyObject *given_object)
{
    PyObject *record = PyStructSequence_New(state->redirect_type);
    if (!record)
        return NULL;
    bool next = r->action != HTTPSTATUS_ACTION_NONE;
    PyObject *keeps = !next ? Py_None : r->preserves_method ? Py_True : Py_False;
    PyObject *items[] = {
        Py_NewRef(state->actions[r->action]),
        Py_NewRef(state->reasons[r->reason]),
        next ? method_object(state, r->method, given, given_object) : Py_NewRef(Py_None),
        Py_NewRef(state->changes[r->method_change]),
        Py_NewRef(keeps),
        Py_NewRef(!next ? Py_None : r->keeps_body ? Py_True : Py_False),
        names_object(state, r->drops_headers),
        names_object(state, r->drops_cross_origin),
        Py_NewRef(state->kinds[r->kind]),
        PyBool_FromLong(r->cacheable),
        PyBool_FromLong(r->care),
        r->limit ? PyLong_FromLong(r->limit) : Py_NewRef(Py_None),
        PyUnicode_InternFromString(r->reference),
    };
    bool made = true;
    for (Py_ssize_t i = 0; i < (Py_ssize_t)Py_ARRAY_LENGTH(items); i++) {
        made = made && items[i];
        PyStructSequence_SetItem(record, i, items[i]);
    }
    if (!made)
        Py_CLEAR(record);
    return record;
}

const char redirect_doc[] =
"redirect($module, code, method, policy='fetch')\n--\n\n"
"What a client does with a redirect: a Redirect, or None if code is outside 300..399.\n\n"
"policy is 'rfc9110', 'fetch' (or 'browser') or 'rfc2616'. Methods are case-sensitive; only\n"
"'fetch' upper-cases, and only delete, get, head, options, post and put. An empty method, one\n"
"that is no token (RFC 9110 section 5.6.2) and an unknown policy are a ValueError.\n\n"
">>> import httpstatus\n"
">>> httpstatus.redirect(302, 'POST').method\n"
"'GET'\n"
">>> httpstatus.redirect(307, 'POST').method\n"
"'POST'\n"
">>> httpstatus.redirect(302, 'POST', policy='rfc2616').action\n"
"'ask'\n";

PyObject *redirect(PyObject *module, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
    static const char *const parameters[] = {"code", "method", "policy"};
    State *state = state_of_module(module);
    PyObject *values[3] = {NULL};
    struct httpstatus_text method, policy_name = {"fetch", 5};
    struct httpstatus_redirect record;
    int code;

    if (!parse_arguments("redirect", args, count, keywords, parameters, 3, 3, 2, values) ||
        !code_from(values[0], &code))
        return NULL;
    if (!PyUnicode_Check(values[1]))
        return PyErr_Format(PyExc_TypeError, "method must be a str such as 'GET', not %.200s",
                            Py_TYPE(values[1])->tp_name);
    if (values[2] && !PyUnicode_Check(values[2]))
        return PyErr_Format(PyExc_TypeError, "policy must be a str such as 'fetch', not %.200s",
                            Py_TYPE(values[2])->tp_name);
    if (!utf8_from(values[1], &method) || (values[2] && !utf8_from(values[2], &policy_name)))
        return NULL;
    const struct httpstatus_policy *policy = httpstatus_policy(policy_name.data, policy_name.size);
    if (!policy)
        return unknown_policy(values[2]);
    switch (httpstatus_redirect(code, method.data, method.size, policy, &record)) {
    case HTTPSTATUS_REDIRECT_INVALID_METHOD:
        return PyErr_Format(PyExc_ValueError,
                            "invalid method %R: give a token (RFC 9110 section 5.6.2) such as "
                            "'GET'", values[1]);
    case HTTPSTATUS_REDIRECT_NONE:
        Py_RETURN_NONE;
    default:
        return record_object(state, &record, method.data, values[1]);
    }
}

static int intern(PyObject **object, const char *text)
{
    *object = text ? PyUnicode_InternFromString(text) : Py_NewRef(Py_None);
    return *object ? 0 : -1;
}

int redirect_add(PyObject *module, State *state)
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
        struct httpstatus_redirect all;
        /* A POST answered by 303 loses its body under every policy: the record has all the lists. */
        httpstatus_redirect(303, "POST", 4, httpstatus_policy(name, strlen(name)), &all);
        if (add_names(state, all.drops_headers) < 0 || add_names(state, all.drops_cross_origin) < 0)
            return -1;
    }
    if (!(state->redirect_type = PyStructSequence_NewType(&redirect_desc)))
        return -1;
    return PyModule_AddType(module, state->redirect_type);
}

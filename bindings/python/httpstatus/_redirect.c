/* redirect() and its record, explanations, clients and chains of redirects. */
#include "_core.h"

#include <pythread.h>

static PyStructSequence_Field redirect_fields[] = {REDIRECT_MEMBERS {NULL}};
static PyStructSequence_Desc redirect_desc = {
    "httpstatus.Redirect", "What the next request looks like after a redirect.", redirect_fields,
    13};

/* ---- Policies: a named one, or one whose knobs are turned ---- */

enum { POLICY, FOLLOW, OTHERS, REWRITE_301, REWRITE_302, HEAD_ON_303, UNSAFE, DROPS_HEADERS,
       DROPS_CROSS_ORIGIN, LIMIT, KNOBS };
#define KNOB_NAMES \
    "policy", "follow", "others", "rewrite_301", "rewrite_302", "head_on_303", "unsafe_307_308", \
        "drops_headers", "drops_cross_origin", "limit"
static const char *const knob_names[] = {KNOB_NAMES};
/* The same as the signatures of functions end. */
#define KNOB_SIGNATURE \
    "follow=..., others=..., rewrite_301=..., rewrite_302=..., head_on_303=...,\n" \
    "unsafe_307_308=..., drops_headers=..., drops_cross_origin=..., limit=...)\n--\n\n"
static const struct httpstatus_text default_policy = {
    HTTPSTATUS_DEFAULT_POLICY, sizeof HTTPSTATUS_DEFAULT_POLICY - 1};

/* A policy, and what its lists of names point into if they are not the core's. */
typedef struct {
    struct httpstatus_policy policy;
    PyObject *tuples[2];
    const char **names[2];
} Policy;

static void policy_clear(Policy *policy)
{
    for (int i = 0; i < 2; i++) {
        Py_CLEAR(policy->tuples[i]);
        PyMem_Free(policy->names[i]);
        policy->names[i] = NULL;
    }
}

static bool unknown_policy(PyObject *policy)
{
    PyObject *known = PyUnicode_FromString(httpstatus_policy_name(0));

    for (size_t i = 1; known && httpstatus_policy_name(i); i++)
        Py_SETREF(known, PyUnicode_FromFormat("%U, %s", known, httpstatus_policy_name(i)));
    if (known)
        PyErr_Format(PyExc_ValueError, "unknown policy %R: give one of %U", policy, known);
    Py_XDECREF(known);
    return false;
}

static bool set_word(struct httpstatus_policy *policy, const char *knob, PyObject *value)
{
    struct httpstatus_text text;

    if (!PyUnicode_Check(value)) {
        PyErr_Format(PyExc_TypeError, "%s must be a str, not %.200s", knob,
                     Py_TYPE(value)->tp_name);
        return false;
    }
    if (!utf8_from(value, &text))
        return false;
    if (httpstatus_policy_set(policy, knob, text.data, text.size))
        return true;
    PyErr_Format(PyExc_ValueError, "%s cannot be %R: give one of %s", knob, value,
                 httpstatus_policy_values(knob));
    return false;
}

static bool set_follow(struct httpstatus_policy *policy, PyObject *value)
{
    PyObject *codes = PySequence_Tuple(value);
    int code;

    policy->follow = 0;
    for (Py_ssize_t i = 0; codes && i < PyTuple_GET_SIZE(codes); i++) {
        PyObject *item = PyTuple_GET_ITEM(codes, i);
        if (!code_from(item, &code)) {
            Py_CLEAR(codes);
        } else if (!httpstatus_policy_follow(policy, code)) {
            PyErr_Format(PyExc_ValueError,
                         "follow cannot have %R: give 300 to 308, and 309 for all codes above", item);
            Py_CLEAR(codes);
        }
    }
    Py_XDECREF(codes);
    return codes != NULL;
}

static bool set_limit(struct httpstatus_policy *policy, PyObject *value)
{
    int limit = 0;

    if (value != Py_None && !code_from(value, &limit))
        return false;
    if (limit < 0 || (limit == 0 && value != Py_None)) {
        PyErr_Format(PyExc_ValueError, "limit cannot be %R: give 1 or more, or None", value);
        return false;
    }
    policy->limit = limit;
    return true;
}

/*
 * A tuple of the items, each str among them an exact one: a subclass may hold anything, and what holds
 * these is not seen by the garbage collector.
 */
static PyObject *exact_strings(PyObject *value)
{
    PyObject *list = PySequence_List(value);

    for (Py_ssize_t i = 0; list && i < PyList_GET_SIZE(list); i++) {
        PyObject *item = PyList_GET_ITEM(list, i);
        if (!PyUnicode_Check(item))
            continue;
        PyObject *exact = PyUnicode_FromObject(item);
        if (!exact)
            Py_CLEAR(list);
        else
            PyList_SetItem(list, i, exact);
    }
    PyObject *tuple = list ? PyList_AsTuple(list) : NULL;
    Py_XDECREF(list);
    return tuple;
}

/* The names of header fields in 'value', kept in place 'i' of the policy. */
static bool set_names(Policy *policy, int i, const char *knob, PyObject *value,
                      struct httpstatus_names *names)
{
    struct httpstatus_text text;

    if (PyUnicode_Check(value)) {
        PyErr_Format(PyExc_TypeError, "%s must be a collection of names, not the str %R", knob,
                     value);
        return false;
    }
    policy->tuples[i] = exact_strings(value);
    if (!policy->tuples[i])
        return false;
    size_t count = (size_t)PyTuple_GET_SIZE(policy->tuples[i]);
    policy->names[i] = PyMem_Calloc(count ? count : 1, sizeof(char *));
    if (!policy->names[i]) {
        PyErr_NoMemory();
        return false;
    }
    for (size_t n = 0; n < count; n++) {
        PyObject *item = PyTuple_GET_ITEM(policy->tuples[i], (Py_ssize_t)n);
        if (!PyUnicode_CheckExact(item)) {
            PyErr_Format(PyExc_TypeError, "%s must have names that are str, not %.200s", knob,
                         Py_TYPE(item)->tp_name);
            return false;
        }
        if (!utf8_from(item, &text))
            return false;
        if (!httpstatus_is_token(text.data, text.size)) {
            PyErr_Format(PyExc_ValueError, "%s cannot have %R: give names of header fields", knob,
                         item);
            return false;
        }
        policy->names[i][n] = text.data;
    }
    *names = (struct httpstatus_names){policy->names[i], count};
    return true;
}

/* The policy of the arguments; false with an exception set, and nothing to clear. */
static bool policy_from(PyObject **values, Policy *policy)
{
    struct httpstatus_text name = default_policy;
    const struct httpstatus_policy *base;
    bool turned = false, done = true;

    memset(policy->tuples, 0, sizeof policy->tuples);
    memset(policy->names, 0, sizeof policy->names);
    for (int i = 0; i < KNOBS; i++) {
        if (values[i] == Py_Ellipsis) /* the default in the signatures */
            values[i] = NULL;
        turned = turned || (i != POLICY && values[i]);
    }
    if (values[POLICY] && !PyUnicode_Check(values[POLICY])) {
        PyErr_Format(PyExc_TypeError, "policy must be a str such as 'fetch', not %.200s",
                     Py_TYPE(values[POLICY])->tp_name);
        return false;
    }
    if (values[POLICY] && !utf8_from(values[POLICY], &name))
        return false;
    base = httpstatus_policy(name.data, name.size);
    if (!base)
        return unknown_policy(values[POLICY]);
    policy->policy = *base;
    if (!turned)
        return true;
    for (int i = OTHERS; done && i <= UNSAFE; i++)
        done = !values[i] || set_word(&policy->policy, knob_names[i], values[i]);
    done = done && (!values[FOLLOW] || set_follow(&policy->policy, values[FOLLOW])) &&
           (!values[LIMIT] || set_limit(&policy->policy, values[LIMIT])) &&
           (!values[DROPS_HEADERS] || set_names(policy, 0, "drops_headers", values[DROPS_HEADERS],
                                                &policy->policy.drops_headers)) &&
           (!values[DROPS_CROSS_ORIGIN] ||
            set_names(policy, 1, "drops_cross_origin", values[DROPS_CROSS_ORIGIN],
                      &policy->policy.drops_cross_origin));
    if (!done)
        policy_clear(policy);
    return done;
}

/* ---- Methods ---- */

static bool method_from(PyObject *object, struct httpstatus_text *method)
{
    if (PyUnicode_Check(object))
        return utf8_from(object, method);
    PyErr_Format(PyExc_TypeError, "method must be a str such as 'GET', not %.200s",
                 Py_TYPE(object)->tp_name);
    return false;
}

static bool invalid_method(PyObject *method)
{
    PyErr_Format(PyExc_ValueError,
                 "invalid method %R: give a token (RFC 9110 section 5.6.2) such as 'GET'", method);
    return false;
}

/* ---- Records ---- */

/* The place of the object for a text or a list of names, or for a new one. */
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

/* The tuple for a list of names: the policy's own, or one of those made at import. */
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

/* The record with these items, whose references it takes; NULL if one of them could not be made. */
static PyObject *fill(PyObject *record, PyObject **items, size_t count)
{
    bool made = true;

    for (size_t i = 0; i < count; i++) {
        made = made && items[i];
        PyTuple_SET_ITEM(record, (Py_ssize_t)i, items[i]);
    }
    if (!made)
        Py_CLEAR(record);
    return record;
}

/* The method as a str, which is the one that was given if it is of that text. */
static PyObject *method_object(State *state, struct httpstatus_text method, const char *given,
                               PyObject *object)
{
    if (method.data == given && PyUnicode_CheckExact(object))
        return Py_NewRef(object);
    if (method.size == 3 && memcmp(method.data, "GET", 3) == 0)
        return Py_NewRef(state->get);
    return text_object(method);
}

static PyObject *record_object(State *state, const Policy *policy,
                               const struct httpstatus_redirect *r, const char *given,
                               PyObject *given_object)
{
    PyObject *record = PyStructSequence_New(state->redirect_type);
    if (!record)
        return NULL;
    bool next = r->action != HTTPSTATUS_ACTION_NONE;
    PyObject *items[] = {
        Py_NewRef(state->actions[r->action]),
        Py_NewRef(state->reasons[r->reason]),
        next ? method_object(state, r->method, given, given_object) : Py_NewRef(Py_None),
        Py_NewRef(state->changes[r->method_change]),
        Py_NewRef(!next ? Py_None : r->preserves_method ? Py_True : Py_False),
        Py_NewRef(!next ? Py_None : r->keeps_body ? Py_True : Py_False),
        names_object(state, policy, r->drops_headers),
        names_object(state, policy, r->drops_cross_origin),
        Py_NewRef(state->kinds[r->kind]),
        PyBool_FromLong(r->cacheable),
        PyBool_FromLong(r->care),
        r->limit ? PyLong_FromLong(r->limit) : Py_NewRef(Py_None),
        reference_object(state, r->reference),
    };
    return fill(record, items, Py_ARRAY_LENGTH(items));
}

const char redirect_doc[] =
"redirect($module, code, method, policy='" HTTPSTATUS_DEFAULT_POLICY "', *, " KNOB_SIGNATURE
"What a client does with a redirect: a Redirect, or None if code is outside 300..399.\n\n"
DOC_POLICIES
"Methods are case-sensitive; only 'fetch' upper-cases, and only delete, get, head, options, post and\n"
"put. An empty method, one that is not a token (RFC 9110 section 5.6.2) and an unknown policy are a\n"
"ValueError.\n\n"
DOC_KNOBS
"\n"
">>> import httpstatus\n"
">>> httpstatus.redirect(302, 'POST').method\n"
"'GET'\n"
">>> httpstatus.redirect(307, 'POST').method\n"
"'POST'\n"
">>> httpstatus.redirect(302, 'POST', policy='rfc2616').action\n"
"'ask'\n"
">>> httpstatus.redirect(302, 'PUT', rewrite_302='all').method\n"
"'GET'\n";

/* Finds the policy among the arguments of a function whose own come first. */
enum { OWN = 2 };

static PyObject *record_for(State *state, int code, PyObject *method, struct httpstatus_text text,
                            const Policy *policy)
{
    struct httpstatus_redirect record;

    switch (httpstatus_redirect(code, text.data, text.size, &policy->policy, &record)) {
    case HTTPSTATUS_REDIRECT_INVALID_METHOD:
        invalid_method(method);
        return NULL;
    case HTTPSTATUS_REDIRECT_NONE:
        Py_RETURN_NONE;
    default:
        return record_object(state, policy, &record, text.data, method);
    }
}

/* Which of the records made at import is for the code. */
static int column_of(int code)
{
    if (code < HTTPSTATUS_REDIRECT_FIRST || code > HTTPSTATUS_REDIRECT_LAST)
        return 0;
    return code < HTTPSTATUS_REDIRECT_OTHERS ? code - HTTPSTATUS_REDIRECT_FIRST + 1 : COLUMNS - 1;
}

/* The record made at import for a well-known method under the default policy; else NULL. */
static PyObject *ready_record(const State *state, int code, struct httpstatus_text method)
{
    for (int i = 0; i < METHODS && state->methods[i].data; i++)
        if (state->methods[i].size == method.size &&
            memcmp(state->methods[i].data, method.data, method.size) == 0)
            return state->records[i][column_of(code)];
    return NULL;
}

PyObject *redirect(PyObject *module, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
{
    static const char *const parameters[] = {"code", "method", KNOB_NAMES};
    State *state = state_of_module(module);
    PyObject *values[OWN + KNOBS] = {NULL}, *ready;
    struct httpstatus_text method;
    Policy policy;
    int code;

    if (!parse_arguments("redirect", args, count, keywords, parameters, OWN + KNOBS, OWN + 1, OWN,
                         values) ||
        !code_from(values[0], &code) || !method_from(values[1], &method))
        return NULL;
    if (count == OWN && !keywords && (ready = ready_record(state, code, method)))
        return Py_NewRef(ready);
    if (!policy_from(values + OWN, &policy))
        return NULL;
    PyObject *result = record_for(state, code, values[1], method, &policy);
    policy_clear(&policy);
    return result;
}

/* ---- explain_redirect() ---- */

PyDoc_STRVAR(explain_doc,
"explain_redirect($module, code, method, policy='" HTTPSTATUS_DEFAULT_POLICY "', *, " KNOB_SIGNATURE
"What redirect() answers, in one to three sentences with the section of the standard; None if\n"
"code is outside 300..399.\n\n"
">>> import httpstatus\n"
">>> print(httpstatus.explain_redirect(304, 'GET'))\n"
"304 leads nowhere: the client is to use the response that it has stored. (Fetch, null body status)\n");

static PyObject *joined(const char *const *sentences, size_t count, const char *reference)
{
    PyObject *text = PyUnicode_FromString(sentences[0]);

    for (size_t i = 1; text && i < count; i++)
        Py_SETREF(text, PyUnicode_FromFormat("%U %s", text, sentences[i]));
    if (text)
        Py_SETREF(text, PyUnicode_FromFormat("%U (%s)", text, reference));
    return text;
}

static PyObject *explain_redirect(PyObject *Py_UNUSED(module), PyObject *const *args,
                                  Py_ssize_t count, PyObject *keywords)
{
    static const char *const parameters[] = {"code", "method", KNOB_NAMES};
    PyObject *values[OWN + KNOBS] = {NULL}, *result = NULL;
    const char *sentences[HTTPSTATUS_SENTENCES];
    struct httpstatus_text method;
    struct httpstatus_redirect record;
    Policy policy;
    int code;

    if (!parse_arguments("explain_redirect", args, count, keywords, parameters, OWN + KNOBS, OWN + 1,
                         OWN, values) ||
        !code_from(values[0], &code) || !method_from(values[1], &method) ||
        !policy_from(values + OWN, &policy))
        return NULL;
    enum httpstatus_redirect_result found =
        httpstatus_redirect(code, method.data, method.size, &policy.policy, &record);
    if (found == HTTPSTATUS_REDIRECT_INVALID_METHOD)
        invalid_method(values[1]);
    else if (found == HTTPSTATUS_REDIRECT_NONE)
        result = Py_NewRef(Py_None);
    else
        result = joined(sentences, httpstatus_explain(code, method.data, method.size,
                                                      &policy.policy, sentences),
                        record.reference);
    policy_clear(&policy);
    return result;
}

/* ---- redirect_clients() ---- */

static PyStructSequence_Field client_fields[] = {REDIRECTCLIENT_MEMBERS {NULL}};
static PyStructSequence_Desc client_desc = {
    "httpstatus.RedirectClient",
    "What a real client was measured to do with a redirect: a fact with a date, no rule.",
    client_fields, 11};

static PyObject *truth_object(enum httpstatus_answer answer)
{
    if (answer == HTTPSTATUS_UNKNOWN)
        Py_RETURN_NONE;
    return PyBool_FromLong(answer == HTTPSTATUS_YES);
}

static PyObject *client_object(State *state, const struct httpstatus_client *client)
{
    PyObject *record = PyStructSequence_New(state->client_type);
    if (!record)
        return NULL;
    struct httpstatus_text at_limit = {client->at_limit,
                                       client->at_limit ? strlen(client->at_limit) : 0};
    PyObject *items[] = {
        text_object(client->name),
        text_object(client->version),
        PyLong_FromLong(client->code),
        text_object(client->request_method),
        PyBool_FromLong(client->followed),
        text_object(client->method),
        truth_object(client->keeps_body),
        truth_object(client->sends_content_type),
        truth_object(client->sends_authorization),
        client->limit < 0 ? Py_NewRef(Py_None) : PyLong_FromLong(client->limit),
        text_object(at_limit),
    };
    return fill(record, items, Py_ARRAY_LENGTH(items));
}

PyDoc_STRVAR(clients_doc,
"redirect_clients($module, code, method, /)\n--\n\n"
"What real clients were measured to do with a redirect (November 2026): a list of RedirectClient,\n"
"empty for a code outside 300..308 or a method other than DELETE, GET, HEAD, OPTIONS, PATCH, POST,\n"
"PUT, QUERY and FROB, which stands for an unknown one.\n\n"
">>> import httpstatus\n"
">>> c, = [c for c in httpstatus.redirect_clients(302, 'POST') if c.name == 'curl -L -X']\n"
">>> c.method, c.keeps_body, c.differs_from('curl')\n"
"('POST', False, ('method', 'headers'))\n");

static PyObject *redirect_clients(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    struct httpstatus_client client;
    struct httpstatus_text method;
    int code;

    if (count != 2)
        return PyErr_Format(PyExc_TypeError, "redirect_clients() takes a code and a method");
    if (!code_from(args[0], &code) || !method_from(args[1], &method))
        return NULL;
    if (!httpstatus_is_token(method.data, method.size)) {
        invalid_method(args[1]);
        return NULL;
    }
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < httpstatus_client_count(); i++) {
        if (!httpstatus_client(i, code, method.data, method.size, &client))
            continue;
        PyObject *item = client_object(state_of_module(module), &client);
        if (!item || PyList_Append(list, item) < 0)
            Py_CLEAR(list);
        Py_XDECREF(item);
    }
    return list;
}

/* The measurement that a record shows, found again by what it says of itself. */
static bool client_from(PyObject *record, struct httpstatus_client *client)
{
    struct httpstatus_text name, version, method;
    int code;

    if (!PyUnicode_Check(PyStructSequence_GetItem(record, 0)) ||
        !PyUnicode_Check(PyStructSequence_GetItem(record, 1)) ||
        !PyUnicode_Check(PyStructSequence_GetItem(record, 3)) ||
        !utf8_from(PyStructSequence_GetItem(record, 0), &name) ||
        !utf8_from(PyStructSequence_GetItem(record, 1), &version) ||
        !code_from(PyStructSequence_GetItem(record, 2), &code) ||
        !utf8_from(PyStructSequence_GetItem(record, 3), &method))
        return false;
    return httpstatus_client_find(name, version, code, method, client);
}

PyDoc_STRVAR(differs_doc,
"differs_from($self, policy, *, " KNOB_SIGNATURE
DOC_DIFFERENCES
"\n"
">>> import httpstatus\n"
">>> c, = [c for c in httpstatus.redirect_clients(302, 'POST') if c.name == 'curl -L -X']\n"
">>> c.differs_from('rfc9110')\n"
"('body',)\n");

static PyObject *client_differs_from(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                     PyObject *keywords)
{
    PyObject *values[KNOBS] = {NULL};
    struct httpstatus_client client;
    Policy policy;

    if (!parse_arguments("differs_from", args, count, keywords, knob_names, KNOBS, 1, 1, values) ||
        !policy_from(values, &policy))
        return NULL;
    unsigned differs = 0;
    bool found = client_from(self, &client);
    if (found)
        differs = httpstatus_client_differs(&client, &policy.policy);
    policy_clear(&policy);
    if (!found) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_ValueError, "this is not a record that redirect_clients() gave");
        return NULL;
    }
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && httpstatus_difference_name(i); i++) {
        if (!(differs >> i & 1))
            continue;
        PyObject *name = PyUnicode_InternFromString(httpstatus_difference_name(i));
        if (!name || PyList_Append(list, name) < 0)
            Py_CLEAR(list);
        Py_XDECREF(name);
    }
    PyObject *tuple = list ? PyList_AsTuple(list) : NULL;
    Py_XDECREF(list);
    return tuple;
}

static PyMethodDef differs_method = {
    "differs_from", (PyCFunction)(void (*)(void))client_differs_from,
    METH_FASTCALL | METH_KEYWORDS, differs_doc};

static PyMethodDef redirect_functions[] = {
    {"explain_redirect", (PyCFunction)(void (*)(void))explain_redirect,
     METH_FASTCALL | METH_KEYWORDS, explain_doc},
    {"redirect_clients", (PyCFunction)(void (*)(void))redirect_clients, METH_FASTCALL, clients_doc},
    {NULL},
};

static int add_clients(PyObject *module, State *state)
{
    state->client_type = record_type(&client_desc, &differs_method);
    if (!state->client_type || PyModule_AddType(module, state->client_type) < 0)
        return -1;
    return PyModule_AddFunctions(module, redirect_functions);
}

/* ---- RedirectChain ---- */

typedef struct {
    PyObject_HEAD
    PyThread_type_lock lock; /* the chain has no other guard where there is no interpreter's lock */
    PyObject *method;        /* as it was given: the chain points into it */
    const char *method_text;
    Policy policy;
    struct httpstatus_chain chain;
} ChainObject;

/* The bytes of a URL that may be any str; NULL with an exception set if it is none. */
static PyObject *url_bytes(PyObject *url)
{
    if (PyUnicode_Check(url))
        return PyUnicode_AsEncodedString(url, "utf-8", "surrogatepass");
    return PyErr_Format(PyExc_TypeError, "url must be a str or None, not %.200s",
                        Py_TYPE(url)->tp_name);
}

static void chain_dealloc(ChainObject *self)
{
    PyTypeObject *type = Py_TYPE(self);

    if (self->lock)
        PyThread_free_lock(self->lock);
    policy_clear(&self->policy);
    Py_XDECREF(self->method);
    type->tp_free(self);
    Py_DECREF(type);
}

static bool chain_begin(ChainObject *self, PyObject *method, PyObject *url, PyObject **knobs)
{
    struct httpstatus_text text;
    PyObject *bytes = NULL;

    if (PyUnicode_Check(method) && !(self->method = PyUnicode_FromObject(method)))
        return false;
    if (!method_from(self->method ? self->method : method, &text) ||
        !policy_from(knobs, &self->policy))
        return false;
    if (url && url != Py_None && !(bytes = url_bytes(url)))
        return false;
    bool begun = httpstatus_chain_init(&self->chain, &self->policy.policy, text.data, text.size,
                                       bytes ? PyBytes_AS_STRING(bytes) : NULL,
                                       bytes ? (size_t)PyBytes_GET_SIZE(bytes) : 0);
    Py_XDECREF(bytes);
    if (!begun)
        return invalid_method(method);
    self->method_text = text.data;
    return true;
}

static PyObject *chain_call(PyObject *type, PyObject *const *args, size_t flagged,
                            PyObject *keywords)
{
    static const char *const parameters[] = {"method", KNOB_NAMES, "url"};
    PyObject *values[1 + KNOBS + 1] = {NULL};

    if (!parse_arguments("RedirectChain", args, PyVectorcall_NARGS(flagged), keywords, parameters,
                         1 + KNOBS + 1, 2, 1, values))
        return NULL;
    ChainObject *self = (ChainObject *)((PyTypeObject *)type)->tp_alloc((PyTypeObject *)type, 0);
    if (!self)
        return NULL;
    self->lock = PyThread_allocate_lock();
    if (!self->lock)
        PyErr_NoMemory();
    if (!self->lock || !chain_begin(self, values[0], values[1 + KNOBS], values + 1))
        Py_CLEAR(self);
    return (PyObject *)self;
}

static PyObject *chain_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    return PyObject_VectorcallDict((PyObject *)type, PySequence_Fast_ITEMS(args),
                                   (size_t)PyTuple_GET_SIZE(args), keywords);
}

PyDoc_STRVAR(chain_step_doc,
"step($self, code, url=None, cross_origin=False)\n--\n\n"
"The response had this code and led to url; the next request as a Redirect, or None if the code\n"
"is outside 300..399. url is opaque text, resolved by the caller, and serves to find loops;\n"
"cross_origin says whether it is another origin than that of the last request. A redirect more\n"
"than the limit, and a loop where the policy looks for loops, is a RedirectError.\n\n"
">>> from httpstatus import RedirectChain\n"
">>> chain = RedirectChain('POST', limit=1)\n"
">>> chain.step(303, 'https://example.org/done').method\n"
"'GET'\n"
">>> chain.step(302, 'https://example.org/home')\n"
"Traceback (most recent call last):\n"
"httpstatus.RedirectError: too many redirects: the policy allows 1 in a row\n");

static PyObject *chain_step(ChainObject *self, PyObject *const *args, Py_ssize_t count,
                            PyObject *keywords)
{
    static const char *const parameters[] = {"code", "url", "cross_origin"};
    State *state = PyType_GetModuleState(Py_TYPE(self));
    PyObject *values[3] = {NULL}, *bytes = NULL;
    struct httpstatus_redirect record;
    int code, cross_origin = 0;

    if (!parse_arguments("step", args, count, keywords, parameters, 3, 3, 1, values) ||
        !code_from(values[0], &code) ||
        (values[2] && (cross_origin = PyObject_IsTrue(values[2])) < 0) ||
        (values[1] && values[1] != Py_None && !(bytes = url_bytes(values[1]))))
        return NULL;
    PyThread_acquire_lock(self->lock, WAIT_LOCK);
    enum httpstatus_chain_result result =
        httpstatus_chain_step(&self->chain, code, bytes ? PyBytes_AS_STRING(bytes) : NULL,
                              bytes ? (size_t)PyBytes_GET_SIZE(bytes) : 0, cross_origin != 0,
                              &record);
    PyThread_release_lock(self->lock);
    Py_XDECREF(bytes);
    switch (result) {
    case HTTPSTATUS_CHAIN_END:
        Py_RETURN_NONE;
    case HTTPSTATUS_CHAIN_LIMIT:
        return PyErr_Format(state->redirect_error, "too many redirects: the policy allows %d in a "
                                                   "row", self->policy.policy.limit);
    case HTTPSTATUS_CHAIN_LOOP:
        return PyErr_Format(state->redirect_error, "a redirect loop: %R has been there before",
                            values[1]);
    default:
        return record_object(state, &self->policy, &record, self->method_text, self->method);
    }
}

static PyObject *chain_method(ChainObject *self, void *Py_UNUSED(ignored))
{
    State *state = PyType_GetModuleState(Py_TYPE(self));

    PyThread_acquire_lock(self->lock, WAIT_LOCK);
    struct httpstatus_text method = self->chain.method;
    PyThread_release_lock(self->lock);
    return method_object(state, method, self->method_text, self->method);
}

static PyObject *chain_count(ChainObject *self, void *Py_UNUSED(ignored))
{
    PyThread_acquire_lock(self->lock, WAIT_LOCK);
    uint64_t count = self->chain.count;
    PyThread_release_lock(self->lock);
    return PyLong_FromUnsignedLongLong(count);
}

PyDoc_STRVAR(chain_doc,
"RedirectChain(method, policy='" HTTPSTATUS_DEFAULT_POLICY "', *, url=None, " KNOB_SIGNATURE
"Redirects in a row: method, body and credentials are carried from one to the next. Once the body\n"
"was dropped it stays dropped; once the origin changed, .drops_cross_origin names what to leave\n"
"out of every request. url is where the first request went. The knobs are those of redirect().\n\n"
">>> from httpstatus import RedirectChain\n"
">>> chain = RedirectChain('POST')\n"
">>> chain.step(302).method, chain.step(307).method\n"
"('GET', 'GET')\n"
">>> chain.count\n"
"2\n");

static PyMethodDef chain_methods[] = {
    {"step", (PyCFunction)(void (*)(void))chain_step, METH_FASTCALL | METH_KEYWORDS,
     chain_step_doc},
    {NULL},
};

static PyGetSetDef chain_getset[] = {
    {"method", (getter)chain_method, NULL, PyDoc_STR(DOC_RedirectChain_method), NULL},
    {"count", (getter)chain_count, NULL, PyDoc_STR(DOC_RedirectChain_count), NULL},
    {NULL},
};

static PyType_Slot chain_slots[] = {
    {Py_tp_doc, (void *)chain_doc},     {Py_tp_new, chain_new},
    {Py_tp_dealloc, chain_dealloc},     {Py_tp_methods, chain_methods},
    {Py_tp_getset, chain_getset},       {0, NULL},
};

static PyType_Spec chain_spec = {
    .name = "httpstatus.RedirectChain",
    .basicsize = sizeof(ChainObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = chain_slots,
};

static int add_chain(PyObject *module, State *state)
{
    state->redirect_error = PyErr_NewExceptionWithDoc(
        "httpstatus.RedirectError", "Too many redirects, or a loop of them.", NULL, NULL);
    state->chain_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &chain_spec, NULL);
    if (!state->redirect_error || !state->chain_type)
        return -1;
    state->chain_type->tp_vectorcall = chain_call;
    if (PyModule_AddObjectRef(module, "RedirectError", state->redirect_error) < 0)
        return -1;
    return PyModule_AddType(module, state->chain_type);
}

/* ---- What is made at import ---- */

static int intern(PyObject **object, const char *text)
{
    *object = text ? PyUnicode_InternFromString(text) : Py_NewRef(Py_None);
    return *object ? 0 : -1;
}

/* What the records of a policy have in them; CONNECT has a reference of its own. */
static int add_policy(State *state, const struct httpstatus_policy *policy)
{
    struct httpstatus_redirect r;

    if (add_names(state, policy->drops_headers) < 0 ||
        add_names(state, policy->drops_cross_origin) < 0)
        return -1;
    for (int code = HTTPSTATUS_REDIRECT_FIRST; code <= HTTPSTATUS_REDIRECT_OTHERS; code++) {
        httpstatus_redirect(code, "GET", 3, policy, &r);
        if (add_reference(state, r.reference) < 0)
            return -1;
    }
    httpstatus_redirect(302, "CONNECT", 7, policy, &r);
    return add_reference(state, r.reference);
}

/* The records of the default policy for the methods that it knows by name. */
static int add_records(State *state)
{
    const Policy policy = {.policy = *httpstatus_policy(default_policy.data, default_policy.size)};
    const struct httpstatus_names known = policy.policy.upper_case;

    for (size_t i = 0; i < known.count && i < METHODS; i++) {
        struct httpstatus_text text = {known.list[i], strlen(known.list[i])};
        PyObject *method = PyUnicode_InternFromString(text.data);
        for (int column = 0; method && column < COLUMNS; column++) {
            state->records[i][column] = record_for(
                state, HTTPSTATUS_REDIRECT_FIRST - 1 + column, method, text, &policy);
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
        if (add_policy(state, httpstatus_policy(name, strlen(name))) < 0)
            return -1;
    }
    if (!(state->redirect_type = record_type(&redirect_desc, NULL)) ||
        add_records(state) < 0 || PyModule_AddType(module, state->redirect_type) < 0)
        return -1;
    return add_clients(module, state) < 0 ? -1 : add_chain(module, state);
}

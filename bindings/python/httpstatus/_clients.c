/* redirect_clients(): what real clients did when measured. */
#include "_redirect.h"

/*
 * @final
 * class RedirectClient(structseq):
 *     name: str
 *     version: str
 *     code: int
 *     request_method: str
 *     request_body: bool
 *     followed: bool
 *     method: str | None
 *     keeps_body: bool | None
 *     sends_content_type: bool | None
 *     sends_authorization: bool | None
 *     limit: int | None
 *     at_limit: _AtLimit | None
 */
static PyStructSequence_Field client_fields[] = {REDIRECTCLIENT_MEMBERS{NULL}};
static PyStructSequence_Desc client_desc = {
    "httpstatus.RedirectClient",
    "What a real client did with a redirect when measured: a dated fact, not a rule.",
    client_fields, 12};

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
        PyBool_FromLong(client->request_body),
        PyBool_FromLong(client->followed),
        text_object(client->method),
        answer_object(client->keeps_body),
        answer_object(client->sends_content_type),
        answer_object(client->sends_authorization),
        client->limit < 0 ? Py_NewRef(Py_None) : PyLong_FromLong(client->limit),
        text_object(at_limit),
    };
    return fill(record, items, Py_ARRAY_LENGTH(items));
}

/*
 * def redirect_clients(
 *     code: SupportsIndex, method: str, body: bool = True
 * ) -> list[RedirectClient]: ...
 */
PyDoc_STRVAR(clients_doc,
SIGNATURE_redirect_clients
"What real clients did with a redirect when measured (November 2026): a list of RedirectClient.\n\n"
"The codes measured are 300 to 308 and the methods DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT,\n"
"QUERY and FROB, which stands for an unknown method; for others the list is empty.  With\n"
"body=False it says what clients did after a request without a body; some were not asked.  GET,\n"
"HEAD and OPTIONS never had a body, and body= changes nothing for them.\n\n"
">>> import httpstatus\n"
">>> c, = [c for c in httpstatus.redirect_clients(302, 'POST') if c.name == 'curl -L -X']\n"
">>> c.method, c.keeps_body, c.differs_from('curl')\n"
"('POST', False, ('method',))\n"
">>> for body in True, False:\n"
"...     c, = [c for c in httpstatus.redirect_clients(302, 'DELETE', body)\n"
"...           if c.name == 'curl --follow']\n"
"...     c.request_body, c.method\n"
"(True, 'GET')\n"
"(False, 'DELETE')\n");

static PyObject *redirect_clients(PyObject *module, PyObject *const *args, Py_ssize_t count,
                                  PyObject *keywords)
{
    static const Signature signature = {"redirect_clients", 3, 2, {"code", "method", "body"}};
    PyObject *values[3] = {NULL};
    struct httpstatus_client client;
    struct httpstatus_text method;
    bool body = true;
    int code;

    if (!parse_arguments(&signature, args, count, keywords, values) ||
        !code_from(values[0], "code", &code) || !method_from(values[1], &method) ||
        (values[2] && !truth_from(values[2], &body)))
        return NULL;
    if (!httpstatus_is_token(method.data, method.size)) {
        invalid_method(values[1]);
        return NULL;
    }
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < httpstatus_client_count(); i++)
        if (httpstatus_client(i, code, method.data, method.size, body, &client))
            list_add(&list, client_object(state_of_module(module), &client));
    return list;
}

static bool read_record(PyObject *record, struct httpstatus_client *client)
{
    struct httpstatus_text *const texts[] = {&client->name, &client->version, NULL,
                                             &client->request_method};

    for (Py_ssize_t i = 0; i < 4; i++) {
        PyObject *item = PyStructSequence_GetItem(record, i);
        if (texts[i] ? !PyUnicode_Check(item) || !utf8_from(item, texts[i])
                     : !code_from(item, "code", &client->code))
            return false;
    }
    PyObject *body = PyStructSequence_GetItem(record, 4);
    client->request_body = body == Py_True;
    return PyBool_Check(body);
}

/* The measurement behind a record, found by the record's first five members. */
static bool client_from(PyObject *record, struct httpstatus_client *client)
{
    if (read_record(record, client) &&
        httpstatus_client_find(client->name, client->version, client->code, client->request_method,
                               client->request_body, client))
        return true;
    if (!PyErr_Occurred())
        PyErr_SetString(PyExc_ValueError, "invalid record: expected one from redirect_clients()");
    return false;
}

/*
 * class RedirectClient:
 *     def differs_from(
 *         self, policy: _PolicyName, **knobs: Unpack[_Knobs]
 *     ) -> tuple[_Difference, ...]: ...
 */
PyDoc_STRVAR(differs_doc,
SIGNATURE_RedirectClient_differs_from
DOC_DIFFERENCES
"\n"
">>> import httpstatus\n"
">>> c, = [c for c in httpstatus.redirect_clients(302, 'POST') if c.name == 'curl -L -X']\n"
">>> c.differs_from('rfc9110')\n"
"('body',)\n");

static PyObject *differences(unsigned bits)
{
    PyObject *list = PyList_New(0);

    for (size_t i = 0; list && httpstatus_difference_name(i); i++)
        if (bits >> i & 1)
            list_add(&list, PyUnicode_InternFromString(httpstatus_difference_name(i)));
    return tuple_of(list);
}

static PyObject *client_differs_from(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                     PyObject *keywords)
{
    static const Signature signature = {"differs_from", 1, 1, {KNOB_NAMES}};
    PyObject *values[KNOBS] = {NULL};
    struct httpstatus_client client;
    Policy policy;

    if (!parse_arguments(&signature, args, count, keywords, values) ||
        !client_from(self, &client) || !policy_from(values, &policy))
        return NULL;
    unsigned bits = httpstatus_client_differs(&client, &policy.policy);
    policy_clear(&policy);
    return differences(bits);
}

static PyMethodDef differs_method = {"differs_from",
                                     (PyCFunction)(void (*)(void))client_differs_from,
                                     METH_FASTCALL | METH_KEYWORDS, differs_doc};

static PyMethodDef functions[] = {
    {"redirect_clients", (PyCFunction)(void (*)(void))redirect_clients,
     METH_FASTCALL | METH_KEYWORDS, clients_doc},
    {NULL},
};

int clients_add(PyObject *module, State *state)
{
    state->client_type = record_type(&client_desc, &differs_method);
    if (!state->client_type || PyModule_AddType(module, state->client_type) < 0)
        return -1;
    return PyModule_AddFunctions(module, functions);
}

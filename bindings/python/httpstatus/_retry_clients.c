/* retry_clients(): what real clients sent again after a failure when measured. */
#include "_redirect.h"

/*
 * @final
 * class RetryClient(structseq):
 *     name: str
 *     version: str
 *     code: int
 *     request_method: str
 *     retried: bool
 *     tries: int | None
 *     delay: float | None
 *     longest_delay: float | None
 *     honours_retry_after: bool | None
 *     on_zero: _OnRetryAfter | None
 *     on_date: _OnRetryAfter | None
 *     on_garbage: _OnRetryAfter | None
 *     on_long: _OnRetryAfter | None
 *     cap: float | None
 *     sends_body: bool | None
 *     same_connection: bool | None
 */
static PyStructSequence_Field client_fields[] = {RETRYCLIENT_MEMBERS{NULL}};
static PyStructSequence_Desc client_desc = {
    "httpstatus.RetryClient",
    "What a real client did with a failed request when measured: a dated fact, not a rule.",
    client_fields, 16};

static PyObject *word_object(const char *word)
{
    return word ? PyUnicode_InternFromString(word) : Py_NewRef(Py_None);
}

static PyObject *seconds_object(double seconds)
{
    return seconds < 0 ? Py_NewRef(Py_None) : PyFloat_FromDouble(seconds);
}

static PyObject *client_object(State *state, const struct httpstatus_retry_client *client)
{
    PyObject *record = PyStructSequence_New(state->retry_client_type);
    if (!record)
        return NULL;
    PyObject *items[] = {
        text_object(client->name),
        text_object(client->version),
        PyLong_FromLong(client->code),
        text_object(client->request_method),
        PyBool_FromLong(client->retried),
        client->tries < 0 ? Py_NewRef(Py_None) : PyLong_FromLong(client->tries),
        seconds_object(client->delay),
        seconds_object(client->longest_delay),
        answer_object(client->honours_retry_after),
        word_object(client->on_zero),
        word_object(client->on_date),
        word_object(client->on_garbage),
        word_object(client->on_long),
        seconds_object(client->cap),
        answer_object(client->sends_body),
        answer_object(client->same_connection),
    };
    return fill(record, items, Py_ARRAY_LENGTH(items));
}

/* def retry_clients(code: SupportsIndex, method: str) -> list[RetryClient]: ... */
PyDoc_STRVAR(clients_doc,
SIGNATURE_retry_clients
"What real clients with retries switched on sent again when measured (November 2026): a list of\n"
"RetryClient.\n\n"
"The codes measured are most of 400 to 431, 440 to 499, 500 to 511, 520 to 530, 540, 561, 598 and\n"
"599, and the methods DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT, QUERY and FROB, which stands\n"
"for an unknown method; for others the list is empty.\n\n"
">>> import httpstatus\n"
">>> c, = [c for c in httpstatus.retry_clients(503, 'POST') if c.name == 'go-retryablehttp']\n"
">>> c.retried, c.tries, c.delay, c.honours_retry_after, c.on_garbage\n"
"(True, 5, 1.0, True, 'own delay')\n");

static PyObject *retry_clients(PyObject *module, PyObject *const *args, Py_ssize_t count,
                               PyObject *keywords)
{
    static const Signature signature = {"retry_clients", 2, 2, {"code", "method"}};
    PyObject *values[2] = {NULL};
    struct httpstatus_retry_client client;
    struct httpstatus_text method;
    int code;

    if (!parse_arguments(&signature, args, count, keywords, values) ||
        !code_from(values[0], "code", &code) || !method_from(values[1], &method))
        return NULL;
    if (!httpstatus_is_token(method.data, method.size)) {
        invalid_method(values[1]);
        return NULL;
    }
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < httpstatus_retry_client_count(); i++)
        if (httpstatus_retry_client(i, code, method.data, method.size, &client))
            list_add(&list, client_object(state_of_module(module), &client));
    return list;
}

static PyMethodDef functions[] = {
    {"retry_clients", (PyCFunction)(void (*)(void))retry_clients, METH_FASTCALL | METH_KEYWORDS,
     clients_doc},
    {NULL},
};

int retry_clients_add(PyObject *module, State *state)
{
    state->retry_client_type = record_type(&client_desc, NULL);
    if (!state->retry_client_type || PyModule_AddType(module, state->retry_client_type) < 0)
        return -1;
    return PyModule_AddFunctions(module, functions);
}

/* RedirectChain: redirects in a row. */
#include "_redirect.h"

#include <pythread.h>

typedef struct {
    PyObject_HEAD
    PyThread_type_lock lock; /* free-threaded builds have no other guard */
    PyObject *method;        /* as given: the chain points into it */
    const char *method_text;
    Policy policy;
    struct httpstatus_chain chain;
} ChainObject;

/* The bytes of a URL, any str; NULL with an exception set if it is not a str. */
static PyObject *url_bytes(PyObject *url)
{
    if (PyUnicode_Check(url))
        return PyUnicode_AsEncodedString(url, "utf-8", "surrogatepass");
    return invalid(PyExc_TypeError, "url", url, "a str or None");
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

static bool chain_begin(ChainObject *self, PyObject *method, PyObject *url, PyObject **request,
                        PyObject **knobs)
{
    struct httpstatus_text text;
    enum httpstatus_body body;
    PyObject *bytes = NULL;

    if (!method_from(method, &text) || !exact_text_from(method, &self->method, &text) ||
        !body_from(request, &body) || !policy_from(knobs, &self->policy))
        return false;
    if (url && url != Py_None && !(bytes = url_bytes(url)))
        return false;
    bool begun = httpstatus_chain_init(&self->chain, &self->policy.policy, text.data, text.size,
                                       body, bytes ? PyBytes_AS_STRING(bytes) : NULL,
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
    static const Signature signature = {
        "RedirectChain", 2, 1, {"method", KNOB_NAMES, REQUEST_NAMES, "url"}};
    PyObject *values[1 + KNOBS + REQUEST + 1] = {NULL}, **request = values + 1 + KNOBS;

    if (!parse_arguments(&signature, args, PyVectorcall_NARGS(flagged), keywords, values))
        return NULL;
    ChainObject *self = (ChainObject *)((PyTypeObject *)type)->tp_alloc((PyTypeObject *)type, 0);
    if (!self)
        return NULL;
    self->lock = PyThread_allocate_lock();
    if (!self->lock)
        PyErr_NoMemory();
    if (!self->lock || !chain_begin(self, values[0], request[REQUEST], request, values + 1))
        Py_CLEAR(self);
    return (PyObject *)self;
}

PyDoc_STRVAR(chain_step_doc,
"step($self, code, url=None, cross_origin=False)\n--\n\n"
"The next request as a Redirect, or None if the code is outside 300..399.\n\n"
"code is that of the response and url where it leads: any text, resolved by the caller, used only\n"
"to find loops. cross_origin says whether the origin differs from that of the last request. Going\n"
"past the limit raises RedirectError, and so does a loop if the policy detects loops.\n\n"
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
    static const Signature signature = {"step", 3, 1, {"code", "url", "cross_origin"}};
    State *state = PyType_GetModuleState(Py_TYPE(self));
    PyObject *values[3] = {NULL}, *bytes = NULL;
    struct httpstatus_redirect record;
    bool cross_origin;
    int code;

    if (!parse_arguments(&signature, args, count, keywords, values) ||
        !code_from(values[0], "code", &code) || !truth_from(values[2], &cross_origin) ||
        (values[1] && values[1] != Py_None && !(bytes = url_bytes(values[1]))))
        return NULL;
    PyThread_acquire_lock(self->lock, WAIT_LOCK);
    enum httpstatus_chain_result result =
        httpstatus_chain_step(&self->chain, code, bytes ? PyBytes_AS_STRING(bytes) : NULL,
                              bytes ? (size_t)PyBytes_GET_SIZE(bytes) : 0, cross_origin, &record);
    PyThread_release_lock(self->lock);
    Py_XDECREF(bytes);
    switch (result) {
    case HTTPSTATUS_CHAIN_END:
        Py_RETURN_NONE;
    case HTTPSTATUS_CHAIN_LIMIT:
        return PyErr_Format(state->redirect_error,
                            "too many redirects: the policy allows %d in a row",
                            self->policy.policy.limit);
    case HTTPSTATUS_CHAIN_LOOP:
        return PyErr_Format(state->redirect_error, "a redirect loop: %R was requested before",
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
"RedirectChain(method, policy='" HTTPSTATUS_DEFAULT_POLICY "', *, url=None, " REQUEST_SIGNATURE
KNOB_SIGNATURE
"Redirects in a row, with method, body and credentials carried from one to the next.\n\n"
"Once the body is dropped it stays dropped; once the origin has changed, .drops_cross_origin\n"
"names the header fields to leave out of every request. url is where the first request went.\n"
"The other arguments are as in redirect().\n\n"
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
    {Py_tp_doc, (void *)chain_doc}, {Py_tp_new, make_by_call},    {Py_tp_dealloc, chain_dealloc},
    {Py_tp_methods, chain_methods}, {Py_tp_getset, chain_getset}, {0, NULL},
};

static PyType_Spec chain_spec = {
    .name = "httpstatus.RedirectChain",
    .basicsize = sizeof(ChainObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = chain_slots,
};

int chain_add(PyObject *module, State *state)
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

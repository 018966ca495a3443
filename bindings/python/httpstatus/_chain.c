/* RedirectChain: redirects in a row. */
#include "_redirect.h"

#include <pythread.h>

typedef struct {
    PyObject_HEAD
    PyThread_type_lock lock; /* free-threaded builds have no other guard */
    PyObject *method, *url;  /* as given: the chain points into them */
    const char *method_text;
    Policy policy;
    struct httpstatus_chain chain;
} ChainObject;

static void chain_dealloc(ChainObject *self)
{
    PyTypeObject *type = Py_TYPE(self);

    if (self->lock)
        PyThread_free_lock(self->lock);
    policy_clear(&self->policy);
    Py_XDECREF(self->method);
    Py_XDECREF(self->url);
    type->tp_free(self);
    Py_DECREF(type);
}

static bool chain_begin(ChainObject *self, PyObject *method, PyObject *url, PyObject **request,
                        PyObject **knobs)
{
    struct httpstatus_text text;
    enum httpstatus_body body;

    if (!method_from(method, &text) || !exact_text_from(method, &self->method, &text) ||
        !body_from(request, &body) || !policy_from(knobs, &self->policy))
        return false;
    if (url && url != Py_None && !(self->url = url_bytes(url)))
        return false;
    if (!httpstatus_chain_init(&self->chain, &self->policy.policy, text.data, text.size, body,
                               self->url ? PyBytes_AS_STRING(self->url) : NULL,
                               self->url ? (size_t)PyBytes_GET_SIZE(self->url) : 0))
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

/*
 * class RedirectChain:
 *     def step(
 *         self, code: SupportsIndex, url: str | None = None, cross_origin: bool = False, *,
 *         location: str | list[str] | tuple[str, ...] | EllipsisType | None = ...,
 *     ) -> Redirect | None: ...
 */
PyDoc_STRVAR(chain_step_doc,
SIGNATURE_RedirectChain_step
"The next request as a Redirect, or None if the code is outside 300..399.\n\n"
"code is that of the response, and location the value of its Location field: None if it has none, a\n"
"list of values if it has several. It is resolved by the URL of the chain, as in redirect(). Or the\n"
"caller resolves it and gives url, any text, used to detect loops, and cross_origin: whether its\n"
"origin differs from that of the last request. Going past the limit raises RedirectError, and so\n"
"does a loop if the policy detects loops.\n\n"
">>> from httpstatus import RedirectChain\n"
">>> chain = RedirectChain('POST', limit=1, url='https://example.org/form')\n"
">>> r = chain.step(303, location='/done')\n"
">>> r.method, r.url, r.cross_origin\n"
"('GET', 'https://example.org/done', False)\n"
">>> chain.step(302, location='/home')\n"
"Traceback (most recent call last):\n"
"httpstatus.RedirectError: too many redirects: the policy allows 1 in a row\n");

/* What a step has led to: 'place' holds the URL. */
typedef struct {
    enum httpstatus_chain_result result;
    struct httpstatus_redirect record;
    PyObject *place;
} Step;

/* With the lock held: the chain points into 'place' from now on if it has moved on. */
static void keep_place(ChainObject *self, Step *step)
{
    if (step->result != HTTPSTATUS_CHAIN_OK || !step->record.method.data)
        return;
    PyObject *old = self->url;
    self->url = Py_XNewRef(step->place);
    Py_XDECREF(old);
}

static bool step_to_url(ChainObject *self, int code, PyObject *url, bool cross_origin, Step *step)
{
    if (url && url != Py_None && !(step->place = url_bytes(url)))
        return false;
    PyThread_acquire_lock(self->lock, WAIT_LOCK);
    step->result = httpstatus_chain_step(
        &self->chain, code, step->place ? PyBytes_AS_STRING(step->place) : NULL,
        step->place ? (size_t)PyBytes_GET_SIZE(step->place) : 0, cross_origin, &step->record);
    keep_place(self, step);
    PyThread_release_lock(self->lock);
    return true;
}

static size_t url_length(ChainObject *self)
{
    PyThread_acquire_lock(self->lock, WAIT_LOCK);
    size_t size = self->chain.url.size;
    PyThread_release_lock(self->lock);
    return size;
}

/* Memory is taken without the lock; if another thread made the URL longer meanwhile, again. */
static bool step_to_location(ChainObject *self, int code, PyObject *location, Step *step)
{
    Locations locations;

    if (!locations_from(location, &locations))
        return false;
    do {
        Py_CLEAR(step->place);
        step->place = place_for(url_length(self), &locations);
        if (!step->place)
            break;
        PyThread_acquire_lock(self->lock, WAIT_LOCK);
        step->result = httpstatus_chain_follow(
            &self->chain, code, locations.texts, locations.count, PyBytes_AS_STRING(step->place),
            (size_t)PyBytes_GET_SIZE(step->place), &step->record);
        keep_place(self, step);
        PyThread_release_lock(self->lock);
    } while (step->result == HTTPSTATUS_CHAIN_TOO_LONG);
    locations_clear(&locations);
    return step->place != NULL;
}

static PyObject *step_object(ChainObject *self, const Step *step, PyObject *url)
{
    State *state = PyType_GetModuleState(Py_TYPE(self));

    switch (step->result) {
    case HTTPSTATUS_CHAIN_END:
        Py_RETURN_NONE;
    case HTTPSTATUS_CHAIN_LIMIT:
        return PyErr_Format(state->redirect_error,
                            "too many redirects: the policy allows %d in a row",
                            self->policy.policy.limit);
    case HTTPSTATUS_CHAIN_LOOP:
        return PyErr_Format(state->redirect_error, "a redirect loop: %R was requested before", url);
    case HTTPSTATUS_CHAIN_NO_URL:
        invalid_url(NULL);
        return NULL;
    default:
        return record_object(state, &self->policy, &step->record, self->method_text, self->method);
    }
}

static PyObject *chain_step(ChainObject *self, PyObject *const *args, Py_ssize_t count,
                            PyObject *keywords)
{
    static const Signature signature = {"step", 3, 1, {"code", "url", "cross_origin", "location"}};
    PyObject *values[4] = {NULL}, *url = NULL, *result = NULL;
    bool cross_origin;
    int code;

    if (!parse_arguments(&signature, args, count, keywords, values) ||
        !code_from(values[0], "code", &code) || !truth_from(values[2], &cross_origin))
        return NULL;
    bool resolves = values[3] && values[3] != Py_Ellipsis;
    if (resolves && ((values[1] && values[1] != Py_None) || cross_origin)) {
        PyErr_SetString(PyExc_TypeError,
                        "step() takes location, or url and cross_origin, not both");
        return NULL;
    }
    Step step = {.place = NULL};
    if (resolves ? step_to_location(self, code, values[3], &step)
                 : step_to_url(self, code, values[1], cross_origin, &step))
        url = step.result == HTTPSTATUS_CHAIN_LOOP ? url_object(step.record.url)
                                                   : Py_NewRef(Py_None);
    if (url)
        result = step_object(self, &step, url);
    Py_XDECREF(url);
    Py_XDECREF(step.place);
    return result;
}

static PyObject *chain_url(ChainObject *self, void *Py_UNUSED(ignored))
{
    PyThread_acquire_lock(self->lock, WAIT_LOCK);
    PyObject *kept = Py_XNewRef(self->url);
    struct httpstatus_text url = self->chain.url;
    PyThread_release_lock(self->lock);
    PyObject *result = url_object(url);
    Py_XDECREF(kept);
    return result;
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

/*
 * @final
 * class RedirectChain:
 *     def __new__(
 *         cls, method: str, policy: _PolicyName = HTTPSTATUS_DEFAULT_POLICY, *,
 *         url: str | None = None, body: bool = True, replayable: bool = True,
 *         **knobs: Unpack[_Knobs],
 *     ) -> RedirectChain: ...
 *     method: str
 *     url: str | None
 *     count: int
 */
PyDoc_STRVAR(chain_doc,
SIGNATURE_RedirectChain
"Redirects in a row, with method, body and credentials carried from one to the next.\n\n"
"Once the body is dropped it stays dropped; once the origin has changed, .drops_cross_origin\n"
"names the header fields to leave out of every request. url is where the first request goes, by\n"
"which step() resolves Location. The other arguments are as in redirect().\n\n"
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
    {"url", (getter)chain_url, NULL, PyDoc_STR(DOC_RedirectChain_url), NULL},
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

/* class RedirectError(Exception): ... */
PyDoc_STRVAR(redirect_error_doc, "Too many redirects, or a loop of them.");

int chain_add(PyObject *module, State *state)
{
    state->redirect_error =
        PyErr_NewExceptionWithDoc("httpstatus.RedirectError", redirect_error_doc, NULL, NULL);
    state->chain_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, &chain_spec, NULL);
    if (!state->redirect_error || !state->chain_type)
        return -1;
    state->chain_type->tp_vectorcall = chain_call;
    if (PyModule_AddObjectRef(module, "RedirectError", state->redirect_error) < 0)
        return -1;
    return PyModule_AddType(module, state->chain_type);
}

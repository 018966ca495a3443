/* retry() and parse_retry_after(). */
#include "_redirect.h"

/*
 * @final
 * class Retry(structseq):
 *     action: _RetryAction
 *     delay: int | None
 *     date: int | None
 *     same_connection: bool | None
 *     contested: bool
 *     reason: _RetryReason
 *     reference: str
 */
static PyStructSequence_Field retry_fields[] = {RETRY_MEMBERS{NULL}};
static PyStructSequence_Desc retry_desc = {
    "httpstatus.Retry", "Whether and when to send a request again.", retry_fields, 7};

/* Seconds as an int or a float, which is rounded down; -1 for None and for one not given. */
static bool seconds_from(PyObject *object, const char *name, int64_t *seconds)
{
    const int64_t most = HTTPSTATUS_RETRY_AFTER_MAX;

    *seconds = -1;
    if (!object || object == Py_None)
        return true;
    if (PyFloat_Check(object)) {
        double number = PyFloat_AS_DOUBLE(object);
        if (!(number >= 0)) /* or not a number */
            return invalid_value(PyExc_ValueError, name, object);
        *seconds = number < (double)most ? (int64_t)number : most;
        return true;
    }
    if (!integer_from(object, name, seconds))
        return false;
    if (*seconds > most)
        *seconds = most;
    return *seconds >= 0 || invalid_value(PyExc_ValueError, name, object);
}

enum { CODE, METHOD, RETRY_AFTER, NOW, CAP, RETRY_POLICY, IDEMPOTENT, CAN_REPLAY, ARGUMENTS };

static bool policy_of(PyObject *object, const struct httpstatus_retry_policy **policy)
{
    char text[HTTPSTATUS_EXPECTED];
    struct httpstatus_text name;

    if (!object)
        return true;
    if (!str_from(object, "policy", &name))
        return false;
    *policy = httpstatus_retry_policy(name.data, name.size);
    return *policy ||
           invalid(PyExc_ValueError, "policy", object, httpstatus_expected("retry_policy", text));
}

static bool options_from(PyObject **values, struct httpstatus_retry_options *options)
{
    bool idempotent;

    if (!text_from(values[RETRY_AFTER], "retry_after", &options->retry_after) ||
        !seconds_from(values[NOW], "now", &options->now) ||
        !seconds_from(values[CAP], "cap", &options->cap) ||
        !policy_of(values[RETRY_POLICY], &options->policy))
        return false;
    if (values[IDEMPOTENT] && values[IDEMPOTENT] != Py_None) {
        if (!truth_from(values[IDEMPOTENT], &idempotent))
            return false;
        options->idempotent = idempotent ? HTTPSTATUS_YES : HTTPSTATUS_NO;
    }
    return !values[CAN_REPLAY] || truth_from(values[CAN_REPLAY], &options->replayable);
}

static PyObject *retry_object(State *state, const struct httpstatus_retry *r)
{
    PyObject *record = PyStructSequence_New(state->retry_type);
    if (!record)
        return NULL;
    PyObject *items[] = {
        PyUnicode_InternFromString(httpstatus_retry_action_name(r->action)),
        r->delay < 0 ? Py_NewRef(Py_None) : PyLong_FromLongLong(r->delay),
        r->has_date ? PyLong_FromLongLong(r->date) : Py_NewRef(Py_None),
        answer_object(r->same_connection),
        PyBool_FromLong(r->contested),
        PyUnicode_InternFromString(httpstatus_retry_reason_name(r->reason)),
        PyUnicode_InternFromString(r->reference),
    };
    return fill(record, items, Py_ARRAY_LENGTH(items));
}

/*
 * def retry(
 *     code: SupportsIndex, method: str, *, retry_after: str | None = None,
 *     now: _Seconds | None = None, cap: _Seconds | None = None,
 *     policy: _RetryPolicyName = HTTPSTATUS_DEFAULT_RETRY_POLICY, idempotent: bool | None = None,
 *     replayable: bool = True,
 * ) -> Retry: ...
 */
PyDoc_STRVAR(retry_doc,
SIGNATURE_retry
"Whether and when to send a request again after this response: a Retry.\n\n"
"retry_after is the value of the header field Retry-After; one that cannot be read counts as\n"
"none. now is the time, in seconds since 1970, and needed only for a date. cap is the longest\n"
"delay to accept, in seconds: if Retry-After asks for more, the action is 'stop', never an\n"
"earlier retry. idempotent overrides what the method says: give True if the request has an\n"
"Idempotency-Key. replayable=False says that the body, if there is one, cannot be sent again.\n\n"
DOC_RETRY_POLICIES
"\n"
"Nothing here sleeps or counts attempts, and where delay is None the pause is yours to choose.\n"
"After a 3xx the action is 'modify': see redirect(). Methods are case-sensitive. A method that is\n"
"empty or not a token (RFC 9110 section 5.6.2), an unknown policy and a negative number raise\n"
"ValueError.\n\n"
">>> import httpstatus\n"
">>> r = httpstatus.retry(503, 'GET', retry_after='120')\n"
">>> r.action, r.delay\n"
"('retry', 120)\n"
">>> r = httpstatus.retry(503, 'GET', retry_after='Sun, 29 Nov 2026 12:01:00 GMT', now=1795953600)\n"
">>> r.delay\n"
"60\n"
">>> r = httpstatus.retry(503, 'POST')\n"
">>> r.action, r.reason\n"
"('ask', 'not-idempotent')\n"
">>> httpstatus.retry(500, 'POST', policy='curl').action\n"
"'retry'\n");

static PyObject *retry(PyObject *module, PyObject *const *args, Py_ssize_t count,
                       PyObject *keywords)
{
    static const Signature signature = {
        "retry",
        2,
        2,
        {"code", "method", "retry_after", "now", "cap", "policy", "idempotent", "replayable"}};
    struct httpstatus_retry_options options = HTTPSTATUS_RETRY_OPTIONS;
    PyObject *values[ARGUMENTS] = {NULL};
    struct httpstatus_text method;
    struct httpstatus_retry record;
    int code;

    if (!parse_arguments(&signature, args, count, keywords, values) ||
        !code_from(values[CODE], "code", &code) || !method_from(values[METHOD], &method) ||
        !options_from(values, &options))
        return NULL;
    if (!httpstatus_retry(code, method.data, method.size, &options, &record)) {
        invalid_method(values[METHOD]);
        return NULL;
    }
    return retry_object(state_of_module(module), &record);
}

/* def parse_retry_after(text: str, now: _Seconds | None) -> int | None: ... */
PyDoc_STRVAR(parse_doc,
SIGNATURE_parse_retry_after
"The seconds to wait that a Retry-After asks for, as an int; None if it cannot be read.\n\n"
"It is digits, or a date in one of the three forms of HTTP (RFC 9110 section 5.6.7), with or\n"
"without blanks around it. A date counts from now, in seconds since 1970, and is 0 if it is past;\n"
"without now (None) there is no answer for it, but retry() gives the date. Dates are read by the\n"
"letter, except that the day of the week may be a wrong one. More than 2**53 - 1 seconds are that\n"
"many.\n\n"
">>> import httpstatus\n"
">>> httpstatus.parse_retry_after('120', None)\n"
"120\n"
">>> httpstatus.parse_retry_after('Sun, 06 Nov 1994 08:49:37 GMT', 784111700)\n"
"77\n"
">>> httpstatus.parse_retry_after('soon', 784111700) is None\n"
"True\n");

static PyObject *parse_retry_after(PyObject *Py_UNUSED(module), PyObject *const *args,
                                   Py_ssize_t count, PyObject *keywords)
{
    static const Signature signature = {"parse_retry_after", 2, 2, {"text", "now"}};
    PyObject *values[2] = {NULL};
    struct httpstatus_text text;
    int64_t now, seconds;

    if (!parse_arguments(&signature, args, count, keywords, values) ||
        !str_from(values[0], "text", &text) || !seconds_from(values[1], "now", &now))
        return NULL;
    if (httpstatus_parse_retry_after(text.data, text.size, now, &seconds) !=
        HTTPSTATUS_RETRY_AFTER_SECONDS)
        Py_RETURN_NONE;
    return PyLong_FromLongLong(seconds);
}

static PyMethodDef functions[] = {
    {"retry", (PyCFunction)(void (*)(void))retry, METH_FASTCALL | METH_KEYWORDS, retry_doc},
    {"parse_retry_after", (PyCFunction)(void (*)(void))parse_retry_after,
     METH_FASTCALL | METH_KEYWORDS, parse_doc},
    {NULL},
};

int retry_add(PyObject *module, State *state)
{
    state->retry_type = record_type(&retry_desc, NULL);
    if (!state->retry_type || PyModule_AddType(module, state->retry_type) < 0)
        return -1;
    return PyModule_AddFunctions(module, functions);
}

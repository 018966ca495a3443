/* redirect(), explain_redirect() and redirect_headers(). */
#include "_redirect.h"

/*
 * def redirect(
 *     code: SupportsIndex, method: str, policy: _PolicyName = HTTPSTATUS_DEFAULT_POLICY, *,
 *     body: bool = True, replayable: bool = True, url: str | None = None,
 *     location: str | list[str] | tuple[str, ...] | EllipsisType | None = ...,
 *     **knobs: Unpack[_Knobs],
 * ) -> Redirect | None: ...
 */
PyDoc_STRVAR(redirect_doc,
SIGNATURE_redirect
"What a client does with a redirect: a Redirect, or None if code is outside 300..399.\n\n"
DOC_POLICIES
"\n"
"Methods are case-sensitive; only 'fetch' upper-cases delete, get, head, options, post and put.\n"
"An unknown policy raises ValueError, and so does a method that is empty or not a token (RFC\n"
"9110 section 5.6.2).\n\n"
"body says whether the request had one, and replayable whether it can be sent again: the body of\n"
"a stream cannot, which may leave nothing to follow.\n\n"
"With url, where the request went, location is the value of the response's Location field: None if\n"
"it has none, a list of values if it has several. It is resolved as by resolve(), by the WHATWG\n"
"rules for fetch, into .url. A url that is not absolute raises ValueError.\n\n"
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
"'GET'\n"
">>> httpstatus.redirect(301, 'DELETE', 'curl-follow', body=False).method\n"
"'DELETE'\n"
">>> httpstatus.redirect(307, 'POST', replayable=False).reason\n"
"'not-replayable'\n"
">>> r = httpstatus.redirect(302, 'POST', url='https://a.example/x', location='//b.example/y')\n"
">>> r.method, r.url, r.cross_origin, r.drops_cross_origin\n"
"('GET', 'https://b.example/y', True, ('Authorization',))\n");

static PyObject *redirect(PyObject *module, PyObject *const *args, Py_ssize_t count,
                          PyObject *keywords)
{
    static const Signature signature = {
        "redirect", OWN + 1, OWN, {"code", "method", KNOB_NAMES, REQUEST_NAMES, PLACE_NAMES}};
    State *state = state_of_module(module);
    PyObject *values[OWN + KNOBS + REQUEST + PLACES] = {NULL}, *ready;
    struct httpstatus_text method;
    enum httpstatus_body body;
    Policy policy;
    int code;

    if (!parse_arguments(&signature, args, count, keywords, values) ||
        !code_from(values[0], "code", &code) || !method_from(values[1], &method))
        return NULL;
    if (count == OWN && !keywords && (ready = ready_record(state, code, method)))
        return Py_NewRef(ready);
    if (!body_from(values + OWN + KNOBS, &body) || !policy_from(values + OWN, &policy))
        return NULL;
    PyObject *result =
        record_for(state, code, values[1], method, body, &policy, values + OWN + KNOBS + REQUEST);
    policy_clear(&policy);
    return result;
}

/*
 * def explain_redirect(
 *     code: SupportsIndex, method: str, policy: _PolicyName = HTTPSTATUS_DEFAULT_POLICY, *,
 *     body: bool = True, replayable: bool = True, **knobs: Unpack[_Knobs],
 * ) -> str | None: ...
 */
PyDoc_STRVAR(explain_doc,
SIGNATURE_explain_redirect
"What redirect() answers, in one to three sentences, or None if code is outside 300..399.\n\n"
"The text ends with the section of the standard.\n\n"
">>> import httpstatus\n"
">>> print(httpstatus.explain_redirect(304, 'GET'))\n"
"304 is not followed: the client uses its stored response. (Fetch, null body status)\n");

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
    static const Signature signature = {
        "explain_redirect", OWN + 1, OWN, {"code", "method", KNOB_NAMES, REQUEST_NAMES}};
    PyObject *values[OWN + KNOBS + REQUEST] = {NULL}, *result = NULL;
    const char *sentences[HTTPSTATUS_SENTENCES];
    struct httpstatus_text method;
    enum httpstatus_body body;
    struct httpstatus_redirect record;
    Policy policy;
    int code;

    if (!parse_arguments(&signature, args, count, keywords, values) ||
        !code_from(values[0], "code", &code) || !method_from(values[1], &method) ||
        !body_from(values + OWN + KNOBS, &body) || !policy_from(values + OWN, &policy))
        return NULL;
    enum httpstatus_redirect_result found =
        httpstatus_redirect(code, method.data, method.size, body, &policy.policy, &record);
    if (found == HTTPSTATUS_REDIRECT_INVALID_METHOD)
        invalid_method(values[1]);
    else if (found == HTTPSTATUS_REDIRECT_NONE)
        result = Py_NewRef(Py_None);
    else
        result = joined(
            sentences,
            httpstatus_explain(code, method.data, method.size, body, &policy.policy, sentences),
            record.reference);
    policy_clear(&policy);
    return result;
}

/*
 * def redirect_headers(
 *     policy: _PolicyName = HTTPSTATUS_DEFAULT_POLICY, **knobs: Unpack[_Knobs]
 * ) -> dict[str, _DropReason]: ...
 */
PyDoc_STRVAR(headers_doc,
SIGNATURE_redirect_headers
"The header fields that a client must not copy into the next request: {name: reason}.\n\n"
DOC_DROP_REASONS
"\n"
">>> import httpstatus\n"
">>> fields = httpstatus.redirect_headers('rfc9110')\n"
">>> fields['Content-Type'], fields['Authorization'], fields['Connection'], fields['Host']\n"
"('body', 'origin', 'hop', 'recomputed')\n");

static PyObject *redirect_headers(PyObject *Py_UNUSED(module), PyObject *const *args,
                                  Py_ssize_t count, PyObject *keywords)
{
    static const Signature signature = {"redirect_headers", 1, 0, {KNOB_NAMES}};
    PyObject *values[KNOBS] = {NULL};
    enum httpstatus_drop_reason reason;
    const char *name;
    Policy policy;

    if (!parse_arguments(&signature, args, count, keywords, values) ||
        !policy_from(values, &policy))
        return NULL;
    PyObject *fields = PyDict_New();
    for (size_t i = 0; fields && (name = httpstatus_redirect_header(&policy.policy, i, &reason));
         i++)
        dict_add(&fields, PyUnicode_FromString(name),
                 PyUnicode_FromString(httpstatus_drop_reason_name(reason)));
    policy_clear(&policy);
    return fields;
}

static PyMethodDef functions[] = {
    {"redirect", (PyCFunction)(void (*)(void))redirect, METH_FASTCALL | METH_KEYWORDS,
     redirect_doc},
    {"explain_redirect", (PyCFunction)(void (*)(void))explain_redirect,
     METH_FASTCALL | METH_KEYWORDS, explain_doc},
    {"redirect_headers", (PyCFunction)(void (*)(void))redirect_headers,
     METH_FASTCALL | METH_KEYWORDS, headers_doc},
    {NULL},
};

int redirect_add(PyObject *module, State *state)
{
    if (record_add(module, state) < 0 || clients_add(module, state) < 0 ||
        retry_clients_add(module, state) < 0 || chain_add(module, state) < 0)
        return -1;
    return PyModule_AddFunctions(module, functions);
}

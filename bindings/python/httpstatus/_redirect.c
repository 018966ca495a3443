/* redirect() and explain_redirect(). */
#include "_redirect.h"

PyDoc_STRVAR(redirect_doc,
"redirect($module, code, method, policy='" HTTPSTATUS_DEFAULT_POLICY "', *, " KNOB_SIGNATURE
"What a client does with a redirect: a Redirect, or None if code is outside 300..399.\n\n"
DOC_POLICIES
"\n"
"Methods are case-sensitive; only 'fetch' upper-cases delete, get, head, options, post and put.\n"
"An unknown policy raises ValueError, and so does a method that is empty or not a token (RFC\n"
"9110 section 5.6.2).\n\n"
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
"'GET'\n");

static PyObject *redirect(PyObject *module, PyObject *const *args, Py_ssize_t count,
                          PyObject *keywords)
{
    static const Signature signature = {"redirect", OWN + 1, OWN, {"code", "method", KNOB_NAMES}};
    State *state = state_of_module(module);
    PyObject *values[OWN + KNOBS] = {NULL}, *ready;
    struct httpstatus_text method;
    Policy policy;
    int code;

    if (!parse_arguments(&signature, args, count, keywords, values) ||
        !code_from(values[0], "code", &code) || !method_from(values[1], &method))
        return NULL;
    if (count == OWN && !keywords && (ready = ready_record(state, code, method)))
        return Py_NewRef(ready);
    if (!policy_from(values + OWN, &policy))
        return NULL;
    PyObject *result = record_for(state, code, values[1], method, &policy);
    policy_clear(&policy);
    return result;
}

PyDoc_STRVAR(explain_doc,
"explain_redirect($module, code, method, policy='" HTTPSTATUS_DEFAULT_POLICY "', *, " KNOB_SIGNATURE
"What redirect() answers, in one to three sentences, or None if code is outside 300..399.\n\n"
"The text ends with the section of the standard.\n\n"
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
    static const Signature signature = {
        "explain_redirect", OWN + 1, OWN, {"code", "method", KNOB_NAMES}};
    PyObject *values[OWN + KNOBS] = {NULL}, *result = NULL;
    const char *sentences[HTTPSTATUS_SENTENCES];
    struct httpstatus_text method;
    struct httpstatus_redirect record;
    Policy policy;
    int code;

    if (!parse_arguments(&signature, args, count, keywords, values) ||
        !code_from(values[0], "code", &code) || !method_from(values[1], &method) ||
        !policy_from(values + OWN, &policy))
        return NULL;
    enum httpstatus_redirect_result found =
        httpstatus_redirect(code, method.data, method.size, &policy.policy, &record);
    if (found == HTTPSTATUS_REDIRECT_INVALID_METHOD)
        invalid_method(values[1]);
    else if (found == HTTPSTATUS_REDIRECT_NONE)
        result = Py_NewRef(Py_None);
    else
        result =
            joined(sentences,
                   httpstatus_explain(code, method.data, method.size, &policy.policy, sentences),
                   record.reference);
    policy_clear(&policy);
    return result;
}

static PyMethodDef functions[] = {
    {"redirect", (PyCFunction)(void (*)(void))redirect, METH_FASTCALL | METH_KEYWORDS,
     redirect_doc},
    {"explain_redirect", (PyCFunction)(void (*)(void))explain_redirect,
     METH_FASTCALL | METH_KEYWORDS, explain_doc},
    {NULL},
};

int redirect_add(PyObject *module, State *state)
{
    if (record_add(module, state) < 0 || clients_add(module, state) < 0 ||
        chain_add(module, state) < 0)
        return -1;
    return PyModule_AddFunctions(module, functions);
}

/* The policy that the arguments of a function mean, and the method. */
#include "_redirect.h"

static const char *const knob_names[] = {KNOB_NAMES};

void policy_clear(Policy *policy)
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

bool policy_from(PyObject **values, Policy *policy)
{
    struct httpstatus_text name = DEFAULT_POLICY;
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

bool method_from(PyObject *object, struct httpstatus_text *method)
{
    if (PyUnicode_Check(object))
        return utf8_from(object, method);
    PyErr_Format(PyExc_TypeError, "method must be a str such as 'GET', not %.200s",
                 Py_TYPE(object)->tp_name);
    return false;
}

bool invalid_method(PyObject *method)
{
    PyErr_Format(PyExc_ValueError,
                 "invalid method %R: give a token (RFC 9110 section 5.6.2) such as 'GET'", method);
    return false;
}

/* Policy, method and body from the arguments of a function. */
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

static bool set_word(struct httpstatus_policy *policy, const char *knob, PyObject *value)
{
    struct httpstatus_text text;

    if (!str_from(value, knob, &text))
        return false;
    return httpstatus_policy_set(policy, knob, text.data, text.size) ||
           invalid_value(PyExc_ValueError, knob, value);
}

/* A str would iterate too, and Python's message for a number does not say what is expected. */
static bool is_collection(const char *knob, PyObject *value)
{
    bool iterable = Py_TYPE(value)->tp_iter || PySequence_Check(value);

    return (iterable && !PyUnicode_Check(value)) || invalid_value(PyExc_TypeError, knob, value);
}

static bool add_code(struct httpstatus_policy *policy, PyObject *item)
{
    int code;

    if (!code_from(item, "follow", &code))
        return false;
    return httpstatus_policy_follow(policy, code) ||
           invalid_value(PyExc_ValueError, "follow", item);
}

static bool set_follow(struct httpstatus_policy *policy, PyObject *value)
{
    PyObject *codes = is_collection("follow", value) ? PySequence_Tuple(value) : NULL;
    bool set = codes != NULL;

    policy->follow = 0;
    for (Py_ssize_t i = 0; set && i < PyTuple_GET_SIZE(codes); i++)
        set = add_code(policy, PyTuple_GET_ITEM(codes, i));
    Py_XDECREF(codes);
    return set;
}

static bool set_limit(struct httpstatus_policy *policy, PyObject *value)
{
    policy->limit = 0;
    if (value == Py_None)
        return true;
    if (!code_from(value, "limit", &policy->limit))
        return false;
    return policy->limit > 0 || invalid(PyExc_ValueError, "limit", value, "1 or more, or None");
}

/*
 * A tuple of the items, with each str made exact: a subclass may refer to anything, and the garbage
 * collector does not see the object that holds them.
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
    return tuple_of(list);
}

static bool set_name(const char *knob, PyObject *item, const char **name)
{
    struct httpstatus_text text;

    if (!PyUnicode_CheckExact(item))
        return invalid_value(PyExc_TypeError, knob, item);
    if (!utf8_from(item, &text))
        return false;
    *name = text.data;
    return httpstatus_is_token(text.data, text.size) || invalid_value(PyExc_ValueError, knob, item);
}

/* Names of header fields, kept alive in slot 'i' of the policy. */
static bool set_names(Policy *policy, int i, const char *knob, PyObject *value,
                      struct httpstatus_names *names)
{
    if (!is_collection(knob, value) || !(policy->tuples[i] = exact_strings(value)))
        return false;
    size_t count = (size_t)PyTuple_GET_SIZE(policy->tuples[i]);
    policy->names[i] = PyMem_Calloc(count ? count : 1, sizeof(char *));
    if (!policy->names[i]) {
        PyErr_NoMemory();
        return false;
    }
    *names = (struct httpstatus_names){policy->names[i], count};
    bool set = true;
    for (size_t n = 0; set && n < count; n++)
        set = set_name(knob, PyTuple_GET_ITEM(policy->tuples[i], (Py_ssize_t)n),
                       &policy->names[i][n]);
    return set;
}

static bool set_knob(Policy *policy, int knob, PyObject *value)
{
    struct httpstatus_policy *set = &policy->policy;

    switch (knob) {
    case FOLLOW:
        return set_follow(set, value);
    case LIMIT:
        return set_limit(set, value);
    case DROPS_HEADERS:
        return set_names(policy, 0, knob_names[knob], value, &set->drops_headers);
    case DROPS_CROSS_ORIGIN:
        return set_names(policy, 1, knob_names[knob], value, &set->drops_cross_origin);
    default:
        return set_word(set, knob_names[knob], value);
    }
}

static bool set_base(struct httpstatus_policy *policy, PyObject *value)
{
    struct httpstatus_text name = DEFAULT_POLICY;

    if (value && !str_from(value, "policy", &name))
        return false;
    const struct httpstatus_policy *base = httpstatus_policy(name.data, name.size);
    if (!base)
        return invalid_value(PyExc_ValueError, "policy", value);
    *policy = *base;
    return true;
}

static PyObject *turned(PyObject *value)
{
    return value == Py_Ellipsis ? NULL : value; /* the default in the signatures */
}

bool policy_from(PyObject **values, Policy *policy)
{
    memset(policy->tuples, 0, sizeof policy->tuples);
    memset(policy->names, 0, sizeof policy->names);
    bool set = set_base(&policy->policy, turned(values[POLICY]));
    for (int knob = POLICY + 1; set && knob < KNOBS; knob++)
        set = !turned(values[knob]) || set_knob(policy, knob, values[knob]);
    if (!set)
        policy_clear(policy);
    return set;
}

/* ---- Method and body ---- */

bool method_from(PyObject *object, struct httpstatus_text *method)
{
    return str_from(object, "method", method);
}

bool body_from(PyObject **values, enum httpstatus_body *body)
{
    bool has_body = true, replayable = true;

    if ((values[BODY] && !truth_from(values[BODY], &has_body)) ||
        (values[REPLAYABLE] && !truth_from(values[REPLAYABLE], &replayable)))
        return false;
    *body = !has_body    ? HTTPSTATUS_NO_BODY
            : replayable ? HTTPSTATUS_BODY
                         : HTTPSTATUS_BODY_NOT_REPLAYABLE;
    return true;
}

bool invalid_method(PyObject *method)
{
    return invalid_value(PyExc_ValueError, "method", method);
}

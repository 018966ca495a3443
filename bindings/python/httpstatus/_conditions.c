/* Conditions on the parts of a record, from arguments. */
#include "_conditions.h"

enum { TEXTS = CONDITIONS - METHOD };

static bool given(PyObject *object)
{
    return object && object != Py_None;
}

/* The first condition that no record could meet is an error. */
static bool check_texts(PyObject **values, const struct httpstatus_conditions *wanted)
{
    const char *name = httpstatus_conditions_check(wanted);

    if (!name)
        return true;
    return invalid_value(PyExc_ValueError, name,
                         values[strcmp(name, "method") == 0 ? METHOD : HOST]);
}

struct httpstatus_conditions *conditions_copy(const struct httpstatus_conditions *wanted)
{
    const size_t size = wanted->method.size + wanted->path.size + wanted->exclude_path.size +
                        wanted->host.size;
    struct httpstatus_conditions *copy = PyMem_RawMalloc(sizeof *copy + size);

    if (!copy) {
        PyErr_NoMemory();
        return NULL;
    }
    *copy = *wanted;
    struct httpstatus_text *const texts[TEXTS] = {&copy->method, &copy->path, &copy->exclude_path,
                                                  &copy->host};
    char *p = (char *)(copy + 1);
    for (int i = 0; i < TEXTS; i++) {
        if (!texts[i]->data)
            continue;
        texts[i]->data = memcpy(p, texts[i]->data, texts[i]->size);
        p += texts[i]->size;
    }
    return copy;
}

static bool times_from(PyObject *module, PyObject **values, struct httpstatus_conditions *wanted)
{
    wanted->has_since = given(values[SINCE]);
    wanted->has_until = given(values[UNTIL]);
    return clock_from(module, values[ZONE], values[REFERENCE], &wanted->clock) &&
           (!wanted->has_since || instant_from(module, values[SINCE], "since", &wanted->since)) &&
           (!wanted->has_until || instant_from(module, values[UNTIL], "until", &wanted->until));
}

bool conditions_from(PyObject *module, PyObject **values, Conditions *conditions)
{
    static const char *const names[TEXTS] = {"method", "path", "exclude_path", "host"};
    struct httpstatus_conditions wanted = {.has_since = false};
    struct httpstatus_text *const texts[TEXTS] = {&wanted.method, &wanted.path,
                                                  &wanted.exclude_path, &wanted.host};
    PyObject *owners[TEXTS] = {NULL}; /* of those that are not the UTF-8 of their str */
    bool done = times_from(module, values, &wanted), any = wanted.has_since || wanted.has_until;

    *conditions = (Conditions){.wanted = NULL};
    for (int i = 0; done && i < TEXTS; i++)
        if (given(values[METHOD + i])) {
            done = bytes_from(values[METHOD + i], names[i], &owners[i], texts[i]);
            any = true;
        }
    done = done && check_texts(values, &wanted);
    if (done && any)
        done = (conditions->wanted = conditions_copy(&wanted)) != NULL;
    conditions->clock = wanted.clock;
    for (int i = 0; i < TEXTS; i++)
        Py_XDECREF(owners[i]);
    return done;
}

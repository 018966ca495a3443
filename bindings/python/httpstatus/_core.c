/* The extension module httpstatus._core: look-ups, and what its other files add. */
#include "_core.h"

static bool add_method(PyTypeObject *type, PyMethodDef *method)
{
    PyObject *descriptor = PyDescr_NewMethod(type, method);
    bool added = descriptor &&
                 PyObject_SetAttrString((PyObject *)type, method->ml_name, descriptor) == 0;

    Py_XDECREF(descriptor);
    return added;
}

PyTypeObject *record_type(PyStructSequence_Desc *desc, PyMethodDef *method)
{
    PyTypeObject *type = PyStructSequence_NewType(desc);

    if (type && method && !add_method(type, method))
        Py_CLEAR(type);
    if (type)
        type->tp_flags |= Py_TPFLAGS_IMMUTABLETYPE;
    return type;
}

PyObject *text_object(struct httpstatus_text text)
{
    if (!text.data)
        Py_RETURN_NONE;
    return PyUnicode_FromStringAndSize(text.data, (Py_ssize_t)text.size);
}

PyObject *shared_text_object(State *state, struct httpstatus_text text)
{
    if (!text.data || !state->shared)
        return text_object(text);
    struct shared *shared = &state->shared[(uintptr_t)text.data / 4 % SHARED];
    if (shared->data != text.data) {
        PyObject *object = text_object(text);
        if (!object)
            return NULL;
        shared->data = text.data;
        Py_XSETREF(shared->object, object);
    }
    return Py_NewRef(shared->object);
}

bool any_code_from(PyObject *object, int *code)
{
    int overflow;
    PyObject *number = PyLong_Check(object) ? Py_NewRef(object) : PyNumber_Index(object);
    if (!number)
        return false;
    long value = PyLong_AsLongAndOverflow(number, &overflow);
    Py_DECREF(number);
    *code = overflow || value < 0 || value > INT_MAX ? -1 : (int)value;
    return true;
}

/* ---- Arguments ---- */

static int parameter_index(PyObject *name, const char *const *parameters, int size)
{
    for (int i = 0; i < size; i++)
        if (PyUnicode_CompareWithASCIIString(name, parameters[i]) == 0)
            return i;
    return -1;
}

bool parse_arguments(const char *function, PyObject *const *args, Py_ssize_t count,
                     PyObject *keywords, const char *const *parameters, int size, int positional,
                     int required, PyObject **values)
{
    if (count > positional) {
        PyErr_Format(PyExc_TypeError, "%s() takes at most %d positional arguments (%zd given)",
                     function, positional, count);
        return false;
    }
    for (Py_ssize_t i = 0; i < count; i++)
        values[i] = args[i];
    for (Py_ssize_t i = 0; keywords && i < PyTuple_GET_SIZE(keywords); i++) {
        PyObject *name = PyTuple_GET_ITEM(keywords, i);
        int index = parameter_index(name, parameters, size);
        if (index < 0 || values[index]) {
            PyErr_Format(PyExc_TypeError,
                         index < 0 ? "%s() got an unexpected keyword argument %R"
                                   : "%s() got multiple values for argument %R",
                         function, name);
            return false;
        }
        values[index] = args[count + i];
    }
    for (int i = 0; i < required; i++) {
        if (values[i])
            continue;
        PyErr_Format(PyExc_TypeError, "%s() misses the argument '%s'", function, parameters[i]);
        return false;
    }
    return true;
}

bool utf8_from(PyObject *string, struct httpstatus_text *text)
{
    Py_ssize_t size;

    text->data = PyUnicode_AsUTF8AndSize(string, &size);
    if (!text->data) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError))
            return false;
        PyErr_Clear();
        text->data = "\xff";
        size = 1;
    }
    text->size = (size_t)size;
    return true;
}

bool text_from(PyObject *object, const char *name, struct httpstatus_text *text)
{
    *text = (struct httpstatus_text){NULL, 0};
    if (!object || object == Py_None)
        return true;
    if (PyUnicode_Check(object))
        return utf8_from(object, text);
    PyErr_Format(PyExc_TypeError, "%s must be a str or None, not %.200s", name,
                 Py_TYPE(object)->tp_name);
    return false;
}

PyObject *bytearray_make(Py_ssize_t size)
{
    /* Made small: without memory for a large one CPython frees what it has not set up yet. */
    PyObject *bytes = PyByteArray_FromStringAndSize(NULL, 0);

    if (bytes && PyByteArray_Resize(bytes, size) < 0)
        Py_CLEAR(bytes);
    return bytes;
}

int has_attribute(PyObject *object, const char *name)
{
    PyObject *value = PyObject_GetAttrString(object, name);

    Py_XDECREF(value);
    if (value)
        return 1;
    if (!PyErr_ExceptionMatches(PyExc_AttributeError))
        return -1;
    PyErr_Clear();
    return 0;
}

static PyObject *row_object(State *state, const struct httpstatus_status *row)
{
    if (!row)
        Py_RETURN_NONE;
    return Py_NewRef(status_for_row(state, row));
}

/* ---- Look-ups ---- */

/* NULL with an exception set if 'object' is no code. */
static const Answers *answers_for(PyObject *module, PyObject *object)
{
    int code;

    return code_from(object, &code) ? answers_to(state_of_module(module), code) : NULL;
}

PyDoc_STRVAR(lookup_doc,
"lookup($module, what, /, *, substatus=None, owner=None)\n--\n\n"
"The row that a code or text means, or None.\n\n"
"what is an int, '404', '403.14', '404:1', a phrase ('Not Found'), a name ('NOT_FOUND') or an\n"
"older or common other spelling ('Moved Temporarily'); letter case, blanks, '-', '_' and \"'\"\n"
"do not count. substatus goes with an int; owner names whose row is meant instead of the\n"
"primary one.\n\n"
">>> import httpstatus\n"
">>> httpstatus.lookup('moved temporarily')\n"
"<Status 302 Found>\n"
">>> httpstatus.lookup('403.14')\n"
"<Status 403.14 Directory listing denied (IIS)>\n"
">>> httpstatus.lookup(499, owner='nginx').phrase\n"
"'Client Closed Request'\n");

static PyObject *lookup(PyObject *module, PyObject *const *args, Py_ssize_t count,
                        PyObject *keywords)
{
    static const char *const parameters[] = {"what", "substatus", "owner"};
    State *state = state_of_module(module);
    PyObject *values[3] = {NULL};
    struct httpstatus_text text, owner;
    int code, substatus = 0;

    if (count == 1 && !keywords && PyLong_Check(args[0])) {
        const Answers *answers = answers_for(module, args[0]);
        return answers ? Py_NewRef(answers->status) : NULL;
    }
    if (!parse_arguments("lookup", args, count, keywords, parameters, 3, 1, 1, values) ||
        !text_from(values[2], "owner", &owner))
        return NULL;
    bool has_substatus = values[1] && values[1] != Py_None;
    if (has_substatus && !code_from(values[1], &substatus))
        return NULL;
    if (!PyUnicode_Check(values[0])) {
        if (!code_from(values[0], &code))
            return NULL;
        return row_object(state, httpstatus_find(code, substatus, owner.data, owner.size));
    }
    if (has_substatus)
        return PyErr_Format(PyExc_TypeError,
                            "substatus goes with a code that is an int, not with the text %R",
                            values[0]);
    if (!text_from(values[0], "what", &text))
        return NULL;
    return row_object(state, httpstatus_lookup_text(text.data, text.size, owner.data, owner.size));
}

PyDoc_STRVAR(variants_doc,
"variants($module, code, /)\n--\n\n"
"All rows of a code as a tuple, sub-status rows too, the primary one first.\n\n"
">>> import httpstatus\n"
">>> [s.owner for s in httpstatus.variants(498)]\n"
"['Esri', 'nginx']\n");

static PyObject *variants(PyObject *module, PyObject *object)
{
    const Answers *answers = answers_for(module, object);

    return answers ? Py_NewRef(answers->variants) : NULL;
}

PyDoc_STRVAR(search_doc,
"search($module, words, /)\n--\n\n"
"The rows whose phrase, name, aliases, description or explanation have all the words, as a list,\n"
"best first.\n"
"At most 32 words of 128 bytes each: more are a ValueError.\n\n"
">>> import httpstatus\n"
">>> httpstatus.search('gateway timeout')[0]\n"
"<Status 504 Gateway Timeout>\n");

static PyObject *search(PyObject *module, PyObject *words)
{
    State *state = state_of_module(module);
    struct httpstatus_text text;

    if (!PyUnicode_Check(words))
        return PyErr_Format(PyExc_TypeError, "search() takes a str, not %.200s",
                            Py_TYPE(words)->tp_name);
    if (!text_from(words, "words", &text))
        return NULL;
    size_t capacity = httpstatus_row_count();
    const struct httpstatus_status **found = PyMem_Malloc(capacity * sizeof *found);
    if (!found)
        return PyErr_NoMemory();
    size_t count = httpstatus_search(text.data, text.size, found, capacity);
    const char *error = httpstatus_search_error(count);
    if (error)
        PyErr_Format(PyExc_ValueError, "cannot search for a text of %zu bytes: %s", text.size, error);
    PyObject *list = error ? NULL : PyList_New((Py_ssize_t)count);
    for (size_t i = 0; list && i < count; i++)
        PyList_SET_ITEM(list, (Py_ssize_t)i, Py_NewRef(status_for_row(state, found[i])));
    PyMem_Free(found);
    return list;
}

/* "4xx" as 4, None as 0; false with an exception set for anything else. */
static bool class_from(PyObject *object, int *status_class)
{
    *status_class = 0;
    if (!object || object == Py_None)
        return true;
    for (int i = 1; PyUnicode_Check(object) && i <= 5; i++) {
        struct httpstatus_text name = httpstatus_class_of(i * 100);
        if (PyUnicode_CompareWithASCIIString(object, name.data) == 0) {
            *status_class = i;
            return true;
        }
    }
    PyErr_Format(PyUnicode_Check(object) ? PyExc_ValueError : PyExc_TypeError,
                 "status_class must be '1xx', '2xx', '3xx', '4xx', '5xx' or None, not %R", object);
    return false;
}

PyDoc_STRVAR(statuses_doc,
"statuses($module, status_class=None, owner=None, official=None)\n--\n\n"
"The rows of a class, of an owner, of IANA (official=True) or of the others (False), as a list in\n"
"table order; all rows without a filter.\n\n"
">>> import httpstatus\n"
">>> len(httpstatus.statuses(official=True))\n"
"64\n");

static PyObject *statuses(PyObject *module, PyObject *const *args, Py_ssize_t count,
                          PyObject *keywords)
{
    static const char *const parameters[] = {"status_class", "owner", "official"};
    State *state = state_of_module(module);
    PyObject *values[3] = {NULL};
    struct httpstatus_query query = {0};
    const struct httpstatus_status *row = NULL;

    if (!parse_arguments("statuses", args, count, keywords, parameters, 3, 3, 0, values) ||
        !class_from(values[0], &query.status_class) || !text_from(values[1], "owner", &query.owner))
        return NULL;
    if (values[2] && values[2] != Py_None) {
        int truth = PyObject_IsTrue(values[2]);
        if (truth < 0)
            return NULL;
        query.official = truth ? 1 : -1;
    }
    PyObject *list = PyList_New(0);
    while (list && (row = httpstatus_next(&query, row)) != NULL)
        if (PyList_Append(list, status_for_row(state, row)) < 0)
            Py_CLEAR(list);
    return list;
}

PyDoc_STRVAR(phrase_doc,
"phrase($module, code, /)\n--\n\n"
"The reason phrase of a code's primary row, or None. The code is for programs, the phrase for\n"
"people: a client need neither read nor show it (RFC 9112 section 4).\n\n"
">>> import httpstatus\n"
">>> httpstatus.phrase(404)\n"
"'Not Found'\n");

static PyObject *phrase(PyObject *module, PyObject *object)
{
    const Answers *answers = answers_for(module, object);

    return answers ? Py_NewRef(answers->phrase) : NULL;
}

PyDoc_STRVAR(class_of_doc,
"class_of($module, code, /)\n--\n\n"
"'1xx' to '5xx' by the first digit (RFC 9110 section 15), or None outside 100..599.\n\n"
">>> import httpstatus\n"
">>> httpstatus.class_of(471)\n"
"'4xx'\n");

static PyObject *class_of(PyObject *module, PyObject *object)
{
    const Answers *answers = answers_for(module, object);

    return answers ? Py_NewRef(answers->status_class) : NULL;
}

PyDoc_STRVAR(effective_doc,
"effective($module, code, /)\n--\n\n"
"The code that a recipient treats this one as (RFC 9110 section 15): itself if IANA registers\n"
"it, else x00 of its class, and 500 outside 100..599.\n\n"
">>> import httpstatus\n"
">>> httpstatus.effective(499)\n"
"400\n");

static PyObject *effective(PyObject *module, PyObject *object)
{
    const Answers *answers = answers_for(module, object);

    return answers ? Py_NewRef(answers->effective) : NULL;
}

PyDoc_STRVAR(scanner_doc,
"scanner($module, /)\n--\n\n"
"The name of the implementation that scans logs: 'avx512', 'avx2', 'sse2', 'neon' or 'scalar', the\n"
"fastest that this CPU has. All give the same answers. The environment variable HTTPSTATUS_SCANNER\n"
"forces one, in the whole process, when the module is imported.\n\n"
">>> import httpstatus\n"
">>> httpstatus.scanner() in ('avx512', 'avx2', 'sse2', 'neon', 'scalar')\n"
"True\n");

static PyObject *scanner(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    return PyUnicode_InternFromString(httpstatus_scanner_name());
}

/* Takes the scanner that the environment asks for; -1 with an exception set if it does not run here. */
static int force_scanner(void)
{
    const char *name = getenv("HTTPSTATUS_SCANNER");

    if (!name || !*name || httpstatus_scanner_use(name, strlen(name)))
        return 0;
    PyObject *known = PyUnicode_FromString(httpstatus_scanner_at(0));
    for (size_t i = 1; known && httpstatus_scanner_at(i); i++)
        Py_SETREF(known, PyUnicode_FromFormat("%U, %s", known, httpstatus_scanner_at(i)));
    if (known)
        PyErr_Format(PyExc_ImportError,
                     "HTTPSTATUS_SCANNER is '%.100s', which does not run here: set it to one of %U, "
                     "or not at all", name, known);
    Py_XDECREF(known);
    return -1;
}

/* ---- The module ---- */

static PyMethodDef functions[] = {
    {"lookup", (PyCFunction)(void (*)(void))lookup, METH_FASTCALL | METH_KEYWORDS, lookup_doc},
    {"variants", variants, METH_O, variants_doc},
    {"search", search, METH_O, search_doc},
    {"statuses", (PyCFunction)(void (*)(void))statuses, METH_FASTCALL | METH_KEYWORDS,
     statuses_doc},
    {"phrase", phrase, METH_O, phrase_doc},
    {"class_of", class_of, METH_O, class_of_doc},
    {"effective", effective, METH_O, effective_doc},
    {"scanner", scanner, METH_NOARGS, scanner_doc},
    {NULL},
};

static const char *format_name(size_t i)
{
    enum httpstatus_format format = (enum httpstatus_format)(HTTPSTATUS_AUTO + (int)i);

    return format < HTTPSTATUS_CUSTOM ? httpstatus_format_name(format) : NULL;
}

/* Adds a list of names, for the command. */
static int add_names(PyObject *module, const char *attribute, const char *(*name)(size_t))
{
    PyObject *list = PyList_New(0);
    int result = list ? 0 : -1;

    for (size_t i = 0; result == 0 && name(i); i++) {
        PyObject *text = PyUnicode_FromString(name(i));
        result = text ? PyList_Append(list, text) : -1;
        Py_XDECREF(text);
    }
    if (result == 0)
        result = PyModule_AddObjectRef(module, attribute, list);
    Py_XDECREF(list);
    return result;
}

static int module_exec(PyObject *module)
{
    State *state = state_of_module(module);

    if (force_scanner() < 0 || !(state->empty = PyTuple_New(0)) || status_add(module, state) < 0 ||
        redirect_add(module, state) < 0 || source_add(module) < 0 ||
        tally_add(module, state) < 0 || select_add(module, state) < 0 || columns_add(module, state) < 0 ||
        add_names(module, "_FORMATS", format_name) < 0 ||
        add_names(module, "_POLICIES", httpstatus_policy_name) < 0)
        return -1;
    if (PyModule_AddIntConstant(module, "_READ_SIZE", HTTPSTATUS_READ_SIZE) < 0)
        return -1;
    return PyModule_AddStringConstant(module, "__version__", httpstatus_version());
}

static int visit_all(State *state, visitproc visit, void *arg)
{
    PyObject **objects[] = {&state->empty, &state->get, &state->phrases,
                            &state->log_format_error, &state->redirect_error};

    Py_VISIT(state->status_type);
    Py_VISIT(state->redirect_type);
    Py_VISIT(state->retry_type);
    Py_VISIT(state->header_type);
    Py_VISIT(state->tally_type);
    Py_VISIT(state->select_type);
    Py_VISIT(state->chain_type);
    Py_VISIT(state->client_type);
    for (size_t i = 0; i < Py_ARRAY_LENGTH(objects); i++)
        Py_VISIT(*objects[i]);
    for (size_t i = 0; state->rows && i < httpstatus_row_count(); i++)
        Py_VISIT(state->rows[i]);
    for (int i = 0; i < METHODS; i++)
        for (int j = 0; j < COLUMNS; j++)
            Py_VISIT(state->records[i][j]);
    return 0;
}

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
    return visit_all(state_of_module(module), visit, arg);
}

static void clear_objects(PyObject **objects, size_t count)
{
    for (size_t i = 0; i < count; i++)
        Py_CLEAR(objects[i]);
}

static int module_clear(PyObject *module)
{
    State *state = state_of_module(module);

    status_forget(state);
    if (state->rows)
        clear_objects(state->rows, httpstatus_row_count());
    clear_objects(state->classes, 6);
    clear_objects(state->actions, ACTIONS);
    clear_objects(state->reasons, REASONS);
    clear_objects(state->changes, CHANGES);
    clear_objects(state->kinds, KINDS);
    for (int i = 0; i < METHODS; i++)
        clear_objects(state->records[i], COLUMNS);
    for (int i = 0; i < PARTS; i++)
        Py_CLEAR(state->parts[i].object);
    Py_CLEAR(state->get);
    Py_CLEAR(state->phrases);
    Py_CLEAR(state->empty);
    Py_CLEAR(state->log_format_error);
    Py_CLEAR(state->redirect_error);
    Py_CLEAR(state->status_type);
    Py_CLEAR(state->redirect_type);
    Py_CLEAR(state->retry_type);
    Py_CLEAR(state->header_type);
    Py_CLEAR(state->tally_type);
    Py_CLEAR(state->select_type);
    Py_CLEAR(state->chain_type);
    Py_CLEAR(state->client_type);
    return 0;
}

static void module_free(void *module)
{
    module_clear(module);
    PyMem_Free(state_of_module(module)->rows);
    state_of_module(module)->rows = NULL;
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, module_exec},
#ifdef Py_mod_multiple_interpreters
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT,
    .m_name = "httpstatus._core",
    .m_doc = PyDoc_STR("HTTP status codes, redirects and log statuses: see the package."),
    .m_size = sizeof(State),
    .m_methods = functions,
    .m_slots = module_slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
    .m_free = module_free,
};

PyMODINIT_FUNC PyInit__core(void)
{
    return PyModuleDef_Init(&module_def);
}

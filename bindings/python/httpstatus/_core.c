/* The extension module httpstatus._core: what its files add and the state they share. */
#include "_core.h"

/* def scanner() -> _Scanner: ... */
PyDoc_STRVAR(scanner_doc,
SIGNATURE_scanner
"The implementation that scans logs, named after its instruction set.\n\n"
DOC_SCANNERS
"It is the fastest that runs on this CPU; all give the same answers. To force one for the whole\n"
"process, set the environment variable HTTPSTATUS_SCANNER before the module is imported.\n\n"
">>> import httpstatus\n"
">>> httpstatus.scanner().isidentifier()\n"
"True\n");

static PyObject *scanner(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    return PyUnicode_InternFromString(httpstatus_scanner_name());
}

/* Uses the scanner named in the environment; -1 with an exception set if it does not run here. */
static int force_scanner(void)
{
    const char *name = getenv("HTTPSTATUS_SCANNER");

    if (!name || !*name || httpstatus_scanner_use(name, strlen(name)))
        return 0;
    char text[HTTPSTATUS_EXPECTED];
    PyErr_Format(PyExc_ImportError, "invalid HTTPSTATUS_SCANNER '%.100s': expected %s", name,
                 httpstatus_expected("scanner", text));
    return -1;
}

/* ---- The module ---- */

/* A digest of the sources, from setup.py: the tests refuse a module built from others. */
#ifndef HTTPSTATUS_SOURCES
#define HTTPSTATUS_SOURCES unknown
#endif
#define TEXT_OF(macro) TEXT_OF_TOKENS(macro)
#define TEXT_OF_TOKENS(tokens) #tokens

static PyMethodDef functions[] = {
    {"scanner", scanner, METH_NOARGS, scanner_doc},
    {NULL},
};

static const char *format_name(size_t i)
{
    enum httpstatus_format format = (enum httpstatus_format)(HTTPSTATUS_AUTO + (int)i);

    return format < HTTPSTATUS_CUSTOM ? httpstatus_format_name(format) : NULL;
}

/* The command and the completions need these lists. */
static int add_names(PyObject *module, const char *attribute, const char *(*name)(size_t))
{
    PyObject *list = PyList_New(0);

    for (size_t i = 0; list && name(i); i++)
        list_add(&list, PyUnicode_FromString(name(i)));
    int result = list ? PyModule_AddObjectRef(module, attribute, list) : -1;
    Py_XDECREF(list);
    return result;
}

static int module_exec(PyObject *module)
{
    State *state = state_of_module(module);

    if (force_scanner() < 0 || !(state->empty = PyTuple_New(0)) || status_add(module, state) < 0 ||
        lookup_add(module) < 0 || redirect_add(module, state) < 0 ||
        location_add(module, state) < 0 || retry_add(module, state) < 0 || source_add(module) < 0 ||
        tally_add(module, state) < 0 || series_add(module, state) < 0 ||
        top_add(module, state) < 0 || latency_add(module, state) < 0 ||
        select_add(module, state) < 0 || time_add(module, state) < 0 ||
        suggest_add(module, state) < 0 || parts_add(module, state) < 0 ||
        records_add(module, state) < 0 || columns_add(module, state) < 0 ||
        add_names(module, "_FORMATS", format_name) < 0 ||
        add_names(module, "_POLICIES", httpstatus_policy_name) < 0 ||
        PyModule_AddStringConstant(module, "_DEFAULT_POLICY", HTTPSTATUS_DEFAULT_POLICY) < 0 ||
        add_names(module, "_PARTS", record_member) < 0 ||
        add_names(module, "_TOP_BY", httpstatus_top_by_name) < 0 ||
        add_names(module, "_GROUPS", httpstatus_group_name) < 0)
        return -1;
    if (add_names(module, "_RETRY_POLICIES", httpstatus_retry_policy_name) < 0 ||
        PyModule_AddStringConstant(module, "_DEFAULT_RETRY_POLICY",
                                   HTTPSTATUS_DEFAULT_RETRY_POLICY) < 0)
        return -1;
    if (PyModule_AddIntConstant(module, "_READ_SIZE", HTTPSTATUS_READ_SIZE) < 0 ||
        PyModule_AddStringConstant(module, "_SOURCES", TEXT_OF(HTTPSTATUS_SOURCES)) < 0)
        return -1;
    return PyModule_AddStringConstant(module, "__version__", httpstatus_version());
}

static int visit_all(State *state, visitproc visit, void *arg)
{
    PyObject **objects[] = {&state->empty,
                            &state->get,
                            &state->phrases,
                            &state->calendar,
                            &state->log_format_error,
                            &state->redirect_error};

    Py_VISIT(state->status_type);
    Py_VISIT(state->redirect_type);
    Py_VISIT(state->advice_type);
    Py_VISIT(state->header_type);
    Py_VISIT(state->tally_type);
    Py_VISIT(state->series_type);
    Py_VISIT(state->latency_type);
    Py_VISIT(state->top_type);
    Py_VISIT(state->top_entry_type);
    Py_VISIT(state->tops_type);
    Py_VISIT(state->select_type);
    Py_VISIT(state->chain_type);
    Py_VISIT(state->client_type);
    Py_VISIT(state->location_type);
    Py_VISIT(state->retry_type);
    Py_VISIT(state->retry_client_type);
    Py_VISIT(state->time_type);
    Py_VISIT(state->suggestion_type);
    Py_VISIT(state->record_type);
    Py_VISIT(state->records_type);
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
    Py_CLEAR(state->calendar);
    Py_CLEAR(state->empty);
    Py_CLEAR(state->log_format_error);
    Py_CLEAR(state->redirect_error);
    Py_CLEAR(state->status_type);
    Py_CLEAR(state->redirect_type);
    Py_CLEAR(state->advice_type);
    Py_CLEAR(state->header_type);
    Py_CLEAR(state->tally_type);
    Py_CLEAR(state->series_type);
    Py_CLEAR(state->latency_type);
    Py_CLEAR(state->top_type);
    Py_CLEAR(state->top_entry_type);
    Py_CLEAR(state->tops_type);
    Py_CLEAR(state->select_type);
    Py_CLEAR(state->chain_type);
    Py_CLEAR(state->client_type);
    Py_CLEAR(state->location_type);
    Py_CLEAR(state->retry_type);
    Py_CLEAR(state->retry_client_type);
    Py_CLEAR(state->time_type);
    Py_CLEAR(state->suggestion_type);
    Py_CLEAR(state->record_type);
    Py_CLEAR(state->records_type);
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
    .m_doc = PyDoc_STR("The extension module of httpstatus: see help(httpstatus)."),
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

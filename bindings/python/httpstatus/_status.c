/* Status: an int subclass with one immutable object per row of the table. */
#include "_core.h"

/* The slots of a Status, in the order in which help() shows them. */
enum {
    KEY,
    CODE,
    SUBSTATUS,
    TEXTS,
    PROPERTIES = TEXTS + HTTPSTATUS_FIELDS,
    ALIASES = PROPERTIES + HTTPSTATUS_PROPERTIES,
    ALIAS_SOURCES,
    RETRY,
    HEADERS,
    VARIANTS,
    VALUE,
    SLOTS
};

typedef struct {
    PyLongObject number;
    const struct httpstatus_status *row; /* of the table, or a stand-in */
    PyObject *slots[SLOTS];
} StatusObject;

#define SLOT(self, slot) (((StatusObject *)(self))->slots[slot])

/* Steals 'value'; false if it is NULL. */
static bool put(PyObject *self, int slot, PyObject *value)
{
    SLOT(self, slot) = value;
    return value != NULL;
}

static PyObject *aliases_object(State *state, const struct httpstatus_status *row, bool sources)
{
    size_t count = httpstatus_alias_count(row);
    if (count == 0)
        return Py_NewRef(state->empty);
    PyObject *tuple = PyTuple_New((Py_ssize_t)count);
    for (size_t i = 0; tuple && i < count; i++) {
        struct httpstatus_alias alias = httpstatus_alias(row, i);
        PyObject *item = shared_text_object(state, sources ? alias.source : alias.phrase);
        if (!item)
            Py_CLEAR(tuple);
        else
            PyTuple_SET_ITEM(tuple, (Py_ssize_t)i, item);
    }
    return tuple;
}

/* A struct sequence of texts. */
static PyObject *record_of(State *state, PyTypeObject *type, const struct httpstatus_text *texts,
                           int count)
{
    PyObject *record = PyStructSequence_New(type);
    for (int i = 0; record && i < count; i++) {
        PyObject *item = shared_text_object(state, texts[i]);
        if (!item)
            Py_CLEAR(record);
        else
            PyStructSequence_SetItem(record, i, item);
    }
    return record;
}

static PyObject *advice_object(State *state, const struct httpstatus_status *row)
{
    struct httpstatus_retry_advice advice = httpstatus_retry_advice(row);
    if (!advice.advice.data)
        Py_RETURN_NONE;
    struct httpstatus_text texts[] = {advice.advice, advice.reference};
    return record_of(state, state->advice_type, texts, 2);
}

static PyObject *headers_object(State *state, const struct httpstatus_status *row)
{
    size_t count = httpstatus_header_count(row);
    if (count == 0)
        return Py_NewRef(state->empty);
    PyObject *tuple = PyTuple_New((Py_ssize_t)count);
    for (size_t i = 0; tuple && i < count; i++) {
        struct httpstatus_header header = httpstatus_header(row, i);
        struct httpstatus_text texts[] = {header.name, header.level, header.reference,
                                          header.condition};
        PyObject *item = record_of(state, state->header_type, texts, 4);
        if (!item)
            Py_CLEAR(tuple);
        else
            PyTuple_SET_ITEM(tuple, (Py_ssize_t)i, item);
    }
    return tuple;
}

/* The two texts without a slot: an import need not copy their 100 KB and more. */
static bool is_computed(enum httpstatus_field field)
{
    return field == HTTPSTATUS_DESCRIPTION || field == HTTPSTATUS_EXPLANATION;
}

/*
 * A new Status for 'row', without its variants.  The caller gives the owner, since a stand-in row
 * has none.
 */
static PyObject *status_new(State *state, const struct httpstatus_status *row, int code,
                            int substatus, PyObject *owner)
{
    PyObject *number = PyLong_FromLong(code);
    if (!number)
        return NULL;
    PyObject *args = PyTuple_Pack(1, number);
    PyObject *self = args ? PyLong_Type.tp_new(state->status_type, args, NULL) : NULL;
    Py_XDECREF(args);
    if (!self) {
        Py_DECREF(number);
        return NULL;
    }
    ((StatusObject *)self)->row = row;
    bool made = put(self, CODE, number) && put(self, VALUE, Py_NewRef(number)) &&
                put(self, SUBSTATUS, PyLong_FromLong(substatus));
    for (int i = 0; made && i < HTTPSTATUS_FIELDS; i++) {
        enum httpstatus_field field = (enum httpstatus_field)i;
        if (field == HTTPSTATUS_OWNER)
            made = put(self, TEXTS + i, Py_NewRef(owner));
        else if (field == HTTPSTATUS_PHRASE || field == HTTPSTATUS_NAME)
            made = put(self, TEXTS + i, text_object(httpstatus_field(row, field)));
        else if (!is_computed(field))
            made = put(self, TEXTS + i, shared_text_object(state, httpstatus_field(row, field)));
    }
    for (int i = 0; made && i < HTTPSTATUS_PROPERTIES; i++)
        made = put(self, PROPERTIES + i,
                   answer_object(httpstatus_property(row, (enum httpstatus_property)i)));
    made = made && put(self, KEY, PyTuple_Pack(3, number, SLOT(self, SUBSTATUS), owner)) &&
           put(self, ALIASES, aliases_object(state, row, false)) &&
           put(self, ALIAS_SOURCES, aliases_object(state, row, true)) &&
           put(self, RETRY, advice_object(state, row)) &&
           put(self, HEADERS, headers_object(state, row));
    if (!made)
        Py_CLEAR(self);
    return self;
}

static PyObject *status_for_key(State *state, int code, int substatus, PyObject *owner)
{
    const char *name = NULL;
    Py_ssize_t size = 0;

    if (owner != Py_None && !(name = PyUnicode_AsUTF8AndSize(owner, &size)))
        return NULL;
    const struct httpstatus_status *row = httpstatus_find(code, substatus, name, (size_t)size);
    if (row)
        return Py_NewRef(status_for_row(state, row));
    PyObject *self = status_new(state, httpstatus_unknown(code), code, substatus, owner);
    if (self)
        SLOT(self, VARIANTS) = Py_NewRef(answers_to(state, code)->variants);
    return self;
}

PyObject *status_for_row(State *state, const struct httpstatus_status *row)
{
    return state->rows[httpstatus_index(row)];
}

/* ---- The type ---- */

/*
 * @final
 * class Status(int):
 *     def __new__(
 *         cls, code: SupportsIndex, substatus: SupportsIndex = 0, owner: str | None = None
 *     ) -> Status: ...
 *     key: tuple[int, int, str | None]
 *     code: int
 *     value: int
 *     substatus: int
 *     owner: str | None
 *     phrase: str | None
 *     name: str | None
 *     aliases: tuple[str, ...]
 *     alias_sources: tuple[str, ...]
 *     status_class: _StatusClass | None
 *     lifecycle: _Lifecycle | None
 *     reference: str | None
 *     description: str
 *     explanation: str
 *     since: _Since | None
 *     introduced_in: str | None
 *     wire: str | None
 *     is_informational: bool
 *     is_success: bool
 *     is_redirection: bool
 *     is_client_error: bool
 *     is_server_error: bool
 *     is_error: bool
 *     is_known: bool
 *     is_official: bool
 *     is_interim: bool
 *     is_redirect: bool
 *     is_cacheable: bool | None
 *     must_not_store: bool | None
 *     allows_body: bool | None
 *     preserves_method: bool | None
 *     retry: RetryAdvice | None
 *     headers: tuple[Header, ...]
 *     variants: tuple[Status, ...]
 */
PyDoc_STRVAR(status_doc,
SIGNATURE_Status
"A status code and its meaning: an int with the fields of a row of the table.\n\n"
"Status(404) is the one object for the default row of the code, and Status(403, 14) for the\n"
"sub-status of IIS; owner asks for the row of IANA or of a vendor. An unknown code from 0 to\n"
"999 works too: Status(299).is_success is True, and what the class does not settle is None.\n"
"Other codes raise ValueError.\n\n"
"Equality and hash are those of the int: use 'is' or .key to distinguish rows of the same code.\n\n"
">>> from httpstatus import Status\n"
">>> Status(404)\n"
"<Status 404 Not Found>\n"
">>> Status(403, 14).phrase, Status(403, 14).owner\n"
"('Directory listing denied', 'IIS')\n"
">>> Status(429).retry.advice\n"
"'after-delay'\n");

static PyObject *status_call(PyObject *type, PyObject *const *args, size_t flagged,
                             PyObject *keywords)
{
    static const Signature signature = {"Status", 3, 1, {"code", "substatus", "owner"}};
    State *state = PyType_GetModuleState((PyTypeObject *)type);
    Py_ssize_t count = PyVectorcall_NARGS(flagged);
    PyObject *values[3] = {NULL};
    int code, substatus = 0;

    if (count == 1 && !keywords) {
        if (Py_IS_TYPE(args[0], state->status_type))
            return Py_NewRef(args[0]);
        if (!code_from(args[0], "code", &code))
            return NULL;
        PyObject *status = answers_to(state, code)->status;
        if (status != Py_None)
            return Py_NewRef(status);
        values[0] = args[0];
    } else if (!parse_arguments(&signature, args, count, keywords, values) ||
               !code_from(values[0], "code", &code)) {
        return NULL;
    }
    if (values[1] && !code_from(values[1], "substatus", &substatus))
        return NULL;
    PyObject *owner = values[2] ? values[2] : Py_None;
    if (code < HTTPSTATUS_STATUS_MIN || code >= CODES)
        return invalid_value(PyExc_ValueError, "code", values[0]);
    if (substatus < 0 || substatus > UINT16_MAX)
        return invalid_value(PyExc_ValueError, "substatus", values[1]);
    if (owner != Py_None && !PyUnicode_Check(owner))
        return invalid(PyExc_TypeError, "owner", owner, "a str or None");
    return status_for_key(state, code, substatus, owner);
}

static int status_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    for (int i = 0; i < SLOTS; i++)
        Py_VISIT(SLOT(self, i));
    return 0;
}

static int status_clear(PyObject *self)
{
    for (int i = 0; i < SLOTS; i++)
        Py_CLEAR(SLOT(self, i));
    return 0;
}

static void status_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);

    PyObject_GC_UnTrack(self);
    status_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *status_repr(PyObject *self)
{
    PyObject *substatus = SLOT(self, SUBSTATUS), *owner = SLOT(self, TEXTS + HTTPSTATUS_OWNER);
    PyObject *phrase = SLOT(self, TEXTS + HTTPSTATUS_PHRASE);
    bool official = SLOT(self, PROPERTIES + HTTPSTATUS_IS_OFFICIAL) == Py_True;
    bool plain = PyObject_Not(substatus) == 1;
    PyObject *number = plain ? PyUnicode_FromFormat("%S", SLOT(self, CODE))
                             : PyUnicode_FromFormat("%S.%S", SLOT(self, CODE), substatus);
    if (!number)
        return NULL;
    PyObject *named = phrase == Py_None ? PyUnicode_FromFormat("%U", number)
                                        : PyUnicode_FromFormat("%U %U", number, phrase);
    Py_DECREF(number);
    if (!named)
        return NULL;
    PyObject *repr = official || owner == Py_None
                         ? PyUnicode_FromFormat("<Status %U>", named)
                         : PyUnicode_FromFormat("<Status %U (%U)>", named, owner);
    Py_DECREF(named);
    return repr;
}

static PyObject *status_reduce(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return Py_BuildValue("OO", Py_TYPE(self), SLOT(self, KEY));
}

/*
 * class Status:
 *     def reference_for(self, property: _Property, /) -> str | None: ...
 */
PyDoc_STRVAR(reference_for_doc,
SIGNATURE_Status_reference_for
"The section or document that settles a property ('is_cacheable'), or None if it is unknown.\n\n"
"A name that is not a property raises ValueError.\n\n"
">>> from httpstatus import Status\n"
">>> Status(451).reference_for('is_cacheable')\n"
"'RFC 7725 Section 3'\n");

static PyObject *status_reference_for(PyObject *self, PyObject *name)
{
    const struct httpstatus_status *row = ((StatusObject *)self)->row;
    enum httpstatus_property property;
    struct httpstatus_text text;

    if (!str_from(name, "property", &text))
        return NULL;
    if (httpstatus_property_find(text.data, text.size, &property))
        return text_object(httpstatus_property_reference(row, property));
    return invalid_value(PyExc_ValueError, "property", name);
}

/*
 * class Status:
 *     def deconstruct(self) -> tuple[str, tuple[int, int, str | None], dict[str, Any]]: ...
 */
PyDoc_STRVAR(deconstruct_doc,
SIGNATURE_Status_deconstruct
"What makes this status again, for Django's migrations: the path of the class, its positional\n"
"arguments and its keywords.\n\n"
">>> from httpstatus import Status\n"
">>> Status(404).deconstruct()\n"
"('httpstatus.Status', (404, 0, 'IANA'), {})\n");

static PyObject *status_deconstruct(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return Py_BuildValue("sO{}", "httpstatus.Status", SLOT(self, KEY));
}

/*
 * class Status:
 *     @classmethod
 *     def __get_pydantic_core_schema__(cls, source: Any, handler: Any, /) -> Any: ...
 */
static PyObject *status_schema(PyObject *type, PyObject *Py_UNUSED(arguments))
{
    PyObject *module = PyImport_ImportModule("httpstatus._pydantic");
    PyObject *schema = module ? PyObject_CallMethod(module, "schema", "O", type) : NULL;

    Py_XDECREF(module);
    return schema;
}

static PyObject *status_description(PyObject *self, void *Py_UNUSED(ignored))
{
    return text_object(httpstatus_field(((StatusObject *)self)->row, HTTPSTATUS_DESCRIPTION));
}

static PyObject *status_explanation(PyObject *self, void *Py_UNUSED(ignored))
{
    return text_object(httpstatus_field(((StatusObject *)self)->row, HTTPSTATUS_EXPLANATION));
}

static PyGetSetDef status_getset[] = {
    {"description", status_description, NULL, PyDoc_STR(DOC_Status_description), NULL},
    {"explanation", status_explanation, NULL, PyDoc_STR(DOC_Status_explanation), NULL},
    {NULL},
};

static PyMethodDef status_methods[] = {
    {"reference_for", status_reference_for, METH_O, reference_for_doc},
    {"deconstruct", status_deconstruct, METH_NOARGS, deconstruct_doc},
    {"__get_pydantic_core_schema__", status_schema, METH_VARARGS | METH_CLASS,
     PyDoc_STR("__get_pydantic_core_schema__($type, source, handler, /)\n--\n\n"
               "How pydantic validates a status, and writes it as a number.")},
    {"__reduce__", status_reduce, METH_NOARGS, PyDoc_STR("Rebuilds the row from its key.")},
    {NULL},
};

/* The docstrings of the attributes that the core names. */
static const char *const text_docs[HTTPSTATUS_FIELDS] = {STATUS_FIELDS_DOCS};
static const char *const property_docs[HTTPSTATUS_PROPERTIES] = {STATUS_PROPERTIES_DOCS};

static void add_member(PyMemberDef *members, const char *name, int slot, const char *doc)
{
    while (members->name)
        members++;
    members->name = name;
    members->type = T_OBJECT_EX;
    members->flags = READONLY;
    members->doc = doc;
    members->offset =
        (Py_ssize_t)(offsetof(StatusObject, slots) + (size_t)slot * sizeof(PyObject *));
}

static PyMemberDef *status_members(void)
{
    PyMemberDef *members = PyMem_Calloc(SLOTS + 1, sizeof *members);

    if (!members) {
        PyErr_NoMemory();
        return NULL;
    }
    add_member(members, "key", KEY, DOC_Status_key);
    add_member(members, "code", CODE, DOC_Status_code);
    add_member(members, "substatus", SUBSTATUS, DOC_Status_substatus);
    for (int i = 0; i < HTTPSTATUS_FIELDS; i++)
        if (!is_computed((enum httpstatus_field)i))
            add_member(members, httpstatus_field_name((enum httpstatus_field)i), TEXTS + i,
                       text_docs[i]);
    for (int i = 0; i < HTTPSTATUS_PROPERTIES; i++)
        add_member(members, httpstatus_property_name((enum httpstatus_property)i), PROPERTIES + i,
                   property_docs[i]);
    add_member(members, "aliases", ALIASES, DOC_Status_aliases);
    add_member(members, "alias_sources", ALIAS_SOURCES, DOC_Status_alias_sources);
    add_member(members, "retry", RETRY, DOC_Status_retry);
    add_member(members, "headers", HEADERS, DOC_Status_headers);
    add_member(members, "variants", VARIANTS, DOC_Status_variants);
    add_member(members, "value", VALUE, DOC_Status_value);
    return members;
}

static PyTypeObject *make_status_type(PyObject *module)
{
    PyMemberDef *members = status_members();
    if (!members)
        return NULL;
    PyType_Slot slots[] = {
        {Py_tp_doc, (void *)status_doc},
        {Py_tp_new, make_by_call},
        {Py_tp_repr, status_repr},
        {Py_tp_str, PyLong_Type.tp_repr},
        {Py_tp_dealloc, status_dealloc},
        {Py_tp_traverse, status_traverse},
        {Py_tp_clear, status_clear},
        {Py_tp_methods, status_methods},
        {Py_tp_members, members},
        {Py_tp_getset, status_getset},
        {0, NULL},
    };
    PyType_Spec spec = {
        .name = "httpstatus.Status",
        .basicsize = sizeof(StatusObject),
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
        .slots = slots,
    };
    PyObject *bases = PyTuple_Pack(1, &PyLong_Type);
    PyObject *type = bases ? PyType_FromModuleAndSpec(module, &spec, bases) : NULL;
    Py_XDECREF(bases);
    PyMem_Free(members);
    if (type)
        ((PyTypeObject *)type)->tp_vectorcall = status_call;
    return (PyTypeObject *)type;
}

/*
 * @final
 * class RetryAdvice(structseq):
 *     advice: _Advice
 *     reference: str
 */
static PyStructSequence_Field advice_fields[] = {RETRYADVICE_MEMBERS{NULL}};
static PyStructSequence_Desc advice_desc = {"httpstatus.RetryAdvice",
                                            "What a client may do about a request that failed.",
                                            advice_fields, 2};

/*
 * @final
 * class Header(structseq):
 *     name: str
 *     level: _Level
 *     reference: str
 *     condition: str | None
 */
static PyStructSequence_Field header_fields[] = {HEADER_MEMBERS{NULL}};
static PyStructSequence_Desc header_desc = {
    "httpstatus.Header", "A header field that goes with a status.", header_fields, 4};

static int make_rows(State *state)
{
    for (size_t i = 0; i < httpstatus_row_count(); i++) {
        const struct httpstatus_status *row = httpstatus_row(i);
        PyObject *owner = shared_text_object(state, httpstatus_field(row, HTTPSTATUS_OWNER));
        if (!owner)
            return -1;
        state->rows[i] =
            status_new(state, row, httpstatus_code(row), httpstatus_substatus(row), owner);
        Py_DECREF(owner);
        if (!state->rows[i])
            return -1;
    }
    return 0;
}

/* For a code that has rows: their tuple, which each of them holds. */
static int make_variants(State *state, Answers *answers, size_t first, size_t count)
{
    PyObject *tuple = PyTuple_New((Py_ssize_t)count);
    if (!tuple)
        return -1;
    for (size_t i = 0; i < count; i++) {
        PyTuple_SET_ITEM(tuple, (Py_ssize_t)i, Py_NewRef(state->rows[first + i]));
        SLOT(state->rows[first + i], VARIANTS) = Py_NewRef(tuple);
    }
    Py_DECREF(tuple);
    answers->status = state->rows[first];
    answers->phrase = SLOT(answers->status, TEXTS + HTTPSTATUS_PHRASE);
    answers->variants = tuple;
    return 0;
}

void status_forget(State *state)
{
    for (int i = 0; i <= CODES + 1; i++)
        state->answers[i] = (Answers){Py_None, Py_None, Py_None, Py_None, Py_None};
}

static int make_answers(State *state)
{
    for (int code = HTTPSTATUS_STATUS_MIN; code <= CODES; code++) {
        struct httpstatus_text name = httpstatus_class_of(code);
        PyObject *status_class = state->classes[name.data ? name.data[0] - '0' : 0];
        Answers *answers = &state->answers[code + 1];
        size_t first, count = httpstatus_variants(code, &first);
        *answers = (Answers){Py_None, Py_None, status_class, NULL, state->empty};
        if (count && make_variants(state, answers, first, count) < 0)
            return -1;
    }
    /* Every code that others are treated as is registered, so it has a row. */
    for (int code = HTTPSTATUS_STATUS_MIN; code <= CODES; code++) {
        PyObject *status = answers_to(state, httpstatus_effective(code))->status;
        state->answers[code + 1].effective = SLOT(status, CODE);
    }
    return 0;
}

static int make_classes(State *state)
{
    for (int i = 0; i < 6; i++)
        if (!(state->classes[i] = shared_text_object(state, httpstatus_class_of(i * 100))))
            return -1;
    return 0;
}

/* All objects made from the table. */
static int make_table(State *state)
{
    state->rows = PyMem_Calloc(httpstatus_row_count(), sizeof *state->rows);
    state->shared = PyMem_Calloc(SHARED, sizeof *state->shared);
    bool made = state->rows && state->shared;
    if (!made)
        PyErr_NoMemory();
    made = made && make_classes(state) == 0 && make_rows(state) == 0 && make_answers(state) == 0;
    for (int i = 0; state->shared && i < SHARED; i++)
        Py_XDECREF(state->shared[i].object);
    PyMem_Free(state->shared);
    state->shared = NULL;
    return made ? 0 : -1;
}

int status_add(PyObject *module, State *state)
{
    if (!(state->advice_type = record_type(&advice_desc, NULL)) ||
        !(state->header_type = record_type(&header_desc, NULL)) ||
        !(state->status_type = make_status_type(module)) || make_table(state) < 0)
        return -1;
    for (size_t i = 0; i < httpstatus_constant_count(); i++) {
        struct httpstatus_constant constant = httpstatus_constant(i);
        if (PyModule_AddObjectRef(module, constant.name.data, status_for_row(state, constant.row)) <
            0)
            return -1;
    }
    if (PyModule_AddType(module, state->status_type) < 0 ||
        PyModule_AddType(module, state->advice_type) < 0)
        return -1;
    return PyModule_AddType(module, state->header_type);
}

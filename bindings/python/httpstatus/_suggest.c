/* suggest(): an option that reads a log which fits no format. */
#include "_log.h"

/*
 * @final
 * class Suggestion(structseq):
 *     format: str | None
 *     key: str | None
 *     matched: int
 *     lines: int
 */
static PyStructSequence_Field suggestion_fields[] = {SUGGESTION_MEMBERS{NULL}};
static PyStructSequence_Desc suggestion_desc = {
    "httpstatus.Suggestion", "An option that reads a log which fits no format, and how much of it.",
    suggestion_fields, 4};

enum { HEAD = HTTPSTATUS_SUGGEST_HEAD + 1 }; /* one byte more tells that the log goes on */

static PyObject *suggestion_object(State *state, const char *option,
                                   const struct httpstatus_suggestion *found)
{
    const struct httpstatus_text text = {found->text, found->size}, none = {NULL, 0};
    const bool is_key = strcmp(option, "key") == 0;
    PyObject *record = PyStructSequence_New(state->suggestion_type);

    if (!record)
        return NULL;
    PyObject *items[] = {
        text_object(is_key ? none : text),
        text_object(is_key ? text : none),
        PyLong_FromUnsignedLongLong(found->matched),
        PyLong_FromUnsignedLongLong(found->lines),
    };
    return fill(record, items, Py_ARRAY_LENGTH(items));
}

static PyObject *suggest_for(State *state, const char *p, size_t size)
{
    struct httpstatus_scanner *scanner = PyMem_Malloc(sizeof *scanner);
    struct httpstatus_suggestion found;
    const char *option;

    if (!scanner)
        return PyErr_NoMemory();
    Py_BEGIN_ALLOW_THREADS
    option = httpstatus_suggest(scanner, p, size, &found);
    Py_END_ALLOW_THREADS
    PyMem_Free(scanner);
    if (!option)
        Py_RETURN_NONE;
    return suggestion_object(state, option, &found);
}

static PyObject *suggest_for_file(State *state, Source *source)
{
    Buffer buffer = {.obj = NULL};
    Py_ssize_t size = 0, count = 0;
    PyObject *result = NULL;

    if (!buffer_make(&buffer, HEAD + PIECE))
        return NULL;
    while (size < HEAD && (count = source_read(source, &buffer, size)) > 0)
        size += count;
    if (count >= 0)
        result = suggest_for(state, buffer.buf, (size_t)size);
    buffer_free(&buffer);
    return result;
}

/* def suggest(source: _Source) -> Suggestion | None: ... */
PyDoc_STRVAR(suggest_doc,
SIGNATURE_suggest
"An option that reads a log which fits no format: a Suggestion, by its first 1 MiB.\n\n"
"source is a path, a bytes-like object or a file open in binary mode, as for tally(), and is not a\n"
"list. A file is read from where it stands. None if the format 'auto' understands most of the log,\n"
"or if no option is certain to read it.\n\n"
"A column of the lines, or a path in their JSON, must always have a number from 100 to 599 or '-',\n"
"and the lines a method or a path too. If several columns do, the one that is called a status or\n"
"follows the request is taken; of two that are as good, neither is. matched and lines come from\n"
"reading the log with the option: nine of ten lines, and no other number. Nothing is counted by a\n"
"suggestion that you do not pass on: read it first. The names in a format string are nginx's, and\n"
"those of columns whose meaning is unknown have numbers. A file that cannot be read raises OSError.\n\n"
">>> import httpstatus\n"
">>> log = (b'192.0.2.1;GET /a HTTP/1.1;200;12\\n'\n"
"...        b'192.0.2.7;GET /b HTTP/1.1;404;34\\n')\n"
">>> found = httpstatus.suggest(log)\n"
">>> found.format, found.matched, found.lines\n"
"('$remote_addr;$request;$status;$c4', 2, 2)\n"
">>> dict(httpstatus.tally(log, found.format))\n"
"{200: 1, 404: 1}\n"
">>> httpstatus.suggest(b'{\"path\": \"/a\", \"result\": {\"code\": 200}}').key\n"
"'result.code'\n");

static PyObject *suggest(PyObject *module, PyObject *const *args, Py_ssize_t count,
                         PyObject *keywords)
{
    static const Signature signature = {"suggest", 1, 1, {"source"}};
    State *state = state_of_module(module);
    PyObject *values[1] = {NULL}, *result = NULL;
    Source source;

    if (!parse_arguments(&signature, args, count, keywords, values))
        return NULL;
    if (source_open(&source, values[0]))
        result = source.data.obj ? suggest_for(state, source.data.buf, (size_t)source.data.len)
                                 : suggest_for_file(state, &source);
    source_close(&source);
    return result;
}

static PyMethodDef functions[] = {
    {"suggest", (PyCFunction)(void (*)(void))suggest, METH_FASTCALL | METH_KEYWORDS, suggest_doc},
    {NULL},
};

int suggest_add(PyObject *module, State *state)
{
    state->suggestion_type = record_type(&suggestion_desc, NULL);
    if (!state->suggestion_type || PyModule_AddType(module, state->suggestion_type) < 0)
        return -1;
    return PyModule_AddFunctions(module, functions);
}

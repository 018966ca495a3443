/* Columns: functions that answer for a whole buffer of codes at once. */
#include "_log.h"

enum { LEAST = HTTPSTATUS_SKIPPED, LAST = HTTPSTATUS_STATUS_MAX, GIL_MINIMUM = 2048 };

/* ---- Codes and tables ---- */

typedef Py_buffer Codes;

static Py_ssize_t count_of(const Codes *codes)
{
    return codes->len / codes->itemsize;
}

/*
 * Works in blocks: first the codes become statuses of one type (LAST + 1 for all other numbers) in
 * loops of fixed length, which compilers vectorize; then each status is an index.  'least' is the
 * lowest status that the type can hold: in an unsigned type a large number is not a negative one.
 */
enum { BLOCK = 256 };

#if defined(__GNUC__)
#define UNROLLED _Pragma("GCC unroll 8")
#else
#define UNROLLED
#endif

#define READ(type, wide, least) \
    static inline int16_t status_of_##type(const char *p) \
    { \
        type code; \
        memcpy(&code, p, sizeof code); /* unaligned in a packed record */ \
        bool listed = (wide)((wide)code - (wide)(least)) <= (wide)(LAST - (least)); \
        return listed ? (int16_t)code : LAST + 1; \
    } \
    static void read_##type(const char *p, Py_ssize_t stride, Py_ssize_t count, \
                            int16_t *restrict statuses) \
    { \
        if (stride == sizeof(type) && count == BLOCK) { \
            UNROLLED \
            for (size_t i = 0; i < BLOCK; i++) \
                statuses[i] = status_of_##type(p + i * sizeof(type)); \
            return; \
        } \
        for (Py_ssize_t i = 0; i < count; i++) \
            statuses[i] = status_of_##type(p + i * stride); \
    }
READ(int8_t, uint32_t, LEAST)
READ(int16_t, uint16_t, LEAST)
READ(int32_t, uint32_t, LEAST)
READ(int64_t, uint64_t, LEAST)
READ(uint8_t, uint32_t, 0)
READ(uint16_t, uint16_t, 0)
READ(uint32_t, uint32_t, 0)
READ(uint64_t, uint64_t, 0)

typedef void Read(const char *, Py_ssize_t, Py_ssize_t, int16_t *);

/* The letter of a one-letter format in this machine's byte order; else 0. */
static char letter_of(const char *format)
{
    const char *orders = PY_BIG_ENDIAN ? "@=^>!" : "@=^<"; /* '^': NumPy's unaligned */

    if (format[0] && strchr(orders, format[0]))
        format++;
    return format[0] && !format[1] ? format[0] : '\0';
}

/* NULL if the items are not integers. */
static Read *read_of(const Codes *codes)
{
    char letter = letter_of(codes->format);
    bool is_signed = letter && strchr("bhilqn", letter);
    bool is_integer = is_signed || (letter && strchr("BHILQN", letter));

    switch (is_integer ? codes->itemsize : 0) {
    case 1:
        return is_signed ? read_int8_t : read_uint8_t;
    case 2:
        return is_signed ? read_int16_t : read_uint16_t;
    case 4:
        return is_signed ? read_int32_t : read_uint32_t;
    case 8:
        return is_signed ? read_int64_t : read_uint64_t;
    default:
        return NULL;
    }
}

#define TAKE(type) \
    static void take_##type(const type *restrict table, const int16_t *restrict statuses, \
                            Py_ssize_t count, type *restrict results) \
    { \
        UNROLLED \
        for (Py_ssize_t i = 0; i < count; i++) \
            results[i] = table[statuses[i] - LEAST]; \
    }
TAKE(int8_t)
TAKE(int16_t)

/* Fills 'results', which has room for one table entry per code. */
static void look_up(const Codes *codes, const void *table, size_t entry_size, void *results)
{
    Py_ssize_t count = count_of(codes);
    Py_ssize_t stride = codes->strides ? codes->strides[0] : codes->itemsize; /* ctypes has none */
    Read *read = read_of(codes);
    int16_t statuses[BLOCK];

    for (Py_ssize_t i = 0; i < count; i += BLOCK) {
        Py_ssize_t size = count - i < BLOCK ? count - i : BLOCK;
        read((const char *)codes->buf + i * stride, stride, size, statuses);
        if (entry_size == sizeof(int8_t))
            take_int8_t(table, statuses, size, (int8_t *)results + i);
        else
            take_int16_t(table, statuses, size, (int16_t *)results + i);
    }
}

/* ---- Columns in, columns out ---- */

/* false with an exception set unless the items are integers in one dimension. */
static bool check_codes(const Codes *codes)
{
    if (!read_of(codes))
        PyErr_Format(PyExc_TypeError,
                     "invalid codes of the format '%.50s': expected integers in this machine's "
                     "byte order; fill missing values first, in pandas with .to_numpy('int16', "
                     "na_value=httpstatus.NO_STATUS), in Polars and PyArrow with "
                     ".fill_null(httpstatus.NO_STATUS); convert other numbers with NumPy's "
                     ".astype('int16')",
                     codes->format);
    else if (codes->ndim != 1)
        PyErr_Format(PyExc_ValueError, "invalid codes of %d dimensions: expected one; use .ravel()",
                     codes->ndim);
    else
        return true;
    return false;
}

/* A buffer: the object itself, or what __array__() makes of another library's column. */
static PyObject *buffer_of(PyObject *object)
{
    if (PyObject_CheckBuffer(object))
        return Py_NewRef(object);
    PyObject *array = PyObject_CallMethod(object, "__array__", NULL);
    if (!array && PyErr_ExceptionMatches(PyExc_AttributeError))
        invalid(PyExc_TypeError, "codes", object,
                "a buffer of integers or a column; use array.array('h', codes)");
    return array;
}

/* false with an exception set if the object is not a column of codes. */
static bool codes_open(Codes *codes, PyObject *object)
{
    PyObject *buffer = buffer_of(object);

    if (!buffer)
        return false;
    bool opened = false;
    /* The buffer of a masked NumPy array still has the values that the mask hides. */
    int masked = has_attribute(buffer, "filled");
    if (masked > 0)
        invalid(PyExc_TypeError, "codes", object,
                "no mask; use codes.filled(httpstatus.NO_STATUS)");
    else if (masked == 0)
        opened = PyObject_GetBuffer(buffer, codes, PyBUF_FORMAT | PyBUF_STRIDES) == 0;
    Py_DECREF(buffer);
    if (opened && !check_codes(codes)) {
        PyBuffer_Release(codes);
        opened = false;
    }
    return opened;
}

/* A new object, made by 'make', with the table's entry for each code in 'object'. */
static PyObject *column(PyObject *object, PyObject *(*make)(Py_ssize_t), const void *table,
                        size_t entry_size)
{
    Py_buffer results;
    Codes codes;

    if (!codes_open(&codes, object))
        return NULL;
    PyObject *made = make(count_of(&codes));
    if (!made || PyObject_GetBuffer(made, &results, PyBUF_WRITABLE) < 0) {
        Py_CLEAR(made);
    } else {
        PyThreadState *thread = count_of(&codes) < GIL_MINIMUM ? NULL : PyEval_SaveThread();
        look_up(&codes, table, entry_size, results.buf);
        if (thread)
            PyEval_RestoreThread(thread);
        PyBuffer_Release(&results);
    }
    PyBuffer_Release(&codes);
    return made;
}

/* ---- The functions ---- */

PyObject *array_make(const char *letter, Py_ssize_t count)
{
    PyObject *module = PyImport_ImportModule("array");
    PyObject *one = module ? PyObject_CallMethod(module, "array", "s[i]", letter, 0) : NULL;
    PyObject *array = one ? PySequence_Repeat(one, count) : NULL;

    Py_XDECREF(module);
    Py_XDECREF(one);
    return array;
}

static PyObject *make_int8(Py_ssize_t count)
{
    return array_make("b", count);
}

static PyObject *make_int16(Py_ssize_t count)
{
    return array_make("h", count);
}

/* The array module has no type of truth values. */
static PyObject *make_bool(Py_ssize_t count)
{
    PyObject *bytes = bytearray_make(count);
    PyObject *view = bytes ? PyMemoryView_FromObject(bytes) : NULL;
    PyObject *cast = view ? PyObject_CallMethod(view, "cast", "s", "?") : NULL;

    Py_XDECREF(bytes);
    Py_XDECREF(view);
    return cast;
}

#define CODES_DOC \
    "codes is a one-dimensional buffer of integers of any size, such as the result of\n" \
    "extract(): an array, a NumPy array (also a slice with a step), or a column of pandas,\n" \
    "Polars or PyArrow without missing values. Other items raise TypeError, whose message\n" \
    "says how to convert them.\n\n"

/* def class_array(codes: _Codes, /) -> array[int]: ... */
PyDoc_STRVAR(class_array_doc,
SIGNATURE_class_array
"The class of each code as an array('b'): 1 to 5, or 0 outside 100..599.\n\n"
"The class is the first digit (RFC 9110 section 15). Lines without a status are 0 too.\n\n"
CODES_DOC
">>> import array, httpstatus\n"
">>> httpstatus.class_array(array.array('h', [200, 404, httpstatus.NO_STATUS, 799]))\n"
"array('b', [2, 4, 0, 0])\n");

static PyObject *class_array(PyObject *module, PyObject *codes)
{
    return column(codes, make_int8, state_of_module(module)->class_table, sizeof(int8_t));
}

/* def phrase_array(codes: _Codes, /) -> tuple[array[int], tuple[str, ...]]: ... */
PyDoc_STRVAR(phrase_array_doc,
SIGNATURE_phrase_array
"The phrases of the codes, dictionary-encoded: (indices, phrases).\n\n"
"indices is an array('h'): for each code an index into the tuple phrases, or -1 where phrase() is\n"
"None. The tuple is the same for every call and has each phrase of the table once, so the columns\n"
"of several calls can be combined.\n\n"
"For pandas use pandas.Categorical.from_codes(indices, phrases), for Arrow\n"
"pyarrow.DictionaryArray.from_arrays(numpy.asarray(indices), phrases, from_pandas=True).\n\n"
CODES_DOC
">>> import array, httpstatus\n"
">>> indices, phrases = httpstatus.phrase_array(array.array('h', [404, 299]))\n"
">>> phrases[indices[0]], indices[1]\n"
"('Not Found', -1)\n");

static PyObject *phrase_array(PyObject *module, PyObject *codes)
{
    State *state = state_of_module(module);
    PyObject *indices = column(codes, make_int16, state->phrase_table, sizeof(int16_t));

    return indices ? Py_BuildValue("NO", indices, state->phrases) : NULL;
}

/* def mask(codes: _Codes, which: _Which | Iterable[_Which], /) -> memoryview[bool]: ... */
PyDoc_STRVAR(mask_doc,
SIGNATURE_mask
"Whether each code is selected, as a memoryview of the format '?'.\n\n"
"numpy.asarray() makes a mask of it without a copy. which is as in select(): a class ('5xx'), a\n"
"code (404), 'error', 'redirect', 'no_status', 'unmatched', a property of Status that must be\n"
"True ('is_cacheable'), or a collection of these, but not a sub-status, which a column does not\n"
"have. Anything else raises ValueError.\n\n"
CODES_DOC
">>> import array, httpstatus\n"
">>> codes = array.array('h', [200, 302, 404, 503])\n"
">>> httpstatus.mask(codes, ['5xx', 'is_redirect']).tolist()\n"
"[False, True, False, True]\n");

static PyObject *mask(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count)
{
    static const Signature signature = {"mask", 2, 2, {"codes", "which"}};
    PyObject *values[2] = {NULL};
    struct httpstatus_filter filter = {0};
    int8_t wanted[ENTRIES] = {0};

    if (!parse_arguments(&signature, args, count, NULL, values) || !filter_from(&filter, args[1]))
        return NULL;
    if (filter.pair_count)
        return invalid(PyExc_ValueError, "which", args[1],
                       "no sub-status: a column of codes has none");
    for (int status = LEAST; status <= LAST; status++)
        wanted[status - LEAST] = httpstatus_filter_wants(&filter, status, 0);
    return column(args[0], make_bool, wanted, sizeof wanted[0]);
}

static PyMethodDef functions[] = {
    {"class_array", class_array, METH_O, class_array_doc},
    {"phrase_array", phrase_array, METH_O, phrase_array_doc},
    {"mask", (PyCFunction)(void (*)(void))mask, METH_FASTCALL, mask_doc},
    {NULL},
};

/* The index of a phrase in 'indices', which gets it if it is new; -1 on error. */
static int index_of(PyObject *indices, PyObject *phrase)
{
    PyObject *index = PyDict_GetItemWithError(indices, phrase);

    if (index)
        return (int)PyLong_AsLong(index);
    int next = (int)PyDict_GET_SIZE(indices);
    index = PyErr_Occurred() ? NULL : PyLong_FromLong(next);
    if (!index || PyDict_SetItem(indices, phrase, index) < 0)
        next = -1;
    Py_XDECREF(index);
    return next;
}

int columns_add(PyObject *module, State *state)
{
    PyObject *indices = PyDict_New();

    for (int status = LEAST; indices && status <= LAST + 1; status++) {
        PyObject *phrase = answers_to(state, status)->phrase;
        struct httpstatus_text name = httpstatus_class_of(status);
        int index = phrase == Py_None ? -1 : index_of(indices, phrase);
        if (PyErr_Occurred())
            Py_CLEAR(indices);
        state->class_table[status - LEAST] = (int8_t)(name.data ? name.data[0] - '0' : 0);
        state->phrase_table[status - LEAST] = (int16_t)index;
    }
    state->phrases = indices ? PySequence_Tuple(indices) : NULL;
    Py_XDECREF(indices);
    return state->phrases ? PyModule_AddFunctions(module, functions) : -1;
}

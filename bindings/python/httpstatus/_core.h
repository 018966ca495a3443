/* Shared by all files of the extension: the state of the module and common helpers. */
#ifndef HTTPSTATUS_PYTHON_CORE_H
#define HTTPSTATUS_PYTHON_CORE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>
#if PY_VERSION_HEX < 0x030B0000
#include <longintrepr.h>
#endif

#include "httpstatus.h"
#include "_words.h"

enum { CODES = HTTPSTATUS_STATUS_MAX + 1, SHARED = 1024 };
/*
 * Size of the tables for columns of codes: an entry for each status that extract() returns, from
 * HTTPSTATUS_SKIPPED up, and a last one for all other numbers.
 */
enum { ENTRIES = HTTPSTATUS_STATUS_MAX - HTTPSTATUS_SKIPPED + 2 };
/* Sizes of the enumerations, from their last enumerators. */
enum {
    ACTIONS = HTTPSTATUS_ACTION_ERROR + 1,
    REASONS = HTTPSTATUS_UNSUPPORTED_SCHEME + 1,
    CHANGES = HTTPSTATUS_FORBIDDEN + 1,
    KINDS = HTTPSTATUS_CHOICE + 1
};
enum { PARTS = 128, METHODS = 8 };

/* The records of a method: no redirect, then each code up to the one that stands for the rest. */
enum { COLUMNS = HTTPSTATUS_REDIRECT_OTHERS - HTTPSTATUS_REDIRECT_FIRST + 2 };

/* The object for a text or list of names of the core, where each has a single address. */
struct shared {
    const void *data;
    PyObject *object;
};

/* The answers of the short look-ups for a code, borrowed from objects that outlive them. */
typedef struct {
    PyObject *status, *phrase, *status_class; /* or None */
    PyObject *effective, *variants;
} Answers;

typedef struct {
    PyTypeObject *status_type, *redirect_type, *advice_type, *header_type;
    PyTypeObject *tally_type, *series_type, *select_type, *chain_type, *client_type, *location_type;
    PyTypeObject *latency_type, *top_type, *top_entry_type, *tops_type;
    PyTypeObject *retry_type, *retry_client_type, *time_type, *record_type, *records_type;
    PyTypeObject *suggestion_type;
    PyObject *log_format_error, *redirect_error;
    PyObject *empty;            /* () */
    PyObject **rows;            /* the Status of every row of the table */
    Answers answers[CODES + 2]; /* by code + 1; the last is for numbers outside -1..999 */
    struct shared *shared;      /* SHARED recent ones while the rows are made; else NULL */
    PyObject *classes[6];       /* [0]: None */
    PyObject *actions[ACTIONS], *reasons[REASONS], *changes[CHANGES], *kinds[KINDS];
    int8_t class_table[ENTRIES];
    int16_t phrase_table[ENTRIES]; /* indices of 'phrases', -1 for none */
    PyObject *phrases;
    PyObject *calendar;         /* what _clock.c needs of the module datetime; NULL until then */
    PyObject *get;              /* "GET" */
    struct shared parts[PARTS]; /* for records, hashed by address: about forty */
    struct httpstatus_text methods[METHODS]; /* those the default policy knows by name */
    PyObject *records[METHODS][COLUMNS];     /* and its answers for them */
} State;

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

static inline State *state_of_module(PyObject *module)
{
    return PyModule_GetState(module);
}

/*
 * A struct sequence type, with a method if one is given.  Its attributes cannot be set: the garbage
 * collector does not see the records that the module keeps, so it would miss a cycle through them.
 */
PyTypeObject *record_type(PyStructSequence_Desc *desc, PyMethodDef *method);

/* A new str, or None for an absent text. */
PyObject *text_object(struct httpstatus_text text);
/* The same for a text that many rows share: while the rows are made they get one object. */
PyObject *shared_text_object(State *state, struct httpstatus_text text);

/* The value of a non-negative int of one digit, as codes are; negative for all others. */
static inline int digit_of(PyObject *number)
{
    const PyLongObject *digits = (const PyLongObject *)number;
#if PY_VERSION_HEX >= 0x030C0000
    return PyUnstable_Long_IsCompact(digits) ? (int)PyUnstable_Long_CompactValue(digits) : -1;
#else
    return Py_SIZE(number) == 1 ? (int)digits->ob_digit[0] : -1;
#endif
}

/*
 * The code in an int-like object; false with an exception set, about 'name', if it is not one.  A
 * number below -1 or too large for an int becomes INT_MIN, which is not a code.  code_from() reads
 * an int of one digit inline and leaves the rest to any_code_from().
 */
bool any_code_from(PyObject *object, const char *name, int *code);

static inline bool code_from(PyObject *object, const char *name, int *code)
{
    *code = PyLong_Check(object) ? digit_of(object) : -1;
    return *code >= 0 || any_code_from(object, name, code);
}

static inline const Answers *answers_to(const State *state, int code)
{
    return &state->answers[code >= HTTPSTATUS_STATUS_MIN && code < CODES ? code + 1 : CODES + 1];
}

/*
 * The UTF-8 of a str.  A str with a lone surrogate has none and becomes a byte that no word of the
 * API contains.  false if memory ran out.
 */
bool utf8_from(PyObject *string, struct httpstatus_text *text);
/* The text of a str argument; false with an exception set if it is not a str. */
bool str_from(PyObject *object, const char *name, struct httpstatus_text *text);
/* The same as str_from() for an optional str: NULL and None give an absent text. */
bool text_from(PyObject *object, const char *name, struct httpstatus_text *text);

/*
 * The bytes of a str: its UTF-8, and a lone surrogate that "surrogateescape" made is the byte it
 * stands for.  'kept' owns them if the str does not.
 */
bool bytes_from(PyObject *object, const char *name, PyObject **kept, struct httpstatus_text *text);

/* An int-like object; a number that does not fit becomes the nearest that does. */
bool integer_from(PyObject *object, const char *name, int64_t *number);

/* The truth of an argument, false for NULL, which is one not given; false with an exception set. */
bool truth_from(PyObject *object, bool *truth);
/* A new exact str of the same text in 'kept', and its UTF-8, which lives as long as that. */
bool exact_text_from(PyObject *string, PyObject **kept, struct httpstatus_text *text);

/* _objects.c: a new reference each */
PyObject *answer_object(enum httpstatus_answer answer);
PyObject *tuple_of(PyObject *list); /* steals the list, which may be NULL */
/* Fills the record with items, whose references it steals; NULL if one of them is NULL. */
PyObject *fill(PyObject *record, PyObject **items, size_t count);
/* Py_tp_new for a type whose constructor is its tp_vectorcall. */
PyObject *make_by_call(PyTypeObject *type, PyObject *args, PyObject *keywords);

/* Steal the reference to an item, which may be NULL.  On failure the list or dict becomes NULL. */
void list_add(PyObject **list, PyObject *item);
void dict_add(PyObject **dict, PyObject *key, PyObject *value);

/* Whether it has the attribute; -1 with an exception set if the look-up failed otherwise. */
int has_attribute(PyObject *object, const char *name);

/* A new bytearray, not initialized. */
PyObject *bytearray_make(Py_ssize_t size);

/* _errors.c */

/* A value for a message: 'x', 404, or "of type list". */
PyObject *given_object(PyObject *value);
/* Sets "invalid NAME VALUE: expected EXPECTED" and returns NULL, which also serves as false. */
PyObject *invalid(PyObject *error, const char *name, PyObject *value, const char *expected);
/* The same, with the text that the core has for the name. */
PyObject *invalid_value(PyObject *error, const char *name, PyObject *value);

/* Takes the current exception, NULL if there is none; error_give() sets it again. */
PyObject *error_take(void);
void error_give(PyObject *error);
/* Sets an attribute of the current exception, if memory allows. */
void error_tell(const char *attribute, PyObject *value);

/* _lookup.c */
int lookup_add(PyObject *module);

/* _status.c */
int status_add(PyObject *module, State *state);
PyObject *status_for_row(State *state, const struct httpstatus_status *row);
/* Before the rows are freed: every code is unknown from then on. */
void status_forget(State *state);

/* _redirect.c */
int redirect_add(PyObject *module, State *state);

/* _location.c */
int location_add(PyObject *module, State *state);

/* _retry.c */
int retry_add(PyObject *module, State *state);

/* _time.c */
int time_add(PyObject *module, State *state);
int suggest_add(PyObject *module, State *state);

/* _columns.c, after the rows are made */
int columns_add(PyObject *module, State *state);
/* An array.array of that many zeros. */
PyObject *array_make(const char *letter, Py_ssize_t count);

/* _source.c, _tally.c, _series.c, _latency.c, _top.c, _select.c, _parts.c, _records.c */
int source_add(PyObject *module);
int tally_add(PyObject *module, State *state);
int series_add(PyObject *module, State *state);
int latency_add(PyObject *module, State *state);
int top_add(PyObject *module, State *state);
int select_add(PyObject *module, State *state);
int parts_add(PyObject *module, State *state);
const char *record_member(size_t i); /* the i-th attribute of Record, NULL past the last */
int records_add(PyObject *module, State *state);

/* _arguments.c */

/* The parameters of a function: how many are required, and how many may be positional. */
enum { PARAMETERS = 20 };
typedef struct {
    const char *function;
    int positional, required;
    const char *parameters[PARAMETERS]; /* the last is NULL */
} Signature;

/* Puts the arguments of a vectorcall into 'values'; missing ones stay NULL. */
bool parse_arguments(const Signature *signature, PyObject *const *args, Py_ssize_t count,
                     PyObject *keywords, PyObject **values);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

/* What the files of the extension share: the module's state and the types made in them. */
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
 * What a column of codes is looked up in: an entry for each status that extract() gives, from
 * HTTPSTATUS_SKIPPED on, and the last one for all other numbers.
 */
enum { ENTRIES = HTTPSTATUS_STATUS_MAX - HTTPSTATUS_SKIPPED + 2 };
/* Each enumeration's words, of which its last enumerator is the last. */
enum {
    ACTIONS = HTTPSTATUS_MAY + 1,
    REASONS = HTTPSTATUS_NOT_A_REDIRECT + 1,
    CHANGES = HTTPSTATUS_FORBIDDEN + 1,
    KINDS = HTTPSTATUS_CHOICE + 1
};
enum { PARTS = 128, METHODS = 8 };

/* The records of a method: for no redirect, then for each code to that which stands for the others. */
enum { COLUMNS = HTTPSTATUS_REDIRECT_OTHERS - HTTPSTATUS_REDIRECT_FIRST + 2 };

/* The object made for a text or a list of names of the core, which has each at one address. */
struct shared {
    const void *data;
    PyObject *object;
};

/* What the short look-ups answer for a code: borrowed from the rows, or what lives as long. */
typedef struct {
    PyObject *status, *phrase, *status_class; /* or None */
    PyObject *effective, *variants;
} Answers;

typedef struct {
    PyTypeObject *status_type, *redirect_type, *retry_type, *header_type;
    PyTypeObject *tally_type, *select_type, *chain_type, *client_type;
    PyObject *log_format_error, *redirect_error;
    PyObject *empty;        /* () */
    PyObject **rows;        /* the Status of every row of the table */
    Answers answers[CODES + 1]; /* by code; the last is for every number that is outside 0..999 */
    struct shared *shared; /* SHARED of them, the last ones, while the rows are made; else NULL */
    PyObject *classes[6];  /* [0]: None */
    PyObject *actions[ACTIONS], *reasons[REASONS], *changes[CHANGES], *kinds[KINDS];
    int8_t class_table[ENTRIES];
    int16_t phrase_table[ENTRIES]; /* indices of 'phrases', -1 for none */
    PyObject *phrases;
    PyObject *get; /* "GET" */
    struct shared parts[PARTS]; /* of records, by a hash of the address: some forty */
    struct httpstatus_text methods[METHODS];  /* those that the default policy knows by name */
    PyObject *records[METHODS][COLUMNS];      /* and what it says of them */
} State;

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

static inline State *state_of_module(PyObject *module)
{
    return PyModule_GetState(module);
}

/*
 * A type of struct sequences, with a method if one is given.  Nobody can set its attributes: a cycle
 * through them would not be collected, as the collector does not see the records that the module keeps.
 */
PyTypeObject *record_type(PyStructSequence_Desc *desc, PyMethodDef *method);

/* A new str, or None for an absent text. */
PyObject *text_object(struct httpstatus_text text);
/* The same for a text that many rows share: one object for it while the rows are made. */
PyObject *shared_text_object(State *state, struct httpstatus_text text);

/* The value of an int that has one digit and no sign, as a code has; a negative one for others. */
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
 * The code that an int-like object means: false with an exception set, about 'name', if it is none.  A
 * number too large for an int is no code of anything, as is -1, which stands for it.  An int of one digit is
 * read without a call, anything else by the second function.
 */
bool any_code_from(PyObject *object, const char *name, int *code);

static inline bool code_from(PyObject *object, const char *name, int *code)
{
    *code = PyLong_Check(object) ? digit_of(object) : -1;
    return *code >= 0 || any_code_from(object, name, code);
}

static inline const Answers *answers_to(const State *state, int code)
{
    return &state->answers[code >= 0 && code < CODES ? code : CODES];
}

/*
 * The UTF-8 of a str.  One with a lone surrogate has none: it becomes a byte that nothing is spelled
 * with.  false if memory ran out.
 */
bool utf8_from(PyObject *string, struct httpstatus_text *text);
/* The text of a str argument; false with an exception set if it is none. */
bool str_from(PyObject *object, const char *name, struct httpstatus_text *text);
/* The text of an optional str argument; false with an exception set if it is none. */
bool text_from(PyObject *object, const char *name, struct httpstatus_text *text);

/* Of NULL, an argument that is not given, false; false with an exception set. */
bool truth_from(PyObject *object, bool *truth);
/* An exact str of the same text in 'kept', a new reference, and its UTF-8, which lives as long. */
bool exact_text_from(PyObject *string, PyObject **kept, struct httpstatus_text *text);

/* _objects.c: a new reference each */
PyObject *answer_object(enum httpstatus_answer answer);
PyObject *tuple_of(PyObject *list); /* which it takes, and may be NULL */
/* The record with these items, whose references it takes; NULL if one of them could not be made. */
PyObject *fill(PyObject *record, PyObject **items, size_t count);
/* What Py_tp_new is for a type that is made by its tp_vectorcall. */
PyObject *make_by_call(PyTypeObject *type, PyObject *args, PyObject *keywords);

/* Take the reference to an item, which may be NULL.  On failure the list or dict becomes NULL. */
void list_add(PyObject **list, PyObject *item);
void dict_add(PyObject **dict, PyObject *key, PyObject *value);

/* Whether it has that attribute; -1 with an exception set if looking for it raised another error. */
int has_attribute(PyObject *object, const char *name);

/* A new bytearray of any bytes. */
PyObject *bytearray_make(Py_ssize_t size);

/* _errors.c */

/* A value for a message: 'x', 404, or "of type list". */
PyObject *given_object(PyObject *value);
/* NULL, which is false too, and an exception: "invalid NAME VALUE: expected EXPECTED". */
PyObject *invalid(PyObject *error, const char *name, PyObject *value, const char *expected);
/* The same, where the core knows by the name what is expected. */
PyObject *invalid_value(PyObject *error, const char *name, PyObject *value);

/* The exception that is set, NULL if there is none, which is no longer set; and the way back. */
PyObject *error_take(void);
void error_give(PyObject *error);
/* Sets an attribute of the exception that is set, if there is memory. */
void error_tell(const char *attribute, PyObject *value);

/* _lookup.c */
int lookup_add(PyObject *module);

/* _status.c */
int status_add(PyObject *module, State *state);
PyObject *status_for_row(State *state, const struct httpstatus_status *row);
/* For when the rows go: every code is an unknown one then. */
void status_forget(State *state);

/* _redirect.c */
int redirect_add(PyObject *module, State *state);

/* _columns.c, after the rows are made */
int columns_add(PyObject *module, State *state);
/* An array.array of that many zeros. */
PyObject *array_make(const char *letter, Py_ssize_t count);

/* _source.c, _tally.c, _select.c */
int source_add(PyObject *module);
int tally_add(PyObject *module, State *state);
int select_add(PyObject *module, State *state);

/* _arguments.c */

/* What a function takes: the first 'required' must be there, 'positional' may come by position. */
typedef struct {
    const char *function;
    int positional, required;
    const char *parameters[14]; /* the last is NULL */
} Signature;

/* Sorts the arguments of a vectorcall into 'values', where missing ones stay NULL. */
bool parse_arguments(const Signature *signature, PyObject *const *args, Py_ssize_t count,
                     PyObject *keywords, PyObject **values);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

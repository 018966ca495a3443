/* Internal: the rows of the table, for what looks for them. */
#ifndef HTTPSTATUS_ROWS_H
#define HTTPSTATUS_ROWS_H

#include "text.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

enum { STORED = HTTPSTATUS_PROPERTIES - HTTPSTATUS_IS_INTERIM };

/* Texts are indices into text_start[]; 0 is the absent one. */
struct httpstatus_status {
    int16_t code;
    uint16_t substatus;
    uint8_t status_class;
    uint8_t rank; /* among rows that fit a search as well, the first 0 */
    uint16_t fields[HTTPSTATUS_FIELDS];
    int8_t answers[STORED];
    uint16_t answer_references[STORED];
    uint16_t retry_advice, retry_reference;
    uint16_t alias_first, alias_count;
    uint16_t synonym_first, synonym_count;
    uint16_t header_first, header_count;
};

/* What does not count in a phrase, name or alias: data/generate.py folds in the same way. */
static inline bool is_ignored(char c)
{
    return c == ' ' || c == '-' || c == '_' || c == '\'';
}

bool httpstatus_owned_by(const struct httpstatus_status *row, const char *owner, size_t size);
/* The i-th text that people say for a row; search alone looks at it. */
struct httpstatus_text httpstatus_synonym(const struct httpstatus_status *row, size_t i);
/*
 * Reads digits at p[*at] into '*value' and moves past them.  false if there is none or the value
 * does not fit in 'max', which leaves no room for overflow.
 */
bool httpstatus_read_number(const char *p, size_t size, size_t *at, int max, int *value);

/* ---- pasted.c ---- */

/* A code in a text, with its sub-status, and the text of the two. */
struct number {
    int code, substatus;
    struct httpstatus_text digits, more;
};

/* The first known code that a word like 'status' leads to; without one the first known. */
bool httpstatus_find_number(const char *p, size_t size, struct number *number);
/*
 * The row of a code among words: that whose phrase or alias the text has, the longest; else that of
 * an owner whom it names; else the one that the number alone means.
 */
const struct httpstatus_status *httpstatus_lookup_pasted(const char *p, size_t size,
                                                         const char *owner, size_t owner_size);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

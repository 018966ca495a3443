/* Internal: records of pairs, a key and a value: logfmt and LTSV. */
#ifndef HTTPSTATUS_PAIRS_H
#define HTTPSTATUS_PAIRS_H

#include "formats.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* What a key stands for: one of the core's parts, or one of these. */
enum { PAIR_STATUS = HTTPSTATUS_PARTS, PAIR_REQUEST, PAIR_OTHER };
enum { NO_UNIT = 1 }; /* of a duration: it counts only with its own */
struct pair_name {
    const char *name;
    unsigned char size, what;
    signed char unit; /* of a duration: powers of ten of a second */
};

/* The name that a key is; NULL for any other. */
const struct pair_name *httpstatus_logfmt_name(const char *key, size_t size);
const struct pair_name *httpstatus_ltsv_name(const char *label, size_t size);

/*
 * What a line says that has nothing but pairs: the marks are where each key begins and ends.
 * UNPROVED if that is no status.
 */
typedef int pairs_said_function(const char *line, const char *end, const uint16_t *marks,
                                size_t count);
pairs_said_function httpstatus_logfmt_said, httpstatus_ltsv_said;

/* A pair of a line that is all there. */
struct pair {
    const char *key, *value, *end; /* without quotes */
    size_t key_size;
    bool quoted;
};
/* Moves past a pair of logfmt; false, with '*at' as it was, if it is none. */
bool httpstatus_next_pair(const char **at, const char *end, struct pair *pair);
/* The same, with the tab after it, of LTSV. */
bool httpstatus_next_labelled(const char **at, const char *end, struct pair *pair);

/* The bytes of a key, and of a label. */
static inline bool is_label_byte(char c)
{
    return is_alphanumeric(c) || c == '_' || c == '.' || c == '-';
}
static inline bool is_key_byte(char c)
{
    return is_label_byte(c) || c == '@' || c == '/';
}
/* A label could begin with a digit; those that people use do not. */
static inline bool begins_label(char c)
{
    return is_letter(c) || c == '_';
}

/* Whether a line of some bytes may be LTSV's: it begins with a label, and has a tab. */
static inline bool may_be_ltsv(const char *p, size_t size)
{
    return begins_label(*p) && memchr(p, '\t', size);
}

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

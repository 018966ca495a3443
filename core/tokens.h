/*
 * Internal: the tokens of a log, for careful readers and quick looks.  A careful reader keeps
 * HTTPSTATUS_TOKEN bytes of a token, and gives any longer one the size HTTPSTATUS_TOKEN + 1.
 */
#ifndef HTTPSTATUS_TOKENS_H
#define HTTPSTATUS_TOKENS_H

#include "formats.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* Moves past digits; false if there is none. */
static inline bool digits(const char *p, size_t size, size_t *at)
{
    size_t start = *at;

    while (*at < size && is_digit(p[*at]))
        ++*at;
    return *at > start;
}

static inline bool skip(const char *p, size_t size, size_t *at, char c)
{
    if (*at == size || p[*at] != c)
        return false;
    ++*at;
    return true;
}

/* "-", or three digits or as few as 'least'; HTTPSTATUS_UNMATCHED for anything else. */
static inline int read_status(const char *p, size_t size, size_t least)
{
    size_t at = 0;
    int value = 0;

    if (size == 1 && *p == '-')
        return HTTPSTATUS_NO_STATUS;
    if (size < least || size > 3 || !digits(p, size, &at) || at != size)
        return HTTPSTATUS_UNMATCHED;
    for (size_t i = 0; i < size; i++)
        value = value * 10 + (p[i] - '0');
    return value;
}

/* "-?\d+", with a fraction if 'fraction' says so */
static inline bool is_number(const char *p, size_t size, bool fraction)
{
    size_t at = 0;

    if (size > HTTPSTATUS_TOKEN)
        return false;
    skip(p, size, &at, '-');
    if (!digits(p, size, &at))
        return false;
    if (fraction && at < size && skip(p, size, &at, '.') && !digits(p, size, &at))
        return false;
    return at == size;
}

/* "2018-07-02T", whatever follows */
static inline bool is_iso_time(const char *p, size_t size)
{
    static const char form[] = "dddd-dd-ddT";

    for (size_t i = 0; i < sizeof form - 1; i++)
        if (i >= size || (form[i] == 'd' ? !is_digit(p[i]) : p[i] != form[i]))
            return false;
    return true;
}

/* "[2016-04-15T20:17:00.310Z] \"", as in Envoy's log */
static inline bool begins_like_envoy(const char *p, const char *end)
{
    const char *blank = find_byte(p, end, ' ');

    return end - blank > 1 && *p == '[' && is_iso_time(p + 1, (size_t)(blank - p - 1)) &&
           blank[-1] == ']' && blank[1] == '"';
}

/* The first field of an ALB's records. */
static inline bool is_listener(const char *p, size_t size)
{
    return equal(p, size, "https") || equal(p, size, "http") || equal(p, size, "h2") ||
           equal(p, size, "grpcs") || equal(p, size, "ws") || equal(p, size, "wss");
}

/* "...:port" */
static inline bool has_port(const char *p, size_t size)
{
    size_t at = size;

    if (size > HTTPSTATUS_TOKEN)
        return false;
    while (at > 0 && is_digit(p[at - 1]))
        at--;
    return at < size && at > 1 && p[at - 1] == ':';
}

/* Five numbers with slashes between them.  'signs': each may have one, not only the last. */
static inline bool is_five(const char *p, size_t size, bool signs)
{
    size_t at = 0;

    if (size > HTTPSTATUS_TOKEN)
        return false;
    for (int i = 0; i < 5; i++) {
        if (i && !skip(p, size, &at, '/'))
            return false;
        if (signs || i == 4)
            skip(p, size, &at, '+');
        if (signs)
            skip(p, size, &at, '-');
        if (!digits(p, size, &at))
            return false;
    }
    return at == size;
}

/* "-1" or "\d{1,3}"; false for anything else. */
static inline bool read_haproxy_status(const char *p, size_t size, int *status)
{
    *status = equal(p, size, "-1") ? -1 : read_status(p, size, 1);
    return *status >= HTTPSTATUS_STATUS_MIN;
}

/* "\+?\d+" */
static inline bool is_byte_count(const char *p, size_t size)
{
    size_t at = 0;

    if (size > HTTPSTATUS_TOKEN)
        return false;
    skip(p, size, &at, '+');
    return digits(p, size, &at) && at == size;
}

/* "--VN" */
static inline bool is_termination(const char *p, size_t size)
{
    for (size_t i = 0; i < 4; i++)
        if (i >= size || (!is_letter(p[i]) && p[i] != '-'))
            return false;
    return size == 4;
}

/* "\d+/\d+", whatever follows */
static inline bool is_queues(const char *p, size_t size)
{
    size_t at = 0;

    if (size > HTTPSTATUS_TOKEN)
        size = HTTPSTATUS_TOKEN;
    return digits(p, size, &at) && skip(p, size, &at, '/') && digits(p, size, &at);
}

/* "static/srv1" */
static inline bool has_slash(const char *p, size_t size)
{
    return memchr(p, '/', size < HTTPSTATUS_TOKEN ? size : HTTPSTATUS_TOKEN) != NULL;
}

/* ---- The tokens of a line, for careful readers ---- */

enum { REQUEST_QUOTES = 2 }; /* more count as one more */

typedef void token_function(struct httpstatus_tokens *, const struct httpstatus_setup *);

/* Calls 'take' for every token. */
void httpstatus_read_tokens(struct httpstatus_tokens *t, const struct httpstatus_setup *setup,
                            const char *p, size_t size, token_function *take);

/* After the last byte: what was decided, else HTTPSTATUS_UNMATCHED. */
int httpstatus_end_tokens(struct httpstatus_tokens *t, const struct httpstatus_setup *setup,
                          token_function *take);

static inline void decide_tokens(struct httpstatus_tokens *t, int status)
{
    t->found = status;
    t->decided = true;
}

static inline bool is_single_space(const struct httpstatus_tokens *t)
{
    return t->gap == 1 && t->last_gap == ' ';
}

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

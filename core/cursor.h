/* Internal: reading a text from its start. */
#ifndef HTTPSTATUS_CURSOR_H
#define HTTPSTATUS_CURSOR_H

#include "httpstatus.h"
#include "text.h"

struct cursor {
    const char *p, *end;
};

static inline bool read_text(struct cursor *at, const char *text)
{
    const size_t size = strlen(text);

    if ((size_t)(at->end - at->p) < size || memcmp(at->p, text, size) != 0)
        return false;
    at->p += size;
    return true;
}

/* One of 'count' names of three letters that stand in a row, and its place from 1. */
static inline bool read_name(struct cursor *at, const char *names, int *place)
{
    for (*place = 1; *names; names += 3, ++*place)
        if (at->end - at->p >= 3 && memcmp(at->p, names, 3) == 0) {
            at->p += 3;
            return true;
        }
    return false;
}

static inline bool read_digits(struct cursor *at, int count, int *value)
{
    *value = 0;
    for (int i = 0; i < count; i++, at->p++) {
        if (at->p == at->end || !is_digit(*at->p))
            return false;
        *value = *value * 10 + (*at->p - '0');
    }
    return true;
}

/* A fraction after 'mark', if there is one: its first nine digits, in billionths. */
static inline bool read_fraction(struct cursor *at, const char *mark, int *billionths)
{
    int place = 100000000;

    *billionths = 0;
    if (!read_text(at, mark))
        return true;
    if (at->p == at->end || !is_digit(*at->p))
        return false;
    for (; at->p < at->end && is_digit(*at->p); at->p++, place /= 10)
        *billionths += (*at->p - '0') * place;
    return true;
}

#endif

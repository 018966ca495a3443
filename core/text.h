/* Text without a locale: what the files of the core share about ASCII. */
#ifndef HTTPSTATUS_TEXT_H
#define HTTPSTATUS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
static inline char to_lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c; }
static inline bool is_letter(char c) { return to_lower(c) >= 'a' && to_lower(c) <= 'z'; }
static inline bool is_blank(char c) { return c == ' ' || c == '\t'; }

static inline bool equal(const char *p, size_t size, const char *word)
{
    return strlen(word) == size && memcmp(p, word, size) == 0;
}

static inline bool equal_ignoring_case(const char *p, size_t size, const char *q, size_t q_size)
{
    if (size != q_size)
        return false;
    for (size_t i = 0; i < size; i++)
        if (to_lower(p[i]) != to_lower(q[i]))
            return false;
    return true;
}

/*
 * Reads digits at p[*at] into '*value' and moves past them.  false if there is none or the value
 * does not fit in 'max', which leaves no room for overflow.
 */
static inline bool read_number(const char *p, size_t size, size_t *at, int max, int *value)
{
    size_t i = *at;
    int number = 0;

    for (; i < size && is_digit(p[i]); i++) {
        number = number * 10 + (p[i] - '0');
        if (number > max)
            return false;
    }
    if (i == *at)
        return false;
    *at = i;
    *value = number;
    return true;
}

/*
 * Reads "404", "403.14" or "404:1", nothing else: the code 0..999 in one to three digits, the
 * sub-status up to 65535, -1 without one.
 */
static inline bool read_code(const char *p, size_t size, int *code, int *substatus)
{
    size_t i = 0;

    *substatus = -1;
    if (!read_number(p, size, &i, 999, code) || i > 3)
        return false;
    if (i == size)
        return true;
    if (p[i] != '.' && p[i] != ':')
        return false;
    i++;
    return read_number(p, size, &i, 65535, substatus) && i == size;
}

#endif

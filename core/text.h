/* Internal: ASCII text, whatever the locale. */
#ifndef HTTPSTATUS_TEXT_H
#define HTTPSTATUS_TEXT_H

#include "httpstatus.h"

#include <string.h>

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
static inline char to_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}
static inline bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}
static inline bool is_letter(char c)
{
    return to_lower(c) >= 'a' && to_lower(c) <= 'z';
}
static inline bool is_alphanumeric(char c)
{
    return is_letter(c) || is_digit(c);
}
static inline bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}
/*
 * What a byte of a form stands for: 'd' is a digit, '_' that or a blank, 'a' a letter, 'A' an
 * upper-case one, 'l' a lower-case one, 's' a sign; any other byte is itself.
 */
static inline bool form_fits(char form, char c)
{
    switch (form) {
    case 'd':
        return is_digit(c);
    case '_':
        return is_digit(c) || c == ' ';
    case 'a':
        return is_letter(c);
    case 'A':
        return is_upper(c);
    case 'l':
        return is_letter(c) && !is_upper(c);
    case 's':
        return c == '+' || c == '-';
    default:
        return c == form;
    }
}
/* Where a form that begins a text ends; NULL if the text does not begin so. */
static inline const char *skip_form(const char *p, const char *end, const char *form)
{
    for (; *form; form++, p++)
        if (p == end || !form_fits(*form, *p))
            return NULL;
    return p;
}
static inline bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The number of the lowest bit that is set; one must be. */
static inline int lowest_bit(unsigned bits)
{
#if defined(__GNUC__)
    return __builtin_ctz(bits);
#else
    int number = 0;

    while (!(bits >> number & 1))
        number++;
    return number;
#endif
}

/* The same of more bits. */
static inline int lowest_bit_64(uint64_t bits)
{
#if defined(__GNUC__)
    return __builtin_ctzll(bits);
#else
    return (uint32_t)bits ? lowest_bit((uint32_t)bits) : 32 + lowest_bit((uint32_t)(bits >> 32));
#endif
}

/* Where the byte is; 'end' if nowhere. */
static inline const char *find_byte(const char *p, const char *end, char c)
{
    const char *found = p < end ? memchr(p, c, (size_t)(end - p)) : NULL;

    return found ? found : end;
}

/* The same where the byte is likely to be near: eight bytes at a time. */
static inline const char *near_byte(const char *p, const char *end, char c)
{
#if defined(__GNUC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    const uint64_t ones = UINT64_C(0x0101010101010101), wanted = ones * (unsigned char)c;

    for (uint64_t bytes; end - p >= 8; p += 8) {
        memcpy(&bytes, p, sizeof bytes);
        bytes ^= wanted; /* the first that becomes 0 is the first whose high bit is set now */
        bytes = (bytes - ones) & ~bytes & ones << 7;
        if (bytes)
            return p + lowest_bit_64(bytes) / 8;
    }
#endif
    return find_byte(p, end, c);
}

/* Where a token ends: letters, digits and !#$%&'*+-.^_`|~ (RFC 9110, section 5.6.2, tchar). */
static inline const char *token_end(const char *p, const char *end)
{
    static const uint32_t token_bytes[8] = {0, 0x03FF6CFA, 0xC7FFFFFE, 0x57FFFFFF};

    for (; p < end; p++) {
        const unsigned char byte = (unsigned char)*p;
        if (!(token_bytes[byte / 32] >> byte % 32 & 1))
            break;
    }
    return p;
}

/* 0 to 15; -1 if it is not a hexadecimal digit. */
static inline int hex_digit(char c)
{
    return is_digit(c)                                ? c - '0'
           : to_lower(c) >= 'a' && to_lower(c) <= 'f' ? to_lower(c) - 'a' + 10
                                                      : -1;
}

static inline bool equal(const char *p, size_t size, const char *word)
{
    return strlen(word) == size && memcmp(p, word, size) == 0;
}

static inline struct httpstatus_text text_of(const char *word)
{
    return (struct httpstatus_text){word, strlen(word)};
}

/* The place of the text among the words; -1 if it is none of them. */
static inline int index_of(const char *p, size_t size, const char *const words[], int count)
{
    for (int i = 0; i < count; i++)
        if (equal(p, size, words[i]))
            return i;
    return -1;
}

static inline bool is_text(struct httpstatus_text text, const char *word)
{
    return equal(text.data, text.size, word);
}

static inline bool same_bytes(struct httpstatus_text a, struct httpstatus_text b)
{
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
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

static inline bool has_name(struct httpstatus_names names, const char *name)
{
    for (size_t i = 0; i < names.count; i++)
        if (equal_ignoring_case(names.list[i], strlen(names.list[i]), name, strlen(name)))
            return true;
    return false;
}

#endif

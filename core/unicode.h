/* Internal: the characters of JSON's escapes. */
#ifndef HTTPSTATUS_UNICODE_H
#define HTTPSTATUS_UNICODE_H

#include "text.h"

/* The halves of a surrogate pair. */
static inline bool is_high(int unit)
{
    return unit >= 0xd800 && unit <= 0xdbff;
}
static inline bool is_low(int unit)
{
    return unit >= 0xdc00 && unit <= 0xdfff;
}
static inline int of_pair(int high, int low)
{
    return 0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff);
}

/* A character as UTF-8, half a pair as if it were one; returns how many bytes. */
static inline int put_utf8(int c, char bytes[4])
{
    static const unsigned char first[] = {0, 0xc0, 0xe0, 0xf0};
    const int more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;

    bytes[0] = (char)(first[more] | c >> 6 * more);
    for (int i = 1; i <= more; i++)
        bytes[i] = (char)(0x80 | (c >> 6 * (more - i) & 0x3f));
    return 1 + more;
}

/* The byte that a backslash before 'c' means, of those with a letter or a mark; 0: not one. */
static inline char json_escaped(char c)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *found = c ? strchr(from, c) : NULL;

    return found ? to[found - from] : '\0';
}

#endif

/* Internal: what the compiler of format strings and their careful reader share. */
#ifndef HTTPSTATUS_LOCATOR_H
#define HTTPSTATUS_LOCATOR_H

#include "formats.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* ---- What fields hold ---- */

enum {
    NUMBER = 1,    /* digits, points and signs */
    NAME = 2,      /* an address, a host, a word of the server's: no blank, quote, slash, ",;|=" */
    OTHER = 4,     /* an unknown field, taken not to hold the text beside it */
    TIME = 8,      /* a time without blanks */
    WORD = 16,     /* what a client wrote, without blanks */
    STAMP = 32,    /* a time with blanks, inside brackets or quotes, which it does not hold */
    LIST = 64,     /* of nginx's upstreams: "502, 404 : 200" */
    TEXT = 128,    /* what a client or an application wrote: no bare quotes, no control bytes */
    USER = 256,    /* the same, or "\"\"": how Apache writes an empty name */
    RAW = 512,     /* what a client wrote, as it came */
    PREFIX = 1024, /* what syslog puts before HAProxy's lines */
    PADDED = 2048, /* blanks, and then what else the field holds: Squid's "%6tr" */

    ESCAPED = 4096, /* a quote in it has a backslash before it */
    ENTRY = 8192,   /* the first byte of a list */
    QUOTED = 16384  /* HAProxy: a text, which %{+Q}o quotes, unlike numbers and times */
};

/* The kinds of fields that may hold a byte. */
static inline unsigned holders(unsigned char c)
{
    enum { ALL = PADDED - 1 };

    if (c == '"')
        return RAW | USER;
    if (c < ' ' || c == 127)
        return RAW;
    if (is_digit((char)c) || c == '.' || c == '+' || c == '-')
        return ALL;
    if (c == ' ')
        return RAW | USER | TEXT | STAMP | LIST | PREFIX | PADDED;
    if (c == ',')
        return RAW | USER | TEXT | STAMP | WORD | LIST;
    if (c == ';' || c == '|' || c == '=')
        return RAW | USER | TEXT | STAMP | WORD;
    if (c == '\\')
        return RAW | USER | TEXT | WORD | OTHER;
    return ALL & ~(c == '/' ? NUMBER | NAME : c == '[' || c == ']' ? NUMBER | STAMP : NUMBER);
}

/* ---- What fields are ---- */

/* The part that a field is; 0: none. */
#define FIELD(name) (HTTPSTATUS_PART_##name + 1)
enum {
    FIELD_REQUEST = HTTPSTATUS_PARTS + 1, /* method, target and protocol */
    FIELD_JOINED                          /* goes on with the part of the field before it */
};

/*
 * The detail of a field: the unit of a duration, one of these, or its rank.  Of several fields that
 * are the same part, the one with the least detail counts.
 */
enum {
    AFTER_MARK = 1, /* a query: its '?' comes first */
    AFTER_NAME = 1  /* a protocol: only "1.1", after a text that ends in "HTTP/" */
};

/* ---- Where fields end ---- */

/*
 * Whether the end of a field tells where it begins, after a text that follows a field that holds
 * 'before': it does if the field cannot hold the last byte of the text.  A list holds blanks; but
 * if a blank is the text, that is the last blank with no comma or colon beside it.
 */
bool httpstatus_begins_last(unsigned holds, struct httpstatus_text text, unsigned before);

static inline bool has_bit(uint64_t bits, size_t i)
{
    return bits >> i & 1;
}

static inline struct httpstatus_text text_of_step(const struct locator *locator, size_t step)
{
    return (struct httpstatus_text){locator->text + locator->steps[step].start,
                                    locator->steps[step].size};
}

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

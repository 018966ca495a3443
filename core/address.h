/* Internal: texts that are taken apart, and the IP addresses in them. */
#ifndef HTTPSTATUS_ADDRESS_H
#define HTTPSTATUS_ADDRESS_H

#include "text.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

static inline void move_past(struct httpstatus_text *rest, size_t count)
{
    rest->data += count;
    rest->size -= count;
}

/* The text up to the first of some bytes, or all of it; moves past it. */
static inline struct httpstatus_text take_until(struct httpstatus_text *rest, const char *stops)
{
    const size_t count = strlen(stops);
    struct httpstatus_text part = {rest->data, 0};

    while (part.size < rest->size && !memchr(stops, rest->data[part.size], count))
        part.size++;
    move_past(rest, part.size);
    return part;
}

/* A number in digits of a base; -1 if it is none, more than 'most' if it is too large. */
int64_t httpstatus_parse_digits(struct httpstatus_text text, int base, int64_t most);

/* The eight pieces of an IPv6 address: RFC 3986, section 3.2.2; false if it is none. */
enum { HTTPSTATUS_IPV6_PIECES = 8 };
bool httpstatus_read_ipv6(struct httpstatus_text text, unsigned pieces[HTTPSTATUS_IPV6_PIECES]);

/*
 * An IPv4 address, in lower case, as the WHATWG URL standard reads it: one to four numbers (10,
 * 0x1f, 017), the last for all bytes that remain.  A name is one if its last part is a number.
 */
enum httpstatus_ipv4 { HTTPSTATUS_IPV4_WRONG, HTTPSTATUS_IPV4, HTTPSTATUS_IPV4_NAME };
enum httpstatus_ipv4 httpstatus_read_ipv4(struct httpstatus_text name, uint32_t *address);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

/*
 * What a token of a log is: shared by the careful readers and the quick looks.  A careful reader
 * keeps HTTPSTATUS_TOKEN bytes of a token and calls any longer one a byte longer than that.
 */
#ifndef HTTPSTATUS_TOKENS_H
#define HTTPSTATUS_TOKENS_H

#include "reader.h"

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

/* "\d{3}", or to 'least' digits, or "-"; HTTPSTATUS_UNMATCHED for anything else. */
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

/* "2018-07-02T" and what else there is of a time */
static inline bool is_iso_time(const char *p, size_t size)
{
    static const char form[] = "dddd-dd-ddT";

    for (size_t i = 0; i < sizeof form - 1; i++)
        if (i >= size || (form[i] == 'd' ? !is_digit(p[i]) : p[i] != form[i]))
            return false;
    return true;
}

/* What an ALB listens for. */
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

/* Five numbers with slashes between them; the last alone, or each, may have a sign. */
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

/* "-?\d{1,3}", which is "-1" or has no sign; false for what is none. */
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

/* "\d+/\d+" and what else there is */
static inline bool is_queues(const char *p, size_t size)
{
    size_t at = 0;

    if (size > HTTPSTATUS_TOKEN)
        size = HTTPSTATUS_TOKEN;
    return digits(p, size, &at) && skip(p, size, &at, '/') && digits(p, size, &at);
}

/* "[30/Jul/2018:09:03:52.726]" */
static inline bool is_haproxy_time(const char *p, size_t size)
{
    static const char form[] = "/aaa/dddd:dd:dd:dd.ddd]";
    size_t at = 0;

    if (!skip(p, size, &at, '[') || !digits(p, size, &at) || at > 3 ||
        size != at + sizeof form - 1)
        return false;
    for (size_t i = 0; i < sizeof form - 1; i++)
        if (form[i] == 'd'   ? !is_digit(p[at + i])
            : form[i] == 'a' ? !is_letter(p[at + i])
                             : p[at + i] != form[i])
            return false;
    return true;
}

/* "HTTP/1.1\"" */
static inline bool is_last_of_request(const char *p, size_t size)
{
    return (size == sizeof "HTTP/2" || (size == sizeof "HTTP/1.1" && p[6] == '.' && is_digit(p[7]))) &&
           memcmp(p, "HTTP/", 5) == 0 && is_digit(p[5]) && p[size - 1] == '"';
}

/* "static/srv1" */
static inline bool has_slash(const char *p, size_t size)
{
    return memchr(p, '/', size < HTTPSTATUS_TOKEN ? size : HTTPSTATUS_TOKEN) != NULL;
}

static inline bool has_slashes(const char *p, size_t size, size_t wanted)
{
    size_t count = 0;

    if (size > HTTPSTATUS_TOKEN)
        return false;
    for (size_t i = 0; i < size; i++)
        count += p[i] == '/';
    return count == wanted;
}

/* "HIER_DIRECT/93.184.216.34" */
static inline bool is_peer(const char *p, size_t size)
{
    return p[0] >= 'A' && p[0] <= 'Z' && has_slash(p, size);
}

/* "1286536308.779" */
static inline bool is_squid_time(const char *p, size_t size)
{
    size_t at = 0;

    return size <= HTTPSTATUS_TOKEN && digits(p, size, &at) && at >= 9 && at <= 11 &&
           size == at + 4 && p[at] == '.' &&
           is_digit(p[at + 1]) && is_digit(p[at + 2]) && is_digit(p[at + 3]);
}

/* The status of "TCP_MISS/200"; HTTPSTATUS_UNMATCHED if it is no such result. */
static inline int read_result(const char *p, size_t size)
{
    size_t at = 0;

    if (size > HTTPSTATUS_TOKEN)
        return HTTPSTATUS_UNMATCHED;
    while (at < size && ((p[at] >= 'A' && p[at] <= 'Z') ||
                         (at && (is_digit(p[at]) || p[at] == '_'))))
        at++;
    if (at == 0 || !skip(p, size, &at, '/'))
        return HTTPSTATUS_UNMATCHED;
    return read_status(p + at, size - at, 1);
}

#endif

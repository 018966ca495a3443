/* A quick look at lines of Nginx Proxy Manager's log that have no escapes.  See looks.h. */
#ifndef HTTPSTATUS_NPM_LOOK_H
#define HTTPSTATUS_NPM_LOOK_H

#include "npm.h"

enum { NPM_STAMP_SIZE = sizeof "[28/Nov/2026:12:00:01 +0100] " - 1, NPM_SIGN = 22, NPM_QUOTES = 6 };

static const struct form npm_form = {
    "[00/Aaa/0000:00:00:00 +0000] \0\0\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
    "[99/Zzz/9999:99:99:99 -9999] \xff\xff\xff"
    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
};

/*
 * Each of these ends at a quote, which none of what they move past can have: so they need not look
 * where the end is.
 */
static inline bool npm_passes(const char **at, const char *text)
{
    const size_t size = strlen(text);

    if (memcmp(*at, text, size) != 0)
        return false;
    *at += size;
    return true;
}

static inline bool npm_passes_number(const char **at)
{
    const char *p = *at;

    while (is_digit(**at))
        ++*at;
    return *at > p;
}

static inline bool npm_passes_ratio(const char **at)
{
    const char *p = *at;

    while (is_digit(**at) || **at == '.' || **at == '-')
        ++*at;
    return *at > p;
}

static inline bool npm_passes_method(const char **at)
{
    const char *p = *at;

    while (is_of_npm_method(**at))
        ++*at;
    return *at > p;
}

static inline bool npm_passes_address(const char **at, const char *end)
{
    const char *p = *at;

    *at = find_byte(p, end, ']');
    return *at > p && find_byte(p, *at, ' ') == *at;
}

static inline bool npm_has_status(const char *p)
{
    return is_digit(p[0]) && is_digit(p[1]) && is_digit(p[2]) && p[3] == ' ';
}

/* "HIT 200 " or "- - ": one upstream at most. */
static inline bool npm_passes_upstream(const char **at)
{
    const char *p = *at;

    if (*p == '-')
        p++;
    else
        while (is_upper(*p) && p - *at < HTTPSTATUS_NPM_TOKEN)
            p++;
    if (p == *at || *p++ != ' ')
        return false;
    if (npm_has_status(p))
        p += sizeof "200 " - 1;
    else if (!npm_passes(&p, "- "))
        return false;
    *at = p;
    return true;
}

/* From the status to the blank before the target: where the status is; NULL if it is not so. */
static inline const char *npm_head(const char *p, const char *end, bool *proxied)
{
    *proxied = !npm_has_status(p);
    if (*proxied && !npm_passes_upstream(&p))
        return NULL;
    const char *status = p;
    if (!npm_has_status(p))
        return NULL;
    p += sizeof "200 " - 1;
    if (!npm_passes(&p, "- ") || !npm_passes_method(&p) || !npm_passes(&p, " http"))
        return NULL;
    p += *p == 's';
    return *p == ' ' && end - p > 1 && end[-1] == ' ' && find_byte(p, end, '/') == end ? status
                                                                                       : NULL;
}

/* Between the quotes of the target and of the agent. */
static inline bool npm_is_middle(const char *p, const char *end, bool proxied)
{
    if (!npm_passes(&p, " [Client ") || !npm_passes_address(&p, end) ||
        !npm_passes(&p, "] [Length ") || !npm_passes_number(&p) || !npm_passes(&p, "] [Gzip ") ||
        !npm_passes_ratio(&p) || !npm_passes(&p, "] "))
        return false;
    if (!proxied)
        return p == end;
    return npm_passes(&p, "[Sent-to ") && end - p > 1 && end[-2] == ']' &&
           find_byte(p, end, ' ') == end - 1;
}

#endif

/* Finds the quotes; false if there are not as many as there must be, or any byte is unusual. */
TARGET INLINE bool ISA(npm_quotes)(const char *line, size_t size, uint16_t *quotes)
{
    uint16_t *last = quotes;

    for (size_t at = 0; at < size && last - quotes <= NPM_QUOTES; at += BLOCK_SIZE) {
        ISA(block) block = ISA(load)(line + at);
        uint64_t inside = inside_line(at, size), found = ISA(equal)(block, '"') & inside;
        if (inside & (~ISA(within)(block, ' ', '~') | ISA(equal)(block, '\\')))
            return false;
        if (found)
            last = ISA(many_places)(found, at, last);
    }
    return last - quotes == NPM_QUOTES && quotes[5] == size - 1 && quotes[4] == quotes[3] + 2 &&
           line[quotes[3] + 1] == ' ';
}

TARGET INLINE int ISA(npm_line)(const struct httpstatus_setup *setup, const char *line, size_t size,
                                uint16_t *substatus)
{
    uint16_t quotes[NPM_QUOTES + 2 * BLOCK_SIZE];
    bool proxied;

    (void)setup;
    (void)substatus;
    if ((~ISA(fits)(ISA(load)(line), &npm_form) & BITS(0, NPM_STAMP_SIZE)) ||
        line[NPM_SIGN] == ',' || !ISA(npm_quotes)(line, size, quotes))
        return UNPROVED;
    const char *status = npm_head(line + NPM_STAMP_SIZE, line + quotes[0], &proxied);
    if (!status || !npm_is_middle(line + quotes[1] + 1, line + quotes[2], proxied))
        return UNPROVED;
    return three_digits(status);
}

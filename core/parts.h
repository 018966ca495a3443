/* Internal: dividing a record into its parts, once its status is known. */
#ifndef HTTPSTATUS_PARTS_H
#define HTTPSTATUS_PARTS_H

#include "formats.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* Takes note of a column if its name is one of a part's; fields->count is its number. */
void httpstatus_take_column(struct httpstatus_fields *fields, const char *name, size_t size);

/* Whether the first two columns are the date and the time. */
bool httpstatus_begins_with_time(const struct httpstatus_fields *fields);

/* A record, without what a logger has put before it and without the end of its line. */
struct division {
    const struct httpstatus_setup *setup;
    const char *p, *end;
    int status;
    unsigned wanted;                       /* bits: parts; others need not be set */
    char *buffer;                          /* for a part that is put together */
    const char *authority, *authority_end; /* of the target; NULL if it is no absolute URL */
    struct httpstatus_record *record;
};

/*
 * Finds the parts of a record of the format.  false if it does not find the status that the careful
 * reader has found: the parts are then void.
 */
typedef bool divide_function(struct division *);
#define FORMAT(name, ...) divide_function httpstatus_##name##_divide;
#include "formats.def"

#define PART_BIT(part) (1U << HTTPSTATUS_PART_##part)

/* Those of a request without its authority. */
enum {
    REQUEST_PARTS = PART_BIT(METHOD) | PART_BIT(TARGET) | PART_BIT(PATH) | PART_BIT(QUERY) |
                    PART_BIT(PROTOCOL)
};

static inline bool wants(const struct division *d, unsigned parts)
{
    return (d->wanted & parts) != 0;
}

/* "-" and no bytes are how servers write that there is none. */
static inline bool is_none(const char *p, const char *end)
{
    return p == end || (end - p == 1 && *p == '-');
}

static inline void set_part(struct division *d, enum httpstatus_part part, const char *p,
                            const char *end, enum httpstatus_escape escape)
{
    if (is_none(p, end))
        return;
    d->record->parts[part] = (struct httpstatus_text){p, (size_t)(end - p)};
    d->record->escapes[part] = escape;
}

/* "HTTP/1.1", "HTTP/2" */
static inline bool is_protocol(const char *p, const char *end)
{
    const ptrdiff_t size = end - p;

    return (size == sizeof "HTTP/2" - 1 || (size == sizeof "HTTP/1.1" - 1 && p[6] == '.')) &&
           memcmp(p, "HTTP/", 5) == 0 && is_digit(p[5]) && is_digit(end[-1]);
}

/* A time in brackets. */
static inline void set_time(struct division *d, const char *p, const char *end)
{
    if (p < end && *p == '[')
        set_part(d, HTTPSTATUS_PART_TIME, p + 1, find_byte(p + 1, end, ']'),
                 HTTPSTATUS_ESCAPE_NONE);
}

/*
 * An address, whose port, and brackets around the address before it, are dropped.  'has_port': it
 * always has one, so that "::1:80" is no address by itself.
 */
void httpstatus_set_client(struct division *d, const char *p, const char *end, bool has_port);
/* "www.example.com:443", whose port is dropped */
void httpstatus_set_vhost(struct division *d, const char *p, const char *end,
                          enum httpstatus_escape escape);
/* "GET /a?b HTTP/1.1"; nothing is set if it is not a request. */
void httpstatus_set_request(struct division *d, const char *p, const char *end,
                            enum httpstatus_escape escape);
/* "/a?b", "http://www.example.com/a?b" */
void httpstatus_set_target(struct division *d, const char *p, const char *end,
                           enum httpstatus_escape escape);
/* The authority of a target that is a URL, or of CONNECT. */
void httpstatus_set_authority(struct division *d);

/* Moves past blanks to the next field and returns its end; 'end' itself if there is none. */
static inline const char *next_field(const char **at, const char *end)
{
    while (*at < end && is_blank(**at))
        ++*at;
    return find_byte(*at, end, ' ');
}

/*
 * Divides what blanks part into at most FIELDS fields, and returns where the last of them ends; if
 * there are fewer, the others begin and end there.
 */
enum { FIELDS = 32 };
const char *httpstatus_next_fields(const char *at, const char *end, int count, const char **p,
                                   const char **ends);

/*
 * Moves past one blank and a text in quotes, which begins at '*text'; returns its end, NULL if
 * there is none.  A quote after a backslash belongs to the text if 'escaped' says so.
 */
const char *httpstatus_next_quoted(const char **at, const char *end, bool escaped,
                                   const char **text);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

/* Internal: the log formats, as formats.def lists them. */
#ifndef HTTPSTATUS_FORMATS_H
#define HTTPSTATUS_FORMATS_H

#include "readers.h"
#include "text.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* The place of each format in auto's order.  A set of formats has bit 1 << place for each. */
enum format_place {
    PLACE_none, /* no format, or several */
#define FORMAT(name, ...) PLACE_##name,
#include "formats.def"
    FORMAT_PLACES
};
#define SET_OF(name) (1u << PLACE_##name)
enum { SET_OF_AUTO = (1 << FORMAT_PLACES) - 1 - (1 << PLACE_none) - (1 << PLACE_custom) };

enum format_flag {
    FROM_START = 1,     /* no logger puts anything before or around a line */
    BEHIND_PREFIX = 2,  /* a logger may; auto asks more of a record than a quick look does */
    ANYWHERE = 4,       /* a logger may, and what it puts there is read as part of the record */
    HAS_DIRECTIVES = 8, /* "#Fields:" */
    HAS_COMMENTS = 16,  /* a line that begins with '#' and is not a record is a comment */
    WHOLE = 32          /* a record is the whole line: no other reader knows its status better */
};
#define FORMAT(name, enumerator, state, reader, look, scalar_look, flags) \
    | ((flags)&HAS_DIRECTIVES ? SET_OF(name) : 0)
enum {
    SET_WITH_DIRECTIVES = 0
#include "formats.def"
};
#define FORMAT(name, enumerator, state, reader, look, scalar_look, flags) \
    | ((flags)&HAS_COMMENTS ? SET_OF(name) : 0)
enum {
    SET_WITH_COMMENTS = 0
#include "formats.def"
};
#define FORMAT(name, enumerator, state, reader, look, scalar_look, flags) \
    | ((flags)&FROM_START ? SET_OF(name) : 0)
enum {
    SET_FROM_START = 0
#include "formats.def"
};

/* The beginning of a line, by which a format tells whether the line may be its own. */
struct beginning {
    const struct httpstatus_setup *setup;
    const char *line; /* all of it, or as much as is known */
    size_t line_size;
    const char *text, *end; /* the same without what a logger has put before it */
    bool goes_on;           /* more bytes follow, which are not known yet */
    bool is_fragment;       /* the text is only part of a line */
};

/*
 * A careful reader is two functions.  One takes the bytes of a line, without its end, over any
 * number of calls.  The other, called after the last byte, returns the status,
 * HTTPSTATUS_NO_STATUS, HTTPSTATUS_SKIPPED, HTTPSTATUS_UNMATCHED or OWN_MESSAGE, and sets
 * '*substatus' if there is one.  Zero a reader's state before the first call.
 */
typedef void read_function(struct httpstatus_reader *, const struct httpstatus_setup *,
                           const char *, size_t);
typedef int end_function(struct httpstatus_reader *, const struct httpstatus_setup *, int *);
typedef bool begins_function(const struct beginning *);

#define OBJECTS(name) begins_function httpstatus_##name##_begins;
#define STRING(name) \
    read_function httpstatus_##name##_read; \
    end_function httpstatus_##name##_end;
#define LINE(name) OBJECTS(name) STRING(name)
#define FORMAT(name, enumerator, state, reader, ...) reader(name)
#include "formats.def"
#undef OBJECTS
#undef STRING
#undef LINE

/* The quick look proved nothing: ask the careful reader. */
enum { UNPROVED = -5 };

/* A careful reader's: what the writer of its format says beside records; no other format counts. */
enum { OWN_MESSAGE = -6 };

/* A quick look without vectors: what a whole line is, or UNPROVED. */
typedef int scalar_look_function(const char *p, const char *end);
scalar_look_function httpstatus_clf_look, httpstatus_console_look, httpstatus_csv_look,
    httpstatus_logfmt_look, httpstatus_ltsv_look;

/* The formats by their places; PLACE_none has all zeros. */
struct format {
    const char *name;
    enum httpstatus_format format;
    read_function *read;
    end_function *end;
    scalar_look_function *scalar_look;
    unsigned flags;
    size_t offset, size; /* of its state in struct httpstatus_reader */
};
extern const struct format httpstatus_formats[FORMAT_PLACES];
extern const unsigned char httpstatus_places[HTTPSTATUS_FORMATS];

static inline const struct format *format_of(enum httpstatus_format format)
{
    return &httpstatus_formats[httpstatus_places[format]];
}

static inline unsigned set_of(enum httpstatus_format format)
{
    return 1u << httpstatus_places[format];
}

/* Why the logs of that name by habit are of no format; NULL: it is no such name. */
const char *httpstatus_refused_format(const char *name, size_t size);

/* The set of formats that auto tries on a line that begins like this. */
unsigned httpstatus_formats_of(const struct beginning *beginning);

/* Under auto, whether what a quick look took for a record of setup->format may be another's. */
bool httpstatus_may_be_another(const struct httpstatus_setup *setup, const char *p, size_t size);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

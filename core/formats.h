/* The formats of logs, as formats.def lists them: inside the core only. */
#ifndef HTTPSTATUS_FORMATS_H
#define HTTPSTATUS_FORMATS_H

#include "readers.h"
#include "text.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* The place of each format in the order of auto.  A set of formats is their bits, 1 << place. */
enum format_place {
    PLACE_none, /* what is no format, or several */
#define FORMAT(name, ...) PLACE_##name,
#include "formats.def"
    FORMAT_PLACES
};
#define SET_OF(name) (1u << PLACE_##name)
enum { SET_OF_AUTO = (1 << FORMAT_PLACES) - 1 - (1 << PLACE_none) - (1 << PLACE_custom) };

enum format_flag {
    FROM_START = 1,     /* no logger puts anything in front of a line of it, or around one */
    BEHIND_PREFIX = 2,  /* a logger may; auto asks more of a record of it than a quick look does */
    ANYWHERE = 4,       /* a logger may, and that is read as a part of the record */
    HAS_DIRECTIVES = 8, /* "#Fields:" */
    HAS_COMMENTS = 16   /* a line that begins with '#' is one, if it is no record */
};
#define FORMAT(name, enumerator, reader, look, scalar_look, flags) \
    | ((flags)&HAS_DIRECTIVES ? SET_OF(name) : 0)
enum {
    SET_WITH_DIRECTIVES = 0
#include "formats.def"
};
#define FORMAT(name, enumerator, reader, look, scalar_look, flags) \
    | ((flags)&HAS_COMMENTS ? SET_OF(name) : 0)
enum {
    SET_WITH_COMMENTS = 0
#include "formats.def"
};
#define FORMAT(name, enumerator, reader, look, scalar_look, flags) \
    | ((flags)&FROM_START ? SET_OF(name) : 0)
enum {
    SET_FROM_START = 0
#include "formats.def"
};

/* The beginning of a line, by which a format says whether the line may be one of its own. */
struct beginning {
    const struct httpstatus_setup *setup;
    const char *line; /* all of it, or as much as is known */
    size_t line_size;
    const char *text, *end; /* the same behind what a logger has put in front */
    bool goes_on;           /* there are more bytes, which are not known yet */
    bool is_part;           /* the text is a part of a line */
};

/*
 * A careful reader is two functions: one gets the bytes of a line in pieces of any size, without
 * its end; the other, after the last, gives the status, HTTPSTATUS_NO_STATUS, HTTPSTATUS_SKIPPED or
 * HTTPSTATUS_UNMATCHED, and sets '*substatus' where there is one.  A reader begins zeroed.
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
#define FORMAT(name, enumerator, reader, ...) reader(name)
#include "formats.def"
#undef OBJECTS
#undef STRING
#undef LINE

/* A quick look proved nothing: the careful reader has to say what the line is. */
enum { UNPROVED = -5 };

/* A quick look without vectors: what a whole line is, or UNPROVED. */
typedef int scalar_look_function(const char *p, const char *end);
scalar_look_function httpstatus_clf_look;

/* A format by its place; what is none has nothing of this. */
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

/* Those that auto tries of which a line may be that begins so. */
unsigned httpstatus_formats_of(const struct beginning *beginning);

/*
 * Whether a line that a quick look took for a record of setup->format may be one of another, for
 * auto.
 */
bool httpstatus_may_be_another(const struct httpstatus_setup *setup, const char *p, size_t size);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

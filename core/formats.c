/* The log formats: their names, their readers, and which of them to try on a line. */
#include "columns.h"
#include "csv.h"
#include "format_names_table.h"
#include "pairs.h"
#include "prefix.h"

#define STRING(name) httpstatus_##name##_read, httpstatus_##name##_end
#define LINE(name) STRING(name)
#define OBJECTS(name) NULL, NULL
#define STATE_OF(name) \
    offsetof(struct httpstatus_reader, as.name), sizeof((struct httpstatus_reader *)0)->as.name
const struct format httpstatus_formats[] = {
#define FORMAT(name, enumerator, state, reader, look, scalar_look, flags) \
    [PLACE_##name] = {#name, HTTPSTATUS_##enumerator, reader(name), scalar_look, \
                      flags, STATE_OF(name)},
#include "formats.def"
};
#undef STRING
#undef LINE
#undef OBJECTS
#undef STATE_OF

const unsigned char httpstatus_places[HTTPSTATUS_FORMATS] = {
#define FORMAT(name, enumerator, ...) [HTTPSTATUS_##enumerator] = PLACE_##name,
#include "formats.def"
};

_Static_assert(FORMAT_PLACES - 1 == HTTPSTATUS_FORMATS - 1 - HTTPSTATUS_AUTO,
               "formats.def and enum httpstatus_format have not the same formats");

/* ---- Names ---- */

const char *httpstatus_format_name(enum httpstatus_format format)
{
    return format == HTTPSTATUS_AUTO ? "auto" : format_of(format)->name;
}

enum httpstatus_format httpstatus_format(const char *name, size_t size)
{
    for (int i = HTTPSTATUS_AUTO; i < HTTPSTATUS_FORMATS; i++)
        if (equal(name, size, httpstatus_format_name((enum httpstatus_format)i)))
            return (enum httpstatus_format)i;
    for (size_t i = 0; i < sizeof format_aliases / sizeof format_aliases[0]; i++)
        if (equal(name, size, format_aliases[i].name))
            return format_aliases[i].format;
    return HTTPSTATUS_FORMAT_NONE;
}

const char *httpstatus_refused_format(const char *name, size_t size)
{
    for (size_t i = 0; i < sizeof refused_formats / sizeof refused_formats[0]; i++)
        if (equal(name, size, refused_formats[i].name))
            return refused_formats[i].reason;
    return NULL;
}

const char *httpstatus_options_check(const struct httpstatus_options *options, const char **formats)
{
    const enum httpstatus_format format = options->format;
    const unsigned set = format == HTTPSTATUS_AUTO ? (unsigned)SET_OF_AUTO : set_of(format);
    struct httpstatus_fields fields;

    *formats = NULL;
    if (options->key.data && !(set & SET_OF(json))) {
        *formats = "json or auto";
        return "key";
    }
    if (options->fields.data && !(set & SET_WITH_DIRECTIVES)) {
        *formats = "w3c, cloudfront, zeek or auto";
        return "fields";
    }
    if (options->target && !(set & SET_OF(elb))) {
        *formats = "elb or auto";
        return "target";
    }
    return options->fields.data && !httpstatus_given_fields(&fields, options) ? "fields" : NULL;
}

/* ---- Which formats to try on a line ---- */

unsigned httpstatus_formats_of(const struct beginning *beginning)
{
    unsigned formats = 0;

#define STRING(name)
#define LINE(name) formats |= (unsigned)httpstatus_##name##_begins(beginning) << PLACE_##name;
#define OBJECTS(name) LINE(name)
#define FORMAT(name, enumerator, state, reader, ...) reader(name)
#include "formats.def"
#undef STRING
#undef LINE
#undef OBJECTS
    /* A value of LTSV may have an object in it, which a client wrote. */
    return formats & SET_OF(ltsv) ? formats & ~(unsigned)SET_OF(json) : formats;
}

/*
 * A quick look at clf has found the line's first quote right after a stamp.  If no bracket comes
 * before that stamp, the line is of no other format: only s3 and npm have a stamp with a zone
 * before the first quote, and they have other fields between the two.  A line of csv may have it
 * in its target, after many bytes and commas.
 */
static bool is_only_clf(const char *p, size_t size)
{
    enum { STAMP_SIZE = sizeof "[10/Oct/2000:13:55:36 -0700]" - 1 };
    const char *bracket = find_byte(p, p + size, '[');

    return bracket[STAMP_SIZE - 1] == ']' && bracket[STAMP_SIZE] == ' ' &&
           bracket[STAMP_SIZE + 1] == '"' &&
           (bracket - p < CSV_BRACKET || find_byte(p, bracket, ',') == bracket);
}

/*
 * Most quick looks at a format that a prefix may come before ask less of a record than auto does.
 * That at npm asks as much, and takes only lines without a prefix.
 */
bool httpstatus_may_be_another(const struct httpstatus_setup *setup, const char *p, size_t size)
{
    const unsigned here = set_of(setup->format);

    if (here == SET_OF(clf)) /* most lines are clf: spare them httpstatus_formats_of() */
        return may_be_cloudfront(p, size) || may_be_w3c(&setup->fields, p, size) ||
               may_be_zeek(&setup->fields, p, size) || may_be_ltsv(p, size) ||
               !is_only_clf(p, size);
    if ((format_of(setup->format)->flags & (BEHIND_PREFIX | WHOLE)) == BEHIND_PREFIX)
        return true;
    /* As much of it as the careful readers are chosen by. */
    const bool goes_on = size >= HTTPSTATUS_PREFIX;
    const char *end = p + (goes_on ? HTTPSTATUS_PREFIX : size);
    struct beginning beginning = {setup, p, size, p, end, goes_on, false};
    if (here == SET_OF(json))
        beginning.text += httpstatus_prefix(p, size).size;
    return (httpstatus_formats_of(&beginning) & (here | (here - 1))) != here;
}

/* Internal: directives and shapes of w3c, cloudfront and zeek. */
#ifndef HTTPSTATUS_COLUMNS_H
#define HTTPSTATUS_COLUMNS_H

#include "formats.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/*
 * Reads a whole line if it is a directive, and sets the fields that it names; else UNPROVED.
 * 'zeek': in Zeek's way, else in W3C's.
 */
int httpstatus_directive_look(struct httpstatus_fields *fields, const char *p, size_t size,
                              bool zeek);

/* The fields that a line which has been read names; NULL if it is no directive that names them. */
const struct httpstatus_fields *httpstatus_new_fields(const struct httpstatus_columns *line);

/*
 * Whether a line that zeek has read is its "#types", whose brackets are no mark of a record: no
 * record is of lower-case letters and punctuation alone.
 */
bool httpstatus_is_types(const struct httpstatus_columns *line);

/* ---- Records without "#Fields:": headerless.c ---- */

/* The column of the status, from 0; how many columns IIS has. */
enum { CLOUDFRONT_STATUS = 8, REALTIME_STATUS = 3, IIS_STATUS = 11, OLD_IIS_STATUS = 10 };
enum { IIS_COLUMNS = 15, IIS_NUMBERS = 4 /* the last ones */ };
/* The first columns of IIS, where every value has a shape; the last one of real time that has. */
enum { IIS_SHAPED = 9, REALTIME_METHOD = 5 };
/* Columns of real time whose values are of a few words. */
enum { REALTIME_PROTOCOL = 6, REALTIME_IP_VERSION = 15, REALTIME_RESULT = 20 };

/* A line of IIS a byte at a time; then its columns, 0 if it is not of IIS. */
void httpstatus_iis_step(struct httpstatus_shape *shape, char c);
int httpstatus_iis_columns(const struct httpstatus_shape *shape);
/* The same of CloudFront in real time. */
void httpstatus_realtime_step(struct httpstatus_shape *shape, char c);
bool httpstatus_is_realtime(const struct httpstatus_shape *shape);

/* Whether a value fits one of the first columns of IIS. */
bool httpstatus_fits_iis(int column, const char *p, size_t size);

/* ---- Beginnings ---- */

/* Whether a line may be of the format, or a directive, with or without a byte order mark. */
static inline bool may_be_directive(const char *line, size_t size)
{
    return size && (*line == '#' || *line == '\0' || *line == '\xef');
}
enum { DATE_SIZE = sizeof "2014-05-23" - 1, EPOCH_SIZE = sizeof "1764331200.937" - 1 };
static inline bool may_be_realtime(const char *line, size_t size)
{
    return size > EPOCH_SIZE && line[DATE_SIZE] == '.' && line[EPOCH_SIZE] == '\t';
}
static inline bool may_be_cloudfront(const char *line, size_t size)
{
    return may_be_directive(line, size) || (size > DATE_SIZE && line[DATE_SIZE] == '\t') ||
           may_be_realtime(line, size);
}
static inline bool may_be_w3c(const struct httpstatus_fields *fields, const char *line, size_t size)
{
    const size_t least = fields->known ? 0 : DATE_SIZE;

    return may_be_directive(line, size) ||
           (size > least && (fields->known ? *line != '{' && fields->status >= 0 && !fields->zeek
                                           : line[DATE_SIZE] == ' ' && line[4] == '-'));
}
/* Of directives only those that the others do not know, or whose text is yet to come. */
static inline bool may_be_zeek(const struct httpstatus_fields *fields, const char *line,
                               size_t size)
{
    enum { NAME = sizeof "#fields" - 1 };

    if (may_be_directive(line, size))
        return *line != '#' || (size > NAME && (line[NAME] == '\t' || line[NAME - 1] == '\t'));
    return size && *line != '{' && fields->zeek && fields->status >= 0;
}

/* Sets the columns from names; 'zeek': those of Zeek. */
void httpstatus_parse_fields(struct httpstatus_fields *fields, const char *p, size_t size,
                             bool zeek);

/* The same from those that the caller gives; auto: of either.  false: none of them is a status. */
bool httpstatus_given_fields(struct httpstatus_fields *fields,
                             const struct httpstatus_options *options);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

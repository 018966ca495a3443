/* Directives of w3c and cloudfront: inside the core only. */
#ifndef HTTPSTATUS_COLUMNS_H
#define HTTPSTATUS_COLUMNS_H

#include "formats.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* Reads a whole line if it is a directive, else UNPROVED; one that names fields sets them. */
int httpstatus_directive_look(struct httpstatus_fields *fields, const char *p, size_t size);

/* What a directive that has been read says of the fields; NULL if it is none that does. */
const struct httpstatus_fields *httpstatus_new_fields(const struct httpstatus_columns *line);

/* The column of the status in a CloudFront log that does not say. */
enum { CLOUDFRONT_STATUS = 8 };

/* Whether a line may be one of them, or a directive, behind a byte order mark or not. */
static inline bool may_be_directive(const char *line, size_t size)
{
    return size && (*line == '#' || *line == '\0' || *line == '\xef');
}
static inline bool may_be_cloudfront(const char *line, size_t size)
{
    enum { DATE = sizeof "2014-05-23" - 1 };

    return may_be_directive(line, size) || (size > DATE && line[DATE] == '\t');
}
static inline bool may_be_w3c(const struct httpstatus_fields *fields, const char *line, size_t size)
{
    return may_be_directive(line, size) ||
           (size && *line != '{' && fields->known && fields->status >= 0);
}

/* The columns that a "#Fields:" directive names after the colon. */
void httpstatus_parse_fields(struct httpstatus_fields *fields, const char *p, size_t size);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

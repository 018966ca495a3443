/* Internal: directives of w3c and cloudfront. */
#ifndef HTTPSTATUS_COLUMNS_H
#define HTTPSTATUS_COLUMNS_H

#include "formats.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* Reads a whole line if it is a directive, and sets the fields that it names; else UNPROVED. */
int httpstatus_directive_look(struct httpstatus_fields *fields, const char *p, size_t size);

/* The fields that a line which has been read names; NULL if it is not a "#Fields:" directive. */
const struct httpstatus_fields *httpstatus_new_fields(const struct httpstatus_columns *line);

/* The column of the status, from 0, in a CloudFront log without "#Fields:". */
enum { CLOUDFRONT_STATUS = 8 };

/* Whether a line may be of the format, or a directive, with or without a byte order mark. */
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

/* Sets the columns from the names that follow "#Fields:". */
void httpstatus_parse_fields(struct httpstatus_fields *fields, const char *p, size_t size);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

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

/* The columns that a "#Fields:" directive names after the colon. */
void httpstatus_parse_fields(struct httpstatus_fields *fields, const char *p, size_t size);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

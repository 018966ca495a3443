/* Internal: lines of JSON objects. */
#ifndef HTTPSTATUS_JSON_H
#define HTTPSTATUS_JSON_H

#include "formats.h"

struct scanner;

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* The keys to look for, and how many: the caller's, or the usual ones. */
const struct httpstatus_key *httpstatus_json_keys(const struct httpstatus_setup *setup, int *count);
/* Sets the caller's key; false if it is not a path. */
bool httpstatus_json_set_key(struct httpstatus_setup *setup, struct httpstatus_text key);

/*
 * Reads on in a line of objects and returns how many bytes it took: fewer than 'size' if a record
 * has ended and another object begins.  j->ready is then set, until the caller takes the record.
 * 'scanner' is the one that the line belongs to, NULL for a line that is wrapped in another.
 */
size_t httpstatus_objects_read(struct httpstatus_json *j, const struct httpstatus_setup *setup,
                               struct scanner *scanner, const char *p, size_t size);
/* Call it after the last byte: j->have_record and j->left_over then tell what was found. */
void httpstatus_objects_end(struct httpstatus_json *j);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

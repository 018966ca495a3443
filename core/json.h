/* Lines of JSON objects: inside the core only. */
#ifndef HTTPSTATUS_JSON_H
#define HTTPSTATUS_JSON_H

#include "formats.h"

struct scanner;

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* The keys that are looked for if none is given, and how many; sets one, false if it is no path. */
const struct httpstatus_key *httpstatus_json_keys(const struct httpstatus_setup *setup, int *count);
bool httpstatus_json_set_key(struct httpstatus_setup *setup, struct httpstatus_text key);

/*
 * Reads on in a line of objects; returns how many bytes it took.  Those are fewer than 'size'
 * where a record is at its end and another object begins: j->ready then, until the record is
 * taken.  'scanner' is whose lines these are, NULL for those that are wrapped in another one.
 */
size_t httpstatus_objects_read(struct httpstatus_json *j, const struct httpstatus_setup *setup,
                               struct scanner *scanner, const char *p, size_t size);
/* After the last byte: j->have_record and j->left_over tell what there is. */
void httpstatus_objects_end(struct httpstatus_json *j);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

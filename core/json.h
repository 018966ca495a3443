/* Internal: lines of JSON objects. */
#ifndef HTTPSTATUS_JSON_H
#define HTTPSTATUS_JSON_H

#include "formats.h"

struct scanner;

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

#define LITERAL(s) \
    { \
        s, sizeof(s) - 1 \
    }

/*
 * The keys to look for, the caller's or the usual ones; then those that prove a request.  A key of
 * several names is tried with every division of its path into names of JSON: "a.b" is the name "b"
 * in "a", and the one name "a.b".
 */
struct json_keys {
    const struct httpstatus_key *keys;
    const uint64_t *by_first; /* bits per byte: those that begin with it; NULL: unknown */
    int count, proofs;
};
struct json_keys httpstatus_json_keys(const struct httpstatus_setup *setup);
/* Sets the caller's key; false if it is not a path. */
bool httpstatus_json_set_key(struct httpstatus_setup *setup, struct httpstatus_text key);

/*
 * Reads on in a line of objects and returns how many bytes it took: fewer than 'size' if a record
 * has ended and another object begins.  j->ready is then set, until the caller takes the record.
 * 'scanner' is the one that the line belongs to, NULL for a line that is wrapped in another.
 */
size_t httpstatus_objects_read(struct httpstatus_json *j, const struct httpstatus_setup *setup,
                               struct scanner *scanner, const char *p, size_t size);
/* What proves a request: a text that begins with a method in capital letters. */
static inline bool begins_with_method(const char *p, size_t size)
{
    return size >= 3 && is_upper(p[0]) && is_upper(p[1]) && is_upper(p[2]);
}
enum { LEAST_UNSURE = 100 }; /* an unsure key has a status of at least this */

/*
 * Where the first object of a line is: after the beginning of a list, if the line has one, in which
 * an object has the records, {"records":[
 */
const char *httpstatus_first_object(const char *p, const char *end);
/* Call it after the last byte: j->have_record and j->left_over then tell what was found. */
void httpstatus_objects_end(struct httpstatus_json *j);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

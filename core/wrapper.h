/* Lines in strings of JSON: inside the core only. */
#ifndef HTTPSTATUS_WRAPPER_H
#define HTTPSTATUS_WRAPPER_H

#include "formats.h"

struct scanner;

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/*
 * A string that may have a line in it: begins it, takes a byte, and sets status, format, key,
 * number and left_over of 'j' to what the line is; status to HTTPSTATUS_PART if it goes on in
 * another string.  _is_rest: whether the object has the rest of a line that has been answered, by
 * its first part.
 */
enum { HTTPSTATUS_PART = -7 };
bool httpstatus_wrapper_is_rest(struct scanner *scanner, const struct httpstatus_json *j);
void httpstatus_wrapper_begin(struct scanner *scanner);
void httpstatus_wrapper_byte(struct scanner *scanner, char c);
void httpstatus_wrapper_end(struct scanner *scanner, struct httpstatus_json *j, bool may_be_part);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

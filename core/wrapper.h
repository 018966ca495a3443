/* Internal: lines in JSON strings. */
#ifndef HTTPSTATUS_WRAPPER_H
#define HTTPSTATUS_WRAPPER_H

#include "formats.h"

struct scanner;

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/*
 * For a string that may hold a line, or objects only: _begin() begins it, _byte() takes a byte.
 * _end() sets status, format, key, number and left_over of 'j' to what the line is, with status
 * HTTPSTATUS_FRAGMENT if the line goes on in another string.  _is_rest(): whether the object has
 * the rest of a line that its first fragment has already answered for.
 */
enum { HTTPSTATUS_FRAGMENT = -7 };
bool httpstatus_wrapper_is_rest(struct scanner *scanner, const struct httpstatus_json *j);
void httpstatus_wrapper_begin(struct scanner *scanner, bool only_objects);
void httpstatus_wrapper_byte(struct scanner *scanner, char c);
void httpstatus_wrapper_end(struct scanner *scanner, struct httpstatus_json *j,
                            bool may_be_fragment);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

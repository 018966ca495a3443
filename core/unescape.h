/* Internal: undoing the escapes of a part, one at a time. */
#ifndef HTTPSTATUS_UNESCAPE_H
#define HTTPSTATUS_UNESCAPE_H

#include "httpstatus.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

enum { HTTPSTATUS_UNESCAPED = 4 };
/*
 * Writes what the escape at p means, or the byte there, at '*out': 1 to HTTPSTATUS_UNESCAPED bytes.
 * Returns how many bytes it took; there is at least one.
 */
size_t httpstatus_unescape_next(const char *p, const char *end, enum httpstatus_escape escape,
                                char **out);
/* Whether a part, which is not absent, may have an escape. */
bool httpstatus_has_escape(struct httpstatus_text text, enum httpstatus_escape escape);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

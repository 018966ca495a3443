/* Internal: the stamps of common logs. */
#ifndef HTTPSTATUS_STAMP_H
#define HTTPSTATUS_STAMP_H

#include "readers.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/*
 * Matches the beginning of a stamp a byte at a time, up to the first digit of its hour, and is true
 * at that byte.  A stamp is Apache's and nginx's "[10/Oct/2000:1", which may lack the bracket after
 * a blank; ISO 8601's "[2000-10-10T1", with a T or a blank; or cPanel's "[10/31/2000:1".
 */
bool httpstatus_any_stamp_step(struct httpstatus_stamp *stamp, char c);

/* Whether the last byte may be what a stamp begins with: its bracket, or the blank before it. */
bool httpstatus_stamp_begins(const struct httpstatus_stamp *stamp);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

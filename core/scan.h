/* Finding the lines of a log, and the statuses of the usual ones: inside the core only. */
#ifndef HTTPSTATUS_SCAN_H
#define HTTPSTATUS_SCAN_H

#include "reader.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/*
 * A window is short enough for what is found in it to lie on the stack, and for a second and third
 * look at it to come from the first cache.
 */
enum { SCAN_WINDOW = 8192, SCAN_BLOCK = 64 };

/* A quick look proved nothing: the careful reader has to say what the line is. */
enum { SCAN_UNPROVED = -5 };

/*
 * The lines that end in a window: where their LF is, and what they are where a quick look proves
 * that the careful reader would say so: a status, HTTPSTATUS_NO_STATUS, _UNMATCHED or _SKIPPED.
 */
struct scan_lines {
    size_t count;
    bool returns; /* whether there is a CR among them */
    uint16_t ends[SCAN_WINDOW + SCAN_BLOCK]; /* vectors may write a block behind the last */
    int16_t statuses[SCAN_WINDOW];
    uint16_t substatuses[SCAN_WINDOW]; /* set for w3c alone */
};

/*
 * Finds the lines of p[0..size), which begins with a line and has at most SCAN_WINDOW bytes; all up
 * to 'limit' may be read.
 */
typedef void scan_function(const struct httpstatus_setup *setup, const char *p, size_t size,
                           const char *limit, struct scan_lines *lines);

/* The fastest one that this CPU has, or the one that was asked for. */
scan_function *httpstatus_scan_window(void);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

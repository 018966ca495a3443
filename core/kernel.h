/*
 * The kernel: finds the lines of a window, and by quick looks what they are.  Inside the core only.
 */
#ifndef HTTPSTATUS_KERNEL_H
#define HTTPSTATUS_KERNEL_H

#include "formats.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/*
 * A window is short enough for what is found in it to lie on the stack, and for a second and third
 * look at it to come from the first cache.
 */
enum { WINDOW_SIZE = 8192, BLOCK_SIZE = 64 };

/*
 * The lines that end in a window: where their LF is, and what they are where a quick look proves
 * that the careful reader would say so: a status, HTTPSTATUS_NO_STATUS, _UNMATCHED or _SKIPPED.
 */
struct window {
    size_t count;
    bool returns;                            /* whether there is a CR among them */
    uint16_t ends[WINDOW_SIZE + BLOCK_SIZE]; /* vectors may write a block behind the last */
    int16_t statuses[WINDOW_SIZE];
    uint16_t substatuses[WINDOW_SIZE]; /* set for w3c alone */
};

/*
 * Finds the lines of p[0..size), which begins with a line and has at most WINDOW_SIZE bytes; all up
 * to 'limit' may be read.
 */
typedef void kernel_function(const struct httpstatus_setup *setup, const char *p, size_t size,
                             const char *limit, struct window *window);

/* The fastest one that this CPU has, or the one that was asked for. */
kernel_function *httpstatus_kernel(void);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

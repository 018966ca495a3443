/* Internal: the kernel, which finds the lines of a window and takes a quick look at each. */
#ifndef HTTPSTATUS_KERNEL_H
#define HTTPSTATUS_KERNEL_H

#include "formats.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/*
 * A window is small enough for its results to lie on the stack, and for a second and third pass
 * over its bytes to find them in the first-level cache.
 */
enum { WINDOW_SIZE = 8192, BLOCK_SIZE = 64 };

/*
 * The lines that end in a window: where the LF of each is, and what the careful reader would say of
 * it (a status, HTTPSTATUS_NO_STATUS, _UNMATCHED or _SKIPPED) if a quick look proves that; else
 * UNPROVED.
 */
struct window {
    size_t count;
    bool returns;                            /* whether there is a CR among them */
    bool has_opens;                          /* whether it has the first quotes, if by quotes */
    uint16_t ends[WINDOW_SIZE + BLOCK_SIZE]; /* vectors may write a block past the last */
    int16_t statuses[WINDOW_SIZE];
    uint16_t substatuses[WINDOW_SIZE]; /* set for w3c; of formats by quotes, the first quote */
};

/*
 * Finds the lines of p[0..size), where 'p' is the start of a line and 'size' at most WINDOW_SIZE.
 * May read all bytes up to 'limit'.
 */
typedef void kernel_function(const struct httpstatus_setup *setup, const char *p, size_t size,
                             const char *limit, struct window *window);

/* Names of JSON to look for. */
enum { HTTPSTATUS_SOUGHT = 16 };
struct httpstatus_sought {
    int count, end_count;
    struct httpstatus_text names[HTTPSTATUS_SOUGHT];
    char before[HTTPSTATUS_SOUGHT], last[HTTPSTATUS_SOUGHT]; /* how they end, each end once */
};
typedef bool names_function(const struct httpstatus_sought *sought, const char *line, size_t from,
                            size_t size);
/*
 * Whether one of them may be a name after 'from' in a line whose status a kernel has proved, where
 * the text of a string ends or a value that is none begins.
 */
bool httpstatus_has_name(const struct httpstatus_sought *sought, const char *line, size_t from,
                         size_t size);

/*
 * Where the fields of p[0..size) begin and end, in turn: at least the first 'most' such places, or
 * all, in an array that has EDGES_ROOM().  Returns how many; 0 if there is a tab, which may part
 * fields or not, if they go on past what such a place can be, or if the kernel has no vectors.
 */
#define EDGES_ROOM(fields) (2 * (fields) + BLOCK_SIZE + 3)
typedef size_t edges_function(const char *p, size_t size, size_t most, uint16_t *edges);
size_t httpstatus_edges(const char *p, size_t size, size_t most, uint16_t *edges);

/* The fastest that this CPU supports, or the one chosen by httpstatus_scanner_use(). */
kernel_function *httpstatus_kernel(void);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

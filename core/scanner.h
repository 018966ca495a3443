/* A log being scanned, by whole lines and in pieces: inside the core only. */
#ifndef HTTPSTATUS_SCANNER_H
#define HTTPSTATUS_SCANNER_H

#include "line.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* What has been scanned of a piece of a log, and the lines to be stored. */
struct piece {
    struct httpstatus_scanner *scanner;
    const char *start, *at, *end;
    uint64_t base; /* where in the log the piece begins */
    struct httpstatus_line *lines;
    size_t capacity, stored;
};

static inline bool is_full(const struct piece *piece)
{
    return piece->lines && piece->stored == piece->capacity;
}

static inline uint64_t position_of(const struct piece *piece, const char *p)
{
    return piece->base + (uint64_t)(p - piece->start);
}

/* Counts a record, or what else is on a line, and stores it if it is wanted. */
void httpstatus_put(struct piece *piece, const struct result *result, uint64_t start, uint64_t end);

/* The line that ends at 'lf' is at its end, and so is all that has been said of it. */
static inline void end_line(struct piece *piece, const char *lf)
{
    piece->scanner->tally.lines++;
    piece->at = lf + 1;
    piece->scanner->line_start = position_of(piece, piece->at);
}

/* Begins a line, or goes on with it, to its end or that of the piece, or until there is no room. */
void httpstatus_scan_line(struct piece *piece);

/* Whether a line is not at its end that may go on in another one. */
static inline bool has_parts(const struct httpstatus_scanner *scanner)
{
    bool open = false;

    for (int i = 0; i < HTTPSTATUS_PARTS; i++)
        open = open || scanner->parts[i].open || scanner->parts[i].counted;
    return open;
}

static inline bool equal_fields(const struct httpstatus_fields *a,
                                const struct httpstatus_fields *b)
{
    return a->known == b->known && a->count == b->count && a->status == b->status &&
           a->substatus == b->substatus;
}

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

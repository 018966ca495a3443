/* Internal: a log being scanned, by whole lines and in pieces. */
#ifndef HTTPSTATUS_SCANNER_H
#define HTTPSTATUS_SCANNER_H

#include "line.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* Unfinished lines: one for each stream of a container, as Docker writes them and as CRI does. */
enum { HTTPSTATUS_STREAMS = 2, HTTPSTATUS_FRAGMENTS = 4 };
struct httpstatus_fragment {
    bool open;
    bool counted;       /* it is a record, and what follows may be the rest of its line */
    bool done, returns; /* Docker: a line feed has ended it; it ends in a CR, so far */
    uint64_t at;        /* its place in the line that it begins on */
    struct httpstatus_entry entry;
};

/*
 * A string that may hold a line.  Only what follows it tells whether it continues a stream, and
 * which, or is a line of its own: so it is read in all these ways.
 */
enum { HTTPSTATUS_FRESH = HTTPSTATUS_STREAMS };
struct httpstatus_wrapper {
    bool begun, left_over, ends, visible;
    bool lone_return, split, has_text; /* as of an entry; has bytes before the line's end */
    char held;                         /* CR or LF, which may be the end of the line */
    size_t size, length;               /* of the text kept here; of the string */
    char text[64];
    struct httpstatus_fragment fragments[HTTPSTATUS_STREAMS + 1];
};

/* How many streams may have a line cut by journald at a time; the oldest gives way to another. */
enum { HTTPSTATUS_CUTS = 16 };

/*
 * What crosses the end of a line: the last #Fields, and unfinished wrapped lines.  All zeros at the
 * start of a log.
 */
struct carry {
    struct httpstatus_fields fields;
    struct httpstatus_fragment fragments[HTTPSTATUS_FRAGMENTS];
    uint64_t cut_streams[HTTPSTATUS_CUTS];
};
IS_BEHIND(carry, httpstatus_carry);

struct scanner {
    struct httpstatus_tally tally; /* the lines so far */
    uint64_t line_start;           /* where the unfinished record begins */
    const struct httpstatus_filter *filter;
    uint64_t position;                     /* of the next byte to be scanned */
    struct httpstatus_setup setup, inside; /* of lines; of lines in strings */
    bool begun, ended;                     /* the line that is being read in pieces */
    bool carriage_return;                  /* its last byte */
    bool owes;                             /* what is left over on it must still be given out */
    uint64_t first_byte, owed_start, owed_end, owed_number;
    struct httpstatus_entry line;
    struct httpstatus_wrapper wrapper;
    struct httpstatus_fragment fragments[HTTPSTATUS_FRAGMENTS];
    uint64_t cut_streams[HTTPSTATUS_CUTS]; /* journald's: 0 or the hash of their _STREAM_ID */
};
IS_BEHIND(scanner, httpstatus_scanner);

static inline struct scanner *scanner_of(struct httpstatus_scanner *bytes)
{
    return (struct scanner *)(void *)bytes;
}

static inline const struct scanner *const_scanner_of(const struct httpstatus_scanner *bytes)
{
    return (const struct scanner *)(const void *)bytes;
}

/* A piece of a log, how much of it has been scanned, and where to store its lines. */
struct piece {
    struct scanner *scanner;
    const char *start, *at, *end;
    uint64_t base; /* where in the log the piece begins */
    struct httpstatus_line *lines;
    size_t capacity, stored;
    struct series *series; /* takes the lines whose times are plain to see; NULL: there is none */
};

static inline bool is_full(const struct piece *piece)
{
    return piece->lines && piece->stored == piece->capacity;
}

/*
 * Ends the call before the columns change, if lines have been stored: their parts are still to be
 * found by the columns as they are.
 */
static inline bool stop_before_fields(struct piece *piece)
{
    if (!piece->stored)
        return false;
    piece->capacity = piece->stored;
    return true;
}

static inline uint64_t position_of(const struct piece *piece, const char *p)
{
    return piece->base + (uint64_t)(p - piece->start);
}

/* Counts a record, or what else is on a line, and stores it if it is wanted. */
void httpstatus_put(struct piece *piece, const struct result *result, uint64_t start, uint64_t end);

/* Ends the line at 'lf', once all that it holds has been given out. */
static inline void end_line(struct piece *piece, const char *lf)
{
    piece->scanner->tally.lines++;
    piece->at = lf + 1;
    piece->scanner->line_start = position_of(piece, piece->at);
}

/* Begins a line or goes on with it, to its end or the piece's, or until there is no room. */
void httpstatus_scan_line(struct piece *piece);

/* Whether an unfinished line may go on in another one. */
static inline bool has_fragments(const struct scanner *scanner)
{
    bool open = false;

    for (int i = 0; i < HTTPSTATUS_FRAGMENTS; i++)
        open = open || scanner->fragments[i].open || scanner->fragments[i].counted;
    return open;
}

static inline bool equal_fields(const struct httpstatus_fields *a,
                                const struct httpstatus_fields *b)
{
    return a->known == b->known && a->zeek == b->zeek && a->count == b->count &&
           a->status == b->status && a->substatus == b->substatus &&
           memcmp(a->names, b->names, sizeof a->names) == 0;
}

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

/* A log that is read line by line in pieces that may end anywhere; nothing of it needs the GIL. */
#ifndef HTTPSTATUS_PYTHON_FEEDER_H
#define HTTPSTATUS_PYTHON_FEEDER_H

#include "_log.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

enum { FEEDER_LINES = 128 };
typedef struct feeder Feeder;
/* What is done with a line, whose bytes are at p; 'scratch' has room to divide it. */
typedef void take_function(Feeder *feeder, const struct httpstatus_line *line, const char *p);

/* What finds its next lines, if that is not httpstatus_scan(). */
typedef size_t scan_function(Feeder *feeder, const char *p, size_t size, size_t *used);

/* What frees the memory of its own. */
typedef void clear_function(Feeder *feeder);

/* What an object is fed to may begin with it. */
struct feeder {
    take_function *take;
    struct httpstatus_filter wanted;          /* the records that count; if it inverts, all */
    struct httpstatus_conditions *conditions; /* on these; NULL: none */
    unsigned parts;                           /* bits: those that feeder_count() divides into */
    struct httpstatus_tally met;              /* the records that meet them */
    scan_function *scan;                      /* or NULL */
    clear_function *clear;                    /* or NULL */
    struct httpstatus_scanner scanner;
    struct httpstatus_line lines[FEEDER_LINES];
    uint64_t position; /* of the next byte to be scanned */
    char *kept;        /* the bytes of the unfinished line */
    size_t size, room; /* of those */
    char *scratch;     /* twice as many bytes as the longest line so far has */
    size_t scratch_room;
};

/*
 * One of 'size' bytes, zeros but for these, whose scanner is still to be begun; steals the
 * conditions, also on failure.  NULL with an exception set.
 */
Feeder *feeder_make(size_t size, take_function *take, struct httpstatus_conditions *conditions);
void feeder_free(Feeder *feeder);
/* The next bytes of the log; false if memory ran out. */
bool feeder_feed(void *feeder, const char *p, size_t size);
/* The end of the log, which is 'torn' if it could not be read to there; false: no memory. */
bool feeder_end(Feeder *feeder, bool torn);
/* The filter of its scanner: with conditions every line is read, to see what meets them. */
const struct httpstatus_filter *feeder_filter(const Feeder *feeder);
/*
 * Counts a line if it meets the conditions, of which there are some; whether it is wanted, too.
 * The record then has the feeder's parts.
 */
bool feeder_count(Feeder *feeder, const struct httpstatus_line *line, const char *p,
                  struct httpstatus_record *record);
/* The counts so far: all, or those of the records that meet the conditions. */
const struct httpstatus_tally *feeder_tally(Feeder *feeder);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

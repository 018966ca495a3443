/* Internal: records by class per bucket of time. */
#ifndef HTTPSTATUS_CORE_SERIES_H
#define HTTPSTATUS_CORE_SERIES_H

#include "kernel.h"
#include "tally.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/*
 * The last time that was read in full, and where its hours, minutes and seconds are: most lines
 * have the same day and zone as the one before.
 */
enum { HTTPSTATUS_MEMO = 40, HTTPSTATUS_CLOCK = sizeof "hh:mm:ss" - 1 };
struct httpstatus_memo {
    unsigned char size; /* of the text; 0: none is kept */
    unsigned char at;   /* where "hh:mm:ss" is in it */
    bool utc;
    int64_t midnight; /* the time at 00:00:00 */
    char text[HTTPSTATUS_MEMO];
};

/*
 * How the last line of JSON began, up to the value of its time, which is one of the object itself;
 * and the names that would count in its place.
 */
enum { HTTPSTATUS_OPENING = 64 };
struct httpstatus_opening {
    unsigned char size; /* 0: none is kept */
    char text[HTTPSTATUS_OPENING];
    struct httpstatus_sought sought;
};

/*
 * The buckets are sorted by their starts.  Only these and the numbers of their slots move when one
 * is put between others; the counts stay in their slots.  'slots' has each slot once: those after
 * 'count' are free, and their counts are 0.
 */
struct series {
    struct httpstatus_clock clock;
    int asked, step;      /* seconds; asked: 0 if automatic */
    uint32_t count, last; /* of buckets; the one of the last record */
    uint64_t untimed, overflow;
    struct httpstatus_memo memo;
    struct httpstatus_opening opening;
    int64_t starts[HTTPSTATUS_SERIES_BUCKETS];
    uint16_t slots[HTTPSTATUS_SERIES_BUCKETS];
    uint64_t counts[HTTPSTATUS_SERIES_BUCKETS][HTTPSTATUS_CLASSES];
};
IS_BEHIND(series, httpstatus_series);

static inline struct series *series_of(struct httpstatus_series *bytes)
{
    return (struct series *)(void *)bytes;
}

static inline const struct series *const_series_of(const struct httpstatus_series *bytes)
{
    return (const struct series *)(const void *)bytes;
}

/* Whether a time is in the bucket of the last record. */
static inline bool is_in_last(const struct series *series, int64_t seconds)
{
    return series->count > 0 && seconds >= series->starts[series->last] &&
           seconds - series->starts[series->last] < series->step;
}

/* The time that has a text, if that is the last one but for the clock; false if it is not. */
bool httpstatus_series_recall(const struct series *series, struct httpstatus_text text, bool utc,
                              int64_t *seconds);
/* Takes note of how a line of JSON begins, which has a time or none. */
void httpstatus_series_note(struct series *series, const struct httpstatus_line *line,
                            const char *p, struct httpstatus_text time);

/*
 * Counts the lines of a window, whose bytes are at 'p', from the i-th on, as long as quick looks
 * have proved their status and their times can be read at once; returns the first that it leaves.
 */
size_t httpstatus_series_take(struct series *series, const struct httpstatus_setup *setup,
                              const char *p, const struct window *found, size_t i);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

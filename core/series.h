/* Internal: records by class per bucket of time. */
#ifndef HTTPSTATUS_CORE_SERIES_H
#define HTTPSTATUS_CORE_SERIES_H

#include "readers.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/*
 * The last time that was read in full, and where its hours, minutes and seconds are: most lines
 * have the same day and zone as the one before.
 */
enum { HTTPSTATUS_MEMO = 40 };
struct httpstatus_memo {
    unsigned char size; /* of the text; 0: none is kept */
    unsigned char at;   /* where "hh:mm:ss" is in it */
    bool utc;
    int64_t midnight; /* the time at 00:00:00 */
    char text[HTTPSTATUS_MEMO];
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

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

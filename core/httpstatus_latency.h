/*
 * httpstatus_latency.h - the durations of a log's records by class
 *
 * Part of httpstatus.h, which includes it and says what holds for the whole library.
 */
#ifndef HTTPSTATUS_LATENCY_H
#define HTTPSTATUS_LATENCY_H

#include "httpstatus_series.h"

HTTPSTATUS_BEGIN
/* ---- Latency ------------------------------------------------------------------------------- */
/*
 * A histogram of durations by class, as in HdrHistogram: the buckets are log-linear, 16 of one
 * width between a power of two and the next, in nanoseconds.  They are the same for every log, and
 * what is kept beside them adds up: so the latencies of parts of a log, merged in any order, are
 * equal to that of the whole.  They reach from 0 to 2^63 nanoseconds, 292 years, as the durations
 * of records do.  Below 32 nanoseconds each bucket has one value; of the others none is wider than
 * a 16th of where it begins.
 */
enum {
    HTTPSTATUS_LATENCY_BUCKETS = 960,
    HTTPSTATUS_LATENCY_SIZE = 52 * 1024,
    HTTPSTATUS_ALL_CLASSES = (1 << HTTPSTATUS_CLASSES) - 1 /* as httpstatus_classes() has them */
};
/* Copied by assignment. */
struct httpstatus_latency { HTTPSTATUS_OPAQUE(HTTPSTATUS_LATENCY_SIZE); };
struct httpstatus_latency_bucket {
    uint64_t low, high; /* nanoseconds, [low, high) */
    uint64_t counts[HTTPSTATUS_CLASSES];
};
struct httpstatus_latency_summary { /* of the records of some classes that have a duration */
    uint64_t count;
    int64_t min, max; /* exact, in nanoseconds; -1: there are no records */
    uint64_t sum;     /* exact, in nanoseconds; UINT64_MAX: that, 584 years, or more */
};
struct httpstatus_quantile {
    int64_t value;      /* nanoseconds */
    uint64_t low, high; /* nanoseconds: the bucket, [low, high), that has the quantile */
};
/* Begins an empty latency. */
HTTPSTATUS_API void httpstatus_latency_init(struct httpstatus_latency *latency);
/*
 * Counts a record that took so many nanoseconds, with a status as logged, or HTTPSTATUS_NO_STATUS.
 * A negative number stands for a record without a duration, which is 'untimed'.
 */
HTTPSTATUS_API void httpstatus_latency_add(struct httpstatus_latency *latency, int64_t nanoseconds,
                                           int status);
enum { HTTPSTATUS_LATENCY_PARTS = 1 << HTTPSTATUS_PART_DURATION }; /* of a record: what it reads */
/*
 * Counts a line that the scanner has found, if it is a record: the arguments are those of
 * httpstatus_record(), and the duration is that of httpstatus_record_duration().  A record without
 * a duration, or with one that cannot be read, is 'untimed'.
 */
HTTPSTATUS_API void httpstatus_latency_add_line(struct httpstatus_latency *latency,
                                                const struct httpstatus_scanner *scanner,
                                                const struct httpstatus_line *line, const char *p,
                                                char *buffer);
/* The same of a record that has been divided, with a status as in httpstatus_latency_add(). */
HTTPSTATUS_API void httpstatus_latency_add_record(struct httpstatus_latency *latency,
                                                  const struct httpstatus_record *record,
                                                  int status);
/* Adds the latency of another part of the log, or of another log. */
HTTPSTATUS_API void httpstatus_latency_merge(struct httpstatus_latency *latency,
                                             const struct httpstatus_latency *more);
HTTPSTATUS_API bool httpstatus_latency_equal(const struct httpstatus_latency *a,
                                             const struct httpstatus_latency *b);
/* Records without a duration. */
HTTPSTATUS_API uint64_t httpstatus_latency_untimed(const struct httpstatus_latency *latency);
/* Of these classes, as bits: see httpstatus_classes(). */
HTTPSTATUS_API struct httpstatus_latency_summary
httpstatus_latency_summary(const struct httpstatus_latency *latency, unsigned classes);
/*
 * The q-quantile of these classes by nearest rank: of their n durations in order, the one at the
 * rank q * n, rounded up, and at least 1.  q is 0 to 1, and is rounded to a billionth, so that 0.07
 * is 7 of 100.  The first rank and the last have their exact values.  For the others it is the
 * middle of the bucket, or the least or greatest value of all if that is nearer: it differs from
 * the exact one by 3.125 % of that at most.  false, with nothing changed, if q is anything else or
 * there are no such records.
 */
HTTPSTATUS_API bool httpstatus_latency_quantile(const struct httpstatus_latency *latency, double q,
                                                unsigned classes,
                                                struct httpstatus_quantile *quantile);
/* The first bucket from the i-th on that has records; HTTPSTATUS_LATENCY_BUCKETS: there is none. */
HTTPSTATUS_API size_t httpstatus_latency_next(const struct httpstatus_latency *latency, size_t i);
/* The i-th bucket, i < HTTPSTATUS_LATENCY_BUCKETS, the shortest durations first. */
HTTPSTATUS_API struct httpstatus_latency_bucket
httpstatus_latency_at(const struct httpstatus_latency *latency, size_t i);
/*
 * Restores a latency that was saved: begin it, give it each bucket that has records, then the
 * number of records without a duration, and the summaries of the HTTPSTATUS_CLASSES classes, each
 * by itself.  false, with nothing changed, if there is no such bucket, or if these are no summaries
 * of what is in them.
 */
HTTPSTATUS_API bool httpstatus_latency_add_bucket(struct httpstatus_latency *latency,
                                                  const struct httpstatus_latency_bucket *bucket);
HTTPSTATUS_API bool
httpstatus_latency_restore(struct httpstatus_latency *latency, uint64_t untimed,
                           const struct httpstatus_latency_summary *summaries);
HTTPSTATUS_END

#endif

/*
 * httpstatus_series.h - the records of a log by class and time
 *
 * Part of httpstatus.h, which includes it and says what holds for the whole library.
 */
#ifndef HTTPSTATUS_SERIES_H
#define HTTPSTATUS_SERIES_H

#include "httpstatus_log.h"

HTTPSTATUS_BEGIN
/* ---- Series -------------------------------------------------------------------------------- */
/*
 * The records of a log by class and time, in buckets of one length, the step.  Buckets without
 * records take no room.  Without a step of the caller's, it is the finest at which the others fit.
 * That depends on the set of times alone: so the series of parts of a log, merged in any order, are
 * equal to that of the whole.
 *
 * The steps are 1 second, 10 seconds, 1 minute, 10 minutes, 1 hour, 6 hours and 1 day; each begins
 * at a multiple of itself since 1970-01-01T00:00:00Z.  If the buckets do not fit at the step of the
 * caller's, or at 1 day, the latest are kept: the others' records are in 'overflow'.
 */
enum {
    HTTPSTATUS_SERIES_BUCKETS = 2048, /* that there is room for */
    HTTPSTATUS_SERIES_SIZE = 136 * 1024
};
enum { HTTPSTATUS_CLASSES = 6 }; /* [1] to [5]: 1xx to 5xx; [0]: others, and without a status */
struct httpstatus_series { HTTPSTATUS_OPAQUE(HTTPSTATUS_SERIES_SIZE); }; /* copied by assignment */
struct httpstatus_bucket {
    int64_t start; /* seconds since 1970; the bucket ends before start + step */
    uint64_t counts[HTTPSTATUS_CLASSES];
};
/* The i-th step in seconds: 1, 10, 60, 600, 3600, 21600, 86400; 0 past the last. */
HTTPSTATUS_API int httpstatus_series_step_at(size_t i);
/*
 * Begins an empty series with a step in seconds, 0 for the finest that fits.  'clock' (NULL: knows
 * nothing) says what times may leave out.  false, with nothing changed, if there is no such step.
 */
HTTPSTATUS_API bool httpstatus_series_init(struct httpstatus_series *series, int step,
                                           const struct httpstatus_clock *clock);
/*
 * Counts a record at a time: 'seconds' since 1970, from -2^53 to 2^53, with a status as logged, or
 * HTTPSTATUS_NO_STATUS.  Takes the longer the more buckets there are, if each record needs a new
 * one: then 20 KiB of memory are moved for each at most.
 */
HTTPSTATUS_API void httpstatus_series_add(struct httpstatus_series *series, int64_t seconds,
                                          int status);
enum { HTTPSTATUS_SERIES_PARTS = 1 << HTTPSTATUS_PART_TIME }; /* of a record: what it reads */
/*
 * Counts a line that the scanner has found, if it is a record: the arguments are those of
 * httpstatus_record(), and the time is that of httpstatus_record_time().  One whose zone is unknown
 * counts as UTC.  A record without a time, or with one that cannot be read, is 'untimed'.
 */
HTTPSTATUS_API void httpstatus_series_add_line(struct httpstatus_series *series,
                                               const struct httpstatus_scanner *scanner,
                                               const struct httpstatus_line *line, const char *p,
                                               char *buffer);
/* The same of a record that has been divided, with a status as in httpstatus_series_add(). */
HTTPSTATUS_API void httpstatus_series_add_record(struct httpstatus_series *series,
                                                 const struct httpstatus_record *record,
                                                 int status);
/*
 * httpstatus_scan() for a series: counts at once the lines whose time it can read on the way, which
 * is most of them in some formats, and stores the others, for httpstatus_series_add_line().
 */
HTTPSTATUS_API size_t httpstatus_series_scan(struct httpstatus_series *series,
                                             struct httpstatus_scanner *scanner, const char *p,
                                             size_t size, struct httpstatus_line *lines,
                                             size_t capacity, size_t *used);
/*
 * Adds the series of another part of the log, or of another log.  false, with nothing changed, if
 * they were begun with different steps, where 0 is one that differs from the others.
 */
HTTPSTATUS_API bool httpstatus_series_merge(struct httpstatus_series *series,
                                            const struct httpstatus_series *more);
/* Whether they have the same buckets and counts, and were begun with the same step. */
HTTPSTATUS_API bool httpstatus_series_equal(const struct httpstatus_series *a,
                                            const struct httpstatus_series *b);
HTTPSTATUS_API int httpstatus_series_asked(const struct httpstatus_series *series); /* 0: none */
HTTPSTATUS_API int httpstatus_series_step(const struct httpstatus_series *series);
HTTPSTATUS_API size_t httpstatus_series_count(const struct httpstatus_series *series); /* buckets */
/* The i-th bucket, i < count, the earliest first. */
HTTPSTATUS_API struct httpstatus_bucket
httpstatus_series_at(const struct httpstatus_series *series, size_t i);
/* Records without a time; records before the buckets that are kept. */
HTTPSTATUS_API uint64_t httpstatus_series_untimed(const struct httpstatus_series *series);
HTTPSTATUS_API uint64_t httpstatus_series_overflow(const struct httpstatus_series *series);
/*
 * Restores a series that was saved: begin it with the step asked for, give it its step and these
 * two numbers, then each bucket.  false, with nothing changed, if the step is none, or another than
 * the one asked for.
 */
HTTPSTATUS_API bool httpstatus_series_restore(struct httpstatus_series *series, int step,
                                              uint64_t untimed, uint64_t overflow);
HTTPSTATUS_API void httpstatus_series_add_bucket(struct httpstatus_series *series,
                                                 const struct httpstatus_bucket *bucket);
/* The classes of "1xx" ... "5xx", "other" or "error" (4xx and 5xx) as bits; 0 for other texts. */
HTTPSTATUS_API unsigned httpstatus_classes(const char *which, size_t size);
/* The share of these classes in the records of the i-th bucket, 0 to 1. */
HTTPSTATUS_API double httpstatus_series_rate(const struct httpstatus_series *series, size_t i,
                                             unsigned classes);
/*
 * When records of these classes became more than usual, [*begin, *end) in seconds since 1970: the
 * run of buckets that has the most of them in excess of what it would have at the rate of the whole
 * series.  Buckets without records neither add to a run nor end it.  Of equal runs it is the one
 * that ends first, and the shortest of those.  false if there is none: no such record, or the same
 * rate in every bucket.
 *
 * It is exact, and says nothing of the cause.  There is always such a run if the rates differ, even
 * by chance: compare its rate with the rest.  Of several incidents it gives the one with the
 * largest excess, and both with what lies between if that costs less than it gains.  If most of the
 * log is an incident, the rate of the whole is high, and only the worst of it stands out.  The ends
 * are those of buckets: no finer than the step.
 */
HTTPSTATUS_API bool httpstatus_series_began(const struct httpstatus_series *series,
                                            unsigned classes, int64_t *begin, int64_t *end);
HTTPSTATUS_END

#endif

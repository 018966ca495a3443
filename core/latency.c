/* Latency: how many records of each class there are in each bucket of durations. */
#include "tally.h"

/*
 * A power of two and the next have LINEAR buckets of one width between them.  Those below LINEAR
 * nanoseconds are as wide as the first of these: one nanosecond.
 */
enum { LINEAR = 16, DURATIONS = HTTPSTATUS_LATENCY_BUCKETS };

/* Of a class without records all is 0 here. */
struct durations {
    uint64_t count, sum;
    int64_t min, max;
};

struct latency {
    uint64_t untimed;
    struct durations classes[HTTPSTATUS_CLASSES];
    uint64_t counts[DURATIONS][HTTPSTATUS_CLASSES];
};
IS_BEHIND(latency, httpstatus_latency);

static struct latency *latency_of(struct httpstatus_latency *bytes)
{
    return (struct latency *)(void *)bytes;
}

static const struct latency *const_latency_of(const struct httpstatus_latency *bytes)
{
    return (const struct latency *)(const void *)bytes;
}

void httpstatus_latency_init(struct httpstatus_latency *bytes)
{
    memset(latency_of(bytes), 0, sizeof(struct latency));
}

/* ---- Buckets ---- */

static size_t number_of_bucket(uint64_t nanoseconds)
{
    size_t number = (size_t)nanoseconds;

    for (int shift = 1; nanoseconds >> shift >= LINEAR; shift++)
        number = (size_t)(shift * LINEAR) + (size_t)(nanoseconds >> shift);
    return number;
}

/* Where it begins; 2^63 for the one after the last. */
static uint64_t low_of_bucket(size_t number)
{
    const size_t octave = number / LINEAR;

    return octave == 0 ? number : (uint64_t)(LINEAR + number % LINEAR) << (octave - 1);
}

static uint64_t count_in(const uint64_t counts[HTTPSTATUS_CLASSES], unsigned classes)
{
    uint64_t count = 0;

    for (int i = 0; i < HTTPSTATUS_CLASSES; i++)
        count += classes >> i & 1 ? counts[i] : 0;
    return count;
}

/* The first from the i-th on that has records of these classes; DURATIONS if there is none. */
static size_t next_bucket(const struct latency *latency, size_t i, unsigned classes)
{
    while (i < DURATIONS && !count_in(latency->counts[i], classes))
        i++;
    return i;
}

/* The last one that has some: there must be one. */
static size_t last_bucket(const struct latency *latency, unsigned classes)
{
    size_t i = DURATIONS - 1;

    while (!count_in(latency->counts[i], classes))
        i--;
    return i;
}

/* ---- Adding ---- */

/* No sum is more than UINT64_MAX, so that sums of sums are the same in any order. */
static uint64_t saturated_sum(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static void add_durations(struct durations *to, struct durations more)
{
    if (!more.count)
        return;
    to->min = to->count && to->min < more.min ? to->min : more.min;
    to->max = to->max > more.max ? to->max : more.max;
    to->sum = saturated_sum(to->sum, more.sum);
    to->count += more.count;
}

void httpstatus_latency_add(struct httpstatus_latency *bytes, int64_t nanoseconds, int status)
{
    struct latency *latency = latency_of(bytes);
    const int digit = class_digit(status);

    if (nanoseconds < 0) {
        latency->untimed++;
        return;
    }
    add_durations(&latency->classes[digit],
                  (struct durations){1, (uint64_t)nanoseconds, nanoseconds, nanoseconds});
    latency->counts[number_of_bucket((uint64_t)nanoseconds)][digit]++;
}

void httpstatus_latency_add_record(struct httpstatus_latency *latency,
                                   const struct httpstatus_record *record, int status)
{
    httpstatus_latency_add(latency, httpstatus_record_duration(record), status);
}

void httpstatus_latency_add_line(struct httpstatus_latency *latency,
                                 const struct httpstatus_scanner *scanner,
                                 const struct httpstatus_line *line, const char *p, char *buffer)
{
    struct httpstatus_record record;

    if (line->status < HTTPSTATUS_NO_STATUS)
        return;
    httpstatus_record(scanner, line, p, buffer, HTTPSTATUS_LATENCY_PARTS, &record);
    httpstatus_latency_add_record(latency, &record, line->status);
}

void httpstatus_latency_merge(struct httpstatus_latency *bytes,
                              const struct httpstatus_latency *more)
{
    struct latency *latency = latency_of(bytes);
    const struct latency *other = const_latency_of(more);

    latency->untimed += other->untimed;
    for (int i = 0; i < HTTPSTATUS_CLASSES; i++)
        add_durations(&latency->classes[i], other->classes[i]);
    for (size_t i = 0; i < DURATIONS; i++)
        for (int j = 0; j < HTTPSTATUS_CLASSES; j++)
            latency->counts[i][j] += other->counts[i][j];
}

bool httpstatus_latency_equal(const struct httpstatus_latency *a,
                              const struct httpstatus_latency *b)
{
    return memcmp(const_latency_of(a), const_latency_of(b), sizeof(struct latency)) == 0;
}

/* ---- What it holds ---- */

uint64_t httpstatus_latency_untimed(const struct httpstatus_latency *latency)
{
    return const_latency_of(latency)->untimed;
}

size_t httpstatus_latency_next(const struct httpstatus_latency *latency, size_t i)
{
    return next_bucket(const_latency_of(latency), i, HTTPSTATUS_ALL_CLASSES);
}

struct httpstatus_latency_bucket httpstatus_latency_at(const struct httpstatus_latency *bytes,
                                                       size_t i)
{
    struct httpstatus_latency_bucket bucket = {low_of_bucket(i), low_of_bucket(i + 1), {0}};

    memcpy(bucket.counts, const_latency_of(bytes)->counts[i], sizeof bucket.counts);
    return bucket;
}

struct httpstatus_latency_summary
httpstatus_latency_summary(const struct httpstatus_latency *latency, unsigned classes)
{
    struct durations all = {0};

    for (int i = 0; i < HTTPSTATUS_CLASSES; i++)
        if (classes >> i & 1)
            add_durations(&all, const_latency_of(latency)->classes[i]);
    return (struct httpstatus_latency_summary){
        .count = all.count,
        .min = all.count ? all.min : -1,
        .max = all.count ? all.max : -1,
        .sum = all.sum,
    };
}

/* ---- Quantiles ---- */

/* q * count, rounded up: exact, with q in billionths. */
static uint64_t nearest_rank(double q, uint64_t count)
{
    const uint64_t whole = 1000000000, part = (uint64_t)(q * 1e9 + 0.5);
    const uint64_t rank = count / whole * part + (count % whole * part + whole - 1) / whole;

    return rank ? rank : 1;
}

static int64_t clamped(int64_t least, int64_t value, int64_t greatest)
{
    return value < least ? least : value > greatest ? greatest : value;
}

bool httpstatus_latency_quantile(const struct httpstatus_latency *bytes, double q, unsigned classes,
                                 struct httpstatus_quantile *quantile)
{
    const struct latency *latency = const_latency_of(bytes);
    const struct httpstatus_latency_summary all = httpstatus_latency_summary(bytes, classes);
    size_t i = 0;

    if (!(q >= 0 && q <= 1) || !all.count)
        return false;
    const uint64_t rank = nearest_rank(q, all.count);
    for (uint64_t left = rank, here; (here = count_in(latency->counts[i], classes)) < left; i++)
        left -= here;
    const uint64_t low = low_of_bucket(i), high = low_of_bucket(i + 1);
    const int64_t middle = (int64_t)(low + (high - 1 - low) / 2);
    *quantile = (struct httpstatus_quantile){
        .value = rank == 1           ? all.min
                 : rank == all.count ? all.max
                                     : clamped(all.min, middle, all.max),
        .low = low,
        .high = high,
    };
    return true;
}

/* ---- Saved ones ---- */

bool httpstatus_latency_add_bucket(struct httpstatus_latency *bytes,
                                   const struct httpstatus_latency_bucket *bucket)
{
    const size_t number = bucket->low <= INT64_MAX ? number_of_bucket(bucket->low) : DURATIONS;

    if (number == DURATIONS || low_of_bucket(number) != bucket->low ||
        low_of_bucket(number + 1) != bucket->high)
        return false;
    for (int i = 0; i < HTTPSTATUS_CLASSES; i++)
        latency_of(bytes)->counts[number][i] += bucket->counts[i];
    return true;
}

static uint64_t saturated_product(uint64_t a, uint64_t b)
{
    return a && b > UINT64_MAX / a ? UINT64_MAX : a * b;
}

/* Whether a summary can be that of a class's records. */
static bool is_summary(const struct latency *latency,
                       const struct httpstatus_latency_summary *summary, unsigned classes)
{
    uint64_t count = 0, least = 0, greatest = 0;

    for (size_t i = 0; i < DURATIONS; i++) {
        const uint64_t here = count_in(latency->counts[i], classes);
        count += here;
        least = saturated_sum(least, saturated_product(here, low_of_bucket(i)));
        greatest = saturated_sum(greatest, saturated_product(here, low_of_bucket(i + 1) - 1));
    }
    if (summary->count != count || summary->sum < least || summary->sum > greatest)
        return false;
    if (!count)
        return summary->min == -1 && summary->max == -1;
    return summary->min >= 0 && summary->min <= summary->max &&
           number_of_bucket((uint64_t)summary->min) == next_bucket(latency, 0, classes) &&
           number_of_bucket((uint64_t)summary->max) == last_bucket(latency, classes);
}

bool httpstatus_latency_restore(struct httpstatus_latency *bytes, uint64_t untimed,
                                const struct httpstatus_latency_summary *summaries)
{
    struct latency *latency = latency_of(bytes);

    for (int i = 0; i < HTTPSTATUS_CLASSES; i++)
        if (!is_summary(latency, &summaries[i], 1U << i))
            return false;
    latency->untimed = untimed;
    for (int i = 0; i < HTTPSTATUS_CLASSES; i++) {
        const struct durations none = {0}, all = {summaries[i].count, summaries[i].sum,
                                                  summaries[i].min, summaries[i].max};
        latency->classes[i] = all.count ? all : none;
    }
    return true;
}

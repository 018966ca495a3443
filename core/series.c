/* Series: how many records of each class there are in each bucket of time. */
#include "series.h"

#include "text.h"

enum { MOST = HTTPSTATUS_SERIES_BUCKETS };

/* Each divides the next, so that buckets of one are made of whole buckets of the one before. */
static const int steps[] = {1, 10, 60, 600, 3600, 21600, 86400};
enum { STEPS = sizeof steps / sizeof steps[0] };

int httpstatus_series_step_at(size_t i)
{
    return i < STEPS ? steps[i] : 0;
}

static bool is_step(int step)
{
    bool found = false;

    for (int i = 0; i < STEPS; i++)
        found = found || steps[i] == step;
    return found;
}

bool httpstatus_series_init(struct httpstatus_series *bytes, int step,
                            const struct httpstatus_clock *clock)
{
    struct series *series = series_of(bytes);

    if (step && !is_step(step))
        return false;
    memset(series, 0, sizeof *series);
    series->asked = step;
    series->step = step ? step : steps[0];
    if (clock)
        series->clock = *clock;
    for (int i = 0; i < MOST; i++)
        series->slots[i] = (uint16_t)i;
    return true;
}

/* ---- Buckets ---- */

static int64_t start_of_bucket(int64_t seconds, int step)
{
    const int64_t rest = seconds % step;

    return seconds - rest - (rest < 0 ? step : 0);
}

static uint64_t sum_of(const uint64_t counts[HTTPSTATUS_CLASSES])
{
    uint64_t sum = 0;

    for (int i = 0; i < HTTPSTATUS_CLASSES; i++)
        sum += counts[i];
    return sum;
}

static void add_counts(uint64_t to[HTTPSTATUS_CLASSES], const uint64_t counts[HTTPSTATUS_CLASSES])
{
    for (int i = 0; i < HTTPSTATUS_CLASSES; i++)
        to[i] += counts[i];
}

/* The first bucket that does not begin before 'start'; series->count if there is none. */
static uint32_t bucket_from(const struct series *series, int64_t start)
{
    uint32_t low = 0, high = series->count;

    while (low < high) {
        const uint32_t middle = (low + high) / 2;
        if (series->starts[middle] < start)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool has_bucket(const struct series *series, uint32_t i, int64_t start)
{
    return i < series->count && series->starts[i] == start;
}

static void insert_bucket(struct series *series, uint32_t i, int64_t start)
{
    const uint16_t slot = series->slots[series->count];
    const size_t later = series->count++ - i;

    memmove(&series->starts[i + 1], &series->starts[i], later * sizeof series->starts[0]);
    memmove(&series->slots[i + 1], &series->slots[i], later * sizeof series->slots[0]);
    series->starts[i] = start;
    series->slots[i] = slot;
}

static void drop_earliest(struct series *series)
{
    const uint16_t slot = series->slots[0];
    const size_t later = --series->count;

    series->overflow += sum_of(series->counts[slot]);
    memset(series->counts[slot], 0, sizeof series->counts[slot]);
    memmove(series->starts, series->starts + 1, later * sizeof series->starts[0]);
    memmove(series->slots, series->slots + 1, later * sizeof series->slots[0]);
    series->slots[later] = slot;
}

/* Moves what the i-th bucket holds to the kept-th, the last so far, or makes it the next one. */
static uint32_t join_bucket(struct series *series, uint32_t kept, uint32_t i)
{
    const int64_t start = start_of_bucket(series->starts[i], series->step);
    const uint16_t slot = series->slots[i];

    if (kept && series->starts[kept - 1] == start) {
        add_counts(series->counts[series->slots[kept - 1]], series->counts[slot]);
        memset(series->counts[slot], 0, sizeof series->counts[slot]);
        return kept;
    }
    series->slots[i] = series->slots[kept];
    series->slots[kept] = slot;
    series->starts[kept] = start;
    return kept + 1;
}

static void coarsen(struct series *series, int step)
{
    uint32_t kept = 0;

    series->step = step;
    for (uint32_t i = 0; i < series->count; i++)
        kept = join_bucket(series, kept, i);
    series->count = kept;
}

static int next_step(int step)
{
    int i = 0;

    while (steps[i] <= step)
        i++;
    return steps[i];
}

/*
 * Makes room for a bucket that does not exist yet.  The series is full, and so stays at its step or
 * gets a coarser one, at which the bucket may exist.
 */
static void make_room(struct series *series)
{
    if (!series->asked && series->step < steps[STEPS - 1])
        coarsen(series, next_step(series->step));
    else
        drop_earliest(series);
}

/* The counts of a time's bucket; NULL if that is earlier than those that are kept. */
static uint64_t *counts_at(struct series *series, int64_t seconds)
{
    for (;;) {
        const int64_t start = start_of_bucket(seconds, series->step);
        const uint32_t i = bucket_from(series, start);
        const bool found = has_bucket(series, i, start);
        if (!found && series->count == MOST) {
            if (i == 0 && (series->asked || series->step == steps[STEPS - 1]))
                return NULL;
            make_room(series);
            continue;
        }
        if (!found)
            insert_bucket(series, i, start);
        series->last = i;
        return series->counts[series->slots[i]];
    }
}

/* ---- Adding ---- */

void httpstatus_series_add(struct httpstatus_series *bytes, int64_t seconds, int status)
{
    struct series *series = series_of(bytes);
    uint64_t *counts = is_in_last(series, seconds) ? series->counts[series->slots[series->last]]
                                                   : counts_at(series, seconds);

    if (counts)
        counts[class_digit(status)]++;
    else
        series->overflow++;
}

void httpstatus_series_add_record(struct httpstatus_series *bytes,
                                  const struct httpstatus_record *record, int status)
{
    struct series *series = series_of(bytes);
    struct httpstatus_time time;

    if (httpstatus_record_time(record, &series->clock, &time))
        httpstatus_series_add(bytes, time.seconds, status);
    else
        series->untimed++;
}

void httpstatus_series_add_bucket(struct httpstatus_series *bytes,
                                  const struct httpstatus_bucket *bucket)
{
    struct series *series = series_of(bytes);
    uint64_t *counts = counts_at(series, bucket->start);

    if (counts)
        add_counts(counts, bucket->counts);
    else
        series->overflow += sum_of(bucket->counts);
}

bool httpstatus_series_merge(struct httpstatus_series *bytes, const struct httpstatus_series *more)
{
    struct series *series = series_of(bytes);
    const struct series *other = const_series_of(more);
    const size_t count = other->count; /* it may be the same series */

    if (series->asked != other->asked)
        return false;
    if (series->step < other->step)
        coarsen(series, other->step);
    series->untimed += other->untimed;
    series->overflow += other->overflow;
    for (size_t i = 0; i < count; i++) {
        const struct httpstatus_bucket bucket = httpstatus_series_at(more, i);
        httpstatus_series_add_bucket(bytes, &bucket);
    }
    return true;
}

bool httpstatus_series_restore(struct httpstatus_series *bytes, int step, uint64_t untimed,
                               uint64_t overflow)
{
    struct series *series = series_of(bytes);

    if (!is_step(step) || (series->asked && series->asked != step))
        return false;
    series->step = step;
    series->untimed = untimed;
    series->overflow = overflow;
    return true;
}

/* ---- What a series holds ---- */

int httpstatus_series_asked(const struct httpstatus_series *series)
{
    return const_series_of(series)->asked;
}

int httpstatus_series_step(const struct httpstatus_series *series)
{
    return const_series_of(series)->step;
}

size_t httpstatus_series_count(const struct httpstatus_series *series)
{
    return const_series_of(series)->count;
}

uint64_t httpstatus_series_untimed(const struct httpstatus_series *series)
{
    return const_series_of(series)->untimed;
}

uint64_t httpstatus_series_overflow(const struct httpstatus_series *series)
{
    return const_series_of(series)->overflow;
}

struct httpstatus_bucket httpstatus_series_at(const struct httpstatus_series *bytes, size_t i)
{
    const struct series *series = const_series_of(bytes);
    struct httpstatus_bucket bucket = {.start = series->starts[i]};

    memcpy(bucket.counts, series->counts[series->slots[i]], sizeof bucket.counts);
    return bucket;
}

static bool equal_buckets(const struct series *a, const struct series *b)
{
    for (uint32_t i = 0; i < a->count; i++)
        if (a->starts[i] != b->starts[i] ||
            memcmp(a->counts[a->slots[i]], b->counts[b->slots[i]], sizeof a->counts[0]) != 0)
            return false;
    return true;
}

bool httpstatus_series_equal(const struct httpstatus_series *a, const struct httpstatus_series *b)
{
    const struct series *x = const_series_of(a), *y = const_series_of(b);

    return x->asked == y->asked && x->step == y->step && x->untimed == y->untimed &&
           x->overflow == y->overflow && x->count == y->count && equal_buckets(x, y);
}

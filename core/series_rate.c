/* The share of a class in a series, and when it rose. */
#include "series.h"

#include "text.h"

unsigned httpstatus_classes(const char *which, size_t size)
{
    static const struct {
        const char *name;
        unsigned classes;
    } names[] = {
        {"1xx", 1 << 1},
        {"2xx", 1 << 2},
        {"3xx", 1 << 3},
        {"4xx", 1 << 4},
        {"5xx", 1 << 5},
        {"other", 1},
        {"error", 1 << 4 | 1 << 5},
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (equal(which, size, names[i].name))
            return names[i].classes;
    return 0;
}

struct share {
    uint64_t wanted, all;
};

static struct share share_of(const struct series *series, size_t i, unsigned classes)
{
    const uint64_t *counts = series->counts[series->slots[i]];
    struct share share = {0, 0};

    for (int j = 0; j < HTTPSTATUS_CLASSES; j++) {
        share.wanted += classes >> j & 1 ? counts[j] : 0;
        share.all += counts[j];
    }
    return share;
}

double httpstatus_series_rate(const struct httpstatus_series *series, size_t i, unsigned classes)
{
    const struct share share = share_of(const_series_of(series), i, classes);

    return (double)share.wanted / (double)share.all;
}

/* ---- Numbers of 128 bits, as two's complements ---- */

struct wide {
    uint64_t high, low;
};

static struct wide product(uint64_t a, uint64_t b)
{
    const uint64_t half = UINT32_MAX, a1 = a >> 32, a0 = a & half, b1 = b >> 32, b0 = b & half;
    const uint64_t middle = a1 * b0 + (a0 * b0 >> 32), other = a0 * b1 + (middle & half);

    return (struct wide){a1 * b1 + (middle >> 32) + (other >> 32), a * b};
}

static struct wide wide_sum(struct wide a, struct wide b)
{
    const uint64_t low = a.low + b.low;

    return (struct wide){a.high + b.high + (low < a.low), low};
}

static struct wide wide_difference(struct wide a, struct wide b)
{
    return (struct wide){a.high - b.high - (a.low < b.low), a.low - b.low};
}

static bool is_positive(struct wide a)
{
    return !(a.high >> 63) && (a.high | a.low);
}

/* ---- The run with the largest excess ---- */

static struct share share_of_all(const struct series *series, unsigned classes)
{
    struct share all = {0, 0};

    for (size_t i = 0; i < series->count; i++) {
        const struct share share = share_of(series, i, classes);
        all.wanted += share.wanted;
        all.all += share.all;
    }
    return all;
}

/* What a bucket has more than at the rate of the whole, times all records of the whole. */
static struct wide excess_of(struct share bucket, struct share whole)
{
    return wide_difference(product(bucket.wanted, whole.all), product(whole.wanted, bucket.all));
}

/*
 * The largest sum of neighbours: a run goes on as long as its sum is positive.  All fits into 127
 * bits if there are fewer than 2^63 records.
 */
bool httpstatus_series_began(const struct httpstatus_series *bytes, unsigned classes,
                             int64_t *begin, int64_t *end)
{
    const struct series *series = const_series_of(bytes);
    const struct share whole = share_of_all(series, classes);
    struct wide sum = {0, 0}, best = {0, 0};
    int64_t start = 0;

    for (size_t i = 0; i < series->count; i++) {
        const struct wide excess = excess_of(share_of(series, i, classes), whole);
        if (!is_positive(sum)) {
            sum = (struct wide){0, 0};
            start = series->starts[i];
        }
        sum = wide_sum(sum, excess);
        if (is_positive(wide_difference(sum, best))) {
            best = sum;
            *begin = start;
            *end = series->starts[i] + series->step;
        }
    }
    return is_positive(best);
}

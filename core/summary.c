/* Summaries: values in the order of their bytes, and the sum of two. */
#include "top.h"

enum { SLOTS = HTTPSTATUS_TOP_ENTRIES, NOWHERE = SLOTS };

/* ---- The order ---- */

int httpstatus_summary_compare(struct httpstatus_text a, struct httpstatus_text b)
{
    const int order = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);

    return order ? order : (a.size > b.size) - (a.size < b.size);
}

bool httpstatus_summary_find(const struct summary *summary, struct httpstatus_text value,
                             uint32_t *at)
{
    uint32_t low = 0, high = summary->count;

    while (low < high) {
        const uint32_t middle = (low + high) / 2;
        const int order =
            httpstatus_summary_compare(value_at(summary, summary->order[middle]), value);
        if (order == 0) {
            *at = middle;
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *at = low;
    return false;
}

void httpstatus_summary_insert(struct summary *summary, uint32_t at, uint16_t slot)
{
    uint16_t *place = &summary->order[at];

    memmove(place + 1, place, (summary->count++ - at) * sizeof *place);
    *place = slot;
}

void httpstatus_summary_remove(struct summary *summary, uint32_t at)
{
    uint16_t *place = &summary->order[at];

    memmove(place, place + 1, (--summary->count - at) * sizeof *place);
}

void httpstatus_summary_set(struct summary *summary, uint16_t slot, struct httpstatus_text value)
{
    summary->sizes[slot] = (uint16_t)value.size;
    memcpy(summary->values[slot], value.data, value.size);
}

/* ---- The sum ---- */

/* A value of the sum; 'mine' and 'other': its slots, NOWHERE if it has none. */
struct summand {
    uint64_t count, error;
    uint16_t mine, other;
};
struct sum {
    size_t count;
    struct summand all[2 * SLOTS]; /* in the order of their bytes */
    uint16_t ranked[2 * SLOTS];    /* as they are shown */
    uint16_t slots[2 * SLOTS];     /* of each; NOWHERE: left out */
};

/* What a summary knows of a value: if it has no slot, nothing but the bound. */
static void add_to(struct summand *summand, const struct summary *summary, uint16_t slot)
{
    summand->count += slot == NOWHERE ? summary->bound : summary->counts[slot];
    summand->error += slot == NOWHERE ? summary->bound : summary->errors[slot];
}

/* The slots of the next value of both; NOWHERE in the one that does not have it. */
static struct summand next_of_both(const struct summary *a, uint32_t *i, const struct summary *b,
                                   uint32_t *j)
{
    struct summand next = {.mine = *i < a->count ? a->order[*i] : NOWHERE,
                           .other = *j < b->count ? b->order[*j] : NOWHERE};

    if (next.mine != NOWHERE && next.other != NOWHERE) {
        const int order =
            httpstatus_summary_compare(value_at(a, next.mine), value_at(b, next.other));
        if (order < 0)
            next.other = NOWHERE;
        else if (order > 0)
            next.mine = NOWHERE;
    }
    *i += next.mine != NOWHERE;
    *j += next.other != NOWHERE;
    return next;
}

static void collect(struct sum *sum, const struct summary *a, const struct summary *b)
{
    uint32_t i = 0, j = 0;

    for (sum->count = 0; i < a->count || j < b->count; sum->count++) {
        struct summand next = next_of_both(a, &i, b, &j);
        add_to(&next, a, next.mine);
        add_to(&next, b, next.other);
        sum->all[sum->count] = next;
    }
}

static bool ranks_before(const struct sum *sum, uint16_t a, uint16_t b)
{
    return sum->all[a].count != sum->all[b].count ? sum->all[a].count > sum->all[b].count : a < b;
}

/* Sorts by count, then by bytes: Shell's sort, which needs no memory. */
static void rank(struct sum *sum)
{
    static const size_t gaps[] = {301, 132, 57, 23, 10, 4, 1}; /* Ciura's */

    for (size_t i = 0; i < sum->count; i++)
        sum->ranked[i] = (uint16_t)i;
    for (size_t g = 0; g < sizeof gaps / sizeof gaps[0]; g++)
        for (size_t gap = gaps[g], i = gap; i < sum->count; i++) {
            const uint16_t moved = sum->ranked[i];
            size_t j = i;
            for (; j >= gap && ranks_before(sum, moved, sum->ranked[j - gap]); j -= gap)
                sum->ranked[j] = sum->ranked[j - gap];
            sum->ranked[j] = moved;
        }
}

/* Gives the first 'kept' a slot each: that which they have, or one that nobody keeps. */
static void give_slots(struct sum *sum, size_t kept)
{
    bool taken[SLOTS] = {false};
    uint16_t next = 0;

    for (size_t i = 0; i < sum->count; i++)
        sum->slots[i] = NOWHERE;
    for (size_t i = 0; i < kept; i++) {
        const uint16_t slot = sum->all[sum->ranked[i]].mine;
        sum->slots[sum->ranked[i]] = slot;
        if (slot != NOWHERE)
            taken[slot] = true;
    }
    for (size_t i = 0; i < kept; i++)
        if (sum->slots[sum->ranked[i]] == NOWHERE) {
            while (taken[next])
                next++;
            sum->slots[sum->ranked[i]] = next++;
        }
}

static void store(const struct sum *sum, size_t kept, struct top *top, const struct summary *more)
{
    struct summary *all = &top->all;

    all->count = 0;
    for (size_t i = 0; i < sum->count; i++) {
        const struct summand *from = &sum->all[i];
        const uint16_t slot = sum->slots[i];
        if (slot == NOWHERE)
            continue;
        if (from->mine == NOWHERE)
            httpstatus_summary_set(all, slot, value_at(more, from->other));
        all->counts[slot] = from->count;
        all->errors[slot] = from->error;
        all->order[all->count++] = slot;
    }
    for (size_t i = 0; i < kept; i++)
        top->ranks[i] = sum->slots[sum->ranked[i]];
}

/*
 * As in "Mergeable summaries" by Agarwal and others: the counts of both are added up, where a
 * summary that does not have a value stands for its bound, and the greatest are kept.
 */
void httpstatus_top_sum(struct top *top, const struct summary *more)
{
    const size_t most = top->options.entries;
    struct sum sum;

    collect(&sum, &top->all, more);
    rank(&sum);
    const size_t kept = sum.count < most ? sum.count : most;
    top->all.bound += more->bound;
    if (kept < sum.count && sum.all[sum.ranked[kept]].count > top->all.bound)
        top->all.bound = sum.all[sum.ranked[kept]].count;
    give_slots(&sum, kept);
    store(&sum, kept, top, more);
}

/* Internal: the values that most records have. */
#ifndef HTTPSTATUS_CORE_TOP_H
#define HTTPSTATUS_CORE_TOP_H

#include "parts.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/*
 * Values and their counts, each in its slot; the first 'count' slots are taken.  'order' has the
 * slots by the bytes of their values, so that no choice of values makes a search slow.
 */
struct summary {
    uint64_t bound; /* a value without a slot has been counted at most so often */
    uint32_t count;
    uint16_t order[HTTPSTATUS_TOP_ENTRIES], sizes[HTTPSTATUS_TOP_ENTRIES];
    uint64_t counts[HTTPSTATUS_TOP_ENTRIES], errors[HTTPSTATUS_TOP_ENTRIES];
    char values[HTTPSTATUS_TOP_ENTRIES][HTTPSTATUS_TOP_VALUE];
};

/*
 * Records are counted in 'slice', which is added to 'all' where it ends.  The heap has the slots of
 * the slice, the one to give away at its top; it is not built before a slot must be.
 */
enum { HTTPSTATUS_TOP_MEMO = 1024 };
struct top {
    struct httpstatus_top_options options;
    uint64_t total, absent, cut;
    uint64_t position, slice_end; /* of the next byte to be scanned; lines that begin before it */
    bool is_over;                 /* the slice: its last line has been scanned */
    bool is_ended;                /* nothing has been added since the last one ended */
    bool has_heap;
    struct summary all, slice;
    uint16_t ranks[HTTPSTATUS_TOP_ENTRIES];       /* the slots of 'all', as they are shown */
    uint64_t time, times[HTTPSTATUS_TOP_ENTRIES]; /* when each was last counted */
    uint16_t heap[HTTPSTATUS_TOP_ENTRIES], places[HTTPSTATUS_TOP_ENTRIES];
    uint16_t memo[HTTPSTATUS_TOP_MEMO]; /* the slot that a value with this hash had last */
};
IS_BEHIND(top, httpstatus_top);

static inline struct top *top_of(struct httpstatus_top *bytes)
{
    return (struct top *)(void *)bytes;
}

static inline const struct top *const_top_of(const struct httpstatus_top *bytes)
{
    return (const struct top *)(const void *)bytes;
}

static inline struct httpstatus_text value_at(const struct summary *summary, size_t slot)
{
    return (struct httpstatus_text){summary->values[slot], summary->sizes[slot]};
}

/* Where a value is in the order, or would be put; whether it is there. */
bool httpstatus_summary_find(const struct summary *summary, struct httpstatus_text value,
                             uint32_t *at);
/* Below 0 if 'a' comes before 'b', by their bytes. */
int httpstatus_summary_compare(struct httpstatus_text a, struct httpstatus_text b);
/* Makes room in the order for a slot, or closes its place. */
void httpstatus_summary_insert(struct summary *summary, uint32_t at, uint16_t slot);
void httpstatus_summary_remove(struct summary *summary, uint32_t at);
void httpstatus_summary_set(struct summary *summary, uint16_t slot, struct httpstatus_text value);

/* Adds a summary to that of all, as what came after it. */
void httpstatus_top_sum(struct top *top, const struct summary *more);

/*
 * The value of a part, without the log's escapes; absent if the part is.  'text' has room for
 * one byte more than a value, and holds it if the record does not.
 */
struct httpstatus_text httpstatus_top_value(const struct httpstatus_top_options *options,
                                            const struct httpstatus_record *record, char *text);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

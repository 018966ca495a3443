/* Top: counting a record in the slice. */
#include "top.h"

/* ---- The heap: first the slot of the least count, of these the one counted longest ago ---- */

static bool goes_before(const struct top *top, uint16_t a, uint16_t b)
{
    const uint64_t *counts = top->slice.counts;

    return counts[a] != counts[b] ? counts[a] < counts[b] : top->times[a] < top->times[b];
}

static void put_at(struct top *top, size_t place, uint16_t slot)
{
    top->heap[place] = slot;
    top->places[slot] = (uint16_t)place;
}

/* Moves a slot whose count has grown to its place. */
static void sink(struct top *top, size_t place)
{
    const uint16_t slot = top->heap[place];
    const size_t count = top->slice.count;
    size_t child;

    while ((child = 2 * place + 1) < count) {
        if (child + 1 < count && goes_before(top, top->heap[child + 1], top->heap[child]))
            child++;
        if (!goes_before(top, top->heap[child], slot))
            break;
        put_at(top, place, top->heap[child]);
        place = child;
    }
    put_at(top, place, slot);
}

static void build_heap(struct top *top)
{
    const size_t count = top->slice.count;

    for (size_t i = 0; i < count; i++)
        put_at(top, i, (uint16_t)i);
    for (size_t i = count; i > 0; i--)
        sink(top, i - 1);
    top->has_heap = true;
}

/* ---- Adding ---- */

/* Where a value may have been found the last time: a few of its bytes tell most of them apart. */
static uint16_t *memo_of(struct top *top, struct httpstatus_text value)
{
    uint64_t hash = value.size, word = 0;
    const size_t most = value.size < sizeof word ? value.size : sizeof word;

    memcpy(&word, value.data, most);
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    memcpy(&word, value.data + value.size / 2 - most / 2, most);
    hash = (hash ^ word ^ hash >> 32) * UINT64_C(0x9e3779b97f4a7c15);
    memcpy(&word, value.data + value.size - most, most);
    hash = (hash ^ word ^ hash >> 32) * UINT64_C(0x9e3779b97f4a7c15);
    return &top->memo[hash >> 32 & (HTTPSTATUS_TOP_MEMO - 1)];
}

/* Takes the slot that goes first for another value; that is how often it may have been counted. */
static uint16_t give_away(struct top *top)
{
    struct summary *slice = &top->slice;
    uint32_t at;

    if (!top->has_heap)
        build_heap(top);
    const uint16_t slot = top->heap[0];
    httpstatus_summary_find(slice, value_at(slice, slot), &at);
    httpstatus_summary_remove(slice, at);
    slice->bound = slice->errors[slot] = slice->counts[slot];
    return slot;
}

static uint16_t slot_of(struct top *top, struct httpstatus_text value)
{
    struct summary *slice = &top->slice;
    uint16_t slot = (uint16_t)slice->count;
    uint32_t at;

    if (httpstatus_summary_find(slice, value, &at))
        return slice->order[at];
    if (slice->count == top->options.entries) {
        slot = give_away(top);
        httpstatus_summary_find(slice, value, &at);
    } else {
        slice->counts[slot] = slice->errors[slot] = 0;
    }
    httpstatus_summary_set(slice, slot, value);
    httpstatus_summary_insert(slice, at, slot);
    return slot;
}

/* The first bytes of a value that is too long, up to the end of a character. */
static struct httpstatus_text shortened(struct httpstatus_text value)
{
    enum { LONGEST = 4 };
    size_t size = HTTPSTATUS_TOP_VALUE;

    while (size > HTTPSTATUS_TOP_VALUE - LONGEST + 1 && (value.data[size] & 0xC0) == 0x80)
        size--;
    return (struct httpstatus_text){value.data, size};
}

void httpstatus_top_add(struct httpstatus_top *bytes, struct httpstatus_text value)
{
    struct top *top = top_of(bytes);

    top->total++;
    top->is_ended = false;
    if (value.size > HTTPSTATUS_TOP_VALUE) {
        value = shortened(value);
        top->cut++;
    }
    uint16_t *memo = memo_of(top, value);
    if (*memo >= top->slice.count || !same_bytes(value_at(&top->slice, *memo), value))
        *memo = slot_of(top, value);
    top->slice.counts[*memo]++;
    top->times[*memo] = ++top->time;
    if (top->has_heap)
        sink(top, top->places[*memo]);
}

void httpstatus_top_add_record(struct httpstatus_top *bytes, const struct httpstatus_record *record)
{
    struct top *top = top_of(bytes);
    char text[HTTPSTATUS_TOP_VALUE + 1];
    const struct httpstatus_text value = httpstatus_top_value(&top->options, record, text);

    if (value.data) {
        httpstatus_top_add(bytes, value);
        return;
    }
    top->total++;
    top->absent++;
}

void httpstatus_top_add_line(struct httpstatus_top *bytes, const struct httpstatus_scanner *scanner,
                             const struct httpstatus_line *line, const char *p, char *buffer)
{
    struct httpstatus_record record;

    if (line->status < HTTPSTATUS_NO_STATUS)
        return;
    httpstatus_record(scanner, line, p, buffer, 1U << top_of(bytes)->options.by, &record);
    httpstatus_top_add_record(bytes, &record);
}

/* Top: which values most records have, in fixed memory. */
#include "top.h"
#include "top_table.h"

enum { SHOWN = 20 };

/* ---- Options ---- */

enum { PARTS = sizeof by_parts / sizeof by_parts[0] };

const char *httpstatus_group_name(size_t i)
{
    return i < HTTPSTATUS_GROUPS ? group_names[i] : NULL;
}

bool httpstatus_group_find(const char *name, size_t size, enum httpstatus_group *group)
{
    const int i = index_of(name, size, group_names, HTTPSTATUS_GROUPS);

    if (i >= 0)
        *group = (enum httpstatus_group)i;
    return i >= 0;
}

const char *httpstatus_top_by_name(size_t i)
{
    return i < PARTS ? httpstatus_part_name(by_parts[i]) : NULL;
}

static bool is_offered(enum httpstatus_part part)
{
    bool found = false;

    for (size_t i = 0; i < PARTS; i++)
        found = found || by_parts[i] == part;
    return found;
}

bool httpstatus_top_by(const char *name, size_t size, enum httpstatus_part *by)
{
    enum httpstatus_part part;

    if (!httpstatus_part_find(name, size, &part) || !is_offered(part))
        return false;
    *by = part;
    return true;
}

const char *httpstatus_top_check(const struct httpstatus_top_options *options)
{
    if (!is_offered(options->by))
        return "by";
    if (options->group >= HTTPSTATUS_GROUPS ||
        (options->group != HTTPSTATUS_GROUP_QUERY && options->by != HTTPSTATUS_PART_PATH))
        return "group";
    if (options->n > HTTPSTATUS_TOP_ENTRIES)
        return "n";
    return options->entries > HTTPSTATUS_TOP_ENTRIES ? "entries" : NULL;
}

bool httpstatus_top_init(struct httpstatus_top *bytes, const struct httpstatus_top_options *options)
{
    struct top *top = top_of(bytes);
    const struct httpstatus_top_options given = *options;

    if (httpstatus_top_check(&given))
        return false;
    memset(top, 0, sizeof *top);
    top->options = given;
    top->options.n = given.n ? given.n : SHOWN;
    top->options.entries = given.entries ? given.entries : HTTPSTATUS_TOP_ENTRIES;
    top->slice_end = HTTPSTATUS_TOP_SLICE;
    top->is_ended = true;
    return true;
}

/* ---- Slices ---- */

void httpstatus_top_end(struct httpstatus_top *bytes)
{
    struct top *top = top_of(bytes);

    httpstatus_top_sum(top, &top->slice);
    top->slice.count = 0;
    top->slice.bound = top->time = 0;
    top->has_heap = false;
    top->is_ended = true;
}

bool httpstatus_top_is_over(const struct httpstatus_top *top)
{
    return const_top_of(top)->is_over;
}

static void next_slice(struct httpstatus_top *bytes)
{
    struct top *top = top_of(bytes);
    const uint64_t slice = HTTPSTATUS_TOP_SLICE;

    httpstatus_top_end(bytes);
    top->slice_end = (top->position / slice + 1) * slice;
    top->is_over = false;
}

/*
 * How many of the next bytes belong to the slice, which has the lines that begin before its end: up
 * to the first line feed at or after its last byte.
 */
static size_t rest_of_slice(const struct top *top, const char *p, size_t size, bool *is_all)
{
    const uint64_t last = top->slice_end - 1,
                   from = top->position < last ? last - top->position : 0;
    const char *lf = from < size ? memchr(p + from, '\n', size - (size_t)from) : NULL;

    *is_all = lf != NULL;
    return lf ? (size_t)(lf + 1 - p) : size;
}

size_t httpstatus_top_scan(struct httpstatus_top *bytes, struct httpstatus_scanner *scanner,
                           const char *p, size_t size, struct httpstatus_line *lines,
                           size_t capacity, size_t *used)
{
    struct top *top = top_of(bytes);
    bool is_all;

    if (top->is_over)
        next_slice(bytes);
    const size_t rest = rest_of_slice(top, p, size, &is_all);
    const size_t stored = httpstatus_scan(scanner, p, rest, lines, capacity, used);
    top->position += *used;
    top->is_over = is_all && *used == rest;
    return stored;
}

/* ---- Sums ---- */

static bool are_alike(const struct httpstatus_top_options *a,
                      const struct httpstatus_top_options *b)
{
    return a->by == b->by && a->group == b->group && a->entries == b->entries;
}

bool httpstatus_top_merge(struct httpstatus_top *bytes, const struct httpstatus_top *more)
{
    struct top *top = top_of(bytes);
    const struct top *other = const_top_of(more);

    if (!top->is_ended || !other->is_ended || !are_alike(&top->options, &other->options))
        return false;
    httpstatus_top_sum(top, &other->all);
    top->total += other->total;
    top->absent += other->absent;
    top->cut += other->cut;
    if (top->options.n < other->options.n)
        top->options.n = other->options.n;
    return true;
}

static bool equal_entries(const struct top *a, const struct top *b)
{
    for (uint32_t i = 0; i < a->all.count; i++) {
        const uint16_t x = a->ranks[i], y = b->ranks[i];
        if (a->all.counts[x] != b->all.counts[y] || a->all.errors[x] != b->all.errors[y] ||
            !same_bytes(value_at(&a->all, x), value_at(&b->all, y)))
            return false;
    }
    return true;
}

bool httpstatus_top_equal(const struct httpstatus_top *a, const struct httpstatus_top *b)
{
    const struct top *x = const_top_of(a), *y = const_top_of(b);

    return x->is_ended && y->is_ended && are_alike(&x->options, &y->options) &&
           x->options.n == y->options.n && x->total == y->total && x->absent == y->absent &&
           x->cut == y->cut && x->all.bound == y->all.bound && x->all.count == y->all.count &&
           equal_entries(x, y);
}

/* ---- What it holds ---- */

struct httpstatus_top_options httpstatus_top_options(const struct httpstatus_top *top)
{
    return const_top_of(top)->options;
}

size_t httpstatus_top_count(const struct httpstatus_top *bytes)
{
    const struct top *top = const_top_of(bytes);

    return top->all.count < top->options.n ? top->all.count : top->options.n;
}

size_t httpstatus_top_kept(const struct httpstatus_top *top)
{
    return const_top_of(top)->all.count;
}

struct httpstatus_top_entry httpstatus_top_at(const struct httpstatus_top *bytes, size_t i)
{
    const struct top *top = const_top_of(bytes);
    const uint16_t slot = top->ranks[i];

    return (struct httpstatus_top_entry){
        .value = value_at(&top->all, slot),
        .count = top->all.counts[slot],
        .error = top->all.errors[slot],
    };
}

uint64_t httpstatus_top_total(const struct httpstatus_top *top)
{
    return const_top_of(top)->total;
}

uint64_t httpstatus_top_absent(const struct httpstatus_top *top)
{
    return const_top_of(top)->absent;
}

uint64_t httpstatus_top_cut(const struct httpstatus_top *top)
{
    return const_top_of(top)->cut;
}

uint64_t httpstatus_top_bound(const struct httpstatus_top *top)
{
    return const_top_of(top)->all.bound;
}

bool httpstatus_top_exact(const struct httpstatus_top *top)
{
    return !httpstatus_top_bound(top) && !httpstatus_top_cut(top);
}

/* ---- Restoring ---- */

void httpstatus_top_restore(struct httpstatus_top *bytes, uint64_t total, uint64_t absent,
                            uint64_t cut, uint64_t bound)
{
    struct top *top = top_of(bytes);

    top->total = total;
    top->absent = absent;
    top->cut = cut;
    top->all.bound = bound;
}

/* Where an entry belongs among those that are shown, before which all have a greater count, say. */
static uint32_t rank_of(const struct top *top, const struct httpstatus_top_entry *entry)
{
    const struct summary *all = &top->all;
    uint32_t i = 0;

    for (; i < all->count; i++) {
        const uint64_t count = all->counts[top->ranks[i]];
        if (count < entry->count ||
            (count == entry->count &&
             httpstatus_summary_compare(entry->value, value_at(all, top->ranks[i])) < 0))
            break;
    }
    return i;
}

bool httpstatus_top_add_entry(struct httpstatus_top *bytes,
                              const struct httpstatus_top_entry *entry)
{
    struct top *top = top_of(bytes);
    struct summary *all = &top->all;
    const uint16_t slot = (uint16_t)all->count;
    uint32_t at;

    if (slot == top->options.entries || entry->value.size > HTTPSTATUS_TOP_VALUE || !entry->count ||
        entry->error > entry->count || httpstatus_summary_find(all, entry->value, &at))
        return false;
    const uint32_t rank = rank_of(top, entry);
    memmove(&top->ranks[rank + 1], &top->ranks[rank], (slot - rank) * sizeof top->ranks[0]);
    top->ranks[rank] = slot;
    httpstatus_summary_set(all, slot, entry->value);
    httpstatus_summary_insert(all, at, slot);
    all->counts[slot] = entry->count;
    all->errors[slot] = entry->error;
    return true;
}

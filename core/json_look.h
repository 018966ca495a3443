/* A quick look at lines of one JSON object.  See looks.h. */
#ifndef HTTPSTATUS_JSON_LOOK_H
#define HTTPSTATUS_JSON_LOOK_H

#include "json.h"

/* The keys, which of them is wanted, and how the names end that may matter. */
struct json_look {
    struct json_keys of;
    const struct httpstatus_key *wanted;
    int key;
    struct name_ends ends;
};

/* The first one stands in the place of the second as well, until there is another. */
static inline void add_pair(struct name_ends *ends, char before, char last)
{
    for (int i = 0; i < ends->count; i++)
        if (ends->before[i] == before && ends->last[i] == last)
            return;
    for (int i = ends->count; i < 2 || i == ends->count; i++) {
        ends->before[i] = before;
        ends->last[i] = last;
    }
    ends->count++;
}

/* A path of several names may be one name, or end with its last. */
static inline void add_end(struct json_look *look, struct httpstatus_text name)
{
    const char last = name.data[name.size - 1];
    const char before = name.size > 1 ? name.data[name.size - 2] : '"';

    add_pair(&look->ends, before, last);
    if (before == '.')
        add_pair(&look->ends, '"', last);
}

static const struct httpstatus_text event_name = LITERAL("event_type"),
                                    records_name = LITERAL("records");

static inline struct json_look json_look_of(const struct httpstatus_setup *setup)
{
    struct json_look look;
    const struct httpstatus_key *key;

    look.of = httpstatus_json_keys(setup);
    look.key = setup->own_key.name_count ? 0 : setup->key;
    look.wanted = key = &look.of.keys[look.key];
    look.ends.count = 0;
    for (int i = 0; i <= look.key; i++)
        add_end(&look, look.of.keys[i].path);
    for (int i = 1; i < key->name_count; i++)
        add_end(&look, key_names(key, i - 1, i));
    for (int i = 0; key->unsure && i < look.of.proofs; i++)
        add_end(&look, look.of.keys[look.of.count + i].path);
    if (key->event)
        add_end(&look, event_name);
    return look;
}

/* Whether the string right before the colon at 'end' is 'name'. */
static inline bool is_named(const char *line, const char *end, struct httpstatus_text name)
{
    return (size_t)(end - line) >= name.size + 2 && end[-2 - (ptrdiff_t)name.size] == '"' &&
           memcmp(end - 1 - name.size, name.data, name.size) == 0;
}

/* Whether that string, as long as 'name', is a value and so not a name: a colon precedes it. */
static inline bool is_value(const char *end, struct httpstatus_text name)
{
    const char *p = end - 2 - name.size;

    while (is_blank(p[-1]))
        p--;
    return p[-1] == ':';
}

static inline bool ends_value(const char *p)
{
    while (*p == ' ')
        p++;
    return *p == ',' || *p == '}';
}

/* The status at 'p': digits, digits in quotes, or one of the ways to say that there is none. */
static inline int json_value(const char *p)
{
    size_t size = 0;

    while (*p == ' ')
        p++;
    if (*p == '"') {
        p++;
        while (size < 4 && is_digit(p[size]))
            size++;
        size += size == 0 && *p == '-';
        if (p[size] != '"' || size > 3 || !ends_value(p + size + 1))
            return UNPROVED;
        return size ? read_status(p, size, 1) : HTTPSTATUS_NO_STATUS;
    }
    while (size < 4 && is_digit(p[size]))
        size++;
    if (size >= 1 && size <= 3 && ends_value(p + size))
        return read_status(p, size, 1);
    return memcmp(p, "null", 4) == 0 && ends_value(p + 4) ? HTTPSTATUS_NO_STATUS : UNPROVED;
}

/*
 * Where in the object the marks so far lead: the first 'passed' names of the wanted key, each of
 * them one of JSON's.  If they are divided otherwise, the careful reader follows them.
 */
struct nesting {
    unsigned depth;
    int passed, found;
    bool proved;
    uint64_t objects;
};

/* Whether the object that begins after a colon has what is wanted; -1: the careful reader tells. */
static inline int leads_on(const struct nesting *n, const struct httpstatus_key *key,
                           const char *line, const char *colon)
{
    const int next = n->passed + 1;

    if (is_named(line, colon, key_names(key, n->passed, next)))
        return is_value(colon, key_names(key, n->passed, next)) ? -1 : 1;
    for (int i = next + 1; i < key->name_count; i++)
        if (is_named(line, colon, key_names(key, n->passed, i)))
            return -1;
    return 0;
}

static inline bool open_nesting(struct nesting *n, const struct json_look *look, const char *line,
                                const char *p)
{
    const struct httpstatus_key *key = look->wanted;
    const bool may_lead = *p == '{' ? n->passed + 1 < key->name_count : n->depth == 1;
    const char *colon = p;

    if (n->depth == 64)
        return false;
    n->objects = (n->objects & ~(UINT64_C(1) << n->depth)) | (uint64_t)(*p == '{') << n->depth;
    if (may_lead && n->depth == (unsigned)n->passed + 1) {
        do
            colon--;
        while (*colon == ' ');
        const int leads = *colon != ':' ? 0
                          : *p == '['   ? -is_named(line, colon, records_name)
                                        : leads_on(n, key, line, colon);
        if (leads < 0)
            return false;
        n->passed += leads;
    }
    n->depth++;
    return true;
}

static inline bool close_nesting(struct nesting *n, const char *p)
{
    n->depth--;
    if ((n->objects >> n->depth & 1) != (*p == '}'))
        return false;
    n->passed -= n->depth == (unsigned)n->passed && n->passed > 0;
    return true;
}

/* Whether the first names of a key, up to the i-th, may lead to where the marks are. */
static inline bool may_lead_here(const struct nesting *n, const struct httpstatus_key *wanted,
                                 const struct httpstatus_key *key, int i)
{
    const size_t size = wanted->starts[n->passed];

    return n->depth != (unsigned)n->passed + 1 ||
           (key->starts[i] == size && memcmp(key->path.data, wanted->path.data, size) == 0);
}

/* Whether a name may be all that is left of the path of a key. */
static inline bool may_end(const struct nesting *n, const struct httpstatus_key *wanted,
                           const struct httpstatus_key *key, const char *line, const char *colon)
{
    if (n->depth == 1)
        return is_named(line, colon, key->path);
    for (int i = (int)n->depth - 1; i < key->name_count; i++)
        if (is_named(line, colon, key_names(key, i, key->name_count)))
            return may_lead_here(n, wanted, key, i);
    return false;
}

/* Whether a name may be that of a key which takes precedence over the wanted one. */
static inline bool may_be_earlier(const struct nesting *n, const struct json_look *look,
                                  const char *line, const char *colon)
{
    for (int i = 0; i < look->key; i++)
        if (may_end(n, look->wanted, &look->of.keys[i], line, colon))
            return true;
    return false;
}

/* Whether a name on the way to the value comes again after it: then the later one counts. */
static inline bool is_again(const struct nesting *n, const struct httpstatus_key *key,
                            const char *line, const char *colon)
{
    const int depth = (int)n->depth;

    return n->found != HTTPSTATUS_UNMATCHED && depth < key->name_count &&
           is_named(line, colon, key_names(key, depth - 1, depth));
}

/* Whether the value after a colon is a string, not a long one, that begins with a method. */
static inline bool is_proof(const char *p)
{
    size_t size = 1;

    while (*p == ' ')
        p++;
    if (*p != '"' || !begins_with_method(p + 1, 3))
        return false;
    while (size < 64 && p[size] != '"' && p[size] != '\\')
        size++;
    return p[size] == '"' && ends_value(p + size + 1);
}

/*
 * Takes note of what must be beside an unsure key, and of what must not be beside another; false
 * leaves it to the careful reader.
 */
static inline bool take_proof(struct nesting *n, const struct json_look *look, const char *line,
                              const char *colon)
{
    const struct httpstatus_key *key = look->wanted;

    if (key->event)
        return n->depth > 1 || !is_named(line, colon, event_name);
    for (int i = look->of.count; key->unsure && i < look->of.count + look->of.proofs; i++) {
        if (!may_end(n, key, &look->of.keys[i], line, colon))
            continue;
        if (look->of.keys[i].name_count > 1 || !is_proof(colon + 1) ||
            is_value(colon, look->of.keys[i].path))
            return false;
        n->proved = true;
    }
    return true;
}

/* Takes the value after a colon if the name is the key's; false leaves it to the careful reader. */
static inline bool take_value(struct nesting *n, const struct json_look *look, const char *line,
                              const char *colon)
{
    const struct httpstatus_key *key = look->wanted;
    const struct httpstatus_text left = key_names(key, n->passed, key->name_count);

    if (may_be_earlier(n, look, line, colon) || is_again(n, key, line, colon) ||
        !take_proof(n, look, line, colon))
        return false;
    if (n->depth != (unsigned)n->passed + 1 || !is_named(line, colon, left))
        return true;
    if (is_value(colon, left))
        return false;
    n->found = json_value(colon + 1);
    return n->found >= (key->unsure ? LEAST_UNSURE : HTTPSTATUS_NO_STATUS);
}

/* What carries over from one block to the next; 'pending': that backslashes left anything. */
struct json_carries {
    uint64_t wrong, in_string, name_end, pending, escape, escaped_string, closed;
};

/*
 * What a block adds to what is known of an object: outside strings its brackets, and colons after
 * names that end as those of the keys do.  Brackets of lists are in 'lists' as well.
 */
struct json_block {
    uint64_t opens, ends, lists, colons;
};

/* Whether the four digits of \uNNNN are at 'p'. */
static inline bool is_unit(const char *p)
{
    return hex_digit(p[0]) >= 0 && hex_digit(p[1]) >= 0 && hex_digit(p[2]) >= 0 &&
           hex_digit(p[3]) >= 0;
}

/*
 * The closing quotes of strings with a backslash: an addition carries each backslash across the
 * bytes that are not quotes, which are ones, to the next quote.
 */
static inline uint64_t escaped_strings(uint64_t backslashes, uint64_t quotes, uint64_t *carry)
{
    unsigned long long sum;
    bool over = __builtin_uaddll_overflow(backslashes & ~quotes, ~quotes, &sum);

    over |= __builtin_uaddll_overflow(sum, *carry, &sum);
    *carry = over;
    return sum & quotes;
}

/* The marks of an object without following its brackets: see ISA(json_flat). */
struct json_flat {
    size_t start, count;
    uint16_t colons[WINDOW_SIZE + BLOCK_SIZE];
    struct {
        uint64_t opens, ends;
        unsigned depth; /* where the block begins */
    } blocks[WINDOW_SIZE / BLOCK_SIZE + 1];
};

static inline int found_status(const struct nesting *n, const struct json_look *look)
{
    return n->found == HTTPSTATUS_UNMATCHED || (look->wanted->unsure && !n->proved) ? UNPROVED
                                                                                    : n->found;
}

/*
 * The status by an object's marks: its brackets, and the colons that may be the key's.  UNPROVED if
 * there is none, as a string may hold a line, and if the line has more than the one object.
 */
static inline int json_status(const struct json_look *look, const char *line, size_t size,
                              const uint16_t *marks, size_t count)
{
    struct nesting nesting = {.found = HTTPSTATUS_UNMATCHED};

    for (size_t i = 0; i < count; i++) {
        const char *p = line + marks[i];
        bool closes = *p == '}' || *p == ']';
        if (!(*p == ':' ? take_value(&nesting, look, line, p)
              : closes  ? close_nesting(&nesting, p)
                        : open_nesting(&nesting, look, line, p)))
            return UNPROVED;
        if (closes && nesting.depth == 0) {
            while (++p < line + size)
                if (!is_blank(*p))
                    return UNPROVED;
            return found_status(&nesting, look);
        }
    }
    return UNPROVED;
}

#endif

/*
 * Takes what backslashes do out of the quotes of a block.  A name must have none, so that it can be
 * compared as it is, and \u must have four digits.
 */
TARGET INLINE uint64_t ISA(bare_quotes)(const char *p, uint64_t quotes, uint64_t backslashes,
                                        uint64_t inside, struct json_carries *carry)
{
    const ISA(block) block = ISA(load)(p);
    const uint64_t behind = escaped_bytes(backslashes, &carry->escape);
    uint64_t units = ISA(equal)(block, 'u') & behind & inside;

    for (; units; units &= units - 1)
        carry->wrong |= !is_unit(p + ISA(first)(units) + 1);
    quotes &= ~behind;
    const uint64_t escaped = escaped_strings(backslashes, quotes, &carry->escaped_string);
    carry->wrong |= ISA(equal)(block, ':') & (escaped << 1 | carry->closed);
    carry->closed = escaped >> 63;
    carry->pending = carry->escape | carry->escaped_string | carry->closed;
    return quotes;
}

/* What is outside strings must be as JSON has it: else it is wrong. */
TARGET INLINE struct json_block ISA(json_block)(const ISA(json_bytes) * bytes, const char *p,
                                                uint64_t inside, struct json_carries *carry)
{
    const struct json_masks masks = ISA(json_masks)(bytes, p);
    const uint64_t backslashes = masks.backslashes & inside;
    uint64_t quotes = masks.quotes & inside;

    if (__builtin_expect((backslashes | carry->pending) != 0, 0))
        quotes = ISA(bare_quotes)(p, quotes, backslashes, inside, carry);
    const uint64_t strings = ISA(parity)(quotes) ^ carry->in_string; /* without closing quotes */
    const uint64_t outside = ~strings & inside, names = masks.names & strings;
    const uint64_t colons = (names << 3 | carry->name_end) & inside;

    carry->wrong |= masks.wrong & outside;
    carry->in_string = 0 - (strings >> 63);
    carry->name_end = names >> 61;
    return (struct json_block){masks.opens & outside, masks.ends & outside, masks.lists & outside,
                               colons};
}

/*
 * Writes the places of the brackets of an object that begins at 'at', and of the colons that may be
 * the key's; returns how many, or 0 if the object may be invalid.
 */
TARGET INLINE size_t ISA(json_marks)(const struct json_look *look, const char *line, size_t at,
                                     size_t size, uint16_t *marks)
{
    const ISA(json_bytes) bytes = ISA(json_bytes_of)(&look->ends);
    struct json_carries carry = {0};
    uint16_t *end = marks;

    for (; at < size; at += BLOCK_SIZE) {
        const struct json_block found =
            ISA(json_block)(&bytes, line + at, inside_line(at, size), &carry);
        end = ISA(many_places)(found.opens | found.ends | found.colons, at, end);
    }
    return carry.wrong ? 0 : (size_t)(end - marks);
}

/* The depth at a place, which is the last bit of 'before'. */
TARGET INLINE unsigned ISA(depth)(unsigned depth, uint64_t opens, uint64_t ends, uint64_t before)
{
    return depth + ISA(count)(opens & before) - ISA(count)(ends & before);
}

/* The end of the first container in a block after which none is open; 0 if there is none. */
TARGET INLINE size_t ISA(object_end)(unsigned depth, uint64_t opens, uint64_t ends)
{
    for (uint64_t left = ends; left; left &= left - 1)
        if (ISA(depth)(depth, opens, ends, left ^ (left - 1)) == 0)
            return ISA(first)(left) + 1;
    return 0;
}

/*
 * The same without following the brackets, if lists have none in them: what is left are objects,
 * whose depth is a difference of counts.  Adding the brackets that begin lists to the bytes that
 * are no brackets, which are ones, carries each to the next bracket, which must end the list.
 */
TARGET INLINE bool ISA(json_flat)(const struct json_look *look, const char *line, size_t at,
                                  size_t size, struct json_flat *flat)
{
    const ISA(json_bytes) bytes = ISA(json_bytes_of)(&look->ends);
    struct json_carries carry = {0};
    uint16_t *colons = flat->colons;
    uint64_t list = 0;
    unsigned depth = 0;
    size_t object_end = 0;

    flat->start = at;
    for (size_t i = 0; at < size; at += BLOCK_SIZE, i++) {
        const struct json_block found =
            ISA(json_block)(&bytes, line + at, inside_line(at, size), &carry);
        const uint64_t brackets = found.opens | found.ends, lists = found.opens & found.lists;
        const unsigned ends = ISA(count)(found.ends);
        unsigned long long next;
        const bool over = __builtin_uaddll_overflow(~brackets, lists << 1 | list, &next);

        carry.wrong |= (next & brackets) ^ (found.ends & found.lists);
        list = lists >> 63 | over;
        colons = ISA(places)(found.colons, at, colons);
        flat->blocks[i].opens = found.opens;
        flat->blocks[i].ends = found.ends;
        flat->blocks[i].depth = depth;
        if (ends >= depth && object_end == 0) {
            object_end = ISA(object_end)(depth, found.opens, found.ends);
            object_end += object_end ? at : 0;
        }
        depth += ISA(count)(found.opens) - ends;
    }
    flat->count = (size_t)(colons - flat->colons);
    return !carry.wrong && object_end == size;
}

/* The status by the colons alone, for a key of one name. */
TARGET INLINE int ISA(flat_status)(const struct json_look *look, const char *line,
                                   const struct json_flat *flat)
{
    struct nesting nesting = {.found = HTTPSTATUS_UNMATCHED};

    for (size_t i = 0; i < flat->count; i++) {
        const char *colon = line + flat->colons[i];
        const size_t at = flat->colons[i] - flat->start, block = at / BLOCK_SIZE;
        nesting.depth = ISA(depth)(flat->blocks[block].depth, flat->blocks[block].opens,
                                   flat->blocks[block].ends, BITS(0, at % BLOCK_SIZE));
        if ((nesting.depth == 1 && is_named(line, colon, records_name)) ||
            !take_value(&nesting, look, line, colon))
            return UNPROVED;
    }
    return found_status(&nesting, look);
}

/* Not for a key that JSON escapes: its text could begin in one string and end in another. */
TARGET INLINE int ISA(json_object)(const struct json_look *look, const char *line, size_t size)
{
    const size_t at = ISA(find)(line, 0, size, '{');
    struct json_flat flat;

    if (is_fragment(line, size) || look->of.keys->escaped)
        return UNPROVED;
    if (at >= size)
        return is_blank(*line) ? UNPROVED : HTTPSTATUS_UNMATCHED;
    if (ISA(counts_bits) && look->wanted->name_count == 1 &&
        ISA(json_flat)(look, line, at, size, &flat))
        return ISA(flat_status)(look, line, &flat);
    return json_status(look, line, size, flat.colons,
                       ISA(json_marks)(look, line, at, size, flat.colons));
}

TARGET static void ISA(json)(const struct httpstatus_setup *setup, const char *p, size_t count,
                             struct window *window)
{
    struct json_look look = json_look_of(setup);
    const char *line = p;

    if (ISA(counts_bits)) /* json_flat() follows no bracket, so not that of a list of records */
        add_end(&look, records_name);
    for (size_t i = 0; i < count; i++) {
        const char *lf = p + window->ends[i], *end = lf - (lf > line && lf[-1] == '\r');
        window->statuses[i] = (int16_t)(end > line
                                            ? ISA(json_object)(&look, line, (size_t)(end - line))
                                            : HTTPSTATUS_SKIPPED);
        line = lf + 1;
    }
}

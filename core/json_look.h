/* A quick look at lines of one JSON object.  See looks.h. */
#ifndef HTTPSTATUS_JSON_LOOK_H
#define HTTPSTATUS_JSON_LOOK_H

#include "json.h"

/* The keys, which of them is wanted, and the last bytes of all names that may matter. */
struct json_look {
    struct json_keys of;
    const struct httpstatus_key *wanted;
    int key, end_count;
    char ends[24]; /* room for those of all usual keys; a key of the caller's has fewer */
};

static inline void add_end(struct json_look *look, struct httpstatus_text name)
{
    char end = name.data[name.size - 1];

    for (int i = 0; i < look->end_count; i++)
        if (look->ends[i] == end)
            return;
    look->ends[look->end_count++] = end;
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
    look.end_count = 0;
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

enum { MOST_CONTAINERS = 31 }; /* fewer than what divides an object goes into */

/* Whether the string right before the colon at 'end' is one of the names. */
static inline bool is_sought(const struct httpstatus_sought *sought, const char *p, const char *end)
{
    for (int i = 0; i < sought->count; i++) {
        const struct httpstatus_text name = sought->names[i];
        const char *start = end - 1 - name.size;
        if ((size_t)(end - p) > name.size + 1 && start[-1] == '"' &&
            memcmp(start, name.data, name.size) == 0)
            return true;
    }
    return false;
}

/* What carries over from one block to the next. */
struct json_carries {
    uint64_t in_string, escape, escaped_string, digit, closed, key_end;
};

/* The bytes that backslashes escape. */
static inline uint64_t escaped_bytes(uint64_t backslashes, uint64_t *carry)
{
    uint64_t escaped = *carry;

    backslashes &= ~escaped;
    *carry = 0;
    while (backslashes) {
        uint64_t first = backslashes & (0 - backslashes);
        escaped |= first << 1;
        *carry |= first >> 63;
        backslashes &= ~(first | first << 1);
    }
    return escaped;
}

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
            return nesting.found == HTTPSTATUS_UNMATCHED ||
                           (look->wanted->unsure && !nesting.proved)
                       ? UNPROVED
                       : nesting.found;
        }
    }
    return UNPROVED;
}

#endif

/*
 * Finds the brackets of the object, and the colons after names that end as the key does; returns
 * how many, or 0 if the object may be invalid.  Outside strings there must be only what JSON
 * allows, a colon must come right after a string, and four digits after \u.  A name must have no
 * backslash, so that it can be compared as it is.
 */
TARGET INLINE size_t ISA(json_marks)(const struct json_look *look, const char *line, size_t size,
                                     uint16_t *marks)
{
    struct json_carries carry = {0};
    uint64_t wrong = 0;
    uint16_t *end = marks;

    for (size_t at = ISA(find)(line, 0, size, '{'); at < size; at += BLOCK_SIZE) {
        ISA(block) block = ISA(load)(line + at);
        uint64_t inside = inside_line(at, size), escaped = 0;
        uint64_t quotes = ISA(equal)(block, '"') & inside;
        uint64_t backslashes = ISA(equal)(block, '\\') & inside;
        if (backslashes | carry.escape | carry.escaped_string) {
            uint64_t behind = escaped_bytes(backslashes, &carry.escape);
            uint64_t units = behind & ISA(equal)(block, 'u') & inside;
            for (; units; units &= units - 1)
                wrong |= !is_unit(line + at + ISA(first)(units) + 1);
            quotes &= ~behind;
            escaped = escaped_strings(backslashes, quotes, &carry.escaped_string);
        }
        uint64_t strings = ISA(parity)(quotes) ^ carry.in_string; /* without their closing quotes */
        uint64_t outside = ~strings & inside, closed = quotes & ~strings;
        uint64_t colons = ISA(equal)(block, ':') & outside, digits = ISA(within)(block, '0', '9');
        uint64_t brackets = ISA(either)(ISA(lower)(block), '{', '}'); /* and [ ] */
        uint64_t fractions = ISA(equal)(block, '.') & (digits << 1 | carry.digit);
        uint64_t fine = ISA(json_plain)(block) | closed | fractions;
        uint64_t names = (closed & ~escaped) << 1 | carry.closed;
        uint64_t key_ends = ISA(equal)(block, look->ends[0]);

        for (int i = 1; i < look->end_count; i++)
            key_ends |= ISA(equal)(block, look->ends[i]);
        wrong |= (outside & ~(fine | colons)) | (colons & ~names);
        colons &= key_ends << 2 | carry.key_end;
        end = ISA(many_places)((brackets & outside) | colons, at, end);
        carry.in_string = 0 - (strings >> 63);
        carry.digit = digits >> 63;
        carry.closed = (closed & ~escaped) >> 63;
        carry.key_end = key_ends >> 62;
    }
    return wrong ? 0 : (size_t)(end - marks);
}

/* Not for a key with a quote in it: its text could begin in one string and end in another. */
TARGET INLINE int ISA(json_line)(const struct httpstatus_setup *setup, const char *line,
                                 size_t size, uint16_t *substatus)
{
    uint16_t marks[WINDOW_SIZE + BLOCK_SIZE];
    const struct json_look look = json_look_of(setup);
    size_t count = look.of.keys->quoted ? 0 : ISA(json_marks)(&look, line, size, marks);

    (void)substatus;
    if (is_fragment(line, size))
        return UNPROVED;
    if (count == 0 && !is_blank(*line) && ISA(find)(line, 0, size, '{') >= size)
        return HTTPSTATUS_UNMATCHED;
    return json_status(&look, line, size, marks, count);
}

/*
 * A look at an object that has passed the one above, and begins with the line: whether it is
 * written without blanks, escapes and objects in lists, and so that what divides it goes through
 * all of it; and has none of the names from 'from' on.
 *
 * What a byte may come after is told by its neighbour.  Only that each name, and no value, has a
 * colon takes more: adding the quotes that open names to the bytes of strings, which are ones,
 * carries them to the quotes that close them.
 */
TARGET static bool ISA(names)(const struct httpstatus_sought *sought, const char *line, size_t from,
                              size_t size)
{
    uint64_t in_string = 0, in_list = 0, carry = 0, wrong = 0; /* and the byte before: */
    uint64_t first = 0, item = 0, colon = 1, value = 0, empty = 0, atom = 0, named = 0, ended = 0;
    unsigned containers = 0;

    for (size_t at = 0; at < size; at += BLOCK_SIZE) {
        ISA(block) block = ISA(load)(line + at);
        const uint64_t inside = inside_line(at, size), quotes = ISA(equal)(block, '"') & inside;
        const uint64_t strings = ISA(parity)(quotes) ^ in_string; /* without closing quotes */
        const uint64_t opens = quotes & strings, closes = quotes & ~strings;
        const uint64_t outside = inside & ~strings & ~closes;
        const uint64_t colons = ISA(equal)(block, ':') & outside;
        const uint64_t commas = ISA(equal)(block, ',') & outside;
        const uint64_t objects = ISA(equal)(block, '{') & outside;
        const uint64_t lists = ISA(equal)(block, '[') & outside;
        const uint64_t list_ends = ISA(equal)(block, ']') & outside;
        const uint64_t closers = (ISA(equal)(block, '}') & outside) | list_ends;
        const uint64_t atoms = outside & ~(colons | commas | objects | lists | closers);
        const uint64_t listed = ISA(parity)(lists | list_ends) ^ in_list;
        const uint64_t firsts = objects | (commas & ~listed), items = lists | (commas & listed);
        const uint64_t values = closes | atoms | closers, empties = objects | lists;
        const uint64_t name_opens = opens & (firsts << 1 | first);
        unsigned long long sum;
        const bool over = __builtin_uaddll_overflow(strings, name_opens, &sum);
        const bool more = __builtin_uaddll_overflow(sum, carry, &sum);
        const uint64_t names = sum & closes, behind_value = values << 1 | value;
        const uint64_t may_begin = colons << 1 | colon | items << 1 | item;
        uint64_t ends = ISA(equal)(block, sought->ends[0]);

        for (int i = 1; i < sought->end_count; i++)
            ends |= ISA(equal)(block, sought->ends[i]);
        wrong |= (ISA(equal)(block, '\\') & inside) | (ISA(within)(block, '\t', ' ') & outside);
        wrong |= colons ^ ((names << 1 | named) & inside);
        wrong |= (opens & ~name_opens & ~may_begin) | (atoms & ~(atoms << 1 | atom) & ~may_begin);
        wrong |= empties & ~(colons << 1 | colon);
        wrong |= (commas & ~behind_value) | (closers & ~(behind_value | empties << 1 | empty));
        for (uint64_t found = colons & (ends << 2 | ended); found; found &= found - 1) {
            const size_t place = at + ISA(first)(found);
            if (place >= from && is_sought(sought, line, line + place))
                return true;
        }
        containers += ISA(count)(empties);
        in_string = 0 - (strings >> 63);
        in_list = 0 - (listed >> 63);
        carry = over | more;
        first = firsts >> 63;
        item = items >> 63;
        colon = colons >> 63;
        value = values >> 63;
        empty = empties >> 63;
        atom = atoms >> 63;
        named = names >> 63;
        ended = ends >> 62;
    }
    return wrong || containers >= MOST_CONTAINERS;
}

/* The parts of JSON records, by their keys, and lines in the strings of others. */
#include "json_parts.h"
#include "buckets.h"
#include "json.h"

/* No parts by themselves: "GET / HTTP/1.1", and from KEY_STATUS on the usual keys of a status. */
enum { KEY_REQUEST = HTTPSTATUS_PARTS, KEY_STATUS };
struct part_key {
    const char *key;
    unsigned char size, part;
    int16_t unit;    /* of a duration: powers of ten of a second */
    bool list;       /* its value is the first of a list */
    uint32_t beside; /* bits: the usual keys of a status beside which it has this meaning */
};
#include "part_keys_table.h"

enum { PART_KEYS = sizeof part_keys / sizeof part_keys[0] };

/* None of the names is of one byte. */
static void seek(struct httpstatus_sought *sought, struct httpstatus_text name)
{
    const char before = name.data[name.size - 2], last = name.data[name.size - 1];
    int end = 0;

    sought->names[sought->count++] = name;
    while (end < sought->end_count && (sought->before[end] != before || sought->last[end] != last))
        end++;
    sought->before[end] = before;
    sought->last[end] = last;
    sought->end_count += end == sought->end_count;
}

/* The keys of a time are the first of all, and none of them is a path. */
bool httpstatus_json_seek(const char *name, size_t size, struct httpstatus_sought *sought)
{
    const struct part_key *key = part_keys;

    *sought = (struct httpstatus_sought){.count = 0};
    seek(sought, (struct httpstatus_text){key->key, key->size});
    while (!equal(name, size, key->key) & (sought->count < HTTPSTATUS_SOUGHT)) {
        key++;
        seek(sought, (struct httpstatus_text){key->key, key->size});
    }
    return key->beside == UINT32_MAX;
}

/* What the keys of an object have, of equal ones the last. */
enum { KEY_WORDS = (PART_KEYS + 63) / 64 };
struct found {
    int statuses[HTTPSTATUS_KEYS];
    uint64_t above[BUCKETS / 64]; /* bits: buckets of paths that have come, if keys are below */
    uint64_t has[KEY_WORDS], is_nested[KEY_WORDS]; /* bits: keys that have come, below a name */
    int nested_count;
    unsigned char nested[PART_KEYS]; /* the latter */
    /* Of keys that have come: */
    struct httpstatus_text values[PART_KEYS];
    unsigned char escapes[PART_KEYS];
    bool flat[PART_KEYS];
};

static int whole_number(struct httpstatus_text text)
{
    size_t at = *text.data == '-', start = at, size;
    int value = 0;

    for (; at < text.size && is_digit(text.data[at]); at++)
        value = at - start < 4 ? value * 10 + (text.data[at] - '0') : 1000;
    size = at;
    if (at + 1 < text.size && text.data[at] == '.')
        for (at++; at < text.size && text.data[at] == '0'; at++)
            ;
    value = start ? -value : value;
    return size == start || at < text.size || value > HTTPSTATUS_STATUS_MAX ||
                   value < HTTPSTATUS_STATUS_MIN
               ? HTTPSTATUS_UNMATCHED
               : value;
}

/* The status that a value gives. */
static int value_status(const struct walk *walk)
{
    char text[3 * 6];
    struct httpstatus_text value = walk->value;

    if (!value.data)
        return HTTPSTATUS_UNMATCHED;
    if (walk->kind == WALK_OTHER)
        return equal(value.data, value.size, "null") ? HTTPSTATUS_NO_STATUS : whole_number(value);
    if (value.size > sizeof text)
        return HTTPSTATUS_UNMATCHED;
    value =
        (struct httpstatus_text){text, httpstatus_unescape(value, HTTPSTATUS_ESCAPE_JSON, text)};
    if (value.size == 0 || (value.size == 1 && *text == '-'))
        return HTTPSTATUS_NO_STATUS;
    return value.size > 3 || !is_digit(*text) ? HTTPSTATUS_UNMATCHED : whole_number(value);
}

/* Whether a value of this path takes the place of one that the longer path 'key' had. */
static bool is_above(const struct walk *walk, const struct part_key *key)
{
    return key->size > walk->path_size && key->key[walk->path_size] == '.' &&
           memcmp(key->key, walk->path, walk->path_size) == 0;
}

/* Whether there may be keys that begin with a path in this bucket. */
static bool is_above_any(unsigned bucket)
{
    return buckets_above[bucket / 64] >> bucket % 64 & 1;
}

/* Whether what a container has, a list with its path too, may be under a key. */
static bool may_lead_on(unsigned bucket)
{
    return is_above_any(bucket) || keys_of_bucket[bucket] < keys_of_bucket[bucket + 1];
}

/* Drops what longer paths had, if this one may have come before. */
static void drop_below(struct found *found, const struct walk *walk, unsigned bucket)
{
    const uint64_t bit = UINT64_C(1) << bucket % 64;

    if (!is_above_any(bucket))
        return;
    const bool again = found->above[bucket / 64] & bit;
    found->above[bucket / 64] |= bit;
    for (int n = 0; again && n < found->nested_count; n++)
        if (is_above(walk, &part_keys[found->nested[n]]) && !found->flat[found->nested[n]])
            found->values[found->nested[n]].data = NULL;
}

/* The text of a part; absent for true, null and the like. */
static struct httpstatus_text part_text(const struct walk *walk)
{
    const bool word = walk->kind == WALK_OTHER && walk->value.data && is_letter(*walk->value.data);

    return word ? (struct httpstatus_text){NULL, 0} : walk->value;
}

static void put_part(struct found *found, const struct walk *walk, unsigned char i)
{
    const uint64_t bit = UINT64_C(1) << i % 64;

    if (!walk->flat && !(found->is_nested[i / 64] & bit)) {
        found->is_nested[i / 64] |= bit;
        found->nested[found->nested_count++] = i;
    }
    found->has[i / 64] |= bit;
    found->values[i] = part_text(walk);
    found->escapes[i] = walk->kind == WALK_STRING ? HTTPSTATUS_ESCAPE_JSON : HTTPSTATUS_ESCAPE_NONE;
    found->flat[i] = walk->flat;
}

/* Takes the value if its path is a key's. */
static void take_member(struct found *found, const struct walk *walk, const struct json_keys *of,
                        unsigned bucket)
{
    drop_below(found, walk, bucket);
    for (int n = keys_of_bucket[bucket]; n < keys_of_bucket[bucket + 1]; n++) {
        const unsigned char i = keys_by_bucket[n];
        const struct part_key *key = &part_keys[i];
        if (!is_path(walk, (struct httpstatus_text){key->key, key->size}) ||
            walk->listed > key->list)
            continue;
        if (key->part < KEY_STATUS)
            put_part(found, walk, i);
        else if (of->by_first)
            found->statuses[key->part - KEY_STATUS] = value_status(walk);
    }
    if (!of->by_first && !walk->listed && is_path(walk, of->keys[0].path))
        found->statuses[0] = value_status(walk);
}

/* The first key that has a status; the count of keys if there is none.  A record is proved. */
static int status_key(const struct found *found, const struct json_keys *of)
{
    int key = 0;

    while (key < of->count &&
           found->statuses[key] < (of->keys[key].unsure ? LEAST_UNSURE : HTTPSTATUS_NO_STATUS))
        key++;
    return key;
}

/* Where an escape may stand for what divides it, the text is in the buffer, without escapes. */
static struct httpstatus_text plain(struct division *d, struct httpstatus_text text,
                                    enum httpstatus_escape *escape)
{
    if (find_byte(text.data, text.data + text.size, '\\') == text.data + text.size)
        return text;
    text.size = httpstatus_unescape(text, *escape, d->buffer);
    text.data = d->buffer;
    d->buffer += text.size;
    *escape = HTTPSTATUS_ESCAPE_NONE;
    return text;
}

static void set_key(struct division *d, const struct found *found, int i)
{
    const int part = part_keys[i].part;
    enum httpstatus_escape escape = (enum httpstatus_escape)found->escapes[i];
    struct httpstatus_text value = found->values[i];

    if (part == KEY_REQUEST || part == HTTPSTATUS_PART_TARGET)
        value = plain(d, value, &escape);
    const char *end = value.data + value.size;

    if (part == KEY_REQUEST) {
        if (!d->record->parts[HTTPSTATUS_PART_TARGET].data)
            httpstatus_set_request(d, value.data, end, escape);
    } else if (d->record->parts[part].data) {
        return;
    } else if (part == HTTPSTATUS_PART_CLIENT) {
        httpstatus_set_client(d, value.data, end, false);
    } else if (part == HTTPSTATUS_PART_TARGET) {
        httpstatus_set_target(d, value.data, end, escape);
    } else if (part != HTTPSTATUS_PART_PROTOCOL || is_protocol(value.data, end)) {
        set_part(d, (enum httpstatus_part)part, value.data, end, escape);
        if (part == HTTPSTATUS_PART_DURATION)
            d->record->duration_unit = part_keys[i].unit;
    }
}

bool httpstatus_json_divide(struct division *d)
{
    const struct json_keys of = httpstatus_json_keys(d->setup);
    const char *object = httpstatus_first_object(d->p, d->end);
    struct found found;
    struct walk walk;

    if (object == d->end)
        return false;
    const bool usual = d->setup->own_key.name_count <= 1;
    memset(&found, 0, offsetof(struct found, values));
    for (int i = 0; i < of.count; i++)
        found.statuses[i] = HTTPSTATUS_UNMATCHED;
    httpstatus_walk_begin(&walk, object, d->end);
    while (httpstatus_walk_next(&walk)) {
        if (walk.path_size > WALK_PATH) {
            if (walk.kind == WALK_CONTAINER)
                httpstatus_walk_over(&walk);
            continue;
        }
        const unsigned bucket = bucket_of(walk.path, walk.path_size);
        take_member(&found, &walk, &of, bucket);
        if (walk.kind == WALK_CONTAINER && usual && !may_lead_on(bucket))
            httpstatus_walk_over(&walk);
    }
    const int key = status_key(&found, &of);
    if (key == of.count || found.statuses[key] != d->status)
        return false;
    const uint32_t beside = d->setup->own_key.name_count ? UINT32_MAX : UINT32_C(1) << key;
    for (int word = 0; word < KEY_WORDS; word++)
        for (uint64_t left = found.has[word]; left; left &= left - 1) {
            const int i = word * 64 + lowest_bit_64(left);
            if (found.values[i].data && (part_keys[i].beside & beside))
                set_key(d, &found, i);
        }
    if (!d->record->parts[HTTPSTATUS_PART_HOST].data)
        httpstatus_set_authority(d);
    return true;
}

/* ---- A line in a string ---- */

static bool is_wrapper(const struct walk *walk, bool found)
{
    return walk->flat && (is_path(walk, (struct httpstatus_text){"log", 3}) ||
                          is_path(walk, (struct httpstatus_text){"MESSAGE", 7}) ||
                          (is_path(walk, (struct httpstatus_text){"properties", 10}) &&
                           walk->value.size && *walk->value.data == '{' && !found));
}

/* A byte of journald's list of them; false if it is none. */
static bool list_byte(struct httpstatus_text value, char *out)
{
    int byte = 0;

    for (size_t i = 0; i < value.size; i++)
        byte = is_digit(value.data[i]) && byte < 256 ? byte * 10 + (value.data[i] - '0') : 256;
    *out = (char)byte;
    return byte < 256;
}

/* The line ends at its first LF or CR LF. */
static size_t line_size(const char *line, size_t size)
{
    const char *lf = find_byte(line, line + size, '\n');
    size_t end = (size_t)(lf - line);

    return end < size && end && line[end - 1] == '\r' ? end - 1 : end;
}

bool httpstatus_unwrap(const char *p, const char *end, char *buffer, size_t *size,
                       struct httpstatus_text *time)
{
    struct walk walk;
    bool found = false, listed = false, has_time = false;

    p = httpstatus_first_object(p, end);
    if (p == end)
        return false;
    httpstatus_walk_begin(&walk, p, end);
    while (httpstatus_walk_next(&walk)) {
        const bool in_list = listed && walk.depth == 1 && walk.kind == WALK_OTHER;
        if (in_list) {
            if (!list_byte(walk.value, buffer + (*size)++))
                return false;
            continue;
        }
        listed = false;
        if (walk.flat && is_path(&walk, (struct httpstatus_text){"time", 4}))
            *time = part_text(&walk);
        if (!is_wrapper(&walk, found))
            continue;
        has_time = *walk.path == 'p';
        found = walk.kind == WALK_STRING || walk.kind == WALK_CONTAINER;
        listed = walk.kind == WALK_CONTAINER;
        *size = walk.kind == WALK_STRING
                    ? httpstatus_unescape(walk.value, HTTPSTATUS_ESCAPE_JSON, buffer)
                    : 0;
    }
    *size = found ? line_size(buffer, *size) : 0;
    if (!has_time)
        time->data = NULL;
    return found;
}

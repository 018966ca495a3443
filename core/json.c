/* Logs of JSON objects: a small tokenizer with state of a fixed size. */
#include "json.h"
#include "unicode.h"
#include "wrapper.h"

enum { JSON_KINDS_KEPT = 64, JSON_MOST_DEPTH = 32 * 1024, JSON_ABSENT = -6 };

/*
 * Names that mean something beside the keys, bits above theirs: those that Docker, journald and
 * Azure use to wrap lines, in which "properties" is JSON in a string; a list of records; the kind
 * of an event.
 */
enum json_special {
    JSON_LOG = HTTPSTATUS_KEY_SLOTS,
    JSON_STREAM,
    JSON_TIME,
    JSON_ATTRS,
    JSON_MESSAGE,
    JSON_PROPERTIES,
    JSON_LINE_BREAK,
    JSON_STREAM_ID,
    JSON_RECORDS,
    JSON_EVENT_TYPE,
    JSON_SPECIALS
};
#define BIT(i) (UINT64_C(1) << (i))
#define ALL_SPECIALS (BIT(JSON_SPECIALS) - BIT(JSON_LOG))
#define ALL_OF_DOCKER (BIT(JSON_MESSAGE) - BIT(JSON_LOG))

static const struct httpstatus_text specials[] = {
    LITERAL("log"),     LITERAL("stream"),     LITERAL("time"),        LITERAL("attrs"),
    LITERAL("MESSAGE"), LITERAL("properties"), LITERAL("_LINE_BREAK"), LITERAL("_STREAM_ID"),
    LITERAL("records"), LITERAL("event_type")};

struct json_context {
    struct httpstatus_json *j;
    struct json_keys of;
    struct scanner *scanner;
    bool only_wrapped; /* another format was asked for: an object is not a record */
};

/* How a list of records ends: "]}". */
enum json_list { JSON_NOT_LISTED, JSON_IN_LIST, JSON_BEHIND_LIST };

/* ---- Strings: names, or values ---- */

enum json_place {
    JSON_BEFORE,
    JSON_BETWEEN,
    JSON_STRING,
    JSON_NUMBER,
    JSON_WORD,
    JSON_BEHIND,
    JSON_DEAD
};

static bool is_wrapped(const struct httpstatus_json *j)
{
    return j->value_of == JSON_LOG || j->value_of == JSON_MESSAGE ||
           (j->value_of == JSON_PROPERTIES && (!j->wraps || j->wraps == JSON_PROPERTIES));
}

static bool is_byte(struct httpstatus_text name, size_t at, char c)
{
    return at < name.size && name.data[at] == c;
}

/* The name that leads to a special, or what is left of a key's path. */
static struct httpstatus_text left_of(const struct json_context *x, int i)
{
    if (i >= JSON_LOG)
        return specials[i - JSON_LOG];
    const struct httpstatus_key *key = &x->of.keys[i];
    return key_names(key, x->j->passed[i], key->name_count);
}

/* Drops the names that do not have this byte here. */
static void json_name_byte(const struct json_context *x, char c)
{
    struct httpstatus_json *j = x->j;

    if (j->text_size == 0 && j->depth == 1 && x->of.by_first)
        j->names &= x->of.by_first[(unsigned char)c & 127] | ALL_SPECIALS;
    for (uint64_t left = j->names; left; left &= left - 1) {
        const int i = lowest_bit_64(left);
        if (!is_byte(left_of(x, i), j->text_size, c))
            j->names &= ~BIT(i);
    }
}

/* FNV-1a is enough to tell streams apart: their names are 128 random bits from journald. */
static const uint64_t FNV_BASIS = UINT64_C(0xcbf29ce484222325), FNV_PRIME = UINT64_C(0x100000001b3);

/* Takes a byte of a string, unescaped. */
static void json_string_byte(const struct json_context *x, char c)
{
    struct httpstatus_json *j = x->j;

    json_name_byte(x, c);
    if (j->text_size < sizeof j->text)
        j->text[j->text_size] = c;
    j->text_size += j->text_size < SIZE_MAX;
    if (j->value_of == JSON_STREAM_ID)
        j->stream = (j->stream ^ (unsigned char)c) * FNV_PRIME;
    if (x->scanner && is_wrapped(j))
        httpstatus_wrapper_byte(x->scanner, c);
}

/* Takes a character of \uNNNN as UTF-8; half a surrogate pair stands for itself. */
static void put_character(const struct json_context *x, int c)
{
    char bytes[4];
    const int size = put_utf8(c, bytes);

    for (int i = 0; i < size; i++)
        json_string_byte(x, bytes[i]);
}

static void flush_high(const struct json_context *x)
{
    int high = x->j->high;

    x->j->high = 0;
    if (high)
        put_character(x, high);
}

static void end_unit(const struct json_context *x)
{
    struct httpstatus_json *j = x->j;

    if (j->high && is_low(j->unit)) {
        int pair = of_pair(j->high, j->unit);
        j->high = 0;
        put_character(x, pair);
        return;
    }
    flush_high(x);
    if (is_high(j->unit))
        j->high = j->unit;
    else
        put_character(x, j->unit);
}

static void tear(struct httpstatus_json *j)
{
    j->place = JSON_DEAD;
    j->left_over = true;
}

/* A byte after a backslash: 'escape' is 1, then 2 to 5 for the digits of \uNNNN. */
static void escape_byte(const struct json_context *x, char c)
{
    struct httpstatus_json *j = x->j;
    const char simple = json_escaped(c);
    int digit = hex_digit(c);

    if (j->escape > 1) {
        j->unit = j->unit * 16 + digit;
        if (digit < 0)
            tear(j);
        else if (++j->escape == 6) {
            j->escape = 0;
            end_unit(x);
        }
    } else if (c == 'u') {
        j->escape = 2;
        j->unit = 0;
    } else {
        j->escape = 0;
        flush_high(x);
        if (simple)
            c = simple;
        else
            json_string_byte(x, '\\'); /* not an escape: it stands for itself */
        json_string_byte(x, c);
    }
}

static void start_string(const struct json_context *x)
{
    struct httpstatus_json *j = x->j;

    j->place = JSON_STRING;
    j->is_name = !j->behind_colon;
    j->escape = 0;
    j->high = 0;
    j->text_size = 0;
    j->names = j->is_name && j->depth <= HTTPSTATUS_NAMES ? j->live[j->depth] : 0;
    j->names |= j->is_name && j->depth == 1 ? ALL_SPECIALS : 0;
    if (j->value_of == JSON_STREAM_ID)
        j->stream = FNV_BASIS;
    if (is_wrapped(j)) {
        j->wraps = j->value_of;
        if (x->scanner)
            httpstatus_wrapper_begin(x->scanner, j->wraps == JSON_PROPERTIES);
    }
}

/* ---- Values ---- */

static void json_end_value(struct httpstatus_json *j)
{
    j->wanted = j->descend = 0;
    j->value_of = 0;
    j->behind_colon = false;
}

static bool is_string(const struct httpstatus_json *j, struct httpstatus_text text)
{
    return j->place == JSON_STRING && j->text_size == text.size &&
           memcmp(j->text, text.data, text.size) == 0;
}

/* Whether the string may hold what its name is for. */
static bool may_wrap(const struct httpstatus_json *j)
{
    return j->wraps != JSON_PROPERTIES || (j->text_size && j->text[0] == '{');
}

static void set(const struct json_context *x, int status)
{
    static const struct httpstatus_text is_error = LITERAL("stderr"), is_cut = LITERAL("line-max"),
                                        is_http = LITERAL("http");
    struct httpstatus_json *j = x->j;
    const bool proves = j->place == JSON_STRING && begins_with_method(j->text, j->text_size);

    for (uint64_t left = j->wanted; left; left &= left - 1) {
        const int i = lowest_bit_64(left);
        j->found[i] = (int16_t)(i < x->of.count ? status : proves);
        j->found_way[i] = j->way[i];
    }
    j->ended = j->wanted;
    if (j->value_of == j->wraps && !(j->place == JSON_STRING && may_wrap(j)))
        j->wraps = 0;
    if (j->value_of == JSON_STREAM)
        j->is_error = is_string(j, is_error);
    if (j->value_of == JSON_EVENT_TYPE)
        j->other_event = !is_string(j, is_http);
    if (j->value_of == JSON_LINE_BREAK)
        j->is_cut = is_string(j, is_cut);
    if (j->value_of == JSON_STREAM_ID && j->place != JSON_STRING)
        j->stream = 0;
}

static void put_value(const struct json_context *x, int status)
{
    set(x, status);
    json_end_value(x->j);
}

/* The status that a string gives: "" and "-" are none, one to three digits are one. */
static int string_status(const struct httpstatus_json *j)
{
    int code = 0;

    if (j->text_size == 0 || (j->text_size == 1 && j->text[0] == '-'))
        return HTTPSTATUS_NO_STATUS;
    for (size_t i = 0; i < j->text_size; i++) {
        if (i == 3 || !is_digit(j->text[i]))
            return HTTPSTATUS_UNMATCHED;
        code = code * 10 + (j->text[i] - '0');
    }
    return code;
}

/* Drops the names of which the text is only a beginning, and that do not go on after a dot. */
static void json_end_name(const struct json_context *x)
{
    struct httpstatus_json *j = x->j;

    for (uint64_t left = j->names; left; left &= left - 1) {
        const int i = lowest_bit_64(left);
        const struct httpstatus_text name = left_of(x, i);
        if (j->text_size != name.size && (i >= JSON_LOG || name.data[j->text_size] != '.'))
            j->names &= ~BIT(i);
    }
}

static void end_string(const struct json_context *x)
{
    struct httpstatus_json *j = x->j;

    flush_high(x);
    json_end_name(x);
    set(x, string_status(j));
    j->after_string = true;
    j->place = JSON_BETWEEN;
}

/* How many names of a key are passed with the name that has just come. */
static int passed_with_name(const struct json_context *x, int i)
{
    const size_t *starts = x->of.keys[i].starts;
    int n = x->j->passed[i];
    const size_t end = starts[n] + x->j->text_size;

    while (starts[n] <= end)
        n++;
    return n;
}

/* The name leads on: what its earlier value had under this key does not count any more. */
static void lead_on(const struct json_context *x, int i)
{
    struct httpstatus_json *j = x->j;
    const unsigned here = 1u << (passed_with_name(x, i) - 1);

    if ((j->found_way[i] & (2 * here - 1)) == (j->way[i] | here))
        j->found[i] = JSON_ABSENT;
    j->descend |= BIT(i);
}

/* What the name says of its value: it is wanted, or may contain what is wanted, or a line. */
static void find_value(const struct json_context *x)
{
    struct httpstatus_json *j = x->j;

    for (uint64_t left = j->names; left; left &= left - 1) {
        const int i = lowest_bit_64(left);
        if (i >= JSON_LOG)
            j->value_of = (unsigned char)i;
        else if (j->text_size == left_of(x, i).size)
            j->wanted |= BIT(i);
        else
            lead_on(x, i);
    }
}

/*
 * The value of a name comes next.  Of equal names the last counts, at every level.  A string that
 * is itself a value is not a name, and a colon after it makes it invalid.
 */
static void colon(const struct json_context *x)
{
    struct httpstatus_json *j = x->j;

    if (j->is_name) {
        if (j->depth == 1) {
            j->foreign = j->foreign || !(j->names & ALL_OF_DOCKER);
            j->members = j->members ? 2 : 1;
        }
        find_value(x);
    } else {
        put_value(x, HTTPSTATUS_UNMATCHED);
    }
    j->behind_colon = true;
}

static void start_number(struct httpstatus_json *j, char c)
{
    j->place = JSON_NUMBER;
    j->digits = is_digit(c);
    j->value = is_digit(c) ? c - '0' : 0;
    j->negative = c == '-';
    j->bad = j->point = false;
    j->zeros = false;
}

/* A whole float, "200.0", is a status. */
static void number_byte(struct httpstatus_json *j, char c)
{
    if (c == '.' && !j->point) {
        j->point = true;
    } else if (!is_digit(c)) {
        j->bad = true;
    } else if (j->point) {
        j->zeros = true;
        j->bad = j->bad || c != '0';
    } else {
        j->digits = j->digits < 4 ? j->digits + 1 : 4;
        j->value = j->digits < 4 ? j->value * 10 + (c - '0') : 0;
    }
}

/*
 * journald's JSON has a line that is not UTF-8, as a client may make it, as a list of its bytes:
 * "MESSAGE":[71,69,84].  Any other list is no line.
 */
enum json_bytes { JSON_NO_BYTES, JSON_BYTE, JSON_BEHIND_BYTE };

static void start_bytes(const struct json_context *x)
{
    x->j->bytes = JSON_BYTE;
    x->j->wraps = JSON_MESSAGE;
    if (x->scanner)
        httpstatus_wrapper_begin(x->scanner, false);
}

static void drop_bytes(struct httpstatus_json *j)
{
    j->bytes = JSON_NO_BYTES;
    j->wraps = 0;
}

/* What begins or ends an item of the list. */
static void bytes_mark(struct httpstatus_json *j, char c)
{
    if (j->bytes == JSON_BYTE ? is_digit(c) : c == ']')
        j->bytes = c == ']' ? JSON_NO_BYTES : JSON_BYTE;
    else if (j->bytes == JSON_BEHIND_BYTE && c == ',')
        j->bytes = JSON_BYTE;
    else
        drop_bytes(j);
}

static void take_listed_byte(const struct json_context *x)
{
    struct httpstatus_json *j = x->j;

    if (j->bad || j->point || j->digits > 3 || j->value > 255) {
        drop_bytes(j);
        return;
    }
    j->bytes = JSON_BEHIND_BYTE;
    if (x->scanner)
        httpstatus_wrapper_byte(x->scanner, (char)j->value);
}

static void end_number(const struct json_context *x)
{
    struct httpstatus_json *j = x->j;
    int value = j->negative ? -j->value : j->value;
    bool fits = !j->bad && j->point == j->zeros && j->digits >= 1 && j->digits <= 3 &&
                value >= HTTPSTATUS_STATUS_MIN;

    j->place = JSON_BETWEEN;
    if (j->bytes)
        take_listed_byte(x);
    put_value(x, fits ? value : HTTPSTATUS_UNMATCHED);
}

static void end_word(const struct json_context *x)
{
    struct httpstatus_json *j = x->j;
    bool null = j->text_size == 4 && memcmp(j->text, "null", 4) == 0;

    j->place = JSON_BETWEEN;
    put_value(x, null ? HTTPSTATUS_NO_STATUS : HTTPSTATUS_UNMATCHED);
}

/* ---- Objects ---- */

/* Goes along the way of the keys to which the name of an object leads. */
static void go_into(const struct json_context *x, uint64_t keys)
{
    struct httpstatus_json *j = x->j;

    if (j->depth < HTTPSTATUS_NAMES)
        j->live[j->depth + 1] = keys;
    for (; keys; keys &= keys - 1) {
        const int i = lowest_bit_64(keys);
        j->passed[i] = (unsigned char)passed_with_name(x, i);
        j->way[i] = (unsigned char)(j->way[i] | 1u << (j->passed[i] - 1));
    }
}

/* Goes back to where the object that ends here is a value. */
static void go_back(struct httpstatus_json *j)
{
    uint64_t keys = j->depth && j->depth < HTTPSTATUS_NAMES ? j->live[j->depth + 1] : 0;

    for (; keys; keys &= keys - 1) {
        const int i = lowest_bit_64(keys);
        j->way[i] = (unsigned char)(j->way[i] ^ 1u << (j->passed[i] - 1));
        do
            j->passed[i]--;
        while (j->passed[i] && !(j->way[i] >> (j->passed[i] - 1)));
    }
}

static void open_container(const struct json_context *x, char c)
{
    struct httpstatus_json *j = x->j;
    const uint64_t descend = c == '{' ? j->descend : 0;
    const bool has_bytes = c == '[' && j->value_of == JSON_MESSAGE;
    const bool has_records = c == '[' && j->value_of == JSON_RECORDS && j->members == 1 &&
                             !j->listed;

    put_value(x, HTTPSTATUS_UNMATCHED);
    if (has_records) {
        j->depth = 0;
        j->place = JSON_BEHIND;
        j->listed = JSON_IN_LIST;
        return;
    }
    if (j->depth < JSON_KINDS_KEPT)
        j->objects = c == '{' ? j->objects | UINT64_C(1) << j->depth
                              : j->objects & ~(UINT64_C(1) << j->depth);
    go_into(x, descend);
    if (++j->depth == JSON_MOST_DEPTH)
        tear(j);
    if (has_bytes)
        start_bytes(x);
}

static void start_object(const struct json_context *x)
{
    struct httpstatus_json *j = x->j;

    j->place = JSON_BETWEEN;
    j->foreign = j->is_error = j->is_cut = j->other_event = false;
    j->wraps = j->members = 0;
    j->stream = 0;
    memset(j->way, 0, sizeof j->way);
    memset(j->passed, 0, sizeof j->passed);
    for (int i = 0; i < x->of.count + x->of.proofs; i++)
        j->found[i] = JSON_ABSENT;
    open_container(x, '{');
    j->live[1] = BIT(x->of.count + x->of.proofs) - 1;
}

static bool names_a_method(const struct json_context *x)
{
    const int16_t *proofs = x->j->found + x->of.count;
    int i = 0;

    while (i < x->of.proofs && proofs[i] <= 0)
        i++;
    return i < x->of.proofs;
}

/* Whether a key has a status that counts. */
static bool key_counts(const struct json_context *x, int i)
{
    const struct httpstatus_key *key = &x->of.keys[i];
    const int status = x->j->found[i];

    if (key->unsure)
        return status >= LEAST_UNSURE && names_a_method(x);
    return status >= HTTPSTATUS_NO_STATUS && !(key->event && x->j->other_event);
}

/* The first key with a status counts; if there is none, a line in a string does. */
static void end_object(const struct json_context *x)
{
    struct httpstatus_json *j = x->j;
    int key = 0;

    while (key < x->of.count && !key_counts(x, key))
        key++;
    j->place = JSON_BEHIND;
    j->record_end = j->at;
    j->number = 0;
    j->format = HTTPSTATUS_JSON;
    j->key = x->of.count == 1 ? -1 : key;
    j->status = key < x->of.count && !x->only_wrapped ? j->found[key] : HTTPSTATUS_UNMATCHED;
    if (key == x->of.count) {
        if (x->scanner && httpstatus_wrapper_is_rest(x->scanner, j))
            j->status = HTTPSTATUS_FRAGMENT;
        else if (x->scanner && j->wraps)
            httpstatus_wrapper_end(x->scanner, j, !j->foreign);
        j->seen_wrapper = j->seen_wrapper || j->wraps;
        j->seen_stream = j->seen_stream || j->stream;
    }
    j->have_record = j->status >= HTTPSTATUS_NO_STATUS || j->status == HTTPSTATUS_SKIPPED;
    if (j->status != HTTPSTATUS_UNMATCHED)
        return;
    j->left_over_number = j->left_over ? j->left_over_number : j->number;
    j->left_over = true;
}

static void close_container(const struct json_context *x, char c)
{
    struct httpstatus_json *j = x->j;

    j->depth--;
    if (j->depth < JSON_KINDS_KEPT && (j->objects >> j->depth & 1) != (c == '}')) {
        tear(j);
        return;
    }
    go_back(j);
    if (j->depth == 0)
        end_object(x);
}

/* A value with something else after it is invalid: "20 4". */
static void check_ended(const struct json_context *x, char c)
{
    struct httpstatus_json *j = x->j;

    uint64_t keys = c == ',' || c == '}' || c == ']' ? 0 : j->ended;

    for (; keys; keys &= keys - 1)
        j->found[lowest_bit_64(keys)] = HTTPSTATUS_UNMATCHED;
    j->ended = 0;
}

static void between(const struct json_context *x, char c)
{
    struct httpstatus_json *j = x->j;

    if (is_blank(c) || c == '\r')
        return;
    check_ended(x, c);
    if (j->bytes)
        bytes_mark(j, c);
    if (j->after_string) {
        j->after_string = false;
        if (c == ':') {
            colon(x);
            return;
        }
        json_end_value(j);
    }
    if (c == '"') {
        start_string(x);
    } else if (c == '{' || c == '[') {
        open_container(x, c);
    } else if (c == '-' || is_digit(c)) {
        start_number(j, c);
    } else if (is_letter(c)) {
        j->place = JSON_WORD;
        j->text[0] = c;
        j->text_size = 1;
    } else {
        put_value(x, HTTPSTATUS_UNMATCHED); /* the value is missing */
        if (c == '}' || c == ']')
            close_container(x, c);
        else if (c != ',')
            tear(j);
    }
}

/* What may separate the objects of a line: an array's, or a text sequence's (RFC 7464). */
static bool is_separator(char c)
{
    return is_blank(c) || c == '\r' || c == ',' || c == '[' || c == ']' || c == '\x1e';
}

/* Before the first object, where any text may come if the format was asked for, or after one. */
static void outside(const struct json_context *x, char c)
{
    struct httpstatus_json *j = x->j;

    if (c == '{' && j->listed != JSON_BEHIND_LIST)
        start_object(x);
    else if (c == ']' && j->listed == JSON_IN_LIST)
        j->listed = JSON_BEHIND_LIST;
    else if (c == '}' && j->listed == JSON_BEHIND_LIST)
        j->listed = JSON_NOT_LISTED;
    else if (!is_separator(c) && (j->place == JSON_BEHIND || j->only_objects))
        tear(j);
}

static void json_byte(const struct json_context *x, char c)
{
    struct httpstatus_json *j = x->j;

    switch (j->place) {
    case JSON_BEFORE:
    case JSON_BEHIND:
        outside(x, c);
        break;
    case JSON_STRING:
        if (j->escape) {
            escape_byte(x, c);
        } else if (c == '\\') {
            j->escape = 1;
        } else if (c == '"') {
            end_string(x);
        } else {
            flush_high(x);
            json_string_byte(x, c);
        }
        break;
    case JSON_NUMBER:
        if (is_digit(c) || is_letter(c) || c == '.' || c == '+' || c == '-') {
            number_byte(j, c);
        } else {
            end_number(x);
            between(x, c);
        }
        break;
    case JSON_WORD:
        if (is_letter(c)) {
            if (j->text_size < sizeof j->text)
                j->text[j->text_size] = c;
            j->text_size += j->text_size < sizeof j->text;
        } else {
            end_word(x);
            between(x, c);
        }
        break;
    default:
        between(x, c);
    }
}

/* Whether the rest of a string does not matter: it is neither a name nor a wanted value. */
static bool is_passed(const struct httpstatus_json *j)
{
    return j->place == JSON_STRING && !j->escape && !j->high && !(j->names | j->wanted) &&
           !j->value_of;
}

/* Where the next quote or backslash is; 'size' if nowhere. */
static size_t string_end(const char *p, size_t at, size_t size)
{
    while (at < size && p[at] != '"' && p[at] != '\\')
        at++;
    return at;
}

size_t httpstatus_objects_read(struct httpstatus_json *j, const struct httpstatus_setup *setup,
                               struct scanner *scanner, const char *p, size_t size)
{
    struct json_context x = {.j = j,
                             .scanner = scanner,
                             .only_wrapped = !setup->automatic && setup->format != HTTPSTATUS_JSON};

    x.of = httpstatus_json_keys(setup);
    for (size_t i = 0; i < size; i++) {
        if (j->place == JSON_DEAD) {
            j->at += size - i;
            return size;
        }
        if (is_passed(j)) {
            size_t end = string_end(p, i, size);
            j->at += end - i;
            i = end;
            if (i == size)
                return size;
        }
        j->ready = j->have_record && p[i] == '{';
        if (j->ready)
            return i;
        j->at++;
        json_byte(&x, p[i]);
    }
    return size;
}

void httpstatus_objects_end(struct httpstatus_json *j)
{
    j->left_over = j->left_over || j->place != JSON_BEHIND || j->listed;
}

/* Nothing but separators comes before an object, or before the end of what is known of the text. */
bool httpstatus_json_begins(const struct beginning *b)
{
    const char *p = b->text;

    while (p < b->end && is_separator(*p))
        p++;
    return p == b->end ? b->goes_on : *p == '{';
}

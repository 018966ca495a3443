/* Records of pairs, a key and a value: logfmt and LTSV. */
#include "pairs.h"
#include "buckets.h"
#include "pairs_table.h"
#include "quoted.h"
#include "tokens.h"

/*
 * A line is a record if all of it is pairs and they give one status, beside a request line or a
 * method: that is in capital letters, or absent, as of what is no request.  Two keys that give
 * different statuses give none: where a writer neither quotes nor escapes, one of them may be a
 * client's.
 *
 * logfmt: " *(word +){0,8}key=value( +key=value)* *".  A value is quoted, with a backslash before a
 * quote that belongs to it, or has neither quotes nor blanks.  The words are what a logger puts in
 * front, without '=' and quotes, or with blanks in brackets.
 *
 * LTSV: "label:value(\tlabel:value)*".  Its writers put no tab into a value.
 */
enum { MOST_WORDS = 8 };

/* ---- Names ---- */

static const struct pair_name *name_of(const struct pair_name *names, const unsigned char *places,
                                       const unsigned char *begins, const char *key, size_t size)
{
    const unsigned bucket = bucket_of(key, size);

    for (int n = begins[bucket]; n < begins[bucket + 1]; n++) {
        const struct pair_name *name = &names[places[n]];
        if (name->size == size && memcmp(name->name, key, size) == 0)
            return name;
    }
    return NULL;
}

const struct pair_name *httpstatus_logfmt_name(const char *key, size_t size)
{
    return name_of(logfmt_names, logfmt_names_by_bucket, logfmt_names_of_bucket, key, size);
}

const struct pair_name *httpstatus_ltsv_name(const char *label, size_t size)
{
    return name_of(ltsv_names, ltsv_names_by_bucket, ltsv_names_of_bucket, label, size);
}

/* Whether a key may be of those that decide what a line says. */
static bool may_decide(const uint32_t *deciding, const char *key, size_t size)
{
    return size < HTTPSTATUS_PAIR_KEY && deciding[size] >> (key[size - 1] & 31) & 1;
}

/* ---- Pairs ---- */

static void keep_key(struct httpstatus_pairs *line, char c)
{
    if (line->key_size < sizeof line->key)
        line->key[line->key_size] = c;
    line->key_size++;
}

static void keep_value(struct httpstatus_pairs *line, char c)
{
    if (line->value_size < sizeof line->value)
        line->value[line->value_size] = c;
    line->value_size++;
}

static void take_pair_status(struct httpstatus_pairs *line)
{
    const int status = line->value_size ? read_status(line->value, line->value_size, 3)
                                        : HTTPSTATUS_NO_STATUS;

    if (status == HTTPSTATUS_UNMATCHED)
        return;
    line->bad = line->bad || (line->has_status && line->status != status);
    line->has_status = true;
    line->status = status;
}

static bool is_method_value(const struct httpstatus_pairs *line)
{
    if (line->value_size < 2)
        return line->value_size == 0 || *line->value == '-';
    return line->value_size >= 3 && is_upper(line->value[0]) && is_upper(line->value[1]) &&
           is_upper(line->value[2]);
}

static void end_pair(struct httpstatus_pairs *line, const struct pair_name *name)
{
    line->paired = true;
    if (name && name->what == PAIR_STATUS)
        take_pair_status(line);
    else if (name && name->what == HTTPSTATUS_PART_METHOD)
        line->proved = line->proved || is_method_value(line);
    else if (name && name->what == PAIR_REQUEST)
        line->proved = true;
    line->key_size = line->value_size = 0;
}

static bool has_key(const struct httpstatus_pairs *line)
{
    return line->key_size <= sizeof line->key;
}

static int pairs_status(const struct httpstatus_pairs *line)
{
    return line->has_status && line->proved && !line->bad ? line->status : HTTPSTATUS_UNMATCHED;
}

/* ---- logfmt ---- */

enum logfmt_place {
    LOGFMT_BETWEEN,
    LOGFMT_KEY,
    LOGFMT_BRACKETS,
    LOGFMT_WORD, /* which is no key */
    LOGFMT_VALUE,
    LOGFMT_BARE,
    LOGFMT_QUOTED,
    LOGFMT_ESCAPED,
    LOGFMT_CLOSED
};

static void end_logfmt_pair(struct httpstatus_pairs *line)
{
    end_pair(line, has_key(line) ? httpstatus_logfmt_name(line->key, line->key_size) : NULL);
    line->place = LOGFMT_BETWEEN;
}

static void end_logger_word(struct httpstatus_pairs *line)
{
    line->bad = line->paired || ++line->words > MOST_WORDS;
    line->key_size = 0;
    line->place = LOGFMT_BETWEEN;
}

/* A byte of what comes before '=', or of a word. */
static void logfmt_key_byte(struct httpstatus_pairs *line, char c)
{
    if (is_blank(c)) {
        end_logger_word(line);
    } else if (c == '=') {
        line->bad = line->place == LOGFMT_WORD || line->key_size == 0;
        line->place = LOGFMT_VALUE;
    } else if (c == '"') {
        line->bad = true;
    } else if (is_key_byte(c)) {
        keep_key(line, c);
    } else {
        line->place = LOGFMT_WORD;
    }
}

static void begin_logfmt(struct httpstatus_pairs *line, char c)
{
    if (is_blank(c))
        return;
    line->place = c == '[' && !line->paired ? LOGFMT_BRACKETS : LOGFMT_KEY;
    if (line->place == LOGFMT_KEY)
        logfmt_key_byte(line, c);
}

static void logfmt_value_byte(struct httpstatus_pairs *line, char c)
{
    if (is_blank(c)) {
        end_logfmt_pair(line);
    } else if (c == '"') {
        line->bad = line->place != LOGFMT_VALUE;
        line->place = LOGFMT_QUOTED;
    } else {
        line->bad = line->place == LOGFMT_CLOSED;
        line->place = LOGFMT_BARE;
        keep_value(line, c);
    }
}

static void logfmt_quoted_byte(struct httpstatus_pairs *line, char c)
{
    if (line->place == LOGFMT_QUOTED && c == '"') {
        line->place = LOGFMT_CLOSED;
        return;
    }
    line->place = line->place == LOGFMT_QUOTED && c == '\\' ? LOGFMT_ESCAPED : LOGFMT_QUOTED;
    keep_value(line, c);
}

static void logfmt_byte(struct httpstatus_pairs *line, char c)
{
    switch (line->place) {
    case LOGFMT_BETWEEN:
        begin_logfmt(line, c);
        break;
    case LOGFMT_KEY:
    case LOGFMT_WORD:
        logfmt_key_byte(line, c);
        break;
    case LOGFMT_BRACKETS:
        if (c == ']')
            line->place = LOGFMT_WORD;
        break;
    case LOGFMT_QUOTED:
    case LOGFMT_ESCAPED:
        logfmt_quoted_byte(line, c);
        break;
    default:
        logfmt_value_byte(line, c);
    }
}

void httpstatus_logfmt_read(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                            const char *p, size_t size)
{
    struct httpstatus_pairs *line = &reader->as.logfmt;

    (void)setup;
    for (size_t i = 0; i < size && !line->bad; i++)
        logfmt_byte(line, p[i]);
}

int httpstatus_logfmt_end(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                          int *substatus)
{
    struct httpstatus_pairs *line = &reader->as.logfmt;

    (void)setup;
    (void)substatus;
    if (line->place == LOGFMT_QUOTED || line->place == LOGFMT_ESCAPED)
        line->bad = true;
    if (!line->bad)
        logfmt_byte(line, ' ');
    return pairs_status(line);
}

/* A key, and no quote before it. */
bool httpstatus_logfmt_begins(const struct beginning *b)
{
    const char *equals = find_byte(b->text, b->end, '='), *key = equals;

    if (find_byte(b->text, equals, '"') < equals)
        return false;
    if (equals == b->end)
        return b->goes_on;
    while (key > b->text && is_key_byte(key[-1]))
        key--;
    return key < equals && (key == b->text || is_blank(key[-1]));
}

/* ---- logfmt, whole lines ---- */

bool httpstatus_next_pair(const char **at, const char *end, struct pair *pair)
{
    const char *p = *at;

    pair->key = p;
    while (p < end && is_key_byte(*p))
        p++;
    if (p == end || *p != '=' || p == *at)
        return false;
    pair->key_size = (size_t)(p++ - pair->key);
    pair->quoted = p < end && *p == '"';
    pair->value = p += pair->quoted;
    if (pair->quoted)
        p = bare_quote(p, end);
    else
        while (p < end && !is_blank(*p) && *p != '"')
            p++;
    pair->end = p;
    p += pair->quoted && p < end;
    if ((pair->quoted && p == pair->end) || (p < end && !is_blank(*p)))
        return false;
    *at = p;
    return true;
}

static void take_pair(struct httpstatus_pairs *line, const struct pair_name *name,
                      const struct pair *pair)
{
    if (!name)
        return;
    line->value_size = (size_t)(pair->end - pair->value);
    memcpy(line->value, pair->value,
           line->value_size < sizeof line->value ? line->value_size : sizeof line->value);
    end_pair(line, name);
}

/* What a line says that has nothing but pairs, from its first byte on. */
static int said_by(const struct httpstatus_pairs *line)
{
    const int status = pairs_status(line);

    return status == HTTPSTATUS_UNMATCHED ? UNPROVED : status;
}

/* No logger's prefix begins with a letter and '=' behind a key. */
int httpstatus_logfmt_look(const char *p, const char *end)
{
    struct httpstatus_pairs line = {.place = LOGFMT_BETWEEN};
    struct pair pair;

    if (p == end)
        return HTTPSTATUS_SKIPPED;
    if (!begins_label(*p))
        return UNPROVED;
    while (p < end) {
        if (is_blank(*p))
            p++;
        else if (httpstatus_next_pair(&p, end, &pair))
            take_pair(&line, httpstatus_logfmt_name(pair.key, pair.key_size), &pair);
        else
            return UNPROVED;
    }
    return said_by(&line);
}

/* The value at 'p', of which nothing behind the first bytes counts: see end_pair(). */
static const char *short_value(const char *p, const char *end, char stop, char or_stop)
{
    const char *start = p;

    while (p < end && p - start < HTTPSTATUS_PAIR_VALUE && *p != stop && *p != or_stop)
        p++;
    return p;
}

int httpstatus_logfmt_said(const char *line, const char *end, const uint16_t *marks, size_t count)
{
    struct httpstatus_pairs said = {.place = LOGFMT_BETWEEN};

    for (const uint16_t *mark = marks; mark < marks + count; mark += 2) {
        const char *key = line + mark[0], *value = line + mark[1] + 1;
        const size_t size = (size_t)(mark[1] - mark[0]);
        if (!may_decide(logfmt_deciding, key, size))
            continue;
        const bool quoted = value < end && *value == '"';
        value += quoted;
        const char *stop = quoted ? short_value(value, end, '"', '"')
                                  : short_value(value, end, ' ', '\t');
        take_pair(&said, httpstatus_logfmt_name(key, size),
                  &(struct pair){.value = value, .end = stop});
    }
    return said_by(&said);
}

/* ---- LTSV ---- */

enum ltsv_place { LTSV_LABEL, LTSV_VALUE };

static void end_ltsv_pair(struct httpstatus_pairs *line)
{
    end_pair(line, has_key(line) ? httpstatus_ltsv_name(line->key, line->key_size) : NULL);
    line->place = LTSV_LABEL;
}

static void ltsv_byte(struct httpstatus_pairs *line, char c)
{
    if (line->place == LTSV_VALUE) {
        if (c == '\t')
            end_ltsv_pair(line);
        else
            keep_value(line, c);
    } else if (line->key_size && c == ':') {
        line->place = LTSV_VALUE;
    } else {
        line->bad = !(line->key_size ? is_label_byte(c) : begins_label(c));
        keep_key(line, c);
    }
}

void httpstatus_ltsv_read(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                          const char *p, size_t size)
{
    struct httpstatus_pairs *line = &reader->as.ltsv;

    (void)setup;
    for (size_t i = 0; i < size && !line->bad; i++)
        ltsv_byte(line, p[i]);
}

int httpstatus_ltsv_end(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                        int *substatus)
{
    struct httpstatus_pairs *line = &reader->as.ltsv;

    (void)setup;
    (void)substatus;
    if (line->place == LTSV_VALUE)
        end_ltsv_pair(line);
    else
        line->bad = true;
    return pairs_status(line);
}

bool httpstatus_next_labelled(const char **at, const char *end, struct pair *pair)
{
    const char *p = *at;

    if (!begins_label(*p))
        return false;
    pair->key = p;
    while (p < end && is_label_byte(*p))
        p++;
    if (p == end || *p != ':')
        return false;
    pair->key_size = (size_t)(p++ - pair->key);
    pair->quoted = false;
    pair->value = p;
    pair->end = find_byte(p, end, '\t');
    *at = pair->end + (pair->end < end);
    return true;
}

/* Nor does one begin with a letter and ':' behind a label. */
int httpstatus_ltsv_look(const char *p, const char *end)
{
    struct httpstatus_pairs line = {.place = LTSV_LABEL};
    struct pair pair;

    if (p == end)
        return HTTPSTATUS_SKIPPED;
    if (end[-1] == '\t')
        return UNPROVED;
    while (p < end) {
        if (!httpstatus_next_labelled(&p, end, &pair))
            return UNPROVED;
        take_pair(&line, httpstatus_ltsv_name(pair.key, pair.key_size), &pair);
    }
    return said_by(&line);
}

/* Two labels: the beginning of JSON behind a word and a colon is none of LTSV. */
bool httpstatus_ltsv_begins(const struct beginning *b)
{
    const char *p = b->text, *tab = find_byte(p, b->end, '\t');

    if (tab == b->end || !begins_label(*p))
        return false;
    while (is_label_byte(*p))
        p++;
    return *p == ':' && (tab + 1 < b->end ? begins_label(tab[1]) : b->goes_on);
}

int httpstatus_ltsv_said(const char *line, const char *end, const uint16_t *marks, size_t count)
{
    struct httpstatus_pairs said = {.place = LTSV_LABEL};

    for (const uint16_t *mark = marks; mark < marks + count; mark += 2) {
        const char *label = line + mark[0], *value = line + mark[1] + 1;
        const size_t size = (size_t)(mark[1] - mark[0]);
        if (may_decide(ltsv_deciding, label, size))
            take_pair(&said, httpstatus_ltsv_name(label, size),
                      &(struct pair){.value = value, .end = short_value(value, end, '\t', '\t')});
    }
    return said_by(&said);
}

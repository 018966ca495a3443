/* What the parts of a record must be, to be counted or selected. */
#include "tally.h"
#include "unescape.h"

/* ---- Texts ---- */

/* The bytes of a part one after the other, its escapes undone. */
struct plain {
    const char *p, *end;
    enum httpstatus_escape escape;
    char text[HTTPSTATUS_UNESCAPED]; /* of the last escape */
    int at, size;
};

static struct plain plain_of(const struct httpstatus_record *record, enum httpstatus_part part)
{
    const struct httpstatus_text text = record->parts[part];

    return (struct plain){
        .p = text.data,
        .end = text.size ? text.data + text.size : text.data,
        .escape = record->escapes[part],
    };
}

/* -1 at the end */
static int next_byte(struct plain *plain)
{
    if (plain->at == plain->size) {
        char *out = plain->text;
        if (plain->p == plain->end)
            return -1;
        plain->p += httpstatus_unescape_next(plain->p, plain->end, plain->escape, &out);
        plain->at = 0;
        plain->size = (int)(out - plain->text);
    }
    return (unsigned char)plain->text[plain->at++];
}

static int to_lower_byte(int c)
{
    return c < 0 ? c : (unsigned char)to_lower((char)c);
}

/* Whether the next bytes are the text's, in any letter case if 'any_case'. */
static bool continues_with(struct plain *plain, struct httpstatus_text text, bool any_case)
{
    for (size_t i = 0; i < text.size; i++) {
        const int c = next_byte(plain), wanted = (unsigned char)text.data[i];
        if (c != wanted && (!any_case || to_lower_byte(c) != to_lower_byte(wanted)))
            return false;
    }
    return true;
}

/* Whether the rest is a port, as ":443", or nothing. */
static bool ends_host(struct plain *plain)
{
    int c = next_byte(plain);

    if (c == ':')
        while ((c = next_byte(plain)) >= '0' && c <= '9')
            continue;
    return c < 0;
}

static bool is_method(const struct httpstatus_record *record, struct httpstatus_text method)
{
    struct plain plain = plain_of(record, HTTPSTATUS_PART_METHOD);

    return continues_with(&plain, method, false) && next_byte(&plain) < 0;
}

static bool is_below(const struct httpstatus_record *record, struct httpstatus_text path)
{
    struct plain plain = plain_of(record, HTTPSTATUS_PART_PATH);

    return plain.p && continues_with(&plain, path, false);
}

static bool is_host(const struct httpstatus_record *record, struct httpstatus_text host)
{
    struct plain plain = plain_of(record, HTTPSTATUS_PART_HOST);

    return continues_with(&plain, host, true) && ends_host(&plain);
}

/* ---- Times ---- */

static bool is_before(const struct httpstatus_time *a, const struct httpstatus_time *b)
{
    return a->seconds < b->seconds || (a->seconds == b->seconds && a->nanoseconds < b->nanoseconds);
}

static enum httpstatus_answer is_in_time(const struct httpstatus_conditions *wanted,
                                         const struct httpstatus_record *record)
{
    struct httpstatus_time time;

    if (!wanted->has_since && !wanted->has_until)
        return HTTPSTATUS_YES;
    if (!httpstatus_record_time(record, &wanted->clock, &time) || !time.has_zone)
        return HTTPSTATUS_UNKNOWN;
    if ((wanted->has_since && is_before(&time, &wanted->since)) ||
        (wanted->has_until && !is_before(&time, &wanted->until)))
        return HTTPSTATUS_NO;
    return HTTPSTATUS_YES;
}

/* ---- Records ---- */

const char *httpstatus_conditions_check(const struct httpstatus_conditions *wanted)
{
    if (wanted->method.data && !httpstatus_is_token(wanted->method.data, wanted->method.size))
        return "method";
    return wanted->host.data && !wanted->host.size ? "host" : NULL;
}

enum httpstatus_answer httpstatus_meets(const struct httpstatus_conditions *wanted,
                                        const struct httpstatus_record *record)
{
    if ((wanted->method.data && !is_method(record, wanted->method)) ||
        (wanted->path.data && !is_below(record, wanted->path)) ||
        (wanted->exclude_path.data && is_below(record, wanted->exclude_path)) ||
        (wanted->host.data && !is_host(record, wanted->host)))
        return HTTPSTATUS_NO;
    return is_in_time(wanted, record);
}

/* Bits: those that conditions are about. */
static unsigned parts_of(const struct httpstatus_conditions *wanted)
{
    unsigned parts = 0;

    if (wanted->has_since || wanted->has_until)
        parts |= 1U << HTTPSTATUS_PART_TIME;
    if (wanted->method.data)
        parts |= 1U << HTTPSTATUS_PART_METHOD;
    if (wanted->path.data || wanted->exclude_path.data)
        parts |= 1U << HTTPSTATUS_PART_PATH;
    if (wanted->host.data)
        parts |= 1U << HTTPSTATUS_PART_HOST;
    return parts;
}

enum httpstatus_answer httpstatus_line_meets(const struct httpstatus_conditions *wanted,
                                             const struct httpstatus_scanner *scanner,
                                             const struct httpstatus_line *line, const char *p,
                                             char *buffer, unsigned parts,
                                             struct httpstatus_record *record)
{
    if (line->status < HTTPSTATUS_NO_STATUS)
        return HTTPSTATUS_NO;
    httpstatus_record(scanner, line, p, buffer, parts | parts_of(wanted), record);
    return httpstatus_meets(wanted, record);
}

/* ---- Counts ---- */

void httpstatus_tally_line(struct httpstatus_tally *tally, const struct httpstatus_line *line,
                           enum httpstatus_answer meets)
{
    if (meets == HTTPSTATUS_YES)
        httpstatus_count_record(tally, line->status, line->substatus);
    else if (meets == HTTPSTATUS_UNKNOWN)
        tally->untimed++;
}

void httpstatus_tally_rest(struct httpstatus_tally *tally, const struct httpstatus_tally *all)
{
    tally->lines = all->lines;
    tally->skipped = all->skipped;
    tally->unmatched = all->unmatched;
    tally->excluded = all->records - tally->records;
    tally->consumed = all->consumed;
    tally->format = all->format;
    memcpy(tally->first_unmatched, all->first_unmatched, sizeof tally->first_unmatched);
    memcpy(tally->formats, all->formats, sizeof tally->formats);
    memcpy(tally->keys, all->keys, sizeof tally->keys);
}

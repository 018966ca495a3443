/* What the parts of a record must be, to be counted or selected. */
#include "tally.h"
#include "unescape.h"

/* Whether a part, its escapes undone, begins so. */
static bool begins(struct httpstatus_text part, enum httpstatus_escape escape,
                   struct httpstatus_text so)
{
    const char *p = part.data, *const end = part.size ? p + part.size : p;
    size_t matched = 0;

    while (matched < so.size && p < end) {
        char text[HTTPSTATUS_UNESCAPED], *out = text;
        p += httpstatus_unescape_next(p, end, escape, &out);
        for (const char *q = text; q < out && matched < so.size; q++)
            if (*q != so.data[matched++])
                return false;
    }
    return part.data && matched == so.size;
}

/* ":443", or nothing */
static bool is_port(const char *p, const char *end)
{
    const char *digits = p + 1;

    if (p == end)
        return true;
    while (digits < end && is_digit(*digits))
        digits++;
    return *p == ':' && digits == end;
}

static bool is_host(struct httpstatus_text part, struct httpstatus_text host)
{
    return part.data && part.size >= host.size &&
           equal_ignoring_case(part.data, host.size, host.data, host.size) &&
           is_port(part.data + host.size, part.data + part.size);
}

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

enum httpstatus_answer httpstatus_meets(const struct httpstatus_conditions *wanted,
                                        const struct httpstatus_record *record)
{
    const struct httpstatus_text *const parts = record->parts;
    const struct httpstatus_text method = parts[HTTPSTATUS_PART_METHOD];

    if (wanted->method.data && !same_bytes(method, wanted->method))
        return HTTPSTATUS_NO;
    if (wanted->path.data &&
        !begins(parts[HTTPSTATUS_PART_PATH], record->escapes[HTTPSTATUS_PART_PATH], wanted->path))
        return HTTPSTATUS_NO;
    if (wanted->host.data && !is_host(parts[HTTPSTATUS_PART_HOST], wanted->host))
        return HTTPSTATUS_NO;
    return is_in_time(wanted, record);
}

void httpstatus_tally_line(struct httpstatus_tally *tally, const struct httpstatus_line *line,
                           enum httpstatus_answer meets)
{
    if (line->status < HTTPSTATUS_NO_STATUS)
        return;
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
    tally->format = all->format;
    memcpy(tally->first_unmatched, all->first_unmatched, sizeof tally->first_unmatched);
    memcpy(tally->formats, all->formats, sizeof tally->formats);
    memcpy(tally->keys, all->keys, sizeof tally->keys);
}

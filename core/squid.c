/* Squid's native log. */
#include "parts.h"
#include "tokens.h"

/* "HIER_DIRECT/93.184.216.34" */
static bool is_peer(const char *p, size_t size)
{
    return p[0] >= 'A' && p[0] <= 'Z' && has_slash(p, size);
}

/* "1286536308.779" */
static bool is_squid_time(const char *p, size_t size)
{
    size_t at = 0;

    return size <= HTTPSTATUS_TOKEN && digits(p, size, &at) && at >= 9 && at <= 11 &&
           size == at + 4 && p[at] == '.' && is_digit(p[at + 1]) && is_digit(p[at + 2]) &&
           is_digit(p[at + 3]);
}

/* The status of "TCP_MISS/200"; HTTPSTATUS_UNMATCHED if it is not such a result. */
static int read_result(const char *p, size_t size)
{
    size_t at = 0;

    if (size > HTTPSTATUS_TOKEN)
        return HTTPSTATUS_UNMATCHED;
    while (at < size &&
           ((p[at] >= 'A' && p[at] <= 'Z') || (at && (is_digit(p[at]) || p[at] == '_'))))
        at++;
    if (at == 0 || !skip(p, size, &at, '/'))
        return HTTPSTATUS_UNMATCHED;
    return read_status(p + at, size - at, 1);
}

/*
 * "\d{9,11}\.\d{3} +-?\d+ (\S+) [A-Z][A-Z0-9_]*"/"(\d{1,3}|-) +-?\d+ \S+ \S", then the user, the
 * peer and the type, and perhaps the header fields of both sides in brackets
 */

static bool squid_fits(const struct httpstatus_tokens *t, int *status)
{
    bool spaces = t->gap && t->only_spaces;

    switch (t->count) {
    case 0:
        return t->gap == 0 && is_squid_time(t->text, t->size);
    case 1:
    case 4:
        return spaces && is_number(t->text, t->size, false);
    case 3:
        *status = is_single_space(t) ? read_result(t->text, t->size) : HTTPSTATUS_UNMATCHED;
        return *status != HTTPSTATUS_UNMATCHED;
    case 8:
        return is_single_space(t) && is_peer(t->text, t->size);
    case 10:
        return is_single_space(t) && t->text[0] == '[';
    default:
        return t->count > 10 || is_single_space(t);
    }
}

static void squid_token(struct httpstatus_tokens *t, const struct httpstatus_setup *setup)
{
    if (!squid_fits(t, &t->found))
        decide_tokens(t, HTTPSTATUS_UNMATCHED);
    else if (t->count == 6 && !setup->automatic)
        decide_tokens(t, t->found);
}

void httpstatus_squid_read(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                           const char *p, size_t size)
{
    httpstatus_read_tokens(&reader->as.squid, setup, p, size, squid_token);
}

/* The line may end with the type, or with a bracket. */
int httpstatus_squid_end(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                         int *substatus)
{
    struct httpstatus_tokens *t = &reader->as.squid;
    int status = httpstatus_end_tokens(t, setup, squid_token);

    (void)substatus;
    return !t->decided && (t->count == 10 || (t->count > 10 && t->last == ']')) ? t->found : status;
}

bool httpstatus_squid_begins(const struct beginning *b)
{
    return b->text < b->end ? is_digit(*b->text) : b->goes_on;
}

/* ---- Parts ---- */

/* The time, the milliseconds, the client, "TCP_MISS/200", the bytes, the method, the URL, ... */
enum {
    SQUID_TIME,
    SQUID_DURATION,
    SQUID_CLIENT,
    SQUID_RESULT,
    SQUID_BYTES,
    SQUID_METHOD,
    SQUID_URL,
    SQUID_USER,
    SQUID_FIELDS
};

bool httpstatus_squid_divide(struct division *d)
{
    const char *p[SQUID_FIELDS], *end[SQUID_FIELDS];

    (void)httpstatus_next_fields(d->p, d->end, SQUID_FIELDS, p, end);
    if (read_result(p[SQUID_RESULT], (size_t)(end[SQUID_RESULT] - p[SQUID_RESULT])) != d->status)
        return false;
    set_part(d, HTTPSTATUS_PART_TIME, p[SQUID_TIME], end[SQUID_TIME], HTTPSTATUS_ESCAPE_NONE);
    set_part(d, HTTPSTATUS_PART_DURATION, p[SQUID_DURATION], end[SQUID_DURATION],
             HTTPSTATUS_ESCAPE_NONE);
    d->record->duration_unit = -3;
    set_part(d, HTTPSTATUS_PART_CLIENT, p[SQUID_CLIENT], end[SQUID_CLIENT], HTTPSTATUS_ESCAPE_NONE);
    set_part(d, HTTPSTATUS_PART_BYTES, p[SQUID_BYTES], end[SQUID_BYTES], HTTPSTATUS_ESCAPE_NONE);
    set_part(d, HTTPSTATUS_PART_METHOD, p[SQUID_METHOD], end[SQUID_METHOD], HTTPSTATUS_ESCAPE_NONE);
    httpstatus_set_target(d, p[SQUID_URL], end[SQUID_URL], HTTPSTATUS_ESCAPE_NONE);
    httpstatus_set_authority(d);
    set_part(d, HTTPSTATUS_PART_USER, p[SQUID_USER], end[SQUID_USER], HTTPSTATUS_ESCAPE_PERCENT);
    return true;
}

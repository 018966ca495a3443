/* Server access logs of Amazon S3. */
#include "parts.h"
#include "quoted.h"
#include "tokens.h"

/*
 * "\S+ \S+ \[stamp\] \S+ \S+ \S+ \S+ \S+ ", the request in quotes or "-", then
 * " (\d{3}|-) (\S+) (\d+|-) (\d+|-) (\d+|-) (\d+|-) ".
 */
enum s3_place { S3_PARTS, S3_STAMP, S3_STAMP_END, S3_REQUEST, S3_IN_REQUEST, S3_BARE, S3_DEAD };
enum { S3_STAMP_PART = 2, S3_REQUEST_PART = 8 };

/* The parts after the request, from 0: status, error code, four numbers; then the referer. */
enum { S3_STATUS_PART = 0, S3_ERROR_PART = 1, S3_LAST_PART = 5, S3_REFERER_PART = 6 };

static enum follow status_part(struct httpstatus_attempt *a, int c)
{
    if (c != ' ')
        return httpstatus_take_status(a, c, 3);
    if (a->digits != 3)
        return FAILS;
    a->part = S3_ERROR_PART;
    a->state = 0;
    return GOES_ON;
}

/* The referer begins with a quote, or is a dash before the quote of the agent. */
static enum follow referer_part(struct httpstatus_attempt *a, int c)
{
    static const char dash[] = "- \"";

    if (c == '"')
        return a->state == 0 || a->state == 2 ? FITS : FAILS;
    if (a->state == 2 || c != dash[a->state])
        return FAILS;
    a->state++;
    return GOES_ON;
}

/* 'state' is 0 before a part, 1 in it, 2 after a dash that is all of it. */
static enum follow parts_after(struct httpstatus_attempt *a, int c, int last)
{
    if (c == END_OF_LINE)
        return FAILS;
    if (!a->begun) {
        a->begun = true;
        return c == ' ' ? GOES_ON : FAILS;
    }
    if (a->part == S3_STATUS_PART)
        return status_part(a, c);
    if (a->part == S3_REFERER_PART)
        return referer_part(a, c);
    if (c == ' ') {
        if (a->state == 0)
            return FAILS;
        if (a->part == last)
            return FITS;
        a->part++;
        a->state = 0;
        return GOES_ON;
    }
    if (a->part == S3_ERROR_PART) {
        a->state = 1;
        return is_space((char)c) ? FAILS : GOES_ON;
    }
    if (a->state == 0 && c == '-') {
        a->state = 2;
        return GOES_ON;
    }
    if (a->state == 2 || !is_digit((char)c))
        return FAILS;
    a->state = 1;
    return GOES_ON;
}

static enum follow fields_after(struct httpstatus_attempt *a, int c)
{
    return parts_after(a, c, S3_LAST_PART);
}

/*
 * Where other formats are possible, text before a record of theirs must not pass for one of these.
 */
static enum follow fields_and_referer(struct httpstatus_attempt *a, int c)
{
    return parts_after(a, c, S3_REFERER_PART);
}

static follow_function *follow_of(const struct httpstatus_setup *setup)
{
    return setup->automatic ? fields_and_referer : fields_after;
}

/* A byte of the parts before the request; each is one or more bytes and a single space. */
static void s3_before_request(struct httpstatus_quoted *line, char c)
{
    if (line->part == S3_STAMP_PART) {
        line->place = c == '[' ? S3_STAMP : S3_DEAD;
        httpstatus_stamp_step(&line->stamp, c, true);
    } else if (c == ' ') {
        line->part++;
        if (!line->prefix)
            line->place = S3_DEAD;
        else if (line->part == S3_REQUEST_PART)
            line->place = S3_REQUEST;
        line->prefix = false;
    } else {
        line->prefix = true;
        if (is_space(c))
            line->place = S3_DEAD;
    }
}

/* A byte of the stamp, or of its bracket and the space after it. */
static void in_stamp(struct httpstatus_quoted *line, char c)
{
    if (line->place == S3_STAMP_END) {
        if (line->prefix) {
            line->place = c == ' ' ? S3_PARTS : S3_DEAD;
            line->part++;
            line->prefix = false;
        } else {
            line->prefix = c == ']';
        }
    } else if (httpstatus_stamp_step(&line->stamp, c, false)) {
        line->place = S3_STAMP_END;
    } else if (line->stamp == 0) {
        line->place = S3_DEAD;
    }
}

static void bare_byte(struct httpstatus_quoted *line, int c, follow_function *follow)
{
    enum follow result = follow(&line->close.attempts[0], c);

    if (result == GOES_ON)
        return;
    line->place = S3_DEAD;
    line->close.decided = result == FITS;
    line->close.found = line->close.attempts[0].value;
}

void httpstatus_s3_read(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                        const char *p, size_t size)
{
    struct httpstatus_quoted *line = &reader->as.s3;

    for (size_t i = 0; i < size && !line->close.decided && line->place != S3_DEAD; i++) {
        switch (line->place) {
        case S3_PARTS:
            s3_before_request(line, p[i]);
            break;
        case S3_STAMP:
        case S3_STAMP_END:
            in_stamp(line, p[i]);
            break;
        case S3_REQUEST:
            line->place = p[i] == '"' ? S3_IN_REQUEST : p[i] == '-' ? S3_BARE : S3_DEAD;
            break;
        case S3_BARE:
            bare_byte(line, (unsigned char)p[i], follow_of(setup));
            break;
        default:
            httpstatus_closing_step(&line->close, (unsigned char)p[i], follow_of(setup));
        }
    }
}

int httpstatus_s3_end(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                      int *substatus)
{
    struct httpstatus_quoted *line = &reader->as.s3;

    (void)substatus;
    if (line->place == S3_IN_REQUEST)
        return httpstatus_closing_end(&line->close, follow_of(setup));
    return line->close.decided ? line->close.found : HTTPSTATUS_UNMATCHED;
}

/* The third part is the stamp. */
bool httpstatus_s3_begins(const struct beginning *b)
{
    const char *p = b->text;

    if (p < b->end && *p == '{')
        return false;
    for (int part = 0; part < S3_STAMP_PART && p < b->end; part++)
        p = find_byte(p, b->end, ' ') + 1;
    return p < b->end ? *p == '[' : b->goes_on;
}

/* ---- Parts ---- */

/* The owner, the bucket, two fields of a time, the client, the requester; then others. */
enum { S3_TIME = 2, S3_CLIENT = 4, S3_REQUESTER, S3_FIELDS = 9 };
/* After the request. */
enum { S3_STATUS, S3_BYTES = 2, S3_DURATION = 4, S3_AFTER = 6 };
/* After the agent: the version, the host id, the signature, the cipher, the authentication. */
enum { S3_HOST = 5 };

static int count_bytes(const char *p, const char *end, char c)
{
    int count = 0;

    for (; (p = find_byte(p, end, c)) < end; p++)
        count++;
    return count;
}

/* The referer, the agent and what follows: S3 escapes no quotes, so no others may be there. */
static void set_rest(struct division *d, const char *at)
{
    const char *referer, *agent, *p[S3_HOST + 1], *end[S3_HOST + 1];
    const bool bare = d->end - at > 2 && at[1] == '-' && at[2] == ' ';

    if (count_bytes(at, d->end, '"') != (bare ? 2 : 4))
        return;
    const char *referer_end = bare ? NULL : httpstatus_next_quoted(&at, d->end, false, &referer);
    if (bare)
        at += 2;
    const char *agent_end = httpstatus_next_quoted(&at, d->end, false, &agent);
    if (!agent_end)
        return;
    if (referer_end)
        set_part(d, HTTPSTATUS_PART_REFERER, referer, referer_end, HTTPSTATUS_ESCAPE_NONE);
    set_part(d, HTTPSTATUS_PART_AGENT, agent, agent_end, HTTPSTATUS_ESCAPE_NONE);
    (void)httpstatus_next_fields(at, d->end, S3_HOST + 1, p, end);
    set_part(d, HTTPSTATUS_PART_HOST, p[S3_HOST], end[S3_HOST], HTTPSTATUS_ESCAPE_NONE);
}

bool httpstatus_s3_divide(struct division *d)
{
    const char *p[S3_FIELDS], *end[S3_FIELDS], *after[S3_AFTER], *after_end[S3_AFTER];
    const char *at = httpstatus_next_fields(d->p, d->end, S3_FIELDS, p, end), *close = at + 2;
    const bool bare = d->end - at > 2 && at[1] == '-';

    if (!bare && d->end - at > 2)
        close = httpstatus_find_closing(at + 2, d->end, fields_after);
    if (!close || close >= d->end)
        return false;
    const char *rest = httpstatus_next_fields(close + !bare, d->end, S3_AFTER, after, after_end);
    if (read_status(after[S3_STATUS], (size_t)(after_end[S3_STATUS] - after[S3_STATUS]), 3) !=
        d->status)
        return false;
    set_time(d, p[S3_TIME], d->end);
    set_part(d, HTTPSTATUS_PART_CLIENT, p[S3_CLIENT], end[S3_CLIENT], HTTPSTATUS_ESCAPE_NONE);
    set_part(d, HTTPSTATUS_PART_USER, p[S3_REQUESTER], end[S3_REQUESTER], HTTPSTATUS_ESCAPE_NONE);
    set_part(d, HTTPSTATUS_PART_BYTES, after[S3_BYTES], after_end[S3_BYTES],
             HTTPSTATUS_ESCAPE_NONE);
    set_part(d, HTTPSTATUS_PART_DURATION, after[S3_DURATION], after_end[S3_DURATION],
             HTTPSTATUS_ESCAPE_NONE);
    d->record->duration_unit = -3;
    if (!bare)
        httpstatus_set_request(d, at + 2, close, HTTPSTATUS_ESCAPE_NONE);
    set_rest(d, rest);
    return true;
}

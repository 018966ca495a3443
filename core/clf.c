/* NCSA common and combined logs: the careful reader, and a quick look at lines of usual forms. */
#include "parts.h"
#include "prefix.h"
#include "quoted.h"
#include "stamp.h"
#include "tokens.h"

/*
 * A record has a stamp, which stamp.h describes, with something other than blanks and quotes before
 * it.  The first quote after the stamp that has no backslash before it opens the request.  A status
 * field follows the quote that closes it: " +(\d{1,3}|-)", then the end of the line or
 * " +(\d+(\.\d+)?|-)" and a blank, a quote or the end.  Three digits may be in brackets: "(200)" or
 * "[200]".
 *
 * Whatever stamp a client writes before the request, the quote after it is the same.  Only a quoted
 * field in between could be taken for the request.
 *
 * A stamp in quotes may be a client's, as with "%{X-Forwarded-For}i" in front.  The first such
 * stamp counts only if one outside quotes leads to nothing, as in a line that is quoted as a whole.
 *
 * Envoy does not escape quotes.  So under auto, where a line begins like one of its own, stamps of
 * ISO 8601 do not count.
 *
 * A line that begins with a stamp in brackets is a record if the first quote that may close its
 * request does, and has a version before it: a quoted text and two numbers alone say too little.
 */
enum clf_place { CLF_SEEK_STAMP, CLF_IN_STAMP, CLF_SEEK_REQUEST, CLF_IN_REQUEST, CLF_NO_REQUEST };
enum { CLF_FIRST, CLF_OUTSIDE, CLF_INSIDE };

/* How much has been seen after a quote. */
enum clf_field {
    CLF_QUOTE,
    CLF_STATUS_BLANKS,
    CLF_STATUS,
    CLF_IN_ROUND,
    CLF_IN_SQUARE,
    CLF_BEHIND_BRACKETS,
    CLF_BYTES_BLANKS,
    CLF_BYTES_DIGITS,
    CLF_BYTES_POINT,
    CLF_BYTES_FRACTION,
    CLF_BYTES_DASH
};

/* Behind a status, which then ends the line or has a blank after it. */
static enum follow clf_end_status(struct httpstatus_attempt *a, int c)
{
    a->state = CLF_BYTES_BLANKS;
    return c == END_OF_LINE ? FITS : c == ' ' ? GOES_ON : FAILS;
}

static enum follow clf_begin_status(struct httpstatus_attempt *a, int c)
{
    a->state = c == '(' ? CLF_IN_ROUND : c == '[' ? CLF_IN_SQUARE : CLF_STATUS;
    return a->state == CLF_STATUS ? httpstatus_take_status(a, c, 3) : GOES_ON;
}

/* In brackets, of which 'close' is the second. */
static enum follow status_in_brackets(struct httpstatus_attempt *a, int c, int close)
{
    if (c != close)
        return c == '-' ? FAILS : httpstatus_take_status(a, c, 3);
    a->state = CLF_BEHIND_BRACKETS;
    return a->digits == 3 ? GOES_ON : FAILS;
}

static enum follow status_field(struct httpstatus_attempt *a, int c)
{
    bool ends = c == END_OF_LINE || c == '"' || is_blank((char)c);

    switch (a->state) {
    case CLF_QUOTE:
        a->state = CLF_STATUS_BLANKS;
        return c == ' ' ? GOES_ON : FAILS;
    case CLF_STATUS_BLANKS:
        return c == ' ' ? GOES_ON : clf_begin_status(a, c);
    case CLF_STATUS:
        return c == END_OF_LINE || c == ' ' ? clf_end_status(a, c)
                                            : httpstatus_take_status(a, c, 3);
    case CLF_IN_ROUND:
        return status_in_brackets(a, c, ')');
    case CLF_IN_SQUARE:
        return status_in_brackets(a, c, ']');
    case CLF_BEHIND_BRACKETS:
        return clf_end_status(a, c);
    case CLF_BYTES_BLANKS:
        if (c == ' ')
            return GOES_ON;
        a->state = c == '-' ? CLF_BYTES_DASH : CLF_BYTES_DIGITS;
        return c == '-' || is_digit((char)c) ? GOES_ON : FAILS;
    case CLF_BYTES_DIGITS: /* or the seconds that it took: "0.003" */
        if (is_digit((char)c))
            return GOES_ON;
        a->state = CLF_BYTES_POINT;
        return c == '.' ? GOES_ON : ends ? FITS : FAILS;
    case CLF_BYTES_POINT:
        a->state = CLF_BYTES_FRACTION;
        return is_digit((char)c) ? GOES_ON : FAILS;
    case CLF_BYTES_FRACTION:
        return is_digit((char)c) ? GOES_ON : ends ? FITS : FAILS;
    default:
        return ends ? FITS : FAILS;
    }
}

static void request_byte(struct httpstatus_request *request, char c, char before)
{
    switch (request->place) {
    case CLF_IN_STAMP:
        if (c == ']')
            request->place = CLF_SEEK_REQUEST;
        break;
    case CLF_SEEK_REQUEST:
        if (c == '"' && before != '\\')
            request->place = CLF_IN_REQUEST;
        break;
    case CLF_IN_REQUEST:
        if (!request->close.decided)
            httpstatus_closing_step(&request->close, (unsigned char)c, status_field);
        break;
    default:
        break;
    }
}

/* The same after a stamp that begins the line: there is one quote that may close the request. */
static void first_request_byte(struct httpstatus_request *request, char c, char before)
{
    struct httpstatus_closing *close = &request->close;
    const bool versioned = httpstatus_is_behind_version(close), begun = close->begun;

    request_byte(request, c, before);
    if (close->begun && !close->decided && (begun ? !close->attempts[0].active : !versioned))
        request->place = CLF_NO_REQUEST;
}

/*
 * The first stamp of those that may lead to the request.  One without brackets also ends one whose
 * bracket has not come: a client's half of a stamp hides nothing.
 */
static void begin_request(struct httpstatus_clf *line)
{
    const int which = line->is_first ? CLF_FIRST : line->in_quotes ? CLF_INSIDE : CLF_OUTSIDE;
    struct httpstatus_request *here = &line->requests[which];
    const bool bare = line->stamp.bare;

    if (which == CLF_INSIDE && line->requests[CLF_OUTSIDE].place != CLF_SEEK_STAMP)
        return;
    if (here->place == CLF_SEEK_STAMP || (here->place == CLF_IN_STAMP && bare))
        here->place = bare ? CLF_SEEK_REQUEST : CLF_IN_STAMP;
}

/* Looks for a stamp that has something visible before it, or nothing at all and brackets. */
static void stamp_byte(struct httpstatus_clf *line, char c)
{
    if (httpstatus_any_stamp_step(&line->stamp, c) && !(line->no_iso && line->stamp.iso))
        begin_request(line);
    if (httpstatus_stamp_begins(&line->stamp)) {
        line->is_first = !line->begun;
        if (!line->visible && (line->begun || line->stamp.bare))
            line->stamp = (struct httpstatus_stamp){0};
    }
    line->begun = line->begun || !is_blank(c);
    line->visible = line->visible || (!is_blank(c) && c != '"');
}

static void clf_byte(struct httpstatus_clf *line, char c)
{
    const struct httpstatus_request *first = &line->requests[CLF_FIRST];
    const struct httpstatus_request *outside = &line->requests[CLF_OUTSIDE];

    first_request_byte(&line->requests[CLF_FIRST], c, line->before);
    request_byte(&line->requests[CLF_OUTSIDE], c, line->before);
    request_byte(&line->requests[CLF_INSIDE], c, line->before);
    line->decided = first->close.decided ||
                    (outside->close.decided &&
                     (first->place == CLF_SEEK_STAMP || first->place == CLF_NO_REQUEST));
    if (outside->place == CLF_SEEK_STAMP || outside->place == CLF_IN_STAMP)
        stamp_byte(line, c);
    if (c == '"' && !line->escaped)
        line->in_quotes = !line->in_quotes;
    line->escaped = c == '\\' && !line->escaped;
    line->before = c;
}

/* Whether the rest of the line says only where the request closes that has been found. */
static bool is_settled(const struct httpstatus_clf *line)
{
    return line->requests[CLF_FIRST].place == CLF_SEEK_STAMP &&
           line->requests[CLF_OUTSIDE].place == CLF_IN_REQUEST &&
           line->requests[CLF_INSIDE].place == CLF_SEEK_STAMP;
}

void httpstatus_clf_read(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                         const char *p, size_t size)
{
    struct httpstatus_clf *line = &reader->as.clf;
    struct httpstatus_closing *close = &line->requests[CLF_OUTSIDE].close;
    size_t i = 0;

    (void)setup;
    while (i < size && !line->decided && !is_settled(line))
        clf_byte(line, p[i++]);
    for (; i < size && !line->decided; i++) {
        httpstatus_closing_step(close, (unsigned char)p[i], status_field);
        line->decided = close->decided;
    }
}

int httpstatus_clf_end(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                       int *substatus)
{
    int status = HTTPSTATUS_UNMATCHED;

    (void)setup;
    (void)substatus;
    for (int i = CLF_FIRST; i <= CLF_INSIDE && status == HTTPSTATUS_UNMATCHED; i++) {
        struct httpstatus_request *request = &reader->as.clf.requests[i];
        if (request->place == CLF_IN_REQUEST)
            status = httpstatus_closing_end(&request->close, status_field);
    }
    return status;
}

/* ---- Whole lines of the usual forms ---- */

enum { USUAL_STAMP = sizeof "[10/Oct/2000:13:55:36 -0700]" - 1 };

static bool is_stamp(const char *p)
{
    return p[0] == '[' && is_digit(p[1]) && is_digit(p[2]) && p[3] == '/' && is_letter(p[4]) &&
           is_letter(p[5]) && is_letter(p[6]) && p[7] == '/' && is_digit(p[8]) && is_digit(p[9]) &&
           is_digit(p[10]) && is_digit(p[11]) && p[12] == ':' && is_digit(p[13]);
}

/* Right before the request; NULL if there is none. */
static const char *stamp_before(const char *p, const char *open)
{
    const char *stamp = open - 1 - USUAL_STAMP;

    return open - p >= USUAL_STAMP + 2 && open[-1] == ' ' && open[-2] == ']' && is_stamp(stamp)
               ? stamp
               : NULL;
}

/* The status, three digits or a dash, which ends at '*after'. */
static int usual_status(const char *p, const char *end, const char **after)
{
    if (end - p >= 1 && p[0] == '-') {
        *after = p + 1;
        return HTTPSTATUS_NO_STATUS;
    }
    if (end - p < 3 || !is_digit(p[0]) || !is_digit(p[1]) || !is_digit(p[2]))
        return UNPROVED;
    *after = p + 3;
    return (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
}

/* Whether nothing follows the status, or " \d+" or " -" and then a blank, a quote or the end. */
static bool is_usual_end(const char *p, const char *end)
{
    if (p == end)
        return true;
    if (*p != ' ' || p + 1 == end)
        return false;
    const char *bytes = ++p;
    while (p < end && is_digit(*p))
        p++;
    if (p == bytes) {
        if (*p != '-')
            return false;
        p++;
    }
    return p == end || is_blank(*p) || *p == '"';
}

/* The status after a request, if the next quote without a backslash closes it. */
static int usual_close(const char *open, const char *end, const char **close)
{
    const char *after;

    *close = bare_quote(open + 1, end);
    if (end - *close < 2 || (*close)[1] != ' ')
        return UNPROVED;
    const int status = usual_status(*close + 2, end, &after);
    return status != UNPROVED && is_usual_end(after, end) ? status : UNPROVED;
}

/*
 * These checks prove what the careful reader would say: the first quote of the line comes right
 * after a stamp, so it opens the request, and the next one that no backslash escapes closes it if a
 * status field follows.
 */
int httpstatus_clf_look(const char *p, const char *end)
{
    if (p == end)
        return HTTPSTATUS_SKIPPED;
    if (is_blank(*p) || *p == '\r' || is_fragment(p, (size_t)(end - p)))
        return UNPROVED;
    const char *open = memchr(p, '"', (size_t)(end - p));
    if (!open)
        return *p == '#' ? HTTPSTATUS_SKIPPED : HTTPSTATUS_UNMATCHED;
    if (!stamp_before(p, open))
        return UNPROVED;
    const char *close;
    return usual_close(open, end, &close);
}

/* Anything may come before the stamp. */
bool httpstatus_clf_begins(const struct beginning *b)
{
    (void)b;
    return true;
}

/* ---- Parts ---- */

struct request {
    const char *stamp, *open, *close; /* no stamp: nothing tells which of several it is */
};

static bool is_status_after(const char *close, const struct division *d)
{
    const char *p = close + 1, *after = next_field(&p, d->end);
    const bool in_brackets = *p == '(' || *p == '[';

    p += in_brackets;
    after -= in_brackets;
    return read_status(p, (size_t)(after - p), 1) == d->status;
}

static bool close_request(const struct division *d, struct request *found)
{
    found->close = httpstatus_find_closing(found->open + 1, d->end, status_field);
    return found->close && is_status_after(found->close, d);
}

/* The request of usual lines: the line's first quote, right after a stamp. */
static bool usual_request(const struct division *d, struct request *found)
{
    found->open = find_byte(d->p, d->end, '"');
    found->stamp = found->open < d->end ? stamp_before(d->p, found->open) : NULL;
    return found->stamp && (usual_close(found->open, d->end, &found->close) == d->status ||
                            close_request(d, found));
}

/* The only stamp between two places; NULL if there are several. */
static const char *only_stamp(const char *p, const char *end)
{
    const char *stamp = NULL, *begin = p;
    struct httpstatus_stamp seen = {0};
    int count = 0;

    for (; p < end; p++) {
        const bool found = httpstatus_any_stamp_step(&seen, *p);
        if (httpstatus_stamp_begins(&seen))
            begin = p + seen.bare;
        if (found) {
            stamp = begin;
            count++;
        }
    }
    return count == 1 ? stamp : NULL;
}

/* The request as the careful reader finds it. */
static bool any_request(const struct division *d, struct request *found)
{
    struct httpstatus_clf line = {.no_iso = d->setup->automatic && begins_like_envoy(d->p, d->end)};
    const char *opens[HTTPSTATUS_REQUESTS] = {NULL};

    for (const char *p = d->p; p < d->end && !line.decided; p++) {
        clf_byte(&line, *p);
        for (int i = CLF_FIRST; i <= CLF_INSIDE; i++)
            if (!opens[i] && line.requests[i].place == CLF_IN_REQUEST)
                opens[i] = p;
    }
    for (int i = CLF_FIRST; i <= CLF_INSIDE; i++) {
        found->open = opens[i];
        if (line.requests[i].place == CLF_IN_REQUEST && close_request(d, found)) {
            found->stamp = stamp_before(d->p, opens[i]);
            if (!found->stamp)
                found->stamp = only_stamp(d->p, opens[i]);
            return true;
        }
    }
    return false;
}

/* An IPv4 or IPv6 address, by its bytes: a client that is not listed with others. */
static bool is_address(const char *p, const char *end)
{
    bool mark = false;

    for (; p < end && (hex_digit(*p) >= 0 || *p == '.' || *p == ':'); p++)
        mark = mark || *p == '.' || *p == ':';
    return p == end && mark;
}

enum { HEAD_FIELDS = 4 };
struct head {
    struct {
        const char *p, *end;
    } fields[HEAD_FIELDS];
    int count; /* of those that there are, and the first ones alone */
};

static struct head split_head(const char *p, const char *end)
{
    struct head head = {.count = 0};

    while (head.count < HEAD_FIELDS) {
        const char *after = next_field(&p, end);
        if (p == end)
            break;
        head.fields[head.count].p = p;
        head.fields[head.count++].end = p = after;
    }
    return head;
}

static bool field_is_address(const struct head *head, int i)
{
    return is_address(head->fields[i].p, head->fields[i].end);
}

static bool field_is_dash(const struct head *head, int i)
{
    return head->fields[i].end - head->fields[i].p == 1 && *head->fields[i].p == '-';
}

/* Whether it is one of a list, or opens the quotes around the line. */
static bool is_one_of_several(const char *p, const char *end)
{
    return *p == '"' || find_byte(p, end, ',') < end;
}

/*
 * "client identity user ": only the user may have blanks, and a virtual host may come before them.
 * Anything else leaves open which is which: a list of addresses, for one.
 */
static void set_head(struct division *d, const char *end)
{
    if (end == d->p)
        return;
    end -= is_blank(end[-1]);
    const struct head head = split_head(d->p, end);
    const bool has_host = head.count == HEAD_FIELDS && !field_is_address(&head, 0) &&
                          field_is_address(&head, 1) && field_is_dash(&head, 2) &&
                          !is_one_of_several(head.fields[0].p, head.fields[0].end);
    const char *client = head.fields[has_host].p, *client_end = head.fields[has_host].end;
    const int user = has_host + 2;

    if (head.count <= user || is_one_of_several(client, client_end) ||
        (head.fields[user].end < end &&
         !(field_is_address(&head, has_host) && field_is_dash(&head, user - 1))))
        return;
    if (has_host)
        httpstatus_set_vhost(d, d->p, head.fields[0].end, HTTPSTATUS_ESCAPE_BACKSLASH);
    set_part(d, HTTPSTATUS_PART_CLIENT, client, client_end, HTTPSTATUS_ESCAPE_BACKSLASH);
    if (!equal(head.fields[user].p, (size_t)(end - head.fields[user].p),
               "\"\"")) /* Apache: empty */
        set_part(d, HTTPSTATUS_PART_USER, head.fields[user].p, end, HTTPSTATUS_ESCAPE_BACKSLASH);
}

/* Traefik's own: " 12 \"router\" \"http://10.0.0.1:80\" 3ms" */
static void set_traefik_duration(struct division *d, const char *at)
{
    const char *text, *count = at, *after = next_field(&count, d->end);

    if (!is_number(count, (size_t)(after - count), false) ||
        !httpstatus_next_quoted(&after, d->end, true, &text) ||
        !httpstatus_next_quoted(&after, d->end, true, &text))
        return;
    const char *end = next_field(&after, d->end);
    if (end == d->end && end - after > 2 && memcmp(end - 2, "ms", 2) == 0)
        set_part(d, HTTPSTATUS_PART_DURATION, after, end, HTTPSTATUS_ESCAPE_NONE);
}

/* "10/Oct/2000:13:55:36 -0700" without brackets, and perhaps without a zone. */
static void set_bare_time(struct division *d, const char *p, const char *open)
{
    const char *zone = find_byte(p, open, ' '), *end = zone, *after = next_field(&zone, open);

    if (zone < open && (*zone == '+' || *zone == '-'))
        end = after;
    set_part(d, HTTPSTATUS_PART_TIME, p, end, HTTPSTATUS_ESCAPE_NONE);
}

static void set_stamp(struct division *d, const char *stamp, const char *open)
{
    if (*stamp == '[')
        set_time(d, stamp, open);
    else
        set_bare_time(d, stamp, open);
}

/* " 200 12 \"referer\" \"agent\"" */
static void set_tail(struct division *d, const char *at)
{
    const char *referer, *agent;

    at = next_field(&at, d->end);
    (void)next_field(&at, d->end);
    const char *bytes = at;
    while (at < d->end && is_digit(*at))
        at++;
    if (at == d->end || *at != '.')
        set_part(d, HTTPSTATUS_PART_BYTES, bytes, at, HTTPSTATUS_ESCAPE_NONE);
    else
        at = next_field(&at, d->end); /* seconds, or a ratio: which, the line does not say */
    at += at == bytes && at < d->end; /* "-" */
    const char *referer_end = httpstatus_next_quoted(&at, d->end, true, &referer);
    const char *agent_end = referer_end ? httpstatus_next_quoted(&at, d->end, true, &agent) : NULL;
    if (!agent_end)
        return;
    set_part(d, HTTPSTATUS_PART_REFERER, referer, referer_end, HTTPSTATUS_ESCAPE_BACKSLASH);
    set_part(d, HTTPSTATUS_PART_AGENT, agent, agent_end, HTTPSTATUS_ESCAPE_BACKSLASH);
    set_traefik_duration(d, at);
}

enum {
    HEAD_PARTS = PART_BIT(HOST) | PART_BIT(CLIENT) | PART_BIT(USER),
    TAIL_PARTS = PART_BIT(BYTES) | PART_BIT(REFERER) | PART_BIT(AGENT) | PART_BIT(DURATION)
};

bool httpstatus_clf_divide(struct division *d)
{
    struct request found;

    if (!usual_request(d, &found) && !any_request(d, &found))
        return false;
    if (found.stamp) {
        if (wants(d, PART_BIT(TIME)))
            set_stamp(d, found.stamp, found.open);
        if (wants(d, HEAD_PARTS))
            set_head(d, found.stamp);
    }
    if (wants(d, REQUEST_PARTS))
        httpstatus_set_request(d, found.open + 1, found.close, HTTPSTATUS_ESCAPE_BACKSLASH);
    if (wants(d, TAIL_PARTS))
        set_tail(d, found.close + 1);
    return true;
}

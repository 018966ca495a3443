/* HAProxy's HTTP log. */
#include "parts.h"
#include "tokens.h"

/* "[30/Jul/2018:09:03:52.726]" */
static bool is_haproxy_time(const char *p, size_t size)
{
    static const char form[] = "/aaa/dddd:dd:dd:dd.ddd]";
    size_t at = 0;

    if (!skip(p, size, &at, '[') || !digits(p, size, &at) || at > 3 || size != at + sizeof form - 1)
        return false;
    for (size_t i = 0; i < sizeof form - 1; i++)
        if (form[i] == 'd'   ? !is_digit(p[at + i])
            : form[i] == 'a' ? !is_letter(p[at + i])
                             : p[at + i] != form[i])
            return false;
    return true;
}

static bool has_slashes(const char *p, size_t size, size_t wanted)
{
    size_t count = 0;

    if (size > HTTPSTATUS_TOKEN)
        return false;
    for (size_t i = 0; i < size; i++)
        count += p[i] == '/';
    return count == wanted;
}

/*
 * The client, its time, the frontend, backend and server, in some logs one more word, then
 * " \+?-?\d+(/\+?-?\d+){4} (-?\d{1,3}) \+?\d+ \S+ \S+ [A-Za-z-]{4} \d+/\d+/\d+/\d+/\+?\d+ \d+/\d+"
 */
enum haproxy {
    CLIENT,
    ACCEPTED,
    FRONTEND,
    BACKEND,
    TIMERS,
    LATE_TIMERS, /* after one more word */
    STATUS,
    BYTES,
    REQUEST_COOKIE,
    RESPONSE_COOKIE,
    TERMINATION,
    CONNECTIONS,
    QUEUES,
    REQUEST, /* or what was captured of it and of the response */
    CAPTURED
};

/* "{...}" may hold blanks; the request, "GET or "<BADREQ>, comes right after it. */
static bool is_haproxy_request(const struct httpstatus_tokens *t)
{
    return t->text[0] == '"' && t->size > 1;
}

/*
 * After the request httpslog has "0/0000000000000000/0/0/0 1wt.eu/TLSv1.3/TLS_AES_256_GCM_SHA384".
 */
enum { HTTPS_BEHIND = 2, OTHERS_BEHIND };
static bool is_of_https(const struct httpstatus_tokens *t)
{
    return t->behind < HTTPS_BEHIND && has_slashes(t->text, t->size, t->behind ? 2 : 4);
}

static bool haproxy_fits(struct httpstatus_tokens *t, const struct httpstatus_setup *setup)
{
    switch (t->place++) {
    case CLIENT:
        return has_port(t->text, t->size);
    case ACCEPTED:
        return is_haproxy_time(t->text, t->size);
    case FRONTEND:
        return true;
    case BACKEND:
        return has_slash(t->text, t->size);
    case TIMERS:
        t->place += is_five(t->text, t->size, true);
        return true;
    case LATE_TIMERS:
        return is_five(t->text, t->size, true);
    case STATUS:
        return read_haproxy_status(t->text, t->size, &t->found);
    case BYTES:
        return is_byte_count(t->text, t->size);
    case REQUEST_COOKIE:
    case RESPONSE_COOKIE:
        return true;
    case TERMINATION:
        return is_termination(t->text, t->size);
    case CONNECTIONS:
        return is_five(t->text, t->size, false);
    case QUEUES:
        t->decided = !setup->automatic;
        t->quotes = 0; /* a cookie's do not count */
        return is_queues(t->text, t->size);
    case REQUEST:
        t->taken = is_haproxy_request(t);
        return t->taken || t->text[0] == '{';
    default:
        t->place = CAPTURED;
        t->taken = t->taken || (t->before == '}' && is_haproxy_request(t));
        if (t->quotes_before == REQUEST_QUOTES)
            t->behind = is_of_https(t) ? t->behind + 1 : OTHERS_BEHIND;
        return true;
    }
}

static void haproxy_token(struct httpstatus_tokens *t, const struct httpstatus_setup *setup)
{
    bool spaced = t->place == CLIENT ? t->gap == 0 : is_single_space(t) || t->place == CAPTURED;

    if (!spaced || !haproxy_fits(t, setup))
        decide_tokens(t, HTTPSTATUS_UNMATCHED);
}

void httpstatus_haproxy_read(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                             const char *p, size_t size)
{
    httpstatus_read_tokens(&reader->as.haproxy, setup, p, size, haproxy_token);
}

/* The request is the last field, except in httpslog, and the only one in quotes; it may be cut. */
int httpstatus_haproxy_end(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                           int *substatus)
{
    struct httpstatus_tokens *t = &reader->as.haproxy;
    int status = httpstatus_end_tokens(t, setup, haproxy_token);

    (void)substatus;
    if (t->decided || !t->taken || t->quotes > REQUEST_QUOTES ||
        (t->quotes == REQUEST_QUOTES && (t->behind ? t->behind != HTTPS_BEHIND : t->last != '"')))
        return status;
    return t->found;
}

/* The second token is the time. */
bool httpstatus_haproxy_begins(const struct beginning *b)
{
    const char *time = find_byte(b->text, b->end, ' ') + 1;

    if (b->text < b->end && *b->text == '{')
        return false;
    return time < b->end ? *time == '[' : b->goes_on;
}

/* ---- Parts ---- */

/* The last timer is that of the whole request, unless it was logged before its end: "+12". */
static void set_duration(struct division *d, const char *p, const char *end)
{
    const char *last = end;

    while (last > p && last[-1] != '/')
        last--;
    set_part(d, HTTPSTATUS_PART_DURATION, last, end, HTTPSTATUS_ESCAPE_NONE);
    d->record->duration_unit = -3;
}

bool httpstatus_haproxy_divide(struct division *d)
{
    const char *p[REQUEST], *end[REQUEST];
    int status;

    (void)httpstatus_next_fields(d->p, d->end, REQUEST, p, end);
    /* Without one more word, what comes after it is one place earlier. */
    const int early = is_five(p[TIMERS], (size_t)(end[TIMERS] - p[TIMERS]), true);
    const int result = STATUS - early, size = BYTES - early, timers = LATE_TIMERS - early;
    if (!read_haproxy_status(p[result], (size_t)(end[result] - p[result]), &status) ||
        status != d->status)
        return false;
    httpstatus_set_client(d, p[CLIENT], end[CLIENT], true);
    set_time(d, p[ACCEPTED], end[ACCEPTED]);
    set_duration(d, p[timers], end[timers]);
    set_part(d, HTTPSTATUS_PART_BYTES, p[size] + (p[size] < end[size] && *p[size] == '+'),
             end[size], HTTPSTATUS_ESCAPE_NONE);
    const char *open = find_byte(end[QUEUES - early], d->end, '"');
    const char *close = open < d->end ? find_byte(open + 1, d->end, '"') : d->end;
    if (close < d->end)
        httpstatus_set_request(d, open + 1, close, HTTPSTATUS_ESCAPE_HASH);
    return true;
}

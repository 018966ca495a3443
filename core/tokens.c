/* Logs told by their tokens: AWS load balancers, HAProxy, Squid. */
#include "tokens.h"

enum { REQUEST_QUOTES = 2 }; /* more are counted as one more */

/* ---- Tokens ---- */

typedef void token_function(struct httpstatus_tokens *, const struct httpstatus_setup *);

static void end_token(struct httpstatus_tokens *t, const struct httpstatus_setup *setup,
                      token_function *take)
{
    take(t, setup);
    t->before = t->last;
    t->quotes_before = t->quotes;
    t->count++;
    t->in_token = false;
    t->gap = 0;
    t->only_spaces = true;
}

/* Calls 'take' for every token; those longer than the text that is kept have size TOKEN + 1. */
static void read_tokens(struct httpstatus_tokens *t, const struct httpstatus_setup *setup,
                        const char *p, size_t size, token_function *take)
{
    for (size_t i = 0; i < size && !t->decided; i++) {
        if (is_space(p[i])) {
            if (t->in_token)
                end_token(t, setup, take);
            t->gap = t->gap < 2 ? t->gap + 1 : 2;
            t->only_spaces = t->only_spaces && p[i] == ' ';
            t->last_gap = p[i];
            continue;
        }
        t->quotes += p[i] == '"' && t->quotes <= REQUEST_QUOTES;
        if (!t->in_token) {
            t->in_token = true;
            t->size = 0;
        }
        if (t->size < HTTPSTATUS_TOKEN)
            t->text[t->size] = p[i];
        if (t->size <= HTTPSTATUS_TOKEN)
            t->size++;
        t->last = p[i];
    }
}

static int tokens_end(struct httpstatus_tokens *t, const struct httpstatus_setup *setup,
                      token_function *take)
{
    if (t->in_token)
        end_token(t, setup, take);
    return t->decided ? t->found : HTTPSTATUS_UNMATCHED;
}

static void decide(struct httpstatus_tokens *t, int status)
{
    t->found = status;
    t->decided = true;
}

static bool is_single_space(const struct httpstatus_tokens *t)
{
    return t->gap == 1 && t->last_gap == ' ';
}

/*
 * Where other formats are possible ("auto"), what a client can put in front of a record of theirs must
 * not do for one of these.  So what is behind the status has to be right, too: the quotes of the server,
 * which such a record has elsewhere.
 */

/* ---- elb ---- */

static bool is_time(const struct httpstatus_tokens *t)
{
    return is_iso_time(t->text, t->size) && t->last == 'Z';
}

static void elb_token(struct httpstatus_tokens *t, const struct httpstatus_setup *setup)
{
    bool fits = true;
    unsigned status_at = t->classic ? 7 : 8;

    if (t->count == 0) {
        t->classic = is_time(t);
        fits = t->classic || is_listener(t->text, t->size);
    } else if (t->count == 1 && !t->classic) {
        fits = is_time(t);
    } else if (t->count == 2 && t->classic) {
        fits = has_port(t->text, t->size);
    } else if (t->classic && t->count >= 4 && t->count <= 6) {
        fits = is_number(t->text, t->size, true);
    } else if (t->count == status_at) {
        t->found = read_status(t->text, t->size, 3);
        fits = t->found != HTTPSTATUS_UNMATCHED;
    } else if (t->count == status_at + 1) {
        int target = read_status(t->text, t->size, 3);
        t->found = target == HTTPSTATUS_UNMATCHED || setup->target ? target : t->found;
        if (target == HTTPSTATUS_UNMATCHED || !setup->automatic)
            decide(t, t->found);
    } else if (t->count == status_at + 2 || t->count == status_at + 3) {
        fits = is_number(t->text, t->size, false);
    } else if (t->count == status_at + 4) {
        fits = t->text[0] == '"';
    } else if (t->count > status_at + 4 && t->before == '"') {
        if (t->text[0] == '"')
            decide(t, t->found); /* the agent */
        fits = !t->version;
    }
    t->version = is_last_of_request(t->text, t->size);
    if (!fits && !t->decided)
        decide(t, HTTPSTATUS_UNMATCHED);
}

/* Classic ones ended with the request once. */
static int elb_end(struct httpstatus_tokens *t, const struct httpstatus_setup *setup)
{
    int status = tokens_end(t, setup, elb_token);

    return !t->decided && t->classic && t->version ? t->found : status;
}

/* ---- haproxy ----
 * The client, its time, the frontend, the backend and the server, in some logs one word more, then
 * " \+?-?\d+(/\+?-?\d+){4} (-?\d{1,3}) \+?\d+ \S+ \S+ [A-Za-z-]{4} \d+/\d+/\d+/\d+/\+?\d+ \d+/\d+"
 */
enum haproxy {
    CLIENT,
    ACCEPTED,
    FRONTEND,
    BACKEND,
    TIMERS,
    LATE_TIMERS, /* behind one word more */
    STATUS,
    BYTES,
    REQUEST_COOKIE,
    RESPONSE_COOKIE,
    TERMINATION,
    CONNECTIONS,
    QUEUES,
    REQUEST, /* or what has been captured of it and of the response */
    CAPTURED
};

/* "{...}" may hold blanks; the request, "GET or "<BADREQ>, comes right behind it. */
static bool is_haproxy_request(const struct httpstatus_tokens *t)
{
    return t->text[0] == '"' && t->size > 1;
}

/* Behind the request httpslog has "0/0000000000000000/0/0/0 1wt.eu/TLSv1.3/TLS_AES_256_GCM_SHA384". */
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
        t->quotes = 0; /* those of a cookie do not count */
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
        decide(t, HTTPSTATUS_UNMATCHED);
}

/* The request is the last field but for httpslog's, and the only one in quotes; a long line is cut. */
static int haproxy_end(struct httpstatus_tokens *t, const struct httpstatus_setup *setup)
{
    int status = tokens_end(t, setup, haproxy_token);

    if (t->decided || !t->taken || t->quotes > REQUEST_QUOTES ||
        (t->quotes == REQUEST_QUOTES && (t->behind ? t->behind != HTTPS_BEHIND : t->last != '"')))
        return status;
    return t->found;
}

/* ---- squid ----
 * "\d{9,11}\.\d{3} +-?\d+ (\S+) [A-Z][A-Z0-9_]*"/"(\d{1,3}|-) +-?\d+ \S+ \S", then the user, the peer
 * and the type, and perhaps the header fields of both sides in brackets
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
        decide(t, HTTPSTATUS_UNMATCHED);
    else if (t->count == 6 && !setup->automatic)
        decide(t, t->found);
}

/* The line may end with the type, or with a bracket. */
static int squid_end(struct httpstatus_tokens *t, const struct httpstatus_setup *setup)
{
    int status = tokens_end(t, setup, squid_token);

    return !t->decided && (t->count == 10 || (t->count > 10 && t->last == ']')) ? t->found : status;
}

/* ---- */

#define TOKENS(format, end)                                                                        \
    void httpstatus_##format##_read(struct httpstatus_reader *reader,                             \
                                    const struct httpstatus_setup *setup, const char *p,          \
                                    size_t size)                                                  \
    {                                                                                             \
        read_tokens(&reader->as.format, setup, p, size, format##_token);                          \
    }                                                                                             \
    int httpstatus_##format##_end(struct httpstatus_reader *reader,                               \
                                  const struct httpstatus_setup *setup, int *substatus)           \
    {                                                                                             \
        (void)substatus;                                                                          \
        return end;                                                                               \
    }
TOKENS(elb, elb_end(&reader->as.elb, setup))
TOKENS(haproxy, haproxy_end(&reader->as.haproxy, setup))
TOKENS(squid, squid_end(&reader->as.squid, setup))

bool httpstatus_elb_begins(const struct beginning *b)
{
    const char *p = b->text;

    while (p < b->end && is_space(*p))
        p++;
    return p < b->end ? is_digit(*p) || *p == 'h' || *p == 'g' || *p == 'w' : b->goes_on;
}

/* The second token is the time. */
bool httpstatus_haproxy_begins(const struct beginning *b)
{
    const char *time = find_byte(b->text, b->end, ' ') + 1;

    if (b->text < b->end && *b->text == '{')
        return false;
    return time < b->end ? *time == '[' : b->goes_on;
}

bool httpstatus_squid_begins(const struct beginning *b)
{
    return b->text < b->end ? is_digit(*b->text) : b->goes_on;
}

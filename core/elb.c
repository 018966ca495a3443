/* AWS load balancers, classic and ALB. */
#include "parts.h"
#include "tokens.h"

/* "HTTP/1.1\"" */
static bool is_last_of_request(const char *p, size_t size)
{
    return size >= sizeof "HTTP/2" && size <= sizeof "HTTP/1.1" && p[size - 1] == '"' &&
           is_protocol(p, p + size - 1);
}

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
            decide_tokens(t, t->found);
    } else if (t->count == status_at + 2 || t->count == status_at + 3) {
        fits = is_number(t->text, t->size, false);
    } else if (t->count == status_at + 4) {
        fits = t->text[0] == '"';
    } else if (t->count > status_at + 4 && t->before == '"') {
        if (t->text[0] == '"')
            decide_tokens(t, t->found); /* the agent */
        fits = !t->version;
    }
    t->version = is_last_of_request(t->text, t->size);
    if (!fits && !t->decided)
        decide_tokens(t, HTTPSTATUS_UNMATCHED);
}

void httpstatus_elb_read(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                         const char *p, size_t size)
{
    httpstatus_read_tokens(&reader->as.elb, setup, p, size, elb_token);
}

/* Classic load balancers once ended a record with the request. */
int httpstatus_elb_end(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                       int *substatus)
{
    struct httpstatus_tokens *t = &reader->as.elb;
    int status = httpstatus_end_tokens(t, setup, elb_token);

    (void)substatus;
    return !t->decided && t->classic && t->version ? t->found : status;
}

bool httpstatus_elb_begins(const struct beginning *b)
{
    const char *p = b->text;

    while (p < b->end && is_space(*p))
        p++;
    return p < b->end ? is_digit(*p) || *p == 'h' || *p == 'g' || *p == 'w' : b->goes_on;
}

/* ---- Parts ---- */

/* Fields of an ALB's records; a classic load balancer's lack the first. */
enum {
    ELB_TYPE,
    ELB_TIME,
    ELB_CLIENT = 3,
    ELB_STATUS = 8,
    ELB_TARGET_STATUS,
    ELB_RECEIVED,
    ELB_SENT,
    ELB_FIELDS
};

/* " ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2", " - -": the cipher and the protocol. */
static bool is_before_cipher(const char *p, const char *end)
{
    const char *protocol = next_field(&p, end), *after = next_field(&protocol, end);
    const size_t size = (size_t)(after - protocol);

    return size && (equal(protocol, size, "-") || (size > 3 && (memcmp(protocol, "TLS", 3) == 0 ||
                                                                memcmp(protocol, "SSL", 3) == 0)));
}

/* The agent's quotes are not escaped: it is known if only one of them can be its end. */
static void set_agent(struct division *d, const char *at)
{
    const char *close = NULL, *quote = at + 2;
    int count = 0;

    if (d->end - at < 3 || at[1] != '"')
        return;
    for (; (quote = find_byte(quote, d->end, '"')) < d->end; quote++)
        if (is_before_cipher(quote + 1, d->end)) {
            close = quote;
            count++;
        }
    if (count == 1)
        set_part(d, HTTPSTATUS_PART_AGENT, at + 2, close, HTTPSTATUS_ESCAPE_NONE);
}

bool httpstatus_elb_divide(struct division *d)
{
    const char *p[ELB_FIELDS] = {NULL}, *end[ELB_FIELDS] = {NULL}, *at = d->p, *text;
    const int status = d->setup->target ? ELB_TARGET_STATUS : ELB_STATUS;

    while (at < d->end && is_space(*at))
        at++;
    const int first = at < d->end && is_digit(*at) ? ELB_TIME : ELB_TYPE;
    at = httpstatus_next_fields(at, d->end, ELB_FIELDS - first, p + first, end + first);
    if (read_status(p[status], (size_t)(end[status] - p[status]), 3) != d->status)
        return false;
    set_part(d, HTTPSTATUS_PART_TIME, p[ELB_TIME], end[ELB_TIME], HTTPSTATUS_ESCAPE_NONE);
    httpstatus_set_client(d, p[ELB_CLIENT], end[ELB_CLIENT], true);
    set_part(d, HTTPSTATUS_PART_UPSTREAM_STATUS, p[ELB_TARGET_STATUS], end[ELB_TARGET_STATUS],
             HTTPSTATUS_ESCAPE_NONE);
    set_part(d, HTTPSTATUS_PART_BYTES, p[ELB_SENT], end[ELB_SENT], HTTPSTATUS_ESCAPE_NONE);
    const char *request_end = httpstatus_next_quoted(&at, d->end, true, &text);
    if (!request_end)
        return true;
    httpstatus_set_request(d, text, request_end, HTTPSTATUS_ESCAPE_NONE);
    httpstatus_set_authority(d);
    set_agent(d, at);
    return true;
}

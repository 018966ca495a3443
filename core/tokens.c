/* Logs told by their tokens: AWS load balancers, HAProxy, Squid. */
#include "tokens.h"

/* ---- Tokens ---- */

typedef void token_function(struct httpstatus_tokens *, const struct httpstatus_setup *);

static void end_token(struct httpstatus_tokens *t, const struct httpstatus_setup *setup,
                      token_function *take)
{
    take(t, setup);
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
        t->values[0] = read_status(t->text, t->size, 3);
        fits = t->values[0] != HTTPSTATUS_UNMATCHED;
    } else if (t->count == status_at + 1) {
        int target = read_status(t->text, t->size, 3);
        decide(t, target == HTTPSTATUS_UNMATCHED || setup->target ? target : t->values[0]);
    }
    if (!fits)
        decide(t, HTTPSTATUS_UNMATCHED);
}

void httpstatus_elb_read(struct httpstatus_reader *reader, struct httpstatus_setup *setup,
                         const char *p, size_t size)
{
    read_tokens(&reader->as.tokens, setup, p, size, elb_token);
}

int httpstatus_elb_end(struct httpstatus_reader *reader, struct httpstatus_setup *setup,
                       int *substatus)
{
    (void)substatus;
    return tokens_end(&reader->as.tokens, setup, elb_token);
}

/* ---- Patterns of tokens that may begin anywhere ----
 *
 * Every token may begin the pattern and go on with every attempt that has come so far: stage i of
 * 'stages' is an attempt whose first i + 1 tokens fit, with its status in 'values'.  All attempts
 * move one stage a token, so there is one a stage, and the first to get through began first.
 */
typedef bool stage_function(const struct httpstatus_tokens *, unsigned stage, int *status);

static void step_stages(struct httpstatus_tokens *t, unsigned count, stage_function *fits)
{
    for (unsigned stage = count; stage-- > 0;) {
        bool before = stage == 0 || t->stages >> (stage - 1) & 1;
        int status = stage ? t->values[stage - 1] : HTTPSTATUS_UNMATCHED;
        if (before && fits(t, stage, &status)) {
            t->stages |= 1u << stage;
            t->values[stage] = status;
        } else {
            t->stages &= ~(1u << stage);
        }
    }
    if (t->stages >> (count - 1) & 1)
        decide(t, t->values[count - 1]);
}

static bool is_single_space(const struct httpstatus_tokens *t)
{
    return t->gap == 1 && t->last_gap == ' ';
}

/* ---- haproxy ----
 * " \+?-?\d+(/\+?-?\d+){4} (-?\d{1,3}) \+?\d+ \S+ \S+ [A-Za-z-]{4} \d+/\d+/\d+/\d+/\+?\d+ \d+/\d+"
 */

static bool haproxy_fits(const struct httpstatus_tokens *t, unsigned stage, int *status)
{
    if (stage == 0)
        return t->gap && t->last_gap == ' ' && is_five(t->text, t->size, true);
    if (!is_single_space(t))
        return false;
    switch (stage) {
    case 1:
        return read_haproxy_status(t->text, t->size, status);
    case 2:
        return is_byte_count(t->text, t->size);
    case 3:
    case 4:
        return true;
    case 5:
        return is_termination(t->text, t->size);
    case 6:
        return is_five(t->text, t->size, false);
    default:
        return is_queues(t->text, t->size);
    }
}

static void haproxy_token(struct httpstatus_tokens *t, const struct httpstatus_setup *setup)
{
    (void)setup;
    step_stages(t, 8, haproxy_fits);
}

void httpstatus_haproxy_read(struct httpstatus_reader *reader, struct httpstatus_setup *setup,
                             const char *p, size_t size)
{
    read_tokens(&reader->as.tokens, setup, p, size, haproxy_token);
}

int httpstatus_haproxy_end(struct httpstatus_reader *reader, struct httpstatus_setup *setup,
                           int *substatus)
{
    (void)substatus;
    return tokens_end(&reader->as.tokens, setup, haproxy_token);
}

/* ---- squid ----
 * "(^|\s)\d{9,11}\.\d{3} +-?\d+ (\S+) [A-Z][A-Z0-9_]*"/"(\d{3}|-) +-?\d+ \S+ \S"
 */

static bool squid_fits(const struct httpstatus_tokens *t, unsigned stage, int *status)
{
    bool spaces = t->gap && t->only_spaces;

    switch (stage) {
    case 0:
        return is_squid_time(t->text, t->size);
    case 1:
        return spaces && is_number(t->text, t->size, false);
    case 3:
        *status = is_single_space(t) ? read_result(t->text, t->size) : HTTPSTATUS_UNMATCHED;
        return *status != HTTPSTATUS_UNMATCHED;
    case 4:
        return spaces && is_number(t->text, t->size, false);
    default:
        return is_single_space(t);
    }
}

static void squid_token(struct httpstatus_tokens *t, const struct httpstatus_setup *setup)
{
    (void)setup;
    if (t->count == 0 && t->gap == 0 && t->text[0] == '#')
        decide(t, HTTPSTATUS_SKIPPED);
    else
        step_stages(t, 7, squid_fits);
}

void httpstatus_squid_read(struct httpstatus_reader *reader, struct httpstatus_setup *setup,
                           const char *p, size_t size)
{
    read_tokens(&reader->as.tokens, setup, p, size, squid_token);
}

int httpstatus_squid_end(struct httpstatus_reader *reader, struct httpstatus_setup *setup,
                         int *substatus)
{
    (void)substatus;
    return tokens_end(&reader->as.tokens, setup, squid_token);
}

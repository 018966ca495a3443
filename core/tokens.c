/* Logs told by their tokens: AWS load balancers, HAProxy, Squid. */
#include "reader.h"

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
    if (t->in_token && !t->decided)
        end_token(t, setup, take);
    return t->decided ? t->found : HTTPSTATUS_UNMATCHED;
}

static void decide(struct httpstatus_tokens *t, int status)
{
    t->found = status;
    t->decided = true;
}

/* ---- What a token is ---- */

/* Moves past digits; false if there is none. */
static bool digits(const char *p, size_t size, size_t *at)
{
    size_t start = *at;

    while (*at < size && is_digit(p[*at]))
        ++*at;
    return *at > start;
}

static bool skip(const char *p, size_t size, size_t *at, char c)
{
    if (*at == size || p[*at] != c)
        return false;
    ++*at;
    return true;
}

/* "\d{3}", or to 'least' digits, or "-"; HTTPSTATUS_UNMATCHED for anything else. */
static int read_status(const char *p, size_t size, size_t least)
{
    size_t at = 0;
    int value = 0;

    if (size == 1 && *p == '-')
        return HTTPSTATUS_NO_STATUS;
    if (size < least || size > 3 || !digits(p, size, &at) || at != size)
        return HTTPSTATUS_UNMATCHED;
    for (size_t i = 0; i < size; i++)
        value = value * 10 + (p[i] - '0');
    return value;
}

/* "-?\d+", with a fraction if 'fraction' says so */
static bool is_number(const char *p, size_t size, bool fraction)
{
    size_t at = 0;

    skip(p, size, &at, '-');
    if (!digits(p, size, &at))
        return false;
    if (fraction && at < size && skip(p, size, &at, '.') && !digits(p, size, &at))
        return false;
    return at == size;
}

/* ---- elb ---- */

/* "2018-07-02T...Z" */
static bool is_time(const struct httpstatus_tokens *t)
{
    static const char form[] = "dddd-dd-ddT";

    for (size_t i = 0; i < sizeof form - 1; i++)
        if (i >= t->size || (form[i] == 'd' ? !is_digit(t->text[i]) : t->text[i] != form[i]))
            return false;
    return t->last == 'Z';
}

static bool is_listener(const struct httpstatus_tokens *t)
{
    static const char *const types[] = {"http", "https", "h2", "grpcs", "ws", "wss"};

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (equal(t->text, t->size, types[i]))
            return true;
    return false;
}

/* "...:port" */
static bool has_port(const struct httpstatus_tokens *t)
{
    size_t at = t->size;

    while (at > 0 && is_digit(t->text[at - 1]))
        at--;
    return at < t->size && at > 1 && t->text[at - 1] == ':';
}

static void elb_token(struct httpstatus_tokens *t, const struct httpstatus_setup *setup)
{
    bool kept = t->size <= HTTPSTATUS_TOKEN, fits = true;
    unsigned status_at = t->classic ? 7 : 8;

    if (t->count == 0) {
        t->classic = is_time(t);
        fits = t->classic || is_listener(t);
    } else if (t->count == 1 && !t->classic) {
        fits = is_time(t);
    } else if (t->count == 2 && t->classic) {
        fits = kept && has_port(t);
    } else if (t->classic && t->count >= 4 && t->count <= 6) {
        fits = kept && is_number(t->text, t->size, true);
    } else if (t->count == status_at) {
        t->values[0] = kept ? read_status(t->text, t->size, 3) : HTTPSTATUS_UNMATCHED;
        fits = t->values[0] != HTTPSTATUS_UNMATCHED;
    } else if (t->count == status_at + 1) {
        int target = kept ? read_status(t->text, t->size, 3) : HTTPSTATUS_UNMATCHED;
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

/* Five numbers with slashes between them; the last alone, or each, may have a sign. */
static bool is_five(const struct httpstatus_tokens *t, bool signs)
{
    size_t at = 0;

    for (int i = 0; i < 5; i++) {
        if (i && !skip(t->text, t->size, &at, '/'))
            return false;
        if (signs || i == 4)
            skip(t->text, t->size, &at, '+');
        if (signs)
            skip(t->text, t->size, &at, '-');
        if (!digits(t->text, t->size, &at))
            return false;
    }
    return at == t->size;
}

static bool is_haproxy_status(const struct httpstatus_tokens *t, int *status)
{
    *status = equal(t->text, t->size, "-1") ? -1 : read_status(t->text, t->size, 1);
    return *status >= HTTPSTATUS_STATUS_MIN;
}

static bool is_termination(const struct httpstatus_tokens *t)
{
    for (size_t i = 0; i < t->size; i++)
        if (!is_letter(t->text[i]) && t->text[i] != '-')
            return false;
    return t->size == 4;
}

static bool haproxy_fits(const struct httpstatus_tokens *t, unsigned stage, int *status)
{
    bool kept = t->size <= HTTPSTATUS_TOKEN;
    size_t at = 0;

    if (stage == 0)
        return kept && t->gap && t->last_gap == ' ' && is_five(t, true);
    if (!is_single_space(t))
        return false;
    switch (stage) {
    case 1:
        return kept && is_haproxy_status(t, status);
    case 2:
        skip(t->text, t->size, &at, '+');
        return kept && digits(t->text, t->size, &at) && at == t->size;
    case 3:
    case 4:
        return true;
    case 5:
        return kept && is_termination(t);
    case 6:
        return kept && is_five(t, false);
    default:
        at = 0;
        size_t size = kept ? t->size : HTTPSTATUS_TOKEN;
        return digits(t->text, size, &at) && skip(t->text, size, &at, '/') &&
               digits(t->text, size, &at);
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

static bool is_squid_time(const struct httpstatus_tokens *t)
{
    size_t at = 0;

    return digits(t->text, t->size, &at) && at >= 9 && at <= 11 && t->text[at] == '.' &&
           t->size == at + 4 && is_digit(t->text[at + 1]) && is_digit(t->text[at + 2]) &&
           is_digit(t->text[at + 3]);
}

/* "TCP_MISS/200" */
static bool is_result(const struct httpstatus_tokens *t, int *status)
{
    size_t at = 0;

    while (at < t->size && ((t->text[at] >= 'A' && t->text[at] <= 'Z') ||
                            (at && (is_digit(t->text[at]) || t->text[at] == '_'))))
        at++;
    if (at == 0 || !skip(t->text, t->size, &at, '/'))
        return false;
    *status = read_status(t->text + at, t->size - at, 3);
    return *status != HTTPSTATUS_UNMATCHED;
}

static bool squid_fits(const struct httpstatus_tokens *t, unsigned stage, int *status)
{
    bool kept = t->size <= HTTPSTATUS_TOKEN;
    bool spaces = t->gap && t->only_spaces;

    switch (stage) {
    case 0:
        return kept && (t->gap || t->count == 0) && is_squid_time(t);
    case 1:
        return kept && spaces && is_number(t->text, t->size, false);
    case 3:
        return kept && is_single_space(t) && is_result(t, status);
    case 4:
        return kept && spaces && is_number(t->text, t->size, false);
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

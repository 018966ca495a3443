/* Lines of tokens: elb, haproxy, squid. */
#include "tokens.h"

/*
 * Under auto, what a client can put before a record of another format must not pass for a record of
 * these.  So what follows the status has to be right as well: the server's own quotes, which a
 * record of another format has elsewhere.
 */

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

void httpstatus_read_tokens(struct httpstatus_tokens *t, const struct httpstatus_setup *setup,
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

int httpstatus_end_tokens(struct httpstatus_tokens *t, const struct httpstatus_setup *setup,
                          token_function *take)
{
    if (t->in_token)
        end_token(t, setup, take);
    return t->decided ? t->found : HTTPSTATUS_UNMATCHED;
}

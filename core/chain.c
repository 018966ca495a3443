/* Redirects in a row: what becomes of method, body, credentials and URL. */
#include "redirect.h"
#include "text.h"

/* FNV-1a; 0 stands for an unknown URL.  A fragment is not part of the request. */
static uint64_t hash_of(struct httpstatus_text method, struct httpstatus_text url)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    if (!url.data)
        return 0;
    for (size_t i = 0; i < method.size; i++)
        hash = (hash ^ (unsigned char)method.data[i]) * UINT64_C(1099511628211);
    hash = (hash ^ ' ') * UINT64_C(1099511628211); /* which no token contains */
    for (size_t i = 0; i < url.size && url.data[i] != '#'; i++)
        hash = (hash ^ (unsigned char)url.data[i]) * UINT64_C(1099511628211);
    return hash | 1;
}

/*
 * Whether a request was made before: it is among the last ones, or it is the landmark, which moves
 * on at every power of two (Brent), so that a loop of any length meets it.
 */
static bool has_been(const struct httpstatus_chain *chain, uint64_t hash)
{
    if (hash == 0)
        return false;
    for (int i = 0; i < HTTPSTATUS_CHAIN_SEEN; i++)
        if (chain->seen[i] == hash)
            return true;
    return chain->landmark == hash;
}

static void remember(struct httpstatus_chain *chain, uint64_t hash)
{
    chain->seen[chain->count % HTTPSTATUS_CHAIN_SEEN] = hash;
    if (hash && chain->count >= 2 * chain->landmark_at) {
        chain->landmark = hash;
        chain->landmark_at = chain->count;
    }
}

bool httpstatus_chain_init(struct httpstatus_chain *chain, const struct httpstatus_policy *policy,
                           const char *method, size_t size, enum httpstatus_body body,
                           const char *url, size_t url_size)
{
    const struct httpstatus_policy copy = *policy; /* it may be the chain's own */

    if (!httpstatus_is_token(method, size))
        return false;
    memset(chain, 0, sizeof *chain);
    chain->policy = copy;
    chain->method = httpstatus_upper_cased((struct httpstatus_text){method, size}, copy.upper_case);
    chain->url = (struct httpstatus_text){url, url ? url_size : 0};
    chain->body = body;
    remember(chain, hash_of(chain->method, chain->url));
    return true;
}

static enum httpstatus_redirect_result ask_policy(const struct httpstatus_chain *chain, int code,
                                                  struct httpstatus_redirect *redirect)
{
    return httpstatus_redirect(code, chain->method.data, chain->method.size,
                               chain->body_dropped ? HTTPSTATUS_NO_BODY : chain->body,
                               &chain->policy, redirect);
}

/* Takes the step, unless there are too many or they go round. */
static enum httpstatus_chain_result move_on(struct httpstatus_chain *chain, bool cross_origin,
                                            struct httpstatus_redirect *redirect)
{
    const struct httpstatus_policy *policy = &chain->policy;

    if (!redirect->method.data)
        return HTTPSTATUS_CHAIN_OK;
    if (policy->limit && chain->count >= (uint64_t)policy->limit)
        return HTTPSTATUS_CHAIN_LIMIT;
    uint64_t hash = hash_of(redirect->method, redirect->url);
    if (policy->detect_loops && has_been(chain, hash))
        return HTTPSTATUS_CHAIN_LOOP;

    chain->count++;
    remember(chain, hash);
    chain->method = redirect->method;
    chain->url = redirect->url;
    chain->body_dropped = chain->body_dropped || redirect->keeps_body == HTTPSTATUS_NO ||
                          redirect->drops_headers.count > 0;
    chain->credentials_dropped = chain->credentials_dropped || cross_origin;
    if (chain->body_dropped) {
        redirect->drops_headers = policy->drops_headers;
        if (chain->body != HTTPSTATUS_NO_BODY)
            redirect->keeps_body = HTTPSTATUS_NO;
    }
    redirect->drops_cross_origin = chain->credentials_dropped ? policy->drops_cross_origin
                                                              : (struct httpstatus_names){NULL, 0};
    return HTTPSTATUS_CHAIN_OK;
}

enum httpstatus_chain_result httpstatus_chain_step(struct httpstatus_chain *chain, int code,
                                                   const char *url, size_t url_size,
                                                   bool cross_origin,
                                                   struct httpstatus_redirect *redirect)
{
    if (ask_policy(chain, code, redirect) != HTTPSTATUS_REDIRECT_OK)
        return HTTPSTATUS_CHAIN_END;
    if (redirect->method.data)
        redirect->url = (struct httpstatus_text){url, url ? url_size : 0};
    return move_on(chain, cross_origin, redirect);
}

enum httpstatus_chain_result httpstatus_chain_follow(struct httpstatus_chain *chain, int code,
                                                     const struct httpstatus_text *locations,
                                                     size_t count, char *buffer, size_t size,
                                                     struct httpstatus_redirect *redirect)
{
    if (ask_policy(chain, code, redirect) != HTTPSTATUS_REDIRECT_OK)
        return HTTPSTATUS_CHAIN_END;
    switch (httpstatus_redirect_to(redirect, &chain->policy, chain->url, locations, count, buffer,
                                   size)) {
    case HTTPSTATUS_RESOLVE_INVALID_BASE:
        return HTTPSTATUS_CHAIN_NO_URL;
    case HTTPSTATUS_RESOLVE_TOO_LONG:
        return HTTPSTATUS_CHAIN_TOO_LONG;
    default:
        return move_on(chain, redirect->cross_origin == HTTPSTATUS_YES, redirect);
    }
}

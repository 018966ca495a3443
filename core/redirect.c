/* What the next request looks like after a redirect: one reader of the policies' knobs. */
#include "httpstatus.h"
#include "text.h"

/* What a standard says of a code; the tenth of each is any code from 309 on. */
enum { FIRST = 300, LAST = 399, UNREGISTERED = 309, CODES = 10 };
struct standing {
    enum httpstatus_redirect_kind kind;
    bool cacheable;
    enum httpstatus_reason reason; /* why there is nothing to follow, whatever the policy */
    const char *reference;
};

enum rewrite { REWRITE_NONE, REWRITE_POST, REWRITE_MAY_POST, REWRITE_ALL };

struct httpstatus_policy {
    const struct standing *codes;
    uint16_t follow; /* bit n: 300 + n */
    enum httpstatus_action others;
    enum rewrite rewrite_301, rewrite_302;
    bool get_after_head_on_303;
    bool ask, care;
    struct httpstatus_names upper_case, drops_headers, drops_cross_origin;
    int limit;
};

#include "redirect_table.h"

static const struct httpstatus_text method_get = {"GET", 3};

const struct httpstatus_policy *httpstatus_policy(const char *name, size_t size)
{
    for (size_t i = 0; i < sizeof policy_names / sizeof policy_names[0]; i++)
        if (equal(name, size, policy_names[i].name))
            return policy_names[i].policy;
    return NULL;
}

const char *httpstatus_policy_name(size_t i)
{
    return i < sizeof policy_names / sizeof policy_names[0] ? policy_names[i].name : NULL;
}

const char *httpstatus_action_name(enum httpstatus_action action)
{
    static const char *const names[] = {"none", "follow", "ask", "may"};
    return names[action];
}

const char *httpstatus_reason_name(enum httpstatus_reason reason)
{
    static const char *const names[] = {NULL,     "not-modified", "proxy",
                                        "unused", "connect",      "not-a-redirect"};
    return names[reason];
}

const char *httpstatus_method_change_name(enum httpstatus_method_change change)
{
    static const char *const names[] = {NULL, "required", "optional", "forbidden"};
    return names[change];
}

const char *httpstatus_redirect_kind_name(enum httpstatus_redirect_kind kind)
{
    static const char *const names[] = {NULL, "permanent", "temporary", "other", "choice"};
    return names[kind];
}

/* tchar of RFC 9110, section 5.6.2 */
static bool is_token(const char *p, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!is_letter(p[i]) && !is_digit(p[i]) &&
            (p[i] == '\0' || strchr("!#$%&'*+-.^_`|~", p[i]) == NULL))
            return false;
    return size > 0;
}

static bool is(struct httpstatus_text method, const char *name)
{
    return equal(method.data, method.size, name);
}

static struct httpstatus_text upper_cased(struct httpstatus_text method,
                                          struct httpstatus_names names)
{
    for (size_t i = 0; i < names.count; i++) {
        size_t size = strlen(names.names[i]);
        if (equal_ignoring_case(method.data, method.size, names.names[i], size))
            return (struct httpstatus_text){names.names[i], size};
    }
    return method;
}

static bool is_safe(struct httpstatus_text method)
{
    for (size_t i = 0; i < sizeof safe_methods / sizeof safe_methods[0]; i++)
        if (is(method, safe_methods[i]))
            return true;
    return false;
}

static enum httpstatus_reason reason_for(const struct standing *standing,
                                         struct httpstatus_text method, bool follows,
                                         enum httpstatus_action others)
{
    if (!follows && standing->reason != HTTPSTATUS_REASON_NONE)
        return standing->reason;
    if (!follows && others == HTTPSTATUS_ACTION_NONE)
        return HTTPSTATUS_NOT_A_REDIRECT;
    return is(method, "CONNECT") ? HTTPSTATUS_CONNECT : HTTPSTATUS_REASON_NONE;
}

static enum httpstatus_method_change change_for(int code, struct httpstatus_text method,
                                                const struct httpstatus_policy *policy)
{
    bool retrieval = is(method, "GET") || is(method, "HEAD");

    if (code == 303) {
        bool kept = is(method, "GET") || (is(method, "HEAD") && !policy->get_after_head_on_303);
        return kept ? HTTPSTATUS_FORBIDDEN : HTTPSTATUS_REQUIRED;
    }
    switch (code == 301 ? policy->rewrite_301 : code == 302 ? policy->rewrite_302 : REWRITE_NONE) {
    case REWRITE_POST:
        return is(method, "POST") ? HTTPSTATUS_REQUIRED : HTTPSTATUS_FORBIDDEN;
    case REWRITE_MAY_POST:
        return is(method, "POST") ? HTTPSTATUS_OPTIONAL : HTTPSTATUS_FORBIDDEN;
    case REWRITE_ALL:
        return retrieval ? HTTPSTATUS_FORBIDDEN : HTTPSTATUS_REQUIRED;
    default:
        return HTTPSTATUS_FORBIDDEN;
    }
}

enum httpstatus_redirect_result httpstatus_redirect(int code, const char *p, size_t size,
                                                    const struct httpstatus_policy *policy,
                                                    struct httpstatus_redirect *redirect)
{
    static const struct httpstatus_names no_names = {NULL, 0};

    if (!is_token(p, size))
        return HTTPSTATUS_REDIRECT_INVALID_METHOD;
    if (code < FIRST || code > LAST)
        return HTTPSTATUS_REDIRECT_NONE;

    struct httpstatus_text method = {p, size};
    method = upper_cased(method, policy->upper_case);
    int row = (code < UNREGISTERED ? code : UNREGISTERED) - FIRST;
    bool follows = policy->follow >> row & 1;
    const struct standing *standing = &policy->codes[row];

    *redirect = (struct httpstatus_redirect){
        .reason = reason_for(standing, method, follows, policy->others),
        .kind = standing->kind,
        .cacheable = standing->cacheable,
        .limit = policy->limit,
        .reference = standing->reference,
        .drops_headers = no_names,
        .drops_cross_origin = no_names,
    };
    if (redirect->reason == HTTPSTATUS_CONNECT)
        redirect->reference = "RFC 9110 Section 9.3.6";
    if (redirect->reason != HTTPSTATUS_REASON_NONE)
        return HTTPSTATUS_REDIRECT_OK;

    redirect->method_change = change_for(code, method, policy);
    bool kept = redirect->method_change == HTTPSTATUS_FORBIDDEN;
    redirect->method = kept ? method : method_get;
    redirect->preserves_method = redirect->keeps_body = kept;
    redirect->action = follows ? HTTPSTATUS_FOLLOW : policy->others;
    /* RFC 2616, section 10.3: no interaction if and only if the second request is GET or HEAD. */
    if (policy->ask && !is(redirect->method, "GET") && !is(redirect->method, "HEAD"))
        redirect->action = HTTPSTATUS_ASK;
    redirect->care = policy->care && !is_safe(redirect->method);
    if (!kept)
        redirect->drops_headers = policy->drops_headers;
    redirect->drops_cross_origin = policy->drops_cross_origin;
    return HTTPSTATUS_REDIRECT_OK;
}

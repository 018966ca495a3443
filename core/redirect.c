/* What the next request looks like after a redirect, by a policy's knobs. */
#include "redirect.h"
#include "text.h"

/* What a standard says of a code; the last of ten columns stands for all codes from 309 on. */
enum {
    FIRST = HTTPSTATUS_REDIRECT_FIRST,
    UNREGISTERED = HTTPSTATUS_REDIRECT_OTHERS,
    LAST = HTTPSTATUS_REDIRECT_LAST,
    CODES = UNREGISTERED - FIRST + 1
};
struct standing {
    enum httpstatus_redirect_kind kind;
    bool cacheable;
    enum httpstatus_reason reason; /* why there is nothing to follow, whatever the policy */
    const char *reference;
};

/* A sentence and when it applies: -1 stands for any, 'columns' is a set of codes. */
struct sentence {
    int group, reason, action, change, kind;
    unsigned columns;
    int retrieval, body, care, drops;
    const char *text;
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

/* ---- Knobs ---- */

const char *httpstatus_policy_values(const char *knob)
{
    for (size_t i = 0; i < sizeof knobs / sizeof knobs[0]; i++)
        if (strcmp(knob, knobs[i].name) == 0)
            return knobs[i].values;
    return NULL;
}

/* The place of a word in a list such as "none, may"; -1 if it is not there. */
static int word_place(const char *values, const char *word, size_t size)
{
    for (int place = 0;; place++) {
        size_t length = strcspn(values, ",");
        if (length == size && memcmp(values, word, size) == 0)
            return place;
        if (values[length] == '\0')
            return -1;
        values += length + strlen(", ");
    }
}

bool httpstatus_policy_set(struct httpstatus_policy *policy, const char *knob, const char *value,
                           size_t size)
{
    const char *values = httpstatus_policy_values(knob);
    int place = values ? word_place(values, value, size) : -1;

    if (place < 0)
        return false;
    if (strcmp(knob, "others") == 0)
        policy->others = place ? HTTPSTATUS_MAY : HTTPSTATUS_ACTION_NONE;
    else if (strcmp(knob, "rewrite_301") == 0)
        policy->rewrite_301 = (enum httpstatus_rewrite)place;
    else if (strcmp(knob, "rewrite_302") == 0)
        policy->rewrite_302 = (enum httpstatus_rewrite)place;
    else if (strcmp(knob, "rewrite_303") == 0)
        policy->rewrite_303 = (enum httpstatus_rewrite)place;
    else if (strcmp(knob, "head_on_303") == 0)
        policy->get_after_head_on_303 = place == 1;
    else if (strcmp(knob, "body_301_303") == 0)
        policy->body_301_303 = (enum httpstatus_body_rule)place;
    else
        policy->unsafe_307_308 = place == 0   ? HTTPSTATUS_FOLLOW
                                 : place == 1 ? HTTPSTATUS_ASK
                                              : HTTPSTATUS_ACTION_NONE;
    return true;
}

/* The place of a code among the ten columns of a standard. */
static int column_of(int code)
{
    return (code < UNREGISTERED ? code : UNREGISTERED) - FIRST;
}

bool httpstatus_policy_follow(struct httpstatus_policy *policy, int code)
{
    if (code < FIRST || code > UNREGISTERED)
        return false;
    policy->follow = (uint16_t)(policy->follow | 1u << column_of(code));
    return true;
}

/* ---- Words ---- */

const char *httpstatus_action_name(enum httpstatus_action action)
{
    return action_names[action];
}

const char *httpstatus_reason_name(enum httpstatus_reason reason)
{
    return reason_names[reason];
}

const char *httpstatus_method_change_name(enum httpstatus_method_change change)
{
    return method_change_names[change];
}

const char *httpstatus_redirect_kind_name(enum httpstatus_redirect_kind kind)
{
    return kind_names[kind];
}

bool httpstatus_is_token(const char *p, size_t size)
{
    return size > 0 && token_end(p, p + size) == p + size;
}

static bool has_lower_case(struct httpstatus_text method)
{
    for (size_t i = 0; i < method.size; i++)
        if (method.data[i] >= 'a' && method.data[i] <= 'z')
            return true;
    return false;
}

struct httpstatus_text httpstatus_upper_cased(struct httpstatus_text method,
                                              struct httpstatus_names names)
{
    if (names.count == 0 || !has_lower_case(method))
        return method;
    for (size_t i = 0; i < names.count; i++) {
        size_t size = strlen(names.list[i]);
        if (equal_ignoring_case(method.data, method.size, names.list[i], size))
            return (struct httpstatus_text){names.list[i], size};
    }
    return method;
}

static bool is_safe(struct httpstatus_text method)
{
    for (size_t i = 0; i < sizeof safe_methods / sizeof safe_methods[0]; i++)
        if (safe_methods[i][0] == method.data[0] && is_text(method, safe_methods[i]))
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
    return is_text(method, "CONNECT") ? HTTPSTATUS_CONNECT : HTTPSTATUS_REASON_NONE;
}

static bool is_retrieval(struct httpstatus_text method)
{
    return is_text(method, "GET") || is_text(method, "HEAD");
}

/* Whether the code is one of those that may change the method. */
static bool is_rewritable(int code)
{
    return code >= 301 && code <= 303;
}

static enum httpstatus_rewrite rewrite_for(int code, const struct httpstatus_policy *policy)
{
    return code == 301   ? policy->rewrite_301
           : code == 302 ? policy->rewrite_302
           : code == 303 ? policy->rewrite_303
                         : HTTPSTATUS_REWRITE_NONE;
}

static bool is_rewritten(enum httpstatus_rewrite rewrite, struct httpstatus_text method,
                         enum httpstatus_body body)
{
    switch (rewrite) {
    case HTTPSTATUS_REWRITE_POST:
    case HTTPSTATUS_REWRITE_MAY_POST:
        return is_text(method, "POST");
    case HTTPSTATUS_REWRITE_POST_PUT:
        return is_text(method, "POST") || is_text(method, "PUT");
    case HTTPSTATUS_REWRITE_WITH_BODY:
        return is_text(method, "POST") ||
               (body != HTTPSTATUS_NO_BODY && !is_retrieval(method) && !is_text(method, "PUT"));
    case HTTPSTATUS_REWRITE_ALL:
        return !is_retrieval(method);
    default:
        return false;
    }
}

static enum httpstatus_method_change change_for(int code, struct httpstatus_text method,
                                                enum httpstatus_body body,
                                                const struct httpstatus_policy *policy)
{
    enum httpstatus_rewrite rewrite = rewrite_for(code, policy);

    if (code == 303 && policy->get_after_head_on_303 && is_text(method, "HEAD"))
        return HTTPSTATUS_REQUIRED;
    if (!is_rewritten(rewrite, method, body))
        return HTTPSTATUS_FORBIDDEN;
    return rewrite == HTTPSTATUS_REWRITE_MAY_POST ? HTTPSTATUS_OPTIONAL : HTTPSTATUS_REQUIRED;
}

/* Whether the next request has the body, if there is one. */
static bool keeps_body(int code, struct httpstatus_text method, bool method_kept,
                       const struct httpstatus_policy *policy)
{
    if (!method_kept || !is_rewritable(code))
        return method_kept;
    return policy->body_301_303 == HTTPSTATUS_BODY_WITH_METHOD ||
           (policy->body_301_303 == HTTPSTATUS_BODY_OF_PUT && is_text(method, "PUT"));
}

/* What to do with a redirect whose next method is known. */
static enum httpstatus_action action_for(int code, struct httpstatus_text next, bool follows,
                                         const struct httpstatus_policy *policy)
{
    enum httpstatus_action action = follows ? HTTPSTATUS_FOLLOW : policy->others;

    if (is_retrieval(next))
        return action;
    if (is_rewritable(code))
        return rewrite_for(code, policy) == HTTPSTATUS_REWRITE_ASK ? HTTPSTATUS_ASK : action;
    return policy->unsafe_307_308 == HTTPSTATUS_FOLLOW ? action : policy->unsafe_307_308;
}

/* Whether a body that cannot be sent again stands in the way. */
static bool is_stuck(int code, enum httpstatus_body body, bool keeps,
                     const struct httpstatus_policy *policy)
{
    /* Fetch, HTTP-redirect fetch: an error even where the body would be dropped, except on 303. */
    return body == HTTPSTATUS_BODY_NOT_REPLAYABLE &&
           (policy->standard == HTTPSTATUS_FETCH ? code != 303 : keeps);
}

static const char *reference_for(int column, struct httpstatus_text method,
                                 enum httpstatus_reason reason,
                                 const struct httpstatus_policy *policy)
{
    if (reason == HTTPSTATUS_CONNECT)
        return "RFC 9110 Section 9.3.6";
    if (policy->standard == HTTPSTATUS_RFC9110 && is_text(method, "QUERY") &&
        QUERY_CODES >> column & 1)
        return query_reference;
    return standings[policy->standard][column].reference;
}

/* What is so whether there is a next request or not. */
static void put_standing(struct httpstatus_redirect *redirect, int column,
                         struct httpstatus_text method, enum httpstatus_reason reason,
                         const struct httpstatus_policy *policy)
{
    const struct standing *standing = &standings[policy->standard][column];

    *redirect = (struct httpstatus_redirect){
        .reason = reason,
        .keeps_body = HTTPSTATUS_UNKNOWN,
        .kind = standing->kind,
        .cacheable = standing->cacheable,
        .limit = policy->limit,
        .reference = reference_for(column, method, reason, policy),
        .cross_origin = HTTPSTATUS_UNKNOWN,
        .downgraded = HTTPSTATUS_UNKNOWN,
    };
}

static void put_next(struct httpstatus_redirect *redirect, struct httpstatus_text next, bool keeps,
                     enum httpstatus_body body, const struct httpstatus_policy *policy)
{
    redirect->method = next;
    redirect->preserves_method = redirect->method_change == HTTPSTATUS_FORBIDDEN;
    if (body != HTTPSTATUS_NO_BODY)
        redirect->keeps_body = keeps ? HTTPSTATUS_YES : HTTPSTATUS_NO;
    redirect->care = policy->care && !is_safe(next);
    if (!keeps)
        redirect->drops_headers = policy->drops_headers;
    redirect->drops_cross_origin = policy->drops_cross_origin;
}

enum httpstatus_redirect_result httpstatus_redirect(int code, const char *p, size_t size,
                                                    enum httpstatus_body body,
                                                    const struct httpstatus_policy *policy,
                                                    struct httpstatus_redirect *redirect)
{
    if (!httpstatus_is_token(p, size))
        return HTTPSTATUS_REDIRECT_INVALID_METHOD;
    if (code < FIRST || code > LAST)
        return HTTPSTATUS_REDIRECT_NONE;

    struct httpstatus_text method = {p, size};
    method = httpstatus_upper_cased(method, policy->upper_case);
    int column = column_of(code);
    bool follows = policy->follow >> column & 1;
    enum httpstatus_reason reason =
        reason_for(&standings[policy->standard][column], method, follows, policy->others);
    enum httpstatus_method_change change = change_for(code, method, body, policy);
    bool kept = change == HTTPSTATUS_FORBIDDEN;
    bool keeps = keeps_body(code, method, kept, policy);
    struct httpstatus_text next = kept ? method : method_get;
    enum httpstatus_action action = action_for(code, next, follows, policy);

    if (reason == HTTPSTATUS_REASON_NONE && action == HTTPSTATUS_ACTION_NONE)
        reason = HTTPSTATUS_NOT_A_REDIRECT;
    if (reason == HTTPSTATUS_REASON_NONE && is_stuck(code, body, keeps, policy)) {
        reason = HTTPSTATUS_NOT_REPLAYABLE;
        action = policy->unfit;
    }
    put_standing(redirect, column, method, reason, policy);
    if (reason == HTTPSTATUS_REASON_NONE || reason == HTTPSTATUS_NOT_REPLAYABLE)
        redirect->action = action;
    if (reason != HTTPSTATUS_REASON_NONE)
        return HTTPSTATUS_REDIRECT_OK;
    redirect->method_change = change;
    put_next(redirect, next, keeps, body, policy);
    return HTTPSTATUS_REDIRECT_OK;
}

/* ---- Header fields ---- */

const char *httpstatus_drop_reason_name(enum httpstatus_drop_reason reason)
{
    return drop_reason_names[reason];
}

const char *httpstatus_redirect_header(const struct httpstatus_policy *policy, size_t i,
                                       enum httpstatus_drop_reason *reason)
{
    const struct httpstatus_names *const lists[] = {
        [HTTPSTATUS_DROP_BODY] = &policy->drops_headers,
        [HTTPSTATUS_DROP_ORIGIN] = &policy->drops_cross_origin,
        [HTTPSTATUS_DROP_HOP] = &policy->hop_by_hop,
        [HTTPSTATUS_DROP_RECOMPUTED] = &policy->recomputed,
    };

    for (int n = HTTPSTATUS_DROP_BODY; n <= HTTPSTATUS_DROP_RECOMPUTED; n++)
        for (size_t j = 0; j < lists[n]->count; j++) {
            const char *name = lists[n]->list[j];
            int last = HTTPSTATUS_DROP_RECOMPUTED; /* what always goes says so */
            while (!has_name(*lists[last], name))
                last--;
            if (last != n || i-- > 0)
                continue;
            *reason = (enum httpstatus_drop_reason)n;
            return name;
        }
    return NULL;
}

/* ---- Locations ---- */

static bool are_all_equal(const struct httpstatus_text *texts, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (texts[i].size != texts[0].size ||
            memcmp(texts[i].data, texts[0].data, texts[0].size) != 0)
            return false;
    return true;
}

/* There is no next request, for a reason that the policy may take for an error. */
static void drop_next(struct httpstatus_redirect *redirect, enum httpstatus_action action,
                      enum httpstatus_reason reason)
{
    *redirect = (struct httpstatus_redirect){
        .action = action,
        .reason = reason,
        .keeps_body = HTTPSTATUS_UNKNOWN,
        .kind = redirect->kind,
        .cacheable = redirect->cacheable,
        .limit = redirect->limit,
        .reference = redirect->reference,
        .cross_origin = HTTPSTATUS_UNKNOWN,
        .downgraded = HTTPSTATUS_UNKNOWN,
    };
}

/* Why the Location fields of a response lead nowhere. */
static enum httpstatus_reason fault_of(const struct httpstatus_text *locations, size_t count,
                                       bool fetch, enum httpstatus_problem problem)
{
    if (count == 0)
        return HTTPSTATUS_NO_LOCATION;
    /* Fetch fails on any second field; browsers and others take equal ones for one. */
    if (count > 1 && (fetch || !are_all_equal(locations, count)))
        return HTTPSTATUS_SEVERAL_LOCATIONS;
    if (problem == HTTPSTATUS_PROBLEM_SCHEME)
        return HTTPSTATUS_UNSUPPORTED_SCHEME;
    return problem == HTTPSTATUS_PROBLEM_INVALID ? HTTPSTATUS_INVALID_LOCATION
                                                 : HTTPSTATUS_REASON_NONE;
}

static enum httpstatus_answer answer_of(bool truth)
{
    return truth ? HTTPSTATUS_YES : HTTPSTATUS_NO;
}

enum httpstatus_resolve_result httpstatus_redirect_to(struct httpstatus_redirect *redirect,
                                                      const struct httpstatus_policy *policy,
                                                      struct httpstatus_text base,
                                                      const struct httpstatus_text *locations,
                                                      size_t count, char *buffer, size_t size)
{
    bool fetch = policy->standard == HTTPSTATUS_FETCH;
    struct httpstatus_location location;

    if (!redirect->method.data && redirect->reason != HTTPSTATUS_NOT_REPLAYABLE)
        return HTTPSTATUS_RESOLVE_OK;
    if (!base.data)
        return HTTPSTATUS_RESOLVE_INVALID_BASE;
    /* Without a field, for the sake of the base. */
    enum httpstatus_resolve_result result =
        httpstatus_resolve(base, count ? locations[0] : (struct httpstatus_text){"", 0},
                           fetch ? HTTPSTATUS_WHATWG : HTTPSTATUS_RFC3986, buffer, size, &location);
    if (result != HTTPSTATUS_RESOLVE_OK)
        return result;
    enum httpstatus_reason fault = fault_of(locations, count, fetch, location.problem);
    if (fault != HTTPSTATUS_REASON_NONE) {
        drop_next(redirect,
                  fault == HTTPSTATUS_NO_LOCATION ? HTTPSTATUS_ACTION_NONE : policy->unfit, fault);
    } else if (redirect->method.data) {
        redirect->url = location.url;
        redirect->cross_origin = answer_of(location.cross_origin);
        redirect->downgraded = answer_of(location.downgraded);
        if (!location.cross_origin)
            redirect->drops_cross_origin = (struct httpstatus_names){NULL, 0};
    }
    return HTTPSTATUS_RESOLVE_OK;
}

/* ---- Explanations ---- */

static bool is_as_wanted(int wanted, int is)
{
    return wanted < 0 || wanted == is;
}

size_t httpstatus_explain(int code, const char *p, size_t size, enum httpstatus_body body,
                          const struct httpstatus_policy *policy,
                          const char *texts[HTTPSTATUS_SENTENCES])
{
    struct httpstatus_redirect r;
    size_t count = 0;
    int last_group = 0;

    if (httpstatus_redirect(code, p, size, body, policy, &r) != HTTPSTATUS_REDIRECT_OK)
        return 0;
    struct httpstatus_text method =
        httpstatus_upper_cased((struct httpstatus_text){p, size}, policy->upper_case);
    for (size_t i = 0; i < sizeof sentences / sizeof sentences[0]; i++) {
        const struct sentence *s = &sentences[i];
        if (s->group == last_group || !(s->columns >> column_of(code) & 1) ||
            !is_as_wanted(s->reason, (int)r.reason) || !is_as_wanted(s->action, (int)r.action) ||
            !is_as_wanted(s->change, (int)r.method_change) || !is_as_wanted(s->kind, (int)r.kind) ||
            !is_as_wanted(s->retrieval, is_retrieval(method)) ||
            !is_as_wanted(s->body, (int)r.keeps_body + 1) || !is_as_wanted(s->care, r.care) ||
            !is_as_wanted(s->drops, r.drops_headers.count > 0))
            continue;
        last_group = s->group;
        texts[count++] = s->text;
    }
    return count;
}

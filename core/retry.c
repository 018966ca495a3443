/* Whether and when to send a request again. */
#include "httpstatus.h"
#include "text.h"

/* What the advice of a row comes to. */
struct rule {
    const char *advice;
    enum httpstatus_retry_action action;
    enum httpstatus_retry_reason reason;
    enum httpstatus_answer same_connection;
};

struct codes {
    const int16_t *list;
    size_t count;
};

/* The rules of a client; without a reference, those of the standards. */
struct httpstatus_retry_policy {
    const char *reference;
    struct codes codes, if_retry_after;
    struct httpstatus_names methods; /* none: any */
    int64_t longest;                 /* -1: no limit */
};

#include "retry_table.h"

const struct httpstatus_retry_policy *httpstatus_retry_policy(const char *name, size_t size)
{
    for (size_t i = 0; i < sizeof retry_policies / sizeof retry_policies[0]; i++)
        if (equal(name, size, retry_policies[i].name))
            return retry_policies[i].policy;
    return NULL;
}

const char *httpstatus_retry_policy_name(size_t i)
{
    return i < sizeof retry_policies / sizeof retry_policies[0] ? retry_policies[i].name : NULL;
}

const char *httpstatus_retry_action_name(enum httpstatus_retry_action action)
{
    return retry_action_names[action];
}

const char *httpstatus_retry_reason_name(enum httpstatus_retry_reason reason)
{
    return retry_reason_names[reason];
}

/* ---- Decisions ---- */

static bool has_status(const int16_t *codes, size_t count, int code)
{
    for (size_t i = 0; i < count; i++)
        if (codes[i] == code)
            return true;
    return false;
}

static bool is_among(const char *const *names, size_t count, struct httpstatus_text name)
{
    for (size_t i = 0; i < count; i++)
        if (is_text(name, names[i]))
            return true;
    return false;
}

#define HAS_STATUS(codes, code) has_status(codes, sizeof(codes) / sizeof(codes)[0], code)
#define IS_AMONG(names, name) is_among(names, sizeof(names) / sizeof(names)[0], name)

/* A request and its response. */
struct exchange {
    int code;
    struct httpstatus_text method;
    bool idempotent, replayable;
    bool delayed; /* there is a Retry-After, and it can be read */
};

static void conclude(struct httpstatus_retry *retry, enum httpstatus_retry_action action,
                     enum httpstatus_retry_reason reason, const char *reference)
{
    retry->action = action;
    retry->reason = reason;
    retry->reference = reference;
}

/*
 * The advice of the code's owner, else that for x00, as which recipients treat a code that they do
 * not know (RFC 9110, section 15).
 */
static struct httpstatus_retry_advice advice_for(int code, bool *official)
{
    const struct httpstatus_status *row = httpstatus_lookup(code);
    struct httpstatus_retry_advice advice = {{NULL, 0}, {NULL, 0}};

    *official = true;
    if (row)
        advice = httpstatus_retry_advice(row);
    if (advice.advice.data)
        *official = httpstatus_property(row, HTTPSTATUS_IS_OFFICIAL) == HTTPSTATUS_YES;
    else
        advice = httpstatus_retry_advice(httpstatus_lookup(code / 100 == 4 ? 400 : 500));
    return advice;
}

/* A 3xx: the request is not repeated, but the next one may have to wait. */
static void decide_redirect(const struct exchange *e, struct httpstatus_retry *retry)
{
    const enum httpstatus_body body = e->replayable ? HTTPSTATUS_BODY
                                                    : HTTPSTATUS_BODY_NOT_REPLAYABLE;
    struct httpstatus_redirect redirect;

    httpstatus_redirect(e->code, e->method.data, e->method.size, body,
                        httpstatus_policy("rfc9110", 7), &redirect);
    if (redirect.reason == HTTPSTATUS_NOT_REPLAYABLE)
        conclude(retry, HTTPSTATUS_RETRY_STOP, HTTPSTATUS_RETRY_REASON_NOT_REPLAYABLE,
                 redirect.reference);
    else if (redirect.action == HTTPSTATUS_ACTION_NONE)
        conclude(retry, HTTPSTATUS_RETRY_STOP, HTTPSTATUS_RETRY_REASON_NOT_AN_ERROR,
                 redirect.reference);
    else
        conclude(retry, HTTPSTATUS_RETRY_MODIFY, HTTPSTATUS_RETRY_REASON_REDIRECT,
                 "RFC 9110 Section 10.2.3");
}

/* No document says whether to repeat the request, not even that of 500. */
static void decide_silent(const struct exchange *e, struct httpstatus_retry *retry)
{
    retry->contested = true;
    if (!e->delayed)
        conclude(retry, HTTPSTATUS_RETRY_UNKNOWN, HTTPSTATUS_RETRY_REASON_SILENT,
                 "RFC 9110 Section 15.6");
    else
        conclude(retry, HTTPSTATUS_RETRY_SEND, HTTPSTATUS_RETRY_REASON_RETRY_AFTER,
                 "RFC 9110 Section 10.2.3");
}

static void decide_error(const struct exchange *e, struct httpstatus_retry *retry)
{
    bool official;
    const struct httpstatus_retry_advice advice = advice_for(e->code, &official);
    const struct rule *rule = retry_rules;

    if (!advice.advice.data) {
        decide_silent(e, retry);
    } else {
        while (!is_text(advice.advice, rule->advice))
            rule++;
        conclude(retry, rule->action, rule->reason, advice.reference.data);
        retry->same_connection = rule->same_connection;
        retry->contested = !official ||
                           (!e->delayed && HAS_STATUS(open_without_retry_after, e->code));
        if (is_text(advice.advice, "if-retry-after") && !e->delayed)
            conclude(retry, HTTPSTATUS_RETRY_STOP, HTTPSTATUS_RETRY_REASON_NO_RETRY_AFTER,
                     retry->reference);
    }
    if ((retry->action == HTTPSTATUS_RETRY_SEND || retry->action == HTTPSTATUS_RETRY_UNKNOWN) &&
        !e->idempotent && !HAS_STATUS(refused, e->code)) {
        retry->contested = true;
        conclude(retry, HTTPSTATUS_RETRY_ASK, HTTPSTATUS_RETRY_REASON_NOT_IDEMPOTENT,
                 "RFC 9110 Section 9.2.2");
    }
}

/* What a client does.  It leaves to its caller what the standards want changed, as other errors. */
static void decide_as_client(const struct exchange *e, const struct httpstatus_retry_policy *policy,
                             enum httpstatus_answer idempotent, struct httpstatus_retry *retry)
{
    const bool listed = has_status(policy->codes.list, policy->codes.count, e->code) ||
                        (e->delayed && has_status(policy->if_retry_after.list,
                                                  policy->if_retry_after.count, e->code));
    const bool allowed = policy->methods.count == 0 || idempotent == HTTPSTATUS_YES ||
                         is_among(policy->methods.list, policy->methods.count, e->method);

    if (listed && allowed)
        conclude(retry, HTTPSTATUS_RETRY_SEND, HTTPSTATUS_RETRY_REASON_POLICY, policy->reference);
    else if (retry->action != HTTPSTATUS_RETRY_MODIFY && retry->action != HTTPSTATUS_RETRY_STOP)
        conclude(retry, HTTPSTATUS_RETRY_STOP, HTTPSTATUS_RETRY_REASON_POLICY, policy->reference);
    if (listed && policy->longest >= 0 && retry->delay > policy->longest)
        retry->delay = policy->longest;
}

static void read_retry_after(const struct httpstatus_retry_options *options,
                             struct httpstatus_retry *retry)
{
    const struct httpstatus_text text = options->retry_after;
    int64_t seconds;

    if (!text.data)
        return;
    switch (httpstatus_parse_retry_after(text.data, text.size, options->now, &seconds)) {
    case HTTPSTATUS_RETRY_AFTER_SECONDS:
        retry->delay = seconds;
        break;
    case HTTPSTATUS_RETRY_AFTER_DATE:
        retry->date = seconds;
        retry->has_date = true;
        break;
    default:
        break;
    }
}

bool httpstatus_retry(int code, const char *method, size_t size,
                      const struct httpstatus_retry_options *options,
                      struct httpstatus_retry *retry)
{
    static const struct httpstatus_retry_options defaults = HTTPSTATUS_RETRY_OPTIONS;
    const struct httpstatus_retry_options *o = options ? options : &defaults;
    const bool is_redirect = code / 100 == 3, is_error = code < 100 || code >= 400;
    struct exchange e = {.code = code, .method = {method, size}};

    if (!httpstatus_is_token(method, size))
        return false;
    *retry = (struct httpstatus_retry){.delay = -1, .same_connection = HTTPSTATUS_UNKNOWN};
    read_retry_after(o, retry);
    e.delayed = retry->delay >= 0 || retry->has_date;
    e.idempotent = o->idempotent == HTTPSTATUS_UNKNOWN ? IS_AMONG(idempotent_methods, e.method)
                                                       : o->idempotent == HTTPSTATUS_YES;
    e.replayable = o->replayable || IS_AMONG(methods_without_body, e.method);
    if (is_redirect) {
        decide_redirect(&e, retry);
    } else if (is_error) {
        decide_error(&e, retry);
        if (o->policy && o->policy->reference)
            decide_as_client(&e, o->policy, o->idempotent, retry);
    } else {
        conclude(retry, HTTPSTATUS_RETRY_STOP, HTTPSTATUS_RETRY_REASON_NOT_AN_ERROR,
                 code < 200 ? "RFC 9110 Section 15.2" : "RFC 9110 Section 15.3");
    }
    if (retry->action != HTTPSTATUS_RETRY_STOP) {
        if (!is_redirect && !e.replayable)
            conclude(retry, HTTPSTATUS_RETRY_STOP, HTTPSTATUS_RETRY_REASON_NOT_REPLAYABLE,
                     retry->reference);
        else if (o->cap >= 0 && retry->delay > o->cap)
            conclude(retry, HTTPSTATUS_RETRY_STOP, HTTPSTATUS_RETRY_REASON_RETRY_AFTER_ABOVE_CAP,
                     "RFC 9110 Section 10.2.3");
    }
    if (retry->action == HTTPSTATUS_RETRY_STOP)
        retry->same_connection = HTTPSTATUS_UNKNOWN;
    return true;
}

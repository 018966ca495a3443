/* retry() and parse_retry_after(). */
#include "_module.h"

/* The number at 'index', rounded down; -1 for nil. */
static int64_t check_seconds(lua_State *L, int arg, const char *name, int index)
{
    if (lua_isnoneornil(L, index))
        return -1;
    lua_Number number = lua_type(L, index) == LUA_TNUMBER ? lua_tonumber(L, index) : -1;
    if (!(number >= 0)) /* or not a number */
        invalid(L, arg, name, index, NULL);
    return number < (lua_Number)HTTPSTATUS_RETRY_AFTER_MAX ? (int64_t)number
                                                           : HTTPSTATUS_RETRY_AFTER_MAX;
}

static int64_t seconds_option(lua_State *L, int arg, const char *name)
{
    push_option(L, arg, name);
    int64_t seconds = check_seconds(L, arg, name, -1);
    lua_pop(L, 1);
    return seconds;
}

static const struct httpstatus_retry_policy *policy_option(lua_State *L, int arg)
{
    struct httpstatus_text name = text_option(L, arg, "policy");
    const struct httpstatus_retry_policy *policy = NULL;
    char text[HTTPSTATUS_EXPECTED];

    if (name.data && !(policy = httpstatus_retry_policy(name.data, name.size)))
        invalid(L, arg, "policy", -1, httpstatus_expected("retry_policy", text));
    lua_pop(L, 1);
    return policy;
}

/*
 * What retry() is told besides code and method. Numbers may have fractions: now is rounded down,
 * cap too.
 * @class httpstatus.RetryOptions
 * @field retry_after? string the value of the header field Retry-After; nil: there is none
 * @field now? number the time, in seconds since 1970; nil: unknown
 * @field cap? number the longest delay to accept, in seconds; nil: any
 * @field policy? httpstatus.RetryPolicyName whose rules decide ("rfc9110" if absent)
 * @field idempotent? boolean whether the request is idempotent; nil: by its method
 * @field replayable? boolean whether its body, if it has one, can be sent again (true if absent)
 */

/* Leaves the text of Retry-After on the stack. */
static void check_retry_options(lua_State *L, int arg, struct httpstatus_retry_options *options)
{
    static const char *const names[] = {"retry_after", "now",        "cap", "policy",
                                        "idempotent",  "replayable", NULL};

    check_options(L, arg, names);
    options->now = seconds_option(L, arg, "now");
    options->cap = seconds_option(L, arg, "cap");
    options->policy = policy_option(L, arg);
    if (push_option(L, arg, "idempotent") != LUA_TNIL)
        options->idempotent = lua_toboolean(L, -1) ? HTTPSTATUS_YES : HTTPSTATUS_NO;
    if (push_option(L, arg, "replayable") != LUA_TNIL)
        options->replayable = lua_toboolean(L, -1);
    lua_pop(L, 2);
    options->retry_after = text_option(L, arg, "retry_after");
}

/*
 * Whether and when to send a request again. Each record is a new table, yours to change.
 * @class httpstatus.Retry
 * @field action httpstatus.RetryAction
 * @field delay? integer
 * @field date? integer
 * @field same_connection? boolean
 * @field contested boolean
 * @field reason httpstatus.RetryReason
 * @field reference string
 */

/*
 * httpstatus.retry()
 * Whether and when to send a request again after this response. Methods are case-sensitive; one
 * that is empty or not a token is an argument error. A Retry-After that cannot be read counts as
 * none, one above the cap means "stop". Nothing here sleeps or counts attempts.
 * @param code integer
 * @param method string
 * @param options? httpstatus.RetryOptions
 * @return httpstatus.Retry
 */
static int l_retry(lua_State *L)
{
    struct httpstatus_retry_options options = HTTPSTATUS_RETRY_OPTIONS;
    struct httpstatus_retry r;
    int code = check_code(L, 1, "code");
    struct httpstatus_text method = check_string(L, 2, "method");

    check_retry_options(L, 3, &options);
    if (!httpstatus_retry(code, method.data, method.size, &options, &r))
        return invalid(L, 2, "method", 2, NULL);
    lua_createtable(L, 0, 7);
    set_word(L, "action", httpstatus_retry_action_name(r.action));
    if (r.delay >= 0) {
        push_seconds(L, r.delay);
        lua_setfield(L, -2, "delay");
    }
    if (r.has_date) {
        push_seconds(L, r.date);
        lua_setfield(L, -2, "date");
    }
    set_answer(L, "same_connection", r.same_connection);
    set_truth(L, "contested", r.contested);
    set_word(L, "reason", httpstatus_retry_reason_name(r.reason));
    set_word(L, "reference", r.reference);
    return 1;
}

/*
 * httpstatus.parse_retry_after()
 * The seconds to wait that a Retry-After asks for: its digits, or the time from now to its date, 0
 * if that is past. nil if it is neither, or a date and now is nil. More than 2^53 - 1 is that.
 * @param text string
 * @param now? number the time, in seconds since 1970, as os.time() has it
 * @return integer?
 */
static int l_parse_retry_after(lua_State *L)
{
    struct httpstatus_text text = check_string(L, 1, "text");
    int64_t seconds, now = check_seconds(L, 2, "now", 2);

    if (httpstatus_parse_retry_after(text.data, text.size, now, &seconds) ==
        HTTPSTATUS_RETRY_AFTER_SECONDS)
        push_seconds(L, seconds);
    else
        luaL_pushfail(L);
    return 1;
}

const luaL_Reg retry_functions[] = {
    {"retry", l_retry},
    {"parse_retry_after", l_parse_retry_after},
    {NULL, NULL},
};

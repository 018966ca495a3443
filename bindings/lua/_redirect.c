/* redirect(), explain_redirect() and redirect_headers(). */
#include "_redirect.h"

/* The arguments 1 to 4, and what follows from them. */
struct redirect_call {
    int code;
    struct httpstatus_text method;
    enum httpstatus_body body;
    struct httpstatus_policy policy;
    struct httpstatus_redirect r;
};

/* False if the code is outside 300..399. */
static bool check_redirect(lua_State *L, struct redirect_call *call, const char *const *names)
{
    lua_settop(L, 4);
    call->code = check_code(L, 1, "code");
    call->method = check_string(L, 2, "method");
    call->body = check_body(L, 4, names);
    check_policy(L, 3, &call->policy);
    enum httpstatus_redirect_result result = httpstatus_redirect(
        call->code, call->method.data, call->method.size, call->body, &call->policy, &call->r);
    if (result == HTTPSTATUS_REDIRECT_INVALID_METHOD)
        invalid(L, 2, "method", 2, NULL);
    return result != HTTPSTATUS_REDIRECT_NONE;
}

/* Follows the record to the Location, if the request has a URL. */
static void follow_location(lua_State *L, struct redirect_call *call)
{
    struct httpstatus_text url = text_option(L, 4, "url");
    struct locations locations = check_locations(L, 4);
    size_t size;

    if (!url.data && !locations.texts)
        return;
    if (!url.data)
        lua_pushnil(L);
    else
        lua_pushlstring(L, url.data, url.size);
    int given = lua_gettop(L);
    char *buffer = push_place(L, url.size, &locations, &size);
    if (!url.data || httpstatus_redirect_to(&call->r, &call->policy, url, locations.texts,
                                            locations.count, buffer, size) != HTTPSTATUS_RESOLVE_OK)
        invalid_url(L, 4, given);
}

/*
 * httpstatus.redirect()
 * What a client does with a redirect; nil if the code is outside 300..399. Methods are
 * case-sensitive; only "fetch" upper-cases them, and only delete, get, head, options, post and put.
 * A method that is empty or not a token (RFC 9110 section 5.6.2) is an argument error.
 * @param code integer
 * @param method string
 * @param policy? httpstatus.Policy HTTPSTATUS_DEFAULT_POLICY if absent
 * @param request? httpstatus.RedirectRequest
 * @return httpstatus.Redirect?
 */
static int l_redirect(lua_State *L)
{
    static const char *const names[] = {"body", "replayable", "url", "location", NULL};
    struct redirect_call call;

    if (lua_isnoneornil(L, 3) && lua_isnoneornil(L, 4)) {
        lua_Integer code = check_integer(L, 1, "code");
        struct httpstatus_text method = check_string(L, 2, "method");
        const struct httpstatus_redirect *ready = ready_record(L, code, method);
        if (ready)
            return push_redirect(L, ready);
    }
    if (!check_redirect(L, &call, names)) {
        luaL_pushfail(L);
        return 1;
    }
    follow_location(L, &call);
    return push_redirect(L, &call.r);
}

/*
 * httpstatus.explain_redirect()
 * What redirect() returns, in one to three sentences with the section of the standard.
 * @param code integer
 * @param method string
 * @param policy? httpstatus.Policy HTTPSTATUS_DEFAULT_POLICY if absent
 * @param request? httpstatus.RedirectRequest
 * @return string?
 */
static int l_explain_redirect(lua_State *L)
{
    const char *sentences[HTTPSTATUS_SENTENCES];
    struct redirect_call call;

    if (!check_redirect(L, &call, body_names)) {
        luaL_pushfail(L);
        return 1;
    }
    size_t count = httpstatus_explain(call.code, call.method.data, call.method.size, call.body,
                                      &call.policy, sentences);
    lua_pushstring(L, sentences[0]);
    for (size_t i = 1; i < count; i++) {
        lua_pushfstring(L, " %s", sentences[i]);
        lua_concat(L, 2);
    }
    lua_pushfstring(L, " (%s)", call.r.reference);
    lua_concat(L, 2);
    return 1;
}

/*
 * httpstatus.redirect_headers()
 * The header fields that a client must not copy into the next request, and why not.
 * @param policy? httpstatus.Policy HTTPSTATUS_DEFAULT_POLICY if absent
 * @return table<string, httpstatus.DropReason>
 */
static int l_redirect_headers(lua_State *L)
{
    struct httpstatus_policy policy;
    enum httpstatus_drop_reason reason;
    const char *name;

    lua_settop(L, 1);
    check_policy(L, 1, &policy);
    lua_createtable(L, 0, 0);
    for (size_t i = 0; (name = httpstatus_redirect_header(&policy, i, &reason)) != NULL; i++)
        set_word(L, name, httpstatus_drop_reason_name(reason));
    return 1;
}

static const luaL_Reg redirect_functions[] = {
    {"redirect", l_redirect},
    {"explain_redirect", l_explain_redirect},
    {"redirect_headers", l_redirect_headers},
    {"redirect_clients", l_redirect_clients},
    {"retry_clients", l_retry_clients},
    {"new_chain", l_new_chain},
    {NULL, NULL},
};

void make_redirect_types(lua_State *L)
{
    make_client_type(L);
    make_chain_type(L);
}

void set_redirect_functions(lua_State *L)
{
    set_record_functions(L, redirect_functions);
}

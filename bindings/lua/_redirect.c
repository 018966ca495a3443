/* Redirects: by the rules, by what clients were measured to do, and in chains. */
#include "_module.h"

#define CHAIN "httpstatus.RedirectChain"
#define CLIENT "httpstatus.RedirectClient"

/* ---- Redirects ---- */

static void set_word(lua_State *L, const char *name, const char *word)
{
    if (!word)
        return;
    lua_pushstring(L, word);
    lua_setfield(L, -2, name);
}

static void set_truth(lua_State *L, const char *name, bool truth)
{
    lua_pushboolean(L, truth);
    lua_setfield(L, -2, name);
}

/* Sets a field to a new list, unless that would be empty. */
static void set_names(lua_State *L, const char *field, struct httpstatus_names names)
{
    if (!names.count)
        return;
    lua_createtable(L, (int)names.count, 0);
    for (size_t i = 0; i < names.count; i++) {
        lua_pushstring(L, names.names[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, field);
}

/* The policy of the name on top, "fetch" for nil. */
static void check_policy_name(lua_State *L, int arg, struct httpstatus_policy *policy)
{
    struct httpstatus_text name = {"fetch", 5};
    const struct httpstatus_policy *known;

    if (!lua_isnil(L, -1))
        name.data = lua_tolstring(L, -1, &name.size);
    known = name.data ? httpstatus_policy(name.data, name.size) : NULL;
    if (!known)
        invalid(L, arg, "policy", -1, NULL);
    else
        *policy = *known;
}

static void check_word(lua_State *L, int arg, const char *knob, struct httpstatus_policy *policy)
{
    struct httpstatus_text word = text_option(L, arg, knob);

    if (word.data && !httpstatus_policy_set(policy, knob, word.data, word.size))
        invalid(L, arg, knob, -1, NULL);
    lua_pop(L, 1);
}

/* What is on top is a table with nothing but the items 1 to n. */
static void check_list(lua_State *L, int arg, const char *knob)
{
    lua_Integer items = 0;

    if (!lua_istable(L, -1))
        invalid(L, arg, knob, -1, NULL);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
        items++;
    if (items != (lua_Integer)lua_rawlen(L, -1))
        invalid(L, arg, knob, -1, "a list without gaps or names");
}

static void check_follow(lua_State *L, int arg, struct httpstatus_policy *policy)
{
    if (push_option(L, arg, "follow") != LUA_TNIL) {
        policy->follow = 0;
        check_list(L, arg, "follow");
        for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
            if (!is_whole(L, -1) ||
                !httpstatus_policy_follow(policy, code_of(lua_tointeger(L, -1))))
                invalid(L, arg, "follow", -1, NULL);
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* limit = false: none */
static void check_limit(lua_State *L, int arg, struct httpstatus_policy *policy)
{
    int type = push_option(L, arg, "limit");

    if (type == LUA_TBOOLEAN && !lua_toboolean(L, -1)) {
        policy->limit = 0;
    } else if (type != LUA_TNIL) {
        lua_Integer limit = is_whole(L, -1) ? lua_tointeger(L, -1) : 0;
        if (limit < 1 || limit > INT_MAX)
            invalid(L, arg, "limit", -1, "1 or more, or false for none");
        policy->limit = (int)limit;
    }
    lua_pop(L, 1);
}

/* The names of header fields in a list; they and the array stay alive with the table at 'anchor'. */
static void check_names(lua_State *L, int arg, const char *knob, int anchor,
                        struct httpstatus_names *names)
{
    if (push_option(L, arg, knob) == LUA_TNIL) {
        lua_pop(L, 1);
        return;
    }
    int list = lua_gettop(L);
    check_list(L, arg, knob);
    size_t count = (size_t)lua_rawlen(L, list);
    const char **array = lua_newuserdatauv(L, (count ? count : 1) * sizeof *array, 0);
    lua_rawseti(L, anchor, (lua_Integer)lua_rawlen(L, anchor) + 1);
    for (size_t i = 0; i < count; i++) {
        size_t size = 0;
        bool text = lua_rawgeti(L, list, (lua_Integer)i + 1) == LUA_TSTRING;
        array[i] = text ? lua_tolstring(L, -1, &size) : NULL;
        if (!text || !httpstatus_is_token(array[i], size))
            invalid(L, arg, knob, -1, NULL);
        lua_rawseti(L, anchor, (lua_Integer)lua_rawlen(L, anchor) + 1);
    }
    *names = (struct httpstatus_names){array, count};
    lua_settop(L, list - 1);
}

/*
 * The policy at 'arg': a name, "fetch" if absent, or a table of knobs that has the name of the policy
 * they belong to in 'policy'.  Leaves what keeps its lists of names alive on the stack.
 */
static void check_policy(lua_State *L, int arg, struct httpstatus_policy *policy)
{
    static const char *const names[] = {
        "policy",         "follow",        "others",             "rewrite_301", "rewrite_302",
        "head_on_303",    "unsafe_307_308", "drops_headers",     "drops_cross_origin",
        "limit",          NULL};
    static const char *const words[] = {"others", "rewrite_301", "rewrite_302", "head_on_303",
                                        "unsafe_307_308"};

    if (!lua_istable(L, arg)) {
        lua_pushvalue(L, arg);
        check_policy_name(L, arg, policy);
        return;
    }
    lua_createtable(L, 0, 0);
    int anchor = lua_gettop(L);
    check_options(L, arg, names);
    text_option(L, arg, "policy");
    check_policy_name(L, arg, policy);
    lua_pop(L, 1);
    check_follow(L, arg, policy);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        check_word(L, arg, words[i], policy);
    check_names(L, arg, "drops_headers", anchor, &policy->drops_headers);
    check_names(L, arg, "drops_cross_origin", anchor, &policy->drops_cross_origin);
    check_limit(L, arg, policy);
}

static int push_redirect(lua_State *L, const struct httpstatus_redirect *r)
{
    lua_createtable(L, 0, 13);
    set_word(L, "action", httpstatus_action_name(r->action));
    set_word(L, "reason", httpstatus_reason_name(r->reason));
    set_text(L, "method", r->method);
    set_word(L, "method_change", httpstatus_method_change_name(r->method_change));
    if (r->action != HTTPSTATUS_ACTION_NONE) {
        set_truth(L, "preserves_method", r->preserves_method);
        set_truth(L, "keeps_body", r->keeps_body);
    }
    set_names(L, "drops_headers", r->drops_headers);
    set_names(L, "drops_cross_origin", r->drops_cross_origin);
    set_word(L, "kind", httpstatus_redirect_kind_name(r->kind));
    set_truth(L, "cacheable", r->cacheable);
    set_truth(L, "care", r->care);
    if (r->limit) {
        lua_pushinteger(L, r->limit);
        lua_setfield(L, -2, "limit");
    }
    set_word(L, "reference", r->reference);
    return 1;
}

/* Code, method and policy at 1 to 3, and what follows from them; false outside 300..399. */
struct redirect_call {
    int code;
    struct httpstatus_text method;
    struct httpstatus_policy policy;
    struct httpstatus_redirect r;
};

static bool check_redirect(lua_State *L, struct redirect_call *call)
{
    lua_settop(L, 3);
    call->code = check_code(L, 1, "code");
    call->method = check_string(L, 2, "method");
    check_policy(L, 3, &call->policy);
    enum httpstatus_redirect_result result = httpstatus_redirect(
        call->code, call->method.data, call->method.size, &call->policy, &call->r);
    if (result == HTTPSTATUS_REDIRECT_INVALID_METHOD)
        invalid(L, 2, "method", 2, NULL);
    return result != HTTPSTATUS_REDIRECT_NONE;
}

/* Pushes the text of the string, integer or truth value on top, whatever its metatable says. */
static void push_plain(lua_State *L)
{
    if (lua_isboolean(L, -1))
        lua_pushstring(L, lua_toboolean(L, -1) ? "true" : "false");
    else
        lua_pushvalue(L, -1);
    lua_tostring(L, -1);
}

/* Pushes "{'A','B'}" for the list of the core's own words on top. */
static void push_list_source(lua_State *L)
{
    int list = lua_gettop(L);

    lua_pushliteral(L, "{");
    for (lua_Integer i = 1; lua_rawgeti(L, list, i) != LUA_TNIL; i++) {
        lua_pushfstring(L, "%s'%s',", lua_tostring(L, list + 1), lua_tostring(L, -1));
        lua_replace(L, list + 1);
        lua_settop(L, list + 1);
    }
    lua_pushfstring(L, "%s}", lua_tostring(L, list + 1));
    lua_replace(L, list + 1);
    lua_settop(L, list + 1);
}

/*
 * A dozen fields are set faster by a table constructor in Lua than through Lua's API: for a well-known
 * method under the default policy the first record leaves a function behind that makes the others,
 * with lists of their own.  All words in it are the core's, and none has to be escaped.
 */
static void push_new_maker(lua_State *L, int record)
{
    lua_pushliteral(L, "return function() return {");
    int source = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, record); lua_settop(L, source + 1)) {
        const char *quote = lua_type(L, -1) == LUA_TSTRING ? "'" : "";
        if (lua_istable(L, -1))
            push_list_source(L);
        else
            push_plain(L);
        lua_pushfstring(L, "%s%s = %s%s%s, ", lua_tostring(L, source), lua_tostring(L, source + 1),
                        quote, lua_tostring(L, -1), quote);
        lua_replace(L, source);
    }
    lua_pushfstring(L, "%s} end", lua_tostring(L, source));
    if (luaL_loadbuffer(L, lua_tostring(L, -1), lua_rawlen(L, -1), "=httpstatus") != LUA_OK)
        lua_error(L);
    lua_call(L, 0, 1);
}

/* Pushes the maker for the code and method at 1 and 2; false if there is none. */
static bool push_maker(lua_State *L)
{
    lua_pushvalue(L, 2);
    return lua_rawget(L, lua_upvalueindex(MAKERS)) == LUA_TTABLE &&
           lua_rawgeti(L, -1, check_integer(L, 1, "code")) == LUA_TFUNCTION;
}

/* Keeps a maker of records like that on top, for no more than nine codes of the known methods. */
static void keep_maker(lua_State *L, int code)
{
    int record = lua_gettop(L);

    lua_pushvalue(L, 2);
    if (code < HTTPSTATUS_REDIRECT_OTHERS && lua_rawget(L, lua_upvalueindex(MAKERS)) == LUA_TTABLE) {
        push_new_maker(L, record);
        lua_rawseti(L, record + 1, code);
    }
    lua_settop(L, record);
}

/* redirect(code, method [, policy]): record, or nil outside 300..399 */
static int l_redirect(lua_State *L)
{
    bool by_default = lua_isnoneornil(L, 3);
    struct redirect_call call;

    if (by_default) {
        if (push_maker(L)) {
            lua_call(L, 0, 1);
            return 1;
        }
        lua_settop(L, 2);
    }
    if (!check_redirect(L, &call)) {
        luaL_pushfail(L);
        return 1;
    }
    push_redirect(L, &call.r);
    if (by_default)
        keep_maker(L, call.code);
    return 1;
}

/* explain_redirect(code, method [, policy]): one to three sentences, or nil outside 300..399 */
static int l_explain_redirect(lua_State *L)
{
    const char *sentences[HTTPSTATUS_SENTENCES];
    struct redirect_call call;

    if (!check_redirect(L, &call)) {
        luaL_pushfail(L);
        return 1;
    }
    size_t count = httpstatus_explain(call.code, call.method.data, call.method.size, &call.policy,
                                      sentences);
    lua_pushstring(L, sentences[0]);
    for (size_t i = 1; i < count; i++) {
        lua_pushfstring(L, " %s", sentences[i]);
        lua_concat(L, 2);
    }
    lua_pushfstring(L, " (%s)", call.r.reference);
    lua_concat(L, 2);
    return 1;
}

/* ---- What clients do ---- */

static void set_answer(lua_State *L, const char *name, enum httpstatus_answer answer)
{
    if (answer != HTTPSTATUS_UNKNOWN)
        set_truth(L, name, answer == HTTPSTATUS_YES);
}

static void push_client(lua_State *L, const struct httpstatus_client *client)
{
    lua_createtable(L, 0, 11);
    set_text(L, "name", client->name);
    set_text(L, "version", client->version);
    lua_pushinteger(L, client->code);
    lua_setfield(L, -2, "code");
    set_text(L, "request_method", client->request_method);
    set_truth(L, "followed", client->followed);
    set_text(L, "method", client->method);
    set_answer(L, "keeps_body", client->keeps_body);
    set_answer(L, "sends_content_type", client->sends_content_type);
    set_answer(L, "sends_authorization", client->sends_authorization);
    if (client->limit >= 0) {
        lua_pushinteger(L, client->limit);
        lua_setfield(L, -2, "limit");
    }
    set_word(L, "at_limit", client->at_limit);
    luaL_setmetatable(L, CLIENT);
}

/* redirect_clients(code, method): list of what clients were measured to do */
static int l_redirect_clients(lua_State *L)
{
    struct httpstatus_client client;
    int code = check_code(L, 1, "code");
    struct httpstatus_text method = check_string(L, 2, "method");

    if (!httpstatus_is_token(method.data, method.size))
        return invalid(L, 2, "method", 2, NULL);
    lua_createtable(L, (int)httpstatus_client_count(), 0);
    for (size_t i = 0; i < httpstatus_client_count(); i++) {
        if (!httpstatus_client(i, code, method.data, method.size, &client))
            continue;
        push_client(L, &client);
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    }
    return 1;
}

static int not_a_record(lua_State *L)
{
    return luaL_argerror(L, 1, "invalid record: expected one that redirect_clients() gave");
}

/* client:differs_from(policy): list of "followed", "method", "body", "headers", "credentials" */
static int client_differs_from(lua_State *L)
{
    struct httpstatus_text name, version, method;
    struct httpstatus_client client;
    struct httpstatus_policy policy;

    if (lua_isnone(L, 2))
        return invalid(L, 2, "policy", 2, NULL);
    lua_settop(L, 2);
    check_policy(L, 2, &policy);
    if (!lua_istable(L, 1))
        return not_a_record(L);
    name = text_option(L, 1, "name");
    version = text_option(L, 1, "version");
    method = text_option(L, 1, "request_method");
    push_option(L, 1, "code");
    if (!name.data || !version.data || !method.data || !is_whole(L, -1) ||
        !httpstatus_client_find(name, version, code_of(lua_tointeger(L, -1)), method, &client))
        return not_a_record(L);
    unsigned differs = httpstatus_client_differs(&client, &policy);
    lua_createtable(L, 4, 0);
    for (size_t i = 0; httpstatus_difference_name(i); i++) {
        if (!(differs >> i & 1))
            continue;
        lua_pushstring(L, httpstatus_difference_name(i));
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    }
    return 1;
}

/* ---- Chains of redirects ---- */

enum { CHAIN_METHOD = 1, CHAIN_NAMES = 2 };

/* new_chain(method [, policy [, url]]): chain */
static int l_new_chain(lua_State *L)
{
    struct httpstatus_policy policy;

    lua_settop(L, 3);
    struct httpstatus_text method = check_string(L, 1, "method"), url = opt_text(L, 3, "url");
    check_policy(L, 2, &policy);
    struct httpstatus_chain *chain = lua_newuserdatauv(L, sizeof *chain, 2);
    if (!httpstatus_chain_init(chain, &policy, method.data, method.size, url.data, url.size))
        return invalid(L, 1, "method", 1, NULL);
    luaL_setmetatable(L, CHAIN);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, CHAIN_METHOD);
    lua_pushvalue(L, 4);
    lua_setiuservalue(L, -2, CHAIN_NAMES);
    return 1;
}

/* chain:step(code [, url [, cross_origin]]): record; nil outside 300..399; nil, message */
static int chain_step(lua_State *L)
{
    struct httpstatus_chain *chain = luaL_checkudata(L, 1, CHAIN);
    struct httpstatus_redirect r;
    int code = check_code(L, 2, "code");
    struct httpstatus_text url = opt_text(L, 3, "url");

    switch (httpstatus_chain_step(chain, code, url.data, url.size, lua_toboolean(L, 4), &r)) {
    case HTTPSTATUS_CHAIN_END:
        luaL_pushfail(L);
        return 1;
    case HTTPSTATUS_CHAIN_LIMIT:
        luaL_pushfail(L);
        lua_pushfstring(L, "too many redirects: the policy allows %d in a row", chain->policy.limit);
        return 2;
    case HTTPSTATUS_CHAIN_LOOP:
        luaL_pushfail(L);
        lua_pushfstring(L, "a redirect loop: '%s' has been there before", url.data);
        return 2;
    default:
        return push_redirect(L, &r);
    }
}

/* chain.method, chain.count; else a method */
static int chain_index(lua_State *L)
{
    const struct httpstatus_chain *chain = luaL_checkudata(L, 1, CHAIN);
    const char *name = check_text(L, 2, "name").data;

    if (strcmp(name, "method") == 0)
        push_text(L, chain->method);
    else if (strcmp(name, "count") == 0)
        lua_pushinteger(L, (lua_Integer)chain->count);
    else
        lua_getfield(L, lua_upvalueindex(1), name);
    return 1;
}

static const luaL_Reg chain_methods[] = {{"step", chain_step}, {NULL, NULL}};

const luaL_Reg redirect_functions[] = {
    {"redirect", l_redirect},
    {"explain_redirect", l_explain_redirect},
    {"redirect_clients", l_redirect_clients},
    {"new_chain", l_new_chain},
    {NULL, NULL},
};

void make_redirect_types(lua_State *L)
{
    luaL_newmetatable(L, CLIENT);
    protect_metatable(L);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, client_differs_from);
    lua_setfield(L, -2, "differs_from");
    lua_setfield(L, -2, "__index");
    luaL_newmetatable(L, CHAIN);
    protect_metatable(L);
    luaL_newlib(L, chain_methods);
    lua_pushcclosure(L, chain_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 2);
}

/* redirect_clients(): what real clients were measured to do. */
#include "_redirect.h"

#define CLIENT "httpstatus.RedirectClient"

/*
 * What a real client was measured to do with a redirect: a dated fact, not a rule.
 * @class httpstatus.RedirectClient
 * @field name string
 * @field version string
 * @field code integer
 * @field request_method string
 * @field request_body boolean
 * @field followed boolean
 * @field method? string
 * @field keeps_body? boolean
 * @field sends_content_type? boolean
 * @field sends_authorization? boolean
 * @field limit? integer
 * @field at_limit? httpstatus.AtLimit
 */
static void push_client(lua_State *L, const struct httpstatus_client *client)
{
    lua_createtable(L, 0, 12);
    set_text(L, "name", client->name);
    set_text(L, "version", client->version);
    lua_pushinteger(L, client->code);
    lua_setfield(L, -2, "code");
    set_text(L, "request_method", client->request_method);
    set_truth(L, "request_body", client->request_body);
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

/*
 * httpstatus.redirect_clients()
 * What real clients were measured to do with a redirect (November 2026). For other codes and
 * methods the list is empty. A body of false means a request without a body; some clients were not
 * asked for that. GET, HEAD and OPTIONS never had one, and body changes nothing for them.
 * @param code integer 300..308
 * @param method string DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT, QUERY, or FROB for an unknown
 *     method
 * @param body? boolean whether the request had a body; true if absent
 * @return httpstatus.RedirectClient[]
 */
int l_redirect_clients(lua_State *L)
{
    struct httpstatus_client client;
    int code = check_code(L, 1, "code");
    struct httpstatus_text method = check_string(L, 2, "method");
    bool body = lua_isnoneornil(L, 3) || lua_toboolean(L, 3);

    if (!httpstatus_is_token(method.data, method.size))
        return invalid(L, 2, "method", 2, NULL);
    lua_createtable(L, (int)httpstatus_client_count(), 0);
    for (size_t i = 0; i < httpstatus_client_count(); i++) {
        if (!httpstatus_client(i, code, method.data, method.size, body, &client))
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

/*
 * RedirectClient:differs_from()
 * How the client differs from a policy: a list of "followed", "method", "body", "headers" and
 * "credentials".
 * @param policy httpstatus.Policy
 * @return string[]
 */
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
    push_option(L, 1, "request_body");
    push_option(L, 1, "code");
    if (!name.data || !version.data || !method.data || !lua_isboolean(L, -2) || !is_whole(L, -1) ||
        !httpstatus_client_find(name, version, code_of(lua_tointeger(L, -1)), method,
                                lua_toboolean(L, -2), &client))
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

void make_client_type(lua_State *L)
{
    luaL_newmetatable(L, CLIENT);
    protect_metatable(L);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, client_differs_from);
    lua_setfield(L, -2, "differs_from");
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}

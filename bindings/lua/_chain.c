/* Several redirects in a row. */
#include "_redirect.h"

#define CHAIN "httpstatus.RedirectChain"

enum { CHAIN_METHOD = 1, CHAIN_NAMES, CHAIN_URL, CHAIN_VALUES = CHAIN_URL };

/*
 * httpstatus.new_chain()
 * Starts a chain of redirects with a request.
 * @param method string
 * @param policy? httpstatus.Policy HTTPSTATUS_DEFAULT_POLICY if absent
 * @param url? string where the request goes, to resolve locations by and to find loops
 * @param request? httpstatus.RedirectRequest
 * @return httpstatus.RedirectChain
 */
int l_new_chain(lua_State *L)
{
    struct httpstatus_policy policy;

    lua_settop(L, 4);
    struct httpstatus_text method = check_string(L, 1, "method"), url = opt_text(L, 3, "url");
    enum httpstatus_body body = check_body(L, 4, body_names);
    check_policy(L, 2, &policy);
    struct httpstatus_chain *chain = lua_newuserdatauv(L, sizeof *chain, CHAIN_VALUES);
    if (!httpstatus_chain_init(chain, &policy, method.data, method.size, body, url.data, url.size))
        return invalid(L, 1, "method", 1, NULL);
    luaL_setmetatable(L, CHAIN);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, CHAIN_METHOD);
    lua_pushvalue(L, 5);
    lua_setiuservalue(L, -2, CHAIN_NAMES);
    lua_pushvalue(L, 3);
    lua_setiuservalue(L, -2, CHAIN_URL);
    return 1;
}

/* The chain points into the value on top from now on, if it has moved on. */
static void keep_place(lua_State *L, enum httpstatus_chain_result result,
                       const struct httpstatus_redirect *r)
{
    if (result == HTTPSTATUS_CHAIN_OK && r->method.data) {
        lua_pushvalue(L, -1);
        lua_setiuservalue(L, 1, CHAIN_URL);
    }
}

/*
 * The Location of a response, resolved by the URL of the chain.
 * @class httpstatus.ResponseLocation
 * @field location? string|string[]
 */
static enum httpstatus_chain_result step_to_location(lua_State *L, struct httpstatus_chain *chain,
                                                     int code, struct httpstatus_redirect *r)
{
    static const char *const names[] = {"location", NULL};
    size_t size;

    check_options(L, 3, names);
    struct locations locations = check_locations(L, 3);
    char *buffer = push_place(L, chain->url.size, &locations, &size);
    return httpstatus_chain_follow(chain, code, locations.texts, locations.count, buffer, size, r);
}

static enum httpstatus_chain_result step_to_url(lua_State *L, struct httpstatus_chain *chain,
                                                int code, struct httpstatus_redirect *r)
{
    struct httpstatus_text url = opt_text(L, 3, "url");

    lua_pushvalue(L, 3);
    return httpstatus_chain_step(chain, code, url.data, url.size, lua_toboolean(L, 4), r);
}

/*
 * RedirectChain:step()
 * Takes a response with this code and a Location. Returns the next request; nil if the code is
 * outside 300..399; nil and a message if the limit is exceeded, or at a loop if the policy detects
 * loops.
 * @param code integer
 * @param url? string|httpstatus.ResponseLocation the Location, in a table; or any text that the
 *     caller has resolved it to
 * @param cross_origin? boolean with a text: whether its origin differs from that of the last
 *     request
 * @return httpstatus.Redirect?
 * @return string? message
 */
static int chain_step(lua_State *L)
{
    struct httpstatus_chain *chain = luaL_checkudata(L, 1, CHAIN);
    struct httpstatus_redirect r;

    int code = check_code(L, 2, "code");
    lua_settop(L, 4);
    enum httpstatus_chain_result result = lua_istable(L, 3) ? step_to_location(L, chain, code, &r)
                                                            : step_to_url(L, chain, code, &r);
    keep_place(L, result, &r);
    switch (result) {
    case HTTPSTATUS_CHAIN_END:
        luaL_pushfail(L);
        return 1;
    case HTTPSTATUS_CHAIN_LIMIT:
        luaL_pushfail(L);
        lua_pushfstring(L, "too many redirects: the policy allows %d in a row",
                        chain->policy.limit);
        return 2;
    case HTTPSTATUS_CHAIN_LOOP:
        luaL_pushfail(L);
        lua_pushliteral(L, "a redirect loop: '");
        lua_pushlstring(L, r.url.data, r.url.size);
        lua_pushliteral(L, "' was requested before");
        lua_concat(L, 3);
        return 2;
    case HTTPSTATUS_CHAIN_NO_URL:
        lua_pushnil(L);
        return invalid_url(L, 1, -1);
    default:
        return push_redirect(L, &r);
    }
}

/*
 * Several redirects in a row. A chain carries method, body and credentials from one to the next.
 * @class httpstatus.RedirectChain
 * @field method string
 * @field url? string
 * @field count integer
 */
static int chain_index(lua_State *L)
{
    const struct httpstatus_chain *chain = luaL_checkudata(L, 1, CHAIN);
    const char *name = check_text(L, 2, "name").data;

    if (strcmp(name, "method") == 0)
        push_text(L, chain->method);
    else if (strcmp(name, "url") == 0)
        push_text(L, chain->url);
    else if (strcmp(name, "count") == 0)
        lua_pushinteger(L, (lua_Integer)chain->count);
    else
        lua_getfield(L, lua_upvalueindex(1), name);
    return 1;
}

static const luaL_Reg chain_methods[] = {{"step", chain_step}, {NULL, NULL}};

void make_chain_type(lua_State *L)
{
    luaL_newmetatable(L, CHAIN);
    protect_metatable(L);
    lua_createtable(L, 0, 1);
    set_record_functions(L, chain_methods);
    lua_pushcclosure(L, chain_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}

/* Several redirects in a row. */
#include "_redirect.h"

#define CHAIN "httpstatus.RedirectChain"

enum { CHAIN_METHOD = 1, CHAIN_NAMES = 2 };

/* new_chain(method [, policy [, url [, request]]]): chain */
int l_new_chain(lua_State *L)
{
    struct httpstatus_policy policy;

    lua_settop(L, 4);
    struct httpstatus_text method = check_string(L, 1, "method"), url = opt_text(L, 3, "url");
    enum httpstatus_body body = check_body(L, 4);
    check_policy(L, 2, &policy);
    struct httpstatus_chain *chain = lua_newuserdatauv(L, sizeof *chain, 2);
    if (!httpstatus_chain_init(chain, &policy, method.data, method.size, body, url.data, url.size))
        return invalid(L, 1, "method", 1, NULL);
    luaL_setmetatable(L, CHAIN);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, CHAIN_METHOD);
    lua_pushvalue(L, 5);
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
        lua_pushfstring(L, "too many redirects: the policy allows %d in a row",
                        chain->policy.limit);
        return 2;
    case HTTPSTATUS_CHAIN_LOOP:
        luaL_pushfail(L);
        lua_pushfstring(L, "a redirect loop: '%s' was requested before", url.data);
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

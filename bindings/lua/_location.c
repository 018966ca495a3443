/* resolve(): where a Location leads. */
#include "_module.h"

static enum httpstatus_url_rules check_rules(lua_State *L, int arg)
{
    struct httpstatus_text name = {HTTPSTATUS_DEFAULT_URL_RULES,
                                   strlen(HTTPSTATUS_DEFAULT_URL_RULES)};
    enum httpstatus_url_rules rules;

    if (!lua_isnoneornil(L, arg))
        name = check_string(L, arg, "rules");
    if (!httpstatus_url_rules(name.data, name.size, &rules))
        invalid(L, arg, "rules", arg, NULL);
    return rules;
}

static int push_location(lua_State *L, const struct httpstatus_location *location)
{
    lua_createtable(L, 0, 7);
    set_word(L, "problem", httpstatus_problem_name(location->problem));
    if (!location->url.data)
        return 1;
    set_text(L, "url", location->url);
    set_truth(L, "cross_origin", location->cross_origin);
    set_truth(L, "cross_host", location->cross_host);
    set_truth(L, "scheme_changed", location->scheme_changed);
    set_truth(L, "downgraded", location->downgraded);
    set_truth(L, "has_userinfo", location->has_userinfo);
    return 1;
}

/* resolve(base, location [, rules]): record */
static int l_resolve(lua_State *L)
{
    lua_settop(L, 3);
    struct httpstatus_text base = check_string(L, 1, "base");
    struct httpstatus_text location = check_string(L, 2, "location");
    enum httpstatus_url_rules rules = check_rules(L, 3);
    char small[2048], *buffer = small;
    size_t size = httpstatus_url_size(base.size, location.size);
    struct httpstatus_location answer;

    if (size > sizeof small)
        buffer = lua_newuserdatauv(L, size, 0);
    if (httpstatus_resolve(base, location, rules, buffer, size, &answer) != HTTPSTATUS_RESOLVE_OK)
        invalid(L, 1, "base", 1, NULL);
    return push_location(L, &answer);
}

const luaL_Reg location_functions[] = {{"resolve", l_resolve}, {NULL, NULL}};

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

/*
 * Where a Location leads.
 * @class httpstatus.Location
 * @field url? string
 * @field problem? httpstatus.Problem
 * @field cross_origin? boolean
 * @field cross_host? boolean
 * @field scheme_changed? boolean
 * @field downgraded? boolean
 * @field has_userinfo? boolean
 */
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

/*
 * httpstatus.resolve()
 * Where the value of a Location field leads from base, the URL of the request. A Location without a
 * fragment takes that of base, and an empty one is the same URL. Bytes that no URL may contain are
 * percent-encoded. A base that is not an absolute http or https URL is an argument error; nothing
 * in location is.
 * @param base string
 * @param location string
 * @param rules? httpstatus.UrlRules HTTPSTATUS_DEFAULT_URL_RULES if absent: RFC 3986 section 5.2,
 *     strict; "whatwg": as browsers do
 * @return httpstatus.Location
 */
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

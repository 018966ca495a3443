/* The policy of a redirect, a name or a table of rules, and what it has to know of the request. */
#include "_redirect.h"

/* The policy whose name is on top; the default one for nil. */
static void check_policy_name(lua_State *L, int arg, struct httpstatus_policy *policy)
{
    struct httpstatus_text name = {HTTPSTATUS_DEFAULT_POLICY, strlen(HTTPSTATUS_DEFAULT_POLICY)};
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

/* Requires that the value on top is a table with only the items 1 to n. */
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

/* limit = false: no limit */
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

/* The names of header fields in a list. The table at 'anchor' keeps them and the array alive. */
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
 * A policy of your own: the one that 'policy' names, with some rules changed.
 * @class httpstatus.Knobs
 * @field policy? httpstatus.PolicyName
 * @field follow? integer[]
 * @field others? httpstatus.Others
 * @field rewrite_301? httpstatus.Rewrite
 * @field rewrite_302? httpstatus.Rewrite
 * @field rewrite_303? httpstatus.Rewrite
 * @field head_on_303? httpstatus.HeadOn303
 * @field body_301_303? httpstatus.Body301303
 * @field unsafe_307_308? httpstatus.Unsafe307308
 * @field drops_headers? string[]
 * @field drops_cross_origin? string[]
 * @field limit? integer|false
 */
void check_policy(lua_State *L, int arg, struct httpstatus_policy *policy)
{
    static const char *const names[] = {"policy",
                                        "follow",
                                        "others",
                                        "rewrite_301",
                                        "rewrite_302",
                                        "rewrite_303",
                                        "head_on_303",
                                        "body_301_303",
                                        "unsafe_307_308",
                                        "drops_headers",
                                        "drops_cross_origin",
                                        "limit",
                                        NULL};
    static const char *const words[] = {"others",        "rewrite_301", "rewrite_302",
                                        "rewrite_303",   "head_on_303", "body_301_303",
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

/* ---- Requests ---- */

static bool truth_option(lua_State *L, int arg, const char *name)
{
    int type = push_option(L, arg, name);
    bool truth = type == LUA_TNIL || lua_toboolean(L, -1);

    if (type != LUA_TNIL && type != LUA_TBOOLEAN)
        invalid(L, arg, name, -1, "true or false");
    lua_pop(L, 1);
    return truth;
}

/*
 * What redirect() has to know of the request, apart from its method.
 * @class httpstatus.RedirectRequest
 * @field body? boolean
 * @field replayable? boolean
 * @field url? string
 * @field location? string|string[]
 */
const char *const body_names[] = {"body", "replayable", NULL};

enum httpstatus_body check_body(lua_State *L, int arg, const char *const *names)
{
    check_options(L, arg, names);
    bool replayable = truth_option(L, arg, "replayable");
    return !truth_option(L, arg, "body") ? HTTPSTATUS_NO_BODY
           : replayable                  ? HTTPSTATUS_BODY
                                         : HTTPSTATUS_BODY_NOT_REPLAYABLE;
}

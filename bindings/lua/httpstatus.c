/* The Lua module httpstatus: arguments in, one call of the core, results out. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__unix__) || defined(__APPLE__)
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#endif

#include "compat.h"
#include "httpstatus.h"

#define TALLY "httpstatus.Tally"
#define LINES "httpstatus.Lines"
#define CHAIN "httpstatus.RedirectChain"
#define CLIENT "httpstatus.RedirectClient"

enum { PIECE = HTTPSTATUS_READ_SIZE, ALIGNMENT = HTTPSTATUS_READ_ALIGNMENT, BATCH = 512 };

/* ---- Arguments ---- */

/* A code for the core: a number that no int holds is no code of anything, as is -1. */
static int check_code(lua_State *L, int arg)
{
    lua_Integer number = luaL_checkinteger(L, arg);

    return number < 0 || number > INT_MAX ? -1 : (int)number;
}

/* Whether a text, which may have NULs in it, is a word. */
static bool is_word(const char *word, const char *p, size_t size)
{
    return strlen(word) == size && memcmp(word, p, size) == 0;
}

/* The table of options at 'arg', which may be absent; every key must be one of 'names'. */
static bool check_options(lua_State *L, int arg, const char *const *names)
{
    if (lua_isnoneornil(L, arg))
        return false;
    luaL_checktype(L, arg, LUA_TTABLE);
    for (lua_pushnil(L); lua_next(L, arg); lua_pop(L, 1)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : NULL;
        int i = 0;
        while (names[i] && !(key && is_word(names[i], key, lua_rawlen(L, -2))))
            i++;
        if (!names[i])
            luaL_argerror(L, arg, lua_pushfstring(L, "unknown option '%s': '%s' is one",
                                                  key ? key : luaL_typename(L, -2), names[0]));
    }
    return true;
}

/* Pushes option 'name' of the table at 'arg'; nil if there is no table. */
static int push_option(lua_State *L, int arg, const char *name)
{
    if (lua_isnoneornil(L, arg))
        lua_pushnil(L);
    else
        lua_getfield(L, arg, name);
    return lua_type(L, -1);
}

/* A text option, which stays on the stack. */
static struct httpstatus_text text_option(lua_State *L, int arg, const char *name)
{
    struct httpstatus_text text = {NULL, 0};
    int type = push_option(L, arg, name);

    if (type == LUA_TSTRING)
        text.data = lua_tolstring(L, -1, &text.size);
    else if (type != LUA_TNIL)
        luaL_argerror(L, arg, lua_pushfstring(L, "option '%s' must be a string, not a %s", name,
                                              luaL_typename(L, -1)));
    return text;
}

/* ---- Rows ---- */

static void push_text(lua_State *L, struct httpstatus_text text)
{
    if (text.data)
        lua_pushlstring(L, text.data, text.size);
    else
        lua_pushnil(L);
}

static void set_text(lua_State *L, const char *name, struct httpstatus_text text)
{
    if (!text.data)
        return;
    lua_pushlstring(L, text.data, text.size);
    lua_setfield(L, -2, name);
}

/* Sets field 'name' to a list with room for 'count' and leaves it on the stack; an empty one is shared. */
static void push_list_field(lua_State *L, const char *name, size_t count, int empty)
{
    if (count)
        lua_createtable(L, (int)count, 0);
    else
        lua_pushvalue(L, empty);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, name);
}

static void set_aliases(lua_State *L, const struct httpstatus_status *row, bool sources, int empty)
{
    size_t count = httpstatus_alias_count(row);

    push_list_field(L, sources ? "alias_sources" : "aliases", count, empty);
    for (size_t i = 0; i < count; i++) {
        struct httpstatus_alias alias = httpstatus_alias(row, i);
        push_text(L, sources ? alias.source : alias.phrase);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_pop(L, 1);
}

static void set_headers(lua_State *L, const struct httpstatus_status *row, int empty)
{
    size_t count = httpstatus_header_count(row);

    push_list_field(L, "headers", count, empty);
    for (size_t i = 0; i < count; i++) {
        struct httpstatus_header header = httpstatus_header(row, i);
        lua_createtable(L, 0, 4);
        set_text(L, "name", header.name);
        set_text(L, "level", header.level);
        set_text(L, "reference", header.reference);
        set_text(L, "condition", header.condition);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_pop(L, 1);
}

static void set_retry(lua_State *L, const struct httpstatus_status *row)
{
    struct httpstatus_retry retry = httpstatus_retry(row);

    if (!retry.advice.data)
        return;
    lua_createtable(L, 0, 2);
    set_text(L, "advice", retry.advice);
    set_text(L, "reference", retry.reference);
    lua_setfield(L, -2, "retry");
}

/*
 * Pushes the table of a status; the owner of a stand-in is the caller's.  'empty' is the index of the
 * list that rows without aliases or headers share.
 */
static void push_status(lua_State *L, const struct httpstatus_status *row, int code, int substatus,
                        struct httpstatus_text owner, int empty)
{
    enum { MOST_FIELDS = 32 };

    lua_createtable(L, 0, MOST_FIELDS);
    lua_pushinteger(L, code);
    lua_setfield(L, -2, "code");
    lua_pushinteger(L, substatus);
    lua_setfield(L, -2, "substatus");
    for (int i = 0; i < HTTPSTATUS_FIELDS; i++) {
        enum httpstatus_field field = (enum httpstatus_field)i;
        set_text(L, httpstatus_field_name(field), httpstatus_field(row, field));
    }
    set_text(L, httpstatus_field_name(HTTPSTATUS_OWNER), owner);
    for (int i = 0; i < HTTPSTATUS_PROPERTIES; i++) {
        enum httpstatus_answer answer = httpstatus_property(row, (enum httpstatus_property)i);
        if (answer == HTTPSTATUS_UNKNOWN)
            continue;
        lua_pushboolean(L, answer == HTTPSTATUS_YES);
        lua_setfield(L, -2, httpstatus_property_name((enum httpstatus_property)i));
    }
    lua_createtable(L, 3, 0);
    lua_pushinteger(L, code);
    lua_rawseti(L, -2, 1);
    lua_pushinteger(L, substatus);
    lua_rawseti(L, -2, 2);
    push_text(L, owner);
    lua_rawseti(L, -2, 3);
    lua_setfield(L, -2, "key");
    set_aliases(L, row, false, empty);
    set_aliases(L, row, true, empty);
    set_retry(L, row);
    set_headers(L, row, empty);
}

/*
 * The upvalues of every function: the rows by index + 1; the lists of variants, the phrases and the
 * classes by code; the makers of records by method and code.
 */
enum { ROWS = 1, VARIANTS, PHRASES, CLASSES, MAKERS, UPVALUES = MAKERS };

static int push_row(lua_State *L, const struct httpstatus_status *row)
{
    if (row)
        lua_rawgeti(L, lua_upvalueindex(ROWS), (lua_Integer)httpstatus_index(row) + 1);
    else
        luaL_pushfail(L);
    return 1;
}

/* ---- Look-ups ---- */

/* lookup(what [, {substatus=, owner=}]): row or nil */
static int l_lookup(lua_State *L)
{
    static const char *const names[] = {"owner", "substatus", NULL};
    if (lua_type(L, 1) == LUA_TNUMBER && lua_isnoneornil(L, 2))
        return push_row(L, httpstatus_find(check_code(L, 1), 0, NULL, 0));
    lua_settop(L, 2);
    check_options(L, 2, names);
    struct httpstatus_text owner = text_option(L, 2, "owner");
    bool has_substatus = push_option(L, 2, "substatus") != LUA_TNIL;
    luaL_argcheck(L, !has_substatus || lua_isinteger(L, -1), 2,
                  "option 'substatus' must be an integer");

    if (lua_type(L, 1) == LUA_TNUMBER)
        return push_row(L, httpstatus_find(check_code(L, 1), has_substatus ? check_code(L, 4) : 0,
                                           owner.data, owner.size));
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    luaL_argcheck(L, !has_substatus, 2, "option 'substatus' goes with a number, not with a text");
    return push_row(L, httpstatus_lookup_text(text, size, owner.data, owner.size));
}

/* Status(code [, substatus [, owner]]): row, or what the class tells of an unknown code 0..999 */
static int l_status(lua_State *L)
{
    lua_settop(L, 3);
    int code = check_code(L, 1);
    int substatus = lua_isnoneornil(L, 2) ? 0 : check_code(L, 2);
    struct httpstatus_text owner = {NULL, 0};
    owner.data = luaL_optlstring(L, 3, NULL, &owner.size);

    luaL_argcheck(L, code >= 0 && code <= HTTPSTATUS_STATUS_MAX, 1, "a code is 0 to 999");
    luaL_argcheck(L, substatus >= 0 && substatus <= UINT16_MAX, 2, "a substatus is 0 to 65535");
    const struct httpstatus_status *row = httpstatus_find(code, substatus, owner.data, owner.size);
    if (row)
        return push_row(L, row);
    lua_createtable(L, 0, 0);
    push_status(L, httpstatus_unknown(code), code, substatus, owner, 4);
    if (lua_rawgeti(L, lua_upvalueindex(VARIANTS), code) == LUA_TNIL)
        lua_pushvalue(L, 4);
    lua_setfield(L, 5, "variants");
    lua_settop(L, 5);
    return 1;
}

/* variants(code): list of rows, the primary one first; empty for an unknown code */
static int l_variants(lua_State *L)
{
    int code = check_code(L, 1);

    if (lua_rawgeti(L, lua_upvalueindex(VARIANTS), code) == LUA_TNIL)
        lua_createtable(L, 0, 0);
    return 1;
}

/* search(words): list of rows, best first */
static int l_search(lua_State *L)
{
    size_t size, capacity = httpstatus_row_count();
    const char *words = luaL_checklstring(L, 1, &size);
    const struct httpstatus_status **found = lua_newuserdatauv(L, capacity * sizeof *found, 0);
    size_t count = httpstatus_search(words, size, found, capacity);

    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        push_row(L, found[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int class_option(lua_State *L, int arg)
{
    struct httpstatus_text text = text_option(L, arg, "status_class");

    for (int i = 1; text.data && i <= 5; i++)
        if (is_word(httpstatus_class_of(i * 100).data, text.data, text.size))
            return i;
    if (text.data)
        luaL_argerror(L, arg, lua_pushfstring(L, "status_class must be '1xx' to '5xx', not '%s'",
                                              text.data));
    return 0;
}

/* statuses([{status_class=, owner=, official=}]): list of rows */
static int l_statuses(lua_State *L)
{
    static const char *const names[] = {"status_class", "owner", "official", NULL};
    struct httpstatus_query query = {0};
    const struct httpstatus_status *row = NULL;

    lua_settop(L, 1);
    check_options(L, 1, names);
    query.status_class = class_option(L, 1);
    query.owner = text_option(L, 1, "owner");
    if (push_option(L, 1, "official") != LUA_TNIL)
        query.official = lua_toboolean(L, -1) ? 1 : -1;
    lua_createtable(L, 0, 0);
    for (lua_Integer i = 1; (row = httpstatus_next(&query, row)) != NULL; i++) {
        push_row(L, row);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

/* What the list has for the code at 1, by two calls of Lua's API where the code is a number. */
static int push_answer(lua_State *L, int list)
{
    int is_number;
    lua_Integer code = lua_tointegerx(L, 1, &is_number);

    lua_rawgeti(L, lua_upvalueindex(list), is_number ? code : luaL_checkinteger(L, 1));
    return 1;
}

/* phrase(code): string or nil */
static int l_phrase(lua_State *L)
{
    return push_answer(L, PHRASES);
}

/* class_of(code): "1xx" .. "5xx" or nil */
static int l_class_of(lua_State *L)
{
    return push_answer(L, CLASSES);
}

/* effective(code): integer */
static int l_effective(lua_State *L)
{
    lua_pushinteger(L, httpstatus_effective(check_code(L, 1)));
    return 1;
}

/* reference_for(row, property): string or nil */
static int l_reference_for(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    size_t name_size, size = 0;
    const char *name = luaL_checklstring(L, 2, &name_size);
    enum httpstatus_property property;
    lua_settop(L, 2);
    lua_getfield(L, 1, "code");
    lua_getfield(L, 1, "substatus");
    lua_getfield(L, 1, "owner");
    luaL_argcheck(L, lua_isinteger(L, 3) && lua_isinteger(L, 4), 1, "a row expected");
    int code = check_code(L, 3);
    const char *owner = lua_tolstring(L, 5, &size);
    const struct httpstatus_status *row = httpstatus_find(code, check_code(L, 4), owner, size);
    if (!row)
        row = httpstatus_unknown(code);
    if (httpstatus_property_find(name, name_size, &property)) {
        push_text(L, httpstatus_property_reference(row, property));
        return 1;
    }
    return luaL_argerror(L, 2, lua_pushfstring(L, "no property '%s': give one such as "
                                                  "'is_cacheable'", name));
}

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

static void set_names(lua_State *L, const char *field, struct httpstatus_names names)
{
    lua_createtable(L, (int)names.count, 0);
    for (size_t i = 0; i < names.count; i++) {
        lua_pushstring(L, names.names[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, field);
}

static void check_policy_name(lua_State *L, int arg, const char *name, size_t size,
                              struct httpstatus_policy *policy)
{
    const struct httpstatus_policy *known = httpstatus_policy(name, size);

    if (known) {
        *policy = *known;
        return;
    }
    lua_pushfstring(L, "unknown policy '%s': give one of ", name);
    for (size_t i = 0; httpstatus_policy_name(i); i++) {
        lua_pushfstring(L, i ? ", %s" : "%s", httpstatus_policy_name(i));
        lua_concat(L, 2);
    }
    luaL_argerror(L, arg, lua_tostring(L, -1));
}

static void check_word(lua_State *L, int arg, const char *knob, struct httpstatus_policy *policy)
{
    struct httpstatus_text word = text_option(L, arg, knob);

    if (word.data && !httpstatus_policy_set(policy, knob, word.data, word.size))
        luaL_argerror(L, arg, lua_pushfstring(L, "%s cannot be '%s': give one of %s", knob,
                                              word.data, httpstatus_policy_values(knob)));
    lua_pop(L, 1);
}

/* The table on top has nothing but the items 1 to n. */
static void check_list(lua_State *L, int arg, const char *knob)
{
    lua_Integer items = 0;

    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
        items++;
    if (items != (lua_Integer)lua_rawlen(L, -1))
        luaL_argerror(L, arg, lua_pushfstring(L, "%s must be a list without gaps or names", knob));
}

static void check_follow(lua_State *L, int arg, struct httpstatus_policy *policy)
{
    if (push_option(L, arg, "follow") != LUA_TNIL) {
        luaL_argcheck(L, lua_istable(L, -1), arg, "follow must be a list of codes");
        policy->follow = 0;
        check_list(L, arg, "follow");
        for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
            if (!lua_isinteger(L, -1) ||
                !httpstatus_policy_follow(policy, check_code(L, lua_gettop(L))))
                luaL_argerror(L, arg, lua_pushfstring(L, "follow cannot have '%s': give 300 to 308, "
                                                         "and 309 for all codes above",
                                                      luaL_tolstring(L, -1, NULL)));
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
        lua_Integer limit = lua_isinteger(L, -1) ? lua_tointeger(L, -1) : 0;
        luaL_argcheck(L, limit >= 1 && limit <= INT_MAX, arg,
                      "limit must be an integer of 1 or more, or false for none");
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
    luaL_argcheck(L, lua_istable(L, list), arg,
                  lua_pushfstring(L, "%s must be a list of names", knob));
    check_list(L, arg, knob);
    size_t count = (size_t)lua_rawlen(L, list);
    const char **array = lua_newuserdatauv(L, (count ? count : 1) * sizeof *array, 0);
    lua_rawseti(L, anchor, (lua_Integer)lua_rawlen(L, anchor) + 1);
    for (size_t i = 0; i < count; i++) {
        size_t size = 0;
        bool text = lua_rawgeti(L, list, (lua_Integer)i + 1) == LUA_TSTRING;
        array[i] = text ? lua_tolstring(L, -1, &size) : NULL;
        if (!text || !httpstatus_is_token(array[i], size))
            luaL_argerror(L, arg, lua_pushfstring(L, "%s cannot have '%s': give names of header "
                                                     "fields", knob, luaL_tolstring(L, -1, NULL)));
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
    struct httpstatus_text name = {"fetch", 5};

    if (!lua_istable(L, arg)) {
        if (!lua_isnoneornil(L, arg))
            name.data = luaL_checklstring(L, arg, &name.size);
        check_policy_name(L, arg, name.data, name.size, policy);
        lua_pushnil(L);
        return;
    }
    lua_createtable(L, 0, 0);
    int anchor = lua_gettop(L);
    check_options(L, arg, names);
    struct httpstatus_text given = text_option(L, arg, "policy");
    name = given.data ? given : name;
    check_policy_name(L, arg, name.data, name.size, policy);
    lua_pop(L, 1);
    check_follow(L, arg, policy);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        check_word(L, arg, words[i], policy);
    check_names(L, arg, "drops_headers", anchor, &policy->drops_headers);
    check_names(L, arg, "drops_cross_origin", anchor, &policy->drops_cross_origin);
    check_limit(L, arg, policy);
}

static const char *check_method(lua_State *L, int arg, size_t *size)
{
    luaL_checktype(L, arg, LUA_TSTRING);
    return lua_tolstring(L, arg, size);
}

static int invalid_method(lua_State *L, int arg)
{
    return luaL_argerror(L, arg, lua_pushfstring(L, "invalid method '%s': give a token (RFC 9110 "
                                                    "section 5.6.2) such as 'GET'",
                                                 lua_tostring(L, arg)));
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
    call->code = check_code(L, 1);
    call->method.data = check_method(L, 2, &call->method.size);
    check_policy(L, 3, &call->policy);
    enum httpstatus_redirect_result result = httpstatus_redirect(
        call->code, call->method.data, call->method.size, &call->policy, &call->r);
    if (result == HTTPSTATUS_REDIRECT_INVALID_METHOD)
        invalid_method(L, 2);
    return result != HTTPSTATUS_REDIRECT_NONE;
}

/* Pushes the text of the string, integer or truth value on top, whatever its metatable says. */
static const char *push_plain(lua_State *L)
{
    if (lua_isboolean(L, -1))
        lua_pushstring(L, lua_toboolean(L, -1) ? "true" : "false");
    else
        lua_pushvalue(L, -1);
    return lua_tostring(L, -1);
}

/*
 * A dozen fields are set faster by a table constructor in Lua than through Lua's API: for a well-known
 * method under the default policy the first record leaves a function behind that makes the others.
 * All words in it are the core's own, and none has to be escaped.
 */
static void push_new_maker(lua_State *L, int record)
{
    lua_pushliteral(L, "local drops_headers, drops_cross_origin = ... return function() return {");
    int source = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, record); lua_settop(L, source + 1)) {
        const char *name = lua_tostring(L, -2);
        const char *value = lua_istable(L, -1) ? name : push_plain(L);
        const char *quote = lua_type(L, source + 2) == LUA_TSTRING ? "'" : "";
        lua_pushfstring(L, "%s%s = %s%s%s, ", lua_tostring(L, source), name, quote, value, quote);
        lua_replace(L, source);
    }
    lua_pushfstring(L, "%s} end", lua_tostring(L, source));
    if (luaL_loadbuffer(L, lua_tostring(L, -1), lua_rawlen(L, -1), "=httpstatus") != LUA_OK)
        lua_error(L);
    lua_getfield(L, record, "drops_headers");
    lua_getfield(L, record, "drops_cross_origin");
    lua_call(L, 2, 1);
}

/* Pushes the maker for the code and method at 1 and 2; false if there is none. */
static bool push_maker(lua_State *L)
{
    lua_pushvalue(L, 2);
    return lua_rawget(L, lua_upvalueindex(MAKERS)) == LUA_TTABLE &&
           lua_rawgeti(L, -1, luaL_checkinteger(L, 1)) == LUA_TFUNCTION;
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
    size_t size;
    int code = check_code(L, 1);
    const char *method = check_method(L, 2, &size);

    if (!httpstatus_is_token(method, size))
        return invalid_method(L, 2);
    lua_createtable(L, (int)httpstatus_client_count(), 0);
    for (size_t i = 0; i < httpstatus_client_count(); i++) {
        if (!httpstatus_client(i, code, method, size, &client))
            continue;
        push_client(L, &client);
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    }
    return 1;
}

/* client:differs_from(policy): list of "followed", "method", "body", "headers", "credentials" */
static int client_differs_from(lua_State *L)
{
    struct httpstatus_text name, version, method;
    struct httpstatus_client client;
    struct httpstatus_policy policy;

    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checkany(L, 2);
    lua_settop(L, 2);
    check_policy(L, 2, &policy);
    name = text_option(L, 1, "name");
    version = text_option(L, 1, "version");
    method = text_option(L, 1, "request_method");
    push_option(L, 1, "code");
    if (!name.data || !version.data || !method.data || !lua_isinteger(L, -1) ||
        !httpstatus_client_find(name, version, check_code(L, lua_gettop(L)), method, &client))
        return luaL_argerror(L, 1, "this is not what redirect_clients() gave");
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

static const char *opt_url(lua_State *L, int arg, size_t *size)
{
    *size = 0;
    return luaL_optlstring(L, arg, NULL, size);
}

/* new_chain(method [, policy [, url]]): chain */
static int l_new_chain(lua_State *L)
{
    struct httpstatus_policy policy;
    size_t size, url_size;

    lua_settop(L, 3);
    const char *method = check_method(L, 1, &size);
    const char *url = opt_url(L, 3, &url_size);
    check_policy(L, 2, &policy);
    struct httpstatus_chain *chain = lua_newuserdatauv(L, sizeof *chain, 2);
    if (!httpstatus_chain_init(chain, &policy, method, size, url, url_size))
        return invalid_method(L, 1);
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
    size_t size;
    int code = check_code(L, 2);
    const char *url = opt_url(L, 3, &size);

    switch (httpstatus_chain_step(chain, code, url, size, lua_toboolean(L, 4), &r)) {
    case HTTPSTATUS_CHAIN_END:
        luaL_pushfail(L);
        return 1;
    case HTTPSTATUS_CHAIN_LIMIT:
        luaL_pushfail(L);
        lua_pushfstring(L, "too many redirects: the policy allows %d in a row", chain->policy.limit);
        return 2;
    case HTTPSTATUS_CHAIN_LOOP:
        luaL_pushfail(L);
        lua_pushfstring(L, "a redirect loop: '%s' has been there before", url);
        return 2;
    default:
        return push_redirect(L, &r);
    }
}

/* chain.method, chain.count; else a method */
static int chain_index(lua_State *L)
{
    const struct httpstatus_chain *chain = luaL_checkudata(L, 1, CHAIN);
    const char *name = luaL_checkstring(L, 2);

    if (strcmp(name, "method") == 0)
        push_text(L, chain->method);
    else if (strcmp(name, "count") == 0)
        lua_pushinteger(L, (lua_Integer)chain->count);
    else
        lua_getfield(L, lua_upvalueindex(1), name);
    return 1;
}

static const luaL_Reg chain_methods[] = {{"step", chain_step}, {NULL, NULL}};

/* ---- Logs: where the bytes come from ---- */

struct source {
    FILE *file; /* NULL: the whole log is in 'data' */
    bool owned; /* the file was opened here */
    const char *name;
    const char *data;
    size_t size;
};

/* An open file of the io library, or NULL. */
static FILE *file_at(lua_State *L, int arg)
{
    luaL_Stream *stream = luaL_testudata(L, arg, LUA_FILEHANDLE);

    if (!stream)
        return NULL;
    luaL_argcheck(L, stream->closef, arg, "the file is closed");
    return stream->f;
}

/* The path or open file at 1; false if the path cannot be opened: errno tells why. */
static bool open_source(lua_State *L, struct source *source)
{
    *source = (struct source){.file = file_at(L, 1)};
    if (source->file) {
        clearerr(source->file);
        return true;
    }
    if (lua_type(L, 1) != LUA_TSTRING)
        luaL_typeerror(L, 1, "path or open file");
    source->name = lua_tostring(L, 1);
    luaL_argcheck(L, strlen(source->name) == lua_rawlen(L, 1), 1, "the path has a NUL in it");
    errno = 0;
    source->file = fopen(source->name, "rb");
    source->owned = true;
    return source->file != NULL;
}

/* The log itself at 1, which must be a string: a number would become another one, held by nobody. */
static void string_source(lua_State *L, struct source *source)
{
    luaL_checktype(L, 1, LUA_TSTRING);
    *source = (struct source){.file = NULL};
    source->data = lua_tolstring(L, 1, &source->size);
}

static void close_source(struct source *source)
{
    int saved = errno;

    if (source->owned && source->file)
        fclose(source->file);
    source->file = NULL;
    source->owned = false;
    errno = saved;
}

/* Reads a piece: 0 at the end and on failure, which ferror() tells apart. */
static size_t read_piece(struct source *source, char *buffer)
{
    errno = 0;
    return fread(buffer, 1, PIECE, source->file);
}

#ifdef FIONREAD

/* Whether the log may grow while it is read: a pipe, a terminal, a socket. */
static bool may_grow(FILE *file)
{
    struct stat status;

    return fstat(fileno(file), &status) == 0 && !S_ISREG(status.st_mode);
}

/*
 * Reads what is there, and waits only if that is nothing, for a line: the next one may be long in
 * coming.  fread() finds at least as many bytes as the system has, whatever it has kept itself.
 */
static size_t read_ready(struct source *source, char *buffer)
{
    int ready = 0, c = 0;
    size_t size = 0;

    errno = 0;
    if (ioctl(fileno(source->file), FIONREAD, &ready) == 0 && ready > 0)
        return fread(buffer, 1, ready < PIECE ? (size_t)ready : PIECE, source->file);
    while (size < PIECE && c != '\n' && (c = getc(source->file)) != EOF)
        buffer[size++] = (char)c;
    return size;
}

/* Whether nothing comes for a moment. */
static bool pauses(const struct source *source)
{
    enum { MOMENT = 100 /* milliseconds */ };
    struct pollfd input = {.fd = fileno(source->file), .events = POLLIN};

    return poll(&input, 1, MOMENT) == 0;
}

#else

static bool may_grow(FILE *file)
{
    (void)file;
    return false;
}

#define read_ready read_piece

static bool pauses(const struct source *source)
{
    (void)source;
    return false;
}

#endif

/*
 * How a log is to be read, from the table of options at 'arg', whose texts must stay there.  Leaves
 * three values on the stack.  'filtered': for select(), which has an option more.
 */
static void check_log_options(lua_State *L, int arg, bool filtered,
                              struct httpstatus_options *options)
{
    static const char *const names[] = {"invert", "format", "key", "fields", "target", NULL};

    *options = (struct httpstatus_options){.format = HTTPSTATUS_AUTO};
    check_options(L, arg, filtered ? names : names + 1);
    push_option(L, arg, "target");
    options->target = lua_toboolean(L, -1);
    lua_pop(L, 1);
    options->key = text_option(L, arg, "key");
    options->fields = text_option(L, arg, "fields");
    struct httpstatus_text name = text_option(L, arg, "format");
    struct httpstatus_format_error error;
    if (!name.data || httpstatus_options_format(options, name.data, name.size, &error))
        return;
    if (error.message)
        luaL_argerror(L, arg, lua_pushfstring(L, "the log format '%s' cannot be used, at column %d: %s",
                                              name.data, (int)error.column, error.message));
    lua_pushfstring(L, "unknown log format '%s': give one of auto", name.data);
    for (int i = HTTPSTATUS_AUTO + 1; i < HTTPSTATUS_CUSTOM; i++) {
        lua_pushfstring(L, ", %s", httpstatus_format_name((enum httpstatus_format)i));
        lua_concat(L, 2);
    }
    lua_pushstring(L, ", or the server's own format string");
    lua_concat(L, 2);
    luaL_argerror(L, arg, lua_tostring(L, -1));
}

static void init_scanner(lua_State *L, int arg, struct httpstatus_scanner *scanner,
                         const struct httpstatus_options *options,
                         const struct httpstatus_filter *filter)
{
    if (!httpstatus_scanner_init(scanner, options, filter))
        luaL_argerror(L, arg, lua_pushfstring(L, "key cannot be '%s': give a path of 1 to 8 names "
                                                 "such as 'res.statusCode'", options->key.data));
}

/* ---- Tally ---- */

struct tally {
    bool closed;
    struct httpstatus_scanner scanner;
};

/* A tally of a log read as the options at 'arg' say; it keeps their key alive. */
static struct tally *push_tally(lua_State *L, int arg)
{
    struct httpstatus_options options;

    check_log_options(L, arg, false, &options);
    int key = lua_gettop(L) - 2;
    struct tally *tally = lua_newuserdatauv(L, sizeof *tally, 1);
    tally->closed = false;
    init_scanner(L, arg, &tally->scanner, &options, NULL);
    luaL_setmetatable(L, TALLY);
    lua_pushvalue(L, key);
    lua_setiuservalue(L, -2, 1);
    return tally;
}

static struct tally *check_tally(lua_State *L, int arg)
{
    return luaL_checkudata(L, arg, TALLY);
}

static void finish_tally(struct tally *tally)
{
    if (!tally->closed)
        httpstatus_finish(&tally->scanner, NULL, 0);
    tally->closed = true;
}

/* new_tally([{format=}]): an empty tally to be fed */
static int l_new_tally(lua_State *L)
{
    lua_settop(L, 1);
    push_tally(L, 1);
    return 1;
}

/* tally(path or file [, {format=}]): tally, or nil, message, errno */
static int l_tally(lua_State *L)
{
    struct source source;
    size_t size;

    lua_settop(L, 2);
    char *buffer = lua_newuserdatauv(L, PIECE + ALIGNMENT, 0);
    buffer += ALIGNMENT - (uintptr_t)buffer % ALIGNMENT;
    struct tally *tally = push_tally(L, 2);
    if (!open_source(L, &source))
        return luaL_fileresult(L, 0, source.name);
    while ((size = read_piece(&source, buffer)) > 0)
        httpstatus_scan(&tally->scanner, buffer, size, NULL, 0, NULL);
    bool failed = ferror(source.file) != 0;
    close_source(&source);
    if (failed)
        return luaL_fileresult(L, 0, source.name);
    finish_tally(tally);
    return 1;
}

/* tally_string(log [, {format=}]): tally */
static int l_tally_string(lua_State *L)
{
    struct source source;

    lua_settop(L, 2);
    string_source(L, &source);
    struct tally *tally = push_tally(L, 2);
    httpstatus_scan(&tally->scanner, source.data, source.size, NULL, 0, NULL);
    finish_tally(tally);
    return 1;
}

/* tally:feed(piece): the tally */
static int tally_feed(lua_State *L)
{
    struct tally *tally = check_tally(L, 1);
    size_t size;
    const char *piece = luaL_checklstring(L, 2, &size);

    luaL_argcheck(L, !tally->closed, 1, "the tally is closed: make another one and add the two");
    httpstatus_scan(&tally->scanner, piece, size, NULL, 0, NULL);
    lua_settop(L, 1);
    return 1;
}

/* tally:close(): the tally, its last line counted */
static int tally_close(lua_State *L)
{
    finish_tally(check_tally(L, 1));
    lua_settop(L, 1);
    return 1;
}

static int push_count(lua_State *L, uint64_t count)
{
    lua_pushinteger(L, (lua_Integer)count);
    return 1;
}

static int push_first_unmatched(lua_State *L, const struct httpstatus_tally *tally)
{
    lua_createtable(L, HTTPSTATUS_FIRST_UNMATCHED, 0);
    for (int i = 0; i < HTTPSTATUS_FIRST_UNMATCHED && tally->first_unmatched[i]; i++) {
        push_count(L, tally->first_unmatched[i]);
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

static int push_classes(lua_State *L, const struct httpstatus_tally *tally)
{
    lua_createtable(L, 0, 6);
    for (int i = 1; i <= 6; i++) {
        push_count(L, httpstatus_tally_class(tally, i % 6));
        lua_setfield(L, -2, i <= 5 ? httpstatus_class_of(i * 100).data : "other");
    }
    return 1;
}

/* {["403.14"] = 2}; what there is no room for as "more" */
static int push_substatuses(lua_State *L, const struct httpstatus_tally *tally)
{
    lua_createtable(L, 0, 4);
    for (int i = 0; i < HTTPSTATUS_PAIRS && tally->pairs[i].count; i++) {
        lua_pushfstring(L, "%d.%d", tally->pairs[i].status, tally->pairs[i].substatus);
        push_count(L, tally->pairs[i].count);
        lua_rawset(L, -3);
    }
    if (tally->more_pairs) {
        push_count(L, tally->more_pairs);
        lua_setfield(L, -2, "more");
    }
    return 1;
}

/* tally[code] is a count; tally.lines and so on; else a method */
static int tally_index(lua_State *L)
{
    const struct httpstatus_tally *tally = &check_tally(L, 1)->scanner.tally;

    if (lua_type(L, 2) == LUA_TNUMBER) {
        lua_Integer code = luaL_checkinteger(L, 2);
        bool in_range = code >= HTTPSTATUS_STATUS_MIN && code <= HTTPSTATUS_STATUS_MAX;
        return push_count(L, in_range ? httpstatus_tally_count(tally, (int)code) : 0);
    }
    const char *name = luaL_checkstring(L, 2);
    if (strcmp(name, "lines") == 0)
        return push_count(L, tally->lines);
    if (strcmp(name, "records") == 0)
        return push_count(L, httpstatus_tally_records(tally));
    if (strcmp(name, "no_status") == 0)
        return push_count(L, tally->no_status);
    if (strcmp(name, "skipped") == 0)
        return push_count(L, tally->skipped);
    if (strcmp(name, "unmatched") == 0)
        return push_count(L, tally->unmatched);
    if (strcmp(name, "first_unmatched") == 0)
        return push_first_unmatched(L, tally);
    if (strcmp(name, "classes") == 0)
        return push_classes(L, tally);
    if (strcmp(name, "substatuses") == 0)
        return push_substatuses(L, tally);
    if (strcmp(name, "format") == 0) {
        bool chosen = tally->format != HTTPSTATUS_AUTO;
        lua_pushstring(L, chosen ? httpstatus_format_name(tally->format) : NULL);
        return 1;
    }
    lua_getfield(L, lua_upvalueindex(1), name);
    return 1;
}

/* The iteration of tally:items(): codes that occur, in order. */
static int tally_next(lua_State *L)
{
    const struct httpstatus_tally *tally = &check_tally(L, 1)->scanner.tally;
    lua_Integer code = luaL_optinteger(L, 2, HTTPSTATUS_STATUS_MIN - 1);

    luaL_argcheck(L, code >= HTTPSTATUS_STATUS_MIN - 1 && code <= HTTPSTATUS_STATUS_MAX, 2,
                  "a status in a log is -1 to 999");
    while (++code <= HTTPSTATUS_STATUS_MAX) {
        uint64_t count = httpstatus_tally_count(tally, (int)code);
        if (count == 0)
            continue;
        lua_pushinteger(L, code);
        push_count(L, count);
        return 2;
    }
    luaL_pushfail(L);
    return 1;
}

/* tally:items(), and pairs(tally) from Lua 5.2 on: the values for a generic 'for' */
static int tally_items(lua_State *L)
{
    check_tally(L, 1);
    lua_pushcfunction(L, tally_next);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

static int tally_add(lua_State *L)
{
    const struct tally *left = check_tally(L, 1), *right = check_tally(L, 2);

    for (int i = 1; i <= 2; i++)
        luaL_argcheck(L, check_tally(L, i)->closed, i,
                      "the tally is still open: close() it first, so that its last line is counted");
    lua_settop(L, 2);
    lua_pushnil(L);
    struct tally *sum = push_tally(L, 3);
    sum->closed = true;
    sum->scanner.tally = left->scanner.tally;
    httpstatus_tally_add(&sum->scanner.tally, &right->scanner.tally);
    return 1;
}

static int tally_equal(lua_State *L)
{
    const struct tally *a = luaL_testudata(L, 1, TALLY), *b = luaL_testudata(L, 2, TALLY);

    lua_pushboolean(L, a && b && httpstatus_tally_equal(&a->scanner.tally, &b->scanner.tally));
    return 1;
}

static int tally_tostring(lua_State *L)
{
    const struct httpstatus_tally *tally = &check_tally(L, 1)->scanner.tally;
    const char *format = httpstatus_format_name(tally->format);

    lua_pushfstring(L, "<Tally %s: ", format ? format : "nil");
    push_count(L, tally->lines);
    lua_pushliteral(L, " lines, ");
    push_count(L, tally->unmatched);
    lua_pushliteral(L, " unmatched>");
    lua_concat(L, 5);
    return 1;
}

static const luaL_Reg tally_methods[] = {
    {"feed", tally_feed}, {"close", tally_close}, {"items", tally_items}, {NULL, NULL},
};

static const luaL_Reg tally_metamethods[] = {
    {"__pairs", tally_items},       {"__add", tally_add}, {"__eq", tally_equal},
    {"__tostring", tally_tostring}, {NULL, NULL},
};

/* ---- select() and extract() ---- */

/* A log being gone through line by line; its user value holds the buffer, the string or the file. */
struct lines {
    struct source source;
    bool live; /* the log may grow while it is read */
    bool at_end, ended; /* of the log; of the iteration */
    char *buffer; /* of a file: the bytes from the start of the unfinished line on */
    size_t size, capacity, scanned;
    uint64_t base; /* where in the log the buffer begins */
    size_t line_count, next_line;
    struct httpstatus_line lines[BATCH];
    struct httpstatus_filter filter;
    struct httpstatus_scanner scanner;
};

enum { ANCHOR = 1, BUFFER = 2, OPTION_KEY = 3 };

/* The lines of the log at 1, read as the options at 'arg' say. */
static struct lines *push_lines(lua_State *L, int arg, bool filtered)
{
    struct httpstatus_options options;

    check_log_options(L, arg, filtered, &options);
    int key = lua_gettop(L) - 2;
    struct lines *lines = lua_newuserdatauv(L, sizeof *lines, 3);
    memset(lines, 0, offsetof(struct lines, lines));
    memset(&lines->filter, 0, sizeof lines->filter);
    init_scanner(L, arg, &lines->scanner, &options, filtered ? &lines->filter : NULL);
    luaL_setmetatable(L, LINES);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, ANCHOR);
    lua_pushvalue(L, key);
    lua_setiuservalue(L, -2, OPTION_KEY);
    push_option(L, arg, "invert");
    lines->filter.invert = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return lines;
}

/* lines:close(), which the 'for' of Lua 5.4 does by itself, and at last the garbage collector */
static int lines_close(lua_State *L)
{
    struct lines *lines = luaL_checkudata(L, 1, LINES);

    lines->ended = true;
    close_source(&lines->source);
    return 0;
}

static const luaL_Reg lines_methods[] = {
    {"close", lines_close}, {"__close", lines_close}, {"__gc", lines_close}, {NULL, NULL},
};

/* The file of a caller may have been closed since the last line. */
static void check_open(lua_State *L, int self, const struct lines *lines)
{
    if (!lines->source.file || lines->source.owned)
        return;
    lua_getiuservalue(L, self, ANCHOR);
    if (!((luaL_Stream *)lua_touserdata(L, -1))->closef)
        luaL_error(L, "the file was closed while its lines were read");
    lua_pop(L, 1);
}

/* Drops what has been scanned but for the unfinished line, and makes room for a piece. */
static void make_room(lua_State *L, int self, struct lines *lines)
{
    size_t gone = (size_t)(lines->scanner.line_start - lines->base);

    lines->size -= gone;
    lines->scanned -= gone;
    lines->base += gone;
    if (gone && lines->size)
        memmove(lines->buffer, lines->buffer + gone, lines->size);
    if (lines->capacity - lines->size >= PIECE)
        return;
    size_t capacity = lines->capacity * 2 > lines->size + PIECE ? lines->capacity * 2
                                                                 : lines->size + PIECE;
    const char *before = lines->buffer;
    char *buffer = lua_newuserdatauv(L, capacity, 0);
    /* Where memory is taken finalizers run, and one may know the iterator or the file. */
    if (lines->buffer != before || lines->ended)
        luaL_error(L, "the lines were gone through or closed by a finalizer");
    check_open(L, self, lines);
    if (lines->size)
        memcpy(buffer, lines->buffer, lines->size);
    lua_setiuservalue(L, self, BUFFER);
    lines->buffer = buffer;
    lines->capacity = capacity;
}

/* Reads on if all has been scanned; false if that failed. */
static bool read_lines(lua_State *L, int self, struct lines *lines)
{
    if (lines->at_end || lines->scanned < lines->size)
        return true;
    if (lines->source.file) {
        check_open(L, self, lines);
        if (lines->live && pauses(&lines->source) && httpstatus_choose_early(&lines->scanner))
            return true;
        make_room(L, self, lines);
        lines->size += (lines->live ? read_ready : read_piece)(&lines->source,
                                                               lines->buffer + lines->size);
        if (ferror(lines->source.file))
            return false;
    }
    lines->at_end = lines->scanned == lines->size;
    return true;
}

/* Scans on until there are wanted lines, none at the end of the log; false if reading failed. */
static bool more_lines(lua_State *L, int self, struct lines *lines)
{
    lines->next_line = lines->line_count = 0;
    while (lines->line_count == 0) {
        if (!read_lines(L, self, lines))
            return false;
        if (lines->at_end) {
            lines->line_count = httpstatus_finish(&lines->scanner, lines->lines, BATCH);
            return true;
        }
        const char *p = lines->source.file ? lines->buffer : lines->source.data;
        size_t used;
        lines->line_count = httpstatus_scan(&lines->scanner, p + lines->scanned,
                                            lines->size - lines->scanned, lines->lines, BATCH,
                                            &used);
        lines->scanned += used;
    }
    return true;
}

/* The iterator of select(): number, status or nil, line */
static int lines_next(lua_State *L)
{
    int self = lua_upvalueindex(1);
    struct lines *lines = luaL_checkudata(L, self, LINES);

    lua_settop(L, 0);
    if (!lines->ended && lines->next_line == lines->line_count && !more_lines(L, self, lines))
        return luaL_error(L, "%s: %s", lines->source.name ? lines->source.name : "the file",
                          strerror(errno));
    if (lines->ended || lines->line_count == 0) {
        lines->ended = true;
        close_source(&lines->source);
        luaL_pushfail(L);
        return 1;
    }
    const struct httpstatus_line *line = &lines->lines[lines->next_line++];
    const char *p = lines->source.file ? lines->buffer : lines->source.data;
    push_count(L, line->number);
    if (line->kind == HTTPSTATUS_KIND_STATUS)
        lua_pushinteger(L, line->status);
    else
        lua_pushnil(L);
    lua_pushlstring(L, p + (line->start - lines->base), (size_t)(line->end - line->start));
    return 3;
}

static void add_one(lua_State *L, int at, int arg, struct httpstatus_filter *filter)
{
    if (lua_type(L, at) == LUA_TNUMBER) {
        int isnum;
        lua_Integer status = lua_tointegerx(L, at, &isnum);
        if (!isnum || status < HTTPSTATUS_STATUS_MIN || status > HTTPSTATUS_STATUS_MAX)
            luaL_argerror(L, arg, lua_pushfstring(L, "cannot be %s: a status in a log is -1 to 999",
                                                  luaL_tolstring(L, at, NULL)));
        httpstatus_filter_add_status(filter, (int)status);
        return;
    }
    size_t size;
    const char *text = lua_type(L, at) == LUA_TSTRING ? lua_tolstring(L, at, &size) : NULL;
    if (!text)
        luaL_typeerror(L, arg, "string, integer or list of them");
    if (httpstatus_filter_add(filter, text, size))
        return;
    luaL_argerror(L, arg, filter->pair_count == HTTPSTATUS_FILTER_PAIRS
                              ? "no room: 32 sub-statuses are the most"
                              : lua_pushfstring(L, "cannot be '%s': give '5xx', '404', '403.14', "
                                                   "'error', 'redirect', 'no_status', "
                                                   "'unmatched' or a property such as "
                                                   "'is_cacheable'", text));
}

static void check_which(lua_State *L, int arg, struct httpstatus_filter *filter)
{
    if (lua_type(L, arg) != LUA_TTABLE) {
        add_one(L, arg, arg, filter);
        return;
    }
    for (lua_Integer i = 1; lua_rawgeti(L, arg, i) != LUA_TNIL; i++) {
        add_one(L, lua_gettop(L), arg, filter);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* The values for a generic 'for': the iterator, and the lines to be closed when it is left. */
static int push_iterator(lua_State *L)
{
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, lines_next, 1);
    lua_insert(L, -2);
    lua_pushnil(L);
    lua_insert(L, -2);
    lua_pushnil(L);
    lua_insert(L, -2);
    return 4;
}

/*
 * select(path or file, which [, {format=, invert=}]): iterator of number, status, line; nil, message,
 * errno
 */
static int l_select(lua_State *L)
{
    lua_settop(L, 3);
    struct lines *lines = push_lines(L, 3, true);
    check_which(L, 2, &lines->filter);
    if (!open_source(L, &lines->source))
        return luaL_fileresult(L, 0, lines->source.name);
    lines->live = may_grow(lines->source.file);
    return push_iterator(L);
}

/* select_string(log, which [, {format=}]): the same */
static int l_select_string(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TSTRING);
    lua_settop(L, 3);
    struct lines *lines = push_lines(L, 3, true);
    check_which(L, 2, &lines->filter);
    string_source(L, &lines->source);
    lines->size = lines->source.size;
    return push_iterator(L);
}

static bool push_statuses(lua_State *L, struct lines *lines)
{
    int self = lua_gettop(L);
    lua_Integer number = 0;

    lua_createtable(L, 0, 0);
    do {
        if (!more_lines(L, self, lines))
            return false;
        for (size_t i = 0; i < lines->line_count; i++) {
            lua_pushinteger(L, lines->lines[i].status);
            lua_rawseti(L, self + 1, ++number);
        }
    } while (lines->line_count);
    return true;
}

/* extract(path or file [, {format=}]): list of statuses, one a line; nil, message, errno */
static int l_extract(lua_State *L)
{
    lua_settop(L, 2);
    struct lines *lines = push_lines(L, 2, false);
    if (!open_source(L, &lines->source))
        return luaL_fileresult(L, 0, lines->source.name);
    bool done = push_statuses(L, lines);
    close_source(&lines->source);
    return done ? 1 : luaL_fileresult(L, 0, lines->source.name);
}

/* extract_string(log [, {format=}]): list of statuses */
static int l_extract_string(lua_State *L)
{
    lua_settop(L, 2);
    struct lines *lines = push_lines(L, 2, false);
    string_source(L, &lines->source);
    lines->size = lines->source.size;
    push_statuses(L, lines);
    return 1;
}

/* ---- The module ---- */

/* scanner(): the name of the implementation that scans logs */
static int l_scanner(lua_State *L)
{
    lua_pushstring(L, httpstatus_scanner_name());
    return 1;
}

/* Takes the scanner that the environment asks for. */
static void force_scanner(lua_State *L)
{
    const char *name = getenv("HTTPSTATUS_SCANNER");

    if (!name || !*name || httpstatus_scanner_use(name, strlen(name)))
        return;
    lua_pushstring(L, httpstatus_scanner_at(0));
    for (size_t i = 1; httpstatus_scanner_at(i); i++) {
        lua_pushfstring(L, "%s, %s", lua_tostring(L, -1), httpstatus_scanner_at(i));
        lua_remove(L, -2);
    }
    luaL_error(L, "HTTPSTATUS_SCANNER is '%s', which does not run here: set it to one of %s, or not "
                  "at all", name, lua_tostring(L, -1));
}

static const luaL_Reg functions[] = {
    {"lookup", l_lookup},
    {"Status", l_status},
    {"variants", l_variants},
    {"search", l_search},
    {"statuses", l_statuses},
    {"phrase", l_phrase},
    {"class_of", l_class_of},
    {"effective", l_effective},
    {"reference_for", l_reference_for},
    {"redirect", l_redirect},
    {"explain_redirect", l_explain_redirect},
    {"redirect_clients", l_redirect_clients},
    {"new_chain", l_new_chain},
    {"tally", l_tally},
    {"tally_string", l_tally_string},
    {"new_tally", l_new_tally},
    {"extract", l_extract},
    {"extract_string", l_extract_string},
    {"select", l_select},
    {"select_string", l_select_string},
    {"scanner", l_scanner},
    {NULL, NULL},
};

/* Fills them even if they are there: memory may have run out while they were first made. */
static void make_metatables(lua_State *L)
{
    luaL_newmetatable(L, TALLY);
    luaL_setfuncs(L, tally_metamethods, 0);
    luaL_newlib(L, tally_methods);
    lua_pushcclosure(L, tally_index, 1);
    lua_setfield(L, -2, "__index");
    luaL_newmetatable(L, LINES);
    luaL_setfuncs(L, lines_methods, 0);
    lua_pushvalue(L, -1);
    lua_setfield(L, -2, "__index");
    luaL_newmetatable(L, CLIENT);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, client_differs_from);
    lua_setfield(L, -2, "differs_from");
    lua_setfield(L, -2, "__index");
    luaL_newmetatable(L, CHAIN);
    luaL_newlib(L, chain_methods);
    lua_pushcclosure(L, chain_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 4);
}

/* Leaves the first upvalues, rows and lists of variants, above the module, which gets the rows. */
static void make_rows(lua_State *L)
{
    int module = lua_gettop(L), rows = module + 1, variants = module + 2, empty = module + 3;
    size_t count = httpstatus_row_count();

    lua_createtable(L, (int)count, 0);
    lua_createtable(L, 0, 160);
    lua_createtable(L, 0, 0);
    for (size_t i = 0; i < count; i++) {
        const struct httpstatus_status *row = httpstatus_row(i);
        int code = httpstatus_code(row);
        push_status(L, row, code, httpstatus_substatus(row),
                    httpstatus_field(row, HTTPSTATUS_OWNER), empty);
        if (lua_rawgeti(L, variants, code) == LUA_TNIL) {
            lua_pop(L, 1);
            lua_pushvalue(L, -1);
            lua_rawseti(L, module, code);
            lua_createtable(L, 1, 0);
            lua_pushvalue(L, -1);
            lua_rawseti(L, variants, code);
        }
        lua_pushvalue(L, -2);
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
        lua_setfield(L, -2, "variants");
        lua_rawseti(L, rows, (lua_Integer)i + 1);
    }
    lua_settop(L, variants);
}

/* Leaves the other upvalues: lists, in which a code finds its place without a hash, and no makers. */
static void make_answers(lua_State *L)
{
    const struct httpstatus_names known = httpstatus_policy("fetch", 5)->upper_case;

    lua_createtable(L, HTTPSTATUS_STATUS_MAX, 0);
    lua_createtable(L, 599, 0);
    for (int code = 0; code <= HTTPSTATUS_STATUS_MAX; code++) {
        struct httpstatus_text phrase = httpstatus_phrase(code), name = httpstatus_class_of(code);
        if (phrase.data) {
            push_text(L, phrase);
            lua_rawseti(L, -3, code);
        }
        if (name.data) {
            push_text(L, name);
            lua_rawseti(L, -2, code);
        }
    }
    lua_createtable(L, 0, (int)known.count);
    for (size_t i = 0; i < known.count; i++) {
        lua_createtable(L, 0, 0);
        lua_setfield(L, -2, known.names[i]);
    }
}

static void set_constants(lua_State *L)
{
    for (size_t i = 0; i < httpstatus_constant_count(); i++) {
        struct httpstatus_constant constant = httpstatus_constant(i);
        lua_pushinteger(L, httpstatus_code(constant.row));
        lua_setfield(L, -2, constant.name.data);
    }
    lua_pushinteger(L, HTTPSTATUS_NO_STATUS);
    lua_setfield(L, -2, "NO_STATUS");
    lua_pushinteger(L, HTTPSTATUS_UNMATCHED);
    lua_setfield(L, -2, "UNMATCHED");
    lua_pushinteger(L, HTTPSTATUS_SKIPPED);
    lua_setfield(L, -2, "SKIPPED");
    lua_pushstring(L, httpstatus_version());
    lua_setfield(L, -2, "_VERSION");
}

#if defined(_WIN32)
__declspec(dllexport)
#elif defined(__GNUC__)
__attribute__((visibility("default")))
#endif
int luaopen_httpstatus(lua_State *L)
{
    luaL_checkversion(L);
    force_scanner(L);
    make_metatables(L);
    lua_createtable(L, 0, 256);
    set_constants(L);
    make_rows(L);
    make_answers(L);
    luaL_setfuncs(L, functions, UPVALUES);
    return 1;
}

/* Arguments, tables of options, and their errors. */
#include "_module.h"

/* ---- Errors ---- */

const char *push_given(lua_State *L, int index)
{
    enum { MOST = 200 }; /* bytes to show */
    const int type = lua_type(L, index);

    if (type == LUA_TSTRING) {
        const size_t size = lua_rawlen(L, index);
        lua_pushlstring(L, lua_tostring(L, index), size < MOST ? size : MOST);
        lua_pushfstring(L, size > MOST ? "'%s'..." : "'%s'", lua_tostring(L, -1));
        lua_remove(L, -2);
    } else if (type == LUA_TNUMBER) {
        lua_pushvalue(L, index);
    } else if (type == LUA_TBOOLEAN) {
        lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false");
    } else if (type == LUA_TNIL) {
        lua_pushliteral(L, "nil");
    } else {
        lua_pushfstring(L, "of type %s", luaL_typename(L, index));
    }
    return lua_tostring(L, -1);
}

int invalid(lua_State *L, int arg, const char *name, int index, const char *expected)
{
    char text[HTTPSTATUS_EXPECTED];

    if (!expected)
        expected = httpstatus_expected(name, text);
    if (lua_isnone(L, index))
        lua_pushfstring(L, "missing %s: expected %s", name, expected);
    else
        lua_pushfstring(L, "invalid %s %s: expected %s", name, push_given(L, index), expected);
    return luaL_argerror(L, arg, lua_tostring(L, -1));
}

static int unknown_option(lua_State *L, int arg, const char *const *names)
{
    push_given(L, -2);
    lua_pushstring(L, names[0]);
    for (int i = 1; names[i]; i++) {
        lua_pushfstring(L, "%s, %s", lua_tostring(L, -1), names[i]);
        lua_remove(L, -2);
    }
    return luaL_argerror(L, arg,
                         lua_pushfstring(L, "invalid option %s: expected %s", lua_tostring(L, -2),
                                         lua_tostring(L, -1)));
}

/* ---- Arguments ---- */

struct httpstatus_text check_text(lua_State *L, int arg, const char *name)
{
    struct httpstatus_text text;

    text.data = lua_tolstring(L, arg, &text.size);
    if (!text.data)
        invalid(L, arg, name, arg, "a string");
    return text;
}

struct httpstatus_text check_string(lua_State *L, int arg, const char *name)
{
    if (lua_type(L, arg) != LUA_TSTRING)
        invalid(L, arg, name, arg, "a string");
    return check_text(L, arg, name);
}

struct httpstatus_text opt_text(lua_State *L, int arg, const char *name)
{
    return lua_isnoneornil(L, arg) ? (struct httpstatus_text){NULL, 0} : check_text(L, arg, name);
}

/* ---- Options ---- */

/* Whether the key from lua_next() is one of 'names'. */
static bool is_listed(lua_State *L, const char *const *names)
{
    const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : NULL;

    while (key && *names && !is_word(*names, key, lua_rawlen(L, -2)))
        names++;
    return key && *names;
}

bool check_options(lua_State *L, int arg, const char *const *names)
{
    if (lua_isnoneornil(L, arg))
        return false;
    if (!lua_istable(L, arg))
        invalid(L, arg, "options", arg, "a table");
    for (lua_pushnil(L); lua_next(L, arg); lua_pop(L, 1))
        if (!is_listed(L, names))
            unknown_option(L, arg, names);
    return true;
}

int push_option(lua_State *L, int arg, const char *name)
{
    if (lua_isnoneornil(L, arg))
        lua_pushnil(L);
    else
        lua_getfield(L, arg, name);
    return lua_type(L, -1);
}

struct httpstatus_text text_option(lua_State *L, int arg, const char *name)
{
    struct httpstatus_text text = {NULL, 0};
    int type = push_option(L, arg, name);

    if (type == LUA_TSTRING)
        text.data = lua_tolstring(L, -1, &text.size);
    else if (type != LUA_TNIL)
        invalid(L, arg, name, -1, "a string");
    return text;
}

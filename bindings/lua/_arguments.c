/* Tables of options, which every part of the module takes. */
#include "_module.h"

bool check_options(lua_State *L, int arg, const char *const *names)
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
        luaL_argerror(L, arg, lua_pushfstring(L, "option '%s' must be a string, not a %s", name,
                                              luaL_typename(L, -1)));
    return text;
}

/*
 * The parts of Lua 5.4's API that the module uses, for Lua 5.1 (and LuaJIT, which has the same
 * API), 5.2 and 5.3.  A module built for Lua 5.1 runs in LuaJIT too, so nothing that only LuaJIT
 * has is used.
 */
#ifndef HTTPSTATUS_LUA_COMPAT_H
#define HTTPSTATUS_LUA_COMPAT_H

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#if LUA_VERSION_NUM < 504

#define luaL_pushfail(L) lua_pushnil(L)

static inline int luaL_typeerror(lua_State *L, int arg, const char *expected)
{
    return luaL_argerror(
        L, arg, lua_pushfstring(L, "%s expected, got %s", expected, luaL_typename(L, arg)));
}

#if LUA_VERSION_NUM == 501
#define lua_getuservalue(L, index) lua_getfenv(L, index)
#define lua_setuservalue(L, index) lua_setfenv(L, index)

/*
 * The collector does as little work for a buffer of megabytes as for a short string, and never
 * catches up.  So a large block drives it on, once memory is half again what the last collection
 * left.
 */
static inline void compat_pay(lua_State *L, size_t size)
{
    static const char key[] = "httpstatus.kept";
    enum { LARGE = 65536, KB = 1024 };

    if (size < LARGE)
        return;
    lua_getfield(L, LUA_REGISTRYINDEX, key);
    if (2 * lua_gc(L, LUA_GCCOUNT, 0) > 3 * lua_tointeger(L, -1) &&
        lua_gc(L, LUA_GCSTEP, (int)(size / KB))) {
        lua_pushinteger(L, lua_gc(L, LUA_GCCOUNT, 0));
        lua_setfield(L, LUA_REGISTRYINDEX, key);
    }
    lua_pop(L, 1);
}
#else
#define compat_pay(L, size) ((void)0)
#endif

/* User values are kept as the items of a table. */
static inline void *lua_newuserdatauv(lua_State *L, size_t size, int values)
{
    compat_pay(L, size);
    void *memory = lua_newuserdata(L, size);

    if (values) {
        lua_createtable(L, values, 0);
        lua_setuservalue(L, -2);
    }
    return memory;
}

static inline void lua_setiuservalue(lua_State *L, int index, int n)
{
    lua_getuservalue(L, index);
    lua_insert(L, -2);
    lua_rawseti(L, -2, n);
    lua_pop(L, 1);
}

static inline void lua_getiuservalue(lua_State *L, int index, int n)
{
    lua_getuservalue(L, index);
    lua_rawgeti(L, -1, n);
    lua_remove(L, -2);
}

#endif

#if LUA_VERSION_NUM < 503

/*
 * All numbers are doubles, and the API would truncate them: 403.1 to 403, and 4294967496 to 200 on
 * 32 bits.  So an integer is a whole number up to 2^63, which is taken for 2^63 - 1.
 */
#define lua_Integer int64_t
#define lua_pushinteger(L, n) lua_pushnumber(L, (lua_Number)(n))
#define lua_tointegerx compat_tointegerx
#undef lua_tointeger
#define lua_tointeger(L, index) lua_tointegerx(L, index, NULL)
#define luaL_checkinteger compat_checkinteger
#define luaL_optinteger(L, arg, otherwise) luaL_opt(L, luaL_checkinteger, arg, otherwise)

static inline int64_t compat_tointegerx(lua_State *L, int index, int *is_integer)
{
    lua_Number number = lua_tonumber(L, index);
    int64_t integer = 0;
    bool fits = lua_isnumber(L, index) && number >= -0x1p63 && number <= 0x1p63;

    if (fits) {
        integer = number < 0x1p63 ? (int64_t)number : INT64_MAX;
        fits = (lua_Number)integer == number;
    }
    if (is_integer)
        *is_integer = fits;
    return fits ? integer : 0;
}

static inline int64_t compat_checkinteger(lua_State *L, int arg)
{
    int is_integer;
    int64_t integer = compat_tointegerx(L, arg, &is_integer);

    if (!is_integer) {
        luaL_checknumber(L, arg);
        luaL_argerror(L, arg, "number has no integer representation");
    }
    return integer;
}

/* No item has an index beyond int. Like Lua 5.3's, these return the type of what they push. */
static inline int compat_rawgeti(lua_State *L, int index, int64_t n)
{
    if (n < INT_MIN || n > INT_MAX)
        lua_pushnil(L);
    else
        lua_rawgeti(L, index, (int)n);
    return lua_type(L, -1);
}

#define lua_rawgeti compat_rawgeti
#define lua_rawget(L, index) (lua_rawget(L, index), lua_type(L, -1))

#endif

#if LUA_VERSION_NUM == 501

#ifndef LUA_OK
#define LUA_OK 0
#endif
#define lua_rawlen lua_objlen
#define luaL_checkversion(L) ((void)(L))
#define luaL_setfuncs compat_setfuncs
#undef luaL_newlib
#define luaL_newlib(L, functions) \
    (lua_createtable(L, 0, sizeof(functions) / sizeof(functions)[0] - 1), \
     luaL_setfuncs(L, functions, 0))
#define luaL_setmetatable compat_setmetatable
#define luaL_testudata compat_testudata
#define luaL_tolstring compat_tolstring
#define luaL_fileresult compat_fileresult

/* An open file. A closed one is NULL, where later versions clear only 'closef'. */
typedef union {
    FILE *f, *closef;
} luaL_Stream;

static inline void luaL_setfuncs(lua_State *L, const luaL_Reg *functions, int upvalues)
{
    luaL_checkstack(L, upvalues + 1, "");
    for (; functions->name; functions++) {
        for (int i = 0; i < upvalues; i++)
            lua_pushvalue(L, -upvalues);
        lua_pushcclosure(L, functions->func, upvalues);
        lua_setfield(L, -(upvalues + 2), functions->name);
    }
    lua_pop(L, upvalues);
}

static inline void luaL_setmetatable(lua_State *L, const char *name)
{
    luaL_getmetatable(L, name);
    lua_setmetatable(L, -2);
}

static inline void *luaL_testudata(lua_State *L, int index, const char *name)
{
    void *memory = lua_touserdata(L, index);

    if (!memory || !lua_getmetatable(L, index))
        return NULL;
    luaL_getmetatable(L, name);
    if (!lua_rawequal(L, -1, -2))
        memory = NULL;
    lua_pop(L, 2);
    return memory;
}

static inline const char *luaL_tolstring(lua_State *L, int index, size_t *size)
{
    if (!luaL_callmeta(L, index, "__tostring")) {
        int type = lua_type(L, index);
        if (type == LUA_TNUMBER || type == LUA_TSTRING)
            lua_pushvalue(L, index);
        else if (type == LUA_TBOOLEAN)
            lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false");
        else if (type == LUA_TNIL)
            lua_pushliteral(L, "nil");
        else
            lua_pushfstring(L, "%s: %p", lua_typename(L, type), lua_topointer(L, index));
    }
    return lua_tolstring(L, -1, size);
}

/* Only for failure: nil, message, errno. */
static inline int luaL_fileresult(lua_State *L, int stat, const char *name)
{
    int error = errno;

    (void)stat;
    lua_pushnil(L);
    lua_pushfstring(L, name ? "%s: %s" : "%s%s", name ? name : "", strerror(error));
    lua_pushinteger(L, error);
    return 3;
}

#endif

#endif

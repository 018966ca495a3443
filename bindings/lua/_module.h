/* Shared by all files of the Lua module. */
#ifndef HTTPSTATUS_LUA_MODULE_H
#define HTTPSTATUS_LUA_MODULE_H

#include "compat.h"
#include "httpstatus.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/*
 * Raises "bad argument #ARG to 'function' (invalid NAME VALUE: expected EXPECTED)" for the value at
 * 'index', the argument itself or a part of it.  If 'expected' is NULL, the core supplies it for
 * 'name'.
 */
int invalid(lua_State *L, int arg, const char *name, int index, const char *expected);
/* Pushes a value as such messages show it: 'x', 404, or "of type table". */
const char *push_given(lua_State *L, int index);

static inline lua_Integer check_integer(lua_State *L, int arg, const char *name)
{
    int whole;
    lua_Integer number = lua_tointegerx(L, arg, &whole);

    if (!whole)
        invalid(L, arg, name, arg, "an integer");
    return number;
}

/* A code for the core: a number that does not fit an int becomes INT_MIN, which is none. */
static inline int code_of(lua_Integer number)
{
    return number < HTTPSTATUS_STATUS_MIN || number > INT_MAX ? INT_MIN : (int)number;
}

static inline int check_code(lua_State *L, int arg, const char *name)
{
    return code_of(check_integer(L, arg, name));
}

/* The first also takes a number, as a string. */
struct httpstatus_text check_text(lua_State *L, int arg, const char *name);
struct httpstatus_text check_string(lua_State *L, int arg, const char *name);
/* Like check_text(), but absent for nil. */
struct httpstatus_text opt_text(lua_State *L, int arg, const char *name);

/* Whether a number is an integer. 404.0 is one too: JSON decoders make it of 404. */
static inline bool is_whole(lua_State *L, int index)
{
    int whole;

    lua_tointegerx(L, index, &whole);
    return whole && lua_type(L, index) == LUA_TNUMBER;
}

/* Whether a text, which may contain NULs, is 'word'. */
static inline bool is_word(const char *word, const char *p, size_t size)
{
    return strlen(word) == size && memcmp(word, p, size) == 0;
}

/* A string, or nil for an absent text. */
static inline void push_text(lua_State *L, struct httpstatus_text text)
{
    if (text.data)
        lua_pushlstring(L, text.data, text.size);
    else
        lua_pushnil(L);
}

/* Sets a field of the table on top, unless the text is absent. */
static inline void set_text(lua_State *L, const char *name, struct httpstatus_text text)
{
    if (!text.data)
        return;
    lua_pushlstring(L, text.data, text.size);
    lua_setfield(L, -2, name);
}

static inline void set_word(lua_State *L, const char *name, const char *word)
{
    if (!word)
        return;
    lua_pushstring(L, word);
    lua_setfield(L, -2, name);
}

static inline void set_truth(lua_State *L, const char *name, bool truth)
{
    lua_pushboolean(L, truth);
    lua_setfield(L, -2, name);
}

static inline void set_answer(lua_State *L, const char *name, enum httpstatus_answer answer)
{
    if (answer != HTTPSTATUS_UNKNOWN)
        set_truth(L, name, answer == HTTPSTATUS_YES);
}

static inline int push_count(lua_State *L, uint64_t count)
{
    lua_pushinteger(L, (lua_Integer)count);
    return 1;
}

/* Before Lua 5.3 an integer may have 32 bits, while every number is a double. */
static inline void push_seconds(lua_State *L, int64_t seconds)
{
#if LUA_VERSION_NUM >= 503
    lua_pushinteger(L, (lua_Integer)seconds);
#else
    lua_pushnumber(L, (lua_Number)seconds);
#endif
}

/* A number of them is an integer if that has room for it, else the double next to it. */
static inline void push_nanoseconds(lua_State *L, uint64_t nanoseconds)
{
    if (nanoseconds <= INT64_MAX)
        push_seconds(L, (int64_t)nanoseconds);
    else
        lua_pushnumber(L, (lua_Number)nanoseconds);
}

/* Protects the metatable on top, which scripts share: getmetatable() returns false. */
static inline void protect_metatable(lua_State *L)
{
    lua_pushboolean(L, false);
    lua_setfield(L, -2, "__metatable");
}

/* Makes a type of userdata, whose 'index' has the methods as its upvalue. */
static inline void make_type(lua_State *L, const char *name, const luaL_Reg *metamethods,
                             const luaL_Reg *methods, lua_CFunction index)
{
    luaL_newmetatable(L, name);
    protect_metatable(L);
    luaL_setfuncs(L, metamethods, 0);
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_pushcclosure(L, index, 1);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}

/*
 * The upvalues of every function, which no script can reach: the rows by index + 1, and index + 1
 * by row; the metatable of the rows; the phrases and the classes by code.
 */
enum { ROWS = 1, ROW_TYPE, PHRASES, CLASSES, UPVALUES = CLASSES };

/* _arguments.c: checks that each key of the options at 'arg' is one of 'names'; false if absent. */
bool check_options(lua_State *L, int arg, const char *const *names);
/* Pushes option 'name' of the table at 'arg', nil without a table; returns its type. */
int push_option(lua_State *L, int arg, const char *name);
/* A text option. It stays on the stack, for error messages. */
struct httpstatus_text text_option(lua_State *L, int arg, const char *name);

/* _status.c: pushes all upvalues above the module, and sets the row of each code in the module. */
void make_upvalues(lua_State *L);
extern const luaL_Reg status_functions[];

/* These fill their metatables even if they exist: memory may have run out the first time. */
void make_redirect_types(lua_State *L);
/* Sets the functions in the table on top; they have upvalues of their own. */
void set_redirect_functions(lua_State *L);
extern const luaL_Reg location_functions[];
extern const luaL_Reg retry_functions[];
/* Reads the options zone and reference of the table at 'arg', if there is one. */
void read_clock(lua_State *L, int arg, struct httpstatus_clock *clock);
/* A time since 1970, to the nearest nanosecond; false if the option is nil. */
bool instant_option(lua_State *L, int arg, const char *name, struct httpstatus_time *time);
void push_time(lua_State *L, const struct httpstatus_time *time);
extern const luaL_Reg time_functions[];
void make_tally_type(lua_State *L);
extern const luaL_Reg tally_functions[];
void make_series_type(lua_State *L);
void make_latency_type(lua_State *L);
void make_top_type(lua_State *L);
void make_lines_type(lua_State *L);
extern const luaL_Reg select_functions[];
extern const luaL_Reg series_functions[];
extern const luaL_Reg record_functions[];
extern const luaL_Reg suggest_functions[];

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

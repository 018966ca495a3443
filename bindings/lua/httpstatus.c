/* The Lua module httpstatus: arguments in, one call of the core, results out. */
#include <stdlib.h>

#include "_module.h"

/*
 * httpstatus.scanner()
 * The implementation that scans logs, named after its instruction set: the fastest that this CPU
 * supports. All give the same answers. If the environment variable HTTPSTATUS_SCANNER is set when
 * the module is loaded, it forces one for the whole process.
 * @return httpstatus.Scanner
 */
static int l_scanner(lua_State *L)
{
    lua_pushstring(L, httpstatus_scanner_name());
    return 1;
}

/* Selects the scanner that the environment names. */
static void force_scanner(lua_State *L)
{
    const char *name = getenv("HTTPSTATUS_SCANNER");

    if (!name || !*name || httpstatus_scanner_use(name, strlen(name)))
        return;
    char text[HTTPSTATUS_EXPECTED];
    luaL_error(L, "invalid HTTPSTATUS_SCANNER '%s': expected %s", name,
               httpstatus_expected("scanner", text));
}

/*
 * httpstatus[404] is the row of a code, nil if the code is unknown: what lookup(404) returns.
 * @class httpstatus
 * @field [integer] httpstatus.Status
 * @field _VERSION string the version of the library
 * @field NO_STATUS integer HTTPSTATUS_NO_STATUS: a record without a status
 * @field UNMATCHED integer HTTPSTATUS_UNMATCHED: a line that is not a record
 * @field SKIPPED integer HTTPSTATUS_SKIPPED: a blank line or a comment
 */
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

static const luaL_Reg own_functions[] = {{"scanner", l_scanner}, {NULL, NULL}};

/* All functions get the same upvalues, which lie above the module. */
static void set_functions(lua_State *L, int module, const luaL_Reg *functions)
{
    lua_pushvalue(L, module);
    for (int i = 1; i <= UPVALUES; i++)
        lua_pushvalue(L, module + i);
    luaL_setfuncs(L, functions, UPVALUES);
    lua_pop(L, 1);
}

#if defined(_WIN32)
__declspec(dllexport)
#elif defined(__GNUC__)
__attribute__((visibility("default")))
#endif
    int luaopen_httpstatus(lua_State *L)
{
    static const luaL_Reg *const functions[] = {
        status_functions, location_functions, retry_functions, tally_functions,   select_functions,
        series_functions, record_functions,   time_functions,  suggest_functions, own_functions};

    luaL_checkversion(L);
    force_scanner(L);
    make_redirect_types(L);
    make_tally_type(L);
    make_series_type(L);
    make_latency_type(L);
    make_top_type(L);
    make_lines_type(L);
    lua_createtable(L, 0, 256);
    int module = lua_gettop(L);
    set_constants(L);
    make_upvalues(L);
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++)
        set_functions(L, module, functions[i]);
    lua_settop(L, module);
    set_redirect_functions(L);
    return 1;
}

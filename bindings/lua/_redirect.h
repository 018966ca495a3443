/* What the files about redirects share. */
#ifndef HTTPSTATUS_LUA_REDIRECT_H
#define HTTPSTATUS_LUA_REDIRECT_H

#include "_module.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/*
 * The policy at 'arg': a name, "fetch" if absent, or a table of knobs that has the name of the policy
 * they belong to in 'policy'.  Leaves what keeps its lists of names alive on the stack.
 */
void check_policy(lua_State *L, int arg, struct httpstatus_policy *policy);

/* Sets functions that may call push_redirect() in the table on top. */
void set_record_functions(lua_State *L, const luaL_Reg *functions);
int push_redirect(lua_State *L, const struct httpstatus_redirect *r);
/* What the default policy says of a code and a well-known method; NULL for any other. */
const struct httpstatus_redirect *ready_record(lua_State *L, lua_Integer code,
                                               struct httpstatus_text method);

int l_redirect_clients(lua_State *L);
void make_client_type(lua_State *L);
int l_new_chain(lua_State *L);
void make_chain_type(lua_State *L);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

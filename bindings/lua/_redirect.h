/* Shared by the files about redirects. */
#ifndef HTTPSTATUS_LUA_REDIRECT_H
#define HTTPSTATUS_LUA_REDIRECT_H

#include "_module.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/*
 * The policy at 'arg': a name ("fetch" if absent), or a table of rules that change the policy named
 * in its field 'policy'.  Leaves on the stack what keeps the policy's lists of names alive.
 */
void check_policy(lua_State *L, int arg, struct httpstatus_policy *policy);

/*
 * What the table at 'arg', whose keys have to be among 'names', says of the request: its fields
 * 'body' and 'replayable', true if absent.
 */
enum httpstatus_body check_body(lua_State *L, int arg, const char *const *names);
extern const char *const body_names[];

/* The option 'location' of the table at 'arg'.  What it needs stays on the stack. */
struct locations {
    const struct httpstatus_text *texts;
    size_t count;
};
struct locations check_locations(lua_State *L, int arg);
/* Pushes a buffer in which the first of them, resolved by such a URL, has room. */
char *push_place(lua_State *L, size_t base, const struct locations *locations, size_t *size);
int invalid_url(lua_State *L, int arg, int index);

/* Sets functions in the table on top, with the upvalues that push_redirect() needs. */
void set_record_functions(lua_State *L, const luaL_Reg *functions);
int push_redirect(lua_State *L, const struct httpstatus_redirect *r);
/* The default policy's record for a code and a well-known method; NULL for any other method. */
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

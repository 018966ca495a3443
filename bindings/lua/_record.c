/* The records of redirect() and chain:step(), a new table each time. */
#include "_redirect.h"

/*
 * The names of the fields and the words in them are upvalues: making these strings anew took half
 * the time of a record.
 */
enum {
    ACTION = 1,
    REASON,
    METHOD,
    METHOD_CHANGE,
    PRESERVES_METHOD,
    KEEPS_BODY,
    DROPS_HEADERS,
    DROPS_CROSS_ORIGIN,
    KIND,
    CACHEABLE,
    CARE,
    LIMIT,
    REFERENCE,
    URL,
    CROSS_ORIGIN,
    DOWNGRADED,
    FIELDS = DOWNGRADED,
    ACTIONS,
    REASONS = ACTIONS + HTTPSTATUS_ACTION_ERROR + 1,
    CHANGES = REASONS + HTTPSTATUS_UNSUPPORTED_SCHEME + 1,
    KINDS = CHANGES + HTTPSTATUS_FORBIDDEN + 1,
    READY = KINDS + HTTPSTATUS_CHOICE + 1, /* the records of ready_record() */
    RECORD_UPVALUES = READY
};

/* The default policy's records for methods it knows by name; the last is for all higher codes. */
enum {
    FIRST = HTTPSTATUS_REDIRECT_FIRST,
    OTHERS = HTTPSTATUS_REDIRECT_OTHERS,
    COLUMNS = OTHERS - FIRST + 1
};
struct ready {
    struct httpstatus_text method;
    struct httpstatus_redirect records[COLUMNS];
};

static void push_ready(lua_State *L)
{
    const struct httpstatus_policy *policy =
        httpstatus_policy(HTTPSTATUS_DEFAULT_POLICY, strlen(HTTPSTATUS_DEFAULT_POLICY));
    const struct httpstatus_names known = policy->upper_case;
    struct ready *ready = lua_newuserdatauv(L, (known.count + 1) * sizeof *ready, 0);

    for (size_t i = 0; i < known.count; i++) {
        ready[i].method = (struct httpstatus_text){known.list[i], strlen(known.list[i])};
        for (int column = 0; column < COLUMNS; column++)
            httpstatus_redirect(FIRST + column, ready[i].method.data, ready[i].method.size,
                                HTTPSTATUS_BODY, policy, &ready[i].records[column]);
    }
    ready[known.count].method = (struct httpstatus_text){NULL, 0};
}

const struct httpstatus_redirect *ready_record(lua_State *L, lua_Integer code,
                                               struct httpstatus_text method)
{
    const struct ready *ready = lua_touserdata(L, lua_upvalueindex(READY));

    if (code < FIRST || code > HTTPSTATUS_REDIRECT_LAST)
        return NULL;
    for (; ready->method.data; ready++)
        if (ready->method.size == method.size &&
            memcmp(ready->method.data, method.data, method.size) == 0)
            return &ready->records[(code < OTHERS ? code : OTHERS) - FIRST];
    return NULL;
}

static void push_upvalues(lua_State *L)
{
    static const char *const fields[FIELDS] = {"action",
                                               "reason",
                                               "method",
                                               "method_change",
                                               "preserves_method",
                                               "keeps_body",
                                               "drops_headers",
                                               "drops_cross_origin",
                                               "kind",
                                               "cacheable",
                                               "care",
                                               "limit",
                                               "reference",
                                               "url",
                                               "cross_origin",
                                               "downgraded"};

    luaL_checkstack(L, RECORD_UPVALUES, "");
    for (int i = 0; i < FIELDS; i++)
        lua_pushstring(L, fields[i]);
    for (int i = 0; i < REASONS - ACTIONS; i++)
        lua_pushstring(L, httpstatus_action_name((enum httpstatus_action)i));
    for (int i = 0; i < CHANGES - REASONS; i++)
        lua_pushstring(L, httpstatus_reason_name((enum httpstatus_reason)i));
    for (int i = 0; i < KINDS - CHANGES; i++)
        lua_pushstring(L, httpstatus_method_change_name((enum httpstatus_method_change)i));
    for (int i = 0; i < READY - KINDS; i++)
        lua_pushstring(L, httpstatus_redirect_kind_name((enum httpstatus_redirect_kind)i));
    push_ready(L);
}

void set_record_functions(lua_State *L, const luaL_Reg *functions)
{
    push_upvalues(L);
    luaL_setfuncs(L, functions, RECORD_UPVALUES);
}

static inline void put_word(lua_State *L, int field, int word)
{
    lua_pushvalue(L, lua_upvalueindex(field));
    lua_pushvalue(L, lua_upvalueindex(word));
    lua_rawset(L, -3);
}

static inline void put_truth(lua_State *L, int field, bool truth)
{
    lua_pushvalue(L, lua_upvalueindex(field));
    lua_pushboolean(L, truth);
    lua_rawset(L, -3);
}

static void put_answer(lua_State *L, int field, enum httpstatus_answer answer)
{
    if (answer != HTTPSTATUS_UNKNOWN)
        put_truth(L, field, answer == HTTPSTATUS_YES);
}

/* A new list, as callers may change it; an empty one is left out. */
static void put_names(lua_State *L, int field, struct httpstatus_names names)
{
    if (!names.count)
        return;
    lua_pushvalue(L, lua_upvalueindex(field));
    lua_createtable(L, (int)names.count, 0);
    for (size_t i = 0; i < names.count; i++) {
        lua_pushstring(L, names.list[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_rawset(L, -3);
}

static void put_next(lua_State *L, const struct httpstatus_redirect *r)
{
    lua_pushvalue(L, lua_upvalueindex(METHOD));
    lua_pushlstring(L, r->method.data, r->method.size);
    lua_rawset(L, -3);
    put_word(L, METHOD_CHANGE, CHANGES + (int)r->method_change);
    put_truth(L, PRESERVES_METHOD, r->preserves_method);
    put_answer(L, KEEPS_BODY, r->keeps_body);
    put_names(L, DROPS_HEADERS, r->drops_headers);
    put_names(L, DROPS_CROSS_ORIGIN, r->drops_cross_origin);
    if (!r->url.data)
        return;
    lua_pushvalue(L, lua_upvalueindex(URL));
    lua_pushlstring(L, r->url.data, r->url.size);
    lua_rawset(L, -3);
    put_answer(L, CROSS_ORIGIN, r->cross_origin);
    put_answer(L, DOWNGRADED, r->downgraded);
}

/*
 * The next request after a redirect. Each record is a new table with new lists, yours to change; an
 * empty list is nil.
 * @class httpstatus.Redirect
 * @field action httpstatus.Action
 * @field reason? httpstatus.Reason
 * @field method? string
 * @field method_change? httpstatus.MethodChange
 * @field preserves_method? boolean
 * @field keeps_body? boolean
 * @field drops_headers? string[]
 * @field drops_cross_origin? string[]
 * @field kind? httpstatus.Kind
 * @field cacheable boolean
 * @field care boolean
 * @field limit? integer
 * @field reference string
 * @field url? string
 * @field cross_origin? boolean
 * @field downgraded? boolean
 */
int push_redirect(lua_State *L, const struct httpstatus_redirect *r)
{
    const bool next = r->method.data != NULL;

    lua_createtable(L, 0, !next ? 7 : r->url.data ? FIELDS : FIELDS - 3);
    put_word(L, ACTION, ACTIONS + (int)r->action);
    if (r->reason)
        put_word(L, REASON, REASONS + (int)r->reason);
    if (next)
        put_next(L, r);
    if (r->kind)
        put_word(L, KIND, KINDS + (int)r->kind);
    put_truth(L, CACHEABLE, r->cacheable);
    put_truth(L, CARE, r->care);
    if (r->limit) {
        lua_pushvalue(L, lua_upvalueindex(LIMIT));
        lua_pushinteger(L, r->limit);
        lua_rawset(L, -3);
    }
    lua_pushvalue(L, lua_upvalueindex(REFERENCE));
    lua_pushstring(L, r->reference);
    lua_rawset(L, -3);
    return 1;
}

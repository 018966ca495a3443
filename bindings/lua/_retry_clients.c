/* retry_clients(): what real clients were measured to send again. */
#include "_redirect.h"

static void set_seconds(lua_State *L, const char *name, double seconds)
{
    if (seconds < 0)
        return;
    lua_pushnumber(L, seconds);
    lua_setfield(L, -2, name);
}

/*
 * What a real client was measured to do with a failed request: a dated fact, not a rule.
 * @class httpstatus.RetryClient
 * @field name string
 * @field version string
 * @field code integer
 * @field request_method string
 * @field retried boolean
 * @field tries? integer
 * @field delay? number
 * @field longest_delay? number
 * @field honours_retry_after? boolean
 * @field on_zero? httpstatus.OnRetryAfter
 * @field on_date? httpstatus.OnRetryAfter
 * @field on_garbage? httpstatus.OnRetryAfter
 * @field on_long? httpstatus.OnRetryAfter
 * @field cap? number
 * @field sends_body? boolean
 * @field same_connection? boolean
 */
static void push_client(lua_State *L, const struct httpstatus_retry_client *client)
{
    lua_createtable(L, 0, 16);
    set_text(L, "name", client->name);
    set_text(L, "version", client->version);
    lua_pushinteger(L, client->code);
    lua_setfield(L, -2, "code");
    set_text(L, "request_method", client->request_method);
    set_truth(L, "retried", client->retried);
    if (client->tries >= 0) {
        lua_pushinteger(L, client->tries);
        lua_setfield(L, -2, "tries");
    }
    set_seconds(L, "delay", client->delay);
    set_seconds(L, "longest_delay", client->longest_delay);
    set_answer(L, "honours_retry_after", client->honours_retry_after);
    set_word(L, "on_zero", client->on_zero);
    set_word(L, "on_date", client->on_date);
    set_word(L, "on_garbage", client->on_garbage);
    set_word(L, "on_long", client->on_long);
    set_seconds(L, "cap", client->cap);
    set_answer(L, "sends_body", client->sends_body);
    set_answer(L, "same_connection", client->same_connection);
}

/*
 * httpstatus.retry_clients()
 * What real clients with retries switched on were measured to send again (November 2026). For other
 * codes and methods the list is empty.
 * @param code integer most of 400..431, 440..499, 500..511, 520..530, 540, 561, 598, 599
 * @param method string DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT, QUERY, or FROB for an unknown
 *     method
 * @return httpstatus.RetryClient[]
 */
int l_retry_clients(lua_State *L)
{
    struct httpstatus_retry_client client;
    int code = check_code(L, 1, "code");
    struct httpstatus_text method = check_string(L, 2, "method");

    if (!httpstatus_is_token(method.data, method.size))
        return invalid(L, 2, "method", 2, NULL);
    lua_createtable(L, (int)httpstatus_retry_client_count(), 0);
    for (size_t i = 0; i < httpstatus_retry_client_count(); i++) {
        if (!httpstatus_retry_client(i, code, method.data, method.size, &client))
            continue;
        push_client(L, &client);
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    }
    return 1;
}

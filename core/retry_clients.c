/* What real clients sent again after a failure when measured. */
#include "httpstatus.h"
#include "text.h"

/* What a client does; those without a Retry-After first. */
enum {
    RETRIES,         /* after the seconds of a Retry-After, if there is one */
    RETRIES_ANYWAY,  /* takes no notice of a Retry-After */
    RETRIES_AT_ONCE, /* the same, on another connection */
    RETRIES_UNTOLD,  /* but not if a Retry-After says when, except for one of 0 */
    RETRIES_IF_TOLD, /* only if a Retry-After says when */
    RETRIES_IF_ZERO, /* only if a Retry-After of 0 says at once */
};
struct client_rule {
    unsigned methods; /* as bits */
    int first, last, how;
};

#include "retry_clients_table.h"

size_t httpstatus_retry_client_count(void)
{
    return sizeof retry_clients / sizeof retry_clients[0];
}

static bool was_measured(int code)
{
    for (size_t i = 0; i < sizeof retry_codes / sizeof retry_codes[0]; i++)
        if (code >= retry_codes[i].first && code <= retry_codes[i].last)
            return true;
    return false;
}

/* What the client does after that code and method; NULL if it leaves them alone. */
static const struct client_rule *rule_of(size_t i, int code, unsigned method)
{
    const struct client_rule *rule = client_rules + retry_clients[i].first_rule;

    for (int n = retry_clients[i].rules; n > 0; n--, rule++)
        if (rule->methods >> method & 1 && code >= rule->first && code <= rule->last)
            return rule;
    return NULL;
}

/* How a client takes the forms of Retry-After is on record once for all codes that it heeds. */
static void put_retry_after(struct httpstatus_retry_client *client, size_t i)
{
    client->on_zero = retry_clients[i].on_zero;
    client->on_date = retry_clients[i].on_date;
    client->on_garbage = retry_clients[i].on_garbage;
    client->on_long = retry_clients[i].on_long;
    client->cap = retry_clients[i].cap;
}

bool httpstatus_retry_client(size_t i, int code, const char *p, size_t size,
                             struct httpstatus_retry_client *client)
{
    int method = index_of(p, size, retry_methods, RETRY_METHODS);

    if (method < 0 || !was_measured(code) || retry_clients[i].not_measured >> method & 1)
        return false;
    *client = (struct httpstatus_retry_client){
        .name = text_of(retry_clients[i].name),
        .version = text_of(retry_clients[i].version),
        .code = code,
        .request_method = text_of(retry_methods[method]),
        .honours_retry_after = HTTPSTATUS_UNKNOWN,
        .sends_body = HTTPSTATUS_UNKNOWN,
        .same_connection = HTTPSTATUS_UNKNOWN,
        .tries = -1,
        .delay = -1,
        .longest_delay = -1,
        .cap = -1,
    };
    const struct client_rule *rule = rule_of(i, code, (unsigned)method);
    if (!rule)
        return true;
    bool waits = rule->how == RETRIES || rule->how == RETRIES_IF_TOLD;
    client->retried = rule->how < RETRIES_IF_TOLD;
    client->honours_retry_after = waits ? HTTPSTATUS_YES : HTTPSTATUS_NO;
    if (rule->how != RETRIES_ANYWAY && rule->how != RETRIES_AT_ONCE)
        put_retry_after(client, i);
    client->same_connection = (enum httpstatus_answer)retry_clients[i].same_connection;
    if (rule->how == RETRIES_AT_ONCE) {
        client->delay = client->longest_delay = 0;
        client->same_connection = HTTPSTATUS_NO;
    } else if (client->retried) {
        client->tries = retry_clients[i].tries;
        client->delay = retry_clients[i].delay;
        client->longest_delay = retry_clients[i].longest_delay;
    }
    if (retry_with_body[method])
        client->sends_body = (enum httpstatus_answer)retry_clients[i].sends_body;
    return true;
}

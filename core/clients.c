/* What real clients did with a redirect when measured. */
#include "httpstatus.h"
#include "text.h"

enum { RESULTS = 9 }; /* 300 to 308 */

#include "clients_table.h"

size_t httpstatus_client_count(void)
{
    return sizeof clients / sizeof clients[0];
}

static void put_outcome(struct httpstatus_client *client, char letter)
{
    size_t i = 0;

    while (outcomes[i].letter != letter)
        i++;
    client->followed = true;
    client->method = outcomes[i].get ? text_of("GET") : client->request_method;
    client->sends_content_type = outcomes[i].content_type ? HTTPSTATUS_YES : HTTPSTATUS_NO;
    client->sends_authorization = (enum httpstatus_answer)outcomes[i].authorization;
    if (client->request_body)
        client->keeps_body = outcomes[i].body ? HTTPSTATUS_YES : HTTPSTATUS_NO;
}

bool httpstatus_client(size_t i, int code, const char *p, size_t size, bool body,
                       struct httpstatus_client *client)
{
    int method = index_of(p, size, methods, METHODS);

    if (method < 0 || code < HTTPSTATUS_REDIRECT_FIRST ||
        code >= HTTPSTATUS_REDIRECT_FIRST + RESULTS)
        return false;
    body = body && with_body[method];
    char letter = clients[i].results[body][code - HTTPSTATUS_REDIRECT_FIRST][method];
    if (letter == '.')
        return false;
    *client = (struct httpstatus_client){
        .name = text_of(clients[i].name),
        .version = text_of(clients[i].version),
        .code = code,
        .request_method = text_of(methods[method]),
        .request_body = body,
        .keeps_body = HTTPSTATUS_UNKNOWN,
        .sends_content_type = HTTPSTATUS_UNKNOWN,
        .sends_authorization = HTTPSTATUS_UNKNOWN,
        .limit = clients[i].limit,
        .at_limit = clients[i].at_limit,
    };
    if (letter != '-')
        put_outcome(client, letter);
    return true;
}

bool httpstatus_client_find(struct httpstatus_text name, struct httpstatus_text version, int code,
                            struct httpstatus_text method, bool body,
                            struct httpstatus_client *client)
{
    for (size_t i = 0; i < httpstatus_client_count(); i++)
        if (equal(name.data, name.size, clients[i].name) &&
            equal(version.data, version.size, clients[i].version))
            return httpstatus_client(i, code, method.data, method.size, body, client);
    return false;
}

/* RFC 9110, section 15.4.4, and RFC 2616, section 10.3.4: HEAD may stay or become GET on 303. */
static bool may_choose(const struct httpstatus_client *client,
                       const struct httpstatus_policy *policy, const struct httpstatus_redirect *r)
{
    return r->method_change == HTTPSTATUS_OPTIONAL ||
           (client->code == 303 && is_text(client->request_method, "HEAD") &&
            policy->standard != HTTPSTATUS_FETCH);
}

unsigned httpstatus_client_differs(const struct httpstatus_client *client,
                                   const struct httpstatus_policy *policy)
{
    enum httpstatus_body had = client->request_body ? HTTPSTATUS_BODY : HTTPSTATUS_NO_BODY;
    struct httpstatus_redirect r;
    unsigned differs = 0;

    if (httpstatus_redirect(client->code, client->request_method.data, client->request_method.size,
                            had, policy, &r) != HTTPSTATUS_REDIRECT_OK)
        return 0;
    if (r.action != HTTPSTATUS_MAY && client->followed != (r.action == HTTPSTATUS_FOLLOW))
        differs |= HTTPSTATUS_DIFFERS_FOLLOWED;
    if (!client->followed || !r.method.data)
        return differs;

    bool repeated = is_text(client->method, client->request_method.data);
    bool chosen = may_choose(client, policy, &r);
    if (!is_text(client->method, r.method.data) &&
        !(chosen && (repeated || is_text(client->method, "GET"))))
        differs |= HTTPSTATUS_DIFFERS_METHOD;
    /* A body goes with the method that the client chose, unless the policy leaves no choice. */
    bool body = chosen ? repeated : r.keeps_body == HTTPSTATUS_YES;
    if (client->keeps_body != HTTPSTATUS_UNKNOWN && client->keeps_body != (int)body)
        differs |= HTTPSTATUS_DIFFERS_BODY;
    if (!body && client->keeps_body != HTTPSTATUS_YES &&
        client->sends_content_type == HTTPSTATUS_YES && has_name(r.drops_headers, "Content-Type"))
        differs |= HTTPSTATUS_DIFFERS_HEADERS;
    if (client->sends_authorization == HTTPSTATUS_YES &&
        has_name(r.drops_cross_origin, "Authorization"))
        differs |= HTTPSTATUS_DIFFERS_CREDENTIALS;
    return differs;
}

const char *httpstatus_difference_name(size_t i)
{
    return i < sizeof difference_names / sizeof difference_names[0] ? difference_names[i] : NULL;
}

// A C++ program that uses the library: the types of every part of the header, and what fills them.
#include <httpstatus.h>

#include <cstdio>
#include <string>
#include <vector>

namespace
{

std::string string_of(struct httpstatus_text text)
{
    return text.data ? std::string(text.data, text.size) : std::string();
}

bool knows_codes()
{
    const struct httpstatus_status *row = httpstatus_lookup(401);
    const struct httpstatus_retry_advice retry = httpstatus_retry_advice(row);
    const struct httpstatus_header header = httpstatus_header(row, 0);
    const enum httpstatus_answer answer = httpstatus_property(row, HTTPSTATUS_IS_CLIENT_ERROR);
    enum httpstatus_property property;
    std::vector<const struct httpstatus_status *> found(8);

    return string_of(httpstatus_phrase(404)) == "Not Found" &&
           string_of(httpstatus_field(row, HTTPSTATUS_NAME)) == "UNAUTHORIZED" &&
           string_of(retry.advice) == "new-credentials" &&
           string_of(header.name) == "WWW-Authenticate" && answer == HTTPSTATUS_YES &&
           httpstatus_property_find("is_error", 8, &property) && property == HTTPSTATUS_IS_ERROR &&
           httpstatus_search("timeout", 7, found.data(), found.size()) > 1;
}

bool follows_redirects()
{
    struct httpstatus_policy policy = *httpstatus_policy("rfc9110", 7);
    struct httpstatus_redirect next;
    struct httpstatus_client client;
    struct httpstatus_chain chain;

    enum httpstatus_drop_reason reason;
    if (httpstatus_redirect(303, "POST", 4, HTTPSTATUS_BODY, &policy, &next) !=
            HTTPSTATUS_REDIRECT_OK ||
        string_of(next.method) != "GET" || next.keeps_body != HTTPSTATUS_NO)
        return false;
    if (!httpstatus_redirect_header(&policy, 0, &reason) || reason != HTTPSTATUS_DROP_BODY)
        return false;
    for (size_t i = 0; i < next.drops_headers.count; i++)
        if (!httpstatus_is_token(next.drops_headers.list[i], 1))
            return false;
    return httpstatus_chain_init(&chain, &policy, "POST", 4, HTTPSTATUS_BODY, nullptr, 0) &&
           httpstatus_chain_step(&chain, 307, nullptr, 0, false, &next) == HTTPSTATUS_CHAIN_OK &&
           httpstatus_client(0, 302, "POST", 4, true, &client);
}

bool reads_logs()
{
    static const std::string log = "#Fields: sc-status sc-substatus\n403 14\n403 14\n404 0\n";
    static struct httpstatus_scanner scanner;
    struct httpstatus_options options = {};
    struct httpstatus_format_error error;
    struct httpstatus_filter filter = {};
    std::vector<struct httpstatus_line> lines(16);
    size_t used = 0;

    if (!httpstatus_options_format(&options, "w3c", 3, &error) ||
        options.format != httpstatus_format("w3c", 3) ||
        !httpstatus_filter_add(&filter, "4xx", 3) ||
        httpstatus_content(log.data(), log.size()) != HTTPSTATUS_CONTENT_PLAIN ||
        !httpstatus_scanner_init(&scanner, &options, &filter))
        return false;
    lines.resize(
        httpstatus_scan(&scanner, log.data(), log.size(), lines.data(), lines.size(), &used));
    unsigned long long pairs = 0;
    const struct httpstatus_scanner copy = scanner;
    const struct httpstatus_tally &tally = *httpstatus_scanner_tally(&copy);
    for (const struct httpstatus_pair &pair : tally.pairs)
        pairs += pair.count;
    return used == log.size() && lines.size() == 3 && lines[0].substatus == 14 && pairs == 2 &&
           httpstatus_finish(&scanner, lines.data(), lines.size()) == 0 &&
           httpstatus_tally_count(&tally, 403) == 2;
}

} // namespace

int main()
{
    if (knows_codes() && follows_redirects() && reads_logs())
        return 0;
    std::puts("the library gives other answers in C++");
    return 1;
}

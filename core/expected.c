/* What is expected of an argument: the end of the bindings' error messages. */
#include "httpstatus.h"
#include "text.h"

static const char *class_at(size_t i)
{
    return i < 5 ? httpstatus_class_of(((int)i + 1) * 100).data : NULL;
}

static const char *property_at(size_t i)
{
    return i < HTTPSTATUS_PROPERTIES ? httpstatus_property_name((enum httpstatus_property)i) : NULL;
}

static const char *named_format_at(size_t i)
{
    const size_t count = HTTPSTATUS_CUSTOM - HTTPSTATUS_AUTO;

    return i < count ? httpstatus_format_name((enum httpstatus_format)(HTTPSTATUS_AUTO + (int)i))
                     : NULL;
}

/* Some words, then a list of names, then the end. */
static const struct expectation {
    const char *argument, *words;
    const char *(*name_at)(size_t);
    const char *end;
} expectations[] = {
    {"code", "-1 to 999", NULL, ""},
    {"substatus", "0 to 65535", NULL, ""},
    {"status", "-1 to 999", NULL, ""},
    {"status_class", "", class_at, ""},
    {"property", "", property_at, ""},
    {"method", "a token (RFC 9110 section 5.6.2) such as 'GET'", NULL, ""},
    {"policy", "", httpstatus_policy_name, ""},
    {"follow", "a list of codes from 300 to 309, where 309 stands for all above", NULL, ""},
    {"drops_headers", "a list of header field names", NULL, ""},
    {"drops_cross_origin", "a list of header field names", NULL, ""},
    {"base", "an absolute http or https URL such as 'https://a.example/b'", NULL, ""},
    {"rules", "", httpstatus_url_rules_name, ""},
    {"retry_policy", "", httpstatus_retry_policy_name, ""},
    {"now", "seconds since 1970, 0 or more", NULL, ""},
    {"cap", "seconds, 0 or more", NULL, ""},
    {"named_format", "", named_format_at, ""},
    {"format", "", named_format_at, ", or the server's own format string"},
    {"key", "a path of 1 to 8 names such as 'res.statusCode'", NULL, ""},
    {"fields", "names such as 'date time sc-status', with sc-status (zeek: status_code) among them",
     NULL, ""},
    {"which",
     "'5xx', '404', '403.14', 'error', 'redirect', 'no_status', 'unmatched' or a property: ",
     property_at, ""},
    {"escape", "", httpstatus_escape_name, ""},
    {"zone", "seconds east of UTC, -86399 to 86399", NULL, ""},
    {"reference", "seconds since 1970", NULL, ""},
    {"since", "seconds since 1970", NULL, ""},
    {"until", "seconds since 1970", NULL, ""},
    {"host", "a host such as 'www.example.com', also with a port", NULL, ""},
    {"step", "1, 10, 60, 600, 3600, 21600 or 86400", NULL, ""},
    {"classes", "", class_at, ", other, error"},
    {"by", "", httpstatus_top_by_name, ""},
    {"group", "query, or id by path", NULL, ""},
    {"n", "1 to 512", NULL, ""},
    {"entries", "1 to 512", NULL, ""},
    {"q", "0 to 1", NULL, ""},
    {"scanner", "one available here: ", httpstatus_scanner_at, ""},
};

static void add_words(char *text, const char *words)
{
    strncat(text, words, HTTPSTATUS_EXPECTED - 1 - strlen(text));
}

static const struct expectation *expectation_of(const char *argument)
{
    for (size_t i = 0; i < sizeof expectations / sizeof expectations[0]; i++)
        if (strcmp(expectations[i].argument, argument) == 0)
            return &expectations[i];
    return NULL;
}

const char *httpstatus_expected(const char *argument, char text[HTTPSTATUS_EXPECTED])
{
    const struct expectation *expectation = expectation_of(argument);
    const char *name;

    if (!expectation)
        return httpstatus_policy_values(argument);
    text[0] = '\0';
    add_words(text, expectation->words);
    for (size_t i = 0; expectation->name_at && (name = expectation->name_at(i)) != NULL; i++) {
        add_words(text, i ? ", " : "");
        add_words(text, name);
    }
    add_words(text, expectation->end);
    return text;
}

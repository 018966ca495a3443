/* A program that uses the library, and requires header, package and library of one version. */
#include <stdio.h>
#include <string.h>

#include <httpstatus.h>

static const char log_lines[] =
    "::1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 404 7\n"
    "::1 - - [10/Oct/2000:13:55:36 -0700] \"GET /\\\" 200 HTTP/1.1\" 503 7";

/* Whether this CPU has a scanner, which is then used. */
static int uses_scanner(const char *name)
{
    size_t i = 0;

    while (httpstatus_scanner_at(i) && strcmp(httpstatus_scanner_at(i), name) != 0)
        i++;
    return httpstatus_scanner_use(name, strlen(name)) && httpstatus_scanner_at(i);
}

static int has_text(struct httpstatus_text text, const char *wanted)
{
    return text.size == strlen(wanted) && memcmp(text.data, wanted, text.size) == 0;
}

int main(void)
{
    static struct httpstatus_scanner scanner;
    struct httpstatus_options options = {.format = HTTPSTATUS_AUTO};
    const struct httpstatus_tally *tally;
    struct httpstatus_redirect next;

    printf("%s with %s, package %s\n", HTTPSTATUS_VERSION, httpstatus_version(), PACKAGE_VERSION);
    if (strcmp(httpstatus_version(), HTTPSTATUS_VERSION) != 0 ||
        strcmp(PACKAGE_VERSION, HTTPSTATUS_VERSION) != 0)
        return 1;
    if (!has_text(httpstatus_phrase(404), "Not Found"))
        return 2;
    if (httpstatus_redirect(303, "POST", 4, HTTPSTATUS_BODY, httpstatus_policy("rfc9110", 7),
                            &next) != HTTPSTATUS_REDIRECT_OK ||
        !has_text(next.method, "GET"))
        return 3;
    if (!httpstatus_scanner_init(&scanner, &options, NULL))
        return 4;
    httpstatus_scan(&scanner, log_lines, sizeof log_lines - 1, NULL, 0, NULL);
    httpstatus_finish(&scanner, NULL, 0);
    tally = httpstatus_scanner_tally(&scanner);
    if (httpstatus_tally_count(tally, 404) != 1 || httpstatus_tally_count(tally, 503) != 1 ||
        tally->lines != 2)
        return 5;
    if (!uses_scanner("scalar") || (uses_scanner("avx512") && !uses_scanner("avx2")))
        return 6;
    return 0;
}

/* Requests in quotes: where a stamp is, and which quote closes the request. */
#include "quoted.h"
#include "parts.h"

/* How much of "[dd/Mon/yyyy:d" has been seen: the next byte must be ... */
enum stamp {
    STAMP_START,
    DAY,       /* a digit */
    DAY_END,   /* a digit or '/' */
    DAY_SLASH, /* '/' */
    MONTH,     /* three letters */
    YEAR_SLASH = MONTH + 3,
    YEAR, /* four digits */
    HOUR_COLON = YEAR + 4,
    HOUR /* a digit */
};

static bool stamp_fits(unsigned stamp, char c)
{
    switch (stamp) {
    case DAY_END:
        return is_digit(c) || c == '/';
    case DAY_SLASH:
    case YEAR_SLASH:
        return c == '/';
    case MONTH:
    case MONTH + 1:
    case MONTH + 2:
        return is_letter(c);
    case HOUR_COLON:
        return c == ':';
    default:
        return is_digit(c);
    }
}

bool httpstatus_stamp_step(unsigned char *stamp, char c, bool allowed)
{
    if (*stamp == STAMP_START || !stamp_fits(*stamp, c)) {
        *stamp = c == '[' && allowed ? DAY : STAMP_START;
        return false;
    }
    if (*stamp == HOUR)
        return true;
    *stamp = *stamp == DAY_END && c == '/' ? MONTH : (unsigned char)(*stamp + 1);
    return false;
}

enum follow httpstatus_take_status(struct httpstatus_attempt *attempt, int c, int most)
{
    if (attempt->digits == 0 && c == '-') {
        attempt->value = HTTPSTATUS_NO_STATUS;
        attempt->digits = most; /* nothing may follow the dash */
        return GOES_ON;
    }
    if (c == END_OF_LINE || !is_digit((char)c) || attempt->digits == most)
        return FAILS;
    attempt->digits++;
    attempt->value = attempt->value * 10 + (c - '0');
    return GOES_ON;
}

/* Attempts end in the order in which they began, the one at the quote without a backslash first. */
static void end_attempt(struct httpstatus_closing *close, struct httpstatus_attempt *attempt,
                        bool fits)
{
    attempt->active = false;
    close->decided = fits;
    close->found = attempt->value;
}

static void step_attempts(struct httpstatus_closing *close, int c, follow_function *follow)
{
    for (unsigned i = 0; i < HTTPSTATUS_ATTEMPTS && !close->decided; i++) {
        struct httpstatus_attempt *attempt = &close->attempts[i];
        if (!attempt->active)
            continue;
        enum follow result = follow(attempt, c);
        if (result != GOES_ON)
            end_attempt(close, attempt, result == FITS);
    }
}

/* How much of " HTTP/1.1", or another version, has been seen. */
static unsigned char version_step(unsigned char version, char c)
{
    static const char form[] = " HTTP/d.d";

    if (version < sizeof form - 1 && (form[version] == 'd' ? is_digit(c) : c == form[version]))
        return version + 1;
    return c == ' ';
}

bool httpstatus_is_behind_version(const struct httpstatus_closing *close)
{
    return close->version == sizeof " HTTP/d.d" - 1 || close->version == sizeof " HTTP/d" - 1;
}

/*
 * The older attempt is the first.  No format lets both go on at a quote: after a space only one
 * field, the error code of s3, may have one.
 */
static void begin_attempt(struct httpstatus_closing *close)
{
    if (!close->attempts[0].active) {
        close->attempts[0] = close->attempts[1];
        close->attempts[1].active = false;
    }
    close->attempts[close->attempts[0].active] = (struct httpstatus_attempt){.active = true};
    close->begun = true;
}

/*
 * A quote right after a version has no backslash before it: so it is the first such quote, or comes
 * after that one.
 */
void httpstatus_closing_step(struct httpstatus_closing *close, int c, follow_function *follow)
{
    bool first = !close->escaped && !close->begun;

    step_attempts(close, c, follow);
    if (c == '"' && !close->decided && (first || httpstatus_is_behind_version(close)))
        begin_attempt(close);
    close->escaped = c == '\\' && !close->escaped;
    if (close->version || c == ' ')
        close->version = version_step(close->version, (char)c);
}

int httpstatus_closing_end(struct httpstatus_closing *close, follow_function *follow)
{
    step_attempts(close, END_OF_LINE, follow);
    return close->decided ? close->found : HTTPSTATUS_UNMATCHED;
}

/* ---- Whole lines ---- */

static bool is_followed(const char *p, const char *end, follow_function *follow)
{
    struct httpstatus_attempt attempt = {.active = true};
    enum follow result = GOES_ON;

    while (p < end && result == GOES_ON)
        result = follow(&attempt, (unsigned char)*p++);
    return (result == GOES_ON ? follow(&attempt, END_OF_LINE) : result) == FITS;
}

/* Whether " HTTP/1.1" or " HTTP/2" comes right before. */
static bool has_version_before(const char *p, const char *quote)
{
    const char *form = " HTTP/";
    const size_t size = strlen(form);
    const char *digit = quote - (quote - p >= 2 && quote[-2] == '.' ? 3 : 1);

    return digit - p >= (ptrdiff_t)size && is_digit(*digit) && is_digit(quote[-1]) &&
           memcmp(digit - size, form, size) == 0;
}

const char *httpstatus_find_closing(const char *p, const char *end, follow_function *follow)
{
    const char *quote = bare_quote(p, end);

    if (quote < end && is_followed(quote + 1, end, follow))
        return quote;
    for (quote = p; (quote = find_byte(quote, end, '"')) < end; quote++)
        if (has_version_before(p, quote) && is_followed(quote + 1, end, follow))
            return quote;
    return NULL;
}

const char *httpstatus_next_quoted(const char **at, const char *end, bool escaped,
                                   const char **text)
{
    if (end - *at < 2 || (*at)[0] != ' ' || (*at)[1] != '"')
        return NULL;
    *text = *at + 2;
    const char *close = escaped ? bare_quote(*text, end) : find_byte(*text, end, '"');
    *at = close + (close < end);
    return close < end ? close : NULL;
}

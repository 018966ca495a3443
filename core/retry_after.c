/* The value of a Retry-After: seconds, or a date in one of the three forms of HTTP. */
#include "date.h"
#include "httpstatus.h"
#include "text.h"

/* ---- Years of two digits ---- */

/* Whether 'date' is later in its year than 'other' in that one's. */
static bool is_later_in_year(const struct date *date, const struct date *other)
{
    const int a[] = {date->month, date->day, date->hour, date->minute, date->second};
    const int b[] = {other->month, other->day, other->hour, other->minute, other->second};

    for (size_t i = 0; i < sizeof a / sizeof a[0]; i++)
        if (a[i] != b[i])
            return a[i] > b[i];
    return false;
}

/*
 * The year for its last two digits: RFC 9110, section 5.6.7, puts what appears to be more than 50
 * years in the future into the past.  So it is the last such year up to then.
 */
static int64_t full_year(const struct date *date, int64_t now)
{
    const struct date today = now < 0 ? (struct date){.year = 2019, .month = 13} : date_of(now);
    const int64_t last = today.year + 50;
    int64_t year = last - last % 100 + date->year;

    if (year > last || (year == last && is_later_in_year(date, &today)))
        year -= 100;
    return year;
}

/* ---- The grammar of section 5.6.7 ---- */

/* ", 06 Nov 1994 08:49:37 GMT" */
static bool read_imf_fixdate(struct cursor *at, struct date *date)
{
    return read_text(at, ", ") && read_digits(at, 2, &date->day) && read_text(at, " ") &&
           read_month(at, &date->month) && read_text(at, " ") && read_year(at, 4, date) &&
           read_text(at, " ") && read_clock(at, date) && read_text(at, " GMT");
}

/* "day, 06-Nov-94 08:49:37 GMT", after the three letters of 'weekday' */
static bool read_rfc850(struct cursor *at, int weekday, struct date *date)
{
    static const char *const ends[] = {"day", "sday", "nesday", "rsday", "day", "urday", "day"};

    return read_text(at, ends[weekday - 1]) && read_text(at, ", ") &&
           read_digits(at, 2, &date->day) && read_text(at, "-") && read_month(at, &date->month) &&
           read_text(at, "-") && read_year(at, 2, date) && read_text(at, " ") &&
           read_clock(at, date) && read_text(at, " GMT");
}

/* " Nov  6 08:49:37 1994" */
static bool read_asctime(struct cursor *at, struct date *date)
{
    return read_text(at, " ") && read_month(at, &date->month) && read_text(at, " ") &&
           read_digits(at, read_text(at, " ") ? 1 : 2, &date->day) && read_text(at, " ") &&
           read_clock(at, date) && read_text(at, " ") && read_year(at, 4, date);
}

/* A date of the three forms, each of which begins with a day of the week. */
static bool read_date(struct cursor at, int64_t now, int64_t *seconds)
{
    struct date date = {0};
    struct cursor start;
    int weekday;

    if (!read_name(&at, "MonTueWedThuFriSatSun", &weekday))
        return false;
    start = at;
    if (!read_imf_fixdate(&at, &date)) {
        at = start;
        if (read_rfc850(&at, weekday, &date)) {
            date.year = full_year(&date, now);
        } else {
            at = start;
            if (!read_asctime(&at, &date))
                return false;
        }
    }
    if (at.p != at.end || !exists(&date))
        return false;
    *seconds = seconds_of(&date);
    return true;
}

static bool read_delta(struct cursor at, int64_t *seconds)
{
    const int64_t most = HTTPSTATUS_RETRY_AFTER_MAX;

    if (at.p == at.end)
        return false;
    for (*seconds = 0; at.p < at.end && is_digit(*at.p); at.p++) {
        const int64_t more = *seconds * 10 + (*at.p - '0');
        *seconds = more < most ? more : most;
    }
    return at.p == at.end;
}

enum httpstatus_retry_after httpstatus_parse_retry_after(const char *p, size_t size, int64_t now,
                                                         int64_t *seconds)
{
    struct cursor at = {p, p + size};

    if (now > HTTPSTATUS_RETRY_AFTER_MAX)
        now = HTTPSTATUS_RETRY_AFTER_MAX;
    while (at.p < at.end && is_blank(*at.p))
        at.p++;
    while (at.p < at.end && is_blank(at.end[-1]))
        at.end--;
    if (read_delta(at, seconds))
        return HTTPSTATUS_RETRY_AFTER_SECONDS;
    if (!read_date(at, now, seconds))
        return HTTPSTATUS_RETRY_AFTER_NONE;
    if (now < 0)
        return HTTPSTATUS_RETRY_AFTER_DATE;
    *seconds = *seconds > now ? *seconds - now : 0;
    return HTTPSTATUS_RETRY_AFTER_SECONDS;
}

/* The value of a Retry-After: seconds, or a date in one of the three forms of HTTP. */
#include "httpstatus.h"
#include "text.h"

/* ---- Dates ---- */

enum { MINUTE_SECONDS = 60, HOUR_SECONDS = 60 * MINUTE_SECONDS, DAY_SECONDS = 24 * HOUR_SECONDS };

struct date {
    int64_t year;
    int month, day, hour, minute, second; /* the month from 1 */
};

/* Days from 1970-01-01; years begin in March here, so that a leap day is the last of its year. */
static int64_t days_of(int64_t year, int month, int day)
{
    const int64_t y = month > 2 ? year : year - 1;
    const int64_t era = (y >= 0 ? y : y - 399) / 400;
    const int64_t of_era = y - era * 400;
    const int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* The reverse, for a time that is not negative. */
static struct date date_of(int64_t seconds)
{
    const int64_t days = seconds / DAY_SECONDS + 719468, era = days / 146097,
                  of_era = days - era * 146097;
    const int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int of_year = (int)(of_era - (365 * y + y / 4 - y / 100));
    const int march = (5 * of_year + 2) / 153, of_day = (int)(seconds % DAY_SECONDS);
    const int month = march < 10 ? march + 3 : march - 9;

    return (struct date){
        .year = y + era * 400 + (month <= 2),
        .month = month,
        .day = of_year - (153 * march + 2) / 5 + 1,
        .hour = of_day / HOUR_SECONDS,
        .minute = of_day % HOUR_SECONDS / MINUTE_SECONDS,
        .second = of_day % MINUTE_SECONDS,
    };
}

static bool is_leap_year(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static bool exists(const struct date *date)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const int leap_day = date->month == 2 && is_leap_year(date->year);

    return date->day >= 1 && date->day <= days[(unsigned)(date->month - 1) % 12] + leap_day &&
           date->hour <= 23 && date->minute <= 59 && date->second <= 60;
}

/* A second of 60 is the first one of the next minute: the count has no leap seconds. */
static int64_t seconds_of(const struct date *date)
{
    const int of_day = date->hour * HOUR_SECONDS + date->minute * MINUTE_SECONDS + date->second;

    return days_of(date->year, date->month, date->day) * DAY_SECONDS + of_day;
}

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

struct cursor {
    const char *p, *end;
};

static bool read_text(struct cursor *at, const char *text)
{
    const size_t size = strlen(text);

    if ((size_t)(at->end - at->p) < size || memcmp(at->p, text, size) != 0)
        return false;
    at->p += size;
    return true;
}

/* One of 'count' names of three letters that stand in a row, and its place from 1. */
static bool read_name(struct cursor *at, const char *names, int *place)
{
    for (*place = 1; *names; names += 3, ++*place)
        if (at->end - at->p >= 3 && memcmp(at->p, names, 3) == 0) {
            at->p += 3;
            return true;
        }
    return false;
}

static bool read_digits(struct cursor *at, int count, int *value)
{
    *value = 0;
    for (int i = 0; i < count; i++, at->p++) {
        if (at->p == at->end || !is_digit(*at->p))
            return false;
        *value = *value * 10 + (*at->p - '0');
    }
    return true;
}

static bool read_month(struct cursor *at, int *month)
{
    return read_name(at, "JanFebMarAprMayJunJulAugSepOctNovDec", month);
}

static bool read_clock(struct cursor *at, struct date *date)
{
    return read_digits(at, 2, &date->hour) && read_text(at, ":") &&
           read_digits(at, 2, &date->minute) && read_text(at, ":") &&
           read_digits(at, 2, &date->second);
}

static bool read_year(struct cursor *at, int digits, struct date *date)
{
    int year;

    if (!read_digits(at, digits, &year))
        return false;
    date->year = year;
    return true;
}

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

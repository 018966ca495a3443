/*
 * Times as servers log them: Apache's, ISO 8601 and RFC 3339, syslog's, those of Go's and C's
 * libraries, and numbers since 1970.
 */
#include "date.h"
#include "httpstatus.h"
#include "text.h"

/* What a text says.  The zone is that of the clock until the text has one. */
struct moment {
    struct date date;
    int nanoseconds, zone;
    bool has_zone;
};

/* ---- Fields ---- */

/* One digit or two. */
static bool read_day(struct cursor *at, int *day)
{
    const bool two = at->end - at->p >= 2 && is_digit(at->p[1]);

    return read_digits(at, two ? 2 : 1, day);
}

/* "0200", "02:00" or "02", up to the end. */
static bool read_offset(struct cursor at, int sign, int *zone)
{
    int hours, minutes = 0;

    if (!read_digits(&at, 2, &hours))
        return false;
    if (at.p < at.end) {
        read_text(&at, ":");
        if (!read_digits(&at, 2, &minutes))
            return false;
    }
    *zone = sign * (hours * HOUR_SECONDS + minutes * MINUTE_SECONDS);
    return at.p == at.end && hours <= 23 && minutes <= 59;
}

/* The end of a time: nothing, "Z" or an offset, which a blank may precede. */
static bool read_zone(struct cursor at, struct moment *moment)
{
    if (at.p == at.end)
        return true;
    moment->has_zone = true;
    moment->zone = 0;
    read_text(&at, " ");
    if (read_text(&at, "Z"))
        return at.p == at.end;
    if (read_text(&at, "-"))
        return read_offset(at, -1, &moment->zone);
    return read_text(&at, "+") && read_offset(at, 1, &moment->zone);
}

/* ---- Forms ---- */

/* "10/Oct/2000:13:55:36.123 -0700", and Python's "10/Oct/2000 13:55:36" */
static bool read_clf_time(struct cursor at, struct moment *moment)
{
    struct date *date = &moment->date;

    return read_day(&at, &date->day) && read_text(&at, "/") && read_month(&at, &date->month) &&
           read_text(&at, "/") && read_year(&at, 4, date) &&
           (read_text(&at, ":") || read_text(&at, " ")) && read_clock(&at, date) &&
           read_fraction(&at, ".", &moment->nanoseconds) && read_zone(at, moment);
}

/* "2000-10-10T13:55:36.123Z"; ISO 8601 allows a comma before the fraction, and log4j writes one. */
static bool read_iso_time(struct cursor at, struct moment *moment)
{
    struct date *date = &moment->date;

    if (!read_year(&at, 4, date) || !read_text(&at, "-") || !read_digits(&at, 2, &date->month) ||
        !read_text(&at, "-") || !read_digits(&at, 2, &date->day) ||
        !(read_text(&at, "T") || read_text(&at, " ") || read_text(&at, "\t")) ||
        !read_clock(&at, date))
        return false;
    const bool comma = at.p < at.end && *at.p == ',';
    return read_fraction(&at, comma ? "," : ".", &moment->nanoseconds) && read_zone(at, moment);
}

/* "2000/10/10 13:55:36.123", and Gin's "2000/10/10 - 13:55:36" */
static bool read_go_time(struct cursor at, struct moment *moment)
{
    struct date *date = &moment->date;

    return read_year(&at, 4, date) && read_text(&at, "/") && read_digits(&at, 2, &date->month) &&
           read_text(&at, "/") && read_digits(&at, 2, &date->day) &&
           (read_text(&at, " - ") || read_text(&at, " ")) && read_clock(&at, date) &&
           read_fraction(&at, ".", &moment->nanoseconds) && at.p == at.end;
}

/* asctime()'s "Tue Oct 10 13:55:36 2000" */
static bool read_c_time(struct cursor at, struct moment *moment)
{
    struct date *date = &moment->date;
    int weekday;

    return read_name(&at, "MonTueWedThuFriSatSun", &weekday) && read_text(&at, " ") &&
           read_month(&at, &date->month) && read_text(&at, " ") &&
           (read_text(&at, " ") ? read_digits(&at, 1, &date->day) : read_day(&at, &date->day)) &&
           read_text(&at, " ") && read_clock(&at, date) && read_text(&at, " ") &&
           read_year(&at, 4, date) && at.p == at.end;
}

/* "Oct 10 13:55:36.123"; a day of one digit has a blank before it, a zero or neither. */
static bool read_syslog_time(struct cursor at, struct moment *moment)
{
    struct date *date = &moment->date;

    if (!read_month(&at, &date->month) || !read_text(&at, " "))
        return false;
    if (!(read_text(&at, " ") ? read_digits(&at, 1, &date->day) : read_day(&at, &date->day)))
        return false;
    return read_text(&at, " ") && read_clock(&at, date) &&
           read_fraction(&at, ".", &moment->nanoseconds) && at.p == at.end;
}

/* ---- Years ---- */

/* Whether the calendar and the clock have it. */
static bool is_real(const struct date *date)
{
    return date->year >= 1 && date->year <= 9999 && date->month >= 1 && date->month <= 12 &&
           date->second <= 59 && exists(date);
}

/* The latest year in which the time is not after the reference. */
static bool find_year(struct moment *moment, const struct httpstatus_clock *clock)
{
    const int64_t first = -62135596800, last = 253402300799; /* seconds of the years 1 to 9999 */
    const int most = 9; /* February 29 may be eight years back: 1904 follows 1896 */

    if (!clock->has_reference || clock->reference < first || clock->reference > last)
        return false;
    moment->date.year = date_of(clock->reference + moment->zone).year;
    for (int i = 0; i < most; i++, moment->date.year--)
        if (is_real(&moment->date) && seconds_of(&moment->date) - moment->zone <= clock->reference)
            return true;
    return false;
}

static bool read_moment(struct cursor at, const struct httpstatus_clock *clock,
                        struct moment *moment)
{
    if (read_clf_time(at, moment) || read_iso_time(at, moment) || read_go_time(at, moment) ||
        read_c_time(at, moment))
        return is_real(&moment->date);
    return read_syslog_time(at, moment) && find_year(moment, clock);
}

/* ---- Numbers since 1970 ---- */

/* How many of the units that a number of that many digits counts are in a second. */
static uint64_t units_in_second(ptrdiff_t digits)
{
    return digits <= 11 ? 1 : digits <= 14 ? 1000 : digits <= 17 ? 1000000 : 1000000000;
}

static bool read_number(struct cursor at, struct httpstatus_time *time)
{
    const char *const start = at.p;
    const int most = 19; /* digits; 64 bits hold them all without a sign */
    uint64_t number = 0;
    int billionths;

    for (; at.p < at.end && is_digit(*at.p) && at.p - start < most; at.p++)
        number = number * 10 + (uint64_t)(*at.p - '0');
    const uint64_t units = units_in_second(at.p - start);
    if (at.p == start || !read_fraction(&at, ".", &billionths) || at.p < at.end)
        return false;
    *time = (struct httpstatus_time){
        .seconds = (int64_t)(number / units),
        .nanoseconds = (int)((number % units * 1000000000 + (uint64_t)billionths) / units),
        .has_zone = true,
    };
    return true;
}

bool httpstatus_parse_time(const char *p, size_t size, const struct httpstatus_clock *clock,
                           struct httpstatus_time *time)
{
    static const struct httpstatus_clock knows_nothing = {.has_zone = false};
    struct cursor at = {p, p + size};
    struct moment moment = {.nanoseconds = 0};

    if (!clock)
        clock = &knows_nothing;
    if (clock->has_zone)
        moment = (struct moment){.zone = clock->zone, .has_zone = true};
    if (size > 0 && *p == '[') {
        if (p[size - 1] != ']')
            return false;
        at = (struct cursor){p + 1, p + size - 1};
    }
    if (read_number(at, time))
        return true;
    if (!read_moment(at, clock, &moment))
        return false;
    *time = (struct httpstatus_time){seconds_of(&moment.date) - moment.zone, moment.nanoseconds,
                                     moment.has_zone};
    return true;
}

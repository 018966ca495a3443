/* Internal: dates of the Gregorian calendar, and their fields in a text. */
#ifndef HTTPSTATUS_DATE_H
#define HTTPSTATUS_DATE_H

#include "cursor.h"

enum { MINUTE_SECONDS = 60, HOUR_SECONDS = 60 * MINUTE_SECONDS, DAY_SECONDS = 24 * HOUR_SECONDS };
#define DAYS_BEFORE_1970 INT64_C(719468) /* from 0000-03-01 on */

struct date {
    int64_t year;
    int month, day, hour, minute, second; /* the month from 1 */
};

/* Days from 1970-01-01; years begin in March here, so that a leap day is the last of its year. */
static inline int64_t days_of(int64_t year, int month, int day)
{
    const int64_t y = month > 2 ? year : year - 1;
    const int64_t era = (y >= 0 ? y : y - 399) / 400;
    const int64_t of_era = y - era * 400;
    const int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - DAYS_BEFORE_1970;
}

/* The reverse, for a time from 0000-03-01 on. */
static inline struct date date_of(int64_t seconds)
{
    const int64_t since = seconds + DAYS_BEFORE_1970 * DAY_SECONDS;
    const int64_t days = since / DAY_SECONDS, era = days / 146097, of_era = days - era * 146097;
    const int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int of_year = (int)(of_era - (365 * y + y / 4 - y / 100));
    const int march = (5 * of_year + 2) / 153, of_day = (int)(since % DAY_SECONDS);
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

static inline bool is_leap_year(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static inline bool exists(const struct date *date)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const int leap_day = date->month == 2 && is_leap_year(date->year);

    return date->day >= 1 && date->day <= days[(unsigned)(date->month - 1) % 12] + leap_day &&
           date->hour <= 23 && date->minute <= 59 && date->second <= 60;
}

/* A second of 60 is the first one of the next minute: the count has no leap seconds. */
static inline int64_t seconds_of(const struct date *date)
{
    const int of_day = date->hour * HOUR_SECONDS + date->minute * MINUTE_SECONDS + date->second;

    return days_of(date->year, date->month, date->day) * DAY_SECONDS + of_day;
}

static inline bool read_year(struct cursor *at, int digits, struct date *date)
{
    int year;

    if (!read_digits(at, digits, &year))
        return false;
    date->year = year;
    return true;
}

static inline bool read_month(struct cursor *at, int *month)
{
    return read_name(at, "JanFebMarAprMayJunJulAugSepOctNovDec", month);
}

static inline bool read_clock(struct cursor *at, struct date *date)
{
    return read_digits(at, 2, &date->hour) && read_text(at, ":") &&
           read_digits(at, 2, &date->minute) && read_text(at, ":") &&
           read_digits(at, 2, &date->second);
}

#endif

/* The time of a line, for its series. */
#include "series.h"

#include "date.h"
#include "parts.h"
#include "scanner.h"

/* ---- Times like the last one ---- */

/* "hh:mm:ss" in seconds of the day; -1 if it is none. */
static int clock_seconds(const char *p)
{
    struct cursor at = {p, p + HTTPSTATUS_CLOCK};
    struct date date;

    if (!read_clock(&at, &date) || date.hour > 23 || date.minute > 59 || date.second > 59)
        return -1;
    return date.hour * HOUR_SECONDS + date.minute * MINUTE_SECONDS + date.second;
}

/* A time whose bytes are those of the last one, but for the clock. */
static bool is_like_last(const struct httpstatus_memo *memo, struct httpstatus_text text, bool utc)
{
    const size_t after = (size_t)memo->at + HTTPSTATUS_CLOCK;

    return memo->size && text.size == memo->size && utc == memo->utc &&
           memcmp(text.data, memo->text, memo->at) == 0 &&
           memcmp(text.data + after, memo->text + after, text.size - after) == 0;
}

/* Where the clock is in a time that has been read; text.size if it has none. */
static size_t clock_in(struct httpstatus_text text)
{
    for (size_t at = 1; at + HTTPSTATUS_CLOCK <= text.size; at++)
        if (!is_digit(text.data[at - 1]) && clock_seconds(text.data + at) >= 0)
            return at;
    return text.size;
}

/*
 * Keeps a time that has been read, if it begins with a digit: the year of one that begins with its
 * month depends on all of it.  What is an escape in any format is in none of them.
 */
static void keep_time(struct httpstatus_memo *memo, struct httpstatus_text text, bool utc,
                      int64_t seconds)
{
    const size_t at = text.size <= sizeof memo->text && is_digit(*text.data) ? clock_in(text)
                                                                             : text.size;

    if (at == text.size)
        return;
    *memo = (struct httpstatus_memo){.size = (unsigned char)text.size,
                                     .at = (unsigned char)at,
                                     .utc = utc,
                                     .midnight = seconds - clock_seconds(text.data + at)};
    memcpy(memo->text, text.data, text.size);
}

bool httpstatus_series_recall(const struct series *series, struct httpstatus_text text, bool utc,
                              int64_t *seconds)
{
    if (!is_like_last(&series->memo, text, utc))
        return false;
    const int of_day = clock_seconds(text.data + series->memo.at);
    *seconds = series->memo.midnight + of_day;
    return of_day >= 0;
}

/* That of a record; false if it has none. */
static bool read_time(struct series *series, const struct httpstatus_record *record,
                      int64_t *seconds)
{
    const struct httpstatus_text text = record->parts[HTTPSTATUS_PART_TIME];
    struct httpstatus_time time;

    if (httpstatus_series_recall(series, text, record->utc, seconds))
        return true;
    if (!httpstatus_record_time(record, &series->clock, &time))
        return false;
    *seconds = time.seconds;
    keep_time(&series->memo, text, record->utc, time.seconds);
    return true;
}

void httpstatus_series_add_line(struct httpstatus_series *bytes,
                                const struct httpstatus_scanner *scanner,
                                const struct httpstatus_line *line, const char *p, char *buffer)
{
    struct series *series = series_of(bytes);
    struct httpstatus_record record;
    int64_t seconds;

    if (line->status < HTTPSTATUS_NO_STATUS)
        return;
    httpstatus_record(scanner, line, p, buffer, HTTPSTATUS_SERIES_PARTS, &record);
    if (read_time(series, &record, &seconds))
        httpstatus_series_add(bytes, seconds, line->status);
    else
        series->untimed++;
    if (line->format == HTTPSTATUS_JSON)
        httpstatus_series_note(series, line, p, record.parts[HTTPSTATUS_PART_TIME]);
}

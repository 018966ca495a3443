/* The time of a line, for its series. */
#include "series.h"

#include "date.h"
#include "parts.h"
#include "scanner.h"

enum { CLOCK = sizeof "hh:mm:ss" - 1 };

/* ---- Times like the last one ---- */

/* "hh:mm:ss" in seconds of the day; -1 if it is none. */
static int clock_seconds(const char *p)
{
    struct cursor at = {p, p + CLOCK};
    struct date date;

    if (!read_clock(&at, &date) || date.hour > 23 || date.minute > 59 || date.second > 59)
        return -1;
    return date.hour * HOUR_SECONDS + date.minute * MINUTE_SECONDS + date.second;
}

/* A time whose bytes are those of the last one, but for the clock. */
static bool is_like_last(const struct httpstatus_memo *memo, struct httpstatus_text text, bool utc)
{
    const size_t after = (size_t)memo->at + CLOCK;

    return memo->size && text.size == memo->size && utc == memo->utc &&
           memcmp(text.data, memo->text, memo->at) == 0 &&
           memcmp(text.data + after, memo->text + after, text.size - after) == 0;
}

/* Where the clock is in a time that has been read; text.size if it has none. */
static size_t clock_in(struct httpstatus_text text)
{
    for (size_t at = 1; at + CLOCK <= text.size; at++)
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

/* That of a record; false if it has none. */
static bool read_time(struct series *series, const struct httpstatus_record *record,
                      int64_t *seconds)
{
    const struct httpstatus_text text = record->parts[HTTPSTATUS_PART_TIME];
    struct httpstatus_time time;

    if (is_like_last(&series->memo, text, record->utc)) {
        const int of_day = clock_seconds(text.data + series->memo.at);
        *seconds = series->memo.midnight + of_day;
        if (of_day >= 0)
            return true;
    }
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
    httpstatus_record(scanner, line, p, buffer, &record);
    if (read_time(series, &record, &seconds))
        httpstatus_series_add(bytes, seconds, line->status);
    else
        series->untimed++;
}

/* ---- Windows of lines ---- */

enum { CLF_TIME = sizeof "10/Oct/2000:13:55:36 -0700" - 1, CLF_CLOCK = sizeof "10/Oct/2000:" - 1 };
enum { W3C_TIME = sizeof "2000-10-10 13:55:36" - 1, W3C_CLOCK = sizeof "2000-10-10 " - 1 };

/* Two digits; over 99 if they are none. */
static inline unsigned two_digits(const char *p)
{
    const unsigned tens = (unsigned)(unsigned char)p[0] - '0', ones = (unsigned char)p[1] - '0';

    return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

/* "hh:mm:ss" in seconds of the day; -1 if it is none. */
static inline int quick_clock(const char *p)
{
    const unsigned hour = two_digits(p), minute = two_digits(p + 3), second = two_digits(p + 6);

    return hour > 23 || minute > 59 || second > 59 || p[2] != ':' || p[5] != ':'
               ? -1
               : (int)(hour * HOUR_SECONDS + minute * MINUTE_SECONDS + second);
}

/*
 * Where the time of a line of clf is, if it has the form that CLF_TIME says and no logger has put
 * anything before the line: the first quote comes right after it.  NULL: look with more care.
 */
static inline const char *clf_time(const char *line, const char *open)
{
    const char *stamp = open - sizeof "[] " + 1 - CLF_TIME;

    return (is_digit(*line) || *line == ':') && line[4] != '-' && stamp[-1] == ' ' &&
                   stamp[-2] != '|' && stamp[-2] != 'm'
               ? stamp + 1
               : NULL;
}

static inline void count_at(struct series *series, int64_t seconds, int status)
{
    if (is_in_last(series, seconds))
        series->counts[series->slots[series->last]][class_at_status(status)]++;
    else
        httpstatus_series_add((struct httpstatus_series *)(void *)series, seconds, status);
}

/* Counts a time of a size at which the clock is at a place, if its day is that of the last one. */
static inline bool take_time(struct series *series, const char *p, size_t size, size_t clock,
                             int status)
{
    const struct httpstatus_memo *memo = &series->memo;
    const size_t after = clock + CLOCK;
    const int of_day = quick_clock(p + clock);

    if (of_day < 0 || memcmp(p, memo->text, clock) != 0 ||
        memcmp(p + after, memo->text + after, size - after) != 0)
        return false;
    count_at(series, memo->midnight + of_day, status);
    return true;
}

static size_t take_clf(struct series *series, const char *p, const struct window *found, size_t i)
{
    const char *line = i > 0 ? p + found->ends[i - 1] + 1 : p, *time;

    for (; i < found->count && found->statuses[i] >= 0; line = p + found->ends[i++] + 1)
        if ((time = clf_time(line, p + found->substatuses[i])) == NULL ||
            !take_time(series, time, CLF_TIME, CLF_CLOCK, found->statuses[i]))
            break;
    return i;
}

/* The time is the first two columns. */
static size_t take_w3c(struct series *series, const char *p, const struct window *found, size_t i)
{
    const char *line = i > 0 ? p + found->ends[i - 1] + 1 : p;

    for (; i < found->count && found->statuses[i] >= 0; line = p + found->ends[i++] + 1)
        if (line + W3C_TIME >= p + found->ends[i] || !is_blank(line[W3C_TIME]) ||
            !take_time(series, line, W3C_TIME, W3C_CLOCK, found->statuses[i]))
            break;
    return i;
}

static bool has_memo(const struct series *series, size_t size, size_t at, bool utc)
{
    return series->memo.size == size && series->memo.at == at && series->memo.utc == utc;
}

size_t httpstatus_series_take(struct series *series, const struct httpstatus_setup *setup,
                              const char *p, const struct window *found, size_t i)
{
    if (setup->format == HTTPSTATUS_CLF && found->has_opens &&
        has_memo(series, CLF_TIME, CLF_CLOCK, false))
        return take_clf(series, p, found, i);
    if (setup->format == HTTPSTATUS_W3C && httpstatus_begins_with_time(&setup->fields) &&
        has_memo(series, W3C_TIME, W3C_CLOCK, true))
        return take_w3c(series, p, found, i);
    return i;
}

/* Lines whose times are plain to see: counted by the window, without dividing them. */
#include "series.h"

#include "date.h"
#include "json_parts.h"
#include "scanner.h"

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

/* A line whose status a quick look has proved. */
struct looked {
    const char *line, *open, *lf; /* open: clf's first quote */
    int status;
};
typedef bool take_function(struct series *series, const struct looked *at);

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
        series->counts[series->slots[series->last]][class_digit(status)]++;
    else
        httpstatus_series_add((struct httpstatus_series *)(void *)series, seconds, status);
}

/* Counts a time of a size at which the clock is at a place, if its day is that of the last one. */
static inline bool count_time(struct series *series, const char *p, size_t size, size_t clock,
                              int status)
{
    const struct httpstatus_memo *memo = &series->memo;
    const size_t after = clock + HTTPSTATUS_CLOCK;
    const int of_day = quick_clock(p + clock);

    if (of_day < 0 || memcmp(p, memo->text, clock) != 0 ||
        memcmp(p + after, memo->text + after, size - after) != 0)
        return false;
    count_at(series, memo->midnight + of_day, status);
    return true;
}

static bool count_clf_line(struct series *series, const struct looked *at)
{
    const char *time = clf_time(at->line, at->open);

    return time && count_time(series, time, CLF_TIME, CLF_CLOCK, at->status);
}

/* The time is the first two columns. */
static bool count_w3c_line(struct series *series, const struct looked *at)
{
    return at->lf - at->line > W3C_TIME && is_blank(at->line[W3C_TIME]) &&
           count_time(series, at->line, W3C_TIME, W3C_CLOCK, at->status);
}

/* ---- json ---- */

enum { MOST_TIME = 64 }; /* bytes of a record's */

/* Where the value of a time key begins, which the line before had after the same bytes. */
static const char *json_value_at(const struct httpstatus_opening *opening, const struct looked *at)
{
    return at->lf - at->line > opening->size && memcmp(at->line, opening->text, opening->size) == 0
               ? at->line + opening->size
               : NULL;
}

/* The end of the number at 'p', if its bytes are right; the line feed is none of them. */
static const char *number_end(const char *p)
{
    while (is_digit(*p) || *p == '.')
        p++;
    return p;
}

/* The value, a string or a number, up to its end. */
static bool json_value_text(const char *p, const char *lf, struct httpstatus_text *text)
{
    const bool string = p[-1] == '"';
    const char *end = string ? find_byte(p, lf, '"') : number_end(p);

    *text = (struct httpstatus_text){p, (size_t)(end - p)};
    return is_digit(*p) && text->size <= MOST_TIME && (string || *end == ',' || *end == '}');
}

/* Seconds since 1970, of at most 11 digits, with or without a fraction; false for other texts. */
static bool number_of_seconds(struct httpstatus_text text, int64_t *seconds)
{
    const size_t most = 11;
    size_t i = 0;

    for (*seconds = 0; i < text.size && i <= most && is_digit(text.data[i]); i++)
        *seconds = *seconds * 10 + (text.data[i] - '0');
    if (i > most || (i < text.size && (text.data[i] != '.' || i + 1 == text.size)))
        return false;
    while (++i < text.size)
        if (!is_digit(text.data[i]))
            return false;
    return true;
}

/*
 * A quick look has proved that the line is one object.  The time is that of this key unless a name
 * that counts more comes anywhere after it, or the same one again.
 */
static bool count_json_line(struct series *series, const struct looked *at)
{
    const struct httpstatus_opening *opening = &series->opening;
    const char *value = json_value_at(opening, at);
    struct httpstatus_time time;
    struct httpstatus_text text;

    if (!value || !json_value_text(value, at->lf, &text) ||
        httpstatus_has_name(&opening->sought, at->line, opening->size, (size_t)(at->lf - at->line)))
        return false;
    if (!number_of_seconds(text, &time.seconds) &&
        !httpstatus_series_recall(series, text, false, &time.seconds) &&
        !httpstatus_parse_time(text.data, text.size, &series->clock, &time))
        return false;
    count_at(series, time.seconds, at->status);
    return true;
}

/* Whether the name right before a value is a time's, in an object that holds no other so far. */
static bool opens(const char *p, const char *value, struct httpstatus_opening *opening)
{
    const bool string = value[-1] == '"';
    const char *end = value - string, *name;

    if (value - p > HTTPSTATUS_OPENING || *p != '{')
        return false;
    while (end[-1] == ' ')
        end--;
    if (end[-1] != ':' || end[-2] != '"')
        return false;
    for (name = p + 1; name < value; name++)
        if (*name == '{' || *name == '[' || *name == '\\')
            return false;
    for (name = end - 2; name[-1] != '"';)
        name--;
    return httpstatus_json_seek(name, (size_t)(end - 2 - name), &opening->sought);
}

void httpstatus_series_note(struct series *series, const struct httpstatus_line *line,
                            const char *p, struct httpstatus_text time)
{
    struct httpstatus_opening *opening = &series->opening;

    const uintptr_t at = (uintptr_t)time.data - (uintptr_t)p; /* huge if it is in a buffer */

    opening->size = 0;
    if (time.data && at < line->end - line->start && opens(p, time.data, opening)) {
        opening->size = (unsigned char)(time.data - p);
        memcpy(opening->text, p, opening->size);
    }
}

/* ---- Windows ---- */

static bool has_memo(const struct series *series, size_t size, size_t at, bool utc)
{
    return (series->memo.size == size) & (series->memo.at == at) & (series->memo.utc == utc);
}

/* What takes the lines of the format; NULL if nothing does. */
static take_function *taker_of(const struct series *series, const struct httpstatus_setup *setup,
                               const struct window *found)
{
    if (setup->format == HTTPSTATUS_CLF)
        return found->has_opens && has_memo(series, CLF_TIME, CLF_CLOCK, false) ? count_clf_line
                                                                                : NULL;
    if (setup->format == HTTPSTATUS_W3C)
        return httpstatus_begins_with_time(&setup->fields) &&
                       has_memo(series, W3C_TIME, W3C_CLOCK, true)
                   ? count_w3c_line
                   : NULL;
    return setup->format == HTTPSTATUS_JSON && series->opening.size ? count_json_line : NULL;
}

size_t httpstatus_series_take(struct series *series, const struct httpstatus_setup *setup,
                              const char *p, const struct window *found, size_t i)
{
    take_function *const take = taker_of(series, setup, found);
    struct looked at = {.lf = p + (i > 0 ? found->ends[i - 1] : -1)};

    for (; take && i < found->count && found->statuses[i] >= 0; i++) {
        at = (struct looked){at.lf + 1, p + found->substatuses[i], p + found->ends[i],
                             found->statuses[i]};
        if ((setup->automatic &&
             httpstatus_may_be_another(setup, at.line, (size_t)(at.lf - at.line))) ||
            !take(series, &at))
            break;
    }
    return i;
}

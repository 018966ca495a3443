/* The parts of a record: their names, and the numbers and the time that they stand for. */
#include "cursor.h"
#include "httpstatus.h"
#include "part_names_table.h"
#include "text.h"

/* ---- Names ---- */

const char *httpstatus_part_name(enum httpstatus_part part)
{
    return part_names[part];
}

bool httpstatus_part_find(const char *name, size_t size, enum httpstatus_part *part)
{
    const int i = index_of(name, size, part_names, HTTPSTATUS_PARTS);

    if (i >= 0)
        *part = (enum httpstatus_part)i;
    return i >= 0;
}

const char *httpstatus_escape_name(size_t i)
{
    return i < sizeof escape_names / sizeof escape_names[0] ? escape_names[i] : NULL;
}

bool httpstatus_escape_find(const char *name, size_t size, enum httpstatus_escape *escape)
{
    const int count = sizeof escape_names / sizeof escape_names[0];
    const int i = index_of(name, size, escape_names, count);

    if (i >= 0)
        *escape = (enum httpstatus_escape)i;
    return i >= 0;
}

/* ---- Numbers ---- */

/* The digits at the start; false if there are none, or more than a number of the type can have. */
static bool read_whole(struct cursor *at, int64_t *number)
{
    const char *const start = at->p;

    for (*number = 0; at->p < at->end && is_digit(*at->p); at->p++) {
        const int digit = *at->p - '0';
        if (*number > (INT64_MAX - digit) / 10)
            return false;
        *number = *number * 10 + digit;
    }
    return at->p > start;
}

static struct cursor start_of(struct httpstatus_text text)
{
    return (struct cursor){text.data, text.size ? text.data + text.size : text.data};
}

int64_t httpstatus_record_bytes(const struct httpstatus_record *record)
{
    const struct httpstatus_text text = record->parts[HTTPSTATUS_PART_BYTES];
    struct cursor at = start_of(text);
    int64_t number;

    return text.size <= 18 && read_whole(&at, &number) && at.p == at.end ? number : -1;
}

/* ---- Durations ---- */

/* The unit at the end of a duration, as a power of ten; 'unit' if there is none. */
static bool read_unit(struct cursor at, int *unit)
{
    static const struct {
        const char *name;
        int unit;
    } units[] = {{"", 0}, {"s", 0}, {"ms", -3}, {"us", -6}, {"\xc2\xb5s", -6}, {"ns", -9}};

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (equal(at.p, (size_t)(at.end - at.p), units[i].name)) {
            *unit = i > 0 ? units[i].unit : *unit;
            return true;
        }
    return false;
}

static int64_t nanoseconds_in(int unit)
{
    int64_t count = 1;

    for (; unit > -9; unit--)
        count *= 10;
    return count;
}

int64_t httpstatus_record_duration(const struct httpstatus_record *record)
{
    struct cursor at = start_of(record->parts[HTTPSTATUS_PART_DURATION]);
    int unit = record->duration_unit, billionths;
    int64_t whole;

    if (!read_whole(&at, &whole) || !read_fraction(&at, ".", &billionths) || !read_unit(at, &unit))
        return -1;
    const int64_t each = nanoseconds_in(unit), rest = billionths * each / 1000000000;
    return whole <= (INT64_MAX - rest) / each ? whole * each + rest : -1;
}

/* ---- Statuses of upstreams ---- */

/* The last item of nginx's list: ',' stands before another server, ':' before another group. */
static struct cursor last_item(struct cursor at)
{
    while (at.p < at.end && is_blank(at.end[-1]))
        at.end--;
    const char *p = at.end;
    while (p > at.p && p[-1] != ',' && p[-1] != ':')
        p--;
    while (p < at.end && is_blank(*p))
        p++;
    return (struct cursor){p, at.end};
}

int httpstatus_record_upstream(const struct httpstatus_record *record)
{
    struct cursor at = last_item(start_of(record->parts[HTTPSTATUS_PART_UPSTREAM_STATUS]));
    int status;
    const ptrdiff_t size = at.end - at.p;

    return size >= 1 && size <= 3 && read_digits(&at, (int)size, &status) ? status
                                                                          : HTTPSTATUS_NO_STATUS;
}

/* ---- Times ---- */

bool httpstatus_record_time(const struct httpstatus_record *record,
                            const struct httpstatus_clock *clock, struct httpstatus_time *time)
{
    const struct httpstatus_text text = record->parts[HTTPSTATUS_PART_TIME];
    struct httpstatus_clock own = {.has_zone = false};
    char plain[64]; /* more than any time has */

    if (clock)
        own = *clock;
    if (record->utc) {
        own.has_zone = true;
        own.zone = 0;
    }
    if (text.size > sizeof plain)
        return false;
    const size_t size = httpstatus_unescape(text, record->escapes[HTTPSTATUS_PART_TIME], plain);
    return httpstatus_parse_time(plain, size, &own, time);
}

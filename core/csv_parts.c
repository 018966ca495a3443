/* The parts of comma-separated records. */
#include "csv.h"
#include "parts.h"

/* A value without its quotes; 'doubled': it has some, each written twice. */
struct csv_value {
    const char *p, *end;
    bool doubled;
};

static const char *csv_closing(struct csv_value *value, const char *end)
{
    const char *p = find_byte(value->p, end, '"');

    for (; p + 1 < end && p[1] == '"'; p = find_byte(p + 2, end, '"'))
        value->doubled = true;
    return p;
}

/* Moves past a value and the comma after it; Cloud Storage quotes it, IIS writes a blank before. */
static struct csv_value csv_next(enum csv_order_name order, const char **at, const char *end)
{
    struct csv_value value = {*at, *at, false};
    const bool quoted = order == CSV_OF_STORAGE && *value.p == '"';

    value.p += quoted || (order == CSV_OF_IIS && *value.p == ' ');
    value.end = quoted ? csv_closing(&value, end) : find_byte(value.p, end, ',');
    *at = value.end + quoted;
    *at += *at < end;
    return value;
}

/* Puts the value together in the buffer, with each quote once. */
static void csv_undouble(struct division *d, struct csv_value *value)
{
    char *out = d->buffer;

    for (const char *p = value->p; p < value->end; p++) {
        *out++ = *p;
        p += *p == '"';
    }
    value->p = d->buffer;
    value->end = d->buffer = out;
}

/* ---- The time of IIS ---- */

/* A number, and the byte after it. */
static int csv_number(const char **p, const char *end)
{
    int number = 0;

    for (; *p < end && is_digit(**p); ++*p)
        number = number * 10 + (**p - '0');
    *p += *p < end;
    return number;
}

static char *csv_put(char *out, int number, int digits)
{
    for (int i = digits; i-- > 0; number /= 10)
        out[i] = (char)('0' + number % 10);
    return out + digits;
}

/*
 * "11/28/2026" and "7:55:20" become "2026-11-28 07:55:20": the day and the month could be taken for
 * each other.  A year of two digits is one from 1970 to 2069.
 */
static void csv_set_time(struct division *d, struct csv_value date, struct csv_value clock)
{
    enum { FIRST_YEAR = 70 };
    char *out = d->buffer;
    const int month = csv_number(&date.p, date.end), day = csv_number(&date.p, date.end);
    const bool century = date.end - date.p == 4;
    const int year = csv_number(&date.p, date.end);
    const int hour = csv_number(&clock.p, clock.end);

    out = csv_put(out, century ? year : year + (year < FIRST_YEAR ? 2000 : 1900), 4);
    *out++ = '-';
    out = csv_put(out, month, 2);
    *out++ = '-';
    out = csv_put(out, day, 2);
    *out++ = ' ';
    out = csv_put(out, hour, 2);
    *out++ = ':';
    memcpy(out, clock.p, sizeof "00:00" - 1);
    out += sizeof "00:00" - 1;
    set_part(d, HTTPSTATUS_PART_TIME, d->buffer, out, HTTPSTATUS_ESCAPE_NONE);
    d->buffer = out;
}

/* ---- Records ---- */

static void csv_set_part(struct division *d, enum httpstatus_part part, struct csv_value value)
{
    const char *p = value.p, *end = value.end;

    switch (part) {
    case HTTPSTATUS_PART_CLIENT:
        httpstatus_set_client(d, p, end, false);
        break;
    case HTTPSTATUS_PART_TARGET:
        httpstatus_set_target(d, p, end, HTTPSTATUS_ESCAPE_NONE);
        break;
    case HTTPSTATUS_PART_METHOD:
        if (httpstatus_is_token(p, (size_t)(end - p)))
            set_part(d, part, p, end, HTTPSTATUS_ESCAPE_NONE);
        break;
    default:
        set_part(d, part, p, end, HTTPSTATUS_ESCAPE_NONE);
    }
}

/* Where a value has a comma that IIS does not quote, nothing tells where the target ends. */
static bool csv_is_clear(const struct csv_order *order, enum httpstatus_part part, int count)
{
    return count == order->most || (part != HTTPSTATUS_PART_PATH && part != HTTPSTATUS_PART_QUERY);
}

static enum csv_order_name csv_order_of_line(const char *p, const char *end)
{
    if (*p == '"')
        return CSV_OF_STORAGE;
    return find_byte(p, end, ',')[1] == ' ' ? CSV_OF_IIS : CSV_OF_GATEWAY;
}

/* All of this relies on the form of a record: so another line is none of its business. */
bool httpstatus_csv_divide(struct division *d)
{
    struct csv_value values[CSV_COLUMNS];
    int count = 0;

    if (d->p == d->end || httpstatus_csv_look(d->p, d->end) != d->status)
        return false;
    const enum csv_order_name name = csv_order_of_line(d->p, d->end);
    const struct csv_order *order = &httpstatus_csv_orders[name];
    for (const char *p = d->p; p < d->end; count++) {
        const struct csv_value value = csv_next(name, &p, d->end);
        if (count < CSV_COLUMNS)
            values[count] = value;
    }
    for (int i = 0; i < count && i < order->count; i++) {
        const struct csv_column *column = &order->columns[i];
        const enum httpstatus_part part = (enum httpstatus_part)column->part;
        if (values[i].doubled)
            csv_undouble(d, &values[i]);
        if (column->form == CSV_DATE)
            csv_set_time(d, values[i], values[i + 1]);
        else if (column->part < HTTPSTATUS_PARTS && csv_is_clear(order, part, count))
            csv_set_part(d, part, values[i]);
    }
    d->record->duration_unit = order->unit;
    return true;
}

/* The parts of records in columns: those that a "#Fields:" line names, or IIS's or CloudFront's. */
#include "columns.h"
#include "kernel.h"
#include "parts.h"
#include "tokens.h"

/* No part by itself; the time by itself, of which the first of both that a record has counts. */
enum { COLUMN_DATE = HTTPSTATUS_PARTS, COLUMN_EPOCH };
struct column {
    const char *name;
    size_t size;
    int part;
};
#include "columns_table.h"

enum {
    COLUMNS = sizeof part_columns / sizeof part_columns[0],
    ZEEK_COLUMNS = sizeof zeek_columns / sizeof zeek_columns[0]
};
_Static_assert((int)ZEEK_COLUMNS <= (int)COLUMNS, "struct values has room for COLUMNS");

/* Those that the names of fields are places in. */
static const struct column *columns_of(const struct httpstatus_fields *fields)
{
    return fields->zeek ? zeek_columns : part_columns;
}

void httpstatus_take_column(struct httpstatus_fields *fields, const char *name, size_t size)
{
    const struct column *columns = columns_of(fields);
    const int count = fields->zeek ? ZEEK_COLUMNS : COLUMNS;

    if (fields->count >= HTTPSTATUS_COLUMNS)
        return;
    for (int i = 0; i < count; i++)
        if (columns[i].size == size && equal_ignoring_case(name, size, columns[i].name, size))
            fields->names[fields->count] = (unsigned char)(i + 1);
}

bool httpstatus_begins_with_time(const struct httpstatus_fields *fields)
{
    const int date = fields->names[0] - 1, time = fields->names[1] - 1;

    if (!fields->known || fields->zeek)
        return !fields->known; /* of IIS */
    return date >= 0 && part_columns[date].part == COLUMN_DATE && time >= 0 &&
           part_columns[time].part == HTTPSTATUS_PART_TIME;
}

/* The values of a record: the status, and those of the columns that are parts. */
struct values {
    const struct column *columns;
    const unsigned char *names; /* of the first 'named' columns */
    int named, status_column, count, status;
    size_t least;   /* digits of a status */
    unsigned known; /* bits: those below that are set */
    struct httpstatus_text of[COLUMNS];
};
_Static_assert((int)COLUMNS <= 32, "struct values has a bit for each");

/* 'of' is left as it is: clearing it costs as much as filling it. */
static void begin_values(struct values *values, const struct column *columns,
                         const unsigned char *names, int status_column, size_t least)
{
    values->columns = columns;
    values->names = names;
    values->named = HTTPSTATUS_COLUMNS;
    values->status_column = status_column;
    values->count = 0;
    values->status = HTTPSTATUS_UNMATCHED;
    values->least = least;
    values->known = 0;
}

static void begin_named(struct values *values, const struct httpstatus_fields *fields, size_t least)
{
    begin_values(values, columns_of(fields), fields->names, fields->status, least);
}

/* Of columns with one name the first counts. */
static void take_column(struct values *values, const char *p, const char *end)
{
    const int column = values->count++;
    const int name = column < values->named ? values->names[column] - 1 : -1;

    if (column == values->status_column)
        values->status = p == end && values->least == 0
                             ? HTTPSTATUS_NO_STATUS
                             : read_status(p, (size_t)(end - p), values->least);
    if (name >= 0 && !(values->known >> name & 1)) {
        values->known |= 1U << name;
        values->of[name] = (struct httpstatus_text){p, (size_t)(end - p)};
    }
}

/* ---- Parts ---- */

/* A date and a time: one text of the line if they are side by side. */
static void set_date_and_time(struct division *d, struct httpstatus_text date,
                              struct httpstatus_text time)
{
    if (date.data + date.size + 1 == time.data) {
        set_part(d, HTTPSTATUS_PART_TIME, date.data, time.data + time.size, HTTPSTATUS_ESCAPE_NONE);
        return;
    }
    memcpy(d->buffer, date.data, date.size);
    d->buffer[date.size] = ' ';
    memcpy(d->buffer + date.size + 1, time.data, time.size);
    set_part(d, HTTPSTATUS_PART_TIME, d->buffer, d->buffer + date.size + 1 + time.size,
             HTTPSTATUS_ESCAPE_NONE);
}

/* Zeek escapes what anyone wrote, others what clients did. */
static enum httpstatus_escape escape_of(enum httpstatus_part part, enum httpstatus_escape escape)
{
    return escape == HTTPSTATUS_ESCAPE_BACKSLASH || part == HTTPSTATUS_PART_PATH ||
                   part == HTTPSTATUS_PART_QUERY || part == HTTPSTATUS_PART_REFERER ||
                   part == HTTPSTATUS_PART_AGENT
               ? escape
               : HTTPSTATUS_ESCAPE_NONE;
}

/* 'escape': what the writer does to what clients wrote. */
static bool set_parts(struct division *d, const struct values *values,
                      enum httpstatus_escape escape)
{
    struct httpstatus_text date = {NULL, 0}, time = {NULL, 0}, epoch = {NULL, 0};

    for (unsigned left = values->known; left; left &= left - 1) {
        const int i = lowest_bit(left);
        const struct httpstatus_text value = values->of[i];
        if (!value.size)
            continue;
        const enum httpstatus_part part = (enum httpstatus_part)values->columns[i].part;
        if (values->columns[i].part == COLUMN_DATE)
            date = value;
        else if (values->columns[i].part == COLUMN_EPOCH)
            epoch = value;
        else if (part == HTTPSTATUS_PART_TIME)
            time = value;
        else if (part == HTTPSTATUS_PART_TARGET)
            httpstatus_set_target(d, value.data, value.data + value.size, escape);
        else if (wants(d, 1U << part) && !d->record->parts[part].data &&
                 (part != HTTPSTATUS_PART_PROTOCOL ||
                  is_protocol(value.data, value.data + value.size)))
            set_part(d, part, value.data, value.data + value.size, escape_of(part, escape));
    }
    if (date.data && time.data)
        set_date_and_time(d, date, time);
    else if (epoch.data)
        set_part(d, HTTPSTATUS_PART_TIME, epoch.data, epoch.data + epoch.size,
                 HTTPSTATUS_ESCAPE_NONE);
    d->record->utc = true;
    return values->status == d->status;
}

/* ---- w3c ---- */

static void split_by_bytes(const char *p, const char *end, struct values *values)
{
    const bool has_tabs = find_byte(p, end, '\t') < end;

    for (const char *after; p < end; p = after + 1) {
        after = find_byte(p, end, ' ');
        if (has_tabs)
            after = find_byte(p, after, '\t');
        if (after > p)
            take_column(values, p, after);
    }
}

static void split_at_blanks(const char *p, const char *end, struct values *values)
{
    enum { MOST = 2 * HTTPSTATUS_COLUMNS };
    uint16_t edges[EDGES_ROOM(HTTPSTATUS_COLUMNS)];
    const size_t found = httpstatus_edges(p, (size_t)(end - p), MOST, edges);

    if (!found || found >= MOST) { /* or there are more columns */
        split_by_bytes(p, end, values);
        return;
    }
    for (size_t i = 0; i < found; i += 2)
        take_column(values, p + edges[i], p + edges[i + 1]);
}

/* In quotes, of which "" stands for one; false if the last is not closed. */
static const char *quoted_end(const char *p, const char *end)
{
    for (; (p = find_byte(p, end, '"')) < end; p += 2)
        if (p + 1 == end || p[1] != '"')
            break;
    return p;
}

static void split_strings(const char *p, const char *end, struct values *values)
{
    while (p < end) {
        const bool quoted = *p == '"';
        const char *value = p + quoted;
        if (is_blank(*p)) {
            p++;
            continue;
        }
        if (quoted)
            p = quoted_end(value, end);
        else
            while (p < end && !is_blank(*p))
                p++;
        take_column(values, value, p);
        p += quoted && p < end;
    }
}

/* Drops a byte order mark at the start, and NULs at both ends. */
static void trim(struct division *d)
{
    for (bool more = true; more && d->p < d->end;) {
        more = *d->p == '\0' || (d->end - d->p >= 3 && memcmp(d->p, "\xef\xbb\xbf", 3) == 0);
        d->p += more ? (*d->p == '\0' ? 1 : 3) : 0;
    }
    while (d->end > d->p && d->end[-1] == '\0')
        d->end--;
}

/* IIS writes milliseconds; the standard has seconds, with a fraction. */
static int unit_of(struct httpstatus_text duration)
{
    return duration.size && memchr(duration.data, '.', duration.size) ? 0 : -3;
}

/* The values of a line by the columns that are named; false if it has not as many. */
static bool take_named(const struct division *d, struct values *values)
{
    const struct httpstatus_fields *fields = &d->setup->fields;

    begin_named(values, fields, 0);
    split_at_blanks(d->p, d->end, values);
    if (values->count != fields->count) {
        begin_named(values, fields, 0);
        split_strings(d->p, d->end, values);
    }
    return values->count == fields->count;
}

/* The values of a line by IIS's columns, of which older ones have one less. */
static void take_iis(const struct division *d, struct values *values)
{
    begin_values(values, part_columns, iis_names, IIS_STATUS, 3);
    split_at_blanks(d->p, d->end, values);
    if (values->count == IIS_COLUMNS - 1) {
        begin_values(values, part_columns, old_iis_names, OLD_IIS_STATUS, 3);
        split_at_blanks(d->p, d->end, values);
    }
}

bool httpstatus_w3c_divide(struct division *d)
{
    struct values values;

    trim(d);
    if (!d->setup->fields.known)
        take_iis(d, &values);
    else if (!take_named(d, &values))
        return false;
    if (!set_parts(d, &values, HTTPSTATUS_ESCAPE_NONE))
        return false;
    d->record->duration_unit = unit_of(d->record->parts[HTTPSTATUS_PART_DURATION]);
    return true;
}

/* ---- cloudfront ---- */

/* A W3C string.  CloudFront writes %22 for a quote: other writers with tabs have these, and they
   escape and measure as in w3c. */
static bool is_quoted_value(const char *p, const char *end)
{
    return end - p >= 2 && *p == '"' && end[-1] == '"';
}

/* Whether a value is one that a column of a real-time log may have, of those that have but few. */
static bool is_telling(int column, const char *p, const char *end)
{
    static const char *const protocols[] = {"http", "https", "ws", "wss"};
    static const char *const versions[] = {"IPv4", "IPv6"};
    const size_t size = (size_t)(end - p);

    if (column == REALTIME_PROTOCOL)
        return index_of(p, size, protocols, 4) >= 0;
    if (column == REALTIME_IP_VERSION)
        return index_of(p, size, versions, 2) >= 0;
    while (p < end && is_letter(*p))
        p++;
    return size && p == end; /* "Hit", "OriginShieldHit" */
}

/*
 * How many columns of a real-time log are surely the usual ones: a log may lack some, and those
 * behind them are then others.  The first, up to the method, have shapes of their own.
 */
static int usual_columns(const char *p, const char *end)
{
    static const int telling[] = {REALTIME_PROTOCOL, REALTIME_IP_VERSION, REALTIME_RESULT};
    int found = 0, sure = REALTIME_PROTOCOL;

    for (int column = 0; p <= end && found < 3; column++) {
        const char *tab = find_byte(p, end, '\t');
        if (column == telling[found]) {
            if (!is_telling(column, p, tab))
                return sure;
            sure = found == 0 ? sure : column + 1;
            found++;
        }
        p = tab + 1;
    }
    return found == 3 ? HTTPSTATUS_COLUMNS : sure;
}

static void begin_cloudfront(const struct division *d, struct values *values)
{
    if (d->setup->fields.known) {
        begin_named(values, &d->setup->fields, 3);
    } else if (may_be_realtime(d->p, (size_t)(d->end - d->p))) {
        begin_values(values, part_columns, realtime_names, REALTIME_STATUS, 3);
        values->named = usual_columns(d->p, d->end);
    } else {
        begin_values(values, part_columns, cloudfront_names, CLOUDFRONT_STATUS, 3);
    }
}

bool httpstatus_cloudfront_divide(struct division *d)
{
    struct values values;
    bool strings = false;

    trim(d);
    begin_cloudfront(d, &values);
    for (const char *p = d->p, *tab; p <= d->end; p = tab + 1) {
        tab = find_byte(p, d->end, '\t');
        const bool quoted = d->setup->fields.known && is_quoted_value(p, tab);
        take_column(&values, p + quoted, tab - quoted);
        strings |= quoted;
    }
    if (!set_parts(d, &values, strings ? HTTPSTATUS_ESCAPE_NONE : HTTPSTATUS_ESCAPE_PERCENT))
        return false;
    if (strings)
        d->record->duration_unit = unit_of(d->record->parts[HTTPSTATUS_PART_DURATION]);
    return true;
}

/* ---- zeek ---- */

bool httpstatus_zeek_divide(struct division *d)
{
    const struct httpstatus_fields *fields = &d->setup->fields;
    struct values values;

    begin_named(&values, fields, 3);
    trim(d);
    for (const char *p = d->p, *tab; p <= d->end; p = tab + 1) {
        tab = find_byte(p, d->end, '\t');
        const bool empty = equal(p, (size_t)(tab - p), "(empty)");
        take_column(&values, p, empty ? p : tab);
    }
    return values.count == fields->count && set_parts(d, &values, HTTPSTATUS_ESCAPE_BACKSLASH);
}

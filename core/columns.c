/* Logs whose columns a "#Fields:" line names: W3C extended (IIS) and CloudFront. */
#include "columns.h"
#include "parts.h"

#include <limits.h>

enum { MOST_DIGITS = 5 };

/* ---- "#Fields:" ---- */

static const char directive[] = "#fields:";
static const char status_name[] = "sc-status", substatus_name[] = "sc-substatus";

static const struct httpstatus_fields no_fields = {.known = true, .status = -1, .substatus = -1};

/* The first column of a name counts. */
static void take_field_name(struct httpstatus_fields *fields, const char *name, size_t size)
{
    if (fields->status < 0 && equal_ignoring_case(name, size, status_name, sizeof status_name - 1))
        fields->status = fields->count;
    else if (fields->substatus < 0 &&
             equal_ignoring_case(name, size, substatus_name, sizeof substatus_name - 1))
        fields->substatus = fields->count;
    else
        httpstatus_take_column(fields, name, size);
    fields->count += fields->count < INT_MAX - 1; /* room for one more */
}

static void end_name(struct httpstatus_directive *d)
{
    if (d->name_size)
        take_field_name(&d->fields, d->name, d->name_size);
    d->name_size = 0;
}

/* How much of 'name' matches with one more byte; -1 if the text differs. */
static int match_on(const char *name, int matched, char c)
{
    return matched >= 0 && to_lower(c) == name[matched] ? matched + 1 : -1;
}

static void name_byte(struct httpstatus_directive *d, char c)
{
    if (is_blank(c)) {
        end_name(d);
        return;
    }
    if (d->name_size < sizeof d->name)
        d->name[d->name_size++] = c;
}

static void directive_byte(struct httpstatus_directive *d, char c)
{
    if (d->matched == sizeof directive - 1) {
        name_byte(d, c);
    } else {
        d->matched = match_on(directive, d->matched, c);
        if (d->matched == sizeof directive - 1)
            d->fields = no_fields;
    }
}

const struct httpstatus_fields *httpstatus_new_fields(const struct httpstatus_columns *line)
{
    const struct httpstatus_directive *d = &line->directive;

    return line->is_directive && d->matched == sizeof directive - 1 ? &d->fields : NULL;
}

/* ---- Whole lines ---- */

void httpstatus_parse_fields(struct httpstatus_fields *fields, const char *p, size_t size)
{
    const char *end = p + size, *name;

    *fields = no_fields;
    for (; p < end; p++) {
        for (name = p; p < end && !is_blank(*p); p++)
            ;
        if (p > name)
            take_field_name(fields, name, (size_t)(p - name));
    }
}

/* Knows only directives with nothing at their ends to drop: no byte order mark and no NULs. */
int httpstatus_directive_look(struct httpstatus_fields *fields, const char *p, size_t size)
{
    const size_t length = sizeof directive - 1;

    if (size == 0 || *p != '#' || p[size - 1] == '\0')
        return UNPROVED;
    if (size >= length && equal_ignoring_case(p, length, directive, length))
        httpstatus_parse_fields(fields, p + length, size - length);
    return HTTPSTATUS_SKIPPED;
}

/* ---- Values ---- */

static void value_byte(struct httpstatus_value *v, char c)
{
    if (v->bad || v->dash || (v->digits && !is_digit(c)) || v->digits == MOST_DIGITS) {
        v->bad = true;
    } else if (is_digit(c)) {
        v->digits++;
        v->number = v->number * 10 + (c - '0');
    } else if (c == '-') {
        v->dash = true;
    } else {
        v->bad = true;
    }
}

static void column_byte(struct httpstatus_values *values, const struct httpstatus_fields *fields,
                        char c)
{
    if (values->column == fields->status)
        value_byte(&values->status, c);
    else if (values->column == fields->substatus)
        value_byte(&values->substatus, c);
}

static int status_of(const struct httpstatus_value *v, int least, int most)
{
    if (v->bad)
        return HTTPSTATUS_UNMATCHED;
    if (v->digits == 0)
        return v->dash || least == 0 ? HTTPSTATUS_NO_STATUS : HTTPSTATUS_UNMATCHED;
    return v->digits >= least && v->digits <= most ? v->number : HTTPSTATUS_UNMATCHED;
}

/* ---- A line: its ends, directives, records ---- */

typedef void byte_function(struct httpstatus_columns *, const struct httpstatus_fields *, char);

static void line_byte(struct httpstatus_columns *line, const struct httpstatus_fields *fields,
                      char c, byte_function *byte)
{
    if (!line->started) {
        line->started = true;
        line->is_directive = c == '#';
    }
    line->visible = line->visible || !is_blank(c);
    if (line->is_directive)
        directive_byte(&line->directive, c);
    else
        byte(line, fields, c);
}

static const char bom[] = "\xef\xbb\xbf";

/* A byte order mark that breaks off is text of the line. */
static void read_held(struct httpstatus_columns *line, const struct httpstatus_fields *fields,
                      byte_function *byte)
{
    const unsigned char held = line->mark;

    line->mark = 0;
    for (unsigned char m = 0; m < held; m++)
        line_byte(line, fields, bom[m], byte);
}

/* Drops a byte order mark and NULs at the start, and NULs at the end. */
static void read_columns(struct httpstatus_columns *line, const struct httpstatus_fields *fields,
                         const char *p, size_t size, byte_function *byte)
{
    for (size_t i = 0; i < size; i++) {
        if (!line->started && p[i] == bom[line->mark]) {
            line->mark = (unsigned char)(line->mark + 1) % 3;
            continue;
        }
        read_held(line, fields, byte);
        if (p[i] == '\0') {
            line->nuls += line->started;
            continue;
        }
        for (; line->nuls; line->nuls--)
            line_byte(line, fields, '\0', byte);
        line_byte(line, fields, p[i], byte);
    }
}

/* ---- w3c ----
 *
 * A record has as many values as there are names, split at runs of blanks or, if that does not
 * fit, as W3C strings in quotes.  Both readings go on side by side.
 */

static void end_value(struct httpstatus_values *values)
{
    values->in_value = false;
    values->column += values->column < INT_MAX - 1; /* room for a value that has begun */
}

static void plain_byte(struct httpstatus_values *values, const struct httpstatus_fields *fields,
                       char c)
{
    if (!is_blank(c)) {
        values->in_value = true;
        column_byte(values, fields, c);
    } else if (values->in_value) {
        end_value(values);
    }
}

static void string_byte(struct httpstatus_values *values, const struct httpstatus_fields *fields,
                        char c)
{
    if (values->in_string) {
        values->in_string = c != '"';
        values->closed = c == '"';
        if (c != '"')
            column_byte(values, fields, c);
    } else if (c == '"' && (values->closed || !values->in_value)) {
        if (values->closed)
            column_byte(values, fields, c);
        values->in_value = values->in_string = true;
        values->closed = false;
    } else {
        values->closed = false;
        plain_byte(values, fields, c);
    }
}

static void w3c_byte(struct httpstatus_columns *line, const struct httpstatus_fields *fields,
                     char c)
{
    plain_byte(&line->plain, fields, c);
    string_byte(&line->strings, fields, c);
}

void httpstatus_w3c_read(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                         const char *p, size_t size)
{
    read_columns(&reader->as.w3c, &setup->fields, p, size, w3c_byte);
}

int httpstatus_w3c_end(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                       int *substatus)
{
    struct httpstatus_columns *line = &reader->as.w3c;
    const struct httpstatus_fields *fields = &setup->fields;
    const struct httpstatus_values *values = &line->plain;

    read_held(line, fields, w3c_byte);
    end_name(&line->directive);
    if (!line->visible || line->is_directive)
        return HTTPSTATUS_SKIPPED;
    if (values->column + values->in_value != fields->count)
        values = line->strings.in_string ? NULL : &line->strings;
    if (!fields->known || fields->status < 0 || !values ||
        values->column + values->in_value != fields->count)
        return HTTPSTATUS_UNMATCHED;
    if (!values->substatus.bad)
        *substatus = values->substatus.number <= UINT16_MAX ? values->substatus.number : 0;
    return status_of(&values->status, 0, 3);
}

/* ---- cloudfront: split at tabs; empty values count, and a line may have extra ones ---- */

static const char dated[] = "dddd-dd-dd\tdd:dd:dd\t";

static void cloudfront_byte(struct httpstatus_columns *line, const struct httpstatus_fields *fields,
                            char c)
{
    static const struct httpstatus_fields usual = {true, 0, CLOUDFRONT_STATUS, -1, {0}};

    if (line->date < sizeof dated - 1) {
        line->undated = line->undated ||
                        (dated[line->date] == 'd' ? !is_digit(c) : c != dated[line->date]);
        line->date++;
    }
    if (c == '\t')
        line->plain.column += line->plain.column < INT_MAX;
    else
        column_byte(&line->plain, fields->known ? fields : &usual, c);
}

void httpstatus_cloudfront_read(struct httpstatus_reader *reader,
                                const struct httpstatus_setup *setup, const char *p, size_t size)
{
    read_columns(&reader->as.cloudfront, &setup->fields, p, size, cloudfront_byte);
}

/* Without "#Fields:", or under auto, a record must begin with a date and a time. */
int httpstatus_cloudfront_end(struct httpstatus_reader *reader,
                              const struct httpstatus_setup *setup, int *substatus)
{
    struct httpstatus_columns *line = &reader->as.cloudfront;

    (void)substatus;
    read_held(line, &setup->fields, cloudfront_byte);
    end_name(&line->directive);
    if (!line->visible || line->is_directive)
        return HTTPSTATUS_SKIPPED;
    bool is_dated = !line->undated && line->date == sizeof dated - 1;
    if (!is_dated && (setup->automatic || !setup->fields.known))
        return HTTPSTATUS_UNMATCHED;
    return status_of(&line->plain.status, 3, 3);
}

/* ---- Beginnings ---- */

bool httpstatus_cloudfront_begins(const struct beginning *b)
{
    return !b->is_fragment && may_be_cloudfront(b->line, b->line_size);
}

bool httpstatus_w3c_begins(const struct beginning *b)
{
    return !b->is_fragment && may_be_w3c(&b->setup->fields, b->line, b->line_size);
}

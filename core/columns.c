/* Logs whose columns a "#Fields:" line names: W3C extended (IIS), CloudFront and Zeek. */
#include "columns.h"
#include "parts.h"

#include <limits.h>

enum { MOST_DIGITS = 5 };

/* ---- "#Fields:" ---- */

/* What names the columns, in small letters: of W3C, of Zeek. */
enum { DIRECTIVE = sizeof "#fields:" - 1 };
static const char directives[][DIRECTIVE + 1] = {"#fields:", "#fields\t"};
static const char types[] = "#types\t";

static const struct httpstatus_fields no_fields = {.known = true, .status = -1, .substatus = -1};
static const struct httpstatus_fields no_zeek_fields = {
    .known = true, .zeek = true, .status = -1, .substatus = -1};

static const char status_name[] = "sc-status", substatus_name[] = "sc-substatus";
static const char zeek_status_name[] = "status_code";

static bool is_status_name(const struct httpstatus_fields *fields, const char *name, size_t size)
{
    return fields->zeek
               ? equal_ignoring_case(name, size, zeek_status_name, sizeof zeek_status_name - 1)
               : equal_ignoring_case(name, size, status_name, sizeof status_name - 1);
}

/* The first column of a name counts. */
static void take_field_name(struct httpstatus_fields *fields, const char *name, size_t size)
{
    if (fields->status < 0 && is_status_name(fields, name, size))
        fields->status = fields->count;
    else if (fields->substatus < 0 && !fields->zeek &&
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

/* "#types", then names of types: "count", "set[string]", "table[count,string]" */
static void types_byte(struct httpstatus_directive *d, char c)
{
    if (d->types != sizeof types - 1)
        d->types = match_on(types, d->types, c);
    else if (!form_fits('l', c) && !memchr("\t[],_", c, sizeof "\t[],_" - 1))
        d->types = -1;
}

static void directive_byte(struct httpstatus_directive *d, bool zeek, char c)
{
    if (zeek)
        types_byte(d, c);
    if (d->matched == DIRECTIVE) {
        name_byte(d, c);
    } else {
        d->matched = match_on(directives[zeek], d->matched, c);
        if (d->matched == DIRECTIVE)
            d->fields = zeek ? no_zeek_fields : no_fields;
    }
}

const struct httpstatus_fields *httpstatus_new_fields(const struct httpstatus_columns *line)
{
    const struct httpstatus_directive *d = &line->directive;

    return line->is_directive && d->matched == DIRECTIVE ? &d->fields : NULL;
}

bool httpstatus_is_types(const struct httpstatus_columns *line)
{
    return line->directive.types == sizeof types - 1;
}

/* ---- Whole lines ---- */

void httpstatus_parse_fields(struct httpstatus_fields *fields, const char *p, size_t size,
                             bool zeek)
{
    const char *end = p + size, *name;

    *fields = zeek ? no_zeek_fields : no_fields;
    for (; p < end; p++) {
        for (name = p; p < end && !is_blank(*p); p++)
            ;
        if (p > name)
            take_field_name(fields, name, (size_t)(p - name));
    }
}

bool httpstatus_given_fields(struct httpstatus_fields *fields,
                             const struct httpstatus_options *options)
{
    const struct httpstatus_text names = options->fields;

    httpstatus_parse_fields(fields, names.data, names.size, options->format == HTTPSTATUS_ZEEK);
    if (fields->status < 0 && options->format == HTTPSTATUS_AUTO)
        httpstatus_parse_fields(fields, names.data, names.size, true);
    return fields->status >= 0;
}

/* Knows only directives with nothing at their ends to drop: no byte order mark and no NULs. */
int httpstatus_directive_look(struct httpstatus_fields *fields, const char *p, size_t size,
                              bool zeek)
{
    if (size == 0 || *p != '#' || p[size - 1] == '\0')
        return UNPROVED;
    if (size >= DIRECTIVE && equal_ignoring_case(p, DIRECTIVE, directives[zeek], DIRECTIVE))
        httpstatus_parse_fields(fields, p + DIRECTIVE, size - DIRECTIVE, zeek);
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

/* What takes the bytes of records. */
typedef void byte_function(struct httpstatus_columns *, const struct httpstatus_fields *, char);

/* 'zeek': directives are Zeek's. */
static inline void line_byte(struct httpstatus_columns *line,
                             const struct httpstatus_fields *fields, char c, bool zeek,
                             byte_function *byte)
{
    if (!line->started) {
        line->started = true;
        line->is_directive = c == '#';
    }
    line->visible = line->visible || !is_blank(c);
    if (line->is_directive)
        directive_byte(&line->directive, zeek, c);
    else
        byte(line, fields, c);
}

static const char bom[] = "\xef\xbb\xbf";

/* A byte order mark that breaks off is text of the line. */
static void read_held(struct httpstatus_columns *line, const struct httpstatus_fields *fields,
                      bool zeek, byte_function *byte)
{
    const unsigned char held = line->mark;

    line->mark = 0;
    for (unsigned char m = 0; m < held; m++)
        line_byte(line, fields, bom[m], zeek, byte);
}

/*
 * Drops a byte order mark and NULs at the start, and NULs at the end.  Inline, as line_byte() is:
 * each format has a loop of its own.
 */
static inline void read_columns(struct httpstatus_columns *line,
                                const struct httpstatus_fields *fields, const char *p, size_t size,
                                bool zeek, byte_function *byte)
{
    for (size_t i = 0; i < size; i++) {
        if (!line->started && p[i] == bom[line->mark]) {
            line->mark = (unsigned char)(line->mark + 1) % 3;
            continue;
        }
        read_held(line, fields, zeek, byte);
        if (p[i] == '\0') {
            line->nuls += line->started;
            continue;
        }
        for (; line->nuls; line->nuls--)
            line_byte(line, fields, '\0', zeek, byte);
        line_byte(line, fields, p[i], zeek, byte);
    }
}

/* Ends a line; whether it is a record, or looks like one. */
static bool end_columns(struct httpstatus_columns *line, const struct httpstatus_fields *fields,
                        bool zeek, byte_function *byte)
{
    read_held(line, fields, zeek, byte);
    end_name(&line->directive);
    return line->visible && !line->is_directive;
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

/* Without names: the columns of IIS by the one reading, those of older IIS by the other. */
static void iis_byte(struct httpstatus_columns *line, const struct httpstatus_fields *fields,
                     char c)
{
    static const struct httpstatus_fields usual = {.status = IIS_STATUS,
                                                   .substatus = IIS_STATUS + 1};
    static const struct httpstatus_fields old = {.status = OLD_IIS_STATUS,
                                                 .substatus = OLD_IIS_STATUS + 1};

    (void)fields;
    httpstatus_iis_step(&line->shape, c);
    plain_byte(&line->plain, &usual, c);
    plain_byte(&line->strings, &old, c);
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
    const struct httpstatus_fields *fields = &setup->fields;

    if (fields->known)
        read_columns(&reader->as.w3c, fields, p, size, false, w3c_byte);
    else
        read_columns(&reader->as.w3c, fields, p, size, false, iis_byte);
}

/* The reading that has as many values as there are names; NULL if neither has. */
static const struct httpstatus_values *fitting_values(const struct httpstatus_columns *line,
                                                      const struct httpstatus_fields *fields)
{
    const struct httpstatus_values *values = &line->plain;

    if (values->column + values->in_value != fields->count)
        values = line->strings.in_string ? NULL : &line->strings;
    return values && values->column + values->in_value == fields->count ? values : NULL;
}

/* The reading that knows as many columns; NULL if the line is not of IIS. */
static const struct httpstatus_values *iis_values(const struct httpstatus_columns *line)
{
    const int columns = httpstatus_iis_columns(&line->shape);

    return columns == 0 ? NULL : columns == IIS_COLUMNS ? &line->plain : &line->strings;
}

int httpstatus_w3c_end(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                       int *substatus)
{
    struct httpstatus_columns *line = &reader->as.w3c;
    const struct httpstatus_fields *fields = &setup->fields;

    if (!end_columns(line, fields, false, fields->known ? w3c_byte : iis_byte))
        return HTTPSTATUS_SKIPPED;
    const struct httpstatus_values *values = fields->known ? fitting_values(line, fields)
                                                           : iis_values(line);
    if (!values || fields->zeek || (fields->known && fields->status < 0))
        return HTTPSTATUS_UNMATCHED;
    if (!values->substatus.bad)
        *substatus = values->substatus.number <= UINT16_MAX ? values->substatus.number : 0;
    return status_of(&values->status, fields->known ? 0 : 3, 3);
}

/* ---- cloudfront: split at tabs; empty values count, and a line may have extra ones ---- */

static const char dated[] = "dddd-dd-dd\tdd:dd:dd\t";

static void tabs_byte(struct httpstatus_values *values, const struct httpstatus_fields *fields,
                      char c)
{
    if (c == '\t')
        values->column += values->column < INT_MAX - 1;
    else
        column_byte(values, fields, c);
}

static void cloudfront_byte(struct httpstatus_columns *line, const struct httpstatus_fields *fields,
                            char c)
{
    if (line->date < sizeof dated - 1) {
        line->undated = line->undated ||
                        (dated[line->date] == 'd' ? !is_digit(c) : c != dated[line->date]);
        line->date++;
    }
    tabs_byte(&line->plain, fields, c);
}

/* Without names: the columns of standard logs by one reading, of real-time ones by the other. */
static void unnamed_byte(struct httpstatus_columns *line, const struct httpstatus_fields *fields,
                         char c)
{
    static const struct httpstatus_fields usual = {.status = CLOUDFRONT_STATUS, .substatus = -1};
    static const struct httpstatus_fields realtime = {.status = REALTIME_STATUS, .substatus = -1};

    (void)fields;
    cloudfront_byte(line, &usual, c);
    httpstatus_realtime_step(&line->shape, c);
    tabs_byte(&line->strings, &realtime, c);
}

void httpstatus_cloudfront_read(struct httpstatus_reader *reader,
                                const struct httpstatus_setup *setup, const char *p, size_t size)
{
    const struct httpstatus_fields *fields = &setup->fields;

    if (fields->known)
        read_columns(&reader->as.cloudfront, fields, p, size, false, cloudfront_byte);
    else
        read_columns(&reader->as.cloudfront, fields, p, size, false, unnamed_byte);
}

/* Without "#Fields:", or under auto, a record must begin as CloudFront's do. */
int httpstatus_cloudfront_end(struct httpstatus_reader *reader,
                              const struct httpstatus_setup *setup, int *substatus)
{
    struct httpstatus_columns *line = &reader->as.cloudfront;
    const struct httpstatus_fields *fields = &setup->fields;

    (void)substatus;
    if (!end_columns(line, fields, false, fields->known ? cloudfront_byte : unnamed_byte))
        return HTTPSTATUS_SKIPPED;
    const bool is_dated = !line->undated && line->date == sizeof dated - 1;
    if (!is_dated && !fields->known && httpstatus_is_realtime(&line->shape))
        return status_of(&line->strings.status, 3, 3);
    if (fields->zeek || (!is_dated && (setup->automatic || !fields->known)))
        return HTTPSTATUS_UNMATCHED;
    return status_of(&line->plain.status, 3, 3);
}

/* ---- zeek: split at tabs, into as many values as there are names ---- */

static void zeek_byte(struct httpstatus_columns *line, const struct httpstatus_fields *fields,
                      char c)
{
    tabs_byte(&line->plain, fields, c);
}

void httpstatus_zeek_read(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                          const char *p, size_t size)
{
    read_columns(&reader->as.zeek, &setup->fields, p, size, true, zeek_byte);
}

int httpstatus_zeek_end(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                        int *substatus)
{
    struct httpstatus_columns *line = &reader->as.zeek;
    const struct httpstatus_fields *fields = &setup->fields;

    (void)substatus;
    if (!end_columns(line, fields, true, zeek_byte))
        return HTTPSTATUS_SKIPPED;
    if (!fields->zeek || fields->status < 0 || line->plain.column + 1 != fields->count)
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

bool httpstatus_zeek_begins(const struct beginning *b)
{
    return !b->is_fragment && may_be_zeek(&b->setup->fields, b->line, b->line_size);
}

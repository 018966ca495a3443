/* A server's own format string, made into a locator of the status in its lines. */
#include "reader.h"

/*
 * What stands between the fields finds them: a field goes on until the first place where the text
 * behind it is.  A quote that ends a field has no backslash before it; one that ends the field before
 * the status has a status behind it, and if there is no such quote, one with a backslash will do: its
 * writer did not escape.  HAProxy does not, unless it is told to by a flag, +E, or by json().  Nothing
 * behind the status is looked at but the byte that ends it.
 */

/* ---- Compilation ---- */

enum dialect { APACHE, NGINX, HAPROXY };

/* A format string being read: what has been seen of it so far. */
struct parse {
    const char *p;
    size_t size, at;
    enum dialect dialect;
    bool final; /* Apache: "%>s" occurs, so "%s" is another field */
    bool status_seen;
    bool field_before; /* the last that was seen is a field */
    bool quotes;       /* HAProxy: "%{+Q}o" has been seen */
    bool word_before;  /* HAProxy: the last that was seen is no blank */
    struct httpstatus_locator *locator;
    struct httpstatus_format_error *error;
};

static bool fail(struct parse *parse, size_t at, const char *message)
{
    *parse->error = (struct httpstatus_format_error){at + 1, message};
    return false;
}

static bool contains(const char *p, size_t size, const char *word)
{
    const size_t length = strlen(word);

    for (size_t i = 0; i + length <= size; i++)
        if (memcmp(p + i, word, length) == 0)
            return true;
    return false;
}

static enum dialect dialect_of(const char *p, size_t size)
{
    static const char *const haproxy[] = {"%ST", "%ci", "%[", "%{+", "%tsc", "%HM"};

    for (size_t i = 0; i < sizeof haproxy / sizeof haproxy[0]; i++)
        if (contains(p, size, haproxy[i]))
            return HAPROXY;
    return memchr(p, '%', size) ? APACHE : NGINX;
}

static bool add_text(struct parse *parse, size_t at, char c)
{
    struct httpstatus_locator *locator = parse->locator;

    if (c == ' ' && parse->dialect == HAPROXY && !parse->word_before)
        return true; /* it writes one blank for several, and none at the beginning */
    parse->word_before = c != ' ';
    if (locator->has_stop)
        return true;
    if (parse->status_seen && is_digit(c))
        return fail(parse, at, "this digit cannot be told from the status before it");
    if (parse->status_seen) {
        locator->stop = (unsigned char)c;
        locator->has_stop = true;
        return true;
    }
    if (parse->field_before || locator->step_count == 0) {
        if (locator->step_count == HTTPSTATUS_LOCATOR_STEPS)
            return fail(parse, at, "it has more than 64 texts between fields");
        if (locator->step_count == 0)
            locator->anchored = !parse->field_before && parse->dialect != HAPROXY;
        locator->steps[locator->step_count].start = (uint16_t)locator->text_size;
        locator->steps[locator->step_count++].size = 0;
    }
    if (locator->text_size == HTTPSTATUS_LOCATOR_TEXT)
        return fail(parse, at, "it has more than 512 bytes of text before the status");
    locator->text[locator->text_size++] = c;
    locator->steps[locator->step_count - 1].size++;
    parse->field_before = false;
    return true;
}

static bool add_field(struct parse *parse, size_t at, bool status)
{
    if (parse->locator->has_stop)
        return true;
    if (parse->status_seen)
        return fail(parse, at, "nothing separates this field from the status before it");
    if (status && parse->field_before)
        return fail(parse, at, "nothing separates the status from the field before it");
    parse->status_seen = status;
    parse->field_before = parse->word_before = true;
    return true;
}

static size_t letters(const struct parse *parse, size_t at)
{
    while (at < parse->size && is_letter(parse->p[at]))
        at++;
    return at;
}

/* Moves past "{...}" or "[...]"; false if it does not end. */
static bool skip_group(struct parse *parse, char close)
{
    size_t start = parse->at;

    while (parse->at < parse->size && parse->p[parse->at] != close)
        parse->at++;
    if (parse->at == parse->size)
        return fail(parse, start, "this bracket is not closed");
    parse->at++;
    return true;
}

/* "%400,501!{Referer}i", "%>s", "%^ti": parse->at is behind the percent sign at 'start'. */
static bool apache_directive(struct parse *parse, size_t start)
{
    const char *p = parse->p;
    bool final = false, group = false;

    for (; parse->at < parse->size && strchr("!,<>0123456789", p[parse->at]) && p[parse->at];)
        final = p[parse->at++] == '>' || final;
    if (parse->at < parse->size && p[parse->at] == '{') {
        group = true;
        if (!skip_group(parse, '}'))
            return false;
    }
    parse->at += parse->at < parse->size && p[parse->at] == '^' ? 2 : 0;
    if (parse->at >= parse->size || !is_letter(p[parse->at]))
        return fail(parse, start, "this % begins no directive");
    char letter = p[parse->at++];
    bool status = letter == 's' && (final || !parse->final);
    if (letter != 't' || group)
        return add_field(parse, start, status);
    if (!add_text(parse, start, '['))
        return false;
    parse->field_before = true;
    return add_text(parse, start, ']');
}

/* HAProxy quotes texts, if it is told to, and never numbers or times. */
static bool is_haproxy_text(const char *p, size_t size)
{
    static const char *const names[] = {"b",  "bi",  "ci", "f",    "fi",   "ft", "hr", "hrl",
                                        "hs", "hsl", "r",  "s",    "si",   "sslc", "sslv", "CC",
                                        "CS", "H",   "HM", "HP",   "HPO",  "HQ", "HU", "HV", "ID"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (equal(p, size, names[i]))
            return true;
    return *p == '[';
}

/* "%ST", "%{+Q}r", "%[status]", "%{+Q}o" for all that follow */
static bool haproxy_directive(struct parse *parse, size_t start)
{
    const char *p = parse->p;
    bool quotes = false, global = parse->quotes, status;

    if (parse->at < parse->size && p[parse->at] == '{') {
        size_t flags = parse->at;
        if (!skip_group(parse, '}'))
            return false;
        quotes = contains(p + flags, parse->at - flags, "+Q");
        global = global && !contains(p + flags, parse->at - flags, "-Q");
    }
    size_t name = parse->at;
    if (name < parse->size && p[name] == '[') {
        if (!skip_group(parse, ']'))
            return false;
        status = equal(p + name, parse->at - name, "[status]");
    } else {
        parse->at = letters(parse, name);
        status = equal(p + name, parse->at - name, "ST");
    }
    if (parse->at == name)
        return fail(parse, start, "this % begins no directive");
    if (equal(p + name, parse->at - name, "o")) { /* sets flags, and is no field */
        parse->quotes = quotes || global;
        return true;
    }
    quotes = quotes || (global && is_haproxy_text(p + name, parse->at - name));
    return (!quotes || add_text(parse, start, '"')) && add_field(parse, start, status) &&
           (!quotes || add_text(parse, start, '"'));
}

/* "$status", "${status}" */
static bool nginx_variable(struct parse *parse, size_t start)
{
    bool braces = parse->at < parse->size && parse->p[parse->at] == '{';
    size_t name = parse->at + braces;
    size_t end = name;

    while (end < parse->size && (is_letter(parse->p[end]) || is_digit(parse->p[end]) ||
                                 parse->p[end] == '_'))
        end++;
    if (end == name || (braces && (end == parse->size || parse->p[end] != '}')))
        return fail(parse, start, "this $ begins no variable");
    parse->at = end + braces;
    return add_field(parse, start, equal(parse->p + name, end - name, "status"));
}

static bool next_part(struct parse *parse)
{
    size_t start = parse->at++;
    char c = parse->p[start];

    if (c == '\\' && parse->at < parse->size) {
        c = parse->p[parse->at++];
        if (c == 't' && parse->dialect == APACHE)
            c = '\t';
        return add_text(parse, start, c);
    }
    if (c == '$' && parse->dialect == NGINX)
        return nginx_variable(parse, start);
    if (c != '%')
        return add_text(parse, start, c);
    if (parse->at < parse->size && parse->p[parse->at] == '%') {
        parse->at++;
        return add_text(parse, start, c);
    }
    return parse->dialect == APACHE ? apache_directive(parse, start)
                                    : haproxy_directive(parse, start);
}

static bool compile(struct httpstatus_locator *locator, const char *p, size_t size,
                    struct httpstatus_format_error *error)
{
    static const char *const missing[] = {
        [APACHE] = "it ends without a status: %>s or %s",
        [NGINX] = "it ends without a status: $status",
        [HAPROXY] = "it ends without a status: %ST",
    };
    struct parse parse = {.p = p, .size = size, .dialect = dialect_of(p, size), .locator = locator,
                          .error = error};

    memset(locator, 0, sizeof *locator);
    parse.final = contains(p, size, "%>s");
    locator->negative = parse.dialect == HAPROXY;
    locator->verbatim = parse.dialect == HAPROXY && !contains(p, size, "+E") &&
                        !contains(p, size, "json");
    while (parse.at < size && !locator->has_stop)
        if (!next_part(&parse))
            return false;
    locator->ready = parse.status_seen;
    if (!locator->ready)
        fail(&parse, size, missing[parse.dialect]);
    return locator->ready;
}

bool httpstatus_options_format(struct httpstatus_options *options, const char *p, size_t size,
                               struct httpstatus_format_error *error)
{
    *error = (struct httpstatus_format_error){0, NULL};
    options->format = httpstatus_format(p, size);
    if (options->format != HTTPSTATUS_FORMAT_NONE && options->format != HTTPSTATUS_CUSTOM)
        return true;
    options->format = HTTPSTATUS_CUSTOM;
    return size && (memchr(p, '%', size) || memchr(p, '$', size)) &&
           compile(&options->locator, p, size, error);
}

/* ---- Reading ---- */

/* The next longest beginning of the text that what has been seen ends with. */
static void shrink(struct httpstatus_located *line, const char *text)
{
    const unsigned seen = line->matched;

    do
        line->matched--;
    while (memcmp(text, text + seen - line->matched, line->matched) != 0);
    line->start_escaped = text[seen - line->matched - 1] == '\\';
}

/* Goes on with the text that ends a field; true when all of it has been seen. */
static bool text_step(struct httpstatus_located *line, const char *text, unsigned size, char c)
{
    while (line->matched == size || (line->matched && text[line->matched] != c))
        shrink(line, text);
    if (text[line->matched] != c)
        return false;
    if (line->matched++ == 0)
        line->start_escaped = line->escaped;
    return line->matched == size;
}

static void decide(struct httpstatus_located *line, int status)
{
    line->found = status;
    line->decided = true;
}

static void begin_status(struct httpstatus_located *line)
{
    line->reading = true;
    line->status_escaped = line->start_escaped;
    line->status = (struct httpstatus_attempt){.active = true};
}

/* A byte, or END_OF_LINE, where a status may be. */
static void status_step(struct httpstatus_located *line, const struct httpstatus_locator *locator,
                        int c)
{
    struct httpstatus_attempt *a = &line->status;
    bool ends = c == END_OF_LINE || (locator->has_stop && c == locator->stop);

    if (ends && a->digits) {
        line->reading = false;
        if (!line->status_escaped)
            decide(line, a->value);
        else if (!line->have_fallback)
            line->fallback = a->value;
        line->have_fallback = true;
    } else if (locator->negative && a->value == HTTPSTATUS_NO_STATUS && c == '1') {
        a->value = -1;
    } else if (take_status(a, c, 3) == FAILS) {
        line->reading = false;
    }
}

static void locate_byte(struct httpstatus_located *line, const struct httpstatus_locator *locator,
                        char c)
{
    const bool anchored = line->step == 0 && locator->anchored;

    if (line->reading)
        status_step(line, locator, (unsigned char)c);
    if (line->decided || line->step == locator->step_count)
        return;
    const char *text = locator->text + locator->steps[line->step].start;
    if (anchored && text[line->matched] != c) {
        decide(line, HTTPSTATUS_UNMATCHED);
    } else if (text_step(line, text, locator->steps[line->step].size, c)) {
        const bool last = line->step + 1u == locator->step_count;
        const bool quote = text[0] == '"' && !anchored;
        line->start_escaped = line->start_escaped && quote && !locator->verbatim;
        if (last)
            begin_status(line);
        if (last ? !quote : !line->start_escaped) {
            line->step++;
            line->matched = 0;
        }
    }
    line->escaped = c == '\\' && !line->escaped;
}

static void begin_line(struct httpstatus_located *line, const struct httpstatus_locator *locator)
{
    if (!line->begun && locator->step_count == 0)
        begin_status(line);
    line->begun = true;
}

void httpstatus_custom_read(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                            const char *p, size_t size)
{
    struct httpstatus_located *line = &reader->as.located;

    begin_line(line, &setup->locator);
    for (size_t i = 0; i < size && !line->decided; i++)
        locate_byte(line, &setup->locator, p[i]);
}

int httpstatus_custom_end(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                          int *substatus)
{
    struct httpstatus_located *line = &reader->as.located;

    (void)substatus;
    if (line->reading)
        status_step(line, &setup->locator, END_OF_LINE);
    if (line->decided)
        return line->found;
    return line->have_fallback ? line->fallback : HTTPSTATUS_UNMATCHED;
}

/* Compiles a server's own format string into a locator, which finds the status in its lines. */
#include "locator.h"

/*
 * A format string is texts and fields.  Clients write into some of the fields, so the place of the
 * status must follow from what no client can write:
 *
 * From the left.  A field ends where the text after it first occurs.  That is where the server
 * ended it if some byte of the text can be in no field since the last such end: the first of these
 * bytes in the line is then the text's own.  In between, texts may be found too early, but never
 * too late.  So "%U [%t] \"%r\" %>s" is certain: the blank may be in the path, but no field holds a
 * bare quote.  Of what follows the status, only the byte that ends it is then looked at.
 *
 * From the right, where the left does not tell.  The line must be as the string says up to its end,
 * and no field after the status may hold the last byte of the text before that field.  Read from
 * the end, each field can then begin at one place only, so a line has at most one status: any way
 * of matching the line from the left that reaches the end has found it.
 *
 * A string for which neither holds is refused: a client could choose the status.
 *
 * A quote that ends a field has no backslash before it if the writer escapes quotes.  If no such
 * quote has a status after it, one with a backslash will do: the writer did not escape.
 */

/* ---- The names of fields ---- */

/* A name that ends in '*' stands for all that begin so.  The last one that fits counts. */
struct shape {
    const char *name;
    unsigned holds;
};

/*
 * Apache's mod_log_config, and Tomcat.  %u may be the name of a Digest user, with blanks; %h, %l,
 * %v and %V have none, but "UseCanonicalName Off" takes %v from the client.  An environment
 * variable, a note or a response header may be a copy of what the client sent.
 */
static const struct shape apache_shapes[] = {
    {"A", NAME},   {"B", NUMBER}, {"C", TEXT},  {"D", NUMBER}, {"H", WORD},   {"I", NUMBER},
    {"O", NUMBER}, {"T", NUMBER}, {"U", TEXT},  {"V", WORD},   {"a", NAME},   {"b", NUMBER},
    {"c", TEXT},   {"e", TEXT},   {"f", TEXT},  {"h", NAME},   {"i", TEXT},   {"k", NUMBER},
    {"l", WORD},   {"m", WORD},   {"n", TEXT},  {"o", TEXT},   {"p", NUMBER}, {"q", TEXT},
    {"r", TEXT},   {"s", NUMBER}, {"t", STAMP}, {"u", USER},   {"v", WORD},   {"x", TEXT},
};

/*
 * nginx, AWS's "$context." and the names that people give to the columns of other logs.  Any other
 * name is OTHER: nginx's remaining variables are the server's words, and a name made up for a
 * column says that the column ends where the text after it begins.
 */
static const struct shape nginx_shapes[] = {
    {"agent", TEXT},
    {"arg_*", TEXT},
    {"args", TEXT},
    {"body_bytes_sent", NUMBER},
    {"bytes_sent", NUMBER},
    {"connection", NUMBER},
    {"connection_requests", NUMBER},
    {"content_type", TEXT},
    {"context.authorizer.*", TEXT},
    {"context.error.*", TEXT},
    {"context.identity.userAgent", TEXT},
    {"context.path", TEXT},
    {"context.requestTime", STAMP},
    {"context.responseLength", NUMBER},
    {"cookie_*", TEXT},
    {"document_uri", TEXT},
    {"fastcgi_path_info", TEXT},
    {"fastcgi_script_name", TEXT},
    {"geoip_*", TEXT},
    {"host", TEXT},
    {"http_*", TEXT},
    {"jwt_*", TEXT},
    {"msec", NUMBER},
    {"proxy_add_x_forwarded_for", TEXT},
    {"proxy_protocol_addr", NAME},
    {"proxy_protocol_tlv_*", TEXT},
    {"query_string", TEXT},
    {"realip_remote_addr", NAME},
    {"referer", TEXT},
    {"referrer", TEXT},
    {"remote_addr", NAME},
    {"remote_user", TEXT},
    {"req_id", TEXT},
    {"request", TEXT},
    {"request_body", TEXT},
    {"request_filename", TEXT},
    {"request_length", NUMBER},
    {"request_line", TEXT},
    {"request_time", NUMBER},
    {"request_uri", TEXT},
    {"sent_http_*", TEXT},
    {"sent_trailer_*", TEXT},
    {"server_addr", NAME},
    {"ssl_client_*", TEXT},
    {"ssl_server_name", TEXT},
    {"status", NUMBER},
    {"time_iso8601", TIME},
    {"time_local", STAMP},
    {"ua", TEXT},
    {"upstream_*", LIST},
    {"upstream_cache_status", OTHER},
    {"upstream_cookie_*", TEXT},
    {"upstream_http_*", TEXT},
    {"upstream_trailer_*", TEXT},
    {"uri", TEXT},
    {"user", TEXT},
    {"user_agent", TEXT},
};

/*
 * In the parts of a request and in headers (%hr), HAProxy writes '#' and two digits for a quote and
 * for what cannot be printed.  It writes a cookie or a sample, %[...], as it came.  The parts of a
 * request line, unlike the whole, contain no blanks: they are split there.
 */
static const struct shape haproxy_shapes[] = {
    {"CC", RAW | QUOTED},
    {"CS", RAW | QUOTED},
    {"H", OTHER | QUOTED},
    {"HM", WORD | QUOTED},
    {"HP", WORD | QUOTED},
    {"HPO", WORD | QUOTED},
    {"HQ", WORD | QUOTED},
    {"HU", WORD | QUOTED},
    {"HV", WORD | QUOTED},
    {"ID", OTHER | QUOTED},
    {"T", STAMP},
    {"Tl", STAMP},
    {"[*", RAW | QUOTED},
    {"[dst]", NAME | QUOTED},
    {"[src]", NAME | QUOTED},
    {"b", OTHER | QUOTED},
    {"bi", NAME | QUOTED},
    {"ci", NAME | QUOTED},
    {"f", OTHER | QUOTED},
    {"fi", NAME | QUOTED},
    {"ft", OTHER | QUOTED},
    {"hr", TEXT | QUOTED},
    {"hrl", TEXT | QUOTED},
    {"hs", TEXT | QUOTED},
    {"hsl", TEXT | QUOTED},
    {"r", TEXT | QUOTED},
    {"s", OTHER | QUOTED},
    {"si", NAME | QUOTED},
    {"sslc", OTHER | QUOTED},
    {"sslv", OTHER | QUOTED},
    {"t", TIME},
    {"tr", TIME},
    {"trg", STAMP},
    {"trl", STAMP},
};

/* Squid writes %XX for blanks and quotes unless asked for something else: %[un, %"ru, %'ru. */
static const struct shape squid_shapes[] = {
    {"<A", NAME}, {"<a", NAME},  {"<h", WORD},  {"<ru", WORD}, {">A", NAME}, {">a", NAME},
    {">h", WORD}, {">ha", WORD}, {">rm", WORD}, {">ru", WORD}, {"mt", WORD}, {"rm", WORD},
    {"rp", WORD}, {"ru", WORD},  {"tg", STAMP}, {"tl", STAMP}, {"ue", WORD}, {"ui", WORD},
    {"ul", WORD}, {"un", WORD},  {"us", WORD},
};

static unsigned shape_of(const struct shape *shapes, size_t count, const char *p, size_t size)
{
    unsigned holds = OTHER;

    for (size_t i = 0; i < count; i++) {
        const size_t length = strlen(shapes[i].name) - 1;
        if (shapes[i].name[length] == '*' ? size >= length && memcmp(p, shapes[i].name, length) == 0
                                          : equal(p, size, shapes[i].name))
            holds = shapes[i].holds;
    }
    return holds;
}
#define SHAPE_OF(shapes, p, size) shape_of(shapes, sizeof(shapes) / sizeof(shapes)[0], p, size)

/* ---- Compilation ---- */

enum dialect { APACHE, NGINX, HAPROXY, SQUID };

/* A format string being compiled, and what has been seen of it so far. */
struct parse {
    const char *p;
    size_t size, at;
    enum dialect dialect;
    bool final; /* Apache: "%>s" occurs, so "%s" is not the status */
    bool status_seen;
    bool done;         /* the rest does not matter */
    bool field_before; /* the last part seen is a field */
    bool quotes;       /* HAProxy: "%{+Q}o" has been seen */
    bool escapes;      /* HAProxy: "%{+E}o" has been seen */
    bool word_before;  /* HAProxy: the last part seen is not a blank */
    unsigned holds;    /* by the field before the current text; NUMBER for the status */
    unsigned since;    /* by all fields since the last certain place */
    size_t text_start; /* of the current text */
    struct locator *locator;
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

/* Whether it has "%03>Hs" or the like, a directive of no other server. */
static bool is_squid(const char *p, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (p[i] == '%') {
            size_t at = i + 1;
            while (at < size && (is_digit(p[at]) || p[at] == '>'))
                at++;
            if (size - at >= 2 && p[at] == 'H' && p[at + 1] == 's')
                return true;
        }
    return false;
}

static enum dialect dialect_of(const char *p, size_t size)
{
    static const char *const haproxy[] = {"%ST", "%ci", "%[", "%{+", "%tsc", "%HM"};

    if (is_squid(p, size))
        return SQUID;
    for (size_t i = 0; i < sizeof haproxy / sizeof haproxy[0]; i++)
        if (contains(p, size, haproxy[i]))
            return HAPROXY;
    return memchr(p, '%', size) ? APACHE : NGINX;
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* Whether only the end of the line is left of the string: it came from a file, or ends in "\n". */
static bool only_line_end_left(const struct parse *parse)
{
    for (size_t at = parse->at; at < parse->size; at++)
        if (!is_line_end(parse->p[at]))
            return false;
    return true;
}

static bool add_text(struct parse *parse, size_t at, char c)
{
    struct locator *locator = parse->locator;

    if (c == ' ' && parse->dialect == HAPROXY && !parse->word_before)
        return true; /* HAProxy writes one blank for several, and none at the beginning */
    parse->word_before = c != ' ';
    if (parse->done)
        return true;
    if (is_line_end(c) && only_line_end_left(parse))
        return true;
    if (is_line_end(c))
        return fail(parse, at, "a line break: a record is one line");
    if (parse->status_seen && !locator->has_stop) {
        if (is_digit(c))
            return fail(parse, at, "this digit would look like a part of the status before it");
        locator->stop = (unsigned char)c;
        locator->has_stop = true;
        parse->done = !locator->from_end;
        if (parse->done)
            return true;
    }
    if (!parse->status_seen && (parse->field_before || locator->step_count == 0)) {
        if (locator->step_count == HTTPSTATUS_LOCATOR_STEPS)
            return fail(parse, at, "more than 64 texts between fields");
        if (locator->step_count == 0)
            locator->anchored = !parse->field_before && parse->dialect != HAPROXY;
        locator->steps[locator->step_count].start = locator->text_size;
        locator->steps[locator->step_count++].size = 0;
    }
    if (locator->text_size == HTTPSTATUS_LOCATOR_TEXT)
        return fail(parse, at, "more than 512 bytes of text");
    if (parse->status_seen && locator->text_size - locator->behind == HTTPSTATUS_LOCATOR_BEHIND)
        return fail(parse, at, "more than 256 bytes of text after the status");
    if (parse->field_before)
        parse->text_start = locator->text_size;
    parse->field_before = false;
    locator->text[locator->text_size++] = c;
    if (!parse->status_seen)
        locator->steps[locator->step_count - 1].size++;
    return true;
}

/*
 * Whether a backslash before the text's first quote proves that the quote is a field's own: some
 * field escapes its quotes, and the last one cannot end in a backslash that looks like an escape.
 */
static bool is_escaped(const struct parse *parse)
{
    return (parse->since | parse->holds) & ESCAPED && !(parse->holds & RAW) &&
           (parse->holds & ESCAPED || !(parse->holds & holders('\\')));
}

/*
 * Whether the bytes beside a list's own blanks tell them from the blank after the list: not if the
 * next field, which holds 'next', may be a colon.
 */
static bool ends_list(const struct parse *parse, const char *text, size_t size, unsigned next)
{
    return (parse->holds & ~(unsigned)ESCAPED) == LIST && text[0] == ' ' &&
           !(size == 1 && next & (RAW | USER | TEXT | WORD));
}

/* Whether the server ended the field before the text where the text first occurs. */
static bool is_certain(const struct parse *parse, const char *text, size_t size, unsigned next)
{
    const unsigned alone = parse->since ? 0 : parse->holds & ~(unsigned)(ESCAPED | PADDED);
    unsigned since = (parse->since | parse->holds) & ~(unsigned)PADDED;

    if (alone == OTHER)
        return true;
    if (alone == LIST && ends_list(parse, text, size, next) && (size == 1 || text[1] != ':'))
        return true;
    if (since & USER && (text[0] != '"' || (size > 1 && text[1] != '"')))
        since = (since & ~(unsigned)USER) | TEXT;
    if (parse->locator->text[0] != '[' && contains(text, size, " [") &&
        !(since & ~(unsigned)(PREFIX | NUMBER | NAME | OTHER | TIME | ESCAPED)))
        since &= ~(unsigned)PREFIX; /* neither "haproxy[1]: " nor an address has " [" */
    for (size_t i = text[0] == '"' && since & ESCAPED && !is_escaped(parse); i < size; i++)
        if ((holders((unsigned char)text[i]) & since) == 0)
            return true;
    return false;
}

/* Ends a text that ends a field or begins the line; the next field holds 'next'. */
static void end_text(struct parse *parse, unsigned next)
{
    struct locator *locator = parse->locator;
    const unsigned step = locator->step_count - 1u;
    const char *text = locator->text + locator->steps[step].start;

    locator->escaped |= (uint64_t)(text[0] == '"' && is_escaped(parse)) << step;
    locator->padded |= (uint64_t)((parse->holds & PADDED) != 0) << step;
    locator->listed |= (uint64_t)ends_list(parse, text, locator->steps[step].size, next) << step;
    if (is_certain(parse, text, locator->steps[step].size, next))
        parse->since = 0;
    else
        parse->since |= parse->holds | (text[0] == '"' ? RAW : 0); /* quotes no longer tell */
    parse->holds = 0;
}

/*
 * What a field holds in its place.  If a backslash before it may be another field's, backslashes do
 * not tell which quotes are its own.  Blanks before it are known to be padding only right after a
 * text.
 */
static unsigned held_here(const struct parse *parse, unsigned holds)
{
    const struct locator *locator = parse->locator;
    char last = '\0';
    bool untold;

    if (locator->text_size)
        last = locator->text[locator->text_size - 1];
    untold = last == '\\';
    if (parse->field_before)
        untold = (holds ^ parse->holds) & ESCAPED || holds & PADDED;
    else if (parse->status_seen && last == '"' && locator->text_size - parse->text_start == 1)
        untold = !(parse->holds & ESCAPED) && parse->holds & holders('\\');
    return untold ? holds | RAW : holds;
}

/*
 * Whether the end of the line tells where a field after the status begins: it does if the field
 * cannot hold the last byte of the text before it.  A list holds blanks; but if a blank is the text
 * before it, that is the last blank with no comma or colon beside it.  See may_enter().
 */
static bool is_told(const struct parse *parse, unsigned holds)
{
    const struct locator *locator = parse->locator;
    const char *end = locator->text + locator->text_size;

    if (parse->field_before && (holds | parse->holds) & LIST)
        return false;
    if (holds & LIST && end[-1] == ' ')
        return end - 1 == locator->text + parse->text_start
                   ? (parse->holds &
                      ~(unsigned)(NUMBER | NAME | OTHER | TIME | LIST | ENTRY | ESCAPED)) == 0
                   : (holders((unsigned char)end[-2]) & LIST) == 0;
    return (holders((unsigned char)end[-1]) & holds & ~(unsigned)OTHER) == 0;
}

static bool add_field_behind(struct parse *parse, size_t at, unsigned holds)
{
    struct locator *locator = parse->locator;

    if (!is_told(parse, holds))
        return fail(parse, at,
                    "this field may contain the text before it, so the status cannot be "
                    "found from either end of the line");
    if (holds & LIST && !add_text(parse, at, '?'))
        return false;
    parse->holds = holds | (holds & LIST ? ENTRY : 0);
    locator->loops[locator->text_size - 1 - locator->behind] |= (uint16_t)parse->holds;
    parse->field_before = parse->word_before = true;
    return true;
}

static bool add_field(struct parse *parse, size_t at, unsigned holds)
{
    if (parse->done)
        return true;
    if (parse->status_seen && !parse->locator->has_stop)
        return fail(parse, at, "nothing separates this field from the status before it");
    holds = held_here(parse, holds);
    if (parse->status_seen)
        return add_field_behind(parse, at, holds);
    if (!parse->field_before && parse->locator->step_count)
        end_text(parse, holds);
    parse->holds |= holds;
    parse->field_before = parse->word_before = true;
    return true;
}

static bool add_status(struct parse *parse, size_t at)
{
    struct locator *locator = parse->locator;

    if (parse->status_seen)
        return add_field(parse, at, NUMBER);
    if (parse->field_before)
        return fail(parse, at, "nothing separates the status from the field before it");
    if (locator->step_count) {
        end_text(parse, NUMBER);
        locator->from_end = parse->since != 0;
        locator->behind = locator->text_size;
    }
    if (locator->from_end && holders((unsigned char)locator->text[locator->text_size - 1]) & NUMBER)
        return fail(parse, at,
                    "the text before the status may look like a part of it, and the "
                    "fields before that do not show where it is");
    parse->holds = NUMBER;
    parse->status_seen = parse->field_before = parse->word_before = true;
    return true;
}

/* A time with a blank: one field in "[$time_local]", else two fields with the blank between. */
static bool add_time(struct parse *parse, size_t at, unsigned escaped)
{
    const char *p = parse->p + parse->at;
    const size_t left = parse->size - parse->at;

    if (left && (*p == ']' || *p == '"' || (*p == '\\' && left > 1 && p[1] == '"')))
        return add_field(parse, at, STAMP | escaped);
    if (!add_field(parse, at, TIME | escaped) || !add_text(parse, at, ' '))
        return false;
    return add_field(parse, at, TIME | escaped);
}

static size_t letters(const struct parse *parse, size_t at)
{
    while (at < parse->size && is_letter(parse->p[at]))
        at++;
    return at;
}

/* Moves past "{...}" or "[...]"; false if it is not closed. */
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

/* The time of "%{%d/%b/%Y %T}t": the text between its parts may end a field. */
static bool apache_time(struct parse *parse, size_t start, const char *p, size_t size)
{
    bool named = false;

    for (size_t i = 0; i + 1 < size; i++)
        if (p[i] == '%' && p[i + 1] && strchr("ceklrxX+", p[i + 1]))
            return add_field(parse, start, TEXT | ESCAPED); /* with blanks of its own */
    for (size_t i = 0; i < size; i++) {
        const bool name = p[i] == '%' || holders((unsigned char)p[i]) & TIME;
        if (!(name ? named || add_field(parse, start, TIME | ESCAPED)
                   : add_text(parse, start, p[i])))
            return false;
        named = name;
    }
    return true;
}

/* "%400,501!{Referer}i", "%>s", "%^ti": parse->at is after the percent sign at 'start'. */
static bool apache_directive(struct parse *parse, size_t start)
{
    const char *p = parse->p;
    bool final = false;
    size_t group = 0;

    for (; parse->at < parse->size && strchr("!,<>0123456789", p[parse->at]) && p[parse->at];)
        final = p[parse->at++] == '>' || final;
    if (parse->at < parse->size && p[parse->at] == '{') {
        group = parse->at + 1;
        if (!skip_group(parse, '}'))
            return false;
    }
    const size_t group_size = group ? parse->at - 1 - group : 0;
    parse->at += parse->at < parse->size && p[parse->at] == '^' ? 2 : 0;
    if (parse->at >= parse->size || !is_letter(p[parse->at]))
        return fail(parse, start, "this % begins no directive");
    const char *letter = p + parse->at++;
    if (*letter == 's' && (final || !parse->final))
        return add_status(parse, start);
    if (*letter == 't' && group && !(parse->at < parse->size && p[parse->at] == ']'))
        return apache_time(parse, start, p + group, group_size);
    unsigned holds = SHAPE_OF(apache_shapes, letter, 1);
    if (*letter == 'x' && group_size >= 7 && memcmp(p + group, "SSL_PRO", 7) == 0)
        holds = NAME; /* SSL_PROTOCOL; others show parts of the client's certificate */
    holds |= ESCAPED;
    if (*letter != 't' || group)
        return add_field(parse, start, holds);
    if (!add_text(parse, start, '['))
        return false;
    add_field(parse, start, holds); /* cannot fail: a stamp holds no bracket */
    return add_text(parse, start, ']');
}

/* "%ST", "%{+Q}r", "%[status]", "%{+Q}o" for all that follow */
static bool haproxy_directive(struct parse *parse, size_t start)
{
    const char *p = parse->p;
    bool quotes = false, global = parse->quotes, escapes = parse->escapes;

    if (parse->at < parse->size && p[parse->at] == '{') {
        size_t flags = parse->at;
        if (!skip_group(parse, '}'))
            return false;
        quotes = contains(p + flags, parse->at - flags, "+Q");
        global = global && !contains(p + flags, parse->at - flags, "-Q");
        escapes = (escapes || contains(p + flags, parse->at - flags, "+E")) &&
                  !contains(p + flags, parse->at - flags, "-E");
    }
    size_t name = parse->at;
    if (name < parse->size && p[name] == '[') {
        if (!skip_group(parse, ']'))
            return false;
    } else {
        parse->at = letters(parse, name);
    }
    const size_t size = parse->at - name;
    if (size == 0)
        return fail(parse, start, "this % begins no directive");
    if (equal(p + name, size, "o")) { /* sets flags; not a field */
        parse->quotes = quotes || global;
        parse->escapes = escapes;
        return true;
    }
    unsigned holds = SHAPE_OF(haproxy_shapes, p + name, size);
    quotes = quotes || (global && holds & QUOTED);
    holds &= ~(unsigned)QUOTED;
    if (escapes || contains(p + name, size, "json"))
        holds = (holds & RAW ? TEXT : holds) | ESCAPED;
    if (quotes && !add_text(parse, start, '"'))
        return false;
    if (!(equal(p + name, size, "ST") || equal(p + name, size, "[status]")
              ? add_status(parse, start)
          : holds & STAMP ? add_time(parse, start, holds & ESCAPED)
                          : add_field(parse, start, holds)))
        return false;
    return !quotes || add_text(parse, start, '"');
}

/*
 * "%ts", "%03>Hs", "%{Referer}>h", "%[un", "%6tr": parse->at is after the percent sign at 'start'.
 */
static bool squid_directive(struct parse *parse, size_t start)
{
    const char *p = parse->p;
    unsigned holds = ESCAPED;

    for (; parse->at < parse->size && strchr("\"[#'/-.0123456789", p[parse->at]) && p[parse->at];
         parse->at++) {
        const char c = p[parse->at];
        if (c == '"' || c == '[' || c == '-') /* '-': with blanks after it */
            holds |= TEXT;
        else if (c == '\'' || c == '/')
            holds |= RAW;
        else if (c >= '1' && p[parse->at - 1] == '%')
            holds |= PADDED;
    }
    if (parse->at < parse->size && p[parse->at] == '{' && !skip_group(parse, '}'))
        return false;
    const size_t name = parse->at;
    parse->at += parse->at < parse->size && (p[parse->at] == '<' || p[parse->at] == '>');
    parse->at = letters(parse, parse->at);
    const size_t size = parse->at - name;
    if (size == 0 || !is_letter(p[parse->at - 1]))
        return fail(parse, start, "this % begins no directive");
    if (equal(p + name, size, ">Hs") || equal(p + name, size, "Hs"))
        return add_status(parse, start);
    if (!(holds & (TEXT | RAW)))
        holds |= SHAPE_OF(squid_shapes, p + name, size);
    return holds & STAMP ? add_time(parse, start, ESCAPED) : add_field(parse, start, holds);
}

static size_t variable_end(const struct parse *parse, size_t at)
{
    while (at < parse->size &&
           (is_letter(parse->p[at]) || is_digit(parse->p[at]) || parse->p[at] == '_'))
        at++;
    return at;
}

/* "$status", "${status}", and AWS's "$context.status" */
static bool nginx_variable(struct parse *parse, size_t start)
{
    const char *p = parse->p;
    bool braces = parse->at < parse->size && p[parse->at] == '{';
    size_t name = parse->at + braces;
    size_t end = variable_end(parse, name);

    if (equal(p + name, end - name, "context"))
        while (end < parse->size && p[end] == '.' && variable_end(parse, end + 1) > end + 1)
            end = variable_end(parse, end + 1);
    if (end == name || (braces && (end == parse->size || p[end] != '}')))
        return fail(parse, start, "this $ begins no variable");
    parse->at = end + braces;
    if (equal(p + name, end - name, "status") || equal(p + name, end - name, "context.status"))
        return add_status(parse, start);
    unsigned holds = SHAPE_OF(nginx_shapes, p + name, end - name) | ESCAPED;
    return holds & STAMP ? add_time(parse, start, ESCAPED) : add_field(parse, start, holds);
}

static bool next_part(struct parse *parse)
{
    size_t start = parse->at++;
    char c = parse->p[start];

    if (c == '\\' && parse->at < parse->size) {
        c = parse->p[parse->at++];
        c = c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c;
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
    return parse->dialect == APACHE  ? apache_directive(parse, start)
           : parse->dialect == SQUID ? squid_directive(parse, start)
                                     : haproxy_directive(parse, start);
}

static bool compile(struct locator *locator, const char *p, size_t size,
                    struct httpstatus_format_error *error)
{
    static const char *const missing[] = {
        [APACHE] = "no status: expected %>s or %s",
        [NGINX] = "no status: expected $status",
        [HAPROXY] = "no status: expected %ST",
        [SQUID] = "no status: expected %>Hs",
    };
    struct parse parse = {
        .p = p, .size = size, .dialect = dialect_of(p, size), .locator = locator, .error = error};

    memset(locator, 0, sizeof *locator);
    parse.final = contains(p, size, "%>s");
    parse.since = parse.dialect == HAPROXY ? PREFIX : 0;
    locator->negative = parse.dialect == HAPROXY;
    while (parse.at < size && !parse.done)
        if (!next_part(&parse))
            return false;
    locator->ready = parse.status_seen;
    locator->careful = locator->from_end || locator->padded || locator->listed;
    if (!locator->ready)
        fail(&parse, size, missing[parse.dialect]);
    return locator->ready;
}

/* Whether it includes what surrounds the string in a configuration file. */
static bool is_configuration(const char *p, size_t size)
{
    static const char *const words[] = {"log_format ", "access_log ", "LogFormat ",
                                        "CustomLog ",  "log-format ", "logformat "};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (size >= strlen(words[i]) && memcmp(p, words[i], strlen(words[i])) == 0)
            return true;
    return *p == '\'' || (*p == '"' && contains(p, size, "\\\""));
}

bool httpstatus_options_format(struct httpstatus_options *options, const char *p, size_t size,
                               struct httpstatus_format_error *error)
{
    struct locator *locator = (struct locator *)(void *)&options->locator;

    *error = (struct httpstatus_format_error){0, NULL};
    options->format = httpstatus_format(p, size);
    if (options->format != HTTPSTATUS_FORMAT_NONE && options->format != HTTPSTATUS_CUSTOM)
        return true;
    options->format = HTTPSTATUS_CUSTOM;
    locator->ready = false;
    if (!size || !(memchr(p, '%', size) || memchr(p, '$', size)))
        return false;
    if (is_configuration(p, size)) {
        *error = (struct httpstatus_format_error){
            1, "a line of a configuration: expected only the text within its quotes"};
        return false;
    }
    return compile(locator, p, size, error);
}

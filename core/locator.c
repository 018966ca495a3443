/* A server's own format string, made into a locator of the status in its lines. */
#include "reader.h"

/*
 * A format string is texts and fields.  Clients write into some of the fields, so where the status is
 * must follow from what no client can write:
 *
 * From the left.  A field ends at the first place where the text behind it is.  That is where the server
 * ended it if some byte of the text can stand in no field since the last such end: the first of them in
 * the line is then the text's own.  In between, texts may be found too early, but never too late.  So
 * "%U [%t] \"%r\" %>s" is certain: the blank may be in the path, but no field holds a bare quote.
 * Nothing behind the status is looked at then but the byte that ends it.
 *
 * From the right, where the left does not tell.  The line has to be as the string says up to its end,
 * and no field behind the status may hold the last byte of the text before it.  Read from the end,
 * each field then begins at the only place where it can, so a line has no more than one status:
 * whichever way of matching it from the left reaches the end has it.
 *
 * A string for which neither holds is refused: there a client could choose the status.
 *
 * A quote that ends a field has no backslash before it, if its writer escapes.  If there is none with
 * a status behind it, one with a backslash will do: its writer did not escape.
 */

/* ---- What fields hold ---- */

enum {
    NUMBER = 1,    /* digits, points and signs */
    NAME = 2,      /* an address, a host, a word of the server's: no blank, quote, slash or any of ",;|=" */
    OTHER = 4,     /* a field that is not known: a name that does not hold the text beside it, whatever it is */
    TIME = 8,      /* without blanks */
    WORD = 16,     /* what a client wrote, without blanks */
    STAMP = 32,    /* a time with blanks, between brackets or quotes, and without these */
    LIST = 64,     /* of nginx's upstreams: "502, 404 : 200" */
    TEXT = 128,    /* what a client wrote, or an application: anything but bare quotes and control bytes */
    USER = 256,    /* the same, or "\"\"": how Apache writes an empty name */
    RAW = 512,     /* what a client wrote, as it came */
    PREFIX = 1024, /* what syslog puts before a line of HAProxy */
    PADDED = 2048, /* blanks, and then what else the field holds: Squid's "%6tr" */

    ESCAPED = 4096, /* a quote in it has a backslash before it */
    ENTRY = 8192,   /* the first byte of a list */
    QUOTED = 16384  /* HAProxy: a text, which %{+Q}o quotes; it does not quote numbers and times */
};

/* The fields that hold a byte. */
static unsigned holders(unsigned char c)
{
    enum { ALL = PADDED - 1 };

    if (c == '"')
        return RAW | USER;
    if (c < ' ' || c == 127)
        return RAW;
    if (is_digit((char)c) || c == '.' || c == '+' || c == '-')
        return ALL;
    if (c == ' ')
        return RAW | USER | TEXT | STAMP | LIST | PREFIX | PADDED;
    if (c == ',')
        return RAW | USER | TEXT | STAMP | WORD | LIST;
    if (c == ';' || c == '|' || c == '=')
        return RAW | USER | TEXT | STAMP | WORD;
    if (c == '\\')
        return RAW | USER | TEXT | WORD | OTHER;
    return ALL & ~(c == '/' ? NUMBER | NAME : c == '[' || c == ']' ? NUMBER | STAMP : NUMBER);
}

/* A name that ends in '*' is the beginning of names.  The last of those that fit counts. */
struct shape {
    const char *name;
    unsigned holds;
};

/*
 * Apache's mod_log_config, and Tomcat.  %u may be a Digest user, who has blanks; %h, %l, %v and %V have
 * none, but "UseCanonicalName Off" takes %v from the client.  An environment variable, a note or a
 * header of the answer may be a copy of what the client sent.
 */
static const struct shape apache_shapes[] = {
    {"A", NAME},   {"B", NUMBER}, {"C", TEXT},   {"D", NUMBER}, {"H", WORD}, {"I", NUMBER},
    {"O", NUMBER}, {"T", NUMBER}, {"U", TEXT},   {"V", WORD},   {"a", NAME}, {"b", NUMBER},
    {"c", TEXT},   {"e", TEXT},   {"f", TEXT},   {"h", NAME},   {"i", TEXT}, {"k", NUMBER},
    {"l", WORD},   {"m", WORD},   {"n", TEXT},   {"o", TEXT},   {"p", NUMBER}, {"q", TEXT},
    {"r", TEXT},   {"s", NUMBER}, {"t", STAMP},  {"u", USER},   {"v", WORD}, {"x", TEXT},
};

/*
 * nginx, AWS's "$context." and the names that people give to the columns of other logs.  What is not
 * here is OTHER: the rest of nginx's own variables are the server's words, and a name made up for a
 * column says that the column ends where the text behind it is.
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
 * HAProxy writes '#' and two digits for a quote and what cannot be printed in the parts of a request and
 * in headers (%hr), but a cookie or a sample, %[...], as it came.  The parts of a request line, unlike
 * the whole, are cut at its blanks.
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

/* Squid writes %XX for blanks and quotes, unless another way is asked for: %[un, %"ru, %'ru. */
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

/* A format string being read: what has been seen of it so far. */
struct parse {
    const char *p;
    size_t size, at;
    enum dialect dialect;
    bool final; /* Apache: "%>s" occurs, so "%s" is another field */
    bool status_seen;
    bool done;         /* nothing behind has to be known */
    bool field_before; /* the last that was seen is a field */
    bool quotes;       /* HAProxy: "%{+Q}o" has been seen */
    bool escapes;      /* ... and "%{+E}o" */
    bool word_before;  /* HAProxy: the last that was seen is no blank */
    unsigned holds;    /* the field before the text that is being read; the one before the status: NUMBER */
    unsigned since;    /* all fields since the last place that is certain */
    size_t text_start; /* of the text that is being read */
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

/* Whether "%03>Hs" or the like is in it: no other server has such a directive. */
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

static bool add_text(struct parse *parse, size_t at, char c)
{
    struct httpstatus_locator *locator = parse->locator;

    if (c == ' ' && parse->dialect == HAPROXY && !parse->word_before)
        return true; /* it writes one blank for several, and none at the beginning */
    parse->word_before = c != ' ';
    if (parse->done)
        return true;
    if (parse->status_seen && !locator->has_stop) {
        if (is_digit(c))
            return fail(parse, at, "this digit cannot be told from the status before it");
        locator->stop = (unsigned char)c;
        locator->has_stop = true;
        parse->done = !locator->from_end;
        if (parse->done)
            return true;
    }
    if (!parse->status_seen && (parse->field_before || locator->step_count == 0)) {
        if (locator->step_count == HTTPSTATUS_LOCATOR_STEPS)
            return fail(parse, at, "it has more than 64 texts between fields");
        if (locator->step_count == 0)
            locator->anchored = !parse->field_before && parse->dialect != HAPROXY;
        locator->steps[locator->step_count].start = locator->text_size;
        locator->steps[locator->step_count++].size = 0;
    }
    if (locator->text_size == HTTPSTATUS_LOCATOR_TEXT)
        return fail(parse, at, "it has more than 512 bytes of text");
    if (parse->status_seen && locator->text_size - locator->behind == HTTPSTATUS_LOCATOR_BEHIND)
        return fail(parse, at, "it has more than 256 bytes of text behind the status");
    if (parse->field_before)
        parse->text_start = locator->text_size;
    parse->field_before = false;
    locator->text[locator->text_size++] = c;
    if (!parse->status_seen)
        locator->steps[locator->step_count - 1].size++;
    return true;
}

/*
 * Whether a backslash before the text's first quote says that a field's own quote is there: a field has
 * such quotes, and the last field cannot end in a backslash that says so by mistake.
 */
static bool is_escaped(const struct parse *parse)
{
    return (parse->since | parse->holds) & ESCAPED && !(parse->holds & RAW) &&
           (parse->holds & ESCAPED || !(parse->holds & holders('\\')));
}

/*
 * Whether what is beside a list's own blanks tells them from the blank behind it: not if the field that
 * comes next, which holds 'next', may be a colon.
 */
static bool ends_list(const struct parse *parse, const char *text, size_t size, unsigned next)
{
    return (parse->holds & ~(unsigned)ESCAPED) == LIST && text[0] == ' ' &&
           !(size == 1 && next & (RAW | USER | TEXT | WORD));
}

/* Whether the first place where the text is, is where the server ended the field before it. */
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
        since &= ~(unsigned)PREFIX; /* "haproxy[1]: " has no such bracket, and no address adds one */
    for (size_t i = text[0] == '"' && since & ESCAPED && !is_escaped(parse); i < size; i++)
        if ((holders((unsigned char)text[i]) & since) == 0)
            return true;
    return false;
}

/* The text that ends a field, or begins the line, is complete, and a field comes that holds 'next'. */
static void end_text(struct parse *parse, unsigned next)
{
    struct httpstatus_locator *locator = parse->locator;
    const unsigned step = locator->step_count - 1u;
    const char *text = locator->text + locator->steps[step].start;

    locator->escaped |= (uint64_t)(text[0] == '"' && is_escaped(parse)) << step;
    locator->padded |= (uint64_t)((parse->holds & PADDED) != 0) << step;
    locator->listed |= (uint64_t)ends_list(parse, text, locator->steps[step].size, next) << step;
    if (is_certain(parse, text, locator->steps[step].size, next))
        parse->since = 0;
    else
        parse->since |= parse->holds | (text[0] == '"' ? RAW : 0); /* no quote tells anything from here on */
    parse->holds = 0;
}

/*
 * What a field holds where it stands.  If a backslash may be before it that is not its own, backslashes do
 * not tell which quotes are its own; and blanks in front of it are known as such behind a text alone.
 */
static unsigned held_here(const struct parse *parse, unsigned holds)
{
    const struct httpstatus_locator *locator = parse->locator;
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
 * Whether the end of the line tells where a field behind the status begins: it does if the field does
 * not hold the last byte of the text before it.  A list holds blanks, but if its blank is a text, the
 * one before the list is the last that has no comma or colon beside it.  See may_enter().
 */
static bool is_told(const struct parse *parse, unsigned holds)
{
    const struct httpstatus_locator *locator = parse->locator;
    const char *end = locator->text + locator->text_size;

    if (parse->field_before && (holds | parse->holds) & LIST)
        return false;
    if (holds & LIST && end[-1] == ' ')
        return end - 1 == locator->text + parse->text_start
                   ? (parse->holds & ~(unsigned)(NUMBER | NAME | OTHER | TIME | LIST | ENTRY | ESCAPED)) == 0
                   : (holders((unsigned char)end[-2]) & LIST) == 0;
    return (holders((unsigned char)end[-1]) & holds & ~(unsigned)OTHER) == 0;
}

static bool add_field_behind(struct parse *parse, size_t at, unsigned holds)
{
    struct httpstatus_locator *locator = parse->locator;

    if (!is_told(parse, holds))
        return fail(parse, at, "this field may hold the text before it, so the end of the line does not tell "
                               "where the status is, nor does its start");
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
    struct httpstatus_locator *locator = parse->locator;

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
        return fail(parse, at, "the text before it may be a part of it, and the fields before do not tell "
                               "where it is");
    parse->holds = NUMBER;
    parse->status_seen = parse->field_before = parse->word_before = true;
    return true;
}

/* A time that has blanks, as "[$time_local]" or with the blank as a text between two fields. */
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

/* The time of "%{%d/%b/%Y %T}t": what stands between its parts may end a field. */
static bool apache_time(struct parse *parse, size_t start, const char *p, size_t size)
{
    bool named = false;

    for (size_t i = 0; i + 1 < size; i++)
        if (p[i] == '%' && p[i + 1] && strchr("ceklrxX+", p[i + 1]))
            return add_field(parse, start, TEXT | ESCAPED); /* with blanks of its own */
    for (size_t i = 0; i < size; i++) {
        const bool name = p[i] == '%' || holders((unsigned char)p[i]) & TIME;
        if (!(name ? named || add_field(parse, start, TIME | ESCAPED) : add_text(parse, start, p[i])))
            return false;
        named = name;
    }
    return true;
}

/* "%400,501!{Referer}i", "%>s", "%^ti": parse->at is behind the percent sign at 'start'. */
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
        holds = NAME; /* SSL_PROTOCOL; others have parts of the client's certificate */
    holds |= ESCAPED;
    if (*letter != 't' || group)
        return add_field(parse, start, holds);
    if (!add_text(parse, start, '['))
        return false;
    add_field(parse, start, holds); /* which cannot be in the way */
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
    if (equal(p + name, size, "o")) { /* sets flags, and is no field */
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
    if (!(equal(p + name, size, "ST") || equal(p + name, size, "[status]") ? add_status(parse, start)
          : holds & STAMP ? add_time(parse, start, holds & ESCAPED)
                          : add_field(parse, start, holds)))
        return false;
    return !quotes || add_text(parse, start, '"');
}

/* "%ts", "%03>Hs", "%{Referer}>h", "%[un", "%6tr": parse->at is behind the percent sign at 'start'. */
static bool squid_directive(struct parse *parse, size_t start)
{
    const char *p = parse->p;
    unsigned holds = ESCAPED;

    for (; parse->at < parse->size && strchr("\"[#'/-.0123456789", p[parse->at]) && p[parse->at]; parse->at++) {
        const char c = p[parse->at];
        if (c == '"' || c == '[' || c == '-') /* '-': blanks behind what it holds */
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
    while (at < parse->size && (is_letter(parse->p[at]) || is_digit(parse->p[at]) || parse->p[at] == '_'))
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
        if (c == 't')
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
    return parse->dialect == APACHE  ? apache_directive(parse, start)
           : parse->dialect == SQUID ? squid_directive(parse, start)
                                     : haproxy_directive(parse, start);
}

static bool compile(struct httpstatus_locator *locator, const char *p, size_t size,
                    struct httpstatus_format_error *error)
{
    static const char *const missing[] = {
        [APACHE] = "it ends without a status: %>s or %s",
        [NGINX] = "it ends without a status: $status",
        [HAPROXY] = "it ends without a status: %ST",
        [SQUID] = "it ends without a status: %>Hs",
    };
    struct parse parse = {.p = p, .size = size, .dialect = dialect_of(p, size), .locator = locator,
                          .error = error};

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

/* Whether it is what a configuration has around the string, too. */
static bool is_configuration(const char *p, size_t size)
{
    static const char *const words[] = {"log_format ", "access_log ", "LogFormat ", "CustomLog ",
                                        "log-format ", "logformat "};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (size >= strlen(words[i]) && memcmp(p, words[i], strlen(words[i])) == 0)
            return true;
    return *p == '\'' || (*p == '"' && contains(p, size, "\\\""));
}

bool httpstatus_options_format(struct httpstatus_options *options, const char *p, size_t size,
                               struct httpstatus_format_error *error)
{
    *error = (struct httpstatus_format_error){0, NULL};
    options->format = httpstatus_format(p, size);
    if (options->format != HTTPSTATUS_FORMAT_NONE && options->format != HTTPSTATUS_CUSTOM)
        return true;
    options->format = HTTPSTATUS_CUSTOM;
    options->locator.ready = false;
    if (!size || !(memchr(p, '%', size) || memchr(p, '$', size)))
        return false;
    if (is_configuration(p, size)) {
        *error = (struct httpstatus_format_error){
            1, "this is a line of a configuration: give the text within its quotes alone"};
        return false;
    }
    return compile(&options->locator, p, size, error);
}

/* ---- Reading: the text before the status ---- */

/* Whether a blank is a list's own by the bytes before it, the last of them first: "502, 404 : 200". */
static bool goes_on(const char *before)
{
    return before[0] == ',' || (before[0] == ':' && before[1] == ' ');
}

static void decide(struct httpstatus_located *line, int status)
{
    line->found = status;
    line->decided = true;
}

/* The next longest beginning of the text that what has been seen ends with. */
static void shrink(struct httpstatus_located *line, const char *text)
{
    const unsigned seen = line->matched;

    do
        line->matched--;
    while (memcmp(text, text + seen - line->matched, line->matched) != 0);
    line->start_before[0] = text[seen - line->matched - 1];
    line->start_escaped = line->start_before[0] == '\\';
}

/* Goes on with the text that ends a field; true when all of it has been seen. */
static bool text_step(struct httpstatus_located *line, const char *text, unsigned size, char c)
{
    while (line->matched == size || (line->matched && text[line->matched] != c))
        shrink(line, text);
    if (text[line->matched] != c)
        return false;
    if (line->matched++ == 0) {
        line->start_escaped = line->escaped;
        memcpy(line->start_before, line->before, sizeof line->start_before);
    }
    return line->matched == size;
}

static void begin_status(struct httpstatus_located *line)
{
    line->reading = true;
    line->status_escaped = line->start_escaped;
    line->status = (struct httpstatus_attempt){.active = true};
}

/* ---- Reading: what is behind the status ---- */

/*
 * The line is matched in all ways at once.  A way is at a byte of the text behind the status that it has
 * seen last; if a field follows that byte, it may stay there for the bytes of the field.  For each
 * byte of the text the status is kept of the way that is there.  Of two ways that meet there, the
 * later takes its place: what comes now is the same for both, so either neither reaches the end or both
 * do, which is_told() rules out, for whoever wrote the line.
 */
enum { NO_WAY = 0, WAY = 1 - HTTPSTATUS_NO_STATUS }; /* plus the status */

static void enter(struct httpstatus_located *line, const struct httpstatus_locator *locator,
                  unsigned place, int way)
{
    line->ways[place] = (int16_t)way;
    if (line->way_count <= place)
        line->way_count = (uint16_t)(place + 1);
    if (place + locator->behind + 1u < locator->text_size || locator->loops[place])
        return;
    /* The string ends in this text: if the line goes on, it may be the only place that fits. */
    if (line->have_fallback && line->fallback != way - WAY)
        line->many = true;
    line->have_fallback = true;
    line->fallback = way - WAY;
}

/* Whether a list cannot end here: the blank that was last is its own only if a colon follows. */
static bool needs_colon(const struct httpstatus_located *line, unsigned loop)
{
    return loop & LIST && line->before[0] == ' ' && !goes_on(line->before + 1);
}

static bool may_stay(const struct httpstatus_located *line, unsigned loop, char last, char c)
{
    if (c == '"' && loop & ESCAPED && line->escaped)
        return true;
    if (loop & OTHER)
        return c != last && c != '"';
    return needs_colon(line, loop) ? c == ':' : holders((unsigned char)c) & loop;
}

static bool may_enter(const struct httpstatus_located *line, const struct httpstatus_locator *locator,
                      unsigned place, char c)
{
    const uint16_t *loop = &locator->loops[place];

    if (*loop & ENTRY)
        return c != ' ' && c != ',' && c != ':' && holders((unsigned char)c) & LIST;
    if (c == ' ' && goes_on(line->before) && (loop[-1] & LIST || loop[1] & ENTRY))
        return false; /* the blank is the list's own */
    return c == locator->text[locator->behind + place] && !needs_colon(line, loop[-1]) &&
           !(c == '"' && line->escaped && loop[-1] & ESCAPED);
}

static void follow_byte(struct httpstatus_located *line, const struct httpstatus_locator *locator,
                        char c)
{
    for (unsigned place = line->way_count; place-- > 0;) {
        const int way = line->ways[place];
        if (way == NO_WAY)
            continue;
        if (place + locator->behind + 1u < locator->text_size && may_enter(line, locator, place + 1, c))
            enter(line, locator, place + 1, way);
        if (!may_stay(line, locator->loops[place], locator->text[locator->behind + place], c))
            line->ways[place] = NO_WAY;
    }
    while (line->way_count && line->ways[line->way_count - 1] == NO_WAY)
        line->way_count--;
}

static int found_from_end(const struct httpstatus_located *line, const struct httpstatus_locator *locator)
{
    const unsigned places = locator->text_size - locator->behind;

    if (places && line->ways[places - 1] != NO_WAY && !needs_colon(line, locator->loops[places - 1]))
        return line->ways[places - 1] - WAY;
    return line->have_fallback && !line->many ? line->fallback : HTTPSTATUS_UNMATCHED;
}

/* ---- Reading: a line ---- */

static void end_status(struct httpstatus_located *line, const struct httpstatus_locator *locator, int c)
{
    const int status = line->status.value;

    line->reading = false;
    if (locator->from_end) {
        if (c != END_OF_LINE)
            enter(line, locator, 0, status + WAY);
        else if (!locator->has_stop)
            decide(line, status);
        return;
    }
    if (!line->status_escaped)
        decide(line, status);
    else if (!line->have_fallback)
        line->fallback = status;
    line->have_fallback = true;
}

/* A byte, or END_OF_LINE, where a status may be. */
static void status_step(struct httpstatus_located *line, const struct httpstatus_locator *locator,
                        int c)
{
    struct httpstatus_attempt *a = &line->status;
    bool ends = c == END_OF_LINE || (locator->has_stop && c == locator->stop);

    if (ends && a->digits)
        end_status(line, locator, c);
    else if (locator->negative && a->value == HTTPSTATUS_NO_STATUS && c == '1')
        a->value = -1;
    else if (take_status(a, c, 3) == FAILS)
        line->reading = false;
}

static bool has_bit(uint64_t bits, unsigned i)
{
    return bits >> i & 1;
}

/* The text that ends a field has been seen.  The one before the status may come again. */
static void end_step(struct httpstatus_located *line, const struct httpstatus_locator *locator)
{
    const unsigned step = line->step;
    const bool last = step + 1u == locator->step_count, listed = has_bit(locator->listed, step);
    const bool quote = locator->text[locator->steps[step].start] == '"' &&
                       !(step == 0 && locator->anchored);

    if (listed && goes_on(line->start_before))
        return;
    line->start_escaped = line->start_escaped && has_bit(locator->escaped, step);
    if (last)
        begin_status(line);
    if (last ? !(quote || listed || locator->from_end) : !line->start_escaped) {
        line->step++;
        line->matched = 0;
        line->into = last ? 2 : 0;
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
    if (anchored && text[line->matched] != c)
        decide(line, HTTPSTATUS_UNMATCHED);
    else if (text_step(line, text, locator->steps[line->step].size, c))
        end_step(line, locator);
    line->escaped = c == '\\' && !line->escaped;
}

static void locate_bytes(struct httpstatus_located *line, const struct httpstatus_locator *locator,
                         const char *p, size_t size)
{
    for (size_t i = 0; i < size && !line->decided; i++)
        locate_byte(line, locator, p[i]);
}

/* A byte for a string with lists or padding, or whose lines have to be known to their end. */
static void locate_byte_carefully(struct httpstatus_located *line,
                                  const struct httpstatus_locator *locator, char c)
{
    const bool behind_list = line->step && has_bit(locator->listed, line->step - 1u) &&
                             locator->steps[line->step - 1].size == 1;
    const bool first = line->into == 0, colon = behind_list && line->into == 1 && line->before[0] == ':';

    follow_byte(line, locator, c);
    if (first && c == ' ' && has_bit(locator->padded, line->step))
        return;
    if (line->into < 2)
        line->into++;
    if (colon && c == ' ') { /* "502 : 404": the blank was the list's own */
        line->step--;
        line->matched = 0;
    } else if (colon) {
        locate_bytes(line, locator, ":", 1);
    }
    if (!(behind_list && first && c == ':'))
        locate_bytes(line, locator, &c, 1);
    memmove(line->before + 1, line->before, sizeof line->before - 1);
    line->before[0] = c;
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
    struct httpstatus_located *line = &reader->as.custom;

    begin_line(line, &setup->locator);
    if (!setup->locator.careful)
        locate_bytes(line, &setup->locator, p, size);
    else
        for (size_t i = 0; i < size; i++)
            locate_byte_carefully(line, &setup->locator, p[i]);
}

int httpstatus_custom_end(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                          int *substatus)
{
    struct httpstatus_located *line = &reader->as.custom;

    (void)substatus;
    if (line->reading)
        status_step(line, &setup->locator, END_OF_LINE);
    if (line->decided)
        return line->found;
    if (setup->locator.from_end)
        return found_from_end(line, &setup->locator);
    return line->have_fallback ? line->fallback : HTTPSTATUS_UNMATCHED;
}

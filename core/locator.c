/* Compiles a server's own format string into a locator, which finds the status in its lines. */
#include "locator.h"
#include "cursor.h"

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
    int part, detail;
};

/*
 * Apache's mod_log_config, and Tomcat.  %u may be the name of a Digest user, with blanks; %h, %l,
 * %v and %V have none, but "UseCanonicalName Off" takes %v from the client.  An environment
 * variable, a note or a response header may be a copy of what the client sent.
 */
static const struct shape apache_shapes[] = {
    {"A", NAME, 0, 0},
    {"B", NUMBER, FIELD(BYTES), 0},
    {"C", TEXT, 0, 0},
    {"D", NUMBER, FIELD(DURATION), -6},
    {"H", WORD, FIELD(PROTOCOL), 0},
    {"I", NUMBER, 0, 0},
    {"O", NUMBER, FIELD(BYTES), 1},
    {"T", NUMBER, FIELD(DURATION), 0},
    {"U", TEXT, FIELD(PATH), 0},
    {"V", WORD, FIELD(HOST), 1},
    {"a", NAME, FIELD(CLIENT), 1},
    {"b", NUMBER, FIELD(BYTES), 0},
    {"c", TEXT, 0, 0},
    {"e", TEXT, 0, 0},
    {"f", TEXT, 0, 0},
    {"h", NAME, FIELD(CLIENT), 2},
    {"i", TEXT, 0, 0},
    {"k", NUMBER, 0, 0},
    {"l", NAME, 0, 0},
    {"m", WORD, FIELD(METHOD), 0},
    {"n", TEXT, 0, 0},
    {"o", TEXT, 0, 0},
    {"p", NUMBER, 0, 0},
    {"q", TEXT, FIELD(QUERY), AFTER_MARK},
    {"r", TEXT, FIELD_REQUEST, 0},
    {"s", NUMBER, 0, 0},
    {"t", STAMP, FIELD(TIME), 0},
    {"u", USER, FIELD(USER), 0},
    {"v", WORD, FIELD(HOST), 2},
    {"x", TEXT, 0, 0},
};

/*
 * gunicorn's access_log_format.  It writes a backslash before a quote but none before a backslash:
 * so a quote behind a field may look escaped, but not behind the request, which ends in a protocol.
 */
static const struct shape gunicorn_shapes[] = {
    {"{*", RAW, 0, 0},
    {"B", NUMBER, FIELD(BYTES), 0},
    {"D", NUMBER, FIELD(DURATION), -6},
    {"H", WORD, FIELD(PROTOCOL), 0},
    {"L", NUMBER, FIELD(DURATION), 0},
    {"M", NUMBER, FIELD(DURATION), -3},
    {"T", NUMBER, FIELD(DURATION), 0},
    {"U", RAW, FIELD(PATH), 0},
    {"a", RAW, FIELD(AGENT), 0},
    {"b", NUMBER, FIELD(BYTES), 0},
    {"f", RAW, FIELD(REFERER), 0},
    {"h", NAME, FIELD(CLIENT), 0},
    {"l", NAME, 0, 0},
    {"m", WORD, FIELD(METHOD), 0},
    {"p", NAME, 0, 0},
    {"q", RAW, FIELD(QUERY), 0},
    {"r", TEXT, FIELD_REQUEST, 0},
    {"t", STAMP, FIELD(TIME), 0},
    {"u", RAW, FIELD(USER), 0},
};

/* morgan's tokens.  It escapes nothing of what clients write, nor do tokens of one's own. */
static const struct shape morgan_shapes[] = {
    {"*", RAW, 0, 0},
    {"date[clf]", STAMP, FIELD(TIME), 0},
    {"date[iso]", TIME, FIELD(TIME), 0},
    {"http-version", NUMBER, 0, 0},
    {"method", OTHER, FIELD(METHOD), 0},
    {"referrer", RAW, FIELD(REFERER), 0},
    {"remote-addr", NAME, FIELD(CLIENT), 0},
    {"remote-user", RAW, FIELD(USER), 0},
    {"res[content-length]", NUMBER, FIELD(BYTES), 0},
    {"response-time", NUMBER, FIELD(DURATION), -3},
    {"response-time[*", NUMBER, FIELD(DURATION), -3},
    {"total-time", NUMBER, 0, 0},
    {"total-time[*", NUMBER, 0, 0},
    {"url", RAW, FIELD(TARGET), 0},
    {"user-agent", RAW, FIELD(AGENT), 0},
};

/*
 * The placeholders of the encoder "transform" of Caddy.  It takes the values out of Caddy's JSON
 * and undoes the escape of quotes, so that only control bytes and backslashes are escaped.  Over
 * HTTP/2 a client writes blanks into the method and the target, too.
 */
static const struct shape caddy_shapes[] = {
    {"*", RAW, 0, 0},
    {"bytes_read", NUMBER, 0, 0},
    {"duration", NAME, FIELD(DURATION), 0},
    {"level", NAME, 0, 0},
    {"logger", NAME, 0, 0},
    {"request>client_ip", NAME, FIELD(CLIENT), 1},
    {"request>headers>Referer>[0]", RAW, FIELD(REFERER), 0},
    {"request>headers>User-Agent>[0]", RAW, FIELD(AGENT), 0},
    {"request>headers>X-Forwarded-For>[0]", RAW, FIELD(FORWARDED_FOR), 0},
    {"request>host", RAW, FIELD(HOST), 0},
    {"request>method", RAW, FIELD(METHOD), 0},
    {"request>proto", OTHER, FIELD(PROTOCOL), 0},
    {"request>remote_ip", NAME, FIELD(CLIENT), 0},
    {"request>remote_port", NUMBER, 0, 0},
    {"request>uri", RAW, FIELD(TARGET), 0},
    {"size", NUMBER, FIELD(BYTES), 0},
    {"ts", STAMP, FIELD(TIME), 0},
    {"user_id", RAW, FIELD(USER), 0},
};

/* What the encoder writes for the template "{common_log}". */
static const char caddy_common[] = "{request>remote_ip} - {user_id} [{ts}] "
                                   "\"{request>method} {request>uri} {request>proto}\" "
                                   "{status} {size}";

/* The header fields of "%{Referer}i", in any letter case. */
static const struct shape header_shapes[] = {
    {"Host", TEXT, FIELD(HOST), 0},
    {"Referer", TEXT, FIELD(REFERER), 0},
    {"User-Agent", TEXT, FIELD(AGENT), 0},
    {"X-Forwarded-For", TEXT, FIELD(FORWARDED_FOR), 0},
};

/*
 * nginx, AWS's "$context." and the names that people give to the columns of other logs.  Any other
 * name is OTHER: nginx's remaining variables are the server's words, and a name made up for a
 * column says that the column ends where the text after it begins.
 */
static const struct shape nginx_shapes[] = {
    {"agent", TEXT, 0, 0},
    {"arg_*", TEXT, 0, 0},
    {"args", TEXT, FIELD(QUERY), 0},
    {"body_bytes_sent", NUMBER, FIELD(BYTES), 0},
    {"bytes_sent", NUMBER, FIELD(BYTES), 1},
    {"connection", NUMBER, 0, 0},
    {"connection_requests", NUMBER, 0, 0},
    {"content_type", TEXT, 0, 0},
    {"context.authorizer.*", TEXT, 0, 0},
    {"context.domainName", OTHER, FIELD(HOST), 0},
    {"context.error.*", TEXT, 0, 0},
    {"context.httpMethod", OTHER, FIELD(METHOD), 0},
    {"context.identity.sourceIp", OTHER, FIELD(CLIENT), 0},
    {"context.identity.userAgent", TEXT, FIELD(AGENT), 0},
    {"context.path", TEXT, FIELD(PATH), 0},
    {"context.protocol", OTHER, FIELD(PROTOCOL), 0},
    {"context.requestTime", STAMP, FIELD(TIME), 0},
    {"context.requestTimeEpoch", OTHER, FIELD(TIME), 0},
    {"context.responseLatency", OTHER, FIELD(DURATION), -3},
    {"context.responseLength", NUMBER, FIELD(BYTES), 0},
    {"cookie_*", TEXT, 0, 0},
    {"document_uri", TEXT, 0, 0},
    {"fastcgi_path_info", TEXT, 0, 0},
    {"fastcgi_script_name", TEXT, 0, 0},
    {"geoip_*", TEXT, 0, 0},
    {"host", TEXT, FIELD(HOST), 1},
    {"http_*", TEXT, 0, 0},
    {"http_host", TEXT, FIELD(HOST), 0},
    {"http_referer", TEXT, FIELD(REFERER), 0},
    {"http_user_agent", TEXT, FIELD(AGENT), 0},
    {"http_x_forwarded_for", TEXT, FIELD(FORWARDED_FOR), 0},
    {"jwt_*", TEXT, 0, 0},
    {"msec", NUMBER, FIELD(TIME), 0},
    {"proxy_add_x_forwarded_for", TEXT, FIELD(FORWARDED_FOR), 1},
    {"proxy_protocol_addr", NAME, 0, 0},
    {"proxy_protocol_tlv_*", TEXT, 0, 0},
    {"query_string", TEXT, FIELD(QUERY), 0},
    {"realip_remote_addr", NAME, 0, 0},
    {"referer", TEXT, 0, 0},
    {"referrer", TEXT, 0, 0},
    {"remote_addr", NAME, FIELD(CLIENT), 0},
    {"remote_user", TEXT, FIELD(USER), 0},
    {"req_id", TEXT, 0, 0},
    {"request", TEXT, FIELD_REQUEST, 0},
    {"request_body", TEXT, 0, 0},
    {"request_filename", TEXT, 0, 0},
    {"request_length", NUMBER, 0, 0},
    {"request_line", TEXT, 0, 0},
    {"request_method", OTHER, FIELD(METHOD), 0},
    {"request_time", NUMBER, FIELD(DURATION), 0},
    {"request_uri", TEXT, FIELD(TARGET), 0},
    {"sent_http_*", TEXT, 0, 0},
    {"sent_trailer_*", TEXT, 0, 0},
    {"server_addr", NAME, 0, 0},
    {"server_name", OTHER, FIELD(HOST), 2},
    {"server_protocol", OTHER, FIELD(PROTOCOL), 0},
    {"ssl_client_*", TEXT, 0, 0},
    {"ssl_server_name", TEXT, 0, 0},
    {"status", NUMBER, 0, 0},
    {"time_iso8601", TIME, FIELD(TIME), 0},
    {"time_local", STAMP, FIELD(TIME), 0},
    {"ua", TEXT, 0, 0},
    {"upstream_*", LIST, 0, 0},
    {"upstream_cache_status", OTHER, 0, 0},
    {"upstream_cookie_*", TEXT, 0, 0},
    {"upstream_http_*", TEXT, 0, 0},
    {"upstream_status", LIST, FIELD(UPSTREAM_STATUS), 0},
    {"upstream_trailer_*", TEXT, 0, 0},
    {"uri", TEXT, FIELD(PATH), 0},
    {"user", TEXT, 0, 0},
    {"user_agent", TEXT, 0, 0},
};

/*
 * In the parts of a request and in headers (%hr), HAProxy writes '#' and two digits for a quote and
 * for what cannot be printed.  It writes a cookie or a sample, %[...], as it came.  The parts of a
 * request line, unlike the whole, contain no blanks: they are split there.
 */
static const struct shape haproxy_shapes[] = {
    {"B", OTHER, FIELD(BYTES), 0},
    {"CC", RAW | QUOTED, 0, 0},
    {"CS", RAW | QUOTED, 0, 0},
    {"H", OTHER | QUOTED, 0, 0},
    {"HM", WORD | QUOTED, FIELD(METHOD), 0},
    {"HP", WORD | QUOTED, FIELD(PATH), 1},
    {"HPO", WORD | QUOTED, FIELD(PATH), 0},
    {"HQ", WORD | QUOTED, FIELD(QUERY), AFTER_MARK},
    {"HU", WORD | QUOTED, FIELD(TARGET), 0},
    {"HV", WORD | QUOTED, FIELD(PROTOCOL), 0},
    {"ID", OTHER | QUOTED, 0, 0},
    {"T", STAMP, FIELD(TIME), 0},
    {"Ta", OTHER, FIELD(DURATION), -3},
    {"Tl", STAMP, FIELD(TIME), 0},
    {"Tt", OTHER, FIELD(DURATION), -3},
    {"[*", RAW | QUOTED, 0, 0},
    {"[dst]", NAME | QUOTED, 0, 0},
    {"[src]", NAME | QUOTED, 0, 0},
    {"b", OTHER | QUOTED, 0, 0},
    {"bi", NAME | QUOTED, 0, 0},
    {"ci", NAME | QUOTED, FIELD(CLIENT), 0},
    {"f", OTHER | QUOTED, 0, 0},
    {"fi", NAME | QUOTED, 0, 0},
    {"ft", OTHER | QUOTED, 0, 0},
    {"hr", TEXT | QUOTED, 0, 0},
    {"hrl", TEXT | QUOTED, 0, 0},
    {"hs", TEXT | QUOTED, 0, 0},
    {"hsl", TEXT | QUOTED, 0, 0},
    {"r", TEXT | QUOTED, FIELD_REQUEST, 0},
    {"s", OTHER | QUOTED, 0, 0},
    {"si", NAME | QUOTED, 0, 0},
    {"sslc", OTHER | QUOTED, 0, 0},
    {"sslv", OTHER | QUOTED, 0, 0},
    {"t", TIME, FIELD(TIME), 0},
    {"tr", TIME, FIELD(TIME), 0},
    {"trg", STAMP, FIELD(TIME), 0},
    {"trl", STAMP, FIELD(TIME), 0},
};

/* Squid writes %XX for blanks and quotes unless asked for something else: %[un, %"ru, %'ru. */
static const struct shape squid_shapes[] = {
    {"<A", NAME, 0, 0},
    {"<a", NAME, 0, 0},
    {"<h", WORD, 0, 0},
    {"<ru", WORD, 0, 0},
    {"<st", OTHER, FIELD(BYTES), 0},
    {">A", NAME, 0, 0},
    {">a", NAME, FIELD(CLIENT), 0},
    {">h", WORD, 0, 0},
    {">ha", WORD, 0, 0},
    {">rm", WORD, FIELD(METHOD), 0},
    {">ru", WORD, FIELD(TARGET), 0},
    {"mt", WORD, 0, 0},
    {"rm", WORD, FIELD(METHOD), 0},
    {"rp", WORD, 0, 0},
    {"ru", WORD, FIELD(TARGET), 0},
    {"tg", STAMP, FIELD(TIME), 0},
    {"tl", STAMP, FIELD(TIME), 0},
    {"tr", OTHER, FIELD(DURATION), -3},
    {"ts", OTHER, FIELD(TIME), 0},
    {"ue", WORD, 0, 0},
    {"ui", WORD, 0, 0},
    {"ul", WORD, 0, 0},
    {"un", WORD, FIELD(USER), 0},
    {"us", WORD, 0, 0},
};

static struct shape shape_of(const struct shape *shapes, size_t count, const char *p, size_t size)
{
    struct shape shape = {"", OTHER, 0, 0};

    for (size_t i = 0; i < count; i++) {
        const size_t length = strlen(shapes[i].name) - 1;
        if (shapes[i].name[length] == '*' ? size >= length && memcmp(p, shapes[i].name, length) == 0
                                          : equal(p, size, shapes[i].name))
            shape = shapes[i];
    }
    return shape;
}
#define SHAPE_OF(shapes, p, size) shape_of(shapes, sizeof(shapes) / sizeof(shapes)[0], p, size)

/* ---- Compilation ---- */

enum dialect { APACHE, NGINX, HAPROXY, SQUID, GUNICORN, MORGAN, CADDY };

/* A format string being compiled, and what has been seen of it so far. */
struct parse {
    const char *p;
    size_t size, at;
    enum dialect dialect;
    bool final; /* Apache: "%>s" occurs, so "%s" is not the status */
    bool status_seen;
    bool done;         /* the rest does not matter to the status: it is in error from here on */
    bool full;         /* there is no room for the fields and texts of the rest */
    bool field_before; /* the last part seen is a field */
    bool quotes;       /* HAProxy: "%{+Q}o" has been seen */
    bool escapes;      /* HAProxy: "%{+E}o" has been seen */
    bool word_before;  /* HAProxy: the last part seen is not a blank */
    unsigned holds;    /* by the field before the current text; NUMBER for the status */
    unsigned since;    /* by all fields since the last certain place */
    unsigned since_at; /* the first of these fields */
    unsigned unsure;   /* the same, where all fields have to be told, not only the status */
    size_t text_start; /* of the current text */
    struct httpstatus_log_field field; /* the next one, but for what it holds */
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

static bool is_caddy(const char *p, size_t size)
{
    return contains(p, size, "{status}") || contains(p, size, "{request>");
}

static enum dialect dialect_of(const char *p, size_t size)
{
    static const char *const haproxy[] = {"%ST", "%ci", "%[", "%{+", "%tsc", "%HM"};

    if (is_squid(p, size))
        return SQUID;
    for (size_t i = 0; i < sizeof haproxy / sizeof haproxy[0]; i++)
        if (contains(p, size, haproxy[i]))
            return HAPROXY;
    if (contains(p, size, "%("))
        return GUNICORN;
    if (memchr(p, '%', size))
        return APACHE;
    if (memchr(p, '$', size))
        return NGINX;
    return is_caddy(p, size) ? CADDY : MORGAN;
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

static bool begin_step(struct parse *parse, size_t at)
{
    struct locator *locator = parse->locator;

    if (locator->text_count == HTTPSTATUS_LOCATOR_STEPS && !parse->status_seen)
        return fail(parse, at, "more than 64 texts between fields");
    parse->full = locator->text_count == HTTPSTATUS_LOCATOR_STEPS;
    if (parse->full)
        return true;
    if (locator->text_count == 0)
        locator->anchored = !parse->field_before && parse->dialect != HAPROXY;
    locator->steps[locator->text_count++].start = locator->text_size;
    locator->step_count += !parse->status_seen;
    return true;
}

static bool add_text(struct parse *parse, size_t at, char c)
{
    struct locator *locator = parse->locator;

    if (c == ' ' && parse->dialect == HAPROXY && !parse->word_before)
        return true; /* HAProxy writes one blank for several, and none at the beginning */
    parse->word_before = c != ' ';
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
    }
    if ((parse->field_before || locator->text_count == 0) && !begin_step(parse, at))
        return false;
    if (locator->text_size == HTTPSTATUS_LOCATOR_TEXT)
        return fail(parse, at, "more than 512 bytes of text");
    if (parse->status_seen && locator->text_size - locator->behind == HTTPSTATUS_LOCATOR_BEHIND)
        return fail(parse, at, "more than 256 bytes of text after the status");
    if (parse->field_before)
        parse->text_start = locator->text_size;
    parse->field_before = false;
    locator->text[locator->text_size++] = c;
    if (!parse->full)
        locator->steps[locator->text_count - 1].size++;
    return true;
}

/*
 * Whether a backslash before the text's first quote proves that the quote is a field's own: some
 * field escapes its quotes, and the last one cannot end in a backslash that looks like an escape.
 */
static bool is_escaped(const struct parse *parse, unsigned holds)
{
    return (parse->since | holds) & ESCAPED && !(holds & RAW) &&
           (holds & ESCAPED || !(holds & holders('\\')));
}

/*
 * Whether the bytes beside a list's own blanks tell them from the blank after the list: not if the
 * next field, which holds 'next', may be a colon.
 */
static bool ends_list(unsigned holds, struct httpstatus_text text, unsigned next)
{
    return (holds & ~(unsigned)ESCAPED) == LIST && text.data[0] == ' ' &&
           !(text.size == 1 && next & (RAW | USER | TEXT | WORD));
}

/*
 * Whether the server ended the field before the text, which holds 'holds', where it first occurs
 * after fields that hold 'since'.
 */
static bool is_certain(const struct parse *parse, unsigned since, unsigned holds,
                       struct httpstatus_text text, unsigned next)
{
    const unsigned alone = since ? 0 : holds & ~(unsigned)(ESCAPED | PADDED);
    const char *p = text.data;

    since = (since | holds) & ~(unsigned)PADDED;
    if (alone == OTHER)
        return true;
    if (alone == LIST && ends_list(holds, text, next) && (text.size == 1 || p[1] != ':'))
        return true;
    if (since & USER && (p[0] != '"' || (text.size > 1 && p[1] != '"')))
        since = (since & ~(unsigned)USER) | TEXT;
    if (parse->locator->text[0] != '[' && contains(p, text.size, " [") &&
        !(since & ~(unsigned)(PREFIX | NUMBER | NAME | OTHER | TIME | ESCAPED)))
        since &= ~(unsigned)PREFIX; /* neither "haproxy[1]: " nor an address has " [" */
    for (size_t i = p[0] == '"' && since & ESCAPED && !is_escaped(parse, holds); i < text.size; i++)
        if ((holders((unsigned char)p[i]) & since) == 0)
            return true;
    return false;
}

/*
 * The same for all fields, where a text found too early does harm.  That happens if quotes that are
 * an empty name make a text with what is before or after them.
 */
static bool is_told_first(const struct parse *parse, unsigned holds, struct httpstatus_text text,
                          unsigned next)
{
    if (parse->unsure && (parse->unsure | holds) & USER && contains(text.data, text.size, "\""))
        return false;
    return is_certain(parse, parse->unsure, holds, text, next);
}

/* Ends a text; the next field holds 'next'. */
/* Whether the text from 'from' on may be found where 'after' begins. */
static bool goes_on_as(struct httpstatus_text text, size_t from, struct httpstatus_text after)
{
    const size_t left = text.size - from, size = left < after.size ? left : after.size;

    return memcmp(text.data + from, after.data, size) == 0;
}

/* Whether the first 'size' bytes may be found where a field of a client's, then 'before', end. */
static bool comes_after(struct httpstatus_text text, size_t size, struct httpstatus_text before,
                        unsigned client)
{
    const size_t same = size < before.size ? size : before.size;

    if (same && memcmp(text.data + size - same, before.data + before.size - same, same) != 0)
        return false;
    for (size_t i = 0; i < size - same; i++)
        if ((holders((unsigned char)text.data[i]) & client) == 0)
            return false;
    return true;
}

/* Whether the text may begin in, or before, the two quotes between 'before' and 'after'. */
static bool fits_quotes(struct httpstatus_text text, struct httpstatus_text before, unsigned client,
                        struct httpstatus_text after)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] != '"')
            continue;
        if (i == 0 && goes_on_as(text, 1, after))
            return true;
        if (comes_after(text, i, before, client) &&
            (i + 1 == text.size || (text.data[i + 1] == '"' && goes_on_as(text, i + 2, after))))
            return true;
    }
    return false;
}

/*
 * Whether a client without a name, for whom Apache writes "", may make the text be found too early:
 * the text is looked for after the last certain place.
 */
static bool fits_empty_user(const struct parse *parse, unsigned step, struct httpstatus_text text)
{
    enum { CLIENTS = WORD | TEXT | USER | RAW };
    const struct locator *locator = parse->locator;

    for (unsigned user = parse->since_at; user <= step; user++) {
        const bool first = user == parse->since_at;
        const struct httpstatus_text none = {text.data, 0};
        if (locator->fields[user].holds & USER &&
            fits_quotes(text, first ? none : text_of_step(locator, user - 1),
                        first ? 0 : locator->fields[user - 1].holds & CLIENTS,
                        text_of_step(locator, user)))
            return true;
    }
    return false;
}

static void end_text(struct parse *parse, unsigned next)
{
    struct locator *locator = parse->locator;
    const unsigned step = locator->text_count - 1u, holds = locator->fields[step].holds;
    const struct httpstatus_text text = text_of_step(locator, step);
    const bool quote = text.data[0] == '"';
    const unsigned unsure = holds | (quote ? RAW : 0); /* quotes no longer tell */

    locator->escaped |= (uint64_t)(quote && is_escaped(parse, holds)) << step;
    locator->padded |= (uint64_t)((holds & PADDED) != 0) << step;
    locator->listed |= (uint64_t)ends_list(holds, text, next) << step;
    if (is_told_first(parse, holds, text, next)) {
        locator->certain |= UINT64_C(1) << step;
        parse->unsure = 0;
    } else {
        parse->unsure |= unsure;
    }
    if (is_certain(parse, parse->since, holds, text, next) && !fits_empty_user(parse, step, text)) {
        parse->since = 0;
        parse->since_at = step + 1;
    } else {
        parse->since |= unsure;
    }
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

bool httpstatus_begins_last(unsigned holds, struct httpstatus_text text, unsigned before)
{
    const unsigned beside_blank = NUMBER | NAME | OTHER | TIME | LIST | ENTRY | ESCAPED;
    const char *last = text.data + text.size - 1;

    if (!(holds & LIST && *last == ' '))
        return (holders((unsigned char)*last) & holds & ~(unsigned)OTHER) == 0;
    return text.size == 1 ? (before & ~beside_blank) == 0
                          : (holders((unsigned char)last[-1]) & LIST) == 0;
}

/* Whether the end of the line tells where a field after the status begins. */
static bool is_told(const struct parse *parse, unsigned holds)
{
    const struct locator *locator = parse->locator;
    const char *start = locator->text + parse->text_start;
    const size_t size = locator->text_size - parse->text_start;

    return !(parse->field_before && (holds | parse->holds) & LIST) &&
           httpstatus_begins_last(holds, (struct httpstatus_text){start, size}, parse->holds);
}

static bool add_field_behind(struct parse *parse, size_t at, unsigned holds)
{
    struct locator *locator = parse->locator;

    if (!is_told(parse, holds))
        return fail(parse, at,
                    "this field may contain the text before it, so the status cannot be "
                    "found from either end of the line");
    if (holds & LIST) { /* a place for its first byte, which is no part of the text */
        if (!add_text(parse, at, '?'))
            return false;
        locator->steps[locator->text_count - 1].size -= !parse->full;
    }
    parse->holds = holds | (holds & LIST ? ENTRY : 0);
    locator->loops[locator->text_size - 1 - locator->behind] |= (uint16_t)parse->holds;
    return true;
}

/* Takes note of a field and of the part that it is: none if nothing separates it from another. */
static void note_field(struct parse *parse, unsigned holds)
{
    struct httpstatus_log_field *field = &parse->locator->fields[parse->locator->text_count];

    if (parse->full)
        return;
    if (!parse->field_before)
        *field = parse->field;
    field->holds |= (uint16_t)holds;
    if (parse->field_before) {
        while (field->part == FIELD_JOINED)
            (field--)->part = 0;
        field->part = 0;
    }
    if (parse->field.part)
        parse->field.part = FIELD_JOINED;
}

static bool add_field(struct parse *parse, size_t at, unsigned holds)
{
    if (parse->status_seen && !parse->locator->has_stop)
        return fail(parse, at, "nothing separates this field from the status before it");
    holds = held_here(parse, holds);
    if (parse->status_seen && !parse->done && !add_field_behind(parse, at, holds))
        return false;
    if (!parse->field_before && parse->locator->text_count && !parse->full)
        end_text(parse, holds);
    if (!parse->status_seen)
        parse->holds = holds | (parse->field_before ? parse->holds : 0);
    else if (parse->done)
        parse->holds = holds;
    note_field(parse, holds);
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
        locator->careful = locator->from_end || locator->padded || locator->listed;
        locator->behind = locator->text_size;
    }
    if (locator->from_end && holders((unsigned char)locator->text[locator->text_size - 1]) & NUMBER)
        return fail(parse, at,
                    "the text before the status may look like a part of it, and the "
                    "fields before that do not show where it is");
    parse->since = parse->unsure = 0;
    parse->holds = NUMBER;
    note_field(parse, NUMBER);
    parse->status_seen = parse->field_before = parse->word_before = true;
    return true;
}

/* Whether a bracket or a quote follows. */
static bool is_enclosed(const struct parse *parse)
{
    const char *p = parse->p + parse->at;
    const size_t left = parse->size - parse->at;

    return left && (*p == ']' || *p == '"' || (*p == '\\' && left > 1 && p[1] == '"'));
}

/* A time with a blank: one field in "[$time_local]", else two fields with the blank between. */
static bool add_time(struct parse *parse, size_t at, unsigned escaped)
{
    if (is_enclosed(parse))
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

/* What the next field is. */
static void set_next(struct parse *parse, const struct shape *shape, enum httpstatus_escape escape)
{
    parse->field = (struct httpstatus_log_field){
        .part = (unsigned char)shape->part,
        .escape = (unsigned char)escape,
        .detail = (int16_t)shape->detail,
    };
}

static struct shape header_shape(const char *p, size_t size)
{
    for (size_t i = 0; i < sizeof header_shapes / sizeof header_shapes[0]; i++)
        if (equal_ignoring_case(p, size, header_shapes[i].name, strlen(header_shapes[i].name)))
            return header_shapes[i];
    return (struct shape){"", TEXT, 0, 0};
}

/* One of the texts, of which the last is NULL. */
static bool read_one(struct cursor *at, const char *const *texts)
{
    while (*texts && !read_text(at, *texts))
        texts++;
    return *texts;
}

/* Whether httpstatus_parse_time() reads what strftime() or Apache writes for a format. */
static bool is_readable_time(const char *p, size_t size)
{
    static const char *const dates[] = {"%d/%b/%Y:", "%Y-%m-%dT", "%Y-%m-%d ", "%FT", "%F ", NULL},
                             *const clocks[] = {"%H:%M:%S", "%T", NULL},
                             *const zones[] = {" %z", "%z", "Z", NULL},
                             *const numbers[] = {"sec", "msec", "usec", "%s", NULL};
    struct cursor at = {p, p + size};

    if (!read_text(&at, "begin:"))
        read_text(&at, "end:");
    struct cursor number = at;
    if (read_one(&at, dates) && read_one(&at, clocks)) {
        (void)read_one(&at, zones);
        return at.p == at.end;
    }
    return read_one(&number, numbers) && number.p == number.end;
}

/* A field that has an argument: "%{c}a" is the peer where "%a" may be a client behind a proxy. */
static struct shape apache_shape(char letter, const char *p, size_t size)
{
    struct shape shape = SHAPE_OF(apache_shapes, &letter, 1);

    if (letter == 'i')
        return header_shape(p, size);
    if (letter == 'a' && equal(p, size, "c"))
        shape.detail = 0;
    if (letter == 'x' && size >= 7 && memcmp(p, "SSL_PRO", 7) == 0)
        shape.holds = NAME; /* SSL_PROTOCOL; others show parts of the client's certificate */
    if (letter == 'T')
        shape.detail = equal(p, size, "us") ? -6 : equal(p, size, "ms") ? -3 : 0;
    if (letter == 't' && !is_readable_time(p, size))
        shape.part = 0;
    return shape;
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

/* A time in brackets, which are the server's. */
static bool add_stamp(struct parse *parse, size_t start)
{
    if (!add_text(parse, start, '['))
        return false;
    add_field(parse, start, STAMP | ESCAPED); /* cannot fail: a stamp holds no bracket */
    return add_text(parse, start, ']');
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
    const bool trailer = parse->at < parse->size && p[parse->at] == '^';
    parse->at += trailer ? 2 : 0;
    if (parse->at >= parse->size || !is_letter(p[parse->at]))
        return fail(parse, start, "this % begins no directive");
    const char *letter = p + parse->at++;
    if (*letter == 's' && (final || !parse->final))
        return add_status(parse, start);
    struct shape shape = group ? apache_shape(*letter, p + group, group_size)
                               : SHAPE_OF(apache_shapes, letter, 1);
    if (trailer)
        shape.part = 0;
    set_next(parse, &shape, HTTPSTATUS_ESCAPE_BACKSLASH);
    if (*letter == 't' && group && !(parse->at < parse->size && p[parse->at] == ']'))
        return apache_time(parse, start, p + group, group_size);
    return *letter == 't' && !group ? add_stamp(parse, start)
                                    : add_field(parse, start, shape.holds | ESCAPED);
}

/*
 * "{Referer}i" and the like, or a letter.  What a user is called may have control bytes, and a
 * backslash at its end: that tells nothing only before a blank, in a string without control bytes.
 */
static struct shape gunicorn_shape(const struct parse *parse, const char *p, size_t size)
{
    struct shape shape = SHAPE_OF(gunicorn_shapes, p, size);
    const bool blank = parse->at < parse->size && parse->p[parse->at] == ' ';

    if (*p == '{' && size > 3 && memcmp(p + size - 2, "}i", 2) == 0)
        shape.part = header_shape(p + 1, size - 3).part;
    if (*p == 'u' && blank && !memchr(parse->p, '\\', parse->size) &&
        !memchr(parse->p, '\t', parse->size))
        shape.holds = TEXT;
    return shape;
}

/* "%(s)s", "%({Referer}i)s": parse->at is after the percent sign at 'start'. */
static bool gunicorn_directive(struct parse *parse, size_t start)
{
    const char *name = parse->p + parse->at + 1;

    if (parse->at == parse->size || name[-1] != '(')
        return fail(parse, start, "this % begins no directive");
    if (!skip_group(parse, ')'))
        return false;
    const size_t size = (size_t)(parse->p + parse->at - 1 - name);
    if (size == 0 || parse->at == parse->size || parse->p[parse->at++] != 's')
        return fail(parse, start, "this % begins no directive");
    if (equal(name, size, "s"))
        return add_status(parse, start);
    const struct shape shape = gunicorn_shape(parse, name, size);
    set_next(parse, &shape, HTTPSTATUS_ESCAPE_BACKSLASH);
    return shape.holds == STAMP ? add_stamp(parse, start)
                                : add_field(parse, start, shape.holds | ESCAPED);
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
    const struct shape shape = SHAPE_OF(haproxy_shapes, p + name, size);
    unsigned holds = shape.holds;
    set_next(parse, &shape, escapes ? HTTPSTATUS_ESCAPE_BACKSLASH : HTTPSTATUS_ESCAPE_HASH);
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

/* Whether the last text ends so. */
static bool text_ends(const struct parse *parse, const char *end)
{
    const struct locator *locator = parse->locator;
    const size_t size = strlen(end);

    return !parse->field_before && locator->text_size >= parse->text_start + size &&
           memcmp(locator->text + locator->text_size - size, end, size) == 0;
}

/* A name with the argument before it, if there is one, and with what is between it and the '%'. */
static struct shape squid_shape(const struct parse *parse, struct httpstatus_text name,
                                struct httpstatus_text argument, struct httpstatus_text modifiers)
{
    const struct locator *locator = parse->locator;
    struct shape shape = SHAPE_OF(squid_shapes, name.data, name.size);

    if (argument.data && (is_text(name, ">h") || is_text(name, ">ha"))) {
        const struct shape header = header_shape(argument.data, argument.size);
        shape.part = header.part;
    } else if (argument.data) {
        shape.part = 0; /* a time in a form of its own, for one */
    } else if (is_text(name, "rv") && text_ends(parse, "HTTP/")) {
        shape.part = FIELD(PROTOCOL);
        shape.detail = AFTER_NAME;
    } else if (is_text(name, "tu") && is_text(modifiers, "03") && text_ends(parse, ".") &&
               locator->text_size - parse->text_start == 1 &&
               locator->fields[locator->text_count - 1].part == FIELD(TIME)) {
        shape.part = FIELD_JOINED; /* "%ts.%03tu" */
    }
    return shape;
}

/* How a field is written.  Of a URL, the escapes are by default the client's own. */
static enum httpstatus_escape squid_escape(struct httpstatus_text modifiers, int part)
{
    enum httpstatus_escape escape = part == FIELD(TARGET) ? HTTPSTATUS_ESCAPE_NONE
                                                          : HTTPSTATUS_ESCAPE_PERCENT;

    for (size_t i = 0; i < modifiers.size; i++) {
        const char c = modifiers.data[i];
        if (c == '"' || c == '/')
            escape = HTTPSTATUS_ESCAPE_BACKSLASH;
        else if (c == '#' || c == '[')
            escape = HTTPSTATUS_ESCAPE_PERCENT;
        else if (c == '\'')
            escape = HTTPSTATUS_ESCAPE_NONE;
    }
    return escape;
}

/*
 * "%ts", "%03>Hs", "%{Referer}>h", "%[un", "%6tr": parse->at is after the percent sign at 'start'.
 */
static bool squid_directive(struct parse *parse, size_t start)
{
    const char *p = parse->p;
    const size_t modifiers = parse->at;
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
    const size_t group = parse->at;
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
    const struct httpstatus_text before = {p + modifiers, group - modifiers},
                                 argument = {name > group ? p + group + 1 : NULL,
                                             name > group ? name - group - 2 : 0};
    const struct shape shape =
        squid_shape(parse, (struct httpstatus_text){p + name, size}, argument, before);
    set_next(parse, &shape, squid_escape(before, shape.part));
    if (!(holds & (TEXT | RAW)))
        holds |= shape.holds;
    return holds & STAMP ? add_time(parse, start, ESCAPED) : add_field(parse, start, holds);
}

/* A letter, a digit, "_" or "-" */
static bool is_in_token(char c)
{
    return is_alphanumeric(c) || c == '_' || c == '-';
}

/* Moves past "[...]" if it is there, with a byte or more, and closed. */
static void skip_argument(struct parse *parse)
{
    const char *p = parse->p + parse->at, *end = parse->p + parse->size;
    const char *close = p < end && *p == '[' ? find_byte(p, end, ']') : end;

    if (close < end && close > p + 1)
        parse->at += (size_t)(close + 1 - p);
}

/* ":status", ":res[content-length]": parse->at is after the colon at 'start'. */
static bool morgan_token(struct parse *parse, size_t start)
{
    const char *p = parse->p;
    const size_t name = parse->at;

    while (parse->at < parse->size && is_in_token(p[parse->at]))
        parse->at++;
    const size_t size = parse->at - name;
    if (size < 2) { /* no token but text, as "12:30" has it */
        parse->at = name;
        return add_text(parse, start, ':');
    }
    skip_argument(parse);
    if (equal(p + name, size, "status"))
        return add_status(parse, start);
    struct shape shape = SHAPE_OF(morgan_shapes, p + name, parse->at - name);
    if (equal(p + name, parse->at - name, "http-version") && text_ends(parse, "HTTP/")) {
        shape.part = FIELD(PROTOCOL);
        shape.detail = AFTER_NAME;
    }
    set_next(parse, &shape, HTTPSTATUS_ESCAPE_NONE);
    return shape.holds & STAMP ? add_time(parse, start, 0) : add_field(parse, start, shape.holds);
}

/* "{status}", "{request>uri}": parse->at is after the brace at 'start'. */
static bool caddy_placeholder(struct parse *parse, size_t start)
{
    const char *name = parse->p + parse->at;

    if (!skip_group(parse, '}'))
        return false;
    const size_t size = (size_t)(parse->p + parse->at - 1 - name);
    if (equal(name, size, "status"))
        return add_status(parse, start);
    struct shape shape = SHAPE_OF(caddy_shapes, name, size);
    if (shape.holds == STAMP && !is_enclosed(parse))
        shape.holds = TIME; /* without "time_format" a number */
    set_next(parse, &shape, HTTPSTATUS_ESCAPE_JSON);
    return add_field(parse, start, shape.holds);
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
    const struct shape shape = SHAPE_OF(nginx_shapes, p + name, end - name);
    set_next(parse, &shape, HTTPSTATUS_ESCAPE_BACKSLASH);
    return shape.holds & STAMP ? add_time(parse, start, ESCAPED)
                               : add_field(parse, start, shape.holds | ESCAPED);
}

/* What a letter after a backslash stands for. */
static char control_of(char c)
{
    switch (c) {
    case 't':
        return '\t';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    default:
        return c;
    }
}

static bool next_part(struct parse *parse)
{
    size_t start = parse->at++;
    char c = parse->p[start];

    parse->field = (struct httpstatus_log_field){.part = 0};
    if (c == '\\' && parse->at < parse->size) {
        return add_text(parse, start, control_of(parse->p[parse->at++]));
    }
    if (c == '$' && parse->dialect == NGINX)
        return nginx_variable(parse, start);
    if (c == ':' && parse->dialect == MORGAN)
        return morgan_token(parse, start);
    if (c == '{' && parse->dialect == CADDY)
        return caddy_placeholder(parse, start);
    if (c != '%')
        return add_text(parse, start, c);
    if (parse->at < parse->size && parse->p[parse->at] == '%') {
        parse->at++;
        return add_text(parse, start, c);
    }
    return parse->dialect == APACHE     ? apache_directive(parse, start)
           : parse->dialect == SQUID    ? squid_directive(parse, start)
           : parse->dialect == GUNICORN ? gunicorn_directive(parse, start)
                                        : haproxy_directive(parse, start);
}

/* What comes after the status, once all of it has been seen or an error has ended it. */
static void end_fields(struct parse *parse)
{
    struct locator *locator = parse->locator;

    locator->whole = !parse->full && !parse->error->message;
    if (parse->status_seen && !parse->field_before && !parse->full) {
        if (locator->whole)
            end_text(parse, 0);
        else
            locator->text_count--; /* it may not be all there */
    }
    *parse->error = (struct httpstatus_format_error){0, NULL};
    if (parse->dialect == HAPROXY)
        locator->fields[0].holds |= PREFIX;
}

static bool compile(struct locator *locator, const char *p, size_t size,
                    struct httpstatus_format_error *error)
{
    static const char *const missing[] = {
        [APACHE] = "no status: expected %>s or %s", [NGINX] = "no status: expected $status",
        [HAPROXY] = "no status: expected %ST",      [SQUID] = "no status: expected %>Hs",
        [GUNICORN] = "no status: expected %(s)s",   [MORGAN] = "no status: expected :status",
        [CADDY] = "no status: expected {status}",
    };
    struct parse parse = {
        .p = p, .size = size, .dialect = dialect_of(p, size), .locator = locator, .error = error};

    memset(locator, 0, sizeof *locator);
    parse.final = contains(p, size, "%>s");
    parse.since = parse.unsure = parse.dialect == HAPROXY ? PREFIX : 0;
    locator->negative = parse.dialect == HAPROXY;
    while (parse.at < size && next_part(&parse))
        ;
    if (error->message && !parse.done)
        return false;
    end_fields(&parse);
    locator->ready = parse.status_seen;
    if (!locator->ready)
        fail(&parse, size, missing[parse.dialect]);
    return locator->ready;
}

/* Whether it includes what surrounds the string in a configuration file. */
static bool is_configuration(const char *p, size_t size)
{
    static const char *const words[] = {"log_format ",      "access_log ", "LogFormat ",
                                        "CustomLog ",       "log-format ", "logformat ",
                                        "format transform "};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (size >= strlen(words[i]) && memcmp(p, words[i], strlen(words[i])) == 0)
            return true;
    return *p == '\'' || *p == '`' || (*p == '"' && contains(p, size, "\\\""));
}

bool httpstatus_options_format(struct httpstatus_options *options, const char *p, size_t size,
                               struct httpstatus_format_error *error)
{
    struct locator *locator = (struct locator *)(void *)&options->locator;

    *error = (struct httpstatus_format_error){0, httpstatus_refused_format(p, size)};
    error->column = error->message != NULL;
    options->format = httpstatus_format(p, size);
    if (options->format != HTTPSTATUS_FORMAT_NONE && options->format != HTTPSTATUS_CUSTOM)
        return true;
    options->format = HTTPSTATUS_CUSTOM;
    locator->ready = false;
    if (equal(p, size, "{common_log}")) {
        p = caddy_common;
        size = sizeof caddy_common - 1;
    }
    if (!size || !(memchr(p, '%', size) || memchr(p, '$', size) || contains(p, size, ":status") ||
                   is_caddy(p, size)))
        return false;
    if (is_configuration(p, size)) {
        *error = (struct httpstatus_format_error){
            1, "a line of a configuration: expected only the text within its quotes"};
        return false;
    }
    return compile(locator, p, size, error);
}

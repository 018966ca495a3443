/* The access log of Nginx Proxy Manager, a front end of nginx with log formats of its own. */
#include "npm.h"
#include "parts.h"

/*
 * A stamp; of a proxy host whether the response was in the cache, and the statuses of the upstreams
 * ("502, 200 : 404"); the status, "- ", the method, the scheme and the host; the fields below.
 *
 * The server alone writes what comes before the method, so the status is what comes before the
 * first " - " that is no part of that list.  In all that follows nginx writes quotes, backslashes
 * and whatever is no printable ASCII as \xHH: so a quote is the server's own, and a line with
 * another byte was not written by it.  The whole line has to be like that.
 */
enum npm_place {
    NPM_STAMP,
    NPM_FIRST, /* the cache's answer, or the status of what is no proxy */
    NPM_UPSTREAM,
    NPM_BEHIND_UPSTREAM,
    NPM_BEHIND_COLON,
    NPM_STATUS,
    NPM_DASH,
    NPM_METHOD,
    NPM_SCHEME,
    NPM_FIELDS,
    NPM_DEAD
};

/*
 * What comes after the scheme: the bytes of a string themselves, and fields, by number.  nginx lets
 * no slash into a host, whose blank belongs to it here.  The server, which whoever runs the host
 * has named, has its bracket: it may be in brackets itself.
 */
enum npm_field { NPM_HOST = 1, NPM_QUOTED, NPM_ADDRESS, NPM_NUMBER, NPM_RATIO, NPM_SERVER };
static const char *const npm_fields[] = {
    "\1\"\2\" [Client \3] [Length \4] [Gzip \5] \"\2\" \"\2\"",
    "\1\"\2\" [Client \3] [Length \4] [Gzip \5] [Sent-to \6 \"\2\" \"\2\"", /* of a proxy */
};

static bool is_npm_field(char field)
{
    return field >= NPM_HOST && field <= NPM_SERVER;
}

/* Whether a printable byte may be in the field. */
static bool is_of_npm_field(char field, char c)
{
    switch (field) {
    case NPM_HOST:
        return c != '"' && c != '/';
    case NPM_QUOTED:
        return c != '"';
    case NPM_ADDRESS:
        return c != '"' && c != ' ' && c != ']' && c != '\\';
    case NPM_NUMBER:
        return is_digit(c);
    case NPM_RATIO:
        return is_digit(c) || c == '.' || c == '-';
    default:
        return c != '"' && c != ' ';
    }
}

static bool is_npm_scheme(const char *p, size_t size)
{
    return equal(p, size, "http") || equal(p, size, "https");
}

/* "-" if no cache was asked, or what it said: "HIT" */
static bool is_npm_cache(const char *p, size_t size)
{
    size_t at = 0;

    while (at < size && is_upper(p[at]))
        at++;
    return (at && at == size) || equal(p, size, "-");
}

static const char npm_stamp[] = "[dd/aaa/dddd:dd:dd:dd sdddd] ";

/* What comes after a status: the dash before the method; NPM_DEAD if it is none. */
static unsigned char npm_behind_status(struct httpstatus_npm *line, const char *p, size_t size)
{
    line->status = read_status(p, size, 3);
    return line->status >= 0 ? NPM_DASH : NPM_DEAD;
}

/* A comma comes right after the status of an upstream if the next one was asked. */
static unsigned char npm_behind_upstream(const char *p, size_t size)
{
    const bool comma = size && p[size - 1] == ',';

    if (read_status(p, size - comma, 1) == HTTPSTATUS_UNMATCHED)
        return NPM_DEAD;
    return comma ? NPM_UPSTREAM : NPM_BEHIND_UPSTREAM;
}

static unsigned char npm_behind_first(struct httpstatus_npm *line, const char *p, size_t size)
{
    line->proxied = is_npm_cache(p, size);
    return line->proxied ? NPM_UPSTREAM : npm_behind_status(line, p, size);
}

/* What comes after a token that a blank ends. */
static unsigned char npm_behind_token(struct httpstatus_npm *line, const char *p, size_t size)
{
    switch (line->place) {
    case NPM_FIRST:
        return npm_behind_first(line, p, size);
    case NPM_UPSTREAM:
        return npm_behind_upstream(p, size);
    case NPM_BEHIND_UPSTREAM: /* a colon: the request went on at another place of the server */
        return equal(p, size, ":") ? NPM_BEHIND_COLON : npm_behind_status(line, p, size);
    case NPM_BEHIND_COLON: /* nothing: no upstream could be asked there */
        return size ? npm_behind_upstream(p, size) : NPM_STATUS;
    case NPM_STATUS:
        return npm_behind_status(line, p, size);
    case NPM_DASH:
        return equal(p, size, "-") ? NPM_METHOD : NPM_DEAD;
    default:
        return is_npm_scheme(p, size) ? NPM_FIELDS : NPM_DEAD;
    }
}

static void npm_token_byte(struct httpstatus_npm *line, char c)
{
    if (c == ' ') {
        line->place = npm_behind_token(line, line->text, line->size);
        line->size = 0;
    } else if (line->size < HTTPSTATUS_NPM_TOKEN) {
        line->text[line->size++] = c;
    } else {
        line->place = NPM_DEAD;
    }
}

/* A method may be of any length. */
static void npm_method_byte(struct httpstatus_npm *line, char c)
{
    if (c == ' ' && line->size)
        line->place = NPM_SCHEME;
    else if (!is_of_npm_method(c))
        line->place = NPM_DEAD;
    line->size = c != ' ';
}

/* Whether the field may end here: the host with the blank after it, the server with its bracket. */
static bool npm_may_end(const struct httpstatus_npm *line, char field)
{
    if (field == NPM_QUOTED)
        return true;
    return line->size && (field == NPM_HOST     ? line->before == ' '
                          : field == NPM_SERVER ? line->before == ']'
                                                : true);
}

/* 'escape' is how much of \xHH has been seen. */
static bool npm_escape_fits(struct httpstatus_npm *line, char c)
{
    enum { ESCAPE_SIZE = sizeof "\\xHH" - 1 };
    const bool fits = line->escape == 1 ? c == 'x' : hex_digit(c) >= 0;

    line->escape = (unsigned char)((line->escape + 1) % ESCAPE_SIZE);
    return fits;
}

/* 'size' is 1 in a field that has begun. */
static bool npm_field_fits(struct httpstatus_npm *line, char c)
{
    const char *fields = npm_fields[line->proxied];
    const char field = fields[line->at];

    if (line->escape)
        return npm_escape_fits(line, c);
    if (is_npm_field(field) && is_of_npm_field(field, c)) {
        line->size = 1;
        line->escape = c == '\\';
        return true;
    }
    if (is_npm_field(field)) {
        if (!npm_may_end(line, field))
            return false;
        line->size = 0;
        line->at++;
    }
    return fields[line->at++] == c;
}

static void npm_byte(struct httpstatus_npm *line, char c)
{
    bool fits = c >= ' ' && c <= '~';

    if (line->place == NPM_STAMP) {
        fits = form_fits(npm_stamp[line->at++], c);
        if (line->at == sizeof npm_stamp - 1) {
            line->place = NPM_FIRST;
            line->at = 0;
        }
    } else if (line->place == NPM_METHOD) {
        npm_method_byte(line, c);
    } else if (line->place == NPM_FIELDS) {
        fits = fits && npm_field_fits(line, c);
    } else {
        npm_token_byte(line, c);
    }
    line->before = c;
    if (!fits)
        line->place = NPM_DEAD;
}

void httpstatus_npm_read(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                         const char *p, size_t size)
{
    struct httpstatus_npm *line = &reader->as.npm;

    (void)setup;
    for (size_t i = 0; i < size && line->place != NPM_DEAD; i++)
        npm_byte(line, p[i]);
}

int httpstatus_npm_end(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                       int *substatus)
{
    const struct httpstatus_npm *line = &reader->as.npm;

    (void)setup;
    (void)substatus;
    return line->place == NPM_FIELDS && npm_fields[line->proxied][line->at] == '\0'
               ? line->status
               : HTTPSTATUS_UNMATCHED;
}

/* "[28/N" */
bool httpstatus_npm_begins(const struct beginning *b)
{
    enum { ENOUGH = sizeof "[28/N" - 1 };

    for (int i = 0; i < ENOUGH; i++) {
        if (b->text + i == b->end)
            return b->goes_on;
        if (!form_fits(npm_stamp[i], b->text[i]))
            return false;
    }
    return true;
}

/* ---- Parts ---- */

/* What follows 'before', up to 'behind', where '*at' then is; false if that is not there. */
static inline bool npm_take(const char **at, const char *end, const char *before, char behind,
                            struct httpstatus_text *part)
{
    const size_t size = strlen(before);

    if ((size_t)(end - *at) < size || memcmp(*at, before, size) != 0)
        return false;
    part->data = *at + size;
    *at = find_byte(part->data, end, behind);
    part->size = (size_t)(*at - part->data);
    return true;
}

static void npm_set(struct division *d, enum httpstatus_part part, struct httpstatus_text text,
                    enum httpstatus_escape escape)
{
    set_part(d, part, text.data, text.data + text.size, escape);
}

/* From the method on. */
static bool npm_divide_request(struct division *d, const char *at)
{
    struct httpstatus_text scheme, host, target, client, bytes, others, agent, referer;
    const char *const end = d->end, *const method = at, *const method_end = find_byte(at, end, ' ');

    at = method_end;
    if (!npm_take(&at, end, " ", ' ', &scheme) ||
        !npm_take(&at, end, " ", '"', &host) /* with a blank */ ||
        !npm_take(&at, end, "\"", '"', &target) ||
        !npm_take(&at, end, "\" [Client ", ']', &client) ||
        !npm_take(&at, end, "] [Length ", ']', &bytes) || !npm_take(&at, end, "] ", '"', &others) ||
        !npm_take(&at, end, "\"", '"', &agent) || !npm_take(&at, end, "\" \"", '"', &referer) ||
        at == end || !host.size)
        return false;
    host.size--;
    set_part(d, HTTPSTATUS_PART_METHOD, method, method_end, HTTPSTATUS_ESCAPE_NONE);
    npm_set(d, HTTPSTATUS_PART_HOST, host, HTTPSTATUS_ESCAPE_BACKSLASH);
    httpstatus_set_target(d, target.data, target.data + target.size, HTTPSTATUS_ESCAPE_BACKSLASH);
    npm_set(d, HTTPSTATUS_PART_CLIENT, client, HTTPSTATUS_ESCAPE_NONE);
    npm_set(d, HTTPSTATUS_PART_BYTES, bytes, HTTPSTATUS_ESCAPE_NONE);
    npm_set(d, HTTPSTATUS_PART_AGENT, agent, HTTPSTATUS_ESCAPE_BACKSLASH);
    npm_set(d, HTTPSTATUS_PART_REFERER, referer, HTTPSTATUS_ESCAPE_BACKSLASH);
    return true;
}

/* Where the method begins; NULL if none does. */
static const char *npm_method(struct httpstatus_npm *line, const char *p, const char *end)
{
    line->place = NPM_FIRST;
    while (p && line->place < NPM_METHOD) {
        const char *blank = find_byte(p, end, ' ');
        if (blank == end)
            return NULL;
        line->place = npm_behind_token(line, p, (size_t)(blank - p));
        p = blank + 1;
    }
    return line->place == NPM_METHOD ? p : NULL;
}

bool httpstatus_npm_divide(struct division *d)
{
    struct httpstatus_npm line = {0};
    const char *first = skip_form(d->p, d->end, npm_stamp), *p = npm_method(&line, first, d->end);

    if (!p || line.status != d->status || !npm_divide_request(d, p))
        return false;
    set_time(d, d->p, first);
    if (line.proxied) /* up to the blank before the status */
        set_part(d, HTTPSTATUS_PART_UPSTREAM_STATUS, find_byte(first, p, ' ') + 1,
                 p - strlen(" 200 - "), HTTPSTATUS_ESCAPE_NONE);
    return true;
}

/* Where a Location leads: the next URL, by RFC 3986 or as browsers read it (WHATWG URL). */
#include "address.h"
#include "httpstatus.h"

#include "url_table.h"

/*
 * The buffer: texts grow at its front, and cleaned copies of the arguments lie at its end, from
 * 'limit' on.  The first text is the scheme and authority of the base, so that its host can be
 * compared in the form in which it is written.
 */
struct writer {
    char *buffer;
    size_t at, limit;
    bool whatwg, full;
};

struct parts { /* of a reference, as they are in it; absent where it has none */
    struct httpstatus_text scheme, authority, path, query, fragment;
};

struct origin { /* as it was written */
    struct httpstatus_text scheme, host;
    unsigned port;
    bool has_userinfo;
};

/* The printable bytes that are percent-encoded: what RFC 3986 has nowhere, and WHATWG's sets. */
static const char rfc3986_set[] = " \"<>\\^`{|}", path_set[] = " \"#<>?^`{}",
                  query_set[] = " \"#<>'", fragment_set[] = " \"<>`",
                  userinfo_set[] = " \"#<>?^`{}/:;=@[\\]|";

/* ---- Words ---- */

bool httpstatus_url_rules(const char *name, size_t size, enum httpstatus_url_rules *rules)
{
    for (int i = 0; httpstatus_url_rules_name((size_t)i); i++)
        if (equal(name, size, url_rules_names[i])) {
            *rules = (enum httpstatus_url_rules)i;
            return true;
        }
    return false;
}

const char *httpstatus_url_rules_name(size_t i)
{
    return i < sizeof url_rules_names / sizeof url_rules_names[0] ? url_rules_names[i] : NULL;
}

const char *httpstatus_problem_name(enum httpstatus_problem problem)
{
    return problem_names[problem];
}

/* ---- Writing ---- */

static void put_char(struct writer *w, char c)
{
    if (w->at < w->limit)
        w->buffer[w->at++] = c;
    else
        w->full = true;
}

static void put_text(struct writer *w, struct httpstatus_text text)
{
    for (size_t i = 0; i < text.size; i++)
        put_char(w, text.data[i]);
}

static void put_escaped(struct writer *w, struct httpstatus_text text, const char *set)
{
    for (size_t i = 0; i < text.size; i++) {
        const unsigned char byte = (unsigned char)text.data[i];
        if (byte >= 0x20 && byte < 0x7F && !strchr(set, byte)) {
            put_char(w, text.data[i]);
            continue;
        }
        put_char(w, '%');
        put_char(w, "0123456789ABCDEF"[byte >> 4]);
        put_char(w, "0123456789ABCDEF"[byte & 15]);
    }
}

static void put_component(struct writer *w, struct httpstatus_text text, const char *set)
{
    put_escaped(w, text, w->whatwg ? set : rfc3986_set);
}

static void put_scheme(struct writer *w, struct httpstatus_text scheme)
{
    for (size_t i = 0; i < scheme.size; i++) {
        char c = scheme.data[i];
        if (w->whatwg)
            c = to_lower(c);
        put_char(w, c);
    }
    put_char(w, ':');
}

static void put_number(struct writer *w, unsigned number, unsigned base)
{
    unsigned unit = 1;

    while (number / unit >= base)
        unit *= base;
    for (; unit; unit /= base)
        put_char(w, "0123456789abcdef"[number / unit % base]);
}

/* ---- Reading ---- */

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7F;
}

/* WHATWG strips controls and blanks; RFC 9110 has blanks and tabs around the value of a field. */
static bool is_around(const struct writer *w, char c)
{
    return w->whatwg ? (unsigned char)c <= ' ' : is_blank(c);
}

/*
 * Copies a text to the work area, without what is around it and, for WHATWG, without line ends and
 * tabs; false for a control that RFC 3986 has nowhere and no client sends.
 */
static bool clean(struct writer *w, struct httpstatus_text *text)
{
    struct httpstatus_text rest = *text;
    char *out = w->buffer + (w->limit -= rest.size);
    bool valid = true;

    *text = (struct httpstatus_text){out, 0};
    while (rest.size && is_around(w, *rest.data))
        move_past(&rest, 1);
    while (rest.size && is_around(w, rest.data[rest.size - 1]))
        rest.size--;
    for (; rest.size; move_past(&rest, 1)) {
        valid = valid && (w->whatwg || !is_control(*rest.data) || *rest.data == '\t');
        if (!w->whatwg || !strchr("\t\n\r", *rest.data) || !*rest.data)
            out[text->size++] = *rest.data;
    }
    return valid;
}

static bool is_of_scheme(char c)
{
    return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
}

/* Takes a scheme and its colon; absent if there is none. */
static struct httpstatus_text take_scheme(struct httpstatus_text *rest)
{
    struct httpstatus_text scheme = {rest->data, 0};

    while (scheme.size < rest->size && is_of_scheme(scheme.data[scheme.size]))
        scheme.size++;
    if (scheme.size == rest->size || scheme.data[scheme.size] != ':' || !is_letter(*scheme.data))
        return (struct httpstatus_text){NULL, 0};
    move_past(rest, scheme.size + 1);
    return scheme;
}

/* 0 for a scheme other than http and https. */
static unsigned default_port(struct httpstatus_text scheme)
{
    return equal_ignoring_case(scheme.data, scheme.size, "http", 4)    ? 80
           : equal_ignoring_case(scheme.data, scheme.size, "https", 5) ? 443
                                                                       : 0;
}

static bool equal_texts(struct httpstatus_text a, struct httpstatus_text b)
{
    return equal_ignoring_case(a.data, a.size, b.data, b.size);
}

/* WHATWG: a backslash is a slash where a URL of http or https has its authority and path. */
static void turn_backslashes(const struct writer *w, struct httpstatus_text text)
{
    char *p = w->buffer + (text.data - w->buffer);

    for (size_t i = 0; i < text.size && p[i] != '?' && p[i] != '#'; i++)
        if (p[i] == '\\')
            p[i] = '/';
}

static size_t count_slashes(struct httpstatus_text text)
{
    size_t count = 0;

    while (count < text.size && text.data[count] == '/')
        count++;
    return count;
}

/*
 * The parts of a cleaned text: RFC 3986, appendix B.  WHATWG takes any number of slashes in front
 * of a host, and "http:x" as relative to a 'base' of the same scheme.  What follows a scheme other
 * than http and https is a path, up to the fragment.
 */
static struct parts split(const struct writer *w, struct httpstatus_text rest,
                          struct httpstatus_text base)
{
    struct parts parts = {.scheme = take_scheme(&rest)};
    const bool web = !parts.scheme.data || default_port(parts.scheme), whatwg = web && w->whatwg;

    if (whatwg)
        turn_backslashes(w, rest);
    const size_t slashes = count_slashes(rest);
    if (web &&
        (slashes >= 2 || (whatwg && parts.scheme.data && !equal_texts(parts.scheme, base)))) {
        move_past(&rest, whatwg ? slashes : 2);
        parts.authority = take_until(&rest, "/?#");
    } else if (whatwg) {
        parts.scheme = (struct httpstatus_text){NULL, 0};
    }
    parts.path = take_until(&rest, web ? "?#" : "#");
    if (rest.size && *rest.data == '?') {
        move_past(&rest, 1);
        parts.query = take_until(&rest, "#");
    }
    if (rest.size) {
        move_past(&rest, 1);
        parts.fragment = rest;
    }
    return parts;
}

/* ---- Hosts ---- */

/* The byte that "%41" at the i-th place stands for; -1 if there is no such thing. */
static int encoded_byte(struct httpstatus_text text, size_t i)
{
    if (text.data[i] != '%' || text.size - i < 3 || hex_digit(text.data[i + 1]) < 0 ||
        hex_digit(text.data[i + 2]) < 0)
        return -1;
    return hex_digit(text.data[i + 1]) * 16 + hex_digit(text.data[i + 2]);
}

/* Letters, digits and what RFC 3986 has in names of hosts and users; bytes from 0x80 on pass. */
static bool is_regular(struct httpstatus_text text, const char *more)
{
    for (size_t i = 0; i < text.size; i++) {
        const char c = text.data[i];
        if (c == '%' && encoded_byte(text, i) < 0)
            return false;
        if (!is_letter(c) && !is_digit(c) && (unsigned char)c < 0x80 &&
            !strchr("-._~!$&'()*+,;=%", c) && !strchr(more, c))
            return false;
    }
    return true;
}

/* The pieces as WHATWG and RFC 5952 write them: "::" for the first of the longest runs of zeros. */
static void put_pieces(struct writer *w, const unsigned pieces[8])
{
    size_t start = 8, longest = 1;

    for (size_t i = 0, run = 0; i < 8; i++) {
        run = pieces[i] ? 0 : run + 1;
        if (run > longest) {
            longest = run;
            start = i + 1 - run;
        }
    }
    for (size_t i = 0; i < 8; i++) {
        if (i == start) {
            put_text(w, (struct httpstatus_text){"::", 2});
            i += longest - 1;
            continue;
        }
        if (i && i != start + longest)
            put_char(w, ':');
        put_number(w, pieces[i], 16);
    }
}

static bool put_ipv6(struct writer *w, struct httpstatus_text host)
{
    struct httpstatus_text inside = {host.data + 1, host.size - 1};
    unsigned pieces[8];

    if (host.data[host.size - 1] != ']')
        return false;
    inside.size--;
    if (!httpstatus_read_ipv6(inside, pieces))
        return false;
    if (!w->whatwg) {
        put_text(w, host);
        return true;
    }
    put_char(w, '[');
    put_pieces(w, pieces);
    put_char(w, ']');
    return true;
}

/* WHATWG: percent-decoded and lower-cased.  IDNA would need tables, so that it is ASCII only. */
static bool put_domain(struct writer *w, struct httpstatus_text host)
{
    const size_t start = w->at;
    uint32_t address;

    for (size_t i = 0; i < host.size; i++) {
        int byte = encoded_byte(host, i);
        if (byte >= 0)
            i += 2;
        else
            byte = (unsigned char)host.data[i];
        if (byte <= ' ' || byte >= 0x7F || strchr("#/:<>?@[\\]^|%", byte))
            return false;
        put_char(w, to_lower((char)byte));
    }
    struct httpstatus_text name = {w->buffer + start, w->at - start};
    if (name.size && name.data[name.size - 1] == '.')
        name.size--;
    const enum httpstatus_ipv4 kind = httpstatus_read_ipv4(name, &address);
    if (kind != HTTPSTATUS_IPV4)
        return kind == HTTPSTATUS_IPV4_NAME;
    w->at = start;
    for (int bits = 24; bits >= 0; bits -= 8) {
        put_number(w, address >> bits & 255, 10);
        if (bits)
            put_char(w, '.');
    }
    return true;
}

static bool put_host(struct writer *w, struct httpstatus_text host)
{
    if (!host.size) /* RFC 9110, sections 4.2.1 and 4.2.2 */
        return false;
    if (*host.data == '[')
        return put_ipv6(w, host);
    if (w->whatwg)
        return put_domain(w, host);
    put_escaped(w, host, "");
    return is_regular(host, "");
}

/* ---- The URL ---- */

/* Takes what is before the last '@', with it; false if RFC 3986 has no such name of a user. */
static bool put_userinfo(struct writer *w, struct httpstatus_text *rest, struct origin *origin)
{
    size_t size = rest->size;

    while (size && rest->data[size - 1] != '@')
        size--;
    if (!size)
        return true;
    struct httpstatus_text password = {rest->data, size - 1}, all = password;
    struct httpstatus_text user = take_until(&password, ":");
    move_past(rest, size);
    origin->has_userinfo = user.size || password.size > 1;
    if (!w->whatwg) {
        put_escaped(w, all, "");
        put_char(w, '@');
        return is_regular(all, ":");
    }
    put_escaped(w, user, userinfo_set);
    if (password.size > 1) {
        put_char(w, ':');
        move_past(&password, 1);
        put_escaped(w, password, userinfo_set);
    }
    if (origin->has_userinfo)
        put_char(w, '@');
    return true;
}

/* "scheme://authority"; false if that is no authority of an http or https URL. */
static bool put_origin(struct writer *w, struct httpstatus_text scheme,
                       struct httpstatus_text authority, struct origin *origin)
{
    const unsigned usual = default_port(scheme);
    struct httpstatus_text rest = authority, host;

    *origin = (struct origin){.scheme = scheme, .port = usual};
    put_scheme(w, scheme);
    put_text(w, (struct httpstatus_text){"//", 2});
    if (!put_userinfo(w, &rest, origin))
        return false;
    host = (struct httpstatus_text){rest.data, 0};
    while (host.size < rest.size && (rest.data[host.size] != ':' || *rest.data == '['))
        if (rest.data[host.size++] == ']' && *rest.data == '[')
            break;
    const size_t start = w->at;
    if (!put_host(w, host))
        return false;
    origin->host = (struct httpstatus_text){w->buffer + start, w->at - start};
    move_past(&rest, host.size);
    if (rest.size) {
        struct httpstatus_text digits = {rest.data + 1, rest.size - 1};
        const int64_t port = digits.size ? httpstatus_parse_digits(digits, 10, 65535) : usual;
        if (*rest.data != ':' || port < 0 || port > 65535)
            return false;
        origin->port = (unsigned)port;
    }
    if (!w->whatwg) {
        put_text(w, rest);
    } else if (origin->port != usual) {
        put_char(w, ':');
        put_number(w, origin->port, 10);
    }
    return true;
}

/* 1 or 2 for a segment that is "." or "..", else 0; WHATWG also has "%2e" for a dot. */
static int dots_of(const struct writer *w, struct httpstatus_text segment)
{
    int dots = 0;

    while (segment.size) {
        if (*segment.data == '.')
            move_past(&segment, 1);
        else if (w->whatwg && segment.size > 2 && equal_ignoring_case(segment.data, 3, "%2e", 3))
            move_past(&segment, 3);
        else
            return 0;
        if (++dots > 2)
            return 0;
    }
    return dots;
}

/*
 * The segments of a path, which are resolved as they are written: ".." takes back the one before.
 * 'whole': the last segment is the path's, else more will follow.
 */
static void put_segments(struct writer *w, size_t root, struct httpstatus_text rest, bool whole)
{
    bool more = true;

    if (count_slashes(rest))
        move_past(&rest, 1);
    while (more) {
        struct httpstatus_text segment = take_until(&rest, "/");
        const int dots = dots_of(w, segment);
        more = rest.size > 0;
        if (more)
            move_past(&rest, 1);
        if (dots == 2)
            while (w->at > root && w->buffer[--w->at] != '/')
                ;
        if (!dots || (!more && whole))
            put_char(w, '/');
        if (!dots)
            put_component(w, segment, path_set);
    }
}

/*
 * The folder of a base, to which a path is relative: RFC 3986, section 5.2.3.  WHATWG resolves the
 * base first, so that a last segment of dots is a part of it.
 */
static void put_folder(struct writer *w, size_t root, struct httpstatus_text path)
{
    size_t size = path.size;

    while (size && path.data[size - 1] != '/')
        size--;
    struct httpstatus_text last = {path.data + size, path.size - size};
    if (!w->whatwg || !dots_of(w, last))
        path.size = size ? size - 1 : 0;
    if (path.size)
        put_segments(w, root, path, false);
}

/* The path: RFC 3986, section 5.2.2. */
static void put_path(struct writer *w, const struct parts *base, const struct parts *location)
{
    const size_t root = w->at;
    struct httpstatus_text path = location->path;

    if (!location->authority.data && !path.size) {
        path = base->path;
        if (!w->whatwg) { /* the same, dots and all */
            put_component(w, path, path_set);
            return;
        }
    } else if (!location->authority.data && *path.data != '/') {
        put_folder(w, root, base->path);
    }
    if (path.size || w->whatwg)
        put_segments(w, root, path, true);
}

static void put_rest(struct writer *w, const struct parts *base, const struct parts *location)
{
    const bool same = !location->authority.data && !location->path.size && !location->query.data;
    struct httpstatus_text query = same ? base->query : location->query;

    put_path(w, base, location);
    if (query.data) {
        put_char(w, '?');
        put_component(w, query, query_set);
    }
}

static void compare(const struct origin *from, const struct origin *to,
                    struct httpstatus_location *out)
{
    out->problem = HTTPSTATUS_PROBLEM_NONE;
    out->scheme_changed = !equal_texts(from->scheme, to->scheme);
    out->cross_host = !equal_texts(from->host, to->host);
    out->cross_origin = out->scheme_changed || out->cross_host || from->port != to->port;
    out->downgraded = out->scheme_changed && default_port(from->scheme) == 443;
    out->has_userinfo = to->has_userinfo;
}

/* Another scheme than http and https: nothing there is resolved. */
static void put_other(struct writer *w, const struct parts *parts, struct httpstatus_location *out)
{
    put_scheme(w, parts->scheme);
    put_component(w, parts->path, "");
    *out = (struct httpstatus_location){.problem = HTTPSTATUS_PROBLEM_SCHEME,
                                        .cross_origin = true,
                                        .cross_host = true,
                                        .scheme_changed = true};
}

static enum httpstatus_resolve_result resolve(struct writer *w, struct httpstatus_text base_text,
                                              struct httpstatus_text location_text,
                                              struct httpstatus_location *out)
{
    const bool clean_base = clean(w, &base_text), clean_location = clean(w, &location_text);
    const struct parts base = split(w, base_text, (struct httpstatus_text){NULL, 0});
    struct origin from, to;
    size_t start = 0;

    *out = (struct httpstatus_location){.problem = HTTPSTATUS_PROBLEM_INVALID};
    if (!clean_base || !default_port(base.scheme) ||
        !put_origin(w, base.scheme, base.authority, &from))
        return HTTPSTATUS_RESOLVE_INVALID_BASE;
    if (!clean_location)
        return HTTPSTATUS_RESOLVE_OK;
    struct parts parts = split(w, location_text, base.scheme);
    const bool whole = parts.scheme.data || parts.authority.data;
    if (whole)
        start = w->at;
    to = from;
    if (parts.scheme.data && !default_port(parts.scheme)) {
        put_other(w, &parts, out);
    } else if (whole && !put_origin(w, parts.scheme.data ? parts.scheme : base.scheme,
                                    parts.authority, &to)) {
        return HTTPSTATUS_RESOLVE_OK;
    } else {
        put_rest(w, &base, &parts);
        compare(&from, &to, out);
    }
    if (!parts.fragment.data) /* RFC 9110, section 10.2.2 */
        parts.fragment = base.fragment;
    if (parts.fragment.data) {
        put_char(w, '#');
        put_component(w, parts.fragment, fragment_set);
    }
    out->url = (struct httpstatus_text){w->buffer + start, w->at - start};
    return HTTPSTATUS_RESOLVE_OK;
}

size_t httpstatus_url_size(size_t base, size_t location)
{
    const size_t most = (SIZE_MAX - 64) / 4;

    return base > most || location > most - base ? SIZE_MAX : 4 * (base + location) + 64;
}

enum httpstatus_resolve_result httpstatus_resolve(struct httpstatus_text base,
                                                  struct httpstatus_text location,
                                                  enum httpstatus_url_rules rules, char *buffer,
                                                  size_t size, struct httpstatus_location *out)
{
    struct writer w = {.buffer = buffer, .limit = size, .whatwg = rules == HTTPSTATUS_WHATWG};

    if (base.size > size || location.size > size - base.size)
        return HTTPSTATUS_RESOLVE_TOO_LONG;
    enum httpstatus_resolve_result result = resolve(&w, base, location, out);
    return w.full ? HTTPSTATUS_RESOLVE_TOO_LONG : result;
}

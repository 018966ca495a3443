/* The parts of a record: time, client, request and so on. */
#include "json_parts.h"
#include "prefix.h"
#include "scanner.h"

/* ---- Addresses and hosts ---- */

/* Where ":80" begins at the end; 'end' if it does not. */
static const char *port_of(const char *p, const char *end)
{
    const char *digits = end;

    while (digits > p && is_digit(digits[-1]))
        digits--;
    return digits < end && digits - p > 1 && digits[-1] == ':' ? digits - 1 : end;
}

void httpstatus_set_client(struct division *d, const char *p, const char *end, bool has_port)
{
    const char *port = port_of(p, end);

    if (!has_port && port < end && find_byte(p, port, ':') < port && port[-1] != ']')
        port = end; /* an IPv6 address */
    const bool brackets = port - p > 2 && *p == '[' && port[-1] == ']';
    set_part(d, HTTPSTATUS_PART_CLIENT, p + brackets, port - brackets, HTTPSTATUS_ESCAPE_NONE);
}

void httpstatus_set_vhost(struct division *d, const char *p, const char *end,
                          enum httpstatus_escape escape)
{
    set_part(d, HTTPSTATUS_PART_HOST, p, port_of(p, end), escape);
}

/* ---- Requests ---- */

/* Where the authority of an absolute URL begins; NULL if it is none. */
static const char *authority_of(const char *p, const char *end)
{
    const char *colon = p;

    while (colon < end && (is_alphanumeric(*colon) || *colon == '+' || *colon == '-'))
        colon++;
    return colon > p && end - colon > 3 && memcmp(colon, "://", 3) == 0 ? colon + 3 : NULL;
}

void httpstatus_set_target(struct division *d, const char *p, const char *end,
                           enum httpstatus_escape escape)
{
    const char *path = p, *mark;

    if (is_none(p, end))
        return;
    set_part(d, HTTPSTATUS_PART_TARGET, p, end, escape);
    mark = find_byte(p, end, '?');
    d->authority = authority_of(p, end);
    if (d->authority)
        d->authority_end = path = find_byte(d->authority, mark, '/');
    if (path == end || (*path != '/' && !d->authority))
        return;
    set_part(d, HTTPSTATUS_PART_PATH, path, mark, escape);
    if (mark < end)
        set_part(d, HTTPSTATUS_PART_QUERY, mark + 1, end, escape);
}

void httpstatus_set_authority(struct division *d)
{
    const struct httpstatus_text target = d->record->parts[HTTPSTATUS_PART_TARGET];
    const enum httpstatus_escape escape = d->record->escapes[HTTPSTATUS_PART_TARGET];

    if (!target.data || !wants(d, PART_BIT(HOST)))
        return;
    const char *p = d->authority, *end = d->authority_end;
    if (is_text(d->record->parts[HTTPSTATUS_PART_METHOD], "CONNECT")) {
        p = target.data;
        end = p + target.size;
    } else {
        for (const char *at; p && (at = find_byte(p, end, '@')) < end;)
            p = at + 1; /* after a user's name */
    }
    if (p)
        set_part(d, HTTPSTATUS_PART_HOST, p, end, escape);
}

/* Where "HTTP/1.1" or "HTTP/2" begins, which a blank parts from the target; NULL if it does not. */
static const char *version_after(const char *target, const char *end)
{
    static const ptrdiff_t sizes[] = {sizeof "HTTP/1.1" - 1, sizeof "HTTP/2" - 1};

    for (int i = 0; i < 2; i++) {
        const char *version = end - target > sizes[i] + 1 ? end - sizes[i] : NULL;
        if (version && version[-1] == ' ' && is_protocol(version, end))
            return version;
    }
    return NULL;
}

/*
 * The target may have blanks, up to the version.  Without a version it is a request of HTTP/0.9,
 * which is GET, or none at all.
 */
void httpstatus_set_request(struct division *d, const char *p, const char *end,
                            enum httpstatus_escape escape)
{
    const char *blank = token_end(p, end);

    if (end - blank < 2 || *blank != ' ' || is_none(p, blank))
        return;
    const char *target = blank + 1, *version = version_after(target, end);
    if (!version && (!equal(p, (size_t)(blank - p), "GET") || *target != '/' ||
                     find_byte(target, end, ' ') < end))
        return;
    set_part(d, HTTPSTATUS_PART_METHOD, p, blank, HTTPSTATUS_ESCAPE_NONE);
    httpstatus_set_target(d, target, version ? version - 1 : end, escape);
    if (version)
        set_part(d, HTTPSTATUS_PART_PROTOCOL, version, end, HTTPSTATUS_ESCAPE_NONE);
}

/* ---- Fields ---- */

static const char *fields_by_bytes(const char *at, const char *end, int count, const char **p,
                                   const char **ends)
{
    for (int i = 0; i < count; i++) {
        ends[i] = next_field(&at, end);
        p[i] = at;
        at = ends[i];
    }
    return at;
}

const char *httpstatus_next_fields(const char *at, const char *end, int count, const char **p,
                                   const char **ends)
{
    uint16_t edges[EDGES_ROOM(FIELDS)];
    const size_t size = (size_t)(end - at), most = 2 * (size_t)count;
    size_t found = httpstatus_edges(at, size, most, edges);

    if (!found)
        return fields_by_bytes(at, end, count, p, ends);
    while (found < most)
        edges[found++] = (uint16_t)size;
    for (size_t i = 0; i < most; i += 2) {
        p[i / 2] = at + edges[i];
        ends[i / 2] = at + edges[i + 1];
    }
    return ends[count - 1];
}

/* ---- Records ---- */

static divide_function *const dividers[FORMAT_PLACES] = {
#define FORMAT(name, ...) [PLACE_##name] = httpstatus_##name##_divide,
#include "formats.def"
};

/* Part by part: what compilers make of a memset() of that size is slower. */
static void clear(struct httpstatus_record *record)
{
    for (int i = 0; i < HTTPSTATUS_PARTS; i++)
        record->parts[i] = (struct httpstatus_text){NULL, 0};
    memset(record->escapes, 0, sizeof record->escapes);
    record->duration_unit = 0;
    record->utc = false;
}

static bool divide(struct division *d, enum httpstatus_format format)
{
    const bool found = dividers[httpstatus_places[format]](d);

    if (!found)
        clear(d->record);
    return found;
}

static void skip_prefix(struct division *d, enum httpstatus_format format)
{
    if (!(format_of(format)->flags & FROM_START))
        d->p += httpstatus_prefix(d->p, (size_t)(d->end - d->p)).size;
}

/* A line that is wrapped in an object; JSON in a string counts if the object has no status. */
static bool divide_wrapped(struct division *d, enum httpstatus_format format)
{
    struct httpstatus_text time = {NULL, 0};
    size_t size;

    if (format == HTTPSTATUS_JSON && divide(d, format))
        return true;
    if (!httpstatus_unwrap(d->p, d->end, d->buffer, &size, &time))
        return false;
    d->p = d->buffer;
    d->end = d->buffer += size;
    skip_prefix(d, format);
    if (!divide(d, format))
        return false;
    if (time.data && !d->record->parts[HTTPSTATUS_PART_TIME].data)
        set_part(d, HTTPSTATUS_PART_TIME, time.data, time.data + time.size, HTTPSTATUS_ESCAPE_JSON);
    return true;
}

void httpstatus_record(const struct httpstatus_scanner *scanner, const struct httpstatus_line *line,
                       const char *p, char *buffer, unsigned wanted,
                       struct httpstatus_record *record)
{
    struct division d = {
        .wanted = wanted,
        .setup = &const_scanner_of(scanner)->setup,
        .p = p,
        .end = p + (line->end - line->start),
        .status = line->status,
        .buffer = buffer,
        .record = record,
    };

    clear(record);
    if (line->format == HTTPSTATUS_FORMAT_NONE)
        return;
    skip_prefix(&d, line->format);
    if (format_of(line->format)->flags & FROM_START || d.p == d.end || *d.p != '{' ||
        !divide_wrapped(&d, line->format))
        (void)divide(&d, line->format);
}

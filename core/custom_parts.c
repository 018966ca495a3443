/* The parts of records in a server's own format. */
#include "locator.h"
#include "parts.h"
#include "prefix.h"
#include "quoted.h"
#include "tokens.h"

/*
 * The place of the status is certain, as the careful reader finds it, and so are both ends of the
 * line, if it follows the string.  So is a text that ends a field where it first occurs: see
 * locator.c.  Between two such places, fields are found from the right as far as each begins where
 * the text before it last occurs.  If that leaves one field, it is what remains; if it leaves
 * several, their parts are absent.
 */

enum { LAST_FIELD = HTTPSTATUS_LOCATOR_STEPS };

/* Where the fields of a line are; NULL: that is not certain. */
struct places {
    const struct locator *locator;
    const char *from[LAST_FIELD + 1], *to[LAST_FIELD + 1];
};

/* ---- What fields hold ---- */

/* Whether a blank is within a list such as "502, 404 : 200". */
static bool is_lists_own(const char *start, const char *p, const char *end)
{
    if (p > start && p[-1] == ',')
        return true;
    return (p - start > 1 && p[-1] == ':' && p[-2] == ' ') || (end - p > 1 && p[1] == ':');
}

/* Whether a field may hold the byte at p; 'last' is the last byte of the text before the field. */
static bool may_hold(unsigned holds, char last, const char *start, const char *p, const char *end)
{
    if (*p == '"' && holds & ESCAPED && has_backslash(start, p))
        return true;
    if (*p == ' ' && last == ' ' && holds & LIST)
        return is_lists_own(start, p, end);
    if (holds & OTHER)
        return *p != last && *p != '"';
    return holders((unsigned char)*p) & holds;
}

/* Where a field begins that ends at 'end': it may begin at 'start', and holds all from there on. */
static const char *held_from(unsigned holds, char last, const char *start, const char *end)
{
    const char *p = end;

    while (p > start && may_hold(holds, last, start, p - 1, end))
        p--;
    return p;
}

static bool holds_all(const struct places *places, size_t i, const char *from, const char *to)
{
    return held_from(places->locator->fields[i].holds, '"', from, to) == from;
}

/* ---- Walks ---- */

/* Where text i first ends a field that begins at 'start' or later; NULL if nowhere before 'end'. */
static const char *find_step(const struct locator *locator, size_t i, const char *start,
                             const char *end)
{
    const struct httpstatus_text text = text_of_step(locator, i);
    const char *p = start;

    if (has_bit(locator->padded, i))
        while (p < end && *p == ' ')
            p++;
    for (; (size_t)(end - p) >= text.size; p++) {
        p = find_byte(p, end - text.size + 1, text.data[0]);
        if ((size_t)(end - p) < text.size)
            break;
        if (memcmp(p, text.data, text.size) == 0 &&
            !(has_bit(locator->escaped, i) && has_backslash(start, p)) &&
            !(has_bit(locator->listed, i) && is_lists_own(start, p, end)))
            return p;
    }
    return NULL;
}

static bool comes_before(const char *start, const char *p, struct httpstatus_text text)
{
    return (size_t)(p - start) >= text.size && memcmp(p - text.size, text.data, text.size) == 0;
}

/*
 * Reads fields from the last one, which ends at 'end', down to the first, which begins at 'start'
 * or after it.  Returns the one whose beginning is not found.
 */
static size_t walk_back(struct places *places, size_t first, size_t last, const char *start,
                        const char *end)
{
    const struct httpstatus_log_field *fields = places->locator->fields;
    size_t i = last;

    for (; i > first; i--) {
        const struct httpstatus_text text = text_of_step(places->locator, i - 1);
        places->to[i] = end;
        if (!httpstatus_begins_last(fields[i].holds, text, fields[i - 1].holds))
            return i;
        const char *from = held_from(fields[i].holds, text.data[text.size - 1], start, end);
        if (!comes_before(start, from, text))
            return i;
        places->from[i] = from;
        end = from - text.size;
    }
    places->to[i] = end;
    return i;
}

/* Finds fields between two places that are certain; false if the line is not as the string says. */
static bool fill(struct places *places, size_t first, size_t last, const char *start,
                 const char *end)
{
    places->from[first] = start;
    if (walk_back(places, first, last, start, end) != first ||
        holds_all(places, first, start, places->to[first]))
        return true;
    places->to[first] = NULL;
    return false;
}

/* Finds the fields from 'start' to 'end'.  'follows': the last one ends there. */
static void walk(struct places *places, size_t first, size_t last, const char *start,
                 const char *end, bool follows)
{
    const struct locator *locator = places->locator;
    const char *at = start;

    for (size_t i = first; i < last; i++) {
        const char *const found = find_step(locator, i, at, end);
        if (!found)
            break;
        at = found + locator->steps[i].size;
        if (!has_bit(locator->certain, i))
            continue;
        if (!fill(places, first, i, start, found))
            return;
        first = i + 1;
        start = at;
    }
    if (follows)
        fill(places, first, last, start, end);
}

/* ---- The status ---- */

static int marks_of(const struct httpstatus_located *line)
{
    return line->have_fallback + line->decided;
}

/* As the careful reader finds it, in a string that tells it from the left. */
static bool find_from_left(const struct division *d, const char **from, const char **to)
{
    struct httpstatus_reader reader;
    struct httpstatus_located *line = &reader.as.custom;
    const char *start = d->p, *p = d->p;
    int marks = 0, found = HTTPSTATUS_UNMATCHED, substatus;

    memset(line, 0, sizeof *line);
    for (bool last = false; !last; p++) {
        const bool was_reading = line->reading;
        last = p == d->end;
        if (last)
            found = httpstatus_custom_end(&reader, d->setup, &substatus);
        else
            httpstatus_custom_read(&reader, d->setup, p, 1);
        if (marks_of(line) != marks) {
            marks = marks_of(line);
            *from = start;
            *to = p;
        }
        if (line->reading && line->status.digits == 0)
            start = p + 1;
        else if (line->reading && !was_reading) /* it has begun at a colon that was kept back */
            start = p;
    }
    return found == d->status;
}

/* From the end of a line that is as the string says. */
static bool find_from_right(const struct division *d, struct places *places, const char **from,
                            const char **to)
{
    const struct locator *locator = places->locator;
    const size_t place = locator->step_count;
    int status;

    if (!locator->whole || walk_back(places, place, locator->text_count, d->p, d->end) != place)
        return false;
    *to = places->to[place];
    *from = held_from(NUMBER, '"', d->p, *to);
    (void)read_haproxy_status(*from, (size_t)(*to - *from), &status);
    return status == d->status && comes_before(d->p, *from, text_of_step(locator, place - 1));
}

/* ---- Parts ---- */

/*
 * Whether a logger may have put something before the record, unless that ends as the string's own
 * first field does: "a | ".
 */
static bool has_prefix(const struct division *d, const struct locator *locator)
{
    const size_t size = httpstatus_prefix(d->p, (size_t)(d->end - d->p)).size;
    const struct httpstatus_text text = text_of_step(locator, 0);

    if (!locator->fields[0].holds || locator->fields[0].part == FIELD(TIME))
        return false;
    for (size_t i = 0; i + text.size <= size; i++)
        if (memcmp(d->p + i, text.data, text.size) == 0)
            return i + text.size < size;
    return false;
}

/* The fields before the status, whose text ends at 'end'. */
static void find_before(const struct division *d, struct places *places, const char *end)
{
    const struct locator *locator = places->locator;
    const unsigned holds = locator->fields[0].holds;
    const size_t last = locator->step_count - 1u;

    end -= locator->steps[last].size;
    if (!(holds & PREFIX) && has_prefix(d, locator)) {
        walk_back(places, 0, last, d->p, end);
        return;
    }
    walk(places, 0, last, d->p, end, true);
    if (!(holds & PREFIX))
        return;
    const char *from = places->to[0]; /* after what syslog has put before it */
    if (!(holders(' ') & holds & ~(unsigned)PREFIX))
        while (from && from > d->p && from[-1] != ' ')
            from--;
    places->from[0] = from;
}

/* Those after it, of which the text before the first begins at 'start'. */
static void find_after(const struct division *d, struct places *places, const char *start)
{
    const struct locator *locator = places->locator;
    const struct httpstatus_text text = text_of_step(locator, locator->step_count);

    if ((size_t)(d->end - start) >= text.size && memcmp(start, text.data, text.size) == 0)
        walk(places, locator->step_count + 1u, locator->text_count, start + text.size, d->end,
             locator->whole);
}

/* The text of a field, with those that go on with it; no data if its place is not certain. */
static struct httpstatus_text text_of_field(const struct places *places, size_t i)
{
    const struct locator *locator = places->locator;
    const char *from = places->from[i];

    while (i < locator->text_count && locator->fields[i + 1].part == FIELD_JOINED && places->to[i])
        i++;
    const char *const to = places->to[i];
    if (!from || !to)
        return (struct httpstatus_text){NULL, 0};
    while (from < to && *from == ' ' && locator->fields[i].holds & PADDED)
        from++;
    return (struct httpstatus_text){from, (size_t)(to - from)};
}

static void set_chosen(struct division *d, const struct httpstatus_log_field *field,
                       struct httpstatus_text text)
{
    const enum httpstatus_part part = (enum httpstatus_part)(field->part - 1);
    const enum httpstatus_escape escape = (enum httpstatus_escape)field->escape;
    const char *p = text.data, *const end = p + text.size;

    switch (part) {
    case HTTPSTATUS_PART_USER: /* Apache writes an empty name as "\"\"" */
        if (field->holds & USER && is_text(text, "\"\""))
            return;
        break;
    case HTTPSTATUS_PART_METHOD:
        if (!httpstatus_is_token(p, text.size))
            return;
        break;
    case HTTPSTATUS_PART_TARGET:
        if (!is_text(text, "<BADREQ>")) /* of HAProxy's */
            httpstatus_set_target(d, p, end, escape);
        return;
    case HTTPSTATUS_PART_PATH:
        if (*p != '/')
            return;
        break;
    case HTTPSTATUS_PART_QUERY:
        if (field->detail == AFTER_MARK && *p++ != '?')
            return;
        break;
    case HTTPSTATUS_PART_PROTOCOL:
        p -= field->detail == AFTER_NAME ? strlen("HTTP/") : 0;
        if (!is_protocol(p, end))
            return;
        break;
    case HTTPSTATUS_PART_BYTES:
        p += *p == '+'; /* HAProxy, of a record logged before the end */
        break;
    case HTTPSTATUS_PART_DURATION:
        p += *p == '+';
        d->record->duration_unit = field->detail;
        break;
    default:
        break;
    }
    set_part(d, part, p, end, escape);
}

/* A count of bytes that is absent is one of 0: no other field then says the same. */
static bool is_absent(struct httpstatus_text text, int part)
{
    return !text.size || (part != FIELD(BYTES) && is_text(text, "-"));
}

/* What is chosen of the fields that are the same part. */
struct choice {
    const struct httpstatus_log_field *field;
    struct httpstatus_text text;
};

static void choose_fields(const struct places *places, struct choice *choices)
{
    const struct locator *locator = places->locator;

    for (size_t i = 0; i <= locator->text_count; i++) {
        const struct httpstatus_log_field *field = &locator->fields[i];
        if (!field->part || field->part == FIELD_JOINED)
            continue;
        struct choice *choice = &choices[field->part];
        const struct httpstatus_text text = text_of_field(places, i);
        if (!is_absent(text, field->part) &&
            (!choice->field || field->detail < choice->field->detail))
            *choice = (struct choice){field, text};
    }
}

/* A path or query by itself may be another than the target's, which a server rewrites. */
static void set_choices(struct division *d, const struct choice *choices)
{
    const struct choice *request = &choices[FIELD_REQUEST];
    const struct httpstatus_text *parts = d->record->parts;

    if (request->field)
        httpstatus_set_request(d, request->text.data, request->text.data + request->text.size,
                               (enum httpstatus_escape)request->field->escape);
    for (int i = 0; i < HTTPSTATUS_PARTS; i++) {
        const bool of_target = i == HTTPSTATUS_PART_PATH || i == HTTPSTATUS_PART_QUERY;
        if (choices[i + 1].field && !parts[of_target ? HTTPSTATUS_PART_TARGET : i].data)
            set_chosen(d, choices[i + 1].field, choices[i + 1].text);
    }
    if (!parts[HTTPSTATUS_PART_HOST].data)
        httpstatus_set_authority(d);
}

bool httpstatus_custom_divide(struct division *d)
{
    const struct locator *locator = &d->setup->locator;
    struct places places = {.locator = locator};
    struct choice choices[FIELD_JOINED] = {{.field = NULL}};
    const char *from = d->p, *to = d->end;

    if (!(locator->from_end ? find_from_right(d, &places, &from, &to)
                            : find_from_left(d, &from, &to)))
        return false;
    if (locator->step_count)
        find_before(d, &places, from);
    if (locator->text_count > locator->step_count)
        find_after(d, &places, to);
    choose_fields(&places, choices);
    set_choices(d, choices);
    return true;
}

/* The parts of records of pairs. */
#include "pairs.h"
#include "parts.h"
#include "tokens.h"

/* What keys have; of those that stand for one part, the first of its names counts. */
struct pair_values {
    const struct pair_name *names[PAIR_OTHER];
    struct httpstatus_text of[PAIR_OTHER];
    bool quoted[PAIR_OTHER];
    int status;
};

static void take_part_pair(struct pair_values *values, const struct pair_name *name,
                           const struct pair *pair)
{
    const size_t size = (size_t)(pair->end - pair->value);

    if (!name || size == 0)
        return;
    if (name->what == PAIR_STATUS) {
        const int status = read_status(pair->value, size, 3);
        values->status = status != HTTPSTATUS_UNMATCHED ? status : values->status;
        return;
    }
    if (values->names[name->what] && values->names[name->what] < name)
        return;
    values->names[name->what] = name;
    values->of[name->what] = (struct httpstatus_text){pair->value, size};
    values->quoted[name->what] = pair->quoted;
}

static bool has_unit(struct httpstatus_text duration)
{
    return !is_digit(duration.data[duration.size - 1]);
}

static void set_value(struct division *d, const struct pair_values *values, int part,
                      enum httpstatus_escape escape)
{
    const struct httpstatus_text value = values->of[part];
    const struct pair_name *name = values->names[part];
    const char *p = value.data, *end;

    if (!name)
        return;
    end = p + value.size;
    switch (part) {
    case HTTPSTATUS_PART_CLIENT:
        httpstatus_set_client(d, p, end, false);
        break;
    case HTTPSTATUS_PART_HOST:
        httpstatus_set_vhost(d, p, end, escape);
        break;
    case HTTPSTATUS_PART_TARGET:
        httpstatus_set_target(d, p, end, escape);
        break;
    case HTTPSTATUS_PART_TIME:
        if (*p == '[')
            set_time(d, p, end);
        else
            set_part(d, HTTPSTATUS_PART_TIME, p, end, escape);
        break;
    case HTTPSTATUS_PART_PROTOCOL:
        if (is_protocol(p, end))
            set_part(d, HTTPSTATUS_PART_PROTOCOL, p, end, HTTPSTATUS_ESCAPE_NONE);
        break;
    case HTTPSTATUS_PART_DURATION:
        if (name->unit == NO_UNIT && !has_unit(value))
            break;
        d->record->duration_unit = name->unit == NO_UNIT ? 0 : name->unit;
        set_part(d, HTTPSTATUS_PART_DURATION, p, end, HTTPSTATUS_ESCAPE_NONE);
        break;
    default:
        set_part(d, (enum httpstatus_part)part, p, end, escape);
    }
}

/* 'quoted' is how the writer escapes what is quoted, 'bare' the rest. */
static bool set_values(struct division *d, const struct pair_values *values,
                       enum httpstatus_escape quoted, enum httpstatus_escape bare)
{
    const struct httpstatus_text request = values->of[PAIR_REQUEST];

    if (values->status != d->status)
        return false;
    for (int part = 0; part < HTTPSTATUS_PARTS; part++)
        set_value(d, values, part, values->quoted[part] ? quoted : bare);
    if (request.data && !d->record->parts[HTTPSTATUS_PART_TARGET].data)
        httpstatus_set_request(d, request.data, request.data + request.size,
                               values->quoted[PAIR_REQUEST] ? quoted : bare);
    if (!d->record->parts[HTTPSTATUS_PART_HOST].data)
        httpstatus_set_authority(d);
    return true;
}

/* ---- logfmt ---- */

static const char *time_end(const char *p, const char *end)
{
    while (p < end && !is_blank(*p) && *p != ']')
        p++;
    return p;
}

/* Moves past a word before the pairs, which may be the time. */
static const char *skip_word(struct division *d, const char *p)
{
    const bool bracket = *p == '[';
    const char *end = bracket ? find_byte(p, d->end, ']') : p;

    while (end < d->end && !is_blank(*end))
        end++;
    if (d->record->parts[HTTPSTATUS_PART_TIME].data)
        return end;
    if (is_iso_time(p + bracket,
                    (size_t)(end - p - bracket))) /* Ruby: "[2026-11-28T12:00:00 #1]" */
        set_part(d, HTTPSTATUS_PART_TIME, p + bracket, time_end(p, end), HTTPSTATUS_ESCAPE_NONE);
    else if (bracket && end - p > 1 && is_digit(p[1]))
        set_time(d, p, end);
    return end;
}

bool httpstatus_logfmt_divide(struct division *d)
{
    struct pair_values values = {.status = HTTPSTATUS_NO_STATUS};
    struct pair pair;

    for (const char *p = d->p; p < d->end;) {
        if (is_blank(*p))
            p++;
        else if (httpstatus_next_pair(&p, d->end, &pair))
            take_part_pair(&values, httpstatus_logfmt_name(pair.key, pair.key_size), &pair);
        else
            p = skip_word(d, p);
    }
    return set_values(d, &values, HTTPSTATUS_ESCAPE_BACKSLASH, HTTPSTATUS_ESCAPE_NONE);
}

/* ---- LTSV ---- */

bool httpstatus_ltsv_divide(struct division *d)
{
    struct pair_values values = {.status = HTTPSTATUS_NO_STATUS};
    struct pair pair;

    for (const char *p = d->p; p < d->end && httpstatus_next_labelled(&p, d->end, &pair);)
        take_part_pair(&values, httpstatus_ltsv_name(pair.key, pair.key_size), &pair);
    return set_values(d, &values, HTTPSTATUS_ESCAPE_BACKSLASH, HTTPSTATUS_ESCAPE_BACKSLASH);
}

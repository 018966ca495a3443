/* The value by which a record is counted. */
#include "top.h"
#include "unescape.h"

enum { VALUE_SIZE = HTTPSTATUS_TOP_VALUE };

/* A value that is written byte by byte: those past its end are counted, and so forgotten. */
struct value {
    char *text;
    size_t size, start; /* where the last segment begins */
    size_t digits, hexes;
    bool is_uuid; /* so far */
};

static void put_byte(struct value *value, char c)
{
    if (value->size <= VALUE_SIZE)
        value->text[value->size] = c;
    value->size++;
}

static void begin_segment(struct value *value)
{
    value->start = value->size;
    value->digits = value->hexes = 0;
    value->is_uuid = true;
}

static void put_in_segment(struct value *value, char c)
{
    const size_t at = value->size - value->start;
    const bool dash = at == 8 || at == 13 || at == 18 || at == 23;

    value->digits += is_digit(c);
    value->hexes += hex_digit(c) >= 0;
    value->is_uuid = value->is_uuid && (dash ? c == '-' : hex_digit(c) >= 0);
    put_byte(value, c);
}

/* Digits alone, a UUID, or a long hexadecimal number. */
static bool is_identifier(const struct value *value)
{
    enum { UUID = sizeof "01234567-89ab-cdef-0123-456789abcdef" - 1, LONG = 16 };
    const size_t size = value->size - value->start;

    return (size > 0 && value->digits == size) || (size == UUID && value->is_uuid) ||
           (size >= LONG && value->hexes == size);
}

static void end_segment(struct value *value)
{
    if (!is_identifier(value))
        return;
    value->size = value->start;
    for (const char *p = ":id"; *p; p++)
        put_byte(value, *p);
}

static void put_path_byte(struct value *value, char c)
{
    if (c != '/') {
        put_in_segment(value, c);
        return;
    }
    end_segment(value);
    put_byte(value, c);
    begin_segment(value);
}

typedef void put_function(struct value *, char);

/* The part without its escapes. */
static struct httpstatus_text written(struct httpstatus_text part, enum httpstatus_escape escape,
                                      put_function *put, char *text)
{
    const char *p = part.data, *const end = p + part.size;
    struct value value = {.text = text};

    begin_segment(&value);
    while (p < end) {
        char bytes[HTTPSTATUS_UNESCAPED], *to = bytes;
        p += httpstatus_unescape_next(p, end, escape, &to);
        for (const char *q = bytes; q < to; q++)
            put(&value, *q);
    }
    if (put == put_path_byte)
        end_segment(&value);
    return (struct httpstatus_text){text, value.size};
}

struct httpstatus_text httpstatus_top_value(const struct httpstatus_top_options *options,
                                            const struct httpstatus_record *record, char *text)
{
    const struct httpstatus_text part = record->parts[options->by];
    const enum httpstatus_escape escape = record->escapes[options->by];

    if (!part.data)
        return part;
    if (options->group == HTTPSTATUS_GROUP_ID)
        return written(part, escape, put_path_byte, text);
    return httpstatus_has_escape(part, escape) ? written(part, escape, put_byte, text) : part;
}

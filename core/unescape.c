/* Undoing the escapes of a part. */
#include "unescape.h"

#include "text.h"
#include "unicode.h"

/*
 * Each of these takes the escape whose mark is at p, writes what it means at '*out', and returns
 * how many bytes it has; 0: it is not an escape.
 */

/* The byte of two digits after a mark of 'mark' bytes. */
static size_t take_hex(const char *p, const char *end, size_t mark, char **out)
{
    const int high = (size_t)(end - p) >= mark + 2 ? hex_digit(p[mark]) : -1;
    const int low = high < 0 ? -1 : hex_digit(p[mark + 1]);

    if (low < 0)
        return 0;
    *(*out)++ = (char)(high * 16 + low);
    return mark + 2;
}

static size_t take_backslash(const char *p, const char *end, char **out)
{
    static const char from[] = "\"\\'bfnrtv", to[] = "\"\\'\b\f\n\r\t\v";
    char c = '\0';

    if (end - p > 1)
        c = p[1];
    const char *const found = c ? strchr(from, c) : NULL;
    if (c == 'x')
        return take_hex(p, end, 2, out);
    if (!found)
        return 0;
    *(*out)++ = to[found - from];
    return 2;
}

/* The number in \uNNNN; -1 if it is not there. */
static int unit_at(const char *p, const char *end)
{
    int unit = 0;

    if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
        return -1;
    for (int i = 2; i < 6; i++) {
        const int digit = hex_digit(p[i]);
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

static size_t take_unit(const char *p, const char *end, char **out)
{
    const int unit = unit_at(p, end), next = is_high(unit) ? unit_at(p + 6, end) : -1;
    const bool pair = is_low(next);

    if (unit < 0)
        return 0;
    *out += put_utf8(pair ? of_pair(unit, next) : unit, *out);
    return pair ? 12 : 6;
}

static size_t take_json(const char *p, const char *end, char **out)
{
    char c = '\0';

    if (end - p > 1)
        c = json_escaped(p[1]);
    if (!c)
        return take_unit(p, end, out);
    *(*out)++ = c;
    return 2;
}

static size_t take_escape(const char *p, const char *end, enum httpstatus_escape escape, char **out)
{
    if (escape == HTTPSTATUS_ESCAPE_BACKSLASH)
        return take_backslash(p, end, out);
    if (escape == HTTPSTATUS_ESCAPE_JSON)
        return take_json(p, end, out);
    return take_hex(p, end, 1, out);
}

static const char marks[] = {'\0', '\\', '#', '%', '\\'};

bool httpstatus_has_escape(struct httpstatus_text text, enum httpstatus_escape escape)
{
    return escape != HTTPSTATUS_ESCAPE_NONE && memchr(text.data, marks[escape], text.size);
}

size_t httpstatus_unescape_next(const char *p, const char *end, enum httpstatus_escape escape,
                                char **out)
{
    const bool marked = escape != HTTPSTATUS_ESCAPE_NONE && *p == marks[escape];
    const size_t size = marked ? take_escape(p, end, escape, out) : 0;

    if (size)
        return size;
    *(*out)++ = *p;
    return 1;
}

size_t httpstatus_unescape(struct httpstatus_text text, enum httpstatus_escape escape, char *out)
{
    const char *p = text.data, *const end = text.size ? p + text.size : p;
    char *const start = out;

    while (p < end) {
        const bool any = escape != HTTPSTATUS_ESCAPE_NONE;
        const char *const mark = any ? find_byte(p, end, marks[escape]) : end;
        memcpy(out, p, (size_t)(mark - p));
        out += mark - p;
        p = mark;
        if (p < end)
            p += httpstatus_unescape_next(p, end, escape, &out);
    }
    return (size_t)(out - start);
}

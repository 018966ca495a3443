/* A code in what people paste: a line of a log, a message, a page. */
#include "rows.h"

/* Whether a text begins with 'what' as a whole, what does not count left out of both. */
static bool begins_with(const char *p, size_t size, struct httpstatus_text what)
{
    size_t i = 0;

    for (size_t j = 0; j < what.size; j++) {
        if (is_ignored(what.data[j]))
            continue;
        while (i < size && is_ignored(p[i]))
            i++;
        if (i == size || to_lower(p[i++]) != to_lower(what.data[j]))
            return false;
    }
    return i == size || !is_alphanumeric(p[i]);
}

static bool holds(const char *p, size_t size, struct httpstatus_text what)
{
    for (size_t i = 0; i < size; i++)
        if ((i == 0 || !is_alphanumeric(p[i - 1])) && begins_with(p + i, size - i, what))
            return true;
    return false;
}

/* The word before p[at]; up to eight bytes may stand between that are no letters: 'HTTP/1.1 '. */
static struct httpstatus_text word_before(const char *p, size_t at)
{
    size_t end = at, start;

    while (end > 0 && at - end < 8 && !is_letter(p[end - 1]))
        end--;
    for (start = end; start > 0 && is_letter(p[start - 1]);)
        start--;
    return (struct httpstatus_text){p + start, end - start};
}

/* Whether the text before p[at] announces a status: "HTTP/1.1 ", "status=", npm's "E". */
static bool is_led(const char *p, size_t at)
{
    static const char *const leads[] = {"http", "status", "code", "error", "response"};
    struct httpstatus_text word = word_before(p, at);

    for (size_t i = 0; i < sizeof leads / sizeof leads[0]; i++) {
        size_t size = strlen(leads[i]);
        if (word.size >= size &&
            equal_ignoring_case(word.data + word.size - size, size, leads[i], size))
            return true;
    }
    return word.size == 1 && to_lower(*word.data) == 'e' && word.data + 1 == p + at;
}

/* No number within another (1.404, 12:404), no signed one, no path. */
static bool may_begin_number(const char *p, size_t at)
{
    if (at == 0)
        return true;
    switch (p[at - 1]) {
    case '.':
    case ',':
    case '/':
        return false;
    case ':':
        return at < 2 || !is_digit(p[at - 2]);
    case '-':
    case '+':
        return at >= 2 && is_letter(p[at - 2]);
    default:
        return !is_letter(p[at - 1]) || is_led(p, at);
    }
}

/* No number within another, no file (404.html), and none that counts something else (200 ms). */
static bool may_end_number(const char *p, size_t size, size_t at)
{
    static const char joins[] = {'.', ',', ':', '-', '/'};
    static const char *const units[] = {
        "b",     "byte", "bytes", "day",    "days",    "gb",      "hour",
        "hours", "kb",   "mb",    "min",    "minute",  "minutes", "ms",
        "px",    "s",    "sec",   "second", "seconds", "times",   "users",
    };
    size_t end;

    if (at == size)
        return true;
    if (is_alphanumeric(p[at]) || p[at] == '%')
        return false;
    if (at + 1 < size && is_digit(p[at + 1]) && memchr(joins, p[at], sizeof joins))
        return false;
    if (p[at] != ' ')
        return p[at] != '.' || at + 1 == size || !is_letter(p[at + 1]);
    for (end = ++at; end < size && is_letter(p[end]);)
        end++;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (equal_ignoring_case(p + at, end - at, units[i], strlen(units[i])))
            return false;
    return true;
}

enum { PASTED = 1024 }; /* bytes of a text in which a code is looked for */

bool httpstatus_find_number(const char *p, size_t size, struct number *number)
{
    bool found = false;

    for (size_t i = 0; i < size && i < PASTED; i++) {
        struct number here = {0, 0, {p + i, 3}, {NULL, 0}};
        size_t at = i, first;
        if (!is_digit(p[i]) || (i > 0 && is_digit(p[i - 1])))
            continue;
        if (!httpstatus_read_number(p, size, &at, 999, &here.code) || at != i + 3 ||
            !may_begin_number(p, i))
            continue;
        if (at + 1 < size && (p[at] == '.' || p[at] == ':') && is_digit(p[at + 1])) {
            here.more.data = p + ++at;
            if (!httpstatus_read_number(p, size, &at, 65535, &here.substatus))
                continue;
            here.more.size = (size_t)(p + at - here.more.data);
        }
        if (!may_end_number(p, size, at) || !httpstatus_variants(here.code, &first))
            continue;
        if (is_led(p, i)) {
            *number = here;
            return true;
        }
        if (!found)
            *number = here;
        found = true;
    }
    return found;
}

const struct httpstatus_status *httpstatus_lookup_pasted(const char *p, size_t size,
                                                         const char *owner, size_t owner_size)
{
    const struct httpstatus_status *best = NULL, *named = NULL;
    struct number number;
    size_t first = 0, count, longest = 0, letters = 0;

    if (size > PASTED)
        size = PASTED;
    for (size_t i = 0; i < size; i++)
        letters += is_letter(p[i]);
    if (letters == 0 || !httpstatus_find_number(p, size, &number))
        return NULL;
    count = httpstatus_variants(number.code, &first);
    for (size_t n = first; n < first + count; n++) {
        const struct httpstatus_status *row = httpstatus_row(n);
        if (row->substatus != number.substatus ||
            (owner && !httpstatus_owned_by(row, owner, owner_size)))
            continue;
        for (size_t i = 0; i <= row->alias_count; i++) {
            struct httpstatus_text phrase = i ? httpstatus_alias(row, i - 1).phrase
                                              : httpstatus_field(row, HTTPSTATUS_PHRASE);
            if (phrase.size > longest && holds(p, size, phrase)) {
                longest = phrase.size;
                best = row;
            }
        }
        if (!named && holds(p, size, httpstatus_field(row, HTTPSTATUS_OWNER)))
            named = row;
    }
    if (best || named)
        return best ? best : named;
    return httpstatus_find(number.code, number.substatus, owner, owner_size);
}

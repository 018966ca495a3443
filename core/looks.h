/*
 * Finds the lines of a window and looks at them.  Written once: kernels.c includes this for every
 * instruction set, with TARGET, and with ISA(x) for the names of the set, both of its primitives
 * and of what is defined here.
 *
 * A look may give an answer only if it proves that the careful reader would give the same.  It may
 * read blocks up to LOOK_MARGIN past the end of a line.
 */

/* ---- Places ---- */

/*
 * Writes the places of the bits, and perhaps up to a block past them; returns where they end.
 * Always writes one, so that no branch depends on whether there is any.
 */
TARGET INLINE uint16_t *ISA(places)(uint64_t mask, size_t base, uint16_t *out)
{
    uint16_t *end = out + ISA(count)(mask);

    *out = (uint16_t)(base + ISA(first)(mask));
    while (__builtin_expect((mask &= mask - 1) != 0, 0))
        *++out = (uint16_t)(base + ISA(first)(mask));
    return end;
}

/* The same where many are likely. */
TARGET INLINE uint16_t *ISA(many_places)(uint64_t mask, size_t base, uint16_t *out)
{
    uint16_t *end = out + ISA(count)(mask);

#define PLACE(i) out[i] = (uint16_t)(base + ISA(first)(mask)), mask &= mask - 1
    do {
        PLACE(0), PLACE(1), PLACE(2);
        out += 3;
    } while (mask);
#undef PLACE
    return end;
}

/* Finds the LFs of p[0..size) and returns how many; '*returns': whether there is a CR as well. */
TARGET INLINE size_t ISA(line_feeds)(const char *p, size_t size, uint16_t *ends, bool *returns)
{
    ISA(seen) seen = ISA(nothing)();
    uint16_t *out = ends;
    size_t offset = 0;

    for (; offset + 2 * BLOCK_SIZE <= size; offset += 2 * BLOCK_SIZE) {
        ISA(block) here = ISA(load)(p + offset), behind = ISA(load)(p + offset + BLOCK_SIZE);
        uint64_t next = ISA(equal)(behind, '\n');
        seen = ISA(see)(ISA(see)(seen, here, '\r'), behind, '\r');
        out = ISA(places)(ISA(equal)(here, '\n'), offset, out);
        out = ISA(places)(next, offset + BLOCK_SIZE, out);
    }
    for (; offset < size; offset += BLOCK_SIZE) {
        size_t left = size - offset;
        char last[BLOCK_SIZE] = {0};
        memcpy(last, p + offset, left < BLOCK_SIZE ? left : BLOCK_SIZE);
        seen = ISA(see)(seen, ISA(load)(last), '\r');
        out = ISA(places)(ISA(equal)(ISA(load)(last), '\n'), offset, out);
    }
    *returns = ISA(has_seen)(seen);
    return (size_t)(out - ends);
}

TARGET static void ISA(leave_returns)(const char *p, size_t size, struct window *window)
{
    size_t offset = 0, i = 0;

    for (; offset + BLOCK_SIZE < size; offset += BLOCK_SIZE) {
        uint64_t found = ISA(equal)(ISA(load)(p + offset), '\r');
        for (; found; found &= found - 1) {
            size_t at = offset + ISA(first)(found);
            if (p[at + 1] != '\n')
                i = leave_line(at, i, window);
        }
    }
    leave_returns(p, offset, size, i, window);
}

/* Where the next 'c' is, from 'at' up to 'end'; some place from 'end' on if there is none. */
TARGET INLINE size_t ISA(find)(const char *p, size_t at, size_t end, char c)
{
    uint64_t found;

    for (; !(found = ISA(equal)(ISA(load)(p + at), c)); at += BLOCK_SIZE)
        if (at + BLOCK_SIZE >= end)
            return end;
    return at + ISA(first)(found);
}

/*
 * Finds the first 'most' spaces of a line, or a few more, and returns how many.  0 if there is
 * other white space among them, a space at the start, or two in a row.
 */
TARGET INLINE size_t ISA(spaces)(const char *line, size_t size, size_t most, uint16_t *spaces)
{
    uint16_t *last = spaces;
    uint64_t before = 1;

    for (size_t at = 0; at < size && (size_t)(last - spaces) < most; at += BLOCK_SIZE) {
        ISA(block) block = ISA(load)(line + at);
        uint64_t inside = inside_line(at, size), found = ISA(equal)(block, ' ') & inside;
        if ((ISA(within)(block, '\t', '\r') & inside) | (found & (found << 1 | before)))
            return 0;
        last = ISA(many_places)(found, at, last);
        before = found >> 63;
    }
    return (size_t)(last - spaces);
}

/* Removes the lowest bit and returns its number. */
TARGET INLINE unsigned ISA(take)(uint64_t *mask)
{
    unsigned place = ISA(first)(*mask);

    *mask &= *mask - 1;
    return place;
}

/* ---- Fields between spaces ---- */

/* The bytes from 'at' on, and more, of which those past the end may be any; no others are read. */
TARGET INLINE ISA(block) ISA(load_within)(const char *p, size_t at, size_t size, unsigned *skipped)
{
    const size_t left = size - at;
    char few[BLOCK_SIZE] = {0};

    *skipped = 0;
    if (left >= BLOCK_SIZE)
        return ISA(load)(p + at);
    if (size >= BLOCK_SIZE) {
        *skipped = (unsigned)(BLOCK_SIZE - left);
        return ISA(load)(p + size - BLOCK_SIZE);
    }
    memcpy(few, p, size);
    return ISA(load)(few);
}

TARGET static size_t ISA(edges)(const char *p, size_t size, size_t most, uint16_t *edges)
{
    uint64_t before = 1;
    uint16_t *last = edges;
    size_t at = 0;

    for (; at < size && (size_t)(last - edges) < most; at += BLOCK_SIZE) {
        unsigned skipped;
        const ISA(block) block = ISA(load_within)(p, at, size, &skipped);
        const uint64_t spaces = ISA(equal)(block, ' ') >> skipped | ~inside_line(at, size);
        if (ISA(equal)(block, '\t') >> skipped | (at + BLOCK_SIZE) >> 16)
            return 0;
        last = ISA(many_places)(spaces ^ (spaces << 1 | before), at, last);
        before = spaces >> 63;
    }
    *last = (uint16_t)size; /* a field may end with the last block */
    return (size_t)(last - edges) + ((at == size) & !before);
}

/* ---- The formats: every *_look.h, as data/generate.py lists them ---- */

#include "clf_look.h"
#include "columns_look.h"
#include "console_look.h"
#include "csv_look.h"
#include "custom_look.h"
#include "elb_look.h"
#include "envoy_look.h"
#include "haproxy_look.h"
#include "json_look.h"
#include "npm_look.h"
#include "pairs_look.h"
#include "s3_look.h"
#include "squid_look.h"

#include "json_names.h"

/*
 * What each line is, and its sub-status if it has one.  A macro, since a look must be called by its
 * name: INLINE demands inlining, and GCC 14 with -Og does not inline a call through a pointer.
 */
#define BY_LINE(format) \
    TARGET static void ISA(format)(const struct httpstatus_setup *setup, const char *p, \
                                   size_t count, struct window *window) \
    { \
        const char *line = p; \
\
        for (size_t i = 0; i < count; i++) { \
            const char *lf = p + window->ends[i], *end = lf - (lf > line && lf[-1] == '\r'); \
            int status = HTTPSTATUS_SKIPPED; \
            window->substatuses[i] = 0; \
            if (__builtin_expect(end > line, 1)) \
                status = ISA(format##_line)(setup, line, (size_t)(end - line), \
                                            &window->substatuses[i]); \
            window->statuses[i] = (int16_t)status; \
            line = lf + 1; \
        } \
    }

/*
 * The first quote of a line opens the request if the right stamp comes before it.  The next one
 * closes it if it has no backslash before it and what must follow does follow.
 *
 * One pass finds the quotes, another checks what is around them, so that neither waits for the
 * other.  Until the status is known, its place holds the second quote; that of the sub-status keeps
 * the first.
 */
TARGET INLINE void ISA(quotes)(const char *p, size_t count, struct window *window)
{
    uint16_t *opens = window->substatuses, *closes = (uint16_t *)window->statuses;
    size_t start = 0;

    for (size_t i = 0; i < count; i++) {
        size_t end = window->ends[i], open = ISA(find)(p, start, end, '"');
        opens[i] = (uint16_t)open;
        closes[i] = (uint16_t)ISA(find)(p, open + 1, end, '"');
        start = end + 1;
    }
}

/* A macro for the same reason as BY_LINE. */
#define BY_QUOTES(format) \
    TARGET static void ISA(format)(const struct httpstatus_setup *setup, const char *p, \
                                   size_t count, struct window *window) \
    { \
        const uint16_t *opens = window->substatuses; \
        const uint16_t *closes = (const uint16_t *)window->statuses; \
        size_t start = 0; \
\
        (void)setup; \
        ISA(quotes)(p, count, window); \
        for (size_t i = 0; i < count; i++) { \
            window->statuses[i] = \
                (int16_t)(closes[i] < window->ends[i] \
                              ? ISA(format##_line)(p + start, p + opens[i], p + closes[i]) \
                              : UNPROVED); \
            start = window->ends[i] + 1u; \
        } \
    }

/* The look has a function of its own for a window. */
#define BY_WINDOW(format)

#define FORMAT(name, enumerator, state, reader, look, ...) look(name)
#include "formats.def"
BY_LINE(iis)
#undef BY_LINE
#undef BY_QUOTES
#undef BY_WINDOW

typedef void ISA(look_function)(const struct httpstatus_setup *setup, const char *p, size_t count,
                                struct window *window);

static ISA(look_function) *const ISA(looks)[HTTPSTATUS_FORMATS] = {
#define FORMAT(name, enumerator, ...) [HTTPSTATUS_##enumerator] = ISA(name),
#include "formats.def"
};

/*
 * W3C without names is IIS: by a loop of its own, which leaves that of W3C as short as it is.  At a
 * '#' the names are near: what is looked at before they are known is looked at twice.
 */
static ISA(look_function) * ISA(look_of)(const struct httpstatus_setup *setup, const char *p)
{
    const bool w3c = setup->format == HTTPSTATUS_W3C;

    if (setup->fields.known || !(w3c || setup->format == HTTPSTATUS_CLOUDFRONT))
        return ISA(looks)[setup->format];
    return *p == '#' ? NULL : w3c ? ISA(iis) : ISA(cloudfront);
}

TARGET static void ISA(kernel)(const struct httpstatus_setup *setup, const char *p, size_t size,
                               const char *limit, struct window *window)
{
    size_t room = (size_t)(limit - p);
    size_t count = ISA(line_feeds)(p, size, window->ends, &window->returns);

    window->count = count;
    window->has_opens = true;
    ISA(look_function) *look = ISA(look_of)(setup, p);
    while (count > 0 && (!look || window->ends[count - 1] + (size_t)LOOK_MARGIN > room))
        window->statuses[--count] = UNPROVED;
    if (count > 0)
        look(setup, p, count, window);
    if (window->returns)
        ISA(leave_returns)(p, size, window);
}

#undef ISA
#undef TARGET

/*
 * The lines of a window and quick looks at them, written once: scan.c includes this for every set
 * of instructions, with ISA(x) for the primitives of the set, SCAN(x) for the names made here, TARGET.
 *
 * Only what proves the careful reader's answer may be answered here.  Blocks may be read to
 * SCAN_MARGIN behind the end of a line.
 */

/* ---- Places ---- */

/*
 * Writes the places of the bits, and up to a block behind them; returns where they end.  One is
 * written in any case, so that no branch depends on whether there is one.
 */
TARGET INLINE uint16_t *SCAN(places)(uint64_t mask, size_t base, uint16_t *out)
{
    uint16_t *end = out + ISA(count)(mask);

    *out = (uint16_t)(base + ISA(first)(mask));
    while (__builtin_expect((mask &= mask - 1) != 0, 0))
        *++out = (uint16_t)(base + ISA(first)(mask));
    return end;
}

/* The same where many are to be expected. */
TARGET INLINE uint16_t *SCAN(many_places)(uint64_t mask, size_t base, uint16_t *out)
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

/* Where the line feeds of p[0..size) are; returns how many.  '*returns': whether there is a CR, too. */
TARGET INLINE size_t SCAN(line_feeds)(const char *p, size_t size, uint16_t *ends, bool *returns)
{
    ISA(seen) seen = ISA(nothing)();
    uint16_t *out = ends;
    size_t offset = 0;

    for (; offset + 2 * SCAN_BLOCK <= size; offset += 2 * SCAN_BLOCK) {
        ISA(block) here = ISA(load)(p + offset), behind = ISA(load)(p + offset + SCAN_BLOCK);
        uint64_t next = ISA(equal)(behind, '\n');
        seen = ISA(see)(ISA(see)(seen, here, '\r'), behind, '\r');
        out = SCAN(places)(ISA(equal)(here, '\n'), offset, out);
        out = SCAN(places)(next, offset + SCAN_BLOCK, out);
    }
    for (; offset < size; offset += SCAN_BLOCK) {
        size_t left = size - offset;
        char last[SCAN_BLOCK] = {0};
        memcpy(last, p + offset, left < SCAN_BLOCK ? left : SCAN_BLOCK);
        seen = ISA(see)(seen, ISA(load)(last), '\r');
        out = SCAN(places)(ISA(equal)(ISA(load)(last), '\n'), offset, out);
    }
    *returns = ISA(has_seen)(seen);
    return (size_t)(out - ends);
}

TARGET static void SCAN(leave_returns)(const char *p, size_t size, struct scan_lines *lines)
{
    size_t offset = 0, i = 0;

    for (; offset + SCAN_BLOCK < size; offset += SCAN_BLOCK) {
        uint64_t found = ISA(equal)(ISA(load)(p + offset), '\r');
        for (; found; found &= found - 1) {
            size_t at = offset + ISA(first)(found);
            if (p[at + 1] != '\n')
                i = leave_line(at, i, lines);
        }
    }
    leave_returns(p, offset, size, i, lines);
}

/* Where the next 'c' is, from 'at' to 'end'; some place from 'end' on if there is none. */
TARGET INLINE size_t SCAN(find)(const char *p, size_t at, size_t end, char c)
{
    uint64_t found;

    for (; !(found = ISA(equal)(ISA(load)(p + at), c)); at += SCAN_BLOCK)
        if (at + SCAN_BLOCK >= end)
            return end;
    return at + ISA(first)(found);
}

/*
 * The places of the first 'most' spaces of a line, or a few more: how many.  None if other white
 * space is among them, a space is at the start, or two are side by side.
 */
TARGET INLINE size_t SCAN(spaces)(const char *line, size_t size, size_t most, uint16_t *spaces)
{
    uint16_t *last = spaces;
    uint64_t before = 1;

    for (size_t at = 0; at < size && (size_t)(last - spaces) < most; at += SCAN_BLOCK) {
        ISA(block) block = ISA(load)(line + at);
        uint64_t inside = inside_line(at, size), found = ISA(equal)(block, ' ') & inside;
        if ((ISA(within)(block, '\t', '\r') & inside) | (found & (found << 1 | before)))
            return 0;
        last = SCAN(many_places)(found, at, last);
        before = found >> 63;
    }
    return (size_t)(last - spaces);
}

/* ---- The formats ---- */

#include "scan_quoted.h"
#include "scan_tokens.h"
#include "scan_columns.h"
#include "scan_json.h"
#include "scan_custom.h"

/*
 * What each line is, and its sub-status if it has one.  A macro, since a look must be called by
 * its name: with -Og, GCC 14 does not inline a call through a pointer, which it must for INLINE.
 */
#define BY_LINE(format)                                                                           \
    TARGET static void SCAN(format)(const struct httpstatus_setup *setup, const char *p,          \
                                    size_t count, struct scan_lines *lines)                       \
    {                                                                                             \
        const char *line = p;                                                                     \
                                                                                                  \
        for (size_t i = 0; i < count; i++) {                                                      \
            const char *lf = p + lines->ends[i], *end = lf - (lf > line && lf[-1] == '\r');       \
            int status = HTTPSTATUS_SKIPPED;                                                      \
            lines->substatuses[i] = 0;                                                            \
            if (__builtin_expect(end > line, 1))                                                  \
                status = SCAN(format##_line)(setup, line, (size_t)(end - line),                   \
                                             &lines->substatuses[i]);                             \
            lines->statuses[i] = (int16_t)status;                                                 \
            line = lf + 1;                                                                        \
        }                                                                                         \
    }
#define FORMAT(name, enumerator, reader, look, ...) look(name)
#include "formats.def"
#undef BY_LINE
#undef BY_QUOTES

typedef void SCAN(format_function)(const struct httpstatus_setup *setup, const char *p,
                                   size_t count, struct scan_lines *lines);

static SCAN(format_function) *const SCAN(formats)[HTTPSTATUS_FORMATS] = {
#define FORMAT(name, enumerator, ...) [HTTPSTATUS_##enumerator] = SCAN(name),
#include "formats.def"
};

TARGET static void SCAN(window)(const struct httpstatus_setup *setup, const char *p, size_t size,
                                const char *limit, struct scan_lines *lines)
{
    size_t room = (size_t)(limit - p);
    size_t count = SCAN(line_feeds)(p, size, lines->ends, &lines->returns);

    lines->count = count;
    SCAN(format_function) *look = SCAN(formats)[setup->format];
    while (count > 0 && (!look || lines->ends[count - 1] + (size_t)SCAN_MARGIN > room))
        lines->statuses[--count] = SCAN_UNPROVED;
    if (count > 0)
        look(setup, p, count, lines);
    if (lines->returns)
        SCAN(leave_returns)(p, size, lines);
}

#undef SCAN
#undef ISA
#undef TARGET

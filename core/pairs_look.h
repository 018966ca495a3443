/* Quick looks at lines of pairs: logfmt and LTSV.  See looks.h. */
#ifndef HTTPSTATUS_PAIRS_LOOK_H
#define HTTPSTATUS_PAIRS_LOOK_H

#include "pairs.h"

/* What carries over from one block to the next. */
struct pair_carries {
    uint64_t in_string, escape, blank, in_key, key_end, closed;
};

/* The bytes behind the runs of 'bytes' that 'starts' begin: an addition carries each across. */
static inline uint64_t run_ends(uint64_t starts, uint64_t bytes, uint64_t *carry)
{
    unsigned long long sum;
    bool over = __builtin_uaddll_overflow(bytes, starts, &sum);

    over |= __builtin_uaddll_overflow(sum, *carry, &sum);
    *carry = over;
    return sum & ~bytes;
}

#endif

TARGET INLINE uint64_t ISA(key_bytes)(ISA(block) block)
{
    return ISA(within)(block, '@', 'Z') | ISA(within)(block, 'a', 'z') |
           ISA(within)(block, '-', '9') | ISA(equal)(block, '_');
}

/*
 * Marks where each key of logfmt begins and ends; returns how many marks there are, 0 if the line
 * may have anything but pairs.  A quote must open right behind '=' or close before a blank.
 * Outside of quotes a backslash escapes nothing, so no quote may follow it.
 */
TARGET INLINE size_t ISA(logfmt_marks)(const char *line, size_t size, uint16_t *marks)
{
    struct pair_carries carry = {.blank = 1};
    uint64_t wrong = 0;
    uint16_t *last = marks;

    for (size_t at = 0; at < size; at += BLOCK_SIZE) {
        ISA(block) block = ISA(load)(line + at);
        uint64_t inside = inside_line(at, size), escaped = 0;
        uint64_t quotes = ISA(equal)(block, '"') & inside;
        uint64_t backslashes = ISA(equal)(block, '\\') & inside;
        if (backslashes | carry.escape) {
            escaped = escaped_bytes(backslashes, &carry.escape) & quotes;
            quotes ^= escaped;
        }
        uint64_t strings = ISA(parity)(quotes) ^ carry.in_string; /* without their closing quotes */
        uint64_t outside = ~strings & inside, closed = quotes & ~strings;
        uint64_t blanks = ISA(either)(block, ' ', '\t') & outside;
        uint64_t starts = (blanks << 1 | carry.blank) & ~blanks & outside;
        uint64_t keys = ISA(key_bytes)(block) & inside;
        uint64_t ends = run_ends(starts, keys, &carry.in_key);

        wrong |= (starts & ~keys) | (ends & ~(ISA(equal)(block, '=') & inside)) |
                 (quotes & strings & ~(ends << 1 | carry.key_end)) | (escaped & outside) |
                 ((closed << 1 | carry.closed) & outside & ~blanks);
        last = ISA(many_places)(starts | ends, at, last);
        carry.in_string = 0 - (strings >> 63);
        carry.blank = blanks >> 63;
        carry.key_end = ends >> 63;
        carry.closed = closed >> 63;
    }
    return wrong | carry.in_key | carry.in_string ? 0 : (size_t)(last - marks);
}

/* No logger's prefix begins with a letter and '=' behind a key. */
TARGET INLINE int ISA(logfmt_line)(const struct httpstatus_setup *setup, const char *line,
                                   size_t size, uint16_t *substatus)
{
    uint16_t marks[WINDOW_SIZE + BLOCK_SIZE];

    (void)setup;
    (void)substatus;
    if (!begins_label(*line))
        return UNPROVED;
    size_t count = ISA(logfmt_marks)(line, size, marks);
    return httpstatus_logfmt_said(line, line + size, marks, count);
}

/* The same for the labels of LTSV, whose values end at a tab. */
TARGET INLINE size_t ISA(ltsv_marks)(const char *line, size_t size, uint16_t *marks)
{
    struct pair_carries carry = {.blank = 1};
    uint64_t wrong = 0;
    uint16_t *last = marks;

    for (size_t at = 0; at < size; at += BLOCK_SIZE) {
        ISA(block) block = ISA(load)(line + at);
        uint64_t inside = inside_line(at, size), tabs = ISA(equal)(block, '\t') & inside;
        uint64_t starts = (tabs << 1 | carry.blank) & inside;
        uint64_t begins = ISA(within)(ISA(lower)(block), 'a', 'z') | ISA(equal)(block, '_');
        uint64_t others = ISA(within)(block, '-', '9') & ~ISA(equal)(block, '/');
        uint64_t ends = run_ends(starts, (begins | others) & inside, &carry.in_key);

        wrong |= (starts & ~begins) | (ends & ~(ISA(equal)(block, ':') & inside));
        last = ISA(many_places)(starts | ends, at, last);
        carry.blank = tabs >> 63;
    }
    return wrong | carry.in_key ? 0 : (size_t)(last - marks);
}

/* Nor does one begin with a letter and ':' behind a label. */
TARGET INLINE int ISA(ltsv_line)(const struct httpstatus_setup *setup, const char *line,
                                 size_t size, uint16_t *substatus)
{
    uint16_t marks[WINDOW_SIZE + BLOCK_SIZE];

    (void)setup;
    (void)substatus;
    if (line[size - 1] == '\t')
        return UNPROVED;
    size_t count = ISA(ltsv_marks)(line, size, marks);
    return httpstatus_ltsv_said(line, line + size, marks, count);
}

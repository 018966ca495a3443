/* Which names a line of JSON has, for what counts more than its status.  See looks.h. */
#ifndef HTTPSTATUS_JSON_NAMES_H
#define HTTPSTATUS_JSON_NAMES_H

#include "json.h"

/* Whether the string before the quote at 'end' is one of the names. */
static inline bool is_sought(const struct httpstatus_sought *sought, const char *line,
                             const char *end)
{
    for (int i = 0; i < sought->count; i++) {
        const struct httpstatus_text name = sought->names[i];
        const char *start = end - name.size;
        if ((size_t)(end - line) > name.size && start[-1] == '"' &&
            memcmp(start, name.data, name.size) == 0)
            return true;
    }
    return false;
}

#endif

/*
 * Looks at each quote before a colon that comes after the last bytes of a name, inside strings as
 * well: a quote that ends no name there is escaped, and a backslash is the last byte of none.
 */
TARGET static bool ISA(names)(const struct httpstatus_sought *sought, const char *line, size_t from,
                              size_t size)
{
    for (size_t at = from; at < size; at += BLOCK_SIZE) {
        const ISA(block) block = ISA(load)(line + at), before = ISA(load)(line + at - 1);
        uint64_t last = 0;

        for (int i = 0; i < sought->end_count; i++)
            last |= ISA(both)(before, sought->before[i], block, sought->last[i]);
        last &= ISA(both)(ISA(load)(line + at + 1), '"', ISA(load)(line + at + 2), ':') &
                inside_line(at, size);
        for (; last; last &= last - 1)
            if (is_sought(sought, line, line + at + ISA(first)(last) + 1))
                return true;
    }
    return false;
}

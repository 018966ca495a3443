/* A log that is read for its series, in pieces that may end anywhere. */
#include "_series.h"

Feeder *feeder_make(void)
{
    Feeder *feeder = PyMem_RawCalloc(1, sizeof *feeder);

    if (!feeder)
        PyErr_NoMemory();
    return feeder;
}

void feeder_free(Feeder *feeder)
{
    if (feeder) {
        PyMem_RawFree(feeder->kept);
        PyMem_RawFree(feeder->scratch);
    }
    PyMem_RawFree(feeder);
}

static bool grow(char **memory, size_t *room, size_t size)
{
    if (size <= *room)
        return true;
    char *larger = PyMem_RawRealloc(*memory, 2 * size);
    if (!larger)
        return false;
    *memory = larger;
    *room = 2 * size;
    return true;
}

/* 'p' has the bytes of the log from 'base' on. */
static bool add_lines(Feeder *feeder, size_t count, const char *p, uint64_t base)
{
    for (size_t i = 0; i < count; i++) {
        const struct httpstatus_line *line = &feeder->lines[i];
        if (!grow(&feeder->scratch, &feeder->scratch_room, 2 * (size_t)(line->end - line->start)))
            return false;
        httpstatus_series_add_line(&feeder->series, &feeder->scanner, line,
                                   p + (line->start - base), feeder->scratch);
    }
    return true;
}

/* Scans 'size' bytes at p + at, where 'p' has the bytes of the log from 'base' on. */
static bool scan_bytes(Feeder *feeder, const char *p, uint64_t base, size_t at, size_t size)
{
    const size_t end = at + size;
    size_t used;

    feeder->position += size;
    for (; at < end; at += used) {
        const size_t count = httpstatus_series_scan(&feeder->series, &feeder->scanner, p + at,
                                                    end - at, feeder->lines, SERIES_LINES, &used);
        if (!add_lines(feeder, count, p, base))
            return false;
    }
    return true;
}

/* How many of the bytes before the position belong to the unfinished line. */
static size_t unfinished(const Feeder *feeder)
{
    return (size_t)(feeder->position - httpstatus_scanner_line_start(&feeder->scanner));
}

/* Goes on with the line of which bytes are kept, to its end or that of the piece. */
static bool go_on(Feeder *feeder, const char *p, size_t size)
{
    const uint64_t base = feeder->position - feeder->size;

    if (!grow(&feeder->kept, &feeder->room, feeder->size + size))
        return false;
    memcpy(feeder->kept + feeder->size, p, size);
    if (!scan_bytes(feeder, feeder->kept, base, feeder->size, size))
        return false;
    const size_t left = unfinished(feeder);
    memmove(feeder->kept, feeder->kept + feeder->size + size - left, left);
    feeder->size = left;
    return true;
}

/* The bytes up to the end of the line, or all. */
static size_t rest_of_line(const char *p, size_t size)
{
    const char *lf = memchr(p, '\n', size);

    return lf ? (size_t)(lf + 1 - p) : size;
}

bool feeder_feed(void *object, const char *p, size_t size)
{
    Feeder *feeder = object;

    while (feeder->size && size) {
        const size_t rest = rest_of_line(p, size);
        if (!go_on(feeder, p, rest))
            return false;
        p += rest;
        size -= rest;
    }
    if (!size)
        return true;
    if (!scan_bytes(feeder, p, feeder->position, 0, size) ||
        !grow(&feeder->kept, &feeder->room, unfinished(feeder)))
        return false;
    feeder->size = unfinished(feeder);
    memcpy(feeder->kept, p + size - feeder->size, feeder->size);
    return true;
}

bool feeder_end(Feeder *feeder, bool torn)
{
    const uint64_t base = feeder->position - feeder->size;
    size_t count;

    while ((count = (torn ? httpstatus_finish_torn
                          : httpstatus_finish)(&feeder->scanner, feeder->lines, SERIES_LINES)) > 0)
        if (!add_lines(feeder, count, feeder->kept, base))
            return false;
    return true;
}

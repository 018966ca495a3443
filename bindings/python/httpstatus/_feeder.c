/* A log that is read line by line, in pieces that may end anywhere. */
#include "_feeder.h"

Feeder *feeder_make(size_t size, take_function *take, struct httpstatus_conditions *conditions)
{
    Feeder *feeder = PyMem_RawCalloc(1, size);

    if (!feeder) {
        PyMem_RawFree(conditions);
        PyErr_NoMemory();
        return NULL;
    }
    feeder->take = take;
    feeder->wanted.invert = true;
    feeder->conditions = conditions;
    return feeder;
}

void feeder_free(Feeder *feeder)
{
    if (feeder && feeder->clear)
        feeder->clear(feeder);
    if (feeder) {
        PyMem_RawFree(feeder->conditions);
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
static bool take_lines(Feeder *feeder, size_t count, const char *p, uint64_t base)
{
    for (size_t i = 0; i < count; i++) {
        const struct httpstatus_line *line = &feeder->lines[i];
        if (!grow(&feeder->scratch, &feeder->scratch_room, 2 * (size_t)(line->end - line->start)))
            return false;
        feeder->take(feeder, line, p + (line->start - base));
    }
    return true;
}

static size_t scan_lines(Feeder *feeder, const char *p, size_t size, size_t *used)
{
    if (feeder->scan)
        return feeder->scan(feeder, p, size, used);
    return httpstatus_scan(&feeder->scanner, p, size, feeder->lines, FEEDER_LINES, used);
}

/* Scans 'size' bytes at p + at, where 'p' has the bytes of the log from 'base' on. */
static bool scan_bytes(Feeder *feeder, const char *p, uint64_t base, size_t at, size_t size)
{
    const size_t end = at + size;
    size_t used;

    feeder->position += size;
    for (; at < end; at += used) {
        const size_t count = scan_lines(feeder, p + at, end - at, &used);
        if (!take_lines(feeder, count, p, base))
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
                          : httpstatus_finish)(&feeder->scanner, feeder->lines, FEEDER_LINES)) > 0)
        if (!take_lines(feeder, count, feeder->kept, base))
            return false;
    return true;
}

const struct httpstatus_filter *feeder_filter(const Feeder *feeder)
{
    return feeder->wanted.invert || feeder->conditions ? NULL : &feeder->wanted;
}

bool feeder_count(Feeder *feeder, const struct httpstatus_line *line, const char *p,
                  struct httpstatus_record *record)
{
    const enum httpstatus_answer answer = httpstatus_line_meets(
        feeder->conditions, &feeder->scanner, line, p, feeder->scratch, feeder->parts, record);

    httpstatus_tally_line(&feeder->met, line, answer);
    return answer == HTTPSTATUS_YES &&
           httpstatus_filter_wants(&feeder->wanted, line->status, line->substatus);
}

const struct httpstatus_tally *feeder_tally(Feeder *feeder)
{
    const struct httpstatus_tally *all = httpstatus_scanner_tally(&feeder->scanner);

    if (!feeder->conditions)
        return all;
    httpstatus_tally_rest(&feeder->met, all);
    return &feeder->met;
}

/* Server access logs of Amazon S3. */
#include "reader.h"

/*
 * "\S+ \S+ \[stamp\] \S+ \S+ \S+ \S+ \S+ ", the request in quotes or "-", then
 * " (\d{3}|-) (\S+) (\d+|-) (\d+|-) (\d+|-) (\d+|-) ".
 */
enum place { PARTS, STAMP, STAMP_END, REQUEST, IN_REQUEST, BARE, DEAD };
enum { STAMP_PART = 2, REQUEST_PART = 8 };

/* The parts behind the request, from 0: status, error code, four numbers. */
enum { STATUS_PART = 0, ERROR_PART = 1, LAST_PART = 5 };

static enum follow status_part(struct httpstatus_attempt *a, int c)
{
    if (c != ' ')
        return take_status(a, c, 3);
    if (a->digits != 3)
        return FAILS;
    a->part = ERROR_PART;
    a->state = 0;
    return GOES_ON;
}

/* 'state' is 0 before a part, 1 in it, 2 behind a dash that is all of it. */
static enum follow fields_after(struct httpstatus_attempt *a, int c)
{
    if (c == END_OF_LINE)
        return FAILS;
    if (!a->begun) {
        a->begun = true;
        return c == ' ' ? GOES_ON : FAILS;
    }
    if (a->part == STATUS_PART)
        return status_part(a, c);
    if (c == ' ') {
        if (a->state == 0)
            return FAILS;
        if (a->part == LAST_PART)
            return FITS;
        a->part++;
        a->state = 0;
        return GOES_ON;
    }
    if (a->part == ERROR_PART) {
        a->state = 1;
        return is_space((char)c) ? FAILS : GOES_ON;
    }
    if (a->state == 0 && c == '-') {
        a->state = 2;
        return GOES_ON;
    }
    if (a->state == 2 || !is_digit((char)c))
        return FAILS;
    a->state = 1;
    return GOES_ON;
}

/* A byte of the parts before the request; each is one or more bytes and a single space. */
static void before_request(struct httpstatus_quoted *line, char c)
{
    if (line->part == STAMP_PART) {
        line->place = c == '[' ? STAMP : DEAD;
        stamp_step(&line->stamp, c, true);
    } else if (c == ' ') {
        line->part++;
        if (!line->prefix)
            line->place = DEAD;
        else if (line->part == REQUEST_PART)
            line->place = REQUEST;
        line->prefix = false;
    } else {
        line->prefix = true;
        if (is_space(c))
            line->place = DEAD;
    }
}

/* The stamp, to its bracket and the space behind it. */
static void in_stamp(struct httpstatus_quoted *line, char c)
{
    if (line->place == STAMP_END) {
        if (line->prefix) {
            line->place = c == ' ' ? PARTS : DEAD;
            line->part++;
            line->prefix = false;
        } else {
            line->prefix = c == ']';
        }
    } else if (stamp_step(&line->stamp, c, false)) {
        line->place = STAMP_END;
    } else if (line->stamp == 0) {
        line->place = DEAD;
    }
}

static void bare_byte(struct httpstatus_quoted *line, int c)
{
    enum follow result = fields_after(&line->close.attempts[0], c);

    if (result == GOES_ON)
        return;
    line->place = DEAD;
    line->close.decided = result == FITS;
    line->close.found = line->close.attempts[0].value;
}

void httpstatus_s3_read(struct httpstatus_reader *reader, struct httpstatus_setup *setup,
                        const char *p, size_t size)
{
    struct httpstatus_quoted *line = &reader->as.quoted;

    (void)setup;
    for (size_t i = 0; i < size && !line->close.decided && line->place != DEAD; i++) {
        switch (line->place) {
        case PARTS:
            before_request(line, p[i]);
            break;
        case STAMP:
        case STAMP_END:
            in_stamp(line, p[i]);
            break;
        case REQUEST:
            line->place = p[i] == '"' ? IN_REQUEST : p[i] == '-' ? BARE : DEAD;
            break;
        case BARE:
            bare_byte(line, (unsigned char)p[i]);
            break;
        default:
            closing_step(&line->close, (unsigned char)p[i], fields_after);
        }
    }
}

int httpstatus_s3_end(struct httpstatus_reader *reader, struct httpstatus_setup *setup,
                      int *substatus)
{
    struct httpstatus_quoted *line = &reader->as.quoted;

    (void)setup;
    (void)substatus;
    if (line->place == IN_REQUEST)
        return closing_end(&line->close, fields_after);
    return line->close.decided ? line->close.found : HTTPSTATUS_UNMATCHED;
}

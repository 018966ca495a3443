/* Envoy's own access log format, and Istio's. */
#include "reader.h"

/* "\[2019-04-08T...\] \"", the closing quote, then " (\d{1,3}|-) ([A-Z][A-Za-z,]*|-) ". */
enum place { LINE_START, SEEK, TIME, TIME_END, SPACE, QUOTE, IN_REQUEST, DEAD };
static const char form[] = "[dddd-dd-ddTd";

/* The parts behind the request. */
enum { BLANK, STATUS, FLAGS, FLAGS_ON, FLAGS_END };

static enum follow status_and_flags(struct httpstatus_attempt *a, int c)
{
    bool capital = c >= 'A' && c <= 'Z';

    switch (a->part) {
    case BLANK:
        a->part = STATUS;
        return c == ' ' ? GOES_ON : FAILS;
    case STATUS:
        if (c != ' ')
            return take_status(a, c, 3);
        a->part = FLAGS;
        return a->digits ? GOES_ON : FAILS;
    case FLAGS:
        a->part = capital ? FLAGS_ON : FLAGS_END;
        return capital || c == '-' ? GOES_ON : FAILS;
    case FLAGS_ON:
        if (c == ' ')
            return FITS;
        return c != END_OF_LINE && (is_letter((char)c) || c == ',') ? GOES_ON : FAILS;
    default:
        return c == ' ' ? FITS : FAILS;
    }
}

/* A byte of the time: 'part' is how much of its form has been seen. */
static void time_byte(struct httpstatus_quoted *line, char c)
{
    if (form[line->part] == 'd' ? is_digit(c) : c == form[line->part])
        line->part++;
    else
        line->part = c == '[';
    line->place = line->part == sizeof form - 1 ? TIME_END : TIME;
}

static void before_request(struct httpstatus_quoted *line, char c)
{
    switch (line->place) {
    case LINE_START: /* a line that opens with '{' is JSON */
        line->place = TIME;
        if (c == '{')
            line->place = DEAD;
        else
            time_byte(line, c);
        break;
    case TIME_END:
        if (c == ']')
            line->place = SPACE;
        break;
    case SPACE:
        line->place = QUOTE;
        if (c != ' ') {
            line->part = 0;
            time_byte(line, c);
        }
        break;
    case QUOTE:
        if (c == '"') {
            line->place = IN_REQUEST;
        } else {
            line->part = 0;
            time_byte(line, c);
        }
        break;
    default:
        time_byte(line, c);
    }
}

void httpstatus_envoy_read(struct httpstatus_reader *reader, struct httpstatus_setup *setup,
                           const char *p, size_t size)
{
    struct httpstatus_quoted *line = &reader->as.quoted;

    (void)setup;
    for (size_t i = 0; i < size && !line->close.decided && line->place != DEAD; i++) {
        if (line->place == IN_REQUEST)
            closing_step(&line->close, (unsigned char)p[i], status_and_flags);
        else
            before_request(line, p[i]);
    }
}

int httpstatus_envoy_end(struct httpstatus_reader *reader, struct httpstatus_setup *setup,
                         int *substatus)
{
    struct httpstatus_quoted *line = &reader->as.quoted;

    (void)setup;
    (void)substatus;
    return line->place == IN_REQUEST ? closing_end(&line->close, status_and_flags)
                                     : HTTPSTATUS_UNMATCHED;
}

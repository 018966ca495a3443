/* Envoy's own access log format, and Istio's. */
#include "reader.h"

/* "\[2019-04-08T...\] \"", the closing quote, then " (\d{1,3}|-) ([A-Z][A-Za-z,]*|-) ". */
enum place { TIME, TIME_END, SPACE, QUOTE, IN_REQUEST, DEAD };
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

/* 'part' is how much of the form of the time has been seen. */
static void before_request(struct httpstatus_quoted *line, char c)
{
    bool fits = true;

    switch (line->place) {
    case TIME:
        fits = form[line->part] == 'd' ? is_digit(c) : c == form[line->part];
        if (++line->part == sizeof form - 1)
            line->place = TIME_END;
        break;
    case TIME_END:
        line->place = c == ']' ? SPACE : TIME_END;
        break;
    case SPACE:
        fits = c == ' ';
        line->place = QUOTE;
        break;
    default:
        fits = c == '"';
        line->place = IN_REQUEST;
    }
    if (!fits)
        line->place = DEAD;
}

void httpstatus_envoy_read(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                           const char *p, size_t size)
{
    struct httpstatus_quoted *line = &reader->as.envoy;

    (void)setup;
    for (size_t i = 0; i < size && !line->close.decided && line->place != DEAD; i++) {
        if (line->place == IN_REQUEST)
            closing_step(&line->close, (unsigned char)p[i], status_and_flags);
        else
            before_request(line, p[i]);
    }
}

int httpstatus_envoy_end(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                         int *substatus)
{
    struct httpstatus_quoted *line = &reader->as.envoy;

    (void)setup;
    (void)substatus;
    return line->place == IN_REQUEST ? closing_end(&line->close, status_and_flags)
                                     : HTTPSTATUS_UNMATCHED;
}

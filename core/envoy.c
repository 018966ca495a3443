/* Envoy's default access log format, and Istio's. */
#include "quoted.h"

/* "\[2019-04-08T...\] \"", the closing quote, then " (\d{1,3}|-) ([A-Z][A-Za-z,]*|-) ". */
enum envoy_place {
    ENVOY_TIME,
    ENVOY_TIME_END,
    ENVOY_SPACE,
    ENVOY_QUOTE,
    ENVOY_METHOD,
    ENVOY_IN_REQUEST,
    ENVOY_BEHIND,
    ENVOY_DEAD
};
static const char envoy_time[] = "[dddd-dd-ddTd";

/*
 * Under auto, a time in brackets and a quote are not enough.  The request must begin with a method,
 * and two byte counts must come right after the flags, after Istio's details and a quoted reason,
 * or after the quoted fields of older versions of Istio, the first of which is empty.
 */

/* Kinds of fields; a dash and a text are in quotes. */
enum envoy_field { ENVOY_DIGITS, ENVOY_WORD, ENVOY_DASH, ENVOY_TEXT, ENVOY_KINDS };
enum envoy_tail {
    ENVOY_FIRST,
    ENVOY_ONE_WORD,
    ENVOY_TWO_WORDS,
    ENVOY_QUOTED,
    ENVOY_ONE_NUMBER,
    ENVOY_TWO_NUMBERS,
    ENVOY_OTHER
};
static const unsigned char next_tail[ENVOY_TWO_NUMBERS][ENVOY_KINDS] = {
    [ENVOY_FIRST] = {ENVOY_ONE_NUMBER, ENVOY_ONE_WORD, ENVOY_QUOTED, ENVOY_OTHER},
    [ENVOY_ONE_WORD] = {ENVOY_TWO_WORDS, ENVOY_TWO_WORDS, ENVOY_OTHER, ENVOY_OTHER},
    [ENVOY_TWO_WORDS] = {ENVOY_OTHER, ENVOY_OTHER, ENVOY_QUOTED, ENVOY_QUOTED},
    [ENVOY_QUOTED] = {ENVOY_ONE_NUMBER, ENVOY_OTHER, ENVOY_QUOTED, ENVOY_QUOTED},
    [ENVOY_ONE_NUMBER] = {ENVOY_TWO_NUMBERS, ENVOY_OTHER, ENVOY_OTHER, ENVOY_OTHER},
};

/* The parts after the request. */
enum { ENVOY_BLANK, ENVOY_STATUS, ENVOY_FLAGS, ENVOY_FLAGS_ON, ENVOY_FLAGS_END };

static enum follow status_and_flags(struct httpstatus_attempt *a, int c)
{
    bool capital = c >= 'A' && c <= 'Z';

    switch (a->part) {
    case ENVOY_BLANK:
        a->part = ENVOY_STATUS;
        return c == ' ' ? GOES_ON : FAILS;
    case ENVOY_STATUS:
        if (c != ' ')
            return httpstatus_take_status(a, c, 3);
        a->part = ENVOY_FLAGS;
        return a->digits ? GOES_ON : FAILS;
    case ENVOY_FLAGS:
        a->part = capital ? ENVOY_FLAGS_ON : ENVOY_FLAGS_END;
        return capital || c == '-' ? GOES_ON : FAILS;
    case ENVOY_FLAGS_ON:
        if (c == ' ')
            return FITS;
        return c != END_OF_LINE && (is_letter((char)c) || c == ',') ? GOES_ON : FAILS;
    default:
        return c == ' ' ? FITS : FAILS;
    }
}

/* 'part' is how much of envoy_time has been seen. */
static void envoy_before_request(struct httpstatus_quoted *line, char c)
{
    bool fits = true;

    switch (line->place) {
    case ENVOY_TIME:
        fits = envoy_time[line->part] == 'd' ? is_digit(c) : c == envoy_time[line->part];
        if (++line->part == sizeof envoy_time - 1)
            line->place = ENVOY_TIME_END;
        break;
    case ENVOY_TIME_END:
        line->place = c == ']' ? ENVOY_SPACE : ENVOY_TIME_END;
        break;
    case ENVOY_SPACE:
        fits = c == ' ';
        line->place = ENVOY_QUOTE;
        break;
    default:
        fits = c == '"';
        line->part = 0;
        line->place = ENVOY_METHOD;
    }
    if (!fits)
        line->place = ENVOY_DEAD;
}

/* Whether a method may contain it: RFC 9110, section 5.6.2. */
static bool is_of_token(char c)
{
    return is_letter(c) || is_digit(c) || (c && strchr("!#$%&'*+-.^_`|~", c));
}

/* "GET ", or "- " where there is no request. */
static void method_byte(struct httpstatus_quoted *line, bool strict, char c)
{
    if (c == ' ' && line->part)
        line->place = ENVOY_IN_REQUEST;
    else if (strict && !is_of_token(c))
        line->place = ENVOY_DEAD;
    line->part = 1;
}

static void begin_tail(struct httpstatus_quoted *line)
{
    line->place = ENVOY_BEHIND;
    line->part = ENVOY_FIRST;
    line->stamp = ENVOY_KINDS;
    line->prefix = false;
}

static void end_field(struct httpstatus_quoted *line)
{
    line->part = line->stamp == ENVOY_KINDS ? ENVOY_OTHER : next_tail[line->part][line->stamp];
    line->stamp = ENVOY_KINDS;
}

/* 'stamp' is the kind of the field so far, ENVOY_KINDS before it; 'prefix': its quotes are open. */
static void tail_byte(struct httpstatus_quoted *line, char c)
{
    if (line->prefix) {
        line->prefix = c != '"';
        if (line->prefix)
            line->stamp = c == '-' && line->stamp == ENVOY_KINDS ? ENVOY_DASH : ENVOY_TEXT;
    } else if (c == ' ') {
        end_field(line);
    } else if (c == '"' && line->stamp == ENVOY_KINDS) {
        line->prefix = true;
    } else if (c == '"' || line->stamp == ENVOY_DASH || line->stamp == ENVOY_TEXT) {
        line->part = ENVOY_OTHER;
    } else {
        line->stamp = is_digit(c) && (line->stamp == ENVOY_KINDS || line->stamp == ENVOY_DIGITS)
                          ? ENVOY_DIGITS
                          : ENVOY_WORD;
    }
}

void httpstatus_envoy_read(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                           const char *p, size_t size)
{
    struct httpstatus_quoted *line = &reader->as.envoy;
    struct httpstatus_closing *close = &line->close;
    size_t i = 0;

    while (i < size && line->place < ENVOY_METHOD)
        envoy_before_request(line, p[i++]);
    for (; i < size && line->place == ENVOY_METHOD; i++) {
        method_byte(line, setup->automatic, p[i]);
        httpstatus_closing_step(close, (unsigned char)p[i], status_and_flags);
    }
    while (i < size && line->place == ENVOY_IN_REQUEST && !close->decided)
        httpstatus_closing_step(close, (unsigned char)p[i++], status_and_flags);
    if (close->decided && line->place < ENVOY_BEHIND)
        begin_tail(line);
    while (setup->automatic && i < size && line->place == ENVOY_BEHIND &&
           line->part < ENVOY_TWO_NUMBERS)
        tail_byte(line, p[i++]);
}

int httpstatus_envoy_end(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                         int *substatus)
{
    struct httpstatus_quoted *line = &reader->as.envoy;

    (void)substatus;
    if (line->place == ENVOY_METHOD || line->place == ENVOY_IN_REQUEST)
        return httpstatus_closing_end(&line->close, status_and_flags);
    if (line->place != ENVOY_BEHIND)
        return HTTPSTATUS_UNMATCHED;
    if (setup->automatic && line->part < ENVOY_TWO_NUMBERS)
        end_field(line);
    return setup->automatic && line->part != ENVOY_TWO_NUMBERS ? HTTPSTATUS_UNMATCHED
                                                               : line->close.found;
}

bool httpstatus_envoy_begins(const struct beginning *b)
{
    return b->text < b->end ? *b->text == '[' : b->goes_on;
}

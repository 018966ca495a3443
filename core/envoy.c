/* Envoy's own access log format, and Istio's. */
#include "quoted.h"

/* "\[2019-04-08T...\] \"", the closing quote, then " (\d{1,3}|-) ([A-Z][A-Za-z,]*|-) ". */
enum place { TIME, TIME_END, SPACE, QUOTE, METHOD, IN_REQUEST, BEHIND, DEAD };
static const char form[] = "[dddd-dd-ddTd";

/*
 * Where other formats are possible ("auto"), a time in brackets and a quote do not tell: the request begins
 * with a method, and behind the flags two numbers, of bytes, come at once, behind Istio's details and a
 * reason in quotes, or behind the fields in quotes of its older versions, the first of which is empty.
 */
enum kind { DIGITS, WORD, DASH, TEXT, KINDS }; /* of a field; DASH and TEXT are in quotes */
enum tail { FIRST, ONE_WORD, TWO_WORDS, QUOTED, ONE_NUMBER, TWO_NUMBERS, OTHER };
static const unsigned char next_tail[TWO_NUMBERS][KINDS] = {
    [FIRST] = {ONE_NUMBER, ONE_WORD, QUOTED, OTHER},
    [ONE_WORD] = {TWO_WORDS, TWO_WORDS, OTHER, OTHER},
    [TWO_WORDS] = {OTHER, OTHER, QUOTED, QUOTED},
    [QUOTED] = {ONE_NUMBER, OTHER, QUOTED, QUOTED},
    [ONE_NUMBER] = {TWO_NUMBERS, OTHER, OTHER, OTHER},
};

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
            return httpstatus_take_status(a, c, 3);
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
        line->part = 0;
        line->place = METHOD;
    }
    if (!fits)
        line->place = DEAD;
}

/* Whether a method may have it: a token of RFC 9110, section 5.6.2. */
static bool is_of_token(char c)
{
    return is_letter(c) || is_digit(c) || (c && strchr("!#$%&'*+-.^_`|~", c));
}

/* "GET ", or "- " where there is no request. */
static void method_byte(struct httpstatus_quoted *line, bool strict, char c)
{
    if (c == ' ' && line->part)
        line->place = IN_REQUEST;
    else if (strict && !is_of_token(c))
        line->place = DEAD;
    line->part = 1;
}

static void begin_tail(struct httpstatus_quoted *line)
{
    line->place = BEHIND;
    line->part = FIRST;
    line->stamp = KINDS;
    line->prefix = false;
}

/* A field is at its end. */
static void end_field(struct httpstatus_quoted *line)
{
    line->part = line->stamp == KINDS ? OTHER : next_tail[line->part][line->stamp];
    line->stamp = KINDS;
}

/* 'stamp' is what the field is so far, KINDS before it begins; 'prefix': it is in open quotes. */
static void tail_byte(struct httpstatus_quoted *line, char c)
{
    if (line->prefix) {
        line->prefix = c != '"';
        if (line->prefix)
            line->stamp = c == '-' && line->stamp == KINDS ? DASH : TEXT;
    } else if (c == ' ') {
        end_field(line);
    } else if (c == '"' && line->stamp == KINDS) {
        line->prefix = true;
    } else if (c == '"' || line->stamp == DASH || line->stamp == TEXT) {
        line->part = OTHER;
    } else {
        line->stamp = is_digit(c) && (line->stamp == KINDS || line->stamp == DIGITS) ? DIGITS : WORD;
    }
}

void httpstatus_envoy_read(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                           const char *p, size_t size)
{
    struct httpstatus_quoted *line = &reader->as.envoy;
    struct httpstatus_closing *close = &line->close;
    size_t i = 0;

    while (i < size && line->place < METHOD)
        before_request(line, p[i++]);
    for (; i < size && line->place == METHOD; i++) {
        method_byte(line, setup->automatic, p[i]);
        httpstatus_closing_step(close, (unsigned char)p[i], status_and_flags);
    }
    while (i < size && line->place == IN_REQUEST && !close->decided)
        httpstatus_closing_step(close, (unsigned char)p[i++], status_and_flags);
    if (close->decided && line->place < BEHIND)
        begin_tail(line);
    while (setup->automatic && i < size && line->place == BEHIND && line->part < TWO_NUMBERS)
        tail_byte(line, p[i++]);
}

int httpstatus_envoy_end(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                         int *substatus)
{
    struct httpstatus_quoted *line = &reader->as.envoy;

    (void)substatus;
    if (line->place == METHOD || line->place == IN_REQUEST)
        return httpstatus_closing_end(&line->close, status_and_flags);
    if (line->place != BEHIND)
        return HTTPSTATUS_UNMATCHED;
    if (setup->automatic && line->part < TWO_NUMBERS)
        end_field(line);
    return setup->automatic && line->part != TWO_NUMBERS ? HTTPSTATUS_UNMATCHED : line->close.found;
}

bool httpstatus_envoy_begins(const struct beginning *b)
{
    return b->text < b->end ? *b->text == '[' : b->goes_on;
}

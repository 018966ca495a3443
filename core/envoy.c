/* Envoy's default access log format, and Istio's. */
#include "parts.h"
#include "quoted.h"
#include "tokens.h"

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

/* ---- Parts ---- */

/*
 * After the flags, and in Istio's log after its details: the bytes received and sent, the
 * milliseconds, those of the upstream server; then in quotes X-Forwarded-For, the agent, the
 * request's id, the authority and the upstream server.
 */
enum { ENVOY_SENT = 1, ENVOY_DURATION, ENVOY_NUMBERS = 4 };
enum { ENVOY_FORWARDED, ENVOY_AGENT, ENVOY_AUTHORITY = 3, ENVOY_QUOTES = 5 };

static bool is_count(const char *p, const char *end)
{
    return p < end && (equal(p, (size_t)(end - p), "-") || is_number(p, (size_t)(end - p), false));
}

/* Moves past the details, of words and texts in quotes, to the numbers. */
static bool skip_details(const char **at, const char *end)
{
    const char *text;

    for (;;) {
        const char *p = *at, *after = next_field(&p, end);
        if (p == end)
            return false;
        if (*p == '"') {
            if (!httpstatus_next_quoted(at, end, false, &text))
                return false;
        } else if (is_number(p, (size_t)(after - p), false)) {
            return true;
        } else {
            *at = after;
        }
    }
}

static void set_quoted(struct division *d, const char *at)
{
    const char *p[ENVOY_QUOTES], *end[ENVOY_QUOTES];

    for (int i = 0; i < ENVOY_QUOTES; i++)
        if (!(end[i] = httpstatus_next_quoted(&at, d->end, false, &p[i])))
            return;
    if (find_byte(at, d->end, '"') < d->end)
        return; /* Envoy writes quotes as they came: a client's would move the fields */
    set_part(d, HTTPSTATUS_PART_FORWARDED_FOR, p[ENVOY_FORWARDED], end[ENVOY_FORWARDED],
             HTTPSTATUS_ESCAPE_NONE);
    set_part(d, HTTPSTATUS_PART_AGENT, p[ENVOY_AGENT], end[ENVOY_AGENT], HTTPSTATUS_ESCAPE_NONE);
    set_part(d, HTTPSTATUS_PART_HOST, p[ENVOY_AUTHORITY], end[ENVOY_AUTHORITY],
             HTTPSTATUS_ESCAPE_NONE);
    /* Istio: the cluster, two addresses, and the peer's. */
    const char *peer = at, *peer_end = at;
    for (int i = 0; i < 4; i++) {
        peer = peer_end;
        peer_end = next_field(&peer, d->end);
    }
    httpstatus_set_client(d, peer, peer_end, false);
}

bool httpstatus_envoy_divide(struct division *d)
{
    const char *open = find_byte(d->p, d->end, '"');
    const char *close = open < d->end ? httpstatus_find_closing(open + 1, d->end, status_and_flags)
                                      : NULL;
    const char *p[ENVOY_NUMBERS], *end[ENVOY_NUMBERS];

    if (!close)
        return false;
    const char *at = close + 1, *after = next_field(&at, d->end);
    if (read_status(at, (size_t)(after - at), 1) != d->status)
        return false;
    set_time(d, d->p, open);
    httpstatus_set_request(d, open + 1, close, HTTPSTATUS_ESCAPE_NONE);
    at = after;
    at = next_field(&at, d->end); /* the flags */
    if (!skip_details(&at, d->end))
        return true;
    for (int i = 0; i < ENVOY_NUMBERS; i++) {
        end[i] = next_field(&at, d->end);
        p[i] = at;
        at = end[i];
        if (!is_count(p[i], end[i]))
            return true;
    }
    set_part(d, HTTPSTATUS_PART_BYTES, p[ENVOY_SENT], end[ENVOY_SENT], HTTPSTATUS_ESCAPE_NONE);
    set_part(d, HTTPSTATUS_PART_DURATION, p[ENVOY_DURATION], end[ENVOY_DURATION],
             HTTPSTATUS_ESCAPE_NONE);
    d->record->duration_unit = -3;
    set_quoted(d, at);
    return true;
}

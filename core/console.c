/* The lines that application servers print for each request, each in its default form. */
#include "parts.h"
#include "prefix.h"
#include "quoted.h"

/*
 * A client writes one part of such a line, the middle, and not every server escapes it.  So a line
 * counts by what the server has written before it, the front, and behind it, the back: these have
 * the status, and must begin and end the line.  Of a long line only the bytes that may be either
 * are kept, and how many blanks there are between them.
 *
 * Forms of a front or back: '%' and a letter is a field, any other byte is itself.
 *
 *     %~ colours, perhaps     %_ blanks, perhaps       %# digits
 *     %c client               %s status or dash        %b bytes or dash
 *     %e milliseconds or dash %d a duration of Go      %p the words for a status, perhaps
 *     %m method               %v version               %1 ... %5 a time: stamp_forms
 *     %t method that a client may have made up
 */
enum { FRONT = HTTPSTATUS_CONSOLE_FRONT, BACK = HTTPSTATUS_CONSOLE_BACK };
enum console_field {
    CONSOLE_TIME,
    CONSOLE_CLIENT,
    CONSOLE_STATUS,
    CONSOLE_BYTES,
    CONSOLE_DURATION,
    CONSOLE_METHOD,
    CONSOLE_FIELDS
};
struct console_found {
    const char *p[CONSOLE_FIELDS], *end[CONSOLE_FIELDS]; /* NULL: there is none */
};

/* A line without what lies between its front and its back. */
struct console_line {
    size_t size;
    const char *front, *front_end; /* its first bytes, FRONT at most */
    const char *back, *end;        /* its last ones, BACK at most */
    unsigned blanks;               /* between the two; 2 for more */
    unsigned quotes;               /* without a backslash before them; 3 for more */
    bool closed;                   /* such a quote ends the line */
};

/* ---- Fields ---- */

/* See form_fits(). */
static const char *const stamp_forms[] = {"dd/Aaa/dddd dd:dd:dd", "dddd/dd/dd - dd:dd:dd",
                                          "dddd/dd/dd dd:dd:dd", "Aaa Aaa _d dd:dd:dd dddd",
                                          "dd:dd:dd"};

static const char *skip_digits(const char *p, const char *end)
{
    while (p < end && is_digit(*p))
        p++;
    return p;
}

static const char *skip_colours(const char *p, const char *end)
{
    while (end - p > 2 && p[0] == '\x1b' && p[1] == '[') {
        const char *q = p + 2;
        while (q < end && (is_digit(*q) || *q == ';'))
            q++;
        if (q == end || *q != 'm')
            break;
        p = q + 1;
    }
    return p;
}

/* "-", or digits, with a fraction if 'fraction' says so. */
static const char *skip_number(const char *p, const char *end, bool fraction)
{
    if (p < end && *p == '-')
        return p + 1;
    const char *after = skip_digits(p, end);
    if (after == p)
        return NULL;
    if ((fraction & (end - after > 1)) && *after == '.' && is_digit(after[1]))
        after = skip_digits(after + 1, end);
    return after;
}

static const char *skip_status(const char *p, const char *end)
{
    const char *after = skip_number(p, end, false);

    return after && (*p == '-' || after - p == 3) ? after : NULL;
}

/* "1.234ms", "12\xc2\xb5s", "1m2.5s" */
static const char *skip_duration(const char *p, const char *end)
{
    const char *start = p;

    if (p == end || !is_digit(*p))
        return NULL;
    while (p < end && (is_digit(*p) || (*p && strchr(".hmsnu\xc2\xb5", *p))))
        p++;
    return p - start > 1 && p[-1] == 's' ? p : NULL;
}

static const char *skip_method(const char *p, const char *end)
{
    const char *start = p;

    while (p < end && (is_upper(*p) || (*p == '-' && p > start)))
        p++;
    return p - start > 2 ? p : NULL;
}

/* Go takes any token for a method. */
static const char *skip_token(const char *p, const char *end)
{
    const char *start = p;

    while (p < end && !is_blank(*p) && *p != '"')
        p++;
    return p > start ? p : NULL;
}

static const char *skip_client(const char *p, const char *end)
{
    while (p < end && !is_blank(*p) && *p != '|')
        p++;
    return p;
}

static const char *skip_version(const char *p, const char *end)
{
    if (skip_digits(p, end) == p)
        return NULL;
    return end - p > 2 && p[1] == '.' && is_digit(p[2]) ? p + 3 : p + 1;
}

/* " I'm a Teapot", " " or nothing */
static const char *skip_phrase(const char *p, const char *end)
{
    if (p == end || *p != ' ')
        return p;
    while (p < end && (is_letter(*p) || *p == ' ' || *p == '-' || *p == '\''))
        p++;
    return p;
}

static const char *skip_field(char field, const char *p, const char *end)
{
    switch (field) {
    case '~':
        return skip_colours(p, end);
    case '_':
        while (p < end && *p == ' ')
            p++;
        return p;
    case '#':
        return p < end && is_digit(*p) ? skip_digits(p, end) : NULL;
    case 'c':
        return skip_client(p, end);
    case 's':
        return skip_status(p, end);
    case 'b':
        return skip_number(p, end, false);
    case 'e':
        return skip_number(p, end, true);
    case 'd':
        return skip_duration(p, end);
    case 'p':
        return skip_phrase(p, end);
    case 'm':
        return skip_method(p, end);
    case 't':
        return skip_token(p, end);
    case 'v':
        return skip_version(p, end);
    default:
        return skip_form(p, end, stamp_forms[field - '1']);
    }
}

static int place_of(char field)
{
    return field == 'c'                   ? CONSOLE_CLIENT
           : field == 's'                 ? CONSOLE_STATUS
           : field == 'b'                 ? CONSOLE_BYTES
           : field == 'e' || field == 'd' ? CONSOLE_DURATION
           : field == 'm' || field == 't' ? CONSOLE_METHOD
           : is_digit(field)              ? CONSOLE_TIME
                                          : CONSOLE_FIELDS;
}

/* Where the form ends; NULL if the text is not like it. */
static const char *match_form(const char *form, const char *p, const char *end,
                              struct console_found *found)
{
    for (; *form; form++) {
        if (*form != '%') {
            if (p == end || *p++ != *form)
                return NULL;
            continue;
        }
        const int place = place_of(*++form);
        const char *after = skip_field(*form, p, end);
        if (!after)
            return NULL;
        if (place < CONSOLE_FIELDS) {
            found->p[place] = p;
            found->end[place] = after;
        }
        p = after;
    }
    return p;
}

/* ---- Fronts ---- */

/* The order matters: the last ones may have anything of a logger before them. */
enum console_kind {
    CONSOLE_GIN,
    CONSOLE_OLD_GIN, /* the path is not in quotes */
    CONSOLE_PHP,
    CONSOLE_FIBER,
    CONSOLE_CHI,
    CONSOLE_MORGAN, /* tiny and dev */
    CONSOLE_SHORT,  /* morgan's, which has an address first */
    CONSOLE_UVICORN,
    CONSOLE_PYTHON,  /* http.server, Werkzeug, Django */
    CONSOLE_MESSAGE, /* of theirs, which repeats a bad request */
    CONSOLE_KINDS
};

static const char *skip_colours_back(const char *start, const char *p)
{
    const char *q = p;

    while (q > start && q[-1] == 'm') {
        for (q--; q > start && (is_digit(q[-1]) || q[-1] == ';'); q--)
            ;
        if (q - start < 2 || q[-1] != '[' || q[-2] != '\x1b')
            break;
        p = q -= 2;
    }
    return p;
}

/*
 * The last token before 'p', without the name of a logger: "INFO:werkzeug:127.0.0.1".  What comes
 * before the token is a logger's, of any form; a slash in it may be that of a client's path.
 */
static bool take_last_token(const char *start, const char *p, struct console_found *found)
{
    static const char level[] = "INFO:";
    const char *token = p;

    while (token > start && !is_blank(token[-1]))
        token--;
    if (find_byte(start, token, '/') < token)
        return false;
    if (p - token > (ptrdiff_t)sizeof level && memcmp(token, level, sizeof level - 1) == 0) {
        const char *name = token + sizeof level - 1, *colon = find_byte(name, p, ':');
        token = colon < p && is_letter(*name) ? colon + 1 : token;
    }
    found->p[CONSOLE_CLIENT] = token;
    found->end[CONSOLE_CLIENT] = p;
    return true;
}

static bool ends_with(const char *start, const char *p, const char *word)
{
    const size_t size = strlen(word);

    return (size_t)(p - start) >= size && memcmp(p - size, word, size) == 0;
}

/* "127.0.0.1:60084 - \"", behind what a logger has put before it; no client has to have one. */
static bool is_of_uvicorn(const char *start, const char *quote, struct console_found *found)
{
    if (!ends_with(start, quote, " - ") || !take_last_token(start, quote - 3, found))
        return false;
    const char *dash = quote - 3, *port = dash;
    const char *client = found->p[CONSOLE_CLIENT];
    if (client == dash)
        return match_form("%~INFO%~:%_", start, dash, found) == dash;
    while (port > client && is_digit(port[-1]))
        port--;
    return port < dash && port - client > 1 && port[-1] == ':';
}

/* What may come before "[28/Nov/2026 12:00:00]": "127.0.0.1 - - ", or colours. */
static bool is_before_stamp(const char *start, const char *stamp, struct console_found *found)
{
    if (skip_colours(start, stamp) == stamp)
        return true;
    return ends_with(start, stamp, " - - ") && take_last_token(start, stamp - 5, found) &&
           found->p[CONSOLE_CLIENT] < found->end[CONSOLE_CLIENT];
}

/* "127.0.0.1 - - [28/Nov/2026 12:00:00] \"", or the same from the bracket on */
static bool is_of_python(const char *start, const char *quote, struct console_found *found)
{
    enum { STAMP_SIZE = sizeof "[28/Nov/2026 12:00:00] " - 1 };
    const char *behind = skip_colours_back(start, quote);

    if (behind - start < STAMP_SIZE)
        return false;
    const char *stamp = behind - STAMP_SIZE;
    return match_form("[%1] ", stamp, behind, found) == behind &&
           is_before_stamp(start, stamp, found);
}

/* The same with "code 400, message Bad request syntax" in place of the quote. */
static const char *skip_message(const char *p, const char *end, struct console_found *found)
{
    const char *after;

    for (const char *at = p; (at = find_byte(at, end, '[')) < end; at++) {
        after = match_form("[%1] %~code %#, message ", at, end, found);
        if (after && is_before_stamp(p, at, found))
            return after;
    }
    return NULL;
}

/* "::1 ", "- " */
static const char *skip_peer(const char *p, const char *end, struct console_found *found)
{
    const char *start = p;
    bool mark = false;

    for (; p < end && (hex_digit(*p) >= 0 || *p == '.' || *p == ':'); p++)
        mark = mark || *p == '.' || *p == ':';
    if (p < end && *p == '-' && p == start)
        p++;
    else if (!mark)
        return NULL;
    found->p[CONSOLE_CLIENT] = start;
    found->end[CONSOLE_CLIENT] = p;
    return p < end && *p == ' ' ? p + 1 : NULL;
}

static const char *skip_php(const char *p, const char *end, struct console_found *found)
{
    const char *after = match_form("[%4] %~%c [%s]: ", p, end, found);

    return after ? after : match_form("[%#] [%4] %~%c [%s]: ", p, end, found); /* of a worker */
}

/*
 * "2026/11/28 12:00:00 \"GET http://", or before the quote an id in brackets that may be a
 * client's.  Where this looks like the stamp of a common log, the line is left to clf, so that a
 * quick look at clf needs not know this format.
 */
static const char *skip_chi(const char *p, const char *end, struct console_found *found)
{
    const char *after = match_form("%3 %~", p, end, found);

    if (!after || after == end || (*after != '"' && *after != '[') ||
        skip_form(after, end, "[dd/aaa/dddd:"))
        return NULL;
    return after;
}

/* "GET /", "\x1b[0mOPTIONS *", "GET http://" */
static const char *skip_morgan(const char *p, const char *end, struct console_found *found)
{
    const char *after = match_form("%~%m ", p, end, found);

    return after && after < end && (*after == '/' || *after == '*' || is_letter(*after)) ? after
                                                                                         : NULL;
}

/* The set of kinds whose lines may begin with that byte: the last ones may with any. */
static unsigned kinds_of(char first)
{
    const unsigned logged = 1u << CONSOLE_UVICORN | 1u << CONSOLE_PYTHON | 1u << CONSOLE_MESSAGE;

    if (first == '[')
        return logged | 1u << CONSOLE_GIN | 1u << CONSOLE_OLD_GIN | 1u << CONSOLE_PHP;
    if (is_digit(first))
        return logged | 1u << CONSOLE_FIBER | 1u << CONSOLE_CHI | 1u << CONSOLE_SHORT;
    if (first == '\x1b')
        return logged | 1u << CONSOLE_MORGAN;
    return logged | 1u << CONSOLE_SHORT | (unsigned)is_upper(first) << CONSOLE_MORGAN;
}

/*
 * Where the front of a line of that kind ends; NULL if it does not begin like this.  'quote' is the
 * first one, or the end.
 */
static const char *front_end(enum console_kind kind, const char *p, const char *quote,
                             const char *end, struct console_found *found)
{
    switch (kind) {
    case CONSOLE_GIN:
        return match_form("[GIN] %2 |%~ %s %~|%~%_%d%_%~|%_%c%_|%~ %t%_%~%_\"", p, end, found);
    case CONSOLE_OLD_GIN:
        return match_form("[GIN] %2 |%~ %s %~|%~%_%d%_%~|", p, end, found);
    case CONSOLE_PHP:
        return skip_php(p, end, found);
    case CONSOLE_FIBER:
        return match_form("%5 |%~ %s %~|%~%_%d%_%~|", p, end, found);
    case CONSOLE_CHI:
        return skip_chi(p, end, found);
    case CONSOLE_MORGAN:
        return skip_morgan(p, end, found);
    case CONSOLE_SHORT: /* has no such quote anywhere: most common logs have one soon */
        return p < quote && quote < end && quote[-1] != '\\' ? NULL : skip_peer(p, end, found);
    case CONSOLE_UVICORN:
        return quote < end && is_of_uvicorn(p, quote, found) ? quote + 1 : NULL;
    case CONSOLE_PYTHON:
        return quote < end && is_of_python(p, quote, found) ? quote + 1 : NULL;
    default:
        return skip_message(p, quote, found);
    }
}

bool httpstatus_console_begins(const struct beginning *b)
{
    const size_t size = (size_t)(b->end - b->text);
    const char *end = b->text + (size < FRONT ? size : FRONT);
    struct console_found found;

    if (size < FRONT && b->goes_on)
        return true;
    if (size == 0 || *b->text == '{')
        return false;
    const char *quote = find_byte(b->text, end, '"');
    for (unsigned left = kinds_of(*b->text); left; left &= left - 1)
        if (front_end((enum console_kind)lowest_bit(left), b->text, quote, end, &found))
            return true;
    return false;
}

/* ---- Backs ---- */

/* Where the last 'count' fields begin, each with one blank before it; NULL if there are fewer. */
static const char *last_fields(const struct console_line *line, int count)
{
    for (const char *p = line->end; p > line->back; p--)
        if (p[-1] == ' ' && --count == 0)
            return p - 1;
    return NULL;
}

static const char *last_quote(const struct console_line *line)
{
    const char *p = line->end;

    while (p > line->back && p[-1] != '"')
        p--;
    return p > line->back ? p - 1 : NULL;
}

/* " HTTP/1.1" and colours before the quote at 'p'; NULL if there is no blank. */
static const char *version_before(const struct console_line *line, const char *p)
{
    while (p && p > line->back && *p != ' ')
        p--;
    return p && *p == ' ' ? p : NULL;
}

/* The back, if the form matches it up to the end of the line. */
static const char *match_back(const struct console_line *line, const char *p, const char *form,
                              struct console_found *found)
{
    return p && match_form(form, p, line->end, found) == line->end ? p : NULL;
}

static const char *back_of(const struct console_line *line, enum console_kind kind,
                           struct console_found *found)
{
    const char *back;

    switch (kind) {
    case CONSOLE_UVICORN:
        back = version_before(line, last_quote(line));
        return match_back(line, back, " HTTP/%v%~\" %~%s%p%~", found);
    case CONSOLE_PYTHON:
        return match_back(line, last_quote(line), "\" %s %b%~", found);
    case CONSOLE_MORGAN:
        back = match_back(line, last_fields(line, 5), " %s %b - %e ms", found);
        return back ? back : match_back(line, last_fields(line, 5), " %~%s%~ %e ms - %b%~", found);
    case CONSOLE_SHORT:
        return match_back(line, last_fields(line, 6), " HTTP/%v %s %b - %e ms", found);
    case CONSOLE_CHI:
        return match_back(line, last_quote(line), "\" %~from %c - %~%s%~ %bB%~ in %~%d%~", found);
    case CONSOLE_MESSAGE: /* "('GET /')" */
        return ends_with(line->back, line->end, "')") || ends_with(line->back, line->end, "\")")
                   ? line->end
                   : NULL;
    case CONSOLE_GIN:
        return line->closed ? line->end - 1 : NULL;
    default:
        return line->end;
    }
}

/* ---- Whole lines ---- */

static unsigned count_blanks(const char *p, const char *end)
{
    unsigned count = 0;

    for (; p < end && count < 2; p++)
        count += is_space(*p);
    return count;
}

/* How many blanks are from a place in the front to one in the back, 2 or more for several. */
static unsigned blanks_between(const struct console_line *line, const char *from, const char *to)
{
    const size_t start = (size_t)(from - line->front), stop = line->size - (size_t)(line->end - to);
    const size_t front = (size_t)(line->front_end - line->front);
    const size_t back = line->size - (size_t)(line->end - line->back);
    const size_t seen = front > back ? front : back; /* from here on the front has not all */
    unsigned count = 0;

    if (stop <= front)
        return count_blanks(from, line->front + stop);
    count = count_blanks(line->front + start, line->front_end);
    return count + line->blanks + count_blanks(line->back + (seen - back), to);
}

/* Whether what is between the front and the back may be what a client writes there. */
static bool is_middle(const struct console_line *line, enum console_kind kind, const char *from,
                      const char *to)
{
    const size_t start = (size_t)(from - line->front), stop = line->size - (size_t)(line->end - to);

    if (start > stop)
        return false;
    switch (kind) {
    case CONSOLE_UVICORN: /* "GET /" */
        return blanks_between(line, from, to) == 1;
    case CONSOLE_MORGAN:
        return blanks_between(line, from, to) == 0;
    case CONSOLE_GIN: /* which escapes quotes */
        return line->quotes == 2;
    case CONSOLE_OLD_GIN:
    case CONSOLE_PHP:
    case CONSOLE_FIBER:
    case CONSOLE_SHORT:
        return line->quotes == 0;
    default:
        return true;
    }
}

/* Finds the fields, and where the middle is; false if the line is of no kind. */
static bool find_fields(const struct console_line *line, struct console_found *found,
                        const char **from, const char **to, enum console_kind *kind)
{
    if (line->size == 0)
        return false;
    const char *quote = find_byte(line->front, line->front_end, '"');
    for (unsigned left = kinds_of(*line->front); left; left &= left - 1) {
        *found = (struct console_found){{NULL}, {NULL}};
        *kind = (enum console_kind)lowest_bit(left);
        *from = front_end(*kind, line->front, quote, line->front_end, found);
        *to = *from ? back_of(line, *kind, found) : NULL;
        if (*to && is_middle(line, *kind, *from, *to))
            return true;
    }
    return false;
}

static int console_status(enum console_kind kind, const struct console_found *found)
{
    const char *p = found->p[CONSOLE_STATUS];

    if (kind == CONSOLE_MESSAGE)
        return OWN_MESSAGE;
    return *p == '-' ? HTTPSTATUS_NO_STATUS : (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
}

static int line_status(const struct console_line *line)
{
    struct console_found found;
    enum console_kind kind;
    const char *from, *to;

    return find_fields(line, &found, &from, &to, &kind) ? console_status(kind, &found)
                                                        : HTTPSTATUS_UNMATCHED;
}

/* ---- The careful reader ---- */

static void add_blanks(struct httpstatus_console *state, const char *p, size_t at, size_t size)
{
    const size_t skipped = at < FRONT ? FRONT - at : 0;

    if (skipped < size && state->blanks < 2)
        state->blanks += count_blanks(p + skipped, p + size);
}

static void add_quotes(struct httpstatus_console *state, const char *p, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        state->closed = p[i] == '"' && !state->escaped;
        state->quotes += state->closed && state->quotes < 3;
        state->escaped = p[i] == '\\' && !state->escaped;
    }
}

void httpstatus_console_read(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                             const char *p, size_t size)
{
    struct httpstatus_console *state = &reader->as.console;
    const size_t kept = state->size < BACK ? state->size : BACK;
    const size_t lost = kept + size > BACK ? kept + size - BACK : 0;
    const size_t old = lost < kept ? lost : kept, new = lost - old;

    (void)setup;
    if (state->size < FRONT) {
        const size_t room = FRONT - state->size;
        memcpy(state->front + state->size, p, size < room ? size : room);
    }
    add_blanks(state, state->back, state->size - kept, old);
    add_blanks(state, p, state->size, new);
    memmove(state->back, state->back + old, kept - old);
    memcpy(state->back + kept - old, p + new, size - new);
    add_quotes(state, p, size);
    state->size += size;
}

int httpstatus_console_end(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                           int *substatus)
{
    const struct httpstatus_console *state = &reader->as.console;
    const struct console_line line = {
        .size = state->size,
        .front = state->front,
        .front_end = state->front + (state->size < FRONT ? state->size : FRONT),
        .back = state->back,
        .end = state->back + (state->size < BACK ? state->size : BACK),
        .blanks = state->blanks,
        .quotes = state->quotes,
        .closed = state->closed,
    };

    (void)setup;
    (void)substatus;
    return line_status(&line);
}

/* ---- A line that is all there ---- */

/* The same as the careful reader keeps of it. */
static struct console_line whole_line(const char *p, const char *end)
{
    const size_t size = (size_t)(end - p);
    struct console_line line = {
        .size = size,
        .front = p,
        .front_end = size < FRONT ? end : p + FRONT,
        .back = size < BACK ? p : end - BACK,
        .end = end,
        .closed = size && end[-1] == '"' && !has_backslash(p, end - 1),
    };
    const char *quote = p;

    for (; line.quotes < 3 && (quote = find_byte(quote, end, '"')) < end; quote++)
        line.quotes += !has_backslash(p, quote);
    line.blanks = count_blanks(line.front_end, line.back);
    return line;
}

/* Only at lines without a prefix, and without an object, which may wrap another line. */
int httpstatus_console_look(const char *p, const char *end)
{
    const char *visible = p;

    while (visible < end && is_blank(*visible))
        visible++;
    if (visible == end)
        return HTTPSTATUS_SKIPPED;
    if (*p == '{' || httpstatus_prefix(p, (size_t)(end - p)).size)
        return UNPROVED;
    const struct console_line line = whole_line(p, end);
    const int status = line_status(&line);
    return status == OWN_MESSAGE ? HTTPSTATUS_UNMATCHED : status;
}

/* ---- Parts ---- */

static void set_field(struct division *d, enum httpstatus_part part,
                      const struct console_found *found, enum console_field field)
{
    if (found->p[field])
        set_part(d, part, found->p[field], found->end[field], HTTPSTATUS_ESCAPE_NONE);
}

static const char *token_before(const char *start, const char *p)
{
    while (p > start && !is_blank(p[-1]))
        p--;
    return p;
}

/* "::1 user GET /a HTTP/1.1 200": a user may have blanks, a target none. */
static void set_short(struct division *d, const char *p, const char *end)
{
    const char *target = token_before(p, end);
    const char *method = target > p ? token_before(p, target - 1) : p;

    if (method == p)
        return;
    set_part(d, HTTPSTATUS_PART_USER, p, method - 1, HTTPSTATUS_ESCAPE_NONE);
    httpstatus_set_request(d, method, find_byte(end + 1, d->end, ' '), HTTPSTATUS_ESCAPE_NONE);
}

/* "\"GET http://h/a HTTP/1.1" of chi: not behind an id, which a client may write. */
static void set_chi(struct division *d, const char *p, const char *end)
{
    const char *method = skip_colours(p + 1, end), *blank = find_byte(method, end, ' ');

    if (*p != '"' || blank == end)
        return;
    const char *url = skip_colours(blank + 1, end), *version = token_before(url, end);
    if (version == url || !is_protocol(version, end))
        return;
    set_part(d, HTTPSTATUS_PART_METHOD, method, blank, HTTPSTATUS_ESCAPE_NONE);
    httpstatus_set_target(d, url, version - 1, HTTPSTATUS_ESCAPE_NONE);
    set_part(d, HTTPSTATUS_PART_PROTOCOL, version, end, HTTPSTATUS_ESCAPE_NONE);
    httpstatus_set_authority(d);
}

/* "      127.0.0.1 | GET      /a" of Gin, "127.0.0.1 | GET     | /a " of Fiber */
static void set_bars(struct division *d, const char *p, const char *end,
                     struct console_found *found)
{
    if (!match_form("%_%c%_|%~ %m ", p, end, found))
        return;
    httpstatus_set_client(d, found->p[CONSOLE_CLIENT], found->end[CONSOLE_CLIENT], false);
    set_field(d, HTTPSTATUS_PART_METHOD, found, CONSOLE_METHOD);
}

/* "GET /a", or "/a" of an older PHP; what follows may be a message. */
static void set_php(struct division *d, const char *p, const char *end)
{
    const char *word = find_byte(p, end, ' '), *target = p;

    if (httpstatus_is_token(p, (size_t)(word - p)) && word < end) {
        set_part(d, HTTPSTATUS_PART_METHOD, p, word, HTTPSTATUS_ESCAPE_NONE);
        target = word + 1;
    }
    word = find_byte(target, end, ' ');
    if (target < end && *target == '/')
        httpstatus_set_target(d, target, find_byte(target, word, '\x1b'), HTTPSTATUS_ESCAPE_NONE);
}

/* What Python's logging puts in front: "2026-11-28 12:00:58,403" */
static void set_logger_time(struct division *d)
{
    const char *end = skip_form(d->p, d->end, "dddd-dd-dd dd:dd:dd");

    if (!end)
        return;
    if (*end == ',' || *end == '.')
        end = skip_digits(end + 1, d->end);
    set_part(d, HTTPSTATUS_PART_TIME, d->p, end, HTTPSTATUS_ESCAPE_NONE);
}

/* The request of a line in quotes, without colours. */
static void set_console_request(struct division *d, const char *p, const char *end)
{
    p = skip_colours(p, end);
    httpstatus_set_request(d, p, skip_colours_back(p, end), HTTPSTATUS_ESCAPE_NONE);
}

static void set_middle(struct division *d, enum console_kind kind, const char *p, const char *end,
                       struct console_found *found)
{
    switch (kind) {
    case CONSOLE_GIN:
        set_field(d, HTTPSTATUS_PART_METHOD, found, CONSOLE_METHOD);
        httpstatus_set_target(d, p, end, HTTPSTATUS_ESCAPE_BACKSLASH);
        break;
    case CONSOLE_PHP:
        set_php(d, p, end);
        break;
    case CONSOLE_OLD_GIN:
    case CONSOLE_FIBER:
        set_bars(d, p, end, found);
        break;
    case CONSOLE_CHI:
        set_chi(d, p, end);
        break;
    case CONSOLE_MORGAN:
        set_field(d, HTTPSTATUS_PART_METHOD, found, CONSOLE_METHOD);
        httpstatus_set_target(d, p, end, HTTPSTATUS_ESCAPE_NONE);
        break;
    case CONSOLE_SHORT:
        set_short(d, p, end);
        break;
    case CONSOLE_UVICORN:
        set_logger_time(d);
        set_console_request(d, p, find_byte(end, d->end, '"'));
        break;
    default:
        set_console_request(d, p, end);
        break;
    }
}

bool httpstatus_console_divide(struct division *d)
{
    const struct console_line line = whole_line(d->p, d->end);
    struct console_found found;
    enum console_kind kind;
    const char *from, *to;

    if (!find_fields(&line, &found, &from, &to, &kind) || console_status(kind, &found) != d->status)
        return false;
    set_field(d, HTTPSTATUS_PART_TIME, &found, CONSOLE_TIME);
    set_field(d, HTTPSTATUS_PART_BYTES, &found, CONSOLE_BYTES);
    set_field(d, HTTPSTATUS_PART_DURATION, &found, CONSOLE_DURATION);
    d->record->duration_unit = -3; /* morgan's; Go names it, and nobody reads its "1m2s" */
    if (found.p[CONSOLE_CLIENT])
        httpstatus_set_client(d, found.p[CONSOLE_CLIENT], found.end[CONSOLE_CLIENT],
                              kind == CONSOLE_UVICORN || kind == CONSOLE_PHP ||
                                  kind == CONSOLE_CHI);
    set_middle(d, kind, from, to, &found);
    return true;
}

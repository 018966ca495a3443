/* Web-server logs: the careful reader, which is the specification, lines and tallies. */
#include "httpstatus.h"
#include "text.h"

static const char *const format_names[HTTPSTATUS_FORMATS] = {NULL, "auto", "clf"};

const char *httpstatus_format_name(enum httpstatus_format format)
{
    return format_names[format];
}

enum httpstatus_format httpstatus_format(const char *name, size_t size)
{
    for (int i = HTTPSTATUS_AUTO; i < HTTPSTATUS_FORMATS; i++)
        if (equal(name, size, format_names[i]))
            return (enum httpstatus_format)i;
    return HTTPSTATUS_FORMAT_NONE;
}

/* ---- clf: the careful reader, a byte at a time ----
 *
 * A stamp "[dd/Mon/yyyy:d...]" with something other than blanks and quotes before it; the first
 * quote after it opens the request.  What closes the request is a quote with a status field behind
 * it: " +(\d{1,3}|-)", then the end of the line or " +(\d+|-)" and a blank, a quote or the end.
 * The first quote without a backslash closes if it has one; else the first quote of any kind that
 * has: its writer did not escape.
 */

enum place { LINE_START, COMMENT, SEEK_STAMP, IN_STAMP, SEEK_REQUEST, IN_REQUEST, DECIDED };

/* How much of "[dd/Mon/yyyy:d" has been seen: the next byte has to be ... */
enum stamp {
    STAMP_START,
    DAY,        /* a digit */
    DAY_END,    /* a digit or '/' */
    DAY_SLASH,  /* '/' */
    MONTH,      /* three letters */
    YEAR_SLASH = MONTH + 3,
    YEAR,       /* four digits */
    HOUR_COLON = YEAR + 4,
    HOUR        /* a digit */
};

/* What has been seen since the last quote. */
enum field {
    NO_FIELD,
    QUOTE,
    STATUS_BLANKS,
    STATUS_DIGITS,
    STATUS_DASH,
    BYTES_BLANKS,
    BYTES_DIGITS,
    BYTES_DASH
};

static bool stamp_fits(unsigned stamp, char c)
{
    switch (stamp) {
    case DAY_END:
        return is_digit(c) || c == '/';
    case DAY_SLASH:
    case YEAR_SLASH:
        return c == '/';
    case MONTH:
    case MONTH + 1:
    case MONTH + 2:
        return is_letter(c);
    case HOUR_COLON:
        return c == ':';
    default:
        return is_digit(c);
    }
}

static void clf_seek_stamp(struct httpstatus_clf *clf, char c)
{
    if (clf->stamp != STAMP_START && stamp_fits(clf->stamp, c)) {
        if (clf->stamp == HOUR)
            clf->place = IN_STAMP;
        else
            clf->stamp = clf->stamp == DAY_END && c == '/' ? MONTH : clf->stamp + 1;
    } else {
        clf->stamp = c == '[' && clf->prefix ? DAY : STAMP_START;
    }
    if (!is_blank(c) && c != '"')
        clf->prefix = true;
}

static bool field_complete(const struct httpstatus_clf *clf, bool end_of_line)
{
    if (clf->field == STATUS_DIGITS || clf->field == STATUS_DASH)
        return end_of_line;
    return clf->field == BYTES_DIGITS || clf->field == BYTES_DASH;
}

/* A quote has a status field behind it: it closes, or may close if the unescaped one does not. */
static void clf_complete(struct httpstatus_clf *clf)
{
    if (clf->closed) {
        clf->found = clf->value;
        clf->place = DECIDED;
    } else if (!clf->chosen) {
        clf->fallback = clf->value;
        clf->chosen = true;
    }
    clf->field = NO_FIELD;
}

/* The field behind the last quote came to nothing. */
static void clf_fail(struct httpstatus_clf *clf)
{
    clf->field = NO_FIELD;
    if (clf->closed && clf->chosen) {
        clf->found = clf->fallback;
        clf->place = DECIDED;
    }
}

static void clf_field(struct httpstatus_clf *clf, char c)
{
    switch (clf->field) {
    case QUOTE:
        clf->field = c == ' ' ? STATUS_BLANKS : NO_FIELD;
        break;
    case STATUS_BLANKS:
        clf->digits = is_digit(c);
        clf->value = is_digit(c) ? c - '0' : HTTPSTATUS_NO_STATUS;
        clf->field = is_digit(c) ? STATUS_DIGITS : c == '-' ? STATUS_DASH
                     : c == ' '  ? STATUS_BLANKS
                                 : NO_FIELD;
        break;
    case STATUS_DIGITS:
        if (is_digit(c) && clf->digits++ < 3)
            clf->value = clf->value * 10 + (c - '0');
        else
            clf->field = c == ' ' ? BYTES_BLANKS : NO_FIELD;
        break;
    case STATUS_DASH:
        clf->field = c == ' ' ? BYTES_BLANKS : NO_FIELD;
        break;
    case BYTES_BLANKS:
        clf->field = is_digit(c) ? BYTES_DIGITS : c == '-' ? BYTES_DASH
                     : c == ' '  ? BYTES_BLANKS
                                 : NO_FIELD;
        break;
    case BYTES_DIGITS:
        clf->field = is_digit(c) ? BYTES_DIGITS : NO_FIELD;
        break;
    default:
        clf->field = NO_FIELD;
    }
}

static void clf_request(struct httpstatus_clf *clf, char c)
{
    if (clf->field != NO_FIELD) {
        if ((is_blank(c) || c == '"') && field_complete(clf, false)) {
            clf_complete(clf);
        } else {
            clf_field(clf, c);
            if (clf->field == NO_FIELD)
                clf_fail(clf);
        }
        if (clf->place == DECIDED)
            return;
    }
    if (c == '"') {
        clf->field = QUOTE;
        clf->closed = clf->closed || !clf->escaped;
    }
    clf->escaped = c == '\\' && !clf->escaped;
}

static void clf_read(struct httpstatus_clf *clf, const char *p, size_t size)
{
    for (size_t i = 0; i < size && clf->place != DECIDED && clf->place != COMMENT; i++) {
        switch (clf->place) {
        case LINE_START:
            clf->place = p[i] == '#' ? COMMENT : SEEK_STAMP;
            clf_seek_stamp(clf, p[i]);
            break;
        case SEEK_STAMP:
            clf_seek_stamp(clf, p[i]);
            break;
        case IN_STAMP:
            if (p[i] == ']')
                clf->place = SEEK_REQUEST;
            break;
        case SEEK_REQUEST:
            if (p[i] == '"')
                clf->place = IN_REQUEST;
            break;
        default:
            clf_request(clf, p[i]);
        }
    }
}

static int clf_end(struct httpstatus_clf *clf)
{
    if (clf->place == COMMENT)
        return HTTPSTATUS_SKIPPED;
    if (clf->place == IN_REQUEST && field_complete(clf, true))
        clf_complete(clf);
    if (clf->place == DECIDED)
        return clf->found;
    return clf->chosen ? clf->fallback : HTTPSTATUS_UNMATCHED;
}

/* ---- A line of any format ---- */

static void reader_read(struct httpstatus_reader *reader, enum httpstatus_format format,
                        const char *p, size_t size)
{
    for (size_t i = 0; reader->blank && i < size; i++)
        reader->blank = is_blank(p[i]);
    if (format == HTTPSTATUS_CLF)
        clf_read(&reader->clf, p, size);
}

/* The status of the line that has been read, or why it has none: HTTPSTATUS_NO_STATUS ... */
static int reader_end(struct httpstatus_reader *reader, enum httpstatus_format format)
{
    if (reader->blank)
        return HTTPSTATUS_SKIPPED;
    return format == HTTPSTATUS_CLF ? clf_end(&reader->clf) : HTTPSTATUS_UNMATCHED;
}

static void reader_start(struct httpstatus_reader *reader)
{
    *reader = (struct httpstatus_reader){.blank = true};
}

static int read_line(enum httpstatus_format format, const char *p, size_t size)
{
    struct httpstatus_reader reader;

    reader_start(&reader);
    reader_read(&reader, format, p, size);
    return reader_end(&reader, format);
}

/* ---- clf: the quick reader ----
 *
 * The status of a whole line of the usual form, or HTTPSTATUS_UNMATCHED if it is not of that form:
 * then the careful reader has to look.  What is checked here proves the careful answer: the first
 * quote of the line comes right after a stamp, so it opens the request, and the next one has no
 * backslash before it, so it closes the request if a status field follows.
 */
static bool is_stamp(const char *p)
{
    return p[0] == '[' && is_digit(p[1]) && is_digit(p[2]) && p[3] == '/' && is_letter(p[4]) &&
           is_letter(p[5]) && is_letter(p[6]) && p[7] == '/' && is_digit(p[8]) && is_digit(p[9]) &&
           is_digit(p[10]) && is_digit(p[11]) && p[12] == ':' && is_digit(p[13]);
}

static int clf_quick(const char *p, const char *end)
{
    enum { STAMP_SIZE = sizeof "[10/Oct/2000:13:55:36 -0700]" - 1, STATUS_SIZE = sizeof "\" 200" - 1 };
    const char *open = memchr(p, '"', (size_t)(end - p));

    if (!open || open - p < STAMP_SIZE + 2 || open[-1] != ' ' || open[-2] != ']' ||
        !is_stamp(open - 1 - STAMP_SIZE) || is_blank(*p) || *p == '#')
        return HTTPSTATUS_UNMATCHED;
    const char *close = memchr(open + 1, '"', (size_t)(end - open - 1));
    if (!close || close[-1] == '\\' || end - close < STATUS_SIZE || close[1] != ' ' ||
        !is_digit(close[2]) || !is_digit(close[3]) || !is_digit(close[4]))
        return HTTPSTATUS_UNMATCHED;

    int status = (close[2] - '0') * 100 + (close[3] - '0') * 10 + (close[4] - '0');
    const char *bytes = close + STATUS_SIZE;
    if (bytes == end)
        return status;
    if (*bytes++ != ' ' || bytes == end)
        return HTTPSTATUS_UNMATCHED;
    if (*bytes == '-')
        bytes++;
    else if (is_digit(*bytes))
        while (bytes < end && is_digit(*bytes))
            bytes++;
    else
        return HTTPSTATUS_UNMATCHED;
    return bytes == end || is_blank(*bytes) || *bytes == '"' ? status : HTTPSTATUS_UNMATCHED;
}

/* ---- Detection ---- */

enum httpstatus_format httpstatus_detect(const char *p, size_t size)
{
    enum httpstatus_format best = HTTPSTATUS_FORMAT_NONE;
    size_t best_records = 0;
    const char *end = p + (size < HTTPSTATUS_HEAD_SIZE ? size : HTTPSTATUS_HEAD_SIZE);

    for (int format = HTTPSTATUS_AUTO + 1; format < HTTPSTATUS_FORMATS; format++) {
        size_t records = 0;
        for (const char *line = p; line < end;) {
            const char *lf = memchr(line, '\n', (size_t)(end - line));
            const char *stop = lf ? lf : end;
            size_t length = (size_t)(stop - line) - (stop > line && stop[-1] == '\r');
            records += read_line((enum httpstatus_format)format, line, length) >=
                       HTTPSTATUS_NO_STATUS;
            line = stop + 1;
        }
        if (records > best_records) {
            best = (enum httpstatus_format)format;
            best_records = records;
        }
    }
    return best;
}

/* ---- Tallies ---- */

static void count(struct httpstatus_tally *tally, int status)
{
    tally->lines++;
    if (status >= HTTPSTATUS_STATUS_MIN)
        tally->counts[status - HTTPSTATUS_STATUS_MIN]++;
    else if (status == HTTPSTATUS_NO_STATUS)
        tally->no_status++;
    else if (status == HTTPSTATUS_SKIPPED)
        tally->skipped++;
    else if (tally->unmatched++ < HTTPSTATUS_FIRST_UNMATCHED)
        tally->first_unmatched[tally->unmatched - 1] = tally->lines;
}

uint64_t httpstatus_tally_count(const struct httpstatus_tally *tally, int status)
{
    if (status < HTTPSTATUS_STATUS_MIN || status > HTTPSTATUS_STATUS_MAX)
        return 0;
    return tally->counts[status - HTTPSTATUS_STATUS_MIN];
}

uint64_t httpstatus_tally_records(const struct httpstatus_tally *tally)
{
    return tally->lines - tally->skipped - tally->unmatched;
}

uint64_t httpstatus_tally_class(const struct httpstatus_tally *tally, int status_class)
{
    uint64_t sum = 0;

    for (int status = HTTPSTATUS_STATUS_MIN; status <= HTTPSTATUS_STATUS_MAX; status++)
        if ((status >= 100 && status <= 599 ? status / 100 : 0) == status_class)
            sum += httpstatus_tally_count(tally, status);
    return sum;
}

bool httpstatus_tally_equal(const struct httpstatus_tally *a, const struct httpstatus_tally *b)
{
    return a->lines == b->lines && a->no_status == b->no_status && a->skipped == b->skipped &&
           a->unmatched == b->unmatched && a->format == b->format &&
           memcmp(a->counts, b->counts, sizeof a->counts) == 0 &&
           memcmp(a->first_unmatched, b->first_unmatched, sizeof a->first_unmatched) == 0;
}

void httpstatus_tally_add(struct httpstatus_tally *tally, const struct httpstatus_tally *more)
{
    const uint64_t room = HTTPSTATUS_FIRST_UNMATCHED;
    const uint64_t listed = more->unmatched < room ? more->unmatched : room;
    const bool chosen = tally->format != HTTPSTATUS_FORMAT_NONE && tally->format != HTTPSTATUS_AUTO;

    if (tally->lines == 0 && (more->lines != 0 || !chosen))
        tally->format = more->format;
    else if (more->lines != 0 && more->format != tally->format)
        tally->format = HTTPSTATUS_FORMAT_NONE;
    for (uint64_t i = tally->unmatched, j = 0; i < room && j < listed; i++, j++)
        tally->first_unmatched[i] = tally->lines + more->first_unmatched[j];
    for (size_t i = 0; i < sizeof tally->counts / sizeof tally->counts[0]; i++)
        tally->counts[i] += more->counts[i];
    tally->lines += more->lines;
    tally->no_status += more->no_status;
    tally->skipped += more->skipped;
    tally->unmatched += more->unmatched;
}

/* ---- Filters ---- */

static void want(struct httpstatus_filter *filter, int status)
{
    unsigned bit = (unsigned)(status - HTTPSTATUS_STATUS_MIN);

    filter->statuses[bit / 64] |= UINT64_C(1) << bit % 64;
}

static void want_range(struct httpstatus_filter *filter, int first, int last)
{
    for (int status = first; status <= last; status++)
        want(filter, status);
}

static void want_redirects(struct httpstatus_filter *filter)
{
    struct httpstatus_query official = {.status_class = 3, .official = 1};
    const struct httpstatus_status *row = NULL;

    while ((row = httpstatus_next(&official, row)) != NULL)
        if (httpstatus_property(row, HTTPSTATUS_IS_REDIRECT) == HTTPSTATUS_YES)
            want(filter, httpstatus_code(row));
}

bool httpstatus_filter_add_status(struct httpstatus_filter *filter, int status)
{
    if (status < HTTPSTATUS_STATUS_MIN || status > HTTPSTATUS_STATUS_MAX)
        return false;
    want(filter, status);
    return true;
}

bool httpstatus_filter_add(struct httpstatus_filter *filter, const char *p, size_t size)
{
    int code, substatus;

    if (equal(p, size, "error")) {
        want_range(filter, 400, 599);
    } else if (equal(p, size, "redirect")) {
        want_redirects(filter);
    } else if (equal(p, size, "no_status")) {
        filter->kinds |= 1u << HTTPSTATUS_KIND_NO_STATUS;
    } else if (equal(p, size, "unmatched")) {
        filter->kinds |= 1u << HTTPSTATUS_KIND_UNMATCHED;
    } else if (size == 3 && p[0] >= '1' && p[0] <= '5' && p[1] == 'x' && p[2] == 'x') {
        want_range(filter, (p[0] - '0') * 100, (p[0] - '0') * 100 + 99);
    } else if (!read_code(p, size, &code, &substatus)) {
        return false;
    } else if (substatus < 0) {
        want(filter, code);
    } else if (filter->pair_count < HTTPSTATUS_FILTER_PAIRS) {
        filter->pairs[filter->pair_count].status = code;
        filter->pairs[filter->pair_count++].substatus = substatus;
    } else {
        return false;
    }
    return true;
}

static bool wanted(const struct httpstatus_filter *filter, const struct httpstatus_line *line)
{
    if (!filter)
        return true;
    if (line->kind != HTTPSTATUS_KIND_STATUS)
        return filter->kinds >> line->kind & 1;
    unsigned bit = (unsigned)(line->status - HTTPSTATUS_STATUS_MIN);
    if (filter->statuses[bit / 64] >> bit % 64 & 1)
        return true;
    for (unsigned i = 0; i < filter->pair_count; i++)
        if (filter->pairs[i].status == line->status &&
            filter->pairs[i].substatus == line->substatus)
            return true;
    return false;
}

/* ---- Scanning ---- */

void httpstatus_scanner_init(struct httpstatus_scanner *scanner, enum httpstatus_format format,
                             const struct httpstatus_filter *filter)
{
    memset(scanner, 0, offsetof(struct httpstatus_scanner, head));
    scanner->tally.format = format;
    scanner->filter = filter;
    scanner->stage = format == HTTPSTATUS_AUTO ? HTTPSTATUS_SCAN_HEAD : HTTPSTATUS_SCAN_BODY;
    reader_start(&scanner->reader);
}

static enum httpstatus_kind kind_of(int status)
{
    switch (status) {
    case HTTPSTATUS_NO_STATUS:
        return HTTPSTATUS_KIND_NO_STATUS;
    case HTTPSTATUS_SKIPPED:
        return HTTPSTATUS_KIND_SKIPPED;
    case HTTPSTATUS_UNMATCHED:
        return HTTPSTATUS_KIND_UNMATCHED;
    default:
        return HTTPSTATUS_KIND_STATUS;
    }
}

/* The line [scanner->line_start, end) is known; true if it was stored. */
static bool put_line(struct httpstatus_scanner *scanner, int status, uint64_t end,
                     struct httpstatus_line *line)
{
    count(&scanner->tally, status);
    if (!line)
        return false;
    line->start = scanner->line_start;
    line->end = end;
    line->number = scanner->tally.lines;
    line->status = status;
    line->substatus = 0;
    line->kind = kind_of(status);
    return wanted(scanner->filter, line);
}

/* Reads on in the unfinished line, all but a CR at the end, which may be part of the line's end. */
static void read_part(struct httpstatus_scanner *scanner, const char *p, size_t size)
{
    struct httpstatus_reader *reader = &scanner->reader;
    enum httpstatus_format format = scanner->tally.format;

    if (size == 0)
        return;
    if (reader->carriage_return)
        reader_read(reader, format, "\r", 1);
    reader->carriage_return = p[size - 1] == '\r';
    reader->begun = true;
    reader_read(reader, format, p, size - reader->carriage_return);
}

static bool end_part(struct httpstatus_scanner *scanner, struct httpstatus_line *line)
{
    struct httpstatus_reader *reader = &scanner->reader;
    int status = reader_end(reader, scanner->tally.format);
    bool stored = put_line(scanner, status, scanner->position - reader->carriage_return, line);

    reader_start(reader);
    return stored;
}

static size_t scan_lines(struct httpstatus_scanner *scanner, const char *p, size_t size,
                         struct httpstatus_line *lines, size_t capacity, size_t *used)
{
    const enum httpstatus_format format = scanner->tally.format;
    const char *at = p, *end = p + size;
    const uint64_t base = scanner->position;
    size_t stored = 0;

    while (at < end && !(lines && stored == capacity)) {
        struct httpstatus_line *line = lines ? &lines[stored] : NULL;
        const char *lf = memchr(at, '\n', (size_t)(end - at));
        const char *stop = lf ? lf : end;

        if (!lf || scanner->reader.begun) {
            read_part(scanner, at, (size_t)(stop - at));
            scanner->position = base + (uint64_t)(stop - p);
            if (!lf) {
                at = end;
                break;
            }
            stored += end_part(scanner, line);
        } else {
            const char *text_end = stop - (stop > at && stop[-1] == '\r');
            int status = format == HTTPSTATUS_CLF ? clf_quick(at, text_end) : HTTPSTATUS_UNMATCHED;
            if (status == HTTPSTATUS_UNMATCHED)
                status = read_line(format, at, (size_t)(text_end - at));
            stored += put_line(scanner, status, base + (uint64_t)(text_end - p), line);
        }
        at = stop + 1;
        scanner->line_start = base + (uint64_t)(at - p);
    }
    scanner->position = base + (uint64_t)(at - p);
    *used = (size_t)(at - p);
    return stored;
}

/* Fills the head of a log whose format is not known; chooses when it is full. */
static size_t fill_head(struct httpstatus_scanner *scanner, const char *p, size_t size)
{
    size_t room = HTTPSTATUS_HEAD_SIZE - scanner->head_size;
    size_t taken = size < room ? size : room;

    if (taken)
        memcpy(scanner->head + scanner->head_size, p, taken);
    scanner->head_size += taken;
    return taken;
}

static void choose(struct httpstatus_scanner *scanner)
{
    scanner->tally.format = httpstatus_detect(scanner->head, scanner->head_size);
    scanner->stage = HTTPSTATUS_SCAN_REPLAY;
}

static size_t replay(struct httpstatus_scanner *scanner, struct httpstatus_line *lines,
                     size_t capacity)
{
    size_t used;
    size_t stored = scan_lines(scanner, scanner->head + scanner->head_used,
                               scanner->head_size - scanner->head_used, lines, capacity, &used);

    scanner->head_used += used;
    if (scanner->head_used == scanner->head_size)
        scanner->stage = HTTPSTATUS_SCAN_BODY;
    return stored;
}

size_t httpstatus_scan(struct httpstatus_scanner *scanner, const char *p, size_t size,
                       struct httpstatus_line *lines, size_t capacity, size_t *used)
{
    size_t taken = 0, stored = 0, scanned = 0;

    if (scanner->stage == HTTPSTATUS_SCAN_HEAD) {
        taken = fill_head(scanner, p, size);
        if (scanner->head_size == HTTPSTATUS_HEAD_SIZE)
            choose(scanner);
    }
    if (scanner->stage == HTTPSTATUS_SCAN_REPLAY)
        stored = replay(scanner, lines, capacity);
    if (scanner->stage == HTTPSTATUS_SCAN_BODY)
        stored += scan_lines(scanner, p + taken, size - taken, lines ? lines + stored : NULL,
                             capacity - stored, &scanned);
    if (used)
        *used = taken + scanned;
    return stored;
}

size_t httpstatus_finish(struct httpstatus_scanner *scanner, struct httpstatus_line *lines,
                         size_t capacity)
{
    size_t stored = 0;

    if (scanner->stage == HTTPSTATUS_SCAN_HEAD)
        choose(scanner);
    if (scanner->stage == HTTPSTATUS_SCAN_REPLAY)
        stored = replay(scanner, lines, capacity);
    if (scanner->reader.begun && scanner->stage == HTTPSTATUS_SCAN_BODY &&
        !(lines && stored == capacity))
        stored += end_part(scanner, lines ? &lines[stored] : NULL);
    return stored;
}

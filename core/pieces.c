/* Lines that go on in the next piece or in other lines, or hold several records. */
#include "scanner.h"

#include "wrapper.h"

/* Reads on in the line, except a CR at the end, which may be part of the line's end. */
static size_t read_part(struct scanner *scanner, const char *p, size_t size)
{
    struct httpstatus_entry *line = &scanner->line;

    if (scanner->carriage_return) {
        scanner->carriage_return = false;
        note_returns(line, "\r", 1);
        httpstatus_entry_read(line, scanner, &scanner->setup, "\r", 1, false);
    }
    const bool returns = p[size - 1] == '\r';
    note_returns(line, p, size - returns);
    size_t used = httpstatus_entry_read(line, scanner, &scanner->setup, p, size - returns, false);
    scanner->carriage_return = returns && used == size - 1;
    return used + scanner->carriage_return;
}

/* A record ends before its line does: it gets the bytes up to there. */
static void put_ready(struct piece *piece, struct httpstatus_entry *line)
{
    struct scanner *scanner = piece->scanner;
    struct httpstatus_json *j = &line->reader.as.json;
    const struct result result = {
        .status = j->status, .format = j->format, .key = j->key, .number = j->number};
    const uint64_t end = scanner->first_byte + j->record_end;

    httpstatus_put(piece, &result, scanner->line_start, end);
    scanner->line_start = end;
    j->have_record = j->ready = false;
}

static const struct httpstatus_setup *setup_of(const struct scanner *scanner,
                                               const struct httpstatus_entry *line)
{
    return line->wrapped ? &scanner->inside : &scanner->setup;
}

/* Gives out what the line is, with its bytes up to 'end', except what it still owes. */
static void put_last(struct piece *piece, struct httpstatus_entry *line, uint64_t end)
{
    struct scanner *scanner = piece->scanner;
    struct result result = httpstatus_entry_end(line, setup_of(scanner, line));
    const bool fragment_of_several = result.status == HTTPSTATUS_FRAGMENT &&
                                     scanner->line_start > scanner->first_byte;
    const bool answers = result.status >= HTTPSTATUS_NO_STATUS || fragment_of_several ||
                         (result.status == HTTPSTATUS_SKIPPED && line->visible);

    if (result.sets_fields)
        scanner->setup.fields = result.fields;
    scanner->owes = (result.left_over && result.status != HTTPSTATUS_UNMATCHED) ||
                    (line->lone_return && answers);
    scanner->owed_start = scanner->line_start;
    scanner->owed_end = end;
    scanner->owed_number = result.left_over_number ? result.left_over_number : line->number;
    if (scanner->owes && result.left_over && result.format == HTTPSTATUS_JSON && !line->joined &&
        result.status != HTTPSTATUS_FRAGMENT)
        end = scanner->owed_start = scanner->first_byte + line->reader.as.json.record_end;
    result.number = result.number ? result.number : line->number;
    if (result.status != HTTPSTATUS_FRAGMENT)
        httpstatus_put(piece, &result, scanner->line_start, end);
}

/* Gives out what is owed; false if there is no room for it. */
static bool pay(struct piece *piece)
{
    struct scanner *scanner = piece->scanner;
    const struct result left_over = {.status = HTTPSTATUS_UNMATCHED,
                                     .number = scanner->owed_number};

    if (scanner->owes && is_full(piece))
        return false;
    if (scanner->owes)
        httpstatus_put(piece, &left_over, scanner->owed_start, scanner->owed_end);
    scanner->owes = false;
    return true;
}

/* Whether a line goes on in another one; keeps it until that comes. */
static bool is_kept(struct scanner *scanner, const struct httpstatus_entry *line)
{
    struct httpstatus_fragment *fragment = &scanner->fragments[line->fragment];

    if (!line->goes_on)
        return false;
    fragment->counted = httpstatus_entry_is_clf(line, &scanner->setup);
    if (fragment->counted)
        return false;
    *fragment = (struct httpstatus_fragment){.open = true, .entry = *line};
    return true;
}

static bool is_directive(const struct httpstatus_entry *line)
{
    bool found = false;

    for (unsigned left = line->formats & SET_WITH_DIRECTIVES; left; left &= left - 1)
        found = found || columns_of_format(line, lowest_bit(left))->is_directive;
    return found;
}

/* Gives out the records of a line, once all of it has been read; false if there is no room. */
static bool put_records(struct piece *piece, struct httpstatus_entry *line, uint64_t end)
{
    struct scanner *scanner = piece->scanner;

    for (;;) {
        httpstatus_entry_read(line, scanner, setup_of(scanner, line), NULL, 0, true);
        if (is_kept(scanner, line))
            return true;
        if (is_full(piece) || (is_directive(line) && stop_before_fields(piece)))
            return false;
        if (!httpstatus_entry_is_ready(line)) {
            put_last(piece, line, end);
            return true;
        }
        put_ready(piece, line);
    }
}

/* Finishes the line, which ends at 'end'; false if there is no room for all that it holds. */
static bool finish_line(struct piece *piece, uint64_t end)
{
    struct scanner *scanner = piece->scanner;

    scanner->ended = scanner->ended || put_records(piece, &scanner->line, end);
    if (!scanner->ended || !pay(piece))
        return false;
    scanner->begun = scanner->ended = scanner->carriage_return = false;
    return true;
}

void httpstatus_scan_line(struct piece *piece)
{
    struct scanner *scanner = piece->scanner;
    const char *lf = memchr(piece->at, '\n', (size_t)(piece->end - piece->at));
    const char *stop = lf ? lf : piece->end;

    if (!scanner->begun) {
        httpstatus_entry_begin(&scanner->line, httpstatus_formats_asked(&scanner->setup, false),
                               false);
        scanner->first_byte = scanner->line_start;
        scanner->begun = true;
    }
    while (piece->at < stop) {
        piece->at += read_part(scanner, piece->at, (size_t)(stop - piece->at));
        if (!httpstatus_entry_is_ready(&scanner->line))
            continue;
        if (is_full(piece))
            return;
        put_ready(piece, &scanner->line);
    }
    if (lf && finish_line(piece, position_of(piece, lf) - scanner->carriage_return))
        end_line(piece, lf);
}

/* ---- The end ---- */

static bool began_before(const struct scanner *scanner, const struct httpstatus_fragment *a,
                         const struct httpstatus_fragment *b)
{
    /* Modulo 2^64, since a line may have begun before the part of a log that is scanned here. */
    uint64_t age = scanner->tally.lines - a->entry.number;
    uint64_t other = scanner->tally.lines - b->entry.number;

    return age != other ? age > other : a->at < b->at;
}

/* Of the unfinished lines, the one that began first; NULL if there is none. */
static struct httpstatus_fragment *first_fragment(struct scanner *scanner)
{
    struct httpstatus_fragment *first = NULL;

    for (struct httpstatus_fragment *fragment = scanner->fragments;
         fragment < scanner->fragments + HTTPSTATUS_FRAGMENTS; fragment++)
        if (fragment->open && (!first || began_before(scanner, fragment, first)))
            first = fragment;
    return first;
}

/* Leaves an unfinished line unmatched: 'number' is that of the line that it begins on. */
static void leave_unfinished(struct scanner *scanner, uint64_t number)
{
    scanner->owes = true;
    scanner->owed_start = scanner->line_start;
    scanner->owed_end = scanner->position;
    scanner->owed_number = number;
}

/* Finishes a line that goes on in no other; false if there is no room for all that it holds. */
static bool finish_fragment(struct piece *piece, struct httpstatus_fragment *fragment, bool torn)
{
    struct scanner *scanner = piece->scanner;

    if (torn) {
        leave_unfinished(scanner, fragment->entry.number);
        fragment->open = false;
        return true;
    }
    fragment->entry.goes_on = false;
    fragment->entry.joined = true;
    if (!put_records(piece, &fragment->entry, scanner->position))
        return false;
    fragment->open = false;
    return true;
}

static void tear_line(struct scanner *scanner)
{
    leave_unfinished(scanner, LINE_NUMBER + scanner->tally.lines + 1);
    scanner->begun = scanner->ended = scanner->carriage_return = false;
}

static size_t end_log(struct httpstatus_scanner *bytes, bool torn, struct httpstatus_line *lines,
                      size_t capacity)
{
    struct scanner *scanner = scanner_of(bytes);
    struct piece piece = {scanner, NULL, NULL, NULL, scanner->position, lines, capacity, 0, NULL};
    struct httpstatus_fragment *fragment;

    if (scanner->begun) {
        if (torn)
            tear_line(scanner);
        else if (!finish_line(&piece, scanner->position - scanner->carriage_return))
            return piece.stored;
        scanner->tally.lines++;
        scanner->line_start = scanner->position;
    }
    while (pay(&piece) && (fragment = first_fragment(scanner)) != NULL &&
           finish_fragment(&piece, fragment, torn))
        ;
    return piece.stored;
}

size_t httpstatus_finish(struct httpstatus_scanner *scanner, struct httpstatus_line *lines,
                         size_t capacity)
{
    return end_log(scanner, false, lines, capacity);
}

size_t httpstatus_finish_torn(struct httpstatus_scanner *scanner, struct httpstatus_line *lines,
                              size_t capacity)
{
    return end_log(scanner, true, lines, capacity);
}

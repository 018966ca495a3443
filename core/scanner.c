/* The scanner: walks over a log, a window of lines at a time. */
#include "scanner.h"

#include "columns.h"
#include "json.h"
#include "kernel.h"
#include "series.h"
#include "tally.h"

bool httpstatus_scanner_init(struct httpstatus_scanner *bytes,
                             const struct httpstatus_options *options,
                             const struct httpstatus_filter *filter)
{
    struct scanner *scanner = scanner_of(bytes);
    struct httpstatus_setup *setup = &scanner->setup;

    if (options->format == HTTPSTATUS_CUSTOM && !locator_of(options)->ready)
        return false;
    memset(scanner, 0, sizeof *scanner);
    scanner->tally.format = options->format;
    scanner->filter = filter;
    setup->format = options->format;
    setup->automatic = options->format == HTTPSTATUS_AUTO;
    setup->target = options->target;
    if (options->key.data && !httpstatus_json_set_key(setup, options->key))
        return false;
    if (options->format == HTTPSTATUS_CUSTOM)
        setup->locator = *locator_of(options);
    if (options->fields.data)
        (void)httpstatus_given_fields(&setup->fields, options);
    scanner->inside = *setup;
    scanner->inside.automatic = setup->automatic || setup->format == HTTPSTATUS_JSON;
    return true;
}

const struct httpstatus_tally *httpstatus_scanner_tally(const struct httpstatus_scanner *bytes)
{
    return &const_scanner_of(bytes)->tally;
}

uint64_t httpstatus_scanner_line_start(const struct httpstatus_scanner *bytes)
{
    return const_scanner_of(bytes)->line_start;
}

bool httpstatus_scanner_is_open(const struct httpstatus_scanner *bytes)
{
    const struct scanner *scanner = const_scanner_of(bytes);
    bool open = scanner->begun || has_fragments(scanner);

    for (int i = 0; i < HTTPSTATUS_CUTS; i++)
        open = open || scanner->cut_streams[i];
    return open;
}

void httpstatus_put(struct piece *piece, const struct result *result, uint64_t start, uint64_t end)
{
    struct scanner *scanner = piece->scanner;
    const uint64_t number = result->number ? result->number - LINE_NUMBER
                                           : scanner->tally.lines + 1;

    httpstatus_count(&scanner->tally, result, number);
    if (!piece->lines ||
        (scanner->filter &&
         !httpstatus_filter_wants(scanner->filter, result->status, result->substatus)))
        return;
    piece->lines[piece->stored++] = (struct httpstatus_line){
        .start = start,
        .end = end,
        .number = number,
        .status = result->status,
        .substatus = result->substatus,
        .format = result->status >= HTTPSTATUS_NO_STATUS && number == scanner->tally.lines + 1
                      ? result->format
                      : HTTPSTATUS_FORMAT_NONE,
    };
}

/* ---- Whole lines ---- */

static void put_line(struct piece *piece, const struct result *result, const char *lf)
{
    const char *text_end = lf - (lf > piece->at && lf[-1] == '\r');

    httpstatus_put(piece, result, position_of(piece, piece->at), position_of(piece, text_end));
    end_line(piece, lf);
}

/* 'returns': the line may have a CR that is not before its LF. */
static void take_line(struct piece *piece, const char *lf, bool returns)
{
    struct httpstatus_setup *setup = &piece->scanner->setup;
    const char *end = lf - (lf > piece->at && lf[-1] == '\r');
    struct result result;

    if (!httpstatus_read_line(setup, piece->at, (size_t)(end - piece->at), returns, &result)) {
        httpstatus_scan_line(piece);
        return;
    }
    if (result.sets_fields && stop_before_fields(piece))
        return;
    if (result.sets_fields)
        setup->fields = result.fields;
    if (setup->automatic && result.status >= HTTPSTATUS_NO_STATUS)
        setup->format = result.format;
    if (result.format == HTTPSTATUS_JSON)
        setup->key = result.key;
    put_line(piece, &result, lf);
}

/* Counts the lines from the i-th up to 'count' that have a status; returns the first without. */
static size_t count_statuses(struct scanner *scanner, const struct window *found, size_t i,
                             size_t count)
{
    struct httpstatus_tally *tally = &scanner->tally;
    uint64_t *const counts = tally->counts - HTTPSTATUS_STATUS_MIN;
    const size_t first = i;

    for (; i < count && found->statuses[i] >= 0; i++)
        counts[found->statuses[i]]++;
    for (size_t pair = first; scanner->setup.format == HTTPSTATUS_W3C && pair < i; pair++)
        if (found->substatuses[pair])
            httpstatus_count_pair(tally, found->statuses[pair], found->substatuses[pair], 1);
    tally->lines += i - first;
    tally->records += i - first;
    tally->formats[scanner->setup.format] += i - first;
    if (scanner->setup.format == HTTPSTATUS_JSON && !scanner->setup.own_key.name_count)
        tally->keys[scanner->setup.key] += i - first;
    return i;
}

/* Whether a quick look settles what a line is; under auto it may still be of another format. */
static bool is_proved(const struct piece *piece, int status, const char *lf)
{
    const struct httpstatus_setup *setup = &piece->scanner->setup;

    if (status == UNPROVED || !setup->automatic)
        return status != UNPROVED;
    return status >= HTTPSTATUS_NO_STATUS &&
           !httpstatus_may_be_another(setup, piece->at, (size_t)(lf - piece->at));
}

/* What the results of a window depend on: if a line changes it, those of later lines are void. */
struct state {
    enum httpstatus_format format;
    int key;
    struct httpstatus_fields fields;
};

static bool is_as_before(const struct scanner *scanner, const struct state *before)
{
    const struct httpstatus_setup *setup = &scanner->setup;

    return !scanner->begun && !has_fragments(scanner) && setup->format == before->format &&
           setup->key == before->key && equal_fields(&setup->fields, &before->fields);
}

/* Whether a status tells which lines are wanted: most of them are then counted alone. */
static bool is_filtered(const struct piece *piece)
{
    const struct httpstatus_filter *filter = piece->scanner->filter;

    return piece->lines && filter && !filter->pair_count;
}

/* httpstatus_filter_wants() of a filter without sub-statuses, and of a status from 0 on. */
static inline bool is_wanted(const struct httpstatus_filter *filter, int status)
{
    const unsigned bit = (unsigned)(status - HTTPSTATUS_STATUS_MIN);

    return (filter->statuses[bit / 64] >> bit % 64 & 1) != filter->invert;
}

/* The first line from the i-th on that is wanted, or whose status a quick look does not settle. */
static size_t first_wanted(const struct piece *piece, const struct window *found,
                           const char *window, size_t i)
{
    const struct httpstatus_setup *setup = &piece->scanner->setup;
    const struct httpstatus_filter *filter = piece->scanner->filter;
    size_t start = i > 0 ? found->ends[i - 1] + 1u : 0;

    for (; i < found->count && found->statuses[i] >= 0 && !is_wanted(filter, found->statuses[i]);
         i++) {
        if (setup->automatic &&
            httpstatus_may_be_another(setup, window + start, found->ends[i] - start))
            break;
        start = found->ends[i] + 1u;
    }
    return i;
}

/* The lines from the i-th on that can be counted without a look at each, up to what it returns. */
static size_t plain_lines(const struct piece *piece, const struct window *found, const char *window,
                          size_t i)
{
    if (piece->series)
        return httpstatus_series_take(piece->series, &piece->scanner->setup, window, found, i);
    return is_filtered(piece) ? first_wanted(piece, found, window, i) : found->count;
}

/*
 * Takes the lines of a window; false if one changed how lines are read, so that those after it are
 * left.
 */
static bool take_lines(struct piece *piece, const struct window *found)
{
    struct scanner *scanner = piece->scanner;
    const struct httpstatus_setup *setup = &scanner->setup;
    const struct state before = {setup->format, setup->key, setup->fields};
    const bool substatuses = setup->format == HTTPSTATUS_W3C;
    const bool counts = piece->series || is_filtered(piece) || (!piece->lines && !setup->automatic);
    const char *window = piece->at;

    for (size_t i = 0; i < found->count && !is_full(piece); i++) {
        if (counts) {
            i = count_statuses(scanner, found, i, plain_lines(piece, found, window, i));
            if (i > 0)
                piece->at = window + found->ends[i - 1] + 1;
        }
        if (i == found->count)
            break;
        scanner->line_start = position_of(piece, piece->at);
        const char *lf = window + found->ends[i];
        struct result result = {.status = found->statuses[i],
                                .format = setup->format,
                                .key = setup->own_key.name_count ? -1 : setup->key};
        if (is_proved(piece, result.status, lf)) {
            result.substatus =
                substatuses && result.status >= HTTPSTATUS_NO_STATUS ? found->substatuses[i] : 0;
            put_line(piece, &result, lf);
            continue;
        }
        take_line(piece, lf, found->returns);
        if (!is_as_before(scanner, &before))
            return false;
    }
    scanner->line_start = position_of(piece, piece->at);
    return true;
}

static bool goes_by_pieces(const struct scanner *scanner)
{
    return scanner->begun || has_fragments(scanner);
}

static void scan_windows(struct piece *piece)
{
    struct scanner *scanner = piece->scanner;
    kernel_function *kernel = httpstatus_kernel();
    struct window found;
    size_t reach = WINDOW_SIZE;

    while (piece->at < piece->end && !is_full(piece)) {
        size_t left = (size_t)(piece->end - piece->at);
        found.count = 0;
        if (!goes_by_pieces(scanner))
            kernel(&scanner->setup, piece->at, left < reach ? left : reach, piece->end, &found);
        reach = reach < WINDOW_SIZE ? 2 * reach : WINDOW_SIZE;
        if (found.count) {
            if (!take_lines(piece, &found))
                reach = WINDOW_SIZE / 64; /* more such lines may be near */
            continue;
        }
        const char *lf = goes_by_pieces(scanner) ? NULL : memchr(piece->at, '\n', left);
        if (lf)
            take_line(piece, lf, true);
        else
            httpstatus_scan_line(piece);
    }
}

static size_t scan_piece(struct piece *piece, size_t *used)
{
    struct scanner *scanner = piece->scanner;

    if (piece->at < piece->end)
        scan_windows(piece);
    scanner->position = position_of(piece, piece->at);
    scanner->tally.consumed = scanner->begun ? scanner->first_byte : scanner->position;
    if (used)
        *used = (size_t)(piece->at - piece->start);
    return piece->stored;
}

size_t httpstatus_scan(struct httpstatus_scanner *bytes, const char *p, size_t size,
                       struct httpstatus_line *lines, size_t capacity, size_t *used)
{
    struct scanner *scanner = scanner_of(bytes);
    struct piece piece = {scanner, p, p, p + size, scanner->position, lines, capacity, 0, NULL};

    return scan_piece(&piece, used);
}

size_t httpstatus_series_scan(struct httpstatus_series *series, struct httpstatus_scanner *bytes,
                              const char *p, size_t size, struct httpstatus_line *lines,
                              size_t capacity, size_t *used)
{
    struct scanner *scanner = scanner_of(bytes);
    struct piece piece = {scanner, p, p, p + size, scanner->position, lines, capacity, 0, NULL};

    if (!scanner->filter)
        piece.series = series_of(series);
    return scan_piece(&piece, used);
}

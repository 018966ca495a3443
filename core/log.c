/* Web-server logs: the names of their formats, and the scanner over their lines. */
#include "log.h"

/* ---- Formats ---- */

static const char *const format_names[HTTPSTATUS_FORMATS] = {
    [HTTPSTATUS_AUTO] = "auto",       [HTTPSTATUS_CLOUDFRONT] = "cloudfront",
    [HTTPSTATUS_W3C] = "w3c",         [HTTPSTATUS_ELB] = "elb",
    [HTTPSTATUS_S3] = "s3",           [HTTPSTATUS_HAPROXY] = "haproxy",
    [HTTPSTATUS_SQUID] = "squid",     [HTTPSTATUS_ENVOY] = "envoy",
    [HTTPSTATUS_JSON] = "json",       [HTTPSTATUS_CLF] = "clf",
    [HTTPSTATUS_CUSTOM] = "custom",
};

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

const char *httpstatus_options_check(const struct httpstatus_options *options, const char **formats)
{
    const enum httpstatus_format format = options->format;

    *formats = NULL;
    if (format == HTTPSTATUS_AUTO)
        return NULL;
    if (options->key.data && format != HTTPSTATUS_JSON) {
        *formats = "json or auto";
        return "key";
    }
    if (options->fields.data && format != HTTPSTATUS_W3C && format != HTTPSTATUS_CLOUDFRONT) {
        *formats = "w3c, cloudfront or auto";
        return "fields";
    }
    if (options->target && format != HTTPSTATUS_ELB) {
        *formats = "elb or auto";
        return "target";
    }
    return NULL;
}

enum httpstatus_format httpstatus_detect(const char *p, size_t size)
{
    enum { MOST = 64 * 1024 };
    struct httpstatus_scanner scanner;
    const uint64_t *records;
    int best = HTTPSTATUS_FORMAT_NONE;

    httpstatus_scanner_init(&scanner, &(struct httpstatus_options){.format = HTTPSTATUS_AUTO},
                            NULL);
    httpstatus_scan(&scanner, p, size < MOST ? size : MOST, NULL, 0, NULL);
    if (size <= MOST)
        httpstatus_finish(&scanner, NULL, 0);
    records = scanner.tally.formats;
    for (int i = best; i < HTTPSTATUS_FORMATS; i++)
        if (records[i] > records[best])
            best = i;
    return (enum httpstatus_format)best;
}

/* ---- The scanner ---- */

bool httpstatus_scanner_init(struct httpstatus_scanner *scanner,
                             const struct httpstatus_options *options,
                             const struct httpstatus_filter *filter)
{
    struct httpstatus_setup *setup = &scanner->setup;

    if (options->format == HTTPSTATUS_CUSTOM && !options->locator.ready)
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
        setup->locator = options->locator;
    if (options->fields.data)
        httpstatus_parse_fields(&setup->fields, options->fields.data, options->fields.size);
    scanner->inside = *setup;
    scanner->inside.automatic = setup->automatic || setup->format == HTTPSTATUS_JSON;
    return true;
}

void httpstatus_carry_out(const struct httpstatus_scanner *scanner, struct httpstatus_carry *carry)
{
    carry->fields = scanner->setup.fields;
    memcpy(carry->parts, scanner->parts, sizeof carry->parts);
    memcpy(carry->cut_streams, scanner->cut_streams, sizeof carry->cut_streams);
    for (int i = 0; i < HTTPSTATUS_PARTS; i++) {
        struct httpstatus_entry *entry = &carry->parts[i].entry;
        uint64_t *const numbers[] = {&entry->number, &entry->reader.as.json.number,
                                     &entry->reader.as.json.left_over_number};
        for (int n = 0; n < 3; n++)
            if (*numbers[n])
                *numbers[n] -= scanner->tally.lines; /* modulo 2^64, as tallies add up */
    }
}

void httpstatus_carry_in(struct httpstatus_scanner *scanner, const struct httpstatus_carry *carry)
{
    scanner->setup.fields = carry->fields;
    memcpy(scanner->parts, carry->parts, sizeof carry->parts);
    memcpy(scanner->cut_streams, carry->cut_streams, sizeof carry->cut_streams);
}

static bool equal_fields(const struct httpstatus_fields *a, const struct httpstatus_fields *b)
{
    return a->known == b->known && a->count == b->count && a->status == b->status &&
           a->substatus == b->substatus;
}

bool httpstatus_carry_equal(const struct httpstatus_carry *a, const struct httpstatus_carry *b)
{
    for (int i = 0; i < HTTPSTATUS_PARTS; i++)
        if (a->parts[i].open || b->parts[i].open || a->parts[i].counted != b->parts[i].counted)
            return false;
    return equal_fields(&a->fields, &b->fields) &&
           memcmp(a->cut_streams, b->cut_streams, sizeof a->cut_streams) == 0;
}

/* ---- A log being read ---- */

/* What has been scanned of a piece, and the lines to be stored. */
struct scan {
    struct httpstatus_scanner *scanner;
    const char *start, *at, *end;
    uint64_t base; /* where in the log the piece begins */
    struct httpstatus_line *lines;
    size_t capacity, stored;
};

static bool is_full(const struct scan *scan)
{
    return scan->lines && scan->stored == scan->capacity;
}

static uint64_t position_of(const struct scan *scan, const char *p)
{
    return scan->base + (uint64_t)(p - scan->start);
}

/* Counts a record, or what else is on a line, and stores it if it is wanted. */
static void put(struct scan *scan, const struct result *result, uint64_t start, uint64_t end)
{
    struct httpstatus_scanner *scanner = scan->scanner;
    const uint64_t number =
        result->number ? result->number - LINE_NUMBER : scanner->tally.lines + 1;

    httpstatus_count(&scanner->tally, result, number);
    if (!scan->lines || (scanner->filter && !httpstatus_filter_wants(scanner->filter, result->status,
                                                                     result->substatus)))
        return;
    scan->lines[scan->stored++] = (struct httpstatus_line){
        .start = start,
        .end = end,
        .number = number,
        .status = result->status,
        .substatus = result->substatus,
        .kind = httpstatus_kind_of(result->status),
    };
}

/* The line that ends at 'lf' is at its end, and so is all that has been said of it. */
static void end_line(struct scan *scan, const char *lf)
{
    scan->scanner->tally.lines++;
    scan->at = lf + 1;
    scan->scanner->line_start = position_of(scan, scan->at);
}

/* ---- Lines in pieces ---- */

/* Reads on in the line, all but a CR at the end, which may be part of the line's end. */
static size_t read_part(struct httpstatus_scanner *scanner, const char *p, size_t size)
{
    struct httpstatus_entry *line = &scanner->line;

    if (scanner->carriage_return) {
        scanner->carriage_return = false;
        httpstatus_entry_read(line, scanner, &scanner->setup, "\r", 1, false);
        line->lone_return = true;
    }
    const bool returns = p[size - 1] == '\r';
    size_t used = httpstatus_entry_read(line, scanner, &scanner->setup, p, size - returns, false);
    if (used && memchr(p, '\r', used))
        line->lone_return = true;
    scanner->carriage_return = returns && used == size - 1;
    return used + scanner->carriage_return;
}

/* A record is at its end, but not the line: it gets the bytes up to there. */
static void put_ready(struct scan *scan, struct httpstatus_entry *line)
{
    struct httpstatus_scanner *scanner = scan->scanner;
    struct httpstatus_json *j = &line->reader.as.json;
    const struct result result = {.status = j->status, .format = j->format, .key = j->key,
                                  .number = j->number};
    const uint64_t end = scanner->first_byte + j->record_end;

    put(scan, &result, scanner->line_start, end);
    scanner->line_start = end;
    j->have_record = j->ready = false;
}

static const struct httpstatus_setup *setup_of(const struct httpstatus_scanner *scanner,
                                               const struct httpstatus_entry *line)
{
    return line->wrapped ? &scanner->inside : &scanner->setup;
}

/* What the line is that has been read, but for what it owes; its bytes go to 'end'. */
static void put_last(struct scan *scan, struct httpstatus_entry *line, uint64_t end)
{
    struct httpstatus_scanner *scanner = scan->scanner;
    struct result result = httpstatus_entry_end(line, setup_of(scanner, line));
    const bool part_of_several =
        result.status == HTTPSTATUS_PART && scanner->line_start > scanner->first_byte;
    const bool answers = result.status >= HTTPSTATUS_NO_STATUS || part_of_several ||
                         (result.status == HTTPSTATUS_SKIPPED && line->visible);

    if (result.sets_fields)
        scanner->setup.fields = result.fields;
    scanner->owes = (result.left_over && result.status != HTTPSTATUS_UNMATCHED) ||
                    (line->lone_return && answers);
    scanner->owed_start = scanner->line_start;
    scanner->owed_end = end;
    scanner->owed_number = result.left_over_number ? result.left_over_number : line->number;
    if (scanner->owes && result.left_over && result.format == HTTPSTATUS_JSON && !line->joined &&
        result.status != HTTPSTATUS_PART)
        end = scanner->owed_start = scanner->first_byte + line->reader.as.json.record_end;
    result.number = result.number ? result.number : line->number;
    if (result.status != HTTPSTATUS_PART)
        put(scan, &result, scanner->line_start, end);
}

/* Gives out what is owed; false if there is no room for it. */
static bool pay(struct scan *scan)
{
    struct httpstatus_scanner *scanner = scan->scanner;
    const struct result left_over = {.status = HTTPSTATUS_UNMATCHED,
                                     .number = scanner->owed_number};

    if (scanner->owes && is_full(scan))
        return false;
    if (scanner->owes)
        put(scan, &left_over, scanner->owed_start, scanner->owed_end);
    scanner->owes = false;
    return true;
}

/* Whether a line goes on in another one, for which it is kept. */
static bool is_kept(struct httpstatus_scanner *scanner, const struct httpstatus_entry *line)
{
    struct httpstatus_part *part = &scanner->parts[line->part];

    if (!line->goes_on)
        return false;
    part->counted = httpstatus_entry_format(line, &scanner->setup) == HTTPSTATUS_CLF;
    if (part->counted)
        return false;
    *part = (struct httpstatus_part){.open = true, .entry = *line};
    return true;
}

/* Gives out the records of a line of which all has been read; false if there is no room for them. */
static bool put_records(struct scan *scan, struct httpstatus_entry *line, uint64_t end)
{
    struct httpstatus_scanner *scanner = scan->scanner;

    for (;;) {
        httpstatus_entry_read(line, scanner, setup_of(scanner, line), NULL, 0, true);
        if (is_kept(scanner, line))
            return true;
        if (is_full(scan))
            return false;
        if (!httpstatus_entry_is_ready(line)) {
            put_last(scan, line, end);
            return true;
        }
        put_ready(scan, line);
    }
}

/* The line is at its end, before 'end'; false if there is no room for all that it is. */
static bool finish_line(struct scan *scan, uint64_t end)
{
    struct httpstatus_scanner *scanner = scan->scanner;

    scanner->ended = scanner->ended || put_records(scan, &scanner->line, end);
    if (!scanner->ended || !pay(scan))
        return false;
    scanner->begun = scanner->ended = scanner->carriage_return = false;
    return true;
}

/* Begins a line, or goes on with it, to its end or that of the piece, or until there is no room. */
static void scan_part(struct scan *scan)
{
    struct httpstatus_scanner *scanner = scan->scanner;
    const char *lf = memchr(scan->at, '\n', (size_t)(scan->end - scan->at));
    const char *stop = lf ? lf : scan->end;

    if (!scanner->begun) {
        httpstatus_entry_begin(&scanner->line,
                               httpstatus_formats_asked(&scanner->setup, false), false);
        scanner->first_byte = scanner->line_start;
        scanner->begun = true;
    }
    while (scan->at < stop) {
        scan->at += read_part(scanner, scan->at, (size_t)(stop - scan->at));
        if (!httpstatus_entry_is_ready(&scanner->line))
            continue;
        if (is_full(scan))
            return;
        put_ready(scan, &scanner->line);
    }
    if (lf && finish_line(scan, position_of(scan, lf) - scanner->carriage_return))
        end_line(scan, lf);
}

/* ---- Whole lines ---- */

static bool has_parts(const struct httpstatus_scanner *scanner)
{
    bool open = false;

    for (int i = 0; i < HTTPSTATUS_PARTS; i++)
        open = open || scanner->parts[i].open || scanner->parts[i].counted;
    return open;
}

static void put_line(struct scan *scan, const struct result *result, const char *lf)
{
    const char *text_end = lf - (lf > scan->at && lf[-1] == '\r');

    put(scan, result, position_of(scan, scan->at), position_of(scan, text_end));
    end_line(scan, lf);
}

/* 'returns': the line may have a CR that is not before its LF. */
static void take_careful(struct scan *scan, const char *lf, bool returns)
{
    struct httpstatus_setup *setup = &scan->scanner->setup;
    const char *end = lf - (lf > scan->at && lf[-1] == '\r');
    struct result result;

    if (!httpstatus_read_line(setup, scan->at, (size_t)(end - scan->at), returns, &result)) {
        scan_part(scan);
        return;
    }
    if (result.sets_fields)
        setup->fields = result.fields;
    if (setup->automatic && result.status >= HTTPSTATUS_NO_STATUS)
        setup->format = result.format;
    if (result.format == HTTPSTATUS_JSON)
        setup->key = result.key;
    put_line(scan, &result, lf);
}

/* Counts the lines from the i-th on that have a status; returns the first that has none. */
static size_t count_statuses(struct httpstatus_scanner *scanner, const struct scan_lines *found,
                             size_t i)
{
    struct httpstatus_tally *tally = &scanner->tally;
    uint64_t *const counts = tally->counts - HTTPSTATUS_STATUS_MIN;
    const size_t first = i, count = found->count;

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

/* What a quick look has proved of a line, which under auto may still be of another format. */
static bool is_proved(const struct scan *scan, int status, const char *lf)
{
    const struct httpstatus_setup *setup = &scan->scanner->setup;

    if (status == SCAN_UNPROVED || !setup->automatic)
        return status != SCAN_UNPROVED;
    return status >= HTTPSTATUS_NO_STATUS &&
           !httpstatus_may_be_another(setup, scan->at, (size_t)(lf - scan->at));
}

/* Whether the lines of a window that come next can still be what was found of them. */
struct state {
    enum httpstatus_format format;
    int key;
    struct httpstatus_fields fields;
};

static bool is_as_before(const struct httpstatus_scanner *scanner, const struct state *before)
{
    const struct httpstatus_setup *setup = &scanner->setup;

    return !scanner->begun && !has_parts(scanner) && setup->format == before->format &&
           setup->key == before->key && equal_fields(&setup->fields, &before->fields);
}

/* Takes the lines of a window; false if one changed how they are read, behind which the others are left. */
static bool take_lines(struct scan *scan, const struct scan_lines *found)
{
    struct httpstatus_scanner *scanner = scan->scanner;
    const struct httpstatus_setup *setup = &scanner->setup;
    const struct state before = {setup->format, setup->key, setup->fields};
    const bool substatuses = setup->format == HTTPSTATUS_W3C;
    const bool counts = !scan->lines && !setup->automatic;
    const char *window = scan->at;

    for (size_t i = 0; i < found->count && !is_full(scan); i++) {
        if (counts) {
            i = count_statuses(scanner, found, i);
            if (i > 0)
                scan->at = window + found->ends[i - 1] + 1;
        }
        if (i == found->count)
            break;
        scanner->line_start = position_of(scan, scan->at);
        const char *lf = window + found->ends[i];
        struct result result = {.status = found->statuses[i], .format = setup->format,
                                .key = setup->own_key.name_count ? -1 : setup->key};
        if (is_proved(scan, result.status, lf)) {
            result.substatus =
                substatuses && result.status >= HTTPSTATUS_NO_STATUS ? found->substatuses[i] : 0;
            put_line(scan, &result, lf);
            continue;
        }
        take_careful(scan, lf, found->returns);
        if (!is_as_before(scanner, &before))
            return false;
    }
    scanner->line_start = position_of(scan, scan->at);
    return true;
}

static bool goes_by_pieces(const struct httpstatus_scanner *scanner)
{
    return scanner->begun || has_parts(scanner);
}

static void scan_lines(struct scan *scan)
{
    struct httpstatus_scanner *scanner = scan->scanner;
    scan_function *window = httpstatus_scan_window();
    struct scan_lines found;
    size_t reach = SCAN_WINDOW;

    while (scan->at < scan->end && !is_full(scan)) {
        size_t left = (size_t)(scan->end - scan->at);
        found.count = 0;
        if (!goes_by_pieces(scanner))
            window(&scanner->setup, scan->at, left < reach ? left : reach, scan->end, &found);
        reach = reach < SCAN_WINDOW ? 2 * reach : SCAN_WINDOW;
        if (found.count) {
            if (!take_lines(scan, &found))
                reach = SCAN_WINDOW / 64; /* more lines of another kind may be near */
            continue;
        }
        const char *lf = goes_by_pieces(scanner) ? NULL : memchr(scan->at, '\n', left);
        if (lf)
            take_careful(scan, lf, true);
        else
            scan_part(scan);
    }
}

size_t httpstatus_scan(struct httpstatus_scanner *scanner, const char *p, size_t size,
                       struct httpstatus_line *lines, size_t capacity, size_t *used)
{
    struct scan scan = {scanner, p, p, p + size, scanner->position, lines, capacity, 0};

    if (size)
        scan_lines(&scan);
    scanner->position = position_of(&scan, scan.at);
    if (used)
        *used = (size_t)(scan.at - p);
    return scan.stored;
}

/* ---- The end ---- */

static bool began_before(const struct httpstatus_scanner *scanner,
                         const struct httpstatus_part *a, const struct httpstatus_part *b)
{
    /* A number may lie before the part of a log that has been scanned: it is modulo 2^64. */
    uint64_t age = scanner->tally.lines - a->entry.number;
    uint64_t other = scanner->tally.lines - b->entry.number;

    return age != other ? age > other : a->at < b->at;
}

/* The line that began first of those that are not at their end; NULL if there is none. */
static struct httpstatus_part *first_part(struct httpstatus_scanner *scanner)
{
    struct httpstatus_part *first = NULL;

    for (struct httpstatus_part *part = scanner->parts; part < scanner->parts + HTTPSTATUS_PARTS;
         part++)
        if (part->open && (!first || began_before(scanner, part, first)))
            first = part;
    return first;
}

/* Ends a line that goes on in no other; false if there is no room for all that it is. */
static bool finish_part(struct scan *scan, struct httpstatus_part *part)
{
    struct httpstatus_scanner *scanner = scan->scanner;

    part->entry.goes_on = false;
    part->entry.joined = true;
    if (!put_records(scan, &part->entry, scanner->position))
        return false;
    part->open = false;
    return true;
}

size_t httpstatus_finish(struct httpstatus_scanner *scanner, struct httpstatus_line *lines,
                         size_t capacity)
{
    struct scan scan = {scanner, NULL, NULL, NULL, scanner->position, lines, capacity, 0};
    struct httpstatus_part *part;

    if (scanner->begun) {
        if (!finish_line(&scan, scanner->position - scanner->carriage_return))
            return scan.stored;
        scanner->tally.lines++;
        scanner->line_start = scanner->position;
    }
    while (pay(&scan) && (part = first_part(scanner)) != NULL && finish_part(&scan, part))
        ;
    return scan.stored;
}

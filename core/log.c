/* Web-server logs: formats, lines, tallies, filters and the scanner over them. */
#include "scan.h"

/* ---- Formats ---- */

static const struct {
    const char *name;
    void (*read)(struct httpstatus_reader *, struct httpstatus_setup *, const char *, size_t);
    int (*end)(struct httpstatus_reader *, struct httpstatus_setup *, int *);
} formats[HTTPSTATUS_FORMATS] = {
    [HTTPSTATUS_AUTO] = {"auto", NULL, NULL},
    [HTTPSTATUS_CLOUDFRONT] = {"cloudfront", httpstatus_cloudfront_read, httpstatus_cloudfront_end},
    [HTTPSTATUS_W3C] = {"w3c", httpstatus_w3c_read, httpstatus_w3c_end},
    [HTTPSTATUS_ELB] = {"elb", httpstatus_elb_read, httpstatus_elb_end},
    [HTTPSTATUS_S3] = {"s3", httpstatus_s3_read, httpstatus_s3_end},
    [HTTPSTATUS_HAPROXY] = {"haproxy", httpstatus_haproxy_read, httpstatus_haproxy_end},
    [HTTPSTATUS_SQUID] = {"squid", httpstatus_squid_read, httpstatus_squid_end},
    [HTTPSTATUS_ENVOY] = {"envoy", httpstatus_envoy_read, httpstatus_envoy_end},
    [HTTPSTATUS_JSON] = {"json", httpstatus_json_read, httpstatus_json_end},
    [HTTPSTATUS_CLF] = {"clf", httpstatus_clf_read, httpstatus_clf_end},
    [HTTPSTATUS_CUSTOM] = {"custom", httpstatus_custom_read, httpstatus_custom_end},
};

const char *httpstatus_format_name(enum httpstatus_format format)
{
    return formats[format].name;
}

enum httpstatus_format httpstatus_format(const char *name, size_t size)
{
    for (int i = HTTPSTATUS_AUTO; i < HTTPSTATUS_FORMATS; i++)
        if (equal(name, size, formats[i].name))
            return (enum httpstatus_format)i;
    return HTTPSTATUS_FORMAT_NONE;
}

/* ---- A line of any format ---- */

static void reader_read(struct httpstatus_reader *reader, struct httpstatus_setup *setup,
                        const char *p, size_t size)
{
    for (size_t i = 0; !reader->visible && i < size; i++)
        reader->visible = !is_blank(p[i]);
    if (formats[setup->format].read)
        formats[setup->format].read(reader, setup, p, size);
}

/* The status of the line that has been read, or why it has none: HTTPSTATUS_NO_STATUS ... */
static int reader_end(struct httpstatus_reader *reader, struct httpstatus_setup *setup,
                      int *substatus)
{
    *substatus = 0;
    if (!reader->visible)
        return HTTPSTATUS_SKIPPED;
    return formats[setup->format].end ? formats[setup->format].end(reader, setup, substatus)
                                      : HTTPSTATUS_UNMATCHED;
}

/* What a whole line, without its end, is if that can be told without reading every byte. */
static int read_quickly(struct httpstatus_setup *setup, const char *p, size_t size)
{
    switch (setup->format) {
    case HTTPSTATUS_CLF:
        return httpstatus_clf_quick(p, p + size);
    case HTTPSTATUS_W3C:
    case HTTPSTATUS_CLOUDFRONT:
        return httpstatus_columns_quick(setup, p, size);
    default:
        return SCAN_UNPROVED;
    }
}

static int read_line(struct httpstatus_setup *setup, const char *p, size_t size, int *substatus)
{
    struct httpstatus_reader reader;
    int status = read_quickly(setup, p, size);

    *substatus = 0;
    if (status != SCAN_UNPROVED)
        return status;
    memset(&reader, 0, sizeof reader);
    reader_read(&reader, setup, p, size);
    return reader_end(&reader, setup, substatus);
}

/* The line to 'stop', its LF or the end of the log, without what ends it. */
static int read_whole(struct httpstatus_setup *setup, const char *p, const char *stop,
                      int *substatus)
{
    return read_line(setup, p, (size_t)(stop - p) - (stop > p && stop[-1] == '\r'), substatus);
}

static bool equal_fields(const struct httpstatus_fields *a, const struct httpstatus_fields *b)
{
    return a->known == b->known && a->count == b->count && a->status == b->status &&
           a->substatus == b->substatus;
}

/* ---- Detection ---- */

static size_t count_records(struct httpstatus_setup setup, const char *p, const char *end)
{
    scan_function *window = httpstatus_scan_window();
    struct scan_lines found;
    size_t records = 0;
    int substatus;

    for (const char *line = p; line < end;) {
        const struct httpstatus_fields fields = setup.fields;
        const char *from = line;
        size_t left = (size_t)(end - line);
        window(&setup, from, left < SCAN_WINDOW ? left : SCAN_WINDOW, end, &found);
        for (size_t i = 0; i < found.count && equal_fields(&fields, &setup.fields); i++) {
            const char *lf = from + found.ends[i];
            int status = found.statuses[i];
            if (status == SCAN_UNPROVED)
                status = read_whole(&setup, line, lf, &substatus);
            records += status >= HTTPSTATUS_NO_STATUS;
            line = lf + 1;
        }
        if (found.count == 0) {
            const char *lf = memchr(line, '\n', left), *stop = lf ? lf : end;
            records += read_whole(&setup, line, stop, &substatus) >= HTTPSTATUS_NO_STATUS;
            line = lf ? lf + 1 : end;
        }
    }
    return records;
}

/* The usual key that most lines have; the first if none has any. */
static struct httpstatus_text detect_key(struct httpstatus_setup setup, const char *p,
                                         const char *end, size_t *best)
{
    struct httpstatus_text found = {httpstatus_json_keys[0], strlen(httpstatus_json_keys[0])};

    *best = 0;
    if (p == end || !memchr(p, '{', (size_t)(end - p)))
        return found; /* what saves trying nine keys on each log of another format */
    for (size_t i = 0; httpstatus_json_keys[i]; i++) {
        httpstatus_json_set_key(&setup, (struct httpstatus_text){httpstatus_json_keys[i],
                                                                 strlen(httpstatus_json_keys[i])});
        size_t records = count_records(setup, p, end);
        if (records > *best) {
            *best = records;
            found = setup.key;
        }
    }
    return found;
}

/*
 * Chooses the format, and the key if none is given, of a log that begins with p[0..size); how many
 * of its lines are records.
 */
static size_t detect(struct httpstatus_setup *setup, const char *p, size_t size)
{
    const char *end = p + (size < HTTPSTATUS_HEAD_SIZE ? size : HTTPSTATUS_HEAD_SIZE);
    struct httpstatus_setup best = *setup;
    size_t best_records = 0, records;
    int first = setup->format == HTTPSTATUS_AUTO ? HTTPSTATUS_AUTO + 1 : (int)setup->format;
    int last = setup->format == HTTPSTATUS_AUTO ? HTTPSTATUS_CLF : (int)setup->format;

    best.format = setup->format == HTTPSTATUS_AUTO ? HTTPSTATUS_FORMAT_NONE : setup->format;
    for (int format = first; format <= last; format++) {
        struct httpstatus_setup candidate = *setup;
        candidate.format = (enum httpstatus_format)format;
        if (format == HTTPSTATUS_JSON && !setup->key.data)
            httpstatus_json_set_key(&candidate, detect_key(candidate, p, end, &records));
        else
            records = count_records(candidate, p, end);
        if (records > best_records || first == last) {
            best = candidate;
            best_records = records;
        }
    }
    *setup = best;
    return best_records;
}

enum httpstatus_format httpstatus_detect(const char *p, size_t size)
{
    struct httpstatus_setup setup = {.format = HTTPSTATUS_AUTO};

    detect(&setup, p, size);
    return setup.format;
}

/* ---- Tallies ---- */

/*
 * Adds to the count of a sub-status.  The pairs are kept in order; without room for all, the least
 * ones are, in whatever order they come: so the tallies of parts add up to that of the whole.
 */
static void count_pair(struct httpstatus_tally *tally, int status, int substatus, uint64_t count)
{
    struct httpstatus_pair *pairs = tally->pairs;
    size_t i = 0;

    while (i < HTTPSTATUS_PAIRS && pairs[i].count &&
           (pairs[i].status < status ||
            (pairs[i].status == status && pairs[i].substatus < substatus)))
        i++;
    if (i == HTTPSTATUS_PAIRS) {
        tally->more_pairs += count;
    } else if (pairs[i].count && pairs[i].status == status && pairs[i].substatus == substatus) {
        pairs[i].count += count;
    } else {
        tally->more_pairs += pairs[HTTPSTATUS_PAIRS - 1].count;
        memmove(&pairs[i + 1], &pairs[i], (HTTPSTATUS_PAIRS - 1 - i) * sizeof pairs[0]);
        pairs[i] = (struct httpstatus_pair){(uint16_t)status, (uint16_t)substatus, count};
    }
}

static void count(struct httpstatus_tally *tally, int status, int substatus)
{
    tally->lines++;
    if (substatus && status >= 0)
        count_pair(tally, status, substatus, 1);
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

static bool equal_pairs(const struct httpstatus_tally *a, const struct httpstatus_tally *b)
{
    for (size_t i = 0; i < HTTPSTATUS_PAIRS; i++)
        if (a->pairs[i].count != b->pairs[i].count || a->pairs[i].status != b->pairs[i].status ||
            a->pairs[i].substatus != b->pairs[i].substatus)
            return false;
    return true;
}

bool httpstatus_tally_equal(const struct httpstatus_tally *a, const struct httpstatus_tally *b)
{
    return a->lines == b->lines && a->no_status == b->no_status && a->skipped == b->skipped &&
           a->unmatched == b->unmatched && a->format == b->format &&
           a->more_pairs == b->more_pairs && equal_pairs(a, b) &&
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
    for (size_t i = 0; i < HTTPSTATUS_PAIRS && more->pairs[i].count; i++)
        count_pair(tally, more->pairs[i].status, more->pairs[i].substatus, more->pairs[i].count);
    tally->more_pairs += more->more_pairs;
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

static void want_class(struct httpstatus_filter *filter, int status_class)
{
    for (int status = status_class * 100; status < (status_class + 1) * 100; status++)
        want(filter, status);
}

static void want_property(struct httpstatus_filter *filter, enum httpstatus_property property)
{
    for (int status = 0; status <= HTTPSTATUS_STATUS_MAX; status++) {
        const struct httpstatus_status *row = httpstatus_lookup(status);
        if (httpstatus_property(row ? row : httpstatus_unknown(status), property) == HTTPSTATUS_YES)
            want(filter, status);
    }
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
    enum httpstatus_property property;
    int code, substatus;

    if (equal(p, size, "error")) {
        want_property(filter, HTTPSTATUS_IS_ERROR);
    } else if (equal(p, size, "redirect")) {
        want_property(filter, HTTPSTATUS_IS_REDIRECT);
    } else if (equal(p, size, "no_status")) {
        filter->kinds |= 1u << HTTPSTATUS_KIND_NO_STATUS;
    } else if (equal(p, size, "unmatched")) {
        filter->kinds |= 1u << HTTPSTATUS_KIND_UNMATCHED;
    } else if (size == 3 && p[0] >= '1' && p[0] <= '5' && p[1] == 'x' && p[2] == 'x') {
        want_class(filter, p[0] - '0');
    } else if (httpstatus_property_find(p, size, &property)) {
        want_property(filter, property);
    } else if (!httpstatus_read_code(p, size, &code, &substatus)) {
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

static bool has(const struct httpstatus_filter *filter, int status, int substatus)
{
    enum httpstatus_kind kind = kind_of(status);

    if (kind != HTTPSTATUS_KIND_STATUS)
        return filter->kinds >> kind & 1;
    if (status < HTTPSTATUS_STATUS_MIN || status > HTTPSTATUS_STATUS_MAX)
        return false;
    unsigned bit = (unsigned)(status - HTTPSTATUS_STATUS_MIN);
    if (filter->statuses[bit / 64] >> bit % 64 & 1)
        return true;
    for (unsigned i = 0; i < filter->pair_count; i++)
        if (filter->pairs[i].status == status && filter->pairs[i].substatus == substatus)
            return true;
    return false;
}

bool httpstatus_filter_wants(const struct httpstatus_filter *filter, int status, int substatus)
{
    return has(filter, status, substatus) != filter->invert;
}

/* ---- Scanning ---- */

bool httpstatus_scanner_init(struct httpstatus_scanner *scanner,
                             const struct httpstatus_options *options,
                             const struct httpstatus_filter *filter)
{
    if (options->format == HTTPSTATUS_CUSTOM && !options->locator.ready)
        return false;
    memset(scanner, 0, offsetof(struct httpstatus_scanner, head));
    scanner->tally.format = options->format;
    scanner->filter = filter;
    scanner->setup.format = options->format;
    if (options->key.data && !httpstatus_json_set_key(&scanner->setup, options->key))
        return false;
    scanner->setup.target = options->target;
    if (options->format == HTTPSTATUS_CUSTOM)
        scanner->setup.locator = options->locator;
    if (options->fields.data)
        httpstatus_parse_fields(&scanner->setup.fields, options->fields.data, options->fields.size);
    bool undecided = options->format == HTTPSTATUS_AUTO ||
                     (options->format == HTTPSTATUS_JSON && !options->key.data);
    scanner->stage = undecided ? HTTPSTATUS_SCAN_HEAD : HTTPSTATUS_SCAN_BODY;
    return true;
}

/* The line [scanner->line_start, end) is known; true if it was stored. */
static bool put_line(struct httpstatus_scanner *scanner, int status, int substatus, uint64_t end,
                     struct httpstatus_line *line)
{
    count(&scanner->tally, status, substatus);
    if (!line)
        return false;
    line->start = scanner->line_start;
    line->end = end;
    line->number = scanner->tally.lines;
    line->status = status;
    line->substatus = substatus;
    line->kind = kind_of(status);
    return !scanner->filter || httpstatus_filter_wants(scanner->filter, status, substatus);
}

/* Reads on in the unfinished line, all but a CR at the end, which may be part of the line's end. */
static void read_part(struct httpstatus_scanner *scanner, const char *p, size_t size)
{
    struct httpstatus_reader *reader = &scanner->reader;

    if (size == 0)
        return;
    if (reader->carriage_return)
        reader_read(reader, &scanner->setup, "\r", 1);
    reader->carriage_return = p[size - 1] == '\r';
    reader->begun = true;
    reader_read(reader, &scanner->setup, p, size - reader->carriage_return);
}

static bool end_part(struct httpstatus_scanner *scanner, struct httpstatus_line *line)
{
    struct httpstatus_reader *reader = &scanner->reader;
    int substatus, status = reader_end(reader, &scanner->setup, &substatus);
    bool stored =
        put_line(scanner, status, substatus, scanner->position - reader->carriage_return, line);

    memset(reader, 0, sizeof *reader);
    return stored;
}

/* A log being read: what has been scanned of a piece, and the lines to be stored. */
struct scan {
    const char *start, *at, *end;
    uint64_t base; /* where in the log the piece begins */
    struct httpstatus_line *lines;
    size_t capacity, stored;
};

static bool is_full(const struct scan *scan)
{
    return scan->lines && scan->stored == scan->capacity;
}

/* What the line that ends at 'lf' is. */
static void take_line(struct httpstatus_scanner *scanner, struct scan *scan, int status,
                      int substatus, const char *lf)
{
    struct httpstatus_line *line = scan->lines ? &scan->lines[scan->stored] : NULL;
    const char *text_end = lf - (lf > scan->at && lf[-1] == '\r');

    scan->stored += put_line(scanner, status, substatus,
                             scan->base + (uint64_t)(text_end - scan->start), line);
    scan->at = lf + 1;
    scanner->line_start = scan->base + (uint64_t)(scan->at - scan->start);
}

static void take_careful(struct httpstatus_scanner *scanner, struct scan *scan, const char *lf)
{
    int substatus, status = read_whole(&scanner->setup, scan->at, lf, &substatus);

    take_line(scanner, scan, status, substatus, lf);
}

/* Goes on with the line that an earlier piece began, or begins one that does not end in this. */
static void scan_part(struct httpstatus_scanner *scanner, struct scan *scan)
{
    const char *lf = memchr(scan->at, '\n', (size_t)(scan->end - scan->at));
    const char *stop = lf ? lf : scan->end;

    read_part(scanner, scan->at, (size_t)(stop - scan->at));
    scanner->position = scan->base + (uint64_t)(stop - scan->start);
    scan->at = stop;
    if (!lf)
        return;
    scan->stored += end_part(scanner, scan->lines ? &scan->lines[scan->stored] : NULL);
    scan->at = lf + 1;
    scanner->line_start = scan->base + (uint64_t)(scan->at - scan->start);
}

/* Counts the lines from the i-th on that have a status; returns the first that has none. */
static size_t count_statuses(struct httpstatus_scanner *scanner, const struct scan_lines *found,
                             size_t i)
{
    uint64_t *counts = &scanner->tally.counts[-HTTPSTATUS_STATUS_MIN];
    size_t first = i;

    for (; i < found->count && found->statuses[i] >= 0; i++)
        counts[found->statuses[i]]++;
    scanner->tally.lines += i - first;
    return i;
}

/* Takes the lines of a window; false if one changed the setup, behind which the others are left. */
static bool take_lines(struct httpstatus_scanner *scanner, struct scan *scan,
                       const struct scan_lines *found)
{
    const char *window = scan->at;
    const bool substatuses = scanner->setup.format == HTTPSTATUS_W3C;
    const struct httpstatus_fields fields = scanner->setup.fields;
    bool same = true;

    for (size_t i = 0; same && i < found->count && !is_full(scan); i++) {
        if (!scan->lines && !substatuses) {
            i = count_statuses(scanner, found, i);
            if (i > 0)
                scan->at = window + found->ends[i - 1] + 1;
        }
        if (i == found->count)
            break;
        const char *lf = window + found->ends[i];
        int status = found->statuses[i];
        if (status != SCAN_UNPROVED) {
            take_line(scanner, scan, status, substatuses ? found->substatuses[i] : 0, lf);
            continue;
        }
        take_careful(scanner, scan, lf);
        same = equal_fields(&fields, &scanner->setup.fields);
    }
    scanner->line_start = scan->base + (uint64_t)(scan->at - scan->start);
    return same;
}

static size_t scan_lines(struct httpstatus_scanner *scanner, const char *p, size_t size,
                         struct httpstatus_line *lines, size_t capacity, size_t *used)
{
    struct scan scan = {p, p, p + size, scanner->position, lines, capacity, 0};
    scan_function *window = httpstatus_scan_window();
    struct scan_lines found;
    size_t reach = SCAN_WINDOW;

    while (scan.at < scan.end && !is_full(&scan)) {
        size_t left = (size_t)(scan.end - scan.at);
        found.count = 0;
        if (!scanner->reader.begun)
            window(&scanner->setup, scan.at, left < reach ? left : reach, scan.end, &found);
        reach = reach < SCAN_WINDOW ? 2 * reach : SCAN_WINDOW;
        if (found.count) {
            if (!take_lines(scanner, &scan, &found))
                reach = SCAN_WINDOW / 64; /* more #Fields lines may be near */
            continue;
        }
        const char *lf = scanner->reader.begun ? NULL : memchr(scan.at, '\n', left);
        if (lf)
            take_careful(scanner, &scan, lf);
        else
            scan_part(scanner, &scan);
    }
    scanner->position = scan.base + (uint64_t)(scan.at - scan.start);
    *used = (size_t)(scan.at - p);
    return scan.stored;
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

static void set_choice(struct httpstatus_scanner *scanner, const struct httpstatus_setup *setup)
{
    scanner->setup = *setup;
    scanner->tally.format = setup->format;
    scanner->stage = HTTPSTATUS_SCAN_REPLAY;
}

static void choose(struct httpstatus_scanner *scanner)
{
    struct httpstatus_setup setup = scanner->setup;

    detect(&setup, scanner->head, scanner->head_size);
    set_choice(scanner, &setup);
}

bool httpstatus_choose_early(struct httpstatus_scanner *scanner)
{
    struct httpstatus_setup setup = scanner->setup;
    size_t whole = scanner->stage == HTTPSTATUS_SCAN_HEAD ? scanner->head_size : 0;

    while (whole && scanner->head[whole - 1] != '\n')
        whole--;
    if (whole && detect(&setup, scanner->head, whole) > 0)
        set_choice(scanner, &setup);
    return scanner->stage == HTTPSTATUS_SCAN_REPLAY;
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
    if (scanner->reader.begun && !(lines && stored == capacity))
        stored += end_part(scanner, lines ? &lines[stored] : NULL);
    return stored;
}

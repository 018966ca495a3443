/*
 * Fuzz target: a log.  An input says how to read it, as in the vectors, and has
 * the log after a LF: "json;key=a.b;which=404,5xx;invert\n{...".
 *
 * The careful reader, which gets each line in two pieces, is the specification.
 * Every scanner that runs here must give the same lines and tallies, whole and
 * in pieces, stored and counted, the same series and tops.  What the lines are is
 * counted again here, and the tallies of parts must add up to that of the whole.
 */
#include "fuzz.h"

enum {
    MOST_BYTES = 80000,
    MOST_LINES = 2 * MOST_BYTES, /* a record may have something left over */
    LONG_LOG = 64 * 1024,
    PADDING = 320
};

struct log {
    char *data;
    size_t size;
};

static struct httpstatus_scanner scanner;
static struct httpstatus_line wanted[MOST_LINES], found[MOST_LINES];
static size_t wants;
static struct httpstatus_tally wanted_tally;

static const struct httpstatus_tally *counted(void)
{
    return httpstatus_scanner_tally(&scanner);
}

static uint64_t line_start(void)
{
    return httpstatus_scanner_line_start(&scanner);
}

/* Whether more of what has been scanned may come. */
static bool is_open(void)
{
    return httpstatus_scanner_is_open(&scanner);
}

static void use_scanner(const char *name)
{
    REQUIRE(httpstatus_scanner_use(name, strlen(name)));
}

/* ---- The input ---- */

struct setup {
    struct httpstatus_options options;
    struct httpstatus_filter filter;
    bool filtered, usable;
};

static bool begins(struct httpstatus_text text, const char *word)
{
    return text.size >= strlen(word) && memcmp(text.data, word, strlen(word)) == 0;
}

static struct httpstatus_text behind(struct httpstatus_text text, const char *word)
{
    return (struct httpstatus_text){text.data + strlen(word), text.size - strlen(word)};
}

static void read_format(struct setup *setup, struct httpstatus_text format)
{
    struct httpstatus_format_error error;
    char *exact = copy(format.data, format.size);

    setup->usable = httpstatus_options_format(&setup->options, exact, format.size, &error);
    drop(exact);
    if (!setup->usable && error.message)
        REQUIRE(error.column >= 1 && error.column <= format.size + 1);
}

/* Points into 'line', which must outlive it. */
static struct setup read_setup(struct httpstatus_text line)
{
    struct setup setup = {0};

    read_format(&setup, cut(&line, ';'));
    while (line.size) {
        struct httpstatus_text word = cut(&line, ';');
        if (begins(word, "fields=")) {
            setup.options.fields = behind(word, "fields=");
        } else if (begins(word, "key=")) {
            setup.options.key = behind(word, "key=");
        } else if (begins(word, "which=")) {
            setup.filtered = true;
            for (word = behind(word, "which="); word.size;) {
                struct httpstatus_text which = cut(&word, ',');
                httpstatus_filter_add(&setup.filter, which.data, which.size);
            }
        } else if (begins(word, "invert")) {
            setup.filter.invert = setup.filtered = true;
        } else if (begins(word, "target")) {
            setup.options.target = true;
        }
    }
    return setup;
}

static void append(struct log *log, struct httpstatus_text text)
{
    if (text.size)
        memcpy(log->data + log->size, text.data, text.size);
    log->size += text.size;
}

static void append_run(struct log *log, char c, size_t count)
{
    memset(log->data + log->size, c, count);
    log->size += count;
}

/*
 * The log as it is, or repeated, or with a byte many times, and with blanks
 * appended: near the end of a piece no scanner looks at more than a line at a
 * time, and the first 64 KiB and windows of 8 KiB are special.
 */
static struct log make_log(struct httpstatus_text text)
{
    static char made[MOST_BYTES];
    struct log log = {made, 0};

    if (text.size > MOST_BYTES / 8)
        text.size = MOST_BYTES / 8;
    const size_t variant = text.size ? chance(8) : 0, at = chance(text.size + 1);
    if (variant <= 1) {
        append(&log, text);
        return log;
    }
    if (variant <= 3) {
        const size_t least = chance(128) == 0 ? LONG_LOG : chance(16) == 0 ? 9000 : 600;
        append_run(&log, '\n', chance(64));
        while (log.size < least)
            append(&log, text);
    } else if (variant == 4) {
        append(&log, (struct httpstatus_text){text.data, at});
        append_run(&log, at ? text.data[at - 1] : 'x', chance(32) == 0 ? 9000 : chance(300));
        append(&log, (struct httpstatus_text){text.data + at, text.size - at});
    } else {
        append(&log, text);
    }
    append_run(&log, '\n', 1);
    append_run(&log, chance(8) ? ' ' : "x\n"[chance(2)], PADDING);
    return log;
}

/* ---- The careful reader ---- */

/* The lines stored from the first-th on are in order, and lie within the bytes of their lines. */
static void check_line(struct log log, size_t first, uint64_t start, uint64_t end, uint64_t number,
                       bool was_open)
{
    for (size_t i = first; i < wants; i++) {
        const struct httpstatus_line *line = &wanted[i];
        const bool begins = i == first || line->start == line[-1].end;
        REQUIRE(begins || (line->status == HTTPSTATUS_UNMATCHED && line->start == line[-1].start));
        REQUIRE(line->start >= start && line->start <= line->end && line->end <= end);
        REQUIRE(line->number == number || (was_open && line->number && line->number < number));
        REQUIRE(line->status >= HTTPSTATUS_SKIPPED && line->status <= HTTPSTATUS_STATUS_MAX);
        REQUIRE(line->substatus >= 0 && line->substatus <= UINT16_MAX);
    }
    if (first == wants)
        return;
    const uint64_t last = wanted[wants - 1].end; /* parts of other lines may come after an object */
    REQUIRE(wanted[first].start == start);
    REQUIRE(last == end || is_open() || (last > start && log.data[last - 1] == '}'));
}

/* Each line in two pieces.  Each gives at least one result, or is part of one that is wrapped. */
static void careful(const struct httpstatus_options *options, struct log log)
{
    uint64_t lines = 0;
    size_t used, first;

    wants = 0;
    REQUIRE(httpstatus_scanner_init(&scanner, options, NULL));
    for (size_t at = 0; at < log.size;) {
        const char *lf = memchr(log.data + at, '\n', log.size - at);
        size_t end = lf ? (size_t)(lf - log.data) : log.size;
        const bool was_open = is_open(), returns = end > at && log.data[end - 1] == '\r';
        first = wants;
        lines++;
        if (end > at) {
            wants += httpstatus_scan(&scanner, log.data + at, end - at, wanted + wants,
                                     MOST_LINES - wants, &used);
            REQUIRE(used == end - at);
        }
        if (lf) {
            wants += httpstatus_scan(&scanner, lf, 1, wanted + wants, MOST_LINES - wants, &used);
            REQUIRE(used == 1);
            REQUIRE(wants > first || is_open() || was_open);
            check_line(log, first, at, end - returns, lines, was_open);
            REQUIRE(line_start() == end + 1);
        }
        REQUIRE(counted()->lines == lines - !lf);
        at = end + 1;
    }
    first = wants;
    while ((used = httpstatus_finish(&scanner, wanted + wants, 1)) != 0)
        wants += used;
    for (size_t i = first; i < wants; i++) {
        REQUIRE(wanted[i].start <= wanted[i].end && wanted[i].end <= log.size);
        REQUIRE(wanted[i].number >= 1 && wanted[i].number <= lines);
    }
    REQUIRE(counted()->lines == lines);
    REQUIRE(wants || !lines);
    wanted_tally = *counted();
}

static uint64_t lines_of(int status, int substatus)
{
    uint64_t count = 0;

    for (size_t i = 0; i < wants; i++)
        count += wanted[i].status == status && (!substatus || wanted[i].substatus == substatus);
    return count;
}

/* The format that all records have, if any. */
static void check_format(const struct httpstatus_options *options)
{
    const struct httpstatus_tally *t = &wanted_tally;
    const enum httpstatus_format format = httpstatus_tally_format(t);
    uint64_t records = 0, keys = 0;
    int formats = 0;

    for (int i = 0; i < HTTPSTATUS_FORMATS; i++) {
        records += t->formats[i];
        formats += t->formats[i] != 0;
    }
    for (int i = 0; i < HTTPSTATUS_KEYS; i++)
        keys += t->keys[i];
    REQUIRE(records == t->records && t->formats[HTTPSTATUS_AUTO] == 0 &&
            t->format == options->format);
    REQUIRE(keys <= t->formats[HTTPSTATUS_JSON] && (keys == 0 || !options->key.data));
    if (options->format != HTTPSTATUS_AUTO)
        REQUIRE(format == options->format);
    else if (format == HTTPSTATUS_FORMAT_NONE)
        REQUIRE(formats != 1);
    else
        REQUIRE(records && t->formats[format] == records);
    if (options->format != HTTPSTATUS_AUTO && options->format != HTTPSTATUS_JSON)
        REQUIRE(t->formats[options->format] == records);
}

static void check_tally(void)
{
    const struct httpstatus_tally *t = &wanted_tally;
    uint64_t records = t->no_status, pairs = t->more_pairs, with = 0, listed = 0;

    REQUIRE(t->no_status == lines_of(HTTPSTATUS_NO_STATUS, 0));
    REQUIRE(t->skipped == lines_of(HTTPSTATUS_SKIPPED, 0));
    REQUIRE(t->unmatched == lines_of(HTTPSTATUS_UNMATCHED, 0));
    for (int status = HTTPSTATUS_STATUS_MIN; status <= HTTPSTATUS_STATUS_MAX; status++)
        if (t->counts[status - HTTPSTATUS_STATUS_MIN]) {
            REQUIRE(httpstatus_tally_count(t, status) == lines_of(status, 0));
            records += httpstatus_tally_count(t, status);
        }
    REQUIRE(t->records == records);
    REQUIRE(wants == records + t->skipped + t->unmatched);
    REQUIRE(httpstatus_tally_class(t, 4) <= records);
    for (size_t i = 0; i < wants; i++) {
        with += wanted[i].substatus && wanted[i].status >= 0;
        if (wanted[i].status == HTTPSTATUS_UNMATCHED && listed < HTTPSTATUS_FIRST_UNMATCHED)
            REQUIRE(t->first_unmatched[listed++] == wanted[i].number);
    }
    for (; listed < HTTPSTATUS_FIRST_UNMATCHED; listed++)
        REQUIRE(t->first_unmatched[listed] == 0);
    for (size_t i = 0; i < HTTPSTATUS_PAIRS && t->pairs[i].count; i++) {
        pairs += t->pairs[i].count;
        if (t->more_pairs == 0)
            REQUIRE(t->pairs[i].count == lines_of(t->pairs[i].status, t->pairs[i].substatus));
    }
    REQUIRE(pairs == with);
}

/* ---- Parts ---- */

static bool lies_in(struct httpstatus_text text, const char *p, size_t size)
{
    return text.data >= p && text.data <= p + size && text.size <= (size_t)(p + size - text.data);
}

/* The parts of a record lie in its line or in the buffer. */
static void check_parts(struct log log, const struct httpstatus_line *line)
{
    const size_t size = (size_t)(line->end - line->start);
    char *const exact = copy(log.data + line->start, size), *const buffer = copy(exact, size),
                *const plain = copy(exact, size);
    struct httpstatus_record record;
    struct httpstatus_time time;

    httpstatus_record(&scanner, line, exact, buffer, HTTPSTATUS_ALL_PARTS, &record);
    for (int i = 0; i < HTTPSTATUS_PARTS; i++) {
        const struct httpstatus_text text = record.parts[i];
        if (!text.data)
            continue;
        REQUIRE(line->format != HTTPSTATUS_FORMAT_NONE);
        REQUIRE(lies_in(text, exact, size) || lies_in(text, buffer, size));
        REQUIRE(httpstatus_unescape(text, record.escapes[i], plain) <= text.size);
    }
    REQUIRE(httpstatus_record_bytes(&record) >= -1 && httpstatus_record_duration(&record) >= -1);
    REQUIRE(httpstatus_record_upstream(&record) <= HTTPSTATUS_STATUS_MAX);
    (void)httpstatus_record_time(&record, NULL, &time);
    drop(exact);
    drop(buffer);
    drop(plain);
}

/* All records of the log, before the columns of w3c change. */
static void check_records(const struct httpstatus_options *options, struct log log)
{
    struct httpstatus_line lines[16];
    size_t stored, used;

    REQUIRE(httpstatus_scanner_init(&scanner, options, NULL));
    for (size_t at = 0; at < log.size; at += used) {
        stored =
            httpstatus_scan(&scanner, log.data + at, log.size - at, lines, 1 + chance(16), &used);
        for (size_t i = 0; i < stored; i++)
            check_parts(log, &lines[i]);
    }
    while ((stored = httpstatus_finish(&scanner, lines, 16)) != 0)
        for (size_t i = 0; i < stored; i++)
            check_parts(log, &lines[i]);
}

/* ---- The scanners ---- */

static bool same(const struct httpstatus_line *a, const struct httpstatus_line *b)
{
    return a->start == b->start && a->end == b->end && a->number == b->number &&
           a->status == b->status && a->substatus == b->substatus;
}

static void check_equal_tally(void)
{
    REQUIRE(memcmp(counted(), &wanted_tally, sizeof wanted_tally) == 0 ||
            httpstatus_tally_equal(counted(), &wanted_tally));
    REQUIRE(counted()->consumed == wanted_tally.consumed);
}

/* The lines are those of 'wanted' that the filter wants. */
static void compare(const struct httpstatus_filter *filter, size_t finds)
{
    size_t count = 0;

    for (size_t i = 0; i < wants; i++) {
        if (filter && !httpstatus_filter_wants(filter, wanted[i].status, wanted[i].substatus))
            continue;
        REQUIRE(count < finds);
        REQUIRE(same(&wanted[i], &found[count]));
        count++;
    }
    REQUIRE(count == finds);
    check_equal_tally();
}

/* The piece of the log from 'at' on, in memory of its own, with room for so many lines. */
static size_t scan_piece(const char *p, size_t size, struct httpstatus_line *lines, size_t room,
                         size_t *used)
{
    char *piece = copy(p, size);
    size_t stored;

    if (lines) {
        struct httpstatus_line *exact = malloc(room * sizeof *exact);
        REQUIRE(exact);
        stored = httpstatus_scan(&scanner, piece, size, exact, room, used);
        REQUIRE(stored <= room && *used <= size && (*used == size || stored));
        memcpy(lines, exact, stored * sizeof *exact);
        free(exact);
    } else {
        stored = httpstatus_scan(&scanner, piece, size, NULL, 0, used);
        REQUIRE(stored == 0 && *used == size);
    }
    drop(piece);
    return stored;
}

/* Scans in pieces of at most 'most' bytes; returns how many lines are in 'found'. */
static size_t scan(const struct httpstatus_options *options, const struct httpstatus_filter *filter,
                   struct log log, size_t most, bool store)
{
    size_t count = 0, stored, used;
    const bool single = !memchr(log.data, '{', log.size); /* no line has several records */

    REQUIRE(httpstatus_scanner_init(&scanner, options, filter));
    for (size_t at = 0, line = 0; at < log.size;) {
        size_t left = log.size - at, piece = most < log.size ? chance(most + 1) : left;
        size_t room = most < log.size ? 1 + chance(chance(4) ? 9 : 200) : wants + 1;
        count += scan_piece(log.data + at, piece < left ? piece : left,
                            store ? found + count : NULL, room, &used);
        for (size_t end = at + used; at < end; at++)
            if (log.data[at] == '\n')
                line = at + 1;
        REQUIRE(line_start() >= line && line_start() <= at);
        REQUIRE(!single || line_start() == line);
    }
    do {
        stored = httpstatus_finish(&scanner, store ? found + count : NULL, 1 + chance(9));
        count += stored;
    } while (stored);
    return count;
}

static void check_scanner(const struct setup *setup, struct log log)
{
    static const size_t pieces[] = {3, 40, 300, 1000, 9000};
    const struct httpstatus_filter *filter = setup->filtered ? &setup->filter : NULL;
    size_t most = pieces[chance(5)];

    compare(NULL, scan(&setup->options, NULL, log, SIZE_MAX, true));
    if (log.size > 20000 && most < 1000)
        most = 9000;
    compare(filter, scan(&setup->options, filter, log, most, true));
    scan(&setup->options, filter, log, chance(2) ? most : SIZE_MAX, false);
    check_equal_tally();
}

/* ---- Sums ---- */

/* The tally of a part that begins with the carry of the one before, and the carry to the next. */
static struct httpstatus_tally tally_of(const struct httpstatus_options *options, struct log log,
                                        struct httpstatus_carry *carry, bool last)
{
    REQUIRE(httpstatus_scanner_init(&scanner, options, NULL));
    if (carry)
        httpstatus_carry_in(&scanner, carry);
    scan_piece(log.data, log.size, NULL, 0, &(size_t){0});
    if (last)
        httpstatus_finish(&scanner, NULL, 0);
    else if (carry)
        httpstatus_carry_out(&scanner, carry);
    return *counted();
}

static size_t some_line(struct log log)
{
    size_t at = chance(log.size + 1);

    while (at > 0 && log.data[at - 1] != '\n')
        at--;
    return at;
}

/* Three parts, cut between lines. */
static void check_sums(const struct httpstatus_options *options, struct log log)
{
    static struct httpstatus_tally a, b, c, left;
    static struct httpstatus_carry carry, fresh;
    size_t first = some_line(log), second = some_line(log);

    if (second < first) {
        size_t swapped = first;
        first = second;
        second = swapped;
    }
    const struct log between = {log.data + first, second - first};
    REQUIRE(httpstatus_scanner_init(&scanner, options, NULL));
    httpstatus_carry_out(&scanner, &fresh);
    carry = fresh;
    a = tally_of(options, (struct log){log.data, first}, &carry, false);
    const bool alike = httpstatus_carry_equal(&carry, &fresh);
    b = tally_of(options, between, &carry, false);
    if (alike) {
        left = tally_of(options, between, NULL, false);
        REQUIRE(httpstatus_tally_equal(&left, &b));
    }
    c = tally_of(options, (struct log){log.data + second, log.size - second}, &carry, true);
    left = a;
    httpstatus_tally_add(&left, &b);
    httpstatus_tally_add(&left, &c);
    REQUIRE(httpstatus_tally_equal(&left, &wanted_tally));
    httpstatus_tally_add(&b, &c);
    httpstatus_tally_add(&a, &b);
    REQUIRE(httpstatus_tally_equal(&a, &wanted_tally));
}

/* ---- Series ---- */

/* In one piece, in memory of its own: line by line, or as the scanner sees it on its way. */
static void count_over_time(const struct httpstatus_options *options, struct log log,
                            bool on_its_way, struct httpstatus_series *series)
{
    char *const p = copy(log.data, log.size), *const buffer = malloc(2 * log.size + 1);
    struct httpstatus_line lines[16];
    size_t stored, used;

    REQUIRE(buffer && httpstatus_series_init(series, 0, NULL) &&
            httpstatus_scanner_init(&scanner, options, NULL));
    for (size_t at = 0; at < log.size; at += used) {
        stored = on_its_way ? httpstatus_series_scan(series, &scanner, p + at, log.size - at, lines,
                                                     16, &used)
                            : httpstatus_scan(&scanner, p + at, log.size - at, lines, 16, &used);
        for (size_t i = 0; i < stored; i++)
            httpstatus_series_add_line(series, &scanner, &lines[i], p + lines[i].start, buffer);
    }
    while (httpstatus_finish(&scanner, lines, 1) != 0)
        httpstatus_series_add_line(series, &scanner, lines, p + lines->start, buffer);
    drop(p);
    free(buffer);
    check_equal_tally();
}

/* By this scanner and by a line at a time; all records are in it. */
static void check_series(const struct httpstatus_options *options, struct log log)
{
    static struct httpstatus_series one_by_one, on_the_way;
    uint64_t records = 0;

    count_over_time(options, log, false, &one_by_one);
    count_over_time(options, log, true, &on_the_way);
    REQUIRE(httpstatus_series_equal(&one_by_one, &on_the_way));
    for (size_t i = 0; i < httpstatus_series_count(&on_the_way); i++)
        for (int j = 0; j < HTTPSTATUS_CLASSES; j++)
            records += httpstatus_series_at(&on_the_way, i).counts[j];
    REQUIRE(records + httpstatus_series_untimed(&on_the_way) +
                httpstatus_series_overflow(&on_the_way) ==
            wanted_tally.records);
}

/* ---- Tops ---- */

/* The lines that are wanted: by the scanner on its way, or afterwards. */
static void find_top(const struct httpstatus_options *options, struct log log,
                     const struct httpstatus_filter *filter, bool on_its_way,
                     struct httpstatus_top *top)
{
    char *const p = copy(log.data, log.size), *const buffer = malloc(2 * log.size + 1);
    struct httpstatus_line lines[16];
    size_t stored, at = 0, used;

    REQUIRE(buffer && httpstatus_scanner_init(&scanner, options, on_its_way ? filter : NULL));
    do {
        stored = at < log.size
                     ? httpstatus_top_scan(top, &scanner, p + at, log.size - at, lines, 16, &used)
                     : httpstatus_finish(&scanner, lines, 16);
        for (size_t i = 0; i < stored; i++)
            if (on_its_way || httpstatus_filter_wants(filter, lines[i].status, lines[i].substatus))
                httpstatus_top_add_line(top, &scanner, &lines[i], p + lines[i].start, buffer);
        if (at == log.size && !stored)
            break;
        at += at < log.size ? used : 0;
    } while (true);
    httpstatus_top_end(top);
    drop(p);
    free(buffer);
    check_equal_tally();
}

/* Whatever is kept is in order, and adds up with what is not. */
static void check_entries(const struct httpstatus_top *top)
{
    const size_t kept = httpstatus_top_kept(top);
    uint64_t sum = 0, least = UINT64_MAX;

    for (size_t i = 0; i < kept; i++) {
        const struct httpstatus_top_entry entry = httpstatus_top_at(top, i);
        REQUIRE(entry.count <= least && entry.error < entry.count &&
                entry.error <= httpstatus_top_bound(top));
        least = entry.count;
        sum += entry.count;
    }
    REQUIRE(sum == httpstatus_top_total(top) - httpstatus_top_absent(top));
}

static void check_top(const struct httpstatus_options *options, struct log log)
{
    static struct httpstatus_top selected, all;
    static const char *const words[] = {"5xx", "error", "200", "403.14"};
    struct httpstatus_top_options asked = {.entries = 1 + chance(4)};
    struct httpstatus_filter filter = {.invert = chance(2)};
    const char *by = httpstatus_top_by_name(chance(6)), *word = words[chance(4)];

    httpstatus_top_by(by, strlen(by), &asked.by);
    if (asked.by == HTTPSTATUS_PART_PATH)
        asked.group = (enum httpstatus_group)chance(2);
    httpstatus_filter_add(&filter, word, strlen(word));
    REQUIRE(httpstatus_top_init(&selected, &asked) && httpstatus_top_init(&all, &asked));
    find_top(options, log, &filter, true, &selected);
    find_top(options, log, &filter, false, &all);
    REQUIRE(httpstatus_top_equal(&selected, &all));
    check_entries(&all);
}

/* ---- Suggestions ---- */

/* What is suggested is accepted, and reads what it says it does; no other statuses. */
static void check_suggestion(struct log log)
{
    struct httpstatus_options options = {.format = HTTPSTATUS_JSON};
    struct httpstatus_suggestion best;
    struct httpstatus_format_error error;
    char *const exact = copy(log.data, log.size);
    const char *option = httpstatus_suggest(&scanner, exact, log.size, &best);
    uint64_t records = 0;

    drop(exact);
    if (!option)
        return;
    options.key = (struct httpstatus_text){best.text, best.size};
    if (strcmp(option, "format") == 0)
        options.key = (struct httpstatus_text){NULL, 0};
    REQUIRE(options.key.data || httpstatus_options_format(&options, best.text, best.size, &error));
    REQUIRE(httpstatus_scanner_init(&scanner, &options, NULL));
    httpstatus_scan(&scanner, log.data, log.size, NULL, 0, NULL);
    httpstatus_finish(&scanner, NULL, 0);
    for (int digit = 1; digit <= 5; digit++)
        records += httpstatus_tally_class(counted(), digit);
    REQUIRE(records && records + counted()->no_status == best.matched);
    REQUIRE(counted()->records == best.matched &&
            best.matched + counted()->unmatched == best.lines);
}

/* ---- The target ---- */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct httpstatus_text text = {(const char *)data, size};
    struct setup setup;
    struct log log;

    seed_chance(data, size);
    setup = read_setup(cut(&text, '\n'));
    if (!httpstatus_scanner_init(&scanner, &setup.options, NULL))
        return 0;
    log = make_log(text);
    use_scanner("scalar");

    careful(&setup.options, log);
    check_tally();
    check_format(&setup.options);
    for (size_t i = 0; httpstatus_scanner_at(i); i++) {
        use_scanner(httpstatus_scanner_at(i));
        check_scanner(&setup, log);
        check_series(&setup.options, log);
        check_top(&setup.options, log);
    }
    use_scanner(httpstatus_scanner_at(0));
    check_records(&setup.options, log);
    check_sums(&setup.options, log);
    check_suggestion(log);
    return 0;
}

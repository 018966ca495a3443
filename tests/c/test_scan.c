/*
 * Every scanner that runs here against the careful readers, which get the same bytes one at a time:
 * on the lines of formats_table.h, those below and random changes of them, at every length, place
 * and split, before an unreadable page.
 *
 *     test_scan [ROUNDS] [FORMAT LOG]...
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats_table.h"
#include "guard.h"

#if defined(HTTPSTATUS_STATIC)
#include "kernel.h"
#include "scanner.h"
#else
#include "httpstatus.h"
#endif

enum { MOST_LINES = 1 << 17, MOST_BYTES = 1 << 22, IMPLEMENTATIONS = 8, SHOWN = 10 };

static const struct sample {
    const char *format, *key, *text, *fields;
    bool target;
} samples[] = {
    SAMPLES_OF_FORMATS,
    {"%h %l %u %t \"%r\" %>s %b", NULL, SAMPLE_clf},
    {"$remote_addr - $remote_user [$time_local] \"$request\" $status $bytes_sent", NULL,
     SAMPLE_clf},
    {"%t %>s", NULL,
     "[10/Oct/2000:13:55:36 -0700] 200\n[10/Oct/2000:13:55:36 -0700] -\r\n[x] 12\n[x 3\n"},
    {"%h %t %m %U %>s %b", NULL,
     "h [10/Oct/2000:13:55:36 -0700] GET /a 404 7 500 5\n"
     "h [10/Oct/2000:13:55:36 -0700] GET / 200 -\r\n"
     "h [10/Oct/2000:13:55:36 -0700] GET / 200\n"},
    {"$upstream_status $uri;$status \"$http_referer\" $upstream_addr.", NULL,
     "502 : 200 /a;404 \"\\\" 500 \" ::1, unix:/a : 1.2.3.4:5.\n- /;200 \"\" -.x\n"
     "502, 404 /;7 \"\" a\n"},
    {"%ts.%03tu %6tr %>a %Ss/%03>Hs %<st", NULL,
     "1157689312.049   5006 10.1.1.1 TCP_MISS/404 19763\n"
     "1157689312.049 123456 ::1 TCP_MISS/200 1\n"},
    {"s=$status;", NULL, "s=200;\ns=-;x\ns=1234;\ns=12\nxs=200;\n"},
};
#define WRAPPED \
    "{\"log\":\"1.2.3.4 - - [28/Nov/2026:12:00:23 +0000] \\\"GET /\\\\\\\" 200 5 HTTP/1.1\\\" " \
    "404 196\\n\"," \
    "\"stream\":\"stdout\",\"time\":\"2026-11-28T12:00:23.8Z\"}\n" \
    "{\"log\":\"1.2.3.4 - - [28/Nov/2026:12:00:23 +0000] \\\"GET \",\"stream\":\"stderr\"}\n" \
    "{\"log\":\"{\\\"status\\\":503}{\\\"status\\\":1}\\n\",\"stream\":\"stdout\"}\n" \
    "{\"log\":\"/a HTTP/1.1\\\" 500 196\\r\\n\",\"stream\":\"stderr\",\"time\":\"\"}\n" \
    "{\"P\":1,\"MESSAGE\":\"1286536308.779 180 ::1 TCP_MISS/0 411 GET http://a - D/1 t\\nx\"}\n" \
    "{\"MESSAGE\":[123,34,115,116,97,116,117,115,34,58,52,48,52,125]}\n" \
    "{\"log\":\"1.2.3.4 - - [28/Nov/2026:12:00:23 +0000] \\\"G\",\"stream\":\"stdout\"}\n" \
    "2026-11-28T12:00:00.1Z stdout P 1.2.3.4 - - [28/Nov/2026:12:00:23 +0000] \"GET /\n" \
    "2026-11-28T12:00:00.1Z stderr F {\"status\":201}\n" \
    "2026-11-28T12:00:00.2Z stdout F b HTTP/1.1\" 302 7\n"

#define OBJECTS \
    "{\"status\":200}{\"a\":1},{\"status\":\"404\"} x\n[{\"status\":200.0},{\"status\":null}]\r\n" \
    "{\"DownstreamStatus\":502,\"OriginStatus\":200}\n" \
    "{\"httpRequest\":{\"status\":304},\"httpRequest\":7}\n" \
    "{\"httpRequest\":{\"status\":304},\"response_code\":1}\n" \
    "{\"status\":\"x\",\"status_code\":418}\n" \
    "{\"httpRequest\":{\"status\":305}}\n{\"status\":200}\r{\"status\":404}\r\n"

#define OTHERS \
    "79a5 b [06/Feb/2019:00:00:38 +0000] 192.0.2.3 79a5 A REST.GET.OBJECT k \"GET /k HTTP/1.1\" " \
    "404 " \
    "NoSuchKey 297 1 38 19 \"-\" \"c\"\n" \
    "[2020-11-25T21:26:18.409Z] \"GET /\\\"418 HTTP/1.1\" 503 UF,URX \"-\" 0 135 4 4 \"-\"\r\n" \
    "h2 2018-07-02T22:23:00.186641Z app/my-lb/50dc 10.0.1.252:48160 - -1 -1 -1 460 - 5 257 " \
    "\"GET\" \"-\"\n" \
    "Feb  6 12:14:14 localhost haproxy[14389]: 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in " \
    "static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} \"GET /i HTTP/1.1\"\n" \
    "web-1  | 1286536308.779    180 192.168.0.224 TCP_MISS/200 411 GET http://a - " \
    "DIRECT/1.2.3.4 t\n" \
    "#Fields: date time sc-status\n2019-12-04\t21:02:31\t392\n2019-12-04 21:02:31 392\n" \
    "#1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 404 1\n" \
    "\"a [10/Oct/2000:13:55:36 -0700] b\" - - [10/Oct/2000:13:55:36 -0700] \" 200 5 \" 400 1\n"

#define A_64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LONG_LABEL A_64 A_64 A_64 A_64 ":\tstatus:404\treq:\n"

static const struct sample mixed[] = {
    {"auto", NULL, SAMPLE_clf WRAPPED},
    {"auto", NULL, OTHERS SAMPLE_clf},
    {"auto", NULL, OBJECTS OTHERS},
    {"auto", NULL, LONG_LABEL SAMPLE_ltsv SAMPLE_logfmt SAMPLE_ltsv SAMPLE_console},
    {"json", NULL, OBJECTS WRAPPED},
    {"clf", NULL, WRAPPED SAMPLE_clf},
    {"squid", NULL, WRAPPED},
    {"auto", "a.b", "{\"a\":{\"b\":200},\"a\":5}\n{\"a\":{\"b\":500}}{\"a.b\":404,\"x\":1}\n"},
};
enum { MIXED = sizeof mixed / sizeof mixed[0] };

enum { SAMPLES = sizeof samples / sizeof samples[0] };

static const char *names[IMPLEMENTATIONS];
static unsigned long compared[IMPLEMENTATIONS], lines_compared, failed;
static struct httpstatus_scanner scanner;
static struct httpstatus_line wanted[MOST_LINES], found[MOST_LINES];
static struct httpstatus_tally wanted_tally;
static char *page_end; /* nothing after it can be read */

static struct httpstatus_options options_of(const struct sample *sample)
{
    struct httpstatus_options options = {0};
    struct httpstatus_format_error error;

    httpstatus_options_format(&options, sample->format, strlen(sample->format), &error);
    if (sample->key)
        options.key = (struct httpstatus_text){sample->key, strlen(sample->key)};
    if (sample->fields)
        options.fields = (struct httpstatus_text){sample->fields, strlen(sample->fields)};
    options.target = sample->target;
    return options;
}

/*
 * Scans in pieces that end at 'first' and then every 'piece' bytes, and asks for at most 'capacity'
 * lines at a time; returns how many there are.  Without 'lines', only counts them.
 */
static size_t scan(const struct sample *sample, const char *p, size_t size, size_t first,
                   size_t piece, struct httpstatus_line *lines, size_t capacity)
{
    struct httpstatus_options options = options_of(sample);
    size_t count = 0, at = 0, stored;

    httpstatus_scanner_init(&scanner, &options, NULL);
    for (size_t end = first < size ? first : size; at < size;) {
        size_t used;
        count += httpstatus_scan(&scanner, p + at, end - at, lines ? lines + count : NULL, capacity,
                                 &used);
        at += used;
        if (at == end)
            end = size - end < piece ? size : end + piece;
    }
    do {
        stored = httpstatus_finish(&scanner, lines ? lines + count : NULL, capacity);
        count += stored;
    } while (stored);
    return count;
}

static bool same(const struct httpstatus_line *a, const struct httpstatus_line *b)
{
    return a->start == b->start && a->end == b->end && a->number == b->number &&
           a->status == b->status && a->substatus == b->substatus;
}

static void show(const struct sample *sample, const char *name, const char *p, size_t wants,
                 size_t finds)
{
    size_t i = 0;

    while (i < wants && i < finds && same(&wanted[i], &found[i]))
        i++;
    if (failed++ >= SHOWN)
        return;
    printf("FAILED %s %s, line %zu of %zu, %zu found", name, sample->format, i + 1, wants, finds);
    if (i < wants)
        printf(", %d.%d for %d.%d: ", found[i].status, found[i].substatus, wanted[i].status,
               wanted[i].substatus);
    for (uint64_t at = i < wants ? wanted[i].start : 1; i < wants && at < wanted[i].end; at++)
        printf(p[at] >= ' ' && p[at] <= '~' ? "%c" : "\\x%02x", (unsigned char)p[at]);
    puts("");
}

static uint64_t chance_state = 9110;

static size_t chance(size_t below)
{
    chance_state ^= chance_state << 13;
    chance_state ^= chance_state >> 7;
    chance_state ^= chance_state << 17;
    return (size_t)(chance_state % below);
}

static size_t careful(const struct sample *sample, const char *p, size_t size)
{
    size_t count = scan(sample, p, size, 1, 1, wanted, MOST_LINES);

    wanted_tally = *httpstatus_scanner_tally(&scanner);
    return count;
}

/* The scanners on p[0..size) in pieces; 'wanted' is what the careful readers say of it. */
static void compare(const struct sample *sample, const char *p, size_t size, size_t wants,
                    size_t first, size_t piece)
{
    for (int i = 0; names[i]; i++) {
        httpstatus_scanner_use(names[i], strlen(names[i]));
        size_t capacity = chance(4) ? MOST_LINES : 1 + chance(40);
        size_t finds = scan(sample, p, size, first, piece, found, capacity);
        bool equal = finds == wants;
        for (size_t line = 0; equal && line < wants; line++)
            equal = same(&wanted[line], &found[line]);
        scan(sample, p, size, first, piece, NULL, 0);
        const struct httpstatus_tally *tally = httpstatus_scanner_tally(&scanner);
        if (!equal || !httpstatus_tally_equal(tally, &wanted_tally) ||
            tally->consumed != wanted_tally.consumed)
            show(sample, names[i], p, wants, finds);
        compared[i]++;
        lines_compared += (unsigned long)wants;
    }
}

/* Changes, drops, doubles or inserts a few bytes or words, more often those with a meaning. */
static size_t mutate(char *p, size_t size)
{
    static const char *const words[] = {
        "\\u",  "\\u12", "\":",      "\\\"", "\" 200 1 ", " 1/2/3/4/5 ", "#Fields: sc-status x\n",
        "\r\n", "\t\t",  "{\"a\":[", "null"};
    static const char bytes[] =
        "\"\"\"\\\\\n\r\t \"-#:=,./{}[]0123459azAZ+_\x00\xef\xbb\xbf\x7f\x80";

    for (size_t left = 1 + chance(3); left > 0 && size > 1; left--) {
        size_t at = chance(size);
        char c = chance(4) ? bytes[chance(sizeof bytes - 1)] : p[chance(size)];
        const char *word = words[chance(sizeof words / sizeof words[0])];
        switch (chance(5)) {
        case 0:
            p[at] = c;
            break;
        case 3:
            memmove(p + at + strlen(word), p + at, size - at);
            memcpy(p + at, word, strlen(word));
            size += strlen(word);
            break;
        case 1:
            memmove(p + at, p + at + 1, --size - at);
            break;
        case 2:
            memmove(p + at + 1, p + at, size++ - at);
            p[at] = c;
            break;
        default:
            memmove(p + at + 1, p + at, size++ - at);
        }
    }
    return size;
}

/* A log of lines of the sample, each whole, changed, or lengthened. */
static size_t make_log(const struct sample *sample, char *p, size_t lines)
{
    size_t size = 0, text_size = strlen(sample->text), start = 0;

    for (; lines > 0; lines--) {
        const char *lf = memchr(sample->text + start, '\n', text_size - start);
        size_t end = (size_t)(lf - sample->text) + 1, length = end - start;
        memcpy(p + size, sample->text + start, length);
        if (chance(3) == 0) {
            length = mutate(p + size, length);
        } else if (chance(8) == 0) {
            size_t at = chance(length), more = chance(300);
            memmove(p + size + at + more, p + size + at, length - at);
            memset(p + size + at, "xx 9\"/"[chance(6)], more);
            length += more;
        }
        size += length;
        start = end == text_size ? 0 : end;
    }
    return size;
}

/* Every length, and so every place before the page that cannot be read. */
static void test_lengths(const struct sample *sample)
{
    size_t text_size = strlen(sample->text);

    for (size_t size = 0; size <= text_size; size++) {
        char *p = page_end - size;
        memcpy(p, sample->text + text_size - size, size);
        compare(sample, p, size, careful(sample, p, size), size, 1);
    }
}

/* A test of all places of a text takes each one, or one of so many if the CPU is emulated. */
static size_t stride = 1;

/* Every byte of every line, changed to each byte with a meaning and to its neighbours. */
static void test_bytes(const struct sample *sample)
{
    static const char bytes[] =
        "\0\b\t\v\f\r\016\037 !\"#$%&'()*+,-./0189:;<=?@ABYZ[\\]^_`abefgnuyz{|}~"
        "\x7f\x80\xef\xff";
    static char log[1 << 16];
    const char *line = sample->text, *lf;

    for (; (lf = strchr(line, '\n')) != NULL; line = lf + 1)
        for (const char *at = line + chance(stride); at < lf; at += stride) {
            size_t before = (size_t)(line - sample->text), length = (size_t)(lf - line) + 1,
                   size = before;
            memcpy(log, sample->text, before);
            for (size_t i = 0; i < sizeof bytes - 1; i++, size += length) {
                memcpy(log + size, line, length);
                log[size + (size_t)(at - line)] = bytes[i];
            }
            compare(sample, log, size, careful(sample, log, size), size, 1);
        }
}

/* The series of a log in pieces: of each line by itself, or as the scanner sees it on its way. */
static void count_over_time(const struct sample *sample, const char *p, size_t size, size_t piece,
                            bool on_its_way, struct httpstatus_series *series)
{
    static char buffer[2 * MOST_BYTES];
    struct httpstatus_options options = options_of(sample);
    size_t used, count;

    httpstatus_series_init(series, 0, NULL);
    httpstatus_scanner_init(&scanner, &options, NULL);
    for (size_t at = 0; at < size; at += used) {
        const size_t part = size - at < piece ? size - at : piece;
        count = on_its_way ? httpstatus_series_scan(series, &scanner, p + at, part, found, 9, &used)
                           : httpstatus_scan(&scanner, p + at, part, found, 9, &used);
        for (size_t i = 0; i < count; i++)
            httpstatus_series_add_line(series, &scanner, &found[i], p + found[i].start, buffer);
    }
    while (httpstatus_finish(&scanner, found, 1))
        httpstatus_series_add_line(series, &scanner, found, p + found->start, buffer);
}

static void compare_series(const struct sample *sample, const char *p, size_t size, size_t piece)
{
    static struct httpstatus_series wants, finds;

    httpstatus_scanner_use(names[0], strlen(names[0]));
    count_over_time(sample, p, size, size, false, &wants);
    for (size_t i = 0; names[i]; i++) {
        httpstatus_scanner_use(names[i], strlen(names[i]));
        count_over_time(sample, p, size, piece, true, &finds);
        if (!httpstatus_series_equal(&wants, &finds) && failed++ < SHOWN)
            printf("FAILED the series of %s by %s\n", sample->format, names[i]);
    }
}

/* A sum of what is known of the lines that a filter wants, which the scanner asks itself or not. */
static uint64_t selected(const struct sample *sample, const char *p, size_t size, size_t piece,
                         const struct httpstatus_filter *filter, bool on_its_way)
{
    struct httpstatus_options options = options_of(sample);
    uint64_t sum = 0;
    bool scanned = false;

    httpstatus_scanner_init(&scanner, &options, on_its_way ? filter : NULL);
    for (size_t at = 0, used = 0, count = 1; !scanned || count; at += used) {
        const size_t part = size - at < piece ? size - at : piece;
        scanned = part == 0;
        count = scanned ? httpstatus_finish(&scanner, found, 9)
                        : httpstatus_scan(&scanner, p + at, part, found, 9, &used);
        used = scanned ? 0 : used;
        for (size_t i = 0; i < count; i++)
            if (on_its_way || httpstatus_filter_wants(filter, found[i].status, found[i].substatus))
                sum = (sum ^ found[i].start ^ found[i].end << 20 ^ found[i].number << 40 ^
                       (uint64_t)(found[i].status + 9) << 50) *
                      UINT64_C(0x9e3779b97f4a7c15);
    }
    return sum;
}

static void compare_selected(const struct sample *sample, const char *p, size_t size, size_t piece)
{
    static const char *const words[] = {"5xx", "404", "200", "error", "403.14", "no_status"};
    struct httpstatus_filter filter = {.invert = chance(4) == 0};
    const char *word = words[chance(sizeof words / sizeof words[0])];

    httpstatus_filter_add(&filter, word, strlen(word));
    httpstatus_scanner_use(names[0], strlen(names[0]));
    const uint64_t wants = selected(sample, p, size, size, &filter, false);
    for (size_t i = 0; names[i]; i++) {
        httpstatus_scanner_use(names[i], strlen(names[i]));
        if (selected(sample, p, size, piece, &filter, true) != wants && failed++ < SHOWN)
            printf("FAILED lines with %s of %s by %s\n", word, sample->format, names[i]);
    }
}

/* Every place in a block of a longer log, and every split of it. */
static void test_places(const struct sample *sample)
{
    static char log[1 << 16];
    size_t size = make_log(sample, log, 12), wants = careful(sample, log, size);

    for (size_t offset = 0; offset <= 64; offset++) {
        memcpy(page_end - 20000 + offset, log, size);
        compare(sample, page_end - 20000 + offset, size, wants, size, 1);
    }
    for (size_t split = chance(stride); split <= size; split += stride)
        compare(sample, log, size, wants, split, size);
}

static void test_chance(const struct sample *sample, unsigned long rounds)
{
    static const size_t pieces[] = {MOST_BYTES, MOST_BYTES, 100, 700, 8192, 8191, 20000};
    static char log[1 << 20];

    for (; rounds > 0; rounds--) {
        size_t size = make_log(sample, log, 1 + chance(200)), piece = pieces[chance(7)];
        char *p = page_end - size;
        memcpy(p, log, size);
        compare(sample, p, size, careful(sample, p, size), piece, piece);
        compare_series(sample, p, size, piece);
        compare_selected(sample, p, size, piece);
    }
}

static void test_sample(const struct sample *sample, unsigned long rounds)
{
    test_lengths(sample);
    test_bytes(sample);
    test_places(sample);
    test_chance(sample, rounds);
}

/* A log given as an argument: as it is, and with a few bytes changed. */
static void test_file(const char *format, const char *path)
{
    struct sample sample = {format, strcmp(format, "json") == 0 ? "status" : NULL, NULL};
    static char log[2 * MOST_BYTES];
    FILE *file = fopen(path, "rb");
    size_t size = file ? fread(log, 1, MOST_BYTES / 2, file) : 0;

    if (!file) {
        printf("FAILED to open %s\n", path);
        failed++;
        return;
    }
    fclose(file);
    for (int round = 0; round < 4 && size > 0; round++) {
        char *p = page_end - size;
        memcpy(p, log, size);
        compare(&sample, p, size, careful(&sample, p, size), size, 1);
        compare_series(&sample, p, size, size);
        compare_selected(&sample, p, size, size);
        for (size_t changes = size / 2000 + 1; changes > 0; changes--)
            size = mutate(log, size);
    }
}

#if defined(HTTPSTATUS_STATIC)
/*
 * Lines as servers write them: a quick look must be able to tell what they are, or the scanner is
 * slow without need.  '~' is where a line may be longer.
 */
static const struct usual {
    const char *format, *key, *fields, *line;
    int status, substatus;
    bool target;
} usual[] = {
    USUAL_OF_FORMATS,
    {"%h %l %u %t \"%r\" %>s %b", NULL, NULL, "x~ - - [a~] \"G\\\"~\" 200 7", 200},
    {"%h %l %u %t \"%r\" %>s %b", NULL, NULL, "x~ - - [a~] \"G~\" 909 7", 909},
    {"%h %>s", NULL, NULL, "x~ 090", 90},
    {"s=$status|", NULL, NULL, "s=9|~", 9},
};

static void test_usual(unsigned long *passed)
{
    static struct window window;
    char line[2048];

    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
        for (size_t more = 0; more <= 3 * BLOCK_SIZE; more++) {
            const struct sample sample = {usual[i].format, usual[i].key, NULL, usual[i].fields,
                                          usual[i].target};
            struct httpstatus_options options = options_of(&sample);
            size_t size = 0;
            for (const char *p = usual[i].line; *p; p++)
                for (size_t n = *p == '~' ? more : 1; n > 0; n--)
                    line[size++] = *p == '~' ? 'x' : *p;
            line[size++] = '\n';
            httpstatus_scanner_init(&scanner, &options, NULL);
            for (size_t n = 0; names[n]; n++) {
                if (strcmp(names[n], "scalar") == 0 && strcmp(usual[i].format, "clf") != 0)
                    continue;
                httpstatus_scanner_use(names[n], strlen(names[n]));
                httpstatus_kernel()(&scanner_of(&scanner)->setup, line, size, line + sizeof line,
                                    &window);
                bool fits =
                    window.count == 1 && window.statuses[0] == usual[i].status &&
                    (usual[i].substatus == 0 || window.substatuses[0] == usual[i].substatus);
                ++*passed;
                if (!fits && failed++ < SHOWN)
                    printf("FAILED %s to see at once %.*s", names[n], (int)size, line);
            }
        }
}
#endif

int main(int argc, char **argv)
{
    unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 200, passed = 0;

    stride = rounds < 10 ? 29 : rounds < 100 ? 7 : 1;
    if (!(page_end = guard_make(MOST_BYTES)))
        return puts("no guard page"), 1;
    for (size_t i = 0; i < IMPLEMENTATIONS; i++)
        names[i] = httpstatus_scanner_at(i);
#if defined(HTTPSTATUS_STATIC)
    test_usual(&passed);
#endif
    for (const struct sample *sample = samples; sample < samples + SAMPLES; sample++)
        test_sample(sample, rounds);
    for (const struct sample *sample = mixed; sample < mixed + MIXED; sample++)
        test_sample(sample, rounds);
    for (int i = 2; i + 1 < argc; i += 2)
        test_file(argv[i], argv[i + 1]);
    for (int i = 0; names[i]; i++) {
        printf("%s: %lu logs\n", names[i], compared[i]);
        passed += compared[i];
    }
    printf("%lu lines\n%lu passed, %lu failed\n", lines_compared, passed - failed, failed);
    return failed != 0;
}

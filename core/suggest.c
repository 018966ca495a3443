/* An option that reads a log which fits no format: what is suggested is proved by reading. */
#include "suggest.h"

/* ---- Reading ---- */

static const struct httpstatus_tally *
read_log(const struct suggesting *search, const struct httpstatus_options *options, const char *end)
{
    if (!httpstatus_scanner_init(search->scanner, options, NULL))
        return NULL;
    httpstatus_scan(search->scanner, search->p, (size_t)(end - search->p), NULL, 0, NULL);
    httpstatus_finish(search->scanner, NULL, 0);
    return httpstatus_scanner_tally(search->scanner);
}

/* Whether most of the statuses are ones that somebody gave a meaning. */
static bool is_plausible(const struct httpstatus_tally *tally)
{
    uint64_t all = 0, known = 0;

    for (int status = 100; status <= 599; status++) {
        const uint64_t count = httpstatus_tally_count(tally, status);
        all += count;
        known += httpstatus_lookup(status) ? count : 0;
    }
    return all && all + tally->no_status == tally->records && known * 10 >= all * 9;
}

static bool reads(const struct suggesting *search, const struct httpstatus_tally *tally)
{
    const uint64_t lines = tally->records + tally->unmatched;

    return is_plausible(tally) &&
           tally->records * 10 + ((uint64_t)search->headings + search->names) * 9 >= lines * 9;
}

uint64_t httpstatus_reads_sample(const struct suggesting *search,
                                 const struct httpstatus_options *options)
{
    const struct httpstatus_tally *tally = read_log(search, options, search->sample_end);

    return tally && reads(search, tally) ? tally->records : 0;
}

void httpstatus_try_option(struct suggesting *search, unsigned rank,
                           const struct httpstatus_options *options, const char *text, size_t size)
{
    const struct httpstatus_tally *tally = read_log(search, options, search->end);
    struct httpstatus_suggestion *best = search->best;

    if (rank <= search->rank || !reads(search, tally))
        return;
    search->rank = rank;
    best->size = size;
    memcpy(best->text, text, size);
    best->matched = tally->records;
    best->lines = tally->records + tally->unmatched;
}

/* ---- What texts are ---- */

int httpstatus_plain_status(struct httpstatus_text text)
{
    const char *p = text.data;

    if (text.size != 3 || p[0] < '1' || p[0] > '5' || !is_digit(p[1]) || !is_digit(p[2]))
        return 0;
    return (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
}

static bool begins(struct httpstatus_text text, const char *word)
{
    const size_t size = strlen(word);

    return text.size >= size && memcmp(text.data, word, size) == 0;
}

static bool is_target(struct httpstatus_text text)
{
    /* Not a comment of C: neither "//" nor "/" and an asterisk begins a path that servers log. */
    if (begins(text, "/"))
        return text.size == 1 || (text.data[1] != '/' && text.data[1] != '*');
    return begins(text, "http://") || begins(text, "https://");
}

unsigned httpstatus_request_kind(struct httpstatus_text text)
{
    static const char *const verbs[] = {"GET",     "HEAD",  "POST",  "PUT",      "DELETE",
                                        "OPTIONS", "PATCH", "TRACE", "PROPFIND", "CONNECT"};
    const size_t size = (size_t)(find_byte(text.data, text.data + text.size, ' ') - text.data);

    if (index_of(text.data, size, verbs, sizeof verbs / sizeof *verbs) >= 0)
        return size < text.size ? IS_REQUEST : IS_METHOD;
    if (begins(text, "HTTP/") && size == text.size)
        return IS_PROTOCOL;
    return is_target(text) && size == text.size ? IS_TARGET : 0;
}

/* The letters of a name, the last of them if it is long, in lower case. */
static struct httpstatus_text letters_of(const char *p, const char *end, char *room, size_t size)
{
    size_t used = 0;

    for (; p < end; p++) {
        if (!is_letter(*p))
            continue;
        if (used == size)
            memmove(room, room + 1, --used);
        room[used++] = to_lower(*p);
    }
    return (struct httpstatus_text){room, used};
}

static bool ends_in(struct httpstatus_text text, const char *word)
{
    const size_t size = strlen(word);

    return text.size >= size && memcmp(text.data + text.size - size, word, size) == 0;
}

unsigned httpstatus_status_name(const char *p, const char *end)
{
    static const char *const names[] = {"status", "code", "statuscode", "httpstatus", "httpcode"};
    static const char *const others[] = {"upstream", "origin", "backend", "target"};
    char room[24];
    const struct httpstatus_text name = letters_of(p, end, room, sizeof room);

    if (index_of(name.data, name.size, names, sizeof names / sizeof *names) >= 0)
        return 3;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (begins(name, others[i]))
            return 1;
    return ends_in(name, "status") || ends_in(name, "code") ? 2 : 1;
}

/* ---- The head ---- */

bool httpstatus_next_line(const char **p, const char *end, struct httpstatus_text *line)
{
    while (*p < end) {
        const char *lf = find_byte(*p, end, '\n');
        *line = (struct httpstatus_text){*p, (size_t)(lf - *p)};
        *p = lf + (lf < end);
        while (line->size && line->data[line->size - 1] == '\r')
            line->size--;
        if (line->size && line->data[0] != '#')
            return true;
    }
    return false;
}

static bool has_digit(struct httpstatus_text line)
{
    for (size_t i = 0; i < line.size; i++)
        if (is_digit(line.data[i]))
            return true;
    return false;
}

/* How many of the first lines are comments. */
static unsigned count_comments(const char *p, const char *end)
{
    unsigned count = 0;

    for (; p < end && *p == '#'; count++) {
        p = find_byte(p, end, '\n');
        p += p < end;
    }
    return count;
}

/* The first lines of the head: the sample.  false if the first of them is too long for it. */
static bool take_sample(struct suggesting *search)
{
    const char *const most = search->end - search->p < SAMPLE_SIZE ? search->end
                                                                   : search->p + SAMPLE_SIZE;
    const char *p = search->p;
    struct httpstatus_text line;

    search->headings = count_comments(p, most);
    search->sample_end = search->p;
    for (int i = 0; i < SAMPLE_LINES && httpstatus_next_line(&p, most, &line); i++) {
        if (p == most && most < search->end && most[-1] != '\n')
            break;
        if (i == 0)
            search->names = !has_digit(line);
        search->sample_end = p;
    }
    return search->sample_end > search->p;
}

/* Whether auto understands half of the log or more: then nothing need be suggested. */
static bool is_read_by_auto(const struct suggesting *search)
{
    const struct httpstatus_options options = {.format = HTTPSTATUS_AUTO};
    const struct httpstatus_tally *tally = read_log(search, &options, search->end);

    return tally->unmatched <= tally->records;
}

const char *httpstatus_suggest(struct httpstatus_scanner *scanner, const char *p, size_t size,
                               struct httpstatus_suggestion *suggestion)
{
    struct suggesting search = {.scanner = scanner, .p = p, .best = suggestion};
    const char *option = "key";

    suggestion->size = 0;
    if (size > HTTPSTATUS_SUGGEST_HEAD)
        for (size = HTTPSTATUS_SUGGEST_HEAD; size && p[size - 1] != '\n'; size--)
            ;
    if (!size)
        return NULL;
    search.end = p + size;
    if (!take_sample(&search) || is_read_by_auto(&search))
        return NULL;
    httpstatus_suggest_key(&search);
    if (!search.rank && *p != '{') {
        option = "format";
        httpstatus_suggest_format(&search);
    }
    return search.rank ? option : NULL;
}

/* The format string of a log that has a status in the same column of each line. */
#include "address.h"
#include "locator.h"
#include "suggest_columns.h"

/* ---- What the columns are ---- */

struct table {
    unsigned lines, requests, usual; /* lines; those with a request; how many columns most have */
    bool from_end;                   /* columns are counted from the end of the line */
    bool doubled;                    /* quotes within quotes are doubled: no format string knows */
    struct columns columns;
    struct facts facts[MOST_COLUMNS];
    unsigned counts[MOST_COLUMNS + 1]; /* of lines by their number of columns */
};

static bool looks_like_address(struct httpstatus_text text)
{
    unsigned pieces[HTTPSTATUS_IPV6_PIECES], points = 0;

    for (size_t i = 0; i < text.size; i++) {
        if (!is_digit(text.data[i]) && text.data[i] != '.')
            return httpstatus_read_ipv6(text, pieces);
        points += text.data[i] == '.';
    }
    return points == 3;
}

static bool looks_like_time(struct httpstatus_text text)
{
    struct httpstatus_time time;

    return memchr(text.data, ':', text.size) &&
           httpstatus_parse_time(text.data, text.size, NULL, &time);
}

static bool has_pair(struct httpstatus_text text, char c)
{
    for (size_t i = 1; i < text.size; i++)
        if (text.data[i] == c && text.data[i - 1] == c)
            return true;
    return false;
}

/* Whether a URL, a path or a query may be in it, which a client can fill with separators. */
static bool is_of_client(struct httpstatus_text text)
{
    static const char front[] = "=:/\"|;,([{"; /* not a letter: "TCP_MISS/200" is the server's */

    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] == '?' ||
            (text.data[i] == '/' && (i == 0 || memchr(front, text.data[i - 1], sizeof front - 1))))
            return true;
    return false;
}

/* Counts what a column is.  Returns what it says of a request. */
static unsigned note_column(struct facts *facts, struct httpstatus_text column)
{
    const struct httpstatus_text bare = httpstatus_bare(column);
    const unsigned kind = httpstatus_request_kind(bare);
    const bool spaced = memchr(bare.data, ' ', bare.size) != NULL, time = looks_like_time(bare);
    struct httpstatus_text pieces[PIECES];
    const unsigned count = httpstatus_pieces(column, pieces);
    unsigned said = kind;

    facts->lines++;
    facts->requests += kind == IS_REQUEST;
    facts->methods += kind == IS_METHOD;
    facts->targets += kind == IS_TARGET;
    facts->protocols += kind == IS_PROTOCOL;
    facts->times += time;
    facts->addresses += looks_like_address(bare);
    facts->spaced += spaced;
    facts->texts += kind == IS_REQUEST || (spaced && !time) || is_of_client(bare);
    for (unsigned i = 0; i < count; i++) {
        const int status = httpstatus_plain_status(pieces[i]);
        facts->pieces[i].statuses += status != 0;
        facts->pieces[i].known += status && httpstatus_lookup(status);
        facts->pieces[i].absent += is_text(pieces[i], "-");
        said |= httpstatus_request_kind(pieces[i]) & IS_METHOD;
    }
    return said & ~(unsigned)IS_PROTOCOL;
}

static struct facts *facts_of(struct table *table, unsigned i)
{
    return &table->facts[table->from_end ? table->columns.count - 1 - i : i];
}

static void note_line(struct table *table, struct httpstatus_text line)
{
    const struct columns *columns = &table->columns;
    unsigned said = 0;

    table->lines++;
    httpstatus_split(&table->columns, line);
    if (columns->cut && table->from_end)
        return;
    table->counts[columns->count]++;
    for (unsigned i = 0; i < columns->count; i++) {
        const struct httpstatus_text column = columns->list[i];
        said |= note_column(facts_of(table, i), column);
        table->doubled = table->doubled || (column.size && *column.data == '"' &&
                                            has_pair(httpstatus_bare(column), '"'));
    }
    table->requests += said != 0;
}

static void note_lines(struct table *table, const struct suggesting *search)
{
    const char *p = search->p;
    struct httpstatus_text line;

    for (unsigned i = 0; httpstatus_next_line(&p, search->sample_end, &line); i++)
        if (i >= search->names)
            note_line(table, line);
    for (unsigned i = 0; i <= MOST_COLUMNS; i++)
        if (table->counts[i] > table->counts[table->usual])
            table->usual = i;
}

/* ---- The column of the status ---- */

static bool is_candidate(const struct facts *facts, unsigned piece, unsigned lines)
{
    const unsigned statuses = facts->pieces[piece].statuses;

    return is_rule(statuses + facts->pieces[piece].absent, lines) &&
           are_most(facts->pieces[piece].known, statuses);
}

/*
 * Looks for the first line that is like most, and has a status in the column: by that line the
 * format string is made.
 */
static bool find_template(struct table *table, const struct suggesting *search,
                          struct template *template)
{
    const char *p = search->p;
    struct httpstatus_text pieces[PIECES];

    for (unsigned i = 0; httpstatus_next_line(&p, search->sample_end, &template->line); i++) {
        if (i < search->names)
            continue;
        httpstatus_split(&table->columns, template->line);
        if (table->columns.count == table->usual &&
            httpstatus_pieces(table->columns.list[template->column], pieces) > template->piece &&
            httpstatus_plain_status(pieces[template->piece]))
            return true;
    }
    return false;
}

/* Whether the server alone wrote what is before the status in its column. */
static bool is_of_server(const struct template *template)
{
    const struct httpstatus_text column = template->columns->list[template->column];
    struct httpstatus_text pieces[PIECES];

    httpstatus_pieces(column, pieces);
    return !is_of_client((struct httpstatus_text){
        column.data, (size_t)(pieces[template->piece].data - column.data)});
}

static bool is_of_request(const struct facts *facts)
{
    return 2 * (facts->requests + facts->methods + facts->targets + facts->protocols) >=
           facts->lines;
}

/* How much speaks for the column: its name, or its place beside what the client asked for. */
enum { BEFORE_REQUEST = 2, NAME_OF_SOME, BEHIND_REQUEST, NAME_OF_STATUS };
static unsigned rank_of_column(const struct template *template)
{
    const unsigned column = template->column, count = template->columns->count;
    const struct httpstatus_text text = template->columns->list[column];
    struct httpstatus_text pieces[PIECES];

    httpstatus_pieces(text, pieces);
    const unsigned name = httpstatus_status_name(text.data, pieces[template->piece].data);
    if (name == 3)
        return NAME_OF_STATUS;
    if (column && is_of_request(httpstatus_facts(template, count, column - 1)))
        return BEHIND_REQUEST;
    if (name == 2)
        return NAME_OF_SOME;
    return column + 1 < count && is_of_request(httpstatus_facts(template, count, column + 1))
               ? BEFORE_REQUEST
               : 1;
}

/*
 * The best of the columns, and how good it is: 0 if there is none.  false if two are as good, or
 * more are possible than a log of requests would have.
 */
static bool find_status(struct table *table, const struct suggesting *search, struct template *best,
                        unsigned *rank)
{
    enum { MOST_CANDIDATES = 8 };
    unsigned candidates = 0;
    bool tie = false;

    *rank = 0;
    for (unsigned i = 0; i < table->usual * PIECES && candidates <= MOST_CANDIDATES; i++) {
        struct template template = {&table->columns, table->facts, {NULL, 0},
                                    i / PIECES,      i % PIECES,   table->from_end};
        if (!is_candidate(httpstatus_facts(&template, table->usual, template.column),
                          template.piece, table->lines) ||
            !find_template(table, search, &template) || !is_of_server(&template))
            continue;
        const unsigned found = rank_of_column(&template);
        candidates++;
        tie = found == *rank || (tie && found < *rank);
        if (found > *rank) {
            *rank = found;
            *best = template;
        }
    }
    return !tie && candidates <= MOST_CANDIDATES;
}

/* ---- The format string ---- */

/* Whether the request is behind the status: then the rest of the line is worth a description. */
static bool is_before_request(const struct template *template)
{
    const unsigned count = template->columns->count;

    for (unsigned i = template->column + 1; i < count; i++)
        if (is_of_request(httpstatus_facts(template, count, i)))
            return true;
    return false;
}

/*
 * How many records of the sample it reads with so many columns behind the status; with a rank it is
 * suggested, too.
 */
static uint64_t try_behind(struct suggesting *search, unsigned rank,
                           const struct template *template, int behind)
{
    char text[HTTPSTATUS_SUGGESTION];
    const size_t size = httpstatus_describe(template, behind, text, sizeof text);
    struct httpstatus_options options = {.target = false};
    struct httpstatus_format_error error;

    if (!httpstatus_options_format(&options, text, size, &error))
        return 0;
    if (rank)
        httpstatus_try_option(search, rank, &options, text, size);
    return httpstatus_reads_sample(search, &options);
}

/* Whether only what is behind the status tells where it is. */
static bool is_from_end(const struct template *template)
{
    char text[HTTPSTATUS_SUGGESTION];
    const size_t size = httpstatus_describe(template, NONE_BEHIND, text, sizeof text);
    struct httpstatus_options options = {.target = false};
    struct httpstatus_format_error error;

    return httpstatus_options_format(&options, text, size, &error) &&
           locator_of(&options)->from_end;
}

/*
 * The less of the line behind the status has to fit, the better, unless the request is there; but
 * where a client may write what is before the status, all of the rest should.
 */
static void try_template(struct suggesting *search, unsigned rank, const struct template *template)
{
    static const int orders[2][10] = {
        {NONE_BEHIND, ALL_BEHIND, 0, 1, 2, 3, 4, 5, 6, 7},
        {ALL_BEHIND, NONE_BEHIND, 0, 1, 2, 3, 4, 5, 6, 7},
    };
    const int *order = orders[is_before_request(template) || is_from_end(template)];
    uint64_t most = 0;
    int best = 0;

    for (size_t i = 0; i < sizeof orders[0] / sizeof orders[0][0]; i++) {
        const uint64_t records = try_behind(search, 0, template, order[i]);
        if (records > most) {
            most = records;
            best = order[i];
        }
    }
    if (most)
        try_behind(search, rank, template, best);
}

/* false if the log is ambiguous. */
static bool try_separator(struct suggesting *search, char separator, bool from_end)
{
    struct table table = {.from_end = from_end};
    struct template template;
    unsigned rank;

    table.columns.separator = separator;
    note_lines(&table, search);
    if (table.doubled || !are_most(table.requests, table.lines))
        return true;
    if (!find_status(&table, search, &template, &rank))
        return false;
    if (rank) {
        find_template(&table, search, &template); /* again: others have been looked at since */
        try_template(search, rank, &template);
    }
    return true;
}

void httpstatus_suggest_format(struct suggesting *search)
{
    static const char separators[] = "\t;,| ";

    for (int from_end = 0; from_end < 2 && !search->rank; from_end++)
        for (size_t i = 0; separators[i]; i++)
            if (!try_separator(search, separators[i], from_end)) {
                search->rank = 0;
                return;
            }
}

/* Divides lines of an unknown format into columns, and describes these by a format string. */
#include "suggest_columns.h"

/* ---- Columns ---- */

/* Where a column ends: at a separator outside of quotes, and of brackets that it begins with. */
static const char *column_end(const char *p, const char *end, char separator)
{
    bool quoted = false, escaped = false;

    if (separator == '\t') /* which servers escape: a quote is only a quote */
        return find_byte(p, end, separator);
    if (p < end && *p == '[')
        p = find_byte(p, end, ']');
    for (; p < end && (quoted || *p != separator); p++) {
        quoted = quoted != (*p == '"' && !escaped);
        escaped = *p == '\\' && !escaped;
    }
    return p;
}

void httpstatus_split(struct columns *columns, struct httpstatus_text line)
{
    const char separator = columns->separator;
    const char *p = line.data, *const end = p + line.size;

    columns->cut = false;
    for (columns->count = 0; columns->count < MOST_COLUMNS; p++) {
        while (separator == ' ' && p < end && *p == ' ')
            p++;
        if (p == end && separator == ' ')
            return;
        const char *start = p;
        p = column_end(p, end, separator);
        columns->list[columns->count++] = (struct httpstatus_text){start, (size_t)(p - start)};
        if (p == end)
            return;
    }
    columns->cut = true;
}

static struct httpstatus_text without_blanks(struct httpstatus_text text)
{
    while (text.size && *text.data == ' ') {
        text.data++;
        text.size--;
    }
    while (text.size && text.data[text.size - 1] == ' ')
        text.size--;
    return text;
}

struct httpstatus_text httpstatus_bare(struct httpstatus_text column)
{
    static const char open[] = "\"[(", close[] = "\"])";
    struct httpstatus_text bare = without_blanks(column);
    const char *pair;

    while (bare.size > 1 && (pair = memchr(open, *bare.data, sizeof open - 1)) != NULL &&
           bare.data[bare.size - 1] == close[pair - open]) {
        bare.data++;
        bare.size -= 2;
    }
    return bare;
}

unsigned httpstatus_pieces(struct httpstatus_text column, struct httpstatus_text pieces[PIECES])
{
    static const char punctuation[] = "/=:|()[],;\"'<>{}";
    const struct httpstatus_text all = without_blanks(column);
    const char *const end = all.data + all.size;
    unsigned count = 0;

    pieces[0] = httpstatus_bare(column);
    if (memchr(all.data, ' ', all.size))
        return 1;
    for (const char *p = all.data, *start = p; p <= end; p++)
        if (p == end || (count < PIECES - 1 && memchr(punctuation, *p, sizeof punctuation - 1))) {
            pieces[count++] = (struct httpstatus_text){start, (size_t)(p - start)};
            start = p + 1;
        }
    return count;
}

/* ---- Format strings ---- */

enum { NAMES = 7 }; /* of known_name() */
struct description {
    char *p, *end;
    bool failed; /* there is no room, or no way to say it */
    unsigned fields, named;
    const char *names[NAMES]; /* those that are in the string */
    const struct template *template;
};

static void write_byte(struct description *writer, char c)
{
    if (writer->p == writer->end)
        writer->failed = true;
    else
        *writer->p++ = c;
}

/* Blanks, punctuation, and letters of labels: none that a format string would not take as it is. */
static void write_literal(struct description *writer, const char *p, const char *end)
{
    for (; p < end; p++) {
        const bool tab = *p == '\t';
        if (tab)
            write_byte(writer, '\\');
        write_byte(writer, (char)(tab ? 't' : *p));
    }
}

/* A field, with a number of its own if its name ends in 'c': "$c3". */
static void write_field(struct description *writer, const char *name)
{
    const size_t size = strlen(name);

    writer->fields++;
    write_byte(writer, '$');
    for (size_t i = 0; i < size; i++)
        write_byte(writer, name[i]);
    if (name[size - 1] != 'c')
        return;
    if (writer->fields >= 10)
        write_byte(writer, (char)('0' + writer->fields / 10 % 10));
    write_byte(writer, (char)('0' + writer->fields % 10));
}

/*
 * The name says what the field may contain, and so whether a client could move the status: what
 * clients write must not have a name that is taken for the server's words.  NULL: no name tells.
 */
static const char *known_name(const struct facts *facts)
{
    const unsigned half = (facts->lines + 1) / 2;

    if (facts->requests >= half)
        return "request";
    if (facts->methods >= half)
        return "request_method";
    if (facts->targets >= half)
        return "request_uri";
    if (facts->protocols >= half)
        return "server_protocol";
    if (is_rule(facts->times, facts->lines))
        return facts->spaced ? "time_local" : "time_iso8601";
    return is_rule(facts->addresses, facts->lines) ? "remote_addr" : NULL;
}

/* The first column that looks like a part is taken for it; others are only columns. */
static void write_named(struct description *writer, const struct facts *facts, bool quoted)
{
    const char *name = known_name(facts);

    for (unsigned i = 0; name && i < writer->named; i++)
        if (writer->names[i] == name)
            name = NULL;
    if (name)
        writer->names[writer->named++] = name;
    write_field(writer, name ? name : quoted || facts->texts ? "http_c" : "c");
}

static void write_column(struct description *writer, unsigned i)
{
    const struct template *template = writer->template;
    const struct httpstatus_text column = template->columns->list[i];
    const struct httpstatus_text bare = httpstatus_bare(column);
    const bool quoted = bare.data > column.data && bare.data[-1] == '"';

    write_literal(writer, column.data, bare.data);
    write_named(writer, httpstatus_facts(template, template->columns->count, i), quoted);
    write_literal(writer, bare.data + bare.size, column.data + column.size);
}

/* Whether a piece is a name of what follows it, which the server writes in each line. */
static bool is_label(struct httpstatus_text piece)
{
    for (size_t i = 0; i < piece.size; i++)
        if (!is_letter(piece.data[i]) && piece.data[i] != '_' && piece.data[i] != '-')
            return false;
    return piece.data[piece.size] == '=' || piece.data[piece.size] == ':';
}

/* The column of the status, and where it ends; or only the byte behind the status. */
static const char *write_status(struct description *writer, bool whole)
{
    const struct template *template = writer->template;
    const struct httpstatus_text column = template->columns->list[template->column];
    struct httpstatus_text pieces[PIECES];
    const unsigned count = httpstatus_pieces(column, pieces);
    const char *at = column.data;

    for (unsigned i = 0; i < (whole ? count : template->piece + 1); i++) {
        write_literal(writer, at, pieces[i].data);
        at = pieces[i].data + pieces[i].size;
        if (i == template->piece)
            write_field(writer, "status");
        else if (i < template->piece && is_label(pieces[i]))
            write_literal(writer, pieces[i].data, at);
        else if (pieces[i].size)
            write_field(writer, "c");
    }
    if (!whole)
        return at;
    write_literal(writer, at, column.data + column.size);
    return column.data + column.size;
}

/*
 * What syslog puts before a line, in which blanks pad the day: all of it is one field, up to the
 * colon.  Returns where that is, and sets the column behind it.
 */
static const char *write_syslog(struct description *writer, unsigned *next)
{
    static const char form[] = "Aaa _d dd:dd:dd ";
    const struct template *template = writer->template;
    const struct httpstatus_text line = template->line;

    if (!skip_form(line.data, line.data + line.size, form))
        return line.data;
    for (unsigned i = 3; i < template->column; i++) {
        const struct httpstatus_text column = template->columns->list[i];
        const char *last = column.data + column.size - 1;
        if (*last == ':') {
            write_field(writer, "c");
            *next = i + 1;
            return last;
        }
    }
    return line.data;
}

/* What is before the columns that are described; '*next' is the first of these. */
static const char *write_front(struct description *writer, unsigned *next)
{
    const struct template *template = writer->template;
    const char *const line = template->line.data;

    if (!template->from_end)
        return template->columns->separator == ' ' ? write_syslog(writer, next) : line;
    *next = template->column;
    if (*next == 0)
        return line;
    write_field(writer, "http_c");
    const struct httpstatus_text before = template->columns->list[*next - 1];
    return before.data + before.size;
}

size_t httpstatus_describe(const struct template *template, int behind, char *text, size_t size)
{
    struct description writer = {.p = text, .end = text + size, .template = template};
    const struct columns *columns = template->columns;
    const char *const end = template->line.data + template->line.size;
    unsigned i = 0;
    const char *at = write_front(&writer, &i);

    writer.failed = behind == ALL_BEHIND && columns->cut;
    for (; i < columns->count && (int)i <= (int)template->column + (behind < 0 ? 0 : behind); i++) {
        write_literal(&writer, at, columns->list[i].data);
        at = columns->list[i].data + columns->list[i].size;
        if (i == template->column)
            at = write_status(&writer, behind != NONE_BEHIND);
        else
            write_column(&writer, i);
    }
    write_literal(&writer, at, behind == ALL_BEHIND || at == end ? end : at + 1);
    return writer.failed ? 0 : (size_t)(writer.p - text);
}

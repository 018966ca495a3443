/* A line in a JSON string: what Docker, journald and the like wrap it in. */
#include "scanner.h"

#include "wrapper.h"

/* Whether the string is read as the rest of the i-th stream; the last is a line of its own. */
static bool is_read(const struct scanner *scanner, int i)
{
    return i == HTTPSTATUS_FRESH || scanner->fragments[i].open;
}

void httpstatus_wrapper_begin(struct scanner *scanner, bool only_objects)
{
    const unsigned asked = httpstatus_formats_asked(&scanner->setup, true);
    struct httpstatus_wrapper *w = &scanner->wrapper;
    struct httpstatus_entry *fresh = &w->fragments[HTTPSTATUS_FRESH].entry;

    w->begun = w->left_over = w->ends = w->visible = false;
    w->lone_return = w->split = w->has_text = false;
    w->held = '\0';
    w->size = w->length = 0;
    for (int i = 0; i < HTTPSTATUS_STREAMS; i++)
        if (is_read(scanner, i))
            w->fragments[i] = scanner->fragments[i];
    w->fragments[HTTPSTATUS_FRESH].done = w->fragments[HTTPSTATUS_FRESH].returns = false;
    httpstatus_entry_begin(fresh, only_objects ? asked & SET_OF(json) : asked, true);
    fresh->number = LINE_NUMBER + scanner->tally.lines + 1;
}

static void flush(struct scanner *scanner)
{
    struct httpstatus_wrapper *w = &scanner->wrapper;

    for (int i = 0; i <= HTTPSTATUS_FRESH; i++)
        if (is_read(scanner, i) && !w->fragments[i].done)
            httpstatus_entry_read(&w->fragments[i].entry, NULL, &scanner->inside, w->text, w->size,
                                  false);
    w->size = 0;
}

static void keep_byte(struct scanner *scanner, char c)
{
    struct httpstatus_wrapper *w = &scanner->wrapper;

    w->text[w->size++] = c;
    if (w->size == sizeof w->text)
        flush(scanner);
}

/* The first byte tells whether a CR at the end of the fragment before belongs to the line's end. */
static void begin_text(struct scanner *scanner, char c)
{
    for (int i = 0; i < HTTPSTATUS_STREAMS; i++) {
        struct httpstatus_fragment *fragment = &scanner->wrapper.fragments[i];
        if (!is_read(scanner, i) || !fragment->returns)
            continue;
        fragment->returns = false;
        if (c == '\n')
            continue;
        httpstatus_entry_read(&fragment->entry, NULL, &scanner->inside, "\r", 1, false);
        fragment->entry.lone_return = true;
    }
}

/* The text ends at its first LF, or CR LF. */
void httpstatus_wrapper_byte(struct scanner *scanner, char c)
{
    struct httpstatus_wrapper *w = &scanner->wrapper;

    if (!w->begun)
        begin_text(scanner, c);
    w->begun = true;
    w->length += w->length < SIZE_MAX;
    w->ends = c == '\n';
    w->visible = w->visible || !is_space(c);
    if (w->held == '\n') {
        w->left_over = w->left_over || !is_space(c);
        return;
    }
    if (w->held == '\r' && c != '\n') {
        w->lone_return = true;
        keep_byte(scanner, '\r');
    }
    w->held = '\0';
    if (c == '\n' || c == '\r') {
        w->held = c;
        return;
    }
    w->has_text = true;
    w->split = w->split || w->lone_return;
    keep_byte(scanner, c);
}

static bool is_record(const struct scanner *scanner, const struct httpstatus_fragment *fragment)
{
    return httpstatus_entry_format(&fragment->entry, &scanner->inside) != HTTPSTATUS_FORMAT_NONE;
}

/* Where a stream is in a list, or the place that it is to take. */
static int stream_place(const uint64_t *streams, uint64_t stream)
{
    int i = 0;

    while (i < HTTPSTATUS_CUTS - 1 && streams[i] != stream)
        i++;
    return i;
}

/*
 * journald cuts a line after LineMax= bytes, 48 KiB by default, and says so.  A client may know
 * where: so the rest does not count as a line of its own.
 */
bool httpstatus_wrapper_is_rest(struct scanner *scanner, const struct httpstatus_json *j)
{
    uint64_t *cut = scanner->cut_streams;
    const int at = stream_place(cut, j->stream), hole = stream_place(cut, 0);
    const bool is_rest = j->stream && cut[at] == j->stream;

    if (is_rest && !j->is_cut)
        cut[at] = 0;
    if (!is_rest && j->stream && j->is_cut) {
        memmove(cut + 1, cut, (size_t)hole * sizeof *cut);
        cut[0] = j->stream;
    }
    return is_rest;
}

/* The same for the fragment as for the text: a CR that ends no line, and whether text follows. */
static void join_returns(struct httpstatus_entry *entry, const struct httpstatus_wrapper *w)
{
    entry->split = entry->split || w->split || (entry->lone_return && w->has_text);
    entry->lone_return = entry->lone_return || w->lone_return;
}

/* Docker cuts a line after so many bytes.  Loggers that leave out the line's end never cut one. */
enum { DOCKERS_CUT = 16384 };

void httpstatus_wrapper_end(struct scanner *scanner, struct httpstatus_json *j,
                            bool may_be_fragment)
{
    struct httpstatus_wrapper *w = &scanner->wrapper;
    struct httpstatus_fragment *stream = &scanner->fragments[j->is_error];
    struct httpstatus_fragment *fragment =
        &w->fragments[may_be_fragment && stream->open ? j->is_error : HTTPSTATUS_FRESH];

    flush(scanner);
    if (!fragment->done)
        join_returns(&fragment->entry, w);
    fragment->entry.left_over = fragment->entry.left_over || w->left_over ||
                                (fragment->done && w->visible) || fragment->entry.lone_return;
    const bool counts = may_be_fragment && (stream->counted || !w->ends) &&
                        is_record(scanner, fragment);
    if (may_be_fragment && stream->counted && !counts) {
        stream->counted = !w->ends;
        j->status = HTTPSTATUS_FRAGMENT;
        return;
    }
    if (may_be_fragment)
        stream->counted = counts && !w->ends && !w->held && !fragment->done && !fragment->returns &&
                          w->length < DOCKERS_CUT;
    if (may_be_fragment && !w->ends && !stream->counted) {
        fragment->returns = fragment->returns || (w->held == '\r' && !fragment->done);
        fragment->done = fragment->done || w->held == '\n';
        if (!stream->open)
            fragment->at = j->at;
        *stream = *fragment;
        stream->open = true;
        j->status = HTTPSTATUS_FRAGMENT;
        return;
    }
    httpstatus_entry_read(&fragment->entry, NULL, &scanner->inside, NULL, 0, true);
    struct result result = httpstatus_entry_end(&fragment->entry, &scanner->inside);
    j->status = result.status;
    j->format = result.format;
    j->key = result.key;
    j->number = fragment->entry.number;
    if (result.status != HTTPSTATUS_UNMATCHED)
        j->left_over = j->left_over || result.left_over;
    if (may_be_fragment)
        stream->open = false;
}

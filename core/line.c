/* Reads a text as one line, by each format that it may be of. */
#include "scanner.h"

#include "columns.h"
#include "json.h"
#include "tokens.h"
#include "wrapper.h"

/* ---- The start of a text ---- */

unsigned httpstatus_formats_asked(const struct httpstatus_setup *setup, bool wrapped)
{
    const bool any = setup->automatic || (wrapped && setup->format == HTTPSTATUS_JSON);
    unsigned formats = any ? (unsigned)SET_OF_AUTO : set_of(setup->format);

    return wrapped ? formats & ~(unsigned)SET_WITH_DIRECTIVES : formats;
}

static void begin_states(struct httpstatus_entry *entry)
{
    for (unsigned left = entry->formats & ~SET_OF(none); left; left &= left - 1) {
        int i = lowest_bit(left);
        memset((char *)&entry->reader + httpstatus_formats[i].offset, 0,
               httpstatus_formats[i].size);
    }
}

void httpstatus_entry_begin(struct httpstatus_entry *entry, unsigned formats, bool wrapped)
{
    memset(entry, 0, offsetof(struct httpstatus_entry, head));
    entry->wrapped = wrapped;
    entry->formats = formats;
    if (formats & ~(unsigned)SET_FROM_START)
        return;
    entry->settled = true;
    begin_states(entry);
}

/* Where several formats are possible, a '#' line with a mark of records may be one of them. */
static void look_for_marks(struct httpstatus_entry *entry, const char *p, size_t size)
{
    for (size_t i = 0; i < size; i++)
        entry->marked = entry->marked || p[i] == '"' || p[i] == '[' || p[i] == '|';
}

/*
 * clf and json read what comes before a record as part of it: only some prefixes change the answer.
 */
static bool needs_prefix(unsigned formats, const char *p, size_t size)
{
    size_t head = size < HTTPSTATUS_PREFIX ? size : HTTPSTATUS_PREFIX;

    if (formats != SET_OF(clf) && formats != SET_OF(json))
        return true;
    return may_be_runtime(p, size) || (formats == SET_OF(clf) && head && memchr(p, '{', head));
}

/* Chooses the formats for a text that begins like this, and finds its prefix. */
static struct prefix settle(struct httpstatus_entry *entry, const struct httpstatus_setup *setup,
                            const char *p, size_t size)
{
    const bool several = entry->formats & (entry->formats - 1);
    struct prefix prefix = needs_prefix(entry->formats, p, size) ? httpstatus_prefix(p, size)
                                                                 : (struct prefix){0};
    const char *text = p + prefix.size;
    const size_t left = (size < HTTPSTATUS_PREFIX ? size : HTTPSTATUS_PREFIX) - prefix.size;
    const bool goes_on = size >= HTTPSTATUS_PREFIX || prefix.is_fragment;
    const struct beginning beginning = {
        setup, p, size, text, text + left, goes_on, prefix.is_fragment};
    bool wraps = !several && !entry->wrapped && !prefix.is_fragment && left && *text == '{';

    entry->settled = true;
    entry->prefix = prefix.size;
    entry->comment = size && *p == '#' && entry->formats & SET_WITH_COMMENTS;
    if (entry->comment && several)
        look_for_marks(entry, p, size);
    const bool given = entry->formats == SET_OF(json) && !entry->wrapped;
    if (several)
        entry->formats &= httpstatus_formats_of(&beginning);
    else if (wraps)
        entry->formats |= SET_OF(json); /* a string may hold a line of the format */
    begin_states(entry);
    entry->reader.as.clf.no_iso = several && begins_like_envoy(text, text + left);
    if (!given) {
        entry->reader.as.json.only_objects = true;
        entry->reader.as.json.at = prefix.size;
    }
    return prefix;
}

/* ---- Reading ---- */

static bool has_objects(const struct httpstatus_entry *entry)
{
    return entry->formats & SET_OF(json);
}

bool httpstatus_entry_is_ready(const struct httpstatus_entry *entry)
{
    return entry->settled && has_objects(entry) && entry->reader.as.json.ready;
}

/* Gives the i-th format the start of the line at 'p', without the prefix if it reads after that. */
static void read_start(struct httpstatus_entry *entry, const struct httpstatus_setup *setup, int i,
                       const char *p, size_t size)
{
    size_t skipped = httpstatus_formats[i].flags & BEHIND_PREFIX ? entry->prefix : 0;

    httpstatus_formats[i].read(&entry->reader, setup, p + skipped, size - skipped);
}

static unsigned others(const struct httpstatus_entry *entry)
{
    return entry->formats & ~(SET_OF(json) | SET_OF(none));
}

/*
 * Whether the text comes from a string or from several lines: then it gives one result, and wraps
 * no other line.
 */
static bool is_put_together(const struct httpstatus_entry *entry)
{
    return entry->wrapped || entry->goes_on || entry->joined;
}

/* Once a line has given out a record, it is JSON and nothing else. */
static size_t read_objects(struct httpstatus_entry *entry, struct scanner *scanner,
                           const struct httpstatus_setup *setup, const char *p, size_t size)
{
    struct httpstatus_json *j = &entry->reader.as.json;

    if (entry->several)
        return size;
    size_t used =
        httpstatus_objects_read(j, setup, is_put_together(entry) ? NULL : scanner, p, size);
    if (!j->ready)
        return used;
    entry->formats = SET_OF(json);
    if (!is_put_together(entry))
        return used;
    j->ready = false;
    entry->several = entry->left_over = true;
    return size;
}

static void read_others(struct httpstatus_entry *entry, const struct httpstatus_setup *setup,
                        const char *p, size_t size)
{
    for (unsigned left = others(entry); left; left &= left - 1)
        httpstatus_formats[lowest_bit(left)].read(&entry->reader, setup, p, size);
}

static size_t read_on(struct httpstatus_entry *entry, struct scanner *scanner,
                      const struct httpstatus_setup *setup, const char *p, size_t size)
{
    size_t used = has_objects(entry) ? read_objects(entry, scanner, setup, p, size) : size;

    read_others(entry, setup, p, used);
    return used;
}

/* Goes on with the line that this one continues: gives it the text, which is in the head. */
static void join_fragment(struct httpstatus_entry *entry, const struct httpstatus_setup *setup,
                          struct httpstatus_fragment *fragment, const struct prefix *prefix)
{
    char text[HTTPSTATUS_PREFIX];
    const size_t size = entry->head_size - prefix->size;
    const bool lone_return = entry->lone_return, split = entry->split;

    memcpy(text, entry->head + prefix->size, size);
    *entry = fragment->entry;
    fragment->open = false;
    entry->joined = true;
    note_returns(entry, text, size);
    entry->lone_return = entry->lone_return || lone_return;
    entry->split = entry->split || split;
    entry->goes_on = prefix->is_fragment;
    memcpy(entry->head, text, size);
    entry->head_size = size;
    entry->head_used = has_objects(entry) ? 0 : size;
    read_others(entry, setup, text, size);
}

/* Reads the head by every format except JSON, which may stop within it. */
static void settle_head(struct httpstatus_entry *entry, struct scanner *scanner,
                        const struct httpstatus_setup *setup)
{
    struct prefix prefix = settle(entry, setup, entry->head, entry->head_size);

    if (scanner && !entry->wrapped && prefix.is_runtime) {
        int i = HTTPSTATUS_STREAMS + prefix.is_error;
        struct httpstatus_fragment *fragment = &scanner->fragments[i];
        if (fragment->open) {
            join_fragment(entry, setup, fragment, &prefix);
            return;
        }
        entry->fragment = (unsigned char)i;
        entry->is_rest = fragment->counted;
        entry->goes_on = prefix.is_fragment && !fragment->counted;
        entry->number = entry->goes_on ? LINE_NUMBER + scanner->tally.lines + 1 : 0;
        fragment->counted = fragment->counted && prefix.is_fragment;
        if (entry->is_rest)
            entry->formats &= SET_OF(clf);
    }
    for (unsigned left = others(entry); left; left &= left - 1)
        read_start(entry, setup, lowest_bit(left), entry->head, entry->head_size);
    entry->head_used = has_objects(entry) ? (size_t)entry->reader.as.json.at : entry->head_size;
}

static void read_head(struct httpstatus_entry *entry, struct scanner *scanner,
                      const struct httpstatus_setup *setup)
{
    size_t size = entry->head_size - entry->head_used;

    if (size)
        entry->head_used +=
            read_objects(entry, scanner, setup, entry->head + entry->head_used, size);
}

size_t httpstatus_entry_read(struct httpstatus_entry *entry, struct scanner *scanner,
                             const struct httpstatus_setup *setup, const char *p, size_t size,
                             bool last)
{
    size_t room = sizeof entry->head - entry->head_size, taken = 0;

    for (size_t i = 0; !entry->visible && i < size; i++)
        entry->visible = !is_blank(p[i]);
    if (!entry->settled) {
        taken = size < room ? size : room;
        if (taken)
            memcpy(entry->head + entry->head_size, p, taken);
        entry->head_size += taken;
        if (!last && entry->head_size < sizeof entry->head)
            return taken;
        settle_head(entry, scanner, setup);
    }
    read_head(entry, scanner, setup);
    if (httpstatus_entry_is_ready(entry) || taken == size)
        return taken;
    if (entry->comment && entry->formats & (entry->formats - 1))
        look_for_marks(entry, p + taken, size - taken);
    return taken + read_on(entry, scanner, setup, p + taken, size - taken);
}

/* ---- What a text is ---- */

static struct result json_result(struct httpstatus_entry *entry)
{
    struct httpstatus_json *j = &entry->reader.as.json;

    httpstatus_objects_end(j);
    return (struct result){.status = j->have_record || j->status == HTTPSTATUS_FRAGMENT
                                         ? j->status
                                         : HTTPSTATUS_UNMATCHED,
                           .format = j->format,
                           .key = j->key,
                           .number = j->have_record ? j->number : j->left_over_number,
                           .left_over = j->left_over,
                           .left_over_number = j->left_over_number};
}

/* A line that wraps another is read only by way of its string. */
static bool has_wrapper(const struct httpstatus_entry *entry)
{
    return has_objects(entry) && !entry->wrapped && entry->reader.as.json.seen_wrapper;
}

/*
 * A client's text before a clf record may have all that another format needs.  No record of another
 * format has a different status where clf would find one, so if they differ, clf is right: except
 * of a format whose records are WHOLE lines.
 */
static void prefer_clf(struct httpstatus_entry *entry, const struct httpstatus_setup *setup,
                       const char *p, size_t size, struct result *result)
{
    int substatus;

    if (p)
        read_start(entry, setup, PLACE_clf, p, size);
    int status = httpstatus_clf_end(&entry->reader, setup, &substatus);
    if (status >= 0 && status != result->status)
        *result = (struct result){.status = status, .format = HTTPSTATUS_CLF};
}

static bool is_types(const struct httpstatus_entry *entry)
{
    return entry->formats & SET_OF(zeek) && httpstatus_is_types(&entry->reader.as.zeek);
}

/* What all readers except JSON's say; they first read the whole line if it is given. */
static struct result others_result(struct httpstatus_entry *entry,
                                   const struct httpstatus_setup *setup, const char *p, size_t size)
{
    struct result result = {.status = HTTPSTATUS_UNMATCHED};

    for (unsigned left = others(entry); left; left &= left - 1) {
        int i = lowest_bit(left);
        if (p)
            read_start(entry, setup, i, p, size);
        int status = httpstatus_formats[i].end(&entry->reader, setup, &result.substatus);
        if (status >= HTTPSTATUS_NO_STATUS) {
            result.status = status;
            result.format = httpstatus_formats[i].format;
            if (left & (left - 1) & SET_OF(clf) && !(httpstatus_formats[i].flags & WHOLE))
                prefer_clf(entry, setup, p, size, &result);
            return result;
        }
        if (status == OWN_MESSAGE)
            return (struct result){.status = HTTPSTATUS_UNMATCHED};
        if (status == HTTPSTATUS_SKIPPED) /* under auto a line of NULs alone may be anything */
            entry->comment = !(entry->formats & SET_OF(clf)) || entry->reader.as.w3c.is_directive;
        result.substatus = 0;
    }
    if (entry->comment && (!entry->marked || is_types(entry)))
        result.status = HTTPSTATUS_SKIPPED;
    return result;
}

/* The fields that the line names by one of the formats that read it; NULL if it names none. */
static const struct httpstatus_fields *named_fields(const struct httpstatus_entry *entry)
{
    const struct httpstatus_fields *fields = NULL;

    for (unsigned left = entry->formats & SET_WITH_DIRECTIVES; left && !fields; left &= left - 1)
        fields = httpstatus_new_fields(columns_of_format(entry, lowest_bit(left)));
    return fields;
}

static void set_fields(const struct httpstatus_entry *entry, struct result *result)
{
    const struct httpstatus_fields *fields = named_fields(entry);

    result->sets_fields = fields && result->status == HTTPSTATUS_SKIPPED;
    if (result->sets_fields)
        result->fields = *fields;
}

/*
 * A client may write what makes the server's line look like a fragment.  So a clf record, whose
 * status anything may follow, counts without the fragments after it.  If such a fragment is a
 * record as well, a client wrote it, or it is another request: nothing tells which.
 */
static struct result rest_result(struct httpstatus_entry *entry,
                                 const struct httpstatus_setup *setup)
{
    const struct result result = others_result(entry, setup, NULL, 0);

    return (struct result){.status = result.status >= HTTPSTATUS_NO_STATUS ? HTTPSTATUS_UNMATCHED
                                                                           : HTTPSTATUS_FRAGMENT};
}

/* What a text would be with these bytes behind it, if they ended it. */
static struct result result_with(const struct httpstatus_entry *entry,
                                 const struct httpstatus_setup *setup, const char *p, size_t size)
{
    struct httpstatus_entry copy = *entry;

    httpstatus_entry_read(&copy, NULL, setup, p, size, true);
    return httpstatus_entry_end(&copy, setup);
}

enum httpstatus_format httpstatus_entry_format(const struct httpstatus_entry *entry,
                                               const struct httpstatus_setup *setup)
{
    const struct result result = result_with(entry, setup, NULL, 0);

    return result.status >= HTTPSTATUS_NO_STATUS ? result.format : HTTPSTATUS_FORMAT_NONE;
}

bool httpstatus_entry_is_clf(const struct httpstatus_entry *entry,
                             const struct httpstatus_setup *setup)
{
    const struct result now = result_with(entry, setup, NULL, 0);
    const struct result longer = result_with(entry, setup, "0", 1);

    return now.format == HTTPSTATUS_CLF &&
           (longer.status == now.status || longer.status < HTTPSTATUS_NO_STATUS);
}

struct result httpstatus_entry_end(struct httpstatus_entry *entry,
                                   const struct httpstatus_setup *setup)
{
    struct result result = {.status = HTTPSTATUS_UNMATCHED};

    if (entry->is_rest)
        return rest_result(entry, setup);
    if (!entry->visible)
        return (struct result){.status = HTTPSTATUS_SKIPPED, .left_over = entry->left_over};
    if (has_objects(entry))
        result = json_result(entry);
    if (result.status == HTTPSTATUS_UNMATCHED && !has_wrapper(entry) && !entry->split)
        result = others_result(entry, setup, NULL, 0);
    set_fields(entry, &result);
    result.left_over = result.left_over || entry->left_over;
    return result;
}

/* ---- Whole lines ---- */

/* What a whole line, without its end, is if a quick look can tell; else UNPROVED. */
static int look_at(const struct httpstatus_setup *setup, const char *p, size_t size,
                   struct result *result)
{
    static const struct httpstatus_fields none;
    const struct format *format = format_of(setup->format);
    int status = UNPROVED;

    if (setup->automatic)
        return UNPROVED;
    if (format->scalar_look)
        status = format->scalar_look(p, p + size);
    if (format->flags & HAS_DIRECTIVES) {
        result->fields = none;
        status =
            httpstatus_directive_look(&result->fields, p, size, setup->format == HTTPSTATUS_ZEEK);
        result->sets_fields = result->fields.known;
    }
    return status;
}

static bool is_blank_line(const char *p, size_t size)
{
    size_t at = 0;

    while (at < size && is_blank(p[at]))
        at++;
    return at == size;
}

bool httpstatus_read_line(const struct httpstatus_setup *setup, const char *p, size_t size,
                          bool returns, struct result *result)
{
    struct httpstatus_entry entry;

    *result = (struct result){.format = setup->format};
    if (returns && size && memchr(p, '\r', size))
        return false;
    result->status = look_at(setup, p, size, result);
    if (result->status != UNPROVED)
        return true;
    *result = (struct result){.status = HTTPSTATUS_SKIPPED};
    if (is_blank_line(p, size))
        return true;
    httpstatus_entry_begin(&entry, httpstatus_formats_asked(setup, false), false);
    if (!entry.settled && settle(&entry, setup, p, size).is_fragment)
        return false;
    if (has_objects(&entry)) {
        struct httpstatus_json *j = &entry.reader.as.json;
        httpstatus_objects_read(j, setup, NULL, p + j->at, size - (size_t)j->at);
        if (j->ready || j->seen_wrapper || j->seen_stream)
            return false;
        *result = json_result(&entry);
    }
    if (result->status == HTTPSTATUS_SKIPPED || result->status == HTTPSTATUS_UNMATCHED)
        *result = others_result(&entry, setup, p, size);
    set_fields(&entry, result);
    return !result->left_over;
}

/* Lines of the server's own format: a careful reader that follows the locator of locator.c. */
#include "locator.h"
#include "quoted.h"

/* ---- The text before the status ---- */

/*
 * Whether a blank after these bytes, the last of them first, is part of a list such as
 * "502, 404 : 200".
 */
static bool goes_on(const char *before)
{
    return before[0] == ',' || (before[0] == ':' && before[1] == ' ');
}

static void decide(struct httpstatus_located *line, int status)
{
    line->found = status;
    line->decided = true;
}

/* Falls back to the next shorter beginning of the text that the bytes seen so far end with. */
static void shrink(struct httpstatus_located *line, const char *text)
{
    const unsigned seen = line->matched;

    do
        line->matched--;
    while (memcmp(text, text + seen - line->matched, line->matched) != 0);
    line->start_before[0] = text[seen - line->matched - 1];
    line->start_escaped = line->start_before[0] == '\\';
}

/* Matches one more byte of the text that ends a field; true once all of it has been seen. */
static bool text_step(struct httpstatus_located *line, const char *text, unsigned size, char c)
{
    while (line->matched == size || (line->matched && text[line->matched] != c))
        shrink(line, text);
    if (text[line->matched] != c)
        return false;
    if (line->matched++ == 0) {
        line->start_escaped = line->escaped;
        memcpy(line->start_before, line->before, sizeof line->start_before);
    }
    return line->matched == size;
}

static void begin_status(struct httpstatus_located *line)
{
    line->reading = true;
    line->status_escaped = line->start_escaped;
    line->status = (struct httpstatus_attempt){.active = true};
}

/* ---- After the status ---- */

/*
 * All ways of matching the line are followed at once.  A way is at the last byte that it has
 * matched of the text after the status; if a field follows that byte, the way may stay there while
 * the field lasts.  For each byte of the text, 'ways' has the status of the way that is there.  If
 * two ways meet, the later replaces the earlier: from there they go on alike, so that either both
 * reach the end or neither does.  is_told() rules out that both do, whoever wrote the line.
 */
enum { NO_WAY = 0, WAY = 1 - HTTPSTATUS_NO_STATUS }; /* status + WAY > NO_WAY */

static void enter(struct httpstatus_located *line, const struct locator *locator, unsigned place,
                  int way)
{
    line->ways[place] = (int16_t)way;
    if (line->way_count <= place)
        line->way_count = (uint16_t)(place + 1);
    if (place + locator->behind + 1u < locator->text_size || locator->loops[place])
        return;
    /* The string ends in this text.  If the line goes on, this may still be the only fit. */
    if (line->have_fallback && line->fallback != way - WAY)
        line->many = true;
    line->have_fallback = true;
    line->fallback = way - WAY;
}

/* Whether a list cannot end here: its last byte is a blank, which only a colon may follow. */
static bool needs_colon(const struct httpstatus_located *line, unsigned loop)
{
    return loop & LIST && line->before[0] == ' ' && !goes_on(line->before + 1);
}

static bool may_stay(const struct httpstatus_located *line, unsigned loop, char last, char c)
{
    if (c == '"' && loop & ESCAPED && line->escaped)
        return true;
    if (loop & OTHER)
        return c != last && c != '"';
    return needs_colon(line, loop) ? c == ':' : holders((unsigned char)c) & loop;
}

static bool may_enter(const struct httpstatus_located *line, const struct locator *locator,
                      unsigned place, char c)
{
    const uint16_t *loop = &locator->loops[place];

    if (*loop & ENTRY)
        return c != ' ' && c != ',' && c != ':' && holders((unsigned char)c) & LIST;
    if (c == ' ' && goes_on(line->before) && (loop[-1] & LIST || loop[1] & ENTRY))
        return false; /* the blank is part of the list */
    return c == locator->text[locator->behind + place] && !needs_colon(line, loop[-1]) &&
           !(c == '"' && line->escaped && loop[-1] & ESCAPED);
}

static void follow_byte(struct httpstatus_located *line, const struct locator *locator, char c)
{
    for (unsigned place = line->way_count; place-- > 0;) {
        const int way = line->ways[place];
        if (way == NO_WAY)
            continue;
        if (place + locator->behind + 1u < locator->text_size &&
            may_enter(line, locator, place + 1, c))
            enter(line, locator, place + 1, way);
        if (!may_stay(line, locator->loops[place], locator->text[locator->behind + place], c))
            line->ways[place] = NO_WAY;
    }
    while (line->way_count && line->ways[line->way_count - 1] == NO_WAY)
        line->way_count--;
}

static int found_from_end(const struct httpstatus_located *line, const struct locator *locator)
{
    const unsigned places = locator->text_size - locator->behind;

    if (places && line->ways[places - 1] != NO_WAY &&
        !needs_colon(line, locator->loops[places - 1]))
        return line->ways[places - 1] - WAY;
    return line->have_fallback && !line->many ? line->fallback : HTTPSTATUS_UNMATCHED;
}

/* ---- A line ---- */

static void end_status(struct httpstatus_located *line, const struct locator *locator, int c)
{
    const int status = line->status.value;

    line->reading = false;
    if (locator->from_end) {
        if (c != END_OF_LINE)
            enter(line, locator, 0, status + WAY);
        else if (!locator->has_stop)
            decide(line, status);
        return;
    }
    if (!line->status_escaped)
        decide(line, status);
    else if (!line->have_fallback)
        line->fallback = status;
    line->have_fallback = true;
}

/* A byte, or END_OF_LINE, where a status may be. */
static void status_step(struct httpstatus_located *line, const struct locator *locator, int c)
{
    struct httpstatus_attempt *a = &line->status;
    bool ends = c == END_OF_LINE || (locator->has_stop && c == locator->stop);

    if (ends && a->digits)
        end_status(line, locator, c);
    else if (locator->negative && a->value == HTTPSTATUS_NO_STATUS && c == '1')
        a->value = -1;
    else if (httpstatus_take_status(a, c, 3) == FAILS)
        line->reading = false;
}

/* All of the text that ends a field has been seen.  The text before the status may come again. */
static void end_step(struct httpstatus_located *line, const struct locator *locator)
{
    const unsigned step = line->step;
    const bool last = step + 1u == locator->step_count, listed = has_bit(locator->listed, step);
    const bool quote = locator->text[locator->steps[step].start] == '"' &&
                       !(step == 0 && locator->anchored);

    if (listed && goes_on(line->start_before))
        return;
    line->start_escaped = line->start_escaped && has_bit(locator->escaped, step);
    if (last)
        begin_status(line);
    if (last ? !(quote || listed || locator->from_end) : !line->start_escaped) {
        line->step++;
        line->matched = 0;
        line->into = last ? 2 : 0;
    }
}

static void locate_byte(struct httpstatus_located *line, const struct locator *locator, char c)
{
    const bool anchored = line->step == 0 && locator->anchored;

    if (line->reading)
        status_step(line, locator, (unsigned char)c);
    if (line->decided || line->step == locator->step_count)
        return;
    const char *text = locator->text + locator->steps[line->step].start;
    if (anchored && text[line->matched] != c)
        decide(line, HTTPSTATUS_UNMATCHED);
    else if (text_step(line, text, locator->steps[line->step].size, c))
        end_step(line, locator);
    line->escaped = c == '\\' && !line->escaped;
}

static void locate_bytes(struct httpstatus_located *line, const struct locator *locator,
                         const char *p, size_t size)
{
    for (size_t i = 0; i < size && !line->decided; i++)
        locate_byte(line, locator, p[i]);
}

/* Takes a byte for a string that has lists or padding, or whose lines must fit to their end. */
static void locate_byte_carefully(struct httpstatus_located *line, const struct locator *locator,
                                  char c)
{
    const bool behind_list = line->step && has_bit(locator->listed, line->step - 1u) &&
                             locator->steps[line->step - 1].size == 1;
    const bool first = line->into == 0;
    const bool colon = behind_list && line->into == 1 && line->before[0] == ':';

    follow_byte(line, locator, c);
    if (first && c == ' ' && has_bit(locator->padded, line->step))
        return;
    if (line->into < 2)
        line->into++;
    if (colon && c == ' ') { /* "502 : 404": the blank was part of the list */
        line->step--;
        line->matched = 0;
    } else if (colon) {
        locate_bytes(line, locator, ":", 1);
    }
    if (!(behind_list && first && c == ':'))
        locate_bytes(line, locator, &c, 1);
    memmove(line->before + 1, line->before, sizeof line->before - 1);
    line->before[0] = c;
}

static void begin_line(struct httpstatus_located *line, const struct locator *locator)
{
    if (!line->begun && locator->step_count == 0)
        begin_status(line);
    line->begun = true;
}

void httpstatus_custom_read(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                            const char *p, size_t size)
{
    struct httpstatus_located *line = &reader->as.custom;

    begin_line(line, &setup->locator);
    if (!setup->locator.careful)
        locate_bytes(line, &setup->locator, p, size);
    else
        for (size_t i = 0; i < size; i++)
            locate_byte_carefully(line, &setup->locator, p[i]);
}

int httpstatus_custom_end(struct httpstatus_reader *reader, const struct httpstatus_setup *setup,
                          int *substatus)
{
    struct httpstatus_located *line = &reader->as.custom;

    (void)substatus;
    if (line->reading)
        status_step(line, &setup->locator, END_OF_LINE);
    if (line->decided)
        return line->found;
    if (setup->locator.from_end)
        return found_from_end(line, &setup->locator);
    return line->have_fallback ? line->fallback : HTTPSTATUS_UNMATCHED;
}

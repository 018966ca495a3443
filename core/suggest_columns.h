/* Internal: the columns of a log of unknown format, and the format string that describes them. */
#ifndef HTTPSTATUS_SUGGEST_COLUMNS_H
#define HTTPSTATUS_SUGGEST_COLUMNS_H

#include "suggest.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* A line that a byte divides into columns, which quotes and brackets keep together. */
enum { MOST_COLUMNS = 64, PIECES = 8 };
struct columns {
    char separator;
    bool cut; /* there are more than there is room for */
    unsigned count;
    struct httpstatus_text list[MOST_COLUMNS];
};
void httpstatus_split(struct columns *columns, struct httpstatus_text line);

/* A column without the quotes, brackets and blanks around it. */
struct httpstatus_text httpstatus_bare(struct httpstatus_text column);
/*
 * Divides a column without blanks at its punctuation: "TCP_MISS/200" has two pieces.  Any other has
 * one.  Returns how many, at most PIECES.
 */
unsigned httpstatus_pieces(struct httpstatus_text column, struct httpstatus_text pieces[PIECES]);

/* In how many lines a column is something; and what its pieces are. */
struct facts {
    unsigned lines, requests, methods, targets, protocols, times, addresses, spaced, texts;
    struct {
        unsigned statuses, absent, known;
    } pieces[PIECES];
};

/* What a format string is made of: a line whose columns are as most lines have them. */
struct template
{
    const struct columns *columns;
    const struct facts *facts;
    struct httpstatus_text line;
    unsigned column, piece; /* of the status */
    bool from_end;          /* columns are found from the end of the line, and the facts are */
};
/* Of a column of a line that has so many. */
static inline const struct facts *httpstatus_facts(const struct template *template, unsigned count,
                                                   unsigned column)
{
    return &template->facts[template->from_end ? count - 1 - column : column];
}
/*
 * Writes a format string, with 'behind' columns after that of the status: ALL_BEHIND for the rest
 * of the line, NONE_BEHIND for no more than the byte that ends the status.  0: there is none, as it
 * would be too long, or the rest of the line is.
 */
enum { NONE_BEHIND = -1, ALL_BEHIND = MOST_COLUMNS };
size_t httpstatus_describe(const struct template *template, int behind, char *text, size_t size);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

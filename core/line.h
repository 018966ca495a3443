/* Internal: a text that is read as one line, by each format that it may be of. */
#ifndef HTTPSTATUS_LINE_H
#define HTTPSTATUS_LINE_H

#include "prefix.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/*
 * Added to line numbers where 0 stands for the line being read: a line before the part of a log
 * that is scanned has a number of 0 or less.
 */
#define LINE_NUMBER (UINT64_C(1) << 63)

/* Such a text, which may come over any number of calls. */
struct httpstatus_entry {
    bool wrapped, settled, visible, comment, marked, several, left_over;
    bool lone_return, split; /* has a CR that ends no line; text follows one */
    bool joined, goes_on;    /* with the fragment before; in the next one */
    bool is_rest;            /* of a line that has been counted */
    unsigned char fragment;  /* its place among the scanner's fragments */
    unsigned formats;        /* the set of those it may be of */
    uint64_t number;         /* of the line that it begins on; 0: this one */
    size_t prefix;           /* bytes before the record */
    size_t head_size, head_used;
    char head[HTTPSTATUS_PREFIX]; /* the beginning, which decides the formats */
    struct httpstatus_reader reader;
};

/* What the i-th format, which has directives, has read of it. */
static inline const struct httpstatus_columns *
columns_of_format(const struct httpstatus_entry *entry, int i)
{
    const char *state = (const char *)&entry->reader + httpstatus_formats[i].offset;

    return (const struct httpstatus_columns *)(const void *)state;
}

/* What a line is. */
struct result {
    int status, substatus; /* or why there is none: HTTPSTATUS_NO_STATUS ..., HTTPSTATUS_FRAGMENT */
    enum httpstatus_format format; /* of a record */
    int key;                       /* json: which of the usual ones; -1: the caller's */
    uint64_t number;               /* of the line that it begins on + LINE_NUMBER; 0: this one */
    bool left_over;                /* something else is on the line */
    uint64_t left_over_number;     /* of the line that this begins on; 0: this one */
    bool sets_fields;
    struct httpstatus_fields fields;
};

/* The set of formats that a line of the log, or a line wrapped in one, may be of. */
unsigned httpstatus_formats_asked(const struct httpstatus_setup *setup, bool wrapped);

/* Takes note of the CRs in its next bytes, except one that may be part of the line's end. */
static inline void note_returns(struct httpstatus_entry *entry, const char *p, size_t size)
{
    size_t end = size;

    while (end && p[end - 1] == '\r')
        end--;
    entry->split = entry->split || (end && (entry->lone_return || memchr(p, '\r', end)));
    entry->lone_return = entry->lone_return || entry->split || end < size;
}

struct scanner;

/* Begins a text; 'wrapped': it is in a string of a line. */
void httpstatus_entry_begin(struct httpstatus_entry *entry, unsigned formats, bool wrapped);

/*
 * Reads on and returns how many bytes it took: fewer than 'size' if a record ends before the line
 * does (httpstatus_entry_is_ready()).  'last': no more bytes will come, except those not taken.
 */
size_t httpstatus_entry_read(struct httpstatus_entry *entry, struct scanner *scanner,
                             const struct httpstatus_setup *setup, const char *p, size_t size,
                             bool last);
bool httpstatus_entry_is_ready(const struct httpstatus_entry *entry);

/* The format of which an unfinished line is a record already; NONE if it is not one. */
enum httpstatus_format httpstatus_entry_format(const struct httpstatus_entry *entry,
                                               const struct httpstatus_setup *setup);

/*
 * Whether it is one of clf already.  It is not while one more digit could make it another status:
 * the text may have been cut within it.
 */
bool httpstatus_entry_is_clf(const struct httpstatus_entry *entry,
                             const struct httpstatus_setup *setup);

/* What the text is, once all of it has been read. */
struct result httpstatus_entry_end(struct httpstatus_entry *entry,
                                   const struct httpstatus_setup *setup);

/*
 * What a whole line is, without its end.  false if this cannot tell: the line has several records
 * or something left over, is a fragment of a line, or wraps one.  'returns': it may have a CR.
 */
bool httpstatus_read_line(const struct httpstatus_setup *setup, const char *p, size_t size,
                          bool returns, struct result *result);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

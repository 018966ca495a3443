/* A text read as one line, by each format that it may be of: inside the core only. */
#ifndef HTTPSTATUS_LINE_H
#define HTTPSTATUS_LINE_H

#include "prefix.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/*
 * Added to the number of a line where 0 is that of the line being read: a number may lie before the
 * part of a log that is scanned, and is 0 or less there.
 */
#define LINE_NUMBER (UINT64_C(1) << 63)

/* A text that is read as one line, in pieces of any size, by each format that it may be of. */
struct httpstatus_entry {
    bool wrapped, settled, visible, comment, marked, several, lone_return, left_over;
    bool joined, goes_on; /* with the part before; in the next part */
    bool is_rest;         /* of a line that has been counted */
    unsigned char part;   /* which part that is */
    unsigned formats;     /* bits: those that may take it */
    uint64_t number;      /* of the line that it begins on; 0: this one */
    size_t prefix;        /* how much stands in front of the record */
    size_t head_size, head_used;
    char head[HTTPSTATUS_PREFIX]; /* the beginning, by which the formats are chosen */
    struct httpstatus_reader reader;
};

/* What a line is. */
struct result {
    int status, substatus; /* or why there is none: HTTPSTATUS_NO_STATUS ..., HTTPSTATUS_PART */
    enum httpstatus_format format; /* of a record */
    int key;                       /* json: the usual one; -1: the caller's */
    uint64_t number;               /* of the line that it begins on, and LINE_NUMBER; 0: this one */
    bool left_over;                /* something else is on the line */
    uint64_t left_over_number;     /* of the line that this begins on; 0: this one */
    bool sets_fields;
    struct httpstatus_fields fields;
};

/* What a line of the log may be of, and what one that is wrapped in such a line may be of: bits. */
unsigned httpstatus_formats_asked(const struct httpstatus_setup *setup, bool wrapped);

struct scanner;

/* Begins a text in pieces, which may be one that is wrapped in a line. */
void httpstatus_entry_begin(struct httpstatus_entry *entry, unsigned formats, bool wrapped);

/*
 * Reads on and returns how many bytes it took: fewer than there are if a record is at its end
 * before the line is (httpstatus_entry_is_ready()).  'last': no more bytes will come, but for
 * those not taken.
 */
size_t httpstatus_entry_read(struct httpstatus_entry *entry, struct scanner *scanner,
                             const struct httpstatus_setup *setup, const char *p, size_t size,
                             bool last);
bool httpstatus_entry_is_ready(const struct httpstatus_entry *entry);

/* Of which format a part of a line that goes on is a record already; NONE if it is none. */
enum httpstatus_format httpstatus_entry_format(const struct httpstatus_entry *entry,
                                               const struct httpstatus_setup *setup);

/* What the text is, of which all has been read. */
struct result httpstatus_entry_end(struct httpstatus_entry *entry,
                                   const struct httpstatus_setup *setup);

/*
 * What a whole line is, without its end.  false if it takes more than one look: it has several
 * records, or something left over, is a part of a wrapped line or has such a line in it.
 * 'returns': it may have a CR, too.
 */
bool httpstatus_read_line(const struct httpstatus_setup *setup, const char *p, size_t size,
                          bool returns, struct result *result);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

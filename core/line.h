/* A text read as one line, by each format that it may be of: inside the core only. */
#ifndef HTTPSTATUS_LINE_H
#define HTTPSTATUS_LINE_H

#include "formats.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/*
 * Added to the number of a line where 0 is that of the line being read: a number may lie before the
 * part of a log that is scanned, and is 0 or less there.
 */
#define LINE_NUMBER (UINT64_C(1) << 63)

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

/* Begins a text in pieces, which may be one that is wrapped in a line. */
void httpstatus_entry_begin(struct httpstatus_entry *entry, unsigned formats, bool wrapped);

/*
 * Reads on and returns how many bytes it took: fewer than there are if a record is at its end
 * before the line is (httpstatus_entry_is_ready()).  'last': no more bytes will come, but for
 * those not taken.
 */
size_t httpstatus_entry_read(struct httpstatus_entry *entry, struct httpstatus_scanner *scanner,
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

/*
 * httpstatus_top.h - the paths, clients and so on of most records
 *
 * Part of httpstatus.h, which includes it and says what holds for the whole library.
 */
#ifndef HTTPSTATUS_TOP_H
#define HTTPSTATUS_TOP_H

#include "httpstatus_log.h"

HTTPSTATUS_BEGIN
/* ---- Top ----------------------------------------------------------------------------------- */
/*
 * The values of a part that most records have, in fixed memory (Space-Saving, by Metwally and
 * others).  While there are entries enough for all values, the counts are exact.  From then on the
 * count of an entry is at most its error too large: the records with its value are at least
 * count - error and at most count.  A value that has no entry is that of at most 'bound' records.
 *
 * The log is counted in slices of 64 MiB, which end with lines, and the slices are added up in
 * their order.  So whoever does the same gets the same answer, in whatever pieces the log comes,
 * and by however many threads.  Sums in another order, or of other parts, agree as long as they are
 * exact; else both are within their errors.
 */
enum {
    HTTPSTATUS_TOP_ENTRIES = 512, /* that there is room for */
    HTTPSTATUS_TOP_VALUE = 160,   /* bytes of a value; longer ones are cut */
    HTTPSTATUS_TOP_SLICE = 64 * 1024 * 1024,
    HTTPSTATUS_TOP_SIZE = 208 * 1024
};
struct httpstatus_top { HTTPSTATUS_OPAQUE(HTTPSTATUS_TOP_SIZE); }; /* copied by assignment */
enum httpstatus_group { /* what counts as one path, without its query */
    HTTPSTATUS_GROUP_QUERY, /* the same path */
    HTTPSTATUS_GROUP_ID, /* identifiers are ":id": a segment of digits alone, a UUID, 16 or more
        hexadecimal digits */
    HTTPSTATUS_GROUPS       /* how many there are */
};
/* "query", "id"; NULL past the last.  And back: false for any other name. */
HTTPSTATUS_API const char *httpstatus_group_name(size_t i);
HTTPSTATUS_API bool httpstatus_group_find(const char *name, size_t size,
                                          enum httpstatus_group *group);
/* The i-th part to count by: "path", "client", "host", "method", "agent", "referer"; then NULL. */
HTTPSTATUS_API const char *httpstatus_top_by_name(size_t i);
HTTPSTATUS_API bool httpstatus_top_by(const char *name, size_t size, enum httpstatus_part *by);

struct httpstatus_top_options {
    enum httpstatus_part by;     /* one of those above */
    enum httpstatus_group group; /* other than QUERY only by path */
    size_t n;                    /* how many entries are shown, 1 to 512; 0: 20 */
    size_t entries;              /* how many are kept, 1 to 512; 0: 512 */
};
struct httpstatus_top_entry {
    struct httpstatus_text value; /* without the log's escapes */
    uint64_t count, error;
};
/*
 * What is wrong with options: "by", "group", "n" or "entries"; NULL if nothing is.  See
 * httpstatus_expected().
 */
HTTPSTATUS_API const char *httpstatus_top_check(const struct httpstatus_top_options *options);
/* Begins an empty one; false, with nothing changed, if the options are wrong. */
HTTPSTATUS_API bool httpstatus_top_init(struct httpstatus_top *top,
                                        const struct httpstatus_top_options *options);
/*
 * Counts a record with a value, which is not absent.  If there is no entry for it and no room, it
 * takes that of the least count; of these, that of the value which was counted the longest ago.
 */
HTTPSTATUS_API void httpstatus_top_add(struct httpstatus_top *top, struct httpstatus_text value);
/* Counts a record that has been divided, by the part that is asked for. */
HTTPSTATUS_API void httpstatus_top_add_record(struct httpstatus_top *top,
                                              const struct httpstatus_record *record);
/*
 * Counts a line that the scanner has found, if it is a record: the arguments are those of
 * httpstatus_record().  A filter for the scanner makes it find only the lines that are wanted.
 */
HTTPSTATUS_API void httpstatus_top_add_line(struct httpstatus_top *top,
                                            const struct httpstatus_scanner *scanner,
                                            const struct httpstatus_line *line, const char *p,
                                            char *buffer);
/*
 * httpstatus_scan() for a top: ends slices where they end.  Add the lines that it stores before the
 * next call.
 */
HTTPSTATUS_API size_t httpstatus_top_scan(struct httpstatus_top *top,
                                          struct httpstatus_scanner *scanner, const char *p,
                                          size_t size, struct httpstatus_line *lines,
                                          size_t capacity, size_t *used);
/*
 * Whether the slice has been scanned to its end: the next httpstatus_top_scan() ends it.  End then,
 * too, whatever else counts the lines that it finds.
 */
HTTPSTATUS_API bool httpstatus_top_is_over(const struct httpstatus_top *top);
/*
 * Ends the slice: what has been added since the last one is only now in the entries and the bound.
 * Takes about 30 KiB of stack, as httpstatus_top_scan() does at the end of one.
 */
HTTPSTATUS_API void httpstatus_top_end(struct httpstatus_top *top);
/*
 * Adds the top of the part of the log that follows, or of another log, and shows as many as the one
 * that shows more.  Both must have been ended.  false, with nothing changed, if they were not, or
 * if by, group or entries differ.
 */
HTTPSTATUS_API bool httpstatus_top_merge(struct httpstatus_top *top,
                                         const struct httpstatus_top *more);
/* Whether two that have been ended agree in everything. */
HTTPSTATUS_API bool httpstatus_top_equal(const struct httpstatus_top *a,
                                         const struct httpstatus_top *b);
/* The options, without zeros. */
HTTPSTATUS_API struct httpstatus_top_options
httpstatus_top_options(const struct httpstatus_top *top);
HTTPSTATUS_API size_t httpstatus_top_count(const struct httpstatus_top *top); /* shown: n or less */
HTTPSTATUS_API size_t httpstatus_top_kept(const struct httpstatus_top *top);
/* The i-th entry, i < kept: by count, the greatest first, then by the bytes of the value. */
HTTPSTATUS_API struct httpstatus_top_entry httpstatus_top_at(const struct httpstatus_top *top,
                                                             size_t i);
/* Records; those of them without the part; those whose value was cut. */
HTTPSTATUS_API uint64_t httpstatus_top_total(const struct httpstatus_top *top);
HTTPSTATUS_API uint64_t httpstatus_top_absent(const struct httpstatus_top *top);
HTTPSTATUS_API uint64_t httpstatus_top_cut(const struct httpstatus_top *top);
/* A value that has no entry is that of at most so many records. */
HTTPSTATUS_API uint64_t httpstatus_top_bound(const struct httpstatus_top *top);
/* Whether every value has its entry, uncut, and every count is right. */
HTTPSTATUS_API bool httpstatus_top_exact(const struct httpstatus_top *top);
/*
 * Restores a top that was saved: begin it with the options, give it these numbers, then each entry.
 * The second is false, with nothing changed, for an entry that cannot be: its value is there
 * already or too long, its count 0 or less than its error, or all entries are taken.
 */
HTTPSTATUS_API void httpstatus_top_restore(struct httpstatus_top *top, uint64_t total,
                                           uint64_t absent, uint64_t cut, uint64_t bound);
HTTPSTATUS_API bool httpstatus_top_add_entry(struct httpstatus_top *top,
                                             const struct httpstatus_top_entry *entry);
HTTPSTATUS_END

#endif

/* What the readers of the log formats share: inside the core only. */
#ifndef HTTPSTATUS_READER_H
#define HTTPSTATUS_READER_H

#include "formats.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* ---- Where a record begins ---- */

/* What a logger has put before a record: 'size' is 0 if nothing that is known. */
struct prefix {
    size_t size;
    bool is_runtime, is_part, is_error; /* a container runtime's, its tag P, its stream stderr */
};
struct prefix httpstatus_prefix(const char *p, size_t size);

/* Whether a line begins with a time as container runtimes write it; whether it is a part of another. */
static inline bool may_be_runtime(const char *line, size_t size)
{
    enum { TIME = sizeof "2016-10-06T00:17:09" - 1 };

    return size > TIME && line[4] == '-' && line[10] == 'T';
}
static inline bool is_part(const char *line, size_t size)
{
    return may_be_runtime(line, size) && httpstatus_prefix(line, size).is_part;
}

/* ---- clf ---- */

scalar_look_function httpstatus_clf_quick;

/* ---- w3c, cloudfront ---- */

/* Reads a whole line if it is a directive, else SCAN_UNPROVED; one that names fields sets them. */
int httpstatus_columns_quick(struct httpstatus_fields *fields, const char *p, size_t size);

/* What a directive that has been read says of the fields; NULL if it is none that does. */
const struct httpstatus_fields *httpstatus_new_fields(const struct httpstatus_columns *line);

/* The column of the status in a CloudFront log that does not say. */
enum { CLOUDFRONT_STATUS = 8 };

/* The columns that a "#Fields:" directive names after the colon. */
void httpstatus_parse_fields(struct httpstatus_fields *fields, const char *p, size_t size);

/* ---- json ---- */

/* The keys that are looked for if none is given, and how many; sets one, false if it is no path. */
const struct httpstatus_key *httpstatus_json_keys(const struct httpstatus_setup *setup, int *count);
bool httpstatus_json_set_key(struct httpstatus_setup *setup, struct httpstatus_text key);

/*
 * Reads on in a line of objects; returns how many bytes it took.  Those are fewer than 'size' where a
 * record is at its end and another object begins: j->ready then, until the record is taken.  'scanner'
 * is whose lines these are, NULL for those that are wrapped in another one.
 */
size_t httpstatus_objects_read(struct httpstatus_json *j, const struct httpstatus_setup *setup,
                               struct httpstatus_scanner *scanner, const char *p, size_t size);
/* After the last byte: j->have_record and j->left_over tell what there is. */
void httpstatus_objects_end(struct httpstatus_json *j);

/*
 * A string that may have a line in it: begins it, takes a byte, and sets status, format, key, number and
 * left_over of 'j' to what the line is; status to HTTPSTATUS_PART if it goes on in another string.
 * _is_rest: whether the object has the rest of a line that has been answered, by its first part.
 */
enum { HTTPSTATUS_PART = -7 };
bool httpstatus_wrapper_is_rest(struct httpstatus_scanner *scanner, const struct httpstatus_json *j);
void httpstatus_wrapper_begin(struct httpstatus_scanner *scanner);
void httpstatus_wrapper_byte(struct httpstatus_scanner *scanner, char c);
void httpstatus_wrapper_end(struct httpstatus_scanner *scanner, struct httpstatus_json *j,
                            bool may_be_part);

/* ---- Requests in quotes ---- */

/*
 * "[dd/Mon/yyyy:d", a byte at a time: true when the last of it has been seen.  'allowed' says whether
 * it may begin here.
 */
bool httpstatus_stamp_step(unsigned char *stamp, char c, bool allowed);
#define stamp_step httpstatus_stamp_step

enum { END_OF_LINE = -1 };

/* What has been seen behind a quote: not enough, something wrong, or all that must follow. */
enum follow { GOES_ON, FAILS, FITS };
typedef enum follow follow_function(struct httpstatus_attempt *, int c);

/* Takes a digit or the dash of a status of at most 'most' digits. */
enum follow httpstatus_take_status(struct httpstatus_attempt *attempt, int c, int most);
#define take_status httpstatus_take_status

/*
 * Takes a byte, 0 to 255, of the request or behind it.  The first quote without a backslash closes if
 * what must follow does; else the first quote behind " HTTP/1.1" or the like that is so followed: its
 * writer did not escape.
 */
void httpstatus_closing_step(struct httpstatus_closing *close, int c, follow_function *follow);
int httpstatus_closing_end(struct httpstatus_closing *close, follow_function *follow);
#define closing_step httpstatus_closing_step
#define closing_end httpstatus_closing_end

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

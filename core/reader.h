/* What the readers of the log formats share: inside the core only. */
#ifndef HTTPSTATUS_READER_H
#define HTTPSTATUS_READER_H

#include "httpstatus.h"
#include "text.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/*
 * A careful reader is two functions: one gets the bytes of a line in pieces of any size, without its
 * end; the other, after the last, gives the status, HTTPSTATUS_NO_STATUS, HTTPSTATUS_SKIPPED or
 * HTTPSTATUS_UNMATCHED, and sets '*substatus' where there is one.  A reader begins zeroed.
 */
#define READER(name)                                                                              \
    void httpstatus_##name##_read(struct httpstatus_reader *, struct httpstatus_setup *,          \
                                  const char *, size_t);                                          \
    int httpstatus_##name##_end(struct httpstatus_reader *, struct httpstatus_setup *, int *)
READER(clf);
READER(custom);
READER(w3c);
READER(cloudfront);
READER(elb);
READER(s3);
READER(haproxy);
READER(squid);
READER(envoy);
READER(json);

/* What a whole clf line of a usual form is, else SCAN_UNPROVED. */
int httpstatus_clf_quick(const char *p, const char *end);

/* Reads a whole line of w3c or cloudfront if it is a directive, else SCAN_UNPROVED. */
int httpstatus_columns_quick(struct httpstatus_setup *setup, const char *p, size_t size);

/* The column of the status in a CloudFront log that does not say. */
enum { CLOUDFRONT_STATUS = 8 };

/* The columns that a "#Fields:" directive names after the colon. */
void httpstatus_parse_fields(struct httpstatus_fields *fields, const char *p, size_t size);

/* The keys that json tries if none is given; sets one, false if it is no path of 1 to 8 names. */
extern const char *const httpstatus_json_keys[];
bool httpstatus_json_set_key(struct httpstatus_setup *setup, struct httpstatus_text key);

/*
 * "[dd/Mon/yyyy:d", a byte at a time: true when the last of it has been seen.  'allowed' says whether
 * it may begin here.
 */
bool httpstatus_stamp_step(unsigned char *stamp, char c, bool allowed);
#define stamp_step httpstatus_stamp_step

/* ---- The quote that closes a request ---- */

enum { END_OF_LINE = -1 };

/* What has been seen behind a quote: not enough, something wrong, or all that must follow. */
enum follow { GOES_ON, FAILS, FITS };
typedef enum follow follow_function(struct httpstatus_attempt *, int c);

/* Takes a digit or the dash of a status of at most 'most' digits. */
enum follow httpstatus_take_status(struct httpstatus_attempt *attempt, int c, int most);
#define take_status httpstatus_take_status

/*
 * Takes a byte, 0 to 255, of the request or behind it.  The first quote without a backslash closes if what
 * must follow does; else the first quote of any kind that is so followed: its writer did not escape.
 */
void httpstatus_closing_step(struct httpstatus_closing *close, int c, follow_function *follow);
int httpstatus_closing_end(struct httpstatus_closing *close, follow_function *follow);
#define closing_step httpstatus_closing_step
#define closing_end httpstatus_closing_end

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

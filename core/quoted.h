/* Internal: requests in quotes (clf, envoy, s3), and the status of a format string. */
#ifndef HTTPSTATUS_QUOTED_H
#define HTTPSTATUS_QUOTED_H

#include "formats.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* ---- Requests in quotes ---- */

/*
 * Matches "[dd/Mon/yyyy:d" a byte at a time; true at its last byte.  'allowed': it may begin here.
 */
bool httpstatus_stamp_step(unsigned char *stamp, char c, bool allowed);

enum { END_OF_LINE = -1 };

/* What has been seen after a quote: not enough, something wrong, or all that must follow. */
enum follow { GOES_ON, FAILS, FITS };
typedef enum follow follow_function(struct httpstatus_attempt *, int c);

/* Takes a digit or the dash of a status of at most 'most' digits. */
enum follow httpstatus_take_status(struct httpstatus_attempt *attempt, int c, int most);

/*
 * Takes a byte, 0 to 255, of the request or of what follows it.  The first quote without a
 * backslash closes the request if what must follow does.  Else the first quote after " HTTP/1.1" or
 * the like does for which that holds: the writer did not escape.
 */
void httpstatus_closing_step(struct httpstatus_closing *close, int c, follow_function *follow);
int httpstatus_closing_end(struct httpstatus_closing *close, follow_function *follow);

/* Whether the bytes taken so far end in " HTTP/1.1" or, as Envoy writes HTTP/2, " HTTP/2". */
bool httpstatus_is_behind_version(const struct httpstatus_closing *close);

/* Whether an odd number of backslashes comes before p. */
static inline bool has_backslash(const char *start, const char *p)
{
    const char *run = p;

    while (run > start && run[-1] == '\\')
        run--;
    return (p - run) % 2 != 0;
}

/* The next quote that no backslash escapes; 'end' if there is none. */
static inline const char *bare_quote(const char *p, const char *end)
{
    for (const char *quote = p; (quote = find_byte(quote, end, '"')) < end; quote++)
        if (!has_backslash(p, quote))
            return quote;
    return end;
}

/* The quote that closes a request, by the same rule, in a line that is all there; NULL if none. */
const char *httpstatus_find_closing(const char *p, const char *end, follow_function *follow);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

/*
 * httpstatus_retry.h - whether and when to send a request again
 *
 * Part of httpstatus.h, which includes it and says what holds for the whole library.
 */
#ifndef HTTPSTATUS_RETRY_H
#define HTTPSTATUS_RETRY_H

#include "httpstatus_base.h"

HTTPSTATUS_BEGIN
/* ---- Retries ------------------------------------------------------------------------------- */
enum httpstatus_retry_after { /* what the value of a Retry-After is */
    HTTPSTATUS_RETRY_AFTER_NONE,    /* neither of the two */
    HTTPSTATUS_RETRY_AFTER_SECONDS, /* a time to wait, or a date and the time until then */
    HTTPSTATUS_RETRY_AFTER_DATE     /* a date, but the time of day is unknown */
};
/* The longest delay, 2^53 - 1, which every language holds exactly; a longer one is this. */
#define HTTPSTATUS_RETRY_AFTER_MAX INT64_C(9007199254740991)
/*
 * Reads the value of a Retry-After (RFC 9110, section 10.2.3), with or without blanks around it:
 * digits, any number of them, or a date of section 5.6.7, "Sun, 06 Nov 1994 08:49:37 GMT",
 * "Sunday, 06-Nov-94 08:49:37 GMT" or "Sun Nov  6 08:49:37 1994".  Dates are read by the letter:
 * letter case counts, a day must exist in its month, the second may be 60, but the day of the week
 * may be wrong.  Two digits mean the last such year at most 50 years after 'now' (or 1970 to 2069).
 *
 * '*seconds' is the time to wait from 'now' (seconds since 1970; negative: unknown), 0 for a date
 * in the past and never more than HTTPSTATUS_RETRY_AFTER_MAX; nor does 'now' count as more.
 * Without 'now' the result for a date is DATE, and '*seconds' the date, in seconds since 1970.
 */
HTTPSTATUS_API enum httpstatus_retry_after
httpstatus_parse_retry_after(const char *p, size_t size, int64_t now, int64_t *seconds);

enum httpstatus_retry_action { /* what the client does */
    HTTPSTATUS_RETRY_SEND,   /* send the same request again */
    HTTPSTATUS_RETRY_MODIFY, /* send another request: with credentials, changed, or to where the
        redirect leads */
    HTTPSTATUS_RETRY_ASK, /* send it again only if the user agrees, or you know that it was not
        acted on */
    HTTPSTATUS_RETRY_STOP,   /* do not send it again */
    HTTPSTATUS_RETRY_UNKNOWN /* no document says; the choice is yours */
};
enum httpstatus_retry_reason { /* why */
    HTTPSTATUS_RETRY_REASON_TEMPORARY, /* the condition passes: 413, 429, 503, or the code's owner
        says so */
    HTTPSTATUS_RETRY_REASON_INCOMPLETE, /* the server did not get the whole request: 408 */
    HTTPSTATUS_RETRY_REASON_MISDIRECTED, /* the server does not answer for this host on this
        connection: 421 */
    HTTPSTATUS_RETRY_REASON_TOO_EARLY, /* the server takes no early data for it: 425 */
    HTTPSTATUS_RETRY_REASON_RETRY_AFTER, /* no document says whether, but Retry-After says when */
    HTTPSTATUS_RETRY_REASON_CREDENTIALS, /* the request needs other credentials: 401, 403, 407 */
    HTTPSTATUS_RETRY_REASON_MODIFIED, /* the request has to be changed first */
    HTTPSTATUS_RETRY_REASON_USER_ACTION, /* the user has to ask for it or act: 507, 511 */
    HTTPSTATUS_RETRY_REASON_REDIRECT, /* the next request goes elsewhere: see redirect(); delay is
        the time before that */
    HTTPSTATUS_RETRY_REASON_NOT_AN_ERROR, /* there is nothing to repeat */
    HTTPSTATUS_RETRY_REASON_PERMANENT, /* the request is at fault, or the condition lasts */
    HTTPSTATUS_RETRY_REASON_NOT_IDEMPOTENT, /* it might be acted on twice (RFC 9110 section
        9.2.2) */
    HTTPSTATUS_RETRY_REASON_NOT_REPLAYABLE, /* its body cannot be sent again */
    HTTPSTATUS_RETRY_REASON_RETRY_AFTER_ABOVE_CAP, /* Retry-After asks for more time than the cap */
    HTTPSTATUS_RETRY_REASON_NO_RETRY_AFTER, /* only Retry-After would say that the condition passes:
        413 */
    HTTPSTATUS_RETRY_REASON_SILENT, /* no document says whether to repeat it */
    HTTPSTATUS_RETRY_REASON_POLICY /* the client that the policy is named after does so */
};
/* Their words: "retry", "not-idempotent" ... */
HTTPSTATUS_API const char *httpstatus_retry_action_name(enum httpstatus_retry_action action);
HTTPSTATUS_API const char *httpstatus_retry_reason_name(enum httpstatus_retry_reason reason);

struct httpstatus_retry_policy; /* whose rules decide; constant, like a row */
#define HTTPSTATUS_DEFAULT_RETRY_POLICY "rfc9110" /* for callers who name none */
/*
 * The policy of retries of that name, or NULL:
 *   "rfc9110"  the standards, and the owner of a code where they leave it open
 *   "urllib3"  urllib3's Retry with its defaults: only what has a Retry-After, never POST or PATCH
 *   "curl"     curl --retry: the errors that it takes for transient, whatever the method
 *   "got"      got's retry with its defaults: transient errors and idempotent methods, 413 with a
 *              Retry-After
 */
HTTPSTATUS_API const struct httpstatus_retry_policy *httpstatus_retry_policy(const char *name,
                                                                             size_t size);
HTTPSTATUS_API const char *httpstatus_retry_policy_name(size_t i); /* NULL past the last */

struct httpstatus_retry_options { /* begin with HTTPSTATUS_RETRY_OPTIONS, and set what is known */
    const struct httpstatus_retry_policy *policy; /* NULL: the default */
    struct httpstatus_text retry_after; /* the value of the field; absent: there is none */
    int64_t now;                        /* seconds since 1970; negative: unknown */
    int64_t cap;                        /* the longest delay to accept; negative: any */
    enum httpstatus_answer idempotent;  /* as a key may make the request; UNKNOWN: by its method */
    bool replayable;                    /* its body, if it has one, can be sent again */
};
#define HTTPSTATUS_RETRY_OPTIONS {NULL, {NULL, 0}, -1, -1, HTTPSTATUS_UNKNOWN, true}
struct httpstatus_retry { /* whether and when to send a request again */
    enum httpstatus_retry_action action;
    enum httpstatus_retry_reason reason;
    int64_t delay; /* seconds to wait, as Retry-After says; -1: as long as the caller likes */
    int64_t date;  /* when to send it, if Retry-After is a date and 'now' is unknown; else 0 */
    bool has_date;
    bool contested; /* the standards leave it open, and clients differ */
    enum httpstatus_answer same_connection; /* whether this one will do; UNKNOWN: nobody says */
    const char *reference; /* the section that rules the case, or a client's document */
};
/*
 * Whether to send a request with 'method' again after a response with 'code': by the retry advice
 * of the code's primary row, by that of 400 or 500 if it has none, and by Retry-After, which makes
 * nothing happen sooner.  One that cannot be read counts as none; one above the cap means STOP.
 * Methods are case-sensitive, and idempotent if IANA's registry says so.  After a 3xx that leads
 * somewhere the action is MODIFY and the delay that of the redirected request.  The library sleeps
 * and counts nothing: the caller waits, limits the attempts, and chooses the pause where 'delay' is
 * -1.  'options' may be NULL.  false, with nothing filled in, if the method is not a token.
 */
HTTPSTATUS_API bool httpstatus_retry(int code, const char *method, size_t size,
                                     const struct httpstatus_retry_options *options,
                                     struct httpstatus_retry *retry);
HTTPSTATUS_END

#endif

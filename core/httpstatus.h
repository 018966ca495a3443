/*
 * httpstatus.h - HTTP status codes, redirect rules and status counts of web-server logs
 *
 * A table of what every status code means (IANA's registry, vendors' own codes and the sub-statuses
 * of IIS), the rules by which clients follow redirects and repeat requests, and a scanner that
 * finds the status of every record in a web-server log.
 *
 * Nothing here allocates memory, prints, fails silently or depends on the locale.  Tables are
 * constant, so any thread may call any function; a scanner, a tally or a filter belongs to its
 * caller and to one thread at a time.  Input is (pointer, size): NUL bytes are data.  In C++, too,
 * write "struct" and "enum" before types: some functions have the name of the type they return.
 *
 * This header has the table.  It includes one for each other subject, to be read one at a time:
 *   httpstatus_redirect.h  what a client does after a redirect, and where a Location leads
 *   httpstatus_retry.h     whether and when to send a request again
 *   httpstatus_clients.h   what real clients were measured to do
 *   httpstatus_log.h       logs: their formats, their counts, the parts of a record
 *   httpstatus_series.h    the records of a log by class and time
 *   httpstatus_top.h       the paths, clients and so on of most records
 *   httpstatus_latency.h   the durations of a log's records by class
 *   httpstatus_base.h      what these share: texts, answers, macros
 */
#ifndef HTTPSTATUS_H
#define HTTPSTATUS_H

#include "httpstatus_base.h"

/* The version of this header; httpstatus_version() returns the library's. */
#define HTTPSTATUS_VERSION "0.1.0"

HTTPSTATUS_BEGIN
HTTPSTATUS_API const char *httpstatus_version(void); /* the library's, "0.1.0" */

/* ---- Rows of the table --------------------------------------------------------------------- */
/*
 * A row is one owner's meaning of a (code, substatus).  Rows are constant, live as long as the
 * program and may be compared by address.  They are sorted by code, substatus, primary row first,
 * and owner.  The primary row is what the bare number means: IANA's row if the code is registered,
 * else the one that data/status.toml marks, with the reason.
 */
struct httpstatus_status;
HTTPSTATUS_API size_t httpstatus_row_count(void); /* the number of rows */
/* The i-th row, i < count; and back: the i of a row, which must not be a stand-in. */
HTTPSTATUS_API const struct httpstatus_status *httpstatus_row(size_t i);
HTTPSTATUS_API size_t httpstatus_index(const struct httpstatus_status *row);
/* The primary row of 'code', substatus 0 before others; NULL if nobody gives it a meaning. */
HTTPSTATUS_API const struct httpstatus_status *httpstatus_lookup(int code);
/* The row of 'owner' (in any letter case), or the primary one if that is NULL; NULL if none. */
HTTPSTATUS_API const struct httpstatus_status *
httpstatus_find(int code, int substatus, const char *owner, size_t owner_size);
/*
 * The row that a text means: "404", "403.14", "404:1" (code and sub-status), a phrase ("Not
 * Found"), a name ("NOT_FOUND") or an alias ("Moved Temporarily"); letter case, blanks, '-', '_'
 * and "'" do not count.  Of rows with the same phrase, IANA's comes before a vendor's, a phrase
 * before an alias, a primary row before its variants.  Else what people paste ("HTTP/1.1 503
 * Service Unavailable"): the first code with a row in the first 1,024 bytes, best after "HTTP",
 * "status", "code", "error" or "response", not one with a unit or in a path, time or longer
 * number; of its rows the one whose phrase or owner is there too, else the primary one.  With
 * 'owner', only that owner's rows count.  NULL if no row fits.
 */
HTTPSTATUS_API const struct httpstatus_status *
httpstatus_lookup_text(const char *p, size_t size, const char *owner, size_t owner_size);

/* Reads "404", "403.14" or "404:1": 1 to 3 digits, substatus -1 (none) to 65535; else false. */
HTTPSTATUS_API bool httpstatus_read_code(const char *p, size_t size, int *code, int *substatus);
/* How many rows 'code' has, of any sub-status; '*first' is the index of the first, the primary. */
HTTPSTATUS_API size_t httpstatus_variants(int code, size_t *first);

struct httpstatus_query { /* a filter for rows: zero it and set what is wanted */
    int status_class;             /* 1..5; 0: any, including codes outside 100..599 */
    struct httpstatus_text owner; /* as in httpstatus_find(); data NULL: any */
    int official;                 /* 1: only IANA's, -1: only others', 0: both */
};
/* The first row after 'row' (NULL: of all) that fits, in table order; NULL if there are no more. */
HTTPSTATUS_API const struct httpstatus_status *httpstatus_next(const struct httpstatus_query *query,
                                                               const struct httpstatus_status *row);
/*
 * The rows that people mean by words ("rate limit", "502 Bad Gateway"), best first.  Letter case,
 * endings and words such as "the" do not count; "big" is "large".  A row is found if its texts,
 * aliases and synonyms have all the words, if one of its synonyms or longer phrases is wholly among
 * them, or if it has the most of them and half.  Rows of a number in the text come first, then
 * those whose phrase, alias or synonym fits best; of equals IANA's, widespread vendors', primary
 * and current ones.  Stores at most 'capacity' of them in 'rows' and returns how many there are in
 * all; 0 for a text without a word.  More words than HTTPSTATUS_SEARCH_WORDS, or more bytes in one
 * than HTTPSTATUS_SEARCH_WORD, are refused, so that the work is bounded: the result says which
 * limit comes first, and 'rows' stays as it was.
 */
HTTPSTATUS_API size_t httpstatus_search(const char *p, size_t size,
                                        const struct httpstatus_status **rows, size_t capacity);
enum { HTTPSTATUS_SEARCH_WORDS = 32, HTTPSTATUS_SEARCH_WORD = 128 /* more than any name has */ };
#define HTTPSTATUS_SEARCH_LONG_WORD ((size_t)-1)  /* a word has too many bytes */
#define HTTPSTATUS_SEARCH_MANY_WORDS ((size_t)-2) /* there are too many words */
/* What was expected, for one of these two results; NULL for a number of rows. */
HTTPSTATUS_API const char *httpstatus_search_error(size_t result);
/*
 * A stand-in for a code without a row, from its class alone; never NULL.  httpstatus_code() is -1;
 * the only texts are the class (absent outside 100..599), a description and an explanation.
 */
HTTPSTATUS_API const struct httpstatus_status *httpstatus_unknown(int code);

/* ---- What a row says ----------------------------------------------------------------------- */
/* -1 (HAProxy's, and that of a stand-in) to 999; and the sub-status, 0: none. */
HTTPSTATUS_API int httpstatus_code(const struct httpstatus_status *row);
HTTPSTATUS_API int httpstatus_substatus(const struct httpstatus_status *row);

enum httpstatus_field { /* the texts of a row, in the order in which records are shown */
    HTTPSTATUS_OWNER,         /* whose meaning it is: "IANA", "nginx", "IIS" ... */
    HTTPSTATUS_PHRASE,        /* the reason phrase (RFC 9110 spelling); absent if there is none */
    HTTPSTATUS_NAME,          /* the phrase as an identifier: "NOT_FOUND" */
    HTTPSTATUS_STATUS_CLASS,  /* "1xx" to "5xx"; absent outside 100..599 */
    HTTPSTATUS_LIFECYCLE, /* "active", "temporary", "experimental", "deprecated", "obsoleted",
        "unused", "current", "historic" or "informal"; the last three are not IANA's */
    HTTPSTATUS_REFERENCE,     /* RFC and section, or the vendor's document */
    HTTPSTATUS_DESCRIPTION,   /* one sentence of at most 100 characters, fit to show to a client */
    HTTPSTATUS_EXPLANATION,   /* for the operator: the cause and what to do about it */
    HTTPSTATUS_SINCE,         /* "HTTP/1.0", "HTTP/1.1", "extension" or "draft"; IANA only */
    HTTPSTATUS_INTRODUCED_IN, /* the first document that has the code; IANA only */
    HTTPSTATUS_WIRE, /* what the client gets: "sent" (this code), "400" (400 in its place), "log"
        (nothing: the code is only logged), "body" (the code, but only in the response body) or
        "internal" (nothing: the code never leaves the program); absent if no document says */
    HTTPSTATUS_FIELDS         /* how many there are */
};
HTTPSTATUS_API const char *httpstatus_field_name(enum httpstatus_field field); /* "owner" ... */
HTTPSTATUS_API struct httpstatus_text /* that text of the row, absent if it has none */
httpstatus_field(const struct httpstatus_status *row, enum httpstatus_field field);

enum httpstatus_property { /* yes or no; from IS_INTERIM on, unknown where no source settles it */
    HTTPSTATUS_IS_INFORMATIONAL, /* whether the class is 1xx */
    HTTPSTATUS_IS_SUCCESS,       /* whether the class is 2xx */
    HTTPSTATUS_IS_REDIRECTION,   /* whether the class is 3xx */
    HTTPSTATUS_IS_CLIENT_ERROR,  /* whether the class is 4xx */
    HTTPSTATUS_IS_SERVER_ERROR,  /* whether the class is 5xx */
    HTTPSTATUS_IS_ERROR,         /* whether the class is 4xx or 5xx */
    HTTPSTATUS_IS_KNOWN,         /* whether anyone gives the code a meaning */
    HTTPSTATUS_IS_OFFICIAL,      /* whether the meaning is IANA's */
    HTTPSTATUS_IS_INTERIM,       /* whether a final response follows (RFC 9110 section 15.2) */
    HTTPSTATUS_IS_REDIRECT, /* whether a client may follow Location automatically: 301, 302, 303,
        307, 308 */
    HTTPSTATUS_IS_CACHEABLE,     /* whether it is heuristically cacheable (RFC 9110 section 15.1) */
    HTTPSTATUS_MUST_NOT_STORE, /* whether the code's own definition forbids storing the response */
    HTTPSTATUS_ALLOWS_BODY,      /* whether a server may send content (RFC 9110 section 6.4.1) */
    HTTPSTATUS_PRESERVES_METHOD, /* whether the redirect repeats the method; unknown where the
        policy decides: see redirect() */
    HTTPSTATUS_PROPERTIES        /* how many there are */
};
HTTPSTATUS_API enum httpstatus_answer httpstatus_property(const struct httpstatus_status *row,
                                                          enum httpstatus_property property);
/* The section that settles the answer; absent if it is unknown. */
HTTPSTATUS_API struct httpstatus_text
httpstatus_property_reference(const struct httpstatus_status *row,
                              enum httpstatus_property property);
/* "is_error" ...; and back: sets the property of that name, false if there is none. */
HTTPSTATUS_API const char *httpstatus_property_name(enum httpstatus_property property);
HTTPSTATUS_API bool httpstatus_property_find(const char *name, size_t size,
                                             enum httpstatus_property *property);

/* Other spellings of the phrase and who uses or used them ("RFC 2616, nginx"): i < count. */
struct httpstatus_alias { struct httpstatus_text phrase, source; };
HTTPSTATUS_API size_t httpstatus_alias_count(const struct httpstatus_status *row);
HTTPSTATUS_API struct httpstatus_alias httpstatus_alias(const struct httpstatus_status *row,
                                                        size_t i);

struct httpstatus_header { /* a header field that goes with the status */
    struct httpstatus_text name;
    struct httpstatus_text level;     /* "MUST", "SHOULD", "MAY" or "MUST NOT" */
    struct httpstatus_text reference; /* where it says so */
    struct httpstatus_text condition; /* when it holds; absent: always */
};
/* How many header fields go with the status, and the i-th of them, i < count. */
HTTPSTATUS_API size_t httpstatus_header_count(const struct httpstatus_status *row);
HTTPSTATUS_API struct httpstatus_header httpstatus_header(const struct httpstatus_status *row,
                                                          size_t i);
/*
 * What a client may do about a request that failed; absent where the documents do not say.
 *   "repeat"           send the same request again, on a new connection if this one is closed (408)
 *   "new-connection"   send it again on another connection (421)
 *   "after-handshake"  send it again once the TLS handshake is complete, never as early data (425)
 *   "after-delay"      send it again after the time in Retry-After, or after a pause of your own
 *                      (429, 503)
 *   "if-retry-after"   send it again after the time in Retry-After; without that field do not (413)
 *   "new-credentials"  send it again with other credentials (401, 403, 407)
 *   "modified"         change the request first, as the explanation says (409, 411, 417)
 *   "user-action"      send it again only after the user asks for it or acts (507, 511)
 *   "no"               do not repeat it unasked: the request is at fault, or the condition lasts
 *                      (400, 404, 410, 501)
 */
struct httpstatus_retry_advice { struct httpstatus_text advice, reference; /* where it says so */ };
HTTPSTATUS_API struct httpstatus_retry_advice
httpstatus_retry_advice(const struct httpstatus_status *row);

/* ---- Short answers about a code ------------------------------------------------------------ */
/* The phrase of the primary row; absent for an unknown code. */
HTTPSTATUS_API struct httpstatus_text httpstatus_phrase(int code);
/* "1xx".."5xx" by the first digit (RFC 9110, section 15); absent outside 100..599. */
HTTPSTATUS_API struct httpstatus_text httpstatus_class_of(int code);
/* What a recipient treats it as (section 15): itself if IANA's, else x00; 500 outside 100..599. */
HTTPSTATUS_API int httpstatus_effective(int code);
/* The names that denote a code: each IANA row's and its older ones ("REQUEST_ENTITY_TOO_LARGE"). */
struct httpstatus_constant { struct httpstatus_text name; const struct httpstatus_status *row; };
HTTPSTATUS_API size_t httpstatus_constant_count(void);
HTTPSTATUS_API struct httpstatus_constant httpstatus_constant(size_t i);

/* ---- Messages ------------------------------------------------------------------------------ */
/*
 * What is expected of an argument, for the end of a message: "invalid policy 'x': expected rfc9110,
 * fetch, ...".  'name' is "code", "substatus", "status" (in a log), "status_class", "property",
 * "method", "policy", a knob, "follow", "drops_headers", "drops_cross_origin", "base", "rules",
 * "retry_policy", "now", "cap", "named_format", "format", "key", "fields", "which", "escape",
 * "zone", "reference", "since", "until", "host", "step", "classes", "q" or "scanner"; NULL for any
 * other.  The result may point into 'text'.
 */
enum { HTTPSTATUS_EXPECTED = 512 };
HTTPSTATUS_API const char *httpstatus_expected(const char *name, char text[HTTPSTATUS_EXPECTED]);
HTTPSTATUS_END

#include "httpstatus_redirect.h"
#include "httpstatus_retry.h"
#include "httpstatus_clients.h"
#include "httpstatus_log.h"
#include "httpstatus_series.h"
#include "httpstatus_top.h"
#include "httpstatus_latency.h"

#endif

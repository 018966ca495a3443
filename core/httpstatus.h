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
 */
#ifndef HTTPSTATUS_H
#define HTTPSTATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The version of this header; httpstatus_version() returns the library's. */
#define HTTPSTATUS_VERSION "0.1.0"
/* Define HTTPSTATUS_STATIC to compile it in or link an archive, HTTPSTATUS_BUILD to make a DLL. */
#if defined(_WIN32) ? defined(HTTPSTATUS_STATIC) : !defined(__GNUC__)
#define HTTPSTATUS_API
#elif defined(HTTPSTATUS_STATIC) /* not exported by what it is compiled into */
#define HTTPSTATUS_API __attribute__((visibility("hidden")))
#elif !defined(_WIN32)
#define HTTPSTATUS_API __attribute__((visibility("default")))
#elif defined(HTTPSTATUS_BUILD)
#define HTTPSTATUS_API __declspec(dllexport)
#else
#define HTTPSTATUS_API __declspec(dllimport)
#endif
#ifdef __cplusplus
#ifdef __GNUC__
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow" /* functions with the name of a type */
#endif
extern "C" {
#endif
struct httpstatus_text { /* absent: {NULL, 0} */
    const char *data; /* the library's, constant ASCII and a NUL; or yours: method, URL, key */
    size_t size;      /* in bytes, without the NUL */
};

/* State of the library in your memory: bytes of a fixed size, aligned for whatever they hold. */
#define HTTPSTATUS_OPAQUE(size)                                                                    \
    union { unsigned char bytes[size]; uint64_t number; const void *pointer; } opaque
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
enum httpstatus_answer { HTTPSTATUS_UNKNOWN = -1, HTTPSTATUS_NO = 0, HTTPSTATUS_YES = 1 };
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

/* ---- Redirects ----------------------------------------------------------------------------- */
enum httpstatus_action { /* what the client does */
    HTTPSTATUS_ACTION_NONE, /* nothing to follow, for the reason given */
    HTTPSTATUS_FOLLOW,      /* send the next request */
    HTTPSTATUS_ASK,         /* send it only if the user agrees (RFC 2616) */
    HTTPSTATUS_MAY,         /* following is allowed, not required (300 and unregistered 3xx) */
    HTTPSTATUS_ACTION_ERROR /* give up: the client reports an error instead of the response; see
        reason */
};
enum httpstatus_reason { /* why there is nothing to follow */
    HTTPSTATUS_REASON_NONE,       /* there is something to follow */
    HTTPSTATUS_NOT_MODIFIED,      /* 304 */
    HTTPSTATUS_PROXY,             /* 305 */
    HTTPSTATUS_UNUSED,            /* 306 */
    HTTPSTATUS_CONNECT,           /* a 3xx to CONNECT opens no tunnel (RFC 9110 section 9.3.6) */
    HTTPSTATUS_NOT_A_REDIRECT,    /* the policy does not treat the code as a redirect */
    HTTPSTATUS_NOT_REPLAYABLE,    /* the body cannot be sent again */
    HTTPSTATUS_NO_LOCATION,       /* the response has no Location */
    HTTPSTATUS_INVALID_LOCATION,  /* its Location is not a URL */
    HTTPSTATUS_SEVERAL_LOCATIONS, /* it has several Locations */
    HTTPSTATUS_UNSUPPORTED_SCHEME /* its Location is neither http nor https */
};
enum httpstatus_method_change { /* what the policy says of the method */
    HTTPSTATUS_CHANGE_NONE, /* no next request */
    HTTPSTATUS_REQUIRED,    /* the method must change */
    HTTPSTATUS_OPTIONAL,    /* the method changes; keeping it also conforms */
    HTTPSTATUS_FORBIDDEN    /* the method must not change */
};
enum httpstatus_redirect_kind { /* what the redirect says of the old URL */
    HTTPSTATUS_KIND_NONE, /* nothing to follow */
    HTTPSTATUS_PERMANENT, /* links may be updated */
    HTTPSTATUS_TEMPORARY, /* later requests use the old URL */
    HTTPSTATUS_OTHER,     /* another resource, not a substitute: 303 */
    HTTPSTATUS_CHOICE     /* one of several: 300, and codes treated as 300 */
};
/* Their words ("follow", "not-modified" ...); NULL for ..._NONE, except the action's, "none". */
HTTPSTATUS_API const char *httpstatus_action_name(enum httpstatus_action action);
HTTPSTATUS_API const char *httpstatus_reason_name(enum httpstatus_reason reason);
HTTPSTATUS_API const char *httpstatus_method_change_name(enum httpstatus_method_change change);
HTTPSTATUS_API const char *httpstatus_redirect_kind_name(enum httpstatus_redirect_kind kind);
struct httpstatus_names { const char *const *list; size_t count; }; /* header fields or methods */
enum httpstatus_drop_reason { /* why a header field of the request is not in the next one */
    HTTPSTATUS_DROP_BODY,      /* it describes the body, which is dropped */
    HTTPSTATUS_DROP_ORIGIN,    /* it is a credential, and the origin changes */
    HTTPSTATUS_DROP_HOP,       /* it is for one connection or one proxy */
    HTTPSTATUS_DROP_RECOMPUTED /* the client makes it anew for each request */
};
HTTPSTATUS_API const char *httpstatus_drop_reason_name(enum httpstatus_drop_reason reason);
enum httpstatus_standard { HTTPSTATUS_RFC9110, HTTPSTATUS_FETCH, HTTPSTATUS_RFC2616 };
enum httpstatus_rewrite { /* which methods become GET on 301, 302 or 303 */
    HTTPSTATUS_REWRITE_NONE, HTTPSTATUS_REWRITE_POST,
    HTTPSTATUS_REWRITE_MAY_POST,  /* POST; repeating it conforms too */
    HTTPSTATUS_REWRITE_POST_PUT,  /* POST and PUT */
    HTTPSTATUS_REWRITE_WITH_BODY, /* POST, and all that have a body, except GET, HEAD and PUT */
    HTTPSTATUS_REWRITE_ALL,       /* all except GET and HEAD */
    HTTPSTATUS_REWRITE_ASK        /* none; the user has to agree to any except GET and HEAD */
};
enum httpstatus_body { /* the body of a request */
    HTTPSTATUS_NO_BODY,
    HTTPSTATUS_BODY,               /* one that can be sent again */
    HTTPSTATUS_BODY_NOT_REPLAYABLE /* one that cannot, such as a pipe's */
};
enum httpstatus_body_rule { /* when the body is sent again, if the method stays */
    HTTPSTATUS_BODY_WITH_METHOD, /* always */
    HTTPSTATUS_BODY_OF_PUT,      /* only with PUT */
    HTTPSTATUS_BODY_DROPPED      /* never */
};
struct httpstatus_policy { /* a client's rules, as knobs: copy a named policy and turn them */
    enum httpstatus_standard standard; /* whose sections, kinds and freshness it gives */
    uint16_t follow;               /* the redirects: bit n is 300 + n, bit 9 all from 309 on */
    enum httpstatus_action others; /* all other codes: MAY (except 304 to 306) or NONE */
    enum httpstatus_rewrite rewrite_301, rewrite_302, rewrite_303;
    bool get_after_head_on_303;             /* else HEAD */
    enum httpstatus_body_rule body_301_303; /* on 301, 302 and 303 */
    enum httpstatus_action unsafe_307_308; /* if a method other than GET and HEAD is kept, on 307,
                                              308 and codes like 300: FOLLOW, ASK or NONE */
    enum httpstatus_action unfit;          /* if the body cannot be sent again or the Location is of
                                              no use: ACTION_NONE or ACTION_ERROR */
    bool care;                             /* say whether the next method is unsafe */
    bool detect_loops;                     /* a chain stops at a method and URL it has seen */
    struct httpstatus_names upper_case;    /* methods that are upper-cased first */
    struct httpstatus_names drops_headers; /* header fields dropped with the body */
    struct httpstatus_names drops_cross_origin; /* credentials, dropped if the origin changes */
    struct httpstatus_names hop_by_hop;         /* those of a connection or a proxy */
    struct httpstatus_names recomputed;         /* those that the client makes for each request */
    int limit;                             /* redirects followed in a row; 0: no limit */
};
#define HTTPSTATUS_DEFAULT_POLICY "fetch" /* for callers who name none */
/*
 * The policy of that name, or NULL:
 *   "rfc9110"      current HTTP: 301 and 302 may turn POST into GET, 300 may be followed
 *   "fetch"        the WHATWG Fetch standard, which browsers follow; also "browser"
 *   "rfc2616"      HTTP/1.1 of 1999: asks the user before it repeats a POST
 *   "curl"         curl -L: a method given by -X stays, but on 301 to 303 only PUT keeps its body
 *   "curl-follow"  curl --follow, from curl 8.16 on: a DELETE without a body stays a DELETE on 301
 *                  and 302
 *   "requests"     Python's requests: on 301 to 303 the body goes, whatever the method
 *   "legacy-get"   GET after 301 to 303, whatever the method was
 *   "preserve"     301 and 302 change no method
 */
HTTPSTATUS_API const struct httpstatus_policy *httpstatus_policy(const char *name, size_t size);
HTTPSTATUS_API const char *httpstatus_policy_name(size_t i); /* the i-th's; NULL past the last */
/*
 * Sets a knob that is a word:
 *   others          "none", "may"
 *   rewrite_301     "none", "post", "may-post", "post-put", "with-body", "all", "ask"
 *   rewrite_302     "none", "post", "may-post", "post-put", "with-body", "all", "ask"
 *   rewrite_303     "none", "post", "may-post", "post-put", "with-body", "all", "ask"
 *   head_on_303     "HEAD", "GET"
 *   body_301_303    "with-method", "put", "none"
 *   unsafe_307_308  "follow", "ask", "none"
 * false if there is no such knob or value.  httpstatus_policy_values() lists the values of a knob
 * for a message ("none, may"); NULL if there is no such knob.
 */
HTTPSTATUS_API bool httpstatus_policy_set(struct httpstatus_policy *policy, const char *knob,
                                          const char *value, size_t size);
HTTPSTATUS_API const char *httpstatus_policy_values(const char *knob);
enum { HTTPSTATUS_REDIRECT_FIRST = 300, HTTPSTATUS_REDIRECT_LAST = 399 }; /* codes of redirects */
enum { HTTPSTATUS_REDIRECT_OTHERS = 309 /* and all above: 308 is the last with its own rules */ };
/* Adds a redirect to follow: 300..308, or 309 for it and all above; false for any other code. */
HTTPSTATUS_API bool httpstatus_policy_follow(struct httpstatus_policy *policy, int code);
/* Whether a text may be a method or the name of a header field: RFC 9110, section 5.6.2. */
HTTPSTATUS_API bool httpstatus_is_token(const char *p, size_t size);

struct httpstatus_redirect { /* what a policy says of a response and its Location */
    enum httpstatus_action action;
    enum httpstatus_reason reason;
    struct httpstatus_text method; /* of the next request; absent if there is none */
    enum httpstatus_method_change method_change;
    bool preserves_method;                      /* false if there is no next request */
    enum httpstatus_answer keeps_body;          /* unknown if it had none or there is no next one */
    struct httpstatus_names drops_headers;      /* dropped with the body: those of its length too */
    struct httpstatus_names drops_cross_origin; /* if the origin changed; rfc9110: to consider */
    enum httpstatus_redirect_kind kind;
    bool cacheable;        /* the 3xx may be stored without explicit freshness */
    bool care;             /* rfc9110: the next method is not safe */
    int limit;             /* redirects followed in a row; 0: the policy has none */
    const char *reference; /* the section that rules the case */
    struct httpstatus_text url; /* where the next request goes; absent if unknown */
    enum httpstatus_answer cross_origin, downgraded; /* unknown without a URL */
};
enum httpstatus_redirect_result { /* whether there is such a record */
    HTTPSTATUS_REDIRECT_INVALID_METHOD = -1, /* empty, or not a token (RFC 9110, section 5.6.2) */
    HTTPSTATUS_REDIRECT_NONE = 0,            /* the code is outside 300..399 */
    HTTPSTATUS_REDIRECT_OK = 1
};
/*
 * What the policy says when a request with 'method', which is checked first, gets a response with
 * 'code' and a Location.  Methods are case-sensitive; only "fetch" upper-cases, and only delete,
 * get, head, options, post and put.  Fills '*redirect' if the result is OK.
 */
HTTPSTATUS_API enum httpstatus_redirect_result
httpstatus_redirect(int code, const char *method, size_t size, enum httpstatus_body body,
                    const struct httpstatus_policy *policy, struct httpstatus_redirect *redirect);
/*
 * The same in one to three sentences, constant texts: what happens to method and body, who decides,
 * how long the redirect holds.  Returns how many; 0 if httpstatus_redirect() does not return OK.
 */
enum { HTTPSTATUS_SENTENCES = 3, HTTPSTATUS_CHAIN_SEEN = 64 };
HTTPSTATUS_API size_t httpstatus_explain(int code, const char *method, size_t size,
                                         enum httpstatus_body body,
                                         const struct httpstatus_policy *policy,
                                         const char *sentences[HTTPSTATUS_SENTENCES]);
/*
 * The i-th header field that must not be copied from one request to the next, and why: with the
 * body, if the origin changes, or always.  Each comes once.  NULL past the last.
 */
HTTPSTATUS_API const char *httpstatus_redirect_header(const struct httpstatus_policy *policy,
                                                      size_t i,
                                                      enum httpstatus_drop_reason *reason);
enum httpstatus_url_rules { /* how a Location is read */
    HTTPSTATUS_RFC3986, /* RFC 3986 section 5.2, strict */
    HTTPSTATUS_WHATWG   /* the WHATWG URL standard, which browsers follow */
};
enum httpstatus_problem { /* why a Location leads nowhere */
    HTTPSTATUS_PROBLEM_NONE,    /* none: an http or https URL */
    HTTPSTATUS_PROBLEM_INVALID, /* not a URL by the rules, or without a host */
    HTTPSTATUS_PROBLEM_SCHEME   /* neither http nor https */
};
/* "rfc3986", "whatwg": the i-th, NULL past the last; and back: false for any other name. */
HTTPSTATUS_API const char *httpstatus_url_rules_name(size_t i);
HTTPSTATUS_API bool httpstatus_url_rules(const char *name, size_t size,
                                         enum httpstatus_url_rules *rules);
HTTPSTATUS_API const char *httpstatus_problem_name(enum httpstatus_problem problem); /* or NULL */
#define HTTPSTATUS_DEFAULT_URL_RULES "rfc3986" /* for callers who name none */
struct httpstatus_location { /* where a Location leads */
    enum httpstatus_problem problem;
    struct httpstatus_text url; /* in the buffer, not always at its start; absent if invalid */
    bool cross_origin;          /* scheme, host or port differ from the base's: RFC 6454 */
    bool cross_host;            /* the host differs */
    bool scheme_changed;
    bool downgraded;            /* from https to http */
    bool has_userinfo;          /* an http or https URL has a user name or a password */
};
enum httpstatus_resolve_result { /* whether there is such an answer */
    HTTPSTATUS_RESOLVE_INVALID_BASE = -1, /* it is not an absolute http or https URL */
    HTTPSTATUS_RESOLVE_TOO_LONG = 0,      /* the buffer is too small */
    HTTPSTATUS_RESOLVE_OK = 1
};
/*
 * Resolves the value of a Location field against 'base', the absolute URL of the request, into
 * 'buffer', which overlaps neither.  Fills '*answer' if the result is OK.
 *
 * By both rules an empty Location is the same URL, and one without a fragment takes that of the
 * base (RFC 9110, section 10.2.2).  Bytes from 0x80 on are percent-encoded one by one; what is
 * encoded stays so.  Without a host, with a port above 65535 or with brackets around anything but
 * an IPv6 address a URL is invalid.  With a scheme other than http and https nothing is resolved:
 * the URL is the Location itself, and it counts as another origin and host.
 *
 * RFC3986: section 5.2, strict, so that "http:g" has no host.  Blanks and tabs around are stripped;
 * other control bytes are invalid.  In path, query and fragment blanks, tabs and "<>\^`{|} are
 * percent-encoded, as clients do; in a host or user name whatever RFC 3986 lacks is invalid, and so
 * is a second '@'.  Hosts stay as they are and are compared as texts; one that is not ASCII is
 * percent-encoded (section 3.2.2).
 *
 * WHATWG: url.spec.whatwg.org, for http and https.  Controls and blanks around are removed, tabs
 * and line ends everywhere.  A backslash is a slash, slashes in front of a host do not count,
 * "http:g" is relative to a base of the same scheme, and "%2e" is a dot.  Scheme and host are
 * lower-cased, default ports and empty user names dropped, IPv4 (0x7f.1) and IPv6 addresses
 * written in one form.  A host that is not ASCII is invalid, as IDNA needs tables that are not
 * here; for the same reason "xn--" is not checked.
 */
HTTPSTATUS_API enum httpstatus_resolve_result
httpstatus_resolve(struct httpstatus_text base, struct httpstatus_text location,
                   enum httpstatus_url_rules rules, char *buffer, size_t size,
                   struct httpstatus_location *answer);
/*
 * The size of a buffer that always suffices: 4 * (base + location) + 64, or SIZE_MAX if that is too
 * much.  The URL itself has at most 3 * (base + location) + 16 bytes.
 */
HTTPSTATUS_API size_t httpstatus_url_size(size_t base, size_t location);

/*
 * Follows the record of httpstatus_redirect() to the response's Location: 'count' fields, resolved
 * by 'base', the URL of the request, by the WHATWG rules for "fetch" and RFC 3986 for others.  Sets
 * 'url', 'cross_origin' and 'downgraded', and empties 'drops_cross_origin' if the origin stays.
 * Without a field, or if its value is of no use, there is no next request, for the reason given.
 */
HTTPSTATUS_API enum httpstatus_resolve_result
httpstatus_redirect_to(struct httpstatus_redirect *redirect, const struct httpstatus_policy *policy,
                       struct httpstatus_text base, const struct httpstatus_text *locations,
                       size_t count, char *buffer, size_t size);

struct httpstatus_chain { /* redirects in a row, and what becomes of method, body, credentials */
    struct httpstatus_policy policy;
    struct httpstatus_text method, url; /* of the next request */
    enum httpstatus_body body;     /* of the first request */
    bool body_dropped, credentials_dropped;
    uint64_t count;                       /* redirects so far */
    uint64_t seen[HTTPSTATUS_CHAIN_SEEN]; /* hashes of the last methods and URLs */
    uint64_t landmark, landmark_at;       /* that of a request 2^n redirects back or more */
};
/*
 * Begins with a request to 'url' (or NULL), by which loops are found.  Copies 'policy'; its lists
 * and 'method' must outlive the chain, a URL the next step.  false if 'method' is not a token.
 */
HTTPSTATUS_API bool
httpstatus_chain_init(struct httpstatus_chain *chain, const struct httpstatus_policy *policy,
                      const char *method, size_t size, enum httpstatus_body body, const char *url,
                      size_t url_size);
enum httpstatus_chain_result { /* whether the chain goes on */
    HTTPSTATUS_CHAIN_END = 0, /* the code is outside 300..399: the chain has ended */
    HTTPSTATUS_CHAIN_OK = 1,
    HTTPSTATUS_CHAIN_LIMIT = -1, /* one redirect more than the policy allows */
    HTTPSTATUS_CHAIN_LOOP = -2,  /* a method and URL that came before, but for the fragment */
    HTTPSTATUS_CHAIN_NO_URL = -3,  /* the chain has no http or https URL to resolve by */
    HTTPSTATUS_CHAIN_TOO_LONG = -4 /* the buffer is too small */
};
/*
 * The response had 'code' and led to 'url' (opaque text, resolved by the caller; NULL: unknown);
 * 'cross_origin' says whether its origin differs from the last request's.  Fills '*redirect' if the
 * result is OK: once a body was dropped, 'keeps_body' is false and 'drops_headers' names what to
 * leave out of this and all later requests; 'drops_cross_origin' does so once the origin has
 * changed, and is empty before.  An action of NONE, LIMIT and LOOP leave the chain as it was.
 * A loop of at most 64 requests with known URLs is found at the first repetition, a longer one
 * before the chain is three times as long as the loop and the way into it.
 */
HTTPSTATUS_API enum httpstatus_chain_result
httpstatus_chain_step(struct httpstatus_chain *chain, int code, const char *url, size_t url_size,
                      bool cross_origin, struct httpstatus_redirect *redirect);
/*
 * The same for the response's Location fields, resolved by the URL of the chain into 'buffer' as by
 * httpstatus_redirect_to().  The buffer then holds the chain's URL: use another for the next step.
 */
HTTPSTATUS_API enum httpstatus_chain_result
httpstatus_chain_follow(struct httpstatus_chain *chain, int code,
                        const struct httpstatus_text *locations, size_t count, char *buffer,
                        size_t size, struct httpstatus_redirect *redirect);

struct httpstatus_client { /* what a real client did when measured: a dated fact, not a rule */
    struct httpstatus_text name, version;
    int code;
    struct httpstatus_text request_method;
    bool request_body; /* whether the redirected request had a body */
    bool followed;
    struct httpstatus_text method; /* of the next request; absent if not followed */
    enum httpstatus_answer keeps_body;          /* unknown if not followed, or without a body */
    enum httpstatus_answer sends_content_type;  /* unknown if not followed */
    enum httpstatus_answer sends_authorization; /* the caller's, to another host */
    int limit;            /* redirects it follows in a row; -1: not measured */
    const char *at_limit; /* after those: "error" or "returns the 3xx"; NULL: not measured */
};
HTTPSTATUS_API size_t httpstatus_client_count(void); /* the number of measured clients */
/*
 * What the i-th client (i < count) did on 'code' (300..308) after 'method' (DELETE, GET, HEAD,
 * OPTIONS, PATCH, POST, PUT, QUERY, and FROB for an unknown one) with a body or without.  GET, HEAD
 * and OPTIONS never had one: for them 'body' says nothing.  false if that was not measured.
 */
HTTPSTATUS_API bool httpstatus_client(size_t i, int code, const char *method, size_t size,
                                      bool body, struct httpstatus_client *client);
/* The same by the client's name and version; also false if there is no such client. */
HTTPSTATUS_API bool
httpstatus_client_find(struct httpstatus_text name, struct httpstatus_text version, int code,
                       struct httpstatus_text method, bool body,
                       struct httpstatus_client *client);

enum { /* how a client differs from a policy: bits, 0 if it does as the policy says */
    HTTPSTATUS_DIFFERS_FOLLOWED = 1,    /* it follows where the policy does not, or the reverse */
    HTTPSTATUS_DIFFERS_METHOD = 2, /* its next method differs where the policy allows only one */
    HTTPSTATUS_DIFFERS_BODY = 4,        /* it drops a body that the policy keeps, or the reverse */
    HTTPSTATUS_DIFFERS_HEADERS = 8,     /* it sends a Content-Type although the body is dropped */
    HTTPSTATUS_DIFFERS_CREDENTIALS = 16 /* it sends Authorization to another host */
};
HTTPSTATUS_API unsigned httpstatus_client_differs(const struct httpstatus_client *client,
                                                  const struct httpstatus_policy *policy);
/* The word for bit i ("followed" ...); NULL past the last. */
HTTPSTATUS_API const char *httpstatus_difference_name(size_t i);

struct httpstatus_retry_client { /* a dated fact, too; -1, UNKNOWN: not retried, or not measured */
    struct httpstatus_text name, version;
    int code;
    struct httpstatus_text request_method;
    bool retried; /* whether it sent the request again, the answer having no Retry-After */
    enum httpstatus_answer honours_retry_after; /* whether it waited for the seconds of one; yes
                                                   with 'retried' false: it needs one to retry */
    int tries;                   /* requests in all, while each fails */
    double delay, longest_delay; /* shortest, longest seconds to the second, without Retry-After */
    /* What it made of a Retry-After of 0, of a date, of no known form, and of 100000: "waits",
       "caps", "own delay", "at once", "stops" or "error"; NULL: it heeds none, or not measured. */
    const char *on_zero, *on_date, *on_garbage, *on_long;
    double cap; /* the seconds it waited at most, where on_long is "caps"; else -1 */
    enum httpstatus_answer sends_body;      /* again; UNKNOWN without a body, too */
    enum httpstatus_answer same_connection; /* whether it kept the connection */
};
HTTPSTATUS_API size_t httpstatus_retry_client_count(void); /* the number of measured clients */
/*
 * What the i-th client (i < count) did on 'code' (most of 400..431, 440..499, 500..511, 520..530,
 * 540, 561, 598, 599) after 'method', as above.  false if that was not measured.
 */
HTTPSTATUS_API bool httpstatus_retry_client(size_t i, int code, const char *method, size_t size,
                                            struct httpstatus_retry_client *client);

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

/* ---- Logs ---------------------------------------------------------------------------------- */
enum httpstatus_format { /* what a log is in */
    HTTPSTATUS_FORMAT_NONE, /* no format, or several */
    HTTPSTATUS_AUTO,        /* for each line, the first format below that matches the whole line */
    HTTPSTATUS_CLOUDFRONT,  /* Amazon CloudFront: W3C extended, separated by tabs */
    HTTPSTATUS_W3C,         /* W3C extended, separated by blanks: IIS */
    HTTPSTATUS_ELB,         /* AWS load balancers, classic and ALB */
    HTTPSTATUS_S3,          /* Amazon S3 server access logs */
    HTTPSTATUS_HAPROXY,     /* HAProxy's HTTP log */
    HTTPSTATUS_SQUID,       /* Squid's native log */
    HTTPSTATUS_ENVOY,       /* Envoy's and Istio's default log */
    HTTPSTATUS_JSON,        /* JSON objects, one or more per line */
    HTTPSTATUS_CLF,         /* NCSA common and combined, and lines that contain either */
    HTTPSTATUS_CUSTOM,      /* the server's own format string */
    HTTPSTATUS_FORMATS      /* how many there are */
};
/* "auto", "clf" ...; NULL for NONE.  And back: NONE for any other name. */
HTTPSTATUS_API const char *httpstatus_format_name(enum httpstatus_format format);
HTTPSTATUS_API enum httpstatus_format httpstatus_format(const char *name, size_t size);
/*
 * What a row means in a log of the format: the row itself if it is IANA's or the logs have no
 * writer of their own, else the writer's row of its code and sub-status, if any.  NULL for NULL.
 */
HTTPSTATUS_API const struct httpstatus_status *
httpstatus_written(const struct httpstatus_status *row, enum httpstatus_format format);
/* The i-th of the usual keys of JSON logs, in order of precedence; absent past the last. */
HTTPSTATUS_API struct httpstatus_text httpstatus_usual_key(size_t i);

enum { HTTPSTATUS_LOCATOR_SIZE = 1792 };
struct httpstatus_locator { HTTPSTATUS_OPAQUE(HTTPSTATUS_LOCATOR_SIZE); }; /* of a format string */
struct httpstatus_options { /* how to read a log; usually all zeros except the format */
    enum httpstatus_format format;
    struct httpstatus_text key;    /* json: where the status is, a path of 1 to 8 names and dots
                                      ("http.response.status_code"); absent: the usual keys */
    struct httpstatus_text fields; /* w3c, cloudfront: "#Fields:" for a file that has none */
    bool target;                   /* elb: the status of the target, not of the load balancer */
    struct httpstatus_locator locator; /* custom: made by httpstatus_options_format() */
};

/* The byte, from 1, at which a format string is wrong, and why; NULL: not a format string. */
struct httpstatus_format_error { size_t column; const char *message; };
/*
 * Sets the format from its name or from the server's own format string: Apache's LogFormat
 * ("%h %l %u %t \"%r\" %>s %b"), nginx's log_format ("$remote_addr ... $status"), AWS's
 * ("$context.status"), HAProxy's log-format ("%ci:%cp [%tr] ... %ST") or Squid's logformat
 * ("%ts.%03tu ... %03>Hs").
 *
 * Clients write parts of a line, but none may choose its status.  Normally the text before the
 * status locates it, the byte after it ends it, and the rest of the line is ignored.  If a field
 * before it can contain that text ("%m %U %>s %b", "$request $status"), the line is matched from
 * its end: it must be as the string says up to there or, if the string ends in text, up to the
 * only place where that fits.  If a field after it can too ("%U %>s %{Referer}i"), the string is
 * refused.  If the server cuts long lines, put what clients write in quotes, so that the text
 * before locates the status.  A field's name says what it can contain; what clients write has its
 * quotes and control bytes escaped; a field with an unknown name is taken not to contain the text
 * beside it.  A string may have 64 texts before the status and 512 bytes of text, 256 of them after
 * a status that is matched from the end.
 *
 * false, with 'error' set, if it is neither a name nor a format string, or if the status cannot be
 * found for certain: the error is then at the field or text in the way.
 */
HTTPSTATUS_API bool httpstatus_options_format(struct httpstatus_options *options, const char *p,
                                              size_t size, struct httpstatus_format_error *error);
/*
 * A given option that does not apply to the format, and so does nothing: "key", "fields" or
 * "target"; NULL if there is none.  Sets '*formats' to those that it applies to: "elb or auto";
 * NULL if it applies to none, like "fields" without sc-status: see httpstatus_expected().
 */
HTTPSTATUS_API const char *httpstatus_options_check(const struct httpstatus_options *options,
                                                    const char **formats);

enum httpstatus_content { /* what a file is; the scanner reads only plain text */
    HTTPSTATUS_CONTENT_PLAIN,
    HTTPSTATUS_CONTENT_UNTOLD, /* too few bytes to tell: one of those below begins with them */
    HTTPSTATUS_CONTENT_GZIP, HTTPSTATUS_CONTENT_BZIP2,
    HTTPSTATUS_CONTENT_XZ, HTTPSTATUS_CONTENT_ZSTD,
    HTTPSTATUS_CONTENT_UTF_16 /* with a byte order mark */
};
/* What a file that begins with these bytes is.  If they are all of it, UNTOLD means plain. */
enum { HTTPSTATUS_CONTENT_SIZE = 15 /* this many bytes always tell */ };
HTTPSTATUS_API enum httpstatus_content httpstatus_content(const char *p, size_t size);
/* Its name: "gzip", "bzip2", "xz", "zstd" or "UTF-16"; NULL for PLAIN and UNTOLD. */
HTTPSTATUS_API const char *httpstatus_content_name(enum httpstatus_content content);
enum { /* a status as logged, MIN..MAX, or one of the three that say why there is none */
    HTTPSTATUS_STATUS_MIN = -1, HTTPSTATUS_STATUS_MAX = 999,
    HTTPSTATUS_NO_STATUS = -2, /* a record whose status is "-" */
    HTTPSTATUS_UNMATCHED = -3, /* not a record of the format */
    HTTPSTATUS_SKIPPED = -4    /* blank, or a comment of the format */
};
struct httpstatus_line { /* a record, or a line that is not one */
    uint64_t start, end; /* its bytes [start, end), counted from the first one scanned, without LF
                            or CR LF; the records of a line divide its bytes among them, and one
                            that is wrapped over several lines has those of the last */
    uint64_t number; /* of the line that it begins on, from 1 */
    int status;      /* or why there is none: HTTPSTATUS_NO_STATUS, _UNMATCHED or _SKIPPED */
    int substatus;   /* 0: none */
    enum httpstatus_format format; /* of a record whose bytes are all on this line; else NONE */
};

/* ---- Counts -------------------------------------------------------------------------------- */
enum { HTTPSTATUS_FIRST_UNMATCHED = 10, HTTPSTATUS_PAIRS = 256, HTTPSTATUS_KEYS = 16 };
struct httpstatus_pair { uint16_t status, substatus; uint64_t count; }; /* the records with both */
struct httpstatus_tally { /* how many there are of each kind; a zeroed one is empty */
    uint64_t lines, records, no_status, skipped, unmatched; /* a line may hold several records, and
                                                               a record may span several lines */
    uint64_t counts[HTTPSTATUS_STATUS_MAX - HTTPSTATUS_STATUS_MIN + 1]; /* [status - MIN] */
    uint64_t first_unmatched[HTTPSTATUS_FIRST_UNMATCHED]; /* min(unmatched, 10) line numbers, in the
                                                             order in which they were found */
    uint64_t formats[HTTPSTATUS_FORMATS]; /* records of each format */
    uint64_t keys[HTTPSTATUS_KEYS];       /* json: records by each of the usual keys */
    struct httpstatus_pair pairs[HTTPSTATUS_PAIRS]; /* the least, in order; count 0: no more */
    uint64_t more_pairs;           /* records with a greater pair, for which there is no room */
    enum httpstatus_format format; /* the one asked for; also AUTO for a sum of several */
};
/* Records with that status; 0 for a status outside -1..999. */
HTTPSTATUS_API uint64_t httpstatus_tally_count(const struct httpstatus_tally *tally, int status);
/* Records with a status of class 1..5; 0: outside all classes. */
HTTPSTATUS_API uint64_t httpstatus_tally_class(const struct httpstatus_tally *tally, int digit);
/* The format asked for; for AUTO the one of all records, NONE if there is none, or several. */
HTTPSTATUS_API enum httpstatus_format httpstatus_tally_format(const struct httpstatus_tally *tally);
/*
 * The key that gave all JSON records their status: 'own', that of the options (absent: none), if
 * JSON was asked for or found, else the usual key; absent if there is none, or several.
 */
HTTPSTATUS_API struct httpstatus_text httpstatus_tally_key(const struct httpstatus_tally *tally,
                                                           struct httpstatus_text own);
/* The 'own' of a sum: both tallies', or one's if the other has no key and no records; or absent. */
HTTPSTATUS_API struct httpstatus_text
httpstatus_tally_sum_key(const struct httpstatus_tally *tally, struct httpstatus_text own,
                         const struct httpstatus_tally *more, struct httpstatus_text own_of_more);
/* Whether two tallies agree in everything, including format and numbers of unmatched lines. */
HTTPSTATUS_API bool httpstatus_tally_equal(const struct httpstatus_tally *a,
                                           const struct httpstatus_tally *b);
/*
 * Adds the tally of the log that follows: the line numbers of 'more' are shifted by the lines so
 * far.  The format stays if both were asked for it or one has no lines, else it becomes AUTO.
 */
HTTPSTATUS_API void httpstatus_tally_add(struct httpstatus_tally *tally,
                                         const struct httpstatus_tally *more);

enum { HTTPSTATUS_FILTER_PAIRS = 32 };
struct httpstatus_filter { /* which lines are wanted; a zeroed one wants none */
    uint64_t statuses[(HTTPSTATUS_STATUS_MAX - HTTPSTATUS_STATUS_MIN) / 64 + 1];
    bool no_status, unmatched;
    bool invert; /* wants all other lines instead, including skipped ones */
    unsigned pair_count;
    struct { int status, substatus; } pairs[HTTPSTATUS_FILTER_PAIRS];
};
/*
 * Wants more lines: those of a class ("5xx"), a status ("404"), a status and sub-status ("403.14"),
 * "error" (4xx and 5xx), "redirect" (301 302 303 307 308), "no_status", "unmatched", or a property
 * by its name ("is_cacheable"): the codes for whose primary row, or stand-in, the answer is yes.
 * false, with nothing changed, if the text is none of these or there is no room for another pair.
 */
HTTPSTATUS_API bool httpstatus_filter_add(struct httpstatus_filter *filter, const char *p,
                                          size_t size);
/* Wants the lines with that status; false if it is outside -1..999. */
HTTPSTATUS_API bool httpstatus_filter_add_status(struct httpstatus_filter *filter, int status);
/* Whether it wants that status, SKIPPED..999, and substatus (0: none), with 'invert' applied. */
HTTPSTATUS_API bool httpstatus_filter_wants(const struct httpstatus_filter *filter, int status,
                                            int substatus);

/* ---- Scanning ------------------------------------------------------------------------------ */
/* How many bytes to read from a file at a time, preferably to an address on a cache line. */
enum { HTTPSTATUS_READ_SIZE = 2 * 1024 * 1024, HTTPSTATUS_READ_ALIGNMENT = 64 };
/*
 * A log being scanned, and what crosses the end of a part of it.  Copy them by assignment.  An
 * eighth or more is spare, so that no patch release changes their size.
 */
enum { HTTPSTATUS_SCANNER_SIZE = 36 * 1024, HTTPSTATUS_CARRY_SIZE = 10 * 1024 };
struct httpstatus_scanner { HTTPSTATUS_OPAQUE(HTTPSTATUS_SCANNER_SIZE); };
struct httpstatus_carry { HTTPSTATUS_OPAQUE(HTTPSTATUS_CARRY_SIZE); };
/*
 * Initializes a scanner.  'filter' (NULL: all) and the key of the options must outlive the scan.
 * false if the key is not a path of 1 to 8 names, or the custom format has no format string.
 */
HTTPSTATUS_API bool httpstatus_scanner_init(struct httpstatus_scanner *scanner,
                                            const struct httpstatus_options *options,
                                            const struct httpstatus_filter *filter);
/*
 * Scans the next 'size' bytes of the log, which may end anywhere, and counts every finished line.
 * With 'lines', also stores there those that the filter wants, at most 'capacity' (1 or more),
 * returns how many, and sets '*used' to the bytes consumed: call again with the rest.  Without it,
 * consumes all bytes and returns 0; 'used' may be NULL.  A line may have begun in an earlier piece:
 * to see it, keep the bytes from httpstatus_scanner_line_start() on.  Takes about 70 KiB of stack.
 */
HTTPSTATUS_API size_t
httpstatus_scan(struct httpstatus_scanner *scanner, const char *p, size_t size,
                struct httpstatus_line *lines, size_t capacity, size_t *used);
/* Ends the log: its last line counts even without LF.  Stores as above; call until it returns 0. */
HTTPSTATUS_API size_t httpstatus_finish(struct httpstatus_scanner *scanner,
                                        struct httpstatus_line *lines, size_t capacity);
/* The same if the log could not be read to its end: an unfinished line is unmatched. */
HTTPSTATUS_API size_t httpstatus_finish_torn(struct httpstatus_scanner *scanner,
                                             struct httpstatus_line *lines, size_t capacity);
/* The counts so far.  They are in the scanner and change as it goes on: copy them to keep them. */
HTTPSTATUS_API const struct httpstatus_tally *
httpstatus_scanner_tally(const struct httpstatus_scanner *scanner);
/* Where the unfinished record begins, in bytes from the first one scanned. */
HTTPSTATUS_API uint64_t httpstatus_scanner_line_start(const struct httpstatus_scanner *scanner);
/* Whether a line is unfinished, or a record that is or may be wrapped over several. */
HTTPSTATUS_API bool httpstatus_scanner_is_open(const struct httpstatus_scanner *scanner);
/*
 * To scan a log in parts, which end with lines: carry_out() takes what crosses the end of the bytes
 * scanned so far (the last #Fields, records wrapped over lines), carry_in() gives it to a newly
 * initialized scanner.  The tallies then add up to that of the whole; finish only the last part.
 * Zero the carry for the start of a log.  A carry may be sent to another process of the same build.
 */
HTTPSTATUS_API void httpstatus_carry_out(const struct httpstatus_scanner *scanner,
                                         struct httpstatus_carry *carry);
HTTPSTATUS_API void httpstatus_carry_in(struct httpstatus_scanner *scanner,
                                        const struct httpstatus_carry *carry);
/* Whether a part has the same tally with either of them at its start; false if unknown. */
HTTPSTATUS_API bool httpstatus_carry_equal(const struct httpstatus_carry *a,
                                           const struct httpstatus_carry *b);
/*
 * The implementation that scans logs, named after its instruction set: "avx2", "scalar" and so on.
 * All give the same answers; the fastest that this CPU supports is used.
 */
HTTPSTATUS_API const char *httpstatus_scanner_name(void);   /* the one in use */
HTTPSTATUS_API const char *httpstatus_scanner_at(size_t i); /* those here, fastest first; NULL */
/* Uses another in the whole process, for tests and measurements; false if there is none here. */
HTTPSTATUS_API bool httpstatus_scanner_use(const char *name, size_t size);

/* ---- Parts of a record --------------------------------------------------------------------- */
enum httpstatus_part { /* what a record may say beside its status */
    HTTPSTATUS_PART_TIME, /* when the request came or was logged, whichever the format says */
    HTTPSTATUS_PART_CLIENT,          /* the peer's address, without its port */
    HTTPSTATUS_PART_FORWARDED_FOR,   /* the addresses that X-Forwarded-For lists */
    HTTPSTATUS_PART_USER,            /* the authenticated user */
    HTTPSTATUS_PART_HOST, /* the virtual host or authority that was asked; a virtual host's port is
        dropped */
    HTTPSTATUS_PART_METHOD,          /* the request's method */
    HTTPSTATUS_PART_TARGET,          /* the request's target as sent, with its query */
    HTTPSTATUS_PART_PATH,            /* the path of the target */
    HTTPSTATUS_PART_QUERY,           /* the query of the target, without the question mark */
    HTTPSTATUS_PART_PROTOCOL,        /* the request's version: HTTP/1.1 */
    HTTPSTATUS_PART_BYTES,           /* the logged size of the response, in bytes */
    HTTPSTATUS_PART_REFERER,         /* the Referer field */
    HTTPSTATUS_PART_AGENT,           /* the User-Agent field */
    HTTPSTATUS_PART_DURATION,        /* how long the whole request took, in seconds */
    HTTPSTATUS_PART_UPSTREAM_STATUS, /* the status that the server behind this one sent; of several,
        the last */
    HTTPSTATUS_PARTS                 /* how many there are */
};
enum httpstatus_escape { /* how the writer escaped a part */
    HTTPSTATUS_ESCAPE_NONE,      /* nothing is escaped */
    HTTPSTATUS_ESCAPE_BACKSLASH, /* \xHH, and a backslash before a quote, a backslash or a letter
        such as n: Apache, nginx */
    HTTPSTATUS_ESCAPE_HASH,      /* #HH: HAProxy */
    HTTPSTATUS_ESCAPE_PERCENT,   /* %HH: CloudFront, Squid */
    HTTPSTATUS_ESCAPE_JSON       /* the escapes of JSON strings */
};
HTTPSTATUS_API const char *httpstatus_part_name(enum httpstatus_part part); /* "time" ... */
HTTPSTATUS_API bool httpstatus_part_find(const char *name, size_t size, enum httpstatus_part *part);
struct httpstatus_record { /* where the parts of a record are, as they were logged */
    struct httpstatus_text parts[HTTPSTATUS_PARTS]; /* absent: the format has none, or "-" */
    enum httpstatus_escape escapes[HTTPSTATUS_PARTS];
    int duration_unit; /* the duration is in units of 10^this seconds: 0, -3, -6, -9 */
    bool utc;          /* the format says that a time without a zone is UTC */
};
/*
 * Divides a record that the scanner has found: 'line' as httpstatus_scan() gave it, 'p' its bytes
 * [start, end).  Call it before scanning on: the scanner holds the last #Fields.  A part that the
 * format does not have, or whose place a client could have moved, is absent.  The parts
 * are in the line or, where they had to be put together or taken out of JSON, in 'buffer', which
 * has room for twice as many bytes as the line.
 */
HTTPSTATUS_API void httpstatus_record(const struct httpstatus_scanner *scanner,
                                      const struct httpstatus_line *line, const char *p,
                                      char *buffer, struct httpstatus_record *record);
/*
 * Undoes the escapes of a part, once, into 'out', which has room for text.size bytes; returns how
 * many it wrote.  What is not an escape stands for itself.  The result may be of any bytes: half a
 * surrogate pair in JSON becomes three, which are no UTF-8.
 */
HTTPSTATUS_API size_t httpstatus_unescape(struct httpstatus_text text,
                                          enum httpstatus_escape escape, char *out);
/* "none", "backslash" ...: the i-th, NULL past the last; and back: false for any other name. */
HTTPSTATUS_API const char *httpstatus_escape_name(size_t i);
HTTPSTATUS_API bool httpstatus_escape_find(const char *name, size_t size,
                                           enum httpstatus_escape *escape);
/* The size of the response; -1: absent, or not a number of at most 18 digits. */
HTTPSTATUS_API int64_t httpstatus_record_bytes(const struct httpstatus_record *record);
/*
 * In nanoseconds, cut to whole ones; -1: absent, negative, not a number, or longer than 292 years.
 * A unit at its end ("12ms", "0.5s") takes the place of the record's.
 */
HTTPSTATUS_API int64_t httpstatus_record_duration(const struct httpstatus_record *record);
/* 0..999, the last of a list; HTTPSTATUS_NO_STATUS: absent, or the last is "-" or not a status. */
HTTPSTATUS_API int httpstatus_record_upstream(const struct httpstatus_record *record);

enum { HTTPSTATUS_ZONE_MAX = 86399 }; /* 23:59:59, as seconds */
struct httpstatus_clock { /* what a time may leave out; a zeroed one knows nothing */
    bool has_zone, has_reference;
    int zone;          /* of times without one: seconds east of UTC, -ZONE_MAX to ZONE_MAX */
    int64_t reference; /* for times without a year, in seconds since 1970: the year is the latest in
                          which the time, without its fraction, is not after this one; one outside
                          the years 1 to 9999 counts as none */
};
struct httpstatus_time {
    int64_t seconds; /* since 1970-01-01T00:00:00Z, or since that time in the unknown zone */
    int nanoseconds; /* 0 to 999,999,999; of more digits, the first nine */
    bool has_zone;   /* the zone is known */
};
/*
 * Reads a time as servers log it, in one of these forms:
 *   "10/Oct/2000:13:55:36 -0700"  Apache's; the day may have one digit
 *   "2000-10-10T13:55:36Z"        ISO 8601 and RFC 3339; a blank or a tab may stand for 'T'
 *   "Oct 10 13:55:36"             syslog's, which has no year and no zone, and needs a reference; a
 *                                 day of one digit may have a blank or a zero before it
 *   "971211336"                   a number since 1970: seconds of at most 11 digits, milliseconds
 *                                 of 12 to 14, microseconds of 15 to 17, nanoseconds of 18 and 19
 * Each may have a fraction after a point; ISO 8601's also after a comma.  The zone of the first two
 * is 'Z', "+02", "+0200" or "+02:00", also after a blank, up to 23:59; it may be missing, and is
 * then that of 'clock', if it knows one.  Brackets around it all are dropped.  Letters count with
 * their case.  false, with '*time' as it was, for any other text, and for a time that does not
 * exist: a leap second, 24:00, February 30, a year outside 1..9999.  'clock' may be NULL.
 */
HTTPSTATUS_API bool httpstatus_parse_time(const char *p, size_t size,
                                          const struct httpstatus_clock *clock,
                                          struct httpstatus_time *time);
/* That of a record; false if it is absent, of more than 64 bytes, or cannot be read. */
HTTPSTATUS_API bool httpstatus_record_time(const struct httpstatus_record *record,
                                           const struct httpstatus_clock *clock,
                                           struct httpstatus_time *time);

/* ---- Messages ------------------------------------------------------------------------------ */
/*
 * What is expected of an argument, for the end of a message: "invalid policy 'x': expected rfc9110,
 * fetch, ...".  'name' is "code", "substatus", "status" (in a log), "status_class", "property",
 * "method", "policy", a knob, "follow", "drops_headers", "drops_cross_origin", "base", "rules",
 * "retry_policy", "now", "cap", "named_format", "format", "key", "fields", "which", "escape",
 * "zone", "reference" or "scanner"; NULL for any other.  The result may point into 'text'.
 */
enum { HTTPSTATUS_EXPECTED = 512 };
HTTPSTATUS_API const char *httpstatus_expected(const char *name, char text[HTTPSTATUS_EXPECTED]);

#ifdef __cplusplus
}
#ifdef __GNUC__
#pragma GCC diagnostic pop
#endif
#endif

#endif

/*
 * httpstatus.h - HTTP status codes, redirect rules and status counts of web-server logs
 *
 * One table of what every status code means (IANA's registry and each vendor's own codes, IIS
 * sub-status too), the rules by which a client answers a redirect, and a scanner that finds the
 * status of every line of a web-server log.
 *
 * Nothing here allocates, prints, fails behind your back or depends on the locale.  Tables are
 * constant, so every function may be called from any thread; a scanner, a tally or a filter belongs
 * to its caller and to one thread at a time.  Input is (pointer, size): NUL bytes are data.  Write
 * "struct" and "enum" before types in C++, too: some functions are called like what they give.
 */
#ifndef HTTPSTATUS_H
#define HTTPSTATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The version of this header; httpstatus_version() is that of the library. */
#define HTTPSTATUS_VERSION "0.1.0"

/* Define HTTPSTATUS_STATIC to compile it in or to link an archive, HTTPSTATUS_BUILD for a DLL. */
#if defined(_WIN32) ? defined(HTTPSTATUS_STATIC) : !defined(__GNUC__)
#define HTTPSTATUS_API
#elif defined(HTTPSTATUS_STATIC) /* what it is compiled into does not export it */
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
#pragma GCC diagnostic ignored "-Wshadow" /* of functions that are called like a type */
#endif
extern "C" {
#endif

struct httpstatus_text { /* absent: {NULL, 0} */
    const char *data; /* the library's: constant ASCII and a NUL; a method or key may be yours */
    size_t size;      /* in bytes, without the NUL */
};

/* The library's own state: bytes of a fixed size, aligned for whatever they hold. */
#define HTTPSTATUS_OPAQUE(size)                                                                    \
    union { unsigned char bytes[size]; uint64_t number; const void *pointer; } opaque

HTTPSTATUS_API const char *httpstatus_version(void); /* of the library, "0.1.0" */

/* ---- Rows of the table --------------------------------------------------------------------- */
/*
 * A row: one owner's meaning of one (code, substatus).  Rows are constant, live as long as the
 * program and may be compared by address.  They are in order of code, substatus, primary row
 * first, owner.  The primary row is what the bare number means: IANA's row where the code is
 * registered, else the one that data/status.toml marks, with the reason.
 */
struct httpstatus_status;
HTTPSTATUS_API size_t httpstatus_row_count(void); /* the number of rows */
/* The i-th row, i < count; and back: the i of a row that is not a stand-in. */
HTTPSTATUS_API const struct httpstatus_status *httpstatus_row(size_t i);
HTTPSTATUS_API size_t httpstatus_index(const struct httpstatus_status *row);
/* The primary row of 'code', substatus 0 before others; NULL where nobody gives it a meaning. */
HTTPSTATUS_API const struct httpstatus_status *httpstatus_lookup(int code);
/* The row of that owner (letter case is ignored), or the primary one if it is NULL; NULL: none. */
HTTPSTATUS_API const struct httpstatus_status *
httpstatus_find(int code, int substatus, const char *owner, size_t owner_size);
/*
 * The row that a text means: "404", "403.14", "404:1" (code and sub-status), a phrase ("Not
 * Found"), a name ("NOT_FOUND") or an alias ("Moved Temporarily").  In a phrase, name or alias
 * letter case, blanks, '-', '_' and "'" do not count.  Where several rows have the same phrase,
 * IANA's comes before a vendor's, a phrase before an alias, a primary row before its variants.
 * With 'owner' only that owner's rows are looked at.  NULL if no row is meant.
 */
HTTPSTATUS_API const struct httpstatus_status *
httpstatus_lookup_text(const char *p, size_t size, const char *owner, size_t owner_size);

/* Reads "404", "403.14", "404:1": one to three digits, substatus -1 (none) to 65535; else false. */
HTTPSTATUS_API bool httpstatus_read_code(const char *p, size_t size, int *code, int *substatus);
/* How many rows 'code' has, of any sub-status; '*first' is the index of the first, the primary. */
HTTPSTATUS_API size_t httpstatus_variants(int code, size_t *first);

struct httpstatus_query { /* a filter for rows: zero it and set what is wanted */
    int status_class;             /* 1..5; 0: any, also codes outside 100..599 */
    struct httpstatus_text owner; /* as in httpstatus_find(); data NULL: any */
    int official;                 /* 1: only IANA's, -1: only others', 0: both */
};
/* The first row after 'row' (NULL: of all) that fits, in the order of the table; NULL: no more. */
HTTPSTATUS_API const struct httpstatus_status *httpstatus_next(const struct httpstatus_query *query,
                                                               const struct httpstatus_status *row);
/*
 * The rows whose phrase, name, aliases, description or explanation hold all words of a text (blanks
 * between them, letter case ignored), best first: a word that begins in the phrase or name counts
 * more than one inside, that more than one in an alias, that more than one in the two texts.
 * Fills 'rows' with at most 'capacity' of them and returns how many there are in all; 0 for a text
 * without a word.  The work is bounded, whatever the size of the text; more words than
 * HTTPSTATUS_SEARCH_WORDS, or bytes of one than HTTPSTATUS_SEARCH_WORD, are refused: the result
 * says which the first that does not fit is, and 'rows' stays as it was.
 */
HTTPSTATUS_API size_t httpstatus_search(const char *p, size_t size,
                                        const struct httpstatus_status **rows, size_t capacity);
enum { HTTPSTATUS_SEARCH_WORDS = 32, HTTPSTATUS_SEARCH_WORD = 128 /* more than any name has */ };
#define HTTPSTATUS_SEARCH_LONG_WORD ((size_t)-1)  /* it has too many bytes */
#define HTTPSTATUS_SEARCH_MANY_WORDS ((size_t)-2) /* it is one word too many */
/* What was expected, for a result that says what is wrong; NULL if it is a number of rows. */
HTTPSTATUS_API const char *httpstatus_search_error(size_t result);
/*
 * A stand-in for a code that no row has, from its class alone, never NULL: httpstatus_code() is -1,
 * the only texts are the class, none outside 100..599, and what describes and explains it.
 */
HTTPSTATUS_API const struct httpstatus_status *httpstatus_unknown(int code);

/* ---- What a row says ----------------------------------------------------------------------- */
HTTPSTATUS_API int httpstatus_code(const struct httpstatus_status *row);      /* 0..999, or -1 */
HTTPSTATUS_API int httpstatus_substatus(const struct httpstatus_status *row); /* 0: none */

enum httpstatus_field { /* the texts of a row, in the order in which records are shown */
    HTTPSTATUS_OWNER,         /* whose meaning it is: "IANA", "nginx", "IIS" ... */
    HTTPSTATUS_PHRASE,        /* the reason phrase (RFC 9110 spelling); absent if there is none */
    HTTPSTATUS_NAME,          /* the phrase as an identifier: "NOT_FOUND" */
    HTTPSTATUS_STATUS_CLASS,  /* "1xx" to "5xx"; absent outside 100..599 */
    HTTPSTATUS_LIFECYCLE,     /* IANA: "active", "temporary", "experimental", "deprecated",
                                 "obsoleted" or "unused"; others: "current", "historic" or
                                 "informal" */
    HTTPSTATUS_REFERENCE,     /* RFC and section, or the vendor's document */
    HTTPSTATUS_DESCRIPTION,   /* one sentence of at most 100 characters, fit to show to a client */
    HTTPSTATUS_EXPLANATION,   /* for the operator: the cause and what to do about it */
    HTTPSTATUS_SINCE,         /* "HTTP/1.0", "HTTP/1.1", "extension" or "draft"; IANA only */
    HTTPSTATUS_INTRODUCED_IN, /* the first document that has the code; IANA only */
    HTTPSTATUS_WIRE,          /* what the client gets: "sent" (this code), "400" (400 in its place),
                                 "log" (nothing: the code is only logged), "body" (the code, but
                                 only in the response body) or "internal" (nothing: the code never
                                 leaves the program); absent if no document says */
    HTTPSTATUS_FIELDS         /* how many there are */
};
HTTPSTATUS_API const char *httpstatus_field_name(enum httpstatus_field field); /* "owner" ... */
HTTPSTATUS_API struct httpstatus_text /* that text of the row, absent where it has none */
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
    HTTPSTATUS_IS_REDIRECT,      /* whether a client may follow Location automatically: 301, 302,
                                    303, 307, 308 */
    HTTPSTATUS_IS_CACHEABLE,     /* whether it is heuristically cacheable (RFC 9110 section 15.1);
                                    unknown if no document says */
    HTTPSTATUS_MUST_NOT_STORE,   /* whether the code's own definition forbids storing the response;
                                    unknown if no document says */
    HTTPSTATUS_ALLOWS_BODY,      /* whether a server may send content (RFC 9110 section 6.4.1);
                                    unknown if no document says */
    HTTPSTATUS_PRESERVES_METHOD, /* whether the redirect repeats the method; unknown where the
                                    policy decides: see redirect() */
    HTTPSTATUS_PROPERTIES        /* how many there are */
};
enum httpstatus_answer { HTTPSTATUS_UNKNOWN = -1, HTTPSTATUS_NO = 0, HTTPSTATUS_YES = 1 };
HTTPSTATUS_API enum httpstatus_answer httpstatus_property(const struct httpstatus_status *row,
                                                          enum httpstatus_property property);
/* The section that settles the answer, absent where it is unknown. */
HTTPSTATUS_API struct httpstatus_text
httpstatus_property_reference(const struct httpstatus_status *row,
                              enum httpstatus_property property);
/* "is_error" ...; and back: the property of that name, false if there is none. */
HTTPSTATUS_API const char *httpstatus_property_name(enum httpstatus_property property);
HTTPSTATUS_API bool httpstatus_property_find(const char *name, size_t size,
                                             enum httpstatus_property *property);

/* Another spelling of a phrase, and who uses or used it: "RFC 2616 Section 10.4.14, nginx". */
struct httpstatus_alias { struct httpstatus_text phrase, source; };
/* How many other spellings the phrase has, and the i-th of them, i < count. */
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
 *   "repeat"           send the same request again (408; 425 once the TLS handshake is complete)
 *   "new-connection"   send it again on another connection (421)
 *   "after-delay"      send it again after the time in Retry-After, if given (413, 429, 503)
 *   "if-idempotent"    send it again if its method is idempotent (RFC 9110 section 9.2.2)
 *   "new-credentials"  send it again with other credentials (401, 403, 407)
 *   "modified"         change the request first, as the explanation says (409, 411, 417)
 *   "user-action"      send it again only after the user asks for it or acts (507, 511)
 */
struct httpstatus_retry { struct httpstatus_text advice, reference; /* where it says so */ };
HTTPSTATUS_API struct httpstatus_retry httpstatus_retry(const struct httpstatus_status *row);

/* ---- Short answers about a code ------------------------------------------------------------ */
/* The phrase of the primary row; absent for an unknown code. */
HTTPSTATUS_API struct httpstatus_text httpstatus_phrase(int code);
/* "1xx".."5xx" by the first digit (RFC 9110, section 15); absent outside 100..599. */
HTTPSTATUS_API struct httpstatus_text httpstatus_class_of(int code);
/* What a recipient takes it for (there, too): itself if IANA's, else x00; 500 outside 100..599. */
HTTPSTATUS_API int httpstatus_effective(int code);
/* The names that denote a code: each IANA row's and its older ones ("REQUEST_ENTITY_TOO_LARGE"). */
struct httpstatus_constant { struct httpstatus_text name; const struct httpstatus_status *row; };
HTTPSTATUS_API size_t httpstatus_constant_count(void);
HTTPSTATUS_API struct httpstatus_constant httpstatus_constant(size_t i);

/* ---- Redirects ----------------------------------------------------------------------------- */
enum httpstatus_action { /* what the client does */
    HTTPSTATUS_ACTION_NONE, /* nothing to follow; see reason */
    HTTPSTATUS_FOLLOW,      /* send the next request */
    HTTPSTATUS_ASK,         /* send it only if the user agrees (RFC 2616) */
    HTTPSTATUS_MAY          /* following is allowed, not required (300 and unregistered 3xx) */
};
enum httpstatus_reason { /* why there is nothing to follow */
    HTTPSTATUS_REASON_NONE,   /* there is something to follow */
    HTTPSTATUS_NOT_MODIFIED,  /* 304 */
    HTTPSTATUS_PROXY,         /* 305 */
    HTTPSTATUS_UNUSED,        /* 306 */
    HTTPSTATUS_CONNECT,       /* a 3xx to CONNECT opens no tunnel (RFC 9110 section 9.3.6) */
    HTTPSTATUS_NOT_A_REDIRECT /* the policy does not treat the code as a redirect */
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
/* Their words ("follow", "not-modified" ...); NULL for each ..._NONE but "none" of action. */
HTTPSTATUS_API const char *httpstatus_action_name(enum httpstatus_action action);
HTTPSTATUS_API const char *httpstatus_reason_name(enum httpstatus_reason reason);
HTTPSTATUS_API const char *httpstatus_method_change_name(enum httpstatus_method_change change);
HTTPSTATUS_API const char *httpstatus_redirect_kind_name(enum httpstatus_redirect_kind kind);
/* Names of header fields or methods: list[i] for i < count. */
struct httpstatus_names { const char *const *list; size_t count; };
enum httpstatus_standard { HTTPSTATUS_RFC9110, HTTPSTATUS_FETCH, HTTPSTATUS_RFC2616 };
enum httpstatus_rewrite { /* which methods become GET on 301 or 302 */
    HTTPSTATUS_REWRITE_NONE, HTTPSTATUS_REWRITE_POST,
    HTTPSTATUS_REWRITE_MAY_POST, /* POST; repeating it conforms too */
    HTTPSTATUS_REWRITE_ALL,      /* all but GET and HEAD */
    HTTPSTATUS_REWRITE_ASK       /* none, but the user has to agree to any but GET and HEAD */
};
struct httpstatus_policy { /* the rules of a client, as knobs: copy a named one and turn them */
    enum httpstatus_standard standard; /* whose sections, kinds and freshness it gives */
    uint16_t follow;               /* the redirects: bit n is 300 + n, bit 9 all from 309 on */
    enum httpstatus_action others; /* the codes that are not: MAY (but 304 to 306) or NONE */
    enum httpstatus_rewrite rewrite_301, rewrite_302;
    bool get_after_head_on_303;            /* else HEAD; any other method becomes GET on 303 */
    enum httpstatus_action unsafe_307_308; /* for a method other than GET and HEAD where it is kept,
                                              on 307, 308 and codes like 300: FOLLOW, ASK or NONE */
    bool care;                             /* say whether the next method is unsafe */
    bool detect_loops;                     /* a chain stops at a method and URL it has seen */
    struct httpstatus_names upper_case;    /* methods that are upper-cased first */
    struct httpstatus_names drops_headers; /* header fields that go with the body */
    struct httpstatus_names drops_cross_origin; /* credentials: those that go with the origin */
    int limit;                             /* redirects followed in a row; 0: no limit */
};
#define HTTPSTATUS_DEFAULT_POLICY "fetch" /* of a caller who names none */
/*
 * The policy of that name, or NULL:
 *   "rfc9110"     current HTTP: 301 and 302 may turn POST into GET, 300 may be followed
 *   "fetch"       the WHATWG Fetch standard, which browsers follow; also "browser"
 *   "rfc2616"     HTTP/1.1 of 1999: asks the user before it repeats a POST
 *   "curl"        the method table of curl -L and axios
 *   "requests"    the method table of requests, httpx and httpie
 *   "legacy-get"  the method table of Go, Qt, AnyEvent::HTTP and PHP streams
 *   "preserve"    the method table of got, urllib3 and Guzzle in strict mode
 */
HTTPSTATUS_API const struct httpstatus_policy *httpstatus_policy(const char *name, size_t size);
HTTPSTATUS_API const char *httpstatus_policy_name(size_t i); /* of the i-th; NULL past the last */
/*
 * Sets a knob that is a word:
 *   others          "none", "may"
 *   rewrite_301     "none", "post", "may-post", "all", "ask"
 *   rewrite_302     "none", "post", "may-post", "all", "ask"
 *   head_on_303     "HEAD", "GET"
 *   unsafe_307_308  "follow", "ask", "none"
 * false if there is no such knob or value.  httpstatus_policy_values() lists the values of a knob
 * for a message ("none, may"); NULL if there is no such knob.
 */
HTTPSTATUS_API bool httpstatus_policy_set(struct httpstatus_policy *policy, const char *knob,
                                          const char *value, size_t size);
HTTPSTATUS_API const char *httpstatus_policy_values(const char *knob);
enum { HTTPSTATUS_REDIRECT_FIRST = 300, HTTPSTATUS_REDIRECT_LAST = 399 }; /* codes of redirects */
enum { HTTPSTATUS_REDIRECT_OTHERS = 309 /* and all above: 308 is the last with its own rules */ };
/* Has 300..308, or by 309 it and all above, which no standard tells apart, followed; else false. */
HTTPSTATUS_API bool httpstatus_policy_follow(struct httpstatus_policy *policy, int code);
/* Whether a text may be a method or the name of a header field: RFC 9110, section 5.6.2. */
HTTPSTATUS_API bool httpstatus_is_token(const char *p, size_t size);

struct httpstatus_redirect { /* what a policy says of a response and its Location */
    enum httpstatus_action action;
    enum httpstatus_reason reason;
    struct httpstatus_text method; /* of the next request; absent without one */
    enum httpstatus_method_change method_change;
    bool preserves_method, keeps_body;          /* of this request; false without a next one */
    struct httpstatus_names drops_headers;      /* leave out because the body went */
    struct httpstatus_names drops_cross_origin; /* when the origin changed; rfc9110: to consider */
    enum httpstatus_redirect_kind kind;
    bool cacheable;        /* the 3xx may be stored without explicit freshness */
    bool care;             /* rfc9110: the next method is not safe */
    int limit;             /* redirects followed in a row; 0: the policy has none */
    const char *reference; /* the section that rules the case */
};
enum httpstatus_redirect_result { /* whether there is such a record */
    HTTPSTATUS_REDIRECT_INVALID_METHOD = -1, /* empty, or not a token (RFC 9110, section 5.6.2) */
    HTTPSTATUS_REDIRECT_NONE = 0,            /* the code is outside 300..399 */
    HTTPSTATUS_REDIRECT_OK = 1
};
/*
 * What the policy says of a response with 'code' and a Location to a request with 'method', which
 * is checked first.  Methods are case-sensitive; only "fetch" upper-cases, and that delete, get,
 * head, options, post and put alone.  Fills '*redirect' for OK.
 */
HTTPSTATUS_API enum httpstatus_redirect_result
httpstatus_redirect(int code, const char *method, size_t size,
                    const struct httpstatus_policy *policy, struct httpstatus_redirect *redirect);
/*
 * The same in one to three sentences, constant texts: what happens to method and body, who decides,
 * for how long the redirect holds.  Returns how many; 0 if httpstatus_redirect() gives no record.
 */
enum { HTTPSTATUS_SENTENCES = 3, HTTPSTATUS_CHAIN_SEEN = 64 };
HTTPSTATUS_API size_t httpstatus_explain(int code, const char *method, size_t size,
                                         const struct httpstatus_policy *policy,
                                         const char *sentences[HTTPSTATUS_SENTENCES]);
struct httpstatus_chain { /* redirects in a row: method, body and credentials are carried on */
    struct httpstatus_policy policy;
    struct httpstatus_text method; /* of the next request */
    bool body_dropped, credentials_dropped;
    uint64_t count;                       /* redirects so far */
    uint64_t seen[HTTPSTATUS_CHAIN_SEEN]; /* hashes of the last methods and URLs */
    uint64_t landmark, landmark_at;       /* that of a request 2^n redirects back or more */
};
/*
 * Begins with a request to 'url' (NULL: unknown; it is for finding loops).  'policy' is copied, but
 * its lists and 'method' must outlive the chain.  false if the method is no token.
 */
HTTPSTATUS_API bool
httpstatus_chain_init(struct httpstatus_chain *chain, const struct httpstatus_policy *policy,
                      const char *method, size_t size, const char *url, size_t url_size);
enum httpstatus_chain_result { /* whether the chain goes on */
    HTTPSTATUS_CHAIN_END = 0, /* the code is outside 300..399: the chain is at its end */
    HTTPSTATUS_CHAIN_OK = 1,
    HTTPSTATUS_CHAIN_LIMIT = -1, /* one redirect more than the policy allows */
    HTTPSTATUS_CHAIN_LOOP = -2   /* the method and URL have been there before */
};
/*
 * The response had 'code' and led to 'url' (opaque text, resolved by the caller; NULL: unknown),
 * in another origin than that of the last request or not.  Fills '*redirect' for OK: 'keeps_body'
 * is false once a body was dropped, and 'drops_headers' then names what to leave out of this and
 * all later requests; so does 'drops_cross_origin' once the origin has changed, empty before that.
 * An action of NONE, LIMIT and LOOP leave the chain as it was.  A loop of at most 64 requests whose
 * URLs are known is found at the first repetition, a longer one before the chain is three times as
 * long as the way into it and its length.
 */
HTTPSTATUS_API enum httpstatus_chain_result
httpstatus_chain_step(struct httpstatus_chain *chain, int code, const char *url, size_t url_size,
                      bool cross_origin, struct httpstatus_redirect *redirect);

struct httpstatus_client { /* what a real client was measured to do: a fact with a date, no rule */
    struct httpstatus_text name, version;
    int code;
    struct httpstatus_text request_method;
    bool followed;
    struct httpstatus_text method; /* of the next request; absent if not followed */
    enum httpstatus_answer keeps_body;          /* unknown if not followed, or without a body */
    enum httpstatus_answer sends_content_type;  /* unknown if not followed */
    enum httpstatus_answer sends_authorization; /* the caller's, to another host */
    int limit;            /* redirects it follows in a row; -1: not measured */
    const char *at_limit; /* then: "error" or "returns the 3xx"; NULL: not measured */
};
HTTPSTATUS_API size_t httpstatus_client_count(void); /* the number of clients that were measured */
/*
 * What the i-th client (i < count) did with 'code' (300..308) after 'method' (DELETE, GET, HEAD,
 * OPTIONS, PATCH, POST, PUT, QUERY, and FROB for an unknown one).  false if that was not measured.
 */
HTTPSTATUS_API bool httpstatus_client(size_t i, int code, const char *method, size_t size,
                                      struct httpstatus_client *client);
/* The same by the client's name and version; false too if there is no such client. */
HTTPSTATUS_API bool
httpstatus_client_find(struct httpstatus_text name, struct httpstatus_text version, int code,
                       struct httpstatus_text method, struct httpstatus_client *client);

enum { /* in what a client differs from a policy: bits, 0 if it does as the policy says */
    HTTPSTATUS_DIFFERS_FOLLOWED = 1,    /* it follows where the policy does not, or the reverse */
    HTTPSTATUS_DIFFERS_METHOD = 2,      /* its next method differs where the policy allows only
                                           one */
    HTTPSTATUS_DIFFERS_BODY = 4,        /* it drops a body that the policy keeps, or the reverse */
    HTTPSTATUS_DIFFERS_HEADERS = 8,     /* it sends a Content-Type although the body is dropped */
    HTTPSTATUS_DIFFERS_CREDENTIALS = 16 /* it sends Authorization to another host */
};
HTTPSTATUS_API unsigned httpstatus_client_differs(const struct httpstatus_client *client,
                                                  const struct httpstatus_policy *policy);
/* The word for a bit, by its number ("followed" ...); then NULL. */
HTTPSTATUS_API const char *httpstatus_difference_name(size_t i);

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
/* "auto", "clf" ...; NULL for NONE.  And back: NONE for a name that is not one of them. */
HTTPSTATUS_API const char *httpstatus_format_name(enum httpstatus_format format);
HTTPSTATUS_API enum httpstatus_format httpstatus_format(const char *name, size_t size);
/* The i-th of the usual keys of JSON logs, in the order in which they count; then absent. */
HTTPSTATUS_API struct httpstatus_text httpstatus_usual_key(size_t i);

enum { HTTPSTATUS_LOCATOR_SIZE = 1536 };
struct httpstatus_locator { HTTPSTATUS_OPAQUE(HTTPSTATUS_LOCATOR_SIZE); }; /* of a format string */
struct httpstatus_options { /* how a log is to be read; zeroed but for the format is usual */
    enum httpstatus_format format;
    struct httpstatus_text key;    /* json: where the status is, a path of 1 to 8 names with dots
                                      ("http.response.status_code"); absent: the usual ones */
    struct httpstatus_text fields; /* w3c, cloudfront: "#Fields:" of a file that has none */
    bool target;                   /* elb: the status of the target, not of the load balancer */
    struct httpstatus_locator locator; /* custom: made by httpstatus_options_format() */
};

/* At which byte, from 1, a format string is wrong, and in what; NULL if it is no format string. */
struct httpstatus_format_error { size_t column; const char *message; };
/*
 * Sets the format from its name or from the server's own format string: Apache's LogFormat
 * ("%h %l %u %t \"%r\" %>s %b"), nginx's log_format ("$remote_addr ... $status"), AWS's
 * ("$context.status"), HAProxy's log-format ("%ci:%cp [%tr] ... %ST") or Squid's logformat
 * ("%ts.%03tu ... %03>Hs").
 *
 * Clients write into a line, and none may choose its status.  If the text before the status is
 * found wherever the fields end there, it tells where the status is, and the byte behind it where
 * it ends; what comes after is not looked at.  If the fields before may hold that text ("%m %U %>s
 * %b", "$request $status"), the end of the line tells: the line has to be as the string says to its
 * end, or, where the string ends in text, to the only place that fits.  If what is behind may hold
 * the text as well ("%U %>s %{Referer}i"), the string is refused.  For a writer that cuts long
 * lines put what clients write in quotes, so that the start tells.  What a field holds is known by
 * its name, and what clients write has quotes and control bytes escaped; one with an unknown name
 * does not hold the text beside it.
 *
 * At most 64 texts before the status, 512 bytes of text, 256 of them behind a status that the end
 * tells.  false, and 'error' set, if the text is neither a name nor a format string, or the status
 * has no place that can be found for certain: at the field, or text, that is in the way.
 */
HTTPSTATUS_API bool httpstatus_options_format(struct httpstatus_options *options, const char *p,
                                              size_t size, struct httpstatus_format_error *error);
/*
 * An option that is given, does not apply to the format and does nothing: "key", "fields" or
 * "target"; NULL: none.  '*formats' then has the names of those that it applies to: "elb or auto".
 */
HTTPSTATUS_API const char *httpstatus_options_check(const struct httpstatus_options *options,
                                                    const char **formats);

enum httpstatus_content { /* what a file is; the scanner reads plain text, and nothing else */
    HTTPSTATUS_CONTENT_PLAIN,
    HTTPSTATUS_CONTENT_UNTOLD, /* too few bytes: one of those below begins with them */
    HTTPSTATUS_CONTENT_GZIP, HTTPSTATUS_CONTENT_BZIP2,
    HTTPSTATUS_CONTENT_XZ, HTTPSTATUS_CONTENT_ZSTD,
    HTTPSTATUS_CONTENT_UTF_16 /* with a byte order mark */
};
/* What a file is that begins so; one that has no more bytes and is still UNTOLD is plain. */
enum { HTTPSTATUS_CONTENT_SIZE = 15 /* so many bytes always tell */ };
HTTPSTATUS_API enum httpstatus_content httpstatus_content(const char *p, size_t size);
/* What it is called: "gzip", "bzip2", "xz", "zstd" or "UTF-16"; NULL for PLAIN and UNTOLD. */
HTTPSTATUS_API const char *httpstatus_content_name(enum httpstatus_content content);
/* What is on a line has a status, MIN..MAX, as logged; or it is one of the three. */
enum {
    HTTPSTATUS_STATUS_MIN = -1, HTTPSTATUS_STATUS_MAX = 999,
    HTTPSTATUS_NO_STATUS = -2, /* a record whose status is "-" */
    HTTPSTATUS_UNMATCHED = -3, /* no record of the format */
    HTTPSTATUS_SKIPPED = -4    /* blank, or a comment of the format */
};
struct httpstatus_line { /* a record, or a line that is none */
    uint64_t start, end; /* its bytes [start, end) from the first one scanned on, without LF or CR
                            LF; records of one line share its bytes out among them, and one that is
                            wrapped over several has those of the last */
    uint64_t number; /* of the line that it begins on, from 1 */
    int status;      /* or why there is none: HTTPSTATUS_NO_STATUS, _UNMATCHED or _SKIPPED */
    int substatus;   /* 0: none */
};

/* ---- Counts -------------------------------------------------------------------------------- */
enum { HTTPSTATUS_FIRST_UNMATCHED = 10, HTTPSTATUS_PAIRS = 256, HTTPSTATUS_KEYS = 16 };
/* How many records have a status and a sub-status. */
struct httpstatus_pair { uint16_t status, substatus; uint64_t count; };
struct httpstatus_tally { /* how many there are of each kind; a zeroed one is empty */
    uint64_t lines, records, no_status, skipped, unmatched; /* a line may hold several records, and
                                                               one be wrapped over several lines */
    uint64_t counts[HTTPSTATUS_STATUS_MAX - HTTPSTATUS_STATUS_MIN + 1]; /* [status - MIN] */
    uint64_t first_unmatched[HTTPSTATUS_FIRST_UNMATCHED]; /* line numbers: as many as 'unmatched' */
    uint64_t formats[HTTPSTATUS_FORMATS]; /* records of each format */
    uint64_t keys[HTTPSTATUS_KEYS];       /* json, by the usual keys: records of each */
    struct httpstatus_pair pairs[HTTPSTATUS_PAIRS]; /* the least, in order; count 0: no more */
    uint64_t more_pairs;           /* records with a greater one, for which there is no room */
    enum httpstatus_format format; /* that was asked for; AUTO too for the sum of several */
};
/* Records with that status; 0 for a status outside -1..999. */
HTTPSTATUS_API uint64_t httpstatus_tally_count(const struct httpstatus_tally *tally, int status);
/* Records with a status of class 1..5; 0: of no class. */
HTTPSTATUS_API uint64_t httpstatus_tally_class(const struct httpstatus_tally *tally, int digit);
/* The format that was asked for, or that all records have; NONE if there is none, or several. */
HTTPSTATUS_API enum httpstatus_format httpstatus_tally_format(const struct httpstatus_tally *tally);
/*
 * The key by which all JSON records have their status: 'own', that of the options (absent: none),
 * if JSON was asked for or found, else the usual one; absent if there is none, or several.
 */
HTTPSTATUS_API struct httpstatus_text httpstatus_tally_key(const struct httpstatus_tally *tally,
                                                           struct httpstatus_text own);
/* The 'own' of a sum: that of both, or of one if the other has no key and no records; or absent. */
HTTPSTATUS_API struct httpstatus_text
httpstatus_tally_sum_key(const struct httpstatus_tally *tally, struct httpstatus_text own,
                         const struct httpstatus_tally *more, struct httpstatus_text own_of_more);
/* Whether two tallies agree in everything, the format and the unmatched lines' numbers included. */
HTTPSTATUS_API bool httpstatus_tally_equal(const struct httpstatus_tally *a,
                                           const struct httpstatus_tally *b);
/*
 * Adds the tally of the log that comes after: 'more's line numbers are shifted by the lines so far.
 * The format stays if both were asked for it or one has no lines, else it is AUTO.
 */
HTTPSTATUS_API void httpstatus_tally_add(struct httpstatus_tally *tally,
                                         const struct httpstatus_tally *more);

enum { HTTPSTATUS_FILTER_PAIRS = 32 };
struct httpstatus_filter { /* which lines are wanted; a zeroed one wants none */
    uint64_t statuses[(HTTPSTATUS_STATUS_MAX - HTTPSTATUS_STATUS_MIN) / 64 + 1];
    bool no_status, unmatched;
    bool invert; /* wants all other lines instead, skipped ones too */
    unsigned pair_count;
    struct { int status, substatus; } pairs[HTTPSTATUS_FILTER_PAIRS];
};
/*
 * Wants more lines: those of a class ("5xx"), a status ("404"), a status and sub-status ("403.14"),
 * "error" (4xx and 5xx), "redirect" (301 302 303 307 308), "no_status", "unmatched", or a property
 * by its name ("is_cacheable"): the codes for whose primary row, or stand-in, the answer is yes.
 * false, and nothing changed, if the text is none of these or there is no room for another pair.
 */
HTTPSTATUS_API bool httpstatus_filter_add(struct httpstatus_filter *filter, const char *p,
                                          size_t size);
/* Wants the lines with that status; false if it is outside -1..999. */
HTTPSTATUS_API bool httpstatus_filter_add_status(struct httpstatus_filter *filter, int status);
/* Whether it wants that status, SKIPPED..999, and substatus (0: none); another if it inverts. */
HTTPSTATUS_API bool httpstatus_filter_wants(const struct httpstatus_filter *filter, int status,
                                            int substatus);

/* ---- Scanning ------------------------------------------------------------------------------ */
/* How many bytes to read from a file at a time, best to an address on a cache line. */
enum { HTTPSTATUS_READ_SIZE = 2 * 1024 * 1024, HTTPSTATUS_READ_ALIGNMENT = 64 };
/*
 * A log being scanned, and what crosses the end of a part of it: the caller's memory, the library's
 * state, of fixed size whatever the log holds.  Copy them by assignment.  They have an eighth to
 * spare or more, so that no patch release changes their size.
 */
enum { HTTPSTATUS_SCANNER_SIZE = 36 * 1024, HTTPSTATUS_CARRY_SIZE = 10 * 1024 };
struct httpstatus_scanner { HTTPSTATUS_OPAQUE(HTTPSTATUS_SCANNER_SIZE); };
struct httpstatus_carry { HTTPSTATUS_OPAQUE(HTTPSTATUS_CARRY_SIZE); };
/*
 * Gets a scanner ready.  'filter' (NULL: all) and the key of the options must outlive the scan.
 * false if the key is no path of 1 to 8 names, or the custom format has no format string.
 */
HTTPSTATUS_API bool httpstatus_scanner_init(struct httpstatus_scanner *scanner,
                                            const struct httpstatus_options *options,
                                            const struct httpstatus_filter *filter);
/*
 * Scans the next 'size' bytes of the log; they may end anywhere.  Every finished line is counted.
 * With 'lines', those that the filter wants are also stored there, at most 'capacity' (at least 1)
 * of them: the number stored is returned, and '*used' is how many bytes were consumed; call again
 * with the rest.  Without 'lines' all bytes are consumed, 0 is returned, and 'used' may be NULL.  A
 * line may have begun in an earlier piece: keep the bytes from httpstatus_scanner_line_start() on
 * if you want to see it.  Takes about 70 KiB of stack.
 */
HTTPSTATUS_API size_t
httpstatus_scan(struct httpstatus_scanner *scanner, const char *p, size_t size,
                struct httpstatus_line *lines, size_t capacity, size_t *used);
/* Ends the log: its last line counts even without LF.  Stores as above; call until it returns 0. */
HTTPSTATUS_API size_t httpstatus_finish(struct httpstatus_scanner *scanner,
                                        struct httpstatus_line *lines, size_t capacity);
/* The counts so far, which lie in the scanner and change as it goes on: copy them to keep them. */
HTTPSTATUS_API const struct httpstatus_tally *
httpstatus_scanner_tally(const struct httpstatus_scanner *scanner);
/* Where the unfinished record begins: bytes from the first one scanned. */
HTTPSTATUS_API uint64_t httpstatus_scanner_line_start(const struct httpstatus_scanner *scanner);
/* Whether a line, or a record that is or may be wrapped over several, is not at its end. */
HTTPSTATUS_API bool httpstatus_scanner_is_open(const struct httpstatus_scanner *scanner);
/*
 * For a log that is scanned in parts, which end with lines: what crosses the end of the bytes
 * scanned so far (the last #Fields, records wrapped over lines), and a scanner that has just been
 * initialized going on with it.  The tallies then add up to that of the whole; only the last part
 * is finished.  A zeroed carry is that of a log's start.  It may go to a process of the same build.
 */
HTTPSTATUS_API void httpstatus_carry_out(const struct httpstatus_scanner *scanner,
                                         struct httpstatus_carry *carry);
HTTPSTATUS_API void httpstatus_carry_in(struct httpstatus_scanner *scanner,
                                        const struct httpstatus_carry *carry);
/* Whether a part has the same tally with either of them at its start; false if that is unknown. */
HTTPSTATUS_API bool httpstatus_carry_equal(const struct httpstatus_carry *a,
                                           const struct httpstatus_carry *b);
/*
 * What looks at the lines of a log, by a set of instructions: "avx512", "avx2", "sse2", "neon" or
 * "scalar".  All give the same answers; the fastest that this CPU has is taken.
 */
HTTPSTATUS_API const char *httpstatus_scanner_name(void);   /* the one that is taken */
HTTPSTATUS_API const char *httpstatus_scanner_at(size_t i); /* those here, fastest first; NULL */
/* Takes another, in the whole process, for tests and figures; false if none here has the name. */
HTTPSTATUS_API bool httpstatus_scanner_use(const char *name, size_t size);

/* ---- Messages ------------------------------------------------------------------------------ */
/*
 * What is expected of an argument, to end a message with: "invalid policy 'x': expected rfc9110,
 * fetch, ...".  'name' is "code", "substatus", "status" (in a log), "status_class", "property",
 * "method", "policy", a knob, "follow", "drops_headers", "drops_cross_origin", "format", "key",
 * "which" or "scanner".  The words may be put into 'text'; NULL for any other.
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

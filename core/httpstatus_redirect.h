/*
 * httpstatus_redirect.h - what a client does after a redirect, and where a Location leads
 *
 * Part of httpstatus.h, which includes it and says what holds for the whole library.
 */
#ifndef HTTPSTATUS_REDIRECT_H
#define HTTPSTATUS_REDIRECT_H

#include "httpstatus_base.h"

HTTPSTATUS_BEGIN
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
HTTPSTATUS_END

#endif

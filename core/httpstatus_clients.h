/*
 * httpstatus_clients.h - what real clients were measured to do
 *
 * Part of httpstatus.h, which includes it and says what holds for the whole library.
 */
#ifndef HTTPSTATUS_CLIENTS_H
#define HTTPSTATUS_CLIENTS_H

#include "httpstatus_redirect.h"

HTTPSTATUS_BEGIN
/* ---- Measured clients ---------------------------------------------------------------------- */
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
HTTPSTATUS_END

#endif

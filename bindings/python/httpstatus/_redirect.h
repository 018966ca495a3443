/* Shared by the files about redirects. */
#ifndef HTTPSTATUS_PYTHON_REDIRECT_H
#define HTTPSTATUS_PYTHON_REDIRECT_H

#include "_core.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* ---- _policy.c: a named policy, or one with some rules overridden ---- */

enum {
    POLICY,
    FOLLOW,
    OTHERS,
    REWRITE_301,
    REWRITE_302,
    REWRITE_303,
    HEAD_ON_303,
    BODY_301_303,
    UNSAFE,
    DROPS_HEADERS,
    DROPS_CROSS_ORIGIN,
    LIMIT,
    KNOBS
};
#define KNOB_NAMES \
    "policy", "follow", "others", "rewrite_301", "rewrite_302", "rewrite_303", "head_on_303", \
        "body_301_303", "unsafe_307_308", "drops_headers", "drops_cross_origin", "limit"

/* What the policy has to know of the request, apart from its method. */
enum { BODY, REPLAYABLE, REQUEST };
#define REQUEST_NAMES "body", "replayable"
/* After these: where the request went, and the response's Location. */
enum { URL, LOCATION, PLACES };
#define PLACE_NAMES "url", "location"

/* Used where a call names no policy. */
#define DEFAULT_POLICY \
    ((struct httpstatus_text){HTTPSTATUS_DEFAULT_POLICY, strlen(HTTPSTATUS_DEFAULT_POLICY)})

/* The arguments code and method, which come before the policy. */
enum { OWN = 2 };

/* A policy, and the owners of its lists of names if they are not the core's. */
typedef struct {
    struct httpstatus_policy policy;
    PyObject *tuples[2];
    const char **names[2];
} Policy;

/* false with an exception set and nothing to clear. */
bool policy_from(PyObject **values, Policy *policy);
void policy_clear(Policy *policy);

/* The method as given, not validated: the core does that. */
bool method_from(PyObject *object, struct httpstatus_text *method);
bool body_from(PyObject **values, enum httpstatus_body *body);
/* Always false, with an exception set. */
bool invalid_method(PyObject *method);

/* ---- _record.c: what redirect() returns ---- */

/* The record for a redirect; 'given' is the text of the method 'given_object'. */
PyObject *record_object(State *state, const Policy *policy, const struct httpstatus_redirect *r,
                        const char *given, PyObject *given_object);
/*
 * The same for a code and a method: None if not a redirect, NULL with an exception set.  'places'
 * are the arguments url and location, if they are taken.
 */
PyObject *record_for(State *state, int code, PyObject *method, struct httpstatus_text text,
                     enum httpstatus_body body, const Policy *policy, PyObject **places);
/* The record made at import for a well-known method under the default policy; else NULL. */
PyObject *ready_record(const State *state, int code, struct httpstatus_text method);
/* The method as a str: the given one if the text is the same. */
PyObject *method_object(State *state, struct httpstatus_text method, const char *given,
                        PyObject *object);
int record_add(PyObject *module, State *state);

/* ---- _places.c: URLs and Location fields ---- */

/* The values of a response's Location fields. */
typedef struct {
    struct httpstatus_text *texts;
    size_t count;
    PyObject *kept; /* a list of bytes */
} Locations;

/* None: no field; a str; or a list of them. false with an exception set and nothing to clear. */
bool locations_from(PyObject *object, Locations *locations);
void locations_clear(Locations *locations);
/* A buffer in which the first of them, resolved by such a URL, has room. */
PyObject *place_for(size_t base, const Locations *locations);
/* The bytes of a URL, any str; NULL with an exception set if it is not a str. */
PyObject *url_bytes(PyObject *url);
/* The URL as a str; None if it is absent. */
PyObject *url_object(struct httpstatus_text url);
bool invalid_url(PyObject *url);

/* ---- _clients.c, _retry_clients.c, _chain.c ---- */

int clients_add(PyObject *module, State *state);
int retry_clients_add(PyObject *module, State *state);
int chain_add(PyObject *module, State *state);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

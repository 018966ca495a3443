/* Internal: what redirects and chains of them share. */
#ifndef HTTPSTATUS_CORE_REDIRECT_H
#define HTTPSTATUS_CORE_REDIRECT_H

#include "httpstatus.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* The method, in upper case if it is one of these names in any case. */
struct httpstatus_text httpstatus_upper_cased(struct httpstatus_text method,
                                              struct httpstatus_names names);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

/* Internal: Nginx Proxy Manager's log, for its careful reader and its quick look. */
#ifndef HTTPSTATUS_NPM_H
#define HTTPSTATUS_NPM_H

#include "tokens.h"

/* nginx lets no other bytes into a method; "-" is none. */
static inline bool is_of_npm_method(char c)
{
    return is_upper(c) || c == '_' || c == '-';
}

#endif

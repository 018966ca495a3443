/* Internal: names that data/generate.py has sorted into buckets. */
#ifndef HTTPSTATUS_BUCKETS_H
#define HTTPSTATUS_BUCKETS_H

#include <stddef.h>

enum { BUCKETS = 1024 };

/* That of a name of at least one byte; data/generate.py has the same. */
static inline unsigned bucket_of(const char *name, size_t size)
{
    return (9 * (unsigned)size + 3 * (unsigned char)name[0] + (unsigned char)name[size - 1]) %
           BUCKETS;
}

#endif

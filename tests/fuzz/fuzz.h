/* What the fuzz targets share. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "httpstatus.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            abort(); \
        } \
    } while (0)

/* Chance depends on the input alone, so that an input does the same each time. */
static uint64_t chance_state;

static inline void seed_chance(const uint8_t *data, size_t size)
{
    chance_state = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < size; i++)
        chance_state = (chance_state ^ data[i]) * UINT64_C(1099511628211);
    chance_state |= 1;
}

static inline size_t chance(size_t below)
{
    chance_state ^= chance_state << 13;
    chance_state ^= chance_state >> 7;
    chance_state ^= chance_state << 17;
    return (size_t)((chance_state * UINT64_C(2685821657736338717) >> 32) % below);
}

/* A copy that ends where its memory ends, so that one byte of over-read is seen. */
static inline char *copy(const void *p, size_t size)
{
    char *memory = calloc(1, size + 1);

    REQUIRE(memory);
    if (size)
        memcpy(memory + 1, p, size);
    return memory + 1;
}

static inline void drop(char *p)
{
    free(p - 1);
}

/* The text up to the next 'stop', or all that is left; moves past it. */
static inline struct httpstatus_text cut(struct httpstatus_text *rest, char stop)
{
    const char *end = rest->size ? memchr(rest->data, stop, rest->size) : NULL;
    struct httpstatus_text part = {rest->data, end ? (size_t)(end - rest->data) : rest->size};
    size_t moved = part.size + (end != NULL);

    rest->data += moved;
    rest->size -= moved;
    return part;
}

#endif

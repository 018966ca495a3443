/* Internal: JSON that is all there: what a careful reader has read already. */
#ifndef HTTPSTATUS_JSON_PARTS_H
#define HTTPSTATUS_JSON_PARTS_H

#include "kernel.h"
#include "parts.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* The values of an object, one after another, with the names that lead to each. */
enum { WALK_DEPTH = 32, WALK_PATH = 128 };
enum walk_kind { WALK_STRING, WALK_OTHER, WALK_CONTAINER };
struct walk {
    const char *p, *end;
    bool escapes;                 /* whether there is a backslash */
    enum walk_kind kind;          /* of the value: a string, a container that begins, or another */
    struct httpstatus_text value; /* between the quotes of a string; of a container no data */
    bool flat;                    /* a name of the object itself */
    unsigned char listed;         /* 1: the first of a list; 2: another of it */
    size_t path_size;             /* over WALK_PATH: none that matters */
    const char *path;             /* the names with dots between them: in the line, or the buffer */
    char buffer[WALK_PATH];

    unsigned depth;
    uint32_t lists, filled; /* bits by depth: is it a list; has it had a value */
    size_t sizes[WALK_DEPTH + 1];
};

/* Begins with the object at 'p'. */
void httpstatus_walk_begin(struct walk *walk, const char *p, const char *end);
/* The next value, perhaps a missing one, without data; false after the last. */
bool httpstatus_walk_next(struct walk *walk);
/* Moves past a container that has just begun. */
void httpstatus_walk_over(struct walk *walk);

/*
 * Takes the line out of the string that the object at 'p' wraps it in, into the buffer; false if
 * there is none.  'time' is that of a record whose other parts are in the string "properties".
 */
bool httpstatus_unwrap(const char *p, const char *end, char *buffer, size_t *size,
                       struct httpstatus_text *time);

/*
 * The names that count in place of a time under that name of the object, and itself; false if it is
 * not always the name of a time.
 */
bool httpstatus_json_seek(const char *name, size_t size, struct httpstatus_sought *sought);

static inline bool is_path(const struct walk *walk, struct httpstatus_text path)
{
    return walk->path_size == path.size && walk->path[0] == path.data[0] &&
           memcmp(walk->path, path.data, path.size) == 0;
}

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif

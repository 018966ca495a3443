/* Walks over the values of a JSON object that is all there. */
#include "json.h"
#include "json_parts.h"
#include "quoted.h"

void httpstatus_walk_begin(struct walk *walk, const char *p, const char *end)
{
    walk->p = p + 1;
    walk->end = end;
    walk->depth = 0;
    walk->lists = walk->filled = 0;
    walk->sizes[0] = 0;
}

static void skip_blanks(struct walk *walk)
{
    while (walk->p < walk->end && (is_blank(*walk->p) || *walk->p == ','))
        walk->p++;
}

/* Moves past a string, whose text is then between its quotes; false if it is not closed. */
static bool read_string(struct walk *walk, struct httpstatus_text *text)
{
    const char *p = walk->p + 1, *quote = bare_quote(p, walk->end);

    *text = (struct httpstatus_text){p, (size_t)(quote - p)};
    walk->p = quote + (quote < walk->end);
    return quote < walk->end;
}

/* Adds a name to the path of the object that it is in. */
static void set_path(struct walk *walk, struct httpstatus_text name)
{
    size_t size = walk->sizes[walk->depth];
    const size_t dot = size > 0;

    if (size + dot + name.size > WALK_PATH) {
        walk->path_size = WALK_PATH + 1;
        return;
    }
    if (dot)
        walk->path[size++] = '.';
    memcpy(walk->path + size, name.data, name.size);
    if (memchr(name.data, '\\', name.size))
        name.size = httpstatus_unescape(name, HTTPSTATUS_ESCAPE_JSON, walk->path + size);
    walk->path_size = size + name.size;
}

/* "name": */
static bool walk_name(struct walk *walk)
{
    struct httpstatus_text name;

    if (walk->p == walk->end || *walk->p != '"' || !read_string(walk, &name))
        return false;
    skip_blanks(walk);
    if (walk->p == walk->end || *walk->p++ != ':')
        return false;
    skip_blanks(walk);
    set_path(walk, name);
    return true;
}

static bool walk_into(struct walk *walk)
{
    if (++walk->depth > WALK_DEPTH - 1)
        return false;
    const uint32_t bit = UINT32_C(1) << walk->depth;
    walk->lists = *walk->p++ == '[' ? walk->lists | bit : walk->lists & ~bit;
    walk->filled &= ~bit;
    walk->sizes[walk->depth] = walk->path_size;
    walk->kind = WALK_CONTAINER;
    walk->value = (struct httpstatus_text){NULL, 0};
    return true;
}

static bool read_value(struct walk *walk)
{
    if (walk->p == walk->end)
        return false;
    if (*walk->p == '{' || *walk->p == '[')
        return walk_into(walk);
    walk->kind = *walk->p == '"' ? WALK_STRING : WALK_OTHER;
    if (walk->kind == WALK_STRING)
        return read_string(walk, &walk->value);
    const char *p = walk->p;
    while (walk->p < walk->end && *walk->p != ',' && *walk->p != '}' && *walk->p != ']' &&
           !is_space(*walk->p))
        walk->p++;
    walk->value = (struct httpstatus_text){p, (size_t)(walk->p - p)};
    return walk->p > p;
}

/* Leaves the containers that end here; false at the end of the object. */
static bool close_containers(struct walk *walk)
{
    for (skip_blanks(walk); walk->p < walk->end && (*walk->p == '}' || *walk->p == ']');
         skip_blanks(walk)) {
        walk->p++;
        if (walk->depth-- == 0)
            return false;
    }
    return true;
}

bool httpstatus_walk_next(struct walk *walk)
{
    if (!close_containers(walk))
        return false;
    const uint32_t bit = UINT32_C(1) << walk->depth;
    walk->flat = walk->depth == 0;
    walk->listed = walk->lists & bit ? 1 + ((walk->filled & bit) != 0) : 0;
    if (walk->lists & bit)
        walk->path_size = walk->sizes[walk->depth];
    else if (!walk_name(walk))
        return false;
    walk->filled |= bit;
    return read_value(walk);
}

const char *httpstatus_first_object(const char *p, const char *end)
{
    static const char name[] = "\"records\"";
    const char *object = find_byte(p, end, '{'), *at = object + (object < end);

    while (at < end && is_blank(*at))
        at++;
    if ((size_t)(end - at) < sizeof name || memcmp(at, name, sizeof name - 1) != 0)
        return object;
    for (at += sizeof name - 1; at < end && (is_blank(*at) || *at == ':'); at++)
        ;
    return at < end && *at == '[' ? find_byte(at, end, '{') : object;
}

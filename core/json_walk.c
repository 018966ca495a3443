/* Walks over the values of a JSON object that is all there, as the careful reader does. */
#include "json.h"
#include "json_parts.h"
#include "quoted.h"

void httpstatus_walk_begin(struct walk *walk, const char *p, const char *end)
{
    walk->p = p + 1;
    walk->end = end;
    walk->escapes = find_byte(p, end, '\\') < end;
    walk->depth = 0;
    walk->lists = walk->filled = 0;
    walk->sizes[0] = 0;
}

/* The quote that closes a string whose text begins at 'p'; the end if there is none. */
static inline const char *closing_quote(const struct walk *walk, const char *p)
{
    const char *quote = near_byte(p, walk->end, '"');

    while (walk->escapes && quote < walk->end && has_backslash(p, quote))
        quote = near_byte(quote + 1, walk->end, '"');
    return quote;
}

static inline const char *skip_blanks(const char *p, const char *end)
{
    while (p < end && is_blank(*p))
        p++;
    return p;
}

/* Adds a name to the path of the object that it is in. */
static void add_to_path(struct walk *walk, const char *name, size_t name_size)
{
    size_t size = walk->sizes[walk->depth];
    const size_t dot = size > 0;

    walk->path = walk->buffer;
    walk->path_size = WALK_PATH + 1;
    if (name_size == 0 || size + dot + name_size > WALK_PATH)
        return;
    if (dot)
        walk->buffer[size++] = '.';
    if (walk->escapes)
        name_size = httpstatus_unescape((struct httpstatus_text){name, name_size},
                                        HTTPSTATUS_ESCAPE_JSON, walk->buffer + size);
    else
        memcpy(walk->buffer + size, name, name_size);
    walk->path_size = size + name_size;
}

/* The path of a name in the outermost object stays in the line. */
static inline void set_path(struct walk *walk, const char *name, size_t size)
{
    if (walk->depth || walk->escapes || size == 0) {
        add_to_path(walk, name, size);
        return;
    }
    walk->path = name;
    walk->path_size = size;
}

/* What a byte outside strings is; any other is of a token: a number, a word, or no JSON. */
enum { IN_TOKEN, BETWEEN, OPENS, CLOSES, QUOTES };
static const unsigned char mark_kinds[256] = {
    ['\t'] = BETWEEN, ['\n'] = BETWEEN, ['\v'] = BETWEEN, ['\f'] = BETWEEN, ['\r'] = BETWEEN,
    [' '] = BETWEEN,  [','] = BETWEEN,  [':'] = BETWEEN,  ['{'] = OPENS,    ['['] = OPENS,
    ['}'] = CLOSES,   [']'] = CLOSES,   ['"'] = QUOTES};

static inline unsigned mark_kind(const char *p)
{
    return mark_kinds[(unsigned char)*p];
}

/* What may be a value or a name, past the ends of containers; NULL after the last. */
static inline const char *find_item(struct walk *walk)
{
    const char *p = walk->p;

    for (; p < walk->end && (mark_kind(p) == BETWEEN || mark_kind(p) == CLOSES); p++)
        if (mark_kind(p) == CLOSES && walk->depth-- == 0) {
            walk->p = p + 1;
            return NULL;
        }
    walk->p = p;
    return p < walk->end ? p : NULL;
}

/* No value if nothing is there. */
static inline void read_token(struct walk *walk, const char *p)
{
    const char *start = p;

    while (p < walk->end && mark_kind(p) == IN_TOKEN)
        p++;
    walk->p = p;
    walk->kind = WALK_OTHER;
    walk->value = (struct httpstatus_text){p > start ? start : NULL, (size_t)(p - start)};
}

/* A string that is not closed is the last, and no value. */
static inline void read_string(struct walk *walk, const char *p)
{
    const char *quote = closing_quote(walk, p + 1);
    const bool closed = quote < walk->end;

    walk->p = quote + closed;
    walk->kind = WALK_STRING;
    walk->value = closed ? (struct httpstatus_text){p + 1, (size_t)(quote - p - 1)}
                         : (struct httpstatus_text){NULL, 0};
}

void httpstatus_walk_over(struct walk *walk)
{
    const char *p = walk->p;

    for (unsigned open = 1; open > 0 && p < walk->end; p++) {
        const unsigned kind = mark_kind(p);
        if (kind == QUOTES && (p = closing_quote(walk, p + 1)) == walk->end)
            break;
        open += kind == OPENS;
        open -= kind == CLOSES;
    }
    walk->p = p;
    walk->depth--;
}

/* Goes into a container, or past one that is too deep for any key.  No key leads through a list. */
static void walk_into(struct walk *walk, const char *p)
{
    const bool deep = ++walk->depth == WALK_DEPTH;

    walk->p = p + 1;
    walk->kind = deep ? WALK_OTHER : WALK_CONTAINER;
    walk->value = (struct httpstatus_text){NULL, 0};
    if (deep) {
        httpstatus_walk_over(walk);
        return;
    }
    const uint32_t bit = UINT32_C(1) << walk->depth;
    walk->lists = *p == '[' ? walk->lists | bit : walk->lists & ~bit;
    walk->filled &= ~bit;
    walk->sizes[walk->depth] = walk->listed ? WALK_PATH + 1 : walk->path_size;
    if (walk->path_size <= WALK_PATH && walk->path != walk->buffer)
        memcpy(walk->buffer, walk->path, walk->path_size);
}

static inline void read_value(struct walk *walk, const char *p)
{
    const unsigned kind = p < walk->end ? mark_kind(p) : BETWEEN;

    if (kind == QUOTES)
        read_string(walk, p);
    else if (kind == OPENS)
        walk_into(walk, p);
    else
        read_token(walk, p);
}

/* Takes the name at 'p'; returns where its value begins, or NULL if it is none. */
static inline const char *walk_name(struct walk *walk, const char *p)
{
    const char *quote = *p == '"' ? closing_quote(walk, p + 1) : walk->end;
    const char *colon = quote < walk->end ? skip_blanks(quote + 1, walk->end) : walk->end;

    if (colon == walk->end || *colon != ':')
        return NULL;
    set_path(walk, p + 1, (size_t)(quote - p - 1));
    return skip_blanks(colon + 1, walk->end);
}

/* Moves past what has no name in an object. */
static void skip_nameless(struct walk *walk, const char *p)
{
    walk->path_size = WALK_PATH + 1;
    read_value(walk, p);
    if (walk->kind == WALK_CONTAINER)
        httpstatus_walk_over(walk);
}

bool httpstatus_walk_next(struct walk *walk)
{
    for (const char *p, *value; (p = find_item(walk)) != NULL; skip_nameless(walk, p)) {
        const uint32_t bit = UINT32_C(1) << walk->depth;
        walk->flat = walk->depth == 0;
        walk->listed = 0;
        if (walk->lists & bit) {
            walk->listed = 1 + ((walk->filled & bit) != 0);
            walk->filled |= bit;
            walk->path_size = walk->sizes[walk->depth];
            value = p;
        } else {
            value = walk_name(walk, p);
        }
        if (value) {
            read_value(walk, value);
            return true;
        }
    }
    return false;
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

/* The key of JSON objects that always has a status. */
#include "formats.h"
#include "json_parts.h"
#include "suggest.h"

enum { KEYS = 32 };
struct key {
    size_t size;
    unsigned statuses, known, last; /* how many, and the last object that had one */
    char path[WALK_PATH];
};
struct keys {
    unsigned objects, requests, count;
    struct key list[KEYS];
};

static void note_status(struct keys *keys, const struct walk *walk, int status)
{
    unsigned i = 0;

    while (i < keys->count &&
           !is_path(walk, (struct httpstatus_text){keys->list[i].path, keys->list[i].size}))
        i++;
    struct key *key = &keys->list[i];
    if (i == KEYS)
        return;
    if (i == keys->count) {
        *key = (struct key){.size = walk->path_size};
        memcpy(key->path, walk->path, walk->path_size);
        keys->count++;
    }
    if (key->last == keys->objects) /* of equal names the last counts: which is not known here */
        return;
    key->last = keys->objects;
    key->statuses++;
    key->known += httpstatus_lookup(status) != NULL;
}

static const char *walk_object(struct keys *keys, const char *p, const char *end)
{
    struct walk walk;
    bool request = false;

    keys->objects++;
    httpstatus_walk_begin(&walk, p, end);
    while (httpstatus_walk_next(&walk)) {
        if (!walk.value.data)
            continue;
        const int status = httpstatus_plain_status(walk.value);
        request = request || httpstatus_request_kind(walk.value);
        if (status && !walk.listed && walk.path_size <= WALK_PATH)
            note_status(keys, &walk, status);
    }
    keys->requests += request;
    return walk.p;
}

static unsigned rank_of_key(const struct keys *keys, const struct key *key)
{
    const char *end = key->path + key->size, *name = end;

    if (!is_rule(key->statuses, keys->objects) || !are_most(key->known, key->statuses))
        return 0;
    for (const char *p = key->path; p < end; p++)
        if (*p <= ' ' || *p > '~') /* in a message it would not look like what it is */
            return 0;
    while (name > key->path && name[-1] != '.')
        name--;
    return httpstatus_status_name(name, end);
}

/* The best of the keys; NULL if two are as good. */
static const struct key *best_key(const struct keys *keys, unsigned *rank)
{
    const struct key *best = NULL;

    *rank = 0;
    for (unsigned i = 0; i < keys->count; i++) {
        const unsigned found = rank_of_key(keys, &keys->list[i]);
        if (found >= *rank)
            best = found > *rank ? &keys->list[i] : NULL;
        *rank = found > *rank ? found : *rank;
    }
    return best;
}

void httpstatus_suggest_key(struct suggesting *search)
{
    struct keys keys = {.objects = 0};
    struct httpstatus_text line;
    unsigned rank;

    for (const char *p = search->p; httpstatus_next_line(&p, search->sample_end, &line);)
        for (const char *at = line.data, *end = at + line.size;
             (at = find_byte(at, end, '{')) < end;)
            at = walk_object(&keys, at, end);
    const struct key *key = best_key(&keys, &rank);
    if (!key || !are_most(keys.requests, keys.objects))
        return;
    const struct httpstatus_options options = {.format = HTTPSTATUS_JSON,
                                               .key = {key->path, key->size}};
    if (httpstatus_reads_sample(search, &options))
        httpstatus_try_option(search, rank, &options, key->path, key->size);
}

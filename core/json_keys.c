/* The keys of JSON objects: where a status may be, and what proves that it is one. */
#include "json.h"
#include "json_keys_table.h"

_Static_assert((int)USUAL_KEYS <= (int)HTTPSTATUS_KEYS &&
                   (int)USUAL_KEYS + PROOFS <= (int)HTTPSTATUS_KEY_SLOTS,
               "more keys than there is room for: raise HTTPSTATUS_KEYS or _KEY_SLOTS");

struct json_keys httpstatus_json_keys(const struct httpstatus_setup *setup)
{
    if (setup->own_key.name_count > 0)
        return (struct json_keys){&setup->own_key, NULL, 1, 0};
    return (struct json_keys){usual_keys, keys_by_first, USUAL_KEYS, PROOFS};
}

struct httpstatus_text httpstatus_usual_key(size_t i)
{
    return i < USUAL_KEYS ? usual_keys[i].path : (struct httpstatus_text){NULL, 0};
}

bool httpstatus_json_set_key(struct httpstatus_setup *setup, struct httpstatus_text path)
{
    struct httpstatus_key *key = &setup->own_key;

    *key = (struct httpstatus_key){.path = path,
                                   .escaped = path.size && (memchr(path.data, '"', path.size) ||
                                                            memchr(path.data, '\\', path.size))};
    for (size_t at = 0, dot = 0; dot < path.size; at = dot + 1) {
        dot = (size_t)(find_byte(path.data + at, path.data + path.size, '.') - path.data);
        if (dot == at || key->name_count == HTTPSTATUS_NAMES)
            return false;
        key->starts[++key->name_count] = dot + 1;
    }
    return key->name_count > 0;
}

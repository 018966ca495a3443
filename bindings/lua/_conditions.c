/* Conditions on the parts of a record: options of whatever reads a log. */
#include "_source.h"

/*
 * How to read a log, and which of its records are meant: those that meet all of these conditions. A
 * record that lacks a part does not meet them, but exclude_path.
 * @class httpstatus.ConditionOptions: httpstatus.RecordOptions
 * @field since? number from this time on: seconds since 1970, as os.time() has them
 * @field until? number before this time
 * @field method? string the request's method, with its letter case
 * @field path? string how the path begins, without the escapes of the log
 * @field exclude_path? string how the path of the records to leave out begins
 * @field host? string the host, in any letter case and, unless it has a port, with any
 */
const char *const condition_options[] = {LOG_OPTIONS, CONDITION_OPTIONS, NULL};

/* The conditions and their texts. */
static struct httpstatus_conditions *push_kept(lua_State *L,
                                               const struct httpstatus_conditions *wanted)
{
    const size_t size = wanted->method.size + wanted->path.size + wanted->exclude_path.size +
                        wanted->host.size;
    struct httpstatus_conditions *kept = lua_newuserdatauv(L, sizeof *kept + size, 0);
    struct httpstatus_text *const texts[] = {&kept->method, &kept->path, &kept->exclude_path,
                                             &kept->host};
    char *p = (char *)(kept + 1);

    *kept = *wanted;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (!texts[i]->data)
            continue;
        texts[i]->data = memcpy(p, texts[i]->data, texts[i]->size);
        p += texts[i]->size;
    }
    return kept;
}

/* Pushes the texts, in this order. */
static void read_texts(lua_State *L, int arg, struct httpstatus_conditions *wanted)
{
    const int top = lua_gettop(L);

    wanted->method = text_option(L, arg, "method");
    wanted->path = text_option(L, arg, "path");
    wanted->exclude_path = text_option(L, arg, "exclude_path");
    wanted->host = text_option(L, arg, "host");
    const char *wrong = httpstatus_conditions_check(wanted);
    if (wrong)
        invalid(L, arg, wrong, top + (strcmp(wrong, "method") == 0 ? 1 : 4), NULL);
}

const struct httpstatus_conditions *push_conditions(lua_State *L, int arg,
                                                    struct httpstatus_clock *clock)
{
    const int top = lua_gettop(L);
    struct httpstatus_conditions wanted = {.has_since = false}, *kept = NULL;

    read_clock(L, arg, &wanted.clock);
    *clock = wanted.clock;
    wanted.has_since = instant_option(L, arg, "since", &wanted.since);
    wanted.has_until = instant_option(L, arg, "until", &wanted.until);
    read_texts(L, arg, &wanted);
    if (wanted.has_since || wanted.has_until || wanted.method.data || wanted.path.data ||
        wanted.exclude_path.data || wanted.host.data)
        kept = push_kept(L, &wanted);
    else
        lua_pushnil(L);
    lua_replace(L, top + 1);
    lua_settop(L, top + 1);
    return kept;
}

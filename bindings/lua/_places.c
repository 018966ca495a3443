/* Where a request went and where its response leads: URLs and Location fields. */
#include "_redirect.h"

/* The string on top, which the table it came from keeps alive. */
static struct httpstatus_text text_on_top(lua_State *L, int arg)
{
    struct httpstatus_text text = {NULL, 0};

    if (lua_type(L, -1) != LUA_TSTRING)
        invalid(L, arg, "location", -1, "a string, or a list of strings");
    else
        text.data = lua_tolstring(L, -1, &text.size);
    return text;
}

struct locations check_locations(lua_State *L, int arg)
{
    struct locations locations = {NULL, 0};
    int type = push_option(L, arg, "location"), value = lua_gettop(L);

    if (type == LUA_TNIL)
        return locations;
    locations.count = type == LUA_TTABLE ? (size_t)lua_rawlen(L, value) : 1;
    struct httpstatus_text *texts =
        lua_newuserdatauv(L, (locations.count ? locations.count : 1) * sizeof *texts, 0);
    for (size_t i = 0; i < locations.count; i++) {
        if (type == LUA_TTABLE)
            lua_rawgeti(L, value, (lua_Integer)i + 1);
        else
            lua_pushvalue(L, value);
        texts[i] = text_on_top(L, arg);
        lua_pop(L, 1);
    }
    locations.texts = texts;
    return locations;
}

char *push_place(lua_State *L, size_t base, const struct locations *locations, size_t *size)
{
    *size = httpstatus_url_size(base, locations->count ? locations->texts[0].size : 0);
    return lua_newuserdatauv(L, *size, 0);
}

int invalid_url(lua_State *L, int arg, int index)
{
    return invalid(L, arg, "url", index, "the absolute http or https URL of the request");
}

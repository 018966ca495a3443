/* suggest(): an option that reads a log which fits no format. */
#include "_source.h"

enum { HEAD = HTTPSTATUS_SUGGEST_HEAD + 1 }; /* one byte more tells that the log goes on */

/*
 * An option that reads a log which fits no format, and how much of it.
 * @class httpstatus.Suggestion
 * @field format? string
 * @field key? string
 * @field matched integer
 * @field lines integer
 */
static int push_suggestion(lua_State *L, const char *p, size_t size)
{
    struct httpstatus_scanner *scanner = lua_newuserdatauv(L, sizeof *scanner, 0);
    struct httpstatus_suggestion found;
    const char *option = httpstatus_suggest(scanner, p, size, &found);

    if (!option) {
        luaL_pushfail(L);
        return 1;
    }
    lua_createtable(L, 0, 3);
    lua_pushlstring(L, found.text, found.size);
    lua_setfield(L, -2, option);
    push_count(L, found.matched);
    lua_setfield(L, -2, "matched");
    push_count(L, found.lines);
    lua_setfield(L, -2, "lines");
    return 1;
}

/*
 * httpstatus.suggest()
 * An option that reads a log which fits no format, by its first 1 MiB; nil if "auto" understands
 * most of the log, or if no option is certain to read it. A column of the lines, or a path in their
 * JSON, must always have a number from 100 to 599 or "-", and the lines a method or a path too. If
 * several columns do, the one that is called a status or follows the request is taken; of two that
 * are as good, neither is. The counts come from reading the log with the option. The names in a
 * format string are nginx's; those of columns whose meaning is unknown have numbers.
 * @param source string|file* a path, or an open file, which is read from where it stands
 * @return httpstatus.Suggestion?
 * @return string? message
 * @return integer? errno
 */
static int l_suggest(lua_State *L)
{
    struct source source;
    size_t size = 0, count = 1;

    lua_settop(L, 1);
    char *buffer = lua_newuserdatauv(L, HEAD + PIECE, 0);
    if (!open_source(L, &source))
        return source_failed(L, &source);
    for (; size < HEAD && count; size += count)
        count = read_piece(&source, buffer + size);
    if (has_failed(&source, count)) {
        count = (size_t)source_failed(L, &source);
        close_source(&source);
        return (int)count;
    }
    close_source(&source);
    return push_suggestion(L, buffer, size);
}

/*
 * httpstatus.suggest_string()
 * The same for a log in a string.
 * @param log string
 * @return httpstatus.Suggestion?
 */
static int l_suggest_string(lua_State *L)
{
    struct source source;

    string_source(L, &source);
    return push_suggestion(L, source.data, source.size);
}

const luaL_Reg suggest_functions[] = {
    {"suggest", l_suggest},
    {"suggest_string", l_suggest_string},
    {NULL, NULL},
};

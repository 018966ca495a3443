/* parse_time() and unescape(): parts of a record, as they were meant. */
#include "_module.h"

/* The number in an option; false if it is nil. */
static bool number_option(lua_State *L, int arg, const char *name, lua_Number *number)
{
    const int type = push_option(L, arg, name);

    *number = type == LUA_TNUMBER ? lua_tonumber(L, -1) : 0;
    if ((type != LUA_TNUMBER && type != LUA_TNIL) || *number != *number) /* or not a number */
        invalid(L, arg, name, -1, NULL);
    lua_pop(L, 1);
    return type != LUA_TNIL;
}

static bool zone_option(lua_State *L, int arg, int *zone)
{
    const lua_Number most = HTTPSTATUS_ZONE_MAX;
    lua_Number number;

    if (!number_option(L, arg, "zone", &number))
        return false;
    if (number < -most || number > most || (lua_Number)(int)number != number) {
        push_option(L, arg, "zone");
        invalid(L, arg, "zone", -1, NULL);
    }
    *zone = (int)number;
    return true;
}

/* A fraction is rounded down. */
static bool reference_option(lua_State *L, int arg, int64_t *reference)
{
    const lua_Number most = 1e18;
    lua_Number number;

    if (!number_option(L, arg, "reference", &number))
        return false;
    *reference = (int64_t)(number > most ? most : number < -most ? -most : number);
    *reference -= (lua_Number)*reference > number;
    return true;
}

bool instant_option(lua_State *L, int arg, const char *name, struct httpstatus_time *time)
{
    const lua_Number most = 1e18;
    lua_Number number;

    if (!number_option(L, arg, name, &number))
        return false;
    if (number < -most || number > most) {
        push_option(L, arg, name);
        invalid(L, arg, name, -1, NULL);
    }
    int64_t whole = (int64_t)number;
    whole -= (lua_Number)whole > number;
    const int nanoseconds = (int)((number - (lua_Number)whole) * 1e9 + 0.5);
    const int carry = nanoseconds == 1000000000;
    *time = (struct httpstatus_time){whole + carry, carry ? 0 : nanoseconds, true};
    return true;
}

/*
 * What a time that was logged may leave out.
 * @class httpstatus.TimeOptions
 * @field zone? integer the zone of a time without one, in seconds east of UTC; nil: unknown
 * @field reference? number a time after which none was logged, in seconds since 1970: a time
 *     without a year is of the latest year in which it is not after that; nil: it cannot be read
 */
void read_clock(lua_State *L, int arg, struct httpstatus_clock *clock)
{
    clock->has_zone = zone_option(L, arg, &clock->zone);
    clock->has_reference = reference_option(L, arg, &clock->reference);
}

/*
 * A time that was logged.
 * @class httpstatus.Time
 * @field seconds integer
 * @field nanoseconds integer
 * @field has_zone boolean
 */
void push_time(lua_State *L, const struct httpstatus_time *time)
{
    lua_createtable(L, 0, 3);
    push_seconds(L, time->seconds);
    lua_setfield(L, -2, "seconds");
    lua_pushinteger(L, time->nanoseconds);
    lua_setfield(L, -2, "nanoseconds");
    set_truth(L, "has_zone", time->has_zone);
}

/*
 * httpstatus.parse_time()
 * A time as servers log it, or nil: "10/Oct/2000:13:55:36 -0700"; "2000-10-10T13:55:36Z", where a
 * blank or a tab may stand for the T; syslog's "Oct 10 13:55:36"; those of application servers,
 * "10/Oct/2000 13:55:36", "2000/10/10 13:55:36", "Tue Oct 10 13:55:36 2000"; or a number since
 * 1970, whose digits tell its unit: seconds up to 11, milliseconds up to 14, microseconds up to 17,
 * nanoseconds up to 19. Each may have a fraction, and brackets around it. A leap second, 24:00 and
 * February 30 do not exist.
 * @param text string
 * @param options? httpstatus.TimeOptions
 * @return httpstatus.Time?
 */
static int l_parse_time(lua_State *L)
{
    static const char *const names[] = {"zone", "reference", NULL};
    struct httpstatus_text text = check_string(L, 1, "text");
    struct httpstatus_clock clock = {.has_zone = false};
    struct httpstatus_time time;

    check_options(L, 2, names);
    read_clock(L, 2, &clock);
    if (httpstatus_parse_time(text.data, text.size, &clock, &time))
        push_time(L, &time);
    else
        luaL_pushfail(L);
    return 1;
}

/*
 * httpstatus.unescape()
 * A part of a record without the escapes of its writer. They are undone once, and what is not an
 * escape stands for itself. The result may be of any bytes.
 * @param text string
 * @param escape httpstatus.Escape
 * @return string
 */
static int l_unescape(lua_State *L)
{
    struct httpstatus_text text = check_string(L, 1, "text");
    struct httpstatus_text name = check_string(L, 2, "escape");
    enum httpstatus_escape escape;
    char small[2048], *buffer = small;

    if (!httpstatus_escape_find(name.data, name.size, &escape))
        invalid(L, 2, "escape", 2, NULL);
    if (text.size > sizeof small)
        buffer = lua_newuserdatauv(L, text.size, 0);
    lua_pushlstring(L, buffer, httpstatus_unescape(text, escape, buffer));
    return 1;
}

const luaL_Reg time_functions[] = {
    {"parse_time", l_parse_time},
    {"unescape", l_unescape},
    {NULL, NULL},
};

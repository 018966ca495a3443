/* The records of a log and their parts: what record() and records() give, a new table each time. */
#include "_source.h"

/* ---- Options ---- */

/*
 * How to read a log, and what its times may leave out.
 * @class httpstatus.RecordOptions: httpstatus.LogOptions
 * @field zone? integer of times without one: seconds east of UTC, -86399 to 86399; nil: unknown
 * @field reference? number for times without a year: seconds since 1970, as os.time() has them,
 *     rounded down; the year is the latest in which the time is not after this one; nil: such times
 *     are left out
 */
const char *const record_options[] = {LOG_OPTIONS, "zone", "reference", NULL};

void want_records(struct httpstatus_filter *filter)
{
    memset(filter->statuses, 0xff, sizeof filter->statuses);
    filter->no_status = true;
}

/* ---- Parts ---- */

void push_room(lua_State *L, struct room *room)
{
    const size_t size = lua_rawlen(L, -1);

    if (size <= sizeof room->own / 3) {
        lua_pushnil(L);
        room->parts = room->own;
    } else {
        room->parts = lua_newuserdatauv(L, 3 * size, 0);
    }
    room->plain = room->parts + 2 * size;
}

static void set_integer(lua_State *L, const char *name, int64_t number)
{
    lua_pushinteger(L, (lua_Integer)number);
    lua_setfield(L, -2, name);
}

static void set_duration(lua_State *L, const char *name, int64_t nanoseconds)
{
    lua_pushnumber(L, (lua_Number)nanoseconds / 1e9);
    lua_setfield(L, -2, name);
}

static void set_plain(lua_State *L, const char *name, const struct httpstatus_record *record,
                      enum httpstatus_part part, char *plain)
{
    struct httpstatus_text text = record->parts[part];

    if (record->escapes[part] != HTTPSTATUS_ESCAPE_NONE) {
        text.size = httpstatus_unescape(text, record->escapes[part], plain);
        text.data = plain;
    }
    set_text(L, name, text);
}

/* A part that cannot be read as what it is stays absent. */
static void set_part(lua_State *L, const struct httpstatus_record *record,
                     enum httpstatus_part part, const struct httpstatus_clock *clock, char *plain)
{
    const char *const name = httpstatus_part_name(part);
    struct httpstatus_time time;
    int64_t number;

    if (part == HTTPSTATUS_PART_TIME) {
        if (!httpstatus_record_time(record, clock, &time))
            return;
        push_time(L, &time);
        lua_setfield(L, -2, name);
    } else if (part == HTTPSTATUS_PART_BYTES) {
        if ((number = httpstatus_record_bytes(record)) >= 0)
            set_integer(L, name, number);
    } else if (part == HTTPSTATUS_PART_DURATION) {
        if ((number = httpstatus_record_duration(record)) >= 0)
            set_duration(L, name, number);
    } else if (part == HTTPSTATUS_PART_UPSTREAM_STATUS) {
        if ((number = httpstatus_record_upstream(record)) >= 0)
            set_integer(L, name, number);
    } else {
        set_plain(L, name, record, part, plain);
    }
}

/* ---- Records ---- */

/*
 * A record of a log. Each is a new table, yours to change, which JSON encoders take as it is. A
 * part is nil if the format does not have it, if it was logged as "-", or if it is a time or a
 * number that cannot be read. What the server escaped is undone, so a text may hold any bytes.
 * @class httpstatus.Record
 * @field status? integer
 * @field substatus integer
 * @field number integer
 * @field line string
 * @field format? httpstatus.NamedFormat|"custom"
 * @field time? httpstatus.Time
 * @field client? string
 * @field forwarded_for? string
 * @field user? string
 * @field host? string
 * @field method? string
 * @field target? string
 * @field path? string
 * @field query? string
 * @field protocol? string
 * @field bytes? integer
 * @field referer? string
 * @field agent? string
 * @field duration? number
 * @field upstream_status? integer
 */
int push_record(lua_State *L, const struct httpstatus_scanner *scanner,
                const struct httpstatus_line *line, const struct httpstatus_clock *clock,
                const struct room *room)
{
    enum { OWN_FIELDS = 5 };
    const int text = lua_gettop(L) - 1;
    struct httpstatus_record record;
    int parts = 0;

    httpstatus_record(scanner, line, lua_tostring(L, text), room->parts, HTTPSTATUS_ALL_PARTS,
                      &record);
    for (int i = 0; i < HTTPSTATUS_PARTS; i++)
        parts += record.parts[i].data != NULL;
    lua_createtable(L, 0, OWN_FIELDS + parts);
    if (line->status >= HTTPSTATUS_STATUS_MIN)
        set_integer(L, "status", line->status);
    set_integer(L, "substatus", line->substatus);
    set_integer(L, "number", (int64_t)line->number);
    lua_pushvalue(L, text);
    lua_setfield(L, -2, "line");
    set_word(L, "format", httpstatus_format_name(line->format));
    for (int i = 0; i < HTTPSTATUS_PARTS; i++)
        if (record.parts[i].data)
            set_part(L, &record, (enum httpstatus_part)i, clock, room->plain);
    return 1;
}

/* The first record of a log; false if there is none. */
static bool find_record(struct httpstatus_scanner *scanner, struct httpstatus_text log,
                        struct httpstatus_line *line)
{
    size_t used;

    for (; log.size > 0; log.data += used, log.size -= used)
        if (httpstatus_scan(scanner, log.data, log.size, line, 1, &used) > 0)
            return true;
    return httpstatus_finish(scanner, line, 1) > 0;
}

/*
 * httpstatus.record()
 * The first record of a log in a string, which is usually a single line; nil if there is none. What
 * the record needs, such as a "#Fields:" line, may come before it.
 * @param line string
 * @param options? httpstatus.RecordOptions
 * @return httpstatus.Record?
 */
static int l_record(lua_State *L)
{
    struct httpstatus_text log = check_string(L, 1, "line");
    struct httpstatus_filter filter = {.invert = false};
    struct httpstatus_options options;
    struct httpstatus_scanner scanner;
    struct httpstatus_clock clock;
    struct httpstatus_line line;
    struct room room;

    lua_settop(L, 2);
    check_log_options(L, 2, record_options, &options);
    read_clock(L, 2, &clock);
    want_records(&filter);
    init_scanner(L, 2, &scanner, &options, &filter);
    if (!find_record(&scanner, log, &line)) {
        luaL_pushfail(L);
        return 1;
    }
    lua_pushlstring(L, log.data + line.start, (size_t)(line.end - line.start));
    push_room(L, &room);
    return push_record(L, &scanner, &line, &clock, &room);
}

const luaL_Reg record_functions[] = {{"record", l_record}, {NULL, NULL}};

/* Statuses: their tables and the look-ups. */
#include "_module.h"

/* ---- Rows ---- */

static void set_aliases(lua_State *L, const struct httpstatus_status *row, bool sources)
{
    size_t count = httpstatus_alias_count(row);

    if (!count)
        return;
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        struct httpstatus_alias alias = httpstatus_alias(row, i);
        push_text(L, sources ? alias.source : alias.phrase);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, sources ? "alias_sources" : "aliases");
}

/*
 * A header field that goes with a status.
 * @class httpstatus.Header
 * @field name string
 * @field level httpstatus.Level
 * @field reference string
 * @field condition? string
 */
static void set_headers(lua_State *L, const struct httpstatus_status *row)
{
    size_t count = httpstatus_header_count(row);

    if (!count)
        return;
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        struct httpstatus_header header = httpstatus_header(row, i);
        lua_createtable(L, 0, 4);
        set_text(L, "name", header.name);
        set_text(L, "level", header.level);
        set_text(L, "reference", header.reference);
        set_text(L, "condition", header.condition);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "headers");
}

/*
 * What a client may do about a request that failed.
 * @class httpstatus.RetryAdvice
 * @field advice httpstatus.Advice
 * @field reference string
 */
static void set_retry(lua_State *L, const struct httpstatus_status *row)
{
    struct httpstatus_retry_advice advice = httpstatus_retry_advice(row);

    if (!advice.advice.data)
        return;
    lua_createtable(L, 0, 2);
    set_text(L, "advice", advice.advice);
    set_text(L, "reference", advice.reference);
    lua_setfield(L, -2, "retry");
}

/*
 * A row of the table. Unknown values and empty lists are nil. A row is a plain table without
 * cycles, so JSON encoders take it as it is, without variants: reading that makes a new list each
 * time. All scripts in a Lua state share the rows, so treat them as read-only: a change is seen by
 * every script, but does not affect what functions return. Only the row that Status() makes for an
 * unknown code is yours alone. tostring(row) is "<Status 404 Not Found>".
 * @class httpstatus.Status
 * @field key table
 * @field code integer
 * @field substatus integer
 * @field owner? string
 * @field phrase? string
 * @field name? string
 * @field aliases? string[]
 * @field alias_sources? string[]
 * @field status_class? httpstatus.StatusClass
 * @field lifecycle? httpstatus.Lifecycle
 * @field reference? string
 * @field description string
 * @field explanation string
 * @field since? httpstatus.Since
 * @field introduced_in? string
 * @field wire? string
 * @field is_informational boolean
 * @field is_success boolean
 * @field is_redirection boolean
 * @field is_client_error boolean
 * @field is_server_error boolean
 * @field is_error boolean
 * @field is_known boolean
 * @field is_official boolean
 * @field is_interim boolean
 * @field is_redirect boolean
 * @field is_cacheable? boolean
 * @field must_not_store? boolean
 * @field allows_body? boolean
 * @field preserves_method? boolean
 * @field retry? httpstatus.RetryAdvice
 * @field headers? httpstatus.Header[]
 * @field variants? httpstatus.Status[]
 */

/*
 * Pushes the table of a status, a tree that can be written as JSON: empty lists are left out, as
 * encoders make objects of them.  The owner of a stand-in is the caller's; 'type' is the index of
 * the metatable.
 */
static void push_status(lua_State *L, const struct httpstatus_status *row, int code, int substatus,
                        struct httpstatus_text owner, int type)
{
    enum { MOST_FIELDS = 32 };

    lua_createtable(L, 0, MOST_FIELDS);
    lua_pushinteger(L, code);
    lua_setfield(L, -2, "code");
    lua_pushinteger(L, substatus);
    lua_setfield(L, -2, "substatus");
    for (int i = 0; i < HTTPSTATUS_FIELDS; i++) {
        enum httpstatus_field field = (enum httpstatus_field)i;
        set_text(L, httpstatus_field_name(field), httpstatus_field(row, field));
    }
    set_text(L, httpstatus_field_name(HTTPSTATUS_OWNER), owner);
    for (int i = 0; i < HTTPSTATUS_PROPERTIES; i++) {
        enum httpstatus_answer answer = httpstatus_property(row, (enum httpstatus_property)i);
        set_answer(L, httpstatus_property_name((enum httpstatus_property)i), answer);
    }
    lua_createtable(L, 3, 0);
    lua_pushinteger(L, code);
    lua_rawseti(L, -2, 1);
    lua_pushinteger(L, substatus);
    lua_rawseti(L, -2, 2);
    push_text(L, owner);
    lua_rawseti(L, -2, 3);
    lua_setfield(L, -2, "key");
    set_aliases(L, row, false);
    set_aliases(L, row, true);
    set_retry(L, row);
    set_headers(L, row);
    lua_pushvalue(L, type);
    lua_setmetatable(L, -2);
}

static int push_row(lua_State *L, const struct httpstatus_status *row)
{
    if (row)
        lua_rawgeti(L, lua_upvalueindex(ROWS), (lua_Integer)httpstatus_index(row) + 1);
    else
        luaL_pushfail(L);
    return 1;
}

/* Pushes the list of a code's rows; if there is none, pushes nothing and returns false. */
static bool push_variants(lua_State *L, int code)
{
    size_t first, count = httpstatus_variants(code, &first);

    if (!count)
        return false;
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        push_row(L, httpstatus_row(first + i));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return true;
}

/* The row that a table stands for; scripts cannot change that of one of the module's tables. */
struct claim {
    const struct httpstatus_status *row;
    int code, substatus;
    struct httpstatus_text owner; /* stays on the stack */
};

static void check_claim(lua_State *L, int arg, struct claim *claim)
{
    if (!lua_istable(L, arg))
        invalid(L, arg, "row", arg, "a row of this module");
    lua_pushvalue(L, arg);
    if (lua_rawget(L, lua_upvalueindex(ROWS)) == LUA_TNUMBER) {
        claim->row = httpstatus_row((size_t)lua_tointeger(L, -1) - 1);
        claim->code = httpstatus_code(claim->row);
        claim->substatus = httpstatus_substatus(claim->row);
        claim->owner = httpstatus_field(claim->row, HTTPSTATUS_OWNER);
        return;
    }
    lua_getfield(L, arg, "code");
    lua_getfield(L, arg, "substatus");
    if (!is_whole(L, -2) || !is_whole(L, -1))
        invalid(L, arg, "row", arg, "a row of this module");
    claim->code = code_of(lua_tointeger(L, -2));
    claim->substatus = code_of(lua_tointeger(L, -1));
    lua_getfield(L, arg, "owner");
    claim->owner.size = 0;
    claim->owner.data = lua_tolstring(L, -1, &claim->owner.size);
    claim->row =
        httpstatus_find(claim->code, claim->substatus, claim->owner.data, claim->owner.size);
    if (!claim->row)
        claim->row = httpstatus_unknown(claim->code);
}

/* row.variants, a new list each time: stored in the row, it would make a cycle */
static int row_index(lua_State *L)
{
    struct claim claim;

    if (lua_type(L, 2) != LUA_TSTRING || strcmp(lua_tostring(L, 2), "variants") != 0)
        return 0;
    check_claim(L, 1, &claim);
    return push_variants(L, claim.code);
}

/* tostring(row): "<Status 403.14 Directory listing denied (IIS)>" */
static int row_tostring(lua_State *L)
{
    struct claim claim;

    lua_settop(L, 1);
    check_claim(L, 1, &claim);
    int top = lua_gettop(L);
    struct httpstatus_text phrase = httpstatus_field(claim.row, HTTPSTATUS_PHRASE);
    bool official = httpstatus_property(claim.row, HTTPSTATUS_IS_OFFICIAL) == HTTPSTATUS_YES;
    lua_pushfstring(L, "<Status %d", claim.code);
    if (claim.substatus)
        lua_pushfstring(L, ".%d", claim.substatus);
    if (phrase.data)
        lua_pushfstring(L, " %s", phrase.data);
    if (!official && claim.owner.data)
        lua_pushfstring(L, " (%s)", claim.owner.data);
    lua_pushliteral(L, ">");
    lua_concat(L, lua_gettop(L) - top);
    return 1;
}

/* ---- Look-ups ---- */

/* The writer's row in logs of the option 'format'. */
static const struct httpstatus_status *written(lua_State *L, const struct httpstatus_status *row)
{
    struct httpstatus_text name = text_option(L, 2, "format");
    char expected[HTTPSTATUS_EXPECTED];

    if (!name.data)
        return row;
    enum httpstatus_format format = httpstatus_format(name.data, name.size);
    if (format == HTTPSTATUS_FORMAT_NONE || format == HTTPSTATUS_CUSTOM)
        invalid(L, 2, "format", -1, httpstatus_expected("named_format", expected));
    return httpstatus_written(row, format);
}

/*
 * httpstatus.lookup()
 * The row that a code or text means: 404, "404", "403.14", "404:1", "Not Found", "NOT_FOUND", or an
 * older or other common spelling. Letter case, blanks, "-", "_" and "'" are ignored.
 * @param what integer|string
 * @param options? {substatus: integer?, owner: string?, format: httpstatus.NamedFormat?} format:
 *     that of a log, in which what IANA has not registered means what the log's own writer says
 * @return httpstatus.Status?
 */
static int l_lookup(lua_State *L)
{
    static const char *const names[] = {"owner", "substatus", "format", NULL};
    if (lua_type(L, 1) == LUA_TNUMBER && lua_isnoneornil(L, 2))
        return push_row(L, httpstatus_find(check_code(L, 1, "what"), 0, NULL, 0));
    lua_settop(L, 2);
    check_options(L, 2, names);
    struct httpstatus_text owner = text_option(L, 2, "owner");
    bool has_substatus = push_option(L, 2, "substatus") != LUA_TNIL;
    if (has_substatus && !is_whole(L, -1))
        return invalid(L, 2, "substatus", -1, "an integer");

    if (lua_type(L, 1) == LUA_TNUMBER)
        return push_row(
            L, written(L, httpstatus_find(check_code(L, 1, "what"),
                                          has_substatus ? code_of(lua_tointeger(L, -1)) : 0,
                                          owner.data, owner.size)));
    if (lua_type(L, 1) != LUA_TSTRING)
        return invalid(L, 1, "what", 1, "an integer or a string");
    if (has_substatus)
        return invalid(L, 2, "substatus", -1, "no substatus with a text");
    return push_row(L, written(L, httpstatus_lookup_text(lua_tostring(L, 1), lua_rawlen(L, 1),
                                                         owner.data, owner.size)));
}

/*
 * httpstatus.Status()
 * The row of a code 0..999. An unknown code gets a row with what its class settles.
 * @param code integer
 * @param substatus? integer
 * @param owner? string
 * @return httpstatus.Status
 */
static int l_status(lua_State *L)
{
    lua_settop(L, 3);
    int code = check_code(L, 1, "code");
    int substatus = lua_isnoneornil(L, 2) ? 0 : check_code(L, 2, "substatus");
    struct httpstatus_text owner = opt_text(L, 3, "owner");

    if (code < HTTPSTATUS_STATUS_MIN || code > HTTPSTATUS_STATUS_MAX)
        return invalid(L, 1, "code", 1, NULL);
    if (substatus < 0 || substatus > UINT16_MAX)
        return invalid(L, 2, "substatus", 2, NULL);
    const struct httpstatus_status *row = httpstatus_find(code, substatus, owner.data, owner.size);
    if (row)
        return push_row(L, row);
    push_status(L, httpstatus_unknown(code), code, substatus, owner, lua_upvalueindex(ROW_TYPE));
    return 1;
}

/*
 * httpstatus.variants()
 * All rows of a code, sub-status rows included; the first is what lookup() returns.
 * @param code integer
 * @return httpstatus.Status[]
 */
static int l_variants(lua_State *L)
{
    if (!push_variants(L, check_code(L, 1, "code")))
        lua_createtable(L, 0, 0);
    return 1;
}

/*
 * httpstatus.search()
 * The rows that people mean by these words, best first; a number leads. At most 32 words of 128
 * bytes each: more are an argument error.
 * @param words string
 * @return httpstatus.Status[]
 */
static int l_search(lua_State *L)
{
    size_t capacity = httpstatus_row_count();
    struct httpstatus_text words = check_text(L, 1, "words");
    const struct httpstatus_status **found = lua_newuserdatauv(L, capacity * sizeof *found, 0);
    size_t count = httpstatus_search(words.data, words.size, found, capacity);

    if (httpstatus_search_error(count))
        return invalid(L, 1, "words", 1, httpstatus_search_error(count));
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        push_row(L, found[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int class_option(lua_State *L, int arg)
{
    struct httpstatus_text text = text_option(L, arg, "status_class");

    for (int i = 1; text.data && i <= 5; i++)
        if (is_word(httpstatus_class_of(i * 100).data, text.data, text.size))
            return i;
    if (text.data)
        invalid(L, arg, "status_class", -1, NULL);
    return 0;
}

/*
 * httpstatus.statuses()
 * The rows of a class, of an owner, of IANA (official = true) or of everyone else (false), in table
 * order; all rows without options.
 * @param options? {status_class: httpstatus.StatusClass?, owner: string?, official: boolean?}
 * @return httpstatus.Status[]
 */
static int l_statuses(lua_State *L)
{
    static const char *const names[] = {"status_class", "owner", "official", NULL};
    struct httpstatus_query query = {0};
    const struct httpstatus_status *row = NULL;

    lua_settop(L, 1);
    check_options(L, 1, names);
    query.status_class = class_option(L, 1);
    query.owner = text_option(L, 1, "owner");
    if (push_option(L, 1, "official") != LUA_TNIL)
        query.official = lua_toboolean(L, -1) ? 1 : -1;
    lua_createtable(L, 0, 0);
    for (lua_Integer i = 1; (row = httpstatus_next(&query, row)) != NULL; i++) {
        push_row(L, row);
        lua_rawseti(L, -2, i);
    }
    return 1;
}

/* Pushes what the list has for the code at 1. If that is a number, two calls of the API suffice. */
static int push_answer(lua_State *L, int list)
{
    int is_number;
    lua_Integer code = lua_tointegerx(L, 1, &is_number);

    lua_rawgeti(L, lua_upvalueindex(list), is_number ? code : check_integer(L, 1, "code"));
    return 1;
}

/*
 * httpstatus.phrase()
 * The reason phrase of a code; nil if it has none.
 * @param code integer
 * @return string?
 */
static int l_phrase(lua_State *L)
{
    return push_answer(L, PHRASES);
}

/*
 * httpstatus.class_of()
 * The class by the first digit (RFC 9110 section 15), nil outside 100..599.
 * @param code integer
 * @return httpstatus.StatusClass?
 */
static int l_class_of(lua_State *L)
{
    return push_answer(L, CLASSES);
}

/*
 * httpstatus.effective()
 * The code that a recipient treats this one as (RFC 9110 section 15): itself if IANA registers it,
 * else x00 of its class, and 500 outside 100..599.
 * @param code integer
 * @return integer
 */
static int l_effective(lua_State *L)
{
    lua_pushinteger(L, httpstatus_effective(check_code(L, 1, "code")));
    return 1;
}

/*
 * httpstatus.reference_for()
 * The section or document that settles a property ("is_cacheable") of a row.
 * @param row httpstatus.Status
 * @param property string
 * @return string?
 */
static int l_reference_for(lua_State *L)
{
    struct claim claim;
    enum httpstatus_property property;

    lua_settop(L, 2);
    struct httpstatus_text name = check_text(L, 2, "property");
    check_claim(L, 1, &claim);
    if (httpstatus_property_find(name.data, name.size, &property)) {
        push_text(L, httpstatus_property_reference(claim.row, property));
        return 1;
    }
    return invalid(L, 2, "property", 2, NULL);
}

const luaL_Reg status_functions[] = {
    {"lookup", l_lookup},
    {"Status", l_status},
    {"variants", l_variants},
    {"search", l_search},
    {"statuses", l_statuses},
    {"phrase", l_phrase},
    {"class_of", l_class_of},
    {"effective", l_effective},
    {"reference_for", l_reference_for},
    {NULL, NULL},
};

/* ---- What the functions share ---- */

/* Leaves the first upvalues, rows and their metatable, above the module, and sets its rows. */
static void make_rows(lua_State *L)
{
    int module = lua_gettop(L), rows = module + 1, type = module + 2;
    size_t count = httpstatus_row_count();

    lua_createtable(L, (int)count, (int)count);
    lua_createtable(L, 0, 4);
    protect_metatable(L);
    lua_pushvalue(L, rows);
    lua_pushcclosure(L, row_index, ROWS);
    lua_setfield(L, type, "__index");
    lua_pushvalue(L, rows);
    lua_pushcclosure(L, row_tostring, ROWS);
    lua_setfield(L, type, "__tostring");
    for (size_t i = 0; i < count; i++) {
        const struct httpstatus_status *row = httpstatus_row(i);
        int code = httpstatus_code(row);
        push_status(L, row, code, httpstatus_substatus(row),
                    httpstatus_field(row, HTTPSTATUS_OWNER), type);
        if (row == httpstatus_lookup(code)) {
            lua_pushvalue(L, -1);
            lua_rawseti(L, module, code);
        }
        lua_pushvalue(L, -1);
        lua_pushinteger(L, (lua_Integer)i + 1);
        lua_rawset(L, rows);
        lua_rawseti(L, rows, (lua_Integer)i + 1);
    }
}

/* Leaves the other upvalues: lists, where a code is found without hashing. */
static void make_answers(lua_State *L)
{
    lua_createtable(L, HTTPSTATUS_STATUS_MAX, 0);
    lua_createtable(L, 599, 0);
    for (int code = 0; code <= HTTPSTATUS_STATUS_MAX; code++) {
        struct httpstatus_text phrase = httpstatus_phrase(code), name = httpstatus_class_of(code);
        if (phrase.data) {
            push_text(L, phrase);
            lua_rawseti(L, -3, code);
        }
        if (name.data) {
            push_text(L, name);
            lua_rawseti(L, -2, code);
        }
    }
}

void make_upvalues(lua_State *L)
{
    make_rows(L);
    make_answers(L);
}

/* Logs: where their bytes come from, and how to read them. */
#include <errno.h>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/ioctl.h>
#include <sys/stat.h>
#endif

#include "_source.h"

/* An open file of the io library, or NULL. */
static FILE *file_at(lua_State *L, int arg)
{
    luaL_Stream *stream = luaL_testudata(L, arg, LUA_FILEHANDLE);

    if (!stream)
        return NULL;
    luaL_argcheck(L, stream->closef, arg, "the file is closed");
    return stream->f;
}

/* What a file is by its first bytes. One that may grow cannot be rewound and counts as plain. */
static enum httpstatus_content content_of(const struct source *source)
{
    char head[HTTPSTATUS_CONTENT_SIZE];

    if (may_grow(source))
        return HTTPSTATUS_CONTENT_PLAIN;
    size_t size = fread(head, 1, sizeof head, source->file);
    rewind(source->file);
    return httpstatus_content(head, size);
}

bool open_source(lua_State *L, struct source *source)
{
    *source = (struct source){.file = file_at(L, 1)};
    if (source->file) {
        clearerr(source->file);
        return true;
    }
    if (lua_type(L, 1) != LUA_TSTRING)
        invalid(L, 1, "source", 1, "a path or an open file");
    source->name = lua_tostring(L, 1);
    if (strlen(source->name) != lua_rawlen(L, 1))
        invalid(L, 1, "source", 1, "a path without a NUL");
    errno = 0;
    source->file = fopen(source->name, "rb");
    source->owned = true;
    if (source->file)
        source->content = content_of(source);
    if (!httpstatus_content_name(source->content))
        return source->file != NULL;
    close_source(source);
    return false;
}

int source_failed(lua_State *L, const struct source *source)
{
    const char *content = httpstatus_content_name(source->content);

    if (!content && !source->is_cut)
        return luaL_fileresult(L, 0, source->name);
    luaL_pushfail(L);
    if (source->is_cut)
        lua_pushfstring(L, "%s: the file was truncated while being read", source->name);
    else if (source->content == HTTPSTATUS_CONTENT_UTF_16)
        lua_pushfstring(L, "%s: the log is UTF-16: convert it first, by iconv -f UTF-16 -t UTF-8",
                        source->name);
    else
        lua_pushfstring(L, "%s: the log is compressed: read it through io.popen(\"%s -dc ...\")",
                        source->name, content);
    lua_pushinteger(L, source->is_cut ? EIO : EILSEQ);
    return 3;
}

void string_source(lua_State *L, struct source *source)
{
    struct httpstatus_text log = check_string(L, 1, "log");

    *source = (struct source){.file = NULL, .data = log.data, .size = log.size};
}

void close_source(struct source *source)
{
    int saved = errno;

    if (source->owned && source->file)
        fclose(source->file);
    source->file = NULL;
    source->owned = false;
    errno = saved;
}

static size_t add(struct source *source, size_t size)
{
    source->given += size;
    return size;
}

size_t read_piece(struct source *source, char *buffer)
{
    errno = 0;
    return add(source, fread(buffer, 1, PIECE, source->file));
}

#ifdef FIONREAD

bool has_failed(struct source *source, size_t size)
{
    struct stat status;

    source->is_cut = size == 0 && source->owned && fstat(fileno(source->file), &status) == 0 &&
                     S_ISREG(status.st_mode) && (uint64_t)status.st_size < source->given;
    return source->is_cut || ferror(source->file);
}

bool may_grow(const struct source *source)
{
    struct stat status;

    return fstat(fileno(source->file), &status) == 0 && !S_ISREG(status.st_mode);
}

/*
 * Waits for no more than a line, as the next one may be a long time coming.  fread() cannot block:
 * it finds at least as many bytes as the system has, whatever stdio has buffered.
 */
size_t read_ready(struct source *source, char *buffer)
{
    int ready = 0, c = 0;
    size_t size = 0;

    errno = 0;
    if (ioctl(fileno(source->file), FIONREAD, &ready) == 0 && ready > 0)
        return add(source, fread(buffer, 1, ready < PIECE ? (size_t)ready : PIECE, source->file));
    while (size < PIECE && c != '\n' && (c = getc(source->file)) != EOF)
        buffer[size++] = (char)c;
    return add(source, size);
}

#else

bool has_failed(struct source *source, size_t size)
{
    (void)size;
    return ferror(source->file);
}

bool may_grow(const struct source *source)
{
    (void)source;
    return false;
}

size_t read_ready(struct source *source, char *buffer)
{
    return read_piece(source, buffer);
}

#endif

/* The format on top. */
static void check_format(lua_State *L, int arg, struct httpstatus_options *options,
                         struct httpstatus_text name)
{
    struct httpstatus_format_error error;

    if (httpstatus_options_format(options, name.data, name.size, &error))
        return;
    if (!error.message)
        invalid(L, arg, "format", -1, NULL);
    lua_pushfstring(L, "invalid format %s at column %d: %s", push_given(L, -1), (int)error.column,
                    error.message);
    luaL_argerror(L, arg, lua_tostring(L, -1));
}

/* The last three values on the stack are the options key, fields and format. */
static void check_options_apply(lua_State *L, int arg, const struct httpstatus_options *options)
{
    const char *formats, *name = httpstatus_options_check(options, &formats);

    if (!name)
        return;
    if (!formats) /* only fields are ever wrong by themselves */
        invalid(L, arg, name, -2, NULL);
    const char *format = push_given(L, -1);
    const char *given = strcmp(name, "key") == 0      ? push_given(L, -4)
                        : strcmp(name, "fields") == 0 ? push_given(L, -3)
                                                      : "true";
    lua_pushfstring(L, "invalid %s %s for format %s: expected format %s, or no %s", name, given,
                    format, formats, name);
    luaL_argerror(L, arg, lua_tostring(L, -1));
}

/*
 * How to read a log. An option that does not apply to the format is an argument error.
 * @class httpstatus.LogOptions
 * @field format? "auto"|httpstatus.NamedFormat|string what the lines are ("auto", each by itself,
 *     if absent), or the server's own format string: Apache's LogFormat, nginx's log_format,
 *     HAProxy's log-format
 * @field key? string json: where the status is, a path of 1 to 8 names with dots; nil: the usual
 *     ones are tried
 * @field fields? string w3c, cloudfront, zeek: the field names of a log that has no "#Fields" line
 * @field target? boolean elb: the status of the target, not of the load balancer
 */
void check_log_options(lua_State *L, int arg, const char *const *names,
                       struct httpstatus_options *options)
{
    *options = (struct httpstatus_options){.format = HTTPSTATUS_AUTO};
    check_options(L, arg, names);
    push_option(L, arg, "target");
    options->target = lua_toboolean(L, -1);
    lua_pop(L, 1);
    options->key = text_option(L, arg, "key");
    options->fields = text_option(L, arg, "fields");
    struct httpstatus_text name = text_option(L, arg, "format");

    if (name.data)
        check_format(L, arg, options, name);
    check_options_apply(L, arg, options);
}

void init_scanner(lua_State *L, int arg, struct httpstatus_scanner *scanner,
                  const struct httpstatus_options *options, const struct httpstatus_filter *filter)
{
    if (httpstatus_scanner_init(scanner, options, filter))
        return;
    lua_pushlstring(L, options->key.data, options->key.size);
    invalid(L, arg, "key", -1, NULL);
}

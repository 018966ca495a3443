/*
 * The Lua module while memory runs out: every scenario of memory.lua, and loading the module,
 * again and again, with an allocator that fails at the first allocation, then at the second, and so
 * on until nothing is left that could fail.  Each twice: once the allocator fails from there on,
 * which is an error, and once that time alone, when Lua collects all that is not held and tries
 * again.  The module must answer afterwards, files be closed, and every byte be given back.
 *
 *     memory SCENARIOS.LUA [STEP [ROUNDS]]
 *
 * Loading has some thousands of allocations: behind the first ones only each STEP-th fails (100).
 * With ROUNDS every scenario also runs that many times, after which no more memory is in use.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

int luaopen_httpstatus(lua_State *L);

enum { NEVER = -1, FIRST = 200 };

/* What an allocator counts: it fails at 'fails_at' allocations from now, then on or once. */
struct memory {
    long fails_at;
    bool once;
    size_t bytes, failures;
};

static size_t points, passed, failed;

static void *allocate(void *user, void *block, size_t old, size_t size)
{
    struct memory *memory = user;

    if (!block)
        old = 0;
    if (size == 0) {
        free(block);
        memory->bytes -= old;
        return NULL;
    }
    if (size > old && memory->fails_at != NEVER) {
        if (memory->fails_at == 0) {
            memory->failures++;
            if (memory->once)
                memory->fails_at = NEVER;
            return NULL;
        }
        memory->fails_at--;
    }
    void *result = realloc(block, size);
    if (result)
        memory->bytes += size - old;
    return result;
}

static void report(bool good, const char *name, long at, const char *what)
{
    if (good) {
        passed++;
        return;
    }
    failed++;
    if (failed <= 20)
        fprintf(stderr, "%s, allocation %ld: %s\n", name, at, what);
}

/* The least number that a new file would get: the same one if none has been left open. */
static int next_file(void)
{
    int number = dup(STDERR_FILENO);

    close(number);
    return number;
}

static lua_State *open_state(struct memory *memory)
{
    *memory = (struct memory){.fails_at = NEVER};
    lua_State *L = lua_newstate(allocate, memory);
    if (!L)
        exit(2);
    luaL_openlibs(L);
    return L;
}

/* Pushes the list of scenarios, for the module on top, which it replaces. */
static void push_scenarios(lua_State *L, const char *file, const char *log)
{
    static char *recorded; /* what the first state has returned for the others */

    if (luaL_loadfile(L, file) != LUA_OK)
        lua_error(L);
    lua_insert(L, -2);
    lua_pushstring(L, log);
    lua_pushstring(L, recorded);
    lua_call(L, 3, 2);
    if (!recorded)
        recorded = strdup(lua_tostring(L, -1));
    lua_pop(L, 1);
}

/* A state with the scenarios at 1. */
static lua_State *open_module(struct memory *memory, const char *file, const char *log)
{
    lua_State *L = open_state(memory);

    luaL_requiref(L, "httpstatus", luaopen_httpstatus, 0);
    push_scenarios(L, file, log);
    lua_gc(L, LUA_GCCOLLECT, 0);
    return L;
}

static const char *push_scenario(lua_State *L, int scenarios, int i)
{
    lua_rawgeti(L, scenarios, i);
    lua_rawgeti(L, -1, 1);
    const char *name = lua_tostring(L, -1);
    lua_pop(L, 1);
    lua_rawgeti(L, -1, 2);
    lua_remove(L, -2);
    return name;
}

/* Calls the function on top; the message of an error stays there. */
static bool call(lua_State *L, struct memory *memory, long fails_at, bool once)
{
    memory->failures = 0;
    memory->once = once;
    memory->fails_at = fails_at;
    int result = lua_pcall(L, 0, 0, 0);
    memory->fails_at = NEVER;
    return result == LUA_OK;
}

/* Runs all scenarios with memory enough. */
static void check_module(lua_State *L, struct memory *memory, int scenarios, const char *after,
                         long at)
{
    for (int i = 1; i <= (int)lua_rawlen(L, scenarios); i++) {
        push_scenario(L, scenarios, i);
        bool good = call(L, memory, NEVER, false);
        if (!good) {
            report(false, after, at, lua_tostring(L, -1));
            lua_pop(L, 1);
        }
    }
}

static bool is_memory_error(const char *message)
{
    return message && strstr(message, "not enough memory");
}

/* Once per number of the allocation, each in a new state: what is made for the first time, is. */
static void run_scenario(const char *file, const char *log, int i, bool once)
{
    struct memory memory;
    bool more = true;
    int files = next_file();

    for (long at = 0; more; at++) {
        lua_State *L = open_module(&memory, file, log);
        const char *name = push_scenario(L, 1, i);
        bool done = call(L, &memory, at, once);
        more = memory.failures > 0;
        points += more;
        report(done || (more && is_memory_error(lua_tostring(L, -1))), name, at,
               done ? NULL : lua_tostring(L, -1));
        if (at % 32 == 0 || !more)
            check_module(L, &memory, 1, name, at);
        lua_gc(L, LUA_GCCOLLECT, 0);
        lua_gc(L, LUA_GCCOLLECT, 0);
        report(next_file() == files, name, at, "a file has been left open");
        lua_close(L);
        report(memory.bytes == 0, "a scenario", at, "memory has been left behind");
    }
}

/* As run_scenario(). */
static void run_loading(const char *file, const char *log, long step, bool once)
{
    struct memory memory;
    bool more = true;

    for (long at = 0; more; at += at < FIRST ? 1 : step) {
        lua_State *L = open_state(&memory);
        lua_pushcfunction(L, luaopen_httpstatus);
        bool done = call(L, &memory, at, once);
        more = memory.failures > 0;
        points += more;
        report(done || (more && is_memory_error(lua_tostring(L, -1))), "loading", at,
               done ? NULL : lua_tostring(L, -1));
        lua_settop(L, 0);
        /* Making the metatables comes first, and what has been made of them is met again. */
        if (at < FIRST || at % (64 * step) == 0 || !more) {
            luaL_requiref(L, "httpstatus", luaopen_httpstatus, 0);
            push_scenarios(L, file, log);
            check_module(L, &memory, 1, "loading", at);
        }
        lua_close(L);
        report(memory.bytes == 0, "loading", at, "memory has been left behind");
    }
}

/* As much memory is in use after many rounds as after a few. */
static void run_rounds(const char *file, const char *log, long rounds)
{
    struct memory memory;
    lua_State *L = open_module(&memory, file, log);
    size_t before = 0;

    for (long i = -50; i < rounds; i++) {
        if (i == 0) {
            lua_gc(L, LUA_GCCOLLECT, 0);
            before = memory.bytes;
        }
        check_module(L, &memory, 1, "rounds", i);
    }
    lua_gc(L, LUA_GCCOLLECT, 0);
    report(memory.bytes <= before + 1024, "rounds", rounds, "memory has been left behind");
    printf("%ld rounds: %zu bytes, then %zu\n", rounds, before, memory.bytes);
    lua_close(L);
    report(memory.bytes == 0, "rounds", rounds, "memory has been left behind");
}

static int count_scenarios(const char *file, const char *log)
{
    struct memory memory;
    lua_State *L = open_module(&memory, file, log);
    int count = (int)lua_rawlen(L, -1);
    lua_close(L);
    return count;
}

int main(int argc, char **argv)
{
    static const char record[] = "h - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" %d 12\n";
    char log[] = "/tmp/httpstatus-memory-XXXXXX";
    FILE *stream;

    int number = mkstemp(log);
    if (argc < 2 || number < 0 || !(stream = fdopen(number, "wb")))
        return 2;
    fprintf(stream, record, 200);
    fputs("bad\n", stream);
    fprintf(stream, record, 500);
    fclose(stream);
    long step = argc > 2 ? atol(argv[2]) : 100, rounds = argc > 3 ? atol(argv[3]) : 0;
    int count = count_scenarios(argv[1], log);

    for (int once = 0; once <= 1; once++) {
        for (int i = 1; i <= count; i++)
            run_scenario(argv[1], log, i, once);
        run_loading(argv[1], log, step, once);
    }
    printf("points: %zu in %d scenarios\n", points, count + 1);
    if (rounds)
        run_rounds(argv[1], log, rounds);
    remove(log);
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed != 0;
}

# Sourced by tests/run: memory that runs out, leaks, races and hostile users; see tests/README.md.

# run_memory NAME FLAGS...: the Lua module with an allocator that fails.
run_memory() {
    local out
    out="$BUILD/memory-$(tr -c 'a-z0-9\n' - <<<"${1,,}")"
    cc $STRICT -D_DEFAULT_SOURCE -DHTTPSTATUS_STATIC "${@:2}" -I"$TREE/core" \
        $(pkg-config --cflags lua5.4) -o "$out" "$TREE/tests/memory.c" \
        "$TREE/bindings/lua/httpstatus.c" "$TREE"/core/*.c $(pkg-config --libs lua5.4)
    take "$1" "$out.log" "$out" "$TREE/tests/memory.lua" "${MEMORY_STEP:-100}" "${ROUNDS_OF_ALL:-0}"
    grep -E '^points|rounds: ' "$out.log"
}

check_lua_memory() {
    run_memory "Lua, out of memory" -O2
    run_memory "Lua, out of memory, with sanitizers" -O1 -g -fsanitize=address,undefined \
        -fno-sanitize-recover
    take "Lua, hostile users" "$BUILD/hostile.log" lua5.4 "$(command -v busted)" -o plainTerminal \
        tests/hostile_spec.lua
}

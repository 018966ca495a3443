# Sourced by tests/run: running out of memory, leaks, races and hostile users.  See tests/README.md.

MEMCHECK="valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite"
OUT_OF_MEMORY='^points|rounds of|rounds: |bytes left behind|^skipped'

check_threads() {
    local core
    core=$(ls "$TREE"/core/*.c | grep -v /kernels.c) # the test includes it
    cc $STRICT -D_DEFAULT_SOURCE -DHTTPSTATUS_STATIC -O1 -g -fsanitize=thread -I"$TREE/core" \
        -o "$BUILD/threads" "$TREE/tests/c/threads.c" $core -lpthread
    take "C, threads (ThreadSanitizer)" "$BUILD/threads.log" "$BUILD/threads" ${LONG:+200}
}

# run_memory NAME FLAGS...: runs the Lua module with an allocator that fails.
run_memory() {
    local out
    out="$BUILD/memory-$(tr -c 'a-z0-9\n' - <<<"${1,,}")"
    cc $STRICT -D_DEFAULT_SOURCE -DHTTPSTATUS_STATIC "${@:2}" -I"$TREE/core" \
        $(pkg-config --cflags lua5.4) -o "$out" "$TREE/tests/lua/memory.c" \
        "$TREE"/bindings/lua/*.c "$TREE"/core/*.c $(pkg-config --libs lua5.4)
    take "$1" "$out.log" "$out" "$TREE/tests/lua/memory.lua" ${LONG:+1 10000}
    grep -E "$OUT_OF_MEMORY" "$out.log" || true
}

check_lua_memory() {
    local busted
    busted="lua5.4 $(busted_here)"
    [ -z "$LONG" ] || run_memory "Lua, out of memory" -O2
    run_memory "Lua, out of memory, with sanitizers" -O1 -g -fsanitize=address,undefined \
        -fno-sanitize-recover
    take "Lua, hostile users" "$BUILD/hostile.log" $busted tests/lua/hostile_spec.lua
    expect "Lua under valgrind" $MEMCHECK lua5.4 bindings/lua/examples/report.lua data/sample.log
    if [ -n "$LONG" ]; then
        take "C under valgrind" "$BUILD/valgrind-c.log" $MEMCHECK "$BUILD/core-c-core.exe" \
            "$TREE/tests/vectors.tsv"
        take "C without vectors under valgrind" "$BUILD/valgrind-scalar.log" $MEMCHECK \
            "$BUILD/core-c-without-vectors-core.exe" "$TREE/tests/vectors.tsv"
        take "Lua, hostile users, under valgrind" "$BUILD/valgrind-lua.log" $MEMCHECK $busted \
            tests/lua/hostile_spec.lua
    fi
}

# check_python_memory VERSION [OPTION...]
check_python_memory() {
    take "Python $1, out of memory" "$BUILD/memory$1.log" "$BUILD/python$1/bin/python" \
        tests/python/memory.py "${@:2}"
    grep -E "$OUT_OF_MEMORY" "$BUILD/memory$1.log" || true
}

# Debian's debug build of CPython counts references and checks its assertions.  The extension is compiled
# as for a debugger.
check_python_debug() {
    local python
    python=$(command -v python3-dbg) || { echo "skipped: no python3-dbg here"; return; }
    python_environment debug "$python"
    CFLAGS="-Og -g $WARNINGS" "$BUILD/pythondebug/bin/python" -m pip install -q \
        --disable-pip-version-check --force-reinstall --no-deps --no-cache-dir "$BUILD"/dist/*.tar.gz
    # Out of memory, assertions of CPython 3.11 itself fail.
    check_python_memory debug --rounds-only --rounds "$([ -n "$LONG" ] && echo 10000 || echo 500)"
}

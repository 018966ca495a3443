# Sourced by tests/run: its sections, each of which runs in a shell of its own, beside others.

# run_built NAME "COMPILER FLAGS..." ROUNDS RUNNER...: compiles the core (or ONE_FILE, the whole core) in one call of
# the compiler, unless it is BUILT, links it with each of its two tests, then runs both with RUNNER.  From 100 rounds
# up, also reads logs; below 10, for emulated CPUs, fewer places of each line are changed.
run_built() {
    local name=$1 rounds=$3 logs=() out test
    out="$BUILD/core-$(tr -c 'a-z0-9\n' - <<<"${name,,}")"
    rm -f "$out"*.exe
    [ -n "${BUILT:-}" ] ||
        $2 $STRICT -DHTTPSTATUS_STATIC -I"$TREE/core" -r -o "$out.o" ${ONE_FILE:-"$TREE"/core/*.c}
    for test in core scan; do
        $2 $STRICT -D_DEFAULT_SOURCE -DHTTPSTATUS_STATIC -I"$TREE/core" \
            -o "$out-$test.exe" "$TREE/tests/c/test_$test.c" "${BUILT:-$out.o}" # .exe: Windows asks for it
    done
    [ "$rounds" -lt 100 ] || logs=("${LOGS[@]}")
    take "$name" "$out.log" "${@:4}" "$out-core.exe" "$TREE/tests/vectors.tsv" $([ "$rounds" -ge 10 ] || echo 29)
    grep ' logs of the vectors$' "$out.log" || true
    take "$name, every scanner" "$out-scan.log" "${@:4}" "$out-scan.exe" "$rounds" "${logs[@]}"
    grep -E '^[a-z0-9]+: [0-9]+ logs$' "$out-scan.log" || true
}

# Prints "FORMAT LOG" for each of our own and of the real logs that can be read without options.
logs_to_scan() {
    local index=../shared/logs/index.json
    awk -F'\t' -v logs="$TREE/tests/logs/" '$2 == "log" && $3 ~ /^[a-z0-9]+ / && $4 !~ /^!UTF/ {
        split($3, words, " ")
        print words[1], logs words[2]
    }' "$TREE/tests/vectors.tsv"
    [ ! -f $index ] || "$NEWEST_PYTHON" - $index <<'PY'
import json, os, sys
for entry in json.load(open(sys.argv[1])):
    if "fields" not in entry and entry.get("key", "status") == "status":
        print({"iis": "w3c"}.get(entry["format"], entry["format"]),
              os.path.join(os.path.dirname(sys.argv[1]), entry["file"]))
PY
}

test_data() {
    say "data"
    expect "derived files are fresh" "$NEWEST_PYTHON" "$TREE/data/generate.py" --check
    expect "data/sample.log is fresh" cmp <("$NEWEST_PYTHON" data/make_sample.py) data/sample.log
}

# The C and C++ files but those that are generated.  The text of a docstring may fill its line.
long_lines() {
    awk '{ gsub(/^"|\\n"(\);)?$/, "") } length > 100 { print FILENAME ":" FNR }' \
        "$TREE"/core/*.def $(formatted_files) "$TREE"/core/httpstatus*.h
}

# The core as one file, and as one translation unit by CMake.
check_one_file() {
    local out="$BUILD/one-file" compiler flags
    "$NEWEST_PYTHON" "$TREE/core/amalgamate.py" "$out"
    for compiler in gcc clang; do
        command -v $compiler >/dev/null || { echo "skipped: one file, by $compiler"; continue; }
        for flags in "" -DHTTPSTATUS_NO_SIMD; do
            expect "one file, $compiler $flags" $compiler -std=c11 -pedantic -Wall -Wextra -Werror \
                $flags -fsyntax-only "$out/httpstatus.c"
        done
    done
    ONE_FILE="$out/httpstatus.c" run_built "C from one file" "cc -O2" 20 env
    expect "one translation unit, by CMake" cmake -S "$TREE" -B "$out/cmake" \
        -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=0
    expect "one translation unit, built" cmake --build "$out/cmake"
    expect "one translation unit, ctest" ctest --test-dir "$out/cmake" -R core
}

STRICT_CXX="-Wall -Wextra -Wshadow -Wconversion -pedantic -Werror"

# stands_alone HEADER: whether a file in C or C++ may include this public header alone.
stands_alone() {
    cc $STRICT -I"$TREE/core" -fsyntax-only -xc - <<<"#include \"$1\"" &&
        c++ -std=c++11 $STRICT_CXX -I"$TREE/core" -fsyntax-only -xc++ - <<<"#include \"$1\""
}

test_c() {
    local standard header
    say "C"
    [ -d ../shared/logs ] || echo "skipped: the real logs in C: needs ../shared"
    run_built "C" "cc -O2" "$ROUNDS" env
    run_built "C without vectors" "cc -O2 -DHTTPSTATUS_NO_SIMD" "$ROUNDS" env
    run_built "C with sanitizers" "cc -O1 -g -fsanitize=address,undefined -fno-sanitize-recover" \
        $((ROUNDS / 3)) env
    for standard in c++11 c++20; do
        expect "used from C++, -std=$standard" c++ -std=$standard $STRICT_CXX -I"$TREE/core" \
            -fsyntax-only "$TREE/tests/c/consumer/consumer.cc"
    done
    for header in "$TREE"/core/httpstatus*.h; do
        expect "${header##*/} alone" stands_alone "${header##*/}"
    done
    expect "the C files are 100 columns wide" is_silent long_lines
    check_one_file
    check_threads
    expect "instructions per byte" "$NEWEST_PYTHON" "$TREE/tests/bench/instructions.py"
    check_c_packages
}

# Prints the scanners that no run of test_scan has tried.
untried_scanners() {
    comm -23 <(sed -nE 's/^ +\{"(\w+)", .*/\1/p' "$TREE/core/kernels.c" | sort) \
        <(sed -nE 's/^(\w+): [1-9][0-9]* logs.*/\1/p' "$BUILD"/core-*-scan.log | sort -u)
}

test_cpus() {
    local flags scanner
    say "C by other compilers and on other CPUs"
    run_built "clang" "clang -O2 -static" 20 env
    run_built "musl" "musl-gcc -O2 -static" 20 env
    run_built "x86-64 without AVX" "gcc -O2 -static" 5 qemu-x86_64 -cpu Nehalem
    grep -q avx2 /proc/cpuinfo || BUILT="$BUILD/core-x86-64-without-avx.o" \
        run_built "x86-64 with AVX2" "gcc -O2 -static" 5 qemu-x86_64 -cpu max
    run_built "AArch64" "aarch64-linux-gnu-gcc -O2 -static" 5 qemu-aarch64
    run_built "32 bits (i386)" "i686-linux-gnu-gcc -O2 -static" 20 env
    run_built "32 bits (armhf)" "arm-linux-gnueabihf-gcc -O2 -static" 5 qemu-arm
    run_built "RISC-V (riscv64)" "riscv64-linux-gnu-gcc -O2 -static" 5 qemu-riscv64
    run_built "big-endian (s390x)" "s390x-linux-gnu-gcc -O2 -static" 5 qemu-s390x
    for scanner in $(untried_scanners); do
        echo "skipped: the scanner $scanner: no CPU above has it"
        [ -z "${CI:-}" ] || count "the scanner $scanner is tried" 0 1
    done
    [ -n "$LONG" ] || return 0
    for flags in "gcc -O0" "gcc -O3" "gcc -O2 -flto" "clang -O0" "clang -O3" "clang -O2 -flto"; do
        run_built "$flags" "$flags -static" 20 env
    done
    WINEDEBUG=-all WINEPREFIX="$BUILD/wine" \
        run_built "Windows (MinGW)" "x86_64-w64-mingw32-gcc -O2 -static" 20 wine
}

# The newest analysers whose findings have been reviewed.
CPPCHECK=2.22.0 CLANG_TIDY=21.1.8 CLANG_FORMAT=14.0.6

# expect_known NAME VERSION KNOWN COMMAND...: like expect, but if VERSION is newer than KNOWN, findings are
# only advice, as nobody has reviewed them yet.  A crash is a failure.
expect_known() {
    local output result=0
    if printf '%s\n' "$2" "$3" | sort -CV; then
        expect "$1" "${@:4}"
        return
    fi
    output=$("${@:4}" 2>&1) || result=$?
    if [ "$result" -ne 0 ]; then
        sed 's/^/advice: /' <<<"$output"
        echo "advice: $1 $2 is newer than $3, the last reviewed version: its findings do not count"
    fi
    count "$1 $2" $((result <= 1)) $((result > 1))
}

# The C and C++ files but those with generated parts.
formatted_files() {
    local folders=({core,bindings/lua,bindings/python/httpstatus,tests/c,tests/c/consumer,tests/fuzz,tests/lua})
    find "${folders[@]/#/$TREE/}" -maxdepth 1 -name '*.[ch]' -o -name '*.cc' | sort |
        grep -vE '(_table|_words|/httpstatus[a-z_]*)\.h$'
}

test_analysis() {
    say "C under analysis"
    local version level=
    # Newer ones check all branches only on request, and report the rest as a fault.
    ! cppcheck --help | grep -e --check-level= >/dev/null || level=--check-level=exhaustive
    version=$(cppcheck --version | tr -cd 0-9.)
    expect_known "cppcheck" "$version" "$CPPCHECK" cppcheck $level --std=c11 \
        --enable=warning,performance,portability --error-exitcode=1 -q -I"$TREE/core" \
        -DHTTPSTATUS_STATIC --suppress=missingIncludeSystem "$TREE"/core/*.c
    version=$(clang-tidy --version | sed -n 's/.*version \([0-9.]*\).*/\1/p')
    # Not faults here: equal branches, memset(), adjacent parameters of one type.  Nor are clang-tidy 14's
    # occasional findings about variadic functions, as there are none.
    expect_known "clang-tidy" "$version" "$CLANG_TIDY" clang-tidy -quiet -warnings-as-errors='*' \
        -checks="-*,clang-analyzer-*,bugprone-*,performance-*,portability-*,-clang-analyzer-valist.*,\
-bugprone-branch-clone,-bugprone-easily-swappable-parameters,\
-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling" "$TREE"/core/*.c -- -std=c11 \
        -I"$TREE/core" -DHTTPSTATUS_STATIC
    version=$(clang-format --version | sed -n 's/.*version \([0-9.]*\).*/\1/p')
    expect_known "clang-format" "$version" "$CLANG_FORMAT" clang-format --dry-run --Werror $(formatted_files)
}

# What happens to those who just type 'busted', in a copy of the tree.
busted_knows_an_old_module() {
    local copy="$BUILD/habit"
    rm -rf "$copy"
    mkdir -p "$copy/tests"
    cp -rp "$TREE/core" "$TREE/bindings" "$copy"
    cp -rp "$TREE/tests/lua" "$copy/tests"
    cd "$copy"
    unset HTTPSTATUS_TESTS
    find_rock 5.4 5.4 lua5.4 tests/lua/built.lua && touch -d tomorrow core/status_table.h &&
        ! find_rock 5.4 5.4 lua5.4 tests/lua/built.lua && ! find_rock -none 5.4 lua5.4 tests/lua/built.lua
}

test_lua() {
    local entry name program version headers
    say "Lua"
    export HTTPSTATUS_TESTS="$ROOT/tests"
    expect "luarocks lint" luarocks --lua-version=5.4 lint "$TREE/httpstatus-scm-1.rockspec"
    expect "busted refuses a module that is old or missing" busted_knows_an_old_module
    expect "luarocks pack, and a rock from that alone" build_packed_rock
    for entry in "${LUAS[@]}"; do
        read -r name program version headers <<<"$entry"
        expect "the module of Lua $name exports one name" test "$(nm -D --defined-only \
            "$BUILD/lua$name"/lib/lua/*/*.so | awk '{print $NF}')" = luaopen_httpstatus
        expect "the module of Lua $name is hardened" is_silent hardening_faults \
            "$(echo "$BUILD/lua$name"/lib/lua/*/httpstatus.so)"
        find_rock "$name" "$version" take "Lua $name (busted)" "$BUILD/busted$name.log" \
            env ${LONG:+HTTPSTATUS_EXAMPLES=20000} "$program" $(busted_here) \
            tests/lua/httpstatus_spec.lua tests/lua/properties_spec.lua
    done
    expect "the packed rock answers" find_rock -packed 5.4 lua5.4 -e \
        'assert(require "httpstatus".phrase(404) == "Not Found")'
    if command -v emmylua_check >/dev/null; then
        expect "the annotations, by emmylua_check" check_annotations
    else
        echo "skipped: no emmylua_check here (cargo install emmylua_check)"
    fi
    for name in 5.1 5.2 5.3 5.4 JIT; do
        printf '%s\n' "${LUAS[@]}" | grep -q "^$name " || echo "skipped: no Lua $name here"
    done
    find_rock 5.4 5.4 check_lua_memory
}

# build_python VERSION PYTHON: builds its wheel, in an environment with everything its tests need.
build_python() {
    python_environment "$1" "$2" --only-binary hypothesis pytest rich dateparser hypothesis
    build_wheel "$1"
}

# The tests of the extension.  The others ask the core, the examples or live programs: one CPython will do.
OTHERS="$(printf 'tests/python/test_%s.py ' contract formats properties resolve)"
OF_THE_EXTENSION="tests/python $(printf -- '--ignore=%s ' $OTHERS)"

# Those of the command, which is all Python: the oldest and the newest CPython will do.
NOT_OF_THE_COMMAND="$(printf -- '--ignore=tests/python/test_%s.py ' command state)"

# test_python VERSION PYTHON
test_python() {
    local version=$1 python=$2 wheel libraries tests=$OF_THE_EXTENSION
    say "Python $version"
    wheel=$(echo "$BUILD/wheel$version"/*.whl)
    libraries=$([ "$version" != "$NEWEST" ] || echo required)
    [ "$version $python" = "${PYTHONS[0]}" ] || tests+=$NOT_OF_THE_COMMAND
    [[ "$version" != "$NEWEST" && -z "$LONG" ]] || tests=""
    if [[ "$version" = "$NEWEST" && -z "$LONG" && " ${CHOSEN[*]} " = *" coverage "* ]]; then
        echo "Python $version: the stage coverage runs $OF_THE_EXTENSION"
        tests="tests/system $OTHERS"
    fi
    expect "the wheel of $version has no source and no tests" \
        test "$("$python" -m zipfile -l "$wheel" | grep -cE '\.[ch] |test|vectors')" = 0
    expect "the extension of $version is hardened, and stripped" is_silent hardening_faults \
        "$(echo "$BUILD/python$version"/lib/python*/site-packages/httpstatus/_core.*.so)"
    take "Python $version (pytest)" "$BUILD/pytest$version.log" \
        env CI=true HTTPSTATUS_LIBRARIES=$libraries \
        ${LONG:+HTTPSTATUS_EXAMPLES=100 HTTPSTATUS_SOAK=60 HTTPSTATUS_LONG=1} \
        "$BUILD/python$version/bin/python" -m pytest -q -rs -p no:cacheprovider $tests
    grep '^SKIPPED' "$BUILD/pytest$version.log" || true
    # To seek leaks at each allocation takes minutes.
    check_python_memory "$version" $([ -n "$LONG" ] && echo --import-step 10 --rounds 10000 || echo --points-once)
    take "Python $version (examples of the READMEs)" "$BUILD/examples$version.log" \
        "$BUILD/python$version/bin/python" "$TREE/tests/system/snippets.py" pycon
    [[ "$version $python" != "${PYTHONS[0]}" && "$version" != "$NEWEST" ]] ||
        check_types "$version" "$python"
}

test_python_packages() {
    local minor
    say "Python: the debug build, and packages"
    check_python_debug
    check_python_packages "$NEWEST" "$NEWEST_PYTHON"
    for minor in 3.10 3.11 3.12 3.13 3.13t; do
        printf '%s\n' "${PYTHONS[@]}" | grep -q "^$minor " || echo "skipped: no Python $minor here"
    done
}

test_command() {
    say "the command"
    expect "completions are fresh" "$BUILD/python$NEWEST/bin/python" bindings/python/share/generate.py \
        --check
    expect "the manual" mandoc -W error bindings/python/share/man/man1/httpstatus.1
    if [ -n "$LONG" ]; then
        take "the page, in a browser" "$BUILD/page.log" "$BUILD/python$NEWEST/bin/python" \
            tests/system/open_page.py "$BUILD"
        grep 'looked at' "$BUILD/page.log" || true
    fi
}

test_examples() {
    local entry name program version headers
    say "examples"
    for entry in "${LUAS[@]}"; do
        read -r name program version headers <<<"$entry"
        find_rock "$name" "$version" take "examples, Lua $name (pytest)" "$BUILD/examples$name.log" \
            env HTTPSTATUS_LUA="$program" HTTPSTATUS_NGINX="$BUILD/nginx" \
            "$BUILD/python$NEWEST/bin/python" -m pytest -q -p no:cacheprovider tests/system/test_examples.py \
            -k "$([ "$name" = 5.4 ] && echo test || echo not python)"
    done
}

test_servers() {
    say "logs of real servers"
    take "real servers" "$BUILD/servers.log" env HTTPSTATUS_NGINX="$BUILD/nginx" \
        HTTPSTATUS_HAPROXY="$BUILD/haproxy" "$BUILD/python$NEWEST/bin/python" tests/system/servers.py
    grep -v '^[0-9]* passed' "$BUILD/servers.log" || true
    take "application servers" "$BUILD/applications.log" env ${LONG:+HTTPSTATUS_DEBIAN="$BUILD/applications"} \
        "$BUILD/python$NEWEST/bin/python" tests/system/app_servers.py ${LONG:+--long "$BUILD/applications-built"}
    grep -v '^[0-9]* passed' "$BUILD/applications.log" || true
}

test_attack() {
    say "logs of servers under attack"
    take "attack" "$BUILD/attack.log" env HTTPSTATUS_NGINX="$BUILD/nginx" \
        HTTPSTATUS_HAPROXY="$BUILD/haproxy" "$BUILD/python$NEWEST/bin/python" tests/system/attack/attack.py \
        ${LONG:+--long 1800}
    grep 'readings$' "$BUILD/attack.log"
}

test_clients() {
    say "redirects and retries of real clients"
    take "live clients" "$BUILD/live.log" "$BUILD/python$NEWEST/bin/python" tests/system/live_clients.py $LONG
    grep -v '^[0-9]* passed' "$BUILD/live.log" || true
    take "live retries" "$BUILD/retries.log" "$BUILD/python$NEWEST/bin/python" tests/system/live_retries.py $LONG
    grep -v '^[0-9]* passed' "$BUILD/retries.log" || true
}

test_clusters() {
    say "clusters"
    python_environment "$NEWEST-clusters" "$NEWEST_PYTHON" "dask[dataframe,distributed]" pyspark pandas pyarrow
    install_wheel "$NEWEST" "$NEWEST-clusters"
    take "Dask and Spark" "$BUILD/clusters.log" \
        "$BUILD/python$NEWEST-clusters/bin/python" tests/system/clusters.py
    grep -E '^[0-9]+ logs|: <Tally|: [0-9]+ paths|^skipped' "$BUILD/clusters.log" || true
}

same_output() {
    cmp <("${1}" "$2" "$4") <("lua5.4" "$3" "$4")
}

test_both() {
    local log logs=(data/sample.log tests/logs/clf/apache-combined.log tests/logs/mixed/all.log)
    say "both languages"
    if [ -d ../shared/logs ]; then
        logs+=(../shared/logs/clf/apache-elastic-10k.log)
    else
        echo "skipped: one report of a real log: needs ../shared"
    fi
    for log in "${logs[@]}"; do
        expect "one report of $log" same_output "$BUILD/python$NEWEST/bin/python" \
            bindings/python/examples/report.py bindings/lua/examples/report.lua "$log"
    done
    [ -z "$LONG" ] || take "texts that are no logs" "$BUILD/no-logs.log" "$BUILD/python$NEWEST/bin/python" \
        tests/system/no_logs.py core bindings data /usr/share/doc /usr/lib/python3
}

test_documents() {
    say "documents"
    expect "the references of the bindings are fresh" "$BUILD/python$NEWEST/bin/python" \
        "$TREE/bindings/reference.py" --check
    take "what the READMEs show" "$BUILD/snippets.log" "$BUILD/python$NEWEST/bin/python" \
        "$TREE/tests/system/snippets.py"
    grep '^skipped' "$BUILD/snippets.log" || true
}

# Sourced by tests/run: which lines and branches the tests reach.  See tests/README.md.

COVERAGE="$BUILD/coverage"
COVERAGE_FLAGS="-O0 -g -w --coverage"
# CPUs that differ in what the choice of a scanner checks.  C libraries infer BMI 1 from BMI 2, and glibc 2.41
# infers both from AVX2, so its use of AVX2 is switched off.
COVERAGE_CPUS="Nehalem max,-bmi1,-bmi2 max,-popcnt max,-pclmulqdq max"

# report_coverage NAME BRANCHES GCOVR...: prints the coverage of a build.  Fails unless all lines and
# BRANCHES per cent of the branches are covered.
report_coverage() {
    local name=$1 result=0
    "$COVERAGE/python/bin/gcovr" --root "$TREE" --json-summary "$COVERAGE/summary.json" \
        --txt "$COVERAGE/$name.txt" --fail-under-line 100 --fail-under-branch "$2" "${@:3}" \
        >"$COVERAGE/$name.log" 2>&1 || result=$?
    "$COVERAGE/python/bin/python" - "$name" "$COVERAGE/summary.json" <<'PY'
import json, sys
c = json.load(open(sys.argv[2]))
print("{}: {line_covered} of {line_total} lines, {branch_covered} of {branch_total} branches"
      .format(sys.argv[1], **c))
PY
    [ "$result" -eq 0 ] || cat "$COVERAGE/$name.txt"
    count "coverage: $name" $((result == 0)) $((result != 0))
}

# build_covered FOLDER COMPILER FLAGS...: the core and its two runners.
build_covered() {
    mkdir -p "$COVERAGE/$1"
    (cd "$COVERAGE/$1" && "$2" $COVERAGE_FLAGS -std=c11 -D_DEFAULT_SOURCE -DHTTPSTATUS_STATIC \
        -I"$TREE/core" -c "$TREE"/core/*.c "$TREE"/tests/c/test_{core,scan}.c &&
        for test in core scan; do
            mv test_$test.o $test.main
        done &&
        for test in core scan; do
            "$2" --coverage "${@:3}" -o test_$test -x none $test.main *.o
        done)
}

# Coverage must not depend on chance: the vectors have to reach everything, without test_scan's random logs.
cover_core() {
    say "coverage: the core"
    build_covered core cc
    take "vectors, for coverage" "$COVERAGE/core.log" "$COVERAGE/core/test_core" \
        "$TREE/tests/vectors.tsv"
    cc --coverage -DHTTPSTATUS_STATIC -DPACKAGE_VERSION=HTTPSTATUS_VERSION -I"$TREE/core" -o "$COVERAGE/core/consumer" \
        "$TREE/tests/c/consumer/consumer.c" "$COVERAGE"/core/*.o
    for cpu in $COVERAGE_CPUS; do
        expect "scanners of qemu's $cpu" qemu-x86_64 -cpu $cpu \
            -E GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2 "$COVERAGE/core/consumer"
    done
    local without=()
    if ! grep -q avx512bw /proc/cpuinfo; then
        echo "skipped: the coverage of the vector scanners on x86-64: this CPU has no AVX-512"
        without=(--exclude "$TREE/core/(kernel_x86|looks|[a-z0-9]+_look).h")
    fi
    report_coverage core 100 --filter "$TREE/core/" "${without[@]}" "$COVERAGE/core"

    # Of the vectors, those that read logs; the CPU's own code does nothing else.
    awk -F'\t' '$2 ~ /^(lines|log|tally|select.*|series.*)$/ { row[++count] = $0 }
        END { print "count " count; for (i = 1; i <= count; i++) print row[i] }' "$TREE/tests/vectors.tsv" \
        >"$TREE/tests/vectors-of-logs.tsv"
    build_covered aarch64 aarch64-linux-gnu-gcc -static
    expect "vectors of logs on AArch64, for coverage" qemu-aarch64 "$COVERAGE/aarch64/test_core" \
        "$TREE/tests/vectors-of-logs.tsv"
    report_coverage "core-aarch64" 100 --gcov-executable aarch64-linux-gnu-gcov \
        --filter "$TREE/core/(kernel_|look|[a-z0-9]+_(look|names))" "$COVERAGE/aarch64"
}

# The package and its extension, by pytest and by the tests that run out of memory.
cover_python() {
    local folder="$COVERAGE/python-tree" python="$COVERAGE/python/bin/python"
    say "coverage: Python"
    cp -r "$TREE" "$folder"
    # Atomic counters, as threads and interpreters with their own locks count at the same time; of the
    # extension alone, as they are slow and the core has a section of its own.
    (cd "$folder" && CFLAGS="$COVERAGE_FLAGS -fprofile-update=atomic -fprofile-filter-files=.*bindings.*" \
        LDFLAGS="--coverage -Wl,--exclude-libs,ALL" \
        "$python" -m pip install -q --disable-pip-version-check --no-deps --force-reinstall . \
        >"$COVERAGE/build.log" 2>&1) || { tail -20 "$COVERAGE/build.log" >&2; die "no wheel"; }
    cat >"$COVERAGE/coveragerc" <<EOF
[run]
source = httpstatus
parallel = true
sigterm = true
patch = subprocess, fork
core = sysmon
data_file = $COVERAGE/data/python
EOF
    local run=("$python" -m coverage run --rcfile="$COVERAGE/coveragerc")
    mkdir -p "$COVERAGE/data"
    # Without what tries the same lines again and again, on logs of chance and by the clock.
    take "pytest, for coverage" "$COVERAGE/pytest.log" env HTTPSTATUS_LIBRARIES=required \
        "${run[@]}" -m pytest -q -p no:cacheprovider $OF_THE_EXTENSION \
        --deselect tests/python/test_httpstatus.py::test_no_leak
    # Without coverage.py, which takes long when memory runs out.
    take "out of memory, for coverage" "$COVERAGE/memory.log" "$python" tests/python/memory.py --points-only \
        --import-step 1
    report_coverage python-extension 0 --filter "$folder/bindings/" \
        --gcov-ignore-parse-errors=negative_hits.warn_once_per_file --root "$folder" "$folder/build"
    "$python" -m coverage combine -q --rcfile="$COVERAGE/coveragerc" || true
    expect "coverage: python" "$python" -m coverage report --rcfile="$COVERAGE/coveragerc" \
        --show-missing --skip-covered --fail-under=100
    "$python" -m coverage report --rcfile="$COVERAGE/coveragerc" |
        awk '/^TOTAL/ {print "python: " $2 - $3 " of " $2 " lines"}'
}

# The Lua module, by busted and by the tests that run out of memory.
cover_lua() {
    local folder="$COVERAGE/lua" test
    say "coverage: Lua"
    mkdir -p "$folder"
    # The core has a section of its own, so nothing is counted in it here.
    (cd "$folder" && cc -O2 -w -fPIC -D_DEFAULT_SOURCE -DHTTPSTATUS_STATIC \
        -I"$TREE/core" -c "$TREE"/core/*.c &&
        cc $COVERAGE_FLAGS -fPIC -DHTTPSTATUS_STATIC $(pkg-config --cflags lua5.4) -I"$TREE/core" \
            -c "$TREE"/bindings/lua/*.c &&
        cc --coverage -shared -o httpstatus.so *.o)
    cc -D_DEFAULT_SOURCE -o "$folder/memory" $(pkg-config --cflags lua5.4) "$TREE/tests/lua/memory.c" \
        "$folder"/*.o -lgcov $(pkg-config --libs lua5.4)
    take "Lua, out of memory, for coverage" "$COVERAGE/memory-lua.log" "$folder/memory" tests/lua/memory.lua
    for test in tests/lua/*_spec.lua; do
        take "busted, for coverage: $test" "$COVERAGE/busted.log" \
            env HTTPSTATUS_TESTS="$ROOT/tests" LUA_CPATH="$folder/?.so;;" lua5.4 \
            $(busted_here) "$test"
    done
    report_coverage lua 0 --filter "$TREE/bindings/lua/" "$folder"
}

prepare_coverage() {
    rm -rf "$COVERAGE"
    mkdir -p "$COVERAGE"
    python_environment "$NEWEST-coverage" "$NEWEST_PYTHON" coverage dateparser gcovr hypothesis pytest rich
    python_environment "$NEWEST-coverage" "$NEWEST_PYTHON" --only-binary :all: $PYTHON_PEERS \
        $PYTHON_FRAMEWORKS $PYTHON_DECOMPRESSORS
    ln -s "$BUILD/python$NEWEST-coverage" "$COVERAGE/python"
}

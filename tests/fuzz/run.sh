# Sourced by tests/run: the fuzzers.  tests/README.md says what they compare, and what was run.

FUZZ_TARGETS="log text"

FUZZ_FLAGS="$STRICT -D_DEFAULT_SOURCE -DHTTPSTATUS_STATIC -g -I$TREE/core"

# The inputs to begin with, from the corpus and the vectors: a file each, and all in one.
fuzz_seeds() {
    local folder="$BUILD/fuzz/$1-seeds"
    rm -rf "$folder"
    "$NEWEST_PYTHON" tests/fuzz/corpus.py unpack "tests/fuzz/$1.corpus" "$folder"
    "$NEWEST_PYTHON" tests/fuzz/corpus.py seeds "$1" "$folder"
    "$NEWEST_PYTHON" tests/fuzz/corpus.py pack "$folder" "$BUILD/fuzz/$1.inputs"
}

# replay_seeds TARGET NAME COMPILER FLAGS...: without a fuzzer.
replay_seeds() {
    local out="$BUILD/fuzz/replay-$1-$3"
    "$3" $FUZZ_FLAGS "${@:4}" -o "$out" "$TREE"/core/*.c "$TREE/tests/fuzz/replay.c" \
        "$TREE/tests/fuzz/fuzz_$1.c"
    take "corpus of fuzz_$1, $2" "$out.txt" "$out" "$BUILD/fuzz/$1.inputs"
}

# Only the core's own code has to be covered, so it is compiled apart from what checks it.
# build_fuzzer TARGET COMPILER CORE-FLAG OUT FLAGS...
build_fuzzer() {
    local objects="$4.objects" file
    mkdir -p "$objects"
    for file in "$TREE"/core/*.c; do
        "$2" $FUZZ_FLAGS "${@:5}" $3 -c -o "$objects/$(basename "$file" .c).o" "$file"
    done
    "$2" $FUZZ_FLAGS "${@:5}" -c -o "$4.o" "$TREE/tests/fuzz/fuzz_$1.c"
    "$2" "${@:5}" -fsanitize=fuzzer -o "$4" "$4.o" "$objects"/*.o
}

# timed OUT COMMAND...: writes its output to OUT.txt, and the CPU seconds that it took to OUT.cpu.
timed() {
    local out=$1 TIMEFORMAT='%U %S'
    { time "${@:2}" >"$out.txt" 2>&1; } 2>"$out.cpu"
}

# summarise NAME OUT EXECUTIONS SECONDS
summarise() {
    printf '%s: %d executions in %d s, %.0f s of a core\n' "$1" "$3" "$4" \
        "$(awk '{print $1 + $2}' "$2.cpu")" >"$2.summary"
}

# libfuzzer TARGET SECONDS: leaves what it finds in build/fuzz.
libfuzzer() {
    local out="$BUILD/fuzz/libfuzzer-$1" result=0
    mkdir -p "$out-found"
    export ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=16
    timed "$out" timeout -k 5 $(($2 + 120)) "$out" -max_total_time="$2" -max_len=700 -timeout=20 \
        -rss_limit_mb=2048 -print_final_stats=1 -dict=tests/fuzz/fuzz.dict \
        -artifact_prefix="$out-crash-" "$out-found" "$BUILD/fuzz/$1-seeds" || result=$?
    summarise "libFuzzer, fuzz_$1" "$out" \
        "$(sed -n 's/^stat::number_of_executed_units: *//p' "$out.txt")" "$2"
    [ $result -eq 0 ] || { grep -v '^#[0-9]' "$out.txt" | tail -40; return 1; }
}

# afl TARGET SECONDS: AFL++, which goes on where it stopped.  Waits for the processes of the target,
# which end after 10000 inputs, so that their seconds are counted.
afl() {
    local out="$BUILD/fuzz/afl-$1" stats
    find "$BUILD/fuzz/$1-seeds" -size +2 -delete # AFL++ wants them short: 1 KB at most
    AFL_AUTORESUME=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 \
        AFL_NO_UI=1 ASAN_OPTIONS=abort_on_error=1:symbolize=0:detect_leaks=0:quarantine_size_mb=16 \
        timed "$out" timeout -k 5 $(($2 + 300)) afl-fuzz -i "$BUILD/fuzz/$1-seeds" -o "$out-found" \
        -m none -t 5000 -V "$2" -G 700 -x tests/fuzz/fuzz.dict -- "$out" -10000 ||
        { tail -40 "$out.txt"; return 1; }
    stats="$out-found/default/fuzzer_stats"
    summarise "AFL++, fuzz_$1" "$out" $(awk '/^execs_done|^run_time/ {value[$1] = $3}
        END {print value["execs_done"], value["run_time"]}' "$stats")
    awk '/^saved_/ {found += $3} END {exit found > 0}' "$stats" ||
        { ls "$out-found/default/crashes" "$out-found/default/hangs"; return 1; }
}

# compare_bindings SECONDS [SEED]
compare_bindings() {
    local out="$BUILD/fuzz/answers"
    cc $FUZZ_FLAGS -O1 -fsanitize=address,undefined -fno-sanitize-recover -o "$out" \
        "$TREE/tests/fuzz/answers.c" "$TREE"/core/*.c
    timed "$out" timeout -k 5 $(($1 + 120)) "$BUILD/python$NEWEST/bin/python" \
        tests/fuzz/bindings.py "$1" "$out" "${2:-0}" ||
        { cut -c1-2000 "$out.txt" | tail -40; return 1; }
    summarise "Python and Lua against C" "$out" \
        "$(sed -n 's/.*: \([0-9]*\) answers .*/\1/p' "$out.txt")" "$1"
}

fuzz_shortly() {
    local target
    say "fuzzing"
    mkdir -p "$BUILD/fuzz"
    rm -f "$BUILD"/fuzz/*.summary
    for target in $FUZZ_TARGETS; do
        fuzz_seeds $target
        replay_seeds $target "AddressSanitizer" cc -O1 -fsanitize=address,undefined -fno-sanitize-recover
        replay_seeds $target "MemorySanitizer" clang -O1 -fsanitize=memory
        build_fuzzer $target clang -fsanitize=fuzzer-no-link "$BUILD/fuzz/libfuzzer-$target" -O2 \
            -fsanitize=address,undefined -fno-sanitize-recover=undefined
    done
    expect "libFuzzer, fuzz_log" libfuzzer log 20
    expect "libFuzzer, fuzz_text" libfuzzer text 10
    expect "Python and Lua against C" compare_bindings 10
    cat "$BUILD"/fuzz/*.summary
}

# fuzz_long SECONDS: for each target, with libFuzzer and AFL++, and for the bindings.
fuzz_long() {
    local target
    install_packages afl++
    fuzz_shortly
    for target in $FUZZ_TARGETS; do
        AFL_QUIET=1 AFL_USE_ASAN=1 AFL_USE_UBSAN=1 build_fuzzer $target afl-clang-fast "" \
            "$BUILD/fuzz/afl-$target" -O2
        expect "libFuzzer, fuzz_$target" libfuzzer $target "$1"
        expect "AFL++, fuzz_$target" afl $target "$1"
    done
    expect "Python and Lua against C" compare_bindings "$1" "$RANDOM"
    cat "$BUILD"/fuzz/*.summary
}

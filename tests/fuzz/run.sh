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

# fuzzed_core NAME COMPILER FLAGS...: the core in build/fuzz/NAME.objects, for all targets.
fuzzed_core() {
    mkdir -p "$BUILD/fuzz/$1.objects"
    (cd "$BUILD/fuzz/$1.objects" && "$2" $FUZZ_FLAGS "${@:3}" -c "$TREE"/core/*.c)
}

# replay_seeds NAME COMPILER FLAGS...: without a fuzzer.
replay_seeds() {
    local target out
    fuzzed_core "replay-$2" "${@:2}"
    for target in $FUZZ_TARGETS; do
        out="$BUILD/fuzz/replay-$target-$2"
        "$2" $FUZZ_FLAGS "${@:3}" -o "$out" "$BUILD/fuzz/replay-$2.objects"/*.o "$TREE/tests/fuzz/replay.c" \
            "$TREE/tests/fuzz/fuzz_$target.c"
        take "corpus of fuzz_$target, $1" "$out.txt" "$out" "$BUILD/fuzz/$target.inputs"
    done
}

# Only the core's own code has to be covered, so it is compiled apart from what checks it.
# build_fuzzers NAME COMPILER CORE-FLAG FLAGS...: build/fuzz/NAME-TARGET
build_fuzzers() {
    local target out
    fuzzed_core "$1" "$2" "${@:4}" $3
    for target in $FUZZ_TARGETS; do
        out="$BUILD/fuzz/$1-$target"
        "$2" $FUZZ_FLAGS "${@:4}" -c -o "$out.o" "$TREE/tests/fuzz/fuzz_$target.c"
        "$2" "${@:4}" -fsanitize=fuzzer -o "$out" "$out.o" "$BUILD/fuzz/$1.objects"/*.o
    done
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

# compare_bindings SECONDS [SEED]: after replay_seeds, whose core it uses.
compare_bindings() {
    local out="$BUILD/fuzz/answers"
    cc $FUZZ_FLAGS -O1 -fsanitize=address,undefined -fno-sanitize-recover -o "$out" \
        "$TREE/tests/fuzz/answers.c" "$BUILD/fuzz/replay-cc.objects"/*.o
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
    done
    replay_seeds "AddressSanitizer" cc -O1 -fsanitize=address,undefined -fno-sanitize-recover
    replay_seeds "MemorySanitizer" clang -O1 -fsanitize=memory
    build_fuzzers libfuzzer clang -fsanitize=fuzzer-no-link -O1 -fsanitize=address,undefined \
        -fno-sanitize-recover=undefined
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
    AFL_QUIET=1 AFL_USE_ASAN=1 AFL_USE_UBSAN=1 build_fuzzers afl afl-clang-fast "" -O2
    for target in $FUZZ_TARGETS; do
        expect "libFuzzer, fuzz_$target" libfuzzer $target "$1"
        expect "AFL++, fuzz_$target" afl $target "$1"
    done
    expect "Python and Lua against C" compare_bindings "$1" "$RANDOM"
    cat "$BUILD"/fuzz/*.summary
}

# Sourced by tests/run: the stages, and what each needs.

STAGES=()
declare -A PROVES NEEDS BUILDS SECTIONS

# stage NAME "what it proves" "Debian packages" "what is built first" "sections"
stage() { STAGES+=("$1") PROVES[$1]=$2 NEEDS[$1]=$3 BUILDS[$1]=$4 SECTIONS[$1]=$5; }

PACKAGES="build-essential git python3 python3-dev python3-venv" # of every stage
LUA="lua5.4 liblua5.4-dev luarocks lua-busted lua-cjson lua-dkjson"
ALL_LUAS="$LUA lua5.1 liblua5.1-0-dev lua5.2 liblua5.2-dev lua5.3 liblua5.3-dev luajit libluajit-5.1-dev"
COMPRESSORS="bzip2 xz-utils zstd"
CROSS_COMPILERS="gcc-i686-linux-gnu libc6-dev-i386-cross gcc-arm-linux-gnueabihf libc6-dev-armhf-cross
    gcc-riscv64-linux-gnu libc6-dev-riscv64-cross gcc-s390x-linux-gnu libc6-dev-s390x-cross"
AARCH64="qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross"

# The longest first.
stage coverage "the tests reach every line of the code, and every branch of the core" \
    "$LUA $COMPRESSORS $AARCH64 pkg-config bash fish zsh" "rock coverage" "cover_python cover_core cover_lua"
stage python "the package: every CPython from 3.10 up, memory that runs out, types" \
    "$LUA $COMPRESSORS bash fish zsh" "rock wheels tools libraries" "test_pythons"
stage lua "the module: every Lua from 5.1 up and LuaJIT, memory that runs out" \
    "$ALL_LUAS pkg-config valgrind" "rocks" "test_lua"
stage c "the core: vectors, every scanner, threads, instructions, CMake, pkg-config, the manual" \
    "cmake man-db mandoc pkg-config valgrind" "" "test_c"
stage cpus "the core by clang and musl, and on other CPUs" \
    "$AARCH64 $CROSS_COMPILERS clang lld llvm musl-tools" "" "test_cpus"
stage compilers "the core by the newest compilers of Debian" "apt" "" "check_compilers"
stage analysis "clang-tidy, cppcheck and clang-format" "clang clang-format clang-tidy cppcheck" "" "test_analysis"
stage attack "no client writes another status into the log of a live server" \
    "$LUA apache2-bin apt" "rock newest servers" "test_attack"
stage fuzz "the fuzz targets, for forty seconds" "$LUA clang libclang-rt-dev llvm" "rock newest" "fuzz_shortly"
stage packages "sdist and wheels, and the debug build of CPython" \
    "$LUA $COMPRESSORS python3-dbg" "rock wheels tools libraries" "test_python_packages"
stage examples "the examples, by every Lua and in nginx" "$ALL_LUAS curl apt" "rocks newest servers" \
    "test_examples"
stage command "the command's manual and completions" "mandoc" "newest tools" "test_command"
stage servers "logs of live servers are counted exactly" "$LUA apache2-bin apt" \
    "rock newest servers applications" "test_servers"
stage clients "live clients follow redirects and retry as the tables say" "curl" "newest tools" "test_clients"
stage clusters "Dask and Spark, with --long" "" "newest" "test_clusters"
stage data "generated files are up to date" "" "" "test_data"
stage documents "everything that the documents show" "$ALL_LUAS cmake curl man-db mandoc pkg-config" \
    "rocks newest tools libraries" "test_documents"
stage reports "both languages print the same report of a log" "$LUA" "rock newest" "test_both"

# Not a stage, but prepared like one.
NEEDS[bench]="$LUA luajit" BUILDS[bench]="rock newest"

list_stages() {
    local name
    for name in "${STAGES[@]}"; do
        printf '%-10s %s\n' "$name" "${PROVES[$name]}"
    done
}

# ---- What they need ----------------------------------------------------------------------------

find_interpreters() {
    mapfile -t PYTHONS < <(find_pythons)
    read -r NEWEST NEWEST_PYTHON < <(printf '%s\n' "${PYTHONS[@]}" | grep -v '^[0-9.]*t ' | tail -1) || true
    mapfile -t LUAS < <(find_luas)
}
need_python() { [ -n "$NEWEST" ] || die "no CPython from 3.10 up with headers, venv and its lock"; }

# The newest Python gets everything that sections need before the first one starts.
build_newest_python() {
    build_python "$NEWEST" "$NEWEST_PYTHON"
    ! builds tools || python_environment "$NEWEST" "$NEWEST_PYTHON" $PYTHON_TOOLS
    ! builds applications || python_environment "$NEWEST" "$NEWEST_PYTHON" $PYTHON_SERVERS
    ! builds libraries || python_environment "$NEWEST" "$NEWEST_PYTHON" --only-binary :all: $PYTHON_PEERS \
        $PYTHON_FRAMEWORKS $PYTHON_DECOMPRESSORS
}

# One after the other: LuaRocks leaves its build in the tree for a moment.
build_rocks() {
    local entry
    for entry in "${LUAS[@]}"; do
        ! builds rocks && [[ $entry != "5.4 "* ]] || build_rock $entry
    done
}

builds() { [[ " $WANTED " == *" $1 "* ]]; }

# prepare STAGE...: installs their packages, and builds what they need.
prepare() {
    local stage entry version python jobs=()
    install_packages $(tr ' ' '\n' <<<"$PACKAGES $(for stage; do echo "${NEEDS[$stage]}"; done)" | sort -u)
    WANTED=$(for stage; do echo "${BUILDS[$stage]}"; done | tr '\n' ' ')
    compile_once
    export_tree
    find_interpreters
    [ $# -eq 0 ] || need_python
    export LUA_CPATH="$BUILD/lua5.4/lib/lua/5.4/?.so;;"
    if builds newest || builds wheels; then
        build_sdist "$NEWEST" "$NEWEST_PYTHON"
        jobs+=(build_newest_python)
    fi
    ! builds rock && ! builds rocks || jobs+=(build_rocks)
    for entry in "${PYTHONS[@]}"; do
        read -r version python <<<"$entry"
        [ "$version" = "$NEWEST" ] || ! builds wheels || jobs+=("build_python $version $python")
    done
    ! builds servers || jobs+=("unpack nginx $NGINX" "unpack haproxy $HAPROXY")
    [ -z "$LONG" ] || ! builds applications || jobs+=("unpack applications $APPLICATION_SERVERS")
    ! builds coverage || jobs+=(prepare_coverage)
    side_by_side "${jobs[@]}"
}

# Without apt, skips the stages that need more than is installed, or runs their quick form if they have one.
# If CI is set, that is a failure.
QUICK=()
choose_what_can_run() {
    local stage lacks kept=() wanted=()
    ! has_apt || return 0
    for stage in "${CHOSEN[@]}"; do
        mapfile -t lacks < <(missing $PACKAGES ${NEEDS[$stage]})
        wanted+=("${lacks[@]}")
        if [ ${#lacks[@]} -eq 0 ]; then
            kept+=("$stage")
        elif declare -F "quick_$stage" >/dev/null; then
            QUICK+=("quick_$stage")
            echo "skipped: the stage $stage, except its quick form: no ${lacks[*]}"
        else
            echo "skipped: the stage $stage: no ${lacks[*]}"
        fi
    done
    CHOSEN=("${kept[@]}")
    [ ${#wanted[@]} -gt 0 ] || return 0
    echo "skipped: no apt here; these Debian packages are missing:" \
        $(printf '%s\n' "${wanted[@]}" | sort -u)
    [ -z "${CI:-}" ] || count "all stages can run" 0 1
}

# sections_of STAGE...: prints their sections, one per line.
sections_of() {
    local stage section entry
    for stage; do
        for section in ${SECTIONS[$stage]}; do
            if [ "$section" = test_pythons ]; then
                printf 'test_python %s\n' "${PYTHONS[@]}"
            else
                echo "$section"
            fi
        done
    done
}

run_stages() {
    local sections=()
    [ -z "$LONG" ] || install_packages gcc-mingw-w64-x86-64 wine wine64 chromium fonts-dejavu-core \
        $(command -v java >/dev/null || echo default-jre-headless)
    choose_what_can_run
    prepare "${CHOSEN[@]}"
    read -ra LOGS -d '' < <(logs_to_scan) || true
    mapfile -t sections < <(sections_of "${CHOSEN[@]}")
    side_by_side "${sections[@]}" "${QUICK[@]}"
    say "all"
    # Single stages may include no runner of the vectors.
    local counts
    counts=$(awk 'NF == 3 {print $3}' "$COUNTS" | sort -u | wc -l)
    [ "$counts" -eq 1 ] || [[ $counts = 0 && ($WHAT = stages || ${#CHOSEN[@]} = 0) ]] ||
        count "the runners ran the same vectors" 0 1
}

# ---- A report ----------------------------------------------------------------------------------

# install_tree NAME: installs the tree in an environment of that name.
install_tree() { python_environment "$1" "$NEWEST_PYTHON" --force-reinstall --no-deps "$TREE"; }

# build_lua_module FOLDER: builds the module for Lua 5.4 with nothing but the compiler.
build_lua_module() {
    mkdir -p "$1"
    cc -O2 -fPIC -shared -DHTTPSTATUS_STATIC -I"$TREE/core" -I/usr/include/lua5.4 \
        -o "$1/httpstatus.so" "$TREE"/bindings/lua/*.c "$TREE"/core/*.c
}

# report_both LOG: needs a C compiler, a Python and a Lua.
report_both() {
    # A pipe can be read only once.
    [ -f "$1" ] || { cat "$1" >"$BUILD/report.log" && set -- "$BUILD/report.log"; }
    install_packages gcc libc6-dev python3-dev python3-venv lua5.4 liblua5.4-dev
    export_tree
    find_interpreters
    need_python
    install_tree report
    build_lua_module "$BUILD/lua-report"
    say "Python: bindings/python/examples/report.py $1"
    "$BUILD/pythonreport/bin/python" "$ROOT/bindings/python/examples/report.py" "$1"
    say "Lua: bindings/lua/examples/report.lua $1"
    LUA_CPATH="$BUILD/lua-report/?.so;;" lua5.4 "$ROOT/bindings/lua/examples/report.lua" "$1"
}

# ---- In a minute, with what is installed -------------------------------------------------------

quick_c() {
    say "C"
    command -v cc >/dev/null || { echo "skipped: no C compiler here"; return; }
    run_built "C" "cc -O2" 3 env
}

quick_lua() {
    local program
    say "Lua 5.4"
    for program in cc lua5.4 busted; do
        command -v $program >/dev/null ||
            { echo "skipped: no $program here: try 'apt install lua5.4 liblua5.4-dev lua-busted'"; return; }
    done
    [ -f /usr/include/lua5.4/lua.h ] || { echo "skipped: no headers of Lua 5.4 here"; return; }
    build_lua_module "$BUILD/lua-quick"
    take "Lua 5.4 (busted)" "$BUILD/busted-quick.log" env HTTPSTATUS_TESTS="$ROOT/tests" \
        LUA_CPATH="$BUILD/lua-quick/?.so;;" lua5.4 $(busted_here) \
        tests/lua/httpstatus_spec.lua
}

quick_python() {
    say "Python"
    [ -n "$NEWEST" ] || { echo "skipped: no CPython from 3.10 up with headers and venv here"; return; }
    python_environment quick "$NEWEST_PYTHON" pytest ||
        { echo "skipped: no pytest here, and none to be had"; return; }
    CFLAGS=-O1 install_tree quick # -O0 compiles 2 s sooner, but the tests take twice as long
    take "Python $NEWEST (pytest)" "$BUILD/pytest-quick.log" "$BUILD/pythonquick/bin/python" -m pytest \
        -q -rs -p no:cacheprovider tests/python/test_httpstatus.py tests/python/test_data.py tests/system/test_reports.py
    grep '^SKIPPED' "$BUILD/pytest-quick.log" || true
}

run_quickly() {
    export PYTHONDONTWRITEBYTECODE=1
    export_tree
    find_interpreters
    side_by_side "${CHOSEN[@]/#/quick_}"
}

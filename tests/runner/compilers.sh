# Sourced by tests/run: the newest compilers of other Debian suites, unpacked without installing them.

COMPILER_SUITES="trixie sid"

# suite_apt SUITE: sets up an apt that knows only that suite and takes nothing for installed.
suite_apt() {
    local home="$BUILD/suites/$1" mirror
    mirror=$(apt-get indextargets --format '$(REPO_URI)' | sed -n '\|/debian/$|p' | sort -u | tail -1)
    [ -n "$mirror" ] || { echo "no mirror of Debian among the sources of apt"; return 1; }
    rm -rf "$home"
    mkdir -p "$home"/apt/{lists,archives}/partial "$home/tmp"
    : >"$home/apt/status" >"$home/apt/log"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $1 main" \
        >"$home/apt/sources.list"
    cat >"$home/apt/apt.conf" <<END
Dir::Etc::SourceList "$home/apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::State "$home/apt";
Dir::State::status "$home/apt/status";
Dir::Cache "$home/apt";
APT::Sandbox::User "";
END
}

# newest PROGRAM: prints the suite's package with the highest version of the program.
newest() {
    apt-cache pkgnames "$1-" | grep -xE "$1-[0-9]+" | sort -V | tail -1 | grep . ||
        { echo "no $1 in the suite" >&2; return 1; }
}

# unpack_suite SUITE: unpacks its newest compilers in build/suites/SUITE, again every week.
unpack_suite() {
    local home="$BUILD/suites/$1" package gcc clang
    [ -z "$(find "$home/compilers" -mtime -7 2>/dev/null)" ] || return 0
    suite_apt "$1" || return
    local -x APT_CONFIG="$home/apt/apt.conf"
    apt-get update -qq --error-on=any && gcc=$(newest gcc) && clang=$(newest clang) &&
        apt-get install -qq -y --download-only --no-install-recommends \
            base-files libc6-dev "$gcc" "$clang" >"$home/apt/log" 2>&1 ||
        { cat "$home/apt/log"; echo "no compilers of Debian's $1: can apt reach it?"; return 1; }
    for package in "$home"/apt/archives/*.deb; do
        dpkg -x "$package" "$home" || return
    done
    rm -r "$home/apt/archives"
    echo "$gcc $clang" >"$home/compilers"
}

in_suite() { "${AS_ROOT[@]}" chroot "$BUILD/suites/$1" "${@:2}"; }

# The optimization levels for a suite, the last of which is tested: those of packages, and those of CMake and CPython.
# With --long, every level for each.
levels_of() {
    [ -z "$LONG" ] || set -- all
    case $1 in
    trixie) echo -Og -O2 ;;
    sid) echo -O0 -Og -O3 ;;
    *) echo -O0 -Og -O2 -O3 ;;
    esac
}

# compiles_everywhere SUITE COMPILER: the core, at each level and for every standard; with --long, every level for each.
compiles_everywhere() {
    local level standard job jobs result=0
    declare -A standards=([-O0]=c17 [-Og]=c23 [-O2]=c11 [-O3]=c11)
    for level in $(levels_of "$1"); do
        jobs=()
        for standard in $([ -n "$LONG" ] && echo c11 c17 c23 || echo ${standards[$level]}); do
            in_suite "$1" "$2" $STRICT $level -std=$standard -DHTTPSTATUS_STATIC -I"$TREE/core" \
                -r -o "/tmp/$2$level-$standard.o" "$TREE"/core/*.c ||
                { echo "$2 $level -std=$standard"; false; } &
            jobs+=($!)
        done
        for job in "${jobs[@]}"; do
            wait "$job" || result=1
        done
    done
    return $result
}

check_compilers() {
    local suite home compiler level
    say "C by the newest compilers of $COMPILER_SUITES"
    for suite in $COMPILER_SUITES; do
        expect "the compilers of $suite" unpack_suite "$suite"
        home="$BUILD/suites/$suite"
        [ -f "$home/compilers" ] || continue
        rm -rf "$home$TREE"
        mkdir -p "$home$TREE"
        cp -r "$TREE/core" "$TREE/tests" "$home$TREE"
        for compiler in $(cat "$home/compilers"); do
            expect "$compiler of $suite, $(levels_of $suite)" compiles_everywhere "$suite" "$compiler"
            level=$(levels_of $suite | grep -o '[^ ]*$')
            BUILT="/tmp/$compiler$level-c11.o" run_built "$compiler of $suite" "in_suite $suite $compiler -static $level" 20 \
                "${AS_ROOT[@]}" chroot "$home"
        done
    done
}

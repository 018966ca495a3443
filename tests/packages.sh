# Sourced by tests/run: the packages, as those see them who install them.

is_silent() {
    local output
    output=$("$@" 2>&1) && [ -z "$output" ] || { printf '%s\n' "$output"; false; }
}

# same_lines LEFT RIGHT: whether two functions print the same lines.
same_lines() { diff <("$1" | sort -u) <("$2" | sort -u); }

# ---- C -----------------------------------------------------------------------------------------

function_names() { grep -oE 'httpstatus_[a-z_0-9]+\(' | tr -d '('; }
declared() { tr '\n' ' ' <"$TREE/core/httpstatus.h" | grep -o 'HTTPSTATUS_API [^;(]*(' | function_names; }
exported() { nm -D --defined-only "$BUILD/cmake-ON/prefix/lib/libhttpstatus.so" | awk '{print $NF}'; }

# manual SECTION: the text of a section of the manual.
manual() {
    mandoc -T ascii -O width=100 "$TREE/core/httpstatus.3" |
        sed -n "s/.\x08//g; /^$1\$/,/^[A-Z]/{ /^[A-Z]/!p }"
}
in_synopsis() { manual SYNOPSIS | function_names; }
in_description() { manual DESCRIPTION | function_names; }
in_man() { LC_ALL=C.UTF-8 man --warnings --local-file "$TREE/core/httpstatus.3" >/dev/null; }

check_manual() {
    expect "the manual is clean for mandoc" is_silent mandoc -T lint -W all "$TREE/core/httpstatus.3"
    expect "the manual is clean for man" is_silent in_man
    expect "the manual's synopsis has every function" same_lines declared in_synopsis
    expect "the manual's description has every function" same_lines declared in_description
    manual SYNOPSIS >"$BUILD/synopsis.c"
    expect "the manual's prototypes are the header's" \
        cc $STRICT -I"$TREE/core" -fsyntax-only "$BUILD/synopsis.c"
}

# example_counts PROGRAM: whether the manual's example reads a log as it says.
example_counts() {
    local line='::1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1"'
    diff <(printf '%s\n' "$line 404 7" "$line 302 0" "$line 404 7" | "$1") - <<END
302 Found: 1, a POST is followed by GET
404 Not Found: 2
END
}

# Inside another project the library is built and linked; nothing else of it is to be seen.
adds_nothing() {
    cmake --install "$1" --prefix "$1/prefix"
    [ "$(cd "$1/prefix" && find . -type f)" = ./bin/consumer ] &&
        ctest --test-dir "$1" -N | grep -x 'Total Tests: 0' &&
        ! grep '^BUILD_SHARED_LIBS:BOOL' "$1/CMakeCache.txt"
}

runtime_has_the_library_alone() {
    cmake --install "$1" --component httpstatus_Runtime --prefix "$1/runtime"
    find "$1/runtime" ! -type d | grep . && ! find "$1/runtime" ! -type d |
        grep -v '/libhttpstatus\.so\.[0-9.]*$'
}

check_c_packages() {
    local shared out prefix flags version
    local -x PKG_CONFIG_PATH
    version=$(sed -n 's/^#define HTTPSTATUS_VERSION "\(.*\)"/\1/p' "$TREE/core/httpstatus.h")
    check_manual
    manual EXAMPLES | sed -n '/#include/,$p' >"$BUILD/example.c"
    for shared in OFF ON; do
        out="$BUILD/cmake-$shared" prefix="$BUILD/cmake-$shared/prefix"
        rm -rf "$out"
        cmake -S "$TREE" -B "$out" -DBUILD_SHARED_LIBS=$shared -DCMAKE_INSTALL_PREFIX="$prefix" \
            -DCMAKE_INSTALL_LIBDIR=lib >"$out.log"
        cmake --build "$out" >>"$out.log"
        cmake --install "$out" >>"$out.log"
        expect "ctest, shared $shared" ctest --test-dir "$out"
        cmake -S "$TREE/tests/consumer" -B "$out/consumer" -DCMAKE_PREFIX_PATH="$prefix" \
            -DHTTPSTATUS_WANTED="$version" >>"$out.log"
        cmake --build "$out/consumer" >>"$out.log"
        expect "find_package, shared $shared" "$out/consumer/consumer"
        cmake -S "$TREE/tests/consumer" -B "$out/along" -DHTTPSTATUS_SOURCE="$TREE" \
            -DBUILD_SHARED_LIBS=$shared >>"$out.log"
        cmake --build "$out/along" >>"$out.log"
        expect "add_subdirectory, shared $shared" "$out/along/consumer"
        expect "add_subdirectory, shared $shared, adds nothing else" adds_nothing "$out/along"
        PKG_CONFIG_PATH="$prefix/lib/pkgconfig"
        flags="$(pkg-config --cflags --libs httpstatus) -Wl,-rpath,$prefix/lib"
        cc $STRICT "$TREE/tests/consumer/consumer.c" $flags -o "$out/by-pkg-config" \
            -DPACKAGE_VERSION="\"$(pkg-config --modversion httpstatus)\""
        expect "pkg-config, shared $shared" "$out/by-pkg-config"
        cc $STRICT "$BUILD/example.c" $flags -o "$out/example"
        expect "the manual's example, shared $shared" example_counts "$out/example"
        expect "the manual is installed" test -f "$prefix/share/man/man3/httpstatus.3"
    done
    expect "the library exports what the header declares" same_lines declared exported
    expect "the runtime component" runtime_has_the_library_alone "$BUILD/cmake-ON"
}

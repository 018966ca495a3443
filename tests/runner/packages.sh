# Sourced by tests/run: the packages, as their users get them.

is_silent() {
    local output
    output=$("$@" 2>&1) && [ -z "$output" ] || { printf '%s\n' "$output"; false; }
}

# same_lines LEFT RIGHT: whether two commands print the same lines.
same_lines() { diff <($1 | sort -u) <($2 | sort -u); }

# ---- Hardening ---------------------------------------------------------------------------------

cet_of() { readelf -nW "$1" 2>/dev/null | grep -o 'x86 feature: .*' | sort -u; }

# hardening_faults LIBRARY: prints what a shared library lacks, if anything.
hardening_faults() {
    local text entry bare="$BUILD/bare.so"
    text=$(readelf -dlsSW "$1")
    has() { grep -E "$1" <<<"$text" >/dev/null; }
    has 'BIND_NOW' || echo "its functions are bound late: no BIND_NOW"
    has 'GNU_RELRO' || echo "its relocations stay writable: no GNU_RELRO"
    has 'GNU_STACK .* RW ' || echo "its stack is executable: GNU_STACK"
    has 'UND __stack_chk_fail' || echo "no stack protector: __stack_chk_fail"
    ! has ' \.debug_' || echo "it has sections of debug information"
    if [ "$(uname -m)" = x86_64 ]; then
        entry=$(nm -D --defined-only "$1" | awk '$2 == "T" {print $3; exit}')
        objdump --disassemble="$entry" "$1" | grep endbr64 >/dev/null ||
            echo "targets of branches are not marked: no endbr64"
        # Linkers mark a library only if all objects are marked.  Debian's, which the compiler adds, are not.
        cc -shared -fPIC -fcf-protection -x c - -o "$bare" <<<"int bare;"
        [ "$(cet_of "$bare")" = "$(cet_of "$1")" ] || echo "not marked for IBT and SHSTK"
    fi
}

# The same for a static library.
hardening_faults_of_objects() {
    nm "$1" | grep 'U __stack_chk_fail' >/dev/null || echo "no stack protector: __stack_chk_fail"
    [ "$(uname -m)" != x86_64 ] ||
        [ "$(readelf -nW "$1" | grep -c 'x86 feature: IBT, SHSTK')" = "$(ar t "$1" | wc -l)" ] ||
        echo "objects are not marked for IBT and SHSTK"
}

# ---- C -----------------------------------------------------------------------------------------

function_names() { grep -oE 'httpstatus_[a-z_0-9]+\(' | tr -d '('; }
declared() {
    cat "$TREE"/core/httpstatus*.h | tr '\n' ' ' | grep -o 'HTTPSTATUS_API [^;(]*(' | function_names
}
exported() {
    nm -D --defined-only "$BUILD/cmake-ON/prefix/lib/libhttpstatus.so" | awk '{print $NF}'
}

# manual SECTION: the text of a section of the manual.
manual() {
    mandoc -T ascii -O width=100 "$TREE/core/httpstatus.3" |
        sed -n "s/.\x08//g; /^$1\$/,/^[A-Z]/{ /^[A-Z]/!p }"
}
in_synopsis() { manual SYNOPSIS | function_names; }
# Left-aligned: newer troffs also warn about lines that they cannot justify.
in_man() {
    LC_ALL=C.UTF-8 man --warnings --no-justification --local-file "$TREE/core/httpstatus.3" >/dev/null
}

check_manual() {
    expect "the manual is clean for mandoc" \
        is_silent mandoc -T lint -W all "$TREE/core/httpstatus.3"
    expect "the manual is clean for man" is_silent in_man
    expect "the manual's synopsis has every function" same_lines declared in_synopsis
    manual SYNOPSIS >"$BUILD/synopsis.c"
    expect "the manual's prototypes are the headers'" \
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

# Inside another project, only the library is built and linked; nothing else appears.
adds_nothing() {
    cmake --install "$1" --prefix "$1/prefix"
    [ "$(cd "$1/prefix" && find . -type f)" = ./bin/consumer ] &&
        ctest --test-dir "$1" -N | grep -x 'Total Tests: 0' &&
        ! grep '^BUILD_SHARED_LIBS:BOOL' "$1/CMakeCache.txt"
}

# The presets build inside the tree, so this uses a copy.
workflow_passes() {
    rm -rf "$1" && mkdir "$1" && cp -r "$TREE"/CMake* "$TREE/core" "$TREE/tests" "$1" && cd "$1" &&
        cmake --workflow --preset test
}
ctest_builds_first() {
    cd "$1" && echo '#error' >>core/status.c && ! ctest --preset test -R core
}

without_tests() {
    cmake -S "$TREE" -B "$1" -DBUILD_TESTING=OFF && ctest --test-dir "$1" -N | grep -x 'Total Tests: 0' &&
        ! cmake --build "$1" --target help | grep test_
}

# Removes only what 'install' put there, and fails if there is nothing to remove.
uninstalls_what_it_installed() {
    local -x DESTDIR="$1/a destination"
    rm -rf "$DESTDIR"
    mkdir -p "$DESTDIR$1/prefix/include"
    touch "$DESTDIR$1/prefix/include/another.h"
    cmake --install "$1" && cmake --build "$1" --target uninstall &&
        [ "$(find "$DESTDIR" ! -type d)" = "$DESTDIR$1/prefix/include/another.h" ] &&
        [ ! -e "$DESTDIR$1/prefix/lib/cmake/httpstatus" ] &&
        ! cmake --build "$1" --target uninstall && [ -f "$1/prefix/include/httpstatus.h" ]
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
        cmake --build "$out" --parallel 2 >>"$out.log"
        cmake --install "$out" >>"$out.log"
        [ $shared = OFF ] || expect "ctest, shared $shared" ctest --test-dir "$out"
        cmake -S "$TREE/tests/c/consumer" -B "$out/consumer" -DCMAKE_PREFIX_PATH="$prefix" \
            -DHTTPSTATUS_WANTED="$version" >>"$out.log"
        cmake --build "$out/consumer" >>"$out.log"
        expect "find_package, shared $shared" "$out/consumer/consumer"
        expect "find_package from C++, shared $shared" "$out/consumer/consumer_cxx"
        cmake -S "$TREE/tests/c/consumer" -B "$out/along" -DHTTPSTATUS_SOURCE="$TREE" \
            -DBUILD_SHARED_LIBS=$shared >>"$out.log"
        cmake --build "$out/along" >>"$out.log"
        expect "add_subdirectory, shared $shared" "$out/along/consumer"
        expect "add_subdirectory, shared $shared, adds nothing else" adds_nothing "$out/along"
        PKG_CONFIG_PATH="$prefix/lib/pkgconfig"
        flags="$(pkg-config --cflags --libs httpstatus) -Wl,-rpath,$prefix/lib"
        cc $STRICT "$TREE/tests/c/consumer/consumer.c" $flags -o "$out/by-pkg-config" \
            -DPACKAGE_VERSION="\"$(pkg-config --modversion httpstatus)\""
        expect "pkg-config, shared $shared" "$out/by-pkg-config"
        cc $STRICT "$BUILD/example.c" $flags -o "$out/example"
        expect "the manual's example, shared $shared" example_counts "$out/example"
        expect "the manual is installed" test -f "$prefix/share/man/man3/httpstatus.3"
    done
    expect "the library exports what the headers declare" same_lines declared exported
    expect "the static library is hardened" is_silent hardening_faults_of_objects \
        "$BUILD/cmake-OFF/prefix/lib/libhttpstatus.a"
    expect "the shared library is hardened" is_silent hardening_faults \
        "$BUILD/cmake-ON/prefix/lib/libhttpstatus.so"
    if printf '%s\n' "cmake version 3.25" "$(cmake --version | head -1)" | sort -CV; then
        expect "cmake --workflow --preset test" workflow_passes "$BUILD/cmake-preset"
        expect "ctest builds what it tests" ctest_builds_first "$BUILD/cmake-preset"
    else
        echo "skipped: the presets, as this CMake is older than 3.25"
    fi
    expect "BUILD_TESTING=OFF" without_tests "$BUILD/cmake-bare"
    expect "uninstall" uninstalls_what_it_installed "$BUILD/cmake-ON"
    expect "the runtime component" runtime_has_the_library_alone "$BUILD/cmake-ON"
}

# ---- Python ------------------------------------------------------------------------------------

# The files of the repository and of the sdist, except those of the tools.
tracked_files() { git ls-files --cached --others --exclude-standard | grep -v '^\.'; }
sdist_files() {
    tar -tzf "$(echo "$BUILD"/dist/*.tar.gz)" | cut -d/ -f2- |
        grep -vE '/$|^$|^PKG-INFO$|^setup\.cfg$|\.egg-info/'
}

# Prints the tag that the wheel would get.  Fails if it needs any library except the C library.
needs_libc_alone() {
    local text
    text=$(auditwheel show "$1" 2>/dev/null | tr -s '\n ' ' ')
    printf '%s\n' "$text"
    [ "$(grep -oE '[A-Za-z0-9_+-]+\.so[.0-9]*' <<<"$text" | sort -u)" = libc.so.6 ]
}

builds_everywhere() {
    local platform
    for platform in linux macos windows; do
        cibuildwheel --print-build-identifiers --platform $platform "$TREE" >"$BUILD/builds"
        tr '\n' ' ' <"$BUILD/builds"
        grep -q "^cp310-" "$BUILD/builds" && grep -q "^cp${1/./}-" "$BUILD/builds" || return
    done
}

# check_types VERSION PYTHON: the types that type checkers see are those that this CPython runs.
check_types() {
    local PATH="$BUILD/python$1/bin:$PATH"
    local -x MYPY_CACHE_DIR="$BUILD/mypy$1"
    [ "$1" = "$NEWEST" ] || python_environment "$1" "$2" basedpyright mypy
    cd "$TREE"
    expect "stubtest, Python $1" \
        python -m mypy.stubtest --mypy-config-file pyproject.toml httpstatus
    expect "mypy, Python $1" mypy tests/python/typed.py
    expect "pyright, Python $1" basedpyright --level error tests/python/typed.py
    expect "pyright knows every type, Python $1" \
        basedpyright --ignoreexternal --verifytypes httpstatus
    expect "what checkers are told is true, Python $1" python tests/python/typed.py
    cd "$ROOT"
}

# check_python_packages VERSION PYTHON: checks the sdist and the wheels of all CPythons.
check_python_packages() {
    local PATH="$BUILD/python$1/bin:$PATH" wheel unpacked="$BUILD/unpacked"
    wheel=$(echo "$BUILD/wheel$1"/*.whl)
    expect "twine check" twine check --strict "$BUILD"/dist/*.tar.gz "$BUILD"/wheel*/*.whl
    expect "the sdist is the whole project" same_lines tracked_files sdist_files
    rm -rf "$unpacked"
    mkdir "$unpacked"
    tar -xzf "$BUILD"/dist/*.tar.gz -C "$unpacked" --strip-components 1
    take "Python $1 from the sdist (pytest)" "$BUILD/pytest-sdist.log" \
        python -m pytest -q -p no:cacheprovider -k "test_vector or test_data" "$unpacked"/tests/python/test_{httpstatus,data}.py
    expect "the wheel needs libc alone" needs_libc_alone "$wheel"
    needs_libc_alone "$wheel" | grep -oE '[^ ]+ is consistent with [^.]*\.' || true
    expect "cibuildwheel knows what to build" builds_everywhere "$1"
}

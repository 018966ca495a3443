# Sourced by tests/run: the packages, interpreters and builds that it needs, all below build/.

# nginx with Lua is unpacked, not installed: up to Debian 12 it needs another LuaJIT than 'luajit' does,
# and an installed one would be started.
NGINX="nginx libnginx-mod-http-lua libluajit2-5.1-2"
HAPROXY="haproxy"
# Of the servers of applications, those of Python are always asked, these with --long.
PYTHON_SERVERS="uvicorn hypercorn gunicorn werkzeug django"
APPLICATION_SERVERS="php-cli squid varnish ruby puma ruby-rack ruby-webrick libtomcat10-embed-java libtomcat10-java"
# The benchmarks compare with those of these that can be installed.
PEERS="mawk gawk grep ripgrep perl luajit goaccess lnav"
# The tests of the newest Python also read and fill the columns of these.
PYTHON_PEERS="duckdb polars pandas pyarrow numpy"
# And put a Status into these.
PYTHON_FRAMEWORKS="django fastapi httpx pydantic"
PYTHON_TOOLS="requests httpx aiohttp urllib3 basedpyright mypy auditwheel cibuildwheel twine
    shtab==1.13.0"
PYTHON_DECOMPRESSORS="isal zstandard backports.zstd"

AS_ROOT=()
[ "$(id -u)" -eq 0 ] || AS_ROOT=(sudo)

say() { SECTION=$*; printf '\n== %s\n' "$*"; }
die() { printf 'tests/run: %s\n' "$*" >&2; exit 1; }

has_apt() { command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; }

has() {
    local program
    for program; do
        command -v "$program" >/dev/null || return
    done
}

# is_here PACKAGE: whether it is installed; without apt, whether the parts that the tests use are.
is_here() {
    local version
    if has_apt; then
        dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q ' installed$'
        return
    fi
    case $1 in
    build-essential) has cc c++ make ;;
    python3-dbg) ;; # check_python_debug says so
    python3*) has python3 ;; # find_pythons looks closer
    liblua5*) version=${1#liblua} && [ -f "/usr/include/lua${version%%-*}/lua.h" ] ;;
    libluajit*) compgen -G '/usr/include/luajit-2.?/lua.h' >/dev/null ;;
    lua-busted) has busted ;;
    lua-*) lua5.4 -e "require '${1#lua-}'" 2>/dev/null ;;
    gcc-mingw-w64-x86-64) has x86_64-w64-mingw32-gcc ;;
    gcc-*) has "${1#gcc-}-gcc" ;;
    libc6-dev-*-cross | libclang-rt-dev | fonts-*) ;; # come with the compiler, or are optional
    qemu-user) has qemu-aarch64 qemu-x86_64 ;;
    default-jre-headless) has java ;;
    apache2-bin) has apache2 ;;
    libc6-dev | lld) has ld ;;
    llvm) has llvm-ar ;;
    man-db) has man ;;
    musl-tools) has musl-gcc ;;
    wine64) has wine ;;
    xz-utils) has xz ;;
    *) has "$1" ;;
    esac
}

# missing PACKAGE...: lists those that are not installed.
missing() {
    local package
    for package; do
        is_here "$package" || echo "$package"
    done
}

# install_packages PACKAGE...: installs those that are missing.
install_packages() {
    local missing
    mapfile -t missing < <(missing "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    has_apt || { echo "skipped: no apt here, and no ${missing[*]}"; return 0; }
    [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null ||
        die "neither root nor sudo here: expected to be installed: ${missing[*]}"
    say "installing ${missing[*]}"
    "${AS_ROOT[@]}" apt-get update -qq
    "${AS_ROOT[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >"$BUILD/apt.log" 2>&1 ||
        { tail -20 "$BUILD/apt.log" >&2; die "apt-get failed: see $BUILD/apt.log"; }
}

# What several packages compile with the same options is compiled once, where there is a ccache.
compile_once() {
    (install_packages ccache) || true
    [ ! -d /usr/lib/ccache ] || export PATH="/usr/lib/ccache:$PATH" CCACHE_DIR="$BUILD/ccache"
}

# install_peers VERSION PYTHON: the other programs of the benchmarks, and a virtual environment for them
# with our wheel.  Skips what cannot be installed: the benchmarks say so.
install_peers() {
    local package
    for package in $PEERS; do
        (install_packages "$package") || true
    done
    for package in $PYTHON_PEERS; do
        python_environment "$1-bench" "$2" --only-binary :all: "$package" || true
    done
    install_wheel "$1" "$1-bench"
}

# Copies the tracked files as they are, so that nothing built earlier can be what is tested.
export_tree() {
    rm -rf "$TREE"
    mkdir -p "$TREE"
    (cd "$ROOT" && git ls-files -z --cached --others --exclude-standard |
        tar -c --null --ignore-failed-read -T -) | tar -x -C "$TREE"
}

# Prints "3.11 /usr/bin/python3" for every CPython from 3.10 up, one per minor version, newest last;
# "3.13t" is free-threaded.
find_pythons() {
    local python
    for python in /usr/bin/python3 /usr/bin/python3.? /usr/bin/python3.?? \
        /usr/local/bin/python3.?? "$HOME"/.pyenv/versions/*/bin/python3; do
        [ -x "$python" ] && "$python" - <<'PY' 2>/dev/null
import os, sys, sysconfig
import ensurepip, venv
header = os.path.join(sysconfig.get_path("include"), "Python.h")
if sys.version_info >= (3, 10) and sys.implementation.name == "cpython" and os.path.exists(header):
    free = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
    print("%d.%d%s" % (*sys.version_info[:2], free), sys.executable)
PY
    done | sort -u -V -k1,1
}

# python_environment VERSION PYTHON [PIP OPTION OR PACKAGE...]: a virtual environment below build/.
python_environment() {
    local home="$BUILD/python$1"
    [ -x "$home/bin/python" ] || "$2" -m venv "$home"
    [ $# -eq 2 ] || "$home/bin/python" -m pip install -q --disable-pip-version-check "${@:3}"
}

build_sdist() {
    python_environment "$1" "$2" build
    rm -rf "$BUILD/dist"
    (cd "$TREE" && "$BUILD/python$1/bin/python" -m build --sdist --outdir "$BUILD/dist" . \
        >"$BUILD/sdist.log" 2>&1) || { tail -20 "$BUILD/sdist.log" >&2; die "no sdist"; }
}

# Builds an interpreter's wheel from nothing but the sdist.
build_wheel() {
    local pip="$BUILD/python$1/bin/python -m pip --disable-pip-version-check"
    rm -rf "$BUILD/wheel$1"
    CFLAGS="-O2 $WARNINGS" $pip wheel -q --no-deps --no-cache-dir -w "$BUILD/wheel$1" \
        "$BUILD"/dist/*.tar.gz
    install_wheel "$1" "$1"
}

# install_wheel VERSION ENVIRONMENT: installs that version's wheel in an environment of the same Python.
install_wheel() {
    "$BUILD/python$2/bin/python" -m pip install -q --disable-pip-version-check \
        --force-reinstall --no-deps "$BUILD/wheel$1"/*.whl
}

# Prints "5.4 lua5.4 5.4 /usr/include/lua5.4" for every Lua: its name, its program, its language version
# for LuaRocks, and its headers.
find_luas() {
    local lua
    for lua in "5.1 lua5.1 5.1" "5.2 lua5.2 5.2" "5.3 lua5.3 5.3" "5.4 lua5.4 5.4" \
        "JIT luajit 5.1"; do
        set -- $lua
        local headers=/usr/include/$2
        [ "$1" != JIT ] || headers=$(echo /usr/include/luajit-2.?)
        [ ! -f "$headers/lua.h" ] || ! command -v "$2" >/dev/null || echo "$lua $headers"
    done
}

# build_rock NAME PROGRAM VERSION HEADERS: builds the rock into a tree of its own.
build_rock() {
    rm -rf "$BUILD/lua$1"
    (cd "$TREE" && luarocks --lua-version="$3" make --tree="$BUILD/lua$1" httpstatus-scm-1.rockspec \
        LUA_INCDIR="$4" CFLAGS="-O2 -fPIC $WARNINGS" >"$BUILD/rock$1.log" 2>&1 &&
        rm httpstatus.so) || # LuaRocks leaves it there, where a Python would import it
        { tail -20 "$BUILD/rock$1.log" >&2; die "no rock for Lua $1"; }
}

# --ignore-lua: the Lua in .busted is for those who just type 'busted'.
busted_here() { echo "$(command -v busted) --ignore-lua -o plainTerminal"; }

# find_rock NAME VERSION COMMAND...: runs the command with only the rock of that Lua on its path.
find_rock() {
    LUA_CPATH="$BUILD/lua$1/lib/lua/$2/?.so;;" "${@:3}"
}

# available PACKAGE...: lists those that this Debian has.
available() {
    local package
    for package in "$@"; do
        ! apt-cache policy "$package" | grep 'Candidate: [0-9]' >/dev/null || echo "$package"
    done
}

# with_missing PACKAGE...: lists these and everything else that they would install.
with_missing() {
    local plan
    plan=$(apt-get install -s -qq --no-install-recommends "$@") &&
        { printf '%s\n' "$@"; awk '/^Inst/ {print $2}' <<<"$plan"; } | sort -u
}

# unpack NAME PACKAGE...: unpacks in build/NAME those packages that exist, and what they need.
unpack() {
    local home="$BUILD/$1" package
    [ ! -f "$home/complete" ] || return 0
    rm -rf "$home"
    mkdir -p "$home"
    (cd "$home" && apt-get download $(with_missing $(available "${@:2}")) &&
        for package in *.deb; do dpkg -x "$package" .; done && touch complete) >"$home.log" 2>&1 ||
        { tail -20 "$home.log" >&2; die "no $1: see $home.log"; }
}

# Checks httpstatus.d.lua and the examples with a language server.  It names the type of files 'file', where
# the other language server has 'file*'.
check_annotations() {
    local lua="$BUILD/annotations" settings='"globals": ["ngx"], "disable": ["unnecessary-assert"]'
    rm -rf "$lua"
    cp -r "$TREE/bindings/lua" "$lua"
    sed -i 's/file\*/file/g' "$lua/httpstatus.d.lua"
    echo "{\"diagnostics\": {$settings}}" >"$lua/.emmyrc.json"
    emmylua_check --warnings-as-errors -c "$lua/.emmyrc.json" "$lua"
}

# Packs a source rock as `luarocks pack` would from the rockspec's URL, and builds a rock from nothing else
# in build/lua-packed.
build_packed_rock() {
    local pack="$BUILD/pack" name=httpstatus-scm-1
    rm -rf "$pack" "$BUILD/lua-packed"
    mkdir -p "$pack"
    cp -r "$TREE" "$pack/$name"
    tar -C "$pack" -czf "$pack/$name.tar.gz" "$name"
    sed "s|url = .*|url = \"file://$pack/$name.tar.gz\",|" "$TREE/$name.rockspec" \
        >"$pack/$name.rockspec"
    cd "$pack"
    luarocks --lua-version=5.4 pack "$name.rockspec"
    rm "$name.tar.gz"
    luarocks --lua-version=5.4 install --tree="$BUILD/lua-packed" "$name.src.rock"
}

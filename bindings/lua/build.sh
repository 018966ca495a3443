#!/bin/sh
# build.sh CC CFLAGS LD LIBFLAG LUA_INCDIR: builds httpstatus.so hardened.  LuaRocks runs it on Linux, since
# its own way of building takes no flags from a rockspec.
set -e
cc=$1 cflags="$2 -DHTTPSTATUS_STATIC -Icore -I$5" ld=$3 libflag=$4

[ -f "$5/lua.h" ] || { echo "no lua.h in $5: install the headers of this Lua" >&2; exit 1; }

# works FLAG: whether the compiler takes it without a warning.
works() {
    echo '#include <string.h>' | $cc $cflags "$@" -Werror -x c -c - -o /dev/null 2>/dev/null
}

# glibc warns of _FORTIFY_SOURCE without optimization, and a compiler if it has another value by itself.
for flag in -fstack-protector-strong -fstack-clash-protection -fcf-protection \
    -mbranch-protection=standard -D_FORTIFY_SOURCE=2; do
    ! works "$flag" || cflags="$cflags $flag"
done
objects=
for source in core/*.c bindings/lua/*.c; do
    (set -x && $cc $cflags -c "$source" -o "${source%.c}.o")
    objects="$objects ${source%.c}.o"
done
(set -x && $ld $libflag -Wl,-z,relro,-z,now,-z,noexecstack -o httpstatus.so $objects)

#!/usr/bin/env python3
"""Writes the C library as two files, httpstatus.c and httpstatus.h, for programs to compile in.

    core/amalgamate.py FOLDER

Any C11 compiler compiles httpstatus.c without flags.  -DHTTPSTATUS_STATIC keeps the names inside a
shared library; Windows needs it.
"""
import re
import sys
from pathlib import Path

CORE = Path(__file__).resolve().parent
INCLUDE = re.compile(r'#include "([^"]+)"')
COMMENT = re.compile(r"/\*.*?\*/\s*", re.S)
GUARDED = re.compile(r"/\*.*?\*/\n#ifndef (\w+)\n#define \1\n.*#endif\n", re.S)


def text_of(name, done, depth=0):
    """The lines of a file, with the core's own headers in place of their #include lines.

    'done' has the headers included outside any #if, which are not repeated.  One inside an #if may
    be needed again, so it is repeated, and its guard, if it has one, skips what is there already.
    """
    text = (CORE / name).read_text(encoding="ascii")
    if name.endswith(".def"):
        text = COMMENT.sub("", text)
    outer = depth - bool(GUARDED.fullmatch(text))
    for line in text.splitlines():
        if re.match(r"#\s*if", line):
            outer += 1
        elif re.match(r"#\s*endif", line):
            outer -= 1
        include = INCLUDE.match(line)
        if not include:
            yield line
            continue
        inner = include[1]
        if inner in done:
            continue
        if inner.endswith(".h") and outer == 0:
            done.add(inner)
        yield from text_of(inner, done, outer)


def source(header, done):
    version = re.search(r'#define HTTPSTATUS_VERSION "(.*)"', header)[1]
    yield f"/*\n * httpstatus {version}: the files of core/ in one, made by core/amalgamate.py.\n *"
    for line in (CORE.parent / "LICENSE").read_text(encoding="ascii").strip().splitlines():
        yield f" * {line}".rstrip()
    yield ' */\n#include "httpstatus.h"'
    for path in sorted(CORE.glob("*.c")):
        yield f"\n/* ==== {path.name} ==== */\n"
        yield from text_of(path.name, done)


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__.strip())
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    done = {"httpstatus.h"}  # and then the headers that it includes
    header = "\n".join(text_of("httpstatus.h", done)) + "\n"
    (folder / "httpstatus.h").write_text(header, encoding="ascii")
    (folder / "httpstatus.c").write_text("\n".join(source(header, done)) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()

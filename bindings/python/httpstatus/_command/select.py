"""httpstatus select 5xx LOG...: the lines whose status is wanted."""
import json
import os
import stat
import sys

from .. import select
from . import FOUND, NOTHING, TROUBLE, UNREADABLE, complain
from .logs import check, log_options, open_path, paths_of
from .show import name_of, write_json


def writer(out, path, options):
    """What writes a line of the log."""
    name = name_of(path)
    prefix = os.fsencode(name) + b":" if options.with_filename else b""
    each = options.line_buffered or out.isatty()

    def write(number, status, line):
        if options.json:
            text = line.decode("utf-8", "surrogateescape")
            found = {"log": name, "number": number, "status": status, "line": text}
            out.write(json.dumps(found).encode() + b"\n")
        elif options.line_number:
            out.write(b"%b%d:%b\n" % (prefix, number, line))
        else:
            out.write(b"%b%b\n" % (prefix, line))
        if each:
            out.flush()

    return write


def is_pipe(path):
    return path == "-" or stat.S_ISFIFO(os.stat(path).st_mode)


def lines_of(path, options, unread):
    """The lines of a log; should it be unreadable, 'unread' has it then."""
    which, read_as = options.which.split(","), log_options(options)
    try:
        if is_pipe(path):
            with open_path(path) as file:
                yield from select(file, which, invert=options.invert, **read_as)
        else:
            yield from select(path, which, invert=options.invert, **read_as)
    except UNREADABLE as error:
        complain(error)
        unread.append(path)


def run(options):
    check(options)
    list(select(b"", options.which.split(",")))
    # A buffer of its own: where PYTHONUNBUFFERED is set, each line would be a write() of the system.
    with open(sys.stdout.fileno(), "wb", closefd=False) as out:
        return write_all(out, paths_of(options), options)


def write_all(out, paths, options):
    total, unread = 0, []
    for path in paths:
        write, count = writer(out, path, options), 0
        for found in lines_of(path, options, unread):
            count += 1
            if not options.count:
                write(*found)
        total += count
        if not options.count or path in unread and not count:
            continue
        if options.json:
            write_json({"log": name_of(path), "count": count}, indent=None)
        else:
            print(f"{name_of(path)}:{count}" if options.with_filename or len(paths) > 1 else count)
    return TROUBLE if unread else FOUND if total else NOTHING

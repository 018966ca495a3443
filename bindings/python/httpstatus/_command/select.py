"""httpstatus select 5xx LOG...: the lines that have a given status."""
import json
import os
import stat
import sys
import time

from .. import records, select
from . import FOUND, NOTHING, TROUBLE, UNREADABLE, Trouble, complain
from .conditions import DAY, conditions_of, unknown_times
from .logs import check, log_options, open_path, paths_of
from .parts import cell, escaped, line_of, names_of, plain
from .show import formats_of, misread, name_of, not_understood


class Writer:
    """Writes the selected lines of one log after the other."""

    def __init__(self, out, options):
        self.out = out
        self.options = options
        self.each = options.line_buffered or out.isatty()

    def begin(self, path):
        self.name, self.count = name_of(path), 0
        self.prefix = os.fsencode(self.name) + b":" if self.options.with_filename else b""

    def json(self, **values):
        self.out.write(json.dumps({"log": self.name, **values}).encode() + b"\n")

    def add(self, found):
        """Counts what was selected, and writes it if that is wanted."""
        self.count += 1
        if self.options.count:
            return
        self.write(found)
        if self.each:
            self.out.flush()

    def write(self, found):
        number, status, line = found
        if self.options.json:
            self.json(number=number, status=status, line=plain(line))
        elif self.options.line_number:
            self.out.write(b"%b%d:%b\n" % (self.prefix, number, line))
        else:
            self.out.write(b"%b%b\n" % (self.prefix, line))

    def end(self, found):
        """Writes the count, and as JSON also how the log was read."""
        if self.options.json:
            self.json(count=self.count, format=found.format, formats=found.formats,
                      key=found.key or self.options.key, lines=found.lines, records=found.records,
                      unmatched=found.unmatched)
        elif self.options.count:
            self.out.write(b"%b%d\n" % (self.prefix, self.count))
        self.out.flush()  # before any complaint


class PartsWriter(Writer):
    """Writes parts of the selected records: columns that tabs divide, or JSON."""

    def head(self):
        """Writes the names of the columns, if they are wanted."""
        if self.options.header and not self.options.json and not self.options.count:
            before = ["log"] * self.options.with_filename + ["number"] * self.options.line_number
            self.out.write(line_of(before + self.options.show))

    def write(self, record):
        values = [getattr(record, name) for name in self.options.show]
        if self.options.json:
            self.json(**dict(zip(self.options.show, map(plain, values))))
            return
        cells = [escaped(self.name)] if self.options.with_filename else []
        if self.options.line_number:
            cells.append(str(record.number))
        self.out.write(line_of([*cells, *map(cell, values)]))


def is_pipe(path):
    return path == "-" or stat.S_ISFIFO(os.stat(path).st_mode)


def selected(source, options):
    """An iterator over what to write of a log: lines, or records."""
    how = {"which": options.which.split(","), "invert": options.invert, **log_options(options), **options.conditions}
    if not options.show:
        return select(source, **how)
    # Times without a year are of the last one; a clock, or a zone, may be ahead of the one here.
    return records(source, **{"reference": int(time.time()) + DAY, **how})


def lines_of(path, options, read):
    """The lines of a log; 'read' gets the tally and whether the whole log was read."""
    lines = None
    try:
        if is_pipe(path):
            with open_path(path) as file:
                lines = selected(file, options)
                yield from lines
        else:
            lines = selected(path, options)
            yield from lines
        options.untimed += lines.untimed
        read.append((lines.tally, True))
    except UNREADABLE as error:
        complain(error)
        read.append((lines and lines.tally, False))


def check_read(path, found, count, options):
    """Reports what is strange in a log; True if no line of it fits the format."""
    strange = misread(path, found) or (found.unmatched and not count and not_understood(path, found))
    if strange and (options.invert or "unmatched" not in options.which.split(",")):
        complain(strange)
        return not found.records
    if len(found.formats) > 1 and not options.json:
        complain(f"{name_of(path)} has records of several formats: {formats_of(found)}")
    return False


def run(options):
    if options.show is not None:
        options.show = names_of(options.show)
    elif options.header:
        raise Trouble("--header names the columns of --show: give both")
    options.conditions, options.untimed = conditions_of(options), 0
    check(options, options.conditions)
    list(select(b"", options.which.split(",")))
    paths = paths_of(options)
    if options.with_filename is None:
        options.with_filename = len(paths) > 1
    # A buffer of its own: under PYTHONUNBUFFERED each line would be a system call.
    with open(sys.stdout.fileno(), "wb", closefd=False) as out:
        return write_all(out, paths, options)


def write_all(out, paths, options):
    writer, total, trouble = (PartsWriter if options.show else Writer)(out, options), 0, False
    if options.show:
        writer.head()
    for path in paths:
        read = []
        writer.begin(path)
        for line in lines_of(path, options, read):
            writer.add(line)
        total += writer.count
        found, whole = read[-1]
        if whole or writer.count or (found and found.lines):
            writer.end(found)
        trouble |= not whole or check_read(path, found, writer.count, options)
    if unknown := unknown_times(options.untimed):
        complain(unknown)
    return TROUBLE if trouble else FOUND if total else NOTHING

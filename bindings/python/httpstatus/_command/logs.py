"""The logs of a command line and the options to read them."""
import contextlib
import io
import os
import re
import select
import sys

from .. import tally
from . import UNREADABLE, Trouble
from .._compressed import INPUT, first_bytes, reader_of
from .._core import _content as content_of


def paths_of(options):
    """The logs asked for; '-' is standard input."""
    if not options.log and sys.stdin and sys.stdin.isatty():
        raise Trouble("no log given: name one or pipe one in")
    return options.log or ["-"]


def log_options(options):
    return {"format": options.format, "key": options.key, "fields": options.fields,
            "target": options.target}


def check(options, conditions):
    """Reports invalid options before a log is opened."""
    tally(b"", **log_options(options), **conditions)


class Raw(io.FileIO):
    """A log that reports how many bytes are read from it."""

    head = b""  # bytes already read

    def __init__(self, path, advance=None):
        self.path = "standard input" if path == "-" else path
        self.advance = advance
        if path == "-" and not sys.stdin:
            raise OSError("standard input is closed")
        super().__init__(sys.stdin.fileno() if path == "-" else path, closefd=path != "-")

    def readinto(self, buffer):
        if size := min(len(self.head), len(buffer)):
            buffer[:size], self.head = self.head[:size], self.head[size:]
            return size
        try:
            while (size := super().readinto(buffer)) is None:  # non-blocking
                select.select([self], [], [])
        except OSError as error:
            error.filename = self.path
            raise
        if self.advance:
            self.advance(size)
        return size


def open_path(path, advance=None):
    """The log at 'path', decompressed; 'advance' is called with the bytes read from the file."""
    raw = Raw(path, advance)
    try:
        head = first_bytes(raw)
        reader = reader_of(raw, raw.path, content_of(head), head)
    except BaseException:
        raw.close()
        raise
    if not reader:
        raw.head = head
        if not os.path.isfile(path):
            starts[path] = head
    return reader or raw


starts = {}  # the first bytes of pipes, which cannot be read again


def start_of(path):
    """The first bytes of a log that has been read."""
    head = memoryview(bytearray(INPUT))
    with contextlib.suppress(*UNREADABLE):
        if path not in starts and os.path.isfile(path):
            with open_path(path) as file:
                return bytes(head[:file.readinto(head)])
    return starts.get(path, b"")


def ends_with_cr(path):
    """Whether CR alone ends the lines of a log, by its first bytes."""
    start = start_of(path).rstrip(b"\r\n")
    return b"\n" not in start and re.search(rb"\r[^\r]", start)


def is_json_over_lines(path):
    """Whether a log begins as JSON that is printed for people: with a bracket that a line end follows."""
    return re.match(rb"(\xef\xbb\xbf)?\s*(\[\s*)?\{[ \t\r]*\n\s*\"[^\"\n]*\"\s*:", start_of(path))

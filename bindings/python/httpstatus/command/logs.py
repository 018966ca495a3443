"""The logs of a command line: opened, and read as its options say."""
import io
import os
import sys

from .. import tally
from . import Trouble
from .._compressed import open_log

HEAD = 1 << 16  # what the format is told from


def paths_of(options):
    """The logs that are asked for; '-' is standard input."""
    if not options.log and sys.stdin.isatty():
        raise Trouble("no log is given: name one, or pipe one in")
    return options.log or ["-"]


def log_options(options):
    return {"format": options.format, "key": options.key, "fields": options.fields,
            "target": options.target}


def check(options):
    """Wrong options are told before a log is opened."""
    tally(b"", **log_options(options))


class Raw(io.FileIO):
    """A log that tells how many bytes are read of it."""

    def __init__(self, path, advance=None):
        super().__init__(sys.stdin.fileno() if path == "-" else path, closefd=path != "-")
        self.advance = advance

    def readinto(self, buffer):
        size = super().readinto(buffer)
        if self.advance:
            self.advance(size)
        return size


def open_path(path, advance=None):
    """The log at 'path', uncompressed; 'advance' is told of the bytes that are read there."""
    raw = Raw(path, advance)
    return raw if path == "-" else open_log(path, raw)


def settled(head, options):
    """The options with the format that the first lines of a log have, be they few."""
    lines = head[:head.rfind(b"\n") + 1]
    found = tally(lines, **options) if lines and options["format"] in ("auto", "json") else None
    if not found or not found.format:
        return options
    return {**options, "format": found.format, "key": found.key}


class Live:
    """A log from a pipe, whose lines are to be seen as they come: its format is told from the first."""

    def __init__(self, file, options):
        self.file = file
        self.head = b""
        while b"\n" not in self.head and (piece := os.read(file.fileno(), HEAD)):
            self.head += piece
        self.options = settled(self.head, options)

    def readinto(self, buffer):
        if not self.head:
            return self.file.readinto(buffer)
        size = min(len(buffer), len(self.head))
        buffer[:size], self.head = self.head[:size], self.head[size:]
        return size

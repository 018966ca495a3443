"""The logs of a command line: opened, and read as its options say."""
import io
import select
import sys

from .. import tally
from . import Trouble
from .._compressed import first_bytes, reader_of
from .._core import _content as content_of


def paths_of(options):
    """The logs that are asked for; '-' is standard input."""
    if not options.log and sys.stdin and sys.stdin.isatty():
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

    head = b""  # that has been read already

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
            while (size := super().readinto(buffer)) is None:  # it does not wait by itself
                select.select([self], [], [])
        except OSError as error:
            error.filename = self.path
            raise
        if self.advance:
            self.advance(size)
        return size


def open_path(path, advance=None):
    """The log at 'path', uncompressed; 'advance' is told of the bytes that are read there."""
    raw = Raw(path, advance)
    try:
        head = first_bytes(raw)
        reader = reader_of(raw, raw.path, content_of(head), head)
    except BaseException:
        raw.close()
        raise
    if not reader:
        raw.head = head
    return reader or raw

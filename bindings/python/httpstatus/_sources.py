"""Logs that take more than reading one file: compressed ones, several, and several threads."""
import errno
import io
import mmap
import os
import threading

from . import _core

PIECE = 1 << 20
LINE = 1 << 14  # most are shorter
PIECES_A_JOB = 8


# ---- Compressed files ----


class Compressed(io.RawIOBase):
    """A compressed file of any kind; what is wrong with it is an OSError."""

    def __init__(self, file, path):
        self.file = file
        self.path = path

    def readinto(self, buffer):
        try:
            data = self.file.read(len(buffer))
        except Exception as error:  # BadGzipFile, zlib.error, EOFError, LZMAError, ZstdError ...
            if getattr(error, "errno", None) is not None:
                raise
            message = f"a damaged compressed file, or none of its suffix ({error})"
            raise OSError(errno.EIO, message, self.path) from error
        buffer[:len(data)] = data
        return len(data)

    def close(self):
        self.file.close()
        super().close()


def open_gzip(path):
    try:
        from isal import igzip as gzip
    except ImportError:
        import gzip
    return gzip.open(path, "rb")


def open_bz2(path):
    import bz2
    return bz2.open(path, "rb")


def open_xz(path):
    import lzma
    return lzma.open(path, "rb")


def open_zstd(path):
    try:
        from compression import zstd
        return zstd.open(path, "rb")
    except ImportError:
        pass
    try:
        import zstandard
    except ImportError:
        raise ImportError(f"{path!r} is compressed by Zstandard: install the extra "
                          "httpstatus[zstd] to read it") from None
    return zstandard.open(path, "rb")


OPENERS = {".gz": open_gzip, ".bz2": open_bz2, ".xz": open_xz, ".zst": open_zstd}


def opener_of(path):
    """What opens a compressed file, by its suffix; None for a plain one."""
    return OPENERS.get(os.path.splitext(os.fsdecode(path))[1].lower())


def open_log(path):
    """A binary file with the log at 'path', uncompressed by its suffix."""
    opener = opener_of(path)
    return Compressed(opener(path), path) if opener else io.open(path, "rb", 0)


# ---- Several threads ----


def is_divisible(source):
    """Whether a source can be read from the middle: a plain file."""
    return isinstance(source, (str, os.PathLike)) and os.path.isfile(source) and \
        not opener_of(source)


def line_start(file, offset):
    """Where the first line begins that starts at 'offset' or behind it."""
    if offset == 0:
        return 0
    file.seek(offset - 1)
    while piece := file.read(LINE):
        if (at := piece.find(b"\n")) >= 0:
            return file.tell() - len(piece) + at + 1
    return file.tell()


def last_fields(file, start, end):
    """What the last #Fields line in [start, end) says, or None; both are starts of lines."""
    import re

    directive = re.compile(rb"(?:\xef\xbb\xbf|\0)*#fields:([^\n]*)", re.I)
    found, text = None, b""
    file.seek(start)
    while start < end and (piece := file.read(min(PIECE, end - start))):
        start += len(piece)
        text += piece
        at = finished = text.rfind(b"\n") + 1
        while (at := text.rfind(b"#", 0, at)) >= 0:
            at = text.rfind(b"\n", 0, at) + 1
            if match := directive.match(text, at):
                found = match[1].removesuffix(b"\r").rstrip(b"\0").decode("latin-1")
                break
        text = text[finished:].lstrip(b"\0")
        if not directive.match(text):  # its start is enough to know it by
            text = text[:PIECE]
    return found


def tally_range(path, start, end, options, buffer):
    tally = _core.Tally(**options)
    with io.open(path, "rb", 0) as file:
        file.seek(start)
        while start < end and (size := file.readinto(buffer[:min(len(buffer), end - start)])):
            tally.feed(buffer[:size])
            start += size
    tally.close()
    return tally


def divide(path, options, jobs):
    """The pieces of a file that begin and end with lines, each with the options to read it.

    There is none if no format fits the file.
    """
    with io.open(path, "rb", 0) as file:
        if options["format"] in ("auto", "json"):
            head = _core.Tally(**options)
            head.feed(file.read(PIECE))  # the core looks at its first 64 KiB
            head.close()
            if not head.format:
                return
            options = options | {"format": head.format, "key": head.key}
        size = file.seek(0, os.SEEK_END)
        count = jobs * PIECES_A_JOB
        starts = sorted({line_start(file, size * i // count) for i in range(count)} | {size})
        before = 0
        for start, end in zip(starts, starts[1:]):
            if options["format"] in ("w3c", "cloudfront"):
                found = last_fields(file, before, start)
                options = options if found is None else options | {"fields": found}
                before = start
            yield start, end, options


def tasks_of(sources, options, jobs):
    """What there is to do, in the order of the lines: (source, a piece of it or None, options)."""
    for source in sources:
        divided = False
        if jobs > 1 and is_divisible(source) and os.path.getsize(source) > 2 * PIECE:
            for *piece, its_options in divide(source, options, jobs):
                divided = True
                yield source, piece, its_options
        if not divided:
            yield source, None, options


class Work:
    """Tasks shared among threads; their tallies add up in the order of the tasks."""

    def __init__(self, tasks):
        self.tasks = enumerate(tasks)
        self.lock = threading.Lock()
        self.ready = {}
        self.added = 0
        self.total = None
        self.error = None

    def add(self, number, tally):
        self.ready[number] = tally
        while (tally := self.ready.pop(self.added, None)) is not None:
            self.total = tally if self.total is None else self.total + tally
            self.added += 1

    def run(self):
        try:
            buffer = mmap.mmap(-1, _core._READ_SIZE)  # on a page: the kernel copies faster there
            while self.error is None:
                with self.lock:
                    number, task = next(self.tasks, (None, None))
                if task is None:
                    return
                source, piece, options = task
                tally = tally_range(source, *piece, options, memoryview(buffer)) if piece else \
                    _core.tally(source, **options)
                with self.lock:
                    self.add(number, tally)
        except BaseException as error:  # also Ctrl-C, which must stop the others
            self.error = error

    def run_all(self, jobs):
        threads = [threading.Thread(target=self.run) for _ in range(jobs - 1)]
        for thread in threads:
            thread.start()
        self.run()
        for thread in threads:
            thread.join()
        if self.error is not None:
            raise self.error
        return self.total


def tally_all(source, options, jobs):
    """tally() of several sources, or by several threads."""
    sources = source if isinstance(source, (list, tuple)) else [source]
    total = Work(tasks_of(sources, options, jobs)).run_all(jobs)
    return _core.tally(b"", **options) if total is None else total

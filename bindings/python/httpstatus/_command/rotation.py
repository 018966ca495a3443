"""Where a log was counted to, and where the rest of it is, whichever way it was rotated.

A place is a dict, as the state file has it. 'offset' and 'lines' are what was counted of a file, 'fields' is
its last #Fields line, and the others tell which file that is: 'device' and 'inode', and the hashes of its
'head' and of the 'tail' of what was counted, for the heads of some logs are alike."""
import contextlib
import hashlib
import os
import re
import stat
import time

from .._compressed import INPUT, SUFFIXES, kind_of, reader_of
from .._core import _content as content_of
from . import UNREADABLE, Trouble
from .follow import LINGER
from .logs import Raw
from .show import name_of

HASHED = 4096  # bytes of the head, and of the tail behind it
PIECE = 1 << 20
START = {"offset": 0, "lines": 0, "fields": ""}


def hash_of(data):
    return hashlib.sha256(data).hexdigest()


class File:
    """A file that a log has or had, open at its place."""

    def __init__(self, path):
        self.path = path
        self.raw = self.log = Raw(path)  # the log is what is in a compressed file
        self.status = os.fstat(self.raw.fileno())
        self.place = START
        self.content = content_of(os.pread(self.raw.fileno(), INPUT, 0))
        self.kind = kind_of(path, self.content)

    def close(self):
        self.raw.close()

    @property
    def is_idle(self):
        """Whether a file that was renamed is no longer written to."""
        return self.kind or time.time() - self.status.st_mtime > LINGER

    @property
    def number(self):
        return self.status.st_dev, self.status.st_ino

    def is_that_of(self, place):
        return self.number == (place["device"], place["inode"])

    def begin(self):
        self.raw.seek(0)
        self.log = reader_of(self.raw, self.path, self.content, b"") or self.raw

    def skip(self, size):
        if not self.kind:
            self.raw.seek(size, os.SEEK_CUR)
            return
        while size and (data := self.log.read(min(size, PIECE))):
            size -= len(data)

    def hash_next(self, size):
        """The hash of the next bytes, of fewer at the end."""
        data = b""
        while len(data) < size and (more := self.log.read(size - len(data))):
            data += more
        return hash_of(data)

    def continues(self, place):
        """Whether it has all that was counted there; it is then at that place."""
        (head, head_hash), (tail, tail_hash) = place["head"], place["tail"]
        self.begin()
        if self.hash_next(head) != head_hash:
            return False
        self.skip(place["offset"] - head - tail)
        if self.hash_next(tail) != tail_hash:
            return False
        self.place = place
        return True

    def mark(self):
        """The place as it is to be saved."""
        offset = self.place["offset"]
        head = min(offset, HASHED)
        tail = min(offset - head, HASHED)
        self.begin()
        hashes = {"head": [head, self.hash_next(head)]}
        self.skip(offset - head - tail)
        hashes["tail"] = [tail, self.hash_next(tail)]
        return {**self.place, **hashes, "path": os.path.realpath(self.path), "device": self.status.st_dev,
                "inode": self.status.st_ino, "changed": self.status.st_mtime_ns}


def open_log(path):
    """The file that has the name now."""
    if not stat.S_ISREG(os.stat(path).st_mode):  # to open a pipe would be to wait
        raise Trouble(f"{name_of(path)} is not a regular file: --state is for logs that grow")
    file = File(path)
    if file.kind:
        file.close()
        raise Trouble(f"{name_of(path)} is compressed: --state is for logs that grow")
    return file


def rotated(path):
    """The files that rotation has made of a log, by their names: (path, status), the last changed first."""
    folder, name = os.path.split(path)
    stem, extension = os.path.splitext(name)
    packed = f"(?:{'|'.join(map(re.escape, SUFFIXES))})?"
    pattern = re.compile(rf"(?:{re.escape(name)}[-._]\d[-._:T\d]*"
                         rf"|{re.escape(stem)}[-._]\d{{4}}-?\d\d[-._:T\d]*{re.escape(extension)}){packed}")
    found = []
    with contextlib.suppress(OSError), os.scandir(folder or ".") as entries:
        found = [(os.path.join(folder, entry.name), entry.stat()) for entry in entries
                 if pattern.fullmatch(entry.name) and entry.is_file()]
    return sorted(found, key=lambda item: item[1].st_mtime_ns, reverse=True)


def first_that_continues(place, paths):
    """The first of the files that goes on from a place; None if none does."""
    for path in paths:
        with contextlib.suppress(*UNREADABLE):
            file = File(path)
            if file.continues(place):
                return file
            file.close()
    return None


def rest_of(place, current, siblings):
    """The file in which a log goes on from a place; None if it is not found."""
    if current and current.is_that_of(place) and current.continues(place):
        return current
    number = place["device"], place["inode"]
    with contextlib.suppress(OSError):  # a log may be a link that leads to another file by now
        siblings = [(place["path"], os.stat(place["path"])), *siblings]
    same = [path for path, status in siblings if (status.st_dev, status.st_ino) == number]
    if file := first_that_continues(place, same):
        return file
    if not place["offset"]:
        return None  # nothing tells it from others
    if current and current.continues(place):
        return current
    return first_that_continues(place, [path for path, _ in siblings])


def rotated_after(changed, siblings, files):
    """The files that were rotated since that time, which nobody has counted, the oldest first."""
    known = {file.number for file in files}
    names = {path for path, _ in siblings}
    return [File(path) for path, status in reversed(siblings)
            if status.st_mtime_ns > changed and (status.st_dev, status.st_ino) not in known
            and not any(path == name + suffix for name in names for suffix in SUFFIXES)]


def files_of(path, places):
    """The files in which a log went on from its places, the oldest first, and whether any is missing.

    The last one has the name now, unless there is none."""
    current = None
    with contextlib.suppress(FileNotFoundError):
        current = open_log(path)
    if not places:
        return [current or open_log(path)], False
    siblings = rotated(path)
    found = [rest_of(place, current, siblings) for place in places]
    files = [file for file in found if file and file is not current]
    last, place = found[-1], places[-1]
    if not place["offset"]:
        files += rotated_after(place["changed"] - 1, siblings, [*files, *filter(None, [current])])
    elif last and last is not current:
        files += rotated_after(last.status.st_mtime_ns, siblings, [*files, *filter(None, [current])])
    files.sort(key=lambda file: file.status.st_mtime_ns)
    missing = any(place["offset"] and not file for place, file in zip(places, found)) or not (last or files)
    return files + [current] * bool(current) or [open_log(path)], missing

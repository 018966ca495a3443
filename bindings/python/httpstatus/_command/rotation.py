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

from .._compressed import INPUT, SUFFIXES, kind_of, reader_of, what_it_is
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
        which = "in UTF-8" if file.kind == "UTF-16" else "that grow"
        raise Trouble(f"{name_of(path)} is {what_it_is(file.kind)}: --state is for logs {which}")
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


def is_newer(path, file):
    """Whether a file was rotated after another, by their names: a smaller number, a later date; None if unknown."""
    def parts(path):
        name, suffix = os.path.splitext(os.path.basename(path))
        name = name if suffix in SUFFIXES else name + suffix
        return re.sub(r"\d+", "0", name), [int(number) for number in re.findall(r"\d+", name)]
    (form, numbers), (other_form, others) = parts(path), parts(file)
    if form != other_form or numbers == others:
        return None
    number, other = next(pair for pair in zip(numbers, others) if pair[0] != pair[1])
    return number > other if any(number > 1000 for number in numbers) else number < other


def not_counted(siblings, last, seen, files):
    """The files of which none has been counted: rotated since the last run, and after the last file of which the
    rest was found. Not every compressor keeps the time of a file, so its name counts first."""
    known = {file.number for file in files}
    names = {path for path, _ in siblings}
    for path, status in siblings:
        newer = is_newer(path, last.path) if last else None
        if newer is None:
            newer = not last or status.st_mtime_ns > last.status.st_mtime_ns
        if newer and status.st_mtime_ns > seen and (status.st_dev, status.st_ino) not in known \
                and not any(path == name + suffix for name in names for suffix in SUFFIXES):
            yield File(path)


class Files:
    """The files in which a log went on, the oldest first; the last one has its name now, if there is any.

    'seen' is when any of them had last changed, 'lost' has the places whose files were not found."""

    def __init__(self, path, places, seen):
        current = None
        with contextlib.suppress(FileNotFoundError):
            current = open_log(path)
        siblings = rotated(path)
        found = [rest_of(place, current, siblings) for place in places]
        old = [file for file in found if file and file is not current]
        had_lines = places and places[-1]["offset"]
        last = found[-1] if had_lines and found[-1] is not current else None
        if last or places and not had_lines:
            old += not_counted(siblings, last, seen, old + [current] * bool(current))
        old.sort(key=lambda file: file.status.st_mtime_ns)
        self.lost = [place for place, file in zip(places, found)
                     if not (file or is_empty_still(place, siblings) or not place["offset"] and old)]
        self.files = old + [current] * bool(current) or [open_log(path)]
        self.seen = max([file.status.st_mtime_ns for file in self.files] +
                        [status.st_mtime_ns for _, status in siblings])

    def close(self):
        for file in self.files:
            file.close()


def is_empty_still(place, siblings):
    """Whether a file that was empty was rotated so."""
    return not place["offset"] and any(status.st_mtime_ns == place["changed"] for _, status in siblings)

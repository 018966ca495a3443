"""Files that several streams of columns read, each at its own position."""
import io
import os
import stat

from . import _compressed


def is_regular(file):
    """Whether a file is one of the system's that can be read at any position."""
    raw = file.raw if type(file) in (io.BufferedReader, io.BufferedRandom) else file
    return (type(raw) is io.FileIO and hasattr(os, "pread")
            and stat.S_ISREG(os.fstat(raw.fileno()).st_mode))


def place(file, path):
    """A new descriptor, where the log begins and whether a path has the suffix of a compressed file.

    None if the file can only be read once, such as a pipe.
    """
    if isinstance(file, _compressed.Decompressed):
        file = file.file
    if not is_regular(file):
        return None
    start = file.tell() if path is None else 0
    suffixed = path is not None and bool(_compressed.kind_of(path, None))
    return os.dup(file.fileno()), start, suffixed


class File(io.RawIOBase):
    """A raw file at a position of its own; the descriptor is another's."""

    def __init__(self, descriptor):
        self.descriptor, self.position = descriptor, 0

    def fileno(self):
        return self.descriptor

    def seekable(self):
        return True

    def tell(self):
        return self.position

    def seek(self, position):
        self.position = position
        return position

    def readinto(self, buffer):
        size = os.preadv(self.descriptor, [buffer], self.position)
        self.position += size
        return size

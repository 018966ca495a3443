"""Compressed logs, told by their suffix."""
import errno
import io
import os


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
        raise ImportError("compressed by Zstandard: install the extra httpstatus[zstd] to read "
                          "it") from None
    return zstandard.open(path, "rb")


OPENERS = {".gz": open_gzip, ".bz2": open_bz2, ".xz": open_xz, ".zst": open_zstd}


def opener_of(path):
    """What opens a compressed file, by its suffix; None for a plain one."""
    return OPENERS.get(os.path.splitext(os.fsdecode(path))[1].lower())


def open_log(path, file=None):
    """A binary file with the log at 'path', uncompressed by its suffix.

    'file' is a raw file with its bytes, should it be open already.
    """
    opener = opener_of(path)
    if not opener:
        return file or io.open(path, "rb", 0)
    try:
        return Compressed(opener(io.BufferedReader(file) if file else path), path)
    except ImportError as error:
        raise ImportError(f"{path!r} is {error}") from None

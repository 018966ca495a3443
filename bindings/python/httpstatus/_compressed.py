"""Logs that are not plain UTF-8: compressed ones, with the end of each stream verified, and UTF-16."""
import codecs
import contextlib
import errno
import io
import os

from . import _core

INPUT = 1 << 15  # bytes of a file to read at a time


# A decompressor handles one stream and has the interface of those for bz2 and xz in the standard
# library: decompress() with a limit of bytes, needs_input, eof and unused_data.  In the call that meets
# damage most return nothing; an 'exact' one returns the bytes before it.


class Gzip:
    """zlib's decompressor for a member of a gzip file."""

    exact = True

    def __init__(self):
        import zlib

        self.member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self.expected = zlib.error
        self.error = None

    @property
    def needs_input(self):
        return not (self.error or self.member.unconsumed_tail)

    @property
    def eof(self):
        return self.member.eof

    @property
    def unused_data(self):
        return self.member.unused_data

    def decompress(self, data, most):
        if self.error:
            raise self.error
        data, before = data or self.member.unconsumed_tail, self.member.copy()
        try:
            return self.member.decompress(data, most)
        except self.expected as error:
            self.error = error
        return bytes(self.bytes_before_damage(before, data))

    def bytes_before_damage(self, member, data):
        with contextlib.suppress(self.expected):
            for i in range(len(data)):
                rest = data[i:i + 1]
                while rest:
                    yield from member.decompress(rest, 1)
                    rest = member.unconsumed_tail


def pieces_of_frame():
    """The sizes of the pieces of a Zstandard frame, from those before them: RFC 8878 Section 3.1."""
    magic = yield 4
    if magic[1:] == b"\x2a\x4d\x18":  # a skippable frame
        left = int.from_bytes((yield 4), "little")
        while left:
            left -= len((yield min(left, INPUT)))
        return
    descriptor, = yield 1
    has_window, dictionary, size = not descriptor & 32, descriptor & 3, descriptor >> 6
    yield has_window + (0, 1, 2, 4)[dictionary] + (0 if has_window else 1, 2, 4, 8)[size]
    is_last = False
    while not is_last:
        block = int.from_bytes((yield 3), "little")
        is_last = block & 1
        yield 1 if block >> 1 & 3 == 1 else block >> 3
    if descriptor & 4:
        yield 4


class Zstd:
    """The decompressor of Python 3.14 or the extra, given block by block: each is at most 128 KiB."""

    exact, eof = True, False

    def __init__(self):
        try:
            from compression.zstd import ZstdDecompressor
        except ImportError:
            ZstdDecompressor = zstandard_decompressor()
        self.frame = ZstdDecompressor()
        self.pieces = pieces_of_frame()
        self.size = next(self.pieces)
        self.data, self.at = b"", 0

    @property
    def needs_input(self):
        return len(self.data) - self.at < self.size

    @property
    def unused_data(self):
        return self.data[self.at:]

    def decompress(self, data, most):
        if data:
            self.data, self.at = self.data[self.at:] + data, 0
        found = b""
        while not (found or self.eof or self.needs_input):
            piece = self.data[self.at:self.at + self.size]
            self.at += self.size
            found = self.frame.decompress(piece)
            try:
                self.size = self.pieces.send(piece)
            except StopIteration:
                self.eof = True
        return found


def zstandard_decompressor():
    try:
        import zstandard
    except ImportError:
        raise ImportError("compressed by Zstandard: to read it, install the extra "
                          "httpstatus[zstd]") from None
    return lambda: zstandard.ZstdDecompressor().decompressobj()


def new_gzip():
    try:
        from isal import igzip_lib
    except ImportError:
        return Gzip()
    return igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)


def new_bzip2():
    import bz2

    return bz2.BZ2Decompressor()


def new_xz():
    import lzma

    return lzma.LZMADecompressor(lzma.FORMAT_XZ)


class Stored:
    """What is not compressed: the file ends where the log does."""

    exact, eof, needs_input, unused_data = True, False, True, b""

    def decompress(self, data, most):
        self.eof = not data
        return data


class Utf16:
    """Converts UTF-16 that begins with a byte order mark to UTF-8.  Nothing in it is an error.

    Half a surrogate pair becomes three bytes that are not UTF-8, half a unit at the end a U+FFFD: the
    line keeps its place, and only what has such a character in it is damaged.
    """

    def __init__(self):
        self.decoder = codecs.getincrementaldecoder("utf-16")("surrogatepass")

    def convert(self, data):
        """The next bytes; with none, what is left at the end."""
        text = self.decoder.decode(data)
        if not data:
            left, state = self.decoder.getstate()
            odd = len(left) % 2
            self.decoder.setstate((left[:len(left) - odd], state))
            text = self.decoder.decode(b"", True) + "\N{REPLACEMENT CHARACTER}" * odd
            self.decoder.setstate((b"", state))
        return text.encode("utf-8", "surrogatepass")


# A function that makes a decompressor; one that makes an exact one, or None; how much to ask for at a
# time, a part of what the tool writes at a time; the unit of the zero bytes that may follow a stream.
KINDS = {
    "gzip": (new_gzip, Gzip, 1 << 15, 1),
    "bzip2": (new_bzip2, None, 1000, 1),
    "xz": (new_xz, None, 1000, 4),
    "zstd": (Zstd, Zstd, 1 << 17, None),
    "UTF-16": (Stored, Stored, INPUT, None),
}
SUFFIXES = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}


class Damage(Exception):
    """What is wrong with a compressed file."""


class Decompressed(io.RawIOBase):
    """The log in a compressed file or one of UTF-16, in UTF-8.  Damage raises OSError with the path, after all data before it.

    'head' has already been read from the raw file.
    """

    def __init__(self, file, kind, path, head=b""):
        self.file, self.kind, self.path = file, kind, path
        self.new, exact, self.step, self.padding = KINDS[kind]
        self.new_careful = exact or self.new
        self.buffer = memoryview(bytearray(INPUT))
        self.position = file.tell() if file.seekable() else None  # of the next read
        if self.position is None:
            self.new = self.new_careful
        self.rest = head  # read, but not decompressed
        self.log_size = 0  # before it is converted
        self.piece = b""  # of the log, not yet returned
        self.mark = b""  # its first bytes, which may be a byte order mark, until they tell
        self.is_told, self.converter = False, None
        self.damage = None
        self.begin()

    def begin(self):
        """Starts a stream with the rest."""
        self.start = None if self.position is None else self.position - len(self.rest)
        self.given, self.careful = 0, False
        self.begin_again()

    def begin_again(self):
        self.stream = self.new_careful() if self.careful else self.new()
        self.stream_size = 0

    def read_rest(self):
        size = self.file.readinto(self.buffer)
        self.rest = bytes(self.buffer[:size])
        if self.position is not None:
            self.position += size
        return size

    def begin_next(self):
        """Starts the stream after this one; False at the end of the file."""
        self.rest, zeros = self.stream.unused_data + self.rest, 0
        while self.rest or self.read_rest():
            size = len(self.rest)
            self.rest = self.rest.lstrip(b"\0") if self.padding else self.rest
            zeros += size - len(self.rest)
            if self.rest:
                break
        if zeros and zeros % self.padding:
            raise Damage(f"{zeros} zero bytes after a stream")
        if self.rest:
            self.begin()
        return bool(self.rest)

    @property
    def is_exact(self):
        return hasattr(self.stream, "exact")

    def decompress(self, data):
        most = self.step - self.stream_size % self.step
        if self.stream_size < self.given:
            most = min(most, self.given - self.stream_size)
        elif self.careful and not self.is_exact:
            most = 1
        try:
            return self.stream.decompress(data, most)
        except MemoryError:
            raise
        except Exception as error:  # zlib.error, LZMAError, ZstdError ...
            raise Damage(error) from error

    def next_piece(self):
        """More of the log; empty at its end."""
        while not self.stream.eof or self.begin_next():
            data, needed = b"", self.stream.needs_input
            if needed:
                if not self.rest:
                    self.read_rest()
                near = self.careful and not self.is_exact and self.position > self.near_damage
                size = 1 if near else len(self.rest)
                data, self.rest = self.rest[:size], self.rest[size:]
            found = self.decompress(data)
            self.stream_size += len(found)
            if self.stream_size > self.given:
                self.given = self.stream_size
                return found
            if needed and not (data or found or self.stream.eof):
                raise Damage("its end is missing")
        return b""

    def piece_before_damage(self):
        """The same; after damage it reads the stream once more, up to the last good byte."""
        try:
            return self.next_piece()
        except Damage:
            if self.careful or self.start is None or self.is_exact:
                raise
        self.careful, self.near_damage = True, self.position - INPUT
        self.position, self.rest = self.file.seek(self.start), b""
        self.begin_again()
        return self.next_piece()

    @property
    def has_to_read(self):
        return not (self.rest or self.stream.unused_data if self.stream.eof else
                    self.rest or not self.stream.needs_input)

    def in_utf_8(self, found):
        """What was found of the log, nothing at its end."""
        if not self.is_told:
            self.mark += found
            if found and len(self.mark) < 2:
                return b""
            self.is_told = True
            self.converter = Utf16() if _core._content(self.mark[:2]) == "UTF-16" else None
            found, self.mark = self.mark, b""
        return self.converter.convert(found) if self.converter else found

    def check_size(self):
        """No stream proves the end of what is not compressed."""
        if self.kind == "UTF-16" and self.position is not None and \
                os.fstat(self.file.fileno()).st_size < self.position:
            raise OSError(errno.EIO, "the file was truncated while being read", self.path)

    def fill(self, has_given):
        """Puts more of the log into 'piece', if any; with 'has_given' only without reading the file."""
        found = True
        while found and not (self.piece or self.damage or has_given and self.has_to_read):
            try:
                found = self.piece_before_damage()
            except Damage as damage:
                self.damage, found = str(damage), b""
            if not (found or self.damage):
                self.check_size()
            self.log_size += len(found)
            self.piece = self.in_utf_8(found)
        if self.damage and not (self.piece or has_given):
            raise OSError(errno.EIO, f"damaged {self.kind} data after {self.log_size} bytes of the "
                                     f"log ({self.damage})", self.path)
        return bool(self.piece)

    def readinto(self, buffer):
        size = 0
        with memoryview(buffer) as view:
            while size < len(view) and (self.piece or self.fill(size > 0)):
                part = self.piece[:len(view) - size]
                view[size:size + len(part)] = part
                self.piece = self.piece[len(part):]
                size += len(part)
        return size

    def close(self):
        self.file.close()
        super().close()


def kind_of(path, content):
    """How a log is compressed, or UTF-16, by the content of its first bytes or else its suffix; or None."""
    return content or SUFFIXES.get(os.path.splitext(os.fsdecode(path))[1].lower())


def what_it_is(kind):
    return kind if kind == "UTF-16" else "compressed"


def reader_of(file, path, content, head):
    """A reader for a raw file that begins with 'head'; None if it is plain."""
    try:
        return (kind := kind_of(path, content)) and Decompressed(file, kind, path, bytes(head))
    except ImportError as error:
        raise ImportError(f"{path!r} is {error}") from None


def first_bytes(file):
    """Enough of a raw file to tell what it is."""
    head, buffer = b"", bytearray(INPUT)
    while _core._content(head) == "" and (size := file.readinto(buffer)):
        head += buffer[:size]
    return head

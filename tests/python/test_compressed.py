"""Compressed logs and UTF-16: every stream is read to its proved end, and what comes before damage is counted."""
import bz2
import codecs
import errno
import gzip
import io
import lzma
import os
import random
import subprocess
import sys
import types

import httpstatus
import pytest
from conftest import need
from httpstatus import _compressed

RECORD = b'::1 - - [10/Oct/2000:13:55:36 -0700] "GET /%d HTTP/1.1" %d 7\n'
COMMAND = [sys.executable, "-m", "httpstatus"]
TOOLS = {"gzip": ".gz", "bzip2": ".bz2", "xz": ".xz", "zstd": ".zst"}
LONG = os.environ.get("HTTPSTATUS_LONG")  # every bit, not every ninth


def log_of(count):
    rng = random.Random(11)
    return b"".join(RECORD % (rng.randrange(10**9), rng.choice([200, 200, 404, 500]))
                    for _ in range(count))


LOG = log_of(12)


def use_zstd(name, monkeypatch):
    """Zstandard by that library alone, or a skip."""
    module = pytest.importorskip(name)
    monkeypatch.setitem(sys.modules, "compression", None)
    monkeypatch.setitem(sys.modules, "compression.zstd", None)
    monkeypatch.setitem(sys.modules, "zstandard", module if name == "zstandard" else None)
    if name != "zstandard":
        monkeypatch.setitem(sys.modules, "compression", types.ModuleType("compression"))
        monkeypatch.setitem(sys.modules, "compression.zstd", module)


ZSTD_LIBRARIES = ["zstandard", "compression.zstd", "backports.zstd"]


@pytest.fixture(params=["gzip", "isal", "bzip2", "xz", *ZSTD_LIBRARIES])
def kind(request, monkeypatch):
    """A kind of compression, by each library for it that is installed."""
    if request.param in ZSTD_LIBRARIES:
        use_zstd(request.param, monkeypatch)
        return "zstd"
    if request.param == "gzip":
        monkeypatch.setitem(sys.modules, "isal", None)
    if request.param == "isal":
        pytest.importorskip("isal")
        return "gzip"
    return request.param


def tool(kind, *options, data):
    need(kind)
    done = subprocess.run([kind, *options], input=data, capture_output=True)
    return done.stdout, done.returncode


def packed(kind, data):
    return tool(kind, "-c", data=data)[0]


def read(kind, data, file=io.BytesIO):
    """The data read from compressed data, and the error at its end."""
    found, buffer = b"", bytearray(1 << 20)
    with _compressed.Decompressed(file(data), kind, "a.log") as reader:
        try:
            while size := reader.readinto(buffer):
                found += buffer[:size]
        except OSError as error:
            assert error.errno == errno.EIO and error.filename == "a.log"
            with pytest.raises(OSError, match="damaged"):  # it stays so
                reader.readinto(buffer)
            return found, error
    return found, None


class Pipe(io.BytesIO):
    def seekable(self):
        return False


def test_every_truncation(kind):
    data = packed(kind, LOG)
    for cut in range(len(data) if LONG else len(data) - 40):
        found, error = read(kind, data[:cut])
        assert error and LOG.startswith(found)
        if cut % 16 == 0 or LONG:
            expected, code = tool(kind, "-dc", data=data[:cut])
            assert code and found.startswith(expected)
    assert read(kind, data) == (LOG, None)


def test_a_bit_of_every_byte(kind):
    """All that the tool outputs before the damaged byte is read, except a last byte of xz."""
    data = packed(kind, LOG)
    for bit in range(0, 8 * len(data), 1 if LONG else 9):
        wrong = bytearray(data)
        wrong[bit // 8] ^= 1 << bit % 8
        found, error = read(kind, wrong)
        assert error or found == LOG
        if bit % 5 == 0 or LONG:
            expected, _ = tool(kind, "-dcq", data=bytes(wrong[:bit // 8]))
            assert found[:max(len(expected) - 1, 0)] == expected[:-1], (bit, error)


def test_damage_in_a_long_log(kind):
    """All of the log that the tool outputs before it, though decompressors drop that of their last call."""
    log = log_of(3000)
    data = packed(kind, log)
    for at in (len(data) // 3, len(data) - 5):
        wrong = data[:at] + bytes([data[at] ^ 16]) + data[at + 1:]
        expected, code = tool(kind, "-dc", data=wrong)
        found, error = read(kind, wrong)
        assert error and code and len(os.path.commonprefix([found, log])) + 1 >= \
            len(os.path.commonprefix([expected, log]))
        found, error = read(kind, wrong, Pipe)
        lost = 1000 if kind == "xz" else 0  # where it cannot be read once more
        assert error and len(os.path.commonprefix([found, log])) + lost >= \
            len(os.path.commonprefix([expected, log]))


def test_streams_in_a_row(kind):
    """Each is proved: of none is anything left out in silence."""
    one, two = packed(kind, LOG), packed(kind, LOG * 2)
    assert read(kind, one + two + one) == (LOG * 4, None)
    assert read(kind, one + packed(kind, b"") + two, Pipe) == (LOG * 3, None)
    for cut in range(1, len(two)):
        found, error = read(kind, one + two[:cut])
        assert error and found.startswith(LOG)
    found, error = read(kind, one + b"garbage, longer than any header" + two)
    assert error and found == LOG


def test_padding(kind):
    data = packed(kind, LOG)
    for zeros in (1, 3, 4, 512, 100_000):
        for more in (b"", data):
            found, error = read(kind, data + bytes(zeros) + more)
            good = kind in ("gzip", "bzip2") or kind == "xz" and zeros % 4 == 0
            assert found == LOG * (1 + (good and more != b"")) and (not error) == good


def test_zstandard_without_a_library(tmp_path, monkeypatch):
    for name in ("compression", "compression.zstd", "zstandard"):
        monkeypatch.setitem(sys.modules, name, None)
    for path in (tmp_path / "access.log.zst", tmp_path / "access.log"):
        path.write_bytes(b"\x28\xb5\x2f\xfd")
        with pytest.raises(ImportError, match=r"install the extra httpstatus\[zstd\]") as caught:
            httpstatus.tally(path)
        assert str(path) in str(caught.value)


def test_a_file_that_fails(kind):
    """That is no damage."""
    class Broken(io.BytesIO):
        def readinto(self, buffer):
            raise OSError(errno.EIO, "the disk is broken")
    reader = _compressed.Decompressed(Broken(), kind, "a.log", packed(kind, LOG)[:-9])
    with pytest.raises(OSError, match="the disk is broken"):
        reader.read()


def test_too_little_memory(kind, monkeypatch):
    class Poor:
        eof, needs_input = False, True

        def decompress(self, data, most):
            raise MemoryError
    monkeypatch.setitem(_compressed.KINDS, kind, (Poor, None, 1, 1))
    with pytest.raises(MemoryError):
        read(kind, b"x")


@pytest.mark.parametrize("kind", ZSTD_LIBRARIES, indirect=True)
def test_frames_of_zstandard(kind):
    skipped = [b"\x53\x2a\x4d\x18" + size.to_bytes(4, "little") + bytes(size) for size in (0, 9, 99_999)]
    frames = [tool("zstd", *options, "-c", data=LOG)[0] for options in
              ((), ("--no-check",), ("--no-content-size",), ("-19", "--long=27"))]
    frames += [packed("zstd", bytes(10**6)), packed("zstd", os.urandom(300_000))]
    plain = b"".join(tool("zstd", "-dc", data=frame)[0] for frame in frames)
    data = b"".join(a + b for a, b in zip(frames, skipped * 2))
    assert read(kind, data) == (plain, None) == read(kind, skipped[1] + data, Pipe)
    assert read(kind, data[:-1])[1] and read(kind, data[:-1])[0] == plain


def test_memory_is_bounded(kind):
    data = packed(kind, bytes(64 << 20))
    with _compressed.Decompressed(io.BytesIO(data), kind, "a.log") as reader:
        assert peak_of_reading(reader, 64 << 20) < 24 << 20


def peak_of_reading(reader, size):
    """The memory that it takes at most to read that many bytes, to the end."""
    import tracemalloc

    buffer = bytearray(1 << 20)
    tracemalloc.start()
    try:
        assert sum(iter(lambda: reader.readinto(buffer), 0)) == size
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_what_has_come_is_given():
    """A compressed log from a pipe is read as it comes."""
    data, reading = gzip.compress(LOG, 0), os.pipe()
    os.write(reading[1], data[:500])
    with _compressed.Decompressed(io.FileIO(reading[0]), "gzip", "a.log") as reader:
        buffer = bytearray(1 << 20)
        size = reader.readinto(buffer)
        assert 100 < size < len(LOG)
        os.write(reading[1], data[500:])
        os.close(reading[1])
        assert buffer[:size] + reader.read() == LOG


@pytest.fixture
def damaged(tmp_path):
    """A log of 3,000 lines, whose second half is cut off."""
    log = log_of(3000)
    half = log[:log.index(b"\n", len(log) // 2) + 1]
    path = tmp_path / "access.log.gz"
    path.write_bytes(gzip.compress(half) + gzip.compress(log[len(half):])[:30])
    return str(path), half


def test_the_counts_before_damage(damaged):
    path, half = damaged
    for source in (path, [path], [half, path], [path, half]):
        for jobs in (1, 3):
            with pytest.raises(OSError, match="damaged gzip data after") as caught:
                httpstatus.tally(source, jobs=jobs)
            assert caught.value.filename == path
            before = httpstatus.tally(half if source != [half, path] else half * 2)
            assert caught.value.tally == before
    lines, found = httpstatus.select(path, "404"), []
    with pytest.raises(OSError, match="damaged gzip data after") as caught:
        for line in lines:
            found.append(line)
    assert found == list(httpstatus.select(half, "404")) and list(lines) == []
    with pytest.raises(OSError, match="damaged gzip data after"):
        httpstatus.extract(path)


@pytest.mark.parametrize("lines", [1, 2, 50])
def test_the_line_that_damage_tears(tmp_path, lines):
    """It is not a record, whatever status it seems to have: '"GET / HTTP/1.1" 40' is none of 404."""
    log, path = RECORD % (1, 404) * lines, tmp_path / "access.log.gz"
    whole = gzip.compress(log, 0)
    for lost in range(8, 8 + len(RECORD % (1, 404))):  # 8 bytes of check sums, and of the last line
        path.write_bytes(whole[:-lost])
        expected = httpstatus.tally(RECORD % (1, 404) * (lines - 1) + b"torn\n" if lost > 8 else log)
        for source in (path, [path]):
            for jobs in (1, 2):
                with pytest.raises(OSError) as caught:
                    httpstatus.tally(source, jobs=jobs)
                assert caught.value.tally == expected, lost
        with pytest.raises(OSError) as caught:
            httpstatus.extract(path)
        assert caught.value.tally == expected
        selected = httpstatus.select(path, ["error", "unmatched"])
        with pytest.raises(OSError):
            list(selected)
        assert selected.tally == expected
    done = subprocess.run([*COMMAND, "tally", "--json", path], capture_output=True)
    assert done.returncode == 2 and b'"unmatched": 1' in done.stdout and b'"40"' not in done.stdout


def test_the_counts_before_other_errors(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        httpstatus.tally(tmp_path / "none")
    assert caught.value.tally.lines == 0

    class Broken(io.RawIOBase):
        def readinto(self, buffer):
            self.readinto = self.fail
            buffer[:len(LOG)] = LOG
            return len(LOG)

        def fail(self, buffer):
            raise self.error
    for error in (ValueError("x"), type("Own", (OSError,), {"__setattr__": None})("x")):
        Broken.error = error
        with pytest.raises(type(error)) as caught:
            httpstatus.tally(Broken())
        assert not hasattr(caught.value, "tally")
    Broken.error = ValueError("x")
    with pytest.raises(ValueError):
        list(httpstatus.select(Broken(), "200"))


def test_contents_told_without_a_suffix(tmp_path):
    path = tmp_path / "access"
    for kind, pack in (("gzip", gzip), ("bzip2", bz2), ("xz", lzma)):
        path.write_bytes(pack.compress(LOG))
        for jobs in (1, 2):
            assert httpstatus.tally(path, jobs=jobs) == httpstatus.tally(LOG)
        assert len(list(httpstatus.select(path, "2xx"))) == httpstatus.tally(LOG)[200]
        other = path.with_suffix(".gz")
        path.rename(other)
        assert len(httpstatus.extract(other)) == 12
        assert httpstatus.tally(pack.compress(LOG)).records == 0  # what the caller has read is the log
        with open(other, "rb") as file:
            assert httpstatus.tally(file).records == 0
        assert httpstatus.tally(io.BytesIO(b"BZh91")).lines == 1
    for short in (b"", b"B", b"BZh9", b"\x1f"):
        path.write_bytes(short)
        assert httpstatus.tally(path).lines == bool(short)
    path.write_bytes(b"BZh91AY&SY, 1.2.3.4" + LOG)  # which a client may write
    assert httpstatus.tally(path).lines == httpstatus.tally(LOG).lines


def test_extract_tells_what_came_before_the_damage(tmp_path):
    path, tally = tmp_path / "access.log.gz", httpstatus.Tally()
    path.write_bytes(gzip.compress(LOG) + gzip.compress(LOG)[:-9])
    with pytest.raises(OSError) as told:
        httpstatus.extract(path, tally=tally)
    with pytest.raises(OSError) as same:
        httpstatus.tally(path)
    assert tally == told.value.tally == same.value.tally and tally.lines > httpstatus.tally(LOG).lines
    with pytest.raises(OSError) as told:
        httpstatus.extract(path)
    assert told.value.tally == tally


def test_a_name_that_is_wrong(tmp_path):
    for suffix in TOOLS.values():
        path = tmp_path / f"access.log{suffix}"
        for data in (LOG, b""):
            path.write_bytes(data)
            with pytest.raises((OSError, ImportError)) as caught:
                httpstatus.tally(path)
            assert path.name in str(caught.value)


# ---- UTF-16 ----

MARKS = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
WIDE = (LOG + LOG.replace(b"GET /", "GET /é€😀\ufeff\u0a0a\u0d0a".encode()) + (RECORD % (1, 503))[:-1]).decode()


def in_utf_16(text, order="utf-16-le"):
    return MARKS[order] + text.encode(order, "surrogatepass")


@pytest.mark.parametrize("order", MARKS)
@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress,
                                  lambda text: gzip.compress(text[:1]) + gzip.compress(text[1:])])
def test_utf_16_reads_as_utf_8_does(order, pack, tmp_path):
    path, log = tmp_path / "u_ex.log", WIDE.encode()
    path.write_bytes(pack(in_utf_16(WIDE, order)))
    for of in (httpstatus.tally, httpstatus.series, httpstatus.top, httpstatus.latency):
        for jobs in (1, 3):
            assert of(path, jobs=jobs) == of([str(path)], jobs=jobs) == of(log)
    assert httpstatus.tally(path).records == 25 and httpstatus.tally(path).consumed == \
        httpstatus.tally(log).consumed
    every = ["2xx", "4xx", "5xx", "unmatched"]
    assert list(httpstatus.select(path, every)) == list(httpstatus.select(log, every))
    assert list(httpstatus.records(path, every)) == list(httpstatus.records(log, every))
    assert httpstatus.extract(path) == httpstatus.extract(log)
    path.write_bytes(pack(in_utf_16("a;GET / HTTP/1.1;200\n" * 9, order)))
    assert httpstatus.suggest(path) == httpstatus.suggest(b"a;GET / HTTP/1.1;200\n" * 9)


def test_utf_16_is_no_text_that_is_given(tmp_path):
    """What the caller has read is the log."""
    path, data = tmp_path / "a.log", in_utf_16(WIDE)
    path.write_bytes(data)
    with open(path, "rb") as file:
        assert httpstatus.tally(file) == httpstatus.tally(data)
    assert httpstatus.tally(data).records == 0


def test_utf_16_of_many_pieces(tmp_path):
    """The same however many bytes come at a time, also for a log longer than all pieces."""
    for order in MARKS:
        data = in_utf_16(WIDE, order)
        for size in (1, 2, 3, 5, 4096):
            class Slow(io.BytesIO):
                def readinto(self, buffer, size=size):
                    return super().readinto(memoryview(buffer)[:size])
            slow = _compressed.Decompressed(Slow(data), "UTF-16", "a.log", b"")
            slow.check_size = int
            assert slow.read() == WIDE.encode(), size
    log, path = log_of(60_000), tmp_path / "a.log"
    for shift in ("", "x"):
        text = shift + log.decode()
        path.write_bytes(in_utf_16(text))
        assert httpstatus.tally(path, jobs=4) == httpstatus.tally(text.encode())


@pytest.mark.parametrize("order", MARKS)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_utf_16_that_is_no_unicode(order, pack, tmp_path):
    """Half a pair is damage to its own character, half a unit to the last one: no line is lost."""
    path, line = tmp_path / "a.log", LOG.decode().partition("\n")[0]
    for half in ("\ud83d", "\ude00", "\ude00\ud83d", "\ud83d\ud83d"):
        for text in (line.replace("GET /", "GET /" + half) + "\n" + WIDE, WIDE + "\n" + half, half + WIDE,
                     WIDE + "\n" + line + half + "\n" + line):
            path.write_bytes(pack(in_utf_16(text, order)))
            log = text.encode("utf-8", "surrogatepass")
            assert httpstatus.tally(path) == httpstatus.tally(log)
            every = ["2xx", "4xx", "5xx", "unmatched"]
            assert list(httpstatus.select(path, every)) == list(httpstatus.select(log, every))
    for end in ("", "\n", "\ud83d"):
        for odd in (b"\0", b"5", b"\n"):
            path.write_bytes(pack(in_utf_16(WIDE + end, order) + odd))
            log = (WIDE + end + "\N{REPLACEMENT CHARACTER}").encode("utf-8", "surrogatepass")
            assert httpstatus.tally(path) == httpstatus.tally(log)
    path.write_bytes(pack(MARKS[order]))
    assert httpstatus.tally(path) == httpstatus.tally(b"")
    path.write_bytes(pack(MARKS[order][:1]))
    assert httpstatus.tally(path).unmatched == 1


def test_a_client_ends_no_line_in_utf_16(tmp_path):
    """Units that have the bytes of a line end, alone or across two units, are none."""
    forged, path = '\u0a0a\u0d0a\u0a00\u000b\u0a22', tmp_path / "a.log"
    line = '::1 - - [10/Oct/2000:13:55:36 -0700] "GET /%s HTTP/1.1" 200 7\n' % forged
    for order in MARKS:
        path.write_bytes(in_utf_16(line * 3, order))
        assert (httpstatus.tally(path).lines, httpstatus.tally(path)[200]) == (3, 3)


def test_the_memory_for_utf_16_is_bounded(tmp_path):
    path = tmp_path / "a.log"
    path.write_bytes(in_utf_16("x" * (8 << 20)))
    with _compressed.Decompressed(io.FileIO(path), "UTF-16", "a.log") as reader:
        assert peak_of_reading(reader, 8 << 20) < 1 << 20


def test_utf_16_that_is_damaged(tmp_path):
    """By compression, or by a file that gets shorter while it is read."""
    path, log = tmp_path / "a.log.gz", log_of(3000)
    path.write_bytes(gzip.compress(in_utf_16(log.decode()))[:-30])
    with pytest.raises(OSError, match="damaged gzip data after") as caught:
        httpstatus.tally(path)
    assert 2500 < caught.value.tally.lines <= 3000 and caught.value.tally.unmatched <= 1
    path = tmp_path / "a.log"
    path.write_bytes(in_utf_16(log.decode()))
    with _compressed.Decompressed(io.FileIO(path), "UTF-16", "a.log") as reader:
        assert reader.read(100) == log[:100]
        os.truncate(path, 10)
        with pytest.raises(OSError, match="the file was truncated while being read") as caught:
            reader.read()
        assert caught.value.filename == "a.log" and caught.value.errno == errno.EIO


# ---- By the command ----

def run(*arguments, code, stdin=b""):
    done = subprocess.run([*COMMAND, *arguments], input=stdin, capture_output=True, timeout=60)
    assert done.returncode == code and b"Traceback" not in done.stderr, done.stderr
    return done.stdout, done.stderr.decode()


def test_the_command_on_damage(damaged):
    path, half = damaged
    for jobs in ("1", "3"):
        out, err = run("tally", path, "--jobs", jobs, code=2)
        assert b"%d lines, " % (httpstatus.tally(half).lines) in out
        assert "damaged gzip data" in err and path in err
    out, err = run("select", "404", path, code=2)
    assert out == b"".join(line + b"\n" for _, _, line in httpstatus.select(half, 404))
    assert "damaged gzip data" in err


@pytest.mark.parametrize("pack", [gzip, bz2, lzma])
def test_standard_input_is_told_by_its_first_bytes(pack):
    data = pack.compress(LOG)
    assert run("tally", stdin=data, code=0) == run("tally", stdin=LOG, code=0)
    assert run("select", "5xx", "-", stdin=data, code=0) == run("select", "5xx", stdin=LOG, code=0)
    out, err = run("tally", stdin=data[:-3], code=2)
    assert b"12 lines" in out and "standard input" in err
    assert run("select", "2xx", "-c", stdin=data[:-3], code=2)[0] == b"%d\n" % httpstatus.tally(LOG)[200]
    assert "standard input is compressed: it cannot be followed" in \
        run("tally", "--follow", "-", stdin=data, code=2)[1]


@pytest.mark.parametrize("order", MARKS)
def test_the_command_reads_utf_16(order, tmp_path):
    path, data, log = tmp_path / "a.log", in_utf_16(WIDE, order), WIDE.encode()
    path.write_bytes(data)
    assert run("tally", str(path), code=0) == run("tally", stdin=data, code=0) == run("tally", stdin=log, code=0)
    assert run("select", "5xx", str(path), code=0) == run("select", "5xx", stdin=data, code=0) == \
        run("select", "5xx", stdin=log, code=0)
    path.write_bytes(in_utf_16("It is no log.\r\n" * 9, order))
    out, err = run("tally", str(path), code=1)
    assert err == f"httpstatus: {path} fits no known format: use --format\n"
    assert "standard input is UTF-16: it cannot be followed" in \
        run("tally", "--follow", "-", stdin=data, code=2)[1]
    assert "is UTF-16: --state is for logs in UTF-8" in \
        run("tally", "--state", str(tmp_path / "state"), str(path), code=2)[1]

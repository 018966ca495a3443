"""The streams of columns of records(): their values against those of the records, by a consumer of ctypes and by
libraries; what they read, and when; threads, files that change, memory."""
import array
import bz2
import ctypes
import errno
import gc
import gzip
import importlib
import io
import itertools
import lzma
import os
import random
import re
import subprocess
import sys
import threading
import time
from datetime import datetime, timezone
from pathlib import Path

import httpstatus
import pytest
from arrow import Array, Failed, Stream, rows, schema_of
from httpstatus import records
from test_conditions import LOGS, NAMES
from vectors import EVERY, VECTORS, arguments, options

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data/sample.log"
TYPES = {
    "status": "s", "substatus": "S", "number": "l", "line": "U", "format": "U", "time": "tsu:UTC", "client": "U",
    "forwarded_for": "U", "user": "U", "host": "U", "method": "U", "target": "U", "path": "U", "query": "U",
    "protocol": "U", "bytes": "l", "referer": "U", "agent": "U", "duration": "g", "upstream_status": "s",
}
COLUMNS = list(TYPES)
RECORD = b'::1 - - [10/Oct/2000:13:55:36 -0700] "GET /%d HTTP/1.1" 200 7\n'
LOG = b"".join(RECORD % i for i in range(5))
PREAD = pytest.mark.skipif(not hasattr(os, "pread"), reason="needs pread()")
BATCH = 64 * 1024  # records, at most


def column(record, name, binary):
    """What a column has for a record."""
    value = record.time_ns if name == "time" else getattr(record, name)
    if name == "time":
        return value // 1000 if value is not None else None
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogateescape")
    return value if binary or not isinstance(value, bytes) else value.decode("utf-8", "backslashreplace")


def expected(found, columns=COLUMNS, binary=False):
    return [{name: column(record, name, binary) for name in columns} for record in found]


def check(source, *which, **how):
    """The rows are the records, as texts and as bytes, and the counts theirs."""
    found = records(source, *which, **how)
    for binary in False, True:
        table = records(source, *which, columns=COLUMNS, binary=binary, **how)
        assert rows(table) == expected(records(source, *which, **how), binary=binary)
        list(found)
        assert (table.tally, table.untimed) == (found.tally, found.untimed)
    return table


# ---- Values ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", LOGS, ids=NAMES.get)
def test_the_rows_of_a_log_are_its_records(path):
    check(path, [*EVERY, "unmatched"], zone=3600, reference=1800000000)


def test_the_rows_of_vectors():
    for _, function, text, *_ in VECTORS:
        if function == "record":
            form, log = arguments(function, text)
            check(log.encode("latin-1"), **options(form))


def test_what_is_selected():
    for how in ({"which": "5xx"}, {"which": [404, "unmatched"]}, {"which": "4xx", "invert": True}, {"which": ()},
                {"method": "POST"}, {"path": "/images", "which": "2xx"}, {"since": 1793491200, "until": 1793491300},
                {"host": "none"}, {"format": "json"}):
        check(SAMPLE, **how)
    untimed = check(LOG.replace(b"13:55", b"99:55") + LOG, since=0)
    assert untimed.untimed == 5 and untimed.tally.records == 10
    naive = b'{"status": 200, "time": "1970-01-01 00:00:01"}\n'
    assert rows(records(naive, columns=["time"])) == [{"time": 10**6}]  # as if it were UTC
    assert rows(records(naive, zone=3600, columns=["time"])) == [{"time": -3599 * 10**6}]


def test_times_before_1970():
    log = b"".join(b'{"status": 200, "time": "%s"}\n' % time for time in (
        b"1969-12-31T23:59:59.9999999Z", b"0001-01-01T00:00:00Z", b"9999-12-31T23:59:59.999999Z"))
    assert [row["time"] for row in rows(records(log))] == [-1, -62135596800 * 10**6, 253402300799999999]
    check(log)


@pytest.mark.parametrize("seed", range(3))
def test_bytes_that_are_no_text(seed):
    """What UTF-8 does not allow, beside what it does."""
    chance = random.Random(seed)
    characters = ["a", "\0", "\x7f", "\x80", "\xe9", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff", "\U00010000",
                  "\U0010ffff", "\\", '"', "\\xe9"]
    wrong = [b"\xed\xa0\x80", b"\xc0\xaf", b"\xe0\x9f\xbf", b"\xf0\x8f\xbf\xbf", b"\xf4\x90\x80\x80", b"\xf5", b"\xff",
             b"\x80", b"\xc3", b"\xe2\x82", b"\xf0\x9f\x92", b"\xc1\x81"]
    pieces = [*(c.encode() for c in characters), *wrong, rb"\xff", rb"\xc3\xa9", rb"\"", b"x" * 9]
    log = b""
    for _ in range(300):
        agent = b"".join(chance.choices(pieces, k=chance.randrange(9))).replace(b"\n", b"")
        agent = agent.replace(b'\\"', b'"').replace(b'"', b'\\"').rstrip(b"\\")
        log += b'::1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 7 "-" "%s"\n' % agent
    check(log, [*EVERY, "unmatched"])
    check(b"".join(b'{"status": 200, "agent": "%s"}\n' % half
                   for half in (rb"\ud800", rb"\ud83d\udca9", rb"\udca9\ud83d", b"\xff\\u00e9")))


def test_a_text_may_be_long():
    long = b"/" + b"\xff" * 1_100_000
    log = RECORD.replace(b"/%d", b"/?") + RECORD.replace(b"/%d", long)
    found = rows(records(log, columns=["path", "query"]))
    assert found == [{"path": "/", "query": None}, {"path": "/" + r"\xff" * 1_100_000, "query": None}]
    check(log)


def test_substatuses_are_unsigned():
    log = b"#Fields: sc-status sc-substatus\n403 65535\n403 0\n"
    assert [row["substatus"] for row in rows(records(log))] == [65535, 0]
    check(log)


# ---- Columns -----------------------------------------------------------------------------------


def test_columns():
    assert schema_of(records(LOG)) == {name: form for name, form in TYPES.items() if name != "line"}
    assert list(TYPES) == [name for name in httpstatus._core._PARTS if name != "time_ns"]
    chosen = iter(["path", "line", "status"])
    table = records(LOG, columns=chosen, binary=True)
    assert list(schema_of(table).items()) == list(Stream(table).fields().items()) == [
        ("path", "Z"), ("line", "Z"), ("status", "s")]
    assert next(Stream(table).rows()) == {"path": b"/0", "line": LOG.split(b"\n")[0], "status": 200}
    assert next(table).path == "/0"  # as without columns
    for name in COLUMNS:
        assert schema_of(records(LOG, columns=(name,))) == {name: TYPES[name]}
        assert rows(records(SAMPLE, columns=(name,))) == expected(records(SAMPLE), [name])


@pytest.mark.parametrize("columns, error, said", [
    ("path", TypeError, "invalid columns 'path': expected a list of status, "),
    (7, TypeError, "invalid columns 7: expected a list of status, "),
    (["path", 7], TypeError, "invalid columns 7: expected a list of status, "),
    (["paths"], ValueError, "invalid columns 'paths': expected status, substatus, "),
    (["time_ns"], ValueError, "invalid columns 'time_ns': expected "),
    (["path", "path"], ValueError, "invalid columns 'path': expected it once, beside others of status, "),
    ([], ValueError, "invalid columns of type list: expected one or more of "),
    ((1 / 0 for _ in "a"), ZeroDivisionError, "division"),
])
def test_wrong_columns(columns, error, said):
    with pytest.raises(error) as raised:
        records(LOG, columns=columns)
    assert str(raised.value).startswith(said)


def test_wrong_calls():
    with pytest.raises(TypeError, match="__arrow_c_stream__"):
        records(LOG).__arrow_c_stream__(None, 1)
    with pytest.raises(TypeError, match="requested_schemas"):
        records(LOG).__arrow_c_stream__(requested_schemas=None)
    assert records(LOG).__arrow_c_stream__(requested_schema=None)

    class Untrue:
        def __bool__(self):
            raise KeyError("no")
    with pytest.raises(KeyError):
        records(LOG, binary=Untrue())


# ---- Batches -----------------------------------------------------------------------------------


def test_batches():
    log = LOG * (2 * BATCH // 5 + 1)
    stream = Stream(records(log, columns=["number", "path"]))
    sizes, numbers = [], []
    while (batch := stream.batch()) is not None:
        sizes.append(len(batch["number"]))
        numbers += batch["number"]
    assert sizes == [BATCH, BATCH, log.count(b"\n") - 2 * BATCH]
    assert numbers == list(range(1, len(numbers) + 1))
    assert stream.batch() is None and stream.batch() is None


def test_long_lines_fill_a_batch():
    log = (b'{"status": 200, "url.path": "%s"}\n' % (b"/" * 1_000_000)) * 20
    stream = Stream(records(log, columns=["path", "line"]))
    assert [len(batch["path"]) for batch in iter(stream.batch, None)] == [5, 5, 5, 5]


@pytest.mark.parametrize("log", [b"", b"\n", b"what?\n", b"#Fields: sc-status\n", LOG[:-1], LOG + b"what?"])
def test_short_logs(log, tmp_path):
    path = tmp_path / "short.log"
    path.write_bytes(log)
    for source in log, path, io.BytesIO(log):
        table = records(source, columns=COLUMNS)
        assert rows(table) == expected(records(log))
        assert table.tally == httpstatus.tally(log)


def test_columns_outlive_their_batch():
    """A consumer may take columns out of a batch, and release them one by one."""
    stream = Stream(records(LOG, columns=["path", "status", "agent"]))
    batch = stream.array()
    taken = Array()
    ctypes.memmove(ctypes.byref(taken), batch.children[0], ctypes.sizeof(Array))
    batch.children[0].contents.release = type(taken.release)()
    batch.release(batch)
    stream.release()
    assert taken.length == 5 and ctypes.string_at(taken.buffers[2], 4) == b"/0/1"
    taken.release(taken)
    assert not taken.release


# ---- Sources -----------------------------------------------------------------------------------


def paths(stream):
    return [row["path"] for row in stream.rows()]


FIVE = [f"/{i}" for i in range(5)]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "access.log"
    path.write_bytes(LOG)
    return path


def test_streams_are_independent(path):
    large = RECORD % 7 * 100_000
    path.write_bytes(large)
    with path.open("rb") as file, path.open("rb", 0) as raw, path.open("r+b") as changed:
        for source in path, str(path), large, bytearray(large), file, raw, changed:
            table = records(source, columns=["number"])
            some = [Stream(table) for _ in range(3)]
            read = [next(stream.rows())["number"] for stream in some]
            first = some[0].batch()["number"]
            table = None
            for stream in some[1:]:
                assert stream.batch()["number"] == first and not read[1:].remove(1)
                read.append(1)


def test_nothing_is_read_before_the_first_batch(path):
    """A line that is added after the stream was made is in it; a file is not asked."""
    stream = Stream(records(path, columns=["path"]))
    stream.fields()
    with path.open("ab") as file:
        file.write(RECORD % 5)
    assert paths(stream) == [*FIVE, "/5"]
    calls = []

    class File(io.RawIOBase):
        def readinto(self, buffer):
            calls.append(len(buffer))
            buffer[:len(LOG)] = LOG
            return len(LOG) * (len(calls) == 1)
    stream = Stream(records(File()))
    stream.fields()
    assert not calls and paths(stream) == FIVE and calls


@PREAD
def test_a_file_stays_where_it_is(path):
    with path.open("rb") as file:
        file.readline()
        table = records(file, columns=["number", "path"])
        assert rows(table) == rows(table) == [{"number": i, "path": f"/{i}"} for i in range(1, 5)]
        assert file.tell() == len(RECORD % 0)
    assert len(rows(table)) == 4  # by a descriptor of its own
    with pytest.raises(ValueError, match="closed file"):
        records(file).__arrow_c_stream__()


@PREAD
def test_a_file_that_is_replaced_or_removed(path):
    table = records(path, columns=["path"])
    first = Stream(table)
    path.replace(path.with_suffix(".1"))
    path.write_bytes(b"")
    assert paths(first) == paths(Stream(table)) == FIVE
    path.with_suffix(".1").unlink()
    assert paths(Stream(table)) == FIVE


def test_a_file_that_is_cut_while_it_is_read(path):
    path.write_bytes(LOG * 50_000)
    for source in path, path.open("rb"):
        path.write_bytes(LOG * 50_000)
        table = records(source, columns=["path"])
        stream = Stream(table)
        assert len(stream.batch()["path"]) == BATCH
        os.truncate(path, 10)
        with pytest.raises(Failed, match="the file was truncated while being read") as raised:
            list(stream.rows())
        assert raised.value.args[0] == errno.EIO and (repr(str(path)) in str(raised.value)) == (source is path)
        with pytest.raises(Failed):  # and again, not an end
            stream.batch()
        assert table.tally.unmatched <= 1 and table.tally.records > BATCH


def test_a_file_that_cannot_be_read():
    if not os.path.exists("/proc/self/mem"):
        pytest.skip("needs /proc/self/mem")
    stream = Stream(records("/proc/self/mem"))
    assert stream.stream.get_last_error(stream.stream) is None
    with pytest.raises(Failed, match=r"\[Errno 5\] .*: '/proc/self/mem'"):
        stream.batch()
    with pytest.raises(FileNotFoundError):
        records("/does/not/exist")


@pytest.mark.parametrize("kind", ["file", "path"])
def test_a_pipe_is_read_once(kind, tmp_path):
    def write(end):
        with open(end, "wb") as file:
            file.write(LOG[:100])
            file.flush()
            time.sleep(0.1)
            file.write(LOG[100:])
    if kind == "file":
        read, end = os.pipe()
        source = open(read, "rb")
    else:
        source = end = tmp_path / "fifo"
        os.mkfifo(source)
    writer = threading.Thread(target=write, args=(end,))
    writer.start()
    table = records(source, columns=["path"])
    first, second = Stream(table), Stream(table)
    assert second.fields() == {"path": "U"} and paths(second) == FIVE
    writer.join()
    for late in first, Stream(table):
        with pytest.raises(Failed, match="another stream reads this file, which can only be read once"):
            late.batch()
    with pytest.raises(ValueError, match="a stream reads the file, which can only be read once"):
        next(table)
    assert next(table, None) is None and table.tally.records == 5


def test_a_stream_after_the_iterator(path):
    table = records(path, columns=["path"])
    next(table)
    if hasattr(os, "pread"):
        assert paths(Stream(table)) == FIVE  # whatever the iterator has read
    assert table.tally.records == 5 and len(list(table)) == 4
    table = records(path)
    list(table)
    with pytest.raises(ValueError, match="has been read to its end: call records"):
        table.__arrow_c_stream__()
    table = records(path)
    stream = Stream(table)
    list(table)
    assert paths(stream) == paths(Stream(table)) == FIVE
    with path.open("rb") as file:
        for source in file, io.BytesIO(LOG):
            table = records(source)
            next(table)
            with pytest.raises(ValueError, match="has begun to read the file: call records"):
                table.__arrow_c_stream__()
            assert len(list(table)) == 4


def test_a_stream_while_the_iterator_runs():
    class File:
        def read(self, size):
            with pytest.raises(ValueError, match="the iterator is running"):
                table.__arrow_c_stream__()
            return b""
    table = records(File())
    assert list(table) == []


def test_files_that_raise():
    class File:
        def __init__(self, error):
            self.pieces = [LOG, error]

        def read(self, size):
            piece = self.pieces.pop(0)
            if isinstance(piece, bytes):
                return piece
            raise piece

    class Odd(Exception):
        def __str__(self):
            raise KeyError
    for error, code, said in (
            (OSError(errno.ENODEV, "gone"), errno.ENODEV, f"[Errno {errno.ENODEV}] gone"),
            (ValueError("what?"), errno.EIO, "what?"), (OSError("far"), errno.EIO, "far"),
            (OSError(2**70, "far"), errno.EIO, f"[Errno {2**70}] far"), (Odd(), errno.EIO, "Odd"),
            (UnicodeError("\udcff"), errno.EIO, "UnicodeError")):
        stream = Stream(records(File(error), columns=["path"]))
        assert stream.batch()["path"] == FIVE
        with pytest.raises(Failed) as raised:
            stream.batch()
        assert raised.value.args == (code, said)
    stream = Stream(records(File(MemoryError())))
    assert len(stream.batch()["path"]) == 5
    with pytest.raises(MemoryError):
        stream.batch()
    with pytest.raises(Failed, match="invalid result of read.*binary mode"):
        Stream(records(io.StringIO("x"))).batch()


@pytest.mark.parametrize("suffix, pack", [(".gz", gzip.compress), (".bz2", lambda data: bz2.compress(data, 1)), (".xz", lzma.compress),
                                          ("", gzip.compress)])
def test_compressed_logs(tmp_path, suffix, pack):
    path = tmp_path / f"access.log{suffix}"
    path.write_bytes(pack(LOG * 14_000))
    table = records(path, columns=["number"])
    some = [Stream(table) for _ in range(3)]
    while (batch := some[0].batch()) is not None:
        assert batch == some[1].batch()
    assert some[1].batch() is None and some[2].batch()["number"][-1] == BATCH
    late = records(path, columns=["number"])
    for found in table, late:
        next(found)  # from now on its file is that of the compressed one
        assert next(Stream(found).rows()) == {"number": 1}
        assert sum(1 for _ in found) == 69_999

    packed = pack(LOG)
    path.write_bytes(packed[:-9])
    table = records(path, columns=["path"])
    stream = Stream(table)
    with pytest.raises(Failed, match=f"(?s)damaged .* data after .*{path.name}") as raised:
        while stream.batch():
            pass
    assert raised.value.args[0] == errno.EIO
    if hasattr(os, "mkfifo"):
        fifo = tmp_path / f"fifo{suffix}"
        os.mkfifo(fifo)
        thread = threading.Thread(target=fifo.write_bytes, args=(packed,))
        thread.start()
        assert paths(Stream(records(fifo))) == FIVE
        thread.join()


def test_a_log_in_utf_16(path):
    path.write_bytes(LOG.decode().encode("utf-16"))
    assert paths(Stream(records(path))) == FIVE


def test_a_suffix_that_lies(tmp_path):
    path = tmp_path / "access.log.gz"
    path.write_bytes(LOG)
    with pytest.raises(Failed, match="damaged gzip data"):
        Stream(records(path)).batch()
    with path.open("rb") as file:  # what is given as a file is read as it is
        assert paths(Stream(records(file))) == FIVE


def test_keys_and_conditions_belong_to_the_stream():
    """The texts of arguments may be gone."""
    log = b'{"a": {"b": 404}, "path": "/x"}\n'
    stream = Stream(records(log, key="".join(["a", ".b"]), path="".join(["/", "x"]), columns=["status"]))
    gc.collect()
    assert rows_of(stream) == [{"status": 404}]
    stream = Stream(records(b"7 403\n", "4xx", "w3c", fields="x sc-status"))
    assert len(rows_of(stream)) == 1


def rows_of(stream):
    return list(stream.rows())


def test_data_stays_while_a_stream_needs_it():
    data = array.array("B", LOG)
    table = records(data, columns=["path"])
    stream = Stream(table)
    del table
    gc.collect()
    with pytest.raises(BufferError):
        data.append(0)
    assert paths(stream) == FIVE
    stream.release()
    data.append(0)


# ---- Threads -----------------------------------------------------------------------------------


def in_threads(work, count=4):
    errors = []

    def run():
        try:
            work()
        except BaseException as error:
            errors.append(error)
    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors[0]


def test_threads_pull_from_streams_of_their_own(path):
    path.write_bytes(LOG * 30_000)
    packed = path.with_suffix(".gz")
    packed.write_bytes(gzip.compress(LOG * 30_000))
    for source in path, LOG * 30_000, packed:
        table = records(source, columns=["number", "path"])
        in_threads(lambda table=table: [Stream(table).fields(), table.tally, schema_of(table)] and check_numbers(table))


def check_numbers(table):
    numbers = [number for batch in iter(Stream(table).batch, None) for number in batch["number"]]
    assert numbers == list(range(1, 150_001))


def test_threads_pull_from_one_stream(path):
    """One after the other, as Arrow demands."""
    path.write_bytes(LOG * 50_000)
    stream, lock, numbers = Stream(records(path, columns=["number"])), threading.Lock(), []

    def pull():
        batch = {}
        while batch is not None:
            with lock:
                batch = stream.batch()
                numbers.extend(batch["number"] if batch else ())
    in_threads(pull)
    assert numbers == list(range(1, 250_001))


def test_released_by_other_threads(path):
    for source in path, LOG, bytearray(LOG), io.BytesIO(LOG), path.open("rb"):
        for pull in True, False:
            stream = Stream(records(source if not isinstance(source, io.BytesIO) else io.BytesIO(LOG)))
            batch = stream.array() if pull else None

            def release(stream=stream, batch=batch):
                stream.release()
                if batch:
                    batch.release(batch)
            in_threads(release, 1)


def test_a_consumer_waits_for_a_pipe_without_the_lock(tmp_path):
    """This thread runs while another waits in get_next()."""
    read, end = os.pipe()
    stream, found = Stream(records(open(read, "rb"))), []
    thread = threading.Thread(target=lambda: found.extend(paths(stream)))
    thread.start()
    time.sleep(0.05)
    os.write(end, LOG)
    os.close(end)
    thread.join()
    assert found == FIVE


INTERPRETER = '''
import sys
try:
    import _interpreters
except ImportError:
    import _xxsubinterpreters as _interpreters
sys.path[:0] = {tests!r}
USE = """
import sys
sys.path[:] = {paths!r}
import httpstatus
def raises(error, said, call):
    try:
        call()
    except error as raised:
        assert said in str(raised), raised
    else:
        raise AssertionError(said)
capsule = httpstatus.records({path!r}, columns=["path"]).__arrow_c_stream__()
httpstatus.records({path!r}).__arrow_c_schema__()
for source in b"x", open({path!r}, "rb", 0).__class__, :
    pass
import io
for source in b"x", io.BytesIO(b"x"):
    raises(RuntimeError, "a sub-interpreter can only make a stream of a regular file",
           httpstatus.records(source).__arrow_c_stream__)
sys.path[:0] = {tests!r}
try:
    from arrow import Failed, Stream
except ImportError as error:
    Stream = None  # before 3.13 ctypes does not run here
if Stream:
    assert len(list(Stream(httpstatus.records({path!r})).rows())) == 5
    raises(Failed, "a sub-interpreter cannot stream a compressed log",
           Stream(httpstatus.records({packed!r})).batch)
    print("by ctypes")
del capsule
"""
if hasattr(_interpreters, "exec"):
    one = _interpreters.create("isolated")
    error = _interpreters.exec(one, USE)
    assert not error, error
else:
    one = _interpreters.create(isolated=True)
    _interpreters.run_string(one, USE)
_interpreters.destroy(one)
'''


@PREAD
@pytest.mark.skipif(sys.version_info < (3, 12), reason="needs sub-interpreters of CPython 3.12")
def test_sub_interpreters(path):
    packed = path.with_suffix(".gz")
    packed.write_bytes(gzip.compress(LOG))
    script = INTERPRETER.format(tests=[str(ROOT / "tests/python")], paths=sys.path, path=str(path), packed=str(packed))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_the_interpreter_ends_before_a_stream(path):
    """Streams that nobody releases, and one that a thread is reading."""
    script = (f"import sys, threading; sys.path[:0] = [{str(ROOT / 'tests/python')!r}, *{sys.path!r}]\n"
              "import arrow, httpstatus, os, time\n"
              f"kept = [arrow.Stream(httpstatus.records(source)) for source in ({str(path)!r}, b'x', open(os.pipe()[0], 'rb'))]\n"
              "arrow.Stream.__del__ = None\n"
              "threading.Thread(target=kept[2].array, daemon=True).start()\n"
              f"capsule = httpstatus.records({str(path)!r}).__arrow_c_stream__()\n"
              "time.sleep(0.1)\n")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


# ---- Memory ------------------------------------------------------------------------------------


def test_no_leak(path):
    def work():
        table = records(path, columns=["path", "time"], path="/", key=None)
        schema_of(table), table.__arrow_c_stream__(), table.__arrow_c_schema__()
        assert len(rows(table)) == 5
        for source in LOG, io.BytesIO(LOG):
            rows(records(source))
            batch = Stream(records(source)).array()
            batch and batch.release(batch)
            records(source).__arrow_c_stream__()
        for wrong in (["a"], "b", []):
            with pytest.raises((TypeError, ValueError)):
                records(path, columns=wrong)
    for _ in range(100):
        work()
    gc.collect()
    before, pages, descriptor = sys.getallocatedblocks(), resident(), os.dup(2)
    os.close(descriptor)
    for _ in range(600):
        work()
    gc.collect()
    assert sys.getallocatedblocks() - before < 500
    assert resident() - pages < 600  # of 4 KiB: those of a stream are at least 20
    assert os.dup(2) == descriptor
    os.close(descriptor)


def resident():
    """What blocks of the interpreter do not tell; 0 where nothing does."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1])
    except FileNotFoundError:
        return 0


MEMORY = """
import sys, resource
sys.path[:0] = {paths!r}
import arrow, httpstatus
piece = {line!r} * 20_000

class File:
    def __init__(self):
        self.left = int(sys.argv[1])
    def read(self, size):
        self.left -= 1
        return piece[:2 * 1024 * 1024] if self.left >= 0 else b""
stream, count = arrow.Stream(httpstatus.records(File(), columns=["path", "agent", "time", "status"])), 0
while (batch := stream.array()) is not None:
    count += batch.length
    batch.release(batch)
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_is_constant():
    resource = pytest.importorskip("resource")
    assert resource
    script = MEMORY.format(paths=[str(ROOT / "tests/python"), *sys.path], line=RECORD % 7)
    used = {}
    for pieces in 10, 100:
        done = subprocess.run([sys.executable, "-c", script, str(pieces)], capture_output=True, text=True, check=True)
        count, used[pieces] = map(int, done.stdout.split())
        assert count >= pieces * 19_000
    assert used[100] - used[10] < 4096  # KiB, of 130 MB more


# ---- The libraries: tests/run demands them of the newest interpreter ---------------------------


UTC = timezone.utc


def python_values(found, columns=COLUMNS, binary=False):
    """Rows with their times as datetimes, where datetime has them."""
    for row in expected(found, columns, binary):
        if row.get("time") is not None:
            row["time"] = datetime.fromtimestamp(0, UTC).replace(year=1970) + \
                importlib.import_module("datetime").timedelta(microseconds=row["time"])
        yield row


@pytest.mark.parametrize("path", LOGS, ids=NAMES.get)
def test_pyarrow(path, library):
    pyarrow = library("pyarrow")
    for binary in False, True:
        table = records(path, [*EVERY, "unmatched"], columns=COLUMNS, binary=binary)
        found = pyarrow.table(table)
        found.validate(full=True)
        assert found.to_pylist() == list(python_values(records(path, [*EVERY, "unmatched"]), binary=binary))
        assert pyarrow.schema(table) == found.schema
    text = pyarrow.large_string()
    assert pyarrow.schema(records(path)).types[:5] == [
        pyarrow.int16(), pyarrow.uint16(), pyarrow.int64(), text, pyarrow.timestamp("us", "UTC")]


def test_pyarrow_in_batches(library, path):
    pyarrow = library("pyarrow")
    path.write_bytes(LOG * 30_000)
    table = records(path, columns=["path", "status"])
    reader = pyarrow.RecordBatchReader.from_stream(table)
    batch = reader.read_next_batch()
    assert batch.num_rows == BATCH and sum(more.num_rows for more in reader) + BATCH == 150_000
    assert batch.column("path").to_pylist()[:5] == FIVE  # when the stream has gone
    os.truncate(path, 7)
    with pytest.raises(OSError, match="truncated"):
        Reader = pyarrow.RecordBatchReader.from_stream(records(Cut(path)))
        Reader.read_all()


class Cut:
    """A file that fails after its first record."""

    def __init__(self, path):
        self.pieces = [LOG]

    def read(self, size):
        if self.pieces:
            return self.pieces.pop()
        raise OSError(errno.EIO, "the file was truncated")


def test_nanoarrow(path):
    """Checks the buffers in full."""
    nanoarrow = pytest.importorskip("nanoarrow")
    c_lib = importlib.import_module("nanoarrow.c_array_stream")
    for source in path, SAMPLE, b"":
        table = records(source, [*EVERY, "unmatched"], columns=COLUMNS)
        assert sum(len(nanoarrow.Array(batch)) for batch in nanoarrow.ArrayStream(table).iter_chunks()) == \
            len(list(records(source, [*EVERY, "unmatched"])))
        with c_lib.c_array_stream(table) as stream:
            for batch in stream:
                nanoarrow.c_array(batch).view()


QUERY = "select path, count(*) n from log where status >= 500 group by 1 order by 2 desc, 1"


def by_hand(path):
    counts = {}
    for record in records(path):
        if record.status is not None and record.status >= 500:
            counts[record.path] = counts.get(record.path, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def test_duckdb(library, path):
    duckdb = library("duckdb")
    path.write_bytes(SAMPLE.read_bytes() * 300)
    for log in records(path), records(path, columns=["status", "path"]), records(path.read_bytes()):
        for _ in range(2):
            assert duckdb.sql(QUERY).fetchall() == by_hand(path)
    with path.open("rb") as file:
        log = records(file)
        assert duckdb.sql(QUERY).fetchall() == by_hand(path)
    log = records(open(path, "rb"))
    assert duckdb.sql("from log limit 1").fetchall()[0][0] == 403
    columns = ["number", "time", "client", "duration", "line"]
    log = records(SAMPLE, columns=columns)
    connection = duckdb.connect()
    connection.sql("set timezone = 'UTC'")
    found = [dict(zip(columns, row)) for row in connection.sql("from log order by number").fetchall()]
    assert [row["time"].timestamp() * 10**6 for row in found] == [row["time"] for row in rows(log)]
    assert [row["line"] for row in found] == [row["line"] for row in rows(log)]


def test_duckdb_with_bytes_that_are_no_text(library):
    duckdb = library("duckdb")
    log = records(RECORD.replace(b"/%d", b"/\xff\xed\xa0\x80\\\\xe9"), columns=["path"])
    assert duckdb.sql("from log").fetchall() == [("/" + r"\xff\xed\xa0\x80\xe9",)]
    log = records(RECORD.replace(b"/%d", b"/\xff"), columns=["path"], binary=True)
    assert duckdb.sql("from log").fetchall() == [(b"/\xff",)]


def test_duckdb_names_what_went_wrong(library, tmp_path):
    duckdb = library("duckdb")
    path = tmp_path / "access.log.gz"
    path.write_bytes(gzip.compress(LOG)[:-9])
    log = records(path)
    with pytest.raises(Exception, match="damaged gzip data"):
        duckdb.sql("select count(path) from log").fetchall()
    assert log.tally.records == 5


def test_polars(library, path):
    polars = library("polars")
    path.write_bytes(SAMPLE.read_bytes() * 300)
    frame = polars.DataFrame(records(path, columns=COLUMNS))
    assert frame.schema["status"] == polars.Int16 and frame.schema["time"] == polars.Datetime("us", "UTC")
    some = records(path, columns=COLUMNS)
    assert frame.head(1000).rows(named=True) == list(itertools.islice(python_values(some), 1000))
    counts = frame.filter(polars.col("status") >= 500).group_by("path").len().sort(["len", "path"], descending=[True, False])
    assert counts.rows() == by_hand(path)


def test_pandas(library, path):
    pandas = library("pandas")
    path.write_bytes(SAMPLE.read_bytes() * 300)
    if not hasattr(pandas.DataFrame, "from_arrow"):
        frame = library("pyarrow").table(records(path)).to_pandas()
    else:
        frame = pandas.DataFrame.from_arrow(records(path))
    counts = frame[frame.status >= 500].groupby("path").size()
    assert sorted(counts.items(), key=lambda item: (-item[1], item[0])) == by_hand(path)
    assert str(frame.time.dtype) == "datetime64[us, UTC]" and frame.time[0] == next(records(path)).time


def test_readme_tables(library, tmp_path, monkeypatch):
    """The example of the README of Python, with a log of that name."""
    for name in ("numpy", "pandas", "pyarrow", "polars", "duckdb"):
        library(name)
    text = (ROOT / "bindings/python/README.md").read_text(encoding="utf-8")
    (tmp_path / "access.log").write_bytes(SAMPLE.read_bytes())
    monkeypatch.chdir(tmp_path)
    exec(re.search(r"^## A log as a table\n.*?```python\n(.*?)```", text, re.S | re.M)[1], {})

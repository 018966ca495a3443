"""One log read by several threads: by one descriptor, in pieces that begin and end with lines."""
import json
import os
import random
import subprocess
import sys
import threading

import httpstatus
import pytest
from httpstatus import _core, _jobs

RECORD = b'::1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" %d 7\n'
END = 1 << 62


def ranges(path, cuts, **options):
    """The tallies of a file from each cut to the next."""
    with open(path, "rb") as file:
        cuts, carry, tallies = [0, *cuts, END], None, []
        for start, end in zip(cuts, cuts[1:]):
            tally, carry = _core._tally_range(file.fileno(), start, end, end == END, carry, None,
                                              **options)
            tallies.append(tally)
        return tallies


@pytest.mark.parametrize("log", [
    b"", b"\n", RECORD % 200, RECORD.rstrip() % 404, RECORD % 200 + b"\n\nbad\r\n" + RECORD % 500,
    b"\n" + RECORD % 200 + RECORD.rstrip() % 404,
])
def test_ranges_of_every_cut(log, tmp_path):
    """Each line belongs to the range in which it begins."""
    path = tmp_path / "log"
    path.write_bytes(log)
    whole = httpstatus.tally(log, "clf")
    for cut in range(len(log) + 1):
        left, right = ranges(path, [cut], format="clf")
        assert left + right == whole
        assert left.lines == min(log.count(b"\n", 0, max(cut - 1, 0)) + (cut > 0), whole.lines)
    assert sum(ranges(path, range(1, len(log) + 1), format="clf")) == whole
    with pytest.raises(OSError, match="the file was truncated while being read"):
        ranges(path, [len(log) + 1], format="clf")  # it had so much when it was divided


def test_ranges_at_random(tmp_path):
    """Including lines longer than one read."""
    rng = random.Random(3)
    path = tmp_path / "log"
    long = RECORD.replace(b" /", b" /" + b"a" * (5 << 20)) % 500
    log = b"".join(rng.choices([RECORD % 200, RECORD % 404, b"bad\n"], k=30_000)) + long + \
        RECORD % 302 + long + RECORD * 3 % (200, 200, 200)
    path.write_bytes(log)
    whole = httpstatus.tally(log, "clf")
    for _ in range(10):
        cuts = sorted(rng.randrange(1, len(log)) for _ in range(rng.randrange(1, 9)))
        assert sum(ranges(path, cuts, format="clf")) == whole


def test_a_range_of_other_options(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b'{"a": 404}\n' * 3)
    assert ranges(path, [5], format="json", key="a")[1][404] == 2
    with pytest.raises(httpstatus.LogFormatError):
        ranges(path, [], format="json", key="")
    with pytest.raises(httpstatus.LogFormatError):
        ranges(path, [], format="nope")
    with pytest.raises(TypeError):
        _core._tally_range("x", 0, 1, True, None, None)


def test_what_goes_on_after_a_place(tmp_path):
    carry = _core._carry_after(b"#Fields: sc-status x\n", format="w3c", fields="x sc-status")
    assert _core._same_carry(carry, _core._carry_after(b"", format="w3c", fields="sc-status x"))
    path = tmp_path / "log"
    path.write_bytes(b"404 200\n500")
    found = _core._tally_after(path, carry, format="w3c")
    assert dict(found) == {404: 1} and (found.unmatched, found.consumed) == (1, 8)
    assert _core._tally_after(path, carry, format="w3c", method="GET").excluded == 1
    for wrong in {"format": "nope"}, {"format": "json", "key": ""}:
        with pytest.raises(httpstatus.LogFormatError):
            _core._carry_after(b"", **wrong)
        with pytest.raises(httpstatus.LogFormatError):
            _core._tally_after(path, carry, **wrong)
    with pytest.raises(TypeError):
        _core._carry_after("")
    with pytest.raises(ValueError, match="invalid method"):
        _core._tally_after(path, carry, method="")
    with pytest.raises(FileNotFoundError):
        _core._tally_after(tmp_path / "missing", carry)


def test_a_range_that_cannot_be_read(tmp_path):
    with pytest.raises(OSError) as caught:
        _core._tally_range(1 << 20, 0, END, True, None, None)
    assert caught.value.tally.lines == 0
    path = tmp_path / "log"
    path.write_bytes(RECORD * 3 % (200, 200, 200))

    def stop(size):
        raise KeyboardInterrupt
    with open(path, "rb") as file, pytest.raises(KeyboardInterrupt):
        _core._tally_range(file.fileno(), 0, END, True, None, stop)


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "access.log"
    path.write_bytes((RECORD % 200 + RECORD % 404) * 100_000)
    return path


def test_a_log_that_is_rotated(log, monkeypatch):
    """The opened file is read, whatever happens to its name."""
    def rotate(work, size):
        if once:
            once.pop()
            log.rename(log.with_suffix(".1"))
            log.write_bytes(RECORD % 500)
    monkeypatch.setattr(_jobs.Work, "progress", rotate)
    for jobs in (2, 5):
        once = [True]
        assert dict(httpstatus.tally(log, jobs=jobs)) == {200: 100_000, 404: 100_000}
        log.with_suffix(".1").rename(log)


def test_files_are_closed(log):
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for path in (log, [log, log]):
        httpstatus.tally(path, jobs=3)
    if before:
        assert len(os.listdir("/proc/self/fd")) == before


def test_an_error_in_a_piece(log, monkeypatch):
    """It names the log, and has what came before it."""
    class Short(_jobs.Shared):
        def fileno(self):
            self.asked = getattr(self, "asked", 0) + 1
            return super().fileno() if self.asked < 5 else 1 << 20
    monkeypatch.setattr(_jobs, "Shared", Short)
    with pytest.raises(OSError) as caught:
        httpstatus.tally(log, jobs=2)
    assert caught.value.filename == log and 0 < caught.value.tally.lines < 200_000


def test_a_line_that_is_most_of_the_log(tmp_path, monkeypatch):
    """However many pieces there are, no byte is read more than twice."""
    read = []
    monkeypatch.setattr(_jobs.Work, "progress", lambda work, size: read.append(size))
    path = tmp_path / "log"
    path.write_bytes(RECORD % 200 + RECORD.replace(b" /", b" /" + b"a" * (64 << 20)) % 500 + RECORD % 404)
    for jobs in (2, 32):
        read.clear()
        assert dict(httpstatus.tally(path, jobs=jobs)) == {200: 1, 404: 1, 500: 1}
        assert sum(read) < 2.2 * path.stat().st_size


def test_a_line_that_is_most_of_a_log_with_fields(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"#Fields: sc-status a\n404 x\n#Fields: a sc-status\n" + b"a" * (8 << 20) + b" 200")
    assert dict(httpstatus.tally(path, jobs=4)) == dict(httpstatus.tally(path)) == {200: 1, 404: 1}


@pytest.mark.parametrize("size", [0, 5_000_000])
def test_a_file_that_is_cut_while_it_is_read(size, tmp_path, monkeypatch):
    """It ends before a piece does, or before the bytes already read."""
    path, cut = tmp_path / "log", threading.Event()
    path.write_bytes(RECORD % 200 * 200_000)
    progress = _jobs.Work.progress

    def shrink(self, count):
        progress(self, count)
        if not cut.is_set():
            cut.set()
            os.truncate(path, size)
    monkeypatch.setattr(_jobs.Work, "progress", shrink)
    with pytest.raises(OSError, match="the file was truncated while being read") as told:
        httpstatus.tally(path, jobs=2)
    assert told.value.tally.lines < 200_000


def test_an_interrupt_ends_a_piece():
    work = _jobs.Work([], 1)
    work.progress(1)
    work.fail(KeyboardInterrupt(), 3)
    with pytest.raises(KeyboardInterrupt):
        work.progress(1)


def test_a_file_of_the_name_of_standard_input(log, tmp_path):
    """'-' is the file to tally(), and standard input to the command."""
    log.rename(tmp_path / "-")
    for jobs in ("1", "2"):
        done = subprocess.run([sys.executable, "-m", "httpstatus", "tally", "-", "--jobs", jobs, "--json"],
                              input=RECORD % 500, cwd=tmp_path, capture_output=True)
        assert json.loads(done.stdout)["counts"] == {"500": 1}, done.stderr
    done = subprocess.run([sys.executable, "-c", "import httpstatus; print(httpstatus.tally('-', jobs=2)[200])"],
                          cwd=tmp_path, capture_output=True)
    assert done.stdout == b"100000\n", done.stderr


# ---- What is kept of many logs ----

def test_a_finished_tally_is_small(tmp_path):
    import tracemalloc

    log = b"".join(RECORD % status for status in (200, 204, 301, 302, 304, 400, 401, 403, 404, 500)) * 2
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tallies = [httpstatus.tally(log) for _ in range(1000)]
        assert tracemalloc.get_traced_memory()[0] - before < 1000 * 1000
        assert sum(tallies)[404] == 2000
    finally:
        tracemalloc.stop()


def test_few_tallies_wait_for_a_slow_log(monkeypatch):
    import io
    import threading

    monkeypatch.setattr(_jobs.Work, "window", 5)
    waiting, most = [], threading.Event()

    class Slow(io.RawIOBase):
        def readinto(self, buffer):
            assert most.wait(20)
            return 0
    wait_for_room, put = _jobs.Work.wait_for_room, _jobs.Work.put

    def counted(work, number):
        if number > work.added + 5:
            most.set()
        wait_for_room(work, number)

    def kept(work, *arguments):
        put(work, *arguments)
        waiting.append(len(work.ready))
    monkeypatch.setattr(_jobs.Work, "wait_for_room", counted)
    monkeypatch.setattr(_jobs.Work, "put", kept)
    assert httpstatus.tally([Slow(), *[RECORD % 200] * 40], jobs=3)[200] == 40
    assert max(waiting) <= 6

    class Broken(Slow):
        def readinto(self, buffer):
            super().readinto(buffer)
            raise OSError("broken")
    most.clear()
    with pytest.raises(OSError, match="broken") as caught:
        httpstatus.tally([RECORD % 200, Broken(), *[RECORD % 200] * 40], jobs=3)
    assert dict(caught.value.tally) == {200: 1}

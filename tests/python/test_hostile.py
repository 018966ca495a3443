"""Hostile users: what they do, and what comes of it, a value or an error and how it begins."""
import array
import contextlib
import gc
import io
import mmap
import os
import pickle
import subprocess
import sys
import threading
import time

import httpstatus
import pytest
from httpstatus import RedirectChain, Status, Tally, _core

RECORD = b'h - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 12\n'
MILLION = 1_000_000
HUGE, LINES = "x" * MILLION, "GET\n" * MILLION
NAN, FAR = float("nan"), 2**100
LONE = "\ud800"


class Trap:
    """Whatever it is asked for, it raises."""

    def __getattr__(self, name):
        raise RuntimeError(name)


class Index:
    def __init__(self, act):
        self.act = act

    def __index__(self):
        return self.act()


def raising():
    raise RuntimeError("of the index")


def length(value):
    return len(value) if hasattr(value, "__len__") else value


# What is called, and what it gives, or the error and how its message begins; of an error with a message
# that is the interpreter's own, the type alone.
CALLS = {
    "a code of 2**100": (lambda: httpstatus.lookup(FAR), None),
    "a code of -2**100": (lambda: httpstatus.class_of(-FAR), None),
    "the effective code of 2**100": (lambda: httpstatus.effective(FAR), 500),
    "a negative code": (lambda: httpstatus.phrase(-404), None),
    "a Status of 2**100": (lambda: Status(FAR), (ValueError, "invalid code 12676")),
    "a substatus of 2**100": (lambda: Status(404, FAR), (ValueError, "invalid substatus 12676")),
    "NaN": (lambda: httpstatus.lookup(NAN), (TypeError, "invalid what nan: expected an int or a str")),
    "infinity in a redirect": (
        lambda: httpstatus.redirect(float("inf"), "GET"), (TypeError, "invalid code inf: expected an int")),
    "a tally asked for 2**100": (lambda: httpstatus.tally(RECORD)[FAR], 0),
    "a tally asked for NaN": (lambda: httpstatus.tally(RECORD)[NAN], (TypeError, "invalid code nan")),
    "2**100 in a tally": (lambda: FAR in httpstatus.tally(RECORD), False),
    "jobs of 2**100": (lambda: httpstatus.tally(RECORD, jobs=FAR), (ValueError, "invalid jobs")),
    "a negative number of jobs": (lambda: httpstatus.tally(RECORD, jobs=-1), (ValueError, "invalid jobs -1")),
    "a limit of 2**100": (lambda: RedirectChain("GET", limit=FAR), (ValueError, "invalid limit")),
    "lines of the status 2**100": (lambda: httpstatus.select(RECORD, FAR), (ValueError, "invalid which")),
    "lines of the status NaN": (
        lambda: httpstatus.select(RECORD, NAN), (TypeError, "invalid which nan: expected")),
    "records of the status 2**100": (lambda: httpstatus.records(RECORD, FAR), (ValueError, "invalid which")),
    "a zone of 2**100": (lambda: httpstatus.record(RECORD, zone=FAR), (ValueError, "invalid zone 12676")),
    "a zone of NaN": (lambda: httpstatus.record(RECORD, zone=NAN), (TypeError, "invalid zone nan: expected an int")),
    "a reference of 2**100": (
        lambda: httpstatus.record(RECORD, reference=FAR), (ValueError, "invalid reference 12676")),
    "a column of 2**63": (lambda: list(httpstatus.class_array(array.array("Q", [2**63]))), [0]),

    "a method of a million bytes": (lambda: len(httpstatus.redirect(307, HUGE).method), MILLION),
    "a method of a million lines": (
        lambda: httpstatus.redirect(302, LINES), (ValueError, "invalid")),
    "a Location of a million bytes": (lambda: len(httpstatus.resolve("http://a/", HUGE).url), MILLION + 9),
    "a Location of a million lines": (lambda: httpstatus.resolve("http://a/", LINES).problem, "invalid"),
    "a Location of a million steps up": (
        lambda: httpstatus.resolve("http://a" + "/x" * MILLION, "../" * MILLION).url, "http://a/"),
    "a host of a million bytes": (lambda: httpstatus.resolve("http://a/", "//" + HUGE, "whatwg").cross_host, True),
    "an address of a million bytes": (
        lambda: httpstatus.resolve("http://a/", "//[" + "1:" * MILLION + "]").problem, "invalid"),
    "a base of a million bytes": (lambda: httpstatus.resolve(HUGE, "/"), (ValueError, "invalid base 'xxx")),
    "a phrase of a million bytes": (lambda: httpstatus.lookup(HUGE), None),
    "a phrase of a million lines": (lambda: httpstatus.lookup(LINES), None),
    "a search for a million lines": (
        lambda: httpstatus.search(LINES), (ValueError, "invalid words 'GET\\nGET\\n")),
    "a search for twenty thousand words": (
        lambda: httpstatus.search("gateway timeout " * 10_000),
        (ValueError, "invalid words 'gateway timeout ")),
    "a search for a word in a million blanks": (
        lambda: httpstatus.search(" " * MILLION + "teapot" + " " * MILLION)[0].code, 418),
    "an owner of a million bytes": (lambda: httpstatus.lookup(404, owner=HUGE), None),
    "a format of a million bytes": (lambda: Tally(HUGE), (ValueError, "invalid format 'xxx")),
    "a format string of a million words": (lambda: Tally("%h " * MILLION), (ValueError, "invalid format '%h %h ")),
    "a key of a million bytes": (
        lambda: httpstatus.tally(b'{"a":1}', "json", key=HUGE).unmatched, 1),
    "fields of a million bytes": (
        lambda: httpstatus.tally(b"1", "w3c", fields=HUGE + " sc-status").unmatched, 1),
    "which of a million bytes": (
        lambda: httpstatus.select(b"", HUGE), (ValueError, "invalid which")),
    "a million wishes": (
        lambda: len(list(httpstatus.select(RECORD, ["5xx"] * MILLION + [200]))), 1),
    "a line of a million bytes": (lambda: httpstatus.record(HUGE), None),
    "a line of a million lines": (lambda: httpstatus.record(LINES), None),
    "a path of a million bytes": (
        lambda: len(httpstatus.record(RECORD.replace(b"GET /", b"GET /" + HUGE.encode())).path), MILLION + 1),
    "a million escapes": (
        lambda: len(httpstatus.record(RECORD.replace(b"GET /", b"GET /" + b"\\x41" * MILLION)).path), MILLION + 1),
    "a policy of a million bytes": (
        lambda: httpstatus.redirect(302, "GET", HUGE), (ValueError, "invalid policy")),
    "a hundred thousand names": (
        lambda: len(httpstatus.redirect(303, "POST", drops_headers=["X"] * 100_000).drops_headers),
        100_000),

    "NUL in a method": (lambda: httpstatus.redirect(302, "GET\0"), (ValueError, "invalid method")),
    "NUL in a phrase": (lambda: httpstatus.lookup("Not Found\0"), None),
    "NUL in a policy": (
        lambda: httpstatus.redirect(302, "GET", "fetch\0"), (ValueError, "invalid policy 'fetch\\x00': expected")),
    "NUL in a class": (lambda: httpstatus.statuses("4xx\0"), (ValueError, "invalid status_class")),
    "NUL in a property": (
        lambda: Status(404).reference_for("is_error\0"), (ValueError, "invalid property 'is_error\\x00': expected")),
    "NUL in a path": (lambda: httpstatus.tally("a\0b"), ValueError),
    "NUL in a header's name": (
        lambda: httpstatus.redirect(302, "GET", drops_headers=["A\0"]), (ValueError, "invalid drops_headers")),
    "a surrogate as a Location": (lambda: httpstatus.resolve("http://a/", LONE), UnicodeEncodeError),
    "a surrogate as a base": (lambda: httpstatus.resolve(LONE, "/"), UnicodeEncodeError),
    "a surrogate as rules": (lambda: httpstatus.resolve("http://a/", "/", LONE), (ValueError, "invalid rules")),
    "a byte as a Location": (lambda: httpstatus.resolve("http://a/", "\udcff").url, "http://a/%FF"),
    "NUL in a Location": (lambda: httpstatus.resolve("http://a/", "/\0").problem, "invalid"),
    "a surrogate as a method": (
        lambda: httpstatus.redirect(302, LONE), (ValueError, "invalid method")),
    "a surrogate as a line": (lambda: httpstatus.record(LONE), UnicodeEncodeError),
    "NUL in a line": (lambda: httpstatus.record(RECORD.replace(b"GET /", b"GET /\0")).path, "/\0"),
    "a surrogate as a phrase": (lambda: httpstatus.lookup(LONE), None),
    "a surrogate as an owner": (lambda: httpstatus.lookup(404, owner=LONE), None),
    "a surrogate as an unknown owner": (lambda: Status(404, 7, LONE), UnicodeEncodeError),
    "a surrogate as a policy": (
        lambda: httpstatus.redirect(302, "GET", LONE), (ValueError, "invalid policy")),
    "a surrogate as a format": (lambda: Tally(LONE), (ValueError, "invalid format")),
    "a surrogate as a key": (
        lambda: httpstatus.tally(b'{"a":1}', "json", key=LONE).unmatched, 1),
    "a surrogate in a path": (lambda: httpstatus.tally("/\udcff.log"), FileNotFoundError),
    "a surrogate in a URL": (lambda: RedirectChain("GET").step(302, LONE).method, "GET"),

    "an index that raises": (lambda: httpstatus.lookup(Index(raising)), (RuntimeError, "of the")),
    "an index that is no int": (lambda: Status(Index(lambda: "4")), TypeError),
    "an index in a list of codes": (
        lambda: httpstatus.redirect(302, "GET", follow=[Index(raising)]), (RuntimeError, "of the")),
    "an index in which": (
        lambda: httpstatus.select(RECORD, [200, Index(raising)]), (RuntimeError, "of the index")),
    "an index as a zone": (lambda: httpstatus.record(RECORD, zone=Index(raising)), (RuntimeError, "of the index")),
    "an object that raises, as a zone": (
        lambda: httpstatus.record(RECORD, zone=Trap()), (TypeError, "invalid zone of type Trap")),
    "an index as jobs": (
        lambda: httpstatus.tally(RECORD, jobs=Index(raising)), (RuntimeError, "of the index")),
    "an object that raises, as a source": (
        lambda: httpstatus.tally(Trap()), (RuntimeError, "__fsp")),
    "an object that raises, as codes": (
        lambda: httpstatus.class_array(Trap()), (RuntimeError, "__array__")),
    "a list that has itself in it": (
        lambda: httpstatus.tally(nested()), RecursionError),
    "which that has itself in it": (
        lambda: httpstatus.select(b"", nested()), (TypeError, "invalid which of type list: expected")),
    "a client made by hand": (
        lambda: httpstatus.RedirectClient((Trap(),) * 12).differs_from("fetch"),
        (ValueError, "invalid record: expected one from redirect_clients()")),
    "lines made by hand": (
        lambda: object.__new__(type(httpstatus.select(b"", 200))), TypeError),
    "a record made by hand": (lambda: object.__new__(httpstatus.Record), TypeError),
    "records made by hand": (lambda: object.__new__(httpstatus.Records), TypeError),
    "a chain that its type makes": (
        lambda: RedirectChain.__new__(RedirectChain, "POST", limit=3).method, "POST"),
    "a Status that int makes": (lambda: int.__new__(Status, 404), TypeError),
    "a Status that object copies": (
        lambda: pickle.loads(pickle.dumps(Status(404), 0)) is Status(404), True),
}


def nested():
    value = []
    value.append(value)
    return value


@pytest.mark.parametrize("name", CALLS)
def test_call(name):
    call, outcome = CALLS[name]
    error, beginning = outcome if isinstance(outcome, tuple) else (outcome, "")
    if not isinstance(error, type):
        assert call() == outcome
        return
    with pytest.raises(error) as raised:
        call()
    assert str(raised.value).startswith(beginning), str(raised.value)[:200]


# ---- Code that runs in the middle --------------------------------------------------------------


def test_an_index_that_drops_what_it_belongs_to():
    codes = [301, None, 302]

    def drop():
        codes.clear()
        gc.collect()
        return 303
    codes[1] = Index(drop)
    assert httpstatus.redirect(303, "POST", follow=codes).method == "GET"
    with pytest.raises(ValueError, match="invalid follow of type Index: expected a list of codes"):
        httpstatus.redirect(303, "POST", follow=[Index(lambda: 200)])
    names = ["A", "B"]

    class Names(list):
        def __iter__(self):
            for name in names:
                names.clear()
                yield name + "x"
    assert httpstatus.redirect(303, "POST", drops_headers=Names("AB")).drops_headers == ("Ax",)


def test_a_state_whose_keys_drop_its_items():
    """Pickles are not to be trusted, but they do not crash."""
    state = httpstatus.tally(b"#Fields: sc-status sc-substatus\n403 14\n").__reduce__()[2]
    for watched in state:
        for dropped in state:
            class Key:
                armed = False

                def __hash__(self):
                    return hash(watched)

                def __eq__(self, other):
                    if Key.armed:
                        Key.armed = False
                        hostile.pop(dropped, None)
                        gc.collect(0)
                    return False
            hostile = {Key(): 1}
            hostile.update((key, pickle.loads(pickle.dumps(value))) for key, value in state.items())
            Key.armed = True
            with contextlib.suppress(ValueError):
                Tally().__setstate__(hostile)


STATES = {
    "no dict": [], "nothing": {}, "another format": {"format": 1},
    "a format of bytes": {"format": b""},
    "a surrogate as the format": {"format": LONE}, "counts of a float": {"counts": {200: 1.5}},
    "a negative count": {"counts": {200: -1}}, "a count of 2**100": {"counts": {200: FAR}},
    "a code of 2**100": {"counts": {FAR: 1}}, "eleven numbers": {"first_unmatched": (1,) * 11},
    "numbers that are none": {"first_unmatched": ("x",)}, "lines of 2**100": {"lines": FAR},
    "too many pairs": {"substatuses": {f"403.{i}": 1 for i in range(1, 400)}},
    "a pair of a surrogate": {"substatuses": {LONE: 1}},
    "a pair of bytes": {"substatuses": {b"4": 1}}, "a negative pair": {"substatuses": {"403.1": -1}},
    "counts of itself": {"counts": nested()},
}


@pytest.mark.parametrize("name", STATES)
def test_a_state_of_ones_own(name):
    state = httpstatus.tally(RECORD).__reduce__()[2]
    wrong = STATES[name]
    if wrong and isinstance(wrong, dict):
        wrong = {**state, **wrong}
    tally = Tally()
    with pytest.raises((TypeError, ValueError, OverflowError)):
        tally.__setstate__(wrong)
    assert tally.lines == 0  # as it was


def test_a_collector_that_looks_at_everything():
    """A half-made object is never visible."""
    def look(phase, info):
        for thing in gc.get_objects():
            if type(thing).__module__ == "httpstatus":
                repr(thing)
    threshold = gc.get_threshold()
    gc.callbacks.append(look)
    try:
        gc.set_threshold(1)
        for substatus in range(50, 60):
            Status(403, substatus, "x")
        list(httpstatus.select(RECORD, 200))
        httpstatus.redirect(302, "FROB")
    finally:
        gc.set_threshold(*threshold)
        gc.callbacks.remove(look)


# ---- Buffers -----------------------------------------------------------------------------------


class Resizing(io.RawIOBase):
    """Tries to take away the memory that it reads into."""

    def __init__(self):
        self.left = [RECORD] * 3
        self.views = []

    def readinto(self, view):
        with pytest.raises(BufferError):
            view.obj.clear()
        for old in self.views:
            old[:] = b"x" * len(old)
        self.views.append(view)
        piece = self.left.pop() if self.left else b""
        view[:len(piece)] = piece
        return len(piece)


def test_a_buffer_resized_during_a_call():
    assert httpstatus.tally(Resizing())[200] == 3
    assert len(list(httpstatus.select(Resizing(), 200))) == 3
    assert len(list(httpstatus.records(Resizing()))) == 3
    log = bytearray(RECORD * 3)
    lines = httpstatus.select(log, 200)
    next(lines)
    with pytest.raises(BufferError):
        log.clear()
    assert len(list(lines)) == 2
    log.clear()
    with mmap.mmap(-1, 4096) as memory:
        memory[:len(RECORD)] = RECORD
        lines = httpstatus.select(memory, 200)
        with pytest.raises(BufferError):
            memory.close()
        assert next(lines)[0] == 1
        del lines
    codes = array.array("h", [200])
    mask = httpstatus.mask(codes, 200)
    codes.extend(range(1000))
    assert mask.tolist() == [True]


@pytest.mark.parametrize("form", [*_core._FORMATS, "%h %>s"])
def test_a_log_written_while_it_is_scanned(form):
    """Any counts come out, of as many lines as there are at some time."""
    log = bytearray((RECORD + b'{"status": 404}\n403 14 "a\\" 200 1\n') * 1000)
    stop = threading.Event()

    def scribble():
        at = 0
        while not stop.is_set():
            at = (at * 7919 + 31) % len(log)
            log[at] = b'\n" \\4{0-#'[at % 9]
    thread = threading.Thread(target=scribble)
    thread.start()
    try:
        for _ in range(5):
            tally = httpstatus.tally(log, form)
            assert sum(tally.values()) + tally.no_status + tally.skipped + tally.unmatched == \
                tally.lines
            httpstatus.extract(log, form)
            for _ in httpstatus.select(log, ["unmatched", "4xx"], form):
                pass
            for record in httpstatus.records(log, ["unmatched", "4xx"], form):
                record.as_dict()
    finally:
        stop.set()
        thread.join()


def test_a_tally_fed_from_two_threads():
    tally = Tally("clf")
    piece = RECORD * 2000

    def feed():
        for _ in range(30):
            tally.feed(piece)
            assert tally[200] <= tally.lines  # in this order: the other thread goes on
    threads = [threading.Thread(target=feed) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tally.close()
    assert tally[200] == tally.lines == 120_000


def test_a_tally_closed_while_it_is_fed():
    for _ in range(20):
        tally = Tally("clf")
        errors = []

        def feed():
            try:
                while True:
                    tally.feed(RECORD * 200)
            except ValueError as error:
                errors.append(str(error))
        thread = threading.Thread(target=feed)
        thread.start()
        tally.close()
        thread.join()
        assert errors[0].startswith("the tally is closed") and tally.lines % 200 == 0


def test_a_buffer_that_is_released():
    view = memoryview(RECORD)
    view.release()
    with pytest.raises(ValueError, match="released memoryview"):
        Tally().feed(view)


# ---- Iterators and files -----------------------------------------------------------------------


class Broken(io.RawIOBase):
    """Fails, or does worse, at the second read."""

    def __init__(self, act):
        self.act = act
        self.reads = 0

    def readinto(self, view):
        self.reads += 1
        if self.reads == 2:
            return self.act()
        view[:len(RECORD)] = RECORD
        return len(RECORD) if self.reads == 1 else 0


WORSE = {
    "raises": (raising, RuntimeError), "exits": (sys.exit, SystemExit),
    "returns -1": (lambda: -1, ValueError), "returns 2**100": (lambda: FAR, ValueError),
    "returns NaN": (lambda: NAN, TypeError), "returns text": (lambda: "x", TypeError),
    "returns more than there is room": (lambda: 1 << 22, ValueError),
    "has nothing yet": (lambda: None, BlockingIOError),
    "stops an iteration": (lambda: next(iter([])), StopIteration),
    "is interrupted": (lambda: (_ for _ in ()).throw(KeyboardInterrupt()), KeyboardInterrupt),
}


@pytest.mark.parametrize("name", WORSE)
@pytest.mark.parametrize("call", [
    httpstatus.tally, httpstatus.extract, lambda file: list(httpstatus.select(file, 200)),
    lambda file: list(httpstatus.records(file))])
def test_a_file_that(name, call):
    act, error = WORSE[name]
    if error is StopIteration and "lambda" in call.__name__:
        return  # to list() that is the end
    with pytest.raises(error):
        call(Broken(act))


class Peeked(Broken):
    """A buffered file with that to peek at."""

    def peek(self, size):
        return self.act()

    readinto1 = Broken.readinto


def test_a_file_that_cannot_be_peeked_at():
    for act, error in (WORSE["raises"], WORSE["exits"]):
        with pytest.raises(error):
            list(httpstatus.select(Peeked(act), 200))
    assert len(list(httpstatus.select(Peeked(lambda: 0), 200))) == 1  # no bytes: it does not tell


@pytest.mark.parametrize("of", ["bytes", "a file"])
@pytest.mark.parametrize("call", [httpstatus.tally, httpstatus.extract])
def test_a_signal_during_a_call(call, of, alarm, tmp_path):
    """Bytes are read without a look at the interpreter, but its signals are heard."""
    log = RECORD * 200_000
    if of == "a file":
        (tmp_path / "log").write_bytes(log)
        log = tmp_path / "log"
    with pytest.raises(RuntimeError):
        alarm(0.02, raising)
        for _ in range(1000):
            call(log)


def test_a_file_that_asks_for_its_own_lines():
    lines = httpstatus.select(Broken(lambda: next(lines)), 200, "clf")
    assert next(lines)[0] == 1
    with pytest.raises(ValueError, match="already running"):
        next(lines)
    assert list(lines) == []


def test_a_loop_that_raises(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(RECORD * 3)
    for _ in range(3000):  # more than there may be open files
        with pytest.raises(RuntimeError):
            for _ in httpstatus.select(path, 200):
                raising()


def test_lines_left_half_way(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(RECORD * 3)
    kept = [httpstatus.select(path, 200) for _ in range(100)]
    for lines in kept:
        next(lines)
    del lines
    kept.append(kept)
    del kept
    gc.collect()
    assert os.dup(0) < 60 or sys.platform == "win32"


def test_a_file_that_vanishes_or_grows(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(RECORD * 100_000)
    lines = httpstatus.select(path, 200)
    next(lines)
    path.unlink()
    assert sum(1 for _ in lines) == 99_999
    path.write_bytes(RECORD * 100_000)
    lines = httpstatus.select(path, 200)
    next(lines)
    os.truncate(path, 10)
    with pytest.raises(OSError, match="truncated while being read"):
        assert 0 < sum(1 for _ in lines) < 99_999
    path.write_bytes(RECORD)
    with path.open("ab") as more:
        seen = 0
        for _ in httpstatus.select(path, 200):  # it reads on as long as there is more
            seen += 1
            if seen < 3:
                more.write(RECORD)
                more.flush()
    assert seen == 3
    with pytest.raises(FileNotFoundError):
        httpstatus.tally([path, tmp_path / "gone"])


def test_jobs_on_a_file_that_shrinks(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(RECORD * 100_000)
    stop = threading.Event()

    def cut():
        while not stop.is_set():
            os.truncate(path, 3_000_000)
            os.truncate(path, 5_900_000)
    thread = threading.Thread(target=cut)
    thread.start()
    try:
        for _ in range(10):
            try:
                assert 0 < httpstatus.tally(path, "clf", jobs=4)[200] <= 100_000
            except OSError as error:
                assert "truncated while being read" in str(error)
                assert error.tally[200] <= 100_000
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("text", [" " * MILLION + "x", ". " * 32, "x" * MILLION, "x " * MILLION])
def test_a_search_holds_nobody_up(text):
    """A millisecond or a few; without a bound, some of these take half a minute."""
    started = time.perf_counter()
    try:
        httpstatus.search(text)
    except ValueError:
        pass
    assert time.perf_counter() - started < 1


def test_an_exit_with_everything_open(tmp_path):
    """Nothing is left to crash when the interpreter goes."""
    script = (
        "import httpstatus, sys, threading, gc\n"
        "lines = httpstatus.select(sys.argv[1], 200); next(lines)\n"
        "loop = [lines, httpstatus.Status(299), httpstatus.RedirectChain('GET')]\n"
        "loop.append(loop)\n"
        "sys.kept = loop\n"
        "class Late:\n"
        "    def __del__(self): repr(kept), next(lines), httpstatus\n"
        "kept, late = [httpstatus.Status(404)], Late(); kept.append(late)\n"
        "t = httpstatus.Tally('clf')\n"
        "def feed():\n"
        "    while True: t.feed(b'x' * 100000)\n"
        "threading.Thread(target=feed, daemon=True).start()\n")
    path = tmp_path / "log"
    path.write_bytes(RECORD * 3)
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_the_module_is_as_it_was():
    assert httpstatus.phrase(404) == "Not Found" and httpstatus.tally(RECORD)[200] == 1
    assert httpstatus.redirect(302, "POST").method == "GET"

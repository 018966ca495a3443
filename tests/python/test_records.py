"""Records and their parts: what record() and records() give, and how they read a log."""
import copy
import datetime
import gc
import gzip
import io
import json
import os
import pickle
import random
import subprocess
import sys
import threading
import warnings
import zoneinfo
from pathlib import Path

import formats
import httpstatus
import pytest
from httpstatus import Record, record, records
from test_httpstatus import LOGS, RECORD, index, random_log, sources
from vectors import EVERY, OWN_LOGS

UTC = datetime.timezone.utc
COMBINED = (b'::1 - ann [10/Oct/2000:13:55:36 -0700] "GET /a?b=%20 HTTP/1.1" 404 7 '
            b'"http://x.example/" "say \\"hi\\" \\xe9"\n')
W3C = b"#Fields: date time sc-status sc-substatus cs-method cs-uri-stem time-taken\n" \
      b"2026-01-02 03:04:05 403 14 GET /a 1500\n"
TYPES = {
    "status": int, "substatus": int, "number": int, "line": bytes, "format": str, "time": datetime.datetime,
    "time_ns": int, "client": str, "forwarded_for": str, "user": str, "host": str, "method": str, "target": str,
    "path": str, "query": str, "protocol": str, "bytes": int, "referer": str, "agent": str, "duration": float,
    "upstream_status": int,
}


def samples():
    """A record of each format, and the options that read it."""
    for one in formats.ALL.values():
        for form, line in one.CHANGED.items():
            name, *words = form.split(";")
            yield line, {"format": name} | {
                key: True if key == "target" else value
                for key, _, value in (word.partition("=") for word in words)}


def parts_of(found):
    """All but the number of the line."""
    return {name: value for name, value in found.as_dict().items() if name != "number"}


# ---- A record ----------------------------------------------------------------------------------


def w3c(line, fields):
    return record(line, "w3c", fields=fields)


def test_equal_lines_with_other_parts_differ():
    assert w3c("1 200", "c-ip sc-status") == w3c("1 200", "c-ip sc-status")
    assert w3c("1 200", "c-ip sc-status") != w3c("1 200", "cs-method sc-status")
    assert w3c("1 1 200", "c-ip x sc-status") != w3c("1 1 200", "x c-ip sc-status")
    own = record("200 /a", "$status $uri")
    assert pickle.loads(pickle.dumps(own)) == own and own.format == "custom"


def test_a_buffer_with_gaps():
    with pytest.raises(BufferError):
        record(memoryview(COMBINED)[::2])


def test_without_datetime():
    """It is imported when it is needed."""
    code = (f"import sys, httpstatus\nsys.modules['datetime'] = None\nline = {COMBINED!r}\n"
            "found = httpstatus.record(line)\nassert found.time_ns == 971211336 * 10**9\n"
            "for call in (lambda: found.time, lambda: httpstatus.record(line, zone=''),\n"
            "             lambda: httpstatus.record(line, reference='')):\n"
            "    try:\n        call()\n    except ImportError:\n        continue\n    sys.exit(1)")
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_part():
    found = record(COMBINED)
    assert found.as_dict() == {
        "status": 404, "substatus": 0, "number": 1, "line": COMBINED[:-1], "format": "clf",
        "time": datetime.datetime(2000, 10, 10, 20, 55, 36, tzinfo=UTC), "time_ns": 971211336 * 10**9,
        "client": "::1", "forwarded_for": None, "user": "ann", "host": None, "method": "GET", "target": "/a?b=%20",
        "path": "/a", "query": "b=%20", "protocol": "HTTP/1.1", "bytes": 7, "referer": "http://x.example/",
        "agent": 'say "hi" \udce9', "duration": None, "upstream_status": None}
    found = record(W3C)
    assert (found.status, found.substatus, found.number, found.duration) == (403, 14, 2, 1.5)
    assert found.time == datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_the_types_and_order_of_parts():
    seen = set()
    for line, how in samples():
        for found in records(line, **how):
            values = found.as_dict()
            assert list(values) == list(TYPES)
            for name, value in values.items():
                assert value == getattr(found, name)
                if value is not None:
                    assert type(value) is TYPES[name], name
                    seen.add(name)
    assert {"time", "client", "path", "bytes", "duration"} <= seen


@pytest.mark.parametrize("given", [str, bytes, bytearray, memoryview])
def test_what_a_line_may_be(given):
    line = COMBINED.decode("utf-8") if given is str else given(COMBINED)
    assert record(line).as_dict() == record(COMBINED).as_dict()


def test_text_keeps_its_bytes():
    """A str with surrogates that stand for bytes, as select() and files of Latin-1 give it."""
    line = COMBINED.replace(b"/a?", b"/\xe9?")
    assert record(line.decode("utf-8", "surrogateescape")) == record(line)
    assert record(line).path == "/\udce9"
    assert record(line.replace(b"\xe9", "\u00e9".encode())).path == "/\u00e9"
    with pytest.raises(UnicodeEncodeError):
        record("\ud800")


def test_no_record():
    for text in ("", "\n", "what?", "# comment", "#Fields: sc-status", b"\0" * 5000, "access.log"):
        assert record(text) is None, text
    assert record(b"what?\n\n" * 3000 + COMBINED).number == 6001


def test_a_record_without_a_status():
    found = record(COMBINED.replace(b"404", b"-"))
    assert found.status is None and found.path == "/a" and repr(found) == "<Record - GET /a?b=%20>"


def test_repr():
    assert repr(record(COMBINED)) == "<Record 404 GET /a?b=%20>"
    assert repr(record(W3C)) == "<Record 403.14 GET /a>"
    assert repr(record('{"status": 404}')) == "<Record 404>"
    assert repr(record(COMBINED.replace(b"/a", b"/\\x1b[2J"))) == r"<Record 404 GET /\x1b[2J?b=%20>"
    long = repr(record(COMBINED.replace(b"/a", b"/" + b"a" * 5000)))
    assert len(long) < 150 and long.endswith("a...>")


def test_a_record_cannot_be_changed_or_made():
    found = record(COMBINED)
    for name in (*TYPES, "other"):
        with pytest.raises(AttributeError):
            setattr(found, name, 1)
        with pytest.raises(AttributeError):
            delattr(found, name)
    with pytest.raises(TypeError):
        Record()
    with pytest.raises(TypeError):
        object.__new__(Record)
    with pytest.raises(TypeError):
        type("Mine", (Record,), {})


def test_a_record_owns_its_bytes():
    """It outlives the log, and does not change with it."""
    log = bytearray(COMBINED * 3)
    iterator = records(log)
    found = next(iterator)
    del iterator
    log[:] = b"x" * len(log)
    assert found == record(COMBINED)


def test_size():
    """A record takes its line and its parts."""
    assert sys.getsizeof(record(COMBINED)) < 320
    assert sys.getsizeof(record('{"status": 404}')) < sys.getsizeof(record(COMBINED)) - 100


# ---- Times -------------------------------------------------------------------------------------


def timed(text, **how):
    return record(json.dumps({"status": 200, "time": text}), "json", **how)


def test_zones():
    naive = timed("2026-01-02 03:04:05.123456789")
    assert naive.time == datetime.datetime(2026, 1, 2, 3, 4, 5, 123456) and naive.time.tzinfo is None
    assert naive.time_ns == 1767323045123456789
    for zone in (3600, datetime.timezone(datetime.timedelta(hours=1)), zoneinfo.ZoneInfo("Etc/GMT-1")
                 if "Etc/GMT-1" in zoneinfo.available_timezones() else 3600):
        aware = timed("2026-01-02 03:04:05.123456789", zone=zone)
        assert aware.time == datetime.datetime(2026, 1, 2, 2, 4, 5, 123456, UTC)
        assert aware.time.tzinfo is UTC and aware.time_ns == naive.time_ns - 3600 * 10**9
    assert timed("2026-01-02T03:04:05Z", zone=3600).time.hour == 3  # it has one of its own
    assert record(W3C, zone=3600).time.hour == 3


def test_reference():
    line = b"Mar  3 04:05:06 web nginx: " + COMBINED.replace(b"[10/Oct/2000:13:55:36 -0700]", b"[-]")
    for reference in (1772600000, datetime.datetime(2026, 3, 4, 4, 53, 20, 999999, UTC),
                      datetime.datetime(2026, 3, 4, 5, 53, 20, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))):
        found = timed("Mar  3 04:05:06", reference=reference)
        assert found.time == datetime.datetime(2026, 3, 3, 4, 5, 6)
    assert timed("Mar  3 04:05:06").time is None
    assert timed("Mar  5 04:05:06", reference=1772600000).time.year == 2025
    assert timed("Mar  5 04:05:06", reference=-2**63).time is None
    assert record(line) is None or record(line).time is None


def test_times_at_the_ends_of_the_calendar():
    last = timed("9999-12-31T23:59:59.999999999Z")
    assert last.time == datetime.datetime.max.replace(tzinfo=UTC)
    assert last.time_ns == 253402300799999999999
    first = timed("0001-01-01T00:00:00.5Z")
    assert first.time == datetime.datetime.min.replace(microsecond=500000, tzinfo=UTC)
    assert first.time_ns == -62135596800 * 10**9 + 5 * 10**8
    for outside, zone in (("9999-12-31T23:59:59", -3600), ("0001-01-01T00:00:00", 3600)):
        found = timed(outside, zone=zone)  # a datetime has no such year in UTC
        assert found.time is None and found.time_ns is not None
    assert timed("2026-02-30T00:00:00Z").time is timed("soon").time_ns is None


def test_every_day_of_the_calendar():
    """Against datetime's own arithmetic: each first and last of a month, and days at random."""
    epoch, rng = datetime.datetime(1970, 1, 1, tzinfo=UTC), random.Random(20261202)
    days = {datetime.date(year, month, 1).toordinal() - back for year in range(1, 10000, 7) for month in (1, 2, 3, 12)
            for back in (0, 1)} | {rng.randrange(1, 3652060) for _ in range(5000)} | {1, 3652059}
    for day in days - {0}:
        second = (day - 719163) * 86400 + rng.randrange(86400)
        when = epoch + datetime.timedelta(seconds=second, microseconds=rng.randrange(10**6))
        assert timed(when.isoformat()).time == when


@pytest.mark.parametrize("name, value, error", [
    ("zone", 86400, "invalid zone 86400: expected seconds east of UTC, -86399 to 86399"),
    ("zone", -2**100, "invalid zone -1267650600228229401496703205376: expected seconds east of UTC"),
    ("zone", 1.5, "invalid zone 1.5: expected an int, a tzinfo or None"),
    ("zone", "UTC", "invalid zone 'UTC': expected an int, a tzinfo or None"),
    ("zone", datetime.tzinfo, "invalid zone of type type: expected an int, a tzinfo or None"),
    ("zone", datetime.timezone(datetime.timedelta(microseconds=1)), "expected one whose offset is always the same"),
    ("reference", 2**63, "invalid reference 9223372036854775808: expected seconds since 1970"),
    ("reference", 1.5, "invalid reference 1.5: expected an int, a datetime with a zone or None"),
    ("reference", datetime.date(2026, 1, 1), "expected an int, a datetime with a zone or None"),
    ("reference", datetime.datetime(2026, 1, 1), "expected one with a zone, or an int"),
])
def test_wrong_clocks(name, value, error):
    for call in (lambda **how: record(COMBINED, **how), lambda **how: records(COMBINED, **how)):
        with pytest.raises((TypeError, ValueError)) as caught:
            call(**{name: value})
        assert error in str(caught.value)
        assert isinstance(caught.value, TypeError) == ("an int, a" in error)


class Zone(datetime.tzinfo):
    """One that answers as it likes."""

    def __init__(self, answer):
        self.answer = answer

    def utcoffset(self, when):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_zones_of_ones_own():
    assert timed("2026-01-02 03:04:05", zone=Zone(datetime.timedelta(hours=3))).time.hour == 0
    for answer in (None, datetime.timedelta(days=1), datetime.timedelta(days=999999999)):
        with pytest.raises(ValueError, match="invalid zone of type .*Zone: expected one whose offset"):
            record(COMBINED, zone=Zone(answer))
    with pytest.raises(ValueError):
        record(COMBINED, zone=Zone(3600))
    with pytest.raises(RuntimeError, match="lost"):
        record(COMBINED, zone=Zone(RuntimeError("lost")))
    for answer in (RuntimeError("lost"), 7):
        with pytest.raises((RuntimeError, TypeError)):
            record(COMBINED, reference=datetime.datetime(2026, 1, 1, tzinfo=Zone(answer)))


# ---- Copies ------------------------------------------------------------------------------------


def all_kinds():
    """Records with parts in the line, beside it and nowhere."""
    docker = json.dumps({"log": COMBINED.decode("latin-1"), "stream": "stdout"}).encode()
    apart = b"#Fields: time sc-status date\n03:04:05 200 2026-01-02\n"
    yield from (record(line) for line in (COMBINED, W3C, docker, apart, '{"status": 404}'))
    yield record(COMBINED, zone=-3600, reference=2**40)
    yield next(records(b"what?", "unmatched"))
    for line, how in samples():
        yield from records(line, **how)


def test_copies():
    for found in all_kinds():
        copies = [copy.copy(found), copy.deepcopy(found)]
        copies += [pickle.loads(pickle.dumps(found, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
        for other in copies:
            assert other == found and not other != found and hash(other) == hash(found)
            assert other.as_dict() == found.as_dict() and repr(other) == repr(found)


def test_equality():
    found = record(COMBINED)
    others = [record(b"\n" + COMBINED), record(COMBINED.replace(b"404", b"405")), record(COMBINED, zone=0),
              record(COMBINED, reference=0), record(COMBINED, zone=1), next(records(COMBINED[:-1] + b" ")),
              next(records(COMBINED, "unmatched", "json"))]
    assert len({found, *others, record(COMBINED)}) == 1 + len(others)
    assert all(found != other for other in others)
    assert found != 404 and found != COMBINED and found is not None
    with pytest.raises(TypeError):
        found < found


def test_hostile_pickles():
    make, state = record(json.dumps({"log": COMBINED.decode("latin-1")})).__reduce__()
    assert make(*state) and state[1]
    wrong = [None, -1, 2**31, 2**64, 2**100, "", "x", "auto", b"", (), {}, {1: 2}, {"path": 1},
             {"path": ("none", True, 0)}, {"path": ("none", 1, -1, 5)}, {"path": ("none", 1, 0, 2**40)},
             {"path": ("none", 1, 2**62, 2**62)}, {"path": ("?", 1, 0, 1)}, {"status": ("none", 1, 0, 1)},
             {"path": ("none", 0, len(state[0]), 1)}, {"path": ("none", True, 2**64, 1)}]
    for i in range(len(state)):
        for value in wrong:
            try:
                found = make(*state[:i], value, *state[i + 1:])
            except (TypeError, ValueError, OverflowError):
                continue
            assert found.as_dict() and repr(found) and pickle.loads(pickle.dumps(found)) == found
    with pytest.raises(TypeError):
        make(*state[:-1])
    with pytest.raises(ValueError, match="invalid state"):  # no bytes beside the line
        make(state[0], None, *state[2:])


def test_a_pickle_that_changes_while_it_is_read():
    make, state = record(COMBINED).__reduce__()
    places = {"path": None, "query": ("none", 0, 0, 1)}

    class Zero:
        def __index__(self):
            places.clear()
            gc.collect()
            return 0
    places["path"] = ("none", 0, Zero(), 1)
    found = make(*state[:-1], places)
    assert (found.path, found.query) == (":", ":")


# ---- Logs --------------------------------------------------------------------------------------


def test_sources(tmp_path):
    log = RECORD * 20000 + b"bad\n" + RECORD.replace(b"200", b"500")
    for source in sources(log, tmp_path / "access.log"):
        found = records(source)
        assert sum(1 for _ in found) == 20001 and found.tally == httpstatus.tally(log)
    for source in sources(log, tmp_path / "access.log"):
        assert [(r.number, r.status, r.line) for r in records(source, ("5xx", "unmatched"))] == [
            (20001, None, b"bad"), (20002, 500, RECORD[:-1].replace(b"200", b"500"))]
    packed = tmp_path / "access.log.gz"
    packed.write_bytes(gzip.compress(log))
    assert [r.path for r in records(packed)] == ["/"] * 20001


def test_which_records():
    log = RECORD + b"\nbad\n# comment\n" + RECORD.replace(b" 200", b" -") + RECORD.replace(b" 200", b" 500")
    numbers = lambda *a, **k: [r.number for r in records(log, *a, **k)]
    assert numbers() == numbers(None) == [1, 5, 6]
    assert numbers("5xx") == [6] and numbers(["no_status", "unmatched"]) == [3, 5]
    assert numbers("5xx", invert=True) == [1, 5] and numbers(["5xx", "unmatched"], invert=True) == [1, 5]
    assert numbers(None, invert=True) == numbers([]) == []
    pairs = b"#Fields: sc-status sc-substatus\n403 14\n403 1\n"
    assert [r.substatus for r in records(pairs, "403.14", "w3c", invert=True)] == [1]
    unmatched = next(records(log, "unmatched"))
    assert {value for value in parts_of(unmatched).values()} == {None, 0, b"bad"}
    assert repr(unmatched) == "<Record ->"


def test_wrong_arguments():
    for call, error in [
            (lambda: record(), "missing argument: record() expected 'line'"),
            (lambda: record(7), "invalid line 7: expected a str or a bytes-like object"),
            (lambda: record(None), "invalid line None: expected a str or a bytes-like object"),
            (lambda: record(COMBINED, "lighttpd"), "invalid format 'lighttpd': expected auto, "),
            (lambda: record(COMBINED, "clf", "key"), "too many arguments: record() expected at most 2 by position, got 3"),
            (lambda: record(COMBINED, which=404), "invalid argument 'which': record() expected line, format"),
            (lambda: record(COMBINED, "json", key=""), "invalid key ''"),
            (lambda: records(), "missing argument: records() expected 'source'"),
            (lambda: records(7), "invalid source 7: expected a path"),
            (lambda: records(b"", "4yy"), "invalid which '4yy': expected '5xx', "),
            (lambda: records(b"", 4.0), "invalid which 4.0: expected '5xx', "),
            (lambda: records(b"", None, "clf", "key"), "records() expected at most 3 by position"),
            (lambda: records(b"", key="a", format="clf"), "invalid key 'a' for format 'clf'")]:
        with pytest.raises((TypeError, ValueError)) as caught:
            call()
        assert error in str(caught.value)


def test_nothing_is_read_before_it_is_asked_for():
    class Endless(io.RawIOBase):
        reads = 0

        def readinto(self, buffer):
            self.reads += 1
            piece = COMBINED * (len(buffer) // len(COMBINED))
            buffer[:len(piece)] = piece
            return len(piece)
    log = Endless()
    found = records(log)
    assert log.reads == 0
    for number in range(1, 5000):
        assert next(found).number == number
    assert log.reads == 1


def test_a_pipe_gives_its_records_as_they_come():
    read_end, write_end = os.pipe()
    os.write(write_end, RECORD)
    late = threading.Timer(20, os.close, [write_end])  # who waits for more lines at once fails
    late.start()
    numbers = []
    with open(read_end, "rb") as file:
        for found in records(file):
            numbers.append(found.number)
            if found.number == 3:
                late.cancel()
                os.close(write_end)
            else:
                os.write(write_end, RECORD)
    assert numbers == [1, 2, 3]


def test_broken_and_closed_sources(tmp_path):
    class Broken(io.RawIOBase):
        pieces = [RECORD * 3, RECORD[:20]]

        def readinto(self, buffer):
            if not self.pieces:
                raise OSError(5, "broken disk")
            piece = self.pieces.pop(0)
            buffer[:len(piece)] = piece
            return len(piece)
    found = records(Broken(), [200, "unmatched"])
    assert [next(found).status for _ in range(4)] == [200, 200, 200, None]
    with pytest.raises(OSError, match="broken disk"):
        next(found)
    assert next(found, None) is None and found.tally.unmatched == 1
    path = tmp_path / "x.log"
    path.write_bytes(RECORD * 5)
    with path.open("rb") as file:
        found = records(file)
    with pytest.raises(ValueError, match="closed"):
        next(found)
    assert next(found, None) is None
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        next(records(path))
        gc.collect()


def test_an_iterator_in_its_own_source():
    holder = []

    class Again(io.RawIOBase):
        def readinto(self, buffer):
            return next(holder[0])
    holder.append(records(Again()))
    with pytest.raises(ValueError, match="already running"):
        next(holder[0])
    assert list(holder[0]) == []


def test_a_signal_while_reading(alarm):
    class Stop(Exception):
        pass

    def act():
        raise Stop
    alarm(0.2, act)

    class Endless(io.RawIOBase):
        def readinto(self, buffer):
            buffer[:2] = b"x\n"
            return 2
    with pytest.raises(Stop):
        list(records(Endless()))


def test_long_lines(tmp_path):
    """Longer than a piece that is read at a time."""
    path = tmp_path / "x.log"
    path.write_bytes(b"".join(COMBINED.replace(b"/a", b"/" + b"a" * size) for size in (5, 3_000_000, 7)))
    assert [len(r.path) for r in records(path)] == [6, 3_000_001, 8]
    docker = json.dumps({"log": COMBINED.decode("latin-1").replace("/a", "/" + "\u00e9" * 2_000_000)})
    assert record(docker).path == "/" + "\u00e9" * 2_000_000


def read_line_by_line(log, form="auto"):
    """What each line of a log with columns says by itself, after the "#Fields" that was the last."""
    fields = None
    for number, line in enumerate(log.splitlines(), 1):
        if line.startswith(b"#Fields:"):
            fields = line
        elif found := record((fields or b"#") + b"\n" + line, form):
            yield number, parts_of(found)


def test_columns_that_change_in_the_middle_of_a_batch(tmp_path):
    """Records are divided by the columns that their lines have, not by the last of those scanned."""
    rng = random.Random(20261129)
    columns = {"date": "2026-01-02", "time": "03:04:05", "c-ip": "192.0.2.7", "cs-method": "GET", "cs-uri-stem": "/a",
               "sc-status": "404", "sc-substatus": "14", "time-taken": "12", "cs(User-Agent)": "agent"}
    lines = []
    for _ in range(400):
        chosen = rng.sample(sorted(columns), rng.randrange(1, len(columns)))
        if "sc-status" not in chosen:
            chosen.insert(rng.randrange(len(chosen) + 1), "sc-status")
        lines.append("#Fields: " + " ".join(chosen))
        lines += [" ".join(columns[name] for name in chosen)] * rng.choice([1, 1, 2, 3, 20])
    log = "\n".join(lines).encode()
    path = tmp_path / "x.log"
    path.write_bytes(log)
    for source in (log, path):
        for form in ("auto", "w3c"):
            found = [(r.number, parts_of(r)) for r in records(source, None, form)]
            assert len(found) > 1000 and found == list(read_line_by_line(log, form))


def test_records_in_json_of_docker():
    """The record in the string is divided, not the object around it."""
    lines = [COMBINED, COMBINED.replace(b"/a", b"/\\xc3\\xa4"), RECORD.replace(b"/ ", '/\u00e9\\" '.encode())]
    wrapped = b"".join(json.dumps({"log": line.decode("latin-1"), "stream": "stdout",
                                   "time": "2026-01-02T03:04:05.678Z"}).encode() + b"\n" for line in lines)
    for line, found in zip(lines, records(wrapped), strict=True):
        plain = record(line.decode("latin-1"))
        assert {**parts_of(found), "line": None} == {**parts_of(plain), "line": None}
        assert found.line in wrapped and found.format == "clf"
    split = json.dumps({"log": COMBINED[:50].decode()}) + "\n" + json.dumps({"log": COMBINED[50:].decode("latin-1")})
    for found in records(split.encode()):  # its parts are on two lines
        assert found.format is found.path is found.time is None and found.status == 404


def test_several_records_on_a_line():
    found = list(records(b'{"status": 404, "request_uri": "/a"} {"status": 200, "request_uri": "/b"}\n'))
    assert [(r.number, r.status, r.path) for r in found] == [(1, 404, "/a"), (1, 200, "/b")]
    assert b" ".join(r.line for r in found).count(b"status") == 2


class Piecemeal(io.RawIOBase):
    """A file that gives so many bytes at a time."""

    def __init__(self, data, size):
        self.data, self.size, self.at = data, size, 0

    def readinto(self, buffer):
        piece = self.data[self.at:self.at + self.size]
        buffer[:len(piece)] = piece
        self.at += len(piece)
        return len(piece)


@pytest.mark.parametrize("path", sorted(OWN_LOGS.glob("*/*.log")), ids=lambda path: path.name)
def test_how_a_log_is_read_changes_nothing(path):
    data = path.read_bytes()
    if path.name.startswith("utf-16"):
        pytest.skip("UTF-16 is converted in files alone")
    whole = list(records(data, EVERY))
    for source in (path, Piecemeal(data, 1), Piecemeal(data, 61)):
        assert list(records(source, EVERY)) == whole
    assert [(r.number, r.status, r.line) for r in whole] == list(httpstatus.select(data, EVERY))


def test_random_logs_agree_with_select():
    rng = random.Random(20261130)
    for _ in range(300):
        log = random_log(rng)
        for form in ("auto", "clf"):
            found = [(r.number, r.status, r.line) for r in records(log, EVERY, form)]
            assert found == list(httpstatus.select(log, EVERY, form))
            for one in records(log, None, form):
                assert one.as_dict() and pickle.loads(pickle.dumps(one)) == one


def test_changed_records():
    """A byte of a record is changed: whatever comes of it, its parts can be asked for."""
    rng = random.Random(20261201)
    for line, how in samples():
        for _ in range(300):
            changed = bytearray(line)
            changed[rng.randrange(len(changed))] = rng.randrange(256)
            for found in records(changed, EVERY, **how):
                assert list(found.as_dict()) == list(TYPES) and repr(found)


# ---- Real logs ---------------------------------------------------------------------------------

UNTIMED = {"json/nginx-netdata.log": 3}  # records with a time that does not exist: 14:15:60


@pytest.mark.skipif(not LOGS.exists(), reason="the real logs: needs ../shared")
@pytest.mark.parametrize("entry", index(), ids=lambda entry: entry["file"])
def test_real_logs(entry):
    form = {"iis": "w3c"}.get(entry["format"], entry["format"])
    how = {"format": form} | {k: entry[k] for k in ("key", "fields") if k in entry}
    path = LOGS / entry["file"]
    found = list(records(path, reference=datetime.datetime(2026, 11, 29, tzinfo=UTC), **how))
    assert len(found) == httpstatus.tally(path, **how).records
    untimed = sum(one.time is None for one in found)
    assert untimed == UNTIMED.get(entry["file"], 0)
    for one in found:
        assert one.time is None or 1990 <= one.time.year <= 2026
        assert one.path is None or one.target is None or one.path in one.target
        assert pickle.loads(pickle.dumps(one)) == one

"""Series in Python alone: arguments, several threads and sources, errors, pickles, columns."""
import copy
import gzip
import io
import json
import pickle
import random
import threading
from datetime import datetime, timezone

import httpstatus
import pytest
from httpstatus import Series

NAMES = ["1xx", "2xx", "3xx", "4xx", "5xx", "other"]
CLF = b'::1 - - [10/Oct/2000:13:55:36] "GET / HTTP/1.1" 404 7\n'


def line(seconds, status=200):
    return b'{"ts": %d, "status": %d}\n' % (seconds, status)


def counted(**counts):
    return dict.fromkeys(NAMES, 0) | {f"{name[1:]}": count for name, count in counts.items()}


MINUTE = b"".join(line(t, 503 if 20 <= t < 30 else 200) for t in range(60))


def test_a_sequence():
    series = httpstatus.series(MINUTE)
    assert len(series) == 60 and series[0] == (0, counted(_2xx=1)) and series[-1][0] == 59
    assert [start for start, _ in series] == list(range(60))
    assert list(series[20][1]) == NAMES
    for i in 60, -61:
        with pytest.raises(IndexError):
            series[i]
    with pytest.raises(TypeError):
        hash(series)
    assert repr(series) == "<Series: 60 buckets of 1 s, 0 untimed>"
    assert (series == 1, series != 1, series == series, series != series) == (False, True, True, False)
    with pytest.raises(TypeError):
        series < series


def test_steps():
    assert httpstatus.series(MINUTE, step=10).step == 10
    assert httpstatus.series(MINUTE, step=True).step == 1
    assert httpstatus.series(MINUTE, step=None) == httpstatus.series(MINUTE) != httpstatus.series(MINUTE, step=1)
    for step in 0, 7, -1, 2**70:
        with pytest.raises(ValueError, match=f"invalid step {step}: expected 1, 10, 60, 600, 3600, 21600 or 86400"):
            httpstatus.series(b"", step=step)
    with pytest.raises(TypeError):
        httpstatus.series(b"", step=1.0)
    many = b"".join(map(line, range(0, 86400 * 2050, 86400)))
    assert (httpstatus.series(many).step, httpstatus.series(many).overflow) == (86400, 2)


def test_zones():
    start = 971186136
    assert httpstatus.series(CLF)[0][0] == start
    assert httpstatus.series(CLF, zone=3600)[0][0] == start - 3600
    assert httpstatus.series(CLF, zone=timezone.utc, reference=datetime.now(timezone.utc))[0][0] == start
    with pytest.raises(ValueError, match="invalid zone 86400"):
        Series(zone=86400)


def test_which():
    series = httpstatus.series(MINUTE)
    assert list(series.rate("5xx")) == [float(20 <= t < 30) for t in range(60)] == list(series.rate("error"))
    assert series.began("5xx") == (20, 30) and series.began("4xx") is None is Series().began("2xx")
    for ask in series.rate, series.began:
        with pytest.raises(ValueError, match="invalid which '6xx': expected 1xx, 2xx, 3xx, 4xx, 5xx, other, error"):
            ask("6xx")
        with pytest.raises(TypeError):
            ask(500)


def test_columns():
    columns = httpstatus.series(MINUTE).columns()
    assert list(columns) == ["start", *NAMES]
    assert [memoryview(column).format for column in columns.values()] == ["q"] + ["Q"] * 6
    assert columns["start"].tolist() == list(range(60)) and sum(columns["5xx"]) == 10


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_columns_of_libraries(library):
    module = pytest.importorskip(library)
    columns = httpstatus.series(MINUTE).columns()
    table = module.table(columns) if library == "pyarrow" else module.DataFrame(columns)
    assert str(table["5xx"][25]) == "1" and len(table) == 60


def test_numpy_copies_nothing():
    numpy = pytest.importorskip("numpy")
    column = httpstatus.series(MINUTE).columns()["5xx"]
    view = numpy.frombuffer(column, "u8")
    column[0] = 7
    assert view[0] == 7


def test_as_dict():
    found = httpstatus.series(MINUTE, step=10).as_dict()
    assert json.loads(json.dumps(found)) == found
    assert (found["step"], found["asked"], found["untimed"], found["overflow"]) == (10, 10, 0, 0)
    assert found["start"] == [0, 10, 20, 30, 40, 50] and found["5xx"] == [0, 0, 10, 0, 0, 0]
    assert httpstatus.series(b"").as_dict()["asked"] is None


def test_its_tally():
    series = httpstatus.series(MINUTE + b"bad\n")
    assert series.tally == httpstatus.tally(MINUTE + b"bad\n")
    both = series + series
    assert both.tally == series.tally + series.tally and both.tally.unmatched == 2


# ---- Sources -----------------------------------------------------------------------------------


def test_sources(tmp_path):
    path, packed = tmp_path / "log", tmp_path / "log.gz"
    path.write_bytes(MINUTE)
    packed.write_bytes(gzip.compress(MINUTE))
    whole = httpstatus.series(MINUTE)
    for source in path, packed, str(path), io.BytesIO(MINUTE), memoryview(MINUTE), bytearray(MINUTE):
        assert httpstatus.series(source) == whole
    assert httpstatus.series([path, packed, MINUTE]) == whole + whole + whole == sum([whole] * 3)
    assert httpstatus.series((), "json", step=60) == httpstatus.series(b"", step=60)
    with pytest.raises(FileNotFoundError):
        httpstatus.series(tmp_path / "none")
    with pytest.raises(TypeError):
        httpstatus.series(5)
    with pytest.raises(ValueError, match="invalid jobs 0"):
        httpstatus.series(MINUTE, jobs=0)
    with pytest.raises(httpstatus.LogFormatError):
        httpstatus.series(MINUTE, "x")
    with pytest.raises(httpstatus.LogFormatError):
        httpstatus.series(MINUTE, "json", key=".")


def test_long_lines(tmp_path):
    """A line that is longer than a read, of each kind of source."""
    path = tmp_path / "log"
    log = b'{"ts": 5, "a": "%s", "status": 200}\n' % (b"x" * (5 << 20)) + line(6) + line(7).rstrip()
    path.write_bytes(log)
    assert list(httpstatus.series(path)) == list(httpstatus.series(io.BytesIO(log))) == list(httpstatus.series(log))
    assert len(httpstatus.series(path)) == 3


def test_jobs(tmp_path):
    rng = random.Random(5)
    path = tmp_path / "log"
    path.write_bytes(b"".join(line(rng.randrange(10**9), rng.choice([200, 404, 503])) for _ in range(200_000)))
    whole = httpstatus.series(path)
    assert httpstatus.series(path, jobs=3) == whole and whole.step == 86400
    assert httpstatus.series([path, path], "json", jobs=2, step=60, zone=5) == \
        httpstatus.series([path, path], step=60)
    fields = b"#Fields: date time sc-status\n" + b"2026-11-20 10:00:00 200\n" * 200_000
    path.write_bytes(fields)
    assert list(httpstatus.series(path, jobs=2)) == [(1795168800, counted(_2xx=200_000))]


def test_errors_have_what_came_before(tmp_path):
    path = tmp_path / "log.gz"
    path.write_bytes(gzip.compress(MINUTE * 1000)[:-2000])
    for source in path, [MINUTE, path]:
        with pytest.raises(OSError) as caught:
            httpstatus.series(source)
        assert len(caught.value.series) == 60
    with pytest.raises(FileNotFoundError) as caught:
        httpstatus.series([MINUTE, tmp_path / "none"])
    assert caught.value.series == httpstatus.series(MINUTE)


# ---- In pieces ---------------------------------------------------------------------------------


def test_pieces():
    rng = random.Random(7)
    log = MINUTE * 20 + b"bad\n" + CLF + b'{"ts": 5, "status": 200} {"ts": 6, "status": 404}\r\n\n'
    whole = httpstatus.series(log)
    for _ in range(50):
        series, at = Series(), 0
        while at < len(log):
            size = rng.choice([1, 2, 30, 100, 5000])
            series.feed(log[at:at + size])
            at += size
        series.feed(b"")
        series.close()
        assert series == whole and series.tally == whole.tally


def test_open_and_closed():
    series = Series()
    series.feed(MINUTE)
    assert len(series) == 60 and series.step == 1 and series.tally.records == 60
    for wrong in (lambda: series + series, lambda: pickle.dumps(series), lambda: sum([series])):
        with pytest.raises(ValueError, match="the series is still open"):
            wrong()
    with pytest.raises(ValueError, match="the series is still open"):
        httpstatus.series(b"") + series
    series.close()
    series.close()
    with pytest.raises(ValueError, match="the series is closed"):
        series.feed(b"")
    with pytest.raises(TypeError, match="binary mode"):
        series.feed("x")
    with pytest.raises(BufferError):
        series.feed(memoryview(bytearray(9)).cast("B", [3, 3])[::2])
    with pytest.raises(TypeError):
        Series(colour=1)


def test_sums():
    a, b = httpstatus.series(MINUTE), httpstatus.series(line(5, 404))
    assert a + b == b + a and (a + b)[5] == (5, counted(_2xx=1, _4xx=1))
    assert 0 + a is a and a + 0 is a
    with pytest.raises(ValueError, match="series of different steps: .* got 60 and 0"):
        httpstatus.series(b"", step=60) + a
    for wrong in (lambda: a + 1, lambda: 1 + a, lambda: a + a.tally):
        with pytest.raises(TypeError):
            wrong()


# ---- Pickles -----------------------------------------------------------------------------------


def test_pickles():
    many = httpstatus.series(b"".join(map(line, range(0, 86400 * 2050, 86400))) + b'{"status": 1}\n')
    for series in many, httpstatus.series(MINUTE, step=60), httpstatus.series(b""), \
            httpstatus.series(b"".join(map(line, range(3000)))):
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
            again = pickle.loads(pickle.dumps(series, protocol))
            assert again == series and again.tally == series.tally and again.as_dict() == series.as_dict()
        assert copy.deepcopy(series) == series


class Odd(list):
    pass


@pytest.mark.parametrize("change", [
    {"step": 7}, {"step": 600}, {"step": -1}, {"step": 2**40}, {"step": 2**70}, {"step": "x"}, {"step": None},
    {"asked": 7}, {"asked": 60}, {"asked": 2**40}, {"untimed": -1}, {"overflow": "x"}, {"overflow": 2**64},
    {"start": None}, {"start": Odd([60, 61])}, {"start": [60]}, {"start": [61, 60]}, {"start": [60, 60]},
    {"start": [60, 2**70]}, {"start": [60, True]}, {"start": [60, "x"]}, {"5xx": [1]}, {"5xx": (0, 1)}, {"5xx": [0, -1]},
    {"5xx": [0, 2**64]}, {"5xx": [0, 1.0]}, {"2xx": [0, 0]}, {"step": 60, "start": [60, 61]},
    {"start": list(range(2049)), **{name: [1] * 2049 for name in NAMES}}, {"start": [5.0, 6]},
])
def test_states_that_are_none(change):
    state, tally = httpstatus.series(line(60) + line(61, 503)).__reduce__()[2]
    with pytest.raises(ValueError, match="invalid state: expected the result of Series.as_dict"):
        Series().__setstate__((state | change, tally))


def test_states_that_lack_something():
    state, tally = httpstatus.series(line(60)).__reduce__()[2]
    for name in state:
        with pytest.raises(ValueError, match=f"invalid state: expected a key '{name}'"):
            Series().__setstate__(({key: value for key, value in state.items() if key != name}, tally))
    for wrong in 1, (), (state,), (state, 1), (1, tally):
        with pytest.raises(TypeError, match="expected a dict and a Tally"):
            Series().__setstate__(wrong)


# ---- Threads -----------------------------------------------------------------------------------


def test_threads():
    series = Series("json")
    threads = [threading.Thread(target=lambda: [series.feed(MINUTE) for _ in range(100)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert series.tally.records >= len(series) // 2
    series.close()
    assert series.tally.records == 400 * 60 and series[0] == (0, counted(_2xx=400))

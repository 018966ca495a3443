"""Conditions on the parts of records: what tally(), series(), select() and records() make of them, compared
with what a loop in Python over all records does; on the vectors, on the logs here and on the real ones."""
import datetime
import gzip
import io
import pickle
from collections import Counter
from pathlib import Path

import httpstatus
import pytest
from httpstatus import Tally, records, select, series, tally
from vectors import OWN_LOGS, RECORDS, VECTORS, arguments, conditions_of, options

UTC = datetime.timezone.utc
SHARED = Path(__file__).resolve().parents[3] / "shared" / "logs"
LOGS = [path for folder in (OWN_LOGS, SHARED) for path in sorted(folder.glob("*/*"))
        if "expected" not in path.name and not httpstatus._core._content(path.read_bytes()[:15])]
NAMES = {path: path.relative_to(OWN_LOGS if path.is_relative_to(OWN_LOGS) else SHARED.parent).as_posix() for path in LOGS}
START = 971211336
RECORD = b'::1 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.1" 404 7\n'
LATER = RECORD.replace(b":36 ", b":37 ").replace(b"404", b"500")
ZONELESS = RECORD.replace(b" -0700", b"").replace(b"404", b"200")
LOG = RECORD + LATER + ZONELESS + b"what?\n\n"


class Pieces:
    """A file that gives so many bytes at a time, and then maybe an error."""

    def __init__(self, data, size, error=None):
        self.data, self.size, self.error = data, size, error

    def read(self, size):
        if not self.data and self.error:
            raise self.error
        piece, self.data = self.data[:self.size], self.data[self.size:]
        return piece


def as_bytes(text):
    return text.encode("utf-8", "surrogateescape")


def is_host(logged, host):
    name, _, port = logged.lower().rpartition(":")
    return logged.lower() == host.lower() or (name == host.lower() and (port.isdigit() or not port))


def answer(record, since=None, until=None, method=None, path=None, exclude_path=None, host=None):
    """Whether a record meets conditions; None: its time is not known."""
    if method is not None and record.method != method:
        return False
    if path is not None and (record.path is None or not as_bytes(record.path).startswith(as_bytes(path))):
        return False
    if exclude_path is not None and record.path is not None and (
            as_bytes(record.path).startswith(as_bytes(exclude_path))):
        return False
    if host is not None and (record.host is None or not is_host(record.host, host)):
        return False
    if since is None and until is None:
        return True
    if record.time is None or not record.time.tzinfo:
        return None
    return (since is None or record.time_ns >= since * 10**9) and (until is None or record.time_ns < until * 10**9)


def by_hand(source, how, **conditions):
    """(the records that meet conditions, how many do not, of how many the time is not known)"""
    answers = [(answer(record, **conditions), record) for record in records(source, **how)]
    unknown = sum(found is None for found, _ in answers)
    met = [record for found, record in answers if found]
    return met, len(answers) - len(met), unknown


def check(source, how, **conditions):
    met, excluded, untimed = by_hand(source, how, **conditions)
    every = tally(source, **how)
    counted = tally(source, **how, **conditions)
    assert dict(counted) == Counter(record.status for record in met if record.status is not None)
    assert (counted.records, counted.excluded, counted.untimed) == (len(met), excluded, untimed)
    for name in "lines", "skipped", "unmatched", "first_unmatched", "format", "formats", "key":
        assert getattr(counted, name) == getattr(every, name), name
    assert list(records(source, **how, **conditions)) == met
    assert [number for number, *_ in select(source, RECORDS, **how, **conditions)] == [record.number for record in met]
    over_time = series(source, **how, **conditions)
    assert over_time.tally == counted and series(source, **how, **conditions, jobs=3) == over_time
    for jobs in 1, 3:
        assert tally(source, **how, **conditions, jobs=jobs) == counted
    return counted


@pytest.mark.parametrize("path", LOGS, ids=NAMES.get)
def test_as_a_loop_over_all_records(path):
    how = {"zone": 3600, "reference": 1800000000}
    every = list(records(path, **how))
    times = sorted(record.time_ns // 10**9 for record in every if record.time_ns is not None) or [0]
    middle = times[len(times) // 2]
    check(path, how, since=middle)
    check(path, {}, until=middle)
    for name in "method", "host", "path":
        values = [value for value in (getattr(record, name) for record in every) if value]
        for value in [value for value, _ in Counter(values).most_common(2)]:
            check(path, how, **{name: value})
            if name == "path":
                check(path, how, exclude_path=value)
            check(path, how, **{name: value, "since": times[0], "until": middle})
        check(path, how, **{name: "/none" if name == "path" else "NONE"})


@pytest.mark.parametrize("path", LOGS, ids=NAMES.get)
def test_parts_of_the_time_add_up(path):
    """To the whole, but for the records whose time is not known."""
    whole = tally(path)
    times = sorted(record.time_ns // 10**9 for record in records(path) if record.time_ns is not None) or [0]
    cuts = [None, *(times[len(times) * i // 4] for i in (1, 2, 3)), None]
    parts = [tally(path, since=since, until=until) for since, until in zip(cuts, cuts[1:])
             if (since, until) != (None, None)]
    assert len({part.untimed for part in parts}) == 1
    timed = sum((Counter(dict(part)) for part in parts), Counter())
    untimed = Counter(record.status for record in records(path)
                      if record.status is not None and not (record.time and record.time.tzinfo))
    assert timed + untimed == Counter(dict(whole))
    assert sum(part.records for part in parts) + parts[0].untimed == whole.records


@pytest.mark.parametrize("log", [b"".join(b'{"ts": %d, "status": %d, "request_uri": "/%d"}\n' % (i, 200 + i % 300, i % 7)
                                          for i in range(70_000)),
                                 b"#Fields: time sc-status cs-uri-stem\n1 404 /1\n"
                                 b"#Fields: date time sc-status cs-uri-stem\n" + b"".join(
                                     b"1970-01-01 %02d:%02d:%02d %d /%d\n" % (i // 3600, i // 60 % 60, i % 60, 200 + i % 300, i % 7)
                                     for i in range(80_000))], ids=["json", "w3c"])
def test_jobs_share_a_file(log, tmp_path):
    path = tmp_path / "log"
    path.write_bytes(log)
    assert len(log) > 2 * 2**20
    for conditions in {"since": 20_000, "until": 50_000}, {"path": "/3"}, {"path": "/3", "since": 10**6}:
        one = tally(path, **conditions)
        assert one.excluded and tally(path, **conditions, jobs=3) == one == tally([path], **conditions)
        over_time = series(path, **conditions)
        assert series(path, **conditions, jobs=3) == over_time and over_time.tally == one
        assert tally([path, path], **conditions, jobs=2) == one + one


WHERE = [vector for vector in VECTORS if vector[1] == "where" and not vector[3].startswith("!")]


@pytest.mark.parametrize("vector", WHERE, ids=lambda vector: vector[0])
@pytest.mark.parametrize("size", [1, 7, 64])
def test_in_pieces(vector, size):
    conditions, form, log = arguments("where", vector[2])
    how, data = options(form) | conditions_of(conditions), log.encode("latin-1")
    assert tally(Pieces(data, size), **how) == tally(data, **how)
    assert series(Pieces(data, size), **how) == series(data, **how)
    assert list(records(Pieces(data, size), **how)) == list(records(data, **how))


def test_what_a_time_may_be():
    second = datetime.datetime(2000, 10, 10, 20, 55, 37, tzinfo=UTC)
    for since in START + 1, float(START + 1), second, second.astimezone(datetime.timezone(datetime.timedelta(hours=5))):
        assert dict(tally(LOG, since=since)) == {500: 1} and dict(tally(LOG, until=since)) == {404: 1}
    close = b'{"status": 200, "time": "1970-01-01T00:00:01.25Z"}\n'
    for since, count in ((1.25, 1), (1.250000001, 0), (0.9999999999, 1), (-0.5, 1), (1e17, 0),
                         (datetime.datetime(1970, 1, 1, 0, 0, 1, 250000, UTC), 1),
                         (datetime.datetime(1970, 1, 1, 0, 0, 1, 250001, UTC), 0)):
        assert tally(close, since=since).records == count, since
        assert tally(close, until=since).records == 1 - count, since
    assert tally(LOG, since=None, until=None, method=None, path=None, exclude_path=None, host=None, zone=None) == tally(LOG)


READERS = [tally, series, records, lambda log, **how: select(log, 404, **how), lambda log, **how: tally([log], **how),
           lambda log, **how: series(log, jobs=2, **how)]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("error, message, wrong", [
    (TypeError, "invalid since 'x': expected an int, a float, a datetime with a zone or None", {"since": "x"}),
    (TypeError, "invalid until of type datetime.date: expected an int", {"until": datetime.date(2000, 1, 1)}),
    (ValueError, "invalid since of type datetime.datetime: expected one with a zone, or an int",
     {"since": datetime.datetime(2000, 1, 1)}),
    (ValueError, "invalid since nan: expected seconds since 1970", {"since": float("nan")}),
    (ValueError, "invalid until -inf: expected seconds since 1970", {"until": float("-inf")}),
    (ValueError, f"invalid until {2**63}: expected seconds since 1970", {"until": 2**63}),
    (ValueError, "invalid method '': expected a token .RFC 9110 section 5.6.2. such as 'GET'", {"method": ""}),
    (ValueError, "invalid method 'GET /': expected a token", {"method": "GET /"}),
    (ValueError, "invalid host '': expected a host such as 'www.example.com', also with a port", {"host": ""}),
    (TypeError, "invalid method 5: expected a str", {"method": 5}),
    (TypeError, "invalid path b'/': expected a str", {"path": b"/"}),
    (TypeError, "invalid host True: expected a str", {"host": True}),
    (ValueError, "invalid zone 90000: expected seconds east of UTC, -86399 to 86399", {"zone": 90000, "since": 0}),
    (TypeError, "invalid reference 'x': expected an int, a datetime", {"reference": "x"}),
    (UnicodeEncodeError, "surrogates not allowed", {"path": "\ud800"}),
])
def test_mistakes(read, error, message, wrong):
    with pytest.raises(error, match=message):
        read(LOG, **wrong)


def test_tallies_with_conditions():
    counted = tally(LOG, since=START + 1)
    assert (counted.records, counted.excluded, counted.untimed, counted.lines, counted.unmatched) == (1, 2, 1, 5, 1)
    assert repr(counted) == "<Tally clf: 5 lines, 1 unmatched, 2 excluded (1 untimed)>"
    assert repr(tally(LOG, method="PUT")) == "<Tally clf: 5 lines, 1 unmatched, 3 excluded>"
    assert counted.as_dict()["excluded"] == 2 and counted.as_dict()["untimed"] == 1 and counted.formats == {"clf": 3}
    assert pickle.loads(pickle.dumps(counted)) == counted != tally(LOG, since=START + 1, zone=-25200)
    both = counted + tally(LOG)
    assert (both.records, both.excluded, both.untimed) == (4, 2, 1)
    state = counted.as_dict()
    for change in {"excluded": 1}, {"untimed": 3}, {"excluded": -1}, {"untimed": None}:
        with pytest.raises((ValueError, TypeError, OverflowError)):
            Tally().__setstate__(state | change)
    with pytest.raises(TypeError, match="invalid argument 'since'"):
        Tally(since=0)


def test_the_key_of_a_sum():
    """A record that was left out has a key too."""
    one, other = b'{"a": 200, "method": "GET"}', b'{"status": 200, "method": "GET"}'
    none = tally(other, "json", method="PUT")
    assert none.records == 0 and none.key == "status"
    assert (tally(one, "json", key="a") + none).key is None
    assert tally(one, "json", key="a", method="PUT").key == "a"


def test_selected_lines():
    assert [number for number, *_ in select(LOG, "error", since=START)] == [1, 2]
    assert [number for number, *_ in select(LOG, "5xx", invert=True, path="/")] == [1, 3]
    found = select(LOG, ["unmatched", "4xx"], path="/a")
    assert [number for number, *_ in found] == [1]
    assert found.tally == tally(LOG)
    left = records(LOG, path="/none")
    assert list(left) == [] and left.tally == tally(LOG)
    path = "/\udce9"
    log = RECORD.replace(b"/a", b"/\xe9a")
    assert next(records(log, path=path)).path == path + "a" and tally(log, path=path, method="GET").records == 1


def test_long_lines():
    long = RECORD.replace(b"/a", b"/a" + b"b" * 100_000)
    assert [len(line) for *_, line in select(RECORD + long, "4xx", path="/ab")] == [len(long) - 1]
    assert tally(Pieces(RECORD + long * 3, 4096), path="/ab").records == 3


def test_a_log_that_breaks_off(tmp_path):
    for read, name in (tally, "tally"), (series, "series"):
        with pytest.raises(OSError) as info:
            read(Pieces(LOG + RECORD[:-9], 50, OSError("broken")), until=START + 1)
        found = getattr(info.value, name)
        found = found if name == "tally" else found.tally
        assert (found.records, found.excluded, found.unmatched) == (1, 2, 2)
    path = tmp_path / "log.gz"
    path.write_bytes(gzip.compress(LOG * 1000)[:-9])
    with pytest.raises(OSError) as info:
        tally([path], method="GET")
    assert info.value.tally.excluded == 0
    with pytest.raises(FileNotFoundError):
        tally(tmp_path / "none", method="GET")
    assert tally(io.BytesIO(LOG), method="GET").records == 3


def test_a_series_has_no_conditions_while_it_is_fed():
    with pytest.raises(TypeError, match="invalid argument 'path'"):
        httpstatus.Series(path="/")
    fed = series(LOG, since=START, step=60)
    assert fed.tally.untimed == 1 and fed.untimed == 0 and len(fed) == 1
    assert series(LOG, path="/a").untimed == 0
    assert series(RECORD.replace(b"36 ", b"66 "), path="/a").untimed == 1

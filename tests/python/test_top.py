"""Tops in Python alone, and against a naive reference: arguments, slices, threads, errors, pickles."""
import copy
import gzip
import io
import json
import pickle
import random
import re
import threading
from collections import Counter

import httpstatus
import pytest
from httpstatus import Top, _core, _jobs

ID = re.compile(r"[0-9]+|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{16,}")
LONGEST = 160


def line(path, status=500, client="::1"):
    return f'{client} - - [10/Oct/2000:13:55:36 -0700] "GET {path} HTTP/1.1" {status} 7\n'.encode()


LOG = line("/a") * 3 + line("/b?x", 503) * 2 + line("/c", 404, "::2") + b'::1 - - [10/Oct/2000:13:55:36 -0700] "-" 500 7\n'


def rows(top):
    return [tuple(entry) for entry in top]


# ---- A naive reference -------------------------------------------------------------------------


class Naive:
    """The rules of core/httpstatus_top.h, stated again: Space-Saving in a dict."""

    def __init__(self, entries):
        self.entries, self.found, self.bound, self.total = entries, {}, 0, 0

    def add(self, value):
        self.total += 1
        count, error, _ = self.found.get(value, (0, 0, 0))
        if not count and len(self.found) == self.entries:
            least = min(self.found, key=lambda other: (self.found[other][0], self.found[other][2]))
            count = error = self.bound = self.found.pop(least)[0]
        self.found[value] = count + 1, error, self.total

    def __add__(self, other):
        both = Naive(self.entries)
        both.total = self.total + other.total
        for value in self.found.keys() | other.found.keys():
            parts = [one.found.get(value, (one.bound, one.bound)) for one in (self, other)]
            both.found[value] = sum(part[0] for part in parts), sum(part[1] for part in parts), 0
        ranked = both.rows()
        both.bound = max([self.bound + other.bound, *(count for _, count, _ in ranked[self.entries:])])
        both.found = {value: (count, error, 0) for value, count, error in ranked[:self.entries]}
        return both

    def rows(self):
        return sorted(((value, count, error) for value, (count, error, _) in self.found.items()),
                      key=lambda row: (-row[1], row[0].encode()))


def judge(top, values, naive):
    """That of the values, whose every count is right within its error."""
    true, seen = Counter(values), rows(top)
    assert seen == naive.rows()[:top.n] and (top.bound, top.total) == (naive.bound, len(values))
    for value, count, error in seen:
        assert count - error <= true[value] <= count
    for value, count in true.items():
        assert count <= top.bound or value in naive.found
    assert top.exact == (len(true) <= top.entries)
    if top.exact:
        assert seen == sorted(((value, count, 0) for value, count in true.items()),
                              key=lambda row: (-row[1], row[0].encode()))[:top.n]


def test_against_a_naive_one():
    rng = random.Random(11)
    for _ in range(60):
        entries, kinds = rng.choice([1, 2, 3, 7, 40, 512]), rng.choice([1, 5, 30, 300, 700])
        parts = []
        for _ in range(rng.randrange(1, 4)):
            often = [f"/{rng.randrange(kinds)}" for _ in range(3)]
            values = [rng.choice(often) if rng.randrange(2) else f"/{rng.randrange(kinds)}" for _ in range(400)]
            top = httpstatus.top(b"".join(map(line, values)), n=512, entries=entries)
            naive = Naive(entries)
            for value in values:
                naive.add(value)
            judge(top, values, naive)
            parts.append((top, values, naive))
        tops, values, naives = zip(*parts)
        judge(sum(tops), sum(values, []), sum(naives[1:], Naive(entries) + naives[0]))


def test_identifiers():
    rng = random.Random(12)
    words = ["", "a", "1", "12x", "0123456789abcdef", "0123456789abcde", "-", ":id", "%20",
             "01234567-89ab-cdef-0123-456789abcdef", "01234567-89ab-cdef-0123-456789abcde"]
    for _ in range(300):
        path = "/" + "/".join(rng.choice(words) for _ in range(rng.randrange(5)))
        grouped = "/".join(":id" if ID.fullmatch(word) else word for word in path.split("/"))
        assert httpstatus.top(line(path), group="id")[0].value == grouped.encode()[:LONGEST].decode()


def test_parts_are_those_of_records():
    log = b'{"status": 500, "request": "P\\u0055T /a%20b HTTP/1.1", "remote_addr": "::1", "user_agent": "\\ud800\xff"}\n'
    record = next(httpstatus.records(log))
    for by in "path", "client", "host", "method", "agent", "referer":
        assert [entry.value for entry in httpstatus.top(log, by)] == \
            [value for value in [getattr(record, by)] if value is not None]


# ---- Arguments ---------------------------------------------------------------------------------


def test_a_sequence():
    top = httpstatus.top(LOG)
    assert len(top) == 2 and rows(top) == [("/a", 3, 0), ("/b", 2, 0)] == [tuple(top[0]), tuple(top[-1])]
    assert (top[0].value, top[0].count, top[0].error) == ("/a", 3, 0)
    for i in 2, -3:
        with pytest.raises(IndexError):
            top[i]
    with pytest.raises(TypeError):
        hash(top)
    assert repr(top) == "<Top by path: 2 of 2 values, 6 records, exact>"
    assert (top.by, top.group, top.n, top.entries) == ("path", "query", 20, 512)
    assert (top.total, top.absent, top.cut, top.bound, top.exact) == (6, 1, 0, 0, True)
    assert (top == 1, top != 1, top == top, top != top) == (False, True, True, False)
    with pytest.raises(TypeError):
        top < top


def test_which():
    assert rows(httpstatus.top(LOG, which=404)) == rows(httpstatus.top(LOG, "path", ["404"])) == [("/c", 1, 0)]
    assert rows(httpstatus.top(LOG, "client", "error")) == [("::1", 6, 0), ("::2", 1, 0)]
    assert httpstatus.top(LOG, which=[]).total == 0 == httpstatus.top(b"what?", which="unmatched").total
    for jobs in 1, 2:
        assert httpstatus.top([LOG, LOG], which=(code for code in [404, 503]), jobs=jobs).total == 6
        with pytest.raises(ValueError, match="invalid which '6xx'"):
            httpstatus.top(LOG, which="6xx", jobs=jobs)
        for wrong in 5.0, b"5xx", [b"5xx"]:
            with pytest.raises(TypeError, match="invalid which"):
                httpstatus.top(LOG, which=wrong, jobs=jobs)
        with pytest.raises(ZeroDivisionError):
            httpstatus.top(LOG, which=(1 // n for n in [0]), jobs=jobs)


@pytest.mark.parametrize("how, message", [
    ({"by": "query"}, "invalid by 'query': expected path, client, host, method, agent, referer"),
    ({"group": "x"}, "invalid group 'x': expected query, or id by path"),
    ({"by": "host", "group": "id"}, "invalid group 'id': expected query, or id by path"),
    ({"n": 0}, "invalid n 0: expected 1 to 512"), ({"n": -1}, "invalid n -1"), ({"n": 2**70}, "invalid n"),
    ({"entries": 513}, "invalid entries 513: expected 1 to 512"), ({"entries": 0}, "invalid entries 0"),
    ({"key": ".", "format": "json"}, "invalid key"), ({"format": "x"}, "invalid format"),
])
def test_wrong_values(how, message):
    for make in Top, lambda **how: httpstatus.top(b"", **how), lambda **how: httpstatus.top([b""], **how):
        with pytest.raises(ValueError, match=re.escape(message)):
            make(**how)


def test_wrong_types():
    for how in {"by": 5}, {"group": 5}, {"n": "x"}, {"n": 1.0}, {"entries": None}, {"by": None}:
        with pytest.raises(TypeError):
            httpstatus.top(b"", **how)
    with pytest.raises(TypeError):
        Top(since=0)
    with pytest.raises(TypeError):
        httpstatus.top(5)
    with pytest.raises(ValueError, match="invalid jobs 0"):
        httpstatus.top(b"", jobs=0)
    with pytest.raises(ValueError, match="invalid since"):
        httpstatus.top(b"", since=2**70)
    assert httpstatus.top(LOG, group=None) == httpstatus.top(LOG, group="query")


def test_conditions():
    assert rows(httpstatus.top(LOG, path="/a")) == [("/a", 3, 0)] == rows(httpstatus.top([LOG], path="/a", jobs=2))
    top = httpstatus.top(LOG, which="error", method="GET", until=2**32)
    assert top.total == 6 and top.tally == httpstatus.tally(LOG, method="GET", until=2**32)
    untimed = LOG.replace(b" -0700", b"")
    assert httpstatus.top(untimed, since=0).tally.untimed == 7
    assert httpstatus.top(untimed, since=0, zone=0).total == 6


def test_as_dict():
    found = httpstatus.top(LOG, n=1).as_dict()
    assert json.loads(json.dumps(found)) == found == {
        "by": "path", "group": "query", "n": 1, "entries": 512, "total": 6, "absent": 1, "cut": 0, "bound": 0,
        "exact": True, "value": ["/a", "/b"], "count": [3, 2], "error": [0, 0]}


# ---- Sources -----------------------------------------------------------------------------------


def test_sources(tmp_path):
    path, packed = tmp_path / "log", tmp_path / "log.gz"
    path.write_bytes(LOG)
    packed.write_bytes(gzip.compress(LOG))
    whole = httpstatus.top(LOG)
    for source in path, packed, str(path), io.BytesIO(LOG), memoryview(LOG), bytearray(LOG):
        assert httpstatus.top(source) == whole
    assert httpstatus.top([path, packed, LOG]) == whole + whole + whole == sum([whole] * 3)
    assert httpstatus.top((), "host") == httpstatus.top(b"", "host")
    with pytest.raises(FileNotFoundError):
        httpstatus.top(tmp_path / "none")


def slices(log, size):
    """A log, cut where lines of so many bytes each do."""
    at = 0
    while at < len(log):
        end = log.find(b"\n", (at // size + 1) * size - 1) + 1 or len(log)
        yield log[at:end]
        at = end


@pytest.fixture(scope="module")
def several_slices(tmp_path_factory):
    """A log of three slices, whose values do not fit into few entries; what it holds beside its slices."""
    rng = random.Random(13)
    piece = b"".join(line(f"/{int(rng.expovariate(0.2))}", rng.choice([200] * 30 + [500]), "x" * rng.randrange(1, 900))
                     for _ in range(20_000))
    log = b"".join(line(f"/{i}") * (i + 1) + piece for i in range(2 * _core._SLICE // len(piece) + 2))
    path = tmp_path_factory.mktemp("top") / "log"
    path.write_bytes(log)
    return path, log


def test_jobs(several_slices, tmp_path):
    """The same answer by any number of threads, which is that of the slices in their order."""
    path, log = several_slices
    how = {"entries": 4, "n": 4}
    whole = httpstatus.top(path, **how)
    parts = [httpstatus.top(part, **how) for part in slices(log, _core._SLICE)]
    assert len(parts) == 3 and sum(parts) == whole and not whole.exact
    assert sum(reversed(parts)) != whole, "tops that are not exact add up in their order"
    for jobs in 3, 8:
        assert httpstatus.top(path, jobs=jobs, **how) == whole == httpstatus.top(log, jobs=jobs, **how)
        assert httpstatus.top([path, path], jobs=jobs, **how) == whole + whole
    packed = tmp_path / "log.gz"
    packed.write_bytes(gzip.compress(log, 1))
    assert httpstatus.top(packed, **how) == whole
    top = Top(**how)
    for at in range(0, len(log), 1_234_567):
        top.feed(log[at:at + 1_234_567])
    top.close()
    assert top == whole
    everything = httpstatus.top(path, which=["2xx", "5xx"])
    assert everything.exact and everything == httpstatus.top(path, which=["2xx", "5xx"], jobs=3)


def test_tops_of_each_status(several_slices):
    """Those of the page, whose slices end where those of a top do."""
    path, log = several_slices

    def counted(data):
        tops = _core._tops(format="clf")
        for at in range(0, len(data), 3_000_001):
            tops.feed(data[at:at + 3_000_001])
        tops.close()
        return tops

    whole = counted(log)
    assert whole == sum(map(counted, slices(log, _core._SLICE))) and (whole == 1) is False
    paths, clients = whole.as_dict()[500]
    assert paths == httpstatus.top(path, which=500) and clients == httpstatus.top(path, "client", 500)
    assert not clients.exact and list(whole.as_dict()) == [500] and paths.tally == httpstatus.tally(path)


def test_fields_cross_slices(tmp_path, monkeypatch):
    """The columns of a slice are those of the slice before."""
    path = tmp_path / "log"
    path.write_bytes(b"#Fields: cs-uri-stem sc-status\n" + b"/a 500\n/b 200\n" * 90_000 +
                     b"#Fields: sc-status cs-uri-stem\n" + b"500 /c\n" * 150_000)
    whole = httpstatus.top(path)
    assert rows(whole) == [("/c", 150_000, 0), ("/a", 90_000, 0)]
    monkeypatch.setattr(_jobs.TopWork, "cuts", staticmethod(_jobs.Work.cuts))
    assert httpstatus.top(path, jobs=3) == whole


def test_errors_have_what_came_before(tmp_path):
    path = tmp_path / "log.gz"
    path.write_bytes(gzip.compress(LOG * 10_000)[:-20])
    for source in path, [LOG, path]:
        with pytest.raises(OSError) as caught:
            httpstatus.top(source)
        assert caught.value.top[0].value == "/a"
    with pytest.raises(FileNotFoundError) as caught:
        httpstatus.top([LOG, tmp_path / "none"])
    assert caught.value.top == httpstatus.top(LOG)
    with pytest.raises(FileNotFoundError) as caught:
        httpstatus.top([b"", tmp_path / "none"])
    assert caught.value.top == httpstatus.top(b"")


# ---- In pieces ---------------------------------------------------------------------------------


def test_open_and_closed():
    top = Top(n=1)
    top.feed(LOG[:-9])
    assert rows(top) == [("/a", 3, 0)] and top.total == 5 and top.tally.records == 6
    for wrong in (lambda: top + top, lambda: pickle.dumps(top), lambda: sum([top])):
        with pytest.raises(ValueError, match="the top is still open"):
            wrong()
    top.feed(LOG[-9:])
    top.close()
    top.close()
    assert top == httpstatus.top(LOG, n=1) != httpstatus.top(LOG)
    with pytest.raises(ValueError, match="the top is closed"):
        top.feed(b"")
    with pytest.raises(TypeError, match="binary mode"):
        Top().feed("x")


def test_looking_changes_nothing():
    """What is asked of an open top ends no slice."""
    top, asked = Top(entries=2), Top(entries=2)
    for path in "aabcadbc" * 5:
        for one in top, asked:
            one.feed(line(f"/{path}"))
        assert len(asked) <= 2
    top.close()
    asked.close()
    assert top == asked


def test_sums():
    a, b = httpstatus.top(LOG, n=1), httpstatus.top(line("/b") * 4)
    assert rows(a + b) == [("/b", 6, 0), ("/a", 3, 0)] and (a + b).n == 20 and a + b == b + a
    assert 0 + a is a and a + 0 is a and (a + b).tally == a.tally + b.tally
    for other in httpstatus.top(b"", "host"), httpstatus.top(b"", entries=2), httpstatus.top(b"", group="id"):
        with pytest.raises(ValueError, match="tops of different kinds: .* got path, query, 512 and "):
            a + other
    for wrong in (lambda: a + 1, lambda: 1 + a, lambda: a + a.tally):
        with pytest.raises(TypeError):
            wrong()


# ---- Pickles -----------------------------------------------------------------------------------


def test_pickles():
    odd = b'{"status": 500, "user_agent": "\\ud800\xff\\u0000"}\n{"status": 500, "user_agent": "%s"}\n' % (b"x" * 300)
    for top in httpstatus.top(LOG, n=1), httpstatus.top(b""), httpstatus.top(odd, "agent"), \
            httpstatus.top(b"".join(line(f"/{i}") for i in range(600)), group="query"), \
            httpstatus.top(LOG, entries=1, group="id"):
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
            again = pickle.loads(pickle.dumps(top, protocol))
            assert again == top and again.tally == top.tally and again.as_dict() == top.as_dict()
        assert copy.deepcopy(top) == top


class Odd(list):
    pass


@pytest.mark.parametrize("change", [
    {"by": 5}, {"by": "query"}, {"by": "host", "group": "id"}, {"group": "x"}, {"group": None},
    {"n": 0}, {"n": 513}, {"n": -1}, {"n": 2**40}, {"n": "x"}, {"entries": 0}, {"entries": 1}, {"entries": 2**63},
    {"total": -1}, {"absent": None}, {"cut": 2**64}, {"bound": 1.5},
    {"value": None}, {"value": Odd(["/a", "/b"])}, {"value": ["/a"]}, {"value": ["/a", "/a"]}, {"value": ["/a", 5]},
    {"value": ["/a", "\ud800"]}, {"value": ["/a", "x" * 161]}, {"count": [3]}, {"count": [3, 0]}, {"count": (3, 2)},
    {"count": [3, 2.0]}, {"count": [3, True]}, {"count": [3, 2**64]}, {"error": [0]}, {"error": [0, 3]}, {"error": 5},
])
def test_states_that_are_none(change):
    state, tally = httpstatus.top(LOG).__reduce__()[2]
    with pytest.raises(ValueError, match="invalid state: expected the result of Top.as_dict"):
        Top().__setstate__((state | change, tally))


def test_states_that_lack_something():
    state, tally = httpstatus.top(LOG).__reduce__()[2]
    for name in state.keys() - {"exact"}:
        with pytest.raises(ValueError, match=f"invalid state: expected a key '{name}'"):
            Top().__setstate__(({key: value for key, value in state.items() if key != name}, tally))
    for wrong in 1, (), (state,), (state, 1), (1, tally):
        with pytest.raises(TypeError, match="expected a dict and a Tally"):
            Top().__setstate__(wrong)


def test_a_report_of_slices(tmp_path):
    """The page counts a slice of a log as it counts a whole one."""
    from httpstatus._command.report import ReportCount

    path = tmp_path / "log"
    path.write_bytes(LOG * 3)
    how = {"format": "auto", "key": None, "fields": None, "target": False}
    with open(path, "rb", 0) as file:
        whole = ReportCount.whole(path.open("rb", 0), step=60, **how)
        middle = len(LOG)
        first, carry = ReportCount.range(file.fileno(), 0, middle, False, None, None, step=60, **how)
        last, _ = ReportCount.range(file.fileno(), middle, 3 * middle, True, carry, None, step=60, **how)
    assert (first + last).series == whole.series and (first + last).firsts() == whole.firsts()


# ---- Threads -----------------------------------------------------------------------------------


def test_threads():
    top = Top("client", format="clf")
    threads = [threading.Thread(target=lambda: [top.feed(LOG) for _ in range(100)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert top.total <= 400 * 6 and len(top) <= 1
    top.close()
    assert rows(top) == [("::1", 400 * 6, 0)]

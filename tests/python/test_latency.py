"""Latency in Python alone, and against a naive reading: sorted durations, and buckets by bits."""
import copy
import gzip
import io
import itertools
import json
import math
import pickle
import random
import threading
from fractions import Fraction
from pathlib import Path

import httpstatus
import pytest
from httpstatus import Latency

NAMES = ["1xx", "2xx", "3xx", "4xx", "5xx", "other"]
WHICH = {None: NAMES, "error": ["4xx", "5xx"]} | {name: [name] for name in NAMES}
OWN_LOGS = Path(__file__).resolve().parents[1] / "logs"
SECOND = 10**9


def line(nanoseconds, status=200):
    return b'{"Duration": %d, "DownstreamStatus": %d}\n' % (nanoseconds, status)


def made(rng, count):
    """Durations of every size, and of one size as servers have them."""
    for _ in range(count):
        nanoseconds = rng.getrandbits(rng.randrange(1, 45)) if rng.random() < 0.5 else \
            int(rng.lognormvariate(math.log(0.02 * SECOND), 1.5))
        yield line(nanoseconds, rng.choice([100, 200, 200, 200, 301, 404, 500, 503, 0, 600]))


LOG = b"".join(made(random.Random(3), 2000))


# ---- The judge ---------------------------------------------------------------------------------


def class_of(status):
    return httpstatus.class_of(status) or "other" if status is not None else "other"


def durations(source, **how):
    """[(nanoseconds or None, class)] of the records."""
    return [(None if r.duration is None else round(r.duration * SECOND), class_of(r.status))
            for r in httpstatus.records(source, **how)]


def edges(nanoseconds):
    """The bucket: the five highest bits count, or all of fewer."""
    rest = max(nanoseconds.bit_length() - 5, 0)
    low = nanoseconds >> rest << rest
    return low, low + (1 << rest)


def nearest_rank(q, ordered):
    return ordered[max(math.ceil(Fraction(q).limit_denominator(10**9) * len(ordered)), 1) - 1]


def judge(latency, found):
    """The latency of a log against the durations of its records; the quantiles that were compared."""
    timed = [(ns, name) for ns, name in found if ns is not None]
    assert latency.untimed == len(found) - len(timed)
    buckets = {}
    for ns, name in timed:
        buckets.setdefault(edges(ns), dict.fromkeys(NAMES, 0))[name] += 1
    assert list(latency) == [(low / 1e9, high / 1e9, counts) for (low, high), counts in sorted(buckets.items())]
    assert len(latency) == len(buckets)
    compared = 0
    for which, names in WHICH.items():
        ordered = sorted(ns for ns, name in timed if name in names)
        assert latency.count(which) == len(ordered) and latency.sum(which) == sum(ordered) / 1e9
        assert (latency.min(which), latency.max(which)) == (
            (ordered[0] / 1e9, ordered[-1] / 1e9) if ordered else (None, None))
        for q in (0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1):
            compared += judge_quantile(latency, q, which, ordered)
    return compared


def judge_quantile(latency, q, which, ordered):
    value, bounds = latency.quantile(q, which), latency.bounds(q, which)
    if not ordered:
        assert value is bounds is None
        return 0
    exact = nearest_rank(q, ordered)
    assert bounds == tuple(end / 1e9 for end in edges(exact))
    assert abs(value - exact / 1e9) <= 0.03125 * exact / 1e9 + 1e-15
    return 1


def test_judge():
    assert edges(0) == (0, 1) and edges(31) == (31, 32) and edges(33) == (32, 34)
    assert edges(2**63 - 1) == (31 << 58, 2**63) and nearest_rank(0.07, range(1, 101)) == 7
    assert nearest_rank(0, [5, 6]) == 5 and nearest_rank(0.51, [5, 6]) == 6
    with pytest.raises(AssertionError):
        judge(httpstatus.latency(line(5)), [(6, "2xx")])


@pytest.mark.parametrize("seed", range(6))
def test_made_logs(seed):
    rng = random.Random(seed)
    log = b"".join(made(rng, rng.choice([1, 2, 10, 500, 3000]))) + b'{"DownstreamStatus": 200}\n' * seed
    assert judge(httpstatus.latency(log, "json"), durations(log, format="json")) > 0


@pytest.mark.parametrize("path", sorted(OWN_LOGS.glob("*/*.*")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_logs(path):
    judge(httpstatus.latency(path), durations(path))


# ---- What it holds -----------------------------------------------------------------------------


def test_numbers():
    latency = httpstatus.latency(line(250_000_000) + line(30 * SECOND, 502) + b'{"DownstreamStatus": 200}\n')
    assert repr(latency) == "<Latency: 2 records, 1 untimed>"
    assert (latency.count(), latency.count("5xx"), latency.count("error"), latency.count(None)) == (2, 1, 1, 2)
    assert (latency.min(), latency.max(), latency.sum()) == (0.25, 30.0, 30.25)
    assert (latency.min("4xx"), latency.max("4xx"), latency.sum("4xx")) == (None, None, 0)
    assert latency.quantile(0.99) == 30.0 and latency.quantile(0, "2xx") == 0.25 and latency.quantile(1, "1xx") is None
    assert latency.bounds(0.5) == (0.243269632, 0.251658240) and latency.bounds(0.5, "3xx") is None
    assert latency.tally == httpstatus.tally(line(1) + line(1, 502) + b'{"DownstreamStatus": 200}\n')
    empty = httpstatus.latency(b"")
    assert (len(empty), list(empty), empty.quantile(0.5), bool(empty)) == (0, [], None, False)


def test_the_largest():
    latency = httpstatus.latency(line(2**63 - 1) * 2)
    assert latency.sum() == (2**64 - 2) / 1e9 and latency.as_dict()["max_ns"]["2xx"] == 2**63 - 1
    assert latency.as_dict()["high_ns"] == [2**63] and latency.untimed == 0
    more = latency + httpstatus.latency(line(1))
    assert more.sum() is None and more.as_dict()["sum_ns"]["2xx"] is None and more == pickle.loads(pickle.dumps(more))
    assert httpstatus.latency(line(2**63)).untimed == 1


def test_arguments():
    latency = httpstatus.latency(LOG)
    for ask in latency.count, latency.min, latency.max, latency.sum, lambda which: latency.quantile(0.5, which), \
            lambda which: latency.bounds(0.5, which):
        with pytest.raises(ValueError, match="invalid which '6xx': expected 1xx, 2xx, 3xx, 4xx, 5xx, other, error"):
            ask("6xx")
        with pytest.raises(TypeError):
            ask(500)
    for q in -0.001, 1.001, 99, math.nan, math.inf:
        for ask in latency.quantile, latency.bounds:
            with pytest.raises(ValueError, match=f"invalid q {q}: expected 0 to 1"):
                ask(q)
    with pytest.raises(TypeError):
        latency.quantile("0.5")
    for wrong in (latency.quantile, lambda: latency.count(None, None), lambda: hash(latency),
                  lambda: latency < latency, lambda: httpstatus.latency(LOG, step=60)):
        with pytest.raises(TypeError):
            wrong()


def test_as_dict():
    found = httpstatus.latency(line(70) + line(5, 404)).as_dict()
    assert json.loads(json.dumps(found)) == found
    assert list(found) == ["untimed", "min_ns", "max_ns", "sum_ns", "low_ns", "high_ns", *NAMES]
    assert (found["low_ns"], found["high_ns"], found["2xx"], found["4xx"]) == ([5, 68], [6, 72], [0, 1], [1, 0])
    assert found["min_ns"] == dict.fromkeys(NAMES) | {"2xx": 70, "4xx": 5}
    assert found["sum_ns"] == dict.fromkeys(NAMES, 0) | {"2xx": 70, "4xx": 5}


# ---- Sources -----------------------------------------------------------------------------------


def test_sources(tmp_path):
    path, packed = tmp_path / "log", tmp_path / "log.gz"
    path.write_bytes(LOG)
    packed.write_bytes(gzip.compress(LOG))
    whole = httpstatus.latency(LOG)
    for source in path, packed, str(path), io.BytesIO(LOG), memoryview(LOG), bytearray(LOG):
        assert httpstatus.latency(source) == whole
    assert httpstatus.latency([path, packed, LOG]) == whole + whole + whole == sum([whole] * 3)
    assert httpstatus.latency((), "json") == httpstatus.latency(b"")
    with pytest.raises(FileNotFoundError):
        httpstatus.latency(tmp_path / "none")
    with pytest.raises(TypeError):
        httpstatus.latency(5)
    with pytest.raises(ValueError, match="invalid jobs 0"):
        httpstatus.latency(LOG, jobs=0)
    with pytest.raises(httpstatus.LogFormatError):
        httpstatus.latency(LOG, "x")
    with pytest.raises(httpstatus.LogFormatError):
        httpstatus.latency(LOG, "json", key=".")


def test_jobs(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(LOG * 60)
    whole = httpstatus.latency(path)
    for jobs in 3, 8:
        again = httpstatus.latency(path, jobs=jobs)
        assert again == whole and again.tally == whole.tally
    assert httpstatus.latency([path, path], "json", jobs=2) == whole + whole
    path.write_bytes(b"#Fields: sc-status time-taken\n" + b"200 15\n" * 500_000)
    assert httpstatus.latency(path, jobs=2).count("2xx") == 500_000


def test_errors_have_what_came_before(tmp_path):
    path = tmp_path / "log.gz"
    path.write_bytes(gzip.compress(LOG * 20)[:-2000])
    for source in path, [LOG, path]:
        with pytest.raises(OSError) as caught:
            httpstatus.latency(source)
        assert caught.value.latency.count() > 2000 and caught.value.latency.tally.unmatched == 1
    with pytest.raises(FileNotFoundError) as caught:
        httpstatus.latency([LOG, tmp_path / "none"])
    assert caught.value.latency == httpstatus.latency(LOG)


def test_conditions():
    log = b"".join(b'{"ts": %d, "request_time": %d, "method": "%s", "status": 200}\n' % (t, t, method)
                   for t, method in zip(range(60), itertools.cycle([b"GET", b"POST"])))
    latency = httpstatus.latency(log, since=10, until=20, method="GET")
    assert (latency.count(), latency.min(), latency.max(), latency.tally.excluded) == (5, 10.0, 18.0, 55)
    assert latency == httpstatus.latency([log], since=10, until=20, method="GET", jobs=2)
    with pytest.raises(ValueError, match="invalid method"):
        httpstatus.latency(log, method="a b")


def test_which():
    every = [200, 404, 503, 504, 504, None] * 9
    log = b"".join(line(i, status or 999).replace(b" 999", b" null") for i, status in enumerate(every))
    for which, statuses in ((504, {504}), ("5xx", {503, 504}), (["4xx", "no_status"], {404, None}), ("1xx", set())):
        wanted = [i for i, status in enumerate(every) if status in statuses]
        latency = httpstatus.latency(log, which=which)
        assert (latency.count(), latency.max()) == (len(wanted), wanted[-1] / 1e9 if wanted else None)
        assert latency.tally == httpstatus.tally(log)
        for how in {"jobs": 2}, {"path": "/"}, {"exclude_path": "/"}:
            more = httpstatus.latency(log, which=iter(which) if isinstance(which, list) else which, **how)
            assert more == (latency if "path" not in how else httpstatus.latency(b""))
    assert httpstatus.latency(log, which=None) == httpstatus.latency(log)
    def failing():
        yield 404
        raise KeyError

    with pytest.raises(KeyError):
        httpstatus.latency([log], which=failing())
    for wrong in 5j, "6xx", [404, "x"]:
        with pytest.raises((TypeError, ValueError)):
            httpstatus.latency(log, which=wrong)
        with pytest.raises((TypeError, ValueError)):
            httpstatus.latency([log], which=wrong)


def test_feeding():
    latency = Latency("json", which="2xx")
    assert len(latency) == 0 and repr(latency) == "<Latency: 0 records, 0 untimed>" and latency.quantile(0.5) is None
    for i in range(0, len(LOG), 1000):
        latency.feed(LOG[i:i + 1000])
    for wrong in lambda: latency + latency, lambda: pickle.dumps(latency), lambda: sum([latency]):
        with pytest.raises(ValueError, match="the latency is still open"):
            wrong()
    latency.close()
    latency.close()
    assert latency == httpstatus.latency(LOG, which="2xx") != httpstatus.latency(LOG)
    with pytest.raises(ValueError, match="the latency is closed"):
        latency.feed(b"")
    with pytest.raises(TypeError):
        Latency(zone=0)


# ---- Sums and pickles --------------------------------------------------------------------------


def test_parts_in_any_order():
    rng = random.Random(9)
    lines = LOG.splitlines(keepends=True)
    whole = httpstatus.latency(LOG)
    for _ in range(20):
        rng.shuffle(lines)
        cuts = sorted(rng.sample(range(len(lines)), 4))
        parts = [httpstatus.latency(b"".join(lines[start:end]))
                 for start, end in zip([0, *cuts], [*cuts, len(lines)])]
        rng.shuffle(parts)
        a, b, *rest = parts
        assert sum(parts) == a + (b + sum(rest)) == (a + b) + sum(rest) == whole


def test_sums():
    a, b = httpstatus.latency(line(5)), httpstatus.latency(line(7, 404))
    assert a + b == b + a != a and a != b and (a + b).tally == a.tally + b.tally
    assert 0 + a is a and a + 0 is a and a == httpstatus.latency(line(5))
    assert (a == 1, a != 1, a == a, a != a) == (False, True, True, False)
    for wrong in (lambda: a + 1, lambda: 1 + a, lambda: a + a.tally):
        with pytest.raises(TypeError):
            wrong()


def test_pickles():
    for latency in httpstatus.latency(LOG + b'{"DownstreamStatus": 200}'), httpstatus.latency(b""):
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
            again = pickle.loads(pickle.dumps(latency, protocol))
            assert again == latency and again.tally == latency.tally and again.as_dict() == latency.as_dict()
        assert copy.deepcopy(latency) == latency


class Odd(list):
    pass


@pytest.mark.parametrize("change", [
    {"untimed": -1}, {"untimed": "x"}, {"untimed": 2**64}, {"untimed": 1.0},
    {"low_ns": None}, {"low_ns": Odd([5, 68])}, {"low_ns": [5]}, {"low_ns": [68, 5], "high_ns": [72, 6]},
    {"low_ns": [5, 5], "high_ns": [6, 6]}, {"low_ns": [5, 69]}, {"high_ns": [6, 73]}, {"low_ns": [5, 2**63]},
    {"low_ns": [5, 2**70]}, {"low_ns": [5, True]}, {"5xx": [1]}, {"5xx": (0, 1)}, {"4xx": [1, -1]}, {"4xx": [1, 1.0]},
    {"2xx": [0, 2]}, {"min_ns": 5}, {"min_ns": dict.fromkeys(NAMES)},
    {"min_ns": dict.fromkeys(NAMES) | {"2xx": 67, "4xx": 5}}, {"max_ns": dict.fromkeys(NAMES) | {"2xx": 72, "4xx": 5}},
    {"max_ns": dict.fromkeys(NAMES) | {"2xx": 70, "4xx": "x"}}, {"min_ns": dict.fromkeys(NAMES, 5)},
    {"sum_ns": dict.fromkeys(NAMES, 7)}, {"sum_ns": dict.fromkeys(NAMES, -7)},
])
def test_states_that_are_none(change):
    state, tally = httpstatus.latency(line(70) + line(5, 404)).__reduce__()[2]
    again = Latency()
    again.__setstate__((state, tally))
    assert again.count() == 2
    with pytest.raises(ValueError, match="invalid state: expected the result of Latency.as_dict"):
        Latency().__setstate__((state | change, tally))


def test_states_that_lack_something():
    state, tally = httpstatus.latency(line(70)).__reduce__()[2]
    for name in state:
        with pytest.raises(ValueError, match=f"invalid state: expected a key '{name}'"):
            Latency().__setstate__(({key: value for key, value in state.items() if key != name}, tally))
    for name in "min_ns", "max_ns", "sum_ns":
        with pytest.raises(ValueError, match="invalid state: expected a key '4xx'"):
            Latency().__setstate__((
                state | {name: {key: value for key, value in state[name].items() if key != "4xx"}}, tally))
    for wrong in 1, (), (state,), (state, 1), (1, tally):
        with pytest.raises(TypeError, match="expected a dict and a Tally"):
            Latency().__setstate__(wrong)


# ---- Threads -----------------------------------------------------------------------------------


def test_threads_share_one():
    latency = httpstatus.latency(LOG)
    wanted = latency.as_dict(), latency.quantile(0.99), list(latency), latency + latency
    failures = []

    def ask():
        for _ in range(50):
            if (latency.as_dict(), latency.quantile(0.99), list(latency), latency + latency) != wanted:
                failures.append(1)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures

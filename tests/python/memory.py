"""The Python module when memory runs out, and what it leaks.

    memory.py [--rounds N] [--import-step N] [--rounds-only | --points-only] [SCENARIO...]

Every scenario below, one for each function and way to call it, and what the runner of the vectors
calls for a few of each of their functions, runs again and again with an allocator that fails at the
first allocation, then at the second, and so on until nothing is left that could fail: from there
on, and once more that time alone. Each time it must answer or raise MemoryError, and the module
answer afterwards. The same goes for its import, of whose allocations only each N-th fails. Then
every scenario runs N rounds, after which as many blocks of memory are in use as before, and in a
debug build of CPython as many references.
"""
import _imp
import argparse
import array
import copy
import datetime
import errno
import functools
import gc
import gzip
import importlib.machinery
import importlib.util
import io
import os
import pickle
import sys
import sysconfig
import tempfile
import time
import types
import weakref
from operator import add, le, sub

import arrow
import httpstatus
import vectors
from httpstatus import Latency, RedirectChain, RedirectError, Series, Status, Tally, Top

RECORD = b'h - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 12\n'
LOG = RECORD + b"bad\n" + RECORD.replace(b"200", b"500")
W3C = b"#Fields: sc-status sc-substatus\n403 14\n403 1\n- 0\nbad\n"
JSON = b'{"a": {"b": 404}}\n'
LONG_AGENT = RECORD[:-1] + b' "-" "' + rb"\x41" * 400 + b'"'
ESCAPED = RECORD.replace(b"GET /", b'GET /a\\"')
WIDE = LOG + RECORD.replace(b"GET /", b"GET " + b"/" * 30000)
WRAPPED = b'{"log": "%s", "stream": "stdout"}' % RECORD[:-1].replace(b'"', b'\\"')
LATE = '{"status": 200, "time": "9999-12-31T23:59:59Z"}'
LATE_NS = 253402300799 * 10**9
AWARE = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
NAIVE, UNEVEN = datetime.datetime(2026, 1, 1), datetime.timezone(datetime.timedelta(microseconds=1))
TIMES = b'{"ts": 60, "status": 200}\n{"ts": 61, "status": 503}\n'
TIMED = b'{"status": 200, "request_time": 0.25}\n{"status": 502, "request_time": 30}\n{"status": 200}\n'
USUAL_JSON = b'{"status": 404}\n'
PYDANTIC = types.SimpleNamespace(schema=lambda status: status)
ENOUGH = 20  # calls in a row without an error: no allocation is left that could fail
# What CPython says instead of MemoryError: of locks, of arguments of ctypes, of what is written in Python, and, in 3.10,
# of the 1024th call of a function, whose cache of attributes it cannot make.
CPYTHONS = ["can't allocate lock", ": MemoryError: ", "<function ", "error return without exception set",
            "_PyEval_EvalFrameDefault returned NULL without setting an exception"]
VECTORS_OF_EACH = 3  # functions
# What CPython keeps for the next object moves the points, most often down: so each is met twice, and the
# one before it once more.
BEFORE = [0, 1, 0]
SLOW = 0.005  # seconds: a scenario that takes longer runs a quarter of the rounds
CHECKED = 8  # at every so many points the module has to answer

passed = failed = points = 0


def report(good, name, what):
    global passed, failed
    if good:
        passed += 1
        return
    failed += 1
    if failed <= 20:
        print(f"{name}: {what}", file=sys.stderr)


def wrong(kind, call, *args, **keywords):
    """A caller's mistake, if there is memory enough to say so."""
    try:
        call(*args, **keywords)
    except MemoryError:
        raise
    except kind:
        return
    raise AssertionError(f"no {kind.__name__}")


class Reader:
    """A file without readinto()."""

    def __init__(self, *pieces):
        self.pieces = list(pieces)

    def read(self, size):
        piece = self.pieces.pop(0) if self.pieces else b""
        if isinstance(piece, OSError):
            raise piece
        return piece


class Number:
    def __index__(self):
        return 404


class Word(str):
    pass


def fresh():
    """A text whose UTF-8 is not made yet."""
    return chr(0xE9) * 2


FROB, A_KEY, NAMES = Word("FROB"), Word("a.b"), ["A", Word("Cookie")]
# Made once: before 3.13 list() of them, without memory, leaves a reference behind.
NO_NAMES, TWICE, NOT_TEXT = ["A", None], ["/c", "/c"], ["/c", 7]
# Made once: in 3.10 an object without memory for its attributes leaves something behind.
DAMAGED, WHOLE = Reader(), Reader()
MANY_PAIRS = b"#Fields: sc-status sc-substatus\n" + b"".join(b"403 %d\n" % i for i in range(1, 270))
UNREADABLE = "/proc/self/mem"
BATCH = arrow.Array()
FOLLOWED, CODES = [301, 309], array.array("h", [200, 404, -2])

# ---- Scenarios ---------------------------------------------------------------------------------


def lookup():
    assert httpstatus.lookup(404) is httpstatus.lookup("not found") is httpstatus.lookup(Number())
    assert httpstatus.lookup(403, substatus=14) is httpstatus.lookup("403.14")
    assert httpstatus.lookup(499, owner="nginx").owner == "nginx"
    assert httpstatus.lookup("\ud800") is httpstatus.lookup(2**100) is None


def lookup_wrong():
    wrong(TypeError, httpstatus.lookup, 404.0)
    wrong(TypeError, httpstatus.lookup)
    wrong(TypeError, httpstatus.lookup, 404, colour=1)
    wrong(TypeError, httpstatus.lookup, "404", substatus=1)
    wrong(TypeError, httpstatus.lookup, 404, owner=1)


def short_answers():
    assert httpstatus.phrase(404) == "Not Found" and httpstatus.class_of(2**100) is None
    assert httpstatus.effective(471) == 400 and len(httpstatus.variants(498)) == 2
    wrong(TypeError, httpstatus.phrase, "404")
    assert httpstatus.scanner()


def search():
    assert httpstatus.search("gateway timeout")[0].code == 504
    assert httpstatus.search(fresh()) == []
    assert httpstatus.statuses("4xx", official=True) and httpstatus.statuses(owner="nginx")
    wrong(ValueError, httpstatus.statuses, "6xx")
    wrong(TypeError, httpstatus.search, 4)


def status():
    unknown = Status(403, 99, "x")
    assert repr(Status(299)) and unknown.variants and str(unknown) == "403"
    assert repr(unknown) == "<Status 403.99 (x)>" and repr(Status(404)) == "<Status 404 Not Found>"
    assert Status.__new__(Status, 404) is Status(404)
    assert Status(451).reference_for("is_cacheable") and Status(404).description and Status(404).explanation
    wrong(ValueError, Status(404).reference_for, fresh())
    wrong(ValueError, Status, 1000)
    wrong(ValueError, Status, 404, 70000)
    wrong(TypeError, Status, 404, owner=1)
    assert Status(404).headers == () and unknown.__reduce__()[1] == unknown.key
    sys.modules["httpstatus._pydantic"] = PYDANTIC
    assert Status.__get_pydantic_core_schema__(Status, None) is Status
    assert unknown.deconstruct() == ("httpstatus.Status", unknown.key, {})


def retry():
    r = httpstatus.retry(503, "GET", retry_after="120", now=1795953600.5, cap=2**70, policy="rfc9110",
                         idempotent=None, replayable=True)
    assert r.action == "retry" and r.delay == 120 and r.reason == "temporary"
    r = httpstatus.retry(421, FROB, retry_after="Sun, 06 Nov 1994 08:49:37 GMT", idempotent=True)
    assert r.date == 784111777 and r.same_connection is False and r.delay is None
    assert httpstatus.retry(503, "GET", retry_after=fresh(), now=Number()).delay is None
    assert httpstatus.parse_retry_after("9" * 40, None) == 2**53 - 1
    assert httpstatus.parse_retry_after("Sun Nov  6 08:49:37 1994", 784111700) == 77
    assert httpstatus.parse_retry_after("soon", now=0) is None


def retry_wrong():
    wrong(ValueError, httpstatus.retry, 503, "")
    wrong(ValueError, httpstatus.retry, 503, "GET", policy=fresh())
    wrong(TypeError, httpstatus.retry, 503, "GET", policy=None)
    wrong(TypeError, httpstatus.retry, 503, "GET", now="x")
    wrong(ValueError, httpstatus.retry, 503, "GET", cap=-(2**70))
    wrong(ValueError, httpstatus.retry, 503, "GET", now=-1.5)
    wrong(TypeError, httpstatus.retry, 503, "GET", retry_after=120)
    wrong(TypeError, httpstatus.retry, "503", "GET")
    wrong(TypeError, httpstatus.retry, 503)
    wrong(TypeError, httpstatus.parse_retry_after, b"5", 0)
    wrong(ValueError, httpstatus.parse_retry_after, "5", -1)


def parse_time():
    time = httpstatus.parse_time("Oct  5 13:55:36.5", zone=Number(), reference=1532941432.5)
    assert time.seconds == 1507211736 - 404 and time.has_zone and repr(time)
    assert httpstatus.parse_time(b"[1532941432726]", zone=None, reference=2**70).nanoseconds == 726000000
    assert httpstatus.parse_time(fresh()) is None
    wrong(TypeError, httpstatus.parse_time, 5)
    wrong(TypeError, httpstatus.parse_time, "0", zone="x")
    wrong(ValueError, httpstatus.parse_time, "0", zone=86400)
    wrong(ValueError, httpstatus.parse_time, "0", reference=float("nan"))


def suggest():
    log = b"192.0.2.1;GET /a;200;x\n" * 3
    assert httpstatus.suggest(Reader(log[:9], log[9:])).matched == 3
    assert httpstatus.suggest(PATH) is None
    assert httpstatus.suggest(b'{"a": {"code": 200}, "path": "/"}').key == "a.code"
    wrong(TypeError, httpstatus.suggest, 5)
    wrong(OSError, httpstatus.suggest, PATH + "/none")


def unescape():
    assert httpstatus.unescape("a%20b", "percent") == "a b"
    assert httpstatus.unescape(b"\\x41" * 2500, "backslash") == "A" * 2500
    assert httpstatus.unescape("\udcff\\n", "json") == "\udcff\n"
    wrong(ValueError, httpstatus.unescape, "a", fresh())
    wrong(TypeError, httpstatus.unescape, 5, "json")


def status_copied():
    assert copy.copy(Status(403, 99, "x")) == 403
    assert pickle.loads(pickle.dumps(Status(403, 14))) is Status(403, 14)


def redirect():
    assert httpstatus.redirect(302, "POST").method == "GET"
    assert httpstatus.redirect(307, FROB).method == "FROB"
    assert httpstatus.redirect(302, "POST", "rfc2616").action == "ask"
    assert httpstatus.redirect(200, "GET") is None
    assert repr(httpstatus.redirect(301, "frob"))


def redirect_knobs():
    r = httpstatus.redirect(
        301, "POST", "curl", follow=FOLLOWED, others="none", rewrite_301="none",
        rewrite_302="all", head_on_303="HEAD", unsafe_307_308="ask", drops_headers=NAMES,
        drops_cross_origin=("Cookie",), limit=3)
    assert r.limit == 3 and r.drops_cross_origin == ("Cookie",)
    wrong(ValueError, httpstatus.redirect, 302, "GET", follow=(200,))
    wrong(ValueError, httpstatus.redirect, 302, "GET", rewrite_301=fresh())
    NO_NAMES[1] = fresh()
    wrong(ValueError, httpstatus.redirect, 302, "GET", drops_headers=NO_NAMES)
    wrong(TypeError, httpstatus.redirect, 302, "GET", drops_headers=("A", 1))
    wrong(TypeError, httpstatus.redirect, 302, "GET", drops_headers="A")
    wrong(ValueError, httpstatus.redirect, 302, "GET", limit=0)


def redirect_wrong():
    wrong(ValueError, httpstatus.redirect, 302, "")
    wrong(ValueError, httpstatus.redirect, 302, "GET", fresh())
    wrong(TypeError, httpstatus.redirect, 302, b"GET")


def resolve():
    found = httpstatus.resolve("http://a/b", "http://c/" + fresh())
    assert found.cross_origin and repr(found)
    assert httpstatus.resolve("http://a/b", 5000 * fresh(), "whatwg").problem is None
    assert httpstatus.resolve("http://a/b", chr(0xDCFF)).url == "http://a/%FF"
    assert httpstatus.resolve("http://a/b", "http:g").problem == "invalid"


def resolve_wrong():
    wrong(ValueError, httpstatus.resolve, fresh(), "/")
    wrong(ValueError, httpstatus.resolve, "http://a/", "/", fresh())
    wrong(UnicodeEncodeError, httpstatus.resolve, "http://a/", chr(0xD800))
    wrong(TypeError, httpstatus.resolve, "http://a/", b"/")
    wrong(TypeError, httpstatus.resolve, "http://a/", "/", 1)
    wrong(TypeError, httpstatus.resolve, "http://a/")


def explain():
    assert httpstatus.explain_redirect(302, "POST", "rfc9110")
    assert httpstatus.redirect_headers("rfc9110")["Host"] == "recomputed"
    assert httpstatus.redirect_headers(drops_headers=NAMES)["A"] == "body"
    assert httpstatus.explain_redirect(404, "GET") is None
    wrong(ValueError, httpstatus.explain_redirect, 302, "a b")


def clients():
    client = httpstatus.redirect_clients(302, "POST")[0]
    assert client.differs_from("rfc9110", limit=3, drops_headers=NAMES) is not None
    made = httpstatus.RedirectClient(("x",) * 2 + (1,) + ("x",) * 9)
    wrong(ValueError, made.differs_from, "fetch")
    wrong(ValueError, httpstatus.redirect_clients, 302, "")
    assert httpstatus.retry_clients(503, "GET")[0].code == 503
    wrong(ValueError, httpstatus.retry_clients, 503, "")


def chain():
    walk = RedirectChain("POST", "rfc9110", url="/", limit=2, drops_cross_origin=NAMES)
    assert walk.step(303, "/a", True).method == walk.method == "GET"
    wrong(RedirectError, walk.step, 302, "/a")
    assert walk.step(404) is None
    walk.step(302, "/\ud800")
    wrong(RedirectError, walk.step, 302, "/c")
    assert walk.count == 2 and RedirectChain(FROB).method == "FROB"
    wrong(ValueError, RedirectChain, "")
    wrong(TypeError, walk.step, 302, b"/")


def chain_location():
    walk = RedirectChain("POST", "rfc9110", url="http://a/b")
    assert walk.step(302, location="c").url == walk.url == "http://a/c"
    assert walk.step(302, location=None).reason == "no-location"
    wrong(RedirectError, walk.step, 302, location=TWICE)
    wrong(TypeError, walk.step, 302, location=NOT_TEXT)
    wrong(TypeError, walk.step, 302, "/d", location="/d")
    wrong(ValueError, RedirectChain("GET").step, 302, location="/c")


def redirect_location():
    r = httpstatus.redirect(302, "POST", "curl", url="http://a/b", location="//c/\udcff", body=True)
    assert r.url == "http://c/%FF" and r.cross_origin
    wrong(ValueError, httpstatus.redirect, 302, "GET", url="a", location="b")
    wrong(ValueError, httpstatus.redirect, 302, "GET", url="http://a/")
    wrong(ValueError, httpstatus.redirect, 302, "GET", location="/b")
    wrong(TypeError, httpstatus.redirect, 302, "GET", url="http://a/", location=7)


def tally_bytes():
    assert httpstatus.tally(LOG)[500] == 1 and httpstatus.tally(bytearray(LOG), "clf").unmatched
    assert httpstatus.tally(JSON, "json", key=A_KEY)[404] == 1
    assert httpstatus.tally(b"7\n", "w3c", fields="sc-status").records == 1
    assert httpstatus.tally(LOG, '%h %l %u %t "%r" %>s %b')[200] == 1
    wrong(httpstatus.LogFormatError, httpstatus.tally, LOG, fresh())
    wrong(httpstatus.LogFormatError, httpstatus.tally, LOG, "%h %x")
    wrong(httpstatus.LogFormatError, httpstatus.tally, LOG, "json", key="")
    wrong(TypeError, httpstatus.tally, 1)
    wrong(ValueError, httpstatus.tally, LOG, jobs=0)


def tally_files():
    assert httpstatus.tally(PATH)[500] == httpstatus.tally(LOG_OF_A_SUFFIX)[500] == 1
    assert httpstatus.tally(io.BytesIO(LOG))[500] == 1
    assert httpstatus.tally(Reader(LOG[:9], LOG[9:]))[500] == 1
    wrong(FileNotFoundError, httpstatus.tally, "/does/not/exist.log")
    wrong(IsADirectoryError, httpstatus.tally, "/")
    wrong(OSError, httpstatus.tally, UNREADABLE)
    wrong(TypeError, httpstatus.tally, io.StringIO("x"))
    wrong(ValueError, httpstatus.tally, Reader(bytes(1 << 21 | 1)))


def tally_compressed():
    assert httpstatus.tally(GZ)[500] == 1


def tally_of_several():
    assert httpstatus.tally([LOG, PATH, io.BytesIO(LOG)])[500] == 3
    wrong(FileNotFoundError, httpstatus.tally, [LOG, "/does/not/exist.log"])


def ranges(file):
    call = functools.partial(httpstatus._core._tally_range, file.fileno())
    tally, carry = call(0, 9, False, None, None, format="auto", key=None)
    assert tally.lines + call(9, 1 << 60, True, carry, None)[0].lines == 3
    assert httpstatus._core._same_carry(carry, carry)
    assert call(0, 9, False, None, id, format="json", key=A_KEY)[0].lines == 1
    wrong(httpstatus.LogFormatError, call, 0, 9, True, None, None, format=fresh())
    wrong(TypeError, httpstatus._core._same_carry, carry)


def tally_ranges():
    with open(PATH, "rb", 0) as file:
        ranges(file)  # CPython 3.11 never leaves a 'with' of more than 256 instructions without memory
    wrong(OSError, httpstatus._core._tally_range, 1 << 20, 0, 9, True, None, None)
    assert httpstatus._core._content(b"\x1f\x8b") == "gzip"
    wrong(TypeError, httpstatus._core._content, "x")


def tally_after():
    carry = httpstatus._core._carry_after(b"#Fields: sc-status\n", format="w3c", fields=None)
    found = httpstatus._core._tally_after(io.BytesIO(b"404\n"), carry, format="w3c", key=None)
    assert found[404] == 1 and found.consumed == 4
    assert httpstatus._core._tally_after(LOG, carry, path="/").lines == httpstatus.tally(LOG).lines
    wrong(TypeError, httpstatus._core._carry_after, "x")
    wrong(httpstatus.LogFormatError, httpstatus._core._tally_after, LOG, carry, format=fresh())


def tally_fields():
    tally = httpstatus.tally(W3C)
    assert tally.format == "w3c" and tally.key is None and tally.first_unmatched == (5,)
    assert tally.classes["4xx"] == 2 and tally.substatuses == {"403.14": 1, "403.1": 1}
    assert (tally.lines, tally.records, tally.no_status, tally.skipped) == (5, 3, 1, 1)
    assert list(tally) == list(tally.keys()) == [403] and list(tally.values()) == [2]
    assert dict(tally.items()) == {403: 2} == dict(tally) and tally.get(1) is None
    assert 403 in tally and "x" not in tally and len(tally) == 1 and tally[2**100] == 0
    assert tally == {403: 2} and tally != {403: 1}
    assert repr(tally) and tally.as_dict()["counts"] == {403: 2}
    wrong(TypeError, tally.__getitem__, "403")


def tally_in_pieces():
    tally = Tally("json", key=A_KEY)
    wrong(ValueError, add, tally, tally)
    for i in range(0, len(JSON), 5):
        tally.feed(JSON[i:i + 5])
    tally.close()
    both = tally + tally
    assert both[404] == 2 and sum([tally, tally]) == both != tally and tally.key == "a.b"
    wrong(ValueError, tally.feed, b"")
    wrong(TypeError, tally.feed, "x")
    wrong(TypeError, add, tally, 1)


def tally_state():
    tally = httpstatus.tally(W3C)
    state = tally.__reduce__()[2]
    again = Tally()
    again.__setstate__(state)
    assert again == tally
    wrong(ValueError, again.__setstate__, {**state, "records": 9})
    wrong(ValueError, again.__setstate__, {**state, "format": fresh()})
    wrong(ValueError, again.__setstate__, {**state, "counts": {1000: 1}})
    wrong(ValueError, again.__setstate__, {**state, "substatuses": {fresh(): 1}})
    wrong(ValueError, again.__setstate__, {})
    wrong(TypeError, again.__setstate__, 1)
    assert httpstatus.tally(USUAL_JSON).as_dict()["keys"] == {"status": 1}


def tally_many_pairs():
    assert httpstatus.tally(MANY_PAIRS, "w3c").substatuses["more"] == 13


def series():
    found = httpstatus.series(LOG, "clf", step=60, zone=3600, reference=AWARE)
    assert found[0][1]["2xx"] == found[-1][1]["5xx"] == 1 and list(found) == [found[0], found[1]]
    assert (found.step, found.untimed, found.overflow, found.tally[500]) == (60, 0, 0, 1) and repr(found)
    assert found.rate("error").tolist() == [0.0, 1.0] and found.began("4xx") is None
    assert found.columns()["start"].tolist() == found.as_dict()["start"] == [start for start, _ in found]
    assert httpstatus.series(TIMES).began("5xx") == (61, 62) and found == found + httpstatus.series(b"", step=60)
    wrong(ValueError, httpstatus.series, LOG, step=7)
    wrong(TypeError, httpstatus.series, LOG, step="x")
    wrong(ValueError, httpstatus.series, LOG, jobs=0)
    wrong(TypeError, httpstatus.series, LOG, jobs="x")
    wrong(ValueError, found.rate, fresh())
    wrong(TypeError, found.began, 5)
    wrong(IndexError, found.__getitem__, 2)
    wrong(ValueError, add, found, httpstatus.series(b""))
    wrong(TypeError, add, found, 1)


def series_files():
    assert len(httpstatus.series(PATH)) == len(httpstatus.series(io.BytesIO(LOG))) == 2
    assert httpstatus.series(Reader(LOG[:9], LOG[9:100], LOG[100:])) == httpstatus.series(LOG)
    wrong(FileNotFoundError, httpstatus.series, "/does/not/exist.log")
    wrong(IsADirectoryError, httpstatus.series, "/")
    wrong(httpstatus.LogFormatError, httpstatus.series, LOG, fresh())


def series_of_several():
    assert httpstatus.series([LOG, PATH, io.BytesIO(LOG)]).tally[500] == 3
    assert len(httpstatus.series([], "clf", step=60)) == 0


def ranges_of_series(file):
    call = functools.partial(httpstatus._core._series_range, file.fileno())
    first, carry = call(0, 9, False, None, None, format="auto", key=None, step=60)
    last, _ = call(9, 1 << 60, True, carry, id, step=60, zone=None, reference=None)
    assert first + last == httpstatus.series(LOG, step=60)
    assert len(call(0, 9, False, None, id, format="json", key=A_KEY)[0]) == 0
    wrong(ValueError, call, 0, 9, True, None, None, step=7)


def series_ranges():
    with open(PATH, "rb", 0) as file:
        ranges_of_series(file)  # outside of the 'with', as in tally_ranges()
    wrong(OSError, httpstatus._core._series_range, 1 << 20, 0, 9, True, None, None)


def series_in_pieces():
    made = Series("json", key=A_KEY)
    wrong(ValueError, add, made, made)
    wrong(ValueError, made.__reduce__)
    for i in range(0, len(JSON), 5):
        made.feed(JSON[i:i + 5])
    assert made.untimed == 1 and made.tally[404] == 1 and made != Series()
    made.close()
    made.close()
    assert sum([made, made]).untimed == 2
    wrong(ValueError, made.feed, b"")
    wrong(TypeError, made.feed, "x")
    one = Series("json")
    one.feed(b'{"status": 404}')  # which is divided by close() alone
    one.close()
    assert one.untimed == 1


def series_state():
    found = httpstatus.series(TIMES)
    state, tally = found.__reduce__()[2]
    again = Series()
    again.__setstate__((state, tally))
    assert again == found and again.tally[503] == 1
    wrong(ValueError, again.__setstate__, ({**state, "step": 7}, tally))
    wrong(ValueError, again.__setstate__, ({**state, "start": []}, tally))
    wrong(ValueError, again.__setstate__, ({}, tally))
    wrong(TypeError, again.__setstate__, 1)


def top():
    found = httpstatus.top(LOG, "client", ["2xx", "5xx"], 1, "clf", entries=2, since=0)
    assert found[0].count == found.total == found.tally[200] + found.tally[500] == 2 and list(found) == [found[0]]
    assert (found.by, found.group, found.n, found.entries) == ("client", "query", 1, 2) and repr(found)
    assert found.exact and found.absent + found.cut + found.bound == 0
    assert found.as_dict()["value"] == [found[0].value] and (found + found)[0].count == 4
    assert httpstatus.top(RECORD + b"\n", which=200, group="id") == httpstatus.top(RECORD, which=200, group="id")
    wrong(ValueError, httpstatus.top, LOG, by=fresh())
    wrong(ValueError, httpstatus.top, LOG, group=fresh())
    wrong(ValueError, httpstatus.top, LOG, n=0)
    wrong(TypeError, httpstatus.top, LOG, entries="x")
    wrong(ValueError, httpstatus.top, LOG, which="6xx")
    wrong(IndexError, found.__getitem__, 1)
    wrong(ValueError, add, found, httpstatus.top(b""))
    wrong(TypeError, add, found, 1)


def top_files():
    assert httpstatus.top(PATH) == httpstatus.top(io.BytesIO(LOG))
    assert httpstatus.top(Reader(LOG[:9], LOG[9:100], LOG[100:])) == httpstatus.top(LOG)
    wrong(FileNotFoundError, httpstatus.top, "/does/not/exist.log")
    wrong(httpstatus.LogFormatError, httpstatus.top, LOG, format=fresh())


def top_of_several():
    assert httpstatus.top([LOG, PATH, io.BytesIO(LOG)], which=iter(["5xx"])).tally[500] == 3
    assert len(httpstatus.top([], "client")) == 0


def ranges_of_tops(file):
    call = functools.partial(httpstatus._core._top_range, file.fileno())
    first, carry = call(0, 9, False, None, None, format="auto", key=None, by="client")
    last, _ = call(9, 1 << 60, True, carry, id, by="client", which=["5xx"], zone=None, reference=None)
    assert first + last == httpstatus.top(LOG, "client")
    wrong(ValueError, call, 0, 9, True, None, None, by="x")


def top_ranges():
    with open(PATH, "rb", 0) as file:
        ranges_of_tops(file)  # outside of the 'with', as in tally_ranges()
    wrong(OSError, httpstatus._core._top_range, 1 << 20, 0, 9, True, None, None)


def top_in_pieces():
    made = Top("client", 404, format="json", key=A_KEY)
    wrong(ValueError, add, made, made)
    wrong(ValueError, made.__reduce__)
    for i in range(0, len(JSON), 5):
        made.feed(JSON[i:i + 5])
    assert made.absent == 1 and made.tally[404] == 1 and made != Top()
    made.close()
    made.close()
    assert sum([made, made]).absent == 2
    wrong(ValueError, made.feed, b"")
    wrong(TypeError, made.feed, "x")


def tops_for_the_page():
    made = httpstatus._core._tops(format="auto", key=None)
    made.feed(LOG[:100])
    made.feed(LOG[100:] + RECORD.replace(b"200", b"404"))
    made.close()
    assert made == made + httpstatus._core._tops_range(OPENED, 0, 0, True, None, None)[0] != 1
    paths, clients = (made + made).as_dict()[404]
    assert (paths[0].value, paths[0].count, clients[0].value) == ("/", 2, "h")
    met, carry = httpstatus._core._tops_range(OPENED, 0, len(LOG), False, None, id, path="/")
    assert list(met.as_dict()) == [500] and carry
    wrong(ValueError, httpstatus._core._tops, key=".")
    wrong(TypeError, httpstatus._core._tops, colour=1)


def top_state():
    found = httpstatus.top(LOG, "client")
    state, tally = found.__reduce__()[2]
    again = Top()
    again.__setstate__((state, tally))
    assert again == found and again.tally[500] == 1
    again.__setstate__(({**state, "value": ["\udcff"]}, tally))
    assert again[0].value == "\udcff"
    wrong(ValueError, again.__setstate__, ({**state, "by": fresh()}, tally))
    wrong(ValueError, again.__setstate__, ({**state, "n": 0}, tally))
    wrong(ValueError, again.__setstate__, ({**state, "value": []}, tally))
    wrong(ValueError, again.__setstate__, ({**state, "count": [0]}, tally))
    wrong(ValueError, again.__setstate__, ({}, tally))
    wrong(TypeError, again.__setstate__, 1)


def extract():
    assert httpstatus.extract(LOG).tolist() == httpstatus.extract(PATH).tolist() == [200, -3, 500]
    assert httpstatus.extract(LOG[:-1]).tolist() == [200, -3, 500]
    wrong(FileNotFoundError, httpstatus.extract, "/does/not/exist.log")


def select():
    assert len(list(httpstatus.select(LOG, {"5xx", "unmatched"}))) == 2
    assert len(list(httpstatus.select(PATH, (500, "403.14", Number())))) == 1
    assert len(list(httpstatus.select(io.BytesIO(LOG), "is_error", "clf", invert=True))) == 2
    assert list(httpstatus.select(JSON, 404, "json", key=A_KEY))
    wrong(FileNotFoundError, httpstatus.select, "/does/not/exist.log", 200)
    wrong(ValueError, httpstatus.select, LOG, fresh())
    wrong(ValueError, httpstatus.select, LOG, ["4.%d" % i for i in range(1, 40)])
    wrong(ValueError, httpstatus.select, LOG, 1000)
    wrong(TypeError, httpstatus.select, LOG, 4.0)
    wrong(IsADirectoryError, httpstatus.select, "/", 200)


def select_damaged():
    DAMAGED.pieces = [LOG, OSError(5, "x")]
    lines = httpstatus.select(DAMAGED, (200, 500))
    assert next(lines) and next(lines)
    wrong(OSError, next, lines)
    assert next(lines, None) is None


def select_left():
    lines = httpstatus.select(io.BytesIO(LOG), 200)
    assert next(lines)[0] == 1
    WHOLE.pieces = [LOG]
    cycle = [httpstatus.select(WHOLE, 200)]
    cycle.append(cycle)
    next(cycle[0])


def record():
    found = httpstatus.record(ESCAPED, zone=3600, reference=10**9)
    assert found.status == 200 and found.path == '/a"' and found.time_ns and found.time.year == 2000
    assert found.as_dict()["bytes"] == 12 and repr(found) == '<Record 200 GET /a">'
    wrapped = httpstatus.record(WRAPPED)
    assert wrapped.client == "h" and wrapped == httpstatus.record(WRAPPED)
    assert httpstatus.record(LONG_AGENT).agent == "A" * 400
    assert httpstatus.record(LATE).time_ns == LATE_NS and httpstatus.record("\udcff" * 2) is None
    wrong(TypeError, httpstatus.record, 7)
    wrong(ValueError, httpstatus.record, RECORD, zone=2**70)
    wrong(ValueError, httpstatus.record, RECORD, zone=UNEVEN)
    wrong(ValueError, httpstatus.record, RECORD, reference=NAIVE)


def record_copied():
    found = httpstatus.record(WRAPPED)
    make, state = found.__reduce__()  # what copy and pickle call; they leave something behind themselves
    assert make(*state) == found
    wrong(ValueError, make, *state[:-1], {"path": ("none", True, 1, 1000)})
    wrong(ValueError, make, *state[:5], "auto", *state[6:])


def records():
    assert len(list(httpstatus.records(LOG, {"5xx", "unmatched"}))) == 2
    assert len(list(httpstatus.records(PATH, 500, invert=True))) == 1
    assert [r.path for r in httpstatus.records(io.BytesIO(LOG), None, "clf")] == ["/", "/"]
    cycle = [httpstatus.records(io.BytesIO(LOG), reference=AWARE)]
    cycle.append(cycle)
    next(cycle[0])
    wrong(FileNotFoundError, httpstatus.records, "/does/not/exist.log")
    wrong(ValueError, httpstatus.records, LOG, fresh())


def rows_of(table):
    """How many the batches of a new stream have, which its capsule releases."""
    capsule = table.__arrow_c_stream__()
    stream, rows = arrow.ArrayStream.from_address(arrow.pointer(capsule, arrow.STREAM)), 0
    while not (code := stream.get_next(stream, BATCH)) and BATCH.release:
        rows += BATCH.length
        BATCH.release(BATCH)
    if code == errno.ENOMEM:
        raise MemoryError(stream.get_last_error(stream))
    if code:
        raise OSError(code, "in a stream")
    return rows


def streams():
    assert rows_of(httpstatus.records(WIDE, columns=["path", "user", "agent"])) == 3
    assert rows_of(httpstatus.records(JSON, None, "json", key=fresh() + ".b", since=0, binary=True)) == 0
    assert httpstatus.records(LOG).__arrow_c_schema__()
    wrong(ValueError, httpstatus.records, LOG, columns=["paths"])
    wrong(TypeError, httpstatus.records, LOG, columns=7)
    wrong(ValueError, httpstatus.records, LOG, columns=["path", "path"])


def streams_of_files():
    assert rows_of(httpstatus.records(PATH, "5xx")) == 1
    DAMAGED.pieces = [LOG, OSError(5, "x")]
    table = httpstatus.records(DAMAGED)
    wrong(OSError, rows_of, table)
    assert table.tally.records == 2
    wrong(OSError, rows_of, table)


def latency():
    found = httpstatus.latency(TIMED, "json")
    assert (found.untimed, found.count(), found.count("5xx"), found.min(), found.max("error")) == (1, 2, 1, 0.25, 30.0)
    assert found.sum() == 30.25 and found.sum("1xx") == 0 and found.min("1xx") is None is found.max("1xx")
    assert found.quantile(0.5) == 0.25 and found.quantile(1, "1xx") is None is found.bounds(1, "1xx")
    assert found.bounds(0.5)[0] < 0.25 and len(list(found)) == len(found) == 2 and repr(found) and found.tally[502] == 1
    assert found + found == sum([found, found]) != found
    wrong(ValueError, httpstatus.latency, LOG, jobs=0)
    wrong(ValueError, httpstatus.latency, LOG, since=NAIVE)
    wrong(ValueError, found.count, fresh())
    wrong(TypeError, found.quantile, "x")
    wrong(ValueError, found.bounds, 2)
    wrong(ValueError, found.quantile, 1, fresh())
    wrong(TypeError, found.quantile)
    wrong(TypeError, add, found, 1)


def latency_files():
    assert httpstatus.latency(PATH).untimed == httpstatus.latency(io.BytesIO(LOG)).untimed == 2
    assert httpstatus.latency(Reader(LOG[:9], LOG[9:100], LOG[100:]), path="/") == httpstatus.latency(LOG, path="/")
    wrong(FileNotFoundError, httpstatus.latency, "/does/not/exist.log")
    wrong(IsADirectoryError, httpstatus.latency, "/")
    wrong(httpstatus.LogFormatError, httpstatus.latency, LOG, fresh())
    wrong(httpstatus.LogFormatError, httpstatus.latency, LOG, "json", key=".")


def latency_of_several():
    assert httpstatus.latency([TIMED, PATH, io.BytesIO(TIMED)]).count("5xx") == 2


def ranges_of_latency(file):
    call = functools.partial(httpstatus._core._latency_range, file.fileno())
    first, carry = call(0, 9, False, None, None, format="auto", key=None)
    last, _ = call(9, 1 << 60, True, carry, id, zone=None, reference=None)
    assert first + last == httpstatus.latency(LOG)
    assert call(0, 9, False, None, id, format="json", key=A_KEY)[0].untimed == 0
    wrong(ValueError, call, 0, 9, True, None, None, zone=1 << 20)


def latency_ranges():
    with open(PATH, "rb", 0) as file:
        ranges_of_latency(file)  # outside of the 'with', as in tally_ranges()
    wrong(OSError, httpstatus._core._latency_range, 1 << 20, 0, 9, True, None, None)


def latency_in_pieces():
    found = Latency("json", which=["2xx", 404])
    found.feed(TIMED[:9])
    found.feed(TIMED[9:])
    wrong(ValueError, add, found, found)
    found.close()
    assert (found.count(), found.untimed) == (1, 1)
    wrong(ValueError, found.feed, b"")
    wrong(TypeError, Latency, zone=0)


def latency_state():
    found = httpstatus.latency(TIMED, which="5xx")
    make, _, (state, tally) = httpstatus.latency(TIMED).__reduce__()
    again = make()
    again.__setstate__((state, tally))
    assert again == httpstatus.latency(TIMED) != found
    for change in ({"untimed": -1}, {"low_ns": []}, {"2xx": [2, 0]}, {"high_ns": [1, 2]}, {"max_ns": {}}):
        wrong(ValueError, Latency().__setstate__, ({**state, **change}, tally))
    wrong(ValueError, Latency().__setstate__, ({}, tally))
    wrong(TypeError, Latency().__setstate__, 1)


def conditions():
    how = {"since": AWARE, "until": 2e9, "path": "/\udce9", "exclude_path": fresh(), "host": fresh()}
    assert httpstatus.tally(LOG, **how).excluded == httpstatus.series(PATH, **how).tally.excluded == 2
    assert list(httpstatus.select(io.BytesIO(LOG), "5xx", **how)) == list(httpstatus.records(LOG, **how)) == []
    assert httpstatus.tally(RECORD[:-1], path="/")[200] == 1
    assert repr(httpstatus.tally(LOG, method="PUT")) == "<Tally clf: 3 lines, 1 unmatched, 2 excluded>"
    wrong(ValueError, httpstatus.tally, LOG, since=NAIVE)
    wrong(ValueError, httpstatus.tally, LOG, until=float("nan"))
    wrong(ValueError, httpstatus.select, LOG, 500, method="\u00e9")
    wrong(TypeError, httpstatus.records, LOG, path=b"/")


def conditions_of_several():
    assert httpstatus.tally([PATH], since=0, path="/")[500] == 1


def conditions_on_ranges():
    for count in httpstatus._core._tally_range, httpstatus._core._series_range, httpstatus._core._latency_range:
        assert count(OPENED, 0, 1 << 60, True, None, None, path="/")[0] is not None
    wrong(OSError, httpstatus._core._tally_range, 1 << 20, 0, 9, True, None, None, path="/")


def columns():
    assert httpstatus.class_array(CODES).tolist() == [2, 4, 0]
    indices, phrases = httpstatus.phrase_array(CODES)
    assert phrases[indices[1]] == "Not Found"
    assert httpstatus.mask(memoryview(CODES)[::2], ["5xx", "no_status"]).tolist() == [False, True]
    wrong(TypeError, httpstatus.class_array, [200])
    wrong(TypeError, httpstatus.class_array, array.array("d", [1]))
    wrong(ValueError, httpstatus.mask, CODES, "403.14")


class Recorder:
    """The module for the runner of the vectors: keeps what it calls, to be called again."""

    def __init__(self):
        self.calls = []

    def __getattr__(self, name):
        value = getattr(httpstatus, name)
        if isinstance(value, type) or not callable(value):
            return value

        def call(*args, **keywords):
            try:
                answer = value(*args, **keywords)
            except Exception as error:
                self.calls.append(functools.partial(wrong, type(error), value, *args, **keywords))
                raise
            self.calls.append(functools.partial(value, *args, **keywords))
            return answer
        return call


def of_vectors(function, some):
    recorder = vectors.httpstatus = Recorder()
    for text in some:
        vectors.answer(function, text)
    vectors.httpstatus = httpstatus

    def scenario():
        for call in recorder.calls:
            call()
    scenario.__name__ = f"vectors_of_{function}"
    return [scenario] * bool(recorder.calls)


def scenarios_of_vectors():
    """Those of logs are left out: their files are opened by Python, which tally_files() does. Those of conditions
    and tops count lists of logs, too, as conditions_of_several() and top_of_several() do."""
    of = {}
    for _, function, text, *_ in vectors.VECTORS:
        of.setdefault(function, []).append(text)
    del of["log"], of["series_log"], of["where"], of["top"], of["top_log"], of["top_of"], of["latency"], of["latency_log"]
    return [scenario for function in of for scenario in of_vectors(function, of[function][:VECTORS_OF_EACH])]


SCENARIOS = [
    lookup, lookup_wrong, short_answers, search, status, status_copied, redirect, redirect_knobs,
    redirect_wrong, redirect_location, retry, retry_wrong, parse_time, suggest, unescape, resolve, resolve_wrong,
    explain, clients, chain, chain_location, tally_bytes, tally_files, tally_compressed, tally_of_several,
    tally_ranges, tally_after, tally_fields, tally_in_pieces, tally_state, tally_many_pairs, series,
    series_files, series_of_several, series_ranges, series_in_pieces, series_state, latency, latency_files,
    latency_of_several, latency_ranges, latency_in_pieces, latency_state, top, top_files,
    top_of_several, top_ranges, top_in_pieces, tops_for_the_page, top_state, extract, select,
    select_damaged, select_left, record, record_copied, records, streams, streams_of_files, conditions,
    conditions_of_several, conditions_on_ranges, columns,
    *scenarios_of_vectors(),
]
# Where CPython's own functions leave something behind when memory runs out, in every release.
MEASURED_IN_ROUNDS_ONLY = [
    status_copied, tally_files, tally_of_several, series_files, series_of_several, latency_files,
    latency_of_several, top_files, top_of_several, conditions_of_several]
NOT_OUT_OF_MEMORY = [tally_compressed]  # zlib's decompressors crash in CPython 3.13
if sys.version_info < (3, 11):
    # CPython 3.10 ends the process where a function in Python has to look at an error without memory:
    # "Cannot recover from MemoryErrors while normalizing exceptions".
    NOT_OUT_OF_MEMORY += [tally_of_several, series_of_several, latency_of_several, top_of_several]
if sys.version_info < (3, 12):
    # These use up the MemoryErrors that CPython 3.11 has at hand.
    NOT_OUT_OF_MEMORY += [
        series_of_several, conditions_of_several, latency_of_several, top_of_several]


def new_core():
    """The arguments of import_core(), made while there is memory: importlib crashes without."""
    return (LOADER.create_module(importlib.util.spec_from_loader("httpstatus._core", LOADER)),)


def import_core(module):
    """The extension once more: new types, new rows."""
    _imp.exec_dynamic(module)


# ---- What is done with them --------------------------------------------------------------------


def check():
    assert httpstatus.phrase(404) == "Not Found"
    assert httpstatus.redirect(302, "POST").method == "GET"
    assert httpstatus.lookup("Not Found") is Status(404) and httpstatus.tally(LOG)[500] == 1
    assert [line[0] for line in httpstatus.select(LOG, 500)] == [3]


def in_use():
    for _ in range(4):  # a module goes bit by bit
        gc.collect()
    references = getattr(sys, "gettotalrefcount", int)()
    return sys.getallocatedblocks() - 2 * forgotten(), references, next_file()


def forgotten():
    """Types that have gone but are still among the subclasses of their bases, with a weak reference and its
    key each: CPython 3.11 cannot take them away without memory."""
    return sum(type(what) is weakref.ref and what() is None for what in gc.get_objects())


def next_file():
    """The number that a new file would get: the same one if none has been left open."""
    number = os.dup(2)
    os.close(number)
    return number


def run_out(call, at, stop):
    """The error of the call when the allocator fails; None without one."""
    arguments = new_core() if call is import_core else ()
    set_nomemory(at, stop)
    try:
        call(*arguments)
    except BaseException as error:
        remove_hooks()
        return error
    remove_hooks()
    return None


def sweep(call, step, once):
    """How many calls ran out of memory."""
    name = f"{call.__name__}, {'once' if once else 'from there on'}"
    failures = in_a_row = 0
    at = 1
    while in_a_row < ENOUGH:
        for before in BEFORE:
            point = max(1, at - before)
            error = run_out(call, point, point + 1 if once else 0)
        if error is None:
            in_a_row += 1
        else:
            in_a_row = 0
            failures += 1
            good = isinstance(error, MemoryError) or any(text in str(error) for text in CPYTHONS)
            report(good, name, f"allocation {at}: {error!r}")
            error = None
        if at // step % CHECKED == 0:
            check()
        at += step
    check()
    return failures


def least_growth(call, enough=(-1, -1, -1), times=10):
    """What stays in use after a call, each time: the least of a few, for caches fill up."""
    least = [1 << 60] * 3
    while times and not all(map(le, least, enough)):
        before = in_use()
        call()
        least = list(map(min, least, map(sub, in_use(), before)))
        times -= 1
    return least


def leaking_points(call, step, once, count):
    """The allocations at which each call leaks; for a whole sweep, with more noise."""
    beyond = 0 if call is import_core else ENOUGH  # a whole import leaves something, of any module
    for at in range(1, (count + beyond) * step, step):
        for _ in range(3):  # a cache that grows may be met once, a leak each time
            growth = least_growth(lambda: [None for _ in range(12) if run_out(
                call, at, at + 1 if once else 0)], (5, 5, 5), 8)
            if max(growth) < 6:
                break
        else:
            yield at, growth


def test_out_of_memory(call, look_for_leaks, step=1):
    global points
    # A type that fails to be made once, and can then go on, crashes CPython: so do its own modules.
    for once in (False,) if call is import_core else (False, True):
        count = sweep(call, step, once)
        points += count
        if not look_for_leaks or call in MEASURED_IN_ROUNDS_ONLY:
            continue
        growth = least_growth(lambda: sweep(call, step, once), (0, 0, 0), 3)
        leaks = list(leaking_points(call, step, once, count)) if max(growth) > 0 else []
        report(not leaks, call.__name__,
               f"40 calls leave (blocks, references, files) behind at the allocations {leaks}")


def test_rounds(call, rounds):
    """The smallest growth in a fifth of the calls: leaks recur, caches fill up once, if slowly."""
    start = time.process_time()
    call()
    if time.process_time() - start > SLOW:
        rounds //= 4
    growth = least_growth(lambda: [None for _ in range(rounds // 5) if call()],
                          enough=[rounds // 50] * 3, times=20)
    report(max(growth) < rounds // 10, call.__name__,
           f"each {rounds // 5} rounds leave (blocks, references, files) behind: {growth}")
    return growth


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=800)
    parser.add_argument("--import-step", type=int, default=200)
    parts = parser.add_mutually_exclusive_group()
    parts.add_argument("--rounds-only", action="store_true", help="memory does not run out")
    parts.add_argument("--points-only", action="store_true", help="nothing is said of leaks")
    parts.add_argument("--points-once", action="store_true", help="no leaks are sought at each point: most of the time")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO")
    arguments = parser.parse_args()
    look_for_leaks = not (arguments.points_only or arguments.points_once)
    wanted = [s for s in SCENARIOS if not arguments.scenarios or s.__name__ in arguments.scenarios]
    for scenario in wanted:
        scenario()
    gc.collect()
    gc.freeze()
    if set_nomemory and not arguments.rounds_only:
        for scenario in wanted:
            if scenario not in NOT_OUT_OF_MEMORY:
                test_out_of_memory(scenario, look_for_leaks)
        if not arguments.scenarios or "import_core" in arguments.scenarios:
            test_out_of_memory(import_core, look_for_leaks, arguments.import_step)
        print(f"points: {points} in {len(wanted) + 1} scenarios")
    elif not set_nomemory:
        print("skipped: running out of memory, which needs _testcapi and the interpreter's lock")
    if not arguments.points_only:
        growths = [test_rounds(scenario, arguments.rounds) for scenario in wanted]
        print(f"{arguments.rounds} rounds of {len(wanted)} scenarios: a fifth of them leaves at most "
              f"{list(map(max, zip(*growths)))} (blocks, references, files) behind")
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.unraisablehook = lambda unraisable: None  # of a close() for which there is no memory
    try:
        from _testcapi import remove_mem_hooks as remove_hooks, set_nomemory
    except ImportError:
        set_nomemory = None
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        set_nomemory = None  # CPython 3.13 crashes, with its own modules
    LOADER = importlib.machinery.ExtensionFileLoader(
        "httpstatus._core", sys.modules["httpstatus._core"].__file__)
    with tempfile.TemporaryDirectory() as folder:
        PATH = os.path.join(folder, "log")
        LOG_OF_A_SUFFIX, GZ = PATH + ".log", PATH + ".gz"
        for path in (PATH, LOG_OF_A_SUFFIX):
            with open(path, "wb") as file:
                file.write(LOG)
        with gzip.open(GZ, "wb") as file:
            file.write(LOG)
        OPENED = os.open(PATH, os.O_RDONLY)  # as 'with' and close() may end the process without memory
        sys.exit(main())

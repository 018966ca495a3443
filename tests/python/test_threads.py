"""What threads share, also where no lock of the interpreter's keeps them apart (free-threaded CPython)."""
import array
import copy
import os
import pickle
import subprocess
import sys
import threading

import httpstatus
import pytest
from httpstatus import RedirectChain, Status, Tally

RECORD = b'::1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" %d 7\n'
LOG = b"".join(RECORD % status for status in range(200, 600)) + b"bad\n" * 3


@pytest.fixture(autouse=True)
def switch_often():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


def codes():
    """An array of its own for each: CPython 3.13's counts its buffers without a guard."""
    return array.array("h", [200, 404, -2, 599])


def together(calls, rounds):
    """Each call again and again in a thread of its own, all of them at once; the first error."""
    errors, start = [], threading.Barrier(len(calls))

    def run(call):
        start.wait()
        try:
            for _ in range(rounds):
                call()
        except BaseException as error:
            errors.append(error)
    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


# The same objects for all: rows, records that are made once, texts, tables of columns.
QUESTIONS = [
    lambda: (httpstatus.phrase(404), httpstatus.class_of(404), httpstatus.effective(499)),
    lambda: httpstatus.lookup("gateway timeout") is Status(504),
    lambda: [(s, repr(s), hash(s), s.headers, s.retry, s.aliases) for s in httpstatus.variants(520)],
    lambda: [s.code for s in httpstatus.search("gateway timeout")],
    lambda: len(httpstatus.statuses("4xx", official=True)),
    lambda: (Status(599).variants, Status(403, 99, "x").owner, Status(200).reference_for("is_cacheable")),
    lambda: pickle.loads(pickle.dumps(Status(404))) is copy.deepcopy(Status(404)),
    lambda: [httpstatus.redirect(code, method) for code in range(300, 309) for method in ("GET", "POST")],
    lambda: httpstatus.redirect(302, "FROB", follow=[302], drops_headers=["A", "B"]),
    lambda: (httpstatus.explain_redirect(303, "PUT"), httpstatus.redirect_clients(302, "POST")),
    lambda: httpstatus.resolve("http://a/b", "../c?d#e" * 500, "whatwg"),
    lambda: httpstatus.retry_clients(503, "POST"),
    lambda: [c.differs_from("fetch") for c in httpstatus.redirect_clients(301, "POST")],
    lambda: httpstatus.tally(LOG, "clf").as_dict(),
    lambda: httpstatus.tally([LOG, LOG], jobs=2).as_dict(),
    lambda: httpstatus.extract(LOG).tolist(),
    lambda: list(httpstatus.select(LOG, ["5xx", "unmatched"])),
    lambda: [record.as_dict() for record in httpstatus.records(LOG, ["5xx", "unmatched"])],
    lambda: (httpstatus.class_array(codes()).tolist(), httpstatus.mask(codes(), "is_error").tolist()),
]


def test_answers():
    def asked(question):
        right = question()

        def call():
            assert question() == right
        return call
    together([asked(question) for question in QUESTIONS], 30)
    for question in QUESTIONS:
        together([asked(question)] * 3, 10)


def test_a_tally_that_is_fed_and_read():
    tally = Tally("clf")
    tally.feed(LOG * 4)
    first = (401, 402, 403, 804, 805, 806, 1207, 1208, 1209, 1610)

    def read():
        assert tally.lines % 403 == 0 and tally.unmatched % 3 == 0 and repr(tally).startswith("<Tally")
        assert sum(tally.values()) % 400 == sum(tally.classes.values()) % 400 == 0
        assert len(dict(tally.items())) == 400 and tally[404] >= 4 and 404 in tally
        assert tally.first_unmatched == first and tally == tally and tally != Tally("clf")
        assert tally.as_dict()["lines"] % 403 == 0
    together([lambda: tally.feed(LOG)] * 3 + [read] * 2, 20)
    tally.close()
    assert tally.lines == 64 * 403 and tally[404] == 64


def test_a_tally_that_is_closed_and_added():
    for _ in range(20):
        tally, other = Tally("clf"), httpstatus.tally(LOG)
        tally.feed(RECORD % 200)
        together([lambda: tally.close(), lambda: tally.close(), lambda: len(tally), lambda: tally[200],
                  lambda: (other + other).lines], 5)
        assert (tally + other).lines == 404


def test_a_tally_whose_state_is_set():
    tally, states = Tally(), [httpstatus.tally(log).as_dict() for log in (b"", LOG, LOG * 2)]

    def read():
        assert tally.as_dict() in states
    together([lambda state=state: tally.__setstate__(state) for state in states] + [read] * 2, 50)


def test_a_chain():
    chain = RedirectChain("POST", limit=1000)

    def step():
        assert chain.step(302).method == "GET"
        assert chain.method == "GET" and chain.count > 0 and repr(chain)
    together([step] * 4, 100)
    assert chain.count == 400


def test_lines():
    """Each line comes once; a thread that asks while another does gets an error."""
    lines, seen = httpstatus.select(LOG * 20, "4xx"), []

    def take():
        try:
            number, status, line = next(lines)
        except (StopIteration, ValueError) as error:
            assert isinstance(error, StopIteration) or "already running" in str(error)
        else:
            assert line == (RECORD % status).rstrip()
            seen.append(number)
    together([take] * 4, 1000)
    seen += [number for number, _, _ in lines]
    assert sorted(seen) == [number for number, _, _ in httpstatus.select(LOG * 20, "4xx")]


FORK = """
import httpstatus, os, sys, threading, time, warnings
warnings.simplefilter("ignore")
shared, other, log = {made}, {made}, {log}
thread = threading.Thread(target=shared.feed, args=(log,))
thread.start()
time.sleep(0.02)
child = os.fork()
if not child:
    told = 0
    uses = {uses}
    for use in uses:
        try:
            use()
        except RuntimeError as error:
            told += "another thread was feeding the {name}" in str(error)
    {other}
thread.join()
{shared}
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
SHARED_TALLY = {
    "name": "tally", "made": 'httpstatus.Tally("clf")', "log": r'b"x\n" * 20_000_000',
    "uses": """[
        lambda: shared.feed(b""), shared.close, lambda: shared.lines, lambda: shared.format, lambda: shared.key,
        lambda: len(shared), lambda: shared[200], lambda: 200 in shared, lambda: shared == other,
        lambda: other == shared, lambda: repr(shared), shared.as_dict, lambda: shared + other,
        lambda: shared.__setstate__(httpstatus.tally(b"").as_dict()), lambda: list(shared),
        lambda: shared.first_unmatched, lambda: shared.classes, lambda: shared.substatuses,
        lambda: httpstatus.extract(b"", tally=shared)]""",
    "other": "other.feed(log); other.close(); sys.exit(told != len(uses) or other.lines != 20_000_000)",
    "shared": "assert shared.lines == 20_000_000",
}
SHARED_SERIES = {
    "name": "series", "made": 'httpstatus.Series("json")', "log": r'''b'{"ts": 5, "status": 200}\n' * 3_000_000''',
    "uses": """[
        lambda: shared.feed(b""), shared.close, lambda: shared.step, lambda: shared.tally, lambda: len(shared),
        lambda: shared[0], lambda: list(shared), lambda: shared == other, lambda: other == shared,
        lambda: repr(shared), shared.as_dict, shared.columns, lambda: shared.rate("5xx"),
        lambda: shared.began("5xx"), lambda: shared + other, shared.__reduce__,
        lambda: shared.__setstate__(httpstatus.series(b"").__reduce__()[2])]""",
    "other": "other.feed(log[:25]); sys.exit(told != len(uses) or len(other) != 1)",
    "shared": "",
}

SHARED_LATENCY = {
    "name": "latency", "made": 'httpstatus.Latency("json")',
    "log": r'''b'{"request_time": 5, "status": 200}\n' * 2_000_000''',
    "uses": """[
        lambda: shared.feed(b""), shared.close, lambda: shared.untimed, lambda: shared.tally, lambda: len(shared),
        lambda: list(shared), lambda: shared == other, lambda: other == shared, lambda: repr(shared), shared.as_dict,
        shared.count, shared.min, shared.max, shared.sum, lambda: shared.quantile(0.5), lambda: shared.bounds(0.5),
        lambda: shared + other, shared.__reduce__,
        lambda: shared.__setstate__(httpstatus.latency(b"").__reduce__()[2])]""",
    "other": "other.feed(log[:40]); sys.exit(told != len(uses) or len(other) != 1)",
    "shared": "",
}

SHARED_TOP = {
    "name": "top", "made": 'httpstatus.Top("client", "2xx", format="json")',
    "log": r'''b'{"remote_addr": "::1", "status": 200}\n' * 2_000_000''',
    "uses": """[
        lambda: shared.feed(b""), shared.close, lambda: shared.by, lambda: shared.total, lambda: shared.exact,
        lambda: shared.tally, lambda: len(shared), lambda: shared[0], lambda: list(shared), lambda: shared == other,
        lambda: other == shared, lambda: repr(shared), shared.as_dict, lambda: shared + other, shared.__reduce__,
        lambda: shared.__setstate__(httpstatus.top(b"").__reduce__()[2])]""",
    "other": "other.feed(log[:45]); sys.exit(told != len(uses) or len(other) != 1)",
    "shared": "",
}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks")
@pytest.mark.parametrize("of", [SHARED_TALLY, SHARED_SERIES, SHARED_LATENCY, SHARED_TOP], ids=lambda of: of["name"])
def test_a_fork_while_it_is_fed(of):
    """Its lock is nobody's in the child: to use it is an error, and others of its type can be used."""
    done = subprocess.run([sys.executable, "-c", FORK.format(**of)], capture_output=True, timeout=60)
    assert done.stdout == b"0\n", done.stderr

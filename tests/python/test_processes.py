"""A tally is a small value: pickled where it was made, read elsewhere, added up."""
import concurrent.futures
import copy
import io
import multiprocessing
import pickle
import subprocess
import sys
from pathlib import Path

import httpstatus
import pytest
from clusters import make_logs
from httpstatus import Tally

ROOT = Path(__file__).resolve().parents[2]
W3C = b"#Fields: sc-status sc-substatus\n403 14\n404 5\n- 0\nbad\n200 0\n"


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    return make_logs(tmp_path_factory.mktemp("logs"), 9, 2000)


@pytest.fixture(scope="module")
def expected(logs):
    tally = httpstatus.tally(logs)
    assert tally.lines == 18_000 and tally.no_status and tally.first_unmatched and tally[799]
    return tally


POOL = """
import httpstatus, multiprocessing, operator, pickle, sys
from functools import reduce
method, *logs = sys.argv[1:]
with multiprocessing.get_context(method).Pool(2) as pool:
    tallies = sum(pool.map(httpstatus.tally, logs)), \\
        reduce(operator.add, pool.imap(httpstatus.tally, logs))
pickle.dump(tallies, sys.stdout.buffer)
"""


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_processes(method, logs, expected):
    """In a process of its own, as a fork would meet the threads of what this one imports."""
    done = subprocess.run([sys.executable, "-c", POOL, method, *logs], capture_output=True)
    assert pickle.loads(done.stdout) == (expected, expected), done.stderr


def test_an_executor(logs, expected):
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as executor:
        assert sum(executor.map(httpstatus.tally, logs)) == expected
        with pytest.raises(FileNotFoundError, match="missing.gz"):
            sum(executor.map(httpstatus.tally, [*logs, "missing.gz"]))


def test_sum(logs, expected):
    """In the order of the logs, from nothing on; a tally that is not closed is none to add."""
    tallies = [httpstatus.tally(log) for log in logs]
    assert sum(tallies) == sum(tallies, httpstatus.tally(b"")) == expected
    assert sum(tallies[:1]) == tallies[0] and sum([]) == 0
    assert sum([sum([]), *tallies, sum([])]) == expected  # of partitions, some of them empty
    assert sum(map(sum, (tallies[:4], tallies[4:]))) == expected
    assert sum(tallies[::-1]).first_unmatched != expected.first_unmatched
    assert sum(tallies[::-1]).items() == expected.items()
    for wrong in (1, -1, 0.0, False, None, "", 2**70):
        with pytest.raises(TypeError):
            wrong + tallies[0]
        with pytest.raises(TypeError):
            tallies[0] + wrong
    with pytest.raises(ValueError, match=r"close\(\) it first"):
        sum([Tally()])


def test_a_pickle_is_small(expected):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert len(pickle.dumps(expected, protocol)) < 1500
    every = httpstatus.tally(b"".join(b"%03d %d\n" % (i, i % 256) for i in range(1000)), "w3c",
                             fields="sc-status sc-substatus")
    assert len(every) == 1000 and len(every.substatuses) == 257
    assert len(pickle.dumps(every)) < 16_000


@pytest.mark.parametrize("log", [b"", W3C], ids=["empty", "w3c"])
def test_copies(log):
    tally = httpstatus.tally(log)
    copies = [copy.copy(tally), copy.deepcopy(tally)]
    copies += [pickle.loads(pickle.dumps(tally, p)) for p in range(pickle.HIGHEST_PROTOCOL + 1)]
    for copied in copies:
        assert copied == tally and copied is not tally and copied.as_dict() == tally.as_dict()
        assert copied + copied == tally + tally == sum([tally, copied])


SCRIPT = """
import pickle, sys, httpstatus
log, mine = sys.stdin.buffer.read().split(b"\\0", 1)
assert httpstatus.tally(log) == pickle.loads(mine)
for protocol in range(pickle.DEFAULT_PROTOCOL + 1):
    pickle.dump(httpstatus.tally(log), sys.stdout.buffer, protocol)
"""


def older_pythons():
    """Those for which tests/run has built this very version before."""
    for python in (ROOT / "build").glob("python3.[0-9][0-9]/bin/python"):
        minor = int(python.parts[-3].removeprefix("python3."))
        if minor < sys.version_info.minor:
            yield python


def test_pickles_of_other_interpreters():
    tally = httpstatus.tally(W3C)
    for python in [sys.executable, *older_pythons()]:
        done = subprocess.run([python, "-c", SCRIPT], input=W3C + b"\0" + pickle.dumps(tally, 4),
                              capture_output=True, check=True)
        pickles = io.BytesIO(done.stdout)
        for _ in range(pickle.DEFAULT_PROTOCOL + 1):
            assert pickle.load(pickles) == tally, python

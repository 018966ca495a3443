"""What the tests share; prints the count of the shared vectors, if they ran, and the closing line of
every runner."""
import contextlib
import os
import shutil
import signal
import subprocess
import sys

import pytest


def need(program):
    """Skips a test for want of a program; where CI is set, that is a failure."""
    if not shutil.which(program):
        (pytest.fail if "CI" in os.environ else pytest.skip)(f"no {program} here")


@pytest.fixture
def alarm():
    """alarm(seconds, act): a signal that calls 'act', once."""
    if not hasattr(signal, "setitimer"):
        pytest.skip("there are no timers")
    handler = signal.getsignal(signal.SIGALRM)

    def start(seconds, act):
        signal.signal(signal.SIGALRM, lambda *_: act())
        signal.setitimer(signal.ITIMER_REAL, seconds)
    yield start
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, handler)


@pytest.fixture
def popen():
    """subprocess.Popen, of processes that end with the test, also if it fails."""
    with contextlib.ExitStack() as stack:
        def start(*arguments, **options):
            process = stack.enter_context(subprocess.Popen(*arguments, **options))
            stack.callback(process.kill)
            return process
        yield start


def pytest_terminal_summary(terminalreporter):
    outcomes = terminalreporter.stats
    passed = len(outcomes.get("passed", []))
    failed = len(outcomes.get("failed", [])) + len(outcomes.get("error", []))
    if "test_httpstatus" in sys.modules:
        terminalreporter.write_line(f"vectors: {len(sys.modules['test_httpstatus'].VECTORS)}")
    for name in ("test_contract", "test_reports"):
        if name in sys.modules:
            terminalreporter.write_line(sys.modules[name].summary())
    terminalreporter.write_line(f"{passed} passed, {failed} failed")

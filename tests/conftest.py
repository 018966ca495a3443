"""What the tests share; asks first whether the module is of this tree; prints the count of the shared
vectors, if they ran, and the closing line of every runner."""
import contextlib
import hashlib
import importlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "bindings/python/httpstatus"


def digest():
    """As setup.py makes it."""
    return hashlib.sha256("".join(
        path.read_text(encoding="ascii") for kind in ("*.c", "*.h", "*.def")
        for folder in (ROOT / "core", PACKAGE) for path in sorted(folder.glob(kind))).encode()).hexdigest()


def fault_of_the_module():
    """Why what is imported is no module of this tree, or None."""
    try:
        from httpstatus import _core
    except ImportError as error:
        return f"httpstatus cannot be imported: {error}"
    if getattr(_core, "_SOURCES", None) not in (digest(), "unknown"):
        return f"{_core.__file__} was not built from the C files that are here now"
    here = Path(_core.__file__).parent
    for path in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html")]:
        installed = here / path.relative_to(PACKAGE)
        if not installed.exists() or installed.read_bytes() != path.read_bytes():
            return f"{installed} is not what {path.relative_to(ROOT)} is now"
    return None


def pytest_configure():
    if fault := fault_of_the_module():
        what = "rm -f httpstatus.so && " if (ROOT / "httpstatus.so").exists() else ""  # of LuaRocks
        raise pytest.UsageError(f"{fault}\nRun this in {ROOT}: {what}{sys.executable} -m pip install -e .")


def need(program):
    """Skips a test for want of a program; where CI is set, that is a failure."""
    if not shutil.which(program):
        (pytest.fail if "CI" in os.environ else pytest.skip)(f"no {program} here")


@pytest.fixture
def library():
    """Imports a library; where tests/run, which demands them of the newest CPython, has not installed it, the test is
    skipped."""
    def imported(name):
        if os.environ.get("HTTPSTATUS_LIBRARIES") == "required":
            return importlib.import_module(name)
        return pytest.importorskip(name, reason=f"needs {name}")
    return imported


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

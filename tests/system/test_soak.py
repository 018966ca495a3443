"""tally --follow beside tail -F, and tally --state, while a server writes and its log is rotated in every usual way.

HTTPSTATUS_SOAK is how many seconds each way is tried: 3, and a minute by tests/run --long.
"""
import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest

SECONDS = float(os.environ.get("HTTPSTATUS_SOAK") or 3)
BETWEEN = 0.7  # seconds from one rotation to the next

# Writes a record every half a millisecond; opens its log anew at a signal, as servers do.
RECORD = b'::1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 7\n'
SERVER = f"""
import os, signal, sys, time
path = sys.argv[1]
record = {RECORD!r}
reopen = stop = False
def on(number, frame):
    global reopen, stop
    reopen, stop = reopen or number == signal.SIGUSR1, stop or number == signal.SIGTERM
signal.signal(signal.SIGUSR1, on)
signal.signal(signal.SIGTERM, on)
def start():
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
log, count = start(), 0
print("ready", flush=True)
while not stop:
    if reopen:
        reopen = False
        os.close(log)
        log = start()
    os.write(log, record.replace(b" / ", b" /%d " % count))
    count += 1
    time.sleep(0.0005)
print(count, flush=True)
"""


def create(log, number, reopen):
    log.rename(log.with_suffix(f".{number}"))
    log.touch()
    reopen()


def late_reopen(log, number, reopen):
    log.rename(log.with_suffix(f".{number}"))
    log.touch()
    time.sleep(0.5)
    reopen()


def moved_until_reopened(log, number, reopen):
    log.rename(log.with_suffix(f".{number}"))
    time.sleep(0.2)
    reopen()


def symlink(log, number, reopen):
    new = log.with_suffix(f".{number}")
    new.touch()
    link = log.with_suffix(".new")
    link.symlink_to(new)
    link.replace(log)
    reopen()


def copytruncate(log, number, reopen):
    shutil.copyfile(log, log.with_suffix(f".{number}"))
    os.truncate(log, 0)


def truncate(log, number, reopen):
    os.truncate(log, 0)


class Follower:
    """tally --follow, and what it has counted at last."""

    def __init__(self, process):
        self.process, self.lines = process, 0
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.lines = json.loads(line)["lines"]

    def end(self):
        before, until = -1, time.monotonic() + 20
        while before != self.lines and time.monotonic() < until:
            before = self.lines
            time.sleep(0.5)
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)
        self.reader.join(20)
        return self.lines


def follow(log, popen):
    return Follower(popen(
        [sys.executable, "-m", "httpstatus", "tally", "--follow", "--json", "--interval", "0.2", log],
        stdout=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler)))


def rest(seconds):
    """Sleeps, and returns for how long at most the machine let nobody run who should."""
    end, longest = time.monotonic() + seconds, 0
    while (before := time.monotonic()) < end:
        time.sleep(0.01)
        longest = max(longest, time.monotonic() - before - 0.01)
    return longest


def soak(folder, rotate, popen):
    """(rotations, lines that the server wrote, that we lost, that tail lost or None, the longest stall)"""
    log = folder / "access.log"
    if rotate is symlink:
        (folder / "access.0").touch()
        log.symlink_to("access.0")
    server = popen([sys.executable, "-c", SERVER, log], stdout=subprocess.PIPE, text=True)
    assert server.stdout.readline() == "ready\n"
    ours = follow(log, popen)
    tail = None
    if shutil.which("tail"):
        with open(folder / "tail", "wb") as out:
            tail = popen(["tail", "-n", "+1", "-F", log], stdout=out, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not ours.lines and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.5)  # tail is there, too
    end, number, stall = time.monotonic() + SECONDS, 0, 0
    while time.monotonic() < end:
        number += 1
        rotate(log, number, lambda: server.send_signal(signal.SIGUSR1))
        stall = max(stall, rest(BETWEEN))
    server.terminate()
    written = int(server.stdout.readline())
    counted = ours.end()
    seen = None
    if tail:
        tail.terminate()
        tail.wait(20)
        seen = written - (folder / "tail").read_bytes().count(b"\n")
    print(f"{rotate.__name__}: {number} rotations, {written} lines, lost {written - counted}; tail {seen}")
    return number, written, written - counted, seen, stall


@pytest.mark.parametrize("rotate", [create, late_reopen, moved_until_reopened, symlink])
def test_a_rotation_loses_nothing(rotate, tmp_path, popen):
    _, written, lost, _, _ = soak(tmp_path, rotate, popen)
    assert lost == 0 and written > 100


@pytest.mark.parametrize("rotate", [copytruncate, truncate])
def test_a_cut_loses_no_more_than_tail(rotate, tmp_path, popen):
    """Lines written between the last look and the truncation are lost to everyone.

    How much that is depends on when the machine lets each of them look: a twentieth of a second is allowed,
    a quarter of what a reader would lose that looks at every interval, and as long as it let nobody run.
    """
    rotations, written, lost, tail, stall = soak(tmp_path, rotate, popen)
    a_look = (0.05 + stall) * written / (1 + rotations * BETWEEN)
    assert 0 <= lost <= (tail or 0) + rotations * a_look


@pytest.mark.parametrize("rotate", [copytruncate, truncate])
def test_a_cut_loses_nothing_that_was_seen(rotate, tmp_path, popen):
    """Whenever the follower looks: what is written after a cut is shorter than what was there before it."""
    log = tmp_path / "access.log"
    log.touch()
    ours, written = follow(log, popen), 0
    for number, lines in enumerate([800, 400, 200, 100]):
        with log.open("ab") as file:
            file.write(RECORD * lines)
        written += lines
        until = time.monotonic() + 120
        while ours.lines < written and time.monotonic() < until:
            time.sleep(0.05)
        assert ours.lines == written
        rotate(log, number, None)
    assert ours.end() == written


def count_new(log, popen, kill_after=None):
    """What a run with a state prints; None if it is killed before its end."""
    process = popen([sys.executable, "-m", "httpstatus", "tally", "--state", log.with_name("state"), "--json", log],
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if kill_after is not None:
        time.sleep(kill_after)
        process.kill()
    out, err = process.communicate(timeout=60)
    assert process.returncode in (0, -signal.SIGKILL), err
    return json.loads(out) if process.returncode == 0 else None


@pytest.mark.parametrize("late", [0, 0.3])
def test_a_state_counts_each_line_once(late, tmp_path, popen):
    """Half of the runs are killed, the server lets go of the old log late, and that is compressed later."""
    rng, log, number = random.Random(late), tmp_path / "access.log", 0
    server = popen([sys.executable, "-c", SERVER, log], stdout=subprocess.PIPE, text=True)
    assert server.stdout.readline() == "ready\n"
    end = time.monotonic() + SECONDS
    count_new(log, popen)
    while time.monotonic() < end or number < 3:
        for _ in range(3):
            count_new(log, popen, rng.choice([None, rng.random() / 5]))
        if number:
            old = tmp_path / f"access.log-2026{number}"
            old.with_name(f"{old.name}.gz").write_bytes(gzip.compress(old.read_bytes()))
            old.unlink()
        number += 1
        log.rename(tmp_path / f"access.log-2026{number}")
        log.touch()
        time.sleep(late)
        server.send_signal(signal.SIGUSR1)
    server.terminate()
    written = int(server.stdout.readline())
    found = count_new(log, popen)["total"]
    print(f"{number} rotations, {written} lines")
    assert found["lines"] == found["records"] == written > 100

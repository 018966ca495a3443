#!/usr/bin/env python3
"""How fast a log is counted, as a ratio to `wc -l` in the same rounds; and what loading costs.

    tests/run --bench [--size BYTES] [--rounds N]

Logs are made from a seed by data/make_sample.py and stay in the page cache.  Every program runs
once a round, medians are shown.  Our calls are timed inside their process, the others as a
process less the time of `true`.
"""
import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "data"))

import make_sample

PYTHON = """
import sys, time
import httpstatus
def peak():
    return next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
before = int(peak())
start = time.perf_counter()
tally = httpstatus.tally(sys.argv[1])
seconds = time.perf_counter() - start
print(seconds, tally.records, int(peak()) - before)
"""
LUA = """
local httpstatus = require "httpstatus"
local function peak()
    for line in io.lines "/proc/self/status" do
        local kib = line:match "^VmHWM:%s+(%d+)"
        if kib then return tonumber(kib) end
    end
end
local function now() -- Lua has no finer clock than a second; the process started adds a millisecond
    local date <close> = io.popen "date +%s%N"
    return date:read "n" / 1e9
end
local before, start = peak(), now()
local tally = httpstatus.tally(arg[1])
print(now() - start, tally.records, peak() - before)
"""
PYTHON_IMPORT = """
import sys, time
before = set(sys.modules)
start = time.perf_counter()
import httpstatus
print((time.perf_counter() - start) * 1e3)
"""
LUA_REQUIRE = """
local start = os.clock()
require "httpstatus"
print((os.clock() - start) * 1e3)
"""


def make_log(path, size, hostile):
    piece = b"".join(make_sample.log(100_000, 2616, hostile))
    with path.open("wb") as file:
        written = 0
        while written < size:
            written += file.write(piece)
    return written


def output(*command):
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return list(map(float, done.stdout.split()))


def wall(*command):
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def bench_log(path, rounds):
    """Rows of (name, seconds, peak KiB) and the number of records, which all must agree on."""
    times, peaks, records = {}, {}, set()
    for _ in range(rounds):
        idle = wall("true")
        times.setdefault("wc -l", []).append(wall("wc", "-l", str(path)) - idle)
        times.setdefault("mawk '{n[$9]++}'", []).append(
            wall("mawk", "{n[$9]++}", str(path)) - idle)
        jobs = PYTHON.replace("tally(sys.argv[1]", "tally(sys.argv[1], jobs=2")
        for name, command in (("httpstatus.tally, Python", [sys.executable, "-c", PYTHON]),
                              ("httpstatus.tally(jobs=2), Python", [sys.executable, "-c", jobs]),
                              ("httpstatus.tally, Lua", ["lua5.4", "-e", f"arg = {{[[{path}]]}} " + LUA])):
            seconds, count, peak = output(*command, *([str(path)] if "-c" in command else []))
            times.setdefault(name, []).append(seconds)
            peaks.setdefault(name, []).append(peak)
            records.add(count)
    assert len(records) == 1, records
    rows = [(name, statistics.median(seconds), max(peaks.get(name, [0])))
            for name, seconds in times.items()]
    return rows, int(records.pop())


def cpu():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(": ")[1]
    return "unknown CPU"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=10**9, help="bytes of each log")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--folder", type=Path, default=ROOT / "build", help="where logs are made")
    options = parser.parse_args()
    print(f"{time.strftime('%Y-%m-%d')}, {cpu()}, Python {sys.version.split()[0]}, "
          f"{options.rounds} rounds")
    print("| log | program | GB/s | x `wc -l` | peak memory over start |")
    print("| --- | --- | ---: | ---: | ---: |")
    for name, hostile in (("clf", 0.0), ("clf, 30 % dirty lines", 0.3)):
        path = options.folder / "bench.log"
        try:
            size = make_log(path, options.size, hostile)
            rows, records = bench_log(path, options.rounds)
        finally:
            path.unlink(missing_ok=True)
        for program, seconds, peak in rows:
            memory = f"{peak / 1024:.1f} MiB" if "httpstatus" in program else ""
            print(f"| {name} | {program} | {size / seconds / 1e9:.2f} | "
                  f"{rows[0][1] / seconds:.2f} | {memory} |")
    for name, command in (("import httpstatus", [sys.executable, "-c", PYTHON_IMPORT]),
                          ("require \"httpstatus\"", ["lua5.4", "-e", LUA_REQUIRE])):
        loads = [output(*command)[0] for _ in range(31)]
        print(f"{name}: {statistics.median(loads):.2f} ms")


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    main()

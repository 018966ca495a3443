#!/usr/bin/env python3
"""How fast logs are counted, compared with `wc -l`, the speed of memory, and other programs.

    tests/run --bench [SECTION...] [--size BYTES] [--rounds N] [--scanners NAME,...]
                      [--stream BYTES]

corpora.py makes up the logs from a seed, and they stay in the page cache.  Within a section, every
program runs once per round, and medians are shown.  Python and our Lua module are timed inside
their processes, other programs as processes, less the time of `true`.  Sections:
"""
import argparse
import itertools
import os
import statistics
import subprocess
import sys
from pathlib import Path

import httpstatus

import corpora
import peers
import reallogs
from measure import (ROOT, WC, Program, agree, build, heading, lua, machine, measure, python, row,
                     scanners, speed_rows, tallies)

SLOW = 0.3  # GB/s: programs below this get the small log
SMALL = 10**8
NAMES = {0.0: "", 0.3: ", 30 % hostile lines"}


def clf(options):
    """clf from Python and Lua, by every vector scanner, with one thread and two"""
    names = options.scanners or scanners() or [None]
    programs = [WC]
    for name in names:
        behind = f", {name}" if name else ""
        programs += tallies(scanner=name)
        programs.append(python(f"Python, jobs=2{behind}",
                               "tally = httpstatus.tally(sys.argv[1], jobs=2)",
                               "print(tally.records, tally.unmatched)", scanner=name))
    for hostile, what in NAMES.items():
        with corpora.log(options.folder, "clf", options.size, hostile) as log:
            results = measure([(program, log) for program in programs], options.rounds)
        agree(results[1:])
        heading(f"clf{what}", "program", "GB/s", "x `wc -l`")
        speed_rows(results)


def memory(options):
    """clf in memory, as a share of the speed at which memory can be read"""
    limits = build("bench-limits", "cc", "-O3", "limits.c")
    programs = [
        Program("reading, C", lambda log: [limits, "read", log]),
        Program("counting newlines, C", lambda log: [limits, "newlines", log]),
        python("Python, bytes", "tally = httpstatus.tally(log)", "print(tally.records)",
               "import httpstatus; log = open(sys.argv[1], 'rb').read()"),
        lua("Lua, string", "local tally = httpstatus.tally_string(log)", "print(tally.records)",
            "local log = io.open(arg[1], 'rb'):read 'a'"),
    ]
    with corpora.log(options.folder, "clf", options.size) as log:
        results = measure([(program, log) for program in programs], options.rounds)
    agree(results[2:])
    heading("clf in memory", "program", "GB/s", "of reading")
    for result in results:
        row(result.name, f"{result.speed:.2f}", f"{result.speed / results[0].speed:.1%}")


def others(options):
    """other programs that are here, on a clf log: their speed, and how many lines they get wrong"""
    every = peers.peers()
    with corpora.log(options.folder, "clf", options.size) as log, \
            corpora.log(options.folder, "clf", min(options.size, SMALL)) as small, \
            corpora.log(options.folder, "clf", 1, 0.3) as hostile:
        tried = {peer: trial(peer, small, hostile) for peer in every if peer.found()}
        found = [peer for peer in tried if tried[peer]]
        logs = [small if tried[peer][0] < SLOW else log for peer in found]
        ours = [program._replace(name=f"httpstatus, {program.name}") for program in tallies()]
        results = measure([(program, log) for program in [WC, *ours]]
                          + [(peer.program, path) for peer, path in zip(found, logs)],
                          options.rounds)
        truths = {path: httpstatus.tally(path) for path in {log, small}}
    heading("Other programs, clf; lines that they count otherwise than httpstatus", "program",
            "rule", "GB/s", "x `wc -l`", "otherwise", "otherwise, 30 % hostile lines")
    wc, theirs = results[0].speed, results[1 + len(ours):]
    for result in results[:1 + len(ours)]:
        row(result.name, "", f"{result.speed:.2f}", f"{result.speed / wc:.3f}", "", "")
    for peer, path, result in zip(found, logs, theirs):
        row(peer.program.name, "exact" if peer.exact else "approximate", f"{result.speed:.2f}",
            f"{result.speed / wc:.3f}", peer.wrong(result.answer, truths[path]), tried[peer][1])
    for what, those in (("not found", [peer for peer in every if peer not in tried]),
                        ("fails here", [peer for peer in tried if not tried[peer]])):
        print(f"\n{what}:", "; ".join(peer.program.name for peer in those) or "none")


def trial(peer, small, hostile):
    """The speed of a first run, and the lines wrong of a hostile log; None if it cannot run."""
    try:
        seconds, _ = peer.program.timed(small, 0)
    except subprocess.CalledProcessError:
        return None
    try:
        _, text = peer.program.timed(hostile, 0)
        dirty = peer.wrong(text, httpstatus.tally(hostile))
    except subprocess.CalledProcessError:
        dirty = "fails"
    return small.stat().st_size / seconds / 1e9, dirty


def formats(options):
    """every format, realistic and hostile"""
    heading("Formats", "log", "GB/s, Python", "GB/s, Lua", "x `wc -l`, Python", "x `wc -l`, Lua")
    kinds = [(name, {"format": name}) for name in corpora.FORMATS]
    kinds.append(("clf", {"format": reallogs.CUSTOM}))
    for (name, how), hostile in itertools.product(kinds, NAMES):
        with corpora.log(options.folder, name, options.size, hostile) as log:
            wc, *ours = measure([(program, log) for program in [WC, *tallies(how)]], options.rounds)
        agree(ours)
        row(f"`{how['format']}`{NAMES[hostile]}", *(f"{result.speed:.2f}" for result in ours),
            *(f"{result.speed / wc.speed:.3f}" for result in ours))


def select(options):
    """selecting the class that one line in a hundred has, as a share of the tally's speed"""
    programs = tallies() + [
        python("Python, select", """
lines = 0
for number, status, line in httpstatus.select(sys.argv[1], "5xx"):
    null.write(line)
    lines += 1""", "print(lines)", "import httpstatus; null = open('/dev/null', 'wb')"),
        lua("Lua, select", """
local lines = 0
for number, status, line in httpstatus.select(arg[1], "5xx") do
    null:write(line)
    lines = lines + 1
end""", "print(lines)", "local null = io.open('/dev/null', 'wb')"),
    ]
    with corpora.log(options.folder, "one percent", options.size) as log:
        results = measure([(program, log) for program in programs], options.rounds)
    tally, selected = agree(results[:2]), agree(results[2:])
    share = int(selected[0].answer) / int(tally[0].answer.split()[0])
    heading(f"select, {share:.1%} of the lines of a clf log", "program", "GB/s", "of tally")
    for all_lines, some in zip(tally, selected):
        row(some.name, f"{some.speed:.2f}", f"{some.speed / all_lines.speed:.1%}")


PEAK_PYTHON = """
import sys
def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line[:5] == "VmHWM")
before = peak()
import httpstatus
tally = httpstatus.tally({source})
print(peak() - before, tally.records)
"""
PEAK_LUA = """
local function peak()
    for line in io.lines "/proc/self/status" do
        local kib = line:match "^VmHWM:%s+(%d+)"
        if kib then return tonumber(kib) end
    end
end
local before = peak()
local tally = require "httpstatus".tally(io.stdin)
print(peak() - before, tally.records)
"""


def peak(command, name, size):
    """KiB above the bare interpreter, and the records, of a program that reads from a pipe."""
    part = corpora.piece(name, 0.0)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        for _ in range(-(-size // len(part))):
            process.stdin.write(part)
        process.stdin.close()
        return map(int, process.stdout.read().split())


def stream(options):
    """peak memory over the bare interpreter, on a stream through a pipe"""
    heading(f"Peak memory, a stream of {options.stream / 1e9:g} GB", "log", "Python",
            "Python, jobs=2", "Lua")
    pythons = [[sys.executable, "-c", PEAK_PYTHON.format(source=source)]
               for source in ("sys.stdin.buffer", "sys.stdin.buffer, jobs=2")]
    for name in ("clf", "json"):
        peaks = [peak(command, name, options.stream)
                 for command in [*pythons, ["lua5.4", "-e", PEAK_LUA]]]
        row(name, *(f"{kib / 1024:.2f} MiB" for kib, _ in peaks))


IMPORT = """
import time
start = time.perf_counter()
import httpstatus
print((time.perf_counter() - start) * 1e3)
"""
REQUIRE = """
local start = os.clock()
require "httpstatus"
print((os.clock() - start) * 1e3)
"""


def load(options):
    """what loading the module takes"""
    heading("Loading", "statement", "ms")
    for name, command in (("`import httpstatus`", [sys.executable, "-c", IMPORT]),
                          ("`require \"httpstatus\"`", ["lua5.4", "-e", REQUIRE])):
        row(name, statistics.median(float(subprocess.check_output(command)) for _ in range(31)))


SECTIONS = {"clf": clf, "memory": memory, "select": select, "formats": formats, "peers": others,
            "stream": stream, "load": load, "real": reallogs.section}


def main():
    about = "\n".join(f"    {name:8} {section.__doc__}" for name, section in SECTIONS.items())
    parser = argparse.ArgumentParser(description=__doc__ + about,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help="all if none is named")
    parser.add_argument("--size", type=int, default=10**9, help="bytes of a log")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scanners", type=lambda names: names.split(","),
                        help="of the section clf; all that can run here")
    parser.add_argument("--stream", type=int, default=10**9, help="bytes through the pipe")
    parser.add_argument("--folder", type=Path, default=ROOT / "build", help="where logs are made")
    options = parser.parse_args()
    unknown = [name for name in options.sections if name not in SECTIONS]
    if unknown:
        parser.error(f"{unknown[0]}? sections are {' '.join(SECTIONS)}")
    scanner = httpstatus.scanner()
    print(f"{machine()}, Python {sys.version.split()[0]}, scanner {scanner}, "
          f"{options.rounds} rounds, logs of {options.size / 1e9:g} GB")
    for name in options.sections or SECTIONS:
        SECTIONS[name](options)


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    main()

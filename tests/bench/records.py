#!/usr/bin/env python3
"""What the parts of records cost, their times in a series, their durations in a latency and their paths in a top, beside
`wc -l` and the tally, in C and in Python.

    tests/bench/records.py [--size MB] [--rounds N] [FORMAT...]

C reads the log from memory, Python and the command from the page cache.  Needs cc, and httpstatus installed.
"""
import argparse
import sys
import tempfile
from pathlib import Path

import corpora
from measure import ROOT, WC, Program, build, heading, machine, measure, python, row

PATHS = "count = sum(r.path is not None for r in httpstatus.records(sys.argv[1], None, {0!r}))"
SELECTED = "count = sum(1 for line in httpstatus.select(sys.argv[1], '5xx', {0!r}))"
TALLY = "count = httpstatus.tally(sys.argv[1], {0!r}).records"
SERIES = "count = len(httpstatus.series(sys.argv[1], {0!r}))"
LATENCY = "count = httpstatus.latency(sys.argv[1], {0!r}).count()"
TOP = "count = len(httpstatus.top(sys.argv[1], 'path', '5xx', 20, {0!r}))"
SHOWN = "count = sum(r.path is not None for r in httpstatus.records(sys.argv[1], '5xx', {0!r}))"


def in_c(program, what, form):
    return Program(f"C, {what}", lambda log: [program, what, form, log])


def programs(built, form):
    yield WC
    for what in "tally", "lines", "records", "series", "latency", "top", "top-all":
        yield in_c(built, what, form)
    for name, work in (("records(), the paths", PATHS), ("select(), 5xx", SELECTED), ("records(), 5xx", SHOWN), ("series()", SERIES),
                       ("latency()", LATENCY),
                       ("tally()", TALLY), ("top(), paths of 5xx", TOP)):
        yield python(f"Python, {name}", work.format(form), "print(count)")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=100, help="MB of each log")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("formats", nargs="*", metavar="FORMAT", default=list(corpora.FORMATS))
    options = parser.parse_args()
    (ROOT / "build").mkdir(exist_ok=True)
    built = build("bench-records", "cc", "-O2", "-DHTTPSTATUS_STATIC", "-D_DEFAULT_SOURCE", f"-I{ROOT / 'core'}",
                  *sorted(map(str, (ROOT / "core").glob("*.c"))), "records.c")
    print(f"{machine()}, {options.size} MB, {options.rounds} rounds, medians")
    heading("GB/s", "log", *(program.name for program in programs(built, "")))
    with tempfile.TemporaryDirectory() as folder:
        for form in options.formats:
            with corpora.log(Path(folder), form, options.size * 10**6) as log:
                results = measure([(program, log) for program in programs(built, form)], options.rounds)
            row(form, *(f"{result.speed:.2f}" for result in results))


if __name__ == "__main__":
    sys.exit(main())

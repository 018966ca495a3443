#!/usr/bin/env python3
"""Every format on the real logs: how many records are wrong, and how fast a long log is counted.

    tests/run --bench-formats [--size BYTES] [--rounds N]

Wrong is a line that does not get the status of the logs' own answers.  For the speed the longest
log of a format is repeated up to SIZE bytes; the ratio is to `wc -l` of that file, median of the
rounds, each program once a round.
"""
import argparse
import json
import statistics
import sys
import time
from pathlib import Path

from bench import LUA, PYTHON, ROOT, cpu, output, wall

import httpstatus

LOGS = ROOT.parent / "shared" / "logs"
EXTRACT = """
for _, status in ipairs(require "httpstatus".extract(arg[1], options)) do io.write(status, " ") end
"""


def lua_options(how):
    return "{ " + ", ".join(f"{key} = [[{value}]]" for key, value in how.items()) + " }"


def wrong_lines(entry, how):
    """How many lines Python and Lua get wrong."""
    path = LOGS / entry["file"]
    rows = {row["line"]: row["status"]
            for row in json.loads(path.with_suffix(".expected.json").read_text())}
    optional = {row["line"] for row in entry.get("optional", [])}
    want = [None if number in optional else
            (httpstatus.NO_STATUS if rows[number] is None else rows[number]) if number in rows
            else httpstatus.UNMATCHED for number in range(1, entry["lines"] + 1)]
    lua = f"arg, options = {{[[{path}]]}}, {lua_options(how)} "
    answers = (httpstatus.extract(path, **how), output("lua5.4", "-e", lua + EXTRACT))
    return [sum(a is not None and max(a, httpstatus.UNMATCHED) != max(b, httpstatus.UNMATCHED)
                for a, b in zip(want, answer, strict=True)) for answer in answers]


def ratios(entry, how, size, rounds, folder):
    """The speed of Python and Lua as a ratio to that of wc -l."""
    piece = (LOGS / entry["file"]).read_bytes()
    piece += b"" if piece.endswith(b"\n") else b"\n"
    path = folder / "bench.log"
    given = ", ".join(f"{key}={value!r}" for key, value in how.items())
    python = PYTHON.replace("tally(sys.argv[1]", f"tally(sys.argv[1], {given}")
    lua = LUA.replace("tally(arg[1]", f"tally(arg[1], {lua_options(how)}")
    times = [], [], []
    try:
        with path.open("wb") as file:
            for _ in range(size // len(piece) + 1):
                file.write(piece)
        for _ in range(rounds):
            idle = wall("true")
            times[0].append(wall("wc", "-l", str(path)) - idle)
            times[1].append(output(sys.executable, "-c", python, str(path))[0])
            times[2].append(output("lua5.4", "-e", f"arg = {{[[{path}]]}} " + lua)[0])
        size = path.stat().st_size
    finally:
        path.unlink(missing_ok=True)
    wc, *ours = map(statistics.median, times)
    return [size / ours[0] / 1e9, *(wc / seconds for seconds in ours)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=2**28, help="bytes of each log")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=ROOT / "build", help="where logs are made")
    options = parser.parse_args()
    if not LOGS.exists():
        sys.exit("skipped: no real logs beside the project")
    print(f"{time.strftime('%Y-%m-%d')}, {cpu()}, {options.rounds} rounds")
    print("| format | files | records | wrong, Python | wrong, Lua | GB/s, Python "
          "| x `wc -l`, Python | x `wc -l`, Lua |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    formats = {}
    for entry in json.loads((LOGS / "index.json").read_text()):
        how = {"format": {"iis": "w3c"}.get(entry["format"], entry["format"])}
        how |= {key: entry[key] for key in ("key", "fields") if key in entry}
        formats.setdefault(how["format"], []).append((entry, how))
    clf, _ = max(formats["clf"], key=lambda log: log[0]["bytes"])
    formats['%h %l %u %t "%r" %>s %b'] = [(clf, {"format": '%h %l %u %t "%r" %>s %b'})]
    for name, logs in formats.items():
        wrong = [sum(counts) for counts in zip(*(wrong_lines(*log) for log in logs))]
        longest = max(logs, key=lambda log: log[0]["bytes"])
        speed, *ratio = ratios(*longest, options.size, options.rounds, options.folder)
        records = sum(entry["records"] for entry, _ in logs)
        print(f"| `{name}` | {len(logs)} | {records} | {wrong[0]} | {wrong[1]} | {speed:.2f} | "
              f"{ratio[0]:.3f} | {ratio[1]:.3f} |", flush=True)


if __name__ == "__main__":
    main()

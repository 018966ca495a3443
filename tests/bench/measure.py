"""What the benchmarks share: programs timed side by side on a log, and tables of their medians."""
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
BENCH = Path(__file__).resolve().parent
# Of every CPU, as the core has them.
SCANNERS = re.findall(r'^ *\{"(\w+)", ', (ROOT / "core/kernels.c").read_text(encoding="ascii"), re.M)


class Program(NamedTuple):
    """Something that reads a log.  If timed 'inside', its first line of output is its seconds."""
    name: str
    command: Callable  # takes the path of the log, gives the arguments
    inside: bool = True
    scanner: str | None = None  # the vector scanner that ours is forced to use

    def run(self, log, **more):
        """What it prints, in the C locale, where tools that work byte by byte are fastest."""
        environment = os.environ | {"LC_ALL": "C"}
        if self.scanner:
            environment["HTTPSTATUS_SCANNER"] = self.scanner
        done = subprocess.run(self.command(str(log)), check=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=environment, **more)
        return done.stdout.decode("latin-1")

    def timed(self, log, idle):
        """Its seconds, less 'idle' if it is timed from outside, and the rest of what it prints."""
        start = time.perf_counter()
        output = self.run(log)
        if not self.inside:
            return max(time.perf_counter() - start - idle, 1e-6), output
        seconds, _, answer = output.partition("\n")
        return float(seconds), answer


TRUE = Program("true", lambda log: ["true"], inside=False)
WC = Program("`wc -l`", lambda log: ["wc", "-l", log], inside=False)

PYTHON = """
import sys, time
{setup}
start = time.perf_counter()
{work}
print(time.perf_counter() - start)
{answer}
"""
# Lua has no clock finer than a second: ask `date`, and subtract what asking takes.
LUA = """
local function now()
    local date <close> = io.popen "date +%s%N"
    return date:read "n" / 1e9
end
{setup}
local asked = now()
local start = now()
{work}
print(now() - start - (start - asked))
{answer}
"""


def python(name, work, answer="", setup="import httpstatus", scanner=None):
    code = PYTHON.format(setup=setup, work=work, answer=answer)
    return Program(name, lambda log: [sys.executable, "-c", code, log], scanner=scanner)


def lua(name, work, answer="", setup="", scanner=None):
    code = LUA.format(setup='local httpstatus = require "httpstatus"\n' + setup, work=work,
                      answer=answer)
    return Program(name, lambda log: ["lua5.4", "-e", f"arg = {{[[{log}]]}} {code}"],
                   scanner=scanner)


def lua_table(how):
    return "{" + ", ".join(f"{key} = [[{value}]]" for key, value in how.items()) + "}"


def tallies(how={}, scanner=None):
    """httpstatus.tally of a log with the options 'how', from Python and from Lua."""
    behind = f", {scanner}" if scanner else ""
    return [python(f"Python{behind}", f"tally = httpstatus.tally(sys.argv[1], **{how!r})",
                   "print(tally.records, tally.unmatched)", scanner=scanner),
            lua(f"Lua{behind}", f"local tally = httpstatus.tally(arg[1], {lua_table(how)})",
                "print(tally.records .. ' ' .. tally.unmatched)", scanner=scanner)]


def scanners():
    """The names of the scanners that can run here, the slowest first; the error lists them."""
    refused = subprocess.run([sys.executable, "-c", "import httpstatus"], capture_output=True, text=True,
                             env=os.environ | {"HTTPSTATUS_SCANNER": "?"})
    return refused.stderr.rpartition(": ")[2].strip().split(", ")[::-1]


class Result(NamedTuple):
    name: str
    speed: float  # GB/s, of the median
    answer: str


def measure(jobs, rounds):
    """A Result for each (program, log).  Each runs once per round, so that all share the same load
    on the machine."""
    times, answers = [[] for _ in jobs], [""] * len(jobs)
    for _ in range(rounds):
        idle, _ = TRUE.timed("", 0)
        for i, (program, log) in enumerate(jobs):
            seconds, answers[i] = program.timed(log, idle)
            times[i].append(seconds)
    return [Result(program.name, log.stat().st_size / statistics.median(seconds) / 1e9, answer)
            for (program, log), seconds, answer in zip(jobs, times, answers)]


def agree(results):
    """Ours must give one answer, whatever the language and the scanner."""
    answers = {result.name: result.answer.split() for result in results}
    if len(set(map(tuple, answers.values()))) != 1:
        sys.exit(f"the answers differ: {answers}")
    return results


def build(name, *command):
    """The path of a program in build/, compiled from a file in this folder."""
    target = ROOT / "build" / name
    subprocess.run([*command[:-1], "-o", target, BENCH / command[-1]], check=True)
    return target


def heading(text, *columns):
    """Begins a table; the columns after the first are numbers."""
    print(f"\n{text}\n\n| {' | '.join(columns)} |\n| --- |{' ---: |' * (len(columns) - 1)}")


def row(*cells):
    print("|", " | ".join(f"{cell:.3g}" if isinstance(cell, float) else str(cell)
                          for cell in cells), "|", flush=True)


def speed_rows(results):
    """Rows of GB/s and the ratio to the first of them, which is wc -l."""
    for result in results:
        row(result.name, f"{result.speed:.2f}", f"{result.speed / results[0].speed:.3f}")


def machine():
    cpu = next((line.split(": ")[1] for line in Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), "unknown CPU")
    return f"{time.strftime('%Y-%m-%d')}, {cpu}, {os.cpu_count()} cores"

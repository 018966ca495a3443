#!/usr/bin/env python3
"""Instructions per byte of a log, compared with tests/bench/instructions.tsv.

    tests/bench/instructions.py [--update]

Time is noisy, but the number of instructions is not: more than 2 % above the file is a failure.
The number depends on the compiler, its version and the C library: nothing is compared unless they
are those of the file.  Callgrind does not know AVX-512, so that scanner is not measured.
"""
import argparse
import concurrent.futures
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import corpora
from measure import BENCH, ROOT, SCANNERS

FILE = BENCH / "instructions.tsv"
SLACK = 1.02
LINES = 3000
DIRECTIVES = b"#Fields: sc-status a\n200\ta\n#Fields: a sc-status\na\t404\n"
CUSTOM = '%h %l %u %t "%r" %>s %b'
# memchr() and the like also choose by the CPU: keep them to what every x86-64 CPU has.
ENVIRONMENT = os.environ | {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX2_Usable,-ERMS,-FSRM"}


def tools():
    """What the figures depend on."""
    compiler = subprocess.check_output(["cc", "--version"], text=True).splitlines()[0]
    return f"{compiler}, {' '.join(platform.libc_ver())}, {platform.machine()}"


def build(folder):
    driver = folder / "driver"
    core = ROOT / "core"
    subprocess.run(["cc", "-std=c11", "-O2", "-DHTTPSTATUS_STATIC", f"-I{core}", "-o", driver,
                    *core.glob("*.c"), BENCH / "instructions.c"], check=True)
    return driver


def can_run(driver, scanner):
    """Whether callgrind's CPU has it."""
    return subprocess.run(["valgrind", "-q", driver, scanner, "clf", os.devnull],
                          stdout=subprocess.DEVNULL).returncode == 0


def instructions(driver, scanner, name, log):
    """Instructions per byte of the log, for what the driver does with it."""
    out = log.with_suffix(f".{name}.{scanner}")
    form = CUSTOM if name == "custom" else name
    subprocess.run(["valgrind", "-q", "--tool=callgrind", "--toggle-collect=measured",
                    f"--callgrind-out-file={out}", driver, scanner, form, log], check=True,
                   stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    return int(re.search(r"^totals: (\d+)", out.read_text(), re.M)[1]) / log.stat().st_size


def logs(folder):
    """(format's name, what it is, path) of every log that is measured."""
    for name in corpora.FORMATS:
        for what, hostile in (("realistic", 0.0), ("hostile", 0.3)):
            path = folder / f"{name}-{what}.log"
            path.write_bytes(b"".join(corpora.lines(name, LINES, hostile)))
            yield name, what, path
            if name == "clf":
                yield "custom", what, path
    for name, space in (("w3c", b" "), ("cloudfront", b"\t")):
        path = folder / f"{name}-directives.log"
        path.write_bytes(DIRECTIVES.replace(b"\t", space) * LINES)
        yield name, "directives", path


def count():
    """{(scanner, format, what): instructions per byte}"""
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor() as pool:
        driver = build(Path(folder))
        usable = [name for name in SCANNERS if can_run(driver, name)]
        jobs = {(scanner, name, what): pool.submit(instructions, driver, scanner, name, path)
                for name, what, path in logs(Path(folder)) for scanner in usable}
        return {key: job.result() for key, job in jobs.items()}


def write(figures):
    rows = ["\t".join([*key, f"{figure:.3f}"]) for key, figure in sorted(figures.items())]
    FILE.write_text(f"# Instructions for a byte, by tests/bench/instructions.py --update\n"
                    f"# {tools()}\nscanner\tformat\tlog\tinstructions\n" + "\n".join(rows) + "\n")


def read():
    """What the file's figures depend on, and the figures."""
    about, made_with, _, *rows = FILE.read_text().splitlines()
    return made_with[2:], {tuple(row.split("\t")[:3]): float(row.split("\t")[3]) for row in rows}


def compare(figures, before):
    """Prints a row for each; returns how many grew by more than the slack or have no figure yet."""
    worse = 0
    for key, now in figures.items():
        was = before.get(key)
        bad = was is None or now > was * SLACK
        worse += bad
        note = "  <-- too many" if bad and was else "  <-- not in the file" if bad else ""
        print(*key, f"{now:.3f}", f"{now / was - 1:+.1%}" if was else "", note)
    for key in before.keys() - figures.keys():
        print("skipped:", *key, "cannot run here")
    if worse:
        print(f"{worse} figures to look at; if they are as they should be: --update")
    return worse


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--update", action="store_true", help="write the file instead of comparing")
    options = parser.parse_args()
    if not shutil.which("valgrind"):
        sys.exit("no valgrind here")
    if options.update:
        write(count())
        return
    made_with, before = read()
    if tools() != made_with:
        print(f"skipped: instructions were counted with {made_with}; here is {tools()}")
        return
    sys.exit(compare(count(), before) > 0)


if __name__ == "__main__":
    main()

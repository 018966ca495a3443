#!/usr/bin/env python3
"""A log as a table: DuckDB counts the requests of each path, from a stream of columns and by its own read_csv().

    tests/bench/tables.py [--size MB] [--rounds N]

Ours and the other take turns in one process, on a log in the page cache; medians are shown, of the time and of what
all threads use of the CPU.  Needs httpstatus, duckdb and pyarrow installed.
"""
import argparse
import statistics
import tempfile
import time
from pathlib import Path

import corpora
import duckdb
import pyarrow
from measure import heading, machine, row

import httpstatus

COUNT = "select {path} path, count(*) from {log} group by 1 order by 2 desc, 1"
FIELDS = {f"c{i}": "VARCHAR" for i in range(10)}
CSV = ("read_csv('{path}', delim=' ', quote='\"', escape='\\', header=false, auto_detect=false, null_padding=true, "
       "ignore_errors=true, columns={fields})")


def by_stream(path, columns=("path",)):
    log = httpstatus.records(path, columns=columns)
    assert log
    return duckdb.sql(COUNT.format(path="path", log="log")).fetchall()


def by_csv(path):
    target = "split_part(split_part(c5, ' ', 2), '?', 1)"
    return duckdb.sql(COUNT.format(path=target, log=CSV.format(path=path, fields=FIELDS))).fetchall()


def pull(path, columns):
    log = httpstatus.records(path, columns=columns)
    return sum(batch.num_rows for batch in pyarrow.RecordBatchReader.from_stream(log))


PROGRAMS = [
    ("DuckDB, `read_csv()`", by_csv),
    ("DuckDB, `columns=['path']`", by_stream),
    ("DuckDB, all columns", lambda path: by_stream(path, None)),
    ("no more than the stream, `columns=['status']`", lambda path: pull(path, ["status"])),
    ("no more than the stream, `columns=['path']`", lambda path: pull(path, ["path"])),
    ("no more than the stream, all columns", lambda path: pull(path, None)),
]


def seconds(work, path):
    """By the clock, and of the CPU."""
    start, used = time.perf_counter(), time.process_time()
    work(path)
    return time.perf_counter() - start, time.process_time() - used


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=300, help="MB of the log")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(f"{machine()}, {options.size} MB, {options.rounds} rounds, DuckDB {duckdb.__version__}")
    heading("Columns of a log", "program", "GB/s", "GB a second of the CPU", "x `read_csv()`", "by the CPU")
    with tempfile.TemporaryDirectory() as folder, corpora.log(Path(folder), "clf", options.size * 10**6) as path:
        size = path.stat().st_size / 1e9
        assert sum(count for _, count in by_stream(path)) == sum(count for _, count in by_csv(path))
        times = [[seconds(work, path) for _, work in PROGRAMS] for _ in range(options.rounds)]
        medians = [tuple(map(statistics.median, zip(*found))) for found in zip(*times)]
    for (name, _), (clock, cpu) in zip(PROGRAMS, medians):
        row(name, f"{size / clock:.2f}", f"{size / cpu:.2f}", f"{medians[0][0] / clock:.2f}", f"{medians[0][1] / cpu:.2f}")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""A folder of compressed logs, counted by a local cluster of Dask and by Spark, and read as tables.

    tests/run --long

Runs by a Python that has httpstatus, dask[distributed] and pyspark, which needs Java.  Nothing of
ours knows of either: a tally is pickled where it was made, and tallies add up.  Each answer must be
that of one process over the same list, the numbers of the first lines not understood included.
A table of all logs must have the paths of as many errors as the records have.
"""
import bz2
import gzip
import lzma
import operator
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from functools import reduce
from pathlib import Path

import httpstatus

WORKERS = 2
FEW = 8  # logs that are read as tables
OPENERS = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open, "": open}
STATUSES = ["200"] * 90 + ["304", "301", "404", "404", "403", "499", "500", "503", "-", "799"]


def make_logs(folder, count, lines):
    """That many logs, compressed by each method in turn, with some lines that are not records."""
    chance, paths = random.Random(6), []
    for i in range(count):
        suffix = list(OPENERS)[i % len(OPENERS)]
        path = os.path.join(folder, f"access.log.{i:03}{suffix}")
        with OPENERS[suffix](path, "wb") as file:
            for number in range(lines):
                file.write(b"not a record\n" if chance.random() < 1 / lines else
                           f'192.0.2.{i} - - [10/Oct/2000:13:55:36 -0700] "GET /{number} HTTP/1.1" '
                           f'{chance.choice(STATUSES)} {number}\n'.encode())
        paths.append(path)
    return paths


def readme(word, answer="total", **names):
    """The answers of those examples of Python's README that have the word in them, run as they are."""
    text = Path(__file__).parents[2].joinpath("bindings/python/README.md").read_text(encoding="utf-8")
    blocks = [block for block in re.findall(r"```python\n(.*?)```", text, re.S) if word in block]
    assert blocks, f"the README has no example with {word}"
    for block in blocks:
        start = time.perf_counter()
        exec(block, names)
        yield f"README, {word}", names[answer], start


def by_dask(paths):
    """distributed: the logs are tasks of processes, and so is the sum."""
    from dask import bag
    from dask.distributed import Client, LocalCluster

    with LocalCluster(n_workers=WORKERS, threads_per_worker=1, processes=True,
                      dashboard_address=None) as cluster, Client(cluster) as client:
        start = time.perf_counter()
        yield "client.map", sum(client.gather(client.map(httpstatus.tally, paths))), start
        start = time.perf_counter()
        tallies = client.map(httpstatus.tally, paths, pure=False)
        yield "sum on the cluster", client.submit(sum, tallies).result(), start
        start = time.perf_counter()
        yield "bag", bag.from_sequence(paths).map(httpstatus.tally).sum().compute(), start
        yield from readme("client.map", httpstatus=httpstatus, client=client, paths=paths)
        yield from readme("from_map", "counts", paths=paths[:FEW])


def by_spark(paths):
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(f"local[{WORKERS}]")
    quiet = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
    with builder.config(map=quiet).getOrCreate() as spark:
        spark.sparkContext.setLogLevel("ERROR")
        start = time.perf_counter()
        logs = spark.sparkContext.parallelize(paths, len(paths))
        yield "reduce", logs.map(httpstatus.tally).reduce(operator.add), start
        start = time.perf_counter()
        logs = spark.sparkContext.parallelize(paths, len(paths) + 2)  # some of them empty
        yield "sum", logs.map(httpstatus.tally).sum(), start
        yield from readme("sparkContext", httpstatus=httpstatus, spark=spark, paths=paths)
        yield from readme("mapInArrow", "counts", spark=spark, paths=paths[:FEW])


def errors_by_path(paths):
    """{path: how many of its records have a status of 500 or more}"""
    return dict(Counter(record.path for path in paths for record in httpstatus.records(path)
                        if record.status is not None and record.status >= 500))


def main(count=48, lines=40_000):
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        paths = make_logs(folder, count, lines)
        size = sum(Path(path).stat().st_size for path in paths)
        print(f"{count} logs, {size / 1e6:.1f} MB")
        start = time.perf_counter()
        expected = httpstatus.tally(paths)
        print(f"one process: {expected} {time.perf_counter() - start:.2f} s")
        print(expected.as_dict())
        assert expected == reduce(operator.add, map(httpstatus.tally, paths))
        errors = errors_by_path(paths[:FEW])
        for name, cluster in (("Dask", by_dask), ("Spark", by_spark)):
            for how, tally, start in cluster(paths):
                if isinstance(tally, dict):
                    same, said = tally == errors, f"{len(tally)} paths"
                else:
                    same, said = tally == expected and tally.as_dict() == expected.as_dict(), tally
                print(f"{name}, {how}: {said} {time.perf_counter() - start:.2f} s: "
                      f"{'the same' if same else dict(tally)}", flush=True)
                passed, failed = passed + same, failed + (not same)
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())

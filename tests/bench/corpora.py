#!/usr/bin/env python3
"""Logs made up from a seed, in every format: realistic lines, and a share of hostile ones.

    tests/bench/corpora.py FORMAT [--lines N] [--seed N] [--hostile SHARE] > FORMAT.log

The lines are those of tests/python/formats.
"""
import argparse
import contextlib
import functools
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))

import formats
import make_sample
from formats.corpus import Corpus
from make_sample import pick

SEED = 2616
PIECE = 50_000  # lines, repeated up to the wanted size: too many for a branch predictor to learn


def one_percent(rng, second):
    """A clf record, with a status of class 5xx in one line of a hundred."""
    return make_sample.record(rng, second, status=pick(rng, {200: 89, 304: 5, 404: 5, 503: 1}))


FORMATS = {name: form.CORPUS for name, form in formats.ALL.items()}
CORPORA = FORMATS | {"one percent": Corpus(one_percent, make_sample.HOSTILE)}


def lines(name, count, hostile=0.0, seed=SEED):
    form = CORPORA[name]
    yield form.head
    yield from make_sample.log(count, seed, hostile, form.record, form.dirty)


@functools.lru_cache(4)
def piece(name, hostile):
    return b"".join(lines(name, PIECE, hostile))


@contextlib.contextmanager
def log(folder, name, size, hostile=0.0):
    """The path of a log of at least 'size' bytes, which is removed on exit."""
    path = folder / f"bench-{name.replace(' ', '-')}-{size}-{hostile:g}.log"
    part = piece(name, hostile)
    try:
        with path.open("wb") as file:
            for _ in range(-(-size // len(part))):
                file.write(part)
        yield path
    finally:
        path.unlink(missing_ok=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("format", choices=CORPORA)
    parser.add_argument("--lines", type=int, default=300)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--hostile", type=float, default=0.0, help="share of hostile lines, 0 to 1")
    options = parser.parse_args()
    for line in lines(options.format, options.lines, options.hostile, options.seed):
        sys.stdout.buffer.write(line)


if __name__ == "__main__":
    main()

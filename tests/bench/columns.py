#!/usr/bin/env python3
"""What a column of codes costs, as a ratio to what one would write with the libraries alone.

    tests/run --bench-columns [--rounds N] [--codes N]

Ours and the other take turns in one process, on the same column; medians are shown.
"""
import argparse
import statistics
import time

import numpy
import pandas
import polars
from measure import heading, machine, row

import httpstatus
from httpstatus import class_array, mask, phrase, phrase_array

PHRASES = {code: phrase(code) for code in range(1000) if phrase(code)}
CACHEABLE = [code for code in range(1000) if httpstatus.Status(code).is_cacheable]
CLASSES = numpy.array(class_array(numpy.arange(1000)))


def within(codes):
    """The classes in NumPy's terms, with 0 for what is not a code."""
    return numpy.where((codes >= 100) & (codes < 600), codes // 100, 0).astype("int8")


# Ours, the other, and how they are called in the table.
PAIRS = [
    ("class_array(codes)", class_array,
     "NumPy, `codes // 100`, any number", lambda codes: codes // 100),
    ("class_array(codes)", class_array, "NumPy, `where(...)`, 0 outside 100..599", within),
    ("class_array(codes)", class_array,
     "NumPy, `take` from a table", lambda codes: CLASSES.take(codes, mode="clip")),
    ("mask(codes, '5xx')", lambda codes: mask(codes, "5xx"),
     "NumPy, two comparisons", lambda codes: (codes >= 500) & (codes < 600)),
    ("mask(codes, 'is_cacheable')", lambda codes: mask(codes, "is_cacheable"),
     "NumPy, `isin`", lambda codes: numpy.isin(codes, CACHEABLE)),
    ("Categorical.from_codes(*phrase_array(codes))",
     lambda codes: pandas.Categorical.from_codes(*phrase_array(codes)),
     "pandas, `map` of a dict", lambda codes: pandas.Series(codes, copy=False).map(PHRASES)),
    ("phrase_array(codes)", phrase_array, "Polars, `replace_strict`",
     lambda codes: polars.Series(codes).replace_strict(PHRASES, default=None)),
    ("phrase_array(codes)", phrase_array, "one by one",
     lambda codes: [phrase(code) for code in codes.tolist()]),
]


def nanoseconds(work, codes):
    start = time.perf_counter()
    work(codes)
    return (time.perf_counter() - start) / len(codes) * 1e9


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--codes", type=int, default=10_000_000)
    options = parser.parse_args()
    day = numpy.array([200] * 90 + [304] * 5 + [404] * 3 + [301, 500, 503, httpstatus.NO_STATUS])
    chosen = numpy.random.default_rng(1).choice(day, options.codes)
    print(f"{machine()}, {options.codes} codes, {options.rounds} rounds")
    for dtype in ("int16", "int64"):
        codes = chosen.astype(dtype)
        assert within(codes).tobytes() == class_array(codes).tobytes()
        heading(dtype, "ours", "ns a code", "v", "ns a code", "times as fast")
        for name, ours, others_name, other in PAIRS:
            times = [(nanoseconds(ours, codes), nanoseconds(other, codes))
                     for _ in range(options.rounds)]
            a, b = map(statistics.median, zip(*times))
            row(f"`{name}`", f"{a:.2f}", others_name, f"{b:.2f}", f"{b / a:.1f}")


if __name__ == "__main__":
    main()

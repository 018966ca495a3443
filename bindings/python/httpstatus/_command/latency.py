"""httpstatus tally --latency: how long requests took, by class."""
from .._jobs import LatencyWork
from . import Trouble
from .show import counted
from .tally import Count

CLASSES = "5xx", "4xx", "3xx", "2xx", "1xx", "other"
QUANTILES = {"p50": 0.5, "p90": 0.9, "p99": 0.99}
UNITS = ("s", 1), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9)


class Counts(Count, LatencyWork):
    """A latency per log, with its tally."""


def asked(options):
    """The arguments for latency()."""
    return {"which": options.only.split(",") if options.only else None}


def check(options):
    """Whether the options apply to one another."""
    from .. import latency

    given = {"--top": options.top, "--follow": options.follow, "--html": options.html,
             f"--by {options.by}": options.by != "code"}
    name = next((name for name, value in given.items() if value), None)
    if name:
        raise Trouble(f"{name} does not apply to --latency: omit one of them")
    latency(b"", **asked(options))


def in_words(seconds):
    """Three digits of a duration, in the greatest unit in which it is 1 or more."""
    unit, size = next((unit for unit in UNITS if seconds >= unit[1]), UNITS[-1])
    number = seconds / size
    return f"{number:.0f} {unit}" if number >= 99.95 or not number else f"{number:.3g} {unit}"


def rows_of(found):
    """Of each class that has records, and of all: the durations in seconds."""
    for name, which in [*((name, name) for name in CLASSES), ("all", None)]:
        if count := found.count(which):
            yield {"name": name, "count": count, **{column: found.quantile(q, which) for column, q in QUANTILES.items()},
                   "max": found.max(which)}


def show(out, found, options):
    rows = list(rows_of(found))
    columns = [*QUANTILES, "max"]
    if rows:
        out.table(["class", ">count", *(f">{column}" for column in columns)], [
            (row["name"], [row["name"], str(row["count"]), *(in_words(row[column]) for column in columns)])
            for row in rows])
        out.line()
    if found.untimed:
        out.line(f"{counted(found.untimed, 'record')} without a duration")


def as_json(found):
    return {"by": "class", "latency": found.as_dict(), "rows": list(rows_of(found))}

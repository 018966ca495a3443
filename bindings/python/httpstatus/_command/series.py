"""httpstatus tally --by minute: the records over time."""
import datetime

from .._jobs import SeriesWork
from .tally import Count, share

STEPS = {"minute": 60, "hour": 3600, "day": 86400}
ERRORS = "5xx", "4xx"
COLUMNS = 60  # of a sparkline
EPOCH = datetime.datetime(1970, 1, 1)


class SeriesCount(Count, SeriesWork):
    """A series per log, with its tally."""


def when(seconds, step=60):
    """A time in UTC, as fine as the step; one that no calendar has is a number."""
    try:
        time = EPOCH + datetime.timedelta(seconds=seconds)
    except OverflowError:
        return str(seconds)
    text = time.isoformat(" ")
    return text if step < 60 else text[:16] if step < 86400 else text[:10]


def rows_of(series):
    """(start, name, counts by class) of each bucket, the earliest first."""
    return [(start, when(start, series.step), counts) for start, counts in series]


def errors_of(counts):
    """5xx 7, 4xx 38"""
    return ", ".join(f"{name} {counts[name]}" for name in ERRORS if counts[name])


def styles_of(series):
    """The class of which there were more than usual at each bucket, or None."""
    spans = [(name, series.began(name)) for name in ERRORS]
    for start, _ in series:
        yield next((name for name, span in spans if span and span[0] <= start < span[1]), None)


def bins(series, most):
    """The columns of a chart, of one length, from the first bucket to the last; their counts by class,
    None where there are no records."""
    first, last = series[0][0], series[-1][0]
    length = -(-((last - first) // series.step + 1) // most) * series.step
    columns = [None] * ((last - first) // length + 1)
    for start, counts in series:
        i = (start - first) // length
        columns[i] = {name: n + (columns[i] or counts)[name] * bool(columns[i]) for name, n in counts.items()}
    return first, length, columns


def excess(series, name):
    """When there were more of a class than usual, and its counts there and in the rest; or None."""
    found = series.began(name)
    if not found:
        return None
    inside, outside = [0, 0], [0, 0]
    for start, counts in series:
        part = inside if found[0] <= start < found[1] else outside
        part[0] += counts[name]
        part[1] += sum(counts.values())
    return (*found, inside, outside)


def said(series, name):
    """A sentence about when there were more of a class than usual; None without such a time."""
    found = excess(series, name)
    if not found:
        return None
    begin, end, inside, outside = found
    fine = min(series.step, 60)
    rest = f", {share(*outside)} in the rest" if outside[1] else ""
    return (f"{name} from {when(begin, fine)} to {when(end, fine)}: {inside[0]}, {share(*inside)} of the records"
            f"{rest}")


def sentences(series):
    return list(filter(None, (said(series, name) for name in ERRORS)))


def left_out(series):
    """What the buckets do not have."""
    return ", ".join(f"{count} {what}" for count, what in (
        (series.untimed, "without a time"), (series.overflow, "before the first of these times")) if count)


def sparklines(series, spark):
    """(class, text) of the records and of each class of errors there is."""
    _, _, columns = bins(series, COLUMNS)
    yield "", f"all  {spark([sum(counts.values()) if counts else 0 for counts in columns])}"
    for name in ERRORS:
        numbers = [counts[name] if counts else 0 for counts in columns]
        if any(numbers):
            yield name, f"{name}  {spark(numbers)}"


def as_json(series):
    return {**series.as_dict(), "began": {name: series.began(name) for name in (*ERRORS, "error")}}

"""The strip of time in the page of httpstatus tally --html."""
import html

from .series import ERRORS, bins, errors_of, left_out, sentences, when

COLUMNS, HEIGHT = 250, 100
CLASSES = "5xx", "4xx"


def bar(i, counts, most, label):
    """A column: the errors below, the other records above them."""
    total, top, parts = sum(counts.values()), HEIGHT, []
    for name in (*CLASSES, "rest"):
        number = counts.get(name, total - sum(counts[error] for error in ERRORS))
        if number:
            height = max(HEIGHT * number / most, 1)
            top -= height
            style = "rest" if name == "rest" else f"c{name}"
            parts.append(f'<rect class="{style}" x="{i}" y="{top:.2f}" width="1" height="{height:.2f}"/>')
    return f"<g><title>{html.escape(label)}</title>{''.join(parts)}</g>"


def marks(series, first, length):
    """A band behind the columns where there were more server errors than usual."""
    found = series.began("5xx")
    if not found:
        return ""
    x, end = ((time - first) / length for time in found)
    return f'<rect class="band" x="{x:.3f}" y="0" width="{end - x:.3f}" height="{HEIGHT}"/>'


def strip(series):
    """The part of the page; nothing if no record has a time."""
    if not len(series):
        return ""
    first, length, columns = bins(series, COLUMNS)
    most = max(sum(counts.values()) for counts in columns if counts)
    bars = []
    for i, counts in enumerate(columns):
        if counts:
            label = f"{when(first + i * length, length)}: {sum(counts.values())} records"
            bars.append(bar(i, counts, most, ", ".join(filter(None, [label, errors_of(counts)]))))
    last = first + len(columns) * length
    span = f"{when(first)} to {when(last)}"
    said = "".join(f"<p>{html.escape(sentence)}.\n" for sentence in sentences(series))
    missing = f" Not shown: {left_out(series)}." if left_out(series) else ""
    return (f'<h2>Over time</h2>\n<svg class="strip" viewBox="0 0 {len(columns)} {HEIGHT}" '
            f'preserveAspectRatio="none" role="img" aria-label="records from {span}">'
            f"{marks(series, first, length)}{''.join(bars)}</svg>\n"
            f'<p class="dim">{span} UTC, or in the unknown zone of the log. A column has {length} s.{missing}\n{said}')

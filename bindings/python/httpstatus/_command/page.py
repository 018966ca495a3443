"""httpstatus tally --html FILE: a self-contained page."""
import datetime
import html
import os
import string
import sys
from importlib import resources

from .. import Status, __version__
from .lookup import owned
from .parts import escaped
from .replace import replace
from .show import formats_of, name_of
from .strip import strip
from .tally import rows_of, share, status_of, summary, unmatched_of, warning

ACTS = {
    "is_server_error": "the operator of the server",
    "is_client_error": "the client",
    "is_redirection": "nobody: the client continues by itself",
    "is_success": "nobody",
    "is_informational": "nobody",
}
SHOWN = 3  # paths, and clients, under each status
ADVICE = {  # the words of core/httpstatus.h
    "repeat": "the client may send the same request again",
    "new-connection": "the client may send it again on another connection",
    "after-handshake": "the client may send it again once the TLS handshake is complete",
    "after-delay": "the client may try again after the time in Retry-After, or after a pause",
    "if-retry-after": "the client may try again only if there is a Retry-After",
    "new-credentials": "other credentials may help",
    "modified": "the request must be changed first",
    "user-action": "the user must act first",
    "no": "repeating the request does not help",
}


def text(value):
    return html.escape(str(value))


def who(status):
    """Who must act on a status and what a client may do."""
    acts = next((what for name, what in ACTS.items() if getattr(status, name)), "unknown")
    if status.is_client_error and not status.is_official:
        acts += f", or {ACTS['is_server_error']}"
    return f"{acts}; {ADVICE[status.retry.advice]}" if status.retry else acts


def style(status_class):
    return f"c{status_class}" if status_class and status_class[0].isdigit() else "other"


def class_chart(found):
    """One bar of all classes, even the smallest of them visible, and its key."""
    rows, start, bars, key = rows_of(found, "class"), 0, [], []
    for name, _, count, _ in rows:
        width = max(1000 * count / found.records, 4)
        bars.append(f'<rect class="{style(name)}" x="{start:.2f}" width="{width:.2f}" height="10">'
                    f"<title>{name}: {count}, {share(count, found.records)}</title></rect>")
        key.append(f'<li><svg viewBox="0 0 1 1" aria-hidden="true"><rect class="{style(name)}" '
                   f'width="1" height="1"/></svg>{name} <b>{count}</b> '
                   f'<span class="dim">{share(count, found.records)}</span>')
        start += width
    if not rows:
        return "<p>No line has a status.</p>"
    label = ", ".join(f"{name} {share(count, found.records)}" for name, _, count, _ in rows)
    return (f'<svg class="chart" viewBox="0 0 {start:.2f} 10" preserveAspectRatio="none" role="img" '
            f'aria-label="{label}">{"".join(bars)}</svg>\n<ul class="key">{"".join(key)}</ul>')


def cells(status, tops):
    """What a status means, what has it most, and who must act."""
    others = [row for row in status.variants
              if row.key != status.key and row.substatus == status.substatus]
    also = f"<p>Elsewhere: {text('; '.join(map(owned, others)))}." if others else ""
    return (f'<td class="means">{text(owned(status) if status.is_known else "unknown")}'
            f"<p>{text(status.explanation)}{also}{firsts(tops)}<td>{text(who(status))}")


def how_many(entry):
    """12, or 9 to 12"""
    return f"{entry.count - entry.error} to {entry.count}" if entry.error else str(entry.count)


def firsts(tops):
    """The paths and the clients of most records with a status."""
    return "".join(f"<p>{what}: " + ", ".join(
        f"<code>{text(escaped(entry.value))}</code>&nbsp;{how_many(entry)}" for entry in list(top)[:SHOWN])
        for what, top in zip(("Paths", "Clients"), tops) if len(top))


def status_row(status_class, name, count, records, status, tops=()):
    width = max(100 * count / records, 1)
    return (f'<tr><th scope="row" class="{style(status_class)}">{text(name)}'
            f'<td class="number">{count}<td class="number">{share(count, records)}'
            f'<td class="share"><svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" '
            f'aria-hidden="true"><rect class="{style(status_class)}" width="{width:.3f}" height="1"/>'
            f"</svg>{cells(status, tops) if status is not None else '<td>unknown<td>unknown'}")


def status_rows(found, tops):
    """A row for each status, with its sub-statuses below it."""
    pairs = {}
    for status_class, name, count, _ in rows_of(found, "substatus"):
        pairs.setdefault(name.split(".")[0], []).append((status_class, name, count))
    for status_class, name, count, _ in rows_of(found, "code"):
        status = status_of(found, name)  # HAProxy: -1
        if status is None and int(name) >= 0:
            status = Status(int(name))
        yield status_row(status_class, name, count, found.records, status, tops.get(int(name), ()))
        for pair in pairs.get(name, ()):
            if (row := status_of(found, pair[1])) is not None:
                yield status_row(*pair, found.records, row)


def unmatched(found, tallies):
    if not found.unmatched:
        return ""
    where = " ".join(f"<code>{text(place)}</code>" for place in unmatched_of(tallies))
    return (f"<h2>Lines not understood</h2>\n<p>{found.unmatched} lines are not records of the format. "
            f"The first: {where}")


def logs(tallies):
    if len(tallies) < 2:
        return ""
    rows = "\n".join(
        f'<tr><th scope="row">{text(name_of(path))}<td>{text(formats_of(one))}'
        f'<td class="number">{one.lines}'
        f'<td class="number">{one.classes["5xx"]}<td class="number">{one.classes["4xx"]}'
        f'<td class="number">{one.unmatched}' for path, one in tallies.items())
    heads = "".join(f'<th scope="col" class="number">{name}'
                    for name in ("lines", "5xx", "4xx", "not understood"))
    return (f'<h2>Logs</h2>\n<table><thead><tr><th scope="col">log<th scope="col">format{heads}'
            f"<tbody>\n{rows}</table>")


def failures(errors):
    """What could not be read to its end and so is missing from the counts."""
    return "".join(f"<p><strong>{text(error)}</strong>\n" for error in errors.values())


def page(found, tallies, errors, report):
    names = [name_of(path) for path in tallies]
    title = f"Statuses of {names[0] if len(names) == 1 else f'{len(names)} logs'}"
    template = string.Template(resources.files(__package__).joinpath("page.html").read_text("utf-8"))
    return template.substitute(
        title=text(title), version=text(__version__),
        date=datetime.datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %z"),
        summary=text(". ".join(filter(None, (warning(found), f"{summary(found)}.")))),
        failures=failures(errors), classes=class_chart(found), time=strip(report.series),
        statuses="\n".join(status_rows(found, report.firsts())),
        more=unmatched(found, tallies) + logs(tallies))


def write_page(path, found, tallies, errors, report):
    written = page(found, tallies, errors, report).encode("utf-8", "backslashreplace")
    if path == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(written)
        return
    try:
        if os.path.exists(path) and not os.path.isfile(path):  # a pipe, say
            with open(path, "wb") as file:
                file.write(written)
        else:
            replace(path, written, f"{os.getpid()}.new")
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from error

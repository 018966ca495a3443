"""httpstatus tally LOG...: how many records have each status."""
import contextlib
import os
import sys

from .. import class_of, lookup
from .._jobs import Work, tasks_of
from . import FOUND, NOTHING, TROUBLE, UNREADABLE, Trouble, complain
from .conditions import conditions_of, given_of, unknown_times
from .logs import check, log_options, open_path, paths_of
from .show import (STYLES, Bar, counted, formats_of, misread, name_of, printer, rich_console,
                   write_json)

LONG = 1 << 28  # bytes from which a progress bar pays


class Count(Work):
    """A tally per log; a log that cannot be read does not stop the others."""

    patience = 1  # another thread may be waiting for a pipe

    def __init__(self, paths, options, jobs, advance=None):
        super().__init__(tasks_of(paths, options, jobs, self.cuts, "-".__ne__), jobs)
        self.tallies = {}
        self.errors = {}
        self.advance = advance

    def progress(self, size):
        super().progress(size)
        if self.advance:
            self.advance(size)

    def before(self, error, options):
        """What was counted before an error."""
        found = getattr(error, self.kind, None)
        return self.whole(b"", **options) if found is None else found

    def tally_piece(self, source, *piece):
        try:
            return super().tally_piece(source, *piece)
        except OSError as error:
            self.errors[source] = error
            return self.before(error, piece[-1]), None

    def tally_whole(self, source, options):
        try:
            with open_path(source, self.progress) as file:
                return self.whole(file, **options)
        except UNREADABLE as error:
            self.errors[source] = error
            return self.before(error, options)

    def add(self, source, tally, begins):
        super().add(source, tally, begins)
        self.tallies[source] = self.tallies[source] + tally if source in self.tallies else tally


@contextlib.contextmanager
def progress(paths, color):
    """A function to call with the bytes read, which a terminal shows if there are many; or None."""
    total = 0
    with contextlib.suppress(OSError):  # the count reports such a log
        total = sum(map(os.path.getsize, paths))
    on_terminal = total >= LONG and sys.stderr and sys.stderr.isatty()
    console = rich_console(color, sys.stderr) if on_terminal else None
    if not console:
        yield None
        return
    from rich import progress as rich

    columns = (rich.BarColumn(), rich.TaskProgressColumn(), rich.TransferSpeedColumn(),
               rich.TimeRemainingColumn())
    with rich.Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda size: bar.advance(task, size)


def share(count, total):
    percent = f"{100 * count / total if total else 0:.2f}%"
    return "<0.01%" if count and percent == "0.00%" else percent


def rank(status_class):
    """Sorts errors first: 5xx, 4xx, then the others in descending order."""
    return -int(status_class[0]) if status_class in STYLES else 0


def rows_of(found, by, tallies=None):
    """(class, name, count, meaning), errors first, then the most frequent."""
    if by == "log":
        rows = [(None, name_of(path), one.records, contents(one)) for path, one in tallies.items()]
    elif by == "class":
        rows = [(name, name, count, "") for name, count in found.classes.items() if count]
    elif by == "substatus":
        rows = [(class_of(int(pair.split(".")[0])), pair, count, meaning(found, pair))
                for pair, count in found.substatuses.items() if pair != "more"]
        more = found.substatuses.get("more")
        rows += [(None, "more", more, "all other pairs")] if more else []
    else:
        rows = [(class_of(code), str(code), count, meaning(found, str(code)))
                for code, count in found.items()]
    return sorted(rows, key=lambda row: (rank(row[0]), -row[2], row[1]))


def status_of(found, name):
    """The row of '0' or '403.14' in a log, as the log's own writer means it."""
    return lookup(name, format=None if found.format == "custom" else found.format)


def meaning(found, name):
    row = status_of(found, name)
    return "" if row is None else row.phrase or row.description.removesuffix(".")


def unmatched_of(tallies):
    """The first ten unmatched lines of each log: access.log:17,18"""
    return [f"{name_of(path)}:{','.join(map(str, found.first_unmatched))}"
            + (",..." if found.unmatched > len(found.first_unmatched) else "")
            for path, found in tallies.items() if found.unmatched]


def format_of(found):
    """format clf; formats clf 2, json 1; no format"""
    if not found.format and not found.formats:
        return "no format"
    return f"format{'s' if len(found.formats) > 1 else ''} {formats_of(found)}"


def contents(found):
    """A summary of one of several logs: format clf, 5xx 7, 4xx 38, 3 not understood"""
    errors = [f"{name} {found.classes[name]}" for name in ("5xx", "4xx") if found.classes[name]]
    strange = [f"{found.unmatched} not understood"] if found.unmatched else []
    return ", ".join([format_of(found), *errors, *strange])


def warning(found):
    """A line above the counts if most lines were not understood; else None."""
    if found.unmatched <= found.records + found.excluded:
        return None
    text = f"{found.unmatched} of {counted(found.lines, 'line')} not understood"
    return f"{text}: the shares are of {counted(found.records, 'record')}" if found.records else text


def summary(found):
    left_out = f" ({found.excluded} left out)" if found.excluded else ""
    return (f"{counted(found.lines, 'line')}, {counted(found.records, 'record')}{left_out}, "
            f"{found.no_status} without a status, {found.skipped} skipped, {found.unmatched} not understood; {format_of(found)}")


def show_rows(out, found, by, tallies):
    out.table(["log" if by == "log" else "status", ">count", ">share", "", "meaning"], [
        (status_class, [name, str(count), share(count, found.records), Bar(count, found.records), means])
        for status_class, name, count, means in rows_of(found, by, tallies)])


def show_times(out, found, series):
    """A row for each bucket of time, then how the records and the errors went."""
    from . import series as over_time

    most = max((sum(counts.values()) for _, counts in series), default=0)
    rows = []
    for style, (_, name, counts) in zip(over_time.styles_of(series), over_time.rows_of(series)):
        count = sum(counts.values())
        rows.append((style, [name, str(count), share(count, found.records), Bar(count, most),
                             over_time.errors_of(counts)]))
    out.table(["time (UTC)", ">count", ">share", "", "errors"], rows)
    texts = list(filter(None, [*over_time.sentences(series), over_time.left_out(series)]))
    if rows or texts:
        out.line()
    for style, text in over_time.sparklines(series, out.spark) if rows else ():
        out.line(text, style)
    for text in texts:
        out.line(text)


def instead_of(options):
    """The module of what --top or --latency shows in place of statuses; None without these."""
    if options.top:
        from . import top

        return top
    if options.latency:
        from . import latency

        return latency
    return None


def show(out, found, options, tallies, series=None, instead=None):
    if before := warning(found):
        out.line(before, style="bold red")
        out.line()
    if instead is not None:
        instead_of(options).show(out, instead, options)
    elif series is not None:
        show_times(out, found, series)
    else:
        show_rows(out, found, options.by, tallies)
    out.line()
    out.line(summary(found))
    if found.unmatched:
        out.line(f"not understood: {' '.join(unmatched_of(tallies))}", style="bold red")


def plain(found):
    return {**found.as_dict(), "key": found.key}


class Plain(dict):
    """The tallies of many logs for JSON: each is made as it is written."""

    def items(self):
        return ((name_of(path), plain(one)) for path, one in super().items())


def json_rows(found, tallies, by):
    return [{"class": status_class, "name": name, "count": count, "meaning": means,
             "share": count / found.records if found.records else None}
            for status_class, name, count, means in rows_of(found, by, tallies)]


def json_times(found, series):
    from .series import errors_of, rows_of

    return [{"class": None, "name": name, "count": sum(counts.values()), "meaning": errors_of(counts),
             "share": sum(counts.values()) / found.records, "start": start, "classes": counts}
            for start, name, counts in rows_of(series)]


def as_json(found, tallies, errors, options, series=None, instead=None):
    if instead is not None:
        more = instead_of(options).as_json(instead)
    elif series is not None:
        from .series import as_json as json_of

        more = {"series": json_of(series), "by": options.by, "rows": json_times(found, series)}
    else:
        more = {"by": options.by, "rows": json_rows(found, tallies, options.by)}
    return {**plain(found), **more, "logs": Plain(tallies),
            "errors": {name_of(path): str(error) for path, error in errors.items()}}


def exit_code(tallies, errors):
    """The exit code; reports on standard error what went wrong."""
    if unknown := unknown_times(sum(found.untimed for found in tallies.values())):
        complain(unknown)
    strange = list(filter(None, (misread(path, found) for path, found in tallies.items())))
    for message in (*errors.values(), *strange):
        complain(message)
    return TROUBLE if errors else NOTHING if strange else FOUND


def check_instead(options):
    """Reports options of --top and --latency that do not apply, or are wrong, before a log is opened."""
    if any(value is not None for value in (options.top, options.only, options.n, options.group)):
        from .top import check

        check(options)
    if options.latency:
        from .latency import check

        check(options)


def is_same(path, other):
    try:
        return os.path.isfile(path) and os.path.samefile(path, other)
    except OSError:
        return False


TIMES = "minute", "hour", "day"


def counter(options, conditions):
    """What counts, and its options: with the times and the parts of records only where they are shown."""
    how = log_options(options) | conditions
    if module := instead_of(options):
        return module.Counts, how | module.asked(options)
    if options.by not in TIMES and not options.html:
        return Count, how
    from .report import ReportCount
    from .series import STEPS, SeriesCount

    return ReportCount if options.html else SeriesCount, how | {"step": STEPS.get(options.by)}


def run(options):
    conditions = conditions_of(options)
    check(options, conditions)
    check_instead(options)
    if options.state:
        from .state import run as count_new

        return count_new(options, conditions)
    paths = paths_of(options)
    if options.follow and (given := given_of(options)):
        raise Trouble(f"{given} does not apply to --follow: omit one of them")
    if options.follow and options.html:
        raise Trouble("--html writes a page once: omit --follow")
    if options.follow and options.jobs > 1:
        raise Trouble("--jobs does not apply to --follow: omit one of them")
    if options.follow and options.by in TIMES:
        raise Trouble(f"--by {options.by} does not apply to --follow: omit one of them")
    if options.interval is not None and not options.follow:
        raise Trouble("--interval is the time between updates of --follow, which is not given")
    to_stdout = options.html == "-"
    if to_stdout and options.json:
        raise Trouble("--html - and --json both write to standard output: omit one of them")
    if options.html and not to_stdout and any(is_same(options.html, path) for path in paths):
        raise Trouble(f"--html {name_of(options.html)} would overwrite a log")
    if options.follow:
        from .follow import follow

        return follow(paths, options)
    work, how = counter(options, conditions)
    with progress(paths, options.color) as advance:
        count = work(paths, how, options.jobs, advance)
        total = count.run_all()
    found = total if work is Count else total.tally
    tallies = count.tallies if work is Count else {path: one.tally for path, one in count.tallies.items()}
    any_read = found.lines or count.errors.keys() < tallies.keys()
    series = (total.series if options.html else total) if options.by in TIMES else None
    instead = total if instead_of(options) else None
    if options.json:
        write_json(as_json(found, tallies, count.errors, options, series, instead))
    elif not to_stdout and any_read:
        out = printer(options.color)
        show(out, found, options, tallies, series, instead)
        out.flush()
    if options.html and any_read:
        from .page import write_page

        write_page(options.html, found, tallies, count.errors, total)
    sys.stdout.flush()  # the counts before any complaint
    return exit_code(tallies, count.errors)

"""httpstatus tally --state FILE LOG...: counts what is new since the last run.

The state has, for each log, the places it was counted to and the tally up to there, in one file that a run
replaces as a whole once it has shown what is new. So whenever a run ends, killed or for want of room, the
totals are those of the places."""
import contextlib
import errno
import hashlib
import json
import os
import re
import sys
import time

from .. import Tally, _core, tally
from .._jobs import END, HEAD, READING, named
from . import UNREADABLE, Trouble
from .conditions import TIMES as TIME_CONDITIONS
from .logs import ends_with_cr, log_options, paths_of
from .replace import replace
from .rotation import PIECE, Files
from .show import has_cr, name_of, printer, write_json
from .tally import TIMES, as_json, exit_code, plain, show, summary

KIND, VERSION = "httpstatus tally --state", 1


# ---- What is new in a file ----------------------------------------------------------------------------------


def pieces(file, start, end, more=0):
    """The pieces of a part of a file, from the last to the first, and 'more' bytes behind each."""
    while end > start:
        first = max(end - PIECE, start)
        yield first, os.pread(file.raw.fileno(), end + more - first, first)
        end = first


def end_of_lines(file, start, end):
    """Where the last line that is whole in this part of a file ends; the start if there is none."""
    for first, data in pieces(file, start, end):
        if found := data.rfind(b"\n") + 1:
            return first + found
    return start


def heads_and_tails(file, start, end):
    """The pieces of a part of a file, the first of which is likely to have what is looked for."""
    yield os.pread(file.raw.fileno(), min(end - start, HEAD), start)
    for _, data in pieces(file, start, end, HEAD):
        yield data


def fields_in(data):
    """The lines with #Fields, of W3C or Zeek, in a piece of a file, the last one first."""
    for at in reversed([found.start() for found in re.finditer(rb"#fields[:\t]", data, re.I)]):
        if line := data[data.rfind(b"\n", 0, at) + 1:data.find(b"\n", at) + 1]:
            yield line.decode("latin-1")


class Reader:
    """Counts what is behind a place."""

    def __init__(self, options):
        self.options = options
        self.nothing = tally(b"", **options)
        self.reading = {name: options[name] for name in READING}

    def carry(self, fields):
        """What crosses the end of a line: no more than the last #Fields."""
        return _core._carry_after(fields.encode("latin-1"), **self.reading)

    def last_fields(self, file, start, end, carry):
        """The line that says what crosses the end of these lines; None if there is none."""
        for data in heads_and_tails(file, start, end):
            for line in fields_in(data):
                if _core._same_carry(self.carry(line), carry):
                    return line
        return None

    def count_to(self, file, end):
        """The tally of the lines up to there and the last #Fields; None if a record goes on behind them."""
        start, fields = file.place["offset"], file.place["fields"]
        before = self.carry(fields)
        found, carry = _core._tally_range(file.raw.fileno(), start, end, False, before, None, **self.options)
        if not _core._same_carry(before, carry):
            fields = self.last_fields(file, start, end, carry)
        return None if fields is None else (found, fields)

    def count_lines(self, file):
        """Counts whole lines, up to the last one behind which no record goes on."""
        start, back = file.place["offset"], 1
        end = end_of_lines(file, start, os.fstat(file.raw.fileno()).st_size)
        while end > start:
            if counted := self.count_to(file, end):
                found, fields = counted
                file.place = {**file.place, "offset": end, "lines": file.place["lines"] + found.lines,
                              "fields": fields}
                return found
            end = end_of_lines(file, start, end - back)
            back *= 16
        return self.nothing

    def count_rest(self, file):
        """Counts a file that nobody writes to to its end."""
        carry = self.carry(file.place["fields"])
        if not file.kind:
            return _core._tally_range(file.raw.fileno(), file.place["offset"], END, True, carry, None,
                                      **self.options)[0]
        if not file.place["offset"]:
            file.begin()
        return _core._tally_after(file.log, carry, **self.options)


def numbered_from(found, lines):
    """The tally, with the numbers of its lines as they are in the file, whose first lines it lacks."""
    if not lines or not found.unmatched:
        return found
    moved = Tally()
    numbers = tuple(number + lines for number in found.first_unmatched)
    moved.__setstate__({**found.as_dict(), "first_unmatched": numbers})
    return moved


# ---- Logs ---------------------------------------------------------------------------------------------------


class Log:
    """A log: what the state has of it, and what is new."""

    def __init__(self, path, saved, nothing):
        self.path = path
        self.saved = saved
        self.since = saved["since"] if saved else int(time.time())
        self.total = tally_from(saved["tally"]) if saved else nothing
        self.new = {}  # tallies by the paths of the files
        self.errors = []

    def count(self, reader):
        """Counts what is new; if that fails, all of it is left to the next run."""
        before = self.saved or {"places": [], "seen": 0}
        found = Files(self.path, before["places"], before["seen"])
        try:
            places, counted = self.count_files(found.files, reader)
        finally:
            found.close()
        for place in found.lost:
            self.errors.append(f"{name_of(self.path)} was rotated, and what followed its byte {place['offset']} was "
                               "not found: it is not counted")
        name = found.files[-1].path
        if not places[-1]["offset"] and ends_with_cr(name):
            self.errors.append(has_cr(name))
        if name != self.path:
            self.errors.append(FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), self.path))
        for file, new, lines in counted:
            self.total += new
            self.new[file.path] = numbered_from(new, lines)
        self.saved = {"since": self.since, "seen": found.seen, "places": places, "tally": self.total.as_dict()}

    def count_files(self, files, reader):
        """The places to go on from, and (file, tally, lines before these) of each."""
        places, counted = [], []
        for file in files:
            lines = file.place["lines"]
            if file is not files[-1] and file.is_idle:
                found = self.count_rest(file, reader)
            else:
                found = reader.count_lines(file)
                places.append(file.mark())
            if found.lines or file is files[-1]:
                counted.append((file, found, lines))
        return places, counted

    def count_rest(self, file, reader):
        """Of a damaged compressed file, what comes before the damage: it will not be mended."""
        try:
            return reader.count_rest(file)
        except OSError as error:
            if not file.kind:
                raise
            self.errors.append(error)
            return error.tally


def tally_from(saved):
    found = Tally()  # what an older version did not count is 0
    found.__setstate__({**found.as_dict(), **saved, "first_unmatched": tuple(saved["first_unmatched"]),
                        "counts": {int(code): count for code, count in saved["counts"].items()}})
    return found


# ---- The state ----------------------------------------------------------------------------------------------


class State:
    """A state file, which only one run at a time may use."""

    def __init__(self, path):
        self.name = name_of(path)
        self.path = os.path.realpath(path)

    @contextlib.contextmanager
    def lock(self):
        """Waits for another run to end. The file that is locked stays, as no run may remove another's."""
        try:
            import fcntl
        except ImportError:
            raise Trouble("--state needs a system that locks files as Unix does") from None
        try:
            file = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise named(error, self.path)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)

    def load(self, options):
        """What it has of each log; nothing if there is no such file yet."""
        try:
            with open(self.path, "rb") as file:
                data = file.read()
        except FileNotFoundError:
            return {}
        with contextlib.suppress(ValueError, RecursionError):
            saved = json.loads(data)
            if isinstance(saved, dict) and saved.get("kind") == KIND:
                return self.logs_in(saved, options)
        raise Trouble(f"{self.name} is not a whole state of httpstatus tally: name another file, or remove it")

    def logs_in(self, saved, options):
        if saved.get("version") != VERSION:
            raise Trouble(f"{self.name} is of version {saved.get('version')}, not {VERSION}: use the httpstatus that "
                          "wrote it, or name another file")
        if saved.pop("sha256", None) != digest(saved):
            raise Trouble(f"{self.name} is damaged or was edited: restore it, or remove it to begin anew")
        if saved["options"] != options:
            name = next(name for name in {**saved["options"], **options}
                        if saved["options"].get(name) != options.get(name))
            raise Trouble(f"{self.name} counts with --{name} {saved['options'].get(name)!r}, not "
                          f"{options.get(name)!r}: name another file")
        return saved["logs"]

    def save(self, logs, options):
        """Replaces the file as a whole."""
        saved = {"kind": KIND, "version": VERSION, "options": options, "logs": logs}
        text = json.dumps({**saved, "sha256": digest(saved)}, indent=1) + "\n"
        try:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(f"{self.path}.new")  # of a run that was killed
            replace(self.path, text.encode("ascii"), "new")
        except OSError as error:
            raise named(error, self.path)


def digest(saved):
    return hashlib.sha256(json.dumps(saved, sort_keys=True).encode("ascii")).hexdigest()


# ---- The command --------------------------------------------------------------------------------------------


def check(options, paths):
    """Refuses what does not go with --state."""
    given = {"--follow": options.follow, "--interval": options.interval is not None, "--html": options.html,
             "--top": options.top, "--latency": options.latency, "--jobs": options.jobs > 1,
             f"--by {options.by}": options.by in TIMES,
             **{f"--{name}": getattr(options, name) is not None for name in TIME_CONDITIONS}}
    for name, is_given in given.items():
        if is_given:
            raise Trouble(f"{name} does not apply to --state: omit one of them")
    if "-" in paths:
        raise Trouble("--state is for logs with a name: standard input cannot be read again")
    if os.path.realpath(options.state) in map(os.path.realpath, paths):
        raise Trouble(f"--state {name_of(options.state)} would overwrite a log")


def count_logs(paths, saved, reader):
    """The logs, with what is new in each."""
    logs = {os.path.abspath(path): Log(path, saved.get(os.path.abspath(path)), reader.nothing) for path in paths}
    for log in logs.values():
        try:
            log.count(reader)
        except (Trouble, *UNREADABLE) as error:
            log.errors.append(error)
    return logs


def when(seconds):
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds))


def show_new(options, logs, tallies, errors, nothing):
    """What is new, and in the last line the total."""
    found = sum(tallies.values(), nothing)
    total = sum((log.total for log in logs), nothing)
    since = min(log.since for log in logs)
    if options.json:
        write_json({**as_json(found, tallies, errors, options), "total": {**plain(total), "since": since}})
    elif tallies:
        out = printer(options.color)
        show(out, found, options, tallies)
        out.line(f"total since {when(since)} UTC: {summary(total)}")
        out.flush()
    sys.stdout.flush()


def run(options, conditions):
    paths = paths_of(options)
    check(options, paths)
    how = {**log_options(options), **conditions}
    reader, state = Reader(how), State(options.state)
    with state.lock():
        saved = state.load(how)
        logs = count_logs(paths, saved, reader)
        tallies = {path: found for log in logs.values() for path, found in log.new.items()}
        errors = {log.path: "; ".join(map(str, log.errors)) for log in logs.values() if log.errors}
        show_new(options, logs.values(), tallies, errors, reader.nothing)
        code = exit_code({log.path: log.total for log in logs.values()}, errors)
        state.save({**saved, **{path: log.saved for path, log in logs.items() if log.saved}}, how)
    return code

"""httpstatus tally --follow LOG...: keeps counting as logs grow and are rotated."""
import contextlib
import os
import select
import signal
import stat
import sys
import time

from .. import Tally, tally
from .._compressed import kind_of, what_it_is
from .._core import _READ_SIZE, _content as content_of, _is_at_rest
from .._jobs import named
from . import INTERRUPTED, Trouble, complain
from .logs import Raw, log_options
from .show import Rich, name_of, printer, write_json
from .tally import as_json, exit_code, show
from .watch import Watch


READ = 1 << 18
KNOWN = 64  # bytes kept from before the next read: if they change, the file was truncated
LINGER = 60  # seconds of idleness before a renamed file is closed: servers are slow to let go
POLL = 0.05  # seconds between looks at files if no watch works


class File:
    """A file that has, or had, the name of a log, and its counts."""

    buffer = memoryview(bytearray(_READ_SIZE))
    dry = False  # at its end when last read
    watched = None

    def __init__(self, log):
        self.log = log
        self.file = Raw(log.path)
        self.status = os.fstat(self.file.fileno())
        self.is_file = stat.S_ISREG(self.status.st_mode)
        self.grows = self.is_file and log.path != "-"
        self.changed = time.monotonic()
        self.done = tally(b"", **log.options)  # the counts up to the last rest or truncation
        self.begin()

    def begin(self):
        self.tally, self.head, self.size, self.last, self.told = None, b"", 0, b"", False

    def feed(self, data):
        """Counts new data, once the first bytes show what it is."""
        if not self.told:
            self.head += data
            check(self.log.path, self.head)
            if content_of(self.head) == "":
                return
            data, self.head, self.told = self.head, b"", True
        if self.tally is None:
            self.tally = Tally(**self.log.options)
        self.tally.feed(data)

    def rest(self):
        """Lets go of an open tally, which takes 40 times as much memory as a closed one, if it can."""
        if self.tally is not None and _is_at_rest(self.tally):
            self.add_tally()

    def add_tally(self):
        self.tally.close()
        self.done += self.tally
        self.tally = None

    def new_bytes(self):
        """The data after the known bytes, without zeros at the end, which a server has preallocated."""
        known = len(self.last)
        try:
            data = os.pread(self.file.fileno(), known + READ, self.size - known)
        except OSError as error:
            raise named(error, self.log.path)
        if data[:known] != self.last:
            self.finish()
            return self.new_bytes()
        at_end = len(data) < known + READ
        data = data[known:].rstrip(b"\0") if at_end else data[known:]
        self.last = (self.last + data)[-KNOWN:]
        return data

    def read(self):
        """Counts more; False if there was none."""
        if self.grows:
            data = self.new_bytes()
        else:
            data = self.buffer[:self.file.readinto(self.buffer)]
        self.feed(data)
        self.size += len(data)
        self.dry = not data
        if data:
            self.changed = time.monotonic()
        return bool(data)

    @property
    def is_pipe(self):
        """Whether select() can wait for it."""
        return not self.is_file and not self.dry

    def fileno(self):
        return self.file.fileno()

    def read_on(self, pause):
        """Counts what is there without waiting for more, at most until the pause is over."""
        while (self.is_file or select.select([self], [], [], 0)[0]) and self.read():
            if pause.is_over():
                break
        self.rest()

    def finish(self):
        """Ends the file: an unfinished line is its last."""
        if self.head:
            self.tally = Tally(**self.log.options)
            self.tally.feed(self.head)
        if self.tally is not None:
            self.add_tally()
        self.begin()

    def close(self):
        self.finish()
        self.file.close()

    def counted(self):
        """All counts so far, without an unfinished line."""
        if self.tally is None:
            return self.done
        now = Tally()
        now.__setstate__(self.tally.as_dict())
        return self.done + now


def check(path, head):
    """Refuses a log that cannot grow."""
    if kind := kind_of(path, content_of(head)):
        raise Trouble(f"{name_of(path)} is {what_it_is(kind)}: it cannot be followed")


class Followed:
    """A log that grows, and the successive files of its name."""

    def __init__(self, path, options, watch):
        self.path = path
        self.options = options
        self.watch = watch
        self.done = tally(b"", **options)  # the counts of closed files
        self.files = []  # the last one has the name now
        self.trouble = None
        check(path, b"")
        self.open(FileNotFoundError)
        if path != "-":
            watch.add_folder(self, path)

    def open(self, passing=OSError):
        """Opens the file that has the name now, if there is one and it can be read."""
        try:
            file = File(self)
        except passing as error:
            if not self.trouble:
                complain(f"{error}: waiting for it")
            self.trouble = error
            return
        self.trouble = None
        self.files.append(file)
        if file.grows:
            file.watched = self.watch.add_file(self, file)

    @property
    def ended(self):
        return self.path == "-" and self.files[-1].dry

    @property
    def pipes(self):
        return [file for file in self.files if file.is_pipe]

    def has_new_file(self):
        if not self.files:
            return True
        try:
            found = self.path != "-" and os.stat(self.path)
        except OSError:
            return False  # moved away, perhaps still written to
        return found and not any(os.path.samestat(found, file.status) for file in self.files)

    def poll(self, pause):
        """Counts what was added since the last call."""
        if self.has_new_file():
            self.open()
        for file in self.files:
            file.read_on(pause)
        while len(self.files) > 1 and self.files[1].size and \
                time.monotonic() - self.files[0].changed > LINGER:
            self.close_first()

    def close_first(self):
        file = self.files.pop(0)
        self.watch.remove(file.watched)
        file.close()
        self.done += file.done

    def close(self):
        while self.files:
            self.close_first()

    def counted(self):
        return sum((file.counted() for file in self.files), self.done)


class Screen:
    """Shows the counts repeatedly: in place on a terminal, else one below the other."""

    def __init__(self, options):
        self.options = options
        self.out = None if options.json else printer(options.color)
        self.live = None

    @contextlib.contextmanager
    def open(self):
        if not isinstance(self.out, Rich):
            yield
            return
        from rich.live import Live

        with Live(console=self.out.console, auto_refresh=False) as self.live:
            yield

    def show(self, found, tallies):
        if self.options.json:
            write_json(as_json(found, tallies, {}, self.options), indent=None)
        else:
            show(self.out, found, self.options, tallies)
            if self.live:
                from rich.console import Group

                self.live.update(Group(*self.out.parts), refresh=True)
                self.out.parts.clear()
            else:
                self.out.line()
                self.out.flush()
        sys.stdout.flush()


class Pause:
    """The time between two updates.  Ctrl-C takes effect at its end: all that was read is counted."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.interrupted = self.waiting = False
        if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:  # ignored in a background job
            signal.signal(signal.SIGINT, self.interrupt)

    def begin(self):
        self.end = time.monotonic() + self.seconds

    def is_over(self):
        return self.interrupted or time.monotonic() >= self.end

    def interrupt(self, *_):
        self.interrupted = True
        if self.waiting:
            raise KeyboardInterrupt

    def wait(self, logs, watch):
        """The logs that change before the pause is over; all logs if no watch works."""
        pipes = {file: log for log in logs for file in log.pipes}
        left = max(self.end - time.monotonic(), 0)
        ready = []
        try:
            self.waiting = True
            if not self.is_over():
                ready, _, _ = select.select([*pipes, *[watch] * watch.works], [], [],
                                            left if watch.works else min(left, POLL))
            self.waiting = False
        except KeyboardInterrupt:
            self.waiting = False
        if watch.works:
            return {log for file in ready for log in
                    (watch.changed() if file is watch else [pipes[file]])}
        return logs


def sum_of(tallies, options):
    total = tally(b"", **options)
    for found in tallies.values():
        total += found
    return total


def follow(paths, options):
    """Counts until Ctrl-C, or until standard input ends if it is the only log."""
    read_as = log_options(options)
    watch = Watch()
    logs = [Followed(path, read_as, watch) for path in dict.fromkeys(paths)]
    screen, pause, shown = Screen(options), Pause(1 if options.interval is None else options.interval), None
    with screen.open():
        while True:
            pause.begin()
            for log in logs:
                log.poll(pause)
            ended = pause.interrupted or all(log.ended for log in logs)
            if ended:
                for log in logs:
                    log.close()
            tallies = {log.path: log.counted() for log in logs}
            found = sum_of(tallies, read_as)
            if shown != found:
                screen.show(found, tallies)
                shown = found
            if ended:
                return INTERRUPTED if pause.interrupted else exit_code(tallies, {})
            while not pause.is_over():
                for log in pause.wait(logs, watch):
                    log.poll(pause)

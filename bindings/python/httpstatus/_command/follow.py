"""httpstatus tally --follow LOG...: counts on as logs grow, also when they are rotated."""
import contextlib
import os
import select
import signal
import stat
import sys
import time

from .. import Tally, tally
from .._compressed import kind_of
from .._core import _READ_SIZE, _content as content_of
from . import INTERRUPTED, Trouble, complain
from .logs import HEAD, Raw, log_options, settled
from .show import Rich, name_of, printer, write_json
from .tally import as_json, exit_code, show


class Followed:
    """A log that grows, and each of the files that bear its name in turn."""

    buffer = memoryview(bytearray(_READ_SIZE))
    dry = False  # at its end, when it was last read

    def __init__(self, path, options):
        self.path = path
        self.options = options
        self.done = tally(b"", **options)  # what is counted of the files before this one
        self.file = self.trouble = None
        self.check(b"")
        self.open(FileNotFoundError)

    def open(self, passing=OSError):
        """The file that has the name now; there may be none yet, or none that may be read."""
        try:
            self.file = Raw(self.path)
        except passing as error:
            if not self.trouble:
                complain(f"{error}: waiting for it")
            self.trouble = error
            return
        self.trouble = None
        self.is_file = stat.S_ISREG(os.fstat(self.file.fileno()).st_mode)
        self.begin()

    def check(self, head):
        """Whether what begins so may grow."""
        if kind_of(self.path, content_of(head)):
            raise Trouble(f"{name_of(self.path)} is compressed: it does not grow")

    def begin(self):
        self.tally, self.head, self.size = None, b"", 0

    def feed(self, data):
        """Counts what has come, as soon as the format is told."""
        if self.tally is None:
            self.head += data
            self.check(self.head)
            if not (read_as := settled(self.head, self.options)):
                return
            self.tally = Tally(**read_as)
            data, self.head = self.head, b""
        self.tally.feed(data)

    @property
    def ended(self):
        return self.path == "-" and self.dry

    @property
    def is_pipe(self):
        """Whether it can be waited for."""
        return self.file and not self.is_file and not self.dry

    def fileno(self):
        return self.file.fileno()

    def read_on(self, pause):
        """Counts what there is without waiting for more; False if that takes too long."""
        while not self.ended and (self.is_file or select.select([self], [], [], 0)[0]):
            size = self.file.readinto(self.buffer)
            self.feed(self.buffer[:size])
            self.size += size
            self.dry = not size
            if self.dry:
                return True
            if pause.is_over():
                return False
        return True

    def finish(self):
        """The file has no more to come; what it has begun is its last line."""
        if self.head:
            self.tally = Tally(**self.options)
            self.tally.feed(self.head)
        if self.tally is not None:
            self.tally.close()
            self.done += self.tally
        self.begin()

    def close(self):
        if self.file:
            self.finish()
            self.file.close()
            self.file = None

    def is_cut(self):
        return self.is_file and self.path != "-" and os.fstat(self.file.fileno()).st_size < self.size

    def has_successor(self):
        try:
            return self.path != "-" and not os.path.samestat(os.stat(self.path),
                                                             os.fstat(self.file.fileno()))
        except OSError:
            return False  # moved away, and maybe still written to

    def poll(self, pause):
        """Counts what has come since."""
        if self.file and self.is_cut():
            self.finish()
            self.file.seek(0)
        if self.file:
            replaced = self.has_successor()  # asked first: what came before is all read then
            if not self.read_on(pause) or not replaced:
                return
            self.close()
        self.open()
        if self.file:
            self.read_on(pause)

    def counted(self):
        """All that is counted until now, but for the line that has only begun."""
        if not self.file or self.tally is None:
            return self.done
        now = Tally()
        now.__setstate__(self.tally.as_dict())
        return self.done + now


class Screen:
    """Shows the counts again and again: in place on a terminal, else one below the other."""

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
            write_json(as_json(found, tallies, {}), indent=None)
        else:
            show(self.out, found, self.options.by, tallies)
            if self.live:
                from rich.console import Group

                self.live.update(Group(*self.out.parts), refresh=True)
                self.out.parts.clear()
            else:
                self.out.line()
                self.out.flush()
        sys.stdout.flush()


class Pause:
    """The time from one look to the next; Ctrl-C waits for its end: what is read is counted."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.interrupted = self.waiting = False
        if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:  # as it is in the background
            signal.signal(signal.SIGINT, self.interrupt)

    def begin(self):
        self.end = time.monotonic() + self.seconds

    def is_over(self):
        return self.interrupted or time.monotonic() >= self.end

    def interrupt(self, *_):
        self.interrupted = True
        if self.waiting:
            raise KeyboardInterrupt

    def wait(self, logs):
        """Those of the logs that have more before it is over."""
        ready = []
        try:
            self.waiting = True
            if not self.is_over():
                ready, _, _ = select.select(logs, [], [], max(self.end - time.monotonic(), 0))
            self.waiting = False
        except KeyboardInterrupt:
            self.waiting = False
        return ready


def sum_of(tallies, options):
    total = tally(b"", **options)
    for found in tallies.values():
        total += found
    return total


def follow(paths, options):
    """Counts until Ctrl-C, or until standard input is at its end if that is all there is."""
    read_as = log_options(options)
    logs = [Followed(path, read_as) for path in dict.fromkeys(paths)]
    screen, pause, shown = Screen(options), Pause(options.interval), None
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
            while ready := pause.wait([log for log in logs if log.is_pipe]):
                for log in ready:
                    log.read_on(pause)

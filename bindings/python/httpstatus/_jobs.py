"""Several logs, or several threads for one: each makes a tally, and the tallies are added up."""
import contextlib
import io
import math
import os
import threading
import time
from operator import itemgetter

from . import _core
from ._compressed import INPUT, kind_of

PIECE = 1 << 20
PIECES_A_JOB = 8
HEAD = 1 << 16
END = (1 << 63) - 1  # beyond any file
READING = "format", "key", "fields", "target"  # the options that say how lines are read


class Shared(io.FileIO):
    """A file read in pieces through one descriptor, closed when no piece refers to it any more."""

    def __del__(self):
        self.close()


def named(error, path):
    """The error, with the path if it is that of a system call."""
    if error.errno is not None:
        error.filename = path
    return error


def open_divisible(path):
    """A plain file that is large enough to divide; None for any other source."""
    with contextlib.suppress(OSError):  # which reading it as a whole reports
        if os.path.isfile(path):  # opening a pipe would block
            file = Shared(path)
            if os.fstat(file.fileno()).st_size > 2 * PIECE and \
                    not kind_of(path, _core._content(file.read(INPUT))):
                return file
    return None


def head_carry(file, options):
    """What most pieces of a file start with: its first #Fields line, which few files change."""
    reading = {name: value for name, value in options.items() if name in READING}
    return _core._tally_range(file.fileno(), 0, HEAD, False, None, None, **reading)[1]


def divide(file, options, jobs, cuts):
    """The pieces of a file, by where lines begin: start, end, what probably crosses the start."""
    cuts = cuts(os.fstat(file.fileno()).st_size, jobs) + [END]
    carry = None
    for start, end in zip(cuts, cuts[1:]):
        yield start, end, carry
        carry = carry or head_carry(file, options)


def is_path(source):
    return isinstance(source, (str, os.PathLike))


def tasks_of(sources, options, jobs, cuts, is_path=is_path):
    """The tasks, in the order of the lines: (source, a piece of it or None, options)."""
    for source in sources:
        divided = False
        if jobs > 1 and is_path(source) and (file := open_divisible(source)):
            try:
                for piece in divide(file, options, jobs, cuts):
                    divided = True
                    yield source, (file, *piece), options
            except OSError as error:
                if divided:
                    raise named(error, source)
            del file
        if not divided:
            yield source, None, options


class Work:
    """Shares tasks among threads and adds up the tallies in the order of the tasks.

    What counts is a function in C, which no instance binds."""

    whole = _core.tally
    range = _core._tally_range
    kind = "tally"  # the attribute of an error that has what came before it
    window = 1000  # tallies that may wait for a slow task before them
    patience = None  # seconds that Ctrl-C waits for the other threads; None: until they end
    interrupted = False

    def __init__(self, tasks, jobs):
        self.tasks = enumerate(tasks)
        self.taking = threading.Lock()
        self.threads = []  # (thread, an event set when it is done)
        self.spare = jobs - 1  # threads that may still be started
        self.adding = threading.Condition()
        self.ready = {}
        self.added = 0
        self.total = self.part = None  # of the sources before the last one; of that
        self.carry = None  # what crosses the end of the last piece; None if it could not be read
        self.failures = []  # (number, error): the lowest number is raised

    @staticmethod
    def cuts(size, jobs):
        """Where to divide a file so that all have something to do."""
        count = max(min(jobs * PIECES_A_JOB, size // PIECE), 1)
        return [size * i // count for i in range(count)]

    def take(self):
        """The next task; also starts a thread for the tasks after it."""
        with self.taking:
            number, task = next(self.tasks, (None, None))
            if task and self.spare:
                self.spare -= 1
                finished = threading.Event()
                thread = threading.Thread(target=self.run_until, args=(finished,),
                                          daemon=bool(self.patience))
                try:
                    thread.start()
                except RuntimeError:  # no more threads: the existing ones do the work
                    self.spare = 0
                else:
                    self.threads.append((thread, finished))
        return number, task

    def put(self, number, task, counted):
        with self.adding:
            self.ready[number] = task, counted
            while ready := self.ready.pop(self.added, None):
                (source, piece, options), counted = ready
                self.add(source, self.join_piece(source, piece, options, *counted) if piece
                         else counted, not piece or not piece[1])
                self.added += 1
                self.adding.notify_all()

    def join_piece(self, source, piece, options, tally, carry):
        """The tally of a piece, counted again if not the assumed carry crosses its start."""
        file, start, end, assumed = piece
        if start and self.carry and not _core._same_carry(assumed, self.carry):
            tally, carry = self.tally_piece(source, file, start, end, self.carry, options)
        self.carry = carry
        return tally

    def wait_for_room(self, number):
        """Waits until the tally of that task is within the window."""
        with self.adding:
            while number - self.added > self.window and not self.failures:
                self.adding.wait()

    def add(self, source, tally, begins):
        """Adds the next tally, in the order of the lines; those of a source first, then these sums."""
        if begins:
            self.total, self.part = self.sum(), tally
        else:
            self.part = self.part + tally

    def sum(self, *more):
        # A generator would do; but CPython 3.13 crashes if there is no memory to make one.
        tallies = [tally for tally in [self.total, self.part, *more] if tally is not None]
        return sum(tallies) if tallies else None

    def progress(self, size):
        """Called with the number of bytes read from a piece."""
        if self.interrupted:
            raise KeyboardInterrupt

    def tally_piece(self, source, file, start, end, carry, options):
        """The tally of a piece and what crosses its end."""
        try:
            return self.range(file.fileno(), start, end, end == END, carry, self.progress, **options)
        except OSError as error:
            raise named(error, source)

    def tally_whole(self, source, options):
        return self.whole(source, **options)

    def tally(self, source, piece, options):
        if piece:
            return self.tally_piece(source, *piece, options)
        return self.tally_whole(source, options)

    def run(self):
        number = math.inf
        try:
            while not self.failures:
                number = math.inf  # in case there is no next one
                number, task = self.take()
                if not task:
                    return
                self.wait_for_room(number)
                self.put(number, task, self.tally(*task))
        except BaseException as error:
            self.fail(error, number)

    def run_until(self, finished):
        try:
            self.run()
        finally:
            finished.set()

    def fail(self, error, number):
        """Stops the others.  Ctrl-C takes precedence over errors, and among them the first task's."""
        if not isinstance(error, Exception):
            number, self.interrupted = -1, True
        self.failures.append((number, error))
        with self.adding:
            self.adding.notify_all()

    def join(self):
        end = time.monotonic() + self.patience if self.interrupted and self.patience else None
        for thread, finished in self.threads:
            # Not join() alone: before Python 3.13 the call after one that Ctrl-C ended returns at once.
            while not finished.wait(max(end - time.monotonic(), 0) if end else 1):
                if end or not thread.is_alive():  # a thread without memory to start sets no event
                    break
            else:
                thread.join()

    def run_all(self):
        self.run()
        try:
            self.join()
        except BaseException as error:  # Ctrl-C: the others finish their current piece
            self.fail(error, -1)
            self.join()
        if self.failures:
            self.raise_first()
        return self.sum()

    def raise_first(self):
        """Raises the error of the first failed task, with the tallies before it added up."""
        error = min(self.failures, key=itemgetter(0))[1]
        if isinstance(error, OSError):
            found = self.sum(getattr(error, self.kind, None))
            setattr(error, self.kind, 0 if found is None else found)
        raise error


class SeriesWork(Work):
    """The same for series, which are added up in place of tallies."""

    whole = _core.series
    range = _core._series_range
    kind = "series"


class LatencyWork(Work):
    """The same for latencies."""

    whole = _core.latency
    range = _core._latency_range
    kind = "latency"


class TopWork(Work):
    """The same for tops, whose sum depends on how the log is divided."""

    whole = _core.top
    range = _core._top_range
    kind = "top"

    @staticmethod
    def cuts(size, jobs):
        """The slices in which every log is counted."""
        return list(range(0, size, _core._SLICE))


WORKS = {work.kind: work for work in (Work, SeriesWork, LatencyWork, TopWork)}


def count_all(kind, source, options, jobs):
    """tally(), series() and so on, of several sources or with several threads."""
    work, sources = WORKS[kind], source if isinstance(source, (list, tuple)) else [source]
    total = work(tasks_of(sources, options, jobs, work.cuts), jobs).run_all()
    return work.whole(b"", **options) if total is None else total

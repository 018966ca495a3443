"""Several logs, and several threads for one: their tallies are made apart and added up."""
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
END = (1 << 63) - 1  # of any file


class Shared(io.FileIO):
    """A file that is read in pieces by one descriptor, until nobody has one of them any more."""

    def __del__(self):
        self.close()


def named(error, path):
    """The error of a system call, which names the path then."""
    if error.errno is not None:
        error.filename = path
    return error


def open_divisible(path):
    """A plain file that is worth several pieces; None for any other source."""
    with contextlib.suppress(OSError):  # of which who reads it as a whole is told
        if os.path.isfile(path):  # to open a pipe would wait
            file = Shared(path)
            if os.fstat(file.fileno()).st_size > 2 * PIECE and \
                    not kind_of(path, _core._content(file.read(INPUT))):
                return file
    return None


def head_carry(file, options):
    """What crosses a line in most of a file: its first #Fields, which few files change."""
    return _core._tally_range(file.fileno(), 0, HEAD, False, None, None, **options)[1]


def divide(file, options, jobs):
    """The pieces of a file, each the lines that begin in it: start, end, what may cross its start."""
    size = os.fstat(file.fileno()).st_size
    count = max(min(jobs * PIECES_A_JOB, size // PIECE), 1)
    cuts = [size * i // count for i in range(count)] + [END]
    carry = None
    for start, end in zip(cuts, cuts[1:]):
        yield start, end, carry
        carry = carry or head_carry(file, options)


def is_path(source):
    return isinstance(source, (str, os.PathLike))


def tasks_of(sources, options, jobs, is_path=is_path):
    """What there is to do, in the order of the lines: (source, a piece of it or None, options)."""
    for source in sources:
        divided = False
        if jobs > 1 and is_path(source) and (file := open_divisible(source)):
            try:
                for piece in divide(file, options, jobs):
                    divided = True
                    yield source, (file, *piece), options
            except OSError as error:
                if divided:
                    raise named(error, source)
            del file
        if not divided:
            yield source, None, options


class Work:
    """Tasks shared among threads; their tallies add up in the order of the tasks."""

    window = 1000  # tallies that may wait for that of a slow task before them
    patience = None  # seconds that Ctrl-C waits for the others, if they may end with the program
    interrupted = False

    def __init__(self, tasks, jobs):
        self.tasks = enumerate(tasks)
        self.taking = threading.Lock()
        self.threads = []  # (thread, what tells that it has no more to do)
        self.spare = jobs - 1  # threads that may still be started
        self.adding = threading.Condition()
        self.ready = {}
        self.added = 0
        self.total = None
        self.carry = None  # what crosses the end of the last piece; None if that could not be read
        self.failures = []  # (which counts: the least, error)

    def take(self):
        """The next task, and a thread for those behind it."""
        with self.taking:
            number, task = next(self.tasks, (None, None))
            if task and self.spare:
                self.spare -= 1
                finished = threading.Event()
                thread = threading.Thread(target=self.run_until, args=(finished,),
                                          daemon=bool(self.patience))
                try:
                    thread.start()
                except RuntimeError:  # no more threads here: those that there are do the work
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
                         else counted)
                self.added += 1
                self.adding.notify_all()

    def join_piece(self, source, piece, options, tally, carry):
        """The tally of a piece, counted again if something else crosses its start than was assumed."""
        file, start, end, assumed = piece
        if start and self.carry and not _core._same_carry(assumed, self.carry):
            tally, carry = self.tally_piece(source, file, start, end, self.carry, options)
        self.carry = carry
        return tally

    def wait_for_room(self, number):
        """Until the tally of that task would not wait behind too many."""
        with self.adding:
            while number - self.added > self.window and not self.failures:
                self.adding.wait()

    def add(self, source, tally):
        """The next tally, in the order of the lines."""
        self.total = tally if self.total is None else self.total + tally

    def progress(self, size):
        """Is told of the bytes that are read of a piece."""
        if self.interrupted:
            raise KeyboardInterrupt

    def tally_piece(self, source, file, start, end, carry, options):
        """The tally of a piece, and what crosses its end."""
        try:
            return _core._tally_range(file.fileno(), start, end, end == END, carry, self.progress,
                                      **options)
        except OSError as error:
            raise named(error, source)

    def tally_whole(self, source, options):
        return _core.tally(source, **options)

    def tally(self, source, piece, options):
        if piece:
            return self.tally_piece(source, *piece, options)
        return self.tally_whole(source, options)

    def run(self):
        number = math.inf
        try:
            while not self.failures:
                number = math.inf  # should there be no next one
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
        """Stops the others.  Ctrl-C counts before errors, of which the first task's does."""
        if not isinstance(error, Exception):
            number, self.interrupted = -1, True
        self.failures.append((number, error))
        with self.adding:
            self.adding.notify_all()

    def join(self):
        end = time.monotonic() + self.patience if self.interrupted and self.patience else None
        for thread, finished in self.threads:
            # Not join() alone: if Ctrl-C ends one, the next returns at once, before Python 3.13.
            while not finished.wait(max(end - time.monotonic(), 0) if end else 1):
                if end or not thread.is_alive():  # who had no memory to begin does not tell
                    break
            else:
                thread.join()

    def run_all(self):
        self.run()
        try:
            self.join()
        except BaseException as error:  # Ctrl-C: the others finish the piece that they are at
            self.fail(error, -1)
            self.join()
        if self.failures:
            self.raise_first()
        return self.total

    def raise_first(self):
        """The error of the first task that failed; all before it are added up."""
        error = min(self.failures, key=itemgetter(0))[1]
        if isinstance(error, OSError):
            error.tally = (self.total or 0) + (getattr(error, "tally", None) or 0)
        raise error


def tally_all(source, options, jobs):
    """tally() of several sources, or by several threads."""
    sources = source if isinstance(source, (list, tuple)) else [source]
    total = Work(tasks_of(sources, options, jobs), jobs).run_all()
    return _core.tally(b"", **options) if total is None else total

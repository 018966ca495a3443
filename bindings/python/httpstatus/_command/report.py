"""What the page of httpstatus tally --html shows beside the counts, from one reading of each log."""
import contextlib

from .. import _core
from .._jobs import SeriesWork, TopWork
from .tally import Count


class Report:
    """A series with its tally, and the tops of each status of an error."""

    def __init__(self, series, tops):
        self.series, self.tops, self.tally = series, tops, series.tally

    def __add__(self, other):
        return Report(self.series + other.series, self.tops + other.tops) if other else self

    __radd__ = __add__  # sum() starts with 0

    def firsts(self):
        """{status: (Top of its paths, Top of its clients)}"""
        return self.tops.as_dict()


class Tee:
    """A log that gives what is read of it to the tops, too."""

    def __init__(self, file, tops):
        self.file, self.tops = file, tops

    def readinto(self, buffer):
        size = self.file.readinto(buffer)
        self.tops.feed(memoryview(buffer)[:size])
        return size


@contextlib.contextmanager
def told(tops):
    """Gives an error that has the series up to there the report, too."""
    try:
        yield
    except OSError as error:
        tops.close()
        error.report = Report(error.series, tops)
        raise


class ReportCount(Count, TopWork):
    """A report per log, in the slices of its tops."""

    kind = "report"

    @staticmethod
    def whole(source, step, **options):
        tops = _core._tops(**options)
        with told(tops):
            series = SeriesWork.whole(Tee(source, tops) if source else source, step=step, **options)
        tops.close()
        return Report(series, tops)

    @staticmethod
    def range(file, start, end, last, carry, progress, step, **options):
        """That of a slice of a file, which is read twice: the second time it is in memory."""
        with told(_core._tops()):
            series, after = SeriesWork.range(file, start, end, last, carry, progress, step=step, **options)
        tops, _ = _core._tops_range(file, start, end, last, carry, None, **options)
        return Report(series, tops), after

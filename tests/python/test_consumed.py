"""Tally.consumed: where to go on once a log has grown, whatever it is read from."""
import gzip
import io

import httpstatus
import pytest
from httpstatus import Tally

RECORD = b'::1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" %d 7\n'
LOG = RECORD % 200 + b"bad\r\n\n" + RECORD % 404
TORN = RECORD[:30]


@pytest.mark.parametrize("size", range(len(LOG) + 1))
def test_a_cut_in_a_line_loses_nothing(size):
    """The sum of what was consumed and of the rest, for every cut: the question that this answers."""
    first = Tally()
    first.feed(LOG[:size])
    start = first.consumed
    assert start == LOG[:size].rfind(b"\n") + 1
    both = httpstatus.tally(LOG[:start]) + httpstatus.tally(LOG[start:])
    assert both == httpstatus.tally(LOG) and both.first_unmatched == (2,) and both.consumed == len(LOG)


def test_consumed_of_every_source(tmp_path):
    """A compressed log counts as what is in it."""
    path, packed = tmp_path / "access.log", tmp_path / "access.log.gz"
    path.write_bytes(LOG + TORN)
    packed.write_bytes(gzip.compress(LOG + TORN))
    for source in path, packed, LOG + TORN, io.BytesIO(LOG + TORN):
        assert httpstatus.tally(source).consumed == len(LOG)


def test_consumed_of_several_logs(tmp_path):
    """All that is in whole lines, as a sum has the lines of both."""
    path = tmp_path / "access.log"
    path.write_bytes(LOG + TORN)
    found = httpstatus.tally([path, LOG])
    assert found.consumed == 2 * len(LOG) == (httpstatus.tally(path) + httpstatus.tally(LOG)).consumed
    assert httpstatus.tally([]).consumed == 0


@pytest.mark.parametrize("end", [b"", TORN])
def test_consumed_with_several_threads(tmp_path, end):
    path = tmp_path / "access.log"
    path.write_bytes(LOG * 40_000 + end)
    for conditions in {}, {"path": "/"}:
        found = httpstatus.tally(path, jobs=3, **conditions)
        assert found == httpstatus.tally(path, **conditions) and found.consumed == 40_000 * len(LOG)
    assert httpstatus.series(path, jobs=3).tally.consumed == 40_000 * len(LOG)


def test_consumed_of_what_is_damaged(tmp_path):
    path = tmp_path / "access.log.gz"
    path.write_bytes(gzip.compress(LOG + TORN)[:-9])
    with pytest.raises(OSError) as caught:
        httpstatus.tally(path)
    assert caught.value.tally.consumed in (0, len(LOG))


def test_equal_tallies_may_have_consumed_more():
    """Line ends are no part of what is counted."""
    assert httpstatus.tally(LOG) == httpstatus.tally(LOG.replace(b"\r", b""))


@pytest.mark.parametrize("change", [{"consumed": -1}, {"consumed": None}, {"consumed": 2**64}])
def test_a_state_with_another_consumed(change):
    with pytest.raises((TypeError, ValueError, OverflowError)):
        Tally().__setstate__(httpstatus.tally(LOG).as_dict() | change)

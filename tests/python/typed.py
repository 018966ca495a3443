"""What a type checker makes of the module: read by mypy and pyright, and run, for it to be true."""
import datetime
import tempfile
import time
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import httpstatus
from httpstatus import (
    Location, Record, Redirect, RedirectChain, RedirectClient, Retry, RetryAdvice, RetryClient, Status, Tally,
)
from typing_extensions import assert_type

if TYPE_CHECKING:
    from httpstatus import _PolicyName, _StatusClass

RECORD = b'::1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 404 7\n'

# ---- Look-ups ----

assert_type(httpstatus.NOT_FOUND, Status)
assert_type(httpstatus.lookup(404), Status | None)
assert_type(httpstatus.lookup("403.14", owner="IIS"), Status | None)
assert_type(httpstatus.lookup(403, substatus=14), Status | None)
try:
    # The two checkers name the error differently.
    httpstatus.lookup("403", substatus=14)  # type: ignore[call-overload]  # pyright: ignore
except TypeError:
    pass
assert_type(httpstatus.variants(499), tuple[Status, ...])
assert_type(httpstatus.statuses("4xx", owner="nginx")[0].phrase, str | None)
assert_type(httpstatus.phrase(404), str | None)
assert_type(httpstatus.effective(499), int)
status_class: "_StatusClass | None" = httpstatus.class_of(404)
assert status_class == "4xx"

status = Status(429)
assert_type(status.retry, RetryAdvice | None)
assert_type(status.is_error, bool)
assert_type(status.is_cacheable, bool | None)
assert_type(status.reference_for("is_cacheable"), str | None)
assert_type(status.deconstruct()[1], tuple[int, int, str | None])
assert_type(status.headers[0].level, Literal["MUST", "MUST NOT", "SHOULD", "MAY"])
assert_type(status + 1, int)
match Status(404).retry:
    case RetryAdvice(advice="after-delay", reference=section):
        assert_type(section, str)
    case None:
        pass

# ---- Redirects ----

policy: "_PolicyName" = "rfc9110"
redirect = httpstatus.redirect(302, "POST", policy, rewrite_302="all", limit=None, follow=[302])
assert_type(redirect, Redirect | None)
assert redirect
assert_type(redirect.action, Literal["none", "follow", "ask", "may", "error"])
assert_type(redirect.drops_headers, tuple[str, ...])
assert_type(httpstatus.explain_redirect(302, "POST"), str | None)
assert_type(httpstatus.redirect_clients(302, "POST"), list[RedirectClient])
assert_type(httpstatus.redirect_clients(302, "POST", body=False), list[RedirectClient])
assert_type(httpstatus.retry_clients(503, "GET"), list[RetryClient])
assert_type(RedirectChain("POST", url="http://a/", limit=3).step(302), Redirect | None)
found = httpstatus.resolve("http://a/", "/b", "whatwg")
assert_type(found, Location)
assert_type(found.url, str | None)
assert_type(found.problem, Literal["invalid", "scheme"] | None)
assert_type(found.cross_origin, bool | None)
try:
    httpstatus.resolve("http://a/", "/b", "rfc1808")  # type: ignore[arg-type]  # pyright: ignore
except ValueError:
    pass
try:
    httpstatus.redirect(302, "GET", others="some")  # type: ignore[arg-type]  # pyright: ignore
except ValueError:
    pass

# ---- Retries ----

retry = httpstatus.retry(503, "POST", retry_after="120", now=time.time(), cap=60, policy="curl",
                         idempotent=True, replayable=False)
assert_type(retry, Retry)
assert_type(retry.action, Literal["retry", "modify", "ask", "stop", "unknown"])
assert_type(retry.delay, int | None)
assert_type(retry.same_connection, bool | None)
assert_type(httpstatus.parse_retry_after("120", None), int | None)
parsed = httpstatus.parse_time(b"10/Oct/2000:13:55:36", zone=0, reference=time.time())
assert_type(parsed, httpstatus.Time | None)
assert parsed
assert_type(parsed.seconds, int)
assert_type(parsed.has_zone, bool)
assert_type(httpstatus.unescape("a", "json"), str)
assert_type(httpstatus.suggest(b""), httpstatus.Suggestion | None)
try:
    httpstatus.retry(503, "GET", policy="fetch")  # type: ignore[arg-type]  # pyright: ignore
except ValueError:
    pass

# ---- Logs ----

with tempfile.TemporaryDirectory() as directory:
    paths = [Path(directory, name) for name in ("access.log.1", "access.log")]
    for path in paths:
        path.write_bytes(RECORD)
    tally = httpstatus.tally(paths, jobs=2)  # a list[Path]
    assert_type(tally, Tally)
    assert_type(httpstatus.tally([str(path) for path in paths]), Tally)
    with paths[0].open("rb") as file:
        assert_type(httpstatus.tally(file, '%h %l %u %t "%r" %>s %b'), Tally)

assert_type(tally[404], int)
assert_type(dict(tally), dict[int, int])
assert_type(tally.get(404), int | None)
assert_type(tally.get(404, "none"), int | str)
assert_type(tally.classes["4xx"], int)
assert tally.formats == {"clf": 2}
assert_type(tally.key, str | None)
assert_type(tally.as_dict()["first_unmatched"], tuple[int, ...])
assert_type(tally + tally, Tally)
assert_type(httpstatus.extract(RECORD, tally=Tally()), "array[int]")
lines = httpstatus.select(RECORD, ["5xx", 404, "unmatched"])
assert_type(lines, httpstatus.SelectedLines)
iterator: Iterator[tuple[int, int | None, bytes]] = lines
assert_type(next(iterator), tuple[int, int | None, bytes])
assert_type(lines.tally, Tally)
assert_type(lines.untimed, int)
half = httpstatus.tally([RECORD], since=time.time() - 600, until=datetime.datetime.now(datetime.timezone.utc),
                        method="GET", path="/", exclude_path="/healthz", host=None, zone=0, jobs=1)
assert_type(half.excluded, int)
assert_type(half.as_dict()["untimed"], int)
assert_type(next(httpstatus.records(RECORD, since=0, path="/")).path, str | None)
assert_type(httpstatus.series(RECORD, until=2**32, host="a").tally, Tally)
assert_type(httpstatus.latency(RECORD, which=[404, "5xx"], jobs=2).quantile(0.5, "error"), "float | None")
assert_type(httpstatus.Latency("json", which=None), httpstatus.Latency)
assert_type(httpstatus.latency(RECORD) + sum([httpstatus.latency(RECORD)]), httpstatus.Latency)
top = httpstatus.top([RECORD], "client", ["5xx", 404], 3, "clf", entries=9, group=None, jobs=2)
assert_type(top, httpstatus.Top)
assert_type(top + top, httpstatus.Top)
assert_type(top.exact, bool)
assert_type(sum([top]), httpstatus.Top | Literal[0])
for entry in top:
    assert_type(entry.value, str)
    assert_type(entry.count, int)
try:
    httpstatus.top(RECORD, "query")  # type: ignore[arg-type]  # pyright: ignore
except ValueError:
    pass
try:
    httpstatus.select(RECORD, 404, since="today")  # type: ignore[arg-type]  # pyright: ignore
except TypeError:
    pass
found_record = httpstatus.record(RECORD, zone=datetime.timezone.utc, reference=0)
assert_type(found_record, Record | None)
assert found_record
assert_type(found_record.status, int | None)
assert_type(found_record.line, bytes)
assert_type(found_record.bytes, int | None)
assert_type(found_record.time, datetime.datetime | None)
assert_type(found_record.duration, float | None)
assert_type(found_record.as_dict()["path"], str | None)
found_records = httpstatus.records(RECORD, zone=3600)
assert_type(found_records, httpstatus.Records)
each: Iterator[Record] = found_records
assert_type(next(each), Record)
assert_type(found_records.tally, Tally)
found_records = httpstatus.records(RECORD, columns=["time", "status", "line"], binary=True)
stream: object = found_records.__arrow_c_stream__()

"""Logs as people report them, and the real logs: none is misread, by Python nor by Lua.

A reading of a report is right, or counts what it does not understand as unmatched; a status that is
not that of the line, or a line of a record that is skipped, is a misreading.
"""
import datetime
import json
from collections import Counter
from pathlib import Path

import httpstatus
import pytest
import reallogs
import reference
from lua_here import LUA, has_lua

ROOT = Path(__file__).resolve().parents[2]
REPORTS = ROOT.parent / "shared" / "reports"
CASES = json.loads((REPORTS / "cases.json").read_text()) if REPORTS.exists() else []
LOGS = [log for name, logs in reallogs.by_format().items() if name != reallogs.CUSTOM
        for log in logs] if reallogs.LOGS.exists() else []
KINDS = {httpstatus.NO_STATUS: "no_status", httpstatus.UNMATCHED: "unmatched",
         httpstatus.SKIPPED: "skipped"}
RIGHT, COUNTED, MISREAD = "right", "counted as unmatched", "misread"
SEEN = Counter()

# What "auto" has learned to read since the reports were first read; what it read then is in them.
LEARNED = {"apigateway-csv", "cloudfront-realtime", "django-runserver", "docker-json-app-json", "docker-json-httpd-common", "gcs-usage-csv",
           "gorouter", "iis-no-header", "iso-time-combined-apache", "iso-time-combined-nginx", "journald-json-apache-hostile",
           "json-apim", "json-appservice", "json-express-winston", "json-firehose-no-newline", "json-fluentd",
           "json-kong", "json-modsecurity", "json-status-float", "json-statuscode-akamai-ds2", "json-suricata",
           "json-vercel", "logfmt-lograge", "morgan-dev-tiny-short", "nginx-proxy-manager-two-upstreams",
           "nginx-upstream-status-after-ua", "npm-redirection-host", "npmplus", "onelinerhub-parenthesised",
           "stamp-without-brackets",
           "time-first-status-kv", "uvicorn", "zeek-http"}
# What the option that a report names, or "auto" where it names none, need not read.
OPEN = {
    "apigateway-csv": "a $context variable is none of nginx's, and none is $status",
    "docker-json-httpd-common": "a format string reads the line as it stands; auto reads what is in it",
    "json-pretty": "an object over several lines",
    "nginx-proxy-manager-two-upstreams": "a list with blanks, and the status behind it",
}


def summary():
    if not CASES:
        return "skipped: the reports and the real logs: needs ../shared"
    return "reports: " + ", ".join(f"{SEEN[kind]} {kind}" for kind in (RIGHT, COUNTED, MISREAD)) \
        + f"; real logs in Lua: {SEEN['Lua'] or 'none, no Lua module'}"


# ---- Reports ------------------------------------------------------------------------------------


def answers(path, how):
    """[(line number, status or kind)] of all results, [] if the option is refused."""
    try:
        results = httpstatus.extract(path, **how)
    except httpstatus.LogFormatError:
        return []
    every = httpstatus.select(path, [], invert=True, **how)
    return [(number, KINDS.get(result, result))
            for (number, _, _), result in zip(every, results, strict=True)]


def judge_line(results, expected):
    """What the results of a line are, of which one is expected."""
    if results == [expected]:
        return RIGHT
    known = results and {*results} <= {expected, "unmatched"} and results.count(expected) < 2
    return COUNTED if known else MISREAD


def judge_records(results, expected):
    """The same for records whose lines are not known: all, or fewer in their order."""
    records = [result for result in results if result not in ("unmatched", "skipped")]
    if records == expected:
        return RIGHT if "unmatched" not in results else COUNTED
    rest = iter(expected)
    in_order = all(record in rest for record in records)
    return COUNTED if in_order and "unmatched" in results else MISREAD


def judge(case, how):
    found = answers(REPORTS / f"{case['name']}.log", how)
    if not found:
        return COUNTED, found
    if case["expected"] is None:
        return judge_records([result for _, result in found], case["records"]), found
    lines = {number: [] for number in range(1, len(case["expected"]) + 1)}
    for number, result in found:
        lines.setdefault(number, []).append(result)
    kinds = {judge_line(results, expected)
             for results, expected in zip(lines.values(), case["expected"], strict=True)}
    return next(kind for kind in (MISREAD, COUNTED, RIGHT) if kind in kinds), found


@pytest.mark.skipif(not CASES, reason="the reports: needs ../shared")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
@pytest.mark.parametrize("way", ["auto", "best"])
def test_report(case, way):
    how = {"format": "auto"} if way == "auto" else case["best"] or {"format": "auto"}
    kind, found = judge(case, how)
    SEEN[kind] += 1
    assert kind != MISREAD, (found, case["expected"] or case["records"])
    if way == "auto":
        must = case["first_seen"]["auto"] == RIGHT or case["name"] in LEARNED
    else:
        must = case["name"] not in OPEN
    assert kind == RIGHT or not must, (found, case["expected"] or case["records"])


def test_judges():
    assert judge_line([200], 200) == judge_line(["skipped"], "skipped") == RIGHT
    assert judge_line(["unmatched"], 200) == judge_line([200, "unmatched"], 200) == COUNTED
    for results in ([], ["no_status"], [404], ["skipped"], [200, 200], [200, 404]):
        assert judge_line(results, 200) == MISREAD
    assert judge_records([200, 404], [200, 404]) == RIGHT
    assert judge_records([404, "unmatched"], [200, 404]) == COUNTED
    for results in ([200], [404, 200, "unmatched"]):
        assert judge_records(results, [200, 404]) == MISREAD


# ---- Real logs ----------------------------------------------------------------------------------


@pytest.mark.skipif(not LOGS, reason="the real logs: needs ../shared")
def test_every_real_log_is_here():
    assert len(LOGS) == 48 and {log[0]["file"] for log in LOGS} == {
        str(path.relative_to(reallogs.LOGS)) for path in reallogs.LOGS.glob("*/*.log")}


def of_the_reference(entry, how):
    answers = reference.read((reallogs.LOGS / entry["file"]).read_bytes(), **how)
    codes = {name: code for code, name in KINDS.items()}
    return [answer.result[0] if reference.is_status(answer.result) else codes[answer.result]
            for answer in answers]


@pytest.mark.skipif(not LOGS, reason="the real logs: needs ../shared")
@pytest.mark.parametrize("entry, how", LOGS, ids=[entry["file"] for entry, _ in LOGS])
@pytest.mark.parametrize("auto", [False, True], ids=["given", "auto"])
def test_real_log(entry, how, auto):
    """Not a line is wrong; "auto" needs the columns of a file that does not name them."""
    how = {name: value for name, value in how.items() if name == "fields"} if auto else how
    assert reallogs.wrong_lines(entry, of_the_reference(entry, how)) == 0
    assert reallogs.wrong_lines_of_python(entry, how) == 0
    if has_lua():
        assert reallogs.wrong_lines_of_lua(entry, how, LUA) == 0
        SEEN["Lua"] += 1


# ---- Series of the real logs --------------------------------------------------------------------

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx", "other")


def by_hand(path, how):
    """The buckets of a second, made of the times of the records, and how many records have none."""
    buckets, untimed = {}, 0
    for record in httpstatus.records(path, **how):
        if record.time is None:
            untimed += 1
            continue
        time = record.time if record.time.tzinfo else record.time.replace(tzinfo=datetime.timezone.utc)
        counts = buckets.setdefault((time - EPOCH) // datetime.timedelta(seconds=1), dict.fromkeys(CLASSES, 0))
        counts[(record.status is not None and httpstatus.class_of(record.status)) or "other"] += 1
    return sorted(buckets.items()), untimed


@pytest.mark.skipif(not LOGS, reason="the real logs: needs ../shared")
@pytest.mark.parametrize("entry, how", LOGS, ids=[entry["file"] for entry, _ in LOGS])
@pytest.mark.parametrize("clock", [{}, {"zone": -3600, "reference": 1764500000}], ids=["", "clock"])
def test_series_of_a_real_log(entry, how, clock):
    """The scanner reads most times on its way; each is that of the record."""
    path, how = reallogs.LOGS / entry["file"], how | clock
    buckets, untimed = by_hand(path, how)
    for jobs in 1, 3:
        series = httpstatus.series(path, step=1, jobs=jobs, **how)
        assert list(series) == buckets[-2048:] and series.untimed == untimed


# ---- Latencies of the real logs -----------------------------------------------------------------


@pytest.mark.skipif(not LOGS, reason="the real logs: needs ../shared")
@pytest.mark.parametrize("entry, how", LOGS, ids=[entry["file"] for entry, _ in LOGS])
def test_latency_of_a_real_log(entry, how):
    """Exact but for the quantiles, each of which is in the bucket that has the nearest rank."""
    path = reallogs.LOGS / entry["file"]
    of = {}
    for record in httpstatus.records(path, **how):
        name = (record.status is not None and httpstatus.class_of(record.status)) or "other"
        of.setdefault(name, []).append(record.duration)
    latency = httpstatus.latency(path, **how)
    assert latency == httpstatus.latency(path, jobs=3, **how)
    assert latency.untimed == sum(durations.count(None) for durations in of.values())
    for name in CLASSES:
        known = sorted(duration for duration in of.get(name, []) if duration is not None)
        assert latency.count(name) == len(known)
        assert latency.min(name) == min(known, default=None) and latency.max(name) == max(known, default=None)
        for i in range(0, len(known), len(known) // 20 + 1):
            low, high = latency.bounds((i + 0.5) / len(known), name)
            assert low <= known[i] < high and high - low <= max(low / 16, 1e-9)


# ---- Tops of the real logs ----------------------------------------------------------------------

ALL = ("1xx", "2xx", "3xx", "4xx", "5xx", "no_status")


@pytest.mark.skipif(not LOGS, reason="the real logs: needs ../shared")
@pytest.mark.parametrize("entry, how", LOGS, ids=[entry["file"] for entry, _ in LOGS])
@pytest.mark.parametrize("by", ["path", "client", "host", "method", "agent", "referer"])
def test_top_of_a_real_log(entry, how, by):
    """As the records say: exactly, or within each entry's error."""
    path = reallogs.LOGS / entry["file"]
    for which in ("error",), ALL:
        values = [getattr(record, by) for record in httpstatus.records(path, which, **how)]
        true = Counter(cut(value) for value in values if value is not None)
        top = httpstatus.top(path, by, which, 512, **how)
        assert top == httpstatus.top(path, by, which, 512, jobs=3, **how)
        assert (top.total, top.absent) == (len(values), values.count(None))
        assert all(count - error <= true[value] <= count for value, count, error in top)
        assert all(count <= top.bound for value, count in true.items() if value not in {entry.value for entry in top})
        if not top.bound:
            assert {entry.value: entry.count for entry in top} == true and top.total - top.absent == true.total()


def cut(value):
    """What a top keeps of a value: 160 bytes, up to the end of a character."""
    data = value.encode("utf-8", "surrogateescape")
    end = min(len(data), 160)
    while len(data) > 160 and end > 157 and data[end] & 0xC0 == 0x80:
        end -= 1
    return data[:end].decode("utf-8", "surrogateescape")

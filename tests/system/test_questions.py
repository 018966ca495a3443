"""The questions of bindings/questions.md, whose answers incident.py counts while it writes the logs."""
import json
import subprocess
import sys

import httpstatus
import incident
import pytest


@pytest.fixture(scope="module")
def requests(tmp_path_factory):
    folder = tmp_path_factory.mktemp("incident")
    return folder / "incident.log", incident.write(folder)


def is_5xx(request):
    return request.status >= 500


def is_4xx(request):
    return 400 <= request.status < 500


def command(*arguments):
    done = subprocess.run([sys.executable, "-m", "httpstatus", "tally", "--json", *map(str, arguments)],
                          capture_output=True, check=True, text=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("by", ["path", "client", "host"])
@pytest.mark.parametrize("which, takes", [("5xx", is_5xx), ("4xx", is_4xx)])
def test_what_fails_most(requests, by, which, takes):
    log, asked = requests
    truth = incident.count(asked, by, takes)
    assert len(truth) < 512
    top = httpstatus.top(log, by, which, n=512)
    assert top.exact and {value: count for value, count, _ in top} == truth
    assert command(log, "--top", by, "--only", which, "-n", 512)["top"] == top.as_dict()


def test_since_when(requests):
    log, _ = requests
    series = httpstatus.series(log)
    assert series.step == 10 and series.began("5xx") == (incident.BEGIN, incident.END)


def test_per_minute(requests):
    log, asked = requests
    truth = {}
    for request in asked:
        counts = truth.setdefault(request.time // 60 * 60, {})
        name = f"{request.status // 100}xx"
        counts[name] = counts.get(name, 0) + 1
    assert [(start, {name: n for name, n in counts.items() if n}) for start, counts in httpstatus.series(
        log, step=60)] == sorted(truth.items())


def test_some_records(requests):
    log, asked = requests
    half = incident.BEGIN
    for how, takes in (
            ({"exclude_path": "/healthz"}, lambda request: request.path != "/healthz"),
            ({"host": "shop.example"}, lambda request: request.host == "shop.example"),
            ({"until": half}, lambda request: request.time < half),
            ({"since": half}, lambda request: request.time >= half)):
        assert dict(httpstatus.tally(log, **how)) == incident.count(asked, "status", takes)


def test_what_is_new(requests, tmp_path):
    log, asked = requests
    data, growing = log.read_bytes(), tmp_path / "access.log"
    growing.write_bytes(data[:100_000])
    state = ["--state", tmp_path / "counts"]
    first = command(*state, growing)
    growing.write_bytes(data)
    rest = command(*state, growing)
    assert first["lines"] == data[:100_000].count(b"\n") and first["lines"] + rest["lines"] == len(asked)
    assert rest["total"]["counts"] == {str(code): n for code, n in httpstatus.tally(log).items()}


def test_several_days(requests):
    log, asked = requests
    logs = [log, log.with_name("incident.log.1"), log.with_name("incident.log.2.gz")]
    assert httpstatus.tally(logs).lines == command(*logs)["lines"] == len(asked) + sum(
        1 for day in (1, 2) for _ in incident.requests_of(incident.NOON - day * incident.DAY, incident.HOUR, 2))

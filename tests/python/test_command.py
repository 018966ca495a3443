"""The command httpstatus, run as its users run it."""
import bz2
import datetime
import gzip
import html.parser
import importlib.util
import json
import os
import pty
import re
import select
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import forked
import httpstatus
import pytest
from conftest import need
from httpstatus._command.parser import POLICIES

SAMPLE = Path(__file__).parents[2] / "data" / "sample.log"
SHARE = Path(__file__).parents[2] / "bindings" / "python" / "share"
os.environ.pop("PYTHONUNBUFFERED", None)  # would hide what is not flushed
COMMAND = [sys.executable, "-m", "httpstatus"]
MISSING = [name for name in ("dateparser",) if not importlib.util.find_spec(name)]
RECORD = '::1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" {} 7\n'


def run(*arguments, code=0, stdin=b"", cwd=None, env=None):
    """(standard output, standard error) of the command, which ends with 'code' without a traceback."""
    done = (subprocess.run([*COMMAND, *arguments], input=stdin, capture_output=True, timeout=60, env=env) if env else
            forked.run(*arguments, stdin=stdin, cwd=cwd))
    out, err = (os.fsdecode(text) for text in (done.stdout, done.stderr))
    assert "Traceback" not in err, err
    assert done.returncode == code, (done.returncode, err)
    return out, err


def output(*arguments, **options):
    out, err = run(*arguments, **options)
    assert err == ""
    return out


def sentence(*arguments, code=2, **options):
    """The one sentence that reports what is wrong."""
    out, err = run(*arguments, code=code, **options)
    assert err.startswith("httpstatus: ") and err.count("\n") == 1, err
    return err


@pytest.fixture
def start(popen):
    """start(argument...): the command, which hears Ctrl-C even where a background job does not."""
    return lambda *arguments, **options: popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler), **options)


def log_with(path, *statuses):
    path.write_text("".join(map(RECORD.format, statuses)))
    return str(path)


# ---- lookup ----

def test_a_code():
    text = output("404")
    assert text.startswith("404 Not Found\n  IANA, RFC 9110 Section 15.5.5\n")
    for part in (r"class +4xx, client error", r"cacheable +yes \(RFC 9110", "405 Method Not Allowed",
                 r"404\.13 +IIS +Content length too large"):
        assert re.search(part, text), part
    assert re.search(r"retry +after-delay \(RFC 6585 Section 4\)", output("429"))
    assert re.search(r"headers +WWW-Authenticate MUST \(RFC", output("401"))
    assert re.search(r"also called .*Request-URI Too Large", output("414"))


def test_all_meanings_of_a_shared_number():
    text = output("499", "--all")
    for row in httpstatus.variants(499):
        assert f"{row.owner}, " in text
    assert re.search(r"treated as +400", text)


def test_one_meaning_in_full_and_the_others_as_a_table():
    first, *rest = httpstatus.variants(404)
    text = output("404")
    assert text.startswith("404 Not Found\n  IANA, ") and text.count("lifecycle") == 1
    for row in rest:
        assert re.search(rf"^ *404(\.{row.substatus})? +{re.escape(row.owner)} ", text, re.M), row
    assert len(re.findall("^ *404", text, re.M)) == 1 + len(rest)
    text = output("404", "499")
    assert [line for line in text.splitlines() if re.match("  (IANA|nginx), ", line)] == [
        f"  {first.owner}, {first.reference}", f"  nginx, {httpstatus.Status(499).reference}"]


@pytest.mark.parametrize("pasted", ["HTTP/1.1 404 Not Found", "status 404", "error code: 404"])
def test_what_is_pasted(pasted):
    assert output(pasted) == output("404 Not Found") == output(*pasted.split())


def test_a_pasted_zero():
    assert "\n  CloudFront, AWS" in output("CloudFront", "000")


@pytest.mark.parametrize("arguments, keys", [
    (["404.13"], [(404, 13, "IIS")]),
    (["499", "--owner", "NGINX"], [(499, 0, "nginx")]),
    (["not", "found"], [(404, 0, "IANA")]),
    (["Request-URI Too Large"], [(414, 0, "IANA")]),
    (["lookup", "404", "410"], [s.key for c in (404, 410) for s in httpstatus.variants(c)
                                if s.substatus == 0]),
    (["4xx"], [s.key for s in httpstatus.statuses("4xx")]),
    (["5XX", "--owner", "Cloudflare"], [s.key for s in httpstatus.statuses("5xx", "Cloudflare")]),
    (["timeout"], [s.key for s in httpstatus.search("timeout")]),
    (["--search", "redirect"], [s.key for s in httpstatus.search("redirect")]),
    (["--owner", "cPanel"], [s.key for s in httpstatus.statuses(owner="cPanel")]),
])
def test_what_is_found(arguments, keys):
    found = json.loads(output(*arguments, "--json"))
    assert [tuple(row["key"]) for row in found] == keys
    text = output(*arguments)
    assert all(row["phrase"] is None or row["phrase"].split()[0] in text for row in found)


def test_json_has_every_field():
    found, = json.loads(output("429", "--json"))
    status = httpstatus.Status(429)
    for name in ("code", "phrase", "is_error", "is_cacheable", "description", "lifecycle"):
        assert found[name] == getattr(status, name)
    assert found["retry"] == {"advice": "after-delay", "reference": "RFC 6585 Section 4"}
    assert found["references"]["is_cacheable"] == status.reference_for("is_cacheable")
    assert found["headers"][0]["name"] == "Retry-After"


@pytest.mark.parametrize("arguments, message", [
    (["timout"], "nothing found for 'timout': did you mean 'timeout'?"),
    (["taly", "access.log"], "nothing found for 'taly access.log'"),
    (["299"], "a client treats it as 200"),
    (["699"], "codes are 100 to 599"),
    (["403.99"], "403 has: 403 Forbidden; 403.1 "),
    (["404", "--owner", "nginx"], "404 is not a known status of nginx"),
])
def test_nothing_is_known(arguments, message):
    assert message in sentence(*arguments, code=1)


def test_a_log_in_place_of_words(tmp_path):
    for name in ("access.log", "b c.log", "d.log", "e.log", "404", "timeout", "errorlog", "not found"):
        (tmp_path / name).touch()
    told = lambda *arguments: sentence(*arguments, cwd=tmp_path).removeprefix("httpstatus: ")
    assert told("access.log") == \
        "access.log is a file: did you mean httpstatus tally access.log?\n"
    assert told("lookup", "errorlog").startswith("errorlog is a file: ")
    assert told("b c.log", "access.log").endswith(" httpstatus tally 'b c.log' access.log?\n")
    assert told("404", "e.log", "d.log", "access.log", "b c.log").endswith(
        " httpstatus tally 404 e.log d.log ...?\n")
    assert told(str(tmp_path / "e.log")).endswith(f" tally {tmp_path}/e.log?\n")
    for name in (str(tmp_path), f"{tmp_path}/"):
        assert told(name) == f"{name} is a directory: did you mean httpstatus tally {tmp_path}/*?\n"
    for words in (["404"], ["timeout"], ["not found"], ["--search", "access.log"]):
        output(*words, cwd=tmp_path)  # words of the table are that
    assert "nothing found for" in sentence("nope.log", code=1, cwd=tmp_path)


def test_a_mistyped_command():
    assert "did you mean 'tally'" in sentence("taly", code=1)


def test_wrong_look_ups():
    assert "did you mean 'nginx'?" in sentence("404", "--owner", "ngnix")
    assert "invalid --owner ''" in sentence("404", "--owner", "")
    assert "expected 100 to 599" in sentence("4040")
    out, err = run(code=2)
    assert out.startswith("usage:") and "try httpstatus 404" in err


# ---- redirect ----

def test_redirect():
    text = output("redirect", "302", "POST")
    assert text.startswith("302 POST by fetch: GET\n")
    assert " ".join(httpstatus.explain_redirect(302, "POST").split()) in " ".join(text.split())
    assert "302 POST by preserve: POST" in output("redirect", "302", "POST", "--policy", "preserve")
    for arguments, line in [
        (["302", "GET", "--policy", "rfc9110"], "next method must stay GET"),
        (["303", "POST"], "next method must become GET"),
        (["302", "POST", "--policy", "rfc9110"], "next method GET; keeping it also conforms"),
        (["304", "GET"], "next method - (not-modified)"),
        (["307", "POST", "--not-replayable"], "next method - (not-replayable)"),
        (["302", "DELETE", "--policy", "curl-follow", "--no-body"], "next method must stay DELETE"),
        (["302", "POST", "https://a.example/x", "--location", "../y"], "next URL https://a.example/y body"),
        (["302", "GET", "https://a.example/x", "--location", "http://b/"],
         "next URL http://b/ (another origin, https became http)"),
        (["302", "GET", "https://a.example/x"], "next URL - (no-location)"),
        (["302", "GET", "https://a.example/", "--location", "/a", "--location", "/b"],
         "next URL - (several-locations)"),
        (["302", "GET", "--policy", "requests"], "... always Proxy-Authorization, Cookie"),
    ]:
        assert line in " ".join(output("redirect", *arguments).split())


@pytest.mark.parametrize("code, method", [(301, "POST"), (302, "PUT"), (303, "HEAD"), (304, "GET"),
                                          (307, "POST"), (399, "GET"), (302, "")])
def test_policies_side_by_side(code, method):
    if not method:
        assert "invalid method" in sentence("redirect", str(code), method, "--all")
        return
    found = json.loads(output("redirect", str(code), method, "--all", "--json"))
    lines = {line.split()[0]: line for line in
             output("redirect", str(code), method, "--all").split("\n\n")[0].splitlines()}
    for record in found:
        expected = httpstatus.redirect(code, method, record["policy"])
        assert all(record[name] == (list(value) if isinstance(value, tuple) else value)
                   for name in expected.__match_args__ for value in [getattr(expected, name)])
        assert lines[record["policy"]].split()[1:3] == [expected.action, expected.method or "-"]


def test_clients():
    found = json.loads(output("redirect", "302", "POST", "--clients", "--json"))
    assert len(found) == len(httpstatus.redirect_clients(302, "POST"))
    assert "curl -L" in output("redirect", "302", "POST", "--clients")
    assert "no measurement of 302 after FOO" in sentence("redirect", "302", "FOO", "--clients", code=1)


def test_wrong_redirects():
    for code in "200", "x":
        assert f"invalid code '{code}': expected 300 to 399" in sentence("redirect", code, "GET")
    assert sentence("redirect", "302", "GET", "--policy", "x") == \
        f"httpstatus: invalid policy 'x': expected {', '.join(POLICIES)}\n"
    for arguments in (["302"], ["302", "GET", "--policy", "curl", "--all"]):
        assert "httpstatus redirect: error: " in run("redirect", *arguments, code=2)[1]


# ---- retry ----

DATE = "Sun, 06 Nov 1994 08:49:37 GMT"


def test_retry():
    text = output("retry", "503", "GET", "--retry-after", "7200")
    assert text.startswith("503 GET by rfc9110: retry\n")
    assert re.search(r"delay +7200 s \(2:00:00\)", text) and re.search(r"contested +no", text)
    assert "503 POST by curl: retry" in output("retry", "503", "POST", "--policy", "curl")
    assert re.search(r"delay +- \(Retry-After cannot be read\)", output("retry", "413", "GET", "--retry-after", "x"))
    assert re.search(r"delay +as long as you like\n", output("retry", "503", "GET"))


@pytest.mark.parametrize("arguments, options", [
    ([], {}), (["--idempotent"], {"idempotent": True}), (["--not-replayable"], {"replayable": False}),
    (["--retry-after", DATE, "--now", "784111717"], {"retry_after": DATE, "now": 784111717}),
    (["--retry-after", DATE, "--now", "Sunday, 06-Nov-94 08:00:00 GMT"], {"retry_after": DATE, "now": 784108800}),
    (["--retry-after", DATE, "--cap", "0"], {"retry_after": "0"}),
    (["--retry-after", "61", "--cap", "60.5"], {"retry_after": "61", "cap": 60}),
])
def test_retry_in_json_and_as_a_table(arguments, options):
    for code in 200, 302, 413, 421, 503:
        found = json.loads(output("retry", str(code), "POST", "--all", "--json", *arguments))
        rows = {line.split()[0]: line for line in output("retry", str(code), "POST", "--all", *arguments).splitlines()}
        assert [record["policy"] for record in found] == list(rows)[1:]
        for record in found:
            expected = httpstatus.retry(code, "POST", policy=record["policy"], **options)
            assert {name: record[name] for name in expected.__match_args__} == {
                name: getattr(expected, name) for name in expected.__match_args__}
            assert expected.reason in rows[record["policy"]]


def test_wrong_retries():
    assert "invalid method ''" in sentence("retry", "503", "")
    assert "invalid now 'noon': expected seconds since 1970, or a date" in sentence("retry", "503", "GET", "--now", "noon")
    assert "invalid now -1.0: " in sentence("retry", "503", "GET", "--now", "-1")
    assert "--location needs the URL" in sentence("redirect", "302", "GET", "--location", "x")
    assert "invalid url 'x': expected the absolute" in sentence("redirect", "302", "GET", "x")
    assert "invalid code 'x': expected 0 to 999" in sentence("retry", "x", "GET")
    assert "invalid policy 'fetch': expected rfc9110, urllib3" in sentence("retry", "503", "GET", "--policy", "fetch")
    assert "invalid --cap '-1': expected 0 to " in sentence("retry", "503", "GET", "--cap", "-1")
    for arguments in (["503"], ["503", "GET", "--all", "--policy", "curl"]):
        assert "httpstatus retry: error: " in run("retry", *arguments, code=2)[1]


# ---- tally ----

def test_tally(tmp_path):
    path = log_with(tmp_path / "a.log", 200, 200, 200, 404, 500, 302)
    with open(path, "a") as file:
        file.write("what?\n")
    assert output("tally", path) == f"""\
status  count   share              meaning
500         1  16.67%  ###         Internal Server Error
404         1  16.67%  ###         Not Found
302         1  16.67%  ###         Found
200         3  50.00%  ##########  OK

7 lines, 6 records, 0 without a status, 0 skipped, 1 not understood; format clf
not understood: {path}:7
"""
    assert "\n1 line, 1 record, 0 without" in output("tally", log_with(tmp_path / "b.log", 200))


def test_tally_by_class_and_substatus(tmp_path):
    assert output("tally", "--by", "class", str(SAMPLE)).split("\n")[1].startswith("5xx ")
    log = tmp_path / "iis.log"
    log.write_text("#Fields: cs-uri-stem sc-status sc-substatus\n/ 403 14\n/ 403 14\n/ 404 0\n")
    assert re.search(r"^403\.14 +2 .*Directory listing denied$",
                     output("tally", str(log), "--by", "substatus"), re.M)


OTHER = '{{"status": {}}}\n'


@pytest.fixture
def mixed(tmp_path):
    """A log of records in two formats."""
    path = tmp_path / "mixed.log"
    path.write_text(RECORD.format(200) * 2 + OTHER.format(500))
    return str(path)


def test_tally_says_the_formats(tmp_path, mixed):
    assert output("tally", mixed).endswith("; formats clf 2, json 1 (key status)\n")
    found = json.loads(output("tally", mixed, "--json"))
    for one in (found, found["logs"][mixed]):
        assert (one["format"], one["formats"], one["key"]) == (None, {"clf": 2, "json": 1}, "status")
    log = (OTHER.format(200) + '{"res": {"statusCode": 404}}\n' * 2).encode()
    assert output("tally", stdin=log).endswith(
        "; format json (keys res.statusCode 2, status 1)\n")
    assert json.loads(output("tally", "--json", stdin=log))["keys"] == {"res.statusCode": 2, "status": 1}
    assert output("tally", "--format", "json", "--key", "a", stdin=b'{"a": 404}\n').endswith(
        "; format json (key a)\n")
    page = tmp_path / "page.html"
    output("tally", mixed, str(SAMPLE), "--html", str(page))
    assert "formats clf 298, json 1 (key status)" in page.read_text()
    assert "<td>clf 2, json 1 (key status)" in page.read_text()


@pytest.mark.parametrize("options, said", [
    ([], "{} fits no known format: use --format"),
    (["--format", "json"], "{} does not fit the format json: try another --format")])
def test_a_log_that_is_not_understood(tmp_path, options, said):
    path = tmp_path / "a.log"
    path.write_text("what?\n" * 13)
    out, err = run("tally", str(path), *options, code=1)
    assert out.startswith("13 of 13 lines not understood\n\nstatus ")
    assert err == f"httpstatus: {said.format(path)}\n"
    for command in (["select", "5xx"], ["select", "-v", "5xx"], ["select", "-c", "5xx"]):
        out, err = run(*command, str(path), *options, code=2)
        assert err == f"httpstatus: {said.format(path)}\n"
    assert output("select", "5xx,unmatched", str(path), *options) == path.read_text()


def test_a_log_that_is_mostly_not_understood(tmp_path):
    path, good = tmp_path / "a.log", log_with(tmp_path / "good.log", *[200] * 99)
    path.write_text("what?\n" * 13 + RECORD.format(200))
    told = f"httpstatus: {path}: 13 of 14 lines not understood\n"
    out, err = run("tally", str(path), "--html", str(tmp_path / "page.html"), code=1)
    assert out.startswith("13 of 14 lines not understood: the shares are of 1 record\n\n")
    assert err == told and "13 of 14 lines not understood: the" in (tmp_path / "page.html").read_text()
    out, err = run("tally", str(path), good, code=1)  # of all logs most is understood
    assert out.startswith("status ") and err == told
    assert run("tally", str(path), "--json", code=1)[1] == told
    assert run("tally", "--follow", stdin=path.read_bytes(), code=1)[0].startswith("13 of 14 lines not")
    assert run("select", "2xx", str(path)) == (RECORD.format(200), told)
    assert run("select", "5xx", str(path), code=1) == ("", told)
    path.write_text("what?\n" + RECORD.format(200))
    assert output("tally", str(path)).startswith("status ")


def test_tally_by_log(tmp_path):
    logs = [log_with(tmp_path / "a.log", 200), log_with(tmp_path / "b.log", 200, 200, 404, 503)]
    (tmp_path / "c.log").write_text("what?\n")
    out, _ = run("tally", "--by", "log", *logs, str(tmp_path / "c.log"), code=1)
    assert [line.split()[1:] for line in out.splitlines()[:4]] == [
        ["count", "share", "meaning"],
        ["4", "80.00%", "################", "format", "clf,", "5xx", "1,", "4xx", "1"],
        ["1", "20.00%", "####", "format", "clf"],
        ["0", "0.00%", "#", "no", "format,", "1", "not", "understood"]]
    assert out.startswith("log ")


@pytest.mark.parametrize("by, names", [
    ("code", ["403", "404", "200"]), ("class", ["4xx", "2xx"]), ("substatus", ["403.14"])])
def test_json_has_the_rows_that_are_asked_for(by, names):
    log = b"#Fields: sc-status sc-substatus\n" + b"403 14\n" * 2 + b"404 0\n200 0\n"
    found = json.loads(output("tally", "--json", "--by", by, stdin=log))
    assert found["by"] == by and [row["name"] for row in found["rows"]] == names
    assert found["rows"][0]["class"] == "4xx" and found["rows"][-1]["share"] == \
        found["rows"][-1]["count"] / 4
    followed = json.loads(output("tally", "--follow", "--json", "--by", by, stdin=log).splitlines()[-1])
    assert followed["rows"] == found["rows"]


# ---- Over time ----

TIMES = "".join(f'{{"ts": {t}, "status": {500 if 3600 <= t < 3660 else 200}}}\n' for t in range(0, 7200, 20))


def test_tally_by_time(tmp_path):
    assert output("tally", "--by", "hour", stdin=TIMES.encode()) == """\
time (UTC)        count   share                        errors
1970-01-01 00:00    180  50.00%  ####################
1970-01-01 01:00    180  50.00%  ####################  5xx 3

all  ##
5xx   #
5xx from 1970-01-01 01:00 to 1970-01-01 02:00: 3, 1.67% of the records, 0.00% in the rest

360 lines, 360 records, 0 without a status, 0 skipped, 0 not understood; format json (key status)
"""
    minutes = output("tally", "--by", "minute", stdin=TIMES.encode()).splitlines()
    assert minutes[61] == "1970-01-01 01:00      3  0.83%  ####################  5xx 3" and len(minutes) == 127
    assert minutes[123].startswith("5xx ") and "5xx from 1970-01-01 01:00 to 1970-01-01 01:01: 3, 100.00% " in minutes[124]
    assert output("tally", "--by", "day", stdin=TIMES.encode()).splitlines()[1].startswith("1970-01-01    360  100.00%")
    path = tmp_path / "a.log"
    path.write_text(TIMES + '{"status": 404}\n')
    out = output("tally", "--by", "day", "--jobs", "2", str(path), str(path))
    assert "\n2 without a time\n" in out and out.endswith("722 lines, 722 records, 0 without a status, 0 skipped, "
                                                          "0 not understood; format json (key status)\n")
    assert output("tally", "--by", "day", stdin=b"") .startswith("time (UTC)  count  share    errors\n\n0 lines")
    late = output("tally", "--by", "day",
                  stdin=b'{"ts": 99999999999, "status": 200}\n{"time": "9999-12-31T00:00:00Z", "status": 500}\n')
    assert "\n5138-11-16      1 " in late and "\n5xx from 9999-12-31 00:00 to 253402300800: 1, " in late


def test_json_by_time():
    found = json.loads(output("tally", "--by", "hour", "--json", stdin=TIMES.encode()))
    assert found["by"] == "hour" and found["records"] == 360
    assert found["rows"][1] == {
        "class": None, "name": "1970-01-01 01:00", "count": 180, "meaning": "5xx 3", "share": 0.5, "start": 3600,
        "classes": {"1xx": 0, "2xx": 177, "3xx": 0, "4xx": 0, "5xx": 3, "other": 0}}
    assert found["series"]["began"] == {"5xx": [3600, 7200], "4xx": None, "error": [3600, 7200]}
    assert found["series"]["step"] == 3600 and found["series"]["5xx"] == [0, 3]
    assert "series" not in json.loads(output("tally", "--json", stdin=TIMES.encode()))


def test_the_page_has_a_strip_of_time(tmp_path):
    log, page = tmp_path / "a.log", tmp_path / "page.html"
    log.write_text(TIMES + '{"status": 404}\n')
    output("tally", str(log), "--html", str(page), "--by", "minute")
    text = page.read_text()
    assert '<svg class="strip" viewBox="0 0 120 100"' in text and "Not shown: 1 without a time." in text
    assert '<rect class="band" x="60.000" y="0" width="1.000" height="100"/>' in text
    assert "<title>1970-01-01 01:00: 3 records, 5xx 3</title>" in text
    assert "<p>5xx from 1970-01-01 01:00 to 1970-01-01 01:01: 3, 100.00% of the records, 0.00% in the rest.\n" in text
    output("tally", str(log), "--html", str(page))
    assert 'viewBox="0 0 248 100"' in page.read_text() and "A column has 29 s." in page.read_text()
    log.write_text('{"status": 404}\n')
    output("tally", str(log), "--html", str(page))
    assert 'class="strip"' not in page.read_text() and "Over time" not in page.read_text()


def test_a_log_of_one_time(tmp_path):
    page = tmp_path / "page.html"
    out = output("tally", "--by", "day", "--html", str(page), stdin=b'{"ts": 5, "status": 404}\n' * 3)
    assert out.splitlines()[1] == "1970-01-01      3  100.00%  ####################  4xx 3" and "4xx from" not in out
    assert 'viewBox="0 0 1 100"' in page.read_text()


def test_json_by_log(tmp_path):
    path = tmp_path / "a.log"
    path.write_text("what?\n")
    found = json.loads(run("tally", "--json", "--by", "log", str(path), code=1)[0])
    assert found["rows"] == [{"class": None, "name": str(path), "count": 0, "share": None,
                              "meaning": "no format, 1 not understood"}]


def test_tally_of_several_logs(tmp_path):
    text = SAMPLE.read_bytes()
    logs = [tmp_path / "a.log", tmp_path / "b.log.gz", tmp_path / "c.log.bz2", tmp_path / "none.log"]
    logs[0].write_bytes(text)
    logs[1].write_bytes(gzip.compress(text))
    logs[2].write_bytes(bz2.compress(text))
    expected = httpstatus.tally([str(log) for log in logs[:3]]).as_dict()
    for jobs in ("1", "2", "5"):
        out, err = run("tally", *map(str, logs), tmp_path, "--json", "--jobs", jobs, code=2)
        found = json.loads(out)
        assert {name: found[name] for name in expected} | {"counts": {}} == \
            expected | {"first_unmatched": found["first_unmatched"], "counts": {}} | {
                "substatuses": found["substatuses"]}
        assert {int(code): count for code, count in found["counts"].items()} == expected["counts"]
        assert found["logs"][str(logs[1])]["first_unmatched"] == \
            found["logs"][str(logs[0])]["first_unmatched"]
        assert set(found["errors"]) == {str(logs[3]), str(tmp_path)}
        assert "No such file" in err and "Is a directory" in err


def test_jobs_give_the_same_answer(tmp_path):
    path = tmp_path / "a.log"
    path.write_bytes(SAMPLE.read_bytes() * 300)
    assert path.stat().st_size > 5 << 20
    assert output("tally", str(path), "--jobs", "3") == output("tally", str(path))


def test_a_piece_that_cannot_be_read(tmp_path):
    """The records before and after it are counted, and the exit code reports it."""
    path = tmp_path / "a.log"
    path.write_bytes(SAMPLE.read_bytes() * 300)
    program = "import sys; from httpstatus import _jobs; from httpstatus._command import main; " \
        "numbers = iter([9999]); " \
        "read = _jobs.Work.range; _jobs.Work.range = staticmethod(lambda number, *rest, " \
        "**options: read(next(numbers, number), *rest, **options)); sys.exit(main())"
    done = subprocess.run([sys.executable, "-c", program, "tally", path, "--jobs", "2", "--json"],
                          capture_output=True)
    found = json.loads(done.stdout)
    assert done.returncode == 2 and os.fsencode(path) in done.stderr and list(found["errors"]) == [str(path)]
    assert 0 < found["lines"] < 90_000


def test_standard_input():
    log = SAMPLE.read_bytes()
    expected = {str(code): count for code, count in httpstatus.tally(log).items()}
    assert json.loads(output("tally", "--json", stdin=log))["counts"] == expected
    assert json.loads(output("tally", "-", "--json", stdin=log))["counts"] == expected
    assert output("tally", stdin=b"").endswith("0 not understood; no format\n")


def test_a_log_of_no_format(tmp_path):
    path = tmp_path / "a.log"
    path.write_bytes(os.urandom(1000).replace(b"\r", b"") + b"\n")
    out, err = run("tally", path, code=1)
    assert f"{path} fits no known format: use --format" in err


SUGGESTED = [
    ("192.0.2.{};GET /a HTTP/1.1;200;x\n", "--format '$remote_addr;$request;$status;$c4'"),
    ('{{"n": {}, "a": {{"code": 200}}, "path": "/a"}}\n', "--key a.code")]


@pytest.mark.parametrize("line, option", SUGGESTED)
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_an_option_that_reads_a_log_of_no_format(tmp_path, line, option, suffix):
    """It is said with a receipt, can be pasted into a shell, and then reads as many lines."""
    path, log = tmp_path / f"a.log{suffix}", "".join(map(line.format, range(3))).encode()
    path.write_bytes(gzip.compress(log) if suffix else log)
    for command in (["tally"], ["select", "5xx"]):
        _, err = run(*command, path, code=1 if command == ["tally"] else 2)
        assert err.endswith(f"{path} fits no known format: {option} reads 3 of 3 lines\n")
    counted = json.loads(output("tally", path, *shlex.split(option), "--json"))
    assert counted["counts"] == {"200": 3} and counted["unmatched"] == 0
    _, err = run("tally", path, "--format", "s3", code=1)
    assert err.endswith(f"{path} does not fit the format s3: {option} reads 3 of 3 lines\n")


RECORD_OF_JSON = {"method": "GET", "status": 503}


@pytest.mark.parametrize("log", ['[\n  {\n    "a": 1,\n', '[{\n\t"a": {\n', '{\r\n  "a" : 1\r\n}\r\n{\r\n', '\ufeff\n{\n"a":\n'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_json_over_several_lines(tmp_path, log, encoding):
    """Which no option reads; a name is shown as any other."""
    path = tmp_path / "a\x1b.json"
    path.write_bytes(log.encode(encoding))
    for source, name in ((path, str(tmp_path / "a\\x1b.json")), ("-", "standard input")):
        _, err = run("tally", source, stdin=log.encode(), code=1)
        assert err.endswith(f"{name} is JSON over several lines: put each object on one with jq -c .\n")


@pytest.mark.parametrize("values", [[[RECORD_OF_JSON] * 2], [RECORD_OF_JSON] * 2, [{"records": [RECORD_OF_JSON] * 2}]])
def test_what_is_said_of_json_over_several_lines_reads_it(values):
    """Both as jq prints it."""
    pretty = "".join(json.dumps(value, indent=2) + "\n" for value in values)
    assert "jq -c ." in run("tally", stdin=pretty.encode(), code=1)[1]
    one = "".join(json.dumps(value, separators=(",", ":")) + "\n" for value in values)
    counted = json.loads(output("tally", "--json", stdin=one.encode()))
    assert counted["counts"] == {"503": 2} and counted["unmatched"] == 0


@pytest.mark.parametrize("log", ["{\n", "{\n}\n", "{ x\n\"a\": 1\n", '{"a":\n1}\n', '{\n"a\n": 1\n', "int f() {\n  \"a\":\n"])
def test_what_is_no_json_over_several_lines(log):
    assert "use --format" in run("tally", stdin=log.encode(), code=1)[1]


def test_a_pipe_gets_no_suggestion():
    _, err = run("tally", stdin=SUGGESTED[0][0].format(1).encode() * 3, code=1)
    assert err == "httpstatus: standard input fits no known format: use --format\n"


@pytest.mark.parametrize("count", [3, 3500])
def test_a_log_with_cr_as_its_line_end(tmp_path, count):
    path, said = tmp_path / "a.log", " has CR as its line end: convert it with tr '\\r' '\\n'\n"
    log = "".join(RECORD.format(code).replace("\n", "\r") for code in [404, 503] * count + [200])
    path.write_text(log, newline="")
    for options, stdin, name in ([path], None, path), ([], log.encode(), "standard input"):
        out, err = run("tally", *options, stdin=stdin, code=1)
        assert "1 line, 0 records" in out and err == f"httpstatus: {name}{said}"
        assert run("select", "200", *options, stdin=stdin, code=2) == ("", f"httpstatus: {name}{said}")
    path.write_bytes(gzip.compress(log.encode()))
    assert run("tally", path, code=1)[1] == f"httpstatus: {path}{said}"
    path.write_text(log + "\n", newline="")
    assert run("tally", path, code=1)[1] == f"httpstatus: {path}{said}"


LINE = '{} - - [10/Oct/2000:13:55:36 -0700] "GET {} HTTP/1.1" {} 7\n'
PATHS = "".join([LINE.format("::1", "/a?b", 500) * 3, LINE.format("::2", "/users/7", 503), LINE.format("::2", "/users/8", 502),
                 LINE.format("::3", "/c", 404), '::1 - - [10/Oct/2000:13:55:36 -0700] "-" 500 7\n', "what?\n"])


def test_top():
    out = output("tally", "--top", "path", stdin=PATHS.encode())
    assert out == """\
path      count   share
/a            3  50.00%  ####################
/users/7      1  16.67%  #######
/users/8      1  16.67%  #######

6 records with 5xx, 1 of them without a known path

8 lines, 7 records, 0 without a status, 0 skipped, 1 not understood; format clf
not understood: standard input:8
"""
    out = output("tally", "--top", "path", "--group", "id", "-n", "1", "--only", "502,503", "--jobs", "2", stdin=PATHS.encode())
    assert out.startswith("path        count    share\n/users/:id      2  100.00%  ####################\n\n2 records with 502,503\n")
    assert output("tally", "--top", "client", "--only", "404", "--color", "always", stdin=PATHS.encode()).count("::3") == 1
    assert output("tally", "--top", "host", stdin=b"").startswith("host  count  share\n\n0 records with 5xx\n")


def test_top_of_several_logs(tmp_path):
    log = tmp_path / "a.log"
    log.write_text(PATHS)
    out, err = run("tally", "--top", "path", str(log), str(log), str(tmp_path / "none"), "--since", "2000-01-01", code=2)
    assert "\n/a            6  60.00%" not in out and "\n/a            6  " in out and "none" in err
    assert "not understood: " in out


def test_top_that_is_not_exact():
    many = "".join(LINE.format(f"10.0.{i // 250}.{i % 250}", f"/{'x' * 200}", 500) for i in range(600)) + LINE.format("::1", "/a", 500) * 9
    out = output("tally", "--top", "client", "-n", "2", stdin=many.encode())
    assert out.splitlines()[0].split() == ["client", "count", "error", "share"] and "::1" in out.splitlines()[1]
    assert "\nnot exact: a count is at most its error too high, and a client that is not kept has at most 1 record\n" in out
    out = output("tally", "--top", "path", stdin=many.encode())
    assert "\n600 records whose path has more than 160 bytes, and is cut\n" in out and "error" not in out.splitlines()[0]


def test_top_shows_no_control_characters():
    out = output("tally", "--top", "path", stdin=LINE.format("::1", "/\\x1b[31m\\xff", 500).encode())
    assert "\n/\\x1b[31m" in out and "\x1b" not in out


def test_json_of_top():
    found = json.loads(output("tally", "--top", "path", "--json", "-n", "1", stdin=PATHS.encode()))
    assert found["by"] == "path" and found["records"] == 7
    assert found["rows"] == [{"name": "/a", "count": 3, "error": 0, "share": 0.5}]
    assert found["top"]["value"] == ["/a", "/users/7", "/users/8"] and found["top"]["exact"] and found["top"]["n"] == 1


SLOW = b"".join(b'{"status": %d, "request_time": %s}\n' % (status, duration) for status, duration in (
    (200, b"0.25"), (200, b"0.000002"), (404, b"0"), (502, b"30"), (504, b"60"))) + b'{"status": 200}\n'


def test_latency(tmp_path):
    log = tmp_path / "slow.log"
    log.write_bytes(SLOW)
    rows = output("tally", "--latency", log)
    assert [line.split() for line in rows.splitlines()[:5]] == [
        ["class", "count", "p50", "p90", "p99", "max"],
        ["5xx", "2", "30", "s", "60", "s", "60", "s", "60", "s"], ["4xx", "1", *["0", "ns"] * 4],
        ["2xx", "2", "2", "us", *["250", "ms"] * 3], ["all", "5", "247", "ms", *["60", "s"] * 3]]
    assert "1 record without a duration" in rows and "6 lines, 6 records" in rows
    assert "all        1  60 s" in output("tally", "--latency", "--only", "504,1xx", log)
    found = json.loads(output("tally", "--latency", "--json", "--jobs", "2", log, log))
    assert found["latency"] == (httpstatus.latency(SLOW) + httpstatus.latency(SLOW)).as_dict()
    assert found["rows"][0] == {"name": "5xx", "count": 4, "p50": 30.0, "p90": 60.0, "p99": 60.0, "max": 60.0}
    untimed = tmp_path / "untimed.log"
    untimed.write_bytes(b'{"status": 200}\n')
    assert output("tally", "--latency", untimed).startswith("1 record without a duration\n\n1 line, 1 record")


@pytest.mark.parametrize("arguments, said", [
    (["--top", "path"], "--top does not apply to --latency: omit one of them"),
    (["--follow"], "--follow does not apply to --latency: omit one of them"),
    (["--html", "x"], "--html does not apply to --latency: omit one of them"),
    (["--by", "hour"], "--by hour does not apply to --latency: omit one of them"),
    (["--state", "x"], "--latency does not apply to --state: omit one of them"),
    (["--only", "6xx"], "invalid which '6xx'"),
])
def test_what_does_not_go_with_latency(arguments, said, tmp_path):
    log = tmp_path / "slow.log"
    log.write_bytes(SLOW)
    assert said in run("tally", "--latency", *arguments, log, code=2)[1]


@pytest.mark.parametrize("arguments, message", [
    (["--top", "x"], "invalid --top 'x': expected path, client, host, method, agent, referer"),
    (["--top", "path", "--only", "6xx"], "invalid which '6xx': expected '5xx', '404', "),
    (["--top", "path", "-n", "513"], "invalid -n '513': expected 1 to 512"),
    (["--top", "path", "--group", "x"], "invalid --group 'x': expected query, id"),
    (["--top", "host", "--group", "id"], "--group id does not apply to --top host"),
    (["--top", "path", "--by", "day"], "--by day does not apply to --top: omit one of them"),
    (["--top", "path", "--follow"], "--top does not apply to --follow: omit one of them"),
    (["--top", "path", "--html", "x.html"], "--top does not apply to --html, whose page has the first paths and clients"),
    (["--only", "5xx"], "--only says what --top or --latency shows, neither of which is given"),
    (["-n", "5"], "-n says what --top shows, which is not given"),
    (["--group", "id"], "--group says what --top shows, which is not given"),
])
def test_wrong_tops(arguments, message):
    assert message in sentence("tally", *arguments, str(SAMPLE))


def test_the_page_has_the_first_paths_and_clients(tmp_path):
    log, page = tmp_path / "a.log", tmp_path / "page.html"
    log.write_text(PATHS + LINE.format("::9", "/<b>\\x1b", 503) + LINE.format("::9", "/ok", 200))
    for jobs in "1", "2":
        output("tally", str(log), "--html", str(page), "--jobs", jobs)
        text = page.read_text()
        assert "<p>Paths: <code>/a</code>&nbsp;3<p>Clients: <code>::1</code>&nbsp;4<td>" in text
        assert "<code>/&lt;b&gt;\\x1b</code>&nbsp;1" in text and "/ok" not in text and "<b>" not in text.split("<h2>Statuses")[1]
    output("tally", str(log), str(log), "--html", str(page), "--host", "none")
    assert "Paths:" not in page.read_text()
    output("tally", str(log), str(log), "--html", str(page), "--path", "/a")
    assert "<code>/a</code>&nbsp;6" in page.read_text()


def test_the_page_of_many_clients(tmp_path):
    page = tmp_path / "page.html"
    many = "".join(LINE.format(f"10.0.{i // 250}.{i % 250}", "/", 500) for i in range(600)) + LINE.format("::1", "/", 500) * 9
    output("tally", "--html", str(page), stdin=many.encode())
    assert "<code>::1</code>&nbsp;9 to 10" in page.read_text()


@pytest.mark.parametrize("arguments, message", [
    (["--format", "x"], "invalid format 'x': expected auto, "),
    (["--format", "json", "--key", "a.." + "b" * 300], "invalid key 'a..bbb"),
    (["--format", "clf", "--key", "a"], "invalid key 'a' for format 'clf': expected format json or auto"),
    (["--format", "json", "--fields", "a"], "invalid fields 'a' for format 'json': expected format w3c, "),
    (["--format", "s3", "--target"], "invalid target True for format 's3': expected format elb"),
    (["--format", "w3c", "--fields", "a"], "invalid fields 'a': expected names such as 'date time sc-status'"),
    (["--fields", "a"], "invalid fields 'a': expected names such as 'date time sc-status'"),
    (["--by", "x"], "invalid --by 'x': expected code, class, substatus, log, minute, hour, day"),
    (["--color", "x"], "invalid --color 'x': expected auto, always, never"),
    (["--jobs", "0"], "invalid --jobs '0': expected 1 to 10000\n"),
    (["--interval", "x"], "invalid --interval 'x': expected 0 to 86400\n"),
    (["--follow", "--html", "x.html"], "omit --follow"),
    (["--follow", "--by", "day"], "--by day does not apply to --follow: omit one of them"),
    (["--follow", "--jobs", "2"], "--jobs does not apply to --follow"),
    (["--interval", "1"], "--interval is the time between updates of --follow"),
    (["--html", str(SAMPLE)], "would overwrite a log"),
    (["--follow", "--since", "2026-01-01"], "--since does not apply to --follow: omit one of them"),
    (["--follow", "--host", "a"], "--host does not apply to --follow: omit one of them"),
    (["--method", "GET /"], "invalid method 'GET /': expected a token (RFC 9110 section 5.6.2) such as 'GET'"),
    (["--host", ""], "invalid host '': expected a host such as 'www.example.com', also with a port"),
])
def test_wrong_tallies(arguments, message):
    assert message in sentence("tally", *arguments, str(SAMPLE))


@pytest.mark.parametrize("arguments", [
    ["--jobs", "0"], ["--jobs", "x"], ["--interval", "x"], ["--interval", "nan"], ["--interval", "inf"],
    ["--interval=-1"]])
def test_wrong_numbers(arguments):
    assert f"invalid {arguments[0].partition('=')[0]} '" in sentence("tally", str(SAMPLE), "--follow", *arguments)


@pytest.fixture(params=["UTC", "Europe/Berlin", "America/New_York"])
def timed(request, tmp_path, monkeypatch):
    """A log with a request at 11, 12 and 13 o'clock, the last without a zone, and one of no time."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    hours = [datetime.datetime(2026, 11, 28, hour).astimezone(datetime.timezone.utc) for hour in (11, 12)]
    stamps = [*(hour.strftime("%d/%b/%Y:%H:%M:%S +0000") for hour in hours), "28/Nov/2026:13:00:00", "28/Nov/2026:25:00:00"]
    log = tmp_path / "access.log"
    log.write_text("".join(f'a.example:80 ::1 - - [{stamp}] "GET /{i} HTTP/1.1" {500 + i} 7\n'
                           for i, stamp in enumerate(stamps)) + "what?\n")
    yield str(log)
    monkeypatch.undo()
    time.tzset()


UNKNOWN = ("httpstatus: 1 record left out, with a time that is absent or cannot be read: to count them, omit --since "
           "and --until\n")


def test_tally_and_select_since_then(timed):
    out, err = run("tally", "--json", "--since", "2026-11-28T12:00", timed)
    assert err == UNKNOWN and json.loads(out)["untimed"] == 1 and list(json.loads(out)["counts"]) == ["501", "502"]
    out, err = run("tally", "--since", "2026-11-28 12:30", "--until", "2026-11-28T13:30:00", timed)
    assert "5 lines, 1 record (3 left out), 0 without" in out and "502" in out and err == UNKNOWN
    assert run("select", "5xx", "--since", "2026-11-28T12:30", "--show", "status,path", timed) == ("502\t/2\n", UNKNOWN)
    out, _ = run("tally", "--since", "2026-11-28T12:30", "--by", "hour", "--json", timed)
    assert json.loads(out)["series"]["5xx"] == [1] and json.loads(out)["excluded"] == 3
    assert run("select", "5xx", "--until", "2026-11-28", timed, code=1)[0] == ""


def test_tally_and_select_by_request(timed):
    assert "1 record (3 left out)" in output("tally", "--path", "/1", "--method", "GET", "--host", "A.example", timed)
    assert output("select", "-c", "5xx", "--path", "/", timed) == "4\n"
    assert "10 lines, 0 records (8 left out)" in output("tally", "--jobs", "2", "--method", "PUT", timed, timed)
    assert "3 records (1 left out)" in output("tally", "--exclude-path", "/1", timed)
    assert run("select", "5xx", "--host", "b.example", "-c", timed, code=1)[0] == "0\n"


def test_times_that_are_not_local_anywhere():
    for when, zone in ("0001-01-01", "Asia/Tokyo"), ("9999-12-31T23:59:59-12:00", "Asia/Tokyo"):
        assert f"invalid --until '{when}': expected a year from 2 to 9998" in sentence(
            "tally", "--until", when, str(SAMPLE), env={**os.environ, "TZ": zone})


@pytest.mark.skipif("dateparser" in MISSING, reason="needs dateparser")
def test_times_in_words(timed):
    now = datetime.datetime.now().astimezone()
    Path(timed).write_text("".join(f'::1 - - [{(now - ago):%d/%b/%Y:%H:%M:%S %z}] "GET / HTTP/1.1" {status} 7\n' for ago, status in (
        (datetime.timedelta(minutes=5), 200), (datetime.timedelta(minutes=20), 404), (datetime.timedelta(days=3), 500))))
    counts = lambda *when: list(json.loads(output("tally", "--json", *when, timed))["counts"])
    assert counts("--since", "10 min ago") == ["200"]
    assert counts("--since", "yesterday") == ["200", "404"]
    assert counts("--until", "2 days ago") == ["500"]
    assert counts("--since", "an hour ago", "--until", "10 min ago") == ["404"]
    program = "from httpstatus._command.conditions import moment as m; print(*(m('x', t) for t in {}), sep=',')"
    found = subprocess.run([sys.executable, "-c", program.format(("today", "today 14:00", "2 June 2026 12:00 UTC"))],
                           capture_output=True, text=True).stdout.strip().split(",")
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    assert [datetime.datetime.fromisoformat(text) for text in found] == [
        midnight, midnight.replace(hour=14), datetime.datetime(2026, 6, 2, 12, tzinfo=datetime.timezone.utc)]
    assert "expected a time such as 2026-11-28T12:00, '10 min ago' or 'today'" in sentence(
        "tally", "--since", "nonsense", timed)


def test_an_unknown_option():
    assert "httpstatus tally: error: " in run("tally", str(SAMPLE), "--nope", code=2)[1]


WRITTEN = {
    "cloudfront": ("#Version: 1.0\n#Fields: date\ttime\tsc-status\n2026-01-01\t00:00:00\t000\n", "CloudFront"),
    "squid": ("1286536308.779 180 192.0.2.1 TCP_MISS_ABORTED/000 0 GET http://example.com/ - "
              "HIER_NONE/- -\n", "Squid"),
    "npm": ('[28/Nov/2026:12:00:01 +0100] 000 - GET http h "/" [Client 192.0.2.1] [Length 0] [Gzip -] "-" "-"\n',
            "nginx"),
    "clf": ('h - - [10/Oct/2026:13:55:36 -0700] "GET / HTTP/1.1" 000 12\n', "nginx"),
}


@pytest.mark.parametrize("form", WRITTEN)
def test_the_meaning_by_the_writer_of_the_log(form, tmp_path):
    """000 is CloudFront's in its log, and Squid's in Squid's."""
    log, owner = WRITTEN[form]
    row = httpstatus.lookup(0, owner=owner)
    (tmp_path / "log").write_text(log)
    said = row.phrase or row.description.removesuffix(".")
    assert said in output("tally", str(tmp_path / "log"), "--html", str(tmp_path / "page.html"))
    found = json.loads(output("tally", str(tmp_path / "log"), "--json"))
    assert found["format"] == form and [one["meaning"] for one in found["rows"]] == [said]
    assert f"({owner})" in (tmp_path / "page.html").read_text()


def test_a_page_that_cannot_be_written():
    out, err = run("tally", str(SAMPLE), "--html", "/nope/x.html", code=2)
    assert out == output("tally", str(SAMPLE)) and "/nope/x.html" in err


def test_a_page_for_which_there_is_no_room(tmp_path):
    """The old one stays whole, nothing is left beside it, and the message names it."""
    page = tmp_path / "page.html"
    program = "import resource, signal, sys; from httpstatus._command import main; " \
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); most = resource.RLIM_INFINITY; " \
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, most)); code = main(); " \
        "resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)); sys.exit(code)"
    for text in ("the old page", None):
        if text:
            page.write_text(text)
        else:
            page.unlink()
        done = subprocess.run([sys.executable, "-c", program, "tally", SAMPLE, "--html", page],
                              capture_output=True)
        assert done.returncode == 2 and os.fsencode(page) + b"'\n" in done.stderr
        assert done.stderr.count(b"\n") == 1 and b"File too large" in done.stderr
        assert os.listdir(tmp_path) == (["page.html"] if text else [])
        assert not text or page.read_text() == text


def test_a_page_takes_the_place_of_another(tmp_path):
    """As it was: by a link, with its mode."""
    page, link = tmp_path / "page.html", tmp_path / "link.html"
    page.write_text("old")
    page.chmod(0o640)
    link.symlink_to(page)
    output("tally", SAMPLE, "--html", link)
    assert link.is_symlink() and page.read_text().startswith("<!")
    assert page.stat().st_mode & 0o777 == 0o640
    umask = os.umask(0)
    os.umask(umask)
    output("tally", SAMPLE, "--html", tmp_path / "new.html")
    assert (tmp_path / "new.html").stat().st_mode & 0o777 == 0o666 & ~umask
    assert sorted(os.listdir(tmp_path)) == ["link.html", "new.html", "page.html"]


def test_a_page_to_a_pipe(tmp_path):
    text = output("tally", SAMPLE, "--html", "-")
    assert text.startswith("<!") and text.rstrip().endswith(">") and "count   share" not in text
    os.mkfifo(tmp_path / "pipe")
    reading = subprocess.Popen(["cat", tmp_path / "pipe"], stdout=subprocess.PIPE)
    output("tally", SAMPLE, "--html", tmp_path / "pipe")
    assert reading.communicate(timeout=20)[0].startswith(b"<!")
    assert "both write to standard output" in sentence("tally", SAMPLE, "--html", "-", "--json")


def test_a_log_that_cannot_be_read(tmp_path):
    """The page is another file than it, if there is one."""
    page = tmp_path / "page.html"
    page.touch()
    missing = str(tmp_path / "missing.log")
    assert missing in sentence("tally", missing, "--html", str(page))
    unreadable = Path("/proc/self/mem")  # opens, but has nothing to read where it begins
    zipped = tmp_path / "a.gz"
    zipped.symlink_to(unreadable)
    for path in (unreadable, zipped):
        assert str(path) in sentence("tally", str(path), "--html", str(page))
        assert str(path) in sentence("tally", "--follow", str(path))


def test_select_that_finds_nothing_says_what_it_does_not_understand(tmp_path):
    path = tmp_path / "a.log"
    path.write_text(RECORD.format(200) * 5 + "weird 500\n" * 5)
    told = f"httpstatus: {path}: 5 of 10 lines not understood\n"
    assert run("select", "5xx", str(path), code=1) == ("", told)
    assert run("select", "-c", "5xx", str(path), code=1) == ("0\n", told)
    assert run("select", "-c", "2xx", str(path), code=0) == ("5\n", "")
    assert run("select", "-c", "5xx,unmatched", str(path), code=0) == ("5\n", "")
    damaged = tmp_path / "a.log.gz"
    damaged.write_bytes(gzip.compress(RECORD.format(200).encode() * 500)[:-9])
    out, err = run("select", "-c", "5xx", str(damaged), code=2)
    assert out == "0\n" and "damaged gzip data" in err


def test_a_page_of_what_could_not_be_read(tmp_path):
    """The page says what is missing; if everything is, the old page stays."""
    page, path = tmp_path / "page.html", tmp_path / "a.log.gz"
    path.write_bytes(gzip.compress(SAMPLE.read_bytes())[:-200])
    run("tally", str(path), "--html", str(page), code=2)
    before = page.read_text()
    assert "<strong>" in before and "damaged gzip data" in before and str(path) in before
    run("tally", str(tmp_path / "missing"), "--html", str(page), code=2)
    assert page.read_text() == before


def test_a_damaged_compressed_log(tmp_path):
    path = tmp_path / "a.log.gz"
    path.write_bytes(gzip.compress(SAMPLE.read_bytes())[:-200])
    assert "damaged gzip data" in sentence("tally", str(path))


class Page(html.parser.HTMLParser):
    """The elements of a page and what it would fetch."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.fetched, self.text = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.fetched += [value for name, value in attributes if name in ("src", "href", "srcset")]

    def handle_data(self, data):
        self.text.append(data)


def test_the_page_knows_every_advice():
    from httpstatus._command.page import ADVICE

    assert ADVICE.keys() == {status.retry.advice for status in httpstatus.statuses() if status.retry}


def test_page(tmp_path):
    log = tmp_path / "<b>&.log"
    log_with(log, 200, 200, 404, 503, 799)
    with open(log, "a") as file:
        file.write("<script>\n")
    file = tmp_path / "page.html"
    output("tally", str(log), str(SAMPLE), "--html", str(file))
    text = file.read_text()
    page = Page(text)
    assert page.fetched == [] and "script" not in page.tags and "url(" not in text
    assert "svg" in page.tags and "b" not in page.tags[:page.tags.index("table")][:5]
    for part in ("Statuses of 2 logs", "503", "Service Unavailable", "the operator of the server",
                 httpstatus.Status(503).explanation[:40], "<b>&.log:6", "799", "unknown"):
        assert any(part in piece for piece in page.text), part


def test_a_page_of_strange_codes(tmp_path):
    log = log_with(tmp_path / "a.log", "000", 999, 799)
    (tmp_path / "b.log").write_text(
        'Feb  6 12:14:14 lb haproxy[1]: 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] in static/<NOSRV> '
        '10/0/30/69/109 -1 2750 - - ---- 1/1/1/1/0 0/0 "GET / HTTP/1.1"\n')
    output("tally", log, str(tmp_path / "b.log"), "--html", str(tmp_path / "page.html"))
    rows = {row[1]: " ".join(row) for row in (re.split("<[^>]*>+", line) for line in re.findall(
        '<th scope="row".*', (tmp_path / "page.html").read_text()))}
    assert "LinkedIn" in rows["999"] and "unknown" in rows["799"] and "nginx" in rows["0"]
    assert "unknown" in rows["-1"] and "nginx" not in rows["-1"]


def test_page_of_rare_statuses(tmp_path):
    log, file = tmp_path / "iis.log", tmp_path / "page.html"
    log.write_text("#Fields: sc-status sc-substatus\n403 14\n403 0\n499 0\n403 999\n")
    output("tally", str(log), "--html", str(file))
    page = Page(file.read_text())
    for part in ("403.14", "Directory listing denied", "499", ", or "):
        assert any(part in piece for piece in page.text), part
    assert not any("Lines not understood" in piece for piece in page.text)


def test_page_of_no_status(tmp_path):
    log, file = tmp_path / "a.log", tmp_path / "page.html"
    log.write_text(RECORD.format("-"))
    output("tally", str(log), "--html", str(file))
    assert "No line has a status." in file.read_text()


@pytest.mark.parametrize("arguments", [[], ["lookup"], ["--json"]])
def test_nothing_to_look_up(arguments):
    assert "nothing to look up" in sentence(*arguments)


# ---- tally --follow ----

class Following:
    """What 'tally --follow --json' writes, one after the other."""

    def __init__(self, process):
        self.process = process

    def next(self):
        """The next that is written."""
        assert select.select([self.process.stdout], [], [], 60)[0], "nothing more was counted"
        return json.loads(self.process.stdout.readline())

    def until(self, lines):
        """The counts as soon as there are so many lines."""
        while (found := self.next())["lines"] != lines:
            assert found["lines"] < lines
        return {int(code): count for code, count in found["counts"].items()}

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=20)
        assert self.process.returncode == 130 and b"Traceback" not in err
        return out, err.decode()


@pytest.fixture
def follow(start):
    return lambda *arguments, **options: Following(
        start("tally", "--follow", "--json", "--interval", "0.05", *arguments, **options))


def append(path, *statuses):
    with open(path, "a") as file:
        file.write("".join(map(RECORD.format, statuses)))


def test_follow_a_rotation(tmp_path, follow):
    path = tmp_path / "a.log"
    following = follow(log_with(path, 200))
    assert following.until(1) == {200: 1}
    append(path, 404, 404)
    assert following.until(3) == {200: 1, 404: 2}
    path.rename(tmp_path / "a.log.1")
    append(tmp_path / "a.log.1", 500)  # by a server that has not opened the new one yet
    assert following.until(4) == {200: 1, 404: 2, 500: 1}
    log_with(path, 301, 301)
    assert following.until(6) == {200: 1, 301: 2, 404: 2, 500: 1}
    following.interrupt()


def test_follow_a_log_that_is_cut(tmp_path, follow):
    path = tmp_path / "a.log"
    following = follow(log_with(path, 200, 200, 200))
    following.until(3)
    log_with(path, 404)
    assert following.until(4) == {200: 3, 404: 1}
    path.write_text(RECORD.format(500)[:20])
    time.sleep(0.3)
    with open(path, "a") as file:
        file.write(RECORD.format(500)[20:])
    assert following.until(5) == {200: 3, 404: 1, 500: 1}
    following.interrupt()


def test_follow_a_log_that_is_not_there_yet(tmp_path, follow):
    path = tmp_path / "a.log"
    following = follow(str(path))
    assert following.next()["lines"] == 0
    path.write_text('{"status": 404}\n')
    assert following.until(1) == {404: 1}
    _, err = following.interrupt()
    assert err.count("waiting for it") == 1


def test_follow_counts_the_unfinished_line_at_the_end(tmp_path, follow):
    path = tmp_path / "a.log"
    path.write_text(RECORD.format(200) + RECORD.format(404).rstrip())
    following = follow(str(path))
    assert following.until(1) == {200: 1}
    out, _ = following.interrupt()
    assert json.loads(out)["counts"] == {"200": 1, "404": 1}


def test_follow_a_log_whose_successor_cannot_be_read_yet(tmp_path, follow):
    path = tmp_path / "a.log"
    following = follow(log_with(path, 200))
    following.until(1)
    path.unlink()
    path.mkdir()
    assert "Is a directory" in following.process.stderr.readline().decode()
    path.rmdir()
    log_with(path, 404)
    assert following.until(2) == {200: 1, 404: 1}
    following.interrupt()


def test_follow_a_log_that_begins_with_no_record(tmp_path, follow):
    path = tmp_path / "a.log"
    path.write_text("what?\n")
    following = follow(str(path), str(path))
    append(path, 200)
    assert following.until(2) == {200: 1}
    following.interrupt()
    path.write_text('{"a": 1}\n')
    following = follow(str(path), "--format", "json")
    with open(path, "a") as file:
        file.write('{"res": {"statusCode": 404}}\n')
    assert following.until(2) == {404: 1}
    following.interrupt()


def test_follow_an_endless_pipe(follow, popen):
    endless = popen(["yes", RECORD.format(200).rstrip()], stdout=subprocess.PIPE)
    following = follow(stdin=endless.stdout)
    lines = 0
    while lines < 100_000:  # more than a pipe holds at once
        lines, before = following.next()["lines"], lines
        assert lines > before
    following.interrupt()


def test_follow_standard_input(follow):
    following = follow(stdin=subprocess.PIPE)
    following.process.stdin.write(RECORD.format(200).encode())
    following.process.stdin.flush()
    assert following.until(1) == {200: 1}
    following.process.stdin.write(RECORD.format(500).encode())
    following.process.stdin.close()
    assert following.until(2) == {200: 1, 500: 1}
    assert following.process.wait(20) == 0


@pytest.mark.parametrize("options, log, code", [
    ([], "what?\n", 1), (["--format", "clf"], RECORD.format(404).rstrip(), 0)])
def test_follow_to_the_end_of_standard_input(options, log, code):
    out, err = run("tally", "--follow", *options, stdin=log.encode(), code=code)
    assert "Not Found" in out or "fits no known format" in err


@pytest.mark.parametrize("log, rests", [
    ("", True), (RECORD.format(404), True), (RECORD.format(404)[:-1], False), ("#Fields: a sc-status\n", False),
    ('2026-11-20T10:00:00Z stdout P x\n', False), ('{"MESSAGE":"x","_STREAM_ID":"a","_LINE_BREAK":"line-max"}\n', False)])
def test_when_a_followed_log_is_at_rest(log, rests):
    from httpstatus._core import _is_at_rest

    tally = httpstatus.Tally()
    tally.feed(log.encode())
    assert _is_at_rest(tally) is rests


def test_follow_what_rests(tmp_path, follow):
    """Between two looks nothing is lost that crosses the end of a line, and the magic of gzip is text there."""
    path = log_with(tmp_path / "a.log", 200)
    following = follow(str(path))
    assert following.until(1) == {200: 1}
    for line, lines in (("\x1f\x8b\n", 2), ("2026-11-20 10:00:00 404\n", 3), ("#Fields: date time sc-status\n", 4),
                        ("2026-11-20 10:00:00 404\n", 5), ("2026-11-20 10:00:00 500\n", 6)):
        with open(path, "a", encoding="latin-1") as file:
            file.write(line)
        while (found := following.next())["lines"] != lines:
            pass
    assert found["counts"] == {"200": 1, "404": 1, "500": 1} and found["first_unmatched"] == [2, 3]
    following.interrupt()


def test_follow_what_has_hardly_begun(tmp_path, follow):
    """Whose first bytes do not tell yet whether it is compressed."""
    path = tmp_path / "a.log"
    path.touch()
    following = follow(str(path))
    assert following.next()["lines"] == 0
    append(path, 200)
    assert following.until(1) == {200: 1}
    following.interrupt()
    assert '"unmatched": 1' in run("tally", "--follow", "--json", stdin=b"BZ", code=1)[0]


def test_follow_is_interrupted_between_two_looks(tmp_path, follow):
    following = follow(log_with(tmp_path / "a.log", 200), "--interval", "3600")
    assert following.until(1) == {200: 1}
    time.sleep(0.5)
    following.interrupt()


def test_follow_in_the_background(tmp_path, popen):
    path = log_with(tmp_path / "a.log", 200)
    following = Following(popen(
        ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *COMMAND, "tally", "--follow", "--json",
         "--interval", "0.05", path], stdout=subprocess.PIPE))
    for count in (1, 2):
        assert following.next()["lines"] == count
        following.process.send_signal(signal.SIGINT)  # which it does not hear there
        append(path, 200)


def follow_by(popen, program, *arguments):
    """The command after some lines of Python."""
    return Following(popen(
        [sys.executable, "-c", f"import sys; from httpstatus import _command; "
         f"from httpstatus._command import follow, watch; {program}; sys.exit(_command.main())",
         "tally", "--follow", "--json", "--interval", "0.3", *arguments], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler)))


@pytest.mark.parametrize("program", [
    "sys.modules['ctypes'] = None", "import ctypes; ctypes.CDLL = lambda _: None",
    "import os; os.O_NONBLOCK = -1", "watch.MODIFY = watch.CREATE = watch.MOVED_TO = 0", "pass"])
def test_follow_whatever_wakes(tmp_path, popen, program):
    """Without inotify, and where it refuses."""
    path = tmp_path / "a.log"
    following = follow_by(popen, program, log_with(path, 200))
    following.until(1)
    for count in range(2, 5):
        append(path, 404)
        assert following.until(count)[404] == count - 1
    path.rename(tmp_path / "b.log")
    log_with(path, 500)
    assert following.until(5)[500] == 1
    following.interrupt()


def test_follow_lets_go_of_an_idle_file(tmp_path, popen):
    path = tmp_path / "a.log"
    following = follow_by(popen, "follow.LINGER = 0.1", log_with(path, 200))
    following.until(1)
    files = f"/proc/{following.process.pid}/fd"
    before = len(os.listdir(files))
    for count in range(2, 6):
        path.rename(tmp_path / f"a.log.{count}")
        log_with(path, 404)
        assert following.until(count)[200] == 1
    deadline = time.monotonic() + 20
    while len(os.listdir(files)) > before:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    following.interrupt()


def test_follow_a_log_that_gets_its_name_back(tmp_path, follow):
    """No file is counted twice."""
    path, away = tmp_path / "a.log", tmp_path / "b.log"
    following = follow(log_with(path, 200))
    following.until(1)
    path.rename(away)
    log_with(path, 404)
    following.until(2)
    away.replace(path)
    append(path, 500)
    assert following.until(3) == {200: 1, 404: 1, 500: 1}
    following.interrupt()


def test_follow_a_log_cut_and_grown_again(tmp_path, follow):
    """Between two looks, beyond where it was; and one with room that is not written yet."""
    path = tmp_path / "a.log"
    following = follow(log_with(path, 200))
    following.until(1)
    following.process.send_signal(signal.SIGSTOP)
    log_with(path, 404, 404, 404)
    following.process.send_signal(signal.SIGCONT)
    assert following.until(4) == {200: 1, 404: 3}
    line = RECORD.format(500).encode()
    with open(path, "r+b") as file:
        file.seek(0, os.SEEK_END)
        at = file.tell()
        file.write(line + bytes(1000))
        file.flush()
        assert following.until(5)[500] == 1
        file.seek(at + len(line))
        file.write(line)
    assert following.until(6)[500] == 2
    following.interrupt()


def test_follow_what_turns_out_to_be_compressed(tmp_path, start):
    path = tmp_path / "a.log"
    path.touch()
    for data, message in ((gzip.compress(b"x"), b"is compressed: it cannot be followed"),
                          ("x".encode("utf-16"), b"is UTF-16: it cannot be followed")):
        path.write_bytes(data)
        process = start("tally", "--follow", str(path))
        _, err = process.communicate(timeout=20)
        assert process.returncode == 2 and message in err


def test_follow_what_cannot_grow(tmp_path):
    assert "Is a directory" in sentence("tally", "--follow", str(tmp_path))
    (tmp_path / "a.gz").write_bytes(b"")
    assert "is compressed: it cannot be followed" in sentence("tally", "--follow", str(tmp_path / "a.gz"))


# ---- select ----

def test_select(tmp_path):
    log = SAMPLE.read_bytes()
    for which in ("5xx", "404,500", "error", "unmatched", "no_status"):
        lines = [line for _, _, line in httpstatus.select(log, which.split(","))]
        assert os.fsencode(output("select", which, str(SAMPLE))) == b"".join(x + b"\n" for x in lines)
        assert os.fsencode(output("select", which, stdin=log)) == b"".join(x + b"\n" for x in lines)
        assert output("select", "-c", which, str(SAMPLE)) == f"{len(lines)}\n"
    rest = [line for _, _, line in httpstatus.select(log, "2xx", invert=True)]
    assert os.fsencode(output("select", "2xx", "-v", str(SAMPLE))) == b"".join(x + b"\n" for x in rest)
    assert len(rest) + int(output("select", "2xx", "-c", str(SAMPLE))) == log.count(b"\n")


def test_select_names_and_numbers(tmp_path):
    a, b = log_with(tmp_path / "a.log", 200, 500), log_with(tmp_path / "b.log", 500, 200, 500)
    line = RECORD.format(500)
    assert output("select", "-n", "5xx", a) == f"2:{line}"
    assert output("select", "-nH", "5xx", a) == f"{a}:2:{line}"
    assert output("select", "5xx", "-n", a, b) == f"{a}:2:{line}{b}:1:{line}{b}:3:{line}"
    assert output("select", "5xx", "-nH", "--no-filename", a, b) == f"2:{line}1:{line}3:{line}"
    assert output("select", "5xx", "--no-filename", "-H", a) == f"{a}:{line}"
    assert output("select", "5xx", a, "-c", b) == f"{a}:1\n{b}:2\n"
    assert output("select", "5xx", a, "-c", "--no-filename", b) == "1\n2\n"
    assert output("select", "5xx", "-cH", a) == f"{a}:1\n"


def test_select_as_json(tmp_path, mixed):
    a, b = log_with(tmp_path / "a.log", 200, 500), log_with(tmp_path / "b.log", 500, 200, 500)
    ends = [{"log": log, "count": count, "format": "clf", "formats": {"clf": 1 + count}, "key": None,
             "lines": 1 + count, "records": 1 + count, "unmatched": 0} for log, count in ((a, 1), (b, 2))]
    assert [json.loads(text) for text in output("select", "5xx", a, "--json").splitlines()] == [
        {"log": a, "number": 2, "status": 500, "line": RECORD.format(500).rstrip()}, ends[0]]
    assert [json.loads(text) for text in output("select", "5xx", a, b, "-c", "--json").splitlines()] == ends
    end = json.loads(output("select", "5xx", mixed, "--json").splitlines()[-1])
    assert (end["format"], end["formats"], end["key"]) == (None, {"clf": 2, "json": 1}, "status")
    end = json.loads(output("select", "4xx", "-c", "--json", "--key", "a", stdin=b'{"a": 404}'))
    assert (end["format"], end["key"], end["log"]) == ("json", "a", "standard input")


def test_select_says_the_formats(mixed):
    told = f"httpstatus: {mixed} has records of several formats: clf 2, json 1 (key status)\n"
    assert run("select", "5xx", mixed) == (OTHER.format(500), told)
    assert run("select", "4xx", mixed, code=1) == ("", told)
    assert output("select", "2xx", "--format", "clf", mixed) == RECORD.format(200) * 2


def test_select_finds_nothing_or_cannot_read(tmp_path):
    path = log_with(tmp_path / "a.log", 200)
    assert run("select", "5xx", path, code=1) == ("", "")
    out, err = run("select", "2xx", "/nope", path, str(tmp_path), code=2)
    assert out == f"{path}:{RECORD.format(200)}" and err.count("httpstatus: ") == 2
    assert run("select", "2xx", "-c", "/nope", path, code=2)[0] == f"{path}:1\n"
    assert "invalid which '6xx': expected " in sentence("select", "6xx", path)


def test_select_any_bytes(tmp_path):
    line = RECORD.format(500).encode().replace(b"GET /", b"GET /\xff\x00")
    assert subprocess.run([*COMMAND, "select", "5xx"], input=line, capture_output=True).stdout == line
    found = json.loads(output("select", "5xx", "--json", stdin=line).splitlines()[0])
    assert found["line"].encode("utf-8", "surrogateescape") + b"\n" == line


@pytest.mark.parametrize("first", ["", "what?\n"])
@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
def test_select_shows_lines_as_they_come(name, first, start):
    process = start("select", "5xx", "--line-buffered", name, stdin=subprocess.PIPE)
    process.stdin.write(first.encode())
    for _ in range(3):
        process.stdin.write((RECORD.format(200) + RECORD.format(500)).encode())
        process.stdin.flush()
        assert select.select([process.stdout], [], [], 20)[0]
        assert process.stdout.readline().decode() == RECORD.format(500)
    process.stdin.close()
    assert process.wait(20) == 0


def shown(*arguments, **options):
    return [line.split("\t") for line in output("select", *arguments, **options).splitlines()]


TIMED = "2000-10-10T20:55:36Z"


def test_parts_of_records(tmp_path):
    a, b = log_with(tmp_path / "a.log", 200, 500, "-"), log_with(tmp_path / "b.log", 500)
    assert shown("5xx", "--show", "time,client,path,user", a) == [[TIMED, "::1", "/", "-"]]
    assert shown("5xx", "--show", "status", a, b) == [[a, "500"], [b, "500"]]
    assert shown("5xx", "--show", "status", "--no-filename", a, b) == [["500"], ["500"]]
    assert shown("5xx", "-nH", "--show", "method,bytes", a, "--header") == [
        ["log", "number", "method", "bytes"], [a, "2", "GET", "7"]]
    assert shown("5xx", "--show", "status,path", a, "--header", b) == [
        ["log", "status", "path"], [a, "500", "/"], [b, "500", "/"]]
    assert shown("5xx", "-v", "--show", "number,status", a) == [["1", "200"], ["3", "-"]]
    assert output("select", "5xx", "-c", "--header", "--show", "path", a) == "1\n"
    assert shown("403.14", "--show", "status,substatus", "--format", "w3c", "--fields", "sc-status sc-substatus",
                 stdin=b"403 14\n403 1\n") == [["403", "14"]]


def test_every_part_of_the_sample():
    names = list(httpstatus.record(RECORD.format(200)).as_dict())
    head, *rows = shown("2xx,unmatched", "--header", "--show", ",".join(names), str(SAMPLE))
    found = list(httpstatus.records(SAMPLE, ["2xx", "unmatched"]))
    assert head == names and len(rows) == len(found)
    for row, record in zip(rows, found):
        assert [value == "-" for value in row] == [value is None for value in record.as_dict().values()]
        assert row[names.index("path")] == (record.path or "-").replace("\\", "\\\\")
        if record.time:
            assert datetime.datetime.fromisoformat(row[names.index("time")].replace("Z", "+00:00")) == record.time


def test_parts_with_any_bytes():
    """Nothing that a client sends ends a column or a line, or reaches the terminal as a command."""
    agent = r"a\tb\nc\rd\\e\x1b[2J\x7f\xc2\x9b\xff" "\u00e9-".encode()
    line = RECORD.format(500).encode().replace(b" 7\n", b' 7 "-" "%b"\n' % agent)
    assert os.fsencode(output("select", "5xx", "--show", "agent,bytes", stdin=line)) == \
        r"a\tb\nc\rd\\e\x1b[2J\x7f\xc2\x9b".encode() + b"\xff\xc3\xa9-\t7\n"
    found = json.loads(output("select", "5xx", "--show", "agent", "--json", stdin=line).splitlines()[0])
    assert found["agent"] == "a\tb\nc\rd\\e\x1b[2J\x7f\x9b\udcff\u00e9-"


def test_parts_that_are_numbers_and_times():
    log = b'{"status": 500, "request_time": %b, "time": "%b"}\n'
    values = [(b"0.000001", b"2026-01-02 03:04:05.25"), (b"12", b"2026-01-02T03:04:05Z"), (b"0.0", b"soon"),
              (b"0.1", time.strftime("%b %e 00:00:00", time.gmtime()).encode())]
    rows = shown("5xx", "--show", "duration,time", stdin=b"".join(log % value for value in values))
    assert rows[:3] == [["0.000001", "2026-01-02T03:04:05.250000"], ["12", "2026-01-02T03:04:05Z"], ["0", "-"]]
    assert rows[3][0] == "0.1" and int(rows[3][1][:4]) - time.gmtime().tm_year in (0, -1)


def test_parts_as_json(tmp_path):
    a = log_with(tmp_path / "a.log", 200, 500)
    first, last = map(json.loads, output("select", "5xx", "--json", "--show", "time,bytes,user,line", a).splitlines())
    assert first == {"log": a, "time": TIMED, "bytes": 7, "user": None, "line": RECORD.format(500)[:-1]}
    assert last["count"] == 1 and last["format"] == "clf"


def test_wrong_parts(tmp_path):
    known = ", ".join(httpstatus.record(RECORD.format(200)).as_dict())
    for given, wrong in ("time,pth", "pth"), ("", ""), ("time,", ""), ("Time", "Time"), ("time, path", " path"):
        assert sentence("select", "5xx", "--show", given, "/nope") == \
            f"httpstatus: invalid part {wrong!r} in --show: expected {known}\n"
    assert "--header names the columns of --show" in sentence("select", "5xx", "--header", "/nope")
    path = log_with(tmp_path / "a.log", 200)
    assert run("select", "5xx", "--show", "path", path, code=1) == ("", "")
    out, err = run("select", "2xx", "--show", "status", "/nope", path, code=2)
    assert out == f"{path}\t200\n" and "/nope" in err


def test_parts_come_as_the_lines_do(start):
    process = start("select", "5xx", "--line-buffered", "--show", "status", "--header", stdin=subprocess.PIPE)
    for line in "status", "500", "500":
        process.stdin.write((RECORD.format(200) + RECORD.format(500)).encode())
        process.stdin.flush()
        assert select.select([process.stdout], [], [], 20)[0]
        assert process.stdout.readline().decode() == line + "\n"
    process.stdin.close()
    assert process.wait(20) == 0


# ---- hard places ----

@pytest.mark.parametrize("arguments", [["4xx"], ["select", "2xx", str(SAMPLE)], ["--help"],
                                       ["tally", "--help"], ["redirect", "302", "POST", "--clients"]])
def test_closed_pipe(arguments):
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.run([*COMMAND, *arguments], stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (process.returncode, process.stderr) == (141, b"")


@pytest.mark.parametrize("arguments", [["tally", "--jobs", "2"], ["select", "5xx"], ["tally"]])
def test_interrupt(arguments, tmp_path, start):
    os.mkfifo(tmp_path / "pipe")
    process = start(*arguments, str(tmp_path / "pipe"))
    with open(tmp_path / "pipe", "wb", 0) as pipe:
        pipe.write(RECORD.format(200).encode())
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, b"")


def test_interrupt_while_two_threads_wait(tmp_path, start):
    pipes = [tmp_path / "a", tmp_path / "b"]
    for pipe in pipes:
        os.mkfifo(pipe)
    process = start("tally", "--jobs", "2", *map(str, pipes))
    with open(pipes[0], "wb"), open(pipes[1], "wb"):  # both are read
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, b"")


def shell(script, **options):
    """What a shell makes of it, where "$@" is the command."""
    return subprocess.run(["sh", "-c", script, "sh", *COMMAND], capture_output=True, timeout=60,
                          **options)


@pytest.mark.parametrize("arguments", ["tally", "tally -", "select 5xx", "tally --follow -"])
def test_closed_standard_input(arguments):
    done = shell(f'"$@" {arguments} <&-')
    assert (done.returncode, done.stderr) == (2, b"httpstatus: standard input is closed\n")


@pytest.mark.parametrize("where", ["2>&-", "2>/dev/full"])
def test_standard_error_that_cannot_be_written(where):
    for arguments, code in (("timout", 1), ("tally /nope", 2)):
        done = shell(f'"$@" {arguments} {where}')
        assert (done.returncode, done.stdout) == (code, b"")


def test_standard_input_that_does_not_wait(start):
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    process = start("tally", "--json", stdin=reading)
    os.close(reading)
    for _ in range(2):
        time.sleep(0.2)
        os.write(writing, RECORD.format(200).encode())
    os.close(writing)
    assert json.loads(process.communicate(timeout=20)[0])["counts"] == {"200": 2}


def test_too_little_memory():
    program = "import sys; from httpstatus import _command; from httpstatus._command import logs; " \
        "logs.tally = lambda *_, **__: b'x' * (1 << 62); sys.exit(_command.main())"
    done = subprocess.run([sys.executable, "-c", program, "tally", SAMPLE], capture_output=True)
    assert (done.returncode, done.stderr) == (2, b"httpstatus: not enough memory\n")


def test_output_that_cannot_be_written():
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*COMMAND, "404"], stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2 and b"No space left" in done.stderr and done.stderr.count(b"\n") == 1
    done = shell('yes "$1" | head -n 9999 | "$@" select unmatched - - > /dev/full')
    assert done.returncode == 2 and done.stderr.count(b"\n") == 1
    done = shell('"$@" 404 >&-')
    assert (done.returncode, done.stderr) == (2, b"httpstatus: standard output is closed\n")


def test_a_name_of_any_bytes(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff\x1b[31m.log"
    with open(path, "wb") as file:
        file.write(RECORD.format(200).encode() + b"bad\n")
    for locale in ("C", "C.UTF-8"):
        environment = {**os.environ, "LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        out = output("tally", path, env=environment)
        assert r"\udcff\x1b[31m.log:2" in out
        out = output("tally", path, "--json", env=environment)
        assert [name.endswith("\udcff\\x1b[31m.log") for name in json.loads(out)["logs"]] == [True]
        run("tally", path + b"x", code=2, env=environment)
        output("select", "2xx", "-H", path, env=environment)


def test_a_log_that_shrinks(tmp_path, start):
    path = tmp_path / "a.log"
    path.write_bytes(SAMPLE.read_bytes() * 2000)
    for arguments in (["tally"], ["tally", "--jobs", "2"], ["select", "5xx"]):
        process = start(*arguments, str(path))
        os.truncate(path, 1 << 20)
        _, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, b"")


def command_without(*modules):
    """The command where modules are not installed."""
    return [sys.executable, "-c", f"import sys; sys.modules.update(dict.fromkeys({modules})); "
            "from httpstatus._command import main; sys.exit(main())"]


def without(modules, *arguments):
    return subprocess.run([*command_without(*modules), *arguments], capture_output=True, text=True)


def test_extras_that_are_missing(tmp_path):
    done = without(["rich"], "404", "--color", "always")
    assert (done.returncode, done.stderr) == (
        2, "httpstatus: --color=always needs rich: install the extra httpstatus[rich]\n")
    assert without(["rich"], "404").stdout == output("404")
    done = without(["dateparser"], "tally", "--since", "today", str(SAMPLE))
    assert (done.returncode, done.stderr) == (
        2, "httpstatus: invalid --since 'today': expected a time such as 2026-11-28T12:00; to read '10 min ago' or "
        "'today', install the extra httpstatus[dates]\n")
    (tmp_path / "a.zst").write_bytes(b"")
    done = without(["zstandard", "compression"], "tally", tmp_path / "a.zst")
    assert done.returncode == 2 and "install the extra httpstatus[zstd]" in done.stderr
    assert done.stderr.count("\n") == 1


def test_importing_the_module_does_not_import_the_command():
    program = "import sys, httpstatus; sys.exit('httpstatus._command' in sys.modules or " \
        "'argparse' in sys.modules)"
    assert subprocess.run([sys.executable, "-I", "-c", program]).returncode == 0


# ---- on a terminal ----

def on_a_terminal(*arguments, program=COMMAND, stdin=None, **environment):
    """What the command shows on a terminal of 140 columns, which is its standard input, too."""
    main, terminal = pty.openpty()
    process = subprocess.Popen(
        [*program, *arguments], stdin=stdin or terminal, stdout=terminal, stderr=terminal,
        env={**os.environ, "COLUMNS": "140", "TERM": "xterm-256color", **environment})
    os.close(terminal)
    shown = b""
    while True:
        try:
            piece = os.read(main, 1 << 16)
        except OSError:  # the other side is closed
            break
        if not piece:
            break
        shown += piece
    os.close(main)
    return process.wait(20), shown.decode()


def test_follow_on_a_terminal():
    pytest.importorskip("rich")
    with open(SAMPLE, "rb") as log:
        code, shown = on_a_terminal("tally", "--follow", stdin=log)
    assert code == 0 and "Service Unavailable" in shown and "300 lines" in shown


def test_a_terminal_has_colour_and_the_same_text():
    pytest.importorskip("rich")
    for arguments in (["404"], ["tally", str(SAMPLE)], ["redirect", "302", "POST", "--all"]):
        code, shown = on_a_terminal(*arguments)
        assert code == 0 and "\x1b[" in shown
        assert on_a_terminal(*arguments, "--color=never")[1].replace("\r\n", "\n") == \
            output(*arguments)
        words = re.sub(r"\x1b\[[0-9;]*m", "", shown).split()
        assert [word for word in output(*arguments).split() if not word.startswith("#")][:40] == \
            [word for word in words if word[0] not in "█▉▊▋▌▍▎▏"][:40]


@pytest.mark.parametrize("columns", ["20", "40", "80"])
def test_a_narrow_terminal_shows_all(columns, tmp_path):
    log = log_with(tmp_path / "a.log", *[200] * 1000, 500)
    for arguments in (["403.14"], ["tally", log], ["redirect", "302", "POST", "--all"],
                      ["redirect", "302", "POST", "--clients"]):
        code, shown = on_a_terminal(*arguments, COLUMNS=columns)
        letters = [Counter(re.findall(r"[A-Za-z0-9]", re.sub(r"\x1b\[[0-9;]*m", "", text)))
                   for text in (output(*arguments), shown)]
        assert code == 0 and not letters[0] - letters[1] and "\u2026" not in shown


def test_a_terminal_without_rich():
    code, shown = on_a_terminal("404", program=command_without("rich"))
    assert code == 0 and shown.replace("\r", "") == output("404")


def test_a_terminal_of_few_characters():
    pytest.importorskip("rich")
    shown = on_a_terminal("tally", str(SAMPLE), PYTHONIOENCODING="latin-1")[1]
    assert "\x1b[" in shown and "###" in shown


def test_a_terminal_without_a_log():
    code, shown = on_a_terminal("tally")
    assert code == 2 and "no log given: name one or pipe one in" in shown


def test_progress(tmp_path):
    pytest.importorskip("rich")
    path = tmp_path / "a.log"
    path.write_bytes(SAMPLE.read_bytes() * 300)
    packed = tmp_path / "b.log.gz"
    packed.write_bytes(gzip.compress(SAMPLE.read_bytes() * 300, 1))
    program = [sys.executable, "-c", "import sys; from httpstatus._command import main, tally; "
               "tally.LONG = 1; sys.exit(main())"]
    for jobs in ("1", "2"):
        code, shown = on_a_terminal("tally", str(path), str(packed), "--jobs", jobs, program=program)
        assert code == 0 and "100%" in shown and "B/s" in shown


# ---- what is installed beside it ----

def options_of(parser):
    return {option for action in parser._actions for option in action.option_strings}


def test_the_manual_names_every_option():
    from httpstatus import _command as command
    from httpstatus._command.parser import FORMATS, POLICIES, RETRY_POLICIES, make

    parser, commands = make()
    text = (SHARE / "man/man1/httpstatus.1").read_text()
    named = {f"--{name}" for name in re.findall(r"Fl Fl ([a-z-]+)", text)} | \
        {f"-{name}" for name in re.findall(r"Fl ([A-Za-z])\b", text)}
    assert named == set.union(*map(options_of, [parser, *commands.values()]))
    assert all(name in text for name in (*FORMATS, *POLICIES, *RETRY_POLICIES, *commands))
    for code in (command.FOUND, command.NOTHING, command.TROUBLE, command.CLOSED_PIPE,
                 command.INTERRUPTED):
        assert f".It {code}\n" in text


@pytest.mark.parametrize("line, completed", [
    ("httpstatus red", "redirect"), ("httpstatus redirect --policy le", "legacy-get"),
    ("httpstatus tally --fol", "--follow"), ("httpstatus select --format cloudf", "cloudfront"),
])
@pytest.mark.parametrize("name", ["bash", "fish"])
def test_completion(name, line, completed):
    need(name)
    words = line.split()
    program = {
        "bash": f"source {SHARE}/bash-completion/completions/httpstatus; COMP_WORDS=({line}); "
                f"COMP_CWORD={len(words) - 1}; _shtab_httpstatus; echo \"${{COMPREPLY[@]}}\"",
        "fish": f"source {SHARE}/fish/vendor_completions.d/httpstatus.fish; complete -C '{line}'",
    }
    found = subprocess.run([name, "-c", program[name]], capture_output=True, text=True)
    assert (found.stdout.split() or [found.stderr])[0] == completed


def test_completion_of_zsh():
    need("zsh")
    assert subprocess.run(["zsh", "-n", SHARE / "zsh/site-functions/_httpstatus"]).returncode == 0


def test_a_pipe_that_has_nothing_yet(tmp_path):
    """It is waited for, though it does not block."""
    from httpstatus._command.logs import Raw

    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = os.open(path, os.O_RDWR)
    with Raw(str(path)) as log:
        os.set_blocking(log.fileno(), False)
        threading.Timer(0.1, os.write, [writer, b"x"]).start()
        assert log.readinto(bytearray(9)) == 1
    os.close(writer)

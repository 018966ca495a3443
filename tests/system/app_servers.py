#!/usr/bin/env python3
"""Application servers and proxies on loopback, asked by a client that counts: what do their logs say?

    tests/system/app_servers.py [--long FOLDER] [--show] [SERVER...]

Each server has the application of applications/, in it or behind it, and gets the same requests, ordinary and
hostile, one after the other from a raw socket.  The records of its log, in their order, must have the statuses
that the client saw, and of ordinary requests the method and the path; all other lines must be none.  What a
server logs otherwise than the client saw stands in DIFFERENT, what nobody can read in UNREADABLE, what a client
forges in FORGED, each with its reason.  Those of PyPI are always asked, with --long those of npm, Go and Debian
too: what they need is built in FOLDER.  HTTPSTATUS_DEBIAN is a folder with what Debian's packages have; without
it, what is installed.  --show prints each request with what became of it.
Prints a line a server, what was not to be had, and 'N passed, N failed'.
"""
import argparse
import base64
import collections
import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpstatus
from app_kinds import APPLICATIONS, PRINTED, servers
from loopback import free_ports, listens
from servers import ask, get, responses

TIMEOUT = 60  # for what does happen, on a machine that has much to do

# ---- The requests -------------------------------------------------------------------------------

CODES = [200, 201, 204, 301, 302, 304, 400, 401, 403, 404, 405, 418, 429, 500, 502, 503]
METHODS = [b"GET", b"HEAD", b"POST", b"DELETE"]
HOSTILE = [
    b'"', b"\\", b'\\"', b'" 200 5', b'" 200 5 "-" "-"', b'" 200 5 "-" "-" ', b"' 200 5", b"%22%20200%205",
    b'%22%20200%205%20"-"', b"%0a", b"%0d%0a", b"%1b[32m", b"%5c%22 200", b"%00", b"%", b"%ff", b"\xc3\xa9",
    b"\xff", b"\t", b"\x1b[0m 200", b"\x7f", b"] 200 [", b"| 200 |", b"[200]: GET /", b" - 200 12B in 1.2ms",
    b'HTTP/1.1" 200 OK', b'","status":200,"x":"', b"{}", b"a" * 3000, b'"' * 300, b"\\" * 301,
    b'127.0.0.1 - - [20/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "-"',
    b'INFO:     127.0.0.1:5 - "GET / HTTP/1.1" 200 OK', b'\\" "GET / HTTP/1.1" 200 5 "-" "-',
]


def requests():
    """(name, what is sent, the method and path if they have to be in the log)"""
    for code in CODES:
        for method in METHODS:
            path = b"/%d/a-%s" % (code, method.lower())
            yield f"{method.decode()} {code}", get(path + b"?b=%d" % code, b"Content-Length: 0", method=method), \
                (method.decode(), path.decode())
    for i, text in enumerate(HOSTILE):
        yield f"path {i}", get(b"/404/" + text), None
        yield f"query {i}", get(b"/410?" + text), None
        yield f"agent {i}", get(b"/503", b"User-Agent: " + text), None
        yield f"referrer {i}", get(b"/403", b"Referer: " + text), None
        yield f"id {i}", get(b"/429", b"X-Request-Id: " + text, b"X-Forwarded-For: " + text), None
        yield f"user {i}", get(b"/401", b"Authorization: Basic " + base64.b64encode(text[:200] + b":x")), None
    for method in b"PUT", b"OPTIONS", b"FROB", b"get", b'G"T', b"[200]:":
        yield f"method {method!r}", get(b"/405", method=method), None
    for version in b"HTTP/1.0", b"HTTP/2.0", b"HTTP/11", b'HTTP/1.1" 200 5':
        yield f"version {version!r}", get(b"/501", method=b"GET", version=version), None
    yield "no version", b"GET /404\r\n\r\n", None
    yield "two slashes", get(b"//404/a"), None
    yield "absolute", get(b"http://x/404/a"), None
    yield "garbage", b"what?\r\n\r\n", None
    yield "the last", get(b"/418/last"), ("GET", "/418/last")


Answer = collections.namedtuple("Answer", "status of_application")


def answers_to(port, request):
    came = ask(port, request)
    statuses = responses(came, [request.startswith(b"HEAD ")])
    if not statuses and (told := re.search(rb"<p>Error code: (\d{3})", came)):  # in an answer of HTTP/0.9
        statuses.append(int(told[1]))
    return [Answer(status, b"\r\nx-answer:" in came.lower()) for status in statuses]


# ---- What is known of each server ---------------------------------------------------------------

# Where the log says something else than the client saw: (requests, whether the application answered them, the
# statuses that are logged, why), by server, whatever its options.
UNESCAPED = "it logs the path without its escapes, and escapes neither quotes nor line ends"
NO_STATUS = "it answers by HTTP/0.9, which has no status"
SQUIDS_END = "it has a line of its own, with 000, for what follows a request of no HTTP/1"
REFUSED = "its parser refuses the request, and logs no record of it"
DIFFERENT = {
    "uvicorn": [(".*", False, [], REFUSED)],
    "hypercorn": [(".*", False, [], REFUSED)],
    "gunicorn": [(".*", False, [], REFUSED)],
    "morgan": [(".*", False, [], REFUSED)],
    "pino-http": [(".*", False, [], REFUSED)],
    "express-winston": [(".*", False, [], REFUSED)],
    "gin": [(".*", False, [], REFUSED)],
    "chi": [("(?!method b'(FROB|get)').*", False, [], REFUSED)],  # its router refuses those
    "echo": [("(?!method b'(FROB|get)').*", False, [], REFUSED)],  # its router refuses those
    "Caddy": [("(?!method b'(PUT|OPTIONS|FROB|get)').*", False, [], REFUSED)],  # the backend refuses those
    "Puma": [(".*", False, [], REFUSED)],
    "Tomcat": [("no version", None, [404], NO_STATUS)],
    "WEBrick": [("no version", None, [404], NO_STATUS)],
    "Squid": [("version b'HTTP/2.0'", None, [505, 0], SQUIDS_END), ("no version", None, [404, 0], SQUIDS_END),
              ("version b'HTTP/1(1|.1\" 200 5)'", None, [200, 0], SQUIDS_END)],
    "Varnish": [("method b'(FROB|get|G\"T|\\[200\\]:)'", None, [None], "it pipes what is no method to it, unread")],
    "Werkzeug": [("no version", None, [404], NO_STATUS)],
    "Django": [("no version", None, [404], NO_STATUS)],
    "http.server": [("no version", None, [404], NO_STATUS)],
}
# What a client makes of its line so that nobody can read it: (requests, readings, why).  It is unmatched.
FORWARDED = "it takes the X-Forwarded-For of a proxy on loopback for the client, and escapes no quotes there"
UNREADABLE = {
    "uvicorn": [("id (0|2|3|4|5|8|25|26|28|29|30|31|32|33)", ["auto", "console"], FORWARDED)],
    "hypercorn": [("path (0|9|10|26|29)", ["auto", "clf"], UNESCAPED)],
    "WEBrick": [("(path|query) 28", ["auto", "clf"], "its log fails: RequestURITooLarge, then a TypeError")],
    "PHP": [("(path|query) (0|8|26|29)", ["auto", "console"], "a quote may open a request: see core/README.md")],
    "morgan, short": [("user 22", ["auto", "console"], "'127.0.0.1 | ' is how Docker Compose begins a line")],
}
# Where a client does get the status that it wants, or another record: (requests, readings, the statuses that are
# read, why).  These servers do not escape what clients write, as the formats want it: see core/README.md.
RACK = "Rack takes X-Forwarded-For for the client, first in the line, and escapes no quotes"
WEBRICK = "it escapes no quotes, and repeats a bad request in a message"
FORGED = {
    "uvicorn": [("id 31", ["auto"], [200], FORWARDED + ", so a common record of a client's begins the line")],
    "hypercorn": [("path (7|8)", ["auto", "clf"], [200], UNESCAPED)],
    "gunicorn, printed": [("(path|query) (31|33)", ["auto"], [200],
                  "what it prints has messages that repeat a bad request; its log in a file has not")],
    "Puma": [("id 31", ["auto", "clf"], [200], RACK)],
    "WEBrick": [("(path|query) (3|4|5)|version b'HTTP/1.1\" 200 5'", ["auto", "clf"], [200], WEBRICK),
                ("(path|query) (31|33)", ["auto", "clf"], [200, 200], WEBRICK),
                ("referrer 31", ["auto", "clf"], [403, 200], "it logs the referrer on a line of its own")],
}

# Servers that are left out.
NOT_ASKED = {
    "Traefik": "nobody has built its Go module here yet; vectors have lines of both of its formats",
    "Caddy's transform-encoder": "the proxy of Go modules does not have it; test_formats.py writes as it does",
    "Rails": "no line of its own log can be proved: see core/README.md; Puma has Rack::CommonLogger, as Rails may",
}


# Where a record has no method and no path.
WITHOUT_PARTS = {
    "hypercorn": "its request ends with 1.1, which is no version of HTTP",
    "chi, RequestID": "an id in front of the request may be a client's",
}


class Run:
    """A server that runs in 'home', and what it needs beside it."""

    def __init__(self, server, home):
        self.server, self.home = server, home
        self.port, self.backend = free_ports(2)
        self.processes = []

    def launch(self, arguments, port, file):
        with open(self.home / file, "wb") as log:
            process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=APPLICATIONS,
                env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"} | self.server.environment,
                start_new_session=True)
        self.processes.append(process)
        end = time.monotonic() + TIMEOUT
        while port and not listens(port):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError((self.home / file).read_text(errors="replace")[-2000:])
            time.sleep(0.05)

    def start(self):
        if self.server.proxy:
            self.launch([sys.executable, "answers.py", "http", str(self.backend)], self.backend, "backend.log")
        self.launch(self.server.start(self.home, self.port, self.backend), self.port, PRINTED)
        if self.server.beside:
            for file, arguments in self.server.beside(self.home):
                self.launch(arguments, None, file)
            time.sleep(1)

    def stop(self):
        if self.server.beside:
            time.sleep(1)  # it reads the last records
        for process in self.processes[::-1]:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


# ---- What was seen, and what was logged ---------------------------------------------------------

Expected = collections.namedtuple("Expected", "name statuses parts")


def known(table, server):
    """What is known of it, and of it whatever its options."""
    return table.get(server.name, []) + table.get(server.name.split(",")[0], [])


def logged(server, name, answers):
    """The statuses that the log must have of a request."""
    of_application = any(answer.of_application for answer in answers)
    for pattern, whose, statuses, _ in known(DIFFERENT, server):
        if re.fullmatch(pattern, name) and whose in (None, of_application):
            return statuses
    return [answer.status for answer in answers]


def read(server, name, statuses, reading):
    """The statuses that a reading must have of a request for which these are logged."""
    for pattern, readings, forged, _ in known(FORGED, server):
        if re.fullmatch(pattern, name) and reading in readings:
            return forged
    for pattern, readings, _ in known(UNREADABLE, server):
        if re.fullmatch(pattern, name) and reading in readings:
            return []
    return statuses


def compare(server, path, reading, expected):
    """What is wrong with this reading of a log."""
    records = list(httpstatus.records(path, format=reading))
    wanted = [(one, status) for one in expected for status in read(server, one.name, one.statuses, reading)]
    for at in range(max(len(records), len(wanted))):
        if at >= len(records) or at >= len(wanted) or records[at].status != wanted[at][1]:
            yield (f"{len(records)} records, not {len(wanted)}; the first that differs is {at}: "
                   f"{wanted[at:at + 1]}, read as {[record.line[:300] for record in records[at:at + 1]]}")
            return
    tally = httpstatus.tally(path, reading)
    if dict(tally) != collections.Counter(status for _, status in wanted if status is not None):
        yield f"the tally {dict(tally)} is not that of the records"
    if tally.lines != tally.records + tally.skipped + tally.unmatched:
        yield f"{tally.lines} lines, but {tally.records}, {tally.skipped} and {tally.unmatched}"
    for (one, _), record in zip(wanted, records):
        parts = (record.method, record.path)
        if one.parts and parts != one.parts and server.name not in WITHOUT_PARTS and "%" not in reading:
            yield f"{one.name}: {parts}, not {one.parts}"


def size_of(path):
    return path.stat().st_size if path.exists() else 0


def print_request(server, home, before, name, request, statuses):
    """What became of it, with stars where a reading of its lines alone is not as expected."""
    time.sleep(0.02)
    for (file, readings), position in zip(server.logs, before):
        lines = (home / file).read_bytes()[position:]
        for reading in readings:
            found = [record.status for record in httpstatus.records(lines, format=reading)]
            wanted = read(server, name, statuses, reading)
            print("    " if found == wanted else "****", f"{name}: {request[:60]} {statuses} {found} {reading!r}")
        print("".join(f"        {line[:200]}\n" for line in lines.splitlines()), end="")


def run(server, show):
    """How many readings were right and wrong."""
    passed, wrong, expected = 0, [], []
    with tempfile.TemporaryDirectory() as folder:
        one = Run(server, Path(folder))
        try:
            one.start()
            for name, request, parts in requests():
                before = [size_of(one.home / file) for file, _ in server.logs] if show else []
                answers = answers_to(one.port, request)
                time.sleep(server.pause)
                statuses = logged(server, name, answers)
                expected.append(Expected(name, statuses, parts))
                if show:
                    print_request(server, one.home, before, name, request, statuses)
        finally:
            one.stop()
        for file, readings in server.logs:
            for reading in readings:
                if faults := list(compare(server, one.home / file, reading, expected)):
                    wrong += [f"{file} as {reading!r}: {fault}" for fault in faults[:5]]
                else:
                    passed += 1
    for text in wrong:
        print(f"FAILED {server.name}: {text}")
    logged_count = sum(len(one.statuses) for one in expected)
    forged = {one.name for one in expected for _, readings in server.logs for reading in readings
              if read(server, one.name, one.statuses, reading) not in ([], one.statuses)}
    print(f"{server.name} {server.version}: {len(expected)} requests, {logged_count} logged: {passed} readings as seen"
          f"{f', but for {len(forged)} requests of FORGED' if forged else ''}, {len(wrong)} faults")
    return passed, len(wrong)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--long", metavar="FOLDER", type=Path, help="ask all servers, built in this folder")
    parser.add_argument("--show", action="store_true", help="print each request and what became of it")
    parser.add_argument("server", nargs="*", help="only those whose names begin so")
    options = parser.parse_args()
    passed = failed = 0
    for server in servers(options.long):
        if options.server and not server.name.startswith(tuple(options.server)):
            continue
        if server.missing:
            print(f"skipped: {server.name}: {server.missing}")
            failed += "CI" in os.environ and not options.long
            continue
        good, bad = run(server, options.show)
        passed, failed = passed + good, failed + bad
    if options.long and not options.server:
        for name, why in NOT_ASKED.items():
            print(f"skipped: {name}: {why}")
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    raise SystemExit(main())

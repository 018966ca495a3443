#!/usr/bin/env python3
"""An attacker against live servers: can a client write another status into a log, or hide its request?

    tests/system/attack/attack.py [--long SECONDS] [--seed N] [--kinds] [--known] [--show N] [--keep FOLDER]
                           [SERVER...]

Apache httpd, nginx and HAProxy on loopback log what an attacker sends (texts.py), in the formats
that are copied most (live.py), one connection at a time: the n-th line of a log belongs to the n-th
request.  What each server answered is the truth.  Each log is read by each format that fits, by the
server's own format string and by auto, from C, Python and Lua, as a whole and, in Python, each line
alone.  A request is

    forged      if a record has a status that the server did not send, or if it has two records
    hidden      if nothing reports it
    unmatched   if its line counts as not understood
    no status   if its record has no status

None of these may happen, except what UNDECIDABLE lists.  The modules under test are those that
PYTHONPATH and LUA_CPATH lead to; HTTPSTATUS_NGINX and HTTPSTATUS_HAPROXY are folders as for
tests/system/servers.py.  Prints a line per log, what was not available, and 'N passed, N failed'.
"""
import argparse
import collections
import contextlib
import itertools
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import httpstatus

import live
import texts
from formats.forgery import FAKE
from lua_here import LUA, has_lua
from servers import Backend, responses

TIMEOUT = 20
PORTION = {"haproxy": 6}  # one request in so many, since many ports have one log each
BY_CHANCE = 300
FIRST_SEED = 8
OUTCOMES = ["forged", "hidden", "no status", "unmatched"]

# Where a reading may fail because the lines do not tell: (server: log, reading, outcomes, why).
# "refused" is of a format string; one that is not refused must be read like all others.
UNDECIDABLE = [
    ("apache: (path|request) in blanks|apache: path, status last|nginx: path and status|"
     "nginx: user and status|haproxy, own, (path|agent) in blanks: .*", "own", ["refused"],
     "a client writes blanks, which separate the fields"),
    (".*: request in brackets", "own", ["refused"], "a client writes brackets"),
    ("apache: agent and a bar|nginx: path and bars", "own", ["refused"], "a client writes bars"),
    ("haproxy, own, agent in quotes: .*", "own", ["refused"], "HAProxy does not escape quotes without +E"),
    ("apache: agent and a bar", "auto", ["forged", "hidden", "unmatched"],
     "all of the line up to the status is the client's, as in a log of another format"),
    (".*: (xff|host) in front", "auto|clf", ["unmatched"],
     "a container runtime's stamp with the tag P in front, which a client may write, and then with F"),
    ("apache: xff in front, host in quotes.*", "auto|clf", ["forged", "no status", "unmatched"],
     "a client's stamp, then a quoted field of his: so begins the record of another format string"),
    ("apache: xff behind", "auto|clf", ["unmatched"],
     "two stamps outside of quotes, and what may be a request with its status behind each"),
    ("nginx: xff behind the stamp", "auto", ["unmatched"], "S3's line, and that of the server"),
    ("apache: iso time, xff in front", "auto|clf", ["unmatched"],
     "a container runtime's stamp with the tag P in front, which a client may write, and then with F"),
    ("nginx: iso time in front, xff", "auto", ["forged", "hidden", "unmatched"],
     "no format that auto knows, and a container runtime's stamp with the tag P in front"),
    ("nginx: iso time in front", "auto", ["unmatched"], "no format that auto knows: it has to be given"),
    (".*: time first.*", "auto|clf", ["unmatched"], "a request without a version"),
    (".*: (referer before the status|upstream status before, in blanks)", "auto", ["unmatched"],
     "no format that auto knows: it has to be given"),
    ("nginx: upstream status before", "auto", ["forged", "no status", "unmatched"],
     "the number behind the request is the upstream's: the format has to be given"),
    ("haproxy, httplog, captured, cut: .*", "auto", ["unmatched"], "the message ends before the request"),
    ("haproxy, httplog clf, cut: .*", "auto|clf|own", ["unmatched"], "the message ends before the status"),
    (".*json.* in journald short", "auto|json", ["forged", "unmatched"], "journald cuts at 48 KiB"),
    (".*json.* in journald", "auto|json", ["unmatched"], "journald cuts at 48 KiB"),
    (".* in journald short", "auto", ["forged"],
     "journald cuts at 48 KiB, and what follows is a line of its own: the format has to be given"),
]

# What an earlier version got wrong: (what, log, reading, request).
KNOWN = [
    ("Digest user with a stamp", "apache: combined", "clf", "user: a stamp and a request"),
    ("Digest user with a stamp", "apache: common", "auto", "user: a stamp and a request"),
    ("X-Forwarded-For with a stamp", "apache: xff in front", "clf", "xff: a stamp and a request"),
    ("X-Forwarded-For: #1", "apache: xff in front", "clf", "xff: a comment"),
    ("X-Forwarded-For: #1", "nginx: xff in front", "auto", "xff: a comment"),
    # Apache cuts a request line after the third word, so that a path does not reach these.
    ("Apache's line in Docker's JSON", "apache: common in docker", "clf", "user: a stamp and a request"),
    ("Apache's line in journald's JSON", "apache: combined in journald", "auto",
     "user: a stamp and a request"),
    ("%h %t %m %U %>s %b", "apache: path in blanks", "own", "path: /a 404 7"),
    ("%{User-Agent}i|%>s|%b", "apache: agent and a bar", "own", "agent: x.404.7"),
    ("[%r] %>s %b", "apache: request in brackets", "own", "path: /file. 404 7"),
    ("$uri $status", "nginx: path and status", "own", "path: /a 404 7"),
    ("[$request] $status", "nginx: request in brackets", "own", "path: /file. 404 7"),
    ("502, 404 before the status", "nginx: upstream status before", "auto", "upstream: 502, 418( again)?"),
    ("404 of the upstream, masked", "nginx: upstream status before", "auto", "upstream: 404, masked"),
    *((f"{form} in an agent", f"{server}: combined", "auto, a line alone", f"agent: {form}.*")
      for server in ("apache", "nginx") for form in ("squid", "haproxy")),
    *((f"{form} in X-Forwarded-For", f"{server}: xff in front", "auto, a line alone", f"xff: {form}.*")
      for server in ("apache", "nginx") for form in ("squid", "haproxy", "elb", "alb", "s3")),
]

Sent = collections.namedtuple("Sent", "name request status")
NO_STATUS, UNMATCHED, SKIPPED = httpstatus.NO_STATUS, httpstatus.UNMATCHED, httpstatus.SKIPPED


# ---- The attacker -------------------------------------------------------------------------------


def ask(port, request):
    """What came back before the server hung up, and the client's port."""
    came = []
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT) as connection:
        own_port = connection.getsockname()[1]
        with contextlib.suppress(ConnectionError):
            connection.sendall(request)
        with contextlib.suppress(ConnectionError):
            while data := connection.recv(65536):
                came.append(data)
    return b"".join(came), own_port


def attack(face, requests, sent):
    """Sends them and adds them to 'sent', each with a number for the witness's log, if any."""
    for number, (name, request, lenient) in enumerate(requests, len(sent)):
        line, _, rest = request.partition(b"\r\n")
        port = face.http2_port if lenient else face.port
        came, own_port = ask(port, b"%b\r\nX-Marker: %d\r\n%b" % (line, number, rest))
        statuses = responses(came, [line.startswith(b"HEAD ")])
        sent.append((Sent(name, request, statuses[0] if len(statuses) == 1 else None), own_port))


def at_cuts(face, home, sent):
    """Sends requests whose lines have a record where their wrapper cuts them: the line of the same
    request with a mark in place of the record shows where that is."""
    mark = b"@mark@"
    for log in face.logs:
        size = live.CUTS.get(log.name.rpartition(" in ")[2])
        for place in ("agent", "path") if log.wrap and size else ():
            fill = {"query": b"\xff" * 3000, "referer": b"\xff" * 5000} if size > 40000 else {}
            # The mark must be where the record will be.
            parts = fill | {place: mark + b"\xff" * 10 + mark}
            attack(face, [(f"cut: {log.name}, mark", texts.request(b"/nothing", parts), True)], sent)
            time.sleep(0.1)
            line = (home / log.wrap[0]).read_bytes().split(b"\n")[-2]
            first, last = line.find(mark), line.rfind(mark)
            if first == last:
                continue
            count, rest = divmod(size - first, (last - first - len(mark)) // 10)
            for name, text in texts.AT_CUTS.items():
                text = b"\xff" * count + b"a" * rest + text
                request = texts.request(b"/nothing", fill | {place: text})
                attack(face, [(f"cut: {log.name}, {name}", request, True)], sent)
            break


# ---- What a reading says of a log ---------------------------------------------------------------


def by_line(extracted, selected, lines):
    """The results of each line: by extract() if it has one per line, else by select()."""
    found = [[] for _ in range(lines)]
    for number, status in selected:
        found[number - 1].append(status)
    counts = collections.Counter(status for status in extracted if status != SKIPPED)
    if counts != collections.Counter(itertools.chain.from_iterable(found)):
        raise ValueError("extract() and select() differ")
    if len(extracted) == lines:
        return [[status] if status != SKIPPED else [] for status in extracted]
    return found


def ask_python(path, form, options, lines):
    extracted = httpstatus.extract(path, form, **options)
    kinds = {NO_STATUS: "no_status", UNMATCHED: "unmatched"}
    passes = [([*range(1000), *kinds.values()], NO_STATUS if NO_STATUS in extracted else UNMATCHED)]
    if kinds.keys() <= {*extracted}:  # select() does not tell one from the other
        passes = [([*range(1000), "no_status"], NO_STATUS), (["unmatched"], UNMATCHED)]
    selected = [(number, kind if status is None else status) for which, kind in passes
                for number, status, _ in httpstatus.select(path, which, form, **options)]
    return by_line(extracted, selected, lines)


def ask_program(command, jobs):
    """The answers of answers.lua or answers.c to all (path, format, lines)."""
    text = "".join(f"{path}\t{form}\n" for path, form, _ in jobs)
    said = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60 * TIMEOUT)
    if said.returncode:
        raise RuntimeError(said.stderr)
    rows = iter(said.stdout.split("\n"))
    for _, _, lines in jobs:
        row = next(rows)
        if row == "refused":
            yield None
            continue
        selected = [tuple(map(int, pair.split(":"))) for pair in next(rows).split()]
        yield by_line([int(status) for status in row.split()], selected, lines)


def other_languages(folder):
    """{language: what answers in it}"""
    here = Path(__file__).resolve().parent
    core = here.parents[2] / "core"
    program = folder / "answers"
    subprocess.run(["cc", "-O2", "-DHTTPSTATUS_STATIC", f"-I{core}", "-o", program, here / "answers.c",
                    *core.glob("*.c")], check=True)
    return {"C": [program]} | ({"Lua": [LUA, here / "answers.lua"]} if has_lua() else {})


def alone(raw, form, options):
    """Each line as if it were the whole log."""
    return [[status for status in httpstatus.extract(line, form, **options) if status != SKIPPED]
            for line in raw]


def outcome(results, status):
    """What the results get wrong about a request answered with that status; None if nothing."""
    if status is None:  # not seen: any status will do, except a client's
        return "forged" if int(FAKE) in results else None
    records = [result for result in results if result != UNMATCHED]
    if len(records) > 1 or any(record not in (status, NO_STATUS) for record in records):
        return "forged"
    if records:
        return "no status" if records[0] == NO_STATUS else None
    return "unmatched" if results else "hidden"


def judge(answers, owners, sent):
    """{outcome: the numbers of the requests that have it}"""
    results = [[] for _ in sent]
    for owner, found in zip(owners, answers):
        results[owner] += found
    found = {name: [] for name in OUTCOMES}
    for number, (request, result) in enumerate(zip(sent, results)):
        if (name := outcome(result, request.status)) is not None:
            found[name].append((number, result))
    return found


# ---- The logs of a server -----------------------------------------------------------------------


def wrap(home, log):
    """Writes a log as its wrapper does; returns the number of each line's request."""
    path, wrapper = log.wrap
    owners, lines = [], []
    for number, line in enumerate((home / path).read_bytes().split(b"\n")[:-1]):
        for piece in wrapper(line):
            owners.append(number)
            lines.append(piece)
    (home / log.path).write_bytes(b"".join(lines))
    return owners


def check_order(home, face, sent):
    """Whether the n-th line is that of the n-th request, and the status seen is the one logged."""
    problems = []
    if face.witness:
        for number, line in enumerate((home / face.witness).read_bytes().split(b"\n")[:-1]):
            marker, status = line.split()
            if number >= len(sent) or marker not in (b"-", b"%d" % number):
                return [f"{face.witness}:{number + 1}: {marker.decode()}"]
            one = sent[number][0]
            if one.status != int(status):
                problems.append(f"{one.name}: {one.status} was seen, {status.decode()} logged")
    elif "own" not in face.name and "clf, cut" not in face.name:
        for line, (one, port) in zip((home / face.logs[0].path).read_bytes().split(b"\n"), sent):
            if b"%d" % port not in line:
                return [f"{one.name}: {line[:80]}"]
    return problems


class Report:
    def __init__(self, options):
        self.options = options
        self.languages = {}  # what answers in those other than Python
        self.passed = self.failed = 0
        self.kinds = collections.Counter()
        self.found = set()

    def fail(self, text):
        self.failed += 1
        print(f"FAILED {text}")

    def take(self, face, log, reading, how, found, sent, raw, owners):
        """Counts one reading of one log; 'found' is None if the format was refused."""
        allowed, why = undecidable(face, log, reading)
        if found is None:
            counts = "refused"
            good = "refused" in allowed
        else:
            counts = ", ".join(f"{len(found[name])} {name}" for name in OUTCOMES if found[name]) or "as sent"
            good = not any(found[name] for name in OUTCOMES if name not in allowed)
            for name in OUTCOMES:
                for number, result in found[name]:
                    place = sent[number].name.partition(":")[0]
                    self.kinds[f"{face.name}: {log.name}", reading, name, place] += 1
                    self.found |= {(f"{face.name}: {log.name}", said, sent[number].name)
                                   for said in (reading, how and f"{reading}, {how}")}
        if good:
            self.passed += 1
            return
        self.fail(f"{face.name}: {log.name}, by {reading}{how and ', '}{how}: {counts} of {len(sent)}" +
                  (f" ({why})" if why else ""))
        if found is not None:
            for name in OUTCOMES:
                for number, result in found[name][:self.options.show if name not in allowed else 0]:
                    print(f"    {name} {result}, not {sent[number].status}: {sent[number].name}")
                    for line in [line for owner, line in zip(owners, raw) if owner == number][:3]:
                        print(f"        {line[:300]}")


def undecidable(face, log, reading):
    for pattern, readings, allowed, why in UNDECIDABLE:
        if re.fullmatch(pattern, f"{face.name}: {log.name}") and re.fullmatch(readings, reading):
            return allowed, why
    return (), ""


def check(home, face, asked, report):
    sent = [one for one, _ in asked]
    for problem in check_order(home, face, asked):
        report.fail(f"{face.name}: not in order: {problem}")
    jobs = []
    for log in face.logs:
        owners = wrap(home, log) if log.wrap else range(len(sent))
        raw = (home / log.path).read_bytes().split(b"\n")
        if raw.pop() or len(owners) != len(raw):
            report.fail(f"{face.name}, {log.name}: {len(raw)} lines for {len(sent)} requests")
            continue
        for label, form, options in log.readings:
            try:
                answers = ask_python(home / log.path, form, options, len(raw))
                whole = judge(answers, owners, sent)
            except httpstatus.LogFormatError:
                answers = whole = None
            except ValueError as error:
                report.fail(f"{face.name}, {log.name}, by {label}: {error}")
                continue
            report.take(face, log, label, "", whole, sent, raw, owners)
            if whole is not None and label != "own" and len(raw) == len(sent):
                report.take(face, log, label, "a line alone", judge(alone(raw, form, options), owners, sent),
                            sent, raw, owners)
            jobs.append((log, label, (home / log.path, form, len(raw)), answers, owners, raw))
    for language, command in report.languages.items():
        for (log, label, _, answers, owners, raw), said in zip(jobs, ask_program(command, [job[2] for job in jobs])):
            if said == answers:
                report.passed += 1
            else:
                report.fail(f"{face.name}: {log.name}, by {label}: {language} says otherwise than Python")
                report.take(face, log, label, language, said and judge(said, owners, sent), sent, raw, owners)
    missing = sum(one.status is None for one in sent)
    print(f"{face.name}: {len(sent)} requests, {missing} without an answer, {len(face.logs)} logs, "
          f"{len(jobs)} readings")


def run(kind, backend, report, options, seed):
    home = Path(tempfile.mkdtemp())
    os.chmod(home, 0o755)  # for a server that gives up being root
    server = kind(home, backend)
    try:
        if not server.program:
            report.fail(f"{kind.name} is not installed")
            return
        server.start()
        chance = texts.by_chance(seed)
        asked = [[] for _ in server.faces]
        for turn, (face, sent) in enumerate(zip(server.faces, asked)):
            if seed == FIRST_SEED:
                portion = 1 if options.long else PORTION.get(kind.name, 1)
                every = itertools.islice(texts.systematic(), turn % portion, None, portion)
                some = itertools.islice(chance, BY_CHANCE // portion)
                attack(face, itertools.chain(texts.named(), every, some), sent)
                at_cuts(face, home, sent)
            else:
                attack(face, itertools.islice(chance, 10 * BY_CHANCE), sent)
        server.stop()
        for face, sent in zip(server.faces, asked):
            check(home, face, sent, report)
    finally:
        server.kill()
        if options.keep:
            shutil.copytree(home, options.keep / kind.name, dirs_exist_ok=True)
        shutil.rmtree(home, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--long", type=int, default=0, metavar="SECONDS", help="go on by chance for so long")
    parser.add_argument("--kinds", action="store_true", help="what failed by log, reading and place")
    parser.add_argument("--known", action="store_true", help="which failures that are known were found")
    parser.add_argument("--show", type=int, default=1, metavar="N", help="so many lines of each failure")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the logs there")
    parser.add_argument("--seed", type=int, default=FIRST_SEED, metavar="N",
                        help="by chance alone, from that seed")
    parser.add_argument("server", nargs="*", choices=[[], *live.KINDS])
    options = parser.parse_args()
    if not has_lua():
        print(f"skipped: Lua: no {LUA} with httpstatus here")
    backend, report, seed = Backend(), Report(options), options.seed
    end = time.monotonic() + options.long
    with tempfile.TemporaryDirectory() as folder:
        report.languages = other_languages(Path(folder))
        while True:
            for name in options.server or live.KINDS:
                run(live.KINDS[name], backend, report, options, seed)
            if time.monotonic() > end:
                break
            seed += 1
            print(f"seed {seed}")
    kinds = collections.Counter(name for (_, _, name, _) in report.kinds)
    print("kinds by log, reading and place: " + ", ".join(f"{kinds[name]} {name}" for name in OUTCOMES))
    if options.kinds:
        for kind, count in sorted(report.kinds.items()):
            print("kind:", *kind, count, sep="\t")
    if options.known:
        chosen = options.server or [*live.KINDS]
        for what, log, reading, name in (one for one in KNOWN if one[1].partition(":")[0] in chosen):
            found = any((log, reading) == one[:2] and re.fullmatch(name, one[2]) for one in report.found)
            print(f"{'found' if found else 'not found'}: {what} ({log}, by {reading})")
    print(f"{report.passed} passed, {report.failed} failed")
    return report.failed != 0


if __name__ == "__main__":
    raise SystemExit(main())

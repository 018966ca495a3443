"""What crosses a line: the module against reference.py, on our own logs, real ones, reports and logs made
at random.

The same each time; HTTPSTATUS_EXAMPLES=N makes N logs at random, by a seed that grows with N.
"""
import json
import os
import random
from collections import Counter
from pathlib import Path

import httpstatus
import pytest
import reference
import writers
from formats.json import METHODS
from formats.servers import Record
from httpstatus import Tally, _core

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
EXAMPLES = int(os.environ.get("HTTPSTATUS_EXAMPLES", 60))
CODES = {reference.NO_STATUS: httpstatus.NO_STATUS, reference.SKIPPED: httpstatus.SKIPPED,
         reference.UNMATCHED: httpstatus.UNMATCHED}
TRIED = Counter()  # what the closing line counts

W3C_FIELDS = "date time cs-method cs-uri-stem sc-status sc-substatus time-taken"
WAYS = [*({"format": name} for name in _core._FORMATS),
        {"format": "elb", "target": True}, {"format": "json", "key": "a.b"},
        {"format": "w3c", "fields": W3C_FIELDS}, {"format": "cloudfront", "fields": W3C_FIELDS},
        {"format": "auto", "key": "res.statusCode"}]


def summary():
    skipped = "" if SHARED.exists() else "skipped: the real logs and the reports: needs ../shared\n"
    return skipped + ("contract: {files} files, {readings} readings, {cuts} cuts, {differences} differences"
            .format(**{name: TRIED[name] for name in ("files", "readings", "cuts", "differences")}))


# ---- What is compared ---------------------------------------------------------------------------


COUNTERS = ("format", "key", "lines", "records", "no_status", "skipped", "unmatched", "first_unmatched")


def counters(tally):
    return {name: getattr(tally, name) for name in COUNTERS} | {
        "formats": dict(tally.formats), "substatuses": dict(tally.substatuses), "counts": dict(tally)}


def expected_counters(answers):
    return {name: getattr(answers, name) for name in COUNTERS} | {
        "formats": answers.formats, "substatuses": dict(answers.substatuses),
        "counts": dict(answers.counts)}


def code(result):
    return result[0] if reference.is_status(result) else CODES[result]


def expected_selection(answers, keep):
    return [(answer.number, answer.result[0] if reference.is_status(answer.result) else None,
             answer.line) for answer in answers if keep(answer.result)]


def selection(log, which, how, invert=False):
    """The lines too, by the lines of the log: of several records on one line, each has its own part."""
    return [(number, status, Part(line)) for number, status, line in httpstatus.select(
        log, which, invert=invert, **how)]


class Part(bytes):
    """Equals anything it is a part of."""

    def __eq__(self, line):
        return bytes(self) in line


SELECTIONS = {
    "4xx": lambda result: code(result) // 100 == 4, 404: lambda result: code(result) == 404,
    "403.14": lambda result: result == (403, 14),
    "no_status": lambda result: result == reference.NO_STATUS,
    "unmatched": lambda result: result == reference.UNMATCHED,
}


def same(what, got, expected, log, how):
    """One comparison; a difference is reported with as little of the log as possible."""
    TRIED["readings"] += 1
    if got == expected:
        return
    TRIED["differences"] += 1
    if isinstance(got, dict):
        names = [name for name in got if got[name] != expected[name]]
        got, expected = ({name: values[name] for name in names} for values in (got, expected))
    elif isinstance(got, list):
        at = next((i for i, pair in enumerate(zip(got, expected)) if pair[0] != pair[1]),
                  min(len(got), len(expected)))
        what, got, expected = f"{what}, answer {at}", got[at:at + 3], expected[at:at + 3]
    pytest.fail(f"{what} with {how}:\n  it is    {got!r:.900}\n  expected {expected!r:.900}\n"
                f"  of {log!r:.3000}", pytrace=False)


def compare(log, how):
    """Every counter, every answer and every selection, of the whole log."""
    answers = reference.read(log, **how)
    same("extract", [*httpstatus.extract(log, **how)], [code(answer.result) for answer in answers],
         log, how)
    same("tally", counters(httpstatus.tally(log, **how)), expected_counters(answers), log, how)
    for which, keep in SELECTIONS.items():
        same(f"select {which}", selection(log, which, how), expected_selection(answers, keep), log, how)
        same(f"select all but {which}", selection(log, which, how, invert=True),
             expected_selection(answers, lambda result: not keep(result)), log, how)
    return answers


def feed(pieces, how):
    tally = Tally(**how)
    for piece in pieces:
        tally.feed(piece)
    consumed = tally.consumed
    tally.close()
    assert consumed == tally.consumed == b"".join(pieces).rfind(b"\n") + 1
    TRIED["cuts"] += len(pieces) - 1
    return counters(tally)


def in_pieces(log, size):
    """'size' gives that of the next piece."""
    pieces, at = [], 0
    while at < len(log):
        pieces.append(log[at:at + size()])
        at += len(pieces[-1])
    return pieces


def compare_pieces(log, how, rng):
    whole = expected_counters(reference.read(log, **how))
    for name, size in {"a byte": lambda: 1, "up to 9 bytes": lambda: rng.randint(1, 9),
                       "up to 300 bytes": lambda: rng.randint(1, 300)}.items():
        same(f"pieces of {name}", feed(in_pieces(log, size), how), whole, log, how)


def compare_every_cut(log, how):
    whole = expected_counters(reference.read(log, **how))
    for at in range(len(log) + 1):
        same(f"cut at {at}", feed([log[:at], log[at:]], how), whole, log, how)


def crosses_nothing(log, at, how, whole):
    """Whether the answers of the two parts are those of the whole."""
    before, behind = reference.read(log[:at], **how), reference.read(log[at:], **how)
    moved = [answer._replace(number=answer.number + before.lines) for answer in behind]
    return [*before] + moved == [*whole]


def compare_sums(log, how, cuts):
    """Tallies of two parts add up to that of the whole, wherever nothing crosses the cut."""
    whole, tried = reference.read(log, **how), 0
    for at in cuts:
        if crosses_nothing(log, at, how, whole):
            sum_ = httpstatus.tally(log[:at], **how) + httpstatus.tally(log[at:], **how)
            same(f"sum of the parts at {at}", counters(sum_), expected_counters(whole), log, how)
            tried += 1
    TRIED["cuts"] += tried
    return tried


def line_ends(log):
    return [at + 1 for at, byte in enumerate(log) if byte == 10]


# ---- Real logs ----------------------------------------------------------------------------------


def real_logs():
    """{name: (path, ways)}"""
    found = {"sample": (ROOT / "data" / "sample.log", [{"format": "auto"}, {"format": "clf"}])}
    for path in sorted((ROOT / "tests" / "logs").glob("*/*")):
        found[f"tests/logs/{path.parent.name}/{path.name}"] = path, WAYS
    if (SHARED / "logs").exists():
        for entry in json.loads((SHARED / "logs" / "index.json").read_text()):
            options = {name: entry[name] for name in ("key", "fields") if name in entry}
            form = {"iis": "w3c"}.get(entry["format"], entry["format"])
            found[entry["file"]] = SHARED / "logs" / entry["file"], [
                {"format": "auto"}, {"format": "auto"} | options, {"format": form} | options,
                *([{"format": form, "target": True}] if form == "elb" else [])]
    for path in sorted((SHARED / "reports").glob("*.log")):
        found[path.name] = path, WAYS
    return found


REAL = real_logs()


@pytest.mark.parametrize("name", REAL)
def test_real_log(name):
    path, ways = REAL[name]
    log, rng = path.read_bytes(), random.Random(name)
    TRIED["files"] += 1
    for how in ways:
        compare(log, how)
    for how in ways[:1] + ways[-1:]:
        if len(log) < 40_000:
            compare_pieces(log, how, rng)
        if len(log) < 600:
            compare_every_cut(log, how)
        ends = line_ends(log)
        compare_sums(log, how, ends if len(log) < 4000 else rng.sample(ends, 1))


# ---- Logs made at random ------------------------------------------------------------------------

TEXTS = [
    b'"', b"\\", b'\\"', b" ", b"\0", b"\xff", b"#", b"|", b"[", b"]", b"{", b"}", b",", b"-", b'" 200 12',
    b'" - -', b'\\" 500 7 ', b" 404 ", b'" 200 - 1 2 3 4 ', b'" 503 UF ', b' HTTP/1.1" 500 7 ',
    b"1.2.3.4:5 [20/Nov/2026:10:00:00.655] f b/s 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 ",
    b"1157689312.049 5006 10.1.1.1 TCP_MISS/200 19763 CONNECT e:443 - NONE/- -", b"\t404\t",
    b"[10/Oct/2000:13:55:36 -0700]", b"[2026-11-20T10:00:00Z] \"", b'"status":404', b'{"status": "404"}',
    b"#Fields: sc-status", b"\\u0022", b"\\x22", b"GET / HTTP/1.1", b"x" * 70, b"stdout F ", b"app | ",
]


def text(rng):
    return b"".join(rng.choice(TEXTS) for _ in range(rng.choice((0, 0, 0, 0, 1, 1, 2, 4))))


def record(rng):
    """A line as a server writes it, of any format that "auto" knows."""
    names = sorted(name for name, form in writers.ALL.items() if form.detected and not form.head)
    status = rng.choice((200, 302, 403, 404, 500, rng.randint(1, 999), None))
    return writers.ALL[rng.choice(names)].write(Record(
        status, rng.choice((0, 14)), rng.choice((b"GET", text(rng))), b"/" + text(rng), text(rng),
        text(rng), text(rng), rng.randrange(9999), rng.randrange(60)))


COLUMNS = {  # names, and a record of them
    W3C_FIELDS: [b"2026-11-20", b"10:00:00", b"GET", b"/a", b"200", b"14", b"15"],
    "date time sc-status": [b"2026-11-20", b"10:00:00", b"404"],
    "date time a b c d e f sc-status": [b"2026-11-20", b"10:00:00", *[b"a"] * 6, b"403"],
    "sc-status a": [b"200", b"x"], "": [b"x"],
    "date time a b": [b"2026-11-20", b"10:00:00", b"a", b"200"],
}


def row(rng):
    """A line of columns, as often as not with something else in one."""
    values = list(rng.choice([*COLUMNS.values()][:rng.choice((3, 6))]))
    if rng.random() < 0.5:
        values[rng.randrange(len(values))] = rng.choice(
            (b"503", b"-", b"2000", b'"/a b"', b"#", b"x\"", b'""'))
    return rng.choice((b" ", b"\t")).join(values) + rng.choice((b"", b"", b"", b" ", b"\tx"))


def fields(rng):
    start = rng.choice((b"#Fields: ", b"#Fields: ", b"#fields:", b"\xef\xbb\xbf#Fields: ",
                        b"\0#Fields: ", b"# Fields: "))
    names = rng.choice([*COLUMNS][:rng.choice((3, 3, 6))])
    return start + names.encode() + rng.choice((b"", b"", b" ", b"\0\0"))


def document(rng):
    """An object, with a status or not."""
    status = rng.choice((200, 404, "403", rng.choice(
        ("-", "", None, 200.0, 2.5, True, 1000, "x", {"status": 1}))))
    key = rng.choice((*reference.KEYS, "a.b", "x", "a"))
    members = [*at_path(key, status, rng).items(), ("msg", text(rng).decode("latin-1")), ("list", [{"status": 500}])]
    members += rng.choice(([], [("status", 500)], [("a", 1)], [("log", "x")], [("a.b", 204)]))
    members += rng.choice(([], [], [*at_path(key, 205, rng).items()], [(key.split(".")[0], {"x": 1})]))
    members += rng.choice(([], [*at_path(rng.choice(METHODS), rng.choice(("GET", "GET /", "get", 1, None)), rng).items()]))
    members += rng.choice(([], [], [], [("event_type", rng.choice(("http", "alert", None, {})))]))
    members += rng.choice(([], [], [], [("properties", rng.choice(('{"ScStatus":404}', '{"ScStatus":', "x", {}, 1)))]))
    rng.shuffle(members)
    return object_of(members, rng)


def at_path(path, value, rng):
    """An object that has the value there, however the path is divided into names."""
    name, dot, rest = path.partition(".")
    while rest and rng.random() < 0.4:
        more, dot, rest = rest.partition(".")
        name += "." + more
    return {name: at_path(rest, value, rng) if rest else value}


def object_of(members, rng):
    """JSON of names and values, of which a name may be there twice."""
    separators = rng.choice(((",", ":"), (", ", ": ")))
    body = separators[0].join(
        string(name, rng) + separators[1] + json.dumps(value, separators=separators)
        for name, value in members)
    return b"{%s}" % body.encode("latin-1", "replace")


def string(text_, rng):
    quoted = json.dumps(text_)
    return quoted if rng.random() < 0.8 else quoted.replace("s", "\\u0073").replace("l", "\\u006C")


def objects(rng):
    one = [document(rng) for _ in range(rng.randint(1, 4))]
    starts = b"", b" ", b"[", b"\x1e", b'{"records":[', b'{"records" : [', b'{"a":1,"records":['
    return rng.choice(starts) + rng.choice((b"", b",", b" ", b"\x1e")).join(one) \
        + rng.choice((b"", b"", b"]", b" x", b"{", b"\t", b'{"a":', b"]}", b"]}", b']},"a":1'))


def plain_line(rng):
    return rng.choice((record, record, record, record, row, document))(rng)


PREFIXES = [
    b"Nov 20 10:00:00 host app[12]: ", b"<13>Nov  2 10:00:00 host app: ", b"Nov 20 10:00:00 app: ",
    b"2026-11-20T10:00:00.123+01:00 host x app[1]: ", b"<34>1 2026-11-20T10:00:00Z h a - ID47 - \xef\xbb\xbf",
    b'<34>1 2026-11-20T10:00:00Z h a 1 ID [x@1 a="b"] ', b"nginx[12]: ", b"nginx-1  | ",
    b"\x1b[36mweb_1  |\x1b[0m ", b"\x1b[0;33;1mweb.1     | \x1b[0m", b"2026-11-20T10:00:00.1Z stdout F ",
    b"2026-11-20T10:00:00.1Z stderr F ", b"2026-11-20T10:00:00+01:00\tnginx.access\t", b"app| ", b"x: ", b"Nov 20 10:00:00 a b c d: ", b" ", b"\t",
    b"2026-11-20T10:00:00.1Z stdout X ", b"2026-11-20T%s stdout F " % (b"1" * 300),
]


def prefixed(rng):
    known = 13
    prefix = rng.choice(PREFIXES[:rng.choice((known, len(PREFIXES)))])
    return prefix + rng.choice((plain_line, record, record, document, comment))(rng)


def list_of(line, rng):
    """What journald writes where a line is not UTF-8, or something like it."""
    numbers = [*line]
    at = rng.randint(0, len(numbers))
    if rng.random() < 0.2:
        numbers[at:at + 1] = rng.choice(([256], [-1], [1.0], ["a"], [[]], [{}], [None], [1234], []))
    return numbers


def docker(line, stream, rng):
    members = [("log", line.decode("latin-1")), ("stream", stream)]
    members += rng.choice(([], [("time", "2026-11-20T10:00:00Z")],
                           [("time", "2026-11-20T10:00:00Z"), ("attrs", {"a": "b"})]))
    return object_of(members, rng)


def wrapper(rng):
    line = rng.choice((plain_line, prefixed, objects, comment))(rng)
    end = rng.choice((b"\n", b"\n", b"\n", b"\r\n", b"\nmore", b"\n\n", b"\r", b""))
    if rng.random() < 0.4:
        name = rng.choice(("MESSAGE", "MESSAGE", "log"))
        members = [(name, (line + rng.choice((b"", end))).decode("latin-1")), ("PRIORITY", "6")]
        if name == "MESSAGE" and rng.random() < 0.4:
            members[0] = name, list_of(members[0][1].encode("latin-1"), rng)
        members += rng.choice(([], [], [("MESSAGE", 1)], [("log", "y\n")], [("status", "200")]))
        members += rng.choice(([], [("_STREAM_ID", rng.choice(("a1", "b2", 1, None)))]))
        members += rng.choice(([], [("_LINE_BREAK", rng.choice(("line-max", "line-max", "eof", None)))]))
        rng.shuffle(members)
        return object_of(members, rng)
    return docker(line + end, rng.choice(("stdout", "stderr", "x")), rng)


def wrappers(rng):
    several = [rng.choice((wrapper, document))(rng) for _ in range(rng.randint(1, 3))]
    return rng.choice((b"", b",")).join(several) + rng.choice((b"", b" x"))


def pieces_of(line, rng):
    ends = sorted(rng.randint(0, len(line)) for _ in range(rng.randint(1, 3)))
    return [line[a:b] for a, b in zip([0, *ends], [*ends, len(line)])]


def docker_parts(rng):
    pieces = pieces_of(plain_line(rng) + b"\n", rng)
    stream = rng.choice(("stdout", "stderr"))
    return [docker(piece, stream, rng) for piece in pieces]


def journald_parts(rng):
    *pieces, last = pieces_of(plain_line(rng), rng)
    stream = [("_STREAM_ID", rng.choice(("a1", "b2")))] * rng.choice((0, 1, 1))
    cut = [("_LINE_BREAK", "line-max")]
    entries = [[("MESSAGE", rng.choice((piece.decode("latin-1"), [*piece]))), *stream, *cut] for piece in pieces]
    entries.append([("MESSAGE", rng.choice((last.decode("latin-1"), None))), *stream])
    return [object_of(rng.sample(entry, len(entry)), rng) for entry in entries]


def cri_parts(rng):
    *pieces, last = pieces_of(rng.choice((plain_line, wrapper, objects, prefixed))(rng), rng)
    stream = rng.choice((b"stdout", b"stderr"))
    return [*(b"2026-11-20T10:00:00Z %s P %s" % (stream, piece) for piece in pieces),
            b"2026-11-20T10:00:01Z %s F %s" % (stream, last)]


def comment(rng):
    return rng.choice((b"#", b"# a comment", b"#" + plain_line(rng), b"# " + plain_line(rng), b"",
                       b" \t", b"\0", b"\xef\xbb\xbf", b"text", b"\r", b"#x\ry"))


def torn(rng):
    line = rng.choice((plain_line, plain_line, prefixed, wrapper))(rng)
    return line[:rng.randint(0, len(line))]


def changed(rng):
    """A record with a byte put in, taken out or changed."""
    line = rng.choice((record, row))(rng)
    at = rng.randint(0, len(line))
    return line[:at] + rng.choice((b'"', b"\\", b" ", b"\r", b"\0", b"[", b"9", b"-", b"")) \
        + line[at + rng.randint(0, 1):]


def long(rng):
    line = plain_line(rng)
    at = rng.randint(0, len(line))
    more = rng.choice((b"x", b"x ", b"[", b'\\"')) * rng.choice((100, 3000, 40_000))
    return line[:at] + more + line[at:]


KINDS = {record: 8, document: 1, prefixed: 6, wrapper: 5, objects: 3, wrappers: 1, fields: 2, row: 5,
         comment: 2, torn: 1, changed: 3}
SEQUENCES = {docker_parts: 1, cri_parts: 1, journald_parts: 1}


def some(kinds, rng):
    return rng.choices([*kinds], [*kinds.values()])[0](rng)


def hostile_log(rng, count):
    """About 'count' lines; the parts of a record stay in their order, and are mixed with others."""
    sequences = [some(SEQUENCES, rng) for _ in range(rng.randint(0, count // 6 + 1))]
    sequences += [[some(KINDS, rng)] for _ in range(count)]
    order = [i for i, sequence in enumerate(sequences) for _ in sequence]
    rng.shuffle(order)
    lines = [sequences[i].pop(0) for i in order]
    if rng.random() < 0.3:
        del lines[rng.randrange(len(lines))]
    ends = rng.choice(([b"\n"], [b"\r\n"], [b"\n", b"\r\n"], [b"\n", b"\n\n", b"\r\r\n"]))
    log = b"".join(line.replace(b"\n", b"") + rng.choice(ends) for line in lines)
    return log[:-rng.choice((0, 0, 1, 2, 30))] if rng.random() < 0.4 and len(log) > 99 else log


@pytest.mark.parametrize("seed", range(EXAMPLES))
def test_hostile_log(seed):
    """All formats, and "auto", on the same log; one of them in pieces."""
    rng = random.Random(f"contract {seed}")
    log = hostile_log(rng, rng.choice((3, 10, 30)))
    TRIED["files"] += 1
    for how in WAYS:
        compare(log, how)
    for how in [WAYS[0], rng.choice(WAYS)]:
        if len(log) < 10_000:
            compare_pieces(log, how, rng)
        ends = line_ends(log)
        compare_sums(log, how, rng.sample(ends, min(len(ends), 5)))


@pytest.mark.parametrize("seed", range(EXAMPLES // 4))
def test_every_cut(seed):
    rng = random.Random(f"cuts {seed}")
    log = hostile_log(rng, rng.choice((1, 2, 4)))[:2500]
    TRIED["files"] += 1
    for how in [WAYS[0], rng.choice(WAYS)]:
        compare(log, how)
        compare_every_cut(log, how)


@pytest.mark.parametrize("seed", range(max(EXAMPLES // 15, 2)))
def test_long_lines(seed):
    rng = random.Random(f"long {seed}")
    log = b"\n".join(rng.choice((long, prefixed, wrapper))(rng) for _ in range(6))
    TRIED["files"] += 1
    for how in [WAYS[0], *rng.sample(WAYS, 2)]:
        compare(log, how)
        same("pieces of up to 9999 bytes", feed(in_pieces(log, lambda: rng.randint(1, 9999)), how),
             expected_counters(reference.read(log, **how)), log, how)


@pytest.fixture(scope="module")
def large_log(tmp_path_factory):
    """Mixed lines, repeated to more than twice what jobs= cuts; and its path."""
    rng = random.Random("jobs")
    log = b""
    while len(log) < 300_000:
        log += hostile_log(rng, 40)
        log += b"" if log.endswith(b"\n") else b"\n"
    log *= 5 * 2**20 // len(log) + 1
    path = tmp_path_factory.mktemp("contract") / "log"
    path.write_bytes(log)
    return log, path


def test_jobs_auto(large_log):
    log, path = large_log
    TRIED["files"] += 1
    whole = expected_counters(reference.read(log))
    for jobs in (1, 2, 3, 8):
        TRIED["cuts"] += jobs - 1
        same(f"jobs={jobs}", counters(httpstatus.tally(path, jobs=jobs)), whole, b"", WAYS[0])


@pytest.mark.parametrize("how", WAYS[1:], ids=lambda how: " ".join(map(str, how.values())))
def test_jobs(large_log, how):
    log, path = large_log
    whole = counters(httpstatus.tally(path, **how))
    for jobs in (2, 3, 8):
        TRIED["cuts"] += jobs - 1
        same(f"jobs={jobs}", counters(httpstatus.tally(path, **how, jobs=jobs)), whole, b"", how)

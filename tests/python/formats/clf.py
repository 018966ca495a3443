"""NCSA common and combined, and lines that contain either."""
import re

import make_sample

from formats import forgery, servers
from formats.corpus import Corpus
from formats.lines import Sample, Usual
from formats.naive import behind_request, number_of, unescaped_quotes
from formats.rules import closing_quotes
from formats.servers import Format, apache, basic_user, nginx, request, status

# ---- The rule of a line -------------------------------------------------------------------------

STATUS = re.compile(rb" +(?P<round>\((?=\d{3}\)))?(?P<square>\[(?=\d{3}\]))?(?P<status>\d{1,3}|-)"
                    rb"(?(round)\))(?(square)\])(?:\Z| +(?:\d+(?:\.\d+)?|-)(?=[ \t\"]|\Z))")
CLOCKS = rb"\d{1,2}/[A-Za-z]{3}/\d{4}:\d", rb"\d{1,2}/\d\d/\d{4}:\d", rb"\d{4}-\d\d-\d\d[T ]\d"
BRACKETED = re.compile(rb"\[(?:%b)" % b"|".join(CLOCKS))
BARE = re.compile(rb"(?<=[ \t])" + CLOCKS[0])
STAMP = re.compile(BRACKETED.pattern + b"|" + BARE.pattern)
CLOSING = re.compile(rb"\]")
VERSIONED = re.compile(rb" HTTP/\d(\.\d)?\Z")


def request_start(line):
    """Where the request opens, by the line's first stamp, and whether that begins the line."""
    text = re.match(rb"[ \t]*", line).end()
    stamp = BRACKETED.match(line, text)
    first = bool(stamp)
    if not first:
        visible = re.search(rb'[^ \t"]', line)
        stamp = visible and STAMP.search(line, visible.end())
    if not stamp:
        return -1, first
    ends = [stamp.end()]
    if stamp[0].startswith(b"["):
        ends = [found.end() for pattern in (CLOSING, BARE) if (found := pattern.search(line, stamp.end()))]
    return line.find(b'"', min(ends)) if ends else -1, first


def read_line(line):
    """'200', '-', '#' or '!' for a line without its end."""
    if not line.strip(b" \t") or line.startswith(b"#"):
        return "#"
    opening, first = request_start(line)
    if opening < 0:
        return "!"
    for quote in closing_quotes(line, opening):
        field = STATUS.match(line, quote + 1)
        if field and not (first and not VERSIONED.search(line[:quote])):
            return "-" if field["status"] == b"-" else str(int(field["status"]))
        if first:
            break
    return "!"


def rule():
    return read_line


# ---- The naive reader ---------------------------------------------------------------------------

COMMENTS = True
MONTHS = rb"(?:[A-Za-z]{3}/\d{4}:)"
# Stamps may be within each other.  The second group is what only one in brackets has before the request.
STAMPS = re.compile(rb"(?=(\[(?:\d\d?/" + MONTHS + rb"|\d{1,2}/\d\d/\d{4}:|\d{4}-\d\d-\d\d[T ])\d[^\]]*(\]|\Z)"
                    rb"|(?<=[ \t])\d\d?/" + MONTHS + rb"\d))", re.S)
OPENING = re.compile(rb'(?<!\\)"')
FIELDS = re.compile(rb' +(\d{1,3}|-|\(\d{3}\)|\[\d{3}\])(?:\Z| +(?:\d+|\d+\.\d+|-)(?:[ \t"]|\Z))')
BEGINNING = re.compile(rb" HTTP/\d(?:\.\d)?\Z")


def read_first(line, stamp):
    """A line that begins with a stamp: its first quoted text has a version at its end."""
    opening = OPENING.search(line, stamp.end(1))
    text = opening and re.match(rb'((?:[^"\\]|\\.)*)"', line[opening.end():], re.S)
    found = text and BEGINNING.search(text[1]) and FIELDS.match(line, opening.end() + text.end())
    return number_of(found[1].strip(b"()[]")) if found else None


def behind(stamp, others):
    """Where a stamp ends: at its bracket, or at a stamp without brackets that comes first; -1 if nowhere."""
    ends = [other.end(1) for other in others if other.start() > stamp.start() and other[2] is None]
    return min([stamp.end(1)] * (stamp[2] != b"") + ends, default=-1)


def read(line, iso=True):
    """Not 'iso': without the stamps of ISO 8601."""
    stamps = [found for found in STAMPS.finditer(line) if iso or found[1][5:6] != b"-"]
    if stamps and not line[:stamps[0].start()].strip(b" \t") and stamps[0][2]:
        found = read_first(line, stamps[0])
        if found is not None:
            return found
    stamps = [stamp for stamp in stamps if line[:stamp.start()].strip(b' \t"')]
    quoted = [unescaped_quotes(line[:stamp.start()]) % 2 for stamp in stamps]
    outside = quoted.index(0) if 0 in quoted else len(stamps)
    tried = []
    if outside < len(stamps):
        plain = [stamp for stamp, inside in zip(stamps, quoted) if not inside]
        tried.append(behind(stamps[outside], plain))
    if outside:  # one in quotes counts if it comes first, and the other gives nothing
        tried += [behind(stamp, stamps[:outside]) for stamp in stamps[:1]]
    for end in tried:
        opening = OPENING.search(line, end) if end >= 0 else None
        found = opening and behind_request(line, opening.start(), FIELDS)
        if found:
            return number_of(found[1].strip(b"()[]"))
    return None


# ---- The server's writer ------------------------------------------------------------------------

def write_nginx(r):
    return b'10.0.0.1 - %s %s "%s" %s %d "%s" "%s"' % (
        nginx(r.user.partition(b":")[0]), servers.STAMP % r.time, nginx(request(r)),
        status(r, b"%03d", b"000"), r.size, nginx(r.referrer), nginx(r.agent))


def write_apache(r):
    return b'10.0.0.1 - %s %s "%s" %s %s "%s" "%s"' % (
        basic_user(r.user), servers.STAMP % r.time, apache(request(r)), status(r), b"%d" % r.size or b"-",
        apache(r.referrer), apache(r.agent))


def write_common(r):
    """%b is "-" for nothing."""
    return b'::1 - - %s "%s" %s %s' % (
        servers.STAMP % r.time, apache(request(r)), status(r), b"%d" % r.size if r.size else b"-")


def write_iso(r):
    """$time_iso8601"""
    return b'10.0.0.1 - %s [2000-10-10T13:55:%02d-07:00] "%s" %s %d "%s" "%s"' % (
        nginx(r.user.partition(b":")[0]), r.time, nginx(request(r)), status(r, b"%03d", b"000"), r.size,
        nginx(r.referrer), nginx(r.agent))


def write_bare(r):
    """%{%d/%b/%Y:%T %z}t"""
    return b'10.0.0.1 - %s %s "%s" %s %d "%s"' % (
        basic_user(r.user), servers.STAMP[1:-1] % r.time, apache(request(r)), status(r), r.size, apache(r.agent))


def write_first(r):
    """NPMplus: the stamp first, and texts without quotes last."""
    return b'%s www.example.org 10.0.0.1 0.003 "%s" %s %d 123 %s %s' % (
        servers.STAMP % r.time, nginx(request(r)), status(r, b"%03d", b"000"), r.size, nginx(r.referrer),
        nginx(r.agent))


def write_seconds(r):
    """$request_time behind the status, and more numbers behind the agent."""
    return b'10.0.0.1 - - %s "%s" %s 0.0%02d "%s" "%s" 299 %d' % (
        servers.STAMP % r.time, nginx(request(r)), status(r, b"%03d", b"000"), r.time, nginx(r.referrer),
        nginx(r.agent), r.size)


def write_brackets(r):
    """A status in brackets, of which people have both kinds."""
    return b'%s 10.0.0.1: "%s" %s %d bytes 0.003 s' % (
        servers.STAMP % r.time, nginx(request(r)), status(r, b"(%03d)" if r.time % 2 else b"[%03d]", b"(000)"), r.size)


WRITERS = {
    "clf, nginx": Format({"format": "clf"}, write_nginx, 0, skipped=(b"", b" ", b"# a comment")),
    "clf, Apache": Format({"format": "clf"}, write_apache),
    "clf, common": Format({"format": "clf"}, write_common),
    "clf, ISO 8601": Format({"format": "clf"}, write_iso, 0),
    "clf, no brackets": Format({"format": "clf"}, write_bare),
    "clf, stamp first": Format({"format": "clf"}, write_first, 0),
    "clf, seconds": Format({"format": "clf"}, write_seconds, 0),
    "clf, brackets": Format({"format": "clf"}, write_brackets, 0),
}


# ---- Lines for the C test, and one to change ----------------------------------------------------

SAMPLES = [
    Sample(
        '203.0.113.9 - - [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326\n'
        '::1 - bob [10/Oct/2000:13:55:36 -0700] "GET /\\"q\\" 500 1\\\\ HTTP/1.1" 404 - "-" "a b"\r\n'
        'h:80 1.2.3.4 - - [01/Jan/2026:00:00:00 +0000] "POST /x?y=\\x22 HTTP/2" 503 7 "r" "u" 9\n'
        '1.2.3.4 - - [01/Jan/2026:00:00:00 +0000] "-" 408 0\n'
        '\n'
        '# rotated\n'
        'no record\n'
        '1.2.3.4 - - [01/Jan/2026:00:00:00 +0000] "GET /"x" y" 400 11\n'),
    Sample(
        'h - - [2026-11-28T12:00:04+08:00] "GET / HTTP/1.1" 404 7 "-"\n'
        'h - - 28/Nov/2026:12:00:52 +1000 "GET /[2026-11-28T1] HTTP/1.1" 200 0.003 "-"\r\n'
        '[28/Nov/2026:12:00:32 +0100] h 0.2 "GET / HTTP/2.0" 207 125 x 1/Nov/2026:1 "a" 299 7\n'
        ' [2026-11-28 12:00:04] "GET /" 404 7\n'
        '[28/Nov/2026:12:00:32 +0100] h: "GET / HTTP/2.0" (207) 125 bytes\n'
        'h - - [28/Nov/2026:12:00:32 +0100] "GET /" (99) 1" [404] - 1\n'
        'h - root [11/28/2026:12:00:00 -0000] "GET / HTTP/1.1" 403 0 "-" "c"\n'),
]

USUAL = [
    Usual('~1 - - [10/Oct/2000:13:55:36 -0700] "GET /~ HTTP/1.0" 200 2326', 200),
    Usual('~1 - a [09/Aaa/9999:00:09:59 +0000] "~" 909 - "-" "~"', 909),
    Usual('h - - [30/Zzz/0000:99:90:09 -9999] "P" 090 0 x~', 90),
    Usual('h - - [30/Zaz/0000:99:90:09 -9999] "P" 999 9876543210"x~', 999),
]

CHANGED = {"clf": b'h - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 404 - "-"'}


# ---- What an attacker sends ---------------------------------------------------------------------

RECORD = b'6.6.6.6 - - ' + forgery.STAMP + b' "GET / HTTP/1.1" 299 7'
FORGED = {
    "clf": RECORD,
    "combined": RECORD + b' "-" "x"',
    "clf without a request": b"6.6.6.6 - - " + forgery.STAMP,
    "clf without a status": b'6.6.6.6 - - ' + forgery.STAMP + b' "GET / HTTP/1.1" - -',
    "stamp and request": b"a " + forgery.STAMP + b' "x" 299 7',
    "clf, ISO 8601": b'6.6.6.6 - - [2026-11-20T10:00:00+00:00] "GET / HTTP/1.1" 299 7',
    "clf, ISO 8601, a blank": b'a [2026-11-20 10:00:00] "GET / HTTP/1.1" 299 7',
    "clf, no brackets": b'6.6.6.6 - - 20/Nov/2026:10:00:00 +0000 "GET / HTTP/1.1" 299 7',
    "clf, stamp first": forgery.STAMP + b' h "GET / HTTP/1.1" 299 7',
    "clf, brackets": b'6.6.6.6 - - ' + forgery.STAMP + b' "GET / HTTP/1.1" (299) 7',
    "clf, seconds": b'6.6.6.6 - - ' + forgery.STAMP + b' "GET / HTTP/1.1" 299 0.003',
    "stamp in quotes": b'" ' + forgery.STAMP + b' "x" 299 7',
}
WHOLE = ["clf", "clf, ISO 8601", "clf, stamp first"]


# ---- A made up log ------------------------------------------------------------------------------

CORPUS = Corpus(make_sample.record, make_sample.HOSTILE)

"""NCSA common and combined, and lines that contain either."""
import re

import make_sample

from formats import forgery, naive, rules, servers
from formats.corpus import Corpus
from formats.lines import Sample, Usual
from formats.naive import behind_request, number_of, unescaped_quotes
from formats.rules import closing_quotes
from formats.servers import Format, apache, basic_user, nginx, request, status

# ---- The rule of a line -------------------------------------------------------------------------

STATUS = re.compile(rb" +(\d{1,3}|-)(?:\Z| +(?:\d+|-)(?=[ \t\"]|\Z))")


def request_start(line):
    for bracket in re.finditer(rb"\[", line):
        stamp = rules.STAMP.match(line, bracket.start())
        if stamp and re.search(rb'[^ \t"]', line[:bracket.start()]):
            return line.find(b'"', stamp.end())
    return -1


def read_line(line):
    """'200', '-', '#' or '!' for a line without its end."""
    if not line.strip(b" \t") or line.startswith(b"#"):
        return "#"
    opening = request_start(line)
    if opening < 0:
        return "!"
    for quote in closing_quotes(line, opening):
        field = STATUS.match(line, quote + 1)
        if field:
            return "-" if field[1] == b"-" else str(int(field[1]))
    return "!"


def rule():
    return read_line


# ---- The naive reader ---------------------------------------------------------------------------

COMMENTS = True
STAMPS = re.compile(rb"(?=(" + naive.STAMP + rb"))")  # which may be within each other
OPENING = re.compile(rb'(?<!\\)"')
FIELDS = re.compile(rb' +(\d{1,3}|-)(?:\Z| +(?:\d+|-)(?:[ \t"]|\Z))')


def read(line):
    stamps = [found for found in STAMPS.finditer(line)
              if re.search(rb'[^ \t"]', line[:found.start()])]
    quoted = [unescaped_quotes(line[:stamp.start()]) % 2 for stamp in stamps]
    outside = quoted.index(0) if 0 in quoted else None
    tried = [] if outside is None else [stamps[outside]]
    if quoted and quoted[0]:  # one in quotes counts if it comes first, and the other gives nothing
        tried.append(stamps[0])
    for stamp in tried:
        opening = OPENING.search(line, stamp.end(1))
        found = opening and behind_request(line, opening.start(), FIELDS)
        if found:
            return number_of(found[1])
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


WRITERS = {
    "clf, nginx": Format({"format": "clf"}, write_nginx, 0, skipped=(b"", b" ", b"# a comment")),
    "clf, Apache": Format({"format": "clf"}, write_apache),
    "clf, common": Format({"format": "clf"}, write_common),
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
    "stamp in quotes": b'" ' + forgery.STAMP + b' "x" 299 7',
}
WHOLE = ["clf"]


# ---- A made up log ------------------------------------------------------------------------------

CORPUS = Corpus(make_sample.record, make_sample.HOSTILE)

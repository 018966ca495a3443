"""Squid's native log."""
import re

from make_sample import pick

from formats.corpus import FAKE, Corpus, Hit, common, given, replaced, text
from formats.lines import Sample, Usual
from formats.naive import number_of
from formats.rules import by_pattern
from formats.servers import Format, encode, status, token

# ---- The rule of a line -------------------------------------------------------------------------

rule = by_pattern(
    rb"(?:^|\s)\d{9,11}\.\d{3} +-?\d+ \S+ [A-Z][A-Z0-9_]*/(\d{3}|-) +-?\d+ \S+ \S", True)


# ---- The naive reader ---------------------------------------------------------------------------

COMMENTS = True
RECORD = re.compile(rb"\d{9,11}\.\d{3} +-?\d+ \S+ [A-Z][A-Z0-9_]*/(\d{1,3}|-) +-?\d+ \S+ \S")
TAIL = re.compile(rb"\S* \S+ [A-Z]\S*/\S* \S+(?: \[.*\])?\s*\Z", re.S)


def read(text, strict=False):
    found = RECORD.match(text)
    if not found or (strict and not TAIL.match(text, found.end())):
        return None
    return number_of(found[1])


# ---- The server's writer ------------------------------------------------------------------------

def escape(text):
    """logformat's "pass-through URL encoding": as RFC 1738, but '%' is left."""
    return encode(rb"\x00-\x20\x7f-\xff<>\"#{}|\\^~\[\]`'", b"%%%02X", text) or b"-"


def write(r):
    """000 is no answer."""
    return b"1157689312.%03d %6d 10.0.0.1 TCP_MISS/%s %d %s %s %s HIER_DIRECT/10.0.0.2 text/html" % (
        r.time, r.time, status(r, b"%03d", b"000"), r.size, token(r.method), escape(r.path),
        escape(r.user))


WRITERS = {"squid": Format({"format": "squid"}, write, 0, skipped=(b"", b"# a comment"))}


# ---- Lines for the C test, and one to change ----------------------------------------------------

SAMPLES = [
    Sample(
        '1286536308.779    180 192.168.0.224 TCP_MISS/200 411 GET http://mail.example/ - DIRECT/1.2.3.4 t\n'
        '1066036250.603 310 193.1.1.1 TCP_DENIED_REPLY/407 1520 CONNECT a:443 user NONE/- text/html\r\n'
        'Jan 1 host squid: 1286536308.779    -1 ::1 NONE/000 0 - error:x - HIER_NONE/- -\n'
        '# x\n'),
]

USUAL = [
    Usual('1286536308.779    180 192.168.0.224 TCP_MISS/200 411 GET h~ - DIRECT/1 t', 200),
    Usual('0909090909.909 0 1 A/909 0 G h~', 909),
    Usual('9999999999.000  90 a Z9_0A/090  909 Z h~', 90),
]

CHANGED = {"squid": b"1157689312.049   5006 10.1.1.1 TCP_MISS/200 19763 CONNECT e:443 joe"}


# ---- What an attacker sends ---------------------------------------------------------------------

FIELDS = [b"1795168800.123", b"5", b"6.6.6.6", b"TCP_MISS/299", b"7", b"GET", b"http://x/", b"u",
          b"HIER_DIRECT/6.6.6.6", b"text/html"]
FORGED = {
    "squid": b" ".join(FIELDS),
    "squid, combined": b" ".join(FIELDS) + b' "-" "x"',
    "squid, headers": b" ".join(FIELDS) + b" [x",
}
WHOLE = ["squid"]


# ---- A made up log ------------------------------------------------------------------------------

def record(rng, second, **given):
    hit = Hit(rng, second, **given)
    result = pick(rng, {"TCP_MISS": 6, "TCP_HIT": 3, "TCP_REFRESH_UNMODIFIED": 1, "TCP_TUNNEL": 4})
    return (f"{hit.at}.{hit.fraction} {hit.milliseconds:6} {hit.client} {result}/{hit.status:03} "
            f"{hit.size} {hit.method} https://www.example.org{hit.url} "
            f"- HIER_DIRECT/203.0.113.{rng.randrange(256)} text/html").encode("latin-1")


CORPUS = Corpus(record, common(record) + [
    text(b"# rotated"),
    given(record, status=0, method="NONE", url="/error:invalid-request"),
    given(record, url="/a path with blanks TCP_HIT/500 12"),
    given(record, url=FAKE),
    replaced(record, b"/", b"/-"),
    replaced(record, b"TCP_", b"tcp_"),
    replaced(record, b".", b","),
    lambda rng, second: b"Nov  1 00:00:00 proxy squid[42]: " + record(rng, second),
    lambda rng, second: record(rng, second) + b" [Host: www.example.org] [HTTP/1.1 500 Error]",
])

"""Amazon CloudFront: W3C extended, separated by tabs."""
import re

from formats import rules
from formats.corpus import Corpus, Hit, common, encoded, given, replaced, text
from formats.lines import Sample, Usual
from formats.naive import NO_STATUS, UNMATCHED, number_of
from formats.rules import Columns
from formats.servers import Format, encode, status, token

# ---- The rule of a line -------------------------------------------------------------------------

REALTIME = re.compile(rb"\d{10}\.\d{3}\t[0-9A-Fa-f]*[.:][0-9A-Fa-f.:%]*\t\d+(?:\.\d*)?\t(\d{3})\t\d+\t"
                      rb"(?:-|[A-Z][A-Z_-]*)(?:\t|\Z)")


class Lines(Columns):
    def record(self, line):
        column = 8
        found = REALTIME.match(line) if self.fields is None else None
        if found:
            return rules.token(found[1])
        if self.fields is not None:
            if b"sc-status" not in self.fields:
                return "!"
            column = self.fields.index(b"sc-status")
        values = line.split(b"\t")
        if column >= len(values) or not re.fullmatch(rb"\d{3}|-", values[column]):
            return "!"
        return rules.token(values[column])


rule = Lines


# ---- The naive reader ---------------------------------------------------------------------------

DATE, CLOCK = re.compile(rb"\d{4}-\d\d-\d\d"), re.compile(rb"\d\d:\d\d:\d\d")


def in_real_time(values):
    """The first columns of a real-time log have shapes of their own."""
    shapes = (rb"\d{10}[.]\d{3}", rb"[\da-fA-F]*[:.][\da-fA-F:.%]*", rb"\d+|\d+[.]\d*", rb"\d\d\d", rb"\d+",
              rb"-|[A-Z][-_A-Z]*")
    return len(values) >= len(shapes) and all(map(re.fullmatch, shapes, values))


def columns(line, names, dated):
    values = line.split(b"\t")
    if names is None and in_real_time(values):
        return number_of(values[3])
    if dated and not (len(values) > 1 and DATE.fullmatch(values[0]) and CLOCK.fullmatch(values[1])):
        return None
    if names is not None and b"sc-status" not in names:
        return None
    column = 8 if names is None else names.index(b"sc-status")
    if column >= len(values) or not re.fullmatch(rb"\d{3}|-", values[column]):
        return None
    return number_of(values[column])


# ---- The server's writer ------------------------------------------------------------------------

def escape(text):
    """The "Standard logging reference": percent-encoded are 0-32, from 127 on, and these."""
    return encode(rb"\x00-\x20\x7f-\xff<>\"#%{}|\\^~\[\]`'", b"%%%02X", text) or b"-"


NAMES = (b"date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status "
         b"cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type")


def write(r):
    """000 is a viewer who left before the answer."""
    return b"\t".join((
        b"2026-11-20", b"10:00:%02d" % r.time, b"FRA2-C1", b"%d" % r.size, b"10.0.0.1",
        escape(token(r.method)), b"d1.cloudfront.net", escape(r.path),
        status(r, b"%03d", b"000"), escape(r.referrer), escape(r.agent), b"-",
        escape(r.user), b"Miss"))


def write_realtime(r):
    """The first columns, and some of the next."""
    return b"\t".join((
        b"1795168800.%03d" % r.time, b"10.0.0.1", b"0.%03d" % r.time, status(r, b"%03d", b"000"), b"%d" % r.size,
        re.sub(rb"[^A-Z]", b"", r.method) or b"GET", b"https", b"d1.cloudfront.net", escape(r.path), b"50",
        b"FRA2-C1", b"id==", b"www.example.org", b"0.%03d" % r.time, b"HTTP/2.0", b"IPv4", escape(r.agent),
        escape(r.referrer), b"-", b"-", b"Miss"))


WRITERS = {
    "cloudfront, real time": Format({"format": "cloudfront"}, write_realtime, 0),
    "cloudfront": Format({"format": "cloudfront"}, write, 0, b"#Fields: " + NAMES, (b"", b"#Version: 1.0")),
}


# ---- Lines for the C test, and one to change ----------------------------------------------------

SAMPLES = [
    Sample(
        '#Version: 1.0\n'
        '2019-12-04\t21:02:31\tLAX1\t392\t192.0.2.100\tGET\td111.cloudfront.net\t/i\t200\t-\tMozilla\t-\n'
        '2019-12-04\t21:02:31\tLAX1\t392\t192.0.2.1\tGET\td111.net\t/i\t-\t-\r\n'
        '#Fields: date sc-status\n'
        '2019-12-04\t504\n'
        '2019-12-04\t5040\n'
        '2019-12-04\t\tx\n'),
    Sample(
        '1764331200.937\t192.0.2.21\t0.332\t403\t347\tGET\thttps\td1.example\t/\t50\tARN1-C1\n'
        '1764331200.937\t::1\t7\t000\t0\tGET\r\n'
        '1764331200.937\t::1\t-\t200\t0\tGET\n'
        '1764331200\t::1\t0.1\t200\t0\tGET\n'
        '2019-12-04\t21:02:31\tLAX1\t392\t192.0.2.1\tGET\td111.net\t/i\t502\t-\n'
        '#Fields: a sc-status\n'
        '1764331200.937\t201\t0.332\t403\t347\tGET\n'),
    Sample(
        '200\tx\n'
        '-\r\n'
        '20\t\n', fields="sc-status"),
]

USUAL = [
    Usual('2019-12-04\t21:02:31\tL\t392\t1~\tG\td\t/~\t200\t-\tM~', 200),
    Usual('9999-99-99\t99:99:99\t\t\t\t\t\t\t909', 909),
    Usual('1764331200.937\t::1\t0.332\t403\t347\tGET\t~\t~', 403),
    Usual('x~\t-\t~', NO_STATUS, fields="a sc-status b"),
    Usual('090\t~', 90, fields="sc-status b"),
    Usual('x~', UNMATCHED, fields="a sc-status b"),
]

CHANGED = {"cloudfront": b"2026-11-20\t10:00\tFRA\t1\t1.2.3.4\tGET\te\t/\t404\t-"}


# ---- What an attacker sends ---------------------------------------------------------------------

FORGED = {
    "cloudfront": b"2026-11-20\t10:00:00\tX\t7\t6.6.6.6\tGET\tx\t/\t299\t-\tx\t-\t-\tHit",
    "cloudfront, real time": b"1764331200.937\t6.6.6.6\t0.1\t299\t7\tGET\thttp",
    "cloudfront directive": b"#Fields:\tdate\ttime\tsc-status",
}


# ---- A made up log ------------------------------------------------------------------------------

HEAD = b"""#Version: 1.0
#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status \
cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id \
x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher \
x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port \
time-to-first-byte \
x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end
"""


def record(rng, second, **given):
    hit = Hit(rng, second, **given)
    result = rng.choice(["Hit", "Hit", "Hit", "Miss", "RefreshHit", "Error"])
    taken = f"{hit.milliseconds / 1000:.3f}"
    return "\t".join(map(str, [
        hit.time("%Y-%m-%d"), hit.time("%H:%M:%S"), rng.choice(["FRA56-P4", "IAD89-C1"]), hit.size,
        hit.client, hit.method, "d1example.cdn.example", hit.path, hit.status,
        encoded(hit.referer), encoded(hit.agent), hit.query or "-", "-", result, hit.id(55) + "==",
        "www.example.org", "https", rng.randrange(40, 900), taken, "-", "TLSv1.3",
        "TLS_AES_128_GCM_SHA256", result, hit.protocol, "-", "-", hit.port, taken, result,
        "text/html", hit.size, "-", "-"])).encode("latin-1")


CORPUS = Corpus(record, common(record) + [
    text(HEAD[:-1]),
    given(record, status="000"),
    given(record, status="-"),
    given(record, status=20),
    given(record, path="/%2522%20500%2012"),
    given(record, path="/caf\xe9 \" 500"),
    replaced(record, b"\t", b" "),
    replaced(record, b"\t-", b"\t"),
    lambda rng, second: record(rng, second) + b"\tone\tmore",
], HEAD)

"""LTSV: label:value, separated by tabs."""
import re

from formats.corpus import Corpus, Hit, common, given, replaced, text
from formats.lines import Sample, Usual
from formats.naive import BLANKS, NO_STATUS, number_of
from formats.rules import token
from formats.servers import Format, apache, status
from formats.servers import request as requested

# ---- The rule of a line -------------------------------------------------------------------------

LINE = re.compile(rb"[A-Za-z_][\w.-]*:[^\t]*(?:\t[A-Za-z_][\w.-]*:[^\t]*)*", re.S)


def rule():
    def read(line):
        if not line.strip(BLANKS):
            return "#"
        if not LINE.fullmatch(line):
            return "!"
        pairs = re.findall(rb"(?:\A|\t)([^:]+):([^\t]*)", line)
        statuses = {value or b"-" for key, value in pairs if key == b"status" and re.fullmatch(rb"\d{3}|-|", value)}
        if len(statuses) != 1 or not any(key == b"req" or (key == b"method" and re.match(rb"[A-Z]{3}|-?\Z", value))
                                         for key, value in pairs):
            return "!"
        return token(statuses.pop())
    return read


# ---- The naive reader ---------------------------------------------------------------------------

WHOLE_LINE = True

def read(text, strict=False):
    found, proved = set(), False
    for field in text.split(b"\t"):
        label, colon, value = field.partition(b":")
        if not colon or not label or label[:1].isdigit() or label[:1] in b".-" \
                or label.translate(None, b"_.-") != re.sub(rb"[^A-Za-z0-9]", b"", label):
            return None
        if label == b"status" and (value in (b"", b"-") or (len(value) == 3 and value.isdigit())):
            found.add(value or b"-")
        proved |= label == b"req" or (label == b"method" and (
            value in (b"", b"-") or (len(value) > 2 and value[:3].isalpha() and value[:3].isupper())))
    return number_of(found.pop()) if proved and len(found) == 1 else None


# ---- The server's writer ------------------------------------------------------------------------

def write(r):
    """mod_log_config, with the LogFormat that ltsv.org shows."""
    return b"\t".join([b"time:[20/Nov/2026:10:00:%02d +0000]", b"host:10.0.0.1", b"req:%s", b"status:%s", b"size:%d",
                       b"referer:%s", b"ua:%s", b"user:%s"]) % (
        r.time, apache(requested(r)), status(r, b"%03d"), r.size, apache(r.referrer), apache(r.agent), apache(r.user))


WRITERS = {"ltsv": Format({"format": "ltsv"}, write)}


# ---- Lines for the C test, and one to change ----------------------------------------------------

SAMPLES = [
    Sample(
        'time:[28/Nov/2026:13:55:36 +0000]\thost:10.0.0.1\treq:GET /a HTTP/1.1\tstatus:200\tsize:5\tua:curl\n'
        'time:2026-11-28T13:55:36Z\tmethod:POST\turi:/x\tstatus:-\treqtime:0.012\r\n'
        'time:x\tstatus:500\tmessage:no request\n'
        'req:GET / HTTP/1.1\tstatus:200\tstatus:500\n'),
    Sample(
        'status:\tmethod:\n'
        '_a.-9::b\tstatus:404\tmethod:-\tx:\tstatus:0404\tstatvs:1\r\n'
        'a_label_of_more_than_32_bytes_that_ends_in_status:500\tstatus:201\treq:\n'
        'status:500\tmethod:GET\t\n'),
]

USUAL = [
    Usual('time:[28/Nov/2026:13:55:36 +0000]\thost:1.2.3.4\treq:GET /~ HTTP/1.1\tstatus:200\tsize:5', 200),
    Usual('status:090\tmethod:POST\turi:~\tua:a "b": c', 90),
    Usual('~label:\t~_.-:~\tstatus:-\tmethod:', NO_STATUS),
]

CHANGED = {"ltsv": b"host:1.2.3.4\treq:GET /a HTTP/1.1\tstatus:200\tsize:5"}


# ---- What an attacker sends ---------------------------------------------------------------------

FORGED = {
    "ltsv": b"host:6.6.6.6\treq:GET / HTTP/1.1\tstatus:299\tsize:7",
    "ltsv, rest": b"x\tstatus:299\treq:GET / HTTP/1.1",
}
WHOLE = ["ltsv"]


# ---- A made up log ------------------------------------------------------------------------------

def record(rng, second, **given):
    hit = Hit(rng, second, **given)
    return "\t".join([
        f"time:{hit.time('[%d/%b/%Y:%H:%M:%S +0000]')}", f"host:{hit.client}", "forwardedfor:-", f"req:{hit.request}",
        f"method:{hit.method}", f"uri:{hit.url}", f"status:{hit.status}", f"size:{hit.size}",
        f"referer:{hit.referer}", f"ua:{hit.agent}", f"reqtime:{hit.milliseconds / 1000:.3f}",
        "vhost:www.example.org"]).encode("latin-1")


CORPUS = Corpus(record, common(record) + [
    text(b"time:2026-11-01T00:00:00Z\tlevel:warn\tmessage:slow query"),
    lambda rng, second: b"Nov  1 00:00:00 web app[42]: " + record(rng, second),
    given(record, url="/?q=\\tstatus:500"),
    given(record, agent='x [01/Nov/2026:00:00:00 +0000] "GET / HTTP/1.1" 500 12'),
    given(record, agent='{"status":500,"method":"GET"}'),
    replaced(record, b"\tsize:", b"\tstatus:500\tsize:"),
    replaced(record, b"\tstatus:", b"\tcode:"),
])

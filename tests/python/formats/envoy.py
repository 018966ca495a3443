"""Envoy's and Istio's default log."""
import re

from formats.corpus import BARE, FAKE, Corpus, Hit, common, given, replaced, text
from formats.lines import Sample, Usual
from formats.naive import ISO_TIME, behind_request, number_of
from formats.rules import quoted
from formats.servers import Format, field, status, target, token

# ---- The rule of a line -------------------------------------------------------------------------

OPENING = re.compile(rb"\[\d{4}-\d{2}-\d{2}T\d[^\]]*\] \"")
STATUS = re.compile(rb" (\d{1,3}|-) (?:[A-Z][A-Za-z,]*|-) ")


def read_line(line):
    if not line.strip(b" \t"):
        return "#"
    start = None if line.startswith(b"{") else OPENING.search(line)
    return quoted(line, start.end() - 1, STATUS) if start else "!"


def rule():
    return read_line


# ---- The naive reader ---------------------------------------------------------------------------

START = re.compile(rb"\[" + ISO_TIME + rb'\d[^\]]*\] "')
METHOD = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+ ")
TAIL = re.compile(rb'(?:(?:(?!\d+ )[^" ]+ [^" ]+ "[^"]+"|"-") (?:"[^"]+" )*)?\d+ \d+(?: |\Z)')
FIELDS = re.compile(rb" (\d{1,3}|-) (?:[A-Z][A-Za-z,]*|-) ")


def read(text, strict=False):
    start = START.match(text)
    found = start and behind_request(text, start.end() - 1, FIELDS)
    if not found or (strict and not (METHOD.match(text, start.end()) and
                                     TAIL.match(found.string, found.end()))):
        return None
    return number_of(found[1])


# ---- The server's writer ------------------------------------------------------------------------

def write(r):
    """0 is no answer."""
    return b'[2026-11-20T10:00:%02d.310Z] "%s %s HTTP/2" %s UF,URX %d 0 226 - "%s" "%s" "-" "h" "-"' % (
        r.time, token(r.method), target(r.path), status(r, b"%d", b"0"), r.size, field(r.referrer),
        field(r.agent))


WRITERS = {"envoy": Format({"format": "envoy"}, write, 0)}


# ---- Lines for the C test, and one to change ----------------------------------------------------

SAMPLES = [
    Sample(
        '[2016-04-15T20:17:00.310Z] "POST /api/v1/locations HTTP/2" 204 - 154 0 226 100 "10.0.35.28" '
        '"nsq2http" "cc21d9b0" "locations" "tcp://10.0.2.1:80"\n'
        '[2020-11-25T21:26:18.409Z] "GET /\\"418 HTTP/1.1" 503 UF,URX "-" 0 135 4 4 "-"\r\n'
        '[2020-11-25T21:26:18.409Z] "- - -" 0 UH - "-"\n'),
]

USUAL = [
    Usual('[2016-04-15T20:17:00.310Z] "POST /~ HTTP/2" 204 - 154 0 ~', 204),
    Usual('[9999-09-90T09:90:59.909Z] "~" 909 UF 0 ~', 909),
    Usual('[0000-00-00T00:00:00.000Z] "~" 090 AZAZ 0 ~', 90),
]

CHANGED = {"envoy": b'[2026-11-20T10:00:00.519Z] "GET / HTTP/1.1" 503 UF 0 57 1 0 "-"'}


# ---- What an attacker sends ---------------------------------------------------------------------

FORGED = {"envoy": b"[2026-11-20T10:00:00.000Z] \"GET / HTTP/1.1\" 299 - 0 7"}
WHOLE = ["envoy"]


# ---- A made up log ------------------------------------------------------------------------------

def record(rng, second, flags="-", **given):
    hit = Hit(rng, second, **given)
    return (f'[{hit.iso}.{hit.fraction}Z] "{hit.request}" {hit.status} {flags} via_upstream - "-" '
            f"{rng.randrange(900)} {hit.size} {hit.milliseconds} {hit.milliseconds} "
            f'"{hit.client}" "{hit.agent}" "{hit.id(8)}-{hit.id(4)}-{hit.id(4)}-{hit.id(12)}" '
            f'"www.example.org" "10.68.1.{rng.randrange(256)}:9080" inbound|9080|| '
            f"127.0.0.6:{hit.port} 10.68.2.10:9080 {hit.client}:{hit.port} "
            "outbound_.9080_._.web.default.svc.cluster.local default").encode("latin-1")


CORPUS = Corpus(record, common(record) + [
    text(b"[2026-11-01 00:00:00.000][1][info][main] starting workers"),
    text(b'{"response_code":500,"response_flags":"-"}'),
    given(record, method="-", url="-", protocol="-", status=0, flags="DC"),
    given(record, status=503, flags="UF,URX"),
    given(record, url=FAKE),
    given(record, url=BARE),
    given(record, agent='an "agent" 500 - '),
    given(record, status="-"),
    replaced(record, b"T", b" "),
])

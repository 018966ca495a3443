"""HAProxy's HTTP log."""
import re

from formats.corpus import FAKE, Corpus, Hit, common, given, replaced, text
from formats.lines import Sample, Usual
from formats.naive import ADDRESS, number_of
from formats.rules import by_pattern
from formats.servers import Format, encode, status, target, valid_request

# ---- The rule of a line -------------------------------------------------------------------------

rule = by_pattern(
    rb" \+?-?\d+(?:/\+?-?\d+){4} (-1|\d{1,3}) \+?\d+ [^\s]+ [^\s]+ [A-Za-z-]{4} "
    rb"\d+/\d+/\d+/\d+/\+?\d+ \d+/\d+")


# ---- The naive reader ---------------------------------------------------------------------------

RECORD = re.compile(
    ADDRESS + rb" \[\d\d?/[A-Za-z]{3}/\d{4}:\d\d:\d\d:\d\d\.\d{3}\] "
    rb"\S+ \S*/\S* (?:\S+ )?"
    rb"\+?-?\d+(?:/\+?-?\d+){4} (-1|\d{1,3}) \+?\d+ \S+ \S+ [A-Za-z-]{4} "
    rb"\d+/\d+/\d+/\d+/\+?\d+ \d+/\d+")
END = re.compile(rb'"(?:\S*\s+(?=\S{1,128}\s)[^/\s"]*(?:/[^/\s"]*){4}\s+(?=\S{1,128}\s*\Z)'
                 rb'[^/\s"]*(?:/[^/\s"]*){2})?\s*\Z')
TAIL = re.compile(rb'\S* (?:\{.*\}\s+)?"\S', re.S)


def read(text, strict=False):
    found = RECORD.match(text)
    if not found or (strict and not TAIL.match(text, found.end())):
        return None
    quotes = text.count(b'"', found.end())
    if strict and quotes > 1 and (quotes > 2 or not END.search(text)):
        return None
    return number_of(found[1])


# ---- The server's writer ------------------------------------------------------------------------

def escape(text, more=b""):
    """Configuration manual, section 8.6: '#' and two digits, for '"', '#' and what cannot be printed, in
    headers for '{|}' too."""
    return encode(rb'\x00-\x1f\x7f-\xff"#' + more, b"#%02X", text)


def write(r):
    """-1 is no answer.  A cookie that is captured has no blanks."""
    return (b'Nov 20 10:00:%02d host haproxy[14389]: 10.0.0.1:33317 [20/Nov/2026:10:00:00.655] http-in '
            b'static/srv1 10/0/-1/69/109 %s %d %s - ---- 1/1/1/1/0 0/0 {%s|%s} {} "%s"' % (
                r.time, status(r, b"%d", b"-1"), r.size, target(r.user),
                escape(r.referrer, b"{|}"), escape(r.agent, b"{|}"), escape(valid_request(r))))


WRITERS = {"haproxy": Format({"format": "haproxy"}, write, -1)}


# ---- Lines for the C test, and one to change ----------------------------------------------------

SAMPLES = [
    Sample(
        'Feb  6 12:14:14 localhost haproxy[14389]: 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in '
        'static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} "GET /i HTTP/1.1"\n'
        '10.0.1.2:33317 [06/Feb/2009:12:14:14.655] in s/<NOSRV> -1/-1/-1/-1/+8490 -1 +0 - - PR-- '
        '5/5/2/0/+3 0/0 "<BADREQ>"\r\n'
        '10/0/30/69/109 200 1 - - ---- 1/1/1/1/0 0/0\n'),
]

USUAL = [
    Usual('h:1 [06/Feb/2009:12:14:14.655] f b/x~ 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} '
          '{} ~', 200),
    Usual('unix:1 [06/Feb/2009:12:14:14.655] f~ b/ 9/9 9/09/0/9/90 909 0 a b -aZ- 90/9/0/0/9 90/09 ~', 909),
    Usual('Feb  6 12:14:14 localhost haproxy[14389]: 1:1 [06/Feb/2009:12:14:14.655] f~ b/s more 0/0/0/0/0 '
          '090 9 - - AzzA 9/9/9/9/9 9/9 ~', 90),
]

CHANGED = {"haproxy": b'h: 1.2.3.4:5 [x] web app 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 "GET /"'}


# ---- What an attacker sends ---------------------------------------------------------------------

FIELDS = b"6.6.6.6:80 [20/Nov/2026:10:00:00.000] f b/s 0/0/1/1/2 299 7 - - ---- 1/1/1/1/0 0/0"
FORGED = {
    "haproxy": FIELDS + b' "GET / HTTP/1.1"',
    "haproxy, captured": FIELDS + b' {x|y} "GET / HTTP/1.1"',
    "haproxy, open": FIELDS + b" {x",
    "haproxy's anchor": b" 0/0/1/1/2 299 7 - - ---- 1/1/1/1/0 0/0 ",
}
WHOLE = ["haproxy"]


# ---- A made up log ------------------------------------------------------------------------------

def record(rng, second, timers=None, **given):
    hit = Hit(rng, second, **given)
    a, b = sorted(rng.randrange(hit.milliseconds + 1) for _ in range(2))
    timers = timers or f"0/0/{a}/{b - a}/{hit.milliseconds}"
    busy = rng.randrange(1, 500)
    return (f"{hit.time('%b %d %H:%M:%S')} edge1 haproxy[2616]: {hit.client}:{hit.port} "
            f"[{hit.time('%d/%b/%Y:%H:%M:%S')}.{hit.fraction}] www~ app/node{rng.randrange(1, 9)} "
            f"{timers} {hit.status} {hit.size} - - ---- {busy}/{busy}/{busy // 3}/0/0 0/0 "
            f'{{www.example.org|{hit.agent}}} "{hit.request}"').encode("latin-1")


CORPUS = Corpus(record, common(record) + [
    text(b"Nov  1 00:00:00 edge1 haproxy[2616]: Proxy www started."),
    text(b"Nov  1 00:00:00 edge1 haproxy[2616]: 192.0.2.7:4711 [01/Nov/2026:00:00:00.000] www/1: "
         b"SSL handshake failure"),
    replaced(record, b"/0/", b"/"),  # that is a TCP log
    given(record, timers="+0/+0/0/12/+13"),
    given(record, timers="-1/-1/-1/-1/0", status=400, method="<BADREQ>"),
    given(record, timers="0/-1/-1/-1/5", status=-1),
    given(record, agent="0/0/0/0/0 500 12 - - ----"),
    given(record, url=FAKE),
    given(record, status=2000),
])

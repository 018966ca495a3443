"""AWS load balancers, classic and ALB."""
import re

from make_sample import pick

from formats import forgery
from formats.corpus import FAKE, Corpus, Hit, common, given, replaced
from formats.lines import Sample, Usual
from formats.naive import ADDRESS, ISO_TIME, number_of
from formats.rules import token
from formats.servers import Format, field, status, valid_request

# ---- The rule of a line -------------------------------------------------------------------------

STAMP = rb"\d{4}-\d\d-\d\dT\S*Z"
SECONDS = rb"-?\d+(?:\.\d+)?"
ALB = re.compile(rb"\s*(?:http|https|h2|grpcs|ws|wss)\s+" + STAMP
                 + rb"(?:\s+\S+){6}\s+(\d{3}|-)\s+(\d{3}|-)(?!\S)")
CLASSIC = re.compile(rb"\s*" + STAMP + rb"\s+\S+\s+\S+:\d+\s+\S+" + (rb"\s+" + SECONDS) * 3
                     + rb"\s+(\d{3}|-)\s+(\d{3}|-)(?!\S)")


def rule(target=None):
    """Any text for 'target': its status, not the balancer's."""
    group = 1 if target is None else 2

    def read_line(line):
        if not line.strip(b" \t"):
            return "#"
        found = ALB.match(line) or CLASSIC.match(line)
        return token(found[group]) if found else "!"
    return read_line


# ---- The naive reader ---------------------------------------------------------------------------

NUMBER = rb"\s+-?\d+(?:\.\d+)?"
RECORDS = [
    re.compile(rb"\s*(?:https?|h2|grpcs|wss?)\s+" + ISO_TIME + rb"\S*Z(?:\s+\S+){6}"
               rb"\s+(\d{3}|-)\s+(\d{3}|-)(?!\S)"),
    re.compile(rb"\s*" + ISO_TIME + rb"\S*Z\s+\S+\s+" + ADDRESS + rb"\s+\S+" + NUMBER * 3
               + rb"\s+(\d{3}|-)\s+(\d{3}|-)(?!\S)"),
]
LAST_OF_REQUEST = re.compile(rb'HTTP/\d(?:\.\d)?"')


def has_tail(text, classic):
    """Whether two numbers, the request and the agent come next; once classic ones had no agent."""
    tokens = re.findall(rb"\S+", text)
    if not re.match(rb'-?\d+ -?\d+ "', b" ".join(tokens)):
        return False
    for before, after in zip(tokens[2:], tokens[3:]):
        if before.endswith(b'"') and after.startswith(b'"'):
            return True
        if LAST_OF_REQUEST.fullmatch(before):
            return False
    return classic and LAST_OF_REQUEST.fullmatch(tokens[-1]) is not None


def read(text, strict=False, target=False):
    for pattern in RECORDS:
        found = pattern.match(text)
        if found and (not strict or has_tail(text[found.end():], pattern is RECORDS[1])):
            return number_of(found[2 if target else 1])
    return None


# ---- The server's writer ------------------------------------------------------------------------

def write_alb(r):
    """Before the statuses is nothing that a client writes."""
    return (b'https 2026-11-20T10:00:%02d.186641Z app/lb/1 10.0.0.1:2817 10.0.0.2:80 0.086 -1 -1 %s '
            b'%03d 0 %d "%s" "%s" ECDHE TLSv1.2 arn:aws "Root=1-5" "%s" "-" 0' % (
                r.time, status(r, b"%03d"), r.substatus, r.size, field(valid_request(r)), field(r.agent),
                field(r.referrer)))


def write_classic(r):
    return (b'2026-11-20T10:00:%02d.186641Z lb 10.0.0.1:2817 - -1 -1 -1 %s %03d 0 %d "%s" "%s" - -' % (
        r.time, status(r, b"%03d"), r.substatus, r.size, field(valid_request(r)), field(r.agent)))


WRITERS = {
    "elb, application": Format({"format": "elb"}, write_alb),
    "elb, classic": Format({"format": "elb"}, write_classic),
}


# ---- Lines for the C test, and one to change ----------------------------------------------------

SAMPLES = [
    Sample(
        'https 2018-07-02T22:23:00.186641Z app/my-lb/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 '
        '0.086 0.048 0.037 200 503 0 57 "GET https://a:443/ HTTP/1.1" "curl/7.46.0"\n'
        'h2 2018-07-02T22:23:00.186641Z app/my-lb/50dc 10.0.1.252:48160 - -1 -1 -1 460 - 5 257 "GET"\r\n'
        '2015-05-13T23:39:43.945958Z my-lb 192.168.131.39:2817 10.0.0.1:80 0.000073 0.001048 -1 200 404 0 '
        '29 "GET http://a:80/ HTTP/1.1" "curl/7.38.0" - -\n'
        'tls 2.0 2018-07-02T22:23:00 net/x\n'),
    Sample(
        'http 2018-07-02T22:23:00.186641Z app/my-lb/50dc 1.2.3.4:1 10.0.0.1:80 0 0 0 502 - 0 57 "GET"\n'
        '2015-05-13T23:39:43.945958Z my-lb 1.2.3.4:1 10.0.0.1:80 0.1 0.2 -1 200 404 0 29 "GET"\n', target=True),
]

USUAL = [
    Usual('https 2018-07-02T22:23:00.186641Z app/my-lb~ 192.168.131.39:2817 10.0.0.1:80 0.086 0.048 0.037 '
          '200 503 0 57 ~', 200),
    Usual('h2 9999-09-90T0Z a~ b c -1 -1 -1 909 - 5 ~', 909),
    Usual('2015-05-13T23:39:43.945958Z lb~ 192.168.131.39:2817 10.0.0.1:80 0.000073 -1 9 404 200 0 29 ~', 404),
    Usual('2015-05-13T23:39:43.945958Z lb~ 1:0 - 0.9 0 9.0 090 - 0 29 ~', 90),
    Usual('wss 2018-07-02T22:23:00Z app/my-lb~ 1:2 3:80 0 0 0 502 101 0 57 ~', 101, target=True),
    Usual('2015-05-13T23:39:43Z lb~ 1:2 3:4 0 0 0 502 909 0 29 ~', 909, target=True),
]

CHANGED = {
    "elb": b'https 2026-11-20T10:00:00.1Z app/lb 1.2.3.4:5 1.2.3.4:80 0.0 0.1 0.0 502 200 3 "GET /"',
    "elb;target": b"2026-11-20T10:00:00.1Z lb 1.2.3.4:5 1.2.3.4:80 0.0 0.1 0.0 502 200 3",
}


# ---- What an attacker sends ---------------------------------------------------------------------

CLASSIC_FIELDS = [forgery.ISO, b"lb", b"6.6.6.6:80", b"6.6.6.6:80", b"0.1", b"0.1", b"0.1",
                  forgery.FAKE, forgery.FAKE, b"7", b"7"]
ALB_FIELDS = [b"https", forgery.ISO, b"app/lb/1", b"6.6.6.6:80", b"6.6.6.6:80", b"0.1", b"0.1", b"0.1",
              forgery.FAKE, forgery.FAKE, b"7", b"7"]
FORGED = {
    "elb": b" ".join(CLASSIC_FIELDS) + b' "GET http://x:80/ HTTP/1.1" "x" - -',
    "alb": b" ".join(ALB_FIELDS) + b' "GET http://x:80/ HTTP/1.1" "x" - -',
}
WHOLE = ["elb", "alb"]


# ---- A made up log ------------------------------------------------------------------------------

BALANCER = "app/balancer/50dc6c495c0c9188"
GROUP = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/73e2d6bc24d8a067"


def alb(rng, second, **given):
    hit = Hit(rng, second, **given)
    target = f"10.0.{rng.randrange(4)}.{rng.randrange(1, 255)}:8080"
    times = " ".join(f"{rng.randrange(hit.milliseconds + 1) / 1000:.3f}" for _ in range(3))
    return (f"{pick(rng, {'h2': 6, 'https': 3, 'http': 1})} {hit.iso}.{hit.fraction}123Z "
            f"{BALANCER} {hit.client}:{hit.port} {target} {times} {hit.status} {hit.status} "
            f"{rng.randrange(40, 900)} {hit.size} "
            f'"{hit.method} https://www.example.org:443{hit.url} {hit.protocol}" "{hit.agent}" '
            f"ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 {GROUP} "
            f'"Root=1-{hit.id(8)}-{hit.id(24)}" "www.example.org" "session-reused" 0 '
            f'{hit.iso}.{hit.fraction}000Z "forward" "-" "-" "{target}" "{hit.status}" "-" "-"'
            ).encode("latin-1")


def classic_elb(rng, second):
    hit = Hit(rng, second)
    return (f"{hit.iso}.{hit.fraction}456Z balancer {hit.client}:{hit.port} 10.0.0.1:80 0.000073 "
            f"0.001048 0.000057 {hit.status} {hit.status} 0 {hit.size} "
            f'"{hit.method} http://www.example.org:80{hit.url} HTTP/1.1" "{hit.agent}" - -'
            ).encode("latin-1")


def unanswered_elb(rng, second):
    hit = Hit(rng, second)
    return (f"{hit.iso}.{hit.fraction}456Z balancer {hit.client}:{hit.port} - -1 -1 -1 503 - 0 0 "
            f'"GET http://www.example.org:80{hit.url} HTTP/1.1" "{hit.agent}" - -'
            ).encode("latin-1")


CORPUS = Corpus(alb, common(alb) + [
    classic_elb, unanswered_elb,
    given(alb, status=460),
    given(alb, status="-"),
    given(alb, status="000"),
    given(alb, url=FAKE),
    given(alb, agent=r"\x22 500 500 \x22"),
    replaced(alb, b" ", b" tls "),
    replaced(alb, BALANCER.encode(), b"a balancer"),
])

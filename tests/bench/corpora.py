#!/usr/bin/env python3
"""Logs made up from a seed, in every format: realistic lines, and a share of hostile ones.

    tests/bench/corpora.py FORMAT [--lines N] [--seed N] [--hostile SHARE] > FORMAT.log

A format is a function that writes down one request (a Hit, with changes that the caller wants), the
lines that a file of it begins with, and a list of what goes wrong in such files: escapes, torn
lines, lines of other kinds, records over several lines, and what attackers send.
"""
import argparse
import contextlib
import functools
import json
import sys
import time
from pathlib import Path
from typing import Callable, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "data"))

import make_sample
from make_sample import AGENTS, PATHS, REFERERS, STATUSES, pick

EPOCH = 1793491200  # 2026-11-01
SEED = 2616
PIECE = 50_000  # lines, repeated up to the wanted size: too many for a branch predictor to learn
HEX = "0123456789abcdef"
FAKE = r"/?q=\" 500 12 \""  # a status of the client's own, escaped
BARE = '/?q=" 500 12 "'  # the same by a server that does not escape


class Hit:
    """One request and its answer, before a server writes it down."""

    def __init__(self, rng, second, **given):
        self.rng, self.at = rng, EPOCH + second
        self.client = ".".join(str(rng.randrange(1, 255)) for _ in range(4))
        self.port = rng.randrange(1024, 65536)
        self.method = pick(rng, {"GET": 85, "POST": 9, "HEAD": 4, "PUT": 1, "DELETE": 1})
        self.path = rng.choice(PATHS)
        self.query = f"id={rng.randrange(10000)}" if rng.random() < 0.3 else ""
        self.url = self.path + ("?" + self.query if self.query else "")
        self.protocol = rng.choice(["HTTP/1.1", "HTTP/2.0"])
        self.status = pick(rng, STATUSES)
        self.size = 0 if self.status in (204, 304) else int(rng.lognormvariate(8, 2))
        self.milliseconds = int(rng.lognormvariate(3, 1.5))
        self.agent, self.referer = pick(rng, AGENTS), pick(rng, REFERERS)
        self.__dict__.update(given)

    def time(self, form):
        return time.strftime(form, time.gmtime(self.at))

    @property
    def iso(self):
        return self.time("%Y-%m-%dT%H:%M:%S")

    @property
    def fraction(self):
        return f"{self.rng.randrange(1000):03}"

    @property
    def request(self):
        return f"{self.method} {self.url} {self.protocol}"

    def id(self, size, digits=HEX):
        return "".join(self.rng.choices(digits, k=size))


def encoded(text):
    return text.replace("%", "%25").replace(" ", "%20").replace('"', "%22")


# ---- What goes wrong in every format: a line, from the function that makes a record ----

def torn(record):
    return lambda rng, second: record(rng, second)[:rng.randrange(10, 60)]


def carriage_return(record):
    return lambda rng, second: record(rng, second) + b"\r"


def replaced(record, old, new):
    return lambda rng, second: record(rng, second).replace(old, new, 1)


def given(record, **values):
    return lambda rng, second: record(rng, second, **values)


def text(line):
    return lambda rng, second: line


def common(record):
    return [torn(record), carriage_return(record), given(record, url="/" + "a" * 3000),
            text(b""), text(b"\x00" * 12 + b"\xff\xfe"),
            text(b"java.lang.IllegalStateException: the stream is closed"),
            text(b"\tat example.Server.handle(Server.java:404) 500")]


# ---- W3C extended: IIS, CloudFront ----

W3C_HEAD = b"""#Software: Microsoft Internet Information Services 10.0
#Version: 1.0
#Date: 2026-11-01 00:00:00
#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) \
cs(Referer) sc-status sc-substatus sc-win32-status time-taken
"""


def w3c(rng, second, substatus=0, **given):
    hit = Hit(rng, second, **given)
    agent = hit.agent.replace(" ", "+")
    return (f"{hit.time('%Y-%m-%d %H:%M:%S')} 10.0.0.5 {hit.method} {hit.path} {hit.query or '-'} "
            f"443 - {hit.client} {agent} {hit.referer} {hit.status} {substatus} 0 "
            f"{hit.milliseconds}").encode("latin-1")


W3C_DIRTY = common(w3c) + [
    text(W3C_HEAD[:-1]),
    given(w3c, status=404, substatus=13),
    given(w3c, status="-"),
    given(w3c, status=2000),
    given(w3c, path="/a path with blanks"),
    given(w3c, agent='"Agent of ""several"" words"'),
    given(w3c, query="q=+500+0+0+12"),
    given(w3c, path="/caf\xe9"),
    lambda rng, second: b"\x00" * 16 + w3c(rng, second),
    replaced(w3c, b" 443 ", b"  443\t"),
]

CLOUDFRONT_HEAD = b"""#Version: 1.0
#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status \
cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id \
x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher \
x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port \
time-to-first-byte \
x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end
"""


def cloudfront(rng, second, **given):
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


CLOUDFRONT_DIRTY = common(cloudfront) + [
    text(CLOUDFRONT_HEAD[:-1]),
    given(cloudfront, status="000"),
    given(cloudfront, status="-"),
    given(cloudfront, status=20),
    given(cloudfront, path="/%2522%20500%2012"),
    given(cloudfront, path="/caf\xe9 \" 500"),
    replaced(cloudfront, b"\t", b" "),
    replaced(cloudfront, b"\t-", b"\t"),
    lambda rng, second: cloudfront(rng, second) + b"\tone\tmore",
]


# ---- Amazon's load balancers and S3 ----

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


ELB_DIRTY = common(alb) + [
    classic_elb, unanswered_elb,
    given(alb, status=460),
    given(alb, status="-"),
    given(alb, status="000"),
    given(alb, url=FAKE),
    given(alb, agent=r"\x22 500 500 \x22"),
    replaced(alb, b" ", b" tls "),
    replaced(alb, BALANCER.encode(), b"a balancer"),
]


def s3(rng, second, **given):
    hit = Hit(rng, second, **given)
    owner = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
    key = hit.path[1:] or "-"
    return (f"{owner} images.example {make_sample.stamp(second)} {hit.client} - "
            f"{hit.id(16, '0123456789ABCDEF')} REST.{hit.method}.OBJECT {key} "
            f'"{hit.request}" {hit.status} - {hit.size or "-"} {hit.size or "-"} '
            f'{hit.milliseconds} {rng.randrange(hit.milliseconds + 1)} "{hit.referer}" '
            f'"{hit.agent}" - {hit.id(75)}= '
            "SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader images.example.s3.example TLSv1.2"
            ).encode("latin-1")


def s3_lifecycle(rng, second):
    hit = Hit(rng, second)
    return (f"{hit.id(64)} images.example {make_sample.stamp(second)} - AmazonS3 {hit.id(16)} "
            f'S3.EXPIRE.OBJECT {hit.path} "-" - - - 1024 - - "-" "-" - {hit.id(75)}= - - - - -'
            ).encode("latin-1")


S3_DIRTY = common(s3) + [
    s3_lifecycle,
    lambda rng, second: s3_lifecycle(rng, second).replace(b' "-" ', b" - ", 1),
    given(s3, url=BARE),
    given(s3, url=FAKE),
    given(s3, url="/%22%20500%2012"),
    given(s3, agent='an "agent" 500'),
    given(s3, status="-"),
    given(s3, status=2000),
]


# ---- Proxies: HAProxy, Squid, Envoy ----

def haproxy(rng, second, timers=None, **given):
    hit = Hit(rng, second, **given)
    a, b = sorted(rng.randrange(hit.milliseconds + 1) for _ in range(2))
    timers = timers or f"0/0/{a}/{b - a}/{hit.milliseconds}"
    busy = rng.randrange(1, 500)
    return (f"{hit.time('%b %d %H:%M:%S')} edge1 haproxy[2616]: {hit.client}:{hit.port} "
            f"[{hit.time('%d/%b/%Y:%H:%M:%S')}.{hit.fraction}] www~ app/node{rng.randrange(1, 9)} "
            f"{timers} {hit.status} {hit.size} - - ---- {busy}/{busy}/{busy // 3}/0/0 0/0 "
            f'{{www.example.org|{hit.agent}}} "{hit.request}"').encode("latin-1")


HAPROXY_DIRTY = common(haproxy) + [
    text(b"Nov  1 00:00:00 edge1 haproxy[2616]: Proxy www started."),
    text(b"Nov  1 00:00:00 edge1 haproxy[2616]: 192.0.2.7:4711 [01/Nov/2026:00:00:00.000] www/1: "
         b"SSL handshake failure"),
    replaced(haproxy, b"/0/", b"/"),  # that is a TCP log
    given(haproxy, timers="+0/+0/0/12/+13"),
    given(haproxy, timers="-1/-1/-1/-1/0", status=400, method="<BADREQ>"),
    given(haproxy, timers="0/-1/-1/-1/5", status=-1),
    given(haproxy, agent="0/0/0/0/0 500 12 - - ----"),
    given(haproxy, url=FAKE),
    given(haproxy, status=2000),
]


def squid(rng, second, **given):
    hit = Hit(rng, second, **given)
    result = pick(rng, {"TCP_MISS": 6, "TCP_HIT": 3, "TCP_REFRESH_UNMODIFIED": 1, "TCP_TUNNEL": 4})
    return (f"{hit.at}.{hit.fraction} {hit.milliseconds:6} {hit.client} {result}/{hit.status:03} "
            f"{hit.size} {hit.method} https://www.example.org{hit.url} "
            f"- HIER_DIRECT/203.0.113.{rng.randrange(256)} text/html").encode("latin-1")


SQUID_DIRTY = common(squid) + [
    text(b"# rotated"),
    given(squid, status=0, method="NONE", url="/error:invalid-request"),
    given(squid, url="/a path with blanks TCP_HIT/500 12"),
    given(squid, url=FAKE),
    replaced(squid, b"/", b"/-"),
    replaced(squid, b"TCP_", b"tcp_"),
    replaced(squid, b".", b","),
    lambda rng, second: b"Nov  1 00:00:00 proxy squid[42]: " + squid(rng, second),
    lambda rng, second: squid(rng, second) + b" [Host: www.example.org] [HTTP/1.1 500 Error]",
]


def envoy(rng, second, flags="-", **given):
    hit = Hit(rng, second, **given)
    return (f'[{hit.iso}.{hit.fraction}Z] "{hit.request}" {hit.status} {flags} via_upstream - "-" '
            f"{rng.randrange(900)} {hit.size} {hit.milliseconds} {hit.milliseconds} "
            f'"{hit.client}" "{hit.agent}" "{hit.id(8)}-{hit.id(4)}-{hit.id(4)}-{hit.id(12)}" '
            f'"www.example.org" "10.68.1.{rng.randrange(256)}:9080" inbound|9080|| '
            f"127.0.0.6:{hit.port} 10.68.2.10:9080 {hit.client}:{hit.port} "
            "outbound_.9080_._.web.default.svc.cluster.local default").encode("latin-1")


ENVOY_DIRTY = common(envoy) + [
    text(b"[2026-11-01 00:00:00.000][1][info][main] starting workers"),
    text(b'{"response_code":500,"response_flags":"-"}'),
    given(envoy, method="-", url="-", protocol="-", status=0, flags="DC"),
    given(envoy, status=503, flags="UF,URX"),
    given(envoy, url=FAKE),
    given(envoy, url=BARE),
    given(envoy, agent='an "agent" 500 - '),
    given(envoy, status="-"),
    replaced(envoy, b"T", b" "),
]


# ---- JSON, as Caddy writes it ----

def caddy(rng, second, **given):
    hit = Hit(rng, second, **given)
    headers = {"User-Agent": [hit.agent], "Accept": ["*/*"], "Referer": [hit.referer],
               "Accept-Encoding": ["gzip, deflate, br"]}
    return json.dumps({
        "level": "info", "ts": hit.at + rng.randrange(10**6) / 1e6, "logger": "http.log.access",
        "msg": "handled request",
        "request": {"remote_ip": hit.client, "remote_port": str(hit.port), "client_ip": hit.client,
                    "proto": hit.protocol, "method": hit.method, "host": "www.example.org",
                    "uri": hit.url, "headers": headers,
                    "tls": {"resumed": False, "version": 772, "cipher_suite": 4865,
                            "proto": "h2", "server_name": "www.example.org"}},
        "bytes_read": 0, "user_id": "", "duration": hit.milliseconds / 1e3, "size": hit.size,
        "status": hit.status,
        "resp_headers": {"Server": ["Caddy"], "Content-Type": ["text/html; charset=utf-8"]},
    }, separators=(",", ":")).encode()


JSON_DIRTY = common(caddy) + [
    given(caddy, url='/?q="status":500,'),
    given(caddy, url='/\\"status\\":500,\\'),
    given(caddy, agent="caf\xe9 \u0022 {[{[ \U0001f600"),
    given(caddy, status="404"),
    given(caddy, status=None),
    given(caddy, status=20.5),
    given(caddy, status={"status": 500}),
    replaced(caddy, b'"size"', b'"status":1,"status"'),
    replaced(caddy, b'"status"', b'"st\\u0061tus"'),
    replaced(caddy, b'"tls":{', b'"tls":{"status":500,'),
    lambda rng, second: caddy(rng, second)[:-20],
    lambda rng, second: b"web-1  | " + caddy(rng, second),
    replaced(caddy, b',"request"', b',\n"request"'),
    text(b"[" * 600 + b"]" * 600),
]


def one_percent(rng, second):
    """A clf record, with a status of class 5xx in one line of a hundred."""
    return make_sample.record(rng, second, status=pick(rng, {200: 89, 304: 5, 404: 5, 503: 1}))


# ---- All of them ----

class Format(NamedTuple):
    record: Callable
    dirty: list
    head: bytes = b""


FORMATS = {
    "clf": Format(make_sample.record, make_sample.HOSTILE),
    "w3c": Format(w3c, W3C_DIRTY, W3C_HEAD),
    "cloudfront": Format(cloudfront, CLOUDFRONT_DIRTY, CLOUDFRONT_HEAD),
    "elb": Format(alb, ELB_DIRTY),
    "s3": Format(s3, S3_DIRTY),
    "haproxy": Format(haproxy, HAPROXY_DIRTY),
    "squid": Format(squid, SQUID_DIRTY),
    "envoy": Format(envoy, ENVOY_DIRTY),
    "json": Format(caddy, JSON_DIRTY),
}
CORPORA = FORMATS | {"one percent": Format(one_percent, make_sample.HOSTILE)}


def lines(name, count, hostile=0.0, seed=SEED):
    form = CORPORA[name]
    yield form.head
    yield from make_sample.log(count, seed, hostile, form.record, form.dirty)


@functools.lru_cache(4)
def piece(name, hostile):
    return b"".join(lines(name, PIECE, hostile))


@contextlib.contextmanager
def log(folder, name, size, hostile=0.0):
    """The path of a log of at least 'size' bytes, which is removed on exit."""
    path = folder / f"bench-{name.replace(' ', '-')}-{size}-{hostile:g}.log"
    part = piece(name, hostile)
    try:
        with path.open("wb") as file:
            for _ in range(-(-size // len(part))):
                file.write(part)
        yield path
    finally:
        path.unlink(missing_ok=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("format", choices=CORPORA)
    parser.add_argument("--lines", type=int, default=300)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--hostile", type=float, default=0.0, help="share of hostile lines, 0 to 1")
    options = parser.parse_args()
    for line in lines(options.format, options.lines, options.hostile, options.seed):
        sys.stdout.buffer.write(line)


if __name__ == "__main__":
    main()

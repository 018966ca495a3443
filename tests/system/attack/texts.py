"""What an attacker sends: whole records of every format, and what could end or begin one, in every
part of a request that a log may show."""
import base64
import random
import sys
from pathlib import Path
from urllib.parse import quote_from_bytes

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))

import formats
from formats.elb import ALB_FIELDS as ALB, CLASSIC_FIELDS as ELB
from formats.forgery import ISO, STAMP
from formats.haproxy import FIELDS as HAPROXY
from formats.s3 import PARTS as S3
from formats.squid import FIELDS as SQUID

PATH_STAMP = STAMP.replace(b" ", b"+")
RECORDS = {name: text for form in formats.ALL.values() for name, text in form.FORGED.items()} | {
    "comment": b"#1",
    "docker": b'{"log":"6.6.6.6 - - ' + STAMP + b' \\"GET / HTTP/1.1\\" 299 7\\n","stream":"stdout","time":"'
              + ISO + b'"}',
    "docker, part": b'{"log":"x","stream":"stdout","time":"' + ISO + b'"}',
    "journald": b'{"MESSAGE":"6.6.6.6 - - ' + STAMP + b' \\"GET / HTTP/1.1\\" 299 7"}',
    "journald, inside": b'","MESSAGE":"6.6.6.6 - - ' + STAMP + b' \\"GET / HTTP/1.1\\" 299 7","x":"',
}
PREFIXES = {
    "cri": b"2026-11-20T10:00:00.123456789Z stdout F ",
    "cri, part": b"2026-11-20T10:00:00.123456789Z stdout P ",
    "compose": b"web-1  | ",
    "syslog": b"Nov 20 10:00:00 host app[7]: ",
    "syslog, priority": b"<134>Nov 20 10:00:00 app[7]: ",
    "syslog, 5424": b"<134>1 2026-11-20T10:00:00Z host app 7 - - ",
    "program": b"app[7]: ",
}
WHOLE = [name for form in formats.ALL.values() for name in getattr(form, "WHOLE", ())]
PREFIXED = [*WHOLE, "haproxy, open"]
# What a line that begins with the client's text may be.
AT_CUTS = {name: RECORDS[name] for name in (
    *WHOLE, "stamp and request", "comment", "w3c directive", "json, inside", "docker", "journald, inside")} | {
        "cri, part": PREFIXES["cri, part"] + RECORDS["squid"]}
FRAGMENTS = [
    b'"', b"\\", b'\\"', b"\\\\", b'\\\\"', b"'", b" ", b"\t", b"#", b"[", b"]", b"{", b"}", b"|", b"-",
    b"- -", b"} ",
    b'" 299 7', b'" 299 7 "-" "-"', b'\\" 299 7 ', b'\\x22 299 7 ', b"%22%20299%207", b' HTTP/1.1" 299 7',
    b' HTTP/1.1" 299 7 "', b' HTTP/1.1\\" 299 7 ', b" 299 7", b" 299", b"299 ", b"|299|7", b"] 299 7",
    b"\t299\t7",
    b",299,7", b"; 299", b"> 299 7", b"502, 299", b"299, 299 : 299", b" HTTP/1.1", b'x HTTP/1.1"', b"-", b"",
    STAMP, STAMP + b" ", b"[20/Nov/2026:10", b"[" + ISO + b"]", b"x " + STAMP + b' "',
    b'" ' + STAMP + b' "GET / HTTP/1.1" 299 7 "',
    b"{|", b"} \"GET", b"{x} ", b"[x", b'["', b"- \"", b"\xef\xbb\xbf#Fields: sc-status", b"\x00", b"\x01",
    b"\x1b[31m", b"\x7f", b"\x80",
    b"\xff\xfe", b"\xc3\xa9", b"\xe2\x80\xa8", b"\xc2\x85", b"\x0b", b"\x0c", b"\x1e{", b"\\u0022", b"\\n",
    b"\\",
    b"\\x", b"%", b"%0a", b"%0d%0a", b"%00", b"%5c%22 299 7", b"<b>", b"$status", b"%>s", b"a" * 1500,
    b'"' * 300, b"\\" * 301,
    b" " * 300, b'\\"' * 120 + b" 299 7",
]
TEXTS = {**RECORDS,
         **{f"{name} behind {prefix}": text + RECORDS[name] for prefix, text in PREFIXES.items()
            for name in PREFIXED},
         **{f"{prefix} alone": text for prefix, text in PREFIXES.items()},
         **{repr(text[:24])[1:]: text for text in FRAGMENTS}}

HEADERS = {"xff": b"X-Forwarded-For", "agent": b"User-Agent", "referer": b"Referer", "host": b"Host"}
PLACES = [*HEADERS, "user", "path", "encoded path", "query", "method", "version", "line", "absolute"]
# What the servers answer, in order: the backend's teapot and error, nothing, 401, 401, a file.
BASES = [b"/b/418", b"/b/503", b"/nothing", b"/digest/x", b"/private/x", b"/file"]

# Requests in which more than one place matters, or the base does: (name, base, texts by place).
NAMED = [
    ("digest user: a stamp and a request", b"/digest/x", {"user": RECORDS["stamp and request"]}),
    ("user: a stamp and a request", b"/digest/x", {"user": b"a [10/Oct/2000:13:55:36 -0700] \"x\" 200 7"}),
    ("xff: a stamp and a request", b"/nothing", {"xff": b"a [10/Oct/2000:13:55:36 -0700] \"x\" 200 7"}),
    ("xff: a comment", b"/nothing", {"xff": b"#1"}),
    ('path: /" 299 5', b"", {"path": b'/" 299 5'}),
    ("path: /a 404 7", b"/b/418", {"encoded path": b"a 404 7"}),
    ("path: /file] 404 7", b"", {"path": b"/file] 404 7"}),
    ("agent: x|404|7", b"/file", {"agent": b"x|404|7"}),
    ("upstream: 502, 418", b"/two/418", {}),
    ("upstream: 502, 418 again", b"/two/418", {}),
    ("upstream: 404, masked", b"/masked/404", {}),
    ("squid of 9 in xff", b"/nothing", {"xff": b" ".join(SQUID[:9])}),
    ("squid of 9 in xff, user [x", b"/digest/x", {"xff": b" ".join(SQUID[:9]), "user": b"[x"}),
    ("squid of 8 in xff", b"/nothing", {"xff": b" ".join(SQUID[:8])}),
    ("elb of 10 in xff", b"/nothing", {"xff": b" ".join(ELB[:10])}),
    ("elb of 10 in xff, user \"x", b"/digest/x", {"xff": b" ".join(ELB[:10]), "user": b'"x'}),
    ("elb of 11 in xff", b"/nothing", {"xff": b" ".join(ELB)}),
    ("alb of 12 in xff", b"/nothing", {"xff": b" ".join(ALB)}),
    ("s3 of 3 numbers in xff", b"/nothing", {"xff": b" ".join(S3)}),
    ("s3 of 3 numbers in xff, user \"x", b"/digest/x", {"xff": b" ".join(S3), "user": b'"x'}),
    ("s3 of 4 numbers in xff", b"/nothing", {"xff": b" ".join(S3) + b" 7"}),
    ("haproxy in xff", b"/nothing", {"xff": HAPROXY}),
    ("haproxy in xff, user {x}", b"/digest/x", {"xff": HAPROXY, "user": b"{x}"}),
    ("haproxy in xff, open, agent closes", b"/nothing", {"xff": HAPROXY + b" {", "agent": b'} "GET'}),
    ("haproxy in xff, referer closes", b"/nothing", {"xff": HAPROXY + b" {", "referer": b"x} "}),
    ("envoy in xff", b"/nothing", {"xff": b"[2026-11-20T10:00:00.000Z]", "host": b"x\" 299 - "}),
    ("cri part in xff, first", b"/nothing", {"xff": PREFIXES["cri, part"] + b"x"}),
    ("cri part in xff, second", b"/b/418", {"xff": PREFIXES["cri, part"] + b"x"}),
    ("cri whole in xff, third", b"/b/503", {"xff": PREFIXES["cri"] + b"x"}),
    ("cri part in xff, open", b"/nothing", {"xff": PREFIXES["cri, part"] + b"x"}),
    ("stamp in path, status in agent", b"/b/418/", {"path": PATH_STAMP, "agent": b'x HTTP/1.1" 299 7 '}),
    ("stamp in path, status in referer", b"/b/418/", {
        "path": PATH_STAMP, "referer": b'x HTTP/1.1" 299 7 "'}),
    ("stamp in the query, status in both", b"/b/418", {
        "query": PATH_STAMP, "agent": b'x HTTP/1.0" 299 7 "', "referer": b'x HTTP/1.0" 299 7 "'}),
    ("stamp in xff, status in agent", b"/nothing", {"xff": STAMP, "agent": b'x HTTP/1.1" 299 7 "'}),
    ("half a stamp in xff", b"/nothing", {"xff": b"x [20/Nov/2026:10:00:00"}),
    ("half a stamp in user, and all in xff", b"/digest/x", {
        "user": b"[20/Nov/2026:10:00:00", "xff": b"x " + STAMP}),
    ("status in the request and in the agent", b"/b/418", {
        "query": b' HTTP/1.1" 299 7 "', "agent": b'" 299 7 "'}),
    ("fields in xff, rows in xff", b"/nothing", {"xff": b"#Fields: sc-status a b c d e f g h"}),
    ("fields in host", b"/nothing", {"host": b"#Fields: sc-status a b c d e f g h"}),
    ("fields in agent", b"/nothing", {"agent": b"#Fields: x-a sc-status"}),
    ("rows in agent", b"/nothing", {"agent": b"x 299"}),
    ("xff: a stamp, user: 299 7", b"/digest/x", {"xff": b"x " + STAMP, "user": b"299 7"}),
    ("xff: the rest of s3", b"/nothing", {"xff": S3[2] + b" 299 - 7 7 7 7"}),
    ("xff: a program and squid", b"/nothing", {"xff": b"app: " + b" ".join(SQUID)}),
    ("xff: a host, a program and squid", b"/nothing", {"xff": b"host app: " + b" ".join(SQUID)}),
    ("xff: stdout P", b"/nothing", {"xff": b"stdout P x"}),
    ("xff: stdout P again", b"/b/418", {"xff": b"stdout P x"}),
    ("xff: stdout F", b"/b/503", {"xff": b"stdout F x"}),
    ("xff: a stamp at the end", b"/b/418", {"xff": b"x " + STAMP, "agent": b"x"}),
    ("xff ends in a backslash", b"/nothing", {"xff": b"x\\"}),
    ("xff and user end in a backslash", b"/digest/x", {"xff": b'x"\\', "user": b'x"\\'}),
    ("a backslash ends all", b"/b/418/\\", {place: b'x" 299 7 \\' for place in ("xff", "agent", "referer")}),
    ("nothing in all", b"/nothing", {place: b"" for place in ("xff", "agent", "referer")}),
    ("json ends in all", b"/nothing", {
        place: RECORDS["json, inside"] for place in ("xff", "agent", "referer", "query")}),
]


def authorization(user, base):
    if base.startswith(b"/digest/"):
        escaped = user.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
        return (b'Digest username="%b", realm="x", nonce="%b", uri="%b", response="%b", '
                b'qop=auth, nc=00000001, cnonce="x"' % (
                    escaped, b"A" * 11 + b"=" + b"0" * 40, base, b"0" * 32))
    return b"Basic " + base64.b64encode(user + b":x")


def request(base, parts):
    """The bytes of a request to 'base' with these texts at their places."""
    target, method, version, host = base or b"/", b"GET", b"HTTP/1.1", b"x"
    if "path" in parts:
        target = (base + b"/" if base[-1:] not in (b"", b"/") else base) + parts["path"]
    if "encoded path" in parts:
        target = base + (b"/" if base else b"") + quote_from_bytes(parts["encoded path"], safe="/").encode()
    if "query" in parts:
        target += b"?" + parts["query"]
    if "absolute" in parts:
        target = b"http://" + parts["absolute"] + target
    method = parts.get("method", method)
    version = parts.get("version", b"").strip() and parts["version"] or version  # none is HTTP/0.9
    host = parts.get("host", host)
    line = parts.get("line", b" ".join([method, target, version]))
    headers = [b"Host: " + host, b"Connection: close"]
    headers += [name + b": " + parts[place] for place, name in HEADERS.items()
                if place in parts and place != "host"]
    if "user" in parts:
        headers.append(b"Authorization: " + authorization(parts["user"], base))
    return b"\r\n".join([line, *headers]) + b"\r\n\r\n"


def systematic():
    """Every text at every place: (name, request, whether to the port for what is not HTTP)."""
    for number, (name, text) in enumerate(TEXTS.items()):
        for turn, place in enumerate(PLACES):
            base = BASES[(number + turn) % len(BASES)]
            if place == "user":
                base = (b"/digest/x", b"/private/x")[number % 2]
            yield f"{place}: {name}", request(base, {place: text}), number % 4 == 3


def named():
    for lenient in False, True:
        for name, base, parts in NAMED:
            yield name, request(base, parts), lenient


def by_chance(seed):
    """Forever: combined texts, at several places at once."""
    chance = random.Random(seed)
    records = list(TEXTS.values())
    while True:
        parts = {}
        for place in chance.sample(PLACES, chance.choice([1, 1, 2, 2, 3, 4])):
            texts = chance.choices([*FRAGMENTS, *records], k=chance.choice([1, 2, 2, 3]))
            parts[place] = chance.choice([b"", b"", b" "]).join(texts)
            if chance.random() < 0.1:  # cut anywhere
                parts[place] = parts[place][:chance.randrange(len(parts[place]) + 1)]
        yield "chance: " + ", ".join(parts), request(chance.choice(BASES), parts), chance.random() < 0.3

"""logfmt: pairs key=value, with a status beside the method of a request."""
import re

from formats.corpus import Corpus, Hit, common, given, replaced, text
from formats.lines import Sample, Usual
from formats.naive import BLANKS, NO_STATUS, number_of
from formats.rules import token
from formats.servers import Format, encode, status, valid_request

STATUSES = {b"status", b"status_code", b"statusCode", b"http_status", b"httpStatus", b"http_status_code",
            b"response_status", b"response_code", b"resp_status", b"responseStatus", b"http.status",
            b"http.status_code", b"http.response.status_code"}
METHODS = {b"method", b"http_method", b"request_method", b"req_method", b"httpMethod", b"requestMethod", b"verb",
           b"http.method", b"http.request.method"}
REQUESTS = {b"request", b"req"}

# ---- The rule of a line -------------------------------------------------------------------------

WORD = rb'(?:\[[^\]]*\][^ \t"=]*|[^ \t"=\[][^ \t"=]*)'
PAIR = rb'([\w.@/-]+)=(?:"((?:[^"\\]|\\.)*)"|([^ \t"]*))'
LINE = re.compile(rb"[ \t]*(?:%s[ \t]+){0,8}((?:%s(?:[ \t]+|\Z))+)\Z" % (WORD, PAIR), re.S)


def rule():
    def read(line):
        if not line.strip(BLANKS):
            return "#"
        found = LINE.match(line)
        pairs = [(key, quoted or bare) for key, quoted, bare in re.findall(PAIR, found[1], re.S)] if found else []
        statuses = {value or b"-" for key, value in pairs if key in STATUSES and re.fullmatch(rb"\d{3}|-|", value)}
        if len(statuses) != 1 or not any(
                key in REQUESTS or (key in METHODS and re.match(rb"[A-Z]{3}|-?\Z", value)) for key, value in pairs):
            return "!"
        return token(statuses.pop())
    return read


# ---- The naive reader ---------------------------------------------------------------------------

WHOLE_LINE = True

def value_end(text, start):
    """Where a value ends, and whether it is well formed."""
    if text[start:start + 1] != b'"':
        end = start + len(re.split(rb"[ \t]", text[start:])[0])
        return end, b'"' not in text[start:end]
    at = start + 1
    while at < len(text) and text[at] != ord('"'):
        at += 2 if text[at] == ord("\\") else 1
    return at + 1, at < len(text) and (at + 1 == len(text) or text[at + 1] in BLANKS)


def is_method(value):
    return value in (b"", b"-") or (len(value) > 2 and value[:3].isalpha() and value[:3].isupper())


def pairs_of(text):
    """[(key, value)] of a line that is nothing else, behind at most eight words; else None."""
    pairs, words, at = [], 0, 0
    while at < len(text):
        if text[at] in BLANKS:
            at += 1
        elif found := re.compile(rb"[A-Za-z0-9_.@/-]+=").match(text, at):
            end, fits = value_end(text, found.end())
            if not fits:
                return None
            value = text[found.end():end]
            pairs.append((found[0][:-1], value[1:-1] if value[:1] == b'"' else value))
            at = end
        else:
            start, words = at, words + 1
            if text[at] == ord("["):
                at = text.find(b"]", at)
            if at < 0 or pairs or words > 8:
                return None
            start = at
            while at < len(text) and text[at] not in BLANKS:
                at += 1
            if b"=" in text[start:at] or b'"' in text[start:at]:
                return None
    return pairs


def read(text, strict=False):
    pairs = pairs_of(text) or []
    found = {b"-" if value == b"" else value for key, value in pairs
             if key in STATUSES and (value in (b"", b"-") or (len(value) == 3 and value.isdigit()))}
    if len(found) != 1 or not any(key in REQUESTS or (key in METHODS and is_method(value)) for key, value in pairs):
        return None
    return number_of(found.pop())


# ---- The server's writer ------------------------------------------------------------------------

def escape(text):
    """strconv.Quote() of Go, for bytes: what it is not sure of is \\xHH."""
    return b'"' + encode(rb"\x00-\x1f\x7f-\xff", b"\\x%02x", re.sub(rb'(["\\])', rb"\\\1", text)) + b'"'


def write(r):
    return b"time=2026-11-20T10:00:%02dZ level=info request=%s status=%s bytes=%d ua=%s user=%s" % (
        r.time, escape(valid_request(r)), status(r, b"%03d"), r.size, escape(r.agent), escape(r.user))


WRITERS = {"logfmt": Format({"format": "logfmt"}, write)}


# ---- Lines for the C test, and one to change ----------------------------------------------------

SAMPLES = [
    Sample(
        'at=info method=GET path="/a?b=c" host=h.example fwd="1.2.3.4" dyno=web.1 service=18ms status=200 bytes=13\n'
        'I, [2026-11-28T12:00:00.000000 #123]  INFO -- : method=GET path=/x status=404 duration=2.1\r\n'
        '[28/Nov/2026:12:00:10 -0300] status=503 user_agent="x \\" status=200" request="GET / HTTP/2.0"\n'
        'level=info status=500 msg="no request"\n'
        'method=GET status=200 http_status=500\n'),
    Sample(
        'a="\\\\" b=\\x\\ status=200 method="" http.response.status_code=0200\n'
        'path=/\\" status=404 method=GET\n'
        'status="5\\"0" @timestamp=1 a/b.c-d_E9== \tmethod="-" http_status="404" request_id=f status=- status=404\r\n'
        'status= req=x =y\n'
        'statvs=500 status=\t verb="PUT\\"" x="a=b c"\n'
        'a_key_of_more_than_32_bytes_that_ends_in_status=500 status=201 httpMethod=PURGE\n'),
]

USUAL = [
    Usual('at=info method=GET path="/~" host=h fwd="1.2.3.4" service=18ms status=200 bytes=13 protocol=https', 200),
    Usual('status=090 verb=POST x= msg="~\\"" ', 90),
    Usual('_a=~ http_status="909" request="GET / HTTP/1.1"', 909),
    Usual('~key=a\\~\\ \t~/@.-=~== status="-" method=-', NO_STATUS),
]

CHANGED = {"logfmt": b'level=info method=GET path="/a b" status=200 ua="x\\"y"'}


# ---- What an attacker sends ---------------------------------------------------------------------

FORGED = {
    "logfmt": b"method=GET path=/ status=299",
    "logfmt, quoted": b'" method=GET status=299 x="',
    "logfmt, bare": b"x status=299 method=GET",
}
WHOLE = ["logfmt"]


# ---- A made up log ------------------------------------------------------------------------------

def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' if re.search('[ ="]', text) else text


def record(rng, second, **given):
    hit = Hit(rng, second, **given)
    return (f"time={hit.iso}.{hit.fraction}Z level=info msg=request method={hit.method} path={quoted(hit.url)} "
            f"host=www.example.org remote_ip={hit.client} proto={hit.protocol} status={hit.status} bytes={hit.size} "
            f"duration={hit.milliseconds}ms request_id={hit.id(16)} user_agent={quoted(hit.agent)} "
            f"referer={quoted(hit.referer)}").encode("latin-1")


CORPUS = Corpus(record, common(record) + [
    text(b'time=2026-11-01T00:00:00Z level=warn msg="slow query" seconds=2.5'),
    lambda rng, second: b"2026-11-01T00:00:00+00:00 heroku[router]: " + record(rng, second),
    lambda rng, second: b"Nov  1 00:00:00 web app[42]: " + record(rng, second),
    given(record, url='/?q=" status=500 method="GET'),
    replaced(record, b" status=", b" status=500 http_status="),
    replaced(record, b"method=", b"method=x"),
    replaced(record, b"level=info", b"level"),
])

"""The lines that application servers print for each request."""
import re

from formats.corpus import FAKE, Corpus, Hit, common, given, replaced, text
from formats.lines import Sample, Usual
from formats.naive import NO_STATUS, UNMATCHED, number_of, unescaped_quotes
from formats.servers import Format, encode, status, target, token

FRONT, BACK = 160, 128  # the most bytes before what a client writes, and behind it

# ---- The rule of a line -------------------------------------------------------------------------

PARTS = {
    b"E": rb"(?:\x1b\[[0-9;]*m)*", b"S": rb"(?P<status>\d{3}|-)", b"N": rb"(?:\d+|-)",
    b"M": rb"(?:\d+(?:\.\d+)?|-)", b"G": rb"\d[\d.hmnsu\xc2\xb5]*s", b"V": rb" HTTP/\d(?:\.\d)?",
    b"T": rb"\d\d:\d\d:\d\d", b"A": rb"[A-Z][A-Za-z]{2}", b"W": rb"[A-Z][A-Z-]{2,}",
}
BARS = rb" \|%(E)b %(S)b %(E)b\|%(E)b *%(G)b *%(E)b\|"
LOGGER = rb'(?:[^/"]*[ \t])?'
# What is before the client's text, that, what is behind it, and how many quotes there are.
RULES = [
    (rb"\[GIN\] \d{4}/\d\d/\d\d - %(T)b" + BARS + rb' *[^ \t|]* *\|%(E)b [^ \t"]+ *%(E)b *"', b".*", b'"', 2),
    (rb"\[GIN\] \d{4}/\d\d/\d\d - %(T)b" + BARS, b".*", b"", 0),
    (rb"(?:\[\d+\] )?\[%(A)b %(A)b [ \d]\d %(T)b \d{4}\] %(E)b[^ \t|]* \[%(S)b\]: ", b".*", b"", 0),
    (rb"%(T)b" + BARS, b".*", b"", 0),
    (rb'\d{4}/\d\d/\d\d %(T)b %(E)b(?!\[\d\d/[A-Za-z]{3}/\d{4}:)(?=["\[])', b".*",
     rb'" %(E)bfrom [^ \t|"]* - %(E)b%(S)b%(E)b %(N)bB%(E)b in %(E)b%(G)b%(E)b', None),
    (rb"%(E)b%(W)b (?=[A-Za-z/*])", rb"\S+", rb" %(S)b %(N)b - %(M)b ms", None),
    (rb"%(E)b%(W)b (?=[A-Za-z/*])", rb"\S+", rb" %(E)b%(S)b%(E)b %(M)b ms - %(N)b%(E)b", None),
    (rb"(?:-|[\dA-Fa-f]*[.:][\dA-Fa-f.:]*) ", b".*", rb"%(V)b %(S)b %(N)b - %(M)b ms", 0),
    (rb"(?:" + LOGGER + rb'[^ \t"]+:\d+|%(E)bINFO%(E)b: +) - "', rb"\S*\s\S*",
     rb"""%(V)b%(E)b" %(E)b%(S)b(?: [A-Za-z' -]*)?%(E)b""", None),
    (rb"(?:%(E)b|" + LOGGER + rb'[^ \t"]+ - - )\[\d\d/%(A)b/\d{4} %(T)b\] %(E)b"', b".*",
     rb'" %(S)b %(N)b%(E)b', None),
]
RULES = [(re.compile(rb"(?:%b)(?P<middle>%b)%b" % (front % PARTS, middle, back % PARTS), re.S), quotes)
         for front, middle, back, quotes in RULES]


def rule():
    def read(line):
        if not line.strip(b" \t"):
            return "#"
        bare = re.sub(rb"\\.?", b"x", line, flags=re.S)
        for pattern, quotes in RULES:
            found = pattern.fullmatch(line)
            if found and found.start("middle") <= FRONT and len(line) - found.end("middle") <= BACK and \
                    (quotes is None or (quotes == bare.count(b'"') and (not quotes or bare.endswith(b'"')))):
                return "-" if found["status"] == b"-" else str(int(found["status"]))
        return "!"
    return read


# ---- The naive reader ---------------------------------------------------------------------------

COLOUR = rb"(?:\x1b\[[0-9;]*m)*"
STATUS = re.compile(COLOUR + rb"(\d{3}|-)" + COLOUR)
COUNT = re.compile(rb"\d+|-")
SECONDS = re.compile(rb"\d+(\.\d+)?|-")
GO_SECONDS = re.compile(rb"\d[\d.hmnsu\xc2\xb5]*s")
CLOCK = rb"\d\d:\d\d:\d\d"
STAMP = rb"\[\d\d/[A-Z][A-Za-z][A-Za-z]/\d{4} " + CLOCK + rb"\] "
BY_GO = rb" \|" + COLOUR + rb" (\d{3}|-) " + COLOUR + rb"\|" + COLOUR + rb" *" + GO_SECONDS.pattern + rb" *" \
    + COLOUR + rb"\|"
GIN = re.compile(rb"\[GIN\] \d{4}/\d\d/\d\d - " + CLOCK + BY_GO)
GIN_REQUEST = re.compile(rb" *[^ \t|]* *\|" + COLOUR + rb' [^ \t"]+ *' + COLOUR + rb' *"')
FIBER = re.compile(CLOCK + BY_GO)
PHP = re.compile(rb"(?:\[\d+\] )?\[[A-Z][A-Za-z]{2} [A-Z][A-Za-z]{2} [ \d]\d " + CLOCK + rb" \d{4}\] "
                 + COLOUR + rb"[^ \t|]* \[(\d{3}|-)\]: ")
CHI = re.compile(rb"\d{4}/\d\d/\d\d " + CLOCK + b" " + COLOUR + rb'(?!\[\d\d/[A-Za-z]{3}/\d{4}:)(?=["\[])')
CHI_END = re.compile(rb" " + COLOUR + rb"from [^ \t|]* - " + STATUS.pattern + rb" (?:\d+|-)B" + COLOUR + rb" in "
                     + COLOUR + GO_SECONDS.pattern + COLOUR)
METHOD = re.compile(COLOUR + rb"[A-Z][A-Z-][A-Z-]+ (?=[A-Za-z*/])")
PEER = re.compile(rb"(?:-|(?=[^ ]*[.:])[0-9A-Fa-f.:]+) ")
PHRASE = re.compile(rb" " + COLOUR + rb"(\d{3}|-)(?: [A-Za-z '-]*)?" + COLOUR)
VERSION = re.compile(rb" HTTP/\d(\.\d)?" + COLOUR)
SIZE = re.compile(rb" (\d{3}|-) (?:\d+|-)" + COLOUR)


def last(text, count):
    """The text before the last words, and these; None if there are too few."""
    rest, *words = text.rsplit(b" ", count)
    return (rest, words) if len(words) == count and len(text) - len(rest) <= BACK else None


def all_match(words, patterns):
    return all((word == like if isinstance(like, bytes) else like.fullmatch(word))
               for word, like in zip(words, patterns, strict=True))


def by_go(text):
    for front in GIN, PHP, FIBER:
        found = front.match(text[:FRONT])
        if found and front is GIN:
            request = front is GIN and GIN_REQUEST.match(text[:FRONT], found.end())
            if request and unescaped_quotes(text) == 2 and request.end() < len(text) and \
                    unescaped_quotes(text[:-1]) == 1:
                return found[1]
        if found and not unescaped_quotes(text):
            return found[1]
    quote = text.rfind(b'"')
    front, end = CHI.match(text[:FRONT]), CHI_END.fullmatch(text, quote + 1)
    return end[1] if front and end and front.end() <= quote and len(text) - quote <= BACK else None


def by_morgan(text):
    front = METHOD.match(text[:FRONT])
    for order in (STATUS, COUNT, b"-", SECONDS, b"ms"), (STATUS, SECONDS, b"ms", b"-", COUNT):
        found = last(re.sub(COLOUR + rb"\Z", b"", text) if order[4] is COUNT else text, 5)
        if not found or not front or not all_match(found[1], order):
            continue
        if order[4] is not COUNT and not COUNT.fullmatch(found[1][0]) and len(found[1][0]) != 3:
            continue
        if len(text) - len(found[0]) <= BACK and re.fullmatch(rb"\S+", found[0][front.end():]) and \
                len(found[0]) > front.end():
            return STATUS.fullmatch(found[1][0])[1]
    found = last(text, 6)
    if PEER.match(text[:FRONT]) and found and not unescaped_quotes(text) and \
            len(found[0]) >= PEER.match(text).end() and re.fullmatch(rb"\d{3}|-", found[1][1]) and \
            all_match(found[1], (re.compile(rb"HTTP/\d(\.\d)?"), STATUS, COUNT, b"-", SECONDS, b"ms")):
        return found[1][1]
    return None


def logged(before, end):
    """Whether a token ends before 'end', and nothing of a client before it."""
    if not before.endswith(end):
        return None
    logger, word = re.fullmatch(rb"(.*[ \t])?([^ \t]*)", before.removesuffix(end), re.S).groups()
    return re.sub(rb"\AINFO:[A-Za-z][^:]*:", b"", word) if b"/" not in (logger or b"") else None


def by_python(text):
    open_, close = text[:FRONT].find(b'"'), text.rfind(b'"')
    if not 0 <= open_ < close:
        return None
    before, inside, behind = text[:open_], text[open_ + 1:close], text[close + 1:]
    client = logged(before, b" - ")
    version = inside.rfind(b" ")
    found = PHRASE.fullmatch(behind)
    if found and client is not None and len(behind) + len(inside) - version < BACK and version >= 0 and \
            (re.fullmatch(rb".+:\d+", client, re.S) or
             (not client and re.fullmatch(COLOUR + b"INFO" + COLOUR + b": + - ", before))) and \
            VERSION.fullmatch(inside, version) and len(re.findall(rb"\s", inside[:version])) == 1:
        return found[1]
    stamp = re.search(STAMP + COLOUR + rb"\Z", before)
    found = SIZE.fullmatch(behind)
    if stamp and found and len(behind) < BACK and (
            re.fullmatch(COLOUR, before[:stamp.start()]) or logged(before[:stamp.start()], b" - - ")):
        return found[1]
    return None


def is_message(text):
    """http.server's of a bad request, which it repeats; no other format reads that."""
    text, end = text[:FRONT].partition(b'"')[0], text[-2:]
    return end in (b"')", b'")') and any(
        re.compile(STAMP + COLOUR + rb"code \d+, message ").match(text, at)
        and (re.fullmatch(COLOUR, text[:at]) or logged(text[:at], b" - - "))
        for at in range(len(text)))


def read(text, strict=False):
    for reader in by_go, by_morgan, by_python:
        found = reader(text)
        if found:
            return number_of(found)
    return UNMATCHED if strict and is_message(text) else None


WHOLE_LINE = True


# ---- The servers' writers -----------------------------------------------------------------------

def uvicorn(r):
    """uvicorn/logging.py: the path is percent-encoded, but not the query."""
    path, mark, query = target(r.path).partition(b"?")
    path = encode(rb"^A-Za-z0-9_.~/-", b"%%%02X", path)
    query = re.sub(rb"[^!-~]", b"", query)
    return b'INFO:     10.0.0.1:%d - "%s %s HTTP/1.1" %s %s' % (
        r.size, token(r.method), path + mark + query, status(r, b"%03d"), b"Not Found" if r.status == 404 else b"")


def coloured(r):
    """The same on a terminal, of a server with a logger's time in front."""
    return (b'2026-11-20 10:00:%02d,123 \x1b[32mINFO\x1b[0m:     ::1:1 - "\x1b[1m%s / HTTP/1.1\x1b[0m" '
            b"\x1b[31m%s X\x1b[0m") % (r.time, token(r.method), status(r, b"%03d"))


def request_line(r):
    """http.server: a line up to its LF, and of control characters the escapes."""
    line = (r.method + b" " + r.path + b" HTTP/1.1").partition(b"\n")[0].rstrip(b"\r")
    return encode(rb"\x00-\x1f\x7f-\x9f", b"\\x%02x", line.replace(b"\\", b"\\\\"))


def http_server(r):
    return b'10.0.0.1 - - [20/Nov/2026 10:00:%02d] "%s" %s -' % (r.time, request_line(r), status(r, b"%03d"))


def werkzeug(r):
    return b'INFO:werkzeug:10.0.0.1 - - [20/Nov/2026 10:00:%02d] "\x1b[33m%s\x1b[0m" %s %d' % (
        r.time, request_line(r), status(r, b"%03d"), r.size)


def django(r):
    return b'[20/Nov/2026 10:00:%02d] \x1b[31;1m"%s" %s %d\x1b[0m' % (
        r.time, request_line(r), status(r, b"%03d"), r.size)


def morgan(form):
    """Node refuses blanks and controls in a request line; morgan escapes quotes."""
    def write(r):
        path = b"/" + re.sub(rb'(["\\])', rb"\\\1", target(r.path))
        user = re.sub(rb'(["\\])', rb"\\\1", re.sub(rb"[\x00-\x1f\x7f:]", b"", r.user)) or b"-"
        return form % {b"path": path, b"user": user, b"status": status(r, b"%03d"), b"size": r.size, b"time": r.time}
    return write


def gin(r):
    """strconv.Quote()."""
    path = encode(rb"\x00-\x1f\x7f-\xff", b"\\x%02x", re.sub(rb'(["\\])', rb"\\\1", r.path))
    return b'[GIN] 2026/11/20 - 10:00:%02d | %s |    1.234ms |        10.0.0.1 | GET      "/%s"' % (
        r.time, status(r, b"%03d"), path)


def chi(r):
    """The id is the client's; net/http refuses blanks in a target, and other bytes in a host."""
    return b'2026/11/20 10:00:%02d [%s] "GET http://h%s HTTP/1.1" from 10.0.0.1:5 - %s %dB in 1.2ms' % (
        r.time, re.sub(rb"[\x00-\x1f\x7f]", b"", b"x" + r.user), b"/" + target(r.path), status(r, b"%03d"), r.size)


def php(r):
    """A quote in a path leaves the line unmatched."""
    return b"[Fri Nov 20 10:00:%02d 2026] 10.0.0.1:5 [%s]: GET /%s" % (
        r.time, status(r, b"%03d"), target(r.path).replace(b'"', b"%22"))


WRITERS = {name: Format({"format": "console"}, write) for name, write in {
    "uvicorn": uvicorn, "uvicorn, coloured": coloured, "http.server": http_server, "werkzeug": werkzeug,
    "django": django, "gin": gin, "chi": chi, "php": php,
    "morgan, tiny": morgan(b"GET %(path)b %(status)b %(size)d - %(time)d.123 ms"),
    "morgan, dev": morgan(b"\x1b[0mGET %(path)b \x1b[31m%(status)b\x1b[0m %(time)d.123 ms - %(size)d\x1b[0m"),
    "morgan, short": morgan(b"::1 %(user)b GET %(path)b HTTP/1.1 %(status)b %(size)d - %(time)d.123 ms"),
}.items()}


# ---- Lines for the C test, and one to change ----------------------------------------------------

SAMPLES = [
    Sample(
        'INFO:     127.0.0.1:60084 - "GET /docs HTTP/1.1" 200 OK\n'
        '\x1b[32mINFO\x1b[0m:     ::1:1 - "\x1b[1mGET / HTTP/1.1\x1b[0m" \x1b[31m404 Not Found\x1b[0m\r\n'
        'INFO:werkzeug:1.2.3.4 - - [28/Nov/2026 12:00:00] "\x1b[33mGET /"x" HTTP/1.1\x1b[0m" 404 -\n'
        '[28/Nov/2026 12:00:00] "GET / HTTP/1.1" 200 1234\n'
        "127.0.0.1 - - [28/Nov/2026 12:00:00] code 400, message Bad request syntax ('GET x')\n"
        '\x1b[0mGET /x \x1b[33m404\x1b[0m 1.2 ms - 10\x1b[0m\n'
        'GET / 200 5.123 - 13 ms\nGET /y 500 13 - 5.1 ms\n'
        '::1 - GET /z HTTP/1.1 200 13 - 5.1 ms\n'
        '[GIN] 2026/11/28 - 12:00:00 | 200 |     1.234ms |       127.0.0.1 | GET      "/ping"\n'
        '2026/11/28 12:00:00 [id] "GET http://h/ HTTP/1.1" from 1.2.3.4:5 - 404 12B in 1.2ms\n'
        '12:00:00 | 200 |     1.234ms |       127.0.0.1 | GET     | /path \n'
        '[Sat Nov 28 12:00:00 2026] 127.0.0.1:51234 [200]: GET /x\n'),
    Sample(
        'INFO:     a:9 - "GET /a?b HTTP/1.1" 404 Not Found\r\n'
        'INFO:     INFO:x:a:9 - "GET / HTTP/1.0" 500 I\'m a-b\n'
        'INFO:     1:1 - "a\\" 200 b HTTP/1.1" 200\n'
        'INFO:      - "GET / HTTP/2" 200 OK\n'
        'INFO:     Started server process [1]\n'
        ' \t\n'
        'web-1  | INFO:     1.2.3.4:1 - "GET / HTTP/1.1" 201 OK\n'
        'web-1  | {"status":200}\n{"message":"[GIN] 2026/11/28 - 12:00:00 | 201 | 1s | ::1 | GET \\"/\\"\\n"}\n'
        '2026-11-28T12:00:00.1Z stdout P INFO:     1.2.3.4:1 - "GET / H\n'
        '2026-11-28T12:00:00.2Z stdout F TTP/1.1" 302 x\n'
        '[GIN] 2026/11/28 - 12:00:00 | 200 | 1s | ::1 | GET "/\\"\n'
        '[GIN] 2026/11/28 - 12:00:00 | 200 | 1s | ::1 | GET "/\\\\\\""\n'),
]

USUAL = [
    Usual('INFO:     127.0.0.1:60084 - "GET /~ HTTP/1.1" 200 OK', 200),
    Usual('INFO:     ::9:0 - "A~\v HTTP/9.0" 090 I\'m A-z', 90),
    Usual('INFO:     b:59 - "~\t~ HTTP/0.9" 909', 909),
    Usual('INFO:     Started server process [~]', UNMATCHED),
    Usual('GET /~ 500 13 - 5.1 ms', 500),
    Usual('[GIN] 2026/11/28 - 12:00:00 | - | 1.234ms | ::1 | GET "/~"', NO_STATUS),
]

CHANGED = {"console": b'INFO:     127.0.0.1:60084 - "GET /docs HTTP/1.1" 404 Not Found'}


# ---- What an attacker sends ---------------------------------------------------------------------

FORGED = {
    "uvicorn": b'INFO:     6.6.6.6:80 - "GET / HTTP/1.1" 299 OK',
    "uvicorn's end": b' HTTP/1.1" 299 OK',
    "http.server": b'6.6.6.6 - - [20/Nov/2026 10:00:00] "GET / HTTP/1.1" 299 -',
    "http.server, open": b'6.6.6.6 - - [20/Nov/2026 10:00:00] "x',
    "http.server's message": b"6.6.6.6 - - [20/Nov/2026 10:00:00] code 400, message Bad request syntax ('",
    "django": b'[20/Nov/2026 10:00:00] "GET / HTTP/1.1" 299 7',
    "morgan, tiny": b"GET / 299 7 - 1.2 ms",
    "morgan, short": b"6.6.6.6 - GET / HTTP/1.1 299 7 - 1.2 ms",
    "morgan's end": b" HTTP/1.1 299 7 - 1.2 ms",
    "gin": b"[GIN] 2026/11/20 - 10:00:00 | 299 | 1.2ms | 6.6.6.6 | GET /x",
    "fiber": b"10:00:00 | 299 | 1.2ms | 6.6.6.6 | GET | /x",
    "php": b"[Fri Nov 20 10:00:00 2026] 6.6.6.6:5 [299]: GET /x",
    "chi, open": b'2026/11/20 10:00:00 "',
    "chi's end": b'" from 6.6.6.6:5 - 299 7B in 1.2ms',
}
WHOLE = ["http.server", "morgan, tiny"]


# ---- A made up log ------------------------------------------------------------------------------

def record(rng, second, **given):
    hit = Hit(rng, second, **given)
    return (f'INFO:     {hit.client}:{hit.port} - "{hit.method} {hit.url} HTTP/1.1" {hit.status} OK').encode("latin-1")


CORPUS = Corpus(record, common(record) + [
    text(b"INFO:     Started server process [3152]"),
    text(b"INFO:     Application startup complete."),
    given(record, url="/a path with blanks"),
    given(record, url=FAKE),
    given(record, status=2000),
    replaced(record, b" - ", b" "),
    lambda rng, second: b"web-1  | " + record(rng, second),
])

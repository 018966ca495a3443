"""Amazon S3 server access logs."""
import re

from make_sample import stamp

from formats import forgery, naive, rules, servers
from formats.cloudfront import escape as url_encoded
from formats.corpus import BARE, FAKE, Corpus, Hit, common, given
from formats.lines import Sample, Usual
from formats.naive import behind_request, number_of
from formats.servers import Format, field, status, target, token

# ---- The rule of a line -------------------------------------------------------------------------

OPENING = re.compile(rb"\S+ \S+ " + rules.STAMP.pattern + rb" \S+ \S+ \S+ \S+ \S+ ([\"-])")
STATUS = re.compile(rb" (\d{3}|-) \S+" + rb" (?:\d+|-)" * 4 + rb" ")


def read_line(line):
    if not line.strip(b" \t"):
        return "#"
    start = OPENING.match(line)
    if not start:
        return "!"
    if start[1] == b'"':
        return rules.quoted(line, start.start(1), STATUS)
    found = STATUS.match(line, start.end())
    return rules.token(found[1]) if found else "!"


def rule():
    return read_line


# ---- The naive reader ---------------------------------------------------------------------------

START = re.compile(rb"\S+ \S+ " + naive.STAMP + rb' \S+ \S+ \S+ \S+ \S+ (["-])')
FIELDS = re.compile(rb" (\d{3}|-) \S+" + rb" (?:\d+|-)" * 4 + rb" ")
TAIL = re.compile(rb'"|- "')


def read(text, strict=False):
    start = START.match(text)
    if not start:
        return None
    if start[1] == b'"':
        found = behind_request(text, start.start(1), FIELDS)
    else:
        found = FIELDS.match(text, start.end())
    if not found or (strict and not TAIL.match(found.string, found.end())):
        return None
    return number_of(found[1])


# ---- The server's writer ------------------------------------------------------------------------

def write(r):
    """The key is URL-encoded, the rest as it came."""
    return (b'79a5 bucket %s 10.0.0.1 - 3E57 REST.GET.OBJECT %s "%s %s HTTP/1.1" %s - %d - 7 - "%s" "%s"'
            b' - x= SigV4 ECDHE AuthHeader b.s3.amazonaws.com TLSv1.2' % (
                servers.STAMP % r.time, url_encoded(r.path), token(r.method), target(r.path),
                status(r, b"%03d"), r.size, field(r.referrer), field(r.agent)))


WRITERS = {"s3": Format({"format": "s3"}, write)}


# ---- Lines for the C test, and one to change ----------------------------------------------------

SAMPLES = [
    Sample(
        '79a5 bucket1 [06/Feb/2019:00:00:38 +0000] 192.0.2.3 79a5 3E57427F3E REST.GET.VERSIONING - "GET '
        '/bucket1?versioning HTTP/1.1" 200 - 113 - 7 - "-" "S3Console/0.4" - s9lz\n'
        '79a5 bucket1 [06/Feb/2019:00:00:38 +0000] - svc 3E57427F3E S3.EXPIRE.OBJECT a/b - - - - 11 - -\n'
        '79a5 b [06/Feb/2019:00:00:38 +0000] 192.0.2.3 79a5 A REST.GET.OBJECT k "GET /k HTTP/1.1" 404 '
        'NoSuchKey 297 1 38 19 "-" "c"\r\n'),
]

USUAL = [
    Usual('7~a b [06/Feb/2019:00:00:38 +0000] 192.0.2.3 79a5 3E57 REST.GET k "GET /~ HTTP/1.1" 200 - 113 - '
          '7 - "-" ~', 200),
    Usual('a b~ [30/Zzz/9999:09:99:99 -9999] - x~ 3 S3.X k "~" 909 NoSuchKey 90 9 - 1234567890 "-" ~', 909),
    Usual('a b [09/Aza/2019:00:00:38 +0000] 1 7 3 R k~ "~" 090 A - - - - ~', 90),
]

CHANGED = {"s3": b'o b [20/Nov/2026:10:00:00 +0000] 1.2.3.4 - ID R k "GET /" 404 NoKey 297 - 10 - "-"'}


# ---- What an attacker sends ---------------------------------------------------------------------

PARTS = [b"owner bucket", forgery.STAMP, b"6.6.6.6 requester 1A REST.GET.OBJECT key -", forgery.FAKE,
         b"- 7 7 7"]
FORGED = {
    "s3": b" ".join(PARTS) + b' 7 "-" "x" -',
    "s3, quoted": b"owner bucket " + forgery.STAMP + b' 6.6.6.6 requester 1A REST.GET.OBJECT key '
                  b'"GET / HTTP/1.1" 299 - 7 7 7 7 "-" "x" -',
}
WHOLE = ["s3"]


# ---- A made up log ------------------------------------------------------------------------------

def record(rng, second, **given):
    hit = Hit(rng, second, **given)
    owner = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
    key = hit.path[1:] or "-"
    return (f"{owner} images.example {stamp(second)} {hit.client} - "
            f"{hit.id(16, '0123456789ABCDEF')} REST.{hit.method}.OBJECT {key} "
            f'"{hit.request}" {hit.status} - {hit.size or "-"} {hit.size or "-"} '
            f'{hit.milliseconds} {rng.randrange(hit.milliseconds + 1)} "{hit.referer}" '
            f'"{hit.agent}" - {hit.id(75)}= '
            "SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader images.example.s3.example TLSv1.2"
            ).encode("latin-1")


def lifecycle(rng, second):
    hit = Hit(rng, second)
    return (f"{hit.id(64)} images.example {stamp(second)} - AmazonS3 {hit.id(16)} "
            f'S3.EXPIRE.OBJECT {hit.path} "-" - - - 1024 - - "-" "-" - {hit.id(75)}= - - - - -'
            ).encode("latin-1")


CORPUS = Corpus(record, common(record) + [
    lifecycle,
    lambda rng, second: lifecycle(rng, second).replace(b' "-" ', b" - ", 1),
    given(record, url=BARE),
    given(record, url=FAKE),
    given(record, url="/%22%20500%2012"),
    given(record, agent='an "agent" 500'),
    given(record, status="-"),
    given(record, status=2000),
])

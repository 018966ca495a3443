"""Nginx Proxy Manager's logs of its hosts."""
import re

from make_sample import pick

from formats.corpus import FAKE, Corpus, Hit, common, given, replaced, text
from formats.lines import Sample, Usual
from formats.naive import number_of
from formats.rules import token
from formats.servers import Format, nginx, status, target

# ---- The rule of a line -------------------------------------------------------------------------

ESCAPE = rb"\\x[0-9A-Fa-f]{2}"
QUOTED = rb'"(?:[ !#-\[\]-~]|' + ESCAPE + rb')*"'
UPSTREAM = rb"(?:\d{1,3}|-)"
LINE = re.compile(
    rb"\[\d\d/[A-Za-z]{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "
    rb"(?P<proxy>(?:-|[A-Z]{1,16}) " + UPSTREAM + rb"(?:(?:,| :) " + UPSTREAM + rb")*(?: : )? )?"
    rb"(?P<status>\d{3}) - [A-Z_-]+ https? (?:[ !#-.0-\[\]-~]|" + ESCAPE + rb")* " + QUOTED +
    rb" \[Client [!#-\[^-~]+\] \[Length \d+\] \[Gzip [0-9.-]+\] "
    rb"(?(proxy)\[Sent-to (?:[!#-\[\]-~]|" + ESCAPE + rb")*\] )" + QUOTED + b" " + QUOTED)


def read_line(line):
    if not line.strip(b" \t"):
        return "#"
    found = LINE.fullmatch(line)
    return token(found["status"]) if found else "!"


def rule():
    return read_line


# ---- The naive reader ---------------------------------------------------------------------------

WHOLE_LINE = True
ESCAPED = b"\x7f"  # what stands for a byte that nginx has escaped
STAMP = re.compile(rb"\[\d\d/[A-Za-z]{3}/\d\d\d\d:\d\d:\d\d:\d\d [-+]\d\d\d\d\]")
LISTED = re.compile(rb"(-|[A-Z]{1,16})( (-|\d{1,3})((,| :) (-|\d{1,3}))*( : )?)")
ASKED = re.compile(rb"\d{3} - [A-Z_-]+ https?")
MIDDLE = re.compile(rb" \[Client [^] \x7f]+\] \[Length \d+\] \[Gzip [0-9.-]+\]( \[Sent-to \S*\])? ")


def read(text, strict=False):
    """By its quotes and blanks: the status is the first number before a dash, a method and a scheme."""
    plain = re.sub(ESCAPE, ESCAPED, text)
    if re.search(rb"[^ -~]", text) or b"\\" in plain or plain.count(b'"') != 6:
        return None
    head, _, middle, _, between, _, behind = plain.split(b'"')
    words, fields = head.split(b" "), MIDDLE.fullmatch(middle)
    found = [i for i in range(2, len(words) - 4) if ASKED.fullmatch(b" ".join(words[i:i + 4]))]
    if not found or not fields or between != b" " or behind:
        return None
    before, host = words[2:found[0]], b" ".join(words[found[0] + 4:])
    if not STAMP.fullmatch(b" ".join(words[:2])) or not re.fullmatch(rb"[^/]* ", host):
        return None
    if bool(before) != bool(fields[1]) or before and not LISTED.fullmatch(b" ".join(before)):
        return None
    return number_of(words[found[0]])


# ---- The server's writer ------------------------------------------------------------------------

def header(text):
    """A header field that came is logged even if it is empty."""
    return text and nginx(text)


def write(r):
    """$status has three digits, 000 for no answer.  Every other record is of a proxy host."""
    method = re.sub(rb"[^A-Z_-]", b"", r.method) or b"GET"
    answer, proxied = status(r, b"%03d", b"000"), r.time % 2
    return b'[20/Nov/2026:10:00:%02d +0000] %s%s - %s https www.example.org "%s" [Client 10.0.0.1] ' \
        b'[Length %d] [Gzip -] %s"%s" "%s"' % (
            r.time, b"MISS 502, %s " % answer if proxied else b"", answer, method, nginx(target(r.path)),
            r.size, b"[Sent-to 10.0.0.4] " if proxied else b"", header(r.agent), header(r.referrer))


WRITERS = {"npm": Format({"format": "npm"}, write, 0)}


# ---- Lines for the C test, and one to change ----------------------------------------------------

STANDARD = ('[28/Nov/2026:12:00:01 +0100] 301 - GET http old.example.org "/~" [Client 192.0.2.10] [Length 0] '
            '[Gzip -] "M~" "-"')
PROXIED = ('[28/Nov/2026:12:00:01 +0100] {} 404 - GET https app.example.org "/~" [Client 2001:db8::7] '
           '[Length 512] [Gzip 3.11] [Sent-to {}] "M~" "h~"')
SAMPLES = [
    Sample("".join(line.replace("~", "") + end for line, end in [
        (STANDARD, "\n"), (PROXIED.format("- 404", "10.0.0.4"), "\n"),
        (PROXIED.format("MISS 502, 200 : -", "[fd00::1]"), "\r\n"), (PROXIED.format("HIT - : ", ""), "\n"),
        (STANDARD.replace("/~", r"\x22\x5C"), "\n")]) +
        'proxy-1  | [28/Nov/2026:12:00:01 +0100] 400 - - http  "" [Client 1] [Length 0] [Gzip -] "" "-"\n'),
]

USUAL = [
    Usual(STANDARD, 301),
    Usual(PROXIED.format("- -", "10.0.0.4"), 404),
    Usual(PROXIED.format("HIT 200", "[fd00::1]"), 404),
    Usual('[00/Aaa/0000:00:00:00 -0000] 000 - - http  "~" [Client !] [Length 0] [Gzip -] "~" "~"', 0),
    Usual('[99/Zzz/9999:99:99:99 +9999] REVALIDATED 999 999 - A_-Z https a b "~" [Client f] [Length 99] '
          '[Gzip 9.99] [Sent-to ] "" ""', 999),
]

CHANGED = {"npm": b'[28/Nov/2026:12:00:01 +0100] - 502, 20 200 - GET http a "/x\\x22" [Client 1] [Length 5] '
                  b'[Gzip -] [Sent-to b] "M" "-"'}


# ---- What an attacker sends ---------------------------------------------------------------------

FIELDS = b"[20/Nov/2026:10:00:00 +0000] 299 - GET http h"
REST = b' [Client 6.6.6.6] [Length 7] [Gzip -] "x" "-"'
FORGED = {
    "npm": FIELDS + b' "/"' + REST,
    "npm, proxied": FIELDS.replace(b"299", b"- 299 299") + b' "/"' + REST.replace(b'"x', b'[Sent-to h] "x'),
    "npm, open": FIELDS + b' "',
    "npm's rest": b'"' + REST,
}
WHOLE = ["npm", "npm, proxied"]


# ---- A made up log ------------------------------------------------------------------------------

def record(rng, second, listed="{}", **given):
    hit = Hit(rng, second, **given)
    proxied = rng.random() < 0.9
    cache = pick(rng, {"-": 8, "HIT": 1, "MISS": 1})
    ratio = f"{rng.randrange(1, 9)}.{rng.randrange(100):02}" if hit.size > 1000 else "-"
    return (f"[{hit.time('%d/%b/%Y:%H:%M:%S')} +0000] " +
            (f"{cache} {listed.format('-' if cache == 'HIT' else f'{hit.status:03}')} " if proxied else "") +
            f'{hit.status:03} - {hit.method} https www.example.org "{hit.url}" [Client {hit.client}] '
            f"[Length {hit.size}] [Gzip {ratio}] " + ("[Sent-to 10.0.0.4] " if proxied else "") +
            f'"{hit.agent}" "{hit.referer}"').encode("latin-1")


CORPUS = Corpus(record, common(record) + [
    text(b'192.0.2.4 - - [01/Nov/2026:00:00:00 +0000] "GET /d.axd HTTP/1.1" 404 552 "-" "curl/8.5.0"'),
    text(b"[01/Nov/2026:00:00:00 +0000] [Client 192.0.2.4:4711] TCP 200 12 34 0.003 [Sent-to 10.0.0.4:22]"),
    given(record, status=400, method="-", url="-"),
    given(record, listed="502, {}"),
    given(record, listed="{} : 404"),
    given(record, agent=r"a \x22quoted\x22 agent"),
    given(record, url=FAKE),
    given(record, url="/a path with blanks"),
    replaced(record, b" - ", b" "),
    replaced(record, b"[Client", b"[client"),
])

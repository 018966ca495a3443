"""Zeek's http.log, as tab-separated values."""
import re

from formats import rules
from formats.corpus import Corpus, Hit, common, given, replaced, text
from formats.lines import Sample, Usual
from formats.naive import NO_STATUS, UNMATCHED, number_of
from formats.rules import Columns
from formats.servers import Format, status, token

# ---- The rule of a line -------------------------------------------------------------------------

class Lines(Columns):
    DIRECTIVE = b"#fields\t"

    def record(self, line):
        if not self.fields or b"status_code" not in self.fields:
            return "!"
        values = line.split(b"\t")
        value = values[self.fields.index(b"status_code")] if len(values) == len(self.fields) else b""
        return rules.token(value) if re.fullmatch(rb"\d{3}|-", value) else "!"


rule = Lines


# ---- The naive reader ---------------------------------------------------------------------------

DIRECTIVE = b"#fields\t"
TYPES = re.compile(rb"#types\t[a-z\t\[\],_]*", re.I)


def is_types(line):
    """Whether a comment is the one with types, whose brackets belong to it."""
    return bool(TYPES.fullmatch(line)) and line[7:] == line[7:].lower()


def columns(line, names, dated=False):
    """'dated' asks for nothing more."""
    if not names or b"status_code" not in names or line.count(b"\t") != len(names) - 1:
        return None
    status = line.split(b"\t")[names.index(b"status_code")]
    return number_of(status) if re.fullmatch(rb"[0-9][0-9][0-9]|-", status) else None


# ---- The server's writer ------------------------------------------------------------------------

def escape(text):
    """ODesc::AddBytes(): a backslash twice, what cannot be printed as \\xHH; the first byte of what stands for
    no value, too; "(empty)" for nothing."""
    if text in (b"-", b"(empty)"):
        return b"\\x%02x" % text[0] + text[1:]
    return re.sub(rb"[\x00-\x1f\\\x7f-\xff]",
                  lambda byte: b"\\\\" if byte[0] == b"\\" else b"\\x%02x" % byte[0][0], text) or b"(empty)"


HEAD = b"#fields\tts\tuid\tid.orig_h\tmethod\thost\turi\treferrer\tversion\tuser_agent\tresponse_body_len\t" \
    b"status_code\tstatus_msg\tusername"
TYPES_LINE = b"#types\ttime\tstring\taddr\tstring\tstring\tstring\tstring\tstring\tstring\tcount\tcount\t" \
    b"string\tset[enum]"


def write(r):
    """There is no status as long as there is no answer."""
    return b"\t".join((
        b"1795168800.%06d" % r.time, b"CHhAvVGS1DHFjwGM9", b"10.0.0.1", escape(token(r.method)), b"www.example.org",
        escape(r.path), escape(r.referrer), b"1.1", escape(r.agent), b"%d" % r.size, status(r, b"%03d"), b"OK",
        escape(r.user)))


WRITERS = {
    "zeek": Format({"format": "zeek"}, write, head=HEAD,
                   skipped=(b"", b"#separator \\x09", b"#close\t2026-11-29-11-00-00", TYPES_LINE)),
}


# ---- Lines for the C test, and one to change ----------------------------------------------------

SAMPLES = [
    Sample(
        '#separator \\x09\n'
        '#fields\tts\tid.orig_h\tmethod\thost\tstatus_code\tstatus_msg\n'
        '#types\ttime\taddr\tstring\tset[enum]\tcount\tvector[string]\n'
        '1764331200.937000\t192.0.2.21\tGET\td1.example\t403\tForbidden\n'
        '1764331200.937000\t192.0.2.21\tGET\t-\t-\t-\r\n'
        '1764331200.937000\t192.0.2.21\t200\t404\t1000\tx\n'
        '#Fields: sc-status\n'
        '#fields\tstatus_code\turi\n'
        '404\t/a\\x09b\n'
        '200\t\n'
        '404 /\n'
        '#close\t2026-11-29\n'),
    Sample(
        '200\tx\n'
        '-\t-\r\n'
        '20\t\n', fields="status_code uri"),
]

USUAL = [
    Usual('x~\t403\ty~', 403, fields="ts status_code uri"),
    Usual('909\t~', 909, fields="status_code uri"),
    Usual('x~\t~\t-', NO_STATUS, fields="ts uri status_code"),
    Usual('x~\ty~', UNMATCHED, fields="ts status_code uri"),
]

CHANGED = {"zeek;fields=ts host status_code uri": b"1764331200.937000\texample.org\t404\t/a"}


# ---- What an attacker sends ---------------------------------------------------------------------

FORGED = {
    "zeek names": b"#fields\tts\thost\tstatus_code",
    "zeek row": b"1795168800.123\tx\t299",
}


# ---- A made up log ------------------------------------------------------------------------------

COLUMNS = "ts uid id.orig_h id.orig_p id.resp_h id.resp_p trans_depth method host uri referrer version user_agent " \
    "origin request_body_len response_body_len status_code status_msg info_code info_msg tags username password " \
    "proxied orig_fuids orig_filenames orig_mime_types resp_fuids resp_filenames resp_mime_types"
LOG_HEAD = b"#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\thttp\n#fields\t" \
    + COLUMNS.replace(" ", "\t").encode() + b"\n"


def record(rng, second, **given):
    hit = Hit(rng, second, **given)
    return "\t".join(map(str, [
        f"{hit.at}.{rng.randrange(10**6):06}", "C" + hit.id(17), hit.client, hit.port, "10.0.0.5", 80, 1, hit.method,
        "www.example.org", hit.url, hit.referer, hit.protocol[5:], hit.agent, "-", 0, hit.size, hit.status, "OK", "-",
        "-", "(empty)", "-", "-", "-", "-", "-", "-", "F" + hit.id(17), "-", "text/html"])).encode("latin-1")


CORPUS = Corpus(record, common(record) + [
    text(b"#close\t2026-11-29-11-00-00"),
    given(record, status="-"),
    given(record, status=20),
    given(record, url="/a\\x09500\\x0912"),
    given(record, agent="500\\x09(a)"),
    replaced(record, b"\t", b" "),
    replaced(record, b"\t-", b""),
    lambda rng, second: record(rng, second) + b"\tone\tmore",
], LOG_HEAD)

"""W3C extended, separated by blanks: IIS."""
import re

from formats.corpus import Corpus, Hit, common, given, replaced, text
from formats.lines import Sample, Usual
from formats.naive import BLANKS, NO_STATUS, UNMATCHED, is_status, names_of, number_of
from formats.rules import Columns
from formats.servers import Format, status, token

# ---- The rule of a line -------------------------------------------------------------------------

ADDRESS = rb"[0-9A-Fa-f]*[.:][0-9A-Fa-f.:%]*"
# IIS's usual columns, of which older ones lack cs(Referer).
USUAL_COLUMNS = re.compile(
    rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d " + ADDRESS + rb" (?:-|[A-Z][A-Z_-]*) (?:[*-]|/[^ \t]*) [^ \t]+ \d+ "
    rb"[^ \t]+ " + ADDRESS + rb" [^ \t]+(?: [^ \t]+)? (\d{3}) (\d+) \d+ \d+", re.S)


class Lines(Columns):
    def record(self, line):
        if self.fields is None:
            found = USUAL_COLUMNS.fullmatch(line)
            if not found:
                return "!"
            known = len(found[2]) <= 5 and 0 < int(found[2]) <= 65535
            return str(int(found[1])) + (f".{int(found[2])}" if known else "")
        if not self.fields or b"sc-status" not in self.fields:
            return "!"
        plain = re.findall(rb"[^ \t]+", line)
        values = plain if len(plain) == len(self.fields) else self.strings(line)
        if values is None or len(values) != len(self.fields):
            return "!"
        status = values[self.fields.index(b"sc-status")]
        if status in (b"", b"-"):
            return "-"
        if not re.fullmatch(rb"\d{1,3}", status):
            return "!"
        substatus = b"0"
        if b"sc-substatus" in self.fields:
            substatus = values[self.fields.index(b"sc-substatus")]
        known = re.fullmatch(rb"\d{1,5}", substatus) and 0 < int(substatus) <= 65535
        return str(int(status)) + (f".{int(substatus)}" if known else "")

    @staticmethod
    def strings(line):
        """The values where a quote opens a string that may hold blanks; None if one is not closed."""
        values, rest = [], line.lstrip(b" \t")
        while rest:
            value = b""
            if rest.startswith(b'"'):
                string = re.match(rb'"((?:[^"]|"")*)"(?!")', rest)
                if not string:
                    return None
                value, rest = string[1].replace(b'""', b'"'), rest[string.end():]
            plain = re.match(rb"[^ \t]*", rest)[0]
            values.append(value + plain)
            rest = rest[len(plain):].lstrip(b" \t")
        return values


rule = Lines


# ---- The naive reader ---------------------------------------------------------------------------

STRING = re.compile(rb'"([^"]*(?:""[^"]*)*)"(?!")')


def strings(line):
    """The values where a quote may begin a string, None if one has no end."""
    values, rest = [], line.strip(BLANKS)
    while rest:
        string = STRING.match(rest)
        if rest.startswith(b'"') and not string:
            return None
        value = string[1].replace(b'""', b'"') if string else b""
        rest = rest[string.end():] if string else rest
        plain = re.match(rb"[^ \t]*", rest)[0]
        values.append(value + plain)
        rest = rest[len(plain):].lstrip(BLANKS)
    return values


SHAPES = [re.compile(shape) for shape in (
    rb"\d\d\d\d-\d\d-\d\d", rb"\d\d:\d\d:\d\d", rb"[\da-fA-F]*[.:][\da-fA-F.:%]*", rb"-|[A-Z][A-Z_-]*",
    rb"[-*]|(?s:/.*)", rb"(?s:.+)", rb"\d+", rb"(?s:.+)", rb"[\da-fA-F]*[.:][\da-fA-F.:%]*")]


def by_shape(line):
    """IIS with its usual columns, of which the last four are numbers."""
    values = line.split(b" ")
    numbers = values[-4:]
    if len(values) not in (14, 15) or b"\t" in line or b"" in values \
            or not all(re.fullmatch(rb"\d+", value) for value in numbers) or len(numbers[0]) != 3 \
            or not all(shape.fullmatch(value) for shape, value in zip(SHAPES, values)):
        return None
    substatus = int(numbers[1]) if len(numbers[1]) <= 5 else 0
    return int(numbers[0]), substatus if substatus <= 65535 else 0


def columns(line, names, dated=False):
    """'dated' asks for nothing more."""
    if names is None:
        return by_shape(line)
    if not names or b"sc-status" not in names:
        return None
    values = names_of(line)
    if len(values) != len(names):
        values = strings(line)
    if values is None or len(values) != len(names):
        return None
    status = values[names.index(b"sc-status")]
    if not re.fullmatch(rb"\d{1,3}|-|", status):
        return None
    result = number_of(status)
    if is_status(result) and b"sc-substatus" in names:
        substatus = values[names.index(b"sc-substatus")]
        if re.fullmatch(rb"\d{1,5}", substatus) and int(substatus) <= 65535:
            result = result[0], int(substatus)
    return result


# ---- The server's writer ------------------------------------------------------------------------

def escape(text):
    """HTTP.sys: blanks and what cannot be printed become '+', as Microsoft's "IIS Log File Format" has
    it; "-" for nothing."""
    return re.sub(rb"[\x00-\x20\x7f]", b"+", text) or b"-"


# IIS's order, of which the log has a part; date and time are there unless taken out by hand.
IIS = {
    b"date": lambda r: b"2026-11-20", b"time": lambda r: b"10:00:%02d" % r.time,
    b"s-ip": lambda r: b"10.0.0.1", b"cs-method": lambda r: escape(token(r.method)),
    b"cs-uri-stem": lambda r: escape(r.path), b"cs-uri-query": lambda r: escape(r.referrer),
    b"s-port": lambda r: b"443", b"cs-username": lambda r: escape(r.user),
    b"cs(User-Agent)": lambda r: escape(r.agent), b"cs(Referer)": lambda r: escape(r.referrer),
    b"sc-status": status, b"sc-substatus": lambda r: b"%d" % r.substatus,
    b"sc-win32-status": lambda r: b"64", b"sc-bytes": lambda r: b"%d" % r.size,
    b"cs(Cookie)": lambda r: escape(r.agent), b"time-taken": lambda r: b"%d" % r.time,
}


def log_of(names):
    """The format of a log with these columns."""
    names = [name for name in IIS if name in {*names, b"date", b"time", b"sc-status"}]
    head = b"#Fields: " + b" ".join(names)
    return Format({"format": "w3c"}, lambda r: b" ".join(IIS[name](r) for name in names), head=head,
                  skipped=(b"", b"#Software: Microsoft Internet Information Services 10.0", head))


def usual(r):
    """IIS's usual columns."""
    r = r._replace(status=r.status or 0)
    return b" ".join((b"2026-11-20", b"10:00:%02d" % r.time, b"10.0.0.1", re.sub(rb"[^A-Z]", b"", r.method) or b"-",
                      b"/" + escape(r.path), escape(r.referrer), b"443", escape(r.user), b"::1", escape(r.agent),
                      escape(r.referrer), status(r, b"%03d"), b"%d" % r.substatus, b"64", b"%d" % r.time))


WRITERS = {
    "w3c, IIS": log_of(IIS),
    "w3c, IIS without #Fields": Format({"format": "w3c"}, usual, 0, skipped=(b"", b"#Software: IIS")),
}


# ---- Lines for the C test, and one to change ----------------------------------------------------

SAMPLES = [
    Sample(
        '#Software: IIS\n'
        '#Fields: date time s-ip cs-method cs-uri-stem sc-status sc-substatus sc-win32-status\n'
        '2026-01-01 00:00:00 10.0.0.1 GET /a.htm 403 14 5\n'
        '2026-01-01 00:00:01 10.0.0.1 GET "/a b" 200 0 0\r\n'
        '2026-01-01 00:00:02 10.0.0.1 GET /a - - 64\n'
        '#Fields: sc-status c-ip\n'
        '404 ::1\n'
        '404\t::1  \n'
        '404\n'),
    Sample(
        '2026-11-28 12:00:21 192.0.2.11 GET /foo.asp - 80 - ::1 Mozilla/5.0+(X) http://r/ 404 2 0 65\n'
        '2026-11-28 12:00:21 fe80::1%4 RPC_IN_DATA /a q=1 443 D\\u 1.2.3.4 - - 200 0 2147943395 65\r\n'
        '2026-11-28 12:00:21 192.0.2.11 GET / - 80 - 1.2.3.4 M/5.0 500 19 5 0\n'
        '2026-11-28 12:00:21 192.0.2.11 - * - 80 - 1.2.3.4 M/5.0 - 400 70000 5 0\n'
        '2026-11-28 12:00:21 192.0.2.11 GET / - 80 - 1.2.3.4 500 19 5 0\n'
        '#Fields: sc-status\n'
        '404\n'),
    Sample(
        '14 a 403\n'
        '0\tb\t-\r\n'
        '65535 c 200\n'
        '65536 c 200\n'
        '- d 99\n', fields="sc-substatus x sc-status"),
    Sample(
        '200 a 5\n'
        '404 "b c" -\n'
        '1000 d 1\n', fields="sc-status x sc-substatus"),
]

USUAL = [
    Usual('x~ 403 9 y~', 403, 9, fields="a sc-status sc-substatus b"),
    Usual('0 x~ 909 y~', 909, fields="sc-substatus a sc-status b"),
    Usual('x~\t090 1234', 90, 1234, fields="a\tsc-status sc-substatus"),
    Usual('x~ y~  z~\t\t9', 9, fields="a b c sc-status"),
    Usual('x y~ - z~', NO_STATUS, fields="a b sc-status c"),
    Usual('x y~ z~', UNMATCHED, fields="a b sc-status c"),
    Usual('x y~ z~', UNMATCHED, fields="a b c"),
    Usual('2026-11-28 12:00:21 1.2.3.4 GET /~ q~ 80 u~ ::1 M~ r~ 404 2 0 65', 404, 2),
    Usual('2026-11-28 12:00:21 ::1 OPTIONS * - 80 - ::1 M~ 200 0 64 65', 200),
]

CHANGED = {"w3c": b"2026-11-20 10:00:00 ::1 GET /a - 80 - 1.2.3.4 M/5 - 403 14 0 15",
           "w3c;fields=date s-ip sc-status sc-substatus time-taken": b'2026-11-20 1.2.3.4 403 14 "a b"'}


# ---- What an attacker sends ---------------------------------------------------------------------

FORGED = {
    "w3c directive": b"#Fields: date time sc-status",
    "w3c names": b"#Fields: c-ip x y date z cs-method cs-uri cs-version s sc-status",
    "w3c row": b"2026-11-20 10:00:00 299",
    "w3c, IIS": b"2026-11-20 10:00:00 ::1 GET / - 80 - ::1 x - 299 0 0 1",
}


# ---- A made up log ------------------------------------------------------------------------------

HEAD = b"""#Software: Microsoft Internet Information Services 10.0
#Version: 1.0
#Date: 2026-11-01 00:00:00
#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) \
cs(Referer) sc-status sc-substatus sc-win32-status time-taken
"""


def record(rng, second, substatus=0, **given):
    hit = Hit(rng, second, **given)
    agent = hit.agent.replace(" ", "+")
    return (f"{hit.time('%Y-%m-%d %H:%M:%S')} 10.0.0.5 {hit.method} {hit.path} {hit.query or '-'} "
            f"443 - {hit.client} {agent} {hit.referer} {hit.status} {substatus} 0 "
            f"{hit.milliseconds}").encode("latin-1")


CORPUS = Corpus(record, common(record) + [
    text(HEAD[:-1]),
    given(record, status=404, substatus=13),
    given(record, status="-"),
    given(record, status=2000),
    given(record, path="/a path with blanks"),
    given(record, agent='"Agent of ""several"" words"'),
    given(record, query="q=+500+0+0+12"),
    given(record, path="/caf\xe9"),
    lambda rng, second: b"\x00" * 16 + record(rng, second),
    replaced(record, b" 443 ", b"  443\t"),
], HEAD)

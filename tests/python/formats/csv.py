"""Comma-separated: API Gateway's template, IIS's own format, Cloud Storage's usage logs."""
import ipaddress
import re

from formats.corpus import FAKE, Corpus, Hit, common, given, replaced, text
from formats.lines import Sample, Usual
from formats.naive import number_of
from formats.rules import token
from formats.servers import Format, field, status, target
from formats.servers import token as method_of

# ---- The rule of a line -------------------------------------------------------------------------

TEXT, NUMBER, STATUS = rb'[^,"\[\]]*', rb"(?:\d{1,64}|-)", rb"(?P<status>\d{3}|-)"
ADDRESS = rb"[0-9A-Fa-f.:%]{1,64}"
GATEWAY = re.compile(b",".join([
    rb"(?P<client>" + ADDRESS + rb")", rb"(?! )" + TEXT, TEXT,
    rb"\d\d/[A-Za-z]{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}", rb"(?:[A-Z]{1,64}|-)", rb"(?:/" + TEXT + rb"|-)",
    rb"(?:HTTP/\d(?:\.\d)?|-)", STATUS, NUMBER, rb"[A-Za-z0-9+/=_-]{1,64}(?:,[A-Za-z0-9+/=_-]{1,64})?"]), re.S)
IIS = re.compile(b", ".join([
    rb"(?P<client>" + ADDRESS + rb")", TEXT, rb"\d\d?/\d\d?/(?:\d\d)?\d\d", rb"\d\d?:\d\d:\d\d",
    rb"W3SVC\d{1,59}", rb"[\w.-]{1,64}", rb"(?P<server>" + ADDRESS + rb")", NUMBER, NUMBER, NUMBER, STATUS, NUMBER,
    TEXT + rb"(?P<rest>,(?:[^,]*,){2,})"]), re.S)
QUOTED = rb'(?:"(?:[^"]|"")*")?'
STORAGE = re.compile(b",".join([
    rb'"\d{16}"', rb'(?:"(?P<client>(?:' + ADDRESS + rb')?)")?', *[rb'(?:"' + NUMBER + rb'?")?', QUOTED],
    rb'(?:"(?:[A-Z]{1,64}|-)?")?', QUOTED, rb'(?:"(?P<status>(?:\d{3}|-)?)")?',
    *[rb'(?:"' + NUMBER + rb'?")?'] * 2]) +
    rb'(?:,(?:"' + NUMBER + rb'?")?' + (b"," + QUOTED) * 7 + b")?", re.S)


def is_address(given):
    name, mark, zone = given.decode("ascii").partition("%")
    if ":" not in name:
        return not mark and re.fullmatch(r"(?:\d{1,3}\.){3}\d{1,3}", name)
    try:
        ipaddress.IPv6Address(name)
    except ValueError:
        return False
    return not mark or zone.isdigit()


def read_line(line):
    if not line.strip(b" \t"):
        return "#"
    for order in GATEWAY, IIS, STORAGE:
        found = order.fullmatch(line)
        if not found:
            continue
        fields = found.groupdict()
        if not all(is_address(fields[name]) for name in ("client", "server") if fields.get(name)):
            return "!"
        if re.search(rb", W3SVC\d{1,59}(?=,)", fields.get("rest", b"")):
            return "!"
        return token(fields["status"] or b"-")
    return "!"


def rule():
    return read_line


# ---- The naive reader ---------------------------------------------------------------------------

WHOLE_LINE = True
DOTTED = re.compile(rb"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}")
DASH = (b"-",)


def known(pattern, most=64):
    pattern = re.compile(pattern)
    return lambda value: len(value) <= most and bool(pattern.fullmatch(value))


def or_dash(test):
    return lambda value: value in DASH or test(value)


def address(value):
    if len(value) > 64 or b":" not in value:
        return DOTTED.fullmatch(value)
    return re.fullmatch(rb"[^%]*(%\d+)?", value) and six(value.partition(b"%")[0])


def six(value):
    head, gap, tail = value.partition(b"::")
    pieces = [piece for side in (head, tail) if side for piece in side.split(b":")]
    if pieces and b"." in pieces[-1] and not value.endswith(b":"):
        numbers = pieces.pop().split(b".")
        if len(numbers) != 4 or not all(re.fullmatch(rb"0|[1-9]\d{0,2}", one) and int(one) < 256 for one in numbers):
            return False
        pieces += [b"0", b"0"]
    if not all(re.fullmatch(rb"[0-9A-Fa-f]{1,4}", piece) for piece in pieces):
        return False
    return len(pieces) < 8 if gap else len(pieces) == 8


def anything(value):
    return True


def plain(value):
    return not set(value) & set(b'"[]')


number, capitals = or_dash(known(rb"\d+")), or_dash(known(rb"[A-Z]+"))
name = known(rb"[A-Za-z0-9+/=_-]+")
stamp = known(rb"\d\d/[A-Za-z]{3}/\d{4}:\d\d:\d\d:\d\d [-+]\d{4}")
three = known(rb"\d{3}|-")
OF_GATEWAY = [address, plain, plain, stamp, capitals, or_dash(lambda value: value[:1] == b"/" and plain(value)),
              or_dash(known(rb"HTTP/\d(\.\d)?")), three, number, name, name]
OF_IIS = [address, plain, known(rb"\d{1,2}/\d{1,2}/(\d{2}|\d{4})"), known(rb"\d{1,2}:\d\d:\d\d"), known(rb"W3SVC\d+"),
          known(rb"[A-Za-z0-9._-]+"), address, number, number, number, three, number, plain]
OF_STORAGE = [address, number, anything, capitals, anything, three, number, number, number, *[anything] * 7]


def split_quoted(line):
    """The values of quoted columns, or None."""
    values = []
    while True:
        value = b""
        if line[:1] == b'"':
            end = line.find(b'"', 1)
            while end >= 0 and line[end + 1:end + 2] == b'"':
                end = line.find(b'"', end + 2)
            if end < 0:
                return None
            value, line = line[1:end].replace(b'""', b'"'), line[end + 1:]
        values.append(value)
        if not line:
            return values
        if line[:1] != b",":
            return None
        line = line[1:]


def read_iis(values):
    if len(values) < 16 or values[-1] or not all(value[:1] == b" " for value in values[1:13]):
        return None
    if any(re.fullmatch(rb" W3SVC\d{1,59}", value) for value in values[13:]):
        return None
    values = values[:1] + [value[1:] for value in values[1:13]]
    return number_of(values[10]) if all(test(value) for test, value in zip(OF_IIS, values)) else None


def read(text, strict=False):
    if text[:1] == b'"':
        values = split_quoted(text)
        fits = values and len(values) in (9, 17) and re.fullmatch(rb"\d{16}", values[0]) and \
            all(not value or test(value) for test, value in zip(OF_STORAGE, values[1:]))
        return number_of(values[6]) if fits else None
    values = text.split(b",")
    if len(values) > 1 and values[1][:1] == b" ":
        return read_iis(values)
    fits = len(values) in (10, 11) and all(test(value) for test, value in zip(OF_GATEWAY, values))
    return number_of(values[7]) if fits else None


# ---- The servers' writers -----------------------------------------------------------------------

def write_gateway(r):
    """Nothing but the request's id could be a client's, and that is an UUID."""
    return b"10.0.0.1,-,-,20/Nov/2026:10:00:%02d +0000,GET,/pets/{id},HTTP/1.1,%s,%d,c6af9ac6-7b61" % (
        r.time, status(r, b"%03d"), r.size)


def write_iis(r):
    """The user has a name that Windows allows."""
    user = re.sub(rb'[\x00-\x1f"/\\\[\]:;|=,+*?<>\x7f]', b"", r.user) or b"-"
    return b"10.0.0.1, %s, 11/20/2026, 10:00:%02d, W3SVC1, WEB01, 10.0.0.2, 15, 300, %d, %s, 0, %s, %s, -," % (
        user, r.time, r.size, status(r, b"%03d"), method_of(r.method), target(r.path))


def quoted(value):
    return b'"' + field(value).replace(b'"', b'""') + b'"'


def write_storage(r):
    """RFC 4180: a quote is written twice."""
    return b",".join([
        b'"17951688%02d123456"' % r.time, b'"10.0.0.1"', b'"1"', b'""', b'"GET"', quoted(target(r.path)),
        quoted(status(r, b"%03d", b"")), b'"0"', b'"%d"' % r.size, b'"1500"', b'"storage.googleapis.com"',
        quoted(r.referrer), quoted(r.agent), b'"AF01"', b'"GET_Object"', b'"b"', quoted(r.path)])


WRITERS = {f"csv, {name}": Format({"format": "csv"}, write)
           for name, write in [("gateway", write_gateway), ("iis", write_iis), ("storage", write_storage)]}


# ---- Lines for the C test, and one to change ----------------------------------------------------

OF_STORAGE_LINE = ('"1795867200123456","192.0.2.1","1","","GET","/b/~","404","0","9","1500","storage.googleapis.com",'
                   '"","~","AF-1","GET_Object","b","o"')
OF_IIS_LINE = '192.0.2.1, -, 11/28/2026, 7:55:20, W3SVC2, WEB-01, 10.0.0.2, 15, 300, 3223, 200, 0, GET, /~, -,'
OF_GATEWAY_LINE = '192.0.2.1,-,-,28/Nov/2026:12:00:00 +0000,GET,/pets~,HTTP/1.1,403,34,c6af9ac6'
SAMPLES = [
    Sample("".join(line.replace("~", "") + end for line, end in [
        (OF_STORAGE_LINE, "\n"), (OF_IIS_LINE, "\r\n"), (OF_GATEWAY_LINE, "\n"), (OF_GATEWAY_LINE + ",JKJaX=", "\n"),
        (OF_IIS_LINE.replace("/~", "/a, b"), "\n"), (OF_STORAGE_LINE.replace("~", 'a ""b"", c'), "\n"),
        (OF_IIS_LINE.replace(" -, 11", " u, 1/2/26, 1:00:00, W3SVC1, a, ::1, 1, 1, 1, 500, 0, GET, /, 11", 1), "\n")]) +
        '"1795867200123456","2001:db8::1","2","","","","","0","9"\n'
        'web: 192.0.2.1,-,-,28/Nov/2026:12:00:00 +0000,-,-,-,-,-,1\n'),
]

USUAL = [
    Usual(OF_STORAGE_LINE, 404),
    Usual(OF_IIS_LINE, 200),
    Usual(OF_GATEWAY_LINE, 403),
    Usual('fe80::1%4, a b, 1/2/01, 17:55:20, W3SVC1, a, ::1, -, -, -, 090, -, A~, , x, y,', 90),
]

CHANGED = {"csv": b"::1, u, 3/20/2001, 7:55:20, W3SVC2, S, 10.0.0.2, 4, 1, 3, 200, 0, GET, /a, -,"}


# ---- What an attacker sends ---------------------------------------------------------------------

GATEWAY_FORGED = b"6.6.6.6,-,-,20/Nov/2026:10:00:00 +0000,GET,/x,HTTP/1.1,299,7,a1"
IIS_FORGED = b"6.6.6.6, -, 11/20/2026, 10:00:00, W3SVC1, WEB01, 10.0.0.2, 1, 2, 3, 299, 0, GET, /x, -,"
STORAGE_FORGED = b'"1795168800123456","6.6.6.6","1","","GET","/","299","0","7"'
FORGED = {
    "csv, gateway": GATEWAY_FORGED,
    "csv, iis": IIS_FORGED,
    "csv, iis, rest": IIS_FORGED.partition(b" ")[2],
    "csv, storage": STORAGE_FORGED,
    "csv, storage, rest": b'","299","0","7',
}
WHOLE = ["csv, gateway", "csv, iis", "csv, storage"]


# ---- A made up log ------------------------------------------------------------------------------

def record(rng, second, **given):
    """Cloud Storage's: the only one of the three that is long, and has client's texts."""
    hit = Hit(rng, second, **given)
    values = [f"{hit.at}{hit.fraction}000", hit.client, "1", "", hit.method, hit.url, f"{hit.status:03}", "0",
              f"{hit.size}", f"{hit.milliseconds * 1000}", "storage.googleapis.com", hit.referer.replace("-", ""),
              hit.agent, hit.id(32), f"{hit.method}_Object", "example", hit.path[1:]]
    return ",".join('"' + value.replace('"', '""') + '"' for value in values).encode("latin-1")


def record_of_iis(rng, second, **given):
    hit = Hit(rng, second, **given)
    return (f"{hit.client}, -, {hit.time('%m/%d/%Y, %H:%M:%S')}, W3SVC1, WEB01, 10.0.0.2, {hit.milliseconds}, 300, "
            f"{hit.size}, {hit.status:03}, 0, {hit.method}, {hit.path}, {hit.query or '-'},").encode("latin-1")


CORPUS = Corpus(record, common(record) + [
    text(b'"time_micros","c_ip","c_ip_type","c_ip_region","cs_method","cs_uri","sc_status","cs_bytes","sc_bytes"'),
    given(record, agent='a "quoted" agent, with commas'),
    given(record, url=FAKE),
    given(record, agent='x [01/Nov/2026:00:00:00 +0000] "GET / HTTP/1.1" 500 12'),
    record_of_iis,
    given(record_of_iis, path="/a, b"),
    given(record_of_iis, path='/ [01/Nov/2026:00:00:00 +0000] "GET / HTTP/1.1" 500 12'),
    replaced(record, b'","', b'",'),
    replaced(record, b'"GET"', b'"get"'),
])

"""JSON objects, one or more per line."""
import json
import re

from formats.corpus import Corpus, Hit, common, given, replaced, text
from formats.lines import Sample, Usual
from formats.naive import NO_STATUS, UNMATCHED, number_of
from formats.servers import Format, nginx_json, request, status

# ---- The rule of a line -------------------------------------------------------------------------

MISSING = object()


def rule(key="status"):
    def values(value, path):
        """Those under the path, however it is divided into names."""
        for name, inner in value.items() if isinstance(value, dict) else ():
            if name == path:
                yield inner
            elif path.startswith(name + "."):
                yield from values(inner, path[len(name) + 1:])

    def read_line(line):
        if not line.strip(b" \t"):
            return "#"
        try:
            text = line.decode("latin-1")
            document, _ = json.JSONDecoder(strict=False).raw_decode(text, text.index("{"))
        except (ValueError, RecursionError):
            return "!"
        value = document[key] if key in document else [MISSING, *values(document, key)][-1]
        if value is None or value in ("", "-"):
            return "-"
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value) if -1 <= value <= 999 else "!"
        return str(int(value)) if isinstance(value, str) and re.fullmatch("[0-9]{1,3}", value) \
            else "!"
    return read_line


# ---- The naive reader ---------------------------------------------------------------------------

KEYS = ["status", "DownstreamStatus", "httpRequest.status", "response_code",
        "properties.httpStatusCode", "EdgeResponseStatus", "http.response.status_code",
        "res.statusCode", "status_code", "statusCode", "proxy.statusCode", "response_status", "sc-status",
        "properties.httpStatus", "response.status", "attributes.http.response.status_code",
        "attributes.http.status_code", "Attributes.http.response.status_code", "Attributes.http.status_code",
        "http.status_code", "http.status", "transaction.response.http_code", "meta.res.statusCode", "ScStatus",
        "properties.responseCode", "responseCode", "rspCode", "response", "code"]
# These name other numbers too: they count from 100 on, beside the method of a request.
UNSURE = {"properties.responseCode", "responseCode", "rspCode", "response", "code"}
METHODS = ["request_method", "request.method", "req.method", "method", "httpMethod", "requestMethod", "reqMethod",
           "verb", "properties.method", "request"]
SEPARATORS = b" \t\r,[]\x1e"
LIST = re.compile(rb'\{[ \t\r]*"((?:[^"\\]|\\.)*)"[ \t\r]*:[ \t\r]*\[', re.S)  # of records, by that name
START = re.compile(rb"[ \t\r,\[\]\x1e]*\{")  # of what "auto" takes for JSON
TOKEN = re.compile(rb'[ \t\r\n]*("(?:[^"\\]|\\.)*"|[][{},:]|[-0-9][-+.0-9A-Za-z]*|[A-Za-z]+)', re.S)
ESCAPE = re.compile(rb"((?:\\u[0-9a-fA-F]{4})+)|\\(.)", re.S)
SHORT = dict(zip(b'"\\/bfnrt', b'"\\/\b\f\n\r\t'))
ABSENT, INVALID = object(), object()


class Text(bytes):
    """The string of a JSON text, without its escapes."""


class Members(dict):
    """The members of an object.  'trail' has every value in it, in their order, with the names that lead
    to it, as long as no list is on the way."""

    def __init__(self, way=(), trail=None):
        super().__init__()
        self.way, self.trail = way, [] if trail is None else trail

    def object_at(self, name):
        return Members(self.way + (name,), self.trail) if self.way is not None else Members(None)


class Torn(ValueError):
    """A JSON text that does not end, or is none."""


def utf8(escapes):
    units = bytes.fromhex(escapes.replace(b"\\u", b"").decode())
    return units.decode("utf-16-be", "surrogatepass").encode("utf-8", "surrogatepass")


def unescape(string):
    """The text of a string; an escape that JSON does not know stands for itself."""
    if re.search(rb"(?<!\\)(?:\\\\)*\\u(?![0-9a-fA-F]{4})", string):
        raise Torn
    return Text(ESCAPE.sub(
        lambda found: utf8(found[1]) if found[1] else
        bytes([SHORT[found[2][0]]]) if found[2][0] in SHORT else found[0], string))


def parse(text, at):
    """The object that begins at 'at', as a dict whose names are in the order of their last values, and
    where it ends.  Lists have the words that are in them.  What comes between names
    with their values, and is no name, does no harm."""
    open_values, before, name, is_value = [], None, None, False
    while True:
        token = TOKEN.match(text, at)
        if not token:
            raise Torn
        at, word = token.end(), token[1]
        within = open_values[-1] if open_values else None
        string = unescape(word[1:-1]) if word.startswith(b'"') else None
        if word == b":":
            if not before.startswith(b'"'):
                raise Torn
            if is_value:  # which is no name, and with a colon behind it nothing
                put(within, name, INVALID)
                name = None
        elif before == b":":
            value = object_in(within, name) if word == b"{" else [] if word == b"[" else \
                INVALID if word in b"}]," else word if string is None else string
            put(within, name, value)
            is_value = True
        else:
            if is_value and before not in (b"}", b"]") and word not in (b",", b"}", b"]"):
                put(within, name, INVALID)
            value = Members(None if open_values else ()) if word == b"{" else []
            name, is_value = string, False
        if isinstance(within, list) and word != b"]":
            within.append(word)
        if word in b"{[":
            open_values.append(value)
        elif word in b"}]":
            if isinstance(within, dict) != (word == b"}"):
                raise Torn
            value = open_values.pop()
            if not open_values:
                return value, at
        before = word


def object_in(within, name):
    return within.object_at(name) if isinstance(within, Members) and name is not None else Members(None)


def put(members, name, value):
    if name is not None and isinstance(members, dict):
        members.pop(name, None)
        members[name] = value
        if members.way is not None:
            members.trail.append((members.way + (name,), value))


def list_of_records(text, at):
    """Where the list in an object of records begins, or None."""
    found = LIST.match(text, at)
    try:
        return found.end() if found and unescape(found[1]) == b"records" else None
    except Torn:
        return None


def objects_of(text):
    """The objects of a text that begins with one, and whether something else is there."""
    found, at, ends = [], 0, b""
    while at < len(text):
        byte = text[at:at + 1]
        inside = None if ends else list_of_records(text, at)
        if inside:
            at, ends = inside, b"]"
        elif byte == ends:
            at, ends = at + 1, b"}" if ends == b"]" else b""
        elif byte in SEPARATORS:
            at += 1
        elif byte != b"{" or ends == b"}":
            return found, True
        else:
            try:
                members, at = parse(text, at)
            except Torn:
                return found, True
            found.append(members)
    return found, bool(ends)


def value_of(members, key):
    """The value of a key, whose path JSON may divide into names in any way.  The last counts; a name that
    comes again takes away what it led to before."""
    found, way = ABSENT, ()
    for names, value in members.trail:
        if b".".join(names) == key.encode():
            found, way = value, names
        elif names == way[:len(names)]:
            found, way = ABSENT, ()
    return found


def names_a_method(members):
    values = [value_of(members, key) for key in METHODS]
    return any(isinstance(value, Text) and re.match(rb"[A-Z]{3}", value) for value in values)


def counts(members, key, result):
    """Whether the result of a usual key is a status."""
    if key in UNSURE:
        return result != NO_STATUS and result[0] >= 100 and names_a_method(members)
    event = members.get(b"event_type", Text(b"http"))
    return key != "http.status" or (isinstance(event, Text) and event == b"http")


def result_of(value):
    """The result of a status as JSON has it, or None."""
    if isinstance(value, Text):
        return number_of(bytes(value)) if re.fullmatch(rb"\d{1,3}|-|", value) else None
    if value == b"null":
        return NO_STATUS
    found = isinstance(value, bytes) and re.fullmatch(rb"(-[01]|\d{1,3})(?:\.0+)?", value)
    return number_of(found[1]) if found else None


# ---- The server's writer ------------------------------------------------------------------------

def document(path, names=(), ensure_ascii=True, text=None):
    """A document with the status at 'path', among names and values that look like it."""
    def write(r):
        method, url, referrer, agent, user = (
            value.decode("latin-1") for value in (r.method, r.path, r.referrer, r.agent, r.user))
        value = r.status if text is None or r.status is None else text % r.status
        for name in reversed(path[1:]):
            value = {agent + "x": agent, name: value, f"{name}x": "404", "": [{name: 404}, name]}
        others = {referrer: agent, user: [{path[-1]: 500, "status": 500}], ".".join(path) + "x": 500}
        others.pop(path[0], None), others.pop(".".join(path), None)
        document = others | {path[0]: value, "request": {
            "method": method, "uri": url, "status": 500, "headers": {agent: [referrer, user]}}}
        return json.dumps(document, ensure_ascii=ensure_ascii).encode("utf-8")
    return write


def write_nginx(r):
    return b'{"request":"%s","agent":"%s","status":%s,"user":"%s","size":%d}' % (
        nginx_json(request(r)), nginx_json(r.agent), status(r, b"%d", b'""'), nginx_json(r.user), r.size)


WRITERS = {
    "json": Format({"format": "json"}, document(["status"])),
    "json, UTF-8": Format({"format": "json"}, document(["status"], ensure_ascii=False)),
    "json, nested": Format({"format": "json", "key": "http.response.status_code"},
                           document(["http", "response", "status_code"], text="%03d")),
    "json, flat": Format({"format": "json", "key": "http.response.status_code"},
                         document(["http.response.status_code"])),
    "json, nginx": Format({"format": "json"}, write_nginx),
}


# ---- Lines for the C test, and one to change ----------------------------------------------------

SAMPLES = [
    Sample(
        '{"time":"2026","status":200,"ua":"a \\"status\\":500","n":-1.5e3,"l":[1,{"status":7}]}\n'
        '{"status": "404", "a": null, "b": {"status": 500}}\r\n'
        '{"status":301,"status":302}\n'
        'Jan 1 x: {"a":{},"status":null}\n'
        '{"status":"-"}\n'
        '{"status":200\n'
        '{"st\\u0061tus":410}\n'
        '{"status":200}}\n'
        '{"status":[200]}\n'
        '{"a":1+1,"status":200}\n', key="status"),
    Sample(
        '{"a"x"y":200}\n'
        '{"x\\"y":404}\n', key='x"y'),
    Sample(
        '{"":200}\n'
        '{"res":{"statusCode":404}}\n'),
    Sample(
        '{"response":{"status":200,"x":{"status":1}},"status":3}\n'
        '{"response.status":404}\n'
        '{"a":{"response":{"status":9}},"response" : {"b":[],"status":503}}\n'
        '{"response":  {"status":"99"},"t":true}\n'
        '{"response":[{"status":200}]}\n', key="response.status"),
    Sample(
        '{"code":200,"method":"GET"}\n'
        '{"method" : "PUT", "code" : "404"}\n'
        '{"code":500,"request":"GET / HTTP/1.1","x":{"method":"POST"}}\n'
        '{"code":301,"verb":"GE"}\n'
        '{"request":{"method":"GET"},"response":503}\n'),
    Sample(
        '{"attributes":{"http.response.status_code":200,"http.status_code":1}}\n'
        '{"attributes.http":{"response":{"status_code":404}}}\n'
        '{"attributes":{"http":{"response.status_code":5}},"http":{"status":4},"event_type":"x"}\n'
        '{"records":[{"http":{"status":200}},{"event_type":"http","http.status":"404"}]}\n'),
]

USUAL = [
    Usual('{"time":"~","status":200,"n":-1.5e3,"l":[1,{"status":7}]}', 200, key="status"),
    Usual('{"a":"\\\\~\\" \\u09aF", "status": "909", "b": {"x": null}}', 909, key="status"),
    Usual('{"status":090 ,"x":{"s":1,"status":5},"z":true,"0":0.9}', 90, key="status"),
    Usual('{"x":"~","status":9}', 9, key="status"),
    Usual('Jan 1 ~x: {"a":{},"status":null}', NO_STATUS, key="status"),
    Usual('{"x":"~","status":"-"}', NO_STATUS, key="status"),
    Usual('{"x":"~","status":""}', NO_STATUS, key="status"),
    Usual('x~', UNMATCHED, key="status"),
    Usual('{"x":"~","a":  {"c":[{"b":1}],"b":909},"b":1}', 909, key="a.b"),
    Usual('{"x":"~","a.b":909}', 909, key="a.b"),
]

CHANGED = {"json": b'{"a":"x\\"","l":[1,{"b":null}],"status":"404"}'}


# ---- What an attacker sends ---------------------------------------------------------------------

FORGED = {
    "json": b'{"status":299,"DownstreamStatus":299,"response_code":299}',
    "json, text": b'{"status":"299"}',
    "json, inside": b'","status":299,"x":"',
    "json, inside, text": b'","status":"299","x":"',
    "json, escaped": b'{\\"status\\":299}',
}
WHOLE = ["json"]


# ---- A made up log ------------------------------------------------------------------------------

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


CORPUS = Corpus(caddy, common(caddy) + [
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
])

"""The rules stated a second time, apart from the code under test: tables and regular expressions.

The shared vectors of redirect, lines, tally and select were made with it, and the Python tests
compare the library with it on logs made at random.
"""
import json
import re

# ---- Redirects: (codes, methods) -> (action, next method, method change), per policy -----------

RETRIEVALS = {"GET", "HEAD"}
SAFE = RETRIEVALS | {"OPTIONS", "TRACE", "QUERY", "PROPFIND", "REPORT", "SEARCH", "PRI"}
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
SAME, ANY = None, None
UNKNOWN = frozenset(range(309, 400))

RULES = {
    "rfc9110": [
        ({304}, ANY, ("none", "not-modified")),
        ({305}, ANY, ("none", "proxy")),
        ({306}, ANY, ("none", "unused")),
        (ANY, {"CONNECT"}, ("none", "connect")),
        ({300} | UNKNOWN, ANY, ("may", SAME, "forbidden")),
        ({301, 302}, {"POST"}, ("follow", "GET", "optional")),
        ({301, 302, 307, 308}, ANY, ("follow", SAME, "forbidden")),
        ({303}, RETRIEVALS, ("follow", SAME, "forbidden")),
        ({303}, ANY, ("follow", "GET", "required")),
    ],
    "fetch": [
        ({304}, ANY, ("none", "not-modified")),
        ({305}, ANY, ("none", "proxy")),
        ({306}, ANY, ("none", "unused")),
        ({300} | UNKNOWN, ANY, ("none", "not-a-redirect")),
        (ANY, {"CONNECT"}, ("none", "connect")),
        ({301, 302}, {"POST"}, ("follow", "GET", "required")),
        ({301, 302, 307, 308}, ANY, ("follow", SAME, "forbidden")),
        ({303}, RETRIEVALS, ("follow", SAME, "forbidden")),
        ({303}, ANY, ("follow", "GET", "required")),
    ],
    "rfc2616": [
        ({304}, ANY, ("none", "not-modified")),
        ({305}, ANY, ("none", "proxy")),
        ({306}, ANY, ("none", "unused")),
        (ANY, {"CONNECT"}, ("none", "connect")),
        ({303}, {"GET"}, ("follow", SAME, "forbidden")),
        ({303}, ANY, ("follow", "GET", "required")),
        ({301, 302, 307}, RETRIEVALS, ("follow", SAME, "forbidden")),
        ({301, 302, 307}, ANY, ("ask", SAME, "forbidden")),
        ({300, 308} | UNKNOWN, RETRIEVALS, ("may", SAME, "forbidden")),
        ({300, 308} | UNKNOWN, ANY, ("ask", SAME, "forbidden")),
    ],
}

NOT_REDIRECTS = RULES["fetch"][:5]  # and CONNECT
RULES |= {
    "curl": [
        (ANY, {"CONNECT"}, ("none", "connect")),
        ({301, 302}, {"POST"}, ("follow", "GET", "required")),
        ({303}, RETRIEVALS, ("follow", SAME, "forbidden")),
        ({303}, ANY, ("follow", "GET", "required")),
        (ANY, ANY, ("follow", SAME, "forbidden")),
    ],
    "requests": [
        *NOT_REDIRECTS,
        ({301}, {"POST"}, ("follow", "GET", "required")),
        ({302, 303}, RETRIEVALS, ("follow", SAME, "forbidden")),
        ({302, 303}, ANY, ("follow", "GET", "required")),
        ({301, 307, 308}, ANY, ("follow", SAME, "forbidden")),
    ],
    "legacy-get": [
        *NOT_REDIRECTS,
        ({301, 302, 303}, RETRIEVALS, ("follow", SAME, "forbidden")),
        ({301, 302, 303}, ANY, ("follow", "GET", "required")),
        ({307, 308}, ANY, ("follow", SAME, "forbidden")),
    ],
    "preserve": [
        *NOT_REDIRECTS,
        ({301, 302, 307, 308}, ANY, ("follow", SAME, "forbidden")),
        ({303}, RETRIEVALS, ("follow", SAME, "forbidden")),
        ({303}, ANY, ("follow", "GET", "required")),
    ],
    "browser": RULES["fetch"],
}
CLIENTS = {"curl", "requests", "legacy-get", "preserve"}
LIMITS = {"fetch": 20, "curl": 50, "requests": 30, "legacy-get": 10, "preserve": 10}

KIND = {300: "choice", 301: "permanent", 302: "temporary", 303: "other", 304: None, 305: None,
        306: None, 307: "temporary", 308: "permanent"}
DROPS = {
    "rfc9110": ["Content-Encoding", "Content-Language", "Content-Location", "Content-Type",
                "Content-Length", "Digest", "Last-Modified"],
    "fetch": ["Content-Encoding", "Content-Language", "Content-Location", "Content-Type"],
    "rfc2616": ["Allow", "Content-Encoding", "Content-Language", "Content-Length",
                "Content-Location", "Content-MD5", "Content-Range", "Content-Type", "Expires",
                "Last-Modified"],
}
DROPS_CROSS_ORIGIN = {"rfc9110": ["Authorization", "Cookie"], "fetch": ["Authorization"],
                      "rfc2616": []}
for client in CLIENTS:
    DROPS[client], DROPS_CROSS_ORIGIN[client] = DROPS["fetch"], DROPS_CROSS_ORIGIN["fetch"]


def reference(policy, code, reason):
    if reason == "connect":
        return "RFC 9110 Section 9.3.6"
    if policy == "fetch":
        if code == 304:
            return "Fetch, null body status"
        follows = code in {301, 302, 303, 307, 308}
        return "Fetch, HTTP-redirect fetch" if follows else "Fetch, redirect status"
    if policy == "rfc2616":
        return f"RFC 2616 Section 10.3.{code - 299}" if code < 308 else "RFC 2616 Section 6.1.1"
    return f"RFC 9110 Section 15.4.{code - 299}" if code < 309 else "RFC 9110 Section 15"


def redirect(code, method, policy):
    """The record as a dict, None outside 300..399; ValueError for an invalid method."""
    if not TOKEN.fullmatch(method):
        raise ValueError(method)
    if not 300 <= code <= 399:
        return None
    policy = "fetch" if policy == "browser" else policy
    if policy == "fetch" and method.upper() in {"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"}:
        method = method.upper()
    action, *rest = next(
        what for codes, methods, what in RULES[policy]
        if (codes is ANY or code in codes) and (methods is ANY or method in methods)
    )
    known_to_2616 = policy != "rfc2616" or code != 308
    record = {
        "action": action, "reason": None, "method": None, "method_change": None,
        "preserves_method": None, "keeps_body": None, "drops_headers": [],
        "drops_cross_origin": [], "kind": KIND.get(code, "choice") if known_to_2616 else "choice",
        "cacheable": code in {300, 301, 308} and known_to_2616, "care": False,
        "limit": LIMITS.get(policy),
    }
    if action == "none":
        record["reason"], = rest
    else:
        following, change = rest
        kept = following is SAME
        record |= {
            "method": method if kept else following, "method_change": change,
            "preserves_method": kept, "keeps_body": kept,
            "drops_headers": [] if kept else DROPS[policy],
            "drops_cross_origin": DROPS_CROSS_ORIGIN[policy],
        }
        record["care"] = policy == "rfc9110" and record["method"] not in SAFE
    return record | {"reference": reference(policy, code, record["reason"])}


# ---- Logs: what a record of clf is --------------------------------------------------------------

STAMP = re.compile(rb"\[\d{1,2}/[A-Za-z]{3}/\d{4}:\d[^\]]*\]")
STATUS_FIELD = re.compile(rb" +(\d{1,3}|-)(?:\Z| +(?:\d+|-)(?=[ \t\"]|\Z))")


def _request_start(line):
    for bracket in re.finditer(rb"\[", line):
        stamp = STAMP.match(line, bracket.start())
        if stamp and re.search(rb'[^ \t"]', line[:bracket.start()]):
            return line.find(b'"', stamp.end())
    return -1


def _closing_quotes(line, opening):
    """The quotes that may close, in the order in which they are tried."""
    quotes = [m.start() for m in re.finditer(b'"', line) if m.start() > opening]
    for quote in quotes:
        backslashes = re.search(rb"\\*\Z", line[opening + 1:quote])[0]
        if len(backslashes) % 2 == 0:
            yield quote
            break
    yield from quotes


def clf(line):
    """'200', '-', '#' or '!' for a line without its end."""
    if not line.strip(b" \t") or line.startswith(b"#"):
        return "#"
    opening = _request_start(line)
    if opening < 0:
        return "!"
    for quote in _closing_quotes(line, opening):
        field = STATUS_FIELD.match(line, quote + 1)
        if field:
            return "-" if field[1] == b"-" else str(int(field[1]))
    return "!"


def token(match):
    return "-" if match == b"-" else str(int(match))


def by_pattern(pattern, comment=False):
    """A reader for a format that one expression describes; its first group is the status."""
    pattern = re.compile(pattern)

    def read(line):
        if not line.strip(b" \t") or (comment and line.startswith(b"#")):
            return "#"
        found = pattern.search(line)
        return token(found[1]) if found else "!"
    return read


haproxy = by_pattern(
    rb" \+?-?\d+(?:/\+?-?\d+){4} (-1|\d{1,3}) \+?\d+ [^\s]+ [^\s]+ [A-Za-z-]{4} "
    rb"\d+/\d+/\d+/\d+/\+?\d+ \d+/\d+")
squid = by_pattern(
    rb"(?:^|\s)\d{9,11}\.\d{3} +-?\d+ \S+ [A-Z][A-Z0-9_]*/(\d{3}|-) +-?\d+ \S+ \S", True)

TIME = rb"\d{4}-\d\d-\d\dT\S*Z"
NUMBER = rb"-?\d+(?:\.\d+)?"
ALB = re.compile(rb"\s*(?:http|https|h2|grpcs|ws|wss)\s+" + TIME
                 + rb"(?:\s+\S+){6}\s+(\d{3}|-)\s+(\d{3}|-)(?!\S)")
CLASSIC = re.compile(rb"\s*" + TIME + rb"\s+\S+\s+\S+:\d+\s+\S+" + (rb"\s+" + NUMBER) * 3
                     + rb"\s+(\d{3}|-)\s+(\d{3}|-)(?!\S)")


def elb(line, group=1):
    if not line.strip(b" \t"):
        return "#"
    found = ALB.match(line) or CLASSIC.match(line)
    return token(found[group]) if found else "!"


def elb_target(line):
    return elb(line, 2)


def quoted(line, opening, field):
    for quote in _closing_quotes(line, opening):
        found = field.match(line, quote + 1)
        if found:
            return token(found[1])
    return "!"


S3_START = re.compile(rb"\S+ \S+ " + STAMP.pattern + rb" \S+ \S+ \S+ \S+ \S+ ([\"-])")
S3_FIELDS = re.compile(rb" (\d{3}|-) \S+" + rb" (?:\d+|-)" * 4 + rb" ")
ENVOY_START = re.compile(rb"\[\d{4}-\d{2}-\d{2}T\d[^\]]*\] \"")
ENVOY_FIELDS = re.compile(rb" (\d{1,3}|-) (?:[A-Z][A-Za-z,]*|-) ")


def s3(line):
    if not line.strip(b" \t"):
        return "#"
    start = S3_START.match(line)
    if not start:
        return "!"
    if start[1] == b'"':
        return quoted(line, start.start(1), S3_FIELDS)
    found = S3_FIELDS.match(line, start.end())
    return token(found[1]) if found else "!"


def envoy(line):
    if not line.strip(b" \t"):
        return "#"
    start = None if line.startswith(b"{") else ENVOY_START.search(line)
    return quoted(line, start.end() - 1, ENVOY_FIELDS) if start else "!"


class Columns:
    """Readers of formats whose columns a "#Fields:" line names."""

    def __init__(self, fields=None):
        self.fields = fields.lower().split() if fields is not None else None

    def __call__(self, line):
        line = line.strip(b"\0")
        line = line[3:] if line.startswith(b"\xef\xbb\xbf") else line
        line = line.strip(b"\0")
        if not line.strip(b" \t"):
            return "#"
        if line.startswith(b"#"):
            if line.lower().startswith(b"#fields:"):
                self.fields = re.findall(rb"[^ \t]+", line[8:].lower())
            return "#"
        return self.record(line)


class W3C(Columns):
    def record(self, line):
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


class CloudFront(Columns):
    def record(self, line):
        column = 8
        if self.fields is not None:
            if b"sc-status" not in self.fields:
                return "!"
            column = self.fields.index(b"sc-status")
        values = line.split(b"\t")
        if column >= len(values) or not re.fullmatch(rb"\d{3}|-", values[column]):
            return "!"
        return token(values[column])


JSON_KEYS = ["status", "DownstreamStatus", "httpRequest.status", "response_code",
             "properties.httpStatusCode", "EdgeResponseStatus", "http.response.status_code",
             "res.statusCode", "status_code"]
MISSING = object()


def json_reader(key):
    def walk(value, names):
        for name in names:
            value = value.get(name, MISSING) if isinstance(value, dict) else MISSING
        return value

    def read(line):
        if not line.strip(b" \t"):
            return "#"
        try:
            text = line.decode("latin-1")
            document, _ = json.JSONDecoder(strict=False).raw_decode(text, text.index("{"))
        except (ValueError, RecursionError):
            return "!"
        value = document.get(key, MISSING)
        value = walk(document, key.split(".")) if value is MISSING else value
        if value is None or value in ("", "-"):
            return "-"
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value) if -1 <= value <= 999 else "!"
        return str(int(value)) if isinstance(value, str) and re.fullmatch("[0-9]{1,3}", value) \
            else "!"
    return read


# What a format string is made of: Apache's directives, HAProxy's and nginx's variables.
DIRECTIVES = {
    "apache": r"%[!,<>0-9]*(?:\{[^}]*\})?(?:\^[A-Za-z])?[A-Za-z]",
    "haproxy": r"%(?:\{[^}]*\})?(?:[A-Za-z]+|\[[^]]*\])",
    "nginx": r"\$\w+|\$\{\w+\}",
}


def custom(form):
    """A reader made of a format string by regular expressions."""
    dialect = "haproxy" if re.search(r"%ST|%ci|%\[|%\{\+", form) else \
        "apache" if "%" in form else "nginx"
    wanted = {"apache": r"%[!,<0-9]*>[!,<>0-9]*s" if "%>s" in form else r"%[!,<>0-9]*s",
              "haproxy": r"%(?:\{[^}]*\})?(?:ST|\[status\])",
              "nginx": r"\$status|\$\{status\}"}[dialect]
    parts = []  # None is a field
    quotes = False
    for part in re.findall(rf"{DIRECTIVES[dialect]}|\\.|%%|.", form, re.S):
        if re.fullmatch(wanted, part):
            parts += ['"', True, '"'] if quotes and part[-1] == "]" else [True]
        elif re.fullmatch(DIRECTIVES[dialect], part):
            around = {"%t": "[]"}.get(part) if dialect == "apache" else None
            if dialect == "haproxy":
                if part[-2:] == "}o":
                    quotes = "+Q" in part or (quotes and "-Q" not in part)
                is_text = part[-1] == "]" or re.search(
                    r"[%}]([bs]i?|[cf]i|ft?|h[rs]l?|r|ssl[cv]|C[CS]|H[MPQUV]?|HPO|ID)$", part)
                around = '""' if "+Q" in part or (quotes and "-Q" not in part and is_text) else None
            around = around or ("", "")
            parts += [*around[:1], None, *around[1:]] if part[-2:] != "}o" else []
        elif dialect != "haproxy" or part[-1] != " " or (parts and parts[-1] != " "):
            tab = part == r"\t" and dialect == "apache"
            parts.append("%" if part == "%%" else "\t" if tab else part[-1:])
    at = parts.index(True)
    status = r"(-1|\d{1,3}|-)" if dialect == "haproxy" else r"(\d{1,3}|-)"
    end = f"(?:{re.escape(parts[at + 1])}|$)" if at + 1 < len(parts) else "$"
    texts = "".join("\0" if part is None else part for part in parts[:at]).split("\0")

    verbatim = dialect == "haproxy" and "+E" not in form and "json" not in form

    def pattern(byte):
        """'byte' is what the last field is made of, if it ends with a quote."""
        out = re.escape(texts[0])
        for i, text in enumerate(texts[1:], 2):
            here = re.escape(text)
            if text[0] != '"' or (verbatim and i < len(texts)):
                field = f"(?:(?!{here}).)*"
            elif i == len(texts):
                field = f"(?:{byte})*?"
            else:
                field = rf"(?:\\.|(?!{here})[^\\])*"
            out += field + here
        before = f"(?:(?!{re.escape(texts[0])}).)*" if dialect == "haproxy" and texts[0] else ""
        return re.compile(r"\A" + before + out + status + end, re.S)

    strict, loose = pattern("." if verbatim else r"\\.|[^\\]"), pattern(".")

    def read(line):
        if not line.strip(b" \t"):
            return "#"
        found = strict.search(line.decode("latin-1")) or loose.search(line.decode("latin-1"))
        return "!" if not found else "-" if found[1] == "-" else str(int(found[1]))
    return read


def reader(form):
    """A fresh reader for "w3c;fields=a b", "json;key=a.b", "elb;target", "clf" ..."""
    name, *options = form.split(";")
    values = dict(option.partition("=")[::2] for option in options)
    fields = values["fields"].encode("latin-1") if "fields" in values else None
    if "%" in form or "$" in form:
        return custom(form)
    if name == "w3c":
        return W3C(fields)
    if name == "cloudfront":
        return CloudFront(fields)
    if name == "json":
        return json_reader(values.get("key", "status"))
    if name == "elb" and "target" in values:
        return elb_target
    return {"clf": clf, "elb": elb, "s3": s3, "haproxy": haproxy, "squid": squid,
            "envoy": envoy}[name]


def none(line):
    """The same for a log of no known format."""
    return "!" if line.strip(b" \t") else "#"


def split(log):
    lines = log.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return [line[:-1] if line.endswith(b"\r") else line for line in lines]


def lines(log, read=clf):
    return [read(line) for line in split(log)]

"""The rules stated a second time, apart from the code under test: tables and regular expressions.

The shared vectors of redirect, lines, tally and select were made with it, and the Python tests
compare the library with it on logs made at random.
"""
import re
from string import ascii_letters
from typing import NamedTuple

import formats
from formats.rules import token

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
        ({303}, {"POST", "PUT"}, ("follow", "GET", "required")),
        (ANY, ANY, ("follow", SAME, "forbidden")),
    ],
    "curl-follow": [
        (ANY, {"CONNECT"}, ("none", "connect")),
        ({301, 302}, RETRIEVALS | {"PUT"}, ("follow", SAME, "forbidden")),
        ({301, 302}, ANY, ("follow", "GET", "required")),
        ({303}, RETRIEVALS, ("follow", SAME, "forbidden")),
        ({303}, ANY, ("follow", "GET", "required")),
        (ANY, ANY, ("follow", SAME, "forbidden")),
    ],
    "curl-follow without a body": [
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
LIMITS = {"fetch": 20, "curl": 50, "curl-follow": 50, "requests": 30, "legacy-get": 10, "preserve": 10}
# Where the body is not sent again, although the method stays.
LOSES_BODY = {
    "curl": lambda code, method: code in (301, 302, 303) and method != "PUT",
    "curl-follow": lambda code, method: code in (301, 302, 303) and method != "PUT",
    "requests": lambda code, method: code in (301, 302, 303),
}

KIND = {300: "choice", 301: "permanent", 302: "temporary", 303: "other", 304: None, 305: None,
        306: None, 307: "temporary", 308: "permanent"}
DROPS = {
    "rfc9110": ["Content-Encoding", "Content-Language", "Content-Location", "Content-Type",
                "Content-Length", "Transfer-Encoding", "Digest", "Content-Digest", "Repr-Digest",
                "Last-Modified"],
    "fetch": ["Content-Encoding", "Content-Language", "Content-Location", "Content-Type",
              "Content-Length", "Transfer-Encoding"],
    "rfc2616": ["Allow", "Content-Encoding", "Content-Language", "Content-Length",
                "Content-Location", "Content-MD5", "Content-Range", "Content-Type", "Expires",
                "Last-Modified", "Transfer-Encoding"],
    "curl": ["Content-Length", "Transfer-Encoding"],
    "requests": ["Content-Length", "Content-Type", "Transfer-Encoding"],
}
DROPS |= {"curl-follow": DROPS["curl"], "legacy-get": DROPS["fetch"], "preserve": DROPS["fetch"]}
DROPS_CROSS_ORIGIN = {
    "rfc9110": ["Authorization", "Cookie"], "rfc2616": [], "curl": ["Authorization", "Cookie"],
    "curl-follow": ["Authorization", "Cookie"],
}
ERRS = RULES.keys() - {"rfc9110", "rfc2616"}  # on a body that cannot be sent again


def reference(policy, code, method, reason):
    if reason == "connect":
        return "RFC 9110 Section 9.3.6"
    if policy not in ("fetch", "rfc2616") and method == "QUERY" and code in (301, 302, 303, 307, 308):
        return "RFC 10008 Section 2.5"
    if policy == "fetch":
        if code == 304:
            return "Fetch, null body status"
        follows = code in {301, 302, 303, 307, 308}
        return "Fetch, HTTP-redirect fetch" if follows else "Fetch, redirect status"
    if policy == "rfc2616":
        return f"RFC 2616 Section 10.3.{code - 299}" if code < 308 else "RFC 2616 Section 6.1.1"
    return f"RFC 9110 Section 15.4.{code - 299}" if code < 309 else "RFC 9110 Section 15"


def redirect(code, method, policy, body=True, replayable=True):
    """The record as a dict, None outside 300..399; ValueError for an invalid method."""
    if not TOKEN.fullmatch(method):
        raise ValueError(method)
    if not 300 <= code <= 399:
        return None
    policy = "fetch" if policy == "browser" else policy
    if policy == "fetch" and method.upper() in {"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"}:
        method = method.upper()
    rules = RULES[policy] if body else RULES.get(f"{policy} without a body", RULES[policy])
    action, *rest = next(
        what for codes, methods, what in rules
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
        return record | {"reference": reference(policy, code, method, record["reason"])}
    following, change = rest
    kept = following is SAME
    keeps_body = kept and not LOSES_BODY.get(policy, lambda code, method: False)(code, method)
    record["reference"] = reference(policy, code, method, None)
    if body and not replayable and (code != 303 if policy == "fetch" else keeps_body):
        return record | {"action": "error" if policy in ERRS else "none", "reason": "not-replayable"}
    record |= {
        "method": method if kept else following, "method_change": change,
        "preserves_method": kept, "keeps_body": keeps_body if body else None,
        "drops_headers": [] if keeps_body else DROPS[policy],
        "drops_cross_origin": DROPS_CROSS_ORIGIN.get(policy, ["Authorization"]),
    }
    record["care"] = policy == "rfc9110" and record["method"] not in SAFE
    return record


# ---- Logs: a format string; the named formats have their rules in formats/ -----------------------

# What a format string is made of: the directives of Apache, HAProxy, Squid and gunicorn, nginx's variables,
# morgan's tokens, and Caddy's placeholders.
DIRECTIVES = {
    "apache": r"%[!,<>0-9]*(?:\{[^}]*\})?(?:\^[A-Za-z])?[A-Za-z]",
    "haproxy": r"%(?:\{[^}]*\})?(?:[A-Za-z]+|\[[^]]*\])",
    "squid": r"%[-\"[#'/.0-9]*(?:\{[^}]*\})?[<>]?[A-Za-z]+",
    "gunicorn": r"%\([^)]+\)s",
    "morgan": r":[-\w]{2,}(?:\[[^]]+\])?", "caddy": r"\{[^}]*\}",
    "nginx": r"\$context(?:\.\w+)*|\$\{context(?:\.\w+)*\}|\$\w+|\$\{\w+\}",
}
STATUSES = {
    "haproxy": r"%(?:\{[^}]*\})?(?:ST|\[status\])", "squid": r"%[^A-Za-z]*>?Hs", "gunicorn": r"%\(s\)s",
    "morgan": r":status(?:\[[^]]+\])?", "caddy": r"\{status\}",
    "nginx": r"\$\{?(?:context\.)?status\}?",
}

# The bytes that a field may hold.  An escaped quote is '\ue000' here.
BYTES = frozenset(map(chr, range(256))) | {"\ue000"}
TEXT = BYTES - set(map(chr, range(32))) - {'"', "\x7f"}
WORD = TEXT - {" "}
NAME = WORD - set("/,;|=\\")
FIELDS = {
    "number": set("0123456789.+-"), "name": NAME, "other": NAME | {"/", "\\"}, "time": NAME | {"/"}, "word": WORD,
    "stamp": TEXT - set("[]\\"), "list": NAME | set("/, "), "text": TEXT, "user": TEXT, "raw": BYTES,
    "prefix": NAME | {" ", "/"}, "padded": {" "},
    "user with quotes": {'"'},
}
KINDS = {  # the first that fits counts
    "apache": [
        (r"[BDIOTbkps]", "number"), (r"[Aahl]", "name"), (r"[HVmv]", "word"), (r"t", "stamp"), (r"u", "user"),
        (r"[CUcefinoqrx]", "text")],
    "nginx": [
        (r"(body_)?bytes_sent|connection(_requests)?|msec|request_(length|time)|status|"
         r"context\.responseLength", "number"),
        (r"(realip_)?remote_addr|proxy_protocol_addr|server_addr", "name"), (r"time_iso8601", "time"),
        (r"time_local|context\.requestTime", "stamp"), (r"upstream_cache_status", "other"),
        (r"upstream_(cookie|http|trailer)_\w*", "text"), (r"upstream_\w*", "list"),
        (r"(arg|cookie|geoip|http|jwt|proxy_protocol_tlv|sent_http|sent_trailer|ssl_client)_\w*|args|agent|"
         r"content_type|context\.(authorizer|error)\..*|context\.(identity\.userAgent|path)|document_uri|"
         r"host|proxy_add_x_forwarded_for|query_string|referr?er|remote_user|req_id|"
         r"request(_body|_filename|_line|_uri)?|fastcgi_(path_info|script_name)|ssl_server_name|ua|uri|"
         r"user(_agent)?", "text")],
    "haproxy": [
        (r"C[CS]", "raw"), (r"H[MPQUV]|HPO", "word"), (r"[bcfs]i|\[(src|dst)\]", "name"), (r"\[.*", "raw"),
        (r"T|Tl|tr[gl]", "stamp"), (r"tr?", "time"), (r"h[rs]l?|r", "text")],
    "squid": [
        (r"[<>][Aa]", "name"), (r"[<>]h|>ha|[<>]?ru|>?rm|mt|rp|u[eilns]", "word"), (r"t[gl]", "stamp")],
    "gunicorn": [
        (r"[BDLMTb]", "number"), (r"[hlp]", "name"), (r"[Hm]", "word"), (r"t", "stamp"), (r"r", "text"),
        (r"[Uafqu]|\{.*", "raw")],
    "morgan": [
        (r"http-version|res\[content-length\]|(response|total)-time(\[.*)?", "number"), (r"method", "other"),
        (r"remote-addr", "name"), (r"date\[clf\]", "stamp"), (r"date\[iso\]", "time"), (r".*", "raw")],
    "caddy": [
        (r"bytes_read|size|request>remote_port", "number"), (r"duration|level|logger|request>(client|remote)_ip", "name"),
        (r"request>proto", "other"), (r"ts", "stamp"), (r".*", "raw")],
}
CADDY_COMMON = ('{request>remote_ip} - {user_id} [{ts}] "{request>method} {request>uri} {request>proto}" '
                "{status} {size}")


class Part(NamedTuple):
    """A field, or, without kinds, the status."""
    kinds: frozenset
    escaped: bool
    merged: bool = False  # it is several, without a text between them


def is_string(form):
    """Whether it is a format string rather than the name of a format."""
    return form == "{common_log}" or any(sign in form for sign in ("%", "$", ":status", "{status}", "{request>"))


def dialect_of(form):
    if re.search(r"%[>0-9]*Hs", form):
        return "squid"
    if re.search(r"%ST|%ci|%\[|%\{\+|%tsc|%HM", form):
        return "haproxy"
    if "%(" in form:
        return "gunicorn"
    if "%" in form or "$" in form:
        return "apache" if "%" in form else "nginx"
    return "caddy" if re.search(r"\{status\}|\{request>", form) else "morgan"


def parts_of(form):
    """Texts, of one byte each, and fields."""
    form = CADDY_COMMON if form == "{common_log}" else form
    dialect = dialect_of(form)
    wanted = STATUSES.get(dialect) or \
        (r"%[!,<0-9]*>[!,<>0-9]*s" if "%>s" in form else r"%[!,<>0-9]*(?:\{[^}]*\})?s")
    parts = []
    quotes = escapes = False
    tokens = re.findall(rf"{DIRECTIVES[dialect]}|\\.|%%|.", form, re.S)
    for part, following in zip(tokens, tokens[1:] + [""]):
        if not re.fullmatch(DIRECTIVES[dialect], part):
            if dialect != "haproxy" or part[-1] != " " or (parts and parts[-1] != " "):
                parts.append({"%%": "%", r"\t": "\t"}.get(part, part[-1]))
            continue
        signs = {"squid": r"[-\"[#'/.0-9]*", "apache": "[!,<>0-9]*"}.get(dialect, "")
        name = re.fullmatch(rf"%{signs}(?:\{{([^}}]*)\}})?(?:\^[a-z])?(.*)|\$\{{?(.*?)\}}?", part, re.S)
        if dialect in ("gunicorn", "morgan", "caddy"):
            argument, name = "", {"gunicorn": part[2:-2], "morgan": part[1:], "caddy": part[1:-1]}[dialect]
        else:
            argument, name = name[1] or "", name[2] or name[3]
        kind = next((kind for names, kind in KINDS[dialect] if re.fullmatch(names, name, re.S)), "other")
        around = ""
        escaped = dialect not in ("haproxy", "morgan", "caddy")
        if dialect == "haproxy":
            escaped = (escapes or "+E" in argument) and "-E" not in argument
            if name == "o":
                quotes, escapes = "+Q" in argument or (quotes and "-Q" not in argument), escaped
                continue
            escaped = escaped or "json" in name
            kind = "text" if escaped and kind == "raw" else kind
            is_text = name[0] == "[" or re.fullmatch(
                r"[bs]i?|[cf]i|ft?|h[rs]l?|r|ssl[cv]|C[CS]|H[MPQUV]?|HPO|ID", name)
            around = '"' if "+Q" in argument or (quotes and "-Q" not in argument and is_text) else ""
        if dialect == "squid":
            how = part[1:].partition("{")[0].rstrip("<>" + ascii_letters)
            kind = "raw" if set(how) & set("'/") else "text" if set(how) & set('"[-') else kind
        if part == "%(u)s" and following == " " and not set(form) & set("\t\\"):
            kind = "text"
        if part[-3:] == "}tx" or (dialect == "apache" and name == "x" and argument.startswith("SSL_PRO")):
            kind = "name"
        enclosed = following in ("]", '"', r"\"")
        kind = "time" if part == "{ts}" and not enclosed else kind
        if re.fullmatch(wanted, part):
            field = [Part(frozenset(), escaped)]
        elif dialect == "apache" and name == "t" and argument and following != "]":
            if re.search(r"%[ceklrxX+]", argument):
                field = [Part(frozenset({"text"}), True)]
            else:
                field = []
                for c in argument:
                    if c != "%" and c not in FIELDS["time"]:
                        field.append(c)
                    elif not field or isinstance(field[-1], str):
                        field.append(Part(frozenset({"time"}), True))
        elif part in ("%t", "%(t)s"):
            field = ["[", Part(frozenset({"stamp"}), True), "]"]
        elif kind == "stamp" and dialect != "apache" and not enclosed:
            field = [Part(frozenset({"time"}), escaped), " ", Part(frozenset({"time"}), escaped)]
        else:
            padded = {"padded"} if re.match("%[1-9]", part) and dialect == "squid" else set()
            field = [Part(frozenset({kind} | padded), escaped)]
        parts += [*around, *field, *around]
    return dialect, parts


def may_end_in_backslash(field):
    """... that does not escape one behind it."""
    return not field.escaped and any("\\" in FIELDS[kind] for kind in field.kinds)


def joined(parts, behind=False):
    """[(field or None, text behind it)]: fields without a text between them are one."""
    steps = []
    for part in parts:
        if isinstance(part, str):
            steps = steps or [(None, "")]
            steps[-1] = (steps[-1][0], steps[-1][1] + part)
            continue
        raw = False
        if steps and not steps[-1][1]:
            before = steps.pop()[0]
            raw = before.escaped != part.escaped or "padded" in part.kinds
            part = Part(before.kinds | (part.kinds or {"number"}), before.escaped or part.escaped, True)
        elif steps:
            field, text = steps[-1]
            raw = may_end_in_backslash(field) if behind and text == '"' else text[-1] == "\\"
        steps.append((part._replace(kinds=part.kinds | {"raw"}) if raw else part, ""))
    return steps


def is_escaped(since, field):
    """Whether a backslash before a quote says that the quote is a field's own."""
    return any(f.escaped for f in since) and "raw" not in field.kinds and not may_end_in_backslash(field)


def ends_list(steps, number):
    """Whether blanks inside a list differ from the one after it: not if a client's colon may follow."""
    field, text = steps[number]
    behind = steps[number + 1][0].kinds if number + 1 < len(steps) else set()
    return bool(field) and field.kinds - {"padded"} == {"list"} and text[0] == " " and \
        not (text == " " and behind & {"raw", "user", "text", "word"})


def meets_empty_name(steps, first, number):
    """Whether the text of a step may fit at the quotes that Apache writes for the empty name of a user, who is
    in a step from the first one on: over the text before them and into a client's field, if that is searched,
    and over the text after them into whatever follows."""
    text = steps[number][1]
    for user in range(first, number + 1):
        if not steps[user][0] or "user" not in steps[user][0].kinds:
            continue
        before, client = (steps[user - 1][1], steps[user - 1][0]) if user > first else ("", None)
        line = before + '""' + steps[user][1]
        kinds = client.kinds & {"word", "text", "user", "raw"} if client else ()
        for start in range(1 - len(text), len(before) + 2):
            if start + len(text) > len(before) and all(
                    any(c in FIELDS[kind] or (kind in ("user", "raw") and c == '"') for kind in kinds) if at < 0
                    else at >= len(line) or c == line[at] for at, c in enumerate(text, start)):
                return True
    return False


def certain(steps):
    """For each text whether it is where the server ended the field before it, and whether quotes are."""
    since, first = [], 0  # all fields since the last place that is certain, and the step of the first
    for number, (field, text) in enumerate(steps):
        alone = not since
        since += [field] if field else []
        kinds = set().union(*(f.kinds for f in since)) - {"padded"}
        own = field.kinds - {"padded"} if field else set()
        escaped = bool(field) and is_escaped(since, field)
        if "user" in kinds and text[0] == '"' and text[1:2] in ("", '"'):
            kinds.add("user with quotes")
        if " [" in text and steps[0][1][0] != "[" and \
                kinds <= {"prefix", "number", "name", "other", "time"}:
            kinds.discard("prefix")
        told = text[1:] if text[0] == '"' and any(f.escaped for f in since) and not escaped else text
        if (alone and own == {"other"}) or (alone and ends_list(steps, number) and text[:2] != " :") \
                or any(all(c not in FIELDS[kind] for kind in kinds) for c in told):
            found = not meets_empty_name(steps, first, number)
        else:
            found = False
        if found:
            since, first = [], number + 1
        elif text[0] == '"':
            since.append(Part(frozenset({"raw"}), False))
        yield not since, escaped and text[0] == '"'


def refused(steps):
    """Whether the end of the line does not tell where the status is.  The first of the steps is it."""
    for number, (field, _) in enumerate(steps[1:]):
        before = steps[number][1]
        kinds = field.kinds or {"number"}
        if "raw" in kinds or ("list" in kinds and field.merged):
            return True
        if "list" in kinds and before[-1] == " ":
            last = steps[number][0].kinds
            if (last - {"number", "name", "other", "time", "list"} if len(before) == 1
                                  else before[-2] in FIELDS["list"]):
                return True
        elif any(before[-1] in FIELDS[kind] or (kind == "user" and before[-1] == '"')
                 for kind in kinds - {"other"}):
            return True
    return False


def character_class(characters):
    return "[" + "".join(map(re.escape, sorted(characters))) + "]"


BORDER = "(?<!,)(?<! :)"  # behind it a blank is not a list's own


def behind(steps):
    """A regular expression of what comes after the status."""
    out = ""
    for number, (field, text) in enumerate(steps):
        before = steps[number - 1][1][-1:] if number else ""
        if number:
            quotes = {"\ue000"} if field.escaped else set()
            kinds = field.kinds or {"number"}
            held = set().union(*(FIELDS[kind] for kind in kinds)) - {"\ue000"} | quotes
            if "other" in kinds:
                held = BYTES - {before, '"', "\ue000"} | quotes
            if "user" in kinds:
                held = held | {'"'}
            if "list" in kinds:
                held = character_class(held - {" "} | quotes)
                out += rf"(?![ ,:])(?:{held}|(?:(?<=,)|(?<= :)) | (?=:))+" + (BORDER if text[:1] == " " else "")
            else:
                out += f"{character_class(held)}*"
        for at, c in enumerate(text):
            bare = at == 0 and number and field.escaped
            out += '["\ue000]' if c == '"' and not bare else re.escape(c)
        if number + 1 < len(steps) and "list" in steps[number + 1][0].kinds and text[-1] == " ":
            out = out[:-len(re.escape(" "))] + BORDER + r"\ "
    return re.compile(out + r"\Z", re.S)


def custom(form):
    """A reader made of a format string, by searching; ValueError if it is refused."""
    dialect, parts = parts_of(form)
    at = next((i for i, part in enumerate(parts) if isinstance(part, Part) and not part.kinds), None)
    if at is None or any(isinstance(part, Part) for part in parts[max(at - 1, 0):at] + parts[at + 1:at + 2]):
        raise ValueError(form)
    if parts[at + 1:] and parts[at + 1] in "0123456789":
        raise ValueError(form)
    before, after = joined(parts[:at]), joined(parts[at:], True)
    if dialect == "haproxy" and before:
        first = before[0][0] or Part(frozenset(), False)
        before[0] = (first._replace(kinds=first.kinds | {"prefix"}), before[0][1])
    states = list(certain(before))
    from_end = bool(before) and not states[-1][0]
    if from_end and (before[-1][1][-1] in "0123456789.+-" or refused(after)):
        raise ValueError(form)
    status = re.compile(r"-1|\d{1,3}|-" if dialect == "haproxy" else r"\d{1,3}|-")
    stop = parts[at + 1] if at + 1 < len(parts) else None
    rest = behind(after)

    def places(line, at, number, escaped):
        """Where a text ends its field."""
        text = before[number][1]
        while (found := line.find(text, at)) >= 0:
            at = found + 1
            own = ends_list(before, number) and (
                line[found - 1:found] == "," or line[max(found - 2, 0):found] == " :" or (text == " " and line[found + 1:found + 3] == ": "))
            if not own:
                yield found, states[number][1] and escaped[found]

    def unpadded(line, at, field):
        while field and "padded" in field.kinds and line[at:at + 1] == " ":
            at += 1
        return at

    def status_at(line, at):
        found = status.match(line, at)
        return found if found and (line[found.end():found.end() + 1] in ("", stop)) else None

    def left(line, at, escaped):
        if not before:
            return status_at(line, 0)
        field, text = before[-1]
        again = (text[0] == '"' and not (len(before) == 1 and field is None)) or \
            ends_list(before, len(before) - 1)
        found = list(places(line, at, len(before) - 1, escaped))
        if len(before) == 1 and field is None:
            found = [(0, False)] if line.startswith(text) else []
        for strict in (True, False):
            for place, hidden in found if again else found[:1]:
                if not (strict and hidden) and (match := status_at(line, place + len(text))):
                    return match
        return None

    def right(line, at, escaped):
        field, text = before[-1]
        line = "".join("\ue000" if c == '"' and e else c for c, e in zip(line, escaped))
        text = re.compile("".join('["\ue000]' if c == '"' else re.escape(c) for c in text), re.S)
        found = {}  # by where they end
        while start := text.search(line, at):
            at = start.start() + 1
            match = status.match(line, start.end())
            if not match or (stop is None and match.end() < len(line)):
                continue
            ends = [len(line)]
            if after[-1][1]:  # the line may go on
                ends += [i for i in range(match.end(), len(line)) if line[i - 1] == after[-1][1][-1]]
            for end in ends:
                if rest.match(line[:end], match.end()):
                    found.setdefault(end, []).append(match)
        assert len(found.get(len(line), [])) < 2, line
        if len(line) in found:
            return found[len(line)][0]
        values = {match[0].replace("-", "-1000") and (-2 if match[0] == "-" else int(match[0])): match
                  for matches in found.values() for match in matches}
        return next(iter(values.values())) if len(values) == 1 else None

    def read(line):
        if not line.strip(b" \t"):
            return "#"
        line = line.decode("latin-1")
        escaped, odd = [], False
        for c in line:
            escaped.append(odd)
            odd = c == "\\" and not odd
        at = 0
        for number, (field, text) in enumerate(before[:-1]):
            if number == 0 and field is None:
                if not line.startswith(text):
                    return "!"
                at = len(text)
                continue
            at = unpadded(line, at, field)
            found = next((place for place, hidden in places(line, at, number, escaped) if not hidden), -1)
            if found < 0:
                return "!"
            at = found + len(text)
        if before:
            at = unpadded(line, at, before[-1][0])
        found = (right if from_end else left)(line, at, escaped)
        return "!" if not found else token(found[0].encode())
    return read


# ---- Logs: by any format -------------------------------------------------------------------------


def reader(form):
    """A fresh reader for "w3c;fields=a b", "json;key=a.b", "elb;target", "clf" ..."""
    name, *options = form.split(";")
    if is_string(form):
        return custom(form)
    values = dict(option.partition("=")[::2] for option in options)
    if "fields" in values:
        values["fields"] = values["fields"].encode("latin-1")
    return formats.ALL[name].rule(**values)


def none(line):
    """The same for a log of no known format."""
    return "!" if line.strip(b" \t") else "#"


def split(log):
    lines = log.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return [line[:-1] if line.endswith(b"\r") else line for line in lines]


def lines(log, read=None):
    read = read or reader("clf")
    return [read(line) for line in split(log)]

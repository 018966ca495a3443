"""Format strings against clients that write what looks like the rest of the line into every field.

A line is written as its server would, from one value for each field; what the server escapes is in
formats/.  The status that is read has to be the one that was written: none is forged, none is hidden.
"""
import json
import random
import re

import formats
import httpstatus
import pytest
from formats import servers
from oracle import CADDY_COMMON
from httpstatus import NO_STATUS, UNMATCHED, LogFormatError, Tally

LINES = 150
STATUSES = [200, 404, 503, None]

FORMATS = {
    "apache": [
        '%h %l %u %t "%r" %>s %b',
        '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"',
        '%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i"',
        '%{X-Forwarded-For}i %l %u %t "%r" %>s %b',
        '%h %l %u [%{%FT%T%z}t] "%r" %>s %b "%{Referer}i"',
        '%h %l %u %{%d/%b/%Y:%T %z}t "%r" %>s %b',
        '%{%Y-%m-%d %H:%M:%S}t %h %>s %U%q',
        "%h %t %m %U %>s %b", "%h %t %m %U%q %>s %B %D", "%h %t %r %>s %b", "%h [%r] %>s %b",
        "%{User-Agent}i|%>s|%b", "%U %>s", "%U;%>s;%D;%t", "%a;%A;%b;%B;%h;%H;%l;%m;%p;%q;%r;%s;%S;%t",
        '"%u" %>s %U', '%{Cookie}i %>s "%{User-Agent}i" %T', "%>s %U %{User-Agent}i",
        r"%h\t%u\t%t\t%{User-Agent}i\t%r\t%>s\t%b\t%{Referer}i",
        '%{%Y%m%d,%H%M%S}t,%h,%D,"%r",%B,"%{Referer}i",%p,%v,%>s',
        r'{\"agent\":\"%{User-Agent}i\",\"status\":%>s,\"referer\":\"%{Referer}i\"}',
    ],
    "nginx": [
        '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer"',
        '"$remote_addr" - "$remote_user" "[$time_local]" "$request" "$status" "$body_bytes_sent"',
        '[$time_local] $remote_addr: "$request" ($status) $body_bytes_sent bytes $upstream_response_time s',
        "$uri $status", "$request $status", "[$request] $status", "[$request] $status $body_bytes_sent",
        "$remote_addr $remote_user $status", "$remote_addr|$request_uri|$status|$request_time",
        "[$time_local] $upstream_cache_status $upstream_status $status - $request_method $scheme $host",
        "$upstream_status $remote_addr $status $uri", "$uri $status $upstream_status",
        '$request_uri $status $body_bytes_sent "$http_referer" "$http_user_agent" $upstream_addr '
        "$upstream_status rt=$request_time ut=$upstream_response_time",
        "$remote_addr $time_local $status $request", "$remote_user\t$http_user_agent\t$status\t$request_uri",
        "$remote_addr:$status", "uri=$uri status=$status agent=\"$http_user_agent\" host=$scheme",
        '{"uri":"$uri","agent":"$http_user_agent","status":$status,"request":"$request"}',
        "$context.identity.sourceIp,$context.path,$context.requestTime,$context.status,$context.requestId",
    ],
    "haproxy": [
        "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %hr %{+Q}r",
        r'%{+Q}o %{-Q}ci - - [%trg] %r %ST %B \"\"', "%ci:%cp [%tr] %HM %HU %HV %ST/", "%ci %HM %HP %ST %B",
        "%ci [%tr] %[capture.req.hdr(0)] %ST %B", "%ci %{+Q}[capture.req.hdr(0)] %ST %B", "%r %ST %Ta",
        '%{+Q,+E}[capture.req.hdr(0)] %{+Q}HP %ST %CC', "%{+Q}r %ST %hr",
    ],
    "squid": [
        "%ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt",
        '%>a %[ui %[un [%tl] "%rm %ru HTTP/%rv" %>Hs %<st "%{Referer}>h" "%{User-Agent}>h" %Ss:%Sh',
        "%ts.%03tu [%tl] %tr %>a %{X-Forwarded-For}>h %[un %rm %ru HTTP/%rv %mt %>Hs %<st %Ss %Sh/%<A",
        "%'un %>Hs %<st",
    ],
    "gunicorn": [
        '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s"', '%(h)s %(t)s "%(r)s" %(s)s %(B)s %(D)s',
        '%(t)s "%(f)s" "%(a)s" %(s)s %(b)s %(L)s', "%(h)s %(m)s %(U)s?%(q)s %(H)s %(s)s %(B)s", "%(s)s %(U)s %({x-id}i)s",
        "%({x-forwarded-for}i)s|%(s)s|%(D)s", "%(u)s %(s)s", '%(u)s\t%(t)s\t%(s)s\t%(b)s',
    ],
    "morgan": [
        ":method :url :status :res[content-length] - :response-time ms", ":remote-addr :status :url :user-agent",
        ':remote-addr [:date[clf]] :status ":method :url" :res[content-length]', ":date[iso] :status :response-time[2]",
        ":date[clf] :method :status :url", ":remote-user|:status|:total-time", ":url :status",
    ],
    "caddy": [
        "{common_log}", '{request>remote_ip} - {user_id} [{ts}] "{request>method} {request>uri} {request>proto}" '
        "{status} {size}", '{ts} {status} {request>method} "{request>uri}" "{request>headers>User-Agent>[0]}"',
        "{request>headers>X-Forwarded-For>[0]:request>remote_ip} {status} {duration} {size}", "{request>uri};{status};{ts}",
        '"{request>headers>Referer>[0]}" {status} {request>remote_ip}:{request>remote_port} {logger}',
        '{request>remote_ip} [{ts}] {status} {size} {user_id}', r"{level}\t{request>uri}\t{status}\t{bytes_read}",
    ],
}
REFUSED = [
    "%{User-Agent}i|%>s|%{Referer}i", "%U %>s %q", "$uri $status $http_user_agent", "$request_uri - $status - $args",
    "%[capture.req.hdr(0)] %ST %CC", "%r %ST %r", "%[un %>Hs %[un", '%U %>s "%u"',
    '"%(a)s" %(s)s "%(f)s"', "%({x-id}i)s|%(s)s|%({server}o)s", "%(u)s\t%(s)s\t%(a)s", ":url :status :user-agent",
    ':remote-user ":method :url HTTP/:http-version" :status ":referrer"', ":id :status :id", "{request>uri} {status} {request>uri}",
    '{request>remote_ip} [{ts}] "{request>uri}" {status} {size} "{request>headers>User-Agent>[0]}"', "$uri$status", "$uri-$status",
]

DIRECTIVES = {
    "apache": r"%>?(?:\{[^}]*\})?[A-Za-z]", "nginx": r"\$context[\w.]+|\$\w+",
    "haproxy": r"%(?:\{[^}]*\})?(?:[A-Za-z]+|\[[^]]*\])",
    "squid": r"%[\"'\[]?[0-9]*(?:\{[^}]*\})?[<>]?[A-Za-z]+",
    "gunicorn": r"%\([^)]+\)s", "morgan": r":[-\w]{2,}(?:\[[^]]+\])?",
    "caddy": r"\{[^}]*\}",
}
STATUS = r":status|\{status\}|%\(s\)s|%>s|%s|\$status|\$context\.status|%ST|%(?:03)?>Hs"
STAMP = "10/Oct/2000:13:55:36 -0700"


def without(characters, text):
    return text.translate({ord(c): None for c in characters}) or "-"


def escaped(write, text):
    return write(text.encode("latin-1")).decode("latin-1")


def listed(rng, values):
    parts = [rng.choice(values) for _ in range(rng.choice([1, 1, 2, 3]))]
    out = parts[0] + "".join(rng.choice([", ", " : "]) + part for part in parts[1:])
    return out + rng.choice(["", "", " : "])


def number(rng):
    return rng.choice(["0", "7", "404", "0.003", "-"])


def address(rng):
    return rng.choice(["192.0.2.1", "::1", "2001:db8::404"])


def apache(rng, name, text):
    text = escaped(servers.apache, text)
    argument = re.search(r"\{(.*)\}", name)
    if name[-1] == "t":
        return "13:55:36".join(re.sub(r"%[^T]", "404", argument[1]).split("%T")) if argument else f"[{STAMP}]"
    if argument or name[-1] in "Uqrf":
        return text
    if name[-1] == "u":
        return rng.choice(['""', text])
    if name[-1] in "lmHvV":
        return without(" ", text)
    return address(rng) if name[-1] in "haA" else number(rng)


def nginx(rng, name, text):
    if name.startswith("$upstream_") and name != "$upstream_cache_status":
        return listed(rng, {"$upstream_status": ["502", "200", "-"], "$upstream_addr": ["[::1]:80", "unix:/a"]}
                      .get(name, ["0.1", "404", "-"]))
    if name in ("$time_local", "$context.requestTime"):
        return STAMP
    if name in ("$remote_addr", "$context.identity.sourceIp"):
        return address(rng)
    if name in ("$request_method", "$scheme", "$upstream_cache_status", "$context.requestId"):
        return rng.choice(["GET", "HIT", "404"])
    return number(rng) if re.search("bytes|time", name) else escaped(servers.nginx, text)


def haproxy(rng, name, text):
    flags = re.search(r"\{(.*)\}", name)
    flags, name = flags[1] if flags else "", re.sub(r"%(\{.*\})?", "", name)
    text = text.replace("\n", "")
    if "+E" in flags:
        text = re.sub(r'(["\\\]])', r"\\\1", text)
    elif name[0] != "[" and name != "CC":
        text = escaped(formats.ALL["haproxy"].escape, text)
    if name[0] == "H":
        text = without(" ", text)
    if name[0] not in "[H" and name not in ("CC", "r", "hr"):
        text = {"ci": address(rng), "tr": "10/Oct/2000:13:55:36.404", "trg": STAMP}.get(name) or (
            number(rng) if name[0] in "TBc" else rng.choice(["web", "404"]))
    return f'"{text}"' if "+Q" in flags else text.strip(" ") or "-"


def squid(rng, name, text):
    if name[1] == "'":
        return re.sub("[\r\n\0]", "", text) or "-"
    if name[1] == "[":
        return without('"[]\\', re.sub(r"[^ -~]", "", text))
    if name[-2:] in (">h", "ru", "rm", "mt"):
        return escaped(formats.ALL["squid"].escape, text)
    return STAMP if name == "%tl" else address(rng) if name in ("%>a", "%<a") else (
        f"{rng.randrange(10**6):6}" if name[1] == "6" else rng.choice(["404", "7"]))


def gunicorn(rng, name, text):
    name, text = name[2:-2], re.sub("[\0\r\n]", "", text).replace('"', r"\"") or "-"
    if name == "t":
        return f"[{STAMP}]"
    if name == "r":
        return f"GET /{without(' ', text)} HTTP/1.1"
    if name in "mHq":
        return without(" ", text)
    return address(rng) if name == "h" else number(rng) if name in "lbBDL" else text


def morgan(rng, name, text):
    if name.startswith(":date"):
        return STAMP if "clf" in name else "2000-10-10T20:55:36.000Z"
    if name in (":url", ":remote-user", ":user-agent"):
        return without(" ", text) if name == ":url" else re.sub("[\0\r\n]", "", text) or "-"
    return {":method": "GET", ":remote-addr": address(rng)}.get(name) or rng.choice(["404", "0.003", "-"])


def caddy(rng, name, text):
    """A string of Go's JSON, in which the encoder puts a quote for each quote behind a backslash."""
    if name in ("{ts}", "{stamp}"):
        return STAMP if name == "{stamp}" else "1764331263.965"
    if name in ("{request>remote_ip}", "{request>client_ip}"):
        return address(rng)
    known = {"{logger}": "http.log.access.log0", "{level}": "info", "{request>proto}": "HTTP/2.0"}
    text = json.dumps(re.sub("[\r\n\0]", "", text), ensure_ascii=False)[1:-1].replace(r'\"', '"') or "-"
    return known.get(name) or (text if re.search("request>[muh]|user_id", name) else number(rng))


WRITERS = {"caddy": caddy, "gunicorn": gunicorn, "morgan": morgan, "apache": apache, "nginx": nginx, "haproxy": haproxy, "squid": squid}


def write(server, form, status, rng):
    """A line of the server's, and the texts of the string, which a client knows."""
    if server == "caddy":  # a time in brackets is one by "time_format"
        form = (CADDY_COMMON if form == "{common_log}" else form).replace("[{ts}]", "[{stamp}]")
    tokens = re.findall(rf"{DIRECTIVES[server]}|\\.|.", form)
    fields = [re.fullmatch(DIRECTIVES[server], token) is not None for token in tokens]
    literal = "".join("\0" if is_field else {r"\t": "\t"}.get(token, token[-1])
                      for token, is_field in zip(tokens, fields))
    texts = [text for text in literal.split("\0") if text]
    lure = [*texts, *(a + "404" + b for a in texts for b in texts), " 404 5", "|404|", "200", "7", " ", '"', "\\",
            "-", ",", ", ", " : ", "[", "]", "\t", literal.replace("\0", "200")]
    out, quotes = "", False
    for token, is_field in zip(tokens, fields):
        text = "".join(rng.choices(lure, k=rng.randrange(5)))
        if not is_field:
            out += {r"\t": "\t"}.get(token, token[-1])
        elif re.fullmatch(STATUS, token):
            out += {None: "-"}.get(status, str(status))
        elif token == "%{+Q}o":
            quotes = True
        elif quotes and token == "%r":
            out += haproxy(rng, "%{+Q}r", text)
        else:
            out += WRITERS[server](rng, token, text)
    if server == "haproxy":
        out = rng.choice(["", "Nov 28 12:00:38 lb haproxy[404]: "]) + out.strip(" ")
    return out


@pytest.mark.parametrize("server, form", [(server, form) for server in FORMATS for form in FORMATS[server]])
def test_a_client_chooses_no_status(server, form):
    rng = random.Random(form)
    statuses = [rng.choice(STATUSES) for _ in range(LINES)]
    lines = [write(server, form, status, rng) for status in statuses]
    want = [NO_STATUS if status is None else status for status in statuses]
    log = "".join(line + rng.choice(["\n", "\r\n"]) for line in lines).encode("latin-1")
    got = list(httpstatus.extract(log, form))
    wrong = [(line, w, g) for line, w, g in zip(lines, want, got, strict=True) if w != g]
    assert not wrong, (f"forged {sum(g != UNMATCHED for *_, g in wrong)}, "
                       f"hidden {sum(g == UNMATCHED for *_, g in wrong)}", wrong[:3])
    for size in (1, 7):
        tally = Tally(form)
        for at in range(0, len(log), size):
            tally.feed(log[at:at + size])
        tally.close()
        assert tally == httpstatus.tally(log, form)


@pytest.mark.parametrize("form", REFUSED)
def test_what_a_client_could_choose_is_refused(form):
    with pytest.raises(LogFormatError, match="at column [0-9]+: "):
        Tally(form)

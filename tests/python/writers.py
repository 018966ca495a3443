"""A writer for each log format, that escapes as its server does: what the readers have to undo.

A record's texts are any bytes, as a hostile client sends them; what a server does not let into its
log is taken out here too.
"""
import json
import re
from typing import Any, Callable, NamedTuple

from httpstatus import NO_STATUS


class Record(NamedTuple):
    status: int | None
    substatus: int
    method: bytes
    path: bytes
    referrer: bytes
    agent: bytes
    user: bytes
    size: int
    time: int


class Format(NamedTuple):
    how: dict[str, Any]  # what to tell the reader
    write: Callable[[Record], bytes]  # without the line end
    none: int = NO_STATUS  # what stands for no status
    head: bytes = b""  # a line that the log begins with
    skipped: tuple[bytes, ...] = (b"", b" \t ")
    detected: bool = True  # "auto" finds it

    def expected(self, record):
        return self.none if record.status is None else record.status


# ---- What a server lets in, and how it escapes -------------------------------------------------


def encode(unsafe, form, text):
    return re.sub(rb"[%s]" % unsafe, lambda byte: form % byte[0][0], text, flags=re.S)


def nginx(text):
    """ngx_http_log_escape(): '"', backslash, control bytes and from 127 on; "-" for nothing."""
    return encode(rb'"\\\x00-\x1f\x7f-\xff', b"\\x%02X", text) or b"-"


def nginx_json(text):
    """ngx_escape_json(), of escape=json: from 127 on as it is."""
    short = {b'"': b'\\"', b"\\": b"\\\\", b"\n": b"\\n", b"\r": b"\\r", b"\t": b"\\t",
             b"\b": b"\\b", b"\f": b"\\f"}
    return re.sub(rb'["\\\x00-\x1f]',
                  lambda byte: short.get(byte[0]) or b"\\u%04X" % byte[0][0], text)


def apache(text):
    """ap_escape_logitem(), of a C string: a NUL ends it."""
    short = {b'"': b'\\"', b"\\": b"\\\\", b"\b": b"\\b", b"\n": b"\\n", b"\r": b"\\r",
             b"\t": b"\\t", b"\v": b"\\v"}
    return re.sub(rb'["\\\x00-\x1f\x7f-\xff]', lambda byte: short.get(byte[0]) or
                  b"\\x%02x" % byte[0][0], text.partition(b"\0")[0]) or b"-"


def basic_user(text):
    """RFC 7617, section 2: a colon ends the user's name.  An empty one is in mod_log_config '""'."""
    name = text.partition(b":")[0]
    return name and apache(name) or b'""'


def iis(text):
    """HTTP.sys: blanks and what cannot be printed become '+', as Microsoft's "IIS Log File Format" has
    it; "-" for nothing."""
    return re.sub(rb"[\x00-\x20\x7f]", b"+", text) or b"-"


def cloudfront(text):
    """The "Standard logging reference": percent-encoded are 0-32, from 127 on, and these."""
    return encode(rb"\x00-\x20\x7f-\xff<>\"#%{}|\\^~\[\]`'", b"%%%02X", text) or b"-"


def squid(text):
    """logformat's "pass-through URL encoding": as RFC 1738, but '%' is left."""
    return encode(rb"\x00-\x20\x7f-\xff<>\"#{}|\\^~\[\]`'", b"%%%02X", text) or b"-"


def haproxy(text, more=b""):
    """Configuration manual, section 8.6: '#' and two digits, for '"', '#' and what cannot be printed, in
    headers for '{|}' too."""
    return encode(rb'\x00-\x1f\x7f-\xff"#' + more, b"#%02X", text)


def field(text):
    """RFC 9110, section 5.5: a value with CR, LF or NUL is refused, others stay as they came."""
    return re.sub(rb"[\r\n\0]", b"", text)


def target(text):
    """RFC 9112, section 3: no blanks and controls in the request line's parts, or it is refused."""
    return re.sub(rb"[\x00-\x20\x7f]", b"", text) or b"/"


def token(text):
    """RFC 9110, section 9.1: a method is a token."""
    return re.sub(rb"[^!#$%&'*+.^_`|~0-9A-Za-z-]", b"", text) or b"GET"


def status(record, form=b"%d", none=b"-"):
    return none if record.status is None else form % record.status


# ---- One line ----------------------------------------------------------------------------------

STAMP = b"[10/Oct/2000:13:55:%02d -0700]"


def request(r):
    return b"%s %s HTTP/1.1" % (r.method, r.path)


def clf_nginx(r):
    return b'10.0.0.1 - %s %s "%s" %s %d "%s" "%s"' % (
        nginx(r.user.partition(b":")[0]), STAMP % r.time, nginx(request(r)),
        status(r, b"%03d", b"000"), r.size, nginx(r.referrer), nginx(r.agent))


def clf_apache(r):
    return b'10.0.0.1 - %s %s "%s" %s %s "%s" "%s"' % (
        basic_user(r.user), STAMP % r.time, apache(request(r)), status(r), b"%d" % r.size or b"-",
        apache(r.referrer), apache(r.agent))


def clf_common(r):
    """%b is "-" for nothing."""
    return b'::1 - - %s "%s" %s %s' % (
        STAMP % r.time, apache(request(r)), status(r), b"%d" % r.size if r.size else b"-")


# IIS's order, of which the log has a part; date and time are there unless taken out by hand.
IIS = {
    b"date": lambda r: b"2026-11-20", b"time": lambda r: b"10:00:%02d" % r.time,
    b"s-ip": lambda r: b"10.0.0.1", b"cs-method": lambda r: iis(token(r.method)),
    b"cs-uri-stem": lambda r: iis(r.path), b"cs-uri-query": lambda r: iis(r.referrer),
    b"s-port": lambda r: b"443", b"cs-username": lambda r: iis(r.user),
    b"cs(User-Agent)": lambda r: iis(r.agent), b"cs(Referer)": lambda r: iis(r.referrer),
    b"sc-status": status, b"sc-substatus": lambda r: b"%d" % r.substatus,
    b"sc-win32-status": lambda r: b"64", b"sc-bytes": lambda r: b"%d" % r.size,
    b"cs(Cookie)": lambda r: iis(r.agent), b"time-taken": lambda r: b"%d" % r.time,
}


def w3c(names):
    """The format of a log with these columns."""
    names = [name for name in IIS if name in {*names, b"date", b"time", b"sc-status"}]
    head = b"#Fields: " + b" ".join(names)
    return Format({"format": "w3c"}, lambda r: b" ".join(IIS[name](r) for name in names), head=head,
                  skipped=(b"", b"#Software: Microsoft Internet Information Services 10.0", head))


CLOUDFRONT = (b"date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status "
              b"cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type")


def cloudfront_line(r):
    """000 is a viewer who left before the answer."""
    return b"\t".join((
        b"2026-11-20", b"10:00:%02d" % r.time, b"FRA2-C1", b"%d" % r.size, b"10.0.0.1",
        cloudfront(token(r.method)), b"d1.cloudfront.net", cloudfront(r.path),
        status(r, b"%03d", b"000"), cloudfront(r.referrer), cloudfront(r.agent), b"-",
        cloudfront(r.user), b"Miss"))


def valid_request(r):
    """A request line that a proxy passes on: of a method that is a token and a target without blanks."""
    return token(r.method) + b" " + target(r.path) + b" HTTP/1.1"


def alb(r):
    """Before the statuses is nothing that a client writes."""
    return (b'https 2026-11-20T10:00:%02d.186641Z app/lb/1 10.0.0.1:2817 10.0.0.2:80 0.086 -1 -1 %s '
            b'%03d 0 %d "%s" "%s" ECDHE TLSv1.2 arn:aws "Root=1-5" "%s" "-" 0' % (
                r.time, status(r, b"%03d"), r.substatus, r.size, field(valid_request(r)), field(r.agent),
                field(r.referrer)))


def classic_elb(r):
    return (b'2026-11-20T10:00:%02d.186641Z lb 10.0.0.1:2817 - -1 -1 -1 %s %03d 0 %d "%s" "%s" - -' % (
        r.time, status(r, b"%03d"), r.substatus, r.size, field(valid_request(r)), field(r.agent)))


def s3(r):
    """The key is URL-encoded, the rest as it came."""
    return (b'79a5 bucket %s 10.0.0.1 - 3E57 REST.GET.OBJECT %s "%s %s HTTP/1.1" %s - %d - 7 - "%s" "%s"'
            b' - x= SigV4 ECDHE AuthHeader b.s3.amazonaws.com TLSv1.2' % (
                STAMP % r.time, cloudfront(r.path), token(r.method), target(r.path),
                status(r, b"%03d"), r.size, field(r.referrer), field(r.agent)))


def haproxy_line(r):
    """-1 is no answer.  A cookie that is captured has no blanks."""
    return (b'Nov 20 10:00:%02d host haproxy[14389]: 10.0.0.1:33317 [20/Nov/2026:10:00:00.655] http-in '
            b'static/srv1 10/0/-1/69/109 %s %d %s - ---- 1/1/1/1/0 0/0 {%s|%s} {} "%s"' % (
                r.time, status(r, b"%d", b"-1"), r.size, target(r.user),
                haproxy(r.referrer, b"{|}"), haproxy(r.agent, b"{|}"), haproxy(valid_request(r))))


def squid_line(r):
    """000 is no answer."""
    return b"1157689312.%03d %6d 10.0.0.1 TCP_MISS/%s %d %s %s %s HIER_DIRECT/10.0.0.2 text/html" % (
        r.time, r.time, status(r, b"%03d", b"000"), r.size, token(r.method), squid(r.path),
        squid(r.user))


def envoy(r):
    """0 is no answer."""
    return b'[2026-11-20T10:00:%02d.310Z] "%s %s HTTP/2" %s UF,URX %d 0 226 - "%s" "%s" "-" "h" "-"' % (
        r.time, token(r.method), target(r.path), status(r, b"%d", b"0"), r.size, field(r.referrer),
        field(r.agent))


def json_line(path, names=(), ensure_ascii=True, text=None):
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


def json_nginx(r):
    return b'{"request":"%s","agent":"%s","status":%s,"user":"%s","size":%d}' % (
        nginx_json(request(r)), nginx_json(r.agent), status(r, b"%d", b'""'), nginx_json(r.user), r.size)


def form_apache(r):
    return b'%d|"%s" 10.0.0.1 %s "%s" (%s) "%s"' % (
        r.size, apache(r.agent), STAMP % r.time, apache(request(r)), status(r), apache(r.referrer))


def form_nginx(r):
    return b'2026-11-20T10:00:%02d+00:00 "%s" "%s" s="%s" "%s"' % (
        r.time, nginx(r.referrer), nginx(request(r)), status(r, b"%03d", b"000"), nginx(r.agent))


def form_nginx_json(r):
    return b'{"agent": "%s", "request": "%s", "code": "%s", "user": "%s"}' % (
        nginx_json(r.agent), nginx_json(request(r)), status(r, b"%03d", b"000"), nginx_json(r.user))


def form_haproxy(r):
    return b'10.0.0.1:5 "%s" "%s" %s %d' % (
        haproxy(target(r.path)), haproxy(request(r)), status(r, b"%d", b"-1"), r.size)


ALL = {
    "clf, nginx": Format({"format": "clf"}, clf_nginx, 0, skipped=(b"", b" ", b"# a comment")),
    "clf, Apache": Format({"format": "clf"}, clf_apache),
    "clf, common": Format({"format": "clf"}, clf_common),
    "w3c, IIS": w3c(IIS),
    "cloudfront": Format({"format": "cloudfront"}, cloudfront_line, 0,
                         b"#Fields: " + CLOUDFRONT, (b"", b"#Version: 1.0")),
    "elb, application": Format({"format": "elb"}, alb),
    "elb, classic": Format({"format": "elb"}, classic_elb),
    "s3": Format({"format": "s3"}, s3),
    "haproxy": Format({"format": "haproxy"}, haproxy_line, -1),
    "squid": Format({"format": "squid"}, squid_line, 0, skipped=(b"", b"# a comment")),
    "envoy": Format({"format": "envoy"}, envoy, 0),
    "json": Format({"format": "json"}, json_line(["status"])),
    "json, UTF-8": Format({"format": "json"}, json_line(["status"], ensure_ascii=False)),
    "json, nested": Format({"format": "json", "key": "http.response.status_code"},
                           json_line(["http", "response", "status_code"], text="%03d")),
    "json, flat": Format({"format": "json", "key": "http.response.status_code"},
                         json_line(["http.response.status_code"])),
    "json, nginx": Format({"format": "json"}, json_nginx),
    "a LogFormat": Format({"format": '%B|"%{User-Agent}i" %a %t "%r" (%>s) "%{Referer}i"'},
                          form_apache, detected=False),
    "a log_format": Format({"format": '$time_iso8601 "$http_referer" "$request" s="$status" "$http_x"'},
                           form_nginx, 0, detected=False),
    "a log_format of JSON": Format(
        {"format": '{"agent": "$http_user_agent", "request": "$request", "code": "$status", "user": "$u"}'},
        form_nginx_json, 0, detected=False),
    "a log-format": Format({"format": "%ci:%cp %{+Q}HU %{+Q}r %ST %B"},
                           form_haproxy, -1, detected=False),
}

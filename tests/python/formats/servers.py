"""What the writers of logs have in common: records, and what servers let in and escape.

A record's texts are any bytes, as a hostile client sends them.
"""
import re
from typing import Any, Callable, NamedTuple


NO_STATUS = -2  # as the library has it


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


STAMP = b"[10/Oct/2000:13:55:%02d -0700]"


def request(r):
    return b"%s %s HTTP/1.1" % (r.method, r.path)


def valid_request(r):
    """A request line that a proxy passes on: of a method that is a token and a target without blanks."""
    return token(r.method) + b" " + target(r.path) + b" HTTP/1.1"

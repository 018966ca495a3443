"""httpstatus select 5xx --show time,client,path LOG...: parts of the records in place of lines."""
import datetime
import re

from .._core import _PARTS as PARTS
from . import Trouble

SPECIAL = re.compile(r"[\x00-\x1f\\\x7f-\x9f]")
ESCAPES = {"\t": r"\t", "\n": r"\n", "\r": r"\r", "\\": r"\\"}


def names_of(text):
    """The names of the parts in 'time,client,path'."""
    names = text.split(",")
    for name in names:
        if name not in PARTS:
            raise Trouble(f"invalid part {name!r} in --show: expected {', '.join(PARTS)}")
    return names


def escaped(text):
    """A text for a column: nothing in it ends the column or the line, or controls a terminal."""
    return SPECIAL.sub(lambda match: ESCAPES.get(match[0]) or "".join(
        f"\\x{byte:02x}" for byte in match[0].encode()), text)


def time_of(time):
    """2026-11-29T12:00:00.5Z, without the Z if the zone is unknown"""
    text = time.replace(tzinfo=None).isoformat()
    return text + "Z" if time.tzinfo else text


def plain(value):
    """A part as JSON has it."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    return time_of(value) if isinstance(value, datetime.datetime) else value


def cell(value):
    """A part as a column has it."""
    if value is None:
        return "-"
    if isinstance(value, float):  # without an exponent
        return f"{value:.9f}".rstrip("0").rstrip(".")
    return escaped(str(plain(value)))


def line_of(cells):
    return "\t".join(cells).encode("utf-8", "surrogateescape") + b"\n"

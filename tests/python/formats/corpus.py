"""What the logs made up for tests/bench have in common: one request, and what goes wrong in every log.

A Corpus is a function that writes down one request (a Hit, with changes that the caller wants), a list
of what goes wrong in such files (escapes, torn lines, lines of other kinds, records over several lines,
and what attackers send), and the lines that a file of it begins with.
"""
import time
from typing import Callable, NamedTuple

from make_sample import AGENTS, PATHS, REFERERS, STATUSES, pick

EPOCH = 1793491200  # 2026-11-01
HEX = "0123456789abcdef"
FAKE = r"/?q=\" 500 12 \""  # a status of the client's own, escaped
BARE = '/?q=" 500 12 "'  # the same by a server that does not escape


class Hit:
    """One request and its answer, before a server writes it down."""

    def __init__(self, rng, second, **given):
        self.rng, self.at = rng, EPOCH + second
        self.client = ".".join(str(rng.randrange(1, 255)) for _ in range(4))
        self.port = rng.randrange(1024, 65536)
        self.method = pick(rng, {"GET": 85, "POST": 9, "HEAD": 4, "PUT": 1, "DELETE": 1})
        self.path = rng.choice(PATHS)
        self.query = f"id={rng.randrange(10000)}" if rng.random() < 0.3 else ""
        self.url = self.path + ("?" + self.query if self.query else "")
        self.protocol = rng.choice(["HTTP/1.1", "HTTP/2.0"])
        self.status = pick(rng, STATUSES)
        self.size = 0 if self.status in (204, 304) else int(rng.lognormvariate(8, 2))
        self.milliseconds = int(rng.lognormvariate(3, 1.5))
        self.agent, self.referer = pick(rng, AGENTS), pick(rng, REFERERS)
        self.__dict__.update(given)

    def time(self, form):
        return time.strftime(form, time.gmtime(self.at))

    @property
    def iso(self):
        return self.time("%Y-%m-%dT%H:%M:%S")

    @property
    def fraction(self):
        return f"{self.rng.randrange(1000):03}"

    @property
    def request(self):
        return f"{self.method} {self.url} {self.protocol}"

    def id(self, size, digits=HEX):
        return "".join(self.rng.choices(digits, k=size))


def encoded(text):
    return text.replace("%", "%25").replace(" ", "%20").replace('"', "%22")


# ---- What goes wrong: a line, from the function that makes a record ----

def torn(record):
    return lambda rng, second: record(rng, second)[:rng.randrange(10, 60)]


def carriage_return(record):
    return lambda rng, second: record(rng, second) + b"\r"


def replaced(record, old, new):
    return lambda rng, second: record(rng, second).replace(old, new, 1)


def given(record, **values):
    return lambda rng, second: record(rng, second, **values)


def text(line):
    return lambda rng, second: line


def common(record):
    return [torn(record), carriage_return(record), given(record, url="/" + "a" * 3000),
            text(b""), text(b"\x00" * 12 + b"\xff\xfe"),
            text(b"java.lang.IllegalStateException: the stream is closed"),
            text(b"\tat example.Server.handle(Server.java:404) 500")]


class Corpus(NamedTuple):
    record: Callable
    dirty: list
    head: bytes = b""

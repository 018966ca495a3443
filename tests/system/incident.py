"""A log of an incident, and what is true of it, counted as it is written.

From 12:20 to 12:27 most requests for the cart and the checkout of a shop end in 502 or, after 30 s, in 504. Before and
after there is an error now and then. Someone looks for holes at 12:40, and a health check asks every 5 s.
incident.log is of that hour, incident.log.1 and incident.log.2.gz are of the days before, without an incident.
"""
import datetime
import gzip
import json
import random
from collections import Counter
from pathlib import Path
from typing import NamedTuple

NOON = int(datetime.datetime(2026, 11, 28, 12, tzinfo=datetime.timezone.utc).timestamp())
BEGIN, END = NOON + 20 * 60, NOON + 27 * 60
INTRUDER, INTRUSION = "203.0.113.9", range(NOON + 40 * 60, NOON + 45 * 60)
FRAGILE = "/api/cart", "/api/checkout"
PATHS = {"shop.example": [*FRAGILE, "/", "/search", "/static/app.js"], "blog.example": ["/", "/feed.xml"]}
HOUR, DAY = 3600, 86_400


class Request(NamedTuple):
    time: int  # seconds since 1970
    client: str
    host: str
    path: str
    status: int
    duration: float  # seconds


def answer(chance, time, path):
    """The status and duration of a usual request."""
    if path in FRAGILE and BEGIN <= time < END and chance.random() < 0.7:
        return (504, 30 + chance.random() / 100) if chance.random() < 0.8 else (502, 0.001)
    status = chance.choices([200, 304, 404, 500], [900, 80, 17, 3])[0]
    return status, chance.lognormvariate(-3.5, 0.6)


def requests_of(start, seconds, each):
    """The requests of so many seconds, 'each' a second."""
    chance = random.Random(start)
    for time in range(start, start + seconds):
        if time % 5 == 0:
            yield Request(time, "10.0.0.1", "shop.example", "/healthz", 200, 0.0)
        for _ in range(chance.randint(0, 2 * each)):
            host = chance.choices(list(PATHS), [4, 1])[0]
            path = chance.choice(PATHS[host])
            status, duration = answer(chance, time, path)
            yield Request(time, f"198.51.100.{chance.randint(1, 200)}", host, path, status, duration)
        if time in INTRUSION:
            yield Request(time, INTRUDER, "shop.example", f"/old/{time - NOON}.php", 404, 0.002)


def line_of(request):
    """By nginx, with escape=json."""
    time = datetime.datetime.fromtimestamp(request.time, datetime.timezone.utc).isoformat()
    return json.dumps({
        "time": time, "remote_addr": request.client, "host": request.host, "request_method": "GET",
        "request_uri": f"{request.path}?{request.time % 7}", "status": request.status, "body_bytes_sent": 512,
        "request_time": round(request.duration, 3)}, separators=(",", ":")) + "\n"


def write(folder, each=2):
    """Writes the three logs; returns the requests of incident.log."""
    requests = list(requests_of(NOON, HOUR, each))
    (Path(folder) / "incident.log").write_text("".join(map(line_of, requests)))
    for name, day in ("incident.log.1", 1), ("incident.log.2.gz", 2):
        text = "".join(map(line_of, requests_of(NOON - day * DAY, HOUR, each))).encode()
        (Path(folder) / name).write_bytes(gzip.compress(text, mtime=0) if name.endswith(".gz") else text)
    return requests


def count(requests, part, which):
    """How often each value of a part occurs, of the requests that 'which' takes."""
    return Counter(getattr(request, part) for request in requests if which(request))

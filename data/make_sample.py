#!/usr/bin/env python3
"""Writes an access log made up from a seed, realistic and dirty.

    data/make_sample.py [--lines N] [--seed N] [--hostile SHARE] > sample.log

Without options it writes data/sample.log.  tests/bench/corpora.py makes logs of the other formats.
"""
import argparse
import random
import sys

PATHS = ["/", "/index.html", "/favicon.ico", "/robots.txt", "/login", "/api/v1/items",
         "/api/v1/items/42", "/static/app.css", "/static/app.js", "/images/logo.png", "/search",
         "/blog/2026/11/status-codes", "/wp-login.php", "/.env", "/health"]
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
AGENTS = {
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT}Safari/537.36": 8,
    f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT}Mobile Safari/537.36": 6,
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT}Safari/537.36 Edg/142.0.0.0": 2,
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/26.0 Mobile/15E148 Safari/604.1": 5,
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": 2,
    "Mozilla/5.0 (compatible; ExampleBot/2.1; +http://bot.example/about)": 4,
    "curl/8.5.0": 1,
    "-": 1,
}
REFERERS = {
    "-": 6,
    "https://www.example.org/": 3,
    "https://www.example.org/blog/2026/11/status-codes?utm_source=newsletter": 3,
    "https://search.example/?q=what+does+http+status+499+mean&client=firefox": 2,
}
STATUSES = {200: 700, 304: 80, 404: 70, 301: 40, 302: 25, 206: 15, 403: 12, 500: 10, 499: 9,
            401: 9, 204: 8, 400: 6, 503: 5, 502: 4, 429: 4, 504: 2, 444: 1, 418: 1}
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def pick(rng, weights):
    return rng.choices(list(weights), list(weights.values()))[0]


def stamp(second):
    day, second = divmod(second, 86400)
    return (f"[{day % 28 + 1:02}/{MONTHS[10 + day // 28 % 2]}/2026:{second // 3600:02}:"
            f"{second // 60 % 60:02}:{second % 60:02} +0000]")


def record(rng, second, request=None, status=None):
    host = f"{rng.randrange(1, 224)}.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}"
    if rng.random() < 0.06:
        host = f"2001:db8::{rng.randrange(65536):x}"
    user = rng.choice(["-"] * 20 + ["alice", "bob"])
    method = pick(rng, {"GET": 85, "POST": 9, "HEAD": 4, "PUT": 1, "DELETE": 1})
    query = f"?id={rng.randrange(10000)}" if rng.random() < 0.3 else ""
    request = request or f"{method} {rng.choice(PATHS)}{query} HTTP/1.1"
    if status is None:
        status = pick(rng, STATUSES)
    size = "-" if status in (204, 304) else int(rng.lognormvariate(8, 2))
    line = f'{host} - {user} {stamp(second)} "{request}" {status:03} {size}'
    if rng.random() < 0.97:
        line += f' "{pick(rng, REFERERS)}" "{pick(rng, AGENTS)}"'
    return line.encode("latin-1")


HOSTILE = [
    lambda rng, s: record(rng, s, r"GET /?q=\" 500 12 HTTP/1.1"),
    lambda rng, s: record(rng, s, r"GET /?q=\x22 503 7 \x22 HTTP/1.1"),
    lambda rng, s: record(rng, s, r"\x16\x03\x01\x02\x00", 400),
    lambda rng, s: record(rng, s, "-", 408),
    lambda rng, s: record(rng, s, "", 400),
    lambda rng, s: record(rng, s, "GET /path\\\\ HTTP/1.1"),
    lambda rng, s: record(rng, s, 'GET /"unescaped" quotes HTTP/1.1'),
    lambda rng, s: record(rng, s).replace(b" - ", b" - John Doe ", 1),
    lambda rng, s: record(rng, s, None, 200).replace(b'" 200 ', b'" - '),
    lambda rng, s: record(rng, s, None, 0),
    lambda rng, s: record(rng, s, None, 799),
    lambda rng, s: record(rng, s) + b"\r",
    lambda rng, s: b"",
    lambda rng, s: b"# rotated",
    lambda rng, s: b"Unmatched! The rat the cat the dog chased killed ate the malt!",
    lambda rng, s: record(rng, s)[:40],
    lambda rng, s: b"\x00" * 12 + b"\xff\xfe",
]


def log(lines, seed, hostile, record=record, dirty=HOSTILE):
    """Lines made by 'record', and a share 'hostile' of them by one of 'dirty'."""
    rng = random.Random(seed)
    second = 0
    for _ in range(lines):
        second += rng.choice([0, 0, 1, 1, 2, 7])
        make = rng.choice(dirty) if rng.random() < hostile else record
        yield make(rng, second) + b"\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=300)
    parser.add_argument("--seed", type=int, default=9110)
    parser.add_argument("--hostile", type=float, default=0.1, help="share of dirty lines, 0 to 1")
    options = parser.parse_args()
    for line in log(options.lines, options.seed, options.hostile):
        sys.stdout.buffer.write(line)


if __name__ == "__main__":
    main()

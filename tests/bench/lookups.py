#!/usr/bin/env python3
"""What a look-up costs, as a ratio to code that one would write without the library.

    tests/run --bench-lookups [--rounds N] [--no-lua]

Run it with a Python that has httpstatus; Lua's half needs a `lua5.4` that finds it (LUA_CPATH).
Ours and the other take turns in one process, in many short rounds; medians are shown, less the cost
of an empty loop.  The last line of a table is what any call of a C function costs.
"""
import argparse
import http.client
import platform
import re
import statistics
import subprocess
import sys
from http import HTTPStatus
from http.client import responses
from timeit import Timer
from typing import NamedTuple, Optional

from httpstatus import Redirect as Record
from httpstatus import Status, class_of, effective, lookup, phrase, redirect
from measure import machine

# A code and a method again and again, and as they come in a day's log.
ONE = [(404, "GET")]
MIX = [(200, "GET"), (304, "GET"), (404, "HEAD"), (200, "POST"), (301, "GET"), (206, "GET"),
       (500, "POST"), (200, "GET"), (302, "POST"), (403, "PUT"), (200, "OPTIONS"), (416, "GET"),
       (304, "GET"), (503, "GET"), (201, "POST"), (429, "GET")]
ONE_REDIRECT = [(302, "POST")]
REDIRECTS = [(301, "GET"), (302, "POST"), (303, "PUT"), (302, "GET"), (307, "POST"), (308, "PUT"),
             (301, "POST"), (302, "HEAD"), (303, "POST"), (304, "GET"), (302, "POST"),
             (301, "HEAD"), (307, "DELETE"), (302, "GET"), (308, "POST"), (301, "GET")]
STATEMENTS = 4000  # in a round


# ---- A plain redirect(), as one would write it for speed ----------------------------------------


class Redirect(NamedTuple):
    action: str
    reason: Optional[str]
    method: Optional[str]
    method_change: Optional[str]
    preserves_method: Optional[bool]
    keeps_body: Optional[bool]
    drops_headers: tuple
    drops_cross_origin: tuple
    kind: Optional[str]
    cacheable: bool
    care: bool
    limit: Optional[int]
    reference: str


STANDINGS = {
    301: ("permanent", True), 302: ("temporary", False), 303: ("other", False),
    307: ("temporary", False), 308: ("permanent", True),
}
NO_REDIRECTS = {
    300: ("not-a-redirect", "choice", True, "Fetch, redirect status"),
    304: ("not-modified", None, False, "Fetch, null body status"),
    305: ("proxy", None, False, "Fetch, redirect status"),
    306: ("unused", None, False, "Fetch, redirect status"),
}
OTHERS = ("not-a-redirect", "choice", False, "Fetch, redirect status")
UPPER_CASED = frozenset(("DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"))
BODY_HEADERS = ("Content-Encoding", "Content-Language", "Content-Location", "Content-Type")
CREDENTIALS = ("Authorization",)
is_token = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+").fullmatch


def plain_redirect(code, method):
    """The rule of Fetch; the record equals that of httpstatus.redirect()."""
    if method not in UPPER_CASED:
        if method.upper() in UPPER_CASED:
            method = method.upper()
        elif not is_token(method):
            raise ValueError(f"invalid method {method!r}")
    if code not in STANDINGS:
        if not 300 <= code <= 399:
            return None
        reason, kind, cacheable, reference = NO_REDIRECTS.get(code, OTHERS)
        return Redirect("none", reason, None, None, None, None, (), (), kind, cacheable, False, 20,
                        reference)
    kind, cacheable = STANDINGS[code]
    if method == "CONNECT":
        return Redirect("none", "connect", None, None, None, None, (), (), kind, cacheable, False,
                        20, "RFC 9110 Section 9.3.6")
    if (method != "GET" and method != "HEAD") if code == 303 else method == "POST" and code < 303:
        return Redirect("follow", None, "GET", "required", False, False, BODY_HEADERS, CREDENTIALS,
                        kind, cacheable, False, 20, "Fetch, HTTP-redirect fetch")
    return Redirect("follow", None, method, "forbidden", True, True, (), CREDENTIALS, kind,
                    cacheable, False, 20, "Fetch, HTTP-redirect fetch")


def check_plain_redirect():
    for code in range(290, 410):
        for method in ("GET", "HEAD", "POST", "put", "PATCH", "patch", "CONNECT"):
            ours, plain = redirect(code, method), plain_redirect(code, method)
            assert ours == plain and (plain is None or plain._asdict() == {
                name: getattr(ours, name) for name in Record.__match_args__})


# ---- Python ------------------------------------------------------------------------------------

# Ours, the other, and the cases: c is a code, m a method, s a Status, e a member of HTTPStatus.
PYTHON = [
    ("phrase(c)", "http.client.responses[c]", ONE, MIX),
    ("phrase(c)", "responses[c]", ONE, MIX),
    ("class_of(c)", "f'{c // 100}xx'", ONE, MIX),
    ("effective(c)", "c if c in responses else c // 100 * 100", ONE, MIX),
    ("lookup(c)", "HTTPStatus(c)", ONE, MIX),
    ("Status(c)", "HTTPStatus(c)", ONE, MIX),
    ("s.phrase", "e.phrase", ONE, MIX),
    ("redirect(c, m)", "plain_redirect(c, m)", ONE_REDIRECT, REDIRECTS),
    ("redirect(c, m, 'browser')", "plain_redirect(c, m)", ONE_REDIRECT, REDIRECTS),
    ("callable(c)", "callable(c)", ONE, MIX),
]


def numbered(expression, cases):
    """The expression for each case; its values are in the variables c0 m0 s0 e0, c1 m1 s1 e1 ..."""
    return [re.sub(r"\b([cmse])\b", rf"\g<1>{i}", expression) for i in range(len(cases))]


def timer(expression, cases):
    variables = {}
    for i, (code, method) in enumerate(cases):
        variables |= {f"c{i}": code, f"m{i}": method,
                      f"s{i}": Status(code), f"e{i}": HTTPStatus(code)}
    return Timer("; ".join(numbered(expression, cases)), f"{', '.join(variables)} = variables",
                 globals=globals() | {"variables": variables.values()})


def bench_python(rounds):
    """Nanoseconds by (expression, number of cases)."""
    empty = Timer("pass")
    timers = {(expression, len(cases)): timer(expression, cases)
              for *expressions, one, mix in PYTHON for expression in expressions
              for cases in (one, mix)}
    times = {key: [] for key in timers}
    for _ in range(rounds):
        for (expression, count), it in timers.items():
            loops = STATEMENTS // count
            seconds = it.timeit(loops) - empty.timeit(loops)
            times[expression, count].append(seconds / STATEMENTS * 1e9)
    return {key: statistics.median(values) for key, values in times.items()}


# ---- Lua ---------------------------------------------------------------------------------------

LUA = [
    ("httpstatus[c]", "plain[c]", ONE, MIX),
    ("phrase(c)", "plain[c].phrase", ONE, MIX),
    ("class_of(c)", "plain[c].status_class", ONE, MIX),
    ("lookup(c)", "plain[c]", ONE, MIX),
    ("redirect(c, m)", "constructor(m)", ONE_REDIRECT, REDIRECTS),
    ("redirect(c, m, 'browser')", "constructor(m)", ONE_REDIRECT, REDIRECTS),
    ("rawlen(plain)", "rawlen(plain)", ONE, MIX),
]
LUA_SCRIPT = """
local httpstatus = require "httpstatus"
local plain = {}
for key, value in pairs(httpstatus) do
    if math.type(key) == "integer" then plain[key] = value end
end
local function constructor(method)
    return {
        action = "follow", method = method, method_change = "forbidden", preserves_method = true,
        keeps_body = true, drops_cross_origin = { "Authorization" }, kind = "temporary",
        cacheable = false, care = false, limit = 20, reference = "Fetch, HTTP-redirect fetch",
    }
end
local loops, times = {LOOPS}, {}
for i = 1, ROUNDS do
    for name, loop in pairs(loops) do
        local start = os.clock()
        loop(httpstatus, plain, constructor)
        times[name] = times[name] or {}
        times[name][i] = os.clock() - start
    end
end
for name, values in pairs(times) do
    table.sort(values)
    print(name, values[#values // 2 + 1])
end
"""
LUA_LOOP = """
["NAME"] = function(httpstatus, plain, constructor)
    local phrase, class_of = httpstatus.phrase, httpstatus.class_of
    local lookup, redirect, rawlen = httpstatus.lookup, httpstatus.redirect, rawlen
    local VARIABLES = VALUES
    for _ = 1, COUNT do BODY end
end,
"""


def lua_loop(name, expressions, cases):
    variables = {}
    for i, (code, method) in enumerate(cases):
        variables |= {f"c{i}": str(code), f"m{i}": f"'{method}'"}
    words = {
        "NAME": name,
        "VARIABLES": ", ".join(variables),
        "VALUES": ", ".join(variables.values()),
        "COUNT": str(STATEMENTS // len(cases)),
        "BODY": " ".join(f"do local r = {expression} end" for expression in expressions),
    }
    return re.sub("|".join(words), lambda match: words[match[0]], LUA_LOOP)


def bench_lua(rounds):
    """The same for Lua; None if there is no Lua with the module."""
    cases_of = {("", len(cases)): cases for cases in (ONE, MIX)} | {
        (expression, len(cases)): cases
        for *expressions, one, mix in LUA for expression in expressions for cases in (one, mix)}
    keys = list(cases_of)
    loops = [lua_loop(str(i), numbered(key[0], cases_of[key]) if key[0] else [], cases_of[key])
             for i, key in enumerate(keys)]
    script = LUA_SCRIPT.replace("LOOPS", "".join(loops)).replace("ROUNDS", str(rounds))
    done = subprocess.run(["lua5.4", "-"], input=script, capture_output=True, text=True)
    if done.returncode:
        return print("\nno Lua:", done.stderr.splitlines()[0], file=sys.stderr)
    lines = [line.split() for line in done.stdout.splitlines()]
    seconds = {keys[int(i)]: float(value) for i, value in lines}
    return {(expression, count): (value - seconds["", count]) / STATEMENTS * 1e9
            for (expression, count), value in seconds.items()}


# ---- The tables --------------------------------------------------------------------------------


def print_table(name, figures, times):
    print(f"\n| {name} | ns, one | ns, mix | v | ns, one | ns, mix | times as fast, one | mix |")
    print("| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: |")
    for ours, other, *both in figures:
        a, b = ([times[expression, len(cases)] for cases in both] for expression in (ours, other))
        print(f"| `{ours}` | {a[0]:.1f} | {a[1]:.1f} | `{other}` | {b[0]:.1f} | {b[1]:.1f} | "
              f"{b[0] / a[0]:.1f} | {b[1] / a[1]:.1f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=101)
    parser.add_argument("--no-lua", action="store_true", help="Python alone")
    options = parser.parse_args()
    check_plain_redirect()
    print(f"{machine()}, {options.rounds} rounds")
    print_table(f"Python {platform.python_version()}", PYTHON, bench_python(options.rounds))
    times = None if options.no_lua else bench_lua(options.rounds)
    if times:
        print_table("Lua 5.4", LUA, times)


if __name__ == "__main__":
    main()

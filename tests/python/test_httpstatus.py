"""The Python runner: the shared vectors, then the behaviour of Python alone."""
import array
import ast
import copy
import doctest
import gc
import http
import inspect
import io
import json
import os
import pickle
import pydoc
import random
import re
import subprocess
import sys
import sysconfig
import threading
import warnings
import weakref
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import formats
import httpstatus
import oracle
import reference
import pytest
from httpstatus import Status, Tally, _core
from measure import SCANNERS
from vectors import (
    OWN_LOGS, RECORD_PARTS, TOKENS, VECTORS, answer, key, options, policy_of, render_list, rendered_redirect, unescape,
)

ROOT = Path(__file__).resolve().parents[2]
LOGS = ROOT.parent / "shared" / "logs"
RECORD = b'h - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 12\n'


# ---- The shared vectors ------------------------------------------------------------------------


@pytest.mark.parametrize("vector", VECTORS, ids=[vector[0] for vector in VECTORS])
def test_vector(vector):
    _, function, text, expected, _ = vector
    assert answer(function, text) == expected


def test_vectors_agree_with_the_oracle():
    for name, function, text, expected, _ in VECTORS:
        if function == "lines" and not text.startswith("auto") and expected[:2] not in ("!i", "!c") \
                and "-lax" not in name and not name.startswith("lines-json-key"):
            form, log = map(unescape, text.split(" ", 1))
            got = ",".join(judged(form, log.encode("latin-1"))) or "-"
            assert got == re.sub(r"(\d)\.\d+", r"\1", expected), name
        if function == "redirect":
            code, policy, method = map(unescape, text.split(" ", 2))
            policy, request = policy_of(policy)
            if policy in oracle.RULES and not request.keys() - {"body", "replayable"}:
                try:
                    record = oracle.redirect(int(code), method, policy, **request)
                except ValueError:
                    assert expected == "!invalid-method", name
                else:
                    assert expected == rendered_redirect(record), name


def of_the_reference(form, log):
    """The tokens of a log, by the naive reading of it."""
    tokens = {reference.NO_STATUS: "-", reference.SKIPPED: "#", reference.UNMATCHED: "!"}
    return [tokens.get(result) or "%d" % result[0] + (".%d" % result[1] if result[1] else "")
            for result in (answer.result for answer in reference.read(log, **options(form)))]


OF_LOGS = [(name, *map(unescape, text.split(" ", 1)), expected)
           for name, function, text, expected, _ in VECTORS if function == "log"]


@pytest.mark.parametrize("vector", OF_LOGS, ids=[vector[0] for vector in OF_LOGS])
def test_logs_agree_with_the_reference(vector):
    _, form, file, expected = vector
    log = (OWN_LOGS / file).read_bytes()
    if expected != "!UTF-16":
        known = re.fullmatch("[a-z0-9]+", form.partition(";")[0])
        assert render_list(of_the_reference(form, log) if known else judged(form, log)) == expected


def test_every_log_has_vectors_and_is_described():
    files = {path.relative_to(OWN_LOGS).as_posix() for path in OWN_LOGS.glob("*/*")
             if path.parent.name != "__pycache__"}
    assert files == {file for _, _, file, _ in OF_LOGS}
    assert files == set(re.findall(r"^\| `(\S+/\S+)` \|", (OWN_LOGS / "README.md").read_text(), re.M))


# ---- Status ------------------------------------------------------------------------------------


def test_status_is_an_int():
    status = Status(404)
    assert isinstance(status, int) and type(status) is not int
    assert status == 404 == http.HTTPStatus.NOT_FOUND and hash(status) == hash(404)
    assert {404: "x"}[status] == "x" and {status: "x"}[404] == "x"
    assert f"{status}" == str(status) == "404" and "%d" % status == "404" and f"{status:5d}" == "  404"
    assert json.dumps({"status": status}) == '{"status": 404}'
    assert status + 1 == 405 and type(status + 1) is int
    assert range(500)[status] == 404 and status.value == status.code == 404
    assert type(status.code) is int
    match 404:
        case httpstatus.NOT_FOUND:
            pass
        case _:
            pytest.fail("does not match")


def test_repr():
    assert repr(Status(404)) == "<Status 404 Not Found>"
    assert repr(Status(403, 14)) == "<Status 403.14 Directory listing denied (IIS)>"
    assert repr(Status(299)) == "<Status 299>"
    assert repr(Status(403, 99)) == "<Status 403.99>"
    assert repr(Status(550)) == "<Status 550 (Fastly)>"


def test_singletons():
    assert Status(404) is Status(404) is httpstatus.NOT_FOUND is httpstatus.lookup(404)
    assert Status(Status(403, 14)) is Status(403, 14) is not Status(403)
    assert Status(499, owner="Esri") is httpstatus.lookup("499", owner="esri")
    assert httpstatus.variants(404)[0] is Status(404)
    assert Status.__new__(Status, 404) is Status(404)


@pytest.mark.parametrize("status", httpstatus.statuses() + [Status(299), Status(403, 99)], ids=repr)
def test_copies_keep_the_row(status):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(status, protocol))
        assert again.key == status.key and repr(again) == repr(status)
        assert not status.is_known or again is status
    for again in (copy.copy(status), copy.deepcopy(status), copy.deepcopy([status])[0]):
        assert again.key == status.key


def test_rows_of_a_code_are_equal_but_not_the_same():
    plain, fourteen = Status(403), Status(403, 14)
    assert plain == fourteen and plain is not fourteen and plain.key != fourteen.key
    assert {s.key for s in {plain}} == {(403, 0, "IANA")}
    assert fourteen.key == (403, 14, "IIS") and {fourteen.key: 1}[pickle.loads(
        pickle.dumps(fourteen)).key] == 1


class Unwilling:
    """Neither true nor false, and not a number."""

    def __bool__(self):
        raise RuntimeError("truth")

    def __index__(self):
        raise RuntimeError("index")


class TooMuch:
    """A file that gives a byte more than it was asked for."""

    def read(self, size):
        return bytes(size + 1)


BAD = Unwilling()
LOST = "\ud800"  # what cannot be encoded
WRONG = {
    "invalid words b'x': expected a str": (httpstatus.search, b"x"),
    "invalid code '404': expected an int": (Status, "404", 1),
    "invalid substatus '1': expected an int": (Status, 404, "1"),
    "invalid owner 7: expected a str or None": (Status, 404, 0, 7),
    "surrogates not allowed": (Status, 404, 0, LOST),
    "invalid substatus of type list: expected an int": (
        lambda: httpstatus.lookup(404, substatus=[])),
    "invalid property 7: expected a str": (Status(404).reference_for, 7),
    r"invalid property '\ud800': expected is_informational, ": (Status(404).reference_for, LOST),
    "truth": (lambda: httpstatus.statuses(official=BAD)),
    "truth ": (lambda: httpstatus.select(b"", "5xx", invert=BAD)),
    "invalid data 'x': expected a bytes-like object; open a log in binary mode ('rb')": (Tally("clf").feed, "x"),
    "invalid data 7: expected a bytes-like object": (Tally("clf").feed, 7),
    "invalid url 7: expected a str or None": (lambda: httpstatus.RedirectChain("GET", url=7)),
    "index": (lambda: BAD in Tally("clf")),
    "index ": (Tally("clf").get, BAD),
    "missing argument: get() expected 'code'": (Tally("clf").get,),
    "too many arguments: get() expected at most 2 by position, got 3": (Tally("clf").get, 1, 2, 3),
    "invalid state 7: expected a dict": (Tally("clf").__setstate__, 7),
    "invalid jobs '2': expected an int": (lambda: httpstatus.tally(b"", jobs="2")),
    r"invalid policy '\ud800': expected rfc9110, fetch, ": (httpstatus.redirect, 302, "GET", LOST),
    r"invalid rewrite_301 '\ud800': expected none, post, ": (lambda: httpstatus.redirect(302, "GET", rewrite_301=LOST)),
    r"invalid drops_headers '\ud800': expected a list of header field names": (
        lambda: httpstatus.redirect(302, "GET", drops_headers=[LOST])),
    "invalid drops_headers 'Cookie': expected a list": (
        lambda: httpstatus.redirect(302, "GET", drops_headers="Cookie")),
    "invalid follow 302: expected a list of codes": (
        lambda: httpstatus.redirect(302, "GET", follow=302)),
    "invalid code of type int: expected -1 to 999": (Status, 10**5000),
    r"invalid which '\ud800': expected '5xx', '404', ": (httpstatus.select, b"", LOST),
    r"invalid format '\ud800': expected auto, ": (httpstatus.tally, b"", LOST),
    "invalid result of read(): expected at most ": (httpstatus.tally, TooMuch(), "clf"),
}


@pytest.mark.parametrize("message", WRONG)
def test_wrong_arguments(message):
    function, *arguments = WRONG[message] if isinstance(WRONG[message], tuple) else [WRONG[message]]
    with pytest.raises((TypeError, ValueError, RuntimeError), match=re.escape(message.strip())):
        function(*arguments)


def test_what_cannot_be_encoded_is_nowhere():
    assert httpstatus.search(LOST) == [] and httpstatus.lookup(LOST) is None
    assert httpstatus.lookup(404, owner=LOST) is None
    assert list(httpstatus.extract(b'{"status":200}\n', "json", key=LOST)) == [httpstatus.UNMATCHED]


def test_repr_of_a_tally():
    assert repr(httpstatus.tally(RECORD + b"x\n")) == "<Tally clf: 2 lines, 1 unmatched>"
    assert repr(Tally()) == "<Tally None: 0 lines, 0 unmatched>"


def test_sub_statuses_without_room():
    """The lowest pairs are counted, wherever they stand and however the log is divided."""
    lines = [b"403 %d\n" % n for n in range(1, 300)]
    random.Random(403).shuffle(lines)
    parts = b"".join(lines), b"".join(lines[:200]), b"".join(lines[9:])
    whole, *tallies = (httpstatus.tally(part, "w3c", fields="sc-status sc-substatus")
                       for part in (b"".join(parts), *parts))
    substatuses = whole.substatuses
    assert len(substatuses) == 257 and substatuses["403.256"] >= 1 and "403.257" not in substatuses
    assert sum(substatuses.values()) == whole.lines == 299 + 200 + 290
    assert sum(tallies) == sum(reversed(tallies)) == whole


def test_status_is_immutable():
    with pytest.raises(AttributeError):
        Status(404).phrase = "x"
    with pytest.raises(AttributeError):
        Status(404).colour = "x"
    with pytest.raises(TypeError):
        Status.phrase = "x"
    with pytest.raises(TypeError):
        type("Sub", (Status,), {})


@pytest.mark.parametrize("code", [-2, 1000, 2**31, 2**63, 2**100, -(2**100), 4294967496])
def test_status_outside_the_range(code):
    with pytest.raises(ValueError, match="-1 to 999"):
        Status(code)
    assert httpstatus.phrase(code) is None and httpstatus.lookup(code) is None
    assert httpstatus.class_of(code) is None and httpstatus.effective(code) == 500
    assert httpstatus.variants(code) == () and httpstatus.redirect(code, "GET") is None


@pytest.mark.parametrize("substatus", [-1, 65536, 2**32, 2**100])
def test_substatus_outside_the_range(substatus):
    with pytest.raises(ValueError, match="0 to 65535"):
        Status(404, substatus)
    assert httpstatus.lookup(404, substatus=substatus) is None


def test_every_code_has_a_status():
    for code in range(1000):
        status = Status(code)
        assert status == code and status.status_class == httpstatus.class_of(code)
        assert status.is_error is (400 <= code <= 599)
        assert status.description and status.explanation
        if not status.is_known:
            assert status.owner is status.phrase is status.name is None and status.variants == ()


class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


CODE_FUNCTIONS = [Status, httpstatus.phrase, httpstatus.class_of, httpstatus.effective,
                  httpstatus.variants, lambda code: httpstatus.redirect(code, "GET")]


@pytest.mark.parametrize("function", CODE_FUNCTIONS + [httpstatus.lookup])
def test_what_a_code_may_be(function):
    assert function(Index(404)) == function(http.HTTPStatus.NOT_FOUND) == function(404)
    for wrong in (404.0, b"404", None, [], object(), 404j):
        with pytest.raises(TypeError):
            function(wrong)
    with pytest.raises(ZeroDivisionError):
        function(Index(ZeroDivisionError()))


class Code(int):
    def __index__(self):
        raise ZeroDivisionError  # an int is not asked

    __int__ = __index__


@pytest.mark.parametrize("function", CODE_FUNCTIONS + [httpstatus.lookup])
def test_codes_of_other_types(function):
    for code in (404, 302, 100, 599, 0):
        assert repr(function(Code(code))) == repr(function(Index(code))) == repr(function(code))
    assert repr(function(True)) == repr(function(1))
    assert repr(function(Status(403, 14))) in (repr(function(403)), repr(Status(403, 14)))


FAR = [sign * (1 << bits) + 404 for sign in (1, -1)
       for bits in (10, 14, 15, 29, 30, 31, 32, 45, 60, 62, 63, 64, 90, 1000)]


@pytest.mark.parametrize("kind", [int, Code, Index])
def test_short_answers(kind):
    """Answers from a slot equal those of the text look-up and the fields."""
    for code in [*range(-2, 1002), *FAR]:
        row = httpstatus.lookup(str(code))
        assert httpstatus.lookup(kind(code)) is row
        assert httpstatus.phrase(kind(code)) == getattr(row, "phrase", None)
        assert httpstatus.variants(kind(code)) == getattr(row, "variants", ())
        valid = 100 <= code <= 599
        assert httpstatus.class_of(kind(code)) == (f"{code // 100}xx" if valid else None)
        official = row is not None and row.is_official
        effective = httpstatus.effective(kind(code))
        assert effective == (code if official else code // 100 * 100 if valid else 500)
        assert type(effective) is int


@pytest.mark.parametrize("function", CODE_FUNCTIONS)
def test_text_is_no_code(function):
    with pytest.raises(TypeError):
        function("404")


def test_lookup_arguments():
    assert httpstatus.lookup(403, substatus=14) is Status(403, 14)
    assert httpstatus.lookup(403, substatus=None, owner=None) is Status(403)
    with pytest.raises(TypeError, match="invalid substatus 14: expected no substatus with a text"):
        httpstatus.lookup("403", substatus=14)
    with pytest.raises(TypeError, match="invalid owner 1: expected a str or None"):
        httpstatus.lookup(403, owner=1)
    with pytest.raises(TypeError):
        httpstatus.lookup(403, 14)
    with pytest.raises(TypeError):
        httpstatus.lookup()
    with pytest.raises(TypeError, match=r"invalid argument 'ownr': lookup\(\) expected what, substatus, owner"):
        httpstatus.lookup(403, ownr="IIS")
    with pytest.raises(TypeError, match=r"repeated argument 'method': redirect\(\) expected it once"):
        httpstatus.redirect(302, "GET", method="GET")
    with pytest.raises(ValueError, match="invalid status_class '6xx': expected 1xx, 2xx, 3xx, 4xx, 5xx"):
        httpstatus.statuses("6xx")
    assert httpstatus.lookup("\ud800") is None and httpstatus.search("\ud800") == []
    assert httpstatus.lookup(404, owner="\ud800") is None


def test_queries():
    """What people say finds the row that they mean: nine in ten first, all within the first three."""
    lines = (ROOT / "tests" / "python" / "queries.tsv").read_text(encoding="ascii").splitlines()
    queries = [line.split("\t") for line in lines if not line.startswith("#")]
    places = {}
    for query, meant in queries:
        found = [key(row) for row in httpstatus.search(query)]
        places[query] = found.index(meant) if meant in found else len(found)
    assert len(places) == len(queries) >= 150
    assert [query for query, place in places.items() if place > 2] == []
    assert sum(place == 0 for place in places.values()) >= 0.9 * len(queries)


def test_records_have_names():
    assert Status(429).retry.advice == "after-delay" and Status(429).retry.reference
    header, = Status(401).headers
    assert (header.name, header.level, header.condition) == ("WWW-Authenticate", "MUST", None)
    redirect = httpstatus.redirect(302, "POST")
    assert redirect.method == "GET" and redirect.limit == 20 and "Authorization" in \
        redirect.drops_cross_origin
    assert dict(zip(Status(302).aliases, Status(302).alias_sources))["Object moved"] == "IIS"
    with pytest.raises(ValueError, match="invalid property 'colour': expected is_"):
        Status(404).reference_for("colour")


def test_drop_in_for_http_httpstatus():
    for member in http.HTTPStatus:
        ours = getattr(httpstatus, member.name)
        assert ours == member and type(ours) is Status and ours.is_official
        for name in ("is_informational", "is_success", "is_redirection", "is_client_error",
                     "is_server_error"):
            assert getattr(ours, name) == getattr(member, name, getattr(ours, name))


@pytest.mark.parametrize("method", ["", " ", "GET ", "G\0T", "G\u00c9T", "\ud800", "G,T", "x" * 10**6 + " "])
def test_invalid_methods(method):
    with pytest.raises(ValueError, match="invalid method"):
        httpstatus.redirect(302, method)


class NoTruth:
    def __bool__(self):
        raise ZeroDivisionError


def test_where_a_redirect_leads():
    chain = httpstatus.RedirectChain("GET", url="http://a/")
    for wrong in {"code": None}, {"code": "302"}, {"code": 302, "cross_origin": NoTruth()}:
        with pytest.raises((TypeError, ZeroDivisionError)):
            chain.step(**wrong)
    for name in "body", "replayable":
        for call in httpstatus.redirect, httpstatus.explain_redirect:
            with pytest.raises(ZeroDivisionError):
                call(302, "GET", **{name: NoTruth()})
        with pytest.raises(ZeroDivisionError):
            httpstatus.RedirectChain("GET", **{name: NoTruth()})
    with pytest.raises(TypeError, match="location, or url and cross_origin"):
        chain.step(302, location="/b", cross_origin=True)
    with pytest.raises(ValueError, match="missing location"):
        httpstatus.redirect(302, "GET", url="http://a/")
    with pytest.raises(UnicodeEncodeError):
        chain.step(302, location="/\ud800")
    assert chain.step(302, location=()).reason == "no-location" and chain.url == "http://a/"
    assert chain.step(302, location=("/b",)).url == chain.url == "http://a/b"
    assert httpstatus.RedirectChain("GET").url is None


def test_lookup_by_the_format_of_a_log():
    assert httpstatus.lookup(0, format="squid").owner == "Squid"
    assert httpstatus.lookup("000", format="cloudfront").owner == "CloudFront"
    assert httpstatus.lookup("460", format="alb").owner == "AWS ELB"
    assert httpstatus.lookup(404, format=None) is httpstatus.lookup(404, format="clf") is Status(404)
    for wrong in "lighttpd", "nlb", "custom", "", "%h %s":
        with pytest.raises(ValueError, match="invalid format .*: expected auto, cloudfront"):
            httpstatus.lookup(0, format=wrong)
    with pytest.raises(TypeError):
        httpstatus.lookup(0, format=1)


def test_redirect_arguments():
    with pytest.raises(TypeError, match="invalid method b'GET': expected a str"):
        httpstatus.redirect(302, b"GET")
    with pytest.raises(TypeError, match="invalid policy None: expected a str"):
        httpstatus.redirect(302, "GET", None)
    with pytest.raises(ValueError, match="rfc9110, fetch, browser, rfc2616"):
        httpstatus.redirect(302, "GET", "netscape")
    assert httpstatus.redirect(302, "x" * 10**6).method == "x" * 10**6
    assert httpstatus.redirect(code=302, method="POST", policy="rfc9110").method == "GET"


class Method(str):
    pass


@pytest.mark.parametrize("method", ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH",
                                    "CONNECT", "post", "P", "\x50UTT"])
def test_records_made_at_import_are_those_made_afresh(method):
    for code in [*range(298, 312), 399, 400, 999, -302, *FAR, 2**32 + 302, 2**64 + 302]:
        ready, afresh = httpstatus.redirect(code, method), httpstatus.redirect(code, method, "fetch")
        assert ready == afresh == httpstatus.redirect(code, Method(method))
        assert ready == httpstatus.redirect(code=code, method=method)
        assert ready == httpstatus.redirect(code, method, limit=20)
        if ready and ready.method:
            assert type(ready.method) is str is type(httpstatus.redirect(code, Method(method)).method)
            assert type(ready) is httpstatus.Redirect


KNOBS = {
    "follow": [([200], ValueError), ([310], ValueError), ([400], ValueError), (302, TypeError),
               ([None], TypeError)],
    "others": [("ask", ValueError), (1, TypeError)],
    "rewrite_301": [("some", ValueError), ("", ValueError), ("none,", ValueError), (None, TypeError)],
    "rewrite_302": [("POST", ValueError)],
    "head_on_303": [("head", ValueError)],
    "unsafe_307_308": [("may", ValueError), ("\ud800", ValueError)],
    "drops_headers": [("Cookie", TypeError), (["a b"], ValueError), ([1], TypeError), (1, TypeError),
                      ([""], ValueError), (["\ud800"], ValueError)],
    "drops_cross_origin": [("Cookie", TypeError), ([None], TypeError)],
    "limit": [(0, ValueError), (-1, ValueError), ("5", TypeError), (2**100, ValueError)],
    "colour": [("red", TypeError)],
}


@pytest.mark.parametrize("knob", KNOBS)
@pytest.mark.parametrize("call", [lambda **k: httpstatus.redirect(302, "PUT", **k),
                                  lambda **k: httpstatus.RedirectChain("PUT", **k)])
def test_wrong_knobs(call, knob):
    for value, error in KNOBS[knob]:
        with pytest.raises(error):
            call(**{knob: value})


def test_policies_of_ones_own():
    redirect = httpstatus.redirect
    assert redirect(302, "PUT", rewrite_302="all").method == "GET"
    assert redirect(301, "PUT", rewrite_302="all").method == "PUT"
    assert redirect(301, "POST", "preserve", rewrite_301="may-post").method_change == "optional"
    assert redirect(301, "PUT", rewrite_301="ask").action == "ask"
    assert redirect(301, "GET", rewrite_301="ask").action == "follow"
    assert redirect(303, "HEAD", head_on_303="GET").method == "GET"
    assert redirect(307, "POST", unsafe_307_308="ask").action == "ask"
    refused = redirect(307, "POST", unsafe_307_308="none")
    assert (refused.action, refused.reason, refused.method) == ("none", "not-a-redirect", None)
    assert redirect(307, "GET", unsafe_307_308="none").action == "follow"
    assert redirect(300, "GET", follow=[300]).action == "follow"
    assert redirect(302, "GET", follow=[300]).reason == "not-a-redirect"
    assert redirect(350, "GET", follow={309}).action == "follow"  # one for all from 309 on
    assert redirect(302, "GET", follow=[], others="may").action == "may"
    own = redirect(303, "POST", drops_headers=("X-A", "X-B"), drops_cross_origin=[], limit=None)
    assert own.drops_headers == ("X-A", "X-B") and own.drops_cross_origin == () and own.limit is None
    assert redirect(303, "POST", follow=..., limit=...) == redirect(303, "POST")


def test_resolved_locations():
    resolve = httpstatus.resolve
    found = resolve("https://a/b", location="http://b/c", rules="whatwg")
    assert found == httpstatus.Location(("http://b/c", None, True, True, True, True, False))
    assert repr(found).startswith("httpstatus.Location(url='http://b/c', problem=None, cross_origin=True, ")
    assert resolve("http://a/", "\u65e5?\u65e5").url == "http://a/%E6%97%A5?%E6%97%A5"
    assert resolve("http://a/\udcff", "?\udc80").url == "http://a/%FF?%80"
    assert resolve("http://a/", "\xc3\xbc".encode("latin-1").decode()).url == "http://a/%C3%BC"
    match resolve("http://a/", "mailto:b"):
        case httpstatus.Location(url, "scheme"):
            assert url == "mailto:b"
    for wrong, kind, message in [
        (("/b", "c"), ValueError, "invalid base '/b': expected an absolute http or https URL such as 'https://"),
        (("http://a/", "c", "rfc1808"), ValueError, "invalid rules 'rfc1808': expected rfc3986, whatwg"),
        ((b"http://a/", "c"), TypeError, "invalid base b'http://a/': expected a str"),
        (("http://a/", None), TypeError, "invalid location None: expected a str"),
        (("http://a/", "c", None), TypeError, "invalid rules None: expected a str"),
    ]:
        with pytest.raises(kind, match=re.escape(message)):
            resolve(*wrong)


def test_chains():
    chain = httpstatus.RedirectChain("POST", "rfc9110", url="/a", limit=2,
                                     drops_cross_origin=["X-Secret"])
    assert (chain.method, chain.count) == ("POST", 0)
    assert chain.step(307, "/b", cross_origin=True).drops_cross_origin == ("X-Secret",)
    with pytest.raises(httpstatus.RedirectError, match="'/a' was requested before"):
        chain.step(307, "/a")
    assert chain.step(404) is None and chain.step(304).action == "none"
    record = chain.step(302, "/c")
    assert record.method == chain.method == "GET" and not record.keeps_body and chain.count == 2
    with pytest.raises(httpstatus.RedirectError, match="allows 2 in a row"):
        chain.step(302, "/d")
    assert chain.count == 2
    with pytest.raises(TypeError):
        chain.step(302, b"/e")
    with pytest.raises(TypeError):
        httpstatus.RedirectChain(7)
    with pytest.raises(ValueError, match="invalid method"):
        httpstatus.RedirectChain("")
    with pytest.raises(TypeError):
        httpstatus.RedirectChain("GET", "fetch", "/a")
    assert httpstatus.RedirectChain("GET", url="\ud800").step(302, "\udfff").method == "GET"

    class Text(str):
        pass
    loop = Text("GET")
    loop.chain = httpstatus.RedirectChain(loop, drops_headers=[loop])
    gone = weakref.ref(loop)
    del loop
    gc.collect()
    assert gone() is None
    methods = [httpstatus.RedirectChain("x" * 9999) for _ in range(9)]
    gc.collect()
    assert all(chain.step(307).method == "x" * 9999 for chain in methods)


def test_clients():
    for code in range(300, 309):
        for method in ("GET", "POST", "FROB"):
            clients = httpstatus.redirect_clients(code, method)
            assert len(clients) > 60 and all(c.code == code for c in clients)
    client = httpstatus.redirect_clients(302, "POST")[0]
    assert (client.name, client.version, client.limit) == ("apache httpclient4", "4.5.14", 50)
    for wrong, error in (("netscape", ValueError), (7, TypeError)):
        with pytest.raises(error):
            client.differs_from(wrong)
    with pytest.raises(TypeError, match=r"missing argument: differs_from\(\) expected 'policy'"):
        client.differs_from()
    assert client.differs_from("fetch") == ("followed",)
    assert client.differs_from("fetch", follow=[303]) == ()
    for fields in (("x",) * 12, (None,) * 12):
        with pytest.raises(ValueError, match="redirect_clients"):
            httpstatus.RedirectClient(fields[:2] + (302,) + fields[3:]).differs_from("curl")
    for wrong in ((302,), (302, "GET", True, 1), (302, b"GET"), ("302", "GET")):
        with pytest.raises(TypeError):
            httpstatus.redirect_clients(*wrong)
    with pytest.raises(ZeroDivisionError):
        httpstatus.redirect_clients(302, "POST", Untrue())
    with pytest.raises(ValueError):
        httpstatus.redirect_clients(302, "")


class Untrue:
    def __bool__(self):
        raise ZeroDivisionError


def test_clients_without_a_body():
    for code in range(300, 309):
        for method in ("DELETE", "FROB", "PATCH", "POST", "PUT", "QUERY"):
            full = httpstatus.redirect_clients(code, method)
            bare = httpstatus.redirect_clients(code=code, method=method, body=False)
            assert {c[:3] for c in bare} <= {c[:3] for c in full} and len(bare) > 50
            assert all(c.request_body for c in full)
            assert not any(c.request_body or c.keeps_body is not None for c in bare)
        for method in ("GET", "HEAD", "OPTIONS"):
            found = httpstatus.redirect_clients(code, method)
            assert found == httpstatus.redirect_clients(code, method, False)
            assert not any(c.request_body for c in found)
    for body, expected in ((True, "GET"), (False, "DELETE")):
        client, = [c for c in httpstatus.redirect_clients(301, "DELETE", body)
                   if c.name == "curl --follow"]
        assert client.method == expected and client.request_body is body
        assert ("method" in client.differs_from("curl")) is body
        assert pickle.loads(pickle.dumps(client)) == client
        assert pickle.loads(pickle.dumps(client)).differs_from("curl") == client.differs_from("curl")
    other = httpstatus.RedirectClient((*client[:4], 0, *client[5:]))
    with pytest.raises(ValueError, match="redirect_clients"):
        other.differs_from("curl")


def test_retry_clients():
    for code in (400, 429, 503, 599):
        for method in ("GET", "POST", "FROB"):
            clients = httpstatus.retry_clients(code, method)
            assert len(clients) > 25 and all(c.code == code for c in clients)
            for c in clients:
                assert c.retried or c.tries is c.delay is c.longest_delay is None
                assert (c.delay is None) == (c.longest_delay is None)
                assert (c.cap is not None) == (c.on_long == "caps")
                assert c.sends_body is None or method != "GET"
    got, = [c for c in httpstatus.retry_clients(code=413, method="PUT") if c.name == "got"]
    assert (got.retried, got.honours_retry_after, got.tries, got.on_zero) == (
        False, True, None, "own delay")
    for wrong in ((503,), (503, "GET", 1), (503, b"GET"), ("503", "GET")):
        with pytest.raises(TypeError):
            httpstatus.retry_clients(*wrong)
    with pytest.raises(ValueError):
        httpstatus.retry_clients(503, "")


def test_a_long_loop_is_found():
    """Longer than what a chain remembers one by one."""
    chain = httpstatus.RedirectChain("GET", "rfc9110")
    with pytest.raises(httpstatus.RedirectError, match="loop"):
        for i in range(4000):
            chain.step(302, f"/{i % 1000}")
    assert chain.count < 3500


# ---- Logs --------------------------------------------------------------------------------------


def sources(log, path):
    """The same log in every way that it can be given."""
    path.write_bytes(log)
    yield str(path)
    yield path
    yield log
    yield bytearray(log)
    yield memoryview(log)
    yield array.array("B", log)
    yield io.BytesIO(log)
    yield path.open("rb")
    yield path.open("rb", buffering=0)

    class OnlyRead:
        read = io.BytesIO(log).read
    yield OnlyRead()


def test_sources(tmp_path):
    log = RECORD * 20000 + b"bad\n" + RECORD.replace(b"200", b"500")
    for source in sources(log, tmp_path / "access.log"):
        tally = httpstatus.tally(source)
        assert dict(tally) == {200: 20000, 500: 1} and tally.first_unmatched == (20001,)
    for source in sources(log, tmp_path / "access.log"):
        assert httpstatus.extract(source)[-2:] == array.array("h", [httpstatus.UNMATCHED, 500])
    for source in sources(log, tmp_path / "access.log"):
        assert list(httpstatus.select(source, ("5xx", "unmatched"))) == [
            (20001, None, b"bad"), (20002, 500, RECORD[:-1].replace(b"200", b"500"))]


@pytest.mark.parametrize("call", [
    httpstatus.tally, httpstatus.extract, lambda *a: list(httpstatus.select(a[0], 404, *a[1:])),
    lambda *a: list(httpstatus.records(a[0], None, *a[1:]))])
def test_bad_sources(call, tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        call(tmp_path / "missing.log")
    assert caught.value.filename == str(tmp_path / "missing.log")
    with pytest.raises(IsADirectoryError):
        call(tmp_path)
    unreadable = tmp_path / "unreadable.log"
    unreadable.write_bytes(RECORD)
    unreadable.chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)  # root may read everything
    try:
        with pytest.raises(PermissionError) as caught:
            call(unreadable)
        assert caught.value.filename == str(unreadable)
    finally:
        os.seteuid(user)
    with pytest.raises(TypeError, match="a path, a bytes-like object or a binary file"):
        call(7)
    with pytest.raises(TypeError, match="invalid source of type _io.TextIOWrapper: expected a file open in binary"):
        call(io.TextIOWrapper(io.BytesIO(b"\xff"), "utf-8"))
    with pytest.raises(TypeError, match="binary mode"):
        call(io.StringIO("x"))
    with pytest.raises(ValueError):
        call("with\0nul")
    with pytest.raises(httpstatus.LogFormatError, match="invalid format 'lighttpd': expected auto, "):
        call(b"", "lighttpd")
    with pytest.raises(TypeError, match="invalid format None: expected a str"):
        call(b"", None)

    class Broken(io.RawIOBase):
        def readinto(self, buffer):
            raise OSError(5, "broken disk")
    with pytest.raises(OSError, match="broken disk"):
        call(Broken())

    class NotReady(io.RawIOBase):
        def readinto(self, buffer):
            return None
    with pytest.raises(BlockingIOError):
        call(NotReady())

    class NotReadyEither:
        def read(self, size):
            return None
    with pytest.raises(BlockingIOError):
        call(NotReadyEither())

    class Liar(io.RawIOBase):
        def __init__(self, count):
            self.count = count

        def readinto(self, buffer):
            return self.count
    for count in (2**24, -1, 2**100):
        with pytest.raises(ValueError):
            call(Liar(count))


@pytest.mark.parametrize("call", [
    httpstatus.tally, httpstatus.extract, lambda source: list(httpstatus.select(source, 200)),
    lambda source: list(httpstatus.records(source))])
def test_a_file_may_keep_the_buffer(call):
    """What a file does to the memory it was given to read into harms nobody."""
    kept = []

    class Keeper(io.RawIOBase):
        def readinto(self, buffer):
            kept.append(buffer)
            with pytest.raises(BufferError):
                buffer.obj.clear()
            if len(kept) == 3:
                raise OSError("broken")
            buffer[:len(RECORD)] = RECORD
            return len(RECORD)
    with pytest.raises(OSError, match="broken"):
        call(Keeper())
    for view in kept:
        view[:] = b"x" * len(view)


def compressed(log, folder):
    """The log in every compression that the interpreter knows."""
    import bz2
    import gzip
    import lzma

    for suffix, module in ((".gz", gzip), (".bz2", bz2), (".xz", lzma)):
        path = folder / f"access.log{suffix}"
        path.write_bytes(module.compress(log))
        yield path


def test_compressed_logs(tmp_path):
    log = RECORD * 50_000 + b"bad\n"
    for path in compressed(log, tmp_path):
        assert httpstatus.tally(path) == httpstatus.tally(str(path)) == httpstatus.tally(log)
        assert list(httpstatus.select(path, "unmatched")) == [(50_001, None, b"bad")]
        assert len(httpstatus.extract(path)) == 50_001
        torn = path.with_name(f"torn{path.suffix}")
        torn.write_bytes(path.read_bytes()[:-9])
        wrong = path.with_name(f"wrong{path.suffix}")
        wrong.write_bytes(log[:1000])
        for bad in (torn, wrong):
            with pytest.raises(OSError, match="damaged (gzip|bzip2|xz) data after") as caught:
                httpstatus.tally(bad)
            assert caught.value.filename == str(bad)
        with pytest.raises(FileNotFoundError):
            httpstatus.tally(path.with_name(f"missing{path.suffix}"))


def test_several_sources(tmp_path):
    parts = [RECORD * 3, b"bad\n" + RECORD, b"", RECORD.replace(b"200", b"404")]
    paths = []
    for number, part in enumerate(parts):
        paths.append(tmp_path / f"access.log.{number}")
        paths[-1].write_bytes(part)
    whole = httpstatus.tally(b"".join(parts))
    for jobs in (1, 2, 5):
        assert httpstatus.tally(paths, jobs=jobs) == whole
        assert httpstatus.tally(tuple(parts), jobs=jobs) == whole
    assert whole.first_unmatched == (4,)
    assert httpstatus.tally([]).lines == 0
    with pytest.raises(FileNotFoundError):
        httpstatus.tally([paths[0], tmp_path / "missing"])
    for wrong in (0, -1, 2**100):
        with pytest.raises(ValueError, match="invalid jobs .*: expected 1 to 2147483647"):
            httpstatus.tally(b"", jobs=wrong)


@pytest.mark.parametrize("form", ["auto", "clf", "w3c", "cloudfront", "json", '%h %l %u %t "%r" %>s %b'])
def test_jobs(form, tmp_path):
    """The same answer for any number of threads, wherever the pieces begin."""
    rng = random.Random(form)
    lines = {
        "auto": [RECORD, b"bad\n", RECORD.replace(b"200", b"500")],
        '%h %l %u %t "%r" %>s %b': [RECORD, b"bad\n", RECORD.replace(b"200", b"500")],
        "clf": [RECORD, b"\n", RECORD.replace(b"12", b"x")],
        "w3c": [b"#Fields: sc-status a\n404 x\n", b"#Fields: a sc-status sc-substatus\nx 403 14\n",
                b"x 200 0\n" * 40, b"404 x\n" * 30, b"\xef\xbb\xbf#fields: a sc-status\r\n",
                b"\xbb#Fields: sc-status b\n", b"#Fields: c\rsc-status\n", b"#Fields:\r\n",
                b"\0\0#Fields: sc-status d #\0\r\n"],
        "cloudfront": [b"#Fields: a sc-status\nx\t200\n", b"#Fields: sc-status a\n404\tx\n",
                       b"403\tx\n" * 30, b"x\t503\n" * 30, b"#Fields:\n"],
        "json": [b'{"DownstreamStatus":200}\n', b'{"status":404}\n', b"x\n",
                 b'{"DownstreamStatus":500}\n'],
    }[form]
    weights = [9] + [1] * (len(lines) - 1)
    log = b"".join(rng.choices(lines, None if form in ("w3c", "cloudfront") else weights,
                               k=200_000 if form != "w3c" else 25_000))
    while len(log) < 5 * 2**20:
        log += log
    path = tmp_path / "log"
    path.write_bytes(log[:-3])
    one = httpstatus.tally(path, form)
    assert one.records > 1000
    for jobs in (2, 3, 7):
        assert httpstatus.tally(path, form, jobs=jobs) == one


def test_jobs_on_a_log_whose_last_line_is_most_of_it(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(RECORD + RECORD.replace(b" /", b" /" + b"a" * (6 << 20)).rstrip())
    assert httpstatus.tally(path, jobs=3) == httpstatus.tally(path) == httpstatus.tally(RECORD * 2)


def test_jobs_on_a_log_of_no_format(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"no record\n" * 600_000)
    tally = httpstatus.tally(path, jobs=2)
    assert tally == httpstatus.tally(path) and tally.unmatched == 600_000 and not tally.format


def test_a_pipe():
    script = "import httpstatus, sys; print(httpstatus.tally(sys.stdin.buffer)[200])"
    done = subprocess.run([sys.executable, "-c", script], input=RECORD * 5000, capture_output=True)
    assert done.stdout == b"5000\n" and done.stderr == b""


def test_empty(tmp_path):
    (tmp_path / "empty.log").touch()
    for source in (tmp_path / "empty.log", b""):
        tally = httpstatus.tally(source)
        assert len(tally) == tally.lines == 0 and tally.format is None and not tally
        assert list(httpstatus.extract(source)) == list(httpstatus.select(source, "5xx")) == []
    assert httpstatus.tally(b"", "clf").format == "clf"


def test_tally_is_a_mapping():
    tally = httpstatus.tally(RECORD * 2 + RECORD.replace(b"200", b"404"))
    assert isinstance(tally, Mapping) and dict(tally) == {200: 2, 404: 1} == {**tally}
    assert tally == {200: 2, 404: 1} == tally and not tally != dict(tally) and tally != {200: 2} != tally
    with pytest.raises(TypeError, match="'<' not supported"):
        tally < {}
    assert list(tally) == list(tally.keys()) == [200, 404] and list(tally.values()) == [2, 1]
    assert tally[200] == tally[Status(200)] == tally[http.HTTPStatus.OK] == 2
    assert tally[500] == tally[-7] == tally[2**100] == 0
    assert 200 in tally and 500 not in tally and "200" not in tally and None not in tally
    assert tally.get(404) == 1 and tally.get(500) is None and tally.get(500, 0) == 0
    assert sum(tally.values()) == tally.records and Counter(tally).most_common(1) == [(200, 2)]
    assert all(type(code) is int for code in tally)
    with pytest.raises(TypeError):
        tally["200"]
    with pytest.raises(TypeError):
        hash(tally)
    match tally:
        case {200: 2}:
            pass
        case _:
            pytest.fail("does not match")


def test_tally_in_pieces():
    log = RECORD * 3 + b"bad\n" + RECORD[:-1]
    whole = httpstatus.tally(log)
    for size in range(1, len(log) + 1):
        for form in ("auto", "clf"):
            tally = Tally(form)
            for at in range(0, len(log), size):
                tally.feed(log[at:at + size])
            tally.close()
            tally.close()
            assert tally == whole and tally.format == "clf"
    with pytest.raises(ValueError, match="closed"):
        tally.feed(b"")
    with pytest.raises(TypeError, match="binary mode"):
        Tally().feed("text")


def test_tallies_add_up():
    a = httpstatus.tally(b"bad\n" * 8 + RECORD)
    b = httpstatus.tally(RECORD + b"bad\n" * 8, format="clf")
    both = a + b
    assert both == httpstatus.tally(b"bad\n" * 8 + RECORD + RECORD + b"bad\n" * 8)
    assert both.first_unmatched == (1, 2, 3, 4, 5, 6, 7, 8, 11, 12)
    assert a + httpstatus.tally(b"") == a == httpstatus.tally(b"") + a
    assert (a + httpstatus.tally(b"x")).format == "clf" and a != b and not a == 1
    opened = Tally("clf")
    opened.feed(RECORD)
    for wrong in (lambda: a + opened, lambda: opened + a, lambda: pickle.dumps(opened)):
        with pytest.raises(ValueError, match="close\\(\\) it first"):
            wrong()
    with pytest.raises(TypeError):
        a + 1


def test_tallies_as_plain_objects():
    w3c = b"#Fields: sc-status sc-substatus\n403 14\n- 0\nbad\n200 0\n"
    assert json.loads(json.dumps(httpstatus.tally(w3c, "w3c").as_dict())) == {
        "format": "w3c", "formats": {"w3c": 3}, "keys": {},
        "lines": 5, "records": 3, "no_status": 1, "skipped": 1, "unmatched": 1,
        "first_unmatched": [4], "excluded": 0, "untimed": 0, "consumed": 53, "counts": {"200": 1, "403": 1}, "substatuses": {"403.14": 1},
        "classes": {"1xx": 0, "2xx": 1, "3xx": 0, "4xx": 1, "5xx": 0, "other": 0}}
    unfinished = httpstatus.Tally()
    assert unfinished.as_dict()["format"] is None


def test_tallies_are_pickled():
    for log in (b"", RECORD, b"bad\n" * 12 + RECORD + RECORD.replace(b"200", b"-"), b"x"):
        tally = httpstatus.tally(log)
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            assert pickle.loads(pickle.dumps(tally, protocol)) == tally
        assert copy.copy(tally) == copy.deepcopy(tally) == tally
    good = httpstatus.tally(RECORD).__reduce__()[2]
    for change in ({"counts": {1000: 1}}, {"counts": {Status(200): 1}}, {"counts": {}},
                   {"counts": {200: 2}}, {"no_status": 1}, {"counts": []}, {"lines": -1},
                   {"lines": None}, {"formats": {}}, {"formats": {"clf": 2}}, {"formats": {"x": 1}},
                   {"formats": {"clf": -1}}, {"formats": []}, {"keys": {"x": 1}}, {"keys": None},
                   {"first_unmatched": (1,) * 11}, {"first_unmatched": (None,)},
                   {"format": "lighttpd"}, {"format": 1}, {"substatuses": {"403": 1}},
                   {"substatuses": {"403.0": 1}}, {"substatuses": {"403.14": 0}},
                   {"substatuses": {403: 1}}, {"substatuses": []}):
        with pytest.raises((ValueError, TypeError, OverflowError)):
            Tally().__setstate__(good | change)
    for missing in good.keys() - {"records", "classes"}:  # those follow from the rest
        with pytest.raises(ValueError):
            Tally().__setstate__({k: v for k, v in good.items() if k != missing})


def test_which_lines():
    log = b"".join(RECORD.replace(b"200", b"%03d" % code) for code in (200, 302, 404, 500, 999))
    numbers = lambda which: [number for number, _, _ in httpstatus.select(log, which)]
    assert numbers(404) == numbers("404") == numbers([404]) == numbers(Status(404)) == [3]
    assert numbers({404, "5xx", "redirect"}) == [2, 3, 4] == numbers(iter([404, "5xx", "redirect"]))
    assert numbers([]) == numbers(-1) == [] and numbers(999) == [5]
    for wrong in (1000, -2, 2**100, "6xx", "", "\ud800", ["404", "x"]):
        with pytest.raises(ValueError, match="which"):
            httpstatus.select(log, wrong)
    for wrong in (None, 4.0, b"404", bytearray(b"4"), memoryview(b"4"), [4.0], [None]):
        with pytest.raises(TypeError):
            httpstatus.select(log, wrong)
    with pytest.raises(ValueError, match="32 sub-statuses"):
        httpstatus.select(log, [f"403.{i}" for i in range(33)])
    with pytest.raises(ZeroDivisionError):
        httpstatus.select(log, (1 // 0 for _ in "x"))

    class BadCollection:
        def __iter__(self):
            raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError):
        httpstatus.select(log, BadCollection())


def test_select_of_lines_longer_than_a_piece(tmp_path):
    long = RECORD.replace(b"GET /", b"GET /" + b"a" * 1_000_000)
    log = RECORD + long.replace(b"200", b"500") + RECORD * 9 + long
    (tmp_path / "long.log").write_bytes(log)
    for source in (log, tmp_path / "long.log", io.BytesIO(log)):
        for form in ("clf", "auto"):
            got = list(httpstatus.select(source, [200, 500], form))
            assert [line + b"\n" for _, _, line in got] == log.splitlines(keepends=True)
            if source is not log and not isinstance(source, Path):
                source.seek(0)


@pytest.mark.parametrize("form", ["auto", "clf"])
@pytest.mark.parametrize("ahead", [b"", b"given\n"])
def test_select_gives_the_lines_of_a_pipe_as_they_come(ahead, form):
    read_end, write_end = os.pipe()
    os.write(write_end, ahead + RECORD)
    late = threading.Timer(20, os.close, [write_end])  # who waits for more lines at once fails
    late.start()
    numbers = []
    with open(read_end, "rb") as file:
        assert not ahead or file.readline() == ahead
        for number, _, _ in httpstatus.select(file, 200, form):
            numbers.append(number)
            if number == 3:
                late.cancel()
                os.close(write_end)
            elif number < 3:
                os.write(write_end, RECORD)
    assert numbers == [1, 2, 3]


def test_select_closes_its_file(tmp_path):
    (tmp_path / "x.log").write_bytes(RECORD * 5)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        lines = httpstatus.select(tmp_path / "x.log", 200)
        next(lines)
        del lines
        list(httpstatus.select(tmp_path / "x.log", 200))
        gc.collect()
    with (tmp_path / "x.log").open("rb") as file:
        assert len(list(httpstatus.select(file, 200))) == 5 and not file.closed


def test_select_does_not_read_on_after_the_end():
    class Growing(io.RawIOBase):
        pieces = [b"what\nno lf", b"", b" tail\nx\n"]

        def readinto(self, buffer):
            piece = self.pieces.pop(0)
            buffer[:len(piece)] = piece
            return len(piece)
    assert list(httpstatus.select(Growing(), "unmatched", "clf")) == [
        (1, None, b"what"), (2, None, b"no lf")]


def test_an_error_while_reading_names_the_path():
    """/proc/self/mem can be opened, but its first byte cannot be read."""
    path = Path("/proc/self/mem")
    if path.exists():
        for call in (httpstatus.tally, httpstatus.extract, lambda p: list(httpstatus.select(p, 404)),
                     lambda p: list(httpstatus.records(p))):
            with pytest.raises(OSError) as caught:
                call(path)
            assert caught.value.filename == str(path)


def test_select_from_a_callback():
    """A source that calls its own iterator gets an error."""
    holder = []

    class Again(io.RawIOBase):
        def readinto(self, buffer):
            return next(holder[0])
    holder.append(httpstatus.select(Again(), 404))
    with pytest.raises(ValueError, match="already running"):
        next(holder[0])
    assert list(holder[0]) == []


def test_one_tally_in_two_threads():
    tally = Tally("clf")
    piece = RECORD * 1000
    threads = [threading.Thread(target=lambda: [tally.feed(piece) for _ in range(50)])
               for _ in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert tally.lines % 1000 == 0
    tally.close()
    assert tally[200] == 4 * 50 * 1000


def random_log(rng):
    """Records with parts knocked out, doubled and mixed."""
    parts = [b'h', b' ', b'-', b'"', b'\\', b'\\"', b'[', b']', b'[10/Oct/2000:13:55:36 -0700]',
             b'[1/Oct/2000:1]', b'" 200 12', b'" 404 -', b'" - -', b'" 500', b'1', b'23', b'\r',
             b'\n', b'\r\n', b'\t', b'#', b'\0', b'\xff', b'GET / HTTP/1.1', RECORD, RECORD[:-1],
             b'" 9999 1', b'\\\\', b'"-"', b'/', b':']
    return b"".join(rng.choices(parts, k=rng.randrange(40)))


def judged(form, log):
    """What the judge of the format says, without sub-statuses."""
    how = options(form)
    if not oracle.is_string(form):
        names = {reference.NO_STATUS: "-", reference.SKIPPED: "#", reference.UNMATCHED: "!"}
        return [names.get(answer.result) or str(answer.result[0]) for answer in reference.read(log, **how)]
    tokens = []
    for line, token in zip(oracle.split(log), oracle.lines(log, oracle.reader(form))):
        tokens += ["!"] if reference.is_split(line) and not reference.is_blank(line) else \
            [token, "!"] if b"\r" in line and token not in "#!" else [token]
    return tokens


def test_where_json_has_its_status():
    def read(log, key=None):
        return httpstatus.tally(log, "json", key=key)
    own, usual = read(b'{"a":{"b":404}}\n', "a.b"), read(b'{"status":404}\n')
    assert (own.key, usual.key, read(b"", "a.b").key) == ("a.b", "status", "a.b")
    assert ((own + own).key, (usual + usual).key) == ("a.b", "status")
    assert (own + read(b"")).key == (read(b"") + own).key == "a.b"
    assert (own + usual).key is (own + read(b'{"c":404}\n', "c")).key is httpstatus.tally(RECORD).key is None


def test_random_logs_against_the_oracle():
    rng = random.Random(2616)
    for _ in range(20_000):
        log = random_log(rng)
        expected = judged("clf", log)
        assert [TOKENS.get(s, str(s)) for s in httpstatus.extract(log, "clf")] == expected, log


def test_random_records_against_the_oracle():
    """One byte of a record changed, removed or added, at every place."""
    for base in (RECORD[:-1] + b' "-" "Mozilla/5.0"', RECORD[:-1]):
        for at in range(len(base) + 1):
            for byte in b'" \\[]-09a/:#\t\r\0\xff':
                piece = bytes([byte])
                for line in (base[:at] + piece + base[at:], base[:at] + piece + base[at + 1:],
                             base[:at] + base[at + 1:], base[:at]):
                    got = [TOKENS.get(s, str(s)) for s in httpstatus.extract(line, "clf")]
                    assert got == judged("clf", line), line


CHANGED = {form: line for one in formats.ALL.values() for form, line in one.CHANGED.items()} | {
    '%h %l %u %t \\"%r\\" %>s %b': b'h - - [20/Nov/2026:10:00:00 +0000] "GET /\\" HTTP/1.1" 404 -',
    "${a}aab$b \"$request\" \"$status\",": b'aaab2 aab3 "GET /" "404", "x" "5",',
    "x=%ci:%[src] %{+Q}r %ST|%B": b'<1>h: x=1.2.3.4:5 6 "GET /" -1|200|- "',
}


@pytest.mark.parametrize("form", CHANGED)
def test_changed_records_against_the_oracle(form):
    """One byte of a record changed, removed or added at every place, and parts mixed at random."""
    base = CHANGED[form]
    rng = random.Random(form)
    logs = []
    for at in range(len(base) + 1):
        for byte in b'" \\[]-09aZ/:#\t\r\0\xff{+.':
            piece = bytes([byte])
            logs += [base[:at] + piece + base[at:], base[:at] + piece + base[at + 1:]]
        logs += [base[:at] + base[at + 1:], base[:at]]
    parts = [base[i:j] for i, j in (sorted(rng.choices(range(len(base) + 1), k=2))
                                    for _ in range(200))] + [base, b"\n", b" ", b'"', b"\\", b"-"]
    logs += [b"".join(rng.choices(parts, k=rng.randrange(12))) for _ in range(4000)]
    for log in logs:
        got = [TOKENS.get(s, str(s)) for s in httpstatus.extract(log, **options(form))]
        assert got == judged(form, log), log


def test_format_strings():
    combined = '%h %l %u %t "%r" %>s %b'
    tally = httpstatus.tally(RECORD * 3, combined)
    assert tally[200] == 3 and tally.format == "custom" and tally != httpstatus.tally(RECORD * 3)
    assert pickle.loads(pickle.dumps(tally)) == tally == copy.copy(tally)
    assert (tally + tally)[200] == 6 and (tally + tally).format == "custom"
    assert [n for n, _, _ in httpstatus.select(RECORD * 2, 200, combined)] == [1, 2]
    for wrong, message in (
            ("%h %l", "invalid format '%h %l' at column 6: no status: expected %>s or %s"),
            ("$host$status", "at column 6: nothing separates the status from the field before it"),
            ("%h %>s%b", "at column 7: nothing separates this field from the status"),
            ("%U|%>s|%q", "at column 8: this field may contain the text before it, so the status cannot be found"),
            ("$uri-$status", "at column 6: the text before the status may look like a part of it, and the fields"),
            ("custom", "invalid format 'custom': expected auto, .*, or the server's own format string"),
            ("", "invalid format '': expected"), ("%\0", "at column 1: this % begins no directive")):
        with pytest.raises(httpstatus.LogFormatError, match=message):
            Tally(wrong)


@pytest.mark.skipif(not LOGS.exists(), reason="the real logs: needs ../shared")
@pytest.mark.parametrize("entry", [e for e in json.loads((LOGS / "index.json").read_text())
                                   if e["format"] in ("clf", "haproxy")] if LOGS.exists() else [],
                         ids=lambda entry: entry["file"])
def test_format_strings_on_real_logs(entry):
    """What their servers' format strings find is what the formats find."""
    strings = {
        "clf": ['%h %l %u %t \\"%r\\" %>s %b', '%v %h %{X-Forwarded-For}i %t "%r" %s %O',
                '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent'],
        "haproxy": ["%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc "
                    "%ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r"],
    }[entry["format"]]
    known = httpstatus.extract(LOGS / entry["file"], entry["format"])
    for form in strings:
        found = httpstatus.extract(LOGS / entry["file"], form)
        same = [a == b for a, b in zip(known, found, strict=True)]
        assert all(a == b or b == httpstatus.UNMATCHED for a, b in zip(known, found))
        assert sum(same) >= len(same) * 0.88


NAMES = [
    (("%h", "%t", '"%r"', "%{a b}i", "%b", "%u", "%U", "%m", "%v", '"%u"', "%{%Y %T}t", "[%{%c}t]"), "%>s"),
    (("${a}", '"${b}"', "[$d]", "$uri", "$remote_addr", "$upstream_status", "$bytes_sent", "$time_local",
      "[$time_local]", '"$http_x"', "$context.path"), "${status}"),
    (("%ci", "%{+Q}r", "%[e]", "[%tr]", "%HM", "%B", "%{+Q}[e]", "%{+E,+Q}[e]", "%T", "%[x,json]"), "%ST"),
    (("%6tr", "%>a", "%ru", "%Ss", '"%"{X}>h"', "%'un", "%[un", "[%tl]", "%tl"), "%03>Hs"),
]


def test_random_format_strings_against_the_oracle():
    rng = random.Random(404)
    for _ in range(3000):
        names, wanted = rng.choice(NAMES)
        texts = [rng.choice((" ", "|", '" "', " [", "] ", ":", "- ", ".ab.ab.", "aab", "\t", ",", '"', "/"))
                 for _ in range(6)]
        if wanted in ("%ST", "%03>Hs"):  # whose name would go on in a letter
            texts = [text.replace("aab", "|") for text in texts]
        fields = [*rng.choices(names, k=rng.randrange(3)), wanted, *rng.choices(names, k=rng.randrange(4))]
        form = rng.choice(("", "a", "[")) + "".join(
            field + (text if rng.random() < 0.95 else "") for field, text in zip(fields, texts))
        parts = [*texts, *(text.strip("[]") for text in texts), "200", "404", "-", "-1", "[", "]",
                 '"', "\\", "a", "b", " ", "5", ", ", " : ", "\n"]
        log = "".join(rng.choices(parts, k=rng.randrange(40)))
        log += "\n".join(["", *("".join("".join(rng.choices(parts, k=2)) if i % 2 else part for i, part in
                                        enumerate(re.split(r"([%$][^ ]\S*?[a-zA-Z\]}]+)", form)))
                                for _ in range(3))])
        try:
            want = oracle.lines(log.encode(), oracle.reader(form))
        except ValueError:
            with pytest.raises(httpstatus.LogFormatError):
                Tally(form)
            continue
        got = [TOKENS.get(s, str(s)) for s in httpstatus.extract(log.encode(), form)]
        assert got == want, (form, log)


def test_json_against_the_oracle():
    """Documents made at random, whole and torn."""
    rng = random.Random(8259)
    names = ["status", "res", "a", 'q"', "s\\t", "\u00e9"]

    def value(depth):
        kind = rng.randrange(9 if depth else 6)
        if kind < 6:
            return [rng.randrange(1100), None, True, "", "-", str(rng.randrange(1100))][kind]
        if kind == 6:
            return [value(depth - 1) for _ in range(rng.randrange(3))]
        return {rng.choice(names): value(depth - 1) for _ in range(rng.randrange(4))}
    for _ in range(6000):
        document = {rng.choice(names): value(3) for _ in range(rng.randrange(5))}
        line = json.dumps(document, ensure_ascii=rng.random() < 0.5,
                          indent=None).encode("latin-1")
        if rng.random() < 0.2:
            line = line[:rng.randrange(len(line))]
        for key in ("status", "res.status"):
            got = httpstatus.extract(line, "json", key=key)
            assert [TOKENS.get(s, str(s)) for s in got] == \
                oracle.lines(line, oracle.reader(f"json;key={key}")), line


@pytest.mark.parametrize("form", ["auto", *CHANGED])
def test_hostile_logs(form):
    """No crash, no hang, and everything counted."""
    for log in (b"", b"\n", b"\0" * 100_000, b"\xff\xfe" + "GET / 200\n".encode("utf-16-le") * 500,
                b"{" * 10_000, b'{"a":' * 10_000, b"[" * 10_000 + b"\n", b'"' * 100_000,
                b"\\" * 100_001 + b'"', b"a " * 50_000, b"1/2/3/4/5 " * 20_000, b"\r" * 1000,
                b"#Fields: " + b"sc-status " * 10_000 + b"\n" + b"200 " * 10_000 + b"\n",
                b'x [1/Jan/2000:0] "' + b'" 1 1x' * 20_000):
        whole = httpstatus.tally(log, **options(form))
        assert whole.lines == len(oracle.split(log)) == \
            whole.records + whole.skipped + whole.unmatched
        tally = Tally(**options(form))
        for at in range(0, len(log), 4099):
            tally.feed(log[at:at + 4099])
        tally.close()
        assert tally == whole


def test_a_head_without_a_key():
    """Nothing in the first 64 KiB says where the status is: the first of the usual keys."""
    tally = httpstatus.tally(b"x" * 70_000 + b'\n{"": 200}\n{"status": 404}\n', "json")
    assert (dict(tally), tally.unmatched, tally.key) == ({404: 1}, 2, "status")


CALLS = [httpstatus.tally, httpstatus.extract, lambda log, *a, **k: httpstatus.select(log, 404, *a, **k),
         lambda _, *a, **k: Tally(*a, **k)]


@pytest.mark.parametrize("name, value, formats", [
    ("key", "a", "json or auto"), ("fields", "sc-status status_code", "w3c, cloudfront, zeek or auto"),
    ("target", True, "elb or auto")])
def test_options_that_do_not_apply(name, value, formats):
    for call in CALLS:
        for form in ("clf", "haproxy", "elb" if name == "key" else "json", "%h %>s"):
            with pytest.raises(ValueError, match=f"^invalid {name} .* for format '{form}': "
                                                 f"expected format {formats}, or no {name}$"):
                call(RECORD, form, **{name: value})
        for form in formats.replace(" or", ",").split(", "):
            call(RECORD, form, **{name: value})
        call(RECORD, "clf", **{name: False if name == "target" else None})
    with pytest.raises(ValueError, match=f", or no {name}"):
        httpstatus.tally([RECORD], "clf", jobs=2, **{name: value})


@pytest.mark.parametrize("fields", ["", "a b", "sc-status2", "sc-substatus", "status_codes"])
def test_fields_without_a_status(fields):
    for call in CALLS:
        for form in "w3c", "cloudfront", "zeek", "auto":
            with pytest.raises(httpstatus.LogFormatError) as caught:
                call(b"", form, fields=fields)
            assert str(caught.value) == (f"invalid fields {fields!r}: expected names such as 'date time "
                                         "sc-status', with sc-status (zeek: status_code) among them")


def test_what_select_has_read():
    lines = httpstatus.select(RECORD + b'what?\n{"status": 500}\n', 500)
    assert lines.tally == httpstatus.tally(b"")
    assert list(lines) == [(3, 500, b'{"status": 500}')]
    tally = lines.tally
    assert dict(tally) == {200: 1, 500: 1} and tally.formats == {"clf": 1, "json": 1}
    assert (tally.format, tally.key, tally.lines, tally.first_unmatched) == (None, "status", 3, (2,))
    with pytest.raises(ValueError, match="closed"):
        tally.feed(b"")

    class Asks(io.RawIOBase):
        def __init__(self, name):
            self.asked = name

        def readinto(self, buffer):
            return getattr(lines, self.asked)
    for name in "tally", "untimed":
        lines = httpstatus.select(Asks(name), 404)
        with pytest.raises(ValueError, match="the iterator is running"):
            next(lines)


def test_what_extract_has_read():
    tally = Tally()
    tally.feed(RECORD)
    log = RECORD * 2 + b"what?\n"
    assert list(httpstatus.extract(log, tally=tally)) == [200, 200, -3]
    assert tally == httpstatus.tally(log)
    assert list(httpstatus.extract(RECORD, "clf", tally=None)) == [200]
    for wrong in (1, {}, Tally):
        with pytest.raises(TypeError, match="invalid tally .*: expected a Tally"):
            httpstatus.extract(log, tally=wrong)


def test_format_options():
    for key in ("", "a..b", ".a", "a.b.c.d.e.f.g.h.i"):
        for call in (httpstatus.tally, httpstatus.extract,
                     lambda log, **k: httpstatus.select(log, 404, **k)):
            with pytest.raises(httpstatus.LogFormatError, match="path of 1 to 8 names"):
                call(b"{}", format="json", key=key)
    with pytest.raises(TypeError, match="invalid key 7: expected a str or None"):
        httpstatus.tally(b"", key=7)
    with pytest.raises(TypeError, match="invalid fields b'sc-status': expected a str or None"):
        Tally(fields=b"sc-status")
    tally = Tally("json", key="".join(["a", ".b"]))
    gc.collect()
    tally.feed(b'{"a":{"b":404}}')
    tally.close()
    assert dict(tally) == {404: 1}
    w3c = httpstatus.tally(b"x 403 14\nx 403 1\nx 403 14", "w3c",
                           fields="a sc-status sc-substatus")
    assert w3c.substatuses == {"403.1": 1, "403.14": 2} and dict(w3c) == {403: 3}
    assert (w3c + w3c).substatuses == {"403.1": 2, "403.14": 4}
    assert pickle.loads(pickle.dumps(w3c)) == w3c
    many = httpstatus.tally(b"".join(b"%d %d\n" % (i % 900, i % 65535 + 1) for i in range(300)),
                            "w3c", fields="sc-status sc-substatus")
    assert len(many.substatuses) == 257 and many.substatuses["more"] == 44
    assert pickle.loads(pickle.dumps(many)) == many


def index():
    path = LOGS / "index.json"
    return json.loads(path.read_text()) if path.exists() else []


@pytest.mark.skipif(not LOGS.exists(), reason="the real logs: needs ../shared")
@pytest.mark.parametrize("entry", index(), ids=lambda entry: entry["file"])
def test_real_logs(entry):
    path = LOGS / entry["file"]
    form = {"iis": "w3c"}.get(entry["format"], entry["format"])
    given = {"format": form} | {k: entry[k] for k in ("key", "fields") if k in entry}
    auto = given if "fields" in entry else {"format": "auto"}
    rows = {row["line"]: row for row in json.loads(path.with_suffix(".expected.json").read_text())}
    left_out = {row["line"] for row in entry.get("optional", [])}
    data = path.read_bytes()
    for how, field in [(given, "status"), (auto, "status")] + (
            [(given | {"target": True}, "target")] if form == "elb" else []):
        statuses = httpstatus.extract(path, **how)
        assert len(statuses) == entry["lines"]
        for number, status in enumerate(statuses, 1):
            if number not in left_out:
                want = rows[number][field] if number in rows else "no record"
                got = None if status == httpstatus.NO_STATUS else status
                assert (got if got is None or got > -2 else "no record") == want, number
    whole = httpstatus.tally(path, **auto)
    assert whole.format == form
    assert whole.substatuses == Counter(
        f"{row['status']}.{row['substatus']}" for row in rows.values() if row["substatus"])
    for size in (1, 7, 64, 4096):
        tally = Tally(**auto)
        for at in range(0, len(data), size):
            tally.feed(data[at:at + size])
        tally.close()
        assert tally == whole


# ---- The module --------------------------------------------------------------------------------


def test_import_needs_no_other_module():
    script = ("import sys; before = set(sys.modules); import httpstatus; "
              "print(sorted(set(sys.modules) - before))")
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert output.stdout == "['httpstatus', 'httpstatus._core']\n"


def test_a_second_import_makes_new_objects():
    saved = {name: sys.modules.pop(name) for name in ("httpstatus", "httpstatus._core")}
    try:
        import httpstatus as again
        assert again is not saved["httpstatus"] and again.Status is not Status
        assert again.Status(404) is not Status(404) and again.Status(404) == Status(404)
    finally:
        sys.modules.update(saved)


@pytest.mark.skipif(sys.version_info < (3, 13), reason="needs _interpreters of CPython 3.13")
def test_subinterpreters_with_their_own_lock():
    import _interpreters

    for _ in range(5):
        interpreter = _interpreters.create("isolated")
        script = "import httpstatus; assert httpstatus.phrase(404) == 'Not Found'"
        assert _interpreters.exec(interpreter, script) is None
        _interpreters.destroy(interpreter)


def test_no_leak():
    def work():
        for status in (Status(299), Status(403, 99, "x"), httpstatus.redirect(302, "FROB")):
            copy.copy(status)
        list(httpstatus.select(RECORD * 3, "2xx"))
        pickle.loads(pickle.dumps(httpstatus.tally(RECORD) + httpstatus.tally(RECORD)))
        httpstatus.extract(RECORD)
        httpstatus.search("timeout")
        httpstatus.resolve("http://a/", "x" * 3000)
        for wrong in (lambda: httpstatus.tally("/missing"), lambda: Status(1000),
                      lambda: httpstatus.redirect(302, ""), lambda: httpstatus.resolve("a", "\udcff"),
                      lambda: httpstatus.resolve("http://a", "\ud800"), lambda: Tally("x")):
            with pytest.raises((OSError, ValueError)):
                wrong()
    for _ in range(100):  # until the interpreter's free lists are full
        work()
    gc.collect()
    before = sys.getallocatedblocks()
    for _ in range(300):
        work()
    gc.collect()
    assert sys.getallocatedblocks() - before < 150


def test_constants_and_all():
    assert httpstatus.REQUEST_ENTITY_TOO_LARGE is httpstatus.CONTENT_TOO_LARGE is Status(413)
    assert httpstatus.IM_A_TEAPOT is Status(418)
    for name in httpstatus.__all__:
        assert hasattr(httpstatus, name)
    assert {"Status", "Tally", "lookup", "tally", "select", "LogFormatError"} <= set(
        httpstatus.__all__)
    assert httpstatus.__version__.count(".") == 2


def public_objects():
    """All that help(httpstatus) shows, by name: functions, types and their members."""
    for name in httpstatus.__all__:
        value = getattr(httpstatus, name)
        if callable(value) and not isinstance(value, int):
            yield name, value
            members = vars(value) if isinstance(value, type) else {}
            yield from ((f"{name}.{key}", member) for key, member in members.items()
                        if not key.startswith("_") and not isinstance(member, int))


def test_docstrings():
    """Everything has one, and all that can be called but the records and errors an example."""
    runner = doctest.DocTestRunner()
    for name, value in [("httpstatus", httpstatus), *public_objects()]:
        assert value.__doc__, name
        test = doctest.DocTestParser().get_doctest(value.__doc__, {}, name, None, 0)
        tried = runner.run(test).attempted
        is_plain = isinstance(value, type) and issubclass(value, (tuple, Exception))
        assert tried or is_plain or not callable(value), name
    assert runner.failures == 0


POLICIES = [name for name in _core._POLICIES if name != "browser"]
RETRY_POLICIES = _core._RETRY_POLICIES


def test_signatures():
    assert str(inspect.signature(httpstatus.lookup)) == \
        "(what, /, *, substatus=None, owner=None, format=None)"
    assert str(inspect.signature(httpstatus.redirect)).startswith(
        "(code, method, policy='fetch', *, body=True, replayable=True, url=None, location=")
    assert "url=None, body=True, replayable=True, follow=" in str(inspect.signature(httpstatus.RedirectChain))
    assert str(inspect.signature(httpstatus.tally)) == \
        "(source, format='auto', *, key=None, fields=None, target=False, zone=None, reference=None, " \
        "since=None, until=None, method=None, path=None, exclude_path=None, host=None, jobs=1)"
    for name, value in public_objects():
        if callable(value) and not (isinstance(value, type) and issubclass(value, Exception)):
            assert "*args" not in str(inspect.signature(value)), name


def test_what_is_shown_is_what_is_taken():
    """The parameters of docstrings come from the types beside them; those that are read are a list in C."""
    of_types = {type(value).__name__: value for value in (
        Status(404), Tally(), httpstatus.RedirectChain("GET"), httpstatus.record(RECORD.decode()),
        httpstatus.redirect_clients(302, "GET")[0], httpstatus.Series(), httpstatus.Latency(),
        httpstatus.Top())}
    tried = set()
    for name, value in filter(lambda item: callable(item[1]), public_objects()):
        owner, _, method = name.rpartition(".")
        call = getattr(of_types[owner], method) if owner else value
        with pytest.raises(TypeError) as error:
            call(**{"?": None})
        if expected := re.match(r"invalid argument '\?': \w+\(\) expected (.*)", str(error.value)):
            parameters = inspect.signature(call).parameters
            assert {*parameters} == {*expected[1].split(", ")}, name
            most = sum(parameter.kind != parameter.KEYWORD_ONLY for parameter in parameters.values())
            with pytest.raises(TypeError, match=f"expected at most {most} by position"):
                call(*[None] * 99)
            tried.add(name)
    assert {"lookup", "redirect", "tally", "Tally", "RedirectChain.step"} <= tried


def test_help():
    text = pydoc.plain(pydoc.render_doc(httpstatus))
    for name, _ in public_objects():
        assert name.rpartition(".")[2] in text, name
    assert "whose meaning it is" in text and "class_of(code, /)" in text


STUB = ROOT / "bindings/python/httpstatus/__init__.pyi"


def test_the_stub_names_what_there_is():
    stub = STUB.read_text()
    for name in httpstatus.__all__:
        assert any(f"{lead}{name}{end}" in stub for lead, end in
                   [("def ", "("), ("class ", ":"), ("class ", "("), ("\n", ":")]), name
    for name in vars(Status):
        assert name.startswith("_") or f" {name}(" in stub or f" {name}:" in stub \
            or name in dir(int), name



def stub_enumerations():
    """The values of every Literal that has a name in the stub."""
    for node in ast.parse(STUB.read_text()).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Subscript) and \
                node.value.value.id == "Literal":
            yield node.target.id, set(ast.literal_eval(node.value.slice))


def allowed(function, *args, **keywords):
    """The values that the message lists when one of the arguments is wrong."""
    with pytest.raises(ValueError) as error:
        function(*args, **keywords)
    return set(re.search("expected (.*?)(, or the server's.*)?$", str(error.value))[1].split(", "))


def has_reference(name):
    try:
        Status(404).reference_for(name)
    except ValueError:
        return False
    return True


def test_the_stub_lists_the_values():
    statuses = httpstatus.statuses()
    redirects = [httpstatus.redirect(code, method, policy) for code in range(300, 400)
                 for method in ("GET", "HEAD", "POST", "CONNECT") for policy in POLICIES]
    redirects.append(httpstatus.redirect(307, "POST", replayable=False))
    redirects += [httpstatus.redirect(302, "GET", url="http://a/", location=location)
                  for location in (None, "http://", "mailto:a@b", ["/a", "/b"])]
    clients = [client for code in range(300, 309) for method in ("GET", "POST")
               for client in httpstatus.redirect_clients(code, method)]
    retries = [httpstatus.retry(code, method, retry_after=retry_after, cap=5, policy=policy, replayable=replayable)
               for code in range(100, 600) for method in ("GET", "POST") for policy in RETRY_POLICIES
               for retry_after in (None, "5", "6") for replayable in (True, False)]
    values = {
        "_StatusClass": {httpstatus.class_of(code) for code in range(1000)},
        "_Lifecycle": {s.lifecycle for s in statuses},
        "_Since": {s.since for s in statuses},
        "_Property": {name for name in vars(Status) if has_reference(name)},
        "_Advice": {s.retry.advice for s in statuses if s.retry},
        "_Level": {header.level for s in statuses for header in s.headers},
        "_Action": {r.action for r in redirects},
        "_Reason": {r.reason for r in redirects},
        "_MethodChange": {r.method_change for r in redirects},
        "_Kind": {r.kind for r in redirects},
        "_PolicyName": allowed(httpstatus.redirect, 302, "GET", "?"),
        "_Rewrite": allowed(httpstatus.redirect, 302, "GET", rewrite_302="?"),
        "_Others": allowed(httpstatus.redirect, 302, "GET", others="?"),
        "_Body301303": allowed(httpstatus.redirect, 302, "GET", body_301_303="?"),
        "_DropReason": set(httpstatus.redirect_headers("rfc9110").values()),
        "_HeadOn303": allowed(httpstatus.redirect, 302, "GET", head_on_303="?"),
        "_Unsafe307308": allowed(httpstatus.redirect, 302, "GET", unsafe_307_308="?"),
        "_UrlRules": allowed(httpstatus.resolve, "http://a/", "", "?"),
        "_Problem": {httpstatus.resolve("http://a/", location).problem for location in ("", "http:", "g:")},
        "_AtLimit": {client.at_limit for client in clients},
        "_OnRetryAfter": {word for client in httpstatus.retry_clients(503, "GET")
                          for word in (client.on_garbage, client.on_long)}
                         | {"at once"},
        "_Difference": {word for client in clients for policy in POLICIES
                        for word in client.differs_from(policy)},
        "_NamedFormat": allowed(httpstatus.tally, b"", "?") - {"auto"},
        "_RetryAction": {r.action for r in retries},
        "_RetryReason": {r.reason for r in retries},
        "_RetryPolicyName": allowed(httpstatus.retry, 503, "GET", policy="?"),
        "_Scanner": set(SCANNERS),  # whatever runs here
        "_Escape": allowed(httpstatus.unescape, "", "?"),
        "_Part": set(RECORD_PARTS),
        "_By": allowed(httpstatus.top, b"", "?"),
        "_Group": {httpstatus.top(b"", group=word).group for word in ("query", "id")},
    }
    assert dict(stub_enumerations()) == {name: known - {None} for name, known in values.items()}


def test_the_extension_exports_one_name():
    if not sysconfig.get_platform().startswith("linux"):
        return
    path = sys.modules["httpstatus._core"].__file__
    names = subprocess.run(["nm", "-D", "--defined-only", path], capture_output=True, text=True)
    assert [line.split()[-1] for line in names.stdout.splitlines()] == ["PyInit__core"]


def test_threads(tmp_path):
    """As many threads as there is work for, all joined; the error is that of the first task."""
    assert httpstatus.tally(RECORD, jobs=2**31 - 1)[200] == 1
    log = tmp_path / "access.log"
    log.write_bytes(RECORD * 40_000)
    assert httpstatus.tally(log, jobs=10_000)[200] == 40_000

    class Broken(io.RawIOBase):
        def __init__(self, name):
            self.name = name

        def readinto(self, buffer):
            raise OSError(self.name)
    for jobs in (1, 2, 5):
        with pytest.raises(OSError, match="first"):
            httpstatus.tally([log, Broken("first"), log, Broken("second")], jobs=jobs)
        assert threading.active_count() == 1
    counts = []
    try:
        threading.stack_size(160 * 1024)
        thread = threading.Thread(target=lambda: counts.append(httpstatus.tally(log)[200]))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(0)
    assert counts == [40_000]


def test_no_thread_can_be_started(monkeypatch):
    """The work is done by those that there are."""
    def start(thread):
        raise RuntimeError("can't start new thread")
    monkeypatch.setattr(threading.Thread, "start", start)
    assert httpstatus.tally([RECORD] * 9, jobs=5)[200] == 9


def test_a_log_that_fails_while_it_is_divided(tmp_path, monkeypatch):
    """A file already divided into pieces is not started again."""
    def fail(file, options):
        raise OSError("gone")
    monkeypatch.setattr("httpstatus._jobs.head_carry", fail)
    log = tmp_path / "u_ex.log"
    log.write_bytes(b"#Fields: sc-status\n" + b"200\n" * 3_000_000)
    with pytest.raises(OSError, match="gone"):
        httpstatus.tally(log, "w3c", jobs=2)


def test_a_signal_while_the_others_work(alarm):
    """It waits for the pieces that they are at."""
    working, interrupted = threading.Event(), threading.Event()

    class Slow(io.RawIOBase):
        def readinto(self, buffer):
            if threading.current_thread() is threading.main_thread():
                assert working.wait(20)
                alarm(0.3, interrupt)
            else:
                working.set()
                assert interrupted.wait(20)
            return 0

    def interrupt():
        interrupted.set()
        raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        httpstatus.tally([RECORD, Slow(), Slow()], jobs=2)
    assert threading.active_count() == 1


def types_in(value):
    """The types of an answer and of all its parts, except other rows."""
    yield type(value)
    parts = []
    if isinstance(value, Status):
        names = [name for name in dir(value) if not hasattr(int, name)]
        parts = [getattr(value, name) for name in names]
        parts = [part for part in parts if not callable(part) and part is not value.variants]
        yield type(value.variants)
    elif isinstance(value, tuple):
        names = getattr(value, "__match_args__", ())
        parts = [*value, *(getattr(value, name) for name in names)]
    for part in parts:
        yield from types_in(part)


def test_what_is_shared_cannot_be_changed():
    """Nobody's answer depends on what somebody else does with theirs."""
    chain = httpstatus.RedirectChain("POST", "rfc9110")
    answers = [*httpstatus.statuses(), *map(Status, range(1000)), Status(403, 99, "x"),
               chain.step(303, "/a", True), chain.step(302, "/b"), httpstatus.variants(404)]
    for code in range(299, 311):
        for method in "GET", "HEAD", "POST", "FROB":
            answers += [httpstatus.redirect(code, method, policy) for policy in POLICIES]
            answers += httpstatus.redirect_clients(code, method)
    answers += [c.differs_from("fetch") for c in httpstatus.redirect_clients(302, "POST")]
    answers += [httpstatus.retry(code, "GET", retry_after="5") for code in (200, 421, 503)]
    answers += httpstatus.retry_clients(503, "POST")
    answers += [httpstatus.parse_time("0")]
    plain = {Status, httpstatus.Redirect, httpstatus.RedirectClient, httpstatus.RetryAdvice, httpstatus.Retry,
             httpstatus.RetryClient, httpstatus.Header, httpstatus.Time, tuple, str, int, float, bool, type(None)}
    assert {kind for answer in answers for kind in types_in(answer)} == plain


def test_lists_and_dicts_are_new_each_time():
    t = httpstatus.tally(b"#Fields: sc-status sc-substatus\n403 14\nbad\n", "w3c")
    for call in (lambda: httpstatus.redirect_clients(302, "POST"), httpstatus.statuses,
                 lambda: httpstatus.retry_clients(503, "GET"),
                 lambda: httpstatus.search("error"), lambda: t.classes, lambda: t.substatuses,
                 t.as_dict, lambda: t.as_dict()["counts"], lambda: t.as_dict()["classes"]):
        before = copy.copy(call())
        call().clear()
        assert call() == before and before


def test_types_are_immutable():
    for kind in (Status, Tally, httpstatus.Redirect, httpstatus.Record, httpstatus.Records, type(Status(429).retry),
                 type(Status(426).headers[0]), type(httpstatus.redirect_clients(302, "POST")[0]),
                 type(httpstatus.retry_clients(503, "GET")[0])):
        with pytest.raises(TypeError):
            kind.module = httpstatus


def with_scanner(name, log):
    script = "import httpstatus, sys; t = httpstatus.tally(sys.argv[1]); " \
             "print(httpstatus.scanner(), t.as_dict())"
    return subprocess.run([sys.executable, "-c", script, log], capture_output=True, text=True,
                          env={**os.environ, "HTTPSTATUS_SCANNER": name})


def test_scanners(tmp_path):
    """Each that runs here gives the same tally; one that does not is an error that names the others."""
    log = tmp_path / "access.log"
    log.write_bytes((ROOT / "data" / "sample.log").read_bytes() * 20)
    assert with_scanner("", log).stdout.split()[0] == httpstatus.scanner()
    refused = with_scanner("mmx", log).stderr.splitlines()[-1]
    start = "ImportError: invalid HTTPSTATUS_SCANNER 'mmx': expected one available here: "
    assert refused.startswith(start)
    names = refused[len(start):].split(", ")
    assert names[0] == httpstatus.scanner() and names[-1] == "scalar"
    assert {with_scanner(name, log).stdout for name in names} == \
        {f"{name} {httpstatus.tally(log).as_dict()}\n" for name in names}

"""resolve() judged by urllib.parse.urljoin, Node's URL and Go's net/url, on references made at random.

Each difference must be one of a judge's rules, which says who is right and by which document.  A rule is
a repair: it turns what the judge said into what httpstatus must say, and does so only where the judge is
known to differ.  What no rule explains fails.  The rules were found with CPython 3.10 to 3.13, Node 20.20
and Go 1.26.
"""
import ipaddress
import json
import random
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from urllib.parse import urljoin

import httpstatus
import pytest

SYSTEM = Path(__file__).resolve().parents[1] / "system"
COUNT = 10_000
BASES = [
    "http://a/b/c/d;p?q", "https://a.example/", "http://a", "https://a?q#f", "http://u:p@a:8080/b/./c/../d#f",
    "HTTP://A.Example:80//b//c", "https://[2001:db8::1]:8443/b?c/../d", "http://127.0.0.1/b/c/..", "http://a/b#",
]
HOSTS = [
    "a", "b.example", "B.EXAMPLE.", "a_b", "127.0.0.1", "127.1", "0x7f.1", "1.2.3.256", "[::1]", "[1:0:0::2]",
    "[::ffff:1.2.3.4]", "[1::2::3]", "[v1.x]", "b%41", "%zz", "b c", "b\u00fccher.example", "xn--bcher-kva.example",
    "xn--a", "", "a!b", "a|b", "a\\b", "[", "b]", "a^b", "a`b",
]
USERS = ["", "", "", "", "u@", "u:p@", ":@", "u:@", "@", "u@v@", "u%41@", "u;v@", "u b@", "\u00fc@"]
PORTS = ["", "", "", ":", ":80", ":443", ":8080", ":0080", ":65535", ":65536", ":x", ":0"]
SCHEMES = ["", "", "", "http:", "https:", "HTTP:", "ftp:", "mailto:", "g:", "1x:", "javascript:"]
TOKENS = [
    "a", "b", "g", ".", "..", "/", "/", "//", "/./", "/../", "../", "./", "?", "#", ":", "@", ";", ";x=1", "&", "=",
    "%41", "%2e", "%2E%2e", "%2f", "%", "%zz", " ", "\t", "\n", "\r", "\0", "\x01", "\x7f", "\\", '"', "'", "<", ">",
    "^", "`", "{", "|", "}", "[", "]", "~", "!", "$", "*", ",", "\u00fc", "\u65e5", "http:", "https:", "//b",
]


def some(chance, words, most):
    return "".join(chance.choice(words) for _ in range(chance.randrange(most + 1)))


def reference(chance):
    """A reference with an authority, or of any tokens; most have no odd ones."""
    words = TOKENS if chance.random() < 0.5 else TOKENS[:26]
    if chance.random() < 0.6:
        return some(chance, words, 7)
    slashes = chance.choice(["//", "//", "//", "//", "/", "///", "\\\\", ""])
    authority = chance.choice(USERS) + chance.choice(HOSTS) + chance.choice(PORTS)
    return chance.choice(SCHEMES) + slashes + authority + chance.choice(["", "/", "?", "#"]) + some(chance, words, 4)


def pairs():
    chance = random.Random(3986)
    return [(chance.choice(BASES), reference(chance)) for _ in range(COUNT)]


def ask(command, asked):
    """The judge's answers, from one process for all."""
    lines = "".join(json.dumps(pair) + "\n" for pair in asked)
    done = subprocess.run(command, input=lines, capture_output=True, text=True, encoding="utf-8", check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(asked)
    return answers


# ---- A second reading of the rules: RFC 3986, appendix B and sections 3.2, 5.2 --------------------

PARTS = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.S)
REGULAR = r"(?:[A-Za-z0-9._~!$&'()*+,;=\x80-\U0010ffff-]|%[0-9A-Fa-f]{2})"
AUTHORITY = re.compile(rf"(?:(?:{REGULAR}|:)*@)?(?:\[([0-9A-Fa-f:.]+)\]|{REGULAR}+)(?::([0-9]*))?")
WEB = ("http", "https")


def split(text):
    return list(PARTS.fullmatch(text).groups())


def joined(scheme, authority, path, query, fragment):
    """Section 5.3."""
    return ((f"{scheme}:" if scheme is not None else "") + (f"//{authority}" if authority is not None else "") + path
            + (f"?{query}" if query is not None else "") + (f"#{fragment}" if fragment is not None else ""))


def is_web(scheme):
    return scheme is not None and scheme.lower() in WEB


def escaped(text):
    """What no URI has, as UTF-8."""
    return "".join(c if "!" <= c <= "~" and c not in '"<>\\^`{|}' else "".join(f"%{b:02X}" for b in c.encode())
                   for c in text)


def without_dots(path):
    """Section 5.2.4, for a path that is empty or begins with a slash."""
    out = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            del out[-1:]
        elif segment != ".":
            out.append("/" + segment)
    ended = path.endswith(("/.", "/.."))
    return "".join(out) + ("/" if ended else "")


def is_address(text):
    """Whether what was in brackets, if anything, is IPv6."""
    try:
        return text is None or ipaddress.IPv6Address(text) is not None
    except ValueError:
        return False


def flaw(text):
    """Why no http or https URL comes of a reference by RFC 3986 and RFC 9110; None if one does."""
    text = text.strip(" \t")
    if re.search(r"[\0-\x08\n-\x1f\x7f]", text):
        return "a control byte"
    scheme, authority, *_ = split(text)
    if scheme is not None and not is_web(scheme):
        return None
    host = None if authority is None else authority.rpartition("@")[2].partition(":")[0]
    if host == "" or host is None and scheme is not None:
        return "no host"
    found = authority is None or AUTHORITY.fullmatch(authority)
    if not found or authority and (not is_address(found[1]) or int(found[2] or 0) > 65535):
        return "no such authority"
    return None


def by_rfc3986(base, text):
    """Section 5.2.2, strict; None for what has a flaw."""
    if flaw(text):
        return None
    text = text.strip(" \t")
    of_base, parts = split(base), split(text)
    scheme, authority, path, query, fragment = parts
    if fragment is None:
        fragment = of_base[4]  # RFC 9110, section 10.2.2
    if scheme is not None and not is_web(scheme):
        return escaped(joined(scheme, authority, path, query, fragment))
    if authority is None:
        scheme, authority = of_base[:2]
        if path == "":
            path = of_base[2]
            query = of_base[3] if query is None else query
        elif path[0] != "/":
            folder = of_base[2].rpartition("/")
            path = without_dots(folder[0] + "/" + path)
        else:
            path = without_dots(path)
    else:
        scheme, path = scheme or of_base[0], without_dots(path)
    return escaped(joined(scheme, authority, path, query, fragment))


# ---- Rules: what is known of the judges ----------------------------------------------------------


class Rule:
    """A known difference.  'ask' and 'back' take it out of the question and put it back into the answer,
    'ours' leaves it out of our answer, 'holds' tells that it alone explains the two answers."""

    def __init__(self, name, right, ask=None, back=None, ours=None, holds=None):
        self.name, self.right = name, right
        self.ask = ask or (lambda base, text: (base, text))
        self.back = back or (lambda url: url)
        self.ours = ours or (lambda url: url)
        self.holds = holds or (lambda base, text, found, url: False)


def changed(change):
    """The same change to base and reference."""
    return lambda base, text: (change(base), change(text))


def parts_changed(**changes):
    def change(text):
        parts = dict(zip(("scheme", "authority", "path", "query", "fragment"), split(text)))
        for name, by in changes.items():
            if parts[name] is not None:
                parts[name] = by(parts[name])
        return joined(**parts)
    return change


def with_fragment(base, text):
    fragment, own = split(base)[4], text.strip("".join(map(chr, range(33))))
    return base, text if "#" in text or fragment is None else f"{own}#{fragment}"


def lower_scheme(text):
    return parts_changed(scheme=str.lower)(text)


def mark_empty(path):
    first, *middle = path.split("/")
    return "/".join([first, *[segment or "~e~" for segment in middle[:-1]], *middle[-1:]])


def whole_without_dots(base, text):
    parts = split(text)
    return base, text if parts[1] is None else joined(*parts[:2], without_dots(parts[2]), *parts[3:])


def without_colon(base, text):
    scheme, authority, path, *_ = split(text)
    return base, "./" + text if scheme is None and authority is None and ":" in path.split("/")[0] else text


def mark_escapes(text):
    """All that Go decodes, encodes or refuses, except what separates the parts."""
    mark = lambda part: re.sub(r"[^A-Za-z0-9._~/-]", lambda m: f"~{ord(m[0]):02x}~", part)
    scheme, authority, path, query, fragment = split(text)
    if authority is not None:
        user, at, host = authority.rpartition("@")
        authority = mark(user) + at + re.sub(r"[^A-Za-z0-9._~:\[\]-]", lambda m: f"~{ord(m[0]):02x}~", host)
    return joined(scheme, authority, mark(path), query and mark(query), fragment and mark(fragment))


def unmark(url):
    return re.sub(r"~([0-9a-f]{2})~", lambda m: chr(int(m[1], 16)), url)


INVALID = Rule(
    "a control, no host, or no such authority", "httpstatus: RFC 3986 sections 2 and 3.2, RFC 9110 section 4.2",
    holds=lambda base, text, found, url: found.problem == "invalid" and flaw(text))
OTHER = Rule(
    "another scheme", "httpstatus, which leaves it as it is: nobody follows it (RFC 9110 section 4.2, Fetch)",
    holds=lambda base, text, found, url: found.problem == "scheme" and (url is None or not is_web(split(url)[0])))
FRAGMENT = Rule(
    "the fragment is inherited", "httpstatus: RFC 9110 section 10.2.2, Fetch 'location URL'", ask=with_fragment)
BYTES = Rule(
    "blanks around, bytes that no URI has", "nobody: RFC 3986 section 2; httpstatus does as clients do (RFC 9110 5.5)",
    ask=changed(lambda text: escaped(text.strip(" \t"))))
CASE = Rule("a scheme in upper case", "both: RFC 3986 section 3.1", ours=lower_scheme, back=lower_scheme)
EMPTY = Rule(
    "an empty query or fragment", "httpstatus, which keeps it: RFC 3986 section 5.3",
    ask=changed(parts_changed(query=lambda part: part or "~q~", fragment=lambda part: part or "~f~")),
    back=lambda url: url.replace("~q~", "").replace("~f~", ""))
COLON = Rule(  # urljoin differs before CPython 3.11
    "a colon in the first segment", "nobody: RFC 3986 section 4.2; httpstatus does as WHATWG", ask=without_colon)
SEGMENTS = Rule(
    "empty segments are left out", "httpstatus: RFC 3986 sections 3.3 and 5.2.4",
    ask=changed(parts_changed(path=mark_empty)), back=lambda url: url.replace("~e~", ""))
URLJOIN = [
    INVALID, OTHER, FRAGMENT, BYTES, CASE, EMPTY, COLON, SEGMENTS,
    Rule("parameters are no part of a segment", "httpstatus: RFC 3986 section 3.3; only RFC 1808 had them",
         ask=changed(parts_changed(path=lambda path: path.replace(";", "~s~"))),
         back=lambda url: url.replace("~s~", ";")),
    Rule("dot segments of a whole URL stay", "httpstatus: RFC 3986 section 5.2.2", ask=whole_without_dots),
]
GO = [
    INVALID, OTHER, FRAGMENT, BYTES, CASE, EMPTY, COLON,
    Rule("escapes are decoded, encoded or refused", "httpstatus, which leaves them: RFC 3986 section 2.4",
         ask=changed(mark_escapes), back=unmark),
    SEGMENTS,
    Rule("dot segments of the base go", "httpstatus: RFC 3986 section 5.2.2",
         ours=parts_changed(path=without_dots), back=parts_changed(path=without_dots)),
]
NODE = [
    OTHER, FRAGMENT,
    Rule("'^' in a path", "httpstatus: WHATWG URL since 2025-03-04 (whatwg/url#846)",
         back=parts_changed(path=lambda path: path.replace("^", "%5E"))),
    Rule("IDNA", "Node: WHATWG URL 'domain to ASCII'; httpstatus, without tables, says invalid, and takes any xn--",
         holds=lambda base, text, found, url: "xn--" in (url or text) and (found.url is None) != (url is None)),
]


def compare(name, rules, judge, judged_by):
    """Counts the differences by rule; asserts that each has one, and prints the table."""
    asked = pairs()
    left, counts = list(range(COUNT)), Counter()
    found = [httpstatus.resolve(base, text, judged_by) for base, text in asked]
    for used in range(len(rules) + 1):
        questions = []
        for i in left:
            question = asked[i]
            for rule in rules[:used]:
                question = rule.ask(*question)
            questions.append(question)
        still = []
        for i, url in zip(left, judge(questions)):
            ours = found[i].url
            for rule in rules[:used]:
                url, ours = url and rule.back(url), ours and rule.ours(ours)
            if url == ours:
                counts[rules[used - 1].name if used else "same"] += 1
            elif used and rules[used - 1].holds(*asked[i], found[i], url):
                counts[rules[used - 1].name] += 1
            else:
                still.append(i)
        left = still
    print(f"\n{name}, {judged_by}: {COUNT} references, {counts.pop('same')} the same")
    for rule in rules:
        print(f"{counts[rule.name]:6} {rule.name}: {rule.right}")
    assert not left, [(asked[i], found[i].url, judge([asked[i]])) for i in left[:20]]


def join_all(asked):
    def one(base, text):
        try:
            return urljoin(base, text)
        except ValueError:
            return None
    return [one(*pair) for pair in asked]


def test_a_second_reading_of_rfc3986():
    for base, text in pairs():
        assert httpstatus.resolve(base, text).url == by_rfc3986(base, text), (base, text)


def test_urljoin():
    compare("urllib.parse.urljoin", URLJOIN, join_all, "rfc3986")


@pytest.mark.skipif(not shutil.which("node"), reason="no node here")
def test_node():
    compare("Node", NODE, lambda asked: ask(["node", SYSTEM / "resolve.js"], asked), "whatwg")


@pytest.mark.skipif(not shutil.which("go"), reason="no go here")
def test_go(tmp_path):
    subprocess.run(["go", "build", "-o", tmp_path / "resolve", SYSTEM / "resolve.go"], check=True)
    compare("Go", GO, lambda asked: ask([tmp_path / "resolve"], asked), "rfc3986")


# ---- What always holds ---------------------------------------------------------------------------


@pytest.mark.parametrize("rules", ["rfc3986", "whatwg"])
def test_properties(rules):
    for base, text in pairs():
        found = httpstatus.resolve(base, text, rules)
        if found.url is None:
            assert found == (None, "invalid", None, None, None, None, None)
            continue
        assert found.url.isascii() and len(found.url) <= 3 * (len(base.encode()) + len(text.encode())) + 16
        if found.problem is None:
            path = split(found.url)[2]
            if without_dots(path) == path:  # else it is the base's own, as it is
                assert httpstatus.resolve(base, found.url, rules) == found, (base, text)
            assert found.cross_origin >= found.cross_host and found.cross_origin >= found.scheme_changed
            back = httpstatus.resolve(found.url, base, rules)
            assert (back.cross_origin, back.cross_host) == (found.cross_origin, found.cross_host)
            assert found.downgraded == (found.scheme_changed and base.lower().startswith("https:"))

"""retry() and parse_retry_after(): arguments, and dates as others read them."""
import datetime
import email.utils
import fractions
import http.cookiejar
import math
import random
import re
from collections import Counter

import httpstatus
import pytest
from httpstatus import _core

DATE, TIME = "Sun, 06 Nov 1994 08:49:37 GMT", 784111777
MOST = 2**53 - 1
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


# ---- Arguments ---------------------------------------------------------------------------------


def test_defaults():
    assert httpstatus.retry(503, "GET") == httpstatus.retry(
        503, "GET", retry_after=None, now=None, cap=None, policy="rfc9110", idempotent=None, replayable=True)
    assert _core._DEFAULT_RETRY_POLICY == "rfc9110" in _core._RETRY_POLICIES
    assert httpstatus.retry(httpstatus.SERVICE_UNAVAILABLE, method="GET").action == "retry"


@pytest.mark.parametrize("arguments, error, message", [
    ({"policy": "fetch"}, ValueError, "invalid policy 'fetch': expected rfc9110, "),
    ({"policy": None}, TypeError, "invalid policy None: expected a str"),
    ({"policy": "\ud800"}, ValueError, "invalid policy "),
    ({"now": "1"}, TypeError, "invalid now '1': expected seconds since 1970, 0 or more"),
    ({"now": fractions.Fraction(1)}, TypeError, "invalid now of type Fraction: expected seconds since 1970"),
    ({"now": -1}, ValueError, "invalid now -1: expected seconds since 1970, 0 or more"),
    ({"now": -0.5}, ValueError, "invalid now -0.5: "), ({"now": math.nan}, ValueError, "invalid now nan: "),
    ({"cap": "1"}, TypeError, "invalid cap '1': expected seconds, 0 or more"),
    ({"cap": -1}, ValueError, "invalid cap -1: expected seconds, 0 or more"),
    ({"cap": -(2**64)}, ValueError, "invalid cap -18446744073709551616: "),
    ({"cap": math.nan}, ValueError, "invalid cap nan: "),
    ({"retry_after": 120}, TypeError, "invalid retry_after 120: expected a str or None"),
    ({"retry_after": b"120"}, TypeError, "invalid retry_after b'120': "),
    ({"colour": 1}, TypeError, "colour"),
])
def test_wrong_arguments(arguments, error, message):
    with pytest.raises(error, match=re.escape(message)):
        httpstatus.retry(503, "GET", **arguments)


@pytest.mark.parametrize("code, method, error, message", [
    (503, "", ValueError, "invalid method '': expected a token"), (503, "G T", ValueError, "invalid method 'G T'"),
    (200, "\xe9", ValueError, "invalid method"), (503, None, TypeError, "invalid method None"),
    ("503", "GET", TypeError, "invalid code '503': "), (503.0, "GET", TypeError, "invalid code 503.0: "),
])
def test_wrong_code_or_method(code, method, error, message):
    with pytest.raises(error, match=re.escape(message)):
        httpstatus.retry(code, method)


def test_only_code_and_method_are_positional():
    with pytest.raises(TypeError):
        httpstatus.retry(503, "GET", "120")
    with pytest.raises(TypeError):
        httpstatus.parse_retry_after("120")


class Undecided:
    def __bool__(self):
        raise RuntimeError("undecided")


class Number:
    def __init__(self, number):
        self.number = number

    def __index__(self):
        if self.number is None:
            raise RuntimeError("no number")
        return self.number


def test_errors_of_objects_are_passed_on():
    for name in "idempotent", "replayable":
        with pytest.raises(RuntimeError, match="undecided"):
            httpstatus.retry(503, "GET", **{name: Undecided()})
    for name in "now", "cap":
        with pytest.raises(RuntimeError, match="no number"):
            httpstatus.retry(503, "GET", **{name: Number(None)})


def test_numbers():
    """Fractions are rounded down, which never makes a retry earlier."""
    parse = httpstatus.parse_retry_after
    for now in TIME - 60, TIME - 60 + 0.0, TIME - 59.01, Number(TIME - 60):
        assert parse(DATE, now) == 60 and httpstatus.retry(503, "GET", retry_after=DATE, now=now).delay == 60
    for now in 2**53, 2**64, 1e300, math.inf:
        assert parse(DATE, now) == 0
    for cap in 60, 60.9, Number(60), 2**64, 1e300, math.inf, None:
        assert httpstatus.retry(503, "GET", retry_after="60", cap=cap).action == "retry"
    for cap in 59, 59.9, 0, 0.5, False:
        r = httpstatus.retry(503, "GET", retry_after="60", cap=cap)
        assert (r.action, r.reason, r.delay) == ("stop", "retry-after-above-cap", 60)
    assert parse("1" + "0" * 10_000, None) == MOST
    assert httpstatus.retry(503, "GET", retry_after="9" * 30, cap=MOST).action == "retry"
    assert parse("\ud800", 0) is parse("\u0663", 0) is None  # digits of others are none
    assert httpstatus.retry(2**70, "GET") == httpstatus.retry(-1, "GET") == httpstatus.retry(1000, "GET")


# ---- The rules, stated again -----------------------------------------------------------------------

REFUSED = {408: ("incomplete", False), 421: ("misdirected", False), 425: ("too-early", True)}
TEMPORARY = {413, 429, 503} | {420, 529, 540}  # the latter by their owners
CREDENTIALS, USER = {401, 403, 407} | {440, 498}, {507, 511, 456, 457}
MODIFIED = {406, 409, 411, 412, 415, 416, 417, 423, 426, 428, 431, 510} | {419, 430, 449, 783}
PERMANENT = {400, 404, 405, 410, 414, 422, 501, 505}
OWNERS = {419, 420, 430, 440, 449, 456, 457, 498, 529, 540, 783}
NOT_IDEMPOTENT = {"POST", "PATCH", "CONNECT", "LOCK", "FROB"}
CLIENTS = {  # codes; codes with Retry-After; methods; the longest wait
    "urllib3": (set(), {413, 429, 503}, {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"}, 21600),
    "curl": ({408, 429, 500, 502, 503, 504, 522, 524}, set(), None, math.inf),
}


def by_the_standards(code, delay, idempotent):
    """(action, reason, same connection, contested) after an error."""
    waits = delay is not None
    if code in REFUSED:
        return "retry", REFUSED[code][0], REFUSED[code][1], False
    if code == 413 and not waits:
        return "stop", "no-retry-after", None, False
    if code in (413, 429):
        return "retry", "temporary", None, not waits
    for codes, action, reason in ((CREDENTIALS, "modify", "credentials"), (MODIFIED, "modify", "modified"),
                                  (USER, "ask", "user-action"), (PERMANENT, "stop", "permanent")):
        if code in codes:
            return action, reason, None, code in OWNERS
    if code // 100 == 4 and code not in TEMPORARY:
        return "stop", "permanent", None, False
    if not idempotent:
        return "ask", "not-idempotent", None, True
    if code in TEMPORARY:
        return "retry", "temporary", None, code in OWNERS
    return ("retry", "retry-after", None, True) if waits else ("unknown", "silent", None, True)


def decided(code, method, policy, delay, cap, idempotent, replayable):
    """The record, without its reference."""
    replayable = replayable or method in ("GET", "HEAD", "TRACE", "CONNECT")
    if code // 100 == 3:
        next_request = httpstatus.redirect(code, method, "rfc9110")
        action, reason, same, contested = ("stop", "not-an-error", None, False) if next_request.action == "none" else \
            ("stop", "not-replayable", None, False) if next_request.keeps_body and not replayable else \
            ("modify", "redirect", None, False)
    elif code // 100 in (1, 2):
        action, reason, same, contested = "stop", "not-an-error", None, False
    else:
        action, reason, same, contested = by_the_standards(
            code, delay, method not in NOT_IDEMPOTENT if idempotent is None else idempotent)
        if policy != "rfc9110":
            codes, if_retry_after, methods, longest = CLIENTS[policy]
            listed = code in codes or code in if_retry_after and delay is not None
            if listed and (methods is None or method in methods or idempotent):
                action, reason = "retry", "policy"
            elif action not in ("stop", "modify"):
                action, reason = "stop", "policy"
            if listed and delay is not None:
                delay = min(delay, longest)
        if action != "stop" and not replayable:
            action, reason = "stop", "not-replayable"
    if action != "stop" and None not in (delay, cap) and delay > cap:
        action, reason = "stop", "retry-after-above-cap"
    return action, delay, None, None if action == "stop" else same, contested, reason


@pytest.mark.parametrize("policy", _core._RETRY_POLICIES)
def test_rules_stated_again(policy):
    cases = 0
    for code in range(-1, 1001):
        for method in "GET", "POST", "PUT", "DELETE", "QUERY", "CONNECT", "FROB":
            for delay in None, 0, 60, 30_000:
                for cap, idempotent, replayable in ((None, None, True), (30, None, True), (25_000, None, True),
                                                    (None, True, True), (None, False, True), (30, True, False),
                                                    (None, None, False)):
                    record = httpstatus.retry(
                        code, method, policy=policy, retry_after=None if delay is None else str(delay), cap=cap,
                        idempotent=idempotent, replayable=replayable)
                    assert record[:-1] == decided(code, method, policy, delay, cap, idempotent, replayable), \
                        (code, method, delay, cap, idempotent, replayable)
                    assert record.reference
                    cases += 1
    print(f"{policy}: {cases} cases")


def test_urllib3_itself():
    """The policy that has its name, by its own code."""
    retry = pytest.importorskip("urllib3.util").Retry()
    if not hasattr(retry, "retry_after_max"):
        pytest.skip("urllib3 is older than its policy")
    for code in range(400, 600):
        for method in "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "FROB":
            for retry_after in None, "0", "120", "21600", "21601", "999999999":
                r = httpstatus.retry(code, method, policy="urllib3", retry_after=retry_after)
                assert retry.is_retry(method, code, retry_after is not None) == (r.action == "retry"), (code, method)
                assert r.action != "retry" or r.delay == retry.parse_retry_after(retry_after)


# ---- Dates, as others read them ------------------------------------------------------------------


def full_year(year, rest, now):
    """RFC 9110 section 5.6.7: what is more than 50 years in the future is the past."""
    today = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=now)
    limit = today.year + 50, today.month, today.day, today.hour, today.minute, today.second
    return max(y for y in range(today.year - 60, today.year + 51) if y % 100 == year and (y, *rest) <= limit)


GRAMMAR = [re.compile(form.format(
    day="|".join(day[:3] for day in DAYS), long="|".join(DAYS), month="|".join(MONTHS))) for form in (
    r"(?:{day}), (?P<d>\d\d) (?P<b>{month}) (?P<y>\d{{4}}) (?P<H>\d\d):(?P<M>\d\d):(?P<S>\d\d) GMT",
    r"(?:{long}), (?P<d>\d\d)-(?P<b>{month})-(?P<y>\d\d) (?P<H>\d\d):(?P<M>\d\d):(?P<S>\d\d) GMT",
    r"(?:{day}) (?P<b>{month}) (?P<d>\d\d| \d) (?P<H>\d\d):(?P<M>\d\d):(?P<S>\d\d) (?P<y>\d{{4}})")]


def judged(text, now):
    """The date of a text by the letter, without the core; None, and why, if it is none."""
    found = next(filter(None, (form.fullmatch(text.strip(" \t")) for form in GRAMMAR)), None)
    if not found or not text.isascii():
        return None, "not of the grammar"
    month, day, hour, minute, second = (MONTHS.index(found["b"]) + 1, *(int(found[c]) for c in "dHMS"))
    year = int(found["y"])
    if len(found["y"]) == 2:
        year = full_year(year, (month, day, hour, minute, second), now)
    if hour > 23 or minute > 59 or second > 60:
        return None, "no such time"
    try:  # the calendar repeats after 400 years, and datetime has no year 0
        days = datetime.date(year + 400, month, day).toordinal() - 146_097 if year <= 9599 else \
            datetime.date(year - 400, month, day).toordinal() + 146_097
    except ValueError:
        return None, "no such day"
    return (days - 719_163) * 86_400 + hour * 3600 + minute * 60 + second, None


def texts_of(when, chance):
    """A date in each of the three forms, now and then with the wrong day of the week or second 60."""
    day = chance.choice(DAYS) if chance.random() < 0.1 else DAYS[when.weekday()]
    month, second = MONTHS[when.month - 1], 60 if chance.random() < 0.02 else when.second
    clock = f"{when.hour:02}:{when.minute:02}:{second:02}"
    return [f"{day[:3]}, {when.day:02} {month} {when.year:04} {clock} GMT",
            f"{day}, {when.day:02}-{month}-{when.year % 100:02} {clock} GMT",
            f"{day[:3]} {month} {when.day:2} {clock} {when.year:04}"]


def mutated(text, chance):
    """The text with one thing wrong, or only different."""
    at = chance.randrange(len(text))
    return chance.choice([
        lambda: text[:at] + text[at + 1:], lambda: text[:at] + chance.choice("0129 -:,GMx\t\0\xe9") + text[at:],
        lambda: text[:at] + chance.choice("0369 -:,Ta") + text[at + 1:], lambda: text[:at], lambda: text[at:],
        lambda: text.lower(), lambda: text.upper(), lambda: text.replace(" GMT", " +0000"),
        lambda: text.replace("GMT", "UTC"), lambda: f" {text}\t", lambda: text + "\n", lambda: text.replace(" ", "  "),
        lambda: re.sub(r"\d\d:\d\d:\d\d", lambda m: f"{chance.randrange(30):02}:{chance.randrange(70):02}:"
                       f"{chance.randrange(70):02}", text),
        lambda: re.sub(r"\b\d\d\b", lambda m: f"{chance.randrange(40):02}", text, count=1),
    ])()


def theirs(text):
    """The date by email.utils, and by the cookies of http: seconds or None."""
    try:
        fields = email.utils.parsedate_tz(text)
        mail = fields and email.utils.mktime_tz(fields)
    except (ValueError, OverflowError, IndexError, TypeError):
        mail = None
    try:
        cookie = http.cookiejar.http2time(text)
    except (ValueError, OverflowError):
        cookie = None
    return {"email": mail, "cookies": None if cookie is None else int(cookie)}


def why_they_differ(judge, text, ours, why, other):
    """A word for each way in which the answers of others are not those of the grammar; None for any other."""
    form = next((i for i, form in enumerate(GRAMMAR) if form.fullmatch(text.strip(" \t"))), None)
    if ours is None:
        return f"they read what is {why}"
    if other is None and judge == "cookies":
        return "they do not know the form of asctime" if form == 2 else \
            "they know no time before 1970" if ours < 0 else None
    if form == 1 and other is not None and abs(other - ours) in (36_524 * 86_400, 36_525 * 86_400):
        return "they have another century for two digits"
    year_1000 = -30_610_224_000
    return "they take a year such as 0051 for one of fewer digits" if ours < year_1000 and other is not None else None


def test_dates_as_others_read_them():
    """10,000 dates in three forms, and each of them with something wrong."""
    chance, differences = random.Random(16), Counter()
    for _ in range(10_000):
        when = datetime.datetime(1, 1, 1) + datetime.timedelta(
            seconds=chance.choice([chance.randrange(62_135_596_800, 66_000_000_000),
                                   chance.randrange(315_537_897_600)]))
        now = chance.choice([0, 1_795_953_600, chance.randrange(4_102_444_800)])
        for valid in texts_of(when, chance):
            for text in valid, mutated(valid, chance):
                ours, why = judged(text, now)
                expected = None if ours is None else max(ours - now, 0)
                if re.fullmatch(r"[ \t]*[0-9]+[ \t]*", text):
                    expected = int(text)
                assert httpstatus.parse_retry_after(text, now) == expected, (text, now)
                assert text is not valid or ours is not None
                for judge, other in theirs(text).items():
                    if other == ours:
                        differences[judge, "the same"] += 1
                    else:
                        word = why_they_differ(judge, text, ours, why, other)
                        assert word, (judge, text, ours, other)
                        differences[judge, word] += 1
    for (judge, word), count in sorted(differences.items()):
        print(f"{judge}: {word}: {count}")
    assert sum(differences.values()) == 2 * 60_000
    assert differences["email", "the same"] > 35_000 < sum(
        count for (judge, word), count in differences.items() if judge == "cookies" and "asctime" not in word)

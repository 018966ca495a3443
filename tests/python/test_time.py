"""parse_time() against Python's datetime: a reader of its own, written from core/httpstatus_log.h."""
import datetime
import random
import re
from fractions import Fraction

import httpstatus
import pytest

EPOCH = datetime.datetime(1970, 1, 1)
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
NAMES = "|".join(MONTHS)
CLOCK = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
ZONE = r"(?: ?(?P<zone>Z|[+-]\d\d(?::?\d\d)?))?"
FORMS = [re.compile(form, re.ASCII) for form in (
    rf"(?P<day>\d\d?)/(?P<month>{NAMES})/(?P<year>\d{{4}})[: ]{CLOCK}(?:\.(?P<fraction>\d+))?{ZONE}",
    rf"(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d)[T \t]{CLOCK}(?:[.,](?P<fraction>\d+))?{ZONE}",
    rf"(?P<month>{NAMES}) (?P<day>\d\d?| \d) {CLOCK}(?:\.(?P<fraction>\d+))?",
    rf"(?P<year>\d{{4}})/(?P<month>\d\d)/(?P<day>\d\d)(?: -)? {CLOCK}(?:\.(?P<fraction>\d+))?",
    rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?P<month>{NAMES}) (?P<day>\d\d?| \d) {CLOCK} (?P<year>\d{{4}})",
)]
UNITS = {**dict.fromkeys(range(1, 12), 1), **dict.fromkeys(range(12, 15), 10**3),
         **dict.fromkeys(range(15, 18), 10**6), 18: 10**9, 19: 10**9}


def number(text):
    digits, _, fraction = text.partition(".")
    if len(digits) not in UNITS:
        return None
    value = (int(digits) + Fraction(int(fraction or 0), 10 ** len(fraction))) / UNITS[len(digits)]
    return int(value), int(value % 1 * 10**9), True


def seconds_east(text):
    if text == "Z":
        return 0
    hours, minutes = int(text[1:3]), int(text[-2:] if len(text) > 3 else 0)
    if hours > 23 or minutes > 59:
        return None
    return (-1 if text[0] == "-" else 1) * (hours * 3600 + minutes * 60)


def seconds_in(year, found):
    """Since 1970 in the time's own zone; None if there is no such time."""
    month = found["month"]
    month = MONTHS.index(month) + 1 if month in MONTHS else int(month)
    try:
        time = datetime.datetime(year, month, *(int(found[name]) for name in ("day", "hour", "minute", "second")))
    except ValueError:
        return None
    return int((time - EPOCH).total_seconds())


def without_year(found, zone, reference):
    if reference is None or not -62135596800 <= reference <= 253402300799:
        return None
    latest = min(9999, 1970 + reference // 31556952 + 2)
    for year in range(latest, latest - 12, -1):
        seconds = seconds_in(year, found)
        if seconds is not None and seconds - zone <= reference:
            return seconds
    return None


def judge(text, zone, reference):
    """(seconds, nanoseconds, has_zone), or None."""
    if text.startswith("["):
        if not text.endswith("]"):
            return None
        text = text[1:-1]
    if re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII):
        return number(text)
    found = next(filter(None, (form.fullmatch(text) for form in FORMS)), None)
    if not found:
        return None
    found = found.groupdict()
    if found.get("zone"):
        zone = seconds_east(found["zone"])
        if zone is None:
            return None
    east = zone or 0
    seconds = (seconds_in(int(found["year"]), found) if "year" in found
               else without_year(found, east, reference))
    if seconds is None:
        return None
    return seconds - east, int((found.get("fraction") or "").ljust(9, "0")[:9]), zone is not None


# ---- Random times ------------------------------------------------------------------------------


def any_zone(rng):
    hours, minutes = rng.choice([rng.randrange(15), rng.randrange(30)]), rng.choice([0, 30, 45, rng.randrange(70)])
    return rng.choice(["", "", "Z", " Z", *(blank + rng.choice("+-") + rest for blank in ("", " ") for rest in (
        f"{hours:02}", f"{hours:02}{minutes:02}", f"{hours:02}:{minutes:02}"))])


def any_fraction(rng, marks):
    return rng.choice(["", rng.choice(marks) + "".join(rng.choices("0123456789", k=rng.randint(1, 12)))])


def any_number(rng):
    digits = "".join(rng.choices("0123456789", k=rng.randint(1, 21)))
    return rng.choice([digits, str(rng.randrange(2**31))]) + any_fraction(rng, ".")


def any_time(rng):
    year = rng.choice([rng.randint(1970, 2040), rng.randrange(10000), 1900, 2000, 2024])
    month, day = rng.choice([rng.randint(1, 12), 2]), rng.choice([rng.randint(1, 28), rng.randint(0, 33), 29])
    hour, minute, second = rng.randrange(25), rng.randrange(61), rng.randrange(62)
    clock, name = f"{hour:02}:{minute:02}:{second:02}", MONTHS[month - 1]
    form = rng.randrange(6)
    if form == 0:
        return f"{day:{rng.choice(['', '02'])}}/{name}/{year:04}{rng.choice(': ')}{clock}{any_fraction(rng, '.')}{any_zone(rng)}"
    if form == 1:
        return (f"{year:04}-{month:02}-{day:02}{rng.choice('TT  	')}{clock}{any_fraction(rng, '.,')}"
                f"{any_zone(rng)}")
    if form == 2:
        return f"{name} {day:{rng.choice(['', '2', '02'])}} {clock}{any_fraction(rng, '.')}"
    if form == 3:
        return f"{year:04}/{month:02}/{day:02}{rng.choice(['', ' -'])} {clock}{any_fraction(rng, '.')}"
    if form == 4:
        return f"{rng.choice(['Mon', 'Sun'])} {name} {day:{rng.choice(['', '2', '02'])}} {clock} {year:04}"
    return any_number(rng)


def mutated(rng, text):
    at, change = rng.randrange(len(text) + 1), rng.choice(" \t:/-+.,TZ[]0123459aOct\0\x7fé")
    return text[:at] + rng.choice([change, ""]) + text[at + rng.randrange(2):]


def any_reference(rng):
    return rng.choice([None, rng.randrange(2**31), rng.randrange(-63000000000, 254000000000),
                       rng.choice([951782400, 1078012799, -2203891201, 2**63 - 1, -(2**63)])])


def test_random_times():
    """Two of three are changed at one place, and one in ten is between brackets."""
    rng = random.Random(9110)
    read = 0
    for _ in range(100_000):
        text = any_time(rng)
        text = rng.choice([text, mutated(rng, text), mutated(rng, text)])
        text = f"[{text}]" if rng.random() < 0.1 else text
        zone, reference = rng.choice([None, rng.randint(-86399, 86399)]), any_reference(rng)
        time = httpstatus.parse_time(text, zone=zone, reference=reference)
        assert time == judge(text, zone, reference), (text, zone, reference)
        read += time is not None
    assert 20_000 < read < 80_000


def test_every_day_of_some_years():
    for year in 1, 4, 100, 400, 1899, 1900, 1969, 1970, 1999, 2000, 2026, 2100, 9999:
        day = datetime.datetime(year, 1, 1, 23, 59, 59)
        while day.year == year:
            seconds = int((day - EPOCH).total_seconds())
            assert httpstatus.parse_time(day.isoformat()) == (seconds, 0, False)
            assert httpstatus.parse_time(day.strftime("%b %e %H:%M:%S"), reference=seconds) == (seconds, 0, False)
            if (day.month, day.day) == (12, 31):
                break
            day += datetime.timedelta(days=1)


# ---- Arguments ---------------------------------------------------------------------------------


def test_arguments_of_times():
    parse = httpstatus.parse_time
    october, seconds = "Oct 10 20:55:36", 971211336
    for text in "971211336", b"971211336", "[971211336]":
        assert parse(text) == (seconds, 0, True)
    assert parse(text="2000-10-10 20:55:36", zone=True).seconds == seconds - 1
    for reference in seconds, seconds + 0.5, seconds + 2.0**-20:
        assert parse(october, reference=reference).seconds == seconds
    assert parse(october, reference=seconds - 0.5).seconds == seconds - 366 * 86400
    assert parse("Dec 31 23:59:59", reference=-0.5).seconds == -1
    for reference in 2**70, -2**70, 1e300, -1e300, float("inf"), -float("inf"):
        assert parse(october, reference=reference) is None
    assert parse("\udcff") is parse("\ud800") is parse("") is parse(b"") is None
    time = parse("1532941432.726")
    assert time == httpstatus.Time((1532941432, 726000000, True))
    assert (time.seconds, time.nanoseconds, time.has_zone) == tuple(time)


@pytest.mark.parametrize("error, message, arguments", [
    (TypeError, "invalid text 5: expected a str or bytes", {"text": 5}),
    (TypeError, "invalid text of type bytearray: expected a str or bytes", {"text": bytearray(b"0")}),
    (TypeError, "missing argument: parse_time() expected 'text'", {}),
    (TypeError, "invalid zone 'UTC': expected seconds east of UTC, -86399 to 86399", {"zone": "UTC"}),
    (TypeError, "invalid zone 0.5: expected seconds east of UTC", {"zone": 0.5}),
    (ValueError, "invalid zone 86400: expected seconds east of UTC", {"zone": 86400}),
    (ValueError, "invalid zone -86400: expected seconds east of UTC", {"zone": -86400}),
    (ValueError, "invalid zone", {"zone": 2**70}),
    (TypeError, "invalid reference 'now': expected seconds since 1970", {"reference": "now"}),
    (ValueError, "invalid reference nan: expected seconds since 1970", {"reference": float("nan")}),
    (TypeError, "invalid argument 'now': parse_time() expected text, zone, reference", {"now": 5}),
])
def test_wrong_arguments_of_times(error, message, arguments):
    if message.partition(":")[0] != "missing argument":
        arguments = {"text": "0"} | arguments
    with pytest.raises(error, match=re.escape(message)):
        httpstatus.parse_time(**arguments)
    with pytest.raises(TypeError, match="too many arguments"):
        httpstatus.parse_time("0", 0)


def test_arguments_of_escapes():
    unescape = httpstatus.unescape
    for size in 0, 1, 682, 683, 5000:
        assert unescape("%41" * size, "percent") == unescape(b"%41" * size, escape="percent") == "A" * size
    assert unescape("\u20ac\udcff", "none") == "\u20ac\udcff"
    with pytest.raises(UnicodeEncodeError):  # stands for no byte
        unescape("\ud800", "none")
    with pytest.raises(ValueError, match="invalid escape 'url': expected none, backslash, hash, percent, json"):
        unescape("a", "url")
    with pytest.raises(TypeError, match="invalid escape 5: expected a str"):
        unescape("a", 5)
    with pytest.raises(TypeError, match="invalid text 5: expected a str or bytes"):
        unescape(5, "json")

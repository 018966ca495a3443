"""--since, --until, --method, --path, --exclude-path and --host: which records are meant."""
import datetime
import time

from . import Trouble
from .show import counted

DAY = 86_400
TIMES = "since", "until"
TEXTS = "method", "path", "exclude_path", "host"
WORDS = {  # a day, or a month, begins at its start
    "RETURN_TIME_AS_PERIOD": True, "PREFER_DATES_FROM": "past", "PREFER_DAY_OF_MONTH": "first",
}


def by_words(name, text):
    """The time of '10 min ago', 'today' or 'yesterday 14:00'."""
    expected = f"invalid --{name} {text!r}: expected a time such as 2026-11-28T12:00"
    try:
        from dateparser.date import DateDataParser
    except ImportError:
        raise Trouble(f"{expected}; to read '10 min ago' or 'today', install the extra httpstatus[dates]") from None
    found = DateDataParser(settings=WORDS).get_date_data(text)
    if not found.date_obj:
        raise Trouble(f"{expected}, '10 min ago' or 'today'")
    if found.period == "day":
        return found.date_obj.replace(hour=0, minute=0, second=0, microsecond=0)
    return found.date_obj


def moment(name, text):
    """A time that a user gives, which is local without a zone, as a local one."""
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        found = by_words(name, text)
    try:
        return found.astimezone()
    except (OverflowError, OSError, ValueError):
        raise Trouble(f"invalid --{name} {text!r}: expected a year from 2 to 9998") from None


def conditions_of(options):
    """The arguments for tally(), say. Times in the log that lack their zone are local, in that of the time asked
    for; those without a year are of the last one: a clock, or a zone, may be ahead of the one here."""
    given = {name: moment(name, text) for name in TIMES if (text := getattr(options, name)) is not None}
    if given:
        zone = next(iter(given.values())).utcoffset()
        given |= {"zone": int(zone.total_seconds()), "reference": int(time.time()) + DAY}
    return given | {name: text for name in TEXTS if (text := getattr(options, name)) is not None}


def given_of(options):
    """The first condition given: --since; or None."""
    return next((f"--{name.replace('_', '-')}" for name in (*TIMES, *TEXTS) if getattr(options, name) is not None), None)


def unknown_times(untimed):
    """What to say of records that were left out because of their times; None if there are none."""
    if not untimed:
        return None
    what = counted(untimed, "record")
    return (f"{what} left out, with a time that is absent or cannot be read: to count them, omit --since and "
            "--until")

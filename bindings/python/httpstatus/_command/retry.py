"""httpstatus retry 503 POST: whether and when to send a request again."""
import datetime
import time

from .. import retry
from . import FOUND
from .lookup import plain
from .parser import RETRY_POLICIES
from .show import printer, write_json


def seconds(text):
    """The time of --now: seconds since 1970, or a date as Retry-After has it."""
    if text is None:
        return time.time()
    try:
        return float(text)
    except ValueError:
        pass
    when = retry(503, "GET", retry_after=text).date
    if when is None:
        raise ValueError(f"invalid now {text!r}: expected seconds since 1970, or a date such as "
                         "'Sun, 06 Nov 1994 08:49:37 GMT'")
    return when


def pause(record):
    """The delay, a long one also in hours."""
    if record.delay is None:
        return "-" if record.action == "stop" else "as long as you like"
    with_days = f" ({datetime.timedelta(seconds=record.delay)})" if 3600 <= record.delay < 10**10 else ""
    return f"{record.delay} s{with_days}"


def answer(truth):
    return {True: "yes", False: "no", None: "-"}[truth]


def cells(record):
    return [record.action, "-" if record.delay is None else str(record.delay), answer(record.same_connection),
            answer(record.contested), record.reason, record.reference]


def run(options):
    policies = RETRY_POLICIES if options.all else [options.policy]
    records = {policy: retry(
        options.code, options.method, retry_after=options.retry_after, now=seconds(options.now), cap=options.cap,
        policy=policy, idempotent=options.idempotent or None, replayable=options.replayable)
        for policy in policies}
    if options.json:
        write_json([{"policy": policy, **plain(record)} for policy, record in records.items()])
        return FOUND
    out = printer(options.color)
    if options.all:
        out.table(["policy", "action", ">delay", "connection", "contested", "reason", "reference"],
                  [(None, [policy, *cells(record)]) for policy, record in records.items()])
    else:
        record, = records.values()
        out.line(f"{options.code} {options.method} by {options.policy}: {record.action}")
        out.line()
        unread = options.retry_after is not None and record.delay is None
        out.fields([
            ("reason", record.reason),
            ("delay", pause(record) + " (Retry-After cannot be read)" * unread),
            ("same connection", answer(record.same_connection)),
            ("contested", answer(record.contested)),
            ("reference", record.reference),
        ])
    out.flush()
    return FOUND

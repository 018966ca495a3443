"""The vectors' functions in Python: what answers a row of tests/vectors.tsv."""
import codecs
import functools
import io
import pickle
import re
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import httpstatus
import oracle
from httpstatus import Status, Tally, _core

TESTS = Path(__file__).resolve().parents[1]
OWN_LOGS = TESTS / "logs"
EPOCH = datetime(1970, 1, 1)
TIMES = "since", "until", "zone", "reference"


def unescape(text):
    r"""Undoes \t \n \r \\ \xNN; the bytes come as latin-1."""
    return text.encode("ascii").decode("unicode_escape")


def render(value):
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "".join(
        "\\\\" if c == "\\" else c if "!" <= c <= "~" and c != "," else f"\\x{ord(c):02x}"
        for c in str(value)
    )


def render_list(values):
    return ",".join(values) or "-"


def render_record(**fields):
    return " ".join(f"{name}={value}" for name, value in fields.items())


def key(status):
    if status is None:
        return "-"
    substatus = f".{status.substatus}" if status.substatus else ""
    return f"{status.code}{substatus}/{render(status.owner)}"


def keys(statuses):
    return render_list(map(key, statuses))


def optional(text):
    return None if text == "-" else text


def status_of(code, substatus, owner):
    code = int(code)
    if -1 <= code <= 999:
        return Status(code, int(substatus), optional(owner))
    return Status(700)  # as unknown as a number outside 0..999


TEXTS = ["phrase", "name", "status_class", "lifecycle", "since", "introduced_in", "wire"]
PROPERTIES = [
    "is_informational", "is_success", "is_redirection", "is_client_error", "is_server_error",
    "is_error", "is_known", "is_official", "is_interim", "is_redirect", "is_cacheable",
    "must_not_store", "allows_body", "preserves_method",
]
CLASSES = ["1xx", "2xx", "3xx", "4xx", "5xx", "other"]
TOKENS = {httpstatus.NO_STATUS: "-", httpstatus.UNMATCHED: "!", httpstatus.SKIPPED: "#"}


def do_statuses(status_class, official, owner):
    return keys(httpstatus.statuses(
        None if status_class == "-" else f"{status_class}xx", optional(owner),
        {"-": None, "y": True, "n": False}[official],
    ))


def wrong_argument(error):
    return "!unknown-policy" if str(error).startswith("invalid policy ") else "!invalid-method"


REQUESTS = {"none": {"body": False}, "once": {"replayable": False}}


def policy_of(text):
    """The policy and knobs of "fetch;follow=300+309;rewrite_301=none"; body=none or body=once."""
    name, *words = text.split(";")
    knobs = dict(word.split("=") for word in words)
    knobs |= REQUESTS[knobs.pop("body")] if "body" in knobs else {}
    if "follow" in knobs:
        knobs["follow"] = [int(code) for code in knobs["follow"].split("+") if code]
    return name, knobs


def do_explain(code, policy, method):
    policy, knobs = policy_of(policy)
    try:
        return render(httpstatus.explain_redirect(int(code), method, policy, **knobs))
    except ValueError as error:
        return wrong_argument(error)


def do_redirect(code, policy, method):
    policy, knobs = policy_of(policy)
    try:
        record = httpstatus.redirect(int(code), method, policy, **knobs)
    except ValueError as error:
        return wrong_argument(error)
    names = httpstatus.Redirect.__match_args__[:-3]  # without a URL there are no others
    return rendered_redirect(record and dict(zip(names, record)))


def rendered_redirect(record):
    if record is None:
        return "-"
    return render_record(**{
        name: render_list(value) if isinstance(value, (list, tuple)) else render(value)
        for name, value in record.items()
    })


def do_redirect_headers(policy):
    return ",".join(sorted(map(":".join, httpstatus.redirect_headers(policy).items()))) or "-"


def do_resolve(rules, *texts):
    """Vectors have bytes, as UTF-8."""
    base, location = (text.encode("latin-1").decode() for text in texts)
    try:
        found = httpstatus.resolve(base, location, rules)
    except ValueError as error:
        return "!unknown-rules" if str(error).startswith("invalid rules ") else "!invalid-base"
    return render_record(**{name: render(getattr(found, name)) for name in found.__match_args__})


PLACE = ("action", "reason", "method", "url", "cross_origin", "downgraded", "drops_cross_origin")


def rendered_place(r):
    return ":".join("+".join(value) or "-" if isinstance(value, tuple) else render(value)
                    for value in (getattr(r, name) for name in PLACE))


def do_redirect_to(code, policy, method, base, fields):
    """fields are values of Location, separated by line feeds; '-' is none."""
    policy, knobs = policy_of(policy)
    try:
        r = httpstatus.redirect(int(code), method, policy, **knobs, url=base,
                                location=None if fields == "-" else fields.split("\n"))
    except ValueError:
        return "!invalid-url"
    return rendered_place(r) if r else "-"


def do_chain_follow(policy, method, start, steps):
    """Steps are 'code:location', or a code where the response has none."""
    policy, knobs = policy_of(policy)
    chain = httpstatus.RedirectChain(method, policy, url=optional(start), **knobs)
    out = []
    for step in steps.split(" "):
        code, *location = step.split(":", 1)
        try:
            r = chain.step(int(code), location=location or None)
            out.append(rendered_place(r) if r else "-")
        except httpstatus.RedirectError as error:
            out.append("!loop" if "loop" in str(error) else "!limit")
        except ValueError:
            out.append("!no-url")
    return render_list([*out, render(chain.url)])


def do_chain(policy, method, start, steps):
    """Steps are 'code:url', with ':x' if the origin is another one."""
    policy, knobs = policy_of(policy)
    chain = httpstatus.RedirectChain(method, policy, url=optional(start), **knobs)
    out = []
    for step in steps.split(" "):
        code, url, *cross_origin = step.split(":")
        try:
            r = chain.step(int(code), url or None, bool(cross_origin))
        except httpstatus.RedirectError as error:
            out.append("!loop" if "loop" in str(error) else "!limit")
            continue
        out.append("-" if r is None else "none" if r.action == "none" else ":".join([
            r.action, render(r.method), {True: "body", False: "no-body", None: "none"}[r.keeps_body],
            "+".join(r.drops_cross_origin) or "-", str(len(r.drops_headers))]))
    return render_list(out)


def options(form):
    """The arguments for "w3c;fields=a b", "json;key=a.b" or "elb;target"; a key is UTF-8."""
    name, *words = form.encode("latin-1").decode().split(";")
    values = dict(word.partition("=")[::2] for word in words)
    return {"format": name} | {k: True if k == "target" else v for k, v in values.items()}


def do_retry(code, form, method, retry_after):
    """The options are "rfc9110;now=784111777;cap=60;idempotent=yes;replayable=no"."""
    policy, *words = form.split(";")
    given = {name: value == "yes" if value in ("yes", "no") else int(value)
             for name, value in (word.split("=") for word in words)}
    try:
        record = httpstatus.retry(int(code), method, policy=policy, retry_after=optional(retry_after), **given)
    except ValueError as error:
        return wrong_argument(error)
    return render_record(**dict(zip(httpstatus.Retry.__match_args__, map(render, record))))


def do_parse_time(zone, reference, text):
    """Vectors have bytes; as a str they are UTF-8, or their own lone surrogates."""
    clock = {"zone": None if zone == "-" else int(zone), "reference": None if reference == "-" else int(reference)}
    data = text.encode("latin-1")
    time = httpstatus.parse_time(data, **clock)
    assert httpstatus.parse_time(data.decode("utf-8", "surrogateescape"), **clock) == time
    return render_record(**{name: render(getattr(time, name)) for name in time.__match_args__}) if time else "-"


def do_unescape(escape, text):
    data = text.encode("latin-1")
    try:
        plain = httpstatus.unescape(data, escape)
    except ValueError:
        return "!invalid-escape"
    assert httpstatus.unescape(data.decode("utf-8", "surrogateescape"), escape) == plain
    return render(plain.encode("utf-8", "surrogateescape").decode("latin-1"))


RECORD_PARTS = [name for name in _core._PARTS[_core._PARTS.index("time"):] if name != "time_ns"]


def do_record(form, log):
    """The first record, asked for in both ways; its time is known from its zone on."""
    found = httpstatus.record(log.encode("latin-1"), **options(form))
    assert found == next(httpstatus.records(log.encode("latin-1"), **options(form)), None)
    if found is None:
        return "-"
    values = {name: found.as_dict()[name] for name in ("status", *RECORD_PARTS)}
    if found.time_ns is not None:
        seconds, rest = divmod(found.time_ns, 10**9)
        values["time"] = f"{seconds}{f'.{rest:09d}' if rest else ''}{'Z' if found.time.tzinfo else ''}"
    if found.duration is not None:
        values["duration"] = round(found.duration * 10**9)
    texts = {name: value.encode("utf-8", "surrogateescape").decode("latin-1") if isinstance(value, str) else value
             for name, value in values.items()}
    return ",".join(f"{name}={render(text)}" for name, text in texts.items() if name == "status" or text is not None)


def do_retry_after(now, text):
    """Without the time, retry() has the date."""
    now = None if now == "-" else int(now)
    seconds = httpstatus.parse_retry_after(text, now)
    record = httpstatus.retry(503, "GET", retry_after=text, now=now)
    assert seconds == record.delay
    if record.date is not None:
        return f"date={record.date}"
    return "-" if seconds is None else f"seconds={seconds}"


def do_suggest(log):
    """What is suggested, asked for in every way; passed on, it reads so many records."""
    data = log.encode("latin-1")
    found = httpstatus.suggest(data)
    assert found == httpstatus.suggest(io.BytesIO(data)) == httpstatus.suggest(bytearray(data))
    if found is None:
        return "-"
    option = "key" if found.format is None else "format"
    value = getattr(found, option)
    tally = httpstatus.tally(data, **{option: value})
    assert (tally.records, tally.records + tally.unmatched) == (found.matched, found.lines)
    return render_record(**{option: render(value)}, matched=found.matched, lines=found.lines)


RECORDS = [*range(-1, 1000), "no_status"]
EVERY = [*RECORDS, "unmatched"]  # what select() is asked for to give each record


def do_lines(form, log):
    try:
        statuses = httpstatus.extract(log.encode("latin-1"), **options(form))
    except httpstatus.LogFormatError as error:
        column = re.search(r"at column (\d+): ", str(error))
        return f"!column-{column[1]}" if column else "!invalid-key"
    found = list(httpstatus.select(log.encode("latin-1"), EVERY, **options(form)))
    assert [s for _, s, _ in found] == [None if s in TOKENS else s for s in statuses if s != httpstatus.SKIPPED]
    pairs, numbers = substatuses_of(form, log), iter(number for number, _, _ in found)
    tokens = []
    for status in statuses:
        number = next(numbers) if status != httpstatus.SKIPPED else None
        tokens.append(TOKENS.get(status) or str(status) + pairs.get(number, ""))
    return render_list(tokens)


def substatuses_of(form, log):
    """Line number -> ".14": asked for by select(), pair by pair."""
    tally = httpstatus.tally(log.encode("latin-1"), **options(form))
    return {number: "." + pair.split(".")[1] for pair in tally.substatuses
            for number, _, _ in httpstatus.select(log.encode("latin-1"), pair, **options(form))}


def do_log(form, file):
    """A log below tests/logs: as it is there, and in pieces."""
    path, how = OWN_LOGS / file, options(form)
    data = path.read_bytes()
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):  # which the core does not read
        log = data.decode("utf-16").encode()
        assert httpstatus.tally(path, **how) == httpstatus.tally(log, **how)
        assert httpstatus.extract(path, **how) == httpstatus.extract(log, **how)
        return "!UTF-16"
    try:
        whole = httpstatus.tally(path, **how)
    except OSError:
        return "!unreadable"
    assert httpstatus.extract(path, **how) == httpstatus.extract(data, **how)
    for size in 1, 7, 64, 4096:
        tally = Tally(**how)
        for start in range(0, len(data), size):
            tally.feed(data[start:start + size])
        tally.close()
        assert tally == whole, size
    return do_lines(form, data.decode("latin-1"))


def do_select(form, which, log, invert=False):
    data = log.encode("latin-1")
    try:
        selected = list(httpstatus.select(data, which.split(","), invert=invert, **options(form)))
    except ValueError:
        return "!invalid-which"
    lines = oracle.split(data)
    assert all(line in lines[number - 1] for number, _, line in selected)
    tokens = tokens_of(form, data, which.split(","), invert)
    return render_list(f"{n}:{tokens[n].pop(0) if s is None else s}" for n, s, _ in selected)


def tokens_of(form, log, which, invert):
    """{line number: what stands there for each record without a status, of those that are selected}"""
    tokens = defaultdict(list)
    asked = [("-", ["no_status"], False), ("#", EVERY, True), ("!", ["unmatched"], False)]
    for token, kind, others in asked:
        if invert if others else (kind[0] in which) != invert:
            for number, *_ in httpstatus.select(log, kind, invert=others, **options(form)):
                tokens[number].append(token)
    return tokens


def do_tally(form, log):
    t = httpstatus.tally(log.encode("latin-1"), form)
    return render_record(
        format=render(t.format), lines=t.lines, records=t.records, no_status=t.no_status,
        skipped=t.skipped, unmatched=t.unmatched,
        first_unmatched=render_list(map(str, t.first_unmatched)),
        **{name: t.classes[name] for name in CLASSES},
        counts=render_list(f"{code}:{count}" for code, count in t.items()),
    )


def do_consumed(form, cut, log):
    """How much of the bytes before the cut is consumed, by whatever reads them."""
    data, how = log.encode("latin-1"), options(form)
    fed = Tally(**how)
    fed.feed(data[:int(cut)])
    consumed = fed.consumed
    fed.close()
    again = pickle.loads(pickle.dumps(fed))
    first, last = httpstatus.tally(data[:consumed], **how), httpstatus.tally(data[consumed:], **how)
    assert {consumed} == {fed.consumed, again.consumed, first.consumed, fed.as_dict()["consumed"]}
    assert (first + last).consumed == httpstatus.tally(data, **how).consumed
    assert httpstatus.series(data[:int(cut)], **how).tally.consumed == consumed
    assert httpstatus.tally(data[:int(cut)], **how, path="/").consumed == consumed
    return str(consumed)


def render_series(s):
    """All buckets or, of many, the first two and the last two."""
    buckets = [f"{start}:{'/'.join(map(str, counts.values()))}" for start, counts in s]
    if len(buckets) > 6:
        buckets[2:-2] = [f"+{len(buckets) - 4}"]
    return render_record(step=s.step, untimed=s.untimed, overflow=s.overflow, buckets=render_list(buckets))


def series_options(step, zone="-", reference="-"):
    given = {"step": step, "zone": zone, "reference": reference}
    return {name: int(value) for name, value in given.items() if value != "-"}


def do_series(step, zone, reference, form, log):
    """As a whole, in pieces, and pickled."""
    how = series_options(step, zone, reference) | options(form)
    data = log.encode("latin-1")
    whole = httpstatus.series(data, **how)
    for size in 1, 7, 64:
        series = httpstatus.Series(**how)
        for start in range(0, len(data), size):
            series.feed(data[start:start + size])
        series.close()
        assert series == whole and series.tally == whole.tally, size
    assert whole.tally == httpstatus.tally(data, **options(form))
    assert pickle.loads(pickle.dumps(whole)) == whole
    return render_series(whole)


def conditions_of(text):
    """The arguments for "since=1.5;path=/a", or "-"; texts are UTF-8, or their own lone surrogates."""
    given = dict(item.split("=", 1) for item in text.split(";")) if text != "-" else {}
    return {name: float(value) if "." in value else int(value) for name, value in given.items() if name in TIMES} | {
        name: value.encode("latin-1").decode("utf-8", "surrogateescape")
        for name, value in given.items() if name not in TIMES}


def do_where(conditions, form, log):
    """The records that meet conditions: asked for in every way."""
    how, data = conditions_of(conditions) | options(form), log.encode("latin-1")
    try:
        tally = httpstatus.tally(data, **how)
    except ValueError as error:
        return "!invalid-" + str(error).split()[1]
    divided = httpstatus.records(data, **how)
    found = [(r.number, r.status) for r in divided]
    assert divided.untimed == tally.untimed
    assert found == [(number, status) for number, status, _ in httpstatus.select(data, RECORDS, **how)]
    series = httpstatus.series(data, **how)
    assert series.tally == tally == httpstatus.tally([data], **how) == pickle.loads(pickle.dumps(tally))
    assert series.untimed + sum(sum(counts.values()) for _, counts in series) == tally.records == len(found)
    return render_list(f"{number}:{'-' if status is None else status}" for number, status in found) + " " + (
        render_record(records=tally.records, excluded=tally.excluded, untimed=tally.untimed))


def do_series_log(form, file):
    path = OWN_LOGS / file
    series = httpstatus.series(path, **options(form))
    assert series == httpstatus.series(path, **options(form), jobs=2)
    assert render_series(series) == do_series("-", "-", "-", form, path.read_bytes().decode("latin-1"))
    return render_series(series)


def logged(seconds, status):
    time = seconds if seconds >= 0 else f'"{EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"'
    return f'{{"time": {time}, "status": {status if status != "-" else "null"}}}\n'


def numbers_of(text):
    """Of "0:200,60+10*5:404": a number and a status, or five numbers from 60 on, 10 apart."""
    for item in filter(None, text.split(",")):
        start, every, count, status = re.fullmatch(r"(-?\d+)(?:\+(-?\d+)\*(\d+))?:(.+)", item).groups()
        for i in range(int(count or 1)):
            yield int(start) + i * int(every or 0), status


def log_of(times):
    """A log of such times."""
    for seconds, status in numbers_of(times):
        yield logged(seconds, status)


def series_of(step, times):
    """The series of all times, and the sum of the parts between '|', from the last to the first."""
    logs = ["".join(log_of(part)).encode() for part in times.split("|")]
    how = {"format": "json"} | series_options(step)
    whole = httpstatus.series(b"".join(logs), **how)
    assert sum(httpstatus.series(log, **how) for log in reversed(logs)) == whole
    assert pickle.loads(pickle.dumps(whole)) == whole
    return whole


def do_series_began(step, which, times):
    try:
        found = series_of(step, times).began(which)
    except ValueError:
        return "!invalid-class"
    return render_record(begin=found[0], end=found[1]) if found else "-"


def raw(value):
    """The bytes of a part, which the runners render."""
    return value.encode("utf-8", "surrogateescape").decode("latin-1")


def render_top(t):
    """All entries that are shown or, of many, the first two and the last two."""
    entries = [f"{render(raw(e.value))}:{e.count}:{e.error}" for e in t]
    if len(entries) > 6:
        entries[2:-2] = [f"+{len(entries) - 4}"]
    return render_record(total=t.total, absent=t.absent, cut=t.cut, bound=t.bound, exact=render(t.exact),
                         kept=len(t.as_dict()["value"]), top=render_list(entries))


def top_options(text):
    """The arguments for "n=3;entries=2;group=id", or "-"."""
    given = dict(item.split("=") for item in text.split(";")) if text != "-" else {}
    return {name: value if name == "group" else int(value) for name, value in given.items()}


def tops_of(by, which, settings, form, logs):
    """The tops of the logs: of each as a whole, in pieces, and pickled."""
    how = {"by": by, "which": which} | top_options(settings) | options(form)
    for log in logs:
        whole = httpstatus.top(log, **how)
        for size in 1, 7, 64:
            top = httpstatus.Top(**how)
            for start in range(0, len(log), size):
                top.feed(log[start:start + size])
            top.close()
            assert top == whole and top.tally == whole.tally, size
        assert whole.tally == httpstatus.tally(log, **options(form))
        assert whole == httpstatus.top([log], **how)
        if by == "path":  # a condition that every record with a path meets
            assert httpstatus.top(log, **how, path="").total == whole.total - whole.absent
        assert pickle.loads(pickle.dumps(whole)) == whole
        yield whole


def do_top(by, which, settings, form, log):
    try:
        return render_top(*tops_of(by, which.split(","), settings, form, [log.encode("latin-1")]))
    except ValueError as error:
        return "!invalid-" + str(error).split()[1]


def do_top_log(by, which, form, file):
    path = OWN_LOGS / file
    top = httpstatus.top(path, by, which.split(","), **options(form))
    assert top == httpstatus.top(path, by, which.split(","), **options(form), jobs=2)
    assert render_top(top) == do_top(by, which, "-", form, path.read_bytes().decode("latin-1"))
    return render_top(top)


def values_of(text):
    """The values of "a*3,b,c^200": a value so many times, or of so many bytes."""
    for item in filter(None, text.split(",")):
        value, size, count = re.fullmatch(r"(.*?)(?:\^(\d+))?(?:\*(\d+))?", item).groups()
        yield from [value * int(size or 1)] * int(count or 1)


def do_top_of(settings, values):
    """The sum of the parts between '|'."""
    logs = ["".join(f'{{"status": 500, "user_agent": "{value}"}}\n' for value in values_of(part)).encode()
            for part in values.split("|")]
    try:
        return render_top(sum(tops_of("agent", ["5xx"], settings, "json", logs)))
    except ValueError as error:
        return "!invalid-" + str(error).split()[1]


def render_summary(state, names=("1xx", "2xx", "3xx", "4xx", "5xx", "other")):
    """Of the classes of these names, in nanoseconds."""
    least, greatest, sums = ([state[key][name] for name in names if state[key][name] is not None]
                             for key in ("min_ns", "max_ns", "sum_ns"))
    total = sum(sums) if len(sums) == len(names) and sum(sums) < 2**64 - 1 else None
    return render_record(count=sum(sum(state[name]) for name in names), min=render(min(least, default=None)),
                         max=render(max(greatest, default=None)), sum=render(total))


def render_latency(latency):
    state = latency.as_dict()
    columns = zip(*(state[name] for name in ("low_ns", "high_ns", "1xx", "2xx", "3xx", "4xx", "5xx", "other")))
    buckets = [f"{low}-{high}:{'/'.join(map(str, counts))}" for low, high, *counts in columns]
    assert [(low / 1e9, high / 1e9) for low, high in zip(state["low_ns"], state["high_ns"])] == \
        [(low, high) for low, high, _ in latency] and len(latency) == len(buckets)
    return f"untimed={latency.untimed} {render_summary(state)} buckets={render_list(buckets)}"


def do_latency(form, log):
    """As a whole, by two threads, and pickled."""
    data = log.encode("latin-1")
    whole = httpstatus.latency(data, **options(form))
    assert whole == httpstatus.latency([data], **options(form), jobs=2)
    fed = httpstatus.Latency(**options(form))
    for start in range(0, len(data), 7):
        fed.feed(data[start:start + 7])
    fed.close()
    assert fed == whole
    assert whole.tally == httpstatus.tally(data, **options(form)) == pickle.loads(pickle.dumps(whole)).tally
    assert pickle.loads(pickle.dumps(whole)) == whole
    return render_latency(whole)


def do_latency_log(form, file):
    path = OWN_LOGS / file
    latency = httpstatus.latency(path, **options(form))
    assert latency == httpstatus.latency(path, **options(form), jobs=2)
    return render_latency(latency)


def latency_of(durations):
    """Of "5000000:200|7:404": nanoseconds in parts, which are added up from the last to the first."""
    logs = ["".join(f'{{"Duration": {ns}, "DownstreamStatus": {"null" if status == "-" else status}}}\n'
                    for ns, status in numbers_of(part)).encode() for part in durations.split("|")]
    whole = httpstatus.latency(b"".join(logs), "json")
    assert sum(httpstatus.latency(log, "json") for log in reversed(logs)) == whole
    return whole


def nanoseconds(seconds):
    return None if seconds is None else round(seconds * 10**9)


def do_latency_summary(which, durations):
    latency, of = latency_of(durations), None if which == "-" else which
    try:
        numbers = [latency.count(of), *map(nanoseconds, (latency.min(of), latency.max(of), latency.sum(of)))]
    except ValueError:
        return "!invalid-class"
    return render_record(**dict(zip(("count", "min", "max", "sum"), map(render, numbers))))


def do_latency_quantile(q, which, durations):
    latency, of = latency_of(durations), [] if which == "-" else [which]
    try:
        value, bounds = latency.quantile(float(q), *of), latency.bounds(float(q), *of)
    except ValueError as error:
        return "!invalid-q" if str(error).startswith("invalid q ") else "!invalid-class"
    if value is None:
        return render(bounds)
    return render_record(value=nanoseconds(value), low=nanoseconds(bounds[0]), high=nanoseconds(bounds[1]))


def do_detect(log):
    """The format of most records; the more special of two comes first."""
    formats = httpstatus.tally(log.encode("latin-1")).formats
    return render(max(formats, key=formats.get, default=None))


def do_search(words):
    try:
        return keys(httpstatus.search(words))
    except ValueError as error:
        return "!many-words" if "at most 32 words" in str(error) else "!long-word"


def render_retry_client(c):
    seconds = ("-" if x is None else f"{x:.1f}" for x in (c.delay, c.longest_delay, c.cap))
    return ":".join((*map(render, (c.name, c.retried, c.honours_retry_after, c.tries)), *seconds,
                     *map(render, (c.on_zero, c.on_date, c.on_garbage, c.on_long, c.sends_body,
                                   c.same_connection))))


# Each with the number of its arguments.
FUNCTIONS = {
    "lookup": (1, lambda text: key(httpstatus.lookup(text))),
    "lookup_code": (1, lambda code: key(httpstatus.lookup(int(code)))),
    "lookup_by": (2, lambda owner, text: key(httpstatus.lookup(text, owner=owner))),
    "find": (3, lambda code, substatus, owner: key(
        httpstatus.lookup(int(code), substatus=int(substatus), owner=optional(owner)))),
    "search": (1, do_search),
    "statuses": (3, do_statuses),
    "row": (3, lambda *a: render_record(
        **{name: render(getattr(status_of(*a), name)) for name in TEXTS})),
    "properties": (3, lambda *a: render_record(
        **{name: render(getattr(status_of(*a), name)) for name in PROPERTIES})),
    "reference_for": (2, lambda code, name: render(Status(int(code)).reference_for(name))),
    "retry_advice": (3, lambda *a: render(status_of(*a).retry and status_of(*a).retry.advice)),
    "retry": (4, do_retry),
    "retry_after": (2, do_retry_after),
    "parse_time": (3, do_parse_time),
    "unescape": (2, do_unescape),
    "record": (2, do_record),
    "headers": (3, lambda *a: render_list(
        f"{render(h.name)}:{render(h.level)}" for h in status_of(*a).headers)),
    "aliases": (3, lambda *a: render_list(map(render, status_of(*a).aliases))),
    "constant": (1, lambda name: render(getattr(httpstatus, name, None))),
    "redirect": (3, do_redirect),
    "written": (3, lambda form, code, substatus: key(
        httpstatus.lookup(int(code), substatus=int(substatus), format=form))),
    "redirect_to": (5, do_redirect_to),
    "chain_follow": (4, do_chain_follow),
    "redirect_headers": (1, do_redirect_headers),
    "explain": (3, do_explain),
    "clients": (3, lambda code, body, method: render_list(
        ":".join(map(render, (c.name, c.request_body, c.followed, c.method, c.keeps_body,
                              c.sends_content_type, c.sends_authorization)))
        for c in httpstatus.redirect_clients(int(code), method, body == "body"))),
    "differs": (4, lambda code, policy, body, method: render_list(
        f"{render(c.name)}={'+'.join(c.differs_from(policy))}"
        for c in httpstatus.redirect_clients(int(code), method, body == "body")
        if c.differs_from(policy))),
    "retry_clients": (2, lambda code, method: render_list(map(
        render_retry_client, httpstatus.retry_clients(int(code), method)))),
    "chain": (4, do_chain),
    "resolve": (3, do_resolve),
    "lines": (2, do_lines),
    "log": (2, do_log),
    "select": (3, do_select),
    "select_others": (3, functools.partial(do_select, invert=True)),
    "tally": (2, do_tally),
    "consumed": (3, do_consumed),
    "series": (5, do_series),
    "series_log": (2, do_series_log),
    "where": (3, do_where),
    "series_of": (2, lambda step, times: render_series(series_of(step, times))),
    "series_began": (3, do_series_began),
    "series_rate": (3, lambda step, which, times: render_list(
        f"{rate:.6f}" for rate in series_of(step, times).rate(which))),
    "top": (5, do_top),
    "top_log": (4, do_top_log),
    "top_of": (2, do_top_of),
    "latency": (2, do_latency),
    "latency_log": (2, do_latency_log),
    "latency_of": (1, lambda durations: render_latency(latency_of(durations))),
    "latency_summary": (2, do_latency_summary),
    "latency_quantile": (3, do_latency_quantile),
    "detect": (1, do_detect),
    "suggest": (1, do_suggest),
}


def plain(value):
    if isinstance(value, Status):
        return key(value)
    return render_list(map(plain, value)) if isinstance(value, (list, tuple)) else render(value)


def arguments(function, text):
    """A blank ends each argument but the last."""
    size = FUNCTIONS[function][0] if function in FUNCTIONS else 0
    return [unescape(argument) for argument in text.split(" ", size - 1)]


def answer(function, text):
    """That of a row of FUNCTIONS; or else of the module's function of that name, whose arguments are codes
    or texts without a blank, and whose answer needs no notation of its own."""
    given = arguments(function, text)
    if function in FUNCTIONS:
        return FUNCTIONS[function][1](*given)
    return plain(getattr(httpstatus, function)(*(
        int(argument) if re.fullmatch("-?[0-9]+", argument) else argument for argument in given)))


def load_vectors():
    head, *rows = (TESTS / "vectors.tsv").read_text(encoding="ascii").splitlines()
    vectors = [row.split("\t") for row in rows if not row.startswith("#")]
    assert head == f"count {len(vectors)}"
    assert len({vector[0] for vector in vectors}) == len(vectors), "a repeated id"
    return vectors


VECTORS = load_vectors()

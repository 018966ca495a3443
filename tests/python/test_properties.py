"""What holds for every log, status and redirect, tried on what Hypothesis makes up.

The same each time; HTTPSTATUS_EXAMPLES=N tries N of its own choice for each property.
"""
import os
import random
from collections import Counter

import httpstatus
import pytest
import writers
from formats import w3c
from formats.servers import Record
from httpstatus import NO_STATUS, SKIPPED, UNMATCHED, Status, Tally, _core

try:
    from hypothesis import HealthCheck, given, settings, strategies as st
except ImportError:
    if "CI" in os.environ or "HTTPSTATUS_EXAMPLES" in os.environ:
        raise
    pytest.skip("no hypothesis here: pip install hypothesis", allow_module_level=True)

EXAMPLES = os.environ.get("HTTPSTATUS_EXAMPLES")
settings.register_profile(
    "httpstatus", max_examples=int(EXAMPLES or 15), derandomize=not EXAMPLES, database=None,
    deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
settings.load_profile("httpstatus")

# ---- Logs --------------------------------------------------------------------------------------

HOSTILE = [
    b'"', b"\\", b'\\"', b" ", b"\t", b"\r", b"\n", b"\r\n", b"\0", b"\xff", b"\xef\xbb\xbf", b"#", b"|",
    b"[", b"]", b"{", b"}", b",", b":", b"-", b"%", b"+", b'" 200 12', b'" - -', b'\\" 500 7 ', b" 404 ",
    b'" 200 - 1 2 3 4 ', b'" 503 UF ', b" 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 ",
    b"1157689312.049 5006 10.1.1.1 TCP_MISS/200 19763 CONNECT e:443 joe", b"\t404\t",
    b"[10/Oct/2000:13:55:36 -0700]", b"[10/Oct/2000", b"[2026-11-20T10:00:00Z] \"", b'"status":404',
    b'"status": "404"}', b"status", b"res", b"http", b"#Fields: sc-status", b"s=\"200\"", b"(404) ",
    b"\\u0022", b"\\x22", b"%22", b"GET / HTTP/1.1", b"x" * 70,
]
texts = st.one_of(
    st.lists(st.sampled_from(HOSTILE) | st.binary(max_size=3), max_size=6).map(b"".join),
    st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=3).map(b"".join))
statuses = st.none() | st.sampled_from([200, 302, 403, 404, 500]) | st.integers(1, 999)
records = st.builds(
    Record, status=statuses, substatus=st.sampled_from([0, 1, 14, 255, 999]),
    method=st.sampled_from([b"GET", b"POST"]) | texts, path=texts, referrer=texts, agent=texts,
    user=texts, size=st.integers(0, 10**12), time=st.integers(0, 59))
PLAIN = Record(200, 0, b"GET", b"/", b"", b"agent", b"user", 12, 7)
ends = st.sampled_from([b"\n", b"\r\n"])
formats = pytest.mark.parametrize("form", writers.ALL.values(), ids=writers.ALL)
columns = st.sets(st.sampled_from(sorted(w3c.IIS))).map(w3c.log_of)


@st.composite
def logs(draw, form, unmatched=False, **size):
    """The bytes of a log, and what extract() has to say of it."""
    kinds = [records.map(lambda r: (form.write(r), form.expected(r), r)),
             st.sampled_from(form.skipped).map(lambda line: (line, SKIPPED, None))]
    if unmatched:
        kinds.append(st.just((b"unmatched", UNMATCHED, None)))
    lines = draw(st.lists(st.one_of(kinds[0], *kinds), **{"max_size": 8} | size))
    if form.head:
        lines.insert(0, (form.head, SKIPPED, None))
    log = b"".join(line + draw(ends) for line, _, _ in lines)
    if lines and lines[-1][0].strip() and draw(st.booleans()):
        log = log[:-2] if log.endswith(b"\r\n") else log[:-1]
    return log, [status for _, status, _ in lines], [r for _, _, r in lines if r]


def fed(pieces, how):
    tally = Tally(**how)
    for piece in pieces:
        tally.feed(piece)
    tally.close()
    return tally


def split(log, cuts):
    cuts = [0, *sorted(cut % (len(log) + 1) for cut in cuts), len(log)]
    return [log[i:j] for i, j in zip(cuts, cuts[1:])]


@formats
@given(data=st.data())
def test_what_is_written_is_read(form, data):
    log, expected, _ = data.draw(logs(form))
    assert list(httpstatus.extract(log, **form.how)) == expected
    tally = httpstatus.tally(log, **form.how)
    assert dict(tally) == Counter(status for status in expected if status > NO_STATUS)
    assert (tally.lines, tally.no_status, tally.skipped, tally.unmatched) == (
        len(expected), *(expected.count(kind) for kind in (NO_STATUS, SKIPPED, UNMATCHED)))


# What each writer keeps of an agent and a referrer.  IIS writes '+' for a blank and an ELB no escapes, so
# their logs do not tell; the others have neither.
KEPT = {"clf, nginx": lambda text: text, "clf, Apache": lambda text: text.partition(b"\0")[0], "cloudfront": lambda text: text}


@pytest.mark.parametrize("name", KEPT)
@given(data=st.data())
def test_what_a_client_sent_is_in_its_record(name, data):
    """Byte for byte, whatever it is, and nothing of it is in another part."""
    form, kept = writers.ALL[name], KEPT[name]
    written = data.draw(records)
    log = b"".join(line + b"\n" for line in (form.head, form.write(written)) if line)
    found = httpstatus.record(log, **form.how)
    plain = httpstatus.record(log.replace(form.write(written), form.write(written._replace(agent=b"a", referrer=b"b"))),
                              **form.how)
    for sent, got in ((written.agent, found.agent), (written.referrer, found.referer)):
        expected = kept(sent)
        assert got == (None if expected in (b"", b"-") else expected.decode("utf-8", "surrogateescape"))
    for part in ("time", "client", "user", "method", "target", "protocol", "bytes"):
        assert getattr(found, part) == getattr(plain, part)


@given(data=st.data(), form=columns)
def test_columns_and_sub_statuses(data, form):
    log, expected, written = data.draw(logs(form))
    assert list(httpstatus.extract(log, **form.how)) == expected
    pairs = Counter(f"{r.status}.{r.substatus}" for r in written
                    if r.status and r.substatus and b"sc-substatus" in form.head)
    assert httpstatus.tally(log, **form.how).substatuses == pairs


@pytest.mark.parametrize(
    "form", [form for form in writers.ALL.values() if form.detected],
    ids=[name for name, form in writers.ALL.items() if form.detected])
@given(data=st.data())
def test_the_format_is_found(form, data):
    """However many records imitate another format, one that does not is enough."""
    log, expected, _ = data.draw(logs(form))
    log += b"\n" + form.write(PLAIN)
    expected += [SKIPPED] * (log.count(b"\n") - len(expected)) + [200]
    assert httpstatus.tally(log, key=form.how.get("key")).format == form.how["format"]
    assert list(httpstatus.extract(log, key=form.how.get("key"))) == expected


@formats
@given(data=st.data(), cuts=st.lists(st.integers(0, 5000), max_size=6), every=st.integers(1, 70))
def test_any_split(form, data, cuts, every):
    log, _, _ = data.draw(logs(form, unmatched=True))
    for how in (form.how, form.how | {"format": "auto"}):
        whole = httpstatus.tally(log, **how)
        assert fed(split(log, cuts), how) == whole
        assert fed(split(log, range(0, len(log), every)), how) == whole


@formats
@given(data=st.data())
def test_sums(form, data):
    """A log cut at line ends is the sum of its parts."""
    parts = data.draw(st.lists(logs(form, unmatched=True).map(lambda log: log[0]), max_size=4))
    parts = [part if not part or part.endswith(b"\n") else part + b"\n" for part in parts]
    tallies = [httpstatus.tally(part, **form.how) for part in parts]
    assert sum(tallies, httpstatus.tally(b"", **form.how)) == \
        httpstatus.tally(b"".join(parts), **form.how)


@formats
@given(data=st.data(), seed=st.integers())
def test_the_order_of_files(tmp_path_factory, form, data, seed):
    """Only the numbers of unmatched lines know of it."""
    folder = tmp_path_factory.mktemp("files", numbered=True)
    paths = []
    for part in data.draw(st.lists(logs(form, unmatched=True).map(lambda log: log[0]),
                                   min_size=1, max_size=3)):
        paths.append(folder / str(len(paths)))
        paths[-1].write_bytes(part)
    shuffled = random.Random(seed).sample(paths, len(paths))
    one, other = (httpstatus.tally(files, **form.how).as_dict() for files in (paths, shuffled))
    one.pop("first_unmatched"), other.pop("first_unmatched")
    assert one == other


@formats
@given(data=st.data())
def test_select_and_extract_agree(form, data):
    log, expected, _ = data.draw(logs(form, unmatched=True))
    lines = log.replace(b"\r\n", b"\n").split(b"\n")
    which = ["1xx", "2xx", "3xx", "4xx", "5xx", *range(-1, 100), *range(600, 1000), "no_status"]
    found = list(httpstatus.select(log, which, **form.how))
    assert found == [(number, None if status == NO_STATUS else status, lines[number - 1])
                     for number, status in enumerate(expected, 1) if status >= NO_STATUS]
    rest = httpstatus.select(log, which, **form.how, invert=True)
    assert sorted([n for n, _, _ in found] + [n for n, _, _ in rest]) == \
        list(range(1, len(expected) + 1))


@given(log=st.lists(st.sampled_from(HOSTILE) | st.binary(max_size=8), max_size=30).map(b"".join),
       form=st.sampled_from(sorted({form.how["format"] for form in writers.ALL.values()}) + ["auto"]),
       cuts=st.lists(st.integers(0, 500), max_size=4))
def test_any_bytes(log, form, cuts):
    tally = httpstatus.tally(log, form)
    statuses = httpstatus.extract(log, form)
    assert len(statuses) == tally.lines == tally.records + tally.skipped + tally.unmatched
    assert dict(tally) == Counter(status for status in statuses if status > NO_STATUS)
    assert fed(split(log, cuts), {"format": form}) == tally
    assert tally + httpstatus.tally(b"", form) == tally == httpstatus.tally(b"", form) + tally


# ---- Statuses ----------------------------------------------------------------------------------

ROWS = httpstatus.statuses()


def text_of(row):
    """'403.14'; HAProxy's -1 has no sub-statuses."""
    return "-1" if row.code < 0 else f"{row.code}.{row.substatus}"


@given(st.sampled_from(ROWS))
def test_a_row_is_found_by_what_it_says(row):
    assert httpstatus.lookup(text_of(row), owner=row.owner) is row
    assert httpstatus.lookup(row.code, substatus=row.substatus, owner=row.owner) is row
    assert Status(*row.key) is row
    assert row in row.variants and row.variants == httpstatus.variants(row.code)
    assert any(found is row for found in httpstatus.statuses(row.status_class, row.owner))
    for name in {row.phrase, row.name, *row.aliases} - {None}:
        assert any(found is row for found in httpstatus.search(name))
        assert httpstatus.lookup(name.upper().replace(" ", "-")) is not None


def test_every_row_is_found():
    for row in ROWS:
        assert httpstatus.lookup(text_of(row), owner=row.owner) is row


codes = st.integers(-2**70, 2**70) | st.integers(0, 999)


@given(codes)
def test_effective(code):
    effective = httpstatus.effective(code)
    assert httpstatus.effective(effective) == effective
    assert 100 <= effective <= 599
    assert httpstatus.class_of(effective) == (httpstatus.class_of(code) or "5xx")
    assert effective in (code, effective // 100 * 100)
    row = httpstatus.lookup(code)
    assert httpstatus.phrase(code) == (None if row is None else row.phrase)
    assert row is None or row.code == code and row.substatus == 0 and row is row.variants[0]


@given(st.text(max_size=20) | st.sampled_from([row.phrase for row in ROWS if row.phrase]),
       st.randoms())
def test_lookups_of_any_text(text, rng):
    """Capitals, blanks, hyphens and underscores make no difference."""
    found = httpstatus.lookup(text)
    noisy = "".join(c + rng.choice(["", "", "-", "_", " "]) for c in text if c.isascii())
    if text.isascii() and text and not any(c.isdigit() for c in text):
        assert httpstatus.lookup(rng.choice([noisy, noisy.upper(), noisy.lower()])) is found


# ---- Redirects ---------------------------------------------------------------------------------

UPPER = {"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"}  # what Fetch says in capitals
methods = st.sampled_from(["GET", "HEAD", "POST", "PUT", "get", "Post", "CONNECT", "OPTIONS"]) | \
    st.from_regex(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,8}", fullmatch=True)
policies = st.sampled_from(_core._POLICIES)
rewrites = st.sampled_from(["none", "post", "may-post", "all", "ask"])
knobs = st.fixed_dictionaries({}, optional={
    "follow": st.lists(st.integers(300, 309), max_size=4), "others": st.sampled_from(["none", "may"]),
    "rewrite_301": rewrites, "rewrite_302": rewrites,
    "head_on_303": st.sampled_from(["HEAD", "GET"]),
    "unsafe_307_308": st.sampled_from(["follow", "ask", "none"]),
    "limit": st.none() | st.integers(1, 50)})


def given_method(method, policy):
    fetch = policy in ("fetch", "browser")
    return method.upper() if fetch and method.upper() in UPPER else method


@given(st.integers(290, 410) | codes, methods, policies, knobs)
@settings(max_examples=4 * settings().max_examples)
def test_a_redirect_invents_no_method(code, method, policy, knobs):
    record = httpstatus.redirect(code, method, policy, **knobs)
    assert (record is None) == (not 300 <= code <= 399)
    if record is None:
        return
    method = given_method(method, policy)
    assert (record.method is None) == (record.action == "none") == (record.reason is not None)
    assert record.method in (None, "GET", "HEAD", method)
    assert record.method != "HEAD" or method == "HEAD"
    if record.method is not None:
        kept = record.method == method
        assert record.preserves_method == record.keeps_body == kept or \
            (kept and method == "GET" and record.preserves_method)
        assert not kept or not record.drops_headers
        assert not (record.method_change == "forbidden" and not kept)
        assert not (record.method_change == "required" and kept)


@given(st.lists(st.tuples(st.integers(300, 310), st.booleans()), max_size=12), methods, policies)
def test_a_chain_is_its_steps(steps, method, policy):
    chain = httpstatus.RedirectChain(method, policy)
    methods = {"GET", "HEAD", given_method(method, policy)}
    for count, (code, cross_origin) in enumerate(steps):
        before = chain.method
        try:
            record = chain.step(code, f"/{count}", cross_origin)
        except httpstatus.RedirectError:
            assert chain.count == httpstatus.redirect(302, "GET", policy).limit
            break
        alone = httpstatus.redirect(code, before, policy)
        assert (record.action, record.method) == (alone.action, alone.method)
        assert chain.method in methods
        if record.action == "none":
            break

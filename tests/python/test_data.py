"""What data/generate.py refuses, and its comparison with IANA's registry."""
import copy
import csv
import datetime
import re
import shutil
import sys

import pytest

if sys.version_info < (3, 11):
    pytest.skip("data/generate.py needs tomllib of Python 3.11", allow_module_level=True)

import conftest
import formats
import generate
import httpstatus
import oracle
import search_vectors
import tomllib
from measure import SCANNERS

DATA, ROOT = generate.read_toml("status.toml"), generate.ROOT


def row_of(data, code, owner="IANA"):
    return next(r for r in data["status"] if (r["code"], r["owner"]) == (code, owner))


def set_row(row_code, **values):
    return lambda data: row_of(data, row_code).update(values)


def drop(row_code, key, owner="IANA"):
    return lambda data: row_of(data, row_code, owner).pop(key)


def repeat_row(data):
    data["status"].insert(0, copy.deepcopy(data["status"][0]))


def swap_rows(data):
    data["status"][:2] = data["status"][1::-1]


ALIAS = {"phrase": "Gone", "source": "nobody"}
REFUSED = {
    "two rows have this key": repeat_row,
    "out of order": swap_rows,
    "the owner is not in \\[owners\\]": set_row(404, owner="nobody"),
    "lifecycle 'retired'": set_row(404, lifecycle="retired"),
    "lifecycle 'current'": set_row(404, lifecycle="current"),
    "no reference": set_row(404, reference=""),
    "keys missing: {'reference'}": drop(404, "reference"),
    "unknown keys {'colour'}": set_row(404, colour="red"),
    "is_cacheable: ": set_row(404, is_cacheable={"answer": True}),
    "is_cacheable: {'answer': True, 'reference': ''}":
        set_row(404, is_cacheable={"answer": True, "reference": ""}),
    "is_cacheable: {'answer': 1": set_row(404, is_cacheable={"answer": 1, "reference": "x"}),
    "retry ": set_row(503, retry={"advice": "pray", "reference": "x"}),
    "'level': 'OUGHT'":
        set_row(401, headers=[{"name": "x", "level": "OUGHT", "reference": "x"}]),
    "the description has 0 characters": set_row(404, description=" \n "),
    "the description has 101 characters": set_row(404, description="x" * 100 + "."),
    "the explanation has 601 characters": set_row(404, explanation="x" * 600 + "."),
    "the description does not end": set_row(404, description="No stop"),
    "more than one sentence": set_row(404, description="One. Two."),
    "a stray suffix": set_row(203, phrase="Non-Authoritative Information (since HTTP/1.1)"),
    "not ASCII": set_row(404, reference="RFC 9110 \u00a7 15.5.5"),
    "the code is not in -1..999": set_row(404, code=1000),
    "the sub-status is not in 0..65535": set_row(404, substatus=65536),
    "means \\[\\(404, 0\\), \\(410, 0\\)\\]: list it in 'ambiguous'": set_row(404, aliases=[ALIAS]),
    "without its source": set_row(404, aliases=[ALIAS | {"source": ""}]),
    "the phrase among its aliases": set_row(404, aliases=[ALIAS | {"phrase": "Not Found"}]),
    "is in 'ambiguous' but means one code": lambda data: data["ambiguous"].append("Gone"),
    "nothing is spelled \\['Nonsense'\\]": lambda data: data["ambiguous"].append("Nonsense"),
    "expected one primary row": drop(499, "primary", "nginx"),
    "'primary' where there is no choice": set_row(404, primary="because"),
    "wire": set_row(404, wire="telegram"),
    "121 synonyms: give at most": set_row(404, synonyms=[f"word {i}" for i in range(121)]),
    "synonym 'Lost': give words of a-z": set_row(404, synonyms=["Lost"]),
    "40 characters at most": set_row(404, synonyms=["x" * 41]),
    "synonym 'not_found' is there already": set_row(404, synonyms=["not_found"]),
    "synonym 'moved temporarily' is there already": set_row(302, synonyms=["moved temporarily"]),
    "synonym 'lost' is there already": set_row(404, synonyms=["lost", "lost"]),
    "alike 'one the': .'the'. are there": lambda data: data["alike"].append("one the"),
    "'big-file'.: give words": lambda data: data["alike"].append("big-file archive"),
    "wide_spread .'nobody'.": lambda data: data.update(wide_spread=["nobody"]),
    "'hearsay' is not in \\[sources\\]": set_row(404, reference="hearsay"),
    "no row has the sources \\['hearsay'\\]":
        lambda data: data["sources"].update(hearsay=datetime.date(2026, 1, 1)),
    "source 'RFC ': 'today' is no date": lambda data: data["sources"].update({"RFC ": "today"}),
    "if, and only if, temporary": drop(104, "registration"),
    "registration {'expires'": set_row(104, registration={"expires": datetime.date(2026, 11, 13)}),
}


@pytest.mark.parametrize("message", REFUSED)
def test_refused(message):
    data = copy.deepcopy(DATA)
    REFUSED[message](data)
    with pytest.raises(generate.Wrong, match=message):
        generate.make_table(data)


def test_taken():
    table = generate.make_table(copy.deepcopy(DATA))
    assert len(table["rows"]) == len(DATA["status"])
    assert len({(r["code"], r["substatus"], r["owner"]) for r in table["rows"]}) == \
        len(table["rows"])


def test_iana(tmp_path):
    """IANA's CSV file as it would be if it had nothing new, then with every kind of change."""
    rows = generate.make_table(copy.deepcopy(DATA))["rows"]
    marks = {"temporary": " (TEMPORARY - registered 2024-11-13, expires 2026-11-13)",
             "obsoleted": " (OBSOLETED)"}
    entries = [["105-199", "Unassigned", ""]]
    for row in rows:
        if row["owner"] == "IANA":
            phrase = "(Unused)" if row["lifecycle"] == "unused" else \
                row["phrase"] + marks.get(row["lifecycle"], "")
            entries.append([str(row["code"]), phrase, f"[{row['reference'].replace('RFC ', 'RFC')}]"])
    path = tmp_path / "http-status-codes-1.csv"

    def differences(changes=()):
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["Value", "Description", "Reference"])
            writer.writerows(dict(changes).get(entry[0], entry) for entry in entries
                             if dict(changes).get(entry[0], entry))
            writer.writerows(entry for code, entry in changes if code == "+")
        return list(generate.compare_registry(rows, generate.read_registry(path)))
    assert differences() == []
    assert differences([
        ("404", ["404", "Absent", "[RFC9110, Section 15.5.5]"]), ("425", None),
        ("+", ["499", "Client Closed Request", "[RFC9999]"]),
        ("510", ["510", "Not Extended", "[RFC2774]"]),
        ("411", ["411", "Length Required (DEPRECATED)", "[RFC9110]"]),
        ("200", ["200", "OK", "[RFC9999]"]),
        ("104", ["104", "Upload Resumption Supported (TEMPORARY - registered 2024-11-13, extension "
                 "registered 2026-09-15, expires 2027-11-13)", "[draft]"]),
    ]) == [
        "registration: 104 ends 2026-11-13 -> 2027-11-13",
        "reference: 200 RFC 9110 Section 15.3.1 -> RFC 9999",
        "renamed: 404 Not Found -> Absent",
        "lifecycle: 411 active -> deprecated",
        "gone: 425 Too Early",
        "new: 499 Client Closed Request",
        "lifecycle: 510 obsoleted -> no mark",
    ]


def test_sources():
    """What is to be read again: a year after it was read, and what has ended."""
    table = generate.make_table(copy.deepcopy(DATA))
    oldest, newest = min(table["sources"].values()), max(table["sources"].values())
    ended = ["104.0 IANA: the registration ended on 2026-11-13"]
    year = datetime.timedelta(days=365)
    assert list(generate.rows_to_read(table, datetime.date(2026, 11, 12))) == []
    assert list(generate.rows_to_read(table, oldest + year)) == ended
    assert f"499.0 nginx: nginx/nginx was read on {table['sources']['nginx/nginx']}" in list(
        generate.rows_to_read(table, newest + year + datetime.timedelta(days=1)))


VECTORS = [line.split("\t") for line in search_vectors.VECTORS.read_text(encoding="ascii").splitlines()[1:]
           if not line.startswith("#")]


def test_every_row_has_its_vector():
    """A row that is added to the data is asked for in three languages."""
    keys = {f"{row['code']} {row.get('substatus', 0)} {row['owner']}" for row in DATA["status"]}
    assert keys == {vector[2] for vector in VECTORS if vector[1] == "row"}


def test_the_vectors_have_only_their_own_escapes():
    """Runners may undo others each in its own way."""
    own = re.compile(r"\\([tnr\\]|x[0-9a-f]{2})", re.IGNORECASE)
    assert not [vector[0] for vector in VECTORS if "\\" in own.sub("", vector[2])]


def test_the_vectors_of_search_are_of_these_texts():
    """They change with the texts: tests/python/search_vectors.py writes them anew."""
    rows = generate.make_table(DATA)["rows"]
    for vector in VECTORS:
        if vector[1] == "search":
            assert vector[3] == search_vectors.search(rows, search_vectors.unescape(vector[2])), vector[0]


def test_what_is_generated_is_fresh(capsys, monkeypatch):
    """Anyone who runs pytest after a change of the data learns of data/generate.py."""
    monkeypatch.setattr("sys.argv", ["generate.py", "--check"])
    with pytest.raises(SystemExit) as ended:
        generate.main()
    assert not ended.value.code, capsys.readouterr().out


def vocabulary(change):
    changed = copy.deepcopy(generate.read_toml("vocabulary.toml"))
    change(changed)
    return generate.words_of(changed)


WRONG_WORDS = {
    "Tally.lines: '': expected ASCII": lambda v: v["Tally"].update(lines=""),
    "advice.repeat: 'Send it.'": lambda v: v["advice"].update(repeat="Send it."),
    "RetryAdvice.advice: {advise} is not a set": lambda v: v["RetryAdvice"].update(advice="{advise:}"),
}


@pytest.mark.parametrize("message", WRONG_WORDS)
def test_wrong_words(message):
    with pytest.raises(generate.Wrong, match=message):
        vocabulary(WRONG_WORDS[message])


WRONG_RETRIES = {
    "advice .*: expected": lambda d: d["advice"].pop("no"),
    "advice no: ": lambda d: d["advice"]["no"].update(action="hope"),
    "advice modified: ": lambda d: d["advice"]["modified"].update(colour="red"),
    "policy curl: codes .200.: give codes": lambda d: d["policy"]["curl"].update(codes=[200]),
    "policy curl: codes .503, 429.: give codes": lambda d: d["policy"]["curl"].update(codes=[503, 429]),
    "policy urllib3: {": lambda d: d["policy"]["urllib3"].pop("reference"),
    "policy rfc9110: {": lambda d: d["policy"]["rfc9110"].update(reference="none"),
    "policy curl: {": lambda d: d["policy"]["curl"].update(colour="red"),
}


@pytest.mark.parametrize("message", WRONG_RETRIES)
def test_wrong_rules_of_retries(message):
    data = generate.read_toml("retry.toml")
    WRONG_RETRIES[message](data)
    with pytest.raises(generate.Wrong, match=message):
        list(generate.c_retries(data))


def test_a_member_that_one_language_lacks():
    """A word that is left out somewhere is named."""
    lua_items = generate.stubs.lua_items
    with pytest.raises(generate.Wrong, match="Tally lacks .'colour'"):
        lua_items(vocabulary(lambda v: v["Tally"].update(colour="its colour")), {}, [])
    with pytest.raises(generate.Wrong, match="Tally.lines is not in vocabulary.toml"):
        lua_items(vocabulary(lambda v: v["Tally"].pop("lines")), {}, [])
    with pytest.raises(generate.Wrong, match="expected one place"):
        generate.words.header(generate.WORDS, "enum httpstatus_action {")


WRONG_TYPES = {  # in a comment of a C file
    "_new.c: 'def colour[(]: ...': ": "def colour(: ...",
    "_new.c: colour: neither it nor the file is in SECTIONS": "def colour() -> str: ...",
    "_new.c: class Colour: no docstring": "@final\nclass Colour:\n    name: str",
    "_new.c: class Colour begins nowhere": "class Colour:\n    name: str",
    "_new.c: hue: neither it nor the file is in SECTIONS": "httpstatus.hue()\nIts hue.",
    "_new.c: 'Its hue.': expected httpstatus.name": "Its hue.\n@return string",
    "methods of .'Colour'": "Colour:hue()\nIts hue.",
    "Time.seconds has its text from vocabulary.toml": "@class httpstatus.Time\n@field seconds integer the seconds",
}


@pytest.mark.parametrize("message", WRONG_TYPES)
def test_wrong_types(message, monkeypatch):
    files = {ROOT / path: (ROOT / path).read_text(encoding="utf-8") for path in (
        generate.words.STUB, generate.words.ANNOTATIONS, generate.words.PYTHON_WORDS)}
    real, new = generate.stubs.comments, ("_new.c", WRONG_TYPES[message], "")
    monkeypatch.setattr(generate.stubs, "comments", lambda *of: [*real(*of), new])
    with pytest.raises(generate.Wrong, match=message):
        generate.stubs.derived(generate.WORDS, [], "", files)


def test_the_order_of_what_is_gone(monkeypatch):
    monkeypatch.setattr(generate.stubs, "SECTIONS", {"The module": ("scanner hue", "")})
    with pytest.raises(generate.Wrong, match="SECTIONS has .'hue'"):
        list(generate.stubs.in_sections([generate.stubs.Item("scanner", "_core.c")], 0))


def test_a_module_of_another_tree(tmp_path, monkeypatch):
    """Anyone who runs pytest after a change of the C files learns what to build."""
    for folder in "core", "bindings/python/httpstatus":
        shutil.copytree(conftest.ROOT / folder, tmp_path / folder)
    monkeypatch.setattr(conftest, "ROOT", tmp_path)
    monkeypatch.setattr(conftest, "PACKAGE", tmp_path / "bindings/python/httpstatus")
    assert conftest.fault_of_the_module() is None
    for name, said in (("bindings/python/httpstatus/_jobs.py", "_jobs.py is not what bindings/python"),
                       ("core/status_table.h", "was not built from the C files")):
        (tmp_path / name).write_text((tmp_path / name).read_text() + "\n")
        assert said in conftest.fault_of_the_module()


def arguments(function, index):
    """The index-th argument of the function in all vectors."""
    return {vector[2].split(" ")[index].split(";")[0] for vector in VECTORS if vector[1] == function}


def test_every_policy_is_judged():
    """By the oracle, and by vectors that three languages answer."""
    policies = set(generate.WORDS.sets["policy"])
    assert policies <= oracle.RULES.keys() and policies <= arguments("redirect", 1)


def test_every_policy_of_retries_has_its_vectors():
    assert set(generate.WORDS.sets["retry_policy"]) <= arguments("retry", 1)


def test_every_advice_has_its_vector():
    """And none is lost: what a row says, the three languages do."""
    rows = generate.make_table(DATA)["rows"]
    advised = {f"{row['code']} {row['substatus']} {row['owner']}": row["retry"]["advice"] for row in rows
               if "retry" in row}
    assert advised == {vector[2]: vector[3] for vector in VECTORS if vector[1] == "retry_advice" and vector[3] != "-"}


def test_every_format_has_its_vectors():
    formats = set(generate.WORDS.spellings("named_format"))
    assert formats <= arguments("lines", 0) and formats <= arguments("log", 0)


PARTS = {  # of tests/python/formats/NAME.py: any of these names
    "its rule, for oracle.py": ["rule"],
    "its naive reader, for reference.py": ["read", "columns", "objects_of"],
    "its server, for writers.py": ["WRITERS"],
    "its lines, for tests/c/test_scan.c": ["SAMPLES"],
    "its usual lines, for tests/c/test_scan.c, or why its look tells none": ["USUAL", "NO_LOOK"],
    "a line to change, for test_httpstatus.py": ["CHANGED"],
    "what attacks it, for tests/system/attack": ["FORGED"],
    "a log made up, for tests/bench": ["CORPUS"],
}


@pytest.mark.parametrize("name", generate.WORDS.spellings("named_format"))
def test_every_format_is_judged(name):
    """By its rules, stated again, its server's lines, what attacks it, its speed."""
    assert name in formats.ALL, f"tests/python/formats/{name}.py is missing"
    lacking = [part for part, names in PARTS.items()
               if not any(getattr(formats.ALL[name], each, None) for each in names)]
    assert not lacking, f"tests/python/formats/{name}.py lacks {'; '.join(lacking)}"
    assert {form.how["format"] for form in formats.ALL[name].WRITERS.values()} == {name}


def test_every_log_has_its_row():
    logs = ROOT / "tests/logs"
    page = (logs / "README.md").read_text(encoding="utf-8")
    names = [path.relative_to(logs).as_posix() for path in sorted(logs.glob("*/*")) if path.suffix != ".pyc"]
    assert [name for name in names if f"| `{name}` |" not in page] == []


def public_headers():
    return [ROOT / path for path in generate.words.public_headers()]


def test_the_usual_keys_are_documented():
    data = tomllib.loads((ROOT / "data/parts.toml").read_text(encoding="utf-8"))
    page = (ROOT / "core/README.md").read_text(encoding="utf-8")
    keys = [key["key"] for key in data["status"]["keys"]]
    proofs = [key["key"] for part in ("method", "request") for key in data["json"][part] if key.get("proves")]
    assert keys == formats.ALL["json"].KEYS and proofs == formats.ALL["json"].METHODS
    assert {key["key"] for key in data["status"]["keys"] if key.get("unsure")} == formats.ALL["json"].UNSURE
    for key in keys + proofs:
        assert f"`{key.removeprefix('Attributes.')}`" in page or key.startswith("Attributes."), key


def test_the_keys_of_times_are_names():
    """core/json_look.h looks for them as names, and core/json_parts.c for the first entries alone."""
    table = (ROOT / "core/part_keys_table.h").read_text(encoding="ascii")
    keys = re.findall(r'\{"([^"]+)", \d+, (\w+),', table)
    times = [key for key, part in keys if part == "HTTPSTATUS_PART_TIME"]
    assert times == [key for key, _ in keys[:len(times)]] and not any("." in key for key in times)
    assert len(times) <= 16  # HTTPSTATUS_SOUGHT


def functions_of_the_core():
    headers = "".join(path.read_text(encoding="ascii") for path in public_headers())
    return re.findall(r"^HTTPSTATUS_API\b[^;(]*\b(httpstatus_\w+)\(", headers, re.M)


def test_every_public_header_is_included():
    """By httpstatus.h; those are what is generated, and what CMake installs."""
    assert sorted(public_headers()) == sorted((ROOT / "core").glob("httpstatus*.h"))


# What a binding does not call, and why.
NOT_CALLED = {
    "python": {
        "httpstatus_series_add": "the times of a log are counted line by line",
        "httpstatus_latency_add": "the durations of a log are counted line by line",
        "httpstatus_top_add": "the parts of a log are counted line by line",
        "httpstatus_top_count": "a packed top knows how many are shown",
        "httpstatus_top_exact": "a packed top has the two numbers",
        "httpstatus_meets": "httpstatus_line_meets() asks it of the record in a line",
        "httpstatus_lookup": "httpstatus_find() without an owner gives the same row",
        "httpstatus_phrase": "the phrase is a field of the row",
        "httpstatus_policy_values": "httpstatus_expected() has the values in its sentence",
        "httpstatus_url_rules_name": "httpstatus_expected() lists them",
        "httpstatus_scanner_at": "httpstatus_expected() lists them; for C's tests and measurements",
    },
    "lua": dict.fromkeys(
        ["httpstatus_part_find"], "a record has all parts") | {
        "httpstatus_meets": "httpstatus_line_meets() asks it of the record in a line",
        "httpstatus_series_add": "the times of a log are counted line by line",
        "httpstatus_series_step_at": "httpstatus_expected() lists them",
        "httpstatus_series_asked": "there are no saved series in Lua",
        "httpstatus_series_restore": "there are no saved series in Lua",
        "httpstatus_series_add_bucket": "there are no saved series in Lua",
        "httpstatus_latency_add": "the durations of a log are counted line by line",
        "httpstatus_top_add": "the parts of a log are counted line by line",
        "httpstatus_top_by_name": "httpstatus_expected() lists them",
        "httpstatus_top_is_over": "for programs that count other things in the same slices",
        "httpstatus_latency_restore": "there are no saved latencies in Lua",
        "httpstatus_latency_add_bucket": "there are no saved latencies in Lua",
        "httpstatus_top_restore": "there are no saved tops in Lua",
        "httpstatus_top_add_entry": "there are no saved tops in Lua",
        "httpstatus_escape_name": "httpstatus_expected() lists them",
        "httpstatus_policy_name": "httpstatus_expected() lists them",
        "httpstatus_policy_values": "httpstatus_expected() has the values in its sentence",
        "httpstatus_usual_key": "a tally shows no count of each key",
        "httpstatus_retry_policy_name": "httpstatus_expected() lists them",
        "httpstatus_url_rules_name": "httpstatus_expected() lists them",
        "httpstatus_scanner_at": "httpstatus_expected() lists them; for C's tests and measurements",
        "httpstatus_scanner_is_open": "for C programs that end a part of a log between two records",
        "httpstatus_finish_torn": "Lua reads no compressed logs, whose damage it would end",
        "httpstatus_carry_out": "there are no parallel jobs in Lua",
        "httpstatus_carry_in": "there are no parallel jobs in Lua",
        "httpstatus_carry_equal": "there are no parallel jobs in Lua",
    },
}


@pytest.mark.parametrize("language, folder", [("python", "bindings/python/httpstatus"),
                                              ("lua", "bindings/lua")])
def test_every_function_is_called(language, folder):
    """A function of the core that a binding leaves out is named, or stands above with its reason."""
    files = "".join(path.read_text(encoding="utf-8") for path in (ROOT / folder).glob("*.[ch]"))
    called = set(re.findall(r"\bhttpstatus_\w+", files))
    assert set(functions_of_the_core()) - called == NOT_CALLED[language].keys()


def test_the_manual_names_functions_alone():
    """Its synopsis has each one, as generated; its text says which to use, and of none that is gone."""
    named = re.findall(r"^\.F[no] (httpstatus_\w+)", (ROOT / generate.C_MANUAL).read_text(encoding="ascii"), re.M)
    assert set(named) == set(functions_of_the_core())


def test_every_scanner_says_who_has_it():
    """What users are told of the scanners comes from the table of kernels."""
    text = (ROOT / generate.words.KERNELS).read_text(encoding="ascii")
    assert [*generate.words.scanners(text)] == SCANNERS
    with pytest.raises(generate.Wrong, match="sse2.*: expected a kernel and a comment"):
        generate.words.scanners(re.sub('("sse2".*) */.*', r"\1", text))


def test_the_writers_of_logs_have_rows():
    owners = {form["owner"] for form in generate.read_toml("formats.toml").values() if "owner" in form}
    assert owners <= {row.owner for row in httpstatus.statuses()}


def test_a_policy_named_after_a_client_answers_as_it_does():
    policies = generate.read_toml("redirect.toml")["policy"]
    methods = generate.read_toml("clients.toml")["methods"]
    named = {name: policy["client"] for name, policy in policies.items() if "client" in policy}
    assert named.keys() == {"fetch", "curl", "curl-follow", "requests"}
    for policy, name in named.items():
        cells = [client for code in range(300, 309) for method in methods for body in (True, False)
                 for client in httpstatus.redirect_clients(code, method, body) if client.name == name]
        assert len(cells) == 2 * 9 * len(methods), policy
        for client in cells:
            r = httpstatus.redirect(client.code, client.request_method, policy,
                                    body=client.request_body)
            assert (client.differs_from(policy), client.method) == ((), r.method), client
            assert client.limit in (None, r.limit), client


@pytest.mark.parametrize("runner, memory, binding", [
    ("python/vectors.py", "python/memory.py", generate.words.STUB),
    ("lua/vectors.lua", "lua/memory.lua", generate.words.ANNOTATIONS),
], ids=["python", "lua"])
def test_every_function_runs_out_of_memory(runner, memory, binding):
    """In a scenario of its own or by its vectors, which the runner finds by its name or calls it for."""
    declared = (ROOT / binding).read_text(encoding="utf-8")
    texts = [(ROOT / "tests" / name).read_text(encoding="utf-8") for name in (runner, memory)]
    tried = {vector[1] for vector in VECTORS}.union(*(re.findall(r"\bhttpstatus\.(\w+)", text) for text in texts))
    functions = set(re.findall(r"^(?:def |function httpstatus\.)(\w+)", declared, re.M))
    assert functions
    assert functions - tried == set()

"""The real logs beside the project: how many lines are wrong, and how fast they are counted."""
import contextlib
import json
import subprocess

import httpstatus

from measure import ROOT, WC, heading, lua_table, measure, row, tallies

LOGS = ROOT.parent / "shared" / "logs"
CUSTOM = '%h %l %u %t "%r" %>s %b'
EXTRACT = """
for _, status in ipairs(require "httpstatus".extract(path, options)) do io.write(status, " ") end
"""


def answers(entry):
    """The status of every line by the logs' own answers; None if it may be read either way."""
    path = LOGS / entry["file"]
    rows = {row["line"]: row["status"]
            for row in json.loads(path.with_suffix(".expected.json").read_text())}
    optional = {row["line"] for row in entry.get("optional", [])}
    for number in range(1, entry["lines"] + 1):
        if number in optional:
            yield None
        elif number in rows:
            yield httpstatus.NO_STATUS if rows[number] is None else rows[number]
        else:
            yield httpstatus.UNMATCHED


def wrong_lines(entry, statuses):
    """How many differ from the answers, which do not know skipped lines."""
    return sum(want is not None and want != max(status, httpstatus.UNMATCHED)
               for want, status in zip(answers(entry), statuses, strict=True))


def wrong_lines_of_python(entry, how):
    return wrong_lines(entry, httpstatus.extract(LOGS / entry["file"], **how))


def wrong_lines_of_lua(entry, how, program="lua5.4"):
    code = f"local path, options = [[{LOGS / entry['file']}]], {lua_table(how)} {EXTRACT}"
    return wrong_lines(entry, map(int, subprocess.check_output([program, "-e", code]).split()))


@contextlib.contextmanager
def repeated(entry, options):
    """The path of a real log, repeated up to a quarter of the size; slow formats need no more."""
    path = options.folder / "bench-real.log"
    piece = (LOGS / entry["file"]).read_bytes().rstrip(b"\n") + b"\n"
    try:
        with path.open("wb") as file:
            for _ in range(options.size // 4 // len(piece) + 1):
                file.write(piece)
        yield path
    finally:
        path.unlink(missing_ok=True)


def by_format():
    """{format: [(entry of the index, options)]}"""
    formats = {}
    for entry in json.loads((LOGS / "index.json").read_text()):
        how = {"format": {"iis": "w3c"}.get(entry["format"], entry["format"])}
        how |= {key: entry[key] for key in ("key", "fields") if key in entry}
        formats.setdefault(how["format"], []).append((entry, how))
    longest, _ = max(formats["clf"], key=lambda log: log[0]["bytes"])
    return formats | {CUSTOM: [(longest, {"format": CUSTOM})]}


def section(options):
    """the real logs beside the project: lines wrong, and the speed on the longest of a format"""
    if not LOGS.exists():
        print("\nskipped: the real logs: needs ../shared")
        return
    heading("Real logs", "format", "files", "records", "wrong, Python", "wrong, Lua",
            "GB/s, Python", "x `wc -l`, Python", "x `wc -l`, Lua")
    for name, logs in by_format().items():
        wrong = [sum(count(*log) for log in logs)
                 for count in (wrong_lines_of_python, wrong_lines_of_lua)]
        entry, how = max(logs, key=lambda log: log[0]["bytes"])
        with repeated(entry, options) as log:
            wc, *ours = measure([(program, log) for program in [WC, *tallies(how)]], options.rounds)
        row(f"`{name}`", len(logs), sum(entry["records"] for entry, _ in logs), *wrong,
            f"{ours[0].speed:.2f}", *(f"{result.speed / wc.speed:.3f}" for result in ours))

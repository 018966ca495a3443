#!/usr/bin/env python3
"""The questions of bindings/questions.md, beside what else answers them.

    tests/bench/questions.py [--each N] [--rounds N]

The log is the incident of tests/system/incident.py, with N times as many requests.  The programs take turns, as whole
processes on a log in the page cache; medians are shown.  Needs httpstatus installed; of the others, what is there.
"""
import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "system"))
import incident
from measure import Program, heading, machine, measure, row

COLUMNS = {"time": "TIMESTAMP", "remote_addr": "VARCHAR", "host": "VARCHAR", "request_uri": "VARCHAR",
           "status": "SMALLINT", "request_time": "DOUBLE"}
GOACCESS = ('{ "time": "%dT%t+%^", "remote_addr": "%h", "host": "%v", "request_method": "%m", "request_uri": "%U", '
            '"status": "%s", "body_bytes_sent": "%b", "request_time": "%T" }')


def ours(*arguments):
    return Program("httpstatus", lambda log: [
        sys.executable, "-m", "httpstatus", "tally", log, *(part.replace("PAGE", f"{log}.html") for part in arguments)],
        inside=False)


def mawk(program):
    """Columns of JSON as people take them: between quotes, in the order of this one log."""
    return Program("mawk", lambda log: ["mawk", "-F", '"', program, log], inside=False)


def duckdb(query):
    code = ("import duckdb, sys; log = duckdb.read_json(sys.argv[1], format='newline_delimited', "
            f"columns={COLUMNS}); print(duckdb.sql({query!r}))")
    return Program("DuckDB", lambda log: [sys.executable, "-c", code, log], inside=False)


def goaccess():
    """Its whole report, which answers several questions at once."""
    return Program("goaccess", lambda log: [
        "goaccess", log, "--log-format", GOACCESS, "--date-format", "%Y-%m-%d", "--time-format", "%H:%M:%S", "--no-progress",
        "--no-global-config", "-o", str(Path(log).with_suffix(".json"))], inside=False)


def lnav(query):
    """Its command line, with the format of this log, which it does not know."""
    return Program("lnav", lambda log: ["lnav", "-I", str(Path(log).parent), "-n", "-c", f";{query}", "-c", ":write-csv-to -", log],
                   inside=False)


def write_lnav_format(folder):
    kinds = {"status": "integer", "request_time": "float"}
    target = folder / "formats/incident/format.json"
    target.parent.mkdir(parents=True)
    target.write_text(json.dumps({
        "$schema": "https://lnav.org/schemas/format-v1.schema.json",
        "incident": {"title": "incident", "json": True, "timestamp-field": "time", "hide-extra": True,
                     "line-format": [{"field": "__timestamp__"}, " ", {"field": "request_uri"}],
                     "value": {name: {"kind": kinds.get(name, "string")} for name in COLUMNS if name != "time"}}}))


def angle_grinder(query):
    return Program("angle-grinder", lambda log: ["agrind", "--output", "logfmt", "--file", log, f"* | json | {query}"], inside=False)


PATH = 'split($20, a, "?"); '
QUESTIONS = {
    "which URLs fail": (
        ours("--top", "path", "--only", "5xx"),
        mawk('substr($23, 2, 1) == 5 { %sn[a[1]]++ } END { for (path in n) print n[path], path }' % PATH),
        duckdb("select split_part(request_uri, '?', 1), count(*) from log where status >= 500 group by 1 order by 2 desc"),
        lnav("SELECT substr(request_uri, 1, instr(request_uri || '?', '?') - 1) path, count(*) FROM incident "
             "WHERE status >= 500 GROUP BY 1 ORDER BY 2 DESC"),
        angle_grinder('where status >= 500 | split(request_uri) on "?" as parts | parts[0] as path | count by path')),
    "how many per minute": (
        ours("--by", "minute"),
        mawk('{ n[substr($4, 1, 16) " " substr($23, 2, 1)]++ } END { for (key in n) print n[key], key }'),
        duckdb("select date_trunc('minute', time), status // 100, count(*) from log group by 1, 2 order by 1, 2"),
        lnav("SELECT strftime('%Y-%m-%d %H:%M', log_time), status / 100, count(*) FROM incident GROUP BY 1, 2"),
        angle_grinder("parseDate(time) as at | timeslice(at) 1m | count by _timeslice, status")),
    "which clients get 4xx": (
        ours("--top", "client", "--only", "4xx"),
        mawk('substr($23, 2, 1) == 4 { n[$8]++ } END { for (client in n) print n[client], client }'),
        duckdb("select remote_addr, count(*) from log where status between 400 and 499 group by 1 order by 2 desc"),
        lnav("SELECT remote_addr, count(*) FROM incident WHERE status BETWEEN 400 AND 499 GROUP BY 1 ORDER BY 2 DESC"),
        angle_grinder("where status >= 400 && status < 500 | count by remote_addr")),
    "without health checks": (
        ours("--exclude-path", "/healthz"),
        mawk('index($20, "/healthz") != 1 { n[substr($23, 2, 3)]++ } END { for (code in n) print n[code], code }'),
        duckdb("select status, count(*) from log where not starts_with(request_uri, '/healthz') group by 1"),
        lnav("SELECT status, count(*) FROM incident WHERE request_uri NOT LIKE '/healthz%' GROUP BY 1"),
        angle_grinder("where substring(request_uri, 0, 8) != \"/healthz\" | count by status")),
    "since a time": (
        ours("--since", "2026-11-28T12:20+00:00"),
        mawk('$4 >= "2026-11-28T12:20" { n[substr($23, 2, 3)]++ } END { for (code in n) print n[code], code }'),
        duckdb("select status, count(*) from log where time >= '2026-11-28 12:20' group by 1"),
        lnav("SELECT status, count(*) FROM incident WHERE log_time >= '2026-11-28 12:20' GROUP BY 1"),
        angle_grinder("where time >= \"2026-11-28T12:20\" | count by status")),
    "all of a report": (ours("--html", "PAGE"), goaccess()),
}
NEEDS = {"mawk": "mawk", "goaccess": "goaccess", "lnav": "lnav", "angle-grinder": "agrind"}
NAMES = "httpstatus", "mawk", "DuckDB", "goaccess", "lnav", "angle-grinder"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        incident.write(folder, 2 * arguments.each)
        write_lnav_format(Path(folder))
        log = Path(folder) / "incident.log"
        print(machine())
        heading(f"Seconds for a log of {log.stat().st_size / 1e6:.0f} MB", "question", *NAMES)
        for question, programs in QUESTIONS.items():
            here = [program for program in programs if shutil.which(NEEDS.get(program.name, "python3"))]
            found = {result.name: f"{log.stat().st_size / result.speed / 1e9:.2f}"
                     for result in measure([(program, log) for program in here], arguments.rounds)}
            row(question, *(found.get(name, "") for name in NAMES))


if __name__ == "__main__":
    main()

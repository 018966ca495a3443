#!/usr/bin/env python3
"""The parts of records, judged by parsers that other people wrote.

    tests/system/other_parsers.py [-v] [--only JUDGE] [LOG...]

Reads each log with httpstatus.records() and with every installed parser of its format, and compares the
parts line by line.  Without LOG: the logs of tests/logs and of ../shared/logs, where it exists; the folder
of a log names its format.  A difference must have a rule, which says who is right and by which document;
what has none fails, also a line that only one of them reads.  -v shows an example of each rule.  The
judges, each of which may be missing:

    pip install apachelogs aws-log-parser duckdb haproxy-log-analysis s3-log-parse
    apt-get install lnav

apachelogs reads format strings, so it judges ours too, and Envoy's lines by a string of its own.  DuckDB
and Python's json divide lines into columns and keys; what these mean is said here, by the documents of
their writers.
"""
import argparse
import collections
import datetime
import decimal
import importlib.metadata
import ipaddress
import itertools
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

import httpstatus

ROOT = pathlib.Path(__file__).resolve().parents[2]
OURS, REAL = ROOT / "tests" / "logs", ROOT.parent / "shared" / "logs"
FOLDERS = {"iis": "w3c"}
NOT_TEXT = {"utf-16-be.log", "utf-16-le.log"}
UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)

# A place where they differ: 'part' is "record" if only the judge takes the line for a record, "unread" if
# only we do.
Case = collections.namedtuple("Case", "judge log number line part ours theirs record other")
# 'right' is ours, theirs, both (two readings of one text) or neither.
Rule = collections.namedtuple("Rule", "name right document applies")


class Log:
    """A log as we read it: 'records' by line number, and the text of the lines."""

    def __init__(self, path):
        self.path = path
        self.real = REAL in path.parents
        self.folder = path.parent.name
        self.name = f"{self.folder}/{path.name}"
        self.kind = FOLDERS.get(self.folder, self.folder)
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        self.text = {number: line.removesuffix("\r") for number, line in enumerate(text.split("\n"), 1)}
        self.read("auto")

    def read(self, format):
        self.records = {record.number: record for record in httpstatus.records(self.path, format=format)}


def some(text):
    """What was logged, or None."""
    return None if text in ("-", "", None) else text


def integer(text):
    return None if some(text) is None else int(text)


def number(text):
    return None if some(text) is None else float(text)


def nanoseconds(when):
    """Of a datetime, which has a zone."""
    return (when - EPOCH) // datetime.timedelta(microseconds=1) * 1000


def each_line(read):
    """A judge that reads a line at a time: what it raises means that it does not read the line."""
    def whole(log):
        found = {}
        for number, line in log.text.items():
            if line.strip():
                try:
                    parts = read(line)
                except Exception:
                    continue
                if parts is not None:
                    found[number] = parts
        return found
    return whole


# ---- apachelogs: Apache's format strings -------------------------------------------------------


COMBINED = '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"'
OLD = '%h %l %u %t "%r" %>s %b %{referer}n "%{User-Agent}i"'     # of Traefik, without a Referer
COMMON = '%h %l %u %t "%r" %>s %b'
APACHE = {
    "apache-vhost.log": ['%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i"'],
    "apache-host.log": ['%{Host}i %h %l %u %t "%r" %s %b'],
    "apache-forwarded.log": ["%{X-Forwarded-For}i " + COMBINED + " %I %{microseconds}n"],
}
# nginx's main format, Traefik's, and what servers add at the end of the line.
TAILS = ["", ' "%{X-Forwarded-For}i"', ' %{count}n "%{router}n" "%{server}n" %{duration}nms', " %{rest}n"]
HOST = "%v "
# Envoy's default format and Istio's, by names of the Apache directives that look the same.
ENVOY = ['[%{time}n] "%r" %{status}n %{flags}n %{received}n %b %{duration}n %{service}n "%{X-Forwarded-For}i" '
         '"%{User-Agent}i" "%{id}n" "%{Host}i" "%{upstream}n"',
         '[%{time}n] "%r" %{status}n %{flags}n %{details}n %{failure}n "%{transport}n" %{received}n %b %{duration}n '
         '%{service}n "%{X-Forwarded-For}i" "%{User-Agent}i" "%{id}n" "%{Host}i" "%{upstream}n" %{rest}n']
CUSTOM = {
    "custom/apache-iso.log": '%h %l %u [%{%FT%T%z}t] "%r" %>s %b "%{Referer}i" "%{User-Agent}i"',
    "custom/apache-bare-time.log": '%h %l %u %{%d/%b/%Y:%T %z}t "%r" %>s %b',
    "custom/apache-csv.log": '%{%Y%m%d,%H%M%S}t,%h,%D,"%r",%B,"%{Referer}i","%{User-agent}i",%P,%v,%>s',
    "custom/apache-tabs.log": '%t\t%{X-Forwarded-For}i\t%a\t%>s\t%D\t%r\t%B\t%{Referer}i\t%{User-Agent}i',
}


def apache_parts(entry):
    """The parts of a record that apachelogs divided, of those that its format string names."""
    names = vars(entry)
    headers, notes = names.get("headers_in", {}), names.get("notes", {})
    parts = {"request": names.get("request_line")}
    for part, name in (("client", "remote_host"), ("client", "remote_address"), ("user", "remote_user"),
                       ("status", "status"), ("status", "final_status"), ("bytes", "bytes_sent"),
                       ("bytes", "bytes_out"), ("host", "virtual_host")):
        if name in names:
            parts[part] = names[name]
    for part, name in (("referer", "Referer"), ("agent", "User-Agent"), ("forwarded_for", "X-Forwarded-For"),
                       ("host", "Host")):
        if name in headers:
            parts[part] = some(headers[name])
    if names.get("request_time") is not None:
        when = names["request_time"]
        parts["time"] = nanoseconds(when if when.tzinfo else when.replace(tzinfo=UTC))
    if "status" in notes:
        parts["status"] = integer(notes["status"])
    if "request_duration_microseconds" in names:
        parts["duration"] = names["request_duration_microseconds"] / 1e6
    if "duration" in notes:
        parts["duration"] = None if notes["duration"] is None else int(notes["duration"]) / 1000
    return parts


def is_address(text):
    try:
        return bool(ipaddress.ip_address(text))
    except ValueError:
        return False


def apachelogs(log, formats):
    import apachelogs
    parsers = [apachelogs.LogParser(text, encoding="utf-8", errors="surrogateescape") for text in formats]
    found = {}
    for number, line in log.text.items():
        front = line.split(" ", 2)[1:2] != ["-"]
        for text, parser in zip(formats, parsers):
            if text.startswith(HOST) and not front:
                continue
            try:
                parts = apache_parts(parser.parse(line))
            except (apachelogs.InvalidEntryError, ValueError):
                continue
            if not text.startswith(HOST) or is_address(parts["client"]):
                found[number] = parts
                break
    return found


def apachelogs_clf(log):
    """By the formats that the servers have; a host in front is one if an address follows."""
    formats = APACHE.get(log.path.name) or [
        front + middle + tail for front, middle, tail in itertools.product((HOST, ""), (COMBINED, OLD, COMMON), TAILS)]
    return apachelogs(log, formats)


def apachelogs_custom(log):
    """By the format string, which we are given too."""
    if log.name in CUSTOM:
        log.read(CUSTOM[log.name])
        return apachelogs(log, [CUSTOM[log.name]])
    return None


def apachelogs_combined(log):
    """Logs of the combined format, which we read by the format string too."""
    if log.path.name not in {"apache-elastic-10k.log", "apache-hackers-3k.log", "nginx-crowdsec-dos.log"}:
        return None
    log.read(COMBINED)
    return apachelogs(log, [COMBINED])


def apachelogs_envoy(log):
    """The time stands in a note: apachelogs has no directive for one with a fraction."""
    found = apachelogs(log, ENVOY)
    for number, parts in found.items():
        time = log.text[number][1:].partition("]")[0]
        parts["time"] = nanoseconds(datetime.datetime.fromisoformat(time))
    return found


# ---- lnav --------------------------------------------------------------------------------------


ACCESS = {"client": "c_ip", "user": "cs_username", "host": "cs_host", "method": "cs_method",
          "path": "cs_uri_stem", "query": "cs_uri_query", "protocol": "cs_version", "status": "sc_status",
          "bytes": "sc_bytes", "referer": "cs_referer", "agent": "cs_user_agent"}
LNAV = {
    "clf": {"access_log": ACCESS},
    "s3": {"s3_log": ACCESS | {"user": "cs_userid", "duration": "total_time"}},
    "haproxy": {"haproxy_log": {
        "client": "client_ip", "method": "http_method", "target": "http_url", "protocol": "http_version",
        "status": "status_code", "bytes": "bytes_read", "time": "accept_date", "duration": "tt"}},
    "elb": {"elb_log": {
        "client": "client_ip", "method": "cs_method", "target": "cs_uri_stem", "protocol": "cs_version",
        "status": "elb_status_code", "upstream_status": "backend_status_code", "bytes": "sent_bytes",
        "agent": "user_agent"}},
    "w3c": {"w3c_log": {
        "client": "c_ip", "user": "cs_username", "host": "cs_host", "method": "cs_method", "path": "cs_uri_stem",
        "query": "cs_uri_query", "protocol": "cs_version", "status": "sc_status", "bytes": "sc_bytes",
        "duration": "time_taken"}},
}
LNAV["elb"]["alb_log"] = LNAV["elb"]["elb_log"] | {"upstream_status": "target_status_code"}
# It has no column for x-host-header and cs-protocol-version, and a whole number for time-taken.
LNAV["cloudfront"] = {"w3c_log": {part: column for part, column in LNAV["w3c"]["w3c_log"].items()
                                  if part not in ("host", "protocol", "duration")}}
LNAV_TIME = "%Y-%m-%d %H:%M:%S.%f"
ZONE = re.compile(r"\[\d+/\w+/\d+:\d+:\d+:\d+ ([+-])(\d\d)(\d\d)\]")


def lnav_rows(log, table):
    """The rows of a table of lnav, by the text of their lines."""
    done = subprocess.run(
        ["lnav", "-n", "-c", f";SELECT *, log_actual_time AS t, log_raw_text AS raw FROM {table}", "-c",
         ":write-json-to -", str(log.path)], capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
    text = done.stdout.decode("utf-8", "surrogateescape")
    try:
        return {row["raw"]: row for row in json.loads(text)}
    except ValueError:
        return {}


def lnav_time(row, line, kind):
    """lnav leaves the zone out: it is added as the line has it."""
    if kind == "haproxy":
        when = datetime.datetime.strptime(row["accept_date"], "%d/%b/%Y:%H:%M:%S.%f")
    else:
        when = datetime.datetime.strptime(row["t"], LNAV_TIME)
    zone = ZONE.search(line)
    east = datetime.timedelta()
    if zone:
        east = datetime.timedelta(hours=int(zone[2]), minutes=int(zone[3])) * (-1 if zone[1] == "-" else 1)
    return nanoseconds(when.replace(tzinfo=UTC) - east)


def lnav_value(part, value, kind):
    if part == "duration":
        return None if some(value) is None else float(value) / 1000
    if part in ("bytes", "status", "upstream_status"):
        return integer(value)
    return some(value)


def lnav_parts(row, columns, line, kind):
    parts = {part: lnav_value(part, row[column], kind) for part, column in columns.items()}
    parts["time"] = lnav_time(row, line, kind)
    if kind == "w3c" and isinstance(row["cs_headers"], dict):
        headers = row["cs_headers"]
        for part, name in ("agent", "User-Agent"), ("referer", "Referer"):
            if name in headers:
                parts[part] = some(headers[name])
    return parts


def lnav(log):
    """Only of real logs: it takes texts as they are logged, and what hostile clients send for fields."""
    if not log.real:
        return None
    found = {}
    for table, columns in LNAV[log.kind].items():
        rows = lnav_rows(log, table)
        for number, line in log.text.items():
            row = rows.get(line)
            if row and row[columns["status"]] is not None:      # else it only shows the line
                found[number] = lnav_parts(row, columns, line, log.kind)
    return found


# ---- aws-log-parser, s3-log-parse, haproxy-log-analysis ------------------------------------------


def aws_request(request):
    if request is None:
        return {"method": None, "target": None, "path": None, "protocol": None}
    return {"method": some(request.method), "target": some(request.url), "path": some(request.path),
            "protocol": some(request.protocol)}


def aws_elb_line(line):
    from aws_log_parser import AwsLogParser, LogType
    kind = LogType.ClassicLoadBalancer if re.match(r"\d", line) else LogType.LoadBalancer
    entry, = AwsLogParser(kind).parse_csv([line])
    return aws_request(entry.http_request) | {
        "time": nanoseconds(entry.timestamp), "client": entry.client.ip, "status": entry.elb_status_code,
        "upstream_status": entry.target_status_code, "bytes": entry.sent_bytes, "agent": entry.user_agent}


def aws_cloudfront_line(line):
    from aws_log_parser import AwsLogParser, LogType
    entry, = AwsLogParser(LogType.CloudFront).parse_csv([line])
    return {"time": nanoseconds(entry.timestamp), "client": entry.client_ip, "method": entry.http_method,
            "host": entry.host_header, "path": entry.uri_stem, "status": entry.status_code,
            "referer": entry.referrer, "agent": entry.user_agent, "bytes": entry.sent_bytes,
            "duration": entry.time_taken, "forwarded_for": entry.forwarded_for, "protocol": entry.protocol_version}


def s3_line(line):
    from s3logparse import s3logparse
    entry, = s3logparse.parse_log_lines([line])
    return {"time": nanoseconds(entry.timestamp), "client": entry.remote_ip, "user": entry.requester,
            "request": entry.request_uri, "status": entry.status_code, "bytes": entry.bytes_sent,
            "duration": entry.total_time / 1000, "referer": entry.referrer, "agent": entry.user_agent}


def haproxy_line(line):
    from haproxy.line import Line
    entry = Line(line if "]: " in line else "haproxy[1]: " + line)     # it needs one
    if not entry.is_valid:
        return None
    bad = entry.http_request_method == "invalid"
    return {"time": nanoseconds(entry.accept_date.replace(tzinfo=UTC)), "client": entry.client_ip,
            "status": int(entry.status_code), "bytes": int(entry.bytes_read),
            "duration": int(entry.total_time) / 1000, "method": None if bad else entry.http_request_method,
            "target": None if bad else entry.http_request_path,
            "protocol": None if bad else entry.http_request_protocol}


# ---- DuckDB: columns ---------------------------------------------------------------------------


CLOUDFRONT = """date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer)
cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes
time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version""".split()
SQUID = ["time", "elapsed", "remotehost", "code", "bytes", "method", "url", "rfc931", "peer", "type"]


def duckdb_rows(lines, separator, quote=""):
    """The fields of each line: DuckDB's reader of CSV."""
    import duckdb
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8", errors="surrogateescape") as file:
        file.write("".join(line + "\n" for line in lines))
        file.flush()
        width = max(line.count(separator) for line in lines) + 1
        names = {f"c{n}": "VARCHAR" for n in range(width)}
        return duckdb.sql(
            f"SELECT * FROM read_csv('{file.name}', delim='{separator}', header=false, quote='{quote}', "
            f"escape='{quote}', strict_mode=false, "
            f"columns={names}, null_padding=true, auto_detect=false, parallel=false)").fetchall()


def column_parts(names, row, cloudfront):
    row = dict(zip(names, map(some, row)))
    parts = {}
    for part, name, convert in (
            ("client", "c-ip", some), ("user", "cs-username", some), ("method", "cs-method", some),
            ("path", "cs-uri-stem", some), ("query", "cs-uri-query", some), ("target", "cs-uri", some),
            ("protocol", "cs-version", some),
            ("protocol", "cs-protocol-version", some), ("status", "sc-status", integer),
            ("bytes", "sc-bytes", integer), ("referer", "cs(referer)", some), ("agent", "cs(user-agent)", some),
            ("duration", "time-taken", number), ("host", "cs-host", some), ("host", "cs(host)", some),
            ("host", "x-host-header", some), ("forwarded_for", "x-forwarded-for", some)):
        if name in row and not (parts.get(part) and row[name] is None):
            parts[part] = convert(row[name])
    if parts.get("duration") is not None and not cloudfront:
        parts["duration"] /= 1000
    if cloudfront:
        for part in "agent", "referer":
            if parts.get(part):
                parts[part] = urllib.parse.unquote(parts[part], errors="surrogateescape")
    if row.get("date") and row.get("time"):
        parts["time"] = nanoseconds(datetime.datetime.fromisoformat(f"{row['date']}T{row['time']}+00:00"))
    return parts


def sections(log, first):
    """The lines between two '#Fields:', with the names of their columns."""
    names, lines = first, {}
    for number, line in log.text.items():
        if line.lower().startswith("#fields:"):
            yield names, lines
            names, lines = line.lower().split()[1:], {}
        elif line.strip("\0 ") and not line.startswith("#"):
            lines[number] = line
    yield names, lines


def duckdb_columns(log):
    cloudfront = log.kind == "cloudfront"
    found = {}
    for names, lines in sections(log, [name.lower() for name in CLOUDFRONT] if cloudfront else None):
        if not names or not lines:
            continue
        separator = "\t" if any("\t" in line for line in lines.values()) else " "
        rows = duckdb_rows(lines.values(), separator, '"')
        if len(rows) < len(lines):      # a quote was not closed
            rows = duckdb_rows(lines.values(), separator)
        for (number, _), row in zip(lines.items(), rows, strict=True):
            count = sum(value is not None for value in row)
            if count == len(names) or cloudfront and count > 9:
                try:
                    found[number] = column_parts(names, row, cloudfront)
                except ValueError:
                    pass
    return found


def duckdb_squid(log):
    lines = {number: re.sub(" +", " ", line) for number, line in log.text.items() if line}
    rows = duckdb_rows(lines.values(), " ")
    found = {}
    for (number, _), row in zip(lines.items(), rows, strict=True):
        try:
            row = dict(zip(SQUID, row))
            seconds, thousandths = row["time"].split(".")
            found[number] = {
                "time": int(seconds) * 10**9 + int(thousandths) * 10**6, "duration": int(row["elapsed"]) / 1000,
                "client": some(row["remotehost"]), "status": integer(row["code"].split("/")[1]),
                "bytes": int(row["bytes"]), "method": some(row["method"]), "target": some(row["url"]),
                "user": some(row["rfc931"])}
        except (ValueError, AttributeError, IndexError):
            pass
    return found


# ---- json --------------------------------------------------------------------------------------


def first(value):
    return some(value[0]) if isinstance(value, list) and value else some(value)


def iso(text):
    """Nanoseconds of a time by RFC 3339, which may have nine digits of a second."""
    head, fraction, zone = re.fullmatch(r"([^.+Z]*?T[^.+Z-]*)(?:\.(\d+))?(Z|[+-].*)", text).groups()
    return (nanoseconds(datetime.datetime.fromisoformat(head + zone.replace("Z", "+00:00")))
            + int((fraction or "0").ljust(9, "0")))


def caddy(log):
    request, headers = log["request"], log["request"].get("headers", {})
    return {"client": some(request["remote_ip"]), "method": request["method"], "host": some(request["host"]),
            "target": request["uri"], "protocol": request["proto"], "user": some(log["user_id"]),
            "duration": float(log["duration"]), "bytes": log["size"], "status": log["status"],
            "referer": first(headers.get("Referer")), "agent": first(headers.get("User-Agent")),
            "forwarded_for": first(headers.get("X-Forwarded-For")), "time": int(log["ts"] * 10**9)}


def traefik(log):
    return {"client": some(log["ClientHost"]), "user": some(log["ClientUsername"]),
            "host": some(log["RequestHost"]), "method": log["RequestMethod"], "target": log["RequestPath"],
            "protocol": log["RequestProtocol"], "bytes": log["DownstreamContentSize"],
            "status": log["DownstreamStatus"], "upstream_status": log["OriginStatus"],
            "duration": log["Duration"] / 1e9, "time": iso(log["time"]),
            "referer": some(log.get("request_Referer")), "agent": some(log.get("request_User-Agent"))}


def google(log):
    request = log["httpRequest"]
    return {"client": request.get("remoteIp"), "method": request.get("requestMethod"),
            "target": request.get("requestUrl"), "protocol": request.get("protocol"),
            "bytes": integer(request.get("responseSize")), "status": request["status"],
            "referer": request.get("referer"), "agent": request.get("userAgent"),
            "duration": number(request.get("latency", "").rstrip("s")), "time": iso(log["timestamp"])}


def nginx(log):
    return {"client": some(log["remote_addr"]), "user": some(log["remote_user"]), "request": some(log["request"]),
            "target": some(log["request_uri"]), "query": some(log["args"]), "status": int(log["status"]),
            "bytes": int(log["body_bytes_sent"]), "referer": some(log["http_referer"]),
            "agent": some(log["http_user_agent"]), "forwarded_for": some(log["http_x_forwarded_for"]),
            "duration": float(log["request_time"]), "time": int(log["msec"].replace(".", "")) * 10**6}


WRITERS = {"request_time": nginx, "DownstreamStatus": traefik, "httpRequest": google, "request": caddy}


def json_line(line):
    value = json.loads(line[line.index("{"):], parse_float=decimal.Decimal)
    for key, parts in WRITERS.items():
        if key in value:
            return parts(value)
    return None


# ---- rules -------------------------------------------------------------------------------------


README = "core/README.md, The parts of a record"
REQUEST = ("request", "method", "target", "path", "query", "protocol")
VERSION = re.compile(r" HTTP/\d(\.\d)?$")


def is_no_request(case):
    return (case.part in REQUEST and case.record and case.record.method is None
            and not VERSION.search(str(case.other.get("request", ""))) and " HTTP/" not in case.line)


def has_quote(case):
    return case.part == "request" and case.ours is None and '"' in case.theirs and not VERSION.search(case.theirs)


def of(judge, part=None, name=None):
    """Whether a case is of this judge, part and log."""
    return lambda case: (case.judge[1] == judge and (part is None or case.part in part.split())
                         and (name is None or case.log.path.name in name.split()))


RULES = [
    Rule("no-request", "ours", "RFC 9112 section 3, and " + README + ": what is not a request has no method",
         lambda case: is_no_request(case) or has_quote(case)),
    Rule("dash-zero", "both", "mod_log_config, %b, and Amazon S3 server access log format, Bytes Sent: '-' is 0; "
         + README + ": what is logged as '-' is absent",
         lambda case: case.ours is None and case.theirs == 0 and (
             case.part == "bytes" or case.part in ("duration", "status") and case.log.kind == "s3")),
    Rule("escapes", "ours", "mod_log_config, Format Notes: other bytes are logged as \\xhh; lnav leaves them so",
         lambda case: case.judge[1] == "lnav" and "\\x" in str(case.theirs)),
    Rule("absolute-form", "ours", "RFC 9112 section 3.2.2, RFC 3986 section 3.3: the path of a URL",
         lambda case: case.part == "path" and str(case.theirs).partition("?")[0].endswith(case.ours or "\n")
         and re.match("https?://", case.theirs)),
    Rule("asterisk-form", "ours", "RFC 9112 section 3.2.4: '*' has no path",
         lambda case: case.part == "path" and case.theirs == "*" and case.record.target == "*"),
    Rule("unnamed-tail", "both", "nginx, Configuring Logging, the format 'main'; " + README
         + ": clf does not know what a text after the agent is",
         lambda case: of("apachelogs", "forwarded_for")(case) and case.ours is None),
    Rule("milliseconds", "ours", "Elastic Load Balancing, Access logs, time: six digits; lnav keeps three",
         lambda case: of("lnav", "time")(case) and case.theirs == case.ours // 10**6 * 10**6),
    Rule("front", "ours", README + ": a client by its place, 'client identity user'; apachelogs takes the first word",
         lambda case: of("apachelogs", "client user host")(case) and (
             not is_address(case.other["client"]) or re.match(r"\S+, |[0-9.]+ [0-9a-f.:]+ ", case.line))),
    Rule("port", "ours", README + ": a virtual host without its port",
         lambda case: case.part == "host" and case.theirs.rpartition(":")[0] == case.ours),
    Rule("bare-dash", "both", README + ": clf does not know what stands between the size and a text in quotes",
         lambda case: of("apachelogs", "agent duration")(case) and case.ours is None
         and re.search(r'" \d+ \d+ - ', case.line)),
    Rule("cut", "ours", "MANIFEST.md of the logs: a line without its end, or without the user; "
         "no format string reads it",
         lambda case: case.part == "unread" and case.judge[1] in ("apachelogs", "lnav") and (
             case.line.count('"') % 2 == 1 or re.match(r"\S+ - \[", case.line))),
    Rule("no-status", "ours", "Traefik, access logs: '-' for what is unknown; lnav only shows the line",
         lambda case: of("lnav", "unread")(case) and case.ours is None),
    Rule("which-file", "neither", "lnav, Log Formats: the format of a file is told by its first lines",
         of("lnav", "unread")),
    Rule("own-log", "neither",
         "tests/logs/README.md: lines of which there are few elsewhere; this judge does not read them",
         lambda case: case.part == "unread" and not case.log.real),
    Rule("ipv6", "ours", "Elastic Load Balancing, Access logs: client:port; aws-log-parser splits at the first colon",
         lambda case: of("aws-log-parser", "unread")(case) and "[" in case.line),
    Rule("fewer-fields", "neither", "Elastic Load Balancing, Access logs: this line of a test lacks a field",
         of("aws-log-parser", "unread", "alb-beats-example.log")),
    Rule("quotes", "ours", README + ": S3 and Envoy do not escape quotes; these judges end or change the text there",
         lambda case: of("s3-log-parse", name="s3.log")(case) and '\\"' in case.line
         or case.log.kind == "envoy" and case.part == "request" and case.theirs == case.ours.replace('\\"', '"')),
    Rule("hash", "ours", "HAProxy Configuration Manual, Non-printable characters: '#' and two digits",
         lambda case: of("haproxy-log-analysis", "target")(case) and re.sub(
             "#(..)", lambda found: chr(int(found[1], 16)), case.theirs) == case.ours),
    Rule("blank-in-target", "ours", README + ": a blank belongs to the target, up to the version",
         lambda case: of("haproxy-log-analysis", "target protocol")(case) and " " in case.record.target),
    Rule("two-prefixes", "both", "tests/logs/README.md, haproxy/prefixes.log; the judge skips whatever is in front",
         of("haproxy-log-analysis", "record", "prefixes.log")),
    Rule("extra-field", "neither", "HAProxy Configuration Manual, HTTP log format: the client is an address, and "
         "nothing stands between server and timers; MANIFEST.md of the logs says that this log has more",
         of("haproxy-log-analysis", "unread", "haproxy-beats.log")),
    Rule("url-quoted", "ours", "Squid, logformat: user names are URL-quoted; DuckDB only splits",
         lambda case: case.log.kind == "squid" and case.part == "user"
         and urllib.parse.unquote(case.theirs) == case.ours),
    Rule("negative", "ours", "bindings/python/README.md, Record: what cannot be read is None; nothing takes -1 ms",
         lambda case: case.part == "duration" and case.ours is None and case.theirs < 0),
    Rule("four-digits", "ours", "RFC 9110 section 15: a status has three digits; DuckDB only splits",
         lambda case: of("duckdb", "record")(case) and case.other.get("status", 0) > 999),
    Rule("no-status-column", "ours",
         "tests/logs/README.md, w3c/changed-fields.log: without sc-status there is no record",
         lambda case: of("duckdb", "record")(case) and "status" not in case.other),
    Rule("other-reader", "both", "core/README.md: a status of two digits is not CloudFront's: auto reads the line as "
         "w3c, where %20 stays",
         lambda case: case.record is not None and case.record.format != case.log.kind
         and case.log.name == "cloudfront/standard.log"),
    Rule("h2c", "both", "RFC 9112 section 2.3: a version is HTTP/ and digits; Cloud Run logs H2C for HTTP/2",
         lambda case: case.part == "protocol" and case.ours is None and case.theirs == "H2C"),
    Rule("two-times", "both",
         "data/parts.toml: $time_local counts before $msec; in this log, which was made up, they differ",
         of("json", "time", "nginx-netdata.log")),
    Rule("two-targets", "both", "data/parts.toml: $request_uri counts before $request; in this log they differ",
         of("json", "request", "nginx-netdata.log")),
    Rule("layout", "theirs", "mod_log_config, %{format}t: any layout of strftime(3); we know none without separators",
         lambda case: of("apachelogs", "time", "apache-csv.log")(case) and case.ours is None),
]


# ---- comparison --------------------------------------------------------------------------------


def version(package):
    """Of a package of Python or a program; None if it is not installed."""
    if package == "lnav":
        if not shutil.which("lnav"):
            return None
        return subprocess.run(["lnav", "--version"], capture_output=True, text=True).stdout.split()[-1]
    if package == "json":
        return ".".join(map(str, sys.version_info[:3]))
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


# The format, the package and the reader of each judge.
JUDGES = [
    ("clf", "apachelogs", apachelogs_clf),
    ("clf", "lnav", lnav),
    ("clf by string", "apachelogs", apachelogs_combined),
    ("custom", "apachelogs", apachelogs_custom),
    ("w3c", "duckdb", duckdb_columns),
    ("w3c", "lnav", lnav),
    ("cloudfront", "duckdb", duckdb_columns),
    ("cloudfront", "aws-log-parser", each_line(aws_cloudfront_line)),
    ("cloudfront", "lnav", lnav),
    ("elb", "aws-log-parser", each_line(aws_elb_line)),
    ("elb", "lnav", lnav),
    ("s3", "s3-log-parse", each_line(s3_line)),
    ("s3", "lnav", lnav),
    ("haproxy", "haproxy-log-analysis", each_line(haproxy_line)),
    ("haproxy", "lnav", lnav),
    ("squid", "duckdb", duckdb_squid),
    ("envoy", "apachelogs", apachelogs_envoy),
    ("json", "json", each_line(json_line)),
]


class Score:
    def __init__(self):
        self.records = self.read = self.parts = self.equal = 0
        self.real = self.real_read = 0
        self.rules = collections.Counter()
        self.examples, self.failures = {}, []

    def difference(self, case):
        rule = next((rule.name for rule in RULES if rule.applies(case)), None)
        if rule:
            self.rules[rule] += 1
            self.examples.setdefault(rule, case)
        else:
            self.failures.append(case)


def our_part(record, part):
    if part == "request":
        words = [record.method, record.target, record.protocol]
        return None if record.method is None else " ".join(word for word in words if word is not None)
    if part == "time":
        return record.time_ns
    return getattr(record, part)


def same(ours, theirs):
    """Numbers that the judge has as a float are compared as such."""
    if isinstance(theirs, float) and ours is not None:
        return abs(ours - theirs) <= 1e-9 * max(1, abs(theirs))
    return ours == theirs


def compare_parts(score, case, record, other):
    for part, theirs in other.items():
        ours = our_part(record, part)
        score.parts += 1
        if same(ours, theirs):
            score.equal += 1
        else:
            score.difference(case._replace(part=part, ours=ours, theirs=theirs))


def compare(score, judge, log, found):
    for number in sorted(log.records.keys() | found.keys()):
        record, other = log.records.get(number), found.get(number)
        case = Case(judge, log, number, log.text[number], "", record and record.status, None, record, other)
        if record is None:
            score.difference(case._replace(part="record", theirs=other))
            continue
        score.records += 1
        score.real += log.real
        if other is None:
            score.difference(case._replace(part="unread"))
        else:
            score.read += 1
            score.real_read += log.real
            compare_parts(score, case, record, other)


def logs_of(paths):
    if paths:
        return [pathlib.Path(path).resolve() for path in paths]
    return sorted(path for folder in (OURS, REAL) if folder.is_dir() for path in folder.glob("*/*.log")
                  if path.name not in NOT_TEXT)


def judge_all(judge, paths):
    kind, _, read = judge
    score = Score()
    for path in paths:
        if FOLDERS.get(path.parent.name, path.parent.name) == kind.split()[0]:
            log = Log(path)
            found = read(log)
            if found is not None:
                compare(score, judge, log, found)
    return score


def show(case):
    return (f"{case.judge[0]}, {case.judge[1]}: {case.log.name}:{case.number}: {case.part}: ours {case.ours!r}, "
            f"theirs {case.theirs!r}\n    {ascii(case.line[:300])}")


def show_table(scores):
    print(f"{'format':14}{'judge':28}{'lines':>7}{'read':>7}{'real':>7}{'read':>7}{'parts':>8}{'equal':>8}  by a rule")
    for (kind, package, _), score in scores:
        print(f"{kind:14}{package + ' ' + version(package):28}{score.records:7}{score.read:7}{score.real:7}"
              f"{score.real_read:7}{score.parts:8}{score.equal:8}  "
              + ", ".join(f"{name} {count}" for name, count in sorted(score.rules.items())))


def show_rules(scores, examples):
    """Each rule with the number of its differences, who is right, and the document."""
    total = sum((score.rules for _, score in scores), collections.Counter())
    for rule in RULES:
        if total[rule.name]:
            print(f"{rule.name:17}{total[rule.name]:5}  {rule.right:8} {rule.document}")
            if examples:
                print("    " + next(show(score.examples[rule.name]) for _, score in scores
                                    if rule.name in score.examples))


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("-v", action="store_true", help="an example of each rule")
    parser.add_argument("--only", metavar="JUDGE", default="", help="its name, as in the table")
    parser.add_argument("log", nargs="*")
    arguments = parser.parse_args()
    paths, scores = logs_of(arguments.log), []
    for judge in JUDGES:
        if arguments.only not in judge[1]:
            continue
        if version(judge[1]) is None:
            print(f"{judge[0]}: {judge[1]} is not installed")
            continue
        scores.append((judge, judge_all(judge, paths)))
        for case in scores[-1][1].failures:
            print(show(case))
    show_table(scores)
    show_rules(scores, arguments.v)
    passed = sum(score.equal + score.rules.total() for _, score in scores)
    failed = sum(len(score.failures) for _, score in scores)
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())

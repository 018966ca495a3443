"""The command-line parser."""
import argparse
import contextlib
import importlib

from .. import __version__
from .._core import (
    _DEFAULT_POLICY, _DEFAULT_RETRY_POLICY, _FORMATS as FORMATS, _GROUPS as GROUPS, _PARTS as PARTS,
    _POLICIES as POLICIES, _RETRY_POLICIES as RETRY_POLICIES, _TOP_BY as TOP_BY,
)
from . import Trouble

BY = ("code", "class", "substatus", "log", "minute", "hour", "day")

EXAMPLES = """\
examples:
  httpstatus 404                        what it means and implies
  httpstatus 403.14 --json              IIS's sub-status, for a program
  httpstatus timeout --owner nginx      nginx's codes about timeouts
  httpstatus redirect 302 POST --all    the next request, by every policy
  httpstatus retry 503 GET --retry-after 120
  httpstatus tally /var/log/nginx/*.gz --jobs 4 --html report.html
  tail -F access.log | httpstatus select 5xx
  httpstatus select error access.log --show time,status,client,path
  httpstatus tally access.log --since '10 min ago' --path /api/
  httpstatus tally access.log --top path --only 5xx
"""


def runner(module):
    """A function that runs a command and imports its module only then."""
    return lambda options: importlib.import_module(f"{__package__}.{module}").run(options)


def add_output(parser):
    parser.add_argument("--json", action="store_true", help="write JSON, for programs")
    parser.add_argument("--color", default="auto",
                        **one_of("--color", ("auto", "always", "never")),
                        help="use colour and tables, which need the extra httpstatus[rich]; auto, the "
                             "default, does so on a terminal")


def add_log_options(parser):
    parser.add_argument("log", nargs="*", metavar="LOG",
                        help="files, also .gz .bz2 .xz .zst; '-' or none is standard input")
    parser.add_argument("--format", default="auto", metavar="FORMAT",
                        help=f"{', '.join(FORMATS)}, or the server's own format string; "
                             "auto, the default, tries them on each line")
    parser.add_argument("--key", metavar="PATH",
                        help="json: the path to the status, such as res.statusCode")
    parser.add_argument("--fields", metavar="NAMES",
                        help="w3c, cloudfront, zeek: the names of a missing #Fields line")
    parser.add_argument("--target", action="store_true",
                        help="elb: use the status of the target, not of the load balancer")


def add_conditions(parser):
    when = "2026-11-28T12:00, local without a zone; with the extra httpstatus[dates] also '10 min ago' or today"
    parser.add_argument("--since", metavar="WHEN", help=f"only records from this time on: {when}")
    parser.add_argument("--until", metavar="WHEN", help="only records before this time")
    parser.add_argument("--method", metavar="METHOD", help="only records of this method")
    parser.add_argument("--path", metavar="PREFIX", help="only records whose path begins so")
    parser.add_argument("--exclude-path", metavar="PREFIX", help="leave out records whose path begins so")
    parser.add_argument("--host", metavar="HOST",
                        help="only records of this host, on any port unless it has one")


def number(name, kind, least, most):
    """A converter of an argument to a number in a range."""
    def convert(text):
        with contextlib.suppress(ValueError):
            if least <= (found := kind(text)) <= most:
                return found
        raise Trouble(f"invalid {name} {text!r}: expected {least} to {most}")

    return convert


def one_of(name, words):
    """The type and choices of an argument that is a word: completions read the choices."""
    def convert(text):
        if text not in words:
            raise Trouble(f"invalid {name} {text!r}: expected {', '.join(words)}")
        return text

    return {"type": convert, "choices": words}


def add_lookup(commands):
    parser = commands.add_parser(
        "lookup", help="what a code means (the default: httpstatus 404)",
        description="Shows what a status means, who defines it and what it implies.")
    parser.add_argument("what", nargs="*", metavar="WHAT",
                        help="codes (404, 403.14), classes (4xx), a name, or words to search for")
    parser.add_argument("--owner", help="only the meanings of IANA, nginx, IIS ...")
    parser.add_argument("--search", action="store_true",
                        help="list every status that the words may mean, even if one has that name")
    parser.add_argument("--all", action="store_true",
                        help="all meanings of a code in full, not only the first")
    add_output(parser)
    parser.set_defaults(run=runner("lookup"))


def add_redirect(commands):
    parser = commands.add_parser(
        "redirect", help="the next request after a redirect",
        description="Shows the next request: its method, its body and its header fields.")
    parser.add_argument("code", type=number("code", int, 300, 399), metavar="CODE", help="300 to 399")
    parser.add_argument("method", metavar="METHOD", help="of the redirected request")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--policy", default=_DEFAULT_POLICY, metavar="POLICY", **one_of("policy", POLICIES),
                       help=f"{', '.join(POLICIES)}; {_DEFAULT_POLICY} is the default")
    which.add_argument("--all", action="store_true", help="all policies side by side")
    which.add_argument("--clients", action="store_true", help="what real clients did when measured")
    parser.add_argument("url", nargs="?", metavar="URL", help="where the request went")
    parser.add_argument("--location", action="append", metavar="VALUE",
                        help="with URL: the value of the response's Location field; repeat it for each "
                             "field; left out, the response has none")
    parser.add_argument("--no-body", dest="body", action="store_false",
                        help="the redirected request has no body")
    parser.add_argument("--not-replayable", dest="replayable", action="store_false",
                        help="its body cannot be sent again, as that of a stream")
    add_output(parser)
    parser.set_defaults(run=runner("redirect"))


def add_retry(commands):
    parser = commands.add_parser(
        "retry", help="whether and when to send a request again",
        description="Shows whether and when to send a request again. Nothing is sent.")
    parser.add_argument("code", type=number("code", int, 0, 999), metavar="CODE", help="of the response")
    parser.add_argument("method", metavar="METHOD", help="of the request")
    parser.add_argument("--retry-after", metavar="VALUE",
                        help="the value of the header field: seconds or a date")
    parser.add_argument("--now", metavar="WHEN",
                        help="the time of the response: seconds since 1970 or a date; the default is "
                             "the time of day")
    parser.add_argument("--cap", type=number("--cap", float, 0, 10**10), metavar="SECONDS",
                        help="give up if Retry-After asks for more")
    parser.add_argument("--idempotent", action="store_true",
                        help="the request may be repeated, whatever its method")
    parser.add_argument("--not-replayable", dest="replayable", action="store_false",
                        help="the body of the request cannot be sent again")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--policy", default=_DEFAULT_RETRY_POLICY, metavar="POLICY",
                       **one_of("policy", RETRY_POLICIES),
                       help=f"{', '.join(RETRY_POLICIES)}; {_DEFAULT_RETRY_POLICY} is the default")
    which.add_argument("--all", action="store_true", help="all policies side by side")
    add_output(parser)
    parser.set_defaults(run=runner("retry"))


def add_tally(commands):
    parser = commands.add_parser(
        "tally", help="count the statuses of logs",
        description="Counts the records of the logs by status, errors first.")
    add_log_options(parser)
    add_conditions(parser)
    parser.add_argument("--by", default="code", **one_of("--by", BY),
                        help="what a row counts; code is the default")
    parser.add_argument("--top", **one_of("--top", TOP_BY),
                        help="show in place of statuses what most records of --only have: paths, clients ...")
    parser.add_argument("--latency", action="store_true",
                        help="show in place of statuses how long requests took, by class: p50, p90, p99, max")
    parser.add_argument("--only", metavar="WHICH",
                        help="with --top or --latency: 5xx (the default of --top), 404, 403.14, error, redirect, or several "
                             "separated by commas")
    parser.add_argument("-n", type=number("-n", int, 1, 512), metavar="N",
                        help="with --top: how many rows there are at most; 20 is the default")
    parser.add_argument("--group", **one_of("--group", GROUPS),
                        help="with --top path: query, the default, drops the query; id also writes :id for "
                             "numbers, UUIDs and long hexadecimal numbers")
    parser.add_argument("--jobs", type=number("--jobs", int, 1, 10_000), default=1, metavar="N",
                        help="number of threads that share the work")
    parser.add_argument("--follow", action="store_true",
                        help="keep counting as the logs grow and are rotated, until Ctrl-C")
    parser.add_argument("--interval", type=number("--interval", float, 0, 86_400), metavar="SECONDS",
                        help="time between updates of --follow; 1 is the default")
    parser.add_argument("--state", metavar="FILE",
                        help="count only what is new since the last run, which this file remembers, and "
                             "show the total of all runs")
    parser.add_argument("--html", metavar="FILE", help="also write a self-contained page")
    add_output(parser)
    parser.set_defaults(run=runner("tally"))


def add_select(commands):
    parser = commands.add_parser(
        "select", help="print the lines that have a status",
        description="Prints the lines that have a given status.")
    parser.add_argument("which", metavar="WHICH",
                        help="5xx, 404, 403.14, error, redirect, no_status, unmatched, or several "
                             "separated by commas")
    add_log_options(parser)
    add_conditions(parser)
    parser.add_argument("-c", "--count", action="store_true", help="print only the number of lines")
    parser.add_argument("-n", "--line-number", action="store_true",
                        help="print the line number before each line")
    parser.add_argument("-H", "--with-filename", action="store_true", default=None,
                        help="print the name of the log before each line; the default for several")
    parser.add_argument("--no-filename", action="store_false", dest="with_filename",
                        help="never print the name of the log")
    parser.add_argument("-v", "--invert", action="store_true", help="print all other lines")
    parser.add_argument("--show", metavar="PARTS",
                        help="print these parts of each record, with tabs between them, in place of its line: "
                             f"{', '.join(PARTS)}")
    parser.add_argument("--header", action="store_true", help="with --show: print the names of the parts first")
    parser.add_argument("--line-buffered", action="store_true",
                        help="write each line at once; the default on a terminal")
    parser.add_argument("--json", action="store_true",
                        help='write an object per line: {"log", "number", "status", "line"}, or the '
                             'parts of --show, and after each log {"log", "count", "format", "formats" ...}')
    parser.set_defaults(run=runner("select"))


def make():
    parser = argparse.ArgumentParser(
        prog="httpstatus", epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter,
        description="HTTP status codes, redirect and retry rules and the statuses of web-server logs.")
    parser.add_argument("--version", action="version", version=f"httpstatus {__version__}")
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND",
                                     required=True)
    add_lookup(commands)
    add_redirect(commands)
    add_retry(commands)
    add_tally(commands)
    add_select(commands)
    return parser, commands.choices


def parse(arguments):
    """The options of a command line; without a command it is a lookup."""
    parser, commands = make()
    if not arguments:
        parser.print_help()
    elif arguments[0] in ("-h", "--help", "--version"):
        parser.parse_args(arguments)
    if not arguments or arguments[0] not in commands:
        arguments = ["lookup", *arguments]
    return commands[arguments[0]].parse_intermixed_args(arguments[1:])

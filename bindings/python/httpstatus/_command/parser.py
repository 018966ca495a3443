"""The arguments of the command."""
import argparse
import contextlib
import importlib

from .. import __version__
from .._core import _DEFAULT_POLICY, _FORMATS as FORMATS, _POLICIES as POLICIES
from . import Trouble

BY = ("code", "class", "substatus", "log")

EXAMPLES = """\
examples:
  httpstatus 404                        what it means, and what follows from it
  httpstatus 403.14 --json              IIS's sub-status, for a program
  httpstatus timeout --owner nginx      what has that word
  httpstatus redirect 302 POST --all    the next request, by every policy
  httpstatus tally /var/log/nginx/*.gz --jobs 4 --html report.html
  tail -F access.log | httpstatus select 5xx
"""


def runner(module):
    """What runs a command; its module is imported only then."""
    return lambda options: importlib.import_module(f"{__package__}.{module}").run(options)


def add_output(parser):
    parser.add_argument("--json", action="store_true", help="write JSON, for programs")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto",
                        help="colour and tables, by the extra httpstatus[rich]; auto, the default: "
                             "on a terminal")


def add_log_options(parser):
    parser.add_argument("log", nargs="*", metavar="LOG",
                        help="files, also .gz .bz2 .xz .zst; '-' or none: standard input")
    parser.add_argument("--format", default="auto", metavar="FORMAT",
                        help=f"{', '.join(FORMATS)}, or the server's own format string; "
                             "auto, the default, tries them for each line")
    parser.add_argument("--key", metavar="PATH",
                        help="json: where the status is, such as res.statusCode")
    parser.add_argument("--fields", metavar="NAMES",
                        help="w3c, cloudfront: what '#Fields:' says, for a log without it")
    parser.add_argument("--target", action="store_true",
                        help="elb: the status of the target, not of the load balancer")


def number(kind, least, most):
    """What makes an argument a number."""
    def convert(text):
        with contextlib.suppress(ValueError):
            if least <= (found := kind(text)) <= most:
                return found
        raise argparse.ArgumentTypeError(f"{text!r} is no number from {least} to {most}")

    return convert


def add_lookup(commands):
    parser = commands.add_parser(
        "lookup", help="what a code means (needs no name: httpstatus 404)",
        description="What a status means, whose it is and what follows from it.")
    parser.add_argument("what", nargs="*", metavar="WHAT",
                        help="codes (404, 403.14), classes (4xx), a name, or words to search for")
    parser.add_argument("--owner", help="only what this owner means by it: IANA, nginx, IIS ...")
    parser.add_argument("--search", action="store_true",
                        help="list all that has the words, even if one is named so")
    add_output(parser)
    parser.set_defaults(run=runner("lookup"))


def add_redirect(commands):
    parser = commands.add_parser(
        "redirect", help="the next request after a redirect",
        description="What the next request looks like: its method, its body, its header fields.")
    parser.add_argument("code", type=int, metavar="CODE", help="300 to 399")
    parser.add_argument("method", metavar="METHOD", help="of the request that was redirected")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--policy", choices=POLICIES, default=_DEFAULT_POLICY, metavar="POLICY",
                       help=f"{', '.join(POLICIES)}; {_DEFAULT_POLICY} is the default")
    which.add_argument("--all", action="store_true", help="all policies side by side")
    which.add_argument("--clients", action="store_true", help="what real clients were measured to do")
    add_output(parser)
    parser.set_defaults(run=runner("redirect"))


def add_tally(commands):
    parser = commands.add_parser(
        "tally", help="count the statuses of logs",
        description="How many records of the logs have each status, errors first.")
    add_log_options(parser)
    parser.add_argument("--by", choices=BY, default="code", help="what a row is; code is the default")
    parser.add_argument("--jobs", type=number(int, 1, 10_000), default=1, metavar="N",
                        help="threads that share the work")
    parser.add_argument("--follow", action="store_true",
                        help="count what is added to the logs too, also after a rotation, until Ctrl-C")
    parser.add_argument("--interval", type=number(float, 0, 86_400), default=1, metavar="SECONDS",
                        help="how often --follow looks and shows; 1 is the default")
    parser.add_argument("--html", metavar="FILE", help="write a page that needs nothing else")
    add_output(parser)
    parser.set_defaults(run=runner("tally"))


def add_select(commands):
    parser = commands.add_parser(
        "select", help="the lines of logs that have a status",
        description="Prints the lines whose status is wanted.")
    parser.add_argument("which", metavar="WHICH",
                        help="5xx, 404, 403.14, error, redirect, no_status, unmatched; several with "
                             "commas between")
    add_log_options(parser)
    parser.add_argument("-c", "--count", action="store_true", help="print only how many there are")
    parser.add_argument("-n", "--line-number", action="store_true",
                        help="put the number in front of each line")
    parser.add_argument("-H", "--with-filename", action="store_true", default=None,
                        help="put the name of the log in front of each line, as is done for several")
    parser.add_argument("--no-filename", action="store_false", dest="with_filename",
                        help="put no names in front")
    parser.add_argument("-v", "--invert", action="store_true", help="all other lines")
    parser.add_argument("--line-buffered", action="store_true",
                        help="write each line at once, as is done on a terminal")
    parser.add_argument("--json", action="store_true",
                        help='an object a line: {"log", "number", "status", "line"}; and at the end '
                             'of each log {"log", "count", "format", "formats" ...}')
    parser.set_defaults(run=runner("select"))


def make():
    parser = argparse.ArgumentParser(
        prog="httpstatus", epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter,
        description="HTTP status codes, redirect rules and the statuses of web-server logs.")
    parser.add_argument("--version", action="version", version=f"httpstatus {__version__}")
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND",
                                     required=True)
    add_lookup(commands)
    add_redirect(commands)
    add_tally(commands)
    add_select(commands)
    return parser, commands.choices


def parse(arguments):
    """The options of a command line; one that names no command is a lookup."""
    parser, commands = make()
    if not arguments:
        parser.print_help()
    elif arguments[0] in ("-h", "--help", "--version"):
        parser.parse_args(arguments)
    if not arguments or arguments[0] not in commands:
        arguments = ["lookup", *arguments]
    return commands[arguments[0]].parse_intermixed_args(arguments[1:])

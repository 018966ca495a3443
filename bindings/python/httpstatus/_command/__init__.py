"""The command httpstatus, from its arguments to its exit code."""
import os
import sys

FOUND, NOTHING, TROUBLE, CLOSED_PIPE, INTERRUPTED = 0, 1, 2, 128 + 13, 128 + 2
UNREADABLE = OSError, ImportError  # for a log; ImportError if an extra is missing


class Trouble(Exception):
    """Ends the command with one sentence and exit code 2."""


def complain(message):
    if not sys.stderr:
        return
    try:
        print(f"httpstatus: {message}", file=sys.stderr)
    except OSError:
        drop(sys.stderr)


def run(arguments):
    """Runs a command line and flushes its output."""
    from .parser import parse

    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.reconfigure(errors="backslashreplace")  # file names may have any bytes
    try:
        if not sys.stdout:
            raise Trouble("standard output is closed")
        options = parse(arguments)
        return options.run(options)
    finally:
        if sys.stdout:
            sys.stdout.flush()


def drop(stream):
    """Discards unwritten output, or the interpreter would complain as it exits."""
    if stream:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def main(arguments=None):
    """Runs the command, which the man page httpstatus.1 describes, and returns its exit code."""
    try:
        return run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        code = CLOSED_PIPE
    except (Trouble, *UNREADABLE, ValueError) as error:
        complain(error)
        code = TROUBLE
    except MemoryError:
        complain("not enough memory")
        code = TROUBLE
    drop(sys.stdout)
    return code

"""The command httpstatus: from its arguments to its exit code."""
import os
import sys

FOUND, NOTHING, TROUBLE, CLOSED_PIPE, INTERRUPTED = 0, 1, 2, 128 + 13, 128 + 2
UNREADABLE = OSError, ImportError  # of a log: the latter if an extra is missing


class Trouble(Exception):
    """What ends the command with one sentence and the exit code 2."""


def complain(message):
    if not sys.stderr:
        return
    try:
        print(f"httpstatus: {message}", file=sys.stderr)
    except OSError:
        drop(sys.stderr)


def run(arguments):
    """Runs a command line; what it prints has been written when this returns."""
    from .parser import parse

    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.reconfigure(errors="backslashreplace")  # names of files have any bytes
    try:
        if not sys.stdout:
            raise Trouble("standard output is closed")
        options = parse(arguments)
        return options.run(options)
    finally:
        if sys.stdout:
            sys.stdout.flush()


def drop(stream):
    """What is still to be written goes nowhere, else the interpreter complains as it exits."""
    if stream:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def main(arguments=None):
    """Runs the command, of which the man page httpstatus.1 tells, and returns its exit code."""
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
        complain("there is not enough memory")
        code = TROUBLE
    drop(sys.stdout)
    return code

"""Prints the errors of a log as they arrive: tail -F access.log | python errors.py [WHICH [FORMAT]]

WHICH is 5xx or anything else that select() takes, FORMAT a known format or the server's own.
"""
import signal
import sys

import httpstatus


def main(which="5xx", format="auto"):
    for _, status, line in httpstatus.select(sys.stdin.buffer, which, format):
        known = "-" if status is None else f"{status} {httpstatus.phrase(status) or '-'}"
        sys.stdout.buffer.write(known.encode() + b": " + line + b"\n")
        sys.stdout.buffer.flush()


for number in signal.SIGINT, signal.SIGPIPE:  # Ctrl-C, and `| head` that stops reading
    signal.signal(number, signal.SIG_DFL)
try:
    main(*sys.argv[1:3])
except (OSError, ValueError) as error:
    sys.exit(f"errors.py: {error}")

"""Reports yesterday's server errors.  For cron, which mails the output: there is none if they are few.

    7 0 * * *  python daily.py 0.5 /var/log/nginx/access.log.1

The first argument is the limit in per cent; logs may be compressed.  Exit code: 0 if all is well, 1 if
there were too many errors, 2 if a log cannot be read.
"""
import signal
import sys

import httpstatus


def main(limit, *logs):
    total = httpstatus.tally(logs)
    if not total.records:
        raise ValueError("nothing in these logs is a request")
    errors = total.classes["5xx"]
    share = 100 * errors / total.records
    if share <= limit:
        return 0
    print(f"{errors} of {total.records} requests failed: {share:.2f} %, more than {limit:g} %")
    for code, count in total.items():
        if httpstatus.class_of(code) == "5xx":
            print(f"{code} {count:8}  {httpstatus.phrase(code) or '-'}")
    return 1


for number in signal.SIGINT, signal.SIGPIPE:  # Ctrl-C, and `| head` that stops reading
    signal.signal(number, signal.SIG_DFL)
try:
    if len(sys.argv) < 3:
        raise ValueError("usage: daily.py PERCENT LOG...")
    result = main(float(sys.argv[1]), *sys.argv[2:])
except (EOFError, OSError, ValueError) as error:
    print(f"daily.py: {error}", file=sys.stderr)
    result = 2
sys.exit(result)

"""Reports what is in a web-server log: report.py [LOG]; the default is standard input."""
import signal
import sys

import httpstatus


def report(tally):
    formats = " ".join(sorted(tally.formats)) or "-"
    print(f"{tally.lines} lines, {tally.records} records, format {formats}")
    for code, count in tally.items():
        print(f"{code:03} {count:8} {httpstatus.class_of(code) or '-'}  {httpstatus.phrase(code) or '-'}")
    for name, count in tally.classes.items():
        if count:
            print(f"{name:5} {count:6}")
    print(f"no status {tally.no_status}, skipped {tally.skipped}, unmatched {tally.unmatched}")
    if tally.unmatched:
        print("unmatched lines:", *tally.first_unmatched)


for number in signal.SIGINT, signal.SIGPIPE:  # Ctrl-C, and `| head` that stops reading
    signal.signal(number, signal.SIG_DFL)
try:
    tally = httpstatus.tally(sys.argv[1] if len(sys.argv) > 1 else sys.stdin.buffer)
except OSError as error:
    sys.exit(f"report.py: {error}")
report(tally)

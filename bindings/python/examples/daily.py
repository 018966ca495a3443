"""Reports yesterday's server errors.  For cron, which mails the output: there is none if they are few.

    7 0 * * *  python daily.py 0.5 --state /var/lib/errors /var/log/nginx/access.log

The first argument is the limit in per cent; --state counts what is new since the last run; logs may be compressed.
Exit code: 0 if all is well, 1 if there were too many errors, 2 if a log cannot be read.
"""
import json, signal, subprocess, sys
import httpstatus


def counts_of(logs):
    if logs[0] != "--state":
        return httpstatus.tally(logs).as_dict(), 0
    done = subprocess.run([sys.executable, "-m", "httpstatus", "tally", "--json", *logs], stdout=subprocess.PIPE)
    return json.loads(done.stdout or '{"records": 0}'), done.returncode & 2


def main(limit, *logs):
    found, code = counts_of(logs)
    if not (found["records"] or logs[0] == "--state"):
        raise ValueError("nothing in these logs is a request")
    if not found["records"] or (share := 100 * found["classes"]["5xx"] / found["records"]) <= limit:
        return code
    print(f"{found['classes']['5xx']} of {found['records']} requests failed: {share:.2f} %, more than {limit:g} %")
    for status, count in found["counts"].items():
        if httpstatus.class_of(int(status)) == "5xx":
            print(f"{status} {count:8}  {httpstatus.phrase(int(status)) or '-'}")
    return code or 1


for number in signal.SIGINT, signal.SIGPIPE:
    signal.signal(number, signal.SIG_DFL)  # Ctrl-C, and `| head` that stops reading
try:
    if len(sys.argv) < (5 if "--state" in sys.argv else 3):
        raise ValueError("usage: daily.py PERCENT [--state FILE] LOG...")
    sys.exit(main(float(sys.argv[1]), *sys.argv[2:]))
except (EOFError, OSError, ValueError) as error:
    print(f"daily.py: {error}", file=sys.stderr)
    sys.exit(2)

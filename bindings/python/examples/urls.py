"""Prints the paths that failed most often: python urls.py LOG [WHICH [N]]

WHICH is 5xx or anything else that select() takes; N is how many to print, 10 by default.
"""
import re
import sys
from collections import Counter

import httpstatus


def main(log, which="5xx", n="10"):
    paths = Counter(record.path for record in httpstatus.records(log, which))
    for path, count in paths.most_common(int(n)):
        shown = re.sub(r"[\x00-\x1f\x7f]", "?", path or "-")  # a client wrote it
        sys.stdout.buffer.write(f"{count:8} {shown}\n".encode("utf-8", "surrogateescape"))


if len(sys.argv) not in (2, 3, 4):
    sys.exit(__doc__)
try:
    main(*sys.argv[1:])
except (OSError, ValueError) as error:
    sys.exit(f"urls.py: {error}")

#!/usr/bin/env python3
"""Texts that are no logs: does "auto" see a record in one?

    tests/system/no_logs.py FOLDER...

Reads the first MiB of each text file below the folders.  Names those with records, but for what shows a log: a README.
Prints 'N passed, N failed'.
"""
import os
import sys
from pathlib import Path

import httpstatus

MOST = 1 << 20
SHOWS_LOGS = {"README.md", "PKG-INFO", "METADATA", "sample.log"}


def texts(folders):
    for folder in folders:
        for parent, folders, names in os.walk(folder):
            folders[:] = sorted(set(folders) - {".git", "build", "logs"})
            for path in (Path(parent, name) for name in names):
                if path.is_file() and not path.is_symlink() and path.name not in SHOWS_LOGS and os.access(path, os.R_OK):
                    with path.open("rb") as file:
                        head = file.read(MOST)
                    if b"\0" not in head[:4096]:
                        yield path, head


def main(folders):
    read = failed = 0
    for path, head in texts(folders):
        read += 1
        tally = httpstatus.tally(head)
        if tally.records:
            failed += 1
            print(f"FAILED {path}: {tally}")
    print(f"{read - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) if sys.argv[1:] else __doc__)

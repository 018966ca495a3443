"""Opens the page of 'tally --html' in a browser that has no network: open_page.py DIRECTORY [LOG].

Leaves page.html and, to be looked at, page.png in the directory.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

import httpstatus

SAMPLE = Path(__file__).parents[2] / "data" / "sample.log"
BROWSER = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
           "--host-resolver-rules=MAP * ~NOTFOUND", "--window-size=1000,1600"]


def browse(page, *options):
    with tempfile.TemporaryDirectory() as profile:
        return subprocess.run([*BROWSER, f"--user-data-dir={profile}", *options, page.as_uri()],
                              capture_output=True, text=True, timeout=120, check=True)


def main(directory, log=SAMPLE):
    page, picture = Path(directory, "page.html").absolute(), Path(directory, "page.png").absolute()
    subprocess.run([sys.executable, "-m", "httpstatus", "tally", log, "--html", page],
                   stdout=subprocess.DEVNULL, check=True)
    shown = browse(page, "--dump-dom").stdout
    browse(page, f"--screenshot={picture}")
    found = httpstatus.tally(log)
    checks = [f">{code}<" in shown and httpstatus.Status(code).explanation[:30] in shown
              for code in found if code > 0 and httpstatus.phrase(code)]
    checks += [shown.count("<svg") > len(found), picture.stat().st_size > 20_000]
    print(f"{picture}: to be looked at")
    print(f"{sum(checks)} passed, {len(checks) - sum(checks)} failed")
    return checks.count(False)


sys.exit(main(*sys.argv[1:]))

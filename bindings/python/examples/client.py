"""Requests a URL as a careful client would: python client.py URL [METHOD [BODY]]

It follows redirects, and repeats what retry() lets it, up to five times, with a minute between at most.
"""
import sys
import time
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

import httpstatus


def send(url, method, body):  # on a connection of its own, as 408 and 421 want it
    scheme, host, path, query, _ = urlsplit(url)
    connection = {"http": HTTPConnection, "https": HTTPSConnection}[scheme](host, timeout=60)
    connection.request(method, (path or "/") + ("?" + query if query else ""), body)
    with connection.getresponse() as response:
        return response.status, response.headers, response.read()


def fetch(url, method="GET", body=None, retries=5):
    chain = httpstatus.RedirectChain(method, "rfc9110", url=url, limit=20)
    while True:
        status, fields, content = send(chain.url, chain.method, body)
        r = httpstatus.retry(status, chain.method, retry_after=fields["Retry-After"], now=time.time(), cap=60)
        pause = 0.1 * 2 ** (5 - retries)
        step = r.reason == "redirect" and chain.step(status, location=fields.get_all("Location"))
        if step and step.url:
            body, pause = body if step.keeps_body else None, 0
        elif r.action in ("retry", "unknown") and retries:
            retries -= 1
        else:
            return f"{status} {content.decode(errors='replace')}"
        time.sleep(pause if r.delay is None else r.delay)


try:
    print(fetch(*sys.argv[1:4]))
except (OSError, LookupError, TypeError, ValueError, HTTPException, httpstatus.RedirectError) as error:
    sys.exit(f"client.py: {error}")

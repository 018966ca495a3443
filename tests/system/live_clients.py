#!/usr/bin/env python3
"""Real clients against a server on loopback that redirects: what do they send next?

    tests/system/live_clients.py [--all]

Methods that may carry a body are sent with one and without.  Every answer has to be the one of the
client's policy, or a difference that redirect_clients() has on record for it.  Without --all: curl
and the Python clients.  Prints a line a client, what was not to be had, and 'N passed, N failed'.
"""
import argparse
import asyncio
import collections
import http.server
import importlib.util
import json
import shutil
import subprocess
import threading

import httpstatus

CODES = range(300, 309)
METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "QUERY", "FROB"]
WITH_BODY = {"POST", "PUT", "PATCH", "DELETE", "QUERY", "FROB"}
BODY = b"a=1"
TIMEOUT = 10

Sent = collections.namedtuple(
    "Sent", "followed method keeps_body sends_content_type sends_authorization")
NOT_FOLLOWED = Sent(False, None, None, None, None)


# What a browser runs: all requests of its own origin, one after the other.
PAGE = """<!doctype html><title>busy</title><script>
(async () => {
    for (const [code, method, body, key] of %s) {
        const options = {method, headers: {Authorization: "Basic eDp5"}, cache: "no-store"};
        if (body) {
            options.body = "a=1";
            options.headers["Content-Type"] = "text/plain";
        }
        try {
            await (await fetch(`/${code}/${key}`, options)).text();
        } catch (error) {}
    }
    document.title = "done";
})();
</script>"""


class Handler(http.server.BaseHTTPRequestHandler):
    """/CODE/KEY redirects to /target/KEY, on the other host name if KEY ends in x."""

    protocol_version = "HTTP/1.1"
    seen = {}

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Transfer-Encoding") == "chunked":
            while (size := int(self.rfile.readline(), 16)) > 0:
                body += self.rfile.read(size + 2)[:-2]
            self.rfile.readline()
        if self.path == "/page":
            return self.answer_page()
        if self.path.count("/") != 2:
            return self.send_error(404)
        _, place, key = self.path.split("/")
        if place == "target":
            self.seen.setdefault(key, (self.command, body, dict(self.headers)))
            self.send_response(200)
        else:
            self.send_response(int(place))
            host = "localhost" if key.endswith("x") else "127.0.0.1"
            self.send_header("Location", f"http://{host}:{self.server.server_port}/target/{key}")
        if self.path.split("/")[1] != "304":
            self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()

    def answer_page(self):
        page = (PAGE % json.dumps([(*case, key_of(chromium, *case)) for case in cases(METHODS)])
                ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *args):
        pass


def cases(methods):
    """What is sent: a code, a method, and whether with a body."""
    for code in CODES:
        for method in methods:
            for body in (True, False) if method in WITH_BODY else (False,):
                yield code, method, body


def key_of(send, code, method, body):
    return f"{send.__name__}-{code}-{method}-{'body' if body else 'no-body'}"


# What a caller may set, apart from Host and what frames the body, and whether a policy drops it.
FIELDS = dict.fromkeys(sorted(
    {name for policy in ("rfc9110", "fetch", "rfc2616", "curl", "requests")
     for name in httpstatus.redirect_headers(policy)}
    - {"Host", "Content-Length", "Transfer-Encoding", "Content-Type", "Authorization"}), "x")
FIELDS |= {"Connection": "keep-alive", "Keep-Alive": "timeout=5", "TE": "trailers"}
extra = {}  # of these, what the next request has


def headers_for(body):
    headers = {"Authorization": "Basic eDp5", **extra}
    return headers | {"Content-Type": "text/plain"} if body else headers


# ---- Clients: (name on record, policy, function of method, URL and body, methods) ---------------


def curl(method, url, body, follow="-L"):
    command = ["curl", "-s", follow, "-m", str(TIMEOUT)]
    for name, value in headers_for(body).items():
        command += ["-H", f"{name}: {value}"]
    command += {"GET": [], "HEAD": ["-I"], "POST": []}.get(method, ["-X", method])
    if body:
        command += ["-d", BODY.decode()]
    elif method == "POST":
        command += ["-d", ""]
    subprocess.run([*command, url], stdout=subprocess.DEVNULL, check=False)


def curl_follow(method, url, body):
    curl(method, url, body, "--follow")


def requests(method, url, body):
    module = importlib.import_module("requests")
    module.request(method, url, headers=headers_for(body), timeout=TIMEOUT, allow_redirects=True,
                   data=BODY if body else None)


def httpx(method, url, body):
    module = importlib.import_module("httpx")
    with module.Client(follow_redirects=True, timeout=TIMEOUT) as client:
        client.request(method, url, headers=headers_for(body), content=BODY if body else None)


def urllib3(method, url, body):
    module = importlib.import_module("urllib3")
    with module.PoolManager(timeout=TIMEOUT) as pool:
        pool.request(method, url, headers=headers_for(body), body=BODY if body else None)


def aiohttp(method, url, body):
    module = importlib.import_module("aiohttp")

    async def send():
        timeout = module.ClientTimeout(total=TIMEOUT)
        async with module.ClientSession(timeout=timeout) as session:
            async with session.request(method, url, headers=headers_for(body),
                                       data=BODY if body else None):
                pass
    asyncio.run(send())


def node_fetch(method, url, body):
    options = {"method": method, "headers": headers_for(body)}
    if body:
        options["body"] = BODY.decode()
    script = f"fetch({json.dumps(url)}, {json.dumps(options)}).then(r => r.text()).catch(() => 0)"
    subprocess.run(["node", "-e", script], check=False, timeout=TIMEOUT)


def wget(method, url, body):
    command = ["wget", "-q", "-O", "/dev/null", "-t", "1", "-T", str(TIMEOUT)]
    for name, value in headers_for(body).items():
        command += ["--header", f"{name}: {value}"]
    if method == "POST":
        command += ["--post-data", BODY.decode() if body else ""]
    elif method != "GET":
        command += [f"--method={method}"]
        command += [f"--body-data={BODY.decode()}"] if body else []
    subprocess.run([*command, url], check=False)


def chromium(method, url, body):
    """All of them at once, at the first call; of its own origin, so nothing of credentials."""
    if not any(key.startswith("chromium-") for key in Handler.seen):
        port = url.split(":")[2].split("/")[0]
        subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
                        "--no-first-run", "--disable-background-networking", "--disable-sync",
                        "--disable-component-update", "--virtual-time-budget=60000", "--dump-dom",
                        f"http://127.0.0.1:{port}/page"], capture_output=True, timeout=120,
                       check=False)


SHORT = [
    ("curl -L", "curl", curl, ["GET", "HEAD", "POST"]),
    ("curl -L -X", "curl", curl, ["PUT", "PATCH", "DELETE", "QUERY", "FROB", "OPTIONS"]),
    ("python-requests", "requests", requests, METHODS),
    ("python-httpx", "requests", httpx, METHODS),
    ("python-urllib3", "preserve", urllib3, METHODS),
    ("python-aiohttp", "fetch", aiohttp, METHODS),
]
FROM_8_16 = [  # of curl
    ("curl --follow", "curl-follow", curl_follow, ["GET", "HEAD", "POST"]),
    ("curl --follow -X", "curl-follow", curl_follow, ["PUT", "PATCH", "DELETE", "QUERY", "FROB",
                                               "OPTIONS"]),
]
NAMED = {"curl -L", "curl --follow", "python-requests"}  # a policy is named after them
LONG = [
    ("wget", "fetch", wget, ["GET", "POST"]),
    ("wget --method", "fetch", wget, ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "QUERY", "FROB"]),
    ("node fetch (built-in undici)", "fetch", node_fetch, METHODS),
    ("chromium fetch()", "fetch", chromium, METHODS),
]


def missing(function):
    name = function.__name__
    if name == "curl_follow":
        return missing(curl) or b"--follow" not in subprocess.run(
            ["curl", "--help", "all"], capture_output=True, check=False).stdout.split()
    if name in ("curl", "wget", "node_fetch", "chromium"):
        return not shutil.which(name.split("_")[0])
    return importlib.util.find_spec(name) is None


# ---- What was sent, and what should have been ---------------------------------------------------


def observe(send, port, code, method, body):
    key = key_of(send, code, method, body)
    for where in (key, key + "x"):
        try:
            send(method, f"http://127.0.0.1:{port}/{code}/{where}", body)
        except Exception as error:  # a client may refuse: what it sent is what counts
            if where not in Handler.seen and "redirect" not in str(error).lower():
                print(f"  {key}: {type(error).__name__}: {error}")
    if key not in Handler.seen:
        return NOT_FOLLOWED
    next_method, next_body, headers = Handler.seen[key]
    names = {name.lower() for name in headers}
    credentials = None  # where the other host was not asked
    if key + "x" in Handler.seen:
        credentials = "authorization" in {name.lower() for name in Handler.seen[key + "x"][2]}
    return Sent(True, next_method, next_body == BODY if body else None, "content-type" in names,
                credentials)


def by_policy(policy, code, method, body):
    r = httpstatus.redirect(code, method, policy, body=body)
    if r.action != "follow":
        return NOT_FOLLOWED
    return Sent(True, r.method, r.keeps_body, body and "Content-Type" not in r.drops_headers, False)


def on_record(name, code, method, body):
    for client in httpstatus.redirect_clients(code, method, body):
        if client.name == name:
            return Sent(client.followed, client.method, client.keeps_body,
                        client.sends_content_type, client.sends_authorization)
    return None


def agrees(seen, said):
    """Whether all agrees that was measured."""
    return said is not None and all(None in pair or pair[0] == pair[1] for pair in zip(seen, said))


def check(name, policy, send, methods, port):
    as_policy = as_record = failed = 0
    for case in cases(methods):
        seen = observe(send, port, *case)
        if agrees(seen, by_policy(policy, *case)):
            as_policy += 1
        elif agrees(seen, on_record(name, *case)):
            as_record += 1
        else:
            failed += 1
            code, method, body = case
            print(f"FAILED {name}: {method} {'with' if body else 'without'} a body, {code}: {seen}\n"
                  f"  policy {policy}: {by_policy(policy, *case)}\n"
                  f"  record: {on_record(name, *case)}")
    print(f"{name}: {as_policy} as policy {policy!r}, {as_record} as on record, {failed} failed")
    return as_policy + as_record, failed


def gone_by_policy(policy, code, cross_origin):
    dropped = httpstatus.redirect(code, "POST", policy).drops_headers
    return {name for name, reason in httpstatus.redirect_headers(policy).items()
            if reason == "hop" or reason == "origin" and cross_origin
            or reason == "recomputed" and name not in dropped or name in dropped}


def check_fields(name, policy, send, port):
    """Which header fields of the caller the next request lacks, here and on another host."""
    passed = failed = 0
    extra.update(FIELDS)
    for code in (302, 307):
        key = f"{send.__name__}-fields-{code}"
        for where in (key, key + "x"):
            send("POST", f"http://127.0.0.1:{port}/{code}/{where}", True)
            there = {field.lower() for field in Handler.seen[where][2]}
            sent = {*FIELDS, "Content-Type", "Authorization"}
            gone = {field for field in sent if field.lower() not in there}
            said = gone_by_policy(policy, code, where.endswith("x")) & sent
            passed, failed = passed + (gone == said), failed + (gone != said)
            if gone != said:
                print(f"FAILED {name}, {code}: lacks {sorted(gone)}\n  policy {policy}: {sorted(said)}")
    extra.clear()
    return passed, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="also the clients that are no Python")
    options = parser.parse_args()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    passed = failed = 0
    for name, policy, send, methods in SHORT + FROM_8_16 + (LONG if options.all else []):
        if missing(send):
            print(f"skipped: {name}: it is not installed")
            failed += send in [client[2] for client in SHORT]
            continue
        good, bad = check(name, policy, send, methods, server.server_port)
        passed, failed = passed + good, failed + bad
        if name in NAMED:
            good, bad = check_fields(name, policy, send, server.server_port)
            passed, failed = passed + good, failed + bad
    server.shutdown()
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    raise SystemExit(main())

#!/usr/bin/env python3
"""Real clients against a server on loopback that fails: which requests do they send again?

    tests/system/live_retries.py [--all] [--only NAME]...
    tests/system/live_retries.py --measure FOLDER [--only NAME]...

Every request that is sent again, or is not, has to be as retry_clients() has it on record.  Without
--all: curl and the Python clients, with the codes that anyone retries.  --measure writes what was
seen into FOLDER, a JSON file a client, instead of comparing it.  Prints a line a client, what was
not to be had, and 'N passed, N failed'.

Clients in other languages are looked for in the folder RETRY_CLIENTS: clients.mjs beside the
node_modules of its packages, the programs go-clients and rust-clients, and java, with Clients.class
and its jars; tests/system/retry has their sources.
"""
import argparse
import asyncio
import collections
import concurrent.futures
import email.utils
import importlib
import importlib.metadata
import itertools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import httpstatus

HERE = pathlib.Path(__file__).resolve().parent
SOME = [400, 404, 408, 409, 413, 421, 425, 429, *range(500, 506), 507, 521, 522, 524, 529, 599]
CODES = [*range(400, 419), *range(421, 427), 428, 429, 431, 440, 444, 449, 451, 460, 494, 495, 496,
         *range(498, 512), *range(520, 531), 540, 561, 598, 599]
METHODS = ["DELETE", "FROB", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY"]
WITH_BODY = {"DELETE", "FROB", "PATCH", "POST", "PUT", "QUERY"}
BODY = "a=1"
LONG = "100000"
AT_ONCE = 24  # requests sent by a client
WAITS = 2.9   # seconds after which it has waited for a Retry-After of 3, or for the date
SETTLE = 12   # seconds in which a client that will send a request again has done so

# A request to send: to FAILS answers with CODE and the Retry-After, the next answer is a 200.
Cell = collections.namedtuple("Cell", "method code retry_after fails")
# What the server saw of it.
Seen = collections.namedtuple("Seen", "time method body connection")


# What a browser runs: all requests of its own origin, one after the other.
PAGE = """<!doctype html><title>busy</title><script>
(async () => {
    for (const [method, path, body] of %s)
        try {
            await (await fetch(path, {method, body, cache: "no-store"})).text();
        } catch (error) {}
    await fetch("/end/200/0/none");
})();
</script>"""


# ---- The server: /KEY/CODE/FAILS/RETRY-AFTER/... ------------------------------------------------


class Server:
    def __init__(self):
        self.seen = collections.defaultdict(list)
        self.connections = itertools.count()
        self.keys = itertools.count()
        self.port = self.page = None
        self.browser = threading.Lock()  # one page at a time
        started = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self.serve(started)), daemon=True).start()
        started.wait()

    async def serve(self, started):
        server = await asyncio.start_server(self.connection, "127.0.0.1", 0, backlog=2048)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        async with server:
            await server.serve_forever()

    def url(self, cell):
        key = f"k{next(self.keys)}"
        path = f"{key}/{cell.code}/{cell.fails}/{cell.retry_after}"
        return key, f"http://127.0.0.1:{self.port}/{path}"

    async def connection(self, reader, writer):
        number = next(self.connections)
        try:
            while await self.request(reader, writer, number):
                pass
        except (OSError, asyncio.IncompleteReadError, ValueError):
            pass
        writer.close()

    async def request(self, reader, writer, connection):
        line = (await reader.readline()).decode().split()
        if len(line) != 3:
            return False
        now, headers = time.monotonic(), {}
        while (field := (await reader.readline()).decode().strip()):
            name, _, value = field.partition(":")
            headers[name.lower()] = value.strip()
        if "100-continue" in headers.get("expect", "").lower():
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await self.body(reader, headers)
        writer.write(self.answer(line[0], line[1], body, now, connection))
        await writer.drain()
        return headers.get("connection", "").lower() != "close" and line[2] == "HTTP/1.1"

    @staticmethod
    async def body(reader, headers):
        body = b""
        if headers.get("transfer-encoding", "").lower() == "chunked":
            while (size := int((await reader.readline()).split(b";")[0], 16)) > 0:
                body += (await reader.readexactly(size + 2))[:-2]
            await reader.readline()
            return body
        return await reader.readexactly(int(headers.get("content-length") or 0))

    def answer(self, method, target, body, now, connection):
        path = target.split("?")[0].split("/")
        if target == "/page":
            return (f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                    f"Content-Length: {len(self.page)}\r\n\r\n{self.page}").encode()
        if len(path) < 5:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        key, code, fails, retry_after = path[1:5]
        seen = self.seen[key]
        seen.append(Seen(now, method, body.decode("latin-1"), connection))
        text, field = b'{"access_token": "x", "expires_in": 3600}', ""
        if len(seen) <= int(fails):
            text = b"{}"
            if retry_after == "date":  # whole seconds: between 3 and 4 of them away
                retry_after = email.utils.formatdate(int(time.time()) + 4, usegmt=True)
            field = "" if retry_after == "none" else f"Retry-After: {retry_after}\r\n"
        else:  # S3 has errors in answers of 200
            code, text = "200", b"" if path[5:6] == ["bucket"] else text
        head = (f"HTTP/1.1 {code} Status\r\nContent-Type: application/json\r\n{field}"
                f"Cache-Control: no-store\r\nContent-Length: {len(text)}\r\n\r\n").encode()
        return head if method == "HEAD" else head + text


# ---- Clients in Python: each a function that sends one request by the rules of its documents ----


def module(name):
    return importlib.import_module(name)


def body_of(method):
    return BODY if method in WITH_BODY else None


def urllib3_with(method, url, **options):
    retry = module("urllib3").Retry(3, **options)
    module("urllib3").PoolManager().request(method, url, body=body_of(method), retries=retry)


def urllib3(method, url):
    urllib3_with(method, url)


def urllib3_statuses(method, url):
    urllib3_with(method, url, backoff_factor=0.1, status_forcelist=[500, 502, 503, 504])


def requests_with(method, url, **options):
    session = module("requests").Session()
    retry = module("urllib3").Retry(total=3, **options)
    session.mount("http://", module("requests.adapters").HTTPAdapter(max_retries=retry))
    session.request(method, url, data=body_of(method))


def requests(method, url):
    requests_with(method, url)


def requests_statuses(method, url):
    requests_with(method, url, backoff_factor=0.1, status_forcelist=[502, 503, 504])


def httpx_retries(method, url):
    transport = module("httpx_retries").RetryTransport()
    with module("httpx").Client(transport=transport, timeout=None) as client:
        client.request(method, url, content=body_of(method))


def retryhttp(method, url):
    @module("retryhttp").retry
    def send():
        response = module("httpx").request(method, url, content=body_of(method))
        response.raise_for_status()
    send()


def aiohttp_retry(method, url):
    async def send():
        library = module("aiohttp_retry")
        options = library.ExponentialRetry(attempts=3)
        async with library.RetryClient(retry_options=options) as client:
            async with client.request(method, url, data=body_of(method)):
                pass
    asyncio.run(send())


def azure_core(method, url):
    policies = [module("azure.core.pipeline.policies").RetryPolicy()]
    client = module("azure.core").PipelineClient(url, policies=policies)
    client.send_request(module("azure.core.rest").HttpRequest(method, url, content=body_of(method)))


def google_api_core(method, url):
    @module("google.api_core.retry").Retry()
    def send():
        response = module("requests").request(method, url, data=body_of(method))
        if response.status_code >= 400:
            raise module("google.api_core.exceptions").from_http_response(response)
    send()


def google_auth(_, url):
    credentials = module("google.oauth2.credentials").Credentials(
        None, refresh_token="r", client_id="i", client_secret="s", token_uri=url)
    credentials.refresh(module("google.auth.transport.requests").Request())


def openai(method, url):
    client = module("openai").OpenAI(api_key="x", base_url=url)
    call = getattr(client, method.lower())
    call("/x", cast_to=object, **({"body": {"a": 1}} if method in WITH_BODY else {}))


def anthropic(method, url):
    client = module("anthropic").Anthropic(api_key="x", base_url=url)
    call = getattr(client, method.lower())
    call("/x", cast_to=object, **({"body": {"a": 1}} if method in WITH_BODY else {}))


BOTO = {"lock": threading.Lock()}


def botocore_in(mode, method, url):
    config = module("botocore.config").Config(
        retries={"mode": mode}, s3={"addressing_style": "path"})
    with BOTO["lock"]:  # each client has a quota of retries of its own, so one a request
        BOTO.setdefault("session", module("botocore.session").Session())
        client = BOTO["session"].create_client(
            "s3", "us-east-1", endpoint_url=url, aws_access_key_id="k", aws_secret_access_key="s",
            config=config)
    where = {"Bucket": "bucket", "Key": "key"}
    {"GET": lambda: client.get_object(**where), "HEAD": lambda: client.head_object(**where),
     "PUT": lambda: client.put_object(Body=BODY.encode(), **where),
     "DELETE": lambda: client.delete_object(**where),
     "POST": lambda: client.restore_object(**where, RestoreRequest={"Days": 1})}[method]()


def botocore_standard(method, url):
    botocore_in("standard", method, url)


def botocore_legacy(method, url):
    botocore_in("legacy", method, url)


def scrapy():
    """All of them in one crawl, as its reactor starts once."""
    library = module("scrapy")

    def ended(result):
        print("done", getattr(result, "request", result).url, flush=True)

    class Spider(library.Spider):
        name = "spider"
        handle_httpstatus_all = True

        async def start(self):
            read = asyncio.get_running_loop().run_in_executor
            while (words := (await read(None, sys.stdin.readline)).split()):
                method, url = words
                yield library.Request(url, method=method, body=body_of(method) or "",
                                      dont_filter=True, callback=ended, errback=ended)

    process = module("scrapy.crawler").CrawlerProcess(
        {"LOG_ENABLED": False, "CONCURRENT_REQUESTS": 64, "CONCURRENT_REQUESTS_PER_DOMAIN": 64,
         "DOWNLOAD_DELAY": 0, "TELNETCONSOLE_ENABLED": False, "ROBOTSTXT_OBEY": False})
    process.crawl(Spider)
    process.start()


def send(name):
    """Sends what standard input asks for, each once it was read; prints a line when it ends."""
    if name == "scrapy":
        return scrapy()

    def one(method, url):
        try:
            globals()[name](method, url)
            said = ""
        except Exception as error:  # the last answer, as often as not
            said = f"{type(error).__name__}: {error}"
        sys.stdout.write(f"done {url} {' '.join(said.split())[:120]}\n")
        sys.stdout.flush()

    threads = []
    for line in sys.stdin:
        threads.append(threading.Thread(target=one, args=line.split(), daemon=True))
        threads[-1].start()
    for thread in threads:
        thread.join()
    os._exit(0)


# ---- Commands: a process a request --------------------------------------------------------------


SCRATCH = tempfile.TemporaryDirectory()  # what aria2 gets


def curl(method, url):
    command = ["curl", "-s", "--retry", "3"]
    command += {"GET": [], "HEAD": ["-I"]}.get(method, ["-X", method])
    return [*command, *(["-d", BODY] if method in WITH_BODY else []), url]


def curl_all(method, url):
    return [*curl(method, url)[:-1], "-f", "--retry-all-errors", url]


def wget(method, url):
    body = [f"--body-data={BODY}"] if method in WITH_BODY else []
    how = [] if method == "GET" else [f"--method={method}", *body]
    return ["wget", "-q", "-O", "/dev/null", "--tries=4", *how, url]


def wget_errors(method, url):
    return ["wget", "--retry-on-http-error=429,500,502,503,504", *wget(method, url)[1:]]


def aria2(method, url):
    how = ["--dry-run=true"] if method == "HEAD" else []
    where = ["-d", SCRATCH.name, "-o", url.split("/")[3]]
    return ["aria2c", "-q", *where, *how, "--retry-wait=1", url]


# What a client needs (a command, a Python distribution or a file in BUILT); how to start it: a
# function of a request, a command that reads requests, or "browser"; the methods that it can send.
Client = collections.namedtuple("Client", "needs start methods")
BUILT = pathlib.Path(os.environ.get("RETRY_CLIENTS", HERE / "retry"))
OF_S3 = ["DELETE", "GET", "HEAD", "POST", "PUT"]
OF_JSON = ["DELETE", "GET", "PATCH", "POST", "PUT"]


def python(needs, function, methods=None):
    return Client(needs, [sys.executable, __file__, "--send", function], methods or METHODS)


def program(needs, *command):
    return Client(BUILT / needs, [str(part) for part in command], METHODS)


CLIENTS = {  # by their names on record
    "curl --retry 3": Client("curl", curl, METHODS),
    "urllib3 Retry(3)": python("urllib3", "urllib3"),
    "urllib3 Retry(3, status_forcelist)": python("urllib3", "urllib3_statuses"),
    "requests Retry(3)": python("requests", "requests"),
    "requests Retry(3, status_forcelist)": python("requests", "requests_statuses"),
    # The rest with --all.
    "curl -f --retry 3 --retry-all-errors": Client("curl", curl_all, METHODS),
    "wget": Client("wget", wget, METHODS),
    "wget --retry-on-http-error": Client("wget", wget_errors, METHODS),
    "aria2 --retry-wait=1": Client("aria2c", aria2, ["GET", "HEAD"]),
    "httpx-retries": python("httpx-retries", "httpx_retries"),
    "retryhttp": python("retryhttp", "retryhttp"),
    "aiohttp-retry": python("aiohttp-retry", "aiohttp_retry"),
    "scrapy": python("scrapy", "scrapy"),
    "azure-core RetryPolicy()": python("azure-core", "azure_core"),
    "google-api-core Retry()": python("google-api-core", "google_api_core"),
    "google-auth": python("google-auth", "google_auth", ["POST"]),
    "botocore standard": python("botocore", "botocore_standard", OF_S3),
    "botocore legacy": python("botocore", "botocore_legacy", OF_S3),
    "openai": python("openai", "openai", OF_JSON),
    "anthropic": python("anthropic", "anthropic", OF_JSON),
    **{name: program("node_modules", "node", BUILT / "clients.mjs", name) for name in (
        "got", "ky", "axios-retry", "undici RetryAgent", "superagent .retry(3)",
        "make-fetch-happen retry: 3", "node fetch()")},
    "go-retryablehttp": program("go-clients", BUILT / "go-clients", "retryablehttp"),
    "resty SetRetryCount(3)": program("go-clients", BUILT / "go-clients", "resty2"),
    "resty AddRetryConditions()": program("go-clients", BUILT / "go-clients", "resty3"),
    "apache httpclient5": program("java", "java", "-cp", f"{BUILT}/java:{BUILT}/java/*", "Clients",
                                  "httpclient5"),
    "okhttp": program("java", "java", "-cp", f"{BUILT}/java:{BUILT}/java/*", "Clients", "okhttp"),
    "reqwest-retry": program("rust-clients", BUILT / "rust-clients"),
    "chromium fetch()": Client("chromium", "browser", METHODS),
}
SHORT = list(CLIENTS)[:5]


def version_of(client):
    """The version here as numbers: () if it does not say, None if the client is not here."""
    text = ""
    if callable(client.start) or client.start == "browser":
        if not shutil.which(client.needs):
            return None
        text = subprocess.run([client.needs, "--version"], capture_output=True, text=True,
                              check=False).stdout
    elif isinstance(client.needs, str):
        try:
            text = importlib.metadata.version(client.needs)
        except importlib.metadata.PackageNotFoundError:
            return None
    elif not client.needs.exists() or not shutil.which(client.start[0]):
        return None
    return numbers(text)


def numbers(version):
    found = re.search(r"\d+(?:\.\d+)+", version)
    return tuple(map(int, found[0].split("."))) if found else ()


# ---- Sending ------------------------------------------------------------------------------------


def send_by_command(client, urls, deadline):
    running, done = {}, {}
    for cell, url in urls:
        running[url] = subprocess.Popen(client.start(cell.method, url), stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        time.sleep(0.01)
    end = time.monotonic() + deadline
    while running and time.monotonic() < end:
        time.sleep(0.05)
        for url in [url for url, process in running.items() if process.poll() is not None]:
            running.pop(url)
            done[url] = ""
    for process in running.values():
        process.kill()
        process.wait()
    return done


def send_by_program(client, urls, deadline):
    """A few at a time: a client that the machine is too slow for would seem to wait."""
    done, open_since = {}, {}

    def read(lines):
        for line in lines:
            if line.startswith("done "):
                _, url, *said = line.rstrip("\n").split(" ", 2)
                done[url] = " ".join(said)

    def busy():
        now = time.monotonic()
        for url, since in list(open_since.items()):
            if url in done or now - since > deadline:
                del open_since[url]
        return len(open_since)

    with subprocess.Popen(client.start, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.DEVNULL) as process:
        reader = threading.Thread(target=read, args=[process.stdout], daemon=True)
        reader.start()
        for cell, url in urls:
            while busy() >= AT_ONCE and process.poll() is None:
                time.sleep(0.01)
            open_since[url] = time.monotonic()
            process.stdin.write(f"{cell.method} {url}\n")
            process.stdin.flush()
        process.stdin.close()
        try:
            process.wait(deadline)
        except subprocess.TimeoutExpired:
            process.kill()
        reader.join(5)
    return done


def send_by_browser(server, urls):
    """By one page, whose connections are there already, as a browser's mostly are."""
    requests_of = [[cell.method, "/" + url.split("/", 3)[3], body_of(cell.method)]
                   for cell, url in urls]
    server.page = PAGE % json.dumps(requests_of)
    server.seen.pop("end", None)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
                   "--no-first-run", "--disable-background-networking", "--disable-sync",
                   "--disable-component-update", "--remote-debugging-port=0",
                   f"--user-data-dir={folder}", f"http://127.0.0.1:{server.port}/page"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            end = time.monotonic() + 120
            while not server.seen.get("end") and time.monotonic() < end:
                time.sleep(0.1)
            process.kill()
    return {url: "" for _, url in urls}


def run(server, client, cells, deadline=SETTLE):
    """For each cell what the server saw, whether the client came to an end, and what it said."""
    urls = [(cell, *server.url(cell)) for cell in cells]
    pairs = [(cell, url) for cell, _, url in urls]
    if client.start == "browser":
        with server.browser:
            done = send_by_browser(server, pairs)
    else:
        by = send_by_command if callable(client.start) else send_by_program
        done = by(client, pairs, deadline)
    return {cell: (server.seen.get(key, []), url in done, done.get(url, ""))
            for cell, key, url in urls}


def measure(server, client, codes):
    """Many at once for what is sent again; a few in processes of their own for when and where."""
    first = "GET" if "GET" in client.methods else client.methods[0]
    cells = [Cell(method, code, field, 1) for code in codes for method in client.methods
             for field in ("none", "3")]
    fields = [Cell(method, 503, "0", 1) for method in client.methods if method != first]
    fields += [Cell(first, code, field, 1) for code in (408, 413, 429, 503)
              for field in ("0", "date", "soon", "-1")]
    slow = [Cell(first, code, LONG, 1) for code in (408, 413, 429, 503)]
    failing = [(first, 503), (first, 429), (first, 500), (first, 408), ("POST", 503)]
    slow += [Cell(method, code, "none", 99) for method, code in failing if method in client.methods]
    alone = [Cell(method, 503, "none", 1) for method in ("GET", "PUT", "POST")
             if method in client.methods]
    found = {}

    def keep(how, some, deadline):
        for cell, seen in run(server, client, some, deadline=deadline).items():
            found[how, cell] = seen

    waiting = threading.Thread(target=keep, args=("slow", slow, 150))
    waiting.start()
    keep("fields", fields, 30)
    for cell in alone:
        keep("alone", [cell], 30)
    keep("all", cells, 20)
    waiting.join()
    return found


def as_json(found):
    rows = []
    for (how, cell), (seen, ended, said) in found.items():
        start = seen[0].time if seen else 0
        rows.append([how, *cell, [round(one.time - start, 3) for one in seen],
                     [one.method for one in seen], [one.body for one in seen],
                     [one.connection for one in seen], ended, said])
    return "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n"


# ---- What was seen, and what is on record -------------------------------------------------------


def on_record(name, version, code, method):
    """The record of the newest version that is no newer than the one here; if none, the oldest."""
    records = [client for client in httpstatus.retry_clients(code, method) if client.name == name]
    records.sort(key=lambda record: numbers(record.version), reverse=True)
    old = [record for record in records if numbers(record.version) <= version]
    return (old or records[-1:] or [None])[0] if version else (records or [None])[0]


def gap(seen):
    """The seconds before the second request; None if there was none."""
    return seen[1].time - seen[0].time if len(seen) > 1 else None


def differences(record, plain, told, alone):
    """
    What a client did without a Retry-After and with one of 3 seconds, where not as on record.
    'alone': each request has connections of its own.
    """
    retried, waited = gap(plain) is not None, gap(told) is not None and gap(told) >= WAITS
    if not plain or not told:
        yield "sent nothing"
    if record.retried != retried:
        yield f"retried: {retried}"
    if (record.honours_retry_after is True) != waited and (record.longest_delay or 0) < WAITS:
        yield f"waited for Retry-After: {waited}"
    if record.retried and retried and gap(plain) < record.delay - 0.2:
        yield f"delay: {gap(plain):.2f}"
    for seen in (plain, told):
        if record.sends_body is not None and len(seen) > 1 and (
                seen[0].body == seen[1].body) != record.sends_body:
            yield f"sends_body: {not record.sends_body}"
        if alone and record.same_connection is not None and len(seen) > 1 and (
                seen[0].connection == seen[1].connection) != record.same_connection:
            yield f"same_connection: {not record.same_connection}"


def of_field(said, seen, ended):
    """What a client made of a Retry-After: as said on record, if that may be; else what it did."""
    later = gap(seen)
    if later is None:
        possible = {"stops", "error"} if ended else {"waits", "caps"}
    elif later >= WAITS:
        possible = {"waits"}
    else:
        possible = {"at once", "own delay"} if later < 1 else {"own delay"}
    return said if said in possible else f"one of {sorted(possible)}"


def check_fields(server, client, record, deadline):
    """Of a request whose record heeds Retry-After: what its forms come to, and how many tries."""
    cells = [Cell(record.request_method, record.code, field, 1)
             for field in ("0", "date", "soon", LONG)]
    if record.tries:
        cells.append(Cell(record.request_method, record.code, "none", 99))
    for cell, (seen, ended, _) in run(server, client, cells, deadline=deadline).items():
        if cell.fails == 99:
            yield "tries", record.tries, len(seen)
        else:
            said = {"0": record.on_zero, "date": record.on_date, "soon": record.on_garbage,
                    LONG: record.on_long}[cell.retry_after]
            if said:
                yield f"Retry-After: {cell.retry_after}", said, of_field(said, seen, ended)


def check(server, name, client, codes):
    version, passed, failed = version_of(client), 0, 0
    cells = [Cell(method, code, field, 1) for code in codes for method in client.methods
             for field in ("none", "3")]
    found = run(server, client, cells, deadline=SETTLE)
    heeding = None
    for code, method in itertools.product(codes, client.methods):
        record = on_record(name, version, code, method)
        told = found[Cell(method, code, "3", 1)][0]
        wrong = ["no record"] if record is None else list(differences(
            record, found[Cell(method, code, "none", 1)][0], told, name in SHORT))
        passed, failed = passed + (not wrong), failed + bool(wrong)
        for text in wrong:
            print(f"FAILED {name}: {method} {code}: {text}; on record: {record}")
        if record and record.on_zero and code in (413, 429, 503) and method != "HEAD":
            heeding = record
    slow = SETTLE if name in SHORT else 40  # some take long to start, or to give up
    for what, said, seen in check_fields(server, client, heeding, slow) if heeding else ():
        passed, failed = passed + (said == seen), failed + (said != seen)
        if said != seen:
            print(f"FAILED {name}: {heeding.request_method} {heeding.code}: {what}: {seen}; "
                  f"on record: {said}")
    here = ".".join(map(str, version)) or "of some version"
    print(f"{name}, {here}: {passed} as on record, {failed} failed")
    return passed, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="also the clients that are no Python")
    parser.add_argument("--only", action="append", metavar="NAME")
    parser.add_argument("--measure", metavar="FOLDER", type=pathlib.Path)
    parser.add_argument("--send", metavar="CLIENT", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.send:
        return send(options.send)
    server, codes = Server(), CODES if options.all else SOME

    def one(name):
        client = CLIENTS[name]
        if version_of(client) is None:
            print(f"skipped: {name}: it is not installed")
            return 0, int(name in SHORT)
        if not options.measure:
            return check(server, name, client, codes)
        found = as_json(measure(server, client, CODES))
        (options.measure / f"{name.replace(' ', '_')}.json").write_text(found, encoding="utf-8")
        return 0, 0

    # Mostly they sleep, so several at a time; but each has to be quick while it is awake.
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        counts = list(pool.map(one, options.only or (CLIENTS if options.all else SHORT)))
    passed, failed = map(sum, zip(*counts))
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    raise SystemExit(main())

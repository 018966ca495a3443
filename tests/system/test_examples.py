"""The examples of both languages, as users run them.  HTTPSTATUS_LUA is the Lua to take, not 5.4."""
import bz2
import gzip
import http.server
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import wsgiref.simple_server
from pathlib import Path

import pytest
from loopback import free_ports
from lua_here import LUA, has_lua

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data/sample.log"
NGINX = os.environ.get("HTTPSTATUS_NGINX")  # a folder with what Debian's packages have
RECORD = b'h - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" %d 12\n'
needs_lua = pytest.mark.skipif(not has_lua(), reason=f"no {LUA} with httpstatus here")
LANGUAGES = ["python", pytest.param("lua", marks=needs_lua)]


def command(language, name, *arguments):
    if language == "lua":
        return [LUA, ROOT / f"bindings/lua/examples/{name}.lua", *arguments]
    return [sys.executable, ROOT / f"bindings/python/examples/{name}.py", *arguments]


def run(language, name, *arguments, stdin=subprocess.DEVNULL):
    return subprocess.run(command(language, name, *arguments), stdin=stdin, capture_output=True,
                          timeout=60)


@pytest.fixture
def start(popen):
    return lambda language, name, *arguments, **options: popen(
        command(language, name, *arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def end(process):
    """The exit code as a shell shows it; nothing may have been said."""
    _, said = process.communicate(timeout=60)
    assert said == b""
    return 128 - process.returncode if process.returncode < 0 else process.returncode


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@needs_lua
@pytest.mark.parametrize("name, arguments", [
    ("report", []), ("errors", []), ("errors", ["4xx", "clf"]), ("errors", ["unmatched"]),
    ("daily", ["1", SAMPLE]), ("daily", ["1", SAMPLE, SAMPLE]), ("daily", ["50", SAMPLE]),
    ("urls", [SAMPLE]), ("urls", [SAMPLE, "4xx"]), ("urls", [SAMPLE, "is_cacheable", "3"]),
])
def test_both_say_the_same(name, arguments):
    said = []
    for language in "python", "lua":
        with open(SAMPLE) as log:
            done = run(language, name, *arguments, stdin=log)
        assert done.stderr == b""
        said.append((done.returncode, done.stdout))
    assert said[0] == said[1]


@pytest.mark.parametrize("log, formats", [
    (RECORD % 200 + b'{"status": 404}\n', b"clf json"), (b"what?\n", b"-")])
def test_report_names_the_formats(language, log, formats, tmp_path):
    (tmp_path / "a.log").write_bytes(log)
    assert run(language, "report", tmp_path / "a.log").stdout.splitlines()[0].endswith(
        b" records, format " + formats)


def test_errors(language):
    with open(SAMPLE) as log:
        done = run(language, "errors", stdin=log)
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and len(lines) == 7
    assert lines[0].startswith(b"504 Gateway Timeout: 55.68.66.12 - - [01/Nov/2026:00:01:59 +0000]")


@pytest.mark.parametrize("arguments", [["5xx", "clf"], []])
def test_errors_come_when_they_are_logged(language, arguments, start):
    process = start(language, "errors", *arguments, stdin=subprocess.PIPE, bufsize=0)
    late = threading.Timer(30, process.kill)  # who waits for more than a line fails
    late.start()
    for status in 500, 503:
        process.stdin.write(RECORD % 200 + RECORD % status)
        assert process.stdout.readline().startswith(b"%d " % status)
    assert end(process) == 0
    late.cancel()


@pytest.mark.parametrize("name", ["errors", "report"])
def test_ctrl_c(language, name, start):
    """As in a pipeline on a terminal, where Ctrl-C ends what writes to it, too."""
    process = start(language, name, *(["5xx", "clf"] if name == "errors" else []),
                    stdin=subprocess.PIPE, bufsize=0)
    process.stdin.write(RECORD % 200 * 20_000)  # more than a pipe holds: it reads, then
    process.send_signal(signal.SIGINT)
    assert end(process) == 130


@pytest.mark.parametrize("name", ["errors", "report"])
def test_closed_pipe(language, name, tmp_path, start):
    log = tmp_path / "access.log"
    log.write_bytes(b"".join(RECORD % status for status in range(500, 600)) * 1000)
    with open(log) as stdin:
        process = start(language, name, stdin=stdin)
    if name == "errors":
        process.stdout.readline()
    process.stdout.close()
    process.stdout = None
    assert end(process) in (0, 141)  # 0: it had nothing left to say
    with open(log) as stdin:
        done = subprocess.run(["bash", "-c", 'set -o pipefail; "$@" | head -1', "-",
                               *command(language, "errors")], stdin=stdin, capture_output=True)
    assert (done.returncode, done.stderr, done.stdout.count(b"\n")) == (141, b"", 1)


@pytest.mark.parametrize("name, arguments, code", [
    ("report", [], 1), ("daily", ["1"], 2), ("daily", ["1", SAMPLE], 2),
])
@pytest.mark.parametrize("log, message", [
    ("/does/not/exist.log", "No such file or directory"),
    ("/does/not/exist.log.gz", "No such file or directory"),
    ("/", "Is a directory"),
])
def test_log_that_cannot_be_read(language, name, arguments, code, log, message):
    done = run(language, name, *arguments, log)
    said = done.stderr.decode()
    assert (done.returncode, done.stdout) == (code, b"")
    assert re.fullmatch(rf"{name}\.(py|lua): .*{message}.*\n", said) and log in said


def test_directory_as_standard_input(language):
    folder = os.open("/", os.O_RDONLY)
    for name in ["errors", "report"] if language == "lua" else []:  # Python itself refuses it
        done = run(language, name, stdin=folder)
        assert (done.returncode, done.stdout) == (1, b"")
        assert re.fullmatch(rb"\w+\.lua: .*Is a directory\n", done.stderr)
    os.close(folder)


def test_urls(language, tmp_path):
    said = run(language, "urls", SAMPLE, "4xx", "5").stdout.decode().splitlines()
    assert said == ["       8 -", "       4 /api/v1/items/42", "       4 /robots.txt", "       3 /api/v1/items",
                    "       3 /"]
    (tmp_path / "a.log").write_bytes(RECORD.replace(b"GET /", rb"GET /\x1b[2J") % 500)
    assert run(language, "urls", tmp_path / "a.log").stdout == b"       1 /?[2J\n"
    missing = run(language, "urls", tmp_path / "none")
    assert (missing.returncode, missing.stdout) == (1, b"")
    assert re.fullmatch(rb"urls\.(py|lua): .*No such file or directory.*\n", missing.stderr)


def test_daily(language, tmp_path):
    packed = tmp_path / "it's yesterday's.log.1.gz"
    packed.write_bytes(gzip.compress(SAMPLE.read_bytes()))
    said = run(language, "daily", "1", SAMPLE, packed)
    assert said.returncode == 1
    assert said.stdout.decode().splitlines() == [
        "14 of 592 requests failed: 2.36 %, more than 1 %",
        "500        8  Internal Server Error",
        "503        4  Service Unavailable",
        "504        2  Gateway Timeout",
    ]
    silent = run(language, "daily", "2.4", SAMPLE, packed)
    assert (silent.returncode, silent.stdout, silent.stderr) == (0, b"", b"")


def test_daily_of_what_is_new(tmp_path):
    """Only in Python, which has the command."""
    log, state = tmp_path / "access.log", tmp_path / "state"
    arguments = "python", "daily", "50", "--state", state, log
    for status, said in (500, b"1 of 1 requests"), (200, b""), (503, b"1 of 1 requests failed: 100.00 %"):
        with open(log, "ab") as file:
            file.write(RECORD % status)
        done = run(*arguments)
        assert (done.returncode, done.stderr) == (int(bool(said)), b"") and done.stdout.startswith(said)
    assert (run(*arguments).returncode, run(*arguments).stdout) == (0, b"")
    log.unlink()
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, b"") and b"No such file" in done.stderr
    assert run(*arguments[:-1]).stderr == b"daily.py: usage: daily.py PERCENT [--state FILE] LOG...\n"


@pytest.mark.parametrize("content", [b"", b"what?\n", bz2.compress(b"")])
def test_daily_of_what_is_no_log(language, tmp_path, content):
    log = tmp_path / "access.log"
    log.write_bytes(content)
    done = run(language, "daily", "1", log)
    assert (done.returncode, done.stdout) == (2, b"")
    said = b"the log is compressed" if language == "lua" and content[:2] == b"BZ" else \
        b"nothing in these logs is a request\n"
    assert said in done.stderr


@pytest.mark.parametrize("arguments", [[], ["1"], ["much", SAMPLE]])
def test_daily_called_wrongly(language, arguments):
    done = run(language, "daily", *arguments)
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)


# ---- The client ----

class Misbehaving(http.server.BaseHTTPRequestHandler):
    """Answers a path of one status after the other, /503=1/200: with '=' comes a Retry-After or Location."""

    protocol_version = "HTTP/1.1"
    seen = []  # (method, body, path, time, port of the client)

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.seen.append((self.command, body, self.path, time.monotonic(), self.client_address[1]))
        steps = self.path[1:].split("/")
        turn = sum(path == self.path for _, _, path, *_ in self.seen) - 1
        status, _, field = steps[min(turn, len(steps) - 1)].partition("=")
        content = f"{self.command} {body}".encode()
        self.send_response(int(status))
        if field:
            self.send_header("Location" if status[0] == "3" else "Retry-After",
                             self.path if field == "self" else field.replace("%20", " ").replace("~", "/"))
        if int(status) in (303, 307):  # which the redirected request waits for
            self.send_header("Retry-After", "1")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = answer

    def log_message(self, *_):
        pass


@pytest.fixture
def misbehaving():
    Misbehaving.seen = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Misbehaving) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


IN_A_SECOND = "Sun,%2006%20Nov%201994%2008:49:37%20GMT"  # past, and so at once


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl here")
@pytest.mark.parametrize("path, request_, said, methods, seconds", [
    ("/200", [], "200 GET \n", "GET", 0),
    ("/503=1/200", [], "200 GET \n", "GET GET", 1),
    (f"/503={IN_A_SECOND}/200", [], "200 GET \n", "GET GET", 0),
    ("/503=3600/200", [], "503 GET \n", "GET", 0),
    ("/503=0/200", ["POST", "it's"], "503 POST it's\n", "POST", 0),
    ("/503=0/200", ["PUT", "it's"], "200 PUT it's\n", "PUT PUT", 0),
    ("/429=garbage/200", ["POST", "a"], "200 POST a\n", "POST POST", 0.1),
    ("/429=99999999999999999999/200", [], "429 GET \n", "GET", 0),
    ("/421/200", ["POST", "a"], "200 POST a\n", "POST POST", 0.1),
    ("/413/200", ["POST", "a"], "413 POST a\n", "POST", 0),
    ("/413=1/200", ["POST", "a"], "200 POST a\n", "POST POST", 1),
    ("/500/200", [], "200 GET \n", "GET GET", 0.1),
    ("/404", [], "404 GET \n", "GET", 0),
    ("/302=200", ["POST", "a"], "200 GET \n", "POST GET", 0),
    ("/303=200", ["POST", "a"], "200 GET \n", "POST GET", 1),
    ("/307=~503=0~200", ["PUT", "a"], "200 PUT a\n", "PUT PUT PUT", 1),
    ("/302", [], "302 GET \n", "GET", 0),
    ("/503=0", [], "503 GET \n", "GET " * 6, 0),
])
def test_client(language, path, request_, said, methods, seconds, misbehaving):
    begun = time.monotonic()
    done = run(language, "client", misbehaving + path, *request_)
    assert (done.stdout.decode(), done.stderr.decode(), done.returncode) == (said, "", 0)
    assert [method for method, *_ in Misbehaving.seen] == methods.split()
    assert len({port for *_, port in Misbehaving.seen}) == len(Misbehaving.seen), "a connection for each"
    assert seconds <= time.monotonic() - begun < seconds + 30
    assert sum(b[3] - a[3] for a, b in zip(Misbehaving.seen, Misbehaving.seen[1:])) >= seconds * 0.9


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl here")
def test_client_in_a_loop(language, misbehaving):
    done = run(language, "client", misbehaving + "/302=self", "POST", "a")
    assert done.returncode == 1 and done.stdout == b"" and b"loop" in done.stderr, done
    assert len(Misbehaving.seen) <= 4


def test_client_without_a_server(language):
    port, = free_ports(1)
    done = run(language, "client", f"http://127.0.0.1:{port}/")
    assert done.returncode == 1 and done.stdout == b"" and done.stderr


# ---- The counter ----

def fetch(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


COUNTED = """\
200        2 2xx  OK
404        1 4xx  Not Found
499        1 4xx  Client Closed Request (nginx): """


def test_counter_in_python(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "bindings/python/examples")
    import counter

    def application(environ, start_response):
        path = environ["PATH_INFO"]
        start_response(f"{path[1:]} x", [])
        if path == "/201":  # finds out that something is wrong
            try:
                raise ValueError
            except ValueError:
                start_response("500 x", [], sys.exc_info())
        return [b"x"]

    class Silent(wsgiref.simple_server.WSGIRequestHandler):
        def log_message(self, *_):
            pass

    with wsgiref.simple_server.make_server("127.0.0.1", 0, counter.Counter(application),
                                           handler_class=Silent) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            for path in "/200", "/200", "/404", "/499", "/201", "/299":
                fetch(server.server_port, path)
            status, text = fetch(server.server_port, "/status")
        finally:
            server.shutdown()
            thread.join()
    assert status == 200
    assert text.startswith(COUNTED.replace("404", "299        1 2xx  -\n404"))
    assert text.endswith("500        1 5xx  Internal Server Error\n"
                         "2xx        3\n4xx        2\n5xx        1\n")


CONFIGURATION = """\
load_module {nginx}/usr/lib/nginx/modules/ndk_http_module.so;
load_module {nginx}/usr/lib/nginx/modules/ngx_http_lua_module.so;
daemon off;
master_process off;
pid nginx.pid;
error_log stderr warn;
events {{ }}
http {{
    access_log off;
    client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t; uwsgi_temp_path t;
    scgi_temp_path t;
    lua_package_path "{examples}/?.lua;{nginx}/usr/share/lua/5.1/?.lua;;";
    include counter.conf;
    server {{
        listen 127.0.0.1:{port};
        location = /200 {{ return 200 "x"; }}
        location = /404 {{ return 404; }}
        location = /slow {{
            lua_check_client_abort on;
            content_by_lua_block {{ ngx.sleep(60) }}
        }}
    }}
}}
"""


@pytest.mark.skipif(not NGINX or LUA != "luajit", reason="for LuaJIT, by tests/run")
def test_counter_in_nginx(tmp_path, popen):
    examples = ROOT / "bindings/lua/examples"
    port, status_port = free_ports(2)
    included = (examples / "counter.conf").read_text()
    assert included.count("127.0.0.1:8080") == 1
    (tmp_path / "counter.conf").write_text(included.replace("8080", str(status_port)))
    (tmp_path / "nginx.conf").write_text(CONFIGURATION.format(
        nginx=NGINX, examples=examples, port=port))
    libraries = ":".join(str(path) for path in Path(NGINX).glob("usr/lib/*-linux-gnu*"))
    nginx = popen([f"{NGINX}/usr/sbin/nginx", "-p", tmp_path, "-c", "nginx.conf"],
                  env=os.environ | {"LD_LIBRARY_PATH": libraries}, stderr=subprocess.PIPE,
                  text=True)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                assert nginx.poll() is None, nginx.stderr.read()
                time.sleep(0.05)
        for path in "/200", "/200", "/404":
            fetch(port, path)
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", port)) as impatient:
                impatient.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
                time.sleep(0.5)  # for nginx to have begun: what is gone before is no request
            time.sleep(0.5)
            status, text = fetch(status_port, "/status")
            if "499" in text:
                break
    finally:
        nginx.terminate()
        said = nginx.communicate(timeout=30)[1]
    assert status == 200, said
    assert text.startswith(COUNTED) and text.endswith("2xx        2\n4xx        2\n"), text + said

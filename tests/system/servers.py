#!/usr/bin/env python3
"""Real servers on loopback, asked by a client that counts: does the tally of their logs say the same?

    tests/system/servers.py [--show]

nginx, Apache httpd and HAProxy get the same requests, ordinary and hostile, from raw sockets and from
curl; then they are stopped as they should be, and what the tallies of their logs say, in Python and in
Lua, has to be what the client saw, to the unit.  What a server logs and the client cannot have seen
stands in DIFFERENT.  HTTPSTATUS_NGINX and HTTPSTATUS_HAPROXY are folders with what Debian's packages have;
without them, and for Apache, what is installed.  --show prints each request with what became of it.
Prints a line a server, what was not to be had, and 'N passed, N failed'.
"""
import argparse
import base64
import collections
import concurrent.futures
import contextlib
import glob
import os
import random
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import httpstatus
from loopback import free_ports, listens
from lua_here import LUA, has_lua

TIMEOUT = 60  # for what does happen, on a machine that has much to do
HEADER_SECONDS = 3  # what a server gives a client for its request
RANDOM_REQUESTS = 300
FILE = b"0123456789\n"
IS_ROOT = os.geteuid() == 0
SO_RCVBUFFORCE = 33  # Linux has it

# ---- The requests -------------------------------------------------------------------------------

RETURNED = [200, 201, 204, 301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405, 406, 409, 410, 411, 412,
            413, 414, 415, 416, 417, 422, 423, 424, 426, 429, 431, 451, 500, 501, 502, 503, 504]
FROM_BACKEND = [200, 203, 226, 299, 404, 418, 420, 444, 451, 494, 498, 499, 520, 530, 598, 599]
HOSTILE = [
    b'"', b"\\", b'\\"', b"\\\\", b'" 200 5', b'" 200 5 "-" "-"', b"' 200 5", b'\\" 200 5', b'\\x22 200 5',
    b"] 200 [", b"{|} 200", b"- - ---- 1/1/1/1/0 0/0", b" 0/0/0/0/0 200 9 - - ---- 1/1/1/1/0 0/0 ",
    b"\x01", b"\x1b[2J", b"\x7f", b"\x00", b"\t", b"\x0b 200", b"\xc3\xa9", b"\xe2\x80\xa8", b"\xff\xfe",
    b"\xc2\x85", b"%22%20200%205", b"%0a", b"%00", b"%", b"#", b"?a=%22", b'","status":200,"x":"', b"<b>",
    b"$status", b"%>s", b"a" * 5000, b'"' * 700, b"\\" * 701,
]
COMBINED = b'127.0.0.1 - - [20/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "-"'


def get(path=b"/", *headers, method=b"GET", version=b"HTTP/1.1", body=b""):
    lines = [b" ".join([method, path, version]), b"Host: x", b"Connection: close", *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def named_requests():
    yield from ((f"return {code}", get(b"/%d" % code)) for code in RETURNED)
    yield from ((f"backend {code}", get(b"/b/%d" % code)) for code in FROM_BACKEND)
    yield "file", get(b"/file")
    yield "HEAD", get(b"/file", method=b"HEAD")
    yield "HEAD of nothing", get(b"/nothing", method=b"HEAD")
    yield "part", get(b"/file", b"Range: bytes=1-3")
    yield "parts", get(b"/file", b"Range: bytes=1-3,5-6")
    yield "no such part", get(b"/file", b"Range: bytes=1000000-")
    yield "not modified", get(b"/file", b"If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT")
    yield "modified", get(b"/file", b"If-Unmodified-Since: Thu, 01 Jan 1970 00:00:01 GMT")
    yield "folder", get(b"/folder")
    yield "folder's content", get(b"/folder/")
    yield "nothing", get(b"/nothing")
    yield "dropped", get(b"/drop")
    yield "outside", get(b"/../../etc/passwd")
    yield "outside, encoded", get(b"/%2e%2e/%2e%2e/etc/passwd")
    yield "backend is gone", get(b"/gone/")
    yield "backend hangs up", get(b"/b/close")
    yield "backend talks nonsense", get(b"/b/nonsense")
    yield "backend never answers", get(b"/slow/never")
    yield "interim responses", get(b"/b/interim")
    yield "POST", get(b"/b/200", b"Content-Length: 3", method=b"POST", body=b"a=1")
    yield "POST to a file", get(b"/file", b"Content-Length: 3", method=b"POST", body=b"a=1")
    yield "POST in chunks", get(b"/b/200", b"Transfer-Encoding: chunked", method=b"POST",
                                body=b"3\r\na=1\r\n0\r\n\r\n")
    yield "chunks that are none", get(b"/b/200", b"Transfer-Encoding: chunked", method=b"POST",
                                      body=b"what?\r\n\r\n")
    yield "Expect", get(b"/b/200", b"Content-Length: 3", b"Expect: 100-continue", method=b"POST",
                        body=b"a=1")
    yield "Expect what?", get(b"/file", b"Expect: wonders")
    yield "too much", get(b"/b/200", b"Content-Length: 1000000", method=b"POST", body=b"a" * 1000000)
    yield "too much is announced", get(b"/b/200", b"Content-Length: 1000000", method=b"POST")
    for user in b"me", b'a "b" 200 5', COMBINED, b"[x] \\", b"\x01\xff":
        yield f"user {user!r}", get(b"/401", b"Authorization: Basic " + base64.b64encode(user + b":x"))
        yield f"user {user!r}, unknown", get(b"/private/", b"Authorization: Basic " +
                                             base64.b64encode(user + b":x"))
    yield "no user", get(b"/private/")
    for method in b"PUT", b"DELETE", b"OPTIONS", b"TRACE", b"FROB", b"get", b"G\"T", b'" 200 5 "', \
            b"G\\T":
        yield f"method {method!r}", get(b"/file", method=method)
    yield "CONNECT", get(b"x:443", method=b"CONNECT")
    yield "absolute", get(b"http://x/file")
    yield "OPTIONS *", get(b"*", method=b"OPTIONS")
    for version in b"HTTP/1.0", b"HTTP/1.2", b"HTTP/2.0", b"HTTP/3", b"HTTP/11", b"HTCPCP/1.0", \
            b'HTTP/1.1" 200':
        yield f"version {version!r}", get(b"/file", version=version)
    yield "no Host", b"GET /file HTTP/1.1\r\nConnection: close\r\n\r\n"
    yield "two Hosts", get(b"/file", b"Host: y")
    yield "bad Host", b"GET /file HTTP/1.1\r\nHost: \" 200 5\r\nConnection: close\r\n\r\n"
    yield "bare LF", get(b"/file").replace(b"\r\n", b"\n")
    yield "CR in the line", b"GET /file\r HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    yield "blanks", get(b"/file", method=b"  GET  ")
    yield "empty lines first", b"\r\n\r\n" + get(b"/file")
    yield "header without a colon", get(b"/file", b"what")
    yield "header with blanks", get(b"/file", b"a b : c", b": d", b"\x01: e", b"f : g")
    yield "folded header", get(b"/file", b"User-Agent: a\r\n \" 200 5")
    yield "two lengths", get(b"/b/200", b"Content-Length: 3", b"Content-Length: 4", method=b"POST",
                             body=b"a=1")
    yield "length and chunks", get(b"/b/200", b"Content-Length: 3", b"Transfer-Encoding: chunked",
                                   method=b"POST", body=b"0\r\n\r\n")
    yield "length that is none", get(b"/b/200", b"Content-Length: x", method=b"POST")
    yield "encoding that is none", get(b"/b/200", b"Transfer-Encoding: x", method=b"POST")
    yield "long path", get(b"/" + b"p" * 100000)
    yield "long header", get(b"/file", b"A: " + b"h" * 100000)
    yield "many headers", get(b"/file", *(b"A%d: %d" % (i, i) for i in range(300)))
    yield "HTTP/0.9", b"GET /file\r\n"
    yield "HTTP/0.9 of nothing", b"GET /nothing\r\n"
    yield "garbage", b"what?\r\n\r\n"
    yield "a log's line", COMBINED + b"\r\n\r\n"
    yield "NULs", b"\0" * 40 + b"\r\n\r\n"
    yield "TLS", bytes.fromhex("16030100c8010000c40303") + bytes(range(189))
    yield "HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    yield "pipelined", b"".join(get(path).replace(b"Connection: close\r\n", b"") for path in (
        b"/200", b"/404", b'/" 200 5', b"/b/299", b"/file")) + get(b"/410")
    yield "pipelined, nonsense behind", get(b"/file").replace(b"Connection: close\r\n", b"") + \
        b"what?\r\n\r\n"
    yield "kept, then idle", get(b"/file").replace(b"Connection: close\r\n", b"")
    yield "nothing, then idle", b""
    yield "half a line, then idle", b"GET /fi"
    yield "half a head, then idle", b"GET /file HTTP/1.1\r\nHost: x\r\n"
    yield "half a body, then idle", get(b"/b/200", b"Content-Length: 9", method=b"POST", body=b"a=1")
    yield "empty line, then idle", b"\r\n"
    for i, text in enumerate(HOSTILE):
        yield f"path {i}", get(b"/" + text)
        yield f"query {i}", get(b"/file?" + text)
        yield f"referrer {i}", get(b"/404", b"Referer: " + text)
        yield f"agent {i}", get(b"/file", b"User-Agent: " + text)


def random_requests():
    chance = random.Random(8)
    texts = HOSTILE + [b" ", b"a", b"/file", b"/b/404", b"HTTP/1.1", b"200", b"\r", COMBINED]

    def text():
        return b"".join(chance.choices(texts, k=chance.randrange(4)))

    for i in range(RANDOM_REQUESTS):
        yield f"random {i}", get(
            chance.choice([b"/", b"/404/", b"/b/299", b"/file", b""]) + text(), b"User-Agent: " + text(),
            b"Referer: " + text(), method=chance.choice([b"GET"] * 9 + [b"HEAD", text()]),
            version=chance.choice([b"HTTP/1.1"] * 9 + [text() or b"HTTP/1.0"]))


# Where the log says something else than the client saw, and why: (names, seen, logged), by server.
DIFFERENT = {
    "nginx": [
        # It hangs up without a word when a client takes too long, and where the configuration says 444.
        ("(half a line|half a head|half a body|empty line), then idle", [], [408]),
        ("dropped", [], [444]),
        # What is no HTTP/1 from behind is HTTP/0.9 to it, passed on, and logged as the status 009.
        ("backend talks nonsense", [], [9]),
        # An interim response is the response to it; the final one is passed on as what follows.
        ("interim responses", [200], [103]),
    ],
    "apache": [
        # It hangs up without a word as long as there is no request line, and logs "-".
        ("(nothing|half a line|empty line), then idle", [], [408]),
    ],
    "haproxy": [],
}
# What is logged of a client that does not wait for the answer.  Apache does not look at it before there
# is an answer; HAProxy does with 'option abortonclose'.
HUNG_UP = {"nginx": 499, "apache": 200, "haproxy": 400}
# What the client saw of a request by HTTP/1.1 to a port of HTTP/2, and what is logged of it; nginx
# answers it from 1.25.1 on.
WRONG_VERSION = {"nginx": ([], []), "apache": ([200], [200]), "haproxy": ([], [0])}
# Lines of a log that are no requests: HAProxy's 'Proxy f0 stopped'.
OWN_LINES = {"nginx": 0, "apache": 0, "haproxy": 1}

# ---- The client ---------------------------------------------------------------------------------


def responses(stream, heads):
    """The statuses of what came, interim ones left out; heads: for each request whether it is HEAD."""
    statuses = []
    while match := re.match(rb"HTTP/\d\.\d (\d{3})[ \r][^\n]*\n", stream):
        head, _, rest = stream.partition(b"\r\n\r\n")
        status = int(match[1])
        if status >= 200:
            without_body = status in (204, 304) or (len(statuses) < len(heads) and heads[len(statuses)])
            statuses.append(status)
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            if without_body:
                pass
            elif re.search(rb"(?i)\r\ntransfer-encoding: *chunked", head):
                while chunk := re.match(rb"([0-9A-Fa-f]+)[^\n]*\n", rest):
                    size = int(chunk[1], 16)
                    rest = rest[chunk.end() + size + 2:]
                    if size == 0:
                        break
            elif length:
                rest = rest[int(length[1]):]
            else:
                rest = b""
        stream = rest
    if not statuses and stream == FILE:  # HTTP/0.9: no status, but a content that tells
        statuses.append(200)
    elif not statuses and (match := re.search(rb"<title>(\d{3}) ", stream)):
        statuses.append(int(match[1]))
    return statuses


def ask(port, request):
    """What came for it until the server hung up."""
    came = []
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT) as connection:
        try:
            connection.sendall(request)
        except OSError:
            pass  # it has been refused already: why, may be read
        try:
            while data := connection.recv(65536):
                came.append(data)
        except ConnectionError:
            pass
    return b"".join(came)


def statuses_of(port, request):
    heads = [line.startswith(b"HEAD ") for line in re.findall(rb"(?m)^(?:GET|HEAD) [^\r\n]*", request)]
    return responses(ask(port, request), heads)


def statuses_of_curl(port, *options):
    """What curl says of a request for each of the hostile paths that it takes."""
    seen = collections.Counter()
    paths = ["file", "404", "b/299", *(text.decode("latin-1") for text in HOSTILE if b"\0" not in text)]
    for path in paths:
        said = subprocess.run(
            [b"curl", b"-s", b"-g", b"--path-as-is", b"-m", b"%d" % TIMEOUT, b"-o", b"/dev/null",
             b"-A", path.encode("latin-1"), b"-e", path.encode("latin-1"), b"-w", b"%{http_code}",
             *(option.encode() for option in options),
             b"http://127.0.0.1:%d/" % port + path.encode("latin-1")],
            capture_output=True, timeout=2 * TIMEOUT).stdout
        if said != b"000":
            seen[int(said)] += 1
    return seen


class Backend:
    """/b/CODE answers that, others misbehave.  /hang/hang counts in 'asked' and waits for 'released'."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.listener.getsockname()[1]
        self.asked = threading.Semaphore(0)
        self.released = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):  # closed
            while True:
                connection = self.listener.accept()[0]
                threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection, contextlib.suppress(OSError):
            request = b""
            while b"\r\n\r\n" not in request:
                if not (data := connection.recv(65536)):
                    return
                request += data
            method, path = request.split()[:2]
            last = re.split(rb"[/?]", path)[2] if path.count(b"/") > 1 else path
            if last == b"close":
                return
            if last == b"nonsense":
                connection.sendall(b"what?\r\n\r\n")
                return
            if last == b"never":
                connection.recv(1)  # until the server gives up
                return
            if last == b"hang":
                self.asked.release()
                while not (self.released.is_set() or select.select([connection], [], [], 0.05)[0]):
                    pass
            if last == b"interim":
                connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
            code = int(last) if re.fullmatch(rb"[2-9]\d\d", last) else 200
            body = b"" if code == 204 or method == b"HEAD" else b"x\n"
            length = b"" if code == 204 else b"Content-Length: 2\r\n"
            connection.sendall(b"HTTP/1.1 %d x\r\n%sConnection: close\r\n\r\n%s" % (code, length, body))
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass


# ---- The servers --------------------------------------------------------------------------------

# Ports that ask and log alike: 'logs' are (path, formats by which it is to be read).
Face = collections.namedtuple("Face", "name port http2_port logs")


def redirected(code):
    """Where a server is to send a client with that code, if it is a redirect that has a place to go."""
    return "http://x/" if code in (301, 302, 303, 307, 308) else ""


class Server:
    """A server that runs in 'home': 'binary' from the folder of a variable, or as installed."""

    variable = ""

    def __init__(self, home, backend):
        self.home = home
        self.program, self.environment = self.find()
        self.process = None
        self.port, self.http2_port, self.gone = free_ports(3)
        self.values = {"home": home, "port": self.port, "http2": self.http2_port, "gone": self.gone,
                       "backend": backend.port, "seconds": HEADER_SECONDS}
        (home / "www/folder").mkdir(parents=True)
        (home / "www/file").write_bytes(FILE)
        (home / "users").write_text("me:{PLAIN}y\n")

    def find(self):
        """The program and its environment."""
        if folder := os.environ.get(self.variable):
            libraries = ":".join(glob.glob(f"{folder}/usr/lib/*-linux-gnu*"))
            return f"{folder}/usr/sbin/{self.binary}", os.environ | {"LD_LIBRARY_PATH": libraries}
        return shutil.which(self.binary, path=os.environ["PATH"] + ":/usr/sbin"), os.environ

    def version(self):
        said = subprocess.run([self.program, "-v"], env=self.environment, text=True, timeout=TIMEOUT,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
        return re.search(r"\d+\.\d+\.\d+", said)[0]

    def launch(self, *arguments):
        with open(self.home / "said", "wb") as said:
            self.process = subprocess.Popen([self.program, *arguments], stdin=subprocess.DEVNULL,
                                            stdout=said, stderr=said, env=self.environment,
                                            cwd=self.home, start_new_session=True)
        end = time.monotonic() + TIMEOUT
        while not self.is_listening():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError((self.home / "said").read_text())
            time.sleep(0.05)

    def is_listening(self):
        return all(listens(port) for face in self.faces for port in (face.port, face.http2_port))

    def stop(self):
        """As an administrator does: open requests are completed and logged."""
        self.process.send_signal(self.graceful)
        self.process.wait(TIMEOUT)

    def kill(self):
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


NGINX_FORMATS = {
    "custom": '$remote_addr [$time_local] "$request" "$http_user_agent" "$http_referer" $status '
              '$bytes_sent',
    "first": "$status $request",
    "tabs": "$remote_user\t$time_local\t$request_method\t$status\t$request_uri",
}
NGINX = """
daemon off;
pid nginx.pid;
error_log error.log;
%(user)s
worker_processes 2;
events { }
http {
    client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t; uwsgi_temp_path t; scgi_temp_path t;
%(formats)s
    log_format object escape=json '{"request":"$request","agent":"$http_user_agent","status":"$status",'
        '"referer":"$http_referer"}';
    access_log combined.log;
    access_log buffered.log combined buffer=64k;
    log_format number escape=json '{"agent":"$http_user_agent","request":"$request","status":$status}';
    access_log object.log object;
    access_log number.log number;
%(logs)s
    client_header_timeout %(seconds)ds;
    client_body_timeout %(seconds)ds;
    keepalive_timeout %(seconds)ds;
    client_max_body_size 100k;
    server {
        listen 127.0.0.1:%(port)d;
        listen 127.0.0.1:%(http2)d http2;
        root www;
%(returned)s
        location = /drop { return 444; }
        location /b/ { proxy_pass http://127.0.0.1:%(backend)d; }
        location /hang/ { proxy_pass http://127.0.0.1:%(backend)d; }
        location /slow/ { proxy_pass http://127.0.0.1:%(backend)d; proxy_read_timeout 1s; }
        location /gone/ { proxy_pass http://127.0.0.1:%(gone)d; }
        location /private/ { auth_basic "x"; auth_basic_user_file users; }
    }
}
"""


class Nginx(Server):
    name = binary = "nginx"
    variable = "HTTPSTATUS_NGINX"
    graceful = signal.SIGQUIT

    def start(self):
        self.values |= {
            "user": "user root root;" if IS_ROOT else "",
            "formats": "\n".join(f"    log_format {name} '{text}';" for name, text in NGINX_FORMATS.items()),
            "logs": "\n".join(f"    access_log {name}.log {name};" for name in NGINX_FORMATS),
            "returned": "\n".join(f"        location = /{code} {{ return {code} {redirected(code)}; }}"
                                  for code in RETURNED)}
        (self.home / "nginx.conf").write_text(NGINX % self.values)
        logs = [("combined.log", ["auto", "clf"]), ("buffered.log", ["auto"]),
                ("object.log", ["auto", "json"]), ("number.log", ["auto", "json"])]
        logs += [(f"{name}.log", [text.replace("\\t", "\t")]) for name, text in NGINX_FORMATS.items()]
        self.faces = [Face(self.name, self.port, self.http2_port, logs)]
        self.launch("-p", self.home, "-e", "error.log", "-c", "nginx.conf")


APACHE_FORMATS = {
    "common": r'%h %l %u %t \"%r\" %>s %b',
    "combined": r'%h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"',
    "vhost": r'%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"',
    "last": r'%t \"%{Referer}i\" \"%{User-Agent}i\" \"%r\" %>s',
    "first": "%>s %U %{User-Agent}i",
}
APACHE = """
ServerRoot %(home)s
ServerName x
PidFile apache.pid
DefaultRuntimeDir %(home)s
ErrorLog error.log
%(user)s
Listen 127.0.0.1:%(port)d
Listen 127.0.0.1:%(http2)d
%(modules)s
DocumentRoot www
AcceptFilter http none
ThreadsPerChild 16
StartServers 2
MinSpareThreads 16
MaxRequestWorkers 64
GracefulShutdownTimeout 20
Timeout %(seconds)d
KeepAliveTimeout %(seconds)d
RequestReadTimeout header=%(seconds)d body=%(seconds)d
LimitRequestBody 100000
TraceEnable off
ProxyTimeout 20
%(logs)s
<Location /private/>
    AuthType Basic
    AuthName x
    AuthUserFile users
    Require valid-user
</Location>
ProxyPass /b/ http://127.0.0.1:%(backend)d/b/ disablereuse=on
ProxyPass /hang/ http://127.0.0.1:%(backend)d/hang/ disablereuse=on
ProxyPass /slow/ http://127.0.0.1:%(backend)d/slow/ disablereuse=on timeout=1
ProxyPass /gone/ http://127.0.0.1:%(gone)d/gone/ disablereuse=on
%(returned)s
<VirtualHost *:%(http2)d>
    Protocols h2c http/1.1
</VirtualHost>
"""


class Apache(Server):
    name, binary = "apache", "apache2"
    graceful = signal.SIGWINCH

    def start(self):
        modules = ["mpm_event", "authn_core", "authz_core", "authz_user", "auth_basic", "authn_file", "alias",
                   "dir", "proxy", "proxy_http", "reqtimeout", "http2"]
        self.values |= {
            "user": "User www-data\nGroup www-data" if IS_ROOT else "",
            "modules": "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so"
                                 for name in modules),
            "logs": "\n".join(f'CustomLog {name}.log "{text}"' for name, text in APACHE_FORMATS.items()),
            "returned": "\n".join(f"RedirectMatch {code} ^/{code}$ {redirected(code)}"
                                  for code in RETURNED)}
        (self.home / "apache.conf").write_text(APACHE % self.values)
        named = {"common": ["auto", "clf"], "combined": ["auto", "clf"], "vhost": ["auto", "clf"]}
        logs = [(f"{name}.log", [*named.get(name, []), text, text.replace('\\"', '"')])
                for name, text in APACHE_FORMATS.items()]
        self.faces = [Face(self.name, self.port, self.http2_port, logs)]
        self.launch("-f", self.home / "apache.conf", "-D", "FOREGROUND")


HAPROXY_FORMAT = "%ci:%cp [%tr] %{+Q}r %{+Q}[capture.req.hdr(0)] %{+Q}HP %ST %B"
# What its manual says that 'option httplog clf' is.
HAPROXY_CLF = r'%{+Q}o %{-Q}ci - - [%trg] %r %ST %B \"\" \"\" %cp %ms %ft %b %s'
# Without +E a client can write quotes into the log, and with them what it likes.
HAPROXY_QUOTED = "%{+Q}o %ci %cp %HM %{+E}[capture.req.hdr(0)] %ft %TR %ST %B"
HAPROXY_FACES = {
    "httplog": ("option httplog", "len 65535", ["auto", "haproxy"]),
    "httplog, cut": ("option httplog", "", ["haproxy"]),  # auto wants the request, too
    "httplog clf": ("option httplog clf", "len 65535", ["auto", "clf", HAPROXY_CLF]),
    "log-format": (f'log-format "{HAPROXY_FORMAT}"', "len 65535", [HAPROXY_FORMAT]),
    "log-format, quoted": (f'log-format "{HAPROXY_QUOTED}"', "len 65535", [HAPROXY_QUOTED]),
}
HAPROXY = """
global
    maxconn 500
    hard-stop-after 30s
defaults
    mode http
    option abortonclose
    timeout connect 1s
    timeout client %(seconds)ds
    timeout http-request %(seconds)ds
    timeout http-keep-alive %(seconds)ds
    timeout server 30s
%(frontends)s
backend ordinary
    server one 127.0.0.1:%(backend)d
backend slow
    timeout server 1s
    server one 127.0.0.1:%(backend)d
backend gone
    server one 127.0.0.1:%(gone)d
    retries 0
backend none
"""
HAPROXY_FRONTEND = """
frontend f%(number)d
    bind 127.0.0.1:%(port)d
    bind 127.0.0.1:%(http2)d proto h2
    log 127.0.0.1:%(syslog)d %(length)s local0
    %(format)s
    capture request header User-Agent len 500
    capture request header Referer len 500
%(returned)s
    http-request deny deny_status 403 if { path_beg /private/ }
    use_backend slow if { path_beg /slow/ }
    use_backend gone if { path_beg /gone/ }
    use_backend none if { path_beg /folder }
    default_backend ordinary
"""


class Haproxy(Server):
    name = binary = "haproxy"
    variable = "HTTPSTATUS_HAPROXY"
    graceful = signal.SIGUSR1

    def start(self):
        self.faces, self.syslogs, frontends = [], [], []
        returned = "\n".join(f"    http-request return status {code} if {{ path /{code} }}"
                             for code in RETURNED)
        for number, (name, (line, length, formats)) in enumerate(HAPROXY_FACES.items()):
            port, http2_port = free_ports(2)
            path = f"{number}.log"
            frontends.append(HAPROXY_FRONTEND % {
                "number": number, "port": port, "http2": http2_port, "syslog": self.listen(path),
                "length": length, "format": line, "returned": returned})
            self.faces.append(Face(f"{self.name}, {name}", port, http2_port, [(path, formats)]))
        self.values["frontends"] = "".join(frontends)
        (self.home / "haproxy.conf").write_text(HAPROXY % self.values)
        self.launch("-db", "-f", self.home / "haproxy.conf")

    def listen(self, path):
        """The port of a syslog server that writes the log at path."""
        syslog = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        syslog.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE if IS_ROOT else socket.SO_RCVBUF, 1 << 24)
        syslog.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=self.receive, args=(syslog, path), daemon=True)
        thread.start()
        self.syslogs.append((syslog, thread))
        return syslog.getsockname()[1]

    def receive(self, syslog, path):
        with open(self.home / path, "wb", buffering=0) as log:
            while (message := syslog.recv(1 << 17)) != b"end":
                if (line := self.kept(message)) is not None:
                    log.write(line.rstrip(b"\n") + b"\n")

    def kept(self, message):
        """The line to write of a message, None for no line: without its priority."""
        return re.sub(rb"^<\d+>", b"", message)

    def stop(self):
        super().stop()
        for syslog, thread in self.syslogs:  # what it sent is in the queue before this
            syslog.sendto(b"end", syslog.getsockname())
            thread.join(TIMEOUT)


# ---- What was seen, and what was logged ---------------------------------------------------------


def hang_up(face, server, backend):
    """A request whose answer is not waited for."""
    backend.released.clear()
    lines = (server.home / face.logs[0][0]).read_bytes().count(b"\n")
    with socket.create_connection(("127.0.0.1", face.port)) as impatient:
        impatient.sendall(get(b"/hang/hang"))
        assert backend.asked.acquire(timeout=TIMEOUT)
    if server.name == "apache":  # it looks at the client again when there is something to tell it
        backend.released.set()
    end = time.monotonic() + TIMEOUT
    while (server.home / face.logs[0][0]).read_bytes().count(b"\n") == lines:
        assert time.monotonic() < end
        time.sleep(0.05)


def question(server, face, backend, show):
    """Sends everything: how often each status should have been logged, and what was not as known."""
    expected, wrong, position = collections.Counter(), [], 0
    requests = [*named_requests(), *random_requests()]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        for (name, request), seen in zip(requests, (map if show else pool.map)(
                lambda pair: statuses_of(face.port, pair[1]), requests)):
            logged = seen
            for pattern, known, instead in DIFFERENT[server.name]:
                if re.fullmatch(pattern, name):
                    logged = instead
                    if seen != known:
                        wrong.append(f"{name}: {seen}, not {known}")
            expected.update(logged)
            if show:
                time.sleep(0.1)
                log = (server.home / face.logs[0][0]).read_bytes()
                tally = httpstatus.tally(log[position:], face.logs[0][1][1])
                wrote = collections.Counter(tally) == collections.Counter(logged)
                print(f"{'' if wrote else '**** '}{name}: {request[:60]} {seen} {logged}")
                print("".join(f"    {line[:160]}\n" for line in log[position:].splitlines()), end="")
                position = len(log)
    expected += statuses_of_curl(face.port)
    expected += statuses_of_curl(face.http2_port, "--http2-prior-knowledge")
    hang_up(face, server, backend)
    expected[HUNG_UP[server.name]] += 1
    seen = statuses_of(face.http2_port, get(b"/200"))
    known, logged = WRONG_VERSION[server.name]
    if server.name == "nginx" and [int(part) for part in server.version().split(".")] >= [1, 25, 1]:
        known = logged = [200]
    expected.update(logged)
    if seen != known:
        wrong.append(f"HTTP/1.1 to a port of HTTP/2: {seen}, not {known}")
    return expected, wrong


LUA_TALLY = """
local httpstatus = require "httpstatus"
local tally = assert(httpstatus.tally(arg[1], {format = arg[2]}))
for code, count in tally:items() do print(code, count) end
print(tally.lines - tally.records + tally.no_status)
"""


def tallies(path, form):
    """(how it was counted, the counts, how many lines have no status)"""
    whole = httpstatus.tally(path, form)
    yield "Python", dict(whole), whole.lines - whole.records + whole.no_status
    pieces, data = httpstatus.Tally(form), path.read_bytes()
    for start in range(0, len(data), 7):
        pieces.feed(data[start:start + 7])
    pieces.close()
    yield "Python, in pieces", dict(pieces), pieces.lines - pieces.records + pieces.no_status
    if has_lua():
        said = subprocess.run([LUA, "-", path, form], input=LUA_TALLY, capture_output=True, text=True,
                              timeout=TIMEOUT, check=True).stdout.split()
        numbers = [int(number) for number in said]
        yield "Lua", dict(zip(numbers[:-1:2], numbers[1::2])), numbers[-1]


def check(server, face, expected):
    passed = failed = 0
    for log, formats in face.logs:
        for form in formats:
            for how, counts, without in tallies(server.home / log, form):
                if counts == expected and without == OWN_LINES[server.name]:
                    passed += 1
                    continue
                failed += 1
                differences = {code: (expected[code], counts.get(code, 0))
                               for code in sorted({*expected, *counts})
                               if expected[code] != counts.get(code, 0)}
                print(f"FAILED {face.name}, {log} as {form!r}, {how}: {without} lines without a status, "
                      f"(seen, logged) {differences}")
    return passed, failed


def run(kind, backend, show):
    passed = failed = 0
    with tempfile.TemporaryDirectory() as home:
        os.chmod(home, 0o755)  # for a server that gives up being root
        server = kind(Path(home), backend)
        if not server.program:
            print(f"skipped: {kind.name}: it is not installed")
            return 0, 1
        try:
            server.start()
            answers = []
            for face in server.faces:
                answers.append(question(server, face, backend, show))
            server.stop()
        finally:
            server.kill()
        for face, (expected, wrong) in zip(server.faces, answers):
            for text in wrong:
                print(f"FAILED {face.name}: {text}")
            good, bad = check(server, face, expected)
            passed, failed = passed + good, failed + bad + len(wrong)
            print(f"{face.name} {server.version()}: {expected.total()} requests, {len(expected)} statuses, "
                  f"{len(face.logs)} logs: {good} tallies as seen, {bad} not")
            if show:
                print(dict(sorted(expected.items())))
    return passed, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", action="store_true", help="print each request and what became of it")
    parser.add_argument("server", nargs="*", choices=[[], "nginx", "apache", "haproxy"])
    options = parser.parse_args()
    if not has_lua():
        print(f"skipped: Lua: no {LUA} with httpstatus here")
    backend = Backend()
    passed = failed = 0
    for kind in Nginx, Apache, Haproxy:
        if not options.server or kind.name in options.server:
            good, bad = run(kind, backend, options.show)
            passed, failed = passed + good, failed + bad
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    raise SystemExit(main())

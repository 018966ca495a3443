#!/usr/bin/env python3
"""Writes the logs of live servers here: nginx, Apache httpd and HAProxy, by tests/system/servers.py.

    tests/logs/write.py [FOLDER]

Each is asked the same, one request at a time, by clients of documentation addresses (PROXY protocol), and
writes one log for each of its formats.  Prints what the clients saw, '-' where a server hung up without a
word: what vectors.tsv expects has to be that, or what the server logs instead (408, 444, 499 ...).  Where a
server is: see servers.py.
"""
import base64
import contextlib
import re
import socket
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "system"))

import servers  # noqa: E402
from loopback import free_ports  # noqa: E402

RECORD = b'198.51.100.1 - - [29/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 299 5 "-" "-"'
JSON = b'"}{"status":299,"x":"'


def get(path, *headers, method=b"GET", version=b"HTTP/1.1", body=b""):
    lines = [b" ".join([method, path, version]), b"Host: www.example.com", b"Connection: close", *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def agent(text):
    return b"User-Agent: " + text


def user(text):
    return b"Authorization: Basic " + base64.b64encode(text + b":x")


# (client, request)
REQUESTS = [
    ("192.0.2.10", get(b"/file", agent(b"Mozilla/5.0 (X11; Linux x86_64) Example/1.0"),
                       b"Referer: https://www.example.com/?q=a%20b")),
    ("192.0.2.10", get(b"/nothing?page=500", agent(b"Example/1.0"))),
    ("2001:db8::7", get(b"/file", agent(b"Example/1.0"), b"X-Forwarded-For: 2001:db8::9, 198.51.100.7")),
    ("2001:db8::7", get(b"/301", agent(b"Example/1.0"), b"X-Forwarded-For: 198.51.100.7")),
    ("192.0.2.11", get(b"/file", b"If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT", agent(b"a"))),
    ("192.0.2.11", get(b"/file", b"Range: bytes=1-3", agent(b"a \"quoted\" agent 200 5"))),
    ("192.0.2.11", get(b"/204", method=b"HEAD")),
    ("192.0.2.12", get(b"/b/201", b"Content-Length: 3", method=b"POST", body=b"a=1")),
    ("192.0.2.12", get(b"/b/599", agent(b"\\"), b"Referer: \\\" 200 5")),
    ("192.0.2.12", get(b"/gone/", agent(b""))),
    ("198.51.100.66", get(b"/404", agent(RECORD), b"Referer: " + JSON, b"X-Forwarded-For: " + RECORD)),
    ("198.51.100.66", get(b"/\" 299 5 \"-\" \"-\"", agent(JSON), b"X-Forwarded-For: " + JSON)),
    ("198.51.100.66", get(b"/403", user(b'a "b" 299 5'), b"X-Forwarded-For: #1, [29/Nov/2026:10:00:00]")),
    ("198.51.100.66", get(b"/file?\\\"", user(RECORD), agent(b"\\\" 299 5"), b"Referer: \\")),
    ("198.51.100.66", get(b"/503", agent(b"\x01\x7f\xff\t{} | ' $status %>s"), b"Referer: \xc3\xa9")),
    ("198.51.100.66", get(b"/file", method=b"FROB")),
    ("198.51.100.66", get(b"/file", version=b'HTTP/1.1" 299')),
    ("198.51.100.66", RECORD + b"\r\n\r\n"),
    ("198.51.100.66", bytes.fromhex("16030100c8010000c40303") + bytes(range(40))),
    ("198.51.100.66", b"GET /file\r\n"),
    ("203.0.113.9", b"GET /file HTTP/1.1\r\nHost: x\r\n"),
    ("203.0.113.9", get(b"/drop")),
    ("203.0.113.9", get(b"/b/nonsense", agent(b"Example/1.0"))),
    ("203.0.113.9", get(b"/500", b"X-Forwarded-For: 192.0.2.1:4711, unknown, \"[2001:db8::1]:80\"")),
    ("192.0.2.10", get(b"/429", agent(b"Example/1.0"))),
]
HANGING = ("192.0.2.13", get(b"/hang/hang", agent(b"Example/1.0")))


def proxied(client, request):
    """Behind the line of a proxy that says who asks."""
    kind, server = ("TCP6", "2001:db8::1") if ":" in client else ("TCP4", "192.0.2.1")
    return f"PROXY {kind} {client} {server} 40000 80\r\n".encode() + request


def ask_all(port, backend):
    """What the clients saw, one after the other; the last one does not wait."""
    seen = []
    for client, request in REQUESTS:
        seen.append(servers.statuses_of(port, proxied(client, request)))
        time.sleep(0.05)  # until it is logged
    backend.released.clear()
    with socket.create_connection(("127.0.0.1", port)) as impatient:
        impatient.sendall(proxied(*HANGING))
        assert backend.asked.acquire(timeout=servers.TIMEOUT)
    time.sleep(0.2)
    backend.released.set()
    time.sleep(0.2)
    return ",".join(str(status) for statuses in seen for status in statuses or ["-"])


LOCATIONS = """
        location = /drop { return 444; }
        location /b/ { proxy_pass http://127.0.0.1:%(backend)d; }
        location /hang/ { proxy_pass http://127.0.0.1:%(backend)d; }
        location /gone/ { proxy_pass http://127.0.0.1:%(gone)d; }
"""
NGINX_FORMATS = {
    "clf/nginx-forwarded": '$http_x_forwarded_for - $remote_user [$time_local] "$request" $status '
                           '$body_bytes_sent "$http_referer" "$http_user_agent" $remote_addr',
    "clf/nginx-ingress": '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
                         '"$http_referer" "$http_user_agent" $request_length $request_time [shop-80] [] '
                         '$upstream_addr $upstream_response_length $upstream_response_time $upstream_status '
                         '$request_id',
    "custom/nginx-upstream": '$remote_addr - $remote_user [$time_local] "$request" $status $request_time '
                             '"$http_user_agent" $upstream_status $bytes_sent',
    "custom/nginx-quoted": '"$remote_addr" - "$remote_user" "[$time_local]" "$request" "$status" '
                           '"$body_bytes_sent"',
    "custom/nginx-iso": '$remote_addr - $remote_user [$time_iso8601] "$request" $status $body_bytes_sent '
                        '"$http_referer"',
    "custom/nginx-proxy-manager": '[$time_local] - $upstream_status $status - $request_method $scheme $host '
                                  '"$request_uri" [Client $remote_addr]',
}
NGINX_JSON = {
    "json/nginx-number": '{"time":"$time_iso8601","agent":"$http_user_agent","upstream":{"status":'
                         '"$upstream_status"},"status":$status,"referer":"$http_referer"}',
    "json/nginx-string": '{"request":"$request","user":"$remote_user","status":"$status",'
                         '"xff":"$http_x_forwarded_for"}',
}
NGINX = """
daemon off;
pid nginx.pid;
error_log error.log;
%(user)s
events { }
http {
    client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t; uwsgi_temp_path t; scgi_temp_path t;
    access_log clf/nginx-combined.log;
%(formats)s
    client_header_timeout %(seconds)ds;
    server {
        listen 127.0.0.1:%(port)d proxy_protocol;
        set_real_ip_from 127.0.0.1;
        real_ip_header proxy_protocol;
        root www;
%(returned)s
%(locations)s
    }
}
"""


class Nginx(servers.Nginx):
    def start(self):
        formats = []
        for escape, named in ("", NGINX_FORMATS), (" escape=json", NGINX_JSON):
            for name, text in named.items():
                formats.append(f"log_format {name.replace('/', '_')}{escape} '{text}';\n"
                               f"access_log {name}.log {name.replace('/', '_')};")
        self.values |= {
            "user": "user root root;" if servers.IS_ROOT else "", "formats": "\n".join(formats),
            "locations": LOCATIONS % self.values,
            "returned": "\n".join(f"location = /{code} {{ return {code} {servers.redirected(code)}; }}"
                                  for code in servers.RETURNED)}
        (self.home / "nginx.conf").write_text(NGINX % self.values)
        self.faces = [servers.Face(self.name, self.port, self.port, [])]
        self.launch("-p", self.home, "-e", "error.log", "-c", "nginx.conf")


APACHE_FORMATS = {
    "clf/apache-common": r'%h %l %u %t \"%r\" %>s %b',
    "clf/apache-combined": r'%h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"',
    "clf/apache-vhost": r'%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"',
    "clf/apache-forwarded": r'%{X-Forwarded-For}i %h %l %u %t \"%r\" %>s %b \"%{Referer}i\" '
                            r'\"%{User-Agent}i\" %D %{ms}T',
    "clf/apache-host": r'%{Host}i %h %l %u %t \"%r\" %s %b',
    "custom/apache-iso": r'%h %l %u [%{%%FT%%T%%z}t] \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"',
    "custom/apache-bare-time": r'%h %l %u %{%%d/%%b/%%Y:%%T %%z}t \"%r\" %>s %b',
    "custom/apache-csv": r'%{%%Y%%m%%d,%%H%%M%%S}t,%h,%D,\"%r\",%B,\"%{Referer}i\",\"%{User-agent}i\",%P,%v,%>s',
    "custom/apache-tabs": r'%t\t%{X-Forwarded-For}i\t%a\t%>s\t%D\t%r\t%B\t%{Referer}i\t%{User-Agent}i',
    "json/apache": r'{\"time\":\"%{%%FT%%T%%z}t\",\"client\":\"%a\",\"status\":\"%>s\",\"bytes\":\"%B\"}',
}
APACHE = """
ServerRoot %(home)s
ServerName www.example.com
PidFile apache.pid
DefaultRuntimeDir %(home)s
ErrorLog error.log
%(user)s
Listen 127.0.0.1:%(port)d
%(modules)s
RemoteIPProxyProtocol On
DocumentRoot www
AcceptFilter http none
StartServers 1
RequestReadTimeout header=%(seconds)d
HttpProtocolOptions Unsafe
%(logs)s
ProxyPass /b/ http://127.0.0.1:%(backend)d/b/ disablereuse=on
ProxyPass /hang/ http://127.0.0.1:%(backend)d/hang/ disablereuse=on
ProxyPass /gone/ http://127.0.0.1:%(gone)d/gone/ disablereuse=on
%(returned)s
"""


class Apache(servers.Apache):
    def start(self):
        modules = ["mpm_event", "authz_core", "alias", "dir", "proxy", "proxy_http", "reqtimeout", "remoteip"]
        self.values |= {
            "user": "User www-data\nGroup www-data" if servers.IS_ROOT else "",
            "modules": "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so"
                                 for name in modules),
            "logs": "\n".join(f'CustomLog {name}.log "{text.replace("%%", "%")}"'
                              for name, text in APACHE_FORMATS.items()),
            "returned": "\n".join(f"RedirectMatch {code} ^/{code}$ {servers.redirected(code)}"
                                  for code in servers.RETURNED)}
        (self.home / "apache.conf").write_text(APACHE % self.values)
        self.faces = [servers.Face(self.name, self.port, self.port, [])]
        self.launch("-f", self.home / "apache.conf", "-D", "FOREGROUND")


HAPROXY_FORMATS = {  # its name: (the mode, its lines, the form of the message)
    "haproxy/http": ("http", "option httplog", "rfc3164"),
    "haproxy/tcp": ("tcp", "option tcplog", "rfc3164"),
    "clf/haproxy": ("http", "option httplog clf", "rfc3164"),
    "custom/haproxy": ("http", 'log-format "%%ci:%%cp [%%tr] %%ft %%b %%s %%Tw/%%Tc/%%Tt %%B %%HM %%HV %%ST/"',
                       "raw"),
}
HAPROXY = """
global
    log-send-hostname lb1.example.com
    hard-stop-after 10s
defaults
    option abortonclose
    timeout connect 1s
    timeout client %(seconds)ds
    timeout http-request %(seconds)ds
    timeout server 5s
%(frontends)s
backend ordinary
    mode http
    server one 127.0.0.1:%(backend)d
backend gone
    mode http
    server one 127.0.0.1:%(gone)d
    retries 0
backend stream
    mode tcp
    server one 127.0.0.1:%(backend)d
"""
HAPROXY_FRONTEND = """
frontend web%(number)d
    mode %(mode)s
    bind 127.0.0.1:%(port)d accept-proxy
    log 127.0.0.1:%(syslog)d len 65535 format %(form)s local0
    %(format)s
"""
HAPROXY_HTTP = """
    capture request header User-Agent len 500
    capture request header Referer len 500
%(returned)s
    http-request deny deny_status 403 if { path_beg /drop }
    use_backend gone if { path_beg /gone/ }
    default_backend ordinary
"""
HAPROXY_TCP = "    default_backend stream\n"


class Haproxy(servers.Haproxy):
    def start(self):
        self.faces, self.syslogs, frontends = [], [], []
        returned = "\n".join(f"    http-request return status {code} if {{ path /{code} }}"
                             for code in servers.RETURNED)
        for number, (name, (mode, line, form)) in enumerate(HAPROXY_FORMATS.items()):
            (port,) = free_ports(1)
            values = {"number": number, "mode": mode, "port": port, "syslog": self.listen(f"{name}.log"),
                      "form": form, "format": line.replace("%%", "%"), "returned": returned}
            frontends.append(HAPROXY_FRONTEND % values + (HAPROXY_HTTP % values if mode == "http" else
                                                          HAPROXY_TCP))
            self.faces.append(servers.Face(self.name, port, port, []))
        self.values["frontends"] = "".join(frontends)
        (self.home / "haproxy.conf").write_text(HAPROXY % self.values)
        self.launch("-db", "-f", self.home / "haproxy.conf")

    def kept(self, message):
        """A message as it came."""
        return message


def main(folder=HERE):
    backend = servers.Backend()
    for kind in Nginx, Apache, Haproxy:
        with tempfile.TemporaryDirectory() as home, contextlib.ExitStack() as stack:
            home = Path(home)
            home.chmod(0o755)
            for form in "clf", "custom", "haproxy", "json":
                (home / form).mkdir()
            server = kind(home, backend)
            if not server.program:
                print(f"skipped: {kind.name}: it is not installed")
                continue
            stack.callback(server.kill)
            server.start()
            for face in server.faces:
                print(f"{kind.name}: {ask_all(face.port, backend)}")
            server.stop()
            for log in sorted(home.glob("*/*.log")):
                path = Path(folder) / log.relative_to(home)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(re.sub(rb"(?<=\W)127\.0\.0\.1(?=\W)", b"192.0.2.1", log.read_bytes()))
                print(f"{path}: {server.version()}, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])

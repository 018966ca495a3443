"""The servers under attack, with the log formats that are copied most and what wraps their lines.

Each server is asked by one connection at a time and has one log beside the others that says in which
order: so the n-th line of each of its logs is that of the n-th request.
"""
import collections
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import servers  # noqa: E402
from loopback import free_ports  # noqa: E402

# A log: its file, (name of the reading, format, options) for each way to read it, and what wraps it.
Log = collections.namedtuple("Log", "name path readings wrap", defaults=[None])
# Ports that ask and log alike; 'witness' is the log that says which request a line is of.
Face = collections.namedtuple("Face", "name port http2_port logs witness")

AUTO, CLF, JSON = ("auto", "auto", {}), ("clf", "clf", {}), ("json", "json", {})
NPM = "npm", "npm", {}
LOGFMT, LTSV = ("logfmt", "logfmt", {}), ("ltsv", "ltsv", {})


def own(form):
    return "own", form, {}


# ---- What wraps lines ---------------------------------------------------------------------------

# The bytes of a line after which another begins.
CUTS = {"docker": 16384, "journald": 49152, "journald short": 49152, "cri": 16384}
TIME = "2026-11-20T10:00:00.123456789Z"


def go_json(text):
    """As Go's encoding/json, and Docker's copy of it, write a string."""
    return re.sub("[<>&]", lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


def docker(line):
    """json-file: a line of more than 16 KiB comes in parts, and the last one has the line's end."""
    pieces = cut(line, CUTS["docker"])
    for number, piece in enumerate(pieces):
        text = piece.decode("utf-8", "replace") + ("\n" if number == len(pieces) - 1 else "")
        yield f'{{"log":{go_json(text)},"stream":"stdout","time":"{TIME}"}}\n'.encode()


def journald(line):
    """journalctl -o json --all: what is not UTF-8, or not printable, is a list of numbers."""
    pieces = cut(line, CUTS["journald"])
    for number, piece in enumerate(pieces):
        try:
            message = piece.decode()
            if re.search("[\0-\x08\x0b-\x1f\x7f-\x9f]", message):
                message = list(piece)
        except UnicodeDecodeError:
            message = list(piece)
        entry = {"__CURSOR": "s=1;i=1", "__REALTIME_TIMESTAMP": "1795168800000000", "PRIORITY": "6",
                 "_TRANSPORT": "stdout", "_STREAM_ID": "5f8c", "SYSLOG_IDENTIFIER": "httpd", "MESSAGE": message}
        if number < len(pieces) - 1:
            entry["_LINE_BREAK"] = "line-max"
        yield json.dumps(entry, separators=(",", ":")).encode() + b"\n"


def cri(line):
    pieces = cut(line, CUTS["cri"])
    for number, piece in enumerate(pieces):
        tag = b"F" if number == len(pieces) - 1 else b"P"
        yield b"%b stdout %b %b\n" % (TIME.encode(), tag, piece)


def before(prefix, size=0):
    return lambda line: [prefix + piece + b"\n" for piece in (cut(line, size) if size else [line])]


def cut(line, size):
    return [line[start:start + size] for start in range(0, len(line), size)] or [b""]


WRAPPERS = {
    "docker": docker,
    "journald": journald,
    "cri": cri,
    "journald short": before(b"Nov 20 10:00:00 host httpd[7]: ", CUTS["journald short"]),
    "compose": before(b"\x1b[36mweb-1  | \x1b[0m"),
    "syslog": before(b"<134>Nov 20 10:00:00 httpd: "),
    "syslog 5424": before(b"<134>1 2026-11-20T10:00:00.123456Z host httpd 7 - - "),
}


def wrapped(log, names=tuple(WRAPPERS)):
    """The same log as others keep it, who read it by formats that they know, not by its own."""
    for name in names:
        yield Log(f"{log.name} in {name}", f"{log.path}.{name}",
                  [reading for reading in log.readings if reading[0] != "own"], (log.path, WRAPPERS[name]))


# ---- Apache httpd -------------------------------------------------------------------------------

TAIL = r'%l %u %t \"%r\" %>s %b'
BROWSER = r'\"%{Referer}i\" \"%{User-Agent}i\"'
APACHE = {  # name: (format string, whether auto and clf know it)
    "common": ("%h " + TAIL, [AUTO, CLF]),
    "combined": (f"%h {TAIL} {BROWSER}", [AUTO, CLF]),
    "vhost_combined": (f"%v:%p %h {TAIL} {BROWSER}", [AUTO, CLF]),
    "host in front": (f"%{{Host}}i %h {TAIL} {BROWSER}", [AUTO, CLF]),
    "canonical host in front": (f"%V:%p %h {TAIL} {BROWSER}", [AUTO, CLF]),
    "xff in front": (f"%{{X-Forwarded-For}}i {TAIL} {BROWSER}", [AUTO, CLF]),
    "xff in front, host in quotes": (rf'%{{X-Forwarded-For}}i \"%{{Host}}i\" {TAIL}', [AUTO, CLF]),
    "xff in front, host in quotes, user": (
        r'%{X-Forwarded-For}i \"%{Host}i\" %u %t \"%r\" %>s %b', [AUTO, CLF]),
    "xff behind": (rf'%h {TAIL} %{{X-Forwarded-For}}i \"%{{User-Agent}}i\" %T %O', [AUTO, CLF]),
    "referer before the status": (r'%h %l %u %t \"%r\" \"%{Referer}i\" %>s %b', [AUTO]),
    "xff in quotes in front": (rf'\"%{{X-Forwarded-For}}i\" {TAIL} {BROWSER}', [AUTO, CLF]),
    "xff at the end": (rf'%h {TAIL} {BROWSER} \"%{{X-Forwarded-For}}i\"', [AUTO, CLF]),
    "iso time": (rf'%h %l %u [%{{%FT%T%z}}t] \"%r\" %>s %b {BROWSER}', [AUTO, CLF]),
    "iso time, xff in front": (
        rf'%{{X-Forwarded-For}}i %l %u [%{{%FT%T%z}}t] \"%r\" %>s %b {BROWSER}', [AUTO, CLF]),
    "iso time with a blank": (rf'%h %l %u [%{{%F %T}}t] \"%r\" %>s %b {BROWSER} %D %I', [AUTO, CLF]),
    "time without brackets": (rf'%h %l %u %{{%d/%b/%Y:%T %z}}t \"%r\" %>s %b {BROWSER}', [AUTO, CLF]),
    "time first": (rf'%t %h %u \"%r\" %>s %b {BROWSER} %D %I', [AUTO, CLF]),
    "json, a number": (r'{\"time\":\"%{%FT%T%z}t\",\"ip\":\"%h\",\"user\":\"%u\",\"request\":\"%r\",'
                       r'\"path\":\"%U\",'
                       r'\"agent\":\"%{User-Agent}i\",\"status\":%>s,\"referer\":\"%{Referer}i\",'
                       r'\"xff\":\"%{X-Forwarded-For}i\"}', [AUTO, JSON]),
    "json, a text": (r'{ \"status\":\"%>s\", \"xff\":\"%{X-Forwarded-For}i\", \"query\":\"%q\", '
                     r'\"request\":\"%r\", '
                     r'\"agent\":\"%{User-Agent}i\" }', [AUTO, JSON]),
    "status first": ("%>s %U %{User-Agent}i", []),
    "tabs": (r"%h\t%u\t%t\t%{User-Agent}i\t%r\t%>s\t%b", []),
    "agent first": (r'\"%{User-Agent}i\" %t \"%r\" %>s', []),
    "path in blanks": ("%h %t %m %U %>s %b", []),
    "request in blanks": ("%h %t %r %>s %b", []),
    "request in brackets": ("%h [%r] %>s %b", []),
    "agent and a bar": ("%{User-Agent}i|%>s|%b", [AUTO]),
    "path, status last": ("%t %U %>s", []),
}
APACHE_CONFIG = r"""
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
UseCanonicalName Off
StartServers 1
ServerLimit 1
ThreadsPerChild 4
MaxRequestWorkers 4
MinSpareThreads 1
MaxSpareThreads 4
Timeout 20
TraceEnable off
%(logs)s
CustomLog witness.log "%%{X-Marker}i %%>s"
<Location /private/>
    AuthType Basic
    AuthName x
    AuthUserFile users
    Require valid-user
</Location>
<Location /digest/>
    AuthType Digest
    AuthName x
    AuthDigestProvider file
    AuthUserFile users
    Require valid-user
</Location>
ProxyPass /b/ http://127.0.0.1:%(backend)d/b/ disablereuse=on
ProxyPass /two/ http://127.0.0.1:%(backend)d/two/ disablereuse=on
ProxyPass /masked/ http://127.0.0.1:%(backend)d/masked/ disablereuse=on
<VirtualHost *:%(http2)d>
    HttpProtocolOptions Unsafe
</VirtualHost>
"""


class Apache(servers.Apache):
    def start(self):
        modules = ["mpm_event", "authn_core", "authz_core", "authz_user", "auth_basic", "auth_digest",
                   "authn_file", "dir", "proxy", "proxy_http"]
        logs = [Log(name, f"{number}.log", [*known, own(form.replace('\\"', '"'))])
                for number, (name, (form, known)) in enumerate(APACHE.items())]
        self.values |= {
            "user": "User www-data\nGroup www-data" if servers.IS_ROOT else "",
            "modules": "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so"
                                 for name in modules),
            "logs": "\n".join(f'CustomLog {log.path} "{form}"'
                              for log, (form, _) in zip(logs, APACHE.values()))}
        (self.home / "apache.conf").write_text(APACHE_CONFIG % self.values)
        named = {log.name: log for log in logs}
        for name in "common", "combined", "xff in front", "json, a number":
            logs += wrapped(named[name])
        # The second port also takes what is not proper HTTP.
        self.faces = [Face("apache", self.port, self.http2_port, logs, "witness.log")]
        self.launch("-f", self.home / "apache.conf", "-D", "FOREGROUND")


# ---- nginx --------------------------------------------------------------------------------------

NGINX_TAIL = ('$remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" '
              '"$http_user_agent"')
NGINX = {
    "combined": ("", f"$remote_addr - {NGINX_TAIL}", [AUTO, CLF]),
    "main": ("", f'$remote_addr - {NGINX_TAIL} "$http_x_forwarded_for"', [AUTO, CLF]),
    "host in front": ("", f"$http_host $remote_addr - {NGINX_TAIL}", [AUTO, CLF]),
    "xff in front": ("", f"$http_x_forwarded_for - {NGINX_TAIL}", [AUTO, CLF]),
    "xff in quotes in front": ("", f'"$http_x_forwarded_for" - {NGINX_TAIL}', [AUTO, CLF]),
    "ingress-nginx": ("", f"$remote_addr - {NGINX_TAIL} $request_length $request_time [$proxy_host] [] "
                          "$upstream_addr $upstream_response_length $upstream_response_time "
                          "$upstream_status $request_id",
                      [AUTO, CLF]),
    "xff behind the stamp": ("", '$remote_addr - [$time_local] $http_x_forwarded_for "$request" $status '
                                 "$body_bytes_sent", [AUTO, CLF]),
    "upstream status before": (
        "", '$remote_addr - $remote_user [$time_local] "$request" $upstream_status $status $body_bytes_sent '
        '"$http_referer"', [AUTO]),
    "upstream status before, in blanks": (
        "", "[$time_local] $upstream_cache_status $upstream_status $status - $request_method $scheme $host "
        '"$request_uri"', [AUTO]),
    "npm, proxy": (
        "", "[$time_local] $upstream_cache_status $upstream_status $status - $request_method $scheme $host "
        '"$request_uri" [Client $remote_addr] [Length $body_bytes_sent] [Gzip $gzip_ratio] [Sent-to app] '
        '"$http_user_agent" "$http_referer"', [AUTO, NPM]),
    "npm, standard": (
        "", '[$time_local] $status - $request_method $scheme $host "$request_uri" [Client $remote_addr] '
        '[Length $body_bytes_sent] [Gzip $gzip_ratio] "$http_user_agent" "$http_referer"', [AUTO, NPM]),
    "logfmt": (
        "", 'time=$time_iso8601 remote_addr=$remote_addr method="$request_method" uri="$request_uri" status=$status '
        'user_agent="$http_user_agent" referer="$http_referer"', [AUTO, LOGFMT]),
    "logfmt, the request": (
        "", '[$time_local] client=$remote_addr status=$status user="$remote_user" xff="$http_x_forwarded_for" '
        'request="$request"', [AUTO, LOGFMT]),
    "ltsv": (
        "", "time:[$time_local]\thost:$remote_addr\treq:$request\tstatus:$status\tsize:$body_bytes_sent\t"
        "referer:$http_referer\tua:$http_user_agent\tuser:$remote_user", [AUTO, LTSV]),
    "iso time": ("", '$remote_addr - $remote_user [$time_iso8601] "$request" $status $body_bytes_sent '
                     '"$http_referer" "$http_user_agent"', [AUTO, CLF]),
    "time behind the status": ("", '$remote_addr - $remote_user [$time_local] "$request" $status $request_time '
                               '"$http_referer" "$http_user_agent" $upstream_status $bytes_sent', [AUTO, CLF]),
    "time first, agent last": ("", '[$time_local] $host $remote_addr $request_time "$request" $status '
                               "$body_bytes_sent $request_length $http_referer $http_user_agent", [AUTO, CLF]),
    "iso time in front": ("", '$time_iso8601 $remote_addr "$request" $status "$http_user_agent"', [AUTO]),
    "iso time in front, xff": ("", '$time_iso8601 $http_x_forwarded_for "$request" $status', [AUTO]),
    "json, not as json": (
        "", '{"request":"$request","agent":"$http_user_agent","status":$status}', [AUTO, JSON]),
    "json, a number": (
        "escape=json", '{"time":"$time_iso8601","user":"$remote_user","request":"$request","uri":"$uri",'
        '"agent":"$http_user_agent","status":$status,"xff":"$http_x_forwarded_for",'
        '"referer":"$http_referer"}', [AUTO, JSON]),
    "json, a text": (
        "escape=json", '{"status":"$status","args":"$args","xff":"$http_x_forwarded_for",'
        '"host":"$http_host","request":"$request","agent":"$http_user_agent"}', [AUTO, JSON]),
    "tabs": ("", "$remote_user\t$http_user_agent\t$status\t$request_uri", []),
    "path and status": ("", "$uri $status", []),
    "request in brackets": ("", "[$request] $status", []),
    "path and bars": ("", "$remote_addr|$request_uri|$status|$http_user_agent", []),
    "user and status": ("", "$remote_addr $remote_user $status", []),
}
NGINX_CONFIG = """
daemon off;
pid nginx.pid;
error_log error.log;
%(user)s
worker_processes 1;
events { }
http {
    client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t; uwsgi_temp_path t; scgi_temp_path t;
%(logs)s
    log_format witness '$http_x_marker $status';
    access_log witness.log witness;
    upstream two {
        server 127.0.0.1:%(gone)d max_fails=0;
        server 127.0.0.1:%(backend)d max_fails=0;
    }
    server {
        listen 127.0.0.1:%(port)d;
        listen 127.0.0.1:%(http2)d;
        ignore_invalid_headers off;
        large_client_header_buffers 4 128k;
        root www;
        location = /digest/x { return 401; }
        location /b/ { proxy_pass http://127.0.0.1:%(backend)d; }
        location /two/ { proxy_pass http://two; }
        location /masked/ { proxy_pass http://127.0.0.1:%(backend)d; proxy_intercept_errors on;
            error_page 404 =200 /file; }
        location /private/ { auth_basic "x"; auth_basic_user_file users; }
    }
}
"""


class Nginx(servers.Nginx):
    def start(self):
        logs = [Log(name, f"{number}.log", [*known, own(form)])
                for number, (name, (_, form, known)) in enumerate(NGINX.items())]
        self.values |= {
            "user": "user root root;" if servers.IS_ROOT else "",
            "logs": "".join(f"    log_format f{number} {escape} '{form}';\n"
                            f"    access_log {number}.log f{number};\n"
                            for number, (escape, form, _) in enumerate(NGINX.values()))}
        (self.home / "nginx.conf").write_text(NGINX_CONFIG % self.values)
        named = {log.name: log for log in logs}
        for name in "combined", "xff in front", "json, a number":
            logs += wrapped(named[name])
        self.faces = [Face("nginx", self.port, self.http2_port, logs, "witness.log")]
        self.launch("-p", self.home, "-e", "error.log", "-c", "nginx.conf")


# ---- HAProxy ------------------------------------------------------------------------------------

HAPROXY_KNOWN = ("haproxy", "haproxy", {})
CAPTURED = "\n".join(f"    capture request header {name} len %d"
                     for name in ("User-Agent", "X-Forwarded-For", "Referer"))
HAPROXY = {  # name: (how it logs, the bytes of a message, of a captured header, readings)
    "httplog": ("option httplog", 65535, 0, [AUTO, HAPROXY_KNOWN]),
    "httplog, captured": ("option httplog", 65535, 2000, [AUTO, HAPROXY_KNOWN]),
    "httplog, captured, cut": ("option httplog", 1024, 500, [AUTO, HAPROXY_KNOWN]),
    "httplog clf": ("option httplog clf", 65535, 2000, [AUTO, CLF, own(servers.HAPROXY_CLF)]),
    "httplog clf, cut": ("option httplog clf", 1024, 500, [AUTO, CLF, own(servers.HAPROXY_CLF)]),
    "own, quoted": (servers.HAPROXY_FORMAT, 65535, 2000, [own(servers.HAPROXY_FORMAT)]),
    "own, escaped": (servers.HAPROXY_QUOTED, 65535, 2000, [own(servers.HAPROXY_QUOTED)]),
    "own, path in blanks": ("%ci %HM %HP %ST %B", 65535, 2000, [own("%ci %HM %HP %ST %B")]),
    "own, agent in blanks": ("%ci [%tr] %[capture.req.hdr(0)] %ST %B", 65535, 2000,
                             [own("%ci [%tr] %[capture.req.hdr(0)] %ST %B")]),
    "own, agent in quotes": ("%ci %{+Q}[capture.req.hdr(0)] %ST %B", 65535, 2000,
                             [own("%ci %{+Q}[capture.req.hdr(0)] %ST %B")]),
}
HAPROXY_CONFIG = """
global
    nbthread 1
    maxconn 100
    hard-stop-after 20s
defaults
    mode http
    timeout connect 1s
    timeout client 20s
    timeout http-request 20s
    timeout server 20s
%(frontends)s
backend ordinary
    server one 127.0.0.1:%(backend)d
backend two
    server one 127.0.0.1:%(backend)d
"""
HAPROXY_FRONTEND = """
frontend f%(number)d
    bind 127.0.0.1:%(port)d
    bind 127.0.0.1:%(http2)d
%(targets)s
    %(format)s
%(captured)s
    option accept-invalid-http-request
    http-request return status 404 if { path /nothing }
    http-request auth realm x if { path_beg /private/ }
    http-request deny deny_status 401 if { path_beg /digest/ }
    http-request return status 200 if { path_beg /file }
    use_backend two if { path_beg /two/ }
    default_backend ordinary
"""
TARGETS = ["raw", "rfc3164", "rfc5424"]


class Haproxy(servers.Haproxy):
    def start(self):
        self.faces, self.syslogs, frontends = [], [], []
        for number, (name, (form, size, captured, readings)) in enumerate(HAPROXY.items()):
            port, http2_port = free_ports(2)
            logs, lines = [], []
            kinds = TARGETS if form.startswith("option") else TARGETS[:1]
            for kind in kinds:
                path = f"{number}.{kind}.log"
                address = self.listen(path)
                lines.append(f"    log 127.0.0.1:{address} len {size} format {kind} local0")
                logs.append(Log(name + ("" if kind == "raw" else f", {kind}"), path,
                                [reading for reading in readings if kind == "raw" or reading[0] != "own"]))
            if name in ("httplog, captured", "httplog clf"):
                logs += wrapped(logs[0], ("docker", "journald", "cri"))
            frontends.append(HAPROXY_FRONTEND % {
                "number": number, "port": port, "http2": http2_port, "targets": "\n".join(lines),
                "format": form if form.startswith("option") else f'log-format "{form}"',
                "captured": CAPTURED % ((captured,) * 3) if captured else ""})
            self.faces.append(Face(f"haproxy, {name}", port, http2_port, logs, None))
        self.values["frontends"] = "".join(frontends)
        (self.home / "haproxy.conf").write_text(HAPROXY_CONFIG % self.values)
        self.launch("-db", "-f", self.home / "haproxy.conf")

    def kept(self, message):
        """A message as it came, except those about the server itself."""
        return None if re.search(rb"Proxy f\d+ (started|stopped)", message) else message


KINDS = {"apache": Apache, "nginx": Nginx, "haproxy": Haproxy}

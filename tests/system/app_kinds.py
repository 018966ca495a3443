"""The application servers and proxies that app_servers.py asks: where each is from, how it starts, what it logs."""
import collections
import contextlib
import functools
import glob
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

APPLICATIONS = Path(__file__).resolve().parent / "applications"
PRINTED = "printed.log"  # what a server prints

# 'missing' says why it cannot be asked, or nothing.  'start' gives the arguments by (home, port, port of the
# backend of a proxy); 'logs' are (file in home, the readings that must be right), that of what it prints first.
# 'pause' are the seconds after which the record of a request is in the log.  'beside' gives the arguments of what
# writes the log.  A proxy has http.server for its backend.
Server = collections.namedtuple("Server", "name version missing start logs pause environment beside proxy",
                                defaults=[0, {}, None, False])

# ---- PyPI ---------------------------------------------------------------------------------------


def python_server(name, distribution, *arguments, readings=("auto", "console"), file=PRINTED):
    version = sys.version.split()[0]
    if distribution:
        version = None
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            version = importlib.metadata.version(distribution)
    return Server(name, version, None if version else f"no {distribution} for this Python",
                  lambda home, port, _: [sys.executable, *(one.format(home=home, port=port) for one in arguments)],
                  [(file, list(readings))])


GUNICORN = '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s"'  # its default
GUNICORN_OWN = '%(t)s %(p)s "%(a)s" "%(r)s" %(s)s %(D)s'
UVICORN_OPTIONS = ("-m", "uvicorn", "--port", "{port}", "answers:asgi")
GUNICORN_OPTIONS = ("-m", "gunicorn", "--no-control-socket", "-b", "127.0.0.1:{port}", "answers:wsgi",
                    "--access-logfile")


def python_servers():
    yield python_server("uvicorn", "uvicorn", *UVICORN_OPTIONS, "--no-use-colors")
    yield python_server("uvicorn, colours", "uvicorn", *UVICORN_OPTIONS, "--use-colors")
    yield python_server("hypercorn", "hypercorn", "-m", "hypercorn", "-b", "127.0.0.1:{port}", "--access-logfile",
                        "-", "answers:asgi", readings=("auto", "clf"))
    yield python_server("gunicorn, printed", "gunicorn", *GUNICORN_OPTIONS, "-", readings=["auto"])
    yield python_server("gunicorn, to a file", "gunicorn", *GUNICORN_OPTIONS, "{home}/access.log",
                        readings=("auto", "clf", GUNICORN), file="access.log")
    yield python_server("gunicorn, own format", "gunicorn", *GUNICORN_OPTIONS, "{home}/access.log",
                        "--access-logformat", GUNICORN_OWN, readings=[GUNICORN_OWN], file="access.log")
    yield python_server("Werkzeug", "werkzeug", "answers.py", "werkzeug", "{port}")
    yield python_server("Django", "django", "answers.py", "django", "{port}")
    yield python_server("http.server", "", "answers.py", "http", "{port}")


# ---- npm and Go ---------------------------------------------------------------------------------


def run(arguments, **options):
    """The last line of what a command prints if it fails, or nothing."""
    try:
        done = subprocess.run(arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900,
                              **options)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    said = (done.stdout + done.stderr).strip().splitlines() or ["it says nothing"]
    return said[-1] if done.returncode else None


PACKAGES = ["express", "morgan", "pino-http", "winston", "express-winston"]
MORGAN = {"dev": ["auto", "console"], "tiny": ["auto", "console"], "short": ["auto", "console"],
          "common": ["auto", "clf"], "combined": ["auto", "clf"]}


def node_servers(folder):
    missing = None
    if not all((folder / "node_modules" / name).is_dir() for name in PACKAGES):
        missing = run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, *PACKAGES])

    def server(name, package, logger, readings):
        version = None
        if not missing:
            manifest = (folder / "node_modules" / package / "package.json").read_text()
            version = json.loads(manifest)["version"]
        return Server(name, version, missing, lambda home, port, _: ["node", "answers.js", logger, str(port)],
                      [(PRINTED, readings)], environment={"NODE_PATH": str(folder / "node_modules")})

    for name, readings in MORGAN.items():
        yield server(f"morgan, {name}", "morgan", name, readings)
    yield server("pino-http", "pino-http", "pino", ["auto", "json"])
    yield server("express-winston", "express-winston", "winston", ["auto", "json"])


MODULES = {"gin": "github.com/gin-gonic/gin", "chi": "github.com/go-chi/chi/v5", "echo": "github.com/labstack/echo/v4"}


CADDYFILE = """{
    admin off
    auto_https off
    servers {
        timeouts {
            read_header 1s
            idle 1s
        }
    }
}
http://:%(port)d {
    bind 127.0.0.1
    reverse_proxy 127.0.0.1:%(backend)d
    log {
        output file %(home)s/access.log
        format json
    }
}
"""


def built_by_go(folder, source):
    """The program, the versions of its modules, and why there is none."""
    home = folder / source
    go = shutil.which("go", path=os.environ["PATH"] + ":/usr/local/go/bin")
    if not go:
        return None, {}, "no go here"
    home.mkdir(exist_ok=True)
    shutil.copy(APPLICATIONS / f"{source}.go", home / "main.go")
    missing = None
    if not (home / "go.sum").exists():
        missing = (None if (home / "go.mod").exists() else run([go, "mod", "init", source], cwd=home)) or \
            run([go, "mod", "tidy"], cwd=home)
    missing = missing or run([go, "build", "-o", source, "."], cwd=home)
    versions = dict(re.findall(r"(?m)^(?:require )?\s*(\S+) (v\S+)", (home / "go.mod").read_text()))
    return str(home / source), versions, missing


def start_caddy(program, home, port, backend):
    (home / "Caddyfile").write_text(CADDYFILE % {"port": port, "backend": backend, "home": home})
    return [program, "run", "--config", str(home / "Caddyfile"), "--adapter", "caddyfile"]


def go_servers(folder):
    program, versions, missing = built_by_go(folder, "answers")
    for name, own in {"gin": "console", "chi": "console", "chi, RequestID": "console", "echo": "json"}.items():
        yield Server(name, versions.get(MODULES[name.split(",")[0]]), missing,
                     functools.partial(lambda kind, _, port, __: [program, kind, str(port)], name),
                     [(PRINTED, ["auto", own])])
    caddy, versions, missing = built_by_go(folder, "caddy")
    yield Server("Caddy", versions.get("github.com/caddyserver/caddy/v2"), missing,
                 functools.partial(start_caddy, caddy), [("access.log", ["auto", "json"])], proxy=True)


# ---- Debian -------------------------------------------------------------------------------------

DEBIAN = os.environ.get("HTTPSTATUS_DEBIAN", "")  # a folder with what packages have; what is installed, without
SQUID = """
http_port 127.0.0.1:%(port)d accel defaultsite=x
cache_peer 127.0.0.1 parent %(backend)d 0 no-query no-digest originserver
http_access allow all
cache deny all
%(formats)s
pid_filename none
cache_log %(home)s/cache.log
coredump_dir %(home)s
mime_table %(root)s/usr/share/squid/mime.conf
icon_directory %(root)s/usr/share/squid/icons
error_directory %(root)s/usr/share/squid-langpack/en
visible_hostname x
pinger_enable off
unlinkd_program %(root)s/usr/lib/squid/unlinkd
shutdown_lifetime 0 seconds
buffered_logs off
"""
SQUID_OWN = '%>a [%tl] "%rm %ru HTTP/%rv" "%{User-Agent}>h" %>Hs %<st %Ss'
NCSA = '%h %l %u %t "%r" %s %b "%{Referer}i" "%{User-agent}i"'  # varnishncsa's default
NCSA_OWN = '%t %D "%{User-agent}i" "%r" %s'
TOMCAT_OWN = '%a %{X-Request-Id}i "%{User-Agent}i" "%r" %s %D'
RUBY = ["usr/lib/ruby/vendor_ruby", "usr/lib/ruby/3.*", "usr/lib/*/ruby/3.*", "usr/lib/*/ruby/vendor_ruby/3.*",
        "usr/share/rubygems-integration/*/gems/*/lib", "usr/lib/*/rubygems-integration/*/gems/*/lib",
        "usr/lib/*/rubygems-integration/*/extensions/*/*/*"]


def unpacked(*patterns):
    return [path for pattern in patterns for path in sorted(glob.glob(os.path.join(DEBIAN or "/", pattern)))]


def debian_server(name, program, start, logs, **options):
    """The program is one that a pattern finds, as php8.2."""
    found = unpacked(f"usr/bin/{program}", f"usr/sbin/{program}")
    environment = dict(options.pop("environment", {}))
    if DEBIAN:
        environment["LD_LIBRARY_PATH"] = ":".join(unpacked("usr/lib/*-linux-gnu", "lib/*-linux-gnu",
                                                           "usr/lib/*-linux-gnu/*"))
    return Server(name, "of Debian", None if found else f"no {program} here",
                  lambda home, port, backend: [found[-1], *start(home, port, backend)], logs,
                  environment=environment, **options)


def start_squid(home, port, backend):
    home.chmod(0o777)  # it gives up being root
    formats = [f"logformat own {SQUID_OWN}", *(f"access_log stdio:{home}/{name}.log {name}"
                                               for name in ("squid", "combined", "own"))]
    (home / "squid.conf").write_text(SQUID % {"port": port, "backend": backend, "home": home, "root": DEBIAN,
                                              "formats": "\n".join(formats)})
    return ["-N", "-f", str(home / "squid.conf")]


def start_php(home, port, _):
    """Not with a router, as it does not log what that answers."""
    (home / "www").mkdir()
    shutil.copy(APPLICATIONS / "answers.php", home / "www/index.php")
    return ["-n", "-S", f"127.0.0.1:{port}", "-t", str(home / "www")]


def debian_servers(_):
    ruby = {"RUBYLIB": ":".join(unpacked(*RUBY))} if DEBIAN else {}
    yield debian_server("PHP", "php[0-9]*", start_php, [(PRINTED, ["auto", "console"])])
    yield debian_server("Puma, Rack::CommonLogger", "ruby[0-9]*", lambda home, port, _: [
        "-e", "require 'puma/cli'; Puma::CLI.new(ARGV).run", "--", "-b", f"tcp://127.0.0.1:{port}", "answers.ru"],
        [(PRINTED, ["auto", "clf"])], environment=ruby)
    yield debian_server("WEBrick", "ruby[0-9]*", lambda home, port, _: ["answers.rb", str(port)],
                        [(PRINTED, ["auto", "clf"])], environment=ruby)
    yield debian_server("Squid", "squid", start_squid, [
        ("squid.log", ["auto", "squid"]), ("combined.log", ["auto", "clf"]), ("own.log", [SQUID_OWN])],
        proxy=True, pause=0.005)
    ncsa = unpacked("usr/bin/varnishncsa")
    yield debian_server("Varnish", "varnishd", lambda home, port, backend: [
        "-F", "-n", f"{home}/varnish", "-a", f"127.0.0.1:{port}", "-b", f"127.0.0.1:{backend}"],
        [("ncsa.log", ["auto", "clf", NCSA]), ("own.log", [NCSA_OWN])], proxy=True, pause=0.005,
        beside=lambda home: [("ncsa.log", [*ncsa, "-n", f"{home}/varnish"]),
                             ("own.log", [*ncsa, "-n", f"{home}/varnish", "-F", NCSA_OWN])])


def java_servers(_):
    jars = unpacked("usr/share/java/tomcat10-embed-core.jar", "usr/share/java/tomcat10-annotations-api.jar",
                    "usr/share/java/tomcat10-*api.jar", "usr/share/java/tomcat10-juli.jar")
    java = shutil.which("java")
    missing = "no java here" if not java else None if jars else "no libtomcat10-embed-java here"
    yield Server("Tomcat", "10", missing, lambda home, port, _: [
        java, "-Djava.net.preferIPv4Stack=true", "-cp", ":".join(jars), "Answers.java", str(port), str(home),
        "combined", "combined", "own", TOMCAT_OWN],
        [("combined", ["auto", "clf"]), ("own", [TOMCAT_OWN])])


def servers(folder):
    """All of them, or without a folder to build in only those of PyPI."""
    yield from python_servers()
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        for kinds in node_servers, go_servers, debian_servers, java_servers:
            yield from kinds(folder.resolve())

"""A writer for each log format, that escapes as its server does: what the readers have to undo.

Those of the named formats are in formats/, and those of format strings here.
"""
import formats
from formats.haproxy import escape as haproxy
from formats.servers import STAMP, Format, apache, nginx, nginx_json, request, status, target


def form_apache(r):
    return b'%d|"%s" 10.0.0.1 %s "%s" (%s) "%s"' % (
        r.size, apache(r.agent), STAMP % r.time, apache(request(r)), status(r), apache(r.referrer))


def form_nginx(r):
    return b'2026-11-20T10:00:%02d+00:00 "%s" "%s" s="%s" "%s"' % (
        r.time, nginx(r.referrer), nginx(request(r)), status(r, b"%03d", b"000"), nginx(r.agent))


def form_nginx_json(r):
    return b'{"agent": "%s", "request": "%s", "code": "%s", "user": "%s"}' % (
        nginx_json(r.agent), nginx_json(request(r)), status(r, b"%03d", b"000"), nginx_json(r.user))


def form_haproxy(r):
    return b'10.0.0.1:5 "%s" "%s" %s %d' % (
        haproxy(target(r.path)), haproxy(request(r)), status(r, b"%d", b"-1"), r.size)


ALL = {name: form for one in formats.ALL.values() for name, form in one.WRITERS.items()} | {
    "a LogFormat": Format({"format": '%B|"%{User-Agent}i" %a %t "%r" (%>s) "%{Referer}i"'},
                          form_apache, detected=False),
    "a log_format": Format({"format": '$time_iso8601 "$http_referer" "$request" s="$status" "$http_x"'},
                           form_nginx, 0, detected=False),
    "a log_format of JSON": Format(
        {"format": '{"agent": "$http_user_agent", "request": "$request", "code": "$status", "user": "$u"}'},
        form_nginx_json, 0, detected=False),
    "a log-format": Format({"format": "%ci:%cp %{+Q}HU %{+Q}r %ST %B"},
                           form_haproxy, -1, detected=False),
}

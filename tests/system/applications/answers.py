"""The application that answers what its path begins with, /404/a by 404: ASGI, WSGI, Django and http.server.

    answers.py werkzeug|django|http PORT
"""
import http.server
import re
import sys


def status_of(path):
    found = re.match(r"/([2-5]\d\d)\b", path)
    return int(found[1]) if found else 200


def headers_of(status):
    """Those of an answer of the application's, and of no server's."""
    yield "X-Answer", str(status)
    if status not in (204, 304):
        yield "Content-Length", "2"


def body_of(status):
    return b"" if status in (204, 304) else b"x\n"


async def asgi(scope, receive, send):
    if scope["type"] != "http":
        raise NotImplementedError(scope["type"])
    status = status_of(scope["path"])
    await send({"type": "http.response.start", "status": status,
                "headers": [(name.lower().encode(), value.encode()) for name, value in headers_of(status)]})
    await send({"type": "http.response.body", "body": body_of(status)})


def wsgi(environ, start_response):
    status = status_of(environ["PATH_INFO"])
    start_response(f"{status} x", list(headers_of(status)))
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body_of(status)]


def run_werkzeug(port):
    from werkzeug.serving import run_simple
    run_simple("127.0.0.1", port, wsgi)


def answer_of_django(request):
    from django.http import HttpResponse
    status = status_of(request.path)
    return HttpResponse(body_of(status), status=status, headers=dict(headers_of(status)))


def run_django(port):
    from django.conf import settings
    from django.core.management import execute_from_command_line
    from django.urls import re_path
    settings.configure(ALLOWED_HOSTS=["*"], DEBUG=False, SECRET_KEY="x", ROOT_URLCONF=__name__,
                       MIDDLEWARE=[], INSTALLED_APPS=[], DATABASES={})
    global urlpatterns
    urlpatterns = [re_path("", answer_of_django)]
    execute_from_command_line(["manage.py", "runserver", "--noreload", "--nothreading", f"127.0.0.1:{port}"])


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status = status_of(self.path)
        self.send_response(status)
        for name, value in headers_of(status):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body_of(status))

    do_HEAD = do_POST = do_DELETE = do_GET


def run_http(port):
    http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    {"werkzeug": run_werkzeug, "django": run_django, "http": run_http}[sys.argv[1]](int(sys.argv[2]))

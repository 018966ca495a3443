"""Counts the statuses of a WSGI application and reports them at /status: app = Counter(app)"""
import collections
import threading

import httpstatus


class Counter:
    def __init__(self, application):
        self.application = application
        self.counts, self.lock = collections.Counter(), threading.Lock()

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == "/status":
            start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
            return [text.encode() for text in self.report()]
        sent = []

        def count(status, headers, exc_info=None):
            with self.lock:
                self.counts.subtract(sent)  # an error replaces the first status
                sent[:] = [int(status[:3])]
                self.counts.update(sent)
            return start_response(status, headers, exc_info)

        return self.application(environ, count)

    def report(self):
        with self.lock:
            counts = sorted((+self.counts).items())
        for code, count in counts:
            status = httpstatus.Status(code)
            known = status.phrase or "-"
            if status.owner and not status.is_official:
                known += f" ({status.owner}): {status.description}"
            yield f"{code:03} {count:8} {status.status_class or '-'}  {known}\n"
        for name in "1xx", "2xx", "3xx", "4xx", "5xx", "other":
            total = sum(n for code, n in counts if (httpstatus.class_of(code) or "other") == name)
            if total:
                yield f"{name:5} {total:6}\n"

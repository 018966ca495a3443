"""The command, run in forks of a process that has imported it: most of a short run is the start of Python and its end.

    run(argument..., stdin=b"", cwd=None): as subprocess.run() of python -m httpstatus, with capture_output
"""
import atexit
import contextlib
import functools
import gc
import importlib
import os
import pickle
import pkgutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from httpstatus import _command

TIMEOUT = 60
LIMIT = 1 << 17  # of a message


def run(*arguments, stdin=b"", cwd=None):
    message = pickle.dumps((list(map(os.fsdecode, arguments)), cwd or os.getcwd(), dict(os.environ)))
    (reads, fed), (out, writes), (err, complains) = (os.pipe() for _ in range(3))
    theirs = [reads, writes, complains]
    socket.send_fds(server(), [message], theirs)
    for file in theirs:
        os.close(file)
    with ThreadPoolExecutor(2) as pool:
        pool.submit(feed, fed, stdin)
        err = pool.submit(drain, err)
        out = drain(out)
    return subprocess.CompletedProcess(arguments, int(server().recv(LIMIT)), out, err.result())


def feed(number, data):
    with contextlib.suppress(BrokenPipeError), open(number, "wb") as file:
        file.write(data)


def drain(number):
    with open(number, "rb") as file:
        return file.read()


@functools.cache
def server():
    """The connection to the process that forks, which ends with it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:  # pipes, as Python asks once whether a stream can seek
        process = subprocess.Popen([sys.executable, __file__, str(theirs.fileno())], pass_fds=[theirs.fileno()],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    atexit.register(lambda: (ours.close(), process.communicate()))
    return ours


def serve(connection):
    """Forks for each message, which it returns in the fork; None at the end."""
    while True:
        message, files, _, _ = socket.recv_fds(connection, LIMIT, 3)
        if not message:
            return None
        child = os.fork()
        if child == 0:
            for number, file in enumerate(files):
                os.dup2(file, number)
                os.close(file)
            return pickle.loads(message)
        for file in files:
            os.close(file)
        connection.send(b"%d" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def main(connection):
    for module in pkgutil.iter_modules(_command.__path__, "httpstatus._command."):
        importlib.import_module(module.name)
    with contextlib.suppress(ImportError):
        importlib.import_module("dateparser.date")
    gc.freeze()
    if message := serve(connection):
        arguments, folder, environment = message
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        time.tzset()
        signal.alarm(TIMEOUT)
        sys.exit(_command.main(arguments))


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        main(connection)

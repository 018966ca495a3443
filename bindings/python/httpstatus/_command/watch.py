"""Wakes a follower of logs: inotify, where the system has it."""
import contextlib
import os
import struct

MODIFY, MOVED_TO, CREATE = 0x2, 0x80, 0x100  # of <sys/inotify.h>
EVENT = struct.Struct("iIII")  # then a name, whose size is the last of these


def library():
    """The C library, if it has inotify."""
    with contextlib.suppress(ImportError, OSError):
        import ctypes

        found = ctypes.CDLL(None)
        if hasattr(found, "inotify_init1"):
            return found
    return None


class Watch:
    """Tells whose files or folders have changed.  Misses changes on network drives."""

    def __init__(self):
        self.library = library()
        self.file = self.library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC) if self.library else -1
        self.watchers = {}

    @property
    def works(self):
        return self.file >= 0

    def fileno(self):
        return self.file

    def add(self, watcher, path, events):
        """A number for remove(); None if the path cannot be watched."""
        number = self.library.inotify_add_watch(self.file, os.fsencode(path), events) \
            if self.works else -1
        if number < 0:
            return None
        self.watchers.setdefault(number, set()).add(watcher)
        return number

    def add_file(self, watcher, file):
        return self.add(watcher, f"/proc/self/fd/{file.fileno()}", MODIFY)

    def add_folder(self, watcher, path):
        return self.add(watcher, os.path.dirname(path) or ".", MOVED_TO | CREATE)

    def remove(self, number):
        if self.watchers.pop(number, None):
            self.library.inotify_rm_watch(self.file, number)

    def changed(self):
        """The watchers whose files have changed."""
        found = set()
        with contextlib.suppress(BlockingIOError):
            data = os.read(self.file, 1 << 16)
            while data:
                number, _, _, size = EVENT.unpack_from(data)
                found |= self.watchers.get(number, set())
                data = data[EVENT.size + size:]
        return found

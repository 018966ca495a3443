"""Files that take the place of others as a whole."""
import contextlib
import os
import stat


def keep_access(path, beside):
    """Gives the new file the permissions of the one it replaces."""
    with contextlib.suppress(OSError):  # no such file, or not allowed to set its owner
        before = os.stat(path)
        os.chmod(beside, stat.S_IMODE(before.st_mode))
        os.chown(beside, before.st_uid, before.st_gid)


def sync_folder(path):
    """Makes the name of a file last; not every system lets a folder be asked."""
    with contextlib.suppress(OSError):
        folder = os.open(os.path.dirname(path), os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def replace(path, data, name):
    """Writes a new file, with 'name' behind that of the old one, and renames it: the old one stays intact
    until then."""
    path = os.path.realpath(path)  # keeps a link a link
    beside = f"{path}.{name}"
    with open(beside, "xb") as file:
        try:
            keep_access(path, beside)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            os.replace(beside, path)
        except BaseException:
            os.unlink(beside)
            raise
    sync_folder(path)

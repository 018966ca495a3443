"""Which Lua the tests ask beside Python, and whether it has the module."""
import functools
import os
import shutil
import subprocess

LUA = os.environ.get("HTTPSTATUS_LUA", "lua5.4")


@functools.cache
def has_lua():
    """Whether that Lua finds httpstatus; where CI is set it has to."""
    found = shutil.which(LUA) is not None and subprocess.run(
        [LUA, "-e", "require 'httpstatus'"], stderr=subprocess.DEVNULL, timeout=60).returncode == 0
    if not found and "CI" in os.environ:
        raise RuntimeError(f"no {LUA} with httpstatus here")
    return found

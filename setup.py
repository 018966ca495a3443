from glob import glob
from hashlib import sha256
from os import environ
from pathlib import Path
import re
from sysconfig import get_config_var, get_platform

from setuptools import Extension, setup

PACKAGE = "bindings/python/httpstatus"
HEADER = Path("core/httpstatus.h").read_text(encoding="ascii")


def files(kind):
    return sorted(glob(f"core/*.{kind}")) + sorted(glob(f"{PACKAGE}/*.{kind}"))


HEADERS = files("h") + files("def")


def digest():
    """What tests/conftest.py compares with its tree, so that nobody tests what was built of another."""
    text = "".join(Path(path).read_text(encoding="ascii") for path in files("c") + HEADERS)
    return sha256(text.encode()).hexdigest()


def hardening():
    """Flags of GCC and Clang on Linux; the compilers of macOS and Windows harden by themselves."""
    platform = get_platform()
    if not platform.startswith("linux-"):
        return {}
    flags = environ.get("CFLAGS", get_config_var("CFLAGS") or "").split()
    levels = [flag for flag in flags if flag.startswith("-O")]
    compiling = ["-fstack-protector-strong", "-fstack-clash-protection"]
    linking = ["-Wl,-z,relro,-z,now,-z,noexecstack"]
    if levels[-1:] not in ([], ["-O0"]):  # glibc warns without optimization
        compiling += ["-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=3"]
    if platform.endswith(("-x86_64", "-i686")):
        compiling += ["-fcf-protection"]
    elif platform.endswith("-aarch64"):
        compiling += ["-mbranch-protection=standard"]
    # Many an interpreter passes the -g that it was built with: only the user's own is meant.
    if not any(flag.startswith("-g") for flag in environ.get("CFLAGS", "").split()):
        linking += ["-Wl,--strip-debug"]
    return {"extra_compile_args": compiling, "extra_link_args": linking}


setup(
    version=re.search(r'#define HTTPSTATUS_VERSION "(.*)"', HEADER)[1],
    ext_modules=[
        Extension(
            "httpstatus._core",
            sources=files("c"),
            depends=HEADERS,
            include_dirs=["core"],
            define_macros=[("HTTPSTATUS_STATIC", None), ("HTTPSTATUS_SOURCES", digest())],
            **hardening(),
        )
    ],
)

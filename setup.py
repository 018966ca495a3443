from glob import glob
from pathlib import Path
import re

from setuptools import Extension, setup

PACKAGE = "bindings/python/httpstatus"
HEADER = Path("core/httpstatus.h").read_text(encoding="ascii")

setup(
    version=re.search(r'#define HTTPSTATUS_VERSION "(.*)"', HEADER)[1],
    ext_modules=[
        Extension(
            "httpstatus._core",
            sources=sorted(glob("core/*.c") + glob(f"{PACKAGE}/*.c")),
            depends=sorted(glob("core/*.h") + glob(f"{PACKAGE}/*.h")),
            include_dirs=["core"],
            define_macros=[("HTTPSTATUS_STATIC", None)],
        )
    ],
)

"""HTTP status codes, redirect rules and the statuses of web-server logs.

    >>> import httpstatus
    >>> httpstatus.phrase(404)
    'Not Found'
    >>> httpstatus.redirect(302, "POST").method
    'GET'

See help(httpstatus.lookup), help(httpstatus.Status), help(httpstatus.redirect),
help(httpstatus.retry) and help(httpstatus.tally).
"""
from _collections_abc import Mapping

from . import _core
from ._core import *
from ._core import __version__

Mapping.register(_core.Tally)
__all__ = [name for name in vars(_core) if not name.startswith("_")]
del Mapping

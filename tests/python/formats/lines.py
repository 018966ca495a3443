"""Lines for tests/c/test_scan.c."""
from typing import NamedTuple

class Sample(NamedTuple):
    """Lines of which logs are made, with random changes."""
    text: str
    key: str | None = None
    fields: str | None = None
    target: bool = False


class Usual(NamedTuple):
    """A line as servers write it; '~' is where it may be longer."""
    line: str
    status: int | str  # or NO_STATUS or UNMATCHED of naive.py
    substatus: int = 0
    key: str | None = None
    fields: str | None = None
    target: bool = False

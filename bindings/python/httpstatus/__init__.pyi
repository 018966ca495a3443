"""Types of httpstatus; the docstrings of the module describe what they stand for."""
import builtins
from array import array
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, tzinfo
from os import PathLike
from types import EllipsisType
from typing import (
    Any, Final, Literal, Protocol, SupportsIndex, TypeAlias, TypedDict, TypeVar, final, overload,
)

from _typeshed import structseq
from typing_extensions import Buffer, Unpack

__version__: str

# Names with an underscore exist only for type checkers, not at run time.
# The words of the API, generated from data/vocabulary.toml by data/generate.py.
_StatusClass: TypeAlias = Literal["1xx", "2xx", "3xx", "4xx", "5xx"]
_Lifecycle: TypeAlias = Literal[
    "active", "temporary", "experimental", "deprecated", "obsoleted", "unused", "current",
    "historic", "informal",
]
_Since: TypeAlias = Literal["HTTP/1.0", "HTTP/1.1", "extension", "draft"]
_Property: TypeAlias = Literal[
    "is_informational", "is_success", "is_redirection", "is_client_error", "is_server_error",
    "is_error", "is_known", "is_official", "is_interim", "is_redirect", "is_cacheable",
    "must_not_store", "allows_body", "preserves_method",
]
_Advice: TypeAlias = Literal[
    "repeat", "new-connection", "after-handshake", "after-delay", "if-retry-after",
    "new-credentials", "modified", "user-action", "no",
]
_Level: TypeAlias = Literal["MUST", "MUST NOT", "SHOULD", "MAY"]
_Action: TypeAlias = Literal["none", "follow", "ask", "may", "error"]
_Reason: TypeAlias = Literal[
    "not-modified", "proxy", "unused", "connect", "not-a-redirect", "not-replayable", "no-location",
    "invalid-location", "several-locations", "unsupported-scheme",
]
_MethodChange: TypeAlias = Literal["required", "optional", "forbidden"]
_Kind: TypeAlias = Literal["permanent", "temporary", "other", "choice"]
_PolicyName: TypeAlias = Literal[
    "rfc9110", "fetch", "browser", "rfc2616", "curl", "curl-follow", "requests", "legacy-get",
    "preserve",
]
_Rewrite: TypeAlias = Literal["none", "post", "may-post", "post-put", "with-body", "all", "ask"]
_Others: TypeAlias = Literal["none", "may"]
_Body301303: TypeAlias = Literal["with-method", "put", "none"]
_DropReason: TypeAlias = Literal["body", "origin", "hop", "recomputed"]
_HeadOn303: TypeAlias = Literal["HEAD", "GET"]
_Unsafe307308: TypeAlias = Literal["follow", "ask", "none"]
_UrlRules: TypeAlias = Literal["rfc3986", "whatwg"]
_Problem: TypeAlias = Literal["invalid", "scheme"]
_AtLimit: TypeAlias = Literal["error", "returns the 3xx"]
_Difference: TypeAlias = Literal["followed", "method", "body", "headers", "credentials"]
_RetryAction: TypeAlias = Literal["retry", "modify", "ask", "stop", "unknown"]
_RetryReason: TypeAlias = Literal[
    "temporary", "incomplete", "misdirected", "too-early", "retry-after", "credentials", "modified",
    "user-action", "redirect", "not-an-error", "permanent", "not-idempotent", "not-replayable",
    "retry-after-above-cap", "no-retry-after", "silent", "policy",
]
_RetryPolicyName: TypeAlias = Literal["rfc9110", "urllib3", "curl", "got"]
_OnRetryAfter: TypeAlias = Literal["waits", "caps", "own delay", "at once", "stops", "error"]
_Scanner: TypeAlias = Literal["avx512", "avx2", "sse2", "neon", "scalar"]
_Part: TypeAlias = Literal[
    "time", "client", "forwarded_for", "user", "host", "method", "target", "path", "query",
    "protocol", "bytes", "referer", "agent", "duration", "upstream_status",
]
_Escape: TypeAlias = Literal["none", "backslash", "hash", "percent", "json"]
_By: TypeAlias = Literal["path", "client", "host", "method", "agent", "referer"]
_Group: TypeAlias = Literal["query", "id"]
_NamedFormat: TypeAlias = Literal[
    "cloudfront", "w3c", "zeek", "csv", "elb", "s3", "haproxy", "squid", "envoy", "npm", "logfmt",
    "ltsv", "json", "console", "clf",
]
# The end of the words.
# Or the server's own format string: "%h %l %u %t \"%r\" %>s %b".
_Format: TypeAlias = Literal["auto"] | _NamedFormat | str
_FoundFormat: TypeAlias = _NamedFormat | Literal["custom"]
_Class: TypeAlias = _StatusClass | Literal["other"]
_RecordColumn: TypeAlias = Literal["status", "substatus", "number", "line", "format"] | _Part
_Which: TypeAlias = SupportsIndex | str
_Seconds: TypeAlias = float | SupportsIndex
_Instant: TypeAlias = _Seconds | datetime  # with a zone

class _BinaryFile(Protocol):
    def read(self, size: int, /) -> bytes | None: ...

_Source: TypeAlias = str | PathLike[str] | PathLike[bytes] | Buffer | _BinaryFile
# A list of paths is a list[str], and lists are invariant: that is not a list[_Source].
_S = TypeVar("_S", bound=_Source)
_T = TypeVar("_T")

class _Knobs(TypedDict, total=False):
    follow: Iterable[SupportsIndex]
    others: _Others
    rewrite_301: _Rewrite
    rewrite_302: _Rewrite
    rewrite_303: _Rewrite
    head_on_303: _HeadOn303
    body_301_303: _Body301303
    unsafe_307_308: _Unsafe307308
    drops_headers: Iterable[str]
    drops_cross_origin: Iterable[str]
    limit: SupportsIndex | None

class _Column(Protocol):
    def __array__(self) -> Any: ...

_Codes: TypeAlias = Buffer | _Column

class _Counts(TypedDict):
    format: _FoundFormat | None
    formats: dict[_FoundFormat, int]
    keys: dict[str, int]
    lines: int
    records: int
    no_status: int
    skipped: int
    unmatched: int
    first_unmatched: tuple[int, ...]
    excluded: int
    untimed: int
    counts: dict[int, int]
    classes: dict[_StatusClass | Literal["other"], int]
    substatuses: dict[str, int]

class _Parts(TypedDict):
    status: int | None
    substatus: int
    number: int
    line: builtins.bytes
    format: _FoundFormat | None
    time: datetime | None
    time_ns: int | None
    client: str | None
    forwarded_for: str | None
    user: str | None
    host: str | None
    method: str | None
    target: str | None
    path: str | None
    query: str | None
    protocol: str | None
    bytes: int | None
    referer: str | None
    agent: str | None
    duration: float | None
    upstream_status: int | None

# Generated from the C files by data/generate.py from here on; do not edit.

# ---- Look-ups ----

@overload
def lookup(
    what: str, /, *, substatus: None = None, owner: str | None = None,
    format: _NamedFormat | Literal["auto"] | None = None,
) -> Status | None: ...
@overload
def lookup(
    what: SupportsIndex, /, *, substatus: SupportsIndex | None = None, owner: str | None = None,
    format: _NamedFormat | Literal["auto"] | None = None,
) -> Status | None: ...
def variants(code: SupportsIndex, /) -> tuple[Status, ...]: ...
def search(words: str, /) -> list[Status]: ...
def statuses(
    status_class: _StatusClass | None = None, owner: str | None = None,
    official: bool | None = None,
) -> list[Status]: ...
def phrase(code: SupportsIndex, /) -> str | None: ...
def class_of(code: SupportsIndex, /) -> _StatusClass | None: ...
def effective(code: SupportsIndex, /) -> int: ...

# ---- A status ----

@final
class Status(int):
    """A status code and its meaning: an int with the fields of a row of the table."""

    def __new__(
        cls, code: SupportsIndex, substatus: SupportsIndex = 0, owner: str | None = None
    ) -> Status: ...
    @property
    def key(self) -> tuple[int, int, str | None]: ...
    @property
    def code(self) -> int: ...
    @property
    def value(self) -> int: ...
    @property
    def substatus(self) -> int: ...
    @property
    def owner(self) -> str | None: ...
    @property
    def phrase(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def alias_sources(self) -> tuple[str, ...]: ...
    @property
    def status_class(self) -> _StatusClass | None: ...
    @property
    def lifecycle(self) -> _Lifecycle | None: ...
    @property
    def reference(self) -> str | None: ...
    @property
    def description(self) -> str: ...
    @property
    def explanation(self) -> str: ...
    @property
    def since(self) -> _Since | None: ...
    @property
    def introduced_in(self) -> str | None: ...
    @property
    def wire(self) -> str | None: ...
    @property
    def is_informational(self) -> bool: ...
    @property
    def is_success(self) -> bool: ...
    @property
    def is_redirection(self) -> bool: ...
    @property
    def is_client_error(self) -> bool: ...
    @property
    def is_server_error(self) -> bool: ...
    @property
    def is_error(self) -> bool: ...
    @property
    def is_known(self) -> bool: ...
    @property
    def is_official(self) -> bool: ...
    @property
    def is_interim(self) -> bool: ...
    @property
    def is_redirect(self) -> bool: ...
    @property
    def is_cacheable(self) -> bool | None: ...
    @property
    def must_not_store(self) -> bool | None: ...
    @property
    def allows_body(self) -> bool | None: ...
    @property
    def preserves_method(self) -> bool | None: ...
    @property
    def retry(self) -> RetryAdvice | None: ...
    @property
    def headers(self) -> tuple[Header, ...]: ...
    @property
    def variants(self) -> tuple[Status, ...]: ...
    def reference_for(self, property: _Property, /) -> str | None: ...
    def deconstruct(self) -> tuple[str, tuple[int, int, str | None], dict[str, Any]]: ...
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any, /) -> Any: ...

@final
class RetryAdvice(structseq[Any], tuple[_Advice, str]):
    """What a client may do about a request that failed."""

    __match_args__: Final = ("advice", "reference")
    @property
    def advice(self) -> _Advice: ...
    @property
    def reference(self) -> str: ...

@final
class Header(structseq[Any], tuple[str, _Level, str, str | None]):
    """A header field that goes with a status."""

    __match_args__: Final = ("name", "level", "reference", "condition")
    @property
    def name(self) -> str: ...
    @property
    def level(self) -> _Level: ...
    @property
    def reference(self) -> str: ...
    @property
    def condition(self) -> str | None: ...

# ---- Redirects ----

def redirect(
    code: SupportsIndex, method: str, policy: _PolicyName = "fetch", *,
    body: bool = True, replayable: bool = True, url: str | None = None,
    location: str | list[str] | tuple[str, ...] | EllipsisType | None = ...,
    **knobs: Unpack[_Knobs],
) -> Redirect | None: ...
def explain_redirect(
    code: SupportsIndex, method: str, policy: _PolicyName = "fetch", *,
    body: bool = True, replayable: bool = True, **knobs: Unpack[_Knobs],
) -> str | None: ...
def redirect_headers(
    policy: _PolicyName = "fetch", **knobs: Unpack[_Knobs]
) -> dict[str, _DropReason]: ...

@final
class Redirect(structseq[Any], tuple[
    _Action, _Reason | None, str | None, _MethodChange | None, bool | None, bool | None,
    tuple[str, ...], tuple[str, ...], _Kind | None, bool, bool, int | None, str, str | None,
    bool | None, bool | None,
]):
    """What the next request looks like after a redirect."""

    __match_args__: Final = (
        "action", "reason", "method", "method_change", "preserves_method", "keeps_body",
        "drops_headers", "drops_cross_origin", "kind", "cacheable", "care", "limit", "reference",
        "url", "cross_origin", "downgraded",
    )
    @property
    def action(self) -> _Action: ...
    @property
    def reason(self) -> _Reason | None: ...
    @property
    def method(self) -> str | None: ...
    @property
    def method_change(self) -> _MethodChange | None: ...
    @property
    def preserves_method(self) -> bool | None: ...
    @property
    def keeps_body(self) -> bool | None: ...
    @property
    def drops_headers(self) -> tuple[str, ...]: ...
    @property
    def drops_cross_origin(self) -> tuple[str, ...]: ...
    @property
    def kind(self) -> _Kind | None: ...
    @property
    def cacheable(self) -> bool: ...
    @property
    def care(self) -> bool: ...
    @property
    def limit(self) -> int | None: ...
    @property
    def reference(self) -> str: ...
    @property
    def url(self) -> str | None: ...
    @property
    def cross_origin(self) -> bool | None: ...
    @property
    def downgraded(self) -> bool | None: ...

@final
class RedirectChain:
    """Redirects in a row, with method, body and credentials carried from one to the next."""

    def __new__(
        cls, method: str, policy: _PolicyName = "fetch", *,
        url: str | None = None, body: bool = True, replayable: bool = True,
        **knobs: Unpack[_Knobs],
    ) -> RedirectChain: ...
    @property
    def method(self) -> str: ...
    @property
    def url(self) -> str | None: ...
    @property
    def count(self) -> int: ...  # type: ignore[override]  # the tuple's own
    def step(
        self, code: SupportsIndex, url: str | None = None, cross_origin: bool = False, *,
        location: str | list[str] | tuple[str, ...] | EllipsisType | None = ...,
    ) -> Redirect | None: ...

def resolve(
    base: str, location: str, rules: _UrlRules = "rfc3986"
) -> Location: ...

@final
class Location(structseq[Any], tuple[
    str | None, _Problem | None, bool | None, bool | None, bool | None, bool | None, bool | None,
]):
    """Where a Location leads."""

    __match_args__: Final = (
        "url", "problem", "cross_origin", "cross_host", "scheme_changed", "downgraded",
        "has_userinfo",
    )
    @property
    def url(self) -> str | None: ...
    @property
    def problem(self) -> _Problem | None: ...
    @property
    def cross_origin(self) -> bool | None: ...
    @property
    def cross_host(self) -> bool | None: ...
    @property
    def scheme_changed(self) -> bool | None: ...
    @property
    def downgraded(self) -> bool | None: ...
    @property
    def has_userinfo(self) -> bool | None: ...

def redirect_clients(
    code: SupportsIndex, method: str, body: bool = True
) -> list[RedirectClient]: ...

@final
class RedirectClient(structseq[Any], tuple[
    str, str, int, str, bool, bool, str | None, bool | None, bool | None, bool | None, int | None,
    _AtLimit | None,
]):
    """What a real client did with a redirect when measured: a dated fact, not a rule."""

    __match_args__: Final = (
        "name", "version", "code", "request_method", "request_body", "followed", "method",
        "keeps_body", "sends_content_type", "sends_authorization", "limit", "at_limit",
    )
    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def code(self) -> int: ...
    @property
    def request_method(self) -> str: ...
    @property
    def request_body(self) -> bool: ...
    @property
    def followed(self) -> bool: ...
    @property
    def method(self) -> str | None: ...
    @property
    def keeps_body(self) -> bool | None: ...
    @property
    def sends_content_type(self) -> bool | None: ...
    @property
    def sends_authorization(self) -> bool | None: ...
    @property
    def limit(self) -> int | None: ...
    @property
    def at_limit(self) -> _AtLimit | None: ...
    def differs_from(
        self, policy: _PolicyName, **knobs: Unpack[_Knobs]
    ) -> tuple[_Difference, ...]: ...

# ---- Retries ----

def retry(
    code: SupportsIndex, method: str, *, retry_after: str | None = None,
    now: _Seconds | None = None, cap: _Seconds | None = None,
    policy: _RetryPolicyName = "rfc9110", idempotent: bool | None = None,
    replayable: bool = True,
) -> Retry: ...

@final
class Retry(structseq[Any], tuple[
    _RetryAction, int | None, int | None, bool | None, bool, _RetryReason, str,
]):
    """Whether and when to send a request again."""

    __match_args__: Final = (
        "action", "delay", "date", "same_connection", "contested", "reason", "reference",
    )
    @property
    def action(self) -> _RetryAction: ...
    @property
    def delay(self) -> int | None: ...
    @property
    def date(self) -> int | None: ...
    @property
    def same_connection(self) -> bool | None: ...
    @property
    def contested(self) -> bool: ...
    @property
    def reason(self) -> _RetryReason: ...
    @property
    def reference(self) -> str: ...

def parse_retry_after(text: str, now: _Seconds | None) -> int | None: ...
def retry_clients(code: SupportsIndex, method: str) -> list[RetryClient]: ...

@final
class RetryClient(structseq[Any], tuple[
    str, str, int, str, bool, int | None, float | None, float | None, bool | None,
    _OnRetryAfter | None, _OnRetryAfter | None, _OnRetryAfter | None, _OnRetryAfter | None,
    float | None, bool | None, bool | None,
]):
    """What a real client did with a failed request when measured: a dated fact, not a rule."""

    __match_args__: Final = (
        "name", "version", "code", "request_method", "retried", "tries", "delay", "longest_delay",
        "honours_retry_after", "on_zero", "on_date", "on_garbage", "on_long", "cap", "sends_body",
        "same_connection",
    )
    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def code(self) -> int: ...
    @property
    def request_method(self) -> str: ...
    @property
    def retried(self) -> bool: ...
    @property
    def tries(self) -> int | None: ...
    @property
    def delay(self) -> float | None: ...
    @property
    def longest_delay(self) -> float | None: ...
    @property
    def honours_retry_after(self) -> bool | None: ...
    @property
    def on_zero(self) -> _OnRetryAfter | None: ...
    @property
    def on_date(self) -> _OnRetryAfter | None: ...
    @property
    def on_garbage(self) -> _OnRetryAfter | None: ...
    @property
    def on_long(self) -> _OnRetryAfter | None: ...
    @property
    def cap(self) -> float | None: ...
    @property
    def sends_body(self) -> bool | None: ...
    @property
    def same_connection(self) -> bool | None: ...

# ---- Logs ----

def tally(
    source: _Source | list[_S] | tuple[_Source, ...], format: _Format = "auto", *,
    key: str | None = None, fields: str | None = None, target: bool = False,
    zone: SupportsIndex | tzinfo | None = None,
    reference: SupportsIndex | datetime | None = None, since: _Instant | None = None,
    until: _Instant | None = None, method: str | None = None, path: str | None = None,
    exclude_path: str | None = None, host: str | None = None, jobs: SupportsIndex = 1,
) -> Tally: ...

@final
class Tally(Mapping[int, int]):
    """How many records of a log have each status: a mapping from code to count."""

    def __new__(
        cls, format: _Format = "auto", *, key: str | None = None, fields: str | None = None,
        target: bool = False,
    ) -> Tally: ...
    def __getitem__(self, code: SupportsIndex, /) -> int: ...
    def __contains__(self, code: object, /) -> bool: ...
    def __iter__(self) -> Iterator[int]: ...
    def __len__(self) -> int: ...
    def __add__(self, other: Tally | Literal[0], /) -> Tally: ...
    def __radd__(self, other: int, /) -> Tally: ...  # 0, with which sum() starts: an int
    def __setstate__(self, state: _Counts, /) -> None: ...
    def feed(self, data: Buffer, /) -> None: ...
    def close(self) -> None: ...
    @overload
    def get(self, code: object, default: None = None, /) -> int | None: ...
    @overload
    def get(self, code: object, default: _T, /) -> int | _T: ...
    def as_dict(self) -> _Counts: ...
    @property
    def format(self) -> _FoundFormat | None: ...
    @property
    def formats(self) -> dict[_FoundFormat, int]: ...
    @property
    def key(self) -> str | None: ...
    @property
    def lines(self) -> int: ...
    @property
    def records(self) -> int: ...
    @property
    def no_status(self) -> int: ...
    @property
    def skipped(self) -> int: ...
    @property
    def unmatched(self) -> int: ...
    @property
    def first_unmatched(self) -> tuple[int, ...]: ...
    @property
    def excluded(self) -> int: ...
    @property
    def untimed(self) -> int: ...
    @property
    def consumed(self) -> int: ...
    @property
    def classes(self) -> dict[_StatusClass | Literal["other"], int]: ...
    @property
    def substatuses(self) -> dict[str, int]: ...

@final
class Suggestion(structseq[Any], tuple[str | None, str | None, int, int]):
    """An option that reads a log which fits no format, and how much of it."""

    __match_args__: Final = ("format", "key", "matched", "lines")
    @property
    def format(self) -> str | None: ...
    @property
    def key(self) -> str | None: ...
    @property
    def matched(self) -> int: ...
    @property
    def lines(self) -> int: ...

def suggest(source: _Source) -> Suggestion | None: ...
def select(
    source: _Source, which: _Which | Iterable[_Which], format: _Format = "auto", *,
    key: str | None = None, fields: str | None = None, target: bool = False,
    zone: SupportsIndex | tzinfo | None = None,
    reference: SupportsIndex | datetime | None = None, since: _Instant | None = None,
    until: _Instant | None = None, method: str | None = None, path: str | None = None,
    exclude_path: str | None = None, host: str | None = None, invert: bool = False,
) -> SelectedLines: ...

@final
class SelectedLines(Iterator[tuple[int, int | None, bytes]]):
    """An iterator over the lines that select() found: (line number, status, line)."""

    def __next__(self) -> tuple[int, int | None, bytes]: ...
    @property
    def tally(self) -> Tally: ...
    @property
    def untimed(self) -> int: ...

def extract(
    source: _Source, format: _Format = "auto", *, key: str | None = None,
    fields: str | None = None, target: bool = False, tally: Tally | None = None,
) -> array[int]: ...
NO_STATUS: Final = -2
UNMATCHED: Final = -3
SKIPPED: Final = -4

@final
class Time(structseq[Any], tuple[int, int, bool]):
    """A time that was logged."""

    __match_args__: Final = ("seconds", "nanoseconds", "has_zone")
    @property
    def seconds(self) -> int: ...
    @property
    def nanoseconds(self) -> int: ...
    @property
    def has_zone(self) -> bool: ...

def parse_time(
    text: str | bytes, *, zone: SupportsIndex | None = None, reference: _Seconds | None = None,
) -> Time | None: ...
def unescape(text: str | bytes, escape: _Escape) -> str: ...

@final
class Record:
    """A record of a log: its status and, made when they are asked for, its other parts."""

    @property
    def status(self) -> int | None: ...
    @property
    def substatus(self) -> int: ...
    @property
    def number(self) -> int: ...
    @property
    def line(self) -> builtins.bytes: ...
    @property
    def format(self) -> _FoundFormat | None: ...
    @property
    def time(self) -> datetime | None: ...
    @property
    def time_ns(self) -> int | None: ...
    @property
    def client(self) -> str | None: ...
    @property
    def forwarded_for(self) -> str | None: ...
    @property
    def user(self) -> str | None: ...
    @property
    def host(self) -> str | None: ...
    @property
    def method(self) -> str | None: ...
    @property
    def target(self) -> str | None: ...
    @property
    def path(self) -> str | None: ...
    @property
    def query(self) -> str | None: ...
    @property
    def protocol(self) -> str | None: ...
    @property
    def bytes(self) -> int | None: ...
    @property
    def referer(self) -> str | None: ...
    @property
    def agent(self) -> str | None: ...
    @property
    def duration(self) -> float | None: ...
    @property
    def upstream_status(self) -> int | None: ...
    def as_dict(self) -> _Parts: ...

def record(
    line: str | Buffer, format: _Format = "auto", *, key: str | None = None,
    fields: str | None = None, target: bool = False, zone: SupportsIndex | tzinfo | None = None,
    reference: SupportsIndex | datetime | None = None,
) -> Record | None: ...

@final
class Records(Iterator[Record]):
    """An iterator over the records that records() found, and the same as a table."""

    def __next__(self) -> Record: ...
    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...
    def __arrow_c_schema__(self) -> object: ...
    @property
    def tally(self) -> Tally: ...
    @property
    def untimed(self) -> int: ...

def records(
    source: _Source, which: _Which | Iterable[_Which] | None = None, format: _Format = "auto", *,
    key: str | None = None, fields: str | None = None, target: bool = False,
    zone: SupportsIndex | tzinfo | None = None,
    reference: SupportsIndex | datetime | None = None, since: _Instant | None = None,
    until: _Instant | None = None, method: str | None = None, path: str | None = None,
    exclude_path: str | None = None, host: str | None = None, invert: bool = False,
    columns: Iterable[_RecordColumn] | None = None, binary: bool = False,
) -> Records: ...

# ---- Series ----

def series(
    source: _Source | list[_S] | tuple[_Source, ...], format: _Format = "auto", *,
    key: str | None = None, fields: str | None = None, target: bool = False,
    step: SupportsIndex | None = None, zone: SupportsIndex | tzinfo | None = None,
    reference: SupportsIndex | datetime | None = None, since: _Instant | None = None,
    until: _Instant | None = None, method: str | None = None, path: str | None = None,
    exclude_path: str | None = None, host: str | None = None, jobs: SupportsIndex = 1,
) -> Series: ...

@final
class Series(Iterable[tuple[int, dict[_Class, int]]]):
    """The records of a log by class and time: a sequence of (start, counts), the earliest first."""

    def __new__(
        cls, format: _Format = "auto", *, key: str | None = None, fields: str | None = None,
        target: bool = False, step: SupportsIndex | None = None,
        zone: SupportsIndex | tzinfo | None = None,
        reference: SupportsIndex | datetime | None = None,
    ) -> Series: ...
    def __getitem__(self, i: SupportsIndex, /) -> tuple[int, dict[_Class, int]]: ...
    def __iter__(self) -> Iterator[tuple[int, dict[_Class, int]]]: ...
    def __len__(self) -> int: ...
    def __add__(self, other: Series | Literal[0], /) -> Series: ...
    def __radd__(self, other: int, /) -> Series: ...  # 0, as of Tally
    def __setstate__(self, state: tuple[dict[str, Any], Tally], /) -> None: ...
    def feed(self, data: Buffer, /) -> None: ...
    def close(self) -> None: ...
    @property
    def step(self) -> int: ...
    @property
    def untimed(self) -> int: ...
    @property
    def overflow(self) -> int: ...
    @property
    def tally(self) -> Tally: ...
    def columns(self) -> dict[str, array[int]]: ...
    def as_dict(self) -> dict[str, Any]: ...
    def rate(self, which: _Class | Literal["error"], /) -> array[float]: ...
    def began(self, which: _Class | Literal["error"], /) -> tuple[int, int] | None: ...

# ---- Latency ----

def latency(
    source: _Source | list[_S] | tuple[_Source, ...], format: _Format = "auto", *,
    key: str | None = None, fields: str | None = None, target: bool = False,
    which: _Which | Iterable[_Which] | None = None,
    zone: SupportsIndex | tzinfo | None = None,
    reference: SupportsIndex | datetime | None = None, since: _Instant | None = None,
    until: _Instant | None = None, method: str | None = None, path: str | None = None,
    exclude_path: str | None = None, host: str | None = None, jobs: SupportsIndex = 1,
) -> Latency: ...

@final
class Latency(Iterable[tuple[float, float, dict[_Class, int]]]):
    """The durations of a log's records by class, as a histogram."""

    def __new__(
        cls, format: _Format = "auto", *, key: str | None = None, fields: str | None = None,
        target: bool = False, which: _Which | Iterable[_Which] | None = None,
    ) -> Latency: ...
    def __iter__(self) -> Iterator[tuple[float, float, dict[_Class, int]]]: ...
    def __len__(self) -> int: ...
    def __add__(self, other: Latency | Literal[0], /) -> Latency: ...
    def __radd__(self, other: int, /) -> Latency: ...  # 0, as of Tally
    def __setstate__(self, state: tuple[dict[str, Any], Tally], /) -> None: ...
    def feed(self, data: Buffer, /) -> None: ...
    def close(self) -> None: ...
    def as_dict(self) -> dict[str, Any]: ...
    @property
    def untimed(self) -> int: ...
    @property
    def tally(self) -> Tally: ...
    def count(self, which: _Class | Literal["error"] | None = None, /) -> int: ...
    def min(self, which: _Class | Literal["error"] | None = None, /) -> float | None: ...
    def max(self, which: _Class | Literal["error"] | None = None, /) -> float | None: ...
    def sum(self, which: _Class | Literal["error"] | None = None, /) -> float | None: ...
    def quantile(
        self, q: float, which: _Class | Literal["error"] | None = None, /,
    ) -> float | None: ...
    def bounds(
        self, q: float, which: _Class | Literal["error"] | None = None, /,
    ) -> tuple[float, float] | None: ...

# ---- Top ----

def top(
    source: _Source | list[_S] | tuple[_Source, ...], by: _By = "path",
    which: _Which | Iterable[_Which] = "5xx", n: SupportsIndex = 20,
    format: _Format = "auto", *, key: str | None = None, fields: str | None = None,
    target: bool = False, group: _Group | None = None,
    entries: SupportsIndex = 512,
    zone: SupportsIndex | tzinfo | None = None,
    reference: SupportsIndex | datetime | None = None, since: _Instant | None = None,
    until: _Instant | None = None, method: str | None = None, path: str | None = None,
    exclude_path: str | None = None, host: str | None = None, jobs: SupportsIndex = 1,
) -> Top: ...

@final
class Top(Iterable[TopEntry]):
    """The values of a part that most records have: a sequence of TopEntry, the most frequent first."""

    def __new__(
        cls, by: _By = "path", which: _Which | Iterable[_Which] = "5xx",
        n: SupportsIndex = 20, format: _Format = "auto", *, key: str | None = None,
        fields: str | None = None, target: bool = False, group: _Group | None = None,
        entries: SupportsIndex = 512,
    ) -> Top: ...
    def __getitem__(self, i: SupportsIndex, /) -> TopEntry: ...
    def __iter__(self) -> Iterator[TopEntry]: ...
    def __len__(self) -> int: ...
    def __add__(self, other: Top | Literal[0], /) -> Top: ...
    def __radd__(self, other: int, /) -> Top: ...  # 0, as of Tally
    def __setstate__(self, state: tuple[dict[str, Any], Tally], /) -> None: ...
    def feed(self, data: Buffer, /) -> None: ...
    def close(self) -> None: ...
    @property
    def by(self) -> _By: ...
    @property
    def group(self) -> _Group: ...
    @property
    def n(self) -> int: ...
    @property
    def entries(self) -> int: ...
    @property
    def total(self) -> int: ...
    @property
    def absent(self) -> int: ...
    @property
    def cut(self) -> int: ...
    @property
    def bound(self) -> int: ...
    @property
    def exact(self) -> bool: ...
    @property
    def tally(self) -> Tally: ...
    def as_dict(self) -> dict[str, Any]: ...

@final
class TopEntry(structseq[Any], tuple[str, int, int]):
    """A value and its records: at least count - error of them, and at most count."""

    __match_args__: Final = ("value", "count", "error")
    @property
    def value(self) -> str: ...
    @property
    def count(self) -> int: ...  # type: ignore[override]  # the tuple's own
    @property
    def error(self) -> int: ...

# ---- Columns of statuses ----

def class_array(codes: _Codes, /) -> array[int]: ...
def phrase_array(codes: _Codes, /) -> tuple[array[int], tuple[str, ...]]: ...
def mask(codes: _Codes, which: _Which | Iterable[_Which], /) -> memoryview[bool]: ...

# ---- Errors ----

class LogFormatError(ValueError):
    """An invalid log format or option."""

class RedirectError(Exception):
    """Too many redirects, or a loop of them."""

# ---- The module ----

def scanner() -> _Scanner: ...

# The constants, generated from data/status.toml by data/generate.py.
CONTINUE: Final[Status]
SWITCHING_PROTOCOLS: Final[Status]
PROCESSING: Final[Status]
EARLY_HINTS: Final[Status]
UPLOAD_RESUMPTION_SUPPORTED: Final[Status]
OK: Final[Status]
CREATED: Final[Status]
ACCEPTED: Final[Status]
NON_AUTHORITATIVE_INFORMATION: Final[Status]
NO_CONTENT: Final[Status]
RESET_CONTENT: Final[Status]
PARTIAL_CONTENT: Final[Status]
MULTI_STATUS: Final[Status]
ALREADY_REPORTED: Final[Status]
IM_USED: Final[Status]
MULTIPLE_CHOICES: Final[Status]
MOVED_PERMANENTLY: Final[Status]
FOUND: Final[Status]
MOVED_TEMPORARILY: Final[Status]
SEE_OTHER: Final[Status]
NOT_MODIFIED: Final[Status]
USE_PROXY: Final[Status]
SWITCH_PROXY: Final[Status]
TEMPORARY_REDIRECT: Final[Status]
PERMANENT_REDIRECT: Final[Status]
BAD_REQUEST: Final[Status]
UNAUTHORIZED: Final[Status]
PAYMENT_REQUIRED: Final[Status]
FORBIDDEN: Final[Status]
NOT_FOUND: Final[Status]
METHOD_NOT_ALLOWED: Final[Status]
NOT_ACCEPTABLE: Final[Status]
PROXY_AUTHENTICATION_REQUIRED: Final[Status]
REQUEST_TIMEOUT: Final[Status]
REQUEST_TIME_OUT: Final[Status]
CONFLICT: Final[Status]
GONE: Final[Status]
LENGTH_REQUIRED: Final[Status]
PRECONDITION_FAILED: Final[Status]
CONTENT_TOO_LARGE: Final[Status]
REQUEST_ENTITY_TOO_LARGE: Final[Status]
PAYLOAD_TOO_LARGE: Final[Status]
URI_TOO_LONG: Final[Status]
REQUEST_URI_TOO_LONG: Final[Status]
REQUEST_URI_TOO_LARGE: Final[Status]
UNSUPPORTED_MEDIA_TYPE: Final[Status]
RANGE_NOT_SATISFIABLE: Final[Status]
REQUESTED_RANGE_NOT_SATISFIABLE: Final[Status]
EXPECTATION_FAILED: Final[Status]
IM_A_TEAPOT: Final[Status]
MISDIRECTED_REQUEST: Final[Status]
UNPROCESSABLE_CONTENT: Final[Status]
UNPROCESSABLE_ENTITY: Final[Status]
LOCKED: Final[Status]
FAILED_DEPENDENCY: Final[Status]
TOO_EARLY: Final[Status]
UPGRADE_REQUIRED: Final[Status]
PRECONDITION_REQUIRED: Final[Status]
TOO_MANY_REQUESTS: Final[Status]
REQUEST_HEADER_FIELDS_TOO_LARGE: Final[Status]
UNAVAILABLE_FOR_LEGAL_REASONS: Final[Status]
INTERNAL_SERVER_ERROR: Final[Status]
NOT_IMPLEMENTED: Final[Status]
BAD_GATEWAY: Final[Status]
SERVICE_UNAVAILABLE: Final[Status]
GATEWAY_TIMEOUT: Final[Status]
GATEWAY_TIME_OUT: Final[Status]
HTTP_VERSION_NOT_SUPPORTED: Final[Status]
VARIANT_ALSO_NEGOTIATES: Final[Status]
INSUFFICIENT_STORAGE: Final[Status]
LOOP_DETECTED: Final[Status]
NOT_EXTENDED: Final[Status]
NETWORK_AUTHENTICATION_REQUIRED: Final[Status]

__all__ = [
    "lookup", "variants", "search", "statuses", "phrase", "class_of", "effective", "Status",
    "RetryAdvice", "Header", "redirect", "explain_redirect", "redirect_headers", "Redirect",
    "RedirectChain", "resolve", "Location", "redirect_clients", "RedirectClient", "retry", "Retry",
    "parse_retry_after", "retry_clients", "RetryClient", "tally", "Tally", "Suggestion", "suggest",
    "select", "SelectedLines", "extract", "NO_STATUS", "UNMATCHED", "SKIPPED", "Time", "parse_time",
    "unescape", "Record", "record", "Records", "records", "series", "Series", "latency", "Latency",
    "top", "Top", "TopEntry", "class_array", "phrase_array", "mask", "LogFormatError",
    "RedirectError", "scanner",
]
__all__ += [
    "CONTINUE", "SWITCHING_PROTOCOLS", "PROCESSING", "EARLY_HINTS", "UPLOAD_RESUMPTION_SUPPORTED",
    "OK", "CREATED", "ACCEPTED", "NON_AUTHORITATIVE_INFORMATION", "NO_CONTENT", "RESET_CONTENT",
    "PARTIAL_CONTENT", "MULTI_STATUS", "ALREADY_REPORTED", "IM_USED", "MULTIPLE_CHOICES",
    "MOVED_PERMANENTLY", "FOUND", "MOVED_TEMPORARILY", "SEE_OTHER", "NOT_MODIFIED", "USE_PROXY",
    "SWITCH_PROXY", "TEMPORARY_REDIRECT", "PERMANENT_REDIRECT", "BAD_REQUEST", "UNAUTHORIZED",
    "PAYMENT_REQUIRED", "FORBIDDEN", "NOT_FOUND", "METHOD_NOT_ALLOWED", "NOT_ACCEPTABLE",
    "PROXY_AUTHENTICATION_REQUIRED", "REQUEST_TIMEOUT", "REQUEST_TIME_OUT", "CONFLICT", "GONE",
    "LENGTH_REQUIRED", "PRECONDITION_FAILED", "CONTENT_TOO_LARGE", "REQUEST_ENTITY_TOO_LARGE",
    "PAYLOAD_TOO_LARGE", "URI_TOO_LONG", "REQUEST_URI_TOO_LONG", "REQUEST_URI_TOO_LARGE",
    "UNSUPPORTED_MEDIA_TYPE", "RANGE_NOT_SATISFIABLE", "REQUESTED_RANGE_NOT_SATISFIABLE",
    "EXPECTATION_FAILED", "IM_A_TEAPOT", "MISDIRECTED_REQUEST", "UNPROCESSABLE_CONTENT",
    "UNPROCESSABLE_ENTITY", "LOCKED", "FAILED_DEPENDENCY", "TOO_EARLY", "UPGRADE_REQUIRED",
    "PRECONDITION_REQUIRED", "TOO_MANY_REQUESTS", "REQUEST_HEADER_FIELDS_TOO_LARGE",
    "UNAVAILABLE_FOR_LEGAL_REASONS", "INTERNAL_SERVER_ERROR", "NOT_IMPLEMENTED", "BAD_GATEWAY",
    "SERVICE_UNAVAILABLE", "GATEWAY_TIMEOUT", "GATEWAY_TIME_OUT", "HTTP_VERSION_NOT_SUPPORTED",
    "VARIANT_ALSO_NEGOTIATES", "INSUFFICIENT_STORAGE", "LOOP_DETECTED", "NOT_EXTENDED",
    "NETWORK_AUTHENTICATION_REQUIRED",
]

"""Types of httpstatus; what everything means is in the docstrings."""
from array import array
from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from typing import Any, Final, Literal, NamedTuple, Protocol, SupportsIndex, TypeAlias, final

from typing_extensions import Buffer

__version__: str

StatusClass: TypeAlias = Literal["1xx", "2xx", "3xx", "4xx", "5xx"]
Lifecycle: TypeAlias = Literal[
    "active", "temporary", "experimental", "deprecated", "obsoleted", "unused",
    "current", "historic", "informal",
]
Advice: TypeAlias = Literal[
    "repeat", "new-connection", "after-delay", "if-idempotent", "new-credentials", "modified",
    "user-action",
]
Policy: TypeAlias = Literal[
    "rfc9110", "fetch", "browser", "rfc2616", "curl", "requests", "legacy-get", "preserve",
]
Rewrite: TypeAlias = Literal["none", "post", "may-post", "all", "ask"]
Format: TypeAlias = Literal[
    "auto", "clf", "w3c", "cloudfront", "elb", "s3", "haproxy", "squid", "envoy", "json",
] | str  # the server's own format string: "%h %l %u %t \"%r\" %>s %b"
Which: TypeAlias = SupportsIndex | str

class _BinaryFile(Protocol):
    def read(self, size: int, /) -> bytes | None: ...

Source: TypeAlias = str | PathLike[str] | PathLike[bytes] | Buffer | _BinaryFile

class Retry(NamedTuple):
    """What a client may do about a request that failed."""

    advice: Advice
    reference: str

class Header(NamedTuple):
    """A header field that goes with a status."""

    name: str
    level: Literal["MUST", "MUST NOT", "SHOULD", "MAY"]
    reference: str
    condition: str | None

class Redirect(NamedTuple):
    """What the next request looks like after a redirect."""

    action: Literal["follow", "ask", "may", "none"]
    reason: Literal["not-modified", "proxy", "unused", "connect", "not-a-redirect"] | None
    method: str | None
    method_change: Literal["required", "optional", "forbidden"] | None
    preserves_method: bool | None
    keeps_body: bool | None
    drops_headers: tuple[str, ...]
    drops_cross_origin: tuple[str, ...]
    kind: Literal["permanent", "temporary", "other", "choice"] | None
    cacheable: bool
    care: bool
    limit: int | None
    reference: str

@final
class Status(int):
    """A status code and what it means: an int that knows its row of the table."""

    def __new__(
        cls, code: SupportsIndex, substatus: SupportsIndex = 0, owner: str | None = None
    ) -> Status: ...
    def reference_for(self, property: str, /) -> str | None: ...
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
    def status_class(self) -> StatusClass | None: ...
    @property
    def lifecycle(self) -> Lifecycle | None: ...
    @property
    def reference(self) -> str | None: ...
    @property
    def description(self) -> str: ...
    @property
    def since(self) -> Literal["HTTP/1.0", "HTTP/1.1", "extension", "draft"] | None: ...
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
    def retry(self) -> Retry | None: ...
    @property
    def headers(self) -> tuple[Header, ...]: ...
    @property
    def variants(self) -> tuple[Status, ...]: ...

def lookup(
    what: SupportsIndex | str, /, *, substatus: SupportsIndex | None = None,
    owner: str | None = None,
) -> Status | None: ...
def variants(code: SupportsIndex, /) -> tuple[Status, ...]: ...
def search(words: str, /) -> list[Status]: ...
def statuses(
    status_class: StatusClass | None = None, owner: str | None = None, official: bool | None = None
) -> list[Status]: ...
def phrase(code: SupportsIndex, /) -> str | None: ...
def class_of(code: SupportsIndex, /) -> StatusClass | None: ...
def effective(code: SupportsIndex, /) -> int: ...
def scanner() -> Literal["avx512", "avx2", "sse2", "neon", "scalar"]: ...
def redirect(
    code: SupportsIndex,
    method: str,
    policy: Policy = "fetch",
    *,
    follow: Iterable[SupportsIndex] = ...,
    others: Literal["none", "may"] = ...,
    rewrite_301: Rewrite = ...,
    rewrite_302: Rewrite = ...,
    head_on_303: Literal["HEAD", "GET"] = ...,
    unsafe_307_308: Literal["follow", "ask", "none"] = ...,
    drops_headers: Iterable[str] = ...,
    drops_cross_origin: Iterable[str] = ...,
    limit: SupportsIndex | None = ...,
) -> Redirect | None: ...

def explain_redirect(
    code: SupportsIndex,
    method: str,
    policy: Policy = "fetch",
    *,
    follow: Iterable[SupportsIndex] = ...,
    others: Literal["none", "may"] = ...,
    rewrite_301: Rewrite = ...,
    rewrite_302: Rewrite = ...,
    head_on_303: Literal["HEAD", "GET"] = ...,
    unsafe_307_308: Literal["follow", "ask", "none"] = ...,
    drops_headers: Iterable[str] = ...,
    drops_cross_origin: Iterable[str] = ...,
    limit: SupportsIndex | None = ...,
) -> str | None: ...

class RedirectClient(NamedTuple):
    """What a real client was measured to do with a redirect: a fact with a date, no rule."""

    name: str
    version: str
    code: int
    request_method: str
    followed: bool
    method: str | None
    keeps_body: bool | None
    sends_content_type: bool | None
    sends_authorization: bool | None
    limit: int | None
    at_limit: Literal["error", "returns the 3xx"] | None
    def differs_from(
        self,
        policy: Policy,
        *,
        follow: Iterable[SupportsIndex] = ...,
        others: Literal["none", "may"] = ...,
        rewrite_301: Rewrite = ...,
        rewrite_302: Rewrite = ...,
        head_on_303: Literal["HEAD", "GET"] = ...,
        unsafe_307_308: Literal["follow", "ask", "none"] = ...,
        drops_headers: Iterable[str] = ...,
        drops_cross_origin: Iterable[str] = ...,
        limit: SupportsIndex | None = ...,
    ) -> tuple[Literal["followed", "method", "body", "headers", "credentials"], ...]: ...

def redirect_clients(code: SupportsIndex, method: str, /) -> list[RedirectClient]: ...

class RedirectError(Exception):
    """Too many redirects, or a loop of them."""

@final
class RedirectChain:
    """Redirects in a row: method, body and credentials are carried from one to the next."""

    def __new__(
        cls,
        method: str,
        policy: Policy = "fetch",
        *,
        url: str | None = None,
        follow: Iterable[SupportsIndex] = ...,
        others: Literal["none", "may"] = ...,
        rewrite_301: Rewrite = ...,
        rewrite_302: Rewrite = ...,
        head_on_303: Literal["HEAD", "GET"] = ...,
        unsafe_307_308: Literal["follow", "ask", "none"] = ...,
        drops_headers: Iterable[str] = ...,
        drops_cross_origin: Iterable[str] = ...,
        limit: SupportsIndex | None = ...,
    ) -> RedirectChain: ...
    def step(
        self, code: SupportsIndex, url: str | None = None, cross_origin: bool = False
    ) -> Redirect | None: ...
    @property
    def method(self) -> str: ...
    @property
    def count(self) -> int: ...

class LogFormatError(ValueError):
    """A log format that is not known."""

NO_STATUS: Final = -2
UNMATCHED: Final = -3
SKIPPED: Final = -4

@final
class Tally(Mapping[int, int]):
    """How many lines of a log have each status."""

    def __new__(
        cls, format: Format = "auto", *, key: str | None = None, fields: str | None = None,
        target: bool = False,
    ) -> Tally: ...
    def feed(self, data: Buffer, /) -> None: ...
    def close(self) -> None: ...
    @property
    def format(self) -> str | None: ...
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
    def classes(self) -> dict[str, int]: ...
    @property
    def substatuses(self) -> dict[str, int]: ...
    def __getitem__(self, code: SupportsIndex, /) -> int: ...
    def __contains__(self, code: object, /) -> bool: ...
    def __iter__(self) -> Iterator[int]: ...
    def __len__(self) -> int: ...
    def __add__(self, other: Tally, /) -> Tally: ...
    def as_dict(self) -> dict[str, Any]: ...
    def __setstate__(self, state: dict[str, Any], /) -> None: ...

def tally(
    source: Source | list[Source] | tuple[Source, ...], format: Format = "auto", *,
    key: str | None = None, fields: str | None = None, target: bool = False,
    jobs: SupportsIndex = 1,
) -> Tally: ...
def extract(
    source: Source, format: Format = "auto", *, key: str | None = None, fields: str | None = None,
    target: bool = False,
) -> array[int]: ...
def select(
    source: Source, which: Which | Iterable[Which], format: Format = "auto", *,
    key: str | None = None, fields: str | None = None, target: bool = False, invert: bool = False,
) -> Iterator[tuple[int, int | None, bytes]]: ...

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
# The end of the generated part.

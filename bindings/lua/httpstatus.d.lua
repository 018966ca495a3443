---@meta httpstatus
-- Types for the Lua language server, and the source of the reference in README.md. They are the same in
-- Lua 5.1 to 5.4 and LuaJIT; before 5.3 numbers are doubles: counts are exact up to 2^53.

-- The words of the API, generated from data/vocabulary.toml by data/generate.py.
---@alias httpstatus.StatusClass "1xx"|"2xx"|"3xx"|"4xx"|"5xx"
---@alias httpstatus.Lifecycle "active"|"temporary"|"experimental"|"deprecated"|"obsoleted"|"unused"|"current"|"historic"|"informal"
---@alias httpstatus.Since "HTTP/1.0"|"HTTP/1.1"|"extension"|"draft"
---@alias httpstatus.Property "is_informational"|"is_success"|"is_redirection"|"is_client_error"|"is_server_error"|"is_error"|"is_known"|"is_official"|"is_interim"|"is_redirect"|"is_cacheable"|"must_not_store"|"allows_body"|"preserves_method"
---@alias httpstatus.Advice "repeat"|"new-connection"|"after-handshake"|"after-delay"|"if-retry-after"|"new-credentials"|"modified"|"user-action"|"no"
---@alias httpstatus.Level "MUST"|"MUST NOT"|"SHOULD"|"MAY"
---@alias httpstatus.Action "none"|"follow"|"ask"|"may"|"error"
---@alias httpstatus.Reason "not-modified"|"proxy"|"unused"|"connect"|"not-a-redirect"|"not-replayable"|"no-location"|"invalid-location"|"several-locations"|"unsupported-scheme"
---@alias httpstatus.MethodChange "required"|"optional"|"forbidden"
---@alias httpstatus.Kind "permanent"|"temporary"|"other"|"choice"
---@alias httpstatus.PolicyName "rfc9110"|"fetch"|"browser"|"rfc2616"|"curl"|"curl-follow"|"requests"|"legacy-get"|"preserve"
---@alias httpstatus.Rewrite "none"|"post"|"may-post"|"post-put"|"with-body"|"all"|"ask"
---@alias httpstatus.Others "none"|"may"
---@alias httpstatus.Body301303 "with-method"|"put"|"none"
---@alias httpstatus.DropReason "body"|"origin"|"hop"|"recomputed"
---@alias httpstatus.HeadOn303 "HEAD"|"GET"
---@alias httpstatus.Unsafe307308 "follow"|"ask"|"none"
---@alias httpstatus.UrlRules "rfc3986"|"whatwg"
---@alias httpstatus.Problem "invalid"|"scheme"
---@alias httpstatus.AtLimit "error"|"returns the 3xx"
---@alias httpstatus.Difference "followed"|"method"|"body"|"headers"|"credentials"
---@alias httpstatus.RetryAction "retry"|"modify"|"ask"|"stop"|"unknown"
---@alias httpstatus.RetryReason "temporary"|"incomplete"|"misdirected"|"too-early"|"retry-after"|"credentials"|"modified"|"user-action"|"redirect"|"not-an-error"|"permanent"|"not-idempotent"|"not-replayable"|"retry-after-above-cap"|"no-retry-after"|"silent"|"policy"
---@alias httpstatus.RetryPolicyName "rfc9110"|"urllib3"|"curl"|"got"
---@alias httpstatus.OnRetryAfter "waits"|"caps"|"own delay"|"at once"|"stops"|"error"
---@alias httpstatus.Scanner "avx512"|"avx2"|"sse2"|"neon"|"scalar"
---@alias httpstatus.Part "time"|"client"|"forwarded_for"|"user"|"host"|"method"|"target"|"path"|"query"|"protocol"|"bytes"|"referer"|"agent"|"duration"|"upstream_status"
---@alias httpstatus.Escape "none"|"backslash"|"hash"|"percent"|"json"
---@alias httpstatus.By "path"|"client"|"host"|"method"|"agent"|"referer"
---@alias httpstatus.Group "query"|"id"
---@alias httpstatus.NamedFormat "cloudfront"|"w3c"|"zeek"|"csv"|"elb"|"s3"|"haproxy"|"squid"|"envoy"|"npm"|"logfmt"|"ltsv"|"json"|"console"|"clf"
-- The end of the words.
---@alias httpstatus.Policy httpstatus.PolicyName|httpstatus.Knobs
---@alias httpstatus.Source string|file* a path, or a file open for reading
---@alias httpstatus.Which string|integer|(string|integer)[]

-- Generated from the C files by data/generate.py from here on; do not edit.

-- ---- The module ----

---httpstatus[404] is the row of a code, nil if the code is unknown: what lookup(404) returns.
---@class httpstatus
---@field [integer] httpstatus.Status
---@field _VERSION string the version of the library
---@field NO_STATUS integer -2: a record without a status
---@field UNMATCHED integer -3: a line that is not a record
---@field SKIPPED integer -4: a blank line or a comment
-- The constants, generated from data/status.toml by data/generate.py.
---@field CONTINUE integer 100
---@field SWITCHING_PROTOCOLS integer 101
---@field PROCESSING integer 102
---@field EARLY_HINTS integer 103
---@field UPLOAD_RESUMPTION_SUPPORTED integer 104
---@field OK integer 200
---@field CREATED integer 201
---@field ACCEPTED integer 202
---@field NON_AUTHORITATIVE_INFORMATION integer 203
---@field NO_CONTENT integer 204
---@field RESET_CONTENT integer 205
---@field PARTIAL_CONTENT integer 206
---@field MULTI_STATUS integer 207
---@field ALREADY_REPORTED integer 208
---@field IM_USED integer 226
---@field MULTIPLE_CHOICES integer 300
---@field MOVED_PERMANENTLY integer 301
---@field FOUND integer 302
---@field MOVED_TEMPORARILY integer 302
---@field SEE_OTHER integer 303
---@field NOT_MODIFIED integer 304
---@field USE_PROXY integer 305
---@field SWITCH_PROXY integer 306
---@field TEMPORARY_REDIRECT integer 307
---@field PERMANENT_REDIRECT integer 308
---@field BAD_REQUEST integer 400
---@field UNAUTHORIZED integer 401
---@field PAYMENT_REQUIRED integer 402
---@field FORBIDDEN integer 403
---@field NOT_FOUND integer 404
---@field METHOD_NOT_ALLOWED integer 405
---@field NOT_ACCEPTABLE integer 406
---@field PROXY_AUTHENTICATION_REQUIRED integer 407
---@field REQUEST_TIMEOUT integer 408
---@field REQUEST_TIME_OUT integer 408
---@field CONFLICT integer 409
---@field GONE integer 410
---@field LENGTH_REQUIRED integer 411
---@field PRECONDITION_FAILED integer 412
---@field CONTENT_TOO_LARGE integer 413
---@field REQUEST_ENTITY_TOO_LARGE integer 413
---@field PAYLOAD_TOO_LARGE integer 413
---@field URI_TOO_LONG integer 414
---@field REQUEST_URI_TOO_LONG integer 414
---@field REQUEST_URI_TOO_LARGE integer 414
---@field UNSUPPORTED_MEDIA_TYPE integer 415
---@field RANGE_NOT_SATISFIABLE integer 416
---@field REQUESTED_RANGE_NOT_SATISFIABLE integer 416
---@field EXPECTATION_FAILED integer 417
---@field IM_A_TEAPOT integer 418
---@field MISDIRECTED_REQUEST integer 421
---@field UNPROCESSABLE_CONTENT integer 422
---@field UNPROCESSABLE_ENTITY integer 422
---@field LOCKED integer 423
---@field FAILED_DEPENDENCY integer 424
---@field TOO_EARLY integer 425
---@field UPGRADE_REQUIRED integer 426
---@field PRECONDITION_REQUIRED integer 428
---@field TOO_MANY_REQUESTS integer 429
---@field REQUEST_HEADER_FIELDS_TOO_LARGE integer 431
---@field UNAVAILABLE_FOR_LEGAL_REASONS integer 451
---@field INTERNAL_SERVER_ERROR integer 500
---@field NOT_IMPLEMENTED integer 501
---@field BAD_GATEWAY integer 502
---@field SERVICE_UNAVAILABLE integer 503
---@field GATEWAY_TIMEOUT integer 504
---@field GATEWAY_TIME_OUT integer 504
---@field HTTP_VERSION_NOT_SUPPORTED integer 505
---@field VARIANT_ALSO_NEGOTIATES integer 506
---@field INSUFFICIENT_STORAGE integer 507
---@field LOOP_DETECTED integer 508
---@field NOT_EXTENDED integer 510
---@field NETWORK_AUTHENTICATION_REQUIRED integer 511
-- The end of the constants.
local httpstatus = {}

---The implementation that scans logs, named after its instruction set: the fastest that this CPU
---supports. All give the same answers. If the environment variable HTTPSTATUS_SCANNER is set when
---the module is loaded, it forces one for the whole process.
---@return httpstatus.Scanner
function httpstatus.scanner() end

-- ---- Look-ups ----

---The row that a code or text means: 404, "404", "403.14", "404:1", "Not Found", "NOT_FOUND", or an
---older or other common spelling. Letter case, blanks, "-", "_" and "'" are ignored.
---@param what integer|string
---@param options? {substatus: integer?, owner: string?, format: httpstatus.NamedFormat?} format: that of a log, in which what IANA has not registered means what the log's own writer says
---@return httpstatus.Status?
function httpstatus.lookup(what, options) end

---All rows of a code, sub-status rows included; the first is what lookup() returns.
---@param code integer
---@return httpstatus.Status[]
function httpstatus.variants(code) end

---The rows that people mean by these words, best first; a number leads. At most 32 words of 128
---bytes each: more are an argument error.
---@param words string
---@return httpstatus.Status[]
function httpstatus.search(words) end

---The rows of a class, of an owner, of IANA (official = true) or of everyone else (false), in table
---order; all rows without options.
---@param options? {status_class: httpstatus.StatusClass?, owner: string?, official: boolean?}
---@return httpstatus.Status[]
function httpstatus.statuses(options) end

---The reason phrase of a code; nil if it has none.
---@param code integer
---@return string?
function httpstatus.phrase(code) end

---The class by the first digit (RFC 9110 section 15), nil outside 100..599.
---@param code integer
---@return httpstatus.StatusClass?
function httpstatus.class_of(code) end

---The code that a recipient treats this one as (RFC 9110 section 15): itself if IANA registers it,
---else x00 of its class, and 500 outside 100..599.
---@param code integer
---@return integer
function httpstatus.effective(code) end

-- ---- A status ----

---A row of the table. Unknown values and empty lists are nil. A row is a plain table without
---cycles, so JSON encoders take it as it is, without variants: reading that makes a new list each
---time. All scripts in a Lua state share the rows, so treat them as read-only: a change is seen by
---every script, but does not affect what functions return. Only the row that Status() makes for an
---unknown code is yours alone. tostring(row) is "<Status 404 Not Found>".
---@class httpstatus.Status
---@field key table (code, substatus, owner)
---@field code integer the number of the status line, or of a log: -1 to 999
---@field substatus integer IIS's second number; 0: none
---@field owner? string whose meaning it is: "IANA", "nginx", "IIS" ...
---@field phrase? string the reason phrase (RFC 9110 spelling); nil if there is none
---@field name? string the phrase as an identifier: "NOT_FOUND"
---@field aliases? string[] older and other common spellings of the phrase
---@field alias_sources? string[] who uses or used each alias
---@field status_class? httpstatus.StatusClass "1xx" to "5xx"; nil outside 100..599
---@field lifecycle? httpstatus.Lifecycle "active", "temporary", "experimental", "deprecated", "obsoleted", "unused", "current", "historic" or "informal"; the last three are not IANA's
---@field reference? string RFC and section, or the vendor's document
---@field description string one sentence of at most 100 characters, fit to show to a client
---@field explanation string for the operator: the cause and what to do about it
---@field since? httpstatus.Since "HTTP/1.0", "HTTP/1.1", "extension" or "draft"; IANA only
---@field introduced_in? string the first document that has the code; IANA only
---@field wire? string what the client gets: "sent" (this code), "400" (400 in its place), "log" (nothing: the code is only logged), "body" (the code, but only in the response body) or "internal" (nothing: the code never leaves the program); nil if no document says
---@field is_informational boolean whether the class is 1xx
---@field is_success boolean whether the class is 2xx
---@field is_redirection boolean whether the class is 3xx
---@field is_client_error boolean whether the class is 4xx
---@field is_server_error boolean whether the class is 5xx
---@field is_error boolean whether the class is 4xx or 5xx
---@field is_known boolean whether anyone gives the code a meaning
---@field is_official boolean whether the meaning is IANA's
---@field is_interim boolean whether a final response follows (RFC 9110 section 15.2)
---@field is_redirect boolean whether a client may follow Location automatically: 301, 302, 303, 307, 308
---@field is_cacheable? boolean whether it is heuristically cacheable (RFC 9110 section 15.1); nil if no document says
---@field must_not_store? boolean whether the code's own definition forbids storing the response; nil if no document says
---@field allows_body? boolean whether a server may send content (RFC 9110 section 6.4.1); nil if no document says
---@field preserves_method? boolean whether the redirect repeats the method; nil where the policy decides: see redirect()
---@field retry? httpstatus.RetryAdvice what a client may do about it; nil if no document says
---@field headers? httpstatus.Header[] the header fields that go with the code
---@field variants? httpstatus.Status[] all rows of the code, the default row first

---The row of a code 0..999. An unknown code gets a row with what its class settles.
---@param code integer
---@param substatus? integer
---@param owner? string
---@return httpstatus.Status
function httpstatus.Status(code, substatus, owner) end

---The section or document that settles a property ("is_cacheable") of a row.
---@param row httpstatus.Status
---@param property string
---@return string?
function httpstatus.reference_for(row, property) end

---What a client may do about a request that failed.
---@class httpstatus.RetryAdvice
---@field advice httpstatus.Advice "repeat": send the same request again, on a new connection if this one is closed (408); "new-connection": send it again on another connection (421); "after-handshake": send it again once the TLS handshake is complete, never as early data (425); "after-delay": send it again after the time in Retry-After, or after a pause of your own (429, 503); "if-retry-after": send it again after the time in Retry-After; without that field do not (413); "new-credentials": send it again with other credentials (401, 403, 407); "modified": change the request first, as the explanation says (409, 411, 417); "user-action": send it again only after the user asks for it or acts (507, 511); "no": do not repeat it unasked: the request is at fault, or the condition lasts (400, 404, 410, 501)
---@field reference string the section that says so

---A header field that goes with a status.
---@class httpstatus.Header
---@field name string the header field
---@field level httpstatus.Level "MUST", "MUST NOT", "SHOULD" or "MAY"
---@field reference string the section that says so
---@field condition? string when it applies; nil: always

-- ---- Redirects ----

---What a client does with a redirect; nil if the code is outside 300..399. Methods are
---case-sensitive; only "fetch" upper-cases them, and only delete, get, head, options, post and put.
---A method that is empty or not a token (RFC 9110 section 5.6.2) is an argument error.
---@param code integer
---@param method string
---@param policy? httpstatus.Policy "fetch" if absent
---@param request? httpstatus.RedirectRequest
---@return httpstatus.Redirect?
function httpstatus.redirect(code, method, policy, request) end

---What redirect() returns, in one to three sentences with the section of the standard.
---@param code integer
---@param method string
---@param policy? httpstatus.Policy "fetch" if absent
---@param request? httpstatus.RedirectRequest
---@return string?
function httpstatus.explain_redirect(code, method, policy, request) end

---The header fields that a client must not copy into the next request, and why not.
---@param policy? httpstatus.Policy "fetch" if absent
---@return table<string, httpstatus.DropReason>
function httpstatus.redirect_headers(policy) end

---The next request after a redirect. Each record is a new table with new lists, yours to change; an
---empty list is nil.
---@class httpstatus.Redirect
---@field action httpstatus.Action "none": nothing to follow, for the reason given; "follow": send the next request; "ask": send it only if the user agrees (RFC 2616); "may": following is allowed, not required (300 and unregistered 3xx); "error": give up: the client reports an error instead of the response; see reason
---@field reason? httpstatus.Reason why there is nothing to follow: "not-modified", "proxy", "unused", "connect", "not-a-redirect", "not-replayable", "no-location", "invalid-location", "several-locations" or "unsupported-scheme"; else nil
---@field method? string method of the next request; nil if there is none
---@field method_change? httpstatus.MethodChange "required" (the method must change), "optional" (the method changes; keeping it also conforms) or "forbidden" (the method must not change); nil if there is no next request
---@field preserves_method? boolean whether the next request keeps the method; nil if there is none
---@field keeps_body? boolean whether the next request keeps the body; nil if the request had none or there is no next one
---@field drops_headers? string[] header fields to leave out because the body is dropped, those about its length too
---@field drops_cross_origin? string[] header fields to leave out when the origin changes
---@field kind? httpstatus.Kind "permanent", "temporary", "other" or "choice"; nil if the code is not a redirect
---@field cacheable boolean whether a cache may store the response without explicit freshness
---@field care boolean whether the next method is unsafe (rfc9110 only)
---@field limit? integer redirects allowed in a row; nil: no limit
---@field reference string the section that says so
---@field url? string where the next request goes; nil if unknown
---@field cross_origin? boolean whether that is another origin: scheme, host or port; nil if unknown
---@field downgraded? boolean whether https became http; nil if unknown

---What redirect() has to know of the request, apart from its method.
---@class httpstatus.RedirectRequest
---@field body? boolean whether the request had a body; true if absent
---@field replayable? boolean whether its body can be sent again, which a stream cannot; true if absent
---@field url? string where the request went, to resolve location by
---@field location? string|string[] with url: the value of the response's Location field, or a list of values if it has several; nil if it has none

---A policy of your own: the one that 'policy' names, with some rules changed.
---@class httpstatus.Knobs
---@field policy? httpstatus.PolicyName the policy to start from ("fetch" if absent)
---@field follow? integer[] the codes that are redirects: 300 to 308; 309 stands for all codes above
---@field others? httpstatus.Others what to do with the other codes: "none" (not followed) or "may" (may be followed, except 304 to 306)
---@field rewrite_301? httpstatus.Rewrite which methods become GET on 301: "none" (no method), "post" (POST), "may-post" (POST; repeating it also conforms), "post-put" (POST and PUT), "with-body" (POST, and every method sent with a body, except GET, HEAD and PUT), "all" (every method except GET and HEAD) or "ask" (none; the user must agree to any method except GET and HEAD)
---@field rewrite_302? httpstatus.Rewrite the same for 302
---@field rewrite_303? httpstatus.Rewrite the same for 303
---@field head_on_303? httpstatus.HeadOn303 the method after HEAD on 303: "HEAD" or "GET"; any other method becomes GET
---@field body_301_303? httpstatus.Body301303 whether the body is sent again on 301 to 303: "with-method" (it goes with the method), "put" (only a PUT that stays a PUT keeps it) or "none" (it is not sent again)
---@field unsafe_307_308? httpstatus.Unsafe307308 what to do with a method other than GET and HEAD on all codes except 301 to 303: "follow" (repeat it), "ask" (repeat it only if the user agrees) or "none" (do not follow)
---@field drops_headers? string[] header fields dropped with the body
---@field drops_cross_origin? string[] header fields (credentials) dropped when the origin changes
---@field limit? integer|false redirects allowed in a row; false: no limit

---Starts a chain of redirects with a request.
---@param method string
---@param policy? httpstatus.Policy "fetch" if absent
---@param url? string where the request goes, to resolve locations by and to find loops
---@param request? httpstatus.RedirectRequest
---@return httpstatus.RedirectChain
function httpstatus.new_chain(method, policy, url, request) end

---Several redirects in a row. A chain carries method, body and credentials from one to the next.
---@class httpstatus.RedirectChain
---@field method string method of the next request
---@field url? string where the next request goes; nil if unknown
---@field count integer redirects followed so far
local RedirectChain = {}

---Takes a response with this code and a Location. Returns the next request; nil if the code is
---outside 300..399; nil and a message if the limit is exceeded, or at a loop if the policy detects
---loops.
---@param code integer
---@param url? string|httpstatus.ResponseLocation the Location, in a table; or any text that the caller has resolved it to
---@param cross_origin? boolean with a text: whether its origin differs from that of the last request
---@return httpstatus.Redirect?
---@return string? message
function RedirectChain:step(code, url, cross_origin) end

---The Location of a response, resolved by the URL of the chain.
---@class httpstatus.ResponseLocation
---@field location? string|string[] the value of the Location field, or a list of values if there are several; nil if there is none

---Where the value of a Location field leads from base, the URL of the request. A Location without a
---fragment takes that of base, and an empty one is the same URL. Bytes that no URL may contain are
---percent-encoded. A base that is not an absolute http or https URL is an argument error; nothing
---in location is.
---@param base string
---@param location string
---@param rules? httpstatus.UrlRules "rfc3986" if absent: RFC 3986 section 5.2, strict; "whatwg": as browsers do
---@return httpstatus.Location
function httpstatus.resolve(base, location, rules) end

---Where a Location leads.
---@class httpstatus.Location
---@field url? string the URL that it leads to, in ASCII; nil if invalid
---@field problem? httpstatus.Problem why it leads nowhere: "invalid" (not a URL by the rules, or without a host) or "scheme" (neither http nor https); else nil
---@field cross_origin? boolean whether scheme, host or port differ from those of base (RFC 6454); nil if invalid
---@field cross_host? boolean whether the host differs; nil if invalid
---@field scheme_changed? boolean whether the scheme differs; nil if invalid
---@field downgraded? boolean whether https became http; nil if invalid
---@field has_userinfo? boolean whether an http or https URL has a user name or a password; nil if invalid

---What real clients were measured to do with a redirect (November 2026). For other codes and
---methods the list is empty. A body of false means a request without a body; some clients were not
---asked for that. GET, HEAD and OPTIONS never had one, and body changes nothing for them.
---@param code integer 300..308
---@param method string DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT, QUERY, or FROB for an unknown method
---@param body? boolean whether the request had a body; true if absent
---@return httpstatus.RedirectClient[]
function httpstatus.redirect_clients(code, method, body) end

---What a real client was measured to do with a redirect: a dated fact, not a rule.
---@class httpstatus.RedirectClient
---@field name string the client, with the options that matter
---@field version string the version measured
---@field code integer the code it received
---@field request_method string the method of the redirected request
---@field request_body boolean whether that request had a body; GET, HEAD and OPTIONS never had one
---@field followed boolean whether it followed the redirect
---@field method? string method of the next request; nil if it did not follow
---@field keeps_body? boolean whether the next request had the body; nil if it did not follow or there was none to keep
---@field sends_content_type? boolean whether the next request had a Content-Type; nil if it did not follow
---@field sends_authorization? boolean whether the caller's Authorization went to another host; nil if not measured
---@field limit? integer redirects followed in a row; nil if not measured
---@field at_limit? httpstatus.AtLimit what it does at the limit: "error" (it raises an error) or "returns the 3xx" (it returns the last response to the caller); nil if not measured
local RedirectClient = {}

---How the client differs from a policy: a list of "followed", "method", "body", "headers" and
---"credentials".
---@param policy httpstatus.Policy
---@return string[]
function RedirectClient:differs_from(policy) end

-- ---- Retries ----

---Whether and when to send a request again after this response. Methods are case-sensitive; one
---that is empty or not a token is an argument error. A Retry-After that cannot be read counts as
---none, one above the cap means "stop". Nothing here sleeps or counts attempts.
---@param code integer
---@param method string
---@param options? httpstatus.RetryOptions
---@return httpstatus.Retry
function httpstatus.retry(code, method, options) end

---Whether and when to send a request again. Each record is a new table, yours to change.
---@class httpstatus.Retry
---@field action httpstatus.RetryAction "retry" (send the same request again), "modify" (send another request: with credentials, changed, or to where the redirect leads), "ask" (send it again only if the user agrees, or you know that it was not acted on), "stop" (do not send it again) or "unknown" (no document says; the choice is yours)
---@field delay? integer seconds to wait, as Retry-After says; nil: as long as you like
---@field date? integer when to send it, in seconds since 1970, if Retry-After is a date and now is missing; else nil
---@field same_connection? boolean whether this connection will do; nil if no document says
---@field contested boolean whether the standards leave it open, so that clients differ
---@field reason httpstatus.RetryReason "temporary": the condition passes: 413, 429, 503, or the code's owner says so; "incomplete": the server did not get the whole request: 408; "misdirected": the server does not answer for this host on this connection: 421; "too-early": the server takes no early data for it: 425; "retry-after": no document says whether, but Retry-After says when; "credentials": the request needs other credentials: 401, 403, 407; "modified": the request has to be changed first; "user-action": the user has to ask for it or act: 507, 511; "redirect": the next request goes elsewhere: see redirect(); delay is the time before that; "not-an-error": there is nothing to repeat; "permanent": the request is at fault, or the condition lasts; "not-idempotent": it might be acted on twice (RFC 9110 section 9.2.2); "not-replayable": its body cannot be sent again; "retry-after-above-cap": Retry-After asks for more time than the cap; "no-retry-after": only Retry-After would say that the condition passes: 413; "silent": no document says whether to repeat it; "policy": the client that the policy is named after does so
---@field reference string the section that says so, or the client's document

---What retry() is told besides code and method. Numbers may have fractions: now is rounded down,
---cap too.
---@class httpstatus.RetryOptions
---@field retry_after? string the value of the header field Retry-After; nil: there is none
---@field now? number the time, in seconds since 1970; nil: unknown
---@field cap? number the longest delay to accept, in seconds; nil: any
---@field policy? httpstatus.RetryPolicyName whose rules decide ("rfc9110" if absent)
---@field idempotent? boolean whether the request is idempotent; nil: by its method
---@field replayable? boolean whether its body, if it has one, can be sent again (true if absent)

---The seconds to wait that a Retry-After asks for: its digits, or the time from now to its date, 0
---if that is past. nil if it is neither, or a date and now is nil. More than 2^53 - 1 is that.
---@param text string
---@param now? number the time, in seconds since 1970, as os.time() has it
---@return integer?
function httpstatus.parse_retry_after(text, now) end

---What real clients with retries switched on were measured to send again (November 2026). For other
---codes and methods the list is empty.
---@param code integer most of 400..431, 440..499, 500..511, 520..530, 540, 561, 598, 599
---@param method string DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT, QUERY, or FROB for an unknown method
---@return httpstatus.RetryClient[]
function httpstatus.retry_clients(code, method) end

---What a real client was measured to do with a failed request: a dated fact, not a rule.
---@class httpstatus.RetryClient
---@field name string the client, with the options that matter
---@field version string the version measured
---@field code integer the code it received
---@field request_method string the method of the request that failed
---@field retried boolean whether it sent the request again, the answer having no Retry-After
---@field tries? integer requests in all, while each fails; nil if not retried or not measured
---@field delay? number shortest seconds before the second request, without a Retry-After; nil as for tries
---@field longest_delay? number the longest seconds seen there
---@field honours_retry_after? boolean whether it waited for the seconds of a Retry-After; true without retried: it sends again only with one; nil if it never does
---@field on_zero? httpstatus.OnRetryAfter what it made of "Retry-After: 0": "waits", "caps", "own delay", "at once", "stops" or "error"; nil if it heeds none or not measured
---@field on_date? httpstatus.OnRetryAfter the same for a date
---@field on_garbage? httpstatus.OnRetryAfter the same for "soon", which is no form of the field
---@field on_long? httpstatus.OnRetryAfter the same for 100000 seconds: "waits" (as long as the field says), "caps" (it waits, but not as long as the field says), "own delay" (it waits as if there were no field), "at once" (it sends the request again without a wait), "stops" (it does not send the request again) or "error" (it raises an error about the field)
---@field cap? number the most seconds that it waited then; nil unless on_long is "caps"
---@field sends_body? boolean whether the second request had the body; nil if there was none, in one or both
---@field same_connection? boolean whether it came over the same connection; nil if not retried or not measured

-- ---- Logs ----

---Counts the statuses of a log. With conditions only the records that meet them count. Returns nil,
---message, errno if reading fails, or if the path leads to compressed data or UTF-16.
---@param source httpstatus.Source
---@param options? httpstatus.ConditionOptions
---@return httpstatus.Tally?
---@return string? message
---@return integer? errno
function httpstatus.tally(source, options) end

---Counts the statuses of a log in a string, which may hold any bytes.
---@param log string
---@param options? httpstatus.ConditionOptions
---@return httpstatus.Tally
function httpstatus.tally_string(log, options) end

---An empty tally: feed() it the log in pieces of any size, then close() it. There are no conditions
---on its records, as tally() has them, for they need whole lines. To go on with a log that grows,
---count it up to consumed, where its last whole line ends, and the rest from there when it comes;
---the two add up. A w3c, cloudfront or zeek log also needs the names of its last "#Fields" line
---then, as fields.
---@param options? httpstatus.LogOptions
---@return httpstatus.Tally
function httpstatus.new_tally(options) end

---How many records of a log have each status: tally[404]. In Lua 5.2 to 5.4, pairs(tally) is
---tally:items().
---@class httpstatus.Tally
---@field [integer] integer the count of a code, 0 if it does not occur
---@field format? string the format asked for, else the one that all records have; nil if none or several
---@field formats table<string, integer> records of each format
---@field key? string where all JSON records have their status; nil if it differs or there are none
---@field lines integer all lines; a line may hold several records or part of one
---@field records integer records, with or without a status
---@field no_status integer records whose status is "-"
---@field skipped integer blank lines and comments
---@field unmatched integer lines that are not records of the format
---@field first_unmatched integer[] line numbers, from 1, of the first ten unmatched lines
---@field excluded integer records that do not meet the conditions; only formats counts them
---@field untimed integer those of them whose time is unknown, so that it cannot be said whether they do
---@field consumed integer bytes of the log, decompressed, up to the end of its last whole line; of a sum, all of them
---@field classes table<string, integer> counts by class: "1xx" to "5xx", and "other"
---@field substatuses table<string, integer> counts by status and sub-status ("403.14"): the 256 lowest pairs, and "more" for the rest
---@operator add(httpstatus.Tally): httpstatus.Tally
local Tally = {}

---Scans the next piece of the log, which may end anywhere.
---@param piece string
---@return httpstatus.Tally
function Tally:feed(piece) end

---Ends the log, and counts the last line even if it has no line feed.
---@return httpstatus.Tally
function Tally:close() end

---Iterates over the codes that occur, in order, and their counts: for code, count in tally:items()
---do
---@return fun(tally: httpstatus.Tally, code: integer?): integer, integer
---@return httpstatus.Tally
function Tally:items() end

---All counts, as a new table that JSON encoders take as it is. Codes are strings, as most encoders
---refuse lists with gaps; empty tables are left out.
---@return httpstatus.Counts
function Tally:as_table() end

---What Tally:as_table() returns.
---@class httpstatus.Counts
---@field format? string the format
---@field formats? table<string, integer> records of each format
---@field key? string where JSON records have their status
---@field lines integer all lines
---@field records integer records
---@field no_status integer records without a status
---@field skipped integer blank lines and comments
---@field unmatched integer lines that are not a record
---@field first_unmatched? integer[] line numbers of the first ten of them
---@field excluded integer records that do not meet the conditions
---@field untimed integer those of them whose time is unknown
---@field consumed integer bytes up to the end of the last whole line
---@field counts? table<string, integer> counts by code, such as "404"
---@field classes table<string, integer> counts by class
---@field substatuses? table<string, integer> counts by status and sub-status

---How to read a log, and which of its records are meant: those that meet all of these conditions. A
---record that lacks a part does not meet them, but exclude_path.
---@class httpstatus.ConditionOptions: httpstatus.RecordOptions
---@field since? number from this time on: seconds since 1970, as os.time() has them
---@field until? number before this time
---@field method? string the request's method, with its letter case
---@field path? string how the path begins, without the escapes of the log
---@field exclude_path? string how the path of the records to leave out begins
---@field host? string the host, in any letter case and, unless it has a port, with any

---An option that reads a log which fits no format, by its first 1 MiB; nil if "auto" understands
---most of the log, or if no option is certain to read it. A column of the lines, or a path in their
---JSON, must always have a number from 100 to 599 or "-", and the lines a method or a path too. If
---several columns do, the one that is called a status or follows the request is taken; of two that
---are as good, neither is. The counts come from reading the log with the option. The names in a
---format string are nginx's; those of columns whose meaning is unknown have numbers.
---@param source string|file* a path, or an open file, which is read from where it stands
---@return httpstatus.Suggestion?
---@return string? message
---@return integer? errno
function httpstatus.suggest(source) end

---The same for a log in a string.
---@param log string
---@return httpstatus.Suggestion?
function httpstatus.suggest_string(log) end

---An option that reads a log which fits no format, and how much of it.
---@class httpstatus.Suggestion
---@field format? string the format string to read the log with; nil if it is a key that is needed
---@field key? string the path to the status in JSON; nil if it is a format string
---@field matched integer how many records it reads in the first 1 MiB of the log
---@field lines integer these, and the lines there that it does not read; blank ones do not count

---Selects lines: for number, status, line in httpstatus.select("access.log", "5xx") do. Line
---numbers count from 1; that of a record wrapped over several lines may come after greater ones.
---The status is nil if the line has none, and the line comes without its line end. Lines of a pipe
---come as they are written. If the file cannot be opened, select() returns nil, message, errno; if
---a later read fails, the loop raises an error.
---@param source httpstatus.Source
---@param which httpstatus.Which "5xx", 404, "403.14", "error", "redirect", "no_status", "unmatched", a property such as "is_cacheable", or a list of these
---@param options? httpstatus.SelectOptions
---@return fun(): integer, integer?, string
---@return nil
---@return nil
---@return httpstatus.Lines
function httpstatus.select(source, which, options) end

---Selects lines of a log in a string.
---@param log string
---@param which httpstatus.Which
---@param options? httpstatus.SelectOptions
---@return fun(): integer, integer?, string
---@return nil
---@return nil
---@return httpstatus.Lines
function httpstatus.select_string(log, which, options) end

---The log that select() or records() iterates over, and the fourth value that they return. Lua 5.4
---closes it when the loop is left. Before 5.4, call close(), or leave that to the garbage
---collector.
---@class httpstatus.Lines
local Lines = {}

---Ends the iteration, and closes the file unless that was given open.
function Lines:close() end

---A tally of all lines read so far, selected or not.
---@return httpstatus.Tally
function Lines:tally() end

---How many records were left out so far because their time is unknown.
---@return integer
function Lines:untimed() end

---The status of every record, or NO_STATUS; UNMATCHED or SKIPPED for a line that is not a record.
---Returns nil, message, errno as tally() does.
---@param source httpstatus.Source
---@param options? httpstatus.ExtractOptions
---@return integer[]?
---@return string? message
---@return integer? errno
function httpstatus.extract(source, options) end

---The status of every record of a log in a string.
---@param log string
---@param options? httpstatus.ExtractOptions
---@return integer[]
function httpstatus.extract_string(log, options) end

---How to read a log. An option that does not apply to the format is an argument error.
---@class httpstatus.LogOptions
---@field format? "auto"|httpstatus.NamedFormat|string what the lines are ("auto", each by itself, if absent), or the server's own format string: Apache's LogFormat, nginx's log_format, HAProxy's log-format
---@field key? string json: where the status is, a path of 1 to 8 names with dots; nil: the usual ones are tried
---@field fields? string w3c, cloudfront, zeek: the field names of a log that has no "#Fields" line
---@field target? boolean elb: the status of the target, not of the load balancer

---How to read a log, and which of its lines to select.
---@class httpstatus.SelectOptions: httpstatus.ConditionOptions
---@field invert? boolean all other lines instead, blank ones and comments too

---How to read a log, and where to put its counts.
---@class httpstatus.ExtractOptions: httpstatus.LogOptions
---@field tally? httpstatus.Tally a Tally from new_tally() to get the counts too; it is closed afterwards

---The first record of a log in a string, which is usually a single line; nil if there is none. What
---the record needs, such as a "#Fields:" line, may come before it.
---@param line string
---@param options? httpstatus.RecordOptions
---@return httpstatus.Record?
function httpstatus.record(line, options) end

---Goes through the records of a log, with their parts: for record in
---httpstatus.records("access.log") do. Otherwise it is like select(): records come as they are
---written to a pipe, a file that cannot be opened gives nil, message, errno, and a read that fails
---later raises an error in the loop.
---@param source httpstatus.Source
---@param which? httpstatus.Which as in select(); every record, with a status or without, if absent
---@param options? httpstatus.ConditionOptions
---@return fun(): httpstatus.Record
---@return nil
---@return nil
---@return httpstatus.Lines
function httpstatus.records(source, which, options) end

---Goes through the records of a log in a string.
---@param log string
---@param which? httpstatus.Which
---@param options? httpstatus.ConditionOptions
---@return fun(): httpstatus.Record
---@return nil
---@return nil
---@return httpstatus.Lines
function httpstatus.records_string(log, which, options) end

---A record of a log. Each is a new table, yours to change, which JSON encoders take as it is. A
---part is nil if the format does not have it, if it was logged as "-", or if it is a time or a
---number that cannot be read. What the server escaped is undone, so a text may hold any bytes.
---@class httpstatus.Record
---@field status? integer the status; nil if the record has none
---@field substatus integer IIS's second number; 0: none
---@field number integer the number of the line that the record begins on, from 1
---@field line string the line, without its line ending; of a record on several lines, the last
---@field format? httpstatus.NamedFormat|"custom" the format of the record; nil if it is on several lines
---@field time? httpstatus.Time when the request came or was logged, whichever the format says
---@field client? string the peer's address, without its port
---@field forwarded_for? string the addresses that X-Forwarded-For lists
---@field user? string the authenticated user
---@field host? string the virtual host or authority that was asked; a virtual host's port is dropped
---@field method? string the request's method
---@field target? string the request's target as sent, with its query
---@field path? string the path of the target
---@field query? string the query of the target, without the question mark
---@field protocol? string the request's version: HTTP/1.1
---@field bytes? integer the logged size of the response, in bytes
---@field referer? string the Referer field
---@field agent? string the User-Agent field
---@field duration? number how long the whole request took, in seconds
---@field upstream_status? integer the status that the server behind this one sent; of several, the last

---How to read a log, and what its times may leave out.
---@class httpstatus.RecordOptions: httpstatus.LogOptions
---@field zone? integer of times without one: seconds east of UTC, -86399 to 86399; nil: unknown
---@field reference? number for times without a year: seconds since 1970, as os.time() has them, rounded down; the year is the latest in which the time is not after this one; nil: such times are left out

---A time as servers log it, or nil: "10/Oct/2000:13:55:36 -0700"; "2000-10-10T13:55:36Z", where a
---blank or a tab may stand for the T; syslog's "Oct 10 13:55:36"; those of application servers,
---"10/Oct/2000 13:55:36", "2000/10/10 13:55:36", "Tue Oct 10 13:55:36 2000"; or a number since
---1970, whose digits tell its unit: seconds up to 11, milliseconds up to 14, microseconds up to 17,
---nanoseconds up to 19. Each may have a fraction, and brackets around it. A leap second, 24:00 and
---February 30 do not exist.
---@param text string
---@param options? httpstatus.TimeOptions
---@return httpstatus.Time?
function httpstatus.parse_time(text, options) end

---A part of a record without the escapes of its writer. They are undone once, and what is not an
---escape stands for itself. The result may be of any bytes.
---@param text string
---@param escape httpstatus.Escape
---@return string
function httpstatus.unescape(text, escape) end

---A time that was logged.
---@class httpstatus.Time
---@field seconds integer since 1970-01-01T00:00:00Z, or since that time in the zone that is not known
---@field nanoseconds integer 0 to 999,999,999; of more digits, the first nine
---@field has_zone boolean whether the zone is known

---What a time that was logged may leave out.
---@class httpstatus.TimeOptions
---@field zone? integer the zone of a time without one, in seconds east of UTC; nil: unknown
---@field reference? number a time after which none was logged, in seconds since 1970: a time without a year is of the latest year in which it is not after that; nil: it cannot be read

-- ---- Series ----

---Counts the records of a log by class and time. Without a step, that is the finest at which the
---buckets that have records are at most 2,048: so series of parts add up to that of the whole. If
---there is not room for all, the latest buckets are kept. A time whose zone is unknown counts as
---UTC, unless the option zone says otherwise. With conditions only the records that meet them
---count. Returns nil, message, errno as tally() does.
---@param source httpstatus.Source
---@param options? httpstatus.SeriesOptions
---@return httpstatus.Series?
---@return string? message
---@return integer? errno
function httpstatus.series(source, options) end

---Counts the records of a log in a string by class and time.
---@param log string
---@param options? httpstatus.SeriesOptions
---@return httpstatus.Series
function httpstatus.series_string(log, options) end

---How to read a log, and how long its buckets are.
---@class httpstatus.SeriesOptions: httpstatus.ConditionOptions
---@field step? integer the length of a bucket in seconds: 1, 10, 60, 600, 3600, 21600 or 86400; nil: the finest that fits

---The records of a log by class and time, in buckets of one length; #series is their number. Series
---add up with +, in any order, and compare with ==.
---@class httpstatus.Series
---@field step integer how long a bucket is, in seconds: 1, 10, 60, 600, 3600, 21600 or 86400
---@field untimed integer records whose time is absent or cannot be read
---@field overflow integer records before the 2,048 buckets that are kept
---@field tally httpstatus.Tally the Tally of the same log
---@operator add(httpstatus.Series): httpstatus.Series
---@operator len: integer
local Series = {}

---Goes through the buckets that have records, the earliest first: for start, counts in
---series:items() do. The start is in seconds since 1970; the counts are a table of "1xx" to "5xx",
---and "other" for the rest and for records without a status.
---@return fun(): integer, table<string, integer>
function Series:items() end

---All of it, as a new table that JSON encoders take as it is, with a list for each column.
---@return httpstatus.Buckets
function Series:as_table() end

---The share of a class in each bucket's records, 0 to 1, as a list.
---@param which string "1xx" to "5xx", "other", or "error" for 4xx and 5xx
---@return number[]
function Series:rate(which) end

---When records of a class became more than usual: begin and end, in seconds since 1970; or nil. It
---is the run of buckets that has the most of these records in excess of what it would have at the
---rate of the whole log; of equal runs, the one that ends first. There is none if there are no such
---records, or if all buckets have the same rate. Otherwise there is one even if the rates differ by
---chance: compare its rate with the rest. Of several incidents it is the largest, or what spans
---them; if most of the log is one, the worst of it.
---@param which string as in rate()
---@return integer? begin
---@return integer? end_
function Series:began(which) end

---What Series:as_table() returns. Its lists are absent if there is no bucket; those of the classes
---are under "1xx" to "5xx" and "other".
---@class httpstatus.Buckets
---@field step integer how long a bucket is
---@field untimed integer records without a time
---@field overflow integer records before the buckets that are kept
---@field start? integer[] when each bucket begins
---@field [string] integer[] counts by class

-- ---- Latency ----

---Counts the durations of a log's records by class, in buckets like those of HdrHistogram: 16 of
---one width between a power of two and the next, in nanoseconds. They are the same for every log,
---so latencies of parts add up to that of the whole. A record without a duration, or with one that
---cannot be read, is untimed: so is every record of clf and elb. With the option which or with
---conditions, only such records count. Returns nil, message, errno as tally() does.
---@param source httpstatus.Source
---@param options? httpstatus.LatencyOptions
---@return httpstatus.Latency?
---@return string? message
---@return integer? errno
function httpstatus.latency(source, options) end

---Counts the durations of the records of a log in a string by class.
---@param log string
---@param options? httpstatus.LatencyOptions
---@return httpstatus.Latency
function httpstatus.latency_string(log, options) end

---How to read a log, and whose durations count.
---@class httpstatus.LatencyOptions: httpstatus.ConditionOptions
---@field which? httpstatus.Which|httpstatus.Which[] the records that count, as in select(); all if absent

---The durations of a log's records by class, a histogram; #latency is the number of buckets that
---have records. Latencies add up with +, in any order, and compare with ==.
---@class httpstatus.Latency
---@field untimed integer records whose duration is absent or cannot be read
---@field tally httpstatus.Tally the Tally of the same log
---@operator add(httpstatus.Latency): httpstatus.Latency
---@operator len: integer
local Latency = {}

---How many records of a class have a duration.
---@param which? string "1xx" to "5xx", "other", or "error" for 4xx and 5xx; nil: all
---@return integer
function Latency:count(which) end

---The least duration of a class in seconds, exact; nil without records.
---@param which? string as in count()
---@return number?
function Latency:min(which) end

---The greatest duration of a class in seconds, exact; nil without records.
---@param which? string as in count()
---@return number?
function Latency:max(which) end

---The sum of the durations of a class in seconds; nil from 584 years on. By count() it is the mean.
---@param which? string as in count()
---@return number?
function Latency:sum(which) end

---The q-quantile of the durations of a class in seconds, by nearest rank: of n durations in order
---the one at q * n, rounded up. It is given as the middle of its bucket, 3.125 % from it at most,
---or exactly where it is the first or the last; nil without records.
---@param q number 0 to 1, to the billionth: 0.99 for the 99th percentile
---@param which? string as in count()
---@return number?
function Latency:quantile(q, which) end

---The ends of the bucket that has a quantile, in seconds, of which the second is not in it; nil
---without records.
---@param q number as in quantile()
---@param which? string as in count()
---@return number? low
---@return number? high
function Latency:bounds(q, which) end

---Goes through the buckets that have records, the shortest durations first: for low, high, counts
---in latency:items() do. The ends are in seconds, and high is not in the bucket; the counts are a
---table of "1xx" to "5xx", and "other" for the rest and for records without a status.
---@return fun(): number, number, table<string, integer>
function Latency:items() end

---All of it, as a new table that JSON encoders take as it is, with a list for each column.
---@return httpstatus.Durations
function Latency:as_table() end

---What Latency:as_table() returns. Durations are in nanoseconds. Its lists and tables are absent if
---there is no bucket; the lists of the classes are under "1xx" to "5xx" and "other".
---@class httpstatus.Durations
---@field untimed integer records without a duration
---@field min_ns? table<string, integer> the least of each class that has records
---@field max_ns? table<string, integer> the greatest of each
---@field sum_ns? table<string, number> the sum of each, below 584 years
---@field low_ns? integer[] where each bucket begins
---@field high_ns? integer[] where each ends
---@field [string] integer[] counts by class

-- ---- Top ----

---Finds the paths, clients and so on that most records with a status have, server errors if the
---option which is absent. Up to 512 values every count is right. Beyond that a new value takes the
---entry of the least count, and takes that count over as its error. The log is counted in slices of
---64 MiB. With conditions only the records that meet them count. Returns nil, message, errno as
---tally() does.
---@param source httpstatus.Source
---@param options? httpstatus.TopOptions
---@return httpstatus.Top?
---@return string? message
---@return integer? errno
function httpstatus.top(source, options) end

---Finds the paths, clients and so on that most records of a log in a string have.
---@param log string
---@param options? httpstatus.TopOptions
---@return httpstatus.Top
function httpstatus.top_string(log, options) end

---How to read a log, and what of it counts.
---@class httpstatus.TopOptions: httpstatus.ConditionOptions
---@field by? httpstatus.By the part that counts; "path" if absent
---@field which? httpstatus.Which|httpstatus.Which[] the records that count, as in select(); "5xx" if absent
---@field n? integer how many entries are shown, 1 to 512; 20 if absent
---@field entries? integer how many are kept, 1 to 512; 512 if absent
---@field group? httpstatus.Group of paths: "id" also writes ":id" for each segment that is all digits, a UUID, or 16 or more hexadecimal digits; "query", if absent, only drops the query

---The values of a part that most records have; #top is how many are shown. Tops add up with +, and
---compare with ==. Unlike tallies and series, they add up exactly only while they are exact:
---otherwise a sum is right within its errors, but depends on how the log was divided.
---@class httpstatus.Top
---@field by httpstatus.By the part that is counted: "path", "client", "host", "method", "agent" or "referer"
---@field group httpstatus.Group what counts as one path: "query", the same one without its query; "id", with ":id" for identifiers
---@field n integer how many entries are shown
---@field entries integer how many may be kept
---@field total integer records that are counted
---@field absent integer those of them that lack the part
---@field cut integer those whose value has more than 160 bytes, of which the first are kept
---@field bound integer a value without an entry is that of at most so many records
---@field exact boolean whether every value has its entry, uncut, and every count is right
---@field tally httpstatus.Tally the Tally of the same log
---@operator add(httpstatus.Top): httpstatus.Top
---@operator len: integer
local Top = {}

---Goes through the entries that are shown: for value, count, error in top:items() do. The most
---frequent comes first; those of the same count are in the order of their bytes. At least count -
---error records have the value, and at most count.
---@return fun(): string, integer, integer
function Top:items() end

---All of it, as a new table that JSON encoders take as it is, with a list for each column of all
---entries that are kept, not only of those that are shown.
---@return httpstatus.TopTable
function Top:as_table() end

---What Top:as_table() returns. Its lists are absent if there is no entry.
---@class httpstatus.TopTable
---@field by httpstatus.By the part that is counted
---@field group httpstatus.Group what counts as one path
---@field n integer how many entries are shown
---@field entries integer how many may be kept
---@field total integer records that are counted
---@field absent integer those of them that lack the part
---@field cut integer those whose value is cut
---@field bound integer a value without an entry is that of at most so many records
---@field exact boolean whether every count is right
---@field value? string[] the values
---@field count? integer[] at most so many records have each
---@field error? integer[] how much less that may be

return httpstatus

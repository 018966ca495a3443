-- What tests/lua/memory.c runs while the allocator fails: a scenario for every function and way to call
-- it, and a call of each for a vector, which is over when it raises, and leaves nothing behind.

-- The calls for vectors are what an earlier run has returned: to record them takes long.
local httpstatus, path, recorded = ...
local here = debug.getinfo(1, "S").source:match "^@(.*)/lua/[^/]*$"
local LONGEST = 1000 -- bytes: not a list of every status

local RECORD = 'h - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 12\n'
local LOG = RECORD .. "bad\n" .. RECORD:gsub("200", "500")
local W3C = "#Fields: sc-status sc-substatus\n403 14\n403 1\n- 0\nbad\n"
local JSON = '{"a":{"b":404}}\n'
local DOCKER = '{"log":"' .. RECORD:gsub('"', '\\"'):gsub("\n", (" "):rep(9000)) .. '"}'

local function equal(expected, value)
    if expected ~= value then
        error(("%s expected, not %s"):format(tostring(expected), tostring(value)), 2)
    end
end

-- A caller's mistake; running out of memory while it is reported is another one.
local function mistake(pattern, call, ...)
    local ok, message = pcall(call, ...)
    if ok then error("no error: " .. pattern, 2) end
    if not tostring(message):find(pattern, 1, true) then error(message, 0) end
end

-- nil and a message, for which there may be no memory either.
local function failure(pattern, call, ...)
    local none, message = call(...)
    equal(nil, none)
    if not message:find(pattern, 1, true) then error(message, 0) end
end

local function count(...)
    local lines = 0
    for _ in ... do lines = lines + 1 end
    return lines
end

local function open()
    return assert(io.open(path, "rb"))
end

local scenarios = {
    { "lookup", function()
        equal("Not Found", httpstatus.lookup(404).phrase)
        equal(404, httpstatus.lookup("not found").code)
        equal(14, httpstatus.lookup(403, { substatus = 14 }).substatus)
        equal("nginx", httpstatus.lookup(499, { owner = "nginx" }).owner)
        equal(nil, httpstatus.lookup "no such thing")
    end },
    { "lookup, wrong", function()
        mistake("invalid option 'colour'", httpstatus.lookup, 404, { colour = 1 })
        mistake("invalid owner 1: expected a string", httpstatus.lookup, 404, { owner = 1 })
        mistake("invalid substatus 'x': expected an integer", httpstatus.lookup, 404, { substatus = "x" })
        mistake("expected", httpstatus.lookup, {})
    end },
    { "Status", function()
        equal(true, httpstatus.Status(299).is_success)
        equal("x", httpstatus.Status(403, 99, "x").key[3])
        equal(403, httpstatus.Status(403, 99).variants[1].code)
        equal("<Status 403.99 (x)>", tostring(httpstatus.Status(403, 99, "x")))
        equal("<Status 404 Not Found>", tostring(httpstatus.Status(404)))
        mistake("invalid code 1000", httpstatus.Status, 1000)
    end },
    { "variants", function()
        equal("Esri", httpstatus.variants(498)[1].owner)
        equal(nil, httpstatus.variants(299)[1])
    end },
    { "search", function()
        equal(504, httpstatus.search("gateway timeout")[1].code)
        equal(nil, httpstatus.search("xyzzy")[1])
        mistake("at most 32 words", httpstatus.search, ("x "):rep(33))
    end },
    { "statuses", function()
        equal(404, httpstatus.statuses()[200] and 404)
        equal("IANA", httpstatus.statuses({ status_class = "4xx", official = true })[1].owner)
        mistake("invalid status_class", httpstatus.statuses, { status_class = "6xx" })
    end },
    { "phrase, class_of, effective", function()
        equal("Not Found", httpstatus.phrase(404))
        equal("4xx", httpstatus.class_of(471))
        equal(400, httpstatus.effective(471))
        mistake("expected an integer", httpstatus.phrase, "x")
    end },
    { "reference_for", function()
        equal("RFC 7725 Section 3", httpstatus.reference_for(httpstatus[451], "is_cacheable"))
        mistake("invalid property 'colour'", httpstatus.reference_for, httpstatus[451], "colour")
        mistake("invalid row", httpstatus.reference_for, {}, "is_error")
    end },
    { "redirect", function()
        equal("GET", httpstatus.redirect(302, "POST").method)
        equal("FROB", httpstatus.redirect(307, "FROB").method)
        equal("ask", httpstatus.redirect(302, "POST", "rfc2616").action)
        equal(nil, httpstatus.redirect(200, "GET"))
    end },
    { "redirect, of each length", function()
        for _, code in ipairs { 302, 304, 307 } do
            for _, method in ipairs { "GET", "POST" } do
                equal(20, httpstatus.redirect(code, method).limit)
            end
        end
    end },
    { "redirect, a policy of one's own", function()
        local policy = {
            policy = "curl", follow = { 301, 309 }, others = "none", rewrite_301 = "none",
            rewrite_302 = "all", head_on_303 = "HEAD", unsafe_307_308 = "ask",
            drops_headers = { "A", "B" }, drops_cross_origin = { "Cookie" }, limit = 3,
        }
        local names = { "A", "B" }
        equal("B", httpstatus.redirect(303, "POST", { drops_headers = names }).drops_headers[2])
        equal(3, httpstatus.redirect(301, "POST", policy).limit)
        equal(nil, httpstatus.redirect(301, "POST", { limit = false }).limit)
    end },
    { "redirect, wrong", function()
        mistake("invalid method", httpstatus.redirect, 302, "")
        mistake("invalid policy", httpstatus.redirect, 302, "GET", "x")
        mistake("invalid follow 200", httpstatus.redirect, 302, "GET", { follow = { 200 } })
        mistake("invalid rewrite_301", httpstatus.redirect, 302, "GET", { rewrite_301 = "x" })
        mistake("invalid drops_headers", httpstatus.redirect, 302, "GET",
            { drops_headers = { "" } })
        mistake("a list without gaps", httpstatus.redirect, 302, "GET", { follow = { x = 1 } })
        mistake("invalid limit 0", httpstatus.redirect, 302, "GET", { limit = 0 })
    end },
    { "resolve", function()
        equal("http://c/d", httpstatus.resolve("http://a/b", "//c/d").url)
        equal(nil, httpstatus.resolve("http://a/b", ("/x"):rep(5000), "whatwg").problem)
        equal("invalid", httpstatus.resolve("http://a/b", "http:g").problem)
        mistake("invalid base 'x'", httpstatus.resolve, "x", "/")
        mistake("invalid rules 'x'", httpstatus.resolve, "http://a/", "/", "x")
    end },
    { "retry", function()
        local options = {
            retry_after = "120", now = 1795953600.5, cap = 2 ^ 70, policy = "rfc9110",
            idempotent = true, replayable = false,
        }
        equal(120, httpstatus.retry(503, "GET", options).delay)
        equal(784111777, httpstatus.retry(421, "FROB", { retry_after = "Sun, 06 Nov 1994 08:49:37 GMT" }).date)
        equal("stop", httpstatus.retry(404, "GET").action)
    end },
    { "retry, wrong", function()
        mistake("invalid method", httpstatus.retry, 503, "")
        mistake("invalid policy 'x'", httpstatus.retry, 503, "GET", { policy = "x" })
        mistake("invalid now", httpstatus.retry, 503, "GET", { now = "x" })
        mistake("invalid cap -1", httpstatus.retry, 503, "GET", { cap = -1 })
        mistake("invalid option", httpstatus.retry, 503, "GET", { colour = 1 })
        mistake("invalid retry_after", httpstatus.retry, 503, "GET", { retry_after = 1 })
    end },
    { "parse_retry_after", function()
        equal(77, httpstatus.parse_retry_after("Sun Nov  6 08:49:37 1994", 784111700))
        equal(nil, httpstatus.parse_retry_after("soon"))
        mistake("invalid text", httpstatus.parse_retry_after, 5)
    end },
    { "parse_time", function()
        equal(1507211736, httpstatus.parse_time("Oct  5 13:55:36", { zone = 0, reference = 1532941432.5 }).seconds)
        equal(nil, httpstatus.parse_time "soon")
        mistake("invalid zone 86400", httpstatus.parse_time, "0", { zone = 86400 })
        mistake("invalid option", httpstatus.parse_time, "0", { now = 1 })
    end },
    { "suggest", function()
        equal(2, httpstatus.suggest_string(("192.0.2.1;GET /a;200;x\n"):rep(2)).matched)
        equal("a.code", httpstatus.suggest_string('{"a": {"code": 200}, "path": "/"}').key)
        equal(nil, httpstatus.suggest(path))
        mistake("expected a path or an open file", httpstatus.suggest, {})
    end },
    { "unescape", function()
        equal("a b", httpstatus.unescape("a%20b", "percent"))
        equal(2500, #httpstatus.unescape(("\\x41"):rep(2500), "backslash"))
        mistake("invalid escape 'url'", httpstatus.unescape, "a", "url")
    end },
    { "explain_redirect", function()
        equal("304 is not", httpstatus.explain_redirect(304, "GET"):sub(1, 10))
        equal("recomputed", httpstatus.redirect_headers("rfc9110").Host)
        equal("not-replayable", httpstatus.redirect(307, "POST", nil, { replayable = false }).reason)
        local to = { url = "http://a/", location = { "/c", "/c" } }
        equal("http://a/c", httpstatus.redirect(302, "POST", "curl", to).url)
        mistake("invalid url 'a'", httpstatus.redirect, 302, "GET", nil, { url = "a" })
        equal(nil, httpstatus.explain_redirect(404, "GET"))
        mistake("invalid method", httpstatus.explain_redirect, 302, "a b")
    end },
    { "redirect_clients", function()
        local client = httpstatus.redirect_clients(302, "POST")[1]
        equal("table", type(client:differs_from "rfc9110"))
        equal("table", type(client:differs_from { limit = 3, drops_headers = { "A" } }))
        mistake("invalid record", client.differs_from, {}, "fetch")
    end },
    { "retry_clients", function()
        equal(503, httpstatus.retry_clients(503, "GET")[1].code)
        mistake("invalid method", httpstatus.retry_clients, 503, "")
    end },
    { "new_chain", function()
        local chain = httpstatus.new_chain("POST", { policy = "rfc9110", limit = 2 }, "/")
        equal("GET", chain:step(303, "/a").method)
        equal("GET", chain.method)
        failure("a redirect loop", chain.step, chain, 302, "/a")
        equal(nil, (chain:step(404)))
        chain:step(302, "/b", true)
        equal(2, chain.count)
        failure("too many redirects", chain.step, chain, 302, "/c")
        mistake("invalid method", httpstatus.new_chain, "")
        mistake("missing code", chain.step, chain)
        chain = httpstatus.new_chain("POST", "rfc9110", "http://a/b")
        equal("http://a/c", chain:step(302, { location = "c" }).url)
        equal("no-location", chain:step(302, {}).reason)
        failure("a redirect loop", chain.step, chain, 302, { location = { "/c" } })
        equal("http://a/c", chain.url)
        mistake("invalid location", chain.step, chain, 302, { location = 7 })
        mistake("invalid url nil", chain.step, httpstatus.new_chain "GET", 302, {})
    end },
    { "tally", function()
        equal(1, httpstatus.tally(path)[500])
        local file = open()
        equal(1, httpstatus.tally(file, { format = "clf" }).unmatched)
        file:close()
        failure("No such file", httpstatus.tally, "/does/not/exist.log")
        failure("Is a directory", httpstatus.tally, "/")
        mistake("the file is closed", httpstatus.tally, file)
        mistake("expected a path or an open file", httpstatus.tally, {})
    end },
    { "tally_string", function()
        equal(1, httpstatus.tally_string(LOG)[500])
        equal(1, httpstatus.tally_string(JSON, { format = "json", key = "a.b" })[404])
        equal(1, httpstatus.tally_string(LOG, { format = '%h %l %u %t "%r" %>s %b' })[200])
        local fields = { format = "w3c", fields = "sc-status" }
        equal(2, httpstatus.tally_string("1\n2\n", fields).records)
        mistake("invalid format", httpstatus.tally_string, "", { format = "x" })
        mistake("invalid format '%h %x' at column", httpstatus.tally_string, "", { format = "%h %x" })
        mistake("invalid key ''", httpstatus.tally_string, "", { format = "json", key = "" })
    end },
    { "a tally's fields", function()
        local tally = httpstatus.tally_string(W3C)
        equal("w3c", tally.format)
        equal(5, tally.lines)
        equal(1, tally.classes.other + tally.no_status)
        equal(5, tally.first_unmatched[1])
        equal(1, tally.substatuses["403.14"])
        equal("<Tally w3c: 5 lines, 1 unmatched>", tostring(tally))
        equal(2, tally:as_table().counts["403"])
        equal(nil, httpstatus.new_tally():as_table().counts)
        equal(nil, tally.colour)
        for code, times in debug.getmetatable(tally).__pairs(tally) do equal(806, code * times) end
        if tally.items then
            for code, times in tally:items() do equal(806, code * times) end
        end
    end },
    { "a tally in pieces, added up", function()
        local tally = httpstatus.new_tally { format = "json", key = "a" .. ".b" }
        for at = 1, #JSON do tally:feed(JSON:sub(at, at)) end
        tally:close()
        equal(2, (tally + tally)[404])
        local whole = httpstatus.tally_string(JSON, { format = "json", key = "a.b" })
        equal(true, tally == whole)
        mistake("the tally is closed", tally.feed, tally, "x")
        mistake("still open", function() return tally + httpstatus.new_tally() end)
    end },
    { "extract", function()
        equal(-3, httpstatus.extract(path)[2])
        equal(500, httpstatus.extract_string(LOG)[3])
        failure("No such file", httpstatus.extract, "/does/not/exist.log")
        failure("Is a directory", httpstatus.extract, "/")
    end },
    { "series", function()
        local series = httpstatus.series(path, { step = 60, zone = 3600 })
        equal(series, httpstatus.series(path, { step = 60 }))
        equal("<Series: 1 buckets of 60 s, 0 untimed>", tostring(series))
        equal(2, (series + series).tally[500])
        equal(0.5, series:rate("error")[1])
        equal(1, #series:as_table().start)
        equal(0, series.untimed + series.overflow)
        equal(nil, series:began "4xx")
        local file = open()
        equal(1, #httpstatus.series(file, { format = "clf" }))
        file:close()
        failure("No such file", httpstatus.series, "/does/not/exist.log")
        failure("Is a directory", httpstatus.series, "/")
        mistake("invalid step 7", httpstatus.series_string, "", { step = 7 })
        mistake("invalid which 'x'", series.began, series, "x")
        mistake("different steps", function() return series + httpstatus.series_string "" end)
        equal(false, series == httpstatus.series_string "")
    end },
    { "latency", function()
        local log = '{"status": 200, "request_time": 0.25}\n{"status": 502, "request_time": 30}\n{"status": 200}\n'
        local latency = httpstatus.latency_string(log, { which = { "2xx", 502 } })
        equal(latency, httpstatus.latency_string(log))
        equal("<Latency: 2 records, 1 untimed>", tostring(latency))
        equal(2, (latency + latency).tally[502])
        equal(30, latency:quantile(1, "error"))
        equal(30.25, latency:sum())
        equal(2, #latency:as_table().low_ns)
        for low, high, counts in latency:items() do equal(true, low < high and counts["4xx"] == 0) end
        local file = open()
        equal(2, httpstatus.latency(file, { path = "/" }).untimed)
        file:close()
        failure("No such file", httpstatus.latency, "/does/not/exist.log")
        failure("Is a directory", httpstatus.latency, "/")
        mistake("invalid q 2", latency.quantile, latency, 2)
        mistake("invalid which 'x'", latency.count, latency, "x")
        mistake("invalid which 'x'", httpstatus.latency_string, "", { which = "x" })
        equal(false, latency == httpstatus.latency_string "")
    end },
    { "top", function()
        local how = { by = "client", which = { "2xx", 500 }, n = 1, entries = 2 }
        local top = httpstatus.top(path, how)
        equal(top, httpstatus.top_string(LOG, how))
        equal("<Top by client: 1 of 1 values, 2 records, exact>", tostring(top))
        equal(4, (top + top).total)
        equal(2, (top + top).tally[500])
        equal(2, top:as_table().count[1])
        equal("query", top.group)
        equal(true, top.exact)
        for value, found, err in top:items() do equal(2, #value > 0 and found + err) end
        local file = open()
        equal(1, #httpstatus.top(file, { by = "client", path = "/", group = "query" }))
        file:close()
        failure("No such file", httpstatus.top, "/does/not/exist.log")
        failure("Is a directory", httpstatus.top, "/")
        mistake("invalid by 'x'", httpstatus.top_string, "", { by = "x" })
        mistake("invalid n 0", httpstatus.top_string, "", { n = 0 })
        mistake("invalid which 'x'", httpstatus.top_string, "", { which = "x" })
        mistake("different kinds", function() return top + httpstatus.top_string "" end)
        equal(false, top == httpstatus.top_string "")
    end },
    { "conditions", function()
        local how = { since = 971211336, path = "/", exclude_path = "/b", host = "x" }
        equal(2, httpstatus.tally(path, how).excluded)
        equal("<Tally clf: 3 lines, 1 unmatched, 2 excluded>", tostring(httpstatus.tally_string(LOG, how)))
        how.host = nil
        equal(2, #httpstatus.series(path, how) + 1)
        equal(2, count(httpstatus.select(path, { "2xx", "5xx" }, how)))
        equal(2, count(httpstatus.records_string(LOG, nil, how)))
        failure("Is a directory", httpstatus.tally, "/", how)
        mistake("invalid since 'x'", httpstatus.tally, path, { since = "x" })
        mistake("invalid host ''", httpstatus.select, path, 200, { host = "" })
    end },
    { "select", function()
        equal(2, count(httpstatus.select(path, { "5xx", "unmatched" })))
        local file = open()
        equal(1, count(httpstatus.select(file, 500, { format = "clf" })))
        file:close()
        equal(2, count(httpstatus.select_string(LOG, 500, { invert = true })))
        failure("No such file", httpstatus.select, "/does/not/exist.log", 200)
        mistake("invalid which 1000", httpstatus.select, path, 1000)
        mistake("invalid which 'x'", httpstatus.select, path, "x")
        mistake("expected", httpstatus.select, path, {{}})
        mistake("Is a directory", function() count(httpstatus.select("/", 200)) end)
    end },
    { "select, left half way", function()
        for _ in httpstatus.select(path, 200) do break end
        for _ in httpstatus.select_string(LOG, 200) do break end
        mistake("out", function()
            for _ in httpstatus.select(path, 200) do error "out" end
        end)
        local walk = coroutine.wrap(function()
            for number in httpstatus.select(path, 200) do coroutine.yield(number) end
        end)
        equal(1, walk())
    end },
    { "record", function()
        local found = httpstatus.record(RECORD)
        equal("GET", found.method)
        equal(971211336, found.time.seconds)
        equal(12, found.bytes)
        found = httpstatus.record('{"status":404,"request_time":"0.5","upstream_status":"502","request_uri":"/\\n"}')
        equal("/\n", found.target)
        equal(502, found.upstream_status)
        equal(0.5, found.duration)
        equal(nil, httpstatus.record "bad")
        local how = { format = "json", key = "a.b", zone = 3600, reference = 0 }
        equal(404, httpstatus.record(JSON, how).status)
        equal("/", httpstatus.record(DOCKER).path)
    end },
    { "record, wrong", function()
        mistake("invalid option 'invert'", httpstatus.record, "", { invert = true })
        mistake("invalid zone 86400", httpstatus.record, "", { zone = 86400 })
        mistake("invalid reference 'x'", httpstatus.record, "", { reference = "x" })
        mistake("invalid line 7", httpstatus.record, 7)
    end },
    { "records", function()
        equal(2, count(httpstatus.records(path)))
        local file = open()
        equal(1, count(httpstatus.records(file, 500, { format = "clf" })))
        file:close()
        for found in httpstatus.records_string(W3C) do equal("w3c", found.format) end
        failure("No such file", httpstatus.records, "/does/not/exist.log")
        mistake("invalid which 'x'", httpstatus.records, path, "x")
        mistake("Is a directory", function() count(httpstatus.records("/")) end)
    end },
    { "records, left half way", function()
        for _ in httpstatus.records(path) do break end
        mistake("out", function()
            for _ in httpstatus.records(path) do error "out" end
        end)
    end },
    { "scanner", function() equal("string", type(httpstatus.scanner())) end },
}

-- ---- What the runner of the vectors calls ----

local function source(value)
    if type(value) ~= "table" then return type(value) == "string" and ("%q"):format(value) or tostring(value) end
    if value.key then return ("httpstatus.Status(table.unpack(%s, 1, 3))"):format(source(value.key)) end
    local out = {}
    for name, member in pairs(value) do out[#out + 1] = ("[%s] = %s"):format(source(name), source(member)) end
    return "{ " .. table.concat(out, ", ") .. " }"
end

-- { name, arguments } of a call of each function, which its runner makes for a vector with an answer, as Lua
-- source.
local function recorded_calls()
    local out, seen, tried = { "local httpstatus = ... return {" }, {}, {}
    local recorder = setmetatable({}, { __index = function(_, name)
        if type(httpstatus[name]) ~= "function" then return httpstatus[name] end
        return function(...)
            local call = ("{ %q, %s },"):format(name, source(table.pack(...)))
            if not seen[name] and #call < LONGEST then
                seen[name] = true
                out[#out + 1] = call
            end
            return httpstatus[name](...)
        end
    end })
    local runner = assert(loadfile(here .. "/lua/vectors.lua"))(recorder, here)
    for line in io.lines(here .. "/vectors.tsv") do
        local name, input, answer = line:match "^[^#\t][^\t]*\t([^\t]*)\t([^\t]*)\t([^\t!-][^\t]*)"
        if name and not tried[name] then
            tried[name] = true
            equal(answer, runner.answer(name, input))
        end
    end
    out[#out + 1] = "}"
    return table.concat(out, "\n")
end

recorded = recorded or recorded_calls()
for _, call in ipairs(assert(load(recorded))(httpstatus)) do
    local name, arguments = table.unpack(call)
    scenarios[#scenarios + 1] = { name .. ", of a vector", function()
        httpstatus[name](table.unpack(arguments, 1, arguments.n))
    end }
end

return scenarios, recorded

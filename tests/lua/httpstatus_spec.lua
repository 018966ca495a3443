-- The Lua runner: the shared vectors, then what is Lua's own. HTTPSTATUS_TESTS is the folder tests.
-- Runs in Lua 5.1 to 5.4 and in LuaJIT.

local httpstatus = require "httpstatus"

local unpack = table.unpack or unpack
local load = loadstring or load
-- Integers as large as this Lua has, and as its numbers are before 5.3.
local MAX, MIN = math.maxinteger or 2 ^ 53, math.mininteger or -2 ^ 53
-- What only some have: variables that are closed at the end of their block, and __pairs.
local HAS_CLOSE = load "local x <close> = nil" ~= nil
local HAS_PAIRS = not pcall(pairs, setmetatable({}, { __pairs = error }))

local here = os.getenv "HTTPSTATUS_TESTS" or "tests"
local logs = here .. "/../../shared/logs/"
local RECORD = 'h - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 12\n'
local LONG = [[1.2.3.4 - joe [10/Oct/2000:13:55:36 -0700] "GET /a?b=\x22c HTTP/1.1" 200 12 "http://r/" "a\"b"]]

-- ---- The shared vectors ----

local runner_of = assert(loadfile(here .. "/lua/vectors.lua"))
local runner = runner_of(httpstatus, here)

local function split(line)
    local columns = {}
    for column in (line .. "\t"):gmatch "([^\t]*)\t" do columns[#columns + 1] = column end
    return unpack(columns)
end

local vectors = {}

describe("the shared vectors", function()
    local seen, count, declared = {}, 0, nil
    for line in io.lines(here .. "/vectors.tsv") do
        if not declared then
            declared = tonumber(line:match "^count (%d+)$")
        elseif line:sub(1, 1) ~= "#" then
            local id, name, input, expected = split(line)
            count = count + 1
            vectors[count] = { id = id, name = name, input = input, expected = expected }
            it(id, function()
                assert.is_nil(seen[id])
                seen[id] = true
                assert.equal(expected, runner.answer(name, input))
            end)
        end
    end
    it("are as many as declared", function()
        assert.equal(declared, count)
        print(("\nvectors: %d"):format(count))
    end)
end)

-- ---- What scripts share ----

-- Answers of all kinds, from module m: what may be equal, but must not be the same tables.
local function answers_of(m)
    local out, chain = {}, m.new_chain("POST", { policy = "rfc9110" }, "/")
    local function keep(...)
        for i = 1, select("#", ...) do out[#out + 1] = (select(i, ...)) end
    end
    for code = 299, 310 do
        for _, method in ipairs { "GET", "HEAD", "POST", "PUT", "OPTIONS", "FROB", "CONNECT" } do
            for _, policy in ipairs { "fetch", "browser", "rfc9110", "rfc2616", "curl" } do
                keep(m.redirect(code, method, policy))
            end
            keep(m.redirect(code, method), m.redirect(code, method, { rewrite_302 = "all" }))
            keep(m.resolve("http://a/", "/" .. code), m.resolve("http://a/", "http:"))
            local clients = m.redirect_clients(code, method)
            keep(clients, clients[1] and clients[1]:differs_from "rfc9110")
        end
    end
    keep(chain, chain:step(303, "/a", true), chain:step(302, "/b", true))
    for code = 0, 999 do
        if not m[code] then keep(m.Status(code)) end
    end
    keep(m.Status(403, 99, "x"))
    for _, log in ipairs { "", RECORD .. "bad\n", "#Fields: sc-status sc-substatus\n403 14\nbad" } do
        local tally = m.tally_string(log)
        keep(m.record(log), (m.records_string(log)), m.records_string(log)(),
            m.records_string(log, "unmatched")())
        keep(tally, tally + tally, tally:as_table(), tally.classes, tally.substatuses,
            tally.first_unmatched, m.extract_string(log), m.select_string(log, "unmatched"))
    end
    return out
end

-- Lists of the rows that all scripts share, the lists new each time.
local function lists_of(m)
    local out = { m.statuses(), m.search "error", m.statuses { official = true } }
    for code = 99, 999 do
        out[#out + 1] = m.variants(code)
        out[#out + 1] = m[code] and m[code].variants
    end
    return out
end

local function tables_in(value, found)
    if type(value) == "table" and not found[value] then
        found[value] = true
        for _, item in pairs(value) do tables_in(item, found) end
    end
    return found
end

-- Changes all that is within reach of a table or an object.
local function spoil(value, seen)
    if type(value) ~= "table" and type(value) ~= "userdata" or seen[value] then return end
    seen[value] = true
    local meta = getmetatable(value)
    assert.is_falsy(meta)
    if meta == false and type(value) == "table" then
        assert.has_error(function() setmetatable(value, {}) end)
    end
    spoil(value.__index, seen)
    if type(value) == "userdata" then
        assert.has_error(function() value.close = error end)
        return
    end
    spoil(value.variants, seen)
    local fields = {}
    for name, field in pairs(value) do fields[name] = field end
    for name, field in pairs(fields) do
        spoil(field, seen)
        if type(field) == "boolean" then
            rawset(value, name, not field)
        else
            rawset(value, name, type(field) == "number" and 299 or "spoilt")
        end
    end
    while #value > 0 do table.remove(value) end
    if meta == nil then setmetatable(value, { __index = error, __newindex = error }) end
end

local function fresh_module()
    package.loaded.httpstatus = nil
    local fresh = require "httpstatus"
    package.loaded.httpstatus = httpstatus
    return fresh
end

describe("what scripts share", function()
    it("is a tree in each answer, without a list that is empty", function()
        local answers = answers_of(httpstatus)
        for _, row in ipairs(httpstatus.statuses()) do answers[#answers + 1] = row end
        local seen = {}
        for _, answer in ipairs(answers) do
            local function walk(value, is_field)
                if type(value) ~= "table" then return end
                assert.is_nil(seen[value])
                seen[value] = true
                assert.is_false(is_field == true and next(value) == nil)
                for _, item in next, value do walk(item, true) end
            end
            walk(answer)
        end
    end)

    it("is no table but a row that is known", function()
        local seen = {}
        for i = 1, 2 do
            for _, answer in ipairs(answers_of(httpstatus)) do
                for value in pairs(tables_in(answer, {})) do
                    assert.is_nil(seen[value])
                    seen[value] = true
                end
            end
            for _, list in ipairs(lists_of(httpstatus)) do
                assert.is_nil(seen[list])
                seen[list] = true
            end
        end
    end)

    it("is JSON as it is", function()
        local answers = { unpack(httpstatus.statuses()) }
        for _, answer in ipairs(answers_of(httpstatus)) do
            if type(answer) == "table" and next(answer) ~= nil then
                answers[#answers + 1] = answer
            end
        end
        local encoders = 0
        for _, name in ipairs { "dkjson", "cjson" } do
            local found, json = pcall(require, name)
            for _, answer in ipairs(found and answers or {}) do
                local text = json.encode(answer)
                assert.is_nil(text:find "{}")
                assert.same(answer, json.decode(text))
            end
            encoders = encoders + (found and 1 or 0)
        end
        assert.is_true(encoders > 0)
    end)

    it("is understood when it comes back", function()
        for _, name in ipairs { "dkjson", "cjson" } do
            local found, json = pcall(require, name)
            local function there_and_back(value) return (json.decode(json.encode(value))) end
            if found then
                for _, row in ipairs(httpstatus.statuses()) do
                    assert.equal(httpstatus.reference_for(row, "is_cacheable"),
                        httpstatus.reference_for(there_and_back(row), "is_cacheable"))
                end
                local client = httpstatus.redirect_clients(302, "POST")[1]
                assert.same(client:differs_from "curl",
                    client.differs_from(there_and_back(client), "curl"))
                local policy = { follow = { 302, 309 }, limit = 5, rewrite_302 = "none" }
                assert.same(httpstatus.redirect(302, "POST", policy),
                    httpstatus.redirect(302, "POST", there_and_back(policy)))
                local options = there_and_back { substatus = 14, owner = "IIS" }
                assert.equal(httpstatus.Status(403, 14), httpstatus.lookup(403, options))
            end
        end
    end)

    it("is a row that says what it is", function()
        assert.equal("<Status 404 Not Found>", tostring(httpstatus[404]))
        assert.equal("<Status 403.14 Directory listing denied (IIS)>",
            tostring(httpstatus.lookup "403.14"))
        assert.equal("<Status 0 (nginx)>", tostring(httpstatus[0]))
        assert.equal("<Status 299>", tostring(httpstatus.Status(299)))
        assert.equal("<Status 403.99 (x)>", tostring(httpstatus.Status(403, 99, "x")))
        local broken = httpstatus.Status(299)
        broken.code = nil
        assert.has_error(function() return tostring(broken) end)
        assert.has_error(function() return broken.variants end)
    end)

    it("spoils no answer", function()
        local spoilt, own, keys = fresh_module(), {}, {}
        local rows, texts = spoilt.statuses(), {}
        for name, value in pairs(spoilt) do own[name] = value end
        for _, row in ipairs(rows) do
            keys[row], texts[row] = runner.key(row), tostring(row)
        end
        local seen = {}
        for _, answer in ipairs(answers_of(spoilt)) do spoil(answer, seen) end
        for _, list in ipairs(lists_of(spoilt)) do spoil(list, seen) end
        spoil(spoilt, seen)
        for _, row in ipairs(rows) do assert.equal(299, row.code) end

        local again = runner_of(own, here, keys)
        -- A row that has been changed shows that itself.
        local shows = { row = true, properties = true, retry_advice = true, headers = true, aliases = true }
        local tried = 0
        for _, vector in ipairs(vectors) do
            local name, input = vector.name, vector.input
            if not (shows[name] and keys[again.status_of(again.arguments(name, input))]) then
                assert.equal(vector.expected, again.answer(name, input), vector.id)
                tried = tried + 1
            end
        end
        print(("\nvectors after a vandal: %d of %d"):format(tried, #vectors))
        for _, row in ipairs(own.statuses()) do
            assert.equal(texts[row], tostring(row))
            local code = tonumber(keys[row]:match "^%-?%d+")
            for i, variant in ipairs(own.variants(code)) do assert.equal(variant, row.variants[i]) end
            assert.is_nil(row.variants[#own.variants(code) + 1])
        end
        assert.same({ "Authorization" }, own.redirect(302, "GET").drops_cross_origin)
    end)
end)

-- ---- Lua's own ----

local function file_with(content)
    local path = os.tmpname()
    local file = assert(io.open(path, "wb"))
    file:write(content)
    file:close()
    finally(function() os.remove(path) end)
    return path
end

describe("the module", function()
    it("makes no globals", function()
        local before = {}
        for name in pairs(_G) do before[name] = true end
        package.loaded.httpstatus = nil
        local again = require "httpstatus"
        package.loaded.httpstatus = httpstatus
        for name in pairs(_G) do assert.is_true(before[name], name) end
        assert.not_equal(again, httpstatus)
        assert.equal("Not Found", again[404].phrase)
    end)

    it("is a plain table", function()
        assert.is_nil(getmetatable(httpstatus))
        assert.equal(httpstatus[404], rawget(httpstatus, 404))
        assert.is_nil(httpstatus[299])
        assert.equal(404, httpstatus.NOT_FOUND)
        assert.equal(413, httpstatus.REQUEST_ENTITY_TOO_LARGE)
        assert.matches("^%d+%.%d+%.%d+$", httpstatus._VERSION)
    end)

    it("shares its rows", function()
        assert.equal(httpstatus[404], httpstatus.lookup "Not Found")
        assert.equal(httpstatus[404], httpstatus.Status(404))
        assert.equal(httpstatus[404], httpstatus[404].variants[1])
        assert.not_equal(httpstatus[404].variants, httpstatus[404].variants)
        assert.equal(httpstatus.lookup "403.14", httpstatus.Status(403, 14))
        assert.same({ 403, 14, "IIS" }, httpstatus.Status(403, 14).key)
    end)

    it("describes every code", function()
        for code = 0, 999 do
            local status = httpstatus.Status(code)
            assert.equal(code, status.code)
            assert.equal(code >= 400 and code <= 599, status.is_error)
            assert.is_string(status.description)
            assert.is_string(status.explanation)
            assert.equal(httpstatus[code] ~= nil, status.is_known)
        end
        assert.same(httpstatus.variants(403), httpstatus.Status(403, 99).variants)
        assert.is_nil(httpstatus.Status(299).variants)
    end)

    it("names the wrong argument", function()
        local function fails(message, call, ...)
            local ok, text = pcall(call, ...)
            assert.is_false(ok)
            assert.truthy(text:find(message, 1, true), text)
        end
        fails("invalid what 403.1: expected an integer", httpstatus.lookup, 403.1)
        fails("invalid code 403.1: expected an integer", httpstatus.phrase, 403.1)
        fails("invalid code 'abc': expected an integer", httpstatus.phrase, "abc")
        fails("missing code: expected an integer", httpstatus.phrase)
        fails("invalid what of type table: expected an integer or a string", httpstatus.lookup, {})
        fails("invalid option 'ownr': expected owner, substatus", httpstatus.lookup, 404, { ownr = "IIS" })
        fails("invalid option 1: expected owner, substatus", httpstatus.lookup, 404, { "IIS" })
        fails("invalid owner 7: expected a string", httpstatus.lookup, 404, { owner = 7 })
        fails("invalid substatus 'x': expected an integer", httpstatus.lookup, 404, { substatus = "x" })
        fails("invalid log 200.5: expected a string", httpstatus.tally_string, 200.5)
        fails("invalid log 200.5: expected a string", httpstatus.select_string, 200.5, "unmatched")
        fails("invalid log 200.5: expected a string", httpstatus.extract_string, 200.5)
        fails("expected -1 to 999", (httpstatus.tally_string "":items()),
            httpstatus.tally_string "", MAX)
        fails("invalid substatus 1: expected no substatus with a text", httpstatus.lookup, "404", { substatus = 1 })
        fails("invalid code 1000: expected -1 to 999", httpstatus.Status, 1000)
        fails("invalid code 4294967496: expected -1 to 999", httpstatus.Status, 4294967496)
        fails("invalid substatus 65536: expected 0 to 65535", httpstatus.Status, 404, 65536)
        fails("invalid status_class '6xx': expected 1xx, 2xx, 3xx, 4xx, 5xx", httpstatus.statuses, { status_class = "6xx" })
        fails("invalid property 'colour': expected is_informational, ", httpstatus.reference_for, httpstatus[404], "colour")
        fails("invalid row of type table: expected a row of this module", httpstatus.reference_for, {}, "is_cacheable")
        fails("invalid method '': expected a token (RFC 9110 section 5.6.2) such as 'GET'", httpstatus.redirect, 302, "")
        fails("invalid format 'x': expected auto, cloudfront", httpstatus.lookup, 0, { format = "x" })
        fails("invalid method 7: expected a string", httpstatus.redirect, 302, 7)
        local function with(request) return httpstatus.redirect, 302, "GET", nil, request end
        fails("invalid body 7: expected true or false", with { body = 7 })
        fails("invalid url nil: expected the absolute http or https URL", with { location = "/a" })
        fails("invalid url 'a': expected the absolute http or https URL", with { url = "a" })
        fails("invalid location 7: expected a string, or a list", with { url = "http://a/", location = { 7 } })
        fails("invalid option 'colour': expected body, replayable, url, location", with { colour = 7 })
        fails("invalid base '/b': expected an absolute http or https URL such as 'https://a.example/b'",
            httpstatus.resolve, "/b", "/c")
        fails("invalid base nil: expected a string", httpstatus.resolve, nil, "/c")
        fails("invalid location 7: expected a string", httpstatus.resolve, "http://a/", 7)
        fails("invalid rules 'x': expected rfc3986, whatwg", httpstatus.resolve, "http://a/", "/c", "x")
        fails("invalid rules 7: expected a string", httpstatus.resolve, "http://a/", "/c", 7)
        fails("invalid policy 'x': expected rfc9110, fetch, browser, rfc2616", httpstatus.redirect, 302, "GET", "x")
        fails("invalid format 'lighttpd': expected auto, ", httpstatus.tally, "x",
            { format = "lighttpd" })
        fails("invalid format '%h' at column 3: no status: expected %>s or %s",
            httpstatus.tally_string, "", { format = "%h" })
        fails("invalid format '$a$status' at column 3: nothing separates the status from the field",
            httpstatus.tally_string, "", { format = "$a$status" })
        fails("invalid source 7: expected a path or an open file", httpstatus.tally, 7)
        fails("expected a path without a NUL", httpstatus.tally, "a\0b")
        fails("invalid which '6xx': expected '5xx', ", httpstatus.select_string, "", "6xx")
        fails("invalid which 1000: expected -1 to 999", httpstatus.select_string, "", 1000)
        fails("invalid which 4.5: expected -1 to 999", httpstatus.select_string, "", 4.5)
        fails("invalid which true: expected '5xx', ", httpstatus.select_string, "", true)
        fails("invalid which of type table: expected", httpstatus.select_string, "", { {} })
        local file = io.tmpfile()
        file:close()
        fails("the file is closed", httpstatus.tally, file)
    end)

    it("takes integers in every form", function()
        assert.equal("Not Found", httpstatus.phrase(404.0))
        assert.equal("Not Found", httpstatus.phrase "404")
        for _, code in ipairs { -2, 1000, 4294967496, MAX, MIN } do
            assert.is_nil(httpstatus.phrase(code))
            assert.is_nil(httpstatus.lookup(code))
            assert.same({}, httpstatus.variants(code))
            assert.equal(500, httpstatus.effective(code))
            assert.is_nil(httpstatus.class_of(code))
            assert.is_nil(httpstatus.redirect(code, "GET"))
        end
        assert.equal("4xx", httpstatus.class_of "404")
        assert.equal("4xx", httpstatus.class_of(404.0))
    end)

    it("answers from its lists what the rows say", function()
        for code = -2, 1001 do
            local row = httpstatus[code]
            assert.equal(row, httpstatus.lookup(code))
            assert.equal(row and row.phrase, httpstatus.phrase(code))
            local class = code >= 100 and code <= 599 and math.floor(code / 100) .. "xx" or nil
            assert.equal(class, httpstatus.class_of(code))
        end
    end)
end)

describe("a time", function()
    local OCTOBER, TIME = "Oct 10 20:55:36", 971211336

    local function seconds(text, options)
        local time = httpstatus.parse_time(text, options)
        return time and time.seconds
    end

    it("takes options, or none", function()
        assert.equal(TIME, seconds "971211336")
        assert.equal(TIME, seconds("2000-10-10 20:55:36", {}))
        assert.equal(TIME - 3600, seconds("2000-10-10 20:55:36", { zone = 3600.0 }))
        assert.is_nil(seconds(OCTOBER))
        assert.is_nil(httpstatus.parse_time "")
    end)

    it("rounds the reference down", function()
        for _, reference in ipairs { TIME, TIME + 0.5 } do
            assert.equal(TIME, seconds(OCTOBER, { reference = reference }))
        end
        assert.equal(TIME - 366 * 86400, seconds(OCTOBER, { reference = TIME - 0.5 }))
        assert.equal(-1, seconds("Dec 31 23:59:59", { reference = -0.5 }))
        for _, reference in ipairs { MAX, -MAX, 1e300, -1e300, math.huge, -math.huge } do
            assert.is_nil(seconds(OCTOBER, { reference = reference }))
        end
    end)

    it("names what is wrong", function()
        for message, call in pairs {
            ["invalid text 5: expected a string"] = { 5 },
            ["missing text: expected a string"] = {},
            ["invalid options 'UTC': expected a table"] = { "0", "UTC" },
            ["invalid option 'now': expected zone, reference"] = { "0", { now = 5 } },
            ["invalid zone 86400: expected seconds east of UTC, %-86399 to 86399"] = { "0", { zone = 86400 } },
            ["invalid zone %-86400"] = { "0", { zone = -86400 } },
            ["invalid zone 0.5"] = { "0", { zone = 0.5 } },
            ["invalid zone '0'"] = { "0", { zone = "0" } },
            ["invalid reference '0': expected seconds since 1970"] = { "0", { reference = "0" } },
            ["invalid reference %-?nan"] = { "0", { reference = 0 / 0 } },
        } do
            local ok, said = pcall(httpstatus.parse_time, unpack(call))
            assert.is_false(ok)
            assert.truthy(said:find(message), said)
        end
    end)
end)

describe("unescape", function()
    it("takes a text of any size", function()
        for _, size in ipairs { 1, 682, 683, 5000 } do
            assert.equal(("A"):rep(size), httpstatus.unescape(("%41"):rep(size), "percent"))
        end
    end)

    it("names what is wrong", function()
        for message, call in pairs {
            ["invalid text 5: expected a string"] = { 5, "none" },
            ["missing escape: expected a string"] = { "" },
            ["invalid escape 'url': expected none, backslash, hash, percent, json"] = { "", "url" },
        } do
            local ok, said = pcall(httpstatus.unescape, unpack(call))
            assert.is_false(ok)
            assert.truthy(said:find(message), said)
        end
    end)
end)

describe("a record", function()
    local PARSED = {
        status = 200, substatus = 0, number = 1, line = LONG, format = "clf",
        time = { seconds = 971211336, nanoseconds = 0, has_zone = true },
        client = "1.2.3.4", user = "joe", method = "GET", target = '/a?b="c', path = "/a", query = 'b="c',
        protocol = "HTTP/1.1", bytes = 12, referer = "http://r/", agent = 'a"b',
    }
    local W3C = "#Fields: date time cs-uri-stem sc-status sc-substatus time-taken\n" ..
        "2026-11-20 10:00:00 /a 403 14 1500\n"

    -- What is left of each record when only some fields are looked at.
    local function fields_of_each(name, ...)
        local out = {}
        for found in ... do out[#out + 1] = found[name] or "none" end
        return out
    end

    it("has the parts that are known", function()
        assert.same(PARSED, httpstatus.record(LONG))
        assert.same(PARSED, httpstatus.record(LONG .. "\r\n" .. RECORD))
        for found in httpstatus.records_string(LONG) do assert.same(PARSED, found) end
        assert.same({
            status = 403, substatus = 14, number = 2, format = "w3c", path = "/a", duration = 1.5,
            line = "2026-11-20 10:00:00 /a 403 14 1500",
            time = { seconds = 1795168800, nanoseconds = 0, has_zone = true },
        }, httpstatus.record(W3C))
        assert.equal("custom", httpstatus.record("200 /a", { format = "$status $uri" }).format)
        local none = httpstatus.record((LONG:gsub(" 200 ", " - ")))
        assert.is_nil(none.status)
        assert.equal("/a", none.path)
        assert.equal(1, select("#", httpstatus.record(LONG)))
    end)

    it("is nil if there is none", function()
        for _, text in ipairs { "", "\n", "bad", "#Fields: sc-status\n", '{"a":1}' } do
            assert.is_nil(httpstatus.record(text))
            assert.equal(1, select("#", httpstatus.record(text)))
        end
        assert.equal(3, httpstatus.record("bad\n\n" .. RECORD .. RECORD).number)
        assert.is_nil(httpstatus.record(RECORD, { format = "w3c" }))
    end)

    it("has numbers of the kind that they are", function()
        local found = httpstatus.record(W3C)
        local kind = math.type or function() return nil end
        for _, name in ipairs { "status", "substatus", "number" } do
            assert.equal(math.type and "integer", kind(found[name]))
        end
        assert.equal(math.type and "integer", kind(httpstatus.record(LONG).bytes))
        assert.equal(math.type and "integer", kind(found.time.seconds))
        assert.equal(math.type and "integer", kind(found.time.nanoseconds))
        assert.equal(math.type and "float", kind(found.duration))
        assert.equal(0.25, httpstatus.record('{"status":1,"request_time":"0.25"}').duration)
        assert.equal(502, httpstatus.record('{"status":1,"upstream_status":"200, 502"}').upstream_status)
    end)

    it("lacks what cannot be read", function()
        local line = '{"status":200,"bytes_sent":"x","request_time":"x","upstream_status":"x","time":"x"}'
        assert.same({ status = 200, substatus = 0, number = 1, format = "json", line = line },
            httpstatus.record(line))
    end)

    it("may lie in a string of a JSON object", function()
        local text = LONG:gsub("\\", "\\\\"):gsub('"', '\\"')
        for _, size in ipairs { 0, 5000 } do -- some are too long for the memory at hand
            local docker = ('{"log":"%s%s\\n","stream":"stdout","time":"2026-11-20T10:00:00Z"}'):format(
                text, (" "):rep(size))
            local found = httpstatus.record(docker)
            assert.equal(docker, found.line)
            found.line = LONG
            assert.same(PARSED, found)
            local all = httpstatus.records_string((docker .. "\n"):rep(3))
            assert.same({ 'a"b', 'a"b', 'a"b' }, fields_of_each("agent", all))
        end
    end)

    it("may be long, and full of escapes", function()
        local agent = ("\\x41\\\""):rep(100000)
        local line = LONG:gsub('"[^"]*"$', function() return "" end):gsub('"a\\$', "") .. '"' .. agent .. '"'
        local path = file_with((line .. "\n"):rep(3))
        local wanted = ('A"'):rep(100000)
        assert.same({ wanted, wanted, wanted }, fields_of_each("agent", httpstatus.records(path)))
        assert.equal(wanted, httpstatus.record(line).agent)
    end)

    it("knows the zone and the year from the options", function()
        local function time_of(text, how)
            return httpstatus.record(('{"status":200,"time":"%s"}'):format(text), how).time
        end
        assert.same({ seconds = 971186136, nanoseconds = 500000000, has_zone = false },
            time_of "2000-10-10T13:55:36.5")
        assert.same({ seconds = 971186136 - 7200, nanoseconds = 0, has_zone = true },
            time_of("2000-10-10 13:55:36", { zone = 7200 }))
        assert.is_nil(time_of "Oct 10 13:55:36")
        for reference, seconds in pairs {
            [971186136] = 971186136, [971186135.9] = 971186136 - 366 * 86400, [-0.5] = -7121064,
            [-7121064.5] = -38657064, [1e300] = false, [-1e300] = false,
        } do
            local time = time_of("Oct 10 13:55:36", { reference = reference })
            assert.equal(seconds, time and time.seconds or false)
        end
        local _, _, _, lines = httpstatus.records_string("", nil, { zone = -86399, reference = 0 })
        assert.equal(0, lines:tally().lines)
    end)

    it("is what which asks for", function()
        local log = RECORD .. "bad\n\n" .. RECORD:gsub(" 200 ", " - ") .. RECORD:gsub("200", "500")
        local function numbers(which) return fields_of_each("number", httpstatus.records_string(log, which)) end
        assert.same({ 1, 4, 5 }, numbers(nil))
        assert.same({ 5 }, numbers "5xx")
        assert.same({ 1, 4 }, numbers { 200, "no_status" })
        assert.same({ 2 }, numbers "unmatched")
        assert.same({ substatus = 0, number = 2, line = "bad" }, httpstatus.records_string(log, "unmatched")())
        local next_record, state, first, lines = httpstatus.records_string(log, 500)
        assert.is_nil(state)
        assert.is_nil(first)
        assert.equal(500, next_record().status)
        assert.is_nil(next_record())
        assert.same({ 5, 1 }, { lines:tally().lines, lines:tally().unmatched })
    end)

    it("is read by the #Fields before it", function()
        local log, wanted = {}, {}
        for i = 1, 700 do -- more than are found at a time
            local columns = i % 3 == 0 and "c-ip sc-status cs-method" or "cs-method sc-status c-ip"
            if i % 3 ~= 2 then log[#log + 1] = "#Fields: " .. columns end
            log[#log + 1] = i % 3 == 0 and i .. " 200 GET" or "GET 200 " .. i
            wanted[i] = tostring(i)
        end
        local text = table.concat(log, "\n")
        assert.same(wanted, fields_of_each("client", httpstatus.records_string(text)))
        local path = file_with(text)
        assert.same(wanted, fields_of_each("client", httpstatus.records(path, 200, { format = "w3c" })))
        local pipe = assert(io.popen("cat " .. path))
        assert.same(wanted, fields_of_each("client", httpstatus.records(pipe)))
        pipe:close()
        assert.equal("7", httpstatus.record("7 200", { format = "w3c", fields = "c-ip sc-status" }).client)
    end)

    it("is one's own to change", function()
        for _ = 1, 2 do
            local found = httpstatus.record(LONG)
            assert.same(PARSED, found)
            assert.is_nil(getmetatable(found))
            found.time.seconds, found.client = 7, nil
        end
        local next_record, one = httpstatus.records_string((LONG .. "\n"):rep(2)), nil
        one = next_record()
        one.time.seconds, one.status, one.line = 7, 7, 7
        local two = next_record()
        two.number = 1
        assert.same(PARSED, two)
    end)

    it("of a file that cannot be read is nil, message, errno", function()
        local none, message, errno = httpstatus.records "/does/not/exist.log"
        assert.is_nil(none)
        assert.equal("/does/not/exist.log: No such file or directory", message)
        assert.equal(2, errno)
        assert.has_error(function()
            for _ in httpstatus.records "/" do end
        end, "/: Is a directory")
        local file = assert(io.open(file_with(RECORD:rep(20000)), "rb"))
        local ok, text = pcall(function()
            for _ in httpstatus.records(file) do
                if io.type(file) == "file" then file:close() end
            end
        end)
        assert.is_false(ok)
        assert.matches("the file was closed while its lines were read", text)
        assert.has_error(function() httpstatus.records(file) end)
    end)

    it("may be the last of a loop", function()
        local path = file_with(RECORD:rep(2000))
        for _ = 1, 1100 do
            for found in httpstatus.records(path) do
                assert.equal(1, found.number)
                break
            end
        end
        local next_record, _, _, lines = httpstatus.records(path, 200)
        assert.equal(1, next_record().number)
        lines:close()
        assert.is_nil(next_record())
    end)

    it("comes as it is written to a pipe", function()
        local pipe = assert(io.popen(("sleep 0.3; printf '%%s\\n' '%s'; sleep 0.1; printf '%%s\\n' '%s'"):format(
            RECORD:sub(1, -2), RECORD:sub(1, -2))))
        assert.same({ 1, 2 }, fields_of_each("number", httpstatus.records(pipe)))
        pipe:close()
    end)

    it("names the wrong argument", function()
        local function fails(message, call, ...)
            local ok, text = pcall(call, ...)
            assert.is_false(ok)
            assert.truthy(text:find(message, 1, true), text)
        end
        local options = "expected format, key, fields, target, zone, reference"
        fails("invalid line 200.5: expected a string", httpstatus.record, 200.5)
        fails("missing line: expected a string", httpstatus.record)
        fails("invalid log 200.5: expected a string", httpstatus.records_string, 200.5)
        fails("invalid source 7: expected a path or an open file", httpstatus.records, 7)
        fails("invalid which '6xx': expected '5xx', ", httpstatus.records_string, "", "6xx")
        fails("invalid which false: expected '5xx', ", httpstatus.records_string, "", false)
        for _, call in ipairs {
            function(how) return httpstatus.record("", how) end,
            function(how) return httpstatus.records("x", nil, how) end,
            function(how) return httpstatus.records_string("", nil, how) end,
        } do
            fails("invalid option 'invert': " .. options, call, { invert = true })
            fails("invalid options 7: expected a table", call, 7)
            fails("invalid format 'x': expected auto, ", call, { format = "x" })
            fails("invalid key '': expected a path of 1 to 8 names", call, { key = "" })
            fails("invalid target true for format 'clf': ", call, { format = "clf", target = true })
            for _, zone in ipairs { 86400, -86400, 0.5, MAX, "x", true, {} } do
                fails(": expected seconds east of UTC, -86399 to 86399", call, { zone = zone })
            end
            for _, reference in ipairs { "x", "7", true, {}, 0 / 0 } do
                fails(": expected seconds since 1970", call, { reference = reference })
            end
        end
    end)
end)

describe("the annotations", function()
    local classes, functions, class = {}, {}, nil
    for line in io.lines(here .. "/../bindings/lua/httpstatus.d.lua") do
        class = line:match "^%-%-%-@class ([%w.]+)" or class
        classes[class or ""] = classes[class or ""] or {}
        local field = line:match "^%-%-%-@field ([%w_]+)"
        if field then classes[class][field] = true end
        local owner, separator, name = line:match "^function (%w+)([.:])([%w_]+)%(.*%) end$"
        if name then functions[owner .. separator .. name] = true end
    end

    -- What all the objects together have, but for what is not a name.
    local function names_of(objects, wanted)
        local out = {}
        for _, object in ipairs(objects) do
            for name, value in pairs(object) do
                local is_wanted = (type(value) == "function") == (wanted == "function")
                if type(name) == "string" and is_wanted then out[name] = true end
            end
        end
        return out
    end

    it("are Lua", function() assert(loadfile(here .. "/../bindings/lua/httpstatus.d.lua"))() end)

    it("name each function and constant of the module, and no others", function()
        local own = {}
        for name in pairs(functions) do own[name:match "^httpstatus%.(.*)" or ""] = true end
        own[""] = nil
        assert.same(names_of({ httpstatus }, "function"), own)
        assert.same(names_of { httpstatus }, classes.httpstatus)
    end)

    it("name each method", function()
        local _, _, _, lines = httpstatus.select_string("", 200)
        local objects = { Tally = httpstatus.new_tally(), Lines = lines, Series = httpstatus.series_string "",
            Top = httpstatus.top_string "", Latency = httpstatus.latency_string "",
            RedirectChain = httpstatus.new_chain("GET", nil, "http://a/"),
            RedirectClient = httpstatus.redirect_clients(302, "POST")[1] }
        local count = 0
        for name in pairs(functions) do
            local owner, method = name:match "^(%w+):(.*)"
            if owner then
                assert.is_function(objects[owner][method])
                count = count + 1
            end
        end
        assert.equal(23, count)
        local w3c = httpstatus.tally_string("#Fields: sc-status sc-substatus\n403 14\nbad")
        local json = httpstatus.tally_string('{"status": 404}')
        assert.same(classes["httpstatus.Counts"], names_of { w3c:as_table(), json:as_table() })
        for name in pairs(classes["httpstatus.Tally"]) do
            assert.is_true(name == "format" or json[name] ~= nil, name)
        end
        local series = httpstatus.series_string '{"status": 404, "ts": 5}'
        for name in pairs(classes["httpstatus.Series"]) do assert.is_not_nil(series[name], name) end
        local top = httpstatus.top_string '{"status": 500, "request_uri": "/a"}'
        for name in pairs(classes["httpstatus.Top"]) do assert.is_not_nil(top[name], name) end
        assert.same(classes["httpstatus.TopTable"], names_of { top:as_table() })
        local buckets = series:as_table()
        for _, name in ipairs { "1xx", "2xx", "3xx", "4xx", "5xx", "other" } do
            assert.same({ name == "4xx" and 1 or 0 }, buckets[name])
            buckets[name] = nil
        end
        assert.same(classes["httpstatus.Buckets"], names_of { buckets })
        for name in pairs(classes["httpstatus.RedirectChain"]) do
            assert.truthy(objects.RedirectChain[name], name)
        end
    end)

    it("name each field of rows and records, and no others", function()
        local rows, retries, headers = httpstatus.statuses(), {}, {}
        for _, row in ipairs(rows) do
            retries[#retries + 1] = row.retry
            for _, header in ipairs(row.headers or {}) do headers[#headers + 1] = header end
        end
        local names = names_of(rows)
        names.variants = httpstatus[404].variants ~= nil
        assert.same(classes["httpstatus.Status"], names)
        assert.same(classes["httpstatus.RetryAdvice"], names_of(retries))
        assert.same(classes["httpstatus.Header"], names_of(headers))
        local records, clients = {}, httpstatus.redirect_clients(302, "POST")
        for code = 300, 310 do records[#records + 1] = httpstatus.redirect(code, "POST") end
        records[#records + 1] = httpstatus.redirect(302, "POST", nil, { url = "http://a/", location = "" })
        assert.same(classes["httpstatus.Redirect"], names_of(records))
        assert.same(classes["httpstatus.RedirectClient"], names_of(clients))
        local date = { retry_after = "Sun, 06 Nov 1994 08:49:37 GMT" }
        assert.same(classes["httpstatus.Time"], names_of { httpstatus.parse_time "0" })
        local json = '{"status":1,"upstream_status":"2","http_x_forwarded_for":"a","host":"b","duration":3}'
        assert.same(classes["httpstatus.Record"], names_of { httpstatus.record(LONG), httpstatus.record(json) })
        assert.same(classes["httpstatus.Retry"], names_of {
            httpstatus.retry(421, "GET", { retry_after = "1" }), httpstatus.retry(503, "GET", date),
        })
        local retrying = {}
        for _, code in ipairs { 413, 503 } do
            for _, client in ipairs(httpstatus.retry_clients(code, "PUT")) do
                retrying[#retrying + 1] = client
            end
        end
        assert.same(classes["httpstatus.RetryClient"], names_of(retrying))
    end)

    it("name each option", function()
        for name in pairs(classes["httpstatus.LogOptions"]) do
            local value = ({ format = "clf", fields = "sc-status" })[name] or "x"
            assert.is_true((pcall(httpstatus.tally_string, "", { [name] = value })))
        end
        for name in pairs(classes["httpstatus.RecordOptions"]) do
            local _, message = pcall(httpstatus.record, "", { [name] = {} })
            assert.matches("invalid " .. name .. " of type table: expected seconds", message)
        end
        for name in pairs(classes["httpstatus.TimeOptions"]) do
            local _, message = pcall(httpstatus.parse_time, "0", { [name] = {} })
            assert.is_nil(tostring(message):match "invalid option")
        end
        for name in pairs(classes["httpstatus.RetryOptions"]) do
            local _, message = pcall(httpstatus.retry, 503, "GET", { [name] = {} })
            assert.is_nil(tostring(message):match "invalid option")
        end
        for name in pairs(classes["httpstatus.Knobs"]) do
            local _, message = pcall(httpstatus.redirect, 302, "GET", { [name] = 7 })
            assert.is_nil(tostring(message):match "invalid option")
        end
    end)
end)

describe("a retry", function()
    local DATE, TIME = "Sun, 06 Nov 1994 08:49:37 GMT", 784111777

    it("takes options, or none", function()
        assert.equal("retry", httpstatus.retry(503, "GET").action)
        assert.equal("retry", httpstatus.retry(503, "GET", {}).action)
        assert.equal("retry", httpstatus.retry("503", "GET", nil).action)
        assert.equal("ask", httpstatus.retry(503, "GET", { idempotent = false }).action)
        assert.equal("stop", httpstatus.retry(503, "PUT", { replayable = false }).action)
        assert.equal("unknown", httpstatus.retry(MAX, "GET").action)
    end)

    it("rounds numbers down, which makes no retry earlier", function()
        for _, now in ipairs { TIME - 60, TIME - 59.01 } do
            assert.equal(60, httpstatus.parse_retry_after(DATE, now))
            assert.equal(60, httpstatus.retry(503, "GET", { retry_after = DATE, now = now }).delay)
        end
        for _, now in ipairs { 2 ^ 53, MAX, 1e300, math.huge } do
            assert.equal(0, httpstatus.parse_retry_after(DATE, now))
        end
        for _, cap in ipairs { 60, 60.9, 1e300, math.huge } do
            assert.equal("retry", httpstatus.retry(503, "GET", { retry_after = "60", cap = cap }).action)
        end
        for _, cap in ipairs { 59, 59.9, 0 } do
            assert.equal("stop", httpstatus.retry(503, "GET", { retry_after = "60", cap = cap }).action)
        end
        assert.equal("9007199254740991", ("%.0f"):format(httpstatus.parse_retry_after(("9"):rep(1000))))
        assert.is_nil(httpstatus.parse_retry_after(DATE))
        assert.equal(TIME, httpstatus.retry(503, "GET", { retry_after = DATE }).date)
    end)

    it("names what is wrong", function()
        for message, call in pairs {
            ["invalid policy 'fetch': expected rfc9110, "] = { 503, "GET", { policy = "fetch" } },
            ["invalid policy 7: expected a string"] = { 503, "GET", { policy = 7 } },
            ["invalid now '1': expected seconds since 1970, 0 or more"] = { 503, "GET", { now = "1" } },
            ["invalid now %-1: expected seconds"] = { 503, "GET", { now = -1 } },
            ["invalid cap %-0.5: expected seconds, 0 or more"] = { 503, "GET", { cap = -0.5 } },
            ["invalid cap of type table: "] = { 503, "GET", { cap = {} } },
            ["invalid cap %-?nan"] = { 503, "GET", { cap = 0 / 0 } },
            ["invalid retry_after 120: expected a string"] = { 503, "GET", { retry_after = 120 } },
            ["invalid option 'colour': expected retry_after, now, "] = { 503, "GET", { colour = 1 } },
            ["invalid options 'curl': expected a table"] = { 503, "GET", "curl" },
            ["invalid method '': expected a token"] = { 503, "" },
            ["invalid method nil: expected a string"] = { 503, nil },
            ["invalid code 503.5: expected an integer"] = { 503.5, "GET" },
        } do
            local ok, said = pcall(httpstatus.retry, call[1], call[2], call[3])
            assert.is_false(ok)
            assert.truthy(said:find(message), said)
        end
        for message, call in pairs {
            ["invalid text 5: expected a string"] = { 5 }, ["invalid now 'x'"] = { "5", "x" },
            ["invalid now %-1"] = { "5", -1 },
        } do
            local ok, said = pcall(httpstatus.parse_retry_after, call[1], call[2])
            assert.is_false(ok)
            assert.truthy(said:find(message), said)
        end
    end)
end)

describe("a redirect", function()
    local redirect = httpstatus.redirect

    it("follows a policy of one's own", function()
        assert.equal("GET", redirect(302, "PUT", { rewrite_302 = "all" }).method)
        assert.equal("ask", redirect(301, "PUT", { rewrite_301 = "ask" }).action)
        assert.equal("none", redirect(307, "POST", { unsafe_307_308 = "none" }).action)
        assert.equal("GET", redirect(303, "HEAD", { head_on_303 = "GET" }).method)
        assert.equal("follow", redirect(300, "GET", { follow = { 300 } }).action)
        assert.equal("may", redirect(302, "GET", { follow = {}, others = "may" }).action)
        assert.equal(50, redirect(302, "GET", { policy = "curl" }).limit)
        local own = redirect(303, "POST", {
            drops_headers = { "X-A", "X-B" }, drops_cross_origin = {}, limit = false,
        })
        assert.same({ "X-A", "X-B" }, own.drops_headers)
        assert.is_nil(own.drops_cross_origin)
        assert.is_nil(own.limit)
    end)

    it("is a new record each time, the same as at first", function()
        local methods = { "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "CONNECT", "post",
            "a'b" }
        for _, method in ipairs(methods) do
            for code = 299, 310 do
                local first, second = redirect(code, method), redirect(code, method, nil)
                assert.same(redirect(code, method, "fetch"), first)
                assert.same(first, second)
                assert.same(first, redirect(code + 0.0, method))
                assert.is_true(first == nil or not rawequal(first, second))
            end
        end
    end)

    it("takes lists without gaps alone", function()
        for _, list in ipairs { { 302, x = 1 }, { x = 302 }, { 302, [3] = 303 } } do
            assert.has_error(function() httpstatus.redirect(302, "GET", { follow = list }) end)
        end
    end)

    it("leads somewhere", function()
        assert.same({ url = "http://b/c?d#e", cross_origin = true, cross_host = true, scheme_changed = true,
            downgraded = true, has_userinfo = false }, httpstatus.resolve("https://a/#e", "http://b/c?d"))
        assert.same({ problem = "invalid" }, httpstatus.resolve("https://a/", "http:c"))
        assert.equal("http://a/c", httpstatus.resolve("http://a/b", "http:c", "whatwg").url)
        assert.equal("http://a/%FF", httpstatus.resolve("http://a/b", "\255", nil).url)
        local long = ("/\0x"):rep(10000)
        assert.equal("http://a" .. ("/%00x"):rep(10000), httpstatus.resolve("http://a/b", long, "whatwg").url)
    end)

    it("is measured at real clients", function()
        local client = httpstatus.redirect_clients(302, "POST")[1]
        assert.equal("apache httpclient4", client.name)
        assert.equal(50, client.limit)
        assert.has_error(function() client:differs_from "netscape" end)
        assert.has_error(function() client.differs_from({}, "curl") end)
        assert.has_error(function() client:differs_from() end)
        assert.same({ "followed" }, client:differs_from "fetch")
        assert.same({}, client:differs_from { follow = { 303 } })
        local function names(...)
            local found = {}
            for _, c in ipairs(httpstatus.redirect_clients(...)) do
                found[#found + 1] = c.name .. " " .. c.version .. " " .. tostring(c.request_body)
            end
            return found
        end
        assert.same(names(302, "POST"), names(302, "POST", true))
        assert.same(names(302, "POST"), names(302, "POST", nil))
        assert.same(names(302, "GET"), names(302, "GET", false))
        for _, found in ipairs(httpstatus.redirect_clients(302, "POST", false)) do
            assert.is_false(found.request_body)
            assert.is_nil(found.keeps_body)
        end
        client.request_body = nil
        assert.has_error(function() client:differs_from "curl" end)
        assert.has_error(function() httpstatus.redirect_clients(302, "") end)
        for _, one in ipairs(httpstatus.retry_clients(413, "PUT")) do
            if one.name == "got" then
                assert.is_false(one.retried)
                assert.is_true(one.honours_retry_after)
                assert.equal("own delay", one.on_zero)
                assert.is_nil(one.tries)
            end
        end
        assert.has_error(function() httpstatus.retry_clients(503, "") end)
    end)

    it("names the wrong knob", function()
        for _, knobs in ipairs {
            { colour = "red" }, { policy = "x" }, { policy = 7 }, { follow = { 200 } },
            { follow = 302 }, { follow = { "x" } }, { others = "ask" }, { rewrite_301 = "some" },
            { rewrite_302 = 1 }, { head_on_303 = "head" }, { unsafe_307_308 = "may" },
            { drops_headers = "Cookie" }, { drops_headers = { "a b" } }, { drops_headers = { 1 } },
            { drops_cross_origin = { "" } }, { limit = 0 }, { limit = "x" }, { limit = true },
        } do
            assert.is_false((pcall(redirect, 302, "PUT", knobs)))
            assert.is_false((pcall(httpstatus.new_chain, "PUT", knobs)))
        end
    end)

    it("goes on in a chain", function()
        local knobs = { policy = "rfc9110", limit = 2, drops_cross_origin = { "X-" .. "Secret" } }
        local chain = httpstatus.new_chain("PO" .. "ST", knobs, "/a")
        knobs.drops_cross_origin[1], knobs = nil, nil
        collectgarbage()
        assert.equal("POST", chain.method)
        assert.same({ "X-Secret" }, chain:step(307, "/b", true).drops_cross_origin)
        assert.same({ nil, "a redirect loop: '/a' was requested before" }, { chain:step(307, "/a") })
        assert.is_nil((chain:step(404)))
        assert.is_false(chain:step(302, "/c").keeps_body)
        assert.equal(2, chain.count)
        assert.same({ nil, "too many redirects: the policy allows 2 in a row" },
            { chain:step(302, "/d") })
        assert.has_error(function() httpstatus.new_chain "" end)
        assert.has_error(function() httpstatus.new_chain(7) end)
    end)
end)

describe("a log", function()
    local log = RECORD:rep(20000) .. "bad\n" .. RECORD:gsub("200", "500")

    it("is read from a path, a file, a pipe and a string", function()
        local path = file_with(log)
        local whole = httpstatus.tally_string(log)
        assert.equal(20000, whole[200])
        assert.same({ 20001 }, whole.first_unmatched)
        assert.equal(whole, httpstatus.tally(path))
        local file = assert(io.open(path, "rb"))
        assert.equal(whole, httpstatus.tally(file))
        assert.equal("file", io.type(file))
        file:close()
        local pipe = assert(io.popen("cat " .. path))
        assert.equal(whole, httpstatus.tally(pipe))
        pipe:close()
        assert.same(httpstatus.extract_string(log), httpstatus.extract(path))
    end)

    it("says where JSON has its status, of sums too", function()
        local function read(log, key)
            return httpstatus.tally_string(log, { format = "json", key = key })
        end
        local own, usual = read('{"a":{"b":404}}\n', "a.b"), read '{"status":404}\n'
        assert.same({ "a.b", "status", "a.b" }, { own.key, usual.key, read("", "a.b").key })
        assert.same({ "a.b", "status", "a.b", "a.b" }, { (own + own).key, (usual + usual).key,
            (own + read "").key, (read "" + own).key })
        assert.is_nil((own + usual).key)
        assert.is_nil((own + read('{"c":404}\n', "c")).key)
        assert.is_nil(httpstatus.tally_string(RECORD).key)
    end)

    it("counts sub-statuses for which there is no room", function()
        local lines = { "#Fields: sc-status sc-substatus" }
        for n = 1, 299 do lines[n + 1] = "403 " .. n end
        local whole = httpstatus.tally_string(table.concat(lines, "\n"), { format = "w3c" })
        assert.equal(43, whole.substatuses.more)
        assert.equal(1, whole.substatuses["403.256"])
    end)

    it("that cannot be read is nil, message, errno, when it is extracted", function()
        local statuses, message, errno = httpstatus.extract(here)
        assert.is_nil(statuses)
        assert.is_string(message)
        assert.equal(21, errno)
    end)

    it("is no file of another content", function()
        local path = os.tmpname()
        for head, text in pairs {
            ["\31\139\8"] = "the log is compressed: read it through io.popen(\"gzip -dc ...\")",
            ["BZh91AY&SY\1\2\3\4\5"] = "the log is compressed: read it through io.popen(\"bzip2 -dc ...\")",
            ["\253\55zXZ\0"] = "the log is compressed: read it through io.popen(\"xz -dc ...\")",
            ["\40\181\47\253"] = "the log is compressed: read it through io.popen(\"zstd -dc ...\")",
            ["\255\254a\0"] = "the log is UTF-16: convert it first, by iconv -f UTF-16 -t UTF-8",
        } do
            local file = assert(io.open(path, "wb"))
            file:write(head)
            file:close()
            for _, call in ipairs { httpstatus.tally, httpstatus.extract,
                    function() return httpstatus.select(path, "5xx") end } do
                local nothing, message, code = call(path)
                assert.is_nil(nothing)
                assert.equal(path .. ": " .. text, message)
                assert.equal("number", type(code))
            end
            assert.equal(1, httpstatus.tally_string(head).lines)
        end
        os.remove(path)
    end)

    it("that cannot be read is nil, message, errno", function()
        for _, call in ipairs {
            httpstatus.tally, httpstatus.extract, httpstatus.suggest,
            function(path) return httpstatus.select(path, "5xx") end,
        } do
            local none, message, errno = call "/does/not/exist.log"
            assert.is_nil(none)
            assert.equal("/does/not/exist.log: No such file or directory", message)
            assert.equal(2, errno)
        end
        for _, call in ipairs { httpstatus.tally, httpstatus.suggest } do
            local none, message, errno = call "/"
            assert.is_nil(none)
            assert.equal("/: Is a directory", message)
            assert.equal(21, errno)
        end
        assert.has_error(function()
            for _ in httpstatus.select("/", "5xx") do end
        end, "/: Is a directory")
    end)

    it("may be empty", function()
        local tally = httpstatus.tally(file_with "")
        assert.equal(0, tally.lines)
        assert.is_nil(tally.format)
        assert.is_nil(next(httpstatus.extract_string ""))
        for _ in httpstatus.select_string("", "5xx") do error "a line" end
        for _ in tally:items() do error "a code" end
    end)

    it("gives the same in pieces", function()
        local short = RECORD:rep(3) .. "bad\n" .. RECORD:sub(1, -2)
        local whole = httpstatus.tally_string(short)
        for size = 1, #short do
            for _, form in ipairs { "auto", "clf" } do
                local tally = httpstatus.new_tally { format = form }
                for at = 1, #short, size do tally:feed(short:sub(at, at + size - 1)) end
                assert.equal(whole, tally:close():close())
                assert.equal("clf", tally.format)
            end
        end
    end)

    it("takes options", function()
        assert.equal(1, httpstatus.tally_string('{"a":{"b":404}}', { format = "json", key = "a.b" })[404])
        assert.has_error(function() httpstatus.tally_string("", { key = "a..b" }) end)
        assert.has_error(function() httpstatus.tally_string("", { key = 7 }) end)
        local w3c = httpstatus.tally_string("x 403 14\nx 403 1\nx 403 14", {
            format = "w3c", fields = "a sc-status sc-substatus",
        })
        assert.same({ ["403.1"] = 1, ["403.14"] = 2 }, w3c.substatuses)
        assert.same({ ["403.1"] = 2, ["403.14"] = 4 }, (w3c + w3c).substatuses)
        local tally = httpstatus.new_tally { format = "json", key = "a" .. ".b" }
        collectgarbage()
        assert.equal(1, tally:feed '{"a":{"b":404}}':close()[404])
    end)

    it("takes no options that do not apply", function()
        for name, value in pairs { key = "a", fields = "sc-status", target = true } do
            for _, form in ipairs { "clf", "squid", "%h %>s" } do
                local how = { format = form, [name] = value }
                for _, call in ipairs {
                    httpstatus.tally_string, httpstatus.extract_string, httpstatus.tally, httpstatus.extract,
                    function(log) return httpstatus.select_string(log, 200, how) end,
                    function() return httpstatus.new_tally(how) end,
                } do
                    local ok, message = pcall(call, RECORD, how)
                    assert.is_false(ok)
                    assert.truthy(message:find("invalid " .. name .. " ", 1, true))
                    assert.truthy(message:find(" for format '" .. form .. "': expected format ", 1, true))
                    assert.truthy(message:find(", or no " .. name, 1, true))
                end
            end
            assert.equal(1, httpstatus.tally_string(RECORD, { [name] = value })[200])
        end
        assert.equal(1, httpstatus.tally_string(RECORD, { format = "clf", target = false })[200])
    end)

    it("takes no fields without a status", function()
        for _, form in ipairs { "w3c", "cloudfront", "zeek", "auto" } do
            local ok, message = pcall(httpstatus.tally_string, "", { format = form, fields = "a b" })
            assert.is_false(ok)
            assert.truthy(message:find("invalid fields 'a b': expected names such as 'date time sc-status'", 1, true))
        end
    end)

    it("gives the counts with what is extracted, to the tally of the options", function()
        local tally = httpstatus.new_tally()
        assert.same({ 200, -3, 200 },
            httpstatus.extract_string(RECORD .. "bad\n" .. RECORD, { tally = tally, format = "clf" }))
        assert.same({ 3, 2, 1, "clf" }, { tally.lines, tally[200], tally.unmatched, tally.format })
        assert.has_error(function() tally:feed "x" end)
        assert.equal(1, select("#", httpstatus.extract_string(RECORD)))
        httpstatus.extract(file_with(RECORD), { tally = tally })
        assert.equal(httpstatus.tally_string(RECORD), tally)
        httpstatus.extract("/does/not/exist.log", { tally = tally })
        assert.equal(1, tally.lines)
        for _, wrong in ipairs { 1, "x", true, { {} } } do
            assert.error_matches(function() httpstatus.extract_string("", { tally = wrong }) end,
                "invalid tally .*: expected one of new_tally%(%)")
        end
        assert.error_matches(function() httpstatus.tally_string("", { tally = tally }) end,
            "invalid option 'tally'")
    end)

    it("gives the counts of the lines that were gone through", function()
        local next_line, _, _, lines = httpstatus.select_string(RECORD .. '{"status": 500}\n', 500)
        assert.equal(0, lines:tally().lines)
        while next_line() do end
        local tally = lines:tally()
        assert.same({ clf = 1, json = 1 }, tally.formats)
        assert.is_nil(tally.format)
        assert.equal("status", tally.key)
        assert.same({ 2, 1, 1 }, { tally.lines, tally[200], tally[500] })
    end)

    it("adds up", function()
        local a, b = httpstatus.tally_string("bad\n" .. RECORD), httpstatus.tally_string(RECORD .. "bad")
        local sum = a + b
        assert.equal(httpstatus.tally_string("bad\n" .. RECORD:rep(2) .. "bad"), sum)
        assert.same({ 1, 4 }, sum.first_unmatched)
        assert.not_equal(a, b)
        assert.equal("<Tally clf: 4 lines, 2 unmatched>", tostring(sum))
        assert.has_error(function() return a + 1 end)
        assert.has_error(function() return a + httpstatus.new_tally() end)
        assert.has_error(function() a:feed "x" end)
        for code, count in a:items() do assert.same({ 200, 1 }, { code, count }) end
        if HAS_PAIRS then
            for code, count in pairs(a) do assert.same({ 200, 1 }, { code, count }) end
        end
        assert.equal(0, a[-7])
        assert.equal(0, a[MAX])
        assert.is_nil(a.colour)
    end)

    it("is written down as a plain table", function()
        local w3c = "#Fields: sc-status sc-substatus\n403 14\n403 1\n- 0\n500 0\nbad\n"
        local tally = httpstatus.tally_string(w3c)
        local expected = {
            format = "w3c", formats = { w3c = 4 },
            lines = 6, records = 4, no_status = 1, skipped = 1, unmatched = 1,
            first_unmatched = { 6 }, excluded = 0, untimed = 0, consumed = 59, counts = { ["403"] = 2, ["500"] = 1 },
            classes = { ["1xx"] = 0, ["2xx"] = 0, ["3xx"] = 0, ["4xx"] = 2, ["5xx"] = 1, other = 0 },
            substatuses = { ["403.1"] = 1, ["403.14"] = 1 },
        }
        assert.same(expected, tally:as_table())
        tally:as_table().counts["403"] = nil
        assert.same(expected, tally:as_table())
        for _, name in ipairs { "dkjson", "cjson" } do
            local found, json = pcall(require, name)
            if found then assert.same(expected, json.decode(json.encode(tally:as_table()))) end
        end
        local none = httpstatus.new_tally():as_table()
        assert.equal(0, none.lines + none.classes["2xx"])
        for _, name in ipairs { "format", "first_unmatched", "counts", "substatuses" } do
            assert.is_nil(none[name])
        end
        assert.has_error(function() tally.as_table {} end)
    end)

    it("is gone through line by line", function()
        local path = file_with(log)
        for _, source in ipairs { path, assert(io.open(path, "rb")) } do
            local out = {}
            for number, status, line in httpstatus.select(source, { "5xx", "unmatched" }) do
                out[#out + 1] = { number, status or "none", line }
            end
            assert.same({
                { 20001, "none", "bad" },
                { 20002, 500, (RECORD:sub(1, -2):gsub("200", "500")) },
            }, out)
        end
        for _, which in ipairs { 404, "404", { 404 } } do
            for _ in httpstatus.select_string(log, which) do error "a line" end
        end
    end)

    it("has records that meet conditions", function()
        local later = RECORD:gsub(":36 ", ":37 "):gsub("200", "500")
        local log = RECORD .. later .. RECORD:gsub(" %-0700", "") .. "what?\n"
        local path, how = file_with(log), { since = 971211337 }
        local tally = httpstatus.tally(path, how)
        assert.same({ 1, 2, 1, 1 }, { tally.records, tally.excluded, tally.untimed, tally.unmatched })
        assert.equal("<Tally clf: 4 lines, 1 unmatched, 2 excluded (1 untimed)>", tostring(tally))
        assert.equal("<Tally clf: 4 lines, 1 unmatched, 3 excluded>",
            tostring(httpstatus.tally(path, { method = "PUT" })))
        assert.equal(4, (tally + tally).excluded)
        assert.is_true(tally == httpstatus.tally_string(log, how) and tally ~= httpstatus.tally_string(log))
        assert.equal(tally, httpstatus.series(path, how).tally)
        local file = assert(io.open(path, "rb"))
        assert.equal(tally, httpstatus.tally(file, how))
        file:close()
        for number in httpstatus.select(path, { "2xx", "5xx", "unmatched" }, how) do assert.equal(2, number) end
        local _, _, _, lines = httpstatus.records(path, nil, { path = "/none" })
        lines:close()
        local long = RECORD:gsub("GET /", "GET /a" .. ("a"):rep(1000000))
        local found = {}
        for record in httpstatus.records(file_with(RECORD .. long:rep(3)), nil, { path = "/aa" }) do
            found[#found + 1] = record.number
        end
        assert.same({ 2, 3, 4 }, found)
        assert.equal(3, httpstatus.tally(file_with(RECORD .. long:rep(3)), { path = "/aa" })[200])
        assert.equal(0, httpstatus.tally_string(log, { since = 0.9999999999, method = "PUT" })[200])
        local keyed = httpstatus.tally_string('{"a":{"b":404}}', { format = "json", key = "a.b", method = "PUT" })
        assert.same({ "a.b", 1, 0 }, { keyed.key, keyed.excluded, keyed.records })
    end)

    it("is asked for conditions that no record meets by mistake", function()
        for message, how in pairs {
            ["invalid since 'x': expected seconds since 1970"] = { since = "x" },
            ["invalid since 1e+19: expected seconds since 1970"] = { since = 1e19 },
            ["invalid method '': expected a token (RFC 9110 section 5.6.2) such as 'GET'"] = { method = "" },
            ["invalid method 'GET /': expected a token"] = { method = "GET /", host = "" },
            ["invalid host '': expected a host such as 'www.example.com', also with a port"] = { host = "" },
            ["invalid path 5: expected a string"] = { path = 5 },
            ["invalid zone 90000: expected"] = { zone = 90000 },
        } do
            for _, name in ipairs { "tally_string", "series_string", "records_string", "select_string" } do
                local given = { "", how }
                if name:find "^[rs]e[cl]" then given = { "", 404, how } end
                local ok, text = pcall(httpstatus[name], unpack(given))
                assert.is_false(ok)
                assert.truthy(text:find(message, 1, true), text)
            end
        end
        local ok, text = pcall(httpstatus.new_tally, { since = 0 })
        assert.truthy(not ok and text:find("invalid option 'since'", 1, true))
        assert.is_nil((httpstatus.tally("/does/not/exist.log", { since = 0 })))
        assert.is_nil((httpstatus.tally("/", { since = 0 })))
        assert.is_nil((httpstatus.series("/", { since = 0 })))
    end)

    it("that grows gives its lines as they come", function()
        local path = os.tmpname()
        finally(function() os.remove(path) end)
        local out = {}
        for _, how in ipairs { "auto", "clf" } do
            -- Each line is written once the one before has been seen.
            local pipe = assert(io.popen(([[echo given; n=0; for i in 1 2 3; do
                printf '%%s\n' '%s'; until [ "$(cat %s)" = $i ]; do
                sleep 0.01; n=$((n + 1)); [ $n -lt 500 ] || exit; done; done]]):format(
                RECORD:sub(1, -2), path)))
            assert.equal("given", pipe:read())
            for number in httpstatus.select(pipe, 200, { format = how }) do
                local seen = assert(io.open(path, "wb"))
                seen:write(number)
                seen:close()
                out[#out + 1] = number
            end
            pipe:close()
        end
        assert.same({ 1, 2, 3, 1, 2, 3 }, out)
    end)

    it("whose first line is long in coming is waited for", function()
        local pipe = assert(io.popen(("sleep 0.5; printf '%%s\n' '%s'"):format(RECORD:sub(1, -2))))
        local lines = {}
        for number in httpstatus.select(pipe, 200) do lines[#lines + 1] = number end
        pipe:close()
        assert.same({ 1 }, lines)
    end)

    it("that is waited for can be interrupted", function()
        if _VERSION == "Lua 5.1" and not jit then return end -- its lua may end there
        -- As by Ctrl-C, which lua takes once.  A coroutine has no hooks: it reads on, the main one raises.
        local pipe = assert(io.popen "sleep 0.3; kill -INT $PPID; sleep 0.3; echo x")
        local ok, message = pcall(function()
            coroutine.wrap(httpstatus.select(pipe, 200))()
        end)
        assert.is_false(ok)
        assert.truthy(tostring(message):find("interrupted!", 1, true))
        pipe:close()
    end)

    it("that is a pipe may have more than is looked for", function()
        local pipe = assert(io.popen("cat " .. file_with(RECORD:rep(20000))))
        os.execute "sleep 0.3" -- until it is full
        local count = 0
        for _ in httpstatus.select(pipe, 200) do count = count + 1 end
        pipe:close()
        assert.equal(20000, count)
    end)

    it("may have lines longer than a piece", function()
        local long = RECORD:gsub("GET /", "GET /" .. ("a"):rep(1000000))
        local all = RECORD .. long .. RECORD:rep(9) .. long
        local out = {}
        for _, _, line in httpstatus.select(file_with(all), 200) do out[#out + 1] = line .. "\n" end
        assert.equal(all, table.concat(out))
    end)

    it("is closed when the loop is left, or by hand", function()
        local path = file_with(log)
        for _ = 1, 3000 do
            for _ in httpstatus.select(path, 200) do break end
        end
        local next_line, _, _, lines = httpstatus.select(path, 200)
        for number in next_line, nil, nil, lines do
            assert.equal(1, number)
            break
        end
        assert.equal(not HAS_CLOSE and 2 or nil, (next_line()))
        lines:close()
        assert.is_nil((next_line()))
    end)

    it("whose file is closed meanwhile is an error", function()
        local file = assert(io.open(file_with(log), "rb"))
        local count, message = 0, nil
        local ok, text = pcall(function()
            for number in httpstatus.select(file, { 200, "unmatched" }) do
                count = number
                if number == 1 then file:close() end
            end
        end)
        message = not ok and text
        assert.matches("closed while its lines were read", message)
        assert.is_true(count > 0)
    end)

    it("does not inherit an old error of its file", function()
        local file = assert(io.open(file_with(log), "rb"))
        assert.is_nil((file:write "x"))
        assert.equal(20002, httpstatus.tally(file).lines)
        file:seek "set"
        assert.is_nil((file:write "x"))
        for _ in httpstatus.select(file, 200) do break end
        file:close()
    end)

    it("is not read on after its end", function()
        local name = file_with "what\nno lf"
        local file = assert(io.open(name, "rb"))
        local lines = {}
        for _, _, line in httpstatus.select(file, "unmatched", { format = "clf" }) do
            lines[#lines + 1] = line
            local more = assert(io.open(name, "ab"))
            if #lines == 2 then more:write " tail\nx\n" end
            more:close()
        end
        assert.same({ "what", "no lf" }, lines)
    end)

    it("survives errors and coroutines", function()
        local path = file_with(log)
        for _ = 1, 3000 do
            pcall(function()
                for _ in httpstatus.select(path, 200) do error "out" end
            end)
        end
        local walk = coroutine.wrap(function()
            for number in httpstatus.select(path, 200) do coroutine.yield(number) end
        end)
        assert.equal(1, walk())
        assert.equal(2, walk())
    end)
end)

-- ---- Real logs ----

local function read(path)
    local file = io.open(path, "rb")
    if not file then return nil end
    local content = file:read "*a"
    file:close()
    return content
end

describe("scanner", function()
    local function with(name, expression)
        local pipe = assert(io.popen(("HTTPSTATUS_SCANNER=%s LUA_CPATH='%s' %s -e '" ..
            'local ok, h = pcall(require, "httpstatus") print(ok and %s or h)\' 2>&1'):format(
            name, package.cpath, arg[-1], expression)))
        local output = pipe:read "*a"
        pipe:close()
        return output
    end

    it("is the one that the environment asks for", function()
        assert.equal(httpstatus.scanner() .. "\n", with("", "h.scanner()"))
        assert.equal("scalar\n", with("scalar", "h.scanner()"))
    end)
    it("is an error where it does not run", function()
        assert.matches("invalid HTTPSTATUS_SCANNER 'mmx': expected one available here: " ..
            httpstatus.scanner(), with("mmx", "nil"), 1, true)
    end)
end)

describe("real logs", function()
    local index = read(logs .. "index.json")
    if not index then print "\nskipped: the real logs: needs ../shared" end
    local dkjson = index and require "dkjson"
    for _, entry in ipairs(index and dkjson.decode(index) or {}) do
        do
            local form = entry.format == "iis" and "w3c" or entry.format
            local how = { format = entry.fields and form or "auto", fields = entry.fields }
            it(entry.file, function()
                local path = logs .. entry.file
                local data = read(path)
                local skipped, expected = {}, {}
                for _, row in ipairs(entry.optional or {}) do skipped[row.line] = true end
                local rows = dkjson.decode(read(path:gsub("%.log$", ".expected.json")), 1, "null")
                for _, row in ipairs(rows) do expected[row.line] = row.status end
                assert.same(httpstatus.extract(path, how),
                    httpstatus.extract(path, { format = form, key = entry.key, fields = entry.fields }))
                local statuses = httpstatus.extract(path, how)
                assert.equal(entry.lines, #statuses)
                for number, status in ipairs(statuses) do
                    local want = expected[number] or "no record"
                    local got = status == httpstatus.NO_STATUS and "null"
                        or status < httpstatus.NO_STATUS and "no record" or status
                    if not skipped[number] then assert.equal(want, got) end
                end
                local whole = httpstatus.tally(path, how)
                assert.equal(form, whole.format)
                for _, size in ipairs { 1, 7, 64, 4096 } do
                    local tally = httpstatus.new_tally(how)
                    for at = 1, #data, size do tally:feed(data:sub(at, at + size - 1)) end
                    assert.equal(whole, tally:close())
                end
            end)
        end
    end
end)

-- What holds for every log, status and redirect, tried on what chance makes up: the same each time.
-- HTTPSTATUS_EXAMPLES=N tries N for each property.  Runs in Lua 5.1 to 5.4 and in LuaJIT, by busted.

local httpstatus = require "httpstatus"

local EXAMPLES = tonumber(os.getenv "HTTPSTATUS_EXAMPLES" or 2000)

-- The words that a call takes, as its error lists them.
local function expected(call)
    local found = {}
    for name in select(2, pcall(call, "?")):gsub("^.*: expected ", ""):gmatch "[%w-]+" do
        if pcall(call, name) then found[#found + 1] = name end
    end
    assert(#found > 5)
    return found
end

local FORMATS = expected(function(format) httpstatus.tally_string("", { format = format }) end)
local POLICIES = expected(function(policy) httpstatus.redirect(302, "GET", policy) end)
FORMATS[#FORMATS + 1] = '%h %l %u %t "%r" %>s %b'
-- What Fetch says in capitals.
local UPPER = { DELETE = true, GET = true, HEAD = true, OPTIONS = true, POST = true, PUT = true }
local PARTS = {
    '"', "\\", '\\"', " ", "\t", "\r", "\r\n", "\0", "\255", "#", "[", "]", "{", "}", "-", '" 200 12',
    '" - -', "x", ("x"):rep(70), "bad", 'h - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 404 12',
    "2026-11-20\t10:00\tFRA\t1\t1.2.3.4\tGET\te\t/\t404\t-",
    'https 2026-11-20T10:00:00.1Z app/lb 1.2.3.4:5 1.2.3.4:80 0.0 0.1 0.0 502 200 3 "GET /"',
    'o b [20/Nov/2026:10:00:00 +0000] 1.2.3.4 - ID R k "GET /" 404 NoKey 297 - 10 - "-"',
    'h: 1.2.3.4:5 [x] web app 10/0/30/69/109 -1 2750 - - ---- 1/1/1/1/0 0/0 "GET /"',
    "1157689312.049   5006 10.1.1.1 TCP_MISS/200 19763 CONNECT e:443 joe",
    '[2026-11-20T10:00:00.519Z] "GET / HTTP/1.1" 503 UF 0 57 1 0 "-"', '{"status":301}',
}

-- Park and Miller's generator: exact in doubles, so that each Lua tries the same.
local seed = 2616
local function chance(n)
    seed = seed * 16807 % 2147483647
    return seed % n + 1
end
local function one_of(list) return list[chance(#list)] end

local function a_log(lines)
    local out = {}
    for i = 1, chance(lines) - 1 do
        local line = {}
        for j = 1, chance(4) - 1 do line[j] = one_of(PARTS) end
        out[i] = table.concat(line) .. one_of { "\n", "\r\n" }
    end
    return table.concat(out)
end

local function a_method()
    local out = {}
    for i = 1, chance(5) do out[i] = one_of { "G", "E", "T", "p", "!", "~", "x", "-" } end
    return one_of { "GET", "HEAD", "POST", "PUT", "get", "Post", "CONNECT", "PATCH", table.concat(out) }
end

-- As the policy takes it.
local function given(method, policy)
    local fetch = policy == "fetch" or policy == "browser"
    return fetch and UPPER[method:upper()] and method:upper() or method
end

describe("for every log", function()
    it("any split gives the same", function()
        for _ = 1, EXAMPLES do
            local log, how = a_log(12) .. one_of { "", one_of(PARTS) }, { format = one_of(FORMATS) }
            local tally, at = httpstatus.new_tally(how), 1
            while at <= #log do
                local size = chance(one_of { 3, 70, 300 })
                tally:feed(log:sub(at, at + size - 1))
                at = at + size
            end
            assert.equal(httpstatus.tally_string(log, how), tally:close(), log)
        end
    end)

    it("the parts add up to the whole", function()
        for _ = 1, EXAMPLES do
            local how = { format = FORMATS[chance(#FORMATS - 1) + 1] } -- not "auto"
            local a, b = a_log(12), a_log(12)
            local sum = httpstatus.tally_string(a, how) + httpstatus.tally_string(b, how)
            assert.equal(httpstatus.tally_string(a .. b, how), sum, a .. b)
        end
    end)

    it("what is extracted is what is counted", function()
        for _ = 1, EXAMPLES do
            local log, how = a_log(12), { format = one_of(FORMATS) }
            local tally, counts, kinds = httpstatus.tally_string(log, how), {}, {}
            local statuses = httpstatus.extract_string(log, how)
            for _, status in ipairs(statuses) do
                local where = status > httpstatus.NO_STATUS and counts or kinds
                where[status] = (where[status] or 0) + 1
            end
            for code, count in tally:items() do
                assert.equal(counts[code], count)
                counts[code] = nil
            end
            assert.is_nil(next(counts))
            assert.equal(#statuses, tally.records + tally.skipped + tally.unmatched)
            assert.equal(kinds[httpstatus.NO_STATUS] or 0, tally.no_status)
            assert.equal(kinds[httpstatus.SKIPPED] or 0, tally.skipped)
            assert.equal(kinds[httpstatus.UNMATCHED] or 0, tally.unmatched)
        end
    end)

    it("its records are what select() gives", function()
        local which = { "no_status" }
        for code = -1, 999 do which[#which + 1] = code end
        for _ = 1, EXAMPLES do
            local log, how = a_log(12), { format = one_of(FORMATS) }
            local next_record, first = httpstatus.records_string(log, nil, how), nil
            for number, status, line in httpstatus.select_string(log, which, how) do
                local found = next_record()
                assert.same({ number, line, status }, { found.number, found.line, found.status })
                first = first or found
            end
            assert.is_nil(next_record())
            assert.same(first, httpstatus.record(log, how))
        end
    end)
end)

describe("for every status", function()
    it("its row is found by code, sub-status and owner", function()
        for _, row in ipairs(httpstatus.statuses()) do
            local owner = { owner = row.owner }
            local text = row.code < 0 and "-1" or row.code .. "." .. row.substatus
            assert.is_true(rawequal(row, httpstatus.lookup(text, owner)))
            owner.substatus = row.substatus
            assert.is_true(rawequal(row, httpstatus.lookup(row.code, owner)))
        end
    end)

    it("what is effective is effective itself, and of its class", function()
        for code = -1100, 1100 do
            local effective = httpstatus.effective(code)
            assert.equal(effective, httpstatus.effective(effective))
            assert.equal(httpstatus.class_of(code) or "5xx", httpstatus.class_of(effective))
            assert.is_true(effective == code or effective % 100 == 0)
        end
    end)
end)

describe("for every redirect", function()
    it("the next method is GET, HEAD or the one given", function()
        for _ = 1, EXAMPLES * 10 do
            local code, method, policy = chance(120) + 289, a_method(), one_of(POLICIES)
            local record = httpstatus.redirect(code, method, policy)
            assert.equal(code >= 300 and code <= 399, record ~= nil)
            if record then
                local kept = given(method, policy)
                assert.equal(record.action == "none", record.method == nil)
                assert.is_true(record.method == nil or record.method == "GET" or record.method == kept)
            end
        end
    end)

    it("a chain never has another method", function()
        for _ = 1, EXAMPLES do
            local method, policy = a_method(), one_of(POLICIES)
            local chain = httpstatus.new_chain(method, policy)
            for i = 1, chance(12) do
                local before = chain.method
                local record, message = chain:step(299 + chance(12), "/" .. i)
                if message or not record or record.action == "none" then break end
                assert.equal(record.method, chain.method)
                assert.is_true(chain.method == "GET" or chain.method == given(before, policy))
            end
        end
    end)
end)

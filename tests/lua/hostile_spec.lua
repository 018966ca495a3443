-- Hostile users: what they do, and what comes of it. A case is a name, what is done, and then the
-- outcome: the value that it gives, or a pattern of the message of its error.

local httpstatus = require "httpstatus"

local RECORD = 'h - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 12\n'
local MILLION = 1000000
local huge = ("x"):rep(MILLION)
local lines = ("GET\n"):rep(MILLION / 4)
local nan = 0 / 0

local function file_with(content)
    local name = os.tmpname()
    local file = assert(io.open(name, "wb"))
    file:write(content)
    file:close()
    return name
end

-- A table that raises, or deletes things, when it is looked into.
local function trap(message)
    return setmetatable({}, { __index = function() error(message, 0) end })
end

-- A garbage object whose finalizer calls it; tables have none before Lua 5.2.
local function leave(finalizer)
    if newproxy then
        getmetatable(newproxy(true)).__gc = finalizer
    else
        setmetatable({}, { __gc = finalizer })
    end
end

-- How much memory may be taken before the collector comes, and how fast it works, in per cent. Lua 5.5
-- has other names for that.
local function set_collector(pause, multiplier)
    if pcall(collectgarbage, "param", "pause", pause) then
        collectgarbage("param", "stepmul", multiplier)
    else
        collectgarbage("setpause", pause)
        collectgarbage("setstepmul", multiplier)
    end
end

-- Calls it whenever memory is taken, until the end of the test.
local function with_finalizers(call, body)
    local on = true
    local function arm()
        leave(function()
            if not on then return end
            pcall(call)
            arm()
        end)
    end
    for _ = 1, 5 do arm() end
    set_collector(1, 10000)
    local results = { pcall(body) }
    on = false
    set_collector(200, 100)
    collectgarbage()
    if not results[1] then error(results[2], 0) end
    return (table.unpack or unpack)(results, 2)
end

local function raising_metatables(call)
    local text = getmetatable ""
    local saved = debug.getmetatable(true)
    text.__tostring = function() error "of a string" end
    debug.setmetatable(true, { __tostring = function() return "nil, os.exit(1)" end })
    local ok, value = pcall(call)
    text.__tostring = nil
    debug.setmetatable(true, saved)
    return assert(ok and value, value)
end

local cases = {
    -- numbers
    { "a code too large for an int", function() return httpstatus.lookup(4294967496) end, nil },
    { "the largest integer", function()
        return httpstatus.effective(math.maxinteger or 2^52) end, 500 },
    { "a negative code", function() return httpstatus.class_of(-404) end, nil },
    { "a negative code's variants", function() return #httpstatus.variants(-2) end, 0 },
    { "NaN as a code", function() return httpstatus.lookup(nan) end,
        error = "expected an integer" },
    { "NaN as an index", function() return httpstatus[nan] end, nil },
    { "infinity", function() return httpstatus.phrase(math.huge) end,
        error = "expected an integer" },
    { "nil as a code", function() return httpstatus.lookup(nil) end, error = "invalid %a+ nil: expected" },
    { "options that are no table", function() return httpstatus.lookup(404, true) end,
        error = "invalid options true: expected a table" },
    { "a number for a client", function()
        return httpstatus.redirect_clients(302, "GET")[1].differs_from(1, "curl") end, error = "invalid" },
    { "a number for a row", function() return httpstatus.reference_for(1, "is_error") end,
        error = "invalid row 1: expected a row of this module" },
    { "half a code", function() return httpstatus.class_of(404.5) end,
        error = "expected an integer" },
    { "2^100 as a code", function() return httpstatus.redirect(2^100, "GET") end,
        error = "expected an integer" },
    { "2^53 as a code", function() return httpstatus.redirect(2^53, "GET") end, nil },
    { "a tally asked for 2^53", function() return httpstatus.tally_string(RECORD)[2^53] end, 0 },
    { "a limit of 2^40", function() return httpstatus.redirect(302, "GET", { limit = 2^40 }) end,
        error = "invalid limit 1.*: expected 1 or more" },

    -- texts
    { "a method of a million bytes", function()
        return #httpstatus.redirect(307, huge).method end, MILLION },
    { "a method of a quarter million lines", function()
        return httpstatus.redirect(302, lines) end, error = "invalid method" },
    { "a Location of a million bytes", function() return #httpstatus.resolve("http://a/", huge).url end,
        MILLION + 9 },
    { "a Location of a million steps up", function()
        return httpstatus.resolve("http://a" .. huge:gsub(".", "/x"), ("../"):rep(MILLION)).url end, "http://a/" },
    { "a base of a million bytes", function() return httpstatus.resolve(huge, "/") end, error = "invalid base 'x" },
    { "a phrase of a million bytes", function() return httpstatus.lookup(huge) end, nil },
    { "a phrase of a quarter million lines", function() return httpstatus.lookup(lines) end, nil },
    { "a million blanks around a phrase", function()
        return httpstatus.lookup((" "):rep(MILLION) .. "not found").code end, 404 },
    { "a search for a quarter million lines", function()
        return httpstatus.search(lines) end, error = "expected at most 32 words" },
    { "a search for twenty thousand words", function()
        return httpstatus.search(("gateway timeout "):rep(10000)) end,
        error = "expected at most 32 words" },
    { "a search for a word in a million blanks", function()
        return httpstatus.search((" "):rep(MILLION) .. "teapot" .. (" "):rep(MILLION))[1].code
    end, 418 },
    { "an owner of a million bytes", function()
        return httpstatus.lookup(404, { owner = huge }) end, nil },
    { "an option of a million bytes", function()
        return httpstatus.lookup(404, { [huge] = 1 }) end, error = "invalid option 'xxx" },
    { "a format of a million bytes", function()
        return httpstatus.tally_string("", { format = huge }) end, error = "invalid format 'xxx" },
    { "a format string of a million bytes", function()
        return httpstatus.tally_string("", { format = ("%h "):rep(MILLION) .. "%s" }) end,
        error = "invalid format '%%h %%h .* at column " },
    { "a key of a million bytes", function()
        return httpstatus.tally_string('{"a":1}', { format = "json", key = huge }).unmatched end, 1 },
    { "fields of a million bytes", function()
        return httpstatus.tally_string("1", { format = "w3c", fields = huge .. " sc-status" }).unmatched end, 1 },
    { "NUL in a method", function() return httpstatus.redirect(302, "GET\0") end,
        error = "invalid method" },
    { "NUL in a policy", function() return httpstatus.redirect(302, "GET", "fetch\0") end,
        error = "invalid policy" },
    { "NUL in a phrase", function() return httpstatus.lookup "Not Found\0" end, nil },
    { "NUL in an owner", function()
        return httpstatus.lookup(404, { owner = "IANA\0" }) end, nil },
    { "NUL in a class", function()
        return httpstatus.statuses { status_class = "4xx\0" } end, error = "invalid status_class" },
    { "NUL in an option", function() return httpstatus.statuses { ["owner\0"] = "IANA" } end,
        error = "invalid option" },
    { "NUL in a property", function()
        return httpstatus.reference_for(httpstatus[404], "is_error\0")
    end, error = "invalid property" },
    { "NUL in what is selected", function() return httpstatus.select_string("", "5xx\0") end,
        error = "invalid which" },
    { "a zone of a million bytes", function()
        return httpstatus.record(RECORD, { zone = huge }) end, error = "invalid zone 'xxx" },
    { "a record of a million bytes", function()
        return #httpstatus.record((RECORD:gsub("GET /", "%0" .. huge))).path end, MILLION + 1 },
    { "a record of bytes of all kinds", function()
        local text = {}
        for i = 1, 255 do text[i] = string.char(i) end
        text = table.concat(text):gsub('[\r\n"\\?]', "")
        return httpstatus.record((RECORD:gsub("/ ", function() return "/" .. text .. " " end))).path == "/" .. text
    end, true },
    { "a quarter million lines without a record", function() return httpstatus.record(lines) end, nil },
    { "a record as its options", function()
        return httpstatus.record(RECORD, httpstatus.record(RECORD)) end, error = "invalid option" },
    { "NUL in a path", function() return httpstatus.tally "a\0b" end, error = "expected a path without a NUL" },
    { "an encoded surrogate in a method", function()
        return httpstatus.redirect(302, "\237\160\128") end, error = "invalid method" },

    -- tables that run code
    { "options that raise", function() return httpstatus.lookup(404, trap "index") end,
        error = "^index$" },
    { "a policy that raises", function() return httpstatus.redirect(302, "GET", trap "index") end,
        error = "^index$" },
    { "options of a log that raise", function()
        return httpstatus.tally_string("", trap "index") end, error = "^index$" },
    { "a row that raises", function()
        return httpstatus.reference_for(trap "index", "is_error") end, error = "^index$" },
    { "a policy whose names go away when it is looked into", function()
        local policy
        policy = setmetatable({ drops_headers = { "A", "B" } }, { __index = function(_, name)
            policy.drops_headers = nil
            collectgarbage()
            return name == "drops_cross_origin" and { "C" .. "D" } or nil
        end })
        local chain = httpstatus.new_chain("POST", policy)
        collectgarbage()
        return chain:step(303, "/", true).drops_cross_origin[1]
    end, "CD" },
    { "a policy that gives another word each time", function()
        local at = 0
        return httpstatus.redirect(302, "POST", setmetatable({}, { __index = function(_, name)
            at = at + 1
            if name:find "rewrite" then return at % 2 == 0 and "none" or "all" end
        end })).action
    end, "follow" },
    { "a list of names that shrinks while it is read", function()
        local names = {}
        for i = 1, 1000 do names[i] = "X-" .. i end
        local ok, result = pcall(with_finalizers, function() names[#names] = nil end, function()
            return #httpstatus.redirect(303, "POST", { drops_headers = names }).drops_headers
        end)
        return ok and result <= 1000 or not ok and result:find "drops_headers" ~= nil
    end, true },
    { "a list that has itself in it", function()
        local which = {}
        which[1] = which
        return httpstatus.select_string("", which)
    end, error = "expected" },
    { "values that are not what they print", function()
        return raising_metatables(function()
            for code = 300, 308 do
                httpstatus.redirect(code, "OPTIONS")
                assert(httpstatus.redirect(code, "OPTIONS").care == false)
            end
            return httpstatus.redirect(302, "OPTIONS").method
        end)
    end, "OPTIONS" },
    { "another module's object as a tally", function()
        return debug.getmetatable(httpstatus.new_tally()).__tostring(io.stdout) end,
        error = "httpstatus.Tally expected" },
    { "a row that was changed", function()
        local row = httpstatus.Status(299)
        row.code = {}
        return httpstatus.reference_for(row, "is_error")
    end, error = "invalid row" },
    { "a client of no name", function()
        local client = httpstatus.redirect_clients(302, "POST")[1]
        client.name = nil
        return client:differs_from "fetch"
    end, error = "expected one that redirect_clients%(%) gave" },

    -- iterators
    { "an iterator that is called again after its end", function()
        local next_line = httpstatus.select_string("", 200)
        assert(next_line() == nil)
        return next_line()
    end, nil },
    { "an iterator that is called with anything", function()
        return (httpstatus.select_string(RECORD, 200)(huge, nan, {}))
    end, 1 },
    { "an iterator in two coroutines", function()
        local next_line = httpstatus.select_string(RECORD:rep(4), 200)
        local other = coroutine.wrap(function()
            while true do coroutine.yield((next_line())) end
        end)
        return ("%d%d%d%d"):format(next_line(), other(), next_line(), other())
    end, "1234" },
    { "a coroutine left in the middle", function()
        for _ = 1, 2000 do
            local path = "/proc/self/status"
            local walk = coroutine.wrap(function()
                for number in httpstatus.select(path, "unmatched", { format = "clf" }) do
                    coroutine.yield(number)
                end
            end)
            walk()
        end
        collectgarbage()
        return true
    end, true },
    { "a coroutine that is closed in the middle", function()
        local closed = 0
        for _ = 1, 2000 do
            local walk = coroutine.create(function()
                local lines = { httpstatus.select_string(RECORD:rep(2), 200) }
                for number in (table.unpack or unpack)(lines) do coroutine.yield(number) end
            end)
            assert(coroutine.resume(walk))
            closed = closed + (coroutine.close(walk) and 1 or 0)
        end
        return closed
    end, 2000, skip = not coroutine.close },
    { "lines closed while they are gone through", function()
        local seen = 0
        local next_line, state, first, it = httpstatus.select_string(RECORD:rep(2000), 200)
        for _ in next_line, state, first do
            seen = seen + 1
            it:close()
        end
        return seen
    end, 1 },
    { "lines closed twice", function()
        local _, _, _, it = httpstatus.select_string(RECORD, 200)
        it:close()
        it:close()
        return true
    end, true },
    { "an error in the loop", function()
        for _ in httpstatus.select_string(RECORD, 200) do error({ "of the caller" }) end
    end, error = "table" },
    { "an error in a coroutine's loop", function()
        return coroutine.wrap(function()
            for _ in httpstatus.select_string(RECORD, 200) do error "of the caller" end
        end)()
    end, error = "of the caller" },
    { "a yield across the module", function()
        return coroutine.wrap(function()
            return httpstatus.lookup(404, setmetatable({}, { __index = coroutine.yield }))
        end)()
    end, error = "attempt to yield across" },
    { "a finalizer that goes through the same lines", function()
        local long = 'h - - [10/Oct/2000:13:55:36 -0700] "GET /' .. ("a"):rep(30 * MILLION) ..
            ' HTTP/1.1" 200 12\n'
        local path = file_with(long .. RECORD)
        local next_line = httpstatus.select(path, 200)
        local ok, number = pcall(with_finalizers, next_line, next_line)
        os.remove(path)
        return ok and (number or 2) <= 2 or not ok and number:find "by a finalizer" ~= nil
    end, true },
    { "a finalizer that goes through the same lines while one is divided", function()
        local long = RECORD:gsub("/ ", "/" .. ("a"):rep(MILLION / 4) .. " ")
        local log, wrong, next_line = long .. RECORD:rep(1500) .. long, 0, nil
        local function read()
            local number = next_line()
            if number and number ~= 1 and number ~= 1502 then wrong = wrong + 1 end
        end
        local stopped, tries = false, 0 -- the collector comes at one of them
        with_finalizers(function() read() end, function()
            repeat
                next_line, tries = httpstatus.select_string(log, 200, { path = "/a" }), tries + 1
                local ok, message = pcall(read)
                stopped = not ok and message:find "by a finalizer" ~= nil
            until stopped or tries == 3000
        end)
        return wrong == 0 and (stopped or jit ~= nil) -- whose collector runs no finalizers there
    end, true },
    { "a finalizer that reads on while a line is copied", function()
        local path, count = os.tmpname(), 6000
        local file = assert(io.open(path, "wb"))
        for i = 1, count do
            file:write((RECORD:gsub("/ ", "/" .. i .. "." .. ("x"):rep(i * 7 % 4000) .. " ")))
        end
        file:close()
        local wrong = 0
        for _, multiplier in ipairs { 400, 100, 200 } do -- the collector comes at other lines
            local next_line = httpstatus.select(path, 200)
            local function read()
                local number, _, line = next_line()
                if number and tonumber(line:match "/(%d+)%.x* ") ~= number then wrong = wrong + 1 end
                return number
            end
            with_finalizers(function() for _ = 1, 1500 do read() end end, function() -- more than a piece
                set_collector(100, multiplier)
                repeat local ok, number = pcall(read) until ok and not number
            end)
        end
        os.remove(path)
        return wrong
    end, 0 },
    { "a finalizer that goes through the same records", function()
        local log, wrong, stopped = {}, 0, 0
        for i = 1, 8000 do
            local columns = i % 2 == 0 and "c-ip sc-status" or "sc-status c-ip"
            local client = i .. "." .. ("x"):rep(i % 7 < 4 and 5000 or 3000)
            log[i] = ("#Fields: %s\n%s\n"):format(columns, i % 2 == 0 and client .. " 200" or "200 " .. client)
        end
        local next_record = httpstatus.records_string(table.concat(log), 200, { format = "w3c" })
        local function read()
            local found = next_record()
            if not found then return false end
            local client = found.line:match "%d+%.x*"
            if found.client ~= client or found.number ~= 2 * client:match "^%d+" then wrong = wrong + 1 end
            return true
        end
        with_finalizers(read, function()
            local ok, more
            repeat
                collectgarbage "restart" -- it works at the next allocation
                ok, more = pcall(read)
                if not ok then
                    assert(tostring(more):find "by a finalizer", more)
                    stopped = stopped + 1
                end
            until ok and not more
        end)
        return wrong == 0 and stopped > 0 or wrong .. "," .. stopped
    end, true },
    { "a finalizer that closes the file of the lines", function()
        local path = file_with('h "' .. ("a"):rep(30 * MILLION) .. "\n")
        local file = io.open(path, "rb")
        local next_line = httpstatus.select(file, "unmatched")
        local ok, message = pcall(with_finalizers, function() file:close() end, next_line)
        os.remove(path)
        return ok or message:find "the file was closed" ~= nil
    end, true },

    -- files
    { "a file that vanishes while it is read", function()
        local path, seen = file_with(RECORD:rep(50000)), 0
        for number in httpstatus.select(path, 200) do
            seen = seen + 1
            if number == 1 then os.remove(path) end
        end
        return seen
    end, 50000 },
    { "a file that grows while it is read", function()
        local path, seen = file_with(RECORD), 0
        local file = io.open(path, "ab")
        for number in httpstatus.select(path, 200) do
            seen = seen + 1
            if number <= 3 then
                file:write(RECORD)
                file:flush()
            end
        end
        file:close()
        os.remove(path)
        return seen
    end, 4 },
    { "a file that is cut while it is read", function()
        local path = file_with(RECORD:rep(100000))
        local ok, message = pcall(function()
            for number in httpstatus.select(path, 200) do
                if number == 1 then io.open(path, "wb"):close() end
            end
        end)
        os.remove(path)
        if not ok then error(message, 0) end
    end, error = "the file was truncated while being read" },
    { "a file that is moved by its owner", function()
        local path, seen = file_with(RECORD:rep(3)), 0
        local file = io.open(path, "rb")
        for _ in httpstatus.select(file, 200) do
            seen = seen + 1
            if seen < 4 then file:seek "set" end
        end
        file:close()
        os.remove(path)
        return seen
    end, 6 },
    { "a tally fed with what it is not", function() return httpstatus.new_tally():feed {} end,
        error = "expected a string" },
    { "a tally of a closed file", function()
        local file = io.tmpfile()
        file:close()
        return httpstatus.tally(file)
    end, error = "the file is closed" },
    { "a tally that is fed itself", function()
        local tally = httpstatus.new_tally()
        return tally:feed(tostring(tally)):close().unmatched
    end, 1 },
}

describe("a hostile user", function()
    for _, case in ipairs(cases) do
        if not case.skip then
            it("may give " .. case[1], function()
                local ok, value = pcall(case[2])
                if case.error then
                    assert.is_false(ok)
                    value = type(value) == "string" and value or type(value)
                    assert.truthy(value:find(case.error), value:sub(1, 200))
                else
                    assert(ok, value)
                    assert.equal(case[3], value)
                end
            end)
        end
    end

    it("finds the module as it was", function()
        assert.equal("Not Found", httpstatus.phrase(404))
        assert.equal("GET", httpstatus.redirect(302, "POST").method)
        assert.equal(1, httpstatus.tally_string(RECORD)[200])
    end)
end)

-- The vectors' functions in Lua, for a module: what answers a row of tests/vectors.tsv.  Runs in Lua 5.1 to
-- 5.4 and in LuaJIT.

local httpstatus, here, keys = ... -- keys: those of rows that have been spoilt since; or nil
keys = keys or {}
local unpack = table.unpack or unpack

local function equal(expected, value)
    if expected ~= value then error(("%s expected, not %s"):format(tostring(expected), tostring(value)), 2) end
end

local escapes = { t = "\t", n = "\n", r = "\r", ["\\"] = "\\" }

local function unescape(text)
    text = text:gsub("\\(.)(%x?%x?)", function(c, hex)
        if c == "x" then return string.char(tonumber(hex, 16)) end
        return escapes[c] .. hex
    end)
    return text
end

local function render(value)
    if value == nil then return "-" end
    if type(value) == "boolean" then return value and "yes" or "no" end
    return (tostring(value):gsub(".", function(c)
        if c == "\\" then return "\\\\" end
        if c:find "[^!-~]" or c == "," then return ("\\x%02x"):format(c:byte()) end
    end))
end

local function list(values, each)
    local out = {}
    for i, value in ipairs(values or {}) do out[i] = each and each(value) or tostring(value) end
    return #out > 0 and table.concat(out, ",") or "-"
end

local function record(fields)
    local out = {}
    for i, field in ipairs(fields) do out[i] = field[1] .. "=" .. field[2] end
    return table.concat(out, " ")
end

local function key(status)
    if not status then return "-" end
    if keys[status] then return keys[status] end
    local substatus = status.substatus > 0 and "." .. status.substatus or ""
    return status.code .. substatus .. "/" .. render(status.owner)
end

local function optional(text)
    if text ~= "-" then return text end
end

local function status_of(code, substatus, owner)
    code = tonumber(code)
    if code < -1 or code > 999 then return httpstatus.Status(700) end
    return httpstatus.Status(code, tonumber(substatus), optional(owner))
end

local function fields_of(names)
    return function(...)
        local status, out = status_of(...), {}
        for i, name in ipairs(names) do out[i] = { name, render(status[name]) } end
        return record(out)
    end
end

local TOKENS = {
    [httpstatus.NO_STATUS] = "-", [httpstatus.UNMATCHED] = "!", [httpstatus.SKIPPED] = "#",
}

local function token(status) return TOKENS[status] or tostring(status) end

local REDIRECT_FIELDS = {
    "action", "reason", "method", "method_change", "preserves_method", "keeps_body",
    "drops_headers", "drops_cross_origin", "kind", "cacheable", "care", "limit", "reference",
}

local RETRY_FIELDS = {
    "action", "delay", "date", "same_connection", "contested", "reason", "reference",
}

local function wrong_argument(message)
    return message:find "invalid policy" and "!unknown-policy" or "!invalid-method"
end

local REQUESTS = { none = { body = false }, once = { replayable = false } }

-- The options of "fetch;follow=300+309;rewrite_301=none", and what body=none or body=once says.
local function policy_of(text)
    local out = { policy = text:match "^[^;]*" }
    for knob, value in text:gmatch ";([%w_]+)=([^;]*)" do
        if knob ~= "body" then out[knob] = value end
        if knob == "follow" then
            out.follow = {}
            for code in value:gmatch "%d+" do table.insert(out.follow, tonumber(code)) end
        end
    end
    return out, REQUESTS[text:match ";body=(%w+)"]
end

local function do_explain(code, policy, method)
    local ok, text = pcall(httpstatus.explain_redirect, tonumber(code), method, policy_of(policy))
    return ok and render(text) or wrong_argument(text)
end

local function do_redirect(code, policy, method)
    local ok, r = pcall(httpstatus.redirect, tonumber(code), method, policy_of(policy))
    if not ok then return wrong_argument(r) end
    if not r then return "-" end
    local out = {}
    for i, name in ipairs(REDIRECT_FIELDS) do
        local value = r[name]
        out[i] = { name, type(value) == "table" and list(value) or render(value) }
    end
    return record(out)
end

local function do_redirect_headers(policy)
    local out = {}
    for name, reason in pairs(httpstatus.redirect_headers(policy)) do
        out[#out + 1] = name .. ":" .. reason
    end
    table.sort(out)
    return list(out)
end

local PLACE = { "action", "reason", "method", "url", "cross_origin", "downgraded", "drops_cross_origin" }

local function rendered_place(r)
    local out = {}
    for i, name in ipairs(PLACE) do
        local value = r[name]
        out[i] = type(value) == "table" and table.concat(value, "+") or render(value)
    end
    return table.concat(out, ":")
end

-- The fields are values of Location, separated by line feeds; "-" is none.
local function do_redirect_to(code, policy, method, base, fields)
    local rules, request = policy_of(policy)
    local all = { url = base }
    for name, value in pairs(request or {}) do all[name] = value end
    if fields ~= "-" then
        all.location = {}
        for value in (fields .. "\n"):gmatch "([^\n]*)\n" do table.insert(all.location, value) end
    end
    local ok, r = pcall(httpstatus.redirect, tonumber(code), method, rules, all)
    return not ok and "!invalid-url" or r and rendered_place(r) or "-"
end

-- Steps are "code:location", or a code where the response has none.
local function do_chain_follow(policy, method, start, steps)
    local rules, request = policy_of(policy)
    local chain, out = httpstatus.new_chain(method, rules, optional(start), request), {}
    for step in steps:gmatch "%S+" do
        local code, location = step:match "^(%d+):?(.*)$"
        if not step:find ":" then location = nil end
        local ok, r, message = pcall(chain.step, chain, tonumber(code), { location = location })
        out[#out + 1] = not ok and "!no-url" or message and (message:find "loop" and "!loop" or "!limit")
            or r and rendered_place(r) or "-"
    end
    out[#out + 1] = render(chain.url)
    return list(out)
end

-- Steps are "code:url", with ":x" if the origin is another one.
local function do_chain(policy, method, start, steps)
    local rules, request = policy_of(policy)
    local chain, out = httpstatus.new_chain(method, rules, optional(start), request), {}
    for step in steps:gmatch "%S+" do
        local code, url, cross_origin = step:match "^(%d+):([^:]*)(:?x?)$"
        local r, message = chain:step(tonumber(code), url ~= "" and url or nil, cross_origin ~= "")
        out[#out + 1] = message and (message:find "loop" and "!loop" or "!limit")
            or not r and "-" or r.action == "none" and "none"
            or table.concat({ r.action, render(r.method),
                r.keeps_body == nil and "none" or r.keeps_body and "body" or "no-body",
                r.drops_cross_origin and table.concat(r.drops_cross_origin, "+") or "-",
                r.drops_headers and #r.drops_headers or 0 }, ":")
    end
    return list(out)
end

local LOCATION_FIELDS = {
    "url", "problem", "cross_origin", "cross_host", "scheme_changed", "downgraded", "has_userinfo",
}

local function do_resolve(rules, base, location)
    local ok, found = pcall(httpstatus.resolve, base, location, rules)
    if not ok then return found:find "invalid rules" and "!unknown-rules" or "!invalid-base" end
    local out = {}
    for i, name in ipairs(LOCATION_FIELDS) do out[i] = { name, render(found[name]) } end
    return record(out)
end

local function do_clients(code, body, method)
    return list(httpstatus.redirect_clients(tonumber(code), method, body == "body"), function(c)
        return table.concat({ render(c.name), render(c.request_body), render(c.followed),
            render(c.method), render(c.keeps_body), render(c.sends_content_type),
            render(c.sends_authorization) }, ":")
    end)
end

local function do_differs(code, policy, body, method)
    local out = {}
    for _, client in ipairs(httpstatus.redirect_clients(tonumber(code), method, body == "body")) do
        local differs = client:differs_from(policy)
        if #differs > 0 then
            out[#out + 1] = render(client.name) .. "=" .. table.concat(differs, "+")
        end
    end
    return list(out)
end

-- The options are "rfc9110;now=784111777;cap=60;idempotent=yes;replayable=no".
local function do_retry(code, form, method, retry_after)
    local given = { policy = form:match "^[^;]*", retry_after = optional(retry_after) }
    for name, value in form:gmatch ";(%w+)=(%w+)" do
        given[name] = tonumber(value) or value == "yes"
    end
    local ok, r = pcall(httpstatus.retry, tonumber(code), method, given)
    if not ok then return wrong_argument(r) end
    local out = {}
    for i, name in ipairs(RETRY_FIELDS) do
        local value = r[name]
        out[i] = { name, type(value) == "number" and ("%.0f"):format(value) or render(value) }
    end
    return record(out)
end

-- Without the time, retry() has the date.
local function do_retry_after(now, text)
    local time = tonumber(now)
    local seconds = httpstatus.parse_retry_after(text, time)
    local r = httpstatus.retry(503, "GET", { retry_after = text, now = time })
    equal(seconds, r.delay)
    if r.date then return ("date=%.0f"):format(r.date) end
    return seconds and ("seconds=%.0f"):format(seconds) or "-"
end

local function do_retry_clients(code, method)
    local function seconds(number) return number and ("%.1f"):format(number) or "-" end
    return list(httpstatus.retry_clients(tonumber(code), method), function(c)
        return table.concat({ render(c.name), render(c.retried), render(c.honours_retry_after),
            render(c.tries), seconds(c.delay), seconds(c.longest_delay), seconds(c.cap),
            render(c.on_zero), render(c.on_date), render(c.on_garbage), render(c.on_long),
            render(c.sends_body), render(c.same_connection) }, ":")
    end)
end

-- "w3c;fields=a b", "json;key=a.b", "elb;target"
local function options(form)
    local out = { format = form:match "^[^;]*" }
    for key, value in form:gmatch ";(%w+)=?([^;]*)" do
        out[key] = key == "target" or value
    end
    return out
end

local EVERY, RECORDS = { "no_status", "unmatched" }, { "no_status" } -- to give select() each record
for code = -1, 999 do EVERY[#EVERY + 1], RECORDS[#RECORDS + 1] = code, code end

local function do_lines(form, log)
    local ok, statuses = pcall(httpstatus.extract_string, log, options(form))
    if not ok then
        local column = statuses:match "at column (%d+): "
        return column and "!column-" .. column or "!invalid-key"
    end
    local pairs_of, out = {}, {}
    for pair in pairs(httpstatus.tally_string(log, options(form)).substatuses) do
        for number in httpstatus.select_string(log, pair, options(form)) do
            pairs_of[number] = pair:match "%.%d+$"
        end
    end
    local next_line = httpstatus.select_string(log, EVERY, options(form))
    for i, status in ipairs(statuses) do
        local number = status ~= httpstatus.SKIPPED and next_line() or nil
        out[i] = token(status) .. (status >= -1 and pairs_of[number] or "")
    end
    return list(out)
end

-- A log below tests/logs: as it is there, and in pieces.
local function do_log(form, name)
    local path, how = here .. "/logs/" .. name, options(form)
    local whole, message = httpstatus.tally(path, how)
    if not whole then return message:find "is UTF%-16" and "!UTF-16" or "!unreadable" end
    local file = assert(io.open(path, "rb"))
    local data = file:read "*a"
    file:close()
    equal(list(httpstatus.extract(path, how)), list(httpstatus.extract_string(data, how)))
    for _, size in ipairs { 1, 7, 64, 4096 } do
        local tally = httpstatus.new_tally(how)
        for at = 1, #data, size do tally:feed(data:sub(at, at + size - 1)) end
        equal(whole, tally:close())
    end
    return do_lines(form, data)
end

-- {[line number] = what stands there for each record without a status}, of those that are selected.
local function tokens_of(form, log, which, invert)
    local tokens, is_wanted = {}, {}
    for _, word in ipairs(which) do is_wanted[word] = true end
    for _, kind in ipairs { { "-", { "no_status" } }, { "#", EVERY, true }, { "!", { "unmatched" } } } do
        local asked = options(form)
        asked.invert = kind[3]
        if kind[3] and invert or not kind[3] and not is_wanted[kind[2][1]] == not not invert then
            for number in httpstatus.select_string(log, kind[2], asked) do
                tokens[number] = tokens[number] or {}
                table.insert(tokens[number], kind[1])
            end
        end
    end
    return tokens
end

local function do_select(form, which, log, invert)
    local wanted, out, lines = {}, {}, {}
    local select_options = options(form)
    select_options.invert = invert
    for word in (which .. ","):gmatch "([^,]*)," do wanted[#wanted + 1] = word end
    if not pcall(httpstatus.select_string, log, wanted, select_options) then
        return "!invalid-which"
    end
    local tokens = tokens_of(form, log, wanted, invert)
    for line in (log .. "\n"):gmatch "([^\n]*)\n" do lines[#lines + 1] = line:gsub("\r$", "") end
    for number, status, line in httpstatus.select_string(log, wanted, select_options) do
        equal(lines[number], line)
        out[#out + 1] = number .. ":" .. (status or table.remove(tokens[number], 1))
    end
    return list(out)
end

-- The format of most records; the more special of two comes first.
local function do_detect(log)
    local formats, best = httpstatus.tally_string(log).formats, nil
    local known = select(2, pcall(httpstatus.tally_string, "", { format = "?" }))
    for name in known:gsub("^.*: expected ", ""):gmatch "%w+" do
        if (formats[name] or 0) > (formats[best] or 0) then best = name end
    end
    return render(best)
end

-- What is suggested; passed on, it reads so many records.
local function do_suggest(log)
    local found = httpstatus.suggest_string(log)
    if not found then return "-" end
    local option = found.key and "key" or "format"
    local t = httpstatus.tally_string(log, { [option] = found[option] })
    equal(t.records, found.matched)
    equal(t.records + t.unmatched, found.lines)
    return record { { option, render(found[option]) }, { "matched", found.matched }, { "lines", found.lines } }
end

local CLASSES = { "1xx", "2xx", "3xx", "4xx", "5xx", "other" }

local function do_tally(form, log)
    local t = httpstatus.tally_string(log, { format = form })
    local out = { { "format", render(t.format) } }
    for _, name in ipairs { "lines", "records", "no_status", "skipped", "unmatched" } do
        out[#out + 1] = { name, t[name] }
    end
    out[#out + 1] = { "first_unmatched", list(t.first_unmatched) }
    for _, name in ipairs(CLASSES) do out[#out + 1] = { name, t.classes[name] } end
    local counts = {}
    for code, count in t:items() do counts[#counts + 1] = code .. ":" .. count end
    out[#out + 1] = { "counts", list(counts) }
    return record(out)
end

local function do_statuses(status_class, official, owner)
    local truth = { y = true, n = false }
    return list(httpstatus.statuses {
        status_class = status_class ~= "-" and status_class .. "xx" or nil,
        official = truth[official],
        owner = optional(owner),
    }, key)
end

local function do_search(words)
    local ok, rows = pcall(httpstatus.search, words)
    if ok then return list(rows, key) end
    return rows:find "at most 32 words" and "!many-words" or "!long-word"
end

-- Each with the number of its arguments.
local function do_parse_time(zone, reference, text)
    local options = { zone = tonumber(zone), reference = tonumber(reference) }
    local time = httpstatus.parse_time(text, options)
    return time and record {
        { "seconds", ("%.0f"):format(time.seconds) }, { "nanoseconds", time.nanoseconds },
        { "has_zone", render(time.has_zone) },
    } or "-"
end

local function do_unescape(escape, text)
    local ok, plain = pcall(httpstatus.unescape, text, escape)
    return ok and render(plain) or "!invalid-escape"
end

local PARTS = {
    "time", "client", "forwarded_for", "user", "host", "method", "target", "path", "query", "protocol",
    "bytes", "referer", "agent", "duration", "upstream_status",
}

local function rendered_time(time)
    local fraction = time.nanoseconds ~= 0 and (".%09.0f"):format(time.nanoseconds) or ""
    return ("%.0f%s%s"):format(time.seconds, fraction, time.has_zone and "Z" or "")
end

local function do_record(form, log)
    local found = httpstatus.record(log, options(form))
    if not found then return "-" end
    local out = { "status=" .. (found.status or "-") }
    for _, name in ipairs(PARTS) do
        local value = found[name]
        local number = type(value) == "number" and value * (name == "duration" and 1e9 or 1)
        local text = type(value) == "table" and rendered_time(value) or number and ("%.0f"):format(number)
        if value then out[#out + 1] = name .. "=" .. (text or render(value)) end
    end
    return table.concat(out, ",")
end

local COLUMNS = { "1xx", "2xx", "3xx", "4xx", "5xx", "other" }

local function whole(number) return ("%.0f"):format(number) end

-- How much of the bytes before the cut is consumed, by whatever reads them.
local function do_consumed(form, cut, log)
    local how = options(form)
    local fed = httpstatus.new_tally(how):feed(log:sub(1, tonumber(cut)))
    local consumed = fed.consumed
    local first = httpstatus.tally_string(log:sub(1, consumed), how)
    local last = httpstatus.tally_string(log:sub(consumed + 1), how)
    equal(consumed, fed:close().consumed)
    equal(consumed, first.consumed)
    equal(consumed, fed:as_table().consumed)
    equal(httpstatus.tally_string(log, how).consumed, (first + last).consumed)
    equal(consumed, httpstatus.series_string(log:sub(1, tonumber(cut)), how).tally.consumed)
    return whole(consumed)
end

-- All buckets or, of many, the first two and the last two.
local function render_series(series)
    local buckets = {}
    for start, counts in series:items() do
        local out = {}
        for i, column in ipairs(COLUMNS) do out[i] = whole(counts[column]) end
        buckets[#buckets + 1] = whole(start) .. ":" .. table.concat(out, "/")
    end
    equal(#buckets, #series)
    if #buckets > 6 then
        local n = #buckets
        buckets = { buckets[1], buckets[2], "+" .. n - 4, buckets[n - 1], buckets[n] }
    end
    return record {
        { "step", whole(series.step) }, { "untimed", whole(series.untimed) },
        { "overflow", whole(series.overflow) }, { "buckets", list(buckets) },
    }
end

local function series_options(form, step, zone, reference)
    local how = options(form)
    how.step, how.zone, how.reference = tonumber(step), tonumber(zone), tonumber(reference)
    return how
end

local function do_series(step, zone, reference, form, log)
    local series = httpstatus.series_string(log, series_options(form, step, zone, reference))
    equal(httpstatus.tally_string(log, options(form)), series.tally)
    return render_series(series)
end

-- The options for "since=1.5;path=/a", or "-".
local function conditions_of(text, form)
    local how = options(form)
    for name, value in (text == "-" and "" or text):gmatch "([%w_]+)=([^;]*)" do
        local is_number = name == "since" or name == "until" or name == "zone" or name == "reference"
        how[name] = is_number and tonumber(value) or value
    end
    return how
end

-- The records that meet conditions: asked for in every way.
local function do_where(conditions, form, log)
    local how, out, at = conditions_of(conditions, form), {}, 0
    local ok, tally = pcall(httpstatus.tally_string, log, how)
    if not ok then return "!invalid-" .. tally:match "invalid (%w+)" end
    local next_record, _, _, lines = httpstatus.records_string(log, nil, how)
    for found in next_record do out[#out + 1] = ("%d:%s"):format(found.number, found.status or "-") end
    equal(tally.untimed, lines:untimed())
    for number, status in httpstatus.select_string(log, RECORDS, how) do
        at = at + 1
        equal(out[at], ("%d:%s"):format(number, status or "-"))
    end
    equal(#out, at)
    equal(tally, httpstatus.series_string(log, how).tally)
    return list(out) .. " " .. record {
        { "records", tally.records }, { "excluded", tally.excluded }, { "untimed", tally.untimed },
    }
end

-- Calls act(number, status) for "0:200,60+10*5:404": a number, or five of them from 60 on, 10 apart.
local function each_number(text, act)
    for item in text:gmatch "[^,]+" do
        local span, status = item:match "^(.*):(.*)$"
        local start, every, count = span:match "^(-?%d+)%+(-?%d+)%*(%d+)$"
        for i = 0, (tonumber(count) or 1) - 1 do
            act(tonumber(start or span) + i * (tonumber(every) or 0), status == "-" and "null" or status)
        end
    end
end

-- Of the classes of these names, in nanoseconds.
local function render_summary(state, names)
    local count, least, greatest, sum = 0, nil, nil, 0
    for _, name in ipairs(names) do
        local of = 0
        for _, number in ipairs(state[name] or {}) do of = of + number end
        if of > 0 then
            least = math.min(least or math.huge, state.min_ns[name])
            greatest = math.max(greatest or 0, state.max_ns[name])
            sum = sum and state.sum_ns[name] and sum + state.sum_ns[name]
        end
        count = count + of
    end
    return record {
        { "count", whole(count) }, { "min", least and whole(least) or "-" },
        { "max", greatest and whole(greatest) or "-" }, { "sum", sum and whole(sum) or "-" },
    }
end

local function render_latency(latency)
    local state, buckets = latency:as_table(), {}
    for low, high, counts in latency:items() do
        local out, i = {}, #buckets + 1
        for j, column in ipairs(COLUMNS) do
            equal(state[column][i], counts[column])
            out[j] = whole(counts[column])
        end
        equal(state.low_ns[i] / 1e9, low)
        equal(state.high_ns[i] / 1e9, high)
        buckets[i] = ("%s-%s:%s"):format(whole(state.low_ns[i]), whole(state.high_ns[i]), table.concat(out, "/"))
    end
    equal(#buckets, #latency)
    equal(whole(state.untimed), whole(latency.untimed))
    return ("untimed=%s %s buckets=%s"):format(whole(latency.untimed), render_summary(state, COLUMNS), list(buckets))
end

local function do_latency(form, log)
    local latency = httpstatus.latency_string(log, options(form))
    equal(latency.tally, httpstatus.tally_string(log, options(form)))
    return render_latency(latency)
end

-- Of "5000000:200|7:404": nanoseconds in parts, which are added up from the last to the first.
local function latency_of(durations)
    local log, sum = "", nil
    for part in (durations .. "|"):gmatch "([^|]*)|" do
        local lines = {}
        each_number(part, function(ns, status)
            lines[#lines + 1] = ('{"Duration": %s, "DownstreamStatus": %s}\n'):format(whole(ns), status)
        end)
        local latency = httpstatus.latency_string(table.concat(lines), { format = "json" })
        log, sum = log .. table.concat(lines), sum and latency + sum or sum or latency
    end
    local latency = httpstatus.latency_string(log, { format = "json" })
    equal(latency, sum)
    return latency
end

local function do_latency_summary(which, durations)
    local latency, of = latency_of(durations), which ~= "-" and which or nil
    local ok, count = pcall(latency.count, latency, of)
    if not ok then return "!invalid-class" end
    local function nanoseconds(seconds) return seconds and whole(seconds * 1e9) or "-" end
    return record {
        { "count", whole(count) }, { "min", nanoseconds(latency:min(of)) },
        { "max", nanoseconds(latency:max(of)) }, { "sum", nanoseconds(latency:sum(of)) },
    }
end

local function do_latency_quantile(q, which, durations)
    local latency, of = latency_of(durations), which ~= "-" and which or nil
    local ok, value = pcall(latency.quantile, latency, tonumber(q), of)
    if not ok then return value:find "invalid q " and "!invalid-q" or "!invalid-class" end
    local low, high = latency:bounds(tonumber(q), of)
    if not value then return low or "-" end
    return record {
        { "value", whole(value * 1e9) }, { "low", whole(low * 1e9) }, { "high", whole(high * 1e9) },
    }
end

local function do_latency_log(form, name)
    return render_latency(assert(httpstatus.latency(here .. "/logs/" .. name, options(form))))
end

local function do_series_log(form, name)
    local path = here .. "/logs/" .. name
    local file = assert(io.open(path, "rb"))
    local data = file:read "*a"
    file:close()
    local series = httpstatus.series(path, options(form))
    equal(series, httpstatus.series_string(data, options(form)))
    return render_series(series)
end

-- The log of such times.
local function log_of(times)
    local lines = {}
    each_number(times, function(time, status)
        lines[#lines + 1] = ('{"time": %s, "status": %s}\n'):format(
            time >= 0 and whole(time) or os.date("!\"%Y-%m-%dT%H:%M:%SZ\"", time), status)
    end)
    return table.concat(lines)
end

-- The series of all times, which is the sum of the parts between '|', from the last to the first.
local function series_of(step, times)
    local how, log, sum = { format = "json", step = tonumber(step) }, "", nil
    for part in (times .. "|"):gmatch "([^|]*)|" do
        local series = httpstatus.series_string(log_of(part), how)
        log, sum = log .. log_of(part), sum and series + sum or series
    end
    local series = httpstatus.series_string(log, how)
    equal(series, sum)
    return series
end

local function do_series_began(step, which, times)
    local series = series_of(step, times)
    local ok, first, last = pcall(series.began, series, which)
    if not ok then return "!invalid-class" end
    return first and record { { "begin", whole(first) }, { "end", whole(last) } } or "-"
end

-- All entries that are shown or, of many, the first two and the last two.
local function render_top(top)
    local entries, kept = {}, top:as_table().value or {}
    for value, count, error in top:items() do
        entries[#entries + 1] = render(value) .. ":" .. whole(count) .. ":" .. whole(error)
    end
    equal(#entries, #top)
    if #entries > 6 then
        local n = #entries
        entries = { entries[1], entries[2], "+" .. n - 4, entries[n - 1], entries[n] }
    end
    return record {
        { "total", whole(top.total) }, { "absent", whole(top.absent) }, { "cut", whole(top.cut) },
        { "bound", whole(top.bound) }, { "exact", render(top.exact) }, { "kept", #kept }, { "top", list(entries) },
    }
end

-- The options for "n=3;entries=2;group=id", or "-".
local function top_options(by, which, settings, form)
    local how = options(form)
    how.by, how.which = by, {}
    for word in which:gmatch "[^,]+" do how.which[#how.which + 1] = word end
    for name, value in (settings == "-" and "" or settings):gmatch "(%w+)=([^;]*)" do
        how[name] = name == "group" and value or tonumber(value)
    end
    return how
end

-- Of the whole log, and with a condition that every record with a path meets.
local function top_of(log, how)
    local ok, top = pcall(httpstatus.top_string, log, how)
    if not ok then return nil, "!invalid-" .. top:match "invalid (%w+)" end
    if how.by == "path" then
        how.path = ""
        equal(top.total - top.absent, httpstatus.top_string(log, how).total)
        how.path = nil
    end
    return top
end

local function do_top(by, which, settings, form, log)
    local top, wrong = top_of(log, top_options(by, which, settings, form))
    if not top then return wrong end
    equal(httpstatus.tally_string(log, options(form)), top.tally)
    return render_top(top)
end

local function do_top_log(by, which, form, name)
    local path = here .. "/logs/" .. name
    local file = assert(io.open(path, "rb"))
    local data = file:read "*a"
    file:close()
    local how = top_options(by, which, "-", form)
    local top = httpstatus.top(path, how)
    equal(top, httpstatus.top_string(data, how))
    return render_top(top)
end

-- A log for "a*3,b,c^200": a value so many times, or of so many bytes.
local function log_of_values(values)
    local lines = {}
    for item in values:gmatch "[^,]+" do
        local value = item:match "^[^*^]+"
        local size, count = tonumber(item:match "%^(%d+)"), tonumber(item:match "%*(%d+)")
        local line = ('{"status": 500, "user_agent": "%s"}\n'):format(value:rep(size or 1))
        lines[#lines + 1] = line:rep(count or 1)
    end
    return table.concat(lines)
end

-- The sum of the parts between '|'.
local function do_top_of(settings, values)
    local how, sum = top_options("agent", "5xx", settings, "json"), nil
    for part in (values .. "|"):gmatch "([^|]*)|" do
        local top, wrong = top_of(log_of_values(part), how)
        if not top then return wrong end
        sum = sum and sum + top or top
    end
    return render_top(sum)
end

local functions = {
    lookup = { 1, function(text) return key(httpstatus.lookup(text)) end },
    lookup_code = { 1, function(code)
        equal(httpstatus[tonumber(code)], httpstatus.lookup(tonumber(code)))
        return key(httpstatus[tonumber(code)])
    end },
    lookup_by = { 2, function(owner, text)
        return key(httpstatus.lookup(text, { owner = owner }))
    end },
    find = { 3, function(code, substatus, owner)
        local options = { substatus = tonumber(substatus), owner = optional(owner) }
        return key(httpstatus.lookup(tonumber(code), options))
    end },
    search = { 1, do_search },
    statuses = { 3, do_statuses },
    row = { 3, fields_of {
        "phrase", "name", "status_class", "lifecycle", "since", "introduced_in", "wire",
    } },
    properties = { 3, fields_of {
        "is_informational", "is_success", "is_redirection", "is_client_error", "is_server_error",
        "is_error", "is_known", "is_official", "is_interim", "is_redirect", "is_cacheable",
        "must_not_store", "allows_body", "preserves_method",
    } },
    reference_for = { 2, function(code, name)
        return render(httpstatus.reference_for(httpstatus.Status(tonumber(code)), name))
    end },
    retry = { 4, do_retry },
    retry_after = { 2, do_retry_after },
    parse_time = { 3, do_parse_time },
    unescape = { 2, do_unescape },
    record = { 2, do_record },
    retry_advice = { 3, function(...)
        local retry = status_of(...).retry
        return render(retry and retry.advice)
    end },
    headers = { 3, function(...)
        return list(status_of(...).headers, function(h)
            return render(h.name) .. ":" .. render(h.level)
        end)
    end },
    aliases = { 3, function(...) return list(status_of(...).aliases, render) end },
    constant = { 1, function(name) return render(httpstatus[name]) end },
    redirect = { 3, do_redirect },
    written = { 3, function(form, code, substatus)
        return key(httpstatus.lookup(tonumber(code), { substatus = tonumber(substatus), format = form }))
    end },
    redirect_to = { 5, do_redirect_to },
    chain_follow = { 4, do_chain_follow },
    redirect_headers = { 1, do_redirect_headers },
    explain = { 3, do_explain },
    clients = { 3, do_clients },
    differs = { 4, do_differs },
    retry_clients = { 2, do_retry_clients },
    chain = { 4, do_chain },
    resolve = { 3, do_resolve },
    lines = { 2, do_lines },
    log = { 2, do_log },
    select = { 3, do_select },
    select_others = { 3, function(form, which, log) return do_select(form, which, log, true) end },
    tally = { 2, do_tally },
    consumed = { 3, do_consumed },
    series = { 5, do_series },
    series_log = { 2, do_series_log },
    latency = { 2, do_latency },
    latency_log = { 2, do_latency_log },
    latency_of = { 1, function(durations) return render_latency(latency_of(durations)) end },
    latency_summary = { 2, do_latency_summary },
    latency_quantile = { 3, do_latency_quantile },
    where = { 3, do_where },
    series_of = { 2, function(...) return render_series(series_of(...)) end },
    series_began = { 3, do_series_began },
    series_rate = { 3, function(step, which, times)
        return list(series_of(step, times):rate(which), function(rate) return ("%.6f"):format(rate) end)
    end },
    top = { 5, do_top },
    top_log = { 4, do_top_log },
    top_of = { 2, do_top_of },
    detect = { 1, do_detect },
    suggest = { 1, do_suggest },
}

local function plain(value)
    if type(value) ~= "table" then return render(value) end
    return (keys[value] or value.substatus) and key(value) or list(value, plain)
end

-- A blank ends each argument but the last.
local function arguments(name, text)
    local out, size = {}, functions[name] and functions[name][1]
    while not size or #out < size - 1 do
        local first, rest = text:match "^([^ ]*) (.*)$"
        if not first then break end
        out[#out + 1], text = unescape(first), rest
    end
    out[#out + 1] = unescape(text)
    return unpack(out)
end

-- That of a row of functions; or else of the module's function of that name, whose arguments are codes or
-- texts without a blank, and whose answer needs no notation of its own.
local function answer(name, text)
    if functions[name] then return functions[name][2](arguments(name, text)) end
    local given = { arguments(name, text) }
    for i, argument in ipairs(given) do given[i] = argument:find "^-?%d+$" and tonumber(argument) or argument end
    return plain(httpstatus[name](unpack(given)))
end

return { answer = answer, arguments = arguments, status_of = status_of, key = key }

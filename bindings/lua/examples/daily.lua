-- Yesterday's server errors, for cron, which mails what this prints: nothing while they are few.
--     7 0 * * *  lua daily.lua 0.5 /var/log/nginx/access.log.1
-- The first argument is the tolerated percentage. Logs that end in .gz are read by zcat. For a log that is still
-- written to, `httpstatus tally --state FILE access.log` counts what is new since the last run; daily.py does so.
-- Exits with 0 if all is well, 1 if there were too many errors, 2 if a log cannot be read.

local httpstatus = require "httpstatus"

local function tally_of(path)
    if not path:find "%.gz$" then return assert(httpstatus.tally(path)) end
    assert(io.open(path)):close()
    local pipe = assert(io.popen("zcat -- '" .. path:gsub("'", [['\'']]) .. "'"))
    local tally = assert(httpstatus.tally(pipe))
    assert(pipe:close(), path .. " cannot be decompressed")
    return tally
end

local function main(limit, first, ...)
    limit = assert(first and tonumber(limit), "usage: daily.lua PERCENT LOG...")
    local total = tally_of(first)
    for _, path in ipairs { ... } do total = total + tally_of(path) end
    assert(total.records > 0, "nothing in these logs is a request")
    local errors, share = total.classes["5xx"], 100 * total.classes["5xx"] / total.records
    if share <= limit then return 0 end
    print(("%d of %d requests failed: %.2f %%, more than %g %%"):format(
        errors, total.records, share, limit))
    for code, count in total:items() do
        if httpstatus.class_of(code) == "5xx" then
            print(("%d %8d  %s"):format(code, count, httpstatus.phrase(code) or "-"))
        end
    end
    return 1
end

local ok, result = pcall(main, ...)
if ok then return os.exit(result) end
if result:find "interrupted!" then os.exit(130) end -- Ctrl-C
io.stderr:write("daily.lua: ", (result:gsub("^[^:]*:%d+: ", "")), "\n")
os.exit(2)

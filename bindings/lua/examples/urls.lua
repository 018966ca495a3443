-- The paths that failed most often: lua urls.lua LOG [WHICH [N]]
-- WHICH is anything that select() takes, 5xx by default; N is how many to print, 10 by default.

local httpstatus = require "httpstatus"

local function main(log, which, n)
    assert(log, "usage: lua urls.lua LOG [WHICH [N]]")
    local counts, paths = {}, {}
    local records, message = httpstatus.records(log, which or "5xx")
    for record in assert(records, message) do
        local path = record.path or "-"
        if not counts[path] then paths[#paths + 1] = path end
        counts[path] = (counts[path] or 0) + 1
    end
    local first = {} -- of equal counts, what came first
    for i, path in ipairs(paths) do first[path] = i end
    table.sort(paths, function(a, b)
        if counts[a] ~= counts[b] then return counts[a] > counts[b] end
        return first[a] < first[b]
    end)
    for i = 1, math.min(tonumber(n or 10), #paths) do
        local shown = paths[i]:gsub("%c", "?") -- a client wrote it
        print(("%8d %s"):format(counts[paths[i]], shown))
    end
end

local ok, message = pcall(main, ...)
if ok then return end
io.stderr:write("urls.lua: ", (message:gsub("^[^:]*:%d+: ", "")), "\n")
os.exit(1)

-- Reports what is in a web-server log: report.lua [LOG]. Without LOG it reads standard input.

local httpstatus = require "httpstatus"

local function report(tally)
    local formats = {}
    for name in pairs(tally.formats) do formats[#formats + 1] = name end
    table.sort(formats)
    print(("%d lines, %d records, format %s"):format(tally.lines, tally.records,
        #formats > 0 and table.concat(formats, " ") or "-"))
    for code, count in tally:items() do
        print(("%03d %8d %s  %s"):format(code, count, httpstatus.class_of(code) or "-",
            httpstatus.phrase(code) or "-"))
    end
    for _, name in ipairs { "1xx", "2xx", "3xx", "4xx", "5xx", "other" } do
        local count = tally.classes[name]
        if count > 0 then print(("%-5s %6d"):format(name, count)) end
    end
    print(("no status %d, skipped %d, unmatched %d"):format(tally.no_status, tally.skipped,
        tally.unmatched))
    if tally.unmatched > 0 then
        print("unmatched lines: " .. table.concat(tally.first_unmatched, " "))
    end
end

local ok, message = pcall(function(path)
    report(assert(httpstatus.tally(path or io.stdin)))
end, ...)
if ok then return end
if message:find "interrupted!" then os.exit(130) end -- Ctrl-C
io.stderr:write("report.lua: ", (message:gsub("^[^:]*:%d+: ", "")), "\n")
os.exit(1)

-- What the Lua module says of logs.  Standard input has one job per line, "PATH\tFORMAT".  Prints
-- for each "refused", or a line of statuses from extract() and a line of "number:status" from
-- select().
local httpstatus = require "httpstatus"

local codes = {}
for code = -1, 999 do codes[#codes + 1] = code >= 0 and code or nil end

for job in io.lines() do
    local path, format = job:match "(.-)\t(.*)"
    local options = {format = format}
    local ok, statuses = pcall(httpstatus.extract, path, options)
    if not ok then
        print "refused"
    else
        local selected = {}
        for kind, which in pairs {[0] = codes, [httpstatus.NO_STATUS] = {"no_status"},
                                  [httpstatus.UNMATCHED] = {"unmatched"}} do
            for number, status in httpstatus.select(path, which, options) do
                selected[#selected + 1] = string.format("%d:%d", number, kind == 0 and status or kind)
            end
        end
        print(table.concat(statuses, " "))
        print(table.concat(selected, " "))
    end
end

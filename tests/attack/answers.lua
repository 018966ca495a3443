-- What the Lua module says of logs: arg[1] is a file of jobs that returns {{path, format, key}, ...}.
-- For each: "refused MESSAGE", or a line of its extract() and one of "number:status" by its select().
local httpstatus = require "httpstatus"

local codes = {}
for code = -1, 999 do codes[#codes + 1] = code >= 0 and code or nil end

for _, job in ipairs(dofile(arg[1])) do
    local options = {format = job[2]}
    local ok, statuses = pcall(httpstatus.extract, job[1], options)
    if not ok then
        print("refused " .. tostring(statuses):gsub("\n", " "))
    else
        local selected = {}
        for kind, which in pairs {[0] = codes, [httpstatus.NO_STATUS] = {"no_status"},
                                  [httpstatus.UNMATCHED] = {"unmatched"}} do
            for number, status in httpstatus.select(job[1], which, options) do
                selected[#selected + 1] = string.format("%d:%d", number, kind == 0 and status or kind)
            end
        end
        print(table.concat(statuses, " "))
        print(table.concat(selected, " "))
    end
end

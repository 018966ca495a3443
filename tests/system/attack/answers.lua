-- What the Lua module says of logs.  Standard input has one job per line, "PATH\tFORMAT".  Prints
-- for each "refused", or a line of statuses from extract() and a line of "number:status" from
-- select().
local httpstatus = require "httpstatus"

local with_status, all = { "no_status" }, { "no_status", "unmatched" }
for code = 0, 999 do
    with_status[#with_status + 1], all[#all + 1] = code, code
end

for job in io.lines() do
    local path, format = job:match "(.-)\t(.*)"
    local options = {format = format}
    local ok, statuses = pcall(httpstatus.extract, path, options)
    if not ok then
        print "refused"
    else
        local selected, has = {}, {}
        for _, status in ipairs(statuses) do has[status] = true end
        local kind = has[httpstatus.NO_STATUS] and httpstatus.NO_STATUS or httpstatus.UNMATCHED
        local passes = { { all, kind } }
        if has[httpstatus.NO_STATUS] and has[httpstatus.UNMATCHED] then -- select() does not tell one from the other
            passes = { { with_status, httpstatus.NO_STATUS }, { { "unmatched" }, httpstatus.UNMATCHED } }
        end
        for _, pass in ipairs(passes) do
            for number, status in httpstatus.select(path, pass[1], options) do
                selected[#selected + 1] = string.format("%d:%d", number, status or pass[2])
            end
        end
        print(table.concat(statuses, " "))
        print(table.concat(selected, " "))
    end
end

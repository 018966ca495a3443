-- The errors of a log as they come: tail -F access.log | lua errors.lua [WHICH [FORMAT]]
-- WHICH is 5xx or what else select() takes, FORMAT one that it knows or the server's own.

local httpstatus = require "httpstatus"

local function main(which, format)
    io.stdout:setvbuf "line"
    for _, status, line in httpstatus.select(io.stdin, which or "5xx", { format = format }) do
        local known = status and status .. " " .. (httpstatus.phrase(status) or "-") or "-"
        assert(io.write(known, ": ", line, "\n"))
    end
end

local ok, message = pcall(main, ...)
if not ok then
    local interrupted = message:find "interrupted!"
    if not interrupted then
        io.stderr:write("errors.lua: ", (message:gsub("^[^:]*:%d+: ", "")), "\n")
    end
    os.exit(interrupted and 130 or 1)
end

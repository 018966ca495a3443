-- The errors of a log as they come: tail -F access.log | lua errors.lua [WHICH [FORMAT]]
-- WHICH is anything that select() takes, 5xx by default; FORMAT is a name or a format string.

local httpstatus = require "httpstatus"

local function main(which, format)
    io.stdout:setvbuf "line"
    for _, status, line in httpstatus.select(io.stdin, which or "5xx", { format = format }) do
        local known = status and status .. " " .. (httpstatus.phrase(status) or "-") or "-"
        assert(io.write(known, ": ", line, "\n"))
    end
end

local ok, message = pcall(main, ...)
if ok then return end
if message:find "interrupted!" then os.exit(130) end -- Ctrl-C
io.stderr:write("errors.lua: ", (message:gsub("^[^:]*:%d+: ", "")), "\n")
os.exit(1)

-- Counts the statuses that nginx or OpenResty sends, and reports them. See counter.conf.

local httpstatus = require "httpstatus"

local counter = {}
local counts = ngx.shared.statuses

-- The log phase also has 499 and other statuses that the client never saw.
function counter.log()
    counts:incr(ngx.status, 1, 0)
end

local function line(code, count)
    local status = httpstatus.Status(code)
    local vendor = status.owner and not status.is_official
        and (" (%s): %s"):format(status.owner, status.description) or ""
    return ("%03d %8d %s  %s%s\n"):format(code, count, status.status_class or "-",
        status.phrase or "-", vendor)
end

function counter.report()
    local classes = {}
    ngx.header.content_type = "text/plain; charset=utf-8"
    for code = 0, 999 do
        local count = counts:get(code)
        if count then
            local class = httpstatus.class_of(code) or "other"
            classes[class] = (classes[class] or 0) + count
            ngx.print(line(code, count))
        end
    end
    for _, class in ipairs { "1xx", "2xx", "3xx", "4xx", "5xx", "other" } do
        if classes[class] then ngx.print(("%-5s %6d\n"):format(class, classes[class])) end
    end
end

return counter

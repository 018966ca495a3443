-- Requests a URL as a careful client would, by curl: lua client.lua URL [METHOD [BODY]]
-- It follows redirects, and repeats what retry() lets it, up to five times, with a minute between at most.

local httpstatus = require "httpstatus"

local function quoted(text) return " '" .. text:gsub("'", [['\'']]) .. "'" end

-- On a connection of its own, as 408 and 421 want it.
local function send(url, method, body, file)
    local pipe = assert(io.popen("curl -sS -g -m 60 -D - -H Expect: -o " .. file ..
        (method == "HEAD" and " -I" or " -X" .. quoted(method)) ..
        (body and " --data-binary" .. quoted(body) or "") .. " --url" .. quoted(url)))
    local head = pipe:read "*a"
    pipe:close()
    return assert(tonumber(head:match "^HTTP/%S+ (%d+)"), "no response from " .. url),
        head:match "\n[Rr]etry%-[Aa]fter:([^\r\n]*)", head:match "\n[Ll]ocation:([^\r\n]*)"
end

local function fetch(file, url, method, body)
    local chain = httpstatus.new_chain(method or "GET", { policy = "rfc9110", limit = 20 }, url)
    for attempt = 0, 1 / 0 do
        local status, field, location = send(chain.url, chain.method, body, file)
        local r = httpstatus.retry(status, chain.method, { retry_after = field, now = os.time(), cap = 60 })
        local pause = 0.1 * 2 ^ (attempt - chain.count)
        local step = r.reason == "redirect" and assert(chain:step(status, { location = location }))
        if step and step.url then
            body, pause = step.keeps_body and body or nil, 0
        elseif r.action ~= "retry" and r.action ~= "unknown" or attempt - chain.count == 5 then
            return ("%d %s\n"):format(status, assert(io.open(file)):read "*a")
        end
        os.execute("sleep " .. (r.delay or pause))
    end
end

local file = os.tmpname()
local ok, said = pcall(fetch, file, ...)
os.remove(file)
if not ok then said = "client.lua: " .. said:gsub("^[^:]*:%d+: ", "") .. "\n" end
(ok and io.stdout or io.stderr):write(said)
os.exit(ok and 0 or 1)

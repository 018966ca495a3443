-- Answers for bindings.py like those of answers.c, by the functions of the vectors' Lua runner.

local here = arg[0]:match "^(.*)/fuzz/[^/]*$"
local functions, arguments

-- The runner describes its tests; the functions that it calls are upvalues of the first description.
function describe(name, body)
    for i = 1, name == "the shared vectors" and math.huge or 0 do
        local upvalue, value = debug.getupvalue(body, i)
        if not upvalue then break end
        if upvalue == "functions" then functions = value end
        if upvalue == "arguments" then arguments = value end
    end
end

assert = require "luassert"
dofile(here .. "/lua/httpstatus_spec.lua")
for line in io.lines() do
    local name, input = line:match "^([^\t]*)\t(.*)$"
    local size, call = table.unpack(functions[name])
    local ok, answer = pcall(function() return call(arguments(input, size)) end)
    print((tostring(ok and answer or "ERROR " .. tostring(answer)):gsub("\n", " ")))
    io.flush()
end

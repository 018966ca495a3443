-- Answers for bindings.py like those of answers.c, by the functions of the vectors' Lua runner.

local here = arg[0]:match "^(.*)/fuzz/[^/]*$"
local runner = assert(loadfile(here .. "/lua/vectors.lua"))(require "httpstatus", here)

for line in io.lines() do
    local ok, answer = pcall(runner.answer, line:match "^([^\t]*)\t(.*)$")
    print((tostring(ok and answer or "ERROR " .. tostring(answer)):gsub("\n", " ")))
    io.flush()
end

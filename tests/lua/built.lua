-- Of who types 'busted': is there a module, and is it newer than what it is compiled from?  Other runs
-- set HTTPSTATUS_TESTS, and bring a module of their own.

if os.getenv "HTTPSTATUS_TESTS" then return end

local lfs = require "lfs"

local VERSION = _VERSION:match "%d.%d"
local TREE = "build/lua" .. VERSION
local BUILD = ("luarocks --lua-version=%s make --tree=%s && rm httpstatus.so"):format(VERSION, TREE)
package.cpath = ("./%s/lib/lua/%s/?.so;"):format(TREE, VERSION) .. package.cpath

local function refuse(message, ...)
    io.stderr:write("busted: ", message:format(...), "\nRun this in the root of the tree: ", BUILD, "\n")
    os.exit(1)
end

local found, message = pcall(require, "httpstatus")
if not found then refuse("%s", message:match "[^\n]*[^\n:]") end
local module = package.searchpath and package.searchpath("httpstatus", package.cpath) -- not in Lua 5.1
local built = module and lfs.attributes(module, "modification")
for _, folder in ipairs { "core", "bindings/lua" } do
    for name in lfs.dir(folder) do
        local source = folder .. "/" .. name
        if built and name:find "%.[ch]$" and lfs.attributes(source, "modification") > built then
            refuse("%s is older than %s", module, source)
        end
    end
end

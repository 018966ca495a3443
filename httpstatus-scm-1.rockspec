rockspec_format = "3.0"
package = "httpstatus"
version = "scm-1"
source = {
    url = "git+https://example.org/httpstatus.git",
}
description = {
    summary = "HTTP status codes, redirect rules and the statuses of web-server logs, in C",
    detailed = [[
What every status code means (IANA's and each vendor's, IIS sub-status too), what a
client does after a redirect, and how many of each status are in a web-server log.]],
    license = "MIT",
    labels = { "http", "log" },
}
dependencies = {
    "lua >= 5.1",
}
build = {
    type = "builtin",
    modules = {
        httpstatus = {
            sources = {
                "bindings/lua/_arguments.c",
                "bindings/lua/_chain.c",
                "bindings/lua/_clients.c",
                "bindings/lua/_location.c",
                "bindings/lua/_parts.c",
                "bindings/lua/_places.c",
                "bindings/lua/_policy.c",
                "bindings/lua/_record.c",
                "bindings/lua/_redirect.c",
                "bindings/lua/_retry.c",
                "bindings/lua/_retry_clients.c",
                "bindings/lua/_select.c",
                "bindings/lua/_source.c",
                "bindings/lua/_status.c",
                "bindings/lua/_tally.c",
                "bindings/lua/_time.c",
                "bindings/lua/httpstatus.c",
                "core/address.c",
                "core/carry.c",
                "core/chain.c",
                "core/clf.c",
                "core/clients.c",
                "core/columns.c",
                "core/columns_parts.c",
                "core/content.c",
                "core/custom.c",
                "core/custom_parts.c",
                "core/elb.c",
                "core/envoy.c",
                "core/expected.c",
                "core/filter.c",
                "core/formats.c",
                "core/haproxy.c",
                "core/json.c",
                "core/json_parts.c",
                "core/json_walk.c",
                "core/kernels.c",
                "core/line.c",
                "core/locator.c",
                "core/parts.c",
                "core/pasted.c",
                "core/pieces.c",
                "core/prefix.c",
                "core/quoted.c",
                "core/record.c",
                "core/redirect.c",
                "core/retry.c",
                "core/retry_after.c",
                "core/retry_clients.c",
                "core/s3.c",
                "core/scanner.c",
                "core/search.c",
                "core/series.c",
                "core/series_line.c",
                "core/series_rate.c",
                "core/squid.c",
                "core/status.c",
                "core/tally.c",
                "core/time.c",
                "core/tokens.c",
                "core/unescape.c",
                "core/url.c",
                "core/wrapper.c",
            },
            incdirs = { "core" },
            defines = { "HTTPSTATUS_STATIC" },
        },
    },
    platforms = {
        linux = {
            type = "command",
            build_command =
                [[sh bindings/lua/build.sh "$(CC)" "$(CFLAGS)" "$(LD)" "$(LIBFLAG)" "$(LUA_INCDIR)"]],
            install = { lib = { httpstatus = "httpstatus.so" } },
        },
    },
}

"""Runs what the Markdown files show: snippets, commands and the tables that claim something.

Every Markdown file of the tree is read, those of .github too.

    tests/system/snippets.py            with a Python that has httpstatus; lua5.4 finds it by LUA_CPATH
    tests/system/snippets.py pycon      only the blocks of this language

All of it happens in a copy of the tree with these files at its root: access.log (data/sample.log),
access.log.1 and access.log.2 (the same), each as .gz, .bz2 and .xz too, and the real logs of the
table REAL_LOGS where they are; kernel.log, notes.txt, shop.log and mixed.log, of which little, nothing or all is
understood; the logs that incident.py writes.  A block of

    pycon     is what an interpreter showed; the blocks of a file follow each other
    python    is a script that stands alone, so is one of lua
    c         is the body of a main() with the declarations of FRAME
    sh        is a command a line, each in a shell of its own and without sudo; a virtual
              environment, a tree of rocks and a DESTDIR keep what they install in the copy
    console   is "$ command" and what it prints; "..." stands for any text
    text      is prose; the files that it names must exist

and no other kind of block may be.  What cannot run is said, with the reason: see REASONS.
"""
import ast
import bz2
import collections.abc
import doctest
import functools
import gzip
import itertools
import json
import lzma
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import httpstatus
import incident

ROOT = Path(__file__).resolve().parents[2]
LOGS = Path("../shared/logs").resolve()  # not part of the project
REAL_LOGS = {"apache-elastic-10k.log": LOGS / "clf/apache-elastic-10k.log"}
REASONS = {  # commands and scripts that do not run here
    r"tests/run\b(?! --list).*": "it is what runs this",
    r"apt install .*": "it would install on this machine",
    r"total = (client|spark)\..*\n": "tests/system/clusters.py runs it, on a cluster of its own",
    r"(?s)(import dask|def tables).*": "tests/system/clusters.py runs it, on a cluster of its own",
}
LIMITS = {  # the constants that a row of the table of limits names
    "a status in a log": ["STATUS_MIN", "STATUS_MAX"],
    "pairs of status and sub-status": ["PAIRS", "FILTER_PAIRS"],
    "lines that are not records": ["FIRST_UNMATCHED"],
    "a path to the status in JSON": ["NAMES"],
    "a format string": ["LOCATOR_STEPS", "LOCATOR_TEXT", "LOCATOR_BEHIND"],
    "the words of a search": ["SEARCH_WORDS", "SEARCH_WORD"],
    "a chain of redirects": ["CHAIN_SEEN"],
}
FRAME = """\
#include "httpstatus.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(void)
{
    static char buffer[1 << 16];
    ssize_t size;
    int fd = open("access.log", O_RDONLY);
    if (fd < 0)
        return 1;
%s
    return 0;
}
"""


class Wrong(Exception):
    """A snippet that does not do what it should."""


class Skipped(Exception):
    """A snippet that does not run, and why."""


# ---- Where it happens --------------------------------------------------------------------------


def make_scratch(scratch):
    shutil.copytree(ROOT, scratch, dirs_exist_ok=True, ignore=shutil.ignore_patterns(
        "build", ".git", ".venv", "__pycache__", "*.so", "*.o", "*.egg-info"))
    log = (ROOT / "data/sample.log").read_bytes()
    for name in "access.log", "access.log.1", "access.log.2":
        for suffix, pack in {"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress,
                             ".xz": lzma.compress}.items():
            (scratch / (name + suffix)).write_bytes(pack(log))
    record = '::1 - - [01/Nov/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 7\n'
    (scratch / "kernel.log").write_text("eth0: link up\n" * 13 + record)
    (scratch / "notes.txt").write_text("eth0: link up\n")
    (scratch / "shop.log").write_text("192.0.2.1;GET /a HTTP/1.1;200;12\n" * 3)
    (scratch / "mixed.log").write_text(record * 2 + '{"status": 500}\n')
    incident.write(scratch)
    for name, log in REAL_LOGS.items():
        if log.exists():
            shutil.copy(log, scratch / name)
    (scratch / "luarocks.lua").write_text('rocks_trees = {{ name = "scratch", root = "%s" }}'
                                          % (scratch / "rocks"))


def run(command, may_fail=False, **options):
    """What a command prints on both streams."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, encoding="utf-8", timeout=300, **options)
    if done.returncode and not may_fail:
        raise Wrong(f"exit {done.returncode}:\n{done.stdout}")
    return done.stdout


def with_path(directory, **more):
    return {**os.environ, "PATH": f"{directory}{os.pathsep}{os.environ['PATH']}", **more}


@functools.cache
def installing():
    """The environment in which commands install what they install in the copy."""
    subprocess.run([sys.executable, "-m", "venv", "venv"], check=True)
    here = Path.cwd()
    return with_path(here / "venv/bin", DESTDIR=str(here / "root"),
                     LUAROCKS_CONFIG=str(here / "luarocks.lua"), PIP_DISABLE_PIP_VERSION_CHECK="1")


def reason_against(text):
    return next((why for what, why in REASONS.items() if re.fullmatch(what, text)), None)


# ---- Blocks ------------------------------------------------------------------------------------


def run_pycon(text, names):
    test = doctest.DocTestParser().get_doctest(text, names, "snippet", None, 0)
    output = []
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(test, out=output.append, clear_globs=False)
    names.update(test.globs)
    if runner.failures or not test.examples:
        raise Wrong("".join(output) or "no example")


def run_script(name, *interpreter):
    def run_it(text, names):
        if reason := reason_against(text):
            raise Skipped(reason)
        Path(name).write_text(text, encoding="utf-8")
        run([*interpreter, name])
    return run_it


def run_c(text, names):
    Path("snippet.c").write_text(FRAME % text, encoding="utf-8")
    run(["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-D_DEFAULT_SOURCE", "-Icore",
         "-DHTTPSTATUS_STATIC", "-o", "snippet", "snippet.c", *map(str, Path("core").glob("*.c"))])
    run(["./snippet"])


def run_sh(text, names):
    skipped = []
    for line in text.replace("\\\n", "").splitlines():
        command = re.sub(r"\bsudo ", "", line.partition(" #")[0].strip())
        if reason := reason_against(command):
            skipped.append(f"{command}: {reason}")
        elif command:
            run(["bash", "-c", command], env=installing())
    if skipped:
        raise Skipped("; ".join(skipped))


def run_console(text, names):
    shown = re.split(r"^\$ (.*)\n", text, flags=re.M)
    if shown[0] or len(shown) < 3:
        raise Wrong("it does not begin with '$ command'")
    for command, expected in zip(shown[1::2], shown[2::2]):
        for name, log in REAL_LOGS.items():
            if name in command and not log.exists():
                raise Skipped(f"{name}: needs ../shared")
        printed = run(["bash", "-c", command], may_fail=bool(expected),  # it may show a failure
                      env=with_path(Path(sys.executable).parent))
        if not doctest.OutputChecker().check_output(expected, printed, doctest.ELLIPSIS):
            raise Wrong(f"$ {command}\n{printed}")


def check_text(text, names):
    for name in re.findall(r"[\w./]+\.(?:c|h|lua|md|py|toml|tsv)\b|\b\w+/", text):
        if not any(Path().rglob(name)):
            raise Wrong(f"there is no {name}")


LANGUAGES = {
    "pycon": run_pycon,
    "python": run_script("snippet.py", sys.executable),
    "lua": run_script("snippet.lua", "lua5.4"),
    "c": run_c,
    "sh": run_sh,
    "console": run_console,
    "text": check_text,
}


# ---- The same thing in two languages -----------------------------------------------------------

# Reads "row<TAB>code" a line and writes what each is as JSON, or ? if that is no plain value.
LUA_CELLS = r"""
local httpstatus = require "httpstatus"
local function encode(value)
    local kind = type(value)
    if kind == "nil" then return "null" end
    if kind == "number" or kind == "boolean" then return tostring(value) end
    if kind == "string" then
        local function escape(c) return ("\\u%04x"):format(c:byte()) end
        return '"' .. value:gsub('[%c"\\]', escape) .. '"'
    end
    if kind == "function" then return "?" end
    if kind == "table" and value.is_known ~= nil then
        return ("[%d, %d, %s]"):format(value.code, value.substatus, encode(value.owner))
    end
    local parts, list = {}, kind == "table" and (#value > 0 or next(value) == nil)
    for key, item in pairs(value) do
        local text = encode(item)
        if text == "?" then return "?" end
        parts[#parts + 1] = list and text or encode(tostring(key)) .. ": " .. text
    end
    return (list or #parts == 0) and "[" .. table.concat(parts, ", ") .. "]"
        or "{" .. table.concat(parts, ", ") .. "}"
end
local names, row
for line in io.lines(arg[1]) do
    local number, code = line:match "^(%d+)\t(.*)$"
    if number ~= row then
        row = number
        names = setmetatable({ httpstatus = httpstatus, path = "access.log",
            data = io.open("access.log", "rb"):read "a" },
            { __index = function(_, name) return httpstatus[name] or _G[name] end })
    end
    local expression = load("return " .. code, code, "t", names)
        or load(code:gsub("^(.*;)%s*", "%1 return "), code, "t", names)
    if expression then
        local ok, text = pcall(function() return encode((expression())) end)
        print(ok and text or "! " .. text)
    else
        local statement, message = load(code:gsub(" do$", " do end"), code, "t", names)
        if statement then statement() end
        print(statement and "?" or "! " .. message)
    end
end
"""


class Opaque:
    """A value that is not compared."""


def plain(value):
    """A Python value as JSON has it, and as Lua would."""
    if isinstance(value, httpstatus.Status):
        return list(value.key)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, tuple) and hasattr(value, "__match_args__"):
        named = zip(value.__match_args__, value)
        return {name: plain(item) for name, item in named if item not in (None, ())}
    if isinstance(value, collections.abc.Mapping):
        return {str(key): plain(item) for key, item in value.items()} or []
    if isinstance(value, collections.abc.Sequence) and not isinstance(value, bytes):
        return [plain(item) for item in value]
    return Opaque


def python_value(code, names):
    body = ast.parse(code.removesuffix(":") + ": pass" * code.endswith(":")).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), code, "exec"), names)
    if not last:
        return Opaque
    value = plain(eval(compile(ast.Expression(last.value), code, "eval"), names))
    return Opaque if body and value is None else value


def spans(cell, subject):
    """[code, what the cell says that it is or None] for the code of a cell."""
    found = []
    for match in re.finditer(r"`([^`]+)`(?: is (?:`([^`]+)`|(\w+)))?", cell):
        code, claim = match[1], match[2] or match[3]
        attributes = re.fullmatch(r"(\.\w+ ?)+", code)
        if attributes:
            found += [(subject + name, None) for name in code.split()]
        else:
            found.append((code, claim))
    return found


def check_languages(rows):
    """Runs the cells; both languages must say the same where what they say is plain."""
    python_rows, lua_rows = [], []
    for _, python, lua in rows:
        python_rows.append(spans(python, "Status(404)"))
        lua_rows.append(spans(lua, "httpstatus[404]") if "`" in lua
                        else spans(python, "httpstatus[404]"))
    lines = [f"{i}\t{code}" for i, row in enumerate(lua_rows) for span in row
             for code in span if code]
    Path("cells.lua").write_text(LUA_CELLS, encoding="utf-8")
    Path("cells").write_text("\n".join(lines), encoding="utf-8")
    answers = iter(run(["lua5.4", "cells.lua", "cells"]).splitlines())

    def lua_value(code):
        answer = next(answers)
        if answer.startswith("!"):
            raise Wrong(f"Lua, {code}: {answer}")
        return Opaque if answer == "?" else json.loads(answer)

    def values(value_of, row):
        for code, claim in row:
            value = value_of(code)
            if claim and not equal(value, value_of(claim)):
                raise Wrong(f"{code} is {value}, not {claim}")
            yield value

    compared = 0
    for python_row, lua_row in zip(python_rows, lua_rows):
        names = {"httpstatus": httpstatus, "path": "access.log",
                 "data": Path("access.log").read_bytes(),
                 **{name: getattr(httpstatus, name) for name in httpstatus.__all__}}
        for (code, _), python, lua in zip(
                python_row, list(values(lambda code: python_value(code, names), python_row)),
                list(values(lua_value, lua_row))):
            if python is not Opaque and lua is not Opaque:
                compared += 1
                if not equal(python, lua):
                    raise Wrong(f"{code}: {python} in Python, {lua} in Lua")
    if compared < len(rows) // 2:
        raise Wrong(f"only {compared} values could be compared")


def equal(value, other):
    """Whether two plain values are; a row is equal to its code, which Lua's constants are, and an
    empty list to nil."""
    if not value and not other:
        return [] in (value, other) or value == other
    return value == other or isinstance(value, list) and type(other) is int and value[:1] == [other]


# ---- The other tables --------------------------------------------------------------------------


def literal(name):
    """The values of an alias of the stub."""
    stub = ast.parse((ROOT / "bindings/python/httpstatus/__init__.pyi").read_text(encoding="utf-8"))
    aliases = {node.target.id: node.value for node in stub.body if isinstance(node, ast.AnnAssign)}

    def values(node):
        if isinstance(node, ast.Subscript):
            return ast.literal_eval(node.slice) if isinstance(node.slice, ast.Tuple) else \
                [ast.literal_eval(node.slice)]
        if isinstance(node, ast.BinOp):
            return [*values(node.left), *values(node.right)]
        return values(aliases[node.id]) if node.id in aliases else []

    return values(aliases[name])


def check_same(shown, expected):
    if sorted(shown) != sorted(expected):
        raise Wrong(f"shown {sorted(shown)}, there are {sorted(expected)}")


def check_policies(rows):
    shown = []
    for names, _, limit in rows:
        for name in re.findall(r"`(.*?)`", names):
            shown.append(name)
            real = httpstatus.redirect(302, "GET", name).limit
            if limit != ("" if real is None else str(real)):
                raise Wrong(f"the limit of {name} is {real}")
    check_same(shown, literal("_PolicyName"))


def check_formats(rows):
    shown = [name for cell, _ in rows for name in re.findall(r"`(.*?)`", cell)]
    check_same(shown + ["auto"], literal("_Format"))


def check_redirects(policies, rows):
    check_same([*policies, "browser"], literal("_PolicyName"))
    for request, *cells in rows:
        code, method = request.split()
        for policy, cell in zip(policies, cells):
            record = httpstatus.redirect(int(code), method, policy)
            text = record.method if record.preserves_method else f"**{record.method}**"
            if record.method_change == "optional":
                text += f" or {method}"
            if record.action != "follow":
                text += f", {record.action}"
            if cell != text:
                raise Wrong(f"{request}, {policy}: {text}, not {cell}")


def table_rows(lines):
    return [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            for line in lines]


@functools.cache
def measured():
    """[(words, figures)] of the rows of the results of the benchmarks."""
    lines = (ROOT / "tests/bench/results.md").read_text(encoding="utf-8").splitlines()
    return [(set(re.findall(r"\w+", line)), [float(x) for x in re.findall(r"\d+\.\d+", line)])
            for line in lines if line.startswith("|")]


def check_figures(rows):
    """Every figure is one of the results, of the row with its name where there is one."""
    for label, *cells in rows:
        words = set(re.findall(r"\w+", label)) - {"tally", "path", "threads", "v"}
        figures = [found for its, found in measured() if words <= its] or \
            [found for _, found in measured()]
        for figure in re.findall(r"\d+\.\d+", " ".join(cells)):
            half = 0.5001 * 10.0 ** -len(figure.partition(".")[2])
            if not any(abs(float(figure) - x) <= half for x in itertools.chain(*figures)):
                raise Wrong(f"{label}: {figure} is not in tests/bench/results.md")


def check_limits(rows):
    """The numbers of those that are constants of the core."""
    headers = "".join(path.read_text() for path in [*Path("core").glob("httpstatus*.h"), Path("core/readers.h")])
    for label, text in rows:
        names = LIMITS.get(label, [])
        values = [re.search(rf"\bHTTPSTATUS_{name} = (-?\d+)", headers)[1] for name in names]
        if names and re.findall(r"-?\d+", text) != values:
            raise Wrong(f"{label}: {text}, but the core has {', '.join(values)}")


def check_table(section, lines):
    """Checks a table by its heading; the kind that it is."""
    head, _, *rows = table_rows(lines)
    if any("`import httpstatus`" in cell for cell in head):
        kind, check = "languages", check_languages
    elif head[0] == "policy":
        kind, check = "policies", check_policies
    elif head[0] == "format" and len(head) == 2:
        kind, check = "formats", check_formats
    elif head[1:] and all(cell.strip("`") in literal("_PolicyName") for cell in head[1:]):
        kind = "redirects"
        check = functools.partial(check_redirects, [cell.strip("`") for cell in head[1:]])
    elif head[0] == "limit":
        kind, check = "limits", check_limits
    elif section == "Speed":
        kind, check = "figures", check_figures
    else:
        raise Skipped("a table of no kind that is compared")
    check(rows)
    return kind


# ---- Files -------------------------------------------------------------------------------------


def claims():
    """Claims in the texts: patterns, and what is true."""
    rows = httpstatus.statuses()
    clients = {client.name for code in range(300, 309) for method in ("GET", "POST")
               for client in httpstatus.redirect_clients(code, method)}
    yield (r"\d+ meanings of \d+ codes by \d+\b", f"{len(rows)} meanings of "
           f"{len({row.code for row in rows})} codes by {len({row.owner for row in rows})}")
    yield r"\d+ clients were measured", f"{len(clients)} clients were measured"
    yield r"^# Changes .*? ## [\d.]+", rf"^# Changes .*? ## {httpstatus.__version__}"


def check_text_of(path, text):
    """The claims of the text are true, and the files that it links to or names exist."""
    for pattern, truth in claims():
        for claim in re.findall(pattern, " ".join(text.split())):
            if not re.fullmatch(truth, claim):
                raise Wrong(f"{claim[-60:]!r} is not so: {truth}")
    text = re.sub(r"^(```+).*\n(?:.*\n)*?\1$", "", text, flags=re.M)
    if re.search(r"^\s*(```|~~~)", text, re.M):
        raise Wrong("a block that is indented, has no end or is fenced otherwise than by ```")
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        if not (path.parent / link).exists():
            raise Wrong(f"there is no {link}")
    for name in re.findall(r"`((?:bindings|core|data|tests|\.ci)/[\w./*-]+)", text):
        if not list(Path().glob(name)):
            raise Wrong(f"there is no {name}")


def pieces(path, text):
    """(line, check, arguments) of everything in a file that is checked."""
    yield 1, check_text_of, (path, text)
    names, section, generated = {}, "", False
    # What is generated is compared by what generates it, but for the snippets in it.
    for part in re.finditer(
            r"^(```+)(.*)\n((?:.*\n)*?)\1$|(?:^\|.*\n)+|^## (.*)|^<!-- Generated", text, re.M):
        number = text.count("\n", 0, part.start()) + 1
        if part[1]:
            yield number, run_block, (part[2], part[3], names)
        elif part[4]:
            section = part[4]
        elif part[0].startswith("<!--"):
            generated = True
        elif not generated:
            yield number, check_table, (section, part[0].splitlines())


def run_block(language, body, names):
    if language not in LANGUAGES:
        raise Wrong(f"nobody knows how to run '{language}': {', '.join(LANGUAGES)}")
    LANGUAGES[language](body, names)


def main(languages):
    passed = failed = 0
    skipped = {}  # "file: reason" -> the lines that it holds for
    left = set() if languages else {"languages", "policies", "formats", "redirects", "limits", "figures"}
    with tempfile.TemporaryDirectory() as scratch:
        make_scratch(Path(scratch))
        os.chdir(scratch)
        for path in sorted(Path().rglob("*.md")):  # of the copy, before anything is made in it
            for line, check, arguments in pieces(path, path.read_text(encoding="utf-8")):
                if languages and (check != run_block or arguments[0] not in languages):
                    continue
                try:
                    left.discard(check(*arguments))
                except Skipped as reason:
                    skipped.setdefault((path, str(reason)), []).append(line)
                except Exception as error:  # of any snippet, whatever it may be
                    failed += 1
                    print(f"{path}:{line}: {type(error).__name__}: {error}")
                else:
                    passed += 1
        os.chdir(ROOT)
    for (path, reason), lines in skipped.items():
        print(f"skipped: {path}:{','.join(map(str, lines))}: {reason}")
    for kind in left:
        failed += 1
        print(f"no table of {kind} passed: is it there, under its heading?")
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main(sys.argv[1:])

"""Other programs that count the status codes of a clf log, as people write them.

Each prints lines of a code and its count, or output that its reader below turns into those.  The
'exact' ones follow the whole grammar of a record; the others look for a quote and a number, or take
a column.
"""
import importlib.util
import json
import shutil
from typing import Callable, NamedTuple

from measure import Program, build, python

QUICK = r'" ([0-9]{3}) '
STAMP = r"\[\d{1,2}/[A-Za-z]{3}/\d{4}:\d[^\]]*\]"
EXACT = (rf'^(?!#)(?>.*?[^ \t"].*?{STAMP}[^"]*")(?:(?>(?:[^"\\]|\\.)*)|.*?)'
         r'" +([0-9]{1,3}|-)(?:\r?$| +(?:\d+|-)(?=[ \t"]|\r?$))')
AWK = '{ n[$9]++ } END { for (code in n) print code, n[code] }'


def table(text):
    """{code: count} from lines "404 12" or "404,12"; ignores any others."""
    pairs = (line.replace(",", " ").split() for line in text.splitlines())
    return {int(pair[0]): int(pair[1]) for pair in pairs
            if len(pair) == 2 and pair[0].isdigit() and len(pair[0]) <= 3 and pair[1].isdigit()}


def only_404(text):
    return {404: int(text)}


def goaccess(text):
    codes = (code for group in json.loads(text)["status_codes"]["data"] for code in group["items"])
    return {int(code["data"].split()[0]): code["hits"]["count"] for code in codes}


class Peer(NamedTuple):
    program: Program
    needs: str  # the program or module without which there is nothing to run
    exact: bool = False
    read: Callable = table

    def found(self):
        return shutil.which(self.needs) or importlib.util.find_spec(self.needs)

    def wrong(self, text, tally):
        """The share of lines that it counts too many or too few."""
        theirs, ours = self.read(text), dict(tally)
        codes = theirs.keys() if self.read is only_404 else theirs.keys() | ours.keys()
        over = [theirs.get(code, 0) - ours.get(code, 0) for code in codes]
        lines = max(sum(n for n in over if n > 0), -sum(n for n in over if n < 0))
        return f"{lines / tally.records:.2%}"


def process(name, *command, **more):
    """A peer that takes the log as its last argument, or in place of LOG in an argument."""
    if not any("LOG" in part for part in command):
        command += "LOG",
    return Peer(Program(name, lambda log: [part.replace("LOG", log) for part in command],
                        inside=False), command[0], **more)


def script(name, work, setup="", needs="re", **more):
    """A peer in Python that leaves a mapping, or pairs, in 'counts'."""
    answer = "for code, count in dict(counts).items(): print(str(code), count)"
    return Peer(python(f"Python, {name}", work, answer, setup), needs, **more)


def lua_peer(name, find, interpreter):
    """A peer in Lua that finds the code of a line by the statements in 'find'."""
    code = f"""
local counts = {{}}
for line in io.lines(arg[1]) do
    {find}
    if code then counts[code] = (counts[code] or 0) + 1 end
end
for code, count in pairs(counts) do print(code, count) end
"""
    command = lambda log: [interpreter, "-e", f"arg = {{[[{log}]]}} {code}"]
    return Peer(Program(name, command, inside=False), interpreter)


LUA_MATCH = """local code = line:match '" (%d%d%d) '"""
LUA_FIND = """local at = line:find('" ', 1, true)
    local code = at and line:sub(at + 2, at + 4)"""

DUCKDB_CSV = "read_csv('{log}', header = false, auto_detect = false, strict_mode = false, " \
             "ignore_errors = true, null_padding = true, "
DUCKDB_LINES = "delim = chr(1), quote = '', escape = '', columns = {'line': 'VARCHAR'})"
DUCKDB_COLUMNS = "delim = ' ', quote = '\"', escape = '\\', " \
                 "columns = {" + ", ".join(f"'{c}': 'VARCHAR'" for c in "abcdefghij") + "})"


def duckdb(name, select, columns):
    query = f"SELECT {select}, count(*) FROM {DUCKDB_CSV}{columns} GROUP BY 1"
    return script(f"DuckDB, {name}", f"""
counts = duckdb.sql({query!r}.replace("{{log}}", sys.argv[1])).fetchall()""",
                  "import duckdb", "duckdb")


def polars(name, how, code):
    return script(f"Polars, {name}", "counts = pl.scan_csv(sys.argv[1], has_header=False, "
                  f"encoding='utf8-lossy', {how}).group_by({code}).len()"
                  ".collect(engine='streaming').rows()", "import polars as pl", "polars")


def compiled_go():
    go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
    return process("Go", str(build("bench-count", go, "build", "count.go")) if go else "go")


def peers():
    """All of them, including those that this machine does not have."""
    return [
        process("`mawk '{ n[$9]++ } ...'`", "mawk", AWK),
        process("`gawk '{ n[$9]++ } ...'`", "gawk", AWK),
        process("`grep -c '\" 404 '`", "grep", "-c", '" 404 ', read=only_404),
        process("`rg -c '\" 404 '`", "rg", "-c", "--no-config", '" 404 ', read=only_404),
        process("Perl, `/\" (\\d{3}) /`", "perl", "-ne", f'$n{{$1}}++ if /{QUICK}/; '
                'END { print "$_ $n{$_}\\n" for keys %n }'),
        process("Perl, exact regex", "perl", "-ne", f'$n{{$1}}++ if m{{{EXACT}}}; '
                'END { print "$_ $n{$_}\\n" for keys %n }', exact=True),
        script("`split()[8]`", """
counts = {}
for line in open(sys.argv[1], "rb"):
    fields = line.split(None, 9)
    code = fields[8].decode("latin-1") if len(fields) > 8 else ""
    counts[code] = counts.get(code, 0) + 1"""),
        script("`re.findall`", f"""
with open(sys.argv[1], "rb") as file:
    counts = Counter(re.findall(rb'{QUICK}', file.read()))
counts = {{code.decode(): n for code, n in counts.items()}}""",
               "import re; from collections import Counter"),
        script("exact regex", f"""
match, counts = re.compile(rb'''{EXACT}''').match, Counter()
for line in open(sys.argv[1], "rb"):
    found = match(line)
    if found:
        counts[found[1]] += 1
counts = {{code.decode(): n for code, n in counts.items()}}""",
               "import re; from collections import Counter", exact=True),
        lua_peer("Lua, `match`", LUA_MATCH, "lua5.4"),
        lua_peer("Lua, `find`", LUA_FIND, "lua5.4"),
        lua_peer("LuaJIT, `match`", LUA_MATCH, "luajit"),
        lua_peer("LuaJIT, `find`", LUA_FIND, "luajit"),
        compiled_go(),
        duckdb("columns", "g", DUCKDB_COLUMNS),
        duckdb("regex", f"regexp_extract(line, '{QUICK}', 1)", DUCKDB_LINES),
        polars("columns", "separator=' ', infer_schema=False, truncate_ragged_lines=True, "
               "ignore_errors=True", "pl.nth(6)"),
        polars("regex", "separator='\\x01', quote_char=None, new_columns=['line']",
               f"pl.col('line').str.extract(r'{QUICK}', 1)"),
        script("pandas, columns", """
codes = pd.read_csv(sys.argv[1], sep=" ", header=None, usecols=[6], dtype=str, quotechar='"',
                    escapechar="\\\\", on_bad_lines="skip", encoding="latin-1")
counts = codes[6].value_counts()""", "import pandas as pd", "pandas"),
        process("goaccess", "goaccess", "LOG", "--log-format=COMBINED", "--no-progress",
                "--no-global-config", "-o", "json", read=goaccess),
        process("lnav", "lnav", "-n", "-c",
                ";SELECT sc_status, count(*) FROM access_log GROUP BY 1", "-c", ":write-csv-to -"),
    ]

"""Writes the types of Lua, httpstatus.d.lua, from comments in the C files of the binding; used by generate.py.

A comment above the C code of a function or type has what its users are told:

    /*
     * httpstatus.phrase()
     * The reason phrase of a code; nil if it has none.
     * @param code integer
     * @return string?
     */

An indented line goes on with the line before it.  The fields of the records in vocabulary.toml have their
texts from there.  HTTPSTATUS_DEFAULT_POLICY and the like are their values in the public headers.  What belongs to
no function is typed in httpstatus.d.lua, above the mark.
"""
import re

from words import ANNOTATIONS, ROOT, Wrong

# The order of the API: the names of a section, or a C file for all that it has besides.
SECTIONS = {
    "Look-ups": "_status.c",
    "A status": "Status reference_for RetryAdvice Header",
    "Redirects": "_redirect.c _record.c RedirectRequest _policy.c new_chain RedirectChain _chain.c resolve _location.c "
                 "redirect_clients _clients.c",
    "Retries": "retry Retry _retry.c retry_clients _retry_clients.c",
    "Logs": "tally tally_string _tally.c select select_string Lines extract extract_string _source.c _select.c "
            "record records records_string Record _parts.c parse_time unescape Time _time.c",
    "The module": "httpstatus httpstatus.c",
}
MARK = "Generated from the C files by data/generate.py from here on; do not edit."
COMMENT = re.compile(r"^/\*[ \n](.*?)\s*\*/", re.S | re.M)


class Item:
    """A function or type, in lines of its language."""

    def __init__(self, name, file, lines=(), is_class=False):
        self.name, self.file, self.lines, self.is_class = name, file, list(lines), is_class


def comments(path, values):
    """(file, text) of the comments of the C files beside 'path' that begin a line."""
    for file in sorted((ROOT / path).parent.glob("*.c")):
        for comment in COMMENT.findall(file.read_text(encoding="utf-8")):
            plain = re.sub(r"^ \* ?", "", comment, flags=re.M)
            yield file.name, re.sub(r"\bHTTPSTATUS_\w+", lambda name: values.get(name[0], name[0]), plain)


def in_sections(items):
    """(section, its items) in the order of the API."""
    entries = {section: of.split() for section, of in SECTIONS.items()}
    named = {entry for section in entries.values() for entry in section if not entry.endswith(".c")}
    placed = []
    for section, its in entries.items():
        found = [item for entry in its for item in items
                 if entry == item.name or entry == item.file and item.name not in named]
        placed += found
        yield section, found
    for item in items:
        if item not in placed:
            raise Wrong(f"{item.file}: {item.name}: neither it nor the file is in SECTIONS of data/stubs.py")
    if gone := named - {item.name for item in items}:
        raise Wrong(f"data/stubs.py: SECTIONS has {sorted(gone)}, which no comment describes")


def above_mark(text, path, mark):
    head, found, _ = text.partition(mark + "\n")
    if not found:
        raise Wrong(f"{path}: no line {mark!r}")
    return head + found


# ---- Lua ---------------------------------------------------------------------------------------

FUNCTION = re.compile(r"(httpstatus\.|\w+:)(\w+)\(\)")
FIELD = re.compile(r"""@field (\w+)(\??) ((?:"[^"]*"|<[^>]*>|\S)+)(.*)""")
ONLY_IN_PYTHON = {"value", "time_ns"}


def unfolded(text):
    """The lines of a comment, each with those that go on with it."""
    return [line for line in re.sub(r"\n +", " ", text).split("\n") if line]


def described(words, record, lines):
    """The lines of a class, the fields of a record in vocabulary.toml with their texts."""
    members, seen = words.records.get(record, {}), set()
    for line in lines:
        if field := members and FIELD.fullmatch(line):
            name, optional, kind, text = field.groups()
            if name not in members:
                raise Wrong(f"{ANNOTATIONS}: {record}.{name} is not in vocabulary.toml")
            if text:
                raise Wrong(f"{ANNOTATIONS}: {record}.{name} has its text from vocabulary.toml, not{text!r}")
            seen.add(name)
            line = f"@field {name}{optional} {kind} {words.of(record, name, 'lua')}"
        yield "---" + line
    if missing := members.keys() - seen - ONLY_IN_PYTHON:
        raise Wrong(f"{ANNOTATIONS}: {record} lacks {sorted(missing)}")


def lua_function(owner, name, lines):
    arguments = (match[1] for line in lines if (match := re.match(r"@param (\w+)", line)))
    return [*("---" + line for line in lines), f"function {owner}{name}({', '.join(arguments)}) end"]


def lua_items(words, values, constants):
    items, methods = [], {}
    for file, text in comments(ANNOTATIONS, values):
        lines = unfolded(text)
        function, cls = FUNCTION.fullmatch(lines[0]), re.search(r"^@class (?:httpstatus\.)?(\w+)", text, re.M)
        if cls:
            items.append(Item(cls[1], file, list(described(words, cls[1], lines)), is_class=True))
        elif function and function[1] == "httpstatus.":
            items.append(Item(function[2], file, lua_function(*function.groups(), lines[1:])))
        elif function:
            methods.setdefault(function[1][:-1], []).append(["", *lua_function(*function.groups(), lines[1:])])
        elif re.search("^@", text, re.M):
            raise Wrong(f"{file}: {lines[0]!r}: expected httpstatus.name() or Class:name()")
    classes = {item.name: item for item in items if item.is_class}
    classes["httpstatus"].lines += [
        "-- The constants, generated from data/status.toml by data/generate.py.",
        *(f"---@field {name} integer {code}" for name, code in constants),
        "-- The end of the constants.", "local httpstatus = {}"]
    if lost := methods.keys() - classes.keys():
        raise Wrong(f"{ANNOTATIONS}: methods of {sorted(lost)}, which no comment describes")
    for name, its in methods.items():
        classes[name].lines += [f"local {name} = {{}}", *(line for method in its for line in method)]
    return items


def annotation_lines(items):
    # The module comes first, as it is the table that has the functions.
    for section, its in sorted(in_sections(items), key=lambda part: part[0] != "The module"):
        yield from ["", f"-- ---- {section} ----"] * bool(its)
        for item in its:
            yield from ["", *item.lines]
    yield from ["", "return httpstatus"]


# ---- The file ----------------------------------------------------------------------------------


def derived(words, constants, headers, files):
    """{path: text} of the file with types, from that with the words in it; constants: (name, code)."""
    values = dict(re.findall(r'^#define (HTTPSTATUS_\w+) ("[^"]*")', headers, re.M)
                  + re.findall(r"^    (HTTPSTATUS_\w+) = (-?\d+)\b", headers, re.M))
    head = above_mark(files[ROOT / ANNOTATIONS], ANNOTATIONS, f"-- {MARK}")
    lines = annotation_lines(lua_items(words, values, constants))
    return {ROOT / ANNOTATIONS: head + "".join(line + "\n" for line in lines)}

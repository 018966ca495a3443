"""Writes the types of the bindings, the stub and httpstatus.d.lua, from comments in their C files; used by
generate.py.

A comment above the C code of a function or type has what its users are told, in their language:

    /* def phrase(code: SupportsIndex, /) -> str | None: ... */

    /*
     * httpstatus.phrase()
     * The reason phrase of a code; nil if it has none.
     * @param code integer
     * @return string?
     */

Python: a class that is only "class Name:" goes on with the one of that name.  In a class "name: type" is a
property, and the base structseq makes it a named tuple of these.  Its docstring is the first paragraph of
the one in C; in turn, SIGNATURE_phrase is the first line of the docstring in C.

Lua: an indented line goes on with the line before it.  The fields of the records in vocabulary.toml have
their texts from there.

Both: HTTPSTATUS_DEFAULT_POLICY and the like are their values in the public headers.  What belongs to no
function is typed in the two files, above the mark.
"""
import ast
import re
from itertools import zip_longest

from words import ANNOTATIONS, PYTHON_WORDS, ROOT, STUB, Wrong, bracketed, c_string, fill, string_macro

# The order of the API in both languages: the names of a section, or a C file for all that it has besides.
SECTIONS = {  # section: Python's, Lua's
    "Look-ups": ("_lookup.c", "_status.c"),
    "A status": ("_status.c", "Status reference_for RetryAdvice Header"),
    "Redirects": (
        "_redirect.c _record.c _chain.c resolve _location.c redirect_clients _clients.c",
        "_redirect.c _record.c RedirectRequest _policy.c new_chain RedirectChain _chain.c resolve _location.c "
        "redirect_clients _clients.c"),
    "Retries": (
        "retry _retry.c retry_clients _retry_clients.c",
        "retry Retry _retry.c retry_clients _retry_clients.c"),
    "Logs": (
        "_tally_log.c _tally.c _suggest.c select SelectedLines _select.c _time.c _parts.c _records.c",
        "tally tally_string _tally.c _conditions.c suggest suggest_string Suggestion select select_string Lines extract extract_string _source.c _select.c "
        "record records records_string Record _parts.c parse_time unescape Time _time.c"),
    "Series": ("_series_log.c _series.c", "series series_string SeriesOptions Series _series.c"),
    "Latency": ("_latency_log.c _latency.c _latency_view.c _latency_state.c", "latency latency_string LatencyOptions Latency _latency.c"),
    "Top": ("_top_log.c _top.c _top_view.c", "top top_string TopOptions Top _top.c"),
    "Columns of statuses": ("_columns.c", ""),
    "Errors": ("LogFormatError RedirectError", ""),
    "The module": ("_core.c", "httpstatus httpstatus.c"),
}
MARK = "Generated from the C files by data/generate.py from here on; do not edit."
COMMENT = re.compile(r"^/\*[ \n](.*?)\s*\*/", re.S | re.M)
LITERAL = r'"(?:[^"\\\n]|\\.)*"'


class Item:
    """A function, type or constant, in lines of its language."""

    def __init__(self, name, file, lines=(), is_class=False):
        self.name, self.file, self.lines, self.is_class = name, file, list(lines), is_class


def comments(path, values):
    """(file, text of a comment, code below it) for the comments of the C files beside 'path' that begin a line."""
    for file in sorted((ROOT / path).parent.glob("*.c")):
        text = file.read_text(encoding="utf-8")
        found = list(COMMENT.finditer(text))
        for match, following in zip_longest(found, found[1:]):
            plain = re.sub(r"^ \* ?", "", match[1], flags=re.M)
            yield (file.name, re.sub(r"\bHTTPSTATUS_\w+", lambda name: values.get(name[0], name[0]), plain),
                   text[match.end():following and following.start()])


def in_sections(items, language):
    """(section, its items) in the order of the API."""
    entries = {section: of[language].split() for section, of in SECTIONS.items()}
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


# ---- Python ------------------------------------------------------------------------------------

IS_PYTHON = re.compile(r"@\w+$|def \w+\(|class \w+[(:]|[A-Z_]+: Final", re.M)


def statements(file, text):
    try:
        return ast.parse(text).body
    except SyntaxError as error:
        raise Wrong(f"{file}: {text.splitlines()[0]!r}: {error.msg}") from None


def lines_of(node, text):
    """With decorators, and with the comment after them."""
    first = min(part.lineno for part in [node, *getattr(node, "decorator_list", ())])
    return text.splitlines()[first - 1:node.end_lineno]


def first_paragraph(code):
    """Of the first docstring in C code."""
    for strings in re.finditer(rf"(?:{LITERAL}\s*)+", code):
        text = "".join(map(ast.literal_eval, re.findall(LITERAL, strings[0]))).partition("\n\n")[0]
        if re.match(r"[A-Z]\w* ", text):
            return " ".join(text.split())
    return None


class Class(Item):
    """A class of the stub, whose members may stand in several comments."""

    def __init__(self, name, file, head, doc):
        super().__init__(name, file, is_class=True)
        self.head, self.doc, self.fields, self.members = [line.removesuffix(" ...") for line in head], doc, [], []
        if not doc:
            raise Wrong(f"{file}: class {name}: no docstring below it")

    def add(self, node, text):
        """Adds a method; a field is one of its own, too."""
        if isinstance(node, ast.AnnAssign):
            self.fields.append((node.target.id, ast.get_source_segment(text, node.annotation)))
            name, kind = self.fields[-1]
            hides = "  # type: ignore[override]  # the tuple's own" * hasattr(tuple, name)
            self.members += ["    @property", f"    def {name}(self) -> {kind}: ...{hides}"]
        elif isinstance(node, ast.FunctionDef):
            self.members += lines_of(node, text)

    def finish(self):
        """Puts the lines together."""
        *decorators, head = self.head
        doc, names = [f'    """{self.doc}"""', *[""] * bool(self.members)], [c_string(name) for name, _ in self.fields]
        if head.endswith("(structseq):"):
            kinds = [kind for _, kind in self.fields]
            self.head = decorators + bracketed(head.replace("):", "[Any], tuple["), kinds, "]):")
            doc += bracketed("__match_args__: Final = (", names, ")", "    ")
        self.lines = [*self.head, *doc, *self.members]


def docstring_signature(node, owner, knobs):
    """What the docstring in C begins with, which help() shows.  'knobs' are the keywords of '**knobs'."""
    arguments = node.args
    for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
        argument.annotation = None
    if arguments.kwarg:
        arguments.kwarg = None
        arguments.kwonlyargs += map(ast.arg, knobs)
        arguments.kw_defaults += [ast.Constant(...)] * len(knobs)
    first = arguments.posonlyargs or arguments.args
    if owner:
        first.pop(0)
    if node.name == "__new__":
        return f"{owner}({ast.unparse(arguments)})"
    first.insert(0, ast.arg("$self" if owner else "$module"))
    return f"{node.name}({ast.unparse(arguments)})"


def goes_on(node):
    """Whether it is a class that began in another comment."""
    return isinstance(node, ast.ClassDef) and not node.bases and not node.decorator_list


def has_signature(node):
    return isinstance(node, ast.FunctionDef) and (node.name == "__new__" or not node.name.startswith("_"))


class Stub:
    """What the comments say, and the macros of signatures by (class or "", function)."""

    def __init__(self, values, knobs):
        self.items, self.classes, self.macros, self.knobs = [], {}, {}, knobs
        found = [(node, file, text, code) for file, text, code in comments(STUB, values) if IS_PYTHON.match(text)
                 for node in statements(file, text)]
        for statement in sorted(found, key=lambda part: goes_on(part[0])):
            self.add(*statement)
        for cls in self.classes.values():
            cls.finish()

    def add(self, node, file, text, code):
        if isinstance(node, ast.ClassDef):
            self.add_class(node, file, text, code)
        elif isinstance(node, ast.AnnAssign):
            self.items.append(Item(node.target.id, file, lines_of(node, text)))
        elif self.items and self.items[-1].name == node.name:  # an overload
            self.items[-1].lines += lines_of(node, text)
        else:
            self.items.append(Item(node.name, file, lines_of(node, text)))
            self.add_macro(node)

    def add_class(self, node, file, text, code):
        if not goes_on(node):
            head = lines_of(node, text)[:len(node.decorator_list) + 1]
            self.classes[node.name] = Class(node.name, file, head, first_paragraph(code))
            self.items.append(self.classes[node.name])
        elif node.name not in self.classes:
            raise Wrong(f"{file}: class {node.name} begins nowhere")
        cls = self.classes[node.name]
        for member in node.body:
            cls.add(member, text)
            if has_signature(member):
                self.add_macro(member, node.name)

    def add_macro(self, node, owner=""):
        if (owner, node.name) in self.macros:  # of the first overload
            return
        name = "_".join(["SIGNATURE", *filter(None, [owner, node.name.replace("__new__", "")])])
        lines = fill(docstring_signature(node, owner, self.knobs), "", "", 94)
        self.macros[owner, node.name] = [*string_macro(name, [*lines, "--", ""])]


def stub_lines(stub, constants):
    names = []
    for section, items in in_sections(stub.items, 0):
        yield from ["", f"# ---- {section} ----"]
        for before, item in zip([None, *items], items):
            yield from [""] * (not before or before.is_class or item.is_class)
            yield from item.lines
        names += (c_string(item.name) for item in items)
    yield from ["", "# The constants, generated from data/status.toml by data/generate.py."]
    yield from (f"{name}: Final[Status]" for name, _ in constants)
    yield from ["", *bracketed("__all__ = [", names, "]")]
    yield from bracketed("__all__ += [", [c_string(name) for name, _ in constants], "]")


def knobs_of(head):
    """The keywords that '**knobs' stands for."""
    classes = {node.name: node for node in ast.parse(head).body if isinstance(node, ast.ClassDef)}
    return [member.target.id for member in classes["_Knobs"].body]


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
    for file, text, _ in comments(ANNOTATIONS, values):
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
    for section, its in sorted(in_sections(items, 1), key=lambda part: part[0] != "The module"):
        yield from ["", f"-- ---- {section} ----"] * bool(its)
        for item in its:
            yield from ["", *item.lines]
    yield from ["", "return httpstatus"]


# ---- The files ---------------------------------------------------------------------------------


def derived(words, constants, headers, files):
    """{path: text} of the files with types, from those with the words in them; constants: (name, code)."""
    values = dict(re.findall(r'^#define (HTTPSTATUS_\w+) ("[^"]*")', headers, re.M)
                  + re.findall(r"^    (HTTPSTATUS_\w+) = (-?\d+)\b", headers, re.M))
    text = lambda lines: "".join(line + "\n" for line in lines)
    python = above_mark(files[ROOT / STUB], STUB, f"# {MARK}")
    lua = above_mark(files[ROOT / ANNOTATIONS], ANNOTATIONS, f"-- {MARK}")
    stub = Stub(values, knobs_of(python))
    signatures = [line for _, macro in sorted(stub.macros.items()) for line in macro]
    return {
        ROOT / STUB: python + text(stub_lines(stub, constants)),
        ROOT / ANNOTATIONS: lua + text(annotation_lines(lua_items(words, values, constants))),
        ROOT / PYTHON_WORDS: files[ROOT / PYTHON_WORDS] + text(
            ["/* The signatures of functions and Class_methods, from the types beside their docstrings. */", *signatures]),
    }

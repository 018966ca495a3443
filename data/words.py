"""Writes the words of vocabulary.toml into the files of each language; used by generate.py."""
import re
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEADER, HEADERS = "core/httpstatus.h", "core/httpstatus*.h"  # it includes the others
KERNELS = "core/kernels.c"
LOOKS = "core/looks.h"
STUB = "bindings/python/httpstatus/__init__.pyi"
ANNOTATIONS = "bindings/lua/httpstatus.d.lua"
PYTHON_WORDS = "bindings/python/httpstatus/_words.h"
PAGE = "core/README.md"
TEST = "tests/c/test_core.c"
DICTIONARY = "tests/fuzz/fuzz.dict"
MANUAL = "bindings/python/share/man/man1/httpstatus.1"

# Sets of words that are an enum in C: the enum's name, the enumerator before the words, which stands for
# no word, and the one after them, which counts them.
ENUMS = {
    "action": ("httpstatus_action", None, None),
    "reason": ("httpstatus_reason", "REASON_NONE", None),
    "method_change": ("httpstatus_method_change", "CHANGE_NONE", None),
    "kind": ("httpstatus_redirect_kind", "KIND_NONE", None),
    "drop_reason": ("httpstatus_drop_reason", None, None),
    "rules": ("httpstatus_url_rules", None, None),
    "problem": ("httpstatus_problem", "PROBLEM_NONE", None),
    "retry_action": ("httpstatus_retry_action", None, None),
    "retry_reason": ("httpstatus_retry_reason", None, None),
    "format": ("httpstatus_format", "FORMAT_NONE", "FORMATS"),
    "part": ("httpstatus_part", None, "PARTS"),
    "escape": ("httpstatus_escape", None, None),
    "group": ("httpstatus_group", None, "GROUPS"),
}
URL_SETS = ("rules", "problem")  # those of core/url.c
NONE_SAYS = {
    "REASON_NONE": "there is something to follow", "CHANGE_NONE": "no next request",
    "KIND_NONE": "nothing to follow", "FORMAT_NONE": "no format, or several",
    "PROBLEM_NONE": "none: an http or https URL",
}
COUNT_SAYS = "how many there are"
PREFIXED = {  # HTTPSTATUS_NONE, _BODY and so on would say too little, and others are taken
    ("action", "none"): "ACTION_NONE", ("action", "error"): "ACTION_ERROR",
    **{("drop_reason", word): f"DROP_{word.upper()}" for word in ("body", "origin", "hop", "recomputed")},
    **{("problem", word): f"PROBLEM_{word.upper()}" for word in ("invalid", "scheme")},
    ("retry_action", "retry"): "RETRY_SEND",
}
PREFIXES = {"retry_action": "RETRY_", "retry_reason": "RETRY_REASON_", "part": "PART_", "escape": "ESCAPE_",
            "group": "GROUP_"}

# The types of sets: _Name in the stub, httpstatus.Name in Lua.
TYPES = {
    "class": "StatusClass", "lifecycle": "Lifecycle", "since": "Since", "property": "Property",
    "advice": "Advice", "level": "Level", "action": "Action", "reason": "Reason",
    "method_change": "MethodChange", "kind": "Kind", "policy": "PolicyName", "rewrite": "Rewrite",
    "others": "Others", "body_301_303": "Body301303", "drop_reason": "DropReason",
    "head_on_303": "HeadOn303", "unsafe_307_308": "Unsafe307308", "rules": "UrlRules", "problem": "Problem",
    "at_limit": "AtLimit", "difference": "Difference", "retry_action": "RetryAction",
    "retry_reason": "RetryReason", "retry_policy": "RetryPolicyName", "on_retry_after": "OnRetryAfter",
    "scanner": "Scanner", "part": "Part", "escape": "Escape", "by": "By", "group": "Group",
    "named_format": "NamedFormat",
}
KNOBS = {  # those whose value is a word: the set of the word
    "others": "others", "rewrite_301": "rewrite", "rewrite_302": "rewrite", "rewrite_303": "rewrite",
    "head_on_303": "head_on_303", "body_301_303": "body_301_303", "unsafe_307_308": "unsafe_307_308",
}
VALUES = {
    "absent": {"c": "absent", "python": "None", "lua": "nil"},
    "unknown": {"c": "unknown", "python": "None", "lua": "nil"},
    "no_limit": {"c": "0", "python": "None", "lua": "false"},
}


class Wrong(Exception):
    """The data breaks a rule of its schema."""


SOURCES = {"format": "formats.toml", "scanner": KERNELS}  # of words that are elsewhere


def scanners(kernels):
    """{name: the comment of its row} from the table in core/kernels.c."""
    table = kernels.partition(" kernels[] = {\n")[2].partition("\n};")[0]
    rows = [line for line in table.split("\n") if not line.startswith("#")]
    found = [re.fullmatch(r' +\{"(\w+)"(?:, \w+)+\}, +/\* (.+) \*/', row) for row in rows]
    for row, match in zip(rows, found):
        if not match:
            raise Wrong(f"{KERNELS}: {row.strip()!r}: expected a kernel and a comment that says who has it")
    return {match[1]: match[2] for match in found}


def joined(items):
    *most, last = items
    return f"{', '.join(most)} or {last}" if most else last


class Words:
    """vocabulary.toml, with the formats, the policies and the scanners: sets of words, and members of
    records."""

    def __init__(self, vocabulary, formats, redirects, retries, kernels):
        self.sets = {name: words for name, words in vocabulary.items() if name[0].islower()}
        self.records = {name: words for name, words in vocabulary.items() if name[0].isupper()}
        self.records["Record"] = self.record_members(self.records["Record"], self.sets["part"])
        self.sets["policy"] = {name: policy["says"] for name, policy in redirects["policy"].items()}
        self.sets["format"] |= {name: form["says"] for name, form in formats.items()}
        self.formats_page = {name: form.get("page", form["says"]) for name, form in formats.items() if name != "custom"}
        self.sets["scanner"] = scanners(kernels)
        self.sets["retry_policy"] = {name: policy["says"] for name, policy in retries["policy"].items()}
        self.aliases = {alias: name for name, policy in redirects["policy"].items()
                        for alias in policy.get("aliases", [])}
        self.limits = {name: policy.get("limit") for name, policy in redirects["policy"].items()}
        self.default_policy, self.default_retry_policy = redirects["default"], retries["default"]
        members = list(self.records["Status"])
        self.fields = members[members.index("owner"):members.index("is_informational")]
        for other in ("aliases", "alias_sources"):
            self.fields.remove(other)
        self.properties = members[members.index("is_informational"):members.index("retry")]
        if self.default_policy not in self.sets["policy"]:
            raise Wrong(f"redirect.toml: default {self.default_policy!r} is not a policy")
        if self.default_retry_policy not in self.sets["retry_policy"]:
            raise Wrong(f"retry.toml: default {self.default_retry_policy!r} is not a policy")
        for name, words in (vocabulary | {name: self.sets[name] for name in SOURCES}).items():
            for word, sentence in words.items():
                self.check(f"{SOURCES.get(name, 'vocabulary.toml')}: {name}.{word}", sentence)

    @staticmethod
    def record_members(own, parts):
        """Those that only a record has, then the parts, with both times side by side."""
        times = {"time": parts["time"], "time_ns": own["time_ns"]}
        return {name: says for name, says in own.items() if name not in times} | times | parts

    def check(self, where, sentence):
        if not sentence.isascii() or not re.search(r"[^.]$|\.\.$", sentence):
            raise Wrong(f"{where}: {sentence!r}: expected ASCII text without a full stop at its end")
        for name in re.findall(r"\{(\w+):?\}", sentence):
            if name not in self.sets and name not in VALUES and name != "default_policy":
                raise Wrong(f"{where}: {{{name}}} is not a set of words")

    def aliases_of(self, name, word):
        """The other spellings of a word, which only policies have."""
        return [alias for alias, of in self.aliases.items() if name == "policy" and of == word]

    def spellings(self, name):
        """The words of a set as users may give them; aliases of a policy follow it."""
        if name == "property":
            return self.properties
        if name == "named_format":
            return [word for word in self.sets["format"] if word not in ("auto", "custom")]
        return [spelled for word in self.sets[name] for spelled in [word, *self.aliases_of(name, word)]]

    def say(self, sentence, language):
        """A sentence in a language: C, Python or Lua."""
        def expand(match):
            name, with_sentences = match[1], match[2]
            if name == "default_policy":
                return self.default_policy
            if name in VALUES:
                return VALUES[name][language]
            words = self.sets[name]
            if not with_sentences:
                return joined([f'"{word}"' for word in words])
            if "(" in "".join(words.values()):  # no brackets within brackets
                return "; ".join(f'"{word}": {says}' for word, says in words.items())
            return joined([f'"{word}" ({says})' for word, says in words.items()])
        text = re.sub(r"\{(\w+)(:?)\}", expand, sentence)
        return re.sub(r'"([^"]*)"', r"'\1'", text) if language == "python" else text

    def of(self, record, member, language):
        return self.say(self.records[record][member], language)


# ---- Text --------------------------------------------------------------------------------------


def fill(text, first, rest, width=100):
    return [line.replace("\xa0", " ") for line in textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False,
        break_long_words=False)]


def c_string(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def replaced(text, where, begin, end, lines, line_end="\n"):
    """'text', with everything between two patterns replaced by lines."""
    pattern = re.compile(rf"({begin})(.*?)({end})", re.S | re.M)
    if len(pattern.findall(text)) != 1:
        raise Wrong(f"{where}: expected one place between {begin!r} and {end!r}")
    return pattern.sub(lambda m: m[1] + "".join(line + line_end for line in lines) + m[m.lastindex], text)


def enumerator(word, name=None):
    """The enumerator of a word, of a set if words of that set have a prefix."""
    prefixed = PREFIXED.get((name, word), PREFIXES.get(name, "") + word)
    return "HTTPSTATUS_" + prefixed.upper().replace("-", "_")


def commented(entries, last=None):
    """Enumerators, each with its comment; entries are (name, sentence or None).  The comments are in a
    column, but for those that it leaves no room; where these are many there is none."""
    entries = [(name + "," * (name != last), sentence) for name, sentence in entries]
    width = max(len(name) for name, sentence in entries if sentence)
    room = 100 - len("     /*  */")
    if sum(len(name) < room - len(sentence or "") < width for name, sentence in entries) > 2:
        width = 0
    for name, sentence in entries:
        column = width if width + len(sentence or "") <= room else 0
        first = f"    {name.ljust(column)} /* "
        yield from (fill(f"{sentence}\xa0*/", first, " " * 8) if sentence else [f"    {name}"])


# ---- C -----------------------------------------------------------------------------------------


def enum_lines(words, name):
    _, first, count = ENUMS[name]
    entries = [("HTTPSTATUS_" + first, NONE_SAYS[first])] if first else []
    for word, sentence in words.sets[name].items():
        entries.append((enumerator(word, name), words.say(sentence, "c")))
    if count:
        entries.append((f"HTTPSTATUS_{count}", COUNT_SAYS))
    return list(commented(entries, entries[-1][0]))


def status_enum(words, members, count):
    # That an answer may be unknown, the enum says of all of them.
    entries = [(enumerator(member), words.of("Status", member, "c").removesuffix("; unknown if no document says"))
               for member in members]
    entries.append((f"HTTPSTATUS_{count}", COUNT_SAYS))
    return list(commented(entries, entries[-1][0]))


def difference_lines(words):
    entries = [(f"HTTPSTATUS_DIFFERS_{word.upper()} = {1 << i}", sentence)
               for i, (word, sentence) in enumerate(words.sets["difference"].items())]
    return list(commented(entries, entries[-1][0]))


def list_lines(words, name):
    """The words of a set and what they mean, in a comment."""
    sets, width = words.sets[name], max(map(len, words.sets[name])) + 2
    for word, sentence in sets.items():
        aliases = [f'"{alias}"' for alias in words.aliases_of(name, word)]
        sentence += f"; also {joined(aliases)}" if aliases else ""
        first = f' *   "{word}"'.ljust(width + 7)
        yield from fill(words.say(sentence, "c"), first, " *".ljust(width + 7))


def knob_lines(words):
    for knob, name in KNOBS.items():
        values = ", ".join(f'"{value}"' for value in words.sets[name])
        yield f" *   {knob}".ljust(21) + values


def public_headers():
    """Their paths, in the order in which users get them."""
    text = (ROOT / HEADER).read_text(encoding="ascii")
    return [HEADER, *(f"core/{name}" for name in re.findall(r'^#include "(\w+\.h)"', text, re.M))]


def headers(words):
    """{path: text} of the public headers.  They are filled as one text: a word may move from one to another."""
    paths = [ROOT / path for path in public_headers()]
    text = "\f".join(path.read_text(encoding="ascii") for path in paths)
    return dict(zip(paths, header(words, text).split("\f")))


def header(words, text):
    for name, (enum, _, _) in ENUMS.items():
        text = replaced(text, HEADERS, rf"^enum {enum} \{{[^\n]*\n", r"^\};", enum_lines(words, name))
    text = replaced(text, HEADERS, r"^enum httpstatus_field \{[^\n]*\n", r"^\};",
                    status_enum(words, words.fields, "FIELDS"))
    text = replaced(text, HEADERS, r"^enum httpstatus_property \{[^\n]*\n", r"^\};",
                    status_enum(words, words.properties, "PROPERTIES"))
    text = replaced(text, HEADERS, r"^enum \{ /\* how a client differs from a policy[^\n]*\n",
                    r"^\};", difference_lines(words))
    text = replaced(text, HEADERS, r"^ \* What a client may do about a request that failed[^\n]*\n",
                    r"^ \*/", list_lines(words, "advice"))
    text = replaced(text, HEADERS, r"^ \* The policy of retries of that name, or NULL[^\n]*\n", r"^ \*/",
                    list_lines(words, "retry_policy"))
    text = replaced(text, HEADERS, r"^ \* The policy of that name, or NULL[^\n]*\n", r"^ \*/",
                    list_lines(words, "policy"))
    text = replaced(text, HEADERS, r"^ \* Sets a knob that is a word[^\n]*\n", r"^ \* (?=false)",
                    knob_lines(words))
    text = replaced(text, HEADERS, r"#define HTTPSTATUS_DEFAULT_RETRY_POLICY ", r" (?=/\*)",
                    [c_string(words.default_retry_policy)], "")
    return replaced(text, HEADERS, r"#define HTTPSTATUS_DEFAULT_POLICY ", r" (?=/\*)",
                    [c_string(words.default_policy)], "")


def names_lines(name, values):
    """An array of texts; None becomes NULL."""
    yield f"static const char *const {name}[] = {{"
    yield from fill(" ".join(f"{c_string(value) if value else 'NULL'}," for value in values),
                    "    ", "    ")
    yield "};"


def scanner_test(words, text):
    """The C test, which asks for every scanner."""
    return replaced(text, TEST, r"^ +static const char \*const known\[\] = \{", r"\};\n",
                    [", ".join(map(c_string, words.sets["scanner"]))], "")


def fuzz_words(words, text):
    """The dictionary of the fuzz targets, with the format that a log begins with."""
    return replaced(text, DICTIONARY, r"^# Words of the formats[^\n]*\n", r'^"elb;target',
                    [rf'"{name}\x0a"' for name in words.spellings("named_format")])


def enum_names(words, *names):
    """The words of enumerators, by their numbers."""
    for name in names:
        yield from names_lines(f"{name}_names", [None] * bool(ENUMS[name][1]) + [*words.sets[name]])


def top_lines(words):
    """The parts that a top counts by, and the names of the groups."""
    yield "static const enum httpstatus_part by_parts[] = {"
    yield from (f"    HTTPSTATUS_PART_{name.upper()}," for name in words.sets["by"])
    yield "};"
    yield from enum_names(words, "group")


def redirect_lines(words):
    """The names of the enumerators about redirects, and the values of the policies' rules."""
    yield from enum_names(words, "action", "reason", "method_change", "kind", "drop_reason")
    yield "static const struct {"
    yield "    const char *name, *values;"
    yield "} knobs[] = {"
    for knob, name in KNOBS.items():
        yield f"    {{{c_string(knob)}, {c_string(', '.join(words.sets[name]))}}},"
    yield "};"
    yield ""


def url_lines(words):
    """The names of the enumerators about URLs."""
    for name in URL_SETS:
        enum, first, _ = ENUMS[name]
        yield from names_lines(f"{enum.removeprefix('httpstatus_')}_names", [None] * bool(first) + [*words.sets[name]])


# ---- Python ------------------------------------------------------------------------------------


def bracketed(before, items, after, indent=""):
    """Python's items between brackets: on one line if it has room for them."""
    line = f"{indent}{before}{', '.join(items)}{after}"
    if len(line) <= 100:
        return [line]
    text = ", ".join(item.replace(" ", "\xa0") for item in items)
    return [indent + before, *fill(text + ",", indent + "    ", indent + "    "), indent + after]


def stub(words, text):
    """The stub, with the types of the words in it."""
    lines = [line for name, called in TYPES.items()
             for line in bracketed(f"_{called}: TypeAlias = Literal[", [*map(c_string, words.spellings(name))], "]")]
    return replaced(text, STUB, r"^# The words of the API[^\n]*\n", r"^# The end of the words", lines)


def macro(name, text, width=90):
    """A macro of adjacent strings, each as long as a line of help()."""
    lines = fill(text, "", "", width)
    yield f"#define {name} \\"
    for i, line in enumerate(lines):
        last = i == len(lines) - 1
        yield "    " + c_string(line + ("" if last else " ")) + ("" if last else " \\")


def string_macro(name, lines):
    """A macro of strings that end in line feeds."""
    yield f"#define {name} \\"
    for i, line in enumerate(lines):
        yield "    " + c_string(line)[:-1] + '\\n"' + ("" if i == len(lines) - 1 else " \\")


def lines_macro(name, text, items=()):
    """The same of a paragraph and a list."""
    lines = fill(text, "", "", 94) + [""] * bool(items)
    return string_macro(name, lines + [line for item in items for line in fill(item, "- ", "  ", 94)])


def python_words(words, banner):
    say = lambda sentence: words.say(sentence, "python")
    yield f"/* {banner} */"
    yield "/* Texts of help(): DOC_Record_member for members, the others for functions. */"
    for record, members in words.records.items():
        for member in members:
            yield from macro(f"DOC_{record}_{member}", words.of(record, member, "python"))
    for name in ("fields", "properties"):
        yield f"#define STATUS_{name.upper()}_DOCS \\"
        members = getattr(words, name)
        yield from (f"    [{enumerator(member)}] = DOC_Status_{member}," + " \\" * (member != members[-1])
                    for member in members)
    for record in ("RetryAdvice", "Header", "Redirect", "Location", "RedirectClient", "Retry", "RetryClient",
                   "Time", "Suggestion", "TopEntry"):
        yield f"#define {record.upper()}_MEMBERS \\"
        members = list(words.records[record])
        yield from (f"    {{{c_string(member)}, DOC_{record}_{member}}}," + " \\" * (member != members[-1])
                    for member in members)
    yield from lines_macro("DOC_POLICIES", "policy is " + "; ".join(
        f"'{name}'" + "".join(f" or '{alias}'" for alias in words.aliases_of("policy", name))
        + f" ({sentence})" for name, sentence in words.sets["policy"].items()) + ".")
    yield from lines_macro("DOC_RETRY_POLICIES", "policy is one of:", [
        f"'{name}': {sentence}" for name, sentence in words.sets["retry_policy"].items()])
    yield from lines_macro("DOC_KNOBS", "The other arguments override single rules of the policy:", [
        f"{name}: {say(sentence)}" for name, sentence in words.records["Knobs"].items() if name != "policy"])
    yield from lines_macro("DOC_DROP_REASONS", say("A reason is {drop_reason:}."))
    yield from lines_macro("DOC_RULES", say("rules is {rules:}."))
    yield from lines_macro("DOC_FORMATS", "format is " + "; ".join(
        f"'{name}' ({sentence})" for name, sentence in words.sets["format"].items()
        if name != "custom") + "; or the server's own format string: Apache's "
        "'%h %l %u %t \"%r\" %>s %b', nginx's '$remote_addr ... $status', HAProxy's '%ci:%cp ... %ST'.")
    yield from lines_macro("DOC_ESCAPES", say("escape is {escape:}."))
    yield from lines_macro("DOC_SCANNERS", say("One of {scanner:}."))
    yield from lines_macro("DOC_DIFFERENCES", say("How the client differs from a policy: a tuple of any "
                                                  "of {difference:}."))


# ---- Lua ---------------------------------------------------------------------------------------


def annotations(words, text):
    """httpstatus.d.lua, with the types of the words in it."""
    aliases = [f"---@alias httpstatus.{called} " + "|".join(map(c_string, words.spellings(name)))
               for name, called in TYPES.items()]
    return replaced(text, ANNOTATIONS, r"^-- The words of the API[^\n]*\n", r"^-- The end of the words", aliases)


# ---- The manual --------------------------------------------------------------------------------


DEFAULTS = {
    "format": lambda words: "auto", "policy": lambda words: words.default_policy,
    "retry_policy": lambda words: words.default_retry_policy,
}


def mdoc_list(words, name, left_out=()):
    yield ".Bl -tag -width Ds -compact"
    for word, sentence in words.sets[name].items():
        if word in left_out:
            continue
        yield f".It Sq {word}"
        notes = [f"also {alias}" for alias in words.aliases_of(name, word)]
        notes += ["the default"] * (word == DEFAULTS[name](words))
        sentence += "; " + "; ".join(notes) if notes else ""
        yield from fill(sentence[0].upper() + sentence[1:] + ".", "", "")
    yield ".El"


def mdoc_parts(words):
    """The names that --show takes: the members of a record."""
    yield ".Bl -tag -width Ds -compact"
    for member in words.records["Record"]:
        sentence = words.of("Record", member, "c")
        yield f".It Sq {member}"
        yield from fill(sentence[0].upper() + sentence[1:] + ".", "", "")
    yield ".El"


def manual(words, text):
    text = replaced(text, MANUAL, r"^Print these parts of each record[^\n]*\n", r"^Tabs divide them", mdoc_parts(words))
    text = replaced(text, MANUAL, r"^Use these rules:\n", r"^\.It Fl Fl all\n", mdoc_list(words, "policy"))
    text = replaced(text, MANUAL, r"^Retry as these do:\n", r"^\.El\n\.Ss tally\n", mdoc_list(words, "retry_policy"))
    return replaced(text, MANUAL, r"^\.It Fl Fl format Ar FORMAT\nThe format of the lines:\n",
                    r"^Or the server's own format string", mdoc_list(words, "format", ("custom",)))


# ---- The page of the core ------------------------------------------------------------------------


def policy_rows(words):
    for name, sentence in words.sets["policy"].items():
        also = "".join(f", also `{alias}`" for alias in words.aliases_of("policy", name))
        default = "; the default" if name == words.default_policy else ""
        yield f"| `{name}`{also} | {sentence}{default} | {words.limits[name] or ''} |".replace("  ", " ")


def page(words, text):
    text = replaced(text, PAGE, r"^\| format \| what it is \|\n[^\n]*\n", r"^\| the server's own string",
                    (f"| `{name}` | {sentence} |" for name, sentence in words.formats_page.items()))
    text = replaced(text, PAGE, r"^\| policy of retries \| what it is \|\n[^\n]*\n", r"^$",
                    (f"| `{name}` | {sentence} |" for name, sentence in words.sets["retry_policy"].items()))
    return replaced(text, PAGE, r"^\| policy \| what it is \| limit \|\n[^\n]*\n", r"^$", policy_rows(words))


def derived(words, banner):
    """{path: text} of every file that contains words of vocabulary.toml."""
    parts = {STUB: stub, ANNOTATIONS: annotations, MANUAL: manual, PAGE: page, TEST: scanner_test,
             DICTIONARY: fuzz_words}
    files = {ROOT / path: part(words, (ROOT / path).read_text(encoding="utf-8"))
             for path, part in parts.items()}
    return files | headers(words) | {
        ROOT / PYTHON_WORDS: "".join(line + "\n" for line in python_words(words, banner))}

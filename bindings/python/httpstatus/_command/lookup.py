"""httpstatus 404: what a status means and implies."""
import difflib
import os
import re
import shlex
import textwrap

from .. import Status, class_of, effective, lookup, search, statuses, variants
from . import FOUND, NOTHING, Trouble, complain
from .show import name_of, printer, write_json

CODE = re.compile(r"([0-9]{1,9})(?:[.:]([0-9]{1,9}))?")
FILE = re.compile(r"\S*[./]\S*[A-Za-z]\S*")
CLASS = re.compile(r"[1-5]xx", re.I)
CLASSES = ("is_informational", "is_success", "is_redirection", "is_client_error", "is_server_error")


def words(name):
    return name.removeprefix("is_").replace("_", " ")


def title(status):
    """403.14 Directory listing denied"""
    code = f"{status.code}.{status.substatus}" if status.substatus else str(status.code)
    return f"{code} {status.phrase or ''}".rstrip()


def owned(status):
    return title(status) if status.is_official else f"{title(status)} ({status.owner})"


def class_words(status):
    names = [words(name) for name in CLASSES if getattr(status, name)]
    return f"{status.status_class}, {names[0]}" if names else "none"


def cited(status, name):
    """yes (RFC 9110 Section 15.1)"""
    reference = status.reference_for(name)
    return ("yes" if getattr(status, name) else "no") + (f" ({reference})" if reference else "")


def header(field):
    condition = f", {field.condition}" if field.condition else ""
    return f"{field.name} {field.level}{condition} ({field.reference})"


def neighbours(status):
    """The default rows of the codes before and after this one."""
    defaults = [row for row in statuses() if variants(row.code)[0] is row]
    before = [row for row in defaults if row.code < status.code][-1:]
    return before + [row for row in defaults if row.code > status.code][:1]


def fields(status, shown):
    """Pairs of name and text; only the first of several rows of a code shows the neighbours."""
    first = status is next(row for row in shown if row.code == status.code)
    pairs = [
        ("class", class_words(status)),
        ("lifecycle", status.lifecycle),
        ("since", status.introduced_in),
        ("sent as", status.wire if status.wire != "sent" else None),
        ("treated as", str(effective(status.code)) if effective(status.code) != status.code else None),
        ("retry", status.retry and f"{status.retry.advice} ({status.retry.reference})"),
        ("cacheable", cited(status, "is_cacheable") if status.is_cacheable is not None else None),
        ("not stored", cited(status, "must_not_store") if status.must_not_store else None),
        ("body", cited(status, "allows_body") if status.allows_body is False else None),
        ("method kept", cited(status, "preserves_method")
         if status.preserves_method is not None else None),
        ("headers", "; ".join(map(header, status.headers))),
        ("also called", "; ".join(status.aliases)),
        ("neighbours", "; ".join(map(owned, neighbours(status))) if first else None),
    ]
    return [(name, text) for name, text in pairs if text]


def show_status(out, status, shown):
    out.line(title(status), style=status.status_class)
    out.line("  " + ", ".join(filter(None, (status.owner, status.reference))))
    for text in status.description, status.explanation:
        out.line()
        out.paragraph(text)
    out.line()
    out.fields(fields(status, shown))


def show_list(out, rows):
    out.table([">status", "owner", "phrase"], [
        (row.status_class, [title(row).split(" ")[0], row.owner, row.phrase or "-"]) for row in rows])


def plain(value):
    """A field's value for JSON."""
    if isinstance(value, Status):
        return list(value.key)
    if hasattr(value, "__match_args__"):
        return {name: plain(getattr(value, name)) for name in value.__match_args__}
    return [plain(item) for item in value] if isinstance(value, tuple) else value


def as_object(status):
    """All fields of a status, with the references of its properties."""
    names = [name for name, item in vars(Status).items()
             if hasattr(item, "__set__") and name != "value"]
    found = {name: plain(getattr(status, name)) for name in names}
    found["references"] = {name: status.reference_for(name) for name in names
                           if isinstance(getattr(status, name), bool)}
    return found


def owner_named(name):
    """The owner in the spelling of the table."""
    owners = dict.fromkeys(row.owner for row in statuses())
    for owner in owners:
        if owner.casefold() == name.casefold():
            return owner
    hint = suggestion(name, owners)
    raise Trouble(f"invalid --owner {name!r}{f' ({hint})' if hint else ''}: expected "
                  f"{', '.join(sorted(owners, key=str.casefold))}")


def suggestion(text, known):
    """did you mean 'timeout'? -- or None"""
    spelled = {name.casefold(): name for name in sorted(known)}
    close = difflib.get_close_matches(text.casefold(), spelled, 3, 0.7)
    return f"did you mean {' or '.join(repr(spelled[name]) for name in close)}?" if close else None


def vocabulary():
    from .parser import make

    for row in statuses():
        for text in filter(None, (row.phrase, row.name, row.owner, *row.aliases)):
            yield text
            yield from re.findall(r"[a-z]{4,}", text.lower())
    yield from make()[1]


def of_code(text, owner):
    """The rows to show for '404' or '403.14'."""
    code, substatus = (int(part or 0) for part in CODE.fullmatch(text).groups())
    if code > 999:
        raise Trouble(f"invalid code {code}: expected 100 to 599, a class such as 4xx, or words")
    rows = [row for row in variants(code)
            if row.substatus == substatus and owner in (None, row.owner)]
    if not rows and substatus == 0:
        rows = [row for row in variants(code) if owner == row.owner]
    return rows


def unknown(text, owner):
    code, substatus = (int(part or 0) for part in CODE.fullmatch(text).groups())
    whose = f" of {owner}" if owner else ""
    known = "; ".join(map(owned, variants(code)))
    if known:
        return f"{text} is not a known status{whose}; {code} has: " + \
            textwrap.shorten(known, 300, placeholder=" ...")
    name = class_of(code)
    return f"{text} is not a known status{whose}" + (
        f": its class {name} means {class_words(Status(code)).split(', ')[1]}, and a client treats it "
        f"as {effective(code)} (RFC 9110 Section 15)" if name else ": codes are 100 to 599")


def is_path(text):
    """Whether a text names a file and is not a word of the table."""
    return os.path.exists(text) and not (text.isalpha() and search(text))


def as_log(path):
    """A path for tally: for a directory its contents."""
    name = shlex.quote(name_of(path))
    return os.path.join(name, "*") if os.path.isdir(path) else name


def check_paths(texts):
    """Suggests tally if logs are given instead of words."""
    if paths := list(filter(is_path, texts)):
        kind = "directory" if os.path.isdir(paths[0]) else "file"
        logs = " ".join(map(as_log, paths[:3])) + " ..." * (len(paths) > 3)
        raise Trouble(f"{name_of(paths[0])} is a {kind}: did you mean httpstatus tally {logs}?")


def is_for_others(texts):
    """Whether texts seem to begin with a command, mistyped, or to name files that are not there."""
    from .parser import make

    return all(FILE.fullmatch(text) for text in texts) or bool(
        texts[1:] and not search(texts[0]) and suggestion(texts[0], make()[1]))


def find(texts, owner, by_words):
    """(rows to show in full, rows to list, sentences about what was not found)."""
    full, listed, missing = [], [], []
    phrase = " ".join(texts)
    if not texts:
        return [], statuses(owner=owner), []
    if all(CODE.fullmatch(text) or CLASS.fullmatch(text) for text in texts):
        for text in texts:
            if CLASS.fullmatch(text):
                listed += statuses(text.lower(), owner)
            elif rows := of_code(text, owner):
                full += rows
            else:
                missing.append(unknown(text, owner))
        return full, listed, missing
    row = None if by_words else lookup(phrase, owner=owner)
    if not by_words and (row is None or re.search("[0-9]", phrase)):  # a name of the table has none
        check_paths(texts)
    if row is not None:  # which is false as a number if it is 000
        return [row], [], []
    found = search(phrase) if by_words or not is_for_others(texts) else []
    rows = [row for row in found if owner in (None, row.owner)]
    if not rows:
        hint = suggestion(phrase, vocabulary())
        missing = [f"nothing found for {phrase!r}: {hint or 'try fewer words'}"]
    return ([], rows, missing) if len(rows) > 1 or by_words else (rows, [], missing)


def same_number(one, other):
    return (one.code, one.substatus) == (other.code, other.substatus)


def others(shown):
    """The other rows of the codes."""
    keys = {row.key for row in shown}
    return [row for code in dict.fromkeys(row.code for row in shown) for row in variants(code)
            if row.key not in keys]


def run(options):
    owner = None if options.owner is None else owner_named(options.owner)
    if not options.what and not owner:
        raise Trouble("nothing to look up: try httpstatus 404")
    full, listed, missing = find(options.what, owner, options.search)
    if options.json:
        write_json([as_object(row) for row in full + listed])
    else:
        out = printer(options.color)
        if not options.all:  # the first meaning of each number; the others are in the table
            full = [row for row in full if row is next(r for r in full if same_number(r, row))]
        for row in full:
            show_status(out, row, full)
            out.line()
        if listed := listed or others(full):
            show_list(out, listed)
            out.line()
        out.parts = out.parts[:-1]
        out.flush()
    for message in missing:
        complain(message)
    return NOTHING if missing else FOUND

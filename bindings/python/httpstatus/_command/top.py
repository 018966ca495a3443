"""httpstatus tally --top path --only 5xx: the paths, clients and so on of most records."""
from .. import top
from .._jobs import TopWork
from . import Trouble
from .parts import escaped
from .show import Bar, counted
from .tally import Count, share


class Counts(Count, TopWork):
    """A top per log, with its tally."""


def asked(options):
    """The arguments for top()."""
    return {"by": options.top, "which": (options.only or "5xx").split(","), "n": options.n or 20,
            "group": options.group or "query"}


def check(options):
    """Whether the options apply to one another."""
    if options.top is None:
        only = () if options.latency else ("only",)
        name = next((name for name in (*only, "n", "group") if getattr(options, name) is not None), None)
        if name:
            needed = "--top or --latency shows, neither of which is" if name == "only" else "--top shows, which is not"
            raise Trouble(f"{'-n' if name == 'n' else f'--{name}'} says what {needed} given")
    elif options.by != "code":
        raise Trouble(f"--by {options.by} does not apply to --top: omit one of them")
    elif options.follow:
        raise Trouble("--top does not apply to --follow: omit one of them")
    elif options.group == "id" and options.top != "path":
        raise Trouble(f"--group id does not apply to --top {options.top}: omit it, or use --top path")
    elif options.html:
        raise Trouble("--top does not apply to --html, whose page has the first paths and clients: omit one of them")
    else:
        top(b"", **asked(options))


def notes(found, only):
    """What else there is to say of a top."""
    said = [f"{counted(found.total, 'record')} with {only}" + (
        f", {found.absent} of them without a known {found.by}" if found.absent else "")]
    if found.cut:
        said.append(f"{counted(found.cut, 'record')} whose {found.by} has more than 160 bytes, and is cut")
    if found.bound:
        said.append(f"not exact: a count is at most its error too high, and a {found.by} that is not kept has at most "
                    f"{counted(found.bound, 'record')}")
    return said


def show(out, found, options):
    error = [">error"] if found.bound else []
    most = max((entry.count for entry in found), default=0)
    out.table([found.by, ">count", *error, ">share", ""], [
        (None, [escaped(entry.value), str(entry.count), *[str(entry.error)] * len(error),
                share(entry.count, found.total), Bar(entry.count, most)]) for entry in found])
    out.line()
    for note in notes(found, options.only or "5xx"):
        out.line(note)


def rows_of(found):
    return [{"name": entry.value, "count": entry.count, "error": entry.error,
             "share": entry.count / found.total} for entry in found]


def as_json(found):
    return {"by": found.by, "top": found.as_dict(), "rows": rows_of(found)}

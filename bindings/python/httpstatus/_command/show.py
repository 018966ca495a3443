"""The output of the command: stable plain text, or rich text on a terminal."""
import contextlib
import json
import os
import shlex
import sys
import textwrap

from .. import suggest
from . import UNREADABLE, Trouble
from .logs import ends_with_cr, is_json_over_lines

WIDTH = 80
NARROW = 40  # a terminal with fewer columns gets plain text
BAR_WIDTH = 20
STYLES = {"5xx": "bold red", "4xx": "yellow", "3xx": "cyan", "2xx": "green", "1xx": "blue"}


class Bar(str):
    """A cell that shows a part of a whole; even the smallest part is visible."""

    def __new__(cls, part, whole):
        share = part / whole if whole else 0
        self = super().__new__(cls, "#" * max(round(share * BAR_WIDTH), 1))
        self.share = max(share, 1 / BAR_WIDTH / 8)
        return self


class Plain:
    """Text that depends on neither the terminal nor the locale."""

    levels = " .:-=+*#"

    def __init__(self):
        self.parts = []

    def spark(self, numbers):
        """A line of text in which each number, 0 or more, is a byte, the largest the last level."""
        most, steps = max(numbers), len(self.levels) - 1
        return "".join(self.levels[-(-number * steps // most)] if number else self.levels[0] for number in numbers).rstrip()

    def line(self, text="", style=None):
        self.parts.append(text)

    def paragraph(self, text):
        self.parts.append(textwrap.fill(text, WIDTH, initial_indent="  ", subsequent_indent="  ",
                                        break_on_hyphens=False))

    def fields(self, pairs):
        """Names and their values."""
        indent = " " * (4 + max(len(name) for name, _ in pairs))
        for name, text in pairs:
            self.parts.append(textwrap.fill(text, WIDTH, break_on_hyphens=False,
                                            initial_indent=f"  {name}".ljust(len(indent)),
                                            subsequent_indent=indent))

    def table(self, headings, rows):
        """Rows are (style, cells); a heading that begins with '>' right-aligns its column."""
        cells = [[heading.lstrip(">") for heading in headings], *(cells for _, cells in rows)]
        widths = [max(map(len, column)) for column in zip(*cells)]
        for row in cells:
            self.parts.append("  ".join(
                cell.rjust(width) if heading.startswith(">") else cell.ljust(width)
                for heading, cell, width in zip(headings, row, widths)).rstrip())

    def flush(self):
        for part in self.parts:
            print(part)
        self.parts.clear()


class Rich(Plain):
    """The same for a terminal: in colour, with tables that fit its width."""

    def __init__(self, console):
        super().__init__()
        self.console = console
        if not console.options.ascii_only:
            self.levels = " \u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588"

    def line(self, text="", style=None):
        from rich.text import Text

        self.parts.append(Text(text, style=STYLES.get(style, style or "")))

    def paragraph(self, text):
        from rich.padding import Padding
        from rich.text import Text

        self.parts.append(Padding(Text(text), (0, 0, 0, 2)))

    def fields(self, pairs):
        from rich.padding import Padding

        grid = self.grid()
        grid.add_column(style="dim", overflow="fold")
        grid.add_column(overflow="fold")
        for pair in pairs:
            grid.add_row(*map(self.cell, pair))
        self.parts.append(Padding(grid, (0, 0, 0, 2)))

    def table(self, headings, rows):
        grid = self.grid(show_header=True, header_style="dim")
        for heading in headings:
            right = heading.startswith(">")
            grid.add_column(heading.lstrip(">"), justify="right" if right else "left",
                            no_wrap=right, overflow="fold")
        for style, cells in rows:
            grid.add_row(*(self.cell(cell, STYLES.get(style)) for cell in cells),
                         style=STYLES.get(style))
        self.parts.append(grid)

    @staticmethod
    def grid(**options):
        from rich.table import Table

        return Table(**{"box": None, "show_header": False, "pad_edge": False, "padding": (0, 2, 0, 0),
                        **options})

    def cell(self, cell, style=None):
        from rich.bar import Bar as RichBar
        from rich.text import Text

        if isinstance(cell, Bar) and not self.console.options.ascii_only:
            color = (style or "default").split()[-1]
            return RichBar(1, 0, cell.share, width=BAR_WIDTH, color=color)
        return Text(cell)

    def flush(self):
        for part in self.parts:
            self.console.print(part)
        self.parts.clear()


def rich_console(color, file=None):
    """A rich console, or None where plain text is wanted or rich is missing."""
    file = file or sys.stdout
    if color == "never" or color == "auto" and not file.isatty():
        return None
    try:
        from rich.console import Console
    except ImportError:
        if color == "always":
            raise Trouble("--color=always needs rich: install the extra httpstatus[rich]") from None
        return None
    return Console(file=file, highlight=False, force_terminal=color == "always" or None)


def printer(color):
    console = rich_console(color)
    return Rich(console) if console and console.width >= NARROW else Plain()


def write_json(value, indent=2):
    json.dump(value, sys.stdout, indent=indent)
    print()


def counted(number, thing):
    """1 record, 2 records"""
    return f"{number} {thing}" + ("" if number == 1 else "s")


def formats_of(found):
    """clf, or several formats with their counts, and the keys of JSON"""
    def names(counts):
        return ", ".join(f"{name} {count}" for name, count in
                         sorted(counts.items(), key=lambda item: -item[1]))

    text = names(found.formats) if len(found.formats) > 1 else found.format or "none"
    keys = found.as_dict()["keys"]
    if found.key:
        return f"{text} (key {found.key})"
    return f"{text} (keys {names(keys)})" if keys else text


def not_understood(path, found):
    return f"{name_of(path)}: {found.unmatched} of {counted(found.lines, 'line')} not understood"


def has_cr(path):
    return f"{name_of(path)} has CR as its line end: convert it with tr '\\r' '\\n'"


def is_over_lines(path):
    return f"{name_of(path)} is JSON over several lines: put each object on one with jq -c ."


def misread(path, found):
    """The complaint about a log with more unmatched lines than records, else None."""
    if found.unmatched <= found.records + found.excluded:
        return None
    if ends_with_cr(path):
        return has_cr(path)
    if not found.records and is_json_over_lines(path):
        return is_over_lines(path)
    option = option_for(path)
    if found.records or found.excluded:
        return f"{not_understood(path, found)}{option and f': {option}'}"
    if found.format:
        return f"{name_of(path)} does not fit the format {found.format}: {option or 'try another --format'}"
    return f"{name_of(path)} fits no known format: {option or 'use --format'}"


def option_for(path):
    """What reads a log of no known format, to be pasted, with a receipt; empty for a pipe, which has gone by."""
    found = None
    if path != "-" and os.path.isfile(path):
        with contextlib.suppress(*UNREADABLE):
            found = suggest(path)
    if not found:
        return ""
    option = f"--format {shlex.quote(found.format)}" if found.format else f"--key {shlex.quote(found.key)}"
    return f"{option} reads {found.matched} of {counted(found.lines, 'line')}"


def name_of(path):
    """A path for display: any bytes, but no terminal control characters."""
    text = "standard input" if path == "-" else os.fsdecode(path)
    return "".join(c if c.isprintable() or "\udc80" <= c <= "\udcff" else ascii(c)[1:-1]
                   for c in text)

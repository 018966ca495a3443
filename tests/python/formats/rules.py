"""What the rules of lines have in common; naive.py knows nothing of them, nor the core."""
import re

STAMP = re.compile(rb"\[\d{1,2}/[A-Za-z]{3}/\d{4}:\d[^\]]*\]")


def closing_quotes(line, opening):
    """The quotes that may close, in the order in which they are tried."""
    quotes = [m.start() for m in re.finditer(b'"', line) if m.start() > opening]
    for quote in quotes:
        backslashes = re.search(rb"\\*\Z", line[opening + 1:quote])[0]
        if len(backslashes) % 2 == 0:
            yield quote
            break
    yield from quotes


def token(match):
    return "-" if match == b"-" else str(int(match))


def by_pattern(pattern, comment=False):
    """A rule for a format that one expression describes; its first group is the status."""
    pattern = re.compile(pattern)

    def read(line):
        if not line.strip(b" \t") or (comment and line.startswith(b"#")):
            return "#"
        found = pattern.search(line)
        return token(found[1]) if found else "!"
    return lambda: read


def quoted(line, opening, field):
    for quote in closing_quotes(line, opening):
        found = field.match(line, quote + 1)
        if found:
            return token(found[1])
    return "!"


class Columns:
    """Readers of formats whose columns a "#Fields:" line names."""
    DIRECTIVE = b"#fields:"

    def __init__(self, fields=None):
        self.fields = fields.lower().split() if fields is not None else None

    def __call__(self, line):
        line = line.strip(b"\0")
        line = line[3:] if line.startswith(b"\xef\xbb\xbf") else line
        line = line.strip(b"\0")
        if not line.strip(b" \t"):
            return "#"
        if line.startswith(b"#"):
            if line.lower().startswith(self.DIRECTIVE):
                self.fields = re.findall(rb"[^ \t]+", line[8:].lower())
            return "#"
        return self.record(line)

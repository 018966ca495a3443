"""What the naive readers of records have in common; rules.py knows nothing of them, nor the core."""
import re

NO_STATUS, SKIPPED, UNMATCHED = "no_status", "skipped", "unmatched"
BLANKS = b" \t"

ISO_TIME = rb"\d{4}-\d\d-\d\dT"
STAMP = rb"\[\d{1,2}/[A-Za-z]{3}/\d{4}:\d[^\]]*\]"
VERSION = re.compile(rb" HTTP/\d(?:\.\d)?\Z")
ADDRESS = rb"(?=\S{1,128}\s)\S+:\d+"  # of a client


def number_of(field):
    """The result of a status field that fits its pattern."""
    return NO_STATUS if field in (b"-", b"") else (int(field), 0)


def is_status(result):
    return isinstance(result, tuple)


def unescaped_quotes(text):
    """The number of quotes after an even number of backslashes, or none."""
    return sum(len(found[1]) % 2 == 0 for found in re.finditer(rb'(\\*)"', text))


def behind_request(line, opening, fields):
    """What 'fields' finds after the closing quote of the request that begins at 'opening'."""
    behind = line[opening + 1:]
    quotes = [found.end() for found in re.finditer(b'"', behind)]
    for end in quotes:
        if unescaped_quotes(behind[:end]):
            found = fields.match(behind, end)
            if found:
                return found
            break
    for end in quotes:
        found = fields.match(behind, end)
        if found and VERSION.search(behind[max(end - 10, 0):end - 1]):
            return found
    return None


def names_of(fields):
    return re.findall(rb"[^ \t]+", fields.lower())

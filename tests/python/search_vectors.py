#!/usr/bin/env python3
"""The answers of search() worked out from data/status.toml, apart from the core.

    tests/python/search_vectors.py          write them into tests/vectors.tsv, after a text has changed
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "data"))
import generate  # noqa: E402

VECTORS = ROOT / "tests" / "vectors.tsv"
ESCAPES = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\\\": "\\"}


def unescape(text):
    return re.sub(r"\\(?:x(..)|.)", lambda m: chr(int(m[1], 16)) if m[1] else ESCAPES[m[0]], text)


def cost_in_words(word, text):
    """0 where a word of the text begins with it, 1 inside, None nowhere."""
    found = [m.start() for m in re.finditer(f"(?={re.escape(word)})", text)]
    if not found:
        return None
    return 0 if any(not at or not re.match("[a-z0-9]", text[at - 1]) for at in found) else 1


def word_cost(word, row):
    best = [cost for text in (row.get("phrase"), row["name"]) if text
            for cost in [cost_in_words(word, text.lower())] if cost is not None]
    if best:
        return min(best)
    if any(word in alias["phrase"].lower() for alias in row.get("aliases", [])):
        return 2
    return 3 if any(word in row[name].lower() for name in generate.TEXTS) else None


def cost(words, text, row):
    if row.get("phrase") and generate.fold(text) == generate.fold(row["phrase"]):
        return 0
    costs = [word_cost(word.lower(), row) for word in words]
    return None if None in costs else 1 + sum(costs)


def search(rows, text):
    """The keys that the vectors expect."""
    words = re.split("[ \t\n\v\f\r]+", text.strip(" \t\n\v\f\r"))
    if words == [""]:
        return "-"
    for count, word in enumerate(words):
        if len(word) > 128:
            return "!long-word"
        if count == 32:
            return "!many-words"
    found = sorted((cost(words, " ".join(words), row), at) for at, row in enumerate(rows)
                   if cost(words, " ".join(words), row) is not None)
    return ",".join(key(rows[at]) for _, at in found) or "-"


def key(row):
    substatus = f".{row['substatus']}" if row["substatus"] else ""
    owner = row["owner"].replace("\\", "\\\\").replace(" ", "\\x20").replace(",", "\\x2c")
    return f"{row['code']}{substatus}/{owner}"


def answered(line, rows):
    """The line of a vector, with the answer that its search has."""
    fields = line.split("\t")
    if len(fields) == 5 and fields[1] == "search":
        fields[3] = search(rows, unescape(fields[2]))
    return "\t".join(fields)


def main():
    rows = generate.make_table(generate.read_toml("status.toml"))["rows"]
    lines = VECTORS.read_text(encoding="ascii").splitlines()
    text = "".join(answered(line, rows) + "\n" for line in lines)
    VECTORS.write_text(text, encoding="ascii", newline="\n")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""The answers of search() worked out from data/status.toml, apart from the core.

    tests/python/search_vectors.py          write them into tests/vectors.tsv, after a text has changed
"""
import functools
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


# ---- Words ----

STATUS = generate.read_toml("status.toml")
STOP_WORDS = set(STATUS["stop_words"].split())


def words_of(text):
    return re.findall("[a-z0-9]+", re.sub("[A-Z]", lambda m: m[0].lower(), text).replace("'", ""))


def content(text):
    """The words of a text that count: all, if none does."""
    words = words_of(text)
    return [word for word in words if word not in STOP_WORDS] or words


@functools.cache
def stem(word):
    """limits, limited and limiting are limit; deny, denied and denies are deni."""
    if len(word) > 3 and re.search("[^s]s$", word):
        word = word[:-1]
    word = re.sub("(?<=...)(ing|ion|ed|ly)$", "", word)
    if len(word) > 3:
        word = re.sub("e$", "", word)
    if len(word) > 3:
        word = re.sub("y$", "i", word)
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word


GROUPS = {stem(word): group for group in reversed(STATUS["alike"]) for word in group.split()}


@functools.cache
def fit(wanted, word):
    """0 the same word, 1 one that is taken for it or begins with it, 4 one that has it inside."""
    if stem(wanted) == stem(word):
        return 0
    group = GROUPS.get(stem(wanted))
    if group and stem(word) in map(stem, group.split()):
        return 1
    if len(wanted) < 3 or wanted not in word:
        return None
    return 1 if word.startswith(wanted) else 4


def best_fit(wanted, words):
    return min((f for f in (fit(wanted, word) for word in words) if f is not None), default=None)


# ---- Numbers ----

UNIT = "(?:b|bytes?|days?|[gkm]b|hours?|min|minutes?|ms|px|s|sec|seconds?|times|users)"
LEAD = re.compile(r"(?:http|status|code|error|response)\Z", re.I)


def number_in(text, codes):
    """(code, sub-status or None) of the number in a text that is a status."""
    found = []
    for m in re.finditer("(?<![0-9])([0-9]{3})(?![0-9])(?:[.:]([0-9]+))?", text):
        if m.start() >= 1024 or int(m[1]) not in codes or int(m[2] or 0) > 65535:
            continue
        before, after = text[:m.start()], text[m.end():]
        lead = re.search(r"([A-Za-z]+)[^A-Za-z]{0,8}\Z", before)
        led = bool(lead) and bool(LEAD.search(lead[1]) or re.search(r"(?<![A-Za-z])[Ee]\Z", before))
        if re.search(r"[.,/]\Z|[0-9]:\Z|(?<![A-Za-z])[-+]\Z", before) or not led and re.search(r"[A-Za-z]\Z", before):
            continue
        if re.match(f"[A-Za-z0-9%]|[.,:/-][0-9]|[.][A-Za-z]| {UNIT}(?![A-Za-z])", after, re.I):
            continue
        found.append((not led, m.start(), int(m[1]), m[2]))
    return min(found)[2:] if found else None


# ---- Rows ----


def missing(having):
    """What a word costs that a row does not have, by the number of rows that are called by it."""
    return 16 if having <= 2 else 12 if having <= 10 else 8


class Row:
    """A row with its words."""

    def __init__(self, row):
        self.row = row
        self.sayings = [(0, "synonym", content(text)) for text in row.get("synonyms", [])]
        self.sayings += [(1, "alias", content(alias["phrase"])) for alias in row.get("aliases", [])]
        self.sayings.append((0, "phrase", content(row.get("phrase", ""))))
        self.texts = [(1, words_of(row["owner"])), (6, words_of(row["description"])),
                      (9, words_of(row["explanation"]))]

    def said(self, word):
        return min((f for _, _, words in self.sayings if (f := best_fit(word, words)) is not None), default=None)

    def place(self, word):
        """What a word costs that is not in the saying, but elsewhere."""
        places = [(4, self.said(word))] + [(cost, best_fit(word, words)) for cost, words in self.texts]
        return min((cost + f for cost, f in places if f is not None), default=None)


@functools.cache
def fits_not(word):
    return stem(word) in map(stem, GROUPS["not"].split())


def judge(row, wanted, places, missed):
    """(cost, whether it is found, the most words in one saying)"""
    if not wanted:
        return 0, False, 0
    costs, found, most = [], bool(wanted) and None not in places, 0
    for cost, kind, saying in row.sayings:
        fits = [best_fit(word, saying) for word in wanted]
        extra = sum(6 if fits_not(word) else 3 for word in saying
                    if all(fit(one, word) is None for one in wanted))
        count = sum(f is not None for f in fits)
        cost += sum(f if f is not None else place if place is not None else miss
                    for f, place, miss in zip(fits, places, missed))
        costs.append(cost + min(extra, 15) + (0 if count else 4))
        most = max(most, count)
        found = found or bool(count and not extra and (kind == "synonym" or len(saying) > 1))
    return min(costs) + row.row["rank"], found, most


def search(rows, text):
    """The keys that the vectors expect."""
    every = words_of(text)
    for count, word in enumerate(every):
        if len(word) > 128:
            return "!long-word"
        if count == 32:
            return "!many-words"
    wanted = content(text)
    if not wanted:
        return "-"
    table = [prepared(row) for row in rows]
    number = number_in(text, {row["code"] for row in rows})
    digits = {str(part) for part in (f"{number[0]:03}", number[1])} if number else set()
    missed = {word: missing(sum(row.said(word) is not None for row in table)) for word in wanted}
    judged = []
    for row in table:
        of_code = bool(number) and row.row["code"] == number[0]
        own = [word for word in wanted if not (of_code and word in digits)]
        cost, found, most = judge(row, own, [row.place(word) for word in own], [missed[word] for word in own])
        group = 0 if not number else 2 if not of_code else row.row["substatus"] != int(number[1] or 0)
        judged.append((group, cost, row, found or of_code, most, len(own)))
    top = max(most for *_, most, _ in judged)
    listed = [entry for entry in judged if entry[3] or (top and entry[4] == top and 2 * top >= entry[5])]
    return ",".join(key(row.row) for _, _, row, *_ in sorted(listed, key=lambda entry: entry[:2])) or "-"


ROWS = {}


def prepared(row):
    """The words of a row, once."""
    known = ROWS.get(id(row))
    if known is None or known.row is not row:
        known = ROWS[id(row)] = Row(row)
        known.said, known.place = functools.cache(known.said), functools.cache(known.place)
    return known


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

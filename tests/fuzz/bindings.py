"""Python and Lua against C: the same answers to vectors, corpora and random changes of them.

    bindings.py SECONDS ANSWERS [SEED]

ANSWERS is answers.c as a program.  Python's answers come from the runner of the vectors, as C's and Lua's
do, so that an answer is a line of text in all three.  A difference is shown as a row of the vectors.
"""
import pathlib
import random
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "python"), str(HERE.parent / "bench")]

import corpus  # noqa: E402
import vectors  # noqa: E402
from httpstatus import _core  # noqa: E402

SHOWN, LONGEST = 10, 3000
BYTES = "\"\"\\\\\n\n\r\t  -#:,./{}[]%$0123459azAZ+_\x00\xef\xbb\xbf\x7f\x80"
WORDS = ["\\u00", '":', '\\"', '" 200 1 ', " 1/2/3/4/5 ", "#Fields: sc-status x\n", "\r\n", "\t\t",
         '{"a":[', "null", "404", "error", "'"]
# Which arguments of a function are text; 'form' may not contain every byte.
TEXTS = {"lookup": [0], "lookup_by": [0, 1], "search": [0], "redirect": [2], "explain": [2],
         "retry": [3], "retry_after": [1], "parse_time": [2], "unescape": [1],
         "lines": [1], "select": [2], "select_others": [2],
         "tally": [1], "consumed": [2], "latency": [1], "top": [4], "detect": [0]}
CODES = {"phrase", "class_of", "effective", "lookup_code", "find", "variants", "row", "properties",
         "retry_advice", "retry", "headers", "aliases", "redirect", "explain", "clients", "differs"}


def escape(text):
    return corpus.escape(text.encode("latin-1"))


def row_of(function, arguments):
    """A blank ends each argument but the last, which is the rest of the line."""
    *first, last = map(escape, arguments)
    return function + "\t" + " ".join([*(a.replace(" ", "\\x20") for a in first), last])


def mutate(rng, text, letters=BYTES):
    for _ in range(rng.randint(1, 4)):
        at = rng.randint(0, len(text))
        kind = rng.randrange(6)
        if kind == 0:
            text = text[:at] + rng.choice(letters) + text[at + 1:]
        elif kind == 1:
            text = text[:at] + text[at + rng.randint(1, 4):]
        elif kind == 2:
            text = text[:at] + rng.choice(letters) + text[at:]
        elif kind == 3 and letters is BYTES:
            text = text[:at] + rng.choice(WORDS) + text[at:]
        elif kind == 4:
            other = rng.randint(0, len(text))
            text = text[:at] + text[min(at, other):max(at, other)] + text[at:]
        elif text[at:at + 1].isascii():
            text = text[:at] + text[at:at + 1].swapcase() + text[at + 1:]
    return text[:LONGEST]


def chain(rng, arguments):
    urls = ["/" + "abcdefg"[i] for i in range(rng.randint(1, 7))]
    steps = (f"{rng.randint(299, 311)}:{rng.choice(urls)}{rng.choice(['', '', ':x'])}"
             for _ in range(rng.randint(1, 60)))
    return [rng.choice(_core._POLICIES), arguments[1], rng.choice(urls), " ".join(steps)]


def change(rng, function, arguments):
    arguments = list(arguments)
    if function == "chain":
        return chain(rng, arguments)
    if function in CODES:
        arguments[0] = str(rng.choice(
            [rng.randint(0, 999), rng.randint(299, 311), -1, 1000, 2**31, 2**32 + 200]))
    if function in ("redirect", "explain", "differs"):
        arguments[1] = rng.choice(_core._POLICIES)
    if function == "retry":
        arguments[1] = ";".join([rng.choice(_core._RETRY_POLICIES), *arguments[1].split(";")[1:]])
    if function in ("clients", "differs"):  # which take a method, or raise an error
        arguments[-1] = mutate(rng, arguments[-1], "GETPOSHADFROB-") or "GET"
    if function == "lines" and rng.randrange(2) and arguments[0][:1] in ("%", "$"):
        arguments[0] = mutate(rng, arguments[0], '%$>s{}"[]- \\stST|ar')
    for place in TEXTS.get(function, []):
        arguments[place] = mutate(rng, arguments[place])
    # What counts bytes (of a word, before a number) counts two of a letter that is not ASCII.
    if function in ("search", "lookup", "lookup_by") and re.search(r"[^ \t]{65}|\d{3}", arguments[-1]):
        arguments[-1] = "".join(filter(str.isascii, arguments[-1]))
    return arguments


def starting_rows():
    rows = [(v[1], vectors.arguments(v[1], v[2])) for v in vectors.VECTORS
            if v[1] not in ("log", "series_log", "latency_log", "top_log")]  # a file's name
    for line in (HERE / "log.corpus").read_text("ascii").splitlines():
        form, _, log = vectors.unescape(line).partition("\n")
        words = form.split(";")[1:]
        if form.isascii() and form.isprintable() and all(
                word.startswith(("fields=", "key=")) for word in words):
            rows.append(("lines", [form, log]))
    return [row for row in rows if sum(map(len, row[1])) < LONGEST]


class Program:
    def __init__(self, *command):
        self.name = command[0]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def answer(self, row):
        try:
            self.process.stdin.write(row.encode("ascii") + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        return self.process.stdout.readline().decode("latin-1").rstrip("\n")


def answer(row):
    try:
        return vectors.answer(*row.split("\t"))
    except Exception as error:  # an answer like any other, which C never gives
        return f"ERROR {error!r}"


def main(seconds, answers, seed="0"):
    rng = random.Random(int(seed))
    programs = [Program(answers), Program("lua5.4", str(HERE / "answers.lua"))]
    rows = starting_rows()
    passed = failed = 0
    end = time.monotonic() + float(seconds)
    while failed < SHOWN and (passed + failed < len(rows) or time.monotonic() < end):
        if passed + failed < len(rows):
            row = row_of(*rows[passed + failed])
        else:
            function, arguments = rng.choice(rows)
            row = row_of(function, change(rng, function, arguments))
        got = [program.answer(row) for program in programs] + [answer(row)]
        if got[0] == got[1] == got[2]:
            passed += 1
        else:
            failed += 1
            print("FAILED", row, *(f"  {name}: {text}" for name, text in zip(("C", "Lua", "Python"), got)),
                  sep="\n")
            if any(program.process.poll() is not None for program in programs):
                break
    print(f"Python and Lua against C: {passed} answers in {seconds} s, {failed} differ")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

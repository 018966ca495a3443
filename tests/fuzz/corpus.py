"""The corpora of the fuzz targets: one input a line, escaped as in the vectors.

    corpus.py seeds TARGET FOLDER       the vectors as inputs of a target
    corpus.py unpack FILE FOLDER        the inputs of a corpus, a file each
    corpus.py pack FOLDER FILE [SIZE]   and back, without those longer than SIZE
"""
import hashlib
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
NAMES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def unescape(text):
    return text.encode("ascii").decode("unicode_escape").encode("latin-1")


def escape(data):
    return "".join(NAMES.get(c, c if " " <= c <= "~" else f"\\x{ord(c):02x}")
                   for c in data.decode("latin-1"))


def write(folder, inputs):
    folder.mkdir(parents=True, exist_ok=True)
    for data in inputs:
        (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


def log_seed(function, arguments):
    if function in ("lines", "tally", "record"):
        return b"\n".join(arguments)
    if function == "detect":
        return b"auto\n" + arguments[0]
    form, which, log = arguments
    return form + b";which=" + which + (b";invert\n" if function == "select_others" else b"\n") + log


def many_pairs():
    """More sub-statuses than a tally has room for, the least ones last."""
    return b"w3c;fields=sc-status sc-substatus\n" + b"".join(
        b"%d %d\n" % (400 + n % 3, n) for n in range(300, 0, -1))


def seeds(target):
    """The inputs for fuzz_log.c and fuzz_text.c: the vectors that they understand, and others."""
    if target == "log":
        yield many_pairs()
    counts = {"lines": 2, "tally": 2, "detect": 1, "select": 3, "select_others": 3, "record": 2}
    texts = {"lookup": 1, "lookup_by": 2, "search": 1, "redirect": 3, "chain": 4, "resolve": 3, "retry": 4,
             "retry_after": 2, "parse_time": 3, "unescape": 2}
    wanted = counts if target == "log" else texts
    for row in (HERE.parent / "vectors.tsv").read_text(encoding="ascii").splitlines()[1:]:
        if row.startswith("#"):
            continue
        _, function, text, _, _ = row.split("\t")
        if target == "text" and function == "lines" and text[0] in "%$":
            yield unescape(text.split(" ", 1)[0]) + b"\n404"
        if function in wanted:
            arguments = [unescape(part) for part in text.split(" ", wanted[function] - 1)]
            yield log_seed(function, arguments) if target == "log" else b"\n".join(arguments[::-1])


def main(action, first, second, most="1000000"):
    if action == "seeds":
        write(pathlib.Path(second), seeds(first))
    elif action == "unpack":
        write(pathlib.Path(second), map(unescape, pathlib.Path(first).read_text("ascii").splitlines()))
    elif action == "pack":
        inputs = [file.read_bytes() for file in pathlib.Path(first).iterdir()]
        lines = sorted(escape(data) for data in inputs if len(data) <= int(most))
        pathlib.Path(second).write_text("".join(line + "\n" for line in lines), "ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])

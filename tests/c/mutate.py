#!/usr/bin/env python3
"""Changes the core in one place at a time and checks whether its tests notice.

    tests/c/mutate.py [--sample N] [--skip N] [--seed N] [--jobs N] [--rounds N] [--sanitize]
                    [--results FILE] [--again FILE] [FILE...]

A mutant is one changed token, negated condition or deleted statement in a file of core/ (except
generated ones).  It is killed if test_core on the vectors or test_scan fails, crashes, or takes far
longer than it should.  It has the same code if the compiler's output does not change.  All others
survive and are printed.  The looks of vector scanners are compiled for SSE2 only.
"""
import argparse
import concurrent.futures
import copy
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GENERATED = {path.name for path in (ROOT / "core").glob("*_table.h")}
LOOKS = {"kernel_16.h", "look.h", "looks.h"} | {path.name for path in (ROOT / "core").glob("*_look.h")}
NO_LOGS = {  # test_scan calls nothing in them
    "address.c", "chain.c", "clients.c", "parts.c", "pasted.c", "redirect.c", "retry.c", "retry_after.c",
    "search.c", "status.c", "time.c", "unescape.c", "url.c",
}
PUBLIC = {path.name for path in (ROOT / "core").glob("httpstatus*.h")}
LEFT_OUT = GENERATED | PUBLIC | {"kernel_arm.h"}  # no code, or none of this CPU
FLAGS = ["-std=c11", "-w", "-D_DEFAULT_SOURCE", "-DHTTPSTATUS_STATIC"]
WAYS = {"plain": ["-O1"], "sanitized": ["-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover"]}
ONE_SET = "kernels_sse2.c"  # kernels.c with one instruction set: compiles in a third of the time

TOKEN = re.compile(r"""
    (?P<skip>\s+|//[^\n]*|/\*.*?\*/|(?m:^)[ \t]*\#(?:\\\n|[^\n])*)
  | (?P<string>"(?:\\.|[^"\\])*")
  | (?P<char>'(?:\\.|[^'\\])+')
  | (?P<number>(?:0x[0-9a-fA-F]+|\d+)(?P<suffix>[uUlL]*))
  | (?P<word>[A-Za-z_]\w*)
  | (?P<mark><<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|.)
""", re.X | re.S)
OPERATORS = {
    "<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="), ">=": (">", "<"), "==": ("!=",),
    "!=": ("==",), "&&": ("||",), "||": ("&&",), "!": ("",), "~": ("",), "+": ("-",), "-": ("+",),
    "*": ("/",), "/": ("*",), "%": ("*",), "&": ("|",), "|": ("&",), "^": ("|",), "<<": (">>",),
    ">>": ("<<",), "++": ("--",), "--": ("++",), "+=": ("-=",), "-=": ("+=",), "*=": ("/=",),
    "/=": ("*=",), "&=": ("|=",), "|=": ("&=",), "^=": ("|=",), "<<=": (">>=",), ">>=": ("<<=",),
}
UNARY = {"!", "~", "++", "--"}
TYPES = set("""void char short int long unsigned signed bool size_t ptrdiff_t const static inline struct
    enum union typedef extern int8_t uint8_t int16_t uint16_t int32_t uint32_t int64_t uint64_t
    uint8x16_t __m128i __m256i __m512i TARGET INLINE""".split())
KEYWORDS = {"return", "case", "sizeof", "else", "do", "goto"}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "b": "\b", "0": "\0"}


def tokens_of(text):
    """(kind, text, start, end) of all but blanks, comments and preprocessor lines."""
    at = 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if found.lastgroup != "skip" and found["skip"] is None:
            kind = "number" if found["number"] else found.lastgroup
            yield kind, found[0], found.start(), found.end()
        at = found.end()


def char_code(token):
    body = token[1:-1]
    if body.startswith("\\x"):
        return int(body[2:], 16)
    return ord(ESCAPES.get(body[1], body[1]) if body[0] == "\\" else body)


def close_of(tokens, i):
    """The index of the bracket that closes the one at i."""
    depth = 0
    for j in range(i, len(tokens)):
        depth += tokens[j][1] in "([{" and tokens[j][0] == "mark"
        depth -= tokens[j][1] in ")]}" and tokens[j][0] == "mark"
        if depth == 0:
            return j
    return None


def statement_end(tokens, i):
    """The index of the semicolon of the expression statement that begins at i, or None."""
    kind, word = tokens[i][:2]
    before = tokens[i - 1][1]
    if before not in {"{", "}", ";", ":", ")", "else", "do"} or word in TYPES:
        return None
    if not (kind == "word" and word not in KEYWORDS | {"if", "for", "while", "switch", "default"}
            or word in {"*", "++", "--"}):
        return None
    if i + 1 < len(tokens) and tokens[i + 1][0] == "word":
        return None  # a declaration
    depth = 0
    for j in range(i, len(tokens)):
        mark = tokens[j][1] if tokens[j][0] == "mark" else ""
        if mark in {"{", "}"} and depth == 0:
            return None
        depth += mark in {"(", "[", "{"}
        depth -= mark in {")", "]", "}"}
        if depth < 0:
            return None
        if mark == ";" and depth == 0:
            return j
    return None


def mutants_of(text):
    """(start, end, replacement) of every change."""
    tokens = list(tokens_of(text))
    for i, (kind, token, start, end) in enumerate(tokens):
        before_kind, before = tokens[i - 1][:2] if i else ("", "")
        binary = before_kind in {"number", "char", "string"} or before in {")", "]"} or (
            before_kind == "word" and before not in TYPES | KEYWORDS)
        if kind == "mark" and (binary or token in UNARY):
            if token == "*" and i > 1 and tokens[i - 2][1] in {"struct", "enum"}:
                continue
            yield from ((start, end, new) for new in OPERATORS.get(token, ()))
        elif kind == "number":
            number = int(re.sub("[uUlL]", "", token), 0)
            yield start, end, f"{number + 1}{token[len(token.rstrip('uUlL')):]}"
            yield start, end, f"({number - 1})"
        elif kind == "char":
            code = char_code(token)
            yield start, end, f"((char){code + 1})"
            yield start, end, f"((char){code - 1})"
        elif token in {"true", "false"}:
            yield start, end, "false" if token == "true" else "true"
        elif token in {"if", "while"} and tokens[i + 1][1] == "(":
            close = close_of(tokens, i + 1)
            inner = {inner[1] for inner in tokens[i + 2:close]}
            if inner & {"&&", "||"} or not inner & {"==", "!=", "!"}:  # else an operator's mutant
                begin, stop = tokens[i + 1][3], tokens[close][2]
                yield begin, stop, f"!({text[begin:stop]})"
        if i and (last := statement_end(tokens, i)):
            yield start, tokens[last][2], ""


def dependents(core, name):
    """The .c files that a change to a file of core/ affects."""
    if name.endswith(".c"):
        return [name]
    found, new = set(), {name}
    while new:
        found |= new
        new = {path.name for path in core.glob("*.[ch]") if path.name != ONE_SET
               and set(re.findall(r'#include "(\w+\.h)"', path.read_text())) & found} - found
    return sorted(path for path in found if path.endswith(".c"))


def limits():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def passes(command, seconds):
    """Whether a test passes; ends it at the first failure that it prints."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                               stdin=subprocess.DEVNULL, preexec_fn=limits)
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        while block := process.stdout.read1(1 << 16):
            if b"FAILED" in block:
                process.kill()
        return process.wait() == 0
    finally:
        timer.cancel()
        process.stdout.close()
        process.wait()


def narrowed(kernels):
    """kernels.c without AVX2 and AVX-512."""
    kernels = re.sub(r'#define ISA\(name\) avx\w+.*?#include "looks.h"\n', "", kernels, flags=re.S)
    return re.sub(r'    \{"avx\w+".*\n', "", kernels)


class Bench:
    """A copy of the core in which one mutant at a time is built and tested."""

    def __init__(self, folder, ways, rounds):
        self.folder = Path(folder)
        self.core = self.folder / "core"
        self.rounds = rounds
        shutil.copytree(ROOT / "core", self.core)
        (self.core / ONE_SET).write_text(narrowed((self.core / "kernels.c").read_text()))
        self.objects, self.seconds = {way: {} for way in ways}, {}
        for way in ways:
            (self.folder / way).mkdir()
            sources = [*sorted(self.core.glob("*.c"), reverse=True),
                       *(ROOT / "tests/c").glob("test_*.c")]
            for source in sources:  # kernels.c after kernels_sse2.c: both make kernels.o
                self.objects[way][source.name] = self.compile(source, way).read_bytes()
            started = time.monotonic()
            if not self.test(way, "scanner.c", 600):
                raise SystemExit(f"mutate.py: the tests fail without any change ({way})")
            self.seconds[way] = 10 * (time.monotonic() - started) + 5

    def copy(self, folder):
        other = copy.copy(self)
        other.folder, other.core = Path(folder), Path(folder) / "core"
        shutil.copytree(self.folder, folder)
        return other

    def compile(self, source, way):
        out = self.folder / way / ("kernels.o" if source.name == ONE_SET else f"{source.stem}.o")
        subprocess.run(["cc", *FLAGS, *WAYS[way], f"-I{self.core}", "-c", source, "-o", out],
                       check=True, stderr=subprocess.DEVNULL, timeout=300)
        return out

    def test(self, way, name, seconds):
        objects = [path for path in (self.folder / way).glob("*.o") if "test_" not in path.name]
        tests = [("test_core", [ROOT / "tests/vectors.tsv"]), ("test_scan", [str(self.rounds)])]
        for test, arguments in tests[:1] if name in NO_LOGS else tests:
            program = self.folder / way / test
            subprocess.run(["cc", *WAYS[way], "-o", program, f"{program}.o", *objects], check=True)
            if not passes([program, *arguments], seconds):
                return False
        return True

    def judge(self, name, text, mutant):
        """'invalid', 'same code', 'killed' or 'survived'."""
        start, end, new = mutant
        path = self.core / name
        path.write_text(text[:start] + new + text[end:])
        sources = [ONE_SET] if name in LOOKS else dependents(self.core, name)
        try:
            for way, objects in self.objects.items():
                try:
                    same = [self.compile(self.core / source, way).read_bytes() == objects[source]
                            for source in sources]
                except subprocess.CalledProcessError:
                    return "invalid"
                if all(same):
                    return "same code"
                if not self.test(way, name, self.seconds[way]):
                    return "killed"
            return "survived"
        finally:
            path.write_text(text)
            for way, objects in self.objects.items():
                for source in ["kernels.c"] if name in LOOKS else sources:
                    (self.folder / way / f"{Path(source).stem}.o").write_bytes(objects[source])


def describe(name, text, mutant):
    start, end, new = mutant
    line = text.count("\n", 0, start) + 1
    begin = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    old = " ".join(text[start:end].split())
    return (f"core/{name}:{line}:{start - begin + 1}: {old} -> {new.strip() or 'nothing'}\n"
            f"    {' '.join(text[begin:stop].split())}")


def without_line(description):
    """Stays the same when the line moves within its file."""
    return re.sub(r":\d+", "", description, count=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, help="so many mutants, chosen by chance")
    parser.add_argument("--skip", type=int, default=0, help="so many of the sample")
    parser.add_argument("--seed", type=int, default=9110)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=5, help="of test_scan")
    parser.add_argument("--sanitize", action="store_true", help="what survives is tried with them")
    parser.add_argument("--results", type=Path, help="a file for what becomes of each")
    parser.add_argument("--again", type=Path, help="those that survived in such a file, no others")
    parser.add_argument("files", nargs="*", metavar="FILE")
    options = parser.parse_args()

    names = options.files or sorted(path.name for path in (ROOT / "core").glob("*.[ch]")
                                    if path.name not in LEFT_OUT)
    texts = {name: (ROOT / "core" / name).read_text() for name in names}
    work = [(name, mutant) for name in names for mutant in mutants_of(texts[name])]
    count = len(work)
    if options.again:
        wanted = {without_line(found) for found in re.findall(
            r"^survived +(core/.*\n .*)", options.again.read_text(), re.M)}
        work = [(name, mutant) for name, mutant in work
                if without_line(describe(name, texts[name], mutant)) in wanted]
    if options.sample and options.sample < count:
        work = random.Random(options.seed).sample(work, options.sample)
        work = work[options.skip:]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was tried so far counts
    print(f"{count} mutants, {len(work)} of them tried", flush=True)

    started, results, survivors = time.monotonic(), {name: Counter() for name in names}, []
    log = options.results.open("w") if options.results else None
    with tempfile.TemporaryDirectory(prefix="mutate") as folder:
        ways = list(WAYS) if options.sanitize else ["plain"]
        benches = [Bench(Path(folder) / "0", ways, options.rounds)]
        benches += [benches[0].copy(Path(folder) / str(i)) for i in range(1, options.jobs)]
        free = benches[:]

        def one(item):
            bench = free.pop()
            try:
                return item, bench.judge(item[0], texts[item[0]], item[1])
            finally:
                free.append(bench)

        pool = concurrent.futures.ThreadPoolExecutor(options.jobs)
        try:
            for done, (item, result) in enumerate(pool.map(one, work), 1):
                results[item[0]][result] += 1
                what = describe(item[0], texts[item[0]], item[1])
                if result == "survived":
                    survivors.append(what)
                if log:
                    print(f"{result:10}{what}", file=log, flush=True)
                if done % 50 == 0:
                    print(f"{done} done, {len(survivors)} survived, "
                          f"{time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
        except KeyboardInterrupt:
            print("ended early", flush=True)
        finally:
            pool.shutdown(cancel_futures=True)

    columns = ["invalid", "same code", "killed", "survived"]
    total = Counter()
    print(f"{'file':16}" + "".join(f"{c:>11}" for c in columns) + f"{'score':>9}")
    for name in [*names, "all"]:
        counts = results.get(name, total)
        judged = counts["killed"] + counts["survived"]
        if name != "all":
            total.update(counts)
        print(f"{name:16}" + "".join(f"{counts[c]:11}" for c in columns)
              + (f"{100 * counts['killed'] / judged:8.1f}%" if judged else f"{'-':>9}"))
    print(*sorted(survivors), sep="\n")
    print(f"{time.monotonic() - started:.0f} seconds")


if __name__ == "__main__":
    main()

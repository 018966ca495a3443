"""The rules of logs read once more, apart from the core: a whole file at a time, slowly.

It is the judge of test_contract.py.  What is written as a regular expression in the rules is one here.
"""
import re
from collections import Counter
from typing import Any, NamedTuple

import formats
from formats.json import KEYS, START, Text, counts, objects_of, result_of, value_of
from formats.naive import BLANKS, ISO_TIME, NO_STATUS, SKIPPED, UNMATCHED, is_status, names_of

clf, zeek_fields = formats.ALL["clf"].read, formats.ALL["zeek"].DIRECTIVE
COLUMNS = [name for name, form in formats.ALL.items() if hasattr(form, "columns")]
RECORDS = [name for name in formats.ALL if name not in ("clf", "json", *COLUMNS)]


class Answer(NamedTuple):
    number: int  # of the line that the record begins on
    result: Any  # (status, substatus) or one of the three names above
    format: str | None = None  # of a record
    key: str | None = None  # of a record in JSON
    line: bytes = b""  # that the record ends on, without its end


class Answers(list):
    """The answers of a log, in the order in which their records end."""

    def __init__(self, form, key):
        super().__init__()
        self.form, self.wanted_key, self.lines = form, key, 0

    def count(self, *results):
        return sum(answer.result in results for answer in self)

    @property
    def no_status(self):
        return self.count(NO_STATUS)

    @property
    def skipped(self):
        return self.count(SKIPPED)

    @property
    def unmatched(self):
        return self.count(UNMATCHED)

    @property
    def records(self):
        return len(self) - self.count(SKIPPED, UNMATCHED)

    @property
    def first_unmatched(self):
        return tuple(answer.number for answer in self if answer.result == UNMATCHED)[:10]

    @property
    def counts(self):
        return Counter(answer.result[0] for answer in self if is_status(answer.result))

    @property
    def substatuses(self):
        return Counter("%d.%d" % answer.result for answer in self
                       if is_status(answer.result) and answer.result[1])

    @property
    def formats(self):
        return dict(Counter(answer.format for answer in self if is_record(answer.result)))

    @property
    def format(self):
        found = self.formats
        return self.form if self.form != "auto" else [*found][0] if len(found) == 1 else None

    @property
    def key(self):
        if self.form == "json" and self.wanted_key:
            return self.wanted_key
        found = {answer.key for answer in self if answer.key}
        return found.pop() if len(found) == 1 else None


def is_record(result):
    return is_status(result) or result == NO_STATUS


def is_blank(line):
    return not line.strip(BLANKS)


def split(data):
    """The lines without their ends."""
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return [line[:-1] if line.endswith(b"\r") else line for line in lines]


# ---- What may stand before a record -------------------------------------------------------------

ESCAPES = rb"(?:\x1b\[[0-9;]*m)*"
TIME = rb"(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?|" + ISO_TIME + rb"\S+)"
CRI = re.compile(ISO_TIME + rb"\S+ (stdout|stderr) ([FP]) ")
PREFIXES = [
    CRI,
    re.compile(ESCAPES + rb"[\w.-]+(?: +" + ESCAPES + rb" *|" + ESCAPES + rb" +)\|" + ESCAPES + b" " + ESCAPES),
    re.compile(rb"(?:<\d{1,3}>(?:1 )?)?" + TIME + rb" (?:\S+ )??(?:\S+ )??"
               rb"\(?[A-Za-z][^\s:\"\[]*(?:\[\d+\])?: "),
    re.compile(rb"<\d{1,3}>\d{1,2} (?:\S+ ){5}(?:-|\[.*?\]) (?:\xef\xbb\xbf)?", re.S),
    re.compile(rb"[A-Za-z][\w./-]*\[\d+\]: "),
    re.compile(rb"(?:\d{4}/\d\d/\d\d |" + ISO_TIME + rb")\S+\t" + ESCAPES + rb"[\w.-]+" + ESCAPES +
               rb"\thttp\.log\.access[\w.-]*\thandled request\t"),
    re.compile(ISO_TIME + rb"\S+\t\S+\t"),
]
LONGEST_PREFIX = 256
ENVOYS = re.compile(rb"\[" + ISO_TIME + rb'[^ ]*\] "')


def prefix_of(line):
    for pattern in PREFIXES:
        found = pattern.match(line)
        if found and found.end() <= LONGEST_PREFIX:
            return found[0]
    return b""


def behind_prefix(line):
    return line[len(prefix_of(line)):]


# ---- Columns ------------------------------------------------------------------------------------

def bare(line):
    """A line without the NULs at either end and the byte order mark."""
    return line.strip(b"\0").removeprefix(b"\xef\xbb\xbf").strip(b"\0")


# ---- JSON in which another line is wrapped -------------------------------------------------------


def line_in(name, value):
    """The line that is a string, or journald's list of bytes, or None."""
    if isinstance(value, Text):
        return None if name == b"properties" and not value.startswith(b"{") else bytes(value)
    words = b" ".join(value) if name == b"MESSAGE" and isinstance(value, list) else b""
    numbers = [int(word) for word in words.split(b" , ")] if re.fullmatch(rb"\d{1,3}( , \d{1,3})*", words) else []
    return bytes(numbers) if numbers and max(numbers) < 256 else None


def wrapper(members):
    """The name of the member in which another line is wrapped, and that line, or None twice."""
    found = None, None
    for (name, *deeper), value in members.trail:
        if deeper or name not in (b"log", b"MESSAGE", b"properties"):
            continue
        line = line_in(name, value)
        if line is not None and (name != b"properties" or found[0] in (None, name)):
            found = name, line
        elif line is None and (found[0] == name or isinstance(value, list) and name == b"MESSAGE"):
            found = None, None
    return found


def wrapped(members):
    return wrapper(members)[1]


def of_docker(members):
    return isinstance(members.get(b"log"), Text) and \
        set(members) <= {b"log", b"stream", b"time", b"attrs"}


# ---- A whole log --------------------------------------------------------------------------------

DOCKERS_CUT = 16384  # the bytes of a line behind which Docker begins another part of it
WHOLE, JOINED, INNER = range(3)  # a line, one of several parts, one that is a string of JSON


class Part(NamedTuple):
    number: int  # of the line that it began on
    text: bytes
    read: Any  # what reads the text
    line: bytes  # the last of its lines


def with_rest(answers, rest, number):
    """The answers of a line, followed by one unmatched for all that is left over."""
    matched = [answer for answer in answers if answer.result != UNMATCHED]
    others = [answer for answer in answers if answer.result == UNMATCHED]
    return matched + (others[:1] or [Answer(number, UNMATCHED)] * bool(rest))


def is_split(line):
    """Whether text follows a CR in it: it may be the end of a line elsewhere, so only objects count."""
    return re.search(rb"\r[^\r]", line) is not None


class Reader:
    def __init__(self, form, key, fields, target):
        self.form, self.target = form, target
        self.keys = [key] if key else KEYS
        self.names = None if fields is None else names_of(fields.encode())
        self.zeek = form == "zeek" or (self.names is not None and b"sc-status" not in self.names)
        self.parts = {}  # whose end is missing, by stream, in the order in which they began
        self.counted = set()  # the streams in which the rest of such a line follows
        self.cut = set()  # journald's streams in which the rest of a line follows
        self.number = 0  # of the line that the text which is read begins on
        self.line = b""  # the line of the file
        self.answers = Answers(form, key)

    def read(self, data):
        for self.number, self.line in enumerate(split(data), 1):
            self.answers.lines = self.number
            self.give(self.line_or_part(self.line))
        while self.parts:
            part = self.parts.pop(next(iter(self.parts)))
            self.number, self.line = part.number, part.line
            self.give(part.read(part.text))
        return self.answers

    def give(self, answers):
        self.answers += [answer._replace(line=self.line) for answer in answers]

    def line_or_part(self, line):
        cri = CRI.match(line) if self.form not in COLUMNS else None
        if not cri or cri.end() > LONGEST_PREFIX:
            return self.whole_line(line)
        stream = "CRI", cri[1]
        if stream in self.counted:
            if cri[2] == b"F":
                self.counted.remove(stream)
            return [Answer(self.number, UNMATCHED)] if clf(line) else []
        if stream in self.parts:
            self.number, line = self.parts[stream].number, self.parts[stream].text + line[cri.end():]
        elif cri[2] == b"F":
            return self.whole_line(line)
        if cri[2] == b"P" and self.is_clf(line):
            self.counted.add(stream)
            self.parts.pop(stream, None)
        elif cri[2] == b"P":
            self.parts[stream] = Part(self.number, line, self.joined_line, self.line)
            return []
        else:
            self.parts.pop(stream)
        return self.joined_line(line)

    def is_clf(self, line):
        """Whether a part is already a record; anything may follow its status, if that cannot have been cut."""
        if self.form not in ("auto", "clf"):
            return False
        now, longer = self.joined_line(line)[0], self.joined_line(line + b"0")[0]
        return now.format == "clf" and (longer.result == now.result or not is_record(longer.result))

    def whole_line(self, line):
        answers = self.one_line(line, self.form)
        return with_rest(answers, b"\r" in line and answers, self.number)

    def joined_line(self, line):
        """One answer and what is left over; no line is wrapped in it."""
        answers = self.one_line(line, self.form, JOINED)
        return with_rest(answers[:1], answers[1:] or b"\r" in line, self.number)

    def answer(self, result, form, otherwise=UNMATCHED):
        return [Answer(self.number, result, form) if result else Answer(self.number, otherwise)]

    def one_line(self, line, form, kind=WHOLE):
        if form in COLUMNS:
            return self.answer(None, None) if is_split(line) else self.line_of_columns(bare(line), form)
        if is_blank(line):
            return self.answer(SKIPPED, None)
        if form == "auto":
            return self.auto(line, kind)
        if form == "json":
            answers = self.json(line[line.find(b"{"):], kind) if b"{" in line else None
            return answers if answers is not None else self.answer(None, None)
        text = behind_prefix(line)
        if kind == WHOLE and text.startswith(b"{"):
            answers = self.json(text, kind, records=False)
            if answers is not None:
                return answers
        if is_split(line):
            return self.answer(None, None)
        comment = hasattr(formats.ALL[form], "COMMENTS") and line.startswith(b"#")
        return self.answer(self.record(line, form), form, SKIPPED if comment else UNMATCHED)

    def record(self, line, form, strict=False):
        if form == "clf":
            return clf(line)
        options = {"target": True} if form == "elb" and self.target else {}
        return formats.ALL[form].read(behind_prefix(line), strict, **options)

    def line_of_columns(self, text, form):
        if is_blank(text):
            return self.answer(SKIPPED, None)
        if text.startswith(b"#"):
            self.directive(text, zeek=form == "zeek")
            return self.answer(SKIPPED, None)
        return self.answer(self.columns(text, form), form)

    def directive(self, text, zeek):
        if text.lower().startswith(zeek_fields if zeek else b"#fields:"):
            self.names, self.zeek = names_of(text[len(b"#fields:"):]), zeek

    def columns(self, text, form, strict=False):
        """Names of Zeek are not for the others, which then know that they have none."""
        names = self.names if self.names is None or self.zeek == (form == "zeek") else []
        return formats.ALL[form].columns(text, names, dated=strict or self.names is None)

    def auto(self, line, kind):
        text, split = line if kind == INNER else bare(line), is_split(line)
        behind = behind_prefix(line)
        answers = self.json(behind, kind) if START.match(behind) else None
        if answers is not None:
            return answers
        if kind == WHOLE and not split and not text.startswith((b"#", b"{")):
            for form in COLUMNS:
                result = self.columns(text, form, strict=True)
                if result:
                    return self.answer(result, form)
        iso = not ENVOYS.match(behind)
        for form in RECORDS if not split and not behind.startswith(b"{") else ():
            result = self.record(line, form, strict=True)
            if result == UNMATCHED:
                return self.answer(None, None)
            if result:
                other = None if hasattr(formats.ALL[form], "WHOLE_LINE") else clf(line, iso)
                if is_status(other) and other[0] != result[0]:
                    return self.answer(other, "clf")
                return self.answer(result, form)
        if split:
            return self.answer(None, None)
        result = clf(line, iso)
        types = kind == WHOLE and formats.ALL["zeek"].is_types(text)
        if not result and text.startswith(b"#") and (types or not re.search(rb'["\[|]', text)):
            if kind != INNER:
                self.directive(text, zeek=False)
                self.directive(text, zeek=True)
            return self.answer(SKIPPED, None)
        return self.answer(result, "clf")

    def json(self, text, kind, records=True):
        """The answers of objects, None without any.  Not 'records': only wrappers count."""
        objects, rest = objects_of(text)
        answers, known = [], False
        for members in objects:
            found = self.status_of(members)
            if found and records:
                answers.append(found)
            elif not found and kind == WHOLE and self.is_rest(members):
                pass
            elif not found and kind == WHOLE and wrapped(members) is not None:
                answers += self.unwrapped(members)
            else:
                answers.append(Answer(self.number, UNMATCHED))
                if kind != JOINED or wrapped(members) is None:
                    continue
            known = True
        return with_rest(answers, rest, self.number) if known else None

    def is_rest(self, members):
        """Whether journald cut the line, and its first part has been answered."""
        stream = members.get(b"_STREAM_ID")
        if not isinstance(stream, Text):
            return False
        was_cut = stream in self.cut
        (self.cut.add if members.get(b"_LINE_BREAK") == b"line-max" else self.cut.discard)(stream)
        return was_cut

    def status_of(self, members):
        for key in self.keys:
            result = result_of(value_of(members, key))
            if result and (self.answers.wanted_key or counts(members, key, result)):
                return Answer(self.number, result, "json", key)
        return None

    def unwrapped(self, members):
        """The answers of a wrapper, of which there are none if it is a part."""
        text, here = wrapped(members), self.number
        if wrapper(members)[0] == b"properties":
            objects = self.form in ("auto", "json") and self.json(text, INNER)
            return with_rest(objects[:1], objects[1:], here) if objects else self.answer(None, None)
        stream = "Docker", members.get(b"stream") == b"stderr"
        if of_docker(members):
            is_cut = len(text) >= DOCKERS_CUT
            if stream in self.counted and not is_record(self.inner_line(text)[0].result):
                if text.endswith(b"\n"):
                    self.counted.remove(stream)
                return []
            self.counted.discard(stream)
            if stream in self.parts:
                self.number, text = self.parts[stream].number, self.parts[stream].text + text
            if not is_cut and not re.search(rb"\n|\r\Z", text) and is_record(self.inner_line(text)[0].result):
                self.counted.add(stream)
            elif not text.endswith(b"\n"):
                self.parts[stream] = Part(self.number, text, self.inner_line, self.line)
                self.number = here
                return []
            self.parts.pop(stream, None)
        answers = self.inner_line(text, here)
        self.number = here
        return answers

    def inner_line(self, text, last=None):
        """One answer and what is left over, on the last line unless that ends the log."""
        line, _, rest = text.removesuffix(b"\n").partition(b"\n")
        line = line.removesuffix(b"\r")
        answers = self.one_line(line, "auto" if self.form == "json" else self.form, INNER)
        return with_rest(answers[:1], answers[1:] or rest.strip(b" \t\r\n") or b"\r" in line,
                         last or self.number)


def read(data, format="auto", key=None, fields=None, target=False):
    """The answers of a log: (number, result, format ...) each, and their counts."""
    return Reader(formats.BY_HABIT.get(format, format), key, fields, target).read(data)

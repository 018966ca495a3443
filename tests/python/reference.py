"""The rules of logs read once more, apart from the core: a whole file at a time, slowly.

It is the judge of test_contract.py.  What is written as a regular expression in the rules is one here.
"""
import re
from collections import Counter
from typing import Any, NamedTuple

NO_STATUS, SKIPPED, UNMATCHED = "no_status", "skipped", "unmatched"
BLANKS = b" \t"


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


def is_status(result):
    return isinstance(result, tuple)


def is_record(result):
    return is_status(result) or result == NO_STATUS


def number_of(field):
    """The result of a status field that fits its pattern."""
    return NO_STATUS if field in (b"-", b"") else (int(field), 0)


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
ISO_TIME = rb"\d{4}-\d\d-\d\dT"
TIME = rb"(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?|" + ISO_TIME + rb"\S+)"
CRI = re.compile(ISO_TIME + rb"\S+ (stdout|stderr) ([FP]) ")
PREFIXES = [
    CRI,
    re.compile(ESCAPES + rb"[\w.-]+(?: +" + ESCAPES + rb" *|" + ESCAPES + rb" +)\|" + ESCAPES + b" " + ESCAPES),
    re.compile(rb"(?:<\d{1,3}>(?:1 )?)?" + TIME + rb" (?:\S+ )??(?:\S+ )??"
               rb"\(?[A-Za-z][^\s:\"\[]*(?:\[\d+\])?: "),
    re.compile(rb"<\d{1,3}>\d{1,2} (?:\S+ ){5}(?:-|\[.*?\]) (?:\xef\xbb\xbf)?", re.S),
    re.compile(rb"[A-Za-z][\w./-]*\[\d+\]: "),
]
LONGEST_PREFIX = 256


def prefix_of(line):
    for pattern in PREFIXES:
        found = pattern.match(line)
        if found and found.end() <= LONGEST_PREFIX:
            return found[0]
    return b""


def behind_prefix(line):
    return line[len(prefix_of(line)):]


# ---- The readers of one line: its result, or None -----------------------------------------------
# 'strict' is what "auto" asks for beside.

STAMP = rb"\[\d{1,2}/[A-Za-z]{3}/\d{4}:\d[^\]]*\]"
STAMPS = re.compile(rb"(?=(" + STAMP + rb"))")  # which may be within each other
OPENING = re.compile(rb'(?<!\\)"')
VERSION = re.compile(rb" HTTP/\d(?:\.\d)?\Z")


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


CLF_FIELDS = re.compile(rb' +(\d{1,3}|-)(?:\Z| +(?:\d+|-)(?:[ \t"]|\Z))')


def clf(line):
    stamps = [found for found in STAMPS.finditer(line)
              if re.search(rb'[^ \t"]', line[:found.start()])]
    quoted = [unescaped_quotes(line[:stamp.start()]) % 2 for stamp in stamps]
    outside = quoted.index(0) if 0 in quoted else None
    tried = [] if outside is None else [stamps[outside]]
    if quoted and quoted[0]:  # one in quotes counts if it comes first, and the other gives nothing
        tried.append(stamps[0])
    for stamp in tried:
        opening = OPENING.search(line, stamp.end(1))
        found = opening and behind_request(line, opening.start(), CLF_FIELDS)
        if found:
            return number_of(found[1])
    return None


ADDRESS = rb"(?=\S{1,128}\s)\S+:\d+"  # of a client
NUMBER = rb"\s+-?\d+(?:\.\d+)?"
ELB = [
    re.compile(rb"\s*(?:https?|h2|grpcs|wss?)\s+" + ISO_TIME + rb"\S*Z(?:\s+\S+){6}"
               rb"\s+(\d{3}|-)\s+(\d{3}|-)(?!\S)"),
    re.compile(rb"\s*" + ISO_TIME + rb"\S*Z\s+\S+\s+" + ADDRESS + rb"\s+\S+" + NUMBER * 3
               + rb"\s+(\d{3}|-)\s+(\d{3}|-)(?!\S)"),
]
LAST_OF_REQUEST = re.compile(rb'HTTP/\d(?:\.\d)?"')


def elb_tail(text, classic):
    """Whether two numbers, the request and the agent come next; once classic ones had no agent."""
    tokens = re.findall(rb"\S+", text)
    if not re.match(rb'-?\d+ -?\d+ "', b" ".join(tokens)):
        return False
    for before, token in zip(tokens[2:], tokens[3:]):
        if before.endswith(b'"') and token.startswith(b'"'):
            return True
        if LAST_OF_REQUEST.fullmatch(before):
            return False
    return classic and LAST_OF_REQUEST.fullmatch(tokens[-1]) is not None


def elb(text, strict=False, target=False):
    for pattern in ELB:
        found = pattern.match(text)
        if found and (not strict or elb_tail(text[found.end():], pattern is ELB[1])):
            return number_of(found[2 if target else 1])
    return None


S3_START = re.compile(rb"\S+ \S+ " + STAMP + rb' \S+ \S+ \S+ \S+ \S+ (["-])')
S3_FIELDS = re.compile(rb" (\d{3}|-) \S+" + rb" (?:\d+|-)" * 4 + rb" ")
S3_TAIL = re.compile(rb'"|- "')


def s3(text, strict=False):
    start = S3_START.match(text)
    if not start:
        return None
    if start[1] == b'"':
        found = behind_request(text, start.start(1), S3_FIELDS)
    else:
        found = S3_FIELDS.match(text, start.end())
    if not found or (strict and not S3_TAIL.match(found.string, found.end())):
        return None
    return number_of(found[1])


HAPROXY = re.compile(
    ADDRESS + rb" \[\d\d?/[A-Za-z]{3}/\d{4}:\d\d:\d\d:\d\d\.\d{3}\] "
    rb"\S+ \S*/\S* (?:\S+ )?"
    rb"\+?-?\d+(?:/\+?-?\d+){4} (-1|\d{1,3}) \+?\d+ \S+ \S+ [A-Za-z-]{4} "
    rb"\d+/\d+/\d+/\d+/\+?\d+ \d+/\d+")
HAPROXY_END = re.compile(rb'"(?:\S*\s+(?=\S{1,128}\s)[^/\s"]*(?:/[^/\s"]*){4}\s+(?=\S{1,128}\s*\Z)'
                         rb'[^/\s"]*(?:/[^/\s"]*){2})?\s*\Z')
HAPROXY_TAIL = re.compile(rb'\S* (?:\{.*\}\s+)?"\S', re.S)


def haproxy(text, strict=False):
    found = HAPROXY.match(text)
    if not found or (strict and not HAPROXY_TAIL.match(text, found.end())):
        return None
    quotes = text.count(b'"', found.end())
    if strict and quotes > 1 and (quotes > 2 or not HAPROXY_END.search(text)):
        return None
    return number_of(found[1])


SQUID = re.compile(rb"\d{9,11}\.\d{3} +-?\d+ \S+ [A-Z][A-Z0-9_]*/(\d{1,3}|-) +-?\d+ \S+ \S")
SQUID_TAIL = re.compile(rb"\S* \S+ [A-Z]\S*/\S* \S+(?: \[.*\])?\s*\Z", re.S)


def squid(text, strict=False):
    found = SQUID.match(text)
    if not found or (strict and not SQUID_TAIL.match(text, found.end())):
        return None
    return number_of(found[1])


ENVOY_START = re.compile(rb"\[" + ISO_TIME + rb'\d[^\]]*\] "')
ENVOY_METHOD = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+ ")
ENVOY_TAIL = re.compile(rb'(?:(?:(?!\d+ )[^" ]+ [^" ]+ "[^"]+"|"-") (?:"[^"]+" )*)?\d+ \d+(?: |\Z)')
ENVOY_FIELDS = re.compile(rb" (\d{1,3}|-) (?:[A-Z][A-Za-z,]*|-) ")


def envoy(text, strict=False):
    start = ENVOY_START.match(text)
    found = start and behind_request(text, start.end() - 1, ENVOY_FIELDS)
    if not found or (strict and not (ENVOY_METHOD.match(text, start.end()) and
                                     ENVOY_TAIL.match(found.string, found.end()))):
        return None
    return number_of(found[1])


RECORDS = {"elb": elb, "s3": s3, "haproxy": haproxy, "squid": squid, "envoy": envoy}

# ---- Columns ------------------------------------------------------------------------------------

DATE, CLOCK = re.compile(rb"\d{4}-\d\d-\d\d"), re.compile(rb"\d\d:\d\d:\d\d")
W3C_STRING = re.compile(rb'"([^"]*(?:""[^"]*)*)"(?!")')


def bare(line):
    """A line without the NULs at either end and the byte order mark."""
    return line.strip(b"\0").removeprefix(b"\xef\xbb\xbf").strip(b"\0")


def names_of(fields):
    return re.findall(rb"[^ \t]+", fields.lower())


def w3c_strings(line):
    """The values where a quote may begin a string, None if one has no end."""
    values, rest = [], line.strip(BLANKS)
    while rest:
        string = W3C_STRING.match(rest)
        if rest.startswith(b'"') and not string:
            return None
        value = string[1].replace(b'""', b'"') if string else b""
        rest = rest[string.end():] if string else rest
        plain = re.match(rb"[^ \t]*", rest)[0]
        values.append(value + plain)
        rest = rest[len(plain):].lstrip(BLANKS)
    return values


def w3c(line, names):
    if b"sc-status" not in names:
        return None
    values = names_of(line)
    if len(values) != len(names):
        values = w3c_strings(line)
    if values is None or len(values) != len(names):
        return None
    status = values[names.index(b"sc-status")]
    if not re.fullmatch(rb"\d{1,3}|-|", status):
        return None
    result = number_of(status)
    if is_status(result) and b"sc-substatus" in names:
        substatus = values[names.index(b"sc-substatus")]
        if re.fullmatch(rb"\d{1,5}", substatus) and int(substatus) <= 65535:
            result = result[0], int(substatus)
    return result


def cloudfront(line, names, dated):
    values = line.split(b"\t")
    if dated and not (len(values) > 1 and DATE.fullmatch(values[0]) and CLOCK.fullmatch(values[1])):
        return None
    if names is not None and b"sc-status" not in names:
        return None
    column = 8 if names is None else names.index(b"sc-status")
    if column >= len(values) or not re.fullmatch(rb"\d{3}|-", values[column]):
        return None
    return number_of(values[column])


# ---- JSON ---------------------------------------------------------------------------------------

KEYS = ["status", "DownstreamStatus", "httpRequest.status", "response_code",
        "properties.httpStatusCode", "EdgeResponseStatus", "http.response.status_code",
        "res.statusCode", "status_code"]
SEPARATORS = re.compile(rb"[ \t\r,\[\]\x1e]*")
JSON_START = re.compile(rb"[ \t\r,\[\]\x1e]*\{")  # of what "auto" takes for JSON
JSON_TOKEN = re.compile(rb'[ \t\r\n]*("(?:[^"\\]|\\.)*"|[][{},:]|[-0-9][-+.0-9A-Za-z]*|[A-Za-z]+)', re.S)
JSON_ESCAPE = re.compile(rb"((?:\\u[0-9a-fA-F]{4})+)|\\(.)", re.S)
SHORT = dict(zip(b'"\\/bfnrt', b'"\\/\b\f\n\r\t'))
ABSENT, INVALID = object(), object()


class Text(bytes):
    """The string of a JSON text, without its escapes."""


class Torn(ValueError):
    """A JSON text that does not end, or is none."""


def utf8(escapes):
    units = bytes.fromhex(escapes.replace(b"\\u", b"").decode())
    return units.decode("utf-16-be", "surrogatepass").encode("utf-8", "surrogatepass")


def unescape(string):
    """The text of a string; an escape that JSON does not know stands for itself."""
    if re.search(rb"(?<!\\)(?:\\\\)*\\u(?![0-9a-fA-F]{4})", string):
        raise Torn
    return Text(JSON_ESCAPE.sub(
        lambda found: utf8(found[1]) if found[1] else
        bytes([SHORT[found[2][0]]]) if found[2][0] in SHORT else found[0], string))


def parse(text, at):
    """The object that begins at 'at', as a dict whose names are in the order of their last values, and
    where it ends.  Lists have the words that are in them.  What comes between names
    with their values, and is no name, does no harm."""
    open_values, before, name, is_value = [], None, None, False
    while True:
        token = JSON_TOKEN.match(text, at)
        if not token:
            raise Torn
        at, word = token.end(), token[1]
        within = open_values[-1] if open_values else None
        string = unescape(word[1:-1]) if word.startswith(b'"') else None
        if word == b":":
            if not before.startswith(b'"'):
                raise Torn
            if is_value:  # which is no name, and with a colon behind it nothing
                put(within, name, INVALID)
                name = None
        elif before == b":":
            value = {} if word == b"{" else [] if word == b"[" else INVALID if word in b"}]," else \
                word if string is None else string
            put(within, name, value)
            is_value = True
        else:
            if is_value and before not in (b"}", b"]") and word not in (b",", b"}", b"]"):
                put(within, name, INVALID)
            value = {} if word == b"{" else []
            name, is_value = string, False
        if isinstance(within, list) and word != b"]":
            within.append(word)
        if word in b"{[":
            open_values.append(value)
        elif word in b"}]":
            if isinstance(within, dict) != (word == b"}"):
                raise Torn
            value = open_values.pop()
            if not open_values:
                return value, at
        before = word


def put(members, name, value):
    if name is not None and isinstance(members, dict):
        members.pop(name, None)
        members[name] = value


def objects_of(text):
    """The objects of a text that begins with one, and whether something else is there."""
    found, at = [], 0
    while True:
        at = SEPARATORS.match(text, at).end()
        if at == len(text):
            return found, False
        try:
            if text[at:at + 1] != b"{":
                raise Torn
            members, at = parse(text, at)
        except Torn:
            return found, True
        found.append(members)


def value_at(members, names):
    for name in names:
        members = members.get(name, ABSENT) if isinstance(members, dict) else ABSENT
    return members


def value_of(members, key):
    """The value of a key: of nested names or of one, whichever comes last."""
    flat, names = key.encode(), key.encode().split(b".")
    nested = value_at(members, names)
    if flat not in members or len(names) == 1:
        return nested
    order = [*members]
    return nested if nested is not ABSENT and order.index(names[0]) > order.index(flat) \
        else members[flat]


def result_of(value):
    """The result of a status as JSON has it, or None."""
    if isinstance(value, Text):
        return number_of(bytes(value)) if re.fullmatch(rb"\d{1,3}|-|", value) else None
    if value == b"null":
        return NO_STATUS
    found = isinstance(value, bytes) and re.fullmatch(rb"(-[01]|\d{1,3})(?:\.0+)?", value)
    return number_of(found[1]) if found else None


def wrapped(members):
    """The line that is the string of a wrapper, or journald's list of bytes, or None."""
    texts = [value for name, value in members.items() if name in (b"log", b"MESSAGE")
             and (isinstance(value, Text) or (name == b"MESSAGE" and isinstance(value, list)))]
    if not texts or isinstance(texts[-1], Text):
        return bytes(texts[-1]) if texts else None
    words = b" ".join(texts[-1])
    numbers = [int(word) for word in words.split(b" , ")] if re.fullmatch(rb"\d{1,3}( , \d{1,3})*", words) else []
    return bytes(numbers) if numbers and max(numbers) < 256 else None


def of_docker(members):
    return isinstance(members.get(b"log"), Text) and \
        set(members) <= {b"log", b"stream", b"time", b"attrs"}


# ---- A whole log --------------------------------------------------------------------------------

COLUMNS = ("w3c", "cloudfront")


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
        """Whether a part is already a record; anything may follow its status."""
        return self.form in ("auto", "clf") and self.joined_line(line)[0].format == "clf"

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
        comment = form in ("clf", "squid") and line.startswith(b"#")
        return self.answer(self.record(line, form), form, SKIPPED if comment else UNMATCHED)

    def record(self, line, form, strict=False):
        if form == "clf":
            return clf(line)
        options = {"target": True} if form == "elb" and self.target else {}
        return RECORDS[form](behind_prefix(line), strict, **options)

    def line_of_columns(self, text, form):
        if is_blank(text):
            return self.answer(SKIPPED, None)
        if text.startswith(b"#"):
            self.directive(text)
            return self.answer(SKIPPED, None)
        return self.answer(self.columns(text, form), form)

    def directive(self, text):
        if text.lower().startswith(b"#fields:"):
            self.names = names_of(text[len(b"#fields:"):])

    def columns(self, text, form, strict=False):
        if form == "w3c":
            return w3c(text, self.names or [])
        return cloudfront(text, self.names, dated=strict or self.names is None)

    def auto(self, line, kind):
        text, split = line if kind == INNER else bare(line), is_split(line)
        if kind == WHOLE and not split and not text.startswith((b"#", b"{")):
            for form in ("cloudfront", "w3c"):
                result = self.columns(text, form, strict=True)
                if result:
                    return self.answer(result, form)
        behind = behind_prefix(line)
        for form in RECORDS if not split and not behind.startswith(b"{") else ():
            result = self.record(line, form, strict=True)
            if result:
                other = clf(line)
                if is_status(other) and other[0] != result[0]:
                    return self.answer(other, "clf")
                return self.answer(result, form)
        if JSON_START.match(behind):
            answers = self.json(behind, kind)
            if answers is not None:
                return answers
        if split:
            return self.answer(None, None)
        result = clf(line)
        if not result and text.startswith(b"#") and not re.search(rb'["\[|]', text):
            if kind != INNER:
                self.directive(text)
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
            if result:
                return Answer(self.number, result, "json", key)
        return None

    def unwrapped(self, members):
        """The answers of a wrapper, of which there are none if it is a part."""
        text, here = wrapped(members), self.number
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
    return Reader(format, key, fields, target).read(data)

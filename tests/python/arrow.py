"""A consumer of Arrow's C stream interface, by ctypes, which gives the interpreter's lock away in each call.

https://arrow.apache.org/docs/format/CDataInterface.html, CStreamInterface.html
"""
import ctypes
import struct

STREAM, SCHEMA = b"arrow_array_stream", b"arrow_schema"


class Schema(ctypes.Structure):
    pass


class Array(ctypes.Structure):
    pass


class ArrayStream(ctypes.Structure):
    pass


def function(result, *arguments):
    return ctypes.CFUNCTYPE(result, *map(ctypes.POINTER, arguments))


Schema._fields_ = [
    ("format", ctypes.c_char_p), ("name", ctypes.c_char_p), ("metadata", ctypes.c_char_p), ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64), ("children", ctypes.POINTER(ctypes.POINTER(Schema))),
    ("dictionary", ctypes.POINTER(Schema)), ("release", function(None, Schema)), ("private_data", ctypes.c_void_p)]
Array._fields_ = [
    ("length", ctypes.c_int64), ("null_count", ctypes.c_int64), ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64), ("n_children", ctypes.c_int64), ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(Array))), ("dictionary", ctypes.POINTER(Array)),
    ("release", function(None, Array)), ("private_data", ctypes.c_void_p)]
ArrayStream._fields_ = [
    ("get_schema", function(ctypes.c_int, ArrayStream, Schema)),
    ("get_next", function(ctypes.c_int, ArrayStream, Array)),
    ("get_last_error", function(ctypes.c_char_p, ArrayStream)), ("release", function(None, ArrayStream)),
    ("private_data", ctypes.c_void_p)]

pointer = ctypes.pythonapi.PyCapsule_GetPointer
pointer.argtypes, pointer.restype = [ctypes.py_object, ctypes.c_char_p], ctypes.c_void_p

NUMBERS = {"s": "h", "S": "H", "l": "q", "tsu:UTC": "q", "g": "d"}  # types of Arrow: of struct


class Failed(Exception):
    """(errno, text)"""


def fields(schema):
    """{name: type}, of a schema of rows, which is released."""
    assert schema.format == b"+s" and schema.flags == 0 and not schema.dictionary and not schema.metadata
    found = {}
    for i in range(schema.n_children):
        child = schema.children[i].contents
        assert child.flags == 2 and child.n_children == 0 and not child.dictionary and not child.metadata
        found[child.name.decode()] = child.format.decode()
    schema.release(schema)
    assert not schema.release
    return found


def schema_of(table):
    capsule = table.__arrow_c_schema__()
    return fields(Schema.from_address(pointer(capsule, SCHEMA)))


def bits(address, count):
    if not address:
        return [True] * count
    data = ctypes.string_at(address, (count + 7) // 8)
    return [bool(data[i // 8] >> i % 8 & 1) for i in range(count)]


def values(array, form):
    """Those of a column, as Python has them."""
    count = array.length
    assert array.offset == 0 and array.n_children == 0 and not array.dictionary
    assert array.n_buffers == (2 if form in NUMBERS else 3)
    valid = bits(array.buffers[0], count)
    assert array.null_count == valid.count(False)
    if form in NUMBERS:
        form = f"={count}{NUMBERS[form]}"
        found = struct.unpack(form, ctypes.string_at(array.buffers[1], struct.calcsize(form)))
    else:
        ends = struct.unpack(f"={count + 1}q", ctypes.string_at(array.buffers[1], 8 * count + 8))
        assert ends[0] == 0 and list(ends) == sorted(ends)
        text = ctypes.string_at(array.buffers[2], ends[-1])
        found = [text[a:b] for a, b in zip(ends, ends[1:])]
        found = [text.decode() for text in found] if form == "U" else found  # UTF-8, strictly
    return [value if known else None for value, known in zip(found, valid)]


class Stream:
    """A new stream of a table, which has been taken out of its capsule."""

    def __init__(self, table):
        capsule = table.__arrow_c_stream__()
        source = ArrayStream.from_address(pointer(capsule, STREAM))
        self.stream = ArrayStream()
        ctypes.memmove(ctypes.byref(self.stream), ctypes.byref(source), ctypes.sizeof(ArrayStream))
        ctypes.memset(ctypes.byref(source), 0, ctypes.sizeof(ArrayStream))
        self.types = None

    def check(self, code):
        if code:
            text = self.stream.get_last_error(self.stream).decode()
            raise MemoryError(text) if text == "not enough memory" else Failed(code, text)

    def fields(self):
        schema = Schema()
        self.check(self.stream.get_schema(self.stream, schema))
        return fields(schema)

    def array(self):
        """The next batch, to be released; None at the end."""
        array = Array()
        self.check(self.stream.get_next(self.stream, array))
        return array if array.release else None

    def batch(self):
        """{name: values} of the next batch, which is released; None at the end."""
        self.types = self.types or self.fields()
        array = self.array()
        if array is None:
            return None
        assert array.null_count == 0 and array.offset == 0 and array.n_buffers == 1 and not array.buffers[0]
        assert array.n_children == len(self.types) and array.length > 0
        children = [array.children[i].contents for i in range(array.n_children)]
        assert {child.length for child in children} == {array.length}
        found = {name: values(child, form) for child, (name, form) in zip(children, self.types.items())}
        array.release(array)
        assert not array.release
        return found

    def rows(self):
        """Those that are left, as dicts."""
        while (batch := self.batch()) is not None:
            yield from (dict(zip(batch, row)) for row in zip(*batch.values()))

    def release(self):
        if self.stream.release:
            self.stream.release(self.stream)
            assert not self.stream.release

    __del__ = release


def rows(table):
    return list(Stream(table).rows())

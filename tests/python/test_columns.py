"""class_array(), phrase_array(), mask(): against the answers for one code; in the libraries."""
import array
import ctypes
import gc
import random
import re
import subprocess
import sys
import threading
from pathlib import Path

import httpstatus
import pytest
from httpstatus import NO_STATUS, SKIPPED, UNMATCHED, Status

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "bindings/python/examples/columns.py"
SAMPLE = ROOT / "data/sample.log"

RANGE = range(-40_000, 70_001)
CLASSES = {v: int((httpstatus.class_of(v) or "0xx")[0]) for v in RANGE}
PHRASES = {v: httpstatus.phrase(v) for v in RANGE}
PROPERTIES = [name for name, value in vars(Status).items()
              if not name.startswith("_") and type(getattr(Status(200), name)) is bool or
              name == "preserves_method"]
KINDS = {"no_status": NO_STATUS, "unmatched": UNMATCHED}
ANSWERS = {  # which: the values for which it holds
    **{name: {v for v in range(1000) if getattr(Status(v), name) is True} for name in PROPERTIES},
    **{name: {value} for name, value in KINDS.items()},
    **{f"{c}xx": {v for v in RANGE if CLASSES[v] == c} for c in range(1, 6)},
    "error": {v for v in range(1000) if Status(v).is_error},
    "redirect": {v for v in range(1000) if Status(v).is_redirect},
    "404": {404}, 404: {404}, Status(404): {404}, -1: {-1}, 999: {999}, 0: {0}, (): set(),
    ("5xx", 404, "no_status", "is_cacheable"): {
        v for v in RANGE
        if CLASSES[v] == 5 or v in (404, NO_STATUS) or 0 <= v <= 999 and Status(v).is_cacheable},
}


def test_there_are_properties():
    assert len(PROPERTIES) == 14


# ---- Buffers of this interpreter alone ---------------------------------------------------------

LETTERS = "bBhHiIlLqQnN"


def buffer_of(letter, values):
    """The values that the type can hold, as a buffer, and themselves."""
    bits = 8 * memoryview(bytes(16)).cast(letter).itemsize
    least, last = (-(1 << bits - 1), (1 << bits - 1) - 1) if letter.islower() else \
        (0, (1 << bits) - 1)
    values = [v for v in values if least <= v <= last]
    buffer = memoryview(bytearray(len(values) * bits // 8)).cast(letter)
    for i, value in enumerate(values):
        buffer[i] = value
    return buffer, values


def phrases_of(codes):
    indices, phrases = httpstatus.phrase_array(codes)
    assert indices.typecode == "h" and -1 <= min(indices, default=0)
    return [None if i < 0 else phrases[i] for i in indices]


@pytest.mark.parametrize("letter", LETTERS)
def test_every_value_of_every_type(letter):
    codes, values = buffer_of(letter, RANGE)
    classes = httpstatus.class_array(codes)
    assert classes.typecode == "b" and classes.tolist() == [CLASSES[v] for v in values]
    assert phrases_of(codes) == [PHRASES[v] for v in values]
    for which, holds in ANSWERS.items():
        mask = httpstatus.mask(codes, which)
        assert mask.format == "?" and mask.shape == (len(values),)
        assert mask.tolist() == [v in holds for v in values], which


@pytest.mark.parametrize("letter", LETTERS)
def test_large_values_are_no_codes(letter):
    """Each a multiple of 2**8, 2**16 or 2**32 away from a code, or at an end of its type."""
    large = [sign * (1 << bits) + value for bits in (8, 16, 31, 32, 63, 64) for sign in (-1, 1)
             for value in (404, 0, -1, NO_STATUS, UNMATCHED, SKIPPED)]
    codes, values = buffer_of(letter, [v for v in large if not SKIPPED <= v <= 999])
    assert set(httpstatus.class_array(codes)) <= {0} and set(phrases_of(codes)) <= {None}
    everything = [*range(-1, 1000), *KINDS]
    assert not any(httpstatus.mask(codes, everything))
    assert len(codes) or letter in "bB"


def test_every_length_and_stride():
    source = random.Random(7).choices([200, 304, 404, 503, NO_STATUS, 799, 30_000], k=3000)
    for letter in "hq":
        whole = memoryview(array.array(letter, source))
        for size in [*range(70), *range(250, 263), 511, 512, 513, 2047, 2048, 2049, 3000]:
            codes = whole[:size]
            assert httpstatus.class_array(codes).tolist() == [CLASSES[v] for v in source[:size]]
        for part in (slice(None, None, 2), slice(None, None, -1), slice(1, None, 3),
                     slice(-1, 5, -7), slice(2999, None)):
            assert phrases_of(whole[part]) == [PHRASES[v] for v in source[part]]
            assert httpstatus.mask(whole[part], "5xx").tolist() == [v == 503 for v in source[part]]


def test_what_a_buffer_may_be():
    """Any exporter of integers: read-only, of ctypes, of extract(), without items."""
    expected = [2, 4, 0]
    codes = array.array("h", [200, 404, NO_STATUS])
    c_codes = (ctypes.c_int16 * 3)(*codes)
    for buffer in (codes, memoryview(codes), memoryview(codes).toreadonly(), c_codes,
                   memoryview(codes.tobytes()).cast("h")):
        assert httpstatus.class_array(buffer).tolist() == expected
    log = b'h - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 404 12\n\nwhat?\n'
    extracted = httpstatus.extract(log, "clf")
    assert extracted.tolist() == [404, SKIPPED, UNMATCHED]
    assert httpstatus.class_array(extracted).tolist() == [4, 0, 0]
    for empty in (array.array("q"), b"", memoryview(b"")):
        assert httpstatus.class_array(empty).tolist() == phrases_of(empty) == []
        mask = httpstatus.mask(empty, "5xx")
        assert mask.tolist() == [] and mask.format == "?"


def test_the_results_are_new_and_may_be_changed():
    codes = array.array("h", [404] * 3)
    classes, mask = httpstatus.class_array(codes), httpstatus.mask(codes, 404)
    classes[0], mask[0] = 9, False
    assert codes[0] == 404 and not mask.readonly
    assert httpstatus.class_array(codes)[0] == 4 and httpstatus.mask(codes, 404)[0]
    codes.append(200)  # no buffer of it is kept


def test_phrases_are_the_same_at_every_call():
    _, phrases = httpstatus.phrase_array(b"")
    assert httpstatus.phrase_array(array.array("h", [404]))[1] is phrases
    assert len(set(phrases)) == len(phrases) and set(phrases) == set(PHRASES.values()) - {None}


class Column:
    """A column of another library: not a buffer itself, but __array__() returns one."""

    def __init__(self, result):
        self.result = result

    def __array__(self):
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


FUNCTIONS = [httpstatus.class_array, httpstatus.phrase_array,
             lambda codes: httpstatus.mask(codes, "5xx")]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_wrong_codes(function):
    foreign = (ctypes.c_int16.__ctype_be__ if sys.byteorder == "little"
               else ctypes.c_int16.__ctype_le__) * 2

    class Pair(ctypes.Structure):
        _fields_ = [("code", ctypes.c_int16), ("size", ctypes.c_int16)]
    for wrong in (array.array("d", [404]), array.array("f", [404]), memoryview(b"\1").cast("?"),
                  memoryview(b"a").cast("c"), foreign(1, 2), (Pair * 2)(),
                  (ctypes.c_void_p * 2)(), Column(array.array("d"))):
        with pytest.raises(TypeError, match=r"expected integers .*na_value=httpstatus.NO_STA"):
            function(wrong)
    for wrong in ([404], (404,), 404, 404.0, "404", None, range(3), {404: 1}, Column([404])):
        with pytest.raises((TypeError, ValueError)):
            function(wrong)
    with pytest.raises(TypeError, match=r"invalid codes of type list: .*; use array.array\('h', codes\)"):
        function([404])
    for shape in ([1, 2], [2, 1, 1]):
        with pytest.raises(ValueError, match="invalid codes of [23] dimensions: expected one; use .ravel()"):
            function(memoryview(b"\1\2").cast("B", shape))
    with pytest.raises(ValueError, match="invalid codes of 0 dimensions: expected one"):
        function(ctypes.c_int16(404))
    with pytest.raises(ZeroDivisionError):
        function(Column(ZeroDivisionError()))
    assert function(Column(array.array("h", [404])))


def test_wrong_masks():
    codes = array.array("h", [404])
    for wrong in ("6xx", "", "is_teapot", "IS_ERROR", "4xx ", "\ud800", 1000, -2, ["404", "x"],
                  "phrase", "is_error\0"):
        with pytest.raises(ValueError, match="invalid which .*: expected ('5xx', |-1 to 999)"):
            httpstatus.mask(codes, wrong)
    with pytest.raises(ValueError) as caught:
        httpstatus.mask(codes, "is_teapot")
    for name in ["'5xx'", "'error'", "'redirect'", "'no_status'", "'unmatched'", *PROPERTIES]:
        assert name in str(caught.value)
    for wrong in ("403.14", ["5xx", "403.14"]):
        with pytest.raises(ValueError, match="invalid which .*: expected no sub-status"):
            httpstatus.mask(codes, wrong)
    for wrong in (None, 4.0, b"404", [None]):
        with pytest.raises(TypeError, match="invalid which "):
            httpstatus.mask(codes, wrong)
    for arguments in ((), (codes,), (codes, 404, 404)):
        with pytest.raises(TypeError):
            httpstatus.mask(*arguments)


def test_codes_that_change_meanwhile():
    """An array whose buffer is out is not resized, and a writer beside does no harm."""
    codes, done = array.array("h", [404] * 1_000_000), []

    def write():
        while not done:
            try:
                codes.append(200)
                codes.pop()
            except BufferError:
                pass
            codes[0] ^= 1
    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _ in range(20):
            assert set(httpstatus.class_array(codes)[1:1_000_000]) == {4}
    finally:
        done.append(True)
        thread.join()


def test_other_threads_run_meanwhile():
    """The interpreter's lock, which is not to be had by waiting for it, is given away."""
    codes, ran, lock = array.array("h", [404]) * 1_000_000, [], threading.Lock()

    def run():
        with lock:
            ran.append(True)
    thread, interval = threading.Thread(target=run), sys.getswitchinterval()
    sys.setswitchinterval(60)
    try:
        with lock:
            thread.start()
        for _ in range(1000):  # until the system lets the thread run
            httpstatus.class_array(codes)
            if ran:
                break
        assert ran
    finally:
        sys.setswitchinterval(interval)
        thread.join()


def test_no_leak():
    codes = array.array("h", [200, 404, NO_STATUS] * 20)

    def work():
        for function in FUNCTIONS:
            function(codes), function(Column(codes)), function(memoryview(codes)[::2])
            for wrong in ([404], array.array("d"), memoryview(b"ab").cast("B", [1, 2])):
                with pytest.raises((TypeError, ValueError)):
                    function(wrong)
        with pytest.raises(ValueError):
            httpstatus.mask(codes, ["5xx", "is_teapot"])
    for _ in range(1000):  # until the interpreter's free lists are full
        work()
    gc.collect()
    before = sys.getallocatedblocks()
    for _ in range(1500):
        work()
    gc.collect()
    assert sys.getallocatedblocks() - before < 750
    codes.append(0)  # every buffer has been given back


# ---- The libraries: tests/run demands them of the newest interpreter ---------------------------


LOG = b"".join(b'h - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" %s 12\n' % code
               for code in (b"200", b"404", b"-", b"503", b"799", b"301")) * 500 + b"what?\n"
VALUES = [200, 404, NO_STATUS, 503, 799, 301] * 500 + [UNMATCHED]
LOG_CLASSES = [CLASSES[v] for v in VALUES]
LOG_PHRASES = [PHRASES[v] for v in VALUES]
LOG_ERRORS = [404, 503] * 500


@pytest.fixture
def codes():
    codes = httpstatus.extract(LOG)
    assert codes.tolist() == VALUES
    return codes


def address(buffer):
    return buffer.buffer_info()[0]


def test_numpy(codes, library):
    numpy = library("numpy")
    column = numpy.asarray(codes)
    assert column.dtype == "int16" and column.ctypes.data == address(codes)
    assert numpy.frombuffer(codes, "int16").ctypes.data == address(codes)
    classes, (indices, _) = httpstatus.class_array(column), httpstatus.phrase_array(column)
    for result, dtype in ((classes, "int8"), (indices, "int16")):
        assert numpy.asarray(result).dtype == dtype
        assert numpy.asarray(result).ctypes.data == address(result)
    mask = httpstatus.mask(column, "error")
    assert numpy.asarray(mask).dtype == bool
    numpy.asarray(mask)[0] = True
    assert mask[0]  # the same memory
    numpy.asarray(mask)[0] = False
    assert column[numpy.asarray(mask)].tolist() == LOG_ERRORS
    assert classes.tolist() == LOG_CLASSES

    for dtype in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
                  "intc", "uintc", "intp", "uintp", "long", "ulong", "longlong", "=i4"):
        values = numpy.array(RANGE).astype(dtype)
        assert httpstatus.class_array(values).tolist() == \
            [CLASSES.get(v, 0) for v in values.tolist()]
    records = numpy.zeros(1000, [("pad", "i1"), ("status", "i4")])  # unaligned, steps of 5 bytes
    records["status"] = numpy.arange(1000)
    assert httpstatus.class_array(records["status"]).tolist() == [CLASSES[v] for v in range(1000)]
    column.flags.writeable = False
    assert httpstatus.class_array(column[::-2]).tolist() == LOG_CLASSES[::-2]

    for wrong in ("float64", "float16", "bool", "complex64", "object", "S3", "U3", ">i2", ">u8"):
        if sys.byteorder == "big":
            wrong = wrong.replace(">", "<")
        with pytest.raises(TypeError, match="invalid codes of the format .*: expected integers"):
            httpstatus.class_array(numpy.zeros(3, wrong))
    for wrong in (numpy.zeros((2, 2), int), numpy.int16(404), numpy.array(404)):
        with pytest.raises(ValueError, match="expected one; use .ravel"):
            httpstatus.class_array(wrong)
    masked = numpy.ma.array([200, 404], mask=[True, False])
    with pytest.raises(TypeError, match="filled"):
        httpstatus.class_array(masked)
    assert httpstatus.class_array(masked.filled(NO_STATUS)).tolist() == [0, 4]


def test_pandas(codes, library):
    numpy, pandas = library("numpy"), library("pandas")
    frame = pandas.DataFrame({"status": numpy.asarray(codes)}, copy=False)
    assert frame["status"].to_numpy().ctypes.data == address(codes)
    series = pandas.Series(numpy.asarray(codes), copy=False)
    assert series.to_numpy().ctypes.data == address(codes)
    assert httpstatus.class_array(series).tolist() == LOG_CLASSES
    assert frame[numpy.asarray(httpstatus.mask(series, "error"))]["status"].tolist() == LOG_ERRORS
    categories = pandas.Categorical.from_codes(*httpstatus.phrase_array(series))
    assert [None if v is numpy.nan else v for v in categories.tolist()] == LOG_PHRASES
    assert httpstatus.class_array(pandas.Index([200, 404])).tolist() == [2, 4]

    nullable = pandas.Series(pandas.array(numpy.asarray(codes), dtype="Int16"))
    nullable = nullable.mask(numpy.asarray(httpstatus.mask(nullable, "no_status")))
    assert nullable.isna().sum() == 500
    for column in (nullable, nullable.astype("Float64"), nullable.astype(object)):
        with pytest.raises(TypeError, match=r"\.to_numpy\('int16', na_value=httpstatus.NO_ST"):
            httpstatus.class_array(column)
    filled = nullable.to_numpy("int16", na_value=NO_STATUS)
    assert filled.tolist() == VALUES
    classes = pandas.array(numpy.asarray(httpstatus.class_array(filled)), dtype="Int8")
    classes[nullable.isna()] = pandas.NA
    assert [None if v is pandas.NA else v for v in classes] == \
        [None if v == NO_STATUS else CLASSES[v] for v in VALUES]


def test_pyarrow(codes, library):
    numpy, pyarrow = library("numpy"), library("pyarrow")
    column = pyarrow.array(numpy.asarray(codes))
    assert column.type == "int16" and column.buffers()[1].address == address(codes)
    without_numpy = pyarrow.Array.from_buffers(
        pyarrow.int16(), len(codes), [None, pyarrow.py_buffer(codes)])
    assert without_numpy.equals(column) and without_numpy.buffers()[1].address == address(codes)
    assert column.to_numpy().ctypes.data == address(codes)
    assert httpstatus.class_array(column).tolist() == LOG_CLASSES
    assert httpstatus.class_array(column[5:]).tolist() == LOG_CLASSES[5:]
    chunks = pyarrow.chunked_array([column, column])
    assert httpstatus.class_array(chunks).tolist() == LOG_CLASSES * 2
    indices, phrases = httpstatus.phrase_array(column)
    phrase = pyarrow.DictionaryArray.from_arrays(numpy.asarray(indices), phrases, from_pandas=True)
    assert phrase.to_pylist() == LOG_PHRASES
    assert phrase.indices.buffers()[1].address == address(indices)
    mask = pyarrow.array(numpy.asarray(httpstatus.mask(column, "error")))
    assert mask.type == "bool" and column.filter(mask).to_pylist() == LOG_ERRORS
    missing = pyarrow.array([200, None, 404], "int16")
    with pytest.raises(TypeError, match=r"\.fill_null\(httpstatus.NO_STATUS\)"):
        httpstatus.class_array(missing)
    assert httpstatus.class_array(missing.fill_null(NO_STATUS)).tolist() == [2, 0, 4]


def test_polars(codes, library):
    numpy, polars, pyarrow = library("numpy"), library("polars"), library("pyarrow")
    for column in (polars.Series(numpy.asarray(codes)),
                   polars.from_arrow(pyarrow.array(numpy.asarray(codes))),
                   polars.DataFrame({"status": numpy.asarray(codes)})["status"]):
        assert column.dtype == polars.Int16 and column.to_numpy().ctypes.data == address(codes)
        assert httpstatus.class_array(column).tolist() == LOG_CLASSES
    assert column.filter(numpy.asarray(httpstatus.mask(column, "error"))).to_list() == LOG_ERRORS
    indices, phrases = httpstatus.phrase_array(column)
    phrase = pyarrow.DictionaryArray.from_arrays(numpy.asarray(indices), phrases, from_pandas=True)
    for kind in (polars.Categorical, polars.Enum(phrases)):
        assert polars.Series(phrase, dtype=kind).to_list() == LOG_PHRASES
    missing = polars.Series([200, None, 404], dtype=polars.Int16)
    with pytest.raises(TypeError, match=r"\.fill_null\(httpstatus.NO_STATUS\)"):
        httpstatus.class_array(missing)
    assert httpstatus.class_array(missing.fill_null(NO_STATUS)).tolist() == [2, 0, 4]


def test_duckdb(codes, library):
    numpy, duckdb, pyarrow = library("numpy"), library("duckdb"), library("pyarrow")
    columns = {"status": numpy.asarray(codes),
               "class": numpy.asarray(httpstatus.class_array(codes))}
    rows = duckdb.sql("select class, count(*) from columns group by all order by all").fetchall()
    assert rows == [(0, 1001), (2, 500), (3, 500), (4, 500), (5, 500)]
    arrow = pyarrow.table({"status": pyarrow.array(numpy.asarray(codes))})
    queries = [duckdb.sql("select count(*) from columns where status = 599"),
               duckdb.sql("select count(*) from arrow where status = 599")]
    codes[0] = 599  # both queries see it: they read this memory when they run
    assert [query.fetchall() for query in queries] == [[(1,)], [(1,)]]
    codes[0] = 200
    fetched = duckdb.sql("select status from arrow").fetchnumpy()["status"]
    assert httpstatus.class_array(fetched).tolist() == LOG_CLASSES
    fetched = duckdb.sql("select nullif(status, -2) as status from arrow").fetchnumpy()["status"]
    assert numpy.ma.isMaskedArray(fetched)
    assert httpstatus.class_array(fetched.filled(NO_STATUS)).tolist() == LOG_CLASSES

    def status_class(column):
        return pyarrow.array(numpy.asarray(httpstatus.class_array(column)))
    with duckdb.connect() as connection:
        connection.create_function("status_class", status_class, ["SMALLINT"], "TINYINT",
                                   type="arrow")
        assert connection.sql("select status_class(status) from arrow").fetchall() == \
            [(c,) for c in LOG_CLASSES]
        missing = "(values (404::smallint), (null)) missing(status)"
        assert connection.sql(f"select status_class(status) from {missing}").fetchall() == \
            [(4,), (None,)]


def test_the_example(library):
    """Every library prints what the tally says."""
    names = ["numpy", "pandas", "pyarrow", "polars", "duckdb"]
    for name in names:
        library(name)
    output = subprocess.run([sys.executable, EXAMPLE, SAMPLE], capture_output=True, text=True)
    counts = {httpstatus.phrase(code): count for code, count in httpstatus.tally(SAMPLE).items()
              if Status(code).is_error}
    errors = [f"{counts[phrase]} {phrase}" for phrase in sorted(counts)]
    assert output.stdout.splitlines() == [", ".join([name, *errors]) for name in names], \
        output.stderr


def test_readme_columns(library, tmp_path, monkeypatch):
    """The examples of the section about columns in the README of Python, in order, with a log of that name."""
    text = (ROOT / "bindings/python/README.md").read_text(encoding="utf-8")
    section = re.search(r"^## Columns\n(.*?)^## ", text, re.S | re.M)
    for name in ("numpy", "pandas", "pyarrow", "polars", "duckdb"):
        library(name)
    (tmp_path / "access.log").write_bytes(SAMPLE.read_bytes())
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", section[1], re.S)
    assert blocks
    names = {}
    for block in blocks:
        exec(block, names)  # what they say of their results are assertions

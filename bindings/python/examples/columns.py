"""The statuses of a log as a column of NumPy, pandas, Polars, PyArrow and DuckDB.

    python columns.py access.log [LIBRARY ...]

Each function takes the result of extract() and counts the errors by phrase.  Every library shares the
memory of the column; only what a library stores in another form is converted: pandas keeps indices as
int8, PyArrow and Polars keep truth values as bits.
"""
import sys

import httpstatus


def with_numpy(codes):
    import numpy

    codes = numpy.asarray(codes)
    errors = codes[numpy.asarray(httpstatus.mask(codes, "error"))]
    found, counts = numpy.unique(errors, return_counts=True)
    return {httpstatus.phrase(code): count for code, count in zip(found.tolist(), counts.tolist())}


def with_pandas(codes):
    import numpy
    import pandas

    frame = pandas.DataFrame({"status": numpy.asarray(codes)}, copy=False)
    frame["phrase"] = pandas.Categorical.from_codes(*httpstatus.phrase_array(frame["status"]))
    errors = frame[numpy.asarray(httpstatus.mask(frame["status"], "error"))]
    return errors.groupby("phrase", observed=True).size().to_dict()


def with_pyarrow(codes):
    import numpy
    import pyarrow

    codes = pyarrow.array(numpy.asarray(codes))
    indices, phrases = httpstatus.phrase_array(codes)
    phrase = pyarrow.DictionaryArray.from_arrays(numpy.asarray(indices), phrases, from_pandas=True)
    errors = phrase.filter(pyarrow.array(numpy.asarray(httpstatus.mask(codes, "error"))))
    return {str(row["values"]): row["counts"].as_py() for row in errors.value_counts()}


def with_polars(codes):
    import numpy
    import polars
    import pyarrow

    frame = polars.DataFrame({"status": numpy.asarray(codes)})
    indices, phrases = httpstatus.phrase_array(frame["status"])
    phrase = pyarrow.DictionaryArray.from_arrays(numpy.asarray(indices), phrases, from_pandas=True)
    frame = frame.with_columns(phrase=polars.Series(phrase, dtype=polars.Enum(phrases)))
    errors = frame.filter(numpy.asarray(httpstatus.mask(frame["status"], "error")))
    return dict(errors.group_by("phrase").len().rows())


def with_duckdb(codes):
    import duckdb
    import numpy

    indices, phrases = httpstatus.phrase_array(codes)
    columns = {"index": numpy.asarray(indices),
               "error": numpy.asarray(httpstatus.mask(codes, "error"))}
    return dict(duckdb.execute(
        "select $1[index + 1], count(*) from columns where error group by all",
        [list(phrases)]).fetchall())


def main(log, *libraries):
    codes = httpstatus.extract(log)
    for library in libraries or ("numpy", "pandas", "pyarrow", "polars", "duckdb"):
        counts = globals()[f"with_{library}"](codes)
        print(library, *(f"{count} {phrase}" for phrase, count in sorted(counts.items(), key=str)),
              sep=", ")


if __name__ == "__main__":
    main(*sys.argv[1:])

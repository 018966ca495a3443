"""The log formats, one module each, with all that the tests know of a format apart from the core:

    rule()      makes a reader of single lines, for oracle.py, of what rules.py has
    read()      the naive reader of a record, for reference.py, of what naive.py has: its result or None; 'strict'
                is what "auto" asks for beside.  Or columns() where "#Fields:" names them, 'dated' for "auto".
    WHOLE_LINE  if it is there, a record is the whole line, so that clf's reader knows its status no better, nor that
                of lines of which it says UNMATCHED
    COMMENTS    if it is there, a line that begins with '#' and is no record is a comment
    WRITERS     its servers, of what servers.py has: writers.py
    SAMPLES     lines of which tests/c/test_scan.c makes logs
    USUAL       lines that a quick look has to tell at once; data/generate.py writes both lists into
                tests/c/formats_table.h.  NO_LOOK: why it tells none
    CHANGED     a line, by the options that read it, of which test_httpstatus.py changes every byte
    FORGED      what an attacker sends: tests/system/attack; WHOLE: which of it is a whole record, if any
    CORPUS      a log made up, of what corpus.py has: tests/bench

rule() and read() state the same a second time: neither uses the other, nor what the other uses.
"""
import importlib
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[2] / "data"
NAMES = re.findall(r"^\[(\w+)\]", (DATA / "formats.toml").read_text(encoding="ascii"), re.M)
NAMES.remove("custom")  # a format string: oracle.py has its rules, writers.py its servers
sys.path.insert(0, str(DATA))  # make_sample.py

# What people call logs of these formats.
BY_HABIT = {"common": "clf", "combined": "clf", "vhost_combined": "clf", "nginx": "clf", "apache": "clf",
            "iis": "w3c", "alb": "elb", "docker": "json"}

# In the order of "auto".  One without a module is named by test_data.py.
ALL = {name: importlib.import_module(f"formats.{name}") for name in NAMES if (HERE / f"{name}.py").exists()}

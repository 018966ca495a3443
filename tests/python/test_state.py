"""httpstatus tally --state: what is new is counted once, through rotations, crashes and runs at once."""
import bz2
import functools
import gzip
import json
import lzma
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress

import httpstatus
import pytest
from httpstatus import _command
from httpstatus._command import rotation

COMMAND = [sys.executable, "-m", "httpstatus", "tally", "--state"]
W3C = b"#Software: IIS\r\n#Fields: date time sc-status\r\n"


def record(number, status=200):
    """A line like no other."""
    return b'::1 - - [10/Oct/2000:13:55:36 -0700] "GET /%d HTTP/1.1" %d 7\n' % (number, status)


def records(first, count):
    return b"".join(map(record, range(first, first + count)))


@pytest.fixture
def log(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "fsync", lambda file: None)  # a disk would take most of the time
    return tmp_path / "access.log"


@pytest.fixture
def run(capsys, monkeypatch):
    """run(argument...): what a run prints and complains about; code None: whether it does or not."""
    monkeypatch.setattr(_command, "drop", lambda stream: None)

    def run(*arguments, code=0):
        found = _command.main(["tally", "--state", "state", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert code in (None, found), err
        return out, err
    return run


@pytest.fixture
def count(run):
    """count(argument...): the records of a run that are new, and its JSON."""
    def count(*arguments, code=0, said=""):
        out, err = run(*(arguments or ["access.log"]), "--json", code=code)
        assert re.search(said, err) if said else not err or code is None, err
        found = json.loads(out)
        return found["records"], found
    return count


def total_of(found):
    found = {**found["total"], "counts": {int(code): count for code, count in found["total"]["counts"].items()}}
    del found["since"], found["key"]
    return {**found, "first_unmatched": tuple(found["first_unmatched"])}


def is_whole(found, log, **options):
    """Whether the total is the tally of a log."""
    return total_of(found) == httpstatus.tally(log, **options).as_dict()


def is_old(path):
    """Makes a file one that nobody has written to for a while."""
    changed = time.time() - 1000
    os.utime(path, (changed, changed))


def append(path, data):
    with open(path, "ab") as file:
        file.write(data)


# ---- What is new ----


def test_what_is_new_and_the_total(log, run):
    log.write_bytes(record(1) + record(2, 503))
    out, err = run(log)
    assert not err and "503         1  50.00%" in out
    append(log, record(3, 404))
    lines = run(log)[0].splitlines()
    assert lines[1].split()[:3] == ["404", "1", "100.00%"]
    assert lines[-2].startswith("1 line, 1 record, ")
    assert re.match(r"total since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC: 3 lines, 3 records, ", lines[-1])
    assert run(log)[0].splitlines()[-2].startswith("0 lines, 0 records, ")


def test_the_state_is_text_that_can_be_read(log, run):
    log.write_bytes(record(1))
    run(log)
    saved = json.loads((log.parent / "state").read_bytes())
    assert (saved["kind"], saved["version"]) == ("httpstatus tally --state", 1)
    assert saved["logs"][str(log)]["places"][0]["offset"] == len(record(1))
    assert saved["logs"][str(log)]["tally"]["counts"] == {"200": 1}


WRAPPED = b"".join(
    b'{"log":"%s","stream":"%s"}\n' % (text.replace(b'"', b'\\"').replace(b"\n", b"\\n"), stream)
    for text, stream in [(record(1)[:20], b"stdout"), (record(2)[:30], b"stderr"), (record(1)[20:], b"stdout"),
                         (record(2)[30:], b"stderr"), (record(3), b"stdout")])
TWICE = W3C + b"2026-11-30 10:00:00 200\nbad\n#Fields: sc-status sc-substatus time\n403 14 10:00:01\n404 0 x\n"
LOGS = {
    "clf": record(1) + b"bad\n\n" + record(2, 404) + b"worse\r\n" + record(3),
    "bytes": record(1).replace(b"/1", "/é€😀".encode()) + b"\xff\xfe\0\n" + record(2).replace(b"/2", "/ü".encode()),
    "w3c": TWICE,
    "cloudfront": b"#Version: 1.0\n#Fields: date time x sc-status\n2026-11-30\t10:00:00\tx\t502\nbad\n",
    "zeek": b"#separator \\x09\n#fields\tts\tstatus_code\n1764331200.5\t502\nbad\n",
    "json": b'{"status": 200} {"status": 404}\n{"status": 500}\n{"a": 1}\n',
    "docker": WRAPPED,
}


@pytest.mark.parametrize("form", [None, "auto"])
@pytest.mark.parametrize("name", LOGS)
def test_a_cut_at_every_byte(name, form, log, count):
    """Each beginning of a log and then the whole: all counts, kinds and numbers of lines."""
    form = form or {"bytes": "clf", "docker": "clf"}.get(name, name)
    whole = LOGS[name]
    for cut in range(len(whole) + 1):
        log.write_bytes(whole[:cut])
        first, _ = count(log, "--format", form, code=None)
        append(log, whole[cut:])
        second, found = count(log, "--format", form, code=None)
        assert is_whole(found, whole, format=form), cut
        assert first + second == found["total"]["records"]
        os.unlink("state")


def test_a_log_that_grows_byte_by_byte(log, count):
    for byte in range(len(TWICE)):
        append(log, TWICE[byte:byte + 1])
        _, found = count(code=None)
    assert is_whole(found, TWICE)
    assert json.loads((log.parent / "state").read_bytes())["logs"][str(log)]["places"][0]["fields"] == \
        "#Fields: sc-status sc-substatus time\n"


def test_fields_far_from_the_end_and_the_start(log, count):
    """The line is looked for at the head, and then backwards."""
    rest = b"404 14 10:00:01\n"
    log.write_bytes(W3C + b"2026-11-30 10:00:00 200\n" * 10_000 + TWICE[len(W3C):].split(b"bad\n")[1] +
                    rest * 200_000)
    assert count("access.log", "--format", "w3c")[0] == 210_002
    append(log, rest + b"#Fields: time\n10:00:00\n")
    assert count("access.log", "--format", "w3c")[0] == 2 - 1
    append(log, b"10:00:00\n")
    _, found = count("access.log", "--format", "w3c")
    assert is_whole(found, log, format="w3c")


def test_fields_that_the_caller_gives(log, count):
    log.write_bytes(b"10:00:00 200\n")
    for _ in range(2):
        _, found = count("access.log", "--format", "w3c", "--fields", "time sc-status")
        append(log, b"10:00:00 404\n")
    assert found["total"]["counts"] == {"200": 1, "404": 1}


def test_a_record_that_never_ends_waits(log, count):
    """Parts of a wrapped record are left to the next run, but not what comes before them."""
    part = b'{"log":"abc","stream":"stdout"}\n'
    log.write_bytes(records(0, 99) + part * 9)
    assert 0 < count()[1]["total"]["lines"] <= 99
    append(log, b'{"log":"abc\\n","stream":"stdout"}\n' + record(2))
    _, found = count()
    assert is_whole(found, log)


def test_numbers_of_lines_are_those_of_the_file(log, run):
    log.write_bytes(record(1) * 4)
    run(log)
    append(log, b"bad\n" * 2)
    assert "not understood: access.log:5,6\n" in run("access.log")[0]
    append(log, record(1) + b"bad\n" + record(2))
    assert "not understood: access.log:8\n" in run("access.log")[0]


def test_several_logs_in_one_state(log, count):
    other = log.parent / "other.log"
    log.write_bytes(record(1))
    other.write_bytes(record(1, 404) * 2)
    assert count("access.log", "other.log")[0] == 3
    append(log, record(2))
    new, found = count("access.log", "--by", "log")
    assert (new, found["total"]["records"], [row["name"] for row in found["rows"]]) == (1, 2, ["access.log"])
    append(other, record(3))
    new, found = count("other.log", "access.log", "access.log")
    assert (new, found["total"]["records"]) == (1, 5)


def test_conditions(log, count):
    log.write_bytes(record(1) + record(12))
    assert count("access.log", "--path", "/1")[0] == 2
    append(log, record(13) + record(2))
    new, found = count("access.log", "--path", "/1")
    assert (new, found["excluded"], found["total"]["excluded"]) == (1, 1, 1)
    shutil.copy(log, "access.log.1")
    os.rename("access.log.1", "access.log.2")


# ---- Rotations ----

PACKERS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


def pack(path, suffix):
    status = os.stat(path)
    with open(path + suffix, "wb") as file, open(path, "rb") as plain:
        file.write(PACKERS[suffix](plain.read()))
    os.utime(path + suffix, ns=(status.st_atime_ns, status.st_mtime_ns))
    os.unlink(path)


@pytest.mark.parametrize("size", [2, 1000])
@pytest.mark.parametrize("name", [
    "access.log.1", "access.log-20261130", "access-20261130.log", "access.log.2026-11-30_10-00", "access.log.1.gz",
    "access.log-20261130.bz2", "access-2026-11-30.log.xz",
])
def test_a_rotation(name, size, log, count):
    """The rest of the old file, and its unfinished last line, and the new one."""
    log.write_bytes(records(0, size))
    assert count()[0] == size
    append(log, records(size, 2) + record(9)[:-1])
    old, suffix = os.path.splitext(name) if os.path.splitext(name)[1] in PACKERS else (name, "")
    is_old(log)
    os.rename(log, old)
    if suffix:
        pack(old, suffix)
    log.write_bytes(records(100, 1) + record(101)[:5])
    new, found = count()
    assert new == 4 and set(found["logs"]) == {name, "access.log"}
    assert len(json.loads((log.parent / "state").read_bytes())["logs"][str(log)]["places"]) == 1
    assert count()[0] == 0


def test_a_server_that_still_writes_to_the_old_file(log, count):
    log.write_bytes(records(0, 3))
    count()
    os.rename(log, "access.log.1")
    log.write_bytes(b"")
    append("access.log.1", record(3))
    assert count()[0] == 1
    append("access.log.1", record(4) + record(5)[:-1])
    assert count()[0] == 1
    append(log, record(6))
    is_old("access.log.1")
    assert count()[0] == 2
    assert count()[0] == 0


def test_a_log_without_a_successor_yet(log, count):
    log.write_bytes(records(0, 3))
    count()
    os.rename(log, "access.log.1")
    append("access.log.1", record(3) + b"torn")
    assert count(code=2, said="No such file")[0] == 1
    append("access.log.1", b"\n" + record(4))
    log.write_bytes(record(5))
    is_old("access.log.1")
    new, found = count()
    assert (new, found["total"]["lines"]) == (2, 7)


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_what_was_rotated_twice(suffix, log, count):
    """A file between the one that is known and the new one is counted as a whole."""
    log.write_bytes(records(0, 3))
    os.utime(log, (time.time() - 2000, time.time() - 2000))
    count()
    for number in range(4):
        append(log, records(10 * number + 3, 2))
        for i in range(number, 0, -1):
            os.rename(f"access.log.{i}{suffix}", f"access.log.{i + 1}{suffix}")
        os.rename(log, "access.log.1")
        os.utime("access.log.1", (time.time() - 1000 + number, time.time() - 1000 + number))
        if suffix:
            pack("access.log.1", suffix)
        log.write_bytes(b"")
    append(log, record(99))
    new, found = count()
    assert (new, found["total"]["records"]) == (9, 12)


@pytest.mark.parametrize("names", [("access.log.2", "access.log.1"), ("access.log-20261129", "access.log-20261130")])
def test_a_compressor_that_does_not_keep_times(names, log, count):
    """The names say in which order the files were rotated: none is left out or counted twice."""
    older, newer = names
    oldest = older.replace("2", "3", 1) if older[-2] == "." else "access.log-20261128"
    log.write_bytes(records(0, 3))
    os.utime(log, (time.time() - 2000, time.time() - 2000))
    count()
    (log.parent / (oldest + ".gz")).write_bytes(gzip.compress(records(50, 9)))  # counted before the last run
    (log.parent / (older + ".gz")).write_bytes(gzip.compress(records(0, 4)))
    (log.parent / newer).write_bytes(records(4, 2))
    os.unlink(log)
    log.write_bytes(record(6))
    os.utime(newer, (time.time() - 1000, time.time() - 1000))
    assert count()[0] == 1 + 2 + 1


def test_a_file_that_is_being_compressed(log, count):
    """The compressed one is not whole yet."""
    log.write_bytes(records(0, 3))
    count()
    append(log, record(3))
    os.rename(log, "access.log.2")
    is_old("access.log.2")
    (log.parent / "access.log.1").write_bytes(records(4, 2))
    (log.parent / "access.log.1.gz").write_bytes(gzip.compress(records(4, 2))[:20])
    log.write_bytes(record(6))
    assert count()[0] == 4


@pytest.mark.parametrize("again", [0, 2, 3, 30])
def test_a_log_that_is_copied_and_cut(again, log, count):
    """Whether it has grown past the place again or not."""
    log.write_bytes(records(0, 3))
    count()
    append(log, records(3, 2))
    shutil.copy(log, "access.log.1")
    log.write_bytes(records(100, again))
    assert count()[0] == 2 + again
    assert count()[0] == 0


def test_logs_whose_heads_are_alike(log, count):
    """IIS begins every log with the same lines."""
    head = W3C + b"#" * 5000 + b"\r\n"
    line = b"2026-11-30 10:00:%02d 200\r\n"
    log.write_bytes(head + line % 1)
    assert count("access.log", "--format", "w3c")[0] == 1
    append(log, line % 2)
    shutil.copy(log, "access.log.1")
    (log.parent / "access.log.2").write_bytes(head + line % 3 + line % 4)
    is_old("access.log.2")
    log.write_bytes(head + line % 5)
    new, found = count("access.log", "--format", "w3c")
    assert (new, found["total"]["records"]) == (2, 3)


def test_a_log_that_another_file_system_has(log, count):
    """Its numbers differ, its bytes do not: so after a restart with another device."""
    log.write_bytes(records(0, 3))
    count()
    shutil.copy(log, "copy")
    os.replace("copy", log)
    append(log, record(3))
    assert count()[0] == 1


def test_a_link_that_leads_to_another_log(log, count):
    os.symlink("day-1", log)
    (log.parent / "day-1").write_bytes(records(0, 3))
    count()
    append(log.parent / "day-1", record(3))
    is_old("day-1")
    (log.parent / "day-2").write_bytes(records(4, 2))
    os.unlink(log)
    os.symlink("day-2", log)
    assert count()[0] == 3
    assert count()[0] == 0


def test_what_cannot_be_found_is_said(log, count):
    log.write_bytes(records(0, 3))
    count()
    log.unlink()
    log.write_bytes(records(4, 2))
    size = len(records(0, 3))
    new, found = count(code=2, said=f"access.log was rotated, and what followed its byte {size} was not found")
    assert new == 2 and "not found" in found["errors"]["access.log"]
    assert count()[0] == 0


@pytest.mark.parametrize("name", ["access.log.1", "access.log.1.gz"])
def test_a_log_that_was_empty(name, log, count):
    """Nothing tells it from others but that it is newer."""
    (log.parent / "access.log.7").write_bytes(records(50, 9))
    is_old("access.log.7")
    log.write_bytes(b"")
    assert count()[0] == 0
    time.sleep(0.02)
    append(log, records(0, 3))
    os.rename(log, "access.log.1")
    if name.endswith("gz"):
        pack("access.log.1", ".gz")
    (log.parent / "new").write_bytes(records(3, 2))
    os.rename("new", log)
    assert count()[0] == 5


def test_an_empty_log_that_was_rotated(log, count):
    log.write_bytes(b"")
    count()
    os.rename(log, "access.log.1")
    pack("access.log.1", ".gz")
    log.write_bytes(record(1))
    assert count()[0] == 1


def test_a_server_that_wrote_to_the_old_file_after_the_new_one_was_made(log, count):
    """While that is empty, the old one is not taken for a newer one."""
    log.write_bytes(records(0, 3))
    count()
    os.rename(log, "access.log.1")
    log.write_bytes(b"")
    time.sleep(0.02)
    append("access.log.1", record(3))
    assert count()[0] == 1
    before = os.stat("access.log.1").st_mtime - 100
    for path in "access.log.1", "access.log":
        os.utime(path, (before + (path == "access.log.1"), before + (path == "access.log.1")))
    assert [count()[0] for _ in range(3)] == [0, 0, 0]
    append(log, record(4))
    assert count()[0] == 1


def test_an_old_file_that_cannot_be_read(log, count, monkeypatch):
    """All that is new in the log is left to the next run."""
    log.write_bytes(records(0, 3))
    count()
    append(log, record(3))
    is_old(log)
    os.rename(log, "access.log.1")
    log.write_bytes(record(4))

    def fail(*_, **__):
        raise OSError(5, "Input/output error")
    with monkeypatch.context() as patch:
        patch.setattr(httpstatus._core, "_tally_range", fail)
        assert "Input/output error" in count(code=2, said="Input/output error")[1]["errors"][str(log.name)]
    assert count()[0] == 2


def test_an_empty_log_that_is_gone(log, count):
    log.write_bytes(b"")
    count()
    os.rename(log, "elsewhere")
    log.write_bytes(record(1))
    assert count(code=2, said="what followed its byte 0 was not found")[0] == 1


def test_a_rotated_file_that_is_damaged(log, count):
    log.write_bytes(records(0, 300))
    count()
    append(log, records(300, 300))
    data = gzip.compress(log.read_bytes())
    is_old(log)
    os.unlink(log)
    (log.parent / "access.log.1.gz").write_bytes(data[:-300])
    log.write_bytes(record(1))
    new, found = count(code=2, said="damaged gzip data")
    assert 1 < new < 301 and count()[0] == 0


class Writer:
    """A server and its log rotation, at random."""

    def __init__(self, rng):
        self.rng, self.written, self.rotations = rng, b"", 0
        self.now = time.time() - 100_000
        self.write(b"")

    def write(self, data):
        append("access.log", data)
        self.written += data
        self.touch("access.log")

    def touch(self, path):
        self.now += 1
        os.utime(path, (self.now, self.now))

    def line(self):
        self.rotations += 1
        text = record(self.rotations, self.rng.choice([200, 404, 500]))
        return self.rng.choice([text] * 9 + [b"bad\n", b"\n", "é\n".encode()]) * self.rng.choice([1, 1, 1, 100])

    def shift(self):
        names = [name for name in os.listdir() if name.startswith("access.log.")]
        for name in sorted(names, key=lambda name: -int(name.split(".")[2])):
            _, _, number, *suffix = name.split(".")
            os.rename(name, ".".join(["access.log", str(int(number) + 1), *suffix]))

    def rotate(self):
        if not os.path.getsize("access.log"):
            return  # as logrotate's notifempty
        self.shift()
        kind = self.rng.choice(["rename", "copy", "pack", "pack"])
        if kind == "copy":
            shutil.copy2("access.log", "access.log.1")
            os.truncate("access.log", 0)
        else:
            os.rename("access.log", "access.log.1")
            if kind == "pack":
                pack("access.log.1", self.rng.choice(list(PACKERS)))
        self.write(b"")


@pytest.mark.parametrize("seed", range(20))
def test_rotations_at_random(seed, log, count):
    """The total is that of all that was written, whatever happened between two runs."""
    writer = Writer(random.Random(seed))
    count_all = functools.partial(count, code=None)
    count_all()
    for _ in range(40):
        act = writer.rng.choice(["write", "write", "torn", "rotate", "run", "run"])
        if act == "write":
            writer.write(b"".join(writer.line() for _ in range(writer.rng.randrange(9))))
        elif act == "torn":
            line = writer.line()
            cut = writer.rng.randrange(len(line))
            writer.write(line[:cut])
            if writer.rng.random() < 0.5:
                count_all()
            writer.write(line[cut:])
        elif act == "rotate":
            writer.rotate()
            if writer.rng.random() < 0.7:
                writer.write(writer.line())
        else:
            assert not count_all()[1]["errors"]
    _, found = count_all()
    assert not found["errors"]
    assert is_whole(found, writer.written)


# ---- Runs that end early, and runs at once ----


def totals():
    with open("state", "rb") as file:
        found = json.load(file)["logs"]
    return [(one["tally"]["lines"], sum(place["offset"] for place in one["places"])) for one in found.values()]


def test_runs_that_are_killed(log, count, popen):
    """At random moments, while a server writes: the total is that of the place."""
    rng, written = random.Random(5), 0
    for _ in range(40):
        append(log, records(written, 2000))
        written += 2000
        process = popen([*COMMAND, "state", "access.log"], stdout=subprocess.DEVNULL)
        time.sleep(rng.random() * 0.2)
        process.send_signal(signal.SIGKILL)
        process.wait()
        with suppress(FileNotFoundError):
            (lines, offset), = totals()
            assert offset == len(records(0, lines))
    _, found = count()
    assert is_whole(found, log)


def test_runs_at_once(log, count, popen):
    """Each waits for the other: together they print what is new once."""
    printed = 0
    for i in range(5):
        append(log, records(1000 * i, 1000))
        running = [popen([*COMMAND, "state", "--json", "access.log"], stdout=subprocess.PIPE) for _ in range(4)]
        printed += sum(json.loads(process.communicate()[0])["records"] for process in running)
        assert all(process.returncode == 0 for process in running)
    assert printed == 5000 == count()[1]["total"]["records"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_state_that_cannot_be_written(call, log, run, count, monkeypatch):
    """For want of room, say: the old one stays, and what is new is counted again."""
    log.write_bytes(records(0, 3))
    count()
    before = (log.parent / "state").read_bytes()
    append(log, record(3))

    def fail(*_):
        raise OSError(28, "No space left on device")
    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        out, err = run(log, code=2)
    assert "No space left on device" in err and "total since" in out
    assert (log.parent / "state").read_bytes() == before and not os.path.exists("state.new")
    assert count()[0] == 1


def test_a_full_disk(log, count):
    log.write_bytes(records(0, 3))
    count()
    append(log, record(3))
    done = subprocess.run([*COMMAND, "state", "access.log"], capture_output=True, text=True,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512)))
    assert done.returncode == 2 and "File too large" in done.stderr and "state" in done.stderr
    assert count()[0] == 1


def test_output_that_cannot_be_written(log, count):
    """What was not shown is new to the next run."""
    log.write_bytes(records(0, 3))
    with open("/dev/full", "w") as full:
        done = subprocess.run([*COMMAND, "state", "access.log"], stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2 and not os.path.exists("state")
    assert count()[0] == 3


def test_the_folder_of_the_state(log, run):
    log.write_bytes(record(1))
    assert "No such file" in run("access.log", "--state", "missing/state", code=2)[1]
    if os.geteuid():
        os.mkdir("locked", 0o500)
        assert "Permission denied" in run("access.log", "--state", "locked/state", code=2)[1]
    os.mkdir("folder")
    assert "Is a directory" in run("access.log", "--state", "folder", code=2)[1]


def test_a_state_keeps_its_mode_and_its_link(log, count):
    log.write_bytes(record(1))
    os.mkdir("kept")
    os.symlink("kept/real", "state")
    count()
    assert os.path.islink("state")
    os.chmod("kept/real", 0o640)
    count()
    assert os.stat("kept/real").st_mode & 0o777 == 0o640


# ---- What is refused ----


@pytest.mark.parametrize("data", [
    b"", b"{", b"[]", b"{}", b'{"kind": "other"}', b"[" * 100_000, record(1), b"\xff", b'{"kind": 7}',
])
def test_what_is_no_state(data, log, run):
    log.write_bytes(record(1))
    (log.parent / "state").write_bytes(data)
    assert "state is not a whole state of httpstatus tally" in run(log, code=2)[1]
    assert (log.parent / "state").read_bytes() == data


def test_a_state_that_was_changed(log, run):
    log.write_bytes(records(0, 3))
    run(log)
    path = log.parent / "state"
    data = path.read_bytes()
    for change, said in (('"lines": 3', '"lines": 4'), "is damaged or was edited"), \
            (('"version": 1', '"version": 2'), "is of version 2, not 1"):
        changed = data.replace(*(text.encode() for text in change))
        path.write_bytes(changed)
        assert said in run(log, code=2)[1] and path.read_bytes() == changed
    for end in range(0, len(data) - 2, 100):
        path.write_bytes(data[:end])
        assert "is not a whole state" in run(log, code=2)[1]


def test_every_changed_byte_of_a_state(log, run):
    """Is refused, or means the same."""
    log.write_bytes(records(0, 3))
    run(log)
    path = log.parent / "state"
    data = path.read_bytes()
    for at in range(0, len(data), 7):
        changed = data[:at] + bytes([data[at] ^ 4]) + data[at + 1:]
        path.write_bytes(changed)
        assert "total since" not in run(log, code=2)[0]
        assert path.read_bytes() == changed


@pytest.mark.parametrize("arguments, said", [
    (["--format", "clf"], "state counts with --format 'auto', not 'clf'"),
    (["--key", "a.b"], "state counts with --key None, not 'a.b'"),
    (["--path", "/a"], "state counts with --path None, not '/a'"),
])
def test_a_state_of_other_options(arguments, said, log, run):
    log.write_bytes(record(1))
    run(log)
    assert said in run(log, *arguments, code=2)[1]


@pytest.mark.parametrize("arguments, said", [
    (["--follow"], "--follow"), (["--interval", "2"], "--interval"), (["--html", "x"], "--html"),
    (["--jobs", "2"], "--jobs"),
    (["--top", "path"], "--top"),
    (["--by", "hour"], "--by hour"), (["--since", "2026-11-30"], "--since"), (["--until", "2026-11-30"], "--until"),
])
def test_what_does_not_go_with_a_state(arguments, said, log, run):
    log.write_bytes(record(1))
    assert f"{said} does not apply to --state" in run(log, *arguments, code=2)[1]


def test_a_log_that_does_not_grow(log, count, run):
    """The other logs are counted."""
    log.write_bytes(record(1))
    packed = log.parent / "old.gz"
    packed.write_bytes(gzip.compress(record(1)))
    assert count("access.log", packed, code=2, said="is compressed: --state is for logs that grow")[0] == 1
    os.mkfifo("pipe")
    assert count("access.log", "pipe", code=2, said="pipe is not a regular file")[0] == 0
    assert "standard input cannot be read again" in run("-", code=2)[1]
    assert "would overwrite a log" in run("access.log", "--state", "access.log", code=2)[1]
    assert count("missing", "access.log", code=2, said="No such file")[0] == 0
    assert run("missing", code=2)[0] == ""


def test_a_log_with_cr_as_its_line_end(log, run):
    log.write_bytes(record(1).replace(b"\n", b"\r") * 3)
    assert "has CR as its line end" in run(log, code=2)[1]


def test_a_system_without_locks(log, run, monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    assert "needs a system that locks files" in run(log, code=2)[1]


def test_a_log_that_is_cut_while_it_is_read(log, run, count, monkeypatch):
    """Nothing of it is counted; the next run finds out."""
    from httpstatus._command import state
    log.write_bytes(records(0, 3))
    count()
    append(log, record(3))
    end_of_lines = state.end_of_lines

    def cut(file, start, end):
        found = end_of_lines(file, start, end)
        os.truncate(log, 0)
        return found
    with monkeypatch.context() as patch:
        patch.setattr(state, "end_of_lines", cut)
        assert "truncated while being read" in run(log, code=2)[1]
    assert count(code=2, said="was not found")[1]["total"]["records"] == 3


def test_file_systems_that_do_not_sync_folders(log, count, monkeypatch):
    log.write_bytes(record(1))
    calls = []

    def refuse(file):
        calls.append(file)
        if len(calls) == 2:
            raise OSError(22, "Invalid argument")
    monkeypatch.setattr(os, "fsync", refuse)
    assert count()[0] == 1


def test_the_hashes_do_not_overlap():
    assert rotation.HASHED == 4096

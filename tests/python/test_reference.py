"""What bindings/reference.py refuses to write."""
import importlib.util
from pathlib import Path

import pytest

# By its path: the tests have a reference.py of their own.
SPEC = importlib.util.spec_from_file_location(
    "bindings_reference", Path(__file__).resolve().parents[2] / "bindings" / "reference.py")
reference = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(reference)

ANNOTATIONS = reference.ANNOTATIONS.read_text(encoding="utf-8")
CHANGES = {
    "changed.d.lua has in no section: Header, RetryAdvice, Status, reference_for": (
        "-- ---- A status ----", "-- ---- Colours ----"),
    "phrase has no description": ("---The reason phrase of a code; nil if it has none.\n", ""),
    "Status.owner is 'who' in Lua": ('whose meaning it is: "IANA", "nginx", "IIS" ...', "who"),
    "Knobs.limit has no description": (" redirects allowed in a row; false: no limit", ""),
    "not known here: ---@colour": ("---@operator add(httpstatus.Tally)", "---@colour"),
}


@pytest.mark.parametrize("message", CHANGES)
def test_annotations_are_refused(message, tmp_path, monkeypatch):
    assert list(reference.lua_reference())
    old, new = CHANGES[message]
    assert ANNOTATIONS.count(old) == 1
    changed = tmp_path / "changed.d.lua"
    changed.write_text(ANNOTATIONS.replace(old, new), encoding="utf-8")
    monkeypatch.setattr(reference, "ANNOTATIONS", changed)
    with pytest.raises(reference.Wrong, match=message):
        list(reference.lua_reference())


def test_python_names_are_refused(monkeypatch):
    assert list(reference.python_reference())
    monkeypatch.setattr(reference.httpstatus, "__all__", [*reference.httpstatus.__all__, "colour"])
    monkeypatch.setattr(reference.httpstatus, "colour", lambda: None, raising=False)
    with pytest.raises(reference.Wrong, match="__init__.pyi has in no section: colour"):
        list(reference.python_reference())


def test_the_references_are_fresh(capsys, monkeypatch):
    """Anyone who runs pytest after a change of a docstring or annotation learns of bindings/reference.py."""
    monkeypatch.setattr("sys.argv", ["reference.py", "--check"])
    with pytest.raises(SystemExit) as ended:
        reference.main()
    assert not ended.value.code, capsys.readouterr().out

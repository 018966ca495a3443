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
    "in no section of SECTIONS: colour": (
        "\n---The reason phrase",
        "---A colour.\nfunction httpstatus.colour() end\n\n---The reason phrase"),
    "phrase has no description": ("---The reason phrase of a code; nil if it has none.\n", ""),
    "Status.owner is 'who' in Lua": ('whose meaning it is: "IANA", "nginx", "IIS" ...', "who"),
    "Knobs.limit has no description": (" redirects allowed in a row; false: no limit", ""),
    "not known here: ---@colour": ("---@operator", "---@colour"),
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
    with pytest.raises(reference.Wrong, match="in no section of SECTIONS: colour"):
        list(reference.python_reference())
    monkeypatch.setitem(reference.SECTIONS, "Colours", "colour")
    with pytest.raises(reference.Wrong, match="colour is not in __init__.pyi"):
        list(reference.python_reference())


def test_the_references_are_fresh(capsys, monkeypatch):
    """Anyone who runs pytest after a change of a docstring or annotation learns of bindings/reference.py."""
    monkeypatch.setattr("sys.argv", ["reference.py", "--check"])
    with pytest.raises(SystemExit) as ended:
        reference.main()
    assert not ended.value.code, capsys.readouterr().out

"""Writes the completions of the command httpstatus; needs the module and shtab.

    python bindings/python/share/generate.py [--check]
"""
import sys
from pathlib import Path

import shtab
from httpstatus._command.parser import FORMATS, make

HERE = Path(__file__).parent
FILES = {
    "bash": "bash-completion/completions/httpstatus",
    "zsh": "zsh/site-functions/_httpstatus",
    "fish": "fish/vendor_completions.d/httpstatus.fish",
}


def parser():
    top, commands = make()
    for action in (action for command in commands.values() for action in command._actions):
        if action.metavar in ("LOG", "FILE"):
            action.complete = shtab.FILE
        elif action.dest == "format":
            action.choices = FORMATS
    return top


def main(check):
    stale = False
    for shell, name in FILES.items():
        path, text = HERE / name, shtab.complete(parser(), shell)
        if check and (not path.exists() or path.read_text() != text):
            print(f"{path} is stale: run {__file__}")
            stale = True
        elif not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    return stale


sys.exit(main("--check" in sys.argv[1:]))

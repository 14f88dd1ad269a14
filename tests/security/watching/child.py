"""Run the actions of groups, each between two marks that a tracer of system calls sees.

The files are made and the libraries warmed up before the first mark.
"""

import contextlib
import gc
import importlib
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.security.watching.action import Action, Places
from tests.security.watching.python_events import PythonEvents
from tests.security.watching.snapshot import changes, loaded_code, snapshot

MARK = "/kerastl-mark"


def main(root: str, result: str, *groups: str) -> None:
    """Run groups, each named as `module:function`, and write what happened as JSON."""
    places = Places(Path(root))
    actions: list[Action] = []
    for group in groups:
        module, _, function = group.partition(":")
        own = replace(places, group=function)
        own.files.mkdir()
        warm_up, some = getattr(importlib.import_module(module), function)(own)
        actions += [replace(action, name=f"{function}: {action.name}") for action in some]
        for call in warm_up:
            call()
    events = PythonEvents(places.files)
    gc.collect()
    # Later searches for garbage leave out what the libraries have made.
    gc.freeze()
    found = {}
    for number, action in enumerate(actions):
        found[action.name] = _watched(number, action, places, events)
    Path(result).write_text(json.dumps(found))


def _watched(number: int, action: Action, places: Places, events: PythonEvents) -> dict[str, Any]:
    before, code = snapshot(places.root), loaded_code()
    with events.record() as seen:
        _mark("begin", number)
        try:
            action.call()
        except Exception as error:
            outcome = f"{type(error).__name__}: {error}"
        else:
            outcome = "result"
        # What a call leaves to the garbage collector is a part of it.
        gc.collect()
        _mark("end", number)
    after = snapshot(places.root)
    loaded = [f"loaded code of {path}" for path in sorted(loaded_code() - code)]
    effects = [*seen, *loaded, *changes(before, after, places.scratch)]
    return {"outcome": outcome, "refused": action.refused, "effects": effects}


def _mark(kind: str, number: int) -> None:
    with contextlib.suppress(OSError):
        # A call that nothing else makes, and that fails.
        os.chdir(f"{MARK}/{kind}/{number}")


if __name__ == "__main__":
    main(*sys.argv[1:])

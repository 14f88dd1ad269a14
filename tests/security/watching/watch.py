"""Run groups of actions in a process of their own, and tell what each of them did."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.security.watching import system_calls
from tests.security.watching.action import Places


@dataclass(frozen=True)
class Seen:
    """What was seen of one action.

    Attributes:
        outcome: `"result"`, or the type and the message of the error.
        refused: Whether it was to raise an error.
        effects: What it did to files, processes and the network.
    """

    outcome: str
    refused: bool
    effects: tuple[str, ...]

    @property
    def problem(self) -> str | None:
        """What is wrong with it, or None."""
        if self.effects:
            return "\n".join(self.effects)
        return None if self.refused == (self.outcome != "result") else self.outcome


def watch(root: Path, *groups: str) -> dict[str, Seen]:
    """Run the actions of groups.

    Python's audit events and the files of the directories are always watched. All system calls of
    the process, its threads and its children are as well, if strace is installed.

    Args:
        root: An empty directory.
        *groups: Functions of `Places` as `module:function`, which make files and return calls
            that warm up libraries, and actions.

    Returns:
        What was seen, by the names of group and action.
    """
    places = Places(root)
    places.make()
    log, result = root.with_name(f"{root.name}.strace"), root.with_name(f"{root.name}.json")
    program = [sys.executable, "-m", "tests.security.watching.child"]
    program += [str(root), str(result), *groups]
    traced = system_calls.can_trace()
    done = subprocess.run(
        system_calls.command(str(log), program) if traced else program,
        env=_environment(places),
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode != 0 or not result.is_file():
        raise AssertionError(f"The watched process ended with {done.returncode}: {done.stderr}")
    found = json.loads(result.read_text())
    calls = system_calls.effects(log, places) if traced else {}
    return {
        name: Seen(each["outcome"], each["refused"], (*each["effects"], *calls.get(number, ())))
        for number, (name, each) in enumerate(found.items())
    }


def _environment(places: Places) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    return {
        **kept,
        "HOME": str(places.home),
        "KERAS_HOME": str(places.home / ".keras"),
        "TMPDIR": str(places.scratch),
        "XDG_CACHE_HOME": str(places.home / "cache"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(Path(__file__).resolve().parents[3]),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }

"""No hostile file does anything: the file system, processes and the network are watched."""

import os
from pathlib import Path

import pytest

from tests.security.watching import system_calls
from tests.security.watching.watch import watch

WATCHED = "tests.security.watching"
GROUPS = (
    *("model_gadgets:old_models", "model_gadgets:new_models", "model_gadgets:recipes"),
    *("graph_gadgets:saved_models", "data_gadgets:data", "receiver_gadgets:receivers"),
)
# What only system calls show.
NATIVE = ("TensorFlow reads a file", "C starts a program", "C opens a socket")


def watched(tmp_path: Path, *groups: str):
    """Watch groups with strace, and without it only where this machine has none."""
    if not system_calls.can_trace() and os.environ.get("KERASTL_REQUIRE_STRACE"):
        pytest.fail("KERASTL_REQUIRE_STRACE is set, and strace cannot trace here")
    root = tmp_path / "root"
    root.mkdir()
    return watch(root, *(f"{WATCHED}.{group}" for group in groups))


@pytest.mark.slow
def test_a_planted_gadget_is_seen(tmp_path: Path) -> None:
    seen = watched(tmp_path, "planted:gadgets")
    unseen = {name.partition(": ")[2] for name, each in seen.items() if not each.effects}
    assert unseen == {"nothing", *(() if system_calls.can_trace() else NATIVE)}


@pytest.mark.slow
def test_nothing_happens(tmp_path: Path) -> None:
    seen = watched(tmp_path, *GROUPS)
    problems = {name: each.problem for name, each in seen.items() if each.problem is not None}
    assert not problems, "\n\n".join(f"{name}:\n{text}" for name, text in problems.items())
    assert sum(each.refused for each in seen.values()) > 400
    assert sum(not each.refused for each in seen.values()) > 10
    if not system_calls.can_trace():
        pytest.skip("only Python and files were watched: install strace to watch system calls")

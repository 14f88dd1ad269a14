"""Read cases one after another in a process that may be killed or crash."""

import gc
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.security.fuzzing.case import write_case
from tests.security.fuzzing.judge import judge
from tests.security.fuzzing.targets import find_target


def main(root: str, seconds: str, numbers: str, *names: str) -> None:
    """Read cases of some targets for some seconds, and print a line of JSON for each.

    Each target gets the same time, since some read in a millisecond and others in half a second.

    Args:
        root: A directory with the valid files, made here if it has none.
        seconds: For how long.
        numbers: The number of the next case of each target, as JSON.
        *names: The targets.
    """
    valid, scratch = Path(root) / "valid", Path(root) / "scratch"
    tempfile.tempdir = str(scratch)
    following = json.loads(numbers)
    spent = dict.fromkeys(names, 0.0)
    prepared: set[str] = set()
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end:
        name = min(spent, key=lambda each: spent[each])
        if name not in prepared:
            _say({"event": "preparing", "target": name})
            _prepare(name, valid / name)
            prepared.add(name)
        start = time.monotonic()
        number = following[name]
        following[name] += 1
        folder = Path(root) / "cases" / f"{name}-{number}"
        damaged = write_case(valid / name, name, number, folder)
        _say({"event": "case", "target": name, "number": number, "damaged": damaged})
        problem = judge(find_target(name).read, folder, scratch)
        _say({"event": "done", "problem": problem})
        if problem is None:
            shutil.rmtree(folder)
        for left in scratch.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        spent[name] += time.monotonic() - start
    _say({"event": "end"})


def _prepare(name: str, place: Path) -> None:
    """Write the valid files if they are missing, and read them once.

    Late imports and traces of the first call are not counted as those of a damaged file.
    """
    if not place.exists():
        place.mkdir(parents=True)
        find_target(name).make(place)
    find_target(name).read(place)
    gc.collect()
    gc.freeze()


def _say(event: dict) -> None:
    # Libraries print to the standard output.
    os.write(int(os.environ["KERASTL_FUZZ_EVENTS"]), json.dumps(event).encode() + b"\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

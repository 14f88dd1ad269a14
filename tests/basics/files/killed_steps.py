"""A program that replaces a target and is killed before each of its steps, one after the other.

Usage: killed_steps.py DIRECTORY WAY

A step is anything that Python reports to audit hooks: a file that is opened, renamed or deleted.
For every kill it prints what a reader finds, and which files are left then.
"""

import errno
import json
import os
import shutil
import signal
import sys
from pathlib import Path

from kerastl.basics.files import staging
from kerastl.basics.files.recovery import read_whole
from tests.permissions import mode

NAMES = ("a.bin", "marker.json", "z.bin")
LIMIT = 150
EVENTS = {"open", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.scandir", "os.utime"}


def content(directory):
    """Return what all files of a directory say, a file's text, or None where nothing is."""
    if directory.is_file():
        return directory.read_text()
    names = sorted(
        str(path.relative_to(directory))
        for path in directory.rglob("*")
        if path.is_file() and ".kerastl-" not in str(path.relative_to(directory))
    )
    if not names:
        return None
    assert names == [*NAMES[:2], "sub/c.bin", NAMES[2]], names
    (said,) = {(directory / name).read_text() for name in names}
    return said


def write_folder(target, said):
    with staging.whole_or_nothing(target, "marker.json") as staged:
        (staged / "sub").mkdir()
        for name in (*NAMES, "sub/c.bin"):
            (staged / name).write_text(said)


def write_file(target, said):
    with staging.whole_file(target) as written:
        written.write_text(said)


def add(target, said):
    with staging.whole_addition(target, "marker.json") as staged:
        (staged / "sub").mkdir()
        for name in (*NAMES, "sub/c.bin"):
            (staged / name).write_text(said)


def without_exchange():
    staging.exchange = lambda first, second: False


def on_a_lower_layer(target):
    """Let a directory be one that cannot be renamed, as on overlayfs."""
    without_exchange()
    rename = os.rename

    def refuses(source, goal):
        if Path(source) == target:
            raise OSError(errno.EXDEV, "lower layer")
        rename(source, goal)

    os.rename = refuses


# For each way: what is there before, and how it is replaced.
WAYS = {
    "exchanged": ("folder", lambda target: write_folder(target, "new")),
    "renamed": ("folder", lambda target: (without_exchange(), write_folder(target, "new"))),
    "deleted": ("folder", lambda target: (on_a_lower_layer(target), write_folder(target, "new"))),
    "first": (None, lambda target: write_folder(target, "new")),
    "filled": ("empty", lambda target: write_folder(target, "new")),
    "added": ("empty", lambda target: add(target, "new")),
    "file": ("file", lambda target: write_file(target, "new")),
}


def killed_before(step, write, target):
    """Write in a copy of this process that dies before a step; return how it ended."""
    child = os.fork()
    if child == 0:
        left = [step]

        def count(event, arguments):
            if event in EVENTS:
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        write(target)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def found_by(target):
    try:
        return read_whole(target, content)
    except FileNotFoundError:
        return None


def main(root, way):
    before, write = WAYS[way]
    outcome = []
    for step in range(LIMIT):
        place = root / str(step)
        target = place / "target"
        place.mkdir()
        if before == "folder":
            write_folder(target, "old")
        elif before == "file":
            write_file(target, "old")
        elif before == "empty":
            target.mkdir()
        ended = killed_before(step, write, target)
        # A place that nothing may be written to is read, too.
        with mode(place, 0o500):
            read_only = found_by(target)
        found = found_by(target)
        left = sorted(
            str(path.relative_to(place))
            for path in place.rglob("*")
            if ".kerastl-" in str(path.relative_to(place))
        )
        outcome.append([ended, read_only, found, left])
        shutil.rmtree(place)
        if ended == 0:
            break
    print(json.dumps(outcome))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

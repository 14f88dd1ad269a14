"""Compare files and loaded code before and after a call; this sees native code as well."""

import os
from pathlib import Path

from tests.security.watching.action import installed

State = dict[str, tuple[int, ...]]


def snapshot(root: Path) -> State:
    """Return size, mode and times of every file and directory below a directory."""
    found: State = {}
    for where, folders, names in os.walk(root):
        for name in [*folders, *names]:
            path = os.path.join(where, name)
            status = os.lstat(path)
            times = status.st_mtime_ns, status.st_ctime_ns
            found[path] = (status.st_ino, status.st_size, status.st_mode, *times)
    return found


def changes(before: State, after: State, scratch: Path) -> list[str]:
    """Describe what differs; in the scratch directory, a directory may have been changed."""
    return [
        *(f"deleted {path}" for path in sorted(before.keys() - after.keys())),
        *(f"left behind {path}" for path in sorted(after.keys() - before.keys())),
        *(
            f"changed {path}"
            for path in sorted(before.keys() & after.keys())
            if before[path] != after[path] and path != str(scratch)
        ),
    ]


def loaded_code() -> set[str]:
    """Return the files outside of what is installed that this process has mapped to run them."""
    found = set()
    with open("/proc/self/maps") as maps:
        for line in maps:
            fields = line.split(maxsplit=5)
            if "x" in fields[1] and len(fields) == 6 and fields[5].startswith("/"):
                found.add(fields[5].rstrip("\n"))
    folders = tuple(f"{folder}/" for folder in installed())
    return {path for path in found if not path.startswith(folders)}

"""Check that only this user, and the system's administrator, can write to a directory."""

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

_ROOT = 0
_MOST_LINKS = 40


def why_not_private(directory: Path) -> str | None:
    """Return why other users may put files or links into a directory, or None.

    A directory is private if it belongs to this user or to root, and no one else may write to it.
    Its group may if it is the user's own group, as on systems that make one for each user. Every
    directory above it must be one that not everybody may change, or have the sticky bit, as
    `/tmp` has. Symbolic links on the way must belong to this user or to root.

    Windows tells no owner and no such rights, so that every directory counts as private there.
    Rights of access control lists beyond the mode are not read.

    Args:
        directory: The directory. It may be missing.

    Returns:
        The reason with what to do, or None.

    Raises:
        OSError: If a part of the path cannot be read.
    """
    if not hasattr(os, "getuid"):
        return None
    found = None
    for place, is_last in _on_the_way(directory):
        try:
            found = os.lstat(place)
        except (FileNotFoundError, NotADirectoryError):
            return None
        if stat.S_ISLNK(found.st_mode):
            if not _is_trusted(found):
                return f"the symbolic link {place} belongs to another user: pass another directory"
        elif is_last:
            return _why_not_own(place, found)
        elif found.st_mode & stat.S_IWOTH and not found.st_mode & stat.S_ISVTX:
            return (
                f"other users may replace what is in {place}: pass another directory, or take "
                f"the right away (chmod o-w {place})"
            )
    return None


def why_not_own(directory: Path) -> str | None:
    """Return why a directory itself is not private, without those above it, or None.

    Args:
        directory: An existing directory, not a link to one.
    """
    found = os.lstat(directory)
    if not stat.S_ISDIR(found.st_mode):
        return f"{directory} is not a directory"
    return _why_not_own(directory, found) if hasattr(os, "getuid") else None


def make_private(directory: Path) -> None:
    """Make a directory and those above it that are missing; only this user may write to them.

    Raises:
        OSError: If they cannot be made.
    """
    for place in reversed((directory, *directory.parents)):
        if not os.path.isdir(place):
            place.mkdir(mode=0o755, exist_ok=True)


def _why_not_own(place: Path, found: os.stat_result) -> str | None:
    if not _is_trusted(found):
        return f"{place} belongs to another user: pass a directory of your own"
    by_group = found.st_mode & stat.S_IWGRP and not _is_own_group(found.st_gid)
    if found.st_mode & stat.S_IWOTH or by_group:
        return (
            f"other users may write to {place}: pass another directory, or take the right away "
            f"(chmod go-w {place})"
        )
    return None


def _is_trusted(found: os.stat_result) -> bool:
    return found.st_uid in (os.geteuid(), _ROOT)


def _is_own_group(group: int) -> bool:
    """Whether a group has the name of this user and no other member."""
    import grp
    import pwd

    try:
        name = pwd.getpwuid(os.geteuid()).pw_name
        known = grp.getgrgid(group)
    except KeyError:
        return False
    return known.gr_name == name and set(known.gr_mem) <= {name}


def _on_the_way(directory: Path) -> Iterator[tuple[Path, bool]]:
    """Yield each directory and link on the way to a directory, and whether it is the last one."""
    absolute = directory.absolute()
    here, rest = Path(absolute.anchor), list(reversed(absolute.parts[1:]))
    yield here, not rest
    links = 0
    while rest:
        part = rest.pop()
        if part == os.pardir:
            here = here.parent
            continue
        here = here / part
        if not os.path.islink(here):
            yield here, not rest
            continue
        yield here, False
        links += 1
        if links > _MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(directory))
        target = Path(os.readlink(here))
        here = Path(target.anchor) if target.is_absolute() else here.parent
        rest += reversed(target.parts[1:] if target.is_absolute() else target.parts)

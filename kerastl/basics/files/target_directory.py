"""Check that a directory can be written, before anything is computed for it."""

import contextlib
import errno
import os
import tempfile
from pathlib import Path

from kerastl.basics.files.claimed_folder import STAGED_PREFIX
from kerastl.basics.files.recovery import recover

# A new file system and desktop programs make these in directories that a user calls empty.
_OF_THE_SYSTEM = {"lost+found", ".DS_Store", "Thumbs.db", "desktop.ini"}


def check_target(
    directory: Path,
    overwrite: bool,
    marker: str,
    what: str = "bundle",
    option: str = "`overwrite=True`",
) -> None:
    """Check that a directory can be written, filled or replaced by `whole_or_nothing`.

    The check is made on the disk: missing directories are created and removed again. An existing
    directory without files is filled in place, so it may be a mount point, a symbolic link or the
    working directory. A directory with files can only be replaced if it is none of these. What a
    killed process has begun to write is completed or undone first.

    Args:
        directory: The directory to write.
        overwrite: Whether an existing directory of the same kind may be replaced.
        marker: The name of a file that only directories of this kind contain.
        what: The name of this kind of directory in errors. Defaults to `"bundle"`.
        option: The option that allows replacing, in errors. Defaults to that of the Python API.

    Raises:
        FileExistsError: If the path exists and must not or cannot be replaced.
        OSError: If the directory cannot be created or written to.
        ValueError: If the path is not a valid name.
    """
    directory = with_own_name(directory)
    recover(directory)
    if not os.path.lexists(directory):
        check_writable(directory)
        return
    if os.path.islink(directory) and not os.path.exists(directory):
        raise FileExistsError(
            "The target is a symbolic link to a path that does not exist: create the directory "
            f"or pass another path. Received: {str(directory)!r}"
        )
    if os.path.isdir(directory) and is_empty(directory):
        check_writable(directory)
        return
    if not (directory / marker).is_file():
        raise FileExistsError(
            f"The target exists and is not a {what}: pass another directory. "
            f"Received: {str(directory)!r}"
        )
    if not overwrite:
        raise FileExistsError(
            f"The {what} exists already: pass {option} to replace it. Received: {str(directory)!r}"
        )
    obstacle = _obstacle(directory)
    if obstacle is not None:
        raise FileExistsError(
            f"The {what} cannot be replaced because its directory {obstacle}: delete the files "
            f"in it, or pass another directory. Received: {str(directory)!r}"
        )
    check_writable(directory.parent)


def is_empty(directory: Path) -> bool:
    """Return whether a directory has no entries but those of the system and temporary ones.

    Raises:
        OSError: If the directory cannot be listed.
    """
    try:
        names = os.listdir(directory)
    except OSError as error:
        raise with_path(error, "The directory cannot be read", directory) from error
    return all(name in _OF_THE_SYSTEM or name.startswith(STAGED_PREFIX) for name in names)


def with_own_name(directory: Path) -> Path:
    """Return a path that ends in the directory's own name: `.` and `..` are resolved."""
    return directory.resolve() if directory.name in ("", "..") else directory


def check_writable(directory: Path) -> None:
    """Check that files can be created in a directory, which may be missing.

    Args:
        directory: The directory. Missing directories are created for the check and removed.

    Raises:
        OSError: If it cannot be created or written to.
        ValueError: If the path is not a valid name.
    """
    made: list[Path] = []
    try:
        for place in reversed((directory, *directory.parents)):
            if not os.path.lexists(place):
                place.mkdir()
                made.append(place)
        # Most systems give it no name, so that a killed process leaves nothing.
        tempfile.TemporaryFile(prefix=STAGED_PREFIX, dir=directory).close()
    except OSError as error:
        raise with_path(
            error, "The directory cannot be created or written to", directory
        ) from error
    except ValueError as error:
        raise ValueError(
            f"The path of the directory is not valid: {error}. Received: {str(directory)!r}"
        ) from error
    finally:
        for place in reversed(made):
            with contextlib.suppress(OSError):
                place.rmdir()


def with_path(error: OSError, problem: str, path: Path) -> OSError:
    """Return an error of the same type and number, with the problem and the path."""
    return OSError(error.errno or errno.EIO, f"{problem}: {error.strerror}. Received", str(path))


def _obstacle(directory: Path) -> str | None:
    """Return why an existing directory cannot be replaced, or None."""
    # Junctions are the links to directories that Windows users have; new in Python 3.12.
    is_junction = getattr(os.path, "isjunction", lambda path: False)
    if os.path.islink(directory) or is_junction(directory):
        return "is a symbolic link"
    with contextlib.suppress(OSError):  # the working directory may have been deleted
        if Path.cwd().is_relative_to(directory.resolve()):
            return "is or contains the working directory"
    if _is_mount(directory):
        return "is a mount point"
    return None


def _is_mount(directory: Path) -> bool:
    if os.path.ismount(directory):
        return True
    # A bind mount of the same file system has the device of its parent. Moving a directory into
    # itself always fails; across a mount point, POSIX systems find another error first.
    try:
        os.rename(directory, directory / f"{STAGED_PREFIX}probe")
    except OSError as error:
        return error.errno in (errno.EXDEV, errno.EBUSY)
    return False

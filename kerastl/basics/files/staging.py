"""Write a directory atomically."""

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kerastl.basics.files.target_directory import STAGED_PREFIX, is_empty, with_own_name, with_path

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextlib.contextmanager
def whole_or_nothing(directory: Path, marker: str) -> Iterator[Path]:
    """Write a directory completely or not at all: yield a temporary directory, move it at the end.

    A missing directory, or one with files, is replaced by one rename. An existing directory
    without files is kept, and the new files are moved into it, because a mount point or the
    target of a symbolic link cannot be replaced.

    Args:
        directory: The target, which `check_target` has accepted. Missing parents are created.
        marker: The file that makes the directory complete. It is moved last.

    Yields:
        The temporary directory to write into. It is removed if the block fails, and the target
        stays as it was.

    Raises:
        OSError: If the directory is not writable, or the disk is full.
    """
    directory = with_own_name(directory)
    try:
        fills = os.path.isdir(directory) and is_empty(directory)
        # Next to the final files, because a rename does not leave the file system.
        place = directory if fills else directory.parent
        place.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=STAGED_PREFIX, dir=place))
    except OSError as error:
        if error.errno in _FULL:
            raise _disk_full(directory) from error
        raise with_path(
            error, "The directory cannot be created or written to", directory
        ) from error
    try:
        yield staged
        if fills:
            _fill(directory, staged, marker)
        else:
            staged.chmod(0o777 & ~_umask())
            _replace(directory, staged)
    except BaseException as error:
        shutil.rmtree(staged, ignore_errors=True)
        if _is_disk_full(error):
            raise _disk_full(directory) from error
        raise


def _fill(directory: Path, staged: Path, marker: str) -> None:
    if not is_empty(directory):
        raise FileExistsError(
            "Another program wrote to the directory meanwhile: pass another directory. "
            f"Received: {str(directory)!r}"
        )
    moved: list[str] = []
    try:
        for name in sorted(os.listdir(staged), key=lambda name: (name == marker, name)):
            os.rename(staged / name, directory / name)
            moved.append(name)
    except BaseException:
        for name in reversed(moved):
            os.rename(directory / name, staged / name)
        raise
    shutil.rmtree(staged, ignore_errors=True)


def _replace(directory: Path, staged: Path) -> None:
    if not directory.exists():
        os.replace(staged, directory)
        return
    # Windows does not rename onto an existing directory, so the old one gets a new name.
    holder = Path(tempfile.mkdtemp(prefix=STAGED_PREFIX, dir=directory.parent))
    old = holder / directory.name
    # move() copies a directory that cannot be renamed: one of a lower overlayfs layer.
    shutil.move(directory, old)
    try:
        os.replace(staged, directory)
    except BaseException:
        os.replace(old, directory)
        holder.rmdir()
        raise
    shutil.rmtree(holder, ignore_errors=True)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def _is_disk_full(error: BaseException | None) -> bool:
    # TensorFlow raises an error of its own whose message contains the system's.
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        if any(os.strerror(code) in str(error) for code in _FULL):
            return True
        error = error.__cause__ or error.__context__
    return False


def _disk_full(directory: Path) -> OSError:
    place = next(each for each in (directory, *directory.parents) if each.exists())
    free = shutil.disk_usage(place).free / 1e6
    return OSError(
        errno.ENOSPC,
        f"The disk is full ({free:.1f} MB free) and nothing was written: free some space or write "
        "to another disk. Received",
        str(directory),
    )

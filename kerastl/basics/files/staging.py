"""Write a directory or a file atomically."""

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from kerastl.basics.files.claimed_folder import ClaimedFolder
from kerastl.basics.files.exchange import exchange
from kerastl.basics.files.recovery import FILLING, NEW, OLD, REPLACING, fill, finish, recover
from kerastl.basics.files.syncing import sync_folder, sync_tree
from kerastl.basics.files.target_directory import is_empty, with_own_name, with_path

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_ATTEMPTS = 10


@contextlib.contextmanager
def whole_or_nothing(directory: Path, marker: str) -> Iterator[Path]:
    """Write a directory completely or not at all: yield a temporary directory, move it at the end.

    A missing directory, or one with files, is replaced in one step: at every moment, also after
    SIGKILL or a power cut, the old or the new one is there. Where the system cannot exchange two
    directories, the next load or save of the name completes the step. An existing directory
    without files is kept, and the new files are moved into it, because a mount point or the
    target of a symbolic link cannot be replaced.

    Args:
        directory: The target, which `check_target` has accepted. Missing parents are created.
        marker: The file that makes the directory complete. It is moved last.

    Yields:
        The temporary directory to write into. It is removed if the block fails, and the target
        stays as it was. What a killed process leaves is removed by the next load or save of the
        same name.

    Raises:
        OSError: If the directory is not writable, or the disk is full.
    """
    directory = with_own_name(directory)
    recover(directory)
    fills = os.path.isdir(directory) and is_empty(directory)
    # Next to the final files, because a rename does not leave the file system.
    place = directory if fills else directory.parent
    with _claimed(place, "" if fills else directory.name, directory) as folder:
        staged = folder / NEW
        staged.mkdir()
        yield staged
        sync_tree(staged)
        if fills:
            _fill(directory, folder, marker)
        else:
            _replace(directory, folder)
        sync_folder(place)


@contextlib.contextmanager
def whole_addition(directory: Path, last: str) -> Iterator[Path]:
    """Add files and folders to a directory, all or none: yield a temporary directory for them.

    Args:
        directory: The directory, which may have other files. It is made if it does not exist.
        last: The name of the entry that is moved last.

    Yields:
        The temporary directory to write into. It is removed if the block fails.

    Raises:
        FileExistsError: If an entry of the same name exists.
        OSError: If the directory is not writable, or the disk is full.
    """
    with _claimed(directory, "", directory) as folder:
        staged = folder / NEW
        staged.mkdir()
        yield staged
        sync_tree(staged)
        for name in os.listdir(staged):
            if os.path.lexists(directory / name):
                raise FileExistsError(
                    "The file or folder already exists, and nothing is replaced: pass another "
                    f"directory. Received: {str(directory / name)!r}"
                )
        _move_in(directory, folder, last)
        sync_folder(directory)


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Write a file completely or not at all: yield a temporary path, move what is there at the end.

    Args:
        path: The file. Missing parent folders are created, and an existing file is replaced.

    Yields:
        A path with the same suffix, to write to. What is there is removed if the block fails.

    Raises:
        OSError: If the folder is not writable, or the disk is full.

    Example:

    ```python
    with whole_file(Path("vectors.npy")) as written:
        np.save(written, vectors)
    ```
    """
    recover(path)
    with _claimed(path.parent, path.name, path) as folder:
        written = folder / f"{NEW}{path.suffix}"
        yield written
        sync_tree(written)
        os.replace(written, path)
        sync_folder(path.parent)


@contextlib.contextmanager
def _claimed(place: Path, name: str, target: Path) -> Iterator[Path]:
    """Yield a claimed folder, and remove it at the end."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        folder = ClaimedFolder.make(place, name)
    except OSError as error:
        if error.errno in _FULL:
            raise _disk_full(target) from error
        raise with_path(error, "The directory cannot be created or written to", target) from error
    try:
        yield folder.path
    except BaseException as error:
        if _is_disk_full(error):
            raise _disk_full(target) from error
        raise
    finally:
        finish(folder, target)


def _fill(directory: Path, folder: Path, marker: str) -> None:
    if not is_empty(directory):
        raise FileExistsError(
            "Another program wrote to the directory meanwhile: pass another directory. "
            f"Received: {str(directory)!r}"
        )
    _move_in(directory, folder, marker)


def _move_in(directory: Path, folder: Path, last: str) -> None:
    new, filling = folder / NEW, folder / FILLING
    names = os.listdir(new)
    filling.write_text(last, encoding="utf-8")
    sync_tree(filling)
    try:
        fill(directory, new, last)
    except BaseException:
        for name in set(names) - set(os.listdir(new)):
            os.rename(directory / name, new / name)
        filling.unlink()
        raise


def _replace(directory: Path, folder: Path) -> None:
    new, old = folder / NEW, folder / OLD
    for rest in reversed(range(_ATTEMPTS)):
        if exchange(new, directory):
            return
        try:
            _move_away(directory, folder)
            os.rename(new, directory)
            return
        except BaseException as error:
            if old.exists() and not os.path.lexists(directory):
                os.rename(old, directory)
            # Another process may have written its own directory between the two steps.
            if not rest or not _is_taken(error):
                raise
        shutil.rmtree(old, ignore_errors=True)


def _move_away(directory: Path, folder: Path) -> None:
    """Make place for the new directory, so that `recover` knows that the new one is complete."""
    try:
        os.rename(directory, folder / OLD)
    except FileNotFoundError:
        return
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # A directory of a lower overlayfs layer cannot be renamed.
        (folder / REPLACING).touch()
        sync_folder(folder)
        shutil.rmtree(directory)


def _is_taken(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in (errno.EEXIST, errno.ENOTEMPTY)


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

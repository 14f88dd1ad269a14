"""A directory that appears whole or not at all."""

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def check_target(directory: Path, overwrite: bool, marker: str, what: str = "bundle") -> None:
    """Refuse a target that holds something else.

    Args:
        directory: What shall be written.
        overwrite: Whether an earlier one may be replaced.
        marker: A file that only such a directory holds.
        what: What the directory is called in errors. Defaults to `"bundle"`.

    Raises:
        FileExistsError: If something lies there that may not be replaced.
    """
    if directory.is_dir() and not any(directory.iterdir()):
        return
    if not directory.exists():
        return
    if not (directory / marker).is_file():
        raise FileExistsError(
            f"The target holds something that is not a {what}; name another directory. "
            f"Received: {str(directory)!r}"
        )
    if not overwrite:
        raise FileExistsError(
            f"A {what} lies there already; pass overwrite=True to replace it. "
            f"Received: {str(directory)!r}"
        )


@contextlib.contextmanager
def whole_or_nothing(directory: Path) -> Iterator[Path]:
    """Give a temporary sibling directory that takes the target's place at the end.

    Args:
        directory: Where the files shall lie in the end. Missing parents are made; what lies there
            is replaced.

    Yields:
        The directory to write into. When the block fails, it is removed with all it holds.

    Raises:
        OSError: If the parent cannot be written to, or the disk is full.
    """
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    except OSError as error:
        if error.errno in _FULL:
            raise _disk_full(directory) from error
        raise OSError(
            error.errno or errno.EIO,
            f"The directory cannot be made: {error.strerror}. Received",
            str(directory),
        ) from error
    try:
        yield staged
        staged.chmod(0o777 & ~_umask())
        _replace(directory, staged)
    except BaseException as error:
        shutil.rmtree(staged, ignore_errors=True)
        if _is_disk_full(error):
            raise _disk_full(directory) from error
        raise


def _replace(directory: Path, staged: Path) -> None:
    old = None
    if directory.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{directory.name}-old-", dir=directory.parent))
        os.replace(directory, old)
    try:
        os.replace(staged, directory)
    except OSError:
        if old is not None:
            os.replace(old, directory)
        raise
    if old is not None:
        shutil.rmtree(old, ignore_errors=True)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def _is_disk_full(error: BaseException | None) -> bool:
    # TensorFlow reports it as an error of its own, with the system's words inside.
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        if any(os.strerror(code) in str(error) for code in _FULL):
            return True
        error = error.__cause__ or error.__context__
    return False


def _disk_full(directory: Path) -> OSError:
    free = shutil.disk_usage(directory.parent).free / 1e6
    return OSError(
        errno.ENOSPC,
        f"The disk is full ({free:.1f} MB free) and nothing was written; free some space or "
        "write to another disk. Received",
        str(directory),
    )

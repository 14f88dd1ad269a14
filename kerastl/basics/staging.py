"""Write a directory atomically."""

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def check_target(directory: Path, overwrite: bool, marker: str, what: str = "bundle") -> None:
    """Check that a directory may be written or replaced.

    Args:
        directory: The directory to write.
        overwrite: Whether an existing directory of the same kind may be replaced.
        marker: The name of a file that only directories of this kind contain.
        what: The name of this kind of directory in errors. Defaults to `"bundle"`.

    Raises:
        FileExistsError: If the path exists and must not be replaced. An empty directory is always
            replaced.
    """
    if directory.is_dir() and not any(directory.iterdir()):
        return
    if not directory.exists():
        return
    if not (directory / marker).is_file():
        raise FileExistsError(
            f"The target exists and is not a {what}: pass another directory. "
            f"Received: {str(directory)!r}"
        )
    if not overwrite:
        raise FileExistsError(
            f"The {what} exists already: pass `overwrite=True` to replace it. "
            f"Received: {str(directory)!r}"
        )


@contextlib.contextmanager
def whole_or_nothing(directory: Path) -> Iterator[Path]:
    """Write a directory atomically: yield a temporary directory and rename it at the end.

    Args:
        directory: The target. Missing parents are created. An existing directory is replaced.

    Yields:
        The temporary directory to write into. It is removed if the block fails, and the target
        stays as it was.

    Raises:
        OSError: If the parent is not writable, or the disk is full.
    """
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    except OSError as error:
        if error.errno in _FULL:
            raise _disk_full(directory) from error
        raise OSError(
            error.errno or errno.EIO,
            f"The directory cannot be created: {error.strerror}. Received",
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
    # TensorFlow raises an error of its own whose message contains the system's.
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
        f"The disk is full ({free:.1f} MB free) and nothing was written: free some space or write "
        "to another disk. Received",
        str(directory),
    )

"""The error for a file whose content cannot be used, and the one way to raise it."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Errors that are not about the content, or that name the file already.
_PASSED_ON = (ImportError, MemoryError)
_LONGEST = 1000


class DamagedFileError(ValueError):
    """A file whose content is incomplete, altered or of another format.

    Args:
        path: The file.
        reason: What is wrong with it.
        remedy: What to do, as a sentence without its period. Defaults to making or copying the
            file again.

    Attributes:
        path: The file, as text.
        reason: What is wrong with it.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        reason: str,
        remedy: str = "Copy or write the file again",
    ) -> None:
        self.path = os.fspath(path)
        self.reason = reason.strip().rstrip(".") or "it cannot be read"
        super().__init__(
            f"{self.path} is damaged: {self.reason}. {remedy}. Received: {self.path!r}",
        )


class ExplainedError(ValueError):
    """An error about a file that is complete and names it, which `reading` does not change."""


@contextmanager
def reading(
    path: str | os.PathLike[str],
    remedy: str = "Copy or write the file again",
    what: str = "",
) -> Iterator[None]:
    """Turn every error about the content of a file into one `DamagedFileError`.

    Libraries raise many types for the same damage, for instance `KeyError`, `struct.error` or
    `zipfile.BadZipFile`. The block must only read the file: an error in it is then one of its
    content. An `ExplainedError` and an error of the operating system, such as `PermissionError`,
    are raised unchanged.

    Args:
        path: The file.
        remedy: What to do, as a sentence without its period. Defaults to making or copying the
            file again.
        what: What could not be done, in front of the library's text, such as
            `"Keras cannot load the model"`. Defaults to nothing.

    Raises:
        DamagedFileError: If the content cannot be used.

    Example:

    ```python
    with reading(path):
        described = json.loads(path.read_text(encoding="utf-8"))
        count = int(described["count"])
    ```
    """
    try:
        yield
    except (DamagedFileError, ExplainedError, *_PASSED_ON):
        raise
    except OSError as error:
        # Libraries raise errors without a number for the content, and a damaged archive names a
        # place before the beginning of its file.
        if error.errno not in (None, errno.EINVAL):
            raise
        raise _damaged(path, error, remedy, what) from error
    except Exception as error:
        raise _damaged(path, error, remedy, what) from error


def _damaged(
    path: str | os.PathLike[str], error: Exception, remedy: str, what: str
) -> DamagedFileError:
    return DamagedFileError(path, f"{what}: {_text(error)}" if what else _text(error), remedy)


def _text(error: Exception) -> str:
    """Return the text of an error, with its type where the text alone says little."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return f"it is not encoded in {error.encoding}: byte {error.start} is invalid"
    if isinstance(error, KeyError):
        return f"{_shortened(error.args[0] if error.args else '')!r} is missing"
    text = _shortened(str(error))
    if type(error) is ValueError and text:
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _shortened(text: Any) -> str:
    """Return a text on one line that fits into an error."""
    line = " ".join(str(text).split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"

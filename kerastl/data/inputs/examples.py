"""Convert the raw examples that a user passes to texts, paths, file contents or arrays."""

import inspect
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerastl.data.inputs.kinds import column_names, describe
from kerastl.data.inputs.values import is_tensor, list_values, to_array


def list_examples(given: Any, name: str = "inputs") -> list[Any] | np.ndarray:
    """Return raw examples in a plain form, in order.

    Args:
        given: One example or a container of examples, see `list_values`. An example is a text, a
            path, the content of a file (bytes, bytearray, memoryview or an open binary file), a
            Pillow image, or an image as an array, a tensor or nested lists of numbers.
        name: The name of the argument, for errors. Defaults to `"inputs"`.

    Returns:
        An array of numbers, which may be one image or several; or a list of strings, `Path`s,
        bytes, Pillow images and arrays. Values of another kind are not changed.

    Raises:
        ValueError: If there are no examples in an order, or a file cannot be read.

    Example:

    >>> list_examples(io.BytesIO(b"content")), list_examples(np.array(["good", "bad"]))
    ([b'content'], ['good', 'bad'])
    """
    if _is_single(given):
        return [plain_example(given)]
    if isinstance(given, np.ndarray) and given.ndim == 0 and given.dtype.kind in "OUST":
        return [plain_string(given.item())]
    if is_tensor(given) and column_names(given) is None and not hasattr(given, "to_list"):
        given = to_array(given)
        if given.ndim == 0:
            return list_examples(given, name)
    if isinstance(given, list | tuple) and given and isinstance(given[0], list | tuple):
        given = _array_or_unchanged(given)
    values = list_values(given, name)
    if isinstance(values, np.ndarray):
        return values
    if isinstance(given, np.ndarray):
        return [plain_string(value) for value in values]
    if _are_strings(values):
        return values
    return [plain_example(value) for value in values]


def plain_example(value: Any) -> Any:
    """Convert one raw example to a string, a `Path`, bytes, a Pillow image or an array.

    Args:
        value: The example, see `list_examples`.

    Returns:
        The example. A value of another kind is not changed.

    Raises:
        ValueError: If the value is an open file that cannot be read.
    """
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if isinstance(value, os.PathLike):
        return Path(os.fsdecode(value))
    if hasattr(value, "getpixel") or isinstance(value, Mapping):
        return value
    if hasattr(value, "read"):
        return _file_content(value)
    if is_tensor(value) and column_names(value) is None and not hasattr(value, "to_list"):
        value = to_array(value)
    if isinstance(value, np.ndarray):
        is_string = value.ndim == 0 and value.dtype.kind in "OUST"
        return plain_string(value.item()) if is_string else value
    if isinstance(value, list | tuple):
        return _array_or_unchanged(value)
    return value


def plain_string(value: Any) -> Any:
    """Convert an element of a string array or string tensor, which may have texts as bytes.

    Args:
        value: The element: bytes, a string, or any value of an array of objects.

    Returns:
        A string for bytes that are a text in UTF-8; other bytes unchanged, such as the content of
        an image file; for other values the result of `plain_example`.

    Example:

    >>> plain_string(b"good"), plain_string(b"\\xff\\xd8")
    ('good', b'\\xff\\xd8')
    """
    if not isinstance(value, bytes):
        return plain_example(value)
    # A text has no NUL character, and the content of an image is hardly ever valid UTF-8.
    try:
        return value if b"\0" in value else value.decode()
    except UnicodeDecodeError:
        return value


def as_texts(examples: Sequence[Any] | np.ndarray) -> list[str]:
    """Return examples as texts.

    Args:
        examples: A result of `list_examples`.

    Returns:
        The texts. Bytes are decoded as UTF-8.

    Raises:
        ValueError: If an example is not a text. The error has its position.
    """
    if isinstance(examples, list) and _are_strings(examples):
        return examples
    return [_as_text(example, index) for index, example in enumerate(examples)]


def _as_text(value: Any, index: int) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError as error:
            raise ValueError(
                "A text must be a string, or bytes in UTF-8: decode it first. "
                f"Received: invalid UTF-8 at byte {error.start} of example {index}"
            ) from None
    if isinstance(value, Path):
        raise ValueError(
            "A text must be a string, not the path of a file: pass `path.read_text()`. "
            f"Received: {describe(value)} for example {index}"
        )
    raise ValueError(
        f"Every text must be a string. Received: {describe(value)} for example {index}"
    )


def _are_strings(values: list[Any]) -> bool:
    # Much faster than a loop, for the many texts of a large data set.
    return set(map(type, values)) <= {str}


def _is_single(given: Any) -> bool:
    if isinstance(given, str | bytes | bytearray | memoryview | os.PathLike):
        return True
    return hasattr(given, "getpixel") or hasattr(given, "read")


def _array_or_unchanged(value: Any) -> Any:
    """Convert nested lists of numbers, such as those of `array.tolist()`, to an array."""
    try:
        array = np.asarray(value)
    except ValueError:
        return value
    return array if array.dtype.kind in "biuf" and array.ndim > 1 else value


def _file_content(file: Any) -> bytes:
    """Return the whole content of an open binary file, wherever its position is."""
    if isinstance(file, io.TextIOBase):
        raise ValueError(
            "A file must be open for reading bytes: use `open(path, 'rb')`, or pass its text, "
            f"`file.read()`. Received: {describe(file)}"
        )
    if inspect.iscoroutinefunction(file.read):
        raise ValueError(
            f"An asynchronous file must be read first: pass `await file.read()`. "
            f"Received: {describe(file)}"
        )
    try:
        # A buffer that was just written has its position at the end.
        if hasattr(file, "seek") and (not hasattr(file, "seekable") or file.seekable()):
            file.seek(0)
        content = file.read()
    except (OSError, ValueError) as error:
        raise ValueError(f"Cannot read the file: {error}. Received: {describe(file)}") from error
    if not isinstance(content, bytes):
        raise ValueError(
            f"A file must be open for reading bytes: use `open(path, 'rb')`. "
            f"Received: {describe(file)}"
        )
    return content

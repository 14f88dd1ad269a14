"""Parse a protocol buffer of someone else."""

from __future__ import annotations

from typing import Any

from kerastl.basics.model_files.errors import RefusedModelError

# A message takes some 150 bytes in memory, and may take two in a file.
_MOST_MESSAGES = 4_000_000
_SMALL = 8 * 2**20
_BYTES_BY_WIRE_TYPE = {1: 8, 5: 4}


def parsed_message(kind: Any, content: bytes, place: str) -> Any:
    """Parse a message, but not one of far more parts than a graph has. Call it within `reading`.

    Args:
        kind: The class of the message, such as `GraphDef`.
        content: The file's content.
        place: Where it comes from, for the error.

    Raises:
        ValueError: If the content is damaged.
        RefusedModelError: If it has more than 4 million parts.

    Example:

    ```python
    graph = parsed_message(tf.compat.v1.GraphDef, content, "'model.pb'")
    ```
    """
    from google.protobuf.message import DecodeError

    if len(content) > _SMALL and _parts(kind.DESCRIPTOR, content) > _MOST_MESSAGES:
        raise RefusedModelError(
            f"A graph may have at most {_MOST_MESSAGES} parts, and this one is not unpacked. "
            f"Received: more parts in {place}"
        )
    try:
        return kind.FromString(content)
    except DecodeError as error:
        raise ValueError(f"the graph cannot be parsed: {error}") from error


def _parts(kind: Any, content: bytes) -> int:
    """Count the messages and strings without making them, up to one more than are allowed."""
    count = position = 0
    # A part is read at once and the rest later, so that no list of parts is made.
    waiting = [(kind, len(content))]
    try:
        while waiting and count <= _MOST_MESSAGES:
            kind, end = waiting[-1]
            if position >= end:
                waiting.pop()
                continue
            key, position = _varint(content, position)
            if key & 7 == 0:
                _, position = _varint(content, position)
            elif key & 7 == 2:
                size, position = _varint(content, position)
                count += 1
                field = kind.fields_by_number.get(key >> 3)
                if field is None or field.message_type is None:
                    position += size
                elif size:
                    waiting.append((field.message_type, min(position + size, end)))
            else:
                position += _BYTES_BY_WIRE_TYPE[key & 7]
    except (IndexError, KeyError):
        pass  # Damaged: the parser names it.
    return count


def _varint(content: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = content[position]
        position += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, position
        shift += 7

"""Damaged versions of a file, the same in every run."""

import json
import random
from collections.abc import Iterator
from typing import Any

OTHER_CONTENT = {
    "empty": b"",
    "zeros": bytes(200),
    "image": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "archive": b"PK\x03\x04" + bytes(100),
    "archive without members": b"PK\x05\x06" + bytes(18),
    "compressed": b"\x1f\x8b\x08\x00" + bytes(100),
    "hdf5": b"\x89HDF\r\n\x1a\n" + bytes(100),
    "parquet": b"PAR1" + bytes(8) + b"PAR1",
    "array": b"\x93NUMPY\x01\x00\x40\x00" + b"{'descr': (".ljust(64) + bytes(200),
    "pickle": b"\x80\x04N.",
    "not a text": b"\xff\xfe\x00\xd8",
    "other type 1": b"null",
    "other type 2": b"[]",
    "other type 3": b"{}",
    "other type 4": b"1",
    "other type 5": b'"x"',
    "not a number": b"NaN",
    "long number": b"1" * 5000,
    "nested lists": b"[" * 100_000,
    "nested objects": b'{"a":' * 100_000,
    "nested elements": b"<a>" * 100_000,
}
_VALUES: list[Any] = [
    *(None, True, 0, -1, 2**70, 10**400, 1.5, float("nan"), float("inf"), 1e308),
    *("", "x", "../x", "a\0b", [], {}, [[]], [None], {"x": None}, ["x", 1, None]),
]


def of_bytes(content: bytes, count: int, seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """Yield versions that are cut, altered, lengthened or of another kind, with a name for each.

    Args:
        content: The valid content.
        count: Number of cuts, and of altered bytes.
        seed: Of the positions. Defaults to 0.
    """
    yield from OTHER_CONTENT.items()
    generator = random.Random(seed)
    size = len(content)
    ends = [1, size // 2, size - 1, *(generator.randrange(size) for _ in range(count))]
    for end in ends:
        yield f"cut at {end}", content[:end]
    # The beginning and the end hold what the rest is read by.
    places = [generator.randrange(min(size, 64)) for _ in range(count // 2)]
    places += [size - 1 - generator.randrange(min(size, 64)) for _ in range(count // 2)]
    places += [generator.randrange(size) for _ in range(count)]
    for place in places:
        bits = generator.randrange(1, 256)
        altered = content[:place] + bytes([content[place] ^ bits]) + content[place + 1 :]
        yield f"byte {place} xor {bits}", altered
    yield "lengthened", content + b"\0more"
    middle = size // 2
    yield "a block of zeros", content[:middle] + bytes(min(64, size - middle)) + content[middle:]


def of_json(content: bytes, count: int, seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """Yield JSON texts in which a value has another type, a key is missing or given twice.

    Args:
        content: A valid text.
        count: Number of values that are replaced.
        seed: Of the places. Defaults to 0.
    """
    generator = random.Random(seed)
    places = list(_places(json.loads(content)))
    for place in generator.choices(places, k=count):
        value = generator.choice(_VALUES)
        changed = json.loads(content)
        _set(changed, place, lambda holder, key, value=value: holder.__setitem__(key, value))
        yield f"{place} = {value!r:.40}", json.dumps(changed).encode()
    for place in generator.choices(places, k=count // 2):
        changed = json.loads(content)
        _set(changed, place, lambda holder, key: holder.__delitem__(key))
        yield f"{place} removed", json.dumps(changed).encode()
    text = content.decode().strip()
    if text.startswith("{"):
        first = json.dumps(next(iter(json.loads(content))))
        yield "a key twice", f"{text[:-1].rstrip()}, {first}: null}}".encode()


def _places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs: Any = ()
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value[:3])
    for key, each in pairs:
        yield (*place, key)
        yield from _places(each, (*place, key))


def _set(value: Any, place: tuple[Any, ...], change: Any) -> None:
    for key in place[:-1]:
        value = value[key]
    change(value, place[-1])

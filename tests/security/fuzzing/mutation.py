"""Damage the content of a file: blindly, or by what is inside it."""

import copy
import io
import json
import re
import zipfile
from random import Random
from typing import Any

_NUMBERS = (0, 1, -1, 255, 2**15, 2**31 - 1, 2**31, -(2**31), 2**32, 2**53, 2**63, 10**30, 1e308)
_TEXTS = (
    *("", " ", "\0", "../x", "/", "a" * 5000, "é", "\u202e", "\ud800", "None", "null", "1e999"),
    *("{", "[" * 600, "<x>", "&x;", "*a", "&a", "%s{0}", "x\ny", "\ufeff", "-", "nan", "0x10"),
)
_VALUES = (*_NUMBERS, *_TEXTS, None, True, [], {}, [[]], {"": {}}, float("nan"), float("inf"))
_NUMBER = re.compile(rb"-?\d+(\.\d+)?([eE][-+]?\d+)?")


def mutated(content: bytes, random: Random) -> bytes:
    """Return damaged content, never the same for two states of `random`.

    Args:
        content: The content of a valid file.
        random: What decides on the damage.
    """
    ways = [_of_bytes]
    if content[:1] in b"{[":
        ways += [_of_json] * 4
    if b"PK\x03\x04" in content and zipfile.is_zipfile(io.BytesIO(content)):
        ways += [_of_archive] * 3
    if content[:8] == b"\x89HDF\r\n\x1a\n":
        ways += [_of_hdf5] * 2
    if b"\0" not in content[:4096]:
        ways += [_of_text] * 3
    try:
        return random.choice(ways)(content, random)
    except (ValueError, KeyError, OSError, RecursionError, zipfile.BadZipFile):
        return _of_bytes(content, random)


def _of_bytes(content: bytes, random: Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 5, 20))):
        place = random.randrange(len(damaged) + 1)
        size = min(random.choice((1, 1, 4, 8, 100)), len(damaged) - place)
        way = random.randrange(6)
        if way == 0:
            del damaged[place:]
        elif way == 1:
            del damaged[place : place + size]
        elif way == 2:
            start = random.randrange(len(damaged) + 1)
            damaged[place:place] = damaged[start : start + random.choice((1, 16, 1000))]
        elif way == 3:
            number = int(random.choice(_NUMBERS[:-2])) % 2**64
            packed = number.to_bytes(8, random.choice(("little", "big")))
            damaged[place : place + size] = packed[:size]
        elif way == 4:
            damaged[place : place + size] = random.randbytes(size)
        elif size:
            damaged[place] ^= 1 << random.randrange(8)
    return bytes(damaged)


def _of_text(content: bytes, random: Random) -> bytes:
    lines = content.splitlines(keepends=True) or [b""]
    for _ in range(random.choice((1, 1, 2, 4))):
        place = random.randrange(len(lines))
        way = random.randrange(6)
        if way == 0:
            lines.insert(place, lines[random.randrange(len(lines))])
        elif way == 1 and len(lines) > 1:
            del lines[place]
        elif way == 2:
            lines *= random.choice((1, 2, 50))
        elif way == 3:
            number = str(random.choice(_NUMBERS)).encode()
            lines[place] = _NUMBER.sub(number, lines[place], count=1)
        else:
            text = random.choice(_TEXTS).encode("utf-8", "surrogatepass")
            words = re.split(rb"(\W)", lines[place])
            words[random.randrange(len(words))] = text
            lines[place] = b"".join(words)
    return b"".join(lines)[:1_000_000]


def _of_json(content: bytes, random: Random) -> bytes:
    value = json.loads(content)
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        value = _of_value(value, random)
    return json.dumps(value).encode()


def _of_value(value: Any, random: Random) -> Any:
    """Damage one value of a tree of lists and objects."""
    places = list(_places(value))
    if not places:
        return random.choice(_VALUES)
    holder, key = random.choice(places)
    way = random.randrange(5)
    if way == 0:
        del holder[key]
    elif way == 1:
        other, name = random.choice(places)
        holder[key] = copy.deepcopy(other[name])
    elif way == 2 and isinstance(holder, dict):
        holder[random.choice(_TEXTS)] = holder.pop(key)
    elif way == 3 and isinstance(holder[key], list):
        holder[key] *= random.choice((0, 2, 100))
    else:
        holder[key] = copy.deepcopy(random.choice(_VALUES))
    return value


def _places(value: Any) -> Any:
    """Yield every list or object with each of its keys."""
    pending = [value]
    while pending:
        held = pending.pop()
        keys = range(len(held)) if isinstance(held, list) else held
        for key in list(keys) if isinstance(held, list | dict) else ():
            yield held, key
            pending.append(held[key])


def _of_archive(content: bytes, random: Random) -> bytes:
    """Damage a member, its name or the list of members, and write a whole archive."""
    before = content[: content.index(b"PK\x03\x04")]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    place = random.randrange(len(members))
    name, inside = members[place]
    way = random.randrange(8)
    if way == 0:
        del members[place]
    elif way == 1:
        members.append((name, mutated(inside, random)))
    elif way == 2:
        members[place] = (random.choice(("../x", "", "/x", name.upper(), "x" * 300)), inside)
    else:
        members[place] = (name, mutated(inside, random))
    kind = random.choice((zipfile.ZIP_STORED,) * 3 + (zipfile.ZIP_DEFLATED,))
    stream = io.BytesIO(before)
    with zipfile.ZipFile(stream, "a", kind) as archive:
        for each, held in members:
            archive.writestr(each or "x", held)
    return stream.getvalue()


def _of_hdf5(content: bytes, random: Random) -> bytes:
    """Damage the configuration of a model, or the name or the shape of its weights."""
    import h5py
    import numpy as np

    stream = io.BytesIO(content)
    with h5py.File(stream, "r+") as file:
        names: list[str] = []
        file.visit(names.append)
        if "model_config" in file.attrs and random.random() < 0.6:
            config = file.attrs["model_config"]
            config = config.encode() if isinstance(config, str) else bytes(config)
            file.attrs["model_config"] = _of_json(config, random).decode()
        elif names:
            name = random.choice(names)
            held = file[name]
            del file[name]
            if random.random() < 0.7:
                kind = random.choice(("f4", "i8", "S3"))
                shape = random.choice(((), (0,), (1,), (3, 3), (2, 2, 2, 2, 2)))
                file.create_dataset(name, data=np.zeros(shape, kind))
            elif isinstance(held, h5py.Dataset):
                file.create_dataset(f"{name}_x", data=np.zeros((1,)))
    return stream.getvalue()

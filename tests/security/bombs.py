"""Small files that declare or unpack to something huge."""

import io
import zipfile
from pathlib import Path

import numpy as np


def aliases(levels: int = 9) -> str:
    """Return YAML whose aliases stand for ten to the power of some levels."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines)


def merges(levels: int = 9) -> str:
    """Return YAML whose merged keys are copied as many times."""
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}" for n in range(1, levels)]
    return "\n".join(lines)


def array(shape: tuple[int, ...], held: int = 64) -> bytes:
    """Return an `.npy` file that declares a shape and has a few bytes."""
    stream = io.BytesIO()
    header = {"descr": "<f4", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, header)
    return stream.getvalue() + bytes(held)


def arrays(path: Path, compressed: bool = False, **members: bytes) -> None:
    """Write an `.npz` file of some `.npy` files."""
    kind = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)


def packed(content: bytes, name: str, size: int) -> bytes:
    """Append an archive whose member unpacks to some number of zeros."""
    stream = io.BytesIO(content)
    with (
        zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open(name, "w") as member,
    ):
        for _ in range(size // 1_000_000):
            member.write(bytes(1_000_000))
    return stream.getvalue()

"""Small image folders for the tests of kerastl.data."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.data.drawing import colourful, encode


@pytest.fixture
def make_folder(tmp_path: Path) -> Callable[..., Path]:
    """Write a folder of JPEG files from {relative folder: count}; every image differs."""

    def make(counts: dict[str, int], root: str = "images") -> Path:
        seed = 0
        for folder, count in counts.items():
            where = tmp_path / root / folder
            where.mkdir(parents=True)
            for i in range(count):
                seed += 1
                (where / f"{i:03}.jpg").write_bytes(encode(colourful(seed=seed), "JPEG"))
        return tmp_path / root

    return make

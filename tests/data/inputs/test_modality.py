from pathlib import Path

import numpy as np
import pytest

from kerastl.data.inputs.modality import modality_of


@pytest.mark.parametrize(
    ("examples", "modality"),
    [
        (["a.jpg", "b.PNG"], "image"),
        (["a.jpg", Path("b")], "image"),
        ([Path("a"), Path("b")], "image"),
        (["a.jpg", "it is good"], "text"),
        ([b"content"], "image"),
        (["a\0b"], "text"),
        (np.zeros((2, 8, 8)), "image"),
        ([None, "good"], "text"),
    ],
)
def test_kinds_of_examples(examples, modality) -> None:
    assert modality_of(examples) == modality


def test_existing_files_are_paths(tmp_path: Path) -> None:
    (tmp_path / "photo").touch()
    assert modality_of([str(tmp_path / "photo")]) == "image"
    assert modality_of([str(tmp_path / "photo"), "a text"]) == "text"

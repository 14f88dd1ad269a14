import subprocess
import sys

import numpy as np

from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.split import Split


def test_the_summary_shows_classes_counts_and_what_was_left_out() -> None:
    names = ("cat", "dog")
    data = Dataset(
        Split("text", ["a", "b", "c"], [0, 0, 1], names),
        test=Split("text", ["d"], np.array([1]), names),
        skipped=[(f"{i}.jpg", "truncated") for i in range(12)],
        notes=["a note"],
    )
    lines = repr(data).splitlines()
    assert lines[0] == "text data, 2 classes"
    assert lines[1].split() == ["class", "train", "test"]
    assert [line.split() for line in lines[2:5]] == [
        ["cat", "2", "0"],
        ["dog", "1", "1"],
        ["total", "3", "1"],
    ]
    assert lines[5] == "left out: 0.jpg (truncated)"
    assert lines[-2:] == ["left out: 2 more (see `data.skipped`)", "a note"]
    assert list(data.splits) == ["train", "test"]
    assert data.validation is None
    assert (data.modality, data.class_names) == ("text", names)


def test_importing_the_package_loads_nothing_heavy() -> None:
    program = (
        "import sys, kerastl.data\n"
        "kerastl.data.Dataset, kerastl.data.image_folder, kerastl.data.csv, kerastl.data.arrays\n"
        "kerastl.data.tfds, kerastl.data.huggingface\n"
        "heavy = {'tensorflow', 'keras', 'pandas', 'pyarrow', 'datasets', 'PIL'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)

import builtins
from pathlib import Path

import datasets
import numpy as np
import pytest

from kerastl.data.sources.hub import huggingface
from tests.data.drawing import colourful, encode

TEXTS = datasets.Dataset.from_dict(
    {"text": [f"text {i}" for i in range(12)], "label": [i % 2 for i in range(12)],
     "who": [i // 2 for i in range(12)]}
).cast_column("label", datasets.ClassLabel(names=["bad", "good"]))  # fmt: skip


def test_a_dataset_is_split() -> None:
    data = huggingface(TEXTS, text="text", label="label", group="who", validation_split=0.5)
    assert data.class_names == ("bad", "good")
    assert sorted(data.train.encoded() + data.validation.encoded()) == sorted(TEXTS["text"])
    assert data.train.class_counts() == {"bad": 3, "good": 3}
    held_out = {t.split()[1] for t in data.validation.encoded()}
    assert all((str(int(i) ^ 1)) in held_out for i in held_out)


def test_the_parts_of_a_dict_are_kept() -> None:
    parts = datasets.DatasetDict(
        {"train": TEXTS.select(range(8)), "test": TEXTS.select(range(8, 12)), "extra": TEXTS}
    )
    data = huggingface(parts, text="text", label="label", validation_split=0.25)
    assert data.test.encoded() == [f"text {i}" for i in range(8, 12)]
    assert [len(split) for split in data.splits.values()] == [6, 2, 4]
    assert "'extra'" in data.notes[0]


@pytest.mark.parametrize("stored", ["bytes", "paths"])
def test_images_are_read_from_the_data_set(tmp_path: Path, stored: str) -> None:
    def table(seeds: list[int]) -> datasets.Dataset:
        paths = [str(tmp_path / f"{i}.png") for i in seeds]
        for i, path in zip(seeds, paths, strict=True):
            Path(path).write_bytes(encode(colourful(seed=i), "PNG"))
        held = paths
        if stored == "bytes":
            held = [{"bytes": Path(p).read_bytes(), "path": None} for p in paths]
        features = datasets.Features({"image": datasets.Image(), "label": datasets.Value("string")})
        columns = {"image": held, "label": ["ab"[i % 2] for i in seeds]}
        return datasets.Dataset.from_dict(columns, features=features)

    parts = datasets.DatasetDict({"train": table([0, 1, 2]), "test": table([3, 4])})
    data = huggingface(parts, image="image", label="label")
    for split, seeds in ((data.train, [0, 1, 2]), (data.test, [3, 4])):
        pixels, labels = next(split.pixels((48, 64)).as_numpy_iterator())
        expected = np.stack([np.asarray(colourful(seed=i)) for i in seeds])
        np.testing.assert_array_equal(pixels, expected)
        assert labels.tolist() == [i % 2 for i in seeds]


@pytest.mark.parametrize(
    ("dataset", "options", "message"),
    [
        (TEXTS, {"text": "txt", "label": "label"}, "Unknown column. Did you mean 'text'"),
        (TEXTS, {"image": "text", "label": "label"}, "must be a datasets.Image feature"),
        (TEXTS, {"label": "label"}, "exactly one of `text`, `image` and `tokens`"),
        (["a"], {"text": "text", "label": "label"}, "not streamed.*Received: list"),
        (TEXTS.to_iterable_dataset(), {"text": "text", "label": "label"}, "IterableDataset"),
        (
            TEXTS.select([0]).map(lambda row: {"label": None}),
            {"text": "text", "label": "label"},
            "A label is missing. Received: None for example 0",
        ),
    ],
)
def test_what_cannot_be_used(dataset, options, message) -> None:
    with pytest.raises(ValueError, match=message):
        huggingface(dataset, **options)


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    real_import = builtins.__import__

    def without(name: str, *rest, **options):
        if name == "datasets":
            raise ImportError(name)
        return real_import(name, *rest, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r"pip install 'kerastl\[huggingface\]'"):
        huggingface({}, text="text", label="label")


def test_listed_classes_and_missing_labels() -> None:
    table = {"text": ["a", "b", "c"], "label": [1, 0, 1]}
    plain = datasets.Dataset.from_dict(table)
    data = huggingface(plain, text="text", label="label", class_names=["no", "yes"])
    assert (data.class_names, data.train.labels.tolist()) == (("no", "yes"), [1, 0, 1])
    missing = datasets.Dataset.from_dict({**table, "label": [1, 0, -1]}).cast_column(
        "label", datasets.ClassLabel(names=["no", "yes"])
    )
    with pytest.raises(ValueError, match=r"A label is missing. Received: None for example 2"):
        huggingface(missing, text="text", label="label")


def test_rows_that_cannot_be_used_are_left_out_and_listed(tmp_path: Path) -> None:
    table = datasets.Dataset.from_dict({"t": ["a", None, "c", "d"], "y": ["0", "1", None, "1"]})
    data = huggingface(table, text="t", label="y", on_error="skip")
    assert data.train.encoded() == ["a", "d"]
    assert [name for name, _ in data.skipped] == ["example 1", "example 2"]
    (tmp_path / "a.png").write_bytes(encode(colourful(), "PNG"))
    paths = [str(tmp_path / "a.png"), None, str(tmp_path / "none.png"), str(tmp_path / "a.png")]
    features = datasets.Features({"i": datasets.Image(), "y": datasets.Value("string")})
    columns = {"i": [{"bytes": None, "path": p} if p else None for p in paths], "y": list("abab")}
    table = datasets.Dataset.from_dict(columns, features=features)
    with pytest.raises(ValueError, match=r"2 of 4 images cannot be used"):
        huggingface(table, image="i", label="y")
    assert len(huggingface(table, image="i", label="y", on_error="skip").train) == 2

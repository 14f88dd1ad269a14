"""A directory of TensorFlow Datasets names classes to import and files to read."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

import kerastl as ktl
from kerastl.data.reading.prepared_directory import check_prepared_directory

MODULE = "tensorflow_datasets.core.features."
TEXT = {"pythonClassName": f"{MODULE}text_feature.Text", "text": {}}
OTHER = {"pythonClassName": "this.X", "jsonFeature": {"json": "{}"}}
LEGACY = {"type": "this.X", "content": {}, "proto_cls": ""}
PLACES: dict[str, Any] = {
    "feature": OTHER,
    "proto name": {"python_class_name": "this.X", "json_feature": {"json": "{}"}},
    "legacy": LEGACY,
    "legacy inside": {"type": f"{MODULE}features_dict.FeaturesDict", "content": {"x": LEGACY}},
    "inside": {
        "pythonClassName": f"{MODULE}features_dict.FeaturesDict",
        "featuresDict": {"features": {"text": TEXT, "label": OTHER}},
    },
    "text of JSON": {
        "pythonClassName": f"{MODULE}sequence_feature.Sequence",
        "jsonFeature": {"json": json.dumps({"feature": LEGACY})},
    },
    "video": {"pythonClassName": f"{MODULE}video_feature.Video"},
    "no text": {"pythonClassName": ["this.X"]},
}


def prepared(folder: Path, features: Any = TEXT, **info: Any) -> Path:
    """Write the description of a data set."""
    split = {"name": "train", "numBytes": "1", "shardLengths": ["1"], **info.pop("split", {})}
    described = {"name": "x", "version": "1.0.0", "fileFormat": "tfrecord", "splits": [split]}
    folder.mkdir(exist_ok=True)
    (folder / "dataset_info.json").write_text(json.dumps({**described, **info}))
    (folder / "features.json").write_text(json.dumps(features))
    return folder


@pytest.mark.parametrize("place", PLACES)
def test_no_module_is_imported(place: str, tmp_path: Path) -> None:
    folders = [prepared(tmp_path / "a", PLACES[place])]
    if "legacy" not in place:
        # The other description may hold the features, too.
        folders.append(prepared(tmp_path / "b"))
        described = json.loads((tmp_path / "b" / "dataset_info.json").read_text())
        content = json.dumps({**described, "features": PLACES[place]})
        (tmp_path / "b" / "dataset_info.json").write_text(content)
    for folder in folders:
        with pytest.raises(ValueError, match=r"another class would be imported.*Received: "):
            ktl.data.tfds(folder)
    assert "this" not in sys.modules


def test_a_prepared_data_set_by_its_name_is_checked(tmp_path: Path) -> None:
    prepared(tmp_path / "small", OTHER)
    with pytest.raises(ValueError, match=r"Received: feature class 'this\.X'"):
        ktl.data.tfds("small/config:1.0.0", data_dir=tmp_path)


@pytest.mark.parametrize(
    "info",
    [
        *({"name": name} for name in ("../x", "/x", "gs://bucket", "C:\\x", "..\\x", 1)),
        *({"split": {"name": name}} for name in ("../x", "/x", "gs://bucket/x")),
        *({"split": {key: "../x"}} for key in ("filepathTemplate", "filepath_template")),
        {"split": {"filepathTemplate": "/etc/passwd"}},
        {"fileFormat": "/../../x"},
    ],
)
def test_no_file_elsewhere_is_read(info: dict[str, Any], tmp_path: Path) -> None:
    folder = prepared(tmp_path / "a", **info)
    with pytest.raises(ValueError, match=r"files must be inside its directory.*Received: "):
        check_prepared_directory(folder)


def test_what_tensorflow_datasets_writes_is_allowed(tmp_path: Path) -> None:
    template = "{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}"
    check_prepared_directory(prepared(tmp_path / "a", split={"filepathTemplate": template}))


def test_special_files_and_damaged_descriptions_are_named(tmp_path: Path) -> None:
    folder = prepared(tmp_path / "a")
    (folder / "features.json").write_text("[" * 100_000)
    with pytest.raises(ValueError, match=r"is damaged.*features\.json"):
        check_prepared_directory(folder)
    os.mkfifo(folder / "x-train.tfrecord-00000-of-00001")
    with pytest.raises(ValueError, match="a named pipe"):
        check_prepared_directory(folder)

"""Check a directory of TensorFlow Datasets before that package reads it."""

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from kerastl.basics.files.damaged import ExplainedError, reading
from kerastl.basics.files.regular_file import check_regular_files, read_regular_text

_FEATURES, _INFO = "features.json", "dataset_info.json"
_MODULE = "tensorflow_datasets.core.features."
# Not here: audio and video, whose readers start other programs, and data sets inside a feature.
_CLASSES = frozenset(
    {
        *("bounding_boxes.BBoxFeature", "bb_feature.BBoxFeature", "class_label_feature.ClassLabel"),
        *("feature.Tensor", "features_dict.FeaturesDict", "image_feature.Image"),
        *("labeled_image.LabeledImage", "scalar.Scalar", "sequence_feature.Sequence"),
        *("tensor_feature.Tensor", "text_feature.Text", "translation_feature.Translation"),
        "translation_feature.TranslationVariableLanguages",
    }
)


def check_prepared_directory(directory: Path) -> None:
    """Check which classes and files the description of a prepared data set names.

    TensorFlow Datasets imports the module of every feature class that a description names, and
    reads the files that it names wherever they are.

    Args:
        directory: The directory with `dataset_info.json` and `features.json`.

    Raises:
        ValueError: If a feature is not one of tensors, images, texts and labels of TensorFlow
            Datasets, a file is outside the directory or not a regular file, or a description is
            damaged.
    """
    check_regular_files(directory)
    for file in (directory / _INFO, directory / _FEATURES):
        if file.is_file():
            with reading(file):
                _check(json.loads(read_regular_text(file)), file)


def _check(described: Any, file: Path) -> None:
    for name in _classes(described, legacy=file.name == _FEATURES):
        if not isinstance(name, str) or name.removeprefix(_MODULE) not in _CLASSES:
            raise ExplainedError(
                "The data set is not read: its features may only be tensors, images, texts and "
                "labels of TensorFlow Datasets, and another class would be imported. "
                f"Received: feature class {name!r} in {str(file)!r}"
            )
    if file.name == _INFO and isinstance(described, dict):
        for name in _file_names(described):
            if not _is_inside(name):
                raise ExplainedError(
                    "The data set is not read: its files must be inside its directory. "
                    f"Received: {name!r} in {str(file)!r}"
                )


def _classes(described: Any, legacy: bool) -> Iterator[Any]:
    """Yield the classes that a description names; older ones call them `type`."""
    pending = [(described, legacy)]
    while pending:
        value, old = pending.pop()
        if isinstance(value, list):
            pending.extend((each, old) for each in value)
        if not isinstance(value, dict):
            continue
        for key, each in value.items():
            if key in ("pythonClassName", "python_class_name") or (key == "type" and old):
                yield each
            elif key == "json" and isinstance(each, str):
                pending.append((json.loads(each), True))
            else:
                pending.append((each, old))


def _file_names(described: dict[str, Any]) -> Iterator[Any]:
    """Yield all that becomes a part of a path."""
    splits = described.get("splits")
    for part in (described, *(splits if isinstance(splits, list) else ())):
        if isinstance(part, dict):
            for key in ("name", "fileFormat", "file_format", "filepathTemplate"):
                yield part.get(key, "")
            yield part.get("filepath_template", "")


def _is_inside(name: Any) -> bool:
    if not isinstance(name, str) or ":" in name or "\0" in name:
        return False
    return not any(
        path.anchor or ".." in path.parts for path in (PurePosixPath(name), PureWindowsPath(name))
    )

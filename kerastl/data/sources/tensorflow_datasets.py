"""Read data sets of TensorFlow Datasets."""

import os
import re
from pathlib import Path
from typing import Any

from kerastl.basics.files.damaged import reading
from kerastl.basics.suggest import unknown_name
from kerastl.data.assembly.corrections import read_corrections
from kerastl.data.assembly.empty_cells import leave_out_empty
from kerastl.data.assembly.examples import Examples, assemble, take_images
from kerastl.data.assembly.labels import stored_name
from kerastl.data.assembly.listed_classes import ClassNames
from kerastl.data.images.inspection import OnError, check_on_error
from kerastl.data.images.pixel_range import check_no_range
from kerastl.data.reading.files import is_hidden
from kerastl.data.reading.prepared_directory import check_prepared_directory
from kerastl.data.reading.spool import Spool
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.split import Modality
from kerastl.data.splits.splitting import PART_NAMES


def tfds(
    name_or_directory: Any,
    *,
    text: str | None = None,
    image: str | None = None,
    label: str | None = None,
    class_names: ClassNames | None = None,
    group: str | None = None,
    data_dir: str | Path | None = None,
    validation_split: float = 0.0,
    test_split: float = 0.0,
    seed: int = 0,
    on_error: OnError = "raise",
    pixel_range: tuple[float, float] | None = None,
    corrections: str | os.PathLike[str] | None = None,
) -> Dataset:
    """Read a TensorFlow Datasets data set by name, by builder, or from its prepared directory.

    Its train, validation and test splits are kept. Encoded images are copied to a temporary file,
    so that memory does not grow with their number.

    Args:
        name_or_directory: A name such as `"rock_paper_scissors"`, or a builder such as
            `tfds.builder(...)` returns, downloaded if necessary; or the directory of a prepared
            data set.
        text: The feature with the texts. Defaults to the supervised input.
        image: The feature with the images. Defaults to the supervised input.
        label: The feature with the labels. Defaults to the supervised label.
        class_names: The classes in the order of the model's outputs. Defaults to the labels of the
            training examples.
        group: The feature with the group of each example, such as a person. A group is never
            divided. Defaults to None.
        data_dir: The directory of prepared data sets, for a name. Defaults to that of TensorFlow
            Datasets.
        validation_split: Fraction of the training split to hold out for validation. Defaults to 0.
        test_split: Fraction of the training split to hold out for testing. Defaults to 0.
        seed: Seed of the split. Defaults to 0.
        on_error: `"raise"` an error for unreadable images and empty texts, or `"skip"` them and
            list them in `Dataset.skipped`. Defaults to `"raise"`.
        pixel_range: As for `kerastl.data.arrays`. Defaults to None.
        corrections: As for `kerastl.data.image_folder`. Defaults to None.


    Returns:
        The data set.

    Raises:
        ValueError: If the data set or a feature does not exist, examples are unusable, or a
            prepared directory names other feature classes than tensors, images, texts and labels,
            or files outside it.

    Example:
    ```python
    data = kerastl.data.tfds("rock_paper_scissors", validation_split=0.2)
    ```
    """
    check_on_error(on_error)
    builder = _builder(name_or_directory, data_dir)
    features = builder.info.features
    input_name, label_name = _columns(builder, text or image, label)
    is_image = _is_image(features[input_name])
    if (is_image and text) or (not is_image and image):
        raise ValueError(
            f"The feature is {'an image: pass it as `image`' if is_image else 'not an image'}. "
            f"Received: {'text' if text else 'image'}={input_name!r}"
        )
    if not is_image:
        check_no_range(pixel_range)
    inputs: Any = Spool() if is_image else []
    labels: list[Any] = []
    parts: list[str] = []
    modality: Modality = "image" if is_image else "text"
    examples = Examples(modality, inputs, labels, parts, class_names=class_names)
    names = getattr(features[label_name], "names", None)
    groups: list[Any] = []
    for split_name in builder.info.splits:
        part = PART_NAMES.get(split_name.lower())
        if part is None:
            examples.notes.append(f"split with another name, left out: {split_name!r}")
            continue
        rows = _read(builder, split_name, input_name if is_image else None)
        for number, example in enumerate(rows):
            value = example[input_name]
            title = f"{split_name} example {number}"
            if not is_image:
                value = _decoded(value, title, on_error, examples)
                if value is None:
                    continue
            inputs.append(value)
            labels.append(stored_name(names, example[label_name], title))
            parts.append(part)
            if group is not None:
                groups.append(_feature(example, group))
    if group is not None:
        examples.groups = groups
    if is_image:
        take_images(examples, inputs, on_error, pixel_range)
    if on_error == "skip":
        leave_out_empty(examples, {label_name: examples.labels})
    examples.corrections = read_corrections(corrections)
    return assemble(examples, validation_split, test_split, seed)


def _decoded(value: Any, title: str, on_error: OnError, examples: Examples) -> str | None:
    """Return a text, or None if it is skipped because it is not UTF-8."""
    try:
        return value if isinstance(value, str) else bytes(value).decode()
    except UnicodeDecodeError as error:
        if on_error == "raise":
            raise ValueError(
                'A text is not UTF-8: repair it, or pass `on_error="skip"` to leave it out. '
                f"Received: {value[:40]!r} for {title}"
            ) from error
        examples.skipped.append((title, "the text is not UTF-8"))
        return None


def _builder(name_or_directory: Any, data_dir: str | Path | None) -> Any:
    import tensorflow_datasets

    if not isinstance(name_or_directory, str | os.PathLike):
        return _prepared_builder(name_or_directory, data_dir)
    if Path(name_or_directory).is_dir():
        directory = _prepared(Path(name_or_directory))
        check_prepared_directory(directory)
        with reading(directory):
            return tensorflow_datasets.builder_from_directory(str(directory))
    if data_dir is not None:
        # What is prepared there may come from someone else.
        folder = Path(data_dir) / re.split("[/:]", str(name_or_directory))[0]
        for described in sorted(folder.rglob("dataset_info.json")):
            check_prepared_directory(described.parent)
    try:
        builder = tensorflow_datasets.builder(str(name_or_directory), data_dir=data_dir)
    except tensorflow_datasets.core.DatasetNotFoundError as error:
        raise ValueError(
            "There is no directory and no data set of TensorFlow Datasets with this name. "
            f"Received: {str(name_or_directory)!r}"
        ) from error
    builder.download_and_prepare()
    return builder


def _prepared_builder(builder: Any, data_dir: str | Path | None) -> Any:
    import tensorflow_datasets

    if not isinstance(builder, tensorflow_datasets.core.DatasetBuilder):
        raise ValueError(
            "Pass the name or the directory of a data set, or the builder that `tfds.builder` "
            "returns, which knows its features and splits. "
            f"Received: an object of type {type(builder).__name__}"
        )
    if data_dir is not None:
        raise ValueError(
            "A builder has its own directory: leave `data_dir` out. "
            f"Received: data_dir={str(data_dir)!r}"
        )
    builder.download_and_prepare()
    return builder


def _prepared(directory: Path) -> Path:
    """Return the directory of the only prepared version below a data set's directory."""
    files = directory.rglob("dataset_info.json")
    found = sorted(
        p.parent for p in files if not any(map(is_hidden, p.relative_to(directory).parts))
    )
    if len(found) != 1:
        listed = ", ".join(str(p.relative_to(directory)) for p in found) or "none"
        raise ValueError(
            "The directory must contain exactly one prepared data set (a dataset_info.json). "
            f"Received: {str(directory)!r}, which contains {listed}"
        )
    return found[0]


def _columns(builder: Any, inputs: str | None, label: str | None) -> tuple[str, str]:
    supervised = builder.info.supervised_keys or (None, None)
    known = list(builder.info.features)

    def choose(name: str | None) -> str:
        if name is None:
            raise ValueError(
                "The data set does not name its inputs and labels: pass `text` or `image`, and "
                f"`label`. Received: features {', '.join(known)}"
            )
        if name not in known:
            raise unknown_name("feature", name, known)
        return name

    return choose(inputs or supervised[0]), choose(label or supervised[1])


def _feature(example: dict[str, Any], name: str) -> Any:
    if name not in example:
        raise unknown_name("feature", name, example)
    return example[name]


def _is_image(feature: Any) -> bool:
    import tensorflow_datasets

    return isinstance(feature, tensorflow_datasets.features.Image)


def _read(builder: Any, split: str, image: str | None) -> Any:
    import tensorflow_datasets

    decoders = {image: tensorflow_datasets.decode.SkipDecoding()} if image else None
    dataset = builder.as_dataset(split=split, decoders=decoders, shuffle_files=False)
    rows = iter(tensorflow_datasets.as_numpy(dataset))
    while True:
        with reading(builder.data_path):
            row = next(rows, None)
        if row is None:
            return
        yield row

"""Read unlabelled images or texts."""

import os
from pathlib import Path
from typing import Any

from kerastl.data.images.inspection import OnError, check_on_error
from kerastl.data.images.pixel_range import check_no_range, check_own_range
from kerastl.data.inputs.examples import list_examples
from kerastl.data.inputs.image_paths import images_at
from kerastl.data.inputs.kinds import is_tf_dataset
from kerastl.data.inputs.modality import modality_of
from kerastl.data.sources.tf_examples import read_tf_examples
from kerastl.data.sources.unlabelled_files import read_column, read_image_files, read_texts
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.split import Modality, Split


def unlabelled(
    inputs: Any,
    *,
    modality: Modality | None = None,
    text: str | None = None,
    image: str | None = None,
    encoding: str = "utf-8",
    separator: str | None = None,
    on_error: OnError = "raise",
    pixel_range: tuple[float, float] | None = None,
) -> Split:
    """Read unlabelled images or texts, such as those of a target domain.

    Files are read by the rules of `kerastl.data.image_folder` and `kerastl.data.csv`.

    Args:
        inputs: A list of texts; a list of paths, file contents, Pillow images or image arrays; an
            array of shape `(count, height, width, channels)`; the path of a folder with images at
            any depth, or a pattern such as `"photos/*.jpg"`; the path of a CSV, TSV or Parquet
            file; or a `tf.data.Dataset` of inputs, with or without labels. A list may also be a
            tuple, a Series, an iterator or a table with one column.
        modality: `"image"` or `"text"`. Defaults to `"text"` for strings, unless all of them are
            paths: they end like image files, or are existing files.
        text: The column of a table with the texts.
        image: The column of a table with paths of images, relative to the table's folder.
        encoding: Character encoding of a CSV or TSV file. Defaults to `"utf-8"`.
        separator: The character between two cells of a table. Defaults to None: as for
            `kerastl.data.csv`.
        on_error: `"raise"` an error if images are unreadable or texts are empty, or `"skip"` them
            and list them in `Split.skipped`. Defaults to `"raise"`.
        pixel_range: As for `kerastl.data.arrays`. Defaults to None.

    Returns:
        A split with `labels=None`.

    Raises:
        ValueError: If there are no examples, or an example cannot be read.

    Example:

    >>> len(unlabelled(["The strap broke.", "Loud and clear."]))
    2
    """
    check_on_error(on_error)
    if isinstance(inputs, Dataset | Split):
        check_own_range(pixel_range, inputs)
    if isinstance(inputs, Dataset):
        inputs = inputs.train
    if isinstance(inputs, Split):
        return Split(inputs.modality, inputs.inputs, None, inputs.class_names)
    if is_tf_dataset(inputs):
        inputs = read_tf_examples(inputs).inputs
    if isinstance(inputs, str | os.PathLike):
        images = images_at(os.fspath(inputs))
        if images is not None:
            return read_image_files(images, on_error, pixel_range)
        path = Path(inputs)
        if (text is None) == (image is None):
            raise ValueError(
                "`inputs` must be a list of examples, a folder of images, or a table file with the "
                f"column of its inputs as either `text` or `image`. Received: "
                f"{os.fspath(inputs)!r}, text={text!r}, image={image!r}"
            )
        return read_column(path, text, image, encoding, separator, on_error, pixel_range)
    examples = list_examples(inputs)
    kind = modality or modality_of(examples)
    if isinstance(examples, list | tuple):
        if kind == "text" and all(isinstance(each, str) for each in examples):
            check_no_range(pixel_range)
            return read_texts(list(examples), on_error)
        if kind == "image" and _are_files(examples):
            sources = [str(each) if isinstance(each, Path) else each for each in examples]
            return read_image_files(sources, on_error, pixel_range)
    return Split.from_raw(examples, kind, pixel_range=pixel_range)


def _are_files(inputs: Any) -> bool:
    """Return whether all images are paths, or all are contents of files."""
    return all(isinstance(each, str | Path) for each in inputs) or all(
        isinstance(each, bytes) for each in inputs
    )

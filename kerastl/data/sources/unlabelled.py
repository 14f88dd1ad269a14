"""Read unlabelled images or texts."""

import os
from pathlib import Path
from typing import Any

from kerastl.data.inputs.examples import list_examples
from kerastl.data.inputs.image_paths import images_at
from kerastl.data.inputs.kinds import is_tf_dataset
from kerastl.data.inputs.modality import modality_of
from kerastl.data.sources.table import read_column
from kerastl.data.sources.tf_examples import read_tf_examples
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.split import Modality, Split


def unlabelled(
    inputs: Any,
    *,
    modality: Modality | None = None,
    text: str | None = None,
    image: str | None = None,
) -> Split:
    """Read unlabelled images or texts, such as those of a target domain.

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

    Returns:
        A split with `labels=None`.

    Raises:
        ValueError: If there are no examples, or an example cannot be read.

    Example:

    >>> len(unlabelled(["The strap broke.", "Loud and clear."]))
    2
    """
    if isinstance(inputs, Dataset):
        inputs = inputs.train
    if isinstance(inputs, Split):
        return Split(inputs.modality, inputs.inputs, None, inputs.class_names)
    if is_tf_dataset(inputs):
        inputs = read_tf_examples(inputs).inputs
    if isinstance(inputs, str | os.PathLike):
        images = images_at(os.fspath(inputs))
        if images is not None:
            return Split.from_raw(images, "image")
        path = Path(inputs)
        if (text is None) == (image is None):
            raise ValueError(
                "`inputs` must be a list of examples, a folder of images, or a table file with the "
                f"column of its inputs as either `text` or `image`. Received: "
                f"{os.fspath(inputs)!r}, text={text!r}, image={image!r}"
            )
        values = read_column(path, str(text or image))
        if image is not None:
            values = [str(path.parent / value) for value in values]
        return Split.from_raw(values, "text" if text else "image")
    examples = list_examples(inputs)
    return Split.from_raw(examples, modality or modality_of(examples))

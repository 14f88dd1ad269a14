"""A split of a data set: inputs, labels and the pipelines that read them."""

import operator
from collections.abc import Callable, Sequence
from typing import Any, Literal, overload

import numpy as np

from kerastl.basics.image_size import check_image_size
from kerastl.basics.utf8 import check_utf8
from kerastl.data.images.encoded_images import Images
from kerastl.data.pipeline.epoch_sampler import EpochSampler
from kerastl.data.splits.dataset_html import split_html
from kerastl.data.splits.example import Example

Modality = Literal["image", "text"]


class Split:
    """Images or texts with their labels, one class each.

    Images are decoded only while a pipeline runs. A pipeline holds a few batches at a time.

    Args:
        modality: `"image"` or `"text"`.
        inputs: Images, or a sequence of strings.
        labels: Integers that index `class_names`, shape `(count,)`, or None if unknown.
        class_names: The classes, in the order of the labels.

    Attributes:
        labels: The labels, int32, or None.
        skipped: `(name, reason)` of each example that `kerastl.data.unlabelled` left out. Examples
            of a data set are listed in `Dataset.skipped`.

    Raises:
        ValueError: If the modality is unknown, or there are not as many labels as inputs.

    Example:
    ```python
    data = kerastl.data.image_folder("trash", validation_split=0.2)
    data.train[0].label, len(data.train)
    for pixels, labels in data.train.pixels((224, 224), batch_size=8).take(1):
        print(pixels.shape, labels.shape)
    ```
    """

    skipped: Sequence[tuple[str, str]] = ()

    def __init__(
        self,
        modality: Modality,
        inputs: Sequence[str] | Images,
        labels: np.ndarray | Sequence[int] | None,
        class_names: Sequence[str],
    ) -> None:
        if modality not in ("image", "text"):
            raise ValueError(
                f'`modality` must be "image" or "text". Received: modality={modality!r}'
            )
        self.modality: Modality = modality
        self.inputs = inputs
        self.labels = None if labels is None else np.asarray(labels, np.int32)
        self.class_names = tuple(class_names)
        if self.labels is not None and len(self.labels) != len(inputs):
            raise ValueError(
                "There must be one label for each input. "
                f"Received: {len(inputs)} inputs and {len(self.labels)} labels"
            )

    @classmethod
    def from_raw(
        cls,
        inputs: Any,
        modality: Modality,
        class_names: Sequence[str] = (),
        *,
        pixel_range: tuple[float, float] | None = None,
        predicting: bool = False,
    ) -> "Split":
        """Make an unlabelled split from raw inputs, such as those of `predict`.

        Args:
            inputs: One example or a list of examples. An image is a path, the bytes of a file, a
                `PIL.Image.Image` or an array of shape `(height, width[, channels])` with values
                0 to 255. A text is a string.
            modality: `"image"` or `"text"`.
            class_names: The classes of the split. Defaults to none.
            pixel_range: As for `kerastl.data.arrays`. Defaults to None.
            predicting: Whether these may be a few dark images. Defaults to False: a data set.

        Returns:
            A split with `labels=None`.

        Raises:
            ValueError: If an input cannot be read. The error names it.
        """
        from kerastl.data.images.raw import read_raw

        read = read_raw(inputs, modality, pixel_range, predicting=predicting)
        if not isinstance(read, Images):
            check_utf8(read, "example {}".format)
        return cls(modality, read, None, class_names)

    def __len__(self) -> int:
        return len(self.inputs)

    @overload
    def __getitem__(self, index: int) -> Example: ...
    @overload
    def __getitem__(self, index: slice) -> "Split": ...
    def __getitem__(self, index: int | slice) -> "Example | Split":
        """Return one example, or those of a slice as a split."""
        if isinstance(index, slice):
            return self.subset(range(*index.indices(len(self))))
        place = operator.index(index)
        if not -len(self) <= place < len(self):
            raise IndexError(f"The split has {len(self)} examples. Received: the position {place}")
        place %= len(self)
        return Example(
            place,
            self.name(place),
            self.inputs[place],
            None if self.labels is None else self.label_of(place),
            self.inputs if isinstance(self.inputs, Images) else None,
        )

    def label_of(self, index: int) -> Any:
        """Return the class of a labelled example; other kinds of splits return other labels."""
        return self.class_names[int(self._known_labels()[index])]

    def _repr_html_(self) -> str:
        return split_html(self)

    def __repr__(self) -> str:
        return f"<Split of {len(self)} {self.modality}s, {len(self.class_names)} classes>"

    def name(self, index: int) -> str:
        """Return the path of an image, else its kind and its position, such as `"text 3"`."""
        if isinstance(self.inputs, Images):
            return self.inputs.name(index)
        return f"text {index}"

    @property
    def strata(self) -> np.ndarray:
        """The strata of a stratified split or sample: the class of each example.

        Integers of shape `(count,)`. A split without labels raises a `ValueError`.
        """
        return self._known_labels()

    @property
    def strata_names(self) -> tuple[str, ...]:
        """The names of the strata."""
        return self.class_names

    def summary_column(self) -> dict[str, str]:
        """Return this split's column of `Dataset.summary`.

        Returns:
            The cells by row name: the number of examples of each class.
        """
        return {name: str(count) for name, count in self.class_counts().items()}

    def summary_title(self) -> tuple[str, str]:
        """Return the title of `Dataset.summary` and the heading of its first column."""
        return f"{self.modality} data, {len(self.class_names)} classes", "class"

    def class_counts(self) -> dict[str, int]:
        """Count the examples of each class.

        Returns:
            Counts by class name, in the order of `class_names`.
        """
        counts = np.bincount(self._known_labels(), minlength=len(self.class_names))
        return dict(zip(self.class_names, counts.tolist(), strict=True))

    def subset(self, indices: Sequence[int] | np.ndarray) -> "Split":
        """Return some of the examples as a new split.

        Args:
            indices: Positions of the examples, in the order of the new split.

        Returns:
            A new split that shares the inputs.
        """
        chosen = np.asarray(indices, np.int64)
        if isinstance(self.inputs, Images):
            inputs: Any = self.inputs.take(chosen.tolist())
        else:
            inputs = [self.inputs[i] for i in chosen]
        labels = None if self.labels is None else self.labels[chosen]
        return type(self)(self.modality, inputs, labels, self.class_names)

    def pixels(
        self,
        image_size: int | tuple[int, int],
        batch_size: int = 32,
        *,
        shuffle: bool = False,
        seed: int | EpochSampler = 0,
        augmentation: Callable[..., Any] | None = None,
    ) -> Any:
        """Return batches of pixels and labels as a `tf.data.Dataset`.

        Args:
            image_size: `(height, width)` in pixels, or one number for both.
            batch_size: Examples in a batch. Defaults to 32.
            shuffle: Whether each epoch has a new random order. Defaults to False.
            seed: Seed of the orders and the augmentation, or an `EpochSampler`, which also sets
                the number of the next epoch. Defaults to 0.
            augmentation: A callable on a batch of pixels, such as `default_augmentation` returns.
                It is called with `training=True`. Random Keras layers in it draw from `seed`, not
                from their own seeds. Defaults to None.

        Returns:
            A `tf.data.Dataset` of `(pixels, labels)`: `float32` `(batch, height, width, 3)`, RGB,
            whole numbers 0 to 255 (not rounded after an augmentation), and `int32` `(batch,)`. A
            split without labels gives `pixels` alone.

        Raises:
            ValueError: If this is a split of texts.
        """
        if not isinstance(self.inputs, Images):
            raise ValueError(f"Texts have no pixels: call `strings()` instead. Received: {self!r}")
        from kerastl.data.pipeline.pipeline import stream_pixels

        return stream_pixels(
            self.inputs,
            self.labels,
            check_image_size(image_size),
            batch_size,
            shuffle,
            seed,
            augmentation,
        )

    def strings(
        self, batch_size: int = 32, *, shuffle: bool = False, seed: int | EpochSampler = 0
    ) -> Any:
        """Return batches of strings and labels as a `tf.data.Dataset`.

        Args:
            batch_size: Examples in a batch. Defaults to 32.
            shuffle: Whether each epoch has a new random order. Defaults to False.
            seed: Seed of the orders, or an `EpochSampler`, which also sets the number of the next
                epoch. Defaults to 0.

        Returns:
            A `tf.data.Dataset` of `(texts, labels)`: string `(batch,)` and `int32` `(batch,)`. A
            split without labels gives texts alone.

        Raises:
            ValueError: If this is a split of images.
        """
        if isinstance(self.inputs, Images):
            raise ValueError(f"Images have no strings: call `pixels()` instead. Received: {self!r}")
        from kerastl.data.pipeline.pipeline import stream_strings

        return stream_strings(self.inputs, self.labels, batch_size, shuffle, seed)

    def encoded(self, indices: Sequence[int] | np.ndarray | None = None) -> list[bytes | str]:
        """Return examples in the raw form that an exported artifact reads.

        Args:
            indices: Positions of the examples. Defaults to all.

        Returns:
            Texts, or the bytes of image files. Decoded images, and images that TensorFlow cannot
            decode, are encoded as PNG.
        """
        chosen = range(len(self)) if indices is None else [int(i) for i in indices]
        if isinstance(self.inputs, Images):
            return [self.inputs.encoded(i) for i in chosen]
        return [self.inputs[i] for i in chosen]

    def fingerprint(self) -> str:
        """Hash the inputs: the bytes of files, the pixels or the texts, in order.

        Every file is read, in chunks. Labels, class names and paths do not change the hash.

        Returns:
            32 hexadecimal digits.

        Example:
        >>> texts = Split("text", ["good", "bad"], [1, 0], ["no", "yes"])
        >>> texts.fingerprint() == texts.subset([1, 0]).fingerprint()
        False
        """
        from kerastl.data.splits.fingerprint import fingerprint

        return fingerprint(self.inputs)

    def unreadable(self) -> list[tuple[str, str]]:
        """Decode every image and list those that cannot be decoded.

        A damaged image can pass the check of its header, and TensorFlow's error names no file.
        `fit`, `evaluate` and `predict` call this after such an error.

        Returns:
            `(name, reason)` of each image that cannot be decoded. Empty for texts.
        """
        if not isinstance(self.inputs, Images):
            return []
        from kerastl.data.pipeline.pipeline import find_unreadable

        return find_unreadable(self.inputs)

    def _known_labels(self) -> np.ndarray:
        if self.labels is None:
            raise ValueError(f"This split has no labels. Received: {self!r}")
        return self.labels

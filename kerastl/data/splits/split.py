"""One named part of a data set: inputs, labels and the pipelines that read them."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np

from kerastl.data.images.encoded_images import Images
from kerastl.data.pipeline.epoch_sampler import EpochSampler

Modality = Literal["image", "text"]


class Split:
    """Examples of one modality with their labels.

    Nothing is decoded until a pipeline runs, and a pipeline holds a few batches at a time.

    Args:
        modality: `"image"` or `"text"`.
        inputs: Images, or a sequence of strings.
        labels: Integers that index `class_names`, shape `(count,)`, or None where unknown.
        class_names: The classes, in the order of the labels.

    Example:
    ```python
    data = kerastl.data.image_folder("trash", validation_split=0.2)
    for pixels, labels in data.train.pixels((224, 224), batch_size=8).take(1):
        print(pixels.shape, labels.shape)
    ```
    """

    def __init__(
        self,
        modality: Modality,
        inputs: Sequence[str] | Images,
        labels: np.ndarray | Sequence[int] | None,
        class_names: Sequence[str],
    ) -> None:
        if modality not in ("image", "text"):
            raise ValueError(f'modality must be "image" or "text". Received: {modality!r}')
        self.modality: Modality = modality
        self.inputs = inputs
        self.labels = None if labels is None else np.asarray(labels, np.int32)
        self.class_names = tuple(class_names)
        if self.labels is not None and len(self.labels) != len(inputs):
            raise ValueError(
                "Inputs and labels must be equally many. "
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
    ) -> "Split":
        """Make an unlabelled split from what a user wants predicted.

        Args:
            inputs: One example or a list of them. An image is a path, the bytes of a file, a
                `PIL.Image.Image` or an array of shape `(height, width[, channels])` with values
                0 to 255; a text is a string.
            modality: `"image"` or `"text"`.
            class_names: The classes that a prediction chooses from.
            pixel_range: The values of black and white in image arrays, such as `(0, 1)`. Defaults
                to what `kerastl.data.arrays` takes.

        Returns:
            A split whose `labels` is None.

        Raises:
            ValueError: For an input that cannot be read, by name.
        """
        from kerastl.data.images.raw import read_raw

        return cls(modality, read_raw(inputs, modality, pixel_range), None, class_names)

    def __len__(self) -> int:
        return len(self.inputs)

    def __repr__(self) -> str:
        return f"<Split of {len(self)} {self.modality}s, {len(self.class_names)} classes>"

    @property
    def strata(self) -> np.ndarray:
        """What a division or a sample keeps in proportion: each example's class.

        Integers of shape `(count,)`. Raises a `ValueError` where the split has no labels.
        """
        return self._known_labels()

    @property
    def strata_names(self) -> tuple[str, ...]:
        """What `strata` count, by name."""
        return self.class_names

    def summary_column(self) -> dict[str, str]:
        """Describe the labels for the table of `Dataset.summary`.

        Returns:
            What stands in each row, by its name: for each class the number of examples.
        """
        return {name: str(count) for name, count in self.class_counts().items()}

    def summary_title(self) -> tuple[str, str]:
        """Say what the data is, and what the rows of its summary are called."""
        return f"{self.modality} data, {len(self.class_names)} classes", "class"

    def class_counts(self) -> dict[str, int]:
        """Count the examples of each class.

        Returns:
            The count by class name, in the order of `class_names`.
        """
        counts = np.bincount(self._known_labels(), minlength=len(self.class_names))
        return dict(zip(self.class_names, counts.tolist(), strict=True))

    def subset(self, indices: Sequence[int] | np.ndarray) -> "Split":
        """Take some of the examples.

        Args:
            indices: Which ones, in the wanted order.

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
        image_size: tuple[int, int],
        batch_size: int = 32,
        *,
        shuffle: bool = False,
        seed: int | EpochSampler = 0,
        augmentation: Callable[..., Any] | None = None,
    ) -> Any:
        """Stream the images as batches of pixels.

        Args:
            image_size: `(height, width)` in pixels.
            batch_size: Examples in a batch. Defaults to 32.
            shuffle: Whether each epoch comes in a new random order. Defaults to False.
            seed: Makes orders and augmentation repeatable; an `EpochSampler` also says which epoch
                comes next. Defaults to 0.
            augmentation: A callable on a batch, such as `default_augmentation` gives, called with
                `training=True`. What Keras layers in it draw depends on `seed`, not on theirs.
                Defaults to none.

        Returns:
            A `tf.data.Dataset` of `(pixels, labels)`: `float32` `(batch, height, width, 3)`, RGB,
            whole numbers 0 to 255 (unrounded after an augmentation), and `int32` `(batch,)`. Of
            `pixels` alone where the split has no labels.
        """
        if not isinstance(self.inputs, Images):
            raise ValueError(f"A split of texts has no pixels: use strings(). Received: {self!r}")
        from kerastl.data.pipeline.pipeline import stream_pixels

        return stream_pixels(
            self.inputs, self.labels, image_size, batch_size, shuffle, seed, augmentation
        )

    def strings(
        self, batch_size: int = 32, *, shuffle: bool = False, seed: int | EpochSampler = 0
    ) -> Any:
        """Stream the texts as batches of strings.

        Args:
            batch_size: Examples in a batch. Defaults to 32.
            shuffle: Whether each epoch comes in a new random order. Defaults to False.
            seed: Makes the orders repeatable; an `EpochSampler` also says which epoch comes next.
                Defaults to 0.

        Returns:
            A `tf.data.Dataset` of `(texts, labels)`: string `(batch,)` and `int32` `(batch,)`. Of
            texts alone where the split has no labels.
        """
        if isinstance(self.inputs, Images):
            raise ValueError(f"A split of images has no strings: use pixels(). Received: {self!r}")
        from kerastl.data.pipeline.pipeline import stream_strings

        return stream_strings(self.inputs, self.labels, batch_size, shuffle, seed)

    def encoded(self, indices: Sequence[int] | np.ndarray | None = None) -> list[bytes | str]:
        """Give examples in the raw form that an exported artifact takes.

        Args:
            indices: Which ones. Defaults to all.

        Returns:
            Texts, or the bytes of image files. An image that is held as pixels, or whose
            format TensorFlow cannot decode, comes as PNG.
        """
        chosen = range(len(self)) if indices is None else [int(i) for i in indices]
        if isinstance(self.inputs, Images):
            return [self.inputs.encoded(i) for i in chosen]
        return [self.inputs[i] for i in chosen]

    def fingerprint(self) -> str:
        """Name what the inputs hold: the bytes of files, the pixels or the texts, in order.

        Every file is read, in pieces. Labels, class names and paths do not count.

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
        """Decode every image to find those that a pipeline fails on.

        An image that is damaged inside passes the check of its header, and TensorFlow's error
        names no file: `naming_unreadable` calls this when one has failed.

        Returns:
            `(name, reason)` of each image that cannot be decoded; empty for texts.
        """
        if not isinstance(self.inputs, Images):
            return []
        from kerastl.data.pipeline.pipeline import find_unreadable

        return find_unreadable(self.inputs)

    def _known_labels(self) -> np.ndarray:
        if self.labels is None:
            raise ValueError(f"This split has no labels to count. Received: {self!r}")
        return self.labels

"""A split of images with bounding boxes."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from kerastl.basics.image_size import check_image_size
from kerastl.data.images.encoded_images import Images
from kerastl.data.pipeline.epoch_sampler import EpochSampler
from kerastl.data.splits.split import Split

# An augmentation may cut a box. An object with a shorter side, in pixels, is unrecognisable.
_LEAST_SIDE = 4.0


class BoxSplit(Split):
    """Images with labelled bounding boxes, for object detection.

    Args:
        inputs: The images.
        boxes: One array of shape `(count, 4)` for each image: x1, y1, x2, y2 in pixels of the
            upright image, from its upper left corner.
        kinds: One array for each image: the class of every box, as integers that index
            `class_names`.
        class_names: The classes.
        sizes: Width and height of each upright image in pixels, shape `(images, 2)`.

    Attributes:
        boxes: The boxes of each image, float32.
        kinds: The class of every box of each image, int32.
        sizes: Width and height of each upright image in pixels.
        labels: The class of every box, int32 of shape `(images, most boxes of an image)`, padded
            with -1.
    """

    labels: np.ndarray
    inputs: Images

    def __init__(
        self,
        inputs: Images,
        boxes: Sequence[np.ndarray],
        kinds: Sequence[np.ndarray],
        class_names: Sequence[str],
        sizes: np.ndarray,
    ) -> None:
        self.boxes = [np.asarray(each, np.float32).reshape(-1, 4) for each in boxes]
        self.kinds = [np.asarray(each, np.int32).reshape(-1) for each in kinds]
        self.sizes = np.asarray(sizes).reshape(-1, 2)
        most = max([1, *map(len, self.kinds)])
        labels = np.full((len(inputs), most), -1, np.int32)
        for row, each in zip(labels, self.kinds, strict=True):
            row[: len(each)] = each
        super().__init__("image", inputs, labels, class_names)

    def __repr__(self) -> str:
        return (
            f"<BoxSplit of {len(self)} images with {sum(map(len, self.kinds))} boxes, "
            f"{len(self.class_names)} classes>"
        )

    def targets(self, image_size: tuple[int, int]) -> np.ndarray:
        """Return the boxes in pixels of images that are resized to one size.

        Args:
            image_size: `(height, width)` in pixels.

        Returns:
            float32 of shape `(images, most boxes of an image, 5)`: x1, y1, x2, y2 and class. Rows
            without a box are -1.
        """
        targets = np.full((*self.labels.shape, 5), -1, np.float32)
        height, width = image_size
        for row, boxes, kinds, size in zip(
            targets, self.boxes, self.kinds, self.sizes, strict=True
        ):
            scale = np.array([width, height], np.float64) / size
            row[: len(boxes), :4] = boxes * np.tile(scale, 2)
            row[: len(boxes), 4] = kinds
        return targets

    def pixels(
        self,
        image_size: int | tuple[int, int],
        batch_size: int = 32,
        *,
        shuffle: bool = False,
        seed: int | EpochSampler = 0,
        augmentation: Callable[..., Any] | None = None,
    ) -> Any:
        """Return batches of pixels and boxes as a `tf.data.Dataset`.

        Args:
            image_size: `(height, width)` in pixels, or one number for both.
            batch_size: Images in a batch. Defaults to 32.
            shuffle: Whether each epoch has a new random order. Defaults to False.
            seed: Seed of the orders and the augmentation, or an `EpochSampler`. Defaults to 0.
            augmentation: A callable such as `box_augmentation` returns. It is called with
                `{"images", "bounding_boxes": {"boxes", "labels"}}` and `training=True`. Defaults
                to None.

        Returns:
            A `tf.data.Dataset` of `(pixels, targets)`: float32 `(batch, height, width, 3)` from 0
            to 255, and the rows of `targets` for these images.
        """
        import tensorflow as tf

        from kerastl.data.pipeline.pipeline import stream_pixels
        from kerastl.data.pipeline.seeded_map import seeded_map

        image_size = check_image_size(image_size)
        targets = self.targets(image_size)
        batches = stream_pixels(self.inputs, targets, image_size, batch_size, shuffle, seed, None)
        if augmentation is None:
            return batches

        def change(pixels: Any, targets: Any) -> Any:
            changed = augmentation(
                {
                    "images": pixels,
                    "bounding_boxes": {"boxes": targets[..., :4], "labels": targets[..., 4]},
                },
                training=True,
            )
            boxes, kinds = changed["bounding_boxes"]["boxes"], targets[..., 4]
            sides = boxes[..., 2:] - boxes[..., :2]
            kinds = tf.where(tf.reduce_min(sides, axis=-1) < _LEAST_SIDE, -1.0, kinds)
            pixels = tf.clip_by_value(changed["images"], 0.0, 255.0)
            return pixels, tf.concat([boxes, kinds[..., None]], axis=-1)

        batches = seeded_map(batches, change, seed, "augmentation")
        return batches.prefetch(2)

    def label_of(self, index: int) -> list[tuple[str, tuple[float, ...]]]:
        """Return the class and the box of each object, in pixels of the upright image."""
        return [
            (self.class_names[kind], tuple(box))
            for kind, box in zip(self.kinds[index], self.boxes[index].tolist(), strict=True)
        ]

    @property
    def strata(self) -> np.ndarray:
        """The strata of a stratified split: the class of each image's rarest object.

        Integers of shape `(images,)`. An image without boxes joins the most frequent class. So does
        an image whose rarest class no other image has. A single image raises a `ValueError`.
        """
        if len(self) < 2:
            raise ValueError(
                "One image cannot be divided into training and held-out data: add images, or read "
                f"the held-out images from a source of their own. Received: {self!r}"
            )
        has = np.stack([(self.labels == kind).any(axis=1) for kind in range(self._classes)], axis=1)
        order = np.argsort(-has.sum(axis=0), kind="stable")
        # From the most frequent class to the rarest: later assignments overwrite earlier ones.
        strata = np.full(len(self), order[0], np.int32)
        for kind in order:
            strata[has[:, kind]] = kind
        counts = np.bincount(strata, minlength=self._classes)
        strata[counts[strata] == 1] = counts.argmax()
        return strata

    def class_counts(self) -> dict[str, int]:
        """Count the boxes of each class.

        Returns:
            Counts by class name, in the order of `class_names`.
        """
        counts = np.bincount(self.labels[self.labels >= 0], minlength=self._classes)
        return dict(zip(self.class_names, counts.tolist(), strict=True))

    def summary_title(self) -> tuple[str, str]:
        """Return the title of `Dataset.summary` and the heading of its first column."""
        return f"images with boxes of {self._classes} classes; total counts images", "boxes of"

    def subset(self, indices: Sequence[int] | np.ndarray) -> "BoxSplit":
        """Return some of the images as a new split; see `Split.subset`."""
        chosen = [int(i) for i in indices]
        return BoxSplit(
            self.inputs.take(chosen),
            [self.boxes[i] for i in chosen],
            [self.kinds[i] for i in chosen],
            self.class_names,
            self.sizes[chosen],
        )

    @property
    def _classes(self) -> int:
        return len(self.class_names)

"""Random changes to training images that take their boxes along."""

from typing import Any


def box_augmentation(image_size: tuple[int, int], *, flip: bool = True, seed: int = 0) -> Any:
    """Make the usual augmentation for detection: flip, shift, zoom, contrast and brightness.

    Mirrored half of the time, shifted by up to 10 percent, zoomed by up to 20, contrast and
    brightness changed by up to 10. What comes in from outside repeats the edge: a reflection
    would show objects that have no box.

    Args:
        image_size: `(height, width)` of the images in pixels.
        flip: Whether left and right may be swapped. Defaults to True.
        seed: Makes the changes repeatable. Defaults to 0.

    Returns:
        A Keras layer from `{"images": (batch, height, width, 3), "bounding_boxes": {"boxes":
        (batch, count, 4), "labels": (batch, count)}}` to the same, boxes as x1, y1, x2, y2 in
        pixels. Boxes are cut at the edge; one that is outside has no area left.

    Example:
    ```python
    augmentation = kerastl.data.box_augmentation((224, 224))
    batches = data.train.pixels((224, 224), shuffle=True, augmentation=augmentation)
    ```
    """
    from keras import layers, ops

    flips = [layers.RandomFlip("horizontal", seed=seed)] if flip else []
    pipeline = layers.Pipeline(
        [
            *flips,
            layers.RandomTranslation(0.1, 0.1, fill_mode="nearest", seed=seed + 1),
            layers.RandomZoom(0.2, fill_mode="nearest", seed=seed + 2),
            layers.RandomContrast(0.1, value_range=(0, 255), seed=seed + 3),
            layers.RandomBrightness(0.1, value_range=(0, 255), seed=seed + 4),
        ],
        name="box_augmentation",
    )
    for layer in pipeline.layers:
        # All of them read it, and not all take it as an argument.
        layer.bounding_box_format = "xyxy"
    # The first call makes the layers' state; inside tf.data's graph that would be too late.
    boxes = {"boxes": ops.zeros((1, 1, 4)), "labels": ops.zeros((1, 1))}
    pipeline({"images": ops.zeros((1, *image_size, 3)), "bounding_boxes": boxes})
    return pipeline

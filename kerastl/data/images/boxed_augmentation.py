"""The default augmentation of training images with bounding boxes."""

from typing import Any

from kerastl.basics.image_size import check_image_size


def box_augmentation(image_size: int | tuple[int, int], *, flip: bool = True, seed: int = 0) -> Any:
    """Make the usual augmentation for detection: flip, shift, zoom, contrast and brightness.

    It flips half of the images, shifts by up to 10 percent, zooms by up to 20 percent, and changes
    contrast and brightness by up to 10 percent. Pixels from outside the image repeat the edge,
    because a reflection would show objects without boxes.

    Args:
        image_size: `(height, width)` of the images in pixels, or one number for both.
        flip: Whether images may be flipped left to right. Defaults to True.
        seed: Seed of the layers. `BoxSplit.pixels` draws from its own seed instead. Defaults to 0.

    Returns:
        A Keras layer from `{"images": (batch, height, width, 3), "bounding_boxes": {"boxes":
        (batch, count, 4), "labels": (batch, count)}}` to the same structure. Boxes are x1, y1, x2,
        y2 in pixels. They are cut at the edge, and a box outside the image has no area.

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
        # All layers read this attribute, but not all accept it as an argument.
        layer.bounding_box_format = "xyxy"
    # The first call creates the layers' state, which must happen outside the graph of tf.data.
    boxes = {"boxes": ops.zeros((1, 1, 4)), "labels": ops.zeros((1, 1))}
    pipeline({"images": ops.zeros((1, *check_image_size(image_size), 3)), "bounding_boxes": boxes})
    return pipeline

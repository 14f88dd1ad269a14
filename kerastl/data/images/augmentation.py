"""Random changes to training images that leave their class alone."""

from typing import Any

from kerastl.basics.suggest import unknown_name

_STRENGTHS = {"light": 0.5, "medium": 1.0, "strong": 2.0}


def default_augmentation(
    image_size: tuple[int, int], *, strength: str = "medium", flip: bool = True, seed: int = 0
) -> Any:
    """Make the usual augmentation for photographs: flip, turn, shift, zoom and contrast.

    At medium strength: mirrored half of the time, turned by up to 18 degrees, shifted and zoomed
    by up to 10 percent, contrast changed by up to 10 percent. Edges are filled by reflection.

    Args:
        image_size: `(height, width)` of the images in pixels.
        strength: `"light"` (half as much), `"medium"` or `"strong"` (twice as much). Defaults to
            `"medium"`.
        flip: Whether left and right may be swapped: False for text, digits or signs. Defaults to
            True.
        seed: Makes the changes repeatable. Defaults to 0.

    Returns:
        A Keras layer from `(batch, height, width, 3)` pixels, 0 to 255, to the same. It does
        nothing unless called with `training=True`, and works inside `tf.data` with every Keras
        backend.

    Raises:
        ValueError: For an unknown strength.

    Example:
    ```python
    augmentation = kerastl.data.default_augmentation((224, 224), flip=False)
    batches = data.train.pixels((224, 224), shuffle=True, augmentation=augmentation)
    ```
    """
    from keras import layers, ops

    if strength not in _STRENGTHS:
        raise unknown_name("augmentation strength", strength, _STRENGTHS)
    amount = _STRENGTHS[strength]
    flips = [layers.RandomFlip("horizontal", seed=seed)] if flip else []
    # A Sequential model refuses TensorFlow's tensors on other backends; a Pipeline takes them.
    pipeline = layers.Pipeline(
        [
            *flips,
            layers.RandomRotation(0.05 * amount, fill_mode="reflect", seed=seed + 1),
            layers.RandomTranslation(
                0.1 * amount, 0.1 * amount, fill_mode="reflect", seed=seed + 2
            ),
            layers.RandomZoom(0.1 * amount, fill_mode="reflect", seed=seed + 3),
            layers.RandomContrast(0.1 * amount, value_range=(0, 255), seed=seed + 4),
        ],
        name="augmentation",
    )
    # The first call makes the layers' state; inside tf.data's graph that would be too late.
    pipeline(ops.zeros((1, *image_size, 3)))
    return pipeline

"""The default augmentation of training images."""

from typing import Any

from kerastl.basics.image_size import check_image_size
from kerastl.basics.suggest import unknown_name

_STRENGTHS = {"light": 0.5, "medium": 1.0, "strong": 2.0}


def default_augmentation(
    image_size: int | tuple[int, int], *, strength: str = "medium", flip: bool = True, seed: int = 0
) -> Any:
    """Make the usual augmentation for photos: flip, rotation, shift, zoom and contrast.

    Medium strength flips half of the images, rotates by up to 18 degrees, shifts and zooms by up to
    10 percent, and changes contrast by up to 10 percent. Edges are filled by reflection.

    Args:
        image_size: `(height, width)` of the images in pixels, or one number for both.
        strength: `"light"` (half as much), `"medium"` or `"strong"` (twice as much). Defaults to
            `"medium"`.
        flip: Whether images may be flipped left to right. Pass False for text, digits or signs.
            Defaults to True.
        seed: Seed of the layers. `Split.pixels` draws from its own seed instead. Defaults to 0.

    Returns:
        A Keras layer from `(batch, height, width, 3)` pixels, 0 to 255, to pixels of the same
        shape. It changes nothing unless it is called with `training=True`. It works inside
        `tf.data` with every Keras backend.

    Raises:
        ValueError: If the strength is unknown.

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
    # With other backends, a Sequential model rejects TensorFlow tensors; a Pipeline accepts them.
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
    # The first call creates the layers' state, which must happen outside the graph of tf.data.
    pipeline(ops.zeros((1, *check_image_size(image_size), 3)))
    return pipeline

"""Random changes to training images, a few of eleven kinds at a time."""

from typing import Any

import keras


def randaugment(
    image_size: tuple[int, int], *, operations: int = 2, flip: bool = True, seed: int = 0
) -> Any:
    """Make RandAugment (Cubuk et al. 2020), after a flip.

    Shear, translation, rotation by up to 36 degrees, brightness, colour, contrast, sharpness,
    posterization, solarization, stretched contrast or equalization: a batch gets as many of them
    as `operations` says, each image by an amount of its own.

    Args:
        image_size: `(height, width)` of the images in pixels.
        operations: How many changes follow one another. Defaults to 2.
        flip: Whether left and right may be swapped. Defaults to True.
        seed: Makes the changes repeatable. Defaults to 0.

    Returns:
        A Keras layer from `(batch, height, width, 3)` pixels, 0 to 255, to the same. It does
        nothing unless called with `training=True`, and works inside `tf.data` with every Keras
        backend.

    Example:
    ```python
    augmentation = kerastl.data.randaugment((224, 224))
    batches = data.train.pixels((224, 224), shuffle=True, augmentation=augmentation)
    ```
    """
    flips = [keras.layers.RandomFlip("horizontal", seed=seed)] if flip else []
    changes = RandAugment((0, 255), num_ops=operations, factor=0.1, seed=seed + 1)
    pipeline = keras.layers.Pipeline([*flips, changes], name="randaugment")
    # The first call makes the layers' state; inside tf.data's graph that would be too late.
    pipeline(keras.ops.zeros((1, *image_size, 3)), training=False)
    return pipeline


@keras.saving.register_keras_serializable(package="kerastl")
class RandAugment(keras.layers.RandAugment):
    """Keras's RandAugment, of which only the chosen changes are run.

    Keras runs all eleven for each operation and throws ten away: nine times the work of
    `default_augmentation` on a batch of 16 photos at 224 pixels. And its `factor` is the number
    of bits that posterization leaves and the brightness from which solarization inverts, so that
    a weak setting destroys an image; here they leave 4 to 7 bits and invert from anywhere up.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shared = {"value_range": self.value_range, "seed": self.seed}
        self.random_posterization = keras.layers.RandomPosterization((4, 8), **shared)
        self.equalization = _Equalization(self.value_range)
        self.solarization = keras.layers.Solarization(threshold_factor=1.0, **shared)

    def transform_images(self, images: Any, transformation: Any, training: bool = True) -> Any:
        """Run the chosen changes one after the other."""
        images = self.backend.cast(images, self.compute_dtype)
        if not training:
            return images

        def change(name: str, how: Any) -> Any:
            return lambda pixels: getattr(self, name).transform_images(pixels, how)

        changes = [change(*each) for each in transformation["transforms"].items()]
        for position in range(self.num_ops):
            chosen = transformation["layer_idxes"][position]
            images = self.backend.core.switch(chosen, changes, images)
        return images


class _Equalization(keras.layers.Equalization):
    def _custom_histogram_fixed_width(self, values: Any, value_range: Any, nbins: int) -> Any:
        if keras.backend.backend() != "jax":
            return super()._custom_histogram_fixed_width(values, value_range, nbins)
        # With JAX, Keras counts each of 256 values by operations of its own: a graph that takes
        # minutes to trace.
        ops = self.backend.numpy
        ordered = ops.sort(ops.reshape(values, [-1]))
        below = ops.searchsorted(ordered, ops.arange(nbins + 1, dtype=ordered.dtype))
        return self.backend.cast(below[1:] - below[:-1], "int32")

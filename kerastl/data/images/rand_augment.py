"""RandAugment, a stronger augmentation of training images."""

from typing import Any

import keras

from kerastl.basics.image_size import check_image_size


def randaugment(
    image_size: int | tuple[int, int], *, operations: int = 2, flip: bool = True, seed: int = 0
) -> Any:
    """Make RandAugment (Cubuk et al. 2020) after a random flip.

    The operations are shear, translation, rotation by up to 36 degrees, brightness, colour,
    contrast, sharpness, posterization, solarization, auto-contrast and equalization. Each batch
    gets a random choice of them, and each image a random strength.

    Args:
        image_size: `(height, width)` of the images in pixels, or one number for both.
        operations: Number of operations on each image, one after the other. Defaults to 2.
        flip: Whether images may be flipped left to right. Defaults to True.
        seed: Seed of the layers. `Split.pixels` draws from its own seed instead. Defaults to 0.

    Returns:
        A Keras layer from `(batch, height, width, 3)` pixels, 0 to 255, to pixels of the same
        shape. It changes nothing unless it is called with `training=True`. It works inside
        `tf.data` with every Keras backend.

    Example:
    ```python
    augmentation = kerastl.data.randaugment((224, 224))
    batches = data.train.pixels((224, 224), shuffle=True, augmentation=augmentation)
    ```
    """
    flips = [keras.layers.RandomFlip("horizontal", seed=seed)] if flip else []
    changes = RandAugment((0, 255), num_ops=operations, factor=0.1, seed=seed + 1)
    pipeline = keras.layers.Pipeline([*flips, changes], name="randaugment")
    # The first call creates the layers' state, which must happen outside the graph of tf.data.
    pipeline(keras.ops.zeros((1, *check_image_size(image_size), 3)), training=False)
    return pipeline


@keras.saving.register_keras_serializable(package="kerastl")
class RandAugment(keras.layers.RandAugment):
    """Keras's RandAugment, faster and without its destructive settings.

    Keras computes all eleven operations and discards ten. That takes nine times the work of
    `default_augmentation` on a batch of 16 photos at 224 pixels. This layer computes only the
    chosen operations. Keras also uses `factor` as the number of bits that posterization keeps and
    as the brightness from which solarization inverts, so a low factor destroys an image. Here
    posterization keeps 4 to 7 bits, and solarization inverts from any brightness.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shared = {"value_range": self.value_range, "seed": self.seed}
        self.random_posterization = keras.layers.RandomPosterization((4, 8), **shared)
        self.equalization = _Equalization(self.value_range)
        self.solarization = keras.layers.Solarization(threshold_factor=1.0, **shared)

    def transform_images(self, images: Any, transformation: Any, training: bool = True) -> Any:
        """Apply the chosen operations one after the other."""
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
        # With JAX, Keras counts each of the 256 values by separate operations. Tracing that graph
        # takes minutes.
        ops = self.backend.numpy
        ordered = ops.sort(ops.reshape(values, [-1]))
        below = ops.searchsorted(ordered, ops.arange(nbins + 1, dtype=ordered.dtype))
        return self.backend.cast(below[1:] - below[:-1], "int32")

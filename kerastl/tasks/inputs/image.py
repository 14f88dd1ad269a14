"""What every recipe for images does, whatever its outputs: read, augment, pool."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar, Self

from kerastl.basics.suggest import unknown_name
from kerastl.recipe.recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras

    from kerastl.artifacts.exportable import Exportable
    from kerastl.backbones.backbone import Backbone
    from kerastl.data.pipeline.epoch_sampler import EpochSampler
    from kerastl.data.splits.split import Modality, Split

_AUGMENTATIONS = ("default", "no_flip", "randaugment", "none")


class ImageRecipe(Recipe):
    """Take images: the inputs of a recipe.

    Args:
        backbone: For images; see `Recipe`.
        image_size: `(height, width)` in pixels. Defaults to the backbone's own.
        augmentation: What happens to training images in phases that augment:
            `"default"`, `"no_flip"` (where left and right matter: digits, signs, text),
            `"randaugment"` (see `kerastl.data.randaugment`), `"none"`, or a Keras layer on
            pixels in 0..255. Defaults to `"default"`.
        **kwargs: As for `Recipe`.

    Raises:
        ValueError: If the backbone is not for images, or an option is not known.
    """

    modality: ClassVar[Modality] = "image"

    def __init__(
        self,
        backbone: str | os.PathLike[str] | keras.Model | Backbone,
        *,
        image_size: tuple[int, int] | None = None,
        augmentation: str | Callable[..., Any] = "default",
        **kwargs: Any,
    ) -> None:
        super().__init__(backbone, **kwargs)
        size = image_size or self.backbone.image_size
        if size is None or len(size) != 2 or min(size) < 1:
            raise ValueError(
                "`image_size` must be (height, width) in pixels. "
                f"Received: image_size={image_size!r}"
            )
        self.image_size = (int(size[0]), int(size[1]))
        if isinstance(augmentation, str) and augmentation not in _AUGMENTATIONS:
            raise unknown_name("augmentation", augmentation, _AUGMENTATIONS)
        self.augmentation = augmentation

    @property
    def input_size(self) -> str:
        """How many pixels the model sees of an image, and why that many."""
        own = self.backbone.image_size
        why = "the backbone's own" if own and self.image_size == tuple(own) else "as told"
        return f"images of {self.image_size[0]} x {self.image_size[1]} pixels: {why}"

    def batches(
        self,
        split: Split,
        batch_size: int = 32,
        *,
        shuffle: bool = False,
        augment: bool = False,
        seed: int | EpochSampler = 0,
    ) -> Any:
        """Return a split as batches of pixels; see `Recipe.batches`."""
        return split.pixels(
            self.image_size,
            batch_size,
            shuffle=shuffle,
            seed=seed,
            augmentation=self._augmentation() if augment else None,
        )

    def get_config(self) -> dict[str, Any]:
        """Return what makes this recipe again, weights left out."""
        import keras

        named = isinstance(self.augmentation, str)
        return {
            **super().get_config(),
            "image_size": list(self.image_size),
            "augmentation": self.augmentation
            if named
            else keras.saving.serialize_keras_object(self.augmentation),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make the recipe that `get_config` described, without its trained weights."""
        augmentation = config["augmentation"]
        if not isinstance(augmentation, str):
            import keras

            augmentation = keras.saving.deserialize_keras_object(augmentation)
        made = super().from_config({**config, "augmentation": augmentation})
        assert isinstance(made, cls)
        return made

    def _augmentation(self) -> Callable[..., Any] | None:
        from kerastl.data.images.augmentation import default_augmentation
        from kerastl.data.images.rand_augment import randaugment

        if not isinstance(self.augmentation, str):
            return self.augmentation
        if self.augmentation == "none":
            return None
        if self.augmentation == "randaugment":
            chosen: Callable[..., Any] = randaugment(self.image_size)
            return chosen
        flip: bool = self.augmentation == "default"
        layer: Callable[..., Any] = default_augmentation(self.image_size, flip=flip)
        return layer

    def features(self) -> keras.Model:
        return self.backbone.build(self.image_size)

    def pool(self, tensor: Any, features: keras.Model) -> Any:
        from kerastl.heads.pooling import pooled

        return pooled(tensor, self.pooling)

    def exportable(self) -> Exportable:
        """Return what artifacts are made of."""
        from kerastl.artifacts.exportable import Exportable
        from kerastl.artifacts.readers.image_reader import ImageReader

        return Exportable(
            task=self.task,
            model=self.model,
            class_names=self.class_names,
            reader=ImageReader(self.image_size),
            measure=self.measure(),
        )

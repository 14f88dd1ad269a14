"""The base class of all recipes for images: it reads, augments and pools them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar, Self

from kerastl.backbones.default_names import IMAGE_BACKBONE
from kerastl.basics.image_size import check_image_size
from kerastl.basics.inherited_arguments import inherited_arguments
from kerastl.basics.suggest import unknown_name
from kerastl.data.images.pixel_range import checked_range
from kerastl.recipe.choosing.candidate import InputCandidates
from kerastl.recipe.choosing.image_sizes import image_size_candidate, image_size_candidates
from kerastl.recipe.recipe import Recipe
from kerastl.tasks.inputs.explained import ExplainedOutputs, one_input

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras

    from kerastl.artifacts.exportable import Exportable
    from kerastl.backbones.backbone import Backbone
    from kerastl.data.pipeline.epoch_sampler import EpochSampler
    from kerastl.data.splits.split import Modality, Split
    from kerastl.seeing.explaining.image_explanation import ImageExplanation


@inherited_arguments
class ImageRecipe(ExplainedOutputs, Recipe):
    """Train on images: the input half of a recipe.

    The model takes RGB pixels in 0..255; the scaling its backbone was trained with is inside,
    applied once. Images are stretched to the input size.

    Args:
        backbone: A name such as `"resnet50"`, a keras-hub preset, a `keras.Model` or a
            `Backbone`; see `kerastl.backbone`. Defaults to `"mobilenet_v2"`.
        image_size: `(height, width)` in pixels, or one number for both. Defaults to the
            backbone's own, unless the schedule chooses another one; see `ProbeGuidedFineTune`.
        augmentation: What happens to training images in phases that augment:
            `"default"`, `"no_flip"` (where left and right matter: digits, signs, text),
            `"randaugment"` (see `kerastl.data.randaugment`), `"none"`, or a Keras layer on
            pixels in 0..255. Defaults to `"default"`.
        pixel_range: Values of black and white in raw images, such as `(0, 1)`; see
            `kerastl.data.arrays`. Defaults to those that the training images are declared with.

    Raises:
        ValueError: If the backbone is not for images, or an option is not known.
    """

    modality: ClassVar[Modality] = "image"
    augmentations: ClassVar[tuple[str, ...]] = ("default", "no_flip", "randaugment", "none")
    """The augmentations that have a name."""

    def __init__(
        self,
        backbone: str | os.PathLike[str] | keras.Model | Backbone = IMAGE_BACKBONE,
        *,
        image_size: int | tuple[int, int] | None = None,
        augmentation: str | Callable[..., Any] = "default",
        pixel_range: tuple[float, float] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(backbone, **kwargs)
        self.pixel_range = checked_range(pixel_range)
        self._size_given = image_size is not None
        self.image_size = check_image_size(
            self.backbone.image_size if image_size is None else image_size
        )
        if isinstance(augmentation, str) and augmentation not in self.augmentations:
            raise unknown_name("augmentation", augmentation, self.augmentations)
        if not isinstance(augmentation, str) and not callable(augmentation):
            raise ValueError(
                "`augmentation` must be a name or a Keras layer. "
                f"Received: augmentation={augmentation!r}"
            )
        self.augmentation = augmentation

    @property
    def input_size(self) -> str:
        """Size of the images that the model reads, and the reason for it, as one line."""
        why = self.input_reason
        if why is None:
            own = self.backbone.image_size
            why = "the backbone's own" if own and self.image_size == tuple(own) else "as given"
        return f"images of {self.image_size[0]} x {self.image_size[1]} pixels: {why}"

    @property
    def chooses_input(self) -> bool:
        """Whether no image size was given."""
        return not self._size_given

    def input_candidates(self, train: Split, max_pixels: int | None = None) -> InputCandidates:
        """Return image sizes around the backbone's own; see `image_size_candidates`."""
        images: Any = train.inputs
        if not self._size_given:
            return image_size_candidates(self.backbone, images, max_pixels)
        height, width = self.image_size
        if max_pixels is not None and height * width > max_pixels:
            raise ValueError(
                "The image size that was given has more pixels than `max_pixels`: leave one of "
                f"both out. Received: image_size={self.image_size}, max_pixels={max_pixels}"
            )
        own = self.backbone.image_size
        return InputCandidates.only(
            image_size_candidate(self.image_size, own or (1, 1)), "as given"
        )

    def batches(
        self,
        split: Split,
        batch_size: int = 32,
        *,
        shuffle: bool = False,
        augment: bool = False,
        seed: int | EpochSampler = 0,
    ) -> Any:
        """Return a split as batches of pixels; see `RecipeContract.batches`."""
        return split.pixels(
            self.image_size,
            batch_size,
            shuffle=shuffle,
            seed=seed,
            augmentation=self.augmenter() if augment else None,
        )

    def prepare(self, train: Split) -> None:
        """Remember the values of black and white that the training images were declared with."""
        super().prepare(train)
        declared = getattr(train.inputs, "pixel_range", None)
        if declared is not None:
            self.pixel_range = declared

    def input_arguments(self) -> dict[str, Any]:
        """Return the image size."""
        return {"image_size": self.image_size}

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this recipe again, without weights."""
        import keras

        named = isinstance(self.augmentation, str)
        return {
            **super().get_config(),
            "image_size": list(self.image_size),
            "pixel_range": None if self.pixel_range is None else list(self.pixel_range),
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

    def augmenter(self) -> Callable[..., Any] | None:
        """Return the layer that augments training images; None for no augmentation."""
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
        """Build the backbone for this recipe's image size."""
        return self.backbone.build(self.image_size)

    @property
    def poolings(self) -> tuple[str, ...]:
        """Names of the poolings that the recipe can have, the default first."""
        others = super().poolings
        return ("statistics", *others) if others[0] == "average" else others

    def pool(self, tensor: Any, features: keras.Model) -> list[Any]:
        """Pool a feature map to vectors for each image."""
        from kerastl.heads.pooling import pooled

        return pooled(tensor, self.pooling)

    def explain(
        self,
        image: Any,
        *,
        target: str | None = None,
        stage: str | None = None,
        pixel_range: tuple[float, float] | None = None,
    ) -> ImageExplanation:
        """Show which part of an image a prediction depends on.

        The heat map is the output of a stage times the gradient of the score, summed over channels
        (HiResCAM, Draelos and Carin 2020).

        Args:
            image: One raw image, as for `predict`.
            target: The class, label or number that is explained. Defaults to None: the most
                probable class, or the first number.
            stage: Name of the stage, one of `recipe.backbone.stage_names` that the model has:
                stages after the last one that the head reads are left out. An earlier stage has
                finer places and simpler features. Defaults to None: the last stage with at least
                5 x 5 places.
            pixel_range: As for `predict`. Defaults to None.

        Returns:
            The heat map; see its `plot` and `marked`. A notebook shows it.

        Raises:
            RuntimeError: If the recipe was never fitted.
            ValueError: If the image cannot be read, or there is no such target or stage.

        Example:

        ```python
        recipe.explain("photo.jpg").plot("why.png")
        for example in recipe.evaluate(data.test).worst(3):
            recipe.explain(example.input, target=example.predicted).plot()
        ```
        """
        from kerastl.seeing.explaining.explain_image import no_heat_map

        split = one_input(self.as_split(image, pixel_range))
        found = self.explanations(split, target=target, stage=stage)[0]
        if found is None:
            raise no_heat_map(stage)
        return found

    def explanations(
        self, split: Split, *, target: str | None = None, stage: str | None = None
    ) -> list[ImageExplanation | None]:
        """Return what `explain` does for several images, in one batch.

        Args:
            split: A few images without labels.
            target: As for `explain`. Defaults to None: the most probable class of each image.
            stage: As for `explain`. Defaults to None.

        Returns:
            A heat map for each image; None if no place raises its score.

        Raises:
            ValueError: If an image cannot be read, or there is no such target or stage.
        """
        from kerastl.data.images.thumbnails import small_image
        from kerastl.seeing.explaining.explain_image import explain_images
        from kerastl.seeing.explaining.image_explanation import ImageExplanation
        from kerastl.training.freezing.freezing import stages

        outputs = self.outputs(split, len(split))
        rows = [outputs[index : index + 1] for index in range(len(split))]
        targets = [self.explained_target(row, target) for row in rows]
        heats = explain_images(
            self.model,
            [each.name for each in stages(self.model)],
            next(iter(self.batches(split, len(split)).as_numpy_iterator())),
            lambda given: self.explained_scores(given, targets),
            stage,
        )
        images: Any = split.inputs
        return [
            None
            if heat is None
            else ImageExplanation(
                split.name(index),
                targets[index],
                self.explained_value(rows[index], targets[index]),
                *heat,
                small_image(images, index, 320),
            )
            for index, heat in enumerate(heats)
        ]

    def exportable(self) -> Exportable:
        """Return what artifacts are made from."""
        from kerastl.artifacts.exportable import Exportable
        from kerastl.artifacts.readers.image_reader import ImageReader

        return Exportable(
            task=self.task,
            model=self.model,
            class_names=self.class_names,
            reader=ImageReader(self.image_size, self.pixel_range),
            measure=self.measure(),
        )

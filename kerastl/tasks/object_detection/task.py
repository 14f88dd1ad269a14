"""Find objects in images: boxes with a class and a score."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from kerastl.backbones.default_names import IMAGE_BACKBONE
from kerastl.basics.arguments import check_count
from kerastl.basics.inherited_arguments import inherited_arguments
from kerastl.basics.progress import shows_progress
from kerastl.data.assembly.class_names import check_output_names
from kerastl.tasks.inputs.image import ImageRecipe

if TYPE_CHECKING:
    import keras

    from kerastl.artifacts.measure import Measure
    from kerastl.backbones.backbone import Backbone
    from kerastl.data.splits.dataset import Dataset
    from kerastl.data.splits.split import Split
    from kerastl.tasks.object_detection.anchors import Anchors
    from kerastl.tasks.object_detection.box_decoding import Boxes
    from kerastl.tasks.object_detection.evaluation import DetectionEvaluation
    from kerastl.tasks.object_detection.prediction import Detection
    from kerastl.training.criterion import Criterion
    from kerastl.training.schedules.schedule import Schedule


@inherited_arguments
class ObjectDetection(ImageRecipe):
    """Fine-tune a pre-trained image backbone to detect objects.

    A RetinaNet (Lin et al. 2017, "Focal loss for dense object detection") on the backbone's
    stages: the last feature map of each of its three coarsest resolutions, joined by a feature
    pyramid. Images are stretched to the input size; boxes are in the pixels of the original
    image, in data and in predictions.

    Args:
        backbone: A name such as `"mobilenet_v2"`, a keras-hub preset, a `keras.Model` or a
            `Backbone` whose stages give feature maps. Defaults to `"mobilenet_v2"`.
        image_size: `(height, width)` in pixels. Defaults to the backbone's own. The smallest
            anchors detect objects of about 24 of these pixels.
        augmentation: What happens to training images in phases that augment: `"default"` and
            `"no_flip"`, see `kerastl.data.box_augmentation`, `"none"`, or a Keras layer that
            takes boxes along. Defaults to `"default"`.
        width: Filters of pyramid and head; keras-hub's `RetinaNet` has 256. Defaults to 64.

    Example:

    ```python
    data = kerastl.data.coco("annotations.json", "images", test_split=0.2)
    recipe = kerastl.ObjectDetection("mobilenet_v2", image_size=(256, 256))
    recipe.fit(data)
    print(recipe.evaluate(data.test))
    for found in recipe.predict("new.jpg")[0]:
        print(found.label, found.score, found.box)
    ```
    """

    task: ClassVar[str] = "object_detection"
    # A feature pyramid takes the place of pooled features.
    without: ClassVar[tuple[str, ...]] = ("dropout", "pooling", "feature_stages", "bottleneck")
    augmentations: ClassVar[tuple[str, ...]] = ("default", "no_flip", "none")

    def __init__(
        self,
        backbone: str | os.PathLike[str] | keras.Model | Backbone = IMAGE_BACKBONE,
        *,
        image_size: int | tuple[int, int] | None = None,
        augmentation: str | Callable[..., Any] = "default",
        width: int = 64,
        **options: Any,
    ) -> None:
        self.check_options(backbone, options)
        check_count("width", width)
        super().__init__(backbone, image_size=image_size, augmentation=augmentation, **options)
        self.width = width

    def build(self, class_names: Sequence[str]) -> keras.Model:
        """Make the model: backbone and a fresh head on its feature maps.

        Args:
            class_names: One name for each class, at least 1.

        Returns:
            The model, also at `model`, from pixels to box offsets and class logits of every
            anchor; see `kerastl.tasks.object_detection.head.DetectionHead`.
        """
        import keras

        from kerastl.tasks.object_detection.head import pyramid_of

        check_output_names(class_names)
        features = self.features()
        maps = pyramid_of(features, self.backbone.stage_names)
        model = keras.Model(features.input, self.head(class_names)(maps), name=self.task)
        self.adopt(model, class_names)
        return model

    @property
    def criterion(self) -> Criterion:
        """Focal loss and smooth L1, and mAP@.5."""
        from kerastl.tasks.object_detection.criterion import DetectionCriterion

        return DetectionCriterion(self._anchors)

    def default_schedule(self) -> Schedule:
        """Train the head, then head and backbone; see `HeadThenFineTune`."""
        from kerastl.training.schedules.head_then_fine_tune import HeadThenFineTune

        return HeadThenFineTune()

    def check(self, data: Dataset) -> None:
        """Refuse data without boxes, and validation images without any."""
        for split in data.splits.values():
            self._boxed(split)
        assert data.validation is not None
        if not sum(data.validation.class_counts().values()):
            raise ValueError(
                "The validation split selects the best weights and must contain boxes. Add images "
                "with boxes, or pass no validation split: then a fifth of the training split is "
                f"held out. Received: {data.validation!r}"
            )

    def targets(self, split: Split) -> np.ndarray:
        """Return boxes in pixels of the model's input and the model's classes.

        Shape `(images, boxes, 5)`, -1 in rows without a box; see `BoxSplit.targets`.
        """
        boxed = self._boxed(split)
        targets = np.array(boxed.targets(self.image_size))
        names = self.class_names or boxed.class_names
        unknown = [name for name in boxed.class_names if name not in names]
        if unknown:
            raise ValueError(
                "The split has a label that the model does not know. "
                f"Received: {unknown[0]!r}; the model knows {', '.join(map(repr, names))}"
            )
        order = np.array([*(names.index(name) for name in boxed.class_names), -1], np.float32)
        targets[..., 4] = order[targets[..., 4].astype(int)]
        return targets

    def read_pair(
        self,
        inputs: Any,
        labels: Any,
        class_names: Sequence[str] | None = None,
        pixel_range: tuple[float, float] | None = None,
    ) -> Dataset:
        """Raise an error: boxes are read from files."""
        raise ValueError(
            "Object detection needs images with boxes: read them with `ktl.data.coco` or "
            "`ktl.data.pascal_voc`. Received: a pair (inputs, labels)"
        )

    @shows_progress
    def evaluate(
        self, split: Split, *, batch_size: int = 32, verbose: Any = "auto"
    ) -> DetectionEvaluation:
        """Measure the model on images with boxes.

        Args:
            split: Such as `data.test`. Labels are matched by name.
            batch_size: Images in a batch. Defaults to 32.
            verbose: 0 shows no progress. Defaults to `"auto"`.

        Returns:
            COCO's mAP and mAP@.5 by pycocotools, also by class.

        Raises:
            ValueError: If the split has no boxes, or a label that the model does not know.
        """
        from kerastl.tasks.object_detection.evaluation import DetectionEvaluation

        split = self.labelled_split(split)
        targets = self.targets(split)
        found = self._found(split, batch_size)
        boxed = self._boxed(split)
        measured = DetectionEvaluation.from_boxes(
            found, list(targets), self.class_names, boxed, self.image_size
        )
        return replace(measured, note=self.note_on(split))

    @shows_progress
    def predict(
        self,
        inputs: Any,
        *,
        batch_size: int = 32,
        pixel_range: tuple[float, float] | None = None,
        verbose: Any = "auto",
    ) -> list[list[Detection]]:
        """Find the objects in raw images.

        Args:
            inputs: One raw image or a list of them: paths, file bytes, PIL images or arrays of
                pixels. Or a split.
            batch_size: Images in a batch. Defaults to 32.
            pixel_range: As for `Recipe.predict`. Defaults to None.
            verbose: As for `evaluate`. Defaults to `"auto"`.

        Returns:
            For each image at most 100 objects, highest score first, with boxes in the image's
            own pixels. Scores start at 0.05, which average precision needs; a score below 0.3
            is unreliable.

        Raises:
            ValueError: If an input cannot be read.
        """
        from kerastl.data.images.upright_sizes import upright_sizes
        from kerastl.tasks.object_detection.prediction import detections

        split = self.as_split(inputs, pixel_range)
        if not len(split):
            return []
        sizes = upright_sizes(split.inputs)  # type: ignore[arg-type]
        return [
            detections(found, size, self.image_size, self.class_names)
            for size, found in zip(sizes, self._found(split, batch_size), strict=True)
        ]

    def explained_values(self, outputs: Any) -> Any:
        """Return the highest logit of each class in an image, of shape `(images, classes)`."""
        from keras import ops

        return ops.max(outputs[..., 4:], axis=1)

    def explained_target(self, outputs: np.ndarray, target: str | None) -> str:
        """Return the name of a class, by default that of the surest box."""
        if target is None:
            return self.class_names[int(np.asarray(self.explained_values(outputs))[0].argmax())]
        return super().explained_target(outputs, target)

    def explained_value(self, outputs: np.ndarray, target: str) -> float:
        """Return the highest score of a box of a class."""
        return float(1 / (1 + np.exp(-super().explained_value(outputs, target))))

    def measure(self) -> Measure:
        """Compare artifacts by mAP@.5 and by equal boxes."""
        from kerastl.tasks.object_detection.box_decoding import BoxDecoder
        from kerastl.tasks.object_detection.measure import DetectionMeasure

        return DetectionMeasure(BoxDecoder(self._anchors))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make this recipe again, without weights."""
        return {**super().get_config(), "width": self.width}

    @property
    def _anchors(self) -> Anchors:
        anchors: Anchors = self.model.get_layer("head").anchors
        return anchors

    def _found(self, split: Split, batch_size: int) -> list[Boxes]:
        from kerastl.tasks.object_detection.box_decoding import BoxDecoder

        decoder = BoxDecoder(self._anchors)
        return decoder.decode(self.outputs(split, batch_size))

    def _boxed(self, split: Split) -> Any:
        from kerastl.data.splits.box_split import BoxSplit

        if not isinstance(split, BoxSplit):
            raise ValueError(
                "Object detection needs images with boxes. Read them with kerastl.data.coco or "
                f"pascal_voc. Received: {split!r}"
            )
        return split

    def augmenter(self) -> Callable[..., Any] | None:
        """Return the layer that augments training images together with their boxes."""
        from kerastl.data.images.boxed_augmentation import box_augmentation

        if not isinstance(self.augmentation, str):
            return self.augmentation
        if self.augmentation == "none":
            return None
        layer: Callable[..., Any] = box_augmentation(
            self.image_size, flip=self.augmentation == "default"
        )
        return layer

    def import_layers(self) -> None:
        """Import the modules that register the layers of a saved model of this task."""
        import kerastl.tasks.object_detection.head  # noqa: F401

        super().import_layers()

    def head(self, class_names: Sequence[str]) -> keras.layers.Layer:
        """Make a fresh head: a feature pyramid with a box tower and a class tower."""
        from kerastl.tasks.object_detection.head import DetectionHead

        return DetectionHead(len(class_names), self.image_size, self.width, name="head")

"""The contract of a task: the hooks that training, adaptation and export call."""

from __future__ import annotations

import abc
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from kerastl.backbones.backbone import poolings_of
from kerastl.backbones.checked_options import check_options
from kerastl.backbones.feature_stages import check_feature_stages
from kerastl.backbones.registry import backbone as find_backbone
from kerastl.backbones.registry import backbone_from_config
from kerastl.backbones.running.finite_model import finite_outputs
from kerastl.basics.arguments import check_choice, check_count, check_number, check_optional
from kerastl.basics.keyword_options import keyword_options
from kerastl.basics.known_options import check_calls
from kerastl.data.assembly.class_names import check_output_names
from kerastl.recipe.chosen_input import ChosenInput
from kerastl.recipe.keras_options import INSTEAD_OF_KERAS_OPTIONS
from kerastl.recipe.labelled_data import LabelledData
from kerastl.recipe.unknown.unknown_inputs import UnknownInputs

if TYPE_CHECKING:
    import keras

    from kerastl.artifacts.exportable import Exportable
    from kerastl.artifacts.measure import Measure
    from kerastl.backbones.backbone import Backbone
    from kerastl.data.pipeline.epoch_sampler import EpochSampler
    from kerastl.data.splits.dataset import Dataset
    from kerastl.data.splits.split import Modality, Split
    from kerastl.training.criterion import Criterion
    from kerastl.training.loop.training_step import TrainingStep
    from kerastl.training.phases.examples import Examples
    from kerastl.training.phases.phase import Phase
    from kerastl.training.schedules.schedule import Schedule


class RecipeContract(ChosenInput, LabelledData, UnknownInputs):
    """Define what a task must provide: data checks, batches, model, criterion, measure.

    The engine (fitting, adaptation, quantization-aware training, export, saving) calls these
    hooks and knows no task. A new task subclasses `Recipe`, usually through
    `kerastl.tasks.inputs.ImageRecipe` or `TextRecipe`, and overrides them. The engine calls the
    hooks in this order:

    1. `check_modality`, then `check`: raise an error for data that the task cannot use.
    2. `prepare`: choose settings that depend on training examples, such as the sequence length.
    3. `build`, which calls `features`, `pool` and `head`, and then `adopt`.
    4. `batches`, `targets` and `criterion` while the model trains.
    5. `conclude`: choose settings that depend on the trained model, such as thresholds.
    6. `measure` and `exportable` for an export; `get_config` and `save_assets` for a save.

    Args:
        backbone: A name, preset, path, `keras.Model` or `Backbone`; see `kerastl.backbone`.
        dropout: Share of pooled features that are dropped in training. Defaults to 0: a linear
            probe relies on small differences between features, which are lost in the noise of
            dropout.
        pooling: Pooling of a sequence (`"mean"`, `"cls"` or `"last"`), by default the backbone's,
            or of a feature map: `"average"`, `"max"`, `"none"` (flatten), or the default
            `"statistics"`: mean and mean absolute deviation of each channel, with which a
            linear probe is more accurate (`benchmarks/pooling.py`).
        feature_stages: Names of the stages whose pooled features the head reads, concatenated,
            or `"last"`. The last stage is specialised to the pre-training task, and earlier ones
            may be more useful for a new task (Evci et al. 2022, "Head2Toe"). Defaults to the
            backbone's: every stage of an image backbone, the upper half of a text backbone.
        bottleneck: Width of a dense layer between pooled features and head. A head after it
            cannot be fitted as a linear probe. Defaults to None: no such layer, or width 256
            for a domain adaptation that has no other layer to align.
        **options: `weights` and options of the backbone's builder; see `kerastl.backbone`.

    Attributes:
        task: Name of the task, which a saved recipe stores.
        modality: Kind of input, `"image"` or `"text"`.
        class_names: Names of the model's outputs, in order.
        history: Metrics of the last `fit`, by epoch, over all its phases. A loaded recipe has
            that of the saved one.
        verdict: Whether the last adaptation helped, a `kerastl.adaptation.Verdict`.
        seed: Seed of the last `fit`, with which `export` holds out the same examples again.
        data: Data set of the last `fit`; None for a recipe that was loaded.
        pixel_range: Declared values of black and white in training images, which `predict` and
            the SavedModel use for raw images; None for the range of their type.
        notes: What the last `prepare` found in the training examples that a user should know,
            one line each, such as how many texts are cut. `fit` prints them.

    Raises:
        ValueError: If the backbone is for another kind of input than the task, or a value is
            out of range.
    """

    task: ClassVar[str]
    modality: ClassVar[Modality]
    without: ClassVar[tuple[str, ...]] = ()
    """Options of base classes that the task does not have; passing one raises an error."""
    augmentation: str | Callable[..., Any] = "none"
    """Augmentation of training examples; `"none"` for no augmentation."""

    def __init__(
        self,
        backbone: str | os.PathLike[str] | keras.Model | Backbone,
        *,
        dropout: float = 0.0,
        pooling: str | None = None,
        feature_stages: str | Sequence[str] | None = None,
        bottleneck: int | None = None,
        **options: Any,
    ) -> None:
        self.check_options(backbone, options)
        check_number("dropout", dropout, "[0, 1)")
        check_optional(check_count, "bottleneck", bottleneck)
        check_feature_stages(feature_stages)
        self.backbone = find_backbone(backbone, **options)
        if self.backbone.modality != self.modality:
            raise ValueError(
                f"{type(self).__name__} needs a backbone for {self.modality} input. "
                f"Received: {self.backbone!r}, which is for {self.backbone.modality}"
            )
        self.dropout = dropout
        self.pooling = self.poolings[0] if pooling is None else pooling
        # A backbone of the user may have been given another name.
        check_choice("pooling", self.pooling, self.poolings)
        self._feature_stages = feature_stages
        self.bottleneck = bottleneck
        self.class_names: tuple[str, ...] = ()
        self.history: Any = None
        self.verdict: Any = None
        self.seed = 0
        self.data: Dataset | None = None
        self.quantized_weights: dict[int, list[np.ndarray]] = {}
        self.pixel_range: tuple[float, float] | None = None
        self.notes: tuple[str, ...] = ()
        self._model: keras.Model | None = None

    # The options

    def __init_subclass__(cls, **settings: Any) -> None:
        """Answer a misspelt option of every public method of a task."""
        super().__init_subclass__(**settings)
        check_calls(cls, INSTEAD_OF_KERAS_OPTIONS)

    @classmethod
    def options(cls) -> tuple[str, ...]:
        """Return the names of the class's keyword arguments, without those of the backbone."""
        left_out = ("backbone", *cls.without)
        return tuple(name for name in keyword_options(cls) if name not in left_out)

    @classmethod
    def check_options(cls, backbone: Any, given: Mapping[str, Any]) -> None:
        """Raise an error for an option that neither the class nor the backbone's builder has.

        A class that sets `without` calls it first in its `__init__`.

        Args:
            backbone: The `backbone` argument of the class.
            given: Options by name.

        Raises:
            ValueError: If an option is unknown. The error names the nearest option of the class.
        """
        for name in cls.without:
            if name in given:
                raise ValueError(
                    f"{cls.__name__} has no option `{name}`: leave it out. "
                    f"Received: {name}={given[name]!r}"
                )
        check_options(cls.__name__, cls.options(), backbone, given)

    # The model

    @property
    def poolings(self) -> tuple[str, ...]:
        """Names of the poolings that the recipe can have, the default first."""
        return tuple(dict.fromkeys((self.backbone.pooling, *poolings_of(self.backbone))))

    @property
    def is_built(self) -> bool:
        """Whether the recipe has a model."""
        return self._model is not None

    @property
    def model(self) -> keras.Model:
        """The Keras model, from preprocessed inputs to outputs such as probabilities."""
        if self._model is None:
            raise RuntimeError(
                f"This {type(self).__name__} has no model yet: call fit() or build() first. "
                f"Received: {self!r}"
            )
        return self._model

    def build(self, class_names: Sequence[str]) -> keras.Model:
        """Make the model: backbone, pooling and a new head.

        Args:
            class_names: One name for each output, at least 2 for classes.

        Returns:
            The model, which is also set as `model`.
        """
        from kerastl.recipe.model import assemble

        check_output_names(class_names)
        features = self.features()
        model = assemble(
            features,
            self.feature_stages,
            lambda tensor: self.pool(tensor, features),
            self.bottleneck,
            self.head(class_names),
            name=self.task,
        )
        self.adopt(model, class_names)
        return model

    def adopt(self, model: keras.Model, class_names: Sequence[str]) -> None:
        """Set the model, such as one that was loaded.

        Args:
            model: A model like the one that `build` makes.
            class_names: One name for each output, in order.
        """
        self._model = model
        self.class_names = tuple(class_names)

    def without_model(self) -> None:
        """Remove the model, so that the next `fit` builds a new one."""
        self._model = None

    @abc.abstractmethod
    def features(self) -> keras.Model:
        """Build the backbone for this recipe's input size."""

    @abc.abstractmethod
    def pool(self, tensor: Any, features: keras.Model) -> list[Any]:
        """Pool the output of a stage to vectors for each example.

        Args:
            tensor: Output of a stage.
            features: The model that `features` built, whose mask may be needed.
        """

    @abc.abstractmethod
    def head(self, class_names: Sequence[str]) -> keras.layers.Layer:
        """Make a new head, a layer named `"head"` that takes pooled features."""

    # The data

    def check_modality(self, split: Split | None) -> None:
        """Raise a `ValueError` if a split is missing or has another modality."""
        from kerastl.data.splits.expected_split import check_modality

        check_modality(split, self.modality, type(self).__name__)

    def check(self, data: Dataset) -> None:
        """Raise a `ValueError` for data that this task cannot be trained on.

        Args:
            data: A data set with a training split, and with or without a validation split.
        """

    def prepare(self, train: Split) -> None:
        """Choose settings that depend on the training examples, before the model is built."""

    @abc.abstractmethod
    def targets(self, split: Split) -> np.ndarray:
        """Return the targets of a labelled split, with the examples as first axis.

        A task that overrides this also overrides `batches` or `batched_targets`, so that the
        model trains on the targets that it is measured by.

        Raises:
            ValueError: If the split has no labels, or labels that are not among `class_names`.
        """

    @abc.abstractmethod
    def batches(
        self,
        split: Split,
        batch_size: int = 32,
        *,
        shuffle: bool = False,
        augment: bool = False,
        seed: int | EpochSampler = 0,
    ) -> Any:
        """Return a split as batches of model inputs.

        Args:
            split: Examples, with or without labels.
            batch_size: Examples in a batch. Defaults to 32.
            shuffle: Whether every epoch has its own random order. Defaults to False.
            augment: Whether examples are augmented. Defaults to False.
            seed: Seed of order and augmentation.

        Returns:
            A `tf.data.Dataset` of `(inputs, targets)`, or of inputs if there are no labels.
        """

    def as_split(self, inputs: Any, pixel_range: tuple[float, float] | None = None) -> Split:
        """Return raw inputs as a split for the model.

        Args:
            inputs: As for `Recipe.predict`.
            pixel_range: As for `Recipe.predict`. Defaults to None.

        Raises:
            RuntimeError: If there is no model yet.
            ValueError: If an input cannot be read, or a split is of another modality.
        """
        from kerastl.data.splits.expected_split import as_split

        _ = self.model
        return as_split(inputs, self.modality, type(self).__name__, pixel_range, self.pixel_range)

    def outputs(self, split: Split, batch_size: int = 32) -> np.ndarray:
        """Return the model's finite outputs for a split, with the examples as first axis."""
        from kerastl.data.splits.unreadable import naming_unreadable

        check_count("batch_size", batch_size)
        batches = self.batches(split, batch_size)
        if split.labels is not None:
            batches = batches.map(lambda inputs, labels: inputs)
        with naming_unreadable(split):
            return finite_outputs(self.model, batches)

    # Training, evaluation and export

    @property
    @abc.abstractmethod
    def criterion(self) -> Criterion:
        """The loss, the metrics and the linear probe of the task."""

    @abc.abstractmethod
    def default_schedule(self) -> Schedule | Sequence[Phase]:
        """Return the schedule of `schedule="auto"`."""

    def training_step(self, schedule: Any, examples: Examples) -> TrainingStep:
        """Return the kind of training that a schedule needs.

        Args:
            schedule: A schedule or phases.
            examples: The training and validation examples.

        Returns:
            Training on labelled examples, unless a task has its own schedules.
        """
        from kerastl.training.loop.supervised_step import SupervisedStep

        return SupervisedStep(self.model, examples, self.criterion, self.seed)

    def conclude(self, outputs: np.ndarray, targets: np.ndarray) -> None:
        """Choose settings by outputs for examples not trained on, such as thresholds."""

    @abc.abstractmethod
    def measure(self) -> Measure:
        """Return the measure that compares exported artifacts with the model."""

    @abc.abstractmethod
    def exportable(self) -> Exportable:
        """Return the model with the metadata that artifacts are made from."""

    # Saving

    def import_layers(self) -> None:
        """Import the modules that register the layers of a saved model of this task."""
        import kerastl.heads.pooling
        import kerastl.heads.standardized_features  # noqa: F401

        self.backbone.import_layers()

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of this recipe as plain values, without weights."""
        config = {
            "backbone": self.backbone.get_config(),
            "dropout": self.dropout,
            "pooling": self.pooling,
            "feature_stages": list(self.feature_stages),
            "bottleneck": self.bottleneck,
        }
        return {name: value for name, value in config.items() if name not in self.without}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make a recipe from what `get_config` returned, without trained weights."""
        return cls(**{**config, "backbone": backbone_from_config(config["backbone"])})

    def save_assets(self, directory: Path) -> None:
        """Write files that a task needs besides its model, such as a tokenizer."""

    def load_assets(self, directory: Path) -> None:
        """Read the files that `save_assets` wrote."""

    def __repr__(self) -> str:
        kept = getattr(self.history, "kept", None)
        weights = "" if kept is None else f", weights: {kept}"
        return f"{type(self).__name__}({self.backbone!r}{weights})"

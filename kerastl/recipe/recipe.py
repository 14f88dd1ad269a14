"""The contract that every task keeps: build, fit, evaluate, predict, save and export."""

from __future__ import annotations

import abc
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from kerastl.backbones.feature_stages import choose_feature_stages
from kerastl.backbones.registry import backbone as find_backbone
from kerastl.recipe.quantized_fitting import QuantizedFit

if TYPE_CHECKING:
    import keras

    from kerastl.artifacts.bundle.bundle import Bundle
    from kerastl.artifacts.exportable import Exportable
    from kerastl.artifacts.measure import Measure
    from kerastl.backbones.backbone import Backbone
    from kerastl.data.pipeline.epoch_sampler import EpochSampler
    from kerastl.data.splits.dataset import Dataset
    from kerastl.data.splits.split import Modality, Split
    from kerastl.training.cache.feature_cache import FeatureCache
    from kerastl.training.checkpoint.checkpoint import Checkpoint
    from kerastl.training.criterion import Criterion
    from kerastl.training.phases.phase import Phase
    from kerastl.training.schedules.schedule import Schedule


class Recipe(QuantizedFit, abc.ABC):
    """A backbone, a head and all that turns labelled examples into a verified artifact.

    Args:
        backbone: A name, preset, path, `keras.Model` or `Backbone`; see `kerastl.backbone`.
        dropout: Share of pooled features dropped while training. Defaults to 0: a linear probe
            leans on small differences between features, which dropout would drown in noise.
        pooling: How features become one vector. Defaults to the backbone's own way.
        feature_stages: Names of the stages whose pooled features the head sees, side by side, or
            `"last"`. What a task needs may lie before the last stage, which is tuned to
            the pre-training task (Evci et al. 2022, "Head2Toe"). Defaults to the backbone's:
            every stage of an image backbone, the upper half of a text backbone.
        bottleneck: Width of a dense layer between pooled features and head. Such a head
            cannot be solved. Defaults to None: no such layer, but 256 where domain
            adaptation has nothing else to train.
        **options: `weights` and options of the backbone's builder; see `kerastl.backbone`.

    Attributes:
        model: The `keras.Model` underneath, once built.
        class_names: Names of the classes, in the order of the model's outputs.
        history: The metrics of the last `fit`, by epoch, over all its phases.
        verdict: Whether the last adaptation helped, a `kerastl.adaptation.Verdict`.
        seed: The seed of the last `fit`: `export` holds out the same examples again.

    Raises:
        ValueError: If the backbone is for another kind of input than the task.
    """

    task: ClassVar[str]
    modality: ClassVar[Modality]

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
        self.backbone = find_backbone(backbone, **options)
        if self.backbone.modality != self.modality:
            raise ValueError(
                f"{type(self).__name__} needs a backbone for {self.modality} input. "
                f"Received: {self.backbone!r}, which is for {self.backbone.modality}"
            )
        self.dropout = dropout
        self.pooling = pooling or self.backbone.pooling
        self._feature_stages = feature_stages
        self.bottleneck = bottleneck
        self.class_names: tuple[str, ...] = ()
        self.history: Any = None
        self.verdict: Any = None
        self.seed = 0
        self._model: keras.Model | None = None
        self._data: Dataset | None = None

    @property
    def model(self) -> keras.Model:
        """The Keras model, from preprocessed inputs to probabilities."""
        if self._model is None:
            raise RuntimeError(
                f"This {type(self).__name__} has no model yet: call fit() or build() first. "
                f"Received: {self!r}"
            )
        return self._model

    @property
    def feature_stages(self) -> tuple[str, ...]:
        """Stages whose features the head sees. A preset is asked for its stages only now."""
        return choose_feature_stages(self._feature_stages, self.backbone)

    def build(self, class_names: Sequence[str]) -> keras.Model:
        """Make the model: backbone, pooling and a fresh head.

        Args:
            class_names: One name a class, at least 2.

        Returns:
            The model, also at `model`.
        """
        from kerastl.recipe.model import build_model

        model = build_model(self, class_names)
        self.adopt(model, class_names)
        return model

    def fit(
        self,
        data: Dataset | Sequence[Dataset] | None,
        schedule: str | Schedule | Sequence[Phase] = "auto",
        *,
        adapt_to: Any = None,
        adaptation: Any = "self_training",
        batch_size: int | None = None,
        seed: int | None = 0,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        cache: FeatureCache | str | os.PathLike[str] | None = None,
        checkpoint: Checkpoint | str | os.PathLike[str] | None = None,
        resume: bool = False,
        verbose: Any = "auto",
    ) -> keras.callbacks.History:
        """Train on a data set's training split.

        The validation split chooses what is kept and later judges exported artifacts; where
        there is none, a fifth of the training split is. The test split is never looked at.

        Args:
            data: Labelled examples. With `adapt_to`, also several sources, or None: target alone.
            schedule: `"auto"`, what suits the task, see `auto_schedule`; a schedule from
                `kerastl.schedules`, by object or name; or a list of phases.
            adapt_to: Unlabelled examples of the domain to work on, or a
                `kerastl.adaptation.Target`. Defaults to None: no adaptation.
            adaptation: A method of `kerastl.adaptation`, by name or object.
            batch_size: Examples in a batch. Defaults to 16, from 20,000 training examples on 32.
            seed: Seed of Keras's and NumPy's global generators, of shuffling, augmentation
                and folds. None leaves the global ones alone. Defaults to 0.
            callbacks: Keras callbacks, active in every phase that takes gradient steps, but none
                that sets the learning rate: a phase has a course of its own.
            cache: A `FeatureCache`, or a directory where features stay for later runs.
            checkpoint: A directory for the state of the run, written after every epoch and
                phase and removed when `fit` is done; or a `Checkpoint`, which is left for its
                owner to remove. Defaults to None: nothing is written.
            resume: Go on from the state in `checkpoint`, if one is there, to the weights that the
                run would have ended with had nothing stopped it. Defaults to False.
            verbose: As for `keras.Model.fit`.

        Returns:
            One Keras `History` over all phases. A linear probe counts as one epoch.

        Raises:
            ValueError: If data and task do not fit, the schedule is not valid, or the state
                in `checkpoint` is that of a run with another configuration.
            FileExistsError: If there is a state in `checkpoint`, without `resume`.
            FloatingPointError: If the loss becomes NaN or infinite; the last good weights stay.
        """
        from kerastl.recipe.fitting import fit_recipe

        self.history = fit_recipe(
            self,
            data,
            schedule,
            batch_size=batch_size,
            seed=seed,
            callbacks=callbacks,
            cache=cache,
            checkpoint=checkpoint,
            resume=resume,
            verbose=verbose,
            adapt_to=adapt_to,
            adaptation=adaptation,
        )
        return self.history

    @property
    @abc.abstractmethod
    def criterion(self) -> Criterion:
        """What is minimised and measured in training, and how the head is solved."""

    @property
    @abc.abstractmethod
    def input_size(self) -> str:
        """How much of an example the model sees, and why that much."""

    @abc.abstractmethod
    def auto_schedule(self) -> Schedule | Sequence[Phase]:
        """Return what `schedule="auto"` stands for."""

    @abc.abstractmethod
    def targets(self, split: Split) -> np.ndarray:
        """Return what is to be learnt of a labelled split, the examples as first axis.

        Raises:
            ValueError: If the split has no labels, or some that the model does not know.
        """

    @abc.abstractmethod
    def evaluate(self, split: Split, *, batch_size: int = 32) -> Any:
        """Measure the model on labelled examples, such as `data.test`; the metrics print."""

    @abc.abstractmethod
    def predict(self, inputs: Any, *, batch_size: int = 32) -> list[Any]:
        """Answer raw inputs, one answer an input in order.

        Args:
            inputs: One raw input or a list of them: for images paths, file bytes, PIL images
                or arrays of pixels in 0..255; for texts strings. Or a split.
            batch_size: Inputs in a batch. Defaults to 32.
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
        """Return a split as batches that the model takes.

        Args:
            split: Examples, with or without labels.
            batch_size: Examples in a batch. Defaults to 32.
            shuffle: Whether every pass has an order of its own. Defaults to False.
            augment: Whether examples are augmented. Defaults to False.
            seed: Seed of order and augmentation.

        Returns:
            A `tf.data.Dataset` of `(inputs, targets)`, or of inputs where there are no labels.
        """

    def save(self, directory: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Write model, labels and a readable description to a directory.

        `kerastl.load` reads it in any process, with no code of the user's.

        Args:
            directory: Where to; made if it is not there.
            overwrite: Whether an earlier recipe there may be replaced. Defaults to False.

        Returns:
            The directory.

        Raises:
            FileExistsError: If something is there that may not be replaced.
        """
        from kerastl.recipe.saving import save_recipe

        return save_recipe(self, Path(directory), overwrite)

    def export(
        self,
        directory: str | os.PathLike[str],
        *,
        formats: Sequence[str] = ("saved_model", "tflite"),
        quantize: str | Sequence[str] = ("float32", "float16", "dynamic", "int8"),
        max_drop: float | None = 0.01,
        min_agreement: float | None = 0.9,
        check_server: bool = False,
        data: Dataset | None = None,
        overwrite: bool = False,
    ) -> Bundle:
        """Export verified artifacts: every file is run and compared with the model.

        Args:
            directory: The bundle's directory; moved into place whole.
            formats: `"saved_model"` and `"tflite"`, the default, or `"onnx"` (`kerastl[onnx]`).
            quantize: TFLite variants among `"float32"`, `"float16"`, `"dynamic"`,
                `"weight_only"`, `"int8"`, `"int8_io"`, `"int4"`, or `"auto"`, by the network.
            max_drop: Largest loss of accuracy on the validation split; a worse artifact is
                made more carefully or not written. None keeps any. Defaults to 0.01.
            min_agreement: Smallest share with the model's own label, or None. Defaults to 0.9.
            check_server: Whether the SavedModel is also run in TensorFlow's C library, as
                TensorFlow Serving runs it. Defaults to False.
            data: Examples whose validation split verifies and whose training split
                calibrates, at most 500 and 200 of them, sampled by class. Defaults to those
                of the last `fit`.
            overwrite: Whether an earlier bundle there may be replaced. Defaults to False.

        Returns:
            The bundle; `print` shows size, accuracy, agreement and latency of every artifact.

        Raises:
            RuntimeError: If the recipe was never fitted.
            ValueError: If there is no data to verify with.
        """
        from kerastl.recipe.exporting import export_recipe

        return export_recipe(
            self,
            Path(directory),
            data if data is not None else self._data,
            formats=formats,
            quantize=quantize,
            max_drop=max_drop,
            min_agreement=min_agreement,
            check_server=check_server,
            overwrite=overwrite,
        )

    def get_config(self) -> dict[str, Any]:
        """Return what makes this recipe again, weights left out."""
        return {
            "backbone": self.backbone.get_config(),
            "dropout": self.dropout,
            "pooling": self.pooling,
            "feature_stages": list(self.feature_stages),
            "bottleneck": self.bottleneck,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Recipe:
        """Make the recipe that `get_config` described, without its trained weights."""
        from kerastl.backbones.backbone import Backbone

        return cls(**{**config, "backbone": Backbone.from_config(config["backbone"])})

    def adopt(self, model: keras.Model, class_names: Sequence[str]) -> None:
        """Take over a trained model, such as one that was loaded.

        Args:
            model: A model like the one `build` makes.
            class_names: One name an output, in order.
        """
        self._model = model
        self.class_names = tuple(class_names)

    def save_assets(self, directory: Path) -> None:
        """Write what a task needs beside its model, such as a tokenizer."""

    def load_assets(self, directory: Path) -> None:
        """Read what `save_assets` wrote."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.backbone!r})"

    @abc.abstractmethod
    def _features(self) -> keras.Model:
        """Build the backbone for this recipe's input."""

    @abc.abstractmethod
    def _pool(self, tensor: Any, features: keras.Model) -> Any:
        """Return what a stage of the backbone gives, pooled to one vector."""

    @abc.abstractmethod
    def _head(self, class_names: Sequence[str]) -> keras.layers.Layer:
        """Make a fresh head, named `"head"`, for pooled features."""

    def _prepare(self, train: Split) -> None:
        """Choose what depends on the training examples, before the model is built."""

    def check(self, data: Dataset) -> None:
        """Refuse data that this task cannot be trained on, with a `ValueError`."""

    def conclude(self, validation: Split) -> None:
        """Choose what depends on the trained model, such as thresholds."""

    @abc.abstractmethod
    def measure(self) -> Measure:
        """Return how exported artifacts are compared with the model."""

    @abc.abstractmethod
    def exportable(self) -> Exportable:
        """Return what artifacts are made of."""

    def _outputs(self, split: Split, batch_size: int) -> np.ndarray:
        from kerastl.data.splits.unreadable import naming_unreadable

        batches = self.batches(split, batch_size)
        if split.labels is not None:
            batches = batches.map(lambda inputs, labels: inputs)
        with naming_unreadable(split):
            return np.asarray(self.model.predict(batches, verbose=0))

    def _as_split(self, inputs: Any) -> Split:
        from kerastl.data.splits.expected_split import as_split

        _ = self.model
        return as_split(inputs, self.modality, type(self).__name__)

    def _check_modality(self, split: Split | None) -> None:
        from kerastl.data.splits.expected_split import check_modality

        check_modality(split, self.modality, type(self).__name__)

"""The class that a user calls: build, fit, evaluate, predict, save and export."""

from __future__ import annotations

import abc
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerastl.recipe.adapting import adapt_recipe
from kerastl.recipe.contract import RecipeContract
from kerastl.recipe.exporting import export_recipe
from kerastl.recipe.fitting import fit_recipe
from kerastl.recipe.quantized_fitting import fit_quantized
from kerastl.recipe.saving import save_recipe

if TYPE_CHECKING:
    import keras

    from kerastl.artifacts.bundle.bundle import Bundle
    from kerastl.data.splits.dataset import Dataset
    from kerastl.data.splits.split import Split
    from kerastl.training.cache.feature_cache import FeatureCache
    from kerastl.training.checkpoint.checkpoint import Checkpoint
    from kerastl.training.phases.phase import Phase
    from kerastl.training.schedules.schedule import Schedule


class Recipe(RecipeContract):
    """Train a backbone with a head on labelled examples, and export verified artifacts.

    The arguments and the attributes are those of `RecipeContract`, whose hooks a task fills in.
    """

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
            schedule: `"auto"`, what suits the task, see `default_schedule`; a schedule from
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
        settings: dict[str, Any] = {
            "batch_size": batch_size,
            "seed": seed,
            "callbacks": callbacks,
            "cache": cache,
            "checkpoint": checkpoint,
            "resume": resume,
            "verbose": verbose,
        }
        if adapt_to is not None:
            self.history = adapt_recipe(self, data, adapt_to, adaptation, schedule, **settings)
        else:
            self.history = fit_recipe(self, data, schedule, **settings)
        return self.history

    def fit_quantized(
        self,
        data: Dataset | None = None,
        *,
        bits: int = 8,
        epochs: int | None = None,
        learning_rate: float | None = None,
        batch_size: int = 16,
        seed: int = 0,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        checkpoint: Checkpoint | str | os.PathLike[str] | None = None,
        resume: bool = False,
        verbose: Any = "auto",
    ) -> keras.callbacks.History:
        """Train the weights so that the integer file answers as the float model does now.

        Quantization-aware training: the network computes as its file will, with weights rounded
        and normalization folded in, and with 8 bits tensors rounded too. Gradients pass straight
        through the rounding (Jacob et al. 2018, "Quantization and training of neural networks
        for efficient integer-arithmetic-only inference"). The network is distilled from its own
        float weights on training examples, augmented as the recipe does. The validation split
        decides which epoch is kept; where none comes closer to the float model, the weights are
        exactly what they were. Every format can be exported afterwards.

        Args:
            data: Labelled examples. Defaults to those of the last `fit`.
            bits: 8 for the file `"int8"`, weights and tensors; 4 for `"int4"`, weights alone.
                Defaults to 8.
            epochs: Epochs over the training split. Defaults to as many as make 3,000 examples,
                at least 2 and at most 8.
            learning_rate: The highest rate, reached after a tenth of the steps and followed by
                a half cosine to zero. Defaults to 1e-5 with 8 bits and 1e-4 with 4.
            batch_size: Examples in a batch. Defaults to 16.
            seed: Seed of shuffling and augmentation. Defaults to 0.
            callbacks: Keras callbacks.
            checkpoint: As for `fit`.
            resume: As for `fit`. The recipe must have the float weights that the killed run
                began with.
            verbose: As for `keras.Model.fit`.

        Returns:
            A Keras `History`: `val_agreement` and `val_divergence` compare the fake-quantized
            network with the float model of the beginning.

        Raises:
            RuntimeError: If the recipe was never fitted.
            ValueError: If an option is out of its range, there is no data, or the network has
                attention or nothing to round.
            FloatingPointError: If the loss becomes NaN or infinite; the weights are good ones.

        Example:

        ```python
        recipe.fit(data)
        recipe.fit_quantized(data)
        recipe.export("out", quantize=("float32", "int8"))
        ```
        """
        self.history = fit_quantized(
            self,
            data if data is not None else self.data,
            bits=bits,
            epochs=epochs,
            learning_rate=learning_rate,
            batch_size=batch_size,
            seed=seed,
            callbacks=callbacks,
            checkpoint=checkpoint,
            resume=resume,
            verbose=verbose,
        )
        return self.history

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
        return export_recipe(
            self,
            Path(directory),
            data if data is not None else self.data,
            formats=formats,
            quantize=quantize,
            max_drop=max_drop,
            min_agreement=min_agreement,
            check_server=check_server,
            overwrite=overwrite,
        )

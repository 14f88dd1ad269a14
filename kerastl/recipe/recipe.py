"""The base class of all tasks: fit, evaluate, predict, save and export."""

from __future__ import annotations

import abc
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerastl.basics.arguments import check_flag, check_seed, check_verbose
from kerastl.basics.progress import shows_progress
from kerastl.recipe.adapting import adapt_recipe
from kerastl.recipe.contract import RecipeContract
from kerastl.recipe.exporting import export_recipe
from kerastl.recipe.fitting import fit_recipe
from kerastl.recipe.quantizing.quantized_fitting import fit_quantized
from kerastl.recipe.runs.fit_options import check_fit_options
from kerastl.recipe.runs.run_folder import write_run_folder
from kerastl.recipe.saving import save_recipe
from kerastl.training.checkpoint.open_checkpoint import open_checkpoint
from kerastl.training.schedules.kept_phases import KeepOption

if TYPE_CHECKING:
    import keras
    import pandas as pd

    from kerastl.artifacts.bundle.bundle import Bundle
    from kerastl.artifacts.on_refused import OnRefused
    from kerastl.data.splits.dataset import Dataset
    from kerastl.data.splits.split import Split
    from kerastl.training.cache.feature_cache import FeatureCache
    from kerastl.training.checkpoint.checkpoint import Checkpoint
    from kerastl.training.phases.phase import Phase
    from kerastl.training.schedules.schedule import Schedule


class Recipe(RecipeContract):
    """Train a backbone with a head on labelled examples, and export verified artifacts.

    The arguments and the attributes are those of `RecipeContract`, whose hooks a task implements.
    """

    @shows_progress
    def fit(
        self,
        data: Any,
        schedule: str | Schedule | Sequence[Phase] = "auto",
        *,
        adapt_to: Any = None,
        adaptation: Any = "auto",
        batch_size: int | None = None,
        seed: int | None = 0,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        cache: FeatureCache | str | os.PathLike[str] | None = None,
        checkpoint: Checkpoint | str | os.PathLike[str] | None = None,
        resume: bool = False,
        refit: bool | None = None,
        run_dir: str | os.PathLike[str] | None = None,
        keep: KeepOption | None = None,
        verbose: Any = "auto",
    ) -> keras.callbacks.History:
        """Train on a data set's training split.

        The validation split selects the weights, and `export` verifies artifacts on it. If there
        is none, a fifth of the training split is held out, and the head is fitted again on all of
        these examples in the end, see `refit`. The test split is not used.

        For tasks with probabilities, one temperature corrects their confidence; it is divided out
        of the head, so that every exported file has it, and changes no order of classes.

        Args:
            data: Labelled examples: a data set, a split, a pair `(inputs, labels)`, or a
                `tf.data.Dataset` as for `kerastl.data.from_tf`. With `adapt_to`, also a list of
                data sets, one for each source domain, or None to adapt a trained recipe to the
                target alone.
            schedule: `"auto"`, the default of the task; a schedule from `kerastl.schedules`, by
                object or name; or a list of phases. Defaults to `"auto"`.
            adapt_to: Unlabelled examples of the target domain, as for `kerastl.data.unlabelled`,
                or a `kerastl.adaptation.Target`. Defaults to None: no adaptation.
            adaptation: A method of `kerastl.adaptation`, by name or object. Defaults to
                `"auto"`, which chooses one by evidence without target labels. Ignored without
                `adapt_to`.
            batch_size: Examples in a batch. Defaults to 16, or 32 from 20,000 training examples on.
            seed: Seed of Keras's and NumPy's global generators, of shuffling, augmentation
                and folds. None does not seed the global ones. Defaults to 0.
            callbacks: Keras callbacks, which see one training of the whole model: epochs of all
                phases, a linear probe as one of them. `stop_training` ends the training.
                Callbacks that set the learning rate raise an error: every phase has its own
                learning-rate schedule.
            cache: A `FeatureCache`, or a directory that keeps features for later runs. Defaults
                to None: features are cached for this `fit` only.
            checkpoint: A directory for the state of the run, written after every epoch and
                phase and deleted when `fit` is done; or a `Checkpoint`, which is not deleted.
                Defaults to None: nothing is written.
            resume: Continue from the state in `checkpoint`, if there is one. The final weights
                are those of an uninterrupted run. Defaults to False.
            refit: Whether the head is fitted again as a linear probe on training and validation
                examples together. On tuned features, only if the head's cross-fitted loss on the
                validation examples is lower. Metrics in the history were measured before; those of
                the refit are cross-fitted, in `history.refit`. Defaults to None: True if `fit` held
                out the validation split itself, False for a split that you pass.
            run_dir: A new or empty directory for the trained recipe, as `save` writes it, with
                `report.html` (a page with metrics, curves and the worst examples),
                `evaluation.json`, `history.csv` and `decision.txt`. The test split is evaluated
                for them, or else the validation split. Defaults to None: nothing is written.
            keep: `"best"` keeps the epoch with the lowest validation loss of each phase, even if
                the linear probe has a lower one; `"last"` the last epoch. Defaults to None: as the
                phases say, usually the linear probe unless fine-tuning lowers the loss. Not with
                `adapt_to`, where the verdict decides.
            verbose: As for `keras.Model.fit`. Defaults to `"auto"`.

        Returns:
            One Keras `History` over all phases. A linear probe counts as one epoch.

        Raises:
            ValueError: If the data does not suit the task, the schedule, a callback or an option
                is not valid, or the state in `checkpoint` is that of a run with another
                configuration.
            FileExistsError: If there is a state in `checkpoint` and `resume` is False.
            OSError: If `checkpoint` cannot be created or written to.
            RuntimeError: If another run is using the directory `checkpoint`.
            FloatingPointError: If the loss becomes NaN or infinite; the last good weights
                are restored.
        """
        check_fit_options(
            batch_size, seed, resume, refit, keep, run_dir, verbose, adapts=adapt_to is not None
        )
        started = time.perf_counter()
        settings: dict[str, Any] = {
            "batch_size": batch_size,
            "seed": seed,
            "callbacks": callbacks,
            "cache": cache,
            "verbose": verbose,
        }
        with open_checkpoint(checkpoint, resume, verbose) as opened:
            settings["checkpoint"] = opened
            if adapt_to is not None:
                self.history = adapt_recipe(self, data, adapt_to, adaptation, schedule, **settings)
            else:
                self.history = fit_recipe(self, data, schedule, refit=refit, keep=keep, **settings)
        if run_dir is not None:
            write_run_folder(self, Path(run_dir), time.perf_counter() - started)
        return self.history

    @shows_progress
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
        """Run quantization-aware training, so that quantized files stay close to the float model.

        The network trains with fake quantization: it computes with rounded weights and folded
        batch normalization, and with 8 bits also with rounded tensors. Gradients skip the
        rounding, the straight-through estimator (Jacob et al. 2018, "Quantization and training
        of neural networks for efficient integer-arithmetic-only inference"). The current float
        model is the teacher of a distillation on training examples, with the recipe's
        augmentation. The validation split selects the epoch. The model itself does not change:
        `quantized_weights` has the trained weights by bits, and `export` makes `"int8"` and
        `"int8_io"` or `"int4"` from them, and every other file from the model's. If no epoch is
        closer to the float model than its plain quantization without a loss of accuracy, no
        weights are kept. A later `fit` removes them.

        Args:
            data: Labelled examples. Defaults to those of the last `fit`.
            bits: 8 for the variant `"int8"`, weights and tensors; 4 for `"int4"`, weights alone.
                Defaults to 8.
            epochs: Epochs over the training split. Defaults to the number that covers 3,000
                examples, at least 2 and at most 8.
            learning_rate: Peak learning rate, reached after a tenth of the steps and followed
                by a half cosine to zero. Defaults to 1e-5 with 8 bits and 1e-4 with 4.
            batch_size: Examples in a batch. Defaults to 16.
            seed: Seed of shuffling and augmentation. Defaults to 0.
            callbacks: As for `fit`.
            checkpoint: As for `fit`.
            resume: As for `fit`. The recipe must have the same float weights as at the start of
                the killed run.
            verbose: As for `keras.Model.fit`.

        Returns:
            A Keras `History`. Its `val_agreement` and `val_divergence` compare the fake-quantized
            network with the float model from before this call.

        Raises:
            RuntimeError: If the recipe was never fitted.
            ValueError: If an option is out of its range, there is no data, or the network has
                attention or no layer to quantize.
            FloatingPointError: If the loss becomes NaN or infinite; the last good weights
                are restored.

        Example:

        ```python
        recipe.fit(data)
        recipe.fit_quantized(data)
        recipe.export("out", quantize=("float32", "int8"))
        ```
        """
        check_seed(seed)
        check_flag("resume", resume)
        check_verbose(verbose)
        with open_checkpoint(checkpoint, resume, verbose) as opened:
            self.history = fit_quantized(
                self,
                data if data is not None else self.data,
                bits=bits,
                epochs=epochs,
                learning_rate=learning_rate,
                batch_size=batch_size,
                seed=seed,
                callbacks=callbacks,
                checkpoint=opened,
                verbose=verbose,
            )
        return self.history

    @abc.abstractmethod
    def evaluate(self, split: Split, *, batch_size: int = 32, verbose: Any = "auto") -> Any:
        """Measure the model on labelled examples; `print` the result.

        Args:
            split: A split such as `data.test`; a data set, whose test split or else only split is
                taken; a pair `(inputs, labels)`; or a `tf.data.Dataset`.
            batch_size: Examples in a batch. Defaults to 32.
            verbose: 0 shows no progress. Defaults to `"auto"`.
        """

    @abc.abstractmethod
    def predict(
        self,
        inputs: Any,
        *,
        batch_size: int = 32,
        pixel_range: tuple[float, float] | None = None,
        verbose: Any = "auto",
    ) -> list[Any]:
        """Predict raw inputs; returns one prediction for each input, in order.

        Args:
            inputs: One raw input or a list of them: for images paths, file contents (bytes or
                open files), PIL images, or arrays or tensors of pixels; for texts strings. For
                images also a folder or a pattern such as `"photos/*.jpg"`, read in the order of
                `kerastl.data.unlabelled`. Or a split, a data set, whose test split or else only
                split is taken, or a `tf.data.Dataset`.
            batch_size: Inputs in a batch. Defaults to 32.
            pixel_range: Values of black and white in raw images, such as `(0, 1)`; see
                `kerastl.data.arrays`. Defaults to that of the training images. Images of 8 bits
                with a value outside that range are read as 0 to 255.
            verbose: As for `evaluate`. Defaults to `"auto"`.

        Raises:
            ValueError: If an input cannot be read, or a weight or an output of the model is NaN
                or infinite.
        """

    def predict_frame(
        self,
        inputs: Any,
        *,
        batch_size: int = 32,
        pixel_range: tuple[float, float] | None = None,
    ) -> pd.DataFrame:
        """Predict raw inputs; returns a table.

        Args:
            inputs: As for `predict`.
            batch_size: Inputs in a batch. Defaults to 32.
            pixel_range: As for `predict`. Defaults to None.

        Returns:
            A `pandas.DataFrame` with one row for each input, in order: `name` is the path of an
            image, else its kind and position; `text` is there for texts. The other columns are what
            the task predicts: a class with the probability of each class, labels, or numbers with
            their intervals. For entities and boxes there is one row for each of them, and the index
            is the position of the input.

        Raises:
            ValueError: If an input cannot be read.

        Example:

        ```python
        recipe.predict_frame("new_photos/").to_csv("predictions.csv")
        ```
        """
        from kerastl.recipe.prediction_frame import prediction_frame

        split = self.as_split(inputs, pixel_range)
        return prediction_frame(split, self.predict(split, batch_size=batch_size))

    def save(self, directory: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Save the model, its labels and a JSON description to a directory.

        `kerastl.load` reads it in any process. Classes and functions of your own, such as a layer
        or an augmentation, must be registered with `keras.saving.register_keras_serializable`,
        and imported before loading.

        No absolute path is saved: of `weights="/home/ada/w.h5"` the recipe keeps `"./w.h5"`. A
        loaded recipe reads this file only if it is trained on other classes.

        Args:
            directory: The directory; made if it does not exist. An existing directory without
                files is filled, so it may be a mount point or a symbolic link.
            overwrite: Whether a saved recipe there may be replaced. Defaults to False.

        Returns:
            The directory.

        Raises:
            FileExistsError: If the directory has files, and may not or cannot be replaced.
            OSError: If the directory cannot be created or written to.
            ValueError: If a class or function could not be loaded again; nothing is written.
        """
        check_flag("overwrite", overwrite)
        return save_recipe(self, Path(directory), overwrite)

    @shows_progress
    def export(
        self,
        directory: str | os.PathLike[str],
        *,
        formats: Sequence[str] | None = None,
        quantize: str | Sequence[str] | None = None,
        max_drop: float | None = 0.01,
        min_agreement: float | None = 0.9,
        on_refused: OnRefused | None = None,
        check_server: bool = False,
        max_pixels: int | None = None,
        max_examples: int = 128,
        data: Dataset | None = None,
        overwrite: bool = False,
        verbose: Any = "auto",
    ) -> Bundle:
        """Export verified artifacts: every file is run and compared with the model.

        Args:
            directory: Directory of the bundle, which is written completely or not at all. An
                existing directory without files is filled.
            formats: Any of `"saved_model"`, `"tflite"` and `"onnx"` (`kerastl[onnx]`). Defaults
                to None: the first two.
            quantize: TFLite variants among `"float32"`, `"float16"`, `"dynamic"`,
                `"weight_only"`, `"int8"`, `"int8_io"`, `"int4"`; or `"auto"`, which chooses by
                the network. Defaults to None: float32, float16, dynamic and int8.
            max_drop: Largest drop of accuracy on the validation split. For a worse artifact,
                fallbacks are tried; if they fail, it is not written. None accepts any drop.
                Defaults to 0.01.
            min_agreement: Smallest share of examples with the same label as the model; None
                accepts any. Defaults to 0.9.
            on_refused: `"raise"` raises `kerastl.artifacts.RefusedError` after the bundle is
                written, if a file that was asked for missed a bound. `"report"` leaves it to the
                report. Defaults to None: `"raise"` for variants named in `quantize` and formats
                named in `formats`, `"report"` for the defaults and for `"auto"`.
            check_server: Whether the SavedModel is also run in TensorFlow's C library, as
                TensorFlow Serving runs it. Defaults to False.
            max_pixels: Largest number of pixels of a raw image, all frames of a GIF counted. The
                SavedModel and the Python programs that read the files do not decode larger ones.
                Only for image models. Defaults to None: 25,000,000.
            max_examples: Largest number of examples of a request to the SavedModel. Defaults to
                128.
            data: Examples to verify on (validation split, at most 500) and to calibrate with
                (training split, at most 200), sampled by class. Defaults to those of the last
                `fit`.
            overwrite: Whether an existing bundle may be replaced. Defaults to False.
            verbose: 0 shows no progress. Defaults to `"auto"`.

        Returns:
            The bundle; `print` shows size, accuracy, agreement and latency of every artifact.

        Raises:
            kerastl.artifacts.RefusedError: If a file that was asked for missed a bound. The error
                has the bundle, with all other files.
            RuntimeError: If the recipe was never fitted, or a file cannot be converted.
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
            on_refused=on_refused,
            check_server=check_server,
            max_pixels=max_pixels,
            max_examples=max_examples,
            overwrite=overwrite,
        )

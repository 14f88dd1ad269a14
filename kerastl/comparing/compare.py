"""Compare backbones on a user's data by linear probes."""

from __future__ import annotations

import os
import reprlib
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kerastl.backbones.backbone import Backbone
from kerastl.backbones.registry import backbone as find_backbone
from kerastl.basics.arguments import check_flag, check_seed, check_verbose
from kerastl.basics.files.scratch import scratch_folder
from kerastl.basics.keras_models.keras_settings import check_keras_settings
from kerastl.basics.known_options import known_options
from kerastl.basics.printer import printer
from kerastl.comparing.compared_backbone import ComparedBackbone
from kerastl.comparing.comparison import Comparison
from kerastl.data.sources.labelled import as_dataset, read_classes
from kerastl.data.splits.dataset import Dataset
from kerastl.data.splits.holdout import with_validation

if TYPE_CHECKING:
    import keras

    from kerastl.recipe.recipe import Recipe
    from kerastl.training.cache.feature_cache import FeatureCache
    from kerastl.training.loop.fitted_probe import FittedProbe

_TASKS = {"image": "image_classification", "text": "text_classification"}
_BATCH_SIZE = 16
# LogME decomposes a matrix of this size at most.
_LOGME_EXAMPLES = 5_000


@known_options()
def compare(
    data: Any,
    backbones: Sequence[str | os.PathLike[str] | keras.Model | Backbone],
    *,
    export: bool = True,
    cache: FeatureCache | str | os.PathLike[str] | None = None,
    seed: int = 0,
    verbose: Any = "auto",
) -> Comparison:
    """Compare the accuracy of backbones on your data, and their size and latency on a device.

    Each backbone runs once over the training and validation examples. A linear probe is fitted on
    its features, and validation accuracy ranks the backbones. The probe reads the stages that
    cross-validation on the training split chooses, as `ProbeGuidedFineTune` does: of a network that
    was tuned to another task, the last ones may be of no use. The test split is never read.

    Args:
        data: Labelled images or texts with one class an example, as for `fit`. Without a
            validation split, a fifth of the training split is held out, the same fifth as `fit`
            with this seed.
        backbones: Each a name, a preset, a path, a `keras.Model` or a `Backbone`. One that fails
            becomes a row with the reason. One without trained weights is marked.
        export: Whether float32 and int8 LiteRT files are written and run here, on TensorFlow.
            Otherwise size and latency of the float32 file are estimates. Defaults to True.
        cache: A `FeatureCache`, or a directory to store features in. A later `fit` with this cache
            and seed reuses the features of its backbone. Defaults to None: nothing is stored.
        seed: Seed of the validation split and of the probe's folds. Defaults to 0.
        verbose: 0 prints nothing, any other value one line a backbone. Defaults to `"auto"`.

    Returns:
        The rows, the most accurate first. It prints as a table; see also `Comparison.plot`.

    Raises:
        ValueError: If no backbone is given, or an example does not have exactly one class.

    Example:

    ```python
    data = kerastl.data.image_folder("photos", validation_split=0.2)
    small = kerastl.backbone("mobilenet_v2", alpha=0.35)
    print(kerastl.compare(data, [small, "mobilenet_v2", "mobilenet"]))
    ```
    """
    # Imported here so that the measured times exclude loading TensorFlow.
    from kerastl.comparing.timed_features import TimedFeatures  # noqa: F401
    from kerastl.training.cache.feature_cache import FeatureCache

    check_keras_settings()
    if isinstance(backbones, str | os.PathLike) or not len(backbones):
        raise ValueError(
            f"`backbones` must be a list of at least one. Received: backbones={backbones!r}"
        )
    check_flag("export", export)
    check_seed(seed)
    check_verbose(verbose)
    data = as_dataset(data, read_classes)
    _check(data)
    start = time.perf_counter()
    data = with_validation(data, seed=seed)
    assert data.validation is not None
    rows = []
    export_seconds = 0.0
    for source in backbones:
        row, recipe = _ranked(data, source, FeatureCache.of(cache), seed, verbose)
        if recipe is not None and export:
            before = time.perf_counter()
            row = _exported(row, recipe, data)
            export_seconds += time.perf_counter() - before
        elif recipe is not None:
            row = row.with_estimates(len(data.train) + len(data.validation))
        rows.append(row)
        result = row.problem if row.accuracy is None else f"accuracy {row.accuracy:.3f}"
        printer(verbose)(f"{row.name}: {result}")
    return Comparison.of(
        rows,
        training_examples=len(data.train),
        validation_examples=len(data.validation),
        ranking_seconds=time.perf_counter() - start - export_seconds,
        export_seconds=export_seconds,
    )


def _check(data: Dataset) -> None:
    labels = data.train.labels
    if type(data.train).__name__ == "TaggedSplit" or labels is None or np.ndim(labels) != 1:
        raise ValueError(
            "Backbones are compared by a classifier, so every example must have one class. "
            f"Received: {data.train!r}"
        )


def _ranked(
    data: Dataset, source: Any, cache: FeatureCache, seed: int, verbose: Any
) -> tuple[ComparedBackbone, Recipe | None]:
    """Return a backbone's row without files, and the recipe with its linear probe."""
    row = ComparedBackbone(_name(source))
    # A backbone that fails must not stop the comparison of the others.
    try:
        backbone = find_backbone(source)
        row = ComparedBackbone(
            _name(backbone), random_weights=backbone.weights is None and backbone.kind != "custom"
        )
        return _probed(row, backbone, data, cache, seed, verbose)
    except Exception as error:
        return row.with_problem(f"{type(error).__name__}: {error}"), None


def _probed(
    row: ComparedBackbone,
    backbone: Backbone,
    data: Dataset,
    cache: FeatureCache,
    seed: int,
    verbose: Any,
) -> tuple[ComparedBackbone, Recipe]:
    from kerastl.comparing.timed_features import TimedFeatures
    from kerastl.data.splits.unreadable import naming_unreadable
    from kerastl.recipe.choosing.before_training import choose_stages_before_probe
    from kerastl.recipe.examples import RecipeExamples
    from kerastl.recipe.preparing import checked, prepared
    from kerastl.tasks.registry import find_task
    from kerastl.training.loop.fitted_probe import fit_linear_probe

    recipe = find_task(_TASKS[data.train.modality])(backbone)
    data = checked(recipe, data, seed)
    say = printer(verbose)
    with TimedFeatures(cache, say) as features, naming_unreadable(data.train, data.validation):
        choose_stages_before_probe(recipe, data, features, batch_size=_BATCH_SIZE, seed=seed)
        prepared(recipe, data.train, data.class_names, seed)
        examples = RecipeExamples(recipe, data, _BATCH_SIZE)
        solved = fit_linear_probe(
            recipe.model, examples, seed, features, criterion=recipe.criterion
        )
        evidence = _log_me(solved, examples.training_labels, seed)
    accuracy = solved.logs["val_accuracy"]
    assert data.validation is not None
    return replace(
        row,
        accuracy=accuracy,
        feature_stages=recipe.feature_stages,
        accuracy_interval=_interval(accuracy, len(data.validation)),
        log_me=evidence,
        parameters=recipe.model.count_params(),
        feature_seconds=None if features.found else features.seconds,
    ), recipe


def _log_me(solved: FittedProbe, labels: np.ndarray, seed: int) -> float:
    from kerastl.training.linear_probe.logme import log_me

    rows = np.arange(len(labels))
    if len(rows) > _LOGME_EXAMPLES:
        rows = np.sort(np.random.default_rng(seed).permutation(rows)[:_LOGME_EXAMPLES])
    # The features are centred. The constant models the class frequencies, as the probe's bias.
    constant = np.ones((len(rows), 1), "float32")
    return log_me(np.concatenate([solved.features[rows], constant], axis=1), labels[rows])


def _interval(accuracy: float, examples: int) -> tuple[float, float]:
    from scipy.stats import binomtest

    found = binomtest(round(accuracy * examples), examples).proportion_ci(method="wilson")
    return float(found.low), float(found.high)


def _exported(row: ComparedBackbone, recipe: Recipe, data: Dataset) -> ComparedBackbone:
    try:
        with scratch_folder() as folder:
            bundle = recipe.export(
                folder / "bundle",
                formats=("tflite",),
                quantize=("float32", "int8"),
                max_drop=None,
                min_agreement=None,
                on_refused="report",
                data=data,
            )
    except Exception as error:
        # A network that LiteRT cannot convert still keeps its rank.
        return row.with_problem(f"no LiteRT files: {error}")
    return row.with_files(bundle)


def _name(source: Any) -> str:
    if isinstance(source, Backbone):
        options = ", ".join(f"{key}={reprlib.repr(each)}" for key, each in source.options.items())
        return f"{Path(source.name).name}({options})" if options else source.name
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    return str(getattr(source, "name", type(source).__name__))

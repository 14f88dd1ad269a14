"""The phase that solves the head."""

from dataclasses import dataclass

import keras
import numpy as np

from kerastl.training.cache.open_cache import OpenFeatureCache
from kerastl.training.criterion import Criterion
from kerastl.training.freezing.freezing import train_only
from kerastl.training.freezing.frozen_boundary import divide
from kerastl.training.linear_probe.joined_features import JoinedFeatures
from kerastl.training.linear_probe.probe import LinearProbe
from kerastl.training.phases.examples import Examples

_CHUNK = 4096  # examples


@dataclass(frozen=True)
class FittedProbe:
    """A head that was solved, and how good it is.

    Attributes:
        probe: What the head now computes.
        logs: The criterion's metrics on both splits by the names that Keras gives them, every
            example counted alike.
        nearest_mean_accuracy: Validation accuracy of the nearest class mean on the same
            features; None where an example has not one class.
        features: What it was solved on, as the head sees it.
    """

    probe: LinearProbe
    logs: dict[str, float]
    nearest_mean_accuracy: float | None
    features: JoinedFeatures


def fit_linear_probe(
    model: keras.Model,
    examples: Examples,
    seed: int,
    features: OpenFeatureCache,
    criterion: Criterion,
    views: int = 0,
    class_weights: np.ndarray | None = None,
) -> FittedProbe:
    """Solve a model's head on what the frozen rest of it gives.

    Args:
        model: Has a `StandardizedFeatures` named `"pooling"` and a head named `"head"`.
        examples: Where batches come from.
        seed: Seed of the folds and of the augmented views.
        features: Computes what the frozen rest gives, once.
        criterion: Fits the probe and measures it.
        views: How many augmented views of each training example are solved for beside the
            example as it is. Defaults to 0.
        class_weights: Factor on each class's loss, shape `(classes,)`. Defaults to None: all
            alike.

    Returns:
        The probe, which the head now computes, and its metrics.
    """
    if any(layer.name == "bottleneck" for layer in model.layers):
        raise ValueError(
            "A head behind a bottleneck cannot be solved: use phases without linear_probe=True, or a "
            "recipe with bottleneck=None. Received: a model with a layer named 'bottleneck'"
        )
    train_only(model, "head")
    boundary = divide(model)
    assert boundary is not None
    pooling = model.get_layer("pooling")
    feature_stages = boundary.names(keras.tree.flatten(pooling.input))
    passes = [
        examples.training_in_order(),
        *(examples.training_in_order(view, seed) for view in range(views)),
    ]
    kept = [features.needed(boundary.prefix, each) for each in passes]
    pooled = JoinedFeatures([[view.features[name] for name in feature_stages] for view in kept])
    pooling.fit(pooled)
    centre, scale = (keras.ops.convert_to_numpy(x) for x in (pooling.centre, pooling.scale))
    standardized = pooled.standardized(centre, scale)
    labels = np.concatenate([kept[0].labels] * len(kept))
    probe = criterion.fit_probe(
        standardized,
        labels,
        examples.classes,
        seed,
        None if class_weights is None else class_weights[labels],
        groups=np.tile(np.arange(len(kept[0].labels)), len(kept)) if views else None,
    )
    model.get_layer("head").assign(probe.kernel, probe.bias)
    logs = criterion.metrics(_outputs(probe, standardized, criterion), labels)
    nearest = None
    held_out = examples.validation_in_order()
    if held_out is not None:
        validation = features.needed(boundary.prefix, held_out)
        columns = [validation.features[name] for name in feature_stages]
        rows = JoinedFeatures([columns], centre, scale)
        measured = criterion.metrics(_outputs(probe, rows, criterion), validation.labels)
        logs |= {f"val_{name}": value for name, value in measured.items()}
        if criterion.single_label:
            nearest = _nearest_mean_accuracy(
                standardized, labels, examples.classes, rows, validation.labels
            )
    return FittedProbe(probe, logs, nearest, standardized)


def _nearest_mean_accuracy(
    features: JoinedFeatures,
    labels: np.ndarray,
    classes: int,
    held_out: JoinedFeatures,
    expected: np.ndarray,
) -> float:
    sums = np.zeros((classes, features.shape[1]))
    for start in range(0, len(labels), _CHUNK):
        rows = slice(start, start + _CHUNK)
        np.add.at(sums, labels[rows], features[rows])
    counts = np.bincount(labels, minlength=classes)
    means = sums / np.maximum(1, counts)[:, None]
    # No example is near a class that has none.
    sizes = np.where(counts > 0, (means**2).sum(axis=1), np.inf)
    right = 0
    for start in range(0, len(expected), _CHUNK):
        rows = slice(start, start + _CHUNK)
        # The square of the example itself is the same for every class.
        distance = sizes - 2 * (held_out[rows] @ means.T)
        right += int((distance.argmin(axis=1) == expected[rows]).sum())
    return right / len(expected)


def _outputs(probe: LinearProbe, features: JoinedFeatures, criterion: Criterion) -> np.ndarray:
    starts = range(0, features.shape[0], _CHUNK)
    logits = [features[start : start + _CHUNK] @ probe.kernel + probe.bias for start in starts]
    return np.concatenate([criterion.activate(each) for each in logits])

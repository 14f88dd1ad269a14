"""Fit the head of a model as a linear probe on cached features."""

from dataclasses import dataclass

import keras
import numpy as np

from kerastl.basics.progress import part, step
from kerastl.training.cache.open_cache import OpenFeatureCache
from kerastl.training.criterion import Criterion
from kerastl.training.freezing.freezing import train_only
from kerastl.training.freezing.frozen_boundary import divide
from kerastl.training.linear_probe.joined_features import JoinedFeatures
from kerastl.training.linear_probe.probe import LinearProbe
from kerastl.training.phases.examples import Examples

_CHUNK = 4096  # examples


@dataclass(frozen=True)
class CrossFittedOutputs:
    """Outputs for examples from probes that were fitted without their fold.

    Attributes:
        rows: Numbers of the examples: training examples, then validation examples.
        outputs: Shape `(len(rows), ...)`.
        targets: Shape `(len(rows), ...)`.
        logits: The outputs before their activation, shape `(len(rows), ...)`.
    """

    rows: np.ndarray
    outputs: np.ndarray
    targets: np.ndarray
    logits: np.ndarray

    def since(self, first: int) -> "CrossFittedOutputs":
        """Return those of the examples from a number on."""
        kept = self.rows >= first
        arrays = (self.rows, self.outputs, self.targets, self.logits)
        return CrossFittedOutputs(*(each[kept] for each in arrays))


@dataclass(frozen=True)
class FittedProbe:
    """A linear probe that was fitted on cached features, with its metrics.

    Attributes:
        probe: The linear probe; the head has its weights.
        logs: The criterion's metrics on both splits by Keras's names, such as `val_accuracy`.
            Every example has the same weight.
        nearest_mean_accuracy: Validation accuracy of the nearest class mean on the same
            features; None unless every example has exactly one class.
        features: The standardized features that the probe was fitted on.
        cross_fitted: Outputs of the cross-validation's probes for examples that they were not
            fitted on; None without cross-validation. Augmented views do not count.
    """

    probe: LinearProbe
    logs: dict[str, float]
    nearest_mean_accuracy: float | None
    features: JoinedFeatures
    cross_fitted: CrossFittedOutputs | None = None


def fit_linear_probe(
    model: keras.Model,
    examples: Examples,
    seed: int,
    features: OpenFeatureCache,
    criterion: Criterion,
    views: int = 0,
    class_weights: np.ndarray | None = None,
    *,
    on_validation: bool = False,
) -> FittedProbe:
    """Fit a model's head as a linear probe on the features of its frozen backbone.

    Args:
        model: A model with a `StandardizedFeatures` layer named `"pooling"` and a head named
            `"head"`.
        examples: The training and validation examples.
        seed: Seed of the folds and of the augmented views.
        features: The feature cache.
        criterion: The criterion of the task, which fits the probe.
        views: Number of augmented views of each training example to fit in addition to the
            original. Defaults to 0.
        class_weights: Factor on the loss of each class, shape `(classes,)`. Defaults to None: 1
            for every class.
        on_validation: Whether the probe is fitted on the validation examples, too. There are no
            metrics on them then. Defaults to False.

    Returns:
        The probe, whose weights the head now has, and its metrics.

    Raises:
        ValueError: If the model has a bottleneck layer.
    """
    if any(layer.name == "bottleneck" for layer in model.layers):
        raise ValueError(
            "A head after a bottleneck cannot be fitted as a linear probe. Use phases without "
            "linear_probe=True, or a recipe with bottleneck=None. Received: a model with a layer "
            "named 'bottleneck'"
        )
    train_only(model, "head")
    boundary = divide(model)
    assert boundary is not None
    pooling = model.get_layer("pooling")
    feature_stages = boundary.names(keras.tree.flatten(pooling.input))
    held_out = examples.validation_in_order()
    ordered = [examples.training_in_order()]
    if on_validation and held_out is not None:
        ordered, held_out = [*ordered, held_out], None
    seen = sum(map(len, ordered))
    ordered += [examples.training_in_order(view, seed) for view in range(views)]
    cached = [features.needed(boundary.prefix, each) for each in ordered]
    pooled = JoinedFeatures([[view.features[name] for name in feature_stages] for view in cached])
    pooling.fit(pooled)
    centre, scale = (keras.ops.convert_to_numpy(x) for x in (pooling.centre, pooling.scale))
    standardized = pooled.standardized(centre, scale)
    labels = np.concatenate([each.labels for each in cached])
    groups = np.concatenate([np.arange(seen), *[np.arange(len(cached[0].labels))] * views])
    with step("Fitting the linear probe", 100) as advance, part(advance, 100):
        probe = criterion.fit_probe(
            standardized,
            labels,
            examples.classes,
            seed,
            None if class_weights is None else class_weights[labels],
            groups=groups if views else None,
        )
    model.get_layer("head").assign(probe.kernel, probe.bias)
    logs = criterion.metrics(_outputs(probe, standardized, criterion), labels)
    nearest = None
    if held_out is not None:
        validation = features.needed(boundary.prefix, held_out)
        columns = [validation.features[name] for name in feature_stages]
        apart = JoinedFeatures([columns], centre, scale)
        measured = criterion.metrics(_outputs(probe, apart, criterion), validation.labels)
        logs |= {f"val_{name}": value for name, value in measured.items()}
        if criterion.single_label:
            nearest = _nearest_mean_accuracy(
                standardized, labels, examples.classes, apart, validation.labels
            )
    cross_fitted = None
    if probe.cross_fitted is not None:
        # Views follow the examples.
        rows = probe.cross_fitted.rows[probe.cross_fitted.rows < seen]
        logits = probe.cross_fitted.logits[: len(rows)]
        cross_fitted = CrossFittedOutputs(rows, criterion.activate(logits), labels[rows], logits)
    return FittedProbe(probe, logs, nearest, standardized, cross_fitted)


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
    # A class without training examples has no mean.
    sizes = np.where(counts > 0, (means**2).sum(axis=1), np.inf)
    right = 0
    for start in range(0, len(expected), _CHUNK):
        rows = slice(start, start + _CHUNK)
        # The squared norm of the example is left out: it is the same for every class.
        distance = sizes - 2 * (held_out[rows] @ means.T)
        right += int((distance.argmin(axis=1) == expected[rows]).sum())
    return right / len(expected)


def _outputs(probe: LinearProbe, features: JoinedFeatures, criterion: Criterion) -> np.ndarray:
    starts = range(0, features.shape[0], _CHUNK)
    logits = [features[start : start + _CHUNK] @ probe.kernel + probe.bias for start in starts]
    return np.concatenate([criterion.activate(each) for each in logits])

"""Metrics of an adaptation that need no target labels."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from kerastl.adaptation.domains.domain_features import DomainFeatures
from kerastl.adaptation.importance.class_shares import ClassShares
from kerastl.adaptation.validators.atc import atc
from kerastl.adaptation.validators.bnm import bnm
from kerastl.adaptation.validators.class_ami import class_ami
from kerastl.adaptation.validators.entropy import entropy
from kerastl.adaptation.validators.information_maximization import information_maximization
from kerastl.adaptation.validators.reverse_validation import reverse_validation
from kerastl.adaptation.validators.snd import snd
from kerastl.adaptation.validators.source_validation import source_validation
from kerastl.adaptation.verdict.proxy_a_distance import proxy_a_distance
from kerastl.training.losses.temperature import fit_temperature, scale_probabilities

# Examples of each domain: metrics are accurate to a few points and take seconds.
_MOST = 1000
# Fewer components suffice for a linear classifier of a few hundred examples.
_COMPONENTS = 64


@dataclass(frozen=True)
class Pair:
    """A metric of the source-only baseline and of the adapted model."""

    baseline: float
    adapted: float


@dataclass(frozen=True)
class AdaptationEvidence:
    """Metrics of an adapted model and its source-only baseline, without target labels.

    Attributes:
        classes: Number of classes.
        source_examples: Number of held-out source examples.
        source_accuracy: Accuracy on held-out source examples.
        proxy_a_distance: Distance between source and target features, 0 to 2.
        validators: Scores by validator name; higher is better.
        baseline_entropy: Mean entropy of the baseline's predictions, in nats, on the source and
            on the target.
        agreement: Share of target examples for which both models predict the same class.
        source_shares: Frequency of each class in the source.
        target_shares: Frequency of each class in the target, estimated from the baseline's
            predictions; see `ClassShares`.
        baseline_shares: Frequency with which the baseline predicts each class on the target.
        adapted_shares: The same for the adapted model.
        domain_accuracy: Balanced accuracy of the method's domain discriminator in the last epoch.
            None if the method has no discriminator.
        estimated_accuracy: Accuracy on the target, estimated from confidences; see
            `kerastl.adaptation.validators.atc`. The verdict does not use it. None in evidence of
            earlier versions.
    """

    classes: int
    source_examples: int
    source_accuracy: Pair
    proxy_a_distance: Pair
    validators: dict[str, Pair]
    baseline_entropy: tuple[float, float]
    agreement: float
    source_shares: tuple[float, ...]
    target_shares: tuple[float, ...]
    baseline_shares: tuple[float, ...]
    adapted_shares: tuple[float, ...]
    domain_accuracy: float | None = None
    estimated_accuracy: Pair | None = None

    @classmethod
    def gather(
        cls,
        baseline: tuple[DomainFeatures, DomainFeatures],
        adapted: tuple[DomainFeatures, DomainFeatures],
        source_labels: np.ndarray,
        seed: int,
        domain_accuracy: float | None = None,
    ) -> "AdaptationEvidence":
        """Compute the metrics of both models.

        Args:
            baseline: Features and predictions of the baseline on held-out source examples and on
                target examples.
            adapted: The same of the adapted model, on the same examples.
            source_labels: Labels of the source examples, shape `(examples,)`.
            seed: Seed of samples, folds and clusters.
            domain_accuracy: Balanced accuracy of the domain discriminator in the last epoch.
                Defaults to None.
        """
        generator = np.random.default_rng(seed)
        some = _sample(len(source_labels), generator), _sample(len(baseline[1].features), generator)
        labels = source_labels[some[0]]
        # With the baseline in place of both models, every metric is computed once.
        models = [baseline] if adapted is baseline else [baseline, adapted]
        reduced = [_reduced(both, some, seed) for both in models]

        def pair(measure: Callable[[DomainFeatures, DomainFeatures], float]) -> Pair:
            values = [float(measure(source, target)) for source, target in reduced]
            return Pair(values[0], values[-1])

        classes = baseline[0].probabilities.shape[1]
        predicted = [both[1].probabilities.argmax(axis=1) for both in (baseline, adapted)]
        return cls(
            classes=classes,
            source_examples=len(source_labels),
            source_accuracy=Pair(
                *(
                    source_validation(both[0].probabilities, source_labels)
                    for both in (baseline, adapted)
                )
            ),
            proxy_a_distance=pair(
                lambda source, target: proxy_a_distance(source.features, target.features, seed)
            ),
            validators={
                "information_maximization": pair(
                    lambda source, target: information_maximization(target.probabilities)
                ),
                "bnm": pair(lambda source, target: bnm(target.probabilities)),
                "snd": pair(lambda source, target: snd(target.features)),
                "class_ami": pair(
                    lambda source, target: class_ami(
                        target.features, target.probabilities.argmax(axis=1), seed, classes
                    )
                ),
                "reverse_validation": pair(
                    lambda source, target: reverse_validation(
                        source.features,
                        labels,
                        target.features,
                        target.probabilities.argmax(axis=1),
                        seed,
                    )
                ),
            },
            baseline_entropy=(
                -entropy(baseline[0].probabilities),
                -entropy(baseline[1].probabilities),
            ),
            agreement=float((predicted[0] == predicted[1]).mean()),
            source_shares=_shares(source_labels, classes),
            target_shares=_estimated_shares(baseline, source_labels),
            baseline_shares=_shares(predicted[0], classes),
            adapted_shares=_shares(predicted[1], classes),
            domain_accuracy=domain_accuracy,
            estimated_accuracy=Pair(
                *(
                    atc(both[0].probabilities, source_labels, both[1].probabilities)
                    for both in (baseline, adapted)
                )
            ),
        )

    @property
    def votes(self) -> int:
        """Number of validators that score the adapted model higher."""
        return sum(pair.adapted > pair.baseline for pair in self.validators.values())

    @property
    def moved(self) -> float:
        """Change of the predicted class frequencies on the target, 0 to 1 (total variation)."""
        return _apart(self.baseline_shares, self.adapted_shares)

    @property
    def shares_differ(self) -> float:
        """Difference of the target's estimated class frequencies and the source's, 0 to 1."""
        return _apart(self.target_shares, self.source_shares)

    def to_json(self) -> dict[str, Any]:
        """Return the metrics as a dictionary of JSON values."""
        return asdict(self)


def _sample(count: int, generator: np.random.Generator) -> np.ndarray:
    return np.sort(generator.permutation(count)[:_MOST])


def _reduced(
    domains: tuple[DomainFeatures, DomainFeatures], rows: tuple[np.ndarray, np.ndarray], seed: int
) -> tuple[DomainFeatures, DomainFeatures]:
    """Return some examples of both domains, with principal components as features."""
    from sklearn.decomposition import PCA

    source, target = (domain.take(chosen) for domain, chosen in zip(domains, rows, strict=True))
    both = np.concatenate([source.features, target.features])
    most = min(_COMPONENTS, *both.shape)
    components = PCA(most, svd_solver="randomized", random_state=seed).fit_transform(both)
    count = len(source.features)
    return (
        DomainFeatures(components[:count], source.probabilities),
        DomainFeatures(components[count:], target.probabilities),
    )


def _shares(labels: np.ndarray, classes: int) -> tuple[float, ...]:
    return tuple((np.bincount(labels, minlength=classes) / len(labels)).tolist())


def _estimated_shares(
    baseline: tuple[DomainFeatures, DomainFeatures], source_labels: np.ndarray
) -> tuple[float, ...]:
    source, target = (domain.probabilities for domain in baseline)
    temperature = fit_temperature(source, source_labels)
    shares = np.array(_shares(source_labels, source.shape[1]))
    found = ClassShares.estimated(scale_probabilities(target, temperature), shares)
    return tuple(found.target.tolist())


def _apart(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    """Return the total variation distance of two distributions."""
    return float(np.abs(np.subtract(first, second)).sum() / 2)

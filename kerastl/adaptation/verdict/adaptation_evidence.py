"""What can be known of an adaptation without the target's labels."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from kerastl.adaptation.domains.domain_features import DomainFeatures
from kerastl.adaptation.validators.bnm import bnm
from kerastl.adaptation.validators.class_ami import class_ami
from kerastl.adaptation.validators.entropy import entropy
from kerastl.adaptation.validators.information_maximization import information_maximization
from kerastl.adaptation.validators.reverse_validation import reverse_validation
from kerastl.adaptation.validators.snd import snd
from kerastl.adaptation.validators.source_validation import source_validation
from kerastl.adaptation.verdict.proxy_a_distance import proxy_a_distance

# Enough for a figure that is exact to a few points, and seconds on any features.
_MOST = 1000
# What a linear classifier needs of a few hundred examples lies in fewer.
_COMPONENTS = 64


@dataclass(frozen=True)
class Pair:
    """A figure of the model that learned from the source alone, and of the adapted one."""

    baseline: float
    adapted: float


@dataclass(frozen=True)
class AdaptationEvidence:
    """Metrics of a model and its source-only baseline; no label of the target is among them.

    Attributes:
        classes: Number of classes.
        source_examples: Number of held-out source examples.
        source_accuracy: On held-out source examples.
        proxy_a_distance: How far apart the features of source and target are, 0 to 2.
        validators: Metrics by the validator's name, higher is better.
        baseline_entropy: Mean entropy of the baseline's predictions in nats, on the source and the target.
        agreement: Share of target examples that both give the same label.
        source_shares: How common each class is in the source.
        baseline_shares: How often the baseline predicts each class on the target.
        adapted_shares: How often the adapted model does.
        domain_accuracy: Of the method's own discriminator in the last epoch, every domain counted
            alike; None where it has none.
    """

    classes: int
    source_examples: int
    source_accuracy: Pair
    proxy_a_distance: Pair
    validators: dict[str, Pair]
    baseline_entropy: tuple[float, float]
    agreement: float
    source_shares: tuple[float, ...]
    baseline_shares: tuple[float, ...]
    adapted_shares: tuple[float, ...]
    domain_accuracy: float | None = None

    @classmethod
    def gather(
        cls,
        baseline: tuple[DomainFeatures, DomainFeatures],
        adapted: tuple[DomainFeatures, DomainFeatures],
        source_labels: np.ndarray,
        seed: int,
        domain_accuracy: float | None = None,
    ) -> "AdaptationEvidence":
        """Measure both models.

        Args:
            baseline: What the baseline makes of held-out source examples, and of target examples.
            adapted: What the adapted model makes of the same.
            source_labels: Labels of those source examples, shape `(examples,)`.
            seed: Seed of what is drawn.
            domain_accuracy: Of the discriminator in the last epoch. Defaults to None.
        """
        generator = np.random.default_rng(seed)
        some = _sample(len(source_labels), generator), _sample(len(baseline[1].features), generator)
        labels = source_labels[some[0]]
        pairs = [_reduced(both, some, seed) for both in (baseline, adapted)]

        def pair(measure: Callable[[DomainFeatures, DomainFeatures], float]) -> Pair:
            return Pair(*(float(measure(source, target)) for source, target in pairs))

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
            baseline_shares=_shares(predicted[0], classes),
            adapted_shares=_shares(predicted[1], classes),
            domain_accuracy=domain_accuracy,
        )

    @property
    def votes(self) -> int:
        """How many validators find the adapted model better."""
        return sum(pair.adapted > pair.baseline for pair in self.validators.values())

    @property
    def moved(self) -> float:
        """Share of the target whose predicted class shares moved, 0 to 1."""
        return _apart(self.baseline_shares, self.adapted_shares)

    @property
    def shares_differ(self) -> float:
        """How far the baseline's predicted class shares are from the source's, 0 to 1."""
        return _apart(self.baseline_shares, self.source_shares)

    def to_json(self) -> dict[str, Any]:
        """Make a dictionary of plain values."""
        return asdict(self)


def _sample(count: int, generator: np.random.Generator) -> np.ndarray:
    return np.sort(generator.permutation(count)[:_MOST])


def _reduced(
    views: tuple[DomainFeatures, DomainFeatures], rows: tuple[np.ndarray, np.ndarray], seed: int
) -> tuple[DomainFeatures, DomainFeatures]:
    """Return some examples of both domains, with their principal components as features."""
    from sklearn.decomposition import PCA

    source, target = (view.take(chosen) for view, chosen in zip(views, rows, strict=True))
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


def _apart(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    """Return the total variation distance."""
    return float(np.abs(np.subtract(first, second)).sum() / 2)

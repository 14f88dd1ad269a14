"""The verdict of an adaptation: whether it helped, assessed without target labels."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from kerastl.adaptation.domains.domain_features import DomainFeatures
from kerastl.adaptation.verdict.adaptation_evidence import AdaptationEvidence
from kerastl.adaptation.verdict.assumptions import (
    learns_little_from_itself,
    look_alike,
    unmet_assumptions,
)
from kerastl.adaptation.verdict.plot import Projection, draw_domains

Finding = Literal["helped", "no evidence", "harmed"]
Model = Literal["adapted", "baseline"]

# A class that loses three quarters of its predictions was abandoned, not refined.
_GIVEN_UP = 0.25
# Adaptation refines class boundaries and does not move a fifth of all predictions.
_MOVED = 0.2
_LOST_ON_SOURCE = 0.05
# Standard errors by which accuracy on the source must fall, to be a loss on a target that looks
# like it. Chosen on the tuning pairs of docs/adaptation.md.
_LOST_ON_BOTH = 2.5
# Predictions that carry a fifth less information about the target come from features that an
# alignment loss has shrunk: domains of the same few features are alike, whatever their classes.
_LOST_INFORMATION = 0.2
_SAME_PREDICTIONS = 0.985
# A discriminator that is this accurate may read domain differences that training did not remove.
# But with more features than examples it separates any two samples that it trains on. So only the
# cross-validated distance of the features shows whether they were aligned.
_SATURATED = 0.95
# A baseline that is no less certain on the target than on the source cannot show that training on
# its own predictions helped. To choose such training, `auto` asks for more: it has alternatives.
_LEAST_UNCERTAIN = 1.1


@dataclass(frozen=True)
class Verdict:
    """The result of an adaptation: whether it helped, assessed without target labels, and why.

    The adapted model is compared with the source-only baseline, a model that was trained in the
    same way on the source alone. No target label is used.

    Attributes:
        finding: `"helped"`, `"no evidence"` or `"harmed"`.
        reasons: The metrics that led to the finding, in words.
        evidence: All metrics.
        advised: Which model to keep, `"adapted"` or `"baseline"`. It is the baseline if adaptation
            did harm, or if the target does not meet the assumptions of adaptation.
        kept: Which model was kept, `"adapted"` or `"baseline"`.
        views: Features and predictions on held-out source examples and on target examples, by
            the name of the model.
        choice: Which method `"auto"` has chosen, and why; None for a given method.

    Example:

    ```python
    recipe.fit(movies, adapt_to=products, adaptation="self_training")
    print(recipe.verdict)
    ```
    """

    finding: Finding
    reasons: tuple[str, ...]
    evidence: AdaptationEvidence
    advised: Model = "adapted"
    kept: Model = "adapted"
    views: dict[str, tuple[DomainFeatures, DomainFeatures]] = field(
        default_factory=dict, repr=False
    )
    choice: str | None = None

    @classmethod
    def without_adaptation(
        cls, evidence: AdaptationEvidence, reasons: tuple[str, ...], choice: str
    ) -> "Verdict":
        """Return the verdict if no method was chosen: the baseline is kept.

        Args:
            evidence: Metrics of the baseline, in place of both models.
            reasons: Why no method was chosen.
            choice: The choice in words.
        """
        return cls("no evidence", reasons, evidence, "baseline", "baseline", choice=choice)

    @classmethod
    def reach(cls, evidence: AdaptationEvidence, uses_source: bool) -> "Verdict":
        """Decide on the finding and the model to keep.

        Args:
            evidence: Metrics of both models.
            uses_source: Whether the adapted model was trained on the source too. If so, its
                source accuracy must not fall. If not, it was trained on predictions on the
                target, and the baseline must have been uncertain there.

        Returns:
            The verdict.
        """
        harm = _harm(evidence, uses_source)
        if harm:
            return cls("harmed", tuple(harm), evidence, "baseline")
        unmet, doubts = unmet_assumptions(evidence), _doubts(evidence, uses_source)
        if unmet or doubts:
            advised: Model = "baseline" if unmet else "adapted"
            return cls("no evidence", (*unmet, *doubts), evidence, advised)
        reasons = [
            f"{_votes(evidence)} rate the adapted model higher than the source-only baseline",
            f"the predicted class changed for {1 - evidence.agreement:.0%} of the target examples, "
            f"and predicted class frequencies shifted by {evidence.moved:.0%}",
            "the distance of source and target features (proxy A-distance, 0 to 2) is "
            f"{evidence.proxy_a_distance.baseline:.2f} without and "
            f"{evidence.proxy_a_distance.adapted:.2f} with adaptation",
        ]
        if evidence.domain_accuracy is not None:
            reasons.append(
                f"the domain discriminator is right on {evidence.domain_accuracy:.0%} of the "
                "examples (mean over domains)"
            )
        if _lost_on_source(evidence) > _standard_error(evidence):
            reasons.append(
                "the adapted model is for the target: accuracy on held-out source examples is "
                f"{evidence.source_accuracy.adapted:.3f}, with the source-only baseline "
                f"{evidence.source_accuracy.baseline:.3f}"
            )
        return cls("helped", tuple(reasons), evidence)

    @property
    def weights(self) -> str:
        """Which weights the model has, and why, as one line."""
        model = "the adapted model" if self.kept == "adapted" else "the source-only baseline"
        why = f"{self.finding}: {self.reasons[0]}" if self.reasons else self.finding
        if self.kept != self.advised:
            why = f"as given, against the advice to keep the {self.advised} model ({why})"
        return f"{model} ({why})"

    def __repr__(self) -> str:
        return f"Verdict({self.finding!r}, advised={self.advised!r}, weights: {self.weights})"

    def plot(
        self, path: str | os.PathLike[str], projection: Projection = "pca", seed: int = 0
    ) -> Path:
        """Draw source and target features of the baseline and of the adapted model.

        Args:
            path: Path of the image, such as `domains.png`.
            projection: `"pca"` or `"tsne"`. Defaults to `"pca"`.
            seed: Seed of the sample and of the projection. Defaults to 0.

        Returns:
            The path.
        """
        return draw_domains(self.views, path, projection, seed)

    def to_json(self) -> dict[str, Any]:
        """Return the verdict as a dictionary of JSON values."""
        return {
            "finding": self.finding,
            "reasons": list(self.reasons),
            "advised": self.advised,
            "kept": self.kept,
            "choice": self.choice,
            "evidence": self.evidence.to_json(),
        }

    def _repr_html_(self) -> str:
        from kerastl.seeing.notebook.markup import page_part, paragraphs

        finding, *reasons = str(self).split("\n")
        return page_part(finding, paragraphs(reasons))

    def __str__(self) -> str:
        kept = (
            "the adapted model"
            if self.kept == "adapted"
            else "the source-only baseline, which was trained without the target"
        )
        finding = "no evidence of a benefit" if self.finding == "no evidence" else self.finding
        lines = [f"Adaptation: {finding}. Kept: {kept}."]
        if self.choice is not None and self.kept == "adapted":
            lines.append(f"- {self.choice}")
        return "\n".join([*lines, *(f"- {reason}" for reason in self.reasons)])


def _harm(evidence: AdaptationEvidence, uses_source: bool) -> list[str]:
    found = []
    shares = zip(evidence.baseline_shares, evidence.adapted_shares, strict=True)
    given_up = [
        number
        for number, (before, after) in enumerate(shares)
        if before >= 0.5 / evidence.classes and after < _GIVEN_UP * before
    ]
    if given_up:
        found.append(
            f"{len(given_up)} of {evidence.classes} classes lost more than {1 - _GIVEN_UP:.0%} of "
            "their predictions on the target"
        )
    if evidence.moved > _MOVED:
        found.append(
            f"predicted class frequencies on the target shifted by {evidence.moved:.1%}, more than "
            f"the accepted {_MOVED:.0%}"
        )
    information = evidence.validators["information_maximization"]
    if information.adapted < (1 - _LOST_INFORMATION) * information.baseline:
        found.append(
            "predictions carry less information about the target (mutual information of example "
            f"and class, in nats): {information.adapted:.2f}, without adaptation "
            f"{information.baseline:.2f}"
        )
    lost = _lost_on_source(evidence)
    if uses_source and lost > _LOST_ON_SOURCE + _standard_error(evidence):
        found.append(
            "accuracy on held-out source examples fell from "
            f"{evidence.source_accuracy.baseline:.3f} to {evidence.source_accuracy.adapted:.3f}"
        )
    if look_alike(evidence) and lost > _LOST_ON_BOTH * _standard_error(evidence):
        found.append(
            "source and target look alike (proxy A-distance "
            f"{evidence.proxy_a_distance.baseline:.2f}), and accuracy on held-out source examples "
            f"fell from {evidence.source_accuracy.baseline:.3f} to "
            f"{evidence.source_accuracy.adapted:.3f}"
        )
    reverse = evidence.validators["reverse_validation"]
    if uses_source and reverse.baseline - reverse.adapted > _LOST_ON_SOURCE + _standard_error(
        evidence
    ):
        found.append(
            "predictions on the target fit the source labels less well: a classifier trained on "
            f"them is right on {reverse.adapted:.1%} of the source, without adaptation on "
            f"{reverse.baseline:.1%}"
        )
    return found


def _doubts(evidence: AdaptationEvidence, uses_source: bool) -> list[str]:
    """Return the reasons for which a benefit of the adapted model is uncertain."""
    found = []
    certain = learns_little_from_itself(evidence, _LEAST_UNCERTAIN)
    if not uses_source and certain is not None:
        found.append(certain)
    domain_accuracy = evidence.domain_accuracy
    distance = evidence.proxy_a_distance
    if (
        domain_accuracy is not None
        and domain_accuracy > _SATURATED
        and distance.adapted >= distance.baseline
    ):
        found.append(
            f"the domain discriminator is still right on {domain_accuracy:.0%} of the examples "
            "(mean over domains), and the distance of source and target features (proxy "
            f"A-distance) did not fall below {distance.baseline:.2f}: they were not aligned"
        )
    if evidence.agreement >= _SAME_PREDICTIONS:
        found.append(
            "the adapted model and the source-only baseline predict the same class for "
            f"{evidence.agreement:.1%} of the target examples"
        )
    if 2 * evidence.votes <= len(evidence.validators):
        found.append(
            f"only {_votes(evidence)} rate the adapted model higher than the source-only baseline"
        )
    return found


def _votes(evidence: AdaptationEvidence) -> str:
    return (
        f"{evidence.votes} of {len(evidence.validators)} validators (scores without target labels)"
    )


def _lost_on_source(evidence: AdaptationEvidence) -> float:
    return evidence.source_accuracy.baseline - evidence.source_accuracy.adapted


def _standard_error(evidence: AdaptationEvidence) -> float:
    accuracy = evidence.source_accuracy.baseline
    variance: float = accuracy * (1 - accuracy) / max(1, evidence.source_examples)
    return variance**0.5

"""Whether an adaptation helped, on evidence without target labels."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from kerastl.adaptation.domains.domain_features import DomainFeatures
from kerastl.adaptation.verdict.adaptation_evidence import AdaptationEvidence
from kerastl.adaptation.verdict.plot import Projection, draw_domains

Finding = Literal["helped", "no evidence", "harmed"]
Model = Literal["adapted", "baseline"]

# A class that loses three quarters of its predictions is being given up, not refined.
_GIVEN_UP = 0.25
# Adaptation refines boundaries; moving a fifth of all predictions between classes does not.
_MOVED = 0.2
_LOST_ON_SOURCE = 0.05
# A linear classifier that tells domains apart in hardly more than 6 of 10 cases.
_ALIKE = 0.5
# Every method takes the target's classes to be about as common as the source's.
_SHARES_DIFFER = 0.25
_SAME_PREDICTIONS = 0.985
# Below half way from chance to the source's own accuracy, target predictions tell little of
# the task.
_UNRELATED = 0.5
# A baseline that is nearly as sure on the target as at home has little to be taught there by its own
# predictions, and training on them makes it surer whether they are right or not.
_SURE = 1.5
# A discriminator that is hardly ever wrong in the end has found features to go by that training
# against it did not take away. At chance it has lost, which is what training against it is for.
_SATURATED = 0.95
# A target that the baseline finds a quarter more puzzling than the source, and whose clusters are not
# what is predicted: neither certainty nor structure says that the task is there.
_PUZZLING, _CLUSTERED = 1.25, 0.3


@dataclass(frozen=True)
class Verdict:
    """Say whether adaptation helped, and why one may think so.

    The adapted model is compared with its baseline, which learned the same way from the source alone.
    No label of the target is used.

    Attributes:
        finding: `"helped"`, `"no evidence"` or `"harmed"`.
        reasons: The metrics behind it, a sentence each.
        evidence: All metrics.
        advised: Which model to keep, `"adapted"` or `"baseline"`: the baseline where adaptation did harm,
            and where the target is not what adaptation is for, whatever became of it.
        kept: Which model was kept.
        views: What the baseline and the adapted model make of held-out source and target examples.

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

    @classmethod
    def reach(cls, evidence: AdaptationEvidence, uses_source: bool) -> "Verdict":
        """Weigh the evidence.

        Args:
            evidence: Metrics of both models.
            uses_source: Whether the adapted model was still trained on the source: only then
                must it still do well there. One that was trained on the target's predictions must
                have had something to learn from them.
        """
        harm = _harm(evidence, uses_source)
        if harm:
            return cls("harmed", tuple(harm), evidence, "baseline")
        misfits, doubts = _misfits(evidence), _doubts(evidence, uses_source)
        if misfits or doubts:
            advised: Model = "baseline" if misfits else "adapted"
            return cls("no evidence", (*misfits, *doubts), evidence, advised)
        for_it = [
            f"{evidence.votes} of {len(evidence.validators)} validators prefer the adapted model",
            f"class shares moved by {evidence.moved:.0%} of the target, and "
            f"{1 - evidence.agreement:.0%} of its labels changed",
            f"proxy A-distance of the features {evidence.proxy_a_distance.baseline:.2f} before and "
            f"{evidence.proxy_a_distance.adapted:.2f} after",
        ]
        if evidence.domain_accuracy is not None:
            for_it.append(
                f"the discriminator tells the domain of {evidence.domain_accuracy:.0%} of the "
                "examples, every domain counted alike"
            )
        return cls("helped", tuple(for_it), evidence)

    def plot(
        self, path: str | os.PathLike[str], projection: Projection = "pca", seed: int = 0
    ) -> Path:
        """Draw features of both domains, of the baseline and of the adapted model.

        Args:
            path: The image, such as `domains.png`.
            projection: `"pca"` or `"tsne"`. Defaults to `"pca"`.
            seed: Seed of what is drawn by chance.

        Returns:
            The path.
        """
        return draw_domains(self.views, path, projection, seed)

    def to_json(self) -> dict[str, Any]:
        """Make a dictionary of plain values."""
        return {
            "finding": self.finding,
            "reasons": list(self.reasons),
            "advised": self.advised,
            "kept": self.kept,
            "evidence": self.evidence.to_json(),
        }

    def __str__(self) -> str:
        kept = "the adapted model" if self.kept == "adapted" else "the model of the source alone"
        lines = [f"Adaptation: {self.finding}. Kept: {kept}."]
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
            f"{len(given_up)} of {evidence.classes} classes are hardly predicted any more on the "
            "target"
        )
    if evidence.moved > _MOVED:
        found.append(f"predicted class shares moved by {evidence.moved:.0%} of the target")
    lost = evidence.source_accuracy.baseline - evidence.source_accuracy.adapted
    if uses_source and lost > _LOST_ON_SOURCE + _standard_error(evidence):
        found.append(
            f"accuracy on held-out source examples fell from {evidence.source_accuracy.baseline:.3f} "
            f"to {evidence.source_accuracy.adapted:.3f}"
        )
    reverse = evidence.validators["reverse_validation"]
    if uses_source and reverse.baseline - reverse.adapted > _LOST_ON_SOURCE + _standard_error(
        evidence
    ):
        found.append(
            "a classifier of the target by its predicted labels fits the source worse than "
            f"before: {reverse.adapted:.3f} after {reverse.baseline:.3f}"
        )
    return found


def _misfits(evidence: AdaptationEvidence) -> list[str]:
    """Say what is not as any adaptation takes it to be."""
    found = []
    if evidence.proxy_a_distance.baseline < _ALIKE:
        found.append(
            "the domains look alike, and there is nothing to adapt to: proxy A-distance "
            f"{evidence.proxy_a_distance.baseline:.2f} of 2"
        )
    if evidence.shares_differ > _SHARES_DIFFER:
        found.append(
            "classes seem to be otherwise frequent in the target than in the source "
            f"({evidence.shares_differ:.0%} apart), which adaptation does not expect"
        )
    chance = max(evidence.source_shares)
    reverse = evidence.validators["reverse_validation"].adapted
    half_way = chance + _UNRELATED * (evidence.source_accuracy.baseline - chance)
    if reverse < half_way:
        found.append(
            "what is predicted on the target tells little of the task on the source: "
            f"{reverse:.3f} of its examples right by a classifier made of them"
        )
    at_home, away = evidence.baseline_entropy
    clustered = evidence.validators["class_ami"].adapted
    if away > _PUZZLING * at_home and clustered < _CLUSTERED:
        found.append(
            f"the baseline is far less sure on the target (entropy {away:.2f} after {at_home:.2f} on "
            f"the source), and predicted classes are no clusters there (ClassAMI {clustered:.2f})"
        )
    return found


def _doubts(evidence: AdaptationEvidence, uses_source: bool) -> list[str]:
    """Say where little speaks for the adapted model."""
    found = []
    at_home, away = evidence.baseline_entropy
    if not uses_source and away < _SURE * at_home:
        found.append(
            f"the baseline is nearly as sure on the target (entropy {away:.2f}) as on the source "
            f"({at_home:.2f}), and training on its own predictions there makes it surer, right or "
            "wrong"
        )
    told_apart = evidence.domain_accuracy
    if told_apart is not None and told_apart > _SATURATED:
        found.append(
            f"the discriminator still tells the domain of {told_apart:.0%} of the examples: their "
            "features were not brought together"
        )
    if evidence.agreement >= _SAME_PREDICTIONS:
        found.append(f"{evidence.agreement:.1%} of the target's labels are those of the baseline")
    if 2 * evidence.votes <= len(evidence.validators):
        found.append(
            f"only {evidence.votes} of {len(evidence.validators)} validators prefer the adapted "
            "model"
        )
    return found


def _standard_error(evidence: AdaptationEvidence) -> float:
    accuracy = evidence.source_accuracy.baseline
    variance: float = accuracy * (1 - accuracy) / max(1, evidence.source_examples)
    return variance**0.5

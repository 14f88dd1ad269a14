"""The adaptation method `"auto"`: choose a method by evidence without target labels."""

from __future__ import annotations

from dataclasses import dataclass

from kerastl.adaptation.methods.dann import DANN
from kerastl.adaptation.methods.domain_standardization import DomainStandardization
from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.adaptation.methods.self_training import SelfTraining
from kerastl.adaptation.verdict.adaptation_evidence import AdaptationEvidence
from kerastl.adaptation.verdict.assumptions import learns_little_from_itself, unmet_assumptions


@dataclass(frozen=True)
class Choice:
    """The method that `Auto` has chosen.

    Attributes:
        method: The method; None to keep the source-only baseline.
        reasons: The metrics that led to the choice, in words.
    """

    method: AdaptationMethod | None
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        name = "none" if self.method is None else type(self.method).__name__
        return f"Chosen method: {name}, because {'; '.join(self.reasons)}"


@dataclass(frozen=True)
class Auto(AdaptationMethod):
    """Choose a method from what the source-only baseline shows on the target.

    - The target does not meet the assumptions of adaptation, or nothing is to be gained: the
      baseline is kept. This is so if the domains look alike, if class frequencies seem to differ,
      or if predictions on the target say little about the classes.
    - The baseline is less certain on the target than on the source: self-training, after
      domain-wise standardization.
    - The baseline is about as certain on both: training on its own predictions would make it more
      certain, right or wrong. The domains are aligned instead: by domain-wise standardization if
      the backbone is frozen, by DANN if layers train.

    The reasons are printed, and are part of the verdict.

    Example:

    ```python
    recipe.fit(movies, adapt_to=products)
    print(recipe.verdict)
    ```
    """

    def choose(self, evidence: AdaptationEvidence, frozen: bool) -> Choice:
        """Choose a method.

        Args:
            evidence: Metrics of the source-only baseline, in place of both models.
            frozen: Whether the head is all that trains.

        Returns:
            The choice.
        """
        unmet = unmet_assumptions(evidence)
        if unmet:
            return Choice(None, tuple(unmet))
        doubt = learns_little_from_itself(evidence)
        if doubt is None:
            on_source, on_target = evidence.baseline_entropy
            reason = (
                "the source-only baseline is less certain on the target (mean entropy "
                f"{on_target:.2f}) than on the source ({on_source:.2f})"
            )
            return Choice(SelfTraining(), (reason,))
        method = DomainStandardization() if frozen else DANN()
        return Choice(method, (f"self-training is unsafe: {doubt}",))

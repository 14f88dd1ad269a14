"""Phases that end with the weights a user asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from kerastl.basics.arguments import check_choice
from kerastl.training.phases.decision import Decision
from kerastl.training.phases.phase import Phase
from kerastl.training.phases.probe_evidence import ProbeEvidence

KeepOption = Literal["best", "last"]
KEEP_OPTIONS: tuple[KeepOption, ...] = ("best", "last")
# More standard errors than any loss changes by.
_ANY_LOSS = -1e6


def check_keep(keep: str | None) -> None:
    """Raise a `ValueError` if `keep` is not None, `"best"` or `"last"`."""
    if keep is not None:
        check_choice("keep", keep, KEEP_OPTIONS)


def phases_with(phases: Sequence[Phase], keep: KeepOption | None) -> list[Phase]:
    """Return phases that end with the weights of their best or their last epoch.

    Args:
        phases: The phases. A linear probe is not changed. Contrastive tuning, which has a linear
            probe in place of a best epoch, keeps that probe.
        keep: `"best"` or `"last"`; None changes nothing.
    """
    if keep is None:
        return list(phases)
    return [phase if phase.linear_probe else _with(phase, keep) for phase in phases]


def decide_with(
    decide: Callable[[ProbeEvidence], Decision] | None, keep: KeepOption | None
) -> Callable[[ProbeEvidence], Decision] | None:
    """Return a function that decides as `decide` does, for phases that end as the user asks."""
    if decide is None or keep is None:
        return decide

    def decided(evidence: ProbeEvidence) -> Decision:
        decision = decide(evidence)
        if not decision.phases:
            return decision
        reasons = [each for each in decision.reasons if not each.startswith("kept if ")]
        return replace(
            decision,
            phases=tuple(phases_with(decision.phases, keep)),
            reasons=(*reasons, f"the {keep} epoch is kept: as given"),
        )

    return decided


def _with(phase: Phase, keep: KeepOption) -> Phase:
    if phase.contrastive_steps is not None:
        return replace(phase, required_gain=_ANY_LOSS)
    if keep == "last":
        return replace(phase, keep="last")
    return replace(phase, keep="best", required_gain=_ANY_LOSS)

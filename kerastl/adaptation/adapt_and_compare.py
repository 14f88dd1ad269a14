"""An adaptation, its source-only baseline, and the verdict on both."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kerastl.adaptation.domains.domain_rows import UNKNOWN
from kerastl.adaptation.methods.method import AdaptationMethod
from kerastl.adaptation.training.domain_trainer import DomainTrainer
from kerastl.adaptation.verdict.adaptation_evidence import AdaptationEvidence
from kerastl.adaptation.verdict.verdict import Verdict
from kerastl.training.phases.history import PhasedHistory
from kerastl.training.phases.phase import Phase

MakeTrainer = Callable[[AdaptationMethod | None], DomainTrainer]


@dataclass(frozen=True)
class Adapted:
    """What came of an adaptation.

    Attributes:
        history: Metrics of the adapted model's training.
        verdict: Whether it helped.
    """

    history: PhasedHistory
    verdict: Verdict


def adapt(
    make_trainer: MakeTrainer,
    method: AdaptationMethod,
    phases: Sequence[Phase],
    seed: int,
    keep_adapted: bool = False,
) -> Adapted:
    """Train the baseline and the adapted model from the same weights, and compare them.

    Args:
        make_trainer: Makes a trainer of one model, with a method or without.
        method: How the target is fitted.
        phases: What trains, of both.
        seed: Seed of what the verdict draws.
        keep_adapted: Whether the adapted model is kept even where the verdict advises the baseline.
            Defaults to False.

    Returns:
        History and verdict. The model has the weights that were kept.
    """
    alone = make_trainer(None)
    model = alone.model
    beginning = model.get_weights()
    alone.run(phases)
    baseline_weights = model.get_weights()
    held_out = np.arange(alone.examples.training_count, len(alone.rows.labels))
    unlabelled = np.flatnonzero(alone.rows.labels == UNKNOWN)
    baseline = alone.view(held_out), alone.view(unlabelled)
    if method.uses_source:
        model.set_weights(beginning)
    trainer = make_trainer(method)
    history = trainer.run(phases)
    adapted = trainer.view(held_out), trainer.view(unlabelled)
    told_apart = history.history.get("domain_accuracy", [None])[-1]
    labels = alone.rows.labels[held_out]
    evidence = AdaptationEvidence.gather(baseline, adapted, labels, seed, told_apart)
    verdict = replace(
        Verdict.reach(evidence, method.uses_source),
        views={"source alone": baseline, type(method).__name__: adapted},
    )
    if verdict.advised == "baseline" and not keep_adapted:
        model.set_weights(baseline_weights)
        verdict = replace(verdict, kept="baseline")
    return Adapted(history, verdict)

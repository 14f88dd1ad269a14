"""Collect the evidence by which a schedule chooses phases after its linear probe."""

import keras
import numpy as np

from kerastl.training.freezing.freezing import stages, train_only
from kerastl.training.loop.pass_time import seconds_per_pass
from kerastl.training.loop.training_step import TrainingStep
from kerastl.training.optimizer.stable_rate import stable_rate
from kerastl.training.phases.history import PhasedHistory
from kerastl.training.phases.probe_evidence import ProbeEvidence


def gather_evidence(
    step: TrainingStep, history: PhasedHistory, learning_rate: float, seconds: float
) -> ProbeEvidence:
    """Collect the result of a linear probe, and the size and kind of the data.

    Args:
        step: The kind of training.
        history: History whose last row is that of the probe.
        learning_rate: The backbone's fine-tuning rate.
        seconds: Seconds since training began.

    Returns:
        The evidence; it uses no test example.
    """
    examples, criterion = step.examples, step.criterion
    targets = examples.training_labels
    held_out = examples.validation_in_order()
    assert held_out is not None
    baseline = criterion.baseline(targets)
    rarest = None
    if criterion.single_label:
        rarest = int(np.bincount(targets, minlength=examples.classes).min())
    return ProbeEvidence(
        examples=examples.training_count,
        outputs=examples.classes,
        validation_examples=len(held_out.labels),
        metric=criterion.validation_metric.replace("_", " "),
        value=history.history[f"val_{criterion.validation_metric}"][-1],
        baseline=baseline,
        baseline_means=criterion.baseline_means,
        baseline_error=criterion.baseline_error(baseline, len(held_out.labels)),
        rarest=rarest,
        modality=examples.modality,
        input_size=examples.input_size,
        batch_size=examples.batch_size,
        augments=examples.augments,
        stage_names=tuple(stage.name for stage in stages(step.model)),
        learning_rate=learning_rate,
        nearest_mean_accuracy=history.phases[-1]["nearest_mean_accuracy"],
        stable_rate=lambda trains: _stable_rate(step.model, trains),
        seconds=seconds,
        seconds_per_pass=lambda: seconds_per_pass(step.model, examples),
    )


def _stable_rate(model: keras.Model, trains: str) -> float:
    train_only(model, trains)
    return stable_rate(model)

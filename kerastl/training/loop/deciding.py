"""The evidence that a schedule decides on after its linear probe."""

import numpy as np

from kerastl.training.freezing.freezing import stages
from kerastl.training.loop.pass_time import seconds_per_pass
from kerastl.training.loop.training_step import TrainingStep
from kerastl.training.phases.history import PhasedHistory
from kerastl.training.phases.probe_evidence import ProbeEvidence


def gather_evidence(
    step: TrainingStep, history: PhasedHistory, learning_rate: float, seconds: float
) -> ProbeEvidence:
    """Collect what is known of a data set once a linear probe is fitted.

    Args:
        step: The training.
        history: Its last row is the probe's.
        learning_rate: The backbone's fine-tuning rate.
        seconds: Time since training began.

    Returns:
        The evidence; test examples play no part in it.
    """
    examples = step.examples
    counts = np.bincount(examples.training_labels, minlength=examples.classes)
    held_out = examples.validation_in_order()
    assert held_out is not None
    return ProbeEvidence(
        examples=examples.training_count,
        classes=examples.classes,
        validation_examples=len(held_out.labels),
        chance=float(counts.max() / counts.sum()),
        rarest=int(counts.min()),
        modality=examples.modality,
        input_size=examples.input_size,
        batch_size=examples.batch_size,
        augments=examples.augments,
        stage_names=tuple(stage.name for stage in stages(step.model)),
        learning_rate=learning_rate,
        probe_accuracy=history.history["val_accuracy"][-1],
        nearest_mean_accuracy=history.phases[-1]["nearest_mean_accuracy"],
        seconds=seconds,
        seconds_per_pass=lambda: seconds_per_pass(step.model, examples),
    )

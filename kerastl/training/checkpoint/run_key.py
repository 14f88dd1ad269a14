"""The key of a run: only a run with the same key resumes from a checkpoint."""

import hashlib
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from kerastl.training.phases.examples import Examples
from kerastl.training.phases.phase import Phase


def run_key(
    model: keras.Model, examples: Examples, phases: Sequence[Phase], seed: int
) -> dict[str, Any]:
    """Return the settings that the result of a run depends on.

    Examples are identified by their number and their labels in order, a model by the shapes of
    its variables. Layer names and file paths are left out.

    Args:
        model: The whole model.
        examples: The training examples.
        phases: The phases of the schedule.
        seed: Seed of the run.

    Returns:
        Plain values by name.
    """
    labels = np.ascontiguousarray(examples.training_labels)
    if labels.dtype.kind in "iu":
        labels = labels.astype(np.int64)
    shapes = [f"{variable.dtype} {tuple(variable.shape)}" for variable in model.variables]
    return {
        "backend": keras.backend.backend(),
        "seed": seed,
        "batch size": examples.batch_size,
        "classes": list(examples.class_names),
        "number of training examples": examples.training_count,
        "digest of the labels": _digest(labels.tobytes()),
        "number of weights": model.count_params(),
        "digest of the model's shapes": _digest("\n".join(shapes).encode()),
        **{f"phase {number}": phase.get_config() for number, phase in enumerate(phases, 1)},
    }


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=8).hexdigest()

"""The source-only baseline: what training on the source alone gives."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras

from kerastl.adaptation.training.adaptation_step import has_probe
from kerastl.training.phases.loss_settings import LossSettings
from kerastl.training.phases.phase import Phase


@dataclass(frozen=True)
class BaselinePlan:
    """The phases of a source-only baseline.

    Attributes:
        probe: The linear probe that both trainings begin with; None for a model without stages,
            whose trainings begin with its own weights.
        phases: The phases after it.
    """

    probe: Phase | None
    phases: list[Phase]

    @classmethod
    def of(cls, model: keras.Model, phases: Sequence[Phase]) -> "BaselinePlan":
        """Plan the baseline of an adaptation.

        A model with stages begins with a linear probe, the best head for frozen features. Phases
        that train the head alone by gradient steps can only be worse than it, so the baseline
        leaves them out.

        Args:
            model: The model.
            phases: The phases of the adapted model.
        """
        if not has_probe(model):
            return cls(None, list(phases))
        first = phases[0]
        if first.linear_probe:
            return cls(first, list(phases[1:]))
        settings = first.loss_settings
        weights = None if settings is None else LossSettings(class_weights=settings.class_weights)
        probe = Phase("head", linear_probe=True, loss_settings=weights)
        return cls(probe, [phase for phase in phases if phase.trains != "head"])

"""The check that a phase suits a domain adaptation."""

from kerastl.training.phases.phase import Phase


def check_supported(phase: Phase, has_source: bool, has_validation: bool) -> None:
    """Raise an error for a phase that a domain adaptation does not support.

    Args:
        phase: A phase of an adaptation, or of its source-only baseline.
        has_source: Whether there are labelled source examples.
        has_validation: Whether there are labelled validation examples of a source.

    Raises:
        ValueError: If the phase sets an option that is not supported.
    """
    settings = phase.loss_settings
    balances = settings is not None and settings.class_weights == "balanced"
    refused = {
        "mix": (phase.mix, "half of every batch has no label to mix"),
        "keep": (
            None if phase.keep == "last" else phase.keep,
            "there are no target labels to select an epoch by, so phases end with their last "
            "weights",
        ),
        "views": (
            phase.views if phase.linear_probe else None,
            "the linear probe of an adaptation is fitted on the original examples",
        ),
        "patience": (
            None if has_validation else phase.patience,
            "the validation loss needs labelled examples of a source",
        ),
        "contrastive_steps": (phase.contrastive_steps, "the adaptation method sets the loss"),
        "balanced": (phase.balanced and not has_source, "target examples have no labels"),
        "class_weights": (
            "balanced" if balances and not has_source else None,
            "target examples have no labels to count",
        ),
    }
    for option, (value, reason) in refused.items():
        if value:
            raise ValueError(
                f"A phase of this adaptation cannot have `{option}`: {reason}. Leave it out. "
                f"Received: {option}={value!r}"
            )

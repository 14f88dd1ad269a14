"""What a phase of a domain adaptation supports."""

from kerastl.training.phases.phase import Phase


def check_supported(phase: Phase, has_source: bool, has_validation: bool) -> None:
    """Refuse what a phase cannot do while a method adapts a model.

    Args:
        phase: A phase of an adaptation, or of its source-only baseline.
        has_source: Whether there are labelled source examples.
        has_validation: Whether there are labelled validation examples of a source.

    Raises:
        ValueError: If the phase asks for something that is not supported.
    """
    settings = phase.loss_settings
    balances = settings is not None and settings.class_weights == "balanced"
    refused = {
        "mix": (phase.mix, "half of every batch has no label to mix"),
        "keep": (
            None if phase.keep == "last" else phase.keep,
            "without target labels nothing says which epoch is best; phases end with their last "
            "weights",
        ),
        "views": (
            phase.views if phase.linear_probe else None,
            "a linear probe of an adaptation is fitted on the examples as they are",
        ),
        "patience": (
            None if has_validation else phase.patience,
            "the loss that it watches is measured on validation examples of a source",
        ),
        "balanced": (phase.balanced and not has_source, "target examples have no labels"),
        "class_weights": (
            "balanced" if balances and not has_source else None,
            "target examples have no labels to count",
        ),
    }
    for option, (value, reason) in refused.items():
        if value:
            raise ValueError(
                f"A phase of this domain adaptation has no `{option}`: {reason}. Leave it out. "
                f"Received: {option}={value!r}"
            )

"""What a phase can do in a domain adaptation."""

from kerastl.training.phases.phase import Phase


def check_possible(phase: Phase) -> None:
    """Refuse what has no meaning with half of every batch unlabelled.

    Args:
        phase: A phase of an adaptation, or of its source-only baseline.

    Raises:
        ValueError: If the phase asks for it.
    """
    if phase.trains == "lora":
        raise ValueError(
            "Domain adaptation trains stages, not low-rank matrices: use 'from:STAGE', 'last:N' "
            "or 'all'. Received: trains='lora'"
        )
    impossible = {
        "mix": phase.mix,
        "balanced": phase.balanced,
        "patience": phase.patience,
        "views": phase.views,
        "loss_settings.class_weights": phase.loss_settings and phase.loss_settings.class_weights,
    }
    for option, value in impossible.items():
        if value:
            raise ValueError(
                f"Phases of domain adaptation have no `{option}`: leave it out. "
                f"Received: {option}={value!r}"
            )
